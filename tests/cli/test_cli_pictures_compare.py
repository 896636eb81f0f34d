"""``animate compare``: layers written as their own commands are, and what is wrong in one of them named with it."""

from __future__ import annotations

import pytest
from run_words import data_of, output_of, run

import convarith as ca


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("size", "written", "layers"),
    [
        ("7x7", ["conv -k 3", "conv -k 3 -d 2"], [ca.Conv(3), ca.Conv(3, dilation=2)]),
        (
            "6x5",
            ["pool -k 3x2 --ceil", "transpose -k 3 -s 2 -p 1 -a 1", "conv -k 3 -p 0:1 -e 2"],
            [
                ca.Pool((3, 2), ceil_mode=True),
                ca.ConvTranspose(3, stride=2, padding=1, output_padding=1),
                ca.Conv(3, padding=((0, 1),), input_dilation=2),
            ],
        ),
        (
            "5",
            ["pool --kernel-size=2 --stride 1", " conv   -k3  -p same ", "conv -k 2 -p -1"],
            [ca.Pool(2, stride=1), ca.Conv(3, padding="same"), ca.Conv(2, padding=-1)],
        ),
    ],
)
def test_two_and_three_layers_as_the_library_compares_them(folder, size, written, layers):
    output_of(["animate", "compare", size, *written, "-o", "asked.json"])
    ca.render.compare(layers, tuple(map(int, size.split("x"))), "wanted.json")
    assert (folder / "asked.json").read_bytes() == (folder / "wanted.json").read_bytes()


def test_options_may_stand_before_between_and_after_the_layers(folder):
    orders = (
        ["-o", "0.gif", "5", "conv -k 3", "pool -k 2"],
        ["5", "-o", "1.gif", "conv -k 3", "pool -k 2"],
        ["5", "conv -k 3", "-o", "2.gif", "pool -k 2"],
    )
    for words in orders:
        output_of(["animate", "compare", *words])
    assert len({(folder / f"{number}.gif").read_bytes() for number in range(3)}) == 1


def test_the_alternative_text_names_each():
    text = data_of("animate compare 7 'conv -k 3' 'pool -k 2' 'transpose -k 2' -o three.gif")["alt_text"]
    assert text.startswith("Three layers on an input of 7")
    places = [text.index(words) for words in ("Convolution", "aximum pooling", "ransposed convolution")]
    assert places == sorted(places)


LAYER = "Error: Invalid value for 'LAYER': "


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["conv -k 3"], 2, "Error: a comparison shows 2 or 3 layers, and 1 is given"),
        (["conv -k 3"] * 4, 2, "Error: a comparison shows 2 or 3 layers, and 4 are given"),
        ([], 2, "Error: Missing argument 'LAYER LAYER [LAYER]'"),
        (["conv -k 3", "cnov -k 3"], 2, f"{LAYER}'cnov -k 3' begins with no layer; did you mean 'conv'?"),
        (["maxpool -k 3", "conv -k 3"], 2, f"{LAYER}'maxpool -k 3' begins with no layer; did you mean 'pool'?"),
        (["conv -k 3", ""], 2, f"{LAYER}'' begins with no layer; known are conv, pool, transpose"),
        (["conv -k 3", "  "], 2, f"{LAYER}'  ' begins with no layer; known are conv, pool, transpose"),
        (["conv -k 3", "-k 3"], 2, "Error: No such option"),
        (["conv -k 3", "solve -k 3"], 2, f"{LAYER}'solve -k 3' begins with no layer"),
        (["conv -k 3", "pool -k 2 -e 2"], 2, f"{LAYER}in 'pool -k 2 -e 2': No such option"),
        (["conv -k 3", "conv -k 3 --json"], 2, f"{LAYER}in 'conv -k 3 --json': No such option"),
        (["conv -k 3", "conv --help"], 2, f"{LAYER}in 'conv --help': No such option"),
        (["conv --help", "conv -k 3"], 2, f"{LAYER}in 'conv --help': No such option"),
        (["conv -k 3", "conv -k 3 -h"], 2, f"{LAYER}in 'conv -k 3 -h': No such option"),
        (["conv -k 3", "conv"], 2, f"{LAYER}in 'conv': Missing option '-k' / '--kernel-size'"),
        (["conv -k 3", "conv -k"], 2, f"{LAYER}in 'conv -k': Option '-k' requires an argument"),
        (["conv -k 3", "conv 7x7 -k 3"], 2, f"{LAYER}in 'conv 7x7 -k 3': Got unexpected extra argument (7x7)"),
        (["conv -k 3", "conv -k three"], 2, f"{LAYER}in 'conv -k three': Invalid value for '-k' / '--kernel-size'"),
        (["conv -k 3", 'conv -k "3'], 2, "'\"3' is not a whole number"),
        (["conv -k 3", "conv -k 3 -p sane"], 2, "Error: in 'conv -k 3 -p sane': "),
        (["conv -k 3", "conv -k 0"], 2, "Error: in 'conv -k 0': kernel_size 0 is below 1; the smallest"),
        (["conv -k 3", "transpose -k 3 -a 1"], 2, "Error: in 'transpose -k 3 -a 1': output_padding 1 with stride 1"),
        (["conv -k 3", "conv -k 9"], 1, "Error: in 'conv -k 9': axis 0 (height): kernel 9 does not fit in input 7"),
        (["pool -k 9", "conv -k 3"], 1, "Error: in 'pool -k 9': axis 0 (height): kernel 9 does not fit in input 7"),
        (["conv -k 3", "conv -k 3x3x3"], 1, "Error: in 'conv -k 3x3x3': the layer has 3 axes"),
    ],
)
def test_what_is_wrong_in_a_layer_is_said_with_its_words(folder, words, code, sentence):
    result = run(["animate", "compare", "7x7", *words, "-o", "odd.json"])
    assert result.exit_code == code, result.output
    assert sentence in result.stderr.splitlines()[-1]
    assert result.stderr.count("Error: ") == 1
    assert not result.stdout
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("'conv -k 2' 'conv -k 3' --kernel '1,2;3,4'", 2, "one kernel is given, and the layers have the kernel sizes"),
        ("'pool -k 2' 'pool -k 3' --kernel '1,2;3,4'", 2, "a pooling has no weights; leave the kernel out"),
        ("'pool -k 2' 'transpose -k 3' --padding-mode reflect", 2, "is for convolutions, and none is compared"),
        ("'conv -k 2' 'conv -k 3' --input '1,2;3,4'", 1, "input has the shape (2, 2) and the picture shows (4, 4)"),
        ("'conv -k 2' 'conv -k 3' --show pair", 2, "No such option"),
    ],
)
def test_what_the_layers_cannot_share(folder, words, code, sentence):
    result = run(f"animate compare 4x4 {words} -o odd.gif")
    assert result.exit_code == code, result.output
    assert sentence in result.stderr.splitlines()[-1]
    assert not result.stdout
    assert list(folder.iterdir()) == []
