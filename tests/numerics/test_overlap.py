"""How many stamps reach each output, and whether what is said of it holds."""

from __future__ import annotations

import re
from math import prod

import list_walk
import numpy as np
import pytest
from drawn_arrays import array_of, cells, untimed, works
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

import convarith as ca
from convarith.numerics import overlap

numbers = st.integers


def stamped_on_a_line(kernel, stride, dilation):
    """How many stamps reach the outputs of a line, without its borders; more than two periods are left."""
    border, reached = dilation * kernel, {}
    count = 2 * border + 3
    for index in range(count):
        for place in list_walk.places_of(list_walk.AxisNumbers(1, kernel, dilation=dilation), stride * index):
            reached[place] = reached.get(place, 0) + 1
    return [reached.get(place, 0) for place in range(border, count * stride - border)]


def is_even_on_a_line(kernel, stride, dilation=1):
    return len(set(stamped_on_a_line(kernel, stride, dilation))) == 1


class TestCounts:
    @untimed
    @given(works("transposed"))
    def test_they_are_a_transposed_convolution_of_ones(self, work):
        x, w = np.ones_like(work.x), np.ones_like(work.w)
        counts = overlap(work.layer, work.x.shape).counts
        assert counts.dtype == np.int64
        assert_array_equal(counts, ca.numerics.conv_transpose(x, w, work.layer))
        assert_array_equal(counts, array_of(list_walk.stamped(cells(x), cells(w), work.axes)))

    def test_a_stride_beyond_the_kernel_leaves_holes(self):
        assert overlap(ca.ConvTranspose(1, stride=3), 3).counts.tolist() == [1, 0, 0, 1, 0, 0, 1]


class TestPattern:
    @untimed
    @given(numbers(1, 9), numbers(1, 6), numbers(1, 6))
    def test_the_period_is_what_repeats_away_from_the_borders(self, kernel, stride, dilation):
        layer = ca.ConvTranspose(kernel, stride=stride, dilation=dilation)
        (axis,) = overlap(layer, (3,)).axes
        assert (axis.kernel, axis.stride, axis.dilation) == (kernel, stride, dilation)
        assert len(axis.period) == stride
        line = stamped_on_a_line(kernel, stride, dilation)
        shift = dilation * kernel % stride
        assert line == [axis.period[(shift + place) % stride] for place in range(len(line))]

    @untimed
    @given(numbers(1, 12), numbers(1, 6), numbers(1, 6))
    def test_it_is_even_where_the_stride_divides_the_kernel_and_shares_nothing_with_the_dilation(
        self, kernel, stride, dilation
    ):
        told = overlap(ca.ConvTranspose(kernel, stride=stride, dilation=dilation), (2,))
        shared = any(stride % number == dilation % number == 0 for number in range(2, stride + 1))
        assert told.is_even == is_even_on_a_line(kernel, stride, dilation) == (kernel % stride == 0 and not shared)

    def test_several_axes_are_even_if_each_is(self):
        for kernel, even in (((2, 4), True), ((3, 4), False), ((2, 3), False)):
            told = overlap(ca.ConvTranspose(kernel, stride=2), (4, 4))
            assert told.is_even == even
            assert [axis.is_even for axis in told.axes] == [size % 2 == 0 for size in kernel]


class TestSentences:
    @pytest.mark.parametrize(
        ("parameters", "shape", "sentence"),
        [
            (
                {"kernel_size": 2, "stride": 2},
                (4,),
                "Away from the borders every output is reached by 1 stamp: the overlap is even.",
            ),
            (
                {"kernel_size": (4, 3), "stride": (2, 1)},
                (4, 4),
                "Away from the borders every output is reached by 6 stamps: the overlap is even.",
            ),
            (
                {"kernel_size": 5, "stride": 3},
                (4,),
                "Away from the borders an output is reached by 1 to 2 stamps: a checkerboard. "
                "The stride 3 does not divide the kernel 5; a kernel of 3 or 6 overlaps evenly.",
            ),
            (
                {"kernel_size": 1, "stride": 3},
                (4,),
                "Away from the borders an output is reached by 0 to 1 stamp: a checkerboard. "
                "The stride 3 does not divide the kernel 1; a kernel of 3 overlaps evenly.",
            ),
            (
                {"kernel_size": 3, "stride": 2},
                (4, 4),
                "Away from the borders an output is reached by 1 to 4 stamps: a checkerboard. "
                "The stride 2 does not divide the kernel 3; a kernel of 2 or 4 overlaps evenly.",
            ),
            (
                {"kernel_size": (3, 4), "stride": (2, 3)},
                (4, 4),
                "Away from the borders an output is reached by 1 to 4 stamps: a checkerboard. "
                "axis 0 (height): The stride 2 does not divide the kernel 3; a kernel of 2 or 4 overlaps evenly; "
                "axis 1 (width): The stride 3 does not divide the kernel 4; a kernel of 3 or 6 overlaps evenly.",
            ),
            (
                {"kernel_size": (4, 3), "stride": 2},
                (4, 4),
                "Away from the borders an output is reached by 2 to 4 stamps: a checkerboard. "
                "The stride 2 does not divide the kernel 3; a kernel of 2 or 4 overlaps evenly.",
            ),
            (
                {"kernel_size": 4, "stride": 4, "dilation": 6},
                (9,),
                "Away from the borders an output is reached by 0 to 2 stamps: a checkerboard. "
                "The stride 4 and the dilation 6 have the divisor 2 in common, so that no kernel overlaps evenly; "
                "with a dilation without one, one can.",
            ),
        ],
    )
    def test_what_is_said(self, parameters, shape, sentence):
        assert str(overlap(ca.ConvTranspose(**parameters), shape)) == sentence

    def test_the_middle_of_a_large_output_is_as_said(self):
        counts = overlap(ca.ConvTranspose((3, 5), stride=(2, 3)), (20, 20)).counts[10:-10, 10:-10]
        assert (counts.min(), counts.max()) == (1, 4)
        assert " 1 to 4 stamps" in str(overlap(ca.ConvTranspose((3, 5), stride=(2, 3)), (20, 20)))

    def test_repr(self):
        assert repr(overlap(ca.ConvTranspose(3, stride=2), (2, 3))) == "<Overlap 5x7: 1 to 4>"


class TestAdvice:
    @pytest.mark.parametrize("stride", range(2, 7))
    @pytest.mark.parametrize("dilation", [1, 2, 3, 5])
    def test_advised_kernels_are_even_and_those_between_are_not(self, stride, dilation):
        for kernel in range(1, 15):
            told = overlap(ca.ConvTranspose(kernel, stride=stride, dilation=dilation), (2,))
            advice = re.search(r"a kernel of (\d+)(?: or (\d+))? overlaps evenly", str(told))
            if not advice:
                continue
            advised = [int(number) for number in advice.groups() if number]
            assert all(is_even_on_a_line(size, stride, dilation) for size in advised)
            between = set(range(advised[0] if advised[1:] else 1, advised[-1])) - set(advised)
            assert kernel in between
            assert not any(is_even_on_a_line(size, stride, dilation) for size in between)

    @pytest.mark.parametrize(("stride", "dilation"), [(2, 2), (2, 4), (4, 2), (6, 4), (3, 6)])
    def test_with_a_common_divisor_no_kernel_is_even_and_another_dilation_can_be(self, stride, dilation):
        for kernel in range(1, 4 * stride):
            told = overlap(ca.ConvTranspose(kernel, stride=stride, dilation=dilation), (2,))
            assert not told.is_even
            assert "no kernel overlaps evenly" in str(told)
            assert not is_even_on_a_line(kernel, stride, dilation)
        assert is_even_on_a_line(2 * stride, stride, stride + 1)


class TestRefusals:
    @pytest.mark.parametrize(("layer", "kind"), [(ca.Conv(2), "a convolution"), (ca.Pool(2), "a pooling")])
    def test_a_layer_of_another_kind(self, layer, kind):
        with pytest.raises(ca.ParameterError) as refusal:
            overlap(layer, (4,))
        assert str(refusal.value) == f"overlap takes a layer of the kind transposed convolution; got {layer!r}, {kind}"

    def test_a_layer_that_does_not_fit(self):
        with pytest.raises(ca.ShapeError, match="leaves an output of -1, below 1"):
            overlap(ca.ConvTranspose(1, padding=1), (1,))


@untimed
@given(works("transposed"))
def test_the_least_and_most_that_are_said_are_those_of_a_longer_input(work):
    """Along each axis, an input so long that every place of the period comes up away from the borders."""
    told = overlap(work.layer, work.x.shape)
    lines = [stamped_on_a_line(axis.kernel, axis.stride, axis.dilation) for axis in work.axes]
    least, most = prod(map(min, lines)), prod(map(max, lines))
    words = f"by {least} to {most} stamp" if least != most else f"by {most} stamp"
    assert words in str(told)
