"""What `load` makes of files, ids, texts and standard input, and how it refuses what is none of them."""

from __future__ import annotations

import io
import json
import random
import zipfile
from contextlib import suppress

import pytest

import convarith as ca
from convarith.errors import ParameterError, RefusedError
from convarith.network import load
from convarith.network.writers.documents import write_json, write_toml

SPEC = "3-1-1Conv64 (ReLU) -> 2-2MaxPool"
NETWORK = ca.network.parse(SPEC)
PRINTED = """Sequential(
  (0): Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
  (1): ReLU()
)
"""
KERAS = {
    "class_name": "Sequential",
    "config": {
        "layers": [
            {"class_name": "InputLayer", "config": {"batch_shape": [None, 8, 8, 3]}},
            {"class_name": "Conv2D", "config": {"name": "c", "filters": 64, "kernel_size": [3, 3]}},
        ]
    },
}


def refusal_of(source):
    with pytest.raises(ParameterError) as refusal:
        load(source)
    return str(refusal.value)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder, in which we are."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


class TestFiles:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("net.toml", write_toml(NETWORK)),
            ("NET.TOML", write_toml(NETWORK)),
            ("net.json", write_json(NETWORK)),
            ("net.txt", SPEC),
            ("net.txt", SPEC.replace(" -> ", "\n-> ")),
            ("net", SPEC),
            ("net.md", f"# A network\n\nas in\n\n```\n{SPEC}\n```\n\nand so on"),
            ("net.md", f"```toml\n{write_toml(NETWORK)}```\n"),
            ("net.txt", write_toml(NETWORK)),
            ("net.spec", write_json(NETWORK)),
            ("net.toml", "\ufeff" + write_toml(NETWORK)),
            ("net.txt", "\ufeff" + SPEC),
        ],
    )
    def test_documents_and_texts(self, folder, name, content):
        (folder / name).write_text(content, encoding="utf-8")
        assert load(name) == load(str(folder / name)) == load(folder / name) == NETWORK

    def test_a_printed_module(self, folder):
        (folder / "net.txt").write_text(f">>> print(model)\n{PRINTED}")
        assert [node.operation.word for node in load("net.txt").nodes] == ["input", "conv", "relu"]

    def test_a_keras_model(self, folder):
        (folder / "net.json").write_text(json.dumps(KERAS))
        with zipfile.ZipFile(folder / "net.keras", "w") as archive:
            archive.writestr("config.json", json.dumps(KERAS))
            archive.writestr("metadata.json", "{}")
        for name in ("net.json", "net.keras"):
            assert (load(name).input_shape, load(name).nodes[1].name) == ((3, 8, 8), "c")

    def test_an_onnx_file(self, folder):
        onnx = pytest.importorskip("onnx")
        value = [onnx.helper.make_tensor_value_info(name, 1, [1, 3, 8, 8]) for name in "xy"]
        graph = onnx.helper.make_graph([onnx.helper.make_node("Relu", ["x"], ["y"])], "g", value[:1], value[1:])
        onnx.save(onnx.helper.make_model(graph), folder / "net.onnx")
        assert load("net.onnx").input_shape == (3, 8, 8)

    def test_a_file_comes_before_a_named_network(self, folder):
        assert load("vgg16").title
        (folder / "vgg16").write_text(SPEC)
        assert load("vgg16") == NETWORK

    def test_a_folder_of_that_name_does_not(self, folder):
        (folder / "vgg16").mkdir()
        assert load("vgg16") == ca.network.named("vgg16")

    @pytest.mark.parametrize(
        ("name", "content", "sentence"),
        [
            ("net.toml", "layers = [{}]", "net.toml: layer 1: type is missing; give one of conv, "),
            ("net.toml", "layers", "net.toml: this is no TOML: "),
            ("net.json", "{", "net.json: this is no JSON: "),
            ("net.json", "[]", "net.json: a document is a table with the key layers; got [] (a list)"),
            ("net.json", '{"class_name": "M", "config": {}}', "net.json: the config of 'M' has no layers: "),
            ("net.txt", "3-1-1Cnv64", "net.txt: at character 1, layer 1: '3-1-1Cnv64' is no layer; did you mean Conv"),
            ("net.txt", "  \n", "net.txt: there is nothing to read; give layers, as 3-1-1Conv64 -> 2-2MaxPool"),
            ("net.pt", "", "net.pt is a pickle of PyTorch, which only PyTorch reads; export the model as ONNX, "),
            ("net.h5", "", "net.h5 is HDF5, which needs Keras; "),
            ("net.keras", "no archive", "net.keras is no file of Keras 3: "),
        ],
    )
    def test_refusals_name_the_file(self, folder, name, content, sentence):
        (folder / name).write_text(content)
        assert refusal_of(name).startswith(sentence)

    def test_a_file_that_is_no_text(self, folder):
        (folder / "net.txt").write_bytes(b"\xff\xfe\x00")
        assert refusal_of("net.txt") == "net.txt is no text in UTF-8, and has no suffix of a file that is known"

    def test_an_archive_without_a_model(self, folder):
        with zipfile.ZipFile(folder / "net.keras", "w") as archive:
            archive.writestr("other.json", "{}")
        assert refusal_of("net.keras").startswith("net.keras is no file of Keras 3: ")


class TestTexts:
    @pytest.mark.parametrize(
        "text",
        [SPEC, SPEC.replace("->", "→"), f"  {SPEC}\n", write_toml(NETWORK), write_json(NETWORK), f"```\n{SPEC}\n```"],
    )
    def test_a_text_in_any_notation(self, text):
        assert load(text) == NETWORK

    @pytest.mark.parametrize("text", [PRINTED, f">>> print(model)\n{PRINTED}"])
    def test_a_printed_module(self, text):
        assert load(text) == ca.network.from_printed(PRINTED)

    def test_a_printed_module_of_ones_own_is_refused_by_its_reader(self):
        text = f"VGG(\n  (features): {PRINTED})"
        with pytest.raises(ParameterError) as refusal:
            ca.network.from_printed(text)
        assert refusal_of(text) == str(refusal.value)

    def test_one_printed_layer(self):
        assert load("Conv2d(3, 64, kernel_size=(3, 3))").nodes[1].operation.in_channels == 3

    def test_branches_are_no_printed_module(self):
        spec = "res(3-1-1Conv64 | ) -> cat(1-1Conv8 | 3-1-1Conv8)"
        assert load(spec) == ca.network.parse(spec)

    def test_a_text_too_long_for_a_name(self):
        spec = " -> ".join(["3-1-1Conv64"] * 2000)
        assert len(load(spec)) == 2000

    def test_a_notation_says_where_it_cannot_be_read(self):
        assert refusal_of("3-1-1Conv64 -> 3-2MaxPol").startswith("at character 16, layer 2: '3-2MaxPol' is no layer")


class TestNames:
    @pytest.mark.parametrize("name", ["vgg16", "VGG16", "resnet-cifar-20", "densenet-bc-100-12", "wrn-22-8"])
    def test_a_named_network(self, name):
        assert load(name) == ca.network.named(name)

    @pytest.mark.parametrize(
        ("word", "sentence"),
        [
            ("resnt50", "'resnt50' is no file and no layer; unknown network 'resnt50'; did you mean 'resnet50'? "),
            ("vgg15", "'vgg15' is no file and no layer; unknown network 'vgg15'; did you mean 'vgg16'? "),
            ("hello", "'hello' is no file and no layer; unknown network 'hello'; network.names() lists them all"),
            ("wrn-27-10", "wrn-27-10: its depth is 6n + 4"),
            ("MaxPol", "at character 1, layer 1: 'MaxPol' is no layer; did you mean MaxPool"),
            ("", "there is nothing to read; give a file, the name of a network, or layers: 3-1-1Conv64"),
        ],
    )
    def test_what_is_none(self, word, sentence):
        assert refusal_of(word).startswith(sentence)


class TestPaths:
    @pytest.mark.parametrize(
        "name", ["net.toml", "nets/unet", "./net", "a.b", "C:\\nets\\unet.txt", "/no/such/file.onnx"]
    )
    @pytest.mark.usefixtures("folder")
    def test_a_path_that_is_not_there(self, name):
        assert refusal_of(name) == f"there is no file {name}"

    def test_the_nearest_file_is_named(self, folder):
        (folder / "unet.toml").write_text(write_toml(NETWORK))
        assert refusal_of("unet.tml") == "there is no file unet.tml; did you mean unet.toml?"
        assert refusal_of("./unte.toml") == "there is no file ./unte.toml; did you mean unet.toml?"

    def test_a_folder(self, folder):
        (folder / "nets").mkdir()
        assert refusal_of("./nets") == "./nets is a folder; give a file in it"
        assert refusal_of("nets/") == "nets/ is a folder; give a file in it"

    @pytest.mark.parametrize("word", ["3-1-1Conv64", "conv3-64", "Flatten"])
    def test_layers_are_no_paths(self, word):
        assert len(load(word)) == 1


class TestStandardInput:
    @pytest.mark.parametrize("text", [SPEC, write_toml(NETWORK), write_json(NETWORK)])
    def test_a_dash_reads_it(self, monkeypatch, text):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        assert load("-") == NETWORK

    def test_refusals_name_it(self, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.StringIO("3-2MaxPol"))
        assert refusal_of("-").startswith("standard input: at character 1, layer 1: '3-2MaxPol' is no layer")

    def test_what_is_no_text(self, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe\x00"), encoding="utf-8"))
        assert refusal_of("-") == "standard input is no text; give a binary file by its name"


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.usefixtures("folder")
def test_any_text_is_a_network_or_one_of_our_errors(seed):
    rng = random.Random(seed)
    pieces = [
        SPEC,
        PRINTED,
        write_toml(NETWORK),
        write_json(NETWORK),
        json.dumps(KERAS),
        "vgg16",
        "./x",
        "(0): ",
        "{",
        "-",
    ]
    pieces += ["```", "layers = ", "[[layers]]", "\x00", "\ud800", "\n", "()", "->", "|", "é", "9" * 300, ".toml", "/"]
    for _ in range(40):
        text = "".join(rng.choice(pieces) for _ in range(rng.randint(1, 3)))
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice(("", "(", ")", "\\", '"', " ")) + text[at + rng.randrange(2) :]
        if text == "-":
            continue
        with suppress(RefusedError):
            load(text)
