"""ONNX graphs against operations and shapes worked out by hand, what constants fold to, and spoilt graphs."""

from __future__ import annotations

import random

import pytest
from onnx_data import FAR, described, graph_of, node, numbers, weights

import convarith as ca
from convarith.errors import ParameterError, RefusedError
from convarith.network.merging import Concatenation, Product, Sum
from convarith.network.operations import (
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
from convarith.network.readers.onnx_graphs import UNKNOWN, Constant, OnnxNode, folded
from convarith.network.readers.onnx_networks import network_of
from convarith.network.readers.onnx_resizing import Resizing, resized
from convarith.network.tracing import trace

FOUR = {name: weights(4) for name in "abcd"}


class TestOperators:
    """Of 4 channels of 9x11 unless it says otherwise."""

    @pytest.mark.parametrize(
        ("made", "constants", "operation", "shape"),
        [
            (
                node("Conv", "data", "w", "b", pads=(1, 1, 1, 1)),
                {"w": weights(8, 4, 3, 3), "b": weights(8)},
                Convolution(ca.Conv(3, padding=1), 8, in_channels=4),
                (8, 9, 11),
            ),
            (
                node("Conv", "data", "w", group=2, strides=(2, 1), pads=(0, 1, 2, 3), dilations=(1, 2)),
                {"w": weights(8, 2, 3, 3)},
                Convolution(
                    ca.Conv(3, stride=(2, 1), padding=((0, 2), (1, 3)), dilation=(1, 2)), 8, 2, False, in_channels=4
                ),
                (8, 5, 11),
            ),
            (
                node("Conv", "data", "w", auto_pad="SAME_LOWER", strides=(2, 2)),
                {"w": weights(8, 4, 2, 2)},
                Convolution(ca.Conv(2, stride=2, padding="same_lower"), 8, bias=False, in_channels=4),
                (8, 5, 6),
            ),
            (
                node("Conv", "data", "w", auto_pad="SAME_UPPER", pads=(0, 0, 0, 0)),
                {"w": weights(8, 4, 2, 2)},
                Convolution(ca.Conv(2, padding="same"), 8, bias=False, in_channels=4),
                (8, 9, 11),
            ),
            (
                node("ConvTranspose", "data", "w", strides=(2, 2), pads=(1, 1, 1, 1), output_padding=(1, 1)),
                {"w": weights(4, 8, 3, 3)},
                TransposedConvolution(
                    ca.ConvTranspose(3, stride=2, padding=1, output_padding=1), 8, bias=False, in_channels=4
                ),
                (8, 18, 22),
            ),
            (
                node("ConvTranspose", "data", "w", strides=(2, 2), output_shape=(18, 22)),
                {"w": weights(4, 8, 3, 3)},
                TransposedConvolution(ca.ConvTranspose(3, stride=2, padding=((1, 0),)), 8, bias=False, in_channels=4),
                (8, 18, 22),
            ),
            (
                node("MaxPool", "data", kernel_shape=(2, 2), strides=(2, 2), ceil_mode=1),
                {},
                Pooling(ca.Pool(2, ceil_mode=True)),
                (4, 5, 6),
            ),
            (
                node("AveragePool", "data", kernel_shape=(3, 2)),
                {},
                Pooling(ca.Pool((3, 2), stride=1), "avg"),
                (4, 7, 10),
            ),
            (node("LpPool", "data", kernel_shape=(3, 3)), {}, Pooling(ca.Pool(3, stride=1), "lp"), (4, 7, 9)),
            (node("GlobalAveragePool", "data"), {}, GlobalPooling("avg"), (4, 1, 1)),
            (node("GlobalMaxPool", "data"), {}, GlobalPooling("max"), (4, 1, 1)),
            (node("ReduceMean", "data", "a"), {"a": numbers(2, 3)}, GlobalPooling("avg"), (4, 1, 1)),
            (node("ReduceMean", "data", axes=(-1, -2), keepdims=0), {}, GlobalPooling("avg", False), (4,)),
            (node("ReduceMax", "data", axes=(2, 3), keepdims=1), {}, GlobalPooling("max"), (4, 1, 1)),
            (node("Flatten", "data"), {}, Flatten(), (396,)),
            (node("Reshape", "data", "s"), {"s": numbers(0, -1)}, Flatten(), (396,)),
            (node("Reshape", "data", "s"), {"s": numbers(1, 396)}, Flatten(), (396,)),
            (node("DepthToSpace", "data", blocksize=2), {}, PixelShuffle(2), (1, 18, 22)),
            (node("BatchNormalization", "data", *"abcd"), FOUR, Normalization("batch"), (4, 9, 11)),
            (node("InstanceNormalization", "data", *"ab"), FOUR, Normalization("instance"), (4, 9, 11)),
            (node("Relu", "data"), {}, Unchanged("ReLU"), (4, 9, 11)),
            (node("Clip", "data", "a", "b"), {"a": numbers(0), "b": numbers(6)}, Unchanged("ReLU6"), (4, 9, 11)),
            (node("Clip", "data", min=0.0, max=1.0), {}, Unchanged("Clip"), (4, 9, 11)),
            (node("PRelu", "data", "s"), {"s": weights(4, 1, 1)}, Unchanged("PReLU", 4), (4, 9, 11)),
            (node("LRN", "data", size=5), {}, Unchanged("LRN"), (4, 9, 11)),
            (node("HardSwish", "data"), {}, Unchanged("Hardswish"), (4, 9, 11)),
            (node("Mul", "data", "s"), {"s": weights(4, 1, 1)}, Unchanged("Mul", 4), (4, 9, 11)),
            (node("Mul", "s", "data"), {"s": weights()}, Unchanged("Mul"), (4, 9, 11)),
            (node("Pad", "data", "p"), {"p": numbers(0, 0, 1, 2, 0, 0, 3, 4)}, Padding(((1, 3), (2, 4))), (4, 13, 17)),
            (
                node("Pad", "data", "p", "", "a", mode="reflect"),
                {"p": numbers(1, 2), "a": numbers(-1)},
                Padding(((0, 0), (1, 2)), "reflect"),
                (4, 9, 14),
            ),
            (
                node("Pad", "data", pads=(0, 0, 1, 1, 0, 0, 1, 1), mode="edge"),
                {},
                Padding(((1, 1),), "replicate"),
                (4, 11, 13),
            ),
            (
                node("Slice", "data", "s", "e", "a"),
                {"s": numbers(1, 2), "e": numbers(-1, FAR), "a": numbers(2, 3)},
                Padding(((-1, -1), (-2, 0))),
                (4, 7, 9),
            ),
            (node("Slice", "data", starts=(-4,), ends=(FAR,), axes=(3,)), {}, Padding(((0, 0), (-7, 0))), (4, 9, 4)),
            (node("Resize", "data", "", "s"), {"s": numbers(1.0, 1.0, 2.0, 3.0)}, Upsampling((2, 3)), (4, 18, 33)),
            (
                node("Resize", "data", "", "s", mode="linear", coordinate_transformation_mode="align_corners"),
                {"s": numbers(1.0, 1.0, 2.0, 2.0)},
                Upsampling(2, mode="linear", align_corners=True),
                (4, 18, 22),
            ),
            (
                node("Resize", "data", "", "", "s", mode="linear"),
                {"s": numbers(1, 4, 5, 7)},
                Upsampling(size=(5, 7), mode="linear"),
                (4, 5, 7),
            ),
            (node("Upsample", "data", "s"), {"s": numbers(1.0, 1.0, 2.0, 2.0)}, Upsampling(2), (4, 18, 22)),
        ],
    )
    def test_one_node(self, made, constants, operation, shape):
        opset = 9 if made.op == "Upsample" else 18
        network = network_of(graph_of(made, opset=opset, **constants))
        assert described(network) == [(operation, shape)]
        assert network.warnings == ()

    @pytest.mark.parametrize(
        ("made", "constants", "operation"),
        [
            (
                node("Gemm", "flatten", "w", "b", transB=1),
                {"w": weights(10, 396), "b": weights(10)},
                FullyConnected(10, True, 396),
            ),
            (node("Gemm", "flatten", "w"), {"w": weights(396, 10)}, FullyConnected(10, False, 396)),
            (node("MatMul", "flatten", "w"), {"w": weights(396, 10)}, FullyConnected(10, False, 396)),
        ],
    )
    def test_fully_connected(self, made, constants, operation):
        network = network_of(graph_of(node("Flatten", "data"), made, **constants))
        assert described(network)[1] == (operation, (10,))

    def test_a_bias_added_after_is_one_with_its_layer(self):
        nodes = [
            node("Conv", "data", "w"),
            node("Add", "conv", "b", name="added"),
            node("Relu", "added"),
            node("Flatten", "relu"),
            node("MatMul", "flatten", "v"),
            node("Add", "c", "matmul", name="out"),
        ]
        network = network_of(
            graph_of(*nodes, w=weights(2, 4, 1, 1), b=weights(1, 2, 1, 1), v=weights(198, 5), c=weights(5))
        )
        assert [(each.name, each.operation.bias) for each in network.nodes if hasattr(each.operation, "bias")] == [
            ("conv", True),
            ("matmul", True),
        ]
        assert len(network) == 4

    def test_a_bias_that_another_takes_too_stays_alone(self):
        nodes = [node("Conv", "data", "w"), node("Add", "conv", "b"), node("Sub", "add", "conv")]
        network = network_of(graph_of(*nodes, w=weights(2, 4, 1, 1), b=weights(1, 2, 1, 1)))
        assert [each.operation for each in network.nodes[2:]] == [Unchanged("Add", 2), Sum()]

    @pytest.mark.parametrize(
        ("made", "operation", "shape"),
        [
            (node("Add", "data", "relu"), Sum(), (4, 9, 11)),
            (node("Sum", "data", "relu", "data"), Sum(), (4, 9, 11)),
            (node("Mul", "data", "relu"), Product(), (4, 9, 11)),
            (node("Concat", "data", "relu", axis=1), Concatenation(), (8, 9, 11)),
            (node("Concat", "data", "relu", axis=-3), Concatenation(), (8, 9, 11)),
        ],
    )
    def test_merging(self, made, operation, shape):
        network = network_of(graph_of(node("Relu", "data"), made))
        assert described(network)[1] == (operation, shape)

    def test_a_sum_of_unlike_sizes_is_carried_as_a_product(self):
        network = network_of(graph_of(node("GlobalAveragePool", "data"), node("Add", "data", "globalaveragepool")))
        assert described(network)[1] == (Product(), (4, 9, 11))

    def test_identity_cast_and_dropout(self):
        nodes = [node("Identity", "data"), node("Cast", "identity"), node("Dropout", "cast")]
        assert [each.operation for each in network_of(graph_of(*nodes)).nodes[1:]] == [Unchanged("Dropout")]

    def test_every_other_position(self):
        made = node("Slice", "data", "s", "e", "a", "t")
        given = {"s": numbers(0, 1), "e": numbers(FAR, FAR), "a": numbers(2, 3), "t": numbers(2, 3)}
        network = network_of(graph_of(made, **given))
        assert described(network) == [
            (Padding(((0, 0), (-1, 0))), (4, 9, 10)),
            (Pooling(ca.Pool(1, stride=(2, 3)), "avg"), (4, 5, 4)),
        ]

    def test_every_other_position_of_one_axis(self):
        made = node("Slice", "data", "s", "e", "a", "t")
        given = {"s": numbers(0), "e": numbers(FAR), "a": numbers(3), "t": numbers(2)}
        assert described(network_of(graph_of(made, **given))) == [
            (Pooling(ca.Pool(1, stride=(1, 2)), "avg"), (4, 9, 6))
        ]

    @pytest.mark.parametrize(
        ("made", "constants"),
        [
            (node("Reshape", "relu", "s"), {"s": numbers(0, 4, 9, 11)}),
            (node("Reshape", "relu", "s"), {"s": numbers(0, 4, 9, -1)}),
            (node("Reshape", "relu", shape=(1, 0, 0, 0)), {}),
            (node("Transpose", "relu", perm=(0, 1, 2, 3)), {}),
            (node("Pad", "relu", "p"), {"p": numbers(*[0] * 8)}),
            (node("Concat", "relu", axis=1), {}),
        ],
    )
    def test_what_does_nothing_is_no_layer(self, made, constants):
        network = network_of(graph_of(node("Relu", "data"), made, **constants))
        assert [each.operation for each in network.nodes[1:]] == [Unchanged("ReLU")]

    def test_features_to_axes_with_channels_last(self):
        nodes = [
            node("Flatten", "data"),
            node("Gemm", "flatten", "w"),
            node("Reshape", "gemm", "s"),
            node("Transpose", "reshape", perm=(0, 3, 1, 2)),
            node("Conv", "transpose", "v"),
        ]
        given = {"w": weights(396, 98), "s": numbers(-1, 7, 7, 2), "v": weights(3, 2, 1, 1)}
        network = network_of(graph_of(*nodes, **given))
        assert described(network)[2:] == [
            (Unflatten((2, 7, 7)), (2, 7, 7)),
            (Convolution(ca.Conv(1), 3, bias=False, in_channels=2), (3, 7, 7)),
        ]

    def test_sizes_computed_from_a_shape_that_are_no_multiples(self):
        nodes = [
            node("Conv", "data", "w", strides=(2, 2)),
            node("Shape", "data", start=2),
            node("Concat", "given", "shape", axis=0),
            node("Resize", "conv", "", "", "concat"),
        ]
        network = network_of(graph_of(*nodes, w=weights(2, 4, 1, 1), given=numbers(1, 2), sizes=(1, 4, 10, 11)))
        assert described(network)[-1] == (Upsampling(size=(10, 11)), (2, 10, 11))

    def test_channels_of_zeros(self):
        network = network_of(graph_of(node("Pad", "data", "p"), p=numbers(0, 0, 0, 0, 0, 4, 0, 0)))
        assert described(network) == [(Unchanged("Zeros"), (4, 9, 11)), (Concatenation(), (8, 9, 11))]
        assert network.nodes[2].inputs == (0, 1)

    def test_channels_last_inside(self):
        """How a convolution of 1x1 is exported that was a fully connected layer at every position."""
        nodes = [
            node("Transpose", "data", name="there", perm=(0, 2, 3, 1)),
            node("LayerNormalization", "there", "g", "h", name="ln"),
            node("MatMul", "ln", "w"),
            node("Add", "matmul", "b"),
            node("Transpose", "add", name="back", perm=(0, 3, 1, 2)),
            node("Relu", "back"),
        ]
        network = network_of(graph_of(*nodes, w=weights(4, 6), b=weights(6), g=weights(4), h=weights(4)))
        assert [found[0] for found in described(network)] == [
            Normalization("layer"),
            Convolution(ca.Conv(1), 6, in_channels=4),
            Unchanged("ReLU"),
        ]
        assert network.warnings == ()

    def test_an_input_with_channels_last(self):
        nodes = [node("Transpose", "data", perm=(0, 3, 1, 2)), node("Conv", "transpose", "w")]
        network = network_of(graph_of(*nodes, sizes=(1, 9, 11, 4), w=weights(8, 4, 3, 3)))
        assert (network.input_shape, described(network)[0][1]) == ((4, 9, 11), (8, 7, 9))

    def test_of_one_axis_what_follows_tells_where_the_channels_are(self):
        turned = node("Transpose", "data", perm=(0, 2, 1))
        conv = network_of(graph_of(turned, node("Conv", "transpose", "w"), sizes=(1, 9, 4), w=weights(8, 4, 3)))
        assert conv.input_shape == (4, 9)
        dense = network_of(graph_of(turned, node("MatMul", "transpose", "w"), sizes=(1, 4, 9), w=weights(4, 8)))
        assert (dense.input_shape, described(dense)[0]) == (
            (4, 9),
            (Convolution(ca.Conv(1), 8, bias=False, in_channels=4), (8, 9)),
        )

    def test_the_shape_that_an_exporter_computes(self):
        """``x.view(x.size(0), -1)``."""
        nodes = [
            node("Shape", "data"),
            node("Constant", name="zero", value=Constant((), (0,))),
            node("Gather", "shape", "zero", axis=0),
            node("Constant", name="first", value_ints=(0,)),
            node("Unsqueeze", "gather", "first"),
            node("Constant", name="rest", value=numbers(-1)),
            node("Concat", "unsqueeze", "rest", axis=0),
            node("Reshape", "data", "concat"),
        ]
        for sizes in ((1, 4, 9, 11), (None, 4, 9, 11), (None, 4, None, None)):
            network = network_of(graph_of(*nodes, sizes=sizes))
            assert [each.operation for each in network.nodes[1:]] == [Flatten()]
            assert network.warnings == ()

    def test_upsampling_to_a_size_computed_from_a_shape_is_by_a_factor(self):
        nodes = [
            node("Conv", "data", "w", strides=(3, 3), pads=(1, 1, 0, 0)),
            node("Shape", "data"),
            node("Slice", "shape", "two", "four", name="sizes"),
            node("Concat", "given", "sizes", axis=0),
            node("Resize", "conv", "", "", "concat"),
        ]
        given = {"w": weights(2, 4, 2, 2), "two": numbers(2), "four": numbers(4), "given": numbers(1, 2)}
        network = network_of(graph_of(*nodes, sizes=(1, 4, 9, 12), **given))
        assert described(network)[-1] == (Upsampling(3), (2, 9, 12))

    def test_a_local_response_norm_in_parts(self):
        nodes = [
            node("Mul", "data", "data", name="square"),
            node("Unsqueeze", "square", "one"),
            node("Pad", "unsqueeze", "p"),
            node("AveragePool", "pad", kernel_shape=(5, 1, 1), strides=(1, 1, 1)),
            node("Squeeze", "averagepool", "one"),
            node("Div", "data", "squeeze"),
        ]
        given = {"one": numbers(1), "p": numbers(0, 0, 2, 0, 0, 0, 0, 2, 0, 0)}
        network = network_of(graph_of(*nodes, **given))
        assert described(network) == [
            (Product(), (4, 9, 11)),
            (Unchanged("ChannelMean"), (4, 9, 11)),
            (Product(), (4, 9, 11)),
        ]

    @pytest.mark.parametrize("affine", [True, False])
    def test_a_group_norm_in_parts(self, affine):
        nodes = [
            node("Reshape", "data", "groups", name="parted"),
            node("InstanceNormalization", "parted", "one", "zero", name="normed"),
            node("Shape", "data"),
            node("Reshape", "normed", "shape", name="back"),
            *([node("Mul", "back", "g"), node("Add", "mul", "h", name="end")] if affine else [node("Relu", "back")]),
        ]
        given = {"groups": numbers(0, 2, -1), "one": weights(2), "zero": weights(2)}
        network = network_of(graph_of(*nodes, **given, g=weights(4, 1, 1), h=weights(4, 1, 1)))
        assert network.nodes[1].operation == Normalization("group", affine)
        assert len(network) == 1 + (not affine)
        assert network.warnings == ()

    @pytest.mark.parametrize("op", ["Squeeze", "Reshape"])
    def test_squeeze_and_excitation(self, op):
        squeezed = (
            node("Squeeze", "gap", "axes", name="flat") if op == "Squeeze" else node("Flatten", "gap", name="flat")
        )
        nodes = [
            node("GlobalAveragePool", "data", name="gap"),
            squeezed,
            node("Gemm", "flat", "w", name="fc"),
            node("Unsqueeze", "fc", "axes") if op == "Squeeze" else node("Reshape", "fc", "s", name="unsqueeze"),
            node("Mul", "data", "unsqueeze"),
        ]
        network = network_of(graph_of(*nodes, w=weights(4, 4), axes=numbers(2, 3), s=numbers(0, 4, 1, 1)))
        assert described(network)[-2:] == [(Unflatten((4, 1, 1)), (4, 1, 1)), (Product(), (4, 9, 11))]


class TestUnknown:
    @pytest.mark.parametrize(
        ("made", "constants", "why"),
        [
            (node("Foo", "data"), {}, "is no operator that is known here"),
            (node("my.domain.Foo", "data"), {}, "is no operator that is known here"),
            (node("Conv", "data", "w"), {"w": UNKNOWN}, "has weights that are not in the file"),
            (node("Reshape", "data", "s"), {"s": numbers(1, 36, 11)}, "mixes axes"),
            (node("Transpose", "data", perm=(0, 2, 1, 3)), {}, "exchanges axes"),
            (node("ReduceMean", "data", axes=(1,)), {}, "reduces other axes than the spatial ones"),
            (node("Concat", "data", "data", axis=2), {}, "joins more than channels"),
            (
                node("Slice", "data", starts=(1,), ends=(3,), axes=(1,)),
                {},
                "takes some of the channels, or of the batch",
            ),
            (
                node("Pad", "data", "p"),
                {"p": numbers(0, 4, 1, 0, 0, 0, 0, 0)},
                "does not pad spatial axes alone, or in a way that is not known",
            ),
            (
                node("Pad", "data", "p"),
                {"p": numbers(0, 3, 0, 0, 0, 0, 0, 0)},
                "adds channels that are no multiple of those that there are",
            ),
            (node("Unsqueeze", "data", "a"), {"a": numbers(2)}, "puts axes where there are others"),
            (node("Squeeze", "data", "a"), {"a": numbers(2)}, "takes away some of the axes"),
            (node("Flatten", "data", axis=2), {}, "at axis 2 joins the batch to other axes"),
            (node("Resize", "data", "", "", "s"), {"s": numbers(1, 5, 9, 11)}, "changes the channels"),
            (node("Resize", "data", "", "s"), {"s": UNKNOWN}, "to sizes that are not known"),
            (node("Mul", "data", "w"), {"w": weights(4, 9, 22)}, "stretches the tensor to a larger constant"),
            (
                node("MatMul", "data", "w"),
                {"w": weights(11, 5)},
                "acts on the last axis here, which is not that of the channels",
            ),
        ],
    )
    def test_what_is_not_known_is_said(self, made, constants, why):
        network = network_of(graph_of(made, **constants))
        assert isinstance(network.nodes[-1].operation, Unknown)
        assert network.warnings == (f"{made.name}: {made.op} {why}; it is taken to keep its shape",)

    def test_one_sentence_for_many(self):
        nodes = [node("Foo", "data" if not number else f"f{number - 1}", name=f"f{number}") for number in range(8)]
        assert network_of(graph_of(*nodes)).warnings == (
            "f0, f1, f2, f3, f4 and 3 more: Foo is no operator that is known here; each is taken to keep its shape",
        )

    def test_of_several_tensors_it_takes_the_sum(self):
        network = network_of(graph_of(node("Relu", "data"), node("Attention", "data", "relu")))
        assert [(each.operation, each.inputs) for each in network.nodes[2:]] == [
            (Sum(), (0, 1)),
            (Unknown("Attention"), (2,)),
        ]

    def test_cubic_is_taken_as_linear_and_said(self):
        network = network_of(graph_of(node("Resize", "data", "", "s", mode="cubic"), s=numbers(1.0, 1.0, 2.0, 2.0)))
        assert described(network) == [(Upsampling(2, mode="linear"), (4, 18, 22))]
        assert network.warnings == (
            "resize: Resize (cubic, half_pixel) is taken as linear upsampling; the sizes are right, which neighbours "
            "it reads may differ",
        )


class TestGraphs:
    def test_what_does_not_lead_to_the_output_is_left_out(self):
        nodes = [node("Relu", "data"), node("Foo", "relu"), node("Flatten", "relu")]
        assert [each.name for each in network_of(graph_of(*nodes)).nodes] == ["input", "relu", "flatten"]

    def test_names_are_made_unique(self):
        nodes = [
            OnnxNode("Relu", "same", ("data",), ("a",), {}),
            OnnxNode("Relu", "same", ("a",), ("b",), {}),
            OnnxNode("Relu", "", ("b",), ("c",), {}),
        ]
        assert [each.name for each in network_of(graph_of(*nodes)).nodes] == ["input", "same", "same-2", "c"]

    @pytest.mark.parametrize("sizes", [(None, 4, None, None), (1, 4, 9, None), None])
    def test_sizes_that_are_not_known(self, sizes):
        nodes = [node("Conv", "data", "w"), node("GlobalAveragePool", "conv", name="gap"), node("Flatten", "gap")]
        network = network_of(graph_of(*nodes, sizes=sizes, w=weights(8, 4, 3, 3)))
        assert network.input_shape is None
        assert [shape for _, shape in described(network, (4, 9, 9))] == [(8, 7, 7), (8, 1, 1), (8,)]

    def test_a_flat_input(self):
        nodes = [
            node("Gemm", "data", "w"),
            node("Reshape", "gemm", "s"),
            node("ConvTranspose", "reshape", "v", strides=(2, 2)),
        ]
        network = network_of(
            graph_of(*nodes, sizes=(1, 5), w=weights(5, 8), s=numbers(-1, 2, 2, 2), v=weights(2, 3, 2, 2))
        )
        assert network.input_shape == (5, 1, 1)
        assert [shape for _, shape in described(network)] == [(5,), (8,), (2, 2, 2), (3, 4, 4)]

    def test_ten_thousand_nodes(self):
        nodes = [
            node("Relu", "data" if not number else f"r{number - 1}", name=f"r{number}") for number in range(10_000)
        ]
        assert len(network_of(graph_of(*nodes))) == 10_000

    @pytest.mark.parametrize(
        ("nodes", "constants", "sentence"),
        [
            ([node("Relu", "nothing")], {}, "a node takes 'nothing', which nothing before it gives"),
            ([node("Relu", "w")], {"w": weights(3)}, "the output of the graph does not hang on its input"),
            (
                [node("Conv", "data", "w", strides=(0, 1))],
                {"w": weights(8, 4, 3, 3)},
                "conv (Conv): axis 0 (height): stride 0 is below 1; the smallest stride is 1 "
                "(ONNX: strides are positive)",
            ),
            ([node("MaxPool", "data")], {}, "maxpool (MaxPool): it has no kernel_shape"),
            (
                [node("Conv", "data", "w", kernel_shape=(5, 5))],
                {"w": weights(8, 4, 3, 3)},
                "conv (Conv): kernel_shape (5, 5) is not that of its weights, (3, 3)",
            ),
        ],
    )
    def test_refusals(self, nodes, constants, sentence):
        with pytest.raises(ParameterError) as refusal:
            network_of(graph_of(*nodes, **constants))
        assert str(refusal.value) == sentence

    def test_an_input_of_one_axis(self):
        with pytest.raises(
            ParameterError, match=r"^the input data has 1 axes; it needs a batch and channels at least$"
        ):
            network_of(graph_of(node("Relu", "data"), sizes=(3,)))

    def test_weights_for_other_channels_are_refused_by_the_table(self):
        network = network_of(graph_of(node("Conv", "data", "w"), w=weights(8, 3, 3, 3)))
        assert str(trace(network).refusal).startswith("conv: the convolution takes 3 channels and gets 4")


class TestFolding:
    @pytest.mark.parametrize(
        ("made", "given", "dims", "values"),
        [
            (node("Gather", axis=0), [numbers(5, 6, 7), Constant((), (-1,))], (), (7,)),
            (node("Gather", axis=0), [numbers(5, 6, 7), numbers(2, 0)], (2,), (7, 5)),
            (node("Concat", axis=0), [numbers(1, None), numbers(3)], (3,), (1, None, 3)),
            (node("Slice"), [numbers(1, 2, 3, 4), numbers(1), numbers(FAR)], (3,), (2, 3, 4)),
            (node("Slice"), [numbers(1, 2, 3), numbers(-1), numbers(-FAR), numbers(0), numbers(-1)], (3,), (3, 2, 1)),
            (node("Slice", starts=(0,), ends=(2,), axes=(0,)), [numbers(1, 2, 3)], (2,), (1, 2)),
            (node("Reshape"), [numbers(1, 2, 3, 4), numbers(-1, 2)], (2, 2), (1, 2, 3, 4)),
            (node("Transpose", perm=(1, 0)), [Constant((2, 3), (1, 2, 3, 4, 5, 6))], (3, 2), (1, 4, 2, 5, 3, 6)),
            (node("Unsqueeze", axes=(0,)), [Constant((), (3,))], (1,), (3,)),
            (node("Squeeze"), [numbers(3)], (), (3,)),
            (node("Mul"), [numbers(2, 3), Constant((), (4,))], (2,), (8, 12)),
            (node("Div"), [numbers(-7), numbers(2)], (1,), (-3,)),
            (node("Div"), [numbers(7), numbers(0)], (1,), (None,)),
            (node("Add"), [numbers(None), numbers(2)], (1,), (None,)),
            (node("Mod"), [numbers(7), numbers(2)], (1,), (1,)),
            (node("Max"), [numbers(7, 1), numbers(2)], (2,), (7, 2)),
            (node("Cast", to=7), [numbers(2.7)], (1,), (2,)),
            (node("ConstantOfShape", value=numbers(5)), [numbers(2)], (2,), (5, 5)),
            (node("Shape"), [weights(3, 4)], (2,), (3, 4)),
            (node("Constant", value_floats=(1.5, 2.0)), [], (2,), (1.5, 2.0)),
        ],
    )
    def test_what_a_node_makes_of_constants(self, made, given, dims, values):
        found = folded(made, given)
        assert (found.dims, found.values) == (dims, values)

    @pytest.mark.parametrize(
        ("made", "given"),
        [
            (node("Gather", axis=0), [numbers(5, 6, 7), numbers(3)]),
            (node("Slice"), [numbers(5, 6, 7), UNKNOWN, numbers(1)]),
            (node("Exp"), [numbers(1)]),
            (node("ConstantOfShape"), [numbers(10**9)]),
            (node("Transpose", perm=(0, 0)), [Constant((2, 3), (1, 2, 3, 4, 5, 6))]),
        ],
    )
    def test_what_is_not_followed(self, made, given):
        assert folded(made, given) == UNKNOWN


class TestResizing:
    def test_sizes_are_rounded_as_singles(self):
        scales = (0.699999988079071,)
        assert Resizing("nearest", "asymmetric", "floor", scales, None).counts((10,)) == [7]

    @pytest.mark.parametrize(
        ("mode", "coordinates", "rounding", "scales", "exact"),
        [
            ("nearest", "asymmetric", "floor", (2.0,), True),
            ("nearest", "half_pixel", "round_prefer_floor", (3.0,), True),
            ("nearest", "half_pixel", "round_prefer_ceil", (4.0,), True),
            ("nearest", "half_pixel", "floor", (2.0,), False),
            ("nearest", "asymmetric", "round_prefer_floor", (3.0,), False),
            ("nearest", "tf_half_pixel_for_nn", "floor", (3.0,), True),
            ("nearest", "align_corners", "round_prefer_floor", (3.0,), False),
            ("linear", "half_pixel", "", (2.0,), True),
            ("linear", "pytorch_half_pixel", "", (3.0,), True),
            ("linear", "align_corners", "", (2.0,), True),
            ("linear", "asymmetric", "", (2.0,), False),
            ("cubic", "half_pixel", "", (2.0,), False),
        ],
    )
    def test_which_resizings_are_upsamplings(self, mode, coordinates, rounding, scales, exact):
        made, same = resized(Resizing(mode, coordinates, rounding, scales, None), None, 1)
        assert (made.factor, same) == (int(scales[0]), exact)

    def test_a_size_that_is_not_known(self):
        assert resized(Resizing("nearest", "asymmetric", "floor", (1.5,), None), None, 1) == (None, False)


def spoilt(rng, graph):
    """The graph with something exchanged that no exporter would write."""
    nodes, constants = list(graph.nodes), dict(graph.constants)
    junk = [
        None,
        0,
        -1,
        3,
        2**62,
        1.5,
        float("inf"),
        float("nan"),
        "",
        "SAME_UPPER",
        (),
        (0,),
        (1, 2),
        (-1, -1, -1, -1),
    ]
    junk += [(2**62,) * 4, ("a",), (1.5, 2.5), numbers(1), Constant((2, 2), None)]
    for _ in range(rng.choice((1, 1, 2, 4))):
        place = rng.randrange(len(nodes))
        made, way = nodes[place], rng.randrange(6)
        names = ["data", "", "w0", "t1", "t2", *made.outputs]
        if way == 0:
            keys = [
                *made.attributes,
                "axis",
                "perm",
                "axes",
                "pads",
                "strides",
                "mode",
                "group",
                "start",
                "to",
                "blocksize",
            ]
            nodes[place] = made._replace(attributes={**made.attributes, rng.choice(keys): rng.choice(junk)})
        elif way == 1:
            ops = (
                "Conv",
                "Reshape",
                "Transpose",
                "Concat",
                "Add",
                "MatMul",
                "Gemm",
                "Resize",
                "Slice",
                "Pad",
                "Squeeze",
            )
            more = ("Unsqueeze", "Shape", "Gather", "Flatten", "ReduceMean", "PRelu", "LayerNormalization", "If")
            nodes[place] = made._replace(op=rng.choice(ops + more))
        elif way == 2 and made.inputs:
            at = rng.randrange(len(made.inputs))
            nodes[place] = made._replace(inputs=(*made.inputs[:at], rng.choice(names), *made.inputs[at + 1 :]))
        elif way == 3 and constants:
            dims = tuple(rng.choice((0, 1, 2, 3, 2**62)) for _ in range(rng.randrange(5)))
            values = tuple(rng.choice((0, -1, 2, None, 2.5, float("inf"), 2**62)) for _ in range(rng.randrange(6)))
            constants[rng.choice([*constants])] = Constant(dims, rng.choice((None, values)))
        elif way == 4:
            graph = graph._replace(
                sizes=rng.choice((None, (), (1,), (1, 3), (None,) * 4, (1, 2**62, 3), (1, 4, 8, 8, 8)))
            )
        elif len(nodes) > 1:
            del nodes[place]
    return graph._replace(nodes=tuple(nodes), constants=constants, opset=rng.choice((graph.opset, -1, 7, 13, 10**9)))


@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_read_there_is_a_network_or_one_of_our_errors(seed):
    rng = random.Random(seed)
    w = {"w0": weights(8, 4, 3, 3), "b": weights(8), "axes": numbers(2, 3), "pads": numbers(0, 0, 1, 1, 0, 0, 1, 1)}
    w |= {"scales": numbers(1.0, 1.0, 2.0, 2.0), "shape": numbers(0, -1), "v": weights(8, 10), "starts": numbers(1, 1)}
    w |= {"ends": numbers(-1, FAR), "g": weights(8, 8, 2, 2)}
    base = graph_of(
        node("Conv", "data", "w0", "b", name="t1", pads=(1, 1, 1, 1)),
        node("MaxPool", "t1", name="t2", kernel_shape=(2, 2), strides=(2, 2), ceil_mode=1),
        node("Pad", "t2", "pads", name="t3"),
        node("Resize", "t3", "", "scales", name="t4"),
        node("Slice", "t4", "starts", "ends", "axes", name="t5"),
        node("ConvTranspose", "t5", "g", name="t6", strides=(2, 2)),
        node("Shape", "t6", name="t7"),
        node("Add", "t6", "t6", name="t8"),
        node("Concat", "t8", "t6", name="t9", axis=1),
        node("Transpose", "t9", name="t10", perm=(0, 2, 3, 1)),
        node("ReduceMean", "t10", name="t11", axes=(1, 2), keepdims=0),
        node("Reshape", "t11", "shape", name="t12"),
        node("Gemm", "t12", "v", name="t13"),
        **w,
    )
    read = 0
    for _ in range(60):
        try:
            network = network_of(spoilt(rng, base))
        except RefusedError:
            continue
        read += 1
        if network.input_shape is None or max(network.input_shape) < 10**6:
            trace(network, network.input_shape or (4, 9, 11))
    assert read
