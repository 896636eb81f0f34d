"""Operations as PyTorch's layers: each one as the modules that do it one after the other, written as calls.

How the modules are put together is in `torch_source`.
"""

from __future__ import annotations

from math import prod

from convarith.network import operations
from convarith.network.readers.noops import noop_name
from convarith.network.writers.source_lines import Call, keyword, literal, shared
from convarith.network.writers.source_places import most_groups, unknown, unwritten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from convarith.network.writers.source_places import Pairs, Place

    Written = list[Call]


def torch_calls(place: Place) -> list[Call]:
    """The modules of one layer that takes one tensor.

    Raises:
        ParameterError: PyTorch has no layer for it, or nobody knows what it is.
    """
    return _LAYERS[type(place.operation)](place)


# Convolutions


def _convolution(place: Place) -> Written:
    layer, axes = place.operation.layer, place.axes
    if any(axis.input_dilation > 1 for axis in axes):
        raise unwritten(place, "convolution of a stretched input", "take a transposed convolution")
    pads = place.pads()
    padded = "same" if layer.padding == "same" and _strides(place) == 1 else _symmetric(pads)
    call = Call(
        f"nn.Conv{place.ndim}d",
        [
            *_channels(place),
            keyword("stride", _strides(place), 1),
            keyword("padding", 0 if padded is None else padded, 0),
            keyword("dilation", _dilations(place), 1),
            *_groups_and_bias(place),
        ],
    )
    return [call] if padded is not None else [_zero_pad(place, pads), call]


def _transposed(place: Place) -> Written:
    axes, crops = place.axes, place.crops()
    steps = [(axis.input_dilation, axis.dilation) for axis in axes]
    padding, added, cropped = [], [], []
    for (head, tail), step in zip(crops, steps, strict=True):
        more = head - tail
        if not 0 <= more < max(step):
            more = max(-tail, 0)
        own = min(head, tail + more)
        padding.append(own)
        added.append(more)
        cropped.append((own - head, own - more - tail))
    call = Call(
        f"nn.ConvTranspose{place.ndim}d",
        [
            *_channels(place),
            keyword("stride", shared(tuple(stretch for stretch, _ in steps)), 1),
            keyword("padding", shared(tuple(padding)), 0),
            keyword("output_padding", shared(tuple(added)), 0),
            *_groups_and_bias(place),
            keyword("dilation", _dilations(place), 1),
        ],
    )
    return [call, _zero_pad(place, cropped)] if any(map(any, cropped)) else [call]


def _channels(place: Place) -> list[str]:
    kernel = shared(tuple(axis.kernel for axis in place.axes))
    return [str(place.channels), str(place.features[0]), keyword("kernel_size", kernel)]


def _groups_and_bias(place: Place) -> list[str]:
    return [keyword("groups", place.features[1], 1), keyword("bias", place.operation.bias, True)]


def _strides(place: Place) -> int | tuple[int, ...]:
    return shared(tuple(axis.stride for axis in place.axes))


def _dilations(place: Place) -> int | tuple[int, ...]:
    return shared(tuple(axis.dilation for axis in place.axes))


def _symmetric(pads: Pairs) -> int | tuple[int, ...] | None:
    """One padding per axis where both sides are equal and nothing is cropped."""
    if any(before != after or before < 0 for before, after in pads):
        return None
    return shared(tuple(before for before, _ in pads))


def _zero_pad(place: Place, pads: Pairs) -> Call:
    return Call(f"nn.ZeroPad{place.ndim}d", [_last_first(pads)])


def _last_first(pads: Pairs) -> str:
    """(left, right, top, bottom)."""
    sides = [side for pair in reversed(pads) for side in pair]
    return literal(sides[0] if len(set(sides)) == 1 else tuple(sides))


def _linear(place: Place) -> Written:
    operation = place.operation
    call = Call("nn.Linear", [str(prod(place.before.shape)), str(operation.features), _bias(operation.bias)])
    return [call] if place.flat else [Call("nn.Flatten"), call]


def _bias(bias: bool) -> str:
    return keyword("bias", bias, True)


# Pooling

_REDUCTIONS = {"max": "Max", "avg": "Avg", "lp": "LP"}


def _pooling(place: Place) -> Written:
    axes, operation = place.axes, place.operation
    reduction = operation.reduction
    dilation = _dilations(place)
    if dilation != 1 and reduction != "max":
        raise unwritten(place, f"{reduction} pooling with dilation", "give dilation 1, or a max pooling")
    own = [(axis.before, axis.after) for axis in axes]
    kernel = shared(tuple(axis.kernel for axis in axes))
    direct = all(
        before == after and 0 <= before <= (axis.kernel // 2 if reduction != "lp" else 0)
        for axis, (before, after) in zip(axes, own, strict=True)
    )
    if place.ndim == 3 and reduction != "max":  # where PyTorch takes no kernel beyond the input, ceil_mode or not
        direct &= all(axis.kernel <= axis.size for axis in axes)
    call = Call(
        f"nn.{_REDUCTIONS[reduction]}Pool{place.ndim}d",
        [
            *(["2"] if reduction == "lp" else []),
            literal(kernel),
            keyword("stride", _strides(place), kernel),
            keyword("padding", shared(tuple(before for before, _ in own)) if direct else 0, 0),
            keyword("dilation", dilation, 1),
            keyword("ceil_mode", direct and operation.layer.ceil_mode, False),
        ],
    )
    if direct:
        return [call]
    pads = place.pads()
    if reduction != "max":
        return [_zero_pad(place, pads), call]
    return [Call(f"nn.ConstantPad{place.ndim}d", [_last_first(pads), 'float("-inf")']), call]


def _global_pooling(place: Place) -> Written:
    reduction = place.operation.reduction
    if reduction == "lp":
        call = Call(f"nn.LPPool{place.ndim}d", ["2", literal(shared(place.before.shape[1:]))])
    else:
        call = Call(f"nn.Adaptive{reduction.title()}Pool{place.ndim}d", ["1"])
    return [call] if place.operation.keep else [call, Call("nn.Flatten")]


def _adaptive_pooling(place: Place) -> Written:
    operation = place.operation
    if operation.reduction == "lp":
        raise unwritten(place, "adaptive lp pooling", "take max or avg, or an lp pooling with a kernel")
    given = operation.output_size if isinstance(operation.output_size, tuple) else (operation.output_size,) * place.ndim
    sizes = given if None in given and place.ndim > 1 else shared(place.after.shape[1:])
    return [Call(f"nn.Adaptive{operation.reduction.title()}Pool{place.ndim}d", [literal(sizes)])]


# Sizes and borders


def _upsampling(place: Place) -> Written:
    operation = place.operation
    mode = ("linear", "bilinear", "trilinear")[place.ndim - 1] if operation.mode == "linear" else "nearest"
    return [
        Call(
            "nn.Upsample",
            [
                keyword("size", operation.size),
                keyword("scale_factor", operation.factor),
                keyword("mode", mode, "nearest"),
                keyword("align_corners", operation.mode == "linear" and operation.align_corners, False),
            ],
        )
    ]


def _padding(place: Place) -> Written:
    operation = place.operation
    pads = [operation.sides(axis) for axis in range(place.ndim)]
    if operation.mode == "zeros":
        return [_zero_pad(place, pads)]
    kind = {"reflect": "Reflection", "replicate": "Replication", "circular": "Circular"}[operation.mode]
    more = [(max(before, 0), max(after, 0)) for before, after in pads]
    less = [(min(before, 0), min(after, 0)) for before, after in pads]
    found = [Call(f"nn.{kind}Pad{place.ndim}d", [_last_first(more)])]
    return [_zero_pad(place, less), *found] if any(map(any, less)) else found


def _shuffle(place: Place) -> Written:
    if place.ndim != 2:
        raise unwritten(place, f"pixel shuffle on {place.ndim} axes", "it has one on 2; upsample instead")
    return [Call("nn.PixelShuffle", [str(place.operation.factor)])]


def _flatten(place: Place) -> Written:
    return [Call("nn.Flatten")]


def _unflatten(place: Place) -> Written:
    return [Call("nn.Unflatten", ["1", literal(place.operation.shape)])]


# Norms, and what keeps its shape


def _norm(place: Place) -> Written:
    operation, channels = place.operation, str(place.channels)
    affine = keyword("affine", operation.affine, True)
    ndim = max(place.ndim, 1)
    if operation.name == "batch":
        return [Call(f"nn.BatchNorm{ndim}d", [channels, affine])]
    if operation.name == "instance":
        if place.flat:
            raise unwritten(place, "instance norm of features", "put it before the flatten")
        if prod(place.before.shape[1:]) == 1:
            raise unwritten(place, "instance norm of a single position", "leave it out, or give a larger input")
        return [Call(f"nn.InstanceNorm{ndim}d", [channels, keyword("affine", operation.affine, False)])]
    if operation.name == "layer" and place.flat:
        return [Call("nn.LayerNorm", [channels, keyword("elementwise_affine", operation.affine, True)])]
    groups = 1 if operation.name == "layer" else most_groups(place.channels)
    return [Call("nn.GroupNorm", [str(groups), channels, affine])]


def _unchanged(place: Place) -> Written:
    operation = place.operation
    name, parameters = operation.name, operation.parameters
    if name in ("LayerNorm", "RMSNorm"):
        return [Call(f"nn.{name}", _normalized(place))]
    if parameters and parameters == place.channels and name.startswith(("BatchNorm", "InstanceNorm", "GroupNorm")):
        return [Call(f"nn.{name}", _norm_arguments(place))]
    usual = noop_name(name)
    if usual == "PReLU":
        return [Call("nn.PReLU", [str(parameters)] if parameters > 1 else [])]
    if parameters:
        raise unwritten(place, f"{name} with {parameters} parameters", "put another layer in its place")
    if usual == "SpatialDropout":
        return [Call("nn.Dropout" if place.flat else f"nn.Dropout{place.ndim}d")]
    if usual not in _NOOPS:
        raise unwritten(place, f"layer called {name}", "put another activation in its place, or leave it out")
    return [_NOOPS[usual]]


_NOOPS = {
    name: Call(f"nn.{name}")
    for name in (
        *("ReLU", "ReLU6", "LeakyReLU", "RReLU", "ELU", "CELU", "SELU", "GELU", "SiLU", "Mish", "Sigmoid"),
        *("LogSigmoid", "Hardsigmoid", "Hardswish", "Hardtanh", "Hardshrink", "Softshrink", "Tanhshrink", "Tanh"),
        *("Softplus", "Softsign", "Dropout", "AlphaDropout", "Identity"),
    )
} | {
    "Softmax": Call("nn.Softmax", ["dim=1"]),
    "LogSoftmax": Call("nn.LogSoftmax", ["dim=1"]),
    "Softmin": Call("nn.Softmin", ["dim=1"]),
    "Threshold": Call("nn.Threshold", ["0.0", "0.0"]),
    "LRN": Call("nn.LocalResponseNorm", ["5"]),
}


def _norm_arguments(place: Place) -> list[str]:
    """A batch, instance or group norm with weights and no bias."""
    channels = str(place.channels)
    affine = "affine=True" if place.operation.name.startswith("Instance") else ""
    groups = [str(most_groups(place.channels))] if place.operation.name == "GroupNorm" else []
    return [*groups, channels, affine, "bias=False"]


def _normalized(place: Place) -> list[str]:
    """The last axes whose positions are as many as the parameters say, and whether there is a bias."""
    operation, shape = place.operation, place.before.shape
    if not operation.parameters:
        return [str(shape[-1]), "elementwise_affine=False"]
    each = (2, 1) if operation.name == "LayerNorm" else (1,)
    for biased in each:
        for first in range(len(shape) - 1, -1, -1):
            if biased * prod(shape[first:]) == operation.parameters:
                sizes = shape[first:] if len(shape) - first > 1 else shape[-1]
                return [literal(sizes), "bias=False" if biased < each[0] else ""]
    raise unwritten(
        place,
        f"{operation.name} of {operations.shown(shape)} with {operation.parameters} parameters",
        "they do not go with its last axes; give another input",
    )


def _unknown(place: Place) -> Written:
    raise unknown(place)


_LAYERS: dict[type[operations.Operation], Callable[[Place], Written]] = {
    operations.AdaptivePooling: _adaptive_pooling,
    operations.Convolution: _convolution,
    operations.Flatten: _flatten,
    operations.FullyConnected: _linear,
    operations.GlobalPooling: _global_pooling,
    operations.Normalization: _norm,
    operations.Padding: _padding,
    operations.PixelShuffle: _shuffle,
    operations.Pooling: _pooling,
    operations.TransposedConvolution: _transposed,
    operations.Unchanged: _unchanged,
    operations.Unflatten: _unflatten,
    operations.Unknown: _unknown,
    operations.Upsampling: _upsampling,
}
