"""The one routine behind every weighted sum: kernel taps times the inputs they meet, as matrix products.

Everything here is (N, C, spatial...) and knows no layer: windows are read tap by tap (`meetings`), so that padding
is never stored, inserted zeros are never multiplied by more than they must, and C^T is C with its ranges exchanged.

Work is done in blocks whose buffer stays near `BLOCK_BYTES`, whatever the size of the input. Where windows overlap
(a convolution) a block's inputs are gathered into columns, which one matrix product weighs; where the input is
stretched (a transposed convolution) the product is taken first and its columns are added where they belong.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convarith.arithmetic.meeting import Meeting, meetings
from convarith.numerics.arrays import accumulator, computing, peak, settled, within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convarith.arithmetic.windows import Windows

    Array = NDArray[Any]
    Slices = tuple[slice, ...]

BLOCK_BYTES = 2**23
"""About how many bytes the gathered columns of one block take: small beside an image, large beside a call of NumPy."""


class Reading(NamedTuple):
    """Windows read tap by tap: the shapes, and for each axis the meetings of its taps."""

    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    kernel_size: tuple[int, ...]
    axes: tuple[tuple[Meeting, ...], ...]

    @classmethod
    def of(cls, windows: Windows) -> Reading:
        axes = tuple([meetings(axis) for axis in windows.axes])
        return cls(windows.input_shape, windows.output_shape, windows.kernel_size, axes)

    def transposed(self) -> Reading:
        """The same with inputs and outputs exchanged: C^T."""
        axes = tuple([tuple([meeting.transposed() for meeting in axis]) for axis in self.axes])
        return Reading(self.output_shape, self.input_shape, self.kernel_size, axes)


class Part(NamedTuple):
    """What one tap does in a block: where its columns lie among all taps, in the block, and in the whole input."""

    weight: int
    outputs: Slices
    inputs: Slices
    complete: bool
    """Whether the tap meets an input for every output of the block."""


def convolved(x: Array, w: Array, windows: Windows, bias: Array | None = None) -> Array:
    """The weighted sum over each window.

    Args:
        x: (N, C, input...).
        w: (groups, out/groups, C/groups, kernel...).
        windows: what meets what.
        bias: (out,), added to each output channel.

    Returns:
        (N, out, output...), exact for whole numbers.
    """
    arrays = {"x": x, "w": w} if bias is None else {"x": x, "w": w, "bias": bias}
    result = accumulator(**arrays)
    bound = peak(x) * peak(w) * prod(w.shape[2:]) + (0 if bias is None else peak(bias))
    y = contracted(x, w, Reading.of(windows), computing(result, bound))
    if bias is not None:
        y += bias.astype(y.dtype).reshape(-1, *(1,) * windows.ndim)
    return settled(y, result)


def contracted(x: Array, w: Array, reading: Reading, dtype: np.dtype[Any]) -> Array:
    """`convolved` in one type, by whichever way multiplies less."""
    groups, rows, columns = w.shape[:3]
    y = np.zeros((len(x), groups * rows, *reading.output_shape), dtype)
    if y.size:
        # A gathered column has zeros where nothing is met, which infinite weights would turn into NaN.
        finite = w.dtype.kind not in "fc" or bool(np.isfinite(w).all())
        gathers = finite and prod(reading.output_shape) < 2 * prod(reading.input_shape)
        way = _gather if gathers else _scatter
        way(x, w.reshape(groups, rows, columns, -1).astype(dtype), reading, y)
    return y


def weight_gradient(x: Array, gradient: Array, reading: Reading, groups: int, dtype: np.dtype[Any]) -> Array:
    """How much each weight contributes to sum(y · gradient): (groups, out/groups, in/groups, kernel...)."""
    images, rows, columns = len(x), gradient.shape[1] // groups, x.shape[1] // groups
    total = np.zeros((groups, rows, columns, prod(reading.kernel_size)), dtype)
    outer = gradient.reshape(images, groups, rows, -1)
    for block in _columns(x, groups, reading, dtype):
        ours = outer[block.images, :, :, block.outputs].astype(dtype, copy=False)
        met = (ours @ block.gathered.swapaxes(-1, -2)).sum(axis=0)
        total[..., block.taps] += met.reshape(groups, rows, columns, -1)
    return total.reshape(groups, rows, columns, *reading.kernel_size)


class Columns(NamedTuple):
    """What the windows of a block meet: gathered is (images, groups, in/groups · taps, outputs), zero where a tap
    meets nothing, and overwritten by the next block."""

    images: slice
    outputs: slice
    taps: Any
    """Which taps, if not all of them: then more blocks for the same outputs follow."""
    gathered: Array


EVERY = slice(None)


def _gather(x: Array, weights: Array, reading: Reading, y: Array) -> None:
    """Columns of inputs first, then one matrix product a block, straight into y."""
    groups, rows = weights.shape[:2]
    target = y.reshape(len(y), groups, rows, -1)
    every = weights.reshape(groups, rows, -1)
    for block in _columns(x, groups, reading, y.dtype):
        there = target[block.images, :, :, block.outputs]
        if block.taps is EVERY:
            np.matmul(every, block.gathered, out=there)
        else:
            there += weights[..., block.taps].reshape(groups, rows, -1) @ block.gathered


def _columns(x: Array, groups: int, reading: Reading, dtype: np.dtype[Any]) -> Iterator[Columns]:
    """The inputs that each window meets, block by block."""
    images, taps = len(x), prod(reading.kernel_size)
    channels = x.shape[1] // groups
    parted = x.reshape(images, groups, channels, *reading.input_shape)
    if _is_pointwise(reading):
        yield from _as_they_are(parted.reshape(images, groups, channels, -1), dtype)
        return
    per_tap = x.shape[1] * dtype.itemsize
    buffer: Array = np.empty(0, dtype)
    for some, ranges in blocks(images, reading.output_shape, per_tap * taps, at_least=taps):
        parts = parts_of(reading, ranges)
        shape = tuple([len(along) for along in ranges])
        at_once = max(1, BLOCK_BYTES // (per_tap * prod(shape))) if some.stop - some.start == 1 else taps
        start = _flat_start(ranges, reading.output_shape)
        outputs = slice(start, start + prod(shape))
        for chosen, count in _portions(parts, taps, at_once):
            wanted = (some.stop - some.start, groups, channels, count, *shape)
            if buffer.size < prod(wanted):
                buffer = np.empty(prod(wanted), dtype)
            gathered = buffer[: prod(wanted)].reshape(wanted)
            if len(chosen) < count or not all(part.complete for part in chosen):
                gathered[...] = 0
            for place, part in enumerate(chosen):
                column = part.weight if count == taps else place
                gathered[:, :, :, column][within(part.outputs)] = parted[some][within(part.inputs)]
            which = EVERY if count == taps else [part.weight for part in chosen]
            yield Columns(some, outputs, which, gathered.reshape(*wanted[:2], channels * count, -1))


def _as_they_are(flat: Array, dtype: np.dtype[Any]) -> Iterator[Columns]:
    """Where each output is one tap on the input of the same index, x itself holds the columns."""
    images, groups, channels, size = flat.shape
    cells = max(1, BLOCK_BYTES // (groups * channels * dtype.itemsize))
    for image in range(images):
        for start in range(0, size, cells):
            some, outputs = slice(image, image + 1), slice(start, min(start + cells, size))
            yield Columns(some, outputs, EVERY, flat[some, :, :, outputs].astype(dtype, copy=False))


def _scatter(x: Array, weights: Array, reading: Reading, y: Array) -> None:
    """One matrix product a block of inputs first, then its columns are added to the outputs that they reach."""
    groups, rows, columns, taps = weights.shape
    flat = x.reshape(len(x), groups, columns, -1)
    target = y.reshape(len(y), groups, rows, *reading.output_shape)
    stamping = weights.swapaxes(2, 3)
    backwards, per_tap = reading.transposed(), groups * rows * y.dtype.itemsize
    for some, ranges in blocks(len(x), reading.input_shape, per_tap * taps, at_least=taps):
        shape = tuple([len(along) for along in ranges])
        start = _flat_start(ranges, reading.input_shape)
        sources = flat[some, :, :, start : start + prod(shape)].astype(y.dtype, copy=False)
        at_once = max(1, BLOCK_BYTES // (per_tap * prod(shape))) if some.stop - some.start == 1 else taps
        for chosen, _ in _portions(parts_of(backwards, ranges), taps, at_once):
            if not chosen:
                continue
            kernels = stamping[:, :, [part.weight for part in chosen]].reshape(groups, -1, columns)
            stamped = (kernels @ sources).reshape(-1, groups, rows, len(chosen), *shape)
            for place, part in enumerate(chosen):
                target[some][within(part.inputs)] += stamped[:, :, :, place][within(part.outputs)]


def _portions(parts: list[Part], taps: int, at_once: int) -> Iterator[tuple[list[Part], int]]:
    """The taps of a block all together, or so many of those that meet anything at once; with their number."""
    if at_once >= taps:
        yield parts, taps
        return
    for start in range(0, len(parts), at_once):
        chosen = parts[start : start + at_once]
        yield chosen, len(chosen)


# Blocks


def blocks(
    images: int, shape: tuple[int, ...], per_cell: int, at_least: int = 1
) -> Iterator[tuple[slice, tuple[range, ...]]]:
    """Parts of (images, shape) that are contiguous in memory and hold about `BLOCK_BYTES`: several whole images, or
    a range of one, of ``at_least`` so many cells where there are."""
    cells = max(at_least, BLOCK_BYTES // per_cell)
    if prod(shape) <= cells:
        together = cells // prod(shape)
        whole = tuple([range(size) for size in shape])
        for image in range(0, images, together):
            yield slice(image, min(image + together, images)), whole
        return
    split = next(axis for axis in range(len(shape)) if prod(shape[axis + 1 :]) <= cells)
    step = max(1, cells // prod(shape[split + 1 :]))
    inner = [range(size) for size in shape[split + 1 :]]
    for image in range(images):
        for outer in product(*(range(size) for size in shape[:split])):
            for start in range(0, shape[split], step):
                along = range(start, min(start + step, shape[split]))
                yield slice(image, image + 1), (*(range(at, at + 1) for at in outer), along, *inner)


def parts_of(reading: Reading, ranges: tuple[range, ...]) -> list[Part]:
    """What each tap that meets anything does in a block of outputs, in the order of the taps' positions."""
    per_axis = []
    for axis, along in zip(reading.axes, ranges, strict=True):
        parts = (_part(meeting, along) for meeting in axis)
        per_axis.append([part for part in parts if part is not None])
    if len(per_axis) == 1:
        return [Part(weight, (outputs,), (inputs,), full) for weight, outputs, inputs, full in per_axis[0]]
    found = []
    kernel_size = reading.kernel_size
    for combined in product(*per_axis):
        weights, outputs, inputs, complete = zip(*combined, strict=True)
        flat = 0
        for weight, size in zip(weights, kernel_size, strict=True):
            flat = flat * size + weight
        found.append(Part(flat, outputs, inputs, all(complete)))
    return found


def _part(meeting: Meeting, block: range) -> tuple[int, slice, slice, bool] | None:
    """A tap's meetings with outputs in ``block``, counted from the block's start, or None where there are none."""
    outputs, inputs = meeting.outputs, meeting.inputs
    start, stop, step = block.start, block.stop, outputs.step
    if outputs.start < start or outputs.stop > stop:
        first = max(0, -((outputs.start - start) // step))
        last = max(first, min(len(outputs), -((outputs.start - stop) // step)))
        outputs, inputs = outputs[first:last], inputs[first:last]
    if not outputs:
        return None
    return (
        meeting.weight,
        slice(outputs.start - start, outputs.stop - start, step),
        slice(inputs.start, inputs.stop, inputs.step),
        len(outputs) == stop - start,
    )


def _flat_start(ranges: tuple[range, ...], shape: tuple[int, ...]) -> int:
    flat = 0
    for along, size in zip(ranges, shape, strict=True):
        flat = flat * size + along.start
    return flat


def _is_pointwise(reading: Reading) -> bool:
    """Whether each output is one tap on the input of the same index, so that x itself holds the columns."""
    if prod(reading.kernel_size) != 1 or reading.input_shape != reading.output_shape:
        return False
    return all(
        meeting.outputs == meeting.inputs == range(size)
        for (meeting,), size in zip(reading.axes, reading.input_shape, strict=True)
    )
