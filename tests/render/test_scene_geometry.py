"""Scenes against a walk: what lies where, what a window lights, what is written when, and what is never read."""

from __future__ import annotations

from itertools import product

import picture_walk
import pytest
from drawn_scenes import grids_of, picture, pictures, scene_of, whole_scenes
from hypothesis import given
from hypothesis import strategies as st
from picture_walk import DrawnAxis

import convarith as ca
from convarith.render.scene import MARKS, ROLES


@whole_scenes
@given(pictures())
def test_every_lit_cell_is_a_tap_of_that_window_and_every_tap_is_lit(drawn):
    scene = scene_of(drawn)
    windows = picture_walk.windows_of(drawn.axes)
    assert len(scene.steps) == len(windows)
    for step, taps in zip(scene.steps, windows.values(), strict=True):
        lit = [light.position for light in step.lit if light.grid == "input" and light.mark == "tap"]
        assert lit == [position for _, position in taps]


@whole_scenes
@given(pictures())
def test_every_output_is_written_once_row_major_and_lit_as_it_is(drawn):
    scene = scene_of(drawn)
    outputs = list(product(*(range(len(axis.windows)) for axis in drawn.axes)))
    for step, output in zip(scene.steps, outputs, strict=True):
        assert [(write.grid, write.position, write.cell.role) for write in step.writes] == [("output", output, "done")]
        assert [light.position for light in step.lit if light.mark == "now"] == [output]
        assert {light.grid for light in step.lit if light.mark == "now"} == {"output"}
    grid = grids_of(scene)["output"]
    assert list(grid.cells) == outputs
    assert {cell.role for cell in grid.cells.values()} == {"to_come"}
    assert not any(cell.text for cell in grid.cells.values())


@whole_scenes
@given(pictures())
def test_every_cell_of_the_input_has_its_role(drawn):
    """Those of the walk, and those of the windows, which know what is overhang."""
    scene = scene_of(drawn)
    windows = drawn.layer.windows(drawn.shape)
    cells = grids_of(scene)["input"].cells
    for position, cell in cells.items():
        assert cell.role == windows.kind(position)
        per_axis = [axis.roles.get(at, "overhang") for axis, at in zip(drawn.axes, position, strict=True)]
        assert cell.role == max(per_axis, key=("input", "inserted", "padding", "extra", "overhang", "cropped").index)


@whole_scenes
@given(pictures())
def test_all_that_is_there_is_drawn_and_all_that_a_window_meets(drawn):
    grid = grids_of(scene_of(drawn))["input"]
    there = set(product(*(axis.roles for axis in drawn.axes)))
    met = {position for taps in picture_walk.windows_of(drawn.axes).values() for _, position in taps}
    assert there | met <= set(grid.cells)
    block = product(*(range(first, first + size) for first, size in zip(grid.origin, grid.shape, strict=True)))
    assert list(grid.cells) == list(block)


@whole_scenes
@given(pictures())
def test_what_no_window_reads_is_marked_and_nothing_else(drawn):
    marks = grids_of(scene_of(drawn))["input"].marks
    assert set(marks) == picture_walk.unread_of(drawn.axes)
    assert set(marks.values()) <= {("unread",)}


@whole_scenes
@given(pictures())
def test_roles_and_marks_are_those_that_are_known_and_each_that_needs_one_has_a_name(drawn):
    scene = scene_of(drawn)
    roles = {cell.role for grid in scene.grids() for cell in grid.cells.values()}
    marks = {light.mark for step in scene.steps for light in step.lit}
    assert roles <= set(ROLES)
    assert marks <= set(MARKS)
    assert (roles - {"weight", "to_come", "done"}) | marks <= set(scene.names)
    assert [scene.names[mark] for mark in ("tap", "weight", "now")] == ["window", "its weights", "its output"]


def middle_of(counts):
    """The place of the middle window among all, row-major: the earlier one of two middles."""
    windows = list(product(*(range(count) for count in counts)))
    return windows.index(tuple(sorted(range(count))[(count - 1) // 2] for count in counts))


@whole_scenes
@given(pictures())
def test_the_still_shows_the_window_in_the_middle_of_every_axis(drawn):
    scene = scene_of(drawn)
    assert scene.poster == middle_of([len(axis.windows) for axis in drawn.axes])
    assert scene.to_dict()["poster"] == scene.poster
    ((output,),) = [[light.position for light in scene.steps[scene.poster].lit if light.mark == "now"]]
    for at, axis in zip(output, drawn.axes, strict=True):
        before, after = at, len(axis.windows) - 1 - at
        assert after - before in (0, 1)


@whole_scenes
@given(pictures("transposed"), st.sampled_from(["stamp", "pair"]))
def test_a_still_of_stamps_shows_the_last_as_only_then_all_sums_are_done(drawn, show):
    scene = scene_of(drawn, show=show)
    assert scene.poster == len(scene.steps) - 1
    assert scene.to_dict()["poster"] == scene.poster


@pytest.mark.parametrize(("shape", "poster"), [((3,), 0), ((4,), 0), ((5,), 1), ((5, 5), 4), ((6, 5), 4), ((5, 6), 5)])
def test_the_number_of_the_still_by_hand(shape, poster):
    """3×3 windows: 4 of 0 ... 8; 4×3: row 1 of 4, so that 3 + 1; 3×4: also row 1, which begins at 4."""
    assert ca.render.compose(ca.Conv(3), shape).poster == poster


def test_the_last_row_and_column_of_the_padded_input_are_unread_in_figure_2_7():
    """6, 3, 2, 1: the padded input lies at -1 ... 6, and windows end at 1, 3 and 5."""
    drawn = picture((DrawnAxis(6, 3, 2, before=1, after=1),) * 2, "conv")
    grid = grids_of(scene_of(drawn))["input"]
    assert set(grid.marks) == {position for position in product(range(-1, 7), repeat=2) if 6 in position}
    assert {grid.cells[position].role for position in grid.marks} == {"padding"}
    assert (grid.origin, grid.shape) == ((-1, -1), (8, 8))
    assert grid.label == "input 6×6, padded to 8×8"


def test_the_added_zeros_of_figure_4_7_are_at_the_bottom_and_right():
    """Stretched to 5, one zero around it and a = 1 more at the end: position 6 on each axis."""
    drawn = picture((DrawnAxis(3, 3, 2, before=1, after=1, added=1, transposed=True),) * 2, "transposed")
    grid = grids_of(scene_of(drawn))["input"]
    extra = {position for position, cell in grid.cells.items() if cell.role == "extra"}
    assert extra == {position for position in product(range(-1, 7), repeat=2) if 6 in position}
    assert not grid.marks
    assert grid.label == "input 3×3, stretched to 5×5, padded to 8×8"


def test_what_a_window_overhangs_is_drawn_and_neither_padding_nor_unread():
    drawn = picture((DrawnAxis(4, 3, 2, before=1, after=1, ceil=True),), "ceil")
    grid = grids_of(scene_of(drawn))["input"]
    assert {position: cell.role for position, cell in grid.cells.items() if cell.role != "input"} == {
        (-1,): "padding",
        (4,): "padding",
        (5,): "overhang",
    }
    assert not grid.marks


def test_cropped_cells_are_shown_with_their_numbers():
    scene = ca.render.compose(ca.Conv(2, padding=-1), (5,), input=[5, 6, 7, 8, 9], kernel=[1, 1])
    cells = grids_of(scene)["input"].cells
    assert [(cell.role, cell.text) for cell in cells.values()] == [
        ("cropped", "5"),
        ("input", "6"),
        ("input", "7"),
        ("input", "8"),
        ("cropped", "9"),
    ]
