"""The gradients of a convolution: adjoint to it, exactly; the slopes of a loss; the transposed convolution itself."""

from __future__ import annotations

import numpy as np
import pytest
from channel_walk import channel_works, walked
from drawn_arrays import untimed
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import convarith as ca

conv, conv_transpose = ca.numerics.conv, ca.numerics.conv_transpose
input_gradient, weight_gradient = ca.numerics.conv_input_gradient, ca.numerics.conv_weight_gradient
fewer = settings(untimed, max_examples=60)


def inner(a, b):
    """<a, b> in Python's own integers."""
    return sum(one * other for one, other in zip(a.ravel().tolist(), b.ravel().tolist(), strict=True))


def gradient_for(work, seed):
    shape = (len(work.x), work.rows, *work.layer.output_shape(work.x.shape[2:]))
    return np.random.default_rng(seed).integers(-9, 10, shape)


class TestTheInputGradient:
    @untimed
    @given(channel_works("conv"), st.integers(0, 2**32))
    def test_is_the_adjoint(self, work, seed):
        """<Cx, g> = <x, C^T g>."""
        g = gradient_for(work, seed)
        slopes = input_gradient(g, work.w, work.layer, work.x.shape[2:], groups=work.groups)
        assert slopes.shape == work.x.shape
        assert slopes.dtype == np.int64
        assert inner(work.walked(), g) == inner(work.x, slopes)

    @fewer
    @given(channel_works("conv"), st.integers(0, 2**32))
    def test_of_one_output_is_the_row_of_c_that_made_it(self, work, seed):
        """What an input is multiplied by in that output: the output of the input's unit vector."""
        random = np.random.default_rng(seed)
        g = np.zeros((1, *gradient_for(work, seed).shape[1:]), int)
        output = tuple(random.integers(0, g.shape))
        g[output] = 1
        slopes = input_gradient(g, work.w, work.layer, work.x.shape[2:], groups=work.groups)
        for index in random.integers(0, slopes.shape, (5, slopes.ndim)):
            unit = np.zeros_like(slopes)
            unit[tuple(index)] = 1
            assert slopes[tuple(index)] == walked(unit, work.w, work.axes, work.groups)[output]

    @fewer
    @given(channel_works("conv"), st.integers(0, 2**32))
    def test_is_the_transposed_convolution(self, work, seed):
        """With the very same w, where the layer's input is not stretched, as a ConvTranspose's output is not."""
        layer, shape, g = work.layer, work.x.shape[2:], gradient_for(work, seed)
        if any(axis.stretch > 1 for axis in work.axes):
            return
        slopes = input_gradient(g, work.w, layer, shape, groups=work.groups)
        assert_array_equal(conv_transpose(g, work.w, layer.transposed(shape), groups=work.groups), slopes, strict=True)

    @fewer
    @given(channel_works("conv"), st.integers(0, 2**32))
    def test_keeps_the_leading_axes(self, work, seed):
        g, shape = gradient_for(work, seed), work.x.shape[2:]
        slopes = input_gradient(g, work.w, work.layer, shape, groups=work.groups)
        assert_array_equal(input_gradient(g[0], work.w, work.layer, shape, groups=work.groups), slopes[0], strict=True)
        alone = input_gradient(g[:1, :1], work.w[:1, :1], work.layer, shape)
        assert_array_equal(input_gradient(g[0, 0], work.w[0, 0], work.layer, shape), alone[0, 0], strict=True)

    def test_takes_a_named_padding(self):
        layer = ca.Conv(4, padding="same", stride=2)
        g = np.array([1, 10, 100])
        x, w = np.arange(5), np.array([1, 2, 3, 4])
        assert inner(conv(x, w, layer), g) == inner(x, input_gradient(g, w, layer, (5,)))
        assert inner(conv(x, w, layer), g) == inner(w, weight_gradient(g, x, layer))


class TestTheWeightGradient:
    @untimed
    @given(channel_works("conv"), st.integers(0, 2**32))
    def test_is_the_adjoint(self, work, seed):
        """<conv(x, w), g> = <w, gradient>."""
        g = gradient_for(work, seed)
        slopes = weight_gradient(g, work.x, work.layer, groups=work.groups)
        assert slopes.shape == work.w.shape
        assert slopes.dtype == np.int64
        assert inner(work.walked(), g) == inner(work.w, slopes)

    @fewer
    @given(channel_works("conv"), st.integers(0, 2**32))
    def test_of_one_weight_is_what_that_weight_alone_adds(self, work, seed):
        g, random = gradient_for(work, seed), np.random.default_rng(seed)
        slopes = weight_gradient(g, work.x, work.layer, groups=work.groups)
        for index in random.integers(0, work.w.shape, (4, work.w.ndim)):
            unit = np.zeros_like(work.w)
            unit[tuple(index)] = 1
            assert slopes[tuple(index)] == inner(work._replace(w=unit).walked(), g)

    @fewer
    @given(channel_works("conv"), st.integers(0, 2**32))
    def test_adds_up_over_the_images(self, work, seed):
        g = gradient_for(work, seed)
        slopes = weight_gradient(g, work.x, work.layer, groups=work.groups)
        each = [weight_gradient(g[n : n + 1], work.x[n : n + 1], work.layer, groups=work.groups) for n in range(len(g))]
        assert_array_equal(sum(each), slopes)

    @fewer
    @given(channel_works("conv"), st.integers(0, 2**32))
    def test_takes_fewer_leading_axes(self, work, seed):
        g = gradient_for(work, seed)
        single = weight_gradient(g[:1], work.x[:1], work.layer, groups=work.groups)
        if len(work.axes) > 1:  # beside a layer that names no axis, (C, i) would be two of space
            assert_array_equal(weight_gradient(g[0], work.x[0], work.layer, groups=work.groups), single, strict=True)
        alone = weight_gradient(g[:1, :1], work.x[:1, :1], work.layer)
        assert_array_equal(weight_gradient(g[0, 0], work.x[0, 0], work.layer), alone[0, 0], strict=True)


def test_both_are_the_slopes_of_a_loss():
    """Central differences of sum(y²)/2, whose gradient at the output is y."""
    random = np.random.default_rng(11)
    layer = ca.Conv((3, 2), stride=(2, 1), padding=((1, 0), (2, 1)), dilation=(1, 2))
    x, w = random.normal(size=(2, 4, 5, 4)), random.normal(size=(6, 2, 3, 2))

    def loss(x, w):
        return (conv(x, w, layer, groups=2) ** 2).sum() / 2

    y = conv(x, w, layer, groups=2)
    assert_allclose(
        input_gradient(y, w, layer, (5, 4), groups=2), slopes_of(lambda x: loss(x, w), x), rtol=1e-6, atol=1e-6
    )
    assert_allclose(weight_gradient(y, x, layer, groups=2), slopes_of(lambda w: loss(x, w), w), rtol=1e-6, atol=1e-6)


class TestTypes:
    @pytest.mark.parametrize(
        "call",
        [
            lambda g, a: input_gradient(g, a[:2], ca.Conv(2), (4,)),
            lambda g, a: weight_gradient(g, a, ca.Conv(2)),
        ],
    )
    def test_whole_numbers_are_exact_and_floats_keep_their_type(self, call):
        g = np.array([1, 2, 3])
        assert 2 * 2**53 + 2 in call(g[:3] * 0 + 1, np.array([2**53 + 1, 2**53 + 1, 0, 0])).tolist()
        for dtype in ("float16", "float32", "float64", "longdouble", "complex64"):
            assert call(g.astype(dtype), np.ones(4, dtype)).dtype == dtype
        assert call(g.astype("uint8"), np.ones(4, "uint8")).dtype == np.uint64
        with pytest.raises(ca.ParameterError, match="a sum is 9223372036854775808, beyond what int64 holds"):
            call([1, 1, 0], np.array([2**62, 2**62, 0, 0]))
        with pytest.raises(ca.ParameterError, match=r"^gradient is uint64 and [wx] is int64, and no integer type"):
            call(g.astype("uint64"), np.ones(4, "int64"))

    def test_the_sum_over_images_and_outputs_is_counted_in_the_bound(self):
        """No image, and no output, reaches 2**53 alone."""
        layer, large = ca.Conv((1,)), 2**51 + 1
        x = np.full((3, 1, 2), large)
        assert weight_gradient(np.array([[[1, 0]], [[1, 1]], [[0, 2]]]), x, layer).tolist() == [[[5 * large]]]
        with pytest.raises(ca.ParameterError, match="a sum is 9223372036854775808"):
            weight_gradient(np.ones((4, 1, 1), int), np.full((4, 1, 1), 2**61), layer)


class TestRefusals:
    layer = ca.Conv(3, stride=2)

    @pytest.mark.parametrize(
        "call",
        [
            lambda g: input_gradient(g, np.ones((6, 2, 3, 3)), ca.Conv(3), (5, 6), groups=2),
            lambda g: weight_gradient(g, np.ones((1, 4, 5, 6)), ca.Conv(3), groups=2),
        ],
    )
    def test_a_gradient_of_another_size(self, call):
        with pytest.raises(ca.ShapeError) as refusal:
            call(np.ones((1, 6, 3, 3)))
        assert str(refusal.value) == (
            "gradient has the spatial shape (3, 3) and the output (3, 4); give the gradient of that output"
        )
        assert (refusal.value.shape, refusal.value.output_shape) == ((3, 3), (3, 4))
        call(np.ones((1, 6, *refusal.value.output_shape)))

    @pytest.mark.parametrize("shape", [(3,), (1, 1, 1, 3, 4)])
    def test_a_gradient_of_too_few_or_too_many_axes(self, shape):
        with pytest.raises(ca.ShapeError) as refusal:
            input_gradient(np.ones(shape), np.ones((3, 3)), ca.Conv(3), (5, 6))
        assert str(refusal.value) == (
            f"gradient has the shape {shape}, for 2 axes of space; give gradient 2 axes, 3 with channels, "
            "or 4 with batch and channels"
        )
        assert (refusal.value.shape, refusal.value.ndim) == (shape, 2)

    @pytest.mark.parametrize(("shape", "what"), [((0, 6, 3, 4), "batch"), ((1, 0, 3, 4), "channels")])
    def test_an_empty_gradient(self, shape, what):
        with pytest.raises(ca.ParameterError) as refusal:
            input_gradient(np.ones(shape), np.ones((6, 2, 3, 3)), ca.Conv(3), (5, 6))
        assert str(refusal.value) == f"gradient has the shape {shape}, with no {what}; give at least 1"

    @pytest.mark.parametrize("shape", [(2, 4), (1, 2, 4), (3, 2, 4)])
    def test_leading_axes_that_differ_from_those_of_x(self, shape):
        """x has 2 images; the layer says that the last axis alone is space."""
        layer = ca.Conv((1, 3))
        x = np.ones((2, 2, 1, 6))
        g = np.ones((*shape[:-1], 1, 4))
        with pytest.raises(ca.ShapeError) as refusal:
            weight_gradient(g, x, layer)
        assert str(refusal.value) == (
            f"gradient has the shape {g.shape} and x {x.shape}; give both the same batch and channel axes, "
            "and the layer a parameter for each spatial axis where there is no batch"
        )
        assert (refusal.value.gradient_shape, refusal.value.x_shape) == (g.shape, x.shape)
        assert weight_gradient(np.ones((2, 2, 1, 4)), x, layer).shape == (2, 2, 1, 3)

    def test_groups_that_do_not_divide(self):
        g, x = np.ones((1, 4, 3)), np.ones((1, 6, 5))
        with pytest.raises(
            ca.ShapeError, match=r"^x has 6 channels, which 4 groups do not divide; groups can be 1, 2, 3, 6$"
        ):
            weight_gradient(g, x, ca.Conv(3), groups=4)
        with pytest.raises(
            ca.ShapeError, match=r"^gradient has 4 channels, which 3 groups do not divide; give it a multiple of 3$"
        ):
            weight_gradient(g, x, ca.Conv(3), groups=3)
        assert weight_gradient(g, x, ca.Conv(3), groups=2).shape == (4, 3, 3)

    def test_a_kernel_for_other_channels_is_told_of_the_gradients_and_not_of_x(self):
        """No x was given; w is (out, in/groups, k...), and it is the gradient's channels that it does not go with."""
        with pytest.raises(ca.ShapeError, match=r"^gradient has 6 channels"):
            input_gradient(np.ones((1, 6, 3)), np.ones((4, 2, 3)), ca.Conv(3), (5,))
        with pytest.raises(ca.ShapeError, match=r"^gradient has 6 channels, which 4 groups do not divide"):
            input_gradient(np.ones((1, 6, 3)), np.ones((6, 2, 3)), ca.Conv(3), (5,), groups=4)
        with pytest.raises(ca.ShapeError, match=r"give w the shape \(out, in/groups, 3\)"):
            input_gradient(np.ones((1, 6, 3)), np.ones(3), ca.Conv(3), (5,))

    def test_a_layer_of_another_kind(self):
        up = ca.ConvTranspose(3)
        with pytest.raises(
            ca.ParameterError, match=r"^conv_input_gradient takes a layer of the kind convolution; got ConvT"
        ):
            input_gradient([1], [1, 1, 1], up, (3,))
        with pytest.raises(
            ca.ParameterError, match=r"^conv_weight_gradient takes a layer of the kind convolution; got ConvT"
        ):
            weight_gradient([1], [1, 1, 1], up)

    def test_what_holds_no_numbers(self):
        for call in (
            lambda: input_gradient(["a"], [1], ca.Conv(1), (1,)),
            lambda: weight_gradient(["a"], [1], ca.Conv(1)),
        ):
            with pytest.raises(ca.ParameterError, match=r"^gradient has the dtype <U1; give an array of numbers$"):
                call()

    def test_an_input_that_the_layer_does_not_fit(self):
        with pytest.raises(ca.ShapeError, match="kernel 3 does not fit in input 2"):
            input_gradient([1], [1, 1, 1], ca.Conv(3), (2,))
        with pytest.raises(ca.ParameterError, match="input size 0 is below 1"):
            input_gradient([1], [1, 1, 1], ca.Conv(3), (0,))


def slopes_of(loss, at, step=1e-6):
    slopes = np.empty_like(at)
    for index in np.ndindex(at.shape):
        ahead, behind = at.copy(), at.copy()
        ahead[index] += step
        behind[index] -= step
        slopes[index] = (loss(ahead) - loss(behind)) / (2 * step)
    return slopes
