"""What padding holds when it is not zeros: a constant, or the input continued beyond its borders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from convarith.arithmetic.axis import Axis
from convarith.arithmetic.windows import Windows
from convarith.errors import ParameterError, ShapeError, nearest
from convarith.numerics.arrays import holding, lone_number, within

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]

CONTINUED: dict[str, Callable[[Array, int], Array]] = {
    "reflect": lambda at, size: _folded(at, 2 * (size - 1)),
    "replicate": lambda at, size: np.clip(at, 0, size - 1),
    "circular": lambda at, size: at % size,
}
"""Mode -> which cell of a row of ``size`` stands at places beyond it."""

MODES = ("zeros", "constant", *CONTINUED)


def check_mode(mode: str, value: complex) -> None:
    """Refuse an unknown mode, and a constant that is no number or that no constant mode asks for.

    Raises:
        ParameterError: as said.
    """
    if mode not in MODES:
        raise ParameterError(f"unknown padding_mode {mode!r}; {nearest(str(mode), MODES)}", value=mode)
    lone_number(value, "padding_value")
    if mode != "constant" and value:
        raise ParameterError(
            f"padding_value {value} is for padding_mode 'constant', and it is {mode!r}; give that mode, or no value",
            value=value,
        )


def extended(x: Array, windows: Windows, mode: str, value: complex = 0) -> tuple[Array, Windows]:
    """x with its padding written out (inserted zeros, too), and the same windows over that.

    Modes continue what negative padding leaves of the stretched input; ``reflect`` does not repeat the border cell,
    and goes back and forth where the padding is longer than the input.

    Raises:
        ShapeError: there is nothing to continue.
        ParameterError: the constant does not fit into x's type.
    """
    over = Windows(
        tuple(
            [
                Axis(axis.extent, axis.kernel, axis.count, axis.stride, axis.dilation, flipped=axis.flipped)
                for axis in windows.axes
            ]
        )
    )
    if mode in ("zeros", "constant"):
        dtype = holding(x.dtype, value, "padding_value")
        return _filled(x.astype(dtype, copy=False), windows, value), over
    for number, axis in enumerate(windows.axes):
        try:
            cells = _sources(axis, mode)
        except ShapeError as refusal:
            raise refusal.on_axis(number, windows.ndim) from None
        x = np.take(x, np.maximum(cells, 0), axis=2 + number)
        x[(slice(None),) * (2 + number) + (cells < 0,)] = 0
    return x, over


def _sources(axis: Axis, mode: str) -> Array:
    """The index of the input cell at each position of the padded input, or -1 for an inserted zero."""
    visible = axis.visible
    size = len(visible)
    positions = np.arange(axis.positions.start, axis.positions.stop)
    if len(positions) > size and size < (2 if mode == "reflect" else 1):
        left = "1 cell" if size else "nothing"
        raise ShapeError(
            f"padding_mode {mode!r} continues an input of which {left} is left; it needs "
            f"{'at least 2 cells, or padding_mode replicate' if size else 'some, or padding_mode zeros'}",
            padding_mode=mode,
            cells=size,
        )
    places = CONTINUED[mode](positions - visible.start, size) if size > 1 else np.zeros_like(positions)
    indices, between = np.divmod(places + visible.start, axis.input_dilation)
    return np.where(between == 0, indices, -1)


def _folded(at: Array, period: int) -> Array:
    """A triangle wave: 0 1 2 3 2 1 0 1 ... with ``period`` 6."""
    at = at % period
    folded: Array = np.minimum(at, period - at)
    return folded


def _filled(x: Array, windows: Windows, value: complex) -> Array:
    filled = np.full(x.shape[:2] + windows.padded_shape, value, x.dtype)
    inside, cells, sources = [], [], []
    for axis in windows.axes:
        start, visible = axis.positions.start, axis.visible
        first = -(-visible.start // axis.input_dilation)
        stop = max(first, (visible.stop - 1) // axis.input_dilation + 1)
        inside.append(slice(visible.start - start, max(visible.start, visible.stop) - start))
        at = axis.input_dilation * first - start
        cells.append(slice(at, max(at, visible.stop - start), axis.input_dilation))
        sources.append(slice(first, stop))
    filled[within(inside)] = 0
    filled[within(cells)] = x[within(sources)]
    return filled
