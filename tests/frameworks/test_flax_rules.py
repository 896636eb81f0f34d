"""Flax's rules, statement by statement; the expected sizes are Flax's own (0.12.8), or counted cell by cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca
from convarith import ParameterError, ShapeError
from convarith.frameworks import flax, jax

BIG = 2**53 + 1


def conv(size, kernel, *settings, **named):
    """The output size on one axis."""
    return flax.conv_shape((1, 2, size), 4, (kernel,), *settings, **named)[2]


def transposed(size, kernel, *settings, **named):
    return flax.conv_transpose_shape((1, 2, size), 4, (kernel,), *settings, **named)[2]


sizes, kernels, small, sides = st.integers(1, 12), st.integers(1, 5), st.integers(1, 4), st.integers(-3, 5)


class TestConv:
    @given(sizes, kernels, small, small)
    def test_padding_by_name_gives_the_ceiling(self, size, kernel, stride, dilation):
        ceiling = len(range(0, size, stride))
        for name in ("SAME", "SAME_LOWER", "CIRCULAR", "REFLECT", "CAUSAL"):
            assert conv(size, kernel, stride, name, kernel_dilation=dilation) == ceiling

    def test_the_default_is_same(self):
        assert flax.conv_shape((8, 3, 224, 224), 64, (7, 7), 2) == (8, 64, 112, 112)
        assert flax.conv((3, 3), input_shape=(5, 4)) == ca.Conv((3, 3), padding=1)

    @pytest.mark.parametrize(
        ("name", "kernel", "pads"),
        [
            ("SAME", 4, (1, 2)),
            ("SAME_LOWER", 4, (2, 1)),
            ("VALID", 4, (0, 0)),
            ("CIRCULAR", 4, (1, 2)),
            ("REFLECT", 4, (1, 2)),
            ("CAUSAL", 4, (3, 0)),
            ("CIRCULAR", 5, (2, 2)),
        ],
    )
    def test_where_the_odd_padding_is(self, name, kernel, pads):
        assert flax.conv(kernel, 1, name, input_shape=(9,)) == ca.Conv(kernel, padding=(pads,))

    def test_circular_pads_the_same_whatever_the_stride(self):
        assert flax.conv(3, 2, "SAME", input_shape=(6,)) == ca.Conv(3, stride=2, padding=((0, 1),))
        for shape in (None, (6,)):
            assert flax.conv(3, 2, "CIRCULAR", input_shape=shape) == ca.Conv(3, stride=2, padding=1)

    @pytest.mark.parametrize("name", ["same", "Same", "valid", "same_lower", "SAME_LOWER"])
    def test_names_of_jax_are_read_in_any_letter_case(self, name):
        assert conv(5, 3, 1, name) == (3 if name == "valid" else 5)

    @pytest.mark.parametrize("name", ["circular", "Reflect", "causal", "FULL", "", "HALF"])
    def test_flaxs_own_names_are_in_capitals(self, name):
        with pytest.raises(ParameterError, match="known are SAME, SAME_LOWER, VALID, CIRCULAR, REFLECT, CAUSAL"):
            conv(5, 3, 1, name)

    @pytest.mark.parametrize(
        ("padding", "answer"),
        [
            (0, (3, 4)),
            (1, (5, 6)),
            (-1, (1, 2)),
            (-2, (0, 0)),
            ((1, 2), (5, 8)),
            ([1, 2], (5, 8)),
            (((1, 2), (0, 1)), (6, 5)),
            ([(1, 2), (0, 1)], (6, 5)),
            ([[1, 2], [0, 1]], (6, 5)),
            (((1, 2), 1), (6, 6)),
        ],
    )
    def test_padding_is_a_number_or_for_each_axis_a_number_or_a_pair(self, padding, answer):
        assert flax.conv_shape((1, 2, 5, 6), 4, (3, 3), 1, padding) == (1, 4, *answer)

    @pytest.mark.parametrize(
        "padding", [(1,), (1, 1, 1), ((1, 2),), ((1, 2, 3), (1, 1, 1)), ((1,), (1,)), None, (), ("SAME", "SAME"), 1.0]
    )
    def test_other_paddings_are_refused(self, padding):
        with pytest.raises(ParameterError):
            flax.conv_shape((1, 2, 5, 6), 4, (3, 3), 1, padding)

    def test_causal_is_for_one_axis(self):
        assert conv(5, 3, 1, "CAUSAL") == 5
        with pytest.raises(ParameterError, match="only implemented for 1D"):
            flax.conv_shape((1, 2, 5, 6), 4, (3, 3), 1, "CAUSAL")

    @pytest.mark.parametrize("name", ["SAME", "same", "VALID", "CIRCULAR", "REFLECT", "CAUSAL"])
    def test_a_name_does_not_go_with_a_stretched_input(self, name):
        with pytest.raises(ParameterError, match="string padding is not implemented"):
            conv(5, 3, 1, name, 2)
        assert conv(5, 3, 1, 1, 2) == 9

    def test_padding_that_continues_the_input_wants_one(self):
        for name in ("CIRCULAR", "REFLECT"):
            assert conv(1, 7, 1, name) == 1
            assert conv(0, 1, 1, name) == 0
            assert flax.conv_shape((1, 2, 0, 4), 4, (1, 3), 1, name) == (1, 4, 0, 4)
            with pytest.raises(ShapeError, match="cannot apply padding to an empty axis"):
                conv(0, 2, 1, name)
        for name in ("SAME", "VALID", "CAUSAL", 1):
            assert conv(0, 3, 1, name) == 0

    @pytest.mark.parametrize("value", [(2,), [2], (1, 2, 3), 0, (0, 1), -1])
    @pytest.mark.parametrize("name", ["strides", "input_dilation", "kernel_dilation"])
    def test_numbers_are_one_for_all_axes_or_one_for_each(self, name, value):
        with pytest.raises(ParameterError):
            flax.conv_shape((1, 2, 5, 6), 4, (3, 3), padding=1, **{name: value})
        for same in (None, 1, (1, 1), [1, 1]):
            assert flax.conv_shape((1, 2, 5, 6), 4, (3, 3), padding=1, **{name: same}) == (1, 4, 5, 6)

    def test_empty_dilations_are_1_where_nothing_goes_through_them(self):
        for padding in ("VALID", 0):
            assert conv(5, 3, 1, padding, (), ()) == 3
        for padding in ("SAME", "SAME_LOWER", "CIRCULAR", "REFLECT", "CAUSAL"):
            assert conv(5, 3, 1, padding, (), 1) == 5
            with pytest.raises(ParameterError):
                conv(5, 3, 1, padding, 1, ())
        with pytest.raises(ParameterError):
            conv(5, 3, ())

    @pytest.mark.parametrize(
        ("shape", "kernel", "answer"),
        [
            ((1, 2, 5), 3, (1, 4, 5)),
            ((2, 5), 3, (4, 5)),
            ((3, 1, 2, 5), 3, (3, 1, 4, 5)),
            ((2, 5, 6), (3, 3), (4, 5, 6)),
            ((2, 3, 3, 3, 3), (3, 3, 3, 3), (4, 3, 3, 3, 3)),
            ((1, 5), (), (1, 4)),
            ((2,), 3, None),
            ((5, 2), (3, 3), None),
        ],
    )
    def test_a_kernel_says_how_many_axes_are_spatial_and_batch_is_what_comes_before_channels(
        self, shape, kernel, answer
    ):
        if answer is None:
            with pytest.raises(ShapeError, match="and channels make at least"):
                flax.conv_shape(shape, 4, kernel)
        else:
            assert flax.conv_shape(shape, 4, kernel) == answer

    def test_an_empty_input_needs_one_axis_of_batch(self):
        assert flax.conv_shape((0, 2, 5), 4, 3) == (0, 4, 5)
        assert flax.conv_shape((2, 0, 2, 5), 4, 3) == (2, 0, 4, 5)
        for shape in ((2, 0), (2, 2, 2, 0)):
            with pytest.raises(ShapeError, match="give it one axis of batch"):
                flax.conv_shape(shape, 4, 3)

    def test_there_are_channels_on_both_sides_for_the_initializer(self):
        for shape, features in (((1, 0, 5), 4), ((1, 2, 5), 0), ((1, 2, 5), -1)):
            with pytest.raises(ParameterError, match="the default initializer divides by the number of weights"):
                flax.conv_shape(shape, features, 3)

    def test_a_kernel_has_a_size(self):
        for kernel in (0, (0,), -1, (3, 0)):
            with pytest.raises(ParameterError, match="the smallest kernel size is 1"):
                flax.conv_shape((1, 2, 5, 5), 4, kernel)

    @pytest.mark.parametrize(
        ("inputs", "features", "groups", "fine"),
        [
            (4, 4, 1, True),
            (4, 4, 2, True),
            (4, 4, 4, True),
            (4, 3, 1, True),
            (4, 3, 2, False),
            (4, 4, 3, False),
            (4, 4, 0, False),
            (4, 4, -1, False),
        ],
    )
    def test_groups_divide_inputs_and_features(self, inputs, features, groups, fine):
        if fine:
            assert flax.conv_shape((1, inputs, 5), features, 3, feature_group_count=groups) == (1, features, 5)
        else:
            with pytest.raises((ShapeError, ParameterError)):
                flax.conv_shape((1, inputs, 5), features, 3, feature_group_count=groups)

    def test_sizes_beyond_floats_are_exact(self):
        assert conv(BIG, 3, 2) == 2**52 + 1
        assert conv(BIG, 3, 1, "CIRCULAR") == BIG
        assert conv(BIG, 3, 1, 0, 3) == 3 * BIG - 4


class TestConvTranspose:
    @given(sizes, kernels, small, small)
    def test_same_and_circular_give_a_stride_for_each_input(self, size, kernel, stride, dilation):
        for transpose_kernel in (False, True):
            for name in ("SAME", "CIRCULAR"):
                answer = transposed(size, kernel, stride, name, dilation, transpose_kernel)
                assert answer == size * stride

    @given(kernels, small, sides, sides)
    def test_it_is_jaxs(self, kernel, stride, before, after):
        for padding in ("SAME", "VALID", [(before, after)]):
            wanted = jax.conv_transpose(kernel, (stride,), padding)
            assert flax.conv_transpose(kernel, stride, padding) == wanted

    @pytest.mark.parametrize(
        ("kernel", "stride", "straight", "rotated"),
        [  # what the kernel reads before and after: JAX's SAME, and its mirror where the crop is odd
            (3, 1, (1, 1), (1, 1)),
            (4, 1, (2, 1), (1, 2)),
            (3, 2, (2, 1), (1, 2)),
            (4, 2, (2, 2), (2, 2)),
            (2, 3, (1, 2), (1, 2)),
        ],
    )
    def test_where_the_odd_one_of_circular_is(self, kernel, stride, straight, rotated):
        assert flax.conv_transpose(kernel, stride, "CIRCULAR") == ca.Conv(
            kernel, padding=(straight,), input_dilation=stride
        )
        layer = flax.conv_transpose(kernel, stride, "CIRCULAR", transpose_kernel=True)
        assert layer.equivalent == ca.Conv(kernel, padding=(rotated,), input_dilation=stride)

    @given(st.integers(1, 6), kernels, small, st.booleans())
    def test_circular_wraps_the_whole_result_around(self, size, kernel, stride, transpose_kernel):
        """Which inputs each output reads, in whichever order, after Flax's recipe: the full result, zeros on both sides
        until it is an even number of periods, and those added up."""
        period = size * stride
        full = [set() for _ in range((size - 1) * stride + max(kernel, stride))]
        for place in range(size):
            for tap in range(kernel):
                full[place * stride + tap].add((place, tap))
        missing = -(len(full) - period) % (2 * period)
        less, more = missing // 2, (missing + 1) // 2
        before = less if transpose_kernel else more
        wrapped = [set() for _ in range(period)]
        for place, read in enumerate(full):
            wrapped[(place + before) % period] |= read

        layer = flax.conv_transpose(kernel, stride, "CIRCULAR", transpose_kernel=transpose_kernel)
        axis = layer.windows((size,)).axes[0]
        ours = []
        for output in range(axis.count):
            places = [output - axis.before + tap for tap in range(kernel)]
            cells = [
                (place % period // stride, kernel - 1 - tap) for tap, place in enumerate(places) if not place % stride
            ]
            ours.append(set(cells))
        assert ours == wrapped

    def test_names_of_the_direct_convolution_have_no_stride(self):
        assert [transposed(5, 3, None, name) for name in ("same", "Same", "SAME_LOWER", "valid")] == [5, 5, 5, 3]
        assert transposed(5, 3, None, "VALID") == 7
        for name in ("same", "valid", "SAME_LOWER"):
            with pytest.raises(ParameterError, match="give 'SAME' or 'VALID' in capitals"):
                transposed(5, 3, 2, name)

    @pytest.mark.parametrize("name", ["REFLECT", "CAUSAL", "circular", "FULL", ""])
    def test_other_names_are_refused(self, name):
        for stride in (1, 2):
            with pytest.raises(ParameterError, match="known are SAME, SAME_LOWER, VALID, CIRCULAR"):
                transposed(5, 3, stride, name)

    @pytest.mark.parametrize(
        ("padding", "answer"),
        [(0, (7, 9)), (1, (9, 11)), (-1, (5, 7)), (-4, (0, 1)), ((1, 2), (9, 13)), (((1, 2), 1), (10, 11))],
    )
    def test_numbers_pad_the_stretched_input(self, padding, answer):
        assert flax.conv_transpose_shape((1, 2, 5, 6), 4, (3, 3), 2, padding) == (1, 4, *answer)

    def test_spellings(self):
        for same in (None, 1, (1, 1), [1, 1]):
            assert flax.conv_transpose_shape((1, 2, 5, 6), 4, (3, 3), same, "SAME", same) == (1, 4, 5, 6)
        for other in ((2,), (1, 2, 3), 0, -1, (0, 1)):
            for padding in ("SAME", "VALID", "CIRCULAR", 1):
                with pytest.raises(ParameterError):
                    flax.conv_transpose_shape((1, 2, 5, 6), 4, (3, 3), other, padding)
                with pytest.raises(ParameterError):
                    flax.conv_transpose_shape((1, 2, 5, 6), 4, (3, 3), 1, padding, other)

    def test_empty_numbers_are_1_where_nothing_goes_through_them(self):
        assert transposed(5, 3, (), 1, ()) == 5
        assert transposed(5, 3, (), "same") == 5
        for padding in ("SAME", "VALID", "CIRCULAR"):
            with pytest.raises(ParameterError):
                transposed(5, 3, (), padding)
            with pytest.raises(ParameterError):
                transposed(5, 3, 1, padding, ())

    def test_there_are_at_most_three_axes(self):
        assert flax.conv_transpose_shape((1, 2, 3, 3, 3), 4, (3, 3, 3)) == (1, 4, 3, 3, 3)
        with pytest.raises(ShapeError, match="at most 3"):
            flax.conv_transpose_shape((1, 2, 3, 3, 3, 3), 4, (3, 3, 3, 3))

    def test_what_is_empty(self):
        assert [transposed(0, 3, 1, padding) for padding in ("SAME", "VALID", 1)] == [0, 2, 0]
        assert flax.conv_transpose_shape((0, 2, 5), 4, 3, None, "VALID") == (0, 4, 7)
        for shape in ((1, 2, 0), (0, 2, 5), (2, 0, 2, 5)):
            with pytest.raises(ShapeError, match="an empty output is not wrapped around"):
                flax.conv_transpose_shape(shape, 4, 3, None, "CIRCULAR")
        for shape, features in (((1, 0, 5), 4), ((1, 2, 5), 0)):
            with pytest.raises(ParameterError, match="initializer"):
                flax.conv_transpose_shape(shape, features, 3)
        with pytest.raises(ShapeError, match="give it one axis of batch"):
            flax.conv_transpose_shape((2, 0), 4, 3)

    def test_batch_is_what_comes_before_channels(self):
        assert flax.conv_transpose_shape((2, 5), 4, 3, 2) == (4, 10)
        assert flax.conv_transpose_shape((3, 1, 2, 5), 4, 3, 2) == (3, 1, 4, 10)

    def test_sizes_beyond_floats_are_exact(self):
        assert transposed(BIG, 3, 2) == transposed(BIG, 3, 2, "CIRCULAR") == 2 * BIG
        assert transposed(BIG, 5, 3, "VALID") == 3 * BIG + 2


POOLS = [(flax.max_pool_shape, flax.max_pool), (flax.avg_pool_shape, flax.avg_pool)]


@pytest.mark.parametrize(("shape", "layer"), POOLS, ids=["max", "avg"])
class TestPools:
    def test_strides_are_1_unless_given(self, shape, layer):
        assert shape((1, 64, 112, 112), (3, 3)) == (1, 64, 110, 110)
        assert layer((3, 3)) == ca.Pool((3, 3), stride=1)
        for nothing in (None, 0, (), []):
            assert shape((1, 2, 5, 6), (2, 2), nothing) == (1, 2, 4, 5)
            assert layer((2, 2), nothing) == ca.Pool((2, 2), stride=1)

    def test_window_and_strides_are_tuples(self, shape, layer):
        for window in (2, [2, 2], None):
            with pytest.raises(ParameterError, match=r"window_shape .* is no tuple"):
                shape((1, 2, 5, 6), window)
        for strides in (2, [2, 2]):
            with pytest.raises(ParameterError, match=r"strides .* is no tuple"):
                shape((1, 2, 5, 6), (2, 2), strides)
        with pytest.raises(ParameterError, match=r"strides .* does not fit 2 spatial axes"):
            layer((2, 2), (2,))

    @pytest.mark.parametrize("value", [(0, 1), (-1, 1)])
    def test_numbers_are_positive(self, shape, layer, value):
        with pytest.raises(ParameterError, match="is below 1"):
            shape((1, 2, 5, 6), value)
        with pytest.raises(ParameterError, match="is below 1"):
            layer((2, 2), value)

    @pytest.mark.parametrize(
        ("padding", "answer"),
        [
            ("VALID", (4, 5)),
            ("valid", (4, 5)),
            ("SAME", (5, 6)),
            ("same_lower", (5, 6)),
            (((1, 1), (0, 2)), (6, 7)),
            ([[1, 1], [0, 2]], (6, 7)),
            (((-1, -1), (0, 0)), (2, 5)),
            (((-4, -4), (0, 0)), (0, 5)),
            (((5, 5), (5, 5)), (14, 15)),
        ],
    )
    def test_padding_is_a_name_or_pairs_of_any_size(self, shape, layer, padding, answer):
        assert shape((1, 2, 5, 6), (2, 2), None, padding) == (1, 2, *answer)
        assert shape((2, 5, 6), (2, 2), None, padding) == (2, *answer)
        if 0 not in answer:
            assert layer((2, 2), None, padding).output_shape((5, 6)) == answer

    @pytest.mark.parametrize(
        "padding", ["CIRCULAR", "FULL", "", 0, 1, (1, 1), ((1, 1),), ((1, 1),) * 3, ((1,), (1,)), (1, (0, 2)), None, ()]
    )
    def test_other_paddings_are_refused(self, shape, layer, padding):
        with pytest.raises(ParameterError):
            shape((1, 2, 5, 6), (2, 2), None, padding)
        with pytest.raises(ParameterError):
            layer((2, 2), None, padding)

    def test_pairs_are_for_one_axis_of_batch(self, shape, layer):
        assert shape((3, 1, 2, 5, 6), (2, 2), None, "SAME") == (3, 1, 2, 5, 6)
        assert layer((2, 2), None, ((1, 1), (1, 1))) == ca.Pool((2, 2), stride=1, padding=1)
        with pytest.raises(ShapeError, match="2 axes of batch do not go together with padding in numbers"):
            shape((3, 1, 2, 5, 6), (2, 2), None, ((1, 1), (1, 1)))

    def test_a_window_larger_than_the_input_gives_an_empty_output(self, shape, layer):
        assert shape((1, 2, 5, 6), (7, 2)) == (1, 2, 0, 5)
        with pytest.raises(ShapeError, match="Flax answers with an empty output"):
            layer((7, 2), input_shape=(5, 6))

    def test_what_is_empty_is_taken(self, shape, layer):
        assert shape((0, 2, 5), (2,)) == (0, 2, 4)
        assert shape((1, 0, 5), (2,)) == (1, 0, 4)
        assert shape((1, 2, 0), (2,), None, ((1, 1),)) == (1, 2, 1)
        with pytest.raises(ShapeError, match="no layer meets that"):
            layer((2,), None, ((1, 1),), input_shape=(0,))

    def test_a_window_says_how_many_axes_are_spatial(self, shape, layer):
        assert shape((2, 6), (2,)) == (2, 5)
        assert shape((2, 1, 5, 6), (2, 2, 2)) == (2, 0, 4, 5)
        assert layer((2,)) == ca.Pool(2, stride=1)
        with pytest.raises(ShapeError, match="and channels make at least 3"):
            shape((2, 6), (2, 2))

    def test_same_stays_a_name_without_an_input(self, shape, layer):
        assert layer((3,), (2,), "SAME") == ca.Pool(3, stride=2, padding="same")
        assert layer((3,), (2,), "SAME", input_shape=(6,)) == ca.Pool(3, stride=2, padding=((0, 1),))
        assert shape((1, 1, 6), (3,), (2,), "SAME") == (1, 1, 3)

    def test_sizes_beyond_floats_are_exact(self, shape, layer):
        assert shape((1, 1, BIG), (3,)) == (1, 1, BIG - 2)
        assert layer((3,)).output_shape((BIG,)) == (BIG - 2,)


def test_means_count_padding_unless_told_otherwise():
    """No size depends on it."""
    for counted in (True, False):
        assert flax.avg_pool_shape((1, 2, 5), (3,), None, "SAME", count_include_pad=counted) == (1, 2, 5)


class TestLayers:
    @given(sizes, kernels, small, st.one_of(sides, st.tuples(st.tuples(sides, sides))), small, small)
    def test_a_conv_has_the_size_that_its_shape_function_says(self, size, kernel, stride, padding, stretch, dilation):
        settings = (kernel, stride, padding, stretch, dilation)
        try:
            answer = flax.conv_shape((1, 1, size), 1, *settings)[2:]
        except ShapeError:
            answer = (0,)
        if answer == (0,):
            with pytest.raises(ShapeError):
                flax.conv(*settings, input_shape=(size,))
        else:
            assert flax.conv(*settings, input_shape=(size,)).output_shape((size,)) == answer

    def test_a_kernel_size_of_one_number_is_that_of_one_axis(self):
        with pytest.raises(ShapeError, match="has 2 and the call 1 spatial axis"):
            flax.conv(3, input_shape=(5, 5))
        assert flax.conv((3, 3), input_shape=(5, 5)).output_shape((5, 5)) == (5, 5)

    def test_the_kernel_is_rotated_only_if_asked_for(self):
        assert flax.conv_transpose((3,), 2) == ca.Conv(3, padding=((2, 1),), input_dilation=2)
        assert flax.conv_transpose((3,), 2, transpose_kernel=True) == ca.ConvTranspose(3, stride=2, padding=((0, 1),))


REFUSALS = [  # what is asked, the sentence, some of its numbers, the same mended
    (
        lambda: flax.conv_shape((1, 2, 5, 5), 4, (3, 3), 1, "CAUSAL"),
        "padding 'CAUSAL' is for 1 spatial axis, and the kernel has 2; give the padding in numbers (Flax: causal "
        "padding is only implemented for 1D convolutions)",
        {"padding": "CAUSAL", "ndim": 2},
        lambda: flax.conv_shape((1, 2, 5, 5), 4, (3, 3), 1, ((2, 0), (2, 0))),
    ),
    (
        lambda: flax.conv_shape((1, 2, 5, 5), 4, (3, 3), 1, (1,)),
        "padding (1,) does not fit 2 spatial axes; give a number, or for each axis a number or a pair (before, after), "
        "as ((1, 1), (1, 1)), or a name (Flax: padding is a str, an int, or a sequence with an int or a pair of ints "
        "for each axis)",
        {"value": (1,), "ndim": 2},
        lambda: flax.conv_shape((1, 2, 5, 5), 4, (3, 3), 1, ((1, 1), (1, 1))),
    ),
    (
        lambda: conv(0, 3, 1, "CIRCULAR"),
        "the input has size 0, and padding (1, 1) continues it; it needs at least 1 (Flax: cannot apply padding to an "
        "empty axis)",
        {"input_size": 0, "padding": (1, 1), "least_input_size": 1},
        lambda: conv(1, 3, 1, "CIRCULAR"),
    ),
    (
        lambda: flax.conv_shape((1, 0, 5), 4, 3),
        "0 input channels are below 1; the smallest number is 1 (Flax: the default initializer divides by the number "
        "of weights)",
        {"channels": 0, "least": 1},
        lambda: flax.conv_shape((1, 1, 5), 4, 3),
    ),
    (
        lambda: flax.conv_shape((1, 5, 5), 4, 3, feature_group_count=2),
        "5 input channels do not part into 2 groups; take a number that 2 divides, or other groups (Flax: "
        "feature_group_count must divide the lhs feature dimension size)",
        {"channels": 5, "groups": 2},
        lambda: flax.conv_shape((1, 6, 5), 4, 3, feature_group_count=2),
    ),
    (
        lambda: flax.conv_shape((2, 2, 2, 0), 4, 3),
        "input_shape (2, 2, 2, 0) has a size of 0 behind 2 axes of batch; give it one axis of batch (Flax: an empty "
        "array is not reshaped to one batch axis)",
        {"shape": (2, 2, 2, 0)},
        lambda: flax.conv_shape((4, 2, 0), 4, 3),
    ),
    (
        lambda: flax.conv_shape((2,), 4, 3),
        "input_shape (2,) has 1 entries; 1 spatial axis and channels make at least 2",
        {"shape": (2,), "ndim": 1},
        lambda: flax.conv_shape((2, 2), 4, 3),
    ),
    (
        lambda: flax.conv_transpose_shape((0, 2, 5), 4, 3, 1, "CIRCULAR"),
        "the batch is empty; it needs at least 1 image (Flax: an empty output is not wrapped around)",
        {"batch": 0},
        lambda: flax.conv_transpose_shape((1, 2, 5), 4, 3, 1, "CIRCULAR"),
    ),
    (
        lambda: flax.conv_transpose_shape((1, 2, 0), 4, 3, 1, "CIRCULAR"),
        "the input has size 0; it needs at least 1 (Flax: an empty output is not wrapped around)",
        {"input_size": 0, "least_input_size": 1},
        lambda: flax.conv_transpose_shape((1, 2, 1), 4, 3, 1, "CIRCULAR"),
    ),
    (
        lambda: flax.conv_transpose_shape((1, 2, 3, 3, 3, 3), 4, (3,) * 4),
        "the kernel has 4 spatial axes; a transposed convolution has at most 3 (Flax: no 4+ dimensional "
        "dimension_number defaults)",
        {"ndim": 4},
        lambda: flax.conv_transpose_shape((1, 2, 3, 3, 3), 4, (3,) * 3),
    ),
    (
        lambda: transposed(5, 3, 2, "same"),
        "padding 'same' is a direct convolution's and has no stride 2; give 'SAME' or 'VALID' in capitals, or pairs "
        "(Flax: string padding is not implemented for transposed convolution)",
        {"padding": "same", "stride": 2},
        lambda: transposed(5, 3, 2, "SAME"),
    ),
    (
        lambda: flax.max_pool_shape((1, 2, 5, 5), [2, 2]),
        "window_shape [2, 2] is no tuple; give one number for each axis in a tuple (Flax: window_shape is a tuple)",
        {"name": "window_shape"},
        lambda: flax.max_pool_shape((1, 2, 5, 5), (2, 2)),
    ),
    (
        lambda: flax.avg_pool_shape((1, 3, 2, 5), (2,), None, ((1, 1),)),
        "2 axes of batch do not go together with padding in numbers; give 1, or the padding by name (Flax: explicit "
        "pads are made for one batch axis)",
        {"batch": (1, 3)},
        lambda: (
            flax.avg_pool_shape((3, 2, 5), (2,), None, ((1, 1),)),
            flax.avg_pool_shape((1, 3, 2, 5), (2,), None, "SAME"),
        ),
    ),
]


@pytest.mark.parametrize(("call", "sentence", "numbers", "mended"), REFUSALS)
def test_a_refusal_says_what_is_wrong_and_what_mends_it(call, sentence, numbers, mended):
    with pytest.raises((ShapeError, ParameterError)) as caught:
        call()
    assert str(caught.value) == sentence
    assert {name: getattr(caught.value, name) for name in numbers} == numbers
    mended()
