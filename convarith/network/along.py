"""A network along one axis: what one input size becomes, layer by layer, who refuses it, and what is left over.

Sizes only: channels, weights and the other axes are `tracing`'s. What holds for all sizes at once is in `growing`.
"""

from __future__ import annotations

from convarith.arithmetic.values import Value, hold
from convarith.errors import RefusedError, ShapeError
from convarith.network.operations import Flatten, FullyConnected, GlobalPooling, Padding, Unflatten, Windowed
from convarith.network.relations import inputs_of, missed_inputs, read_or_cropped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convarith.network.graph import Network
    from convarith.network.operations import Operation
    from convarith.network.relations import Relation

PROBE = 1 << 62
"""A size at which every layer has settled."""

ENUMERATED = 1 << 24
"""Sizes below this one have their positions looked at one by one."""


class Answer:
    """What one layer makes of one size: its output size, what is left over, or why it refuses.

    ``remainder`` are positions of the padded input after the last window; ``misses`` says that a further window would
    read an input that none reads.
    """

    __slots__ = ("count", "misses", "refusal", "remainder")

    def __init__(
        self, count: int, remainder: int = 0, misses: bool = False, refusal: RefusedError | None = None
    ) -> None:
        self.count = count
        self.remainder = remainder
        self.misses = misses
        self.refusal = refusal


class Remainder(Value):
    """What one layer leaves of its input of ``size`` rows.

    ``rows`` positions of the padded input lie after its last window (fewer than none where that window overhangs),
    ``padding`` of them in the padding; ``left`` rows of the input itself it does not read, though a further window
    would, and ``unread`` of these no other layer reads either.
    """

    layer: str
    size: int
    rows: int
    padding: int
    left: int
    unread: int

    def __init__(self, layer: str, size: int, rows: int, padding: int, left: int, unread: int) -> None:
        held = {"layer": layer, "size": size, "rows": rows, "padding": padding, "left": left, "unread": unread}
        hold(self, held)

    def of(self, size: int) -> Remainder:
        """The same of another size."""
        return Remainder(self.layer, size, self.rows, self.padding, self.left, self.unread)


class Along:
    """A network along one axis. Nodes that keep every size are left out; ``wanted`` are the sizes that nodes with a
    number of features to get ask for."""

    def __init__(self, network: Network, axis: int, wanted: dict[int, int | None]) -> None:
        self.network = network
        self.axis = axis
        self.wanted = wanted
        self.source: list[int] = []
        self.steps: list[tuple[int, Operation, tuple[int, ...]]] = []
        for number, node in enumerate(network.nodes):
            inputs = tuple([self.source[source] for source in node.inputs])
            if number and len(inputs) == 1 and self._keeps(node.operation) and number not in wanted:
                self.source.append(inputs[0])
                continue
            self.source.append(number)
            if number:
                self.steps.append((number, node.operation, inputs))
        self.last = self.source[-1]
        self.flat = flat_nodes(network)
        self.known: dict[tuple[int, int], Answer] = {}
        self.readers = self._readers()

    def _keeps(self, operation: Operation) -> bool:
        try:
            return operation.on_axis(self.axis, PROBE) is None
        except RefusedError:
            return False

    def answer(self, operation: Operation, size: int) -> Answer:
        """What one layer with one input makes of a size; asked once."""
        key = (id(operation), size)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._asked(operation, size)
        return found

    def _asked(self, operation: Operation, size: int) -> Answer:
        try:
            relation = operation.on_axis(self.axis, size)
        except RefusedError as refusal:
            return Answer(0, refusal=refusal)
        if relation is None:
            return Answer(size)
        if not isinstance(operation, Windowed):
            return Answer(relation.count)
        axis: Any = relation  # windows are an Axis
        remainder = axis.remainder
        if axis.dilation == axis.input_dilation == 1:
            first = max(axis.stride * axis.count, axis.stride * (axis.count - 1) + axis.kernel) - axis.before
            return Answer(axis.count, remainder, max(first, axis.visible.start) < axis.visible.stop)
        if axis.dilation == 1 and remainder <= max(axis.after, 0):
            return Answer(axis.count, remainder)
        return Answer(axis.count, remainder, size < ENUMERATED and bool(missed_inputs(axis)))

    def sizes(self, size: int, lenient: bool = False) -> tuple[dict[int, int], tuple[int, RefusedError] | None]:
        """The size of every tensor; and the first node that refuses, with its words.

        ``lenient`` goes on where branches disagree, with the smallest size.
        """
        found = {0: size}
        for number, operation, inputs in self.steps:
            if len(inputs) == 1:
                answer = self.answer(operation, found[inputs[0]])
                refusal = answer.refusal
                if number in self.wanted and found[inputs[0]] != self.wanted[number] and not lenient:
                    refusal = self._other_features(number, found[inputs[0]])
                if refusal is not None:
                    return found, (number, refusal)
                found[number] = answer.count
                continue
            sizes = tuple([found[source] for source in inputs])
            together = self.together(number, sizes)
            if together is None and not lenient:
                return found, (number, _disagreement(operation, sizes))
            found[number] = min(sizes) if together is None else together
        return found, None

    def together(self, number: int, sizes: tuple[int, ...]) -> int | None:
        """The size of what a node makes of several, None where they disagree; of flat tensors unlike ones become 1."""
        operation: Any = self.network.nodes[number].operation
        if number in self.flat and len(set(sizes)) > 1:
            return 1 if operation.word == "cat" else None
        agreed: int | None = operation.together(self.axis, sizes)[0]
        return agreed

    def outcome(self, size: int) -> tuple[bool, bool] | None:
        """(no remainder, no input row left over), or None where it does not run."""
        if size < 1:
            return None
        found, refused = self.sizes(size)
        if refused is not None:
            return None
        exact = whole = True
        for _, operation, inputs in self.steps:
            if len(inputs) == 1:
                answer = self.answer(operation, found[inputs[0]])
                exact = exact and answer.remainder == 0
                whole = whole and not (answer.misses and self._loses(inputs[0], found))
        return exact, whole

    def remainders(self, size: int) -> tuple[Remainder, ...]:
        found, _ = self.sizes(size)
        left = []
        for number, operation, inputs in self.steps:
            if len(inputs) == 1 and inputs[0] in found:
                answer = self.answer(operation, found[inputs[0]])
                if not answer.remainder and not answer.misses:
                    continue
                axis: Any = operation.on_axis(self.axis, found[inputs[0]])
                held = self._held(inputs[0], found) & missed_inputs(axis) if answer.misses else 0
                unread = self._unread(inputs[0], found) if held else 0
                if answer.remainder or held:
                    rows, name = answer.remainder, self.network.nodes[number].name
                    padding = max(min(axis.after, rows), 0)
                    left.append(Remainder(name, found[inputs[0]], rows, padding, held.bit_count(), unread))
        return tuple(left)

    def _readers(self) -> dict[int, list[tuple[int, int]]]:
        """For each tensor that windows read, and nothing reads whole: the (node, place among its inputs) that do."""
        readers: dict[int, list[tuple[int, int]]] = {}
        windowed, whole = set(), {self.last}
        for number, operation, inputs in self.steps:
            for place, source in enumerate(inputs):
                if place and getattr(operation, "follows", False):
                    continue
                readers.setdefault(source, []).append((number, place))
                if isinstance(operation, Windowed):
                    windowed.add(source)
                elif len(inputs) == 1 or not (operation.follows or operation.crop):  # type: ignore[attr-defined]  # merges
                    whole.add(source)
        return {source: held for source, held in readers.items() if source in windowed - whole}

    def _loses(self, source: int, found: dict[int, int]) -> bool:
        """Whether a tensor of which a reader misses rows loses any."""
        readers = self.readers.get(source, [])
        if len(readers) == 1 and not isinstance(self.network.nodes[source].operation, Padding):
            return True
        return self._unread(source, found) > 0

    def _unread(self, source: int, found: dict[int, int]) -> int:
        """How many rows of a tensor no layer reads, though a further window of one would."""
        if source not in self.readers:
            return 0
        size = found[source]
        missed, unread = 0, self._held(source, found)
        for number, place in self.readers[source]:
            node = self.network.nodes[number]
            relation: Relation | None
            if len(node.inputs) == 1:
                axis: Any = node.operation.on_axis(self.axis, size)
                missed |= missed_inputs(axis)
                unread &= ~read_or_cropped(axis)
                continue
            sizes = tuple([found.get(self.source[each], 0) for each in node.inputs])
            relation = node.operation.together(self.axis, sizes)[1][place]  # type: ignore[attr-defined]  # it merges
            if relation is None:
                return 0
            unread &= ~inputs_of(relation, (1 << relation.count) - 1)
        return (missed & unread).bit_count()

    def _held(self, source: int, found: dict[int, int]) -> int:
        """The rows of a tensor that are no padding of a layer before, as bits."""
        operation = self.network.nodes[source].operation
        size = found[source]
        if not isinstance(operation, Padding):
            return (1 << size) - 1
        before = operation.sides(self.axis)[0]
        inside = found[self.source[self.network.nodes[source].inputs[0]]]
        first, last = max(before, 0), min(before + inside, size)
        return ((1 << (last - first)) - 1) << first

    def _other_features(self, number: int, size: int) -> ShapeError:
        wanted, title = self.wanted[number], self.network.nodes[number].operation.title
        made = "features that no size gives" if wanted is None else f"{wanted} positions along this axis"
        return ShapeError(f"the {title} was made for {made}, and gets {size} positions", size=size, wanted=wanted)


def flat_nodes(network: Network) -> set[int]:
    """The nodes whose tensors have no spatial axes."""
    flat: set[int] = set()
    for number, node in enumerate(network.nodes):
        operation = node.operation
        if isinstance(operation, (Flatten, FullyConnected)):
            flat.add(number)
        elif isinstance(operation, GlobalPooling):
            if not operation.keep:
                flat.add(number)
        elif not isinstance(operation, Unflatten) and node.inputs and node.inputs[0] in flat:
            flat.add(number)
    return flat


def _disagreement(operation: Operation, sizes: tuple[int, ...]) -> ShapeError:
    try:
        operation.meet_all(tuple([(1, size) for size in sizes]), tuple([(size,) for size in sizes]))
    except ShapeError as refusal:
        return refusal
    listed = " and ".join(map(str, sizes))
    return ShapeError(f"{operation.title} of flat tensors made of {listed} positions", sizes=sizes)
