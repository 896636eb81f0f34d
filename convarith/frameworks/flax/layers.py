"""The layers with the windows of Flax's modules and pools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.frameworks.flax.calls import avg_pool_call, conv_call, conv_transpose_call, max_pool_call
from convarith.frameworks.jax.reading import no_factors, refuse_layer
from convarith.frameworks.resolving import conv_layer, conv_transpose_layer, pool_layer

if TYPE_CHECKING:
    from convarith.arithmetic.layer import Shape
    from convarith.arithmetic.layers import Conv, ConvTranspose, Pool


def conv(
    kernel_size: Any,
    strides: Any = 1,
    padding: Any = "SAME",
    input_dilation: Any = 1,
    kernel_dilation: Any = 1,
    *,
    input_shape: Shape | None = None,
) -> Conv:
    """The layer of `nn.Conv`. ``input_shape`` (spatial) makes a padding by name the numbers that it means there.

    With CIRCULAR and REFLECT the padding does not hold zeros: `numerics.conv` has ``padding_mode`` for that.

    >>> conv((4, 4), padding="CIRCULAR")
    Conv(kernel_size=(4, 4), padding=((1, 2),))
    >>> conv((3, 3), padding="CAUSAL")
    Traceback (most recent call last):
    convarith.errors.ParameterError: padding 'CAUSAL' is for 1 spatial axis, and the kernel has 2; give the padding in \
numbers (Flax: causal padding is only implemented for 1D convolutions)

    Raises:
        ParameterError, ShapeError: Flax refuses, or answers with an output of size 0.
    """
    call = conv_call(input_shape, kernel_size, strides, padding, input_dilation, kernel_dilation)
    refuse_layer(call, "conv")
    stretch, dilation = (1 if no_factors(value) else value for value in (input_dilation, kernel_dilation))
    return conv_layer(call, kernel_size, 1 if strides is None else strides, dilation, stretch)


def conv_transpose(
    kernel_size: Any,
    strides: Any = None,
    padding: Any = "SAME",
    kernel_dilation: Any = None,
    transpose_kernel: bool = False,
    *,
    input_shape: Shape | None = None,
) -> Conv | ConvTranspose:
    """The layer of `nn.ConvTranspose`: a convolution of the stretched input, whose kernel is not rotated; with
    ``transpose_kernel`` it is, and the layer is a transposed convolution with the same windows.

    With CIRCULAR the padding holds the stretched input again, its last zeros included.

    >>> conv_transpose((3,), strides=2, padding="VALID")
    Conv(kernel_size=3, padding=2, input_dilation=2)
    >>> conv_transpose((3,), strides=2, transpose_kernel=True)
    ConvTranspose(kernel_size=3, stride=2, padding=((0, 1),))
    >>> conv_transpose((3,), padding="REFLECT")
    Traceback (most recent call last):
    convarith.errors.ParameterError: padding 'REFLECT' is none of Flax's; known are SAME, SAME_LOWER, VALID, CIRCULAR

    Raises:
        ParameterError, ShapeError: Flax refuses, or answers with an output of size 0.
    """
    call = conv_transpose_call(input_shape, kernel_size, strides, padding, kernel_dilation, transpose_kernel)
    refuse_layer(call, "conv_transpose")
    stretch, dilation = (1 if no_factors(value) else value for value in (strides, kernel_dilation))
    if transpose_kernel:
        return conv_transpose_layer(call, kernel_size, stretch, dilation)
    return conv_layer(call, kernel_size, 1, dilation, stretch)


def max_pool(
    window_shape: Any, strides: Any = None, padding: Any = "VALID", *, input_shape: Shape | None = None
) -> Pool:
    """The layer of `nn.max_pool`, with stride 1 unless it is given.

    >>> max_pool((2, 2))
    Pool(kernel_size=(2, 2), stride=1)
    >>> max_pool([2, 2])
    Traceback (most recent call last):
    convarith.errors.ParameterError: window_shape [2, 2] is no tuple; give one number for each axis in a tuple (Flax: \
window_shape is a tuple)

    Raises:
        ParameterError, ShapeError: Flax refuses, or answers with an output of size 0.
    """
    call = max_pool_call(input_shape, window_shape, strides, padding)
    refuse_layer(call, "max_pool")
    return pool_layer(call, window_shape, strides or 1)


def avg_pool(
    window_shape: Any, strides: Any = None, padding: Any = "VALID", *, input_shape: Shape | None = None
) -> Pool:
    """The layer of `nn.avg_pool`, with stride 1 unless it is given. Its means count padding unless told otherwise
    (`numerics.avg_pool`'s ``count_include_pad=True``).

    >>> avg_pool((3,), (2,), "SAME", input_shape=(6,))
    Pool(kernel_size=3, stride=2, padding=((0, 1),))

    Raises:
        ParameterError, ShapeError: Flax refuses, or answers with an output of size 0.
    """
    call = avg_pool_call(input_shape, window_shape, strides, padding)
    refuse_layer(call, "avg_pool")
    return pool_layer(call, window_shape, strides or 1)
