"""Flax's operations: each from its arguments to paddings in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.arithmetic.integers import shown
from convarith.errors import ParameterError, ShapeError
from convarith.frameworks.arguments import spatial
from convarith.frameworks.flax.reading import kernel_of, sides_of
from convarith.frameworks.flax.rules import CONV, CONV_TRANSPOSE, POOL, SPELLING, TITLE, WINDOW
from convarith.frameworks.jax.calls import rotated
from convarith.frameworks.jax.reading import (
    NEEDED_SPANS,
    check_strides,
    factors,
    name_of,
    padded,
    pairs,
    refuse_stretched,
)
from convarith.frameworks.jax.rules import PAIRS, TURNED
from convarith.frameworks.refusals import quoted
from convarith.frameworks.resolving import resolved
from convarith.frameworks.rules import Call, Channels, Resolved

if TYPE_CHECKING:
    from convarith.arithmetic.layer import Shape


def conv_call(
    input_shape: Shape | None,
    kernel_size: Any,
    strides: Any = 1,
    padding: Any = "SAME",
    input_dilation: Any = 1,
    kernel_dilation: Any = 1,
    *,
    channels: Channels | None = None,
) -> Resolved:
    """A convolution of this spatial input, resolved."""
    kernel = kernel_of(kernel_size)
    ndim = len(kernel)
    name = name_of(padding, TITLE, "CIRCULAR", "REFLECT", "CAUSAL") if isinstance(padding, str) else "pairs"
    if name == "CAUSAL" and ndim != 1:
        raise quoted(
            ParameterError(
                f"padding 'CAUSAL' is for 1 spatial axis, and the kernel has {ndim}; give the padding in numbers",
                padding=padding,
                ndim=ndim,
            ),
            TITLE,
            "causal padding is only implemented for 1D convolutions",
        )
    axes = SPELLING.axes(
        spatial(input_shape),
        ndim,
        kernel=("kernel_size", kernel),
        stride=("strides", 1 if strides is None else strides),
        dilation=(
            "kernel_dilation",
            factors(kernel_dilation, "kernel_dilation", ndim, SPELLING, empty=name in ("VALID", "pairs")),
        ),
        input_dilation=("input_dilation", factors(input_dilation, "input_dilation", ndim, SPELLING)),
    )
    if name == "pairs":
        axes = padded(axes, sides_of(padding, ndim))
    return resolved(Call(TITLE, "conv", CONV[name], axes, channels))


def conv_transpose_call(
    input_shape: Shape | None,
    kernel_size: Any,
    strides: Any = None,
    padding: Any = "SAME",
    kernel_dilation: Any = None,
    transpose_kernel: bool = False,
    *,
    channels: Channels | None = None,
) -> Resolved:
    """A transposed convolution of this spatial input, resolved, as JAX's."""
    kernel = kernel_of(kernel_size)
    ndim = len(kernel)
    if ndim > 3:
        raise quoted(
            ShapeError(f"the kernel has {ndim} spatial axes; a transposed convolution has at most 3", ndim=ndim),
            TITLE,
            "no 4+ dimensional dimension_number defaults",
        )
    name = name_of(padding, TITLE, "CIRCULAR") if isinstance(padding, str) else "pairs"
    turned = name == "CIRCULAR" or padding in TURNED
    axes = SPELLING.axes(
        spatial(input_shape),
        ndim,
        kernel=("kernel_size", kernel),
        dilation=(
            "kernel_dilation",
            factors(kernel_dilation, "kernel_dilation", ndim, SPELLING, empty=not turned and name not in NEEDED_SPANS),
        ),
        input_dilation=("strides", factors(strides, "strides", ndim, SPELLING, empty=not turned)),
    )
    check_strides(axes, TITLE)
    if turned:
        rule = CONV_TRANSPOSE[f"{name}, transpose_kernel" if name == "CIRCULAR" and transpose_kernel else name]
    elif name == "pairs":
        rule, axes = CONV_TRANSPOSE[name], padded(axes, sides_of(padding, ndim))
    else:
        refuse_stretched(axes, padding, TITLE)
        rule = CONV[name]
    call = resolved(Call(TITLE, "conv_transpose", rule, axes, channels))
    return rotated(call) if transpose_kernel else call


def max_pool_call(
    input_shape: Shape | None,
    window_shape: Any,
    strides: Any = None,
    padding: Any = "VALID",
    *,
    operation: str = "max_pool",
) -> Resolved:
    """A pooling of this spatial input, resolved."""
    for name, value in (("window_shape", window_shape), ("strides", strides or ())):
        if not isinstance(value, tuple):
            raise quoted(
                ParameterError(
                    f"{name} {shown(value)} is no tuple; give one number for each axis in a tuple", name=name
                ),
                TITLE,
                f"{name} is a tuple",
            )
    ndim = len(window_shape)
    name = name_of(padding, TITLE) if isinstance(padding, str) else "pairs"
    axes = WINDOW.axes(
        spatial(input_shape),
        ndim,
        kernel=("window_shape", window_shape),
        stride=("strides", strides or (1,) * ndim),
    )
    if name == "pairs":
        axes = padded(axes, pairs(padding, ndim, TITLE, PAIRS))
    return resolved(Call(TITLE, operation, POOL[name], axes))


def avg_pool_call(
    input_shape: Shape | None, window_shape: Any, strides: Any = None, padding: Any = "VALID"
) -> Resolved:
    """An average pooling of this spatial input, resolved."""
    return max_pool_call(input_shape, window_shape, strides, padding, operation="avg_pool")


CALLS = {
    "conv": conv_call,
    "conv_transpose": conv_transpose_call,
    "max_pool": max_pool_call,
    "avg_pool": avg_pool_call,
}
"""Operations that have windows."""
