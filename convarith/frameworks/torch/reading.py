"""How PyTorch's shapes and arguments are read: with or without a batch, one number or one for each axis."""

from __future__ import annotations

from typing import Any

from convarith.arithmetic.integers import integer, listed, shown
from convarith.errors import ParameterError, RefusedError, ShapeError
from convarith.frameworks.arguments import axes_counted, checked_sizes
from convarith.frameworks.refusals import quoted
from convarith.frameworks.torch.rules import IN_FULL, TITLE


def other_length(name: str, value: object, ndim: int) -> ParameterError:
    return ParameterError(
        f"{name} {shown(value)} does not fit {axes_counted(ndim)}; {TITLE} takes "
        f"{'1 number' if ndim == 1 else f'{ndim} numbers'}",
        name=name,
        value=value,
    )


def out_of_reach(number: int, ndim: int, size: int, least: int, largest: int, words: str) -> RefusedError:
    reach = f"be {least} to {largest}" if least < largest else f"only be {least}"
    refusal = ShapeError(
        f"output_size {size} is out of reach; it can {reach}",
        output_size=size,
        least=least,
        largest=largest,
    )
    return quoted(refusal.on_axis(number, ndim), TITLE, words)


def kernel_in_full(kernel_size: Any, ndim: int) -> Any:
    """A kernel as it is, if it is a number or has one for each axis: a convolution takes no kernel of one for all."""
    IN_FULL.per_axis(kernel_size, "kernel_size", ndim)
    return kernel_size


def pool_stride(stride: Any, kernel_size: Any) -> Any:
    """The stride of a pooling, which is the kernel size unless it is given."""
    return kernel_size if stride is None or listed(stride) == () else stride


def leading_of(shape: tuple[int, ...], ndim: int) -> tuple[int, ...]:
    """The batch of a shape as a tuple: empty where the shape has none."""
    if len(shape) not in (ndim + 1, ndim + 2):
        raise ShapeError(
            f"input_shape {shape} has {len(shape)} entries; with {axes_counted(ndim)} it takes {ndim + 2}, "
            f"(N, C, spatial...), or {ndim + 1} without batch",
            shape=shape,
            ndim=ndim,
        )
    return shape[: len(shape) - ndim - 1]


def batch(leading: tuple[int, ...]) -> int:
    return leading[0] if leading else 1


def pooled(input_shape: Any, ndim: int | None, empty: str = "batch") -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The leading and the spatial sizes of a pooling's input.

    ``empty`` is what of the leading ones may be: the batch, the first (the channels where there is no batch), or all.
    """
    shape = checked_sizes(input_shape, "input_shape")
    if ndim is not None and integer(ndim, "ndim") not in (1, 2, 3):
        raise ParameterError(f"ndim {ndim} is out of range; {TITLE} pools 1 to 3 axes", ndim=ndim)
    ndim = len(shape) - 2 if ndim is None else ndim
    if ndim not in (1, 2, 3):
        raise ShapeError(
            f"input_shape {shape} has {len(shape)} entries; {TITLE} pools 1 to 3 axes, with batch and channels first "
            f"3 to 5 entries (give ndim where there is no batch)",
            shape=shape,
        )
    leading = shape[:-ndim]
    leading_of(shape, ndim)
    if 0 in {"batch": leading[-1:], "first": leading[1:], "all": ()}[empty]:
        raise quoted(
            ShapeError("the input has no channels; it needs at least 1", shape=shape),
            TITLE,
            "only the batch may be empty",
        )
    return leading, shape[-ndim:]


def refuse_empty_axes(spatial_shape: tuple[int, ...]) -> None:
    """Refuse an input of size 0 on a spatial axis.

    Raises:
        ShapeError: it is.
    """
    for number, size in enumerate(spatial_shape):
        if not size:
            refusal = ShapeError("the input has size 0; it needs at least 1", input_size=0, least_input_size=1)
            raise quoted(refusal.on_axis(number, len(spatial_shape)), TITLE, "only the batch may be empty")
