"""What padding holds: each mode against numpy.pad and a convolution without padding."""

from __future__ import annotations

import numpy as np
import pytest
from channel_walk import channel_works
from drawn_arrays import array_of, cells, untimed
from hypothesis import given, settings
from hypothesis import strategies as st
from list_walk import convolved
from numpy.testing import assert_allclose, assert_array_equal

import convarith as ca

conv = ca.numerics.conv
NUMPY_MODES = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
many = settings(untimed, max_examples=120)


def padded(x, sides, mode, value=0):
    """x with negative sides cropped first, and then the others padded by NumPy.

    A reflection goes from one turning point to the next at a time: NumPy before 2.0 misplaces what lies beyond.
    """
    x = x[tuple(slice(max(0, -b), size - max(0, -a)) for (b, a), size in zip(sides, x.shape, strict=True))]
    pads = [(max(0, before), max(0, after)) for before, after in sides]
    if mode != "reflect":
        return np.pad(x, pads, NUMPY_MODES[mode], **({"constant_values": value} if mode == "constant" else {}))
    turns = [size - 1 for size in x.shape]
    while any(map(any, pads)):
        step = [(min(b, turn), min(a, turn)) for (b, a), turn in zip(pads, turns, strict=True)]
        pads = [(b - one, a - other) for (b, a), (one, other) in zip(pads, step, strict=True)]
        x = np.pad(x, step, "reflect")
    return x


@st.composite
def padded_work(draw):
    """x and the paddings of its 1 to 3 axes, up to three times as long as it, of which some crop; 2 cells stay."""
    ndim = draw(st.integers(1, 3))
    sizes = [draw(st.integers(2, 5)) for _ in range(ndim)]
    sides = []
    for size in sizes:
        before = draw(st.integers(-(size - 2), 3 * size if ndim < 3 else size + 1))
        after = draw(st.integers(-(size - 2) - min(0, before), 3 * size if ndim < 3 else size + 1))
        sides.append((before, after))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    return random.integers(-9, 10, sizes), tuple(sides)


@pytest.mark.parametrize("mode", NUMPY_MODES)
class TestEveryMode:
    @many
    @given(padded_work())
    def test_holds_what_numpys_holds(self, mode, work):
        """A kernel of one cell shows the padded input itself."""
        x, sides = work
        value = 7 if mode == "constant" else 0
        y = conv(x, np.ones((1,) * x.ndim, int), ca.Conv(1, padding=sides), padding_mode=mode, padding_value=value)
        assert y.dtype == np.int64
        assert_array_equal(y, padded(x, sides, mode, value))

    @many
    @given(padded_work(), st.data())
    def test_is_convolved_as_that_is(self, mode, work, data):
        x, sides = work
        size = [n + b + a for n, (b, a) in zip(x.shape, sides, strict=True)]
        kernel = tuple(data.draw(st.integers(1, min(n, 3))) for n in size)
        stride = tuple(data.draw(st.integers(1, 3)) for _ in size)
        dilation = tuple(
            data.draw(st.integers(1, 2)) if 2 * (k - 1) < n else 1 for k, n in zip(kernel, size, strict=True)
        )
        w = np.random.default_rng(data.draw(st.integers(0, 99))).integers(-9, 10, kernel)
        layer = ca.Conv(kernel, stride=stride, dilation=dilation, padding=sides)
        plain = ca.Conv(kernel, stride=stride, dilation=dilation)
        value = -3 if mode == "constant" else 0
        for flip in (False, True):
            y = conv(x, w, layer, padding_mode=mode, padding_value=value, flip=flip)
            assert_array_equal(y, conv(padded(x, sides, mode, value), w, plain, flip=flip))

    def test_leaves_batch_and_channels_alone(self, mode):
        random = np.random.default_rng(8)
        x, w = random.integers(-9, 10, (2, 4, 3, 5)), random.integers(-9, 10, (6, 2, 2, 3))
        sides, value = ((2, -1), (4, 6)), 5 if mode == "constant" else 0
        layer = ca.Conv((2, 3), padding=sides)
        y = conv(x, w, layer, groups=2, bias=range(6), padding_mode=mode, padding_value=value)
        wide = np.array([[padded(channel, sides, mode, value) for channel in image] for image in x])
        assert_array_equal(y, conv(wide, w, ca.Conv((2, 3)), groups=2, bias=range(6)))
        assert_array_equal(
            conv(x[0], w, layer, groups=2, padding_mode=mode), conv(x, w, layer, groups=2, padding_mode=mode)[0]
        )

    def test_continues_the_stretched_input(self, mode):
        x, w = [1, 2, 3], [1]
        layer = ca.Conv(1, padding=((3, 2),), input_dilation=2)
        value = 9 if mode == "constant" else 0
        y = conv(x, w, layer, padding_mode=mode, padding_value=value)
        assert_array_equal(y, padded(np.array([1, 0, 2, 0, 3]), [(3, 2)], mode, value))

    def test_is_resolved_from_a_name(self, mode):
        x, w = np.array([4, 1, 2, 3, 8]), [1, 10, 100, 1000]
        value = 9 if mode == "constant" else 0
        y = conv(x, w, ca.Conv(4, padding="same"), padding_mode=mode, padding_value=value)
        assert_array_equal(y, conv(padded(x, [(1, 2)], mode, value), w, ca.Conv(4)))

    @pytest.mark.parametrize("dtype", ["bool", "uint8", "int8", "float16", "float32", "longdouble", "complex64"])
    def test_has_the_type_of_a_convolution_with_zeros(self, mode, dtype):
        """Nothing but what stands in the padding changes with the mode: neither the types nor what goes together."""
        x = np.array([1, 0, 1], dtype)
        for w in (np.array([1, 1], "bool"), np.array([-1, 1], "int8"), np.array([0.5, 1], "float32")):
            expected = conv(x, w, ca.Conv(2, padding=1)).dtype
            assert conv(x, w, ca.Conv(2, padding=1), padding_mode=mode).dtype == expected

    def test_x_is_not_changed(self, mode):
        x = np.arange(4.0)
        conv(x, [1, 1], ca.Conv(2, padding=2, input_dilation=2), padding_mode=mode)
        assert x.tolist() == [0, 1, 2, 3]


class TestConstants:
    @settings(untimed, max_examples=60)
    @given(channel_works("conv"), st.integers(-9, 9))
    def test_stand_in_the_padding_and_not_between_inputs(self, work, value):
        """A window holds the constant for each weight that meets neither an input nor a zero between two of them."""
        solid = tuple(axis._replace(size=axis.stretch * (axis.size - 1) + 1, stretch=1) for axis in work.axes)
        ones = dict.fromkeys(np.ndindex(*(axis.size for axis in solid)), 1)
        expected = work.walked()
        for out, kernel in enumerate(work.w.sum(axis=1)):
            expected[:, out] += value * (kernel.sum() - array_of(convolved(ones, cells(kernel), solid)))
        y = work.computed(padding_mode="constant", padding_value=value)
        assert_array_equal(y, expected)

    @settings(untimed, max_examples=30)
    @given(channel_works("conv"))
    def test_of_zero_are_zeros(self, work):
        assert_array_equal(work.computed(padding_mode="constant"), work.computed(), strict=True)
        assert_array_equal(work.computed(padding_mode="constant", padding_value=0.0), work.computed())

    @pytest.mark.parametrize(
        ("x", "value", "dtype", "expected"),
        [
            (np.array([1], "uint8"), 300, "uint64", [300, 1, 300]),
            (np.array([1], "int8"), -300, "int64", [-300, 1, -300]),
            (np.array([1], "bool"), 5, "int64", [5, 1, 5]),
            (np.array([1], "bool"), True, "int64", [1, 1, 1]),
            (np.array([1]), 0.5, "float64", [0.5, 1, 0.5]),
            (np.array([1], "float32"), 0.5, "float32", [0.5, 1, 0.5]),
            (np.array([1], "float16"), 2, "float16", [2, 1, 2]),
            (np.array([1], "float32"), 1j, "complex64", [1j, 1, 1j]),
            (np.array([1]), np.inf, "float64", [np.inf, 1, np.inf]),
            (np.array([1]), np.float64(0.5), "float64", [0.5, 1, 0.5]),
            (np.array([1]), np.int8(-1), "int64", [-1, 1, -1]),
        ],
        ids=str,
    )
    def test_are_held_whatever_x_is(self, x, value, dtype, expected):
        y = conv(x, np.ones(1, "bool"), ca.Conv(1, padding=1), padding_mode="constant", padding_value=value)
        assert y.dtype == dtype
        assert_array_equal(y, expected)

    def test_large_ones_stay_exact(self):
        layer = ca.Conv(2, padding=1)
        y = conv([1], [1, 1], layer, padding_mode="constant", padding_value=2**53)
        assert y.tolist() == [2**53 + 1, 2**53 + 1]

    def test_nan_marks_what_touches_the_border(self):
        y = conv([1, 2, 3], [1, 1], ca.Conv(2, padding=1), padding_mode="constant", padding_value=np.nan)
        assert_allclose(y, [np.nan, 3, 5, np.nan])


class TestRefusals:
    def test_an_unknown_mode(self):
        with pytest.raises(ca.ParameterError) as refusal:
            conv([1, 2], [1], ca.Conv(1), padding_mode="Reflekt")
        assert str(refusal.value) == (
            "unknown padding_mode 'Reflekt'; did you mean 'reflect'? "
            "Known are zeros, constant, reflect, replicate, circular"
        )
        assert refusal.value.value == "Reflekt"

    @pytest.mark.parametrize("mode", ["wrap", None, 3, ["reflect"]])
    def test_a_mode_like_none(self, mode):
        with pytest.raises(ca.ParameterError, match=r"unknown padding_mode .* are zeros, constant, reflect"):
            conv([1, 2], [1], ca.Conv(1), padding_mode=mode)

    @pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
    def test_a_value_without_the_constant_mode(self, mode):
        with pytest.raises(ca.ParameterError) as refusal:
            conv([1, 2], [1], ca.Conv(1, padding=1), padding_mode=mode, padding_value=5)
        assert str(refusal.value) == (
            f"padding_value 5 is for padding_mode 'constant', and it is {mode!r}; give that mode, or no value"
        )
        assert refusal.value.value == 5
        assert conv([1, 2], [1], ca.Conv(1, padding=1), padding_mode="constant", padding_value=5).tolist() == [
            5,
            1,
            2,
            5,
        ]
        assert conv([1, 2], [1], ca.Conv(1, padding=1), padding_mode=mode).shape == (4,)

    @pytest.mark.parametrize(("value", "words"), [([1, 2], "[1, 2]"), ("7", "'7'"), (None, "None")])
    def test_a_value_that_is_no_number(self, value, words):
        with pytest.raises(ca.ParameterError) as refusal:
            conv([1, 2], [1], ca.Conv(1), padding_mode="constant", padding_value=value)
        assert str(refusal.value) == f"padding_value must be one number; got {words}"
        assert (refusal.value.name, refusal.value.value) == ("padding_value", value)

    def test_a_value_beyond_64_bits(self):
        def call(value, dtype=np.int64):
            x = np.array([1, 2], dtype)
            return conv(x, np.ones(1, dtype), ca.Conv(1, padding=1), padding_mode="constant", padding_value=value)

        with pytest.raises(ca.ParameterError) as refusal:
            call(2**63)
        assert str(refusal.value) == ("padding_value 9223372036854775808 does not fit into int64; give x as floats")
        assert refusal.value.value == 2**63
        assert call(2**63 - 1).tolist()[0] == 2**63 - 1
        assert call(2**63, np.uint64).tolist()[0] == 2**63

    def test_reflecting_one_cell(self):
        layer = ca.Conv(1, padding=((1, 0),))
        with pytest.raises(ca.ShapeError) as refusal:
            conv([5], [1], layer, padding_mode="reflect")
        assert str(refusal.value) == (
            "padding_mode 'reflect' continues an input of which 1 cell is left; "
            "it needs at least 2 cells, or padding_mode replicate"
        )
        assert (refusal.value.padding_mode, refusal.value.cells) == ("reflect", 1)
        assert conv([5], [1], layer, padding_mode="replicate").tolist() == [5, 5]
        assert conv([5, 6], [1], layer, padding_mode="reflect").tolist() == [6, 5, 6]
        assert conv([5], [1], ca.Conv(1), padding_mode="reflect").tolist() == [5]

    def test_reflecting_what_cropping_left(self):
        """The axis it happens on is named."""
        layer = ca.Conv(1, padding=((0, 0), (-1, 1)))
        with pytest.raises(ca.ShapeError) as refusal:
            conv([[5, 6], [7, 8]], [[1]], layer, padding_mode="reflect")
        assert str(refusal.value).startswith("axis 1 (width): padding_mode 'reflect' continues an input of which 1 ")
        assert refusal.value.axis == 1

    @pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
    def test_continuing_nothing(self, mode):
        """Both cells are cropped before, and two more positions are asked for after."""
        layer = ca.Conv(1, padding=((-2, 2),))
        with pytest.raises(ca.ShapeError) as refusal:
            conv([5, 6], [1], layer, padding_mode=mode)
        assert str(refusal.value) == (
            f"padding_mode {mode!r} continues an input of which nothing is left; it needs some, or padding_mode zeros"
        )
        assert (refusal.value.padding_mode, refusal.value.cells) == (mode, 0)
        assert conv([5, 6], [1], layer).tolist() == [0, 0]
        assert conv([5, 6], [1], layer, padding_mode="constant", padding_value=3).tolist() == [3, 3]
        assert conv([5, 6, 7, 8], [1], layer, padding_mode=mode).shape == (4,)
