"""Keras models from their JSON: each layer against shapes and counts worked out by hand, wirings of Keras 2 and 3,
refusals, and (where Keras is installed) random models against what Keras itself says of every layer."""

from __future__ import annotations

import json
import math
import os
import random
import re

import pytest
from mutated import mutated

import convarith as ca
from convarith.errors import ParameterError, RefusedError
from convarith.network.merging import Concatenation, Product, Sum
from convarith.network.operations import (
    Convolution,
    Flatten,
    GlobalPooling,
    Normalization,
    Padding,
    Unchanged,
    Unflatten,
    Unknown,
)
from convarith.network.readers.keras_models import from_keras
from convarith.network.tracing import trace, traced

UP = {"filters": 2, "kernel_size": [3, 3], "strides": [2, 2]}
CHANNELS_FIRST = {"data_format": "channels_first"}


def layer(kind, name, **config):
    return {"class_name": kind, "config": {"name": name, **config}}


def sequential(shape, *layers):
    start = layer("InputLayer", "data", batch_shape=[None, *shape])
    return {"class_name": "Sequential", "config": {"name": "small", "layers": [start, *layers]}}


def described(network, input_shape=None):
    """(name, shape, parameters) of every node but the input."""
    met = traced(network, input_shape).met
    return [
        (node.name, found.shape, found.weights + found.biases + found.norm)
        for node, found in zip(network.nodes[1:], met[1:], strict=True)
    ]


class TestLayers:
    """Of an input of 10x12 (channels last, 4 channels) unless it says otherwise."""

    @pytest.mark.parametrize(
        ("kind", "config", "shape", "parameters"),
        [
            ("Conv2D", {"filters": 8, "kernel_size": [3, 3]}, (8, 8, 10), 3 * 3 * 4 * 8 + 8),
            ("Conv2D", {"filters": 8, "kernel_size": 3, "strides": [2, 3], "padding": "same"}, (8, 5, 4), 296),
            ("Conv2D", {"filters": 8, "kernel_size": 3, "groups": 2, "use_bias": False}, (8, 8, 10), 3 * 3 * 2 * 8),
            ("Conv2D", {"filters": 8, "kernel_size": [3, 3], "dilation_rate": [2, 3]}, (8, 6, 6), 296),
            ("Conv2DTranspose", {**UP, "padding": "same"}, (2, 20, 24), 74),
            ("Conv2DTranspose", {**UP, "padding": "same", "output_padding": None}, (2, 20, 24), 74),
            ("Conv2DTranspose", {**UP, "padding": "same", "output_padding": 0}, (2, 19, 23), 74),
            ("Conv2DTranspose", UP, (2, 21, 25), 74),
            ("DepthwiseConv2D", {"kernel_size": [3, 3], "depth_multiplier": 2}, (8, 8, 10), 3 * 3 * 4 * 2 + 8),
            (
                "SeparableConv2D",
                {"filters": 6, "kernel_size": [3, 3], "depth_multiplier": 2, "padding": "same"},
                (6, 10, 12),
                3 * 3 * 4 * 2 + 8 * 6 + 6,
            ),
            ("Dense", {"units": 5}, (5, 10, 12), 25),
            ("MaxPooling2D", {"pool_size": [2, 2]}, (4, 5, 6), 0),
            ("MaxPooling2D", {"pool_size": [3, 3], "strides": [2, 2], "padding": "same"}, (4, 5, 6), 0),
            ("AveragePooling2D", {"pool_size": [3, 3], "strides": None}, (4, 3, 4), 0),
            ("GlobalAveragePooling2D", {}, (4,), 0),
            ("GlobalMaxPooling2D", {"keepdims": True}, (4, 1, 1), 0),
            ("AdaptiveAveragePooling2D", {"output_size": [5, 3]}, (4, 5, 3), 0),
            ("ZeroPadding2D", {"padding": [[1, 2], [0, 3]]}, (4, 13, 15), 0),
            ("Cropping2D", {"cropping": [[1, 2], [0, 3]]}, (4, 7, 9), 0),
            ("UpSampling2D", {"size": [2, 3], "interpolation": "bilinear"}, (4, 20, 36), 0),
            ("Resizing", {"height": 5, "width": 7}, (4, 5, 7), 0),
            ("Flatten", {}, (480,), 0),
            ("Reshape", {"target_shape": [480]}, (480,), 0),
            ("Reshape", {"target_shape": [-1]}, (480,), 0),
            ("Reshape", {"target_shape": [10, 12, 4]}, (4, 10, 12), 0),
            ("BatchNormalization", {}, (4, 10, 12), 8),
            ("BatchNormalization", {"axis": [3]}, (4, 10, 12), 8),
            ("BatchNormalization", {"scale": False}, (4, 10, 12), 4),
            ("BatchNormalization", {"scale": False, "center": False}, (4, 10, 12), 0),
            ("BatchNormalization", {"axis": 1}, (4, 10, 12), 20),
            ("LayerNormalization", {"axis": [1, 2, 3]}, (4, 10, 12), 960),
            ("LayerNormalization", {"axis": -1, "rms_scaling": True}, (4, 10, 12), 4),
            ("GroupNormalization", {"groups": 2}, (4, 10, 12), 8),
            ("RMSNormalization", {"axis": -1}, (4, 10, 12), 4),
            ("PReLU", {}, (4, 10, 12), 480),
            ("PReLU", {"shared_axes": [1, 2]}, (4, 10, 12), 4),
            ("SpatialDropout2D", {"rate": 0.5}, (4, 10, 12), 0),
            ("Rescaling", {"scale": 0.5}, (4, 10, 12), 0),
            ("Permute", {"dims": [1, 2, 3]}, (4, 10, 12), 0),
            ("LayerScale", {"projection_dim": 4}, (4, 10, 12), 4),
        ],
    )  # fmt: skip
    def test_shape_and_parameters(self, kind, config, shape, parameters):
        network = from_keras(sequential([10, 12, 4], layer(kind, "it", **config)))
        found = described(network)
        assert found[-1][1] == shape
        assert sum(count for _, _, count in found) == parameters
        assert network.warnings == ()

    @pytest.mark.parametrize(
        ("kind", "config", "shape"),
        [
            ("Conv1D", {"filters": 8, "kernel_size": [3], "padding": "causal", "dilation_rate": [2]}, (8, 9)),
            ("MaxPooling1D", {"pool_size": [2], "strides": [2]}, (4, 4)),
            ("ZeroPadding1D", {"padding": [1, 3]}, (4, 13)),
            ("Cropping1D", {"cropping": [1, 3]}, (4, 5)),
            ("UpSampling1D", {"size": 3}, (4, 27)),
        ],
    )
    def test_of_one_axis(self, kind, config, shape):
        assert described(from_keras(sequential([9, 4], layer(kind, "it", **config))))[-1][1] == shape

    @pytest.mark.parametrize(
        ("kind", "config", "shape"),
        [
            ("Conv2D", {"filters": 8, "kernel_size": [3, 3]}, (8, 10, 2)),
            ("GlobalAveragePooling2D", {}, (10,)),
            ("ZeroPadding2D", {"padding": [[1, 2], [0, 3]]}, (10, 15, 7)),
        ],
    )
    def test_with_channels_first(self, kind, config, shape):
        first = sequential([10, 12, 4], layer(kind, "it", **config, **CHANNELS_FIRST))
        assert from_keras(first).input_shape == (10, 12, 4)
        assert described(from_keras(first))[-1][1] == shape

    def test_an_activation_is_a_node_of_its_own(self):
        network = from_keras(sequential([8, 8, 3], layer("Conv2D", "c", filters=2, kernel_size=1, activation="relu")))
        assert [(node.name, node.operation) for node in network.nodes[1:]] == [
            ("c", Convolution(ca.Conv(1), 2)),
            ("c_relu", Unchanged("ReLU")),
        ]

    @pytest.mark.parametrize(
        ("given", "name"),
        [
            ({"module": "keras.layers", "class_name": "LeakyReLU", "config": {}, "registered_name": None}, "LeakyReLU"),
            ({"class_name": "function", "config": "relu6", "registered_name": "function"}, "ReLU6"),
            ({"class_name": "function", "config": "f", "registered_name": "my_package>wobble"}, "wobble"),
            ("silu", "SiLU"),
            ("softmax", "Softmax"),
        ],
    )
    def test_how_activations_are_written(self, given, name):
        network = from_keras(sequential([8, 8, 3], layer("Conv2D", "c", filters=2, kernel_size=1, activation=given)))
        assert network.nodes[-1].operation == Unchanged(name)

    def test_a_generator_begins_flat(self):
        network = from_keras(
            sequential(
                [100],
                layer("Dense", "d", units=98),
                layer("Reshape", "r", target_shape=[7, 7, 2]),
                layer("Conv2DTranspose", "up", filters=1, kernel_size=[5, 5], strides=[2, 2], padding="same"),
            )
        )
        assert network.input_shape == (100, 1, 1)
        assert [node.operation for node in network.nodes[1:4:2]] == [Flatten(), Unflatten((2, 7, 7))]
        assert [found[1:] for found in described(network)] == [
            ((100,), 0),
            ((98,), 9898),
            ((2, 7, 7), 0),
            ((1, 14, 14), 51),
        ]
        assert network.warnings == ("the input is flat, of 100 features; it is taken as 100x1x1",)

    @pytest.mark.parametrize("shape", [[784], [28, 28], [28, 28, 1]])
    def test_an_input_that_is_reshaped_first(self, shape):
        conv = layer("Conv2D", "c", filters=4, kernel_size=[3, 3])
        network = from_keras(sequential(shape, layer("Reshape", "r", target_shape=[28, -1, 1]), conv))
        assert network.input_shape == (1, 28, 28)
        assert described(network)[-1] == ("c", (4, 26, 26), 40)

    @pytest.mark.parametrize(
        ("kind", "config", "operation"),
        [
            ("Activation", {"activation": "relu"}, Unchanged("ReLU")),
            ("Activation", {"activation": "linear"}, Unchanged("Identity")),
            ("ReLU", {"max_value": None}, Unchanged("ReLU")),
            ("GaussianDropout", {"rate": 0.5}, Unchanged("GaussianDropout")),
            ("UnitNormalization", {}, Unchanged("UnitNormalization")),
            ("ZeroPadding2D", {"padding": [[1, 1], [1, 1]]}, Padding(((1, 1),))),
            ("ZeroPadding2D", {"padding": 2}, Padding(((2, 2),))),
            ("BatchNormalization", {}, Normalization()),
            ("BatchNormalization", {"center": False}, Unchanged("BatchNorm", 3)),
            ("Reshape", {"target_shape": [8, 8, 3]}, Unchanged("Reshape")),
        ],
    )
    def test_the_operation_of_a_layer(self, kind, config, operation):
        assert (
            from_keras(json.dumps(sequential([8, 8, 3], layer(kind, "it", **config)))).nodes[1].operation == operation
        )

    @pytest.mark.parametrize(
        ("kind", "config", "why"),
        [
            ("Reshape", {"target_shape": [64, 3]}, "to (64, 3) mixes axes"),
            ("Reshape", {"target_shape": [4, -1, 3]}, "to (4, -1, 3) mixes axes"),
            ("Permute", {"dims": [2, 1, 3]}, "by (2, 1, 3) exchanges axes"),
            ("Lambda", {}, "is no layer that is known here"),
        ],
    )
    def test_what_cannot_be_carried(self, kind, config, why):
        network = from_keras(sequential([8, 8, 3], conv("c"), layer(kind, "it", **config)))
        assert network.nodes[-1].operation == Unknown(kind)
        assert network.warnings == (f"it: {kind} {why}; it is taken to keep its shape",)

    @pytest.mark.parametrize(
        ("kind", "config", "why"),
        [
            ("Cropping1D", {"cropping": [1, 1]}, "acts on the channels here, as they are first"),
            ("UpSampling1D", {"size": 2}, "acts on the channels here, as they are first"),
            ("Dense", {"units": 2}, "acts on the width here, as the channels are first"),
        ],
    )
    def test_what_means_another_axis_with_channels_first(self, kind, config, why):
        first = layer("Conv1D", "c", filters=2, kernel_size=[1], **CHANNELS_FIRST)
        assert from_keras(sequential([4, 9], first, layer(kind, "it", **config))).warnings == (
            f"it: {kind} {why}; it is taken to keep its shape",
        )

    @pytest.mark.parametrize(
        ("target", "shape"), [([7, 7, 2], (2, 7, 7)), ([7, -1, 2], (2, 7, 7)), ([-1, 49], (49, 2))]
    )
    def test_features_to_axes(self, target, shape):
        generator = sequential([5], layer("Dense", "d", units=98), layer("Reshape", "r", target_shape=target))
        axes = len(target) - 1
        assert from_keras(generator).input_shape == (5, *(1,) * axes)
        assert described(from_keras(generator))[-1][1] == shape

    def test_what_hangs_on_sizes_that_are_not_known(self):
        network = from_keras(
            sequential([None, None, 3], layer("PReLU", "p"), layer("LayerNormalization", "n", axis=[1, 3]))
        )
        assert network.warnings == tuple(
            f"{name}: its parameters hang on sizes that are not known, and are not counted" for name in "pn"
        )

    def test_a_layer_without_a_name_is_called_by_its_class(self):
        network = from_keras(sequential([8, 8, 3], {"class_name": "Flatten", "config": {}}))
        assert network.nodes[1].name == "flatten"

    def test_what_nobody_knows_is_unknown_and_said(self):
        network = from_keras(sequential([8, 3], layer("LSTM", "a", units=4), layer("LSTM", "b", units=4)))
        assert [node.operation for node in network.nodes[1:]] == [Unknown("LSTM")] * 2
        assert network.warnings == ("a, b: LSTM is no layer that is known here; each is taken to keep its shape",)

    def test_sizes_that_are_not_known(self):
        network = from_keras(
            sequential(
                [None, None, 3],
                layer("Conv2D", "c", filters=4, kernel_size=[3, 3]),
                layer("BatchNormalization", "bn", scale=False),
                layer("GlobalAveragePooling2D", "gap"),
                layer("Dense", "d", units=2),
            )
        )
        assert network.input_shape is None
        assert described(network, (3, 9, 9)) == [
            ("c", (4, 7, 7), 112),
            ("bn", (4, 7, 7), 4),
            ("gap", (4,), 0),
            ("d", (2,), 10),
        ]


def tensor(name, call=0, index=0):
    """A tensor as Keras 3 writes it."""
    return {"class_name": "__keras_tensor__", "config": {"shape": [], "keras_history": [name, call, index]}}


def node3(*names, nested=False):
    """An inbound node of Keras 3; merging layers take a list."""
    tensors = [tensor(*name) if isinstance(name, tuple) else tensor(name) for name in names]
    return {"args": [tensors] if nested or len(tensors) > 1 else tensors, "kwargs": {"training": False}}


def node2(*names):
    """An inbound node of Keras 2."""
    return [[*(name if isinstance(name, tuple) else (name, 0, 0)), {}] for name in names]


def functional(layers, outputs, name="whole", inputs=("data",)):
    """A functional model of (layer, its inbound nodes)."""
    return {
        "class_name": "Functional",
        "config": {
            "name": name,
            "layers": [{**each, "name": each["config"]["name"], "inbound_nodes": nodes} for each, nodes in layers],
            "input_layers": [[start, 0, 0] for start in inputs],
            "output_layers": [[*output] for output in outputs],
        },
    }


def start(*shape, name="data", key="batch_shape"):
    return (layer("InputLayer", name, **{key: [None, *shape]}), [])


def conv(name, filters=4, size=3, **config):
    return layer("Conv2D", name, filters=filters, kernel_size=[size, size], padding="same", **config)


class TestWiring:
    @pytest.mark.parametrize("node", [node2, node3])
    def test_a_branch_that_no_layer_makes_is_refused_and_not_left_out(self, node):
        layers = [start(8, 8, 1), (conv("a"), [node("data")]), (layer("Concatenate", "c"), [node("a", "zz")])]
        with pytest.raises(
            ParameterError, match=r"^the model names a layer 'zz' that it does not have; known are data, a, c"
        ):
            from_keras(functional(layers, [("c", 0, 0)]))

    @pytest.mark.parametrize("node", [node2, node3])
    def test_branches_meet(self, node):
        network = from_keras(
            functional(
                [
                    start(8, 8, 4),
                    (conv("a"), [node("data")]),
                    (layer("Add", "sum"), [node("a", "data")]),
                    (layer("Concatenate", "cat", axis=-1), [node("sum", "a")]),
                    (layer("GlobalAveragePooling2D", "gap", keepdims=True), [node("cat")]),
                    (conv("gate", 8, 1, activation="sigmoid"), [node("gap")]),
                    (layer("Multiply", "out"), [node("cat", "gate")]),
                ],
                [("out", 0, 0)],
            )
        )
        assert [(each.name, each.inputs) for each in network.nodes] == [
            ("input", ()),
            ("a", (0,)),
            ("sum", (1, 0)),
            ("cat", (2, 1)),
            ("gap", (3,)),
            ("gate", (4,)),
            ("gate_sigmoid", (5,)),
            ("out", (3, 6)),
        ]
        assert [network.nodes[number].operation for number in (2, 3, 7)] == [Sum(), Concatenation(), Product()]
        assert described(network)[-1][1] == (8, 8, 8)
        assert network.title == "whole"

    @pytest.mark.parametrize("node", [node2, node3])
    def test_layers_that_are_listed_late(self, node):
        last = (layer("Add", "sum"), [node("a", "data")])
        network = from_keras(functional([start(8, 8, 4), last, (conv("a"), [node("data")])], [("sum", 0, 0)]))
        assert [each.name for each in network.nodes] == ["input", "a", "sum"]

    @pytest.mark.parametrize("node", [node2, node3])
    def test_a_shared_layer_is_as_many_nodes(self, node):
        network = from_keras(
            functional(
                [
                    start(8, 8, 4),
                    (conv("a"), [node("data"), node(("a", 0, 0))]),
                    (layer("Add", "s"), [node("a", ("a", 1, 0))]),
                ],
                [("s", 0, 0)],
            )
        )
        assert [(each.name, each.inputs) for each in network.nodes[1:]] == [("a", (0,)), ("a-2", (1,)), ("s", (1, 2))]
        assert network.warnings == ("a is called more than once; its parameters are counted each time",)

    @pytest.mark.parametrize(("node", "first"), [(node2, 1), (node3, 0)])
    def test_a_model_in_the_model(self, node, first):
        inner = functional(
            [start(8, 8, 4, name="in"), (conv("c"), [node("in")])], [("c", 0, 0)], name="block", inputs=("in",)
        )
        network = from_keras(
            functional(
                [
                    start(8, 8, 4),
                    (inner, [node("data"), node(("block", first, 0))]),
                    (conv("c"), [node(("block", first + 1, 0))]),
                ],
                [("c", 0, 0)],
            )
        )
        assert [(each.name, each.inputs) for each in network.nodes[1:]] == [
            ("block/c", (0,)),
            ("block/c-2", (1,)),
            ("c", (2,)),
        ]

    def test_a_sequential_in_a_sequential(self):
        inner = layer("Sequential", "inner", layers=[layer("InputLayer", "x", batch_shape=[None, 8, 8, 4]), conv("c")])
        network = from_keras({"class_name": "Sequential", "config": {"layers": [inner, layer("Flatten", "f")]}})
        assert network.input_shape == (4, 8, 8)
        assert [each.name for each in network.nodes[1:]] == ["inner/c", "f"]

    def test_tensors_that_are_named_arguments(self):
        add = {**layer("TFOpLambda", "plus", function="__operators__.add"), "inbound_nodes": []}
        layers = [start(8, 8, 4), (conv("a"), [node2("data")]), (add, [[["a", 0, 0, {"y": ["data", 0, 0]}]]])]
        network = from_keras(functional(layers, [("plus", 0, 0)]))
        assert (network.nodes[-1].operation, network.nodes[-1].inputs) == (Sum(), (1, 0))

    def test_arithmetic_on_tensors(self):
        scaled = {"module": "keras.src.ops.numpy", "class_name": "Multiply", "config": {"name": "scaled"}}
        mean = {"module": "keras.src.ops.numpy", "class_name": "Mean", "config": {"name": "mean", "axis": [1, 2]}}
        half = {"args": [tensor("data"), 0.5], "kwargs": {}}
        layers = [start(8, 8, 4), (scaled, [half]), (mean, [node3("scaled")])]
        network = from_keras(functional(layers, [("mean", 0, 0)]))
        assert [each.operation for each in network.nodes[1:]] == [Unchanged("Multiply"), GlobalPooling("avg", False)]

    @pytest.mark.parametrize("axis", [-1, 3, 2])
    def test_channels_joined_by_an_operation(self, axis):
        joined = {"module": "keras.src.ops.numpy", "class_name": "Concatenate", "config": {"name": "j", "axis": axis}}
        layers = [start(8, 8, 4), (conv("a"), [node3("data")]), (joined, [node3("data", "a")])]
        last = from_keras(functional(layers, [("j", 0, 0)])).nodes[-1].operation
        assert last == (Unknown("Concatenate") if axis == 2 else Concatenation())

    def test_a_sum_stretched_over_all_positions(self):
        layers = [
            start(8, 8, 4),
            (layer("GlobalAveragePooling2D", "g", keepdims=True), [node3("data")]),
            (layer("GlobalMaxPooling2D", "flat"), [node3("data")]),
            (layer("Add", "s"), [node3("data", "g")]),
            (layer("Multiply", "m"), [node3("s", "flat")]),
        ]
        network = from_keras(functional(layers, [("m", 0, 0)]))
        assert [(each.name, each.operation) for each in network.nodes[3:]] == [
            ("s", Product()),
            ("m_axes", Unflatten((4, 1, 1))),
            ("m", Product()),
        ]
        assert described(network)[-1][1] == (4, 8, 8)

    def test_a_sum_of_what_does_not_fit_stays_one(self):
        pool = layer("MaxPooling2D", "p", pool_size=[2, 2])
        layers = [start(8, 8, 4), (pool, [node3("data")]), (layer("Add", "s"), [node3("data", "p")])]
        network = from_keras(functional(layers, [("s", 0, 0)]))
        assert network.nodes[-1].operation == Sum()
        assert str(trace(network).refusal).startswith("s: axis 0 (height): the sum of tensors of size 8 and 4")

    def test_only_the_first_of_unlike_tensors_is_followed(self):
        pool = layer("MaxPooling2D", "p", pool_size=[2, 2])
        layers = [start(8, 8, 4), (pool, [node3("data")]), (layer("CrossAttention", "x"), [node3("data", "p")])]
        network = from_keras(functional(layers, [("x", 0, 0)]))
        assert (network.nodes[-1].inputs, len(network)) == ((0,), 2)
        assert network.warnings == (
            "x: CrossAttention is no layer that is known here, and of its tensors only the first is followed; it is "
            "taken to keep its shape",
        )

    def test_the_oldest_form_of_a_sequential(self):
        layers = [
            layer("Conv2D", "c", batch_input_shape=[None, 8, 8, 1], filters=2, kernel_size=3),
            layer("Flatten", "f"),
        ]
        network = from_keras({"class_name": "Sequential", "config": layers, "keras_version": "2.0.8"})
        assert (network.input_shape, described(network)[-1]) == ((1, 8, 8), ("f", (72,), 0))

    def test_what_tensorflow_js_puts_around_it(self):
        inside = sequential([8, 8, 1], layer("Flatten", "f"))
        assert from_keras({"format": "layers-model", "modelTopology": {"model_config": inside}}).input_shape == (
            1,
            8,
            8,
        )

    def test_ten_thousand_layers(self):
        layers = [start(8, 8, 4), (layer("ReLU", "r0"), [node3("data")])]
        layers += [(layer("ReLU", f"r{number}"), [node3(f"r{number - 1}")]) for number in range(1, 10_000)]
        assert len(from_keras(functional(layers, [("r9999", 0, 0)]))) == 10_000


class TestRefusals:
    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            ("[", "this is no JSON: "),
            ({}, "this is no Keras model: it has no class_name; give the text of model.to_json()"),
            ({"layers": []}, "this is no Keras model: it has no class_name; take from_json"),
            (
                {"class_name": "MyModel", "config": {}},
                "the config of 'MyModel' has no layers: of a subclassed model, to_json() tells none; build it as "
                "Sequential or of functional calls",
            ),
            (
                sequential([8, 8, 1], layer("Conv2D", "c", filters=2)),
                "c (Conv2D): its config has no kernel_size; the JSON of model.to_json() has it",
            ),
            (
                sequential([8, 8, 1], layer("Conv2D", "c", filters="2", kernel_size=3)),
                "c (Conv2D): filters must be a whole number; got '2' (str), give an int",
            ),
            (
                sequential([8, 8, 1], layer("MaxPooling2D", "p", pool_size=[2, 2], padding="full")),
                "p (MaxPooling2D): padding 'full' is none of Keras's; known are valid, same",
            ),
            (
                sequential([8, 8, 1], conv("a", **CHANNELS_FIRST), conv("b", data_format="channels_last")),
                "a has its channels first and b has them last; build the model with one data_format",
            ),
            (
                sequential([8, "8", 1], layer("Flatten", "f")),
                "the shape of the input has '8', which is no size",
            ),
            (
                functional(
                    [start(4), start(4, name="more"), (layer("Add", "s"), [node3("data", "more")])],
                    [("s", 0, 0)],
                    inputs=("data", "more"),
                ),
                "the model has 2 inputs, data, more; a network here is from one tensor to one: make a keras.Model from "
                "one to one and take its to_json()",
            ),
            (
                functional([start(4), (layer("ReLU", "a"), [node3("data")])], [("a", 0, 0), ("data", 0, 0)]),
                "the model has 2 outputs, a, data; a network here is from one tensor to one: make a keras.Model from "
                "one to one and take its to_json()",
            ),
            (
                functional([start(4), (layer("ReLU", "a"), [node3("data")])], [("b", 0, 0)]),
                "the model names a layer 'b' that it does not have; known are data, a",
            ),
            (
                functional([start(4), (layer("ReLU", "a"), [node3("data")])], [("a", 3, 0)]),
                "the model names call 3 of a, which it does not have",
            ),
            (
                functional([start(4), (layer("ReLU", "a"), [node3("a")])], [("a", 0, 0)]),
                "a takes what comes of itself",
            ),
            (
                functional([start(4), (layer("ReLU", "a"), [])], [("a", 0, 0)]),
                "a (ReLU) takes no tensor, and is no input of the model",
            ),
        ],
    )
    def test_a_model(self, data, sentence):
        with pytest.raises(ParameterError) as refusal:
            from_keras(data)
        assert str(refusal.value).startswith(sentence)

    def test_models_in_models_have_an_end(self):
        inner = sequential([8, 8, 1])
        for number in range(50):
            inner = {"class_name": "Sequential", "config": {"name": f"m{number}", "layers": [inner]}}
        assert from_keras(inner).input_shape == (1, 8, 8)
        with pytest.raises(ParameterError, match=r"lies more than 50 models deep; flatten the model$"):
            from_keras({"class_name": "Sequential", "config": {"name": "last", "layers": [inner]}})


def bases():
    """Small models of every kind, to be spoilt."""
    for node in (node2, node3):
        inner = functional([start(8, 8, 4, name="in"), (conv("c"), [node("in")])], [("c", 0, 0)], "block", ("in",))
        yield functional(
            [
                start(8, 8, 4, key="batch_input_shape" if node is node2 else "batch_shape"),
                (inner, [node("data")]),
                (layer("BatchNormalization", "bn", axis=-1, scale=False), [node("block")]),
                (layer("Add", "sum"), [node("bn", "data")]),
                (layer("Concatenate", "cat", axis=3), [node("sum", "bn")]),
                (layer("PReLU", "p", shared_axes=[1, 2]), [node("cat")]),
                (layer("Conv2DTranspose", "up", filters=2, kernel_size=[3, 3], strides=[2, 2]), [node("p")]),
                (layer("Flatten", "f"), [node("up")]),
                (layer("Dense", "d", units=18, activation="relu"), [node("f")]),
                (layer("Reshape", "r", target_shape=[3, -1, 2]), [node("d")]),
                (layer("UpSampling2D", "u", size=[2, 2]), [node("r")]),
                (layer("ZeroPadding2D", "z", padding=[[1, 1], [1, 0]]), [node("u")]),
            ],
            [("z", 0, 0)],
        )
    yield sequential(
        [8, 8, 4], conv("c"), layer("SeparableConv2D", "s", filters=2, kernel_size=3), layer("Flatten", "f")
    )
    yield sequential(
        [9, 4], layer("Conv1D", "c", filters=2, kernel_size=[3]), layer("Cropping1D", "k", cropping=[1, 1])
    )


@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_read_there_is_a_network_or_one_of_our_errors(seed):
    rng = random.Random(seed)
    models = list(bases())
    read = 0
    for _ in range(60):
        try:
            network = from_keras(mutated(rng, rng.choice(models)))
        except RefusedError:
            continue
        read += 1
        if network.input_shape is None or max(network.input_shape) < 10**6:
            trace(network, network.input_shape or (4, 8, 8))
    assert read


# Keras itself


@pytest.fixture(scope="module")
def keras():
    """Keras, with TensorFlow, which does not speak."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return pytest.importorskip("keras")


def ours_first(shape, last):
    """A shape of Keras, without the batch, with channels first."""
    own = tuple(shape)[1:]
    return (own[-1], *own[:-1]) if last else own


def compared(model, text, last):
    """How many layers were compared: their shapes, and their trainable parameters."""
    from drawn_keras import all_layers

    network = from_keras(text)
    met = traced(network).met
    shapes, counts, calls = {}, {}, {}
    for node, found in zip(network.nodes, met, strict=True):
        plain = node.name.rpartition("/")[2]
        name = re.split("[-_]", plain)[0]
        shapes.setdefault(name, []).append(found.shape)
        counts[name] = counts.get(name, 0) + found.weights + found.biases + found.norm
        calls[name] = calls.get(name, 0) + bool(re.fullmatch(r"l\d+(-\d+)?", plain))
    number = 0
    for each in all_layers(model):
        if not re.fullmatch(r"l\d+", each.name):
            continue
        number += 1
        weights = sum(math.prod(weight.shape) for weight in each.trainable_weights)
        assert counts[each.name] == weights * calls[each.name], each
        if len(each._inbound_nodes) == 1:
            assert shapes[each.name][-1] == ours_first(each.output.shape, last), each
    assert met[-1].shape == ours_first(model.outputs[0].shape, last)
    return number


@pytest.mark.conformance
@pytest.mark.filterwarnings("ignore")  # Keras warns as it likes
@pytest.mark.parametrize("seed", range(8))
def test_random_models_are_as_keras_says(keras, seed):
    from drawn_keras import Drawing, as_keras_2

    compared_layers = 0
    for number in range(40):
        rng = random.Random(1000 * seed + number)
        drawing = Drawing(rng, keras)
        model = drawing.sequential() if number % 2 else drawing.functional()
        text = model.to_json()
        if not drawing.last and "channels_first" not in text:
            continue  # which no layer of it tells
        compared_layers += compared(model, text, drawing.last)
        compared(model, as_keras_2(text), drawing.last)
    keras.backend.clear_session()
    assert compared_layers > 100


@pytest.mark.conformance
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "name", ["MobileNet", "VGG16", "ResNet50", "DenseNet121", "InceptionV3", "Xception", "EfficientNetB0"]
)
def test_the_models_that_keras_brings(keras, name):
    from drawn_keras import as_keras_2

    model = getattr(keras.applications, name)(weights=None)
    names = {each.name for each in model.layers}
    for text in (model.to_json(), as_keras_2(model.to_json())):
        network = from_keras(text)
        shapes, counts = {}, {}
        for node, found in zip(network.nodes, traced(network).met, strict=True):
            own = node.name
            while own not in names and "_" in own:
                own = own.rpartition("_")[0]
            shapes[own] = found.shape
            counts[own] = counts.get(own, 0) + found.weights + found.biases + found.norm
        for each in model.layers[1:]:
            assert shapes[each.name] == ours_first(each.output.shape, last=True), each
            assert counts[each.name] == sum(math.prod(weight.shape) for weight in each.trainable_weights), each
        assert network.warnings == ()
    keras.backend.clear_session()
