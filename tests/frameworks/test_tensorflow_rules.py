"""TensorFlow's rules, statement by statement; sizes are those that TensorFlow 2.21 gave when asked."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from refusals_told import does_not_fit, refused

import convarith as ca
from convarith.frameworks import tensorflow

HUGE = 2**60 + 1
NAMES = ("SAME", "VALID")

sizes, kernels, small = st.integers(0, 12), st.integers(1, 5), st.integers(1, 4)


def conv(size, kernel, strides=1, padding="VALID", dilations=None):
    """The size of one axis."""
    return tensorflow.conv_shape((1, 2, size), (3, 2, kernel), strides, padding, dilations=dilations)[2]


def padded(size, kernel, strides, pads, dilations=None):
    """The height that paddings in numbers leave; of one axis there are none."""
    explicit = [[0, 0], [0, 0], list(pads), [0, 0]]
    return tensorflow.conv_shape(
        (1, 2, size, 1), (3, 2, kernel, 1), (strides, 1), explicit, dilations=dilations and (dilations, 1)
    )[2]


def transposed(size, kernel, output, strides=1, padding="SAME", dilations=None):
    shape = tensorflow.conv_transpose_shape(
        (1, 2, size), (2, 3, kernel), (1, 3, output), strides, padding, None, dilations
    )
    return shape[2]


def pooled(size, ksize, strides, padding):
    shapes = (tensorflow.max_pool_shape, tensorflow.avg_pool_shape)
    answers = {shape((1, 2, size), ksize, strides, padding)[2] for shape in shapes}
    assert len(answers) == 1, "both kinds of pooling have the same size"
    return answers.pop()


class TestConv:
    @pytest.mark.parametrize(
        ("size", "kernel", "strides", "dilation", "valid", "same"),
        [
            (6, 3, 2, 1, 2, 3),
            (5, 3, 1, 1, 3, 5),
            (7, 2, 3, 1, 2, 3),
            (7, 3, 2, 2, 2, 4),
            (9, 4, 3, 2, 1, 3),
            (1, 1, 1, 1, 1, 1),
            (12, 5, 4, 1, 2, 3),
            (3, 1, 5, 1, 1, 1),
            (8, 3, 4, 3, 1, 2),
        ],
    )
    def test_sizes_with_strides_and_dilations_together(self, size, kernel, strides, dilation, valid, same):
        assert conv(size, kernel, strides, "VALID", dilation) == valid
        assert conv(size, kernel, strides, "SAME", dilation) == same
        assert padded(size, kernel, strides, (0, 0), dilation) == valid

    @given(sizes, kernels, small, small)
    def test_same_gives_the_ceiling(self, size, kernel, strides, dilation):
        assert conv(size, kernel, strides, "SAME", dilation) == len(range(0, size, strides))

    @given(sizes, kernels, small, small, small)
    def test_paddings_in_numbers_count_windows(self, size, kernel, strides, before, after):
        starts = range(0, size + before + after - kernel + 1, strides)
        if len(starts):
            assert padded(size, kernel, strides, (before, after)) == len(starts)
        else:
            does_not_fit(partial(padded, size, kernel, strides, (before, after)), f"does not fit in input {size}")

    @pytest.mark.parametrize(
        ("size", "kernel", "strides", "dilation", "pads"),
        [
            (6, 3, 2, 1, (0, 1)),  # and not (1, 1): it depends on the input
            (5, 3, 2, 1, (1, 1)),
            (4, 4, 1, 1, (1, 2)),
            (5, 1, 4, 1, (0, 0)),  # a negative total is none
            (5, 2, 1, 3, (1, 2)),
        ],
    )
    def test_same_pads_least_with_the_odd_one_at_the_end(self, size, kernel, strides, dilation, pads):
        layer = tensorflow.conv(kernel, strides, "SAME", dilations=dilation, input_shape=size)
        assert layer == ca.Conv(kernel, stride=strides, padding=(pads,), dilation=dilation)
        asked = tensorflow.conv(kernel, strides, "SAME", dilations=dilation)
        assert asked.padding == "same"
        assert asked.windows(size) == layer.windows(size)

    def test_neither_strides_nor_padding_have_a_default(self):
        for call in (partial(tensorflow.conv_shape, (1, 2, 5), (4, 2, 3)), partial(tensorflow.conv, 3)):
            with pytest.raises(TypeError, match=r"strides.*padding"):
                call()

    @pytest.mark.parametrize("name", ["same", "Same", "valid", "nope", "FULL", "", "EXPLICIT"])
    def test_names_are_in_capitals(self, name):
        near = f"did you mean {name.upper()!r}? Known are" if name.upper() in NAMES else "known are"
        words = f"padding {name!r} is none of TensorFlow's; {near} SAME, VALID"
        for call in (conv, pooled):
            refused(partial(call, 5, 3, 1, name), words)
        refused(partial(transposed, 5, 3, 5, 1, name), words)

    @pytest.mark.parametrize("padding", [None, 1, 0.5])
    def test_padding_is_a_name_or_pairs(self, padding):
        words = f"padding {padding!r} is no name; give 'SAME' or 'VALID'"
        for call in (conv, pooled):
            assert refused(partial(call, 5, 3, 1, padding), words).padding == padding

    @pytest.mark.parametrize("strides", [1, 5])
    def test_a_kernel_too_large_is_refused_as_in_graph_mode(self, strides):
        call = partial(conv, 5, strides=strides)
        refusal = does_not_fit(
            partial(call, 8),
            "kernel 8 does not fit in input 5 with padding 0",
            "or a kernel of at most 5 (TensorFlow: negative dimension size in shape inference)",
        )
        assert (refusal.kernel_size, refusal.input_size, refusal.framework) == (8, 5, "TensorFlow")
        assert call(5) == 1
        does_not_fit(partial(call, 6))
        assert padded(5, 8, strides, (2, 1)) == 1
        does_not_fit(partial(padded, 5, 8, strides, (1, 1)), "it needs padding of at least 2 on each side")

    @pytest.mark.parametrize(
        ("given", "words", "mended"),
        [
            ({"strides": 0}, "stride 0 is below 1; the smallest stride is 1", {"strides": 1}),
            ({"strides": (1, -1)}, "axis 1 (width): stride -1 is below 1", {"strides": (1, 1)}),
            ({"dilations": 0}, "dilation 0 is below 1; the smallest dilation is 1", {"dilations": 1}),
            ({"filters": (4, 2, 0, 3)}, "axis 0 (height): kernel size 0 is below 1", {"filters": (4, 2, 1, 3)}),
            ({"filters": (0, 2, 3, 3)}, "0 output channels are below 1", {"filters": (1, 2, 3, 3)}),
            ({"filters": (4, 0, 3, 3)}, "0 input channels are below 1", {"filters": (4, 1, 3, 3)}),
            (
                {"padding": [[0, 0], [0, 0], [0, -1], [1, 1]]},
                "axis 0 (height): padding -1 is below 0; the smallest padding is 0",
                {"padding": [[0, 0], [0, 0], [0, 0], [1, 1]]},
            ),
        ],
    )
    def test_numbers_that_are_never_right(self, given, words, mended):
        base = {"filters": (4, 2, 3, 3), "strides": 1, "padding": "SAME"}
        refused(partial(tensorflow.conv_shape, (1, 2, 5, 5), **{**base, **given}), words, "(TensorFlow: ")
        assert tensorflow.conv_shape((1, 2, 5, 5), **{**base, **mended})

    def test_groups_follow_from_the_weights(self):
        assert tensorflow.conv_shape((1, 6, 5), (9, 2, 3), 1, "VALID") == (1, 9, 3)
        assert tensorflow.conv_shape((1, 5, 7, 6), (1, 3, 2, 9), 1, "VALID", "NHWC") == (1, 5, 5, 9)

    @pytest.mark.parametrize(
        ("channels", "weight", "words", "mended"),
        [
            (
                3,
                (4, 2),
                "the input has 3 channels, and the weight takes 2 in each group; give an input with a mu",
                (4, (4, 2)),
            ),
            (2, (4, 4), "the input has 2 channels, and the weight takes 4 in each group", (4, (4, 4))),
            (0, (4, 4), "the input has 0 channels, and the weight takes 4 in each group", (4, (4, 4))),
            (4, (3, 2), "3 output channels do not part into 2 groups; take a number that 2 divides", (4, (4, 2))),
        ],
    )
    def test_groups_part_inputs_and_outputs(self, channels, weight, words, mended):
        does_not_fit(partial(tensorflow.conv_shape, (1, channels, 5), (*weight, 3), 1, "SAME"), words, "(TensorFlow: ")
        assert tensorflow.conv_shape((1, mended[0], 5), (*mended[1], 3), 1, "SAME") == (1, mended[1][0], 5)

    def test_three_axes_have_no_groups(self):
        call = partial(tensorflow.conv_shape, (1, 4, 5, 5, 5), strides=[1] * 5, padding="SAME")
        words = (
            "these weights make 2 groups, which are not there; give weights of all channels",
            "three axes have no gr",
        )
        assert does_not_fit(partial(call, (4, 2, 3, 3, 3)), *words).groups == 2
        assert call((4, 4, 3, 3, 3)) == (1, 4, 5, 5, 5)

    def test_sizes_of_0(self):
        assert conv(0, 3, 2, "SAME") == 0
        does_not_fit(partial(conv, 0, 1), "kernel 1 does not fit in input 0")
        assert padded(0, 3, 1, (1, 2)) == 1
        assert tensorflow.conv_shape((0, 2, 5), (4, 2, 3), 1, "VALID") == (0, 4, 3)
        does_not_fit(
            partial(tensorflow.conv, 3, 1, "SAME", input_shape=0), "empty output, of shape (0,); no layer has one"
        )


class TestPaddingsInNumbers:
    def test_two_axes_of_a_convolution_take_them(self):
        explicit = [[0, 0], [0, 0], [1, 2], [0, 3]]
        assert tensorflow.conv_shape((1, 2, 5, 7), (4, 2, 1, 3), 2, explicit) == (1, 4, 4, 4)
        assert tensorflow.conv_shape((1, 2, 5, 7), (4, 2, 1, 3), 2, tuple(map(tuple, explicit))) == (1, 4, 4, 4)
        last = [[0, 0], [1, 2], [0, 3], [0, 0]]
        assert tensorflow.conv_shape((1, 5, 7, 2), (1, 3, 2, 4), 2, last, "NHWC") == (1, 4, 4, 4)
        assert tensorflow.conv(3, 2, last, "NHWC") == ca.Conv(3, stride=2, padding=((1, 2), (0, 3)))

    def test_they_can_exceed_the_kernel_of_a_convolution(self):
        assert padded(1, 2, 1, (5, 3)) == 8

    @pytest.mark.parametrize(
        ("operation", "ndim"),
        [("conv", 1), ("conv", 3), ("max_pool", 3), ("avg_pool", 1), ("avg_pool", 2), ("avg_pool", 3)],
    )
    def test_others_do_not(self, operation, ndim):
        pairs = [[0, 0]] * (ndim + 2)
        shape, ones = (1, 2, *[5] * ndim), [1] * (ndim + 2)
        axes = "1 spatial axis" if ndim == 1 else f"{ndim} spatial axes"
        weights = {"filters": (4, 2, *[3] * ndim)} if operation == "conv" else {"ksize": 3}
        call = partial(getattr(tensorflow, f"{operation}_shape"), shape, **weights, strides=ones)
        refused(
            partial(call, padding=pairs), f"is in numbers, which {operation} does not take with {axes}; give 'SAME'"
        )
        assert call(padding="SAME")

    @pytest.mark.parametrize(
        "padding", [[[1, 1], [1, 1]], [0, 0, 1, 1], [[0, 0], [0, 0], [1, 1, 1], [1, 1]], [], [[1, 1]]]
    )
    def test_there_is_a_pair_for_each_axis_of_the_data(self, padding):
        call = partial(tensorflow.conv_shape, (1, 2, 5, 5), (4, 2, 3, 3), 1)
        refused(
            partial(call, padding), "does not fit 2 spatial axes; TensorFlow takes a pair (before, after) for each of 4"
        )
        assert call([[0, 0], [0, 0], [1, 1], [1, 1]])

    @pytest.mark.parametrize("padding", [[[1, 0], [0, 0], [1, 1], [1, 1]], [[0, 0], [0, 2], [1, 1], [1, 1]]])
    def test_batch_and_channels_have_none(self, padding):
        call = partial(tensorflow.conv_shape, (1, 2, 5, 5), (4, 2, 3, 3), 1)
        refused(partial(call, padding), "pads batch or channels; give (0, 0) for both", "batch or depth dimensions")
        assert call([[0, 0], [0, 0], *padding[2:]])

    def test_of_a_maximum_they_are_below_the_window(self):
        for shape in ((1, 2, 5), (1, 2, 5, 1)):
            call = partial(tensorflow.max_pool_shape, shape, (2, 1)[: len(shape) - 2], 1)
            ends = [[0, 0]] * (len(shape) - 3)
            refusal = refused(
                partial(call, [[0, 0], [0, 0], [0, 2], *ends]), "padding 2 is not below kernel 2; it can be 0 to 1"
            )
            assert refusal.largest_padding == 1
            assert call([[0, 0], [0, 0], [0, 1], *ends])[2] == 5


class TestSpellings:
    @pytest.mark.parametrize("strides", [2, [2], (2,), (2, 2), [2, 2], (1, 1, 2, 2), [1, 1, 2, 2]])
    def test_numbers_of_two_axes(self, strides):
        assert tensorflow.conv_shape((1, 2, 6, 6), (4, 2, 3, 3), strides, "SAME") == (1, 4, 3, 3)
        assert tensorflow.max_pool_shape((1, 2, 6, 6), strides, strides, "SAME") == (1, 2, 3, 3)
        transposed = tensorflow.conv_transpose_shape((1, 2, 3, 3), (2, 4, 3, 3), (1, 4, 6, 6), strides)
        assert transposed == (1, 4, 6, 6)

    @pytest.mark.parametrize("strides", [(2, 2, 2), [], (1, 1, 2, 2, 1)])
    def test_other_lengths_are_refused(self, strides):
        words = "does not fit 2 spatial axes; TensorFlow takes a number, a sequence of 1 or 2, or a sequence of 4 with"
        for name in ("strides", "dilations"):
            given = {"strides": 1, name: strides}
            call = partial(tensorflow.conv_shape, (1, 2, 6, 6), (4, 2, 3, 3), padding="SAME")
            assert refused(partial(call, **given), f"{name} {strides!r} {words}").value == strides
        refused(partial(tensorflow.max_pool_shape, (1, 2, 6, 6), strides, 1, "SAME"), f"ksize {strides!r} {words}")

    def test_one_axis(self):
        for strides in (2, [2], (1, 1, 2)):
            assert tensorflow.conv_shape((1, 2, 6), (4, 2, 3), strides, "SAME") == (1, 4, 3)
        refused(
            partial(tensorflow.conv_shape, (1, 2, 6), (4, 2, 3), (2, 2), "SAME"),
            "strides (2, 2) does not fit 1 spatial axis; TensorFlow takes a number, a sequence of 1, or a seq",
        )

    @pytest.mark.parametrize("strides", [1, [1], (1, 1, 1), None])
    def test_a_convolution_of_three_axes_takes_all_five_numbers(self, strides):
        call = partial(tensorflow.conv_shape, (1, 2, 4, 5, 6), (4, 2, 1, 2, 3))
        words = "does not fit 3 spatial axes; TensorFlow takes a sequence of 5 with batch and channels"
        refused(partial(call, strides, "VALID"), f"strides {strides!r} {words}")
        assert call([1] * 5, "VALID") == call([1] * 5, "VALID", dilations=[1] * 5) == (1, 4, 4, 4, 4)
        if strides is not None:
            refused(partial(call, [1] * 5, "VALID", dilations=strides), f"dilations {strides!r} {words}")

    @pytest.mark.parametrize("strides", [2, [2], (2, 2, 2), (1, 1, 2, 2, 2)])
    def test_others_of_three_axes_take_fewer(self, strides):
        assert tensorflow.avg_pool_shape((1, 2, 4, 5, 6), strides, strides, "SAME") == (1, 2, 2, 3, 3)
        shape = tensorflow.conv_transpose_shape((1, 2, 2, 3, 3), (2, 4, 1, 1, 1), (1, 4, 4, 5, 6), strides)
        assert shape == (1, 4, 4, 5, 6)

    def test_none_is_1_everywhere(self):
        assert tensorflow.conv_shape((1, 2, 6), (4, 2, 3), None, "SAME", dilations=None) == (1, 4, 6)
        assert tensorflow.max_pool_shape((1, 2, 6), None, None, "SAME") == (1, 2, 6)

    @pytest.mark.parametrize(("entries", "others"), [((2, 1, 1, 1), "(2, 1)"), ((1, 2, 1, 1), "(1, 2)")])
    def test_batch_and_channels_have_1(self, entries, others):
        words = f"has {others} for batch and channels; give 1 for both (TensorFlow: "
        refused(
            partial(tensorflow.conv_shape, (1, 2, 6, 6), (4, 2, 3, 3), entries, "SAME"), f"strides {entries} {words}"
        )
        call = partial(tensorflow.conv_shape, (1, 2, 6, 6), (4, 2, 3, 3), 1, "SAME")
        refused(partial(call, dilations=entries), f"dilations {entries} {words}")
        assert call(dilations=(1, 1, 1, 1))
        refused(partial(tensorflow.max_pool_shape, (1, 2, 6, 6), entries, 1, "SAME"), f"ksize {entries} {words}")

    def test_numbers_of_all_axes_are_as_the_data(self):
        shape, filters = (1, 6, 7, 2), (3, 3, 2, 4)
        assert tensorflow.conv_shape(shape, filters, (1, 2, 3, 1), "SAME", "NHWC") == (1, 3, 3, 4)
        assert tensorflow.conv_shape((1, 2, 6, 7), filters, (1, 1, 2, 3), "SAME", "NCHW") == (1, 4, 3, 3)
        assert tensorflow.conv_shape((1, 2, 6, 7), (4, 2, 3, 3), (1, 1, 2, 3), "SAME") == (1, 4, 3, 3)
        refused(
            partial(tensorflow.conv_shape, shape, filters, (1, 1, 2, 3), "SAME", "NHWC"), "has (1, 3) for batch and ch"
        )

    @pytest.mark.parametrize(
        ("data_format", "shape", "filters", "answer"),
        [
            ("NWC", (1, 6, 2), (3, 2, 4), (1, 6, 4)),
            ("NCW", (1, 2, 6), (3, 2, 4), (1, 4, 6)),
            ("NHWC", (1, 6, 2), (3, 2, 4), (1, 6, 4)),  # spellings that conv1d takes from former times
            ("NCHW", (1, 2, 6), (3, 2, 4), (1, 4, 6)),
            ("NHWC", (1, 6, 7, 2), (3, 3, 2, 4), (1, 6, 7, 4)),
            ("NCHW", (1, 2, 6, 7), (3, 3, 2, 4), (1, 4, 6, 7)),
            ("NDHWC", (1, 5, 6, 7, 2), (3, 3, 3, 2, 4), (1, 5, 6, 7, 4)),
            ("NCDHW", (1, 2, 5, 6, 7), (3, 3, 3, 2, 4), (1, 4, 5, 6, 7)),
        ],
    )
    def test_a_data_format_has_the_weights_of_tensorflow(self, data_format, shape, filters, answer):
        strides = [1] * len(shape)
        assert tensorflow.conv_shape(shape, filters, strides, "SAME", data_format) == answer
        first = data_format[1] == "C"
        ours = shape if first else (shape[0], shape[-1], *shape[1:-1])
        wanted = answer if first else (answer[0], answer[-1], *answer[1:-1])
        assert tensorflow.conv_shape(ours, (4, 2, *filters[:-2]), strides, "SAME") == wanted

    def test_transposed_weights_of_a_data_format(self):
        shape = tensorflow.conv_transpose_shape((1, 5, 2), (3, 4, 2), (1, 10, 4), 2, data_format="NWC")
        assert shape == (1, 10, 4)
        shape = tensorflow.conv_transpose_shape((1, 2, 5), (3, 4, 2), (1, 4, 10), 2, data_format="NCW")
        assert shape == (1, 4, 10)
        refused(
            partial(tensorflow.conv_transpose_shape, (1, 5, 2), (3, 4, 2), (1, 10, 4), 2, data_format="NHWC"),
            "data_format 'NHWC' has 2 spatial axes and the input 1; give another",
            kind=ca.ShapeError,
        )

    @pytest.mark.parametrize(
        ("data_format", "words"),
        [
            ("nhwc", "is none of TensorFlow's; did you mean 'NHWC'? Known are NWC, NCW, NHWC, NCHW, NDHWC, NCDHW"),
            ("channels_last", "is none of TensorFlow's"),
            ("NCHW_VECT_C", "is none of TensorFlow's"),
        ],
    )
    def test_other_data_formats(self, data_format, words):
        call = partial(tensorflow.conv_shape, (1, 6, 7, 2), (3, 3, 2, 4), 1, "SAME")
        refused(partial(call, data_format), f"data_format {data_format!r} {words}")
        assert call("NHWC") == (1, 6, 7, 4)

    def test_a_data_format_of_another_rank(self):
        call = partial(tensorflow.max_pool_shape, (1, 6, 7, 2), 2, 2, "SAME")
        does_not_fit(partial(call, "NWC"), "data_format 'NWC' has 1 spatial axis and the input 2; give another")
        assert call("NHWC") == (1, 3, 4, 2)

    def test_weights_of_another_rank(self):
        call = partial(tensorflow.conv_shape, (1, 2, 6, 7), strides=1, padding="SAME")
        does_not_fit(partial(call, (4, 2, 3)), "filters (4, 2, 3) has 3 entries; with 2 spatial axes it takes 4")
        assert call((4, 2, 3, 3))

    @pytest.mark.parametrize("shape", [(1, 2), (1, 2, 3, 4, 5, 6)])
    def test_one_to_three_axes(self, shape):
        does_not_fit(
            partial(tensorflow.max_pool_shape, shape, 1, 1, "SAME"), f"has {len(shape)} entries", "1, 2, 3 spatial"
        )


class TestPools:
    @pytest.mark.parametrize(
        ("size", "ksize", "strides", "valid", "same"),
        [(6, 3, 2, 2, 3), (5, 2, 2, 2, 3), (3, 1, 5, 1, 1), (12, 1, 2, 6, 6), (5, 5, 1, 1, 5)],
    )
    def test_sizes(self, size, ksize, strides, valid, same):
        assert pooled(size, ksize, strides, "VALID") == valid
        assert pooled(size, ksize, strides, "SAME") == same

    def test_numbers_that_are_never_right(self):
        for padding in NAMES:
            refused(
                partial(pooled, 5, 0, 1, padding),
                "kernel size 0 is below 1; the smallest kernel size is 1",
                "ksize must",
            )
            refused(partial(pooled, 5, 2, 0, padding), "stride 0 is below 1; the smallest stride is 1")
            assert pooled(5, 1, 1, padding) == 5

    def test_a_window_too_large(self):
        does_not_fit(partial(pooled, 2, 3, 1, "VALID"), "kernel 3 does not fit in input 2", "a kernel of at most 2")
        assert pooled(2, 2, 1, "VALID") == 1
        assert pooled(2, 3, 1, "SAME") == 2

    def test_maxima_of_no_channels(self):
        call = partial(tensorflow.max_pool_shape, (1, 0, 5), 2, 1)
        does_not_fit(partial(call, "VALID"), "the input has no channels; it needs at least 1, or padding 'SAME'")
        assert call("SAME") == (1, 0, 5)
        assert tensorflow.max_pool_shape((1, 1, 5), 2, 1, "VALID") == (1, 1, 4)
        assert tensorflow.avg_pool_shape((1, 0, 5), 2, 1, "VALID") == (1, 0, 4)
        assert tensorflow.max_pool_shape((1, 0, 5, 5, 5), 2, 1, "VALID") == (1, 0, 4, 4, 4)

    def test_averages_never_count_padding(self):
        layer = tensorflow.avg_pool(3, 2, "SAME", input_shape=6)
        assert layer == ca.Pool(3, stride=2, padding=((0, 1),))
        means = ca.numerics.avg_pool([0, 1, 2, 3, 4, 10], layer, count_include_pad=False)
        np.testing.assert_array_equal(means, [1, 3, 7])


class TestConvTranspose:
    @pytest.mark.parametrize(
        ("size", "kernel", "strides", "dilation", "padding", "taken"),
        [
            (5, 3, 2, 1, "SAME", [9, 10]),
            (5, 3, 2, 1, "VALID", [11, 12]),
            (5, 1, 3, 1, "SAME", [13, 14, 15]),
            (5, 1, 3, 1, "VALID", [13, 14, 15]),
            (3, 4, 1, 1, "SAME", [3]),
            (3, 4, 1, 1, "VALID", [6]),
            (4, 3, 4, 2, "SAME", [13, 14, 15, 16]),
            (4, 3, 4, 2, "VALID", [17, 18, 19, 20]),
            (2, 5, 3, 1, "SAME", [4, 5, 6]),
            (2, 5, 3, 1, "VALID", [8, 9, 10]),
        ],
    )
    def test_each_input_has_as_many_outputs_as_strides(self, size, kernel, strides, dilation, padding, taken):
        for output in range(30):
            call = partial(transposed, size, kernel, output, strides, padding, dilation)
            if output in taken:
                assert call() == output
            else:
                refusal = does_not_fit(call, f"output size {output} does not come from input {size}", "(TensorFlow: ")
                assert (refusal.least, refusal.largest) == (taken[0], taken[-1])
                assert f"it can be {taken[0]} to {taken[-1]}" in str(refusal)

    @pytest.mark.parametrize(
        ("size", "kernel", "strides", "pads", "taken"),
        [
            (5, 3, 2, (1, 1), [9, 10]),
            (5, 3, 2, (0, 2), [9, 10]),
            (4, 4, 3, (2, 1), [10, 11, 12]),
            (3, 5, 2, (4, 4), [1, 2]),
            (3, 1, 2, (0, 0), [5, 6]),
        ],
    )
    def test_with_paddings_in_numbers(self, size, kernel, strides, pads, taken):
        explicit = [[0, 0], [0, 0], list(pads), [0, 0]]
        for output in range(1, 20):
            call = partial(
                tensorflow.conv_transpose_shape,
                (1, 2, size, 1),
                (2, 3, kernel, 1),
                (1, 3, output, 1),
                (strides, 1),
                explicit,
            )
            if output in taken:
                assert call() == (1, 3, output, 1)
            else:
                assert does_not_fit(call, f"it can be {taken[0]} to {taken[-1]}").axis == 0

    def test_what_padding_crops_away_needs_less_of_it(self):
        call = partial(tensorflow.conv_transpose_shape, (1, 2, 1, 1), (2, 3, 1, 1), strides=1)
        refusal = does_not_fit(
            partial(call, (1, 3, 1, 1), padding=[[0, 0], [0, 0], [1, 1], [0, 0]]),
            "output size 1 does not come from input 1",
            "none does, it needs padding of at most 1 in all",
        )
        assert refusal.largest == -1
        assert call((1, 3, 0, 1), padding=[[0, 0], [0, 0], [1, 0], [0, 0]])

    @given(st.integers(1, 8), kernels, small, small, st.sampled_from(NAMES), st.integers(0, 40))
    def test_what_is_taken_comes_back(self, size, kernel, strides, dilation, padding, output):
        """The convolution of output_shape gives the input, or the transposed one is refused."""
        try:
            comes_back = conv(output, kernel, strides, padding, dilation) == size
        except ca.ShapeError:
            comes_back = False
        if comes_back:
            assert transposed(size, kernel, output, strides, padding, dilation) == output
        else:
            does_not_fit(partial(transposed, size, kernel, output, strides, padding, dilation), "does not come from")

    @given(st.integers(1, 6), kernels, st.integers(1, 3), st.integers(1, 2), st.sampled_from(NAMES), st.data())
    def test_it_is_the_transpose_of_that_convolution(self, size, kernel, strides, dilation, padding, data):
        taken = []
        for output in range(60):
            try:
                taken.append(transposed(size, kernel, output, strides, padding, dilation))
            except ca.ShapeError:
                continue
        output = data.draw(st.sampled_from(taken))
        forward = tensorflow.conv(kernel, strides, padding, dilations=dilation, input_shape=output)
        layer = tensorflow.conv_transpose(kernel, output, strides, padding, dilations=dilation, input_shape=size)
        assert layer.output_shape(size) == (output,)
        w = np.arange(1, kernel + 1)
        columns = [ca.numerics.conv(np.eye(1, output, place, dtype=int)[0], w, forward) for place in range(output)]
        x = np.arange(3, 3 + size)
        np.testing.assert_array_equal(ca.numerics.conv_transpose(x, w, layer), np.array(columns) @ x)

    def test_two_outputs_of_one_input_are_shifted_and_not_cut(self):
        x, w = [1, 2, 3, 4, 5], [1, 10, 100]
        ten, nine = (tensorflow.conv_transpose(3, size, 2, "SAME") for size in (10, 9))
        assert ten == ca.ConvTranspose(3, stride=2, padding=((0, 1),))
        assert nine == ca.ConvTranspose(3, stride=2, padding=1)
        longer, shorter = (ca.numerics.conv_transpose(x, w, layer).tolist() for layer in (ten, nine))
        assert longer[1:] == shorter

    def test_same_is_the_padding_unless_said(self):
        assert tensorflow.conv_transpose_shape((1, 2, 5), (2, 3, 3), (1, 3, 10), 2) == (1, 3, 10)
        assert tensorflow.conv_transpose(3, 10, 2) == tensorflow.conv_transpose(3, 10, 2, "SAME")

    def test_output_shape_is_never_left_out(self):
        with pytest.raises(TypeError, match="output_shape"):
            tensorflow.conv_transpose_shape((1, 2, 5), (2, 3, 3), strides=2)
        refused(
            partial(tensorflow.conv_transpose_shape, (1, 2, 5), (2, 3, 3), None, 2), "output_shape must be a sequence"
        )
        refused(
            partial(tensorflow.conv_transpose_shape, (1, 2, 5), (2, 3, 3), 10, 2), "output_shape must be a sequence"
        )

    def test_its_batch_is_that_of_the_input_or_minus_1(self):
        call = partial(tensorflow.conv_transpose_shape, (2, 2, 5), (2, 3, 3), strides=2)
        refusal = does_not_fit(partial(call, (3, 3, 10)), "has a batch of 3 and the input one of 2; give 2 or -1")
        assert refusal.batch == 2
        assert call((2, 3, 10)) == call((-1, 3, 10)) == (2, 3, 10)

    def test_with_paddings_in_numbers_it_is_that_of_the_input(self):
        explicit = [[0, 0], [0, 0], [1, 1], [1, 1]]
        call = partial(tensorflow.conv_transpose_shape, (2, 2, 5, 5), (2, 3, 3, 3), strides=1, padding=explicit)
        does_not_fit(partial(call, (-1, 3, 5, 5)), "has a batch of -1 and the input one of 2; give 2 (TensorFlow: ")
        assert call((2, 3, 5, 5)) == (2, 3, 5, 5)

    def test_its_channels_are_those_of_the_weights_times_groups(self):
        call = partial(tensorflow.conv_transpose_shape, (1, 6, 5), strides=2)
        assert call((6, 2, 3), (1, 4, 10)) == (1, 4, 10)
        does_not_fit(
            partial(call, (6, 2, 3), (1, 3, 10)), "has 3 channels, and the weight gives 2 in each group; give a mul"
        )
        does_not_fit(partial(call, (6, 2, 3), (1, 8, 10)), "6 input channels do not part into 4 groups")
        does_not_fit(
            partial(call, (4, 2, 3), (1, 4, 10)), "has 6 channels and the weight takes 4; give an input of 4 chan"
        )
        does_not_fit(
            partial(call, (6, 0, 3), (1, 4, 10)), "filters (6, 0, 3) has 0 output channels; it needs at least 1"
        )
        refused(
            partial(tensorflow.conv_transpose_shape, (1, 0, 5), (0, 2, 3), (1, 2, 10), 2),
            "0 input channels are below 1",
        )

    def test_three_axes_and_paddings_in_numbers_have_no_groups(self):
        words = "these weights make 2 groups, which are not there"
        call = partial(tensorflow.conv_transpose_shape, (1, 4, 2, 3, 4), strides=1)
        does_not_fit(partial(call, (4, 2, 1, 1, 1), (1, 4, 2, 3, 4)), words, "three axes")
        assert call((4, 2, 1, 1, 1), (1, 2, 2, 3, 4)) == (1, 2, 2, 3, 4)
        explicit = [[0, 0], [0, 0], [1, 1], [1, 1]]
        call = partial(tensorflow.conv_transpose_shape, (1, 4, 5, 5), (4, 2, 3, 3), strides=1, padding=explicit)
        does_not_fit(partial(call, (1, 4, 5, 5)), words, "explicit paddings do not go with groups")
        assert call((1, 2, 5, 5)) == (1, 2, 5, 5)

    def test_paddings_in_numbers_have_no_dilation(self):
        explicit = [[0, 0], [0, 0], [1, 1], [1, 1]]
        call = partial(tensorflow.conv_transpose_shape, (1, 2, 5, 5), (2, 4, 3, 3), (1, 4, 5, 5), 1, explicit)
        words = "dilation 2 does not go together with padding in numbers; give dilation 1, or a padding by name"
        assert refused(partial(call, dilations=2), words, "on CPU").dilation == 2
        assert call() == (1, 4, 5, 5)
        assert tensorflow.conv_transpose_shape((1, 2, 5, 5), (2, 4, 3, 3), (1, 4, 5, 5), 1, dilations=2) == (1, 4, 5, 5)

    def test_two_axes_take_an_output_shape_without_batch_and_channels(self):
        assert tensorflow.conv_transpose_shape((1, 2, 3, 5), (2, 4, 3, 3), (6, 10), 2) == (1, 4, 6, 10)
        for shape, filters, output in [((1, 2, 5), (2, 4, 3), (10,)), ((1, 2, 2, 3, 4), (2, 4, 1, 1, 1), (2, 3, 4))]:
            ndim = len(output)
            words = f"output_shape {output} has {ndim} entries; with {ndim} spatial ax"
            does_not_fit(partial(tensorflow.conv_transpose_shape, shape, filters, output, 1), words)

    @pytest.mark.parametrize("output", [(1, 3, -1), (1, -2, 10), (-3, 3, 10)])
    def test_other_negative_sizes(self, output):
        with pytest.raises(ca.ParameterError, match="is below"):
            tensorflow.conv_transpose_shape((1, 2, 5), (2, 3, 3), output, 2)

    def test_an_input_of_size_0(self):
        assert transposed(0, 3, 0, 2) == 0
        does_not_fit(partial(transposed, 0, 3, 1, 2), "output size 1 does not come from input 0", "it can be 0 to 0")
        does_not_fit(partial(transposed, 0, 3, 2, 2, "VALID"), "the input has size 0; it needs at least 1")
        does_not_fit(partial(tensorflow.conv_transpose, 3, 0, 2, input_shape=0), "empty output")


class TestLayers:
    def test_what_is_given_for_all_axes_stays_so(self):
        assert tensorflow.conv(3, 2, "SAME") == ca.Conv(3, stride=2, padding="same")
        assert tensorflow.conv([3], [2], "VALID", dilations=[2]) == ca.Conv(3, stride=2, dilation=2)
        assert tensorflow.conv((3, 5), 2, "SAME") == ca.Conv((3, 5), stride=2, padding="same")
        assert tensorflow.conv(3, (1, 1, 2, 1), "VALID") == ca.Conv(3, stride=(2, 1))
        assert tensorflow.conv(3, (1, 2, 1, 1), "VALID", "NHWC") == ca.Conv(3, stride=(2, 1))
        assert tensorflow.max_pool((1, 2, 3, 1), (1, 2, 1, 1), "VALID", "NHWC") == ca.Pool((2, 3), stride=(2, 1))
        assert tensorflow.max_pool(3, None, "VALID") == ca.Pool(3, stride=1)

    def test_three_numbers_are_three_axes_where_those_are_taken(self):
        assert tensorflow.max_pool((2, 3, 1), 1, "VALID") == ca.Pool((2, 3, 1), stride=1)
        assert tensorflow.max_pool((1, 3, 1), 1, "VALID", "NWC") == ca.Pool((3,), stride=1)
        assert tensorflow.conv(3, (1, 1, 2), "VALID") == ca.Conv(3, stride=(2,))

    @given(st.integers(1, 12), kernels, small, st.sampled_from(NAMES), st.booleans())
    def test_they_have_the_sizes_of_the_shape_functions(self, size, kernel, strides, padding, known):
        given_shape = size if known else None
        for layer, answer in [(tensorflow.conv, conv), (tensorflow.max_pool, pooled), (tensorflow.avg_pool, pooled)]:
            if padding == "VALID" and kernel > size:
                does_not_fit(partial(layer, kernel, strides, padding, input_shape=size))
            else:
                built = layer(kernel, strides, padding, input_shape=given_shape)
                assert built.output_shape(size) == (answer(size, kernel, strides, padding),)

    def test_an_input_follows_from_the_output_shape(self):
        assert tensorflow.conv_transpose(3, (9, 10), 2) == ca.ConvTranspose(3, stride=2, padding=(1, (0, 1)))
        explicit = [[0, 0], [1, 1], [1, 1], [0, 0]]
        layer = tensorflow.conv_transpose(3, (9, 10), 2, explicit, "NHWC")
        assert layer == ca.ConvTranspose(3, stride=2, padding=1, output_padding=(0, 1))
        assert layer.output_shape((5, 5)) == (9, 10)
        does_not_fit(partial(tensorflow.conv_transpose, 5, 3, 2, "VALID"), "kernel 5 does not fit in input 3")

    def test_they_refuse_what_the_shape_functions_do(self):
        refused(partial(tensorflow.conv, 0, 1, "SAME"), "kernel size 0 is below 1")
        refused(partial(tensorflow.max_pool, 2, 0, "SAME"), "stride 0 is below 1")
        refused(
            partial(tensorflow.avg_pool, 2, 1, [[0, 0], [0, 0], [1, 1], [1, 1]]), "which avg_pool does not take with 2"
        )
        does_not_fit(
            partial(tensorflow.conv_transpose, 3, 11, 2, input_shape=5), "output size 11 does not come from input 5"
        )
        refused(
            partial(tensorflow.conv_transpose, 3, (9, 9, 9), 2, input_shape=(5, 5)), "output_shape (9, 9, 9) does not"
        )


class TestLargeNumbers:
    def test_sizes(self):
        assert conv(HUGE, 3, 2) == 2**59
        assert conv(HUGE, 3, 3, "SAME") == 384307168202282326
        assert padded(HUGE, 3, 2, (0, 1)) == 2**59
        assert pooled(HUGE, 2, 2, "SAME") == 2**59 + 1
        assert transposed(2**59 + 1, 3, HUGE, 2) == HUGE
        does_not_fit(partial(transposed, 2**59 + 1, 3, HUGE + 2, 2), f"it can be {HUGE} to {HUGE + 1}")


@pytest.mark.conformance
@pytest.mark.filterwarnings("ignore")
class TestGraphMode:
    """What TensorFlow itself infers before it computes, where that and what it computes are not the same."""

    @pytest.fixture(scope="class")
    def tf(self):
        return pytest.importorskip("tensorflow")

    def inferred(self, tf, call, *shapes):
        with tf.Graph().as_default():
            return tuple(call(*[tf.compat.v1.placeholder(tf.float32, shape) for shape in shapes]).shape.as_list())

    def test_a_kernel_too_large_is_refused_in_all_its_modes_but_one(self, tf):
        def call(x, w):
            return tf.nn.conv2d(x, w, 1, "VALID")

        for run in (partial(self.inferred, tf, call), lambda *shapes: tf.function(call)(*map(tf.zeros, shapes))):
            with pytest.raises(ValueError, match="Negative dimension size"):
                run((1, 2, 7, 1), (3, 3, 1, 4))

    def test_conv3d_takes_the_dilations_of_height_and_width_for_each_others(self, tf):
        """And so our answer is the one that is computed."""

        def call(x, w):
            return tf.nn.conv3d(x, w, [1] * 5, "VALID", dilations=[1, 2, 3, 5, 1])

        shapes = (2, 10, 10, 10, 1), (1, 2, 1, 1, 1)
        assert self.inferred(tf, call, *shapes) == (2, 10, 5, 10, 1)
        computed = tuple(call(*map(tf.zeros, shapes)).shape)
        ours = tensorflow.conv_shape(*shapes, [1] * 5, "VALID", "NDHWC", [1, 2, 3, 5, 1])
        assert ours == computed == (2, 10, 7, 10, 1)
