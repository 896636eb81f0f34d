"""ONNX's operators by name: which nodes each becomes.

`OPERATORS` is the table; what is not in it is not known. Convolutions and poolings follow the text of their opset,
but for rounding up, which all runtimes do as the text does from opset 22 on.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from convarith.network.merging import Concatenation, Product, Sum
from convarith.network.operations import (
    Flatten,
    FullyConnected,
    GlobalPooling,
    Normalization,
    Operation,
    PixelShuffle,
    Unchanged,
    Unflatten,
)
from convarith.network.readers.assembling import merged
from convarith.network.readers.noops import noop_name
from convarith.network.readers.onnx_patterns import group_norm, has_bias, means_channels
from convarith.network.readers.onnx_windows import WINDOWED, pointwise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from convarith.network.readers.onnx_calls import Held, OnnxCall
    from convarith.network.readers.onnx_graphs import Constant

# Fully connected


def _gemm(call: OnnxCall) -> Held:
    weights = call.constant(1).dims
    if weights is None or len(weights) != 2 or call.whole("transA", 0):
        return call.unknown("does not multiply by weights of the file")
    features, inputs = weights if call.whole("transB", 0) else weights[::-1]
    return _fully_connected(call, features, inputs, bool(call.input(2)))


def _matmul(call: OnnxCall) -> Held:
    weights = call.constant(1).dims
    if weights is None or len(weights) != 2:
        return call.unknown("does not multiply by weights of the file")
    if call.at.ndim and not call.held.last:
        return call.unknown("acts on the last axis here, which is not that of the channels")
    if call.at.ndim:
        return pointwise(call, weights[1], weights[0])
    return _fully_connected(call, weights[1], weights[0], has_bias(call, weights[1]))


def _fully_connected(call: OnnxCall, features: int, inputs: int, bias: bool) -> Held:
    return call.add(FullyConnected(features, bias, inputs if call.at.ndim == 0 else None), last=False)


# Shapes


def _flatten(call: OnnxCall) -> Held:
    axes = call.axes([call.whole("axis", 1)])
    if call.at.ndim is not None and axes != [1]:
        return call.unknown(f"at axis {axes[0]} joins the batch to other axes")
    return call.add(Flatten(), last=False)


def _reshape(call: OnnxCall) -> Held:
    target = call.constant(1).values if len(call.node.inputs) > 1 else call.get("shape")
    if not isinstance(target, tuple) or not target:
        return call.unknown("to a shape that is not known")
    dims = call.held.dims
    wanted = [
        (dims[place - 1] if dims and 0 < place <= len(dims) else None) if size == 0 else size
        for place, size in enumerate(target)
    ]
    return reshaped(call, wanted[1:])


def reshaped(call: OnnxCall, wanted: Sequence[int | float | None]) -> Held:
    """To this shape, the batch left out; -1 is what is left, None is not known."""
    dims = call.held.dims
    if call.at.ndim and len(wanted) == 2:
        affine = group_norm(call)
        if affine is not None:
            return call.add(Normalization("group", affine))
    total = None if dims is None or None in dims else prod(size for size in dims if size is not None)
    known = [size for size in wanted if isinstance(size, int) and size > 0]
    if len(wanted) == 1:
        if total is None or wanted[0] in (-1, None) or wanted[0] == total:
            return call.add(Flatten(), last=False)
        return call.unknown("parts the batch")
    if len(known) == len(wanted) - 1 and total is not None and total % prod(known) == 0:
        wanted = [size if size in known else total // prod(known) for size in wanted]
        known = [size for size in wanted if isinstance(size, int)]
    if dims is not None and tuple(wanted) == dims:
        return call.held
    if dims is not None and tuple(wanted) == (1, *dims) and means_channels(call):
        return call.add(Unchanged("ChannelMean"))
    if call.at.ndim == 0 and len(known) == len(wanted) > 1 and prod(call.at.positions or (1,)) == 1:
        if call.moves_channels_first(len(known) - 1):
            return call.add(Unflatten((*known[-1:], *known[:-1])), last=True)
        return call.add(Unflatten(known), last=False)
    return call.unknown("mixes axes")


def _squeeze(call: OnnxCall) -> Held:
    given = call.constant(1).integers if len(call.node.inputs) > 1 else call.wholes("axes")
    axes, ndim = sorted(call.axes(given)), call.at.ndim or 0
    spatial = call.spatial_axes
    if given is None and call.at.shape is not None and prod(call.at.shape[1:]) == 1:
        axes = spatial
    if ndim and axes == spatial:
        return call.add(Flatten(), last=False)
    return call.unknown("takes away some of the axes")


def _unsqueeze(call: OnnxCall) -> Held:
    given = call.constant(1).integers if len(call.node.inputs) > 1 else call.wholes("axes")
    axes = sorted(given or ())
    if call.at.ndim and axes == [1] and means_channels(call):
        return call.add(Unchanged("ChannelMean"))
    if (
        call.at.ndim == 0
        and call.at.channels
        and axes
        and axes in ([*range(2, 2 + len(axes))], [*range(-len(axes), 0)])
    ):
        return call.add(Unflatten((call.at.channels, *(1,) * len(axes))), last=False)
    return call.unknown("puts axes where there are others")


def _transpose(call: OnnxCall) -> Held:
    perm, ndim = call.get("perm"), call.at.ndim
    if not isinstance(perm, tuple) or ndim is None or len(perm) != ndim + 2:
        return call.unknown("exchanges axes that are not known")
    if perm == tuple(range(ndim + 2)):
        return call.held
    if ndim and perm == channels_first(ndim) and call.held.last:
        return call.keep(call.at, last=False)
    if ndim and perm == channels_last(ndim) and not call.held.last:
        return call.keep(call.at, last=True)
    return call.unknown("exchanges axes")


def channels_first(ndim: int) -> tuple[int, ...]:
    """The permutation that brings the channels from the end to the front.

    >>> channels_first(2), channels_last(2)
    ((0, 3, 1, 2), (0, 2, 3, 1))
    """
    return (0, ndim + 1, *range(1, ndim + 1))


def channels_last(ndim: int) -> tuple[int, ...]:
    """The permutation that brings them back."""
    return (0, *range(2, ndim + 2), 1)


def _depth_to_space(call: OnnxCall) -> Held:
    return call.unknown() if call.held.last else call.add(PixelShuffle(call.whole("blocksize", 0)))


# Normalization, and what acts on each number by itself


def _norm(name: str) -> Callable[[OnnxCall], Held]:
    def read(call: OnnxCall) -> Held:
        return call.unknown("acts on another axis here") if call.held.last else call.add(Normalization(name))

    return read


def _layer_norm(call: OnnxCall) -> Held:
    axes = call.axes([call.whole("axis", -1)])
    biased = bool(call.input(2))
    if axes == [call.held.channel_axis] and biased and axes == [len(call.held.dims or ())]:
        return call.add(Normalization("layer"))
    return call.add(Unchanged("LayerNorm", (call.constant(1).numel or 0) * (1 + biased)))


def _prelu(call: OnnxCall) -> Held:
    return call.add(Unchanged("PReLU", call.constant(1).numel or 0))


def _noop(call: OnnxCall) -> Held:
    name = "LRN" if call.node.op == "LRN" else noop_name(call.node.op)
    return call.add(Unchanged(name or call.node.op))


def _clip(call: OnnxCall) -> Held:
    bounds = (call.get("min", _one(call.constant(1))), call.get("max", _one(call.constant(2))))
    return call.add(Unchanged("ReLU6" if bounds == (0, 6) else "Clip"))


def _one(constant: Constant) -> int | float | None:
    return constant.values[0] if constant.values and len(constant.values) == 1 else None


def _alias(call: OnnxCall) -> Held:
    return call.held


def _arithmetic(operation: type[Operation]) -> Callable[[OnnxCall], Held]:
    def read(call: OnnxCall) -> Held:
        if len(call.data) == 1:
            return _beside_a_constant(call)
        if len({held.last for held in call.data if held.tensor.ndim}) > 1:
            return call.unknown("takes tensors whose axes are in different orders")
        last = next((held.last for held in call.data if held.tensor.ndim), False)
        tensors = [held.tensor for held in call.data]
        return call.keep(merged(operation(), tensors, call.assembly, call.free_name(), last), last)

    return read


def _beside_a_constant(call: OnnxCall) -> Held:
    """A constant that is added or multiplied; its numbers are parameters where the file stores them."""
    numbers = sum(constant.numel or 0 for constant in call.others if constant.stored and (constant.numel or 0) > 1)
    dims = call.held.dims
    for constant in call.others:
        own = constant.dims or ()
        if dims is not None and any(
            size is not None and size < other for size, other in zip(dims[::-1], own[::-1], strict=False)
        ):
            return call.unknown("stretches the tensor to a larger constant")
    return call.add(Unchanged(call.node.op, numbers))


def _concat(call: OnnxCall) -> Held:
    if call.others:
        return call.unknown("joins constants")
    if len(call.data) == 1:
        return call.held
    if call.axes([call.whole("axis", 1)]) != [call.held.channel_axis] or len({held.last for held in call.data}) > 1:
        return call.unknown("joins more than channels")
    return call.keep(call.assembly.add(Concatenation(), [held.tensor for held in call.data], call.free_name()))


def _reduce(reduction: str) -> Callable[[OnnxCall], Held]:
    def read(call: OnnxCall) -> Held:
        given = call.constant(1).integers if len(call.node.inputs) > 1 else call.wholes("axes")
        axes, ndim = sorted(call.axes(given)), call.at.ndim or 0
        if not ndim or axes != call.spatial_axes:
            return call.unknown("reduces other axes than the spatial ones")
        keep = bool(call.whole("keepdims", 1))
        return call.add(GlobalPooling(reduction, keep), last=call.held.last and keep)

    return read


NOOPS = (
    *("Relu", "LeakyRelu", "Elu", "Selu", "Celu", "Gelu", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Softmax"),
    *("LogSoftmax", "Hardmax", "Softplus", "Softsign", "ThresholdedRelu", "Mish", "Swish", "Shrink", "LRN", "Dropout"),
    *("Erf", "Exp", "Log", "Sqrt", "Reciprocal", "Neg", "Abs", "Sign", "Floor", "Ceil", "Round", "Sin", "Cos", "Not"),
    *("LpNormalization", "MeanVarianceNormalization"),
)
"""What changes no shape, and reads its own position or no other of interest."""

ALIASES = ("Identity", "Cast", "QuantizeLinear", "DequantizeLinear", "CastLike")
"""What is not even worth a node."""

OPERATORS: dict[str, Callable[[OnnxCall], Held]] = {
    **WINDOWED,
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
    "Transpose": _transpose,
    "DepthToSpace": _depth_to_space,
    "BatchNormalization": _norm("batch"),
    "InstanceNormalization": _norm("instance"),
    "GroupNormalization": _norm("group"),
    "LayerNormalization": _layer_norm,
    "PRelu": _prelu,
    "Clip": _clip,
    **dict.fromkeys(NOOPS, _noop),
    **dict.fromkeys(ALIASES, _alias),
    **dict.fromkeys(("Add", "Sum", "Sub", "Max", "Min", "Mean"), _arithmetic(Sum)),
    **dict.fromkeys(("Mul", "Div", "Pow"), _arithmetic(Product)),
    "Concat": _concat,
    "ReduceMean": _reduce("avg"),
    "ReduceMax": _reduce("max"),
    "ReduceL2": _reduce("lp"),
}


def read_operator(call: OnnxCall) -> Held:
    """The tensor that a node makes; of an operator that is not known, one of the same shape, with a warning.

    Raises:
        ParameterError: its attributes are never right.
    """
    read = OPERATORS.get(call.node.op)
    if read is None:
        return call.unknown()
    return read(call)
