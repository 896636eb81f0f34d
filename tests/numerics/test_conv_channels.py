"""Convolutions with batch, channels, groups and bias against the walk over lists; which axes are which."""

from __future__ import annotations

import numpy as np
import pytest
from channel_walk import channel_works, walked
from drawn_arrays import untimed
from hypothesis import given, settings
from hypothesis import strategies as st
from list_walk import AxisNumbers
from numpy.testing import assert_array_equal

import convarith as ca
from convarith.numerics import contraction

conv, conv_transpose = ca.numerics.conv, ca.numerics.conv_transpose
fewer = settings(untimed, max_examples=60)


class TestEveryImageAndChannel:
    @untimed
    @given(channel_works("conv", "transposed"))
    def test_is_the_sum_over_its_groups_inputs(self, work):
        numbers = work.computed()
        assert numbers.dtype == np.int64
        assert numbers.shape == (len(work.x), work.rows, *work.layer.output_shape(work.x.shape[2:]))
        assert_array_equal(numbers, work.walked())

    @fewer
    @given(channel_works("conv", "transposed"), st.integers(0, 2**32))
    def test_has_its_own_bias(self, work, seed):
        bias = np.random.default_rng(seed).integers(-99, 100, work.rows)
        numbers = work.computed(bias=bias)
        for channel, number in enumerate(bias):
            assert_array_equal(numbers[:, channel], work.computed()[:, channel] + number)

    @fewer
    @given(channel_works("conv"))
    def test_meets_the_rotated_kernel_when_flipped(self, work):
        w = work.w.copy()
        for index in np.ndindex(work.w.shape[2:]):
            opposite = tuple(size - 1 - at for at, size in zip(index, work.w.shape[2:], strict=True))
            w[(..., *index)] = work.w[(..., *opposite)]
        assert_array_equal(work.computed(flip=True), work._replace(w=w).walked())

    @fewer
    @given(channel_works("conv", "transposed"))
    def test_is_computed_alike_alone_and_among_others(self, work):
        for image in range(len(work.x)):
            alone = work._replace(x=work.x[image : image + 1]).computed()
            assert_array_equal(work.computed()[image : image + 1], alone)

    @fewer
    @given(channel_works("conv", "transposed"), st.integers(-5, 5), st.integers(-5, 5))
    def test_is_linear_in_x_and_in_w(self, work, a, b):
        other_x, other_w = work.x[..., ::-1] + 1, work.w[..., ::-1] - 2
        mixed = work._replace(x=a * work.x + b * other_x).computed()
        assert_array_equal(mixed, a * work.computed() + b * work._replace(x=other_x).computed())
        mixed = work._replace(w=a * work.w + b * other_w).computed()
        assert_array_equal(mixed, a * work.computed() + b * work._replace(w=other_w).computed())


class TestLeadingAxesAreKept:
    @fewer
    @given(channel_works("conv", "transposed"))
    def test_an_image_without_batch(self, work):
        y = work._replace(x=work.x[0]).computed()
        assert_array_equal(y, work.computed()[0], strict=True)

    @fewer
    @given(channel_works("conv", "transposed"))
    def test_space_alone(self, work):
        alone = work._replace(x=work.x[:1, :1], w=work.w[:1, :1], groups=1)
        y = alone._replace(x=work.x[0, 0], w=work.w[0, 0]).computed(bias=7)
        assert_array_equal(y, alone.computed(bias=[7])[0, 0], strict=True)
        assert_array_equal(y, alone._replace(x=work.x[0, 0], w=work.w[0, 0]).computed(bias=[7]), strict=True)


def test_a_depthwise_convolution_keeps_its_channels_apart():
    x, w = np.arange(24).reshape(1, 4, 6), np.arange(12).reshape(4, 1, 3)
    y = conv(x, w, ca.Conv(3), groups=4)
    for channel in range(4):
        assert_array_equal(y[0, channel], conv(x[0, channel], w[channel, 0], ca.Conv(3)))


def test_a_depth_multiplier_gives_each_channel_several_outputs_in_a_row():
    x, w = [[[1, 2], [10, 20]]], np.array([1, 2, 3, 4]).reshape(4, 1, 1)
    assert conv(x, w, ca.Conv(1), groups=2).tolist() == [[[1, 2], [2, 4], [30, 60], [40, 80]]]


def test_the_guides_two_input_maps_make_three_output_maps():
    """Figure 1.3 of the guide: six kernels, each output map the sum of what two of them give."""
    random = np.random.default_rng(13)
    x, w = random.integers(0, 9, (2, 5, 5)), random.integers(0, 9, (3, 2, 3, 3))
    y = conv(x, w, ca.Conv(3))
    assert y.shape == (3, 3, 3)
    for out in range(3):
        assert_array_equal(y[out], conv(x[0], w[out, 0], ca.Conv(3)) + conv(x[1], w[out, 1], ca.Conv(3)))


class TestWhichAxesAreSpatial:
    """The rule of `arrays.spatial_axes`; every size differs, so that no axis can be mistaken for another."""

    @pytest.mark.parametrize(
        ("layer", "x", "w", "y"),
        [
            (ca.Conv(2), (7,), (2,), (6,)),
            (ca.Conv(2), (7, 9), (2, 2), (6, 8)),
            (ca.Conv(2), (3, 9), (5, 3, 2), (5, 8)),
            (ca.Conv(2), (7, 3, 9), (5, 3, 2), (7, 5, 8)),
            (ca.Conv(2), (3, 9, 11), (5, 3, 2, 2), (5, 8, 10)),
            (ca.Conv(2), (7, 3, 9, 11), (5, 3, 2, 2), (7, 5, 8, 10)),
            (ca.Conv(2), (3, 4, 5, 6), (7, 3, 2, 2, 2), (7, 3, 4, 5)),
            (ca.Conv(2), (2, 3, 4, 5, 6), (7, 3, 2, 2, 2), (2, 7, 3, 4, 5)),
            (ca.Conv((2, 2)), (7, 9), (2, 2), (6, 8)),
            (ca.Conv((2, 2)), (3, 7, 9), (5, 3, 2, 2), (5, 6, 8)),
            (ca.Conv((2, 2, 2)), (5, 7, 9), (2, 2, 2), (4, 6, 8)),
            (ca.Conv(2, stride=(1, 2, 1)), (5, 7, 9), (2, 2, 2), (4, 3, 8)),
            (ca.Conv(2, padding=(0, 0, 1)), (5, 7, 9), (2, 2, 2), (4, 6, 10)),
            (ca.Conv(2, dilation=(1, 2, 1)), (5, 7, 9), (2, 2, 2), (4, 5, 8)),
            (ca.Conv(2, input_dilation=(1, 2, 1)), (5, 7, 9), (2, 2, 2), (4, 12, 8)),
            (ca.Conv((2,)), (7, 9), (2, 2), (6, 8)),
            (ca.ConvTranspose(2), (7, 9), (2, 2), (8, 10)),
            (ca.ConvTranspose(2), (3, 9), (3, 5, 2), (5, 10)),
            (ca.ConvTranspose(2), (7, 3, 9), (3, 5, 2), (7, 5, 10)),
            (ca.ConvTranspose(2, stride=2, output_padding=(0, 1, 0)), (5, 7, 9), (2, 2, 2), (10, 15, 18)),
        ],
        ids=str,
    )
    def test_of_a_convolution(self, layer, x, w, y):
        kernel = conv_transpose if isinstance(layer, ca.ConvTranspose) else conv
        assert kernel(np.zeros(x), np.zeros(w), layer).shape == y

    @pytest.mark.parametrize(
        ("layer", "x", "y"),
        [
            (ca.Pool(2), (7,), (3,)),
            (ca.Pool(2), (6, 8), (3, 4)),
            (ca.Pool(2), (3, 5, 8), (3, 5, 4)),
            (ca.Pool(2), (3, 5, 8, 10), (3, 5, 4, 5)),
            (ca.Pool(2), (3, 5, 8, 10, 12), (3, 5, 4, 5, 6)),
            (ca.Pool((2, 2)), (5, 8, 10), (5, 4, 5)),
            (ca.Pool(2, ceil_mode=True, stride=(2, 2, 2)), (8, 10, 12), (4, 5, 6)),
        ],
        ids=str,
    )
    def test_of_a_pooling(self, layer, x, y):
        numbers = np.arange(np.prod(x), dtype=float).reshape(x)
        assert ca.numerics.max_pool(numbers, layer).shape == y
        assert ca.numerics.avg_pool(numbers, layer).shape == y
        assert ca.numerics.lp_pool(numbers, layer, norm_type=1).shape == y
        assert ca.numerics.pool(numbers, layer, np.median).shape == y

    def test_of_a_weight_gradient(self):
        layer = ca.Conv(2)
        assert ca.numerics.conv_weight_gradient(np.ones((6, 8)), np.ones((7, 9)), layer).shape == (2, 2)
        assert ca.numerics.conv_weight_gradient(np.ones((2, 5, 8)), np.ones((2, 3, 9)), layer).shape == (5, 3, 2)


class TestInBlocks:
    """The numbers do not depend on how many columns are gathered, or stamped, at once."""

    @pytest.mark.parametrize("block_bytes", [1, 64, 1000])
    @fewer
    @given(channel_works("conv", "transposed"))
    def test_a_small_block_changes_nothing(self, block_bytes, work):
        whole = work.computed()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(contraction, "BLOCK_BYTES", block_bytes)
            assert_array_equal(work.computed(), whole, strict=True)

    @pytest.mark.parametrize("block_bytes", [1, 8, 64, 300, 1000, 5000, 2**23])
    @pytest.mark.parametrize("way", ["_gather", "_scatter"])
    def test_gathered_and_scattered(self, way, block_bytes, monkeypatch):
        """Three images of several blocks each, or of which several go into one block."""
        random = np.random.default_rng(5)
        axes = (AxisNumbers(6, 3, 2, 1, 1, 1, 1), AxisNumbers(7, 2, 3, 2, 1, 0, 1))
        parameters = {"kernel_size": (3, 2), "stride": (2, 3), "dilation": (1, 2), "padding": ((1, 1), (0, 1))}
        layer = ca.Conv(**parameters) if way == "_gather" else ca.ConvTranspose(**parameters)
        x, w = random.integers(-9, 10, (3, 4, 6, 7)), random.integers(-9, 10, (4, 2, 3, 2))
        expected = walked(x, w, axes, 2, transposed=way == "_scatter")
        taken = []
        real = getattr(contraction, way)
        monkeypatch.setattr(contraction, way, lambda *arguments: (taken.append(way), real(*arguments))[1])
        monkeypatch.setattr(contraction, "BLOCK_BYTES", block_bytes)
        kernel = conv if way == "_gather" else conv_transpose
        assert_array_equal(kernel(x, w, layer, groups=2), expected)
        assert taken == [way]

    @pytest.mark.parametrize("block_bytes", [1, 64, 1000])
    def test_pointwise_convolutions_weight_gradients_and_poolings(self, block_bytes, monkeypatch):
        random = np.random.default_rng(6)
        x, pointwise = random.integers(-9, 10, (3, 4, 5, 6)), random.integers(-9, 10, (6, 2, 1, 1))
        layer, pool = ca.Conv(3, padding=1, stride=2), ca.Pool(3, stride=2, padding=1)
        gradient = random.integers(-9, 10, (3, 6, *layer.output_shape((5, 6))))

        def answers():
            return (
                conv(x, pointwise, ca.Conv(1), groups=2),
                ca.numerics.conv_weight_gradient(gradient, x, layer, groups=2),
                ca.numerics.conv_weight_gradient(x, x, ca.Conv(1), groups=2),
                ca.numerics.pool(x, pool, np.median),
            )

        whole = answers()
        monkeypatch.setattr(contraction, "BLOCK_BYTES", block_bytes)
        for once, in_blocks in zip(whole, answers(), strict=True):
            assert_array_equal(in_blocks, once, strict=True)

    @pytest.mark.parametrize("padding", [(0, 1), (1, 0), (0, -1), (-1, 0), (1, -1), (-1, 1)])
    def test_a_pointwise_convolution_of_padded_rows(self, padding):
        """Its rows are longer or shorter than those of x, or shifted, so that x itself does not hold the columns."""
        x, w = np.arange(1, 25).reshape(1, 2, 3, 4), np.array([[2, -1], [1, 3]]).reshape(2, 2, 1, 1)
        axes = (AxisNumbers(3, 1), AxisNumbers(4, 1, before=padding[0], after=padding[1]))
        layer = ca.Conv((1, 1), padding=((0, 0), padding))
        assert_array_equal(conv(x, w, layer), walked(x, w, axes))

    @pytest.mark.parametrize("per_cell", [1, 7, 40, 10_000])
    @pytest.mark.parametrize("shape", [(1,), (9,), (4, 5), (3, 4, 5), (2, 1, 3, 2)])
    def test_blocks_cover_everything_once_in_order(self, shape, per_cell, monkeypatch):
        """And no block is larger than it should be, unless it is a single cell."""
        monkeypatch.setattr(contraction, "BLOCK_BYTES", 140)
        seen = []
        everything = np.arange(4 * np.prod(shape)).reshape(4, *shape)
        for some, ranges in contraction.blocks(4, shape, per_cell):
            block = everything[some][(slice(None), *(slice(along.start, along.stop) for along in ranges))]
            assert block.size == 1 or block.size * per_cell <= 140
            seen += block.ravel().tolist()
        assert seen == everything.ravel().tolist()
