"""What stands in cells and sums: numbers, symbols, or nothing.

A composer asks for the text of an input, a weight, an output, a product or a sum, and does not know which of the
three it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.render.composers.numbers import cell_text, factor_text, is_exact, number_text
from convarith.render.composers.words import counted, index_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from convarith.render.scene import Position

    Array = NDArray[Any]

CELLS = ("numbers", "symbols", "blank")

TERM_LIMIT = 27
"""A sum of more terms than this is not written out."""

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Blank:
    """Cells without letters: shapes only."""

    zero = ""

    def input(self, _index: Position, /) -> str:
        """What stands in a cell of the input."""
        return ""

    def weight(self, _index: Position, /) -> str:
        """What stands in a cell of the kernel."""
        return ""

    def output(self, _index: Position, /) -> str:
        """What stands in a cell of the output."""
        return ""

    def term(self, _source: Position, _weight: Position | None = None, /) -> str:
        """An input in a sum, times its weight if it has one."""
        return ""

    def note(self, output: Position, _words: str, /) -> str:
        """What is said of a window that comes to an output by the sum or maximum in ``words``."""
        return f"output {index_text(output)}"


class Symbols(Blank):
    """x₀₀, w₀₀ and y₀₀."""

    zero = "0"

    def input(self, index: Position, /) -> str:
        return symbol("x", index)

    def weight(self, index: Position, /) -> str:
        return symbol("w", index)

    def output(self, index: Position, /) -> str:
        return symbol("y", index)

    def term(self, source: Position, weight: Position | None = None, /) -> str:
        return symbol("x", source) if weight is None else f"{symbol('x', source)}·{symbol('w', weight)}"

    def note(self, output: Position, words: str, /) -> str:
        return f"{symbol('y', output)} = {words}"


class Numbers(Blank):
    """The numbers x, y and, where there are weights, w."""

    zero = "0"

    def __init__(self, x: Array, y: Array, w: Array | None = None) -> None:
        self.x, self.y, self.w = x, y, w
        self._exact = all(is_exact(value) for array in (x, w) if array is not None for value in array.flat)

    def input(self, index: Position, /) -> str:
        return cell_text(self.x[index])

    def weight(self, index: Position, /) -> str:
        return "" if self.w is None else cell_text(self.w[index])

    def output(self, index: Position, /) -> str:
        return cell_text(self.y[index])

    def term(self, source: Position, weight: Position | None = None, /) -> str:
        if weight is None or self.w is None:
            return factor_text(self.x[source])
        return f"{factor_text(self.x[source])}·{factor_text(self.w[weight])}"

    def note(self, output: Position, words: str, /) -> str:
        value = self.y[output]
        sign = "=" if self._exact and is_exact(value) else "≈"
        return f"output {index_text(output)} = {words} {sign} {number_text(value)}"


def symbol(letter: str, index: Position) -> str:
    """A letter with an index below it, parted by commas where a number has two digits.

    >>> symbol("x", (0, 1)), symbol("x", (10, 1))
    ('x₀₁', 'x₁₀‚₁')
    """
    return letter + ("‚" if max(index) > 9 else "").join(str(at).translate(SUBSCRIPTS) for at in index)


def sum_text(terms: Sequence[str]) -> str:
    """Terms with plus signs between them, or how many there are."""
    if len(terms) > TERM_LIMIT:
        return f"a sum of {counted(len(terms), 'term')}"
    return " + ".join(terms) or "0"
