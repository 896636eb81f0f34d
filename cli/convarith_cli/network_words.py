"""What the command `network` reads of its words, and how it prints answers in blocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from convarith_cli.output import encodable
from convarith_cli.parameters import ParamType

if TYPE_CHECKING:
    from convarith.network import Network, Table

FAMILIES = ("resnet-cifar-DEPTH", "wrn-DEPTH-WIDTH", "densenet-DEPTH-GROWTH", "densenet-bc-DEPTH-GROWTH")


class Index(ParamType):
    """Whole numbers from 0 joined by commas: the place of a unit or of a position."""

    name = "index"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in re.split("[,x×X]", value)]
        for part in parts:
            if not re.fullmatch("[0-9]{1,18}", part):
                self.fail(f"in {value!r}, {part!r} is no index; write 3,4 (row, column, from 0)", param, ctx)
        return tuple(int(part) for part in parts)


def one_source(words: tuple[str, ...]) -> str:
    """The network's word on the command line.

    Raises:
        click.UsageError: there is none, or the shell has cut it into several.
    """
    if not words:
        raise click.UsageError("which network? Give a line of text, a file, or a name; --list shows the names")
    if len(words) > 1:
        raise click.UsageError(
            f'the shell has cut the network into {len(words)} words; put it in quotes, as "11-4Conv96 -> 3-2MaxPool"'
        )
    return words[0]


def whole_input(network: Network, given: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """Channels and sizes of an input; of a network that knows its channels the sizes will do, or one for every axis.

    Raises:
        click.UsageError: there are sizes alone, and the network does not know its channels.
    """
    own = network.input_shape
    if given is None:
        return own
    operations = [node.operation for node in network.nodes]
    ndim = len(own) - 1 if own else max((operation.ndim or 0 for operation in operations), default=0)
    if len(given) > 1 and len(given) != ndim:
        return given
    sizes = given * ndim if len(given) == 1 and ndim else given
    channels = own[0] if own else next((each for each in map(_channels, operations) if each is not None), None)
    if channels is None or not ndim:
        shown = "x".join(map(str, sizes))
        raise click.UsageError(
            f"--input {shown} has no channels; put them before the sizes, as 3x{shown if ndim else '224x224'}"
        )
    return (channels, *sizes)


def _channels(operation: Any) -> int | None:
    channels: int | None = getattr(operation, "in_channels", None)
    return channels


def say_blocks(text: str) -> None:
    """Print blocks with an empty line between them, the first line of each as a heading."""
    lines, begins = [], True
    for line in encodable(text).splitlines():
        lines.append(click.style(line, bold=True) if begins and line else line)
        begins = not line
    click.echo("\n".join(lines))


def say_warnings(warnings: tuple[str, ...]) -> None:
    """Print warnings on standard error, where the answer has no place for them."""
    for warning in warnings:
        click.echo(f"Warning: {warning}", err=True)


def terminal_width() -> int:
    """The columns of the terminal; 80 where there is none."""
    from shutil import get_terminal_size

    return get_terminal_size().columns


def list_text(tables: list[Table], names: list[str], width: int) -> str:
    """The named networks in rows: input, parameters, MACs, and the title as far as there is room."""
    from convarith.network.number_words import grouped, shortened
    from convarith.network.operations import shown

    rows = [("name", "input", "parameters", "MACs", "")]
    for name, table in zip(names, tables, strict=True):
        title = table.network.title.partition(" (")[0]
        rows.append((name, shown(table.input_shape), grouped(table.parameters), shortened(table.macs), title))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = []
    for name, given, parameters, macs, title in rows:
        line = f"{name:<{widths[0]}}  {given:>{widths[1]}}  {parameters:>{widths[2]}}  {macs:>{widths[3]}}  {title}"
        lines.append((line if len(line) <= width else f"{line[: width - 2]}..").rstrip())
    return "\n".join([*lines, "", "and of other sizes", *[f"  {family}" for family in FAMILIES]])
