"""The layers that keep every shape and read only their own position, by the names that are usual for them.

They are activations, dropout and its kin, and a few more; every reader calls them as here, so that one network is
equal to itself whatever it was read from.
"""

from __future__ import annotations

import re

NOOPS = (
    "ReLU",
    "ReLU6",
    "LeakyReLU",
    "PReLU",
    "RReLU",
    "ELU",
    "CELU",
    "SELU",
    "GELU",
    "SiLU",
    "Mish",
    "Sigmoid",
    "LogSigmoid",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "Hardshrink",
    "Softshrink",
    "Tanhshrink",
    "Threshold",
    "Tanh",
    "Softmax",
    "LogSoftmax",
    "Softmin",
    "Softplus",
    "Softsign",
    "Dropout",
    "AlphaDropout",
    "SpatialDropout",
    "GaussianDropout",
    "GaussianNoise",
    "LRN",
    "Identity",
    "Zeros",
)
"""The usual spellings."""

_OTHER_WORDS = {
    "swish": "SiLU",
    "exponential": "Exp",
    "hardsilu": "Hardswish",
    "localresponsenorm": "LRN",
    "localresponsenormalization": "LRN",
    "spatialdropout1d": "SpatialDropout",
    "spatialdropout2d": "SpatialDropout",
    "spatialdropout3d": "SpatialDropout",
    "dropout1d": "Dropout",
    "dropout2d": "Dropout",
    "dropout3d": "Dropout",
    "softmax2d": "Softmax",
    "featurealphadropout": "AlphaDropout",
    "clip": "Clip",
    "relun": "ReLU",
}


def bare(word: str) -> str:
    """A word without capitals and anything between its letters: ``Max_Pool`` and ``max pool`` are ``maxpool``."""
    return re.sub(r"[^0-9a-z]", "", word.lower())


_KNOWN = {bare(name): name for name in NOOPS} | _OTHER_WORDS


def noop_name(word: str) -> str | None:
    """The usual name of a layer that changes nothing, however it is spelled; None for one not known as such.

    >>> noop_name("leaky_relu"), noop_name("Swish"), noop_name("LSTM")
    ('LeakyReLU', 'SiLU', None)
    """
    return _KNOWN.get(bare(word))
