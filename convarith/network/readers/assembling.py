"""How readers of graphs put a network together: tensors with what is known of them, names, warnings.

A `Tensor` is what a node gives. Its rank is nearly always known, its channels often, its shape where the sizes of the
input are; what a layer of a framework means here can hang on them (a dense layer on the last of several axes is a
convolution).
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from convarith.errors import RefusedError
from convarith.network import merging, operations
from convarith.network.graph import Builder, Network
from convarith.network.readers.node_names import UniqueNames

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from convarith.network.operations import Operation, Shape


MOST_NAMES = 5
"""More layers are not listed in one warning."""


class Tensor(NamedTuple):
    """What the node of this number gives. ``ndim`` is 0 for a flat one; what is not known is None."""

    number: int
    ndim: int | None = None
    channels: int | None = None
    shape: Shape | None = None
    positions: Shape | None = None


class Assembly:
    """A `Builder` that follows what is known of every tensor, names each node once and gathers warnings."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self.builder = Builder()
        self.names = UniqueNames(reserved)
        self.warnings: dict[str, None] = {}
        self._interned: dict[Operation, Operation] = {}
        self._unknown: dict[tuple[str, str], list[str]] = {}

    def warn(self, sentence: str) -> None:
        """Say something of the network, once."""
        self.warnings[sentence] = None

    def unknown(self, kind: str, why: str, name: str) -> None:
        """Say of a layer of this kind that it is taken to keep its shape; of several for one reason it is said once."""
        self._unknown.setdefault((kind, why), []).append(name)

    def add(self, operation: Operation, tensors: Sequence[Tensor], name: str) -> Tensor:
        """Add a node of this name, which has to be free, and what is known of its tensor."""
        same = self._interned.setdefault(operation, operation)
        number = self.builder.add(same, [tensor.number for tensor in tensors], name)
        shape, positions = _met(same, tensors)
        ndim = _ndim(same, tensors) if shape is None else len(shape) - 1
        channels = _channels(same, tensors) if shape is None else shape[0]
        return Tensor(number, ndim, channels, shape, positions)

    def build(self, output: Tensor, title: str, input_shape: Shape | None) -> Network:
        """The network of all nodes, the last of which gives ``output``."""
        if output.number != len(self.builder.nodes) - 1:
            self.add(operations.Unchanged("Identity"), [output], self.names.of("output"))
        return self.builder.build(title, input_shape, [*self.warnings, *map(_taken, self._unknown.items())])


def _taken(found: tuple[tuple[str, str], list[str]]) -> str:
    """The warning of layers that are taken to keep their shapes."""
    (kind, why), names = found
    if len(names) == 1:
        return f"{names[0]}: {kind} {why}; it is taken to keep its shape"
    return f"{', '.join(names[:MOST_NAMES])}{_more(names)}: {kind} {why}; each is taken to keep its shape"


def _more(names: list[str]) -> str:
    return f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""


def _met(operation: Operation, tensors: Sequence[Tensor]) -> tuple[Shape | None, Shape | None]:
    """Shape and positions of what comes out; None where an input is not known, or refused: the table says why."""
    shapes, positions = [tensor.shape for tensor in tensors], [tensor.positions for tensor in tensors]
    try:
        met = operation.meet_all(tuple(shapes), tuple(positions)) if all(shapes) else None  # type: ignore[arg-type]
    except RefusedError:
        return None, None
    return (None, None) if met is None else (met.shape, met.positions)


def _ndim(operation: Operation, tensors: Sequence[Tensor]) -> int | None:
    """How many axes come out, where no shape is known."""
    kind = type(operation)
    if kind in (operations.Flatten, operations.FullyConnected):
        return 0
    if isinstance(operation, operations.GlobalPooling) and not operation.keep:
        return 0
    known = operation.ndim
    return next((tensor.ndim for tensor in tensors if tensor.ndim is not None), None) if known is None else known


def _channels(operation: Operation, tensors: Sequence[Tensor]) -> int | None:
    """How many channels come out, where no shape is known."""
    before = [tensor.channels for tensor in tensors]
    if isinstance(operation, operations.Convolution) and operation.features is None:
        return None if before[0] is None else before[0] * operation.multiplier
    if isinstance(operation, (operations.Convolution, operations.FullyConnected)):
        return operation.features
    if isinstance(operation, operations.Unflatten):
        return operation.shape[0]
    if isinstance(operation, operations.PixelShuffle):
        each = operation.factor ** (tensors[0].ndim or 0)
        return None if before[0] is None or not tensors[0].ndim else before[0] // each
    if isinstance(operation, operations.Flatten):
        return before[0] if tensors[0].ndim == 0 else None
    if isinstance(operation, merging.Concatenation):
        return None if None in before else sum(before)  # type: ignore[arg-type]
    return next((channels for channels in before if channels is not None), None)


def merged(operation: Operation, tensors: Sequence[Tensor], assembly: Assembly, name: str, last: bool = True) -> Tensor:
    """A sum or a product; one whose tensors are stretched to each other's sizes is carried as a product, which does
    that. A flat one beside others becomes channels, where channels are ``last``, as frameworks do it."""
    ndim = max(tensor.ndim or 0 for tensor in tensors)
    held = []
    for tensor in tensors:
        if ndim and last and tensor.ndim == 0 and tensor.channels and prod(tensor.positions or ()) == 1:
            axes = operations.Unflatten((tensor.channels, *(1,) * ndim))
            held.append(assembly.add(axes, [tensor], assembly.names.of(f"{name}_axes")))
        else:
            held.append(tensor)
    shapes = {tensor.shape for tensor in held if tensor.shape is not None}
    sizes = zip(*shapes, strict=False)
    stretched = len(shapes) > 1 and all(set(each) <= {1, max(each)} for each in sizes)
    return assembly.add(merging.Product() if stretched else operation, held, name)


def collapsed(layer: Any) -> Any:
    """The same layer with one number where all axes agree."""
    fields = {}
    for name, value in layer.parameters.items():
        one = isinstance(value, tuple) and len(set(value)) == 1
        fields[name] = (
            (value[0] if name != "padding" or not isinstance(value[0], tuple) else value[:1]) if one else value
        )
    return type(layer)(**fields)


def one_or_all(numbers: Sequence[int]) -> int | tuple[int, ...]:
    """One number where all axes agree."""
    return numbers[0] if len(set(numbers)) == 1 else tuple(numbers)
