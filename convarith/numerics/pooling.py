"""Pooling with real numbers: the maximum, the mean, a norm, or any reduction over each window; and unpooling.

Padding is nothing: it never wins, and counts in a mean or not.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from convarith.arithmetic.integers import integer
from convarith.arithmetic.integers import shape as checked_spatial
from convarith.errors import ParameterError, ShapeError
from convarith.numerics import arrays
from convarith.numerics.reductions import averaged, highest, highest_with_indices, norms, reduced

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from numpy.typing import ArrayLike, NDArray

    from convarith.arithmetic.layer import Shape
    from convarith.arithmetic.layers import Pool
    from convarith.arithmetic.windows import Windows

    Array = NDArray[Any]


@overload
def max_pool(x: ArrayLike, layer: Pool, *, return_indices: Literal[False] = False) -> Array: ...
@overload
def max_pool(x: ArrayLike, layer: Pool, *, return_indices: Literal[True]) -> tuple[Array, Array]: ...
@overload
def max_pool(x: ArrayLike, layer: Pool, *, return_indices: bool) -> Array | tuple[Array, Array]: ...
def max_pool(x: ArrayLike, layer: Pool, *, return_indices: bool = False) -> Array | tuple[Array, Array]:
    """The maximum over each window; padding is nothing and never wins.

    Args:
        x: input, shape (N, C, i...), (C, i...) or (i...).
        layer: a `Pool`. If none of its parameters is per axis, an x of 1 or 2 axes is all spatial, and a larger one
            has batch and channels.
        return_indices: also return the *switches*, where each maximum stood: its flat, row-major index in the
            unpadded spatial input, the first of several (int64).

    Returns:
        Maxima in x's type, shape (N, C, o...), (C, o...) or (o...); with return_indices also the indices, of the same
        shape. A window without any input gives -inf and index -1. NaN wins.

    Raises:
        ShapeError: the layer does not fit x, or a window of whole numbers, which have no -inf, meets no input.
        ParameterError: the layer is of another kind, or x does not hold numbers that have an order.

    >>> import convarith as ca
    >>> max_pool([3, 1, 2, 5, 4], ca.Pool(2, ceil_mode=True), return_indices=True)
    (array([3, 5, 4]), array([0, 3, 4]))
    >>> max_pool([1 + 2j], ca.Pool(1))
    Traceback (most recent call last):
    convarith.errors.ParameterError: x is complex128, and complex numbers have no order; give abs(x)
    """
    arrays.check_kind(layer, "pooling", "max_pool")
    given = arrays.real_numbers(x, "x")
    values, windows, leading = _met(given, layer)
    if arrays.checked_flag(return_indices, "return_indices"):
        maxima, indices = highest_with_indices(values, windows)
        return arrays.restored(maxima, leading), arrays.restored(indices, leading)
    return arrays.restored(highest(values, windows), leading)


def avg_pool(
    x: ArrayLike, layer: Pool, *, count_include_pad: bool = True, divisor_override: int | None = None
) -> Array:
    """The mean over each window; padding counts as zeros, or not at all with ``count_include_pad=False``.

    What a ceil_mode window reaches beyond the padding is never counted. The mean of nothing is NaN.

    Args:
        x: input, shape (N, C, i...), (C, i...) or (i...).
        layer: a `Pool`, its axes as for `max_pool`.
        count_include_pad: whether padding counts.
        divisor_override: divide the sums by this whole number instead of by what counts.

    Returns:
        Means, shape (N, C, o...), (C, o...) or (o...); float64 for whole numbers, else of x's type.

    Raises:
        ShapeError: the layer does not fit x.
        ParameterError: the layer is of another kind, x does not hold numbers, or the divisor is 0.

    Source: both ways of counting, and the divisor, as in PyTorch.

    >>> import convarith as ca
    >>> avg_pool([3, 1, 2, 5, 4], ca.Pool(2, ceil_mode=True))
    array([2. , 3.5, 4. ])
    >>> avg_pool([3, 1], ca.Pool(2), divisor_override=0)
    Traceback (most recent call last):
    convarith.errors.ParameterError: divisor_override 0 divides nothing; give another whole number
    """
    arrays.check_kind(layer, "pooling", "avg_pool")
    if divisor_override is not None and not integer(divisor_override, "divisor_override"):
        raise ParameterError("divisor_override 0 divides nothing; give another whole number", value=0)
    values, windows, leading = _met(arrays.checked_numbers(x, "x"), layer)
    return arrays.restored(
        averaged(values, windows, arrays.checked_flag(count_include_pad, "count_include_pad"), divisor_override),
        leading,
    )


def lp_pool(x: ArrayLike, layer: Pool, *, norm_type: float) -> Array:
    """The p-norm over each window, (Σ |x|^p)^(1/p): 1 gives sums of absolute values, infinity their maximum.

    Args:
        x: input, shape (N, C, i...), (C, i...) or (i...).
        layer: a `Pool`, its axes as for `max_pool`. What is not input adds nothing.
        norm_type: p, above 0; may be infinite.

    Returns:
        Norms, shape (N, C, o...), (C, o...) or (o...); float64 for whole numbers, else of x's real type.

    Raises:
        ShapeError: the layer does not fit x.
        ParameterError: the layer is of another kind, x does not hold numbers, or p is not above 0.

    Source: absolute values as in ONNX; PyTorch's differs for odd p where x is negative.

    >>> import convarith as ca
    >>> lp_pool([3, -4, 0, 2], ca.Pool(2), norm_type=2)
    array([5., 2.])
    >>> lp_pool([3, -4, 0, 2], ca.Pool(2), norm_type=0)
    Traceback (most recent call last):
    convarith.errors.ParameterError: norm_type must be a number above 0; got 0
    """
    arrays.check_kind(layer, "pooling", "lp_pool")
    if np.asarray(arrays.lone_number(norm_type, "norm_type")).dtype.kind not in "iuf" or not norm_type > 0:
        raise ParameterError(f"norm_type must be a number above 0; got {norm_type!r}", value=norm_type)
    values, windows, leading = _met(arrays.checked_numbers(x, "x"), layer)
    result = np.abs(np.zeros(0, values.dtype if values.dtype.kind in "fc" else float)).dtype
    sizes = np.abs(values.astype(arrays.computing(np.result_type(values.dtype, result), 0), copy=False))
    return arrays.restored(norms(sizes, windows, norm_type).astype(result, copy=False), leading)


def pool(x: ArrayLike, layer: Pool, reduction: Callable[..., Any], *, fill: complex = 0) -> Array:
    """Any reduction over each window: ``reduction(cells, axis=-1)``, as `numpy.median` or `numpy.ptp` are called.

    Args:
        x: input, shape (N, C, i...), (C, i...) or (i...).
        layer: a `Pool`, its axes as for `max_pool`.
        reduction: takes an array and ``axis=-1``, and returns it without its last axis. It is called once for each
            block of windows, with the taps of a window in row-major order.
        fill: what stands for the cells of a window that are no input; `numpy.nan` suits ``numpy.nanmedian``.

    Returns:
        What the reduction returns, shape (N, C, o...), (C, o...) or (o...).

    Raises:
        ShapeError: the layer does not fit x, or the reduction returns another shape.
        ParameterError: the layer is of another kind, x does not hold numbers, or fill does not go with x's type.

    >>> import numpy as np, convarith as ca
    >>> pool([3, 1, 2, 5, 4], ca.Pool(3, stride=1), np.median)
    array([2., 2., 4.])
    >>> pool([3, 1, 2, 5, 4], ca.Pool(3, stride=1), np.cumsum)
    Traceback (most recent call last):
    convarith.errors.ShapeError: the reduction turned cells of the shape (1, 1, 3, 3) into (1, 1, 3, 3); it should \
return (1, 1, 3), without the last axis
    """
    arrays.check_kind(layer, "pooling", "pool")
    if not callable(reduction):
        raise ParameterError(f"reduction must be a function, as numpy.median is; got {reduction!r}", value=reduction)
    values, windows, leading = _met(arrays.checked_numbers(x, "x"), layer)
    dtype = arrays.holding(values.dtype, fill, "fill")
    return arrays.restored(reduced(values.astype(dtype, copy=False), windows, reduction, fill), leading)


def max_unpool(x: ArrayLike, indices: ArrayLike, *, output_shape: Shape) -> Array:
    """Each number put back where its switch says, zeros everywhere else.

    Args:
        x: pooled numbers, shape (N, C, o...), (C, o...) or (o...).
        indices: the switches of `max_pool`, of x's shape; -1 (a window that met no input) puts nothing.
        output_shape: spatial shape of the result, which was the pooling's input.

    Returns:
        Shape (N, C, output_shape...), (C, output_shape...) or output_shape, in x's type. Where overlapping windows
        share a switch, the number stands there once.

    Raises:
        ShapeError: x and indices differ in shape, or a switch points outside.
        ParameterError: the indices are no whole numbers, or x does not hold numbers.

    Source: the switches of Zeiler and Fergus's deconvolutional networks; as PyTorch's ``max_unpool``.

    >>> max_unpool([5, 4], [1, 3], output_shape=4)
    array([0, 5, 0, 4])
    >>> max_unpool([5, 4], [1, 4], output_shape=4)
    Traceback (most recent call last):
    convarith.errors.ShapeError: a switch points to 4, outside an output of shape (4,), whose indices are 0 to 3; \
give the shape of the pooling's input
    """
    given, switches = arrays.checked_numbers(x, "x"), arrays.checked_numbers(indices, "indices")
    shape = checked_spatial(output_shape, "output_shape")
    leading = given.ndim - len(shape)
    if not 0 <= leading <= 2:
        raise ShapeError(
            f"x has the shape {given.shape} and output_shape is {shape}; give one size for each spatial axis of x",
            shape=given.shape,
            output_shape=shape,
        )
    if not given.size:
        raise ParameterError(f"x has the shape {given.shape}, which is empty; give at least 1 number")
    if switches.dtype.kind not in "iu":
        raise ParameterError(f"indices have the dtype {switches.dtype}; give the whole numbers that max_pool returns")
    if switches.shape != given.shape:
        raise ShapeError(
            f"x has the shape {given.shape} and indices {switches.shape}; give one index for each number",
            shape=given.shape,
            indices_shape=switches.shape,
        )
    size = prod(shape)
    outside = switches[(switches >= size) | (switches < -1)]
    if outside.size:
        raise ShapeError(
            f"a switch points to {outside.flat[0]}, outside an output of shape {shape}, whose indices are "
            f"0 to {size - 1}; give the shape of the pooling's input",
            index=int(outside.flat[0]),
            output_shape=shape,
        )
    maps = prod(given.shape[:leading])
    unpooled = np.zeros((maps, size), given.dtype)
    flat, places = given.reshape(maps, -1), switches.reshape(maps, -1)
    rows, columns = np.nonzero(places != -1)
    unpooled[rows, places[rows, columns]] = flat[rows, columns]
    return unpooled.reshape(given.shape[:leading] + shape)


def _met(given: Array, layer: Pool) -> tuple[Array, Windows, int]:
    """x as (N, C, i...), its windows, and how many leading axes it had."""
    ndim = arrays.spatial_axes(layer, given.ndim)
    values = arrays.laid_out(given, ndim, layer)
    return values, layer.windows(arrays.spatial_shape(values)), given.ndim - ndim
