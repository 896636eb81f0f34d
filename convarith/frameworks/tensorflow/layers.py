"""TensorFlow's layer functions: the layer with the same windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.arithmetic.integers import listed
from convarith.frameworks.resolving import conv_layer, conv_transpose_layer, pool_layer
from convarith.frameworks.tensorflow.calls import avg_pool_call, conv_call, conv_transpose_call, max_pool_call

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.arithmetic.layer import Shape
    from convarith.arithmetic.layers import Conv, ConvTranspose, Pool
    from convarith.frameworks.rules import Resolved


def conv(
    kernel_size: Any,
    strides: Any,
    padding: Any,
    data_format: Any = None,
    dilations: Any = None,
    *,
    input_shape: Shape | None = None,
) -> Conv:
    """The layer of `tf.nn.conv1d`, `conv2d` and `conv3d`; neither strides nor padding have a default.

    ``input_shape`` (spatial) makes SAME the numbers that it means there.

    >>> conv(3, strides=2, padding="SAME")
    Conv(kernel_size=3, stride=2, padding='same')
    >>> conv(3, strides=2, padding="SAME", input_shape=(6, 6))
    Conv(kernel_size=3, stride=2, padding=((0, 1),))
    >>> conv(3, strides=[1, 2, 1, 1], padding=[[0, 0], [1, 1], [0, 1], [0, 0]], data_format="NHWC")
    Conv(kernel_size=3, stride=(2, 1), padding=(1, (0, 1)))
    >>> conv(3, strides=1, padding="same")
    Traceback (most recent call last):
    convarith.errors.ParameterError: padding 'same' is none of TensorFlow's; did you mean 'SAME'? Known are SAME, VALID

    Raises:
        ParameterError, ShapeError: TensorFlow refuses.
    """
    call = conv_call(input_shape, kernel_size, strides, padding, data_format, dilations)
    return conv_layer(call, *_parameters(call, kernel_size, strides, dilations))


def conv_transpose(
    kernel_size: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: Any = None,
    dilations: Any = None,
    *,
    input_shape: Shape | None = None,
) -> ConvTranspose:
    """The layer of `tf.nn.conv1d_transpose`, `conv2d_transpose` and `conv3d_transpose`.

    ``output_shape`` (here without batch and channels) is never left out, since s sizes share one input; which input
    that is follows from it.

    >>> conv_transpose(3, output_shape=10, strides=2)
    ConvTranspose(kernel_size=3, stride=2, padding=((0, 1),))
    >>> conv_transpose(3, output_shape=9, strides=2)  # shifted by one, not cut
    ConvTranspose(kernel_size=3, stride=2, padding=1)
    >>> conv_transpose(3, output_shape=11, strides=2, input_shape=5)
    Traceback (most recent call last):
    convarith.errors.ShapeError: output size 11 does not come from input 5: the convolution that goes back gives \
another; it can be 9 to 10 (TensorFlow: the convolution of output_shape gives the input)

    Raises:
        ParameterError, ShapeError: TensorFlow refuses.
    """
    call = conv_transpose_call(input_shape, kernel_size, output_shape, strides, padding, data_format, dilations)
    return conv_transpose_layer(call, *_parameters(call, kernel_size, strides, dilations))


def max_pool(
    ksize: Any, strides: Any, padding: Any, data_format: Any = None, *, input_shape: Shape | None = None
) -> Pool:
    """The layer of `tf.nn.max_pool1d`, `max_pool2d` and `max_pool3d`.

    >>> max_pool(3, strides=2, padding="SAME", input_shape=(6, 6))
    Pool(kernel_size=3, stride=2, padding=((0, 1),))

    Raises:
        ParameterError, ShapeError: TensorFlow refuses.
    """
    call = max_pool_call(input_shape, ksize, strides, padding, data_format)
    return pool_layer(call, *_parameters(call, ksize, strides)[:2])


def avg_pool(
    ksize: Any, strides: Any, padding: Any, data_format: Any = None, *, input_shape: Shape | None = None
) -> Pool:
    """The layer of `tf.nn.avg_pool1d`, `avg_pool2d` and `avg_pool3d`, whose means never count padding
    (`numerics.avg_pool`'s ``count_include_pad=False``).

    >>> avg_pool(2, strides=2, padding="VALID").output_shape((5, 5))
    (2, 2)

    Raises:
        ParameterError, ShapeError: TensorFlow refuses.
    """
    call = avg_pool_call(input_shape, ksize, strides, padding, data_format)
    return pool_layer(call, *_parameters(call, ksize, strides)[:2])


def _parameters(call: Resolved, *given: Any) -> tuple[Any, ...]:
    """Kernel size, stride and dilation as a layer takes them: one number where one was given for every axis."""
    fields = zip(("kernel", "stride", "dilation"), given, strict=False)
    return tuple([_kept(value, [getattr(axis, name) for axis in call.call.axes]) for name, value in fields])


def _kept(value: Any, numbers: Sequence[int]) -> Any:
    entries = listed(value)
    return numbers[0] if entries is None or len(entries) == 1 else tuple(numbers)
