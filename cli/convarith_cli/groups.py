"""Groups of commands: which is nearest to a word, which module is imported for one; and helps in sections."""

from __future__ import annotations

from collections.abc import MutableMapping
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

import click

if TYPE_CHECKING:
    from collections.abc import Iterator


class OnFirstTouch(MutableMapping[str, click.Command]):
    """Commands by name, given as the module beside this one that has them, which is imported when one is asked for."""

    def __init__(self, modules: dict[str, str]) -> None:
        self._held: dict[str, str | click.Command] = dict(modules)

    def __getitem__(self, name: str) -> click.Command:
        held = self._held[name]
        if isinstance(held, str):
            command: click.Command = getattr(import_module(f"convarith_cli.{held}"), name)
            self._held[name] = held = command
        return held

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._held[name] = command

    def __delitem__(self, name: str) -> None:
        del self._held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


class Sectioned(click.Command):
    """A command whose help has its many options under headings."""

    first_heading = "Options"
    headings: ClassVar[dict[str, str]] = {}
    """The option that begins each further part -> the part's heading."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        parts: dict[str, list[tuple[str, str]]] = {}
        heading = self.first_heading
        for parameter in self.get_params(ctx):
            heading = self.headings.get(parameter.name or "", heading)
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                parts.setdefault(heading, []).append(record)
        for heading, records in parts.items():
            with formatter.section(heading):
                formatter.write_dl(records)


class Group(click.Group):
    """A group whose refusal of an unknown command names the nearest, whatever click's version does."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from convarith.errors import nearest

            raise click.UsageError(
                f"there is no command {args[0]!r}; {nearest(args[0], self.commands)}", ctx
            ) from error
