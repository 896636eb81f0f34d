"""Norms, activations, and what else keeps its shape, as Keras layers."""

from __future__ import annotations

from math import prod

from convarith.network.operations import shown
from convarith.network.readers.noops import noop_name
from convarith.network.writers.keras_steps import Step, function, new_layer
from convarith.network.writers.source_lines import Call, listing, literal
from convarith.network.writers.source_places import most_groups, unwritten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from convarith.network.writers.source_places import Place


def norm_steps(place: Place) -> list[Step]:
    operation = place.operation
    plain = [] if operation.affine else ["center=False", "scale=False"]
    if operation.name == "batch":
        return [new_layer("BatchNormalization", *plain)]
    if operation.name == "layer":
        return [new_layer("LayerNormalization", *plain)]
    if operation.name == "instance" and place.flat:
        raise unwritten(place, "instance norm of features", "put it before the flatten")
    groups = -1 if operation.name == "instance" else most_groups(place.channels)
    return [new_layer("GroupNormalization", str(groups), *plain)]


def unchanged_steps(place: Place) -> list[Step]:
    operation = place.operation
    name, parameters = operation.name, operation.parameters
    if name in ("LayerNorm", "RMSNorm"):
        return [_normalized(place)]
    if parameters and parameters == place.channels and name in _WITHOUT_CENTER:
        return [new_layer(*_WITHOUT_CENTER[name](place), "center=False")]
    usual = noop_name(name)
    if usual == "PReLU":
        return [new_layer("PReLU", *_prelu_axes(place))]
    if parameters:
        raise unwritten(place, f"{name} with {parameters} parameters", "put another layer in its place")
    if name == "Zeros":
        return [function("keras.ops.zeros_like")]
    if usual == "SpatialDropout":
        return [new_layer("Dropout" if place.flat else f"SpatialDropout{place.ndim}D", "0.5")]
    if usual in _NOOPS:
        return [_NOOPS[usual]]
    raise unwritten(place, f"layer called {name}", "put another activation in its place, or leave it out")


def _instance(place: Place) -> list[str]:
    return ["GroupNormalization", "-1"]


def _group(place: Place) -> list[str]:
    return ["GroupNormalization", str(most_groups(place.channels))]


_WITHOUT_CENTER: dict[str, Callable[[Place], list[str]]] = {
    **{f"BatchNorm{ndim}d": lambda _: ["BatchNormalization"] for ndim in (1, 2, 3)},
    **{f"InstanceNorm{ndim}d": _instance for ndim in (1, 2, 3)},
    "GroupNorm": _group,
}


def _prelu_axes(place: Place) -> list[str]:
    """The axes along which slopes are shared: all but the channels, or all."""
    last = len(place.before.shape)
    if place.operation.parameters not in (1, place.channels):
        raise unwritten(place, f"PReLU with {place.operation.parameters} parameters", "give 1, or one per channel")
    every = place.operation.parameters == 1
    axes = list(range(1, last + every))
    return [str(Call("shared_axes=", map(str, axes), "[]"))] if axes else []


def _normalized(place: Place) -> Step:
    """A norm over the last axes of PyTorch's order, as many as its parameters say."""
    operation, shape = place.operation, place.before.shape
    each = (2, 1) if operation.name == "LayerNorm" else (1,)
    kind = f"{operation.name}alization"
    if not operation.parameters:
        raise unwritten(place, f"{operation.name} without parameters", "leave it out")
    for biased in each:
        for first in range(len(shape) - 1, -1, -1):
            if biased * prod(shape[first:]) == operation.parameters:
                axes = sorted((axis or len(shape)) for axis in range(first, len(shape)))
                listed = str(axes[0]) if len(axes) == 1 else str(listing(map(str, axes)))
                return new_layer(kind, f"axis={listed}", "center=False" if biased < each[0] else "")
    raise unwritten(
        place,
        f"{operation.name} of {shown(shape)} with {operation.parameters} parameters",
        "they do not go with its last axes; give another input",
    )


def _activation(name: str) -> Step:
    return new_layer("Activation", literal(name))


_NOOPS = {
    "ReLU": new_layer("ReLU"),
    "ReLU6": new_layer("ReLU", "max_value=6"),
    "LeakyReLU": new_layer("LeakyReLU", "0.01"),
    "ELU": new_layer("ELU"),
    "CELU": _activation("celu"),
    "SELU": _activation("selu"),
    "GELU": _activation("gelu"),
    "SiLU": _activation("silu"),
    "Mish": _activation("mish"),
    "Sigmoid": _activation("sigmoid"),
    "LogSigmoid": _activation("log_sigmoid"),
    "Hardsigmoid": _activation("hard_sigmoid"),
    "Hardswish": _activation("hard_silu"),
    "Hardtanh": _activation("hard_tanh"),
    "Hardshrink": _activation("hard_shrink"),
    "Softshrink": _activation("soft_shrink"),
    "Tanhshrink": _activation("tanh_shrink"),
    "Threshold": _activation("threshold"),
    "Tanh": _activation("tanh"),
    "Softmax": new_layer("Softmax"),
    "LogSoftmax": _activation("log_softmax"),
    "Softplus": _activation("softplus"),
    "Softsign": _activation("softsign"),
    "Exp": _activation("exponential"),
    "Dropout": new_layer("Dropout", "0.5"),
    "AlphaDropout": new_layer("AlphaDropout", "0.5"),
    "GaussianDropout": new_layer("GaussianDropout", "0.5"),
    "GaussianNoise": new_layer("GaussianNoise", "0.1"),
    "Identity": new_layer("Identity"),
    "LRN": function("local_response_norm"),
}
