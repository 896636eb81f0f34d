"""Cases that were wrong once, each with what is right."""

from __future__ import annotations

import pickle

import pytest

import convarith as ca
from convarith.arithmetic.explanation import equivalent_sentences


def test_a_ceil_mode_that_takes_a_window_away_has_a_formula_that_says_so():
    explanation = ca.Pool(1, stride=1, padding=5, ceil_mode=True).explain((1,))
    assert explanation.output_shape == (10,)  # 11 positions, and the last window would start beyond 1 + 5 - 1
    assert explanation.relationship is None
    assert explanation.lines[0].result == "o = ⌈(1 + 2·5 - 1)/1⌉ + 1 - 1 = 10"


def test_strides_of_a_layer_whose_output_padding_some_strides_do_not_allow():
    up = ca.ConvTranspose(3, stride=3, output_padding=2)
    (axis,) = ca.inverse.strides(up, (4,), (14,), max_stride=5).axes
    assert list(axis.values) == [3]  # 3(4 - 1) + 3 + 2
    pairs = ca.inverse.strides_and_paddings(up, (4,), (14,), max_stride=3, max_padding=2)
    assert pairs.axes[0].values == ((3, 0),)
    (none,) = ca.inverse.strides(up, (4,), (14,), max_stride=2).axes
    assert none.reason == "the output_padding is too large for each of them"


@pytest.mark.parametrize(
    ("padding", "words"),
    [
        (((0, 3),), "Pad 2 before and 0 after: it becomes 7."),  # the added zero only takes crop back
        (((0, 4),), "Pad 2 before and crop 1 after: it becomes 6."),
        (((0, 2),), "Pad 2 before and 1 after (1 of them the added zeros a): it becomes 8."),
    ],
)
def test_added_zeros_are_counted_after_cropping(padding, words):
    explanation = ca.ConvTranspose(3, stride=2, padding=padding, output_padding=1).explain((3,))
    assert equivalent_sentences(explanation)[1] == words


def test_added_zeros_lie_after_the_input():
    windows = ca.ConvTranspose(1, stride=3, padding=((-3, 2),), output_padding=2).windows((1,))
    assert [windows.kind((position,)) for position in (-3, -2, -1, 0)] == ["padding"] * 3 + ["input"]


def test_what_the_other_sides_cropping_takes_of_the_padding_is_cropped():
    windows = ca.Conv(1, padding=((-3, 5),)).windows((2,))
    assert [windows.kind((position,)) for position in range(8)] == ["cropped"] * 3 + ["padding"] * 4 + ["overhang"]


@pytest.mark.parametrize(("wanted", "least"), [(2, (1, 0)), (4, (3, 0))])
def test_least_padding_of_a_ceil_mode_pooling_goes_where_it_counts(wanted, least):
    """A window that starts in the padding after is dropped, so only padding before adds windows of one cell."""
    pool = ca.Pool(1, stride=1, ceil_mode=True)
    assert ca.inverse.paddings(pool, (1,), (wanted,)).axes[0].least == least
    assert pool.replace(padding=(least,)).output_shape((1,)) == (wanted,)


def test_a_number_after_a_minus_is_in_parentheses():
    lines = ca.ConvTranspose(3, padding=((1, -2),)).explain((3,)).lines
    assert [line.result for line in lines if line.name == "after"] == ["p'_after = 3 - 1 - (-2) = 4"]


def test_shapes_too_long_for_a_line_are_wrapped():
    text = str(ca.Conv(3).explain((2**60, 2**60, 2**60)))
    assert max(map(len, text.splitlines())) <= 80
    assert "\ninput 1152921504606846976x1152921504606846976x1152921504606846976 -> output\n" in text


def test_a_relationship_is_pickled_by_its_number():
    assert pickle.loads(pickle.dumps(ca.relationships[14])) is ca.relationships[14]


def test_the_first_entries_of_a_long_axis_come_at_once():
    entries = ca.Conv(1).windows((10_000_000,)).entries()
    assert [next(entries), next(entries)] == [(0, 0, 0), (1, 1, 0)]
