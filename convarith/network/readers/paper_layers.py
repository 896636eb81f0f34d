"""The tables of the ResNet paper: ``7×7, 64, stride 2``, ``3×3 max pool, stride 2`` and ``[3×3, 64; 3×3, 64] × 2``.

They say kernels and features. Paddings, where a group of blocks makes the size half, and what its shortcuts are, the
paper says elsewhere; it is taken from there, and said in warnings.
"""

from __future__ import annotations

import re
from math import prod

from convarith.arithmetic.layers import Conv
from convarith.errors import ParameterError
from convarith.network import operations
from convarith.network.merging import Concatenation, Sum
from convarith.network.readers.aliases import half_padded, paper_pooling
from convarith.network.readers.items import Item, numbers_of, options_of
from convarith.network.readers.layer_items import convolution_of
from convarith.network.readers.sequence_elements import Element, Layers, label_in, size_of
from convarith.network.readers.tokens import cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.network.graph import Builder
    from convarith.network.operations import Operation
    from convarith.network.readers.aliases import Reading
    from convarith.network.readers.items import Numbers
    from convarith.network.readers.sequence_elements import Assembly

_KERNEL = re.compile(r"([0-9]+(?: ?x ?[0-9]+)+)(?: (.*))?", re.IGNORECASE)
_STRIDE = re.compile(r"(?<![a-z])(?:stride[ =]?|s=|/ ?)([0-9]+(?:x[0-9]+)*)(?= |$)")
_PADDING = re.compile(r"(?<![a-z])(?:pad(?:ding)?[ =]?)([0-9]+(?:x[0-9]+)*)(?= |$)")
_GROUPS = re.compile(r"(?:c|groups)=([0-9]+)(?= |$)")
_ATTRIBUTE = re.compile(
    r"(?:[0-9]+|stride.*|s=.*|/ ?[0-9].*|pad(?:ding)?[ =]?[0-9].*|c=[0-9]+|groups=[0-9]+|nobias|[dg][0-9]+|p-?[0-9].*)"
    r"(?: (?:stride|/|pad|nobias).*)?"
)
_POOLS = {
    "maxpool": "MaxPool",
    "maxpooling": "MaxPool",
    "avgpool": "AvgPool",
    "avgpooling": "AvgPool",
    "averagepool": "AvgPool",
    "averagepooling": "AvgPool",
}

PADDED = "3x3, 64 leaves the padding unsaid, which is half the kernel as in the ResNet paper (1 for 3x3)"
BARE = (
    "the ResNet paper's tables leave batch normalization, ReLU and biases unsaid; no normalization or ReLU is added, "
    "and convolutions have a bias unless nobias is said"
)
BLOCKS = (
    "[...] x n of the ResNet paper are n residual blocks: what comes in is added to what comes out, by the identity "
    "where the channels are the same, by a 1x1 projection where they or the size change"
)
DOWNSAMPLED = (
    "each group of residual blocks after the first begins with stride 2, in its first convolution and its projection, "
    "as conv3_1, conv4_1 and conv5_1 of the ResNet paper; a stride that is said comes first"
)
FIRST_STRIDE = "a stride said in [...] x n is that of the first of the n blocks; the others have 1"
UNKNOWN_CHANNELS = (
    "how many channels come into the first residual block is unknown, and its shortcut is taken to be the identity; "
    "begin with input 3x224x224 to make it known"
)


class PaperConvolution(Layers):
    """A convolution of such a table; in a block its stride may be another."""

    def __init__(self, item: Item, label: tuple[str, int] | None) -> None:
        self.item = item
        self._strided: dict[Numbers, Layers] = {}
        super().__init__(convolution_of(item), label)

    in_table = True

    @property
    def stride(self) -> Numbers | None:
        """Its stride, where it is said."""
        return self.item.stride

    @property
    def features(self) -> int:
        return int(self.item.tail)

    @property
    def ndim(self) -> int:
        """How many axes its kernel has."""
        return len(self.item.kernel) if isinstance(self.item.kernel, tuple) else 1

    def strided(self, stride: Numbers) -> Layers:
        """The same with another stride."""
        found = self._strided.get(stride)
        if found is None:
            item = Item(self.item.name, self.item.text, self.item.tail, self.item.options)
            item.kernel, item.padding, item.stride = self.item.kernel, self.item.padding, stride
            found = self._strided[stride] = Layers(convolution_of(item), self.label)
        return found


def is_attribute(words: Sequence[str]) -> bool:
    """Whether words behind a comma still belong to the layer before it: ``64``, ``stride 2``."""
    return _ATTRIBUTE.fullmatch(" ".join(words).lower()) is not None


def paper_layer(text: str, label: tuple[str, int] | None) -> tuple[Layers, tuple[str, ...]]:
    """A layer of such a table, without its commas, and what it leaves unsaid.

    >>> layer, _ = paper_layer("7x7 64 stride 2", None)
    >>> layer.operations[0].layer
    Conv(kernel_size=(7, 7), stride=2, padding=3)

    Raises:
        ParameterError: it lacks something, or has one thing too many.
    """
    match = _KERNEL.fullmatch(text.lower())
    assert match is not None
    kernel = numbers_of(match[1].replace(" ", ""))
    rest, options = match[2] or "", {}
    for option, form in (("s", _STRIDE), ("p", _PADDING), ("g", _GROUPS)):
        found = form.search(rest)
        if found:
            options[option] = found[1]
            rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    words = rest.split()
    pooling = _pooling(words)
    if pooling:
        reading = _paper_pooling(text, pooling, kernel, options)
        return Layers(reading[0], label), reading[1]
    return _paper_convolution(text, kernel, words, options, label)


def _pooling(words: list[str]) -> str:
    """Which pooling words name: max, average, global average; "" for none."""
    plain = "".join(words).replace("-", "")
    name = _POOLS.get(plain.removeprefix("global"), "")
    return f"Global{name}" if name and plain.startswith("global") else name


def _paper_pooling(text: str, name: str, kernel: Numbers, options: dict[str, str]) -> Reading:
    if name.startswith("Global"):
        return (operations.GlobalPooling(name[6:9].lower()),), ()
    if "g" in options:
        raise ParameterError(f"{cut(text)} has groups, which a pooling has not; leave them out")
    item = Item(name, text, "", {key: value for key, value in options.items() if key != "s"})
    item.kernel = kernel
    item.stride = numbers_of(options["s"]) if "s" in options else None
    return paper_pooling(item)


def _paper_convolution(
    text: str, kernel: Numbers, words: list[str], options: dict[str, str], label: tuple[str, int] | None
) -> tuple[Layers, tuple[str, ...]]:
    if words and words[0] in ("conv", "conv.", "convolution"):
        del words[0]
    numbers = [word for word in words if word.isdigit() and word.isascii()]
    if len(numbers) != 1:
        problem = "says no number of features" if not numbers else f"says {' and '.join(numbers)} as its features"
        mend = "write it as 3x3, 64" if words else "write it as 3x3, 64, and the shape of an input as input 3x224x224"
        raise ParameterError(f"{cut(text)} {problem}; {mend}")
    words.remove(numbers[0])
    stride = options.pop("s", None)
    item = Item("Conv", text, numbers[0], {**options_of(words, "Conv"), **options})
    item.kernel = kernel
    item.stride = None if stride is None else numbers_of(stride)
    said = half_padded(item)
    return PaperConvolution(item, label), (BARE,) if said else (PADDED, BARE)


class ResidualBlocks(Element):
    """``[3×3, 64; 3×3, 64] × 2``: residual blocks, the first of which may change size and channels."""

    def __init__(self, count: int, body: Sequence[Element]) -> None:
        """
        Raises:
            ParameterError: its convolutions are of different numbers of axes.
        """
        self.count = count
        self.body = body
        self.convolutions = [element for element in body if isinstance(element, PaperConvolution)]
        if len({layer.ndim for layer in self.convolutions}) > 1:
            raise ParameterError("the kernels of a residual block are of different numbers of axes; give all as 3x3")
        self.features = self.convolutions[-1].features
        self.size = count * (size_of(body) + 1) + 1
        self.label = label_in(body)

    def emit(self, assembly: Assembly) -> None:
        builder = assembly.builder
        said = any(layer.stride is not None for layer in self.convolutions)
        assembly.warn(BLOCKS, *((FIRST_STRIDE,) if said and self.count > 1 else ()))
        follows = assembly.stage is not None and _follows(builder, assembly.stage[0])
        down = follows and assembly.stage is not None and assembly.stage[1] != self.features and not said
        if down:
            assembly.warn(DOWNSAMPLED)
        for number in range(self.count):
            start = builder.at
            strides = self._strides(number == 0, down)
            self._main(assembly, strides)
            end = builder.at
            if number == 0:
                self._shortcut(assembly, start, _product(strides))
                builder.add(Sum(), [end, builder.at])
            else:
                builder.add(Sum(), [end, start])
        assembly.stage = builder.at, self.features

    def _strides(self, first: bool, down: bool) -> list[Numbers]:
        if not first:
            return [1 for _ in self.convolutions]
        strides: list[Numbers] = [1 if layer.stride is None else layer.stride for layer in self.convolutions]
        return [2, *strides[1:]] if down else strides

    def _main(self, assembly: Assembly, strides: list[Numbers]) -> None:
        left = iter(strides)
        for element in self.body:
            if isinstance(element, PaperConvolution):
                element.strided(next(left)).emit(assembly)
            else:
                element.emit(assembly)

    def _shortcut(self, assembly: Assembly, start: int, stride: Numbers) -> None:
        """The first block's: a projection where the channels or the size change."""
        builder = assembly.builder
        builder.at = start
        channels = channels_of(builder, start, assembly.channels)
        if channels is None and stride == 1:
            assembly.warn(UNKNOWN_CHANNELS)
        elif channels != self.features or stride != 1:
            first = self.convolutions[0].item.kernel
            ones = (1,) * len(first) if isinstance(first, tuple) else 1
            bias = not self.convolutions[0].item.flag("nobias")
            builder.add(operations.Convolution(Conv(ones, stride=stride), self.features, bias=bias))


def _product(strides: list[Numbers]) -> Numbers:
    """The stride of all together, one number where every axis has the same."""
    given = [stride for stride in strides if isinstance(stride, tuple)]
    ndim = len(given[0]) if given else 1
    along = [prod(stride[axis] if isinstance(stride, tuple) else stride for stride in strides) for axis in range(ndim)]
    return along[0] if len(set(along)) == 1 else tuple(along)


def _follows(builder: Builder, end: int) -> bool:
    """Whether only what changes nothing lies between the end of the last blocks and here."""
    at = builder.at
    while at != end:
        _, operation, inputs = builder.nodes[at]
        if not isinstance(operation, (operations.Unchanged, operations.Normalization)):
            return False
        at = inputs[0]
    return True


def channels_of(builder: Builder, node: int, given: int | None) -> int | None:
    """The channels of a node's tensor, as far as the operations before it tell; ``given`` are the input's.

    Where the channels come from several tensors, they are not followed further.
    """
    multiplier = 1
    while node:
        _, operation, inputs = builder.nodes[node]
        known = _own_channels(operation)
        if known is not None:
            return known * multiplier
        if isinstance(operation, operations.Convolution):
            multiplier *= operation.multiplier
        elif isinstance(operation, (Concatenation, operations.PixelShuffle, operations.Flatten, operations.Unknown)):
            return None
        node = inputs[0]
    return None if given is None else given * multiplier


def _own_channels(operation: Operation) -> int | None:
    """The channels that an operation fixes."""
    if isinstance(operation, operations.Convolution):
        return operation.features
    if isinstance(operation, operations.FullyConnected):
        return operation.features
    return operation.shape[0] if isinstance(operation, operations.Unflatten) else None
