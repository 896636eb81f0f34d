"""Numbers that are too long for a cell are rounded until they fit."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca
from convarith.render.composers.numbers import CELL_CHARACTERS, cell_text

WHOLE = st.integers(-(10**99) + 1, 10**99 - 1)
BROKEN = st.floats(-1e99, 1e99, allow_nan=False)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (-9999, "-9999"),
        (99999, "99999"),
        (123456, "1.2e5"),
        (-123456, "-1e5"),
        (2**60, "1e18"),
        (-(2**80), "-1e24"),
        (0.5, "0.5"),
        (1234.56, "1235"),
        (-123.45, "-123"),
        (123.4, "123"),
        (1e-9, "1e-9"),
        (-1e-9, "-1e-9"),
        (6e-17, "6e-17"),
        (-6e-17, "0"),
        (0.0625, "0.062"),
        (-0.0625, "-0.06"),
        (0.00625, "6e-3"),
        (-1 / 3, "-0.33"),
        (-12.34, "-12.3"),
        (999.6, "1000"),
        (-1.5e300, "-2e300"),
        (float("nan"), "–"),
        (float("-inf"), "-∞"),
    ],
)
def test_a_number_in_a_cell(number, text):
    assert cell_text(number) == text


@given(WHOLE | BROKEN)
def test_a_text_fits_and_is_right_in_its_first_digit_unless_there_is_no_room_for_that(number):
    text = cell_text(number)
    assert len(text) <= CELL_CHARACTERS
    if text == "0":
        assert -1e-9 < number < 1e-99, "1e-99 and -1e-9 have five characters"
        return
    unit = 10.0 ** math.floor(math.log10(abs(number)))
    assert abs(float(text) - number) <= 0.5001 * unit
    if len(str(number)) <= CELL_CHARACTERS and isinstance(number, int):
        assert text == str(number)


def test_long_numbers_are_short_in_cells_and_written_out_below():
    scene = ca.render.compose(ca.Conv(3), (9,), input=[2**60] * 9, kernel=[1, 1, 1])
    (grid,) = (grid for grid in scene.grids() if grid.name == "input")
    assert {cell.text for cell in grid.cells.values()} == {"1e18"}
    assert scene.steps[0].writes[0].cell.text == "3e18"
    assert scene.steps[0].note.endswith(str(3 * 2**60))
