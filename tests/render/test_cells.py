"""Cells: the role is never hidden, a mark always shows, letters keep inside and can be read."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from drawn_pages import VIEWS, apart, bounds, contrast, extent, inside, paths, texts
from hypothesis import given
from hypothesis import strategies as st

from convarith.render.cells import NO_LETTERS, Letters, cell_shapes
from convarith.render.drawing import Path
from convarith.render.scene import MARKS, ROLES, Cell
from convarith.render.themes import DEFAULT, THEMES, Style
from convarith.render.views import Flat, Patch

LETTERS = Letters(17, 16)
LIT = {"tap", "now"}
SQUARE = Patch((100, 60), *Flat(40).vectors())

themes = st.sampled_from(sorted(THEMES)).map(THEMES.get)
roles = st.sampled_from(ROLES)
marks = st.sets(st.sampled_from(MARKS)).map(lambda chosen: tuple(sorted(chosen)))
patches = st.builds(
    lambda view, cell_px, x, y: Patch((x, y), *view(cell_px).vectors()),
    st.sampled_from(sorted(VIEWS)).map(VIEWS.get),
    st.integers(24, 70),
    st.integers(0, 200),
    st.integers(0, 200),
)


@given(roles, marks, themes, patches)
def test_a_cell_is_filled_and_outlined_as_its_role_says_and_lit_by_a_tap_or_as_the_one_of_now(
    role, marks, theme, patch
):
    style = theme.roles[role]
    first = cell_shapes(Cell(role, "7"), patch, theme, LETTERS, marks)[0]
    wanted = style.lit if LIT & set(marks) else style.fill
    assert first == Path(patch.outline(), wanted, style.stroke, 1, style.dash)


@given(roles, marks, themes, patches, st.sampled_from(["", "7", "-12", "x₀₁"]))
def test_nothing_leaves_the_cell_but_the_width_of_a_line(role, marks, theme, patch, text):
    left, top, right, bottom = bounds(patch.outline())
    for one in cell_shapes(Cell(role, text), patch, theme, LETTERS, marks):
        if isinstance(one, Path) and len(one.points) != 4:
            assert all(inside(patch, point, -0.05) for point in one.points)
        elif isinstance(one, Path):  # grounds of letters stand upright, in sheets, too
            box = bounds(one.points)
            assert left - 12 <= box[0] <= box[2] <= right + 12
            assert top - 1 <= box[1] <= box[3] <= bottom + 1


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("role", ROLES)
def test_every_mark_shows_on_every_role(theme, role):
    """By what is painted: any two sets of marks look different, but a tap and now, which are lit alike."""
    sets = [chosen for count in range(4) for chosen in combinations(["tap", "winner", "unread"], count)]
    looks = {chosen: tuple(cell_shapes(Cell(role, "8"), SQUARE, theme, LETTERS, chosen)) for chosen in sets}
    assert len(set(looks.values())) == len(sets)
    assert cell_shapes(Cell(role), SQUARE, theme, LETTERS, ("now",)) == list(
        cell_shapes(Cell(role), SQUARE, theme, LETTERS, ("tap",))
    )


def test_roles_look_different_lit_or_not():
    for lit in ((), ("tap",)):
        looks = [tuple(cell_shapes(Cell(role), SQUARE, DEFAULT, LETTERS, lit)) for role in ROLES]
        assert len(set(looks)) == len(ROLES)


def rings(shapes, color):
    return [one for one in paths(shapes) if one.stroke == color and one.fill is None and one.width == 2]


@given(patches, st.tuples(*[st.booleans()] * 4))
def test_the_outline_of_what_is_lit_lies_on_its_open_sides_only(patch, sides):
    shapes = cell_shapes(Cell("input"), patch, DEFAULT, LETTERS, ("tap",), "", sides)
    lines = [pair for one in rings(shapes, DEFAULT.window) for pair in zip(one.points, one.points[1:], strict=False)]
    middles = {"above": (0.5, 0), "right": (1, 0.5), "below": (0.5, 1), "left": (0, 0.5)}
    for wanted, middle in zip(sides, middles.values(), strict=True):
        x, y = patch.at(*middle)
        near = [
            pair
            for pair in lines
            if distance(((pair[0][0] + pair[1][0]) / 2, (pair[0][1] + pair[1][1]) / 2), (x, y)) < 4
        ]
        assert len(near) == wanted
    assert len(lines) == sum(sides)


@given(st.integers(1, 4), st.integers(1, 4), patches)
def test_cells_that_touch_have_one_closed_line_around_them_all(rows, columns, patch):
    """Followed from end to end, it comes back to where it began and has met every piece."""
    pieces = []
    for row, column in product(range(rows), range(columns)):
        (ax, ay), (dx, dy) = patch.across, patch.down
        cell = patch.moved(column * ax + row * dx, column * ay + row * dy)
        sides = (row == 0, column == columns - 1, row == rows - 1, column == 0)
        for ring in rings(cell_shapes(Cell("input"), cell, DEFAULT, LETTERS, ("tap",), "", sides), DEFAULT.window):
            pieces += list(zip(ring.points, ring.points[1:], strict=False))
    ends = {}
    for piece in pieces:
        for x, y in piece:
            ends.setdefault((round(x, 4), round(y, 4)), []).append(piece)
    assert {len(meeting) for meeting in ends.values()} == {2}
    assert len(pieces) == 2 * (rows + columns)


def middle_of(one, other):
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def distance(one, other):
    return ((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5


class TestTextures:
    """`Style` says in words what each is; these are the words as places."""

    def shapes(self, texture, patch=SQUARE):
        roles = {**DEFAULT.roles, "input": Style("#ffffff", "#eeeeee", "#123456", (), texture)}
        theme = DEFAULT.__class__("t", "#ffffff", roles, "#000000", "#ff0000", "#00ff00", "#0000ff")
        return cell_shapes(Cell("input"), patch, theme, LETTERS)[1:]

    def test_nothing(self):
        assert self.shapes("") == []

    @given(patches)
    def test_a_corner_is_filled_at_the_top_right(self, patch):
        (corner,) = self.shapes("corner", patch)
        assert corner.fill == "#123456"
        assert len(corner.points) == 3
        assert patch.at(1, 0) in corner.points
        assert all(point[0] > patch.at(0.5, 0)[0] for point in corner.points)

    def test_a_cross_is_both_diagonals(self):
        ends = {frozenset(one.points) for one in self.shapes("cross")}
        assert ends == {frozenset({(100, 60), (140, 100)}), frozenset({(140, 60), (100, 100)})}

    def test_there_is_a_dot_in_each_corner(self):
        dots = [bounds(one.points) for one in self.shapes("dots")]
        middles = {((left + right) / 2, (top + bottom) / 2) for left, top, right, bottom in dots}
        assert middles == {(x, y) for x in (107, 133) for y in (67, 93)}  # 40/6 is 6.7

    def test_two_lines_run_from_side_to_side(self):
        assert {one.points for one in self.shapes("lines")} == {((100, 70), (140, 70)), ((100, 90), (140, 90))}


class TestLetters:
    @given(roles, marks, themes, patches, st.sampled_from(["7", "-12", "1.5"]))
    def test_a_number_is_in_the_middle_on_what_it_says_is_its_ground(self, role, marks, theme, patch, text):
        shapes = cell_shapes(Cell(role, text), patch, theme, LETTERS, marks)
        (number,) = texts(shapes)
        assert shapes[-1] is number
        left, _, right, _ = extent(number)
        x, y = patch.at(0.5, 0.5)
        assert (left + right) / 2 == pytest.approx(x, abs=1.1)
        assert number.y - 0.729 * number.size / 2 == pytest.approx(y, abs=1.1)
        assert number.ground == shapes[0].fill
        assert contrast(number.color, number.ground) >= 4.5
        assert number.size >= 16

    @pytest.mark.parametrize(("role", "marks"), [("input", ("unread",)), ("cropped", ()), ("padding", ("unread",))])
    def test_no_line_runs_through_the_digits_of_a_hatched_or_crossed_cell(self, role, marks):
        shapes = cell_shapes(Cell(role, "12"), SQUARE, DEFAULT, LETTERS, marks)
        *_, halo, number = shapes
        left, top, right, bottom = bounds(halo.points)
        reach = extent(number)
        assert halo.fill == number.ground == shapes[0].fill
        assert left < reach[0]
        assert right > reach[2]
        assert top < number.y - 0.729 * number.size
        assert bottom > number.y

    def test_a_plain_cell_has_no_ground_of_its_own_under_its_digits(self):
        assert len(cell_shapes(Cell("input", "7"), SQUARE, DEFAULT, LETTERS)) == 2

    @given(st.integers(36, 70), st.sampled_from(["7", "-2", "10"]), st.sampled_from(["2", "-1", "+6"]), roles)
    def test_a_tag_is_in_the_lower_right_corner_in_the_colours_of_a_weight_clear_of_the_number(
        self, cell_px, text, tag, role
    ):
        patch = Patch((0, 0), *Flat(cell_px).vectors())
        shapes = cell_shapes(Cell(role, text), patch, DEFAULT, LETTERS, ("tap",), tag)
        label, number = texts(shapes)
        assert (label.string, number.string) == (tag, text)
        weight = DEFAULT.roles["weight"]
        box = bounds(next(one for one in paths(shapes) if one.fill == weight.fill and one.stroke is None).points)
        assert label.ground == weight.fill
        assert (box[2], box[3]) == (cell_px - 2, cell_px - 2)
        assert box[0] <= extent(label)[0]
        assert box[1] <= label.y - 0.729 * label.size
        digits = (extent(number)[0], number.y - 0.729 * number.size, extent(number)[2], number.y)
        assert apart(box, digits)
        assert digits[0] > 0
        assert digits[1] > 0

    @pytest.mark.parametrize("letters", [NO_LETTERS, Letters(17, 16, tags=False), LETTERS])
    def test_letters_stand_only_where_they_are_wanted(self, letters):
        found = [one.string for one in texts(cell_shapes(Cell("input", "7"), SQUARE, DEFAULT, letters, ("tap",), "-1"))]
        assert (
            found
            == {(False, False): [], (True, False): ["7"], (True, True): ["-1", "7"]}[letters.numbers, letters.tags]
        )

    def test_a_zero_between_inputs_is_smaller_than_an_input(self):
        sizes = {role: texts(cell_shapes(Cell(role, "0"), SQUARE, DEFAULT, Letters(20, 16)))[0].size for role in ROLES}
        assert sizes["inserted"] == 16
        assert {size for role, size in sizes.items() if role != "inserted"} == {20}

    def test_numbers_have_one_size_however_long_they_are(self):
        """Whether they fit is the arrangement's business."""
        for text in ("1", "123", "12345678"):
            assert texts(cell_shapes(Cell("input", text), SQUARE, DEFAULT, Letters(24, 16)))[0].size == 24


@pytest.mark.parametrize(("cell_px", "outlined"), [(3, False), (9, False), (10, True), (36, True)])
def test_tiny_cells_are_fills_without_an_outline(cell_px, outlined):
    """And without hatching, which would leave nothing of the fill."""
    patch = Patch((0, 0), *Flat(cell_px).vectors())
    first, *hatching = cell_shapes(Cell("input"), patch, DEFAULT, NO_LETTERS, ("unread",))
    assert (first.stroke is not None) == bool(hatching) == outlined


@pytest.mark.parametrize("side", range(10, 60))
def test_the_hatching_runs_from_border_to_border_all_over_the_cell(side):
    patch = Patch((0, 0), *Flat(side).vectors())
    lines = [one.points for one in paths(cell_shapes(Cell("input"), patch, DEFAULT, NO_LETTERS, ("unread",)))[1:]]
    for (x, y), (u, v) in lines:
        assert x == 0 or y == side
        assert v == 0 or u == side
        assert x + y == pytest.approx(u + v)
    crossings = sorted(x + y for (x, y), _ in lines)
    gaps = [after - before for before, after in zip([0, *crossings], [*crossings, 2 * side], strict=True)]
    assert max(gaps) <= 11  # on neither diagonal is there a bare stretch wider than two lines' distance
    assert crossings
