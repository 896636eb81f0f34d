"""Drawings: nothing runs off the page or over other words, every number can be read, and every role told apart."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from drawn_scenes import pictures, whole_scenes
from hypothesis import given

import convarith as ca
from convarith.render import drawing as drawings
from convarith.render.drawing import Drawing, Path, Text, draw, step_ms
from convarith.render.lettering import text_width, wrapped
from convarith.render.scene import ROLES, Cell
from convarith.render.themes import DEFAULT
from convarith.render.views import Flat

LAYERS = {
    "figure 2.7": (ca.Conv(3, stride=2, padding=1), (6, 6), {}),
    "figure 4.7": (ca.ConvTranspose(3, stride=2, padding=1, output_padding=1), (3, 3), {}),
    "the smallest": (ca.Conv(1), (1,), {}),
    "a row": (ca.Conv(3, dilation=2, padding="same"), (30,), {}),
    "three axes": (ca.Conv((2, 3, 2), padding=(1, 0, 1)), (3, 4, 4), {}),
    "overhang": (ca.Pool(3, stride=2, padding=1, ceil_mode=True), (4, 6), {}),
    "a mean": (ca.Pool(3, stride=1), (5, 5), {"reduce": "avg"}),
    "cropped": (ca.Conv(2, padding=((-1, 0), (2, -2))), (5, 6), {}),
    "many terms": (ca.Conv(27), (28,), {}),
    "notes of many lines": (ca.Conv(5), (6, 6), {}),
    "gaps": (ca.Conv(1, stride=3), (8, 8), {}),
    "negative": (ca.Conv(2), (3, 3), {"input": [[-9] * 3] * 3, "kernel": [[-9, 9], [-9, 9]]}),
}


@pytest.fixture(params=LAYERS)
def drawing(request):
    layer, shape, wishes = LAYERS[request.param]
    return drawn(layer, shape, **wishes)


def drawn(layer, shape, **wishes) -> Drawing:
    return draw(ca.render.compose(layer, shape, **wishes), Flat(), DEFAULT)


def primitives(drawing):
    return [*drawing.base, *(one for frame in drawing.frames for one in (*frame.keep, *frame.show))]


def extent(text):
    """Left, top, right and bottom of a text: its measured width, from its capitals to below its baseline."""
    width = text_width(text.string, text.size)
    left = text.x - {"start": 0, "middle": width / 2, "end": width}[text.anchor]
    return left, text.y - 0.8 * text.size, left + width, text.y + 0.25 * text.size


def check_inside(drawing):
    for one in primitives(drawing):
        if isinstance(one, Path):
            assert all(0 <= x < drawing.width and 0 <= y < drawing.height for x, y in one.points), one
        else:
            left, top, right, bottom = extent(one)
            assert left >= 0, one
            assert top >= 0, one
            assert right <= drawing.width, one
            assert bottom <= drawing.height, one


def test_nothing_runs_off_the_page(drawing):
    check_inside(drawing)


@whole_scenes
@given(pictures())
def test_nothing_runs_off_the_page_of_any_layer(picture):
    wishes = {} if not isinstance(picture.layer, ca.Pool) else {"reduce": "avg"}
    check_inside(drawn(picture.layer, picture.shape, **wishes))


def test_words_do_not_run_over_words(drawing):
    """Titles, captions, labels, notes and the legend; numbers in cells are written over as the picture goes on."""
    for frame in drawing.frames:
        shown = [*drawing.base, *frame.keep, *frame.show]
        words = [extent(one) for one in shown if isinstance(one, Text) and ground(one, shown) is None]
        for one, other in combinations(words, 2):
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart, (one, other)


def ground(text, shown):
    """The fill of the last box before a text that it stands in, or None."""
    fill = None
    for one in shown:
        if one is text:
            return fill
        if isinstance(one, Path) and one.fill:
            xs, ys = zip(*one.points, strict=True)
            if min(xs) < text.x < max(xs) and min(ys) < text.y - text.size / 3 < max(ys):
                fill = one.fill
    raise AssertionError("the text is not shown")


def test_every_text_has_a_contrast_of_at_least_4_5_to_its_ground(drawing):
    for frame in drawing.frames:
        shown = [*drawing.base, *frame.keep, *frame.show]
        for one in shown:
            if isinstance(one, Text):
                assert contrast(one.color, ground(one, shown) or drawing.page) >= 4.5, one


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("marks", [(), ("tap",), ("now",), ("unread",), ("tap", "winner"), ("unread", "tap")])
def test_a_cell_of_any_role_and_marks_can_be_read(role, marks):
    shapes = drawings._cell(Cell(role, "8"), (10, 10, 46, 46), DEFAULT, marks)
    (text,) = (one for one in shapes if isinstance(one, Text))
    assert text is shapes[-1]
    assert contrast(text.color, ground(text, shapes)) >= 4.5


def contrast(one, other):
    """WCAG 2.1's contrast ratio, from its definition."""

    def luminance(color):
        red, green, blue = (linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def linear(channel):
        return channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4

    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_used_here_knows_black_on_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


class TestWhatIsToldApart:
    def test_roles_look_different_lit_or_not(self):
        for lit in (False, True):
            looks = {role: tuple(look(role, ("tap",) if lit else ())) for role in ROLES}
            for one, other in combinations(ROLES, 2):
                assert looks[one] != looks[other], (one, other)

    def test_what_can_lie_in_the_input_differs_by_more_than_its_colour(self):
        roles = ("input", "inserted", "padding", "extra", "overhang", "cropped")
        textures = {(style.dash, style.texture, style.small) for style in map(DEFAULT.roles.get, roles)}
        assert len(textures) == len(roles)

    @pytest.mark.parametrize("role", ["input", "padding"])
    def test_every_mark_shows(self, role):
        looks = [look(role, marks) for marks in ((), ("tap",), ("unread",), ("tap", "winner"), ("winner",))]
        for one, other in combinations(looks, 2):
            assert one != other

    @pytest.mark.parametrize("role", ROLES)
    def test_a_mark_never_hides_the_role(self, role):
        """The outline and the texture stay, and what is filled is filled with the role's own colour."""
        style = DEFAULT.roles[role]
        for marks in (("tap",), ("unread",), ("now",), ("tap", "winner")):
            first = look(role, marks)[0]
            assert (first.stroke, first.dash) == (style.stroke, style.dash)
            assert first.fill in (style.fill, style.lit)

    def test_the_legend_names_what_occurs_and_nothing_else(self):
        words = {one.string for one in drawn(*LAYERS["figure 2.7"][:2]).base if isinstance(one, Text)}
        assert {"input", "padding (zeros)", "window", "output of this window", "never read"} <= words
        assert not {"inserted zeros", "added zeros a", "beyond the padding", "cropped", "maximum"} & words
        words = {one.string for one in drawn(*LAYERS["figure 4.7"][:2]).base if isinstance(one, Text)}
        assert {"input", "inserted zeros", "padding (zeros)", "added zeros a", "window"} <= words
        assert "never read" not in words
        words = {one.string for one in drawn(*LAYERS["overhang"][:2]).base if isinstance(one, Text)}
        assert {"padding (nothing)", "beyond the padding", "maximum"} <= words


def look(role, marks):
    return drawings._cell(Cell(role, ""), (0, 0, 36, 36), DEFAULT, marks)


@pytest.mark.parametrize(
    ("steps", "ms"), [(1, 700), (9, 700), (14, 700), (15, 670), (20, 500), (50, 200), (66, 150), (67, 150), (1000, 150)]
)
def test_a_loop_takes_about_10_seconds_within_150_to_700_ms_a_step(steps, ms):
    """10 000 ms shared among the steps, in whole hundredths of a second: 10 000/15 is 667."""
    assert step_ms(steps) == ms


def test_wrapped_words_are_all_there_and_fit():
    words = "a sentence that is far too long for the place it has"
    lines = wrapped(words, 13, 100)
    assert " ".join(lines) == words
    assert all(text_width(line, 13) <= 100 for line in lines)
    assert all(text_width(f"{line} {after.split()[0]}", 13) > 100 for line, after in pairwise(lines))
    assert wrapped("Donaudampfschiff", 13, 10) == ["Donaudampfschiff"]


def test_the_legend_has_a_swatch_for_every_role_that_a_mark_lies_on():
    """Of the figure 2.7: its windows lie on input and padding, and only padding is never read."""
    scene = ca.render.compose(ca.Conv(3, stride=2, padding=1), (6, 6))
    drawing = draw(scene, Flat(), DEFAULT)
    words = {text.string: text for text in drawing.base if isinstance(text, Text)}
    swatches = [path for path in drawing.base if isinstance(path, Path) and path.fill and len(path.points) == 4]

    def fills(name):
        text = words[name]
        near = [
            path for path in swatches if path.points[0][1] in range(text.y - 16, text.y) and path.points[0][0] < text.x
        ]
        return [path.fill for path in near if text.x - path.points[0][0] < 45]

    input_style, padding_style = DEFAULT.roles["input"], DEFAULT.roles["padding"]
    assert fills("window") == [input_style.lit, padding_style.lit]
    assert fills("never read") == [padding_style.fill]
