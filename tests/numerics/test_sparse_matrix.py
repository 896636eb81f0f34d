"""C as a sparse matrix: against windows walked over lists, against the convolutions, and as SciPy wants it stored."""

from __future__ import annotations

from itertools import product
from math import prod

import list_walk
import numpy as np
import pytest
from drawn_arrays import cells, works
from drawn_channels import brief, channelled
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy.sparse import csr_array

import convarith as ca
from convarith.numerics import matrix, operator, sparse

GUIDE_KERNEL = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]


def stored(c):
    """(row, column) -> number, of every entry that is stored."""
    coordinates = c.tocoo()
    places = list(zip(coordinates.row.tolist(), coordinates.col.tolist(), strict=True))
    assert len(set(places)) == len(places)
    return dict(zip(places, coordinates.data.tolist(), strict=True))


def flat_numbers(shape):
    return {index: number for number, index in enumerate(product(*map(range, shape)))}


def walked(work):
    """`stored` as the walk over lists finds it."""
    rows, columns = flat_numbers(work.layer.output_shape(work.x.shape)), flat_numbers(work.x.shape)
    return {
        (rows[output], columns[index]): work.w[tap].item()
        for output, met in list_walk.windows(work.axes).items()
        for tap, index in met.inputs
    }


class TestAgainstTheWalk:
    @brief
    @given(works("conv"))
    def test_each_entry_is_the_weight_of_a_tap_that_meets_an_input(self, work):
        """Zero weights among them; and nothing else is stored, not for padding, not for inserted zeros."""
        assert stored(matrix(work.layer, work.x.shape, work.w)) == walked(work)

    @brief
    @given(works("transposed"))
    def test_each_column_of_a_transposed_convolution_is_the_stamp_of_one_input(self, work):
        c = matrix(work.layer, work.x.shape, work.w).toarray()
        for column, index in enumerate(np.ndindex(work.x.shape)):
            one = np.zeros_like(work.x)
            one[index] = 1
            stamp = list_walk.stamped(cells(one), cells(work.w), work.axes)
            assert c[:, column].tolist() == list(stamp.values())

    @brief
    @given(works("conv"))
    def test_every_tap_is_there_once_for_each_window_that_has_it_inside(self, work):
        numbered = np.arange(1, work.w.size + 1).reshape(work.w.shape)
        c = matrix(work.layer, work.x.shape, numbered)
        taps = [tap for met in list_walk.windows(work.axes).values() for tap, _ in met.inputs]
        counts = np.bincount(c.data, minlength=work.w.size + 1)[1:].reshape(work.w.shape)
        assert {tap: taps.count(tap) for tap in np.ndindex(work.w.shape)} == cells(counts)

    @brief
    @given(works("conv"))
    def test_rows_of_windows_wholly_inside_add_up_to_the_kernel(self, work):
        sums = matrix(work.layer, work.x.shape, work.w).sum(axis=1)
        for total, met in zip(sums, list_walk.windows(work.axes).values(), strict=True):
            assert len(met.inputs) < work.w.size or total == work.w.sum()


class TestAgainstTheConvolutions:
    @brief
    @given(channelled("conv"))
    def test_c_times_x_is_the_convolution(self, work):
        c = matrix(work.layer, work.x.shape[2:], work.kernel, groups=work.groups)
        y = c @ work.x.reshape(len(work.x), -1).T
        expected = ca.numerics.conv(work.x, work.kernel, work.layer, groups=work.groups)
        assert_array_equal(y.T.reshape(expected.shape), expected)

    @brief
    @given(channelled("conv"))
    def test_the_transpose_of_c_times_y_is_the_gradient_of_the_input(self, work):
        c = matrix(work.layer, work.x.shape[2:], work.kernel, groups=work.groups)
        y = np.arange(c.shape[0]) % 7 - 3
        gradient = ca.numerics.conv_input_gradient(
            y.reshape(work.output_shape), work.kernel, work.layer, work.x.shape[2:], groups=work.groups
        )
        assert_array_equal((c.T @ y).reshape(gradient.shape), gradient)

    @brief
    @given(channelled("transposed"))
    def test_c_of_a_transposed_convolution_times_x_is_the_transposed_convolution(self, work):
        c = matrix(work.layer, work.x.shape[2:], work.kernel, groups=work.groups)
        y = c @ work.x.reshape(len(work.x), -1).T
        expected = ca.numerics.conv_transpose(work.x, work.kernel, work.layer, groups=work.groups)
        assert_array_equal(y.T.reshape(expected.shape), expected)

    @brief
    @given(channelled("conv"))
    def test_a_transposed_convolution_has_the_transpose_of_its_direct_convolutions_c(self, work):
        if set(np.atleast_1d(work.layer.input_dilation)) != {1}:
            return
        c = matrix(work.layer, work.x.shape[2:], work.kernel, groups=work.groups)
        back = work.layer.transposed(work.x.shape[2:])
        transposed = matrix(back, work.output_shape[1:], work.kernel, groups=work.groups)
        assert stored(transposed) == stored(c.T)


class TestChannels:
    @brief
    @given(channelled("conv", "transposed"))
    def test_a_block_is_the_matrix_of_one_pair_of_maps(self, work):
        """And there is no block between groups."""
        shape, (groups, rows, columns) = work.x.shape[2:], work.w.shape[:3]
        c = matrix(work.layer, shape, work.kernel, groups=groups)
        height, width = prod(work.output_shape[1:]), prod(shape)
        assert c.shape == (groups * rows * height, groups * columns * width)
        for output, column in np.ndindex(groups * rows, groups * columns):
            block = c[output * height : (output + 1) * height, column * width : (column + 1) * width]
            group, row = divmod(output, rows)
            if column // columns != group:
                assert block.nnz == 0
            else:
                alone = matrix(work.layer, shape, work.w[group, row, column % columns])
                assert stored(block) == stored(alone)

    @brief
    @given(channelled("conv", "transposed"))
    def test_the_number_of_entries_is_known_without_walking(self, work):
        c = matrix(work.layer, work.x.shape[2:], work.kernel, groups=work.groups)
        assert c.nnz == work.layer.windows(work.x.shape[2:]).entry_count() * prod(work.w.shape[:3])


class TestStorage:
    @brief
    @given(channelled("conv", "transposed"))
    def test_what_it_says_of_its_order_is_true(self, work):
        c = matrix(work.layer, work.x.shape[2:], work.kernel, groups=work.groups)
        assert c.has_sorted_indices
        assert c.has_canonical_format
        again = csr_array((c.data, c.indices, c.indptr), shape=c.shape)
        assert again.has_sorted_indices
        assert again.has_canonical_format
        again.check_format(full_check=True)

    @brief
    @given(channelled("conv", "transposed"))
    def test_a_weight_of_zero_stays_stored(self, work):
        zeros, ones = np.zeros_like(work.kernel), np.ones_like(work.kernel)
        c, filled = (matrix(work.layer, work.x.shape[2:], w, groups=work.groups) for w in (zeros, ones))
        assert not c.data.any()
        assert_array_equal(c.indices, filled.indices)
        assert_array_equal(c.indptr, filled.indptr)
        assert filled.data.all()

    @brief
    @given(channelled("conv", "transposed"))
    def test_indices_of_64_bits_say_the_same(self, work):
        arguments = (work.layer, work.x.shape[2:], work.kernel)
        narrow = matrix(*arguments, groups=work.groups)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sparse, "LARGEST_INT32", max(*narrow.shape, narrow.nnz) - 1)
            wide = matrix(*arguments, groups=work.groups)
        for index_type, c in ((np.int32, narrow), (np.int64, wide)):
            assert c.indices.dtype == c.indptr.dtype == index_type
        for name in ("data", "indices", "indptr"):
            assert_array_equal(getattr(narrow, name), getattr(wide, name))

    @pytest.mark.parametrize(
        ("layer", "shape"), [(ca.Conv(2), (3, 3)), (ca.Conv(1, stride=3), (9,)), (ca.ConvTranspose(1, stride=3), (3,))]
    )
    def test_32_bits_are_enough_up_to_their_largest_number(self, layer, shape, monkeypatch):
        """Of the entries, the columns and the rows, whichever is most."""
        w = np.ones(layer.windows(shape).kernel_size)
        c = matrix(layer, shape, w)
        most = max(*c.shape, c.nnz)
        for largest, index_type in ((most, np.int32), (most - 1, np.int64)):
            monkeypatch.setattr(sparse, "LARGEST_INT32", largest)
            assert matrix(layer, shape, w).indices.dtype == index_type

    @pytest.mark.parametrize(
        ("given", "held"),
        [
            ("int8", "int64"),
            ("uint8", "int64"),
            ("uint64", "int64"),
            ("bool", "int64"),
            ("int64", "int64"),
            ("float16", "float32"),
            ("float32", "float32"),
            ("float64", "float64"),
            ("complex64", "complex64"),
            (">f4", "float32"),
        ],
    )
    def test_types_of_values(self, given, held):
        c = matrix(ca.Conv(2), (3,), np.array([1, 1], given))
        assert c.dtype == np.dtype(held)
        assert c.toarray().tolist() == [[1, 1, 0], [0, 1, 1]]

    def test_weights_beyond_int64_stay_unsigned(self):
        c = matrix(ca.Conv(1), (2,), np.array([2**63], np.uint64))
        assert c.dtype == np.uint64
        assert c.data.tolist() == [2**63, 2**63]

    def test_a_window_without_input_has_an_empty_row(self):
        c = matrix(ca.Conv(1, padding=2), (3,), [7])
        assert c.indptr.tolist() == [0, 0, 0, 1, 2, 3, 3, 3]
        assert c.indices.tolist() == [0, 1, 2]

    def test_a_matrix_can_be_all_empty(self):
        c = matrix(ca.Conv(1, padding=((-2, 3), (0, 0))), (2, 2), [[7]])
        assert c.shape == (6, 4)
        assert c.nnz == 0


class TestWorkedMatrices:
    def test_the_guides_c_of_a_3x3_kernel_on_4x4(self):
        layer = ca.Conv(3)
        w = np.array(GUIDE_KERNEL)
        c = matrix(layer, (4, 4), w)
        assert c.shape == (4, 16)
        written = layer.matrix((4, 4)).cells
        assert c.toarray().tolist() == [[0 if cell is None else w[cell] for cell in row] for row in written]
        assert c.toarray()[0].tolist() == [1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 0, 0, 0, 0]

    def test_a_2x2_filter_on_3x3_has_every_weight_4_times(self):
        c = matrix(ca.Conv(2), (3, 3), [[10, 20], [30, 40]])
        assert c.shape == (4, 9)
        assert sorted(c.data.tolist()) == [10] * 4 + [20] * 4 + [30] * 4 + [40] * 4

    @pytest.mark.parametrize(("size", "kernel"), [(5, 2), (7, 3), (4, 4)])
    def test_on_one_axis_it_is_toeplitz(self, size, kernel):
        c = matrix(ca.Conv(kernel), (size,), np.arange(1, kernel + 1)).toarray()
        for offset in range(-len(c) + 1, size):
            expected = offset + 1 if 0 <= offset < kernel else 0
            assert set(np.diagonal(c, offset).tolist()) == {expected}

    def test_on_two_axes_it_is_doubly_block_toeplitz(self):
        w = np.arange(1, 7).reshape(2, 3)
        c = matrix(ca.Conv((2, 3)), (4, 5), w).toarray().reshape(3, 3, 4, 5)
        for row, block in product(range(3), range(4)):
            expected = np.zeros((3, 5), int)
            if 0 <= block - row < 2:
                expected = matrix(ca.Conv(3), (5,), w[block - row]).toarray()
            assert_array_equal(c[row, :, block], expected)


class TestRefusals:
    @pytest.mark.parametrize(
        ("layer", "w", "groups", "words"),
        [
            (ca.Conv(2), [1, 2, 3], 1, "has the shape (3,) and the layer the kernel_size (2,); give kernel that shape"),
            (
                ca.Conv(2),
                [[1, 2]],
                1,
                "has the shape (1, 2) and the layer the kernel_size (2,); give kernel that shape",
            ),
            (
                ca.Conv(2),
                np.ones((1, 1, 3)),
                1,
                "has the shape (1, 1, 3) and the layer the kernel_size (2,); give kernel",
            ),
            (ca.Conv(2), [1, 2], 2, "has none; give kernel an axis of them"),
            (ca.Conv(2), np.ones((3, 1, 2)), 2, "kernel gives 3 output channels, which 2 groups do not divide"),
            (ca.ConvTranspose(2), np.ones((3, 1, 2)), 2, "kernel has 3 channels, which 2 groups do not divide"),
            (ca.Conv(5), [1, 2, 3, 4, 5], 1, "kernel 5 does not fit in input 3 with padding 0"),
        ],
    )
    @pytest.mark.parametrize("build", [matrix, operator])
    def test_what_does_not_go_together(self, build, layer, w, groups, words):
        with pytest.raises(ca.ShapeError) as refusal:
            build(layer, (3,), w, groups=groups)
        assert words in str(refusal.value)

    @pytest.mark.parametrize("build", [matrix, operator])
    def test_what_is_no_number(self, build):
        with pytest.raises(ca.ParameterError, match=r"^kernel has the dtype <U1; give an array of numbers$"):
            build(ca.Conv(2), (3,), ["a", "b"])

    def test_a_matrix_beyond_memory_is_refused_and_the_operator_works(self, monkeypatch):
        """4 entries of 8 + 4 bytes and 3 row pointers of 4."""
        arguments = (ca.Conv(2), (3,), [1, 10])
        monkeypatch.setattr(sparse, "available_bytes", lambda: 59)
        with pytest.raises(ca.ShapeError) as refusal:
            matrix(*arguments)
        assert str(refusal.value) == (
            "C, 2 x 3 with 4 entries, needs 0.1 kB, and this machine has 0.1 kB; "
            "take numerics.operator, which stores nothing"
        )
        numbers = ("rows", "columns", "entries", "needed_bytes", "available_bytes")
        assert [getattr(refusal.value, name) for name in numbers] == [2, 3, 4, 60, 59]
        assert (operator(*arguments) @ [1, 2, 3]).tolist() == [21, 32]
        monkeypatch.setattr(sparse, "available_bytes", lambda: 60)
        assert (matrix(*arguments) @ [1, 2, 3]).tolist() == [21, 32]

    @brief
    @given(channelled("conv", "transposed"), st.sampled_from(["float32", "float64"]))
    def test_the_bytes_it_needs_are_those_it_has(self, work, dtype):
        arguments = (work.layer, work.x.shape[2:], work.kernel.astype(dtype))
        c = matrix(*arguments, groups=work.groups)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sparse, "available_bytes", lambda: 0)
            with pytest.raises(ca.ShapeError) as refusal:
                matrix(*arguments, groups=work.groups)
        assert refusal.value.needed_bytes == c.data.nbytes + c.indices.nbytes + c.indptr.nbytes

    def test_where_the_memory_is_not_known_nothing_is_refused(self, monkeypatch):
        monkeypatch.setattr(sparse, "available_bytes", lambda: None)
        assert matrix(ca.Conv(2), (3,), [1, 10]).nnz == 4

    def test_a_huge_matrix_is_refused_before_anything_is_made(self):
        with pytest.raises(ca.ShapeError, match=r"needs 167\.1 TB, .* take numerics\.operator") as refusal:
            matrix(ca.Conv(3), (2**20, 2**20), np.ones((3, 3)))
        assert refusal.value.entries == 9 * (2**20 - 2) ** 2
        assert refusal.value.needed_bytes == 16 * refusal.value.entries + 8 * (refusal.value.rows + 1)
