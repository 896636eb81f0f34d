"""Reductions over windows, for (..., spatial...) arrays: what a pooling does and does not need a layer for.

A window is a product of its axes, and so are maxima, sums and norms over it: they are taken along one axis after the
other, which visits k + k cells for a window of k × k.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from convarith.arithmetic.meeting import meetings
from convarith.errors import ShapeError
from convarith.numerics import arrays
from convarith.numerics.contraction import Reading, blocks, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from convarith.arithmetic.axis import Axis
    from convarith.arithmetic.windows import Windows

    Array = NDArray[Any]


def highest(x: Array, windows: Windows) -> Array:
    """The maximum over each window's input cells.

    Raises:
        ShapeError: a window of whole numbers meets no input.
    """
    return _along_each_axis(x, windows, np.maximum, _lowest(x, windows))


def highest_with_indices(x: Array, windows: Windows) -> tuple[Array, Array]:
    """The maximum over each window, and where it stood, flat and row-major; the first of several."""
    maxima, lowest = x, _lowest(x, windows)
    places: Array = np.arange(prod(windows.input_shape)).reshape(windows.input_shape)
    places = np.broadcast_to(places, x.shape)
    for number in reversed(range(windows.ndim)):  # the last axis first: of several, the first in row-major order stays
        maxima, places = _first_highest(maxima, places, windows, number, lowest)
    return maxima, places


def averaged(x: Array, windows: Windows, count_include_pad: bool = True, divisor_override: int | None = None) -> Array:
    """The mean over each window's cells."""
    whole = x.dtype.kind in "iub"
    result = np.dtype(float) if whole else x.dtype
    if whole:
        sums_in = arrays.accumulator(x=x)
        sums_in = arrays.computing(sums_in, arrays.peak(x) * prod(windows.kernel_size))
    else:
        sums_in = arrays.computing(result, 0)
    sums = _along_each_axis(x.astype(sums_in, copy=False), windows, np.add, 0)
    if divisor_override is not None:
        return (sums / divisor_override).astype(result, copy=False)
    counts: Array = np.ones((), int)
    for axis in windows.axes:
        counts = counts[..., None] * (_padded_counts(axis) if count_include_pad else input_counts(axis))
    divisors = np.maximum(counts, 1).astype(object if sums.dtype.kind == "O" else sums.real.dtype)
    means: Array = (sums / divisors).astype(result, copy=False)
    means[..., counts == 0] = np.nan
    return means


def norms(sizes: Array, windows: Windows, norm_type: float) -> Array:
    """The p-norm over each window of sizes (absolute values): along one axis, that of the norms along the next."""
    return _along_each_axis(sizes, windows, _joined_norms(norm_type), 0)


def reduced(x: Array, windows: Windows, reduction: Callable[..., Any], fill: complex) -> Array:
    """The user's reduction, over blocks of windows."""
    images, channels = x.shape[:2]
    reading, taps = Reading.of(windows), prod(windows.kernel_size)
    found: Array | None = None
    for some, ranges in blocks(images, windows.output_shape, channels * taps * x.dtype.itemsize):
        shape = (some.stop - some.start, channels, *(len(along) for along in ranges))
        cells = np.full((*shape, taps), fill, x.dtype)
        for weight, outputs, inputs, _ in parts_of(reading, ranges):
            cells[arrays.within((*outputs, weight))] = x[some][arrays.within(inputs)]
        block = np.asarray(reduction(cells, axis=-1))
        if block.shape != shape:
            raise ShapeError(
                f"the reduction turned cells of the shape {cells.shape} into {block.shape}; "
                f"it should return {shape}, without the last axis",
                shape=block.shape,
                wanted=shape,
            )
        if found is None:
            found = np.empty((images, channels, *windows.output_shape), block.dtype)
        found[some][arrays.within([arrays.sliced(along) for along in ranges])] = block
    assert found is not None  # a layer has at least one window
    return found


def _along_each_axis(x: Array, windows: Windows, join: Callable[..., Any], start: Any) -> Array:
    """A reduction over each window that can be taken along one axis after the other."""
    leading = x.ndim - windows.ndim
    for number, axis in enumerate(windows.axes):
        shape = (*x.shape[: leading + number], axis.count, *x.shape[leading + number + 1 :])
        reduced = np.full(shape, start, x.dtype)
        along = np.moveaxis(reduced, leading + number, 0)
        source = np.moveaxis(x, leading + number, 0)
        for meeting in meetings(axis):
            part = along[arrays.sliced(meeting.outputs)]
            join(part, source[arrays.sliced(meeting.inputs)], out=part)
        x = reduced
    return x


def _first_highest(x: Array, places: Array, windows: Windows, number: int, lowest: Any) -> tuple[Array, Array]:
    """Along one axis, the first of the highest of each window, and its place."""
    axis, at = windows.axes[number], x.ndim - windows.ndim + number
    shape = (*x.shape[:at], axis.count, *x.shape[at + 1 :])
    best, best_places = np.full(shape, lowest, x.dtype), np.full(shape, -1, np.int64)
    along, places_along = np.moveaxis(best, at, 0), np.moveaxis(best_places, at, 0)
    sources, source_places = np.moveaxis(x, at, 0), np.moveaxis(places, at, 0)
    for meeting in meetings(axis):
        outputs, inputs = arrays.sliced(meeting.outputs), arrays.sliced(meeting.inputs)
        value, place = sources[inputs], source_places[inputs]
        now, now_place = along[outputs], places_along[outputs]
        better = (value > now) | (now_place < 0)
        if x.dtype.kind == "f":
            better |= np.isnan(value) & ~np.isnan(now)
        np.copyto(now, value, where=better)
        np.copyto(now_place, place, where=better)
    return best, best_places


def _lowest(x: Array, windows: Windows) -> Any:
    """What every maximum begins with: -inf, or for whole numbers the lowest, where every window meets an input."""
    if x.dtype.kind == "f":
        return x.dtype.type(-np.inf)
    if not all(input_counts(axis).all() for axis in windows.axes):
        raise ShapeError("a window meets no input, and integers have no -inf for its maximum; give x as floats")
    return False if x.dtype == np.bool_ else np.iinfo(x.dtype).min


def _padded_counts(axis: Axis) -> Array:
    """For each output, how many taps lie within the padded input."""
    starts = axis.stride * np.arange(axis.count) - axis.before
    counts = np.zeros(axis.count, int)
    for tap in range(axis.kernel):
        positions = starts + axis.dilation * tap
        counts += (positions >= axis.positions.start) & (positions < axis.positions.stop)
    return counts


def input_counts(axis: Axis) -> Array:
    """For each output, how many taps meet an input."""
    counts = np.zeros(axis.count, int)
    for meeting in meetings(axis):
        counts[arrays.sliced(meeting.outputs)] += 1
    return counts


def _joined_norms(norm_type: float) -> Callable[..., Any]:
    """Two sizes to the p-norm of both, with no power of a large or a small number."""
    known = {1: np.add, 2: np.hypot, np.inf: np.maximum}
    if norm_type in known:
        return known[norm_type]

    def joined(left: Array, right: Array, out: Array) -> None:
        larger, smaller = np.maximum(left, right), np.minimum(left, right)
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = np.where((larger == 0) | np.isinf(larger), 0, smaller / larger)
        np.multiply(larger, (1 + ratio**norm_type) ** (1 / norm_type), out=out)

    return joined
