"""A group of commands that knows the nearest one."""

from __future__ import annotations

import click


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
