"""The oracle: what a layer does on one axis, found by walking over cells.

It imports nothing of convarith and has no size formula. A row is a plain list of cells, padded, stretched and cropped
as lists are; windows are slid along it one step after another, and whatever they meet is written down. Transposed
convolutions are stamped: every input cell adds its taps to a buffer, which is cropped afterwards.

A cell is the index of an input cell, or a word: inserted, padding, extra.
"""

from __future__ import annotations

from itertools import count, product


def row_of(size, before=0, after=0, input_dilation=1, extra=0):
    """The padded, stretched input as a list of cells; ``extra`` of the ``after`` are the added zeros.

    None where more is to be cropped than there is.
    """
    cells = []
    for index in range(size):
        if cells:
            cells += ["inserted"] * (input_dilation - 1)
        cells.append(index)
    after -= extra
    while extra and after < 0:  # an added zero takes crop back first
        extra, after = extra - 1, after + 1
    cells = ["padding"] * before + cells + ["padding"] * after + ["extra"] * extra
    if max(-before, 0) + max(-after, 0) > len(cells):
        return None
    if before < 0:
        del cells[:-before]
    if after < 0:
        del cells[after:]
    return cells


def offsets_of(kernel, dilation):
    """Where the taps of a window lie, from its first one on."""
    offsets = [0]
    while len(offsets) < kernel:
        offsets.append(offsets[-1] + dilation)
    return offsets


def starts_in(row, kernel, stride, dilation=1):
    """Where windows start (as places in the row) while the whole window lies inside."""
    reach = offsets_of(kernel, dilation)[-1]
    starts, start = [], 0
    if row is None:
        return starts
    while start + reach < len(row):
        starts.append(start)
        start += stride
    return starts


def ceil_starts_in(row, kernel, stride, dilation, size, before):
    """Where the windows of a pooling that rounds up start.

    A window is placed as long as the one a stride before it has not reached the last cell of the row; then exactly one
    is taken off again if the last one starts neither in the input nor in the padding before it.
    """
    reach = offsets_of(kernel, dilation)[-1]
    starts, start = [], 0
    if row is None:
        return starts
    while start - stride + reach < len(row) - 1:
        starts.append(start)
        start += stride
    if starts and starts[-1] >= size + before:
        starts.pop()
    return starts


def conv_size(size, kernel, stride=1, before=0, after=0, dilation=1, input_dilation=1):
    """How many windows fit; 0 where none does."""
    return len(starts_in(row_of(size, before, after, input_dilation), kernel, stride, dilation))


def ceil_size(size, kernel, stride, before=0, after=0, dilation=1):
    """How many windows a pooling that rounds up has; 0 where it has none."""
    return len(ceil_starts_in(row_of(size, before, after), kernel, stride, dilation, size, before))


def stamped(size, kernel, stride=1, before=0, after=0, dilation=1, output_padding=0):
    """A transposed convolution by stamping: its output as a list of cells, each the list of (input index, tap) added
    to it. Empty where the padding takes it all away."""
    buffer = []
    for index in range(size):
        place = stride * index
        for tap, offset in enumerate(offsets_of(kernel, dilation)):
            while len(buffer) <= place + offset:
                buffer.append([])
            buffer[place + offset].append((index, tap))
    buffer += [[] for _ in range(output_padding)]
    buffer = [[] for _ in range(-before)] + buffer + [[] for _ in range(-after)]
    start, stop = max(before, 0), len(buffer) - max(after, 0)
    return buffer[start:stop] if start < stop else []


def stamped_size(size, kernel, stride=1, before=0, after=0, dilation=1, output_padding=0):
    """The output size of a transposed convolution; 0 where nothing is left."""
    return len(stamped(size, kernel, stride, before, after, dilation, output_padding))


def same_padding(size, kernel, stride, dilation=1):
    """The least total padding with which as many windows fit as starts 0, s, 2s ... lie in the input."""
    wanted = len(range(0, size, stride))
    return next(
        total for total in count() if len(starts_in(["?"] * (size + total), kernel, stride, dilation)) >= wanted
    )


def entries_of(row, starts, kernel, dilation=1):
    """(output, input, tap) for every tap that meets an input cell."""
    return [
        (output, row[start + offset], tap)
        for output, start in enumerate(starts)
        for tap, offset in enumerate(offsets_of(kernel, dilation))
        if start + offset < len(row) and isinstance(row[start + offset], int)
    ]


def stamped_entries(buffer):
    """(output, input, tap) for every stamp that is left in the buffer."""
    return [(output, index, tap) for output, stamps in enumerate(buffer) for index, tap in stamps]


def unread_of(row, starts, kernel, dilation=1):
    """(before, between, after, input): the unread cells of a row, counted."""
    read = {start + offset for start in starts for offset in offsets_of(kernel, dilation)} & set(range(len(row)))
    unread = [place for place in range(len(row)) if place not in read]
    if not read:
        return 0, 0, len(row), sum(isinstance(cell, int) for cell in row)
    before = sum(place < min(read) for place in unread)
    after = sum(place > max(read) for place in unread)
    inputs = sum(isinstance(row[place], int) for place in unread)
    return before, len(unread) - before - after, after, inputs


def flat_entries(per_axis, outputs, inputs, kernels):
    """Entries per axis combined to (row, column, tap) with flat, row-major numbers, sorted."""
    numbers = [
        {index: number for number, index in enumerate(product(*map(range, shape)))}
        for shape in (outputs, inputs, kernels)
    ]
    return sorted(
        tuple(number[index] for number, index in zip(numbers, zip(*combination, strict=True), strict=True))
        for combination in product(*per_axis)
    )
