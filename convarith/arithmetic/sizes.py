"""Output sizes on one axis, in the words of the frameworks: the fast helpers, for when a number is all one wants."""

from __future__ import annotations

from convarith.arithmetic import padding as paddings
from convarith.arithmetic.axis import (
    Axis,
    ceil_pool_count,
    conv_count,
    conv_transpose_count,
    kernel_span,
)
from convarith.arithmetic.integers import integer
from convarith.arithmetic.layers import ConvTranspose, checked_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex, TypeAlias

    OneAxisPadding: TypeAlias = "SupportsIndex | str | Sequence[SupportsIndex]"


def conv_output_size(
    input_size: SupportsIndex,
    kernel_size: SupportsIndex,
    stride: SupportsIndex = 1,
    padding: OneAxisPadding = 0,
    dilation: SupportsIndex = 1,
) -> int:
    """The output size of a convolution on one axis: ⌊(i + p_before + p_after - k̂) / s⌋ + 1.

    ``padding`` is a number for both sides, a pair (before, after), or a name.

    >>> conv_output_size(224, kernel_size=7, stride=2, padding=3)
    112
    >>> conv_output_size(2**60, kernel_size=3, padding="same")
    1152921504606846976
    >>> conv_output_size(5, kernel_size=7)
    Traceback (most recent call last):
    convarith.errors.ShapeError: kernel 7 does not fit in input 5 with padding 0; it needs padding of at least 1 on \
each side, or a kernel of at most 5

    Raises:
        ShapeError: the kernel does not fit.
        ParameterError: an argument is no whole number, or below its least value.

    Source: Relationships 6 and 15 of the guide.
    """
    # Plain ints on the way to an answer pay for a few comparisons only; all else takes the careful way.
    if (
        type(input_size) is type(kernel_size) is type(stride) is type(padding) is type(dilation) is int
        and input_size > 0 < kernel_size
        and stride > 0 < dilation
    ):
        count = conv_count(input_size + padding + padding, kernel_size, dilation, stride)
        if count > 0:
            return count
    size, kernel, stride, dilation = _checked(input_size, kernel_size, stride, dilation)
    before, after = _sides(padding, size, kernel, stride, dilation)
    return Axis.convolution(size, kernel, stride=stride, dilation=dilation, before=before, after=after).count


def pool_output_size(
    input_size: SupportsIndex,
    kernel_size: SupportsIndex,
    stride: SupportsIndex | None = None,
    padding: OneAxisPadding = 0,
    dilation: SupportsIndex = 1,
    ceil_mode: bool = False,
) -> int:
    """The output size of a pooling on one axis; the stride is the kernel size unless given.

    >>> pool_output_size(112, kernel_size=3, stride=2, padding=1)
    56
    >>> pool_output_size(112, kernel_size=3, stride=2, padding=1, ceil_mode=True)
    57
    >>> pool_output_size(2, kernel_size=3)
    Traceback (most recent call last):
    convarith.errors.ShapeError: kernel 3 does not fit in input 2 with padding 0; it needs padding of at least 1 on \
each side, or a kernel of at most 2

    Raises:
        ShapeError: no window fits.
        ParameterError: an argument is no whole number, or below its least value.

    Source: Relationship 7 of the guide; ceil_mode as in PyTorch and ONNX.
    """
    if stride is None:
        stride = kernel_size
    if (
        type(input_size) is type(kernel_size) is type(stride) is type(padding) is type(dilation) is int
        and input_size > 0 < kernel_size
        and stride > 0 < dilation
    ):
        if ceil_mode is False:
            count = conv_count(input_size + padding + padding, kernel_size, dilation, stride)
            if count > 0:
                return count
        elif ceil_mode is True:
            count = ceil_pool_count(input_size + padding + padding, kernel_size, dilation, stride, input_size + padding)
            if count > 0:
                return count
    size, kernel, stride, dilation = _checked(input_size, kernel_size, stride, dilation)
    before, after = _sides(padding, size, kernel, stride, dilation)
    build = Axis.ceil_pooling if checked_flag(ceil_mode) else Axis.convolution
    return build(size, kernel, stride=stride, dilation=dilation, before=before, after=after).count


def conv_transpose_output_size(
    input_size: SupportsIndex,
    kernel_size: SupportsIndex,
    stride: SupportsIndex = 1,
    padding: OneAxisPadding = 0,
    output_padding: SupportsIndex = 0,
    dilation: SupportsIndex = 1,
) -> int:
    """The output size of a transposed convolution on one axis.

    It is s(i' - 1) - p_before - p_after + k̂ + output_padding; ``padding`` is that of the direct convolution, as in
    PyTorch.

    >>> conv_transpose_output_size(3, kernel_size=3, stride=2, padding=1, output_padding=1)
    6
    >>> conv_transpose_output_size(1, kernel_size=2, padding=1)
    Traceback (most recent call last):
    convarith.errors.ShapeError: input 1 with kernel 2, stride 1 and padding 1 leaves an output of 0, below 1; it \
needs padding of at most 0 on each side, or an input of at least 2

    Raises:
        ShapeError: nothing of the output is left.
        ParameterError: an argument is no whole number or out of its range, or the padding needs another input.

    Source: Relationships 8 to 14 of the guide.
    """
    if (
        type(input_size) is type(kernel_size) is type(stride) is type(padding) is int
        and type(output_padding) is type(dilation) is int
        and input_size > 0 < kernel_size
        and stride > 0 < dilation
        and output_padding >= 0
        and (output_padding < stride or output_padding < dilation)
    ):
        count = conv_transpose_count(input_size, kernel_size, dilation, stride, padding + padding, output_padding)
        if count > 0:
            return count
    size, kernel, stride, dilation = _checked(input_size, kernel_size, stride, dilation)
    layer = ConvTranspose(
        kernel,
        stride=stride,
        padding=_as_every_axis(padding),
        dilation=dilation,
        output_padding=integer(output_padding, "output_padding"),
    )
    return layer.output_shape((size,))[0]


def _checked(input_size: object, kernel_size: object, stride: object, dilation: object) -> tuple[int, int, int, int]:
    return (
        integer(input_size, "input_size", 1),
        integer(kernel_size, "kernel_size", 1),
        integer(stride, "stride", 1),
        integer(dilation, "dilation", 1),
    )


def _as_every_axis(padding: OneAxisPadding) -> paddings.Padding:
    """One axis's padding in the spelling that a layer has for every axis."""
    return paddings.spelled((padding,))


def _sides(padding: OneAxisPadding, size: int, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    spelled = _as_every_axis(padding)
    entry = spelled[0] if isinstance(spelled, tuple) else spelled
    return paddings.resolve(entry, size, kernel_span(kernel, dilation), stride)
