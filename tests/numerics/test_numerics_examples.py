"""Worked numbers: the guide's, a series, poolings counted by hand, and the types of numbers."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import convarith as ca

GUIDE_INPUT = [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]
GUIDE_KERNEL = [[0, 1, 2], [2, 2, 0], [0, 1, 2]]


class TestTheGuidesWorkedFigures:
    def test_the_convolution_of_figure_1_1(self):
        output = ca.numerics.conv(GUIDE_INPUT, GUIDE_KERNEL, ca.Conv(3))
        assert output.tolist() == [[12, 12, 17], [10, 17, 19], [9, 6, 14]]

    def test_the_strided_and_padded_convolution_of_figure_1_2(self):
        output = ca.numerics.conv(GUIDE_INPUT, GUIDE_KERNEL, ca.Conv(3, stride=2, padding=1))
        assert output.tolist() == [[6, 17, 3], [8, 17, 13], [6, 4, 4]]

    def test_stride_2_is_stride_1_with_outputs_dropped(self):
        every = ca.numerics.conv(GUIDE_INPUT, GUIDE_KERNEL, ca.Conv(3, padding=1))
        assert_array_equal(
            ca.numerics.conv(GUIDE_INPUT, GUIDE_KERNEL, ca.Conv(3, stride=2, padding=1)), every[::2, ::2]
        )

    def test_the_average_pooling_of_figure_1_5(self):
        """Each sum was added up by hand; the figure shows them divided by 9 with one decimal."""
        output = ca.numerics.avg_pool(GUIDE_INPUT, ca.Pool(3, stride=1))
        assert (output * 9).round(9).tolist() == [[15, 15, 15], [9, 11, 16], [10, 7, 12]]
        assert output.round(1).tolist() == [[1.7, 1.7, 1.7], [1.0, 1.2, 1.8], [1.1, 0.8, 1.3]]

    def test_the_maximum_pooling_of_figure_1_6(self):
        output = ca.numerics.max_pool(GUIDE_INPUT, ca.Pool(3, stride=1))
        assert output.tolist() == [[3, 3, 3], [3, 3, 3], [3, 2, 3]]


@pytest.mark.parametrize(
    ("padding", "expected"),
    [
        (0, [5, 5, 10]),
        (1, [1, 5, 5, 10, 4]),
        (2, [2, 1, 5, 5, 10, 4, 7]),
        (((0, 1),), [5, 5, 10, 4]),
        (((-1, 0),), [5, 10]),
        (((0, -1),), [5, 5]),
        ("same", [1, 5, 5, 10, 4]),
        ("causal", [2, 1, 5, 5, 10]),
    ],
)
def test_the_series_2_1_3_4_7_with_the_filter_1_0_1(padding, expected):
    assert ca.numerics.conv([2, 1, 3, 4, 7], [1, 0, 1], ca.Conv(3, padding=padding)).tolist() == expected


def test_a_kernel_is_not_rotated_in_a_convolution_and_stamped_as_it_is_in_a_transposed_one():
    assert ca.numerics.conv([0, 0, 1, 0, 0], [1, 2, 3], ca.Conv(3)).tolist() == [3, 2, 1]
    assert ca.numerics.conv_transpose([0, 1, 0], [1, 2, 3], ca.ConvTranspose(3)).tolist() == [0, 1, 2, 3, 0]


def test_output_padding_is_at_the_end():
    assert ca.numerics.conv_transpose([1], [1], ca.ConvTranspose(1, stride=3, output_padding=2)).tolist() == [1, 0, 0]
    up = ca.ConvTranspose(3, stride=2, padding=1, output_padding=1)
    assert ca.numerics.conv_transpose([1, 2], [1, 10, 100], up).tolist() == [10, 102, 20, 200]


class TestWhatAMeanCounts:
    """PyTorch's rule, with [1, 2, 3, 4], kernel 3, stride 2, padding 1 and ceil_mode: the windows are [0, 1, 2],
    [2, 3, 4] and [4, 0, beyond]."""

    layer = ca.Pool(3, stride=2, padding=1, ceil_mode=True)

    def test_padding_counts_and_overhang_does_not(self):
        assert ca.numerics.avg_pool([1, 2, 3, 4], self.layer).tolist() == [3 / 3, 9 / 3, 4 / 2]

    def test_nothing_but_input_counts(self):
        means = ca.numerics.avg_pool([1, 2, 3, 4], self.layer, count_include_pad=False)
        assert means.tolist() == [3 / 2, 9 / 3, 4 / 1]

    def test_on_two_axes_the_counts_multiply(self):
        """The corner window has 2·2 counted cells, and 1 that is input."""
        x = [[1, 2, 3, 4]] * 4
        assert ca.numerics.avg_pool(x, self.layer)[2].tolist() == [(1 + 2) / 6, (2 + 3 + 4) / 6, 4 / 4]
        assert ca.numerics.avg_pool(x, self.layer, count_include_pad=False)[2, 2] == 4


class TestWindowsWithoutInput:
    layer = ca.Pool(1, stride=1, padding=1)

    def test_the_maximum_is_minus_infinity_in_floats(self):
        assert ca.numerics.max_pool([7.0], self.layer).tolist() == [-np.inf, 7, -np.inf]

    @pytest.mark.parametrize("dtype", ["int64", "uint8", "bool"])
    def test_whole_numbers_are_refused(self, dtype):
        with pytest.raises(ca.ShapeError) as refusal:
            ca.numerics.max_pool(np.ones(1, dtype), self.layer)
        assert str(refusal.value) == (
            "a window meets no input, and integers have no -inf for its maximum; give x as floats"
        )

    def test_the_advice_works(self):
        assert ca.numerics.max_pool(np.ones(1).astype(float), self.layer).shape == (3,)

    def test_padding_that_counts_has_the_mean_zero_and_nothing_has_none(self):
        assert ca.numerics.avg_pool([7.0], self.layer).tolist() == [0, 7, 0]
        assert_array_equal(ca.numerics.avg_pool([7], self.layer, count_include_pad=False), [np.nan, 7, np.nan])

    def test_a_window_over_cropped_cells_only_has_no_mean_either_way(self):
        """Four inputs, two cropped at the end: the window at 3 starts within the input and meets none of it."""
        layer = ca.Pool(1, stride=3, padding=((0, -2),), ceil_mode=True)
        for include_padding in (True, False):
            means = ca.numerics.avg_pool([5, 6, 7, 8], layer, count_include_pad=include_padding)
            assert_array_equal(means, [5, np.nan])
        assert ca.numerics.max_pool([5.0, 6, 7, 8], layer).tolist() == [5, -np.inf]


class TestTypesOfNumbers:
    @pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32"])
    def test_small_integers_do_not_overflow(self, dtype):
        x, w = np.full(3, 100, dtype), np.full(3, 100, dtype)
        assert ca.numerics.conv(x, w, ca.Conv(3)).tolist() == [30_000]
        assert ca.numerics.conv_transpose(x, w, ca.ConvTranspose(3)).tolist() == [
            10_000,
            20_000,
            30_000,
            20_000,
            10_000,
        ]
        assert ca.numerics.avg_pool(x, ca.Pool(3)).tolist() == [100]
        assert ca.numerics.max_pool(x, ca.Pool(3)).dtype == dtype

    def test_whole_numbers_beyond_2_to_the_53_stay_exact(self):
        assert ca.numerics.conv([2**53 + 1, 1], [1, 1], ca.Conv(2)).tolist() == [2**53 + 2]

    def test_the_lowest_number_of_a_type_can_win(self):
        lowest = np.array([-128, -128], np.int8)
        assert ca.numerics.max_pool(lowest, ca.Pool(2, padding=1)).tolist() == [-128, -128]

    def test_negative_numbers_win_against_padding(self):
        assert ca.numerics.max_pool([-5, -7], ca.Pool(2, padding=1)).tolist() == [-5, -7]

    @pytest.mark.parametrize("dtype", ["float32", "float64", "complex128"])
    def test_inexact_types_stay(self, dtype):
        assert ca.numerics.conv(np.ones(3, dtype), np.ones(2, dtype), ca.Conv(2)).dtype == dtype

    def test_nan_stays_nan_where_a_window_meets_it(self):
        x = [1.0, np.nan, 2.0, 3.0]
        assert_array_equal(ca.numerics.conv(x, [1, 1], ca.Conv(2)), [np.nan, np.nan, 5])
        assert_array_equal(ca.numerics.max_pool(x, ca.Pool(2)), [np.nan, 3])

    def test_what_is_given_is_not_changed(self):
        x, w = np.arange(4.0), np.arange(2.0)
        ca.numerics.conv(x, w, ca.Conv(2, padding=1))
        ca.numerics.conv_transpose(x, w, ca.ConvTranspose(2))
        assert x.tolist() == [0, 1, 2, 3]
        assert w.tolist() == [0, 1]
