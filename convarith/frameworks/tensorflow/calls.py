"""TensorFlow's operations, all of which have windows: each from its arguments to paddings in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.frameworks.arguments import spatial
from convarith.frameworks.resolving import resolved, resolved_transposed
from convarith.frameworks.rules import Call, Channels, Resolved
from convarith.frameworks.tensorflow.reading import layout_of
from convarith.frameworks.tensorflow.rules import ALL_CHANNELS, CONV, CONV_TRANSPOSE, POOL, SPELLING, TITLE

if TYPE_CHECKING:
    from convarith.arithmetic.layer import Shape


def conv_call(
    input_shape: Shape | None,
    kernel_size: Any,
    strides: Any,
    padding: Any,
    data_format: Any = None,
    dilations: Any = None,
    *,
    channels: Channels | None = None,
) -> Resolved:
    """A convolution of this spatial input, resolved."""
    given = spatial(input_shape)
    layout = layout_of(given, data_format, kernel_size, strides, padding, dilations, three=1)
    full = layout.ndim == 3  # the other convolutions take shorter spellings, too
    name, before, after = layout.padding(padding, "conv")
    axes = SPELLING.axes(
        given,
        layout.ndim,
        kernel=("kernel_size", kernel_size),
        stride=("strides", layout.numbers(strides, "strides", full=full)),
        dilation=("dilations", layout.numbers(dilations, "dilations", full=full and dilations is not None)),
        before=("padding", before),
        after=("padding", after),
    )
    rule = CONV[name]
    if layout.ndim == 3:
        rule = rule._replace(refuses={**rule.refuses, **ALL_CHANNELS})
    return resolved(Call(TITLE, "conv", rule, axes, channels))


def conv_transpose_call(
    input_shape: Shape | None,
    kernel_size: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: Any = None,
    dilations: Any = None,
    *,
    channels: Channels | None = None,
) -> Resolved:
    """A transposed convolution of this spatial input, resolved. ``output_shape`` is spatial, too, and says what the
    input is where that is not given."""
    given = spatial(input_shape)
    layout = layout_of(given, data_format, output_shape, kernel_size)
    wanted = SPELLING.per_axis(output_shape, "output_shape", layout.ndim)
    stride, dilation = layout.numbers(strides, "strides"), layout.numbers(dilations, "dilations")
    name, before, after = layout.padding(padding, "conv_transpose")
    if given is None:
        whole = [layout.shape(1, 1, numbers) for numbers in (stride, dilation)]
        given = conv_call(wanted, kernel_size, whole[0], padding, data_format, whole[1]).counts
    axes = SPELLING.axes(
        given,
        layout.ndim,
        kernel=("kernel_size", kernel_size),
        stride=("strides", stride),
        dilation=("dilations", dilation),
        before=("padding", before),
        after=("padding", after),
        output_size=("output_shape", wanted),
    )
    rule = CONV_TRANSPOSE[name]
    if layout.ndim == 3:
        rule = rule._replace(refuses={**rule.refuses, **ALL_CHANNELS})
    return resolved_transposed(Call(TITLE, "conv_transpose", rule, axes, channels))


def max_pool_call(
    input_shape: Shape | None,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any = None,
    *,
    operation: str = "max_pool",
) -> Resolved:
    """A pooling of this spatial input, resolved."""
    given = spatial(input_shape)
    layout = layout_of(given, data_format, None, ksize, strides, padding)
    name, before, after = layout.padding(padding, operation)
    axes = SPELLING.axes(
        given,
        layout.ndim,
        kernel=("ksize", layout.numbers(ksize, "ksize")),
        stride=("strides", layout.numbers(strides, "strides")),
        before=("padding", before),
        after=("padding", after),
    )
    return resolved(Call(TITLE, operation, POOL[name], axes))


def avg_pool_call(
    input_shape: Shape | None, ksize: Any, strides: Any, padding: Any, data_format: Any = None
) -> Resolved:
    """An average pooling of this spatial input, resolved."""
    return max_pool_call(input_shape, ksize, strides, padding, data_format, operation="avg_pool")


CALLS = {
    "conv": conv_call,
    "conv_transpose": conv_transpose_call,
    "max_pool": max_pool_call,
    "avg_pool": avg_pool_call,
}
"""The operations, all of which have windows."""
