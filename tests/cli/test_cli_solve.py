"""``solve``: what is left out is what is asked for, and every answer is the complete set."""

from __future__ import annotations

import pytest
from run_words import data_of, lines_of, output_of, run

KEYS = ["question", "parameter", "axes", "common"]


def solved(words):
    """The values on the first axis and those that hold on every axis."""
    data = data_of(f"solve {words}")
    assert list(data) == KEYS
    assert all(list(axis) == ["values", "least", "reason"] for axis in data["axes"])
    return data["parameter"], data["axes"][0], data["common"]


class TestTheTableOfQuestions:
    """The table of docs/command-line.md, with the layer of Figure 2.7: 6, 3, 2, 1 gives 3."""

    def test_without_input_every_input_size(self):
        parameter, axis, common = solved("conv --output 3x3 -k 3 -s 2 -p 1")
        assert (parameter, axis["values"], common) == ("input size", [5, 6], [5, 6])

    def test_without_stride_and_padding_every_pair_of_them(self):
        """⌊(6 + 2p - 3)/s⌋ = 2: s=2 p=1 (5), s=3 p=2 (7), s=4 p=3 (9) and p=4 (11), and s=1 never."""
        parameter, axis, common = solved("conv --input 6x6 --output 3x3 -k 3")
        assert parameter == "(stride, padding)"
        assert axis["values"] == common == [[2, 1], [3, 2], [4, 3], [4, 4]]

    def test_the_pairs_go_as_far_as_the_bounds(self):
        _, axis, _ = solved("conv --input 6x6 --output 3x3 -k 3 --max-stride 3")
        assert axis["values"] == [[2, 1], [3, 2]]
        _, axis, _ = solved("conv --input 6x6 --output 3x3 -k 3 --max-padding 3")
        assert axis["values"] == [[2, 1], [3, 2], [4, 3]]
        _, axis, _ = solved("conv --input 6x6 --output 3x3 -k 3 --max-stride 5 --max-padding 5")
        assert axis["values"] == [[2, 1], [3, 2], [4, 3], [4, 4], [5, 4], [5, 5]]

    def test_without_padding_every_padding_and_the_least(self):
        """⌊(3 + T)/2⌋ = 2 for T = 1 and 2: symmetric 1, and one side alone."""
        parameter, axis, common = solved("conv --input 6x6 --output 3x3 -k 3 -s 2")
        assert (parameter, axis["values"], axis["least"], common) == ("padding", [1, 1], [0, 1], [1, 1])

    def test_without_stride_every_stride(self):
        """⌊5/s⌋ = 2 for s = 2 only."""
        parameter, axis, common = solved("conv --input 6x6 --output 3x3 -k 3 -p 1")
        assert (parameter, axis["values"], common) == ("stride", [2, 2], [2, 2])
        _, axis, _ = solved("conv --input 6x6 --output 1x1 -k 3 -p 1 --max-stride 9")
        assert axis["values"] == [6, 9]

    def test_a_transposed_convolution_with_all_of_them_the_output_padding(self):
        parameter, axis, common = solved("transpose --input 3x3 --output 6x6 -k 3 -s 2 -p 1")
        assert (parameter, axis["values"], common) == ("output_padding", [1, 1], [1, 1])


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("pool --output 57x57 -k 3 -s 2 -p 1 --ceil", [112, 113]),
        ("pool --output 57x57 -k 3 -s 2 -p 1", [113, 114]),
        ("pool --input 112x112 --output 56x56 -k 3 -s 2", [1, 1]),
        ("transpose --output 6x6 -k 4 -s 2 -p 1", [3, 3]),
        ("transpose --output 7x7 -k 4 -s 2 -p 1", []),
        ("conv --output 5 -k 3 -e 2", [4, 4]),
        ("conv --input 8 --output 4 -k 3 -d 2 -s 1", []),
    ],
)
def test_other_layers(words, values):
    """By hand: ⌈(i - 1)/2⌉ = 56 for 112 and 113, ⌊(i - 1)/2⌋ = 56 for 113 and 114; ⌊(109 + 2p)/2⌋ = 55 for p = 1;
    2(i - 1) + 2 = 6 for 3 and never 7; 2(i - 1) + 1 - 2 = 5 for 4; and 8 + 2p - 4 = 4 for p = 0."""
    _, axis, _ = solved(words)
    if words.startswith("conv --input 8"):
        assert axis["values"] == [0, 0]
    else:
        assert axis["values"] == values


def test_axes_are_answered_apart_and_together():
    data = data_of("solve conv --output 3x4 -k 3 -s 2 -p 1")
    assert [axis["values"] for axis in data["axes"]] == [[5, 6], [7, 8]]
    assert data["common"] == []
    lines = lines_of("solve conv --output 3x4 -k 3 -s 2 -p 1")
    assert "axis 0 (height) 5 to 6" in lines
    assert "axis 1 (width) 7 to 8" in lines


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("solve transpose --output 7x7 -k 4 -s 2 -p 1", "input 3 gives 6 and input 4 gives 8"),
        ("solve conv --input 6x6 --output 3x3 -k 3 --max-stride 1", "max_stride 1 prevents it"),
        ("solve conv --input 6x6 --output 3x3 -k 3 --max-padding 0", "max_padding 0 prevents it"),
        ("solve conv --input 5 --output 5 -k 2 -s 1", "the two sides have to differ"),
    ],
)
def test_an_empty_answer_says_what_stands_in_the_way_and_is_no_error(words, reason):
    assert reason in " ".join(output_of(words).split())
    data = data_of(words)
    assert data["axes"][0]["values"] == []
    assert reason in data["axes"][0]["reason"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("solve conv -k 3", "Missing option '--output'"),
        ("solve conv --output 3", "Missing option '-k'"),
        (
            "solve conv --output 3 -k 3 --max-stride 3",
            "--max-stride bounds nothing where every input size is asked for",
        ),
        (
            "solve conv --input 6 --output 3 -k 3 -s 2 --max-padding 3",
            "--max-padding bounds nothing where every padding",
        ),
        (
            "solve conv --input 6 --output 3 -k 3 -p 1 --max-padding 3",
            "--max-padding bounds nothing where every stride",
        ),
        ("solve conv --input 6 --output 3 -k 3 -s 2 -p 1", "nothing is left open"),
        ("solve conv --input 6 --output 3 -k 3 --max-stride 0", "max_stride 0 is below 1"),
        ("solve conv --input 6 --output 3 -k 3 --max-padding -1", "max_padding -1 is below 0"),
        ("solve conv --input 6 --output 3 -k 3 --max-stride 1000000", "above the limit"),
        ("solve pool --output 3 -k 3 -e 2", "No such option"),
        ("solve", "Usage"),
    ],
)
def test_questions_that_cannot_be_asked(words, sentence):
    result = run(words)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert not result.stdout


def test_sizes_of_different_numbers_of_axes_do_not_go_together():
    result = run("solve conv --input 6x6 --output 3 -k 3")
    assert result.exit_code == 1
    assert "input_shape (6, 6) has 2 axes and output_shape (3,) has 1" in result.stderr
