"""Exact counts over the values ``stride·o + dilation·t`` that windows read, in logarithmic time.

A walk over outputs and taps gives the same counts; these also answer for a size of 2**60. Nothing here knows of
padding or layers.
"""

from __future__ import annotations

from math import gcd


def floor_sum(count: int, divisor: int, slope: int, start: int) -> int:
    """The sum of ``⌊(slope·x + start) / divisor⌋`` over x = 0 ... count-1, for any integers and divisor ≥ 1.

    Each turn takes out the whole parts and then counts the same lattice points by columns instead of by rows,
    which shrinks the numbers as Euclid's algorithm does.

    >>> floor_sum(4, 3, 2, 1), sum((2 * x + 1) // 3 for x in range(4))
    (4, 4)
    """
    total = 0
    while count > 0:
        total += count * (count - 1) // 2 * (slope // divisor) + count * (start // divisor)
        slope %= divisor
        start %= divisor
        columns, start = divmod(slope * count + start, divisor)
        count, divisor, slope = columns, slope, divisor
    return total


def pairs(
    stride: int, outputs: int, dilation: int, taps: int, low: int, high: int, modulus: int = 1, residue: int = 0
) -> int:
    """How many pairs (o, t), o < outputs and t < taps, have a value ``stride·o + dilation·t`` in [low, high)
    that is ``residue`` modulo ``modulus``.

    >>> pairs(2, 3, 1, 3, low=1, high=7)  # windows 0 1 2, 2 3 4, 4 5 6: without the 0
    8
    """
    if high <= low:
        return 0
    upper = _pairs_below(high, stride, outputs, dilation, taps, modulus, residue)
    return upper - _pairs_below(low, stride, outputs, dilation, taps, modulus, residue)


def distinct(
    stride: int, outputs: int, dilation: int, taps: int, low: int, high: int, modulus: int = 1, residue: int = 0
) -> int:
    """How many different values those pairs have.

    Pairs of one value form a chain: each step adds ``dilation/g`` to o and takes ``stride/g`` from t, with g the
    greatest common divisor. So there are as many values as pairs less links, and the links are again pairs, in a
    smaller box.

    >>> distinct(2, 3, 1, 3, low=1, high=7)  # 1 2 3 4 5 6
    6
    """
    common = gcd(stride, dilation)
    shift = stride * dilation // common
    links = pairs(
        stride,
        outputs - dilation // common,
        dilation,
        taps - stride // common,
        low - shift,
        high - shift,
        modulus,
        residue - shift,
    )
    return pairs(stride, outputs, dilation, taps, low, high, modulus, residue) - links


def _pairs_below(bound: int, stride: int, outputs: int, dilation: int, taps: int, modulus: int, residue: int) -> int:
    """The pairs with a value below ``bound`` and the wanted residue.

    The congruence leaves t in one residue class, t = first + period·u, and for each such t leaves o in one
    residue class modulo ``every``, o ≡ start - turn·u. For a given t, o runs below
    min(outputs, ⌈(bound - dilation·t) / stride⌉): all outputs while t is small, then fewer, then none.
    Each of the three stretches is a sum of floors of something linear in u.
    """
    if outputs <= 0 or taps <= 0:
        return 0
    shared = gcd(stride, modulus)
    inner = gcd(dilation, shared)
    if residue % inner:
        return 0
    period = shared // inner
    first = residue // inner * pow(dilation // inner, -1, period) % period
    every = modulus // shared
    inverse = pow(stride // shared, -1, every)
    start = inverse * ((residue - dilation * first) // shared) % every
    turn = inverse * (dilation * period // shared) % every
    steps = max(0, -((first - taps) // period))

    def steps_below(limit: int) -> int:
        """How many u have dilation·t below ``limit``."""
        return min(steps, max(0, -((dilation * first - limit) // (dilation * period))))

    full = steps_below(bound - stride * (outputs - 1))
    some = steps_below(bound)
    slope = stride * turn - dilation * period
    partial_start = bound - 1 - dilation * first - stride * start + slope * full
    return (
        floor_sum(full, every, turn, outputs - 1 - start)
        + floor_sum(some - full, stride * every, slope, partial_start)
        - floor_sum(some, every, turn, -1 - start)
    )
