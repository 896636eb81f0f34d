"""A network that has met an input: for every node its tensor, what it costs and what it reads.

`trace` stops at the first node that refuses and keeps the refusal, so that a table can show where; `traced` raises it.
The same operation on the same shape is asked once.
"""

from __future__ import annotations

from convarith.arithmetic.integers import checked_entries, integer, listed, shown
from convarith.errors import ParameterError, RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex

    from convarith.network.graph import Network
    from convarith.network.operations import Met


NAMES_TOLD = 40
"""A network of more layers is not listed in an error."""


class Trace:
    """What every node of a network makes of one input: ``met[n]`` of node n, as far as it got."""

    __slots__ = ("input_shape", "met", "network", "refusal")

    def __init__(
        self, network: Network, input_shape: tuple[int, ...], met: list[Met], refusal: RefusedError | None
    ) -> None:
        self.network = network
        self.input_shape = input_shape
        self.met = met
        self.refusal = refusal

    @property
    def output_shape(self) -> tuple[int, ...]:
        return self.met[-1].shape


def trace(network: Network, input_shape: Sequence[SupportsIndex] | None = None) -> Trace:
    """The network on an input of (channels, sizes ...), up to the first node that refuses."""
    from convarith.network.operations import Met

    shape = checked_input(network, input_shape)
    met = [Met(shape, shape[1:])]
    known: dict[tuple[int, tuple[int, ...], tuple[int, ...]], Met] = {}
    for node in network.nodes[1:]:
        operation, inputs = node.operation, node.inputs
        try:
            if operation.arity == 1:
                before = met[inputs[0]]
                key = (id(operation), before.shape, before.positions)
                found = known.get(key)
                if found is None:
                    found = known[key] = operation.meet(before.shape, before.positions)
            else:
                tensors = [met[source] for source in inputs]
                shapes = tuple([tensor.shape for tensor in tensors])
                found = operation.meet_all(shapes, tuple([tensor.positions for tensor in tensors]))
        except RefusedError as refusal:
            return Trace(network, shape, met, in_layer(refusal, node.name))
        met.append(found)
    return Trace(network, shape, met, None)


def traced(network: Network, input_shape: Sequence[SupportsIndex] | None = None) -> Trace:
    """`trace`, where nothing refuses.

    Raises:
        ShapeError: a layer does not fit.
    """
    found = trace(network, input_shape)
    if found.refusal is not None:
        raise found.refusal
    return found


def in_layer(refusal: RefusedError, name: str) -> RefusedError:
    """The same refusal with the name of its layer."""
    return type(refusal)(f"{name}: {refusal.message}", **{**refusal.numbers, "layer": name})


def checked_input(network: Network, given: Sequence[SupportsIndex] | None) -> tuple[int, ...]:
    """(channels, sizes ...) as ints; the network's own where none is given.

    Raises:
        ParameterError: there is none, or it is not made of whole numbers of at least 1.
    """
    if given is None:
        if network.input_shape is None:
            raise ParameterError("the network needs an input; give its channels and sizes, as (3, 224, 224)")
        return network.input_shape
    return input_of(given)


def input_of(given: object) -> tuple[int, ...]:
    """(channels, sizes ...) as ints.

    Raises:
        ParameterError: it is not made of whole numbers of at least 1, or has no axes.
    """
    entries = listed(given)
    if entries is None or len(entries) < 2:
        raise ParameterError(
            f"the input {shown(given)} has no axes; give channels and sizes, as (3, 224, 224)", input_shape=given
        )
    return integer(entries[0], "number of channels", 1), *checked_entries(entries[1:], "input size", 1)


def node_number(network: Network, name: str | None) -> int:
    """The number of the node of that name; of the last one for None.

    Raises:
        ParameterError: there is no such layer.
    """
    if name is None:
        return len(network.nodes) - 1
    for number, node in enumerate(network.nodes):
        if node.name == name:
            return number
    raise ParameterError(f"there is no layer {shown(name)}; {_nearest_names(network, name)}", name=name)


def _nearest_names(network: Network, name: object) -> str:
    """Advice for a name that is not there: all names of a small network, the close ones of a large one."""
    from difflib import get_close_matches

    from convarith.errors import nearest

    names = [node.name for node in network.nodes]
    if len(names) <= NAMES_TOLD:
        return nearest(str(name), names)
    close = get_close_matches(str(name), names, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(map(repr, close))}?" if close else f"they go from {names[0]} to {names[-1]}"
