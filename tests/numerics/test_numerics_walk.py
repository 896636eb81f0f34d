"""Every kernel of `convarith.numerics` against a walk over lists, on random layers: whole numbers are equal exactly."""

from __future__ import annotations

import list_walk
import numpy as np
from drawn_arrays import array_of, cells, untimed, works
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import convarith as ca


@untimed
@given(works("conv"))
def test_conv_is_the_sum_over_each_window(work):
    numbers = ca.numerics.conv(work.x, work.w, work.layer)
    assert numbers.dtype == np.int64
    assert_array_equal(numbers, array_of(list_walk.convolved(cells(work.x), cells(work.w), work.axes)), strict=False)
    assert numbers.shape == work.layer.output_shape(work.x.shape)


@untimed
@given(works("transposed"))
def test_conv_transpose_is_stamping(work):
    numbers = ca.numerics.conv_transpose(work.x, work.w, work.layer)
    expected = array_of(list_walk.stamped(cells(work.x), cells(work.w), work.axes))
    assert numbers.shape == expected.shape
    assert_array_equal(numbers, expected)


@untimed
@given(works("transposed"))
def test_conv_transpose_is_its_equivalent_with_the_kernel_rotated(work):
    rotated = work.w[tuple(slice(None, None, -1) for _ in work.axes)]
    assert_array_equal(
        ca.numerics.conv(work.x, rotated, work.layer.equivalent),
        ca.numerics.conv_transpose(work.x, work.w, work.layer),
    )


@untimed
@given(works("pool", "ceil"))
def test_max_pool_is_the_largest_input_of_each_window(work):
    expected = array_of(list_walk.maxima(cells(work.x), work.axes))
    nothing_met = np.equal(expected, None)
    floats = ca.numerics.max_pool(work.x.astype(float), work.layer)
    assert_array_equal(floats, np.where(nothing_met, -np.inf, expected).astype(float))
    if not nothing_met.any():
        numbers = ca.numerics.max_pool(work.x, work.layer)
        assert numbers.dtype == work.x.dtype
        assert_array_equal(numbers, expected)


@untimed
@given(works("pool", "ceil"), st.booleans())
def test_avg_pool_is_the_mean_over_what_counts(work, include_padding):
    """Padding counts as zeros or not at all; what a window overhangs never counts; the mean of nothing is NaN."""
    sums = array_of(list_walk.means(cells(work.x), work.axes, include_padding))
    expected = np.vectorize(lambda pair: pair[0] / pair[1] if pair[1] else np.nan, otypes=[float])(pairs_in(sums))
    assert_array_equal(ca.numerics.avg_pool(work.x, work.layer, count_include_pad=include_padding), expected)


@untimed
@given(works("conv"))
def test_floats_agree_as_closely_as_floats_can(work):
    x, w = work.x / 7, work.w / 3
    expected = array_of(list_walk.convolved(cells(x), cells(w), work.axes)).astype(float)
    assert_allclose(ca.numerics.conv(x, w, work.layer), expected, rtol=1e-12, atol=1e-12)


def pairs_in(array):
    """An array of pairs as numpy.vectorize wants it: of objects, whatever they hold."""
    answer = np.empty(array.shape, dtype=object)
    for index in np.ndindex(array.shape):
        answer[index] = array[index]
    return answer
