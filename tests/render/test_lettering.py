"""Letters: widths are measured, lines fit, and nothing of a text is lost where it is broken."""

from __future__ import annotations

import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from convarith.render import lettering
from convarith.render.lettering import CAP_HEIGHT, baseline_below, font, text_width, wrapped

words = st.lists(
    st.text("abxyz0123456789₀()⌊⌋/-·", min_size=1, max_size=9)
    | st.sampled_from(["=", "≈", "+", "a,", "(b,", "c)", "axis:", "end;"]),
    min_size=1,
    max_size=25,
)
sizes = st.integers(11, 24)


@given(words, sizes, st.integers(20, 500))
def test_wrapped_words_are_all_there_in_order_and_fit(words, size, width):
    lines = wrapped(" ".join(words), size, width)
    assert " ".join(lines).split() == words
    for line in lines:
        assert text_width(line, size) <= width or " " not in line


@given(words, sizes, st.integers(20, 500))
def test_a_line_is_as_full_as_the_part_or_word_that_follows_allows(words, size, width):
    """What begins a line did not fit on the line before it."""
    lines = wrapped(" ".join(words), size, width)
    for line, after in pairwise(lines):
        assert text_width(f"{line} {after}", size) > width


def test_a_text_that_fits_is_one_line_with_the_spaces_it_has():
    assert wrapped("a  =  b", 16, 500) == ["a  =  b"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("o = (6 - 3)/2 + 1 = 2", ["o = (6 - 3)/2 + 1", "= 2"]),
        ("kernel 3, stride 2", ["kernel 3,", "stride 2"]),
        ("a (b, c), d and e f g", ["a (b, c),", "d and e f g"]),
        ("Donaudampfschifffahrtsgesellschaft", ["Donaudampfschifffahrtsgesellschaft"]),
    ],
)
def test_formulas_and_lists_are_broken_where_they_may_be(text, lines):
    width = max(text_width(line, 16) for line in lines) if len(lines) > 1 else 20
    assert wrapped(text, 16, width) == lines


@given(st.text("0123456789.-xyw₀₁₂⌊⌋kABC ", max_size=30), sizes)
def test_a_width_is_what_the_letters_take_when_they_are_painted(text, size):
    wide = text_width(text, size)
    assert isinstance(wide, int)
    canvas = Image.new("L", (wide + 60, 60))
    ImageDraw.Draw(canvas).text((30, 40), text, 255, font(size), anchor="ls")
    painted = canvas.getbbox()
    if painted:
        assert painted[0] >= 30 - 0.3 * size
        assert painted[2] <= 30 + wide + 2


@pytest.mark.parametrize("size", range(11, 60))
def test_a_digit_is_as_high_as_the_constant_says_and_centred_by_it(size):
    """But for whole pixels, and for what round digits reach beyond a line: a fiftieth of the size."""
    _, top, _, bottom = font(size).getbbox("8", anchor="ls")
    assert abs(-top - CAP_HEIGHT * size) <= 1 + size / 50
    baseline = baseline_below(100, size)
    assert abs((baseline + top + baseline + bottom) / 2 - 100) <= 1.2


@pytest.mark.parametrize("sign", "⌊⌋⌈⌉·×′̂̃₀₉‚≈…→−")
def test_the_font_has_the_signs_of_the_formulas(sign):
    missing = font(40).getmask("\U0010fffd")
    assert bytes(font(40).getmask(sign)) != bytes(missing)


def test_without_matplotlib_the_sentence_says_what_to_install(monkeypatch):
    lettering.font_path.cache_clear()
    monkeypatch.setattr(lettering, "find_spec", lambda _name: None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install matplotlib$"):
        lettering.font_path()
    lettering.font_path.cache_clear()


def test_the_font_is_found_without_importing_matplotlib():
    import subprocess

    program = "import sys; from convarith.render.lettering import font; font(16); print('matplotlib' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
