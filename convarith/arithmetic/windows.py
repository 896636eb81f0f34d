"""Windows: a layer that has met its input, as the product of its axes.

Sizes, the entries of C, what lies where and what stays unread are read from here; nothing here, and nothing that
reads it, asks which layer it came from.
"""

from __future__ import annotations

from itertools import product
from math import prod

from convarith.arithmetic.axis import KINDS, Axis
from convarith.arithmetic.values import Value, hold
from convarith.errors import ParameterError, ShapeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from convarith.arithmetic.unused import Unused

ENUMERATION_LIMIT = 10_000_000
"""At most this many taps are walked one by one."""


class Windows(Value):
    """The windows of a layer over one input: a product of axes, each one relation of integers.

    >>> import convarith as ca
    >>> windows = ca.Conv(kernel_size=2).windows((2, 3))
    >>> windows.output_shape
    (1, 2)
    >>> list(windows.taps((0, 1)))  # (weight index, position) of one window
    [((0, 0), (0, 1)), ((0, 1), (0, 2)), ((1, 0), (1, 1)), ((1, 1), (1, 2))]
    >>> list(windows.entries())[:5]  # (row, column, tap) of C
    [(0, 0, 0), (0, 1, 1), (0, 3, 2), (0, 4, 3), (1, 1, 0)]
    """

    axes: tuple[Axis, ...]

    def __init__(self, axes: tuple[Axis, ...]) -> None:
        hold(self, {"axes": axes})

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return len(self.axes)

    @property
    def input_shape(self) -> tuple[int, ...]:
        return tuple([axis.size for axis in self.axes])

    @property
    def output_shape(self) -> tuple[int, ...]:
        return tuple([axis.count for axis in self.axes])

    @property
    def kernel_size(self) -> tuple[int, ...]:
        return tuple([axis.kernel for axis in self.axes])

    @property
    def stretched_shape(self) -> tuple[int, ...]:
        """The shape of the input with its inserted zeros."""
        return tuple([axis.stretched for axis in self.axes])

    @property
    def padded_shape(self) -> tuple[int, ...]:
        """The shape of the padded, stretched input."""
        return tuple([axis.extent for axis in self.axes])

    @property
    def matrix_shape(self) -> tuple[int, int]:
        """(rows, columns) of C: one row per output, one column per input."""
        return prod(self.output_shape), prod(self.input_shape)

    def outputs(self) -> Iterator[tuple[int, ...]]:
        """Every output index, row-major.

        Raises:
            ShapeError: there are too many to walk.
        """
        check_enumeration(prod(self.output_shape), "the output", "the input", "cells")
        return product(*(range(axis.count) for axis in self.axes))

    def taps(self, output: Sequence[int]) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """(weight index, position) for every tap of one output's window, row-major by position.

        Raises:
            ParameterError: there is no such output.
            ShapeError: the window has too many taps to walk.
        """
        self._check_output(output)
        check_enumeration(prod(self.kernel_size), "the window", "the kernel")
        per_axis = (axis.taps(index) for axis, index in zip(self.axes, output, strict=True))
        for taps in product(*per_axis):
            weights, positions = zip(*taps, strict=True)
            yield weights, positions

    def kind(self, position: Sequence[int]) -> str:
        """What lies at a position: input, inserted, padding, extra, overhang or cropped; the last of these wins."""
        kinds = (axis.kind(x) for axis, x in zip(self.axes, position, strict=True))
        return max(kinds, key=KINDS.index)

    def source(self, position: Sequence[int]) -> tuple[int, ...] | None:
        """The index of the input cell at a position, or None where none lies there."""
        indices = []
        for axis, x in zip(self.axes, position, strict=True):
            index = axis.source(x)
            if index is None:
                return None
            indices.append(index)
        return tuple(indices)

    def entry_count(self) -> int:
        """How many entries C has, without walking them."""
        return prod(axis.entry_count() for axis in self.axes)

    def entries(self) -> Iterator[tuple[int, int, int]]:
        """The entries of C as (row, column, tap): flat, row-major indices of output, input and weight.

        Rows ascend, and where the input is not stretched columns ascend within a row. For the windows of a
        transposed convolution this is C^T: row and column change places, the tap stays the weight's own index.

        Raises:
            ShapeError: there are too many taps to walk (`ENUMERATION_LIMIT`).
        """
        check_enumeration(prod(self.output_shape) * prod(self.kernel_size), "C", "the input, the kernel or the output")
        return self._entries()

    def transpose(self) -> Windows:
        """The same relation read from the input: what was input is output, C becomes C^T."""
        return Windows(tuple([axis.transpose() for axis in self.axes]))

    def unstrided(self) -> Windows:
        """The same with a window at every position: those of stride 1, of which a stride keeps some."""
        return Windows(tuple([axis.unstrided() for axis in self.axes]))

    def unused(self) -> tuple[Unused, ...]:
        """Per axis, the positions of the padded input that no window reads."""
        return tuple([axis.unused() for axis in self.axes])

    def _entries(self) -> Iterator[tuple[int, int, int]]:
        if not prod(self.output_shape):
            return
        first, *others = self.axes
        tables = [[list(axis.entries(output)) for output in range(axis.count)] for axis in others]
        sizes, kernels = self.input_shape, self.kernel_size
        row = 0
        for output in range(first.count):
            on_first = list(first.entries(output))
            for on_others in product(*tables):
                for steps in product(on_first, *on_others):
                    column = tap = 0
                    for (index, weight), size, kernel in zip(steps, sizes, kernels, strict=True):
                        column = column * size + index
                        tap = tap * kernel + weight
                    yield row, column, tap
                row += 1

    def _check_output(self, output: Sequence[int]) -> None:
        shape = self.output_shape
        if len(output) != len(shape) or not all(0 <= index < count for index, count in zip(output, shape, strict=True)):
            raise ParameterError(
                f"there is no output {tuple(output)}; the output shape is {shape}, give one index from 0 for each axis",
                output=tuple(output),
                output_shape=shape,
            )


def check_enumeration(count: int, what: str, lower: str, unit: str = "taps") -> None:
    """Refuse a walk that would not end in reasonable time, before it starts.

    Raises:
        ShapeError: ``count`` is above `ENUMERATION_LIMIT`.
    """
    if count > ENUMERATION_LIMIT:
        raise ShapeError(
            f"{what} has {count} {unit} to walk, more than the limit of {ENUMERATION_LIMIT}; make {lower} smaller",
            count=count,
            limit=ENUMERATION_LIMIT,
        )
