"""The compact notation, layer by layer and construct by construct, against networks that are put together by hand."""

from __future__ import annotations

import pytest

import convarith as ca
from convarith.network.graph import Builder
from convarith.network.merging import Concatenation, CropTo, Product, Sum
from convarith.network.operations import (
    AdaptivePooling,
    Convolution,
    Flatten,
    FullyConnected,
    GlobalPooling,
    Normalization,
    Padding,
    PixelShuffle,
    Pooling,
    TransposedConvolution,
    Unchanged,
    Unflatten,
    Unknown,
    Upsampling,
)
from convarith.network.readers.notation import parse
from convarith.network.tracing import traced

CONV, POOL, UP = ca.Conv, ca.Pool, ca.ConvTranspose
RELU, BN = Unchanged("ReLU"), Normalization()


def conv(features=64, kernel=3, **settings):
    return Convolution(CONV(kernel, **settings), features)


def chain(*operations):
    builder = Builder()
    for operation in operations:
        builder.add(operation)
    return builder.build()


# One layer

LAYERS = [
    ("11-4Conv96", Convolution(CONV(11, stride=4), 96)),
    ("5-1-2Conv256", Convolution(CONV(5, padding=2), 256)),
    ("3Conv64", Convolution(CONV(3), 64)),
    ("3x5-2x1-1x2Conv64", Convolution(CONV((3, 5), stride=(2, 1), padding=(1, 2)), 64)),
    ("3×5-2×1-1×2Conv64", Convolution(CONV((3, 5), stride=(2, 1), padding=(1, 2)), 64)),
    ("3x3x3-1-1Conv8", Convolution(CONV((3, 3, 3), padding=1), 8)),
    ("4-1-1:2Conv64", Convolution(CONV(4, padding=((1, 2),)), 64)),
    ("3-1-0:1x1:2Conv64", Convolution(CONV(3, padding=((0, 1), (1, 2))), 64)),
    ("3-1--1Conv64", Convolution(CONV(3, padding=-1), 64)),
    ("3-2-sameConv64", Convolution(CONV(3, stride=2, padding="same"), 64)),
    ("3-sameConv64", Convolution(CONV(3, padding="same"), 64)),
    ("3-2-same_lowerConv64", Convolution(CONV(3, stride=2, padding="same_lower"), 64)),
    ("3-1-SAMExfullConv64", Convolution(CONV(3, padding=("same", "full")), 64)),
    ("2-1-causalConv64 d4", Convolution(CONV(2, padding="causal", dilation=4), 64)),
    ("3Conv64 same", Convolution(CONV(3, padding="same"), 64)),
    ("3Conv64 s2 p0:1", Convolution(CONV(3, stride=2, padding=((0, 1),)), 64)),
    ("3-1-1CONV64", Convolution(CONV(3, padding=1), 64)),
    ("3-1-2Conv64 d2", Convolution(CONV(3, padding=2, dilation=2), 64)),
    ("3Conv64 d2x1", Convolution(CONV(3, dilation=(2, 1)), 64)),
    ("3Conv64 dilation=2", Convolution(CONV(3, dilation=2), 64)),
    ("3Conv64 e2", Convolution(CONV(3, input_dilation=2), 64)),
    ("3-1-1Conv64 g4 nobias in32", Convolution(CONV(3, padding=1), 64, 4, False, in_channels=32)),
    ("3-1-1DWConv", Convolution(CONV(3, padding=1), None, None)),
    ("3-1-1DWConv x2 nobias", Convolution(CONV(3, padding=1), None, None, False, 2)),
    ("4-2-1ConvT64", TransposedConvolution(UP(4, stride=2, padding=1), 64)),
    ("3-2-1ConvT64 a1", TransposedConvolution(UP(3, stride=2, padding=1, output_padding=1), 64)),
    ("3-2-1Deconv64 a1x0 d1 g2", TransposedConvolution(UP(3, stride=2, padding=1, output_padding=(1, 0)), 64, 2)),
    ("4-2-1DWConvT", TransposedConvolution(UP(4, stride=2, padding=1), None, None)),
    ("3-2MaxPool", Pooling(POOL(3, stride=2))),
    ("3MaxPool", Pooling(POOL(3, stride=3))),
    ("3-2-1AvgPool ceil", Pooling(POOL(3, stride=2, padding=1, ceil_mode=True), "avg")),
    ("2x1-2x1MaxPool d2", Pooling(POOL((2, 1), stride=(2, 1), dilation=2))),
    ("3-1LpPool floor", Pooling(POOL(3, stride=1), "lp")),
    ("GlobalAvgPool", GlobalPooling("avg")),
    ("GAP", GlobalPooling("avg")),
    ("GlobalMaxPool flat", GlobalPooling("max", keep=False)),
    ("AdaptiveAvgPool7x7", AdaptivePooling((7, 7))),
    ("AdaptiveMaxPool7", AdaptivePooling(7, "max")),
    ("AdaptiveAvgPool7x*", AdaptivePooling((7, None))),
    ("AdaptiveAvgPool*", AdaptivePooling(None)),
    ("Upsample2", Upsampling(2)),
    ("Upsample2x3 bilinear", Upsampling((2, 3), mode="linear")),
    ("Upsample2 linear align_corners", Upsampling(2, mode="linear", align_corners=True)),
    ("UpsampleTo28x28 nearest", Upsampling(size=(28, 28))),
    ("Pad3", Padding(3)),
    ("Pad-1:2x3:4 reflect", Padding(((-1, 2), (3, 4)), "reflect")),
    ("PixelShuffle2", PixelShuffle(2)),
    ("Flatten", Flatten()),
    ("Unflatten512x4x4", Unflatten((512, 4, 4))),
    ("FC4096", FullyConnected(4096)),
    ("fc10 nobias in512", FullyConnected(10, False, 512)),
    ("FC 10", FullyConnected(10)),
    ("Dense10", FullyConnected(10)),
    ("BN", Normalization("batch")),
    ("Batch Norm", Normalization("batch")),
    ("BatchNorm2d(64)", Normalization("batch")),
    ("InstanceNorm noaffine", Normalization("instance", False)),
    ("GroupNorm32", Normalization("group")),
    ("LayerNorm", Normalization("layer")),
    ("relu", RELU),
    ("ReLU()", RELU),
    ("leaky_relu", Unchanged("LeakyReLU")),
    ("LeakyReLU(0.2)", Unchanged("LeakyReLU")),
    ("Dropout(p=0.5, inplace=True)", Unchanged("Dropout")),
    ("PReLU w64", Unchanged("PReLU", 64)),
    ("LocalResponseNorm", Unchanged("LRN")),
    ('"my own act" w3', Unchanged("my own act", 3)),
    (r"'say \'a\', \"b\" \u00e9\n'", Unchanged("say 'a', \"b\" é\n")),
    ("Unknown(ReLU)", Unknown("ReLU")),
    ('Unknown("any -> name")', Unknown("any -> name")),
    ("Frobnicate", Unknown("Frobnicate")),
    ("Frobnicate(3, x=(1, 2))", Unknown("Frobnicate(3, x=(1, 2))")),
]


@pytest.mark.parametrize(("text", "operation"), LAYERS, ids=[text for text, _ in LAYERS])
def test_a_layer_is_read(text, operation):
    assert parse(text) == chain(operation)


def test_a_border_that_is_not_of_zeros_is_a_padding_of_its_own():
    assert parse("3-2-1Conv64 reflect") == chain(Padding(1, "reflect"), Convolution(CONV(3, stride=2), 64))
    assert parse("5-1-halfConv8 circular d2") == chain(Padding(4, "circular"), Convolution(CONV(5, dilation=2), 8))
    assert parse("4-1-sameConv8 replicate") == chain(Padding(((1, 2),), "replicate"), Convolution(CONV(4), 8))
    assert parse("3x5-1-halfConv8 reflect") == chain(Padding((1, 2), "reflect"), Convolution(CONV((3, 5)), 8))
    assert parse("3-1-1Conv8 zeros") == chain(conv(8, padding=1))


# Sequences

ALEXNET = "11-4Conv96 (ReLU) -> LRN -> 3-2MaxPool -> 5-1-2Conv256 (Dropout, ReLU) -> FC1000"


def test_layers_follow_one_another_and_what_changes_nothing_stands_behind_them():
    network = parse(ALEXNET)
    assert network == chain(
        conv(96, 11, stride=4),
        RELU,
        Unchanged("LRN"),
        Pooling(POOL(3, stride=2)),
        conv(256, 5, padding=2),
        Unchanged("Dropout"),
        RELU,
        FullyConnected(1000),
    )
    assert [node.name for node in network.nodes[1:]] == (
        ["conv1", "relu1", "lrn1", "pool1", "conv2", "dropout1", "relu2", "fc1"]
    )
    assert network.warnings == ()
    assert network.input_shape is None


@pytest.mark.parametrize(
    "arrow", ["->", "→", " → ", " --> ", "--->", "=>", " ⇒ ", "–>", "\n", ";", ",", "\n\n  ->\n", " ->\r\n"]
)
def test_every_arrow_joins(arrow):
    assert parse(ALEXNET.replace(" -> ", arrow)) == parse(ALEXNET)


def test_comments_blank_lines_and_signs_of_printed_papers_do_not_disturb():
    text = (
        "\ufeff# AlexNet\n\n11–4Conv96 (ReLU) -> # (never read\n  LRN\n3−2MaxPool\u00a0-> "
        "5-1-2Conv256(Dropout\n, ReLU)\nFC1000 #"
    )
    assert parse(text) == parse(ALEXNET)


@pytest.mark.parametrize("text", ["3Conv64->2MaxPool->FC10", "3Conv64→2MaxPool→FC10", "(3Conv64)->(2MaxPool->FC10)"])
def test_spaces_are_not_needed(text):
    assert parse(text) == chain(conv(), Pooling(POOL(2)), FullyConnected(10))


@pytest.mark.parametrize(
    "text",
    [
        "2 x (3Conv64 -> ReLU)",
        "2x(3Conv64 (ReLU))",
        "2 × (3Conv64; ReLU)",
        "2 * [3Conv64, ReLU]",
        "(3Conv64 -> ReLU) x 2",
        "(3Conv64 -> ReLU)x2",
        "[3Conv64 -> ReLU] × 2",
        "1 x (2 x (1 x (3Conv64)(ReLU)))",
        "((3Conv64 (ReLU)) x 2)",
    ],
)
def test_repeats(text):
    assert parse(text) == chain(conv(), RELU, conv(), RELU)


def test_a_repeat_can_be_followed_by_what_changes_nothing():
    assert parse("(3Conv64) x 2 (ReLU) -> BN") == chain(conv(), conv(), RELU, BN)


# Branches


def graph(*nodes):
    """(operation, numbers of the inputs)."""
    builder = Builder()
    for operation, inputs in nodes:
        builder.add(operation, inputs)
    return builder.build()


@pytest.mark.parametrize(
    ("word", "operation"),
    [
        ("res", Sum()),
        ("Res", Sum()),
        ("sum", Sum()),
        ("add", Sum()),
        ("cat", Concatenation()),
        ("concat", Concatenation()),
        ("mul", Product()),
        ("cropres", Sum(crop=True)),
        ("cropcat", Concatenation(crop=True)),
        ("crop", CropTo()),
        ("crop19", CropTo(19)),
    ],
)
def test_branches_part_from_one_tensor_and_are_joined(word, operation):
    assert parse(f"5Conv3 -> {word}(3Conv64 -> ReLU | 1Conv64) -> BN") == graph(
        (conv(3, 5), [0]), (conv(), [1]), (RELU, [2]), (conv(kernel=1), [1]), (operation, [3, 4]), (BN, [5])
    )


def test_an_empty_branch_is_what_comes_in():
    assert parse("res(3-1-1Conv64 | )") == graph((conv(padding=1), [0]), (Sum(), [1, 0]))
    assert parse("cat(| 3Conv64 | )") == graph((conv(), [0]), (Concatenation(), [0, 1, 0]))
    assert parse("res(3-1-1Conv64)") == parse("res(3-1-1Conv64|)")


def test_branches_in_branches_repeated_and_with_no_ops_behind():
    inner = "cat( | 1Conv8)"
    assert parse(f"res({inner} | 3Conv8 -> {inner}) (ReLU)") == graph(
        (conv(8, 1), [0]),
        (Concatenation(), [0, 1]),
        (conv(8), [0]),
        (conv(8, 1), [3]),
        (Concatenation(), [3, 4]),
        (Sum(), [2, 5]),
        (RELU, [6]),
    )
    twice = graph((conv(8, 1), [0]), (Sum(), [1, 0]), (conv(8, 1), [2]), (Sum(), [3, 2]))
    assert parse("2 x res(1Conv8 | )") == parse("res(1Conv8 | ) x 2") == parse("2 x (res(1Conv8|))") == twice


def test_labels_name_layers_and_references_go_on_from_them():
    network = parse(
        "enc: 3Conv64 (ReLU) -> 2MaxPool -> 2-2ConvT64 -> join: cat( | @enc) -> @input -> res(1Conv3 | @join)"
    )
    assert network == graph_of(
        ("enc", conv(), [0]),
        ("", RELU, [1]),
        ("", Pooling(POOL(2)), [2]),
        ("", TransposedConvolution(UP(2, stride=2), 64), [3]),
        ("join", Concatenation(), [4, 1]),
        ("", conv(3, 1), [0]),
        ("", Sum(), [6, 5]),
    )


def test_a_branch_goes_on_from_a_reference():
    assert parse("a: 3Conv4 -> 3Conv5 -> cat( | @a -> ReLU)") == graph_of(
        ("a", conv(4), [0]), ("", conv(5), [1]), ("", RELU, [1]), ("", Concatenation(), [2, 3])
    )


def test_labels_may_have_any_name():
    network = parse('0: 3Conv64 -> layer1.0/conv: ReLU -> "the | one": BN -> größe:\nReLU -> res( | @"the | one" | @0)')
    assert [node.name for node in network.nodes[1:]] == ["0", "layer1.0/conv", "the | one", "größe", "sum1"]
    assert network.nodes[-1].inputs == (4, 3, 1)


def graph_of(*nodes):
    builder = Builder()
    for name, operation, inputs in nodes:
        builder.add(operation, inputs, name)
    return builder.build()


def test_automatic_names_pass_over_labels():
    assert [node.name for node in parse("3Conv1 -> conv2: 3Conv1 -> 3Conv1").nodes[1:]] == ["conv1", "conv2", "conv3"]


# The input


@pytest.mark.parametrize(
    "text",
    [
        "input 3x224x224 -> 3Conv64",
        "Input 3×224×224\n3Conv64",
        "\n# of ImageNet\ninput: 3x224x224 -> 3Conv64",
        '"input": 3x224x224 -> 3Conv64',
    ],
)
def test_the_inputs_shape_goes_first(text):
    network = parse(text)
    assert network.input_shape == (3, 224, 224)
    assert network == chain(conv())


def test_the_input_may_have_a_name():
    network = parse("data: input 3x8x8 -> 3-1-1Conv3 -> res( | @data | @input)")
    assert [node.name for node in network.nodes] == ["data", "conv1", "sum1"]
    assert network.nodes[2].inputs == (1, 0, 0)
    assert traced(network).output_shape == (3, 8, 8)


def test_a_network_may_be_nothing_but_its_input():
    assert len(parse("input 3x8x8")) == len(parse("input")) == 0


# What is unknown


def test_unknown_layers_stay_in_their_places_with_one_warning_each():
    network = parse("3Conv64 -> Frobnicate(3, x) (ReLU) -> Warp -> res(Warp | Frobnicate(3, x)) -> FC10")
    assert [type(node.operation).__name__ for node in network.nodes[1:]] == (
        ["Convolution", "Unknown", "Unchanged", "Unknown", "Unknown", "Unknown", "Sum", "FullyConnected"]
    )
    assert network.warnings == (
        "'Frobnicate(3, x)' is unknown here; it is taken to keep the shape of its tensor",
        "'Warp' is unknown here; it is taken to keep the shape of its tensor",
    )
    assert traced(network, (3, 9, 9)).output_shape == (10,)


def test_arguments_are_no_layers_although_the_word_was_there_without():
    assert parse("Warp -> Warp(x) -> Warp (ReLU)") == chain(Unknown("Warp"), Unknown("Warp(x)"), Unknown("Warp"), RELU)
    assert parse("ReLU -> ReLU(0.1) -> ReLU (BN)") == chain(RELU, RELU, RELU, BN)


OF_OTHERS = (
    "CReLU LSTM GRU RNN Maxout MaxUnpool MinPool SPP SPPF SE CBAM ASPP STN LCN Attention SelfAttention8 Embedding "
    "NonLocal ROIPool7x7 ROIAlign Squeeze-Excite Transformer MBConv6 nn.Frob Split Mean CRF"
)


@pytest.mark.parametrize("name", OF_OTHERS.split())
def test_names_of_other_layers_are_no_slips(name):
    assert parse(name) == chain(Unknown(name))


def test_parse_is_reached_from_the_package_and_written_by_a_network():
    assert ca.network.parse("3-1-1Conv64").to_text() == "3-1-1Conv64"
    assert str(ca.network.parse("3Conv64 -> ReLU")) == "3Conv64 (ReLU)"
