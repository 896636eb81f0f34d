"""The shapes of PyTorch's convolutions and poolings, batch and channels included."""

from __future__ import annotations

from math import isinf
from typing import Any

from convarith.arithmetic.integers import as_index, integer, listed, shown
from convarith.errors import ParameterError, ShapeError
from convarith.frameworks.arguments import checked_sizes
from convarith.frameworks.refusals import quoted
from convarith.frameworks.rules import Channels
from convarith.frameworks.torch.calls import (
    avg_pool_call,
    conv_call,
    conv_transpose_call,
    lp_pool_call,
    max_pool_call,
)
from convarith.frameworks.torch.reading import batch, leading_of, other_length, pooled
from convarith.frameworks.torch.rules import IN_FULL, TITLE


def _weighted(
    input_shape: Any, weight_shape: Any, groups: Any, transposed: bool
) -> tuple[Channels, tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Channels, what comes before them in the shape (the batch, if there is one), the spatial input and the kernel."""
    shape, weight = checked_sizes(input_shape, "input_shape"), checked_sizes(weight_shape, "weight_shape")
    ndim = len(weight) - 2
    if ndim not in (1, 2, 3):
        raise ShapeError(
            f"weight_shape {weight} has {len(weight)} entries; {TITLE} convolves 1 to 3 axes, with a weight of 3 to 5",
            shape=weight,
        )
    leading = leading_of(shape, ndim)
    groups = integer(groups, "groups")
    inputs = shape[len(leading)]
    if transposed:
        channels = Channels(batch(leading), inputs, weight[1] * groups, weight[0], groups)
    else:
        channels = Channels(batch(leading), inputs, weight[0], weight[1], groups)
    return channels, leading, shape[-ndim:], weight[2:]


def conv_shape(
    input_shape: Any, weight_shape: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: Any = 1
) -> tuple[int, ...]:
    """The shape of `F.conv1d`, `2d` and `3d`: (N, C, spatial...), or without N, and weights (out, in/groups, k...).

    >>> conv_shape((8, 3, 224, 224), (64, 3, 7, 7), stride=2, padding=3)
    (8, 64, 112, 112)
    >>> conv_shape((1, 0, 7), (4, 0, 3))  # without input channels, there are no output channels
    (1, 0, 5)

    Raises:
        ParameterError, ShapeError: PyTorch refuses.
    """
    channels, leading, spatial_shape, kernel = _weighted(input_shape, weight_shape, groups, transposed=False)
    call = conv_call(spatial_shape, kernel, stride, padding, dilation, channels=channels)
    return (*leading, channels.outputs if channels.inputs else 0, *call.counts)


def conv_transpose_shape(
    input_shape: Any,
    weight_shape: Any,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: Any = 1,
    dilation: Any = 1,
    output_size: Any = None,
) -> tuple[int, ...]:
    """The shape of `F.conv_transpose1d`, `2d` and `3d`, and of the modules with their ``output_size``; weights are
    (in, out/groups, k...).

    >>> conv_transpose_shape((1, 64, 7, 7), (64, 32, 3, 3), stride=2, padding=1, output_padding=1)
    (1, 32, 14, 14)
    >>> conv_transpose_shape((1, 64, 7, 7), (64, 32, 3, 3), stride=2, padding=1, output_size=(15, 14))
    Traceback (most recent call last):
    convarith.errors.ShapeError: axis 0 (height): output_size 15 is out of reach; it can be 13 to 14 (PyTorch: \
output_size is at least the size without output_padding, and less than a stride above it)

    Raises:
        ParameterError, ShapeError: PyTorch refuses.
    """
    channels, leading, spatial_shape, kernel = _weighted(input_shape, weight_shape, groups, transposed=True)
    wanted = listed(output_size)
    if wanted is not None and len(wanted) not in (len(kernel), len(kernel) + len(leading) + 1):
        raise other_length("output_size", output_size, len(kernel))
    asked = output_size if wanted is None else wanted[-len(kernel) :]
    call = conv_transpose_call(
        spatial_shape, kernel, stride, padding, output_padding, dilation, asked, channels=channels
    )
    return (*leading, channels.outputs, *call.counts)


def max_pool_shape(
    input_shape: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    *,
    ndim: int | None = None,
) -> tuple[int, ...]:
    """The shape of `F.max_pool1d`, `2d` and `3d`: (N, C, spatial...); ``ndim`` says how many axes are spatial where
    there is no batch.

    >>> max_pool_shape((1, 64, 112, 112), 3, stride=2, padding=1, ceil_mode=True)
    (1, 64, 57, 57)

    Raises:
        ParameterError, ShapeError: PyTorch refuses.
    """
    leading, spatial_shape = pooled(input_shape, ndim)
    return (*leading, *max_pool_call(spatial_shape, kernel_size, stride, padding, dilation, ceil_mode).counts)


def avg_pool_shape(
    input_shape: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
    *,
    ndim: int | None = None,
) -> tuple[int, ...]:
    """The shape of `F.avg_pool1d`, `2d` and `3d`; what the mean counts and divides by changes no size.

    >>> avg_pool_shape((1, 8, 5, 5), 2)
    (1, 8, 2, 2)
    >>> avg_pool_shape((1, 8, 4, 4, 1), 2, padding=1)
    Traceback (most recent call last):
    convarith.errors.ShapeError: axis 2 (width): kernel 2 is larger than input 1 without its padding; it needs an \
input of at least 2, or a kernel of at most 1 (PyTorch: three axes are refused where the unpadded input is smaller \
than the kernel)

    Raises:
        ParameterError, ShapeError: PyTorch refuses.
    """
    leading, spatial_shape = pooled(input_shape, ndim)
    if divisor_override is not None:
        if len(spatial_shape) == 1:
            raise ParameterError(
                f"divisor_override {divisor_override} is for 2 and 3 axes; {TITLE} has none for 1, leave it out",
                name="divisor_override",
                value=divisor_override,
                ndim=1,
            )
        if not integer(divisor_override, "divisor_override"):
            raise quoted(
                ParameterError(
                    "divisor_override 0 divides by nothing; give another number, or None",
                    name="divisor_override",
                    value=0,
                ),
                TITLE,
                "divisor must be not zero",
            )
    return (*leading, *avg_pool_call(spatial_shape, kernel_size, stride, padding, ceil_mode).counts)


def lp_pool_shape(
    input_shape: Any,
    norm_type: float,
    kernel_size: Any,
    stride: Any = None,
    ceil_mode: bool = False,
    *,
    ndim: int | None = None,
) -> tuple[int, ...]:
    """The shape of `F.lp_pool1d`, `2d` and `3d`. Of an infinite norm it is that of `max_pool_shape`.

    >>> lp_pool_shape((1, 8, 5, 5), 2, 3, stride=2)
    (1, 8, 2, 2)
    >>> lp_pool_shape((1, 8, 5, 5), 0, 3)
    Traceback (most recent call last):
    convarith.errors.ParameterError: norm_type 0 is the norm of nothing; give another number (PyTorch: 1/norm_type \
is taken)

    Raises:
        ParameterError, ShapeError: PyTorch refuses.
    """
    leading, spatial_shape = pooled(input_shape, ndim)
    infinite = _infinite_norm(norm_type)
    if len(spatial_shape) > 1:
        IN_FULL.per_axis(kernel_size, "kernel_size", len(spatial_shape))
    elif as_index(kernel_size) is None and not infinite:
        refusal = ParameterError(
            f"kernel_size {shown(kernel_size)} is no number; give one", name="kernel_size", value=kernel_size
        )
        raise quoted(refusal, TITLE, "lp_pool1d takes an int only")
    return (*leading, *lp_pool_call(spatial_shape, kernel_size, stride, ceil_mode, infinite=infinite).counts)


def _infinite_norm(norm_type: Any) -> bool:
    """Whether a norm is infinite, one way or the other.

    Raises:
        ParameterError: it is no number, or 0.
    """
    if isinstance(norm_type, bool) or not isinstance(norm_type, (int, float)):
        raise ParameterError(f"norm_type must be a number; got {shown(norm_type)}", name="norm_type", value=norm_type)
    if not norm_type:
        refusal = ParameterError(
            f"norm_type {norm_type} is the norm of nothing; give another number", name="norm_type", value=norm_type
        )
        raise quoted(refusal, TITLE, "1/norm_type is taken")
    return isinf(norm_type)
