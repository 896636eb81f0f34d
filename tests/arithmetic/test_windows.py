"""Windows: what lies where, what each window meets, the entries of C and their transpose, and what stays unread."""

from __future__ import annotations

from itertools import product

import pytest
import walk
from drawn import drawn_layers
from hypothesis import assume, given, settings

import convarith as ca

small = drawn_layers(ndim=(1, 2), largest=4)
deep = drawn_layers(ndim=(3, 3), largest=2)

# From the weakest to the strongest: in N-D the last of these among the axes wins.
KINDS = ["input", "inserted", "padding", "extra", "overhang", "cropped"]


def kinds_of(axis):
    """(position, kind, source) of every cell of one axis and of three more on either side."""
    row, first = axis.row, axis.first_position
    between = axis.stride if axis.family == "transposed" else axis.input_dilation
    stretched = len(walk.row_of(axis.size, input_dilation=between))
    for position in range(min(first, 0) - 3, max(first + len(row), stretched) + 3):
        if first <= position < first + len(row):
            cell = row[position - first]
            yield (position, "input", cell) if isinstance(cell, int) else (position, cell, None)
        else:
            # What the other side's cropping takes away, input or padding, is cropped; beyond both is overhang.
            cropped = min(first, 0) <= position < max(first + len(row), stretched)
            yield position, "cropped" if cropped else "overhang", None


@given(drawn_layers(ndim=(1, 2), largest=4))
def test_kind_and_source_of_every_position(drawn):
    windows = drawn.layer.windows(drawn.shape)
    for cells in product(*(list(kinds_of(axis)) for axis in drawn.axes)):
        positions, kinds, sources = zip(*cells, strict=True)
        assert windows.kind(positions) == max(kinds, key=KINDS.index)
        assert windows.source(positions) == (None if None in sources else sources)


@given(small)
def test_taps_meet_the_cells_that_the_walk_meets(drawn):
    """By position; the kernel of a transposed convolution lies rotated."""
    windows = drawn.layer.windows(drawn.shape)
    for output in windows.outputs():
        per_axis = []
        for axis, index in zip(drawn.axes, output, strict=True):
            places = [axis.starts[index] + offset for offset in walk.offsets_of(axis.kernel, axis.dilation)]
            weights = range(axis.kernel)
            if axis.family == "transposed":
                weights = reversed(weights)
            per_axis.append([(weight, axis.first_position + place) for weight, place in zip(weights, places)])  # noqa: B905
        expected = [tuple(zip(*taps, strict=True)) for taps in product(*per_axis)]
        assert list(windows.taps(output)) == expected


@given(small)
def test_outputs_are_every_index_row_major(drawn):
    windows = drawn.layer.windows(drawn.shape)
    assert list(windows.outputs()) == list(product(*(range(axis.output) for axis in drawn.axes)))


def flat_entries(drawn):
    return walk.flat_entries(
        [axis.entries for axis in drawn.axes],
        [axis.output for axis in drawn.axes],
        drawn.shape,
        [axis.kernel for axis in drawn.axes],
    )


@given(small)
def test_the_entries_of_c_are_the_walks(drawn):
    windows = drawn.layer.windows(drawn.shape)
    entries = list(windows.entries())
    assert sorted(entries) == flat_entries(drawn)
    assert [row for row, _, _ in entries] == sorted(row for row, _, _ in entries)
    assert windows.entry_count() == len(entries)


@settings(max_examples=20)
@given(deep)
def test_the_entries_of_c_on_three_axes(drawn):
    windows = drawn.layer.windows(drawn.shape)
    entries = sorted(windows.entries())
    assert entries == flat_entries(drawn)
    assert windows.entry_count() == len(entries)


@given(drawn_layers(families=("conv", "pool", "ceil"), ndim=(1, 2), largest=4))
def test_columns_ascend_within_a_row_where_nothing_is_stretched(drawn):
    layer = drawn.layer.replace(input_dilation=1) if type(drawn.layer) is ca.Conv else drawn.layer
    assume(all(axis._replace(input_dilation=1).output for axis in drawn.axes))
    windows = layer.windows(drawn.shape)
    entries = [(row, column) for row, column, _ in windows.entries()]
    assert entries == sorted(set(entries))


@given(drawn_layers(families=("conv", "pool", "transposed"), ndim=(1, 2), largest=4))
def test_transposing_twice_is_nothing_and_once_transposes_c(drawn):
    windows = drawn.layer.windows(drawn.shape)
    transpose = windows.transpose()
    assert transpose.transpose() == windows
    assert transpose.matrix_shape == windows.matrix_shape[::-1]
    assert (transpose.input_shape, transpose.output_shape) == (windows.output_shape, windows.input_shape)
    assert sorted((column, row, tap) for row, column, tap in transpose.entries()) == sorted(windows.entries())


@given(drawn_layers(families=("ceil",), ndim=(1, 2), largest=4, least_padding=0))
def test_windows_that_overhang_transpose_too(drawn):
    windows = drawn.layer.windows(drawn.shape)
    assert windows.transpose().transpose() == windows
    assert sorted((c, r, t) for r, c, t in windows.transpose().entries()) == sorted(windows.entries())


@given(drawn_layers(families=("transposed",), ndim=(1, 2), largest=4))
def test_a_transposed_convolution_has_the_entries_of_c_transposed(drawn):
    """C of the direct convolution on the output, with rows and columns changed; and the equivalent convolution has
    them with its kernel rotated."""
    allowed = tuple(min(axis.output_padding, axis.stride - 1) for axis in drawn.axes)
    layer = drawn.layer.replace(output_padding=allowed)
    assume(all(axis._replace(output_padding=a).output for axis, a in zip(drawn.axes, allowed, strict=True)))
    windows = layer.windows(drawn.shape)
    entries = sorted(windows.entries())
    direct = layer.direct.windows(windows.output_shape)
    assert sorted((column, row, tap) for row, column, tap in direct.entries()) == entries
    equivalent = layer.equivalent.windows(drawn.shape)
    last = len(list(product(*map(range, windows.kernel_size)))) - 1
    assert sorted((row, column, last - tap) for row, column, tap in equivalent.entries()) == entries


@given(drawn_layers())
def test_unused_is_what_the_walk_does_not_read(drawn):
    expected = tuple(axis.unread for axis in drawn.axes)
    unused = drawn.layer.unused(drawn.shape)
    assert unused == expected
    for axis, (before, between, after, inputs) in zip(unused, expected, strict=True):
        assert (axis.before, axis.between, axis.after, axis.input) == (before, between, after, inputs)
        assert axis.total == before + between + after
        assert axis.to_dict() == {"before": before, "between": between, "after": after, "input": inputs}


@given(drawn_layers(ndim=(1, 1)))
def test_an_axis_knows_which_positions_it_reads(drawn):
    (axis,) = drawn.axes
    (resolved,) = drawn.layer.windows(drawn.shape).axes
    read = {start + offset for start in axis.starts for offset in walk.offsets_of(axis.kernel, axis.dilation)}
    for place in range(-3, len(axis.row) + 12):
        assert resolved.reads(axis.first_position + place) == (place in read)


@given(drawn_layers())
def test_the_shapes_on_the_way(drawn):
    windows = drawn.layer.windows(drawn.shape)
    assert windows.ndim == len(drawn.shape)
    assert windows.input_shape == drawn.shape
    assert windows.kernel_size == tuple(axis.kernel for axis in drawn.axes)
    assert windows.padded_shape == tuple(len(axis.row) for axis in drawn.axes)
    between = [axis.stride if axis.family == "transposed" else axis.input_dilation for axis in drawn.axes]
    stretched = [len(walk.row_of(axis.size, input_dilation=e)) for axis, e in zip(drawn.axes, between, strict=True)]
    assert windows.stretched_shape == tuple(stretched)
    for axis, resolved in zip(drawn.axes, windows.axes, strict=True):
        assert list(resolved.positions) == [axis.first_position + place for place in range(len(axis.row))]
        assert resolved.span == walk.offsets_of(axis.kernel, axis.dilation)[-1] + 1


GAPS = [  # layer, input, (before, between, after, input) counted by hand
    (ca.Conv(1, stride=3), 7, (0, 4, 0, 4)),  # reads 0, 3, 6
    (ca.Conv(1, stride=3), 6, (0, 2, 2, 4)),  # reads 0, 3
    (ca.Conv(2, dilation=3), 5, (0, 1, 0, 1)),  # reads 0 3, 1 4
    (ca.Conv(2, stride=4, padding=1), 6, (0, 2, 2, 3)),  # -1 0, 3 4 of -1 ... 6
    (ca.Conv(1, stride=2, input_dilation=2), 3, (0, 2, 0, 0)),  # every input, no inserted zero
    (ca.Conv(1, stride=2, input_dilation=2, padding=((1, 1),)), 3, (0, 3, 0, 3)),  # no input at all
    (ca.Conv(2, stride=2, padding=-1), 5, (0, 0, 1, 1)),  # cells 1 2 3: 1 2
    (ca.Pool(2, ceil_mode=True), 5, (0, 0, 0, 0)),  # 0 1, 2 3, 4 and one beyond
    (ca.Pool(2, stride=3, ceil_mode=True), 4, (0, 1, 0, 1)),  # 0 1, 3 and one beyond
    (ca.Pool(2, stride=2, dilation=3, ceil_mode=True), 5, (0, 1, 1, 2)),  # 0 3, 2 and one beyond: neither 1 nor 4
]


@pytest.mark.parametrize(("layer", "size", "expected"), GAPS)
def test_unused_counted_by_hand(layer, size, expected):
    assert layer.unused((size,)) == (expected,)


def test_the_matrix_prints_every_entry_once():
    layer = ca.ConvTranspose((2, 3), stride=(2, 1), padding=(0, 1))
    windows = layer.windows((2, 3))
    matrix = layer.matrix((2, 3))
    entries = {(row, column): divmod(tap, 3) for row, column, tap in windows.entries()}
    assert (matrix.rows, matrix.columns) == windows.matrix_shape == (12, 6)
    assert matrix.entry_count == len(entries)
    for row, column in product(range(12), range(6)):
        assert matrix.cells[row][column] == entries.get((row, column))
    assert matrix.to_dict() == {
        "shape": [12, 6],
        "entries": [[*place, list(tap)] for place, tap in sorted(entries.items())],
    }
    assert repr(matrix) == f"<SymbolicMatrix 12x6, {len(entries)} weights>"
