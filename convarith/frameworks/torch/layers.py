"""The layers of PyTorch's modules, and why some have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.frameworks.resolving import (
    conv_layer,
    conv_transpose_layer,
    pool_layer,
    without_layer,
)
from convarith.frameworks.torch.calls import (
    avg_pool_call,
    conv_call,
    conv_transpose_call,
    lp_pool_call,
    max_pool_call,
)
from convarith.frameworks.torch.reading import pool_stride
from convarith.frameworks.torch.rules import (
    TITLE,
)

if TYPE_CHECKING:
    from typing import NoReturn

    from convarith.arithmetic.layer import Shape
    from convarith.arithmetic.layers import Conv, ConvTranspose, Pool


def conv(
    kernel_size: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1, *, input_shape: Shape | None = None
) -> Conv:
    """The layer of `nn.Conv1d`, `2d` and `3d`, and of `F.conv1d` and so on.

    ``input_shape`` (spatial) makes a padding by name the numbers that it means there.

    >>> conv(3, padding="same", dilation=2, input_shape=(5, 5))
    Conv(kernel_size=3, padding=2, dilation=2)
    >>> conv(3, stride=2, padding="same")
    Traceback (most recent call last):
    convarith.errors.ParameterError: a padding of this name is for stride 1, and the stride is 2; pad the input first, \
and give padding 0, or give stride 1 (PyTorch: padding='same' is not supported for strided convolutions)

    Raises:
        ParameterError, ShapeError: PyTorch refuses.
    """
    call = conv_call(input_shape, kernel_size, stride, padding, dilation)
    return conv_layer(call, kernel_size, stride, dilation)


def conv_transpose(
    kernel_size: Any,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    dilation: Any = 1,
    output_size: Any = None,
    *,
    input_shape: Shape | None = None,
) -> ConvTranspose:
    """The layer of `nn.ConvTranspose1d`, `2d` and `3d`. ``output_size`` overrides ``output_padding`` and needs the
    (spatial) ``input_shape``.

    >>> conv_transpose(3, stride=2, padding=1, output_size=(6, 6), input_shape=(3, 3))
    ConvTranspose(kernel_size=3, stride=2, padding=1, output_padding=1)

    Raises:
        ParameterError, ShapeError: PyTorch refuses.
    """
    call = conv_transpose_call(input_shape, kernel_size, stride, padding, output_padding, dilation, output_size)
    return conv_transpose_layer(call, kernel_size, stride, dilation)


def max_pool(
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    *,
    input_shape: Shape | None = None,
) -> Pool:
    """The layer of `nn.MaxPool1d`, `2d` and `3d`.

    >>> max_pool(3, padding=2)
    Traceback (most recent call last):
    convarith.errors.ParameterError: padding 2 is more than half of kernel 3; it can be 0 to 1, or pad the input \
before the pooling (PyTorch: pad should be at most half of the kernel size, which is not dilated)

    Raises:
        ParameterError, ShapeError: PyTorch refuses.
    """
    call = max_pool_call(input_shape, kernel_size, stride, padding, dilation, ceil_mode)
    return pool_layer(call, kernel_size, pool_stride(stride, kernel_size), dilation, bool(ceil_mode))


def avg_pool(
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    *,
    input_shape: Shape | None = None,
) -> Pool:
    """The layer of `nn.AvgPool1d`, `2d` and `3d`, whose means count padding unless told otherwise
    (`numerics.avg_pool`'s ``count_include_pad=True``).

    >>> avg_pool(2).output_shape((5, 5))
    (2, 2)

    Raises:
        ParameterError, ShapeError: PyTorch refuses.
    """
    call = avg_pool_call(input_shape, kernel_size, stride, padding, ceil_mode)
    return pool_layer(call, kernel_size, pool_stride(stride, kernel_size), 1, bool(ceil_mode))


def lp_pool(kernel_size: Any, stride: Any = None, ceil_mode: bool = False, *, input_shape: Shape | None = None) -> Pool:
    """The layer of `nn.LPPool1d`, `2d` and `3d`.

    >>> lp_pool(3, stride=2)
    Pool(kernel_size=3, stride=2)

    Raises:
        ParameterError, ShapeError: PyTorch refuses.
    """
    call = lp_pool_call(input_shape, kernel_size, stride, ceil_mode)
    return pool_layer(call, kernel_size, pool_stride(stride, kernel_size), 1, bool(ceil_mode))


def adaptive_avg_pool(output_size: Any) -> NoReturn:
    """An adaptive pooling has no layer: its windows change size.

    >>> adaptive_avg_pool((7, 7))
    Traceback (most recent call last):
    convarith.errors.ParameterError: PyTorch's adaptive_avg_pool has no layer: its windows are not all of one size; \
adaptive_avg_pool_shape answers
    """
    without_layer(TITLE, "adaptive_avg_pool", "its windows are not all of one size")


def adaptive_max_pool(output_size: Any) -> NoReturn:
    """An adaptive pooling has no layer, as `adaptive_avg_pool`."""
    without_layer(TITLE, "adaptive_max_pool", "its windows are not all of one size")


def fractional_max_pool(kernel_size: Any, output_size: Any = None, output_ratio: Any = None) -> NoReturn:
    """A fractional pooling has no layer: where its windows lie is drawn at random."""
    without_layer(TITLE, "fractional_max_pool", "where its windows lie is random")


def max_unpool(kernel_size: Any, stride: Any = None, padding: Any = 0) -> NoReturn:
    """An unpooling has no layer: its indices say where the values go, `numerics.max_unpool` puts them there."""
    without_layer(TITLE, "max_unpool", "its indices say where the values go")


def fold(output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> NoReturn:
    """`F.fold` has no layer: it adds columns up, as the transpose of `unfold`."""
    without_layer(TITLE, "fold", "it adds up columns")


def unfold(kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> NoReturn:
    """`F.unfold` has no layer: it copies windows into columns. `conv` has the same windows."""
    without_layer(TITLE, "unfold", "it copies windows into columns, and `conv` has the same windows")
