"""Numbers from the user's own files."""

from __future__ import annotations

from tokenize import TokenError
from typing import TYPE_CHECKING, Any

import numpy as np

from convarith.errors import ParameterError, nearest
from convarith.numerics.arrays import checked_numbers

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Array = NDArray[Any]

SUFFIXES = (".npy", ".csv", ".txt")


def read_numbers(path: Path, ndim: int = 2) -> Array:
    """The array in a ``.npy`` file, or the rows of a ``.csv`` or ``.txt`` file.

    Between the numbers of a row stand commas, semicolons or blanks. For one axis, a lone row or column is a vector.

    Raises:
        OSError: the file cannot be read.
        ParameterError: it holds something else, or its suffix is unknown.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ParameterError(f"unknown suffix {path.suffix!r} of {str(path)!r}; {nearest(suffix, SUFFIXES)}")
    if suffix != ".npy":
        rows = _rows(path)
        return rows.ravel() if ndim == 1 and 1 in rows.shape else rows
    try:
        with path.open("rb") as file:  # so that a .npz under this name is closed again
            found = np.load(file, allow_pickle=False)
    except (ValueError, EOFError, TokenError, MemoryError):  # all that NumPy says of a broken header
        found = None
    if not isinstance(found, np.ndarray):
        raise ParameterError(f"{str(path)!r} holds no array of numbers; save one with numpy.save")
    return checked_numbers(found, str(path))


def _rows(path: Path) -> Array:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ParameterError(f"{str(path)!r} is no text; give rows of numbers, or a .npy file") from None
    rows: list[list[Any]] = []
    for number, line in enumerate(lines, start=1):
        words = line.replace(",", " ").replace(";", " ").split()
        if not words:
            continue
        rows.append([_number(word, path, number) for word in words])
        if len(rows[-1]) != len(rows[0]):
            raise ParameterError(
                f"{str(path)!r}, line {number} has {len(rows[-1])} numbers and the first row {len(rows[0])}; "
                f"give every row as many"
            )
    if not rows:
        raise ParameterError(f"{str(path)!r} holds no numbers; give at least one")
    return np.array(rows)


def _number(word: str, path: Path, line: int) -> int | float:
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    raise ParameterError(f"{str(path)!r}, line {line}: {word!r} is no number; give rows of numbers")
