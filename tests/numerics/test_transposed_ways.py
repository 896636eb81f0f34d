"""The ways to a transposed convolution say the same: as it is computed, by its equivalent, by stamps and by C^T."""

from __future__ import annotations

import inspect
from itertools import product

import list_walk
import numpy as np
import pytest
from drawn_arrays import array_of, cells, works
from drawn_channels import brief, channelled
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import convarith as ca
from convarith.arithmetic import windows
from convarith.numerics import (
    conv,
    conv_transpose,
    conv_transpose_by_equivalent,
    conv_transpose_by_matrix,
    conv_transpose_by_stamps,
    equivalent_input,
    equivalent_kernel,
    stamps,
)

OTHERS = (conv_transpose_by_equivalent, conv_transpose_by_stamps, conv_transpose_by_matrix)
WAYS = (conv_transpose, *OTHERS)
every_way = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
every_other_way = pytest.mark.parametrize("way", OTHERS, ids=lambda way: way.__name__)


def stretched_row(axis):
    """The row that the equivalent convolution slides over, as a list: index of an input cell, or None for a zero.

    What is padded is padded first, and then what is cropped is cropped, so that added zeros take crop back.
    """
    row = []
    for index in range(axis.size):
        row += [None] * (axis.stride - 1) if row else []
        row.append(index)
    reach = list_walk.places_of(axis, 0)[-1]
    row = [None] * (reach + max(0, -axis.before)) + row + [None] * (reach + axis.added + max(0, -axis.after))
    return row[max(0, axis.before) : len(row) - max(0, axis.after)]


@brief
@given(works("transposed"))
def test_every_way_is_stamping(work):
    expected = array_of(list_walk.stamped(cells(work.x), cells(work.w), work.axes))
    for way in WAYS:
        numbers = way(work.x, work.w, work.layer)
        assert numbers.dtype == np.int64
        assert_array_equal(numbers, expected)


@brief
@given(channelled("transposed"), st.booleans())
def test_every_way_agrees_with_channels_and_groups(work, batch):
    x = work.x if batch else work.x[0]
    expected = conv_transpose(x, work.kernel, work.layer, groups=work.groups)
    for way in OTHERS:
        numbers = way(x, work.kernel, work.layer, groups=work.groups)
        assert numbers.shape == expected.shape
        assert_array_equal(numbers, expected)


class TestStamps:
    @brief
    @given(channelled("transposed"))
    def test_added_up_they_are_the_output(self, work):
        total = np.zeros((len(work.x), *work.output_shape), int)
        sources = []
        for source, place, values in stamps(work.x, work.kernel, work.layer, groups=work.groups):
            sources.append(source)
            for size, along in zip(work.output_shape[1:], place, strict=True):
                assert 0 <= along.start <= along.stop
                assert along.stop <= size or along.start == along.stop
            assert total[(..., *place)].shape == values.shape
            total[(..., *place)] += values
        assert sources == list(np.ndindex(work.x.shape[2:]))
        assert_array_equal(total, conv_transpose(work.x, work.kernel, work.layer, groups=work.groups))

    @brief
    @given(works("transposed"))
    def test_each_is_the_kernel_scaled_by_its_input(self, work):
        for source, place, values in stamps(work.x, work.w, work.layer):
            alone = np.zeros_like(work.x)
            alone[source] = work.x[source]
            expected = array_of(list_walk.stamped(cells(alone), cells(work.w), work.axes))
            found = np.zeros_like(expected)
            found[place] = values
            assert_array_equal(found, expected)

    def test_what_the_padding_crops_is_cut_off(self):
        up = ca.ConvTranspose(3, stride=2, padding=2)
        found = [(stamp.place, stamp.values.tolist()) for stamp in stamps([1, 2, 3], [1, 10, 100], up)]
        assert found == [
            ((slice(0, 1, 1),), [100]),
            ((slice(0, 3, 1),), [2, 20, 200]),
            ((slice(2, 3, 1),), [3]),
        ]

    def test_a_dilated_stamp_has_gaps(self):
        (stamp,) = stamps([2], [1, 10, 100], ca.ConvTranspose(3, dilation=2))
        assert stamp.place == (slice(0, 5, 2),)
        assert stamp.values.tolist() == [2, 20, 200]

    def test_wrong_arguments_are_refused_before_the_first_stamp(self):
        with pytest.raises(ca.ShapeError, match="give w that shape"):
            stamps([1, 2], [1, 2], ca.ConvTranspose(3))

    @pytest.mark.parametrize("walk", [conv_transpose_by_stamps, lambda *given: list(stamps(*given))])
    def test_too_many_to_walk_are_refused(self, walk, monkeypatch):
        monkeypatch.setattr(windows, "ENUMERATION_LIMIT", 5)
        walk(np.ones(5), [1], ca.ConvTranspose(1))
        with pytest.raises(ca.ShapeError) as refusal:
            walk(np.ones((2, 3)), [[1]], ca.ConvTranspose(1))
        assert str(refusal.value) == ("x has 6 positions to walk, more than the limit of 5; make the input smaller")


class TestEquivalentInput:
    @brief
    @given(channelled("transposed"))
    def test_it_is_stretched_padded_and_cropped_as_lists_are(self, work):
        written_out = equivalent_input(work.x, work.layer)
        rows = [stretched_row(axis) for axis in work.axes]
        assert written_out.shape == (*work.x.shape[:2], *map(len, rows))
        assert written_out.dtype == work.x.dtype
        for place in product(*(range(len(row)) for row in rows)):
            index = tuple(row[at] for row, at in zip(rows, place, strict=True))
            here = written_out[(..., *place)]
            assert_array_equal(here, np.zeros_like(here) if None in index else work.x[(..., *index)])

    @brief
    @given(channelled("transposed"))
    def test_the_plain_convolution_over_it_is_the_transposed_one(self, work):
        kernel = equivalent_kernel(work.kernel, groups=work.groups)
        plain = ca.Conv(kernel.shape[2:], dilation=tuple(axis.dilation for axis in work.axes))
        assert_array_equal(
            conv(equivalent_input(work.x, work.layer), kernel, plain, groups=work.groups),
            conv_transpose(work.x, work.kernel, work.layer, groups=work.groups),
        )

    def test_an_added_zero_takes_crop_back_first(self):
        """k̂ - 1 - p is -1 at both ends; the added zero makes that 0 at the end."""
        up = ca.ConvTranspose(1, stride=2, padding=1, output_padding=1)
        assert equivalent_input([1, 2, 3], up).tolist() == [0, 2, 0, 3]

    def test_leading_axes_are_those_of_x(self):
        up = ca.ConvTranspose((2, 2), stride=2)
        for leading in ((), (3,), (2, 3)):
            assert equivalent_input(np.ones((*leading, 2, 2)), up).shape == (*leading, 5, 5)

    def test_what_is_given_is_not_changed(self):
        x = np.arange(1, 4)
        equivalent_input(x, ca.ConvTranspose(1))[...] = 7
        assert x.tolist() == [1, 2, 3]


class TestEquivalentKernel:
    @brief
    @given(channelled("transposed"))
    def test_channels_change_places_within_a_group_and_taps_are_rotated(self, work):
        groups, rows, columns = work.w.shape[:3]
        turned = equivalent_kernel(work.kernel, groups=groups)
        assert turned.shape == (groups * rows, columns, *work.w.shape[3:])
        for group, row, column in np.ndindex(groups, rows, columns):
            for tap in np.ndindex(work.w.shape[3:]):
                opposite = tuple(axis.kernel - 1 - at for axis, at in zip(work.axes, tap, strict=True))
                assert turned[(group * rows + row, column, *tap)] == work.w[(group, row, column, *opposite)]

    @brief
    @given(channelled("transposed"))
    def test_it_is_what_conv_takes_with_the_equivalent_layer(self, work):
        assert_array_equal(
            conv(work.x, equivalent_kernel(work.kernel, groups=work.groups), work.layer.equivalent, groups=work.groups),
            conv_transpose(work.x, work.kernel, work.layer, groups=work.groups),
        )

    def test_two_axes_are_space_and_more_have_channels_unless_told(self):
        assert equivalent_kernel([[1, 2], [3, 4]]).tolist() == [[4, 3], [2, 1]]
        w = np.arange(6).reshape(1, 2, 3)
        assert equivalent_kernel(w).tolist() == [[[2, 1, 0]], [[5, 4, 3]]]
        assert_array_equal(equivalent_kernel(w, channels=False), w[::-1, ::-1, ::-1])
        assert_array_equal(equivalent_kernel(w, channels=True), equivalent_kernel(w))

    def test_refusals(self):
        with pytest.raises(ca.ShapeError, match="w has 3 channels, which 2 groups do not divide; groups can be 1, 3"):
            equivalent_kernel(np.ones((3, 1, 2)), groups=2)
        with pytest.raises(ca.ShapeError, match="groups 2 part channels, and w has none"):
            equivalent_kernel([1, 2], groups=2)
        with pytest.raises(ca.ParameterError, match="groups"):
            equivalent_kernel(np.ones((3, 1, 2)), groups=0)
        with pytest.raises(ca.ParameterError, match=r"^w has the dtype <U1; give an array of numbers$"):
            equivalent_kernel(["a"])


@every_way
class TestNumbersOfEveryWay:
    def test_the_example_of_the_documentation(self, way):
        assert way([1, 2], [1, 10, 100], ca.ConvTranspose(3, stride=2)).tolist() == [1, 10, 102, 20, 200]

    def test_whole_numbers_beyond_2_to_the_53_are_exact(self, way):
        numbers = way([2**53 + 1, 1], [1, 2], ca.ConvTranspose(2))
        assert numbers.dtype == np.int64
        assert numbers.tolist() == [2**53 + 1, 2**54 + 3, 2]

    @pytest.mark.parametrize("narrow", ["bool", "int8", "uint8", "int32", "uint32"])
    def test_and_with_a_narrower_kernel(self, way, narrow):
        numbers = way([-(2**53) - 1, 1], np.array([1, 1], narrow), ca.ConvTranspose(2))
        assert numbers.dtype == np.int64
        assert numbers.tolist() == [-(2**53) - 1, -(2**53), 1]

    def test_unsigned_numbers_stay_unsigned(self, way):
        numbers = way(np.array([2**63, 1], np.uint64), np.array([1], np.uint8), ca.ConvTranspose(1))
        assert numbers.dtype == np.uint64
        assert numbers.tolist() == [2**63, 1]

    @pytest.mark.parametrize(
        ("x", "w", "together"),
        [
            ("float16", "float16", "float16"),
            ("float32", "int8", "float32"),
            ("float32", "float64", "float64"),
            ("int64", "float32", "float64"),
            ("complex64", "float32", "complex64"),
            ("uint8", "int8", "int64"),
        ],
    )
    def test_types(self, way, x, w, together):
        assert way(np.ones(2, x), np.ones(2, w), ca.ConvTranspose(2)).dtype == together

    def test_sums_beyond_64_bits_are_refused(self, way):
        with pytest.raises(ca.ParameterError, match=r"beyond what int64 holds"):
            way([2**62, 2**62], [1, 1], ca.ConvTranspose(2))

    def test_a_layer_of_another_kind_is_refused(self, way):
        with pytest.raises(ca.ParameterError) as refusal:
            way([1, 2], [1, 2], ca.Conv(2))
        assert str(refusal.value) == (
            f"{way.__name__} takes a layer of the kind transposed convolution; got Conv(kernel_size=2), a convolution"
        )

    @pytest.mark.parametrize(
        ("x", "w", "groups", "words"),
        [
            ([1, 2], [1, 2, 3], 1, "w has the shape (3,) and the layer the kernel_size (2,); give w that shape"),
            ([1, 2], [1, 2], 2, "groups 2 part channels, and x has none; give x an axis of them"),
            (np.ones((3, 2)), np.ones((2, 1, 2)), 1, "x has 3 channels and w, (2, 1, 2) with groups 1, takes 2"),
            (np.ones((3, 2)), np.ones((3, 1, 2)), 2, "x has 3 channels, which 2 groups do not divide; groups can be 1"),
        ],
    )
    def test_what_does_not_go_together_is_refused(self, way, x, w, groups, words):
        with pytest.raises(ca.ShapeError) as refusal:
            way(x, w, ca.ConvTranspose((2,)), groups=groups)
        assert str(refusal.value).startswith(words)

    def test_what_is_given_is_not_changed(self, way):
        x, w = np.arange(1.0, 3), np.arange(1.0, 4)
        way(x, w, ca.ConvTranspose(3))
        assert x.tolist() == [1, 2]
        assert w.tolist() == [1, 2, 3]


@every_other_way
class TestTheOtherWays:
    @brief
    @given(works("transposed"))
    def test_floats_agree_as_closely_as_floats_can(self, way, work):
        x, w = work.x / 7, work.w / 3
        assert_allclose(way(x, w, work.layer), conv_transpose(x, w, work.layer), rtol=1e-12, atol=1e-12)

    def test_complex_numbers_are_not_conjugated(self, way):
        assert way([1j], [1 + 1j, 2], ca.ConvTranspose(2)).tolist() == [-1 + 1j, 2j]

    def test_they_are_called_as_conv_transpose_is_but_for_the_bias(self, way):
        asked = list(inspect.signature(conv_transpose).parameters)
        assert list(inspect.signature(way).parameters) == [name for name in asked if name != "bias"]


class TestNumbersAboutToOverflow:
    """A bound of sums lies beyond 64 bits, and the sums themselves do not."""

    x, w = (2**62, -(2**62)), (1, 2)
    layer = ca.ConvTranspose(2, stride=2)

    @pytest.mark.parametrize("way", [conv_transpose, conv_transpose_by_equivalent, conv_transpose_by_stamps])
    def test_they_are_exact_where_the_sums_are_seen(self, way):
        with pytest.raises(ca.ParameterError, match="a sum is 9223372036854775808"):
            way(self.x, self.w, self.layer)
        assert way(self.x, (1, 1, -1), ca.ConvTranspose(3, stride=3)).tolist() == [
            2**62, 2**62, -(2**62), -(2**62), -(2**62), 2**62
        ]  # fmt: skip

    def test_the_matrix_refuses_what_it_does_not_see(self):
        with pytest.raises(ca.ParameterError) as refusal:
            conv_transpose_by_matrix(self.x, (1, 1, -1), ca.ConvTranspose(3, stride=3))
        assert str(refusal.value) == (
            "sums may go beyond what int64 holds; take conv_transpose, which sees whether they do"
        )

    def test_a_stamp_is_exact_or_refused(self):
        values = [stamp.values.tolist() for stamp in stamps(self.x, (1, -1), ca.ConvTranspose(2))]
        assert values == [[2**62, -(2**62)], [-(2**62), 2**62]]
        with pytest.raises(ca.ParameterError, match="beyond what int64 holds"):
            list(stamps(self.x, self.w, self.layer))
