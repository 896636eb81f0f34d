"""The words of the compact notation, with an example of each, and which of them a slip of the pen meant.

How a layer is read from its words is in `layer_items`; the layers that change nothing have their names in `noops`.
"""

from __future__ import annotations

from convarith.network.merging import Concatenation, CropTo, Product, Sum
from convarith.network.readers.noops import NOOPS, bare

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from convarith.network.operations import Operation

EXAMPLES = {
    "Conv": "3-1-1Conv64",
    "ConvT": "4-2-1ConvT64",
    "DWConv": "3-1-1DWConv",
    "DWConvT": "4-2-1DWConvT",
    "MaxPool": "3-2MaxPool",
    "AvgPool": "3-2AvgPool",
    "LpPool": "3-2LpPool",
    "GlobalMaxPool": "GlobalMaxPool",
    "GlobalAvgPool": "GlobalAvgPool",
    "GlobalLpPool": "GlobalLpPool",
    "AdaptiveMaxPool": "AdaptiveMaxPool7x7",
    "AdaptiveAvgPool": "AdaptiveAvgPool7x7",
    "AdaptiveLpPool": "AdaptiveLpPool7x7",
    "Upsample": "Upsample2",
    "UpsampleTo": "UpsampleTo28x28",
    "Pad": "Pad1",
    "PixelShuffle": "PixelShuffle2",
    "Flatten": "Flatten",
    "Unflatten": "Unflatten512x4x4",
    "FC": "FC4096",
    "BN": "BN",
    "InstanceNorm": "InstanceNorm",
    "GroupNorm": "GroupNorm",
    "LayerNorm": "LayerNorm",
}
"""Every layer with parameters or sizes, as it is written."""

OTHER_WORDS = {
    "convolution": "Conv",
    "deconv": "ConvT",
    "upconv": "ConvT",
    "tconv": "ConvT",
    "convtranspose": "ConvT",
    "transposedconv": "ConvT",
    "depthwiseconv": "DWConv",
    "depthwiseconvt": "DWConvT",
    "maxpooling": "MaxPool",
    "avgpooling": "AvgPool",
    "averagepool": "AvgPool",
    "averagepooling": "AvgPool",
    "gap": "GlobalAvgPool",
    "globalaveragepool": "GlobalAvgPool",
    "globalavgpooling": "GlobalAvgPool",
    "globalaveragepooling": "GlobalAvgPool",
    "globalmaxpooling": "GlobalMaxPool",
    "adaptiveaveragepool": "AdaptiveAvgPool",
    "upsampling": "Upsample",
    "padding": "Pad",
    "zeropad": "Pad",
    "zeropadding": "Pad",
    "depthtospace": "PixelShuffle",
    "linear": "FC",
    "dense": "FC",
    "fullyconnected": "FC",
    "batchnorm": "BN",
    "batchnormalization": "BN",
    "instancenormalization": "InstanceNorm",
    "groupnormalization": "GroupNorm",
    "gn": "GroupNorm",
    "ln": "LayerNorm",
    "layernormalization": "LayerNorm",
}
"""Other words for them, without capitals and signs."""

BRANCHES: dict[str, tuple[type[Operation], bool]] = {
    "res": (Sum, False),
    "sum": (Sum, False),
    "add": (Sum, False),
    "cat": (Concatenation, False),
    "concat": (Concatenation, False),
    "mul": (Product, False),
    "cropres": (Sum, True),
    "cropsum": (Sum, True),
    "cropcat": (Concatenation, True),
    "crop": (CropTo, False),
}
"""What stands before the parentheses of branches: what joins them, and whether it crops them first."""

LAYERS = {bare(name): name for name in EXAMPLES} | OTHER_WORDS

OF_OTHERS = frozenset(("crelu", "lcn", "lstm", "maxout", "maxunpool", "minpool", "sumpool", "unpool", "convlstm"))
"""Layers that are unknown here and no slips, near as they are to known words."""

OF_A_FRAMEWORK = ("1d", "2d", "3d")

_SHORT = {"maxpool": "MaxPool", "softmax": "Softmax", "norm": "Norm", "unknown": "Unknown", "input": "input"}
_VOCABULARY = LAYERS | {bare(name): name for name in NOOPS} | {word: f"{word}(a | b)" for word in BRANCHES} | _SHORT


def stem(word: str) -> str:
    """A word without capitals, signs, and the numbers behind it: ``Conv2d`` and ``conv-64`` are ``conv``."""
    plain = bare(word)
    if plain.endswith(OF_A_FRAMEWORK):
        plain = plain[:-2]
    return plain.rstrip("0123456789")


def slip(word: str) -> str | None:
    """The known word that a word is, or is a slip for; None where none is near.

    Up to six letters one of them may be wrong, missing, too many, or two exchanged; from seven on two such things.
    Of three letters two may be exchanged.

    >>> slip("MaxPol"), slip("Rleu"), slip("Frobnicate"), slip("CReLU")
    ('MaxPool', 'ReLU', None, None)
    """
    plain = stem(word)
    if plain in _VOCABULARY:
        return _VOCABULARY[plain]
    if len(plain) < 3 or plain in OF_OTHERS:
        return None
    found = nearest_of(plain, _VOCABULARY, 1 if len(plain) < 7 else 2)
    if found is None or (len(plain) == 3 and sorted(found) != sorted(plain)):
        return None
    return _VOCABULARY[found]


def nearest_of(word: str, known: Iterable[str], most: int) -> str | None:
    """The known word that the fewest slips lead to, ``most`` at most."""
    best, least = None, most + 1
    for candidate in known:
        if abs(len(candidate) - len(word)) < least:
            distance = slips(word, candidate)
            if distance < least:
                best, least = candidate, distance
    return best


def slips(one: str, other: str) -> int:
    """How many letters are wrong, missing, too many or exchanged with the next.

    >>> slips("rleu", "relu"), slips("maxpol", "maxpool"), slips("conv", "fc")
    (1, 1, 4)
    """
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one):
        current = [row + 1]
        for column, wanted in enumerate(other):
            cost = min(above[column] + (letter != wanted), above[column + 1] + 1, current[column] + 1)
            if row and column and letter == other[column - 1] and one[row - 1] == wanted:
                cost = min(cost, before[column - 1] + 1)
            current.append(cost)
        before, above = above, current
    return above[-1]
