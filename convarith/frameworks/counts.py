"""How many come out: every size formula that a framework has, over paddings that are numbers already.

The formulas themselves are those of `convarith.arithmetic.axis`; a rule says which, and what it does below 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from convarith.arithmetic.axis import ceil_pool_count, conv_count, conv_transpose_count

if TYPE_CHECKING:
    from collections.abc import Callable

    from convarith.frameworks.rules import OneAxis


class Count(NamedTuple):
    """A size formula in letters, its value, and a sentence for where that is 0. (A clipped ceiling is 1 less where its
    last window is dropped.)"""

    formula: str
    of: Callable[[OneAxis], int]
    empty: str = ""


def _floor(axis: OneAxis) -> int:
    return conv_count(axis.extent, axis.kernel, axis.dilation, axis.stride)


def _ceil(axis: OneAxis) -> int:
    return conv_count(axis.extent + axis.stride - 1, axis.kernel, axis.dilation, axis.stride)


def _ceil_clipped(axis: OneAxis) -> int:
    return ceil_pool_count(axis.extent, axis.kernel, axis.dilation, axis.stride, axis.stretched + axis.before)


def _ceil_within(axis: OneAxis) -> int:
    """Rounded up, with every window beginning in the input and at least one."""
    if axis.stride >= axis.kernel:
        return -(-axis.extent // axis.stride)
    return max(1, _ceil(axis))


def _truncated(axis: OneAxis) -> int:
    """As languages divide that round towards zero."""
    room = axis.extent - axis.span
    return (room // axis.stride if room >= 0 else -(-room // axis.stride)) + 1


def _full(axis: OneAxis) -> int:
    added = axis.output_padding or 0
    return conv_transpose_count(axis.length, axis.kernel, axis.dilation, axis.stride, axis.before + axis.after, added)


def _given(axis: OneAxis) -> int:
    assert axis.output_size is not None, "a rule of given sizes is taken where one is given"
    return axis.output_size


COUNTS: dict[str, Count] = {
    "floor": Count("⌊({i} + {pp} - {k})/{s}⌋ + 1", _floor),
    "floor, empty below": Count(
        "max(0, ⌊({i} + {pp} - {k})/{s}⌋ + 1)",
        lambda axis: max(0, _floor(axis)),
        "a kernel larger than the padded input gives a size of 0, and no error",
    ),
    "truncated": Count("({i} + {pp} - {k})/{s} rounded towards zero, + 1", _truncated),
    "ceil": Count("⌈({i} + {pp} - {k})/{s}⌉ + 1", _ceil),
    "ceil, clipped": Count("⌈({i} + {pp} - {k})/{s}⌉ + 1", _ceil_clipped),
    "ceil, within the input": Count("max(1, min(⌈({i} - {k})/{s}⌉ + 1, ⌈{i}/{s}⌉))", _ceil_within),
    "given": Count("as given", _given),
    "full": Count("{s}·({i} - 1) - {minus_pp} + {k} + {a}", _full),
    "full, at least the stride": Count(
        "{s}·({i} - 1) + max({k}, {s})", lambda axis: axis.full + max(axis.stride - axis.span, 0)
    ),
    "stride times input": Count("{s}·{i}", lambda axis: axis.stride * axis.length),
    "stride times input, at most the full": Count(
        "min({s}·{i}, {s}·({i} - 1) + {k} + {a})",
        lambda axis: min(axis.stride * axis.length, axis.full + (axis.output_padding or 0)),
    ),
    "kernel's parity": Count(
        "{s}·({i} - 1) + {k} mod 2 + {a}",
        lambda axis: axis.full - axis.span + axis.span % 2 + (axis.output_padding or 0),
    ),
}
