"""What repeats is shown once: runs of alike layers as one box, and alike blocks in a frame with how often they come.

Items are alike where their layers are, but for channels that grow from block to block and for dilation, and where they
take the tensors of the same items before them. Nothing is folded that a link from outside leads into.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from convarith.network.operations import Convolution
from convarith.render.networks.ordering import Edge

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from convarith.network.tracing import Trace
    from convarith.render.networks.ordering import Entry, Order

LONGEST_BLOCK = 64
"""Items of a block that is looked for."""

NEARLY = 0.85
"""Convolutions without padding make a tensor a little smaller each; as large a part of a run's size as this stays."""


@dataclass(frozen=True, slots=True)
class Fold:
    """One item that is shown: the entries it stands for, and how many layers in a row its one box is."""

    entries: tuple[int, ...]
    run: int = 1


@dataclass(frozen=True, slots=True)
class Frame:
    """The shown items from ``first`` to ``last``, which come so many times."""

    first: int
    last: int
    times: int


@dataclass(frozen=True, slots=True)
class Folded:
    """What is left to show."""

    folds: tuple[Fold, ...]
    edges: tuple[Edge, ...]
    frames: tuple[Frame, ...]


class Repeat(NamedTuple):
    """``times`` blocks of ``length`` entries from ``first`` on."""

    first: int
    length: int
    times: int

    @property
    def stop(self) -> int:
        return self.first + self.length * self.times

    @property
    def saved(self) -> int:
        return self.length * (self.times - 1)


def unfolded(order: Order) -> Folded:
    """Every entry for itself."""
    return Folded(tuple(Fold((number,)) for number in range(len(order.entries))), tuple(order.edges), ())


def folded(found: Trace, order: Order) -> Folded:
    """The order with what repeats shown once."""
    alike = _Likeness(found, order)
    folds: list[Fold] = []
    frames: list[Frame] = []
    for repeat in _parts(alike):
        if repeat.length == 1:
            folds.append(Fold(tuple(range(repeat.first, repeat.stop)), repeat.times))
            continue
        first = len(folds)
        for run in alike.runs(repeat.first, repeat.first + repeat.length):
            shown = [at + time * repeat.length for time in range(repeat.times) for at in range(run.first, run.stop)]
            folds.append(Fold(tuple(shown), run.times))
        frames.append(Frame(first, len(folds) - 1, repeat.times))
    return Folded(tuple(folds), tuple(_edges(order, folds, frames)), tuple(frames))


def _parts(alike: _Likeness) -> Iterator[Repeat]:
    """What repeats, as much as can be, and each entry that does not, in order."""
    taken = [False] * alike.count
    chosen: dict[int, Repeat] = {}
    for repeat in sorted(alike.repeats(), key=lambda found: (-found.saved, found.length, found.first)):
        if not any(taken[repeat.first : repeat.stop]):
            taken[repeat.first : repeat.stop] = [True] * (repeat.stop - repeat.first)
            chosen[repeat.first] = repeat
    number = 0
    while number < alike.count:
        part = chosen.get(number, Repeat(number, 1, 1))
        yield part
        number = part.stop


class _Likeness:
    """Which entries are alike, as numbers that are equal where they are."""

    def __init__(self, found: Trace, order: Order) -> None:
        self.found = found
        self.count = len(order.entries)
        self.numbers = [entry.number for entry in order.entries]
        self.incoming: list[list[Edge]] = [[] for _ in order.entries]
        self.outgoing: list[list[Edge]] = [[] for _ in order.entries]
        for edge in order.edges:
            self.incoming[edge.end].append(edge)
            self.outgoing[edge.start].append(edge)
        numbers: dict[Hashable, int] = {}
        self._operations: dict[int, Hashable] = {}
        self.kinds: list[int] = []
        self.runners: list[int] = []
        """The same for what can be drawn as one box: -1 for what cannot."""
        for number, entry in enumerate(order.entries):
            taken = tuple((number - edge.start, self._branch(edge.through)) for edge in self.incoming[number])
            kind: Hashable = (self._entry(entry), taken)
            self.kinds.append(numbers.setdefault(kind, len(numbers)))
            plain = entry.branches is None and taken == ((1, ()),)
            own = self._layer(entry.number), found.met[entry.number].shape[0]
            self.runners.append(numbers.setdefault(own, len(numbers)) if plain else -1)

    def repeats(self) -> Iterator[Repeat]:
        """All that repeats."""
        yield from (run for run in self.runs(1, self.count) if run.times > 1)
        for length in range(2, min(LONGEST_BLOCK, self.count // 2) + 1):
            start = None
            for number in range(1, self.count - length + 1):
                same = number + length < self.count and self.kinds[number] == self.kinds[number + length]
                if same and start is None:
                    start = number
                elif not same and start is not None:
                    yield from self._whole(start, number + length, length)
                    start = None

    def runs(self, start: int, stop: int) -> Iterator[Repeat]:
        """Entries of a stretch as runs of alike ones."""
        first = start
        for number in range(start, stop):
            if number + 1 == stop or not self._goes_on(first, number):
                yield Repeat(first, 1, number + 1 - first)
                first = number + 1

    def _goes_on(self, first: int, number: int) -> bool:
        """Whether the entry after one is alike, and nearly as large as the first of the run; and alone takes it."""
        if self.runners[number] < 0 or self.runners[number + 1] != self.runners[number]:
            return False
        sizes = [self.found.met[self.numbers[at]].positions for at in (first, number + 1)]
        nearly = all(NEARLY * size <= after <= size for size, after in zip(*sizes, strict=True))
        return nearly and len(self.outgoing[number]) == 1

    def _whole(self, start: int, stop: int, length: int) -> Iterator[Repeat]:
        """The most blocks of a length in a stretch that repeats, if any are whole."""
        times = (stop - start) // length
        for count in range(times, max(times - 2, 1), -1):
            firsts = range(start, min(start + length, stop - count * length + 1))
            whole = [block for first in firsts if self._is_whole(block := Repeat(first, length, count))]
            if whole:
                yield next((block for block in whole if self._keeps_shape(block)), whole[0])
                return

    def _keeps_shape(self, block: Repeat) -> bool:
        """Whether a block gives what it takes: then it begins where those who made it think it does."""
        before, last = (self.found.met[self.numbers[at]].shape for at in (block.first - 1, block.stop - 1))
        return before == last

    def _is_whole(self, block: Repeat) -> bool:
        """Whether links enter a block only from the item before it, and leave it only at its end or, from the same
        place of every time, to the same item."""
        first, length, times = block
        for number in range(first, first + length):
            if any(edge.start < first - 1 for edge in self.incoming[number]):
                return False
        leaving: dict[tuple[int, int, Hashable], int] = {}
        for number in range(first, block.stop - 1):
            for edge in self.outgoing[number]:
                if edge.end >= block.stop:
                    key = (number - first) % length, edge.end, self._branch(edge.through)
                    leaving[key] = leaving.get(key, 0) + 1
        for edge in self.outgoing[block.stop - 1]:
            key = length - 1, edge.end, self._branch(edge.through)
            if key in leaving:
                leaving[key] += 1
        return all(count == times for count in leaving.values())

    def _entry(self, entry: Entry) -> Hashable:
        if entry.branches is not None:
            return tuple(self._branch(branch) for branch in entry.branches)
        return self._node(entry.number)

    def _branch(self, nodes: Sequence[int]) -> Hashable:
        return tuple(self._node(node) for node in nodes)

    def _node(self, number: int) -> Hashable:
        """A layer on a size."""
        met = self.found.met[number]
        return self._layer(number), met.positions, len(met.shape)

    def _layer(self, number: int) -> Hashable:
        """What a layer is, but for the channels before it, dilation and padding."""
        operation, met = self.found.network.nodes[number].operation, self.found.met[number]
        if not isinstance(operation, Convolution):
            return operation
        known = self._operations.get(id(operation))
        if known is None:
            axes = met.reads[0] or ()
            windows = tuple((axis.kernel, axis.stride, axis.input_dilation) for axis in axes)  # type: ignore[union-attr]  # of a layer
            known = type(operation), operation.features, operation.groups, operation.multiplier, windows
            self._operations[id(operation)] = known
        return known


def _edges(order: Order, folds: Sequence[Fold], frames: Sequence[Frame]) -> Iterator[Edge]:
    """The edges of what is shown, each once, between the folds."""
    place = {entry: number for number, fold in enumerate(folds) for entry in fold.entries}
    repeated: dict[int, int] = {}
    for frame in frames:
        for number in range(frame.first, frame.last + 1):
            repeated[number] = frame.times
    shown: set[int] = set()
    for number, fold in enumerate(folds):
        shown.update(fold.entries[: len(fold.entries) // repeated.get(number, 1)])
    seen: set[tuple[int, int]] = set()
    for edge in order.edges:
        ends = place[edge.start], place[edge.end]
        if edge.end in shown and ends[0] != ends[1] and ends not in seen:
            seen.add(ends)
            yield Edge(*ends, edge.through)
