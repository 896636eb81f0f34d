"""`operator`: the same products as `matrix`, with nothing stored."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from drawn_channels import brief, channelled
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse.linalg import LinearOperator, aslinearoperator, cg, lsqr

import convarith as ca
from convarith.numerics import matrix, operator, sparse


@st.composite
def both(draw):
    """(C, operator, columns to multiply from the right, columns to multiply from the left) of whole numbers."""
    work = draw(channelled("conv", "transposed"))
    arguments = (work.layer, work.x.shape[2:], work.kernel)
    c, o = (build(*arguments, groups=work.groups) for build in (matrix, operator))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    count = draw(st.integers(1, 3))
    return c, o, random.integers(-9, 10, (c.shape[1], count)), random.integers(-9, 10, (c.shape[0], count))


def gaussian(shape, seed):
    """Complex whole numbers, whose products are exact."""
    random = np.random.default_rng(seed)
    return random.integers(-9, 10, shape) + 1j * random.integers(-9, 10, shape)


class TestAgainstTheMatrix:
    @brief
    @given(both())
    def test_one_column(self, drawn):
        c, o, right, left = drawn
        x, y = right[:, 0], left[:, 0]
        for product, expected in (
            (o.matvec(x), c @ x),
            (o @ x, c @ x),
            (o.rmatvec(y), c.T @ y),
            (o.T @ y, c.T @ y),
            (o.H @ y, c.T @ y),
            (o.T.T @ x, c @ x),
        ):
            assert product.dtype == np.int64
            assert_array_equal(product, expected)
            assert product.shape == expected.shape

    @brief
    @given(both())
    def test_several_columns(self, drawn):
        c, o, x, y = drawn
        for product, expected in (
            (o.matmat(x), c @ x),
            (o @ x, c @ x),
            (o.rmatmat(y), c.T @ y),
            (o.T @ y, c.T @ y),
            (o.H @ y, c.T @ y),
        ):
            assert product.dtype == np.int64
            assert product.shape == expected.shape
            assert_array_equal(product, expected)

    @brief
    @given(both())
    def test_a_column_vector_stays_one(self, drawn):
        c, o, right, left = drawn
        x, y = right[:, :1], left[:, :1]
        assert_array_equal(o.matmat(x), c @ x)
        assert_array_equal(o.rmatmat(y), c.T @ y)
        assert o.matmat(x).shape == (c.shape[0], 1)
        assert o.rmatmat(y).shape == (c.shape[1], 1)

    @brief
    @given(both())
    def test_shape_and_type(self, drawn):
        c, o, _, _ = drawn
        assert isinstance(o, LinearOperator)
        assert o.shape == c.shape
        assert o.dtype == c.dtype

    @brief
    @given(both())
    def test_y_times_cx_is_cty_times_x(self, drawn):
        _, o, right, left = drawn
        x, y = right[:, 0], left[:, 0]
        assert y @ (o @ x) == (o.T @ y) @ x

    def test_all_columns_go_through_at_once(self, monkeypatch):
        calls = []
        once = sparse.contracted
        monkeypatch.setattr(sparse, "contracted", lambda *given: calls.append(len(given[0])) or once(*given))
        o = operator(ca.Conv(2), (3,), [1, 10])
        assert (o @ np.eye(3, 5)).tolist() == [[1, 10, 0, 0, 0], [0, 1, 10, 0, 0]]
        assert (o.T @ np.eye(2, 4)).tolist() == [[1, 0, 0, 0], [10, 1, 0, 0], [0, 10, 0, 0]]
        assert calls == [5, 4]

    def test_columns_of_other_memory_orders_are_the_same(self):
        c, o = (build(ca.Conv(2, padding=1), (3, 4), [[1, 2], [3, 4]]) for build in (matrix, operator))
        x = np.arange(36).reshape(12, 3)
        for columns in (np.asfortranarray(x), x[:, ::-1], x[::-1], np.repeat(x, 2, axis=1)[:, ::2]):
            assert_array_equal(o @ columns, c @ columns)


class TestComplexNumbers:
    def test_the_adjoint_is_conjugated_and_the_transpose_is_not(self):
        layer = ca.Conv((2, 3), stride=(1, 2), padding=1)
        w, x = gaussian((4, 2, 2, 3), 1), gaussian((48, 3), 2)
        c, o = (build(layer, (3, 4), w, groups=2) for build in (matrix, operator))
        y = gaussian((c.shape[0], 3), 3)
        assert_array_equal(o @ x, c @ x)
        assert_array_equal(o.T @ y, c.T @ y)
        assert_array_equal(o.H @ y, c.conj().T @ y)
        assert_array_equal(o.rmatvec(y[:, 0]), c.conj().T @ y[:, 0])
        assert_array_equal(o.rmatmat(y), c.conj().T @ y)
        assert (o.T @ y != o.H @ y).any()
        assert np.vdot(y[:, 0], o @ x[:, 0]) == np.vdot(o.H @ y[:, 0], x[:, 0])


class TestTypes:
    @pytest.mark.parametrize("dtype", ["int8", "uint8", "bool", "int64", "float16", "float32", "float64", "complex64"])
    def test_it_has_the_type_of_the_matrix(self, dtype):
        arguments = (ca.Conv(2), (3,), np.array([1, 1], dtype))
        assert operator(*arguments).dtype == matrix(*arguments).dtype

    @pytest.mark.parametrize("dtype", ["int8", "bool", "float32", "float64", "complex64"])
    @pytest.mark.parametrize("x", ["int64", "float32", "float64", "complex64"])
    def test_products_have_the_type_of_the_convolution(self, dtype, x):
        w, ones = np.array([1, 1], dtype), np.ones(3, x)
        product = operator(ca.Conv(2), (3,), w) @ ones
        assert product.dtype == ca.numerics.conv(ones, w, ca.Conv(2)).dtype
        assert product.tolist() == [2, 2]

    def test_whole_numbers_beyond_2_to_the_53_stay_exact(self):
        o = operator(ca.Conv(2), (3,), np.array([1, 1], np.int8))
        assert (o @ [2**53 + 1, 0, 2]).tolist() == [2**53 + 1, 2]
        assert (o.T @ [2**53 + 1, 2]).tolist() == [2**53 + 1, 2**53 + 3, 2]

    def test_a_sum_beyond_64_bits_is_refused(self):
        o = operator(ca.Conv(2), (2,), [1, 1])
        assert (o @ [2**62, 2**62 - 1]).tolist() == [2**63 - 1]
        with pytest.raises(ca.ParameterError, match=r"^a sum is 9223372036854775808, beyond what int64 holds"):
            o @ [2**62, 2**62]

    def test_half_precision_is_multiplied_in_single(self):
        """2049 lies between two numbers of half precision."""
        o = operator(ca.Conv(2), (2,), np.ones(2, np.float16))
        assert (o @ np.array([2048, 1], np.float32)).tolist() == [2049]


class TestInSolvers:
    def test_least_squares_find_the_input_again(self):
        """A transposed convolution with more outputs than inputs, whose columns are independent."""
        o = operator(ca.ConvTranspose(3, stride=2), (4, 4), [[1.0, 2, 1], [2, 5, 2], [1, 2, 1]])
        x = np.arange(16.0)
        assert_allclose(lsqr(o, o @ x, atol=1e-14, btol=1e-14)[0], x, atol=1e-9)

    def test_conjugate_gradients_solve_a_blur(self):
        """The kernel dominates its centre, and so the symmetric C is positive definite."""
        arguments = (ca.Conv(3, padding="same"), (6, 5), [[0, -1, 0], [-1, 5, -1], [0, -1, 0]])
        right = np.arange(30.0) % 7
        solution, failed = cg(operator(*arguments), right, atol=0)
        assert not failed
        assert_allclose(matrix(*arguments) @ solution, right, atol=1e-3)

    def test_operators_combine_as_the_matrices_do(self):
        arguments = (ca.Conv(3, padding=1), (5,), [1, 2, 3])
        c, o, x = matrix(*arguments), operator(*arguments), np.arange(5)
        assert_array_equal((o.T @ o) @ x, c.T @ (c @ x))
        assert_array_equal((2 * o + aslinearoperator(c)) @ x, 3 * (c @ x))


class TestMemory:
    def test_a_huge_input_costs_nothing_until_it_is_multiplied(self):
        tracemalloc.start()
        o = operator(ca.Conv(3, stride=2), (2**20, 2**20), np.ones((4, 1, 3, 3)))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert o.shape == (4 * (2**19 - 1) ** 2, 2**40)
        assert most < 2**20


class TestBatches:
    """What SciPy hands over since 1.18: arrays of which the last two axes are columns."""

    def test_each_is_multiplied_alone(self):
        arguments = (ca.Conv(2), (3,), [1, 10])
        c, o, x = matrix(*arguments).toarray(), operator(*arguments), np.arange(24).reshape(4, 3, 2)
        try:
            product = o.matmat(x)
        except ValueError:
            pytest.skip("this SciPy takes one matrix at a time")
        assert_array_equal(product, c @ x)
        assert_array_equal(o.rmatmat(x[:, :2]), c.T @ x[:, :2])
        assert_array_equal(o.matvec(x[..., 0]), (c @ x)[..., 0])


class TestRefusals:
    def test_another_number_of_inputs(self):
        o = operator(ca.Conv(2), (3,), [1, 10])
        for wrong in (np.ones(2), np.ones(4), np.ones((2, 3))):
            with pytest.raises(ValueError, match=r"(?i)dimension mismatch|invalid shape"):
                o @ wrong

    def test_columns_that_hold_no_whole_numbers_of_64_bits(self):
        with pytest.raises(ca.ParameterError):
            operator(ca.Conv(2), (2,), [1, 1]) @ np.array([2**70, 1], object)
