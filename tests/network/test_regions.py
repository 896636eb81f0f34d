"""What a unit reads and what an input reaches: against sets of positions carried from layer to layer by the walk."""

from __future__ import annotations

import pickle
from itertools import product
from random import Random

import pytest
from drawn_networks import drawn_network, networks
from hypothesis import given, settings
from network_walk import walk

import convarith as ca
from convarith import ParameterError, ShapeError
from convarith.network import merging, operations
from convarith.network.graph import Builder
from convarith.network.regions import BOXES, LONGEST, reached_region, regions_behind, unit_region
from convarith.network.tracing import traced

SEEDS = 200
"""Networks of each run; there are `RUNS` of them for each number of axes."""

RUNS = {1: 11, 2: 3, 3: 3}

untimed = settings(deadline=None, max_examples=150)


def conv(kernel, features=4, **parameters):
    return operations.Convolution(ca.Conv(kernel, **parameters), features)


def chain(*layers):
    builder = Builder()
    for layer in layers:
        builder.add(layer)
    return builder.build()


def held(boxes):
    """The positions of a union of boxes, as tuples."""
    along = [[[at for at in range(bits.bit_length()) if bits >> at & 1] for bits in box] for box in boxes]
    return {position for box in along for position in product(*box)}


def projections(positions, ndim):
    return [sorted({position[axis] for position in positions}) for axis in range(ndim)]


def check_every_unit(drawn):
    """How many units were compared."""
    walked = walk(drawn.steps, drawn.input_shape)
    found = traced(drawn.network, drawn.input_shape)
    for number, units in enumerate(walked.reads):
        assert (found.met[number].shape, found.met[number].positions) == walked.tensors[number]
        for unit, expected in units.items():
            read, exact = regions_behind(found, number, unit)
            assert exact, (number, unit)
            assert held(read.get(0, ())) == expected, (number, unit)
    return sum(map(len, walked.reads))


def check_the_questions(drawn, random):
    """`unit` and `reached` themselves, of a few units and inputs of every layer."""
    walked = walk(drawn.steps, drawn.input_shape)
    ndim = len(drawn.input_shape) - 1
    inputs = sorted(walked.reads[0])
    for number, node in enumerate(drawn.network.nodes):
        reads = walked.reads[number]
        unit = random.choice(sorted(reads))
        region = drawn.network.unit(unit, node.name, drawn.input_shape)
        assert (region.of, region.unit, region.within, region.shape) == (
            node.name,
            unit,
            "input",
            drawn.input_shape[1:],
        )
        compare(region, reads[unit], inputs, ndim)
        position = random.choice(inputs)
        reached = drawn.network.reached(position, node.name, drawn.input_shape)
        expected = {other for other, seen in reads.items() if position in seen}
        compare(reached, expected, sorted(reads), ndim)
        assert (reached.within, reached.shape) == (node.name, walked.tensors[number].positions)
        assert (position in region) == (unit in reached)


def compare(region, expected, universe, ndim):
    assert region.exact
    along = projections(expected, ndim)
    assert [region.positions(axis) for axis in range(ndim)] == along
    assert region.counts == tuple(map(len, along))
    assert region.spans == tuple((line[0], line[-1]) if line else None for line in along)
    assert region.sizes == tuple(line[-1] - line[0] + 1 if line else 0 for line in along)
    assert {position for position in universe if position in region} == expected


@pytest.mark.parametrize(("ndim", "run"), [(ndim, run) for ndim, runs in RUNS.items() for run in range(runs)])
def test_every_unit_of_every_layer_reads_what_the_walk_says(ndim, run):
    units = 0
    for seed in range(run * SEEDS, (run + 1) * SEEDS):
        units += check_every_unit(drawn_network(Random(f"{ndim} {seed}"), ndim))
    assert units > 10 * SEEDS  # that they were there to be compared


@pytest.mark.parametrize("ndim", RUNS)
def test_units_and_what_an_input_reaches(ndim):
    for seed in range(100):
        random = Random(f"asked {ndim} {seed}")
        check_the_questions(drawn_network(random, ndim), random)


@untimed
@given(networks())
def test_networks_that_shrink(drawn):
    """The same with the numbers drawn by Hypothesis, which finds the smallest network that fails."""
    check_every_unit(drawn)
    check_the_questions(drawn, Random(0))


def test_the_drawn_networks_have_everything():
    """Else the tests above would say less than they seem to."""
    drawn = [drawn_network(Random(f"{ndim} {seed}"), ndim) for ndim in RUNS for seed in range(400)]
    steps = [step for each in drawn for step in each.steps]
    kinds = {step.kind for step in steps}
    assert kinds == {
        *("input", "conv", "transposed", "pool", "adaptive", "global", "upsample", "pad", "shuffle", "flatten", "fc"),
        *("unflatten", "norm", "unchanged", "unknown", "sum", "product", "cat", "crop"),
    }
    for kind, wanted in {
        "conv": [
            lambda s: s["groups"] is None,
            lambda s: (s["groups"] or 0) > 1,
            lambda s: max(s["dilation"]) > 1,
            lambda s: "same" in s["padding"],
            lambda s: any(type(p) is tuple and p[0] < 0 for p in s["padding"]),
            lambda s: any(type(p) is tuple and p[0] != p[1] for p in s["padding"]),
            lambda s: len(set(s["stride"])) > 1,
        ],
        "transposed": [lambda s: max(s["output_padding"]) > 0, lambda s: max(s["dilation"]) > 1],
        "pool": [lambda s: s["ceil_mode"]],
        "upsample": [lambda s: s["corners"], lambda s: "size" in s, lambda s: s["mode"] == "nearest"],
        "pad": [lambda s: s["mode"] == "reflect", lambda s: s["mode"] == "circular", lambda s: s["sides"][0][0] < 0],
        "cat": [lambda s: s["crop"]],
        "crop": [lambda s: s["offset"] is None, lambda s: s["offset"] is not None],
    }.items():
        for number, trait in enumerate(wanted):
            assert any(trait(step.settings) for step in steps if step.kind == kind), (kind, number)
    shared = sum(any(count(each.steps, number) > 2 for number in range(len(each.steps))) for each in drawn)
    assert shared > 100  # tensors that several layers take


def count(steps, number):
    return sum(step.inputs.count(number) for step in steps)


# What NETWORKS.md, and everyone who counts on fingers, says


def test_a_window_that_lies_half_in_the_padding_reads_one_input():
    network = chain(conv(2, dilation=2, padding=1))
    assert network.unit((0,), input_shape=(1, 2)).positions(0) == [1]
    assert network.unit((0,), input_shape=(1, 2)).nominal == ((-1, 1),)


def test_a_unit_of_a_dilated_transposed_convolution_that_reads_nothing():
    network = chain(operations.TransposedConvolution(ca.ConvTranspose(2, stride=2, dilation=2), 4))
    region = network.unit((1,), input_shape=(1, 3))
    assert region.positions(0) == []
    assert (region.spans, region.sizes, region.counts, region.nominal, region.centre) == (
        (None,),
        (0,),
        (0,),
        (None,),
        (None,),
    )
    assert (0,) not in region
    assert network.reached((0,), input_shape=(1, 3)).positions(0) == [0, 2]


def test_clipping_at_every_layer_and_not_at_the_input_alone():
    """Of 6 positions a 2-2 pooling without its last two leaves 2, and the padding after them is no input."""
    network = chain(conv(3, stride=3), conv(3, padding=1))
    region = network.unit((1,), input_shape=(1, 8))  # 2 units of the first layer; rows 6 and 7 are read by none
    assert region.positions(0) == [0, 1, 2, 3, 4, 5]
    assert region.nominal == ((0, 8),)


def test_a_branch_that_is_empty_along_one_axis_is_empty():
    """It must not lend its positions along the other axis to the branch beside it."""
    builder = Builder()
    layer = ca.ConvTranspose(2, stride=(2, 1), dilation=(2, 1), padding=((0, 0), (0, 1)))
    one = builder.add(operations.TransposedConvolution(layer, 1), name="up")
    builder.at = 0
    two = builder.add(operations.Padding(((1, 2), (0, 0))))
    builder.add(merging.Sum(), [one, two])
    network = builder.build(input_shape=(1, 2, 2))
    assert network.unit((1, 1), "up").counts == (0, 0)
    assert network.unit((2, 1), "up").counts == (2, 2)
    region = network.unit((1, 1))
    assert [region.positions(axis) for axis in (0, 1)] == [[0], [1]]


def test_a_unit_of_the_input_is_itself():
    region = chain(conv(3)).unit((2, 4), "input", (3, 9, 9))
    assert region.spans == region.nominal == ((2, 2), (4, 4))
    assert chain(conv(3)).reached((2, 4), "input", (3, 9, 9)).spans == ((2, 2), (4, 4))


def test_a_layer_beside_the_way_is_not_followed():
    builder = Builder()
    builder.add(conv(3, padding=1))
    builder.add(conv(5, padding=2))
    builder.at = 1
    builder.add(conv(1))
    network = builder.build()
    assert network.unit((4,), input_shape=(1, 9)).spans == ((3, 5),)
    assert network.reached((4,), input_shape=(1, 9)).spans == ((3, 5),)


# Unions of boxes


def diagonal(count):
    """``count`` branches, each of which reads one position of the diagonal of a square, added up."""
    builder = Builder()
    ends = []
    for number in range(count):
        builder.at = 0
        sides = (-number, number + 1 - count)
        ends.append(builder.add(operations.Padding((sides, sides))))
    builder.add(merging.Sum(), ends)
    return builder.build()


def test_a_union_names_no_position_between_its_boxes():
    region = diagonal(3).unit((0, 0), input_shape=(1, 3, 3))
    assert region.exact
    assert region.counts == (3, 3)
    assert [position in region for position in product(range(3), repeat=2)] == [
        *(True, False, False),
        *(False, True, False),
        *(False, False, True),
    ]
    assert diagonal(3).reached((1, 1), input_shape=(1, 3, 3)).counts == (1, 1)
    assert diagonal(3).reached((0, 1), input_shape=(1, 3, 3)).counts == (0, 0)


def test_too_many_boxes_are_replaced_by_one_and_the_region_says_so():
    exact = diagonal(BOXES).unit((0, 0), input_shape=(1, BOXES, BOXES))
    assert exact.exact
    assert (0, 1) not in exact
    around = diagonal(BOXES + 1).unit((0, 0), input_shape=(1, BOXES + 1, BOXES + 1))
    assert not around.exact
    assert around.counts == (BOXES + 1, BOXES + 1)
    assert (0, 1) in around
    assert (exact.to_dict()["exact"], around.to_dict()["exact"]) == (True, False)


def test_along_one_axis_any_number_of_branches_is_exact():
    builder = Builder()
    size = BOXES + 9
    ends = []
    for number in range(0, size, 2):
        for _ in range(2):
            builder.at = 0
            ends.append(builder.add(operations.Padding(((-number, number + 1 - size),))))
    builder.add(merging.Sum(), ends)
    region = builder.build().unit((0,), input_shape=(1, size))
    assert region.exact
    assert region.positions(0) == list(range(0, size, 2))


# The value, and what is refused


def test_a_region_is_a_value():
    network = chain(conv(3, stride=2, padding=1), conv(3, stride=2, padding=1))
    region = network.unit((0, 1), input_shape=(3, 9, 9))
    assert region == unit_region(network, (0, 1), None, (3, 9, 9)) == pickle.loads(pickle.dumps(region))
    assert hash(region) == hash(network.unit([0, 1], "conv2", [3, 9, 9]))
    assert region != network.unit((1, 0), input_shape=(3, 9, 9))
    with pytest.raises(AttributeError, match="immutable"):
        region.unit = (1, 1)
    assert region.centre == (0, 4)
    assert region.to_dict() == {
        "layer": "conv2",
        "unit": [0, 1],
        "within": "input",
        "shape": [9, 9],
        "span": [[0, 3], [1, 7]],
        "size": [4, 7],
        "count": [4, 7],
        "nominal_span": [[-3, 3], [1, 7]],
        "nominal_size": [7, 7],
        "centre": [0, 4],
        "exact": True,
    }


@pytest.mark.parametrize("position", [(-1, 0), (0, 9), (0,), (0, 0, 0), 0, None, "00", (0.0, 0), (True, 0), {}, ()])
def test_what_is_no_position_of_it_is_not_in_it(position):
    assert position not in chain(conv(3, padding=1)).unit((0, 0), input_shape=(3, 9, 9))


def test_one_axis_takes_a_number():
    region = chain(conv(3)).unit(2, input_shape=(3, 9))
    assert (region.unit, region.spans) == ((2,), ((2, 4),))
    assert [position for position in range(9) if position in region] == [2, 3, 4]
    assert chain(conv(3)).reached(2, input_shape=(3, 9)).positions(0) == [0, 1, 2]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda n: n.unit((0,), input_shape=(3, 9, 9)),
            r"conv1 has 2 axes and \(0,\) names 1; give one index for each, from 0",
        ),
        (
            lambda n: n.unit((0, 7), input_shape=(3, 9, 9)),
            "conv1 has no unit 7 on axis 1; they go from 0 to 6",
        ),
        (lambda n: n.unit((0, -1), input_shape=(3, 9, 9)), "index -1 is below 0; the smallest index is 0"),
        (lambda n: n.unit((0, 1.5), input_shape=(3, 9, 9)), r"index must be a whole number; got 1.5 \(float\)"),
        (lambda n: n.unit("ab", input_shape=(3, 9)), "index must be a whole number; got 'ab'"),
        (lambda n: n.unit((0, 0), "conv2", (3, 9, 9)), "there is no layer 'conv2'; did you mean 'conv1'"),
        (lambda n: n.unit((0, 0), 5, (3, 9, 9)), "there is no layer 5; known are input, conv1"),
        (lambda n: n.unit((0, 0)), r"the network needs an input; give its channels and sizes, as \(3, 224, 224\)"),
        (lambda n: n.reached((9, 0), input_shape=(3, 9, 9)), "input has no unit 9 on axis 0; they go from 0 to 8"),
        (lambda n: n.reached((0, 0), "pool", (3, 9, 9)), "there is no layer 'pool'; known are input, conv1"),
    ],
)
def test_a_question_that_is_never_right(ask, message):
    with pytest.raises(ParameterError, match=f"^{message}"):
        ask(chain(conv(3)))


def test_a_network_that_does_not_fit_has_no_units():
    for ask in (unit_region, reached_region):
        with pytest.raises(ShapeError, match=r"^conv1: axis 1 \(width\): kernel 3 does not fit in input 2"):
            ask(chain(conv(3)), (0, 0), None, (3, 9, 2))


@pytest.mark.parametrize(
    ("layer", "longest"),
    [
        (conv(2, dilation=10**9, padding="same"), 10**9 + 9),
        (operations.Upsampling(10**9), None),
        (operations.Padding(10**12), 2 * 10**12 + 9),
        (operations.TransposedConvolution(ca.ConvTranspose(2, stride=10**10), 1), None),
    ],
)
def test_an_axis_too_long_to_be_held_is_refused_and_not_tried(layer, longest):
    for ask in (chain(layer).unit, chain(layer).reached):
        with pytest.raises(
            ShapeError, match=rf"has an axis of \d+ positions, and regions are followed over {LONGEST}"
        ) as no:
            ask((0,), input_shape=(1, 9))
        assert no.value.largest == LONGEST < no.value.size
        assert longest is None or no.value.size == longest
    assert chain(layer, conv(1)).unit((0,), "input", (1, 9)).spans == ((0, 0),)
    assert chain(conv(1), layer).unit((0,), "conv1", (1, 9)).spans == ((0, 0),)


def test_a_long_axis_is_followed_quickly_enough_to_be_asked():
    """A second of sound, ten layers of doubled dilation."""
    network = chain(*(conv(2, dilation=2**n, padding="causal") for n in range(10)))
    region = network.unit((16_000,), input_shape=(1, 16_001))
    assert region.spans == ((16_000 - 1023, 16_000),)
    assert region.counts == (1024,)
    assert network.reached((0,), input_shape=(1, 16_001)).spans == ((0, 1023),)
