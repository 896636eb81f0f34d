"""Integers at the door: what every constructor and helper does with the numbers it is given.

Anything that is an exact integer is taken (``operator.index``: NumPy's integers, too); a bool, a float or a
string is refused, never rounded.
"""

from __future__ import annotations

from convarith.errors import ParameterError, RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex, TypeAlias

    PerAxis: TypeAlias = "SupportsIndex | Sequence[SupportsIndex]"


def integer(value: object, name: str, least: int | None = None) -> int:
    """``value`` as an exact int.

    Raises:
        ParameterError: it is a bool or no integer, or it is below ``least``.
    """
    number = as_index(value)
    if number is None:
        raise ParameterError(
            f"{name} must be a whole number; got {shown(value)} ({type(value).__name__}), give an int",
            name=name,
            value=value,
        )
    if least is not None and number < least:
        raise ParameterError(
            f"{name} {number} is below {least}; the smallest {name} is {least}", name=name, value=number, least=least
        )
    return number


def per_axis(value: object, name: str, least: int | None = None) -> int | tuple[int, ...]:
    """One number for every axis, or one for each: an int, or a tuple of two and more.

    A sequence of one means every axis, as a single number does.
    """
    entries = listed(value)
    if entries is None:
        return integer(value, name, least)
    if not entries:
        raise ParameterError(f"{name} is empty; give one number for every axis, or one for each", name=name)
    numbers = checked_entries(entries, name, least)
    return numbers[0] if len(numbers) == 1 else numbers


def shape(value: object, name: str) -> tuple[int, ...]:
    """A spatial shape as a tuple of ints of at least 1; a single int is a shape of one axis.

    ``name`` is what its argument is called: ``input_shape`` has input sizes.
    """
    if type(value) is tuple:
        for size in value:
            if type(size) is not int or size < 1:
                break
        else:
            if value:
                return value
    entries = listed(value)
    size_name = name.replace("_shape", " size")
    if entries is None:
        return (integer(value, size_name, 1),)
    if not entries:
        raise ParameterError(f"{name} has no axes; give at least one size", name=name)
    return checked_entries(entries, size_name, 1)


def checked_entries(entries: tuple[object, ...], name: str, least: int | None) -> tuple[int, ...]:
    numbers = []
    for axis, entry in enumerate(entries):
        try:
            numbers.append(integer(entry, name, least))
        except RefusedError as refusal:
            raise refusal.on_axis(axis, len(entries)) from None
    return tuple(numbers)


def as_index(value: object) -> int | None:
    """``value`` as an exact int, or None where it is no integer (a bool is none)."""
    if type(value) is int:
        return value
    if isinstance(value, bool):
        return None
    from operator import index  # plain ints, nearly all there are, do without it

    try:
        return index(value)  # type: ignore[arg-type]  # that it may not fit is the question
    except TypeError:
        return None


def listed(value: object) -> tuple[object, ...] | None:
    """The entries of something that lists them in an order (a tuple, a list, an array), or None for anything else:
    a number, text, a set, a mapping."""
    if isinstance(value, (tuple, list)):
        return tuple(value)
    if isinstance(value, (str, bytes, dict)) or as_index(value) is not None:
        return None
    if hasattr(value, "__getitem__") and hasattr(value, "__len__") and hasattr(value, "__iter__"):
        return tuple(value)
    return None


def shown(value: object) -> str:
    """The value as its error shows it: its repr, cut where that is long."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
