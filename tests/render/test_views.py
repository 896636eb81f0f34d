"""Views: neighbours share their border, slices keep apart, and a grid's size holds every cell and word of it."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from drawn_pages import apart, bounds, extent
from hypothesis import assume, given
from hypothesis import strategies as st

import convarith as ca
from convarith.render.drawing import Text
from convarith.render.scene import Cell, Grid
from convarith.render.views import VIEWS, Flat, Sheets, view_named

WORDS_PX = 16

kinds = st.sampled_from([Flat, Sheets])


@st.composite
def grids(draw, *ndims):
    ndim = draw(st.sampled_from(ndims or (1, 2, 3)))
    shape = tuple(draw(st.integers(1, {1: 9, 2: 6, 3: 4}[ndim])) for _ in range(ndim))
    origin = tuple(draw(st.integers(-3, 12)) for _ in range(ndim))
    places = product(*(range(start, start + size) for start, size in zip(origin, shape, strict=True)))
    return Grid("input", "input", origin, shape, {place: Cell("input") for place in places})


@st.composite
def views(draw):
    return draw(kinds)(draw(st.integers(3, 60)), draw(st.sampled_from([100_000, 800, 248, 1])))


def near(*points):
    first, *others = points
    return all(point == pytest.approx(first, abs=1e-6) for point in others)


@given(views(), grids())
def test_neighbours_share_their_border(view, grid):
    for position in grid.cells:
        cell = view.cell(grid, position)
        *before, last = position
        right = (*before, last + 1)
        below = (*before[:-1], before[-1] + 1, last) if before else None
        if right in grid.cells:
            other = view.cell(grid, right)
            assert near(cell.at(1, 0), other.at(0, 0))
            assert near(cell.at(1, 1), other.at(0, 1))
        if below in grid.cells:
            other = view.cell(grid, below)
            assert near(cell.at(0, 1), other.at(0, 0))
            assert near(cell.at(1, 1), other.at(1, 0))


@given(grids(), st.integers(3, 60))
def test_flat_cells_are_squares_in_whole_pixels(grid, cell_px):
    view = Flat(cell_px)
    for position in grid.cells:
        (left, top), second, third, fourth = view.cell(grid, position).outline()
        assert (left, top) == (int(left), int(top))
        assert second == (left + cell_px, top)
        assert third == (left + cell_px, top + cell_px)
        assert fourth == (left, top + cell_px)


@given(grids(), st.integers(3, 60))
def test_sheets_run_up_to_the_right_along_columns_and_down_to_the_right_along_rows(grid, cell_px):
    view = Sheets(cell_px)
    (ax, ay), (dx, dy) = view.vectors()
    assert ax > 0 > ay
    assert dx > 0
    assert dy > 0
    area = ax * dy - ay * dx
    assert 0.5 * cell_px**2 < area < cell_px**2
    for position in grid.cells:
        assert (view.cell(grid, position).across, view.cell(grid, position).down) == ((ax, ay), (dx, dy))


@given(views(), grids())
def test_the_size_holds_every_cell_and_its_outline_and_no_more(view, grid):
    width, height = view.size(grid)
    corners = [corner for position in grid.cells for corner in view.cell(grid, position).outline()]
    left, top, right, bottom = bounds(corners)
    assert min(left, top) > -1e-6
    assert right < width
    assert bottom < height
    if len(grid.shape) < 3:
        assert near((left, top), (0, 0))
        assert right > width - 2
    assert bottom > height - 2


@given(views(), grids(3))
def test_slices_and_their_words_keep_apart_and_each_word_stands_above_its_slice(view, grid):
    depth = grid.shape[0]
    boxes = [bounds(view.plane(grid, plane).outline()) for plane in range(depth)]
    labels = [extent(Text(x, y, words, WORDS_PX, "", "", "middle")) for (x, y), words in view.plane_labels(grid)]
    word = "depth " if view.cell_px >= 24 else ""
    assert [words for _, words in view.plane_labels(grid)] == [f"{word}{grid.origin[0] + n}" for n in range(depth)]
    for one, other in combinations([*boxes, *labels], 2):
        assert apart(one, other)
    width, height = view.size(grid)
    for box, label in zip(boxes, labels, strict=True):
        assert label[3] <= box[1] + 1
        assert (label[0] + label[2]) / 2 == pytest.approx((box[0] + box[2]) / 2, abs=1)
        assert -1 <= label[0] <= label[2] <= width + 1
        assert -1 <= label[1] <= label[3] <= height


@given(grids(1, 2), views())
def test_one_or_two_axes_have_no_words_of_slices(grid, view):
    assert list(view.plane_labels(grid)) == []


@given(views(), grids())
def test_a_plane_reaches_from_its_first_cell_to_its_last(view, grid):
    slices = {}
    for position in grid.cells:
        slices.setdefault(position[:-2], []).append(position)
    for number, positions in enumerate(slices.values()):
        plane = view.plane(grid, number)
        first, last = view.cell(grid, min(positions)), view.cell(grid, max(positions))
        assert near(plane.at(0, 0), first.at(0, 0))
        assert near(plane.at(1, 1), last.at(1, 1))


@given(views(), grids(2, 3), st.data())
def test_what_spans_two_cells_has_the_four_cells_in_its_corners(view, grid, data):
    plane = data.draw(st.sampled_from(sorted({position[:-2] for position in grid.cells})))
    rows, columns = ({position[axis] for position in grid.cells} for axis in (-2, -1))
    top, bottom = sorted(data.draw(st.tuples(*[st.sampled_from(sorted(rows))] * 2)))
    left, right = sorted(data.draw(st.tuples(*[st.sampled_from(sorted(columns))] * 2)))

    def cell(row, column):
        return view.cell(grid, (*plane, row, column))

    spanning = cell(top, left).spanning(cell(bottom, right))
    assert near(spanning.at(0, 0), cell(top, left).at(0, 0))
    assert near(spanning.at(1, 0), cell(top, right).at(1, 0))
    assert near(spanning.at(1, 1), cell(bottom, right).at(1, 1))
    assert near(spanning.at(0, 1), cell(bottom, left).at(0, 1))


@given(kinds, grids(3), st.integers(24, 60), st.integers(100, 900))
def test_slices_wrap_where_a_line_is_full(kind, grid, cell_px, line_px):
    view, alone = kind(cell_px, line_px), kind(cell_px)
    one = alone.size(Grid("", "", grid.origin, (1, *grid.shape[1:]), {}))[0]
    assume(max(one, 80) <= line_px)  # a slice and its word fit a line
    width, height = view.size(grid)
    assert width <= line_px
    unbroken_width, unbroken_height = alone.size(grid)
    assert (height == unbroken_height) == (unbroken_width <= line_px)


@given(kinds, st.floats(0, 4), st.integers(20, 60))
def test_an_inset_lies_as_many_pixels_inside(kind, inset, cell_px):
    """Distances along the sides, as the lines of an outline are moved along them."""
    patch = kind(cell_px).cell(Grid("", "", (0, 0), (1, 1), {}), (0, 0))
    outer, inner = patch.outline(), patch.outline(inset)
    for (x, y), (u, v), across, down in zip(outer, inner, (1, -1, -1, 1), (1, 1, -1, -1), strict=True):
        (ax, ay), (dx, dy) = patch.across, patch.down
        wide, high = (ax**2 + ay**2) ** 0.5, (dx**2 + dy**2) ** 0.5
        assert u - x == pytest.approx(inset * (across * ax / wide + down * dx / high), abs=1e-6)
        assert v - y == pytest.approx(inset * (across * ay / wide + down * dy / high), abs=1e-6)


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_found_by_its_name(name):
    assert view_named(name).name == name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("flta", "unknown view 'flta'; did you mean 'flat'? Known are flat, sheets"),
        ("Sheets", "unknown view 'Sheets'; did you mean 'sheets'? Known are flat, sheets"),
        ("oblique", "unknown view 'oblique'; known are flat, sheets"),
        (None, "unknown view None; known are flat, sheets"),
        ([], "unknown view []; known are flat, sheets"),
    ],
)
def test_an_unknown_view_is_refused_with_the_known_ones(name, words):
    with pytest.raises(ca.ParameterError) as refusal:
        view_named(name)
    assert str(refusal.value) == words
