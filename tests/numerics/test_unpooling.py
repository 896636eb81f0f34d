"""Unpooling: numbers go back to where their switches say."""

from __future__ import annotations

import numpy as np
import pytest
from drawn_arrays import untimed, works
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

import convarith as ca

max_pool, max_unpool = ca.numerics.max_pool, ca.numerics.max_unpool
fewer = settings(untimed, max_examples=60)


@untimed
@given(works("pool", "ceil"))
def test_the_maxima_stand_where_they_stood_and_zeros_elsewhere(work):
    x = work.x.astype(float)
    maxima, indices = max_pool(x, work.layer, return_indices=True)
    unpooled = max_unpool(maxima, indices, output_shape=x.shape)
    won = np.isin(np.arange(x.size), indices).reshape(x.shape)
    assert_array_equal(unpooled, np.where(won, x, 0), strict=True)


@fewer
@given(works("pool"))
def test_pooling_what_was_unpooled_gives_the_maxima_again(work):
    """Of positive numbers, which win against the zeros."""
    x = work.x + 10.0
    maxima, indices = max_pool(x, work.layer, return_indices=True)
    again = max_pool(max_unpool(maxima, indices, output_shape=x.shape), work.layer, return_indices=True)
    assert_array_equal(again[0], maxima)
    assert_array_equal(again[1], indices)


@pytest.mark.parametrize("shape", [(2, 2), (4, 6), (3, 8, 8), (2, 3, 10, 4)])
def test_three_quarters_of_a_map_pooled_2_by_2_are_zeros(shape):
    x = np.random.default_rng(4).permutation(int(np.prod(shape))).reshape(shape) + 1
    layer = ca.Pool((2, 2))
    maxima, indices = max_pool(x, layer, return_indices=True)
    unpooled = max_unpool(maxima, indices, output_shape=shape[-2:])
    assert unpooled.shape == shape
    assert np.count_nonzero(unpooled == 0) * 4 == 3 * unpooled.size
    assert_array_equal(unpooled[unpooled > 0], x[unpooled > 0])
    assert_array_equal(max_pool(unpooled, layer), maxima)


def test_a_number_that_won_in_overlapping_windows_stands_once():
    x = [0, 9, 0, 1]
    maxima, indices = max_pool(x, ca.Pool(2, stride=1), return_indices=True)
    assert (maxima.tolist(), indices.tolist()) == ([9, 9, 1], [1, 1, 3])
    assert max_unpool(maxima, indices, output_shape=4).tolist() == [0, 9, 0, 1]


def test_a_switch_of_minus_1_puts_nothing():
    assert max_unpool([-np.inf, 4, 5], [-1, 0, -1], output_shape=3).tolist() == [4, 0, 0]
    assert max_unpool([7, 8], [-1, -1], output_shape=2).tolist() == [0, 0]


def test_every_image_and_channel_has_its_own_switches():
    x = np.arange(1, 13).reshape(2, 3, 2)
    switches = np.array([[[0, 1], [1, 0], [2, 3]], [[3, 0], [0, 3], [-1, 2]]])
    expected = np.zeros((2, 3, 4), int)
    for image, channel, at in np.ndindex(x.shape):
        if switches[image, channel, at] >= 0:
            expected[image, channel, switches[image, channel, at]] = x[image, channel, at]
    assert_array_equal(max_unpool(x, switches, output_shape=(4,)), expected, strict=True)
    assert_array_equal(max_unpool(x[0], switches[0], output_shape=(4,)), expected[0])
    assert_array_equal(max_unpool(x[1, 2], switches[1, 2], output_shape=(4,)), expected[1, 2])


@fewer
@given(st.integers(0, 2**32))
def test_two_spatial_axes_and_channels(seed):
    random = np.random.default_rng(seed)
    x = random.integers(1, 9, (2, 3, 6, 4))
    maxima, indices = max_pool(x, ca.Pool((3, 2)), return_indices=True)
    unpooled = max_unpool(maxima, indices, output_shape=(6, 4))
    for image, channel in np.ndindex(2, 3):
        alone = max_unpool(maxima[image, channel], indices[image, channel], output_shape=(6, 4))
        assert_array_equal(unpooled[image, channel], alone)
    assert np.count_nonzero(unpooled) == maxima.size


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "float16", "float32", "complex64", "longdouble"])
def test_the_type_stays(dtype):
    unpooled = max_unpool(np.ones(1, dtype), [1], output_shape=2)
    assert unpooled.dtype == dtype
    assert_array_equal(unpooled, [0, 1])


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "uint64", ">i4"])
def test_switches_of_any_whole_numbers(dtype):
    assert max_unpool([5, 4], np.array([1, 3], dtype), output_shape=4).tolist() == [0, 5, 0, 4]


def test_a_larger_output_shape_will_do():
    """As when the floor of the pooling's size dropped a row."""
    assert max_unpool([[5]], [[4]], output_shape=(2, 4)).tolist() == [[0, 0, 0, 0], [5, 0, 0, 0]]


def test_what_is_given_is_not_changed():
    x, indices = np.array([5, 4]), np.array([1, -1])
    max_unpool(x, indices, output_shape=4)
    assert x.tolist() == [5, 4]
    assert indices.tolist() == [1, -1]


class TestRefusals:
    @pytest.mark.parametrize(
        ("switch", "shape", "last"), [(4, (4,), 3), (-2, (4,), 3), (6, (2, 3), 5), (2**62, (1,), 0)]
    )
    def test_a_switch_outside(self, switch, shape, last):
        x, indices = np.ones((1,) * len(shape)), np.full((1,) * len(shape), switch)
        with pytest.raises(ca.ShapeError) as refusal:
            max_unpool(x, indices, output_shape=shape)
        assert str(refusal.value) == (
            f"a switch points to {switch}, outside an output of shape {shape}, whose indices are 0 to {last}; "
            "give the shape of the pooling's input"
        )
        assert (refusal.value.index, refusal.value.output_shape) == (switch, shape)
        max_unpool(x, np.full_like(indices, last), output_shape=shape)
        max_unpool(x, np.full_like(indices, -1), output_shape=shape)

    def test_shapes_that_differ(self):
        with pytest.raises(ca.ShapeError) as refusal:
            max_unpool([5, 4], [[1, 3]], output_shape=4)
        assert str(refusal.value) == "x has the shape (2,) and indices (1, 2); give one index for each number"
        assert (refusal.value.shape, refusal.value.indices_shape) == ((2,), (1, 2))

    @pytest.mark.parametrize(
        ("indices", "dtype"), [([1.0, 3.0], "float64"), ([True, False], "bool"), ([1j, 2], "complex128")]
    )
    def test_switches_that_are_no_whole_numbers(self, indices, dtype):
        with pytest.raises(ca.ParameterError) as refusal:
            max_unpool([5, 4], indices, output_shape=4)
        assert str(refusal.value) == f"indices have the dtype {dtype}; give the whole numbers that max_pool returns"

    @pytest.mark.parametrize(("x", "indices", "name"), [(["a"], [0], "x"), ([1], ["a"], "indices")])
    def test_what_holds_no_numbers(self, x, indices, name):
        with pytest.raises(ca.ParameterError) as refusal:
            max_unpool(x, indices, output_shape=4)
        assert str(refusal.value) == f"{name} has the dtype <U1; give an array of numbers"
        assert refusal.value.name == name

    @pytest.mark.parametrize("shape", [(), (2, 2, 2, 2)])
    def test_an_output_shape_of_another_rank(self, shape):
        x = np.ones(shape)
        with pytest.raises(ca.ShapeError) as refusal:
            max_unpool(x, x.astype(int), output_shape=4)
        assert str(refusal.value) == (
            f"x has the shape {shape} and output_shape is (4,); give one size for each spatial axis of x"
        )
        assert (refusal.value.shape, refusal.value.output_shape) == (shape, (4,))

    @pytest.mark.parametrize("given", [0, (2, 0), -1])
    def test_an_output_shape_below_1(self, given):
        with pytest.raises(ca.ParameterError, match=r"output size .* is below 1"):
            max_unpool([[1]], [[0]], output_shape=given)

    @pytest.mark.parametrize("shape", [(0, 3, 2, 2), (1, 0, 2, 2)])
    def test_an_empty_batch_and_empty_channels(self, shape):
        """As the poolings refuse them."""
        with pytest.raises(ca.ParameterError, match="give at least 1"):
            max_unpool(np.ones(shape), np.zeros(shape, int), output_shape=(4, 4))
