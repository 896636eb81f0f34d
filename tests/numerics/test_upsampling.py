"""Upsampling as a transposed convolution: against repetition, against interpolation point by point, against torch."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import floor

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import convarith as ca
from convarith.numerics import bilinear_upsampling, conv_transpose, nearest_upsampling

FACTORS = [1, 2, 3, 4, 5, (2,), (1, 3), (4, 2), (3, 5), (2, 1, 3), (2, 2, 2), (3, 4, 2)]
SIZES = (4, 5, 3)
every_factor = pytest.mark.parametrize("factor", FACTORS, ids=str)
both_kinds = pytest.mark.parametrize("kind", [nearest_upsampling, bilinear_upsampling], ids=["nearest", "bilinear"])


def factors_of(factor, ndim=2):
    return factor if isinstance(factor, tuple) and len(factor) > 1 else tuple(np.ravel(factor).tolist()) * ndim


def upsampled(kind, x, factor, channels=None):
    layer, kernel, groups = kind(factor, ndim=len(factors_of(factor)), channels=channels)
    return conv_transpose(x, kernel, layer, groups=groups)


def example(factor, *leading):
    shape = (*leading, *SIZES[: len(factors_of(factor))])
    return np.random.default_rng(7).integers(-9, 10, shape).astype(float)


def interpolated(row, factor):
    """Each output cell's centre falls between the centres of two input cells, and takes of each by its nearness;
    beyond the border lie zeros."""
    cells = [0, *row, 0]
    answer = []
    for output in range(factor * len(row)):
        centre = (output + Fraction(1, 2)) / factor - Fraction(1, 2)
        left = floor(centre)
        nearness = centre - left
        answer.append((1 - nearness) * cells[left + 1] + (nearness * cells[left + 2] if nearness else 0))
    return answer


def interpolated_on_every_axis(x, factors):
    """x holds Fractions."""
    for axis, factor in enumerate(factors):
        x = np.apply_along_axis(interpolated, axis, x, factor)
    return x


def interior(y, factors):
    """The outputs that lie between input cells: all but the outermost ⌊f/2⌋ on each side."""
    return y[(..., *(slice(f // 2, y.shape[axis - len(factors)] - f // 2) for axis, f in enumerate(factors)))]


class TestNearest:
    @every_factor
    def test_it_repeats_every_cell(self, factor):
        x = example(factor)
        expected = x
        for axis, along in enumerate(factors_of(factor)):
            expected = np.repeat(expected, along, axis)
        assert_array_equal(upsampled(nearest_upsampling, x, factor), expected)

    def test_each_channel_alone(self):
        x = example((3, 2), 2, 3)
        expected = np.repeat(np.repeat(x, 3, -2), 2, -1)
        assert_array_equal(upsampled(nearest_upsampling, x, (3, 2), channels=3), expected)

    def test_layer_kernel_and_groups(self):
        layer, kernel, groups = nearest_upsampling((2, 3), channels=4)
        assert layer == ca.ConvTranspose((2, 3), stride=(2, 3))
        assert_array_equal(kernel, np.ones((4, 1, 2, 3)))
        assert groups == 4


class TestBilinear:
    @every_factor
    def test_it_interpolates_between_cell_centres_and_zeros_beyond(self, factor):
        x = example(factor)
        exact = interpolated_on_every_axis(np.vectorize(Fraction, otypes=[object])(x.astype(int)), factors_of(factor))
        assert_allclose(upsampled(bilinear_upsampling, x, factor), exact.astype(float), rtol=0, atol=1e-12)

    @every_factor
    def test_a_constant_stays_constant_away_from_the_borders(self, factor):
        flat = np.ones_like(example(factor))
        y = upsampled(bilinear_upsampling, flat, factor)
        inside = interior(y, factors_of(factor))
        assert inside.size
        assert_allclose(inside, 1, rtol=0, atol=1e-15)

    @pytest.mark.parametrize("factor", [2, 3, 4, 5, 8])
    def test_exactly_the_outermost_half_factor_of_outputs_fade(self, factor):
        y = upsampled(bilinear_upsampling, np.ones((4, 4)), (factor, 1))[:, 0]
        fading = factor // 2
        for border in (y[:fading], y[::-1][:fading]):
            assert (np.diff([*border, 1]) > 0).all()
            assert (border > 0).all()
        assert_allclose(y[fading : len(y) - fading], 1, rtol=0, atol=1e-15)

    @pytest.mark.parametrize("factor", [1, 3, 5])
    def test_with_an_odd_factor_the_middle_of_each_block_is_its_input(self, factor):
        x = example((factor, factor))
        middle = upsampled(bilinear_upsampling, x, (factor, factor))[factor // 2 :: factor, factor // 2 :: factor]
        assert_array_equal(middle, x)

    def test_each_channel_alone(self):
        x = example((3, 2), 2, 3)
        together = upsampled(bilinear_upsampling, x, (3, 2), channels=3)
        for image, channel in product(range(2), range(3)):
            assert_array_equal(together[image, channel], upsampled(bilinear_upsampling, x[image, channel], (3, 2)))

    @pytest.mark.parametrize(
        ("factor", "size", "padding", "weights"),
        [
            (1, 1, 0, [1]),
            (2, 4, 1, [1 / 4, 3 / 4, 3 / 4, 1 / 4]),
            (3, 5, 1, [1 / 3, 2 / 3, 1, 2 / 3, 1 / 3]),
            (4, 8, 2, [1 / 8, 3 / 8, 5 / 8, 7 / 8, 7 / 8, 5 / 8, 3 / 8, 1 / 8]),
        ],
    )
    def test_layer_and_kernel(self, factor, size, padding, weights):
        layer, kernel, groups = bilinear_upsampling(factor)
        assert layer.output_shape((7, 9)) == (7 * factor, 9 * factor)
        assert layer == ca.ConvTranspose((size, size), stride=(factor, factor), padding=(padding, padding))
        assert_array_equal(kernel, np.outer(weights, weights))
        assert groups == 1


@both_kinds
class TestBoth:
    @every_factor
    def test_the_output_is_as_many_times_larger(self, kind, factor):
        factors = factors_of(factor)
        layer, kernel, _ = kind(factor, ndim=len(factors))
        for shape in (SIZES[: len(factors)], (1,) * len(factors)):
            assert layer.output_shape(shape) == tuple(f * i for f, i in zip(factors, shape, strict=True))
        assert kernel.ndim == len(factors)

    def test_a_factor_of_1_changes_nothing(self, kind):
        x = example((1, 1))
        assert_array_equal(upsampled(kind, x, 1), x)

    def test_one_factor_is_for_as_many_axes_as_said(self, kind):
        assert kind(2).kernel.ndim == 2
        assert kind(2, ndim=3).kernel.ndim == 3
        assert kind([2], ndim=1).kernel.ndim == 1
        assert kind((2, 2, 2)).kernel.ndim == 3
        assert kind(2, ndim=1, channels=3).kernel.shape[:2] == (3, 1)

    def test_the_stamps_overlap_evenly(self, kind):
        for factor in (2, 4):
            assert ca.numerics.overlap(kind(factor).layer, (4, 4)).is_even

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ({"factor": 0}, "factor"),
            ({"factor": (2, -1)}, "factor"),
            ({"factor": 1.5}, "factor"),
            ({"factor": True}, "factor"),
            ({"factor": ()}, "factor is empty"),
            ({"factor": 2, "ndim": 0}, "ndim"),
            ({"factor": 2, "ndim": 2.0}, "ndim"),
            ({"factor": 2, "channels": 0}, "channels"),
            ({"factor": 2, "channels": True}, "channels"),
        ],
    )
    def test_numbers_that_are_refused(self, kind, arguments, words):
        with pytest.raises(ca.ParameterError, match=words):
            kind(**arguments)

    def test_a_factor_for_another_number_of_axes_is_refused(self, kind):
        """As the docstring says."""
        with pytest.raises(ca.ParameterError, match="factor"):
            kind((2, 3), ndim=3)


class TestTorch:
    """PyTorch repeats the border where ours fades, so that the outputs between cells are compared."""

    @every_factor
    def test_linear_interpolation_with_half_pixel_centres(self, factor):
        torch = pytest.importorskip("torch", reason="its interpolation is compared with")
        factors, x = factors_of(factor), example(factor, 2, 3)
        theirs = torch.nn.functional.interpolate(
            torch.from_numpy(x),
            scale_factor=tuple(map(float, factors)),
            mode=("linear", "bilinear", "trilinear")[len(factors) - 1],
            align_corners=False,
        ).numpy()
        ours = upsampled(bilinear_upsampling, x, factor, channels=3)
        assert ours.shape == theirs.shape
        assert_allclose(interior(ours, factors), interior(theirs, factors), rtol=0, atol=1e-12)

    @every_factor
    def test_nearest(self, factor):
        torch = pytest.importorskip("torch", reason="its interpolation is compared with")
        factors, x = factors_of(factor), example(factor, 2, 3)
        theirs = torch.nn.functional.interpolate(torch.from_numpy(x), scale_factor=tuple(map(float, factors))).numpy()
        assert_array_equal(upsampled(nearest_upsampling, x, factor, channels=3), theirs)
