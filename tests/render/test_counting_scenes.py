"""Counting positions: one arrow for every step from a window to the next, and one position more than arrows."""

from __future__ import annotations

import picture_walk
import pytest
from drawn_scenes import grids_of, lit_in, pictures, scene_of, whole_scenes
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca

countable = pictures("conv", "pool", "ceil")
NAMES = {1: [""], 2: ["height", "width"], 3: ["depth", "height", "width"]}


def walked(drawn):
    """The window of every step: the first place, then along each axis, the last axis first."""
    corner = (0,) * len(drawn.axes)
    places = [(corner, None)]
    for axis in reversed(range(len(drawn.axes))):
        along = range(1, len(drawn.axes[axis].windows))
        places += [((*corner[:axis], at, *corner[axis + 1 :]), axis) for at in along]
    return places


@whole_scenes
@given(countable)
def test_every_step_shows_its_window_and_nothing_is_written(drawn):
    scene = scene_of(drawn, show="counting")
    windows = picture_walk.windows_of(drawn.axes)
    places = walked(drawn)
    assert len(scene.steps) == len(places)
    for step, (output, _) in zip(scene.steps, places, strict=True):
        assert lit_in(step, "input", "tap") == [position for _, position in windows[output]]
        assert len(step.lit) == len(windows[output])
        assert step.writes == ()


@whole_scenes
@given(countable)
def test_an_arrow_leads_from_the_first_cell_of_a_window_to_that_of_the_next_and_stays(drawn):
    scene = scene_of(drawn, show="counting")
    first = {output: taps[0][1] for output, taps in picture_walk.windows_of(drawn.axes).items()}
    arrows = []
    for step, (output, axis) in zip(scene.steps, walked(drawn), strict=True):
        if axis is not None:
            before = tuple(at - (number == axis) for number, at in enumerate(output))
            arrows.append((("input", first[before]), ("input", first[output]), True))
        assert [(line.start, line.end, line.arrow) for line in step.lines] == arrows


@whole_scenes
@given(countable)
def test_along_each_axis_there_is_one_position_more_than_arrows(drawn):
    """And what the last note of each axis says is the number of outputs that the layer has."""
    scene = scene_of(drawn, show="counting")
    ndim = len(drawn.axes)
    last = scene.steps[-1].lines
    along = [0] * ndim
    for line in last:
        moved = [end - start for start, end in zip(line.start[1], line.end[1], strict=True)]
        (axis,) = [number for number, by in enumerate(moved) if by]
        assert moved[axis] == drawn.axes[axis].stride
        along[axis] += 1
    assert tuple(count + 1 for count in along) == drawn.layer.output_shape(drawn.shape)
    for name, axis, count in zip(NAMES[ndim], drawn.axes, along, strict=True):
        if count:
            steps = f"{count} step" + ("s" if count > 1 else "") + (f" of {axis.stride}" if axis.stride > 1 else "")
            said = f"{f'{name}: ' if name else ''}1 + {steps} = {count + 1} positions"
            assert any(step.note.startswith(said) for step in scene.steps)


@whole_scenes
@given(countable)
def test_what_is_left_over_is_said_where_an_axis_ends(drawn):
    scene = scene_of(drawn, show="counting")
    places = walked(drawn)
    for number, (step, (output, axis)) in enumerate(zip(scene.steps, places, strict=True)):
        ends = axis is not None and (number + 1 == len(places) or places[number + 1][1] != axis)
        if not ends:
            assert "left over" not in step.note
            assert "to the end" not in step.note
            continue
        shown = drawn.axes[axis]
        positions = [at for at, role in shown.roles.items() if role != "cropped"]
        last = shown.windows[output[axis]][-1]
        left = sum(at > last for at in positions)
        end = f"; {left} left over, too little for another step" if left else ", up to the end"
        if left >= shown.stride:
            end = "; another would begin beyond the input"
        if last > max(positions):
            end = ", the last of them beyond the end"
        assert step.note.endswith(f"positions{end}")


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding"),
    [(5, 3, 1, 0), (6, 3, 2, 1), (5, 3, 2, 1), (7, 3, 3, 0), (4, 4, 1, 0), (12, 5, 4, 2), (3, 1, 1, 2)],
)
def test_the_formula_of_relationship_6(size, kernel, stride, padding):
    scene = ca.render.compose(ca.Conv(kernel, stride=stride, padding=padding), (size,), show="counting")
    assert len(scene.steps[-1].lines) + 1 == len(scene.steps) == (size + 2 * padding - kernel) // stride + 1


def test_the_notes_of_figure_2_7():
    """6, 3, 2, 1: windows from -1, 1 and 3 on; the last position, 6, is left over."""
    scene = ca.render.compose(ca.Conv(3, stride=2, padding=1), (6, 6), show="counting")
    assert [step.note for step in scene.steps] == [
        "the first position: 1 on every axis",
        "width: 1 + 1 step of 2 = 2 positions",
        "width: 1 + 2 steps of 2 = 3 positions; 1 left over, too little for another step",
        "height: 1 + 1 step of 2 = 2 positions",
        "height: 1 + 2 steps of 2 = 3 positions; 1 left over, too little for another step",
    ]
    assert [(line.start[1], line.end[1]) for line in scene.steps[-1].lines] == [
        ((-1, -1), (-1, 1)),
        ((-1, 1), (-1, 3)),
        ((-1, -1), (1, -1)),
        ((1, -1), (3, -1)),
    ]
    assert scene.title == "Convolution: kernel 3, stride 2, padding 1: counting positions"
    assert scene.poster == 4
    assert (
        "From the first place the window goes along width and then height, an arrow for each step; the places along an "
        "axis are 1 and the number of its arrows." in scene.alt
    )
    assert " = 3" in scene.captions[0]


def test_one_axis_of_one_position():
    scene = ca.render.compose(ca.Pool(4), (4,), show="counting")
    (step,) = scene.steps
    assert (step.note, step.lines) == ("1 position", ())


def test_there_is_the_input_alone_without_letters():
    scene = ca.render.compose(ca.Conv(3, padding=1), (4, 4), show="counting")
    assert list(grids_of(scene)) == ["input"]
    assert {cell.text for cell in grids_of(scene)["input"].cells.values()} == {""}
    assert scene.names["padding"] == "padding"


@pytest.mark.parametrize("wishes", [{"input": [1, 2, 3]}, {"kernel": [1, 2]}])
def test_numbers_are_refused(wishes):
    with pytest.raises(ca.ParameterError) as refusal:
        ca.render.compose(ca.Conv(2), (3,), show="counting", **wishes)
    assert str(refusal.value) == "show 'counting' shows no numbers, and some are given; leave them out"
    assert ca.render.compose(ca.Conv(2), (3,), show="counting").steps


@pytest.mark.parametrize(
    ("layer", "shape", "wishes", "words"),
    [
        (
            ca.ConvTranspose(3),
            (5,),
            {},
            "show 'counting' is for a convolution or a pooling, and this is a transposed convolution; leave it out",
        ),
        (
            ca.Conv(3, padding=1),
            (5,),
            {"padding_mode": "circular"},
            "padding_mode 'circular' is for a convolution alone, and this is show 'counting'; leave it out",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(layer, shape, wishes, words):
    with pytest.raises(ca.ParameterError) as refusal:
        ca.render.compose(layer, shape, show="counting", **wishes)
    assert str(refusal.value) == words
    assert ca.render.compose(layer, shape, **wishes).steps


class TestFrames:
    """Its steps go along the axes, not through all windows."""

    def test_60_by_60_windows_are_119_steps(self):
        assert len(ca.render.compose(ca.Conv(3), (62, 62), show="counting").steps) == 119

    def test_one_step_too_many_is_refused_and_some_of_them_are_shown(self):
        assert len(ca.render.compose(ca.Conv(1), (1000,), show="counting").steps) == 1000
        with pytest.raises(ca.ShapeError) as refusal:
            ca.render.compose(ca.Conv(1), (1001,), show="counting")
        assert str(refusal.value) == (
            "the animation would have 1001 frames, more than the limit of 1000; make the input smaller or the stride "
            "larger, or give max_frames (--max-frames) to show some of them"
        )
        assert len(ca.render.compose(ca.Conv(1), (1001,), show="counting", max_frames=5).steps) == 5

    @whole_scenes
    @given(countable, st.integers(1, 6))
    def test_some_of_the_steps_have_their_arrows(self, drawn, most):
        whole, some = (scene_of(drawn, show="counting", max_frames=limit) for limit in (None, most))
        assert set(some.steps) <= set(whole.steps)
        assert some.steps[-1] == whole.steps[-1]
        assert some.steps[some.poster].lines == whole.steps[-1].lines
