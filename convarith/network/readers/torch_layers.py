"""What each of PyTorch's layers means: from its arguments to operations of a network.

Which class is which is in `torch_classes`. PyTorch itself is never imported.
"""

from __future__ import annotations

from math import prod

from convarith.arithmetic.integers import as_index, integer, shown
from convarith.arithmetic.layers import Conv, ConvTranspose, Pool
from convarith.errors import ParameterError
from convarith.network.operations import (
    AdaptivePooling,
    Convolution,
    Flatten,
    FullyConnected,
    GlobalPooling,
    Normalization,
    Padding,
    PixelShuffle,
    Pooling,
    TransposedConvolution,
    Unchanged,
    Unflatten,
    Upsampling,
)
from convarith.network.readers.noops import noop_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from convarith.network.operations import Operation
    from convarith.network.readers.torch_given import Given

    Pairs = tuple[tuple[int, int], ...]
    Read = Callable[[Given], Operation | list[Operation]]

# Convolutions


def read_convolution(given: Given) -> list[Operation]:
    kernel, stride, dilation = given.sizes("kernel_size"), given.sizes("stride"), given.sizes("dilation")
    padding = _conv_padding(given, stride)
    mode = given.word("padding_mode", ("zeros", "reflect", "replicate", "circular"))
    before: list[Operation] = []
    if mode != "zeros" and padding != 0:
        pairs = _same_pairs(kernel, dilation) if padding == "same" else padding
        before = [Padding(pairs, mode)]
        padding = 0
    layer = Conv(_one(kernel), stride=_one(stride), padding=padding, dilation=_one(dilation))
    return [*before, Convolution(layer, *_channels(given))]


def _channels(given: Given) -> tuple[int | None, int, bool, int, int | None]:
    """Features, groups, bias, multiplier and in_channels."""
    inputs, groups = given.count("in_channels"), integer(given["groups"], "groups", 1)
    features = integer(given["out_channels"], "out_channels", 1)
    if inputs is not None and inputs % groups:
        raise ParameterError(
            f"in_channels {inputs} is not divisible by groups {groups}; take a number of groups that divides both "
            f"in_channels and out_channels",
            in_channels=inputs,
            groups=groups,
        )
    return features, groups, given.flag("bias"), 1, inputs


def _conv_padding(given: Given, stride: tuple[int, ...]) -> Any:
    value = given["padding"]
    if not isinstance(value, str):
        return _one(given.sizes("padding"))
    name = given.word("padding", ("same", "valid"))
    if name == "valid":
        return 0
    if set(stride) != {1}:
        raise ParameterError(
            f"padding 'same' with stride {_one(stride)}: PyTorch has it for stride 1 only; give the padding in numbers",
            stride=_one(stride),
        )
    return "same"


def _same_pairs(kernel: tuple[int, ...], dilation: tuple[int, ...]) -> Pairs:
    """What "same" comes to with stride 1: k̂ - 1 in all, the odd one after."""
    totals = [width * (taps - 1) for taps, width in zip(kernel, dilation, strict=True)]
    return _each([(total // 2, total - total // 2) for total in totals])


def read_transposed(given: Given) -> Operation:
    mode = given["padding_mode"]
    if mode != "zeros":
        raise ParameterError(f"padding_mode {mode!r} of {given.title}: PyTorch has only 'zeros' there", value=mode)
    layer = ConvTranspose(
        _one(given.sizes("kernel_size")),
        stride=_one(given.sizes("stride")),
        padding=_one(given.sizes("padding")),
        dilation=_one(given.sizes("dilation")),
        output_padding=_one(given.sizes("output_padding")),
    )
    return TransposedConvolution(layer, *_channels(given))


def read_linear(given: Given) -> Operation:
    features = integer(given["out_features"], "out_features", 1)
    return FullyConnected(features, given.flag("bias"), given.count("in_features"))


# Pooling


def _stride(given: Given, kernel: tuple[int, ...]) -> int | tuple[int, ...]:
    value = given["stride"]
    return _one(kernel if value is None else given.spread("stride", value))


def read_max_pool(given: Given) -> Operation:
    kernel = given.sizes("kernel_size")
    layer = Pool(
        _one(kernel),
        stride=_stride(given, kernel),
        padding=_one(given.sizes("padding")),
        dilation=_one(given.sizes("dilation")),
        ceil_mode=given.flag("ceil_mode"),
    )
    return Pooling(layer, "max")


def read_avg_pool(given: Given) -> Operation:
    kernel = given.sizes("kernel_size")
    given.hidden("ceil_mode")
    layer = Pool(
        _one(kernel),
        stride=_stride(given, kernel),
        padding=_one(given.sizes("padding")),
        ceil_mode=given.flag("ceil_mode"),
    )
    return Pooling(layer, "avg")


def read_lp_pool(given: Given) -> Operation:
    kernel = given.sizes("kernel_size")
    return Pooling(Pool(_one(kernel), stride=_stride(given, kernel), ceil_mode=given.flag("ceil_mode")), "lp")


def reads_adaptive(reduction: str) -> Read:
    def read(given: Given) -> Operation:
        value = given["output_size"]
        entries = tuple(value) if isinstance(value, (tuple, list)) else (value,)
        if len(entries) not in (1, given.ndim):
            raise ParameterError(
                f"output_size {shown(value)} of {given.title} has {len(entries)} numbers; give {given.ndim}, or one",
                value=value,
            )
        if all(as_index(entry) == 1 for entry in entries):
            return GlobalPooling(reduction)
        same = all(entry == entries[0] for entry in entries)
        return AdaptivePooling(entries[0] if same else entries, reduction)

    return read


# Sizes and borders


def read_upsampling(given: Given) -> Operation:
    mode = given.word("mode", tuple(_MODES))
    size, factor = given["size"], given["scale_factor"]
    if (size is None) == (factor is None):
        raise ParameterError(f"{given.title} takes a size or a scale_factor; give one of the two")
    if mode == "area":
        return Upsampling(_whole_factor(factor)) if size is None else AdaptivePooling(size, "avg")
    if mode == "bicubic" or (mode == "nearest-exact" and size is not None):
        given.warnings.append(
            f"{given.title} with mode {mode!r} is read as {_MODES[mode]!r}: its shapes are right, its receptive field "
            f"is not exact"
        )
    align = False
    if _MODES[mode] == "linear":
        known = {"UpsamplingBilinear2d": True, "UpsamplingNearest2d": False}
        align = known[given.title] if given.title in known else given.hidden("align_corners") is True
    if size is not None:
        return Upsampling(size=size, mode=_MODES[mode], align_corners=align)
    return Upsampling(_whole_factor(factor), mode=_MODES[mode], align_corners=align)


_MODES = {
    "nearest": "nearest",
    "nearest-exact": "nearest",
    "linear": "linear",
    "bilinear": "linear",
    "trilinear": "linear",
    "bicubic": "linear",
    "area": "nearest",  # by whole factors, every output averages the one input it lies on
}


def _whole_factor(factor: Any) -> int | tuple[int, ...]:
    """PyTorch keeps factors as floats: 2.0."""
    entries = factor if isinstance(factor, (tuple, list)) else (factor,)
    whole = []
    for entry in entries:
        if isinstance(entry, float) and entry.is_integer():
            entry = int(entry)
        if as_index(entry) is None:
            raise ParameterError(
                f"scale_factor {shown(entry)} is no whole number; give the size that comes out, size=...", value=entry
            )
        whole.append(entry)
    return _one(tuple(whole))


def reads_padding(mode: str) -> Read:
    """PyTorch lists the last axis first: (left, right, top, bottom)."""

    def read(given: Given) -> Operation:
        value = given["padding"]
        if not isinstance(value, (tuple, list)):
            return Padding(integer(value, "padding"), mode)
        if len(value) != 2 * given.ndim:
            raise ParameterError(
                f"padding {shown(value)} of {given.title} has {len(value)} numbers; give {2 * given.ndim}, before and "
                f"after on each axis, the last axis first",
                value=value,
            )
        numbers = [integer(entry, "padding") for entry in value]
        pairs = [(numbers[at], numbers[at + 1]) for at in range(len(numbers) - 2, -1, -2)]
        return Padding(_each(pairs), mode)

    return read


def read_shuffle(given: Given) -> Operation:
    return PixelShuffle(given["upscale_factor"])


def read_flatten(given: Given) -> Operation:
    start, end = integer(given["start_dim"], "start_dim"), integer(given["end_dim"], "end_dim")
    if given.rank is not None:
        dims = given.rank + 2
        start, end = start + dims * (start < 0), end + dims * (end < 0)
        if given.rank and start == end and 0 < start < dims:
            return Unchanged("Identity")
        end = -1 if end == dims - 1 else end
    if (start, end) != (1, -1):
        raise ParameterError(
            f"Flatten from {given['start_dim']} to {given['end_dim']} is not from the channels to the last axis, which "
            f"is the only one there is here; give start_dim=1, end_dim=-1",
            start_dim=given["start_dim"],
            end_dim=given["end_dim"],
        )
    return Flatten()


def read_unflatten(given: Given) -> Operation:
    dim, value = given["dim"], given["unflattened_size"]
    if dim != 1 and not (dim == -1 and given.rank == 0):
        raise ParameterError(f"Unflatten of axis {shown(dim)}: only the features, dim=1, can be unflattened", dim=dim)
    sizes = list(value) if isinstance(value, (tuple, list)) else [value]
    if -1 in sizes and given.features is not None:
        at = sizes.index(-1)
        known = prod(integer(size, "size", 1) for size in [*sizes[:at], *sizes[at + 1 :]])
        if given.features % known == 0:
            sizes[at] = given.features // known
    return Unflatten(sizes)


# Norms, and what keeps its shape


def reads_norm(name: str) -> Read:
    def read(given: Given) -> Operation:
        affine = given.flag("affine")
        if not affine or given.flag("bias"):
            return Normalization(name, affine)
        channels = given.count("num_channels" if name == "group" else "num_features")
        if channels is None:
            raise ParameterError(f"{given.title} with bias=False has not met its input yet; give its num_features")
        return Unchanged(given.title, channels)

    return read


def read_layer_norm(given: Given) -> Operation:
    sizes = given["normalized_shape"]
    entries = sizes if isinstance(sizes, (tuple, list)) else (sizes,)
    count = prod(integer(entry, "normalized_shape", 1) for entry in entries)
    affine, bias = given.flag("elementwise_affine"), given.title == "LayerNorm" and given.flag("bias")
    if given.title == "LayerNorm" and (not affine or (bias and given.rank == 0 and given.features == count)):
        return Normalization("layer", affine)
    return Unchanged(given.title, count * (1 + bias) if affine else 0)


def read_prelu(given: Given) -> Operation:
    return Unchanged("PReLU", integer(given["num_parameters"], "num_parameters", 1))


def read_unchanged(given: Given) -> Operation:
    name = "LRN" if given.title == "CrossMapLRN2d" else noop_name(given.title)
    return Unchanged(name or given.title)


def _one(numbers: tuple[int, ...]) -> int | tuple[int, ...]:
    """One number where all axes agree, as every reader has it."""
    return numbers[0] if len(set(numbers)) == 1 else numbers


def _each(pairs: list[tuple[int, int]]) -> Pairs:
    """(before, after), once where all axes agree."""
    return (pairs[0],) if len(set(pairs)) == 1 else tuple(pairs)
