"""``matrix`` and ``relationships``: C with symbols, and the guide's list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from convarith.arithmetic.layers import Conv, ConvTranspose
from convarith_cli.output import say, say_json, say_plainly
from convarith_cli.parameters import (
    as_json,
    dilation,
    input_dilation,
    input_shape,
    kernel_size,
    output_padding,
    padding,
    stride,
)

if TYPE_CHECKING:
    from convarith.arithmetic.layer import Layer


@click.command()
@input_shape
@kernel_size
@stride
@padding
@dilation
@input_dilation
@click.option("--transpose", is_flag=True, help="The matrix of the transposed convolution with these parameters.")
@output_padding
@click.option("--latex", is_flag=True, help="Print LaTeX.")
@click.option("--npz", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.npz", help="Save C with numbers.")
@click.option(
    "--weights",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Its weights, .npy, .csv or .txt, of the kernel's shape or (out, in/groups, kernel).  [default: 1, 2, 3 ...]",
)
@click.option("--groups", type=click.IntRange(1), default=1, show_default=True, help="Groups of the weights' channels.")
@as_json
def matrix(
    input_shape: tuple[int, ...],
    transpose: bool,
    output_padding: Any,
    latex: bool,
    npz: Path | None,
    weights: Path | None,
    groups: int,
    as_json: bool,
    **parameters: Any,
) -> None:
    """The sparse matrix C of a convolution over an input of SIZE, with symbols w(0,0), w(0,1) ...

    One row for each output, one column for each input, both flattened row by row.

    \b
    Examples:
      convarith matrix 4x4 -k 3
      convarith matrix 4x4 -k 3 --latex
      convarith matrix 2x2 -k 3 --transpose
      convarith matrix 512x512 -k 3 -p 1 --weights sobel.csv --npz c.npz

    --npz saves it as scipy.sparse.load_npz reads it, of any size that fits in memory. Without --weights the weights are
    numbered from 1, row by row. The file is written whole or not at all.

    --json prints the keys layer, shape ([rows, columns]) and entries ([row, column, weight index]); with --npz layer,
    shape, path, entries (their number) and dtype.
    """
    if latex and (as_json or npz):
        raise click.UsageError(f"--latex and {'--json' if as_json else '--npz'} exclude each other; give one")
    if npz is None and (weights or groups > 1):
        raise click.UsageError(f"{'--weights' if weights else '--groups'} is for --npz; give it, too, or leave it out")
    layer = _layer(transpose, output_padding, parameters)
    if npz is not None:
        _save(layer, input_shape, npz, weights, groups, as_json)
        return
    symbols = layer.matrix(input_shape)
    if as_json:
        say_json({"layer": repr(layer), **symbols.to_dict()})
    elif latex:
        say_plainly(symbols.latex())
    else:
        say_plainly(symbols)


def _layer(transpose: bool, output_padding: Any, parameters: dict[str, Any]) -> Layer:
    if transpose:
        if parameters.pop("input_dilation") != 1:
            raise click.UsageError("a transposed convolution has no input dilation; leave out -e or --transpose")
        return ConvTranspose(output_padding=output_padding, **parameters)
    if output_padding:
        raise click.UsageError("output padding is for --transpose; leave out -a, or add --transpose")
    return Conv(**parameters)


def _save(layer: Layer, shape: tuple[int, ...], npz: Path, weights: Path | None, groups: int, as_json: bool) -> None:
    from convarith.numerics import sparse  # NumPy and SciPy: for those who want numbers
    from convarith.numerics.reading import read_numbers
    from convarith.saving import check_target

    if npz.suffix.lower() != ".npz":
        raise click.UsageError(f"{str(npz)!r} does not end in .npz; give a name that does")
    check_target(npz)
    kernel_size = layer.windows(shape).kernel_size
    kernel = sparse.numbered(kernel_size) if weights is None else read_numbers(weights, len(kernel_size))
    c = sparse.matrix(layer, shape, kernel, groups=groups)
    sparse.save(c, npz)
    if as_json:
        data = {"layer": repr(layer), "shape": list(c.shape), "path": str(npz), "entries": c.nnz}
        say_json({**data, "dtype": str(c.dtype)})
    else:
        say_plainly(f"{npz}: {c.shape[0]}x{c.shape[1]} matrix, {c.nnz} entries, {c.dtype}")


@click.command()
@click.argument("number", type=int, required=False, metavar="[N]")
@click.option("--latex", is_flag=True, help="Print the statement as LaTeX.")
@as_json
def relationships(number: int | None, latex: bool, as_json: bool) -> None:
    """The guide's Relationships 1 to 15, or one of them with its derivation and figures.

    \b
    Examples:
      convarith relationships
      convarith relationships 14

    --json prints one object, or a list of them, with the keys number, title, for, condition, statement,
    statement_latex, figures and derivation.
    """
    from convarith.arithmetic import guide

    if latex and as_json:
        raise click.UsageError("--latex and --json exclude each other; give one")
    if number is None:
        chosen = list(guide.relationships.values())
    elif number in guide.relationships:
        chosen = [guide.relationships[number]]
    else:
        raise click.UsageError(f"there is no Relationship {number}; give a number from 1 to {len(guide.relationships)}")
    if as_json:
        data = [relationship.to_dict() for relationship in chosen]
        say_json(data if number is None else data[0])
    elif latex:
        say_plainly("\n".join(relationship.statement_latex for relationship in chosen))
    elif number is None:
        say(guide.listing())
    else:
        say(chosen[0])
