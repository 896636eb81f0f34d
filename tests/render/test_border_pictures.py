"""Padding that is not zeros: drawn with the values it takes, which are those of numpy.pad."""

from __future__ import annotations

import numpy as np
import picture_walk
import pytest
from drawn_scenes import SEEDS, grids_of, lit_in, numbers_in, picture, pictures, scene_of, whole_scenes
from hypothesis import given
from hypothesis import strategies as st
from picture_walk import DrawnAxis

import convarith as ca

MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}
HELD = {"reflect": "input reflected", "replicate": "border repeated", "circular": "input wrapped around"}


def visible(axis):
    """How many cells of the stretched input no negative padding takes away."""
    return sum(role in ("input", "inserted") for role in axis.roles.values())


@st.composite
def bordered(draw):
    """A convolution, and a mode in which its input can be continued."""
    drawn, mode = draw(pictures("conv")), draw(st.sampled_from(list(MODES)))
    least = 2 if mode == "reflect" else 1
    needed = {axis: max(axis.before, axis.after, 0) for axis in drawn.axes}
    axes = tuple(
        axis if visible(axis) >= least or not needed[axis] else axis._replace(size=axis.size + 2) for axis in drawn.axes
    )
    return picture(axes, "conv"), mode


def continued(drawn, x, mode):
    """The padded input by numpy.pad: stretched, cropped where padding is negative, padded."""
    stretch = tuple(axis.stretch for axis in drawn.axes)
    stretched = np.zeros([by * (size - 1) + 1 for by, size in zip(stretch, x.shape, strict=True)], int)
    stretched[tuple(slice(None, None, by) for by in stretch)] = x
    crop = tuple(
        slice(max(-axis.before, 0), size - max(-axis.after, 0))
        for axis, size in zip(drawn.axes, stretched.shape, strict=True)
    )
    pads = [(max(axis.before, 0), max(axis.after, 0)) for axis in drawn.axes]
    return np.pad(stretched[crop], pads, mode=MODES[mode])


@whole_scenes
@given(bordered(), SEEDS)
def test_the_values_in_the_padding_are_those_of_numpy(drawn_mode, seed):
    drawn, mode = drawn_mode
    x, w = numbers_in(drawn, seed)
    grid = grids_of(scene_of(drawn, input=x, kernel=w, padding_mode=mode))["input"]
    padded = continued(drawn, x, mode)
    shown = {position: cell.text for position, cell in grid.cells.items() if cell.role != "cropped"}
    befores = [axis.before for axis in drawn.axes]
    expected = {
        tuple(at - before for at, before in zip(index, befores, strict=True)): str(padded[index])
        for index in np.ndindex(padded.shape)
    }
    assert shown == expected
    for position, cell in grid.cells.items():
        if cell.role == "cropped":
            under = picture_walk.cell_at(drawn.axes, position)
            assert cell.text == ("" if under is None else str(x[under]))


@whole_scenes
@given(bordered(), SEEDS)
def test_the_outputs_are_those_of_the_numerics_and_of_the_padded_numbers(drawn_mode, seed):
    drawn, mode = drawn_mode
    x, w = numbers_in(drawn, seed)
    scene = scene_of(drawn, input=x, kernel=w, padding_mode=mode)
    padded = continued(drawn, x, mode)
    outputs = ca.numerics.conv(x, w, drawn.layer, padding_mode=mode)
    for step, (output, taps) in zip(scene.steps, picture_walk.windows_of(drawn.axes).items(), strict=True):
        at = [
            (tap, tuple(p + axis.before for p, axis in zip(position, drawn.axes, strict=True)))
            for tap, position in taps
        ]
        total = sum(int(w[tap]) * int(padded[index]) for tap, index in at)
        assert [(write.position, write.cell.text) for write in step.writes] == [(output, str(total))]
        assert total == outputs[output]


@whole_scenes
@given(bordered(), SEEDS)
def test_the_sum_names_the_inputs_that_stand_there(drawn_mode, seed):
    """Each cell of the input another number, so that a number says which cell it is: 1, 2, 3 and so on."""
    drawn, mode = drawn_mode
    _, w = numbers_in(drawn, seed)
    x = np.arange(1, np.prod(drawn.shape) + 1).reshape(drawn.shape)
    scene = scene_of(drawn, input=x, kernel=w, padding_mode=mode)
    padded = continued(drawn, x, mode)
    for step, taps in zip(scene.steps, picture_walk.windows_of(drawn.axes).values(), strict=True):
        terms = []
        for tap, position in taps:
            number = padded[tuple(p + axis.before for p, axis in zip(position, drawn.axes, strict=True))]
            if number:
                terms.append(f"{number}·{f'({w[tap]})' if w[tap] < 0 else w[tap]}")
        assert step.note.split(" = ")[1] == (" + ".join(terms) or "0")


@whole_scenes
@given(bordered())
def test_what_lies_where_is_as_with_zeros(drawn_mode):
    drawn, mode = drawn_mode
    zeros, other = scene_of(drawn), scene_of(drawn, padding_mode=mode)
    for one, two in zip(zeros.steps, other.steps, strict=True):
        assert lit_in(one, "input", "tap") == lit_in(two, "input", "tap")
    one, two = grids_of(zeros)["input"], grids_of(other)["input"]
    assert [cell.role for cell in one.cells.values()] == [cell.role for cell in two.cells.values()]
    assert one.marks == two.marks
    assert zeros.names["padding"] == "padding (zeros)"
    assert other.names["padding"] == f"padding ({HELD[mode]})"


@pytest.mark.parametrize(
    ("mode", "texts"),
    [
        ("zeros", ["0", "0", "x₀", "x₁", "x₂", "0"]),
        ("reflect", ["x₂", "x₁", "x₀", "x₁", "x₂", "x₁"]),
        ("replicate", ["x₀", "x₀", "x₀", "x₁", "x₂", "x₂"]),
        ("circular", ["x₁", "x₂", "x₀", "x₁", "x₂", "x₀"]),
    ],
)
def test_symbols_stand_in_the_padding_too(mode, texts):
    layer = ca.Conv(2, padding=((2, 1),))
    scene = ca.render.compose(layer, (3,), cells="symbols", padding_mode=mode)
    assert [cell.text for cell in grids_of(scene)["input"].cells.values()] == texts
    named = [text for text in texts[:2] if text != "0"]
    expected = " + ".join(f"{text}·{weight}" for text, weight in zip(named, ("w₀", "w₁"), strict=False))
    assert scene.steps[0].note == f"y₀ = {expected or '0'}"


@pytest.mark.parametrize("cells", ["numbers", "symbols", "blank"])
@pytest.mark.parametrize("mode", MODES)
def test_title_and_alternative_text_name_the_mode(mode, cells):
    layer = ca.Conv(3, padding=1)
    zeros, other = (
        ca.render.compose(layer, (4, 4), cells=cells, padding_mode=padding_mode) for padding_mode in ("zeros", mode)
    )
    assert zeros.title == "Convolution: kernel 3, padding 1"
    assert other.title == f"Convolution: kernel 3, padding 1, {mode} padding"
    head, tail = zeros.alt.split(" of the output. ")
    assert other.alt == f"{head} of the output. It has {mode} padding. {tail}"


def test_each_heading_of_a_comparison_names_the_mode_where_there_is_one():
    scene = ca.render.compose_together(
        [ca.Conv(3, padding=1), ca.Pool(3, padding=1, stride=1)], (4, 4), padding_mode="reflect"
    )
    assert scene.headings == (
        "1. Convolution: kernel 3, padding 1, reflect padding",
        "2. Maximum pooling: kernel 3, stride 1, padding 1",
    )
    assert scene.alt.endswith(
        "Convolution: kernel 3, padding 1, reflect padding, output 4×4; "
        "Maximum pooling: kernel 3, stride 1, padding 1, output 4×4."
    )


@pytest.mark.parametrize("mode", MODES)
def test_blank_padding_stays_blank(mode):
    scene = ca.render.compose(ca.Conv(3, padding=1), (3, 4), cells="blank", padding_mode=mode)
    assert not any(cell.text for grid in scene.grids() for cell in grid.cells.values())


def test_reflection_goes_back_and_forth_in_a_small_input():
    """numpy.pad([1, 2], 5, "reflect")."""
    scene = ca.render.compose(ca.Conv(1, padding=5), (2,), input=[1, 2], kernel=[1], padding_mode="reflect")
    texts = [cell.text for cell in grids_of(scene)["input"].cells.values()]
    assert texts == [str(number) for number in np.pad([1, 2], 5, mode="reflect")]


def test_inserted_zeros_are_continued_as_well():
    drawn = picture((DrawnAxis(2, 1, stretch=2, before=3, after=3),), "conv")
    scene = scene_of(drawn, input=[1, 2], kernel=[1], padding_mode="circular")
    texts = [cell.text for cell in grids_of(scene)["input"].cells.values()]
    assert texts == ["1", "0", "2", "1", "0", "2", "1", "0", "2"]


@pytest.mark.parametrize("cells", ["numbers", "symbols", "blank"])
def test_one_cell_is_not_reflected_and_the_advice_mends_it(cells):
    layer = ca.Conv(2, padding=1)
    with pytest.raises(ca.ShapeError) as refusal:
        ca.render.compose(layer, (3, 1), cells=cells, padding_mode="reflect")
    assert str(refusal.value) == (
        "axis 1 (width): padding_mode 'reflect' continues an input of which 1 cell is left; it needs at least 2 cells, "
        "or padding_mode replicate"
    )
    assert ca.render.compose(layer, (3, 2), cells=cells, padding_mode="reflect").steps
    assert ca.render.compose(layer, (3, 1), cells=cells, padding_mode="replicate").steps
