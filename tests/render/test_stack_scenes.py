"""A stack walked back from one output: what it reads is what changes it, and by as much as there are ways."""

from __future__ import annotations

from itertools import pairwise, product
from math import prod

import numpy as np
import picture_walk
import pytest
from drawn_scenes import grids_of, lit_in, picture, picture_axes, shows_something, whole_scenes
from hypothesis import given
from hypothesis import strategies as st
from picture_walk import DrawnAxis

import convarith as ca

stack = ca.render.compose_stack
MOST_OUTPUTS = 40
"""So many outputs at most of a layer, so that every input can be changed in turn."""

CAUSAL = [ca.Conv(2, dilation=2**n, padding="causal") for n in range(4)]


@st.composite
def stacks(draw, *families):
    """(pictures of the layers, index of an output): each layer on what the one before it gives."""
    ndim = draw(st.integers(1, 3))
    largest, widest = {1: (8, 3), 2: (5, 3), 3: (3, 2)}[ndim]
    sizes = [draw(st.integers(2, largest)) for _ in range(ndim)]
    drawn = []
    for _ in range(draw(st.integers(2, 4))):
        family = draw(st.sampled_from(families or ("conv", "pool", "ceil", "transposed")))
        axes = tuple(
            draw(
                picture_axes(family, largest, widest)
                .map(lambda axis, size=size: axis._replace(size=size))
                .filter(shows_something)
            )
            for size in sizes
        )
        if prod(len(axis.windows) for axis in axes) > MOST_OUTPUTS:
            break
        drawn.append(picture(axes, family))
        sizes = [len(axis.windows) for axis in axes]
    while len(drawn) < 2:
        drawn.append(picture(tuple(DrawnAxis(size, 1) for size in sizes), "conv"))
    return drawn, tuple(draw(st.integers(0, size - 1)) for size in sizes)


def scene_of(drawn, at, **wishes):
    return stack([one.layer for one in drawn], drawn[0].shape, at=at, **wishes)


def chained(drawn, x):
    """What the layers give, one after the other, with ones for weights, and poolings that add up."""
    for one in drawn:
        ones = np.ones(tuple(axis.kernel for axis in one.axes), int)
        if isinstance(one.layer, ca.Conv):
            x = ca.numerics.conv(x, ones, one.layer)
        elif isinstance(one.layer, ca.ConvTranspose):
            x = ca.numerics.conv_transpose(x, ones, one.layer)
        else:
            x = ca.numerics.pool(x, one.layer, np.sum)
    return x


def texts_of(scene, name):
    """Position -> number of ways that stands there at the end."""
    *_, end = picture_walk.played(scene)
    return {at: int(cell.text) for (grid, at), cell in end.items() if grid == name and cell.text}


@whole_scenes
@given(stacks())
def test_a_change_of_an_input_changes_the_output_by_as_many_ways_as_there_are(drawn_at):
    drawn, at = drawn_at
    scene = scene_of(drawn, at)
    zeros = np.zeros(drawn[0].shape, int)
    ways = {}
    for index in np.ndindex(zeros.shape):
        moved = zeros.copy()
        moved[index] = 1
        change = int(chained(drawn, moved)[at])
        if change:
            ways[index] = change
    cells = grids_of(scene)["map 0"].cells
    positions = {picture_walk.input_at(drawn[0].axes, position): position for position in cells}
    assert texts_of(scene, "map 0") == {positions[index]: count for index, count in ways.items()}
    lit = lit_in(scene.steps[-1], "map 0", "tap")
    assert {position for position in lit if cells[position].role == "input"} == {positions[index] for index in ways}


def walked_back(drawn, at):
    """For each layer, the last first: (windows that are read, ways to each index before it)."""
    ways = {at: 1}
    for one in reversed(drawn):
        windows = picture_walk.windows_of(one.axes)
        read = {output: [position for _, position in windows[output]] for output in ways}
        before = {}
        for output, positions in read.items():
            for position in positions:
                source = picture_walk.input_at(one.axes, position)
                if source is not None:
                    before[source] = before.get(source, 0) + ways[output]
        yield read, before
        ways = before


@whole_scenes
@given(stacks())
def test_every_step_goes_one_layer_back_and_keeps_what_it_has_shown(drawn_at):
    drawn, at = drawn_at
    scene = scene_of(drawn, at)
    last = len(drawn)
    assert len(scene.steps) == last + 1
    assert scene.poster == last
    first = scene.steps[0]
    assert [(lit.grid, lit.position, lit.mark) for lit in first.lit] == [(f"map {last}", at, "now")]
    assert [(write.grid, write.position, write.cell.role, write.cell.text) for write in first.writes] == [
        (f"map {last}", at, "done", "1")
    ]
    for before, after in pairwise(scene.steps):
        assert after.lit[: len(before.lit)] == before.lit
        assert after.lines[: len(before.lines)] == before.lines
    for number, (step, (read, ways)) in enumerate(zip(scene.steps[1:], walked_back(drawn, at), strict=True), 1):
        name = f"map {last - number}"
        assert lit_in(step, name, "tap") == sorted({position for window in read.values() for position in window})
        written = {write.position: (write.cell.role, write.cell.text) for write in step.writes}
        axes = drawn[last - number].axes
        role = "done" if number < last else "input"
        assert {picture_walk.input_at(axes, position): cell for position, cell in written.items()} == {
            index: (role, str(count)) for index, count in ways.items()
        }
        assert {write.grid for write in step.writes} <= {name}


@whole_scenes
@given(stacks())
def test_of_one_axis_a_line_leads_to_every_tap(drawn_at):
    drawn, at = drawn_at
    scene = scene_of(drawn, at)
    wanted = []
    above = {at[0]: at[0]} if len(at) == 1 else {}
    for number, (read, _) in enumerate(walked_back(drawn, at), 1):
        if len(at) > 1:
            break
        name, upper = f"map {len(drawn) - number}", f"map {len(drawn) - number + 1}"
        wanted += [
            ((upper, (above[output],)), (name, position), False)
            for (output,), positions in read.items()
            for position in positions
        ]
        (axis,) = drawn[len(drawn) - number].axes
        above = {axis.input_at(position): position for position in axis.roles if axis.input_at(position) is not None}
        lines = [(line.start, line.end, line.arrow) for line in scene.steps[number].lines]
        assert sorted(lines) == sorted(wanted)
        assert len(set(lines)) == len(lines)
    assert scene.steps[0].lines == ()
    if len(at) > 1:
        assert all(step.lines == () for step in scene.steps)
        assert scene.links == tuple((f"map {number}", f"map {number + 1}") for number in range(len(drawn)))
    else:
        assert scene.links == ()
        for step in scene.steps:
            for (upper, start), (lower, end) in ((line.start, line.end) for line in step.lines):
                assert start in grids_of(scene)[upper].cells
                assert end in grids_of(scene)[lower].cells


@whole_scenes
@given(stacks())
def test_the_notes_and_the_title_count_what_is_read(drawn_at):
    drawn, at = drawn_at
    scene = scene_of(drawn, at)
    last, box = len(drawn), ""
    for number, (step, (read, ways)) in enumerate(zip(scene.steps[1:], walked_back(drawn, at), strict=True), 1):
        where = "of the input" if number == last else f"before layer {last - number + 1}"
        zeros = len({position for window in read.values() for position in window}) - len(ways)
        if not ways:
            box = "nothing"
            assert step.note == f"{where}: padding alone"
            continue
        box = "×".join(str(len(range(min(along), max(along) + 1))) for along in zip(*ways, strict=True))
        box = box if "×" in box else f"a length of {box}"
        beside = f", and {zeros} position{'s' if zeros > 1 else ''} beside them" if zeros else ""
        cells = f"{len(ways)} cell{'s' if len(ways) > 1 else ''}"
        assert step.note == f"{where}: {cells}, within {box}{beside}"
    assert scene.title == f"A stack of {last} layers, and what one output reads: {box} of the input"
    assert scene.alt.endswith(f"{'; '.join(step.note for step in scene.steps[1:])}.")
    spoken = ", ".join(map(str, at))
    assert f"From output ({spoken}) it is walked back to the input: " in scene.alt


@whole_scenes
@given(stacks())
def test_the_maps_are_the_inputs_of_the_layers_and_the_last_output(drawn_at):
    drawn, at = drawn_at
    scene = scene_of(drawn, at)
    grids = grids_of(scene)
    assert set(grids) == {f"map {number}" for number in range(len(drawn) + 1)}
    for number, one in enumerate(drawn):
        alone = grids_of(ca.render.compose(one.layer, one.shape, cells="blank"))["input"]
        grid = grids[f"map {number}"]
        assert (grid.origin, grid.shape, grid.marks) == (alone.origin, alone.shape, alone.marks)
        roles = {position: cell.role for position, cell in alone.cells.items()}
        if number:
            roles = {position: "to_come" if role == "input" else role for position, role in roles.items()}
        assert {position: cell.role for position, cell in grid.cells.items()} == roles
        said = alone.label if not number else alone.label.replace("input", f"after layer {number}:")
        assert grid.label == said
    rows = [[grid.name for grid in row] for row in scene.rows]
    names = [f"map {number}" for number in range(len(drawn) + 1)]
    assert rows == ([names] if len(at) > 1 else [[name] for name in reversed(names)])


class TestFields:
    """The formula of the receptive field, where nothing is stretched."""

    @whole_scenes
    @given(stacks("conv", "pool", "ceil"))
    def test_it_is_the_block_that_is_read_where_no_border_is_near(self, drawn_at):
        """Walked back without borders: what padding adds or crops is near them alone."""
        drawn, at = drawn_at
        if any(axis.stretch > 1 for one in drawn for axis in one.axes):
            scene = scene_of(drawn, at)
            assert not any("Receptive field" in caption for caption in scene.captions)
            return
        fields = []
        for along in zip(*(one.axes for one in drawn), strict=True):
            reached = {0}
            for axis in reversed(along):
                reached = {axis.stride * place + axis.dilation * tap for place in reached for tap in range(axis.kernel)}
            fields.append(max(reached) - min(reached) + 1)
        captions = scene_of(drawn, at).captions
        lines = captions[[("Receptive field" in caption) for caption in captions].index(True) :]
        ends = [int(line.rpartition(" = ")[2]) for line in lines if " = " in line]
        assert ends == ([fields[0]] if len(lines) == 1 else fields)
        assert len(lines) == 1 or len(lines) == len(fields) + 1

    @pytest.mark.parametrize(
        ("layers", "shape", "caption"),
        [
            ([ca.Conv(3)] * 2, (9, 9), "1 + 2·1 + 2·1 = 5"),
            ([ca.Conv(3, stride=2), ca.Pool(2), ca.Conv(3)], (30,), "1 + 2·1 + 1·2 + 2·4 = 13"),
            ([ca.Conv(3, dilation=2), ca.Conv(3, dilation=4)], (20,), "1 + 4·1 + 8·1 = 13"),
            (CAUSAL, (16,), "1 + 1·1 + 2·1 + 4·1 + 8·1 = 16"),
        ],
    )
    def test_that_in_numbers(self, layers, shape, caption):
        assert stack(layers, shape).captions[-1] == f"Receptive field 1 + Σ (k̂ - 1)·(strides before it) = {caption}"

    def test_axes_that_differ_have_a_line_each(self):
        captions = stack([ca.Conv((3, 1)), ca.Conv((3, 2))], (9, 9)).captions
        assert captions[-3:] == (
            "Receptive field 1 + Σ (k̂ - 1)·(strides before it)",
            "axis 0 (height): 1 + 2·1 + 2·1 = 5",
            "axis 1 (width): 1 + 0·1 + 1·1 = 2",
        )


def test_two_of_3_by_3_see_5_by_5_in_as_many_ways_as_the_full_convolution_of_ones():
    scene = stack([ca.Conv(3), ca.Conv(3)], (9, 9), at=(2, 2))
    row = np.convolve([1, 1, 1], [1, 1, 1])
    wanted = np.outer(row, row)
    assert texts_of(scene, "map 0") == {(2 + a, 2 + b): wanted[a, b] for a, b in product(range(5), repeat=2)}
    assert scene.title == "A stack of 2 layers, and what one output reads: 5×5 of the input"
    assert [step.note for step in scene.steps] == [
        "output (2, 2)",
        "before layer 2: 9 cells, within 3×3",
        "of the input: 25 cells, within 5×5",
    ]
    assert scene.captions[0] == "Layers 1 to 2: Convolution: kernel 3"
    assert "A stack of 2 layers, 9×9 → 7×7 → 5×5: " in scene.alt
    assert [grid.label for grid in scene.grids()] == ["input 9×9", "after layer 1: 7×7", "after layer 2: 5×5"]


def test_causal_layers_with_dilations_1_2_4_8_read_16_inputs_in_one_way_each():
    scene = stack(CAUSAL, (16,), at=15)
    assert texts_of(scene, "map 0") == {(at,): 1 for at in range(16)}
    # 2, 4, 8 and 16 taps: one line each.
    assert [len(step.lines) for step in scene.steps] == [0, 2, 6, 14, 30]
    assert scene.steps[1].lines[0].end == ("map 3", (7,))
    assert scene.captions[:4] == tuple(
        f"{number}. Convolution: kernel 2, causal padding" + (f", dilation {2 ** (number - 1)}" if number > 1 else "")
        for number in range(1, 5)
    )


def test_dilations_leave_gaps():
    """Kernel 2 dilated by 2 upon kernel 2 dilated by 4: the inputs 0, 4, 2 and 6."""
    scene = stack([ca.Conv(2, dilation=4), ca.Conv(2, dilation=2)], (7,), at=0)
    assert texts_of(scene, "map 0") == {(0,): 1, (2,): 1, (4,): 1, (6,): 1}
    assert scene.steps[-1].note == "of the input: 4 cells, within a length of 7"


def test_strides_and_poolings():
    """The output 1 of a pooling by 2 is 2 and 3 of the stride, which read 4-6 and 6-8: 6 in both."""
    scene = stack([ca.Conv(3, stride=2), ca.Pool(2)], (10,), at=1)
    assert texts_of(scene, "map 0") == {(4,): 1, (5,): 1, (6,): 2, (7,): 1, (8,): 1}


def test_a_transposed_layer_reads_what_is_stretched():
    """Of kernel 3 and stride 2 upon 4 inputs output 4 is reached from inputs 1 and 2, which lie at 2 and 4."""
    scene = stack([ca.Conv(1), ca.ConvTranspose(3, stride=2)], (4,), at=4)
    assert texts_of(scene, "map 1") == {(2,): 1, (4,): 1}
    assert texts_of(scene, "map 0") == {(1,): 1, (2,): 1}
    ends = [(line.start, line.end) for line in scene.steps[-1].lines[-2:]]
    assert ends == [(("map 1", (2,)), ("map 0", (1,))), (("map 1", (4,)), ("map 0", (2,)))]
    assert scene.steps[1].note == "before layer 2: 2 cells, within a length of 2, and 1 position beside them"
    assert not any("Receptive field" in caption for caption in scene.captions)


def test_an_output_at_the_border_reads_padding_too():
    scene = stack([ca.Conv(3, padding=1)] * 2, (5,), at=0)
    assert texts_of(scene, "map 0") == {(0,): 2, (1,): 2, (2,): 1}
    assert scene.steps[-1].note == "of the input: 3 cells, within a length of 3, and 1 position beside them"
    assert scene.title.endswith(": a length of 3 of the input")


def test_an_output_of_padding_alone():
    scene = stack([ca.Conv(1), ca.Conv(1, padding=2)], (3,), at=0)
    assert [step.note for step in scene.steps[1:]] == ["before layer 2: padding alone", "of the input: padding alone"]
    assert scene.title.endswith("what one output reads: nothing of the input")


@pytest.mark.parametrize(("sizes", "middle"), [((5,), (2,)), ((6,), (2,)), ((1,), (0,)), ((4, 7), (1, 3))])
def test_the_output_in_the_middle_is_shown_unless_another_is_asked_for(sizes, middle):
    layers = [ca.Conv(1), ca.Conv(1)]
    assert stack(layers, sizes) == stack(layers, sizes, at=middle)
    assert lit_in(stack(layers, sizes).steps[0], "map 2", "now") == [middle]


def test_a_number_a_list_and_an_array_say_which_output():
    layers = [ca.Conv(2), ca.Conv(2)]
    assert stack(layers, (6,), at=3) == stack(iter(layers), 6, at=[3]) == stack(tuple(layers), (6,), at=np.array([3]))


def test_without_numbers():
    scene = stack([ca.Conv(3), ca.Conv(3)], (7,), cells="blank")
    assert {write.cell.text for step in scene.steps for write in step.writes} == {""}
    assert [step.lit for step in scene.steps] == [step.lit for step in stack([ca.Conv(3), ca.Conv(3)], (7,)).steps]


TWO = [ca.Conv(3), ca.Conv(3)]
REFUSED = {
    "one layer": ([ca.Conv(3)], {}, ca.ParameterError, "a stack shows 2 to 8 layers, and 1 is given"),
    "no layer": ([], {}, ca.ParameterError, "a stack shows 2 to 8 layers, and 0 are given"),
    "nine layers": ([ca.Conv(1)] * 9, {}, ca.ParameterError, "a stack shows 2 to 8 layers, and 9 are given"),
    "beyond the end": (
        TWO,
        {"at": (5, 0)},
        ca.ShapeError,
        "there is no output (5, 0); the output is 5×5, give one index from 0 for each axis",
    ),
    "too few indices": (
        TWO,
        {"at": 2},
        ca.ShapeError,
        "there is no output (2); the output is 5×5, give one index from 0 for each axis",
    ),
    "too many indices": (
        TWO,
        {"at": (1, 1, 1)},
        ca.ShapeError,
        "there is no output (1, 1, 1); the output is 5×5, give one index from 0 for each axis",
    ),
    "before the start": (
        TWO,
        {"at": (1, -1)},
        ca.ParameterError,
        "axis 1 (width): at -1 is below 0; the smallest at is 0",
    ),
    "a word": (TWO, {"at": "2"}, ca.ParameterError, "at must be a whole number; got '2' (str), give an int"),
    "symbols": (
        TWO,
        {"cells": "symbols"},
        ca.ParameterError,
        "unknown cells 'symbols' of a stack; known are numbers, blank",
    ),
    "no frame": (
        TWO,
        {"max_frames": 0},
        ca.ParameterError,
        "max_frames 0 is below 1; the smallest max_frames is 1",
    ),
    "a misfit": (
        [ca.Conv(3), ca.Conv(9)],
        {},
        ca.ShapeError,
        "layer 2: axis 0 (height): kernel 9 does not fit in input 7 with padding 0; it needs padding of at least 1 on "
        "each side, or a kernel of at most 7",
    ),
}
MENDED = {
    "one layer": (TWO, {}),
    "no layer": (TWO, {}),
    "nine layers": ([ca.Conv(1)] * 8, {}),
    "beyond the end": (TWO, {"at": (4, 0)}),
    "too few indices": (TWO, {"at": (2, 2)}),
    "too many indices": (TWO, {"at": (1, 1)}),
    "before the start": (TWO, {"at": (1, 0)}),
    "a word": (TWO, {"at": (2, 2)}),
    "symbols": (TWO, {"cells": "blank"}),
    "no frame": (TWO, {"max_frames": 1}),
    "a misfit": ([ca.Conv(3), ca.Conv(7)], {}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_and_that_the_advice_mends_it(name):
    layers, wishes, kind, words = REFUSED[name]
    with pytest.raises(kind) as refusal:
        stack(layers, (9, 9), **wishes)
    assert str(refusal.value) == words
    layers, wishes = MENDED[name]
    assert stack(layers, (9, 9), **wishes).steps


def test_refusals_carry_their_numbers():
    with pytest.raises(ca.ShapeError) as refusal:
        stack(TWO, (9, 9), at=(5, 0))
    assert (refusal.value.at, refusal.value.output_shape) == ((5, 0), (5, 5))
    with pytest.raises(ca.ParameterError) as refusal:
        stack([ca.Conv(3)], (9, 9))
    assert refusal.value.layers == 1


def test_a_map_of_too_many_cells_is_refused_with_its_layer():
    layers = [ca.Conv(1), ca.ConvTranspose(1, stride=100)]
    with pytest.raises(ca.ShapeError, match=r"^layer 2: the animation would have \d+ cells in one grid"):
        stack(layers, (60,))
    assert stack(layers, (50,)).steps


def test_thousands_of_windows_are_no_frames():
    assert len(stack([ca.Conv(3)] * 2, (60, 60)).steps) == 3
