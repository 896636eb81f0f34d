"""``animate``: a layer at work, as an animation or a still in the format that the file's suffix asks for."""

from __future__ import annotations

from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, Any

import click

from convarith.arithmetic.layers import Conv, ConvTranspose, Pool
from convarith.errors import RefusedError, nearest
from convarith_cli.file_options import words_option
from convarith_cli.framework_words import FrameworkCall, framework_layer, framework_option
from convarith_cli.output import say_picture
from convarith_cli.parameters import Shape, conv_parameters, input_shape, pool_parameters, transpose_parameters
from convarith_cli.picture_options import (
    PictureOfLayer,
    Pictures,
    cells,
    channels,
    headings,
    input_numbers,
    kernel_numbers,
    padding_mode,
    picture_options,
    reduction,
    seed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from convarith.arithmetic.layer import Layer
    from convarith.render import Animation

    Command = Callable[..., Any]

ANSWER = """It prints what the picture shows in words, for those who cannot see it; for a .tex, a .pdf and a folder also
    the line of LaTeX that embeds it. --markdown, --html and --json print something else instead; give one of them.

    --json prints the keys path, frames, width, height (in pixels), alt_text and notes (what was left out)."""

KINDS: dict[str, tuple[type[Layer], Callable[[Command], Command]]] = {
    "conv": (Conv, conv_parameters),
    "pool": (Pool, pool_parameters),
    "transpose": (ConvTranspose, transpose_parameters),
}
"""Command -> its layer, and the options of that layer's parameters."""


def _of_layer(name: str) -> Callable[[Command], Command]:
    """A command that is given a layer, with options for the layer's parameters."""
    kind, parameters = KINDS[name]
    names = signature(kind).parameters

    def decorated(command: Command) -> Command:
        @wraps(command)
        def with_layer(**given: Any) -> None:
            layer = kind(**{name: given.pop(name) for name in names})
            command(layer=layer, **given)

        return parameters(with_layer)

    return decorated


def _animate(layer: Layer, input_shape: tuple[int, ...], **wishes: Any) -> None:
    from convarith import render  # NumPy and Pillow: for those who want a picture

    _write(render.animate, layer, input_shape, **wishes)


def _animate_in_words(
    call: FrameworkCall, parameters: dict[str, Any], input_shape: tuple[int, ...], **wishes: Any
) -> None:
    _animate(call.layer(input_shape, parameters), input_shape, **wishes)


def _write(
    write: Callable[..., Animation],
    what: Any,
    shape: tuple[int, ...],
    output: str,
    markdown: bool,
    html: bool,
    as_json: bool,
    **wishes: Any,
) -> None:
    """Write a picture and say what was asked for."""
    answers = {"--markdown": markdown, "--html": html, "--json": as_json}
    asked = [name for name, wanted in answers.items() if wanted]
    if len(asked) > 1:
        raise click.UsageError(f"{' and '.join(asked)} exclude each other; give one")
    if markdown or html:
        from convarith.render.embedding import check_shown

        check_shown(output)
    maps = wishes.get("in_channels", 1), wishes.get("out_channels", 1)
    for name in ("input", "kernel"):
        if len(shape) == 1 and maps == (1, 1) and isinstance(wishes.get(name), list):
            wishes[name] = _vector(wishes[name])
    animation = write(what, shape, output, **wishes)
    say_picture(animation, markdown, html, as_json)


def _vector(rows: list[list[Any]]) -> list[Any]:
    """A lone row, or a column, as one axis has it."""
    return rows[0] if len(rows) == 1 else [row[0] for row in rows] if len(rows[0]) == 1 else rows


@click.group(cls=Pictures)
def animate() -> None:
    """Write an animation, or a still, of a layer's windows moving over its input.

    \b
    Examples:
      convarith animate conv 6x6 -k 3 -s 2 -p 1 -o odd.gif
      convarith animate pool 5x5 -k 3 -s 1 --reduce avg -o mean.gif
      convarith animate transpose 3x3 -k 3 -s 2 -p 1 -a 1 --show stamp -o up.gif
      convarith animate compare 7x7 "conv -k 3" "conv -k 3 -d 2" -o two.gif
      convarith animate stack 9x9 "conv -k 3" "pool -k 2" "conv -k 3" -o field.gif

    The file is written whole or not at all, and replaces another only with --force.
    """


@animate.command(
    cls=PictureOfLayer,
    in_words=_animate_in_words,
    help=f"""Animate a convolution over an input of SIZE.

    \b
    Examples:
      convarith animate conv 6x6 -k 3 -s 2 -p 1 -o odd.gif
      convarith animate conv 5x5 -k 3 --kernel "0,1,0;1,-4,1;0,1,0" -o laplace.gif
      convarith animate conv 4x4 -k 3 -p 1 --padding-mode reflect -o mirror.svg
      convarith animate conv 6x6 -k 3 --view sheets --cells blank -o guide.png
      convarith animate conv 4x4 -k 3 --show matrix -o matrix.gif
      convarith animate conv 6x6 --framework keras -k 3 -s 2 -p same -o same.gif
      convarith animate conv 5x5 -k 3 --in-channels 2 --out-channels 3 -o maps.gif

    {ANSWER}""",
)
@input_shape
@_of_layer("conv")
@framework_option
@input_numbers
@kernel_numbers
@seed
@cells
@words_option(
    "--show",
    ["equivalent", "pair", "matrix", "subsampled", "counting"],
    "The convolution alone, beside its transpose, with its matrix C, as stride 1 with outputs dropped, or counting the "
    "positions of its window.",
)
@padding_mode
@channels
@picture_options
def conv(**given: Any) -> None:
    _animate(**given)


@animate.command(
    cls=PictureOfLayer,
    in_words=_animate_in_words,
    help=f"""Animate a pooling over an input of SIZE.

    \b
    Examples:
      convarith animate pool 6x6 -k 3 -s 2 -p 1 --ceil -o pool.gif
      convarith animate pool 4x4 -k 2 --reduce avg --strip 4 -o mean.pdf
      convarith animate pool 4x4 -k 2 --show switches -o unpool.gif

    {ANSWER}""",
)
@input_shape
@_of_layer("pool")
@framework_option
@input_numbers
@seed
@cells
@words_option(
    "--show",
    ["equivalent", "subsampled", "counting", "switches"],
    "The pooling alone, as stride 1 with outputs dropped, counting the positions of its window, or with switches and "
    "unpooling.",
)
@reduction
@picture_options
def pool(**given: Any) -> None:
    _animate(**given)


@animate.command(
    cls=PictureOfLayer,
    in_words=_animate_in_words,
    help=f"""Animate a transposed convolution over an input of SIZE.

    \b
    Examples:
      convarith animate transpose 3x3 -k 3 -s 2 -p 1 -a 1 -o up.gif
      convarith animate transpose 3x3 -k 3 -s 2 --show stamp -o stamps.gif
      convarith animate transpose 3x3 -k 3 -s 2 --show pair --markdown -o pair.gif
      convarith animate transpose 4x4 -k 3 -s 2 --show overlap -o checkerboard.png

    {ANSWER}""",
)
@input_shape
@_of_layer("transpose")
@framework_option
@input_numbers
@kernel_numbers
@seed
@cells
@words_option(
    "--show",
    ["equivalent", "stamp", "pair", "matrix", "overlap"],
    "As the equivalent direct convolution, as stamps that add up, beside the convolution it transposes, with its "
    "matrix, or how many stamps reach each output.",
)
@picture_options
def transpose(**given: Any) -> None:
    _animate(**given)


@animate.command(
    short_help="Animate two or three layers side by side.",
    help=f"""Animate two or three layers side by side on one input of SIZE, in step.

    A LAYER is written as its own command is, in quotes and without a size: "conv -k 3 -s 2", "pool -k 2",
    "transpose -k 3".

    \b
    Examples:
      convarith animate compare 7x7 "conv -k 3" "conv -k 3 -d 2" -o two.gif
      convarith animate compare 5 "conv -k 3" "pool -k 2" --strip 4 -o two.pdf

    {ANSWER}""",
)
@input_shape
@click.argument("layers", nargs=-1, required=True, metavar="LAYER LAYER [LAYER]")
@input_numbers
@kernel_numbers
@seed
@cells
@headings
@reduction
@padding_mode
@picture_options
def compare(input_shape: tuple[int, ...], layers: tuple[str, ...], heading: tuple[str, ...], **wishes: Any) -> None:
    from convarith import render  # NumPy and Pillow: for those who want a picture

    given = [layer_of(words, input_shape) for words in layers]
    _write(render.compare, given, input_shape, headings=heading or None, **wishes)


@animate.command(
    short_help="A stack of layers, and what one output reads.",
    help=f"""Show a stack of layers on an input of SIZE, and what one of its outputs reads: its receptive field, walked
    back layer by layer.

    A LAYER is written as its own command is, in quotes and without a size: "conv -k 3 -s 2", "pool -k 2". What stands
    in a cell is the number of ways that lead from it to the output.

    \b
    Examples:
      convarith animate stack 9x9 "conv -k 3" "conv -k 3" --view sheets -o field.gif
      convarith animate stack 16 "conv -k 2 -p causal" "conv -k 2 -d 2 -p causal" --at 15 -o causal.svg

    {ANSWER}""",
)
@input_shape
@click.argument("layers", nargs=-1, required=True, metavar="LAYER LAYER [LAYER...]")
@click.option("--at", type=Shape(), metavar="INDEX", help="The output, such as 2x2 or 15.  [default: the middle one]")
@words_option(
    "--cells", ["numbers", "blank"], "What stands in the cells: how many ways lead to the output, or nothing."
)
@picture_options
def stack(input_shape: tuple[int, ...], layers: tuple[str, ...], **wishes: Any) -> None:
    from convarith import render  # NumPy and Pillow: for those who want a picture

    _write(render.stack, [layer_of(words) for words in layers], input_shape, **wishes)


def layer_of(words: str, input_shape: tuple[int, ...] | None = None, *, size: tuple[int, ...] | None = None) -> Layer:
    """The layer that words such as ``conv -k 3 -s 2`` describe, which has to fit the input, if one is given.

    Words with ``--framework`` are that framework's; ``size`` makes its paddings numbers without having to fit.

    Raises:
        click.BadParameter, ParameterError, ShapeError: as the layer's own command does, with the words before it.
    """
    name, *options = words.split() or [""]
    if name not in KINDS:
        raise click.BadParameter(f"{words!r} begins with no layer; {nearest(name, KINDS)}", param_hint="'LAYER'")
    kind, parameters = KINDS[name]
    command = click.command(name, add_help_option=False)(parameters(lambda **_: None))
    try:
        layer = framework_layer([name, *options], input_shape or size)
        if layer is None:
            layer = kind(**command.make_context(name, options).params)
        if input_shape is not None:
            layer.windows(input_shape)
    except click.UsageError as error:
        raise click.BadParameter(f"in {words!r}: {error.format_message()}", param_hint="'LAYER'") from None
    except RefusedError as error:
        raise type(error)(f"in {words!r}: {error.message}", **error.numbers) from None
    return layer
