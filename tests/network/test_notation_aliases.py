"""Notations of papers and books: each word by hand, whole tables against the numbers that are known of them, and every
assumption told in a warning."""

from __future__ import annotations

import pytest

import convarith as ca
from convarith import ParameterError
from convarith.network.graph import Builder
from convarith.network.merging import Sum
from convarith.network.models import named
from convarith.network.operations import (
    Convolution,
    FullyConnected,
    GlobalPooling,
    Pooling,
    Unchanged,
)
from convarith.network.readers.notation import parse
from convarith.network.tracing import traced

CONV, POOL = ca.Conv, ca.Pool

VGG = "conv3-64 leaves the padding unsaid, which is half the kernel as in the VGG paper (1 for 3x3), with stride 1; "
VGG += "ReLU is not in its table and not added"
AGGARWAL = VGG.replace("conv3-64", "C3D64").replace("the VGG paper", "Aggarwal's book")
AGGARWAL = AGGARWAL.replace("ReLU is not in its table and not added", "ReLU is not added")
MAXPOOL = "a max pooling without a size is 2x2 with stride 2, as maxpool in the VGG paper and M in Aggarwal's book"
AVERAGE = "average pool without a size is over all positions, as in the ResNet paper"
NORM = "Norm is local response normalization, as in AlexNet, and changes no size; batch normalization is BN"
PADDED = "3x3, 64 leaves the padding unsaid, which is half the kernel as in the ResNet paper (1 for 3x3)"
POOLED = (
    "3x3 max pool, stride 2 leaves the padding unsaid, which is half the kernel as in the ResNet paper, and none where "
)
POOLED += "windows do not overlap"
TILED = "a 2x2 max pool without a stride moves on by its kernel, and is not padded"
BARE = (
    "the ResNet paper's tables leave batch normalization, ReLU and biases unsaid; no normalization or ReLU is added, "
)
BARE += "and convolutions have a bias unless nobias is said"

WORDS = [
    ("conv3-64", Convolution(CONV(3, padding=1), 64), (VGG,)),
    ("Conv1-256", Convolution(CONV(1), 256), (VGG,)),
    ("conv5x3-64", Convolution(CONV((5, 3), padding=(2, 1)), 64), (VGG,)),
    ("conv3-64 d2", Convolution(CONV(3, padding=2, dilation=2), 64), (VGG,)),
    ("conv3-64 p0", Convolution(CONV(3), 64), ()),
    ("conv3-64 same nobias", Convolution(CONV(3, padding="same"), 64, bias=False), ()),
    ("conv4-64 p1 s2", Convolution(CONV(4, padding=1, stride=2), 64), ()),
    ("C3D64", Convolution(CONV(3, padding=1), 64), (AGGARWAL,)),
    ("C1D256", Convolution(CONV(1), 256), (AGGARWAL,)),
    ("maxpool", Pooling(POOL(2)), (MAXPOOL,)),
    ("MaxPool", Pooling(POOL(2)), (MAXPOOL,)),
    ("max pool", Pooling(POOL(2)), (MAXPOOL,)),
    ("M", Pooling(POOL(2)), (MAXPOOL,)),
    ("FC-4096", FullyConnected(4096), ()),
    ("FC4096", FullyConnected(4096), ()),
    ("1000-d fc", FullyConnected(1000), ()),
    ("1000-d FC", FullyConnected(1000), ()),
    ("1000D fully-connected", FullyConnected(1000), ()),
    ("fully connected 1000", FullyConnected(1000), ()),
    ("soft-max", Unchanged("Softmax"), ()),
    ("softmax", Unchanged("Softmax"), ()),
    ("S", Unchanged("Softmax"), ()),
    ("R", Unchanged("ReLU"), ()),
    ("LRN", Unchanged("LRN"), ()),
    ("Norm", Unchanged("LRN"), (NORM,)),
    ("average pool", GlobalPooling("avg"), (AVERAGE,)),
    ("avg pool", GlobalPooling("avg"), (AVERAGE,)),
    ("global average pool", GlobalPooling("avg"), ()),
    ("7×7 global average pool", GlobalPooling("avg"), ()),
    ("7×7, 64, stride 2", Convolution(CONV((7, 7), stride=2, padding=3), 64), (PADDED, BARE)),
    ("7 x 7 conv, 64, /2", Convolution(CONV((7, 7), stride=2, padding=3), 64), (PADDED, BARE)),
    ("1x1, 64", Convolution(CONV((1, 1)), 64), (PADDED, BARE)),
    ("3×3, 64, stride 2x1, pad 0, nobias", Convolution(CONV((3, 3), stride=(2, 1)), 64, bias=False), (BARE,)),
    ("3×3, 128, C=32", Convolution(CONV((3, 3), padding=1), 128, 32), (PADDED, BARE)),
    ("2×2, 64, stride 2, p0", Convolution(CONV((2, 2), stride=2), 64), (BARE,)),
    ("3×3 max pool, stride 2", Pooling(POOL((3, 3), stride=2, padding=1)), (POOLED,)),
    ("3 × 3 max pool, stride 2, pad 0", Pooling(POOL((3, 3), stride=2)), ()),
    ("2×2 average pool, stride 2", Pooling(POOL((2, 2), stride=2), "avg"), (POOLED,)),
    ("2×2 max pool", Pooling(POOL((2, 2))), (TILED,)),
]


@pytest.mark.parametrize(("text", "operation", "warnings"), WORDS, ids=[text for text, _, _ in WORDS])
def test_a_word_of_the_literature_is_read_and_what_it_leaves_unsaid_is_told(text, operation, warnings):
    network = parse(text)
    assert [node.operation for node in network.nodes[1:]] == [operation]
    assert network.warnings == warnings


def test_parametric_relu_has_parameters_that_are_unsaid():
    network = parse("3Conv4 (PReLU) -> PReLU w4")
    assert [node.operation for node in network.nodes[2:]] == [Unchanged("PReLU", 1), Unchanged("PReLU", 4)]
    assert network.warnings == ("PReLU without a number is taken to have one parameter; PReLU w64 has 64",)


def test_warnings_are_not_repeated_for_each_layer():
    assert parse("conv3-64, conv3-64, maxpool, 2 x (conv3-128), M").warnings == (VGG, MAXPOOL)


@pytest.mark.parametrize("pattern", ["CRCRPCRCRPF", "CRPCRPFF", "C", "P", "F", "3Conv64 -> CRCRPF"])
def test_patterns_without_sizes_are_refused_with_the_reason(pattern):
    with pytest.raises(ParameterError, match=r"tells the order of layers .* and none of their sizes; write these, as"):
        parse(pattern)


@pytest.mark.parametrize("text", ["conv2-64", "C4D64", "2×2, 64, stride 2", "4×4 max pool, stride 2"])
def test_an_even_kernel_whose_padding_is_unsaid_is_refused(text):
    with pytest.raises(ParameterError, match="leaves its padding unsaid, and an even kernel has no half; say it"):
        parse(text)


def test_what_a_table_leaves_out_and_nobody_can_know_is_refused():
    with pytest.raises(ParameterError, match="'1 x 1 conv' says no number of features; write it as 3x3, 64"):
        parse("[1 × 1 conv; 3 × 3 conv] × 6")
    with pytest.raises(ParameterError, match="'pool' does not say which pooling it is"):
        parse("3x3 conv, 64, pool, /2")


# Residual blocks


def conv(features, kernel=3, stride=1, **settings):
    return Convolution(CONV((kernel, kernel), stride=stride, padding=kernel // 2), features, **settings)


def test_blocks_of_as_many_features_as_come_in_have_identity_shortcuts():
    network = parse("3×3, 64 -> [3×3, 64; 3×3, 64] × 2")
    builder = Builder()
    for inputs in ([0], [1], [2], [3, 1], [4], [5], [6, 4]):
        builder.add(Sum() if len(inputs) > 1 else conv(64), inputs)
    assert network == builder.build()
    assert len(network.warnings) == 3
    assert network.warnings[:2] == (PADDED, BARE)
    assert network.warnings[2].startswith("[...] x n of the ResNet paper are n residual blocks: ")


def test_more_features_take_a_projection_and_later_groups_begin_with_stride_2():
    network = parse("3×3, 64 -> [1×1, 64; 3×3, 64; 1×1, 256] × 1 -> [1×1, 128; 3×3, 128; 1×1, 512] × 2")
    builder = Builder()
    builder.add(conv(64))
    for operation, inputs in (
        (conv(64, 1), [1]),
        (conv(64), [2]),
        (conv(256, 1), [3]),
        (conv(256, 1), [1]),  # the projection
        (Sum(), [4, 5]),
        (conv(128, 1, 2), [6]),
        (conv(128), [7]),
        (conv(512, 1), [8]),
        (conv(512, 1, 2), [6]),
        (Sum(), [9, 10]),
        (conv(128, 1), [11]),
        (conv(128), [12]),
        (conv(512, 1), [13]),
        (Sum(), [14, 11]),
    ):
        builder.add(operation, inputs)
    assert network == builder.build()
    assert network.warnings[-1].startswith("each group of residual blocks after the first begins with stride 2")


def test_a_stride_that_is_said_is_that_of_the_first_block():
    network = parse("[3×3, 8, stride 2; 3×3, 8] × 2 -> [3×3, 16; 3×3, 16, /2] × 1")
    strides = [node.operation.layer.stride for node in network.nodes if isinstance(node.operation, Convolution)]
    assert strides == [2, 1, 2, 1, 1, 1, 2, 2]
    assert any("a stride said in [...] x n is that of the first of the n blocks" in said for said in network.warnings)


def test_a_group_of_as_many_features_or_after_a_layer_of_its_own_keeps_the_size():
    for text in (
        "[3×3, 8; 3×3, 8] × 1 -> [3×3, 8; 3×3, 8] × 1",
        "[3×3, 8; 3×3, 8] × 1 -> maxpool -> [3×3, 16; 3×3, 16] × 1",
    ):
        network = parse(text)
        strides = {node.operation.layer.stride for node in network.nodes if isinstance(node.operation, Convolution)}
        assert strides == {1}
    assert 2 in {
        node.operation.layer.stride
        for node in parse("[3×3, 8; 3×3, 8] × 1 (BN, ReLU) -> [3×3, 16; 3×3, 16] × 1").nodes
        if isinstance(node.operation, Convolution)
    }


def test_channels_before_the_first_block_are_known_of_the_input_or_assumed():
    unknown, known = parse("[3×3, 64; 3×3, 64] × 2"), parse("input 3x32x32 -> [3×3, 64; 3×3, 64] × 2")
    assert len(unknown) == 6
    assert "its shortcut is taken to be the identity" in unknown.warnings[-1]
    assert len(known) == 7
    assert known.nodes[3].operation == Convolution(CONV((1, 1)), 64)
    assert known.nodes[3].inputs == (0,)
    assert traced(known).output_shape == (64, 32, 32)


def test_channels_are_followed_through_layers_that_keep_or_multiply_them():
    network = parse("3Conv8 -> 3-1-1DWConv x2 (BN) -> M -> res(1Conv16 | ) -> [3×3, 16; 3×3, 16] × 1")
    assert network.nodes[-1].inputs == (len(network) - 1, len(network) - 3)
    network = parse("cat(3Conv8 | 3Conv8) -> [3×3, 16, stride 2; 3×3, 16] × 1")
    assert network.nodes[-2].operation == Convolution(CONV((1, 1), stride=2), 16)


def test_other_layers_may_stand_in_a_block_and_no_bias_holds_for_its_projection():
    network = parse("3×3, 4 -> [3×3, 8, nobias (BN, ReLU); 3×3, 8, nobias (BN)] × 1 (ReLU)")
    assert [node.name for node in network.nodes[2:]] == [
        "conv2",
        "norm1",
        "relu1",
        "conv3",
        "norm2",
        "conv4",
        "sum1",
        "relu2",
    ]
    assert [node.operation.bias for node in network.nodes if isinstance(node.operation, Convolution)] == (
        [True, False, False, False]
    )


def test_brackets_of_other_layers_are_repeats_and_nothing_else():
    assert parse("[3-1-1Conv64 -> ReLU] × 2") == parse("2 x (3-1-1Conv64 (ReLU))")
    assert parse("(3×3, 64; 3×3, 64) × 2") == parse("4 x (3×3, 64)")


# Whole tables

D = """conv3-64 conv3-64 maxpool conv3-128 conv3-128 maxpool conv3-256 conv3-256 conv3-256 maxpool
conv3-512 conv3-512 conv3-512 maxpool conv3-512 conv3-512 conv3-512 maxpool FC-4096 FC-4096 FC-1000 soft-max"""


def totals(network, shape):
    met = traced(network, shape).met
    return sum(node.weights + node.biases for node in met), sum(node.macs for node in met)


def test_the_vgg_papers_column_d():
    assert totals(parse("\n".join(D.split())), (3, 224, 224)) == (138357544, 15470264320)


def test_the_same_in_aggarwals_letters():
    text = D.replace("conv3-", "C3D").replace("maxpool", "M").replace("FC-", "FC").replace("soft-max", "S")
    network = parse(", ".join(text.split()))
    assert network == parse(", ".join(D.split()))


RESNETS = {
    "resnet18": ("[3×3, {0}; 3×3, {0}]", (2, 2, 2, 2)),
    "resnet34": ("[3×3, {0}; 3×3, {0}]", (3, 4, 6, 3)),
    "resnet50": ("[1×1, {0}; 3×3, {0}; 1×1, {1}]", (3, 4, 6, 3)),
    "resnet101": ("[1×1, {0}; 3×3, {0}; 1×1, {1}]", (3, 4, 23, 3)),
    "resnet152": ("[1×1, {0}; 3×3, {0}; 1×1, {1}]", (3, 8, 36, 3)),
}


@pytest.mark.parametrize("name", RESNETS)
def test_the_resnet_papers_table(name):
    block, counts = RESNETS[name]
    groups = [f"{block.format(64 << n, 256 << n)} × {count}" for n, count in enumerate(counts)]
    text = "\n".join(["7×7, 64, stride 2", "3×3 max pool, stride 2", *groups, "average pool, 1000-d fc, softmax"])
    read, known = traced(parse(text), (3, 224, 224)), traced(named(name))
    assert sum(node.macs for node in read.met) == sum(node.macs for node in known.met)
    assert sum(node.weights for node in read.met) == sum(node.weights for node in known.met)
    ours, theirs = ([node.shape for node in each.met if node.macs] for each in (read, known))
    assert sorted(ours) == sorted(theirs)
    if name == "resnet18":
        assert sum(node.macs for node in read.met) == 1814073344


def test_the_slides_alexnet_is_alexnet():
    text = (
        "11-4Conv96 (ReLU) -> Norm -> 3-2MaxPool -> 5-1-2Conv256 (ReLU) -> Norm -> 3-2MaxPool -> "
        "3-1-1Conv384 (ReLU) -> 3-1-1Conv384 (ReLU) -> 3-1-1Conv256 (ReLU) -> 3-2MaxPool -> "
        "FC4096 (Dropout, ReLU) -> FC4096 (Dropout, ReLU) -> FC1000"
    )
    network = parse(text)
    assert totals(network, (3, 227, 227))[0] == 62378344
    assert network.warnings == (NORM,)
