"""What is drawn can be read: letters are large enough, and stand out from what lies under them, in every theme."""

from __future__ import annotations

import pytest
from drawn_pages import MAKERS, VIEWS, contrast, drawing_of, paths, rgb, scenes, texts, whole_pages
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca
from convarith.render.drawing import Path
from convarith.render.themes import THEMES

DIGIT_PX = 11
DIGIT = 0.729
"""The height of DejaVu Sans' digits, in parts of the size."""


def covers(path, x, y):
    """Whether a filled convex outline lies under a point."""
    turns = []
    for (px, py), (qx, qy) in zip(path.points, (*path.points[1:], path.points[0]), strict=True):
        turns.append((qx - px) * (y - py) - (qy - py) * (x - px))
    return min(turns) >= 0 or max(turns) <= 0


def check_grounds(shown, page):
    """The ground that a text names is the fill of the last shape under its middle, and stands out from it."""
    for place, one in enumerate(shown):
        if isinstance(one, Path):
            continue
        assert contrast(one.color, one.ground) >= 4.5, one
        shift = {"start": 1, "middle": 0, "end": -1}[one.anchor]
        x, y = one.x + 2 * shift, one.y - DIGIT * one.size / 2
        under = [other.fill for other in paths(shown[:place]) if other.fill and covers(other, x, y)]
        assert one.ground == (under[-1] if under else page), one


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", MAKERS)
def test_every_text_names_what_lies_under_it_and_has_a_contrast_of_at_least_4_5_to_it(name, view, theme):
    drawing = drawing_of(name, view=view, theme=theme)
    numbers = {0, len(drawing.frames) // 2, len(drawing.frames) - 1}
    for number in numbers:
        check_grounds(drawing.still(number), drawing.page)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", MAKERS)
def test_every_digit_is_at_least_11_pixels_high(name, view, theme):
    for one in texts(drawing_of(name, view=view, theme=theme).primitives()):
        if any(sign.isdecimal() for sign in one.string):
            assert one.size * DIGIT >= DIGIT_PX, one


@whole_pages
@given(scenes(), st.sampled_from(sorted(VIEWS)), st.sampled_from(sorted(THEMES)), st.none() | st.integers(280, 1200))
def test_so_it_is_for_any_layer_and_width(scene, view, theme, width):
    try:
        drawing = ca.render.draw(scene, view=view, theme=theme, width=width)
    except ca.ShapeError:
        return
    check_grounds(drawing.still(0), drawing.page)
    assert all(one.size * DIGIT >= DIGIT_PX for one in texts(drawing.primitives()))


def test_the_contrast_used_here_knows_black_on_white_and_grey():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert rgb("#0a0b0c") == (10, 11, 12)
