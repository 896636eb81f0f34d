"""Maximum pooling with switches and unpooling, against plain loops and against the numerics."""

from __future__ import annotations

from itertools import product

import numpy as np
import picture_walk
import pytest
from drawn_scenes import SEEDS, grids_of, lit_in, numbers_in, pictures, scene_of, whole_scenes
from hypothesis import given

import convarith as ca

poolings = pictures("pool", "ceil")


def switches_of(drawn, x):
    """Output -> (maximum, place) of the first input of its window that is the highest, or None."""
    answer = {}
    for output, taps in picture_walk.windows_of(drawn.axes).items():
        best = None
        for _, position in taps:
            source = picture_walk.input_at(drawn.axes, position)
            if source is not None and (best is None or x[source] > best[0]):
                best = int(x[source]), source
        answer[output] = best
    return answer


def number_of(index, shape):
    """The cells counted one row after the other, from 0."""
    return list(product(*map(range, shape))).index(index)


@whole_scenes
@given(poolings, SEEDS)
def test_first_each_window_keeps_its_maximum_and_where_it_stood(drawn, seed):
    x, _ = numbers_in(drawn, seed)
    scene = scene_of(drawn, show="switches", input=x)
    switches = switches_of(drawn, x)
    windows = picture_walk.windows_of(drawn.axes)
    assert len(scene.steps) == 2 * len(switches)
    for step, (output, best) in zip(scene.steps, switches.items(), strict=False):
        assert lit_in(step, "input", "tap") == [position for _, position in windows[output]]
        assert lit_in(step, "output", "now") == lit_in(step, "switches", "now") == [output]
        assert lit_in(step, "unpooled", "tap") == []
        written = [(write.grid, write.position, write.cell.text) for write in step.writes]
        if best is None:
            assert written == [("output", output, "-∞")]
            assert "switch" not in step.note
            continue
        highest, source = best
        number = number_of(source, drawn.shape)
        assert written == [("output", output, str(highest)), ("switches", output, str(number))]
        (winner,) = lit_in(step, "input", "winner")
        assert picture_walk.input_at(drawn.axes, winner) == source
        assert step.note.endswith(f" = {highest}, switch {number}")


@whole_scenes
@given(poolings, SEEDS)
def test_then_each_maximum_goes_back_where_its_switch_says(drawn, seed):
    x, _ = numbers_in(drawn, seed)
    scene = scene_of(drawn, show="switches", input=x)
    switches = switches_of(drawn, x)
    for step, (output, best) in zip(scene.steps[len(switches) :], switches.items(), strict=True):
        assert lit_in(step, "input", "tap") == []
        assert lit_in(step, "output", "now") == lit_in(step, "switches", "now") == [output]
        at = ", ".join(map(str, output))
        if best is None:
            assert (step.writes, lit_in(step, "unpooled", "tap")) == ((), [])
            assert step.note == f"maximum ({at}) met no input and has no switch"
            continue
        highest, source = best
        assert lit_in(step, "unpooled", "tap") == [source]
        assert [(write.grid, write.position, write.cell.text) for write in step.writes] == [
            ("unpooled", source, str(highest))
        ]
        place = ", ".join(map(str, source))
        assert step.note == f"unpooling: {highest} goes back to cell {number_of(source, drawn.shape)}, ({place})"


@whole_scenes
@given(poolings, SEEDS)
def test_the_end_is_the_unpooling_of_the_numerics(drawn, seed):
    x = numbers_in(drawn, seed)[0].astype(float)
    *_, end = picture_walk.played(scene_of(drawn, show="switches", input=x))
    maxima, indices = ca.numerics.max_pool(x, drawn.layer, return_indices=True)
    unpooled = np.zeros(drawn.shape)
    met = indices >= 0
    unpooled.flat[indices[met]] = maxima[met]
    if met.all():
        np.testing.assert_array_equal(ca.numerics.max_unpool(maxima, indices, output_shape=drawn.shape), unpooled)
    shown = {at: cell.text for (grid, at), cell in end.items() if grid == "unpooled"}
    assert shown == {at: str(int(unpooled[at])) for at in np.ndindex(drawn.shape)}


def test_4_by_4_with_kernel_2_by_hand():
    x = [[5, 0, 3, 3], [7, 9, 3, 5], [2, 4, 7, 6], [8, 8, 1, 6]]
    scene = ca.render.compose(ca.Pool(2), (4, 4), input=x, show="switches")
    *_, end = picture_walk.played(scene)
    square = list(product(range(2), repeat=2))
    assert [end["output", at].text for at in square] == ["9", "5", "8", "7"]
    # 9 stands at (1, 1), which is 4 + 1; 5 at (1, 3); the first 8 at (3, 0); 7 at (2, 2).
    assert [end["switches", at].text for at in square] == ["5", "7", "12", "10"]
    rows = [[end["unpooled", (row, column)].text for column in range(4)] for row in range(4)]
    assert rows == [list("0000"), list("0905"), list("0070"), list("8000")]
    assert scene.steps[0].note == "output (0, 0) = max(5, 0, 7, 9) = 9, switch 5"
    assert scene.steps[4].note == "unpooling: 9 goes back to cell 5, (1, 1)"
    assert [(grid.name, grid.label) for grid in scene.grids()] == [
        ("input", "input 4×4"),
        ("output", "maxima 2×2"),
        ("switches", "switches 2×2"),
        ("unpooled", "unpooled 4×4"),
    ]
    assert scene.title == "Maximum pooling: kernel 2, stride 2, with switches and unpooling"
    assert (
        "First each window keeps its maximum and a switch, which is the number of the input cell that held it, counted "
        "row by row from 0; then each maximum is put back where its switch says, and zeros stay everywhere else."
        in scene.alt
    )
    assert (scene.names["tap"], scene.names["now"]) == ("window, place of a switch", "maximum and switch")
    assert scene.poster == 7


@whole_scenes
@given(poolings)
def test_zeros_stand_in_what_is_unpooled_before_anything_is_put_back(drawn):
    grid = grids_of(scene_of(drawn, show="switches"))["unpooled"]
    assert list(grid.cells) == list(product(*map(range, drawn.shape)))
    assert {(cell.role, cell.text) for cell in grid.cells.values()} == {("to_come", "0")}
    assert not grid.marks


def test_a_cell_that_two_windows_share_is_put_back_twice_as_it_is():
    scene = ca.render.compose(ca.Pool(2, stride=1), (3,), input=[1, 4, 2], show="switches")
    *_, end = picture_walk.played(scene)
    assert [end["unpooled", (at,)].text for at in range(3)] == ["0", "4", "0"]


REFUSED = {
    "a mean": (
        ca.Pool(2),
        {"reduce": "avg"},
        "show 'switches' is of maxima of numbers, and reduce 'avg' is asked for; leave it out",
    ),
    "symbols": (
        ca.Pool(2),
        {"cells": "symbols"},
        "show 'switches' is of maxima of numbers, and cells 'symbols' is asked for; leave it out",
    ),
    "shapes": (
        ca.Pool(2),
        {"cells": "blank"},
        "show 'switches' is of maxima of numbers, and cells 'blank' is asked for; leave it out",
    ),
    "a convolution": (
        ca.Conv(2),
        {},
        "show 'switches' is for a pooling, and this is a convolution; leave it out",
    ),
    "weights": (ca.Pool(2), {"kernel": [1, 2]}, "a pooling has no weights; leave the kernel out"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_and_that_the_advice_mends_it(name):
    layer, wishes, words = REFUSED[name]
    with pytest.raises(ca.ParameterError) as refusal:
        ca.render.compose(layer, (4,), show="switches", **wishes)
    assert str(refusal.value) == words
    assert ca.render.compose(ca.Pool(2), (4,), show="switches").steps
    if name == "a convolution":
        assert ca.render.compose(layer, (4,)).steps


def test_pooling_and_unpooling_are_both_counted_as_frames():
    """500 windows are 1000 steps."""
    assert len(ca.render.compose(ca.Pool(1), (500,), show="switches").steps) == 1000
    with pytest.raises(ca.ShapeError, match="would have 1002 frames"):
        ca.render.compose(ca.Pool(1), (501,), show="switches")
