"""``verify``: the arithmetic checked against real convolutions, and the frameworks' answers against the frameworks."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from convarith_cli.output import say_json, say_plainly
from convarith_cli.parameters import as_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from convarith.numerics.conformance import Conformance
    from convarith.numerics.verification import Verification

    Progress = Callable[[int, int], None]


@click.command()
@click.option("--quick", is_flag=True, help="A few seconds: small bounds, few settings.")
@click.option("--exhaustive", is_flag=True, help="Minutes: larger bounds, more random settings.")
@click.option("--frameworks", is_flag=True, help="Check the answers of the frameworks that are installed.")
@click.option("--framework", multiple=True, metavar="NAME", help="Only this one of them; may be repeated.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the random settings.")
@click.option("--jobs", type=click.IntRange(1), default=None, metavar="N", help="Processes.  [default: one a core]")
@as_json
@click.pass_context
def verify(
    ctx: click.Context,
    quick: bool,
    exhaustive: bool,
    frameworks: bool,
    framework: tuple[str, ...],
    seed: int,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Check every rule of the arithmetic against a plain walk over windows and against real convolutions.

    Relationships 1 to 15, convolution, pooling, transposed convolution, its equivalent, C and C^T: every setting on one
    axis up to bounds, and seeded random ones of 1 to 4 axes. The numbers are compared with Python's own sums, with
    SciPy, and with PyTorch and JAX where they are installed.

    With --frameworks, the answers of convarith.frameworks are compared instead, shapes and refusals, with what the
    frameworks themselves say: torch, keras, tensorflow, jax, flax, onnx and onnxruntime, those that are installed. Of
    each operation, 5,000 seeded random settings are asked (300 with --quick), a quarter of them and more invalid; where
    a framework is known to part from its own rule, that is counted as a quirk.

    \b
    Examples:
      convarith verify
      convarith verify --quick
      convarith verify --exhaustive --json
      convarith verify --frameworks
      convarith verify --frameworks --quick --framework torch --json

    --json prints the keys rows (objects with check, oracle, cases, mismatches, seconds), cases, mismatches, seconds,
    missing (oracles that are not installed) and failure (the smallest failing case, or null). With --frameworks, rows
    has objects with framework, operation, settings, refused (by both), quirks (how often each), numbers (settings
    whose numbers were compared), mismatches, seconds; and the keys are rows, settings, mismatches, seconds, versions,
    missing, quirks (objects with framework, name, words, source, count) and failure (framework, operation, call,
    difference).
    Exit code 1 on any mismatch, and where none of the frameworks is installed.
    """
    if quick and exhaustive:
        raise click.UsageError("--quick and --exhaustive exclude each other; give one")
    if frameworks and exhaustive:
        raise click.UsageError("--frameworks and --exhaustive exclude each other; give one")
    if framework and not frameworks:
        raise click.UsageError("--framework is for --frameworks; give it, too, or leave it out")
    level = "quick" if quick else "exhaustive" if exhaustive else "default"
    hidden = not sys.stderr.isatty()
    found: Verification | Conformance
    with click.progressbar(length=1, label="checking", file=sys.stderr, hidden=hidden, show_eta=False) as bar:

        def progress(done: int, pieces: int) -> None:
            bar.length = pieces
            bar.update(done - bar.pos)

        processes = jobs or os.cpu_count() or 1
        if frameworks:
            from convarith.numerics.conformance import conform  # NumPy, and whom it asks: for those who check

            found = conform(level, frameworks=framework or None, seed=seed, jobs=processes, progress=progress)
        else:
            from convarith.numerics import verify as run  # NumPy and SciPy: as above

            found = run(level, seed=seed, jobs=processes, progress=progress)
    if as_json:
        say_json(found.to_dict())
    else:
        say_plainly(found)
    if found.mismatches or not found.rows:
        ctx.exit(1)
