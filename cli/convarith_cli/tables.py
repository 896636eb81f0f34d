"""``matrix`` and ``relationships``: C with symbols, and the guide's list."""

from __future__ import annotations

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
@as_json
def matrix(
    input_shape: tuple[int, ...], transpose: bool, output_padding: Any, latex: bool, as_json: bool, **parameters: Any
) -> None:
    """The sparse matrix C of a convolution over an input of SIZE, with symbols w(0,0), w(0,1) ...

    One row for each output, one column for each input, both flattened row by row.

    \b
    Examples:
      convarith matrix 4x4 -k 3
      convarith matrix 4x4 -k 3 --latex
      convarith matrix 2x2 -k 3 --transpose

    --json prints the keys layer, shape ([rows, columns]) and entries ([row, column, weight index]).
    """
    if latex and as_json:
        raise click.UsageError("--latex and --json exclude each other; give one")
    layer: Layer
    if transpose:
        if parameters.pop("input_dilation") != 1:
            raise click.UsageError("a transposed convolution has no input dilation; leave out -e or --transpose")
        layer = ConvTranspose(output_padding=output_padding, **parameters)
    elif output_padding:
        raise click.UsageError("output padding is for --transpose; leave out -a, or add --transpose")
    else:
        layer = Conv(**parameters)
    symbols = layer.matrix(input_shape)
    if as_json:
        say_json({"layer": repr(layer), **symbols.to_dict()})
    elif latex:
        say_plainly(symbols.latex())
    else:
        say_plainly(symbols)


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
