"""Inverting a function of whole numbers that never falls, by bisection."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def first_at_least(function: Callable[[int], int], value: int, start: int) -> int:
    """The least x ≥ ``start`` with ``function(x) >= value``, for a function that never falls; by bisection."""
    step = 1
    low = high = start
    while function(high) < value:
        low = high + 1
        high += step
        step *= 2
    while low < high:
        middle = (low + high) // 2
        if function(middle) < value:
            low = middle + 1
        else:
            high = middle
    return low


def preimage(function: Callable[[int], int], value: int, start: int) -> range:
    """Every x ≥ ``start`` with ``function(x) == value``, for a function that never falls and has no upper bound.

    Every size formula is such a function of the input and of the padding, so one search inverts them all.

    >>> preimage(lambda size: (size - 3) // 2 + 1, 3, start=1)
    range(7, 9)
    """
    return range(first_at_least(function, value, start), first_at_least(function, value + 1, start))
