"""A stride as stride 1 with outputs dropped: what is kept is what the stride gives, and nothing else is."""

from __future__ import annotations

from itertools import product

import picture_walk
import pytest
from drawn_scenes import grids_of, lit_in, numbers_in, picture, pictures, scene_of, whole_scenes
from hypothesis import given
from hypothesis import strategies as st
from picture_walk import DrawnAxis

import convarith as ca

strided = pictures("conv", "pool", "ceil").filter(lambda drawn: any(axis.stride > 1 for axis in drawn.axes))
REDUCTIONS = st.sampled_from(["max", "avg"])


def dense_windows(axis):
    """The positions of every window of stride 1: those that lie inside, and those before one that overhangs."""
    inside = axis._replace(stride=1, ceil=False).windows
    starts = [window[0] for window in [*inside, *axis.windows]]
    first = axis.windows[0][0]
    return [[start + axis.dilation * tap for tap in range(axis.kernel)] for start in range(first, max(starts) + 1)]


@whole_scenes
@given(strided)
def test_the_window_stands_at_every_position(drawn):
    scene = scene_of(drawn, show="subsampled")
    places = list(product(*(dense_windows(axis) for axis in drawn.axes)))
    assert len(scene.steps) == len(places)
    for step, place in zip(scene.steps, places, strict=True):
        assert lit_in(step, "input", "tap") == list(product(*place))


@whole_scenes
@given(strided)
def test_an_output_is_kept_where_the_window_is_one_of_the_stride_and_dropped_elsewhere(drawn):
    scene = scene_of(drawn, show="subsampled")
    windows = {tuple(position for _, position in taps): at for at, taps in picture_walk.windows_of(drawn.axes).items()}
    grids = grids_of(scene)
    kept, dropped = [], []
    for step in scene.steps:
        (at,) = lit_in(step, "dense", "now")
        index = windows.get(tuple(lit_in(step, "input", "tap")))
        dense, *others = step.writes
        assert (dense.grid, dense.position, dense.cell.role) == ("dense", at, "done")
        if index is None:
            dropped.append(at)
            assert not others
            assert lit_in(step, "output", "now") == []
            assert step.note.endswith(": dropped")
        else:
            kept.append(index)
            (other,) = others
            assert (other.grid, other.position, other.cell) == ("output", index, dense.cell)
            assert lit_in(step, "output", "now") == [index]
            assert step.note.endswith(f": kept as ({', '.join(map(str, index))})")
    assert kept == list(picture_walk.windows_of(drawn.axes))
    assert dict(grids["dense"].marks) == dict.fromkeys(dropped, ("dropped",))
    assert not grids["output"].marks


@whole_scenes
@given(strided, REDUCTIONS, st.integers(0, 99))
def test_what_is_kept_is_what_the_strided_layer_gives(drawn, reduce, seed):
    *_, end = picture_walk.played(scene_of(drawn, show="subsampled", reduce=reduce, seed=seed))
    *_, alone = picture_walk.played(scene_of(drawn, reduce=reduce, seed=seed))
    shown, wanted = ({at: cell for (grid, at), cell in cells.items() if grid == "output"} for cells in (end, alone))
    assert shown == wanted


@whole_scenes
@given(pictures("conv").filter(lambda drawn: any(axis.stride > 1 for axis in drawn.axes)), st.integers(0, 99))
def test_every_output_of_stride_1_is_the_sum_of_its_window(drawn, seed):
    x, w = numbers_in(drawn, seed)
    scene = scene_of(drawn, show="subsampled", input=x, kernel=w)
    for step in scene.steps:
        total = 0
        for tap, position in zip(product(*map(range, w.shape)), lit_in(step, "input", "tap"), strict=True):
            source = picture_walk.input_at(drawn.axes, position)
            total += int(w[tap]) * int(x[source]) if source is not None else 0
        assert step.writes[0].cell.text == str(total)


@whole_scenes
@given(strided)
def test_the_still_keeps_something_as_nearly_in_the_middle_as_can_be(drawn):
    scene = scene_of(drawn, show="subsampled")
    kept = [number for number, step in enumerate(scene.steps) if len(step.writes) == 2]
    before, after = kept.index(scene.poster), len(kept) - 1 - kept.index(scene.poster)
    assert after - before in (0, 1)


def test_stride_2_of_5_padded_to_7_keeps_9_of_25():
    """Every second row and column of the outputs of stride 1, from the first."""
    scene = ca.render.compose(ca.Conv(3, stride=2, padding=1), (5, 5), show="subsampled")
    dense = grids_of(scene)["dense"]
    crossed = set(dense.marks)
    assert set(dense.cells) - crossed == set(product((0, 2, 4), repeat=2))
    assert len(crossed) == 16
    assert [(grid.name, grid.label) for grid in scene.grids()] == [
        ("input", "input 5×5, padded to 7×7"),
        ("kernel", "kernel 3×3"),
        ("dense", "stride 1: output 5×5"),
        ("output", "stride 2: output 3×3"),
    ]
    assert (
        "The window stands at every position as with stride 1, 25 places; 16 of these outputs are crossed out and "
        "dropped, and 9 outputs remain." in scene.alt
    )
    assert scene.title == "Convolution: kernel 3, stride 2, padding 1, as subsampling"
    assert scene.captions == ("Relationship 6: o = ⌊(i + 2p - k)/s⌋ + 1 = ⌊(5 + 2·1 - 3)/2⌋ + 1 = 3",)
    assert scene.names["dropped"] == "dropped by the stride"
    assert scene.links == (("input", "dense"),)


def test_a_stride_on_one_axis_drops_whole_columns():
    scene = ca.render.compose(ca.Pool(2, stride=(1, 3)), (3, 6), show="subsampled")
    grids = grids_of(scene)
    assert set(grids["dense"].marks) == set(product(range(2), (1, 2, 4)))
    assert grids["output"].label == "stride 1×3: output 2×2"
    assert "kernel" not in grids


def test_a_place_that_rounding_up_takes_off_again_is_dropped():
    """Of starts 0, 2 and 4 the last lies in the padding beyond the one input, so that there are two outputs."""
    layer = ca.Pool(1, stride=2, padding=((0, 4),), ceil_mode=True)
    scene = ca.render.compose(layer, (1,), show="subsampled")
    assert set(grids_of(scene)["dense"].marks) == {(1,), (3,), (4,)}
    assert set(grids_of(scene)["output"].cells) == {(0,), (1,)}


def test_what_overhangs_is_there_for_every_place_before_it():
    """6, 3, 2 rounded up: starts 0, 2, 4, of which the last overhangs by one; 1 and 3 are dropped."""
    drawn = picture((DrawnAxis(6, 3, 2, ceil=True),), "ceil")
    scene = scene_of(drawn, show="subsampled")
    assert set(grids_of(scene)["dense"].marks) == {(1,), (3,)}
    assert len(scene.steps) == 5


@pytest.mark.parametrize("cells", ["symbols", "blank"])
def test_other_contents(cells):
    scene = ca.render.compose(ca.Conv(2, stride=2), (4,), cells=cells, show="subsampled")
    assert [write.cell.text for write in scene.steps[2].writes] == (["y₂"] * 2 if cells == "symbols" else [""] * 2)


REFUSED = {
    "stride 1": (
        ca.Conv(3),
        {},
        "show 'subsampled' shows what a stride drops, and stride 1 drops nothing; give 2 or more",
        ca.Conv(3, stride=2),
    ),
    "stride 1 on every axis": (
        ca.Pool(3, stride=(1, 1)),
        {},
        "show 'subsampled' shows what a stride drops, and stride 1 drops nothing; give 2 or more",
        ca.Pool(3, stride=(1, 2)),
    ),
    "a transposed convolution": (
        ca.ConvTranspose(3, stride=2),
        {},
        "show 'subsampled' is for a convolution or a pooling, and this is a transposed convolution; leave it out",
        ca.Conv(3, stride=2),
    ),
    "continued padding": (
        ca.Conv(3, stride=2, padding=1),
        {"padding_mode": "reflect"},
        "padding_mode 'reflect' is for a convolution alone, and this is show 'subsampled'; leave it out",
        ca.Conv(3, stride=2, padding=1),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_and_that_the_advice_mends_it(name):
    layer, wishes, words, mended = REFUSED[name]
    with pytest.raises(ca.ParameterError) as refusal:
        ca.render.compose(layer, (5, 5), show="subsampled", **wishes)
    assert str(refusal.value) == words
    assert ca.render.compose(mended, (5, 5), show="subsampled").steps


def test_the_frames_are_counted_as_they_are_shown():
    """500 windows of stride 2 are 1000 of stride 1, or 999 and one that does not fit."""
    assert len(ca.render.compose(ca.Conv(1, stride=2), (1000,), show="subsampled", cells="blank").steps) == 1000
    with pytest.raises(ca.ShapeError, match="would have 1001 frames"):
        ca.render.compose(ca.Conv(1, stride=2), (1001,), show="subsampled", cells="blank")
