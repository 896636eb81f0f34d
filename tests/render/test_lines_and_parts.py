"""Scenes with lines, arrows and small cells on the page: all of it is there, at its place, and clear of the words."""

from __future__ import annotations

import json
from functools import cache
from math import prod

import pytest
from drawn_pages import VIEWS, apart, bounds, check_inside, check_words, extent, paths, texts, whole_pages
from drawn_scenes import grids_of, pictures, whole_scenes
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca
from convarith.render.arrangement import arranged
from convarith.render.layout import lay_out
from convarith.render.scene import MARKS, ROLES, Cell, Grid, Line, Scene, Step
from convarith.render.themes import DEFAULT, THEMES
from convarith.render.views import Flat, Sheets

compose, stack = ca.render.compose, ca.render.compose_stack

README_PX = 830
HEAD_PX = 10
LABEL_GAP = 8
MATRIX, CHANNELS, STRIDE, COUNT, OVERLAP, SWITCHES, STACK = (
    "matrix",
    "channels",
    "subsampled",
    "counting",
    "overlap",
    "switches",
    "stack",
)
CAUSAL = [ca.Conv(2, dilation=2**n, padding="causal") for n in range(4)]

MAKERS = {
    "the guide's matrix": lambda: compose(ca.Conv(3), (4, 4), show=MATRIX),
    "a tall matrix": lambda: compose(ca.ConvTranspose(3), (2, 2), show=MATRIX),
    "a matrix of symbols": lambda: compose(ca.Conv(2), (3, 3), cells="symbols", show=MATRIX),
    "a matrix of a row": lambda: compose(ca.Conv(3, stride=2, padding=1), (7,), show=MATRIX),
    "a spy plot": lambda: compose(ca.Conv(3, padding=1), (8, 8), show=MATRIX),
    "a spy plot of a row": lambda: compose(ca.Conv(5, padding=2), (50,), show=MATRIX),
    "a matrix of slices": lambda: compose(ca.Conv(2), (3, 2, 3), show=MATRIX),
    "figure 1.3": lambda: compose(ca.Conv(3), (5, 5), in_channels=2, out_channels=3),
    "depthwise": lambda: compose(ca.Conv(3), (4, 4), in_channels=3, out_channels=3, groups=3),
    "pointwise": lambda: compose(ca.Conv(1), (3, 3), in_channels=3, out_channels=2),
    "many maps": lambda: compose(ca.Conv(2, padding=1), (3, 3), in_channels=8, out_channels=8, groups=4),
    "maps of a row": lambda: compose(ca.Conv(3), (6,), in_channels=4, out_channels=2, groups=2),
    "maps of slices": lambda: compose(ca.Conv(2), (2, 3, 3), in_channels=2),
    "maps without letters": lambda: compose(ca.Conv(2), (4, 4), in_channels=2, out_channels=2, cells="blank"),
    "a stride": lambda: compose(ca.Conv(3, stride=2, padding=1), (5, 5), show=STRIDE),
    "a stride of a row": lambda: compose(ca.Conv(3, stride=3), (12,), show=STRIDE),
    "a stride of a pooling": lambda: compose(ca.Pool(3, stride=2, ceil_mode=True), (6, 6), show=STRIDE),
    "positions": lambda: compose(ca.Conv(3, stride=2, padding=1), (6, 5), show=COUNT),
    "positions in a row": lambda: compose(ca.Conv(3, stride=2), (9,), show=COUNT),
    "positions in slices": lambda: compose(ca.Conv(2), (3, 3, 3), show=COUNT),
    "overlaps": lambda: compose(ca.ConvTranspose(3, stride=2), (4, 4), show=OVERLAP),
    "overlaps cut away": lambda: compose(ca.ConvTranspose(5, padding=1), (5, 5), show=OVERLAP),
    "overlaps in a row": lambda: compose(ca.ConvTranspose(2, stride=3), (4,), show=OVERLAP),
    "unpooling": lambda: compose(ca.Pool(2), (4, 4), show=SWITCHES),
    "unpooling in a row": lambda: compose(ca.Pool(3, stride=2, padding=1), (7,), show=SWITCHES),
    "a field": lambda: stack([ca.Conv(3), ca.Conv(3)], (9, 9)),
    "causal": lambda: stack(CAUSAL, (16,), at=15),
    "down and up": lambda: stack([ca.Conv(3, stride=2, padding=1), ca.ConvTranspose(3, stride=2), ca.Pool(2)], (8, 8)),
    "down and up in a row": lambda: stack([ca.Conv(3, stride=2, padding=1), ca.ConvTranspose(3, stride=2)], (8,)),
    "eight layers": lambda: stack([ca.Conv(3)] * 8, (20, 20)),
    "eight layers of a row": lambda: stack([ca.Conv(3, padding=1)] * 8, (20,)),
    "a field of slices": lambda: stack([ca.Conv(2), ca.Conv(2)], (4, 4, 4)),
    "some of a stack": lambda: stack(CAUSAL, (16,), at=15, max_frames=2),
    "some positions": lambda: compose(ca.Conv(3, stride=2), (11, 9), show=COUNT, max_frames=3),
}
LINED = [name for name in MAKERS if any(step.lines for step in MAKERS[name]().steps)]
ARROWED = [name for name in LINED if name.startswith(("positions", "some positions"))]
BESIDE = [name for name in LINED if name not in ARROWED]


@cache
def scene_of(name):
    return MAKERS[name]()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", MAKERS)
def test_nothing_runs_off_the_page_or_over_other_words(name, view):
    for look in ({}, {"caption": False}, {"width": 1000}):
        drawing = ca.render.draw(scene_of(name), view=view, **look)
        check_inside(drawing)
        check_words(drawing, scene_of(name))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", MAKERS)
def test_every_theme_has_a_colour_for_all_of_it_and_it_fits_a_readme(name, view, theme):
    drawing = ca.render.draw(scene_of(name), view=view, theme=theme)
    assert drawing.width <= README_PX
    assert len(drawing.frames) == len(scene_of(name).steps)
    check_inside(drawing)


def is_small(drawn):
    """Not so many inputs and outputs that their matrix is refused."""
    return prod(drawn.shape) * prod(drawn.layer.output_shape(drawn.shape)) <= 1000


def drawn_extras():
    """Scenes of every new kind, drawn by Hypothesis."""

    def show(word, *families):
        picture = pictures(*families).filter(is_small)
        if word == STRIDE:
            picture = picture.filter(lambda drawn: any(axis.stride > 1 for axis in drawn.axes))
        return picture.map(lambda drawn: compose(drawn.layer, drawn.shape, show=word))

    return st.one_of(
        show(MATRIX, "conv", "transposed"),
        show(STRIDE, "conv", "pool", "ceil"),
        show(COUNT, "conv", "pool", "ceil"),
        show(OVERLAP, "transposed"),
        show(SWITCHES, "pool", "ceil"),
        st.tuples(pictures("conv"), st.sampled_from([(2, 1, 1), (1, 3, 1), (2, 2, 2), (4, 2, 2)])).map(
            lambda both: compose(
                both[0].layer,
                both[0].shape,
                in_channels=both[1][0],
                out_channels=both[1][1],
                groups=both[1][2],
            )
        ),
        pictures()
        .filter(is_small)
        .map(lambda drawn: stack([drawn.layer, ca.Conv(1, dilation=2), ca.ConvTranspose(2, stride=2)], drawn.shape)),
    )


@whole_pages
@given(drawn_extras(), st.sampled_from(sorted(VIEWS)), st.sampled_from(sorted(THEMES)))
def test_nothing_runs_off_the_page_or_over_other_words_whatever_the_layer(scene, view, theme):
    drawing = ca.render.draw(scene, view=view, theme=theme)
    check_inside(drawing)
    check_words(drawing, scene)
    assert drawing.width <= README_PX


@whole_scenes
@given(drawn_extras())
def test_roles_and_marks_are_known_and_each_that_needs_one_has_a_name(scene):
    cells = [cell for grid in scene.grids() for cell in grid.cells.values()]
    cells += [write.cell for step in scene.steps for write in step.writes]
    marks = {mark for grid in scene.grids() for several in grid.marks.values() for mark in several}
    marks |= {lit.mark for step in scene.steps for lit in step.lit}
    assert {cell.role for cell in cells} <= set(ROLES)
    assert marks <= set(MARKS)
    assert all(scene.names[name] for name in ({cell.role for cell in cells} - {"weight", "to_come", "done"}) | marks)
    assert 0 <= scene.poster < len(scene.steps)


class TestStills:
    @pytest.mark.parametrize("name", MAKERS)
    def test_a_still_is_the_poster_with_all_that_was_written_before_it(self, name):
        drawing = ca.render.draw(scene_of(name))
        assert drawing.lit == (scene_of(name).poster if len(drawing.frames) > 1 else None)

    @pytest.mark.parametrize("name", ["positions", "positions in a row", "causal", "a field", "overlaps", "unpooling"])
    def test_it_is_the_last_step_of_what_adds_up(self, name):
        assert scene_of(name).poster == len(scene_of(name).steps) - 1


def stage_of(name, view):
    page = lay_out(scene_of(name), view, DEFAULT)
    return page, page.frames.stage


def middle(patch):
    return patch.at(0.5, 0.5)


def close(one, other):
    return abs(one[0] - other[0]) + abs(one[1] - other[1]) < 1e-6


def edge_of(patch, point):
    """How far right and below a point is in a cell, in parts of its sides: 0 or 1 on an edge."""
    (x, y), (ax, ay), (dx, dy) = patch.corner, patch.across, patch.down
    right, below, area = point[0] - x, point[1] - y, ax * dy - ay * dx
    return (right * dy - below * dx) / area, (ax * below - ay * right) / area


@pytest.mark.parametrize("view", [Flat, Sheets])
@pytest.mark.parametrize("name", ARROWED)
class TestArrows:
    def test_each_ends_in_the_middle_of_its_cell(self, name, view):
        page, stage = stage_of(name, view)
        for step, frame in zip(scene_of(name).steps, page.frames, strict=True):
            heads = [one for one in paths(frame.show) if len(one.points) == 3 and one.fill == DEFAULT.ink]
            tips = [one.points[0] for one in heads]
            wanted = [middle(stage.patches[line.end[0]][line.end[1]]) for line in step.lines]
            assert len(tips) == len(wanted)
            assert all(close(tip, end) for tip, end in zip(tips, wanted, strict=True))

    def test_each_shaft_begins_in_the_middle_of_its_cell_and_points_at_the_tip(self, name, view):
        page, stage = stage_of(name, view)
        for step, frame in zip(scene_of(name).steps, page.frames, strict=True):
            shafts = [one for one in paths(frame.show) if one.stroke == DEFAULT.ink and one.width == 2 and not one.fill]
            assert len(shafts) == len(step.lines)
            for shaft, line in zip(shafts, step.lines, strict=True):
                start, end = (middle(stage.patches[grid][at]) for grid, at in (line.start, line.end))
                assert close(shaft.points[0], start)
                whole = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
                part = (whole - HEAD_PX) / whole
                neck = start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part
                assert close(shaft.points[1], neck)

    def test_a_rim_in_the_colour_of_the_page_parts_it_from_what_lies_below(self, name, view):
        page, _ = stage_of(name, view)
        for step, frame in zip(scene_of(name).steps, page.frames, strict=True):
            rims = [one for one in paths(frame.show) if one.stroke == DEFAULT.page and one.width == 6]
            assert len(rims) == len(step.lines)


@pytest.mark.parametrize("view", [Flat, Sheets])
@pytest.mark.parametrize("name", BESIDE)
class TestLinesBetweenGrids:
    def lines(self, frame):
        thin = [one for one in paths(frame.show) if len(one.points) == 2 and one.width == 1]
        return [one for one in thin if one.stroke == DEFAULT.ink]

    def test_each_leads_from_the_edge_of_its_cell_to_that_of_the_other(self, name, view):
        page, stage = stage_of(name, view)
        for step, frame in zip(scene_of(name).steps, page.frames, strict=True):
            drawn = self.lines(frame)
            assert len(drawn) == len(step.lines)
            for one, line in zip(drawn, step.lines, strict=True):
                cells = [stage.patches[grid][at] for grid, at in (line.start, line.end)]
                towards = [middle(cells[1]), middle(cells[0])]
                for patch, point, other in zip(cells, one.points, towards, strict=True):
                    assert min(min(abs(part), abs(part - 1)) for part in edge_of(patch, point)) < 1e-6
                    assert all(-1e-6 < part < 1 + 1e-6 for part in edge_of(patch, point))
                    start = middle(patch)  # on the straight line between the middles
                    turn = (point[0] - start[0]) * (other[1] - start[1]) - (point[1] - start[1]) * (other[0] - start[0])
                    assert abs(turn) < 1e-3

    def test_labels_stand_left_of_the_grids_and_no_line_crosses_them(self, name, view):
        page, stage = stage_of(name, view)
        labels = [line for grid in page.arrangement.grids() for line in page.arrangement.label(grid)]
        words = [one for one in texts(page.body) if one.string in labels]
        assert sorted(one.string for one in words) == sorted(labels)
        assert {one.anchor for one in words} == {"start"}
        first = min(bounds(patch.outline())[0] for cells in stage.patches.values() for patch in cells.values())
        assert all(extent(one)[2] + LABEL_GAP - 1 <= first for one in words)  # places are whole pixels
        for frame in page.frames:
            for one in self.lines(frame):
                assert all(apart(bounds(one.points), extent(word)) for word in words)


def test_grids_that_are_linked_in_a_chain_stand_above_each_other_with_labels_left_of_them():
    page, stage = stage_of("a field", Sheets)
    assert [[grid.name for grid in row] for row in page.arrangement.rows] == [["map 2"], ["map 1"], ["map 0"]]
    labels = [one for one in texts(page.body) if one.string.startswith(("input", "after layer"))]
    cells = [bounds(patch.outline()) for several in stage.patches.values() for patch in several.values()]
    assert len(labels) >= 3
    assert all(extent(label)[2] <= min(left for left, *_ in cells) for label in labels)
    for frame in page.frames:
        for one in paths(frame.show):
            if len(one.points) == 2 and one.stroke == DEFAULT.ink:
                assert all(apart(bounds(one.points), extent(label)) for label in labels)


def test_flat_they_stand_beside_each_other_without_lines():
    page, _ = stage_of("a field", Flat)
    assert [[grid.name for grid in row] for row in page.arrangement.rows] == [["map 0", "map 1", "map 2"]]
    assert not page.arrangement.lined


class TestParts:
    @pytest.mark.parametrize("view", [Flat, Sheets])
    @pytest.mark.parametrize("cell_px", [3, 10, 24, 36, 100])
    @pytest.mark.parametrize("part", [1, 0.5, 1 / 3, 0.01])
    def test_cells_have_so_much_of_the_usual_side_but_can_be_seen(self, view, cell_px, part):
        cells = {(row, column): Cell("zero") for row in range(2) for column in range(3)}
        grid = Grid("matrix", "C", (0, 0), (2, 3), cells, part=part)
        wanted = cell_px if part == 1 else max(3, round(part * cell_px))
        assert view(cell_px).side(grid) == wanted
        same = Grid("matrix", "C", (0, 0), (2, 3), cells)
        assert view(cell_px).size(grid) == view(wanted).size(same)
        for position in cells:
            assert view(cell_px).cell(grid, position) == view(wanted).cell(same, position)

    @pytest.mark.parametrize("name", ["a spy plot", "a spy plot of a row"])
    def test_a_spy_plot_is_about_as_large_as_a_matrix_that_can_be_read(self, name):
        page, _ = stage_of(name, Flat)
        grid = grids_of(scene_of(name))["matrix"]
        cell_px = page.arrangement.view.cell_px
        side = max(3, round(grid.part * cell_px))
        assert page.arrangement.view.side(grid) == side
        assert page.arrangement.view.size(grid) == (side * grid.shape[1] + 1, side * grid.shape[0] + 1)

    def test_small_cells_have_no_outline_of_their_own_and_the_grid_has_one(self):
        page, stage = stage_of("a spy plot of a row", Flat)
        matrix = grids_of(scene_of("a spy plot of a row"))["matrix"]
        small = {patch.outline() for patch in stage.patches["matrix"].values()}
        assert page.arrangement.view.side(matrix) < 10
        drawn = [one for one in paths(page.body) if one.points in small and one.fill]
        assert len(drawn) == len(matrix.cells)
        assert {one.stroke for one in drawn} == {None}
        rim = stage.arrangement.view.plane(matrix).moved(*stage.corners["matrix"]).outline()
        assert any(one.points == (*rim, rim[0]) for one in paths(page.body))

    def test_its_letters_are_left_out_and_no_others(self):
        page, _ = stage_of("a spy plot", Flat)
        assert page.arrangement.letters.numbers
        assert {cell.text for cell in grids_of(scene_of("a spy plot"))["matrix"].cells.values()} == {""}


@pytest.mark.parametrize("name", MAKERS)
def test_the_scene_as_data_has_lines_and_parts(name):
    scene = scene_of(name)
    data = json.loads(json.dumps(scene.to_dict()))
    assert [grid["part"] for row in data["rows"] for grid in row] == [grid.part for grid in scene.grids()]
    for step, shown in zip(scene.steps, data["steps"], strict=True):
        lines = [
            Line(
                (line["from"]["grid"], tuple(line["from"]["position"])),
                (line["to"]["grid"], tuple(line["to"]["position"])),
                line["arrow"],
            )
            for line in shown["lines"]
        ]
        assert tuple(lines) == step.lines


def test_the_scene_in_words_has_lines():
    words = scene_of("positions in a row").text().splitlines()
    assert "  arrow input (0,) to input (2,)" in words
    assert "  line map 4 (15,) to map 3 (7,)" in scene_of("causal").text().splitlines()


class TestSampling:
    @pytest.mark.parametrize("most", [1, 2, 3, 4])
    def test_steps_that_are_shown_keep_their_lines(self, most):
        whole, some = stack(CAUSAL, (16,), at=15), stack(CAUSAL, (16,), at=15, max_frames=most)
        shown = [4] if most == 1 else [number * 4 // (most - 1) for number in range(most)]
        assert [step.lines for step in some.steps] == [whole.steps[number].lines for number in shown]
        assert [step.lit for step in some.steps] == [whole.steps[number].lit for number in shown]
        assert some.captions[-1].startswith(f"Shown: {most} of 5 steps")
        written = {(write.grid, write.position) for step in some.steps for write in step.writes}
        assert written == {(write.grid, write.position) for step in whole.steps for write in step.writes}

    def test_labels_stay_beside_grids_that_lines_join(self):
        assert arranged(scene_of("some of a stack"), Flat, None).has_labels_beside


def test_a_line_to_a_grid_that_a_view_leaves_out_is_left_out():
    one, other, third = (
        Grid(name, name, (0, 0), (1, 1), {(0, 0): Cell(role)})
        for name, role in (("one", "input"), ("other", "done"), ("third", "weight"))
    )
    line = Line(("one", (0, 0)), ("third", (0, 0)))
    step = Step((), (), "", (line,))
    scene = Scene("A line", (), "", ((one, other, third),), (("one", "other"),), {"input": "input"}, (step,))
    (frame,) = ca.render.draw(scene, view="sheets").frames
    assert paths(frame.show) == []
