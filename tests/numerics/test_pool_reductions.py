"""Norms and any reduction over windows, against a walk over them."""

from __future__ import annotations

from itertools import product
from math import inf, nan

import numpy as np
import pytest
from drawn_arrays import untimed, works
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from pool_walk import met_by_each, over_windows, pool_works

import convarith as ca

max_pool, avg_pool, lp_pool, pool = ca.numerics.max_pool, ca.numerics.avg_pool, ca.numerics.lp_pool, ca.numerics.pool


class TestNorms:
    @untimed
    @given(pool_works((-9, 9)), st.sampled_from([0.5, 1, 2, 3, inf]))
    def test_are_those_of_what_each_window_meets(self, work, p):
        layer, axes, x = work

        def norm(met):
            sizes = [abs(number) for number in met]
            return max(sizes, default=0) if p == inf else sum(size**p for size in sizes) ** (1 / p)

        expected = over_windows(x, axes, norm)
        y = lp_pool(x, layer, norm_type=p)
        assert y.dtype == np.float64
        assert_allclose(y, expected, rtol=1e-13)
        if p == inf:
            assert_array_equal(y, expected)

    @pytest.mark.parametrize("p", [1, 2, 3, 10, inf])
    def test_neither_overflow_nor_vanish(self, p):
        root = 1 if p == inf else 2 ** (1 / p)
        for size in (1e200, 1e-200, 1e300, 5e-320):
            assert_allclose(lp_pool([size, -size], ca.Pool(2), norm_type=p), [root * size], rtol=1e-3)

    @pytest.mark.parametrize(
        ("large", "small", "dtype"), [(1e200, 1.0, "float64"), (1e5, 1.0, "float32"), (inf, 1e200, "float64")]
    )
    def test_of_one_window_do_not_depend_on_another(self, large, small, dtype):
        """A window of small numbers beside one of large numbers."""
        y = lp_pool(np.array([large, large, small, 0], dtype), ca.Pool(2), norm_type=10)
        assert_allclose(y[1], lp_pool(np.array([small, 0], dtype), ca.Pool(2), norm_type=10)[0], rtol=1e-6)

    def test_of_channels_do_not_depend_on_each_other(self):
        x = np.array([[[1e200, 1e200]], [[3.0, 4.0]]])[None]
        assert_allclose(lp_pool(x, ca.Pool((1, 2)), norm_type=2)[0, 1], [[5.0]])

    @pytest.mark.parametrize(
        ("dtype", "result"),
        [
            ("bool", "float64"),
            ("int8", "float64"),
            ("uint8", "float64"),
            ("float16", "float16"),
            ("float32", "float32"),
            ("longdouble", "longdouble"),
            ("complex64", "float32"),
            ("complex128", "float64"),
        ],
    )
    @pytest.mark.parametrize("p", [1, 2, 0.5, inf])
    def test_have_the_real_type(self, dtype, result, p):
        assert lp_pool(np.ones(4, dtype), ca.Pool(2), norm_type=p).dtype == result

    @pytest.mark.parametrize("p", [1, 2, inf])
    def test_the_lowest_number_has_a_size(self, p):
        assert lp_pool(np.array([-128], "int8"), ca.Pool(1), norm_type=p).tolist() == [128]

    def test_of_complex_numbers_are_those_of_their_sizes(self):
        assert_allclose(lp_pool([3 + 4j, 12], ca.Pool(2), norm_type=2), [13])

    @pytest.mark.parametrize("p", [1, 2, inf])
    def test_nan_and_infinity_stay_where_a_window_meets_them(self, p):
        assert_array_equal(lp_pool([nan, 1, -inf, 1, 0, 1], ca.Pool(2), norm_type=p), [nan, inf, 1])

    @pytest.mark.parametrize("p", [1, 2, inf])
    def test_of_nothing_are_zero(self, p):
        assert lp_pool([0.0, 0, 0], ca.Pool(1, stride=1, padding=1), norm_type=p).tolist() == [0] * 5

    @pytest.mark.parametrize("p", [0, -1, 0.0, nan, -inf, True])
    def test_of_no_order_are_refused(self, p):
        with pytest.raises(ca.ParameterError) as refusal:
            lp_pool([1, 2], ca.Pool(1), norm_type=p)
        assert str(refusal.value) == f"norm_type must be a number above 0; got {p!r}"
        assert refusal.value.value is p

    @pytest.mark.parametrize(("p", "words"), [("2", "'2'"), (None, "None"), ([1], "[1]")])
    def test_of_what_is_no_number_are_refused(self, p, words):
        with pytest.raises(ca.ParameterError) as refusal:
            lp_pool([1, 2], ca.Pool(1), norm_type=p)
        assert str(refusal.value) == f"norm_type must be one number; got {words}"

    def test_a_complex_order_is_refused(self):
        with pytest.raises(ca.ParameterError, match="norm_type must be a number above 0"):
            lp_pool([1, 2], ca.Pool(1), norm_type=1j)


REDUCTIONS = {
    "median": (np.median, 0.0), "nanmedian": (np.nanmedian, nan), "ptp": (np.ptp, 0.0),
    "max": (np.max, -inf), "the first tap": (lambda cells, axis: np.take(cells, 0, axis=axis), 7.0),
    "tap times cell": (lambda cells, axis: (cells * np.arange(cells.shape[axis])).sum(axis=axis), 3.0),
}  # fmt: skip


class TestAnyReduction:
    @pytest.mark.filterwarnings("ignore:All-NaN slice")
    @pytest.mark.parametrize("name", REDUCTIONS)
    @settings(untimed, max_examples=40)
    @given(work=pool_works((-9, 9)))
    def test_is_of_the_taps_in_row_major_order_and_of_the_fill(self, name, work):
        layer, axes, x = work
        reduction, fill = REDUCTIONS[name]
        met = met_by_each(axes)
        expected = np.empty(x.shape[:2] + met.shape)
        for place in np.ndindex(expected.shape):
            standing = dict(met[place[2:]])
            taps = list(product(*(range(axis.kernel) for axis in axes)))
            numbers = x[place[:2]].ravel()
            cells = [float(numbers[standing[tap]]) if tap in standing else fill for tap in taps]
            expected[place] = reduction(np.array(cells), axis=-1)
        y = pool(x, layer, reduction, fill=fill)
        assert_array_equal(y, expected)
        assert_array_equal(pool(x[0, 0], layer, reduction, fill=fill), expected[0, 0])

    def test_may_return_another_type(self):
        layer = ca.Pool(2, stride=1)
        y = pool([3, 0, 2], layer, np.any)
        assert (y.dtype, y.tolist()) == (np.bool_, [True, True])
        assert pool(np.array([3, 0, 2], "uint8"), layer, np.max).dtype == np.uint8
        assert pool([3, 0, 2], layer, lambda cells, axis: cells.sum(axis).tolist()).tolist() == [3, 2]

    def test_sees_the_type_that_holds_x_and_the_fill(self):
        def seen(x, **keywords):
            types = []
            pool(x, ca.Pool(2), lambda cells, axis: (types.append(cells.dtype), cells.sum(axis))[1], **keywords)
            return types[0]

        assert seen(np.ones(2, "uint8")) == np.uint8
        assert seen(np.ones(2, "uint8"), fill=nan) == np.float64
        assert seen(np.ones(2, "float32"), fill=nan) == np.float32
        assert seen(np.ones(2, "float32"), fill=1j) == np.complex64
        assert seen(np.ones(2, "bool"), fill=1) == np.bool_
        assert seen(np.ones(2, "bool"), fill=2) == np.int64

    @pytest.mark.parametrize(
        ("dtype", "fill", "wide"),
        [("uint8", 256, "uint64"), ("uint8", -1, "int64"), ("int8", 128, "int64"), ("uint64", 2**63, "uint64")],
    )
    def test_a_fill_that_does_not_fit_widens_the_type(self, dtype, fill, wide):
        filled = pool(np.array([1, 2], dtype), ca.Pool(1, padding=1), np.max, fill=fill)
        assert filled.dtype == wide
        assert filled.tolist() == [fill, 1, 2, fill]

    @pytest.mark.parametrize(("dtype", "fill"), [("int64", 2**63), ("uint64", -1), ("int8", 2**63)])
    def test_a_fill_that_fits_into_no_whole_number_of_64_bits_is_refused(self, dtype, fill):
        x = np.array([1, 2], dtype)
        with pytest.raises(ca.ParameterError) as refusal:
            pool(x, ca.Pool(2), np.max, fill=fill)
        wide = "uint64" if dtype == "uint64" else "int64"
        assert str(refusal.value) == f"fill {fill} does not fit into {wide}; give x as floats"
        assert refusal.value.value == fill
        assert pool(x.astype(float), ca.Pool(1, padding=1), np.max, fill=fill).tolist() == [fill, 1, 2, fill]

    def test_what_is_no_function_is_refused(self):
        with pytest.raises(ca.ParameterError, match=r"^reduction must be a function"):
            pool([1, 2], ca.Pool(2), "median")

    @pytest.mark.parametrize("fill", ["0", None, [0]])
    def test_a_fill_that_is_no_number_is_refused(self, fill):
        with pytest.raises(ca.ParameterError) as refusal:
            pool([1, 2], ca.Pool(2), np.max, fill=fill)
        assert str(refusal.value) == f"fill must be one number; got {fill!r}"
        assert (refusal.value.name, refusal.value.value) == ("fill", fill)

    @pytest.mark.parametrize(
        ("reduction", "shape"),
        [
            (lambda cells, axis: cells.sum(), ()),  # noqa: ARG005
            (lambda cells, axis: cells, (1, 1, 3, 2)),  # noqa: ARG005
            (lambda cells, axis: cells.sum(axis, keepdims=True), (1, 1, 3, 1)),
        ],
    )
    def test_another_shape_is_refused(self, reduction, shape):
        with pytest.raises(ca.ShapeError) as refusal:
            pool([1, 2, 3, 4], ca.Pool(2, stride=1), reduction)
        assert str(refusal.value) == (
            f"the reduction turned cells of the shape (1, 1, 3, 2) into {shape}; "
            "it should return (1, 1, 3), without the last axis"
        )
        assert (refusal.value.shape, refusal.value.wanted) == (shape, (1, 1, 3))

    def test_what_the_reduction_raises_is_not_hidden(self):
        with pytest.raises(ZeroDivisionError):
            pool([1, 2], ca.Pool(2), lambda cells, axis: 1 // 0)  # noqa: ARG005


@settings(untimed, max_examples=60)
@given(works("pool", "ceil"))
def test_the_poolings_agree_where_they_mean_the_same(work):
    x, layer = abs(work.x).astype(float), work.layer
    sums = pool(x, layer, np.sum)
    assert_array_equal(avg_pool(x, layer, divisor_override=1), sums)
    assert_allclose(lp_pool(x, layer, norm_type=1), sums, rtol=1e-13)
    assert_array_equal(lp_pool(x, layer, norm_type=inf), np.maximum(max_pool(x, layer), 0))
    assert_array_equal(pool(x, layer, np.max, fill=-inf), max_pool(x, layer))
