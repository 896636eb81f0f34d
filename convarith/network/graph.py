"""A network: nodes in an order in which each takes what earlier ones give, as one immutable value.

Every notation is read into this, and every answer is asked of it. `Builder` is how readers and the named networks put
one together.
"""

from __future__ import annotations

from convarith.arithmetic.integers import integer, listed, shown
from convarith.arithmetic.values import Value, hold
from convarith.errors import ParameterError
from convarith.network.checking import text
from convarith.network.operations import Input, Operation
from convarith.network.tracing import input_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import SupportsIndex, TypeVar

    from convarith.network.fitting import Fits
    from convarith.network.regions import Region
    from convarith.network.table import Table

    Shape = Sequence[SupportsIndex]
    T = TypeVar("T")


class Node(Value):
    """One operation in its place: its name, and the numbers of the nodes whose tensors it takes."""

    name: str
    operation: Operation
    inputs: tuple[int, ...]

    def __init__(self, name: str, operation: Operation, inputs: tuple[int, ...]) -> None:
        checked = {"operation": _operation(operation), "inputs": _numbers(inputs)}
        hold(self, {"name": text(name, "layer name"), **checked})


class Network(Value):
    """Layers in sequence and in branches; node 0 is the input, the last one the output.

    ``input_shape`` is the one it was made for, where its source says so; ``warnings`` say what a reader had to assume.
    Networks are equal where their nodes are.

    >>> import convarith as ca
    >>> network = ca.network.parse("3-1-1Conv64 -> 2-2MaxPool")
    >>> network.table((3, 224, 224)).output_shape
    (64, 112, 112)

    Raises:
        ParameterError: two nodes have one name, or a node takes one that comes later.
    """

    nodes: tuple[Node, ...]
    title: str
    input_shape: tuple[int, ...] | None
    warnings: tuple[str, ...]

    def __init__(
        self,
        nodes: Iterable[Node],
        title: str = "",
        input_shape: Shape | None = None,
        warnings: Iterable[str] = (),
    ) -> None:
        held, said = _listed(nodes, Node, "nodes"), _listed(warnings, str, "warnings")
        if not isinstance(title, str):
            raise ParameterError(f"title must be text; got {shown(title)} ({type(title).__name__})", value=title)
        _check(held)
        shape = None if input_shape is None else input_of(input_shape)
        hold(self, {"nodes": held, "title": title, "input_shape": shape, "warnings": said})

    def __eq__(self, other: object) -> bool:
        return self.nodes == other.nodes if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.nodes)

    def __len__(self) -> int:
        """How many layers there are, the input left out."""
        return len(self.nodes) - 1

    def __repr__(self) -> str:
        return f"<Network{f' {self.title}' if self.title else ''} of {len(self)} layers>"

    def table(self, input_shape: Shape | None = None) -> Table:
        """Every layer with its shape, parameters, MACs and receptive field, for an input of (channels, sizes ...).

        Raises:
            ShapeError: a layer does not fit; the sentence names it, and the smallest input or the nearest that fits.
        """
        from convarith.network.table import tabulate

        return tabulate(self, input_shape)

    def fits(self, input_shape: Shape | None = None) -> tuple[Fits, ...]:
        """Per axis, which input sizes run, which fit every layer without remainder, and which are read whole.

        ``input_shape`` tells the number of axes, and the channels; it need not fit.
        """
        from convarith.network.fitting import fits

        return fits(self, input_shape)

    def unit(self, unit: Sequence[SupportsIndex], layer: str | None = None, input_shape: Shape | None = None) -> Region:
        """What one unit of a layer reads of the input: its box, its count, and the nominal span.

        The layer is the last one with more than one unit, unless it is named.
        """
        from convarith.network.regions import unit_region

        return unit_region(self, unit, layer, input_shape)

    def reached(
        self, position: Sequence[SupportsIndex], layer: str | None = None, input_shape: Shape | None = None
    ) -> Region:
        """Which units of a layer (the last one with more than one, unless named) one position of the input reaches."""
        from convarith.network.regions import reached_region

        return reached_region(self, position, layer, input_shape)

    def mirror(self, input_shape: Shape | None = None) -> Network:
        """The decoder that takes this network's output back to its input's shape, layer by layer.

        Raises:
            ShapeError: some layer has no mirror; the sentence says which, why, and what would mend it.
        """
        from convarith.network.mirroring import mirrored

        return mirrored(self, input_shape)

    def to_text(self) -> str:
        """The network in the compact notation, which `parse` reads."""
        from convarith.network.writers.compact import write_compact

        return write_compact(self)

    def to_toml(self) -> str:
        """The network as TOML, which `from_toml` reads."""
        from convarith.network.writers.documents import write_toml

        return write_toml(self)

    def to_json(self) -> str:
        """The network as JSON, which `from_json` reads."""
        from convarith.network.writers.documents import write_json

        return write_json(self)

    def to_torch(self, input_shape: Shape | None = None) -> str:
        """PyTorch source code: an ``nn.Sequential`` for a chain, else a module of its own.

        Raises:
            ParameterError: there is something that PyTorch has no layer for.
            ShapeError: a layer does not fit the input.
        """
        from convarith.network.writers.torch_source import write_torch

        return write_torch(self, input_shape)

    def to_keras(self, input_shape: Shape | None = None) -> str:
        """Keras source code: a function of layers that makes the model.

        Raises:
            ParameterError: there is something that Keras has no layer for.
            ShapeError: a layer does not fit the input.
        """
        from convarith.network.writers.keras_source import write_keras

        return write_keras(self, input_shape)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        from convarith.network.table import network_html

        return network_html(self)


class Builder:
    """Nodes one after the other; ``at`` is the node whose tensor the next one takes."""

    def __init__(self) -> None:
        self.nodes: list[tuple[str, Operation, tuple[int, ...]]] = [("input", Input(), ())]
        self.at = 0

    def add(self, operation: Operation, inputs: Sequence[int] | None = None, name: str = "") -> int:
        """Add a node that takes the current tensor, or those of ``inputs``; its number."""
        if type(name) is not str or name:
            text(name, "layer name")
        self.nodes.append((name, _operation(operation), (self.at,) if inputs is None else _numbers(inputs)))
        self.at = len(self.nodes) - 1
        return self.at

    def build(self, title: str = "", input_shape: Shape | None = None, warnings: Iterable[str] = ()) -> Network:
        """The network of all nodes; those without a name are named by kind and number: conv1, conv2, pool1 ..."""
        names = automatic_names([(name, operation.word) for name, operation, _ in self.nodes])
        nodes = [Node(name, *node[1:]) for name, node in zip(names, self.nodes, strict=True)]
        return Network(nodes, title, input_shape, warnings)


def _operation(given: Operation) -> Operation:
    if not isinstance(given, Operation):
        raise ParameterError(
            f"a layer must be an operation of convarith.network, as Convolution(...); got {shown(given)} "
            f"({type(given).__name__})",
            value=given,
        )
    return given


def _numbers(inputs: Sequence[int]) -> tuple[int, ...]:
    numbers = listed(inputs)
    if numbers is None:
        raise ParameterError(
            f"the inputs of a layer must be numbers of nodes, as (0,); got {shown(inputs)} ({type(inputs).__name__})",
            value=inputs,
        )
    return tuple([integer(number, "input") for number in numbers])


def _listed(given: Iterable[T], kind: type[T], name: str) -> tuple[T, ...]:
    """All of them in a tuple, each of that kind."""
    if isinstance(given, (str, bytes)) or not hasattr(given, "__iter__"):
        raise ParameterError(f"{name} must be a list of them; got {shown(given)} ({type(given).__name__})", value=given)
    held = tuple(given)
    for entry in held:
        if not isinstance(entry, kind):
            raise ParameterError(
                f"{name} must each be a {kind.__name__}; got {shown(entry)} ({type(entry).__name__})", value=entry
            )
    return held


def automatic_names(entries: Sequence[tuple[str, str]]) -> list[str]:
    """Every name of (name, word of the operation), numbered by kind where a name is empty.

    >>> automatic_names([("", "conv"), ("conv2", "conv"), ("", "conv"), ("", "pool")])
    ['conv1', 'conv2', 'conv3', 'pool1']
    """
    taken = {name for name, _ in entries}
    counts: dict[str, int] = {}
    names = []
    for name, word in entries:
        chosen = name
        while not chosen:
            counts[word] = counts.get(word, 0) + 1
            candidate = f"{word}{counts[word]}"
            chosen = "" if candidate in taken else candidate
        taken.add(chosen)  # relu6 and 1 read like relu and 61
        names.append(chosen)
    return names


def _check(nodes: tuple[Node, ...]) -> None:
    if not nodes or nodes[0].operation.arity != -1:
        raise ParameterError("a network begins with its input")
    names: set[str] = set()
    for number, node in enumerate(nodes):
        if node.name in names:
            raise ParameterError(f"two layers are named {node.name!r}; give each a name of its own", name=node.name)
        names.add(node.name)
        taken, arity = len(node.inputs), node.operation.arity
        if (taken != 1 if arity == 1 else taken < 2 if arity == 0 else taken != max(arity, 0)) or (
            arity == -1 and number
        ):
            wants = {1: "one tensor", 0: "two or more", 2: "two"}.get(arity, "nothing, and goes first")
            raise ParameterError(f"{node.name} takes {wants}; it is given {taken}", layer=node.name)
        for source in node.inputs:
            if not 0 <= source < number:
                raise ParameterError(f"{node.name} takes node {source}, which does not come before it", layer=node.name)
