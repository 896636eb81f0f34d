"""The other ways to a transposed convolution: its equivalent direct convolution, its stamps, and C^T.

`conv_transpose` is the fast one. These do literally what each view says, one step after another, so that the steps
can be looked at; whole numbers come out the same by all of them, exactly.
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convarith.arithmetic.axis import Axis
from convarith.arithmetic.windows import Windows, check_enumeration
from convarith.errors import ParameterError
from convarith.numerics import arrays
from convarith.numerics.borders import extended
from convarith.numerics.contraction import convolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    from convarith.arithmetic.layers import ConvTranspose

    Array = NDArray[Any]


class Stamp(NamedTuple):
    """What one input position adds into the output of a transposed convolution."""

    source: tuple[int, ...]
    """The index of the input cell."""
    place: tuple[slice, ...]
    """Where in the output the rest of the scaled kernel goes."""
    values: Array
    """The kernel times the input, cut to what lies in the output; leading axes as the output has them."""


def equivalent_input(x: ArrayLike, layer: ConvTranspose) -> Array:
    """What the equivalent direct convolution slides over: x stretched, padded and cropped.

    s - 1 zeros are put between neighbours, k̂ - 1 - p on each side, and the added zeros a at the end; a negative number
    crops. Over this array, the convolution has stride 1, no padding, and the kernel of `equivalent_kernel`.

    Args:
        x: input of the transposed convolution, shape (N, C, i'...), (C, i'...) or (i'...).
        layer: a `ConvTranspose`. If none of its parameters is per axis, an x of 1 or 2 axes is all spatial, and a
            larger one has batch and channels.

    Raises:
        ShapeError: the layer does not fit x.
        ParameterError: the layer is of another kind, or x does not hold numbers.

    >>> import convarith as ca
    >>> equivalent_input([1, 2], ca.ConvTranspose(3, stride=2, padding=1, output_padding=1))
    array([0, 1, 0, 2, 0, 0])
    """
    arrays.check_kind(layer, "transposed convolution", "equivalent_input")
    given = arrays.checked_numbers(x, "x")
    ndim = arrays.spatial_axes(layer, given.ndim)
    values = arrays.laid_out(given, ndim, layer)
    written_out, _ = extended(values, layer.windows(arrays.spatial_shape(values)), "zeros")
    return arrays.restored(written_out, given.ndim - ndim)


def equivalent_kernel(w: ArrayLike, *, groups: int = 1, channels: bool | None = None) -> Array:
    """The kernel of the equivalent direct convolution: rotated by 180° on every spatial axis.

    Args:
        w: kernel of the transposed convolution, shape (in, out/groups, k...), or (k...) alone.
        groups: parts the channels.
        channels: whether w begins with its two axes of channels; if not given, a w of 3 or more axes does.

    Returns:
        Kernel as `conv` takes it, shape (out, in/groups, k...), or (k...).

    Raises:
        ShapeError: the groups do not divide the channels.
        ParameterError: w does not hold numbers, or groups is no whole number of at least 1.

    >>> equivalent_kernel([1, 10, 100])
    array([100,  10,   1])
    """
    kernel = arrays.checked_numbers(w, "w")
    if not (kernel.ndim > 2 if channels is None else channels):
        arrays.checked_groups(groups, None, "w")
        return np.flip(kernel)
    parted = arrays.laid_out_kernel(
        kernel, kernel.shape[2:], kernel.shape[0], groups, transposed=True, given="w", axes="in, out/groups"
    )
    rotated = np.flip(parted, tuple(range(3, parted.ndim)))
    return rotated.reshape(-1, *rotated.shape[2:])


def conv_transpose_by_equivalent(x: ArrayLike, w: ArrayLike, layer: ConvTranspose, *, groups: int = 1) -> Array:
    """The transposed convolution as its equivalent: stretch, pad, crop, rotate the kernel, convolve with stride 1.

    Arguments, result and errors as for `conv_transpose`.

    >>> import convarith as ca
    >>> conv_transpose_by_equivalent([1, 2], [1, 10, 100], ca.ConvTranspose(3, stride=2))
    array([  1,  10, 102,  20, 200])
    """
    values, kernel, windows, leading = _met(x, w, layer, groups, "conv_transpose_by_equivalent")
    slid_over, _ = extended(values, windows, "zeros")
    axes = [Axis.convolution(axis.extent, axis.kernel, dilation=axis.dilation) for axis in windows.axes]
    rotated = np.flip(kernel, tuple(range(3, kernel.ndim)))
    y = convolved(slid_over, rotated, Windows(tuple(axes)))
    return arrays.restored(y, leading)


def conv_transpose_by_stamps(x: ArrayLike, w: ArrayLike, layer: ConvTranspose, *, groups: int = 1) -> Array:
    """The transposed convolution as stamps: each input position adds its scaled kernel into the output.

    Arguments, result and errors as for `conv_transpose`; it takes one step of Python for each input position.

    >>> import convarith as ca
    >>> conv_transpose_by_stamps([1, 2], [1, 10, 100], ca.ConvTranspose(3, stride=2))
    array([  1,  10, 102,  20, 200])
    """
    values, kernel, windows, leading = _met(x, w, layer, groups, "conv_transpose_by_stamps")
    result, dtype = _types(values, kernel)
    y = np.zeros((len(values), kernel.shape[0] * kernel.shape[1], *windows.output_shape), dtype)
    for stamp in _stamps(values.astype(dtype), kernel.astype(dtype), windows):
        y[arrays.within(stamp.place)] += stamp.values
    return arrays.restored(arrays.settled(y, result), leading)


def conv_transpose_by_matrix(x: ArrayLike, w: ArrayLike, layer: ConvTranspose, *, groups: int = 1) -> Array:
    """The transposed convolution as C^T times the flattened input, with C^T the `matrix` of the layer.

    Arguments, result and errors as for `conv_transpose`, and those of `matrix`; SciPy does not see whether whole
    numbers leave their 64 bits, so that sums which might are refused.

    >>> import convarith as ca
    >>> conv_transpose_by_matrix([1, 2], [1, 10, 100], ca.ConvTranspose(3, stride=2))
    array([  1,  10, 102,  20, 200])
    """
    from convarith.numerics.sparse import matrix  # which is loaded with SciPy

    values, kernel, windows, leading = _met(x, w, layer, groups, "conv_transpose_by_matrix")
    columns = values.reshape(len(values), -1).T
    result, dtype = _types(values, kernel)
    if dtype.kind == "O":
        raise ParameterError(f"sums may go beyond what {result} holds; take conv_transpose, which sees whether they do")
    wide = np.result_type(result, np.float32) if result.kind == "f" else result  # SciPy has no float16
    c = matrix(layer, windows.input_shape, w, groups=groups).astype(wide, copy=False)
    product_of_both = c @ columns.astype(wide)
    shape = (len(values), kernel.shape[0] * kernel.shape[1], *windows.output_shape)
    return arrays.restored(product_of_both.T.reshape(shape).astype(result, copy=False), leading)


def stamps(x: ArrayLike, w: ArrayLike, layer: ConvTranspose, *, groups: int = 1) -> Iterator[Stamp]:
    """The stamps of a transposed convolution, one for each input position, row-major.

    Added into zeros, ``y[..., *stamp.place] += stamp.values``, they are its output. Arguments and errors as for
    `conv_transpose`.

    >>> import convarith as ca
    >>> for stamp in stamps([1, 2], [1, 10, 100], ca.ConvTranspose(3, stride=2)):
    ...     print(stamp.source, stamp.place, stamp.values.tolist())
    (0,) (slice(0, 3, 1),) [1, 10, 100]
    (1,) (slice(2, 5, 1),) [2, 20, 200]
    """
    values, kernel, windows, leading = _met(x, w, layer, groups, "stamps")
    result, dtype = _types(values, kernel)
    found = _stamps(values.astype(dtype), kernel.astype(dtype), windows)
    return (stamp._replace(values=arrays.restored(arrays.settled(stamp.values, result), leading)) for stamp in found)


def _stamps(x: Array, w: Array, windows: Windows) -> Iterator[Stamp]:
    """One input position after the other: x is (N, C, i...), w (groups, out/groups, in/groups, k...)."""
    check_enumeration(x[0, 0].size, "x", "the input", "positions")
    images, (groups, rows, columns) = len(x), w.shape[:3]
    parted = x.reshape(images, groups, columns, *windows.input_shape)
    places = [[_stamped(axis, index) for index in range(axis.size)] for axis in windows.axes]
    for index in product(*(range(size) for size in windows.input_shape)):
        kept, place = zip(*(along[at] for along, at in zip(places, index, strict=True)), strict=True)
        scaled = np.einsum("ngc,grc...->ngr...", parted[arrays.within(index)], w[arrays.within(kept)])
        yield Stamp(index, place, scaled.reshape(images, groups * rows, *scaled.shape[3:]))


def _types(x: Array, w: Array) -> tuple[np.dtype[Any], np.dtype[Any]]:
    """The type of the result, and the one to compute it in."""
    result = arrays.accumulator(x=x, w=w)
    return result, arrays.computing(result, arrays.peak(x) * arrays.peak(w) * prod(w.shape[2:]))


def _stamped(axis: Axis, index: int) -> tuple[slice, slice]:
    """Which weights of a stamp lie in the output of an axis, and where: weight t goes to s·i' + d·t - p."""
    start = axis.input_dilation * index + axis.before - (axis.span - 1)
    first = max(0, -(start // axis.dilation))
    stop = max(first, min(axis.kernel, (axis.count - 1 - start) // axis.dilation + 1))
    begin = max(0, start + axis.dilation * first)
    end = begin + axis.dilation * (stop - first - 1) + 1 if stop > first else begin
    return slice(first, stop), slice(begin, end, axis.dilation)


def _met(x: ArrayLike, w: ArrayLike, layer: ConvTranspose, groups: int, name: str) -> tuple[Array, Array, Windows, int]:
    arrays.check_kind(layer, "transposed convolution", name)
    return arrays.met(x, w, layer, groups, transposed=True)
