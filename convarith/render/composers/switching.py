"""Maximum pooling with switches, and unpooling: each maximum remembers where it stood, and is put back there."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from convarith.numerics.reductions import highest_with_indices
from convarith.render.composers.contents import Numbers
from convarith.render.composers.numbers import LARGE, cell_text
from convarith.render.composers.readings import Reading, first_highest, maximum
from convarith.render.composers.sliding import input_grid, output_grid, window_lit
from convarith.render.composers.wishes import input_numbers
from convarith.render.composers.words import NAMES, alternative_text, captions, index_text, shape_label, title
from convarith.render.composers.works import every_window_meets_input
from convarith.render.scene import Cell, Grid, Lit, Scene, Step, Write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convarith.arithmetic.explanation import Explanation
    from convarith.arithmetic.windows import Windows
    from convarith.render.composers.wishes import Wishes


def switched_scene(explanation: Explanation, windows: Windows, wishes: Wishes) -> Scene:
    """The scene of a maximum pooling that keeps its switches, and of the unpooling that uses them.

    Args:
        explanation: of the pooling.
        windows: its windows.
        wishes: for the numbers.
    """
    x = input_numbers(windows.input_shape, wishes, LARGE)
    values = x if every_window_meets_input(windows) else x.astype(float)
    maxima, switches = highest_with_indices(values[None, None], windows)
    maxima, switches = maxima[0, 0], switches[0, 0]
    reading = Reading(windows)
    contents = Numbers(x, maxima)
    steps = (*_pooling(reading, contents, x, switches), *_unpooling(contents, switches, windows))
    shape, size = windows.output_shape, windows.input_shape
    pooled, kept = output_grid(windows, "output"), output_grid(windows, "switches")
    cells = {index: Cell("to_come", "0") for index in product(*(range(length) for length in size))}
    grids = (
        input_grid(reading, contents, ""),
        Grid(pooled.name, f"maxima {shape_label(shape)}", pooled.origin, shape, pooled.cells),
        Grid(kept.name, f"switches {shape_label(shape)}", kept.origin, shape, kept.cells),
        Grid("unpooled", f"unpooled {shape_label(size)}", (0,) * len(size), size, cells),
    )
    how = (
        "First each window keeps its maximum and a switch, which is the number of the input cell that held it, counted "
        "row by row from 0; then each maximum is put back where its switch says, and zeros stay everywhere else."
    )
    return Scene(
        title=f"{title(explanation.layer, 'maximum pooling')}, with switches and unpooling",
        captions=captions(explanation),
        alt=alternative_text(explanation, "maximum pooling", how),
        rows=tuple((grid,) for grid in grids) if windows.ndim == 1 else (grids,),
        links=(("input", "output"), ("unpooled", "output")),
        names={
            **NAMES,
            "padding": "padding (nothing)",
            "tap": "window, place of a switch",
            "now": "maximum and switch",
        },
        steps=steps,
        poster=len(steps) - 1,
    )


def _pooling(reading: Reading, contents: Numbers, x: Any, switches: Any) -> Iterator[Step]:
    windows = reading.windows
    words, winner = maximum(reading, contents), first_highest(reading, x)
    for output in windows.outputs():
        switch = int(switches[output])
        writes = [Write("output", output, Cell("done", contents.output(output)))]
        note = contents.note(output, words(output))
        if switch >= 0:
            writes.append(Write("switches", output, Cell("done", str(switch))))
            note += f", switch {switch}"
        lit = (*window_lit(windows, output, contents, winner), Lit("output", output, "now"))
        yield Step((*lit, Lit("switches", output, "now")), tuple(writes), note)


def _unpooling(contents: Numbers, switches: Any, windows: Windows) -> Iterator[Step]:
    for output in windows.outputs():
        switch = int(switches[output])
        lit = Lit("output", output, "now"), Lit("switches", output, "now")
        if switch < 0:
            yield Step(lit, (), f"maximum {index_text(output)} met no input and has no switch")
            continue
        place = tuple(int(at) for at in np.unravel_index(switch, windows.input_shape))
        value = cell_text(contents.y[output])
        yield Step(
            (*lit, Lit("unpooled", place, "tap")),
            (Write("unpooled", place, Cell("done", value)),),
            f"unpooling: {value} goes back to cell {switch}, {index_text(place)}",
        )
