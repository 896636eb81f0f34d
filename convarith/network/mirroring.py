"""The decoder that mirrors an encoder: layer by layer back to the shapes that the encoder had, last layer first.

A convolution becomes its transposed convolution, with the output_padding that restores its input exactly
((i + 2p - d(k - 1) - 1) mod s, Relationship 14); a pooling becomes a transposed convolution of the same window; what
follows a layer without changing shapes (norms, activations) follows where its tensor is restored.
"""

from __future__ import annotations

from math import prod

from convarith.arithmetic.layers import Conv
from convarith.errors import RefusedError, ShapeError
from convarith.network import operations as ops
from convarith.network.advice import fitting_trace
from convarith.network.graph import Builder
from convarith.network.tracing import in_layer, trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, SupportsIndex

    from convarith.network.graph import Network
    from convarith.network.operations import Met, Operation, Shape


def mirrored(network: Network, input_shape: Sequence[SupportsIndex] | None = None) -> Network:
    """The decoder of a network on one input; its own input is the network's output.

    Where branches meet, it follows the first one, and says so.

    >>> import convarith as ca
    >>> str(ca.network.parse("3-2-1Conv16 -> 3-2-1Conv32").mirror((3, 28, 30)))
    'input 32x7x8 -> 3-2-1ConvT16 a1x0 -> 3-2-1ConvT3 a1'

    Raises:
        ShapeError: the network does not fit the input, or a layer has no mirror.
    """
    found = fitting_trace(network, input_shape)
    builder = Builder()
    warnings = []
    path, joins = _first_branch(network)
    if joins:
        warnings.append(
            f"the mirror follows the first branch of {', '.join(joins[:3])}{' ...' if len(joins) > 3 else ''}"
        )
    output = found.met[path[-1]]
    restored, flat = output, len(output.shape) == 1
    followers: list[Operation] = []
    for number in reversed(path):
        node = network.nodes[number]
        before = found.met[node.inputs[0]]
        if _keeps(node.operation):
            followers.insert(0, node.operation)
            continue
        for operation in followers:
            builder.add(operation)
        followers = []
        try:
            for operation in _mirrors(node.operation, before, found.met[number]):
                builder.add(operation)
        except RefusedError as refusal:
            raise in_layer(refusal, node.name) from None
        restored = before
    ones = (1,) * len(output.positions)
    decoder = builder.build(
        f"mirror of {network.title}" if network.title else "",
        (*output.shape, *ones) if flat else output.shape,
        warnings,
    )
    _check(decoder, restored.shape)
    return decoder


def _first_branch(network: Network) -> tuple[list[int], list[str]]:
    """The nodes from the input to the output, through the first branch wherever several meet; and where they do."""
    path, joins = [], []
    number = len(network.nodes) - 1
    while number:
        node = network.nodes[number]
        if len(node.inputs) == 1:
            path.append(number)
        else:
            joins.append(node.name)
        number = node.inputs[0]
    return path[::-1], joins[::-1]


def _keeps(operation: Operation) -> bool:
    return isinstance(operation, (ops.Unchanged, ops.Normalization))


def _mirrors(operation: Operation, before: Met, after: Met) -> tuple[Operation, ...]:
    """What takes ``after`` back to ``before``.

    Raises:
        ShapeError: nothing does.
    """
    for kind, mirror in MIRRORS.items():
        if isinstance(operation, kind):
            return mirror(operation, before, after)
    raise ShapeError(f"{operation.title} has no mirror; leave it out, or write the decoder's layer by hand")


def _transposed(operation: Any, before: Met, after: Met) -> tuple[Operation, ...]:
    layer = operation.layer
    direct = Conv(layer.kernel_size, stride=layer.stride, padding=layer.padding, dilation=layer.dilation)
    over = [axis.remainder for axis in after.reads[0] or ()]  # type: ignore[union-attr]  # windows are axes
    if min(over) < 0:
        raise ShapeError(
            f"its last window reaches {-min(over)} beyond the input, which no output_padding takes back; "
            f"leave out ceil_mode, or take an input that it fits",
            overhang=-min(over),
        )
    channels = before.shape[0]
    groups = getattr(operation, "groups", channels)
    back = direct.transposed(before.positions)
    bias = getattr(operation, "bias", True)
    if isinstance(operation, ops.Pooling):
        return (ops.TransposedConvolution(back, channels),)
    return (ops.TransposedConvolution(back, channels, channels if groups is None else groups, bias),)


def _direct(operation: Any, before: Met, after: Met) -> tuple[Operation, ...]:
    back = operation.layer.direct
    counted = back.output_shape(after.positions)
    if counted != before.positions:
        raise ShapeError(
            f"the convolution back makes {ops.shown(counted)} of {ops.shown(after.positions)}, not "
            f"{ops.shown(before.positions)}; take an output_padding below the stride",
            output_shape=counted,
        )
    groups = before.shape[0] if operation.groups is None else operation.groups
    return (ops.Convolution(back, before.shape[0], groups, operation.bias),)


def _resized(operation: Any, before: Met, after: Met) -> tuple[Operation, ...]:
    sizes = before.positions
    up = ops.Upsampling(size=sizes[0] if len(set(sizes)) == 1 else sizes)
    if len(after.shape) > 1:
        return (up,)
    return ops.Unflatten((*after.shape, *(1 for _ in sizes))), up


def _pooled(operation: Any, before: Met, after: Met) -> tuple[Operation, ...]:
    sizes = before.positions
    return (ops.AdaptivePooling(sizes[0] if len(set(sizes)) == 1 else sizes),)


def _cropped(operation: Any, before: Met, after: Met) -> tuple[Operation, ...]:
    sides = [operation.sides(axis) for axis in range(operation.ndim or 1)]
    return (ops.Padding(tuple((-first, -last) for first, last in sides)),)


def _connected(operation: Any, before: Met, after: Met) -> tuple[Operation, ...]:
    back = ops.FullyConnected(prod(before.shape), operation.bias)
    return (back,) if len(before.shape) == 1 else (back, ops.Unflatten(before.shape))


def _unflattened(operation: Any, before: Met, after: Met) -> tuple[Operation, ...]:
    return (ops.Unflatten(before.shape),)


def _flattened(operation: Any, before: Met, after: Met) -> tuple[Operation, ...]:
    return (ops.Flatten(),)


MIRRORS: dict[type, Callable[[Any, Met, Met], tuple[Operation, ...]]] = {
    ops.TransposedConvolution: _direct,
    ops.Convolution: _transposed,
    ops.Pooling: _transposed,
    ops.GlobalPooling: _resized,
    ops.AdaptivePooling: _resized,
    ops.Upsampling: _pooled,
    ops.Padding: _cropped,
    ops.FullyConnected: _connected,
    ops.Flatten: _unflattened,
    ops.Unflatten: _flattened,
}
"""The first that an operation is one of says what goes back."""


def _check(decoder: Network, shape: Shape) -> None:
    """Refuse a decoder that does not restore the shape."""
    found = trace(decoder)
    if found.refusal is not None:
        raise ShapeError(f"there is no mirror: {found.refusal.message}", **found.refusal.numbers)
    if found.output_shape != shape:
        raise ShapeError(
            f"the mirror makes {ops.shown(found.output_shape)} and not {ops.shown(shape)}; a layer of the network "
            f"crops or joins what its first branch does not have",
            output_shape=found.output_shape,
            shape=shape,
        )
