"""JAX's operations: each from its arguments to paddings in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.arithmetic.axis import Axis, transposed_padding
from convarith.arithmetic.integers import integer, listed, shown
from convarith.errors import ParameterError
from convarith.frameworks.arguments import axes_counted, spatial
from convarith.frameworks.jax.reading import (
    NEEDED_SPANS,
    check_strides,
    factors,
    given_strides,
    name_of,
    no_factors,
    padded,
    pairs,
    refuse_stretched,
)
from convarith.frameworks.jax.rules import CONV, CONV_TRANSPOSE, KERNEL, PAIRS, REDUCE_WINDOW, SPELLING, TITLE, TURNED
from convarith.frameworks.pads import PADS
from convarith.frameworks.refusals import quoted
from convarith.frameworks.resolving import resolved
from convarith.frameworks.rules import Call, Channels, OneAxis, Resolved, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.arithmetic.layer import Shape


def _ndim(given: Sequence[int] | None, *arguments: object) -> int:
    """How many axes a call has: as the input, or as the first of its arguments that is a sequence."""
    if given is not None:
        return len(given)
    rank = SPELLING.rank(*arguments)
    return 1 if rank is None else rank


def conv_call(
    input_shape: Shape | None,
    kernel_size: Any,
    window_strides: Any,
    padding: Any,
    lhs_dilation: Any = None,
    rhs_dilation: Any = None,
    *,
    channels: Channels | None = None,
) -> Resolved:
    """A convolution of this spatial input, resolved."""
    given = spatial(input_shape)
    ndim = _ndim(given, window_strides, kernel_size)
    name = name_of(padding, TITLE) if isinstance(padding, str) else "pairs"
    axes = SPELLING.axes(
        given,
        ndim,
        kernel=("kernel_size", KERNEL.per_axis(kernel_size, "kernel_size", ndim)),
        stride=("window_strides", given_strides(window_strides, "window_strides", ndim, TITLE)),
        dilation=(
            "rhs_dilation",
            factors(rhs_dilation, "rhs_dilation", ndim, SPELLING, empty=name not in NEEDED_SPANS),
        ),
        input_dilation=("lhs_dilation", factors(lhs_dilation, "lhs_dilation", ndim, SPELLING)),
    )
    if name == "pairs":
        axes = padded(axes, pairs(padding, ndim, TITLE, PAIRS))
    return resolved(Call(TITLE, "conv", CONV[name], axes, channels))


def conv_transpose_call(
    input_shape: Shape | None,
    kernel_size: Any,
    strides: Any,
    padding: Any,
    rhs_dilation: Any = None,
    transpose_kernel: bool = False,
    use_consistent_padding: bool = False,
    *,
    channels: Channels | None = None,
) -> Resolved:
    """A transposed convolution of this spatial input, resolved: as the direct convolution of the stretched input that
    it is, or with ``transpose_kernel`` as one whose kernel lies rotated."""
    given = spatial(input_shape)
    ndim = _ndim(given, strides, kernel_size)
    # Into numbers, before the convolution sees it:
    turned = use_consistent_padding or (isinstance(padding, str) and padding in TURNED)
    stretch = (1,) * ndim if no_factors(strides) and not turned else given_strides(strides, "strides", ndim, TITLE)
    name = name_of(padding, TITLE) if isinstance(padding, str) else "pairs"
    axes = SPELLING.axes(
        given,
        ndim,
        kernel=("kernel_size", KERNEL.per_axis(kernel_size, "kernel_size", ndim)),
        dilation=(
            "rhs_dilation",
            factors(rhs_dilation, "rhs_dilation", ndim, SPELLING, empty=not turned and name not in NEEDED_SPANS),
        ),
        input_dilation=("strides", stretch),
    )
    check_strides(axes, TITLE)
    if turned:
        rule, axes = _turned(axes, padding)
    elif name == "pairs":
        rule, axes = CONV_TRANSPOSE["pairs"], padded(axes, pairs(padding, ndim, TITLE, PAIRS))
    else:
        refuse_stretched(axes, padding, TITLE)
        rule = CONV[name]
    call = resolved(Call(TITLE, "conv_transpose", rule, axes, channels))
    return rotated(call) if transpose_kernel else call


def _turned(axes: tuple[OneAxis, ...], padding: Any) -> tuple[Rule, tuple[OneAxis, ...]]:
    """The rule of 'SAME', 'VALID' or a consistent padding, and the axes with its numbers.

    A consistent padding may mix the three, and entries beyond the last axis are not looked at.
    """
    entries = [padding] * len(axes) if isinstance(padding, str) else listed(padding)
    if entries is None or len(entries) < len(axes):
        raise quoted(
            ParameterError(
                f"padding {shown(padding)} does not fit {axes_counted(len(axes))}; with use_consistent_padding give a "
                f"pair (before, after) for each, as {((1, 1),) * len(axes)}, or a name",
                name="padding",
                value=padding,
            ),
            TITLE,
            "padding is 'SAME', 'VALID', or one of them or a tuple for each axis",
        )
    names, read_axes = [], []
    for number, (axis, entry) in enumerate(zip(axes, entries, strict=False)):
        if isinstance(entry, str) and entry in TURNED:
            names.append(entry)
            read_axes.append(axis)
        elif isinstance(entry, tuple) and entry:
            names.append("consistent")
            read_axes.append(_with_sides(axis, [integer(side, "padding") for side in entry]))
        else:
            raise quoted(
                ParameterError(
                    f"padding {shown(entry)} is neither a tuple nor a name; with use_consistent_padding give a tuple "
                    f"(before, after), or 'SAME' or 'VALID' in capitals",
                    name="padding",
                    value=entry,
                ).on_axis(number, len(axes)),
                TITLE,
                "invalid padding mode",
            )
    rules = [CONV_TRANSPOSE[name] for name in names]
    if len(set(names)) == 1:
        return rules[0], tuple(read_axes)
    numbers = [PADS[rule.pads].of(axis) for rule, axis in zip(rules, read_axes, strict=True)]
    return CONV_TRANSPOSE["pairs"], padded(read_axes, numbers)


def _with_sides(axis: OneAxis, sides: list[int]) -> OneAxis:
    """An axis with a consistent padding. JAX does not count its numbers: the first is taken from k̂ - 1 before, and all
    others together, each from a k̂ - 1 of its own, after."""
    left = sum(axis.span - 1 - side for side in sides[1:])
    return axis._replace(before=sides[0], after=axis.span - 1 - left)


def rotated(call: Resolved) -> Resolved:
    """The same windows with the kernel rotated: a transposed convolution, by the padding of the direct one."""
    axes, pads = [], []
    for axis, (before, after) in zip(call.call.axes, call.pads, strict=True):
        pads.append(transposed_padding(axis.span, before, after, 0))
        axes.append(axis._replace(stride=axis.input_dilation, input_dilation=1, before=pads[-1][0], after=pads[-1][1]))
    flipped = call.axes and tuple([Axis(**{**axis.__dict__, "flipped": True}) for axis in call.axes])
    return Resolved(call.call._replace(axes=tuple(axes)), tuple(pads), call.added, flipped)


def reduce_window_call(
    input_shape: Shape | None,
    window_dimensions: Any,
    window_strides: Any = None,
    padding: Any = "VALID",
    base_dilation: Any = None,
    window_dilation: Any = None,
) -> Resolved:
    """A reduction of windows of this spatial input, resolved."""
    given = spatial(input_shape)
    ndim = _ndim(given, window_dimensions)
    name = name_of(padding, TITLE) if isinstance(padding, str) else "pairs"
    if window_strides is None and name in NEEDED_SPANS:
        raise quoted(
            ParameterError(
                f"padding {padding!r} needs window_strides, and they are None; give {(1,) * ndim}",
                name="window_strides",
                padding=padding,
            ),
            TITLE,
            "padding by name is worked out with strides as they are given",
        )
    axes = SPELLING.axes(
        given,
        ndim,
        kernel=("window_dimensions", window_dimensions),
        stride=("window_strides", (1,) * ndim if window_strides is None else window_strides),
        dilation=("window_dilation", factors(window_dilation, "window_dilation", ndim, SPELLING, empty=False)),
        input_dilation=("base_dilation", factors(base_dilation, "base_dilation", ndim, SPELLING, empty=False)),
    )
    if name == "pairs":
        axes = padded(axes, pairs(padding, ndim, TITLE, PAIRS))
    elif name in NEEDED_SPANS and any(axis.input_dilation != 1 for axis in axes):
        name = f"{name}, base_dilation"
    return resolved(Call(TITLE, "reduce_window", REDUCE_WINDOW[name], axes))


CALLS = {"conv": conv_call, "conv_transpose": conv_transpose_call, "reduce_window": reduce_window_call}
"""Operations that have windows."""
