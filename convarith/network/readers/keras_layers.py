"""Keras' layers by the names of their classes: which nodes each becomes.

`LAYERS` is the table; what is not in it is not known. Shapes are ours, channels first, whatever the model's layout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convarith.arithmetic.integers import integer, listed, shown
from convarith.errors import ParameterError
from convarith.network.merging import Concatenation, Product, Sum
from convarith.network.operations import Flatten, Normalization, Unchanged, Unflatten
from convarith.network.readers.assembling import merged
from convarith.network.readers.keras_calls import activation_name
from convarith.network.readers.keras_windows import WINDOWED
from convarith.network.readers.noops import noop_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from convarith.network.operations import Operation
    from convarith.network.readers.assembling import Tensor
    from convarith.network.readers.keras_calls import Call

# Other shapes


def _reshape(call: Call) -> Tensor:
    given = listed(call.get("target_shape"))
    if not given:
        raise ParameterError(f"target_shape must be a list; got {shown(call.get('target_shape'))}", key="target_shape")
    target = [integer(entry, "target_shape", -1) for entry in given]
    total = call.size_along(range(1, len(call.keras_shape()) + 1))
    if -1 in target and total is not None:
        rest = [entry for entry in target if entry != -1]
        others = 1
        for entry in rest:
            others *= entry
        target = [total // others if entry == -1 and others else entry for entry in target]
    if len(target) == 1:
        return call.add(Flatten())
    if target == call.keras_shape():
        return call.add(Unchanged("Reshape"))
    if min(target) < 1 or call.at.ndim != 0:
        return call.unknown(f"to {tuple(given)} mixes axes")
    return call.add(Unflatten(target[-1:] + target[:-1] if call.channels_last else target))


def _permute(call: Call) -> Tensor:
    given = listed(call.get("dims")) or ()
    if given and given == tuple(range(1, len(given) + 1)):
        return call.add(Unchanged("Permute"))
    return call.unknown(f"by {shown(given)} exchanges axes")


# Normalization, and what else has parameters


def _batch_norm(call: Call) -> Tensor:
    axes = call.axes(call.get("axis", -1))
    return _normalized(call, "batch", axes, call.flag("scale", True) + call.flag("center", True))


def _layer_norm(call: Call) -> Tensor:
    rms = call.flag("rms_scaling", False)
    each = (call.flag("scale", True) or rms) + (call.flag("center", True) and not rms)
    return _normalized(call, "layer", call.axes(call.get("axis", -1)), each)


def _group_norm(call: Call) -> Tensor:
    return _normalized(
        call, "group", call.axes(call.get("axis", -1)), call.flag("scale", True) + call.flag("center", True)
    )


def _rms_norm(call: Call) -> Tensor:
    return _normalized(call, "layer", call.axes(call.get("axis", -1)), 1, "RMSNormalization")


def _normalized(call: Call, name: str, axes: list[int], each: int, title: str = "") -> Tensor:
    """A normalization with ``each`` parameters for each place along its axes."""
    if not each:
        return call.add(Normalization(name, affine=False))
    if each == 2 and axes == [call.channel_axis]:
        return call.add(Normalization(name))
    size = call.size_along(axes)
    if size is None:
        call.assembly.warn(f"{call.name}: its parameters hang on sizes that are not known, and are not counted")
    return call.add(Unchanged(title or f"{name.capitalize()}Norm", each * (size or 0)))


def _prelu(call: Call) -> Tensor:
    given = call.get("shared_axes", None)
    shared = call.axes([] if given is None else given, "shared_axes") if given else []
    axes = [axis for axis in range(1, len(call.keras_shape()) + 1) if axis not in shared]
    size = call.size_along(axes)
    if size is None:
        call.assembly.warn(f"{call.name}: its parameters hang on sizes that are not known, and are not counted")
    return call.add(Unchanged("PReLU", size or 0))


def _layer_scale(call: Call) -> Tensor:
    """Of the models of ``keras.applications``, which bring this layer and CustomScaleLayer along."""
    return call.add(Unchanged("LayerScale", integer(call.get("projection_dim"), "projection_dim", 0)))


def _activation(call: Call) -> Tensor:
    return call.add(Unchanged(activation_name(call.get("activation")) or "Identity"))


def _noop(call: Call) -> Tensor:
    return call.add(Unchanged(noop_name(call.kind) or call.kind))


# Merging


def _merge(operation: type[Operation]) -> Callable[[Call], Tensor]:
    def merge(call: Call) -> Tensor:
        if len(call.tensors) == 1:  # of the other, which is a number, nothing is left to say
            return call.add(Unchanged(call.kind))
        return merged(operation(), call.tensors, call.assembly, call.name, call.channels_last)

    return merge


def _concatenate(call: Call) -> Tensor:
    axes = call.axes(call.get("axis", -1))
    if len(call.tensors) == 1:
        return call.add(Unchanged("Concatenate"))
    if axes != [call.channel_axis]:
        return call.unknown(f"along axis {axes[0]} joins more than channels")
    return call.assembly.add(Concatenation(), call.tensors, call.name)


KEPT = (
    "ActivityRegularization",
    "Masking",
    "ThresholdedReLU",
    "UnitNormalization",
    "Rescaling",
    "Normalization",
    "RandomFlip",
    "RandomRotation",
    "RandomZoom",
    "RandomTranslation",
    "RandomContrast",
    "RandomBrightness",
)
"""What changes no shape, beside the layers of `noops`."""

LAYERS: dict[str, Callable[[Call], Tensor]] = {
    **WINDOWED,
    "Flatten": lambda call: call.add(Flatten()),
    "Reshape": _reshape,
    "Permute": _permute,
    "BatchNormalization": _batch_norm,
    "SyncBatchNormalization": _batch_norm,
    "LayerNormalization": _layer_norm,
    "GroupNormalization": _group_norm,
    "RMSNormalization": _rms_norm,
    "PReLU": _prelu,
    "LayerScale": _layer_scale,
    "Activation": _activation,
    **dict.fromkeys(KEPT, _noop),
    **dict.fromkeys(("Add", "Average", "Maximum", "Minimum", "Subtract", "CustomScaleLayer"), _merge(Sum)),
    "Multiply": _merge(Product),
    "Concatenate": _concatenate,
}


def read_layer(call: Call) -> Tensor:
    """The tensor that a layer makes; of one that nobody here knows, one of the same shape, with a warning."""
    read = LAYERS.get(call.kind)
    if read is None:
        return call.unknown() if noop_name(call.kind) is None else _noop(call)
    return read(call)
