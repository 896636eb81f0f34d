"""One layer of the compact notation, from its words to operations: ``3-1-1Conv64 d2 nobias``.

A layer is [kernel[-stride[-padding]]]Word[number], and after spaces the words of what is not usual. What the
literature writes otherwise is in `aliases`; where a layer stands, and what its errors say of that, is in `notation`.
"""

from __future__ import annotations

import re

from convarith.arithmetic import padding as paddings
from convarith.arithmetic.axis import kernel_span
from convarith.arithmetic.layers import Conv, ConvTranspose, Pool
from convarith.errors import ParameterError
from convarith.network import operations
from convarith.network.operations import BORDERS
from convarith.network.readers.items import HEAD, Item, number_of, numbers_of, options_of, padding_of
from convarith.network.readers.noops import bare
from convarith.network.readers.tokens import cut
from convarith.network.readers.words import EXAMPLES, LAYERS, OF_A_FRAMEWORK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from convarith.arithmetic.layer import Layer
    from convarith.arithmetic.padding import Entry, Padding
    from convarith.network.operations import Operation
    from convarith.network.readers.items import Numbers

_ADAPTIVE = re.compile(r"(?:[0-9]+|\*)(?:x(?:[0-9]+|\*))*")


def known_item(words: Sequence[str]) -> tuple[Operation, ...] | None:
    """The operations of a layer, or None where its first word is not known here.

    >>> known_item(["3-1-1Conv64", "d2"])
    (Convolution(layer=Conv(kernel_size=3, padding=1, dilation=2), features=64, groups=1, bias=True, multiplier=1, \
in_channels=None),)

    Raises:
        ParameterError: it lacks a part, or has one too many.
    """
    match = HEAD.fullmatch(words[0])
    name = LAYERS.get(bare(match[4])) if match else None
    if match is None or name is None:
        return None
    if match[5].lower() in OF_A_FRAMEWORK:
        if name not in ("BN", "InstanceNorm"):
            raise ParameterError(
                f"{cut(words[0])} is a framework's word; here sizes stand before and after it, as {EXAMPLES[name]}"
            )
        return _READERS[name](Item(name, words[0], "", options_of(words[1:], name)))
    item = Item(name, words[0], match[5].lower(), options_of(words[1:], name))
    if match[1] is not None:
        item.kernel = numbers_of(match[1])
        item.stride = None if match[2] is None else numbers_of(match[2])
        item.padding = None if match[3] is None else padding_of(match[3])
        if item.stride is None and match[3] and not match[3][:1].isalpha():
            item.refuse("says a padding and no stride, which stands before it")
    return _READERS[name](item)


def _channels(item: Item) -> tuple[int | None, bool]:
    if item.flag("bias") and item.flag("nobias"):
        item.refuse("has both bias and nobias", "keep one of them")
    return item.integer("in"), not item.flag("nobias")


def _features(item: Item) -> int:
    if not item.tail:
        item.refuse("says no number of features")
    if not item.tail.isascii() or not item.tail.isdigit():
        item.refuse(f"has {cut(item.tail)} where its number of features stands")
    return number_of(item.tail)


def _filters(item: Item, layer: Layer) -> operations.Convolution:
    """The convolution of a layer, of either kind, depthwise or not."""
    takes, bias = _channels(item)
    kind = operations.TransposedConvolution if item.name.endswith("T") else operations.Convolution
    if item.name.startswith("DW"):
        if item.tail:
            item.refuse("has as many features as channels come in", "leave the number out; x2 gives two for each")
        each = item.integer("x")
        return kind(layer, None, None, bias, 1 if each is None else each, takes)
    groups = item.integer("g")
    return kind(layer, _features(item), 1 if groups is None else groups, bias, in_channels=takes)


def convolution_of(item: Item) -> tuple[Operation, ...]:
    """A convolution; with a border that is not zeros, the padding stands before it as a layer of its own."""
    kernel, given, padding = item.windowed()
    stride: Numbers = 1 if given is None else given
    dilation, stretch = item.numbers("d", 1), item.numbers("e", 1)
    border = item.one_of(BORDERS)
    layer = Conv(kernel, stride=stride, padding=padding, dilation=dilation, input_dilation=stretch)
    if border in (None, "zeros"):
        return (_filters(item, layer),)
    if padding == 0 or stretch != 1:
        item.refuse(f"has {border} and {'no padding' if padding == 0 else 'an input dilation'}", f"leave {border} out")
    sides = operations.Padding(numbers_of_padding(layer), border or "")
    return sides, _filters(item, Conv(kernel, stride=stride, dilation=dilation))


def numbers_of_padding(layer: Layer) -> Padding:
    """A layer's padding in numbers, names and all.

    Raises:
        ParameterError: a name means different numbers for different inputs.
    """
    found: list[Entry] = []
    for axis in range(layer.ndim or 1):
        own = layer.on_axis(axis) if layer.ndim else layer
        entry = own.padding
        if entry in paddings.INPUT_DEPENDENT and own.stride != 1:
            raise ParameterError(
                f"padding {entry} with stride {own.stride} depends on the input; give it in numbers, as 0:1"
            )
        if isinstance(entry, str):
            assert isinstance(own.kernel_size, int)
            assert isinstance(own.dilation, int)
            found.append(paddings.resolve(entry, 1, kernel_span(own.kernel_size, own.dilation), 1))
        else:
            found.append(entry[0] if isinstance(entry, tuple) else entry)
    return paddings.spelled(tuple(found if len(set(found)) > 1 else found[:1]))


def _transposed(item: Item) -> tuple[Operation, ...]:
    kernel, stride, padding = item.windowed()
    return (
        _filters(
            item,
            ConvTranspose(
                kernel,
                stride=1 if stride is None else stride,
                padding=padding,
                dilation=item.numbers("d", 1),
                output_padding=item.numbers("a", 0),
            ),
        ),
    )


def _reduction(item: Item) -> str:
    """The max of MaxPool, the avg of GlobalAvgPool ..."""
    return item.name.removeprefix("Global").removeprefix("Adaptive").removesuffix("Pool").lower()


def pooling_of(item: Item) -> tuple[Operation, ...]:
    """A pooling over windows."""
    if item.kernel is None and item.tail:
        item.refuse("has its size behind it", f"write it before the word, as {EXAMPLES[item.name]}")
    kernel, stride, padding = item.windowed()
    _alone(item)
    rounded = item.one_of(("ceil", "floor"))
    layer = Pool(kernel, stride=stride, padding=padding, dilation=item.numbers("d", 1), ceil_mode=rounded == "ceil")
    return (operations.Pooling(layer, _reduction(item)),)


def _unwindowed(item: Item) -> None:
    if item.kernel is not None:
        item.refuse("has numbers before its word, where it takes none")


def _alone(item: Item) -> None:
    if item.tail:
        item.refuse(f"has {cut(item.tail)} behind its word, which it takes no number after")


def _sizes(item: Item, what: str) -> Numbers:
    _unwindowed(item)
    if not item.tail:
        item.refuse(f"says no {what}")
    return numbers_of(item.tail.removeprefix("-"))


def _global(item: Item) -> tuple[Operation, ...]:
    _unwindowed(item)
    _alone(item)
    return (operations.GlobalPooling(_reduction(item), not item.flag("flat")),)


def _adaptive(item: Item) -> tuple[Operation, ...]:
    _unwindowed(item)
    if not _ADAPTIVE.fullmatch(item.tail):
        item.refuse("says no output size" if not item.tail else "has no output size that can be read")
    sizes = [None if part == "*" else number_of(part) for part in item.tail.split("x")]
    return (operations.AdaptivePooling(sizes, _reduction(item)),)


def _upsampling(item: Item) -> tuple[Operation, ...]:
    item.one_of(("nearest", "linear"))
    mode = "linear" if item.flag("linear") else "nearest"
    if item.name == "UpsampleTo":
        return (operations.Upsampling(None, _sizes(item, "size"), mode, item.flag("aligned")),)
    return (operations.Upsampling(_sizes(item, "factor"), None, mode, item.flag("aligned")),)


def _padding(item: Item) -> tuple[Operation, ...]:
    _unwindowed(item)
    if not item.tail:
        item.refuse("says no padding")
    return (operations.Padding(padding_of(item.tail), item.one_of(BORDERS) or "zeros"),)


def _shuffle(item: Item) -> tuple[Operation, ...]:
    factor = _sizes(item, "factor")
    if isinstance(factor, tuple):
        item.refuse("has a factor for each axis", "give one for all, as PixelShuffle2")
    return (operations.PixelShuffle(factor),)


def _flatten(item: Item) -> tuple[Operation, ...]:
    _unwindowed(item)
    _alone(item)
    return (operations.Flatten(),)


def _unflatten(item: Item) -> tuple[Operation, ...]:
    shape = _sizes(item, "shape")
    return (operations.Unflatten(shape if isinstance(shape, tuple) else (shape,)),)


def _fully_connected(item: Item) -> tuple[Operation, ...]:
    _unwindowed(item)
    item.tail = item.tail.removeprefix("-")
    takes, bias = _channels(item)
    return (operations.FullyConnected(_features(item), bias, takes),)


def _normalization(item: Item) -> tuple[Operation, ...]:
    _unwindowed(item)
    if item.name != "GroupNorm" or not item.tail.isdigit():  # how many groups there are changes nothing here
        _alone(item)
    kind = {"BN": "batch"}.get(item.name, item.name.removesuffix("Norm").lower())
    return (operations.Normalization(kind, not item.flag("noaffine")),)


_READERS: dict[str, Callable[[Item], tuple[Operation, ...]]] = {
    "Conv": convolution_of,
    "DWConv": convolution_of,
    "ConvT": _transposed,
    "DWConvT": _transposed,
    "Upsample": _upsampling,
    "UpsampleTo": _upsampling,
    "Pad": _padding,
    "PixelShuffle": _shuffle,
    "Flatten": _flatten,
    "Unflatten": _unflatten,
    "FC": _fully_connected,
    **dict.fromkeys(("MaxPool", "AvgPool", "LpPool"), pooling_of),
    **dict.fromkeys(("GlobalMaxPool", "GlobalAvgPool", "GlobalLpPool"), _global),
    **dict.fromkeys(("AdaptiveMaxPool", "AdaptiveAvgPool", "AdaptiveLpPool"), _adaptive),
    **dict.fromkeys(("BN", "InstanceNorm", "GroupNorm", "LayerNorm"), _normalization),
}
