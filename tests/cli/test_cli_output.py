"""How answers look: at most 80 columns, bold on a terminal only, and in signs that the output can encode."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run_words import output_of, process, run

ANSWERS = [
    "conv 6x6 -k 3 -s 2 -p 1",
    "conv 224x224x224 -k 7x5x3 -s 2x3x4 -p 0:3x1:2x5:4 -d 1x2x3 -e 3x2x1",
    "conv 1000000007 -k 12345 -s 678 -p 90:12 -d 34 -e 56",
    f"conv {2**60} -k {2**31} -s 7 -p {2**20}",
    "conv 9x9x9x9 -k 2 -s 3",
    "conv 7x7 -k 3 -d 2 -p -1:2x0:-1",
    "conv 9x9 -k 1 -s 4x3",
    "pool 112x112 -k 3 -s 2 -p 1 --ceil",
    "pool 100x200x300 -k 3x4x5 -s 2x3x4 -p 1x0:2x1 -d 2 --ceil",
    "transpose 3x3 -k 3 -s 2 -p 1 -a 1",
    "transpose 10x20x30 -k 4x5x6 -s 3x4x5 -p 1x0:2x3 -a 2x1x3 -d 2",
    f"transpose {2**60} -k {2**30} -s {2**29} -p 3:5",
    "transpose 4x5 -k 3 -p 3:-2x-1",
    "solve conv --output 3x3 -k 3 -s 2 -p 1",
    "solve conv --input 60x61x62 --output 20x21x22 -k 3x4x5 --max-stride 9 --max-padding 9",
    "solve conv --input 6x6 --output 3x3 -k 3 -s 2",
    "solve conv --input 6x6 --output 30x30 -k 3",
    "solve pool --input 1000 --output 7 -k 3 -p 1 --ceil --max-stride 300",
    "solve transpose --output 7x7 -k 4 -s 2 -p 1",
    "solve transpose --input 3x4x5 --output 6x7x8 -k 3x4x5 -s 2x3x4 -p 1",
    "matrix 4x4 -k 3",
    "matrix 5x5x5 -k 2x3x2",
    "matrix 2x2 -k 3 --transpose",
    "matrix 120 -k 100",
    "relationships",
    *(f"relationships {number}" for number in range(1, 16)),
    "network resnet50 --flops",
    "network wavenet --all",
    "network unet --fits --input 1x500x400 --output 388x300",
    "network fcn8s --unit 250,250",
    "network --list",
]


def too_wide(text):
    return [line for line in text.splitlines() if len(line.replace("̂", "")) > 80]


@pytest.mark.parametrize("words", ANSWERS)
def test_no_line_is_wider_than_80_columns(words):
    assert too_wide(output_of(words)) == []


SMALL = st.integers(1, 40)
EACH = st.tuples(SMALL, SMALL)


@settings(deadline=None)
@given(st.sampled_from(["conv", "pool", "transpose"]), EACH, EACH, EACH, st.tuples(SMALL, SMALL, SMALL, SMALL))
def test_no_line_of_any_layer_is_wider_than_80_columns(command, kernel, stride, dilation, padding):
    before, after, top, bottom = padding
    words = f"{command} 2345x6789 -k {joined(kernel)} -s {joined(stride)} -d {joined(dilation)}"
    assert too_wide(output_of(f"{words} -p {before}:{after}x{top}:{bottom}")) == []


def joined(numbers):
    return "x".join(map(str, numbers))


HELPS = [
    *("", "conv", "pool", "transpose", "solve", "solve conv", "matrix", "relationships", "verify", "network"),
    *("animate", "animate conv", "animate pool", "animate transpose", "animate compare"),
]


@pytest.mark.parametrize("words", HELPS)
def test_no_line_of_help_is_wider_than_80_columns(words):
    assert too_wide(output_of(f"{words} --help")) == []


class TestColour:
    words = "conv 6x6 -k 3 -s 2 -p 1"

    def test_headings_are_bold_on_a_terminal(self):
        text = output_of(self.words, color=True)
        assert "\x1b[1mWhat no window reads\x1b[0m\n" in text
        assert "\x1b[1m  each axis" not in text
        assert re.sub(r"\x1b\[\d+m", "", text) == output_of(self.words)

    @pytest.mark.parametrize("words", [words, "relationships 6", "solve conv --output 3 -k 3"])
    def test_nowhere_else(self, words):
        assert "\x1b" not in output_of(words)
        assert "\x1b" in output_of(words, color=True)

    @pytest.mark.parametrize("words", [words, "relationships 6", "solve conv --output 3 -k 3"])
    def test_never_with_no_color(self, words):
        assert "\x1b" not in output_of(words, color=True, env={"NO_COLOR": "1"})

    def test_an_empty_no_color_is_none(self):
        assert "\x1b" in output_of(self.words, color=True, env={"NO_COLOR": ""})

    @pytest.mark.parametrize("words", [f"{words} --json", "matrix 3 -k 2", "matrix 3 -k 2 --latex"])
    def test_data_and_matrices_have_none_on_a_terminal_either(self, words):
        assert "\x1b" not in output_of(words, color=True)

    def test_a_pipe_is_no_terminal(self):
        assert b"\x1b" not in process(*self.words.split()).stdout


class TestEncodings:
    """A real process whose standard output cannot say everything."""

    @pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "cp437"])
    @pytest.mark.parametrize(
        "words",
        [
            "conv 6x6 -k 3 -s 2 -p 1",
            "pool 112 -k 3 -s 2 -p 1 --ceil",
            "transpose 3 -k 3 -s 2 -d 2",
            "relationships 15",
        ],
    )
    def test_plain_signs_are_written_where_there_are_no_others(self, encoding, words):
        finished = process(*words.split(), environment={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"})
        assert (finished.returncode, finished.stderr) == (0, b"")
        text = finished.stdout.decode(encoding)
        assert "?" not in text

    @pytest.mark.parametrize(
        ("words", "line"),
        [
            ("conv 6x6 -k 3 -s 2 -p 1", "o = floor((6 + 2*1 - 3)/2) + 1 = 3"),
            ("pool 112 -k 3 -s 2 -p 1 --ceil", "o = ceil((112 + 2*1 - 3)/2) + 1 = 57"),
            ("transpose 3 -k 3 -s 2", "i~' = s(i' - 1) + 1 = 2*(3 - 1) + 1 = 5"),
            ("transpose 3 -k 3 -s 2", "rotated by 180 degrees"),
            ("relationships 15", "k^ = k + (k - 1)(d - 1)"),
        ],
    )
    def test_what_stands_for_them(self, words, line):
        finished = process(*words.split(), environment={"PYTHONIOENCODING": "ascii"})
        assert line in " ".join(finished.stdout.decode("ascii").split())

    def test_json_is_ascii_and_says_the_same_everywhere(self):
        words = ("conv", "6x6", "-k", "3", "-s", "2", "--json")
        plain = process(*words, environment={"PYTHONIOENCODING": "ascii"})
        assert plain.stdout.isascii()
        assert json.loads(plain.stdout)["formula"] == "o = ⌊(i - k)/s⌋ + 1"
        assert plain.stdout == process(*words, environment={"PYTHONIOENCODING": "utf-8"}).stdout

    @pytest.mark.parametrize("words", [("conv", "ĩ", "-k", "3"), ("conv", "5", "-k", "3", "-p", "⌊")])
    def test_errors_about_words_that_cannot_be_said_are_no_tracebacks(self, words):
        finished = process(*words, environment={"PYTHONIOENCODING": "ascii"})
        assert finished.returncode == 2
        assert b"Traceback" not in finished.stderr
        assert finished.stderr.splitlines()[-1].startswith(b"Error: ")

    def test_help_can_be_encoded(self):
        for command in ((), ("conv",), ("animate",)):
            finished = process(*command, "--help", environment={"PYTHONIOENCODING": "ascii"})
            assert (finished.returncode, finished.stderr) == (0, b"")


@pytest.mark.parametrize(
    "words", ["conv 6x6 -k 3 -s 2", "solve conv --output 3 -k 3", "relationships 3", "matrix 3 -k 2"]
)
def test_json_is_one_document_on_standard_output(words):
    result = run(f"{words} --json")
    assert json.loads(result.stdout)
    assert not result.stderr
    assert result.stdout.endswith("}\n")
