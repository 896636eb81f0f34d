"""Every setting with i ≤ 12, k ≤ 5, s ≤ 4, p ≤ 5 and d ≤ 3, against the walk."""

from __future__ import annotations

from itertools import product

import walk

import convarith as ca

INPUTS, KERNELS, STRIDES, PADDINGS, DILATIONS = range(1, 13), range(1, 6), range(1, 5), range(6), range(1, 4)
SETTINGS = list(product(INPUTS, KERNELS, STRIDES, PADDINGS, DILATIONS))
LAYERS = list(product(KERNELS, STRIDES, PADDINGS, DILATIONS))


def size_of(layer, size):
    """The layer's output size, 0 where it refuses."""
    try:
        return layer.output_shape((size,))[0]
    except ca.ShapeError:
        return 0


def helper_size(helper, *arguments):
    try:
        return helper(*arguments)
    except ca.ShapeError:
        return 0


def test_the_settings_are_all_there():
    assert len(SETTINGS) == len(set(SETTINGS)) == 12 * 5 * 4 * 6 * 3 == 4320
    assert len(LAYERS) == 360


def test_convolution_sizes_refusals_unread_cells_and_entries():
    compared = refused = 0
    for i, k, s, p, d in SETTINGS:
        row = walk.row_of(i, p, p)
        starts = walk.starts_in(row, k, s, d)
        layer = ca.Conv(k, stride=s, padding=p, dilation=d)
        assert size_of(layer, i) == helper_size(ca.conv_output_size, i, k, s, p, d) == len(starts)
        if starts:
            windows = layer.windows((i,))
            entries = walk.entries_of(row, starts, k, d)
            assert windows.unused() == (walk.unread_of(row, starts, k, d),)
            assert list(windows.entries()) == entries
            assert windows.entry_count() == len(entries)
        refused += not starts
        compared += 1
    assert compared == 4320
    assert 0 < refused < 1000


def test_pooling_sizes_rounding_down_and_up():
    compared = differing = 0
    for i, k, s, p, d in SETTINGS:
        row = walk.row_of(i, p, p)
        down = len(walk.starts_in(row, k, s, d))
        starts = walk.ceil_starts_in(row, k, s, d, i, p)
        layer = ca.Pool(k, stride=s, padding=p, dilation=d, ceil_mode=True)
        assert size_of(layer.replace(ceil_mode=False), i) == down
        assert helper_size(ca.pool_output_size, i, k, s, p, d) == down
        assert size_of(layer, i) == helper_size(ca.pool_output_size, i, k, s, p, d, True) == len(starts)
        if starts:
            windows = layer.windows((i,))
            assert windows.unused() == (walk.unread_of(row, starts, k, d),)
            assert list(windows.entries()) == walk.entries_of(row, starts, k, d)
        differing += down != len(starts)
        compared += 1
    assert compared == 4320
    assert differing > 500


def test_transposed_sizes_refusals_and_entries():
    """Every output_padding below the larger of stride and dilation."""
    compared = 0
    for i, k, s, p, d in SETTINGS:
        for a in range(max(s, d)):
            buffer = walk.stamped(i, k, s, p, p, d, a)
            layer = ca.ConvTranspose(k, stride=s, padding=p, dilation=d, output_padding=a)
            size = size_of(layer, i)
            assert size == helper_size(ca.conv_transpose_output_size, i, k, s, p, a, d) == len(buffer)
            if size:
                assert sorted(layer.windows((i,)).entries()) == sorted(walk.stamped_entries(buffer))
            compared += 1
    # stride 1 to 4 by dilation 1 to 3: the larger of the two, summed
    assert compared == 12 * 5 * 6 * (1 + 2 + 3 + 2 + 2 + 3 + 3 + 3 + 3 + 4 + 4 + 4)


def test_going_back_restores_the_shape():
    compared = 0
    for i, k, s, p, d in SETTINGS:
        row = walk.row_of(i, p, p)
        starts = walk.starts_in(row, k, s, d)
        if not starts:
            continue
        layer = ca.Conv(k, stride=s, padding=p, dilation=d)
        back = layer.transposed((i,))
        assert back.output_padding == len(row) - 1 - (starts[-1] + walk.offsets_of(k, d)[-1])
        assert back.output_shape((len(starts),)) == (i,)
        assert back.direct == layer
        compared += 1
    assert compared == sum(walk.conv_size(i, k, s, p, p, d) > 0 for i, k, s, p, d in SETTINGS)


def preimages(sizes):
    """By output size, the inputs 1, 2, 3 ... that have it."""
    found = {}
    for size, count in enumerate(sizes, 1):
        found.setdefault(count, []).append(size)
    return found


def test_input_shapes_are_exactly_the_inputs_with_that_output():
    wanted, compared = range(1, 6), 0
    for k, s, p, d in LAYERS:
        reaching = range(1, 12 + 4 * 6 + 1)  # up to k̂ = 13 and five windows four apart
        families = [
            (ca.Conv(k, stride=s, padding=p, dilation=d), lambda i: walk.conv_size(i, k, s, p, p, d)),  # noqa: B023
            (
                ca.Pool(k, stride=s, padding=p, dilation=d, ceil_mode=True),
                lambda i: walk.ceil_size(i, k, s, p, p, d),  # noqa: B023
            ),
            (
                ca.ConvTranspose(k, stride=s, padding=p, dilation=d),
                lambda i: walk.stamped_size(i, k, s, p, p, d),  # noqa: B023
            ),
        ]
        for layer, size in families:
            sizes = [size(i) for i in reaching]
            assert sizes == sorted(sizes)
            assert sizes[-1] > wanted[-1]
            inputs = preimages(sizes)
            for count in wanted:
                assert list(layer.input_shapes((count,))[0]) == inputs.get(count, [])
                compared += 1
    assert compared == 360 * 3 * 5


def test_named_paddings():
    """valid, half, full, causal, same and same_lower against a walk with the numbers that each name stands for."""
    compared = 0
    for i, k, s, d in product(INPUTS, KERNELS, STRIDES, DILATIONS):
        reach = walk.offsets_of(k, d)[-1]
        total = walk.same_padding(i, k, s, d)
        small, large = sorted((total // 2, total - total // 2))
        numbers = {
            "valid": (0, 0),
            "half": ((reach + 1) // 2, (reach + 1) // 2),
            "full": (reach, reach),
            "causal": (reach, 0),
            "same": (small, large),
            "same_lower": (large, small),
        }
        for name, (before, after) in numbers.items():
            layer = ca.Conv(k, stride=s, padding=name, dilation=d)
            size = walk.conv_size(i, k, s, before, after, d)
            assert size_of(layer, i) == helper_size(ca.conv_output_size, i, k, s, name, d) == size
            if size:
                (axis,) = layer.windows((i,)).axes
                assert (axis.before, axis.after) == (before, after)
            if name.startswith("same"):
                assert size == len(range(0, i, s))
            compared += 1
    assert compared == 12 * 5 * 4 * 3 * 6
