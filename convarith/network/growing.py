"""How sizes along one axis grow with the input's: with which period every answer repeats, and from which size on.

Where the input size n grows by the product of the strides on its way (a tensor's period), the tensor grows by a fixed
number; between, its size stays near a line whose distance is bounded here, layer by layer. From the bounds follows from
which n on every kernel fits or never does, the larger of two branches stays so, and windows begin and end apart.
"""

from __future__ import annotations

from math import gcd, lcm

from convarith.arithmetic.bisection import first_at_least
from convarith.errors import ParameterError, RefusedError
from convarith.network.along import PROBE
from convarith.network.merging import CropTo, Product

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convarith.network.along import Along
    from convarith.network.operations import Operation

WORK = 2_000_000
"""At most this many (size, layer) pairs are tried."""


class Growth:
    """How a tensor's size follows n: ``period``·size lies between rate·n + low and rate·n + high."""

    __slots__ = ("high", "low", "period", "rate")

    def __init__(self, period: int, rate: int, low: int, high: int) -> None:
        self.period = period
        self.rate = rate
        self.low = low
        self.high = high

    def reaches(self, size: int) -> int:
        """An n from which on the tensor has at least this size; 1 where it does not grow."""
        if not self.rate:
            return 1
        return max(-((self.low - self.period * size) // self.rate), 1)


class Growing:
    """How all tensors of a network grow along one axis.

    Every answer repeats with ``period`` from the size ``settled`` on. ``regular`` says that, branches that disagree
    apart, no size is refused above one that runs. ``output`` is the last tensor whose size still depends on the input.
    """

    def __init__(self, along: Along) -> None:
        self.along = along
        self.growths: dict[int, Growth] = {}
        self.period, self.settled, self.regular = self._settle()
        self.output = self._growing()

    def _growing(self) -> int:
        """The last tensor, or the one before whatever makes every size the same (pooling over all, fully connected)."""
        number = self.along.last
        while number and not self.growths[number].rate:
            number = self.along.source[self.along.network.nodes[number].inputs[0]]
        return number or self.along.last

    def _settle(self) -> tuple[int, int, bool]:
        """(period, settled, regular)."""
        growths = self.growths
        growths[0] = Growth(1, 1, 0, 0)
        period, settled, regular = 1, 1, True
        for number, operation, inputs in self.along.steps:
            if len(inputs) == 1:
                before = growths[inputs[0]]
                settled = max(settled, self._settles(number, operation, before))
                growth = self._grown(operation, before)
                late = number not in self.along.wanted and self._accepts(operation, PROBE)
                regular = regular and (not before.rate or late)
                growths[number] = growth or Growth(1, 0, 1, 1)
            else:
                held = [growths[source] for source in inputs]
                growths[number], together, alike = _merged(held, operation)
                alike = alike or (len(set(inputs)) == 1 or _all_alike(held, exactly=True))
                if number in self.along.flat and not _all_alike(held):
                    growths[number], alike = Growth(1, 0, 1, 1), False
                settled, regular = max(settled, together), regular and alike
            period = lcm(period, growths[number].period)
            if period > WORK:
                raise ParameterError(
                    f"the strides of the network multiply to {short(period)}, and so many classes of input sizes are "
                    f"too many to try; ask for a part of the network",
                    period=period,
                )
        for source in self.along.readers:
            if source in growths:
                settled = max(settled, growths[source].reaches(self._pattern_size(source, growths)))
        return period, settled, regular

    def _settles(self, number: int, operation: Operation, before: Growth) -> int:
        """An n from which on a layer always fits or never does."""
        if not before.rate:
            return 1
        late = self._accepts(operation, PROBE)
        size = first_at_least(lambda size: int(size > 0 and self._accepts(operation, size) == late), 1, 1)
        if number in self.along.wanted:
            size = max(size, (self.along.wanted[number] or 0) + 1)
        return before.reaches(size)

    def _accepts(self, operation: Operation, size: int) -> bool:
        try:
            operation.on_axis(self.along.axis, size)
        except RefusedError:
            return False
        return True

    def _grown(self, operation: Operation, before: Growth) -> Growth | None:
        """The growth of a layer's output: its own rate and remainders, probed over one period at a large size."""
        growth = operation.growth(self.along.axis)
        if growth is None:
            return None
        rate, step = growth
        if not rate or not before.rate:
            constant = self.along.answer(operation, before.low if not before.rate else PROBE).count
            return Growth(1, 0, constant, constant)
        if step > WORK:
            return Growth(before.period * step, before.rate * rate, 0, 0)
        base = PROBE - PROBE % step
        over = []
        for rest in range(step):
            try:
                relation = operation.on_axis(self.along.axis, base + rest)
            except RefusedError:
                return None
            count = base + rest if relation is None else relation.count
            over.append(step * count - rate * (base + rest))
        low = rate * before.low + before.period * min(over)
        high = rate * before.high + before.period * max(over)
        period, grown = before.period * step, before.rate * rate
        common = gcd(period, grown)
        return Growth(period // common, grown // common, low // common, -(-high // common))

    def _pattern_size(self, source: int, growths: dict[int, Growth]) -> int:
        """A size from which on it repeats which rows at the end of a tensor its readers leave over: the edges where
        windows begin and end are then apart, and the end is all input."""
        least, ends, step = 0, 0, 1
        for number, _ in self.along.readers[source]:
            node = self.along.network.nodes[number]
            if len(node.inputs) == 1:
                if self._accepts(node.operation, PROBE):
                    axis: Any = node.operation.on_axis(self.along.axis, PROBE)
                    end = axis.span + axis.stride
                    least = max(least, 2 * end - axis.before - axis.after, end - axis.after)
                    ends, step = max(ends, end), lcm(step, axis.stride)
            else:
                own = growths[source]
                for other in [
                    growths[self.along.source[each]] for each in node.inputs if self.along.source[each] in growths
                ]:
                    apart = own.high * other.period - other.low * own.period
                    ends = max(ends, -(-abs(apart) // (own.period * other.period)))
        return max(least, 2 * ends if len(self.along.readers[source]) > 1 else 0) + step


def _merged(growths: list[Growth], operation: Operation) -> tuple[Growth, int, bool]:
    """(the growth of what branches make together, an n from which on it is settled who is larger, one rate for all)."""
    settled, alike = 1, not isinstance(operation, Product)
    extra = 1 + ((operation.offset or 0) if isinstance(operation, CropTo) else 0)
    for number, one in enumerate(growths):
        for other in growths[number + 1 :]:
            steep, flat = (one, other) if one.rate * other.period >= other.rate * one.period else (other, one)
            slope = steep.rate * flat.period - flat.rate * steep.period
            if slope:
                alike = False
                apart = extra * steep.period * flat.period + flat.high * steep.period - steep.low * flat.period
                settled = max(settled, -(-apart // slope), 1)
        if isinstance(operation, Product):
            settled = max(settled, one.reaches(2))

    if isinstance(operation, CropTo):
        chosen = [growths[1]]
    else:
        extreme = growths[0]
        for growth in growths[1:]:
            ahead = growth.rate * extreme.period - extreme.rate * growth.period
            if ahead > 0 if isinstance(operation, Product) else ahead < 0:
                extreme = growth
        chosen = [each for each in growths if each.rate * extreme.period == extreme.rate * each.period]
    period = lcm(*[growth.period for growth in chosen])
    low = min(growth.low * (period // growth.period) for growth in chosen)
    high = max(growth.high * (period // growth.period) for growth in chosen)
    return Growth(period, chosen[0].rate * (period // chosen[0].period), low, high), settled, alike


def _all_alike(growths: list[Growth], exactly: bool = False) -> bool:
    """Whether all tensors grow alike; ``exactly`` if for that they have one size at any n."""
    alike = len({(each.period, each.rate, each.low, each.high) for each in growths}) == 1
    return alike and (not exactly or growths[0].low == growths[0].high)


def short(number: int) -> str:
    return str(number) if number < 10**12 else f"about 2^{number.bit_length() - 1}"
