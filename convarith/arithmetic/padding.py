"""Padding: every spelling of it, and what each name means in numbers.

A padding is one entry for every axis, or a sequence with one entry for each. An entry is an int (both sides), a
pair (before, after), or a name. Names live here only: below, an axis knows two integers.
"""

from __future__ import annotations

from convarith.arithmetic.axis import needed_extent
from convarith.arithmetic.integers import as_index, integer, listed, shown
from convarith.errors import ParameterError, RefusedError, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex, TypeAlias

    Entry: TypeAlias = "int | str | tuple[int, int]"
    Padding: TypeAlias = "int | str | tuple[Entry, ...]"
    GivenEntry: TypeAlias = "SupportsIndex | str | Sequence[SupportsIndex]"
    GivenPadding: TypeAlias = "GivenEntry | Sequence[GivenEntry]"

FIXED = ("valid", "half", "full", "causal")
"""Names whose numbers follow from the kernel alone."""

INPUT_DEPENDENT = ("same", "same_lower")
"""Names whose numbers need the input, too; a layer keeps the name until it meets one."""

NAMES = FIXED + INPUT_DEPENDENT


def spelled(padding: GivenPadding) -> Padding:
    """Any spelling of a padding in its one canonical form, so that equal paddings compare equal.

    An entry (p, p) becomes p, a sequence of one is its entry (but a lone uneven pair stays in its sequence, where
    it cannot be read as one number for each of two axes).

    >>> spelled(((1, 1),)), spelled([1, 2]), spelled(((0, 1),)), spelled(((0, 1), "same"))
    (1, (1, 2), ((0, 1),), ((0, 1), 'same'))

    Raises:
        ParameterError: it is none of these spellings, or an unknown name (the nearest one is suggested).
    """
    if type(padding) is int:
        return padding
    given = listed(padding)
    if given is None:
        return _entry(padding)
    if not given:
        raise ParameterError("padding is empty; give one entry for every axis, or one for each", name="padding")
    entries: list[Entry] = []
    for axis, entry in enumerate(given):
        try:
            entries.append(_entry(entry))
        except RefusedError as refusal:
            raise refusal.on_axis(axis, len(given)) from None
    if len(entries) == 1 and not isinstance(entries[0], tuple):
        return entries[0]
    return tuple(entries)


def resolve(entry: Entry, size: int, span: int, stride: int) -> tuple[int, int]:
    """(before, after) on one axis, for an input of ``size`` (stretched) and a kernel that reaches over ``span``.

    ``same`` is the least total that gives ⌈size / stride⌉ outputs, with the odd one after; ``same_lower`` before.
    ``half`` pads ⌊span / 2⌋ on each side, ``full`` span - 1, ``causal`` span - 1 before, ``valid`` nothing.

    >>> resolve("same", size=6, span=3, stride=2)
    (0, 1)
    """
    if type(entry) is int:
        return entry, entry
    if type(entry) is tuple:
        return entry
    if entry == "valid":
        return 0, 0
    if entry == "half":
        return span // 2, span // 2
    if entry == "full":
        return span - 1, span - 1
    if entry == "causal":
        return span - 1, 0
    total = least_total(size, -(-size // stride), span, stride)
    small, large = total // 2, total - total // 2
    return (small, large) if entry == "same" else (large, small)


def least_total(size: int, count: int, span: int, stride: int) -> int:
    """The least padding, both sides together and never negative, that gives at least ``count`` windows.

    >>> least_total(size=6, count=3, span=3, stride=2)
    1
    """
    return max(needed_extent(count, span, stride) - size, 0)


def _entry(entry: object) -> Entry:
    if isinstance(entry, str):
        if entry not in NAMES:
            raise ParameterError(f"unknown padding {entry!r}; {nearest(entry, NAMES)}", name="padding", value=entry)
        return str(entry)
    sides = listed(entry)
    if sides is None:
        number = as_index(entry)
        if number is None:
            raise ParameterError(
                f"padding must be a whole number, a pair (before, after) or a name; "
                f"got {shown(entry)} ({type(entry).__name__})",
                name="padding",
                value=entry,
            )
        return number
    if len(sides) != 2:
        raise ParameterError(
            f"padding {shown(entry)} has {len(sides)} numbers for one axis; give two, (before, after)",
            name="padding",
            value=entry,
        )
    before, after = integer(sides[0], "padding"), integer(sides[1], "padding")
    return before if before == after else (before, after)
