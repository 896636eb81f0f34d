"""Nominal receptive fields: which span of the input each unit looks at, as if nothing were ever clipped.

Along one axis a `Field` says, for every unit o of a tensor, the first and last position of the network's input that it
reaches. That is a pattern with a period: unit o + period reaches ``shift`` positions further than unit o. A plain chain
of convolutions has period 1, and then size, jump and first centre are all there is to say; after transposed layers,
upsampling and adaptive pooling neighbouring units can differ, and the field says so.

Spans compose exactly: the hull of what a unit reaches is the hull of the hulls of what its taps reach.
"""

from __future__ import annotations

from math import gcd, lcm

from convarith.arithmetic.values import Value, hold
from convarith.network.relations import Pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from convarith.network.relations import Relation

    Span = tuple[int, int]

PERIOD_LIMIT = 1 << 16
"""Beyond this many (unit, tap) pairs in a period, a field is only known to vary."""

EXACT = 1 << 52
"""Below this, a float holds every half."""


class Field(Value):
    """The nominal field of every unit along one axis: ``spans[r]`` for units r, r + period, r + 2·period ...

    >>> Field.of_input().size, Field.of_input().jump
    (1, 1)
    """

    shift: int
    spans: tuple[Span | None, ...]

    def __init__(self, shift: int, spans: tuple[Span | None, ...]) -> None:
        hold(self, {"shift": shift, "spans": spans})

    @classmethod
    def of_input(cls) -> Field:
        return cls(1, ((0, 0),))

    @property
    def period(self) -> int:
        """After how many units the field repeats, further on."""
        return len(self.spans)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes there are, ascending; 0 stands for a unit that reads nothing."""
        found = [0 if span is None else span[1] - span[0] + 1 for span in self.spans]
        return tuple(found) if len(found) == 1 else tuple(sorted(set(found)))

    @property
    def size(self) -> int:
        """The largest size."""
        return self.sizes[-1]

    @property
    def jump(self) -> int | float:
        """How far the input moves on from one unit to the next, on average."""
        jump, rest = divmod(self.shift, len(self.spans))
        return self.shift / len(self.spans) if rest and jump < EXACT else jump

    @property
    def varies(self) -> bool:
        """Whether units differ in more than where they look: in size, or in the distance to the next."""
        spans = self.spans
        if len(spans) == 1:
            return False
        if None in spans:
            return True
        jump, rest = divmod(self.shift, len(spans))
        first = spans[0]
        return bool(rest) or any(
            span != (first[0] + jump * unit, first[1] + jump * unit)  # type: ignore[index]  # None was left above
            for unit, span in enumerate(spans)
        )

    @property
    def start(self) -> float | int | None:
        """The centre of unit 0, as an index of the input from 0; None where it reads nothing."""
        return middle(self.spans[0])

    def span(self, unit: int) -> Span | None:
        """The first and last position that a unit reaches, also beyond the input's edges; None for none."""
        turn, residue = divmod(unit, len(self.spans))
        span = self.spans[residue]
        return span and (span[0] + turn * self.shift, span[1] + turn * self.shift)

    def through(self, relation: Relation) -> Field | None:
        """The field of the units that read these units; None where its period is too long to hold."""
        if isinstance(relation, Pattern):
            return self._through_pattern(relation)
        stride, dilation, stretch = relation.stride, relation.dilation, relation.input_dilation
        reach, before, shift = dilation * (relation.kernel - 1), relation.before, self.shift
        spans = self.spans
        if stretch == 1 and len(spans) == 1 and spans[0] is not None:
            low, high = spans[0]
            return Field(shift * stride, ((low - shift * before, high + shift * (reach - before)),))
        whole = stretch * len(spans)
        period = whole // gcd(stride, whole)
        turns = stride * period // whole
        if period * min(relation.kernel, whole) > PERIOD_LIMIT:
            return None
        found = []
        for unit in range(period):
            start = stride * unit - before
            taps = range(start, start + reach + 1, dilation)
            first = next((x for x in taps[:stretch] if not x % stretch), None)
            met = range(0) if first is None else range(first, start + reach + 1, lcm(dilation, stretch))
            found.append(self._reach(range(met.start // stretch, -(-met.stop // stretch), max(met.step // stretch, 1))))
        return _shortest(shift * turns, found)

    def _through_pattern(self, pattern: Pattern) -> Field | None:
        whole = pattern.shift or len(self.spans)
        turns = lcm(whole, len(self.spans)) // whole
        period = pattern.period * turns
        low, high = pattern.interval(0)
        if period * min(high - low + 2, len(self.spans)) > PERIOD_LIMIT:
            return None
        found = []
        for unit in range(period):
            low, high = pattern.interval(unit)
            found.append(self._reach(range(low, high + 1)))
        return _shortest(self.shift * (pattern.shift * turns // len(self.spans)), found)

    def joined(self, other: Field) -> Field | None:
        """The field of units that read the same unit of both; None where the two drift apart."""
        if self == other:
            return self
        ours, theirs = len(self.spans), len(other.spans)
        if not any(self.spans) or not any(other.spans):
            return self if any(self.spans) else other
        if self.shift * theirs != other.shift * ours:
            return None
        period = lcm(ours, theirs)
        if period > PERIOD_LIMIT:
            return None
        spans = [_hull((self.span(unit), other.span(unit))) for unit in range(period)]
        return _shortest(self.shift * (period // ours), spans)

    def _reach(self, units: range) -> Span | None:
        """The hull of what these units reach: of the first turn of them and of the last, between which nothing lies
        further out."""
        turn = len(self.spans)
        return _hull(map(self.span, units if len(units) <= 2 * turn else (*units[:turn], *units[-turn:])))


def middle(span: Span | None) -> float | int | None:
    """The centre of a span, as an index; None of none. A half is left out where a float cannot hold it.

    >>> middle((0, 2)), middle((0, 3))
    (1, 1.5)
    """
    if span is None:
        return None
    whole, half = divmod(span[0] + span[1], 2)
    return whole + 0.5 if half and abs(whole) < EXACT else whole


def _hull(spans: Iterable[Span | None]) -> Span | None:
    there = [span for span in spans if span is not None]
    return (min(span[0] for span in there), max(span[1] for span in there)) if there else None


def _shortest(shift: int, spans: list[Span | None]) -> Field:
    """The field with the least period that says the same."""
    if not any(spans):
        return Field(0, (None,))
    period = len(spans)
    for least in range(1, period):
        if period % least or shift * least % period:
            continue
        step = shift * least // period
        if all(
            spans[unit] == (previous and (previous[0] + step, previous[1] + step))
            for unit, previous in zip(range(least, period), spans, strict=False)
        ):
            return Field(step, tuple(spans[:least]))
    return Field(shift, tuple(spans))
