"""Which rows of its input a layer never reads, and why.

A row of a tensor is unread when windows slide over the tensor and none of the layers that take it reads that row. It is
lost to the floor where a further window would have read it; else it lies between the windows, whose stride is larger
than their kernel, at whatever size. Padding that goes unread is no loss, and not told. `mending` says what mends it.
"""

from __future__ import annotations

from convarith.arithmetic.axis import Axis
from convarith.arithmetic.notation import both_sides, counted
from convarith.network.operations import Padding, Windowed, shown
from convarith.network.relations import inputs_of, missed_inputs, positions_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convarith.network.graph import Node
    from convarith.network.tracing import Trace

LARGEST = 1 << 20
"""A tensor that is larger along an axis is not looked through, row by row."""

NAMES = {1: ("position",), 2: ("row", "column"), 3: ("slice", "row", "column")}
"""What a position along each axis is called."""


class Unread:
    """What goes unread of one tensor: by which ``layers``, per axis which ``positions``, and whether those lie
    ``between`` the windows, or are lost to the floor."""

    __slots__ = ("between", "formula", "layers", "positions", "shape", "strides")

    def __init__(
        self, layers: tuple[str, ...], shape: tuple[int, ...], bits: list[int], between: bool, axes: tuple[Axis, ...]
    ) -> None:
        self.layers = layers
        self.shape = shape
        self.positions = tuple([positions_of(each) for each in bits])
        self.between = between
        self.formula = "" if between or len(layers) > 1 else _formula(axes)
        self.strides = tuple([axis.stride for axis in axes])

    def to_dict(self) -> dict[str, Any]:
        """What goes unread as data, by the keys of ``--json``."""
        return {
            "layers": list(self.layers),
            "of": list(self.shape),
            "count": [len(positions) for positions in self.positions],
            "between": self.between,
        }

    def __str__(self) -> str:
        """``(224 - 11)/4 leaves 1: the last row and column of its input (224x224)``."""
        ndim = len(self.shape)
        names = axis_words(ndim)
        words = {axis: self._how_many(axis) for axis in range(ndim) if self.positions[axis]}
        if len(set(words.values())) == 1 and len(set(self.shape)) == 1:
            number = max(len(positions) for positions in self.positions)
            what = next(iter(words.values())).format(" and ".join(plural(names[axis], number) for axis in words))
        else:
            what = " and ".join(
                each.format(plural(names[axis], len(self.positions[axis]))) for axis, each in words.items()
            )
        whose = "its" if len(self.layers) == 1 else "their"
        told = f"{f'{self.formula}: ' if self.formula else ''}{what} of {whose} input ({shown(self.shape)})"
        if not self.between:
            return told
        strides = self.strides[0] if len(set(self.strides)) == 1 else shown(self.strides)
        return f"{told}, between windows of stride {strides}"

    def _how_many(self, axis: int) -> str:
        number, size = len(self.positions[axis]), self.shape[axis]
        if self.positions[axis] != list(range(size - number, size)):
            return f"{number} of {size} {{}}"
        return "the last {}" if number == 1 else f"the last {number} {{}}"


def unread(found: Trace) -> tuple[Unread, ...]:
    """What goes unread, tensor by tensor, as far as the network fits.

    >>> import convarith as ca
    >>> network = ca.network.parse("11-4Conv96 -> 3-2MaxPool")
    >>> from convarith.network.tracing import trace
    >>> for each in unread(trace(network, (3, 224, 224))):
    ...     print(*each.layers, each)
    conv1 (224 - 11)/4 leaves 1: the last row and column of its input (224x224)
    pool1 (54 - 3)/2 leaves 1: the last row and column of its input (54x54)
    >>> unread(trace(network, (3, 227, 227)))
    ()
    """
    told = []
    for source, held in _readers(found).items():
        windowed = [(node, reads) for node, reads in held if isinstance(node.operation, Windowed)]
        positions = found.met[source].positions
        if not windowed or max(positions) > LARGEST:
            continue
        names = tuple(node.name for node, _ in windowed)
        lost, between = [], []
        for axis in range(len(positions)):
            bits, missed = _held(found, source, axis), 0
            for node, reads in held:
                bits &= ~_read(node, reads, axis)
            for _, axes in windowed if bits else ():
                missed |= missed_inputs(axes[axis])
            lost.append(bits & missed)
            between.append(bits & ~missed)
        for bits_along, lies_between in ((lost, False), (between, True)):
            if any(bits_along):
                told.append(Unread(names, positions, bits_along, lies_between, windowed[0][1]))
    return tuple(told)


def _readers(found: Trace) -> dict[int, list[tuple[Node, Any]]]:
    """Who takes each tensor, and what of it; those left out that are handed out, or taken by a layer not reached."""
    readers: dict[int, list[tuple[Node, Any]]] = {}
    nodes, reached = found.network.nodes, len(found.met)
    for node, met in zip(nodes[1:], found.met[1:], strict=False):
        for source, reads in zip(node.inputs, met.reads, strict=True):
            if reads != () and met.reads != (None,):
                readers.setdefault(passed_on(found, source), []).append((node, reads))
    elsewhere = {source for node in nodes[reached:] for source in node.inputs if source < reached}
    for source in elsewhere or {reached - 1}:
        readers.pop(passed_on(found, source), None)
    return readers


def _held(found: Trace, source: int, axis: int) -> int:
    """The positions of a tensor along an axis, without those that a padding layer has just put there."""
    size = found.met[source].positions[axis]
    node = found.network.nodes[source]
    if not isinstance(node.operation, Padding):
        return (1 << size) - 1
    before = node.operation.sides(axis)[0]
    first, stop = max(before, 0), min(before + found.met[node.inputs[0]].positions[axis], size)
    return ((1 << max(stop - first, 0)) - 1) << first


def passed_on(found: Trace, source: int) -> int:
    """The tensor that one is the same as, position by position: the one before layers that only keep all of them."""
    while source and found.met[source].reads == (None,):
        source = found.network.nodes[source].inputs[0]
    return source


def _read(node: Node, reads: Any, axis: int) -> int:
    """The positions along an axis that a reader reads, or crops on purpose."""
    if reads is None:
        return -1
    relation = reads[axis]
    if not isinstance(relation, Axis):
        return -1
    if not isinstance(node.operation, Windowed):
        return -1 if len(node.inputs) == 1 else inputs_of(relation, (1 << relation.count) - 1)
    visible, stretch = relation.visible, relation.input_dilation
    first, last = -(-visible.start // stretch), (visible.stop - 1) // stretch
    cropped = ~(((1 << max(last - first + 1, 0)) - 1) << first)
    return inputs_of(relation, (1 << relation.count) - 1) | cropped


def axis_words(ndim: int) -> tuple[str, ...]:
    """What one index along each axis is called: row, column."""
    return NAMES.get(ndim) or tuple(f"index along axis {axis}" for axis in range(ndim))


def _formula(relations: tuple[Axis, ...]) -> str:
    """``(224 - 11)/4 leaves 1``, where that holds on every axis."""
    first = relations[0]
    facts = {(axis.size, axis.before, axis.after, axis.span, axis.stride, axis.remainder) for axis in relations}
    if len(facts) > 1 or first.remainder < 1 or first.input_dilation > 1:
        return ""
    padding = f" + {both_sides(first.before, first.after)}" if first.before or first.after else ""
    return f"({first.size}{padding} - {first.span})/{first.stride} leaves {first.remainder}"


def plural(noun: str, number: int) -> str:
    """``row`` or ``rows``, ``index along axis 3`` or ``indices along axis 3``."""
    return counted(number, noun, "indices" + noun[5:] if noun.startswith("index") else "").partition(" ")[2]
