"""Nominal fields: against a walk on an axis without ends, the numbers of the literature, and the real regions."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from drawn_networks import drawn_network, networks
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from network_walk import NOTHING, Lattice, walk

import convarith as ca
from convarith import Axis
from convarith.network import merging, operations, relations
from convarith.network.fields import PERIOD_LIMIT, Field, middle
from convarith.network.graph import Builder
from convarith.network.regions import regions_behind
from convarith.network.table import nominal_fields
from convarith.network.tracing import traced

UNITS = range(-7, 25)
"""Far inside and far outside of what exists."""

SEEDS = 150
RUNS = {1: 6, 2: 2, 3: 2}

untimed = settings(deadline=None)


def conv(kernel, features=4, **parameters):
    return operations.Convolution(ca.Conv(kernel, **parameters), features)


def up(kernel, features=4, **parameters):
    return operations.TransposedConvolution(ca.ConvTranspose(kernel, **parameters), features)


def chain(*layers):
    builder = Builder()
    for layer in layers:
        builder.add(layer)
    return builder.build()


def field_of(network, input_shape, axis=0):
    return nominal_fields(traced(network, input_shape))[-1][axis]


def check_against_the_lattice(drawn):
    """How many fields were compared, how many of them vary, and how many branches drift apart."""
    tensors = walk(drawn.steps, drawn.input_shape).tensors
    found = nominal_fields(traced(drawn.network, drawn.input_shape))
    compared = varying = drifting = 0
    for axis in range(len(drawn.input_shape) - 1):
        lattice = Lattice(drawn.steps, tensors, axis)
        for number, fields in enumerate(found):
            field, slope = fields[axis], lattice.slope(number)
            assert (field is None) == (slope is None), (number, axis)
            if field is None:
                drifting += 1
            else:
                compared, varying = compared + 1, varying + field.varies
                check_field(field, lattice, number, slope)
    return compared, varying, drifting


def check_field(field, lattice, number, slope):
    spans = [lattice.span(number, unit) for unit in UNITS]
    assert [field.span(unit) for unit in UNITS] == spans, (number, lattice.axis)
    assert field.start == (None if spans[7] is None else float(Fraction(sum(spans[7]), 2)))
    if slope == NOTHING:
        assert (field.size, field.jump, field.varies) == (0, 0, False)
        return
    assert field.jump == float(slope)
    turn = [lattice.span(number, unit) for unit in range(field.period)]
    assert set(field.sizes) == {0 if span is None else span[1] - span[0] + 1 for span in turn}
    assert field.size == max(field.sizes)
    steps = {(b[0] - a[0], b[1] - a[1]) if a and b else "gap" for a, b in pairwise(turn)}
    assert field.varies == (field.period > 1 and (len(steps) > 1 or steps != {(slope, slope)}))
    check_least_period(field)


def check_least_period(field):
    """No shorter period says the same."""
    period = field.period
    for least in range(1, period):
        if period % least == 0 and field.shift * least % period == 0:
            shorter = Field(field.shift * least // period, field.spans[:least])
            assert any(shorter.span(unit) != field.span(unit) for unit in range(period))


@pytest.mark.parametrize(("ndim", "run"), [(ndim, run) for ndim, runs in RUNS.items() for run in range(runs)])
def test_every_field_is_what_the_walk_without_ends_says(ndim, run):
    totals = [0, 0, 0]
    for seed in range(run * SEEDS, (run + 1) * SEEDS):
        counts = check_against_the_lattice(drawn_network(Random(f"fields {ndim} {seed}"), ndim))
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
    compared, varying, drifting = totals
    assert compared > 3 * SEEDS
    assert varying > SEEDS // 10
    assert drifting > SEEDS // 10


@settings(untimed, max_examples=100)
@given(networks())
def test_fields_that_shrink(drawn):
    check_against_the_lattice(drawn)


CONTINUED = ("reflect", "replicate", "circular")


@pytest.mark.parametrize("ndim", [1, 2])
def test_what_is_read_lies_inside_the_nominal_field(ndim):
    """Wherever borders are not made of the input itself; where branches drift apart there is nothing to lie inside."""
    touched = 0
    for seed in range(300):
        drawn = drawn_network(Random(f"inside {ndim} {seed}"), ndim)
        if any(step.settings.get("mode") in CONTINUED for step in drawn.steps):
            continue
        found = traced(drawn.network, drawn.input_shape)
        fields = nominal_fields(found)[-1]
        for unit in walk(drawn.steps, drawn.input_shape).reads[-1]:
            boxes = regions_behind(found, len(drawn.steps) - 1, unit)[0].get(0, ())
            for axis, field in enumerate(fields):
                bits = 0
                for box in boxes:
                    bits |= box[axis]
                if field is not None and bits:
                    low, high = field.span(unit[axis])
                    assert low <= (bits & -bits).bit_length() - 1
                    assert bits.bit_length() - 1 <= high
                    touched += 1
    assert touched > 500


def test_a_border_of_the_input_itself_is_read_outside_of_the_nominal_field():
    """Circular padding: the first unit reads the last input; nominally it is padding like any other."""
    network = chain(operations.Padding(1, "circular"), conv(3))
    region = network.unit((0,), input_shape=(1, 9))
    assert region.positions(0) == [0, 1, 8]
    assert region.nominal == ((-1, 1),)


# The facts of NETWORKS.md


def pool(kernel, stride=None, **parameters):
    return operations.Pooling(ca.Pool(kernel, stride=stride, **parameters))


def test_alexnet_up_to_its_last_pooling():
    network = chain(
        *(conv(11, stride=4), pool(3, 2), conv(5, padding=2), pool(3, 2)),
        *(conv(3, padding=1), conv(3, padding=1), conv(3, padding=1), pool(3, 2)),
    )
    field = field_of(network, (3, 227, 227))
    assert (field.size, field.jump, field.varies) == (195, 32, False)


def test_vgg16_at_each_of_its_poolings():
    layers = []
    for convs in (2, 2, 3, 3, 3):
        layers += [conv(3, padding=1)] * convs + [pool(2)]
    rows = chain(*layers).table((3, 224, 224)).rows
    pools = [row for row in rows if row.name.startswith("pool")]
    assert [row.receptive_field for row in pools] == [(size, size) for size in (6, 16, 44, 100, 212)]
    assert [row.jump for row in pools] == [(jump, jump) for jump in (2, 4, 8, 16, 32)]


def test_the_backbone_of_resnet18():
    builder = Builder()
    builder.add(conv(7, 64, stride=2, padding=3))
    builder.add(pool(3, 2, padding=1))
    for block, features in enumerate((64, 64, 128, 128, 256, 256, 512, 512)):
        stride = 2 if features > 64 and not block % 2 else 1
        start = builder.at
        builder.add(conv(3, features, stride=stride, padding=1))
        main = builder.add(conv(3, features, padding=1))
        builder.at = start
        shortcut = builder.add(conv(1, features, stride=stride)) if stride > 1 else start
        builder.add(merging.Sum(), [main, shortcut])
    table = builder.build().table((3, 224, 224))
    assert table.output_shape == (512, 7, 7)
    assert (table.rows[-1].receptive_field, table.rows[-1].jump) == ((435, 435), (32, 32))
    assert table.rows[-1].varies == (False, False)


@pytest.mark.parametrize(
    ("layers", "size", "jump"),
    [
        ([conv(3, dilation=2, padding=2), conv(3, dilation=2, padding=2)], (9, 9), (1, 1)),
        ([conv(3, dilation=4)], (9, 9), (1, 1)),
        ([conv((1, 7))], (1, 7), (1, 1)),
        ([conv((1, 7), stride=(1, 3)), conv((7, 1))], (7, 7), (1, 3)),
        ([pool(2), operations.Upsampling(2)], (2, 2), (1, 1)),
        ([operations.Flatten(), operations.FullyConnected(10)], (32, 32), (1, 1)),
        ([operations.GlobalPooling()], (32, 32), (1, 1)),
    ],
)
def test_sizes_and_jumps(layers, size, jump):
    row = chain(*layers).table((3, 32, 32)).rows[-1]
    assert (row.receptive_field, row.jump) == (size, jump)


def test_a_transposed_convolution_after_a_stride_alternates():
    field = field_of(chain(conv(3, stride=2), up(3, stride=2)), (1, 9))
    assert field.sizes == (3, 5)
    assert [field.span(unit) for unit in range(4)] == [(-2, 2), (0, 2), (0, 4), (2, 4)]
    assert (field.size, field.jump, field.varies) == (5, 1, True)


def test_centres_count_from_0():
    network = chain(conv(3, stride=2, padding=1))
    assert [network.unit((unit,), input_shape=(1, 5)).centre for unit in range(3)] == [(0,), (2,), (4,)]
    row = network.table((1, 5)).rows[0]
    assert (row.start, row.jump, row.receptive_field, row.varies) == ((0,), (2,), (3,), (False,))
    assert chain(pool(2)).table((1, 8)).rows[0].start == (0.5,)


@pytest.mark.parametrize(
    ("layer", "sizes", "jump", "varies"),
    [
        (operations.AdaptivePooling(3), (3,), 7 / 3, True),  # 0-2, 2-4, 4-6, and as if it went on 7-9
        (operations.AdaptivePooling(5), (2, 3), 7 / 5, True),  # 0-1, 1-2, 2-4, 4-5, 5-6
        (operations.AdaptivePooling(7), (1,), 1, False),
        (operations.Upsampling(2), (1,), 0.5, True),
        (operations.Upsampling(2, mode="linear"), (2,), 0.5, True),
        (operations.Upsampling(3, mode="linear"), (1, 2), 1 / 3, True),
        (operations.Upsampling(size=7), (1,), 1, False),
        (operations.Upsampling(size=13, mode="linear", align_corners=True), (1, 2), 0.5, True),
    ],
)
def test_what_varies_says_so(layer, sizes, jump, varies):
    field = field_of(chain(layer), (1, 7))
    assert (field.sizes, field.jump, field.varies) == (sizes, jump, varies)


# Branches


def branches(*ways, merge=None):
    builder = Builder()
    ends = []
    for way in ways:
        builder.at = 0
        for layer in way:
            builder.add(layer)
        ends.append(builder.at)
    builder.add(merge or merging.Sum(), ends)
    return builder.build()


def test_branches_are_united():
    network = branches([conv(3, padding=1)], [conv(5, dilation=2, padding=4)], [conv(1)])
    assert field_of(network, (1, 9)).spans == ((-4, 4),)


def test_branches_that_look_aside_of_each_other_span_both():
    network = branches([operations.Padding(((3, -3),))], [operations.Padding(((-4, 4),))])
    assert field_of(network, (1, 9)).spans == ((-3, 4),)


def test_branches_that_drift_apart_have_no_field():
    network = branches([pool(2), pool(1)], [conv(5)])
    table = network.table((4, 8))
    row = table.rows[-1]
    assert (row.receptive_field, row.jump, row.start, row.varies) == ((None,), (None,), (None,), (True,))
    assert network.unit((3,), input_shape=(4, 8)).nominal == (None,)
    assert network.unit((3,), input_shape=(4, 8)).positions(0) == [3, 4, 5, 6, 7]
    later = chain_after(network, conv(3), conv(1, stride=2)).table((4, 8))
    assert later.rows[-1].receptive_field == (None,)


def chain_after(network, *layers):
    builder = Builder()
    for node in network.nodes[1:]:
        builder.add(node.operation, node.inputs, node.name)
    for layer in layers:
        builder.add(layer)
    return builder.build()


def test_a_gate_of_the_whole_input_drifts_from_what_it_gates():
    network = branches([conv(3, padding=1)], [operations.GlobalPooling(), conv(1)], merge=merging.Product())
    assert network.table((4, 8)).rows[-1].receptive_field == (None,)
    assert network.unit((3,), input_shape=(4, 8)).counts == (8,)


def test_one_axis_may_drift_and_the_other_not():
    network = branches([pool((2, 1))], [conv((5, 3), padding=((0, 0), (1, 1)))])
    row = network.table((4, 8, 8)).rows[-1]
    assert (row.receptive_field, row.jump, row.varies) == ((None, 3), (None, 1), (True, False))


def test_a_branch_that_reads_nothing_adds_nothing():
    nothing = [up(1, stride=2), operations.Padding(((-1, 1),)), conv(1, stride=2)]
    assert field_of(chain(*nothing), (1, 9)) == Field(0, (None,))
    row = chain(*nothing).table((1, 9)).rows[-1]
    assert (row.receptive_field, row.jump, row.start, row.varies) == ((0,), (0,), (None,), (False,))
    for ways in ([nothing, [conv(3, padding=1)]], [[conv(3, padding=1)], nothing]):
        assert field_of(branches(*ways), (1, 9)) == Field(1, ((-1, 1),))
    assert field_of(branches(nothing, nothing), (1, 9)) == Field(0, (None,))


# The value


def test_the_field_of_the_input():
    field = Field.of_input()
    assert (field.size, field.jump, field.start, field.period, field.varies) == (1, 1, 0, 1, False)
    assert [field.span(unit) for unit in (-3, 0, 7)] == [(-3, -3), (0, 0), (7, 7)]
    assert field == Field(1, ((0, 0),))
    assert hash(field) == hash(Field(1, ((0, 0),)))


@untimed
@given(
    shift=st.integers(0, 9),
    spans=st.lists(st.none() | st.tuples(st.integers(-9, 9), st.integers(0, 9)), min_size=1, max_size=6),
    axis=st.builds(
        Axis,
        size=st.just(99),
        kernel=st.integers(1, 40),
        count=st.just(99),
        stride=st.integers(1, 6),
        dilation=st.integers(1, 6),
        input_dilation=st.integers(1, 6),
        before=st.integers(-9, 9),
        after=st.just(0),
    ),
)
def test_a_long_kernel_takes_the_hull_of_all_its_taps(shift, spans, axis):
    """Also where only its first and last taps are looked at."""
    field = Field(shift, tuple(span and (span[0], span[0] + span[1]) for span in spans))
    through = field.through(axis)
    for unit in range(-4, 12):
        taps = [axis.stride * unit - axis.before + axis.dilation * tap for tap in range(axis.kernel)]
        met = [field.span(x // axis.input_dilation) for x in taps if x % axis.input_dilation == 0]
        there = [span for span in met if span is not None]
        expected = (min(low for low, _ in there), max(high for _, high in there)) if there else None
        if not any(through.spans):
            assert expected is None
        else:
            assert through.span(unit) == expected


@untimed
@given(st.integers(-(2**80), 2**80), st.integers(0, 2**80))
def test_a_middle_is_exact_or_cut_to_a_position(low, length):
    """A half is cut where a float cannot hold it, and nothing overflows."""
    exact = Fraction(2 * low + length, 2)
    found = middle((low, low + length))
    assert found == exact or (abs(exact) >= 2**52 and found == exact - Fraction(1, 2))


def test_numbers_beyond_every_float():
    huge = 10**400
    field = field_of(chain(conv(2, dilation=huge + 1, padding="same"), conv(2, stride=2)), (1, huge))
    assert field.size == huge + 3
    assert abs(field.start) < huge
    assert field.jump == 2
    wide = Field(2 * huge + 1, ((0, 0), (5, 5)))
    assert wide.jump == huge
    assert Field(7, ((0, 0), (5, 5))).jump == 3.5


def test_a_period_too_long_is_not_held():
    large = PERIOD_LIMIT + 1  # no divisor in common with the 2 before it
    network = chain(up(3, stride=2), operations.Upsampling(size=large))
    row = network.table((1, 7)).rows[-1]
    assert (row.receptive_field, row.varies) == ((None,), (True,))
    assert network.unit((1,), input_shape=(1, 7)).positions(0) == [0]
    assert chain(operations.Upsampling(size=1000)).table((1, 7)).rows[-1].receptive_field == (1,)


def test_long_windows_of_few_kinds_are_held():
    """A window over a million positions is no long period."""
    network = chain(up(2, stride=2), operations.AdaptivePooling(7))
    row = network.table((1, 10**6)).rows[-1]
    assert row.receptive_field == (142858,)
    assert row.jump == (10**6 / 7,)
    assert chain(pool(2), operations.GlobalPooling()).table((1, 10**7)).rows[-1].receptive_field == (10**7,)


@untimed
@given(
    st.integers(1, 12), st.integers(1, 12), st.sampled_from([relations.Adaptive, relations.Nearest, relations.Linear])
)
def test_patterns_repeat_after_their_period(size, count, kind):
    assume(size != count)
    for pattern in (kind(size, count), relations.CornerLinear(size, count)):
        for output in range(-count, 2 * count):
            low, high = pattern.interval(output)
            assert pattern.interval(output + pattern.period) == (low + pattern.shift, high + pattern.shift)
        for output in range(count):
            low, high = pattern.real_interval(output)
            assert 0 <= low <= high < size
