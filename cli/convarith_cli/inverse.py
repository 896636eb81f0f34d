"""``solve``: the inputs, paddings, strides or output_paddings that give a wanted size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from convarith.arithmetic import inverse
from convarith.arithmetic.layers import Conv, ConvTranspose, Pool
from convarith_cli.groups import Group
from convarith_cli.output import say, say_json
from convarith_cli.parameters import (
    Shape,
    as_json,
    ceil_mode,
    dilation,
    input_dilation,
    kernel_size,
    open_output_padding,
    open_padding,
    open_stride,
    with_options,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from convarith.arithmetic.inverse import Solutions
    from convarith.arithmetic.layer import Layer

    Command = Callable[..., Any]

DEFAULT_BOUND = 4

JSON_KEYS = """--json prints the keys question, parameter, axes (values: [first, last], or a list of [stride, padding];
    least: the least [before, after] or null; reason: why there is none) and common (what holds on every axis)"""


def _asked(command: Command) -> Command:
    """The options of every question."""
    return with_options(
        command,
        click.option("--input", "input_shape", type=Shape(), metavar="SIZE", help="Input size, if that is known."),
        click.option(
            "--output", "output_shape", type=Shape(), required=True, metavar="SIZE", help="Wanted output size."
        ),
        kernel_size,
        open_stride,
        open_padding,
        dilation,
        click.option("--max-stride", type=int, metavar="N", help="Try strides up to N.  [default: 4]"),
        click.option("--max-padding", type=int, metavar="N", help="Try paddings up to N.  [default: 4]"),
        as_json,
    )


@click.group(
    cls=Group,
    help=f"""The inputs, paddings or strides that give a wanted output size: all of them.

    What is left out is what is asked for:

    \b
      --input               every input size
      -s and -p             every (stride, padding) up to the bounds
      -p                    every padding, and the least per-side padding
      -s                    every stride up to the bound
      -a (transpose)        the output padding, with -s and -p given

    \b
    Examples:
      convarith solve conv --output 3x3 -k 3 -s 2 -p 1
      convarith solve conv --input 6x6 --output 3x3 -k 3
      convarith solve conv --input 6x6 --output 3x3 -k 3 -s 2
      convarith solve transpose --input 3x3 --output 6x6 -k 3 -s 2 -p 1

    {JSON_KEYS}.""",
)
def solve() -> None:
    pass


@solve.command(
    help=f"""Inputs, paddings or strides of a convolution that give a wanted output size.

    \b
    Examples:
      convarith solve conv --output 3x3 -k 3 -s 2 -p 1
      convarith solve conv --input 6x6 --output 3x3 -k 3 -s 2

    {JSON_KEYS}."""
)
@_asked
@input_dilation
def conv(**parameters: Any) -> None:
    _solve(Conv, parameters)


@solve.command(
    help=f"""Inputs, paddings or strides of a pooling that give a wanted output size.

    \b
    Examples:
      convarith solve pool --output 57x57 -k 3 -s 2 -p 1 --ceil
      convarith solve pool --input 112x112 --output 56x56 -k 3

    {JSON_KEYS}."""
)
@_asked
@ceil_mode
def pool(**parameters: Any) -> None:
    _solve(Pool, parameters)


@solve.command(
    help=f"""Inputs, paddings, strides or output paddings of a transposed convolution that give a wanted output size.

    \b
    Examples:
      convarith solve transpose --input 3x3 --output 6x6 -k 3 -s 2 -p 1
      convarith solve transpose --output 6x6 -k 4 -s 2 -p 1

    {JSON_KEYS}."""
)
@_asked
@open_output_padding
def transpose(**parameters: Any) -> None:
    _solve(ConvTranspose, parameters)


def _solve(kind: type[Layer], parameters: dict[str, Any]) -> None:
    """Ask the question that the given options leave open."""
    wanted, known, as_json = (parameters.pop(name) for name in ("output_shape", "input_shape", "as_json"))
    bounds = {name: parameters.pop(name) for name in ("max_stride", "max_padding")}
    given = {name: value for name, value in parameters.items() if value is not None}
    left_open = {"stride", "padding", "output_padding"} & parameters.keys() - given.keys()
    if "stride" in left_open and "output_padding" in given:
        # Any stride that allows it: the question does not look at it.
        added = given["output_padding"]
        given["stride"] = (max(added) if isinstance(added, tuple) else added) + 1
    solutions = _answered(kind(**given), known, wanted, left_open, bounds)
    if as_json:
        say_json(solutions.to_dict())
    else:
        say(solutions)


def _answered(
    layer: Layer,
    known: tuple[int, ...] | None,
    wanted: tuple[int, ...],
    left_open: set[str],
    bounds: dict[str, int | None],
) -> Solutions:
    if known is None:
        _refuse_bounds(bounds, set(), "every input size")
        return inverse.inputs(layer, wanted)
    limits = {name: DEFAULT_BOUND if bound is None else bound for name, bound in bounds.items()}
    if left_open >= {"stride", "padding"}:
        return inverse.strides_and_paddings(layer, known, wanted, **limits)
    if "stride" in left_open:
        _refuse_bounds(bounds, {"max_stride"}, "every stride")
        return inverse.strides(layer, known, wanted, max_stride=limits["max_stride"])
    if "padding" in left_open:
        _refuse_bounds(bounds, set(), "every padding")
        return inverse.paddings(layer, known, wanted)
    _refuse_bounds(bounds, set(), "the output padding")
    if not left_open:
        raise click.UsageError("nothing is left open to solve for; leave out --input, -s or -p (or -a of a transpose)")
    return inverse.output_paddings(layer, known, wanted)


def _refuse_bounds(bounds: dict[str, int | None], wanted: set[str], question: str) -> None:
    for name, bound in bounds.items():
        if bound is not None and name not in wanted:
            raise click.UsageError(
                f"--{name.replace('_', '-')} bounds nothing where {question} is asked for; leave it out"
            )
