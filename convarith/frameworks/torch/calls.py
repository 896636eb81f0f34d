"""PyTorch's operations that have windows: each from its arguments to paddings in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.arithmetic.layers import checked_flag
from convarith.errors import ParameterError
from convarith.frameworks.arguments import checked_sizes, named, spatial
from convarith.frameworks.resolving import (
    resolved,
    resolved_transposed,
)
from convarith.frameworks.rules import Call, Channels, OneAxis, Resolved
from convarith.frameworks.torch.reading import kernel_in_full, other_length, out_of_reach, pool_stride
from convarith.frameworks.torch.rules import (
    CONV,
    CONV_TRANSPOSE,
    IN_FULL,
    POOL,
    POOL_3D,
    SPELLING,
    TITLE,
    TRANSPOSED_REACH,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.arithmetic.layer import Shape


def conv_call(
    input_shape: Shape | None,
    kernel_size: Any,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    *,
    channels: Channels | None = None,
) -> Resolved:
    """A convolution of this spatial input, resolved."""
    given = spatial(input_shape)
    ndim = SPELLING.ndim(given, kernel_size, stride, padding, dilation)
    name = named(padding, "padding", ("valid", "same"), TITLE) if isinstance(padding, str) else "numbers"
    axes = SPELLING.axes(
        given,
        ndim,
        kernel=("kernel_size", kernel_in_full(kernel_size, ndim)),
        stride=("stride", stride),
        padding=("padding", padding if name == "numbers" else 0),
        dilation=("dilation", dilation),
    )
    return resolved(Call(TITLE, "conv", CONV[name], axes, channels))


def conv_transpose_call(
    input_shape: Shape | None,
    kernel_size: Any,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    dilation: Any = 1,
    output_size: Any = None,
    *,
    channels: Channels | None = None,
) -> Resolved:
    """A transposed convolution of this spatial input, resolved."""
    given = spatial(input_shape)
    ndim = SPELLING.ndim(given, kernel_size, stride, padding, output_padding, dilation)
    if isinstance(padding, str):
        raise ParameterError(
            f"padding {padding!r} is a name, and a transposed convolution of {TITLE} takes numbers only; "
            f"give those of the direct convolution",
            padding=padding,
        )
    spelling = SPELLING if output_size is None else IN_FULL
    axes = spelling.axes(
        given,
        ndim,
        kernel=("kernel_size", kernel_in_full(kernel_size, ndim)),
        stride=("stride", stride),
        padding=("padding", padding),
        output_padding=("output_padding", output_padding if output_size is None else 0),
        dilation=("dilation", dilation),
    )
    rule = CONV_TRANSPOSE["numbers" if output_size is None else "output_size"]
    if output_size is not None:
        axes = _with_output_sizes(axes, output_size, given)
    return resolved_transposed(Call(TITLE, "conv_transpose", rule, axes, channels))


def _with_output_sizes(axes: tuple[OneAxis, ...], output_size: Any, given: Sequence[int] | None) -> tuple[OneAxis, ...]:
    """The axes with the output sizes that are asked for, among the s that share the input; they override the
    output_padding."""
    if given is None:
        raise ParameterError("output_size says nothing without the input; give input_shape, too", name="output_size")
    wanted = checked_sizes(output_size, "output_size")
    if len(wanted) == len(axes) + 2:  # batch and channels, which are not looked at
        wanted = wanted[2:]
    if len(wanted) != len(axes):
        raise other_length("output_size", output_size, len(axes))
    asked = []
    for number, (axis, size) in enumerate(zip(axes, wanted, strict=True)):
        least = axis.full - axis.before - axis.after
        largest = least + axis.stride - 1
        if not least <= size <= largest:
            raise out_of_reach(number, len(axes), size, least, largest, TRANSPOSED_REACH)
        asked.append(axis._replace(output_size=size, output_padding=None))
    return tuple(asked)


def _pool_call(
    operation: str,
    input_shape: Shape | None,
    kernel_size: Any,
    stride: Any,
    padding: Any = 0,
    dilation: Any = 1,
    *,
    ceil_mode: bool,
    small: bool = True,
) -> Resolved:
    """A pooling of this spatial input, resolved; ``small`` says whether three axes may be smaller than the kernel."""
    given = spatial(input_shape)
    ndim = SPELLING.ndim(given, kernel_size, stride, padding, dilation)
    axes = SPELLING.axes(
        given,
        ndim,
        kernel=("kernel_size", kernel_size),
        stride=("stride", pool_stride(stride, kernel_size)),
        padding=("padding", padding),
        dilation=("dilation", dilation),
    )
    rules = POOL if small or ndim != 3 else POOL_3D
    return resolved(Call(TITLE, operation, rules["ceil" if checked_flag(ceil_mode) else "floor"], axes))


def max_pool_call(
    input_shape: Shape | None,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> Resolved:
    """A maximum pooling of this spatial input, resolved."""
    return _pool_call("max_pool", input_shape, kernel_size, stride, padding, dilation, ceil_mode=ceil_mode)


def avg_pool_call(
    input_shape: Shape | None, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False
) -> Resolved:
    """An average pooling of this spatial input, resolved."""
    return _pool_call("avg_pool", input_shape, kernel_size, stride, padding, ceil_mode=ceil_mode, small=False)


def lp_pool_call(
    input_shape: Shape | None, kernel_size: Any, stride: Any = None, ceil_mode: bool = False, *, infinite: bool = False
) -> Resolved:
    """A power-average pooling of this spatial input, resolved; one of an ``infinite`` norm is a maximum pooling."""
    return _pool_call("lp_pool", input_shape, kernel_size, stride, ceil_mode=ceil_mode, small=infinite)


CALLS = {
    "conv": conv_call,
    "conv_transpose": conv_transpose_call,
    "max_pool": max_pool_call,
    "avg_pool": avg_pool_call,
    "lp_pool": lp_pool_call,
}
"""Operations that have windows."""
