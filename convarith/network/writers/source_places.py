"""A network as a writer of source code goes through it: every layer with the tensor that comes in, and in numbers.

Both frameworks' writers start here: what a padding is on this input, how much a window reaches beyond, which variable
holds a tensor.
"""

from __future__ import annotations

from math import gcd

from convarith.arithmetic.axis import Axis, needed_extent
from convarith.errors import ParameterError
from convarith.network.advice import fitting_trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, SupportsIndex

    from convarith.network.graph import Network
    from convarith.network.operations import Met

    Pairs = list[tuple[int, int]]

FLOWING = "x"
"""The variable of a tensor that only the next layer takes."""


class Place:
    """One layer in its network: its operation, and what comes in and goes out."""

    __slots__ = ("after", "before", "framework", "name", "operation", "others")

    def __init__(self, name: str, operation: Any, before: Met, others: Sequence[Met], after: Met, framework: str):
        self.name = name
        self.operation = operation
        self.before = before
        self.others = others
        self.after = after
        self.framework = framework

    @property
    def channels(self) -> int:
        return self.before.shape[0]

    @property
    def flat(self) -> bool:
        """Whether there are only features."""
        return len(self.before.shape) == 1

    @property
    def ndim(self) -> int:
        """How many axes come in.

        Raises:
            ParameterError: there are more than the framework has layers for.
        """
        ndim = len(self.before.shape) - 1
        if ndim > 3:
            raise self.refused(f"{self.framework} has layers for 1, 2 and 3 axes, and there are {ndim}")
        return ndim

    @property
    def axes(self) -> list[Axis]:
        """What windows read along each axis."""
        return [axis for axis in self.after.reads[0] or () if isinstance(axis, Axis)]

    @property
    def features(self) -> tuple[int, int, int]:
        """Features, groups and multiplier of a convolution, for the channels that come in."""
        operation = self.operation
        groups = self.channels if operation.groups is None else operation.groups
        return self.after.shape[0], groups, operation.multiplier

    def refused(self, why: str) -> ParameterError:
        """What cannot be written, and where it is."""
        return ParameterError(f"{self.name}: {why}", layer=self.name)

    def pads(self) -> Pairs:
        """(before, after) on each axis; where a pooling rounds up, as much after as its last window needs."""
        found = []
        for axis in self.axes:
            after = axis.after
            if getattr(self.operation.layer, "ceil_mode", False):
                needed = needed_extent(axis.count, axis.span, axis.stride) - axis.size - axis.before
                after = max(needed, min(after, 0))
            found.append((axis.before, after))
        return found

    def crops(self) -> Pairs:
        """What a transposed convolution leaves out of its full result, at each axis's head and tail; negative at the
        tail where it adds.

        Raises:
            ParameterError: it adds at the head, which only a negative padding does.
        """
        found = []
        for axis in self.axes:
            reach = axis.span - 1
            head, tail = reach - axis.before, reach - axis.after
            if head < 0 or tail + axis.extra < 0:
                raise self.refused(
                    f"a padding below 0 enlarges a transposed convolution, which {self.framework} has not; give 0 or "
                    f"more"
                )
            found.append((head, tail))
        return found


def places(network: Network, input_shape: Sequence[SupportsIndex] | None, framework: str) -> tuple[Met, list[Place]]:
    """The input, and all layers in their places.

    Raises:
        ParameterError: no input is given, and the network has none of its own.
        ShapeError: a layer does not fit.
    """
    if input_shape is None and network.input_shape is None:
        raise ParameterError(
            f"{framework} code needs the channels that come in; give the input, as input_shape=(3, 224, 224)"
        )
    met = fitting_trace(network, input_shape).met
    found = []
    for node, after in zip(network.nodes[1:], met[1:], strict=True):
        tensors = [met[source] for source in node.inputs]
        found.append(Place(node.name, node.operation, tensors[0], tensors, after, framework))
    return met[0], found


def is_chain(network: Network) -> bool:
    """Whether every layer takes the tensor of the one before it, and no other."""
    return all(node.inputs == (number,) for number, node in enumerate(network.nodes[1:]))


def variables(network: Network, names: list[str], first: str) -> list[str]:
    """The variable that holds each node's tensor: one for what flows on, and one of its own for what is taken later.

    ``names`` are the identifiers of all nodes; ``first`` is the input's, where it is taken later.
    """
    takers: list[set[int]] = [set() for _ in network.nodes]
    for number, node in enumerate(network.nodes):
        for source in node.inputs:
            takers[source].add(number)
    last = len(network.nodes) - 1
    found = [
        FLOWING if taken == {number + 1} or number == last else name
        for number, (taken, name) in enumerate(zip(takers, names, strict=True))
    ]
    found[0] = FLOWING if takers[0] <= {1} else first
    return found


def unknown(place: Place) -> ParameterError:
    """The refusal of an unknown layer."""
    return place.refused(
        f"what the layer {place.operation.name} does is unknown, so there is no {place.framework} code for it; put a "
        f"known layer in its place"
    )


def unwritten(place: Place, what: str, mend: str) -> ParameterError:
    """The refusal of what a framework has no layer for."""
    return place.refused(f"{place.framework} has no {what}; {mend}")


def most_groups(channels: int) -> int:
    """The usual 32 groups, or as many as divide the channels and 32: a network does not say how many."""
    return gcd(channels, 32)
