"""The numbers in a picture: given ones checked, seeded ones made, and all of them written short."""

from __future__ import annotations

import re
from math import isclose
from typing import TYPE_CHECKING, Any

import numpy as np

from convarith.errors import ParameterError, ShapeError
from convarith.numerics.arrays import checked_numbers

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

SMALL = 4
"""Seeded inputs are 0 ... SMALL - 1 and weights 0 ... SMALL - 2, as in the guide, so that sums stay short."""

CELL_CHARACTERS = 5
"""At most this many characters fit into a cell at the smallest size of letters."""

LARGE = 10
"""Seeded inputs of a pooling are 0 ... LARGE - 1, so that a maximum stands out."""


def seeded(shape: tuple[int, ...], below: int, seed: int) -> NDArray[Any]:
    """Small whole numbers that are the same on every machine and for every NumPy, of which the first is no zero: what
    is shown first should show something."""
    numbers = np.random.RandomState(seed % 2**32).randint(0, below, shape)  # its stream is frozen for good
    numbers.flat[0] = numbers.flat[0] or below - 1
    return numbers


def seeded_kernel(shape: tuple[int, ...], seed: int) -> NDArray[Any]:
    """Small weights that differ from their mirror images and from themselves rotated, and have no row of zeros."""
    if np.prod(shape) == 1:
        return np.full(shape, 2)  # 1 would leave everything as it is
    for attempt in range(100):
        weights = np.random.RandomState((seed + 1 + attempt) % 2**32).randint(0, SMALL - 1, shape)
        if _is_telling(weights):
            return weights
    return weights + 1


def _is_telling(weights: NDArray[Any]) -> bool:
    for axis, size in enumerate(weights.shape):
        others = tuple(other for other in range(weights.ndim) if other != axis)
        if not weights.any(axis=others).all():
            return False
        if size > 1 and np.array_equal(weights, np.flip(weights, axis)):
            return False
    return weights.size == 1 or not np.array_equal(weights, np.flip(weights))


def checked(values: ArrayLike, shape: tuple[int, ...], name: str) -> NDArray[Any]:
    """The user's own numbers as an array of the wanted shape.

    Raises:
        ShapeError: they have another shape.
        ParameterError: they are no real numbers, or their rows have different lengths.
    """
    array = checked_numbers(values, name)
    if array.dtype == np.bool_:
        array = array.astype(int)
    if array.dtype.kind == "c":
        raise ParameterError(f"{name} has the dtype {array.dtype}; give real numbers", name=name)
    if array.shape != shape:
        raise ShapeError(
            f"{name} has the shape {array.shape} and the picture shows {shape}; give {name} that shape",
            shape=array.shape,
            wanted=shape,
        )
    return array


def number_text(value: Any) -> str:
    """A number as a sum shows it: whole numbers whole, others with three digits that count.

    >>> number_text(3), number_text(3.0), number_text(1 / 9), number_text(-0.0625), number_text(141.26)
    ('3', '3', '0.111', '-0.0625', '141')
    """
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    number = float(value)
    if not np.isfinite(number):
        return {"nan": "–", "inf": "∞", "-inf": "-∞"}[str(number)]
    if number == round(number) and abs(number) < 1e15:
        return str(round(number))
    return f"{number:.0f}" if 999.5 <= abs(number) < 1e15 else _short_exponent(f"{number:.3g}")


def cell_text(value: Any) -> str:
    """A number as it fits into a cell: `number_text`, or rounded until it does.

    >>> cell_text(12345), cell_text(1234.56), cell_text(-1234567), cell_text(2**60), cell_text(-0.0625)
    ('12345', '1235', '-1e6', '1e18', '-0.06')
    """
    text = number_text(value)
    if len(text) <= CELL_CHARACTERS:
        return text
    number = float(value)
    roundings = [f"{number:.{places}f}" for places in (3, 2, 1)] if 0.01 <= abs(number) < 100 else []
    roundings += [f"{number:.0f}"] if abs(number) >= 1 else []
    short = [*roundings, *(_short_exponent(f"{number:.{places}e}") for places in (1, 0))]
    longest = short[-1] if abs(number) >= 1 else "0"  # what does not fit at all
    return next((rounding for rounding in short if len(rounding) <= CELL_CHARACTERS), longest)


def _short_exponent(text: str) -> str:
    """``1.5e+06`` as ``1.5e6``."""
    return re.sub(r"e\+?(-?)0*", r"e\1", text)


def is_exact(value: Any) -> bool:
    """Whether `number_text` shows a number as it is, not rounded but for what floats are off.

    >>> is_exact(0.1 * 3), is_exact(1 / 3)
    (True, False)
    """
    if isinstance(value, (int, np.integer)) or not np.isfinite(value):
        return True
    return isclose(float(number_text(value)), float(value), rel_tol=1e-12)


def factor_text(value: Any) -> str:
    """A number as a factor or term: in parentheses if negative."""
    text = number_text(value)
    return f"({text})" if text.startswith("-") else text
