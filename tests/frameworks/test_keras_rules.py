"""Keras's rules, statement by statement; sizes are those that `compute_output_shape` of Keras 3.15 gave when asked."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from refusals_told import does_not_fit, refused

import convarith as ca
from convarith.frameworks import keras

HUGE = 2**60 + 1
NAMES = ("valid", "same")

sizes, kernels, small = st.integers(0, 12), st.integers(1, 5), st.integers(1, 4)


def conv(size, kernel, strides=1, padding="valid", dilation=1):
    """The size of one axis."""
    return keras.conv_shape((1, 2, size), 3, kernel, strides, padding, dilation_rate=dilation)[2]


def transposed(size, kernel, strides=1, padding="valid", dilation=1, added=None):
    return keras.conv_transpose_shape((1, 2, size), 3, kernel, strides, padding, added, dilation_rate=dilation)[2]


def pooled(size, pool, strides=None, padding="valid"):
    answers = {shape((1, 2, size), pool, strides, padding)[2] for shape in (keras.max_pool_shape, keras.avg_pool_shape)}
    assert len(answers) == 1, "both kinds of pooling have the same size"
    return answers.pop()


class TestConv:
    @pytest.mark.parametrize(
        ("size", "kernel", "strides", "dilation", "valid", "same"),
        [
            (6, 3, 2, 1, 2, 3),
            (5, 3, 1, 1, 3, 5),
            (7, 2, 3, 1, 2, 3),
            (7, 3, 1, 2, 3, 7),
            (9, 4, 1, 2, 3, 9),
            (1, 1, 1, 1, 1, 1),
            (12, 5, 4, 1, 2, 3),
            (3, 1, 5, 1, 1, 1),
            (8, 3, 1, 3, 2, 8),
        ],
    )
    def test_sizes(self, size, kernel, strides, dilation, valid, same):
        assert conv(size, kernel, strides, "valid", dilation) == valid
        assert conv(size, kernel, strides, "same", dilation) == same
        assert conv(size, kernel, strides, "causal", dilation) == same

    @given(sizes, kernels, small)
    def test_same_and_causal_give_the_ceiling(self, size, kernel, strides):
        outputs = len(range(0, size, strides))
        assert conv(size, kernel, strides, "same") == conv(size, kernel, strides, "causal") == outputs

    @pytest.mark.parametrize(
        ("size", "kernel", "strides", "dilation", "pads"),
        [(6, 3, 2, 1, (0, 1)), (5, 3, 2, 1, (1, 1)), (4, 4, 1, 1, (1, 2)), (5, 1, 4, 1, (0, 0)), (5, 2, 1, 3, (1, 2))],
    )
    def test_same_pads_as_tensorflow_does(self, size, kernel, strides, dilation, pads):
        layer = keras.conv(kernel, strides, "same", dilation, input_shape=size)
        assert layer == ca.Conv(kernel, stride=strides, padding=(pads,), dilation=dilation)
        asked = keras.conv(kernel, strides, "same", dilation)
        assert asked.windows(size) == layer.windows(size)

    def test_causal_pads_before(self):
        layer = keras.conv(3, padding="causal", dilation_rate=2, input_shape=7)
        assert layer == ca.Conv(3, padding=((4, 0),), dilation=2)
        assert keras.conv(3, padding="causal") == ca.Conv(3, padding="causal")

    def test_causal_is_for_one_axis(self):
        call = partial(keras.conv_shape, (1, 2, 7, 7), 3, 3)
        words = "padding 'causal' does not fit 2 spatial axes; Keras has it for 1, give 'valid' or 'same'"
        assert refused(partial(call, padding="causal"), words).ndim == 2
        assert call(padding="same") == (1, 3, 7, 7)
        refused(partial(keras.conv, (3, 3), padding="causal"), words)

    @pytest.mark.parametrize("name", ["SAME", "Same", "VALID", "vAlId", "Causal"])
    def test_names_are_read_in_any_letter_case(self, name):
        assert conv(5, 3, padding=name) == conv(5, 3, padding=name.lower())
        if name.lower() != "causal":
            assert transposed(5, 3, 2, name) == transposed(5, 3, 2, name.lower())

    @pytest.mark.parametrize("name", ["full", "half", "", "same_lower", "valid "])
    def test_other_names_are_refused(self, name):
        refused(partial(conv, 5, 3, padding=name), f"padding {name!r} is none of Keras's", "valid, same, causal")
        refused(partial(transposed, 5, 3, padding=name), f"padding {name!r} is none of Keras's", "valid, same")
        refused(partial(keras.conv_shape, (1, 2, 5, 5), 3, 3, padding=name), "valid, same")

    @pytest.mark.parametrize("padding", [1, (1, 1), [1], [[1, 1]], None])
    def test_padding_in_numbers_is_refused(self, padding):
        words = (
            f"padding {padding!r} is no name, and Keras takes no other; give 'same', or 'valid' with a layer beside it"
        )
        for call in (conv, transposed, pooled):
            assert refused(partial(call, 5, 3, padding=padding), words).padding == padding

    def test_transposed_there_is_no_causal(self):
        refused(
            partial(transposed, 5, 3, padding="causal"), "padding 'causal' is none of Keras's; known are valid, same"
        )

    @pytest.mark.parametrize("strides", [1, 5])
    def test_a_kernel_too_large_is_refused_where_valid(self, strides):
        call = partial(conv, 5, strides=strides)
        refusal = does_not_fit(
            partial(call, 8),
            "kernel 8 does not fit in input 5 with padding 0",
            "or a kernel of at most 5 (Keras: computed output size would be zero or negative)",
        )
        assert (refusal.kernel_size, refusal.input_size, refusal.framework) == (8, 5, "Keras")
        assert call(5) == 1
        does_not_fit(partial(call, 6))
        assert call(8, padding="same")
        assert keras.conv_shape((1, 2, 5 + 3), 3, 8, strides) == (1, 3, 1)

    def test_a_dilated_kernel_is_as_large_as_it_spans(self):
        does_not_fit(partial(conv, 6, 3, dilation=3), "kernel 3 with dilation 3 spans 7", "a kernel of at most 2")
        assert conv(7, 3, dilation=3) == 1
        assert conv(6, 2, dilation=3) == 3

    @pytest.mark.parametrize(
        ("strides", "dilation"), [(2, 2), ((1, 2), (2, 1)), ((2, 1), (1, 3)), ([1, 4], 2), ((2, 2), (1, 2))]
    )
    def test_strides_and_dilation_do_not_go_together_on_any_axes(self, strides, dilation):
        for shape in (keras.conv_shape, keras.conv_transpose_shape):
            call = partial(shape, (1, 2, 9, 9), 3, 3)
            refusal = refused(
                partial(call, strides=strides, dilation_rate=dilation),
                "do not go together, on whatever axes; give stride 1 or dilation 1 everywhere",
                "`strides > 1` not supported in conjunction with `dilation_rate > 1`",
            )
            assert max(refusal.stride) > 1 < max(refusal.dilation)
            assert call(strides=strides)
            assert call(dilation_rate=dilation)

    @pytest.mark.parametrize(
        ("given", "words", "mended"),
        [
            ({"kernel_size": 0}, "kernel size 0 is below 1; the smallest kernel size is 1", {"kernel_size": 1}),
            ({"kernel_size": (3, -1)}, "axis 1 (width): kernel size -1 is below 1", {"kernel_size": (3, 1)}),
            ({"strides": 0}, "stride 0 is below 1; the smallest stride is 1", {"strides": 1}),
            ({"strides": (1, -2)}, "axis 1 (width): stride -2 is below 1", {"strides": (1, 1)}),
            ({"dilation_rate": 0}, "dilation 0 is below 1; the smallest dilation is 1", {"dilation_rate": 1}),
            ({"filters": 0}, "0 output channels are below 1; the smallest number is 1", {"filters": 1}),
            ({"filters": -4}, "-4 output channels are below 1", {"filters": 1}),
        ],
    )
    def test_numbers_that_are_never_right(self, given, words, mended):
        for shape in (keras.conv_shape, keras.conv_transpose_shape):
            call = partial(shape, (1, 2, 5, 5))
            base = {"filters": 4, "kernel_size": 3}
            refused(partial(call, **{**base, **given}), words, "(Keras: ")
            assert call(**{**base, **mended})

    @pytest.mark.parametrize(
        ("channels", "filters", "groups", "words", "mended"),
        [
            (2, 4, 4, "2 input channels do not part into 4 groups; take a number that 4 divides", (4, 4, 4)),
            (2, 4, 4, "2 input channels do not part into 4 groups; take a number that 4 divides", (2, 4, 2)),
            (3, 4, 3, "4 output channels do not part into 3 groups; take a number that 3 divides", (3, 6, 3)),
        ],
    )
    def test_groups_part_inputs_and_filters(self, channels, filters, groups, words, mended):
        refusal = does_not_fit(
            partial(keras.conv_shape, (1, channels, 5), filters, 3, groups=groups), words, "(Keras: "
        )
        assert refusal.groups == groups
        assert keras.conv_shape((1, mended[0], 5), mended[1], 3, groups=mended[2]) == (1, mended[1], 3)

    def test_groups_are_at_least_1(self):
        refused(partial(keras.conv_shape, (1, 2, 5), 4, 3, groups=0), "groups 0 is below 1; the smallest is 1")
        assert keras.conv_shape((1, 2, 5), 4, 3, groups=1) == (1, 4, 3)

    @pytest.mark.parametrize(("padding", "count"), [("same", 0), ("causal", 0)])
    def test_an_empty_input_gives_an_empty_output_where_it_is_padded(self, padding, count):
        assert conv(0, 3, 2, padding) == count
        does_not_fit(partial(conv, 0, 3), "kernel 3 does not fit in input 0")
        does_not_fit(
            partial(keras.conv, 3, padding=padding, input_shape=0), "empty output, of shape (0,); no layer has"
        )

    def test_batch_and_channels_can_be_0(self):
        assert keras.conv_shape((0, 2, 5), 4, 3) == (0, 4, 3)
        assert keras.conv_shape((1, 0, 5), 4, 3, groups=2) == (1, 4, 3)
        assert keras.conv_transpose_shape((0, 0, 5), 4, 3) == (0, 4, 7)
        assert keras.max_pool_shape((0, 0, 5)) == (0, 0, 2)


class TestSpellings:
    @pytest.mark.parametrize("kernel", [(3,), [3], [3, 3, 3], (), (3, 3, 3, 3)])
    def test_sequences_have_one_number_for_each_axis(self, kernel):
        words = f"kernel_size {kernel!r} does not fit 2 spatial axes; Keras takes a number or a sequence of 2"
        assert refused(partial(keras.conv_shape, (1, 2, 5, 5), 4, kernel), words).value == kernel
        assert keras.conv_shape((1, 2, 5, 5), 4, 3) == keras.conv_shape((1, 2, 5, 5), 4, [3, 3]) == (1, 4, 3, 3)

    def test_of_one_axis_a_sequence_of_one_is_complete(self):
        assert keras.conv_shape((1, 2, 5), 4, [3], (2,), dilation_rate=[1]) == (1, 4, 2)
        assert keras.conv_transpose_shape((1, 2, 5), 4, [3], (2,), output_padding=[0]) == (1, 4, 11)
        assert keras.max_pool_shape((1, 2, 5), [3], (2,)) == (1, 2, 2)
        refused(partial(keras.conv_shape, (1, 2, 5), 4, (3, 3)), "does not fit 1 spatial axis")

    @pytest.mark.parametrize("name", ["strides", "dilation_rate", "output_padding", "pool_size"])
    def test_each_argument_by_its_name(self, name):
        call = partial(keras.conv_transpose_shape, (1, 2, 5, 5), 4, 3)
        if name == "pool_size":
            call = partial(keras.max_pool_shape, (1, 2, 5, 5))
        refused(
            partial(call, **{name: (1,)}), f"{name} (1,) does not fit 2 spatial axes; Keras takes a number or a seq"
        )
        refused(partial(call, **{name: 1.0}), f"{name} must be a whole number; got 1.0 (float)")
        assert call(**{name: (0, 0) if name == "output_padding" else (1, 1)})

    @pytest.mark.parametrize("shape", [(1, 2), (5,), (1, 2, 3, 4, 5, 6), ()])
    def test_one_to_three_axes(self, shape):
        calls = (partial(keras.conv_shape, filters=2, kernel_size=1), keras.max_pool_shape)
        for call in calls:
            does_not_fit(
                partial(call, shape), f"input_shape {shape} has {len(shape)} entries", "for 1, 2, 3 spatial axes"
            )
            assert call((1, 2, 5, 5))

    def test_the_channels_are_first_unless_said(self):
        assert keras.conv_shape((1, 2, 5, 6), 4, 3) == (1, 4, 3, 4)
        assert keras.conv_shape((1, 5, 6, 2), 4, 3, data_format="channels_last") == (1, 3, 4, 4)
        assert keras.conv_shape((1, 5, 6, 2), 4, 3, data_format="Channels_Last") == (1, 3, 4, 4)
        assert keras.conv_shape((1, 5, 6, 2), 4, 3, data_format=None) == (1, 3, 4, 4)  # as Keras starts out
        assert keras.conv_transpose_shape((1, 5, 2), 4, 3, 2, data_format="channels_last") == (1, 11, 4)
        assert keras.max_pool_shape((1, 5, 7, 2), data_format="channels_last") == (1, 2, 3, 2)
        assert keras.avg_pool_shape((1, 5, 7, 2), 2, data_format=None) == (1, 2, 3, 2)
        refused(
            partial(keras.conv_shape, (1, 2, 5, 6), 4, 3, data_format="NCHW"),
            "data_format 'nchw' is none of Keras's; known are channels_first, channels_last",
        )

    def test_groups_look_at_the_channels_wherever_they_are(self):
        assert keras.conv_shape((1, 5, 4), 4, 3, data_format="channels_last", groups=4) == (1, 3, 4)
        does_not_fit(
            partial(keras.conv_shape, (1, 4, 5), 4, 3, data_format="channels_last", groups=4), "5 input channels"
        )


class TestPools:
    @pytest.mark.parametrize(
        ("size", "pool", "strides", "valid", "same"),
        [
            (6, 3, 2, 2, 3),
            (5, 2, None, 2, 3),
            (7, 3, None, 2, 3),
            (3, 1, 5, 1, 1),
            (12, 1, 2, 6, 6),
            (5, 5, 1, 1, 5),
        ],
    )
    def test_sizes(self, size, pool, strides, valid, same):
        assert pooled(size, pool, strides) == valid
        assert pooled(size, pool, strides, "same") == same

    def test_no_strides_are_the_pool_size(self):
        assert keras.max_pool_shape((1, 2, 9, 9), (2, 3)) == keras.max_pool_shape((1, 2, 9, 9), (2, 3), (2, 3))
        assert keras.max_pool((2, 3)) == ca.Pool((2, 3))
        assert keras.max_pool(3, strides=2) == ca.Pool(3, stride=2)

    def test_a_maximum_pools_2_by_default_and_an_average_has_no_default(self):
        assert keras.max_pool_shape((1, 2, 9)) == (1, 2, 4)
        assert keras.max_pool() == ca.Pool(2)
        for call in (partial(keras.avg_pool_shape, (1, 2, 9)), keras.avg_pool):
            with pytest.raises(TypeError, match="pool_size"):
                call()

    @pytest.mark.parametrize(("name", "near"), [("SAME", "same"), ("Valid", "valid"), ("causal", ""), ("full", "")])
    def test_names_are_read_exactly(self, name, near):
        hint = f"did you mean {near!r}? Known are valid, same" if near else "known are valid, same"
        refused(partial(pooled, 5, 3, padding=name), f"padding {name!r} is none of Keras's; {hint}")

    def test_strides_of_0(self):
        for padding in NAMES:
            refused(partial(pooled, 5, 3, 0, padding), "stride 0 is below 1; the smallest stride is 1", "divided by")
            assert pooled(5, 3, 1, padding)

    def test_a_pool_size_of_0(self):
        refused(partial(pooled, 5, 0), "kernel size 0 is below 1; the smallest kernel size is 1 (Keras: pool_size is")
        assert pooled(5, 1) == 5

    def test_a_window_too_large_is_refused_where_valid(self):
        does_not_fit(partial(pooled, 2, 3, 1), "kernel 3 does not fit in input 2", "a kernel of at most 2 (Keras: ")
        assert pooled(2, 2, 1) == 1
        assert pooled(2, 3, 1, "same") == 2

    def test_an_empty_input_gives_an_empty_output_with_same(self):
        assert pooled(0, 3, 2, "same") == 0
        does_not_fit(partial(pooled, 0, 1), "kernel 1 does not fit in input 0")

    def test_averages_never_count_padding(self):
        layer = keras.avg_pool(3, 2, "same", input_shape=6)
        assert layer == ca.Pool(3, stride=2, padding=((0, 1),))
        means = ca.numerics.avg_pool([0, 1, 2, 3, 4, 10], layer, count_include_pad=False)
        np.testing.assert_array_equal(means, [1, 3, 7])


TRANSPOSED = [  # size, kernel, strides, dilation, output_padding, valid, same
    (5, 3, 2, 1, None, 11, 10),
    (5, 3, 2, 1, 0, 11, 9),
    (5, 3, 2, 1, 1, 12, 10),
    (5, 4, 2, 1, None, 12, 10),
    (5, 4, 2, 1, 0, 12, 8),
    (5, 4, 2, 1, 1, 13, 9),
    (5, 4, 1, 1, 0, 8, 4),
    (5, 4, 1, 1, None, 8, 5),
    (1, 2, 3, 1, 0, 2, 0),
    (1, 4, 1, 1, 0, 4, 0),
    (5, 1, 3, 1, None, 15, 15),
    (5, 1, 3, 1, 0, 13, 13),
    (5, 1, 3, 1, 2, 15, 15),
    (5, 3, 1, 2, None, 9, 5),
    (5, 3, 1, 2, 0, 9, 5),
    (5, 2, 1, 3, 0, 8, 4),
    (5, 7, 3, 1, None, 19, 15),
    (0, 3, 2, 1, None, 1, 0),
    (0, 3, 1, 1, 0, 2, 0),
]


class TestConvTranspose:
    @pytest.mark.parametrize(("size", "kernel", "strides", "dilation", "added", "valid", "same"), TRANSPOSED)
    def test_sizes(self, size, kernel, strides, dilation, added, valid, same):
        assert transposed(size, kernel, strides, "valid", dilation, added) == valid
        assert transposed(size, kernel, strides, "same", dilation, added) == same

    def test_none_is_not_0(self):
        """Why 10 and not 9."""
        sizes = [transposed(5, 3, 2, "same", added=added) for added in (None, 0, 1)]
        assert sizes == [10, 9, 10]

    @given(st.integers(1, 12), kernels, small)
    def test_same_without_output_padding_gives_as_many_for_each_input_as_the_strides(self, size, kernel, strides):
        assert transposed(size, kernel, strides, "same") == len(range(size * strides))

    @given(st.integers(1, 12), kernels, small)
    def test_valid_without_output_padding_holds_every_window_and_every_stride(self, size, kernel, strides):
        reached = {start + tap for start in range(0, size * strides, strides) for tap in range(max(kernel, strides))}
        assert transposed(size, kernel, strides) == len(reached)

    @pytest.mark.parametrize("kernel", [2, 4, 6])
    @pytest.mark.parametrize("strides", [1, 2, 3])
    def test_an_even_kernel_with_same_and_0_gives_a_stride_less(self, kernel, strides):
        assert transposed(5, kernel, strides, "same", added=0) == strides * 4

    def test_a_size_of_0_is_answered_and_has_no_layer(self):
        assert keras.conv_transpose_shape((1, 2, 1, 5), 3, 4, 2, "same", 0) == (1, 3, 0, 8)
        does_not_fit(
            partial(keras.conv_transpose, 4, 2, "same", 0, input_shape=(1, 5)),
            "Keras answers with an empty output, of shape (0, 8); no layer has one, the shape function answers",
        )

    def test_a_size_below_0_is_refused(self):
        call = partial(transposed, kernel=3, strides=2, padding="same", added=0)
        refusal = does_not_fit(
            partial(call, 0),
            "input 0 with kernel 3 and stride 2 leaves an output of -1, below 0; it needs an input of at least 1",
            "Keras itself does not look",
        )
        assert (refusal.output_size, refusal.least_input_size) == (-1, 1)
        assert call(1) == 1

    @pytest.mark.parametrize(
        ("added", "strides"), [(2, 2), (5, 3), (1, 1), (-1, 2), ((0, 3), (2, 3)), ([1, 0], (1, 3))]
    )
    def test_output_padding_is_below_the_strides_on_every_axis(self, added, strides):
        call = partial(keras.conv_transpose_shape, (1, 2, 5, 5), 3, 3, strides)
        refusal = refused(
            partial(call, output_padding=added),
            "is out of range; it can be 0 to",
            "less than the stride (Keras: output_p",
        )
        largest = refusal.largest_output_padding
        assert largest == refusal.stride - 1
        wide = [
            largest if number == refusal.output_padding else number for number in np.broadcast_to(added, 2).tolist()
        ]
        assert call(output_padding=wide)
        refused(partial(call, output_padding=[largest + 1 if number == largest else number for number in wide]))

    def test_dilation_does_not_loosen_the_bound(self):
        refused(partial(transposed, 5, 3, dilation=2, added=1), "it can be 0 to 0, less than the stride")
        assert transposed(5, 3, dilation=2, added=0) == 9

    @pytest.mark.parametrize(
        ("kernel", "strides", "padding", "added", "layer"),
        [
            (3, 2, "same", None, ca.ConvTranspose(3, stride=2, padding=((0, 1),))),
            (3, 2, "same", 0, ca.ConvTranspose(3, stride=2, padding=1)),
            (3, 2, "same", 1, ca.ConvTranspose(3, stride=2, padding=((0, 1),))),
            (5, 2, "same", None, ca.ConvTranspose(5, stride=2, padding=((1, 2),))),
            (4, 2, "same", 0, ca.ConvTranspose(4, stride=2, padding=2)),
            (1, 3, "same", None, ca.ConvTranspose(1, stride=3, output_padding=2)),
            (1, 3, "valid", None, ca.ConvTranspose(1, stride=3, output_padding=2)),
            (3, 2, "valid", None, ca.ConvTranspose(3, stride=2)),
            (3, 2, "valid", 1, ca.ConvTranspose(3, stride=2, output_padding=1)),
        ],
    )
    def test_layers(self, kernel, strides, padding, added, layer):
        for shape in (None, 5, (5, 4)):
            assert keras.conv_transpose(kernel, strides, padding, added, input_shape=shape) == layer

    @given(st.integers(1, 6), kernels, st.integers(1, 3), st.sampled_from(NAMES), st.data())
    def test_half_of_the_crop_is_at_the_head_and_zeros_fill_the_tail(self, size, kernel, strides, padding, data):
        added = data.draw(st.sampled_from([None, *range(strides)]))
        count = transposed(size, kernel, strides, padding, added=added)
        if count < 1:
            return
        full = np.zeros(strides * (size - 1) + kernel, int)
        x, w = np.arange(1, size + 1), np.arange(10, 10 + kernel)
        for place in range(size):
            full[place * strides : place * strides + kernel] += x[place] * w
        crop = max(len(full) - count, 0)
        head = crop // 2 if padding == "same" else 0
        wanted = np.concatenate([full, np.zeros(count, int)])[head : head + count]
        layer = keras.conv_transpose(kernel, strides, padding, added, input_shape=size)
        np.testing.assert_array_equal(ca.numerics.conv_transpose(x, w, layer), wanted)


class TestLayers:
    def test_what_is_given_for_all_axes_stays_so(self):
        assert keras.conv(3, 2, "same") == ca.Conv(3, stride=2, padding="same")
        assert keras.conv((3, 5), 2, "same") == ca.Conv((3, 5), stride=2, padding="same")
        assert keras.conv((3, 5), (2, 1), "same", input_shape=(6, 6)) == ca.Conv(
            (3, 5), stride=(2, 1), padding=((0, 1), 2)
        )
        assert keras.conv(3, dilation_rate=2) == ca.Conv(3, dilation=2)

    @given(st.integers(1, 12), kernels, small, st.sampled_from(NAMES), st.booleans())
    def test_they_have_the_sizes_of_the_shape_functions(self, size, kernel, strides, padding, known):
        given_shape = size if known else None
        pairs = [
            (keras.conv, lambda: conv(size, kernel, strides, padding)),
            (keras.max_pool, lambda: pooled(size, kernel, strides, padding)),
            (keras.avg_pool, lambda: pooled(size, kernel, strides, padding)),
            (keras.conv_transpose, lambda: transposed(size, kernel, strides, padding)),
        ]
        for layer, count in pairs:
            if padding == "valid" and kernel > size and layer is not keras.conv_transpose:
                does_not_fit(lambda layer=layer: layer(kernel, strides, padding, input_shape=size))
                continue
            assert layer(kernel, strides, padding, input_shape=given_shape).output_shape(size) == (count(),)

    def test_they_refuse_without_an_input_what_needs_none(self):
        refused(partial(keras.conv, 3, 2, dilation_rate=2), "do not go together")
        refused(partial(keras.conv, 0), "kernel size 0 is below 1")
        refused(partial(keras.conv_transpose, 3, 2, output_padding=2), "it can be 0 to 1")
        refused(partial(keras.max_pool, 2, 0), "stride 0 is below 1")

    def test_an_input_of_another_rank_is_refused(self):
        refused(partial(keras.conv, (3, 3), input_shape=7), "kernel_size (3, 3) does not fit 1 spatial axis")


class TestLargeNumbers:
    """Exact beyond 2**53, where Keras's own division of floats is not."""

    def test_convolutions(self):
        assert conv(HUGE, 3, 2) == 2**59
        assert conv(2**53 + 1, 1, 2**53) == 2
        assert conv(2**53, 1, 2**53) == 1
        assert conv(HUGE, 3, 3, "same") == 384307168202282326

    def test_poolings(self):
        assert pooled(HUGE, 2) == 2**59
        assert pooled(HUGE, 2, None, "same") == 2**59 + 1

    def test_transposed_convolutions(self):
        assert transposed(HUGE, 3, 4, "same") == 2**62 + 4
        assert transposed(HUGE, 3, 4, "same", added=0) == 2**62 + 1
        assert transposed(HUGE, 3, 4) == 2**62 + 4
