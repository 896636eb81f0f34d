"""The plain walk that the arithmetic is checked against: rows of cells as lists, windows placed one after another.

It shares no formula and no line with the arithmetic. An axis is a `Setting`'s `AxisNumbers`; a cell is the index of an
input cell, or None for a zero.
"""

from __future__ import annotations

from itertools import count, product
from math import prod
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from convarith.numerics.verification.settings import AxisNumbers, Setting

    Row = list[int | None]
    Numbers = list[int]


class Window(NamedTuple):
    """On one axis: (tap, input index) for the input cells of a window, and how many of its cells lie in the row."""

    cells: list[tuple[int, int]]
    counted: int


def padding_of(axis: AxisNumbers) -> tuple[int, int]:
    """(before, after), with the names as their sentences say."""
    reach = places(axis)[-1]
    match axis.padding:
        case "valid":
            return 0, 0
        case "half":
            return (reach + 1) // 2, (reach + 1) // 2
        case "full":
            return reach, reach
        case "causal":
            return reach, 0
        case "same" | "same_lower":
            cells = len(stretched(axis))
            wanted = len(range(0, cells, axis.stride))
            least = next(total for total in count() if len(_starts(cells + total, reach, axis.stride)) >= wanted)
            halves = least // 2, least - least // 2
            return halves if axis.padding == "same" else halves[::-1]
    before, after = axis.padding
    return before, after


def places(axis: AxisNumbers) -> list[int]:
    """How far each tap lies from the first."""
    found = [0]
    while len(found) < axis.kernel:
        found.append(found[-1] + axis.dilation)
    return found


def stretched(axis: AxisNumbers) -> Row:
    """The input with its inserted zeros."""
    cells: Row = []
    for index in range(axis.size):
        if cells:
            cells.extend([None] * (axis.stretch - 1))
        cells.append(index)
    return cells


def row(axis: AxisNumbers) -> Row | None:
    """The padded, stretched and cropped input; None where more is cropped than there is."""
    cells = stretched(axis)
    before, after = padding_of(axis)
    if -min(before, 0) - min(after, 0) > len(cells):
        return None
    zeros_before: Row = [None] * before
    zeros_after: Row = [None] * after
    return zeros_before + cells[max(-before, 0) : len(cells) - max(-after, 0)] + zeros_after


def starts(axis: AxisNumbers) -> list[int]:
    """Where in the row a window starts."""
    cells = row(axis)
    if cells is None:
        return []
    reach = places(axis)[-1]
    if not axis.ceil:
        return _starts(len(cells), reach, axis.stride)
    # Rounded up: on and on until a window has covered the last cell; a last one that begins beyond the input is left.
    found: list[int] = []
    covered = reach - axis.stride
    while covered < len(cells) - 1:
        covered += axis.stride
        found.append(covered - reach)
    if found and found[-1] >= axis.size + padding_of(axis)[0]:
        found.pop()
    return found


def windows_of(axis: AxisNumbers) -> list[Window]:
    """Each window of an axis; none where nothing fits."""
    found = []
    cells, offsets = row(axis) or [], places(axis)
    for start in starts(axis):
        inside = [(tap, cells[start + offset]) for tap, offset in enumerate(offsets) if start + offset < len(cells)]
        met = [(tap, cell) for tap, cell in inside if cell is not None]
        found.append(Window(met, len(inside)))
    return found


def unread(axis: AxisNumbers) -> tuple[int, int, int, int]:
    """How many cells of the row no window reads: before, between and after those that one does, and how many of them
    are input."""
    cells, offsets = row(axis) or [], places(axis)
    read = {start + offset for start in starts(axis) for offset in offsets} & set(range(len(cells)))
    if not read:
        return 0, 0, len(cells), sum(cell is not None for cell in cells)
    left = [place for place in range(len(cells)) if place not in read]
    before = sum(place < min(read) for place in left)
    after = sum(place > max(read) for place in left)
    return before, len(left) - before - after, after, sum(cells[place] is not None for place in left)


def canvas(axis: AxisNumbers) -> list[list[tuple[int, int]]]:
    """A transposed convolution on one axis: for each output, the (tap, input index) of every stamp that reaches it."""
    offsets = places(axis)
    reached: list[list[tuple[int, int]]] = []
    for index in range(axis.size):
        for tap, offset in enumerate(offsets):
            place = sum(axis.stride for _ in range(index)) + offset
            while len(reached) <= place:
                reached.append([])
            reached[place].append((tap, index))
    reached += [[] for _ in range(axis.added)]
    before, after = padding_of(axis)
    reached = [[] for _ in range(-before)] + reached + [[] for _ in range(-after)]
    return reached[max(before, 0) : max(len(reached) - max(after, 0), 0)]


def met_by(setting: Setting) -> list[list[list[tuple[int, int]]]]:
    """On each axis, the (tap, input index) that each output meets."""
    if setting.family == "transpose":
        return [canvas(axis) for axis in setting.axes]
    return [[window.cells for window in windows_of(axis)] for axis in setting.axes]


def sums(
    met: Sequence[Sequence[Sequence[tuple[int, int]]]],
    x: Numbers,
    w: Numbers,
    sizes: Sequence[int],
    kernels: Sequence[int],
) -> Numbers:
    """Weighted sums from what each axis meets, (tap, input index) for each output: flat, row-major."""
    found = []
    for chosen in product(*met):
        total = 0
        for cells in product(*chosen):
            tap = index = 0
            for (on_kernel, on_input), kernel, size in zip(cells, kernels, sizes, strict=True):
                tap, index = tap * kernel + on_kernel, index * size + on_input
            total += x[index] * w[tap]
        found.append(total)
    return found


def pooled(axes: Sequence[AxisNumbers], x: Numbers) -> Iterator[tuple[tuple[int | None, int], int, int, int]]:
    """For each window, row-major: its maximum with the place of the first (None and -1 where it meets no input), sum,
    inputs, and cells in the padding or the input."""
    for chosen in product(*(windows_of(axis) for axis in axes)):
        places = []
        for cells in product(*(window.cells for window in chosen)):
            index = 0
            for (_, on_input), axis in zip(cells, axes, strict=True):
                index = index * axis.size + on_input
            places.append(index)
        values = [x[place] for place in places]
        highest = max(values, default=None)
        first = min((place for place in places if x[place] == highest), default=-1)
        yield (highest, first), sum(values), len(values), prod(window.counted for window in chosen)


def kinds(axis: AxisNumbers, transposed: bool) -> list[str]:
    """What lies at each position of the padded, stretched input of a convolution, or of the equivalent of a transposed
    one."""
    if not transposed:
        labels = ["input" if cell is not None else "inserted" for cell in stretched(axis)]
        before, after, extra = *padding_of(axis), 0
    else:
        labels = ["input" if cell is not None else "inserted" for cell in stretched(axis._replace(stretch=axis.stride))]
        reach, sides = places(axis)[-1], padding_of(axis)
        before, after, extra = reach - sides[0], reach - sides[1], axis.added
    while after < 0:  # what is added takes crop back first
        after += 1
        if extra:
            extra -= 1
        else:
            labels.pop()
    labels += ["padding"] * after + ["extra"] * extra
    return ["padding"] * before + labels[max(-before, 0) :]


def _starts(cells: int, reach: int, stride: int) -> list[int]:
    found = []
    start = 0
    while start + reach < cells:
        found.append(start)
        start += stride
    return found
