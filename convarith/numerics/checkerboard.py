"""How many stamps of a transposed convolution reach each output: where that is uneven, checkerboards come from."""

from __future__ import annotations

from math import gcd, prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convarith.errors import axis_name
from convarith.numerics.arrays import check_kind
from convarith.numerics.reductions import input_counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convarith.arithmetic.axis import Axis
    from convarith.arithmetic.layer import Shape
    from convarith.arithmetic.layers import ConvTranspose

    Array = NDArray[Any]


class AxisOverlap(NamedTuple):
    """The overlap on one axis, away from its borders."""

    stride: int
    kernel: int
    dilation: int
    period: tuple[int, ...]
    """How many stamps reach each of ``stride`` outputs in a row; which of them comes first depends on the padding."""

    @property
    def is_even(self) -> bool:
        return len(set(self.period)) == 1


class Overlap:
    """How many stamps (input positions) reach each output of a transposed convolution.

    ``counts`` is the array, of the output's spatial shape; ``axes`` the pattern on each axis away from the borders;
    ``is_even`` whether it is one number there; `str` says it in a sentence.
    """

    counts: Array
    axes: tuple[AxisOverlap, ...]

    def __init__(self, counts: Array, axes: tuple[AxisOverlap, ...]) -> None:
        self.counts = counts
        self.axes = axes

    @property
    def is_even(self) -> bool:
        """Whether every output away from the borders is reached by as many stamps."""
        return all(axis.is_even for axis in self.axes)

    def __str__(self) -> str:
        least, most = (prod(choose(axis.period) for axis in self.axes) for choose in (min, max))
        if self.is_even:
            return f"Away from the borders every output is reached by {_stamps(least)}: the overlap is even."
        uneven = [number for number, axis in enumerate(self.axes) if not axis.is_even]
        reasons = dict.fromkeys(_reason(self.axes[number]) for number in uneven)
        if len(reasons) > 1:
            named = [f"{axis_name(number, len(self.axes))}: {_reason(self.axes[number])}" for number in uneven]
            reasons = dict.fromkeys(named)
        return (
            f"Away from the borders an output is reached by {least} to {_stamps(most)}: a checkerboard. "
            f"{'; '.join(reasons)}."
        )

    def __repr__(self) -> str:
        return f"<Overlap {'x'.join(map(str, self.counts.shape))}: {self.counts.min()} to {self.counts.max()}>"


def overlap(layer: ConvTranspose, input_shape: Shape) -> Overlap:
    """How many stamps reach each output of a transposed convolution, as an array and as a sentence.

    Uneven counts make outputs uneven even where the input is flat; they are even away from the borders exactly where
    the stride divides the kernel (and has no divisor in common with the dilation).

    Args:
        layer: a `ConvTranspose`.
        input_shape: spatial shape of its input.

    Raises:
        ShapeError: the layer does not fit the input.
        ParameterError: the layer is of another kind.

    Source: Odena, Dumoulin and Olah, "Deconvolution and Checkerboard Artifacts".

    >>> import convarith as ca
    >>> uneven = overlap(ca.ConvTranspose(3, stride=2), (4,))
    >>> uneven.counts
    array([1, 1, 2, 1, 2, 1, 2, 1, 1])
    >>> print(uneven)
    Away from the borders an output is reached by 1 to 2 stamps: a checkerboard. The stride 2 does not divide the \
kernel 3; a kernel of 2 or 4 overlaps evenly.
    >>> print(overlap(ca.ConvTranspose(4, stride=2, padding=1), (4,)))
    Away from the borders every output is reached by 2 stamps: the overlap is even.
    """
    check_kind(layer, "transposed convolution", "overlap")
    windows = layer.windows(input_shape)
    counts: Array = np.ones((), np.int64)
    for axis in windows.axes:
        counts = counts[..., None] * input_counts(axis)
    return Overlap(counts, tuple([_pattern(axis) for axis in windows.axes]))


def _pattern(axis: Axis) -> AxisOverlap:
    stride, period = axis.input_dilation, [0] * axis.input_dilation
    for tap in range(axis.kernel):
        period[axis.dilation * tap % stride] += 1
    return AxisOverlap(stride, axis.kernel, axis.dilation, tuple(period))


def _reason(axis: AxisOverlap) -> str:
    common = gcd(axis.stride, axis.dilation)
    if common > 1:
        return (
            f"The stride {axis.stride} and the dilation {axis.dilation} have the divisor {common} in common, so that "
            f"no kernel overlaps evenly; with a dilation without one, one can"
        )
    below = axis.kernel - axis.kernel % axis.stride
    known = f"{below} or {below + axis.stride}" if below else str(axis.stride)
    return f"The stride {axis.stride} does not divide the kernel {axis.kernel}; a kernel of {known} overlaps evenly"


def _stamps(count: int) -> str:
    return "1 stamp" if count == 1 else f"{count} stamps"
