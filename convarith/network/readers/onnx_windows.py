"""ONNX's operators that have windows, pad, crop or resize: which nodes each becomes."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from convarith.arithmetic.layers import Conv, Pool
from convarith.errors import ParameterError, RefusedError
from convarith.frameworks import onnx
from convarith.network.merging import Concatenation
from convarith.network.operations import (
    Convolution,
    GlobalPooling,
    Padding,
    Pooling,
    TransposedConvolution,
    Unchanged,
)
from convarith.network.readers.assembling import collapsed, one_or_all
from convarith.network.readers.onnx_patterns import has_bias
from convarith.network.readers.onnx_resizing import Resizing, resized

if TYPE_CHECKING:
    from collections.abc import Callable

    from convarith.network.readers.onnx_calls import Held, OnnxCall

LAST_OPSET = 28
ROUNDS_UP_FROM = 22

MOST_TIMES = 64
"""Channels of zeros beyond so many times those that there are, are none of a network."""

# Convolution and pooling


def _attributes(call: OnnxCall, *names: str) -> dict[str, Any]:
    """The attributes that are given, of these and those that all have."""
    found = {name: call.get(name) for name in ("kernel_shape", "strides", "pads", "dilations", "auto_pad", *names)}
    given = {name: value for name, value in found.items() if value is not None}
    if given.get("auto_pad", "NOTSET") != "NOTSET" and set(call.wholes("pads") or ()) == {0}:
        del given["pads"]  # all zero: written by exporters beside what counts
    return {**given, "opset": min(call.opset, LAST_OPSET)}


def _layer(make: Callable[..., Any], call: OnnxCall, given: dict[str, Any]) -> Any:
    """The layer, of any input where there is such, else of this input.

    Raises:
        ParameterError, ShapeError: there is none.
    """
    if "output_shape" not in given:
        try:
            return collapsed(make(**given))
        except RefusedError:
            if call.held.spatial is None:
                raise
    return collapsed(make(**given, input_shape=call.held.spatial))


def _conv(call: OnnxCall) -> Held:
    weights = call.constant(1).dims
    if weights is None or len(weights) < 3:
        return call.unknown("has weights that are not in the file")
    if call.held.last:
        return call.unknown("acts on axes that were exchanged")
    groups = call.whole("group", 1)
    given = {"kernel_shape": weights[2:], **_attributes(call)}
    if given["kernel_shape"] != weights[2:]:
        raise ParameterError(f"kernel_shape {given['kernel_shape']} is not that of its weights, {weights[2:]}")
    bias = bool(call.input(2)) or has_bias(call, weights[0])
    layer = _layer(onnx.conv, call, given)
    return call.add(Convolution(layer, weights[0], groups, bias, in_channels=weights[1] * groups))


def _conv_transpose(call: OnnxCall) -> Held:
    weights = call.constant(1).dims
    if weights is None or len(weights) < 3:
        return call.unknown("has weights that are not in the file")
    if call.held.last:
        return call.unknown("acts on axes that were exchanged")
    groups = call.whole("group", 1)
    given = {"kernel_shape": weights[2:], **_attributes(call, "output_padding", "output_shape")}
    if "output_shape" in given:
        if call.held.spatial is None:
            return call.unknown("has an output_shape, and the size of its input is not known")
        given["output_shape"] = (call.wholes("output_shape") or [])[-(len(weights) - 2) :]
    layer = _layer(onnx.conv_transpose, call, given)
    features = weights[1] * groups
    bias = bool(call.input(2)) or has_bias(call, features)
    return call.add(TransposedConvolution(layer, features, groups, bias, in_channels=weights[0]))


def pointwise(call: OnnxCall, features: int, inputs: int) -> Held:
    """A multiplication along the channels, at every position."""
    return call.add(Convolution(Conv(1), features, 1, has_bias(call, features), in_channels=inputs))


def _pool(make: Callable[..., Any], reduction: str) -> Callable[[OnnxCall], Held]:
    def read(call: OnnxCall) -> Held:
        if call.held.last:
            return call.unknown("acts on axes that were exchanged")
        given = _attributes(call, "ceil_mode")
        if "kernel_shape" not in given:
            raise ParameterError("it has no kernel_shape", name="kernel_shape")
        if given.get("ceil_mode"):
            given["opset"] = max(given["opset"], ROUNDS_UP_FROM)
        return call.add(Pooling(_layer(make, call, given), reduction))

    return read


def _global_pool(reduction: str) -> Callable[[OnnxCall], Held]:
    def read(call: OnnxCall) -> Held:
        if call.held.last:
            return call.unknown("acts on axes that were exchanged")
        return call.add(GlobalPooling(reduction))

    return read


# Padding, cropping and resizing


def _pad(call: OnnxCall) -> Held:
    from_input = len(call.node.inputs) > 1
    pads = (
        call.constant(1).integers
        if from_input
        else call.wholes("pads" if "pads" in call.node.attributes else "paddings")
    )
    ndim = call.at.ndim
    if pads is None or ndim is None or len(pads) % 2:
        return call.unknown("by numbers that are not known")
    axes = list(range(ndim + 2)) if not call.input(3) else call.axes(call.constant(3).integers)
    if len(pads) != 2 * len(axes):
        return call.unknown("by numbers that are not known")
    sides = {axis: (pads[place], pads[place + len(axes)]) for place, axis in enumerate(axes)}
    modes = {"constant": "zeros", "reflect": "reflect", "edge": "replicate", "wrap": "circular"}
    return _padded(call, sides, modes.get(call.get("mode", "constant")))


def _padded(call: OnnxCall, sides: dict[int, tuple[int, int]], mode: str | None) -> Held:
    """Padding with (before, after) of each axis, the batch included."""
    if not any(pair != (0, 0) for pair in sides.values()):
        return call.held
    spatial, channels = call.spatial_axes, sides.get(call.held.channel_axis, (0, 0))
    if mode is None or not spatial or sides.get(0, (0, 0)) != (0, 0):
        return call.unknown("does not pad spatial axes alone, or in a way that is not known")
    pairs = [sides.get(axis, (0, 0)) for axis in spatial]
    if channels != (0, 0):
        if mode != "zeros" or any(pair != (0, 0) for pair in pairs):
            return call.unknown("does not pad spatial axes alone, or in a way that is not known")
        return _more_channels(call, *channels)
    return call.add(Padding(pairs[:1] if len(set(pairs)) == 1 else pairs, mode))


def _more_channels(call: OnnxCall, before: int, after: int) -> Held:
    """Channels of zeros, as the shortcuts of ResNets have them, where they are as many as there are, or a multiple."""
    own = call.at.channels
    if own is None or min(before, after) < 0 or before % own or after % own or before + after > MOST_TIMES * own:
        return call.unknown("adds channels that are no multiple of those that there are")
    zeros = call.assembly.add(Unchanged("Zeros"), [call.at], call.free_name("zeros"))
    tensors = [zeros] * (before // own) + [call.at] + [zeros] * (after // own)
    return call.keep(call.assembly.add(Concatenation(), tensors, call.free_name()))


def _slice(call: OnnxCall) -> Held:
    """A slice that crops spatial axes, or takes every so many positions of them."""
    if len(call.node.inputs) > 1:
        given = [call.constant(number).integers if call.input(number) else None for number in (1, 2, 3, 4)]
    else:
        given = [call.wholes("starts"), call.wholes("ends"), call.wholes("axes"), None]
    starts, ends, axes, steps = given
    count = len(starts or ())
    axes, steps = axes or list(range(count)), steps or [1] * count
    if starts is None or ends is None or not count == len(ends) == len(axes) == len(steps) or min(steps) < 1:
        return call.unknown("takes what is not known")
    crops, strides = {}, {}
    dims = (call.batch, *(call.held.dims or ()))
    for start, end, axis, step in zip(starts, ends, call.axes(axes), steps, strict=True):
        crop = _crop(start, end, dims[axis] if 0 <= axis < len(dims) else None)
        if crop is None:
            return call.unknown("takes what hangs on sizes that are not known")
        crops[axis], strides[axis] = crop, step
    outer = {0, call.held.channel_axis}
    if any(crops[axis] != (0, 0) or strides[axis] > 1 for axis in outer & set(crops)):
        return call.unknown("takes some of the channels, or of the batch")
    stride = [strides.get(axis, 1) for axis in call.spatial_axes]
    found = _padded(call, crops, "zeros")
    if max(stride, default=1) > 1:
        return call.add(Pooling(Pool(1, stride=one_or_all(stride)), "avg"))
    return found


def _crop(start: int, end: int, size: int | None) -> tuple[int, int] | None:
    """What a slice leaves out before and after, as negative padding."""
    before: int | None = start if start >= 0 else None if size is None else max(size + start, 0)
    after = None if size is None else max(size - end, 0)
    if end < 0:
        after = -end
    elif end >= 2**31 - 1:
        after = 0
    return None if before is None or after is None else (-before, -after)


def _resize(call: OnnxCall) -> Held:
    ndim = call.at.ndim
    old = call.node.op == "Upsample" or call.opset < 11  # which has no roi, and knows one coordinate system
    scales = call.constant(1 if old else 2)
    sizes = call.constant(3)
    given = scales.values if scales.values else call.get("scales")
    known = sizes.integers if sizes.values else None
    if not ndim or (not given and not known):
        return call.unknown("to sizes that are not known")
    axes = call.axes(call.wholes("axes")) or list(range(ndim + 2))
    numbers = dict(zip(axes, known or given or (), strict=False))
    spatial = call.spatial_axes
    own = [numbers.get(axis) for axis in spatial]
    if not known:
        own = [1 if axis not in numbers else number for axis, number in zip(spatial, own, strict=True)]
    channels = numbers.get(call.held.channel_axis, call.at.channels if known else 1)
    if any(not isinstance(number, (int, float)) or not isfinite(number) or not 0 < number < 2**31 for number in own):
        return call.unknown("to sizes that are not known")
    if channels not in (None, call.at.channels if known else 1):
        return call.unknown("changes the channels")
    return _resized(call, [number for number in own if number is not None], bool(known), old, sizes.of_shape)


def _resized(call: OnnxCall, numbers: list[int | float], are_sizes: bool, old: bool, of_shape: bool) -> Held:
    """Resized by scales, or to sizes; where sizes were computed from a shape, whole multiples are scales."""
    before = call.held.spatial
    sizes = tuple([int(number) for number in numbers]) if are_sizes else None
    scales = None if are_sizes else tuple([float(number) for number in numbers])
    if sizes and of_shape and before:
        pairs = list(zip(sizes, before, strict=True))
        if all(size % own == 0 for size, own in pairs):
            sizes, scales = None, tuple([float(size // own) for size, own in pairs])
    resizing = Resizing(
        str(call.get("mode", "nearest")),
        "asymmetric" if old else str(call.get("coordinate_transformation_mode", "half_pixel")),
        "floor" if old else str(call.get("nearest_mode", "round_prefer_floor")),
        scales,
        sizes,
    )
    made, exact = resized(resizing, before, len(numbers))
    if made is None:
        return call.unknown("to sizes that are not known")
    if not exact or call.get("antialias") or call.get("keep_aspect_ratio_policy", "stretch") != "stretch":
        call.assembly.warn(
            f"{call.name}: {call.node.op} ({resizing.mode}, {resizing.coordinates}) is taken as {made.mode} "
            f"upsampling; the sizes are right, which neighbours it reads may differ"
        )
    return call.add(made)


WINDOWED: dict[str, Callable[[OnnxCall], Held]] = {
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "MaxPool": _pool(onnx.max_pool, "max"),
    "AveragePool": _pool(onnx.avg_pool, "avg"),
    "LpPool": _pool(onnx.lp_pool, "lp"),
    "GlobalMaxPool": _global_pool("max"),
    "GlobalAveragePool": _global_pool("avg"),
    "GlobalLpPool": _global_pool("lp"),
    "Pad": _pad,
    "Slice": _slice,
    "Resize": _resize,
    "Upsample": _resize,
}
"""The operators of these kinds."""
