"""``animate``: a layer at work, as an animated GIF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from convarith.arithmetic.layers import Conv, ConvTranspose, Pool
from convarith_cli.groups import Group
from convarith_cli.output import say_json, say_plainly
from convarith_cli.parameters import (
    as_json,
    conv_parameters,
    input_shape,
    pool_parameters,
    transpose_parameters,
    with_options,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from convarith.arithmetic.layer import Layer

    Command = Callable[..., Any]

JSON_KEYS = "--json prints the keys path, frames, width, height (in pixels) and alt_text"


def _drawn(command: Command) -> Command:
    """The options of every picture."""
    path = click.Path(dir_okay=False)
    return with_options(
        command,
        click.option("-o", "--output", type=path, required=True, metavar="FILE", help="Where to write it: FILE.gif."),
        click.option(
            "--seed", type=click.IntRange(0, 2**32 - 2), default=0, show_default=True, help="Seed of the numbers."
        ),
        as_json,
    )


def _animate(layer: Layer, shape: tuple[int, ...], output: str, as_json: bool, **wishes: Any) -> None:
    from convarith import render  # NumPy and Pillow: for those who want a picture

    animation = render.animate(layer, shape, output, **wishes)
    if as_json:
        say_json(animation.to_dict())
    else:
        say_plainly(animation)


@click.group(cls=Group)
def animate() -> None:
    """Write an animated GIF of a layer's windows moving over its input.

    \b
    Examples:
      convarith animate conv 6x6 -k 3 -s 2 -p 1 -o odd.gif
      convarith animate pool 5x5 -k 3 -s 1 --reduce avg -o mean.gif
      convarith animate transpose 3x3 -k 3 -s 2 -p 1 -a 1 -o up.gif

    The file is written whole or not at all.
    """


@animate.command(
    help=f"""Animate a convolution over an input of SIZE.

    \b
    Example:
      convarith animate conv 6x6 -k 3 -s 2 -p 1 -o odd.gif

    {JSON_KEYS}."""
)
@input_shape
@conv_parameters
@_drawn
def conv(input_shape: tuple[int, ...], output: str, seed: int, as_json: bool, **parameters: Any) -> None:
    _animate(Conv(**parameters), input_shape, output, as_json, seed=seed)


@animate.command(
    help=f"""Animate a pooling over an input of SIZE.

    \b
    Example:
      convarith animate pool 6x6 -k 3 -s 2 -p 1 --ceil -o pool.gif

    {JSON_KEYS}."""
)
@input_shape
@pool_parameters
@click.option(
    "--reduce", type=click.Choice(["max", "avg"]), default="max", show_default=True, help="Maximum or average."
)
@_drawn
def pool(input_shape: tuple[int, ...], reduce: str, output: str, seed: int, as_json: bool, **parameters: Any) -> None:
    _animate(Pool(**parameters), input_shape, output, as_json, reduce=reduce, seed=seed)


@animate.command(
    help=f"""Animate a transposed convolution over an input of SIZE, as its equivalent direct convolution.

    \b
    Example:
      convarith animate transpose 3x3 -k 3 -s 2 -p 1 -a 1 -o up.gif

    {JSON_KEYS}."""
)
@input_shape
@transpose_parameters
@_drawn
def transpose(input_shape: tuple[int, ...], output: str, seed: int, as_json: bool, **parameters: Any) -> None:
    _animate(ConvTranspose(**parameters), input_shape, output, as_json, seed=seed)
