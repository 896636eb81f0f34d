"""Who is asked: the plain walk, SciPy, PyTorch and JAX, each giving the numbers of a setting in its own way.

An oracle takes (setting, x, w) and returns arrays: the output; for a pooling its maxima, their places, the means with
padding and those without, each None where it does not know them; or None where it has no such layer. Other libraries
are imported when they are first asked.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from convarith.numerics.verification import walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from convarith.numerics.verification.settings import AxisNumbers, Setting

    Array = NDArray[Any]
    Answer = tuple[Array | None, ...]
    Oracle = Callable[[Setting, Array, Array], Answer | None]


def by_walking(setting: Setting, x: Array, w: Array) -> Answer:
    """Sums, maxima and means over Python's own integers, window by window."""
    inputs, weights, axes = x.ravel().tolist(), w.ravel().tolist(), setting.axes
    if setting.family == "pool":
        found = list(walk.pooled(axes, inputs))
        shape = [len(walk.starts(axis)) for axis in axes]
        largest = [-np.inf if most is None else most for (most, _), _, _, _ in found]
        place = [index for (_, index), _, _, _ in found]
        padded = [total / counted if counted else np.nan for _, total, _, counted in found]
        bare = [total / met if met else np.nan for _, total, met, _ in found]
        return tuple([np.array(row).reshape(shape) for row in (largest, place, padded, bare)])
    met = walk.met_by(setting)
    sums = walk.sums(met, inputs, weights, setting.input_shape, setting.kernel_size)
    return (np.array(sums).reshape([len(along) for along in met]),)


def by_scipy(setting: Setting, x: Array, w: Array) -> Answer | None:
    """scipy.signal's direct correlation and convolution of arrays padded by NumPy; scipy.ndimage's maximum filter."""
    from scipy import ndimage, signal

    pads = [walk.padding_of(axis) for axis in setting.axes]
    if setting.family == "transpose":
        stuffed = _stuffed(x, [axis.stride for axis in setting.axes])
        full = signal.convolve(stuffed, _stuffed(w, [axis.dilation for axis in setting.axes]), method="direct")
        kept = [(-before, axis.added - after) for axis, (before, after) in zip(setting.axes, pads, strict=True)]
        return (_padded(full, kept),)
    stretched = _stuffed(x, [axis.stretch for axis in setting.axes])
    strides = tuple([slice(None, None, axis.stride) for axis in setting.axes])
    if setting.family == "conv":
        kernel = _stuffed(w, [axis.dilation for axis in setting.axes])
        padded = _padded(stretched, pads)
        sums = signal.correlate(padded, kernel, mode="valid", method="direct")[strides]
        return (sums,)
    footprint = _stuffed(np.ones(setting.kernel_size, int), [axis.dilation for axis in setting.axes])
    counts = tuple([len(walk.starts(axis)) for axis in setting.axes])
    rooms = [_room(axis, before, after) for axis, (before, after) in zip(setting.axes, pads, strict=True)]
    origin = [-(size // 2) for size in footprint.shape]  # so that a window begins at its output
    filled = _padded(_padded(x.astype(float), pads, -np.inf), rooms, -np.inf)
    highest = ndimage.maximum_filter(filled, footprint=footprint, mode="constant", cval=-np.inf, origin=origin)
    chosen = tuple(
        [slice(0, count * axis.stride, axis.stride) for axis, count in zip(setting.axes, counts, strict=True)]
    )
    inside = _padded(np.ones_like(x), pads, 1), _padded(np.ones_like(x), pads)
    cells = [_padded(_padded(x, pads), rooms), *(_padded(of, rooms) for of in inside)]
    total, counted, met = (signal.correlate(each, footprint, mode="valid", method="direct")[chosen] for each in cells)
    with np.errstate(invalid="ignore", divide="ignore"):
        return highest[chosen], None, total / counted, total / met


def by_torch(setting: Setting, x: Array, w: Array) -> Answer | None:
    """PyTorch's layers with their own padding where they have it; None for what they refuse or have not."""
    from torch import nn, tensor

    functional: Any = nn.functional
    ndim, axes = len(setting.axes), setting.axes
    pads = [walk.padding_of(axis) for axis in axes]
    if (
        ndim > 3
        or any(axis.stretch > 1 for axis in axes)
        or any(before != after or before < 0 for before, after in pads)
    ):
        return None
    stride, dilation = [axis.stride for axis in axes], [axis.dilation for axis in axes]
    sides = [before for before, _ in pads]
    values = tensor(x)[None, None]
    if setting.family == "conv":
        convolve = getattr(functional, f"conv{ndim}d")
        return (_array(convolve(values, tensor(w)[None, None], None, stride, sides, dilation)),)
    if setting.family == "transpose":
        transpose = getattr(functional, f"conv_transpose{ndim}d")
        added = [axis.added for axis in axes]
        return (_array(transpose(values, tensor(w)[None, None], None, stride, sides, added, 1, dilation)),)
    if any(2 * side > axis.kernel for side, axis in zip(sides, axes, strict=True)):
        return None
    kernel, ceil = list(setting.kernel_size), axes[0].ceil
    highest = getattr(functional, f"max_pool{ndim}d")
    found = [_array(each) for each in highest(values.double(), kernel, stride, sides, dilation, ceil, True)]
    if dilation != [1] * ndim or ndim == 3:  # its means have no dilation, and in 3-D refuse what rounds up
        return *found, None, None
    mean = getattr(functional, f"avg_pool{ndim}d")
    return *found, *(_array(mean(values.double(), kernel, stride, sides, ceil, include)) for include in (True, False))


def by_jax(setting: Setting, x: Array, w: Array) -> Answer | None:
    """JAX's general dilated convolution, and reduce_window for the maximum; each setting is compiled."""
    from jax import lax

    axes, ndim = setting.axes, len(setting.axes)
    pads = [walk.padding_of(axis) for axis in axes]
    strides, dilations = [axis.stride for axis in axes], [axis.dilation for axis in axes]
    if setting.family == "pool":
        if min(min(pair) for pair in pads) < 0:
            return None
        rooms = [_room(axis, *pair)[1] for axis, pair in zip(axes, pads, strict=True)]
        wide = [(before, after + room) for (before, after), room in zip(pads, rooms, strict=True)]
        largest: Array = np.asarray(
            lax.reduce_window(
                x.astype(np.float32),
                np.float32(-np.inf),
                lax.max,
                setting.kernel_size,
                strides,
                wide,
                window_dilation=dilations,
            )
        )
        counts = tuple([slice(0, len(walk.starts(axis))) for axis in axes])  # ceil_mode may leave the last one out
        return largest[counts], None, None, None
    letters = "DHW"[-ndim:] if ndim < 4 else "TDHW"
    names = (f"NC{letters}", f"OI{letters}", f"NC{letters}")
    flipped, stretch = w, [axis.stretch for axis in axes]
    if setting.family == "transpose":
        reach = [walk.places(axis)[-1] for axis in axes]
        pads = [
            (r - before, r - after + axis.added) for r, (before, after), axis in zip(reach, pads, axes, strict=True)
        ]
        flipped, stretch, strides = np.flip(w), strides, [1] * ndim
    answer = lax.conv_general_dilated(
        x[None, None].astype(np.float32),
        flipped[None, None].astype(np.float32),
        strides,
        pads,
        lhs_dilation=stretch,
        rhs_dilation=dilations,
        dimension_numbers=names,
    )
    return (_array(answer),)


ORACLES: dict[str, tuple[str, Oracle]] = {
    "plain walk": ("", by_walking),
    "scipy": ("scipy", by_scipy),
    "torch": ("torch", by_torch),
    "jax": ("jax", by_jax),
}
"""Name -> (the package that it needs, the oracle)."""

COMPILING = ("jax",)
"""Oracles that compile every setting, and are asked for a sample of them."""


def _array(answer: Any) -> Array:
    array: Array = np.asarray(answer)[0, 0]
    return array


def _stuffed(x: Array, steps: list[int]) -> Array:
    """Zeros put between the cells of an array."""
    wide = np.zeros([step * (size - 1) + 1 for size, step in zip(x.shape, steps, strict=True)], x.dtype)
    wide[tuple([slice(None, None, step) for step in steps])] = x
    return wide


def _padded(x: Array, pads: list[tuple[int, int]], value: float = 0) -> Array:
    """numpy.pad, which takes no negative numbers, and slices for those."""
    grown = np.pad(x, [(max(before, 0), max(after, 0)) for before, after in pads], constant_values=value)
    cut = [
        slice(max(-before, 0), size - max(-after, 0)) for size, (before, after) in zip(grown.shape, pads, strict=True)
    ]
    return grown[tuple(cut)]


def _room(axis: AxisNumbers, before: int, after: int) -> tuple[int, int]:
    """What the last window of a pooling needs beyond the padding."""
    last = walk.starts(axis)[-1] + walk.places(axis)[-1] + 1
    return 0, max(0, last - (axis.size + before + after))


def numbers_for(setting: Setting) -> tuple[Array, Array]:
    """Small whole numbers for an input and a kernel, the same for the same setting; no two neighbours share a sign or
    a size for long."""
    table = _TABLE
    cells, weights = prod(setting.input_shape), prod(setting.kernel_size)
    while len(table) < cells + weights:
        table = np.concatenate([table, table])
    x = table[:cells].reshape(setting.input_shape)
    return x, table[cells : cells + weights].reshape(setting.kernel_size)


_TABLE = np.random.RandomState(0).randint(-9, 10, 4096)  # its stream is frozen for good
