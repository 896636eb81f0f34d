"""Scenes side by side, in step: two or three layers on one input."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from convarith.arithmetic.integers import listed
from convarith.errors import ParameterError
from convarith.render.composers.words import NAMES, shape_label
from convarith.render.scene import Scene, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.render.scene import Grid


COUNTS = ("No", "One", "Two", "Three")


def checked_headings(headings: object, count: int) -> list[str] | None:
    """What stands above each of so many layers, if anything is given.

    Raises:
        ParameterError: it is not one text for each.
    """
    if headings is None:
        return None
    words = listed(headings)
    if words is None or len(words) != count:
        given = f"{headings!r}" if words is None else f"{len(words)}"
        raise ParameterError(
            f"headings are {given}; give one text for each of the {count} layers", headings=headings, layers=count
        )
    for number, word in enumerate(words, 1):
        if not isinstance(word, str) or not word.strip():
            raise ParameterError(f"heading {number} is {word!r}; give a text", headings=headings)
    return [str(word) for word in words]


def together(scenes: Sequence[Scene], input_shape: tuple[int, ...], heads: Sequence[str] | None = None) -> Scene:
    """Scenes as columns, their inputs above their outputs; those of one axis, which are wide, under each other.

    All take the same time: a scene of fewer steps stays longer at each of them.
    """
    length = max(len(scene.steps) for scene in scenes)
    words = [scene.title for scene in scenes]
    if heads is not None:
        words = [f"{head}: {word}" for head, word in zip(heads, words, strict=True)]
    prefixes = [f"{number} " for number in range(1, len(scenes) + 1)]
    outputs = [shape_label(_grid(scene, "output").shape) for scene in scenes]
    about = "; ".join(f"{word}, output {shape}" for word, shape in zip(words, outputs, strict=True))
    names = {}
    for key in NAMES:
        said = {scene.names[key] for scene in scenes if key in scene.names}
        names[key] = said.pop() if len(said) == 1 else key  # what differs is the padding
    headings = tuple(f"{number}. {word}" for number, word in enumerate(heads or words, 1))
    wide = len(input_shape) == 1
    grids = [
        [_renamed(_grid(scene, name), prefix) for name in ("input", "output")]
        for scene, prefix in zip(scenes, prefixes, strict=True)
    ]
    rows: tuple[tuple[Grid, ...], ...]
    if wide:
        rows = tuple(
            (replace(grid, label=f"{heading}: {grid.label}" if grid is pair[0] else grid.label),)
            for pair, heading in zip(grids, headings, strict=True)
            for grid in pair
        )
    else:
        rows = tuple(zip(*grids, strict=True))
    return Scene(
        title=f"{COUNTS[len(scenes)]} layers on an input of {shape_label(input_shape)}",
        captions=tuple(f"{number}. {';  '.join(scene.captions)}" for number, scene in enumerate(scenes, 1)),
        alt=f"{COUNTS[len(scenes)]} layers on an input of {shape_label(input_shape)}, in step. {about}.",
        rows=rows,
        links=tuple((f"{prefix}input", f"{prefix}output") for prefix in prefixes),
        names=names,
        steps=tuple(_step(scenes, prefixes, number, length) for number in range(length)),
        columns=not wide,
        headings=() if wide else headings,
        poster=max(scenes, key=lambda scene: len(scene.steps)).poster,
    )


def _step(scenes: Sequence[Scene], prefixes: Sequence[str], number: int, length: int) -> Step:
    """What every scene shows at one of ``length`` steps, as far along as the others."""
    lit, writes, notes = [], [], []
    for place, (scene, prefix) in enumerate(zip(scenes, prefixes, strict=True), 1):
        count = len(scene.steps)
        at = number * count // length
        step = scene.steps[at]
        lit += [replace(light, grid=prefix + light.grid) for light in step.lit]
        if number == 0 or (number - 1) * count // length != at:
            writes += [replace(write, grid=prefix + write.grid) for write in step.writes]
        notes.append(f"{place}. {step.note}")
    return Step(tuple(lit), tuple(writes), "\n".join(notes))


def _grid(scene: Scene, name: str) -> Grid:
    return next(grid for grid in scene.grids() if grid.name == name)


def _renamed(grid: Grid, prefix: str) -> Grid:
    return replace(grid, name=prefix + grid.name)
