"""PyTorch's layer classes: the arguments of each one, what it is here, and which ones are nothing here.

The same table serves the reader of live modules and the reader of printed ones; both hand in arguments by name.
"""

from __future__ import annotations

from convarith.errors import ParameterError
from convarith.network.readers.torch_given import REQUIRED, Given
from convarith.network.readers.torch_layers import (
    read_avg_pool,
    read_convolution,
    read_flatten,
    read_layer_norm,
    read_linear,
    read_lp_pool,
    read_max_pool,
    read_prelu,
    read_shuffle,
    read_transposed,
    read_unchanged,
    read_unflatten,
    read_upsampling,
    reads_adaptive,
    reads_norm,
    reads_padding,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convarith.network.operations import Operation
    from convarith.network.readers.torch_layers import Read

# The table: class -> (its arguments in order, with their defaults; what it is)

_CONV = {"in_channels": REQUIRED, "out_channels": REQUIRED, "kernel_size": REQUIRED, "stride": 1, "padding": 0}
_POOL = {"kernel_size": REQUIRED, "stride": None}
_AFFINE = {"momentum": 0.1, "affine": True, "track_running_stats": True, "bias": True}

CLASSES: dict[str, tuple[dict[str, Any], Read]] = {
    "Linear": ({"in_features": REQUIRED, "out_features": REQUIRED, "bias": True}, read_linear),
    "GroupNorm": (
        {"num_groups": REQUIRED, "num_channels": REQUIRED, "eps": 1e-5, "affine": True, "bias": True},
        reads_norm("group"),
    ),
    "SyncBatchNorm": ({"num_features": REQUIRED, "eps": 1e-5, **_AFFINE, "process_group": None}, reads_norm("batch")),
    "LayerNorm": (
        {"normalized_shape": REQUIRED, "eps": 1e-5, "elementwise_affine": True, "bias": True},
        read_layer_norm,
    ),
    "RMSNorm": ({"normalized_shape": REQUIRED, "eps": None, "elementwise_affine": True}, read_layer_norm),
    "Flatten": ({"start_dim": 1, "end_dim": -1}, read_flatten),
    "Unflatten": ({"dim": REQUIRED, "unflattened_size": REQUIRED}, read_unflatten),
    "PixelShuffle": ({"upscale_factor": REQUIRED}, read_shuffle),
    "PReLU": ({"num_parameters": 1, "init": 0.25}, read_prelu),
    "Upsample": (
        {
            "size": None,
            "scale_factor": None,
            "mode": "nearest",
            "align_corners": None,
            "recompute_scale_factor": None,
        },
        read_upsampling,
    ),
    "UpsamplingNearest2d": ({"size": None, "scale_factor": None, "mode": "nearest"}, read_upsampling),
    "UpsamplingBilinear2d": ({"size": None, "scale_factor": None, "mode": "bilinear"}, read_upsampling),
}

for _n in "123":
    CLASSES |= {
        f"Conv{_n}d": (
            _CONV | {"dilation": 1, "groups": 1, "bias": True, "padding_mode": "zeros"},
            read_convolution,
        ),
        f"ConvTranspose{_n}d": (
            _CONV | {"output_padding": 0, "groups": 1, "bias": True, "dilation": 1, "padding_mode": "zeros"},
            read_transposed,
        ),
        f"MaxPool{_n}d": (
            _POOL | {"padding": 0, "dilation": 1, "return_indices": False, "ceil_mode": False},
            read_max_pool,
        ),
        f"AvgPool{_n}d": (
            _POOL | {"padding": 0, "ceil_mode": False, "count_include_pad": True, "divisor_override": None},
            read_avg_pool,
        ),
        f"LPPool{_n}d": ({"norm_type": REQUIRED, **_POOL, "ceil_mode": False}, read_lp_pool),
        f"AdaptiveMaxPool{_n}d": ({"output_size": REQUIRED, "return_indices": False}, reads_adaptive("max")),
        f"AdaptiveAvgPool{_n}d": ({"output_size": REQUIRED}, reads_adaptive("avg")),
        f"BatchNorm{_n}d": ({"num_features": REQUIRED, "eps": 1e-5, **_AFFINE}, reads_norm("batch")),
        f"InstanceNorm{_n}d": (
            {"num_features": REQUIRED, "eps": 1e-5, **_AFFINE, "affine": False, "track_running_stats": False},
            reads_norm("instance"),
        ),
        f"ZeroPad{_n}d": ({"padding": REQUIRED}, reads_padding("zeros")),
        f"ConstantPad{_n}d": ({"padding": REQUIRED, "value": 0.0}, reads_padding("zeros")),
        f"ReflectionPad{_n}d": ({"padding": REQUIRED}, reads_padding("reflect")),
        f"ReplicationPad{_n}d": ({"padding": REQUIRED}, reads_padding("replicate")),
        f"CircularPad{_n}d": ({"padding": REQUIRED}, reads_padding("circular")),
    }

# fmt: off
_KEEP_SHAPE = (
    "CELU", "ELU", "GELU", "Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh", "LeakyReLU", "LogSigmoid",
    "LogSoftmax", "Mish", "ReLU", "ReLU6", "RReLU", "SELU", "SiLU", "Sigmoid", "Softmax", "Softmax2d", "Softmin",
    "Softplus", "Softshrink", "Softsign", "Tanh", "Tanhshrink", "Threshold", "AlphaDropout", "ChannelShuffle",
    "CrossMapLRN2d", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout", "Identity",
    "LocalResponseNorm",
)
# fmt: on
for _n in _KEEP_SHAPE:
    CLASSES[_n] = ({}, read_unchanged)

_RECURRENT = "is recurrent"
_TWO = "takes two tensors"
_ATTENTION = "is attention over a sequence"
_WORDS = "takes words by number"
REFUSED = {
    "AdaptiveLogSoftmaxWithLoss": "takes targets, too",
    "Bilinear": _TWO,
    "CosineSimilarity": _TWO,
    "Embedding": _WORDS,
    "EmbeddingBag": _WORDS,
    "Fold": "adds up overlapping columns",
    "FractionalMaxPool2d": "draws its windows at random",
    "FractionalMaxPool3d": "draws its windows at random",
    "GLU": "halves an axis",
    "GRU": _RECURRENT,
    "GRUCell": _RECURRENT,
    "LSTM": _RECURRENT,
    "LSTMCell": _RECURRENT,
    "MaxUnpool1d": "takes the indices of a max pooling, too",
    "MaxUnpool2d": "takes the indices of a max pooling, too",
    "MaxUnpool3d": "takes the indices of a max pooling, too",
    "MultiheadAttention": _ATTENTION,
    "PairwiseDistance": _TWO,
    "PixelUnshuffle": "turns pixels into channels",
    "RNN": _RECURRENT,
    "RNNCell": _RECURRENT,
    "Transformer": _ATTENTION,
    "TransformerDecoder": _ATTENTION,
    "TransformerDecoderLayer": _ATTENTION,
    "TransformerEncoder": _ATTENTION,
    "TransformerEncoderLayer": _ATTENTION,
    "Unfold": "turns windows into columns",
}
"""Classes that are known to change shapes in ways that no operation here has: taking them as unknown, which is as
keeping the shape, would make every number after them wrong."""


def known_class(title: str) -> str | None:
    """The name in the table of a class, of its lazy form, or of its parametrized form; None where there is none.

    >>> known_class("LazyConv2d"), known_class("ParametrizedLinear"), known_class("Conv9d")
    ('Conv2d', 'Linear', None)
    """
    for prefix in ("", "Lazy", "Parametrized"):
        name = title.removeprefix(prefix)
        if name in CLASSES or name in REFUSED:
            return name
    return None


def given(title: str, values: dict[str, Any], **known: Any) -> Given:
    """A layer of a class of the table, or of one that is refused, with its arguments."""
    return Given(title, values, CLASSES[title][0] if title in CLASSES else {}, **known)


def operations_of(layer: Given) -> list[Operation]:
    """What a layer of the table does, as operations one after the other.

    >>> operations_of(given("ZeroPad2d", {"padding": (0, 1, 2, 3)}))
    [Padding(padding=((2, 3), (0, 1)), mode='zeros')]
    >>> operations_of(given("GLU", {}))
    Traceback (most recent call last):
    convarith.errors.ParameterError: GLU halves an axis, which no layer here does; leave it out, and read what comes \
before it and after it apart

    Raises:
        ParameterError: an argument is missing or is never right, or no operation does what the class does.
    """
    reason = REFUSED.get(layer.title)
    if reason is not None:
        raise ParameterError(
            f"{layer.title} {reason}, which no layer here does; leave it out, and read what comes before it and after "
            f"it apart",
            layer=layer.title,
        )
    found = CLASSES[layer.title][1](layer)
    return found if isinstance(found, list) else [found]
