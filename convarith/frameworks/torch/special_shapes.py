"""The shapes of PyTorch's operations that have no layer: unpooling, adaptive and fractional pooling, fold, unfold."""

from __future__ import annotations

from math import prod
from typing import Any

from convarith.arithmetic.integers import checked_entries, integer, listed
from convarith.errors import ParameterError, ShapeError
from convarith.frameworks.arguments import checked_sizes
from convarith.frameworks.refusals import quoted
from convarith.frameworks.resolving import (
    resolved,
    resolved_transposed,
)
from convarith.frameworks.rules import Call, Resolved
from convarith.frameworks.torch.reading import other_length, out_of_reach, pooled, refuse_empty_axes
from convarith.frameworks.torch.rules import IN_FULL, TITLE, UNFOLD, UNPOOL, UNPOOL_REACH


def max_unpool_shape(
    input_shape: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    output_size: Any = None,
    *,
    ndim: int | None = None,
) -> tuple[int, ...]:
    """The shape of `F.max_unpool1d`, `2d` and `3d`: what undoes a maximum pooling, whose dilation it does not know.

    >>> max_unpool_shape((1, 8, 3, 3), 2)
    (1, 8, 6, 6)
    >>> max_unpool_shape((1, 8, 3, 3), 2, output_size=(8, 6))
    Traceback (most recent call last):
    convarith.errors.ShapeError: axis 0 (height): output_size 8 is out of reach; it can be 5 to 7 (PyTorch: \
output_size is less than a stride away from s(i - 1) + k - 2p)

    Raises:
        ParameterError, ShapeError: PyTorch refuses.
    """
    leading, spatial_shape = pooled(input_shape, ndim, empty="first")
    axes = IN_FULL.axes(
        spatial_shape,
        len(spatial_shape),
        kernel=("kernel_size", kernel_size),
        stride=("stride", kernel_size if stride is None else stride),
        padding=("padding", padding),
    )
    row = "output_size" if output_size is not None else "default, three axes" if len(axes) == 3 else "default"
    undone = resolved_transposed(Call(TITLE, "max_unpool", UNPOOL[row], axes))
    if output_size is None:
        return (*leading, *undone.counts)
    entries = listed(output_size)
    if entries is not None and len(entries) == len(axes) + 2:  # batch and channels, which are not looked at
        entries = entries[2:]
    wanted = checked_sizes(output_size if entries is None else entries, "output_size")
    if len(wanted) != len(axes):
        raise other_length("output_size", output_size, len(axes))
    for number, (axis, count, size) in enumerate(zip(axes, undone.counts, wanted, strict=True)):
        least, largest = count - axis.stride + 1, count + axis.stride - 1
        if not least <= size <= largest:
            raise out_of_reach(number, len(axes), size, least, largest, UNPOOL_REACH)
    return (*leading, *wanted)


def _adaptive(operation: str, input_shape: Any, output_size: Any, ndim: int | None, empty: str) -> tuple[int, ...]:
    leading, spatial_shape = pooled(input_shape, ndim, empty)
    refuse_empty_axes(spatial_shape)
    entries = listed(output_size)
    if entries is None:
        entries = (integer(output_size, "output_size"),) * len(spatial_shape)
    if len(entries) != len(spatial_shape):
        raise other_length("output_size", output_size, len(spatial_shape))
    if None in entries and len(spatial_shape) == 1:
        raise ParameterError(f"{operation} of 1 axis takes no None; give its size", output_size=output_size)
    kept = [size if entry is None else entry for entry, size in zip(entries, spatial_shape, strict=True)]
    return (*leading, *checked_entries(tuple(kept), "output_size", 0))


def adaptive_avg_pool_shape(input_shape: Any, output_size: Any, *, ndim: int | None = None) -> tuple[int, ...]:
    """The shape of `F.adaptive_avg_pool1d`, `2d` and `3d`: what is asked for; None keeps an axis of 2 or 3.

    >>> adaptive_avg_pool_shape((1, 8, 5, 5), (7, None))
    (1, 8, 7, 5)

    Raises:
        ParameterError, ShapeError: PyTorch refuses.
    """
    rank = len(checked_sizes(input_shape, "input_shape")) - 2 if ndim is None else ndim
    return _adaptive("adaptive_avg_pool", input_shape, output_size, ndim, "first" if rank == 3 else "all")


def adaptive_max_pool_shape(input_shape: Any, output_size: Any, *, ndim: int | None = None) -> tuple[int, ...]:
    """The shape of `F.adaptive_max_pool1d`, `2d` and `3d`, as `adaptive_avg_pool_shape`.

    >>> adaptive_max_pool_shape((1, 8, 5, 5), 1)
    (1, 8, 1, 1)

    Raises:
        ParameterError, ShapeError: PyTorch refuses.
    """
    return _adaptive("adaptive_max_pool", input_shape, output_size, ndim, "first")


def fractional_max_pool_shape(
    input_shape: Any, kernel_size: Any, output_size: Any = None, output_ratio: Any = None, *, ndim: int | None = None
) -> tuple[int, ...]:
    """The shape of `nn.FractionalMaxPool2d` and `3d`: ``output_size``, or the input times ``output_ratio`` cut off.

    >>> fractional_max_pool_shape((1, 8, 10, 10), 2, output_ratio=0.7)
    (1, 8, 7, 7)
    >>> fractional_max_pool_shape((1, 8, 10, 10), 3, output_size=9)
    Traceback (most recent call last):
    convarith.errors.ShapeError: axis 0 (height): output_size 9 with kernel 3 does not fit in input 10; it needs an \
output of at most 8, or an input of at least 11 (PyTorch: output_size + kernel_size - 1 is at most the input)

    Raises:
        ParameterError, ShapeError: PyTorch refuses.
    """
    leading, spatial_shape = pooled(input_shape, ndim, empty="first")
    count = len(spatial_shape)
    if count == 1:
        raise ShapeError(f"{TITLE} pools 2 or 3 axes fractionally, and not 1", ndim=1)
    kernels = IN_FULL.per_axis(kernel_size, "kernel_size", count)
    if output_size is not None and output_ratio is not None:
        raise ParameterError("fractional_max_pool is given both output_size and output_ratio; give one")
    if output_size is not None:
        wanted = IN_FULL.per_axis(output_size, "output_size", count)
    elif output_ratio is not None:
        wanted = tuple(
            [int(size * ratio) for size, ratio in zip(spatial_shape, _ratios(output_ratio, count), strict=True)]
        )
    else:
        raise ParameterError("fractional_max_pool is given neither output_size nor output_ratio; give one")
    checked_entries(kernels, "kernel_size", 1)
    checked_entries(wanted, "output_size", 0)
    refuse_empty_axes(spatial_shape)
    for number, (size, kernel, outputs) in enumerate(zip(spatial_shape, kernels, wanted, strict=True)):
        largest = size - kernel + (1 if count == 2 else 0)
        if outputs > largest:
            mend = f"an output of at most {largest}, or " if largest >= 0 else ""
            least = outputs + kernel - (1 if count == 2 else 0)
            refusal = ShapeError(
                f"output_size {outputs} with kernel {kernel} does not fit in input {size}; it needs {mend}an input of "
                f"at least {least}",
                output_size=outputs,
                kernel_size=kernel,
                input_size=size,
                largest_output_size=largest,
                least_input_size=least,
            )
            bound = "at most" if count == 2 else "below"
            words = f"output_size + kernel_size - 1 is {bound} the input"
            raise quoted(refusal.on_axis(number, count), TITLE, words)
    return (*leading, *wanted)


def _ratios(output_ratio: Any, ndim: int) -> tuple[float, ...]:
    """A ratio for each axis, between 0 and 1."""
    entries = listed(output_ratio)
    ratios = (output_ratio,) * ndim if entries is None else entries
    if len(ratios) != ndim:
        raise other_length("output_ratio", output_ratio, ndim)
    for ratio in ratios:
        if not isinstance(ratio, float) or not 0 < ratio < 1:
            raise ParameterError(
                f"output_ratio {ratio!r} is out of range; it is a float between 0 and 1", output_ratio=output_ratio
            )
    return tuple(ratios)


def _columns(output_size: tuple[int, ...], kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> Resolved:
    """The windows of fold and unfold over an image."""
    axes = IN_FULL.axes(
        output_size,
        2,
        kernel=("kernel_size", kernel_size),
        stride=("stride", stride),
        padding=("padding", padding),
        dilation=("dilation", dilation),
    )
    return resolved(Call(TITLE, "unfold", UNFOLD, axes))


def unfold_shape(
    input_shape: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> tuple[int, ...]:
    """The shape of `F.unfold`: (N, C·kernel, windows), a column for each window of a convolution of 2 axes.

    >>> unfold_shape((1, 3, 6, 6), 3, stride=2, padding=1)
    (1, 27, 9)

    Raises:
        ParameterError, ShapeError: PyTorch refuses.
    """
    leading, spatial_shape = pooled(input_shape, 2)
    call = _columns(spatial_shape, kernel_size, dilation, padding, stride)
    taps = prod(axis.kernel for axis in call.call.axes)
    return (*leading[:-1], leading[-1] * taps, prod(call.counts))


def fold_shape(
    input_shape: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> tuple[int, ...]:
    """The shape of `F.fold`: (N, C, output_size), from columns (N, C·kernel, windows).

    >>> fold_shape((1, 27, 9), (6, 6), 3, stride=2, padding=1)
    (1, 3, 6, 6)
    >>> fold_shape((1, 27, 8), (6, 6), 3, stride=2, padding=1)
    Traceback (most recent call last):
    convarith.errors.ShapeError: the input has 8 columns and output_size (6, 6) has 3x3 = 9 windows; give as many \
(PyTorch: the last size of the input is the number of blocks of output_size)

    Raises:
        ParameterError, ShapeError: PyTorch refuses.
    """
    shape = checked_sizes(input_shape, "input_shape")
    if len(shape) not in (2, 3):
        raise ShapeError(
            f"input_shape {shape} has {len(shape)} entries; fold takes 3, (N, C·kernel, windows), or 2 without batch",
            shape=shape,
        )
    *leading, rows, columns = shape
    if not rows or not columns:
        raise quoted(
            ShapeError(f"the input {shape} is empty; only the batch may be", shape=shape),
            TITLE,
            "only the batch may be empty",
        )
    image = IN_FULL.per_axis(output_size, "output_size", 2)
    checked_entries(image, "output_size", 1)
    call = _columns(image, kernel_size, dilation, padding, stride)
    taps = prod(axis.kernel for axis in call.call.axes)
    if rows % taps:
        raise quoted(
            ShapeError(
                f"{rows} rows do not part into kernels of {taps}; give a multiple of {taps}", rows=rows, taps=taps
            ),
            TITLE,
            "the second size of the input is divisible by the product of kernel_size",
        )
    if columns != prod(call.counts):
        windows = "x".join(map(str, call.counts))
        raise quoted(
            ShapeError(
                f"the input has {columns} columns and output_size {image} has {windows} = {prod(call.counts)} windows; "
                f"give as many",
                columns=columns,
                windows=call.counts,
            ),
            TITLE,
            "the last size of the input is the number of blocks of output_size",
        )
    return (*leading, rows // taps, *image)
