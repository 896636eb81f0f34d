"""Keras' layers that have windows, pad, crop or upsample: which nodes each becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.arithmetic.integers import as_index, integer, listed, shown
from convarith.arithmetic.layers import Conv
from convarith.errors import ParameterError
from convarith.frameworks import keras
from convarith.frameworks.arguments import named
from convarith.network.operations import (
    AdaptivePooling,
    Convolution,
    FullyConnected,
    GlobalPooling,
    Padding,
    Pooling,
    TransposedConvolution,
    Upsampling,
)
from convarith.network.readers.assembling import collapsed, one_or_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from convarith.network.readers.assembling import Tensor
    from convarith.network.readers.keras_calls import Call

# Convolutions


def _conv(call: Call) -> Tensor:
    layer = keras.conv(
        call.get("kernel_size"), call.get("strides", 1), call.get("padding", "valid"), call.get("dilation_rate", 1)
    )
    bias, groups = call.flag("use_bias", True), call.whole("groups", 1)
    call.add(Convolution(collapsed(layer), call.whole("filters"), groups, bias))
    return call.activate()


def _conv_transpose(call: Call) -> Tensor:
    layer = keras.conv_transpose(
        call.get("kernel_size"),
        call.get("strides", 1),
        call.get("padding", "valid"),
        call.get("output_padding", None),
        call.get("dilation_rate", 1),
    )
    bias, groups = call.flag("use_bias", True), call.whole("groups", 1)
    call.add(TransposedConvolution(collapsed(layer), call.whole("filters"), groups, bias))
    return call.activate()


def _depthwise_layer(call: Call) -> Conv:
    padding = call.get("padding", "valid")
    layer: Conv = collapsed(
        Conv(
            call.get("kernel_size"),
            stride=call.get("strides", 1),
            padding=named(str(padding).lower(), "padding", ("valid", "same", "causal"), keras.TITLE),
            dilation=call.get("dilation_rate", 1),
        )
    )
    return layer


def _depthwise(call: Call) -> Tensor:
    bias, multiplier = call.flag("use_bias", True), call.whole("depth_multiplier", 1)
    call.add(Convolution(_depthwise_layer(call), None, None, bias, multiplier))
    return call.activate()


def _separable(call: Call) -> Tensor:
    call.add(Convolution(_depthwise_layer(call), None, None, False, call.whole("depth_multiplier", 1)), "depthwise")
    call.add(Convolution(Conv(1), call.whole("filters"), 1, call.flag("use_bias", True)))
    return call.activate()


def _dense(call: Call) -> Tensor:
    bias, units = call.flag("use_bias", True), call.whole("units")
    if not call.at.ndim:
        call.add(FullyConnected(units, bias))
    elif call.channels_last:  # acts on the last axis, which is that of the channels
        call.add(Convolution(Conv(1), units, 1, bias))
    else:
        return call.unknown("acts on the width here, as the channels are first")
    return call.activate()


# Pooling, padding and upsampling


def _pool(call: Call) -> Tensor:
    reduction = "max" if call.kind.startswith("Max") else "avg"
    layer = keras.max_pool(call.get("pool_size", 2), call.get("strides", None), call.get("padding", "valid"))
    return call.add(Pooling(collapsed(layer), reduction))


def _global_pool(call: Call) -> Tensor:
    reduction = "max" if "Max" in call.kind else "avg"
    return call.add(GlobalPooling(reduction, call.flag("keepdims", False)))


def _adaptive_pool(call: Call) -> Tensor:
    reduction = "max" if "Max" in call.kind else "avg"
    return call.add(AdaptivePooling(one_or_all(call.numbers("output_size", call.rank)), reduction))


def _sides(call: Call, key: str) -> list[tuple[int, int]]:
    """(before, after) for each axis."""
    given = call.get(key)
    entries: tuple[Any, ...] = listed(given) or (given,)
    if call.rank == 1:
        entries = (entries if len(entries) == 2 else (given, given),)
    elif len(entries) == 1:
        entries *= call.rank
    found = []
    for entry in entries:
        pair = (entry, entry) if as_index(entry) is not None else listed(entry) or ()
        if len(pair) != 2 or len(entries) != call.rank:
            raise ParameterError(f"{key} must have a pair for each axis; got {shown(given)}", key=key, value=given)
        found.append((integer(pair[0], key), integer(pair[1], key)))
    return found


def _wrong_axis(call: Call) -> bool:
    """Whether a layer that knows no data_format acts on the channels, which come first here."""
    return call.rank == 1 and not call.channels_last and call.get("data_format", None) is None


ON_CHANNELS = "acts on the channels here, as they are first"


def _zero_padding(call: Call) -> Tensor:
    if _wrong_axis(call):
        return call.unknown(ON_CHANNELS)
    return call.add(Padding(_paired(_sides(call, "padding"))))


def _cropping(call: Call) -> Tensor:
    if _wrong_axis(call):
        return call.unknown(ON_CHANNELS)
    return call.add(Padding(_paired([(-before, -after) for before, after in _sides(call, "cropping")])))


def _paired(sides: list[tuple[int, int]]) -> Any:
    return sides[:1] if len(set(sides)) == 1 else sides


def _upsampling(call: Call) -> Tensor:
    if _wrong_axis(call):
        return call.unknown(ON_CHANNELS)
    factor = one_or_all(call.numbers("size", call.rank))
    return call.add(Upsampling(factor=factor, mode=_interpolation(call, "nearest")))


def _resizing(call: Call) -> Tensor:
    if call.get("crop_to_aspect_ratio", False) or call.get("pad_to_aspect_ratio", False):
        call.assembly.warn(f"{call.name}: what is cropped or padded for the aspect ratio is left out")
    size = (call.whole("height"), call.whole("width"))
    return call.add(Upsampling(size=size, mode=_interpolation(call, "bilinear")))


def _interpolation(call: Call, default: str) -> str:
    given = call.get("interpolation", default)
    if given not in ("nearest", "bilinear"):
        call.assembly.warn(
            f"{call.name}: {shown(given)} interpolation is taken as bilinear; the sizes are right, it reads more than "
            f"is said here"
        )
    return "nearest" if given == "nearest" else "linear"


# The table


def _each_rank(name: str, read: Callable[[Call], Tensor], ranks: str = "123") -> dict[str, Callable[[Call], Tensor]]:
    return {name.format(rank): read for rank in ranks}


WINDOWED: dict[str, Callable[[Call], Tensor]] = {
    **_each_rank("Conv{}D", _conv),
    **_each_rank("Convolution{}D", _conv),
    **_each_rank("Conv{}DTranspose", _conv_transpose),
    **_each_rank("Convolution{}DTranspose", _conv_transpose),
    **_each_rank("DepthwiseConv{}D", _depthwise),
    **_each_rank("SeparableConv{}D", _separable),
    **_each_rank("SeparableConvolution{}D", _separable),
    "Dense": _dense,
    **_each_rank("MaxPooling{}D", _pool),
    **_each_rank("MaxPool{}D", _pool),
    **_each_rank("AveragePooling{}D", _pool),
    **_each_rank("AvgPool{}D", _pool),
    **_each_rank("GlobalMaxPooling{}D", _global_pool),
    **_each_rank("GlobalMaxPool{}D", _global_pool),
    **_each_rank("GlobalAveragePooling{}D", _global_pool),
    **_each_rank("GlobalAvgPool{}D", _global_pool),
    **_each_rank("AdaptiveMaxPooling{}D", _adaptive_pool),
    **_each_rank("AdaptiveAveragePooling{}D", _adaptive_pool),
    **_each_rank("ZeroPadding{}D", _zero_padding),
    **_each_rank("Cropping{}D", _cropping),
    **_each_rank("UpSampling{}D", _upsampling),
    "Resizing": _resizing,
}
"""The classes of these layers."""
