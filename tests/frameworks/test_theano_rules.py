"""Theano's rules, statement by statement, as its sources have them (it was not run); windows are counted one by one."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from refusals_told import does_not_fit, refused

import convarith as ca
from convarith import numerics
from convarith.frameworks import theano

BIG = 2**53 + 1

sizes, kernels, small, sides = st.integers(1, 12), st.integers(1, 5), st.integers(1, 4), st.integers(0, 4)


def conv(size, kernel, border_mode="valid", subsample=1, filter_dilation=1):
    """The size of one axis."""
    return theano.conv_shape((1, 2, size), (3, 2, kernel), border_mode, subsample, filter_dilation)[2]


def transposed(size, kernel, output, border_mode="valid", input_dilation=1, filter_dilation=1):
    return theano.conv_transpose_shape(
        (1, 2, size), (2, 3, kernel), (1, 3, output), border_mode, input_dilation, filter_dilation
    )[2]


def pooled(size, ws, ignore_border=False, stride=None, pad=0):
    answers = {
        shape((1, 2, size), ws, ignore_border, stride, pad)[2]
        for shape in (theano.max_pool_shape, theano.avg_pool_shape)
    }
    assert len(answers) == 1, "both kinds of pooling have the same size"
    return answers.pop()


def starts(cells, kernel, stride, dilation=1):
    """Where windows start that lie inside so many cells."""
    reach = dilation * (kernel - 1)
    return [start for start in range(0, max(cells, 0), stride) if start + reach < cells]


class TestConvolution:
    @given(sizes, kernels, sides, sides, small, small)
    def test_windows_over_pairs_of_padding_are_counted(self, size, kernel, before, after, stride, dilation):
        found = starts(before + size + after, kernel, stride, dilation)
        call = partial(conv, size, kernel, ((before, after),), stride, dilation)
        if found:
            assert call() == len(found)
        else:
            does_not_fit(call, "Theano: the convolution would produce an invalid shape")

    @pytest.mark.parametrize(
        ("name", "kernel", "dilation", "pads"),
        [
            ("valid", 3, 1, (0, 0)),
            ("full", 3, 1, (2, 2)),
            ("full", 4, 2, (6, 6)),
            ("half", 3, 1, (1, 1)),
            ("half", 4, 1, (2, 2)),
            ("half", 2, 3, (2, 2)),
        ],
    )
    def test_names_are_paddings(self, name, kernel, dilation, pads):
        layer = theano.conv(kernel, name, filter_dilation=dilation, input_shape=9)
        assert layer == ca.Conv(kernel, padding=(pads,), dilation=dilation)
        assert theano.conv(kernel, name).padding in (name, 0)

    @given(sizes, kernels, small)
    def test_half_of_an_even_kernel_gives_one_more(self, size, kernel, dilation):
        assert conv(size, kernel, "half", 1, dilation) == size + (dilation * (kernel - 1)) % 2

    @given(sizes, kernels)
    def test_full_meets_every_overlap(self, size, kernel):
        assert conv(size, kernel, "full") == len({place + tap for place in range(size) for tap in range(kernel)})

    def test_numbers_pairs_and_both(self):
        data, filters = (1, 2, 9, 9), (3, 2, 3, 3)
        assert theano.conv_shape(data, filters, 1) == (1, 3, 9, 9)
        assert theano.conv_shape(data, filters, (1, 2)) == (1, 3, 9, 11)
        assert theano.conv_shape(data, filters, (1, (0, 1))) == (1, 3, 9, 8)
        assert theano.conv_shape(data, filters, ((2, 0), (0, 1))) == (1, 3, 9, 8)

    def test_its_layer(self):
        assert theano.conv(3, subsample=2) == ca.Conv(3, stride=2)
        assert theano.conv((3, 5), (1, (0, 2)), (2, 1)) == ca.Conv((3, 5), stride=(2, 1), padding=(1, (0, 2)))

    def test_filters_are_rotated_by_default_so_that_the_layer_is_given_rotated_ones(self):
        """A convolution as mathematics means it: 'full' is the product of polynomials."""
        signal, taps = np.array([1, 2, 3]), np.array([4, 5])
        layer = theano.conv(2, "full")
        np.testing.assert_array_equal(numerics.conv(signal, taps, layer, flip=True), np.convolve(signal, taps))

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            ({"subsample": 0}, "stride 0 is below 1; the smallest stride is 1 (Theano: subsample is at least 1)"),
            (
                {"filter_dilation": 0},
                "dilation 0 is below 1; the smallest dilation is 1 (Theano: filter_dilation is at",
            ),
            (
                {"border_mode": -1},
                "padding -1 is below 0; the smallest padding is 0, crop the input before the layer (Theano: "
                "border_mode must be >= 0)",
            ),
            ({"border_mode": ((0, -2),)}, "padding -2 is below 0"),
            ({"border_mode": "same"}, "border_mode 'same' is none of Theano's; known are valid, full, half"),
            ({"border_mode": "FULL"}, "border_mode 'FULL' is none of Theano's; did you mean 'full'?"),
            ({"border_mode": (1, 2)}, "border_mode (1, 2) does not fit 1 spatial axis; give one entry for each"),
            (
                {"border_mode": ((1, 2, 3),)},
                "border_mode (1, 2, 3) has 3 numbers for one axis; give two, (before, after)",
            ),
            ({"border_mode": 1.5}, "border_mode must be a whole number; got 1.5 (float)"),
            ({"border_mode": None}, "border_mode must be a whole number; got None"),
            ({"subsample": (1, 2)}, "subsample (1, 2) does not fit 1 spatial axis"),
        ],
    )
    def test_what_is_never_right(self, arguments, sentence):
        refusal = refused(partial(conv, 9, 3, **arguments))
        assert refusal.message.startswith(sentence)

    def test_a_filter_of_size_0(self):
        for name in ("valid", "full", "half", 0):
            refused(lambda name=name: theano.conv(0, name), "kernel size 0 is below 1", "a filter has no size of 0")
            refused(lambda name=name: conv(9, 0, name), "kernel size 0 is below 1")

    def test_the_advice_for_a_kernel_that_does_not_fit_works(self):
        refusal = does_not_fit(lambda: conv(4, 9, ((1, 0),), 3), "kernel 9 does not fit in input 4 with padding (1, 0)")
        assert conv(4, 9, ((0, refusal.least_padding),), 3) == 1
        does_not_fit(lambda: conv(4, 9, ((0, refusal.least_padding - 1),), 3))
        assert conv(4, refusal.largest_kernel_size, ((1, 0),), 3) == 1
        does_not_fit(lambda: conv(4, refusal.largest_kernel_size + 1, ((1, 0),), 3))

    def test_channels(self):
        refusal = does_not_fit(
            lambda: theano.conv_shape((1, 4, 9), (6, 3, 3)), "the input has 4 channels and the weight takes 3"
        )
        assert "(Theano: the filters have the channels of the input)" in refusal.message
        assert theano.conv_shape((1, refusal.weight_channels, 9), (6, 3, 3)) == (1, 6, 7)

    @pytest.mark.parametrize(
        ("data", "weight"),
        [((1, 4, 9), (6, 4)), ((1, 4), (6, 4)), ((1, 4, 9, 9), (6, 4, 3)), ((1, 4, 9), (6, 4, 3, 3))],
    )
    def test_shapes(self, data, weight):
        does_not_fit(lambda: theano.conv_shape(data, weight), "do not go together")


class TestTransposedConvolution:
    @given(sizes, kernels, small, small, sides, st.integers(0, 30))
    def test_an_output_is_taken_if_the_convolution_makes_the_input_of_it(
        self, size, kernel, stride, dilation, pad, output
    ):
        back = len(starts(output + 2 * pad, kernel, stride, dilation))
        call = partial(transposed, size, kernel, output, pad, stride, dilation)
        if back == size:
            assert call() == output
        else:
            refused(call, "Theano: ", kind=ValueError)

    def test_its_layer_is_that_of_the_output(self):
        layers = [theano.conv_transpose(3, output, border_mode=1, input_dilation=2, input_shape=3) for output in (5, 6)]
        assert layers == [
            ca.ConvTranspose(3, stride=2, padding=1),
            ca.ConvTranspose(3, stride=2, padding=1, output_padding=1),
        ]
        assert [layer.output_shape(3) for layer in layers] == [(5,), (6,)]

    @pytest.mark.parametrize("name", ["valid", "full", "half"])
    def test_names_are_paddings_of_the_convolution(self, name):
        data = (2, 3, 7)
        forward = theano.conv_shape(data, (4, 3, 3), name, 2)
        assert theano.conv_transpose_shape(forward, (4, 3, 3), data, name, 2) == data

    def test_the_advice_for_an_output_of_another_size_works(self):
        refusal = does_not_fit(lambda: transposed(3, 3, 9, 1, 2), "output size 9 does not come from input 3")
        for output in (refusal.least, refusal.largest):
            assert transposed(3, 3, output, 1, 2) == output
        for output in (refusal.least - 1, refusal.largest + 1):
            does_not_fit(lambda output=output: transposed(3, 3, output, 1, 2))

    def test_without_the_input_it_says_nothing(self):
        refused(lambda: theano.conv_transpose(3, 6, input_dilation=2), "output_shape says nothing without the input")

    @pytest.mark.parametrize(
        ("output_shape", "words"),
        [
            ((1, 4, 6), "it begins with (1, 3) and has one size for each of 1 spatial axis"),
            ((2, 3, 6), "it begins with (1, 3)"),
            ((1, 3, 6, 6), "has one size for each of 1 spatial axis"),
            ((6,), "it begins with (1, 3)"),
        ],
    )
    def test_the_outputs_shape_is_whole(self, output_shape, words):
        refusal = does_not_fit(lambda: theano.conv_transpose_shape((1, 2, 3), (2, 3, 3), output_shape, 1, 2), words)
        assert "(Theano: the output's shape is that of the forward convolution's input)" in refusal.message
        assert theano.conv_transpose_shape((1, 2, 3), (2, 3, 3), (1, 3, 6), 1, 2) == (1, 3, 6)

    def test_channels(self):
        does_not_fit(
            lambda: theano.conv_transpose_shape((1, 4, 3), (2, 3, 3), (1, 3, 5)),
            "the input has 4 channels and the weight takes 2; give an input of 2 channels",
        )


class TestPooling:
    @given(sizes, kernels, small, sides)
    def test_with_ignore_border_windows_that_fit_are_counted(self, size, ws, stride, pad):
        call = partial(pooled, size, ws, True, stride, pad)
        if pad >= ws:
            refused(call, f"padding {pad} is not below kernel {ws}", "Theano: pad must be smaller than ws")
        else:
            assert call() == len(starts(size + 2 * pad, ws, stride))

    @given(sizes, kernels, small)
    def test_without_it_rounds_up_and_every_window_begins_in_the_input(self, size, ws, stride):
        """Windows are placed until one reaches the end, or none can begin in the input."""
        count, start = 1, 0
        while start + ws < size and start + stride < size:
            start += stride
            count += 1
        assert pooled(size, ws, False, stride) == count

    def test_the_stride_is_the_window_unless_given(self):
        assert pooled(7, 3) == 3
        assert pooled(7, 3, True) == 2
        assert theano.max_pool((2, 3)) == ca.Pool((2, 3), ceil_mode=True)

    def test_its_layers(self):
        assert theano.max_pool(3, True, 2, 1) == ca.Pool(3, stride=2, padding=1)
        assert theano.avg_pool(3, True, 2) == ca.Pool(3, stride=2)
        assert theano.avg_pool(3, stride=2) == ca.Pool(3, stride=2, ceil_mode=True)

    @given(sizes, kernels, small, sides, st.booleans())
    def test_with_an_input_the_layer_has_theanos_size(self, size, ws, stride, pad, ignore_border):
        try:
            answer = pooled(size, ws, ignore_border, stride, pad)
        except ca.ParameterError:
            return
        for layer in (theano.max_pool, theano.avg_pool):
            call = partial(layer, ws, ignore_border, stride, pad, input_shape=size)
            if answer:
                assert call().output_shape(size) == (answer,)
            else:
                does_not_fit(call, "Theano answers with an empty output, of shape (0,); no layer has one")

    def test_a_window_that_does_not_fit(self):
        """Rounded down there is none, which is an answer; rounded up there is one."""
        assert (pooled(2, 5, True), pooled(2, 5)) == (0, 1)
        assert pooled(1, 5, True, 1) == 0  # and not fewer, however much is missing

    def test_padding_goes_with_ignore_border_only(self):
        words = "padding 1 does not go together with rounding up; give padding 0, or let it round down"
        refusal = refused(lambda: pooled(5, 2, False, None, 1), words)
        assert refusal.rule == "padding works only with ignore_border=True"
        assert (pooled(5, 2, True, None, 1), pooled(5, 2)) == (3, 3)

    def test_the_bound_of_the_padding(self):
        refusal = refused(lambda: pooled(9, 3, True, 1, 3), "it can be 0 to 2")
        assert pooled(9, 3, True, 1, refusal.largest_padding) == 11

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ({"ws": 0}, "kernel size 0 is below 1; the smallest kernel size is 1 (Theano: ws is at least 1)"),
            ({"stride": 0}, "stride 0 is below 1; the smallest stride is 1 (Theano: stride is at least 1)"),
            ({"pad": -1, "ignore_border": True}, "padding -1 is below 0"),
            ({"ws": (3, 3)}, "ws (3, 3) does not fit 1 spatial axis"),
            ({"ws": None}, "ws must be a whole number; got None"),
        ],
    )
    def test_what_is_never_right(self, arguments, words):
        asked = {"ws": 3, **arguments}
        for shape in (theano.max_pool_shape, theano.avg_pool_shape):
            refused(partial(shape, (1, 2, 9), **asked), words)

    def test_shapes(self):
        does_not_fit(lambda: theano.max_pool_shape((1, 9), 3), "has 2 entries; with batch and channels first it takes")
        does_not_fit(lambda: theano.avg_pool_shape((1, 1, 3, 3, 3, 3), 3), "has 6 entries")


class TestSpellings:
    def test_an_axis_is_named_where_there_are_several(self):
        refusal = does_not_fit(
            lambda: theano.conv_shape((1, 2, 9, 4), (3, 2, 3, 5)), "axis 1 (width): kernel 5 does not fit in input 4"
        )
        assert refusal.axis == 1

    def test_per_axis(self):
        assert theano.conv_shape((1, 1, 9, 9), (1, 1, 3, 5), "half", (2, 1), (1, 2)) == (1, 1, 5, 9)
        assert theano.max_pool_shape((1, 1, 9, 9), (2, 3), True, (1, 2), (1, 0)) == (1, 1, 10, 4)


class TestLargeNumbers:
    def test_sizes_beyond_2_to_the_53_are_exact(self):
        assert conv(BIG, 3, "half", 2) == 2**52 + 1
        assert conv(BIG, 4, "full") == BIG + 3
        assert transposed(BIG, 3, 2 * BIG + 1, "valid", 2) == 2 * BIG + 1
        assert pooled(BIG, 2) == 2**52 + 1
        assert pooled(BIG, 2, True) == 2**52
