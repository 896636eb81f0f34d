"""The layers with the windows of JAX's operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.frameworks.jax.calls import conv_call, conv_transpose_call, reduce_window_call
from convarith.frameworks.jax.reading import no_factors, refuse_layer
from convarith.frameworks.jax.rules import TITLE
from convarith.frameworks.resolving import conv_layer, conv_transpose_layer, pool_layer, without_layer

if TYPE_CHECKING:
    from convarith.arithmetic.layer import Shape
    from convarith.arithmetic.layers import Conv, ConvTranspose, Pool


def conv(
    kernel_size: Any,
    window_strides: Any,
    padding: Any,
    lhs_dilation: Any = None,
    rhs_dilation: Any = None,
    *,
    input_shape: Shape | None = None,
) -> Conv:
    """The layer of `lax.conv_general_dilated`, whose kernel size is that of the weights.

    ``input_shape`` (spatial) makes a padding by name the numbers that it means there.

    >>> conv(3, (2, 2), "SAME_LOWER", input_shape=(6, 6))
    Conv(kernel_size=3, stride=(2, 2), padding=((1, 0),))
    >>> conv(3, (1, 1), "SAME", lhs_dilation=(2, 2))
    Traceback (most recent call last):
    convarith.errors.ParameterError: axis 0 (height): a padding by name does not go together with input dilation 2; \
give it in numbers (JAX: string padding is not implemented for transposed convolution)

    Raises:
        ParameterError, ShapeError: JAX refuses, or answers with an output of size 0.
    """
    call = conv_call(input_shape, kernel_size, window_strides, padding, lhs_dilation, rhs_dilation)
    refuse_layer(call, "conv")
    dilation, stretch = (1 if no_factors(value) else value for value in (rhs_dilation, lhs_dilation))
    return conv_layer(call, kernel_size, window_strides, dilation, stretch)


def conv_transpose(
    kernel_size: Any,
    strides: Any,
    padding: Any,
    rhs_dilation: Any = None,
    transpose_kernel: bool = False,
    use_consistent_padding: bool = False,
    *,
    input_shape: Shape | None = None,
) -> Conv | ConvTranspose:
    """The layer of `lax.conv_transpose`: a convolution of the stretched input, since JAX does not rotate the kernel;
    with ``transpose_kernel`` it does, and the layer is a transposed convolution with the same windows.

    >>> conv_transpose(3, (2,), "SAME")
    Conv(kernel_size=3, padding=((2, 1),), input_dilation=2)
    >>> conv_transpose(3, (2,), "SAME", transpose_kernel=True)
    ConvTranspose(kernel_size=3, stride=2, padding=((0, 1),))
    >>> conv_transpose(3, (2,), "same")
    Traceback (most recent call last):
    convarith.errors.ParameterError: padding 'same' is a direct convolution's and has no stride 2; give 'SAME' or \
'VALID' in capitals, or pairs (JAX: string padding is not implemented for transposed convolution)

    Raises:
        ParameterError, ShapeError: JAX refuses, or answers with an output of size 0.
    """
    call = conv_transpose_call(
        input_shape, kernel_size, strides, padding, rhs_dilation, transpose_kernel, use_consistent_padding
    )
    refuse_layer(call, "conv_transpose")
    dilation, stretch = (1 if no_factors(value) else value for value in (rhs_dilation, strides))
    if transpose_kernel:
        return conv_transpose_layer(call, kernel_size, stretch, dilation)
    return conv_layer(call, kernel_size, 1, dilation, stretch)


def reduce_window(
    window_dimensions: Any,
    window_strides: Any = None,
    padding: Any = "VALID",
    base_dilation: Any = None,
    window_dilation: Any = None,
    *,
    input_shape: Shape | None = None,
) -> Pool:
    """The pooling with the windows of `lax.reduce_window`, whose arguments are given for the spatial axes only.

    >>> reduce_window((3, 3), (2, 2), "SAME")
    Pool(kernel_size=(3, 3), stride=(2, 2), padding='same')
    >>> reduce_window((2,), base_dilation=(2,))
    Traceback (most recent call last):
    convarith.errors.ParameterError: JAX's reduce_window has no layer: no pooling has an input dilation, here (2,); \
reduce_window_shape answers

    Raises:
        ParameterError, ShapeError: JAX refuses, answers with an output of size 0, or dilates its input.
    """
    call = reduce_window_call(input_shape, window_dimensions, window_strides, padding, base_dilation, window_dilation)
    refuse_layer(call, "reduce_window")
    if any(axis.input_dilation != 1 for axis in call.call.axes):
        without_layer(TITLE, "reduce_window", f"no pooling has an input dilation, here {base_dilation}")
    strides, dilation = (1 if value is None else value for value in (window_strides, window_dilation))
    return pool_layer(call, window_dimensions, strides, dilation)
