"""A convolution beside its transpose, against a walk: in step, on the same positions, with exchanged colours."""

from __future__ import annotations

import numpy as np
import picture_walk
from drawn_scenes import SEEDS, grids_of, lit_in, numbers_in, pictures, scene_of, tags_in, whole_scenes
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca


def gathered_at(axes, position):
    """The index of a transposed convolution's output where its direct one reads it: negative padding crops that."""
    ends = [(max(-axis.before, 0), axis.outputs + min(axis.after, 0)) for axis in axes]
    seen = all(first <= at < stop for at, (first, stop) in zip(position, ends, strict=True))
    return position if seen else None


def windows_and_cells(drawn):
    """The windows of the direct convolution, whichever of the two the layer is; and which cell of the large side lies
    at a position, as the window reads it and as the stamp writes it."""
    if isinstance(drawn.layer, ca.ConvTranspose):
        return picture_walk.stamps_of(drawn.axes), gathered_at, picture_walk.output_at
    return picture_walk.windows_of(drawn.axes), picture_walk.input_at, picture_walk.cell_at


def numbers_of(grid, roles):
    return {position: int(cell.text) for position, cell in grid.cells.items() if cell.role in roles}


@whole_scenes
@given(pictures("conv", "transposed"), st.sampled_from(["numbers", "symbols", "blank"]))
def test_both_sides_light_the_same_positions_in_step(drawn, cells):
    scene = scene_of(drawn, show="pair", cells=cells)
    windows, _, _ = windows_and_cells(drawn)
    assert len(scene.steps) == len(windows)
    for step, (output, taps) in zip(scene.steps, windows.items(), strict=True):
        positions = [position for _, position in taps]
        assert lit_in(step, "input", "tap") == lit_in(step, "large", "tap") == positions
        assert lit_in(step, "output", "now") == lit_in(step, "small", "now") == [output]
        assert len(step.lit) == 2 * len(taps) + 2


@whole_scenes
@given(pictures("conv", "transposed"), SEEDS)
def test_what_is_gathered_and_what_is_scattered_are_right(drawn, seed):
    own, w = numbers_in(drawn, seed)
    scene = scene_of(drawn, show="pair", input=own, kernel=w, seed=seed)
    windows, reads, writes_to = windows_and_cells(drawn)
    grids = grids_of(scene)
    small = numbers_of(grids["small"], {"done"})
    assert set(small) == set(windows)
    large = {}
    for position, cell in grids["input"].cells.items():
        source = reads(drawn.axes, position)
        assert (cell.role == "input") == (source is not None)
        if source is not None:
            large[position] = int(cell.text)
    given_side, axes_of_it = (small, "small") if isinstance(drawn.layer, ca.ConvTranspose) else (large, "input")
    for position, number in given_side.items():
        index = position if axes_of_it == "small" else picture_walk.input_at(drawn.axes, position)
        assert number == own[index]
    sums = {}
    for step, (output, taps) in zip(scene.steps, windows.items(), strict=True):
        weights = [int(w[tap]) for tap, _ in taps]
        assert tags_in(step, "input") == [str(weight) for weight in weights]
        added = [weight * small[output] for weight in weights]
        before = [sums.get(position, 0) for _, position in taps]
        assert tags_in(step, "large") == [
            f"{was}{number:+d}" if was and number and len(f"{was}{number:+d}") <= 5 else f"{number:+d}"
            for was, number in zip(before, added, strict=True)
        ]
        gathered = sum(int(w[tap]) * large.get(position, 0) for tap, position in taps)
        expected = [("output", output, "done", str(gathered))]
        for tap, position in taps:
            if writes_to(drawn.axes, position) is not None:
                sums[position] = sums.get(position, 0) + int(w[tap]) * small[output]
                expected.append(("large", position, "input", str(sums[position])))
        assert [(write.grid, write.position, write.cell.role, write.cell.text) for write in step.writes] == expected


@whole_scenes
@given(pictures("conv", "transposed"), SEEDS)
def test_the_ends_are_those_of_the_numerics(drawn, seed):
    own, w = numbers_in(drawn, seed)
    scene = scene_of(drawn, show="pair", input=own, kernel=w, seed=seed)
    *_, end = picture_walk.played(scene)
    if isinstance(drawn.layer, ca.ConvTranspose):
        grid, expected = "large", ca.numerics.conv_transpose(own, w, drawn.layer)
    else:
        grid, expected = "output", ca.numerics.conv(own, w, drawn.layer)
    shown = {position: cell.text for (name, position), cell in end.items() if name == grid and cell.role != "cropped"}
    assert shown == {index: str(expected[index]) for index in np.ndindex(expected.shape)}


@whole_scenes
@given(pictures("conv", "transposed"))
def test_the_colours_of_input_and_output_are_exchanged(drawn):
    """The large side has the role input on both sides, and the small one the role done."""
    scene = scene_of(drawn, show="pair")
    grids = grids_of(scene)
    rows = [[grid.name for grid in row] for row in scene.rows]
    if len(drawn.axes) == 1:  # wide: each layer's grids under each other
        assert rows == [["input"], ["output"], ["large"], ["small"]]
    else:
        assert rows == [["input", "large"], ["output", "small"]]
    written = {(write.grid, write.cell.role) for step in scene.steps for write in step.writes}
    assert written <= {("output", "done"), ("large", "input")}
    assert ("output", "done") in written
    assert {cell.role for cell in grids["small"].cells.values()} == {"done"}
    assert {cell.role for cell in grids["output"].cells.values()} == {"to_come"}
    assert {cell.role for cell in grids["large"].cells.values()} <= {"to_come", "cropped"}
    assert (scene.names["input"], scene.names["done"]) == ("large grid", "small grid")
    assert [scene.names[mark] for mark in ("tap", "weight", "now")] == [
        "window, stamp",
        "weights, what is added",
        "its cell",
    ]
    assert scene.columns == (len(drawn.axes) > 1)
    assert bool(scene.headings) == scene.columns
    assert scene.links == (("input", "output"), ("large", "small"))


@whole_scenes
@given(pictures("conv", "transposed"))
def test_the_large_side_is_drawn_alike_and_what_no_stamp_reaches_is_marked(drawn):
    grids = grids_of(scene_of(drawn, show="pair"))
    windows, _, writes_to = windows_and_cells(drawn)
    reached = {position for taps in windows.values() for _, position in taps}
    large = grids["large"]
    assert (large.origin, large.shape) == (grids["input"].origin, grids["input"].shape)
    outputs = {position for position in large.cells if writes_to(drawn.axes, position) is not None}
    for position, cell in large.cells.items():
        assert (cell.role, cell.text) == (("to_come", "0") if position in outputs else ("cropped", ""))
    assert dict(large.marks) == dict.fromkeys(outputs - reached, ("unread",))


def test_the_words_name_both_sides():
    scene = ca.render.compose(ca.Conv(2, stride=2), (4,), input=[1, 2, 3, 4], kernel=[1, 1], show="pair")
    assert scene.title == "Convolution beside its transpose: kernel 2, stride 2"
    first, second = scene.steps[0].note.split("\n")
    assert first == "convolution: output (0) = 1·1 + 2·1 = 3"
    assert second.startswith("transposed: input (0) = ")
    assert "in 2 steps" in scene.alt
    assert ca.render.compose(ca.ConvTranspose(2), (4,), show="pair").title == (
        "Transposed convolution beside the convolution it transposes: kernel 2"
    )


def test_columns_have_headings_and_rows_of_one_axis_have_them_in_the_label_of_the_first():
    """2×4 or 4 gives 1×2 or 2, and back."""
    layer = ca.Conv(2, stride=2)
    plane, line = (ca.render.compose(layer, shape, show="pair") for shape in ((2, 4), (4,)))
    assert plane.headings == ("convolution: windows gather", "transposed: stamps scatter")
    assert {name: grid.label for name, grid in grids_of(plane).items()} == {
        "input": "input 2×4",
        "large": "output 2×4",
        "output": "output 1×2",
        "small": "input 1×2",
    }
    assert line.headings == ()
    assert [grid.label for grid in line.grids()] == [
        "convolution: input 4",
        "output 2",
        "transposed: output 4",
        "input 2",
    ]


def reach_in_words(drawn):
    """What the alternative text of a convolution's pair ends with: how many of its inputs no window meets."""
    counts = []
    for axis in drawn.axes:
        met = {axis.input_at(at) for window in axis.windows for at in window if axis.roles.get(at) == "input"}
        counts.append(f"{axis.size - len(met)} of {axis.size} outputs")
    if all(words.startswith("0 ") for words in counts):
        return "Stamps reach every cell of the output."
    if len(set(counts)) == 1:
        return f"No stamp reaches {counts[0]}{' on each axis' if len(counts) > 1 else ''}."
    names = {2: ["0 (height)", "1 (width)"], 3: ["0 (depth)", "1 (height)", "2 (width)"]}[len(counts)]
    on_axes = (f"{words} on axis {name}" for words, name in zip(counts, names, strict=True))
    return f"No stamp reaches {', '.join(on_axes)}."


@whole_scenes
@given(pictures("conv"))
def test_the_alternative_text_ends_with_what_no_stamp_reaches(drawn):
    assert scene_of(drawn, show="pair").alt.endswith(f"between the two. {reach_in_words(drawn)}")


def test_an_own_and_a_seeded_side_differ_and_a_seed_gives_the_same_again():
    scenes = [ca.render.compose(ca.Conv(3, padding=1), (6,), show="pair", seed=seed) for seed in (4, 4, 5)]
    assert scenes[0] == scenes[1]
    assert scenes[0] != scenes[2]
    others = [grids_of(ca.render.compose(ca.Conv(1), (6,), show="pair", seed=seed))["small"] for seed in range(4)]
    assert len({tuple(numbers_of(small, {"done"}).values()) for small in others}) == 4
    grids = grids_of(scenes[0])
    assert numbers_of(grids["small"], {"done"}) != numbers_of(grids["input"], {"input"})
