"""Convolutions against SciPy's: scipy.signal's three modes, and scipy.ndimage's four borders."""

from __future__ import annotations

import numpy as np
import pytest
from drawn_arrays import untimed
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import ndimage, signal

import convarith as ca

conv = ca.numerics.conv
fewer = settings(untimed, max_examples=60)


@st.composite
def pairs(draw, larger=4):
    """x and a kernel; x has up to ``larger`` cells more on each axis, and always as many as the kernel or 2."""
    ndim = draw(st.integers(1, 3))
    kernel = tuple(draw(st.integers(1, 5 if ndim < 3 else 3)) for _ in range(ndim))
    sizes = tuple(draw(st.integers(k if larger else 2, k + larger if larger else 4)) for k in kernel)
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    return random.integers(-9, 10, sizes), random.integers(-9, 10, kernel)


SIGNAL_PADDINGS = {
    "valid": lambda k: (0, 0),  # noqa: ARG005
    "full": lambda k: (k - 1, k - 1),
    "same": lambda k: (k // 2, (k - 1) // 2),
}
"""Mode of scipy.signal -> the padding of a kernel of k cells."""


@pytest.mark.parametrize("mode", SIGNAL_PADDINGS)
class TestSignal:
    @untimed
    @given(pairs())
    def test_correlates(self, mode, pair):
        x, w = pair
        layer = ca.Conv(w.shape, padding=tuple(map(SIGNAL_PADDINGS[mode], w.shape)))
        assert_array_equal(conv(x, w, layer), signal.correlate(x, w, mode, method="direct"), strict=True)

    @untimed
    @given(pairs())
    def test_convolves_where_the_kernel_is_flipped(self, mode, pair):
        x, w = pair
        layer = ca.Conv(w.shape, padding=tuple(map(SIGNAL_PADDINGS[mode], w.shape)))
        assert_array_equal(conv(x, w, layer, flip=True), signal.convolve(x, w, mode, method="direct"), strict=True)

    @fewer
    @given(pairs())
    def test_agrees_in_floats_as_closely_as_floats_can(self, mode, pair):
        x, w = (numbers / 7 for numbers in pair)
        layer = ca.Conv(w.shape, padding=tuple(map(SIGNAL_PADDINGS[mode], w.shape)))
        assert_allclose(conv(x, w, layer), signal.correlate(x, w, mode), rtol=1e-12, atol=1e-12)


@fewer
@given(pairs())
def test_the_named_paddings_are_signals_modes(pair):
    """Where the kernel is odd, *same* and *half* are SciPy's same."""
    x, w = pair
    for name, mode in (("valid", "valid"), ("full", "full"), ("same", "same"), ("half", "same")):
        if mode != "same" or all(k % 2 for k in w.shape):
            expected = signal.correlate(x, w, mode, method="direct")
            assert_array_equal(conv(x, w, ca.Conv(w.shape, padding=name)), expected)


@fewer
@given(pairs())
def test_a_transposed_convolution_is_a_full_convolution(pair):
    x, w = pair
    expected = signal.convolve(x, w, "full", method="direct")
    assert_array_equal(ca.numerics.conv_transpose(x, w, ca.ConvTranspose(w.shape)), expected, strict=True)


def test_complex_kernels_are_conjugated_by_scipy_and_not_by_us():
    x, w = np.array([1 + 2j, 3 - 1j, 1j]), np.array([2 - 1j, 1 + 1j])
    assert_allclose(conv(x, w.conj(), ca.Conv(2)), signal.correlate(x, w, "valid"))
    assert_allclose(conv(x, w, ca.Conv(2), flip=True), signal.convolve(x, w, "valid"))


@pytest.mark.parametrize(
    ("mode", "theirs"),
    [("constant", "constant"), ("reflect", "mirror"), ("replicate", "nearest"), ("circular", "grid-wrap")],
)
class TestImages:
    """Kernels may be larger than the image, whose border is then continued several times over."""

    @untimed
    @given(pairs(larger=0))
    def test_correlates(self, mode, theirs, pair):
        x, w = pair
        layer = ca.Conv(w.shape, padding=tuple((k // 2, (k - 1) // 2) for k in w.shape))
        value = 4 if mode == "constant" else 0
        expected = ndimage.correlate(x, w, mode=theirs, cval=value)
        assert_array_equal(conv(x, w, layer, padding_mode=mode, padding_value=value), expected, strict=True)

    @untimed
    @given(pairs(larger=0))
    def test_convolves_where_the_kernel_is_flipped(self, mode, theirs, pair):
        x, w = pair
        layer = ca.Conv(w.shape, padding=tuple(((k - 1) // 2, k // 2) for k in w.shape))
        value = 4 if mode == "constant" else 0
        expected = ndimage.convolve(x, w, mode=theirs, cval=value)
        assert_array_equal(conv(x, w, layer, padding_mode=mode, padding_value=value, flip=True), expected)


def test_a_maximum_filter_is_a_pooling():
    """Of stride 1, padded by half; a border that repeats its nearest cell adds no larger number."""
    x = np.random.default_rng(2).normal(size=(7, 9))
    expected = ndimage.maximum_filter(x, (3, 5), mode="nearest")
    assert_array_equal(ca.numerics.max_pool(x, ca.Pool((3, 5), stride=1, padding=(1, 2))), expected)


def test_a_median_filter_is_a_pooling():
    x = np.random.default_rng(2).normal(size=(7, 9))
    y = ca.numerics.pool(x, ca.Pool((3, 5), stride=1, padding=(1, 2)), np.median)
    assert_array_equal(y, ndimage.median_filter(x, (3, 5), mode="constant"))
