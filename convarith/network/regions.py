"""What one unit reads of the input, exactly, and which units one input reaches.

A set of positions is followed layer by layer, per axis as one integer of bits, and clipped at every layer to what
exists. Along several axes a set is a union of boxes (products of per-axis sets): branches add boxes, and a box that is
empty along one axis is empty, so that no position is named that the unit does not read.
"""

from __future__ import annotations

from math import prod

from convarith.arithmetic.axis import Axis
from convarith.arithmetic.integers import as_index, integer, listed
from convarith.arithmetic.values import Value, hold
from convarith.errors import ParameterError, ShapeError
from convarith.network.advice import fitting_trace
from convarith.network.fields import middle
from convarith.network.relations import inputs_of, outputs_of, positions_of
from convarith.network.tracing import node_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, SupportsIndex

    from convarith.network.graph import Network
    from convarith.network.operations import Reads
    from convarith.network.tracing import Trace

    Box = tuple[int, ...]

BOXES = 256
"""With more boxes than this, they are replaced by one around them along each axis, and the region says so."""

LONGEST = 1 << 24
"""Longer axes than this, padding included, are not followed position by position."""


class Region(Value):
    """A set of positions of one tensor, seen from a unit of another.

    ``spans`` are per axis (first, last), or None where nothing is read; ``counts`` how many positions are read along
    each axis; ``nominal`` the spans without any clipping, None where the field is no pattern. ``exact`` is False where
    so many branches meet that only what each axis reads was followed.

    >>> import convarith as ca
    >>> region = ca.network.parse("3-2-1Conv8 -> 3-2-1Conv8").unit((0, 1), input_shape=(3, 9, 9))
    >>> region.spans, region.nominal
    (((0, 3), (1, 7)), ((-3, 3), (1, 7)))
    """

    of: str
    unit: tuple[int, ...]
    within: str
    shape: tuple[int, ...]
    boxes: tuple[Box, ...]
    nominal: tuple[tuple[int, int] | None, ...]
    exact: bool

    def __init__(
        self,
        of: str,
        unit: tuple[int, ...],
        within: str,
        shape: tuple[int, ...],
        boxes: tuple[Box, ...],
        nominal: tuple[tuple[int, int] | None, ...],
        exact: bool = True,
    ) -> None:
        hold(
            self,
            {
                "of": of,
                "unit": unit,
                "within": within,
                "shape": shape,
                "boxes": boxes,
                "nominal": nominal,
                "exact": exact,
            },
        )

    def positions(self, axis: int) -> list[int]:
        """The positions along one axis, ascending."""
        return positions_of(self._along(axis))

    @property
    def spans(self) -> tuple[tuple[int, int] | None, ...]:
        found = []
        for axis in range(len(self.shape)):
            bits = self._along(axis)
            found.append(((bits & -bits).bit_length() - 1, bits.bit_length() - 1) if bits else None)
        return tuple(found)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Per axis the size of the span; 0 where nothing is read."""
        return tuple(0 if span is None else span[1] - span[0] + 1 for span in self.spans)

    @property
    def counts(self) -> tuple[int, ...]:
        return tuple(self._along(axis).bit_count() for axis in range(len(self.shape)))

    @property
    def centre(self) -> tuple[float | int | None, ...]:
        """Per axis the centre of the nominal span, as an index from 0."""
        return tuple(middle(span) for span in self.nominal)

    def __contains__(self, position: object) -> bool:
        entries = listed(position)
        where = [as_index(entry) for entry in ((position,) if entries is None else entries)]
        if len(where) != len(self.shape):
            return False
        return any(
            all(x is not None and x >= 0 and bits >> x & 1 for bits, x in zip(box, where, strict=True))
            for box in self.boxes
        )

    def to_dict(self) -> dict[str, Any]:
        """The region as data, by the keys of ``--json``."""
        return {
            "layer": self.of,
            "unit": list(self.unit),
            "within": self.within,
            "shape": list(self.shape),
            "span": [None if span is None else list(span) for span in self.spans],
            "size": list(self.sizes),
            "count": list(self.counts),
            "nominal_span": [None if span is None else list(span) for span in self.nominal],
            "nominal_size": [None if span is None else span[1] - span[0] + 1 for span in self.nominal],
            "centre": list(self.centre),
            "exact": self.exact,
        }

    def __str__(self) -> str:
        from convarith.network.reports import region_text

        return region_text(self)

    def _along(self, axis: int) -> int:
        bits = 0
        for box in self.boxes:
            bits |= box[axis]
        return bits


def unit_region(
    network: Network,
    unit: Sequence[SupportsIndex],
    layer: str | None = None,
    input_shape: Sequence[SupportsIndex] | None = None,
) -> Region:
    """What one unit of a layer reads of the input.

    Raises:
        ShapeError: the network does not fit the input, or has an axis too long to be followed.
        ParameterError: there is no such layer, or no such unit.
    """
    from convarith.network.table import nominal_fields

    found = fitting_trace(network, input_shape)
    number = _asked(found, layer)
    positions = found.met[number].positions
    where = _checked(unit, positions, network.nodes[number].name)
    _followable(found, number)
    read, exact = regions_behind(found, number, where)
    fields = nominal_fields(found)[number]
    nominal = tuple(None if field is None else field.span(at) for field, at in zip(fields, where, strict=True))
    return Region(network.nodes[number].name, where, "input", found.met[0].positions, read[0], nominal, exact)


def reached_region(
    network: Network,
    position: Sequence[SupportsIndex],
    layer: str | None = None,
    input_shape: Sequence[SupportsIndex] | None = None,
) -> Region:
    """Which units of a layer one position of the input reaches.

    Raises:
        ShapeError: the network does not fit the input, or has an axis too long to be followed.
        ParameterError: there is no such layer, or no such position.
    """
    found = fitting_trace(network, input_shape)
    number = _asked(found, layer)
    where = _checked(position, found.met[0].positions, "input")
    _followable(found, number)
    reached: dict[int, list[Box]] = {0: [tuple(1 << at for at in where)]}
    exact = True
    for own in _behind(network, number):
        boxes: list[Box] = []
        for source, reads in zip(network.nodes[own].inputs, found.met[own].reads, strict=True):
            boxes += [moved for box in reached.get(source, ()) if (moved := _outputs(reads, box)) is not None]
        reached[own], whole = _distinct(boxes)
        exact = exact and whole
    name, shape = network.nodes[number].name, found.met[number].positions
    nothing = (None,) * len(shape)
    return Region("input", where, name, shape, tuple(reached[number]), nothing, exact)


def _behind(network: Network, number: int) -> list[int]:
    """The nodes that node ``number`` is made of, itself last and the input left out."""
    wanted = {number}
    for own in range(number, 0, -1):
        if own in wanted:
            wanted.update(network.nodes[own].inputs)
    return sorted(wanted - {0})


def regions_behind(found: Trace, number: int, where: tuple[int, ...]) -> tuple[dict[int, tuple[Box, ...]], bool]:
    """What one unit of node ``number`` reads of every node before it: boxes by node; and whether that is exact."""
    wanted: dict[int, list[Box]] = {number: [tuple(1 << at for at in where)]}
    read: dict[int, tuple[Box, ...]] = {0: ()}
    exact = True
    for own in range(number, -1, -1):
        if own not in wanted:
            continue
        boxes, whole = _distinct(wanted.pop(own))
        read[own] = tuple(boxes)
        exact = exact and whole
        for source, reads in zip(found.network.nodes[own].inputs, found.met[own].reads, strict=False):
            moved = [seen for box in boxes if (seen := _inputs(reads, box)) is not None]
            wanted.setdefault(source, []).extend(moved)
    return read, exact


def _inputs(reads: Reads, box: Box) -> Box | None:
    if reads is None:
        return box
    seen = tuple(inputs_of(relation, bits) for relation, bits in zip(reads, box, strict=False))
    return seen if seen and all(seen) else None


def _outputs(reads: Reads, box: Box) -> Box | None:
    if reads is None:
        return box
    seen = tuple(outputs_of(relation, bits) for relation, bits in zip(reads, box, strict=False))
    return seen if seen and all(seen) else None


def _distinct(boxes: list[Box]) -> tuple[list[Box], bool]:
    """The boxes without those that lie in another one; along a single axis they are one."""
    if boxes and len(boxes[0]) == 1:
        every = 0
        for (bits,) in boxes:
            every |= bits
        return [(every,)], True
    kept: list[Box] = []
    for box in sorted(set(boxes), key=lambda box: -sum(bits.bit_count() for bits in box)):
        if not any(all(bits | other == other for bits, other in zip(box, large, strict=True)) for large in kept):
            kept.append(box)
    if len(kept) <= BOXES:
        return kept, True
    around = [0] * len(kept[0])
    for box in kept:
        around = [bits | more for bits, more in zip(around, box, strict=True)]
    return [tuple(around)], False


def _followable(found: Trace, number: int) -> None:
    """Refuse a network up to node ``number`` that has an axis too long to be held as bits."""
    for node, met in zip(found.network.nodes[: number + 1], found.met, strict=False):
        longest = max(met.positions)
        for reads in met.reads:
            for relation in reads or ():
                if isinstance(relation, Axis):
                    longest = max(longest, relation.stretched, relation.extent)
        if longest > LONGEST:
            raise ShapeError(
                f"{node.name} has an axis of {longest} positions, and regions are followed over {LONGEST} at most; "
                f"give a smaller input, or take the nominal fields of the table",
                layer=node.name,
                size=longest,
                largest=LONGEST,
            )


def _asked(found: Trace, layer: str | None) -> int:
    """The node of that name; for None the last one that has more than one unit."""
    if layer is not None:
        return node_number(found.network, layer)
    many = [number for number, met in enumerate(found.met) if number and prod(met.positions) > 1]
    return many[-1] if many else len(found.met) - 1


def _checked(unit: Sequence[SupportsIndex], positions: tuple[int, ...], name: str) -> tuple[int, ...]:
    entries = listed(unit)
    if entries is None:
        entries = (unit,)
    if len(entries) != len(positions):
        raise ParameterError(
            f"{name} has {len(positions)} axes and {unit!r} names {len(entries)}; give one index for each, from 0",
            unit=unit,
            shape=positions,
        )
    where = tuple(integer(entry, "index", 0) for entry in entries)
    for axis, (at, size) in enumerate(zip(where, positions, strict=True)):
        if at >= size:
            raise ParameterError(
                f"{name} has no unit {at} on axis {axis}; they go from 0 to {size - 1}", unit=where, shape=positions
            )
    return where
