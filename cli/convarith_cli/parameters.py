"""The words of the command line as numbers: sizes, per-axis parameters, paddings.

6x6        a size, or one number for each axis
3          one number for every axis
0:1        a padding of 0 before and 1 after, on every axis
0:1x1:1    the same for each axis
same       a padding by name
1,2;3,4    the numbers of a table, row by row
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    Command = Callable[..., Any]
    ParamType = click.ParamType[Any]
    Choice = click.Choice[str]
else:
    ParamType = click.ParamType  # generic in click's newest releases only
    Choice = click.Choice


class PerAxis(ParamType):
    """Whole numbers joined by x."""

    name = "per axis"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        numbers = self.parts(value, param, ctx)
        return numbers[0] if len(numbers) == 1 else tuple(numbers)

    def parts(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> list[Any]:
        """What stands between the x of a word."""
        try:
            return [self.number(part, param, ctx) for part in re.split("[x×X]", value.strip())]
        except click.BadParameter as error:
            if repr(value) in error.message:
                raise
            self.fail(f"in {value!r}, {error.message}", param, ctx)

    def number(self, part: str, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        # Not int(): it would take 1_0 and other alphabets' digits, which are more likely slips than sizes.
        if not re.fullmatch(r"[+-]?[0-9]+", part):
            self.fail(f"{part!r} is not a whole number; write 3 for every axis, or 3x5 for two", param, ctx)
        return _whole(part, self, param, ctx)


class Shape(PerAxis):
    """A size: whole numbers joined by x, always as a tuple."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        converted = super().convert(value, param, ctx)
        return (converted,) if isinstance(converted, int) else converted


class Padding(PerAxis):
    """Whole numbers, before:after pairs or names joined by x."""

    name = "padding"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        entries = self.parts(value, param, ctx)
        # A lone pair is for every axis, which the library spells ((before, after),).
        return entries[0] if len(entries) == 1 and not isinstance(entries[0], tuple) else tuple(entries)

    def number(self, part: str, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if re.fullmatch(r"[A-Za-z_]+", part):
            return part  # the library knows the names
        if not re.fullmatch(r"[+-]?[0-9]+(:[+-]?[0-9]+)?", part):
            self.fail(f"{part!r} is no padding; write 1, 0:1 (before:after), or a name such as same", param, ctx)
        sides = tuple(_whole(side, self, param, ctx) for side in part.split(":"))
        return sides[0] if len(sides) == 1 else sides


class Numbers(ParamType):
    """Rows of numbers such as ``1,2;3,4`` as lists; what ends as a file's name does stays that name."""

    name = "numbers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str) or re.search(r"\.[A-Za-z][A-Za-z0-9]*$", value):
            return value
        rows: list[list[int | float]] = []
        for row in value.strip().removesuffix(";").split(";"):
            rows.append([self.number(word, value, param, ctx) for word in row.replace(",", " ").split()])
            if not rows[-1]:
                self.fail(
                    f"row {len(rows)} of {value!r} holds no numbers; write '1,2;3,4', or a file's name", param, ctx
                )
            if len(rows[-1]) != len(rows[0]):
                self.fail(
                    f"in {value!r}, row {len(rows)} has another length ({len(rows[-1])}) than the first "
                    f"({len(rows[0])}); give every row as many numbers",
                    param,
                    ctx,
                )
        return rows

    def number(self, word: str, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int | float:
        try:
            return float(word) if re.search("[.A-Za-z]", word) else int(word)
        except ValueError:
            self.fail(
                f"in {value!r}, {word!r} is no number; write rows such as '1,2;3,4', or the name of a .npy, .csv or "
                f".txt file or of an image",
                param,
                ctx,
            )


class FrameNumber(ParamType):
    """The number of a frame, or a word that the library knows."""

    name = "frame"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and re.fullmatch("[0-9]+", value):
            return _whole(value, self, param, ctx)
        return value


class Word(Choice):
    """One of a few words; the refusal of another names the nearest."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value not in self.choices:
            from convarith.errors import nearest

            self.fail(f"unknown word {value!r}; {nearest(str(value), self.choices)}", param, ctx)
        return value


def _whole(digits: str, kind: ParamType, param: click.Parameter | None, ctx: click.Context | None) -> int:
    try:
        return int(digits)
    except ValueError:  # Python refuses to read thousands of digits
        kind.fail(f"a number of {len(digits)} digits is too long to read; write fewer", param, ctx)


def _numbers(short: str, name: str, help_text: str, default: str | None = None) -> Callable[[Command], Command]:
    """An option of whole numbers: one for every axis, or one for each."""
    shown = default is not None
    return click.option(
        short, name, type=PerAxis(), default=default, show_default=shown, metavar=short[1:].upper(), help=help_text
    )


input_shape = click.argument("input_shape", type=Shape(), metavar="SIZE")
kernel_size = click.option(
    "-k", "--kernel-size", type=PerAxis(), required=True, metavar="K", help="Kernel size, 3 or 3x5."
)
stride = _numbers("-s", "--stride", "Stride.", "1")
pool_stride = _numbers("-s", "--stride", "Stride.  [default: the kernel size]")
open_stride = _numbers("-s", "--stride", "Stride, if that is known.")
padding = click.option(
    "-p",
    "--padding",
    type=Padding(),
    default="0",
    show_default=True,
    metavar="P",
    help="Padding: 1, 1x2, 0:1 (before:after), 0:1x1:1, or a name (valid, half, full, causal, same, same_lower).",
)
open_padding = click.option("-p", "--padding", type=Padding(), metavar="P", help="Padding, if that is known.")
dilation = _numbers("-d", "--dilation", "Dilation of the kernel.", "1")
input_dilation = _numbers("-e", "--input-dilation", "Stretch the input: E-1 zeros between neighbours.", "1")
ceil_mode = click.option("--ceil", "ceil_mode", is_flag=True, help="Round the size up (ceil_mode).")
output_padding = _numbers(
    "-a", "--output-padding", "Output padding: added zeros at the end, below the larger of stride and dilation.", "0"
)
open_output_padding = _numbers("-a", "--output-padding", "Output padding, if that is known.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def conv_parameters(command: Command) -> Command:
    """The options of a convolution."""
    return with_options(command, kernel_size, stride, padding, dilation, input_dilation)


def pool_parameters(command: Command) -> Command:
    """The options of a pooling."""
    return with_options(command, kernel_size, pool_stride, padding, dilation, ceil_mode)


def transpose_parameters(command: Command) -> Command:
    """The options of a transposed convolution."""
    return with_options(command, kernel_size, stride, padding, dilation, output_padding)


def with_options(command: Command, *options: Callable[[Command], Command]) -> Command:
    """A command with options, listed in this order by its help."""
    for option in reversed(options):
        command = option(command)
    return command
