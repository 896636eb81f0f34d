"""Counting the positions of a kernel: one to begin with, and one for every step that still fits, along each axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convarith.errors import axis_name
from convarith.render.composers.contents import Blank
from convarith.render.composers.readings import Reading
from convarith.render.composers.sliding import input_grid, window_lit
from convarith.render.composers.words import NAMES, alternative_text, captions, counted, title
from convarith.render.scene import Line, Scene, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convarith.arithmetic.explanation import Explanation
    from convarith.arithmetic.windows import Windows
    from convarith.render.scene import Position


def counted_scene(explanation: Explanation, windows: Windows) -> Scene:
    """The scene of a window that goes along one axis after the other, from the first place, with an arrow for each
    step.

    Args:
        explanation: of the layer.
        windows: its windows.
    """
    grid = input_grid(Reading(windows), Blank(), "")
    steps = tuple(_steps(windows))
    along = " and then ".join(_axis_word(axis, windows.ndim) for axis in reversed(range(windows.ndim)))
    how = (
        f"From the first place the window goes along {along}, an arrow for each step; the places along an axis are 1 "
        f"and the number of its arrows."
    )
    return Scene(
        title=f"{title(explanation.layer, explanation.layer.kind)}: counting positions",
        captions=captions(explanation),
        alt=alternative_text(explanation, explanation.layer.kind, how),
        rows=((grid,),),
        links=(),
        names={**NAMES, "padding": "padding"},
        steps=steps,
        poster=len(steps) - 1,
    )


def _steps(windows: Windows) -> Iterator[Step]:
    """The first place, then one step after the other along each axis, the last axis first."""
    start = (0,) * windows.ndim
    lines: list[Line] = []
    yield _step(windows, start, lines, "the first position: 1 on every axis" if windows.ndim > 1 else "1 position")
    for axis in reversed(range(windows.ndim)):
        count, stride = windows.output_shape[axis], windows.axes[axis].stride
        for at in range(1, count):
            before, output = ((*start[:axis], index, *start[axis + 1 :]) for index in (at - 1, at))
            lines.append(Line(("input", _corner(windows, before)), ("input", _corner(windows, output)), arrow=True))
            name = f"{_axis_word(axis, windows.ndim)}: " if windows.ndim > 1 else ""
            by = f" of {stride}" if stride > 1 else ""
            note = f"{name}1 + {counted(at, 'step')}{by} = {counted(at + 1, 'position')}"
            yield _step(windows, output, lines, note + (_left_over(windows, axis) if at == count - 1 else ""))


def _step(windows: Windows, output: Position, lines: list[Line], note: str) -> Step:
    return Step(tuple(window_lit(windows, output, Blank())), (), note, tuple(lines))


def _left_over(windows: Windows, axis: int) -> str:
    """Why there is no further step."""
    remainder, stride = windows.axes[axis].remainder, windows.axes[axis].stride
    if remainder < 0:
        return ", the last of them beyond the end"
    if remainder >= stride:  # as ceil_mode has it
        return "; another would begin beyond the input"
    return f"; {remainder} left over, too little for another step" if remainder else ", up to the end"


def _corner(windows: Windows, output: Position) -> Position:
    """The first position of a window."""
    return next(position for _, position in windows.taps(output))


def _axis_word(axis: int, ndim: int) -> str:
    """``width``, or ``axis 3`` where it has no name."""
    return axis_name(axis, ndim).partition("(")[2].rstrip(")") or axis_name(axis, ndim)
