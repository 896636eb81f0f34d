"""``animate stack``: layers from the input to the output, and which output is walked back."""

from __future__ import annotations

import pytest
from run_words import data_of, output_of, run

import convarith as ca

TWO = "'conv -k 3' 'conv -k 3'"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "layers", "shape", "wishes"),
    [
        (["9x9", "conv -k 3", "conv -k 3"], [ca.Conv(3), ca.Conv(3)], (9, 9), {}),
        (
            ["16", *(f"conv -k 2 -d {dilation} -p causal" for dilation in (1, 2, 4, 8)), "--at", "15"],
            [ca.Conv(2, dilation=dilation, padding="causal") for dilation in (1, 2, 4, 8)],
            (16,),
            {"at": 15},
        ),
        (
            ["8x8", "conv -k 3 -s 2 -p 1", "transpose -k 3 -s 2 -p 1 -a 1", "pool -k 2 --ceil", "--at=0x1"],
            [
                ca.Conv(3, stride=2, padding=1),
                ca.ConvTranspose(3, stride=2, padding=1, output_padding=1),
                ca.Pool(2, ceil_mode=True),
            ],
            (8, 8),
            {"at": (0, 1)},
        ),
        (["4", "--cells", "blank", *["conv -k 1"] * 8], [ca.Conv(1)] * 8, (4,), {"cells": "blank"}),
    ],
)
def test_it_is_as_the_library_shows_it(folder, words, layers, shape, wishes):
    output_of(["animate", "stack", *words, "-o", "asked.json"])
    ca.render.stack(layers, shape, "wanted.json", **wishes)
    assert (folder / "asked.json").read_bytes() == (folder / "wanted.json").read_bytes()


def test_the_answer_says_what_the_output_reads():
    text = data_of(f"animate stack 9x9 {TWO} -o field.gif")["alt_text"]
    assert text.startswith("A stack of 2 layers, 9×9 → 7×7 → 5×5: ")
    assert "From output (2, 2) it is walked back to the input: " in text
    assert text.endswith("of the input: 25 cells, within 5×5.")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("9x9 'conv -k 3'", 2, "Error: a stack shows 2 to 8 layers, and 1 is given"),
        (f"9x9 {TWO} {TWO} {TWO} {TWO} 'conv -k 1'", 2, "Error: a stack shows 2 to 8 layers, and 9 are given"),
        (f"9x9 {TWO} --at 5x0", 1, "Error: there is no output (5, 0); the output is 5×5, give one index from 0"),
        (f"9x9 {TWO} --at 2", 1, "Error: there is no output (2); the output is 5×5"),
        (f"9x9 {TWO} --at=-1x0", 2, "at -1 is below 0; the smallest at is 0"),
        (f"9x9 {TWO} --at two", 2, "Invalid value for '--at': "),
        (
            f"9x9 {TWO} --cells symbols",
            2,
            "Invalid value for '--cells': unknown word 'symbols'; known are numbers, blank",
        ),
        (f"9x9 {TWO} --seed 3", 2, "No such option"),
        (f"9x9 {TWO} --input 1", 2, "No such option"),
        ("9 'conv -k 3' 'conv -k 9'", 1, "Error: layer 2: kernel 9 does not fit in input 7 with padding 0"),
        ("9 'conv -k 3' 'dense'", 2, "Invalid value for 'LAYER': 'dense' begins with no layer; known are conv, pool"),
        ("9 'conv -k 3' 'conv -k 0'", 2, "in 'conv -k 0': kernel_size 0 is below 1"),
        ("9", 2, "Missing argument 'LAYER LAYER [LAYER...]'"),
    ],
)
def test_what_is_refused_and_nothing_is_written(folder, words, code, sentence):
    result = run(f"animate stack {words} -o odd.gif")
    assert result.exit_code == code, result.output
    assert not result.stdout
    assert sentence in result.stderr.splitlines()[-1]
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("conv 4x4 -k 3 --groups 2", 2, "groups 2 do not divide in_channels 1; give a multiple of 2"),
        ("conv 4x4 -k 3 --in-channels 9", 2, "in_channels 9 is above 8, the most maps that a picture shows; give less"),
        ("conv 4x4 -k 3 --in-channels 2 --show matrix", 2, "channels are shown of a convolution with its numbers, and"),
        (
            "conv 4x4 -k 3 --in-channels 2 --input '1,2;3,4'",
            1,
            "input has the shape (2, 2) and the picture shows (2, 4",
        ),
        ("conv 4x4 -k 3 --show subsampled", 2, "stride 1 drops nothing; give 2 or more"),
        ("conv 4x4 -k 3 --show overlap", 2, "unknown word 'overlap'; known are equivalent, pair, matrix, subsampled"),
        ("conv 4x4 -k 3 --show counting --input 1", 2, "show 'counting' shows no numbers, and some are given"),
        ("conv 12x12 -k 3 --show matrix", 1, "the 100x144 matrix would have 14400 cells, more than the limit of 5000"),
        ("pool 4x4 -k 2 --show switches --reduce avg", 2, "show 'switches' is of maxima of numbers, and reduce 'avg'"),
        ("pool 4x4 -k 2 --in-channels 2", 2, "No such option"),
        (
            "transpose 4x4 -k 2 --show overlap --kernel '1,2;3,4'",
            2,
            "show 'overlap' counts stamps, and numbers are given",
        ),
        (
            "compare 4x4 'conv -k 2' 'pool -k 2' --heading one",
            2,
            "headings are 1; give one text for each of the 2",
        ),
    ],
)
def test_what_other_commands_refuse_of_the_new_wishes(folder, words, code, sentence):
    result = run(f"animate {words} -o odd.gif")
    assert result.exit_code == code, result.output
    assert not result.stdout
    assert sentence in result.stderr.splitlines()[-1]
    assert list(folder.iterdir()) == []
