"""``conv``, ``pool`` and ``transpose``: a size and why it is so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from convarith.arithmetic.layers import Conv, ConvTranspose, Pool
from convarith_cli.output import say, say_json
from convarith_cli.parameters import as_json, conv_parameters, input_shape, pool_parameters, transpose_parameters

if TYPE_CHECKING:
    from convarith.arithmetic.layer import Layer

JSON_KEYS = """--json prints the keys layer, input_shape, output_shape, relationship (its number, or null), dilated,
    formula, lines (name, axis, formula, substituted, value), unused (before, between, after, input per axis),
    cropped (inputs per axis), notes and input_shapes ([first, last] per axis, [] if none)"""


def answer(layer: Layer, input_shape: tuple[int, ...], as_json: bool) -> None:
    explanation = layer.explain(input_shape)
    if as_json:
        say_json(explanation.to_dict())
    else:
        say(explanation)


@click.command(
    help=f"""The output size of a convolution over an input of SIZE, and why.

    \b
    Examples:
      convarith conv 6x6 -k 3 -s 2 -p 1
      convarith conv 224x224 -k 7 -s 2 -p 3 --json
      convarith conv 16000 -k 2 -d 512 -p causal
      convarith conv 6x8 -k 3x5 -s 2x1 -p 0:1x2:2

    {JSON_KEYS}."""
)
@input_shape
@conv_parameters
@as_json
def conv(input_shape: tuple[int, ...], as_json: bool, **parameters: Any) -> None:
    answer(Conv(**parameters), input_shape, as_json)


@click.command(
    help=f"""The output size of a pooling over an input of SIZE, and why; its stride is the kernel size unless given.

    \b
    Examples:
      convarith pool 112x112 -k 3 -s 2 -p 1
      convarith pool 112x112 -k 3 -s 2 -p 1 --ceil

    {JSON_KEYS}."""
)
@input_shape
@pool_parameters
@as_json
def pool(input_shape: tuple[int, ...], as_json: bool, **parameters: Any) -> None:
    answer(Pool(**parameters), input_shape, as_json)


@click.command(
    help=f"""The output size of a transposed convolution over an input of SIZE, and the equivalent direct convolution.

    The padding is that of the direct convolution it transposes, as in PyTorch.

    \b
    Examples:
      convarith transpose 3x3 -k 3 -s 2 -p 1 -a 1
      convarith transpose 7x7 -k 4 -s 2 -p 1

    {JSON_KEYS}; and
    equivalent (stretched_shape, inserted_zeros, kernel_size, padding, dilation, rotated) and direct."""
)
@input_shape
@transpose_parameters
@as_json
def transpose(input_shape: tuple[int, ...], as_json: bool, **parameters: Any) -> None:
    answer(ConvTranspose(**parameters), input_shape, as_json)
