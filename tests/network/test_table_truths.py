"""What a table says: the numbers of the literature, sums over its rows, and PyTorch's own counts."""

from __future__ import annotations

import json
from random import Random

import pytest
from drawn_networks import Drawn, drawn_network
from network_walk import walk

import convarith as ca
from convarith import ParameterError, ShapeError
from convarith.network.graph import Builder
from convarith.network.merging import Concatenation, Sum
from convarith.network.operations import (
    Convolution,
    Flatten,
    FullyConnected,
    GlobalPooling,
    Normalization,
    Pooling,
    TransposedConvolution,
    Unchanged,
    Unknown,
    Upsampling,
)
from convarith.network.table import tabulate
from convarith.network.tracing import traced


def conv(kernel, features, **parameters):
    return Convolution(ca.Conv(kernel, **parameters), features)


def plain_conv(kernel, features, **parameters):
    return Convolution(ca.Conv(kernel, **parameters), features, bias=False)


def pool(kernel, stride=None, **parameters):
    return Pooling(ca.Pool(kernel, stride=stride, **parameters))


def chain(*layers, **about):
    builder = Builder()
    for layer in layers:
        builder.add(layer)
    return builder.build(**about)


def alexnet(groups=1):
    def grouped(kernel, features, **parameters):
        return Convolution(ca.Conv(kernel, **parameters), features, groups)

    return chain(
        *(conv(11, 96, stride=4), pool(3, 2), grouped(5, 256, padding=2), pool(3, 2), conv(3, 384, padding=1)),
        *(grouped(3, 384, padding=1), grouped(3, 256, padding=1), pool(3, 2)),
        *(FullyConnected(4096), FullyConnected(4096), FullyConnected(1000)),
    )


def vgg16():
    layers = []
    for convs, features in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        layers += [conv(3, features, padding=1)] * convs + [pool(2)]
    return chain(*layers, Flatten(), FullyConnected(4096), FullyConnected(4096), FullyConnected(1000))


def resnet18():
    builder = Builder()
    for layer in (plain_conv(7, 64, stride=2, padding=3), Normalization(), Unchanged("ReLU"), pool(3, 2, padding=1)):
        builder.add(layer)
    for block, features in enumerate((64, 64, 128, 128, 256, 256, 512, 512)):
        stride = 2 if features > 64 and not block % 2 else 1
        start = builder.at
        for layer in (plain_conv(3, features, stride=stride, padding=1), Normalization(), Unchanged("ReLU")):
            builder.add(layer)
        builder.add(plain_conv(3, features, padding=1))
        main = builder.add(Normalization())
        builder.at = start
        if stride > 1:
            builder.add(plain_conv(1, features, stride=stride))
            builder.add(Normalization())
        builder.add(Sum(), [main, builder.at])
        builder.add(Unchanged("ReLU"))
    builder.add(GlobalPooling(keep=False))
    builder.add(FullyConnected(1000))
    return builder.build()


@pytest.mark.parametrize(
    ("network", "input_shape", "parameters", "macs"),
    [
        (alexnet(), (3, 227, 227), 62_378_344, None),
        (alexnet(groups=2), (3, 227, 227), 60_965_224, None),
        (vgg16(), (3, 224, 224), 138_357_544, 15_470_264_320),
        (resnet18(), (3, 224, 224), 11_689_512, 1_814_073_344),
    ],
    ids=["alexnet", "alexnet-grouped", "vgg16", "resnet18"],
)
def test_totals_that_everybody_knows(network, input_shape, parameters, macs):
    table = network.table(input_shape)
    assert table.parameters == table.totals["parameters"] == parameters
    assert table.output_shape == (1000,)
    if macs is not None:
        assert table.macs == table.totals["macs"] == macs
        assert table.totals["flops"] == 2 * macs


def test_all_inputs_of_alexnet_from_227_to_258_end_alike():
    for size in (227, 243, 258):
        assert alexnet().table((3, size, size))["pool3"].output_shape == (256, 6, 6)
    assert alexnet().table((3, 259, 227))["pool3"].output_shape == (256, 7, 6)


def test_a_resnet_makes_7_of_193_to_224():
    for size, wanted in ((192, 6), (193, 7), (224, 7), (225, 8)):
        table = resnet18().table((3, size, size))
        assert table["sum8"].output_shape == (512, wanted, wanted)


def test_every_column_of_a_small_network():
    """All by hand: 3x8 of float32, a convolution, its norm, a pooling and a classifier."""
    network = chain(
        conv(3, 4, padding=1), Normalization(), pool(2), FullyConnected(5, bias=False), Unchanged("PReLU", 1)
    )
    table = network.table((3, 8))
    assert [
        (row.name, row.kind, row.output_shape, row.weights, row.biases, row.norm, row.parameters, row.macs, row.memory)
        for row in table
    ] == [
        ("conv1", "convolution", (4, 8), 36, 4, 0, 40, 288, 128),
        ("norm1", "batch norm", (4, 8), 0, 0, 8, 8, 0, 128),
        ("pool1", "max pooling", (4, 4), 0, 0, 0, 0, 0, 64),
        ("fc1", "fully connected layer", (5,), 80, 0, 0, 80, 80, 20),
        ("prelu1", "prelu", (5,), 1, 0, 0, 1, 0, 20),
    ]
    assert [(row.receptive_field, row.jump, row.start, row.varies) for row in table] == [
        ((3,), (1,), (0,), (False,)),
        ((3,), (1,), (0,), (False,)),
        ((4,), (2,), (0.5,), (False,)),
        ((10,), (2,), (3.5,), (False,)),
        ((10,), (2,), (3.5,), (False,)),
    ]
    assert table.totals == {
        "parameters": 129,
        "weights": 117,
        "biases": 4,
        "norm": 8,
        "macs": 368,
        "flops": 736,
        "activation_memory": 360,
        "largest_activation_memory": 128,
        "parameter_memory": 516,
    }
    assert (table.parameters, table.macs, len(table), table.output_shape) == (129, 368, 5, (5,))


def test_a_transposed_convolution_counts_its_weights_on_its_input():
    table = chain(TransposedConvolution(ca.ConvTranspose(2, stride=2), 64, bias=False)).table((128, 28, 28))
    assert table.macs == 128 * 64 * 2 * 2 * 28 * 28
    assert table.rows[0].output_shape == (64, 56, 56)


def test_the_data_names_its_conventions_and_is_json():
    network = chain(conv((1, 7), 8, stride=(1, 2)), Upsampling(2), title="small", input_shape=(3, 9, 9), warnings=["!"])
    data = network.table().to_dict()
    assert json.loads(json.dumps(data)) == data
    assert list(data) == ["title", "input_shape", "output_shape", "layers", "totals", "conventions", "warnings"]
    assert (data["title"], data["input_shape"], data["output_shape"], data["warnings"]) == (
        "small",
        [3, 9, 9],
        [8, 18, 4],
        ["!"],
    )
    assert data["conventions"]["macs"].startswith("MACs are weights × output positions")
    assert data["conventions"]["start"] == "index from 0"
    assert data["layers"][0] == {
        "name": "conv1",
        "kind": "convolution",
        "output_shape": [8, 9, 2],
        "parameters": 176,
        "weights": 168,
        "biases": 8,
        "norm": 0,
        "macs": 168 * 18,
        "memory": 4 * 8 * 18,
        "receptive_field": [1, 7],
        "receptive_field_sizes": [[1], [7]],
        "jump": [1, 2],
        "start": [0, 3],
        "varies": [False, False],
    }
    assert data["layers"][1]["varies"] == [True, True]


# Rows by name


def test_rows_are_found_and_walked():
    table = chain(conv(3, 4), pool(2)).table((3, 8, 8))
    assert table["pool1"] is table.rows[1]
    assert [row.name for row in table] == ["conv1", "pool1"]
    assert len(table) == 2
    assert repr(table) == "<Table of 2 layers, 3x8x8 to 4x3x3>"
    assert repr(table["conv1"]) == "<Row conv1: convolution, 4x6x6>"


def test_a_row_that_is_not_there():
    table = chain(conv(3, 4), pool(2)).table((3, 8, 8))
    with pytest.raises(ParameterError, match=r"^there is no layer 'pool'; did you mean 'pool1'\?"):
        table["pool"]
    with pytest.raises(ParameterError, match=r"^there is no layer 0; known are input, conv1, pool1$"):
        table[0]
    with pytest.raises(ParameterError, match=r"^there is no row of input; the rows begin after the input$"):
        table["input"]


def test_a_table_up_to_what_does_not_fit():
    network = chain(conv(3, 4), pool(9), conv(1, 2))
    table = tabulate(network, (3, 8, 8), partial=True)
    assert [row.name for row in table] == ["conv1"]
    assert (table.refusal.layer, table.output_shape, table.parameters) == ("pool1", (4, 6, 6), 112)
    with pytest.raises(
        ParameterError, match=r"^there is no row of conv2; the table ends before it: pool1: .* does not fit"
    ):
        table["conv2"]
    with pytest.raises(ShapeError, match=r"^pool1: "):
        network.table((3, 8, 8))


# Layers that nobody knows


def test_unknown_layers_are_told_of_and_stop_nothing():
    network = chain(conv(3, 4), Unknown("Mystery"), Unknown("Mystery"), conv(3, 4), warnings=["a is unsaid"])
    table = network.table((3, 8, 8))
    assert table.output_shape == (4, 4, 4)
    assert table.warnings == (
        "a is unsaid",
        "unknown1 (unknown layer Mystery) is taken to keep its shape, with no parameters",
        "unknown2 (unknown layer Mystery) is taken to keep its shape, with no parameters",
    )
    assert table.to_dict()["warnings"] == list(table.warnings)
    assert table["unknown1"].kind == "unknown layer Mystery"


@pytest.mark.parametrize(
    ("warning", "told"),
    [
        ("'Mystery' is unknown here; it is taken to keep the shape of its tensor", True),
        ("unknown1: Mystery is no layer that is known; it is taken to keep its shape", True),
        ("unknown10: Other is no layer that is known; it is taken to keep its shape", False),
        ("MysteryTour is unknown here; it is taken to keep the shape of its tensor", False),
        ("unknown1: padding is unsaid and taken as 0", False),
    ],
)
def test_what_a_reader_said_of_a_layer_is_not_said_twice(warning, told):
    network = chain(Unknown("Mystery"), warnings=[warning])
    assert len(network.table((3, 8)).warnings) == (1 if told else 2)


# Sums over rows, of any network


@pytest.mark.parametrize("seed", range(60))
def test_totals_are_the_sums_of_the_walk(seed):
    drawn = drawn_network(Random(f"totals {seed}"))
    walked = walk(drawn.steps, drawn.input_shape)
    table = drawn.network.table(drawn.input_shape)
    counted = {
        name: sum(getattr(cost, name) for cost in walked.costs) for name in ("weights", "biases", "norm", "macs")
    }
    assert {name: table.totals[name] for name in counted} == counted
    assert table.parameters == counted["weights"] + counted["biases"] + counted["norm"]
    numbers = [numbers_of(tensor.shape) for tensor in walked.tensors[1:]]
    assert [row.memory for row in table] == [4 * number for number in numbers]
    assert table.totals["activation_memory"] == 4 * sum(numbers)
    assert table.totals["largest_activation_memory"] == 4 * max(numbers, default=0)
    assert table.output_shape == walked.tensors[-1].shape
    assert [row.output_shape for row in table] == [tensor.shape for tensor in walked.tensors[1:]]


def numbers_of(shape):
    count = 1
    for size in shape:
        count *= size
    return count


# PyTorch's own shapes, parameters and count of multiplications, on tensors without numbers


@pytest.fixture(scope="module")
def torch_steps():
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of these tests and not installed")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    import torch_steps

    yield torch_steps
    torch.set_num_threads(threads)


@pytest.mark.conformance
@pytest.mark.filterwarnings("ignore")  # torch warns as it likes
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_torch_makes_the_same_of_random_networks(torch_steps, ndim):
    """Branches included; flops are counted as 2 for each multiplication."""
    compared = 0
    for seed in range(150):
        drawn = drawn_network(Random(f"torch {ndim} {seed}"), ndim)
        try:
            compare(drawn, torch_steps)
        except torch_steps.Unsaid:
            continue
        compared += 1
    assert compared > 60


def compare(drawn: Drawn, torch_steps):
    theirs = torch_steps.Ran(drawn.steps, drawn.input_shape)
    ours = traced(drawn.network, drawn.input_shape).met
    assert [met.shape for met in ours] == theirs.shapes
    assert [met.weights + met.biases + met.norm for met in ours] == theirs.parameters
    assert sum(met.macs for met in ours) == theirs.macs


@pytest.mark.conformance
@pytest.mark.filterwarnings("ignore")
def test_torch_counts_what_we_count_of_a_network_with_everything(torch_steps):
    from network_walk import Step

    ones, none = ((0, 0), (0, 0)), {"dilation": (1, 1), "multiplier": 1}
    steps = [
        Step("input", {}, ()),
        Step("conv", conv_step((3, 3), (2, 2), ((1, 1), (1, 1)), 32, 1, True), (0,)),
        Step("norm", {"affine": True}, (1,)),
        Step("conv", conv_step((3, 3), (1, 1), ("same", "same"), None, None, False), (2,)),
        Step("conv", conv_step((1, 5), (1, 2), ((0, 0), (2, 1)), 64, 8, True), (3,)),
        Step(
            "transposed",
            {"kernel": (2, 4), "stride": (2, 2), "padding": ((0, 0), (1, 1)), "features": 16, "groups": 4, "bias": True}
            | {"output_padding": (1, 0), **none},
            (4,),
        ),
        Step("pool", {"kernel": (3, 3), "stride": (2, 2), "padding": ones, "ceil_mode": True, **none}, (5,)),
        Step("cat", {"crop": True}, (6, 4)),
        Step("fc", {"features": 10, "bias": True}, (7,)),
    ]
    builder = Builder()
    first = builder.add(conv(3, 32, stride=2, padding=1))
    builder.add(Normalization())
    builder.add(Convolution(ca.Conv(3, padding="same"), None, None, bias=False))
    left = builder.add(Convolution(ca.Conv((1, 5), stride=(1, 2), padding=((0, 0), (2, 1))), 64, 8))
    layer = ca.ConvTranspose((2, 4), stride=2, padding=(0, 1), output_padding=(1, 0))
    builder.add(TransposedConvolution(layer, 16, 4))
    right = builder.add(pool(3, 2, ceil_mode=True))
    builder.add(Concatenation(crop=True), [right, left])
    builder.add(FullyConnected(10))
    assert first == 1
    compare(Drawn((3, 33, 64), steps, builder.build()), torch_steps)


def conv_step(kernel, stride, padding, features, groups, bias):
    return {
        "kernel": kernel,
        "stride": stride,
        "padding": padding,
        "dilation": (1, 1),
        "features": features,
        "groups": groups,
        "multiplier": 1,
        "bias": bias,
    }
