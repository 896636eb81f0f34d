"""Numbers that are too long for a cell are rounded until they fit."""

from __future__ import annotations

import pytest

import convarith as ca
from convarith.render.composers.numbers import CELL_CHARACTERS, cell_text
from convarith.render.drawing import LEAST_TEXT_SIZE, Text, draw
from convarith.render.lettering import text_width
from convarith.render.themes import DEFAULT
from convarith.render.views import CELL_PX, Flat


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (-9999, "-9999"),
        (123456, "1.2e5"),
        (-123456, "-1e5"),
        (2**60, "1e18"),
        (0.5, "0.5"),
        (1234.56, "1235"),
        (1e-9, "0"),
        (-1.5e300, "-2e300"),
        (float("nan"), "–"),
    ],
)
def test_a_number_in_a_cell(number, text):
    assert cell_text(number) == text


def test_as_many_characters_as_a_cell_has_room_for():
    assert text_width("8" * CELL_CHARACTERS, LEAST_TEXT_SIZE) <= CELL_PX - 4
    assert text_width("8" * (CELL_CHARACTERS + 1), LEAST_TEXT_SIZE) > CELL_PX - 4


def test_long_numbers_stay_in_their_cells_and_are_written_out_below():
    scene = ca.render.compose(ca.Conv(3), (9,), input=[2**60] * 9, kernel=[1, 1, 1])
    drawing = draw(scene, Flat(), DEFAULT)
    shown = [text for text in drawing.base if isinstance(text, Text) and text.string == "1e18"]
    assert len(shown) == 9
    assert all(text_width(text.string, text.size) <= CELL_PX - 4 for text in shown)
    assert scene.steps[0].note.endswith(str(3 * 2**60))
