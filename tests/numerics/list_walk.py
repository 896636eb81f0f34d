"""The oracle of the numbers: lists are padded and cropped as lists, windows slide over them, and transposed
convolutions are stamped.

It imports nothing of convarith and knows no formula. Arrays are dictionaries from index to number. On each axis a row
is a list of cells: the index of an input cell, or None for a zero.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple


class AxisNumbers(NamedTuple):
    """What a layer is on one axis."""

    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1
    stretch: int = 1
    before: int = 0
    after: int = 0
    ceil: bool = False
    added: int = 0


class Met(NamedTuple):
    """What a window meets: (tap, input index) of its input cells, and how many of its cells lie in the padded input."""

    inputs: list
    counted: int


def padded_row(axis):
    """The stretched and padded input of one axis, or None where more is cropped than there is."""
    row = []
    for index in range(axis.size):
        row += [None] * (axis.stretch - 1) if row else []
        row.append(index)
    if max(0, -axis.before) + max(0, -axis.after) > len(row):
        return None
    row = row[-axis.before :] if axis.before < 0 else [None] * axis.before + row
    return row[: axis.after] if axis.after < 0 else row + [None] * axis.after


def starts(axis):
    """Where in the row the windows start; empty where none fits."""
    row = padded_row(axis)
    if row is None:
        return []
    last_tap = max(places_of(axis, 0))
    found, start = [], 0
    if not axis.ceil:
        while start + last_tap < len(row):
            found.append(start)
            start += axis.stride
        return found
    reached = last_tap - axis.stride  # the last tap of the window before the first one
    while reached < len(row) - 1:
        found.append(start)
        reached = start + last_tap
        start += axis.stride
    if found and found[-1] >= axis.size + axis.before:
        found.pop()
    return found


def places_of(axis, start):
    """The places of a window's cells, one tap after another."""
    places = [start]
    while len(places) < axis.kernel:
        places.append(places[-1] + axis.dilation)
    return places


def windows(axes):
    """Output index -> what its window meets."""
    rows = [padded_row(axis) for axis in axes]
    answer = {}
    for numbered in product(*(list(enumerate(starts(axis))) for axis in axes)):
        output = tuple(number for number, _ in numbered)
        cells = [list(enumerate(places_of(axis, start))) for axis, (_, start) in zip(axes, numbered, strict=True)]
        inputs, counted = [], 0
        for window_cell in product(*cells):
            if any(place >= len(row) for row, (_, place) in zip(rows, window_cell, strict=True)):
                continue
            counted += 1
            index = tuple(row[place] for row, (_, place) in zip(rows, window_cell, strict=True))
            if None not in index:
                inputs.append((tuple(tap for tap, _ in window_cell), index))
        answer[output] = Met(inputs, counted)
    return answer


def convolved(x, w, axes):
    return {output: sum(x[index] * w[tap] for tap, index in met.inputs) for output, met in windows(axes).items()}


def maxima(x, axes):
    """The largest input of each window, None where it meets none."""
    return {output: max((x[index] for _, index in met.inputs), default=None) for output, met in windows(axes).items()}


def means(x, axes, include_padding):
    """(sum, divisor) of each window."""
    return {
        output: (sum(x[index] for _, index in met.inputs), met.counted if include_padding else len(met.inputs))
        for output, met in windows(axes).items()
    }


def stamped(x, w, axes):
    """A transposed convolution: every input adds the kernel, scaled by it, into a canvas, which is cropped."""
    canvas = {}
    reach = [0] * len(axes)
    for index, value in x.items():
        for tap, weight in w.items():
            place = tuple(
                axis.stride * along + axis.dilation * offset
                for axis, along, offset in zip(axes, index, tap, strict=True)
            )
            canvas[place] = canvas.get(place, 0) + value * weight
            reach = [max(far, at) for far, at in zip(reach, place, strict=True)]
    kept = [range(axis.before, far + 1 - axis.after + axis.added) for axis, far in zip(axes, reach, strict=True)]
    return {
        output: canvas.get(place, 0)
        for output, place in zip(product(*(range(len(cells)) for cells in kept)), product(*kept), strict=True)
    }
