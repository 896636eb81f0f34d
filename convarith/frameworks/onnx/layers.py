"""The layers of ONNX's operators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.errors import ParameterError
from convarith.frameworks.onnx.calls import avg_pool_call, conv_call, conv_transpose_call, lp_pool_call, max_pool_call
from convarith.frameworks.onnx.rules import CLIPS_FROM, CROPS_FROM
from convarith.frameworks.resolving import conv_layer, conv_transpose_layer, pool_layer

if TYPE_CHECKING:
    from convarith.arithmetic.layer import Shape
    from convarith.arithmetic.layers import Conv, ConvTranspose, Pool
    from convarith.frameworks.rules import Resolved


def conv(
    kernel_shape: Any,
    strides: Any = None,
    pads: Any = None,
    dilations: Any = None,
    auto_pad: str = "NOTSET",
    opset: int = 22,
    runtime: str | None = None,
    *,
    input_shape: Shape | None = None,
) -> Conv:
    """The layer of a Conv.

    ``input_shape`` (spatial) makes SAME_UPPER and SAME_LOWER the numbers that they mean there.

    >>> conv([3, 3], strides=[2, 2], auto_pad="SAME_UPPER")
    Conv(kernel_size=(3, 3), stride=(2, 2), padding='same')
    >>> conv([3], strides=[2], auto_pad="SAME_LOWER", input_shape=6)
    Conv(kernel_size=3, stride=2, padding=((1, 0),))
    >>> conv(3)
    Traceback (most recent call last):
    convarith.errors.ParameterError: kernel_shape 3 does not fit 1 spatial axis; ONNX takes a sequence of 1

    Raises:
        ParameterError, ShapeError: the specification, or the runtime, refuses.
    """
    call = conv_call(input_shape, kernel_shape, strides, pads, dilations, auto_pad, opset, runtime)
    return conv_layer(call, kernel_shape, _ones(strides), _ones(dilations))


def conv_transpose(
    kernel_shape: Any,
    strides: Any = None,
    pads: Any = None,
    dilations: Any = None,
    auto_pad: str = "NOTSET",
    output_padding: Any = None,
    output_shape: Any = None,
    opset: int = 22,
    runtime: str | None = None,
    *,
    input_shape: Shape | None = None,
) -> ConvTranspose:
    """The layer of a ConvTranspose; ``output_shape`` (spatial) needs the ``input_shape``.

    What an output_shape or SAME crops is split like the input's padding, but NOTSET and VALID crop the odd one at the
    start. Before opset 11 all that is the other way round.

    >>> conv_transpose([3], strides=[2], output_shape=[10], input_shape=5)
    ConvTranspose(kernel_size=3, stride=2, padding=((1, 0),))
    >>> conv_transpose([3], strides=[2], output_shape=[10], auto_pad="SAME_UPPER", input_shape=5)
    ConvTranspose(kernel_size=3, stride=2, padding=((0, 1),))

    Raises:
        ParameterError, ShapeError: the specification, or the runtime, refuses.
    """
    call = conv_transpose_call(
        input_shape, kernel_shape, strides, pads, dilations, auto_pad, output_padding, output_shape, opset, runtime
    )
    return conv_transpose_layer(call, kernel_shape, _ones(strides), _ones(dilations))


def max_pool(
    kernel_shape: Any,
    strides: Any = None,
    pads: Any = None,
    dilations: Any = None,
    ceil_mode: int = 0,
    auto_pad: str = "NOTSET",
    storage_order: int = 0,
    opset: int = 22,
    runtime: str | None = None,
    *,
    input_shape: Shape | None = None,
) -> Pool:
    """The layer of a MaxPool; its strides are 1 unless given.

    Before opset 22 a last window may start in the padding after or beyond it, which no ceil_mode of ours has:
    ``input_shape`` (spatial) then makes it padding.

    >>> max_pool([3, 3], strides=[2, 2], pads=[1, 1, 1, 1], ceil_mode=1)
    Pool(kernel_size=(3, 3), stride=(2, 2), padding=1, ceil_mode=True)
    >>> max_pool([1], strides=[2], ceil_mode=1, opset=12, input_shape=12)
    Pool(kernel_size=1, stride=2, padding=((0, 1),))
    >>> max_pool([1], strides=[2], ceil_mode=1, opset=12)
    Traceback (most recent call last):
    convarith.errors.ParameterError: before opset 22 ceil_mode keeps a window that starts in the padding after, or \
beyond it, which stride 2, kernel 1 and padding (0, 0) have for some inputs; give input_shape, or opset 22

    Raises:
        ParameterError, ShapeError: the specification, or the runtime, refuses, or the layer needs the input.
    """
    call = max_pool_call(
        input_shape, kernel_shape, strides, pads, dilations, ceil_mode, auto_pad, storage_order, opset, runtime
    )
    return _pool_layer(call, kernel_shape, strides, dilations)


def avg_pool(
    kernel_shape: Any,
    strides: Any = None,
    pads: Any = None,
    dilations: Any = None,
    ceil_mode: int = 0,
    auto_pad: str = "NOTSET",
    count_include_pad: int = 0,
    opset: int = 22,
    runtime: str | None = None,
    *,
    input_shape: Shape | None = None,
) -> Pool:
    """The layer of an AveragePool, as `max_pool`; its means do not count padding unless told to
    (`numerics.avg_pool`'s ``count_include_pad=False``).

    >>> avg_pool([2, 2], strides=[2, 2]).output_shape((5, 5))
    (2, 2)

    Raises:
        ParameterError, ShapeError: the specification, or the runtime, refuses, or the layer needs the input.
    """
    call = avg_pool_call(
        input_shape, kernel_shape, strides, pads, dilations, ceil_mode, auto_pad, count_include_pad, opset, runtime
    )
    return _pool_layer(call, kernel_shape, strides, dilations, opset >= CROPS_FROM)


def lp_pool(
    kernel_shape: Any,
    strides: Any = None,
    pads: Any = None,
    dilations: Any = None,
    ceil_mode: int = 0,
    auto_pad: str = "NOTSET",
    p: int = 2,
    opset: int = 22,
    runtime: str | None = None,
    *,
    input_shape: Shape | None = None,
) -> Pool:
    """The layer of an LpPool, as `max_pool`.

    >>> lp_pool([3], strides=[2], auto_pad="SAME_LOWER")
    Pool(kernel_size=3, stride=2, padding='same_lower')

    Raises:
        ParameterError, ShapeError: the specification, or the runtime, refuses, or the layer needs the input.
    """
    call = lp_pool_call(input_shape, kernel_shape, strides, pads, dilations, ceil_mode, auto_pad, p, opset, runtime)
    return _pool_layer(call, kernel_shape, strides, dilations)


def _ones(numbers: Any) -> Any:
    """Strides and dilations, which are 1 unless they are given."""
    return 1 if numbers is None else numbers


def _pool_layer(call: Resolved, kernel_shape: Any, strides: Any, dilations: Any, overhangs: bool = True) -> Pool:
    """``overhangs`` says whether what a truncated size lets a window reach beyond the padding is no padding itself."""
    size = call.call.rule.size
    if size == "ceil" and call.axes is None:
        for axis in call.call.axes:
            if axis.after + axis.stride > axis.span:
                raise ParameterError(
                    f"before opset {CLIPS_FROM} ceil_mode keeps a window that starts in the padding after, or beyond "
                    f"it, which stride {axis.stride}, kernel {axis.kernel} and padding ({axis.before}, {axis.after}) "
                    f"have for some inputs; give input_shape, or opset {CLIPS_FROM}",
                    stride=axis.stride,
                    kernel_size=axis.kernel,
                    padding=(axis.before, axis.after),
                )
    rounds_up = size.startswith("ceil")
    if size == "truncated" and overhangs and call.axes is not None and min(axis.remainder for axis in call.axes) < 0:
        # a window that overhangs is had by rounding up, where nothing is left over on the other axes
        trimmed = [(axis.before, axis.after - max(0, axis.remainder)) for axis in call.axes]
        call, rounds_up = call._replace(pads=tuple(trimmed)), True
    return pool_layer(call, kernel_shape, _ones(strides), _ones(dilations), rounds_up)
