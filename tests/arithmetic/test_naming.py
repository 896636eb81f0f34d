"""Which relationship an explanation names: the first that holds on every axis, in the guide's order of speciality."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
import walk
from conditions import holds, name_of

import convarith as ca


def test_a_convolution_is_named_by_the_first_of_1_3_4_2_5_6():
    named = Counter()
    for k, s, before, after, d in product(range(1, 5), (1, 2), range(4), range(4), (1, 2)):
        span = walk.offsets_of(k, d)[-1] + 1
        expected = name_of("convolution", [(span, s, before + after, 0)])
        layer = ca.Conv(k, stride=s, padding=((before, after),), dilation=d)
        assert layer.explain((9,)).relationship == expected
        named[expected] += 1
    assert set(named) == {1, 2, 3, 4, 5, 6}


def test_a_pooling_is_named_by_the_first_of_7_6():
    for k, s, p in product(range(1, 5), (1, 2), range(3)):
        expected = 7 if p == 0 else 6
        assert ca.Pool(k, stride=s, padding=p).explain((9,)).relationship == expected


def test_a_transposed_convolution_is_named_by_the_first_of_8_10_11_9_12_13_14():
    named = Counter()
    for k, s, before, after, d in product(range(1, 5), (1, 2, 3), range(4), range(4), (1, 2)):
        span = walk.offsets_of(k, d)[-1] + 1
        for a in range(max(s, d)):
            expected = name_of("transposed", [(span, s, before + after, a)])
            layer = ca.ConvTranspose(k, stride=s, padding=((before, after),), dilation=d, output_padding=a)
            assert layer.explain((9,)).relationship == expected
            named[expected] += 1
    assert set(named) == {8, 9, 10, 11, 12, 13, 14, None}


AXES = {  # one axis each, with the relationships of convolutions that hold on it
    "plain": {"kernel_size": 3, "stride": 1, "padding": 0},
    "half": {"kernel_size": 3, "stride": 1, "padding": 1},
    "full": {"kernel_size": 3, "stride": 1, "padding": 2},
    "padded": {"kernel_size": 5, "stride": 1, "padding": 1},
    "strided": {"kernel_size": 3, "stride": 2, "padding": 0},
    "any": {"kernel_size": 3, "stride": 2, "padding": 1},
}


@pytest.mark.parametrize("first", AXES)
@pytest.mark.parametrize("second", AXES)
def test_on_several_axes_it_has_to_hold_on_each(first, second):
    both = [AXES[first], AXES[second]]
    layer = ca.Conv(**{name: tuple(axis[name] for axis in both) for name in AXES["plain"]})
    letters = [(axis["kernel_size"], axis["stride"], 2 * axis["padding"], 0) for axis in both]
    for number in range(1, 7):
        expected = all(holds(number, *axis) for axis in letters)
        assert ca.relationships[number].applies(layer, (9, 9)) == expected
    assert layer.explain((9, 9)).relationship == name_of("convolution", letters)


def test_padding_that_differs_per_side_is_read_as_its_total():
    assert ca.Conv(3, padding=((0, 2),)).explain((9,)).relationship == 3
    assert ca.Conv(3, padding=((1, 3),)).explain((9,)).relationship == 4
    assert ca.Conv(3, padding=((-1, 1),)).explain((9,)).relationship == 1
    assert ca.Conv(2, padding=((0, 1),)).explain((9,)).relationship == 2
    assert ca.Conv(3, padding="causal").explain((9,)).relationship == 3


def test_none_is_named_where_ceil_mode_adds_a_window():
    pool = ca.Pool(3, stride=2, ceil_mode=True)
    assert pool.output_shape((6,)) == (3,)  # 2 by the floor
    assert pool.explain((6,)).relationship is None
    assert pool.explain((6, 7)).relationship is None


def test_relationship_7_is_named_where_ceil_mode_changes_nothing():
    assert ca.Pool(3, stride=2, ceil_mode=True).explain((7, 7)).relationship == 7
    assert ca.Pool(3, stride=2, padding=1, ceil_mode=True).explain((7,)).relationship == 6


def test_none_is_named_where_the_output_padding_reaches_the_stride():
    assert ca.ConvTranspose(2, stride=2, dilation=3, output_padding=1).explain((4,)).relationship == 14
    assert ca.ConvTranspose(2, stride=2, dilation=3, output_padding=2).explain((4,)).relationship is None


def test_a_stretched_input_is_read_as_the_input_that_the_kernel_meets():
    explanation = ca.Conv(3, input_dilation=2, padding=1).explain((4,))
    assert explanation.relationship == 3
    assert explanation.output_shape == (7,)


def test_relationship_15_stands_beside_under_dilation():
    assert ca.Conv(3, dilation=2).explain((9, 9)).dilated
    assert ca.Conv((1, 3), dilation=2).explain((9, 9)).dilated
    assert not ca.Conv(3).explain((9, 9)).dilated
    assert not ca.Conv(1, dilation=2).explain((9, 9)).dilated
    text = str(ca.Conv(3, dilation=2).explain((9, 9)))
    assert "Relationship 1: no padding, unit stride; Relationship 15: k̂ for k" in text


def test_applies_refuses_an_input_that_the_layer_does_not_fit():
    with pytest.raises(ca.ShapeError, match=r"^kernel 5 does not fit in input 4"):
        ca.relationships[1].applies(ca.Conv(5), (4,))
