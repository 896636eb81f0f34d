"""The reference kernels: gather each window's inputs, then weigh, take the maximum, or average.

Arrays have the spatial axes only, in the layer's order; integers stay exact (they accumulate in 64 bits, as
``numpy.sum`` does), everything else follows NumPy's promotion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from convarith.errors import ParameterError, ShapeError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from convarith.arithmetic.axis import Axis
    from convarith.arithmetic.layer import Layer
    from convarith.arithmetic.layers import Conv, ConvTranspose, Pool
    from convarith.arithmetic.windows import Windows

    Array = NDArray[Any]


def conv(x: ArrayLike, w: ArrayLike, layer: Conv) -> Array:
    """The convolution of ``x`` with ``w`` as deep learning means it: a cross-correlation.

    Args:
        x: input, shape (i, ...) with one axis for each of the layer's.
        w: kernel, shape kernel_size.
        layer: a `Conv`.

    Returns:
        Output, shape ``layer.output_shape(x.shape)``.

    Raises:
        ShapeError: the layer does not fit x, or w does not have its kernel_size.
        ParameterError: the layer is of another kind, or an array does not hold numbers.

    >>> import convarith as ca
    >>> conv([2, 1, 3, 4, 7], [1, 0, 1], ca.Conv(3))
    array([ 5,  5, 10])
    """
    _check_kind(layer, "convolution", "conv")
    values = _numbers(x, "x")
    return weighed(values, _numbers(w, "w"), layer.windows(values.shape))


def conv_transpose(x: ArrayLike, w: ArrayLike, layer: ConvTranspose) -> Array:
    """The transposed convolution of ``x`` with ``w``: each input adds a scaled kernel into the output.

    Args:
        x: input, shape (i', ...) with one axis for each of the layer's.
        w: kernel of the direct convolution, shape kernel_size, not rotated.
        layer: a `ConvTranspose`.

    Returns:
        Output, shape ``layer.output_shape(x.shape)``.

    Raises:
        ShapeError: the layer does not fit x, or w does not have its kernel_size.
        ParameterError: the layer is of another kind, or an array does not hold numbers.

    >>> import convarith as ca
    >>> conv_transpose([1, 2], [1, 10, 100], ca.ConvTranspose(3, stride=2))
    array([  1,  10, 102,  20, 200])
    """
    _check_kind(layer, "transposed convolution", "conv_transpose")
    values = _numbers(x, "x")
    return weighed(values, _numbers(w, "w"), layer.windows(values.shape))


def max_pool(x: ArrayLike, layer: Pool) -> Array:
    """The maximum over each window; padding is nothing and never wins.

    A window without any input gives -inf, which integers cannot hold: they are refused there.

    Raises:
        ShapeError: the layer does not fit x, or a window of integers meets no input.
        ParameterError: the layer is of another kind, or x does not hold numbers.

    >>> import convarith as ca
    >>> max_pool([3, 1, 2, 5, 4], ca.Pool(2, ceil_mode=True))
    array([3, 5, 4])
    """
    _check_kind(layer, "pooling", "max_pool")
    values = _numbers(x, "x")
    return highest(values, layer.windows(values.shape))


def avg_pool(x: ArrayLike, layer: Pool, *, count_include_pad: bool = True) -> Array:
    """The mean over each window; padding counts as zeros, or not at all with ``count_include_pad=False``.

    What a ceil_mode window reaches beyond the padding is never counted. The mean of nothing is NaN.

    Raises:
        ShapeError: the layer does not fit x.
        ParameterError: the layer is of another kind, or x does not hold numbers.

    >>> import convarith as ca
    >>> avg_pool([3, 1, 2, 5, 4], ca.Pool(2, ceil_mode=True))
    array([2. , 3.5, 4. ])
    """
    _check_kind(layer, "pooling", "avg_pool")
    values = _numbers(x, "x")
    return averaged(values, layer.windows(values.shape), count_include_pad=count_include_pad)


# The same on windows: what does not need to know the layer


def weighed(x: Array, w: Array, windows: Windows) -> Array:
    """The sum over each window, every tap times its weight; a kernel that lies rotated is rotated here."""
    if w.shape != windows.kernel_size:
        raise ShapeError(
            f"w has the shape {w.shape} and the layer the kernel_size {windows.kernel_size}; give w that shape",
            shape=w.shape,
            kernel_size=windows.kernel_size,
        )
    values, met = gathered(x, windows)
    rotated = np.flip(w, tuple(number for number, axis in enumerate(windows.axes) if axis.flipped))
    taps = tuple(range(windows.ndim, 2 * windows.ndim))
    dtype = _accumulator(x.dtype, w.dtype)
    sums: Array = (np.where(met, values, 0).astype(dtype) * rotated.astype(dtype)).sum(axis=taps, dtype=dtype)
    return sums


def highest(x: Array, windows: Windows) -> Array:
    """The maximum over each window's input cells."""
    values, met = gathered(x, windows)
    taps = tuple(range(windows.ndim, 2 * windows.ndim))
    if np.issubdtype(x.dtype, np.floating):
        lowest: Any = -np.inf
    else:
        if not met.any(axis=taps).all():
            raise ShapeError("a window meets no input, and integers have no -inf for its maximum; give x as floats")
        lowest = x.min()
    maxima: Array = np.where(met, values, lowest).max(axis=taps)
    return maxima


def averaged(x: Array, windows: Windows, *, count_include_pad: bool = True) -> Array:
    """The mean over each window's cells."""
    values, met = gathered(x, windows)
    taps = tuple(range(windows.ndim, 2 * windows.ndim))
    counted = _product([_padded_taps(axis) for axis in windows.axes]) if count_include_pad else met
    with np.errstate(invalid="ignore", divide="ignore"):
        means: Array = np.where(met, values, 0).sum(axis=taps) / counted.sum(axis=taps)
    return means


def gathered(x: Array, windows: Windows) -> tuple[Array, Array]:
    """What each tap of each window meets: values and whether it is input, both of shape (output..., kernel...).

    The taps are in the order of their positions; where ``met`` is false the value means nothing.
    """
    ndim = windows.ndim
    sources = [_sources(axis) for axis in windows.axes]
    met = _product([source >= 0 for source in sources])
    indices = tuple(_spread(source, number, ndim) for number, source in enumerate(sources))
    return x[indices], met


def _sources(axis: Axis) -> Array:
    """The input index that each tap meets, or -1: shape (count, kernel)."""
    positions = _positions(axis)
    indices, between = np.divmod(positions, axis.input_dilation)
    visible = (positions >= axis.visible.start) & (positions < axis.visible.stop)
    return np.where(visible & (between == 0), indices, -1)


def _padded_taps(axis: Axis) -> Array:
    """Whether each tap lies within the padded input: shape (count, kernel)."""
    positions = _positions(axis)
    return (positions >= axis.positions.start) & (positions < axis.positions.stop)


def _positions(axis: Axis) -> Array:
    return axis.stride * np.arange(axis.count)[:, None] + axis.dilation * np.arange(axis.kernel) - axis.before


def _product(tables: list[Array]) -> Array:
    """Tables of shape (count, kernel), one for each axis, all true together: shape (count..., kernel...)."""
    ndim = len(tables)
    spread = [_spread(table, number, ndim) for number, table in enumerate(tables)]
    together = spread[0]
    for table in spread[1:]:
        together = together & table
    return together


def _spread(table: Array, number: int, ndim: int) -> Array:
    """A (count, kernel) table of one axis among (count..., kernel...), to broadcast with those of the others."""
    shape = [1] * (2 * ndim)
    shape[number], shape[ndim + number] = table.shape
    return table.reshape(shape)


def _accumulator(x: np.dtype[Any], w: np.dtype[Any]) -> np.dtype[Any]:
    """The type that sums of products have: 64 bits for integers, as ``numpy.sum`` accumulates, else NumPy's promotion.

    Raises:
        ParameterError: one is uint64 and the other signed, which no integer type holds together.
    """
    if not all(np.issubdtype(dtype, np.integer) or dtype == np.bool_ for dtype in (x, w)):
        promoted: np.dtype[Any] = np.result_type(x, w)
        return promoted
    together = np.result_type(x, w)
    if not np.issubdtype(together, np.integer) and together != np.bool_:
        raise ParameterError(
            f"x is {x} and w is {w}, and no integer type holds both; give both signed or both unsigned"
        )
    accumulated: np.dtype[Any] = np.zeros(1, together).sum().dtype
    return accumulated


def _numbers(values: ArrayLike, name: str) -> Array:
    array = np.asarray(values)
    if not (np.issubdtype(array.dtype, np.number) or array.dtype == np.bool_):
        raise ParameterError(f"{name} has the dtype {array.dtype}; give an array of numbers", name=name)
    return array


def _check_kind(layer: Layer, kind: str, name: str) -> None:
    if layer.kind != kind:
        raise ParameterError(f"{name} takes a layer of the kind {kind}; got {layer!r}, a {layer.kind}")
