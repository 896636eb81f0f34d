"""The oracle: what each unit of a network reads of its input, by carrying sets of positions from layer to layer.

It imports nothing of convarith. A layer is walked cell by cell on plain lists along each axis; a unit's set is the set
of N-D positions (tuples), so that branches are unions of such sets and nothing else. The nominal fields are walked on
an axis without ends: any whole number is a unit, also a negative one.

A network is a list of `Step`; the first one is the input. Settings with one entry for each axis are tuples.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import count, product
from math import ceil, floor, prod
from typing import NamedTuple


class Step(NamedTuple):
    """One layer: what it is, its settings, and the numbers of the steps whose tensors it takes."""

    kind: str
    settings: dict
    inputs: tuple[int, ...]


class Tensor(NamedTuple):
    """(channels, sizes ...) or (features,), and the sizes along the axes, which a flat tensor has behind it."""

    shape: tuple[int, ...]
    positions: tuple[int, ...]

    @property
    def flat(self):
        return len(self.shape) == 1


class Costs(NamedTuple):
    weights: int = 0
    biases: int = 0
    norm: int = 0
    macs: int = 0


MERGES = ("sum", "product", "cat", "crop")
PER_AXIS = ("kernel", "stride", "dilation", "padding", "output_padding", "size", "factor", "sides")


def on_axis(settings, axis):
    return {name: value[axis] if name in PER_AXIS else value for name, value in settings.items()}


# One axis of each kind: for every output the set of inputs that it reads, or None where the layer does not fit


def resolved(padding, size, kernel, stride, dilation):
    """(before, after) of a padding that may be a name; ``same`` is found by trying one total after the other."""
    span = len(range(dilation * (kernel - 1) + 1))
    if isinstance(padding, tuple):
        return padding
    if padding in ("same", "same_lower"):
        wanted = len(range(0, size, stride))
        total = next(total for total in count() if len(range(0, size + total - span + 1, stride)) >= wanted)
        sides = (total // 2, total - total // 2)
        return sides if padding == "same" else sides[::-1]
    return {"valid": (0, 0), "half": (span // 2, span // 2), "full": (span - 1, span - 1), "causal": (span - 1, 0)}[
        padding
    ]


def row_of(size, before, after):
    """The padded or cropped axis as a list of cells: the index of an input, or None for padding. None where more is
    to be cropped than there is."""
    row = [None] * before + list(range(size)) + [None] * after
    if max(-before, 0) + max(-after, 0) > len(row):
        return None
    row = row[max(-before, 0) :]
    return row[: len(row) - max(-after, 0)]


def windows(size, kernel, stride, dilation, padding, ceil_mode=False):
    before, after = resolved(padding, size, kernel, stride, dilation)
    row, reach = row_of(size, before, after), dilation * (kernel - 1)
    if row is None:
        return None
    found, start = [], 0
    while start + reach < len(row) or (ceil_mode and start + reach - stride < len(row) - 1):
        cells = [row[place] for place in range(start, start + reach + 1, dilation) if place < len(row)]
        found.append({cell for cell in cells if cell is not None})
        start += stride
    if found and ceil_mode and start - stride >= size + before:  # the last one starts in the padding after the input
        found.pop()
    return found or None


def stamped(size, kernel, stride, dilation, padding, output_padding):
    """A transposed convolution: every input stamps its taps into a buffer, which is then cropped."""
    before, after = resolved(padding, size, kernel, stride, dilation)
    buffer = [set() for _ in range(stride * (size - 1) + dilation * (kernel - 1) + 1 + output_padding)]
    for index, tap in product(range(size), range(kernel)):
        buffer[stride * index + dilation * tap].add(index)
    buffer = [set() for _ in range(-before)] + buffer + [set() for _ in range(-after)]
    return buffer[max(before, 0) : max(len(buffer) - max(after, 0), 0)] or None


def overlapping(size, wanted):
    """Adaptive pooling: the inputs whose cell overlaps that of the output, on an axis of length 1."""
    wanted = size if wanted is None else wanted
    return [
        {
            i
            for i in range(size)
            if Fraction(i, size) < Fraction(j + 1, wanted) and Fraction(i + 1, size) > Fraction(j, wanted)
        }
        for j in range(wanted)
    ]


def resized(size, wanted, mode, corners):
    """Nearest: the cell that the output's left edge lies in. Linear: every input less than 1 away from the centre."""
    found = []
    for j in range(wanted):
        if mode == "nearest":
            found.append({i for i in range(size) if i * wanted <= j * size < (i + 1) * wanted})
            continue
        centre = place(Fraction(j), size, wanted, corners)
        centre = min(max(centre, Fraction(0)), Fraction(size - 1))
        found.append({i for i in range(size) if abs(i - centre) < 1})
    return found


def place(unit, size, wanted, corners):
    """Where the centre of an output lies among the inputs."""
    if corners:
        return unit * Fraction(size - 1, max(wanted - 1, 1))
    return (unit + Fraction(1, 2)) * Fraction(size, wanted) - Fraction(1, 2)


def bordered(size, sides, mode):
    """Padding by the input's own values, cell by cell, after what is to be cropped is gone."""
    before, after = sides
    row = list(range(size))[max(-before, 0) :]
    row = row[: max(len(row) - max(-after, 0), 0)]
    if not row:
        return None
    before, after = max(before, 0), max(after, 0)
    if mode == "zeros":
        return [{cell} if cell is not None else set() for cell in [None] * before + row + [None] * after]
    if mode == "replicate":
        return [{cell} for cell in [row[0]] * before + row + [row[-1]] * after]
    most = len(row) - (mode == "reflect")
    if max(before, after) > most:
        return None
    if mode == "circular":
        return [{cell} for cell in row[len(row) - before :] + row + row[:after]]
    return [{cell} for cell in row[1 : before + 1][::-1] + row + row[::-1][1 : after + 1]]


def axis_reads(kind, settings, size):
    if kind in ("conv", "pool"):
        return windows(size, **{name: value for name, value in settings.items() if name in WINDOW})
    if kind == "transposed":
        return stamped(size, **{name: value for name, value in settings.items() if name in (*WINDOW, "output_padding")})
    if kind == "adaptive":
        return overlapping(size, settings["size"])
    if kind == "upsample":
        wanted = size * settings["factor"] if settings.get("size") is None else settings["size"]
        return resized(size, wanted, settings["mode"], settings["corners"])
    if kind == "pad":
        return bordered(size, settings["sides"], settings["mode"])
    if kind == "shuffle":
        return [{index} for index in range(size) for _ in range(settings["by"])]
    if kind in ("global", "fc"):
        return [set(range(size))]
    return [{index} for index in range(size)]


WINDOW = ("kernel", "stride", "dilation", "padding", "ceil_mode")


# Whole tensors


def meet(step, tensors):
    """(tensor, costs, per input and axis the sets that are read), or None where they do not go together."""
    return merged(step, tensors) if step.kind in MERGES else single(step, *tensors)


def single(step, tensor):
    kind, settings, (shape, positions) = step.kind, step.settings, tensor
    if tensor.flat and kind not in FOR_FLAT:
        return None
    if kind == "unflatten":
        return unflattened(settings, tensor)
    reads = [axis_reads(kind, on_axis(settings, axis), size) for axis, size in enumerate(positions)]
    if None in reads:
        return None
    after = tuple(map(len, reads))
    channels = shape[0]
    costs = Costs()
    if kind in ("conv", "transposed"):
        costed = convolved(settings, channels, prod(positions if kind == "transposed" else after))
        if costed is None:
            return None
        channels, costs = costed
    elif kind == "fc":
        channels, weights = settings["features"], prod(shape) * settings["features"]
        costs = Costs(weights, channels if settings["bias"] else 0, 0, weights)
    elif kind == "shuffle":
        channels, rest = divmod(channels, settings["by"] ** len(positions))
        if rest:
            return None
    elif kind == "norm":
        costs = Costs(norm=2 * channels if settings["affine"] else 0)
    elif kind == "unchanged":
        costs = Costs(weights=settings["parameters"])
    if kind == "flatten":
        channels = prod(shape)
    in_a_row = tensor.flat or kind in ("flatten", "fc") or (kind == "global" and not settings["keep"])
    return Tensor((channels,) if in_a_row else (channels, *after), after), costs, [reads]


FOR_FLAT = ("fc", "unflatten", "flatten", "norm", "unchanged", "unknown")


def convolved(settings, channels, counted):
    """(features, costs) with the weights used ``counted`` times; None where the channels cannot be grouped."""
    features, groups = settings["features"], settings["groups"]
    if groups is None:  # depthwise
        features, groups = channels * settings["multiplier"], channels
    if channels % groups or features % groups:
        return None
    weights = sum((channels // groups) * (features // groups) for _ in range(groups)) * prod(settings["kernel"])
    return features, Costs(weights, features if settings["bias"] else 0, 0, weights * counted)


def unflattened(settings, tensor):
    shape, positions = settings["shape"], tensor.positions
    if not tensor.flat or prod(shape) != tensor.shape[0] or len(positions) != len(shape) - 1:
        return None
    if positions == shape[1:]:  # back to what was flattened
        return Tensor(shape, positions), Costs(), [[[{index} for index in range(size)] for size in positions]]
    if prod(positions) > 1:
        return None
    return Tensor(shape, shape[1:]), Costs(), [[[{0} for _ in range(size)] for size in shape[1:]]]


def merged(step, tensors):
    settings, kind = step.settings, step.kind
    if len({tensor.flat for tensor in tensors}) > 1 or len({len(tensor.positions) for tensor in tensors}) > 1:
        return None
    if tensors[0].flat:
        return merged_flat(kind, tensors)
    channels = merged_channels(kind, [tensor.shape[0] for tensor in tensors])
    if channels is None:
        return None
    per_axis = []
    for sizes in zip(*(tensor.positions for tensor in tensors), strict=True):
        per_axis.append(merged_axis(kind, settings, sizes))
        if per_axis[-1] is None:
            return None
    after = tuple(len(axis[0]) for axis in per_axis)
    reads = [[axis[number] for axis in per_axis] for number in range(len(tensors))]
    return Tensor((channels, *after), after), Costs(), reads


def merged_axis(kind, settings, sizes):
    """Per tensor, for every output the set that is read; None where the sizes do not agree."""
    least, most = min(sizes), max(sizes)
    if kind == "crop":
        size, wanted = sizes
        offset = (size - wanted) // 2 if settings["offset"] is None else settings["offset"]
        kept = list(range(size))[offset : offset + wanted]
        fits = wanted <= size and len(kept) == wanted
        return [[{cell} for cell in kept], [set() for _ in kept]] if fits else None
    if kind == "product" and set(sizes) <= {1, most}:
        return [[{0} if size == 1 else {place} for place in range(most)] for size in sizes]
    if settings["crop"]:
        kept = [list(range(size)) for size in sizes]
        for cells in kept:
            while len(cells) > least:  # one off the end, one off the front, and again
                del cells[-1]
                if len(cells) > least:
                    del cells[0]
        return [[{cell} for cell in cells] for cells in kept]
    return None if least < most else [[{place} for place in range(most)] for _ in sizes]


def merged_channels(kind, channels):
    if kind == "cat":
        return sum(channels)
    if kind == "crop":
        return channels[0]
    if kind == "product":
        return max(channels) if set(channels) <= {1, max(channels)} else None
    return channels[0] if len(set(channels)) == 1 else None


def merged_flat(kind, tensors):
    """Rows of features: which of them read which positions is not followed where the tensors have unlike ones."""
    features = merged_channels(kind, [tensor.shape[0] for tensor in tensors])
    if features is None or kind == "crop":
        return None
    if len({tensor.positions for tensor in tensors}) == 1:
        reads = [[[{index} for index in range(size)] for size in tensor.positions] for tensor in tensors]
        return Tensor((features,), tensors[0].positions), Costs(), reads
    reads = [[[set(range(size))] for size in tensor.positions] for tensor in tensors]
    return Tensor((features,), (1,) * len(tensors[0].positions)), Costs(), reads


class Walked(NamedTuple):
    """Per step the tensor, the costs, and for every unit the set of input positions that it reads."""

    tensors: list[Tensor]
    costs: list[Costs]
    reads: list[dict[tuple[int, ...], frozenset]]


def walk(steps, input_shape):
    """None where the network does not fit."""
    start = Tensor(tuple(input_shape), tuple(input_shape[1:]))
    units = product(*map(range, start.positions))
    tensors, costs, known = [start], [Costs()], [{unit: frozenset([unit]) for unit in units}]
    for step in steps[1:]:
        met = meet(step, [tensors[source] for source in step.inputs])
        if met is None:
            return None
        tensor, cost, reads = met
        found = {}
        for unit in product(*map(range, tensor.positions)):
            seen = set()
            for source, axes in zip(step.inputs, reads, strict=True):
                for cell in product(*(axis[index] for axis, index in zip(axes, unit, strict=True))):
                    seen |= known[source][cell]
            found[unit] = frozenset(seen)
        tensors.append(tensor)
        costs.append(cost)
        known.append(found)
    return Walked(tensors, costs, known)


# Nominal fields: the same on an axis without ends


NOTHING = "nothing"


class Lattice:
    """One axis of a network on which every whole number is a position; sizes are those of a real input."""

    def __init__(self, steps, tensors, axis):
        self.steps, self.tensors, self.axis = steps, tensors, axis
        self.reads = lru_cache(maxsize=None)(self._reads)
        self.slope = lru_cache(maxsize=None)(self._slope)

    def span(self, number, unit):
        found = self.reads(number, unit)
        return (min(found), max(found)) if found else None

    def _reads(self, number, unit):
        if number == 0:
            return frozenset([unit])
        step = self.steps[number]
        found = set()
        for source, cells in zip(step.inputs, self._cells(step, unit), strict=True):
            for cell in cells:
                found |= self.reads(source, cell)
        return frozenset(found)

    def _cells(self, step, unit):
        tensors = [self.tensors[source] for source in step.inputs]
        sizes = [tensor.positions[self.axis] for tensor in tensors]
        if step.kind in MERGES:
            return [self._merged(step, tensors, sizes, index, unit) for index in range(len(sizes))]
        settings = on_axis(step.settings, self.axis)
        return [self._single(step.kind, settings, sizes[0], unit)]

    def _single(self, kind, settings, size, unit):
        if kind in ("conv", "pool", "transposed"):
            kernel, stride, dilation = settings["kernel"], settings["stride"], settings["dilation"]
            before, _ = resolved(settings["padding"], size, kernel, stride, dilation)
            if kind != "transposed":
                return {unit * stride - before + dilation * tap for tap in range(kernel)}
            stamps = {unit + before - dilation * tap for tap in range(kernel)}
            return {stamp // stride for stamp in stamps if stamp % stride == 0}
        if kind in ("global", "fc"):
            return set(range(unit, unit + size))
        if kind == "adaptive":
            wanted = settings["size"] or size
            left, right = Fraction(unit * size, wanted), Fraction((unit + 1) * size, wanted)
            return set(range(floor(left), ceil(right)))
        if kind == "upsample":
            wanted = size * settings["factor"] if settings.get("size") is None else settings["size"]
            if settings["mode"] == "nearest":
                return {floor(Fraction(unit * size, wanted))}
            centre = place(Fraction(unit), size, wanted, settings["corners"])
            return {floor(centre), ceil(centre)}
        if kind == "pad":
            return {unit - settings["sides"][0]}
        if kind == "shuffle":
            return {unit // settings["by"]}
        if kind == "unflatten":
            return {unit // settings["shape"][self.axis + 1]} if size == 1 else {unit}
        return {unit}

    def _merged(self, step, tensors, sizes, index, unit):
        size = sizes[index]
        if tensors[0].flat and len({tensor.positions for tensor in tensors}) > 1:
            return set(range(unit, unit + size))
        if step.kind == "crop":
            offset = (sizes[0] - sizes[1]) // 2 if step.settings["offset"] is None else step.settings["offset"]
            return {unit + offset} if index == 0 else set()
        if step.kind == "product" and set(sizes) <= {1, max(sizes)}:
            return {0} if size < max(sizes) else {unit}
        return {unit + (size - min(sizes)) // 2} if step.settings["crop"] else {unit}

    def _slope(self, number):
        """How far the input moves on from unit to unit in the long run; None where branches drift apart, `NOTHING`
        where no unit reads anything."""
        if number == 0:
            return Fraction(1)
        step = self.steps[number]
        slopes = {self.slope(source) for source in step.inputs[: 1 if step.kind == "crop" else None]}
        if None in slopes:
            return None
        if not any(self.reads(number, unit) for unit in range(-60, 240)):
            return NOTHING
        if step.kind in MERGES:
            return self._joint_slope(step)
        return slopes.pop() * self._advance(step)

    def _joint_slope(self, step):
        tensors = [self.tensors[source] for source in step.inputs]
        sizes = [tensor.positions[self.axis] for tensor in tensors]
        slopes = set()
        for index, source in enumerate(step.inputs):
            if step.kind == "crop" and index:
                continue
            gate = step.kind == "product" and not tensors[0].flat and sizes[index] < max(sizes)
            if gate and set(sizes) <= {1, max(sizes)}:  # every unit reads unit 0 of it
                slopes.add(Fraction(0) if self.reads(source, 0) else NOTHING)
            else:
                slopes.add(self.slope(source))
        slopes.discard(NOTHING)
        return slopes.pop() if len(slopes) == 1 else None

    def _advance(self, step):
        """How many inputs further the next output reads, on average."""
        kind, settings = step.kind, on_axis(step.settings, self.axis)
        size = self.tensors[step.inputs[0]].positions[self.axis]
        if kind in ("conv", "pool"):
            return settings["stride"]
        if kind == "transposed":
            return Fraction(1, settings["stride"])
        if kind == "adaptive":
            return Fraction(size, settings["size"] or size)
        if kind == "upsample":
            wanted = size * settings["factor"] if settings.get("size") is None else settings["size"]
            corners = settings["corners"] and settings["mode"] == "linear"
            return place(Fraction(1), size, wanted, corners) - place(Fraction(0), size, wanted, corners)
        if kind == "shuffle":
            return Fraction(1, settings["by"])
        if kind == "unflatten" and size == 1:
            return Fraction(1, settings["shape"][self.axis + 1])
        return 1
