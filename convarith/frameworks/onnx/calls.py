"""ONNX's operations that have windows: each from its attributes to paddings in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.arithmetic.axis import Axis
from convarith.arithmetic.integers import integer
from convarith.errors import ParameterError, ShapeError
from convarith.frameworks.onnx.reading import Read, flag, read
from convarith.frameworks.onnx.rules import (
    CLIPS_FROM,
    CONV,
    CONV_TRANSPOSE,
    CROPS_FROM,
    POOL,
    REVISED_FROM,
    RUNTIME,
    SAME,
    SPELLING,
    TITLE,
    without_batch,
)
from convarith.frameworks.refusals import quoted
from convarith.frameworks.resolving import resolved, resolved_transposed
from convarith.frameworks.rules import Call, Channels, Resolved

if TYPE_CHECKING:
    from convarith.arithmetic.layer import Shape
    from convarith.frameworks.rules import Rule


def conv_call(
    input_shape: Shape | None,
    kernel_shape: Any,
    strides: Any = None,
    pads: Any = None,
    dilations: Any = None,
    auto_pad: str = "NOTSET",
    opset: int = 22,
    runtime: str | None = None,
    *,
    channels: Channels | None = None,
) -> Resolved:
    """A Conv of this spatial input, resolved."""
    given = read("conv", input_shape, kernel_shape, strides, pads, dilations, auto_pad, opset, runtime)
    row = given.auto_pad
    # a stride of one more than the kernel leaves -1 at most, of which nothing is cropped at the start
    if given.title == RUNTIME and row in SAME and any(axis.stride > axis.span + 1 for axis in given.axes):
        row += ", cropping"
    return resolved(Call(given.title, "conv", CONV[given.title][row], given.axes, channels))


def conv_transpose_call(
    input_shape: Shape | None,
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
    channels: Channels | None = None,
) -> Resolved:
    """A ConvTranspose of this spatial input, resolved."""
    given = read("conv_transpose", input_shape, kernel_shape, strides, pads, dilations, auto_pad, opset, runtime)
    spelling, ndim = SPELLING._replace(framework=given.title), len(given.axes)
    added = spelling.per_axis((0,) * ndim if output_padding is None else output_padding, "output_padding", ndim)
    axes = tuple([axis._replace(output_padding=more) for axis, more in zip(given.axes, added, strict=True)])
    row = given.auto_pad
    if output_shape is not None:
        if any(axis.size is None for axis in axes):
            raise ParameterError(
                "output_shape says nothing without the input; give input_shape, too", name="output_shape"
            )
        wanted = spelling.per_axis(output_shape, "output_shape", ndim)
        axes = tuple([axis._replace(output_size=size) for axis, size in zip(axes, wanted, strict=True)])
        row += ", output_shape"
    version = "before" if given.title == TITLE and given.opset < REVISED_FROM else given.title
    return resolved_transposed(Call(given.title, "conv_transpose", CONV_TRANSPOSE[version][row], axes, channels))


def max_pool_call(
    input_shape: Shape | None,
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
    channels: Channels | None = None,
) -> Resolved:
    """A MaxPool of this spatial input, resolved; ``channels`` say whether the batch is empty."""
    given = read(
        "max_pool",
        input_shape,
        kernel_shape,
        strides,
        pads,
        dilations,
        auto_pad,
        opset,
        runtime,
        ceil_mode=ceil_mode,
        storage_order=storage_order,
    )
    _choice(flag(storage_order, "storage_order"), "storage_order", "0, row major, nor 1, column major")
    return _pool("max_pool", given, ceil_mode, channels, crops=bool(storage_order) or _dilated(given))


def avg_pool_call(
    input_shape: Shape | None,
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
    channels: Channels | None = None,
) -> Resolved:
    """An AveragePool of this spatial input, resolved; ``channels`` say whether the batch is empty."""
    given = read(
        "avg_pool",
        input_shape,
        kernel_shape,
        strides,
        pads,
        dilations,
        auto_pad,
        opset,
        runtime,
        ceil_mode=ceil_mode,
        count_include_pad=count_include_pad,
    )
    counts = flag(count_include_pad, "count_include_pad")
    crops = given.opset >= CROPS_FROM or (bool(counts) and ceil_mode == 1)
    return _pool("avg_pool", given, ceil_mode, channels, crops)


def lp_pool_call(
    input_shape: Shape | None,
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
    channels: Channels | None = None,
) -> Resolved:
    """An LpPool of this spatial input, resolved; ``channels`` say whether the batch is empty."""
    given = read(
        "lp_pool",
        input_shape,
        kernel_shape,
        strides,
        pads,
        dilations,
        auto_pad,
        opset,
        runtime,
        ceil_mode=ceil_mode,
    )
    integer(p, "p")
    return _pool("lp_pool", given, ceil_mode, channels, crops=True)


CALLS = {
    "conv": conv_call,
    "conv_transpose": conv_transpose_call,
    "max_pool": max_pool_call,
    "avg_pool": avg_pool_call,
    "lp_pool": lp_pool_call,
}
"""Operations that have windows."""


def _choice(value: int, name: str, words: str) -> None:
    if value not in (0, 1):
        raise ParameterError(f"{name} {value} is neither {words}; give one of them", name=name, value=value)


def _pool(operation: str, given: Read, ceil_mode: Any, channels: Channels | None, crops: bool) -> Resolved:
    """``crops`` says whether the program of onnxruntime that computes this takes a negative padding."""
    rounds_up = flag(ceil_mode, "ceil_mode")
    if given.title == TITLE:
        _choice(rounds_up, "ceil_mode", "0, rounding down, nor 1, rounding up")
        return resolved(Call(TITLE, operation, _rule(given, bool(rounds_up)), given.axes, channels))
    if len(given.axes) > 3:
        raise quoted(
            ShapeError(
                f"the input has {len(given.axes)} spatial axes, and {RUNTIME} pools 1 to 3; give as many",
                ndim=len(given.axes),
            ),
            RUNTIME,
            "unsupported pooling size",
        )
    rule = _runtime_rule(given, rounds_up == 1, crops)
    if channels is not None and not channels.batch:
        rule = without_batch(rule)
    found = resolved(Call(RUNTIME, operation, rule, given.axes, channels))
    return found if operation == "avg_pool" else _uncropped_after(found)


def _uncropped_after(found: Resolved) -> Resolved:
    """The same windows where no negative padding after hides input from them: all but AveragePool read it."""
    if found.axes is None or min(axis.after for axis in found.axes) >= 0:
        return found
    axes = tuple(
        [
            axis if axis.after >= 0 else Axis(**{**axis.__dict__, "after": min(0, axis.after - axis.remainder)})
            for axis in found.axes
        ]
    )
    return found._replace(axes=axes, pads=tuple([(axis.before, axis.after) for axis in axes]))


def _rule(given: Read, rounds_up: bool) -> Rule:
    row = given.auto_pad
    if rounds_up and row not in SAME:
        row += ", ceil"
    if row == "NOTSET, ceil" and given.opset < CLIPS_FROM:
        row += ", before"
    return POOL[TITLE][row]


def _runtime_rule(given: Read, rounds_up: bool, crops: bool) -> Rule:
    """onnxruntime rounds up where ceil_mode is 1, and only there."""
    row = given.auto_pad
    if row in SAME:
        if not _dilated(given) and all(axis.stride <= axis.kernel for axis in given.axes):
            return POOL[RUNTIME][row]
        row += ", unseen"
    if rounds_up:
        row += ", ceil"
    if row.startswith(SAME) and crops:
        row += ", cropping"
    return POOL[RUNTIME][row]


def _dilated(given: Read) -> bool:
    return any(axis.dilation > 1 for axis in given.axes)
