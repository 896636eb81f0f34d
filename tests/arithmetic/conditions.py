"""When each relationship holds, as the guide words it, and which one names a layer.

``k`` is k̂ under dilation and ``total`` is 2p, both sides of the padding together; for a transposed convolution the
letters are those of the convolution it transposes, and ``a`` what that one leaves over.
"""

from __future__ import annotations


def holds(number, k, s, total, a):
    """Whether the condition of a relationship holds on one axis."""
    unit, odd_half, full = s == 1, k % 2 == 1 and total == 2 * (k // 2), total == 2 * (k - 1)
    unpadded, nothing_left_over = total == 0, a == 0
    conditions = {
        1: unit and unpadded,
        2: unit,
        3: unit and odd_half,
        4: unit and full,
        5: unpadded,
        6: True,
        7: unpadded,
        8: unit and unpadded and nothing_left_over,
        9: unit and nothing_left_over,
        10: unit and odd_half and nothing_left_over,
        11: unit and full and nothing_left_over,
        12: unpadded and nothing_left_over,
        13: nothing_left_over,
        14: a < s,
    }
    return conditions[number]


ORDER = {"convolution": (1, 3, 4, 2, 5, 6), "pooling": (7, 6), "transposed": (8, 10, 11, 9, 12, 13, 14)}


def name_of(family, axes):
    """The first relationship that holds on every axis, or None; ``axes`` lists (k, s, total, a)."""
    for number in ORDER[family]:
        if all(holds(number, *axis) for axis in axes):
            return number
    return None
