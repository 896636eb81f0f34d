"""PyTorch's rules, row by row: sizes and refusals as PyTorch 2.13 gave them when asked, each message with its mend."""

from __future__ import annotations

from functools import partial
from math import inf

import pytest
from hypothesis import given as tried
from hypothesis import strategies as st
from refusals_told import does_not_fit as refused
from refusals_told import refused as wrong

import convarith as ca
from convarith.frameworks import torch

HUGE = 2**60 + 1


def one(function, size, *arguments, **keywords):
    """What comes out of one axis, with a batch and channels of 1."""
    *_, count = function((1, 1, size), *arguments, **keywords)
    return count


conv = partial(one, lambda shape, kernel, *args, **given: torch.conv_shape(shape, (1, 1, kernel), *args, **given))
transpose = partial(
    one, lambda shape, kernel, *args, **given: torch.conv_transpose_shape(shape, (1, 1, kernel), *args, **given)
)
max_pool, avg_pool = partial(one, torch.max_pool_shape), partial(one, torch.avg_pool_shape)
unpool = partial(one, torch.max_unpool_shape)


class TestConv:
    @pytest.mark.parametrize(
        ("size", "kernel", "given", "count"),
        [
            (6, 3, {"stride": 2, "padding": 1}, 3),
            (7, 3, {"dilation": 3}, 1),
            (2, 3, {"padding": 9}, 18),  # whole windows in the padding
            (5, 3, {"padding": "valid", "stride": 2}, 2),
            (224, 7, {"stride": 2, "padding": 3}, 112),
            (HUGE, 3, {"stride": 2}, 2**59),
            (2**53 + 1, 2, {"stride": 2**53}, 1),
            (2**53 + 2, 2, {"stride": 2**53}, 2),
        ],
    )
    def test_sizes(self, size, kernel, given, count):
        assert conv(size, kernel, **given) == count

    @pytest.mark.parametrize(("kernel", "dilation", "pads"), [(3, 1, 1), (4, 1, (1, 2)), (2, 3, (1, 2)), (1, 5, 0)])
    @pytest.mark.parametrize("size", [1, 4, 9, HUGE])
    def test_same_pads_alike_for_every_input_and_more_at_the_end(self, kernel, dilation, pads, size):
        assert conv(size, kernel, padding="same", dilation=dilation) == size
        layer = torch.conv(kernel, padding="same", dilation=dilation, input_shape=(size,))
        assert layer == ca.Conv(kernel, padding=[pads], dilation=dilation)

    @pytest.mark.parametrize("strides", [2, (2, 1), (1, 2)])
    def test_same_is_refused_with_a_stride_on_any_axis(self, strides):
        call = partial(torch.conv_shape, (1, 1, 5, 5), (1, 1, 3, 3), padding="same")
        refusal = wrong(
            partial(call, stride=strides),
            "a padding of this name is for stride 1, and the stride is 2; pad the input first, by (1, 1), which gives",
            "padding='same' is not supported for strided convolutions",
        )
        assert refusal.stride == 2
        assert call(stride=1) == call() == call(stride=[1]) == (1, 1, 5, 5)

    @pytest.mark.parametrize("name", ["SAME", "Same", "full", "VALID", "", "causal", "half"])
    def test_other_names_are_refused(self, name):
        wrong(partial(conv, 5, 3, padding=name), f"padding {name!r} is none of PyTorch's")

    @pytest.mark.parametrize("stride", [1, 9])
    def test_a_kernel_too_large_is_refused_whatever_the_stride(self, stride):
        call = partial(conv, 5, stride=stride)
        refusal = refused(
            partial(call, 8),
            "kernel 8 does not fit in input 5 with padding 0; it needs padding of at least 2 on each side, or a kernel "
            "of at most 5",
            "kernel size can't be greater than actual input size",
        )
        assert (refusal.kernel_size, refusal.input_size, refusal.framework) == (8, 5, "PyTorch")
        assert call(8, padding=2)
        assert call(5)
        for short in (partial(call, 8, padding=1), partial(call, 6)):
            refused(short)

    @pytest.mark.parametrize(
        ("given", "words", "mended"),
        [
            ({"padding": -1}, "padding -1 is below 0; the smallest padding is 0", {"padding": 0}),
            ({"padding": (0, -2)}, "axis 1 (width): padding -2 is below 0", {"padding": (0, 0)}),
            ({"stride": 0}, "stride 0 is below 1; the smallest stride is 1", {"stride": 1}),
            ({"stride": (1, -1)}, "axis 1 (width): stride -1 is below 1", {"stride": (1, 1)}),
            ({"dilation": 0}, "dilation 0 is below 1; the smallest dilation is 1", {"dilation": 1}),
            ({"groups": 0}, "groups 0 is below 1; the smallest is 1", {"groups": 1}),
        ],
    )
    def test_numbers_that_are_never_right(self, given, words, mended):
        call = partial(torch.conv_shape, (1, 2, 5, 5), (4, 2, 3, 3))
        wrong(partial(call, **given), words, "(PyTorch: ")
        assert call(**mended) == (1, 4, 3, 3)

    def test_a_kernel_of_0_is_refused(self):
        call = partial(torch.conv_shape, (1, 2, 5, 5))
        wrong(partial(call, (4, 2, 0, 3)), "axis 0 (height): kernel size 0 is below 1; the smallest")
        assert call((4, 2, 1, 3)) == (1, 4, 5, 3)

    @pytest.mark.parametrize("name", ["stride", "padding", "dilation"])
    def test_a_number_a_sequence_of_one_or_one_for_each_axis(self, name):
        call = partial(torch.conv_shape, (1, 1, 9, 9), (1, 1, 3, 3))
        shapes = {call(**{name: given}) for given in (2, [2], (2,), [2, 2], (2, 2))}
        assert len(shapes) == 1
        for given in ([], [2, 2, 2], (2, 2, 2, 2)):
            wrong(
                partial(call, **{name: given}),
                f"{name} {given} does not fit 2 spatial axes; PyTorch takes a number or a sequence of one or a "
                "sequence of 2",
            )

    @pytest.mark.parametrize("given", [{"stride": 1.0}, {"padding": None}, {"dilation": True}, {"groups": "2"}])
    def test_what_is_no_whole_number_is_refused(self, given):
        wrong(partial(conv, 5, 3, **given), f"{next(iter(given))} must be a whole number")

    @pytest.mark.parametrize(
        ("channels", "weight", "groups", "words", "mended"),
        [
            (4, (3, 2), 2, "3 output channels do not part into 2 groups; take a number that 2 divides", (4, (4, 2), 2)),
            (4, (1, 2), 2, "1 output channels are fewer than 2 groups; it needs at least 2", (4, (2, 2), 2)),
            (5, (4, 2), 2, "5 channels and the weight takes 2 in each of 2 groups; give an input of 4", (4, (4, 2), 2)),
            (5, (4, 2), 1, "5 channels and the weight takes 2; give an input of 2 channels", (2, (4, 2), 1)),
            (5, (0, 5), 1, "0 output channels are fewer than 1 groups; it needs at least 1", (5, (1, 5), 1)),
        ],
    )
    def test_weights_and_groups(self, channels, weight, groups, words, mended):
        def call(channels, weight, groups):
            return torch.conv_shape((1, channels, 5), (*weight, 3), groups=groups)

        refused(partial(call, channels, weight, groups), words)
        assert call(*mended) == (1, mended[1][0], 3)

    def test_an_empty_batch_and_no_channels(self):
        assert torch.conv_shape((0, 2, 7), (4, 2, 3)) == (0, 4, 5)
        assert torch.conv_shape((1, 0, 7), (4, 0, 3)) == (1, 0, 5)  # and not 4 channels
        assert torch.conv_shape((0, 2, 0, 7), (4, 2, 3, 3), padding=2) == (0, 4, 2, 9)
        assert torch.conv_shape((2, 0, 0), (2, 0, 2), padding=3, stride=2, dilation=2) == (2, 0, 2)

    @pytest.mark.parametrize(("padding", "least"), [(0, 4), (1, 2), (9, 1), ("same", 1)])
    def test_an_empty_axis_is_refused_even_where_padding_would_fill_it(self, padding, least):
        refused(
            partial(torch.conv_shape, (1, 2, 0), (4, 2, 4), padding=padding),
            f"the input has size 0; it needs at least {least}",
        )
        assert torch.conv_shape((1, 2, least), (4, 2, 4), padding=padding)

    def test_same_of_an_empty_axis_is_refused_with_an_empty_batch_too(self):
        refused(partial(torch.conv_shape, (0, 2, 0), (4, 2, 2), padding="same"), "kernel 2 does not fit in input 0")

    def test_ranks(self):
        assert torch.conv_shape((2, 7), (4, 2, 3)) == (4, 5)
        assert torch.conv_shape((2, 2, 7), (4, 2, 3, 3), padding=1) == (4, 2, 7)  # (C, H, W) of 2 axes, and not of 1
        for shape in ((7,), (1, 1, 2, 7)):
            refused(partial(torch.conv_shape, shape, (4, 2, 3)), f"{shape} has {len(shape)} entries", "takes 3, (N, C,")
        refused(partial(torch.conv_shape, (1, 2), (4, 2)), "weight_shape (4, 2) has 2 entries")
        refused(partial(torch.conv_shape, (1, 1, *(5,) * 4), (1, 1, *(3,) * 4)), "PyTorch convolves 1 to 3 axes")

    def test_the_layer(self):
        assert torch.conv(3, stride=2, padding=1) == ca.Conv(3, stride=2, padding=1)
        assert torch.conv((3, 5), padding="valid") == ca.Conv((3, 5))
        assert torch.conv(3, padding="same") == ca.Conv(3, padding="same")
        assert torch.conv(3, padding=[1], input_shape=(5, 5)).output_shape((5, 5)) == (5, 5)
        wrong(partial(torch.conv, [3], input_shape=(5, 5)), "kernel_size [3]")
        refused(partial(torch.conv, 7, input_shape=(5,)), "kernel 7 does not fit in input 5")


class TestConvTranspose:
    @pytest.mark.parametrize(
        ("size", "kernel", "given", "count"),
        [
            (5, 3, {"stride": 2, "padding": 1, "output_padding": 1}, 10),
            (5, 3, {"stride": 2, "padding": 1}, 9),
            (5, 3, {"dilation": 2, "output_padding": 1}, 10),  # below the dilation, though not below the stride
            (5, 3, {"padding": 3}, 1),  # crops more than k - 1
            (5, 1, {"stride": 3}, 13),
            (5, 5, {"stride": 2, "padding": 1}, 11),
            (HUGE, 3, {"stride": 2, "padding": 1}, 2**61 + 1),
        ],
    )
    def test_sizes(self, size, kernel, given, count):
        assert transpose(size, kernel, **given) == count

    def test_the_output_padding_goes_to_the_end(self):
        layer = torch.conv_transpose(3, stride=2, padding=1, output_padding=1)
        assert layer == ca.ConvTranspose(3, stride=2, padding=1, output_padding=1)
        assert layer.equivalent.padding == ((1, 2),)

    @pytest.mark.parametrize(("stride", "dilation", "most"), [(1, 1, 0), (3, 3, 2), (2, 5, 4), (5, 2, 4)])
    def test_the_output_padding_is_below_stride_or_dilation(self, stride, dilation, most):
        call = partial(transpose, 5, 3, stride=stride, dilation=dilation)
        refusal = wrong(
            partial(call, output_padding=most + 1),
            f"output_padding {most + 1} with stride {stride} and dilation {dilation} is out of range; "
            f"it can be 0 to {most}",
        )
        assert refusal.largest_output_padding == most
        assert call(output_padding=most) == call() + most
        wrong(partial(call, output_padding=-1), "output_padding -1")

    def test_each_axis_has_its_own_bound(self):
        call = partial(torch.conv_transpose_shape, (1, 1, 5, 5), (1, 1, 3, 3), stride=(1, 3))
        assert call(output_padding=(0, 2)) == (1, 1, 7, 17)
        wrong(partial(call, output_padding=(1, 2)), "axis 0 (height): output_padding 1")

    @pytest.mark.parametrize("name", ["same", "valid", "SAME"])
    def test_paddings_by_name_are_refused(self, name):
        wrong(partial(transpose, 5, 3, padding=name), f"padding {name!r} is a name")

    def test_a_negative_padding_is_refused(self):
        wrong(partial(transpose, 5, 3, padding=-1), "padding -1 is below 0; the smallest padding is 0, pad the output")
        assert transpose(5, 3, padding=0) == 7

    def test_nothing_left_is_refused(self):
        refusal = refused(
            partial(transpose, 2, 3, padding=2),
            "leaves an output of 0, below 1; it needs padding of at most 1 on each side, or an input of at least 3",
            "calculated output size per channel is too small",
        )
        assert refusal.framework == "PyTorch"
        assert transpose(2, 3, padding=1) == 2
        assert transpose(3, 3, padding=2) == 1

    @pytest.mark.parametrize(
        ("channels", "weight", "groups", "words", "mended"),
        [
            (3, (2, 4), 1, "3 channels and the weight takes 2; give an input of 2 channels", (2, (2, 4), 1)),
            (3, (3, 4), 2, "3 input channels do not part into 2 groups", (4, (4, 4), 2)),
            (
                0,
                (0, 4),
                1,
                "0 input channels of the weight are fewer than 1 groups; it needs at least 1",
                (1, (1, 4), 1),
            ),
            (2, (2, 0), 1, "0 output channels are below 1", (2, (2, 1), 1)),
        ],
    )
    def test_weights_and_groups(self, channels, weight, groups, words, mended):
        def call(channels, weight, groups):
            return torch.conv_transpose_shape((1, channels, 5), (*weight, 3), groups=groups)

        refused(partial(call, channels, weight, groups), words, kind=(ca.ShapeError, ca.ParameterError))
        assert call(*mended) == (1, mended[1][1] * mended[2], 7)

    def test_an_empty_axis_is_refused_but_with_an_empty_batch(self):
        refused(partial(torch.conv_transpose_shape, (1, 2, 0), (2, 4, 3)), "the input has size 0; it needs at least 1")
        assert torch.conv_transpose_shape((0, 2, 0), (2, 4, 3)) == (0, 4, 2)
        assert torch.conv_transpose_shape((0, 2, 7), (2, 4, 3)) == (0, 4, 9)

    def test_an_output_size_is_one_of_the_stride_that_share_the_input(self):
        call = partial(torch.conv_transpose_shape, (1, 2, 5), (2, 4, 3), stride=3)
        for size in (15, 16, 17):
            assert call(output_size=[size]) == (1, 4, size)
            layer = torch.conv_transpose(3, stride=3, output_size=[size], input_shape=(5,))
            assert layer == ca.ConvTranspose(3, stride=3, output_padding=size - 15)
        for size in (14, 18):
            refusal = refused(
                partial(call, output_size=[size]), f"output_size {size} is out of reach; it can be 15 to 17"
            )
            assert (refusal.least, refusal.largest) == (15, 17)

    def test_an_output_size_has_not_the_freedom_of_dilation(self):
        call = partial(torch.conv_transpose_shape, (1, 1, 5), (1, 1, 3), dilation=3)
        refused(partial(call, output_size=[12]), "output_size 12 is out of reach; it can only be 11")
        assert call(output_size=[11]) == (1, 1, 11)
        assert call(output_padding=1) == (1, 1, 12)

    def test_an_output_size_overrides_the_output_padding(self):
        call = partial(torch.conv_transpose_shape, (1, 1, 5), (1, 1, 3), stride=2)
        assert call(output_padding=1, output_size=[11]) == (1, 1, 11)
        assert call(output_padding=[9, 9, 9], output_size=[12]) == (1, 1, 12)

    def test_how_long_an_output_size_is(self):
        call = partial(torch.conv_transpose_shape, (1, 2, 5), (2, 4, 3), stride=2)
        assert call(output_size=(11,)) == call(output_size=(99, -1, 11)) == (1, 4, 11)
        for given in ((11, 11), (4, 11), ()):
            wrong(partial(call, output_size=given), f"output_size {given} does not fit")
        wrong(partial(call, output_size=11), "output_size must be a sequence of sizes; got 11")
        unbatched = partial(torch.conv_transpose_shape, (2, 5), (2, 4, 3), stride=2)
        assert unbatched(output_size=(11,)) == unbatched(output_size=(9, 11)) == (4, 11)
        wrong(partial(unbatched, output_size=(1, 4, 11)), "does not fit 1 spatial axis")

    def test_with_an_output_size_a_sequence_of_one_is_not_for_all_axes(self):
        call = partial(torch.conv_transpose_shape, (1, 1, 5, 5), (1, 1, 3, 3))
        assert call(stride=[2]) == (1, 1, 11, 11)
        for name, value in (("stride", [2]), ("padding", (0,)), ("dilation", [1])):
            wrong(partial(call, output_size=(7, 7), **{name: value}), f"{name} {value}")
        assert call(stride=2, padding=0, output_size=(12, 11)) == (1, 1, 12, 11)

    def test_a_layer_of_an_output_size_needs_the_input(self):
        wrong(partial(torch.conv_transpose, 3, output_size=[7]), "give input_shape, too")


class TestPools:
    @pytest.mark.parametrize(
        ("size", "kernel", "given", "count"),
        [
            (5, 2, {}, 2),  # the stride is the kernel
            (5, 2, {"stride": None}, 2),
            (5, 2, {"stride": []}, 2),
            (5, 2, {"stride": 1}, 4),
            (112, 3, {"stride": 2, "padding": 1}, 56),
            (112, 3, {"stride": 2, "padding": 1, "ceil_mode": True}, 57),
            (2, 3, {"stride": 2, "ceil_mode": True}, 1),  # a kernel larger than the input
            (12, 1, {"stride": 2, "ceil_mode": True}, 6),  # the clip without padding
            (5, 2, {"stride": 2, "padding": 1, "ceil_mode": True}, 3),
            (4, 2, {"stride": 2, "padding": 1, "ceil_mode": True}, 3),
            (HUGE, 2, {"ceil_mode": True}, 2**59 + 1),
        ],
    )
    def test_sizes(self, size, kernel, given, count):
        assert max_pool(size, kernel, **given) == avg_pool(size, kernel, **given) == count

    @pytest.mark.parametrize(
        ("size", "kernel", "given", "count"),
        [(5, 3, {"stride": 1, "padding": 1, "dilation": 2}, 3), (9, 5, {"stride": 2, "padding": 2, "dilation": 3}, 1)],
    )
    def test_maximum_pooling_has_dilation(self, size, kernel, given, count):
        assert max_pool(size, kernel, **given) == count

    def test_more_dimensions(self):
        assert torch.max_pool_shape((1, 1, 13, 13), 3, 2, 0, 3, True) == (1, 1, 4, 4)
        assert torch.max_pool_shape((2, 3, 4, 5, 6), (1, 2, 3), stride=[2]) == (2, 3, 2, 2, 2)
        assert torch.avg_pool_shape((1, 8, 5, 5), 2) == (1, 8, 2, 2)

    def test_a_stride_of_0_is_no_default(self):
        wrong(partial(max_pool, 5, 2, stride=0), "stride 0 is below 1; the smallest stride is 1")

    @pytest.mark.parametrize("dilation", [1, 3])
    def test_padding_is_at_most_half_the_kernel_undilated(self, dilation):
        call = partial(max_pool, 9, 3, stride=1, dilation=dilation)
        refusal = wrong(partial(call, padding=2), "padding 2 is more than half of kernel 3; it can be 0 to 1")
        assert (refusal.largest_padding, refusal.padding, refusal.kernel_size) == (1, 2, 3)
        assert call(padding=1) == call(padding=0) + 2
        wrong(partial(avg_pool, 9, 1, padding=1), "it can be 0 to 0")

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"padding": -1}, "padding -1 is below 0"),
            ({"padding": "same"}, "padding must be a whole number; got 'same'"),
            ({"stride": -1}, "stride -1 is below 1"),
            ({"kernel_size": 0}, "kernel size 0 is below 1"),
            ({"dilation": 0}, "dilation 0 is below 1"),
            ({"ceil_mode": 1}, "ceil_mode must be True or False; got 1"),
            ({"kernel_size": (2, 2)}, "kernel_size (2, 2) does not fit 1 spatial axis"),
            ({"padding": []}, "padding [] does not fit 1 spatial axis"),
            ({"dilation": []}, "dilation [] does not fit 1 spatial axis"),
            ({"ndim": 4}, "ndim 4 is out of range; PyTorch pools 1 to 3 axes"),
        ],
    )
    def test_numbers_that_are_never_right(self, given, words):
        wrong(partial(torch.max_pool_shape, (1, 1, 5), **{"kernel_size": 2, **given}), words)

    def test_a_kernel_larger_than_the_padded_input(self):
        call = partial(max_pool, stride=1)
        refusal = refused(
            partial(call, 5, 6),
            "kernel 6 does not fit in input 5 with padding 0; it needs an input of at least 6, or a "
            "kernel of at most 5",
            "output size is too small",
        )
        assert (refusal.least_input_size, refusal.kernel_size, refusal.input_size) == (6, 6, 5)
        assert call(6, 6) == call(5, 5) == 1

    def test_a_dilated_one_is_mended_by_no_padding(self):
        call = partial(max_pool, stride=2, padding=2)
        words = "kernel 5 with dilation {} spans {} and does not fit in input {} with padding 2; it needs an input "
        refused(partial(call, 8, 5, dilation=3), words.format(3, 13, 8), "of at least 9, or a kernel of at most 4 (")
        assert (call(9, 5, dilation=3), call(8, 4, dilation=3)) == (1, 2)
        refused(partial(call, 5, 5, dilation=3), words.format(3, 13, 5), "of at least 9 (PyTorch")
        wrong(partial(call, 5, 3, dilation=3), "padding 2 is more than half of kernel 3")

    def test_rounding_up_takes_smaller_inputs(self):
        call = partial(max_pool, kernel_size=6, stride=2, ceil_mode=True)
        refused(partial(call, 4), "kernel 6 does not fit in input 4 with padding 0; it needs an input of at least 5")
        assert call(5) == 1

    @tried(st.integers(1, 40), st.integers(1, 9), st.integers(1, 9), st.integers(1, 4), st.booleans(), st.data())
    def test_every_advised_input_is_the_smallest_that_fits(self, size, kernel, stride, dilation, ceil, data):
        padding = data.draw(st.integers(0, kernel // 2))
        call = partial(max_pool, kernel_size=kernel, stride=stride, padding=padding, dilation=dilation, ceil_mode=ceil)
        try:
            least = 0 * call(size)
        except ca.ShapeError as refusal:
            least = refusal.least_input_size
        if least:
            assert least > size
            assert call(least) >= 1
            refused(partial(call, least - 1))

    def test_averages_of_three_axes_refuse_an_input_below_the_kernel(self):
        given = {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}
        for ndim in (1, 2):
            assert torch.avg_pool_shape((1, 1, *(2,) * ndim), **given) == (1, 1, *(2,) * ndim)
        refusal = refused(
            partial(torch.avg_pool_shape, (1, 1, 5, 2, 5), **given),
            "axis 1 (height): kernel 3 is larger than input 2 without its padding; it needs an input of at least 3, or "
            "a kernel of at most 2",
        )
        assert (refusal.axis, refusal.kernel_size, refusal.input_size) == (1, 3, 2)
        assert torch.avg_pool_shape((1, 1, 5, 3, 5), **given) == (1, 1, 3, 2, 3)
        assert torch.max_pool_shape((1, 1, 5, 2, 5), **given) == (1, 1, 3, 2, 3)
        refused(partial(torch.lp_pool_shape, (1, 1, 5, 2, 5), 2, 3, 2, True), "kernel 3 is larger than input 2")

    @pytest.mark.parametrize("function", [torch.max_pool_shape, torch.avg_pool_shape])
    def test_only_the_batch_may_be_empty(self, function):
        assert function((0, 2, 7), 3) == (0, 2, 2)
        refused(partial(function, (1, 0, 7), 3), "the input has no channels; it needs at least 1")
        refused(partial(function, (0, 7), 3, ndim=1), "the input has no channels")
        refused(partial(function, (1, 2, 0), 3, padding=1), "the input has size 0; it needs at least 1")
        refused(partial(function, (0, 2, 7, 0), 3, padding=1), "axis 1 (width): the input has size 0")

    def test_without_a_batch_ndim_says_how_many_axes_there_are(self):
        assert torch.max_pool_shape((2, 7), 3, ndim=1) == (2, 2)
        assert torch.max_pool_shape((2, 7, 7), 3, ndim=2) == (2, 2, 2)
        assert torch.max_pool_shape((2, 7, 7), 3) == (2, 7, 2)  # a batch of 2, 7 channels
        refused(partial(torch.max_pool_shape, (7, 7), 3), "(7, 7) has 2 entries", "give ndim where there is no batch")
        refused(partial(torch.max_pool_shape, (7, 7), 3, ndim=2), "with 2 spatial axes it takes 4, (N, C, spatial...)")

    def test_the_divisor_is_of_two_and_three_axes_and_not_0(self):
        for shape in ((1, 1, 5, 5), (1, 1, 5, 5, 5)):
            assert torch.avg_pool_shape(shape, 5, divisor_override=-3) == (1, 1, *(1,) * (len(shape) - 2))
            wrong(partial(torch.avg_pool_shape, shape, 5, divisor_override=0), "divisor_override 0 divides by nothing")
        wrong(partial(torch.avg_pool_shape, (1, 1, 5), 5, divisor_override=3), "has none for 1")
        assert torch.avg_pool_shape((1, 1, 5), 5, divisor_override=None) == (1, 1, 1)

    def test_the_layers(self):
        assert torch.max_pool(3, 2, 1, ceil_mode=True) == ca.Pool(3, stride=2, padding=1, ceil_mode=True)
        assert torch.max_pool(2, dilation=2).dilation == 2
        assert torch.avg_pool((2, 3)) == ca.Pool((2, 3))
        assert torch.lp_pool(3, stride=2, ceil_mode=True) == ca.Pool(3, stride=2, ceil_mode=True)
        wrong(partial(torch.max_pool, 3, padding=2), "padding 2 is more than half")
        refused(partial(torch.max_pool, 6, input_shape=(5,)), "kernel 6 does not fit in input 5")


class TestLpPool:
    def test_it_is_as_large_as_an_average_pooling(self):
        assert torch.lp_pool_shape((1, 8, 5, 5), 2, 3, stride=2) == (1, 8, 2, 2)
        assert torch.lp_pool_shape((1, 1, 2), 2, 3, 2, True) == (1, 1, 1)
        assert torch.lp_pool_shape((1, 1, 7), 1.5, 3, [2]) == torch.lp_pool_shape((1, 1, 7), -1, 3, 2) == (1, 1, 3)

    def test_the_kernel_of_one_axis_is_a_number_and_never_one_for_all(self):
        wrong(partial(torch.lp_pool_shape, (1, 1, 7), 2, [3]), "kernel_size [3] is no number", "lp_pool1d takes an int")
        wrong(partial(torch.lp_pool_shape, (1, 1, 7, 7), 2, [3]), "kernel_size [3] does not fit 2 spatial axes")
        assert torch.lp_pool_shape((1, 1, 7, 7), 2, [3, 2]) == (1, 1, 2, 3)

    @pytest.mark.parametrize("norm_type", [0, 0.0])
    def test_there_is_no_norm_of_0(self, norm_type):
        wrong(partial(torch.lp_pool_shape, (1, 1, 7), norm_type, 3), f"norm_type {norm_type}")

    @pytest.mark.parametrize("norm_type", ["2", None, True])
    def test_nor_one_of_what_is_no_number(self, norm_type):
        wrong(partial(torch.lp_pool_shape, (1, 1, 7), norm_type, 3), "norm_type must be a number")

    @pytest.mark.parametrize("norm_type", [inf, -inf])
    def test_an_infinite_norm_is_a_maximum_pooling(self, norm_type):
        assert torch.lp_pool_shape((1, 1, 7), norm_type, [3]) == (1, 1, 2)
        assert torch.lp_pool_shape((1, 1, 5, 2, 5), norm_type, 3, 2, True) == (1, 1, 2, 1, 2)


class TestMaxUnpool:
    @pytest.mark.parametrize(
        ("size", "given", "count"),
        [
            (3, {"kernel_size": 2}, 6),
            (3, {"kernel_size": 3, "stride": 2, "padding": 1}, 5),
            (3, {"kernel_size": 2, "padding": -1}, 8),  # nothing is checked
            (3, {"kernel_size": 2, "padding": 3}, 0),
            (3, {"kernel_size": 2, "stride": 0}, 2),
            (3, {"kernel_size": 0, "stride": 2}, 4),
            (3, {"kernel_size": 2, "output_size": [5]}, 5),
            (3, {"kernel_size": 2, "output_size": (9, 9, 7)}, 7),
            (HUGE, {"kernel_size": 2}, 2 * HUGE),
        ],
    )
    def test_sizes(self, size, given, count):
        assert unpool(size, **given) == count

    def test_more_dimensions(self):
        assert torch.max_unpool_shape((1, 2, 3, 3, 3), (2, 2, 2), 2, 0, (7, 5, 6)) == (1, 2, 7, 5, 6)
        wrong(partial(torch.max_unpool_shape, (1, 2, 3, 3, 3), 2, 0), "stride 0 is below 1")

    def test_a_negative_size_is_refused(self):
        refused(partial(unpool, 3, 2, padding=5), "leaves -4, below 0; it needs padding of at most 3")
        assert unpool(3, 2, padding=3) == 0
        refused(partial(unpool, 3, 2, padding=4))

    @pytest.mark.parametrize("size", [4, 8])
    def test_an_output_size_is_less_than_a_stride_away(self, size):
        refusal = refused(
            partial(unpool, 3, 2, output_size=[size]), f"output_size {size} is out of reach; it can be 5 to 7"
        )
        assert (refusal.least, refusal.largest) == (5, 7)
        assert [unpool(3, 2, output_size=[near]) for near in (5, 7)] == [5, 7]

    def test_an_output_size_may_mend_a_negative_size(self):
        assert unpool(3, 1, stride=3, padding=4, output_size=[1]) == 1  # -1 of itself
        refused(partial(unpool, 3, 1, stride=3, padding=4), "leaves -1, below 0")

    @pytest.mark.parametrize("output_size", [[7, 7], [], [1, 1, 1, 7]])
    def test_other_lengths_are_refused(self, output_size):
        wrong(partial(unpool, 3, 2, output_size=output_size), "PyTorch takes 1 number")

    def test_a_number_is_no_output_size(self):
        wrong(partial(unpool, 3, 2, output_size=7), "must be a sequence of sizes; got 7")

    def test_a_sequence_of_one_is_not_for_all_axes(self):
        call = partial(torch.max_unpool_shape, (1, 2, 3, 3))
        for given in ({"kernel_size": [2]}, {"kernel_size": 2, "stride": [2]}, {"kernel_size": 2, "padding": (0,)}):
            wrong(partial(call, **given), "does not fit 2 spatial axes")
        wrong(partial(unpool, 3, 2, stride=[]), "stride [] does not fit")  # no default here

    def test_the_first_size_may_be_0(self):
        assert torch.max_unpool_shape((0, 2, 3), 2) == (0, 2, 6)
        assert torch.max_unpool_shape((0, 3), 2, ndim=1) == (0, 6)
        refused(partial(torch.max_unpool_shape, (1, 0, 3), 2), "the input has no channels")
        refused(partial(torch.max_unpool_shape, (1, 2, 0), 2), "the input has size 0")


ADAPTIVE = [torch.adaptive_avg_pool_shape, torch.adaptive_max_pool_shape]


@pytest.mark.parametrize("pool", ADAPTIVE)
class TestAdaptivePools:
    def test_what_is_asked_for_comes_out(self, pool):
        assert pool((1, 8, 5), 7) == pool((1, 8, 5), [7]) == (1, 8, 7)
        assert pool((1, 8, 5, 6), 3) == (1, 8, 3, 3)
        assert pool((1, 8, 5, 6), (None, 3)) == (1, 8, 5, 3)
        assert pool((1, 8, 5, 6, 7), [0, None, 9]) == (1, 8, 0, 6, 9)
        assert pool((8, 5, 6), (None, 3), ndim=2) == (8, 5, 3)
        assert pool((1, 8, HUGE), 2**61) == (1, 8, 2**61)

    @pytest.mark.parametrize(
        ("shape", "size", "words"),
        [
            ((1, 8, 5), -1, "output_size -1 is below 0; the smallest output_size is 0"),
            ((1, 8, 5, 6), (3, -2), "axis 1 (width): output_size -2 is below 0"),
            ((1, 8, 5), None, "output_size must be a whole number; got None"),
            ((1, 8, 5), [None], "of 1 axis takes no None; give its size"),
            ((1, 8, 5, 6), None, "output_size must be a whole number; got None"),
            ((1, 8, 5, 6), [3], "output_size [3] does not fit 2 spatial axes; PyTorch takes 2 numbers"),
            ((1, 8, 5), [3, 3], "output_size [3, 3] does not fit 1 spatial axis; PyTorch takes 1 number"),
            ((1, 8, 5, 6), [3, 3, 3], "does not fit 2 spatial axes"),
        ],
    )
    def test_other_sizes_are_refused(self, pool, shape, size, words):
        wrong(partial(pool, shape, size), words)

    def test_the_input_has_no_empty_axis(self, pool):
        refused(partial(pool, (1, 8, 0), 7), "the input has size 0; it needs at least 1")
        refused(partial(pool, (1, 8, 5, 0), (None, 0)), "axis 1 (width): the input has size 0")
        assert pool((1, 8, 1), 7) == (1, 8, 7)

    def test_the_first_size_may_be_0(self, pool):
        assert pool((0, 8, 5), 3) == (0, 8, 3)
        assert pool((0, 5, 6), 3, ndim=2) == (0, 3, 3)
        refused(partial(pool, (1, 0, 5, 6, 7), 2), "the input has no channels")


def test_without_channels_an_adaptive_average_of_one_or_two_axes_passes():
    for shape in ((1, 0, 5), (1, 0, 5, 6)):
        assert torch.adaptive_avg_pool_shape(shape, 3) == (1, 0, *(3,) * (len(shape) - 2))
        refused(partial(torch.adaptive_max_pool_shape, shape, 3), "the input has no channels")


class TestFractionalMaxPool:
    def test_what_is_asked_for_comes_out(self):
        call = torch.fractional_max_pool_shape
        assert call((1, 8, 10, 9), 2, 5) == (1, 8, 5, 5)
        assert call((1, 8, 10, 9), (2, 3), (5, 0)) == (1, 8, 5, 0)
        assert call((1, 8, 7, 6), 2, output_ratio=0.5) == call((1, 8, 7, 6), 2, output_ratio=(0.5, 0.5)) == (1, 8, 3, 3)
        assert call((8, 7, 6, 5), 2, output_ratio=(0.5, 0.5, 0.5), ndim=3) == (8, 3, 3, 2)
        assert call((0, 8, 10, 9), 2, 5) == (0, 8, 5, 5)

    @pytest.mark.parametrize(("ndim", "most", "bound"), [(2, 4, "at most"), (3, 3, "below")])
    def test_the_windows_fit_and_on_three_axes_with_one_to_spare(self, ndim, most, bound):
        call = partial(torch.fractional_max_pool_shape, (1, 1, *(5,) * ndim))
        refusal = refused(
            partial(call, 2, most + 1),
            f"output_size {most + 1} with kernel 2 does not fit in input 5; it needs an output of at most {most}, or "
            "an input of at least 6",
            f"output_size + kernel_size - 1 is {bound} the input",
        )
        assert (refusal.largest_output_size, refusal.least_input_size, refusal.kernel_size) == (most, 6, 2)
        assert call(2, most) == (1, 1, *(most,) * ndim)
        assert torch.fractional_max_pool_shape((1, 1, *(6,) * ndim), 2, most + 1) == (1, 1, *(most + 1,) * ndim)

    def test_a_kernel_far_too_large_needs_a_larger_input(self):
        call = torch.fractional_max_pool_shape
        refused(partial(call, (1, 1, 5, 5), 7, 0), "does not fit in input 5; it needs an input of at least 6 (")
        assert call((1, 1, 6, 6), 7, 0) == (1, 1, 0, 0)

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"kernel_size": 2}, "neither output_size nor output_ratio; give one"),
            ({"kernel_size": 2, "output_size": 3, "output_ratio": 0.5}, "both output_size and output_ratio; give one"),
            ({"kernel_size": [2], "output_size": 3}, "kernel_size [2] does not fit 2 spatial axes"),
            ({"kernel_size": 2, "output_size": [3]}, "output_size [3] does not fit 2 spatial axes"),
            ({"kernel_size": 2, "output_size": -1}, "output_size -1 is below 0"),
            ({"kernel_size": 0, "output_size": 1}, "kernel_size 0 is below 1"),
            (
                {"kernel_size": 2, "output_ratio": 1.0},
                "output_ratio 1.0 is out of range; it is a float between 0 and 1",
            ),
            ({"kernel_size": 2, "output_ratio": (0.5, 0.0)}, "output_ratio 0.0 is out of range"),
            ({"kernel_size": 2, "output_ratio": (0.5,)}, "output_ratio (0.5,) does not fit 2 spatial axes"),
        ],
    )
    def test_what_is_never_right(self, given, words):
        wrong(partial(torch.fractional_max_pool_shape, (1, 1, 5, 5), **given), words)

    def test_empty_axes_and_one_axis_are_refused(self):
        call = torch.fractional_max_pool_shape
        refused(partial(call, (1, 1, 0, 5), 1, 0), "axis 0 (height): the input has size 0")
        refused(partial(call, (1, 0, 5, 5), 1, 0), "the input has no channels")
        refused(partial(call, (1, 1, 5), 1, 1), "PyTorch pools 2 or 3 axes fractionally, and not 1")
        assert call((0, 5, 5), 2, 1, ndim=2) == (0, 1, 1)


class TestFoldAndUnfold:
    given = {"kernel_size": (2, 3), "dilation": (1, 2), "padding": (1, 0), "stride": (2, 1)}  # noqa: RUF012 - never changed

    def test_unfold(self):
        assert torch.unfold_shape((1, 3, 6, 6), 3, stride=2, padding=1) == (1, 27, 9)
        assert torch.unfold_shape((1, 2, 7, 6), **self.given) == (1, 12, 8)
        assert torch.unfold_shape((2, 7, 6), 2) == (8, 30)
        assert torch.unfold_shape((0, 2, 7, 6), 2) == (0, 8, 30)
        assert torch.unfold_shape((1, 2, 7, 6), 3, padding=20) == (1, 18, 1980)

    def test_fold_goes_back(self):
        assert torch.fold_shape((1, 27, 9), (6, 6), 3, stride=2, padding=1) == (1, 3, 6, 6)
        assert torch.fold_shape((1, 12, 8), (7, 6), **self.given) == (1, 2, 7, 6)
        assert torch.fold_shape((8, 30), (7, 6), 2) == (2, 7, 6)
        assert torch.fold_shape((0, 8, 9), 4, 2) == (0, 2, 4, 4)

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            (
                {"kernel_size": [2]},
                "kernel_size [2] does not fit 2 spatial axes; PyTorch takes a number or a sequence of 2",
            ),
            ({"dilation": [1]}, "dilation [1] does not fit"),
            ({"padding": (0,)}, "padding (0,) does not fit"),
            ({"stride": [1, 1, 1]}, "stride [1, 1, 1] does not fit"),
            ({"kernel_size": 0}, "kernel size 0 is below 1"),
            ({"stride": 0}, "stride 0 is below 1"),
            ({"dilation": 0}, "dilation 0 is below 1"),
            ({"padding": -1}, "padding -1 is below 0"),
        ],
    )
    def test_numbers_that_are_never_right(self, given, words):
        given = {"kernel_size": 2, **given}
        wrong(partial(torch.unfold_shape, (1, 2, 4, 5), **given), words)
        wrong(partial(torch.fold_shape, (1, 8, 12), (4, 5), **given), words)

    def test_a_window_has_to_fit(self):
        refused(
            partial(torch.unfold_shape, (1, 2, 7, 6), 7),
            "axis 1 (width): kernel 7 does not fit in input 6 with "
            "padding 0; it needs padding of at least 1 on each side, or a kernel of at most 6",
        )
        assert torch.unfold_shape((1, 2, 7, 6), 7, padding=1) == (1, 98, 6)
        assert torch.unfold_shape((1, 2, 7, 6), 6) == (1, 72, 2)

    def test_the_columns_are_the_windows(self):
        refusal = refused(
            partial(torch.fold_shape, (1, 8, 11), (4, 5), 2),
            "the input has 11 columns and output_size (4, 5) has 3x4 = 12 windows; give as many",
        )
        assert (refusal.columns, refusal.windows) == (11, (3, 4))
        assert torch.fold_shape((1, 8, 12), (4, 5), 2) == (1, 2, 4, 5)

    def test_the_rows_part_into_kernels(self):
        refused(
            partial(torch.fold_shape, (1, 7, 12), (4, 5), 2), "7 rows do not part into kernels of 4; give a multiple"
        )

    def test_only_the_batch_may_be_empty(self):
        for shape in ((1, 0, 7, 6), (1, 2, 0, 6), (0, 7, 6)):
            refused(partial(torch.unfold_shape, shape, 2, padding=2), "it needs at least 1")
        for shape in ((1, 0, 12), (1, 8, 0), (0, 12)):
            refused(partial(torch.fold_shape, shape, (4, 5), 2), f"the input {shape} is empty; only the batch may be")
        wrong(partial(torch.fold_shape, (1, 8, 6), (0, 5), 2, 1, 1), "output_size 0 is below 1")

    def test_ranks(self):
        refused(partial(torch.unfold_shape, (7, 6), 2), "(7, 6) has 2 entries")
        refused(partial(torch.unfold_shape, (1, 2, 7, 7, 7), 2), "(1, 2, 7, 7, 7) has 5 entries")
        for shape in ((12,), (1, 1, 8, 12)):
            refused(partial(torch.fold_shape, shape, (4, 5), 2), f"{shape} has {len(shape)} entries; fold takes 3")
        wrong(partial(torch.fold_shape, (1, 8, 12), [4], 2), "output_size [4] does not fit")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (partial(torch.adaptive_avg_pool, 7), "adaptive_avg_pool has no layer: its windows are not all of one size"),
        (partial(torch.adaptive_max_pool, 7), "adaptive_max_pool has no layer"),
        (
            partial(torch.fractional_max_pool, 2, 3),
            "where its windows lie is random; fractional_max_pool_shape answers",
        ),
        (partial(torch.max_unpool, 2), "max_unpool has no layer: its indices say where"),
        (partial(torch.fold, (4, 5), 2), "fold has no layer"),
        (partial(torch.unfold, 2), "unfold has no layer"),
    ],
)
def test_what_has_no_layer_says_why_and_which_function_answers(call, words):
    assert "_shape answers" in str(wrong(call, words))


class TestLayersAndShapesAgree:
    @pytest.mark.parametrize("given", [{}, {"stride": 2, "padding": 1}, {"dilation": 2, "padding": (2, 0)}])
    def test_convolutions(self, given):
        layer = torch.conv((3, 2), **given)
        assert torch.conv_shape((1, 2, 9, 8), (4, 2, 3, 2), **given)[2:] == layer.output_shape((9, 8))
        up = torch.conv_transpose((3, 2), **given)
        assert torch.conv_transpose_shape((1, 2, 9, 8), (2, 4, 3, 2), **given)[2:] == up.output_shape((9, 8))

    @tried(st.integers(1, 30), st.integers(1, 7), st.integers(1, 9), st.booleans(), st.data())
    def test_poolings(self, size, kernel, stride, ceil, data):
        padding = data.draw(st.integers(0, kernel // 2))
        layer = torch.max_pool(kernel, stride, padding, ceil_mode=ceil)
        try:
            expected = layer.output_shape(size)
        except ca.ShapeError:
            refused(partial(max_pool, size, kernel, stride, padding, ceil_mode=ceil))
        else:
            assert (max_pool(size, kernel, stride, padding, ceil_mode=ceil),) == expected

    @tried(st.integers(1, 2**60), st.integers(1, 2**60), st.integers(1, 9), st.integers(1, 2**60))
    def test_huge_ones_are_exact(self, size, kernel, dilation, stride):
        span = dilation * (kernel - 1) + 1
        if span <= size:
            assert conv(size, kernel, stride=stride, dilation=dilation) == (size - span) // stride + 1
        assert transpose(size, kernel, stride=stride, dilation=dilation) == (size - 1) * stride + span
