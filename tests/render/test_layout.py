"""Pages: nothing runs off the edge or over other words, nothing moves, and the legend names all that occurs."""

from __future__ import annotations

import pytest
from drawn_pages import (
    MAKERS,
    VIEWS,
    apart,
    bounds,
    cell_texts,
    check_inside,
    check_words,
    drawing_of,
    extent,
    inside,
    paths,
    scene_of,
    scenes,
    texts,
    whole_pages,
)
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca
from convarith.render.drawing import Path
from convarith.render.layout import lay_out, step_ms
from convarith.render.scene import ROLES
from convarith.render.themes import DEFAULT, THEMES
from convarith.render.views import Flat

views = st.sampled_from(sorted(VIEWS))
looks = st.fixed_dictionaries(
    {
        "view": views,
        "theme": st.sampled_from(sorted(THEMES)),
        "width": st.none() | st.integers(280, 1400),
        "caption": st.booleans(),
    }
)


@whole_pages
@given(scenes(), looks)
def test_nothing_runs_off_the_page_or_over_other_words_whatever_the_layer(scene, look):
    try:
        drawing = ca.render.draw(scene, **look)
    except ca.ShapeError:
        assert look["width"] is not None
        return
    check_inside(drawing)
    check_words(drawing, scene)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", MAKERS)
def test_nothing_runs_off_the_page_or_over_other_words(name, view):
    for look in ({}, {"caption": False}, {"width": 1000}):
        drawing = drawing_of(name, view=view, **look)
        check_inside(drawing)
        check_words(drawing, scene_of(name))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", MAKERS)
def test_words_keep_clear_of_the_cells(name, view):
    drawing = drawing_of(name, view=view)
    page = lay_out(scene_of(name), VIEWS[view], DEFAULT)
    cells = [patch.outline() for patch in page.frames.stage.patches.values() for patch in patch.values()]
    words = [one for one in texts([*drawing.base, *drawing.frames[0].show]) if len(one.string) > 3]
    words = [one for one in words if one.ground == drawing.page and one.color == DEFAULT.ink and one.size in (16, 18)]
    outside = [one for one in words if not any(one.string == text for text in cell_texts(scene_of(name)))]
    left, top, right, bottom = zip(*map(bounds, cells), strict=True)
    whole = min(left), min(top), max(right), max(bottom)
    for one in outside:
        if not apart(extent(one), whole):  # between grids: then clear of each cell's box
            assert all(apart(extent(one), bounds(cell)) for cell in cells) or view == "sheets", one


@whole_pages
@given(scenes(), views)
def test_a_cell_stays_where_it_is_from_frame_to_frame(scene, view):
    """The places of the cells in the first picture are all the places that later cells take."""
    drawing = ca.render.draw(scene, view=view)
    places = {one.points for one in drawing.base if isinstance(one, Path) and one.fill and len(one.points) == 4}
    for frame, step in zip(drawing.frames, scene.steps, strict=True):
        outlined = [one.points for one in paths([*frame.keep, *frame.show]) if one.fill and one.stroke]
        assert {points for points in outlined if len(points) == 4} <= places
        assert len(step.writes) <= sum(bool(one.fill) for one in paths(frame.keep))


@pytest.mark.parametrize("name", MAKERS)
def test_notes_begin_at_one_place_and_hold_every_word(name):
    scene, drawing = scene_of(name), drawing_of(name)
    bottom = max(bounds(one.points)[3] for one in paths(drawing.base) if one.fill and one.stroke)
    starts = set()
    for frame, step in zip(drawing.frames, scene.steps, strict=True):
        said = [one for one in texts(frame.show) if one.anchor == "start" and one.size == 16 and one.x == 16]
        assert " ".join(one.string for one in said).split() == step.note.split()
        starts.add(said[0].y)
    assert len(starts) == 1
    assert starts < {bottom, *range(drawing.height)}


@pytest.mark.parametrize("name", MAKERS)
def test_title_and_captions_are_there_with_every_word_and_go_with_the_caption(name):
    scene = scene_of(name)
    words = " ".join(one.string for one in texts(drawing_of(name).base)).split()
    for sentence in (scene.title, *scene.captions):
        wanted = sentence.split()
        assert any(words[at : at + len(wanted)] == wanted for at in range(len(words)))
    bare = drawing_of(name, caption=False)
    left = " ".join(one.string for one in texts(bare.base))
    assert scene.title not in left
    assert len(legend_of(drawing_of(name), bare)) >= 2
    assert bare.height < drawing_of(name).height
    assert (bare.title, bare.alt) == (scene.title, scene.alt)


def roles_and_marks(scene):
    """Walked through step by step: the roles and marks that are seen at any time."""
    seen = {cell.role for grid in scene.grids() for cell in grid.cells.values()}
    seen |= {mark for grid in scene.grids() for marks in grid.marks.values() for mark in marks}
    for step in scene.steps:
        seen |= {write.cell.role for write in step.writes} | {lit.mark for lit in step.lit}
    return seen


@whole_pages
@given(scenes(), st.sampled_from(sorted(THEMES)))
def test_the_legend_names_every_role_and_mark_that_occurs_and_no_other(scene, theme):
    """What the labels of grids say is not said again: those of kernel and output."""
    drawing = ca.render.draw(scene, theme=theme)
    seen = roles_and_marks(scene)
    if any(one.anchor == "end" for one in texts(drawing.primitives())):  # a tag, which is in a weight's colours
        seen.add("weight")
    assert seen - set(scene.names) <= {"weight", "to_come", "done"}
    legend = legend_of(drawing, ca.render.draw(scene, theme=theme, caption=False))
    assert legend == [words for name, words in scene.names.items() if name in seen]


def legend_of(drawing, bare):
    """The words below the grids: a page without captions has the same texts in its grids, and nothing after them."""
    words, grids = texts(drawing.base), [one.string for one in texts(bare.base)]
    strings = [one.string for one in words]
    end = max(at for at in range(len(strings)) if strings[at : at + len(grids)] == grids) + len(grids)
    return strings[end:]


def test_the_legend_has_a_swatch_for_every_role_that_a_mark_lies_on():
    """Of figure 2.7: its windows lie on input and padding, and only padding is never read."""
    drawing = drawing_of("figure 2.7")
    words = {text.string: text for text in texts(drawing.base)}
    swatches = [one for one in paths(drawing.base) if one.fill and one.stroke and len(one.points) == 4]

    def fills(name):
        text = words[name]
        near = [(*bounds(one.points), one.fill) for one in swatches]
        return [
            fill for left, top, right, bottom, fill in near if top < text.y < bottom and text.x - 50 < left < text.x
        ]

    input_style, padding_style = DEFAULT.roles["input"], DEFAULT.roles["padding"]
    assert fills("window") == [input_style.lit, padding_style.lit]
    assert fills("never read") == [padding_style.fill]


@pytest.mark.parametrize(
    ("steps", "ms"), [(1, 700), (9, 700), (14, 700), (15, 670), (20, 500), (50, 200), (66, 150), (67, 150), (1000, 150)]
)
def test_a_loop_takes_about_10_seconds_within_150_to_700_ms_a_step(steps, ms):
    """10 000 ms shared among the steps, in whole hundredths of a second: 10 000/15 is 667."""
    assert step_ms(steps) == ms


@pytest.mark.parametrize(("frame_ms", "last"), [(None, 1800), (200, 1800), (2000, 2000)])
def test_the_last_frame_stands_longer(frame_ms, last):
    times = [frame.ms for frame in ca.render.draw(scene_of("figure 2.7"), frame_ms=frame_ms).frames]
    assert times == [frame_ms or 700] * 8 + [last]


class TestLinesBetweenSheets:
    @whole_pages
    @given(scenes())
    def test_they_lead_from_corners_of_what_is_lit_to_the_upper_sheet_and_end_where_it_hides_them(self, scene):
        page = lay_out(scene, VIEWS["sheets"], DEFAULT)
        stage = page.frames.stage
        for step, frame in zip(scene.steps, page.frames, strict=True):
            lines = [one for one in paths(frame.show) if len(one.points) == 2 and one.stroke == DEFAULT.ink]
            lines = [one for one in lines if one.width == 1 and not one.dash]
            wanted = []
            for lower, upper in scene.links:
                below = [stage.patches[lower][lit.position] for lit in step.lit if lit.grid == lower]
                corners = {corner for patch in below for corner in patch.outline()}
                grid = next(grid for grid in scene.grids() if grid.name == upper)
                sheets = [
                    stage.arrangement.view.plane(grid, plane).moved(*stage.corners[upper])
                    for plane in range(grid.shape[0] if len(grid.shape) > 2 else 1)
                ]
                above = [stage.patches[upper][lit.position] for lit in step.lit if lit.grid == upper]
                wanted.append((corners, sheets, {corner for patch in above for corner in patch.outline()}))
            for start, end in (one.points for one in lines):
                assert any(is_line(start, end, *pair) for pair in wanted), (start, end)

    def test_every_corner_of_a_window_has_a_line_unless_the_sheet_lies_over_it(self):
        drawing = drawing_of("figure 2.7", view="sheets")
        for frame in drawing.frames:
            lines = [one for one in paths(frame.show) if len(one.points) == 2 and one.stroke == DEFAULT.ink]
            assert 2 <= len({one.points[0] for one in lines}) <= 4

    def test_there_are_none_in_the_flat_view(self):
        for name in MAKERS:
            for frame in drawing_of(name, theme="default").frames:
                assert not [one for one in paths(frame.show) if len(one.points) == 2 and one.stroke == DEFAULT.ink]


def is_line(start, end, corners, sheets, targets):
    def close(one, other):
        return abs(one[0] - other[0]) + abs(one[1] - other[1]) < 1e-6

    if not any(close(start, corner) for corner in corners):
        return False
    between = [
        (start[0] + (end[0] - start[0]) * part / 50, start[1] + (end[1] - start[1]) * part / 50) for part in range(51)
    ]
    if any(inside(sheet, point, 1e-6) for sheet in sheets for point in between):
        return False
    beyond = end[0] + (end[0] - start[0]) * 1e-4, end[1] + (end[1] - start[1]) * 1e-4
    return any(close(end, target) for target in targets) or any(inside(sheet, beyond, -1e-3) for sheet in sheets)


class TestStrip:
    def test_each_panel_is_a_frame_whole_and_beside_or_under_the_last(self):
        page = lay_out(scene_of("figure 2.7"), VIEWS["flat"], DEFAULT)
        drawing, animation = page.strip([0, 4, 8]), page.animation()
        check_inside(drawing)
        check_words(drawing, scene_of("figure 2.7"))
        said = [one.string for one in texts(drawing.base)]
        for number in range(9):
            note = [one.string for one in texts(animation.frames[number].show) if one.x == 16 and one.anchor == "start"]
            assert (note[0] in said) == (number in (0, 4, 8))
        assert said.count(scene_of("figure 2.7").title) == 1

    @pytest.mark.parametrize("count", [1, 2, 5, 9])
    def test_panels_hold_what_their_frames_have_written(self, count):
        page = lay_out(scene_of("figure 2.7"), VIEWS["flat"], DEFAULT)
        drawing = page.strip(list(range(count)))
        done = DEFAULT.roles["done"]
        fills = [one for one in paths(drawing.base) if one.fill in (done.fill, done.lit) and one.stroke == done.stroke]
        base = sum(one.fill == done.lit for one in paths(page.animation().base))  # in the legend
        assert len(fills) == base + sum(number + 2 for number in range(count))  # its own cell once more, lit

    def test_so_many_panels_as_fit_twice_a_readme_stand_beside_each_other(self):
        page = lay_out(scene_of("figure 2.7"), VIEWS["flat"], DEFAULT)
        for count in range(1, 10):
            assert page.strip(list(range(count))).width <= 2 * 830
        assert page.strip([0, 1]).width > page.width
        assert page.strip([0, 1]).height == page.strip([0]).height
        assert page.strip(list(range(9))).height > page.strip([0]).height


def test_the_roles_are_those_of_the_scene():
    assert set(ROLES) == set(DEFAULT.roles)


@pytest.mark.parametrize("padding", ["causal", 0, 2])
def test_grids_of_one_axis_stand_with_their_first_cells_below_each_other(padding):
    """So that with causal padding an output stands below its newest input."""
    layers = [ca.Conv(3, padding=padding, dilation=dilation) for dilation in (1, 2)]
    page = lay_out(ca.render.compose_together(layers, (12,)), Flat, DEFAULT)
    stage = page.frames.stage
    firsts = {stage.patches[grid.name][0,].corner[0] for grid in page.arrangement.grids()}
    assert len(firsts) == 1
