"""Which inputs fit: the residue classes against every single size, and the facts that people look up."""

from __future__ import annotations

import re
from fractions import Fraction
from random import Random

import pytest
from drawn_networks import drawn_network
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca
from convarith.network import along, merging, operations
from convarith.network.graph import Builder
from convarith.network.size_sets import Sizes
from convarith.network.tracing import trace


def chain(*layers):
    builder = Builder()
    for layer in layers:
        builder.add(layer)
    return builder.build()


def conv(kernel, stride=1, padding=0, features=8, **other):
    return operations.Convolution(ca.Conv(kernel, stride=stride, padding=padding, **other), features)


def pool(kernel, stride=None, **other):
    return operations.Pooling(ca.Pool(kernel, stride=stride, **other))


def alexnet():
    convs = [
        conv(11, 4),
        pool(3, 2),
        conv(5, 1, 2),
        pool(3, 2),
        conv(3, 1, 1),
        conv(3, 1, 1),
        conv(3, 1, 1),
        pool(3, 2),
    ]
    return chain(*convs, operations.FullyConnected(4096))


def unet(padding, depth=4):
    builder = Builder()
    skips = []
    for _ in range(depth):
        builder.add(conv(3, 1, padding))
        skips.append(builder.add(conv(3, 1, padding)))
        builder.add(pool(2))
    builder.add(conv(3, 1, padding))
    builder.add(conv(3, 1, padding))
    for _ in range(depth):
        builder.add(operations.TransposedConvolution(ca.ConvTranspose(2, stride=2), 8))
        builder.add(merging.Concatenation(crop=not padding), [builder.at, skips.pop()])
        builder.add(conv(3, 1, padding))
        builder.add(conv(3, 1, padding))
    return builder.build()


def resnet():
    builder = Builder()
    builder.add(conv(7, 2, 3))
    builder.add(pool(3, 2, padding=1))
    for stride in (1, 2, 2, 2):
        start = builder.at
        builder.add(conv(3, stride, 1))
        main = builder.add(conv(3, 1, 1))
        builder.at = start
        shortcut = builder.add(conv(1, stride))
        builder.add(merging.Sum(), [main, shortcut])
    builder.add(operations.GlobalPooling())
    return builder.build()


# Every single size, tried


def tried(network, channels, size):
    """(output size before everything becomes one, exact, whole) by walking all layers, or None; axis 0 only."""
    found = trace(network, (channels, size))
    if found.refusal is not None:
        return None
    exact = True
    missed, unread, windowed, whole = {}, {}, set(), set()
    for node, met in zip(network.nodes[1:], found.met[1:], strict=True):
        for place, (source, reads) in enumerate(zip(node.inputs, met.reads, strict=True)):
            source = passed_through(network, source)
            everyone = set(range(found.met[source].positions[0]))
            if isinstance(node.operation, operations.Windowed):
                axis = reads[0]
                end = axis.stride * (axis.count - 1) + axis.dilation * (axis.kernel - 1) + 1
                exact = exact and end == axis.input_dilation * (axis.size - 1) + 1 + axis.before + axis.after
                touched = {axis.source(x) for o in range(axis.count) for _, x in axis.taps(o)}
                later = range(axis.count, axis.count + axis.size + axis.kernel + abs(axis.before))
                further = {axis.source(x) for o in later for _, x in axis.taps(o)}
                missed[source] = missed.get(source, set()) | (further - touched)
                cropped = {i for i in everyone if axis.kind(axis.input_dilation * i) == "cropped"}
                unread[source] = unread.get(source, inside(network, found, source)) - touched - cropped
                windowed.add(source)
            elif isinstance(node.operation, merging.Merge) and (node.operation.crop or node.operation.follows):
                if not (place and node.operation.follows):
                    kept = everyone if reads is None or found.met[source].positions == (1,) else crop_of(reads[0])
                    unread[source] = unread.get(source, inside(network, found, source)) - kept
            elif not passes(node.operation):
                whole.add(source)
    whole.add(passed_through(network, len(network.nodes) - 1))
    return exact, not any(unread[source] & missed[source] for source in windowed - whole)


def inside(network, found, source):
    """The rows of a tensor that are no padding of a layer before it."""
    rows = set(range(found.met[source].positions[0]))
    node = network.nodes[source]
    if not isinstance(node.operation, operations.Padding):
        return rows
    before, size = node.operation.sides(0)[0], found.met[node.inputs[0]].positions[0]
    return {row for row in rows if 0 <= row - before < size}


def joins_flat_tensors(network):
    """Whether features are joined whose numbers depend on the input's size in different ways."""
    flat = along.flat_nodes(network)
    return any(number in flat and len(node.inputs) > 1 for number, node in enumerate(network.nodes))


def crop_of(axis):
    return {i for i in range(axis.size) if 0 <= i + axis.before < axis.count}


def passes(operation):
    kinds = (operations.Unchanged, operations.Normalization, operations.Unknown, operations.Flatten)
    return isinstance(operation, kinds)


def passed_through(network, source):
    while source and passes(network.nodes[source].operation):
        source = network.nodes[source].inputs[0]
    return source


@pytest.mark.parametrize("seed", range(20))
def test_the_classes_are_what_trying_every_size_finds(seed):
    compared = 0
    for number in range(25):
        random = Random(f"fits {seed} {number}")
        drawn = drawn_network(random, 1)
        network = drawn.network
        channels = drawn.input_shape[0]
        if trace(network, drawn.input_shape).refusal is not None or joins_flat_tensors(network):
            continue
        fits = network.fits(drawn.input_shape)[0]
        growing = fits._answers.growing
        limit = min(growing.settled + 2 * growing.period, 160)
        for size in range(1, limit):
            found = tried(network, channels, size)
            assert (size in fits.runs) == (found is not None), (network.nodes, size)
            assert (size in fits.exact) == (found is not None and found[0]), (network.nodes, size)
            assert (size in fits.whole) == (found is not None and found[1]), (network.nodes, size)
            compared += 1
    assert compared


# Facts that people look up


def test_alexnet_fits_67_and_every_32nd_from_there():
    fits = alexnet().fits((3, 224, 224))[0]
    assert fits.exact == fits.whole == Sizes.periodic(67, 32, [3])
    assert fits.axes == (0, 1)
    assert str(fits.exact) == "n = 3 mod 32, n ≥ 67"
    assert (fits.exact.below(224), fits.exact.above(224)) == (195, 227)
    assert fits.smallest == 67
    assert fits.fails_below[0] == "pool3"
    assert fits.inputs_for(6).upto(1000) == list(range(227, 259))
    assert [(each.layer, each.rows, each.unread) for each in fits.remainders(224)][:2] == [
        ("conv1", 1, 1),
        ("pool1", 1, 1),
    ]


def test_vgg_fits_multiples_of_32_and_its_output_is_a_32nd():
    fits = chain(*[layer for _ in range(5) for layer in (conv(3, 1, 1), pool(2))]).fits()[0]
    assert str(fits.exact) == "n a multiple of 32"
    assert fits.formula(fits.exact) == "n/32"
    assert str(fits.runs) == "every n ≥ 32"


def test_a_unet_of_valid_convolutions_is_12_mod_16_from_188_and_loses_184():
    fits = unet(0).fits()[0]
    assert str(fits.exact) == "n = 12 mod 16, n ≥ 188"
    assert fits.formula(fits.exact) == "n - 184"
    assert fits.output(572) == 388
    assert 572 in fits.exact


def test_a_unet_with_padding_runs_on_multiples_of_16_only():
    fits = unet(1).fits()[0]
    assert str(fits.runs) == "n a multiple of 16"
    assert (fits.runs.below(100), fits.runs.above(100)) == (96, 112)


def test_a_resnet_at_224_leaves_only_padding_unread():
    fits = resnet().fits((3, 224, 224))[0]
    assert 224 not in fits.exact
    assert str(fits.exact) == "n = 1 mod 32"
    assert str(fits.whole) == "every n"
    assert fits.inputs_for(7).upto(1000) == list(range(193, 225))
    assert {each.unread for each in fits.remainders(224)} == {0}


def test_branches_of_a_fixed_size_run_for_the_sizes_that_meet_it():
    builder = Builder()
    start = builder.add(pool(8))
    builder.add(operations.GlobalPooling())
    up = builder.add(operations.Upsampling(size=60))
    builder.add(merging.Concatenation(), [start, up])
    fits = builder.build().fits()[0]
    assert fits.runs.upto(10**4) == list(range(480, 488))


def test_a_fully_connected_layer_made_for_one_size_runs_on_what_gives_it():
    layers = (*[layer for _ in range(5) for layer in (conv(3, 1, 1), pool(2))], operations.Flatten())
    network = chain(*layers, operations.FullyConnected(10, in_features=8 * 7 * 7))
    fits = network.fits((3, 224, 224))[0]
    assert fits.runs.upto(10**4) == list(range(224, 256))
    assert str(fits.exact) == "n = 224"
    assert network.fits((3, 100, 100))[0].runs == fits.runs


def test_axes_that_differ_have_an_answer_each():
    fits = chain(pool((2, 3))).fits()
    assert [str(each.exact) for each in fits] == ["n a multiple of 2", "n a multiple of 3"]
    assert [each.axes for each in fits] == [(0,), (1,)]


def test_no_size_runs_where_none_can():
    builder = Builder()
    builder.add(operations.GlobalPooling())
    builder.add(conv(3))
    fits = builder.build().fits()[0]
    assert not fits.runs
    assert fits.smallest is None
    assert fits.fails_below[0] == "conv1"
    assert str(fits.runs) == "no size"


def test_sizes_in_the_thousands_and_far_beyond_are_answered_at_once():
    fits = unet(0).fits()[0]
    huge = 10**30
    assert fits.exact.above(huge) - fits.exact.below(huge) == 16
    assert fits.output(fits.exact.above(huge)) == fits.exact.above(huge) - 184
    assert fits.inputs_for(huge + 4).upto(2 * huge) == [huge + 188 + more for more in range(16)]
    assert not fits.inputs_for(huge)


def test_strides_that_multiply_to_too_many_classes_are_refused():
    with pytest.raises(ca.ParameterError, match=r"^the strides of the network multiply to 2097152"):
        chain(*[conv(3, 2, 1) for _ in range(25)]).fits()
    with pytest.raises(ca.ParameterError, match=r"multiply to about 2\^"):
        chain(*[conv(7**17, 7**17) for _ in range(40)]).fits()


def test_ten_thousand_layers_are_answered():
    fits = chain(*[conv(3) for _ in range(10_000)]).fits()[0]
    assert fits.smallest == 20_001
    assert fits.fails_below[0] == "conv10000"


# Sets of sizes


@st.composite
def sets(draw):
    start, modulus = draw(st.integers(1, 40)), draw(st.integers(1, 24))
    residues = draw(st.sets(st.integers(0, modulus - 1)))
    early = {n for n in draw(st.sets(st.integers(1, 40))) if n < start}
    members = {n for n in range(start, 200) if n % modulus in residues} | early
    return Sizes.periodic(start, modulus, residues, early), members


@given(sets())
def test_a_set_has_the_members_it_was_made_of(pair):
    held, members = pair
    assert {n for n in range(200) if n in held} == members
    assert held.upto(199) == sorted(members)
    assert held.least == min(members, default=None)
    assert bool(held) == bool(members)


@given(sets(), st.integers(0, 140))
def test_the_nearest_members_are_the_nearest(pair, size):
    held, members = pair
    assert held.below(size) == max((n for n in members if n <= size), default=None)
    assert held.above(size) == min((n for n in members if n >= size), default=None)


@given(sets())
def test_equal_sets_are_equal_values(pair):
    held, members = pair
    late = 2 * 24 + 40
    again = Sizes.periodic(
        late,
        2 * held.modulus,
        [n for n in members if late <= n < late + 2 * held.modulus],
        [n for n in members if n < late],
    )
    assert again == held
    assert hash(again) == hash(held)


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (Sizes.periodic(1, 1, [0]), "every n"),
        (Sizes.periodic(5, 1, [0]), "every n ≥ 5"),
        (Sizes.periodic(1, 16, [0]), "n a multiple of 16"),
        (Sizes.periodic(40, 16, [0]), "n a multiple of 16, n ≥ 48"),
        (Sizes.periodic(188, 16, [12]), "n = 12 mod 16, n ≥ 188"),
        (Sizes.periodic(1, 4, [0, 3]), "n = 0 or 3 mod 4"),
        (Sizes.periodic(1, 8, [0, 1, 2, 3, 4, 5, 6]), "n ≠ 7 mod 8"),
        (Sizes.periodic(9, 4, [1], [2, 3, 4, 6]), "n = 2 to 4 or 6, or n = 1 mod 4 with n ≥ 9"),
        (Sizes.periodic(1, 1, [], [7]), "n = 7"),
        (Sizes.from_least(None), "no size"),
        (Sizes.from_least(3), "every n ≥ 3"),
    ],
)
def test_a_set_reads_as_people_write_it(held, words):
    assert str(held) == words


# What was wrong once


def value_of(formula, size):
    """A formula such as (2n - 1)/3 at one size."""
    return eval(re.sub(r"(\d)n", r"\1*n", formula), {"n": Fraction(size)})


@pytest.mark.parametrize("seed", range(20))
def test_inputs_for_an_output_and_formulas_are_what_every_size_gives(seed):
    formulas = 0
    for number in range(15):
        drawn = drawn_network(Random(f"outputs {seed} {number}"), 1)
        network = drawn.network
        if trace(network, drawn.input_shape).refusal is not None or joins_flat_tensors(network):
            continue
        fits = network.fits(drawn.input_shape)[0]
        outputs = {n: fits.output(n) for n in range(1, 150) if n in fits.runs}
        for output in set(list(outputs.values())[:40]):
            found = fits.inputs_for(output)
            assert found.upto(149) == [n for n, size in outputs.items() if size == output], network.nodes
        for sizes in (fits.runs, fits.exact):
            formula = fits.formula(sizes)
            if formula is not None:
                formulas += 1
                assert all(value_of(formula, n) == outputs[n] for n in sizes.upto(149)), (formula, network.nodes)
    assert formulas


def with_features(features, *layers):
    return chain(*layers, operations.Flatten(), operations.FullyConnected(1, in_features=features))


def test_features_that_one_axis_alone_can_give_are_asked_of_each_axis():
    network = with_features(280, conv(2, 2))  # 8 x 7 x 5
    assert [str(each.runs) for each in network.fits((1, 14, 14))] == ["n = 10 to 11", "n = 10 to 11"]
    assert [str(each.runs) for each in network.fits((1, 14, 10))] == ["n = 14 to 15", "n = 10 to 11"]
    assert network.table((1, 14, 10)).output_shape == network.table((1, 11, 14)).output_shape == (1,)


def test_features_of_other_channels_run_for_no_size_and_say_why():
    fits = with_features(784).fits((3, 28, 28))[0]
    assert not fits.runs
    assert fits.fails_below == (
        "fc1",
        "fc1: the fully connected layer takes 784 features and gets 2352; give it in_features 2352",
    )


def test_features_behind_a_layer_that_refuses_are_asked_too():
    network = with_features(8 * 26 * 26, conv(3))
    assert str(network.fits((1, 2, 2))[0].runs) == "n = 28"
    with pytest.raises(ca.ShapeError, match="nearest to 2: 28"):
        network.table((1, 2, 2))


def test_layers_and_shapes_of_unlike_axes_are_refused():
    with pytest.raises(
        ca.ShapeError, match=r"^conv1 is for 2 axes and the input 4x9 has 1; give channels and 2 sizes$"
    ):
        chain(conv((3, 3))).fits((4, 9))
    with pytest.raises(ca.ParameterError, match=r"^conv1 for 2 axes and conv2 for 3 axes do not go together"):
        chain(conv((3, 3)), conv((3, 3, 3))).fits()
    with pytest.raises(ca.ShapeError, match=r"^conv1: axis 2 \(width\): kernel 5 does not fit"):
        chain(conv(5), conv((3, 3))).table((4, 9, 9, 2))


def test_what_is_left_over_of_huge_inputs_is_known():
    fits = chain(conv(3, 2)).fits((3, 10**20))[0]
    assert [(each.layer, each.size, each.rows, each.unread) for each in fits.remainders(10**20)] == [
        ("conv1", 10**20, 1, 1)
    ]


def test_answers_are_equal_where_their_networks_are():
    one, same, other = chain(conv(3, 1, 1)).fits(), chain(conv(3, 1, 1)).fits(), chain(operations.Upsampling(2)).fits()
    assert one == same
    assert hash(one) == hash(same)
    assert one != other


@pytest.mark.parametrize("ask", ["output", "inputs_for", "remainders"])
def test_sizes_are_whole_numbers(ask):
    with pytest.raises(ca.ParameterError, match="must be a whole number"):
        getattr(chain(conv(3)).fits()[0], ask)("7")
