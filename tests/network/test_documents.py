"""Networks as TOML and JSON: every type with its keys, round trips, and the sentences for what is not by the schema."""

from __future__ import annotations

import json
import random
import tomllib
from contextlib import suppress

import pytest
from drawn_anything import networks
from hypothesis import given, settings
from mutated import mutated

import convarith as ca
from convarith.errors import ParameterError, RefusedError
from convarith.network.graph import Builder, Network, Node
from convarith.network.merging import Concatenation, CropTo, Product, Sum
from convarith.network.operations import (
    AdaptivePooling,
    Convolution,
    Flatten,
    FullyConnected,
    GlobalPooling,
    Input,
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
from convarith.network.readers.document_schema import TYPES
from convarith.network.readers.documents import from_dict, from_json, from_toml
from convarith.network.writers.documents import as_dict, write_json, write_toml

WRITTEN = [
    ('type = "conv", features = 8, kernel_size = 3', Convolution(ca.Conv(3), 8)),
    (
        'type = "conv", features = 8, kernel_size = [3, 5], stride = [1, 2], padding = [[0, 1], 2], dilation = 2, '
        "input_dilation = 3, groups = 4, bias = false, in_channels = 12",
        Convolution(
            ca.Conv((3, 5), stride=(1, 2), padding=((0, 1), (2, 2)), dilation=2, input_dilation=3), 8, 4, False, 1, 12
        ),
    ),
    (
        'type = "conv", features = 8, kernel_size = 3, padding = ["same", 1]',
        Convolution(ca.Conv(3, padding=("same", 1)), 8),
    ),
    ('type = "depthwise_conv", kernel_size = 3', Convolution(ca.Conv(3), None, None)),
    (
        'type = "depthwise_conv", kernel_size = 3, multiplier = 2, bias = false',
        Convolution(ca.Conv(3), None, None, False, 2),
    ),
    (
        'type = "conv_transpose", features = 8, kernel_size = 3, stride = 2, padding = 1, output_padding = 1',
        TransposedConvolution(ca.ConvTranspose(3, stride=2, padding=1, output_padding=1), 8),
    ),
    (
        'type = "depthwise_conv_transpose", kernel_size = 2, stride = 2',
        TransposedConvolution(ca.ConvTranspose(2, stride=2), None, None),
    ),
    ('type = "max_pool", kernel_size = 2', Pooling(ca.Pool(2))),
    (
        'type = "avg_pool", kernel_size = 3, stride = 2, padding = 1, dilation = 2, ceil_mode = true',
        Pooling(ca.Pool(3, stride=2, padding=1, dilation=2, ceil_mode=True), "avg"),
    ),
    ('type = "lp_pool", kernel_size = [2, 3]', Pooling(ca.Pool((2, 3)), "lp")),
    ('type = "global_max_pool"', GlobalPooling("max")),
    ('type = "global_avg_pool", keep = false', GlobalPooling("avg", False)),
    ('type = "global_lp_pool"', GlobalPooling("lp")),
    ('type = "adaptive_avg_pool", output_size = 7', AdaptivePooling(7)),
    ('type = "adaptive_max_pool", output_size = [7, "keep"]', AdaptivePooling((7, None), "max")),
    ('type = "adaptive_lp_pool", output_size = "keep"', AdaptivePooling(None, "lp")),
    ('type = "upsample", factor = 2', Upsampling(2)),
    (
        'type = "upsample", size = [5, 7], mode = "linear", align_corners = true',
        Upsampling(size=(5, 7), mode="linear", align_corners=True),
    ),
    ('type = "pad", padding = 3', Padding(3)),
    ('type = "pad", padding = [[1, 2]], mode = "reflect"', Padding(((1, 2),), "reflect")),
    ('type = "pixel_shuffle", factor = 2', PixelShuffle(2)),
    ('type = "flatten"', Flatten()),
    ('type = "unflatten", shape = [512, 4, 4]', Unflatten((512, 4, 4))),
    ('type = "fc", features = 10', FullyConnected(10)),
    ('type = "fc", features = 10, bias = false, in_features = 784', FullyConnected(10, False, 784)),
    ('type = "batch_norm"', Normalization()),
    ('type = "instance_norm", affine = false', Normalization("instance", False)),
    ('type = "group_norm"', Normalization("group")),
    ('type = "layer_norm"', Normalization("layer")),
    ('type = "ReLU"', Unchanged("ReLU")),
    ('type = "PReLU", parameters = 64', Unchanged("PReLU", 64)),
    ('type = "unchanged", layer = "MyActivation"', Unchanged("MyActivation")),
    ('type = "unchanged", layer = "relu", parameters = 2', Unchanged("relu", 2)),
    ('type = "unknown", layer = "SelfAttention"', Unknown("SelfAttention")),
]

MERGED = [
    ('type = "sum"', Sum()),
    ('type = "sum", crop = true', Sum(crop=True)),
    ('type = "concat"', Concatenation()),
    ('type = "concat", crop = true', Concatenation(crop=True)),
    ('type = "product"', Product()),
    ('type = "crop"', CropTo()),
    ('type = "crop", offset = 19', CropTo(19)),
]


LONG = "a number in the document has more than 100 digits; give a smaller one"
DEEP = "the document is nested too deeply; lists of lists of numbers are all that a layer needs"


def toml_of(*lines):
    return "layers = [\n" + "".join(f"    {{ {line} }},\n" for line in lines) + "]\n"


class TestEveryType:
    @pytest.mark.parametrize(("line", "operation"), WRITTEN, ids=[line for line, _ in WRITTEN])
    def test_a_layer_is_read_and_written_so(self, line, operation):
        network = from_toml(toml_of(line))
        assert network.nodes[1].operation == operation
        assert write_toml(network) == toml_of(line)

    @pytest.mark.parametrize(("line", "operation"), MERGED, ids=[line for line, _ in MERGED])
    def test_a_merge_is_read_and_written_so(self, line, operation):
        text = toml_of('type = "ReLU", name = "one"', f'{line}, inputs = ["one", "input"]')
        network = from_toml(text)
        assert network.nodes[2].operation == operation
        assert network.nodes[2].inputs == (1, 0)
        assert write_toml(network) == text

    def test_the_cases_above_have_every_type_with_every_key(self):
        keys = {}
        for line, _ in (*WRITTEN, *MERGED):
            layer = tomllib.loads(f"x = {{ {line} }}")["x"]
            keys.setdefault(layer.pop("type"), set()).update(layer)
        missing = {kind: set(found.keys) - keys.get(kind, set()) for kind, found in TYPES.items()}
        shared = {"stride", "padding", "dilation", "output_padding", "ceil_mode", "input_dilation", "groups", "bias"}
        shared |= {"in_channels", "keep", "affine", "crop", "kernel_size", "parameters", "multiplier"}
        assert {kind: sorted(names - shared) for kind, names in missing.items() if names - shared} == {}

    @pytest.mark.parametrize("kind", TYPES)
    def test_the_example_of_the_schema_is_right(self, kind):
        example = f'type = "{kind}"' + (f", {TYPES[kind].example}" if TYPES[kind].example else "")
        names = tomllib.loads(f"x = {{ {example} }}")["x"].get("inputs", [])
        before = [f'type = "ReLU", name = "{name}"' for name in names if name != "input"]
        network = from_toml(toml_of(*before, example))
        assert write_toml(network) == toml_of(*before, example)

    @pytest.mark.parametrize(
        ("word", "operation"),
        [
            ("Conv2d", Convolution(ca.Conv(3), 8)),
            ("CONV", Convolution(ca.Conv(3), 8)),
            ("deconv", TransposedConvolution(ca.ConvTranspose(3), 8)),
            ("ConvTranspose1d", TransposedConvolution(ca.ConvTranspose(3), 8)),
        ],
    )
    def test_other_spellings_of_a_type(self, word, operation):
        assert from_dict({"layers": [{"type": word, "features": 8, "kernel_size": 3}]}).nodes[1].operation == operation

    @pytest.mark.parametrize(
        ("word", "operation"),
        [
            ("BatchNorm2d", Normalization()),
            ("bn", Normalization()),
            ("relu", Unchanged("ReLU")),
            ("leaky_relu", Unchanged("LeakyReLU")),
            ("Dropout2d", Unchanged("Dropout")),
            ("swish", Unchanged("SiLU")),
            ("GlobalAveragePooling2D", GlobalPooling()),
        ],
    )
    def test_other_spellings_without_keys(self, word, operation):
        assert from_dict({"layers": [{"type": word}]}).nodes[1].operation == operation


class TestDocument:
    def test_title_input_and_names(self):
        network = from_toml("""
            title = "a block"
            input = [64, 56, 56]
            [[layers]]
            type = "conv"
            features = 64
            kernel_size = 3
            padding = 1
            [[layers]]
            type = "relu"
            [[layers]]
            type = "conv"
            name = "second"
            features = 64
            kernel_size = 3
            padding = 1
            [[layers]]
            type = "sum"
            inputs = ["second", "input"]
        """)
        assert (network.title, network.input_shape) == ("a block", (64, 56, 56))
        assert [(node.name, node.inputs) for node in network.nodes] == [
            ("input", ()),
            ("conv1", (0,)),
            ("relu1", (1,)),
            ("second", (2,)),
            ("sum1", (3, 0)),
        ]
        assert network.warnings == ()
        assert write_toml(network) == (
            'title = "a block"\n'
            "input = [64, 56, 56]\n"
            "layers = [\n"
            '    { type = "conv", features = 64, kernel_size = 3, padding = 1 },\n'
            '    { type = "ReLU" },\n'
            '    { type = "conv", name = "second", features = 64, kernel_size = 3, padding = 1 },\n'
            '    { type = "sum", inputs = ["second", "input"] },\n'
            "]\n"
        )
        assert write_json(network) == (
            "{\n"
            '  "title": "a block",\n'
            '  "input": [64, 56, 56],\n'
            '  "layers": [\n'
            '    {"type": "conv", "features": 64, "kernel_size": 3, "padding": 1},\n'
            '    {"type": "ReLU"},\n'
            '    {"type": "conv", "name": "second", "features": 64, "kernel_size": 3, "padding": 1},\n'
            '    {"type": "sum", "inputs": ["second", "input"]}\n'
            "  ]\n"
            "}\n"
        )

    def test_layers_can_refer_to_the_names_that_tables_give(self):
        network = from_dict(
            {"layers": [{"type": "relu"}, {"type": "relu"}, {"type": "sum", "inputs": ["relu1", "relu2"]}]}
        )
        assert network.nodes[3].inputs == (1, 2)

    def test_layers_as_text(self):
        network = from_toml('title = "small"\ninput = [1, 28, 28]\nlayers = "5-1Conv6 -> 2-2AvgPool"')
        assert (network.title, network.input_shape, len(network)) == ("small", (1, 28, 28), 2)
        assert network == ca.network.parse("5-1Conv6 -> 2-2AvgPool")

    def test_a_network_of_no_layers(self):
        assert len(from_toml("layers = []")) == 0
        assert from_json(write_json(from_toml("layers = []"))) == Builder().build()

    def test_null_is_as_good_as_left_out(self):
        layer = '{"type": "conv", "name": null, "features": 8, "kernel_size": 3, "in_channels": null}'
        assert from_json(f'{{"title": null, "input": null, "layers": [{layer}]}}').nodes[1].name == "conv1"

    def test_what_nobody_knows_is_unknown_with_a_warning(self):
        network = from_dict({"layers": [{"type": "LSTM", "units": 3}, {"type": "unknown", "layer": "Fold"}]})
        assert [node.operation for node in network.nodes[1:]] == [Unknown("LSTM"), Unknown("Fold")]
        assert network.warnings == (
            "unknown1: LSTM is no type that is known here; it is taken to keep its shape",
            "unknown2: Fold is no type that is known here; it is taken to keep its shape",
        )

    def test_equal_layers_are_one_operation(self):
        network = from_dict({"layers": [{"type": "relu"}, {"type": "relu"}]})
        assert network.nodes[1].operation is network.nodes[2].operation

    def test_the_input_can_have_another_name(self):
        network = Network([Node("data", Input(), ()), Node("relu1", Unchanged("ReLU"), (0,))])
        assert write_toml(network).startswith('input_name = "data"\n')
        assert from_toml(write_toml(network)) == network

    def test_ten_thousand_layers(self):
        builder = Builder()
        for number in range(10_000):
            builder.add(Unchanged("ReLU") if number % 2 else Convolution(ca.Conv(3, padding=1), 8))
        network = builder.build()
        assert from_toml(write_toml(network)) == network
        assert "name" not in write_json(network)

    @pytest.mark.parametrize(
        "title", ['with "quotes" and \\', "tab\tand\nnewline", "\x7f\x00", "ünïcødé 🙂", "'''", "#"]
    )
    def test_any_title_survives(self, title):
        network = Builder().build(title)
        assert from_toml(write_toml(network)).title == title
        assert from_json(write_json(network)).title == title


@given(networks())
@settings(deadline=None)
def test_every_network_comes_back_as_it_was(network):
    for read in (from_toml(write_toml(network)), from_json(write_json(network)), from_dict(as_dict(network))):
        assert read == network
        assert (read.title, read.input_shape) == (network.title, network.input_shape)


def refused(layer, read=from_dict):
    """The sentence for a document with this one layer."""
    with pytest.raises(ParameterError) as refusal:
        read({"layers": [layer]})
    return str(refusal.value)


class TestRefusals:
    @pytest.mark.parametrize(
        ("layer", "sentence"),
        [
            (
                {"type": "conv", "features": 8, "kernal_size": 3},
                "layer 1 (conv): unknown key 'kernal_size'; did you mean 'kernel_size'? Known are type, name, inputs, "
                "features, kernel_size, stride, padding, dilation, input_dilation, groups, bias, in_channels",
            ),
            (
                {"type": "conv", "name": "stem", "features": 8},
                "layer 1 'stem' (conv): kernel_size is missing; give a whole number, or a list with one for each axis",
            ),
            (
                {"type": "conv", "features": 8, "kernel_size": "3"},
                "layer 1 (conv): kernel_size must be a whole number; got '3' (str), give an int",
            ),
            (
                {"type": "conv", "features": 8, "kernel_size": 3, "bias": 1},
                "layer 1 (conv): bias must be true or false; got 1 (a whole number)",
            ),
            (
                {"type": "conv", "features": 8, "kernel_size": 3, "stride": 0},
                "layer 1 (conv): stride 0 is below 1; the smallest stride is 1",
            ),
            (
                {"type": "conv", "features": 8, "kernel_size": 3, "padding": "sane"},
                "layer 1 (conv): unknown padding 'sane'; did you mean 'same'? Known are valid, half, full, causal, "
                "same, same_lower",
            ),
            (
                {"type": "conv", "features": 8, "kernel_size": 10**200},
                "layer 1 (conv): a number of kernel_size has more than 100 digits; give a whole number, or a list with "
                "one for each axis",
            ),
            (
                {"type": "unflatten", "shape": 512},
                "layer 1 (unflatten): shape must be a list of channels and sizes, as [512, 4, 4]; got 512 "
                "(a whole number)",
            ),
            (
                {"type": "maxpol", "kernel_size": 2},
                "layer 1 (maxpol): unknown type 'maxpol'; did you mean 'max_pool'? A layer that nobody knows is "
                "written type = \"unknown\", layer = 'maxpol'",
            ),
            (
                {"type": "sum"},
                "layer 1 (sum): inputs is missing; it takes two or more tensors, give their layers, as inputs = "
                '["conv1", "input"]',
            ),
            ({"type": "sum", "inputs": ["input"]}, "layer 1 (sum): it takes two or more tensors; inputs names 1"),
            (
                {"type": "crop", "inputs": ["input"] * 3},
                "layer 1 (crop): it takes two tensors; inputs names 3",
            ),
            ({"type": "relu", "inputs": ["input"] * 2}, "layer 1 (relu): it takes one tensor; inputs names 2"),
            (
                {"type": "relu", "inputs": "input"},
                "layer 1 (relu): inputs must be a list of names; got 'input' (text), give [\"input\"]",
            ),
            (
                {"type": "relu", "inputs": ["inptu"]},
                "layer 1 (relu): inputs names 'inptu', and no layer has that name; did you mean 'input'? Known are "
                "input, relu1",
            ),
            (
                {"type": "relu", "name": "loop", "inputs": ["loop"]},
                "layer 1 'loop' (relu): inputs names 'loop', which is itself, layer 1 'loop' (relu); a layer takes "
                "what stands before it",
            ),
            ({"type": "relu", "name": 3}, "layer 1: name must be text; got 3 (a whole number)"),
            ({"type": "relu", "name": "\ud800"}, "layer 1: name '\\ud800' holds half a letter, which no file can hold"),
            (
                {"type": "relu", "name": "input"},
                "layer 1 'input' (relu): the name 'input' is taken, by the input; give each layer a name of its own",
            ),
            ("ReLU", "layer 1 must be a table with a type; got 'ReLU' (text)"),
            ({"typ": "relu"}, "layer 1: unknown key 'typ'; did you mean 'type'?"),
        ],
    )
    def test_a_layer(self, layer, sentence):
        assert refused(layer) == sentence

    def test_a_type_is_missing(self):
        assert refused({"features": 8}).startswith("layer 1: type is missing; give one of conv, depthwise_conv, ")

    def test_a_name_that_comes_later(self):
        with pytest.raises(ParameterError) as refusal:
            from_toml(toml_of('type = "relu", inputs = ["late"]', 'type = "relu", name = "late"'))
        assert str(refusal.value) == (
            "layer 1 (relu): inputs names 'late', which is a later one, layer 2 'late' (relu); "
            "a layer takes what stands before it"
        )

    def test_a_name_that_is_taken(self):
        with pytest.raises(ParameterError) as refusal:
            from_toml(toml_of('type = "relu", name = "a"', 'type = "fc", features = 1, name = "a"'))
        assert str(refusal.value) == (
            "layer 2 'a' (fc): the name 'a' is taken, by layer 1 'a' (relu); give each layer a name of its own"
        )

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            ([], "a document is a table with the key layers; got [] (a list)"),
            ({}, "the document has no layers; give a list of tables, or the network as text"),
            (
                {"layer": []},
                "the document: unknown key 'layer'; did you mean 'layers'? Known are title, input, layers, input_name",
            ),
            ({"layers": {}}, "layers must be a list of tables, or text; got {} (a table)"),
            ({"layers": [], "title": 1}, "the document: title must be text; got 1 (a whole number)"),
            (
                {"layers": [], "input": "3x224x224"},
                "input must be a list of channels and sizes, as [3, 224, 224]; got '3x224x224' (text)",
            ),
            (
                {"layers": [], "input": [3, 0, 224]},
                "input must be made of whole numbers of at least 1, as [3, 224, 224]; got 0",
            ),
            (
                {"layers": "Flatten", "input_name": "data"},
                "the document: input_name goes with layers as tables; leave it out, or name @input",
            ),
            (
                {"class_name": "Sequential", "config": {}},
                "this is the JSON of a Keras model, with a class_name and no layers; take from_keras",
            ),
        ],
    )
    def test_a_document(self, data, sentence):
        with pytest.raises(ParameterError) as refusal:
            from_dict(data)
        assert str(refusal.value) == sentence

    @pytest.mark.parametrize(
        ("read", "text", "sentence"),
        [
            (from_toml, "layers = [", "this is no TOML: "),  # and what Python says of it
            (from_json, "{", "this is no JSON: "),
            (from_json, '{"layers": [], "layers": []}', "the key 'layers' stands twice in one object; leave one out"),
            (from_toml, f"layers = {'9' * 5000}", LONG),
            (from_json, f'{{"layers": {"9" * 5000}}}', LONG),
            (from_toml, b"layers = []", "TOML is text; got b'layers = []' (bytes)"),
            (from_json, "[" * 100_000, DEEP),
        ],
    )
    def test_a_text(self, read, text, sentence):
        with pytest.raises(ParameterError) as refusal:
            read(text)
        assert str(refusal.value).startswith(sentence)

    def test_the_error_has_its_numbers(self):
        with pytest.raises(ParameterError) as refusal:
            from_toml(toml_of('type = "conv", features = 8, kernel_size = 3, stride = 0'))
        assert refusal.value.layer == "layer 1 (conv)"
        assert refusal.value.value == 0

    def test_an_operation_of_another_kind_cannot_be_written(self):
        network = Network([Node("input", Input(), ()), Node("odd", type("Odd", (Unchanged,), {})("odd"), (0,))])
        with pytest.raises(ParameterError, match="has no type in a document; it knows conv, "):
            write_toml(network)


def bases():
    """Documents of every type, as data."""
    for line, _ in (*WRITTEN, *MERGED):
        layers = tomllib.loads(toml_of('type = "conv", features = 8, kernel_size = 3, name = "first"', line))["layers"]
        if any(line == merged for merged, _ in MERGED):
            layers[1]["inputs"] = ["first", "input"]
        yield {"title": "t", "input": [3, 8, 8], "layers": layers}
    yield {"layers": "3-1Conv4 -> FC10"}


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_read_there_is_a_network_or_one_of_our_errors(seed):
    rng = random.Random(seed)
    documents = list(bases())
    read = 0
    for _ in range(60):
        data = mutated(rng, rng.choice(documents))
        try:
            network = from_dict(data)
        except RefusedError:
            continue
        read += 1
        assert from_toml(write_toml(network)) == network
    assert read


@pytest.mark.parametrize("seed", range(20))
def test_whatever_text_is_read_there_is_a_network_or_one_of_our_errors(seed):
    rng = random.Random(seed)
    documents = list(bases())
    for _ in range(60):
        network = from_dict(rng.choice(documents))
        write, read = rng.choice(((write_toml, from_toml), (write_json, from_json)))
        text = write(network)
        at = rng.randrange(len(text))
        spoilt = rng.choice(
            ("", " ", '"', "}", "[", "]]", "\\", "=", ",", "9" * 5000, "\ud800", "\x00", "#", "null", "nan")
        )
        with suppress(RefusedError):
            read(text[:at] + spoilt + text[at + rng.randrange(3) :])


def test_junk_of_json_is_refused():
    for junk in (None, True, 3, 0.5, "text", [1], {"layers": 3}, {"layers": [[]]}, {"layers": [{}]}):
        with pytest.raises(ParameterError):
            from_json(json.dumps(junk))
