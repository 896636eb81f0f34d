"""What is asked for besides a layer and a shape, checked; and the numbers it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convarith.arithmetic.integers import integer
from convarith.errors import ParameterError, nearest
from convarith.render.composers.contents import CELLS, Blank, Symbols
from convarith.render.composers.numbers import SMALL, checked, seeded, seeded_kernel
from convarith.render.sources import numbers_of

if TYPE_CHECKING:
    import os

    from numpy.typing import ArrayLike, NDArray

    from convarith.arithmetic.windows import Windows

    Given = ArrayLike | str | os.PathLike[str]

REDUCTIONS = ("max", "avg")
HELD = {
    "zeros": "zeros",
    "reflect": "input reflected",
    "replicate": "border repeated",
    "circular": "input wrapped around",
}
"""What padding holds in each of its modes, in words."""

PADDING_MODES = tuple(HELD)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked for besides a layer and a shape; see `compose`."""

    input: Given | None
    kernel: Given | None
    cells: str
    reduce: str
    padding_mode: str
    seed: int


def checked_wishes(
    input: Given | None, kernel: Given | None, cells: str, reduce: str, padding_mode: str, seed: int
) -> Wishes:
    """The wishes, if each of their words is known.

    Raises:
        ParameterError: one is not, or numbers are given that no cell would show.
    """
    for name, word, known in (
        ("cells", cells, CELLS),
        ("reduction", reduce, REDUCTIONS),
        ("padding_mode", padding_mode, PADDING_MODES),
    ):
        if word not in known:
            raise ParameterError(f"unknown {name} {word!r}; {nearest(str(word), known)}", value=word)
    if cells != "numbers" and (input is not None or kernel is not None):
        raise ParameterError(
            f"cells {cells!r} show no numbers, and some are given; leave them out, or ask for cells 'numbers'",
            cells=cells,
        )
    return Wishes(input, kernel, cells, reduce, padding_mode, integer(seed, "seed", 0))


def unnumbered(wishes: Wishes) -> Blank:
    """What stands in cells that hold no numbers."""
    return Symbols() if wishes.cells == "symbols" else Blank()


def input_numbers(shape: tuple[int, ...], wishes: Wishes, below: int = SMALL) -> NDArray[Any]:
    """The numbers in the input: those given, or seeded ones."""
    if wishes.input is None:
        return seeded(shape, below, wishes.seed)
    return checked(numbers_of(wishes.input, shape), shape, "input")


def kernel_numbers(windows: Windows, wishes: Wishes) -> NDArray[Any]:
    """The weights: those given, or seeded ones."""
    size = windows.kernel_size
    if wishes.kernel is None:
        return seeded_kernel(size, wishes.seed)
    return checked(numbers_of(wishes.kernel, size), size, "kernel")
