"""Networks as values: how they are put together, what they refuse, and that thousands of layers are no matter."""

from __future__ import annotations

import copy
import gc
import pickle
import sys
from random import Random

import pytest
from drawn_networks import drawn_network

import convarith as ca
from convarith import ParameterError, ShapeError
from convarith.network.graph import Builder, Network, Node
from convarith.network.merging import Concatenation, CropTo, Product, Sum
from convarith.network.operations import Convolution, Flatten, FullyConnected, Input, Pooling, Unchanged
from convarith.network.table import nominal_fields, tabulate
from convarith.network.tracing import NAMES_TOLD, node_number, trace, traced

LAYERS = 10_000


def conv(kernel=3, features=8, **parameters):
    return Convolution(ca.Conv(kernel, **parameters), features)


def chain(*layers, **about):
    builder = Builder()
    for layer in layers:
        builder.add(layer)
    return builder.build(**about)


def residual(blocks):
    builder = Builder()
    for _ in range(blocks):
        start = builder.at
        main = builder.add(conv(3, 4, padding=1))
        builder.add(Sum(), [start, main])
    return builder.build()


# Putting together


def test_layers_are_named_by_kind_and_number():
    network = chain(
        conv(), Unchanged("ReLU"), Pooling(ca.Pool(2)), conv(), Flatten(), FullyConnected(3), FullyConnected(2)
    )
    names = [node.name for node in network.nodes]
    assert names == ["input", "conv1", "relu1", "pool1", "conv2", "flatten1", "fc1", "fc2"]
    assert len(network) == 7


def test_given_names_stay_and_are_not_given_again():
    builder = Builder()
    builder.add(conv(), name="conv2")
    builder.add(conv())
    builder.add(conv())
    builder.add(conv(), name="head")
    assert [node.name for node in builder.build().nodes] == ["input", "conv2", "conv1", "conv3", "head"]


def test_branches_begin_where_the_builder_is_put():
    builder = Builder()
    start = builder.add(conv())
    left = builder.add(conv())
    builder.at = start
    right = builder.add(Pooling(ca.Pool(1)))
    end = builder.add(Sum(), [left, right])
    assert (start, left, right, end, builder.at) == (1, 2, 3, 4, 4)
    assert [node.inputs for node in builder.build().nodes] == [(), (0,), (1,), (1,), (2, 3)]


def test_a_builder_can_go_on_after_it_built():
    builder = Builder()
    builder.add(conv())
    first = builder.build()
    builder.add(conv())
    assert len(first) == 1
    assert len(builder.build()) == 2


def test_the_input_alone_is_a_network():
    network = Builder().build(input_shape=(3, 8, 8))
    assert len(network) == 0
    table = network.table()
    assert (len(table), table.output_shape, table.parameters, table.macs) == (0, (3, 8, 8), 0, 0)
    assert network.unit((2, 3)).spans == ((2, 2), (3, 3))


NODE = Node("input", Input(), ())

REFUSED = [
    (lambda: Network([]), "a network begins with its input"),
    (lambda: Network([Node("conv1", conv(), ())]), "a network begins with its input"),
    (lambda: Network([NODE, NODE]), "two layers are named 'input'; give each a name of its own"),
    (lambda: Network([NODE, Node("again", Input(), ())]), "again takes nothing, and goes first; it is given 0"),
    (lambda: Network([NODE, Node("conv1", conv(), ())]), "conv1 takes one tensor; it is given 0"),
    (lambda: Network([NODE, Node("conv1", conv(), (0, 0))]), "conv1 takes one tensor; it is given 2"),
    (lambda: Network([NODE, Node("sum1", Sum(), (0,))]), "sum1 takes two or more; it is given 1"),
    (lambda: Network([NODE, Node("crop1", CropTo(), (0, 0, 0))]), "crop1 takes two; it is given 3"),
    (lambda: Network([NODE, Node("conv1", conv(), (1,))]), "conv1 takes node 1, which does not come before it"),
    (lambda: Network([NODE, Node("conv1", conv(), (-1,))]), "conv1 takes node -1, which does not come before it"),
    (lambda: Network(5), r"nodes must be a list of them; got 5 \(int\)"),
    (lambda: Network("input"), r"nodes must be a list of them; got 'input' \(str\)"),
    (lambda: Network([conv()]), "nodes must each be a Node; got Convolution"),
    (lambda: Network([NODE], title=5), r"title must be text; got 5 \(int\)"),
    (lambda: Network([NODE], warnings="padding"), "warnings must be a list of them; got 'padding'"),
    (lambda: Network([NODE], warnings=[5]), r"warnings must each be a str; got 5 \(int\)"),
    (lambda: Network([NODE], input_shape=3), r"the input 3 has no axes; give channels and sizes, as \(3, 224, 224\)"),
    (lambda: Network([NODE], input_shape=(3, 0)), "input size 0 is below 1; the smallest input size is 1"),
    (lambda: Node("", conv(), (0,)), "layer name is empty; give it a word"),
    (lambda: Node(3, conv(), (0,)), r"layer name must be text; got 3 \(int\)"),
    (lambda: Node("conv1", ca.Conv(3), (0,)), r"a layer must be an operation of convarith\.network, as Convolution"),
    (lambda: Node("conv1", conv(), 0), r"the inputs of a layer must be numbers of nodes, as \(0,\); got 0 \(int\)"),
    (lambda: Node("conv1", conv(), ("input",)), r"input must be a whole number; got 'input' \(str\), give an int"),
    (lambda: Builder().add("3-1-1Conv64"), r"a layer must be an operation .*; got '3-1-1Conv64' \(str\)"),
    (lambda: Builder().add(Convolution), r"a layer must be an operation .*; got <class"),
    (lambda: Builder().add(conv(), 0), r"the inputs of a layer must be numbers of nodes, as \(0,\); got 0 \(int\)"),
    (lambda: Builder().add(conv(), [0.0]), r"input must be a whole number; got 0\.0 \(float\)"),
    (lambda: Builder().add(conv(), name=5), r"layer name must be text; got 5 \(int\)"),
    (lambda: Builder().add(conv(), name=None), r"layer name must be text; got None \(NoneType\)"),
]


@pytest.mark.parametrize(("ask", "message"), REFUSED)
def test_what_is_no_network(ask, message):
    with pytest.raises(ParameterError, match=f"^{message}"):
        ask()


def test_two_layers_of_one_name():
    builder = Builder()
    builder.add(conv(), name="stem")
    builder.add(conv(), name="stem")
    with pytest.raises(ParameterError, match=r"^two layers are named 'stem'; give each a name of its own$") as refusal:
        builder.build()
    assert refusal.value.name == "stem"


# Meeting an input


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (None, r"the network needs an input; give its channels and sizes, as \(3, 224, 224\)"),
        (3, "the input 3 has no axes; give channels and sizes"),
        ((3,), r"the input \(3,\) has no axes; give channels and sizes"),
        ("3x224x224", "the input '3x224x224' has no axes; give channels and sizes"),
        ((0, 224, 224), "number of channels 0 is below 1; the smallest number of channels is 1"),
        ((3, 224, 0), r"axis 1 \(width\): input size 0 is below 1; the smallest input size is 1"),
        ((3, 224.0, 224), r"axis 0 \(height\): input size must be a whole number; got 224\.0 \(float\), give an int"),
        ((3, None), r"input size must be a whole number; got None \(NoneType\), give an int"),
        (((3, 224), 224), r"number of channels must be a whole number; got \(3, 224\) \(tuple\)"),
        ({3, 224}, "the input {.*} has no axes"),
    ],
)
def test_what_is_no_input(shape, message):
    network = chain(conv(1))
    for ask in (lambda: trace(network, shape), lambda: network.table(shape), lambda: network.unit((0,), None, shape)):
        with pytest.raises(ParameterError, match=f"^{message}"):
            ask()


def test_the_inputs_own_shape_is_taken_where_none_is_given():
    network = chain(conv(3), input_shape=[3, 9, 9])
    assert network.input_shape == (3, 9, 9)
    assert network.table().output_shape == (8, 7, 7)
    assert network.table((1, 5, 5)).output_shape == (8, 3, 3)


def test_a_refusal_names_its_layer_and_the_trace_ends_there():
    network = chain(conv(3), conv(9), conv(3))
    found = trace(network, (3, 9, 12))
    assert len(found.met) == 2
    assert str(found.refusal).startswith("conv2: axis 0 (height): kernel 9 does not fit in input 7 with padding 0;")
    assert (found.refusal.layer, found.refusal.axis, found.refusal.kernel_size) == ("conv2", 0, 9)
    with pytest.raises(ShapeError, match=r"^conv2: "):
        traced(network, (3, 9, 12))
    table = tabulate(network, (3, 9, 12), partial=True)
    assert ([row.name for row in table.rows], str(table.refusal)) == (["conv1"], str(found.refusal))
    assert table.output_shape == (8, 7, 10)


def test_one_operation_in_many_places_is_asked_once_for_each_shape(monkeypatch):
    asked = []
    meet = Convolution.meet
    monkeypatch.setattr(Convolution, "meet", lambda self, *tensor: asked.append(tensor) or meet(self, *tensor))
    same = conv(3, 8, padding=1)
    traced(chain(*[same] * 50, Pooling(ca.Pool(2)), *[same] * 50), (8, 16, 16))
    assert len(asked) == 2
    traced(chain(*[same] * 3), (3, 16, 16))
    assert len(asked) == 4  # of 3 channels, then of 8


def test_flat_tensors_of_one_length_are_told_apart_by_what_lies_behind_them():
    """Though one operation meets them, and their shapes are the same."""
    builder, relu = Builder(), Unchanged("ReLU")
    builder.add(Flatten())
    builder.add(relu)
    start = builder.add(FullyConnected(16))
    same = builder.add(relu)
    met = traced(builder.build(), (4, 2, 2)).met
    assert (met[2].shape, met[2].positions) == ((16,), (2, 2))
    assert (met[same].shape, met[same].positions) == (met[start].shape, met[start].positions) == ((16,), (1, 1))


def test_a_layer_is_found_by_its_name():
    network = chain(conv(), conv())
    assert [node_number(network, name) for name in ("input", "conv1", "conv2", None)] == [0, 1, 2, 2]
    with pytest.raises(
        ParameterError, match=r"^there is no layer 'con1'; did you mean 'conv1'\? Known are input, conv1, co"
    ):
        node_number(network, "con1")
    for nonsense in (5, 1.0, b"conv1", ("conv1",), object()):
        with pytest.raises(ParameterError, match=r"^there is no layer "):
            node_number(network, nonsense)


def test_a_large_network_does_not_list_its_layers():
    network = chain(*[conv(1)] * (NAMES_TOLD + 1))
    with pytest.raises(ParameterError) as close:
        node_number(network, "convv7")
    assert str(close.value).startswith("there is no layer 'convv7'; did you mean 'conv7' or ")
    assert len(str(close.value)) < 100
    with pytest.raises(ParameterError, match=r"^there is no layer '§'; they go from input to conv41$"):
        node_number(network, "§")


# The value


def test_networks_are_equal_where_their_nodes_are():
    one, other = chain(conv(), title="one", input_shape=(3, 9)), chain(conv(), title="other", warnings=["guessed"])
    assert one == other
    assert hash(one) == hash(other)
    assert {one, other} == {one}
    for unlike in (chain(conv(5)), chain(conv(), conv()), residual(1), chain()):
        assert one != unlike
    assert one != one.nodes
    assert one != "conv1"


def test_a_network_stays_as_it_is():
    network = chain(conv())
    for name in ("nodes", "title", "input_shape", "warnings", "anything"):
        with pytest.raises(AttributeError, match="immutable"):
            setattr(network, name, ())
    with pytest.raises(AttributeError, match="immutable"):
        network.nodes[1].name = "other"
    with pytest.raises(AttributeError, match="immutable"):
        del network.nodes
    with pytest.raises(TypeError):
        network.nodes[1] = network.nodes[0]


def test_what_was_given_can_change_and_the_network_does_not():
    nodes, warnings, shape = [NODE, Node("conv1", conv(), [0])], ["guessed"], [3, 9]
    network = Network(nodes, "", shape, warnings)
    nodes.clear(), warnings.clear(), shape.clear()
    assert (len(network), network.warnings, network.input_shape) == (1, ("guessed",), (3, 9))
    assert network.nodes[1].inputs == (0,)


@pytest.mark.parametrize("seed", range(40))
def test_any_network_is_copied_and_pickled_whole(seed):
    drawn = drawn_network(Random(f"copied {seed}"))
    network = Network(drawn.network.nodes, "drawn", drawn.input_shape, ["drawn"])
    for again in (copy.copy(network), copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        assert again == network
        assert hash(again) == hash(network)
        assert (again.title, again.input_shape, again.warnings) == ("drawn", drawn.input_shape, ("drawn",))
        assert again.table().to_dict() == network.table().to_dict()


def test_its_repr_is_short():
    assert repr(chain(conv(), title="mine")) == "<Network mine of 1 layers>"
    assert repr(residual(300)) == "<Network of 600 layers>"
    assert repr(Node("conv1", Flatten(), (0,))) == "Node(name='conv1', operation=Flatten(), inputs=(0,))"


# Ten thousand layers


@pytest.fixture(params=["chain", "residual", "own operations", "shared"])
def long(request):
    if request.param == "chain":
        return chain(*[conv(3, 4, padding=1)] * LAYERS)
    if request.param == "residual":
        return residual(LAYERS // 2)
    if request.param == "own operations":
        return chain(*(conv(3, 4, padding=1) for _ in range(LAYERS)))
    builder = Builder()
    for _ in range(LAYERS // 2):  # every sum takes the input, too
        builder.add(Sum(), [builder.add(conv(3, 4, padding=1)), 0])
    return builder.build()


def test_ten_thousand_layers(long):
    """No question recurses over them, whatever they are."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(200 + depth())
    try:
        table = long.table((4, 64))
        again = pickle.loads(pickle.dumps(long))
        assert again == copy.deepcopy(long) == long
        assert hash(again) == hash(long)
        repr(long)
        region = long.unit((5,), input_shape=(4, 64))
        reached = long.reached((5,), input_shape=(4, 64))
        with pytest.raises(ParameterError, match=r"^there is no layer 'conv0'; did you mean 'conv\d+'"):
            long.unit((5,), "conv0", (4, 64))
        del again
        gc.collect()
    finally:
        sys.setrecursionlimit(limit)
    convs = sum(node.name.startswith("conv") for node in long.nodes)
    assert len(table) == LAYERS
    assert table.macs == convs * 4 * 4 * 3 * 64
    assert table.rows[-1].receptive_field == (2 * convs + 1,)
    assert region.positions(0) == reached.positions(0) == list(range(64))
    assert region.nominal == ((5 - convs, 5 + convs),)


def depth():
    frame, count = sys._getframe(), 0
    while frame:
        frame, count = frame.f_back, count + 1
    return count


@pytest.mark.parametrize("ask", [lambda n: trace(n, (4, 64)), lambda n: nominal_fields(trace(n, (4, 64)))])
def test_twice_the_layers_take_twice_the_steps(ask):
    """Calls of Python functions, counted: time says the same, on a quiet machine."""
    counts = []
    for layers in (500, 1000, 2000):
        network = residual(layers)
        calls = 0

        def count(*_):
            nonlocal calls
            calls += 1

        sys.setprofile(count)
        try:
            ask(network)
        finally:
            sys.setprofile(None)
        counts.append(calls)
    assert counts[1] < 2.1 * counts[0]
    assert counts[2] < 2.1 * counts[1]


def test_products_and_concatenations_of_very_many_tensors():
    builder = Builder()
    ends = []
    for _ in range(1000):
        builder.at = 0
        ends.append(builder.add(conv(1, 2)))
    builder.add(Concatenation(), ends)
    builder.add(Product(), [builder.at, builder.at])
    assert builder.build().table((1, 5)).output_shape == (2000, 5)


def test_automatic_names_of_two_kinds_never_meet():
    builder = Builder()
    for _ in range(61):
        builder.add(Unchanged("ReLU"))
    builder.add(Unchanged("ReLU6"))
    assert [node.name for node in builder.build().nodes][-2:] == ["relu61", "relu62"]
