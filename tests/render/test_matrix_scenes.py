"""The matrix C in step with the window: its entries, its rows, and that each row times the input is an output."""

from __future__ import annotations

from itertools import product
from math import prod

import numpy as np
import picture_walk
import pytest
from drawn_scenes import SEEDS, grids_of, lit_in, numbers_in, pictures, scene_of, whole_scenes
from hypothesis import given

import convarith as ca

ROWS, COLUMNS = 22, 24
"""So many units high and wide is the matrix at most, the unrolled input and output and the gaps included."""

GUIDE_C = """
w₀₀ w₀₁ w₀₂ 0   w₁₀ w₁₁ w₁₂ 0   w₂₀ w₂₁ w₂₂ 0   0   0   0   0
0   w₀₀ w₀₁ w₀₂ 0   w₁₀ w₁₁ w₁₂ 0   w₂₀ w₂₁ w₂₂ 0   0   0   0
0   0   0   0   w₀₀ w₀₁ w₀₂ 0   w₁₀ w₁₁ w₁₂ 0   w₂₀ w₂₁ w₂₂ 0
0   0   0   0   0   w₀₀ w₀₁ w₀₂ 0   w₁₀ w₁₁ w₁₂ 0   w₂₀ w₂₁ w₂₂
"""
"""Section 4.1 of the guide."""


def entries_of(drawn):
    return prod(drawn.shape) * prod(len(axis.windows) for axis in drawn.axes)


weighted = pictures("conv", "transposed").filter(lambda drawn: entries_of(drawn) <= 1000)


def numbered(shape):
    """Index -> its place when the cells are written one row after the other."""
    return {index: number for number, index in enumerate(product(*(range(size) for size in shape)))}


def outputs_of(drawn):
    return tuple(len(axis.windows) for axis in drawn.axes)


def words_of(grid, rows, columns):
    """The entries of C as words, zeros as 0."""
    cells = [[grid.cells[row, column] for column in range(columns)] for row in range(rows)]
    assert {cell.text for line in cells for cell in line if cell.role == "zero"} <= {""}
    return [[cell.text if cell.role == "entry" else "0" for cell in line] for line in cells]


def test_the_matrix_of_the_guide():
    scene = ca.render.compose(ca.Conv(3), (4, 4), cells="symbols", show="matrix")
    wanted = [line.split() for line in GUIDE_C.strip().splitlines()]
    assert words_of(grids_of(scene)["matrix"], 4, 16) == wanted


def test_the_matrix_of_a_transposed_convolution_is_that_one_transposed():
    scene = ca.render.compose(ca.ConvTranspose(3), (2, 2), cells="symbols", show="matrix")
    wanted = [line.split() for line in GUIDE_C.strip().splitlines()]
    assert words_of(grids_of(scene)["matrix"], 16, 4) == [list(line) for line in zip(*wanted, strict=True)]


@whole_scenes
@given(weighted, SEEDS)
def test_a_row_times_the_unrolled_input_is_the_output_of_its_step(drawn, seed):
    x, w = numbers_in(drawn, seed)
    scene = scene_of(drawn, show="matrix", input=x, kernel=w)
    matrix = grids_of(scene)["matrix"]
    columns = len(numbered(drawn.shape))
    for row, step in enumerate(scene.steps):
        output, unrolled = step.writes
        assert (output.grid, unrolled.grid) == ("output", "matrix")
        assert (unrolled.position, unrolled.cell.role) == ((row, columns + 1), "done")
        if matrix.part < 1:
            assert unrolled.cell.text == ""
            continue
        entries = [column for column in range(columns) if matrix.cells[row, column].role == "entry"]
        total = sum(int(matrix.cells[row, at].text) * int(matrix.cells[-2, at].text) for at in entries)
        assert str(total) == unrolled.cell.text == output.cell.text


@whole_scenes
@given(weighted, SEEDS)
def test_entries_are_the_weights_that_meet_an_input(drawn, seed):
    x, w = numbers_in(drawn, seed)
    matrix = grids_of(scene_of(drawn, show="matrix", input=x, kernel=w))["matrix"]
    inputs, outputs = numbered(drawn.shape), numbered(outputs_of(drawn))
    rotated = np.flip(w) if isinstance(drawn.layer, ca.ConvTranspose) else w
    wanted = {}
    for output, taps in picture_walk.windows_of(drawn.axes).items():
        for tap, position in taps:
            source = picture_walk.input_at(drawn.axes, position)
            if source is not None:
                wanted[outputs[output], inputs[source]] = str(rotated[tap])
    legible = matrix.part == 1
    within = {at: cell for at, cell in matrix.cells.items() if at[0] >= 0 and at[1] < len(inputs)}
    assert set(within) == set(product(range(len(outputs)), range(len(inputs))))
    assert {at for at, cell in within.items() if cell.role == "entry"} == set(wanted)
    assert {cell.role for cell in within.values()} <= {"entry", "zero"}
    for at, cell in within.items():
        assert cell.text == (wanted.get(at, "") if legible else "")


@whole_scenes
@given(weighted, SEEDS)
def test_the_vectors_stand_above_and_right_of_it_with_a_gap(drawn, seed):
    x, w = numbers_in(drawn, seed)
    matrix = grids_of(scene_of(drawn, show="matrix", input=x, kernel=w))["matrix"]
    inputs, outputs = numbered(drawn.shape), numbered(outputs_of(drawn))
    above = {at: cell for at, cell in matrix.cells.items() if at[0] < 0}
    text = {number: str(x[index]) if matrix.part == 1 else "" for index, number in inputs.items()}
    assert {at: (cell.role, cell.text) for at, cell in above.items()} == {
        (-2, number): ("input", text[number]) for number in inputs.values()
    }
    right = {at: cell for at, cell in matrix.cells.items() if at[1] >= len(inputs)}
    assert {at: (cell.role, cell.text) for at, cell in right.items()} == {
        (number, len(inputs) + 1): ("to_come", "") for number in outputs.values()
    }
    assert (matrix.origin, matrix.shape) == ((-2, 0), (len(outputs) + 2, len(inputs) + 2))


@whole_scenes
@given(weighted)
def test_a_step_lights_its_row_and_the_inputs_of_its_window_alone(drawn):
    scene = scene_of(drawn, show="matrix")
    inputs = numbered(drawn.shape)
    windows = picture_walk.windows_of(drawn.axes)
    assert len(scene.steps) == len(windows)
    for row, (step, taps) in enumerate(zip(scene.steps, windows.values(), strict=True)):
        met = {picture_walk.input_at(drawn.axes, position) for _, position in taps} - {None}
        whole_row = {(row, column) for column in range(len(inputs))}
        taken = {(-2, inputs[source]) for source in met}
        lit = lit_in(step, "matrix", "tap")
        assert set(lit) == whole_row | taken
        assert len(lit) == len(set(lit))
        assert lit_in(step, "matrix", "now") == [(row, len(inputs) + 1)]


@whole_scenes
@given(weighted)
def test_the_windows_are_those_that_are_shown_without_it(drawn):
    plain, scene = scene_of(drawn), scene_of(drawn, show="matrix")
    name = "Cᵀ" if isinstance(drawn.layer, ca.ConvTranspose) else "C"
    for row, (alone, step) in enumerate(zip(plain.steps, scene.steps, strict=True)):
        assert step.lit[: len(alone.lit)] == alone.lit
        assert step.writes[:1] == alone.writes
        assert step.note == f"row {row} of {name}: {alone.note}"
    assert [grid for grid in scene.grids() if grid.name != "matrix"] == list(plain.grids())
    assert (scene.poster, scene.captions, scene.links) == (plain.poster, plain.captions, plain.links)


@whole_scenes
@given(weighted)
def test_its_cells_are_smaller_where_they_would_be_too_many(drawn):
    """As large as they can be in so many units, and as the others if that is enough."""
    matrix = grids_of(scene_of(drawn, show="matrix"))["matrix"]
    high, wide = matrix.shape
    if high <= ROWS and wide <= COLUMNS:
        assert matrix.part == 1
    else:
        assert (high * matrix.part, wide * matrix.part) <= (ROWS + 1e-9, COLUMNS + 1e-9)
        assert high * matrix.part == pytest.approx(ROWS) or wide * matrix.part == pytest.approx(COLUMNS)


@pytest.mark.parametrize(
    ("layer", "shape", "rows"),
    [
        (ca.Conv(3), (4, 4), [["input", "kernel", "output"], ["matrix"]]),  # 4×16
        (ca.ConvTranspose(3), (2, 2), [["input", "kernel", "output", "matrix"]]),  # 16×4
        (ca.Conv(3, padding=1), (3, 3), [["input", "kernel", "output"], ["matrix"]]),  # 9×9
        (ca.ConvTranspose(3), (4,), [["input", "kernel", "output"], ["matrix"]]),  # of one axis: always below
    ],
)
def test_it_stands_below_or_beside_whichever_is_shorter(layer, shape, rows):
    scene = ca.render.compose(layer, shape, show="matrix")
    assert [[grid.name for grid in row] for row in scene.rows] == rows


def test_the_words():
    scene = ca.render.compose(ca.Conv(3), (4, 4), show="matrix")
    assert scene.title == "Convolution: kernel 3, as the matrix C 4×16"
    assert scene.alt.endswith(
        " Beside it stands the matrix C 4×16: the row that is lit, times the unrolled input, is the output."
    )
    assert grids_of(scene)["matrix"].label == "C 4×16, below the unrolled input, left of the unrolled output"
    assert {key: scene.names[key] for key in ("tap", "entry", "zero", "now")} == {
        "tap": "window, row of C",
        "entry": "entry of C",
        "zero": "zero of C",
        "now": "output",
    }
    other = ca.render.compose(ca.ConvTranspose(3), (2, 2), show="matrix")
    assert other.title == "Transposed convolution: kernel 3, as the matrix Cᵀ 16×4"
    assert grids_of(other)["matrix"].label.startswith("Cᵀ 16×4, ")
    assert "the matrix Cᵀ 16×4: " in other.alt
    assert (other.names["entry"], other.names["zero"]) == ("entry of Cᵀ", "zero of Cᵀ")


@pytest.mark.parametrize(("cells", "words"), [("blank", ""), ("symbols", "y₀")])
def test_other_contents(cells, words):
    scene = ca.render.compose(ca.Conv(2), (3,), cells=cells, show="matrix")
    assert scene.steps[0].writes[1].cell.text == words
    assert grids_of(scene)["matrix"].cells[-2, 1].text == ("x₁" if cells == "symbols" else "")


@pytest.mark.parametrize(("size", "fits"), [(70, True), (71, False)])
def test_a_matrix_of_more_than_5000_entries_is_refused(size, fits):
    """70·70 is 4900 and 71·71 is 5041."""
    if fits:
        assert len(ca.render.compose(ca.Conv(1), (size,), show="matrix").steps) == size
        return
    with pytest.raises(ca.ShapeError) as refusal:
        ca.render.compose(ca.Conv(1), (size,), show="matrix")
    assert str(refusal.value) == (
        "the 71x71 matrix would have 5041 cells, more than the limit of 5000; make the input smaller"
    )
    assert (refusal.value.cells, refusal.value.limit) == (5041, 5000)


@pytest.mark.parametrize(
    ("layer", "wishes", "words"),
    [
        (
            ca.Pool(2),
            {},
            "show 'matrix' is for a transposed convolution or a convolution, and this is a pooling; leave it out",
        ),
        (
            ca.Conv(3, padding=1),
            {"padding_mode": "reflect"},
            "padding_mode 'reflect' is for a convolution alone, and this is show 'matrix'; leave it out",
        ),
    ],
)
def test_what_has_no_matrix_is_refused(layer, wishes, words):
    with pytest.raises(ca.ParameterError) as refusal:
        ca.render.compose(layer, (4, 4), show="matrix", **wishes)
    assert str(refusal.value) == words
    assert ca.render.compose(layer, (4, 4), **wishes).steps
