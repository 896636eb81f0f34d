"""The state of an ONNX graph while it is read, and one node of it with its tensors and constants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from convarith.arithmetic.integers import integer, shown
from convarith.errors import ParameterError
from convarith.network.merging import Sum
from convarith.network.operations import Unknown
from convarith.network.readers.onnx_graphs import UNKNOWN, Constant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.network.operations import Operation, Shape
    from convarith.network.readers.assembling import Assembly, Tensor
    from convarith.network.readers.onnx_graphs import OnnxGraph, OnnxNode


class Held(NamedTuple):
    """A tensor of the graph; ``last`` says that its channels are the last axis there."""

    tensor: Tensor
    last: bool = False

    @property
    def dims(self) -> tuple[int | None, ...] | None:
        """Its shape as ONNX has it, the batch left out; sizes that are not known are None."""
        tensor = self.tensor
        if tensor.ndim is None:
            return None
        spatial = (None,) * tensor.ndim if tensor.shape is None else tensor.shape[1:]
        return (*spatial, tensor.channels) if self.last else (tensor.channels, *spatial)

    @property
    def spatial(self) -> Shape | None:
        return self.tensor.shape[1:] if self.tensor.shape is not None and self.tensor.ndim else None

    @property
    def channel_axis(self) -> int:
        return (self.tensor.ndim or 0) + 1 if self.last else 1


class Surroundings(Protocol):
    """What a node may ask of the graph around it."""

    def moves_channels_first(self, name: str, ndim: int) -> bool:
        """Whether all that take a tensor bring its channels from the end to the front."""

    def chain_after(self, node: OnnxNode, most: int) -> list[OnnxNode]:
        """The nodes after a node, each of which alone takes what the one before gives."""


class OnnxCall:
    """A node with what it takes: ``data`` are its tensors, ``inputs`` the names of all."""

    def __init__(
        self,
        node: OnnxNode,
        graph: OnnxGraph,
        assembly: Assembly,
        held: dict[str, Held],
        constants: dict[str, Constant],
        surroundings: Surroundings,
    ) -> None:
        self.node = node
        self.joined: tuple[OnnxNode, ...] = ()
        """The nodes after it that become one with it; the last one gives what it gives."""
        self._surroundings = surroundings
        self.opset = graph.opset
        self.batch = graph.sizes[0] if graph.sizes else None
        self.assembly = assembly
        self.data = [held[name] for name in node.inputs if name in held]
        self.held = self.data[0]
        self._constants = constants
        self._named = False
        self._name = node.name or (node.outputs[0] if node.outputs else node.op)

    @property
    def name(self) -> str:
        return self._name

    @property
    def at(self) -> Tensor:
        return self.held.tensor

    def get(self, name: str, default: Any = None) -> Any:
        return self.node.get(name, default)

    def whole(self, name: str, default: int) -> int:
        """An attribute that is a whole number.

        Raises:
            ParameterError: it is none.
        """
        return integer(self.node.get(name, default), name)

    def wholes(self, name: str) -> list[int] | None:
        """An attribute that is a row of whole numbers, or None.

        Raises:
            ParameterError: it is another.
        """
        value = self.node.get(name)
        if value is None:
            return None
        if not isinstance(value, tuple):
            raise ParameterError(f"{name} must be whole numbers; got {shown(value)}", name=name)
        return [integer(entry, name) for entry in value]

    def constant(self, number: int) -> Constant:
        """What stands at an input, if it is a constant; `UNKNOWN` else."""
        return self._constants.get(self.input(number), UNKNOWN)

    def input(self, number: int) -> str:
        """The name at an input, "" for none."""
        return self.node.inputs[number] if number < len(self.node.inputs) else ""

    @property
    def others(self) -> list[Constant]:
        """The constants that it takes."""
        return [self._constants[name] for name in self.node.inputs if name in self._constants]

    def chain_after(self, most: int) -> list[OnnxNode]:
        """The nodes after this one, each of which alone takes what the one before gives, at most so many."""
        return self._surroundings.chain_after(self.node, most)

    def dims_beside(self, node: OnnxNode) -> tuple[int, ...] | None:
        """The dims of the constant that a node of two inputs takes beside a tensor."""
        found = [self._constants[name].dims for name in node.inputs if name in self._constants]
        return found[0] if len(found) == 1 and len(node.inputs) == 2 else None

    def moves_channels_first(self, ndim: int) -> bool:
        """Whether what it gives is brought from channels at the end to channels at the front."""
        return bool(self.node.outputs) and self._surroundings.moves_channels_first(self.node.outputs[0], ndim)

    @property
    def spatial_axes(self) -> list[int]:
        """The axes that are neither the batch nor the channels."""
        return [axis for axis in range(1, (self.at.ndim or 0) + 2) if axis != self.held.channel_axis]

    def axes(self, given: Sequence[int] | None) -> list[int]:
        """Axes counted from 0, the batch included."""
        count = len(self.held.dims or ()) + 1
        return [] if given is None else [axis + count if axis < 0 else axis for axis in given]

    def add(self, operation: Operation, suffix: str = "", last: bool | None = None) -> Held:
        """Add a node; the one without a suffix has the name of ONNX's."""
        return self.keep(self.assembly.add(operation, [self.at], self.free_name(suffix)), last)

    def free_name(self, suffix: str = "") -> str:
        names = self.assembly.names
        if suffix or self._named:
            return names.of(f"{self._name}_{suffix}")
        self._named = True
        return names.reserved(self._name)

    def keep(self, tensor: Tensor, last: bool | None = None) -> Held:
        """What it has come to."""
        self.held = Held(tensor, self.held.last if last is None else last)
        return self.held

    def unknown(self, why: str = "is no operator that is known here") -> Held:
        """Add a layer that is taken to keep its shape, and say so."""
        if len(self.data) > 1:
            tensors = [held.tensor for held in self.data]
            if len({tensor.shape for tensor in tensors}) == 1:
                self.keep(self.assembly.add(Sum(), tensors, self.free_name("inputs")))
            else:
                why += ", and of its tensors only the first is followed"
        name = self.free_name()
        self.assembly.unknown(self.node.op, why, name)
        return self.keep(self.assembly.add(Unknown(self.node.op), [self.at], name))
