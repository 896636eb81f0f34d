"""Several maps against plain loops: which input maps an output map sees, what each gives, and what that adds up to."""

from __future__ import annotations

from itertools import product

import numpy as np
import picture_walk
import pytest
from drawn_scenes import SEEDS, grids_of, lit_in, pictures, scene_of, whole_scenes
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca
from convarith.render.layout import lay_out
from convarith.render.themes import DEFAULT
from convarith.render.views import Flat


@st.composite
def maps(draw):
    """(in_channels, out_channels, groups), not all of them 1."""
    groups = draw(st.integers(1, 3))
    counts = [groups * draw(st.integers(1, 8 // groups)) for _ in range(2)]
    many = counts[0] * counts[1] // groups > 16
    return (*counts, groups) if counts != [1, 1] and not many else (2, 1, 1)


def seen_by(output, channels):
    """The input maps of the same group: both are dealt out in equal heaps, one after the other."""
    inputs, outputs, groups = channels
    heaps = [
        [list(range(count))[group * count // groups : (group + 1) * count // groups] for group in range(groups)]
        for count in (inputs, outputs)
    ]
    return next(ins for ins, outs in zip(*heaps, strict=True) if output in outs)


def numbers(drawn, channels, seed):
    random = np.random.default_rng(seed)
    inputs, outputs, groups = channels
    kernel_size = tuple(axis.kernel for axis in drawn.axes)
    return random.integers(-9, 10, (inputs, *drawn.shape)), random.integers(
        -3, 4, (outputs, inputs // groups, *kernel_size)
    )


def channelled(drawn, channels, **wishes):
    inputs, outputs, groups = channels
    return scene_of(drawn, in_channels=inputs, out_channels=outputs, groups=groups, **wishes)


def partial_results(drawn, channels, x, w):
    """(input map, output map, index) -> what that input map gives, tap by tap."""
    answer = {}
    for output in range(channels[1]):
        for place, source in enumerate(seen_by(output, channels)):
            for at, taps in picture_walk.windows_of(drawn.axes).items():
                total = 0
                for tap, position in taps:
                    index = picture_walk.input_at(drawn.axes, position)
                    if index is not None:
                        total += int(x[source][index]) * int(w[output, place][tap])
                answer[source, output, at] = total
    return answer


@whole_scenes
@given(pictures("conv"), maps(), SEEDS)
def test_every_part_and_every_sum_is_what_loops_come_to(drawn, channels, seed):
    x, w = numbers(drawn, channels, seed)
    scene = channelled(drawn, channels, input=x, kernel=w)
    parts = partial_results(drawn, channels, x, w)
    many = channels[0] > channels[2]
    outputs = list(picture_walk.windows_of(drawn.axes))
    assert len(scene.steps) == len(outputs)
    for step, at in zip(scene.steps, outputs, strict=True):
        wanted = {}
        for output in range(channels[1]):
            seen = seen_by(output, channels)
            if many:
                wanted |= {(f"partial {source} {output}", at): str(parts[source, output, at]) for source in seen}
            wanted[f"output {output}", at] = str(sum(parts[source, output, at] for source in seen))
        assert {(write.grid, write.position): write.cell.text for write in step.writes} == wanted
        assert len(step.writes) == len(wanted)
        assert {write.cell.role for write in step.writes} == {"done"}
        assert {(lit.grid, lit.position) for lit in step.lit if lit.mark == "now"} == set(wanted)


@whole_scenes
@given(pictures("conv"), maps())
def test_the_window_stands_in_all_input_maps_at_once(drawn, channels):
    scene = channelled(drawn, channels)
    for step, taps in zip(scene.steps, picture_walk.windows_of(drawn.axes).values(), strict=True):
        for source in range(channels[0]):
            assert lit_in(step, f"input {source}", "tap") == [position for _, position in taps]
        assert sum(lit.mark == "tap" for lit in step.lit) == channels[0] * len(taps)


@whole_scenes
@given(pictures("conv"), maps(), SEEDS)
def test_inputs_and_kernels_stand_there_as_they_are(drawn, channels, seed):
    x, w = numbers(drawn, channels, seed)
    grids = grids_of(channelled(drawn, channels, input=x, kernel=w))
    names = {f"input {source}" for source in range(channels[0])} | {f"output {output}" for output in range(channels[1])}
    for source in range(channels[0]):
        cells = grids[f"input {source}"].cells
        for position, cell in cells.items():
            index = picture_walk.cell_at(drawn.axes, position)
            if cell.role == "input":
                assert cell.text == str(x[source][index])
            elif cell.role != "cropped":
                assert cell.text == "0"
    for output in range(channels[1]):
        for place, source in enumerate(seen_by(output, channels)):
            kernel = grids[f"kernel {source} {output}"]
            assert {at: cell.text for at, cell in kernel.cells.items()} == {
                index: str(w[output, place][index]) for index in np.ndindex(w.shape[2:])
            }
            assert kernel.label == f"kernel {source}→{output}"
            names.add(kernel.name)
            if channels[0] > channels[2]:
                names.add(f"partial {source} {output}")
                assert grids[f"partial {source} {output}"].label == f"part {source}→{output}"
    assert set(grids) == names


@whole_scenes
@given(pictures("conv"), maps(), SEEDS)
def test_the_ends_are_those_of_the_numerics(drawn, channels, seed):
    x, w = numbers(drawn, channels, seed)
    *_, end = picture_walk.played(channelled(drawn, channels, input=x, kernel=w))
    expected = ca.numerics.conv(x, w, drawn.layer, groups=channels[2])
    for output, index in product(range(channels[1]), np.ndindex(expected.shape[1:])):
        assert end[f"output {output}", index].text == str(expected[(output, *index)])


def test_figure_1_3_two_input_maps_give_three_output_maps():
    """y_j = x_0 * w_j0 + x_1 * w_j1, with kernels that pick one cell each: the corner, the middle, and so on."""
    x = [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[10, 20, 30], [40, 50, 60], [70, 80, 90]]]
    first, last, none = [[1, 0], [0, 0]], [[0, 0], [0, 1]], [[0, 0], [0, 0]]
    scene = ca.render.compose(
        ca.Conv(2),
        (3, 3),
        in_channels=2,
        out_channels=3,
        input=x,
        kernel=[[first, last], [last, first], [none, first]],
    )
    *_, end = picture_walk.played(scene)
    texts = [[end[f"output {j}", at].text for at in product(range(2), repeat=2)] for j in range(3)]
    # Corners of x_0: 1 2 4 5, its last cells: 5 6 8 9; of x_1 ten times that.
    assert texts == [["51", "62", "84", "95"], ["15", "26", "48", "59"], ["10", "20", "40", "50"]]
    assert [[grid.name for grid in row] for row in scene.rows] == [
        ["input 0", "input 1"],
        *([f"kernel 0 {j}", f"kernel 1 {j}", f"partial 0 {j}", f"partial 1 {j}", f"output {j}"] for j in range(3)),
    ]
    assert scene.steps[0].note == (
        "output 0, (0, 0) = 1 + 50 = 51\noutput 1, (0, 0) = 5 + 10 = 15\noutput 2, (0, 0) = 0 + 10 = 10"
    )
    assert scene.title == "Convolution: kernel 2, 2 input maps to 3 output maps"
    assert (
        "The window stands at 4 places, one after the other, in all input maps at once. Each output map is the sum "
        "of 2 partial results, one for each input map it sees." in scene.alt
    )


def test_depthwise_each_input_map_stands_beside_what_it_gives():
    scene = ca.render.compose(ca.Conv(2), (2, 2), in_channels=2, out_channels=4, groups=2)
    assert [[grid.name for grid in row] for row in scene.rows] == [
        ["input 0", "kernel 0 0", "output 0", "kernel 0 1", "output 1"],
        ["input 1", "kernel 1 2", "output 2", "kernel 1 3", "output 3"],
    ]
    assert scene.title == "Depthwise convolution: kernel 2, 2 input maps to 4 output maps"
    assert scene.names["now"] == "outputs"
    assert "Each output map sees one input map." in scene.alt


def names_of(scene):
    return [" ".join(grid.name.replace(" ", "") for grid in row) for row in scene.rows]


def test_more_than_two_maps_have_their_kernels_above_their_parts():
    """What is seen of three maps at once would be too small for numbers beside each other."""
    scene = ca.render.compose(ca.Conv(2), (3, 3), in_channels=3, out_channels=2)
    assert names_of(scene) == [
        "input0 input1 input2",
        "kernel00 kernel10 kernel20",
        "partial00 partial10 partial20 output0",
        "kernel01 kernel11 kernel21",
        "partial01 partial11 partial21 output1",
    ]


def test_there_are_four_in_a_line():
    assert names_of(ca.render.compose(ca.Conv(2), (3, 3), in_channels=6)) == [
        "input0 input1 input2 input3",
        "input4 input5",
        "kernel00 kernel10 kernel20 kernel30",
        "kernel40 kernel50",
        "partial00 partial10 partial20 partial30",
        "partial40 partial50 output0",
    ]
    assert names_of(ca.render.compose(ca.Conv(2), (3, 3), out_channels=3)) == [
        "input0 kernel00 output0 kernel01 output1",
        "kernel02 output2",
    ]


def test_slices_of_a_third_axis_are_wide_so_that_there_are_two_maps_in_a_line():
    assert names_of(ca.render.compose(ca.Conv(2), (3, 3, 3), in_channels=3)) == [
        "input0 input1",
        "input2",
        "kernel00 kernel10",
        "kernel20",
        "partial00 partial10",
        "partial20 output0",
    ]


@pytest.mark.parametrize("view", ["flat", "sheets"])
@pytest.mark.parametrize("kernel", [1, 3])
@pytest.mark.parametrize(
    "channels", [(3, 1, 1), (3, 3, 1), (4, 4, 1), (5, 2, 1), (8, 1, 1), (4, 4, 2), (1, 8, 1), (8, 8, 8), (8, 8, 4)]
)
def test_however_many_there_are_they_fit_a_readme(channels, kernel, view):
    inputs, outputs, groups = channels
    scene = ca.render.compose(ca.Conv(kernel), (5, 5), in_channels=inputs, out_channels=outputs, groups=groups)
    assert ca.render.draw(scene, view=view).width <= 830


@pytest.mark.parametrize("kernel", [1, 3])
@pytest.mark.parametrize("channels", [(3, 1, 1), (3, 2, 1), (3, 3, 1), (3, 3, 3), (4, 2, 1), (4, 4, 2), (1, 8, 1)])
def test_the_numbers_of_a_few_maps_can_be_read(channels, kernel):
    """Those of a colour image above all."""
    inputs, outputs, groups = channels
    shape = (kernel + 2,) * 2
    scene = ca.render.compose(ca.Conv(kernel), shape, in_channels=inputs, out_channels=outputs, groups=groups)
    assert lay_out(scene, Flat, DEFAULT).arrangement.letters.numbers


@pytest.mark.parametrize(("channels", "rows"), [((3, 3, 1), ["123", "231", "312"]), ((4, 4, 4), ["1", "2", "3", "1"])])
def test_pointwise_weights_differ_from_map_to_map(channels, rows):
    """With the same weight everywhere all outputs would be the same, or multiples of their input."""
    inputs, outputs, groups = channels
    scene = ca.render.compose(ca.Conv(1), (3, 3), in_channels=inputs, out_channels=outputs, groups=groups)
    grids = grids_of(scene)
    said = [
        "".join(grids[f"kernel {source} {output}"].cells[0, 0].text for source in seen_by(output, channels))
        for output in range(outputs)
    ]
    assert said == rows


def test_the_sum_of_a_depthwise_convolution_is_written_out():
    scene = ca.render.compose(
        ca.Conv(2), (2,), in_channels=2, out_channels=2, groups=2, input=[[1, 2], [3, -4]], kernel=[[[5, 6]], [[7, 8]]]
    )
    assert scene.steps[0].note == "output 0, (0) = 1·5 + 2·6 = 17\noutput 1, (0) = 3·7 + (-4)·8 = -11"


@pytest.mark.parametrize(
    ("channels", "kind", "words"),
    [
        ((1, 2, 1), "Convolution", "1 input map to 2 output maps"),
        ((3, 1, 1), "Convolution", "3 input maps to 1 output map"),
        ((4, 2, 2), "Convolution", "4 input maps to 2 output maps in 2 groups"),
        ((3, 3, 3), "Depthwise convolution", "3 input maps to 3 output maps"),
        ((2, 4, 2), "Depthwise convolution", "2 input maps to 4 output maps"),
    ],
)
def test_titles_and_words(channels, kind, words):
    inputs, outputs, groups = channels
    scene = ca.render.compose(ca.Conv(2), (3,), in_channels=inputs, out_channels=outputs, groups=groups)
    assert scene.title == f"{kind}: kernel 2, {words}"
    assert scene.alt.startswith(f"{kind} of {words} with kernel 2. An input of 3 gives an output of 2: ")


@pytest.mark.parametrize(("outputs", "lines"), [(3, 3), (4, 4), (5, 4), (8, 4)])
def test_sums_of_four_output_maps_at_most_are_written_out(outputs, lines):
    scene = ca.render.compose(ca.Conv(2), (2,), in_channels=2, out_channels=outputs)
    said = scene.steps[0].note.split("\n")
    assert len(said) == lines
    if outputs > 4:
        assert said[3] == f"and {outputs - 3} output maps more"
        assert said[2].startswith("output 2, ")
    else:
        assert said[-1].startswith(f"output {outputs - 1}, ")


@pytest.mark.parametrize("channels", [(2, 1, 1), (2, 2, 2)])
def test_the_still_shows_the_place_in_the_middle(channels):
    """Of 3×3 places the fifth."""
    inputs, outputs, groups = channels
    scene = ca.render.compose(ca.Conv(3), (5, 5), in_channels=inputs, out_channels=outputs, groups=groups)
    assert scene.poster == 4


def test_negative_parts_stand_in_parentheses():
    scene = ca.render.compose(ca.Conv(1), (1,), in_channels=2, input=[[1], [1]], kernel=[[[3], [-5]]])
    assert scene.steps[0].note == "output 0, (0) = 3 + (-5) = -2"


@pytest.mark.parametrize(
    ("kernel", "note"),
    [
        ([[[1 / 3], [1 / 3]]], "output 0, (0) = 0.333 + 0.333 ≈ 0.667"),
        ([[[0.5], [0.25]]], "output 0, (0) = 0.5 + 0.25 = 0.75"),
        ([[[0.1], [0.2]]], "output 0, (0) = 0.1 + 0.2 = 0.3"),
    ],
)
def test_a_sum_is_called_equal_only_if_what_is_printed_is(kernel, note):
    scene = ca.render.compose(ca.Conv(1), (1,), in_channels=2, input=[[1], [1]], kernel=kernel)
    assert scene.steps[0].note == note


def test_a_product_that_is_rounded_is_not_called_equal():
    """Of a single input map: 3 times 1/3 is 1, but 3 times 0.333 is not."""
    scene = ca.render.compose(ca.Conv(1), (1,), out_channels=2, input=[[3]], kernel=[[[1 / 3]], [[2]]])
    assert scene.steps[0].note == "output 0, (0) = 3·0.333 ≈ 1\noutput 1, (0) = 3·2 = 6"


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.float32])
def test_sums_do_not_overflow_whatever_the_type(dtype):
    x, w = np.array([[120], [100]]).astype(dtype), np.array([[[120], [100]]]).astype(dtype)
    scene = ca.render.compose(ca.Conv(1), (1,), in_channels=2, input=x, kernel=w)
    assert [write.cell.text for write in scene.steps[0].writes] == ["14400", "10000", "24400"]


def test_numbers_that_are_not_given_differ_from_map_to_map_and_are_the_same_again():
    def made(seed):
        scene = ca.render.compose(ca.Conv(3), (5, 5), in_channels=2, out_channels=3, seed=seed)
        grids = [grid for grid in scene.grids() if grid.name.startswith(("input", "kernel"))]
        return [tuple(cell.text for cell in grid.cells.values()) for grid in grids]

    assert len(set(made(0))) == 8
    assert made(0) == made(0)
    assert made(0) != made(7)


def test_shapes_only():
    scene = ca.render.compose(ca.Conv(2, padding=1), (3,), in_channels=2, out_channels=2, cells="blank")
    assert {cell.text for grid in scene.grids() for cell in grid.cells.values()} == {""}
    assert {write.cell.text for step in scene.steps for write in step.writes} == {""}
    assert scene.steps[1].note == "output 0, (1)\noutput 1, (1)"


def test_the_labels_say_the_shapes_of_a_padded_input():
    grids = grids_of(ca.render.compose(ca.Conv(3, padding=1), (3, 4), in_channels=2))
    assert [grids[name].label for name in ("input 0", "input 1", "output 0")] == [
        "input 0: 3×4, padded to 5×6",
        "input 1: 3×4, padded to 5×6",
        "output 0: 3×4",
    ]


REFUSED = {
    "a pooling": (
        ca.Pool(2),
        {"in_channels": 2},
        "channels are shown of a convolution with its numbers, and this is a pooling; leave them out",
    ),
    "a transposed convolution": (
        ca.ConvTranspose(2),
        {"out_channels": 2},
        "channels are shown of a convolution with its numbers, and this is a transposed convolution; leave them out",
    ),
    "another show": (
        ca.Conv(2),
        {"in_channels": 2, "show": "matrix"},
        "channels are shown of a convolution with its numbers, and show is 'matrix'; leave them out",
    ),
    "another padding": (
        ca.Conv(3, padding=1),
        {"in_channels": 2, "padding_mode": "reflect"},
        "channels are shown of a convolution with its numbers, and padding_mode is 'reflect'; leave them out",
    ),
    "symbols": (
        ca.Conv(2),
        {"in_channels": 2, "cells": "symbols"},
        "channels are shown of a convolution with its numbers, and cells are 'symbols'; leave them out",
    ),
    "groups of inputs": (
        ca.Conv(2),
        {"in_channels": 3, "out_channels": 2, "groups": 2},
        "groups 2 do not divide in_channels 3; give a multiple of 2",
    ),
    "groups of outputs": (
        ca.Conv(2),
        {"in_channels": 2, "out_channels": 3, "groups": 2},
        "groups 2 do not divide out_channels 3; give a multiple of 2",
    ),
    "groups alone": (ca.Conv(2), {"groups": 2}, "groups 2 do not divide in_channels 1; give a multiple of 2"),
    "nine inputs": (
        ca.Conv(2),
        {"in_channels": 9},
        "in_channels 9 is above 8, the most maps that a picture shows; give less",
    ),
    "nine outputs": (
        ca.Conv(2),
        {"out_channels": 9},
        "out_channels 9 is above 8, the most maps that a picture shows; give less",
    ),
    "too many kernels": (
        ca.Conv(2),
        {"in_channels": 3, "out_channels": 6},
        "3 input maps to 6 output maps have 18 kernels, more than the 16 that a picture shows; give fewer maps or more "
        "groups",
    ),
    "no map": (ca.Conv(2), {"in_channels": 0}, "in_channels 0 is below 1; the smallest in_channels is 1"),
    "half a map": (
        ca.Conv(2),
        {"out_channels": 1.5},
        "out_channels must be a whole number; got 1.5 (float), give an int",
    ),
    "no group": (ca.Conv(2), {"groups": 0}, "groups 0 is below 1; the smallest groups is 1"),
    "one map of numbers": (
        ca.Conv(2),
        {"in_channels": 2, "input": [[1] * 3] * 3},
        "input has the shape (3, 3) and the picture shows (2, 3, 3); give input that shape",
    ),
    "a kernel for all": (
        ca.Conv(2),
        {"in_channels": 4, "out_channels": 2, "groups": 2, "kernel": [[1, 2], [3, 4]]},
        "kernel has the shape (2, 2) and the picture shows (2, 2, 2, 2); give kernel that shape",
    ),
}
MENDED = {
    "a pooling": (ca.Pool(2), {}),
    "a transposed convolution": (ca.ConvTranspose(2), {}),
    "another show": (ca.Conv(2), {"show": "matrix"}),
    "another padding": (ca.Conv(3, padding=1), {"padding_mode": "reflect"}),
    "symbols": (ca.Conv(2), {"cells": "symbols"}),
    "groups of inputs": (ca.Conv(2), {"in_channels": 4, "out_channels": 2, "groups": 2}),
    "groups of outputs": (ca.Conv(2), {"in_channels": 2, "out_channels": 4, "groups": 2}),
    "groups alone": (ca.Conv(2), {"in_channels": 2, "out_channels": 2, "groups": 2}),
    "nine inputs": (ca.Conv(2), {"in_channels": 8}),
    "nine outputs": (ca.Conv(2), {"out_channels": 8}),
    "too many kernels": (ca.Conv(2), {"in_channels": 3, "out_channels": 6, "groups": 3}),
    "no map": (ca.Conv(2), {"in_channels": 1}),
    "half a map": (ca.Conv(2), {"out_channels": 2}),
    "no group": (ca.Conv(2), {"groups": 1}),
    "one map of numbers": (ca.Conv(2), {"in_channels": 2, "input": np.ones((2, 3, 3), int)}),
    "a kernel for all": (
        ca.Conv(2),
        {"in_channels": 4, "out_channels": 2, "groups": 2, "kernel": np.ones((2, 2, 2, 2), int)},
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_and_that_the_advice_mends_it(name):
    layer, wishes, words = REFUSED[name]
    with pytest.raises((ca.ParameterError, ca.ShapeError)) as refusal:
        ca.render.compose(layer, (3, 3), **wishes)
    assert str(refusal.value) == words
    layer, wishes = MENDED[name]
    assert ca.render.compose(layer, (3, 3), **wishes).steps


def test_refusals_carry_their_numbers():
    with pytest.raises(ca.ParameterError) as refusal:
        ca.render.compose(ca.Conv(2), (3,), in_channels=3, groups=2)
    assert (refusal.value.groups, refusal.value.in_channels) == (2, 3)
    with pytest.raises(ca.ParameterError) as refusal:
        ca.render.compose(ca.Conv(2), (3,), out_channels=9)
    assert refusal.value.out_channels == 9


def test_one_map_to_one_is_a_convolution_as_ever():
    one = ca.render.compose(ca.Conv(3), (5,), in_channels=1, out_channels=1, groups=1)
    assert one == ca.render.compose(ca.Conv(3), (5,))


def test_too_many_frames_are_refused_and_some_of_them_are_shown():
    with pytest.raises(ca.ShapeError, match=r"^the animation would have 1001 frames, more than the limit of 1000;"):
        ca.render.compose(ca.Conv(1), (1001,), in_channels=2)
    assert len(ca.render.compose(ca.Conv(1), (1001,), in_channels=2, max_frames=3).steps) == 3
