"""ONNX's Resize and Upsample: the upsampling with these sizes, and whether it reads what they read.

Where coordinates and rounding of ONNX make no difference, the upsampling is exact. That is not argued case by case:
what each output reads is written down by ONNX's formulas in fractions, and compared with what the upsampling reads.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, NamedTuple

from convarith.network.operations import Upsampling
from convarith.network.readers.assembling import one_or_all
from convarith.network.relations import inputs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_SIZES = 4096
"""Larger axes are not compared output by output."""

HALF = Fraction(1, 2)


class Resizing(NamedTuple):
    """How an ONNX node resizes: its mode, coordinates and rounding, and per spatial axis a scale or a size."""

    mode: str
    coordinates: str
    rounding: str
    scales: tuple[float, ...] | None
    sizes: tuple[int, ...] | None

    def counts(self, before: Sequence[int]) -> list[int]:
        """The sizes that come out of these."""
        if self.sizes is not None:
            return list(self.sizes)
        return [single(size * scale) for size, scale in zip(before, self.scales or (), strict=True)]

    def reads(self, output: int, size: int, count: int, scale: Fraction) -> int:
        """The inputs that one output reads along an axis, as a set of bits."""
        place = _placed(self.coordinates, output, size, count, scale)
        last = size - 1
        if self.mode != "nearest":
            low, high = min(max(floor(place), 0), last), min(max(ceil(place), 0), last)
            return 1 << low | 1 << high
        rounded = {
            "round_prefer_floor": ceil(place - HALF),
            "round_prefer_ceil": floor(place + HALF),
            "floor": floor(place),
            "ceil": ceil(place),
        }.get(self.rounding, 0)
        return 1 << min(max(rounded, 0), last)


def single(value: float) -> int:
    """The whole part of a product of single precision, as ONNX computes sizes.

    >>> int(10 * 0.699999988079071), single(10 * 0.699999988079071)
    (6, 7)
    """
    from struct import error, pack, unpack

    try:
        rounded: float = unpack("<f", pack("<f", value))[0]
        return floor(rounded)
    except (error, OverflowError, ValueError):
        return 0


def resized(resizing: Resizing, before: Sequence[int] | None, ndim: int) -> tuple[Upsampling | None, bool]:
    """The upsampling of these sizes, or None where they are not known, and whether it reads the same.

    ``before`` are the sizes that come in, if they are known.
    """
    mode = "nearest" if resizing.mode == "nearest" else "linear"
    corners = resizing.coordinates == "align_corners" and mode == "linear"
    factors = [int(scale) for scale in resizing.scales or () if scale >= 1 and scale == int(scale)]
    if len(factors) == ndim:
        made = Upsampling(factor=one_or_all(factors), mode=mode, align_corners=corners)
    else:
        if resizing.sizes is None and before is None:
            return None, False
        counts = resizing.counts(before or ())
        if min(counts, default=0) < 1:
            return None, False
        made = Upsampling(size=one_or_all(counts), mode=mode, align_corners=corners)
    return made, resizing.mode in ("nearest", "linear") and _same(made, resizing, before, ndim)


def _same(made: Upsampling, resizing: Resizing, before: Sequence[int] | None, ndim: int) -> bool:
    """Whether it reads what ONNX's formulas read, of these sizes, or of any that show what there is to a factor."""
    given = [tuple(before)] if before is not None else [(size,) * ndim for size in range(1, 7)]
    for sizes in given:
        for axis, (size, count) in enumerate(zip(sizes, resizing.counts(sizes), strict=True)):
            if max(size, count) > MOST_SIZES or count < 1:
                return False
            relation = made.on_axis(axis, size)
            scale = Fraction(count, size) if resizing.scales is None else Fraction(resizing.scales[axis])
            if any(
                inputs_of(relation, 1 << output) != resizing.reads(output, size, count, scale)
                for output in range(count)
            ):
                return False
    return True


def _placed(coordinates: str, output: int, size: int, count: int, scale: Fraction) -> Fraction:
    """Where an output lies on the input, by ONNX's formula of that name; by that of its default for any other."""
    if coordinates == "align_corners":
        return Fraction(output * (size - 1), count - 1) if count > 1 else Fraction(0)
    if coordinates == "asymmetric":
        return output / scale
    if coordinates == "tf_half_pixel_for_nn":
        return (output + HALF) / scale
    if coordinates == "pytorch_half_pixel" and count == 1:
        return Fraction(0)
    if coordinates == "half_pixel_symmetric":
        adjusted = count / (size * scale)
        offset = Fraction(size, 2) * (1 - adjusted)
        return offset + (output + HALF) / scale - HALF
    return (output + HALF) / scale - HALF
