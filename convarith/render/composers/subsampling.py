"""A stride as subsampling: a window at every position, of which all but every s-th output is dropped."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from convarith.arithmetic.explanation import every_axis
from convarith.errors import ParameterError
from convarith.render.composers.sliding import output_grid
from convarith.render.composers.words import NAMES, alternative_text, captions, counted, index_text, shape_label, title
from convarith.render.scene import Cell, Lit, Scene, Step, Write

if TYPE_CHECKING:
    from convarith.arithmetic.explanation import Explanation
    from convarith.arithmetic.windows import Windows
    from convarith.render.composers.sliding import Work
    from convarith.render.scene import Position


def check_strided(windows: Windows) -> None:
    """Refuse a layer whose stride drops nothing.

    Raises:
        ParameterError: its stride is 1 on every axis.
    """
    if all(axis.stride == 1 for axis in windows.axes):
        raise ParameterError("show 'subsampled' shows what a stride drops, and stride 1 drops nothing; give 2 or more")


def subsampled_scene(explanation: Explanation, windows: Windows, work: Work) -> Scene:
    """The scene of a layer's windows at stride 1, with the outputs that the stride drops.

    Args:
        explanation: of the layer with its stride.
        windows: of the layer with its stride.
        work: what happens at each window of stride 1.
    """
    dense = output_grid(work.windows, "dense")
    kept = {output: _kept(output, windows) for output in work.windows.outputs()}
    marks = {output: ("dropped",) for output, index in kept.items() if index is None}
    dense = replace(dense, label=f"stride 1: output {shape_label(dense.shape)}", marks=marks)
    strides = sorted({axis.stride for axis in windows.axes})
    word = str(strides[0]) if len(strides) == 1 else shape_label(tuple(axis.stride for axis in windows.axes))
    sparse = replace(output_grid(windows), label=f"stride {word}: output {shape_label(windows.output_shape)}")
    steps = []
    for output, index in kept.items():
        cell = Cell("done", work.contents.output(output))
        lit = [*work.lit(output), Lit("dense", output, "now")]
        writes = [Write("dense", output, cell)]
        if index is not None:
            lit.append(Lit("output", index, "now"))
            writes.append(Write("output", index, cell))
        note = f"{work.note(output)}: {'dropped' if index is None else f'kept as {index_text(index)}'}"
        steps.append(Step(tuple(lit), tuple(writes), note))
    grids = (*work.input_grids(), dense, sparse)
    how = (
        f"The window stands at every position as with stride 1, {counted(prod(work.windows.output_shape), 'place')}; "
        f"{len(marks)} of these outputs are crossed out and dropped, and {counted(len(kept) - len(marks), 'output')} "
        f"remain."
    )
    return Scene(
        title=f"{title(explanation.layer, work.kind)}, as subsampling",
        captions=captions(explanation),
        alt=alternative_text(explanation, work.kind, how, _unread_words(work.windows)),
        rows=tuple((grid,) for grid in grids) if windows.ndim == 1 else (grids,),
        links=(("input", "dense"),),
        names={**NAMES, **work.names, "dropped": "dropped by the stride"},
        steps=tuple(steps),
        poster=_middle_kept(list(kept.values())),
    )


def _kept(output: Position, windows: Windows) -> Position | None:
    """The output that a window of stride 1 is with the stride, or None where the stride drops it."""
    index = []
    for at, axis in zip(output, windows.axes, strict=True):
        kept, between = divmod(at, axis.stride)
        if between or kept >= axis.count:
            return None
        index.append(kept)
    return tuple(index)


def _unread_words(windows: Windows) -> str:
    """What the windows of stride 1 leave unread."""
    missed = [unused.total for unused in windows.unused()]
    if not any(missed):
        return "Every position of the padded input is read."
    return f"Never read: {every_axis([counted(count, 'position') for count in missed])}."


def _middle_kept(indices: list[Position | None]) -> int:
    """The step in the middle of those that keep something."""
    kept = [number for number, index in enumerate(indices) if index is not None]
    return kept[(len(kept) - 1) // 2]
