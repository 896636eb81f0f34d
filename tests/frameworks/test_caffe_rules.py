"""Caffe's rules, statement by statement, as its sources have them (it was not run); windows are counted one by one."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from refusals_told import does_not_fit, refused

import convarith as ca
from convarith.frameworks import caffe

BIG = 2**53 + 1

sizes, kernels, small, pads = st.integers(1, 14), st.integers(1, 6), st.integers(1, 4), st.integers(0, 4)


def conv(size, kernel, stride=1, pad=0, dilation=1):
    """The size of one axis."""
    return caffe.conv_shape((1, 2, size), (3, 2, kernel), stride, pad, dilation)[2]


def transposed(size, kernel, stride=1, pad=0, dilation=1):
    return caffe.conv_transpose_shape((1, 2, size), (2, 3, kernel), stride, pad, dilation)[2]


def pooled(size, kernel, stride=1, pad=0, round_mode="CEIL"):
    answers = {
        caffe.max_pool_shape((1, 2, size), kernel, stride, pad, round_mode=round_mode)[2],
        caffe.avg_pool_shape((1, 2, size), kernel, stride, pad, round_mode=round_mode)[2],
    }
    assert len(answers) == 1, "both kinds of pooling have the same size"
    return answers.pop()


def starts(size, kernel, stride, pad, dilation=1):
    """Where windows start that lie inside the padded input."""
    cells, reach = size + 2 * pad, dilation * (kernel - 1)
    return [start for start in range(0, max(cells, 0), stride) if start + reach < cells]


def rounded_up(size, kernel, stride, pad):
    """Windows are placed as long as the one before has not reached the end; with padding, none begins behind the
    input."""
    found, start = [], 0
    while start - stride + kernel < size + 2 * pad:
        found.append(start)
        start += stride
    if pad and found and found[-1] >= size + pad:
        found.pop()
    return found


class TestConvolution:
    @given(sizes, kernels, small, pads, small)
    def test_windows_that_fit_are_counted(self, size, kernel, stride, pad, dilation):
        found = starts(size, kernel, stride, pad, dilation)
        if found:
            assert conv(size, kernel, stride, pad, dilation) == len(found)
        else:
            does_not_fit(lambda: conv(size, kernel, stride, pad, dilation), "Caffe: the kernel has to fit")

    def test_the_first_layer_of_alexnet(self):
        assert caffe.conv_shape((10, 3, 227, 227), (96, 3, 11, 11), stride=4) == (10, 96, 55, 55)

    def test_its_layer(self):
        assert caffe.conv(3, stride=2, pad=1) == ca.Conv(3, stride=2, padding=1)
        assert caffe.conv((3, 5), dilation=(2, 1)) == ca.Conv((3, 5), dilation=(2, 1))
        assert caffe.conv(3, pad=(1, 2), input_shape=(5, 5)) == ca.Conv(3, padding=(1, 2))

    def test_the_advice_for_a_kernel_that_does_not_fit_works(self):
        refusal = does_not_fit(lambda: conv(4, 9, 3, 1), "kernel 9 does not fit in input 4 with padding 1")
        assert conv(4, 9, 3, refusal.least_padding) == 1
        does_not_fit(lambda: conv(4, 9, 3, refusal.least_padding - 1))
        assert conv(4, refusal.largest_kernel_size, 3, 1) == 1
        does_not_fit(lambda: conv(4, refusal.largest_kernel_size + 1, 3, 1))

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (
                {"kernel": 0},
                "kernel size 0 is below 1; the smallest kernel size is 1 (Caffe: filter dimensions must be",
            ),
            ({"stride": 0}, "stride 0 is below 1; the smallest stride is 1 (Caffe: stride dimensions must be nonzero)"),
            ({"stride": -1}, "stride -1 is below 1"),
            ({"dilation": 0}, "dilation 0 is below 1; the smallest dilation is 1 (Caffe: dilation is at least 1)"),
            (
                {"pad": -1},
                "padding -1 is below 0; the smallest padding is 0, crop the input before the layer (Caffe: pad",
            ),
        ],
    )
    def test_numbers_that_are_never_right(self, arguments, sentence):
        asked = {"kernel": 3, **arguments}
        if asked["kernel"] == 0:
            with pytest.raises(ca.ParameterError):  # as a weight of size 0, and as the layer's kernel
                conv(9, **asked)
            refusal = refused(lambda: caffe.conv(0))
        else:
            refusal = refused(lambda: conv(9, **asked))
            layer = {name: value for name, value in asked.items() if name != "kernel"}
            assert refused(lambda: caffe.conv(3, **layer)).message == refusal.message
        assert refusal.message.startswith(sentence)
        assert refusal.framework == "Caffe"

    @pytest.mark.parametrize(
        ("data", "weight", "group", "words"),
        [
            ((1, 4, 9), (6, 4, 3), 0, "groups 0 is below 1; the smallest is 1 (Caffe: group is at least 1)"),
            ((1, 4, 9), (6, 4, 3), 3, "4 input channels do not part into 3 groups"),
            ((1, 4, 9), (5, 2, 3), 2, "5 output channels do not part into 2 groups"),
            ((1, 4, 9), (6, 3, 3), 1, "the input has 4 channels and the weight takes 3; give an input of 3 channels"),
            ((1, 4, 9), (6, 4, 3), 2, "the weight takes 4 in each of 2 groups; give an input of 8 channels"),
        ],
    )
    def test_channels(self, data, weight, group, words):
        refusal = refused(lambda: caffe.conv_shape(data, weight, group=group), words, kind=ValueError)
        assert refusal.framework == "Caffe"
        if "give an input of" in refusal.message:
            wanted = int(refusal.message.split("give an input of ")[1].split()[0])
            assert caffe.conv_shape((1, wanted, 9), weight, group=group) == (1, 6, 7)

    @pytest.mark.parametrize(
        ("data", "weight", "words"),
        [
            ((1, 4, 0), (6, 4, 3), "input_shape 0 is below 1"),
            ((0, 4, 9), (6, 4, 3), "input_shape 0 is below 1"),
            ((1, 4, 9), (6, 4), "do not go together"),
            ((1, 4), (6, 4), "do not go together"),
            ((1, 4, 9, 9), (6, 4, 3), "do not go together"),
            (7, (6, 4, 3), "input_shape must be a sequence of sizes"),
            ((1, 4, 9.0), (6, 4, 3), "must be a whole number"),
        ],
    )
    def test_shapes(self, data, weight, words):
        refused(lambda: caffe.conv_shape(data, weight), words, kind=ValueError)


class TestDeconvolution:
    @given(sizes, kernels, small, pads, small)
    def test_stamps_are_laid_out_and_cropped(self, size, kernel, stride, pad, dilation):
        reached = {place * stride + tap * dilation for place in range(size) for tap in range(kernel)}
        left = max(reached) + 1 - 2 * pad
        if left > 0:
            assert transposed(size, kernel, stride, pad, dilation) == left
        else:
            does_not_fit(
                lambda: transposed(size, kernel, stride, pad, dilation), "Caffe: the output has to have a size"
            )

    def test_the_upsampling_of_a_segmentation_network(self):
        assert caffe.conv_transpose_shape((1, 21, 16, 16), (21, 1, 4, 4), stride=2, group=21) == (1, 21, 34, 34)

    def test_there_is_no_output_padding(self):
        with pytest.raises(TypeError):
            caffe.conv_transpose_shape((1, 2, 5), (2, 3, 3), output_padding=1)
        answer = ca.frameworks.explain("caffe", "conv_transpose", 5, kernel_size=3, stride=2)
        assert answer.lines[-1] == "Caffe has no output padding"

    def test_its_layer(self):
        assert caffe.conv_transpose(4, stride=2, pad=1) == ca.ConvTranspose(4, stride=2, padding=1)

    @pytest.mark.parametrize(
        ("data", "weight", "group", "words"),
        [
            ((1, 4, 5), (3, 2, 3), 1, "the input has 4 channels and the weight takes 3; give an input of 3 channels"),
            ((1, 4, 5), (4, 2, 3), 3, "4 input channels do not part into 3 groups"),
            ((1, 4, 5), (4, 2, 3), -1, "groups -1 is below 1"),
        ],
    )
    def test_channels(self, data, weight, group, words):
        refused(lambda: caffe.conv_transpose_shape(data, weight, group=group), words, kind=ValueError)

    def test_the_advice_where_nothing_is_left_works(self):
        refusal = does_not_fit(lambda: transposed(2, 3, 1, 2), "leaves an output of 0, below 1")
        assert transposed(2, 3, 1, refusal.largest_padding) > 0
        assert transposed(refusal.least_input_size, 3, 1, 2) == 1
        does_not_fit(lambda: transposed(refusal.least_input_size - 1, 3, 1, 2))


class TestPooling:
    @given(sizes, kernels, small, pads)
    def test_it_rounds_up_and_with_padding_no_window_begins_behind_the_input(self, size, kernel, stride, pad):
        found = rounded_up(size, kernel, stride, pad)
        if pad >= kernel:
            refused(lambda: pooled(size, kernel, stride, pad), "Caffe: pad is less than the kernel")
        elif found:
            assert pooled(size, kernel, stride, pad) == len(found)
        else:
            does_not_fit(lambda: pooled(size, kernel, stride, pad), "Caffe: the pooled size is at least 1")

    @given(sizes, kernels, small, pads)
    def test_or_down_where_it_is_told_to(self, size, kernel, stride, pad):
        found = starts(size, kernel, stride, pad)
        if pad < kernel and found:
            assert pooled(size, kernel, stride, pad, "FLOOR") == len(found)
        else:
            refused(lambda: pooled(size, kernel, stride, pad, "FLOOR"), "Caffe: ", kind=ValueError)

    def test_without_padding_the_last_window_can_be_empty(self):
        assert pooled(12, 1, 2) == 7
        assert pooled(12, 1, 2, round_mode="FLOOR") == 6
        assert ca.frameworks.torch.max_pool_shape((1, 1, 12), 1, 2, ceil_mode=True) == (1, 1, 6)

    def test_padding_on_one_axis_clips_all_of_them(self):
        assert caffe.max_pool_shape((1, 1, 12, 12), (1, 3), 2, (0, 1)) == (1, 1, 6, 7)
        assert caffe.max_pool_shape((1, 1, 12, 12), (1, 3), 2, 0) == (1, 1, 7, 6)

    @pytest.mark.parametrize(("size", "kernel", "stride", "answer"), [(55, 3, 2, 27), (13, 3, 2, 6), (112, 3, 2, 56)])
    def test_the_poolings_of_known_networks(self, size, kernel, stride, answer):
        """The last of them is GoogLeNet's, which gives 55 where it rounds down."""
        assert pooled(size, kernel, stride) == answer

    def test_the_stride_is_1_unless_given(self):
        assert pooled(7, 3) == 5
        assert caffe.max_pool(3) == ca.Pool(3, stride=1, ceil_mode=True)

    def test_its_layers(self):
        assert caffe.max_pool(3, stride=2, pad=1) == ca.Pool(3, stride=2, padding=1, ceil_mode=True)
        assert caffe.avg_pool(3, stride=2, round_mode="FLOOR") == ca.Pool(3, stride=2)
        assert caffe.max_pool(1, stride=2, pad=0, round_mode="FLOOR") == ca.Pool(1, stride=2)

    @given(sizes, kernels, small, pads, st.sampled_from(["CEIL", "FLOOR"]))
    def test_with_an_input_the_layer_has_caffes_size(self, size, kernel, stride, pad, round_mode):
        try:
            answer = pooled(size, kernel, stride, pad, round_mode)
        except ValueError:
            return
        for layer in (caffe.max_pool, caffe.avg_pool):
            made = layer(kernel, stride, pad, round_mode=round_mode, input_shape=size)
            assert made.output_shape(size) == (answer,)

    def test_without_an_input_a_layer_whose_last_window_can_be_empty_needs_one(self):
        words = (
            "Caffe keeps a window that starts beyond the input where stride 3 exceeds kernel 2 and nothing is padded"
        )
        refusal = refused(lambda: caffe.avg_pool(2, stride=3), words, "give input_shape")
        assert (refusal.stride, refusal.kernel_size) == (3, 2)
        assert caffe.avg_pool(2, stride=3, input_shape=6).output_shape(6) == (pooled(6, 2, 3),)
        assert caffe.avg_pool(2, stride=3, pad=1).ceil_mode
        assert caffe.avg_pool(2, stride=2).ceil_mode

    def test_the_bound_of_the_padding(self):
        refusal = refused(lambda: pooled(9, 3, 1, 3), "padding 3 is not below kernel 3; it can be 0 to 2")
        assert pooled(9, 3, 1, refusal.largest_padding) == 11

    def test_the_advice_where_there_is_no_window_works(self):
        refusal = does_not_fit(lambda: pooled(1, 4, 2), "does not fit in input 1 with padding 0")
        assert pooled(1, 4, 2, refusal.least_padding) == 1
        assert pooled(1, refusal.largest_kernel_size, 2) == 1
        does_not_fit(lambda: pooled(1, refusal.largest_kernel_size + 1, 2))

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ({"round_mode": "ceil"}, "round_mode 'ceil' is none of Caffe's; known are CEIL, FLOOR"),
            ({"round_mode": "ROUND"}, "round_mode 'ROUND' is none of Caffe's; known are CEIL, FLOOR"),
            ({"stride": 0}, "stride 0 is below 1"),
            ({"pad": -1}, "padding -1 is below 0"),
            ({"kernel_size": 0}, "kernel size 0 is below 1"),
            (
                {"kernel_size": (3, 3)},
                "kernel_size (3, 3) does not fit 1 spatial axis; Caffe takes a number or a sequence",
            ),
            ({"stride": 1.5}, "stride must be a whole number; got 1.5 (float)"),
        ],
    )
    def test_what_is_never_right(self, arguments, words):
        asked = {"kernel_size": 3, **arguments}
        for shape in (caffe.max_pool_shape, caffe.avg_pool_shape):
            refused(partial(shape, (1, 2, 9), **asked), words)

    def test_the_kind_is_that_of_the_function(self):
        refused(lambda: caffe.max_pool(3, pool="AVE"), "pool 'AVE' is none of max_pool's; known are MAX")
        refused(
            lambda: caffe.avg_pool_shape((1, 1, 9), 3, pool="MAX"), "pool 'MAX' is none of avg_pool's; known are AVE"
        )
        refused(lambda: caffe.max_pool_shape((1, 1, 9), 3, pool="STOCHASTIC"), "'STOCHASTIC' is none of max_pool's")
        refused(lambda: caffe.avg_pool(3, pool="max"), "none of avg_pool's")

    def test_shapes(self):
        does_not_fit(lambda: caffe.max_pool_shape((1, 9), 3), "has 2 entries; with batch and channels first it takes")
        refused(lambda: caffe.max_pool_shape((1, 1, 0), 1), "input_shape 0 is below 1")


class TestSpellings:
    def test_a_number_a_sequence_of_one_or_one_for_each_axis(self):
        answers = {
            caffe.conv_shape((1, 2, 9, 9), (3, 2, 3, 3), stride, pad, dilation)
            for stride, pad, dilation in [(2, 1, 1), ([2], [1], [1]), ((2, 2), (1, 1), (1, 1)), (2, (1,), [1, 1])]
        }
        assert answers == {(1, 3, 5, 5)}

    def test_other_lengths_are_refused(self):
        refusal = refused(
            lambda: caffe.conv_shape((1, 2, 9, 9), (3, 2, 3, 3), stride=(1, 2, 3)),
            "stride (1, 2, 3) does not fit 2 spatial axes; Caffe takes a number or a sequence of one or a sequence",
        )
        assert (refusal.name, refusal.ndim) == ("stride", 2)

    def test_an_axis_is_named_where_there_are_several(self):
        refusal = does_not_fit(
            lambda: caffe.conv_shape((1, 2, 9, 4), (3, 2, 3, 5)), "axis 1 (width): kernel 5 does not"
        )
        assert refusal.axis == 1

    def test_four_spatial_axes_are_convolved(self):
        assert caffe.conv_shape((1, 1, 5, 5, 5, 5), (1, 1, 2, 2, 2, 2)) == (1, 1, 4, 4, 4, 4)


class TestLargeNumbers:
    def test_sizes_beyond_2_to_the_53_are_exact(self):
        assert conv(BIG, 3, 2, 1) == 2**52 + 1
        assert transposed(BIG, 3, 2, 1) == 2 * BIG - 1
        assert pooled(BIG, 3, 2) == 2**52
        assert pooled(BIG + 1, 3, 2) == 2**52 + 1
        assert pooled(BIG + 1, 1, 2, 0) == 2**52 + 2
        assert pooled(BIG, 3, 2, 1, "FLOOR") == 2**52 + 1
