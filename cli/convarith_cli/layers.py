"""``conv``, ``pool`` and ``transpose``: a size and why it is so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from convarith.arithmetic.layers import Conv, ConvTranspose, Pool
from convarith_cli.framework_words import FrameworkCall, LayerCommand, framework_option
from convarith_cli.output import say, say_json, say_plainly
from convarith_cli.parameters import as_json, conv_parameters, input_shape, pool_parameters, transpose_parameters

if TYPE_CHECKING:
    from convarith.arithmetic.layer import Layer

JSON_KEYS = """--json prints the keys layer, input_shape, output_shape, relationship (its number, or null), dilated,
    formula, lines (name, axis, formula, substituted, value), unused (before, between, after, input per axis),
    cropped (inputs per axis), notes and input_shapes ([first, last] per axis, [] if none)"""


FRAMEWORK_JSON = """With --framework they are framework, operation, parameters, input_shape, output_shape, padding
    ([before, after] per axis; of a transposed convolution what is cropped of its full result), added, unused, layer (or
    null) and lines (the reasons)"""


def answer(layer: Layer, input_shape: tuple[int, ...], as_json: bool, reasons: bool) -> None:
    explanation = layer.explain(input_shape)
    if as_json:
        say_json(explanation.to_dict())
    elif reasons:
        say_plainly("\n".join(explanation.reasons()))
    else:
        say(explanation)


reasons_option = click.option("--explain", "reasons", is_flag=True, help="Print only the reasons, in a few lines.")


def answer_in_words(
    call: FrameworkCall, parameters: dict[str, Any], input_shape: tuple[int, ...], as_json: bool, reasons: bool
) -> None:
    from convarith.frameworks import explain

    found = explain(call.framework, call.operation, input_shape, **parameters)
    if as_json:
        say_json(found.to_dict())
    elif reasons:
        say_plainly("\n".join(found.lines))
    else:
        say(found)
        if found.layer is not None:
            say_plainly("")
            say(found.layer.explain(input_shape))


@click.command(
    cls=LayerCommand,
    in_words=answer_in_words,
    help=f"""The output size of a convolution over an input of SIZE, and why.

    \b
    Examples:
      convarith conv 6x6 -k 3 -s 2 -p 1
      convarith conv 224x224 -k 7 -s 2 -p 3 --json
      convarith conv 16000 -k 2 -d 512 -p causal
      convarith conv 6x8 -k 3x5 -s 2x1 -p 0:1x2:2
      convarith conv 6x6 --framework tensorflow -k 3 -s 2 -p SAME

    {JSON_KEYS}.

    {FRAMEWORK_JSON}.""",
)
@input_shape
@conv_parameters
@framework_option
@reasons_option
@as_json
def conv(input_shape: tuple[int, ...], as_json: bool, reasons: bool, **parameters: Any) -> None:
    answer(Conv(**parameters), input_shape, as_json, reasons)


@click.command(
    cls=LayerCommand,
    in_words=answer_in_words,
    help=f"""The output size of a pooling over an input of SIZE, and why; its stride is the kernel size unless given.

    \b
    Examples:
      convarith pool 112x112 -k 3 -s 2 -p 1
      convarith pool 112x112 -k 3 -s 2 -p 1 --ceil
      convarith pool 12 --framework caffe -k 1 -s 2

    {JSON_KEYS}.

    {FRAMEWORK_JSON}.""",
)
@input_shape
@pool_parameters
@framework_option
@reasons_option
@as_json
def pool(input_shape: tuple[int, ...], as_json: bool, reasons: bool, **parameters: Any) -> None:
    answer(Pool(**parameters), input_shape, as_json, reasons)


@click.command(
    cls=LayerCommand,
    in_words=answer_in_words,
    help=f"""The output size of a transposed convolution over an input of SIZE, and the equivalent direct convolution.

    The padding is that of the direct convolution it transposes, as in PyTorch.

    \b
    Examples:
      convarith transpose 3x3 -k 3 -s 2 -p 1 -a 1
      convarith transpose 7x7 -k 4 -s 2 -p 1
      convarith transpose 5 --framework keras -k 3 -s 2 -p same --explain

    {JSON_KEYS}; and
    equivalent (stretched_shape, inserted_zeros, kernel_size, padding, dilation, rotated) and direct.

    {FRAMEWORK_JSON}.""",
)
@input_shape
@transpose_parameters
@framework_option
@reasons_option
@as_json
def transpose(input_shape: tuple[int, ...], as_json: bool, reasons: bool, **parameters: Any) -> None:
    answer(ConvTranspose(**parameters), input_shape, as_json, reasons)
