"""Types that go into convolutions and come out, sums of whole numbers, and arrays of any layout in memory."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from channel_walk import channel_works
from drawn_arrays import untimed
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

import convarith as ca
from convarith.numerics import contraction

conv, conv_transpose = ca.numerics.conv, ca.numerics.conv_transpose
fewer = settings(untimed, max_examples=60)
LIMITS = np.iinfo(np.int64)

SIGNED = ["int8", "int16", "int32", "int64"]
UNSIGNED = ["uint8", "uint16", "uint32", "uint64"]
WHOLE = ["bool", *SIGNED, *UNSIGNED]


class TestTheTypeOfTheResult:
    @pytest.mark.parametrize("call", [lambda x, w: conv(x, w, ca.Conv(2)), lambda x, w: transposed(x, w)])
    @pytest.mark.parametrize(("x", "w"), list(product(WHOLE, WHOLE)))
    def test_of_whole_numbers(self, call, x, w):
        if {x, w} & {"uint64"} and {x, w} & set(SIGNED):
            with pytest.raises(ca.ParameterError, match="no integer type holds both"):
                call(np.ones(3, x), np.ones(2, w))
            return
        y = call(np.ones(3, x), np.ones(2, w))
        only_unsigned = not {x, w} & set(SIGNED) and {x, w} & set(UNSIGNED)
        assert y.dtype == (np.uint64 if only_unsigned else np.int64)
        assert 2 in y.tolist()

    @pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "longdouble", "complex64", "complex128"])
    @pytest.mark.parametrize("small", ["bool", "int8", "uint8"])
    def test_of_floats_beside_small_whole_numbers(self, dtype, small):
        for x, w in ((np.ones(3, dtype), np.ones(2, small)), (np.ones(3, small), np.ones(2, dtype))):
            assert conv(x, w, ca.Conv(2)).dtype == dtype
            assert transposed(x, w).dtype == dtype

    @pytest.mark.parametrize(
        ("x", "w", "together"),
        [
            ("float16", "float32", "float32"),
            ("float32", "float64", "float64"),
            ("float64", "longdouble", "longdouble"),
            ("float16", "int16", "float32"),
            ("float32", "int32", "float64"),
            ("float64", "uint64", "float64"),
            ("complex64", "float32", "complex64"),
            ("complex64", "float64", "complex128"),
            ("int32", "complex64", "complex128"),
        ],
    )
    def test_of_two_types_is_numpys(self, x, w, together):
        for one, other in ((x, w), (w, x)):
            assert conv(np.ones(3, one), np.ones(2, other), ca.Conv(2)).dtype == together

    def test_counts_the_bias_too(self):
        x, w = np.ones(3, "uint8"), np.ones(3, "uint8")
        assert conv(x, w, ca.Conv(3)).dtype == np.uint64
        y = conv(x, w, ca.Conv(3), bias=-4)
        assert (y.dtype, y.tolist()) == (np.int64, [-1])
        y = conv(x, w, ca.Conv(3), bias=0.5)
        assert (y.dtype, y.tolist()) == (np.float64, [3.5])

    def test_a_float16_is_summed_in_float32(self):
        """One by one in float16, 2048 + 1 would stay 2048."""
        x, w = np.array([2048, 1, 1], "float16"), np.ones(3, "float16")
        y = conv(x, w, ca.Conv(3))
        assert (y.dtype, y.tolist()) == (np.float16, [2050])
        assert conv_transpose(x, w, ca.ConvTranspose(3)).tolist() == [2048, 2048, 2050, 2, 1]

    @pytest.mark.skipif(np.finfo(np.longdouble).nmant <= 52, reason="longdouble is float64 here")
    def test_a_longdouble_keeps_its_precision(self):
        x = np.array([2**60 + 1, 1], np.longdouble)
        assert int(conv(x, np.ones(2, np.longdouble), ca.Conv(2))[0]) == 2**60 + 2

    def test_complex_numbers_are_multiplied_and_not_conjugated(self):
        x, w = [1 + 2j, 3 - 1j, 1j], [2 - 1j, 1 + 1j]
        assert conv(x, w, ca.Conv(2)).tolist() == [x[0] * w[0] + x[1] * w[1], x[1] * w[0] + x[2] * w[1]]
        assert transposed(x[:1], w).tolist() == [x[0] * w[0], x[0] * w[1]]


class TestExactSums:
    SIZES = (3, 2**20, 2**31, 2**52, 2**53 + 1, 2**61)

    @untimed
    @given(channel_works("conv", "transposed"), st.data())
    def test_equal_pythons_own_or_are_refused(self, work, data):
        """Products of the sizes reach far beyond 64 bits, in sums that come back as well as in sums that do not."""
        random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
        x_size, w_size = data.draw(st.sampled_from(self.SIZES)), data.draw(st.sampled_from(self.SIZES))
        x = random.choice([-x_size, x_size, 0, 1], work.x.shape)
        w = random.choice([-w_size, w_size, w_size - 1], work.w.shape)
        work = work._replace(x=x, w=w)
        expected = work.walked()
        furthest = max(expected.flat, key=abs)
        if LIMITS.min <= min(expected.flat) and max(expected.flat) <= LIMITS.max:
            y = work.computed()
            assert y.dtype == np.int64
            assert_array_equal(y, expected)
        else:
            with pytest.raises(ca.ParameterError, match="beyond what int64 holds") as refusal:
                work.computed()
            assert abs(refusal.value.value) == abs(furthest)

    @pytest.mark.parametrize("call", [lambda x, w: conv(x, w, ca.Conv(2)), lambda x, w: transposed(x, w)[1:2]])
    def test_one_step_over_64_bits_is_refused(self, call):
        """The window of the one and the middle of the other are the same sum, except for which weight comes first."""
        assert call([2**62, 2**62 - 1], [1, 1]).tolist() == [2**63 - 1]
        with pytest.raises(ca.ParameterError) as refusal:
            call([2**62, 2**62], [1, 1])
        assert str(refusal.value) == (
            "a sum is 9223372036854775808, beyond what int64 holds (up to 9223372036854775807); "
            "give smaller numbers, or floats"
        )
        assert refusal.value.value == 2**63
        assert call(np.array([2.0**62, 2.0**62]), [1, 1]).tolist() == [2**63]
        assert call([-(2**62), -(2**62)], [1, 1]).tolist() == [-(2**63)]
        with pytest.raises(ca.ParameterError, match="a sum is -9223372036854775809"):
            call([-(2**62), -(2**62) - 1], [1, 1])

    def test_unsigned_sums_have_their_own_limit(self):
        ones = np.ones(2, np.uint64)
        halves = np.array([2**63, 2**63 - 1], np.uint64)
        assert conv(halves, ones, ca.Conv(2)).tolist() == [2**64 - 1]
        with pytest.raises(ca.ParameterError, match=r"a sum is 18446744073709551616, .*uint64"):
            conv(np.array([2**63, 2**63], np.uint64), ones, ca.Conv(2))

    def test_an_overflow_on_the_way_that_cancels_is_exact(self):
        assert conv([2**62, 2**62, -(2**62)], [2, 2, 3], ca.Conv(3)).tolist() == [2**62]
        assert conv([2**63 - 1], [1], ca.Conv(1), bias=-1).tolist() == [2**63 - 2]
        assert conv([2**62, 2**62], [1, 1], ca.Conv(2), bias=-1).tolist() == [2**63 - 1]

    def test_the_bias_can_be_what_goes_beyond(self):
        with pytest.raises(ca.ParameterError, match="a sum is 9223372036854775808"):
            conv([2**63 - 1], [1], ca.Conv(1), bias=1)
        assert conv([2**53], [1], ca.Conv(1), bias=1).tolist() == [2**53 + 1]

    def test_the_lowest_number_is_as_large_as_the_largest(self):
        """|-2**63| needs one bit more than 63: a bound taken from the maximum alone would be too small."""
        assert conv([-(2**63), 0], [1, 1], ca.Conv(2)).tolist() == [-(2**63)]
        with pytest.raises(ca.ParameterError, match="a sum is -9223372036854775809"):
            conv([-(2**63), -1], [1, 1], ca.Conv(2))
        assert conv([-(2**53), -1], [1, 1], ca.Conv(2)).tolist() == [-(2**53) - 1]

    def test_sums_over_channels_are_counted_in_the_bound(self):
        x, w = np.full((4, 1), 2**51 + 1), np.ones((1, 4, 1), int)
        w[0, 0] = 3
        assert conv(x, w, ca.Conv(1)).tolist() == [[6 * (2**51 + 1)]]

    @pytest.mark.parametrize("forced", ["float64", "int64", "object"])
    @fewer
    @given(channel_works("conv", "transposed"), st.booleans())
    def test_every_inner_type_gives_the_same_numbers(self, forced, work, with_bias):
        bias = np.arange(work.rows) - 1 if with_bias else None
        chosen = work.computed(bias=bias)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(contraction, "computing", lambda _result, _bound: np.dtype(forced))
            assert_array_equal(work.computed(bias=bias), chosen, strict=True)


class TestNotANumber:
    def test_stays_where_a_window_meets_it_and_nowhere_else(self):
        x = np.ones((2, 2, 4))
        x[1, 0, 2] = np.nan
        y = conv(x, np.ones((2, 1, 2)), ca.Conv(2), groups=2)
        assert np.argwhere(np.isnan(y)).tolist() == [[1, 0, 1], [1, 0, 2]]
        y = conv_transpose(x, np.ones((2, 1, 2)), ca.ConvTranspose(2), groups=2)
        assert np.argwhere(np.isnan(y)).tolist() == [[1, 0, 2], [1, 0, 3]]

    def test_is_not_hidden_by_a_weight_of_zero(self):
        assert np.isnan(conv([np.nan, 1], [0, 1], ca.Conv(2))).tolist() == [True]


LAYOUTS = {
    "fortran": np.asfortranarray,
    "reversed": lambda a: np.ascontiguousarray(a[..., ::-1])[..., ::-1],
    "strided": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "swapped": lambda a: np.ascontiguousarray(np.moveaxis(a, 1, -1)).transpose(0, 3, 1, 2),
    "big-endian": lambda a: a.astype(a.dtype.newbyteorder(">")),
    "little-endian": lambda a: a.astype(a.dtype.newbyteorder("<")),
    "read-only": lambda a: read_only(a),
    "unaligned": lambda a: unaligned(a),
    "nested lists": lambda a: a.tolist(),
}


@pytest.mark.parametrize("dtype", ["int64", "float64"])
@pytest.mark.parametrize("name", LAYOUTS)
class TestAnyLayoutOfAnArray:
    random = np.random.default_rng(3)
    x, w = random.integers(-9, 10, (2, 4, 5, 6)), random.integers(-9, 10, (4, 2, 3, 2))

    def test_gives_the_same_numbers_in_native_order(self, name, dtype):
        x, w = self.x.astype(dtype), self.w.astype(dtype)
        given_x, given_w = LAYOUTS[name](x), LAYOUTS[name](w)
        kept = np.array(given_x), np.array(given_w)
        calls = [
            lambda x, w: conv(x, w, ca.Conv((3, 2), padding=1), groups=2, bias=[1, 2, 3, 4]),
            lambda x, w: conv(x, w, ca.Conv((3, 2), padding=1), groups=2, flip=True, padding_mode="reflect"),
            lambda x, w: conv_transpose(x, w, ca.ConvTranspose((3, 2), stride=2), groups=2),
            lambda x, w: ca.numerics.conv_weight_gradient(x, x, ca.Conv((1, 1)), groups=2) + np.sum(w),
            lambda x, w: ca.numerics.avg_pool(x, ca.Pool((3, 2))) + np.sum(w),
        ]
        for call in calls:
            y = call(given_x, given_w)
            assert_array_equal(y, call(x, w), strict=True)
            assert y.dtype.isnative
        for before, after in zip(kept, (given_x, given_w), strict=True):
            assert_array_equal(after, before)

    def test_gives_the_same_maxima(self, name, dtype):
        x = self.x.astype(dtype)
        maxima, indices = ca.numerics.max_pool(LAYOUTS[name](x), ca.Pool((3, 2), stride=1), return_indices=True)
        expected, where = ca.numerics.max_pool(x, ca.Pool((3, 2), stride=1), return_indices=True)
        assert_array_equal(maxima, expected)
        assert_array_equal(indices, where, strict=True)


def test_the_result_is_the_callers_to_change():
    """Even where nothing had to be computed, no view of x is handed out."""
    x = np.arange(4.0)
    for y in (
        conv(x, [1.0], ca.Conv(1)),
        conv_transpose(x, [1.0], ca.ConvTranspose(1)),
        ca.numerics.max_pool(x, ca.Pool(1)),
        ca.numerics.avg_pool(x, ca.Pool(1)),
        ca.numerics.pool(x, ca.Pool(1), np.max),
        ca.numerics.lp_pool(x, ca.Pool(1), norm_type=1),
        ca.numerics.max_unpool(x, [0, 1, 2, 3], output_shape=4),
    ):
        y[...] = -1
    assert x.tolist() == [0, 1, 2, 3]


def transposed(x, w):
    return conv_transpose(x, w, ca.ConvTranspose(2))


def read_only(array):
    answer = array.copy()
    answer.setflags(write=False)
    return answer


def unaligned(array):
    """The same numbers one byte off."""
    store = np.zeros(array.nbytes + 1, np.uint8)
    answer = np.ndarray(array.shape, array.dtype, store.data, 1)
    answer[...] = array
    return answer
