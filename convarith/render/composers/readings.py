"""What windows read, and what that comes to in words: a sum, a maximum, a mean."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from convarith.numerics.borders import extended
from convarith.render.composers.contents import Blank, sum_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from convarith.arithmetic.windows import Windows
    from convarith.render.scene import Position

NO_INPUT = "nothing, no input in the window"


class Reading:
    """What a window reads: which input stands at each position, also where padding continues it."""

    def __init__(self, windows: Windows, padding_mode: str = "zeros") -> None:
        self.windows = windows
        self._continued: Any = None
        if padding_mode != "zeros":
            numbered = np.arange(1, prod(windows.input_shape) + 1).reshape(windows.input_shape)
            self._continued = extended(numbered[None, None], windows, padding_mode)[0][0, 0]

    def source(self, position: Position) -> Position | None:
        """The index of the input that stands at a position, or None where it is a zero."""
        if self._continued is None:
            return self.windows.source(position)
        at = tuple(x + axis.before for x, axis in zip(position, self.windows.axes, strict=True))
        if not all(0 <= x < size for x, size in zip(at, self._continued.shape, strict=True)):
            return None
        number = int(self._continued[at]) - 1
        return None if number < 0 else tuple(int(x) for x in np.unravel_index(number, self.windows.input_shape))

    def met(self, output: Position) -> Iterator[tuple[Position, Position, Position]]:
        """(weight, position, index of the input) for every tap of a window that meets an input."""
        for weight, position in self.windows.taps(output):
            source = self.source(position)
            if source is not None:
                yield weight, position, source


def weighted_sum(reading: Reading, contents: Blank) -> Callable[[Position], str]:
    """``3·0 + 1·2``: inputs times weights."""
    return lambda output: sum_text([contents.term(source, weight) for weight, _, source in reading.met(output)])


def maximum(reading: Reading, contents: Blank) -> Callable[[Position], str]:
    """``max(3, 1, 2)``."""

    def words(output: Position) -> str:
        met = [contents.term(source) for _, _, source in reading.met(output)]
        return f"max({', '.join(term.strip('()') for term in met)})" if met else NO_INPUT

    return words


def mean(reading: Reading, contents: Blank) -> Callable[[Position], str]:
    """``(3 + 1 + 2)/9``: padding counts, what is beyond it does not."""
    windows = reading.windows

    def words(output: Position) -> str:
        counts = sum(windows.kind(position) not in ("overhang", "cropped") for _, position in windows.taps(output))
        terms = [contents.term(source) for _, _, source in reading.met(output)] or ["0"]
        if not counts:
            return NO_INPUT
        return f"({sum_text(terms)})/{counts}" if len(terms) > 1 else f"{terms[0]}/{counts}"

    return words


def first_highest(reading: Reading, x: Any) -> Callable[[Position], Position | None]:
    """Output -> the position of the first cell that holds the maximum of its window, if there is one."""

    def winner(output: Position) -> Position | None:
        met = [(position, x[source]) for _, position, source in reading.met(output)]
        # A number that is none wins, as it does in the maximum.
        return max(met, key=lambda cell: (bool(cell[1] != cell[1]), cell[1]))[0] if met else None

    return winner
