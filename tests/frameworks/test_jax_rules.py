"""JAX's rules, statement by statement; the expected sizes are JAX's own (0.10.2), or counted window by window."""

from __future__ import annotations

from collections import namedtuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca
from convarith import ParameterError, ShapeError
from convarith.frameworks import jax
from convarith.frameworks.jax.reading import layout_of

BIG = 2**53 + 1


def conv(size, kernel, stride=1, padding="VALID", stretch=None, dilation=None):
    """The output size on one axis."""
    stretch, dilation = (None if value is None else (value,) for value in (stretch, dilation))
    return jax.conv_shape((1, 2, size), (3, 2, kernel), (stride,), padding, stretch, dilation)[2]


def transposed(size, kernel, stride=1, padding="SAME", dilation=None, **how):
    dilation = None if dilation is None else (dilation,)
    return jax.conv_transpose_shape((1, 2, size), (2, 3, kernel), (stride,), padding, dilation, **how)[2]


def reduced(size, window, stride=1, padding="VALID", stretch=None, dilation=None):
    stretch, dilation = (None if value is None else (value,) for value in (stretch, dilation))
    return jax.reduce_window_shape((1, 2, size), (window,), (stride,), padding, stretch, dilation)[2]


def counted(size, kernel, stride, before, after, stretch=1, dilation=1):
    """How many windows there are, one after the other, over an input that is written out cell by cell."""
    cells = [cell for place in range(size) for cell in ["input", *["zero"] * (stretch - 1)]]
    extent = len(cells[: len(cells) - (stretch - 1)] if size else []) + before + after
    starts = 0
    while starts * stride + dilation * (kernel - 1) < extent:
        starts += 1
    return starts


sizes, kernels, small, sides = st.integers(0, 12), st.integers(1, 5), st.integers(1, 4), st.integers(-3, 5)


class TestConvGeneralDilated:
    @given(st.tuples(sizes, kernels, small, sides, sides, small, small))
    def test_windows_are_counted_over_the_stretched_and_padded_input(self, numbers):
        size, kernel, stride, before, after, stretch, dilation = numbers
        extent = size + (size - 1) * (stretch - 1) if size else 0
        if extent + before + after < 0:
            with pytest.raises(ShapeError, match="crops more than"):
                conv(size, kernel, stride, [(before, after)], stretch, dilation)
        else:
            answer = conv(size, kernel, stride, [(before, after)], stretch, dilation)
            assert answer == counted(size, kernel, stride, before, after, stretch, dilation)

    @pytest.mark.parametrize(
        ("name", "kernel", "pads"),
        [
            ("SAME", 3, (0, 1)),
            ("SAME_LOWER", 3, (1, 0)),
            ("SAME", 4, (1, 1)),
            ("SAME", 5, (1, 2)),
            ("VALID", 3, (0, 0)),
        ],
    )
    def test_the_odd_padding_is_at_the_end_and_with_same_lower_at_the_start(self, name, kernel, pads):
        layer = jax.conv(kernel, (2,), name, input_shape=(6,))
        assert layer == ca.Conv(kernel, stride=(2,), padding=(pads,))

    @given(sizes, kernels, small, small)
    def test_same_gives_the_ceiling(self, size, kernel, stride, dilation):
        for name in ("SAME", "SAME_LOWER"):
            assert conv(size, kernel, stride, name, None, dilation) == len(range(0, size, stride))

    @pytest.mark.parametrize("name", ["SAME", "same", "Same", "SAME_LOWER", "same_lower", "VALID", "valid", "vAlId"])
    def test_names_are_read_in_any_letter_case(self, name):
        assert conv(5, 3, 1, name) == (3 if name.upper() == "VALID" else 5)

    @pytest.mark.parametrize("padding", [1, [1], (1, 1), [(1,)], [(1, 1, 1)], [(1, 1), (1, 1)], [], ["SAME"], None])
    def test_numbers_are_a_pair_for_each_axis(self, padding):
        with pytest.raises(ParameterError, match="does not fit 1 spatial axis; give a pair"):
            conv(5, 3, 1, padding)

    @pytest.mark.parametrize("padding", [[(1, 2)], ((1, 2),), [[1, 2]], ([1, 2],)])
    def test_pairs_are_lists_or_tuples(self, padding):
        assert conv(5, 3, 1, padding) == 6

    @pytest.mark.parametrize("name", ["FULL", "", "HALF", "SAME_UPPER", "VALID ", "CAUSAL"])
    def test_other_names_are_refused(self, name):
        with pytest.raises(ParameterError, match="known are SAME, SAME_LOWER, VALID"):
            conv(5, 3, 1, name)

    @pytest.mark.parametrize("name", ["SAME", "same", "SAME_LOWER", "VALID"])
    def test_a_name_does_not_go_with_a_stretched_input(self, name):
        with pytest.raises(ParameterError, match="string padding is not implemented for transposed convolution"):
            conv(5, 3, 1, name, 2)
        assert conv(5, 3, 1, name, 1) == conv(5, 3, 1, name)

    def test_negative_pads_crop_as_long_as_the_extent_is_not_negative(self):
        assert conv(5, 3, 1, [(-1, -1)]) == 1
        assert conv(5, 2, 1, [(-2, -3)]) == 0
        assert conv(5, 2, 1, [(-8, 9)]) == 5
        with pytest.raises(ShapeError):
            conv(5, 2, 1, [(-3, -3)])

    def test_a_kernel_larger_than_the_input_gives_an_empty_output(self):
        assert jax.conv_shape((1, 2, 2, 9), (4, 2, 3, 3), (5, 1), "VALID") == (1, 4, 0, 7)

    def test_an_empty_input_is_taken_and_padding_can_fill_it(self):
        assert conv(0, 2) == 0
        assert conv(0, 2, 1, [(1, 2)]) == 2
        assert conv(0, 1, 1, [(1, 2)], 3) == 3  # nothing is stretched, not even to less than nothing

    @pytest.mark.parametrize(
        "call",
        [
            lambda: conv(5, 3, 0),
            lambda: conv(5, 3, -1),
            lambda: conv(5, 0),
            lambda: conv(5, 0, 1, "SAME"),
            lambda: conv(5, 3, 1, "SAME", None, 0),
            lambda: conv(5, 3, 1, "SAME", None, -1),
            lambda: conv(5, 3, 1, [(1, 1)], 0),
            lambda: conv(5, 3, 1, [(1, 1)], -1),
        ],
    )
    def test_strides_kernels_and_dilations_are_positive(self, call):
        with pytest.raises(ParameterError, match="is below 1; the smallest"):
            call()

    @pytest.mark.parametrize(
        ("data", "weight", "groups", "batch_groups", "answer"),
        [
            ((1, 4, 5), (4, 2, 2), 2, 1, (1, 4, 4)),
            ((1, 4, 5), (8, 1, 2), 4, 1, (1, 8, 4)),
            ((4, 4, 5), (4, 4, 2), 1, 2, (2, 4, 4)),
            ((0, 4, 5), (4, 4, 2), 1, 2, (0, 4, 4)),
            ((1, 0, 5), (4, 0, 2), 2, 1, (1, 4, 4)),
            ((1, 0, 5), (3, 0, 2), 1, 1, (1, 3, 4)),
            ((1, 2, 5), (0, 2, 2), 1, 1, (1, 0, 4)),
            ((0, 2, 5), (3, 2, 2), 1, 1, (0, 3, 4)),
            ((1, 4, 5), (4, 1, 2), 3, 1, None),  # 3 does not divide 4
            ((1, 4, 5), (3, 2, 2), 2, 1, None),  # 2 does not divide 3
            ((1, 4, 5), (4, 3, 2), 2, 1, None),  # 4 / 2 is not 3
            ((3, 4, 5), (4, 4, 2), 1, 2, None),
            ((2, 4, 5), (3, 4, 2), 1, 2, None),
            ((4, 4, 5), (4, 2, 2), 2, 2, None),
            ((1, 4, 5), (4, 4, 2), 0, 1, None),
            ((1, 4, 5), (4, 4, 2), 1, 0, None),
            ((1, 4, 5), (4, 4, 2), 1, -1, None),
        ],
    )
    def test_groups(self, data, weight, groups, batch_groups, answer):
        settings = {"feature_group_count": groups, "batch_group_count": batch_groups}
        if answer is None:
            with pytest.raises((ShapeError, ParameterError)):
                jax.conv_shape(data, weight, (1,), "VALID", **settings)
        else:
            assert jax.conv_shape(data, weight, (1,), "VALID", **settings) == answer

    @pytest.mark.parametrize("strides", [1, (1,), [1], (1, 1, 1), (), None])
    def test_strides_are_a_sequence_with_one_for_each_axis(self, strides):
        with pytest.raises(ParameterError, match="window_strides"):
            jax.conv_shape((1, 2, 5, 5), (3, 2, 3, 3), strides, "SAME")

    @pytest.mark.parametrize("name", ["lhs_dilation", "rhs_dilation"])
    @pytest.mark.parametrize("value", [1, (1,), [2], (1, 1, 1), (1, 1, 1, 1)])
    def test_dilations_are_a_sequence_with_one_for_each_axis(self, name, value):
        with pytest.raises(ParameterError, match=f"{name} .* does not fit 2 spatial axes; JAX takes a sequence of 2"):
            jax.conv_shape((1, 2, 5, 5), (3, 2, 3, 3), (1, 1), [(1, 1), (1, 1)], **{name: value})

    def test_no_dilations_are_none_or_an_empty_sequence(self):
        for padding in ("VALID", [(0, 0), (0, 0)]):
            for empty in (None, (), []):
                assert jax.conv_shape((1, 2, 5, 5), (3, 2, 3, 3), [1, 1], padding, empty, empty) == (1, 3, 3, 3)
        assert conv(5, 3, 1, "SAME", None, None) == 5
        with pytest.raises(ParameterError):  # which SAME goes through one by one
            jax.conv_shape((1, 2, 5), (3, 2, 3), (1,), "SAME", None, ())

    def test_ranks_agree_and_any_is_taken(self):
        assert jax.conv_shape((4, 3), (5, 3), (), ()) == (4, 5)
        assert jax.conv_shape((1, 2, 3, 3, 3, 3), (5, 2, 2, 2, 2, 2), (1,) * 4, "SAME") == (1, 5, 3, 3, 3, 3)
        for data, weight in (((1, 2, 5), (3, 2, 3, 3)), ((4,), (5,))):
            with pytest.raises(ShapeError, match="the same number of dimensions"):
                jax.conv_shape(data, weight, (1,), "SAME")

    def test_sizes_beyond_floats_are_exact(self):
        assert conv(BIG, 3, 1, "VALID") == BIG - 2
        assert conv(BIG, 3, 2, "SAME") == 2**52 + 1
        assert conv(BIG, 2, 1, [(BIG, -1)], 3) == 4 * BIG - 4


class TestDimensionNumbers:
    @pytest.mark.parametrize(
        ("data", "weight", "strides", "numbers", "answer"),
        [
            ((1, 5, 5, 2), (3, 3, 2, 4), (1, 1), ["NHWC", "HWIO", "NCHW"], (1, 4, 3, 3)),
            ((1, 5, 7, 2), (3, 2, 2, 4), (1, 2), ("NHWC", "WHIO", "NCHW"), (1, 4, 2, 5)),  # strides as in the weights
            ((1, 5, 2, 7), (3, 2, 4, 3), (1, 1), ("N0C1", "0IO1", "1CN0"), (5, 4, 1, 3)),
        ],
    )
    def test_they_name_the_axes_of_data_weights_and_output(self, data, weight, strides, numbers, answer):
        assert jax.conv_shape(data, weight, strides, "VALID", dimension_numbers=numbers) == answer

    def test_jax_has_a_class_for_them(self):
        numbers = namedtuple("ConvDimensionNumbers", "lhs_spec rhs_spec out_spec")(
            (0, 3, 1, 2), (3, 2, 0, 1), (0, 3, 1, 2)
        )
        answer = jax.conv_shape((1, 5, 5, 2), (3, 3, 2, 4), (1, 1), "VALID", dimension_numbers=numbers)
        assert answer == (1, 3, 3, 4)
        with pytest.raises(ParameterError, match="do not name each of 4 axes once"):
            layout_of(numbers._replace(rhs_spec=(0, 1)), 2, "JAX")

    @pytest.mark.parametrize(
        "numbers",
        [
            ("NHWC", "HWIO", "NHWX"),
            ("nhwc", "hwio", "nhwc"),
            ("NHWC", "HWIO"),
            ("NHC", "HIO", "NHC"),
            ("NHHC", "HWIO", "NHWC"),
            ("NHWC", "HWIO", "NHDC"),
            ("NOIC", "OIHW", "NCHW"),
            "NHWC",
            (1, 2, 3),
            5,
        ],
    )
    def test_others_are_refused(self, numbers):
        with pytest.raises(ParameterError, match="give three strings as"):
            jax.conv_shape((1, 5, 5, 2), (3, 3, 2, 4), (1, 1), "VALID", dimension_numbers=numbers)

    def test_transposed_weights_exchange_their_channels_with_the_kernel(self):
        last = ("NHWC", "HWIO", "NHWC")
        answer = jax.conv_transpose_shape((1, 5, 4, 2), (3, 2, 2, 6), (2, 1), "SAME", dimension_numbers=last)
        assert answer == (1, 10, 4, 6)
        turned = jax.conv_transpose_shape(
            (1, 5, 4, 2), (3, 2, 6, 2), (2, 1), "SAME", dimension_numbers=last, transpose_kernel=True
        )
        assert turned == answer
        with pytest.raises(ShapeError, match="the input has 2 channels and the weight takes 6"):
            jax.conv_transpose_shape((1, 5, 4, 2), (3, 2, 6, 2), (2, 1), "SAME", dimension_numbers=last)

    def test_ours_are_in_out_whether_the_kernel_is_transposed_or_not(self):
        for transpose_kernel in (False, True):
            answer = jax.conv_transpose_shape(
                (1, 2, 5, 4), (2, 3, 3, 3), (2, 2), "SAME", transpose_kernel=transpose_kernel
            )
            assert answer == (1, 3, 10, 8)


class TestConvTranspose:
    @given(st.integers(1, 12), kernels, small, small)
    def test_same_gives_a_stride_for_each_input(self, size, kernel, stride, dilation):
        assert transposed(size, kernel, stride, "SAME", dilation) == size * stride

    @given(st.integers(1, 12), kernels, small, small)
    def test_valid_reads_the_whole_kernel_and_at_least_the_stride(self, size, kernel, stride, dilation):
        reached = [stride * place + offset for place in range(size) for offset in range(dilation * (kernel - 1) + 1)]
        strides = stride * size
        assert transposed(size, kernel, stride, "VALID", dilation) == max(max(reached) + 1, strides)

    @pytest.mark.parametrize(
        ("kernel", "stride", "pads"),
        [
            (3, 1, (1, 1)),
            (4, 1, (2, 1)),
            (3, 2, (2, 1)),
            (4, 2, (2, 2)),
            (5, 2, (3, 2)),
            (2, 3, (1, 2)),
            (1, 3, (0, 2)),
        ],
    )
    def test_same_has_the_odd_padding_at_the_start(self, kernel, stride, pads):
        assert jax.conv_transpose(kernel, (stride,), "SAME") == ca.Conv(
            kernel, padding=(pads,), input_dilation=(stride,)
        )

    def test_pairs_pad_the_stretched_input(self):
        assert transposed(5, 5, 2, [(1, 1)]) == 7
        assert jax.conv_transpose(5, (2,), [(1, 1)]) == ca.Conv(5, padding=1, input_dilation=(2,))

    def test_consistent_pairs_are_those_of_the_direct_convolution(self):
        assert transposed(5, 5, 2, [(1, 1)], use_consistent_padding=True) == 11
        assert ca.ConvTranspose(5, stride=2, padding=1).output_shape((5,)) == (11,)

    @given(st.tuples(st.integers(1, 12), kernels, small, st.integers(0, 4), st.integers(0, 4), small))
    def test_consistent_pairs_go_back_to_where_the_direct_convolution_comes_from(self, numbers):
        size, kernel, stride, before, after, dilation = numbers
        direct = ca.Conv(kernel, stride=stride, padding=((before, after),), dilation=dilation)
        try:
            small_output = direct.output_shape((size,))[0]
            back = transposed(small_output, kernel, stride, [(before, after)], dilation, use_consistent_padding=True)
        except ShapeError:
            return
        assert size - stride < back <= size

    def test_consistent_padding_wants_tuples_and_does_not_look_beyond_the_last_axis(self):
        two = {"strides": (2, 2), "use_consistent_padding": True}
        data, weight = (1, 2, 5, 4), (2, 3, 3, 3)
        assert jax.conv_transpose_shape(data, weight, padding=[(1, 2), (0, 1)], **two) == (1, 3, 8, 8)
        assert jax.conv_transpose_shape(data, weight, padding=[(1, 2), (1, 2), (1, 2)], **two) == (1, 3, 8, 6)
        for padding in ([[1, 2], [0, 1]], [1, 1], [(1, 2)], 1, None, [], "same", "SAME_LOWER", [(), ()]):
            with pytest.raises(ParameterError):
                jax.conv_transpose_shape(data, weight, padding=padding, **two)

    def test_consistent_padding_mixes_names_and_counts_no_numbers(self):
        two = {"strides": (2, 2), "use_consistent_padding": True}
        data, weight = (1, 2, 5, 4), (2, 3, 3, 4)
        assert jax.conv_transpose_shape(data, weight, padding=("SAME", "VALID"), **two) == (1, 3, 10, 10)
        assert jax.conv_transpose_shape(data, weight, padding=("SAME", (1, 1)), **two) == (1, 3, 10, 8)
        assert jax.conv_transpose_shape(data, weight, padding=[(1,), (2,)], **two) == (1, 3, 8, 5)
        assert jax.conv_transpose_shape(data, weight, padding=[(1, 2, 3), (1, 1, 1)], **two) == (1, 3, 7, 10)

    @pytest.mark.parametrize(
        ("name", "size"), [("same", 5), ("valid", 3), ("Valid", 3), ("SAME_LOWER", 5), ("same_lower", 5)]
    )
    def test_other_spellings_mean_the_direct_convolution_which_has_no_stride(self, name, size):
        assert transposed(5, 3, 1, name) == size
        with pytest.raises(ParameterError, match="give 'SAME' or 'VALID' in capitals"):
            transposed(5, 3, 2, name)

    def test_valid_in_capitals_is_another_padding(self):
        assert (transposed(5, 3, 1, "VALID"), transposed(5, 3, 1, "valid")) == (7, 3)

    def test_an_empty_input_gives_what_padding_alone_holds(self):
        assert [transposed(0, 3, stride, "SAME") for stride in (1, 2, 3)] == [0, 1, 2]
        assert transposed(0, 3, 2, "VALID") == 2

    def test_zeros_elsewhere_are_taken(self):
        assert jax.conv_transpose_shape((0, 2, 2), (2, 3, 3), (2,), "VALID") == (0, 3, 5)
        assert jax.conv_transpose_shape((1, 0, 2), (0, 3, 3), (2,), "VALID") == (1, 3, 5)
        assert jax.conv_transpose_shape((1, 2, 2), (2, 0, 3), (2,), "VALID") == (1, 0, 5)

    def test_padding_that_takes_more_than_there_is_is_refused(self):
        assert transposed(2, 3, 2, [(3, 4)], use_consistent_padding=True) == 0
        with pytest.raises(ShapeError, match="crops more than"):
            transposed(2, 3, 2, [(4, 4)], use_consistent_padding=True)

    @pytest.mark.parametrize("strides", [2, (2,), (2, 2, 2), (0, 1), (-1, 1)])
    @pytest.mark.parametrize("padding", ["SAME", "VALID", [(1, 1), (1, 1)]])
    def test_strides_are_positive_and_one_for_each_axis(self, strides, padding):
        with pytest.raises(ParameterError):
            jax.conv_transpose_shape((1, 2, 5, 4), (2, 3, 3, 3), strides, padding)

    @pytest.mark.parametrize("strides", [None, (), []])
    def test_no_strides_are_1_unless_the_padding_is_worked_out_with_them(self, strides):
        assert jax.conv_transpose_shape((1, 2, 5), (2, 3, 3), strides, [(1, 2)]) == (1, 3, 6)
        assert jax.conv_transpose_shape((1, 2, 5), (2, 3, 3), strides, "same") == (1, 3, 5)
        for padding, consistent in (("SAME", False), ("VALID", False), ([(1, 2)], True)):
            with pytest.raises(ParameterError):
                jax.conv_transpose_shape((1, 2, 5), (2, 3, 3), strides, padding, use_consistent_padding=consistent)

    def test_sizes_beyond_floats_are_exact(self):
        assert transposed(BIG, 3, 2, "SAME") == 2 * BIG
        assert transposed(BIG, 5, 3, "VALID") == 3 * BIG + 2
        assert transposed(BIG, 5, 3, [(1, 1)], use_consistent_padding=True) == 3 * BIG


class TestReduceWindow:
    @given(st.tuples(sizes, kernels, small, sides, sides, small, small))
    def test_windows_are_counted_over_the_stretched_and_padded_input(self, numbers):
        size, window, stride, before, after, stretch, dilation = numbers
        answer = reduced(size, window, stride, [(before, after)], stretch, dilation)
        assert answer == counted(size, window, stride, before, after, stretch, dilation)

    def test_pads_may_exceed_the_window_and_crop_beyond_the_input(self):
        assert reduced(5, 2, 1, [(9, 9)]) == 22
        assert reduced(5, 1, 1, [(-4, -4)]) == 0
        assert reduced(5, 2, 1, [(-5, 9)]) == 8

    def test_same_reads_the_size_before_base_dilation(self):
        assert reduced(4, 3, 2, "SAME", 2) == 3  # of 7 cells, for which SAME would be 4
        assert reduced(6, 3, 3, "same_lower", 2) == 3  # of 11 cells
        assert reduced(5, 3, 2, "SAME", 3) == 7
        call = jax.CALLS["reduce_window"]
        assert call((4,), (3,), (2,), "SAME", (2,)).pads == ((0, 1),)
        assert call((4,), (3,), (2,), "SAME_LOWER", (2,)).pads == ((1, 0),)

    @pytest.mark.parametrize("name", ["SAME", "same", "SAME_LOWER", "VALID", "valid"])
    def test_names_are_read_in_any_letter_case(self, name):
        assert reduced(5, 2, 1, name) == (4 if name.upper() == "VALID" else 5)

    def test_strides_are_1_if_none_but_same_needs_them(self):
        assert jax.reduce_window_shape((1, 2, 5, 4), (2, 2)) == (1, 2, 4, 3)
        assert jax.reduce_window_shape((1, 2, 5, 4), (2, 2), None, [(1, 1), (0, 2)]) == (1, 2, 6, 5)
        with pytest.raises(ParameterError, match=r"needs window_strides, and they are None; give \(1, 1\)"):
            jax.reduce_window_shape((1, 2, 5, 4), (2, 2), None, "SAME")
        assert jax.reduce_window_shape((1, 2, 5, 4), (2, 2), (1, 1), "SAME") == (1, 2, 5, 4)

    @pytest.mark.parametrize("name", ["window_dimensions", "window_strides", "base_dilation", "window_dilation"])
    @pytest.mark.parametrize("value", [2, (), (2,), (1, 1, 1), (0, 1), (-1, 1)])
    def test_each_argument_has_a_positive_number_for_each_axis(self, name, value):
        arguments = {"window_dimensions": (2, 2), "window_strides": (1, 1), "padding": "VALID"}
        with pytest.raises(ParameterError):
            jax.reduce_window_shape((1, 2, 5, 4), **{**arguments, name: value})

    @pytest.mark.parametrize("padding", ["FULL", 1, (1, 1), [(1, 1)], [(1, 1)] * 3, [(1,), (1,)], None])
    def test_other_paddings_are_refused(self, padding):
        with pytest.raises(ParameterError):
            jax.reduce_window_shape((1, 2, 5, 4), (2, 2), (1, 1), padding)

    def test_batch_and_channels_come_first_and_may_be_empty(self):
        assert jax.reduce_window_shape((0, 2, 3), (2,)) == (0, 2, 2)
        assert jax.reduce_window_shape((1, 0, 3), (2,)) == (1, 0, 2)
        assert jax.reduce_window_shape((1, 2), ()) == (1, 2)
        with pytest.raises(ShapeError, match="give batch and channels"):
            jax.reduce_window_shape((3,), (2,))
        with pytest.raises(ParameterError, match="does not fit 1 spatial axis"):
            jax.reduce_window_shape((1, 2, 3), (2, 2))

    def test_sizes_beyond_floats_are_exact(self):
        assert reduced(BIG, 3, 1, [(BIG, 0)]) == 2 * BIG - 2


class TestLayers:
    @given(st.tuples(st.integers(1, 12), kernels, small, sides, sides, small, small))
    def test_a_conv_has_the_size_that_its_shape_function_says(self, numbers):
        size, kernel, stride, before, after, stretch, dilation = numbers
        settings = ((stride,), [(before, after)], (stretch,), (dilation,))
        try:
            answer = jax.conv_shape((1, 1, size), (1, 1, kernel), *settings)[2:]
        except ShapeError:
            answer = (0,)
        if answer == (0,):
            with pytest.raises(ShapeError):
                jax.conv(kernel, *settings, input_shape=(size,))
        else:
            assert jax.conv(kernel, *settings, input_shape=(size,)).output_shape((size,)) == answer
            assert jax.conv(kernel, *settings).output_shape((size,)) == answer

    @given(st.integers(1, 9), kernels, small, st.sampled_from(["SAME", "VALID", "pairs"]), sides, sides, small)
    def test_a_rotated_kernel_has_the_same_windows(self, size, kernel, stride, name, before, after, dilation):
        padding = [(before, after)] if name == "pairs" else name
        settings = (kernel, (stride,), padding, (dilation,))
        try:
            straight = jax.conv_transpose(*settings, input_shape=(size,))
        except ShapeError:
            with pytest.raises(ShapeError):
                jax.conv_transpose(*settings, transpose_kernel=True, input_shape=(size,))
            return
        rotated = jax.conv_transpose(*settings, transpose_kernel=True, input_shape=(size,))
        assert isinstance(straight, ca.Conv)
        assert isinstance(rotated, ca.ConvTranspose)
        assert rotated.equivalent.windows((size,)) == straight.windows((size,))
        assert rotated.output_shape((size,)) == (transposed(size, kernel, stride, padding, dilation),)

    def test_a_call_knows_its_axes(self):
        straight = jax.CALLS["conv_transpose"]((5,), (3,), (2,), "SAME")
        rotated = jax.CALLS["conv_transpose"]((5,), (3,), (2,), "SAME", transpose_kernel=True)
        assert (straight.counts, straight.pads) == ((10,), ((2, 1),))
        assert (rotated.counts, rotated.pads) == ((10,), ((0, 1),))
        assert [axis.flipped for axis in (*straight.axes, *rotated.axes)] == [False, True]
        assert rotated.axes == jax.conv_transpose((3,), (2,), "SAME", None, True).windows((5,)).axes

    def test_a_name_stays_a_name_without_an_input(self):
        assert jax.conv(3, (2, 2), "SAME") == ca.Conv(3, stride=(2, 2), padding="same")
        assert jax.conv(3, (2, 2), "same_lower") == ca.Conv(3, stride=(2, 2), padding="same_lower")
        assert jax.conv((3, 5), (1, 1), "VALID", None, (2, 1)) == ca.Conv((3, 5), stride=(1, 1), dilation=(2, 1))
        assert jax.reduce_window((3,), (2,), "SAME") == ca.Pool((3,), stride=(2,), padding="same")

    def test_a_kernel_is_one_number_or_one_for_each_axis(self):
        assert jax.conv(3, (1, 1), "VALID") == ca.Conv(3, stride=(1, 1))
        with pytest.raises(ParameterError, match="kernel_size"):
            jax.conv((3, 3, 3), (1, 1), "VALID")
        with pytest.raises(ParameterError, match="does not fit 1 spatial axis"):
            jax.reduce_window((3, 3), input_shape=(5,))

    def test_strides_of_a_pool_are_1_unless_given(self):
        assert jax.reduce_window((3, 3)) == ca.Pool((3, 3), stride=1)

    def test_there_is_none_for_an_empty_output_an_empty_input_or_no_axis(self):
        with pytest.raises(ShapeError, match="JAX answers with an empty output") as caught:
            jax.conv(3, (1,), "VALID", input_shape=(2,))
        assert caught.value.output_shape == (0,)
        with pytest.raises(ShapeError, match=r"axis 1 \(width\): the input has size 0, and no layer meets that"):
            jax.conv(3, (1, 1), [(2, 2), (2, 2)], input_shape=(5, 0))
        with pytest.raises(ShapeError, match="there is no spatial axis"):
            jax.conv((), (), (), input_shape=())
        with pytest.raises(ShapeError):
            jax.reduce_window((3,), input_shape=(2,))

    def test_a_pool_has_no_stretched_input(self):
        with pytest.raises(ParameterError, match="no pooling has an input dilation"):
            jax.reduce_window((3,), base_dilation=(2,))
        assert jax.reduce_window((3,), base_dilation=(1,)) == ca.Pool((3,), stride=1)
        assert reduced(5, 3, 1, "VALID", 2) == 7


REFUSALS = [  # what is asked, the sentence, some of its numbers, the same mended
    (
        lambda: conv(5, 3, 1, "SAME", 2),
        "a padding by name does not go together with input dilation 2; give it in numbers (JAX: string padding is not "
        "implemented for transposed convolution)",
        {"input_dilation": 2},
        lambda: conv(5, 3, 1, [(1, 1)], 2),
    ),
    (
        lambda: conv(5, 2, 1, [(-3, -3)]),
        "padding (-3, -3) crops more than the input's 5; it can crop 5 in all (JAX: negative padding is larger than "
        "the size of the corresponding dimension)",
        {"padding": (-3, -3), "input_size": 5},
        lambda: conv(5, 2, 1, [(-3, -2)]),
    ),
    (
        lambda: jax.conv_shape((1, 2, 5, 5), (3, 2, 3, 3), (1, 1), [(0, 0), (-9, 3)], (2, 1)),
        "axis 1 (width): padding (-9, 3) crops more than the input's 5; it can crop 5 in all (JAX: negative padding is "
        "larger than the size of the corresponding dimension)",
        {"axis": 1, "padding": (-9, 3)},
        lambda: jax.conv_shape((1, 2, 5, 5), (3, 2, 3, 3), (1, 1), [(0, 0), (-8, 3)], (2, 1)),
    ),
    (
        lambda: jax.conv_shape((1, 4, 5), (6, 1, 2), (1,), "VALID", feature_group_count=4),
        "6 output channels do not part into 4 groups; take a number that 4 divides, or other groups (JAX: the rhs "
        "output features are a multiple of feature_group_count)",
        {"channels": 6, "groups": 4},
        lambda: jax.conv_shape((1, 4, 5), (8, 1, 2), (1,), "VALID", feature_group_count=4),
    ),
    (
        lambda: jax.conv_shape((3, 4, 5), (4, 4, 2), (1,), "VALID", batch_group_count=2),
        "3 images do not part into 2 groups; take a number that 2 divides, or other groups (JAX: batch_group_count "
        "must divide the lhs batch dimension size)",
        {"channels": 3, "groups": 2},
        lambda: jax.conv_shape((4, 4, 5), (4, 4, 2), (1,), "VALID", batch_group_count=2),
    ),
    (
        lambda: jax.conv_shape((2, 4, 5), (3, 4, 2), (1,), "VALID", batch_group_count=2),
        "3 output channels do not part into 2 groups; take a number that 2 divides, or other groups (JAX: the rhs "
        "output features are a multiple of batch_group_count)",
        {"channels": 3, "groups": 2},
        lambda: jax.conv_shape((2, 4, 5), (4, 4, 2), (1,), "VALID", batch_group_count=2),
    ),
    (
        lambda: jax.conv_shape((4, 4, 5), (4, 2, 2), (1,), "VALID", feature_group_count=2, batch_group_count=2),
        "2 groups of channels and 2 of the batch do not go together; give 1 for one of them (JAX: at most one of "
        "batch_group_count and feature_group_count may be > 1)",
        {"groups": 2, "batch_groups": 2},
        lambda: jax.conv_shape((4, 4, 5), (4, 2, 2), (1,), "VALID", feature_group_count=2),
    ),
    (
        lambda: jax.conv_shape((1, 3, 5), (4, 2, 2), (1,), "VALID"),
        "the input has 3 channels and the weight takes 2; give an input of 2 channels (JAX: lhs features divided by "
        "feature_group_count equal the rhs input features)",
        {"channels": 3, "weight_channels": 2},
        lambda: jax.conv_shape((1, 2, 5), (4, 2, 2), (1,), "VALID"),
    ),
    (
        lambda: jax.conv_shape((1, 2, 5), (4, 2, 2), (1, 1), "VALID"),
        "window_strides (1, 1) does not fit 1 spatial axis; JAX takes a sequence of 1",
        {"name": "window_strides", "ndim": 1},
        lambda: jax.conv_shape((1, 2, 5), (4, 2, 2), (1,), "VALID"),
    ),
    (
        lambda: jax.conv_shape((1, 2, 5, 5), (4, 2, 2, 2), None, "VALID"),
        "window_strides are None; JAX takes a sequence of 2 here, as (1, 1)",
        {"name": "window_strides", "ndim": 2},
        lambda: jax.conv_shape((1, 2, 5, 5), (4, 2, 2, 2), (1, 1), "VALID"),
    ),
    (
        lambda: transposed(5, 3, 0, "SAME"),
        "stride 0 is below 1; the smallest stride is 1 (JAX: all dilations must be positive, and strides dilate the "
        "input)",
        {"value": 0, "least": 1},
        lambda: transposed(5, 3, 1, "SAME"),
    ),
    (
        lambda: jax.conv_shape((1, 2, 5, 5), (4, 2, 2, 2), (1, 1), 1),
        "padding 1 does not fit 2 spatial axes; give a pair (before, after) for each, as ((1, 1), (1, 1)), or a name "
        "(JAX: padding is a string, or a sequence of (low, high) pairs)",
        {"value": 1, "ndim": 2},
        lambda: jax.conv_shape((1, 2, 5, 5), (4, 2, 2, 2), (1, 1), ((1, 1), (1, 1))),
    ),
    (
        lambda: conv(5, 3, 1, "FULL"),
        "padding 'FULL' is none of JAX's; known are SAME, SAME_LOWER, VALID",
        {"value": "FULL"},
        lambda: conv(5, 3, 1, "SAME"),
    ),
    (
        lambda: jax.conv_shape((1, 2, 5), (4, 2, 2, 2), (1,), "VALID"),
        "input_shape (1, 2, 5) has 3 entries and weight_shape (4, 2, 2, 2) 4; give both as many, at least 2 (JAX: lhs "
        "and rhs must have the same number of dimensions)",
        {"shape": (1, 2, 5), "weight_shape": (4, 2, 2, 2)},
        lambda: jax.conv_shape((1, 2, 5), (4, 2, 2), (1,), "VALID"),
    ),
    (
        lambda: jax.conv_shape((1, 5, 2), (2, 2, 4), (1,), "VALID", dimension_numbers=("NWC", "WIO")),
        "dimension_numbers ('NWC', 'WIO') are not three strings; give three strings as ('NHWC', 'HWIO', 'NHWC'), or "
        "none (JAX: dimension_numbers are a triple of strings for input, weights and output)",
        {"name": "dimension_numbers"},
        lambda: jax.conv_shape((1, 5, 2), (2, 2, 4), (1,), "VALID", dimension_numbers=("NWC", "WIO", "NWC")),
    ),
    (
        lambda: transposed(5, 3, 2, "same"),
        "padding 'same' is a direct convolution's and has no stride 2; give 'SAME' or 'VALID' in capitals, or pairs "
        "(JAX: string padding is not implemented for transposed convolution)",
        {"padding": "same", "stride": 2},
        lambda: transposed(5, 3, 2, "SAME"),
    ),
    (
        lambda: transposed(5, 3, 2, [[1, 1]], use_consistent_padding=True),
        "padding [1, 1] is neither a tuple nor a name; with use_consistent_padding give a tuple (before, after), or "
        "'SAME' or 'VALID' in capitals (JAX: invalid padding mode)",
        {"value": [1, 1]},
        lambda: transposed(5, 3, 2, [(1, 1)], use_consistent_padding=True),
    ),
    (
        lambda: transposed(5, 3, 2, 1, use_consistent_padding=True),
        "padding 1 does not fit 1 spatial axis; with use_consistent_padding give a pair (before, after) for each, as "
        "((1, 1),), or a name (JAX: padding is 'SAME', 'VALID', or one of them or a tuple for each axis)",
        {"value": 1},
        lambda: transposed(5, 3, 2, ((1, 1),), use_consistent_padding=True),
    ),
    (
        lambda: jax.reduce_window_shape((1, 2, 5), (2,), None, "same"),
        "padding 'same' needs window_strides, and they are None; give (1,) (JAX: padding by name is worked out with "
        "strides as they are given)",
        {"name": "window_strides", "padding": "same"},
        lambda: jax.reduce_window_shape((1, 2, 5), (2,), (1,), "same"),
    ),
    (
        lambda: reduced(5, 0),
        "kernel size 0 is below 1; the smallest kernel size is 1 (JAX: windows have positive sizes)",
        {"value": 0, "least": 1},
        lambda: reduced(5, 1),
    ),
]


@pytest.mark.parametrize(("call", "sentence", "numbers", "mended"), REFUSALS)
def test_a_refusal_says_what_is_wrong_and_what_mends_it(call, sentence, numbers, mended):
    with pytest.raises((ShapeError, ParameterError)) as caught:
        call()
    assert str(caught.value) == sentence
    assert {name: getattr(caught.value, name) for name in numbers} == numbers
    mended()
