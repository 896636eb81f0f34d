"""What stands in a Keras model for arithmetic on tensors: operations of ``keras.ops`` (Keras 3), and functions of
TensorFlow that were called on tensors of Keras (Keras 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.network.merging import Concatenation, Product, Sum
from convarith.network.operations import GlobalPooling, Unchanged
from convarith.network.readers.assembling import merged
from convarith.network.readers.noops import bare, noop_name

if TYPE_CHECKING:
    from convarith.network.operations import Operation
    from convarith.network.readers.assembling import Tensor
    from convarith.network.readers.keras_calls import Call

FUNCTIONS = ("TFOpLambda", "SlicingOpLambda")

_SUMS = ("add", "subtract", "sub", "maximum", "minimum", "addn")
_PRODUCTS = ("multiply", "mul", "divide", "truediv", "realdiv", "truedivide")
_EACH = frozenset(
    (
        *("abs", "absolute", "sign", "negative", "neg", "floor", "round", "clip", "clipbyvalue", "reciprocal"),
        *("exp", "expm1", "log", "log1p", "power", "pow", "sqrt", "rsqrt", "square", "sin", "cos", "erf"),
        *("cast", "converttotensor", "identity", "stopgradient"),
    )
)
"""What acts on each number by itself, beside the layers of `noops`."""

_MEANS = {"mean": "avg", "reducemean": "avg", "max": "max", "amax": "max", "reducemax": "max"}


def is_op(layer: dict[Any, Any], kind: str) -> bool:
    """Whether this is no layer, but an operation on tensors."""
    return kind in FUNCTIONS or ".ops." in f"{layer.get('module')}."


def read_op(call: Call) -> Tensor:
    """The tensor that an operation makes of those that it takes."""
    given = call.get("function", None) if call.kind in FUNCTIONS else call.kind
    word = bare(str(given).rpartition(".")[2])
    merge: type[Operation] | None = Sum if word in _SUMS else Product if word in _PRODUCTS else None
    if merge is not None:
        if len(call.tensors) == 1:  # beside a number
            return call.add(Unchanged(word.capitalize()))
        return merged(merge(), call.tensors, call.assembly, call.name, call.channels_last)
    if word in ("concatenate", "concat") and len(call.tensors) > 1:
        axis = call.get("axis", -1 if call.channels_last else None)
        if axis is not None and call.axes(axis) == [call.channel_axis]:
            return call.assembly.add(Concatenation(), call.tensors, call.name)
    if word in _MEANS and call.get("axis", None) is not None:
        return _reduced(call, _MEANS[word])
    name = noop_name(word)
    if name or word in _EACH:
        return call.add(Unchanged(name or word.capitalize()))
    return call.unknown()


def _reduced(call: Call, reduction: str) -> Tensor:
    """A mean or maximum over all spatial axes."""
    axes = set(call.axes(call.get("axis")))
    spatial = set(range(1, (call.at.ndim or 0) + 2)) - {call.channel_axis}
    if not call.at.ndim or axes != spatial:
        return call.unknown("over these axes is none that is known here")
    return call.add(GlobalPooling(reduction, call.flag("keepdims", False)))
