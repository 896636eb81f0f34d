"""How many stamps of a transposed convolution reach each output: where that is uneven, checkerboards come from."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from convarith.numerics.checkerboard import overlap
from convarith.render.composers.contents import Blank
from convarith.render.composers.stamping import Stamps
from convarith.render.composers.words import (
    alternative_text,
    captions,
    counted,
    in_turn,
    index_text,
    shape_label,
    title,
)
from convarith.render.scene import LEVELS, Cell, Grid, Lit, Scene, Step, Write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convarith.arithmetic.explanation import Explanation
    from convarith.arithmetic.windows import Windows
    from convarith.render.scene import Position


def overlapped_scene(explanation: Explanation, direct: Windows, *, lettered: bool) -> Scene:
    """The scene of a transposed convolution's stamps, each of which adds 1 to what it reaches.

    Args:
        explanation: of the transposed convolution.
        direct: the windows of the convolution that it transposes.
        lettered: whether the counts stand in the cells.
    """
    layer = explanation.layer
    counted_stamps = overlap(layer, explanation.input_shape)  # type: ignore[arg-type] # the composer asked for its kind
    most = int(counted_stamps.counts.max())
    stamps = Stamps(direct, Blank(), None)
    steps = tuple(_steps(stamps, most, lettered=lettered))
    indices = product(*(range(size) for size in direct.output_shape))
    shape = direct.output_shape
    source = Grid(
        "input", f"input {shape_label(shape)}", (0,) * len(shape), shape, {at: Cell("input") for at in indices}
    )
    grids = source, stamps.output_grid("output")
    most_words = f"The most is {counted(most, 'stamp')}." if most else "No stamp reaches the output."
    how = (
        f"It is shown as {in_turn(len(steps), 'stamp')}, and each output counts the stamps that reach it. "
        f"{counted_stamps}"
    )
    return Scene(
        title=f"{title(layer, layer.kind)}: overlap of stamps",
        captions=(*captions(explanation), str(counted_stamps)),
        alt=alternative_text(explanation, layer.kind, how, most_words),
        rows=tuple((grid,) for grid in grids) if direct.ndim == 1 else (grids,),
        links=(("output", "input"),),
        names={
            "input": "input",
            "cropped": "cut away",
            "touched": "stamp",
            "now": "its input",
            "unread": "no stamp reaches it",
            **{level: _level_words(number, most) for number, level in enumerate(LEVELS)},
        },
        steps=steps,
        poster=len(steps) - 1,
    )


def _steps(stamps: Stamps, most: int, *, lettered: bool) -> Iterator[Step]:
    counts: dict[Position, int] = {}
    for source in stamps.direct.outputs():
        lit, writes = [Lit("input", source, "now")], []
        for _, position in stamps.direct.taps(source):
            lit.append(Lit("output", position, "touched"))
            if stamps.cell(position) is not None:
                counts[position] = counts.get(position, 0) + 1
                text = str(counts[position]) if lettered else ""
                writes.append(Write("output", position, Cell(LEVELS[_level(counts[position], most)], text)))
        yield Step(tuple(lit), tuple(writes), f"the stamp of input {index_text(source)}")


def _level(count: int, most: int) -> int:
    """The level of a count: its own as long as there are enough of them, or that of its part of the most."""
    return (count - 1) * len(LEVELS) // max(most, len(LEVELS))


def _level_words(level: int, most: int) -> str:
    """``1 stamp``, or ``4 to 6 stamps``."""
    counts = [count for count in range(1, most + 1) if _level(count, most) == level]
    if len(counts) > 1:
        return f"{counts[0]} to {counted(counts[-1], 'stamp')}"
    return counted(counts[0], "stamp") if counts else ""
