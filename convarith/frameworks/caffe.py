"""Caffe: Convolution, Deconvolution and Pooling layers, from its sources (it was not run).

Data is (N, C, spatial...), weights (out, in/group, k...), those of a Deconvolution (in, out/group, k...).

>>> from convarith.frameworks import caffe
>>> caffe.max_pool_shape((1, 96, 55, 55), kernel_size=3, stride=2)  # rounded up
(1, 96, 27, 27)
>>> caffe.max_pool_shape((1, 1, 12), kernel_size=1, stride=2)  # the last window is empty
(1, 1, 7)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.arithmetic.integers import integer
from convarith.errors import ParameterError
from convarith.frameworks.arguments import Spelling, checked_sizes, named, spatial, spatial_axes, weighted
from convarith.frameworks.resolving import conv_layer, conv_transpose_layer, pool_layer, resolved, resolved_transposed
from convarith.frameworks.rules import Call, Channels, Resolved, Rule
from convarith.frameworks.translation import coder

if TYPE_CHECKING:
    from convarith.arithmetic.layer import Shape
    from convarith.arithmetic.layers import Conv, ConvTranspose, Pool

__all__ = [
    "CALLS",
    "SPELLING",
    "TITLE",
    "avg_pool",
    "avg_pool_shape",
    "code",
    "conv",
    "conv_shape",
    "conv_transpose",
    "conv_transpose_shape",
    "max_pool",
    "max_pool_shape",
]

TITLE = "Caffe"
SPELLING = Spelling(TITLE)

_NUMBERS = {
    "kernel below 1": "filter dimensions must be nonzero",
    "stride below 1": "stride dimensions must be nonzero",
    "negative padding": "pad is unsigned",
}
_WEIGHTS = {
    **_NUMBERS,
    "dilation below 1": "dilation is at least 1",
    "groups below 1": "group is at least 1",
    "inputs not parted": "group divides the input channels",
    "outputs not parted": "group divides num_output",
    "empty input": "the bottom blob is not empty",
}
CONV = Rule(
    "floor", "given", {**_WEIGHTS, "other weights": "group divides", "kernel too large": "the kernel has to fit"}
)
CONV_TRANSPOSE = Rule(
    "full",
    "given",
    {**_WEIGHTS, "other transposed weights": "as its bottom blob", "nothing left": "the output has to have a size"},
    "Caffe has no output padding",
)

_POOL = {
    **_NUMBERS,
    "padding of the kernel or more": "pad is less than the kernel",
    "empty input": "the bottom blob is not empty",
    "no window": "the pooled size is at least 1",
}
POOL = {
    "FLOOR": Rule("floor", "given", _POOL),
    "CEIL": Rule(
        "ceil",
        "given",
        _POOL,
        "Caffe rounds up and, where nothing is padded, keeps a last window that starts beyond the input and is empty",
    ),
    "FLOOR, padded": Rule("floor", "given", _POOL),
    "CEIL, padded": Rule(
        "ceil, clipped",
        "given",
        _POOL,
        "Caffe rounds up; where some axis is padded, a last window that would start in the padding after is dropped",
    ),
}


def conv_call(
    input_shape: Shape | None,
    kernel_size: Any,
    stride: Any = 1,
    pad: Any = 0,
    dilation: Any = 1,
    *,
    channels: Channels | None = None,
    transposed: bool = False,
) -> Resolved:
    """A convolution of this spatial input, or its transpose, resolved."""
    given = spatial(input_shape)
    axes = SPELLING.axes(
        given,
        SPELLING.ndim(given, kernel_size, stride, pad, dilation),
        kernel=("kernel_size", kernel_size),
        stride=("stride", stride),
        padding=("pad", pad),
        dilation=("dilation", dilation),
    )
    if transposed:
        return resolved_transposed(Call(TITLE, "conv_transpose", CONV_TRANSPOSE, axes, channels))
    return resolved(Call(TITLE, "conv", CONV, axes, channels))


def conv_transpose_call(
    input_shape: Shape | None,
    kernel_size: Any,
    stride: Any = 1,
    pad: Any = 0,
    dilation: Any = 1,
    *,
    channels: Channels | None = None,
) -> Resolved:
    """A Deconvolution of this spatial input, resolved."""
    return conv_call(input_shape, kernel_size, stride, pad, dilation, channels=channels, transposed=True)


def max_pool_call(
    input_shape: Shape | None,
    kernel_size: Any,
    stride: Any = 1,
    pad: Any = 0,
    pool: str = "MAX",
    round_mode: str = "CEIL",
    *,
    operation: str = "max_pool",
) -> Resolved:
    """A maximum Pooling of this spatial input, resolved."""
    named(pool, "pool", ("MAX",) if operation == "max_pool" else ("AVE",), operation)
    given = spatial(input_shape)
    axes = SPELLING.axes(
        given,
        SPELLING.ndim(given, kernel_size, stride, pad),
        kernel=("kernel_size", kernel_size),
        stride=("stride", stride),
        padding=("pad", pad),
    )
    padded = ", padded" if any(axis.before for axis in axes) else ""
    rule = POOL[named(round_mode, "round_mode", ("CEIL", "FLOOR"), TITLE) + padded]
    return resolved(Call(TITLE, operation, rule, axes))


def avg_pool_call(
    input_shape: Shape | None,
    kernel_size: Any,
    stride: Any = 1,
    pad: Any = 0,
    pool: str = "AVE",
    round_mode: str = "CEIL",
) -> Resolved:
    """An average Pooling of this spatial input, resolved."""
    return max_pool_call(input_shape, kernel_size, stride, pad, pool, round_mode, operation="avg_pool")


CALLS = {
    "conv": conv_call,
    "conv_transpose": conv_transpose_call,
    "max_pool": max_pool_call,
    "avg_pool": avg_pool_call,
}
"""Operations that have windows."""

code = coder("caffe")


def conv(
    kernel_size: Any, stride: Any = 1, pad: Any = 0, dilation: Any = 1, *, input_shape: Shape | None = None
) -> Conv:
    """The layer of a Convolution.

    >>> conv(11, stride=4)
    Conv(kernel_size=11, stride=4)

    Raises:
        ParameterError, ShapeError: Caffe refuses.
    """
    return conv_layer(conv_call(input_shape, kernel_size, stride, pad, dilation), kernel_size, stride, dilation)


def conv_transpose(
    kernel_size: Any, stride: Any = 1, pad: Any = 0, dilation: Any = 1, *, input_shape: Shape | None = None
) -> ConvTranspose:
    """The layer of a Deconvolution, which has no output padding.

    >>> conv_transpose(4, stride=2, pad=1).output_shape((5, 5))
    (10, 10)

    Raises:
        ParameterError, ShapeError: Caffe refuses.
    """
    call = conv_transpose_call(input_shape, kernel_size, stride, pad, dilation)
    return conv_transpose_layer(call, kernel_size, stride, dilation)


def max_pool(
    kernel_size: Any,
    stride: Any = 1,
    pad: Any = 0,
    pool: str = "MAX",
    round_mode: str = "CEIL",
    *,
    input_shape: Shape | None = None,
) -> Pool:
    """The layer of a Pooling of the kind MAX; its stride is 1 unless given, and its size is rounded up.

    Where nothing is padded and the stride exceeds the kernel, a window beyond the input is kept, which no ceil_mode
    of ours has: ``input_shape`` then makes it padding.

    >>> max_pool(3, stride=2)
    Pool(kernel_size=3, stride=2, ceil_mode=True)
    >>> max_pool(1, stride=2, input_shape=12)
    Pool(kernel_size=1, stride=2, padding=((0, 1),))
    >>> max_pool(1, stride=2)
    Traceback (most recent call last):
    convarith.errors.ParameterError: Caffe keeps a window that starts beyond the input where stride 2 exceeds kernel 1 \
and nothing is padded, so that the layer depends on the input; give input_shape

    Raises:
        ParameterError, ShapeError: Caffe refuses, or the layer needs the input.
    """
    return _pool_layer(max_pool_call(input_shape, kernel_size, stride, pad, pool, round_mode), kernel_size, stride)


def avg_pool(
    kernel_size: Any,
    stride: Any = 1,
    pad: Any = 0,
    pool: str = "AVE",
    round_mode: str = "CEIL",
    *,
    input_shape: Shape | None = None,
) -> Pool:
    """The layer of a Pooling of the kind AVE, whose means count the padding, as `max_pool`.

    >>> avg_pool(3, stride=2, pad=1).output_shape((6, 6))
    (4, 4)

    Raises:
        ParameterError, ShapeError: Caffe refuses, or the layer needs the input.
    """
    return _pool_layer(avg_pool_call(input_shape, kernel_size, stride, pad, pool, round_mode), kernel_size, stride)


def _pool_layer(call: Resolved, kernel_size: Any, stride: Any) -> Pool:
    rule = call.call.rule
    if rule.size == "ceil" and call.axes is None:
        for axis in call.call.axes:
            if axis.stride > axis.kernel:
                raise ParameterError(
                    f"Caffe keeps a window that starts beyond the input where stride {axis.stride} exceeds kernel "
                    f"{axis.kernel} and nothing is padded, so that the layer depends on the input; give input_shape",
                    stride=axis.stride,
                    kernel_size=axis.kernel,
                )
    return pool_layer(call, kernel_size, stride, ceil_mode=rule.size != "floor")


def conv_shape(
    input_shape: Any, weight_shape: Any, stride: Any = 1, pad: Any = 0, dilation: Any = 1, group: int = 1
) -> tuple[int, ...]:
    """The shape of a Convolution.

    >>> conv_shape((1, 3, 227, 227), (96, 3, 11, 11), stride=4)
    (1, 96, 55, 55)

    Raises:
        ParameterError, ShapeError: Caffe refuses.
    """
    shape, weight = weighted(input_shape, weight_shape, least=1)
    channels = Channels(shape[0], shape[1], weight[0], weight[1], integer(group, "group"))
    call = conv_call(shape[2:], weight[2:], stride, pad, dilation, channels=channels)
    return (shape[0], channels.outputs, *call.counts)


def conv_transpose_shape(
    input_shape: Any, weight_shape: Any, stride: Any = 1, pad: Any = 0, dilation: Any = 1, group: int = 1
) -> tuple[int, ...]:
    """The shape of a Deconvolution.

    >>> conv_transpose_shape((1, 21, 16, 16), (21, 21, 64, 64), stride=32)
    (1, 21, 544, 544)

    Raises:
        ParameterError, ShapeError: Caffe refuses.
    """
    shape, weight = weighted(input_shape, weight_shape, least=1)
    groups = integer(group, "group")
    channels = Channels(shape[0], shape[1], weight[1] * groups, weight[0], groups)
    call = conv_transpose_call(shape[2:], weight[2:], stride, pad, dilation, channels=channels)
    return (shape[0], channels.outputs, *call.counts)


def max_pool_shape(
    input_shape: Any,
    kernel_size: Any,
    stride: Any = 1,
    pad: Any = 0,
    pool: str = "MAX",
    round_mode: str = "CEIL",
) -> tuple[int, ...]:
    """The shape of a Pooling of the kind MAX.

    >>> max_pool_shape((1, 96, 55, 55), 3, stride=2)
    (1, 96, 27, 27)
    >>> max_pool_shape((1, 1, 6, 6), 3, pad=3)
    Traceback (most recent call last):
    convarith.errors.ParameterError: axis 0 (height): padding 3 is not below kernel 3; it can be 0 to 2 (Caffe: pad is \
less than the kernel)

    Raises:
        ParameterError, ShapeError: Caffe refuses.
    """
    shape = checked_sizes(input_shape, "input_shape", 1)
    spatial_axes(shape, (1, 2, 3))
    return (*shape[:2], *max_pool_call(shape[2:], kernel_size, stride, pad, pool, round_mode).counts)


def avg_pool_shape(
    input_shape: Any,
    kernel_size: Any,
    stride: Any = 1,
    pad: Any = 0,
    pool: str = "AVE",
    round_mode: str = "CEIL",
) -> tuple[int, ...]:
    """The shape of a Pooling of the kind AVE.

    >>> avg_pool_shape((1, 1024, 7, 7), 7)
    (1, 1024, 1, 1)

    Raises:
        ParameterError, ShapeError: Caffe refuses.
    """
    shape = checked_sizes(input_shape, "input_shape", 1)
    spatial_axes(shape, (1, 2, 3))
    return (*shape[:2], *avg_pool_call(shape[2:], kernel_size, stride, pad, pool, round_mode).counts)
