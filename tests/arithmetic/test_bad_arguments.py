"""What is no integer, no padding, or too large to be walked is refused at every door, by name."""

from __future__ import annotations

from itertools import combinations
from math import inf, nan

import pytest

import convarith as ca
from convarith import ParameterError, ShapeError
from convarith.arithmetic import inverse

CONV, POOL, UP = ca.Conv, ca.Pool, ca.ConvTranspose

NO_INTEGERS = [
    *[(value, repr(value)) for value in (1.0, 2.5, nan, inf, True, False, None, "3", "", b"3", {3: 3}, {3}, 3 + 0j)],
    ((number for number in (3, 3)), None),
    (iter([3]), None),
    (object(), None),
]


@pytest.mark.parametrize(("value", "text"), NO_INTEGERS, ids=[type(value).__name__ for value, _ in NO_INTEGERS])
@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("kernel_size", lambda value: CONV(value)),
        ("kernel_size", lambda value: POOL((3, value))),
        ("stride", lambda value: CONV(3, stride=value)),
        ("dilation", lambda value: UP(3, dilation=value)),
        ("input_dilation", lambda value: CONV(3, input_dilation=value)),
        ("output_padding", lambda value: UP(3, stride=2, output_padding=value)),
        ("input size", lambda value: CONV(3).output_shape(value)),
        ("input size", lambda value: CONV(3).windows((5, value))),
        ("output size", lambda value: CONV(3).input_shapes(value)),
        ("input_size", lambda value: ca.conv_output_size(value, 3)),
        ("kernel_size", lambda value: ca.pool_output_size(5, value, stride=1)),
        ("stride", lambda value: ca.conv_output_size(5, 3, value)),
        ("dilation", lambda value: ca.conv_transpose_output_size(5, 3, dilation=value)),
        ("output_padding", lambda value: ca.conv_transpose_output_size(5, 3, output_padding=value)),
        ("i", lambda value: ca.relationships[1](i=value, k=3)),
        ("max_stride", lambda value: inverse.strides_and_paddings(CONV(3), 5, 3, max_stride=value, max_padding=0)),
    ],
)
def test_what_is_no_integer_is_refused_everywhere(name, ask, value, text):
    if name == "stride" and value is None:
        return  # a pooling's stride of None is its kernel size; a convolution's is covered below
    with pytest.raises(ParameterError) as refusal:
        ask(value)
    message = str(refusal.value).partition(": ")[2] if "axis" in refusal.value.numbers else str(refusal.value)
    assert message.startswith(f"{name} must be a whole number; got ")
    assert message.endswith(f" ({type(value).__name__}), give an int")
    if text is not None:
        assert f"got {text} (" in message
    assert refusal.value.name == name


def test_a_convolution_has_no_stride_of_none():
    with pytest.raises(ParameterError, match=r"^stride must be a whole number; got None \(NoneType\), give an int$"):
        CONV(3, stride=None)


@pytest.mark.parametrize("value", [1.0, nan, True, None, b"same", {1: 1}, {1, 2}, iter([1, 2])])
def test_what_is_no_padding_is_refused(value):
    for ask in (
        lambda: CONV(3, padding=value),
        lambda: CONV(3, padding=(1, value)),
        lambda: ca.conv_output_size(5, 3, padding=value),
        lambda: ca.conv_transpose_output_size(5, 3, padding=value),
    ):
        with pytest.raises(ParameterError, match=r"padding must be a whole number, a pair \(before, after\) or a name"):
            ask()


def test_a_long_value_is_cut_in_the_sentence_and_whole_in_the_attribute():
    value = "9" * 100
    with pytest.raises(ParameterError) as refusal:
        CONV(value)
    assert str(refusal.value) == f"kernel_size must be a whole number; got '{'9' * 36}... (str), give an int"
    assert refusal.value.value == value


def test_enumerations_are_refused_before_anything_is_walked():
    """On an input where a list of one axis alone would not fit any memory; sizes and counts stay exact there."""
    for layer in (CONV(3, stride=2, padding=1), POOL(3, stride=2, ceil_mode=True), UP(3, stride=2)):
        windows = layer.windows((2**60, 2**60))
        with pytest.raises(ShapeError, match="more than the limit of 10000000"):
            windows.entries()
        with pytest.raises(ShapeError, match="more than the limit of 100000 to write out"):
            layer.matrix((2**60, 2**60))
        assert len(list(windows.taps((2**59 - 1, 0)))) == 9
    conv = CONV(3, stride=2, padding=1).windows((2**60,))
    assert conv.entry_count() == 3 * 2**59 - 1  # the first window reads one zero
    assert conv.unused() == ((0, 0, 1, 0),)
    assert UP(3, stride=2).windows((2**60,)).entry_count() == 3 * 2**60
    assert CONV(3, stride=5).windows((2**60,)).unused() == ((0, 2 * ((2**60 - 3) // 5), 3, (2**60) // 5 * 2 + 1),)


def test_just_below_the_limits_is_walked():
    assert len(CONV(1).matrix((316,)).cells) == 316  # 316² < 100 000 < 317²
    with pytest.raises(ShapeError):
        CONV(1).matrix((317,))
    CONV(1).windows((10_000_000,)).entries()  # taken one by one, none of them yet
    with pytest.raises(ShapeError):
        CONV(1).windows((10_000_001,)).entries()


@pytest.mark.parametrize("kind", [float, bool, str])
@pytest.mark.parametrize(
    ("helper", "arguments"),
    [
        (ca.conv_output_size, (5, 1, 1, 0, 1)),
        (ca.pool_output_size, (5, 1, 1, 0, 1)),
        (ca.conv_transpose_output_size, (5, 1, 1, 0, 0, 1)),
    ],
)
def test_several_wrong_arguments_of_one_kind_are_refused_together(helper, arguments, kind):
    """The helpers' short way for plain ints compares types with each other; equal ones alone must not be enough."""
    for first, second in combinations(range(len(arguments)), 2):
        given = [kind(number) if place in (first, second) else number for place, number in enumerate(arguments)]
        with pytest.raises(ParameterError):
            helper(*given)
    with pytest.raises(ParameterError):
        helper(*map(kind, arguments))
