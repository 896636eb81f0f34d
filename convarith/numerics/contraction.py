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
    if not y.size:
        return y
    if prod(reading.output_shape) >= 2 * prod(reading.input_shape):
        weights = np.moveaxis(w.astype(dtype), 2, -1).reshape(groups, -1, columns)
        _scatter(x, weights, reading, y)
    else:
        _gather(x, w.reshape(groups, rows, -1).astype(dtype), reading, y)
    return y


def weight_gradient(x: Array, gradient: Array, reading: Reading, groups: int, dtype: np.dtype[Any]) -> Array:
    """How much each weight contributes to sum(y · gradient): (groups, out/groups, in/groups, kernel...)."""
    images, rows, columns = len(x), gradient.shape[1] // groups, x.shape[1] // groups
    taps = prod(reading.kernel_size)
    total = np.zeros((groups, rows, columns * taps), dtype)
    outer = gradient.reshape(images, groups, rows, -1)
    for some, cells, gathered in _columns(x, groups, reading, dtype):
        ours = outer[some, :, :, cells].astype(dtype, copy=False)
        total += (ours @ gathered.swapaxes(-1, -2)).sum(axis=0)
    return total.reshape(groups, rows, columns, *reading.kernel_size)


def _gather(x: Array, weights: Array, reading: Reading, y: Array) -> None:
    """Columns of inputs first, then one matrix product a block, straight into y."""
    groups, rows, _ = weights.shape
    target = y.reshape(len(y), groups, rows, -1)
    for some, cells, gathered in _columns(x, groups, reading, y.dtype):
        np.matmul(weights, gathered, out=target[some, :, :, cells])


def _columns(x: Array, groups: int, reading: Reading, dtype: np.dtype[Any]) -> Iterator[tuple[slice, slice, Array]]:
    """The inputs that each window meets, block by block: (images, outputs, columns).

    Columns are (images, groups, C/groups · taps, outputs of the block), zero where a tap meets nothing, and are
    overwritten by the next block.
    """
    images, taps = len(x), prod(reading.kernel_size)
    channels = x.shape[1] // groups
    parted = x.reshape(images, groups, channels, *reading.input_shape)
    if _is_pointwise(reading):
        flat = parted.reshape(images, groups, channels, -1)
        cells = max(1, BLOCK_BYTES // (x.shape[1] * dtype.itemsize))
        for image in range(images):
            for start in range(0, flat.shape[-1], cells):
                block = slice(start, min(start + cells, flat.shape[-1]))
                some = slice(image, image + 1)
                yield some, block, flat[some, :, :, block].astype(dtype, copy=False)
        return
    per_cell = x.shape[1] * taps * dtype.itemsize
    buffer: Array = np.empty(0, dtype)
    for some, ranges in blocks(images, reading.output_shape, per_cell):
        shape = tuple([len(along) for along in ranges])
        wanted = (some.stop - some.start, groups, channels, taps, *shape)
        if buffer.size < prod(wanted):
            buffer = np.empty(prod(wanted), dtype)
        gathered = buffer[: prod(wanted)].reshape(wanted)
        parts = parts_of(reading, ranges)
        if len(parts) < taps or not all(part.complete for part in parts):
            gathered[...] = 0
        chosen = parted[some]
        for weight, outputs, inputs, _ in parts:
            gathered[:, :, :, weight][within(outputs)] = chosen[within(inputs)]
        start = _flat_start(ranges, reading.output_shape)
        yield some, slice(start, start + prod(shape)), gathered.reshape(*wanted[:2], channels * taps, -1)


def _scatter(x: Array, weights: Array, reading: Reading, y: Array) -> None:
    """One matrix product a block of inputs first, then its columns are added to the outputs that they reach."""
    groups, columns = len(weights), weights.shape[2]
    taps = prod(reading.kernel_size)
    rows = weights.shape[1] // taps
    flat = x.reshape(len(x), groups, columns, -1)
    target = y.reshape(len(y), groups, rows, *reading.output_shape)
    backwards = reading.transposed()
    for some, ranges in blocks(len(x), reading.input_shape, groups * rows * taps * y.dtype.itemsize):
        shape = tuple([len(along) for along in ranges])
        start = _flat_start(ranges, reading.input_shape)
        sources = flat[some, :, :, start : start + prod(shape)].astype(y.dtype, copy=False)
        stamped = (weights @ sources).reshape(-1, groups, rows, taps, *shape)
        chosen = target[some]
        for weight, inputs, outputs, _ in parts_of(backwards, ranges):
            chosen[within(outputs)] += stamped[:, :, :, weight][within(inputs)]


# Blocks


def blocks(images: int, shape: tuple[int, ...], per_cell: int) -> Iterator[tuple[slice, tuple[range, ...]]]:
    """Parts of (images, shape) that are contiguous in memory and hold about `BLOCK_BYTES`: several whole images, or
    a range of one."""
    cells = max(1, BLOCK_BYTES // per_cell)
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
