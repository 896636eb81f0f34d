"""Channels: m input maps to n output maps, each of which is a sum of partial results, one for each input map it sees.

With groups, an output map sees the input maps of its own group; in a depthwise convolution that is one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from convarith.arithmetic.integers import integer
from convarith.errors import ParameterError
from convarith.numerics.convolution import weighed
from convarith.render.composers.contents import Blank, Numbers
from convarith.render.composers.numbers import (
    SMALL,
    cell_text,
    checked,
    factor_text,
    is_exact,
    number_text,
    seeded,
    seeded_kernel,
)
from convarith.render.composers.readings import Reading, weighted_sum
from convarith.render.composers.sliding import input_grid, kernel_grid, middle_step, output_grid, window_lit
from convarith.render.composers.words import NAMES, alternative_text, captions, counted, in_turn, index_text, title
from convarith.render.scene import Cell, Grid, Lit, Scene, Step, Write
from convarith.render.sources import numbers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convarith.arithmetic.explanation import Explanation
    from convarith.arithmetic.windows import Windows
    from convarith.render.composers.wishes import Wishes
    from convarith.render.scene import Position

MOST_MAPS = 8
MOST_BESIDE = {1: 4, 2: 4, 3: 2}
"""Number of axes -> input maps, kernels or partial results in one line: more would be too small for numbers."""

MOST_KERNELS = 16
MOST_NOTES = 4
"""Sums of so many output maps are written out."""


@dataclass(frozen=True, slots=True)
class Channels:
    """How many maps go in and come out, and in how many groups."""

    inputs: int
    outputs: int
    groups: int

    @property
    def seen(self) -> int:
        """How many input maps an output map sees."""
        return self.inputs // self.groups

    def inputs_of(self, output: int) -> range:
        """The input maps that an output map sees."""
        group = output * self.groups // self.outputs
        return range(group * self.seen, (group + 1) * self.seen)

    def outputs_of(self, group: int) -> range:
        per_group = self.outputs // self.groups
        return range(group * per_group, (group + 1) * per_group)

    @property
    def are_many(self) -> bool:
        return (self.inputs, self.outputs) != (1, 1)

    def __str__(self) -> str:
        words = f"{counted(self.inputs, 'input map')} to {counted(self.outputs, 'output map')}"
        return words if self.groups == 1 or self.seen == 1 else f"{words} in {counted(self.groups, 'group')}"


def checked_channels(in_channels: int, out_channels: int, groups: int) -> Channels:
    """The channels, if the groups divide both and a picture can show them.

    Raises:
        ParameterError: they do not, or there are too many.
    """
    channels = Channels(
        integer(in_channels, "in_channels", 1), integer(out_channels, "out_channels", 1), integer(groups, "groups", 1)
    )
    for name, count in (("in_channels", channels.inputs), ("out_channels", channels.outputs)):
        if count % channels.groups:
            raise ParameterError(
                f"groups {channels.groups} do not divide {name} {count}; give a multiple of {channels.groups}",
                groups=channels.groups,
                **{name: count},
            )
        if count > MOST_MAPS:
            raise ParameterError(
                f"{name} {count} is above {MOST_MAPS}, the most maps that a picture shows; give less", **{name: count}
            )
    kernels = channels.seen * channels.outputs
    if kernels > MOST_KERNELS:
        raise ParameterError(
            f"{channels} have {kernels} kernels, more than the {MOST_KERNELS} that a picture shows; give fewer maps "
            f"or more groups",
            kernels=kernels,
            limit=MOST_KERNELS,
        )
    return channels


def channelled_scene(explanation: Explanation, windows: Windows, wishes: Wishes, channels: Channels) -> Scene:
    """The scene of a convolution of several maps, all windows in step.

    Args:
        explanation: of the convolution.
        windows: its windows, the same for all maps.
        wishes: for the numbers.
        channels: how many maps there are.
    """
    maps = _Maps(windows, wishes, channels)
    lone = channels.seen == 1
    kind = "depthwise convolution" if lone and channels.groups > 1 else "convolution"
    how = f"The window stands at {in_turn(len(list(windows.outputs())), 'place')}, in all input maps at once. " + (
        "Each output map sees one input map."
        if lone
        else f"Each output map is the sum of {channels.seen} partial results, one for each input map it sees."
    )
    return Scene(
        title=f"{title(explanation.layer, kind)}, {channels}",
        captions=captions(explanation),
        alt=alternative_text(explanation, f"{kind} of {channels}", how),
        rows=tuple(maps.rows()),
        links=(),
        names={**NAMES, "weight": "weights", "now": "partial results and outputs" if not lone else "outputs"},
        steps=tuple(maps.step(output) for output in windows.outputs()),
        poster=middle_step(windows),
    )


class _Maps:
    """The grids and steps of several maps."""

    def __init__(self, windows: Windows, wishes: Wishes, channels: Channels) -> None:
        self.windows, self.channels = windows, channels
        self.reading = Reading(windows)
        self.numbers = _numbers(windows, wishes, channels) if wishes.cells == "numbers" else None

    def contents(self, source: int, output: int) -> Blank:
        """What stands in the cells of a partial result."""
        if self.numbers is None:
            return Blank()
        x, w, partial = self.numbers
        return Numbers(x[source], partial[output, source], w[output, source])

    def rows(self) -> Iterator[tuple[Grid, ...]]:
        """Each input map beside what it alone gives, or all of them above the sums that they give."""
        channels = self.channels
        if channels.seen == 1:
            for group in range(channels.groups):
                grids = [[self._kernel(group, output), self._output(output)] for output in channels.outputs_of(group)]
                first, *others = self._in_lines([grid for pair in grids for grid in pair])
                yield (self._input(group), *first)
                yield from others
            return
        yield from self._in_lines([self._input(source) for source in range(channels.inputs)])
        for output in range(channels.outputs):
            sources = channels.inputs_of(output)
            kernels = self._in_lines([self._kernel(source, output) for source in sources])
            *partials, last = self._in_lines([self._partial(source, output) for source in sources])
            last = (*last, self._output(output))
            if len(sources) <= MOST_BESIDE[self.windows.ndim] // 2:
                yield (*kernels[0], *last)
            else:
                yield from (*kernels, *partials, last)

    def _in_lines(self, grids: list[Grid]) -> list[tuple[Grid, ...]]:
        beside = MOST_BESIDE[self.windows.ndim]
        return [tuple(grids[start : start + beside]) for start in range(0, len(grids), beside)]

    def step(self, at: Position) -> Step:
        """What all windows of one place give."""
        channels = self.channels
        lit = [
            mark
            for source in range(channels.inputs)
            for mark in window_lit(self.windows, at, Blank(), grid=f"input {source}")
        ]
        writes, notes = [], []
        for output in range(channels.outputs):
            texts = [(source, self.contents(source, output)) for source in channels.inputs_of(output)]
            if channels.seen > 1:
                for source, contents in texts:
                    name = f"partial {source} {output}"
                    lit.append(Lit(name, at, "now"))
                    writes.append(Write(name, at, Cell("done", contents.output(at))))
            total, words = self._sum(output, at)
            lit.append(Lit(f"output {output}", at, "now"))
            writes.append(Write(f"output {output}", at, Cell("done", total)))
            notes.append(f"output {output}, {index_text(at)}{words}")
        if len(notes) > MOST_NOTES:
            notes[MOST_NOTES - 1 :] = [f"and {counted(len(notes) - MOST_NOTES + 1, 'output map')} more"]
        return Step(tuple(lit), tuple(writes), "\n".join(notes))

    def _sum(self, output: int, at: Position) -> tuple[str, str]:
        """What an output cell holds, and how it comes about."""
        if self.numbers is None:
            return "", ""
        x, w, partial = self.numbers
        sources = self.channels.inputs_of(output)
        parts = [partial[output, source][at].item() for source in sources]
        total = sum(parts)
        if len(parts) == 1:
            terms = weighted_sum(self.reading, self.contents(sources[0], output))(at)
        else:
            terms = " + ".join(factor_text(part) for part in parts)
        said = [*x[sources[0]].flat, *w[output, sources[0]].flat] if len(parts) == 1 else parts
        sign = "=" if all(is_exact(number) for number in (*said, total)) else "≈"
        return cell_text(total), f" = {terms} {sign} {number_text(total)}"

    def _input(self, source: int) -> Grid:
        grid = input_grid(self.reading, self.contents(source, self._seeing(source)), "0" if self.numbers else "")
        return replace(grid, name=f"input {source}", label=grid.label.replace("input", f"input {source}:", 1))

    def _seeing(self, source: int) -> int:
        """An output map that sees an input map."""
        return next(output for output in range(self.channels.outputs) if source in self.channels.inputs_of(output))

    def _kernel(self, source: int, output: int) -> Grid:
        grid = kernel_grid(self.windows, self.contents(source, output))
        return replace(grid, name=f"kernel {source} {output}", label=f"kernel {source}→{output}")

    def _partial(self, source: int, output: int) -> Grid:
        return replace(output_grid(self.windows, f"partial {source} {output}"), label=f"part {source}→{output}")

    def _output(self, output: int) -> Grid:
        grid = output_grid(self.windows, f"output {output}")
        return replace(grid, label=grid.label.replace("output", f"output {output}:", 1))


def _numbers(windows: Windows, wishes: Wishes, channels: Channels) -> tuple[Any, dict[Any, Any], dict[Any, Any]]:
    """The input maps, and by (output map, input map) the weights and the partial results."""
    maps = channels.inputs, *windows.input_shape
    kernels = channels.outputs, channels.seen, *windows.kernel_size
    if wishes.input is None:
        x = seeded(maps, SMALL, wishes.seed)
    else:
        x = checked(numbers_of(wishes.input, maps), maps, "input")
    given = None if wishes.kernel is None else checked(numbers_of(wishes.kernel, kernels), kernels, "kernel")
    w, partial = {}, {}
    for output in range(channels.outputs):
        for place, source in enumerate(channels.inputs_of(output)):
            if given is not None:
                w[output, source] = given[output, place]
            elif prod(windows.kernel_size) == 1:  # 1 ... 3, and another for the next map, or all would be alike
                w[output, source] = np.full(windows.kernel_size, (wishes.seed + output + place) % 3 + 1)
            else:
                seed = wishes.seed + 1 + output * channels.seen + place
                w[output, source] = seeded_kernel(windows.kernel_size, 100 * seed)
            partial[output, source] = weighed(x[source], w[output, source], windows)
    return x, w, partial
