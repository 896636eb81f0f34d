"""What one layer reads along one axis: from an output to the inputs it meets, and from an input to the outputs.

Nearly every layer of a network is an `Axis`, the one relation of convarith, read with clipping to what exists. What
no stride describes (adaptive pooling, resizing to a size, wrapped borders) is a `Pattern`: it names the interval that
each output reads. Sets of positions are Python integers, one bit per position, so that a union is ``|``.
"""

from __future__ import annotations

from math import gcd

from convarith.arithmetic.axis import Axis
from convarith.arithmetic.values import Value, hold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Relation: TypeAlias = "Axis | Pattern"


class Pattern(Value):
    """Outputs that each read one interval of inputs; every ``period`` outputs the intervals move on by ``shift``.

    A subclass says which interval; ``interval`` answers for any output, also beyond the edges, as if the pattern went
    on, and ``real_interval`` only names inputs that exist.
    """

    size: int
    count: int

    def __init__(self, size: int, count: int) -> None:
        hold(self, {"size": size, "count": count})

    @property
    def period(self) -> int:
        return self.count // gcd(self.size, self.count)

    @property
    def shift(self) -> int:
        return self.size // gcd(self.size, self.count)

    def interval(self, output: int) -> tuple[int, int]:
        """The first and last input that an output reads."""
        raise NotImplementedError

    def real_interval(self, output: int) -> tuple[int, int]:
        """The same, clipped to the inputs that exist."""
        low, high = self.interval(output)
        return max(low, 0), min(high, self.size - 1)


class Adaptive(Pattern):
    """Adaptive pooling: output j reads ⌊j·i/o⌋ up to, and without, ⌈(j + 1)·i/o⌉."""

    def interval(self, output: int) -> tuple[int, int]:
        size, count = self.size, self.count
        return output * size // count, -(-(output + 1) * size // count) - 1


class Nearest(Pattern):
    """Resizing by the nearest input: output j reads ⌊j·i/o⌋."""

    def interval(self, output: int) -> tuple[int, int]:
        position = output * self.size // self.count
        return position, position


class Linear(Pattern):
    """Linear resizing with half-pixel centres: output j reads both neighbours of (2j + 1)·i/(2o) - 1/2."""

    def interval(self, output: int) -> tuple[int, int]:
        numerator, denominator = (2 * output + 1) * self.size - self.count, 2 * self.count
        return numerator // denominator, -(-numerator // denominator)

    def real_interval(self, output: int) -> tuple[int, int]:
        low, high = self.interval(output)
        return min(max(low, 0), self.size - 1), min(max(high, 0), self.size - 1)


class CornerLinear(Linear):
    """Linear resizing with the corners aligned: output j reads both neighbours of j(i - 1)/(o - 1)."""

    @property
    def period(self) -> int:
        return max((self.count - 1) // (gcd(self.size - 1, self.count - 1) or 1), 1)

    @property
    def shift(self) -> int:
        return (self.size - 1) * self.period // max(self.count - 1, 1)

    def interval(self, output: int) -> tuple[int, int]:
        denominator = max(self.count - 1, 1)
        position = output * (self.size - 1)
        return position // denominator, -(-position // denominator)


class Bordered(Pattern):
    """Padding with the input's own values: beyond an edge, what is not cropped goes on mirrored, repeated or around.

    As a pattern it goes on as padding with zeros does; only ``real_interval`` knows the ``mode``.
    """

    before: int
    mode: str

    def __init__(self, size: int, count: int, before: int, mode: str) -> None:
        hold(self, {"size": size, "count": count, "before": before, "mode": mode})

    @property
    def period(self) -> int:
        return 1

    @property
    def shift(self) -> int:
        return 1

    def interval(self, output: int) -> tuple[int, int]:
        return output - self.before, output - self.before

    def real_interval(self, output: int) -> tuple[int, int]:
        cropped = max(-self.before, 0)
        kept = self.size - cropped - max(self.size + self.before - self.count, 0)
        position = output - max(self.before, 0)
        if self.mode == "circular":
            position %= kept
        elif self.mode == "replicate":
            position = min(max(position, 0), kept - 1)
        elif kept == 1:
            position = 0
        else:
            around = position % (2 * kept - 2)
            position = min(around, 2 * kept - 2 - around)
        return position + cropped, position + cropped


class Broadcast(Pattern):
    """One position that every output reads."""

    @property
    def period(self) -> int:
        return 1

    @property
    def shift(self) -> int:
        return 0

    def interval(self, output: int) -> tuple[int, int]:
        return 0, 0


def everything(size: int) -> Axis:
    """One output that reads all of an axis."""
    return Axis(size, size, 1)


def padded(size: int, before: int, after: int) -> Axis:
    """Padding with nothing; negative numbers crop."""
    return Axis(size, 1, size + before + after, before=before, after=after)


def repeated(size: int, factor: int) -> Axis:
    """Each input ``factor`` times: output j reads ⌊j / factor⌋."""
    return Axis(size, factor, size * factor, input_dilation=factor, before=factor - 1, after=factor - 1)


def interpolated(size: int, factor: int) -> Axis:
    """Linear upsampling with half-pixel centres: output j reads both neighbours of (2j + 1 - f)/(2f)."""
    reach = 2 * factor - factor % 2
    before = reach - 1 - factor // 2
    return Axis(size, reach, size * factor, input_dilation=factor, before=before, after=reach - 1 + factor - 1 - before)


# Sets of positions, as integers


def inputs_of(relation: Relation, outputs: int) -> int:
    """The inputs that exist and that any of a set of outputs reads.

    >>> bin(inputs_of(Axis.convolution(size=5, kernel=3, stride=2, before=1, after=1), 0b010))
    '0b1110'
    """
    if isinstance(relation, Pattern):
        found = 0
        for output in positions_of(outputs):
            low, high = relation.real_interval(output)
            found |= ((1 << (high - low + 1)) - 1) << low if low <= high else 0
        return found
    reads = _taps(_spread(outputs, relation.stride), relation.kernel, relation.dilation)
    visible = relation.visible
    reads = _moved(reads, -relation.before) & _range_bits(visible.start, visible.stop)
    return _every(reads, relation.input_dilation)


def outputs_of(relation: Relation, inputs: int) -> int:
    """The outputs that read any of a set of inputs.

    >>> bin(outputs_of(Axis.convolution(size=5, kernel=3, stride=2, before=1, after=1), 0b00010))
    '0b11'
    """
    if isinstance(relation, Pattern):
        found = 0
        for output in range(relation.count):
            low, high = relation.real_interval(output)
            if inputs >> low & ((1 << max(high - low + 1, 0)) - 1):
                found |= 1 << output
        return found
    visible = relation.visible
    positions = _spread(inputs, relation.input_dilation) & _range_bits(visible.start, visible.stop)
    reach = relation.dilation * (relation.kernel - 1)
    values = _moved(_taps(positions, relation.kernel, relation.dilation), relation.before - reach)
    return _every(values, relation.stride) & ((1 << relation.count) - 1)


def missed_inputs(axis: Axis) -> int:
    """The inputs that no window reads and one further on would: what the floor of the size leaves over.

    What a stride skips between windows is not among them, nor what the padding of this axis crops.

    >>> bin(missed_inputs(Axis.convolution(size=6, kernel=2, stride=4)))  # reads 0, 1, 4, 5
    '0b0'
    >>> bin(missed_inputs(Axis.convolution(size=5, kernel=2, stride=4)))  # reads 0, 1, and misses 4
    '0b10000'
    """
    if axis.dilation == axis.input_dilation == 1:  # all after the last window, but what the stride skips
        first = max(axis.stride * axis.count, axis.stride * (axis.count - 1) + axis.kernel) - axis.before
        return _range_bits(max(first, axis.visible.start), axis.visible.stop)
    further = max((axis.visible.stop + axis.before) // axis.stride + 1 - axis.count, 0)
    if not further:
        return 0
    longer = Axis(**{**axis.__dict__, "count": axis.count + further})
    reads = inputs_of(axis, (1 << axis.count) - 1)
    return inputs_of(longer, ((1 << further) - 1) << axis.count) & ~reads


def read_or_cropped(axis: Axis) -> int:
    """The inputs that some window reads, and those that a negative padding of this axis crops."""
    visible, stretch = axis.visible, axis.input_dilation
    first, last = -(-visible.start // stretch), (visible.stop - 1) // stretch
    every = (1 << axis.size) - 1
    return inputs_of(axis, (1 << axis.count) - 1) | every & ~_range_bits(first, last + 1)


def positions_of(bits: int) -> list[int]:
    """The positions in a set, ascending."""
    text = bin(bits)[:1:-1]
    found = []
    at = text.find("1")
    while at >= 0:
        found.append(at)
        at = text.find("1", at + 1)
    return found


def _taps(bits: int, kernel: int, dilation: int) -> int:
    """The union of a set moved on by 0, d, 2d ... (k - 1)d."""
    covered = 1
    while covered < kernel:
        step = min(covered, kernel - covered)
        bits |= bits << (dilation * step)
        covered += step
    return bits


def _spread(bits: int, stride: int) -> int:
    """Position x becomes stride·x."""
    if stride == 1 or bits < 2:
        return bits
    return int(("0" * (stride - 1)).join(bin(bits)[2:]), 2)


def _every(bits: int, stride: int) -> int:
    """Position stride·x becomes x; what lies between is dropped."""
    if stride == 1 or not bits:
        return bits
    return int(bin(bits)[:1:-1][::stride][::-1], 2)


def _moved(bits: int, by: int) -> int:
    return bits << by if by >= 0 else bits >> -by


def _range_bits(start: int, stop: int) -> int:
    return ((1 << (stop - start)) - 1) << start if stop > start else 0
