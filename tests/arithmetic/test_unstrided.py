"""A stride as stride 1 with windows left out, against a walk: which windows there are, and what they read."""

from __future__ import annotations

import pytest
import walk
from drawn import drawn_axes, drawn_layers, layer_of
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca

FAMILIES = st.sampled_from(["conv", "pool", "ceil"])
STATIONARY = ("before", "after", "size", "kernel", "dilation", "input_dilation")


def axis_of(drawn):
    return layer_of((drawn,)).windows((drawn.size,)).axes[0]


def dense_starts(drawn):
    """Places in the row: all from which a window fits, and all up to the last one that the stride has."""
    fitting = walk.starts_in(drawn.row, drawn.kernel, 1, drawn.dilation)
    return range(max([*fitting, *drawn.starts]) + 1)


@given(FAMILIES.flatmap(drawn_axes))
def test_there_is_a_window_at_every_position_and_they_read_what_lies_there(drawn):
    dense = axis_of(drawn).unstrided()
    starts = dense_starts(drawn)
    assert (dense.count, dense.stride) == (len(starts), 1)
    for start in starts:
        reads = [drawn.first_position + start + offset for offset in walk.offsets_of(drawn.kernel, drawn.dilation)]
        assert [position for _, position in dense.taps(start)] == reads


@given(FAMILIES.flatmap(drawn_axes))
def test_every_stride_th_of_them_is_a_window_of_the_stride(drawn):
    axis = axis_of(drawn)
    dense = axis.unstrided()
    windows = [list(axis.taps(output)) for output in range(axis.count)]
    every = [list(dense.taps(output)) for output in range(dense.count)]
    assert every[:: axis.stride][: axis.count] == windows
    assert [list(dense.entries(axis.stride * output)) for output in range(axis.count)] == [
        list(axis.entries(output)) for output in range(axis.count)
    ]


@given(FAMILIES.flatmap(drawn_axes))
def test_nothing_else_changes_and_it_is_done_once(drawn):
    axis = axis_of(drawn)
    dense = axis.unstrided()
    assert [getattr(dense, name) for name in STATIONARY] == [getattr(axis, name) for name in STATIONARY]
    assert dense.unstrided() == dense
    if drawn.stride == 1 and drawn.family != "ceil":
        assert dense == axis


@given(drawn_layers(("conv", "pool", "ceil"), ndim=(1, 3)))
def test_windows_do_so_on_every_axis(drawn):
    windows = drawn.layer.windows(drawn.shape)
    dense = windows.unstrided()
    assert dense.axes == tuple(axis.unstrided() for axis in windows.axes)
    assert dense.output_shape == tuple(len(dense_starts(axis)) for axis in drawn.axes)


@pytest.mark.parametrize(
    ("layer", "size", "count", "dense"),
    [
        (ca.Conv(3, stride=2), 6, 2, 4),  # starts 0, 2 of 0 ... 3
        (ca.Conv(3, stride=2, padding=1), 5, 3, 5),
        (ca.Conv(3, stride=5), 6, 1, 4),  # the stride is longer than all of them
        (ca.Pool(3, stride=2, ceil_mode=True), 6, 3, 5),  # 4 overhangs by one, so there are 0 ... 4
        (ca.Pool(1, stride=2, padding=(((0, 4)),), ceil_mode=True), 1, 2, 5),  # 4 starts in the padding: taken off
        (ca.Conv(1), 4, 4, 4),
    ],
)
def test_that_in_numbers(layer, size, count, dense):
    (axis,) = layer.windows((size,)).axes
    assert (axis.count, axis.unstrided().count) == (count, dense)
