"""Arrangements: as wide as asked and no wider, with the largest cells, and with letters as long as there is room."""

from __future__ import annotations

from dataclasses import replace

import pytest
from drawn_pages import MAKERS, VIEWS, compose, scene_of, scenes, whole_pages
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca
from convarith.render.arrangement import arranged
from convarith.render.cells import NO_LETTERS
from convarith.render.layout import TAGS_LEFT_OUT, lay_out
from convarith.render.lettering import text_width
from convarith.render.themes import DEFAULT
from convarith.render.views import Flat, Sheets

README_PX = 830
MARGINS_PX = 32
GAP_PX = 32
USUAL_PX, COMFORTABLE_PX, LEAST_PX, AROUND_PX = 36, 32, 3, 6
LETTERED_PX = {Flat: 24, Sheets: 32}
TALLEST_PX = 720

ODD = "figure 2.7"
views = st.sampled_from(sorted(VIEWS)).map(VIEWS.get)
widths = st.sampled_from([248, 300, 468, 768, 1400]) | st.integers(248, 1000)


def widest_text(scene):
    cells = [cell.text for grid in scene.grids() for cell in grid.cells.values()]
    written = [write.cell.text for step in scene.steps for write in step.writes]
    return max(text_width(text, 16) for text in [*cells, *written])


def cells_wide(grids):
    """How many cells the widest grid of a stack has beside each other; a slice at least, where there are slices."""
    return max(grid.shape[-1] for grid in grids)


@whole_pages
@given(scenes(), views, widths)
def test_it_is_never_wider_than_asked(scene, view, width):
    try:
        arrangement = arranged(scene, view, width)
    except ca.ShapeError:
        assert scene.columns or view is Sheets or cells_wide(scene.grids()) * LEAST_PX > width
        return
    assert arrangement.width <= width
    starts = [arrangement.shift(row[0]) if arrangement.is_aligned else 0 for row in arrangement.rows]
    ends = [start + arrangement.row_width(row) for row, start in zip(arrangement.rows, starts, strict=True)]
    assert max(ends) == arrangement.width


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("view", ["flat", "sheets"])
def test_a_picture_of_no_given_width_fits_a_readme(name, view):
    drawing = ca.render.draw(scene_of(name), view=view)
    assert drawing.width <= README_PX


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("view", ["flat", "sheets"])
@pytest.mark.parametrize("width", [640, 800, 1201, 2000])
def test_a_width_is_met_exactly(name, view, width):
    assert ca.render.draw(scene_of(name), view=view, width=width).width == width


def test_a_width_may_enlarge_the_cells():
    usual = arranged(scene_of(ODD), Flat, None).view.cell_px
    sizes = [arranged(scene_of(ODD), Flat, width).view.cell_px for width in (600, 900, 1200, 1500)]
    assert usual == USUAL_PX
    assert sizes == sorted(set(sizes))
    assert sizes[-1] > 2 * usual


@pytest.mark.parametrize("width", [*range(600, 260, -7), 417])
def test_grids_stay_beside_each_other_in_comfortable_sizes_and_are_put_under_each_other_below(width):
    """Of 8 and 4 columns, each with its last border, and the gap between them: 12·32 + 2 + 32 is 418."""
    scene = compose(ca.Pool(2), (8, 8))
    arrangement = arranged(scene, Flat, width)
    if width >= 12 * COMFORTABLE_PX + 2 + GAP_PX:
        assert arrangement.rows == scene.rows
        assert arrangement.view.cell_px in [(width - 2 - GAP_PX) // 12 - off for off in range(2)]
    else:
        assert [len(row) for row in arrangement.rows] == [1, 1]
        assert arrangement.view.cell_px in [min(USUAL_PX, (width - 1) // 8 - off) for off in range(2)]


@pytest.mark.parametrize("width", range(600, 1500, 30))
def test_the_largest_cells_that_fit_are_taken(width):
    """Two pixels more and the row would be too wide."""
    arrangement = arranged(scene_of(ODD), Flat, width)
    larger = replace(arrangement, view=Flat(arrangement.view.cell_px + 2, width))
    assert arrangement.rows == scene_of(ODD).rows
    assert larger.width > width


def fits(arrangement, limit):
    return arrangement.width <= limit and arrangement.height <= max(TALLEST_PX, limit)


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("view", [Flat, Sheets])
@pytest.mark.parametrize("width", [280, 400, 560, 800])
def test_letters_go_only_where_cells_cannot_be_large_enough_for_them_and_it_is_said(name, view, width):
    scene = scene_of(name)
    try:
        page = lay_out(scene, view, DEFAULT, width=width)
    except ca.ShapeError:
        assert scene.columns or view is Sheets
        return
    letters, cell_px = page.arrangement.letters, page.arrangement.view.cell_px
    needed = max(LETTERED_PX[view], widest_text(scene) + AROUND_PX)
    if letters.numbers:
        assert cell_px >= needed > AROUND_PX
        tagged = view is Flat and any(lit.tag for step in scene.steps for lit in step.lit)
        assert page.notes == ((TAGS_LEFT_OUT,) if tagged and not letters.tags else ())
    elif widest_text(scene):
        one_row = view is Flat and len(scene.rows) == 1 and not scene.columns
        for rows in [page.arrangement.rows, *[tuple((grid,) for grid in scene.grids())] * one_row]:
            lettered = replace(page.arrangement, rows=rows, view=view(needed, width - MARGINS_PX))
            assert not fits(lettered, width - MARGINS_PX)
        (note,) = page.notes
        assert note == (
            f"What stands in cells is left out: {cell_px} pixels are too small for it; give a larger width, "
            f"or make the input smaller."
        )
    else:
        assert page.notes == ()


def test_the_advised_larger_width_brings_the_numbers_back():
    scene = compose(ca.Conv(3), (30,))
    needed = 30 * max(LETTERED_PX[Flat], widest_text(scene) + AROUND_PX) + 1 + MARGINS_PX
    with_tags = 30 * USUAL_PX + 1 + MARGINS_PX
    for width in range(300, 1200, 10):
        notes = lay_out(scene, Flat, DEFAULT, width=width).notes
        assert bool(notes) == (width < with_tags)
        assert (notes == (TAGS_LEFT_OUT,)) == (needed <= width < with_tags)


def test_shapes_only_have_no_letters_and_nothing_is_left_out():
    page = lay_out(scene_of("shapes only"), Flat, DEFAULT)
    assert page.arrangement.letters == NO_LETTERS
    assert page.notes == ()


@pytest.mark.parametrize("columns", [81, 82, 83])
def test_what_cannot_fit_is_refused_with_the_width_and_fits_in_the_least_that_is_larger(columns):
    """Cells of 3 pixels and the last border: 82 of them take 247 of the 280 - 32 that there are."""
    scene = compose(ca.Conv(3), (columns,), cells="blank")
    if 3 * columns + 1 <= 248:
        assert ca.render.draw(scene, width=280).width == 280
        return
    with pytest.raises(ca.ShapeError) as refusal:
        ca.render.draw(scene, width=280)
    least = 3 * columns + 1 + MARGINS_PX
    assert str(refusal.value) == f"the grids do not fit into a width of 280 pixels; they need {least}"
    assert (refusal.value.width, refusal.value.least_width) == (280, least)
    assert ca.render.draw(scene, width=least).width == least
    with pytest.raises(ca.ShapeError):
        ca.render.draw(scene, width=least - 1)


def test_slices_of_a_third_axis_wrap_rather_than_shrink():
    """Nine slices of 4×4 do not stand beside each other in a README; in lines of some, their numbers can be read."""
    scene = compose(ca.Conv((1, 2, 2)), (9, 4, 4))
    page = lay_out(scene, Flat, DEFAULT)
    grid = next(scene.grids())
    width, height = page.arrangement.view.size(grid)
    cell_px = page.arrangement.view.cell_px
    assert page.arrangement.letters.numbers
    assert width <= README_PX - MARGINS_PX
    assert height > 2 * 4 * cell_px


def test_tall_pictures_get_smaller_cells():
    scene = compose(ca.Conv(3, padding=1), (50, 6))
    arrangement = arranged(scene, Flat, None)
    assert arrangement.height <= 1000
    assert LEAST_PX <= arrangement.view.cell_px < USUAL_PX


@pytest.mark.parametrize(
    "headings", [("windows gather", "stamps scatter"), ("1. Transposed convolution:", "2. Pooling:")]
)
def test_columns_stay_columns_and_are_as_wide_as_their_headings(headings):
    """The words above each are wider than the one number below them."""
    one, two, three, four = scene_of("a small pair").grids()
    scene = replace(scene_of("a small pair"), headings=headings, columns=True, rows=((one, two), (three, four)))
    arrangement = arranged(scene, Flat, None)
    assert arrangement.rows == scene.rows
    assert arrangement.heading_lines
    for lines, width in zip(arrangement.heading_lines, arrangement.widths(arrangement.rows[0]), strict=True):
        assert max(text_width(line, 16) for line in lines) <= width
    assert len({arrangement.row_width(row) for row in arrangement.rows}) == 1


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("width", [None, 400, 800, 1400])
def test_numbers_fit_their_cells(name, width):
    """With a border on both sides; a tag beside them is below them."""
    try:
        page = lay_out(scene_of(name), Flat, DEFAULT, width=width)
    except ca.ShapeError:
        assert scene_of(name).columns
        return
    letters, room = page.arrangement.letters, page.arrangement.view.cell_px - 2
    if letters.numbers:
        cells = {cell for grid in scene_of(name).grids() for cell in grid.cells.values()}
        cells |= {write.cell for step in scene_of(name).steps for write in step.writes}
        for cell in cells:
            size = letters.small if DEFAULT.roles[cell.role].small else letters.size
            assert text_width(cell.text, size) <= room, cell
