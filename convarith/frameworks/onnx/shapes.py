"""The shapes of ONNX's operators, batch and channels included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.arithmetic.integers import integer
from convarith.errors import ShapeError
from convarith.frameworks.arguments import weighted
from convarith.frameworks.onnx.calls import avg_pool_call, conv_call, conv_transpose_call, lp_pool_call, max_pool_call
from convarith.frameworks.onnx.reading import kernel_of, pooled
from convarith.frameworks.onnx.rules import RUNTIME, TITLE
from convarith.frameworks.refusals import quoted
from convarith.frameworks.rules import Channels

if TYPE_CHECKING:
    from collections.abc import Callable

    from convarith.frameworks.rules import Resolved


def conv_shape(
    input_shape: Any,
    weight_shape: Any,
    kernel_shape: Any = None,
    strides: Any = None,
    pads: Any = None,
    dilations: Any = None,
    group: int = 1,
    auto_pad: str = "NOTSET",
    opset: int = 22,
    runtime: str | None = None,
) -> tuple[int, ...]:
    """The shape of a Conv; weights are (out, in/group, k...).

    >>> conv_shape((1, 3, 224, 224), (64, 3, 7, 7), strides=[2, 2], pads=[3, 3, 3, 3])
    (1, 64, 112, 112)
    >>> conv_shape((1, 2, 7), (4, 2, 3), auto_pad="SAME_UPPER", dilations=[2])
    (1, 4, 7)
    >>> conv_shape((1, 2, 7), (4, 2, 3), auto_pad="SAME_UPPER", dilations=[2], runtime="onnxruntime")
    Traceback (most recent call last):
    convarith.errors.ParameterError: dilation 2 does not go together with this padding; give dilation 1, or the \
padding in numbers (onnxruntime: dilation is not supported for SAME_UPPER or SAME_LOWER)

    Raises:
        ParameterError, ShapeError: the specification, or the runtime, refuses.
    """
    shape, weight = weighted(input_shape, weight_shape)
    kernel = kernel_of(weight, kernel_shape, runtime or TITLE)
    channels = Channels(shape[0], shape[1], weight[0], weight[1], integer(group, "group"))
    call = conv_call(shape[2:], kernel, strides, pads, dilations, auto_pad, opset, runtime, channels=channels)
    return (shape[0], channels.outputs, *call.counts)


def conv_transpose_shape(
    input_shape: Any,
    weight_shape: Any,
    kernel_shape: Any = None,
    strides: Any = None,
    pads: Any = None,
    dilations: Any = None,
    group: int = 1,
    auto_pad: str = "NOTSET",
    output_padding: Any = None,
    output_shape: Any = None,
    opset: int = 22,
    runtime: str | None = None,
) -> tuple[int, ...]:
    """The shape of a ConvTranspose; weights are (in, out/group, k...), ``output_shape`` is spatial.

    >>> conv_transpose_shape((1, 2, 5), (2, 4, 1), strides=[3], auto_pad="SAME_UPPER")
    (1, 4, 15)
    >>> conv_transpose_shape((1, 2, 5), (2, 4, 1), strides=[3], auto_pad="SAME_UPPER", runtime="onnxruntime")
    (1, 4, 13)

    Raises:
        ParameterError, ShapeError: the specification, or the runtime, refuses.
    """
    shape, weight = weighted(input_shape, weight_shape)
    kernel = kernel_of(weight, kernel_shape, runtime or TITLE)
    groups = integer(group, "group")
    channels = Channels(shape[0], shape[1], weight[1] * groups, weight[0], groups)
    call = conv_transpose_call(
        shape[2:],
        kernel,
        strides,
        pads,
        dilations,
        auto_pad,
        output_padding,
        output_shape,
        opset,
        runtime,
        channels=channels,
    )
    return (shape[0], channels.outputs, *call.counts)


def max_pool_shape(
    input_shape: Any,
    kernel_shape: Any,
    strides: Any = None,
    pads: Any = None,
    dilations: Any = None,
    ceil_mode: int = 0,
    auto_pad: str = "NOTSET",
    storage_order: int = 0,
    opset: int = 22,
    runtime: str | None = None,
) -> tuple[int, ...]:
    """The shape of a MaxPool; how its indices count changes no size.

    >>> max_pool_shape((1, 64, 112, 112), [3, 3], strides=[2, 2], ceil_mode=1)
    (1, 64, 56, 56)
    >>> max_pool_shape((1, 1, 12), [1], strides=[2], ceil_mode=1, opset=12)
    (1, 1, 7)
    >>> max_pool_shape((1, 1, 12), [1], strides=[2], ceil_mode=1, opset=9)
    Traceback (most recent call last):
    convarith.errors.ParameterError: max_pool has no ceil_mode in opset 9; leave it out, or give opset 10 or later \
(ONNX: unrecognized attribute)

    Raises:
        ParameterError, ShapeError: the specification, or the runtime, refuses.
    """
    return _pooled(
        max_pool_call,
        input_shape,
        runtime,
        kernel_shape,
        strides,
        pads,
        dilations,
        ceil_mode,
        auto_pad,
        storage_order,
        opset,
    )


def avg_pool_shape(
    input_shape: Any,
    kernel_shape: Any,
    strides: Any = None,
    pads: Any = None,
    dilations: Any = None,
    ceil_mode: int = 0,
    auto_pad: str = "NOTSET",
    count_include_pad: int = 0,
    opset: int = 22,
    runtime: str | None = None,
) -> tuple[int, ...]:
    """The shape of an AveragePool; what its means count changes no size.

    >>> avg_pool_shape((1, 8, 7), [3], dilations=[2], auto_pad="SAME_UPPER")
    (1, 8, 7)
    >>> avg_pool_shape((1, 8, 7), [3], dilations=[2], auto_pad="SAME_UPPER", runtime="onnxruntime")
    (1, 8, 5)

    Raises:
        ParameterError, ShapeError: the specification, or the runtime, refuses.
    """
    return _pooled(
        avg_pool_call,
        input_shape,
        runtime,
        kernel_shape,
        strides,
        pads,
        dilations,
        ceil_mode,
        auto_pad,
        count_include_pad,
        opset,
    )


def lp_pool_shape(
    input_shape: Any,
    kernel_shape: Any,
    strides: Any = None,
    pads: Any = None,
    dilations: Any = None,
    ceil_mode: int = 0,
    auto_pad: str = "NOTSET",
    p: int = 2,
    opset: int = 22,
    runtime: str | None = None,
) -> tuple[int, ...]:
    """The shape of an LpPool, whatever p.

    >>> lp_pool_shape((1, 8, 2), [3], strides=[5])
    (1, 8, 0)
    >>> lp_pool_shape((1, 8, 2), [3], strides=[5], runtime="onnxruntime")
    (1, 8, 1)

    Raises:
        ParameterError, ShapeError: the specification, or the runtime, refuses.
    """
    return _pooled(
        lp_pool_call, input_shape, runtime, kernel_shape, strides, pads, dilations, ceil_mode, auto_pad, p, opset
    )


def _pooled(call: Callable[..., Resolved], input_shape: Any, runtime: str | None, *attributes: Any) -> tuple[int, ...]:
    shape = pooled(input_shape, runtime or TITLE)
    channels = Channels(shape[0], shape[1], shape[1], shape[1])
    counts = call(shape[2:], *attributes, runtime, channels=channels).counts
    if runtime == RUNTIME and shape[0] and not shape[1]:
        raise quoted(
            ShapeError("the input has no channels; it needs at least 1", shape=shape), RUNTIME, "only N can be zero"
        )
    return (*shape[:2], *counts)
