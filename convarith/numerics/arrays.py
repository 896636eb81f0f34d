"""Arrays at the door: what is taken as numbers, which axes they have, and in which type their sums are exact.

The one convention: an input is (N, C, spatial...), (C, spatial...) or (spatial...) alone, and an output has the same
leading axes. Inside, everything is (N, C, spatial...).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from convarith.arithmetic.integers import integer, shown
from convarith.arithmetic.integers import shape as checked_spatial
from convarith.errors import ParameterError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from convarith.arithmetic.layer import Layer
    from convarith.arithmetic.windows import Windows

    Array = NDArray[Any]

EXACT_IN_FLOATS = 2**53
"""Whole numbers up to here, and sums of them, are exact in float64, where matrix products are fastest."""


def checked_numbers(values: ArrayLike, name: str) -> Array:
    """``values`` as an array of numbers.

    Raises:
        ParameterError: it holds something else, or its rows have different lengths.
    """
    if isinstance(values, np.ma.MaskedArray):
        raise ParameterError(f"{name} is a masked array, whose mask would be lost; give {name}.filled(...)", name=name)
    try:
        array = np.asarray(values)
    except ValueError:
        raise ParameterError(f"{name} has rows of different lengths; give an array of numbers", name=name) from None
    except (RuntimeError, TypeError) as error:  # what tensors of frameworks say of themselves
        raise ParameterError(f"{name} cannot be read as an array ({error}); give a NumPy array", name=name) from None
    if array.dtype.kind not in "biufc":
        raise ParameterError(f"{name} has the dtype {array.dtype}; give an array of numbers", name=name)
    return array


def real_numbers(values: ArrayLike, name: str) -> Array:
    """``values`` as an array of numbers that have an order.

    Raises:
        ParameterError: they are complex, or no numbers at all.
    """
    array = checked_numbers(values, name)
    if array.dtype.kind == "c":
        raise ParameterError(f"{name} is {array.dtype}, and complex numbers have no order; give abs({name})", name=name)
    return array


def check_kind(layer: Layer, kind: str, name: str) -> None:
    """Refuse a layer of another kind.

    Raises:
        ParameterError: it is one.
    """
    given = None if isinstance(layer, type) else getattr(layer, "kind", None)
    if given != kind:
        what = f"{layer!r}, a {given}" if given else described(layer)
        raise ParameterError(f"{name} takes a layer of the kind {kind}; got {what}", name="layer")


def described(value: object) -> str:
    """What an argument is, for a refusal: never the numbers of an array."""
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"an array of the shape {tuple(value.shape)} where the layer belongs"
    return f"{shown(value)} ({type(value).__name__})"


# Axes


def spatial_axes(layer: Layer, x_ndim: int, w_ndim: int | None = None) -> int:
    """How many spatial axes x has.

    They are the layer's if any of its parameters is per axis; else all of x, if it has at most 2; else what w leaves
    beside its two axes of channels (for a pooling, what x leaves beside batch and channels). An x of 2 axes beside a
    w of 3 can only be (C, i).
    """
    if layer.ndim is not None:
        return layer.ndim
    if x_ndim <= 2:
        return 1 if (x_ndim, w_ndim) == (2, 3) else x_ndim
    return (x_ndim if w_ndim is None else w_ndim) - 2


def laid_out(x: Array, ndim: int, layer: Layer, name: str = "x") -> Array:
    """x as (N, C, spatial...).

    Raises:
        ShapeError: it has too few or too many axes for ``ndim`` spatial ones.
        ParameterError: its batch or its channels are empty.
    """
    leading = x.ndim - ndim
    if leading < 0 and layer.ndim is not None:
        layer.checked_shape(x.shape, "input_shape")  # refuses
    if not 0 <= leading <= 2:
        raise ShapeError(
            f"{name} has the shape {x.shape}, for {_axes(ndim)} of space; give {name} {_axes(ndim)}, {ndim + 1} with "
            f"channels, or {ndim + 2} with batch and channels",
            shape=x.shape,
            ndim=ndim,
        )
    for size, what in zip(x.shape[:leading], ("batch", "channels")[2 - leading :], strict=True):
        if not size:
            raise ParameterError(f"{name} has the shape {x.shape}, with no {what}; give at least 1", shape=x.shape)
    return x.reshape((1,) * (2 - leading) + x.shape)


def within(slices: Sequence[slice | int | Array]) -> Any:
    """The index of a part of the spatial axes, whatever stands before them."""
    return (..., *slices)


def sliced(indices: range) -> slice:
    """A range as a slice."""
    return slice(indices.start, indices.stop, indices.step)


def restored(y: Array, leading: int) -> Array:
    """An (N, C, spatial...) result with as many leading axes as the input had."""
    return y.reshape(y.shape[2 - leading :])


def spatial_shape(x: Array) -> tuple[int, ...]:
    """The spatial part of an (N, C, spatial...) array, refused where it is empty."""
    return checked_spatial(x.shape[2:], "input_shape")


def laid_out_kernel(
    w: Array,
    kernel_size: tuple[int, ...],
    channels: int | None,
    groups: int,
    *,
    transposed: bool,
    name: str = "w",
    given: str = "x",
    axes: str = "out, in/groups",
) -> Array:
    """w as (groups, out/groups, in/groups, k...).

    Args:
        w: (out, in/groups, k...), or (in, out/groups, k...) for a transposed convolution; (k...) alone where the
            input has no channels.
        kernel_size: the layer's.
        channels: those of the input, or None where it has no axis for them.
        groups: into how many groups the channels are parted.
        transposed: which of the two it is.
        name: what a refusal calls it.
        given: what it calls the array that has the channels.
        axes: and how it names the two axes of channels.

    Raises:
        ShapeError: w, the kernel_size, the channels and the groups do not agree.
        ParameterError: groups is no whole number of at least 1, or w is empty.
    """
    groups = checked_groups(groups, channels, given)
    if channels is None:
        if w.ndim == len(kernel_size) + 2 and w.shape[2:] == kernel_size:
            raise ShapeError(
                f"{name} has the shape {w.shape}, with two axes of channels, and {given} has none; give {given} "
                f"an axis of channels first, or {name} the shape {kernel_size}",
                shape=w.shape,
                kernel_size=kernel_size,
            )
        if w.shape != kernel_size:
            raise _other_kernel(name, w, kernel_size, "that shape")
        return w.reshape(1, 1, 1, *kernel_size)
    if w.ndim != len(kernel_size) + 2 or w.shape[2:] != kernel_size:
        raise _other_kernel(name, w, kernel_size, f"the shape ({axes}, {', '.join(map(str, kernel_size))})")
    if not w.size:
        raise ParameterError(f"{name} has the shape {w.shape}, with no channels; give at least 1", shape=w.shape)
    rows, columns = w.shape[:2]
    if rows % groups:
        what = "takes {} channels" if transposed else "gives {} output channels"
        raise ShapeError(
            f"{name} {what.format(rows)}, which {groups} groups do not divide; give {name} a multiple of {groups} rows",
            rows=rows,
            groups=groups,
        )
    taken = rows if transposed else columns * groups
    if taken != channels:
        wanted = (channels, columns) if transposed else (rows, channels // groups)
        mends = [f"{given} {_channels(taken)}", f"{name} the shape {(*wanted, *kernel_size)}"]
        parts = channels // columns
        if not transposed and channels % columns == 0 and parts > 1 and rows % parts == 0:
            mends.append(f"groups {parts}")
        raise ShapeError(
            f"{given} has {_channels(channels)} and {name}, {w.shape} with groups {groups}, takes {taken}; "
            f"give {', or '.join(mends)}",
            channels=channels,
            groups=groups,
            shape=w.shape,
        )
    if transposed:
        return w.reshape(groups, rows // groups, columns, *kernel_size).swapaxes(1, 2)
    return w.reshape(groups, rows // groups, columns, *kernel_size)


def met(
    x: ArrayLike, w: ArrayLike, layer: Layer, groups: int, *, transposed: bool
) -> tuple[Array, Array, Windows, int]:
    """A layer and the arrays it is given: x as (N, C, i...), w as (groups, out/groups, in/groups, k...), the windows,
    and how many leading axes x had.

    Raises:
        ShapeError, ParameterError: they do not go together.
    """
    given, kernel_given = checked_numbers(x, "x"), checked_numbers(w, "w")
    ndim = spatial_axes(layer, given.ndim, kernel_given.ndim)
    axes = "in, out/groups" if transposed else "out, in/groups"
    if ndim < 1 <= given.ndim:
        raise ShapeError(
            f"w has the shape {kernel_given.shape}, and beside x, {given.shape}, it needs two axes of channels; give w "
            f"the shape ({', '.join([axes, *map(str, kernel_given.shape)])}), or one map of x alone",
            shape=kernel_given.shape,
            x_shape=given.shape,
        )
    values = laid_out(given, ndim, layer)
    windows = layer.windows(spatial_shape(values))
    leading = given.ndim - ndim
    channels = values.shape[1] if leading else None
    kernel = laid_out_kernel(kernel_given, windows.kernel_size, channels, groups, transposed=transposed, axes=axes)
    return values, kernel, windows, leading


def checked_groups(groups: int, channels: int | None, name: str = "x") -> int:
    """``groups`` as an int that divides the channels of the array called ``name`` (None where it has no axis of them).

    Raises:
        ShapeError: it does not divide them.
        ParameterError: it is no whole number of at least 1.
    """
    groups = integer(groups, "groups", 1)
    if channels is None:
        if groups > 1:
            raise ShapeError(
                f"groups {groups} part channels, and {name} has none; give {name} an axis of them", groups=groups
            )
    elif channels % groups:
        known = ", ".join(str(number) for number in range(1, channels + 1) if channels % number == 0)
        raise ShapeError(
            f"{name} has {channels} channels, which {groups} groups do not divide; groups can be {known}",
            channels=channels,
            groups=groups,
        )
    return groups


def laid_out_bias(bias: ArrayLike, rows: int, *, channels: bool) -> Array:
    """A bias as (rows,), one number for each output channel (a lone number where there are no channels).

    Raises:
        ShapeError: it has another shape.
        ParameterError: it holds no numbers.
    """
    array = checked_numbers(bias, "bias")
    if array.shape != (rows,) and (channels or array.shape != ()):
        wanted = f"({rows},), one number for each output channel" if channels else "(): one number"
        raise ShapeError(f"bias has the shape {array.shape}; give it the shape {wanted}", shape=array.shape, rows=rows)
    return array.reshape(rows)


def _other_kernel(name: str, w: Array, kernel_size: tuple[int, ...], wanted: str) -> ShapeError:
    return ShapeError(
        f"{name} has the shape {w.shape} and the layer the kernel_size {kernel_size}; give {name} {wanted}",
        shape=w.shape,
        kernel_size=kernel_size,
    )


def _channels(count: int) -> str:
    return "1 channel" if count == 1 else f"{count} channels"


def _axes(count: int) -> str:
    return "1 axis" if count == 1 else f"{count} axes"


# Types


def accumulator(**arrays: Array) -> np.dtype[Any]:
    """The type that sums of products have: 64 bits for integers, as ``numpy.sum`` accumulates, else NumPy's promotion.

    Raises:
        ParameterError: one is uint64 and another signed, which no integer type holds together.
    """
    dtypes = {name: array.dtype for name, array in arrays.items()}
    together: np.dtype[Any] = np.result_type(*dtypes.values()).newbyteorder("=")
    if any(dtype.kind in "fc" for dtype in dtypes.values()):
        return together
    if together.kind == "f":
        named = " and ".join(f"{name} is {dtype}" for name, dtype in dtypes.items())
        raise ParameterError(f"{named}, and no integer type holds both; give both signed or both unsigned")
    return np.dtype(np.uint64 if together.kind == "u" else np.int64)


def computing(result: DTypeLike, bound: int) -> np.dtype[Any]:
    """The type to compute in so that a ``result`` whose sums reach at most ``bound`` is exact, or as good as it gets.

    Whole numbers are computed in float64 while every partial sum is exact there, else in 64 bits, else as Python's
    own integers (`settled` then says whether they fit); float16 is computed in float32.
    """
    dtype = np.dtype(result)
    if dtype.kind not in "iu":
        return np.dtype(np.float32) if dtype == np.float16 else dtype
    if bound <= EXACT_IN_FLOATS:
        return np.dtype(np.float64)
    return dtype if bound <= int(np.iinfo(dtype).max) else np.dtype(object)


def checked_flag(value: bool, name: str) -> bool:
    """``value``, if it is True or False.

    Raises:
        ParameterError: it is anything else.
    """
    if not isinstance(value, (bool, np.bool_)):
        raise ParameterError(f"{name} must be True or False; got {shown(value)}", name=name, value=value)
    return bool(value)


def lone_number(value: complex, name: str) -> complex:
    """``value``, if it is one number.

    Raises:
        ParameterError: it is not.
    """
    array = np.asarray(value)
    if array.shape or (array.dtype.kind not in "biufc" and not isinstance(value, int)):
        raise ParameterError(f"{name} must be one number; got {shown(value)}", name=name, value=value)
    return value


def holding(dtype: np.dtype[Any], value: complex, name: str) -> np.dtype[Any]:
    """The type of an array and a lone number together: the array's, or one that is wide enough for the number.

    Raises:
        ParameterError: it is no number, or no whole number's type holds both.
    """
    kind = np.asarray(lone_number(value, name)).dtype.kind
    if kind in "fc" or dtype.kind in "fc":
        least = np.complex64 if kind == "c" else np.float16
        together = np.result_type(dtype if dtype.kind in "fc" else float, least)
        with np.errstate(over="ignore"):
            overflows = abs(value) < np.inf and not np.isfinite(np.asarray(value, together))
        if overflows:
            raise ParameterError(f"{name} {value} does not fit into {together}; give x in a wider type", value=value)
        return together
    wider = [np.uint64] * (dtype.kind == "u") + [np.int64] * (dtype != np.uint64)
    for wide in (dtype, *map(np.dtype, wider)):
        lowest, highest = (0, 1) if wide.kind == "b" else (int(np.iinfo(wide).min), int(np.iinfo(wide).max))
        if lowest <= int(value.real) <= highest:
            return wide
    raise ParameterError(f"{name} {value} does not fit into {wide}; give x as floats", value=value)


def peak(x: Array) -> int:
    """The largest absolute value of whole numbers; 0 for others, which are not bounded."""
    if x.dtype.kind not in "iub":
        return 0
    return max(int(x.max()), -int(x.min()))


def settled(y: Array, dtype: np.dtype[Any]) -> Array:
    """Computed numbers in their result's type.

    Raises:
        ParameterError: a whole number does not fit into its 64 bits.
    """
    if y.dtype == object:
        limits = np.iinfo(dtype)
        beyond = max(y.flat, key=abs)
        if not limits.min <= min(y.flat) <= max(y.flat) <= limits.max:
            raise ParameterError(
                f"a sum is {beyond}, beyond what {dtype} holds (up to {limits.max}); give smaller numbers, or floats",
                value=beyond,
            )
    return y.astype(dtype, copy=False)
