"""The numbers in a scene: those of the numerics, those of a walk, and sums that are right as they are written out."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import numpy as np
import picture_walk
import pytest
from drawn_scenes import SEEDS, numbers_in, pictures, tags_in, whole_scenes
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca
from convarith.render.composers.numbers import cell_text, is_exact, number_text


def written(scene):
    """Output -> the text written in its cell."""
    return {write.position: write.cell.text for step in scene.steps for write in step.writes}


def value_of(words):
    """What a written-out sum, mean or maximum comes to, exactly, as its numbers are printed."""
    plain = words.replace("·", "*")
    assert re.fullmatch(r"(max)?[0-9.,()*/+ -]*", plain), plain
    exact = re.sub(r"[0-9.]+", r"Fraction('\g<0>')", plain)
    return Fraction(eval(exact, {"__builtins__": {}, "max": max_of, "Fraction": Fraction}))


def parts_of(note):
    """``output (0, 1) = 3·1 + 2·2 = 7``: the output, the sum, the sign and the result."""
    return re.fullmatch(r"(output \(.*?\)) = (.*) ([=≈]) (\S+)", note).groups()


def max_of(*given):
    return max(given)


def check_note(step):
    """The index is the written cell's, and the sum comes to the result to three digits, and to the text in the cell.

    For whole inputs and weights, so that only the result may be rounded.
    """
    (write,) = step.writes
    index = ", ".join(map(str, write.position))
    where, words, sign, result = parts_of(step.note)
    assert where == f"output ({index})"
    assert len(write.cell.text) <= 5
    if words == "nothing, no input in the window":
        assert result in ("–", "-∞")
        assert result == write.cell.text
    else:
        value = value_of(words)
        assert abs(value - Fraction(result)) <= abs(value) / 200  # half a unit in the third digit, at most
        assert abs(value - Fraction(write.cell.text)) <= max(abs(value) / 200, Fraction(1, 200))
        assert result == write.cell.text or len(result) > 5
        assert (sign == "=") == (value == Fraction(result))


@whole_scenes
@given(pictures("conv", "transposed"), SEEDS)
def test_the_outputs_of_a_convolution_are_the_sums_over_its_windows(drawn, seed):
    x, w = numbers_in(drawn, seed)
    transposed = isinstance(drawn.layer, ca.ConvTranspose)
    scene = ca.render.compose(drawn.layer, drawn.shape, input=x, kernel=w)
    lying = w[tuple(slice(None, None, -1) for _ in drawn.axes)] if transposed else w
    expected = {}
    for output, taps in picture_walk.windows_of(drawn.axes).items():
        met = [(tap, picture_walk.input_at(drawn.axes, position)) for tap, position in taps]
        expected[output] = str(sum(int(x[source]) * int(lying[tap]) for tap, source in met if source is not None))
    assert written(scene) == expected
    apply = ca.numerics.conv_transpose if transposed else ca.numerics.conv
    outputs = apply(x, w, drawn.layer)
    assert written(scene) == {index: str(outputs[index]) for index in np.ndindex(outputs.shape)}


@whole_scenes
@given(pictures("conv", "transposed"), SEEDS)
def test_the_kernel_is_shown_as_it_lies_rotated_for_a_transposed_convolution(drawn, seed):
    x, w = numbers_in(drawn, seed)
    transposed = isinstance(drawn.layer, ca.ConvTranspose)
    scene = ca.render.compose(drawn.layer, drawn.shape, input=x, kernel=w)
    (kernel,) = (grid for grid in scene.grids() if grid.name == "kernel")
    shown = [int(cell.text) for cell in kernel.cells.values()]
    assert shown == (w.ravel().tolist()[::-1] if transposed else w.ravel().tolist())
    assert {cell.role for cell in kernel.cells.values()} == {"weight"}
    assert ("rotated by 180°" in kernel.label) == (transposed and w.size > 1)


@whole_scenes
@given(pictures("conv", "transposed"), SEEDS)
def test_the_tag_on_a_tap_is_the_weight_that_lies_there(drawn, seed):
    x, w = numbers_in(drawn, seed)
    lying = w[(slice(None, None, -1),) * w.ndim] if isinstance(drawn.layer, ca.ConvTranspose) else w
    scene = ca.render.compose(drawn.layer, drawn.shape, input=x, kernel=w)
    for step, taps in zip(scene.steps, picture_walk.windows_of(drawn.axes).values(), strict=True):
        assert tags_in(step, "input") == [str(lying[tap]) for tap, _ in taps]
        assert not any(light.tag for light in step.lit if light.mark != "tap")


@whole_scenes
@given(pictures("pool", "ceil"), st.sampled_from(["max", "avg"]))
def test_a_pooling_has_no_tags(drawn, reduce):
    scene = ca.render.compose(drawn.layer, drawn.shape, reduce=reduce)
    assert not any(light.tag for step in scene.steps for light in step.lit)


@whole_scenes
@given(pictures("conv", "transposed"), SEEDS)
def test_the_input_is_shown_where_it_lies_and_zeros_elsewhere(drawn, seed):
    x, w = numbers_in(drawn, seed)
    scene = ca.render.compose(drawn.layer, drawn.shape, input=x, kernel=w)
    (grid,) = (grid for grid in scene.grids() if grid.name == "input")
    for position, cell in grid.cells.items():
        if cell.role == "input":
            assert cell.text == str(x[picture_walk.input_at(drawn.axes, position)])
        elif cell.role != "cropped":
            assert cell.text == "0"
        else:
            under = picture_walk.cell_at(drawn.axes, position)
            assert cell.text == ("" if under is None else str(x[under]))


@whole_scenes
@given(pictures("conv", "transposed"), SEEDS)
def test_the_sum_in_a_note_comes_to_the_output(drawn, seed):
    x, w = numbers_in(drawn, seed)
    for step in ca.render.compose(drawn.layer, drawn.shape, input=x, kernel=w).steps:
        check_note(step)


@whole_scenes
@given(pictures("pool", "ceil"), SEEDS, st.sampled_from(["max", "avg"]))
def test_a_pooling_shows_the_numbers_of_its_kernel_and_says_how(drawn, seed, reduce):
    x = numbers_in(drawn, seed)[0].astype(float)
    scene = ca.render.compose(drawn.layer, drawn.shape, input=x, reduce=reduce)
    pool = ca.numerics.max_pool if reduce == "max" else ca.numerics.avg_pool
    outputs = pool(x, drawn.layer)
    assert written(scene) == {index: cell_text(outputs[index]) for index in np.ndindex(outputs.shape)}
    for step in scene.steps:
        check_note(step)


@whole_scenes
@given(pictures("pool", "ceil"), SEEDS)
def test_the_winner_of_a_maximum_is_the_first_cell_that_holds_it(drawn, seed):
    x = numbers_in(drawn, seed)[0].astype(float)
    scene = ca.render.compose(drawn.layer, drawn.shape, input=x)
    for step, taps in zip(scene.steps, picture_walk.windows_of(drawn.axes).values(), strict=True):
        met = [(position, picture_walk.input_at(drawn.axes, position)) for _, position in taps]
        values = [(position, x[source]) for position, source in met if source is not None]
        largest = max((value for _, value in values), default=None)
        first = [position for position, value in values if value == largest][:1]
        assert [light.position for light in step.lit if light.mark == "winner"] == first


def test_a_mean_has_no_winner_and_a_maximum_shows_nothing_in_its_padding():
    pool = ca.Pool(2, padding=1)
    mean = ca.render.compose(pool, (4,), reduce="avg")
    assert not [light for step in mean.steps for light in step.lit if light.mark == "winner"]
    padding = [cell.text for grid in mean.grids() for cell in grid.cells.values() if cell.role == "padding"]
    assert padding == ["0", "0"]
    largest = ca.render.compose(pool, (4,))
    assert {cell.text for grid in largest.grids() for cell in grid.cells.values() if cell.role == "padding"} == {""}


@pytest.mark.parametrize("reduce", ["max", "avg"])
@pytest.mark.parametrize("cells", ["numbers", "symbols"])
def test_nothing_stands_beyond_the_padding(reduce, cells):
    scene = ca.render.compose(ca.Pool(3, stride=2, padding=1, ceil_mode=True), (4,), reduce=reduce, cells=cells)
    overhang = [cell.text for grid in scene.grids() for cell in grid.cells.values() if cell.role == "overhang"]
    assert overhang == [""]


def test_a_mean_is_written_out_over_what_counts():
    """The windows are [0, 1, 2], [2, 3, 4] and [4, 0, beyond]: what is beyond does not count, padding does."""
    layer = ca.Pool(3, stride=2, padding=1, ceil_mode=True)
    scene = ca.render.compose(layer, (4,), input=[1, 2, 3, 4], reduce="avg")
    assert [step.note for step in scene.steps] == [
        "output (0) = (1 + 2)/3 = 1",
        "output (1) = (2 + 3 + 4)/3 = 3",
        "output (2) = 4/2 = 2",
    ]


def test_whole_numbers_may_be_pooled_where_a_window_meets_none():
    scene = ca.render.compose(ca.Pool(1, stride=1, padding=1), (1,), input=[7])
    assert written(scene) == {(0,): "-∞", (1,): "7", (2,): "-∞"}


def test_a_sum_of_more_than_27_terms_is_counted_and_not_written_out():
    ones = ca.render.compose(ca.Conv(27), (27,), input=[1] * 27, kernel=[1] * 27)
    assert ones.steps[0].note == f"output (0) = {' + '.join(['1·1'] * 27)} = 27"
    more = ca.render.compose(ca.Conv(28), (28,), input=[1] * 28, kernel=[1] * 28)
    assert more.steps[0].note == "output (0) = a sum of 28 terms = 28"


@pytest.mark.parametrize(
    ("value", "text", "exact"),
    [
        (3, "3", True),
        (np.int8(-3), "-3", True),
        (3.0, "3", True),
        (0.5, "0.5", True),
        (0.1, "0.1", True),
        (0.0625, "0.0625", True),
        (1.6667, "1.67", False),
        (1 / 9, "0.111", False),
        (-0.04, "-0.04", True),
        (-2.25, "-2.25", True),
        (-2.125, "-2.12", False),
        (141.26, "141", False),
        (-999.4, "-999", False),
        (999.6, "1000", False),
        (-1234.5, "-1234", False),
        (1234567.0, "1234567", True),
        (0.0001, "0.0001", True),
        (1.5e-7, "1.5e-7", True),
        (1e-12, "1e-12", True),
        (math.nan, "–", True),
        (math.inf, "∞", True),
        (-math.inf, "-∞", True),
        (2**60, "1152921504606846976", True),
    ],
)
def test_how_a_number_is_written(value, text, exact):
    assert number_text(value) == text
    assert is_exact(value) == exact


def signs_of(layer, shape, **wishes):
    """The signs before the results; each "=" stands in a sum that comes to what is printed, exactly."""
    signs = []
    for step in ca.render.compose(layer, shape, **wishes).steps:
        _, words, sign, result = parts_of(step.note)
        signs.append((sign, value_of(words) == Fraction(result)))
        assert sign == "≈" or signs[-1][1], step.note
    return signs


@pytest.mark.parametrize("seed", range(4))
def test_a_sum_with_ninths_is_never_called_equal(seed):
    """Every weight is printed as 0.111, also where 9 of them times 1 would be printed as 1."""
    mean = np.full((3, 3), 1 / 9)
    given = np.random.default_rng(seed).integers(-4, 10, (6, 6))
    for numbers in (given, np.ones((6, 6), int), np.zeros((6, 6), int)):
        assert {sign for sign, _ in signs_of(ca.Conv(3, padding=1), (6, 6), input=numbers, kernel=mean)} == {"≈"}


@pytest.mark.parametrize("seed", range(4))
def test_a_sum_with_sixteenths_is_equal_where_its_result_is_printed_in_full(seed):
    """1/16 is 0.0625 and 3/16 is 0.1875, printed 0.188: one kernel of sixteenths is shown in full, and one is not."""
    kernel = np.full((2, 2), 1 / 16)
    numbers = np.random.default_rng(seed).integers(-9, 30, (9, 9))
    signs = signs_of(ca.Conv(2, padding=1), (9, 9), input=numbers, kernel=kernel)
    assert {sign for sign, _ in signs} == {"=", "≈"}
    assert all((sign == "=") == comes_to_it for sign, comes_to_it in signs)
    kernel[0, 1] = 3 / 16
    assert {sign for sign, _ in signs_of(ca.Conv(2), (9, 9), input=numbers, kernel=kernel)} == {"≈"}


def test_an_input_that_is_not_printed_exactly_makes_a_sum_or_a_maximum_approximate():
    thirds = [1 / 3, 2 / 3, 1]
    convolved = ca.render.compose(ca.Conv(3), (3,), input=thirds, kernel=[1, 1, 1])
    assert convolved.steps[0].note == "output (0) = 0.333·1 + 0.667·1 + 1·1 ≈ 2"
    pooled = ca.render.compose(ca.Pool(3), (3,), input=thirds)
    assert pooled.steps[0].note == "output (0) = max(0.333, 0.667, 1) ≈ 1"
    assert ca.render.compose(ca.Pool(3), (3,), input=[0.25, 0.5, 1], reduce="avg").steps[0].note == (
        "output (0) = (0.25 + 0.5 + 1)/3 ≈ 0.583"
    )
    assert ca.render.compose(ca.Pool(2), (2,), input=[0.25, 0.5], reduce="avg").steps[0].note == (
        "output (0) = (0.25 + 0.5)/2 = 0.375"
    )


@whole_scenes
@given(pictures("conv", "transposed"), SEEDS, st.sampled_from([3, 4, 7, 8, 9, 16, 1000]))
def test_no_sum_of_broken_numbers_is_called_equal_that_is_not(drawn, seed, parts):
    x, w = numbers_in(drawn, seed)
    signs_of(drawn.layer, drawn.shape, input=x, kernel=w / parts)
    signs_of(drawn.layer, drawn.shape, input=x / parts, kernel=w)
