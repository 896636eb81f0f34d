"""What is too large to look at: refused before anything is made for it, or shown in part."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from convarith.errors import ShapeError

if TYPE_CHECKING:
    from convarith.arithmetic.windows import Windows
    from convarith.render.scene import Position, Scene, Write

FRAME_LIMIT = 1_000
"""At most this many steps are shown, one a frame."""

CELL_LIMIT = 5_000
"""At most this many cells are drawn in one grid."""

MARK_LIMIT = 1_000_000
"""At most so many cells are lit and lines drawn in all steps together."""

AXIS_LIMIT = 3
"""At most this many axes; the slices of the first of three lie side by side."""


def check_size(windows: Windows, max_frames: int | None, steps: int | None = None, maps: int = 1) -> None:
    """Refuse a picture that would be too large to look at, with a step for each window if no number is given.

    Raises:
        ShapeError: too many axes, steps, cells, or windows of so many maps.
    """
    if windows.ndim > AXIS_LIMIT:
        raise ShapeError(
            f"a picture shows up to {AXIS_LIMIT} axes and this input has {windows.ndim}; leave some out",
            ndim=windows.ndim,
            limit=AXIS_LIMIT,
        )
    cells = max(
        prod(axis.shown.stop - axis.shown.start for axis in windows.axes),  # a range's len() ends at 2**63
        prod(windows.output_shape),
        prod(windows.kernel_size),
    )
    check_cells("the animation", cells, "in one grid", "the input, the padding or the kernel")
    steps = prod(windows.output_shape) if steps is None else steps
    if max_frames is None and steps > FRAME_LIMIT:
        raise ShapeError(
            f"the animation would have {steps} frames, more than the limit of {FRAME_LIMIT}; make the input smaller "
            f"or the stride larger, or give max_frames (--max-frames) to show some of them",
            frames=steps,
            limit=FRAME_LIMIT,
        )
    check_marks(steps * prod(windows.kernel_size) * maps)


def check_marks(count: int) -> None:
    """Refuse what would take minutes, whatever part of it is shown.

    Raises:
        ShapeError: there are more than `MARK_LIMIT`.
    """
    if count > MARK_LIMIT:
        raise ShapeError(
            f"the animation would light {count} cells in all its frames together, more than the limit of {MARK_LIMIT}; "
            f"make the input or the kernel smaller",
            marks=count,
            limit=MARK_LIMIT,
        )


def check_cells(what: str, cells: int, where: str = "", lower: str = "the input") -> None:
    """Refuse a grid of too many cells to look at.

    Raises:
        ShapeError: there are more than `CELL_LIMIT`.
    """
    if cells > CELL_LIMIT:
        raise ShapeError(
            f"{what} would have {cells} cells{f' {where}' if where else ''}, more than the limit of {CELL_LIMIT}; "
            f"make {lower} smaller",
            cells=cells,
            limit=CELL_LIMIT,
        )


def sampled(scene: Scene, max_frames: int | None) -> Scene:
    """The scene with at most so many steps, evenly spaced from the first to the last; the caption says so.

    What the steps between have written is written by the next one that is shown.
    """
    steps = scene.steps
    if max_frames is None or len(steps) <= max_frames:
        return scene
    last = len(steps) - 1
    wanted = [last] if max_frames == 1 else [number * last // (max_frames - 1) for number in range(max_frames)]
    shown, start = [], 0
    for number in wanted:
        writes: dict[tuple[str, Position], Write] = {}
        for step in steps[start : number + 1]:
            writes.update({(write.grid, write.position): write for write in step.writes})
        shown.append(replace(steps[number], writes=tuple(writes.values())))
        start = number + 1
    caption = f"Shown: {len(wanted)} of {len(steps)} steps" + (", evenly spaced" if len(wanted) > 1 else "")
    poster = min(range(len(wanted)), key=lambda place: abs(wanted[place] - scene.poster))
    return replace(
        scene,
        captions=(*scene.captions, caption),
        alt=f"{scene.alt} {caption}.",
        steps=tuple(shown),
        poster=poster,
    )
