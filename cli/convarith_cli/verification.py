"""``verify``: the arithmetic checked against real convolutions."""

from __future__ import annotations

import os
import sys

import click

from convarith_cli.output import say_json, say_plainly
from convarith_cli.parameters import as_json


@click.command()
@click.option("--quick", is_flag=True, help="A few seconds: small bounds.")
@click.option("--exhaustive", is_flag=True, help="Minutes: larger bounds, more random settings.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the random settings.")
@click.option("--jobs", type=click.IntRange(1), default=None, metavar="N", help="Processes.  [default: one a core]")
@as_json
@click.pass_context
def verify(ctx: click.Context, quick: bool, exhaustive: bool, seed: int, jobs: int | None, as_json: bool) -> None:
    """Check every rule of the arithmetic against a plain walk over windows and against real convolutions.

    Relationships 1 to 15, convolution, pooling, transposed convolution, its equivalent, C and C^T: every setting on one
    axis up to bounds, and seeded random ones of 1 to 4 axes. The numbers are compared with Python's own sums, with
    SciPy, and with PyTorch and JAX where they are installed.

    \b
    Examples:
      convarith verify
      convarith verify --quick
      convarith verify --exhaustive --json

    --json prints the keys rows (objects with check, oracle, cases, mismatches, seconds), cases, mismatches, seconds,
    missing (oracles that are not installed) and failure (the smallest failing case, or null).
    Exit code 1 on any mismatch.
    """
    from convarith.numerics import verify as run  # NumPy and SciPy: for those who check

    if quick and exhaustive:
        raise click.UsageError("--quick and --exhaustive exclude each other; give one")
    level = "quick" if quick else "exhaustive" if exhaustive else "default"
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=1, label="checking", file=sys.stderr, hidden=hidden, show_eta=False) as bar:

        def progress(done: int, pieces: int) -> None:
            bar.length = pieces
            bar.update(done - bar.pos)

        found = run(level, seed=seed, jobs=jobs or os.cpu_count() or 1, progress=progress)
    if as_json:
        say_json(found.to_dict())
    else:
        say_plainly(found)
    if found.mismatches:
        ctx.exit(1)
