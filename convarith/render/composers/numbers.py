"""The numbers in a picture: given ones checked, seeded ones made, and all of them written short."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from convarith.errors import ParameterError, ShapeError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

SMALL = 4
"""Seeded inputs are 0 ... SMALL - 1 and weights 0 ... SMALL - 2, as in the guide, so that sums stay short."""

CELL_CHARACTERS = 5
"""At most this many characters fit into a cell at the smallest size of letters."""

LARGE = 10
"""Seeded inputs of a pooling are 0 ... LARGE - 1, so that a maximum stands out."""


def seeded(shape: tuple[int, ...], below: int, seed: int) -> NDArray[Any]:
    """Small whole numbers that are the same on every machine and for every NumPy."""
    return np.random.RandomState(seed % 2**32).randint(0, below, shape)  # its stream is frozen for good


def seeded_kernel(shape: tuple[int, ...], seed: int) -> NDArray[Any]:
    """Small weights that differ from their mirror images and from themselves rotated, and have no row of zeros."""
    for attempt in range(100):
        weights = seeded(shape, SMALL - 1, seed + 1 + attempt)
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
        ParameterError: they are no real numbers.
    """
    array = np.asarray(values)
    if array.dtype == np.bool_:
        array = array.astype(int)
    if not (np.issubdtype(array.dtype, np.integer) or np.issubdtype(array.dtype, np.floating)):
        raise ParameterError(f"{name} has the dtype {array.dtype}; give real numbers", name=name)
    if array.shape != shape:
        raise ShapeError(
            f"{name} has the shape {array.shape} and the picture shows {shape}; give {name} that shape",
            shape=array.shape,
            wanted=shape,
        )
    return array


def number_text(value: Any) -> str:
    """A number as a cell shows it: whole numbers whole, others with one decimal.

    >>> number_text(3), number_text(3.0), number_text(1.6667), number_text(-0.04)
    ('3', '3', '1.7', '0')
    """
    if not np.isfinite(value):
        return {"nan": "–", "inf": "∞", "-inf": "-∞"}[str(float(value))]
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    text = f"{float(value):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def cell_text(value: Any) -> str:
    """A number as it fits into a cell: `number_text`, or rounded until it does.

    >>> cell_text(12345), cell_text(1234.56), cell_text(-1234567), cell_text(2**60)
    ('12345', '1235', '-1e6', '1e18')
    """
    text = number_text(value)
    if len(text) <= CELL_CHARACTERS:
        return text
    number = float(value)
    roundings = (f"{number:.0f}", f"{number:.1e}", f"{number:.0e}")
    short = [re.sub(r"e\+?(-?)0*", r"e\1", rounding) for rounding in roundings]
    return next((rounding for rounding in short if len(rounding) <= CELL_CHARACTERS), short[-1])


def is_exact(value: Any) -> bool:
    """Whether `number_text` shows a number as it is, not rounded."""
    return not np.isfinite(value) or value == round(float(value), 1)


def factor_text(value: Any) -> str:
    """A number as a factor or term: in parentheses if negative."""
    text = number_text(value)
    return f"({text})" if text.startswith("-") else text
