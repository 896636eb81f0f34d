"""From the windows of a layer and wishes to what happens at each window: a sum, a maximum or a mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convarith.numerics.borders import extended
from convarith.numerics.convolution import weighed
from convarith.numerics.reductions import averaged, highest
from convarith.render.composers.contents import Blank, Numbers
from convarith.render.composers.numbers import LARGE
from convarith.render.composers.readings import Reading, first_highest, maximum, mean, weighted_sum
from convarith.render.composers.sliding import Work
from convarith.render.composers.wishes import HELD, input_numbers, kernel_numbers, unnumbered

if TYPE_CHECKING:
    from convarith.arithmetic.windows import Windows
    from convarith.render.composers.wishes import Wishes


def work_of(kind: str, windows: Windows, wishes: Wishes) -> Work:
    """What a layer of a kind does at each of its windows."""
    return _pooled(windows, wishes) if kind == "pooling" else _weighted(kind, windows, wishes)


def _weighted(kind: str, windows: Windows, wishes: Wishes) -> Work:
    """A convolution, or a transposed one as its equivalent."""
    reading = Reading(windows, wishes.padding_mode)
    contents = unnumbered(wishes)
    if wishes.cells == "numbers":
        x, w = input_numbers(windows.input_shape, wishes), kernel_numbers(windows, wishes)
        padded, over = (x, windows)
        if wishes.padding_mode != "zeros":
            batch, over = extended(x[None, None], windows, wishes.padding_mode)
            padded = batch[0, 0]
        contents = Numbers(x, weighed(padded, w, over), w)
    return Work(
        kind=kind,
        reading=reading,
        contents=contents,
        words=weighted_sum(reading, contents),
        kernel=True,
        names={"padding": f"padding ({HELD[wishes.padding_mode]})"},
        zero=contents.zero,
        said="" if wishes.padding_mode == "zeros" else f"{wishes.padding_mode} padding",
    )


def _pooled(windows: Windows, wishes: Wishes) -> Work:
    reading = Reading(windows)
    largest = wishes.reduce == "max"
    contents: Blank = unnumbered(wishes)
    winner = None
    if wishes.cells == "numbers":
        x = input_numbers(windows.input_shape, wishes, LARGE)
        if largest:
            y = highest(x if every_window_meets_input(windows) else x.astype(float), windows)
            winner = first_highest(reading, x)
        else:
            y = averaged(x, windows)
        contents = Numbers(x, y)
    return Work(
        kind="maximum pooling" if largest else "average pooling",
        reading=reading,
        contents=contents,
        words=(maximum if largest else mean)(reading, contents),
        kernel=False,
        names={"padding": "padding (nothing)" if largest else "padding (zeros)"},
        zero="" if largest else contents.zero,
        winner=winner,
    )


def every_window_meets_input(windows: Windows) -> bool:
    """Whether no window reads padding alone."""
    return all(any(True for _ in axis.entries(output)) for axis in windows.axes for output in range(axis.count))
