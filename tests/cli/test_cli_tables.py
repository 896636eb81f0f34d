"""``matrix`` and ``relationships``: C with symbols, and the guide's list."""

from __future__ import annotations

import re

import pytest
from run_words import data_of, lines_of, output_of, run

import convarith as ca

C_OF_FIGURE_2_1 = [
    "00 01 02 .  10 11 12 .  20 21 22 .  .  .  .  . ",
    ".  00 01 02 .  10 11 12 .  20 21 22 .  .  .  . ",
    ".  .  .  .  00 01 02 .  10 11 12 .  20 21 22 . ",
    ".  .  .  .  .  00 01 02 .  10 11 12 .  20 21 22",
]
"""The 4x16 matrix of the guide, each weight by its indices (its row 2 without the zero too many of the thesis)."""


def symbols(words):
    """The cells of a printed matrix, its blocks of columns put together again."""
    rows = {}
    for block in output_of(words).split("\n\n")[1:]:
        for line in block.splitlines()[1:]:
            number, *cells = line.split()
            rows.setdefault(int(number), []).extend(cells)
    return [rows[number] for number in range(len(rows))]


def expected(cell):
    return lambda line: [cell(word) for word in line.split()]


def test_the_matrix_of_figure_2_1_as_text():
    text = expected(lambda word: "0" if word == "." else f"w({word[0]},{word[1]})")
    assert symbols("matrix 4x4 -k 3") == [text(line) for line in C_OF_FIGURE_2_1]
    assert output_of("matrix 4x4 -k 3").startswith("4x16 matrix, 36 of its 64 cells are weights\n")


def test_the_columns_are_numbered():
    headers = [block.splitlines()[0].split() for block in output_of("matrix 4x4 -k 3").split("\n\n")[1:]]
    assert [int(number) for header in headers for number in header] == list(range(16))


def test_the_matrix_of_figure_2_1_as_latex():
    text = expected(lambda word: "0" if word == "." else f"w_{{{word[0]},{word[1]}}}")
    body = " \\\\\n  ".join(" & ".join(text(line)) for line in C_OF_FIGURE_2_1)
    assert output_of("matrix 4x4 -k 3 --latex") == (
        f"\\left(\\begin{{array}}{{*{{16}}{{c}}}}\n  {body}\n\\end{{array}}\\right)\n"
    )


def test_the_matrix_of_figure_2_1_as_json():
    data = data_of("matrix 4x4 -k 3")
    assert list(data) == ["layer", "shape", "entries"]
    assert (data["layer"], data["shape"]) == ("Conv(kernel_size=3)", [4, 16])
    assert data["entries"] == [
        [row, column, [int(word[0]), int(word[1])]]
        for row, line in enumerate(C_OF_FIGURE_2_1)
        for column, word in enumerate(line.split())
        if word != "."
    ]


def test_the_transposed_one_is_the_matrix_turned_over():
    """An input of 2x2 and an output of 4x4: the C of Figure 2.1 with rows as columns."""
    turned = [list(column) for column in zip(*symbols("matrix 4x4 -k 3"), strict=True)]
    assert symbols("matrix 2x2 -k 3 --transpose") == turned
    assert data_of("matrix 2x2 -k 3 --transpose")["layer"] == "ConvTranspose(kernel_size=3)"


def test_a_transposed_one_takes_output_padding():
    data = data_of("matrix 2 -k 1 -s 3 -a 2 --transpose")
    assert (data["shape"], data["entries"]) == ([6, 2], [[0, 0, [0]], [3, 1, [0]]])


@pytest.mark.parametrize(
    ("words", "shape", "entries"),
    [
        ("matrix 3 -k 2", [2, 3], [[0, 0, [0]], [0, 1, [1]], [1, 1, [0]], [1, 2, [1]]]),
        ("matrix 3 -k 2 -s 2 -p 1", [2, 3], [[0, 0, [1]], [1, 1, [0]], [1, 2, [1]]]),
        ("matrix 3 -k 2 -d 2", [1, 3], [[0, 0, [0]], [0, 2, [1]]]),
        ("matrix 2 -k 2 -e 2", [2, 2], [[0, 0, [0]], [1, 1, [1]]]),
    ],
)
def test_other_layers(words, shape, entries):
    data = data_of(words)
    assert (data["shape"], data["entries"]) == (shape, entries)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("matrix 4x4 -k 3 --latex --json", 2, "--latex and --json exclude each other; give one"),
        ("matrix 4x4 -k 3 -a 1", 2, "output padding is for --transpose; leave out -a, or add --transpose"),
        ("matrix 4x4 -k 3 -e 2 --transpose", 2, "a transposed convolution has no input dilation"),
        ("matrix 400x400 -k 3", 1, "more than the limit of 100000 to write out"),
        (f"matrix {2**60} -k 3", 1, "more than the limit of 100000 to write out"),
        ("matrix 2 -k 3", 1, "kernel 3 does not fit in input 2"),
        ("relationships 14 --latex --json", 2, "--latex and --json exclude each other; give one"),
        ("relationships 0", 2, "there is no Relationship 0; give a number from 1 to 15"),
        ("relationships 16", 2, "there is no Relationship 16; give a number from 1 to 15"),
        ("relationships -- -1", 2, "there is no Relationship -1; give a number from 1 to 15"),
        ("relationships six", 2, "'six' is not a valid integer"),
    ],
)
def test_what_is_refused(words, code, sentence):
    result = run(words)
    assert result.exit_code == code
    assert sentence in result.stderr
    assert not result.stdout


class TestRelationships:
    def test_the_list_has_all_of_them_in_order(self):
        text = output_of("relationships")
        assert [int(number) for number in re.findall(r"^(\d+)\. ", text, re.MULTILINE)] == list(range(1, 16))
        for relationship in ca.relationships.values():
            assert relationship.title in text
            assert relationship.statement in " ".join(text.split())

    @pytest.mark.parametrize(
        ("number", "parts"),
        [
            (1, ("Relationship 1", "s = 1, p = 0", "o = (i - k) + 1", "figure 2.1", "4x4 -> 2x2")),
            (6, ("Relationship 6", "o = ⌊(i + 2p - k)/s⌋ + 1", "figure 2.7", "6x6 -> 3x3")),
            (14, ("o' = s(i' - 1) + a + k - 2p", "figure 4.7", "3x3 -> 6x6", "bottom and right", "thesis 2.27")),
            (15, ("k̂ = k + (k - 1)(d - 1)", "figure 5.1", "7x7 -> 3x3")),
        ],
    )
    def test_one_of_them_with_derivation_and_figures(self, number, parts):
        text = " ".join(lines_of(f"relationships {number}"))
        for part in (*parts, "derivation"):
            assert part in text

    def test_as_json_a_list_or_one_object(self):
        keys = ["number", "title", "for", "condition", "statement", "statement_latex", "figures", "derivation"]
        every = data_of("relationships")
        assert [one["number"] for one in every] == list(range(1, 16))
        assert all(list(one) == keys for one in every)
        one = data_of("relationships 5")
        assert one == every[4]
        assert (one["for"], one["condition"], one["figures"]) == (["convolution"], "p = 0", ["2.5", "2.8"])

    def test_as_latex(self):
        assert output_of("relationships 6 --latex") == (
            "o = \\left\\lfloor \\frac{i + 2p - k}{s} \\right\\rfloor + 1\n"
        )
        assert len(output_of("relationships --latex").splitlines()) == 15
