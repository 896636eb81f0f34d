"""ONNX files: what cannot be read, and (where the packages are installed) random models against onnxruntime, and what
PyTorch exports against the named networks."""

from __future__ import annotations

import math
import random
import sys
from fractions import Fraction

import pytest
from onnx_data import described

import convarith as ca
from convarith.errors import ParameterError, RefusedError
from convarith.network.operations import Convolution, Unchanged
from convarith.network.readers.onnx_resizing import Resizing
from convarith.network.tracing import traced


def test_without_the_package_one_sentence_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ModuleNotFoundError) as refusal:
        ca.network.from_onnx(tmp_path / "net.onnx")
    assert str(refusal.value) == "reading an .onnx file needs the onnx package; python -m pip install 'convarith[onnx]'"
    assert refusal.value.name is None


# Files, with the package


@pytest.fixture(scope="module")
def onnx():
    return pytest.importorskip("onnx")


@pytest.fixture(scope="module")
def runtime():
    return pytest.importorskip("onnxruntime")


def small_model(onnx, sizes=("N", 3, 8, 8), **more):
    """A convolution of five features."""
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        [helper.make_node("Conv", ["x", "w"], ["y"], name="conv", pads=[1, 1, 1, 1])],
        "small",
        [helper.make_tensor_value_info("x", kind, sizes), *more.get("inputs", [])],
        [helper.make_tensor_value_info("y", kind, None), *more.get("outputs", [])],
        [helper.make_tensor("w", kind, [5, 3, 3, 3], bytes(4 * 135), raw=True)],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", more.get("opset", 18))])


class TestFiles:
    def test_a_file(self, onnx, tmp_path):
        onnx.save(small_model(onnx), tmp_path / "net.onnx")
        network = ca.network.from_onnx(str(tmp_path / "net.onnx"))
        assert (network.title, network.input_shape) == ("small", (3, 8, 8))
        assert described(network) == [(Convolution(ca.Conv(3, padding=1), 5, bias=False, in_channels=3), (5, 8, 8))]

    def test_weights_beside_the_file_are_not_looked_for(self, onnx, tmp_path):
        model = small_model(onnx)
        onnx.save(model, tmp_path / "net.onnx", save_as_external_data=True, location="w.bin", size_threshold=0)
        (tmp_path / "w.bin").unlink()
        assert described(ca.network.from_onnx(tmp_path / "net.onnx"))[0][1] == (5, 8, 8)

    def test_a_symbol_for_a_size(self, onnx, tmp_path):
        onnx.save(small_model(onnx, ("N", 3, "h", "w")), tmp_path / "net.onnx")
        assert ca.network.from_onnx(tmp_path / "net.onnx").input_shape is None

    def test_several_inputs_or_outputs(self, onnx, tmp_path):
        more = onnx.helper.make_tensor_value_info("z", onnx.TensorProto.FLOAT, [1])
        for kind, names in (("inputs", "2 inputs (x, z)"), ("outputs", "2 outputs (y, z)")):
            onnx.save(small_model(onnx, **{kind: [more]}), tmp_path / "net.onnx")
            with pytest.raises(ParameterError) as refusal:
                ca.network.from_onnx(tmp_path / "net.onnx")
            assert str(refusal.value).startswith(f"the graph has {names}; a network here is from one tensor to one: ")

    def test_a_younger_opset(self, onnx, tmp_path):
        onnx.save(small_model(onnx, opset=99), tmp_path / "net.onnx")
        assert ca.network.from_onnx(tmp_path / "net.onnx").warnings == (
            "opset 99 is younger than 28, and read as if it were that",
        )

    @pytest.mark.usefixtures("onnx")
    def test_no_onnx(self, tmp_path):
        (tmp_path / "net.onnx").write_bytes(b"no model")
        with pytest.raises(ParameterError, match=r"^net\.onnx is no ONNX file: "):
            ca.network.from_onnx(tmp_path / "net.onnx")
        (tmp_path / "net.onnx").write_bytes(b"")
        with pytest.raises(ParameterError):
            ca.network.from_onnx(tmp_path / "net.onnx")
        with pytest.raises(FileNotFoundError):
            ca.network.from_onnx(tmp_path / "other.onnx")

    def test_local_functions_are_put_in_their_places(self, onnx, tmp_path):
        helper = onnx.helper
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid("own", 1)]
        body = [helper.make_node("Relu", ["a"], ["b"]), helper.make_node("Sigmoid", ["b"], ["c"])]
        function = helper.make_function("own", "Both", ["a"], ["c"], body, opsets)
        value = helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1, 3, 8, 8])
        out = helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)
        graph = helper.make_graph([helper.make_node("Both", ["x"], ["y"], domain="own")], "f", [value], [out])
        onnx.save(helper.make_model(graph, opset_imports=opsets, functions=[function]), tmp_path / "net.onnx")
        network = ca.network.from_onnx(tmp_path / "net.onnx")
        assert [each.operation for each in network.nodes[1:]] == [Unchanged("ReLU"), Unchanged("Sigmoid")]

    @pytest.mark.parametrize("seed", range(10))
    def test_spoilt_bytes_give_a_network_or_one_of_our_errors(self, onnx, tmp_path, seed):
        rng = random.Random(seed)
        whole = small_model(onnx).SerializeToString()
        for _ in range(60):
            content = bytearray(whole)
            for _ in range(rng.choice((1, 2, 8))):
                place, way = rng.randrange(len(content)), rng.randrange(3)
                if way == 0:
                    content[place] = rng.randrange(256)
                elif way == 1:
                    del content[place : place + rng.randrange(1, 9)]
                else:
                    content[place:place] = bytes(rng.randrange(256) for _ in range(rng.randrange(4)))
            (tmp_path / "net.onnx").write_bytes(bytes(content))
            try:
                network = ca.network.from_onnx(tmp_path / "net.onnx")
            except RefusedError:
                continue
            assert len(network) <= 2  # a flat input has a layer of its own


@pytest.mark.conformance
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(8))
def test_random_models_are_as_onnxruntime_computes_them(onnx, runtime, seed, tmp_path):
    numpy = pytest.importorskip("numpy")
    from drawn_onnx import drawn

    compared = 0
    for number in range(60):
        rng = random.Random(1000 * seed + number)
        model, shapes = drawn(rng, onnx, numpy, runtime, rng.choice((9, 11, 13, 17, 18, 19, 21, 22)))
        onnx.save(model, tmp_path / "net.onnx")
        network = ca.network.from_onnx(tmp_path / "net.onnx")
        met = traced(network).met
        between = set()  # what lies between two transpositions has its channels last there, and first here
        for each in model.graph.node:
            if (each.op_type == "Transpose") != bool(between & set(each.input)):
                between.add(each.output[0])
        for each, found in zip(network.nodes[1:], met[1:], strict=True):
            theirs = shapes[each.name][1:]
            if each.name in between:
                theirs = (theirs[-1], *theirs[:-1])
            assert found.shape == theirs, each
            compared += 1
        assert met[-1].shape == shapes[model.graph.output[0].name][1:]
        assert not any("keep" in warning and "shape" in warning for warning in network.warnings)
    assert compared > 200


@pytest.mark.conformance
@pytest.mark.parametrize("seed", range(4))
def test_what_a_resize_reads_is_what_onnxruntime_weighs(onnx, runtime, seed):
    """One input at a time is 1, and the outputs that are not 0 are those that read it."""
    numpy = pytest.importorskip("numpy")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    for number in range(40):
        rng = random.Random(100 * seed + number)
        size, mode = rng.randint(1, 7), rng.choice(("nearest", "linear"))
        coordinates = rng.choice(("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"))
        rounding = rng.choice(("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"))
        scale = rng.choice((1.0, 2.0, 3.0, 1.5, 2.25, 0.5))
        if math.floor(size * scale) < 1:
            continue
        helper, kind = onnx.helper, onnx.TensorProto.FLOAT
        made = helper.make_node(
            "Resize",
            ["x", "", "s"],
            ["y"],
            mode=mode,
            coordinate_transformation_mode=coordinates,
            nearest_mode=rounding,
        )
        graph = helper.make_graph(
            [made],
            "one",
            [helper.make_tensor_value_info("x", kind, [size, 1, size])],
            [helper.make_tensor_value_info("y", kind, None)],
            [helper.make_tensor("s", kind, [3], [1.0, 1.0, scale])],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
        session = runtime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        answers = session.run(None, {"x": numpy.eye(size, dtype="float32")[:, None, :]})[0][:, 0, :]
        resizing = Resizing(mode, coordinates, rounding, (scale,), None)
        (count,) = resizing.counts((size,))
        assert answers.shape == (size, count)
        for output in range(count):
            theirs = sum(1 << place for place in range(size) if abs(answers[place, output]) > 1e-4)
            assert resizing.reads(output, size, count, Fraction(scale)) == theirs, (resizing, size, output)


@pytest.mark.conformance
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "name",
    [
        *("lenet5", "nin", "googlenet-paper", "resnet18", "resnet-cifar-20", "wrn-16-2", "densenet-40-12"),
        *("unet", "unet-same", "dcgan", "dcgan-discriminator", "pastiche", "wavenet"),
    ],
)
@pytest.mark.usefixtures("onnx")
def test_what_pytorch_exports_is_the_named_network(name, tmp_path):
    torch = pytest.importorskip("torch")
    from torch_models import built

    named = ca.network.named(name)
    module = built(name).to_empty(device="cpu").eval()
    settings = {"training": torch.onnx.TrainingMode.TRAINING, "do_constant_folding": False, "dynamo": False}
    with torch.no_grad():
        torch.onnx.export(module, torch.zeros(1, *named.input_shape), str(tmp_path / "net.onnx"), **settings)
    network = ca.network.from_onnx(tmp_path / "net.onnx")
    tables = []
    for each in (named, network):
        found = traced(each)
        rows = [
            (one.operation.word, met.shape, met.weights + met.biases, met.macs)
            for one, met in zip(each.nodes, found.met, strict=True)
            if one.operation.word in ("conv", "upconv", "fc", "pool", "upsample")
        ]
        tables.append((rows, found.output_shape, sum(met.norm for met in found.met)))
    assert tables[0] == tables[1]
    assert network.warnings == ()
    assert network.input_shape == named.input_shape
