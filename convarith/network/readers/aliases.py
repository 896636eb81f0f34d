"""Layers as papers and books write them: ``conv3-64``, ``maxpool``, ``C3D64``, ``1000-d fc``, ``average pool``.

Whatever such a word leaves unsaid is taken as its source means it, and comes back as a warning beside the operations.
The residual blocks of the ResNet paper are in `residual_blocks`.
"""

from __future__ import annotations

import re

from convarith.arithmetic import padding as paddings
from convarith.arithmetic.layers import Conv
from convarith.errors import ParameterError
from convarith.network import operations
from convarith.network.readers.items import LONGEST, Item, numbers_of, options_of
from convarith.network.readers.layer_items import convolution_of, numbers_of_padding, pooling_of
from convarith.network.readers.tokens import cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.network.operations import Operation
    from convarith.network.readers.items import Numbers

    Reading = tuple[tuple[Operation, ...], tuple[str, ...]]

_VGG = re.compile(r"conv-?([0-9]+(?:x[0-9]+)*)-([0-9]+)", re.IGNORECASE)
_AGGARWAL = re.compile(r"c([0-9]+)d([0-9]+)", re.IGNORECASE)
_PATTERN = re.compile(r"C[CRPFNS]{3,}")
_FULLY_CONNECTED = re.compile(r"([0-9]+)-?d? ?-?(?:fc|fully-?connected|dense|linear)", re.IGNORECASE)

VGG = (
    "conv3-64 leaves the padding unsaid, which is half the kernel as in the VGG paper (1 for 3x3), with stride 1; ReLU "
    "is not in its table and not added"
)
AGGARWAL = (
    "C3D64 leaves the padding unsaid, which is half the kernel as in Aggarwal's book (1 for 3x3), with stride 1; ReLU "
    "is not added"
)
MAXPOOL = "a max pooling without a size is 2x2 with stride 2, as maxpool in the VGG paper and M in Aggarwal's book"
AVERAGE = "average pool without a size is over all positions, as in the ResNet paper"
NORM = "Norm is local response normalization, as in AlexNet, and changes no size; batch normalization is BN"
TILED = "a 2x2 max pool without a stride moves on by its kernel, and is not padded"
POOLED = (
    "3x3 max pool, stride 2 leaves the padding unsaid, which is half the kernel as in the ResNet paper, and none where "
    "windows do not overlap"
)
PRELU = "PReLU without a number is taken to have one parameter; PReLU w64 has 64"


def alias(words: Sequence[str]) -> Reading | None:
    """A layer in the words of the literature, and what these leave unsaid; None for anything else.

    >>> [operations] = alias(["conv3-64"])[:1]
    >>> operations[0].layer, operations[0].features
    (Conv(kernel_size=3, padding=1), 64)

    Raises:
        ParameterError: what is unsaid cannot be known, as the sizes of a pattern ``CRCRPF``.
    """
    first = words[0]
    for form, source in ((_VGG, VGG), (_AGGARWAL, AGGARWAL)):
        match = form.fullmatch(first)
        if match:
            return _half_padded(first, match[1], match[2], words[1:], source)
    low = first.lower()
    if low in ("maxpool", "maxpooling", "m"):
        return _max_pool(first, words[1:])
    if low == "norm":
        options_of(words[1:], "noop")
        return (operations.Unchanged("LRN"),), (NORM,)
    if low == "prelu" and not any(word.lower().startswith("w") for word in words[1:]):
        options_of(words[1:], "noop")
        return (operations.Unchanged("PReLU", 1),), (PRELU,)
    letter = {"s": "Softmax", "r": "ReLU"}.get(low)
    if letter:
        options_of(words[1:], "noop")
        return (operations.Unchanged(letter),), ()
    _refuse_pattern(first)
    return _phrase(words)


def _half_padded(first: str, kernel: str, features: str, options: Sequence[str], source: str) -> Reading:
    """A convolution with the padding that keeps the size at stride 1, unless its options say another."""
    item = Item("Conv", first, features, options_of(options, "Conv"))
    item.kernel = numbers_of(kernel)
    said = half_padded(item)
    return convolution_of(item), () if said else (source,)


def half_padded(item: Item) -> bool:
    """Give a convolution half padding unless it says its own; whether it does.

    Raises:
        ParameterError: the kernel is even, and has no half.
    """
    if item.padding is not None or item.one_of(("p", *paddings.NAMES)):
        return True
    kernel, _, _ = item.windowed()
    refuse_even(item, kernel)
    item.padding = numbers_of_padding(Conv(kernel, padding="half", dilation=item.numbers("d", 1)))
    return False


def refuse_even(item: Item, kernel: Numbers) -> None:
    """Refuse a kernel that has no middle, where its padding is to be guessed."""
    if any(size % 2 == 0 for size in (kernel if isinstance(kernel, tuple) else (kernel,))):
        item.refuse("leaves its padding unsaid, and an even kernel has no half", "say it behind it, as p0 or p1")


def _max_pool(first: str, options: Sequence[str]) -> Reading:
    item = Item("MaxPool", first, "", options_of(options, "MaxPool"))
    item.kernel = item.stride = 2
    return pooling_of(item), (MAXPOOL,)


def _refuse_pattern(word: str) -> None:
    if word in ("C", "P", "F") or _PATTERN.fullmatch(word):
        raise ParameterError(
            f"{cut(word)} tells the order of layers (C convolution, R ReLU, P pooling, F fully connected) and none of "
            f"their sizes; write these, as 3-1-1Conv64 -> ReLU -> 2MaxPool -> FC10"
        )


def _phrase(words: Sequence[str]) -> Reading | None:
    """What papers write in several words, or with the number first."""
    match = _FULLY_CONNECTED.fullmatch(" ".join(words))
    if match and len(match[1]) <= LONGEST:
        return (operations.FullyConnected(int(match[1])),), ()
    plain = "".join(words).lower().replace("-", "")
    if len(words) > 1 and plain in ("avgpool", "averagepool", "avgpooling", "averagepooling"):
        return (operations.GlobalPooling("avg"),), (AVERAGE,)
    if len(words) > 1 and plain in ("maxpool", "maxpooling"):
        return _max_pool(" ".join(words), ())
    return None


def paper_pooling(item: Item) -> Reading:
    """A pooling of the ResNet paper, ``3x3 max pool, stride 2``, and what it leaves unsaid."""
    kernel, stride, _ = item.windowed()
    if stride is None:
        return pooling_of(item), (TILED,)
    if item.padding is not None or item.one_of(("p", *paddings.NAMES)):
        return pooling_of(item), ()
    if not _at_most(kernel, stride):
        refuse_even(item, kernel)
        item.padding = numbers_of_padding(Conv(kernel, padding="half"))
    return pooling_of(item), (POOLED,)


def _at_most(kernel: Numbers, stride: Numbers) -> bool:
    """Whether windows do not overlap along any axis."""
    kernels = kernel if isinstance(kernel, tuple) else (kernel,)
    strides = stride if isinstance(stride, tuple) else (stride,) * len(kernels)
    return all(size <= step for size, step in zip(kernels * len(strides), strides, strict=False))
