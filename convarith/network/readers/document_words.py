"""Which type of layer a word in a document means: any spelling of it, other words for it, and slips near it."""

from __future__ import annotations

from convarith.network.readers.document_schema import TYPES
from convarith.network.readers.noops import NOOPS, bare, noop_name

ALIASES = {
    "convolution": "conv",
    "dwconv": "depthwise_conv",
    "depthwise": "depthwise_conv",
    "depthwiseconvolution": "depthwise_conv",
    "convt": "conv_transpose",
    "upconv": "conv_transpose",
    "deconv": "conv_transpose",
    "transposedconv": "conv_transpose",
    "transposedconvolution": "conv_transpose",
    "maxpooling": "max_pool",
    "avgpooling": "avg_pool",
    "averagepool": "avg_pool",
    "averagepooling": "avg_pool",
    "globalaveragepool": "global_avg_pool",
    "globalaveragepooling": "global_avg_pool",
    "globalmaxpooling": "global_max_pool",
    "upsampling": "upsample",
    "padding": "pad",
    "zeropad": "pad",
    "zeropadding": "pad",
    "linear": "fc",
    "dense": "fc",
    "fullyconnected": "fc",
    "bn": "batch_norm",
    "norm": "batch_norm",
    "batchnormalization": "batch_norm",
    "instancenormalization": "instance_norm",
    "groupnormalization": "group_norm",
    "layernormalization": "layer_norm",
    "add": "sum",
    "cat": "concat",
    "concatenate": "concat",
    "concatenation": "concat",
    "mul": "product",
    "multiply": "product",
}
"""Other words for a type, without capitals and signs."""

_BY_WORD = {bare(name): name for name in TYPES} | ALIASES


def type_name(word: str) -> str | None:
    """The type that a word means: spelled in any way, with or without the 2d of a framework, or by an alias.

    >>> type_name("MaxPool2d"), type_name("dense"), type_name("leaky_relu"), type_name("LSTM")
    ('max_pool', 'fc', 'LeakyReLU', None)
    """
    key = bare(word)
    for candidate in (key, key[:-2] if key.endswith(("1d", "2d", "3d")) else key):
        if candidate in _BY_WORD:
            return _BY_WORD[candidate]
    return noop_name(key)


def near_type(word: str) -> str | None:
    """The known type that a word is a slip for, or None where none is near.

    >>> near_type("cnov"), near_type("SelfAttention")
    ('conv', None)
    """
    from difflib import get_close_matches  # only what nobody knows pays for this import

    words = [*_BY_WORD, *(bare(name) for name in NOOPS)]
    close = get_close_matches(bare(word), words, n=1, cutoff=0.75)
    return type_name(close[0]) if close else None
