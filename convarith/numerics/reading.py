"""Numbers from the user's own files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from convarith.errors import ParameterError, nearest
from convarith.numerics.arrays import checked_numbers

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Array = NDArray[Any]

SUFFIXES = (".npy", ".csv", ".txt")


def read_numbers(path: Path) -> Array:
    """The array in a ``.npy`` file, or the rows of a ``.csv`` or ``.txt`` file (commas or blanks between numbers).

    Raises:
        OSError: the file cannot be read.
        ParameterError: it holds something else, or its suffix is unknown.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ParameterError(f"unknown suffix {path.suffix!r} of {str(path)!r}; {nearest(suffix, SUFFIXES)}")
    try:
        if suffix == ".npy":
            return checked_numbers(np.load(path, allow_pickle=False), str(path))
        lines = path.read_text(encoding="utf-8").replace(",", " ").splitlines()
        rows = [line.split() for line in lines if line.strip()]
        try:
            found = np.array([[int(word) for word in row] for row in rows], np.int64)
        except (ValueError, OverflowError):
            found = np.array([[float(word) for word in row] for row in rows])
    except (ValueError, EOFError):
        raise ParameterError(
            f"{str(path)!r} holds no array of numbers; give a .npy file, or rows of as many numbers"
        ) from None
    if not found.size:
        raise ParameterError(f"{str(path)!r} holds no numbers; give at least one")
    return found
