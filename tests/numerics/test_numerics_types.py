"""Which type a sum of products has."""

from __future__ import annotations

import numpy as np
import pytest

import convarith as ca

BEYOND_FLOATS = 2**53 + 1


@pytest.mark.parametrize("narrow", [np.bool_, np.int8, np.uint8, np.int32, np.uint32])
def test_integers_of_different_types_stay_exact(narrow):
    w = np.array([1, 0], narrow)
    y = ca.numerics.conv(np.array([BEYOND_FLOATS, 1]), w, ca.Conv(2))
    assert y.dtype == np.int64
    assert y.tolist() == [BEYOND_FLOATS]


def test_unsigned_integers_accumulate_unsigned():
    y = ca.numerics.conv(np.array([2**63, 2**62], np.uint64), np.array([1, 1], np.uint8), ca.Conv(2))
    assert y.dtype == np.uint64
    assert y.tolist() == [2**63 + 2**62]


def test_no_integer_type_holds_uint64_and_a_sign():
    message = "^x is uint64 and w is int64, and no integer type holds both; give both signed or both unsigned$"
    with pytest.raises(ca.ParameterError, match=message):
        ca.numerics.conv(np.array([1, 2], np.uint64), np.array([1, -1]), ca.Conv(2))


@pytest.mark.parametrize(
    ("x", "w", "together"),
    [(np.float32, np.uint8, np.float32), (np.float16, np.float16, np.float16), (np.int64, np.float32, np.float64)],
)
def test_anything_else_follows_numpy(x, w, together):
    assert ca.numerics.conv(np.ones(3, x), np.ones(2, w), ca.Conv(2)).dtype == together
