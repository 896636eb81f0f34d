"""Maxima with channels, switches and ties, and means with a divisor, against a walk over the windows."""

from __future__ import annotations

from math import inf, nan

import list_walk
import numpy as np
import pytest
from drawn_arrays import untimed
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from pool_walk import met_by_each, over_windows, pool_works

import convarith as ca

max_pool, avg_pool = ca.numerics.max_pool, ca.numerics.avg_pool
fewer = settings(untimed, max_examples=60)


class TestTheSwitchesOfAMaximum:
    @untimed
    @given(pool_works())
    def test_are_the_first_of_the_largest(self, work):
        layer, axes, x = work
        maxima, indices = max_pool(x.astype(float), layer, return_indices=True)
        assert indices.dtype == np.int64
        met = met_by_each(axes)
        assert maxima.shape == indices.shape == x.shape[:2] + met.shape
        for place in np.ndindex(maxima.shape):
            numbers = x[place[:2]].ravel()
            flat = sorted(at for _, at in met[place[2:]])
            largest = max((numbers[at] for at in flat), default=-inf)
            assert maxima[place] == largest
            assert indices[place] == next((at for at in flat if numbers[at] == largest), -1)

    @fewer
    @given(pool_works())
    def test_do_not_change_the_maxima(self, work):
        layer, _, x = work
        floats = x.astype(float)
        assert_array_equal(max_pool(floats, layer), max_pool(floats, layer, return_indices=True)[0], strict=True)

    @fewer
    @given(pool_works(), st.sampled_from(["bool", "int8", "uint8", "uint64", "float32"]))
    def test_are_the_same_in_every_type(self, work, dtype):
        layer, axes, x = work
        x = (x > 0).astype(dtype)
        if np.dtype(dtype).kind != "f" and not all(met_by_each(axes).flat):
            with pytest.raises(ca.ShapeError, match="a window meets no input"):
                max_pool(x, layer, return_indices=True)
            return
        maxima, indices = max_pool(x, layer, return_indices=True)
        assert maxima.dtype == dtype
        assert_array_equal(indices, max_pool(x.astype(float), layer, return_indices=True)[1])
        assert_array_equal(maxima, max_pool(x, layer), strict=True)

    @fewer
    @given(pool_works())
    def test_need_no_batch_and_no_channels(self, work):
        layer, axes, x = work
        whole = max_pool(x.astype(float), layer, return_indices=True)
        if len(axes) > 1:  # beside a layer that names no axis, (C, i) would be two of space
            for part, of in zip(max_pool(x[0].astype(float), layer, return_indices=True), whole, strict=True):
                assert_array_equal(part, of[0], strict=True)
        for part, of in zip(max_pool(x[0, 0].astype(float), layer, return_indices=True), whole, strict=True):
            assert_array_equal(part, of[0, 0], strict=True)

    def test_are_those_of_the_lowest_numbers_where_there_are_no_others(self):
        layer = ca.Pool(2, padding=1)
        for lowest in (np.full(4, -inf), np.full(4, -128, "int8"), np.zeros(4, "uint8"), np.zeros(4, bool)):
            maxima, indices = max_pool(lowest, layer, return_indices=True)
            assert maxima.tolist() == lowest[:3].tolist()
            assert indices.tolist() == [0, 1, 3]
        grid = max_pool(np.full((3, 3), -inf), ca.Pool(2, stride=2, padding=1), return_indices=True)[1]
        assert grid.tolist() == [[0, 1], [3, 4]]

    def test_are_missing_where_a_window_meets_no_input(self):
        maxima, indices = max_pool([[-inf, 3.0]], ca.Pool(1, stride=1, padding=1), return_indices=True)
        assert maxima.tolist() == [[-inf] * 4, [-inf, -inf, 3, -inf], [-inf] * 4]
        assert indices.tolist() == [[-1] * 4, [-1, 0, 1, -1], [-1] * 4]

    def test_nan_wins_and_the_first_of_several(self):
        x = np.array([[1, nan, inf], [nan, 0, 5]])
        for order in (x, x[::-1], x[:, ::-1], x[::-1, ::-1]):
            maxima, indices = max_pool(order, ca.Pool((2, 3)), return_indices=True)
            assert_array_equal(maxima, [[nan]])
            assert indices.tolist() == [[int(np.flatnonzero(np.isnan(order))[0])]]
            assert_array_equal(max_pool(order, ca.Pool((2, 3))), [[nan]])

    def test_nan_wins_only_where_it_is(self):
        x = [nan, 1, 2, -inf]
        maxima, indices = max_pool(x, ca.Pool(2, stride=1), return_indices=True)
        assert_array_equal(maxima, [nan, 2, 2])
        assert indices.tolist() == [0, 2, 2]


class TestMeans:
    @untimed
    @given(pool_works((-9, 9)), st.integers(-7, 7).filter(bool), st.booleans())
    def test_divided_by_a_number_of_ones_own(self, work, divisor, include_padding):
        layer, axes, x = work
        y = avg_pool(x, layer, divisor_override=divisor, count_include_pad=include_padding)
        assert y.dtype == np.float64
        assert_array_equal(y, over_windows(x, axes, sum) / divisor)

    @fewer
    @given(pool_works((-9, 9)))
    def test_of_input_alone_in_every_channel(self, work):
        layer, axes, x = work
        expected = over_windows(x, axes, lambda met: sum(met) / len(met) if met else nan)
        assert_array_equal(avg_pool(x, layer, count_include_pad=False), expected)

    @fewer
    @given(pool_works((-9, 9)))
    def test_of_padding_too_but_not_of_overhang(self, work):
        layer, axes, x = work
        counted = np.empty(met_by_each(axes).shape)
        for output, met in list_walk.windows(axes).items():
            counted[output] = met.counted or nan
        assert_array_equal(avg_pool(x, layer), over_windows(x, axes, sum) / counted)

    @pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "longdouble", "complex64", "complex128"])
    @pytest.mark.parametrize(
        "keywords", [{}, {"count_include_pad": False}, {"divisor_override": 3}, {"divisor_override": np.int64(3)}]
    )
    def test_of_floats_keep_their_type(self, dtype, keywords):
        assert avg_pool(np.ones(5, dtype), ca.Pool(2, padding=1), **keywords).dtype == dtype

    def test_of_float16_are_summed_in_float32(self):
        assert avg_pool(np.full(4, 60_000, "float16"), ca.Pool(4)).tolist() == [np.float16(60_000)]

    @pytest.mark.parametrize(
        "keywords", [{}, {"count_include_pad": False}, {"divisor_override": 2}, {"divisor_override": -2}]
    )
    @pytest.mark.parametrize(
        "x",
        [
            np.array([2**63 - 1, 2**63 - 1]),
            np.array([2**64 - 1, 2**64 - 1], "uint64"),
            np.array([2**62, 2**62], "uint64"),
        ],
        ids=["int64", "uint64, as Python's integers", "uint64"],
    )
    def test_of_large_whole_numbers_are_as_good_as_floats_can_be(self, x, keywords):
        sign = -1 if keywords.get("divisor_override", 1) < 0 else 1
        assert avg_pool(x, ca.Pool(2), **keywords).tolist() == [sign * float(x[0])]

    def test_of_nothing_is_nan_for_large_whole_numbers_too(self):
        """They are summed as Python's integers, whose division by zero is no NaN of its own accord."""
        for large in (7, 2**52, 2**62, 2**63 - 1):
            y = avg_pool([large, 0], ca.Pool(2, stride=2, padding=2), count_include_pad=False)
            assert_array_equal(y, [nan, large / 2, nan])

    def test_nan_stays_where_a_window_meets_it(self):
        assert_array_equal(avg_pool([1, nan, 2, 4], ca.Pool(2)), [nan, 3])
