"""The numbers in a scene: those of the numerics, those of a walk, and sums that are right as they are written out."""

from __future__ import annotations

import math
import re

import numpy as np
import picture_walk
import pytest
from drawn_scenes import pictures, whole_scenes
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca
from convarith.render.composers.numbers import is_exact, number_text

SEEDS = st.integers(0, 2**32 - 2)


def numbers_in(drawn, seed):
    """A seeded input and kernel, negative numbers among them."""
    random = np.random.default_rng(seed)
    kernel_size = tuple(axis.kernel for axis in drawn.axes)
    return random.integers(-9, 10, drawn.shape), random.integers(-3, 4, kernel_size)


def written(scene):
    """Output -> the text written in its cell."""
    return {write.position: write.cell.text for step in scene.steps for write in step.writes}


def value_of(words):
    """What a written-out sum, mean or maximum comes to."""
    plain = words.replace("·", "*")
    assert re.fullmatch(r"(max)?[0-9.,()*/+ -]*", plain), plain
    return eval(plain, {"__builtins__": {}, "max": max_of})


def max_of(*given):
    return max(given)


def check_note(step):
    """``output (0, 1)  =  3·1 + 2·2  =  7``: the index is the written cell's, and the sum comes to the text in it."""
    (write,) = step.writes
    index = ", ".join(map(str, write.position))
    where, words, sign, result = re.fullmatch(r"(output \(.*?\))  =  (.*)  ([=≈])  (.*)", step.note).groups()
    assert where == f"output ({index})"
    assert result == write.cell.text
    if words == "nothing, no input in the window":
        assert result in ("–", "-∞")
    else:
        value = value_of(words)
        assert abs(value - float(result)) <= 0.05 + 1e-9
        assert (sign == "=") == (value == float(result))


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
def test_the_input_is_shown_where_it_lies_and_zeros_elsewhere(drawn, seed):
    x, w = numbers_in(drawn, seed)
    scene = ca.render.compose(drawn.layer, drawn.shape, input=x, kernel=w)
    (grid,) = (grid for grid in scene.grids() if grid.name == "input")
    for position, cell in grid.cells.items():
        if cell.role == "input":
            assert cell.text == str(x[picture_walk.input_at(drawn.axes, position)])
        elif cell.role != "cropped":
            assert cell.text == "0"


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
    assert written(scene) == {index: number_text(outputs[index]) for index in np.ndindex(outputs.shape)}
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


def test_a_mean_is_written_out_over_what_counts():
    """The windows are [0, 1, 2], [2, 3, 4] and [4, 0, beyond]: what is beyond does not count, padding does."""
    layer = ca.Pool(3, stride=2, padding=1, ceil_mode=True)
    scene = ca.render.compose(layer, (4,), input=[1, 2, 3, 4], reduce="avg")
    assert [step.note for step in scene.steps] == [
        "output (0)  =  (1 + 2)/3  =  1",
        "output (1)  =  (2 + 3 + 4)/3  =  3",
        "output (2)  =  4/2  =  2",
    ]


def test_whole_numbers_may_be_pooled_where_a_window_meets_none():
    scene = ca.render.compose(ca.Pool(1, stride=1, padding=1), (1,), input=[7])
    assert written(scene) == {(0,): "-∞", (1,): "7", (2,): "-∞"}


def test_a_sum_of_more_than_27_terms_is_counted_and_not_written_out():
    ones = ca.render.compose(ca.Conv(27), (27,), input=[1] * 27, kernel=[1] * 27)
    assert ones.steps[0].note == f"output (0)  =  {' + '.join(['1·1'] * 27)}  =  27"
    more = ca.render.compose(ca.Conv(28), (28,), input=[1] * 28, kernel=[1] * 28)
    assert more.steps[0].note == "output (0)  =  a sum of 28 terms  =  28"


@pytest.mark.parametrize(
    ("value", "text", "exact"),
    [
        (3, "3", True),
        (np.int8(-3), "-3", True),
        (3.0, "3", True),
        (0.5, "0.5", True),
        (1.6667, "1.7", False),
        (-0.04, "0", False),
        (-2.25, "-2.2", False),
        (math.nan, "–", True),
        (math.inf, "∞", True),
        (-math.inf, "-∞", True),
        (2**60, "1152921504606846976", True),
    ],
)
def test_how_a_number_is_written(value, text, exact):
    assert number_text(value) == text
    assert is_exact(value) == exact
