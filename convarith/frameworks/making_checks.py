"""How a check of a call is made of a refusal of one axis or of the channels, and how a refusal quotes the framework."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convarith.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from convarith.frameworks.rules import Call, Channels, OneAxis

    Check: TypeAlias = Callable[[Call], None]
    OfOneAxis: TypeAlias = Callable[[OneAxis], RefusedError | None]
    OfChannels: TypeAlias = Callable[[Channels], RefusedError | None]


def check(call: Call, checks: Mapping[str, Check]) -> None:
    """Make those checks of a call's rule that are in this table.

    Raises:
        RefusedError: one of them refuses; its sentence ends with the framework's own rule.
    """
    for name, words in call.rule.refuses.items():
        made = checks.get(name)
        if made is None:
            continue
        try:
            made(call)
        except RefusedError as refusal:
            raise quoted(refusal, call.framework, words) from None


def quoted(refusal: RefusedError, framework: str, words: str) -> RefusedError:
    """The refusal with the framework's own rule behind it."""
    return type(refusal)(
        f"{refusal.message} ({framework}: {words})", **{**refusal.numbers, "framework": framework, "rule": words}
    )


def on_each_axis(refuses: OfOneAxis) -> Check:
    """A check of every axis, whose refusal names the axis."""

    def check(call: Call) -> None:
        for number, axis in enumerate(call.axes):
            refusal = refuses(axis)
            if refusal is not None:
                raise refusal.on_axis(number, len(call.axes))

    return check


def on_channels(refuses: OfChannels) -> Check:
    """A check of the channels, where a call has some."""

    def check(call: Call) -> None:
        refusal = refuses(call.channels) if call.channels is not None else None
        if refusal is not None:
            raise refusal

    return check
