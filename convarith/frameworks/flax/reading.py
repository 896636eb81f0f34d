"""How Flax spells what it is given, where that is not as in JAX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.arithmetic.integers import integer, listed, shown
from convarith.errors import ParameterError, ShapeError
from convarith.frameworks.arguments import axes_counted, checked_sizes
from convarith.frameworks.flax.rules import SPELLING, TITLE
from convarith.frameworks.refusals import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence


def kernel_of(kernel_size: Any) -> tuple[int, ...]:
    """The kernel's sizes, of which a single number is that of one axis."""
    entries = listed(kernel_size)
    return SPELLING.per_axis(kernel_size, "kernel_size", 1 if entries is None else len(entries))


def sides_of(padding: Any, ndim: int) -> list[tuple[int, int]]:
    """A padding in numbers: one for all sides, or for each axis a number or a pair."""
    entries = listed(padding)
    given: list[object] = [padding] * ndim if entries is None and padding is not None else list(entries or ())
    pairs_of = [(entry, entry) if listed(entry) is None else listed(entry) for entry in given]
    if len(given) != ndim or any(pair is not None and len(pair) != 2 for pair in pairs_of):
        raise quoted(
            ParameterError(
                f"padding {shown(padding)} does not fit {axes_counted(ndim)}; give a number, or for each axis a number "
                f"or a pair (before, after), as {((1, 1),) * ndim}, or a name",
                name="padding",
                value=padding,
                ndim=ndim,
            ),
            TITLE,
            "padding is a str, an int, or a sequence with an int or a pair of ints for each axis",
        )
    return [(integer(pair[0], "padding"), integer(pair[1], "padding")) for pair in pairs_of if pair is not None]


def parted(input_shape: Sequence[int], ndim: int, *, reshaped: bool) -> tuple[tuple[int, ...], int, tuple[int, ...]]:
    """The batch, the channels and the spatial axes of an input.

    Raises:
        ShapeError: it has too few axes, or its batch is ``reshaped`` into one axis and nothing says how long that is.
    """
    shape = checked_sizes(input_shape, "input_shape")
    if len(shape) < ndim + 1:
        raise ShapeError(
            f"input_shape {shape} has {len(shape)} entries; {axes_counted(ndim)} and channels make at least {ndim + 1}",
            shape=shape,
            ndim=ndim,
        )
    at = len(shape) - ndim - 1
    batch, (inputs, *spatial_shape) = shape[:at], shape[at:]
    if reshaped and len(batch) != 1 and 0 in (inputs, *spatial_shape):
        raise quoted(
            ShapeError(
                f"input_shape {shape} has a size of 0 behind {len(batch)} axes of batch; give it one axis of batch",
                shape=shape,
            ),
            TITLE,
            "an empty array is not reshaped to one batch axis",
        )
    return batch, inputs, tuple(spatial_shape)
