"""The guide's figures as a table, and its misprints: what is printed is wrong, what convarith says is right."""

from __future__ import annotations

from itertools import product

import pytest
import walk
from formulas import assigned, evaluated

import convarith as ca
from convarith.arithmetic.guide import misprints

# number in the guide, number in the thesis, i, k, s, p, d, output, relationship
DIRECT = [
    ("1.1", "2.7", 5, 3, 1, 0, 1, 3, 1),
    ("1.2", "2.8", 5, 3, 2, 1, 1, 3, 6),
    ("2.1", "2.13", 4, 3, 1, 0, 1, 2, 1),
    ("2.2", "2.14", 5, 4, 1, 2, 1, 6, 2),
    ("2.3", "2.15", 5, 3, 1, 1, 1, 5, 3),
    ("2.4", "2.16", 5, 3, 1, 2, 1, 7, 4),
    ("2.5", "2.17", 5, 3, 2, 0, 1, 2, 5),
    ("2.6", "2.18", 5, 3, 2, 1, 1, 3, 6),
    ("2.7", "2.19", 6, 3, 2, 1, 1, 3, 6),
    ("2.8", "2.20", 5, 3, 2, 0, 1, 2, 5),
    ("5.1", None, 7, 3, 1, 0, 2, 3, 15),
]
POOLING = [("1.5", "2.11", 5, 3, 1, 0, 3, 7), ("1.6", "2.12", 5, 3, 1, 0, 3, 7)]
# number, thesis, the figure it transposes, i', k, s, p, a, output, relationship
TRANSPOSED = [
    ("4.1", "2.21", "2.1", 2, 3, 1, 0, 0, 4, 8),
    ("4.2", "2.22", "2.2", 6, 4, 1, 2, 0, 5, 9),
    ("4.3", "2.23", "2.3", 5, 3, 1, 1, 0, 5, 10),
    ("4.4", "2.24", "2.4", 7, 3, 1, 2, 0, 5, 11),
    ("4.5", "2.25", "2.5", 2, 3, 2, 0, 0, 5, 12),
    ("4.6", "2.26", "2.6", 3, 3, 2, 1, 0, 5, 13),
    ("4.7", "2.27", "2.7", 3, 3, 2, 1, 1, 6, 14),
]

# The guide prints this matrix for Figure 2.1: one row per output, one column per input of the 4x4 image.
ROWS_OF_C = """
w(0,0) w(0,1) w(0,2) 0 w(1,0) w(1,1) w(1,2) 0 w(2,0) w(2,1) w(2,2) 0 0 0 0 0
0 w(0,0) w(0,1) w(0,2) 0 w(1,0) w(1,1) w(1,2) 0 w(2,0) w(2,1) w(2,2) 0 0 0 0
0 0 0 0 w(0,0) w(0,1) w(0,2) 0 w(1,0) w(1,1) w(1,2) 0 w(2,0) w(2,1) w(2,2) 0
0 0 0 0 0 w(0,0) w(0,1) w(0,2) 0 w(1,0) w(1,1) w(1,2) 0 w(2,0) w(2,1) w(2,2)
"""


@pytest.mark.parametrize(("number", "thesis", "i", "k", "s", "p", "d", "o", "relationship"), DIRECT)
def test_figures_of_convolutions(number, thesis, i, k, s, p, d, o, relationship):
    figure = ca.figures[number]
    assert (figure.number, figure.thesis, figure.input_shape) == (number, thesis, (i, i))
    assert figure.layer == ca.Conv(k, stride=s, padding=p, dilation=d)
    assert figure.layer.output_shape((i, i)) == (o, o)
    assert number in ca.relationships[relationship].figures
    assert ca.relationships[relationship].applies(figure.layer, (i, i))


@pytest.mark.parametrize(("number", "thesis", "i", "k", "s", "p", "o", "relationship"), POOLING)
def test_figures_of_pooling(number, thesis, i, k, s, p, o, relationship):
    figure = ca.figures[number]
    assert (figure.thesis, figure.input_shape) == (thesis, (i, i))
    assert figure.layer == ca.Pool(k, stride=s, padding=p)
    assert figure.layer.output_shape((i, i)) == (o, o)
    assert number in ca.relationships[relationship].figures
    assert figure.layer.explain((i, i)).relationship == relationship


@pytest.mark.parametrize(
    ("number", "thesis", "direct", "i", "k", "s", "p", "a", "o", "relationship"), TRANSPOSED, ids=lambda value: value
)
def test_figures_of_transposed_convolutions(number, thesis, direct, i, k, s, p, a, o, relationship):
    figure = ca.figures[number]
    assert (figure.thesis, figure.input_shape) == (thesis, (i, i))
    assert figure.layer == ca.ConvTranspose(k, stride=s, padding=p, output_padding=a)
    assert figure.layer.output_shape((i, i)) == (o, o)
    assert figure.layer.explain((i, i)).relationship == relationship
    transposes = ca.figures[direct]
    assert (figure.layer.direct, (o, o)) == (transposes.layer, transposes.input_shape)
    assert transposes.layer.transposed((o, o)) == figure.layer


def test_each_figure_names_the_relationship_that_cites_it():
    for number, _, i, *_, relationship in DIRECT:
        explanation = ca.figures[number].layer.explain((i, i))
        named = 15 if explanation.dilated else explanation.relationship
        assert named == relationship
    cited = sorted(number for each in ca.relationships.values() for number in each.figures)
    assert cited == sorted(row[0] for row in (*DIRECT, *POOLING, *TRANSPOSED))
    assert sorted(ca.figures) == cited


def test_figure_2_7_leaves_a_row_and_a_column_of_padding_unread():
    assert ca.Conv(3, stride=2, padding=1).unused((6, 6)) == ((0, 0, 1, 0), (0, 0, 1, 0))


def test_the_matrix_of_figure_2_1_with_symbols():
    printed = [row.split() for row in ROWS_OF_C.split("\n") if row]
    matrix = ca.Conv(3).matrix((4, 4))
    cells = [["0" if cell is None else f"w({cell[0]},{cell[1]})" for cell in row] for row in matrix.cells]
    assert cells == printed
    body = str(matrix).split("\n\n")[1:]
    shown = [[], [], [], []]
    for block in body:
        for row, line in enumerate(block.split("\n")[1:]):
            assert line.split()[0] == str(row)
            shown[row] += line.split()[1:]
    assert shown == printed
    assert max(map(len, str(matrix).split("\n"))) <= 80
    latex = matrix.latex().split("\n")[1:-1]
    assert [row.removesuffix(" \\\\").split(" & ") for row in map(str.strip, latex)] == [
        [cell.replace("w(", "w_{").replace(")", "}") for cell in row] for row in printed
    ]


INPUT = [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]
KERNEL = [[0, 1, 2], [2, 2, 0], [0, 1, 2]]


@pytest.mark.parametrize(
    ("number", "output"),
    [
        ("1.1", [[12, 12, 17], [10, 17, 19], [9, 6, 14]]),
        ("1.2", [[6, 17, 3], [8, 17, 13], [6, 4, 4]]),
    ],
)
def test_numeric_figures_from_the_entries_of_c(number, output):
    figure = ca.figures[number]
    assert applied(figure.layer.windows((5, 5)), flat(KERNEL), flat(INPUT)) == flat(output)


# The misprints, in the order of convarith's list


def misprint(word):
    """The one misprint that mentions a word; the list and the tests below go together."""
    (found,) = [each for each in misprints if word in each.printed]
    return found


def test_every_misprint_has_its_test_below():
    words = ["stretched input", "top and right", "captioned 2x2", "one zero too many", "kernel size only", "no padding"]
    assert [misprint(word) for word in words] == list(misprints)


@pytest.mark.parametrize(("relationship", "number", "printed_size"), [(12, "4.5", 7), (13, "4.6", 9), (14, "4.7", 10)])
def test_with_the_stretched_input_12_to_14_give_another_size(relationship, number, printed_size):
    """The thesis prints ĩ' where i' is needed: 7, 9, 10 for figures whose outputs are 5, 5, 6."""
    _, _, _, i, k, s, p, a, o, _ = next(row for row in TRANSPOSED if row[0] == number)
    equations = assigned(ca.relationships[relationship].statement)
    letters = {"k": k, "s": s, "p": p, "a": a}
    stretched = len(walk.row_of(i, input_dilation=s))
    assert evaluated(equations["o'"], i=stretched, **letters) == printed_size
    assert evaluated(equations["o'"], i=i, **letters) == o == walk.stamped_size(i, k, s, p, p, output_padding=a)
    assert str(printed_size) in misprint("stretched input").right


def test_the_added_zeros_lie_at_the_bottom_and_right():
    """Padded at the top and right instead, the equivalent convolution has other entries than C^T."""
    transpose_of_c = {
        (column, row, tap) for row, column, tap in ca.Conv(3, stride=2, padding=1).windows((6, 6)).entries()
    }
    bottom_right = ca.Conv(3, padding=((1, 2), (1, 2)), input_dilation=2)
    top_right = ca.Conv(3, padding=((2, 1), (1, 2)), input_dilation=2)
    assert bottom_right == ca.figures["4.7"].layer.equivalent.replace(padding=((1, 2), (1, 2)))
    assert bottom_right.output_shape((3, 3)) == top_right.output_shape((3, 3)) == (6, 6)
    assert rotated(bottom_right.windows((3, 3))) == transpose_of_c
    assert rotated(top_right.windows((3, 3))) != transpose_of_c


@pytest.mark.parametrize(("number", "output"), [("4.6", 5), ("4.7", 6)])
def test_the_inputs_of_4_6_and_4_7_are_3x3(number, output):
    """With the 2x2 of the caption something smaller comes out than the direct convolution read."""
    layer = ca.figures[number].layer
    assert ca.figures[number].input_shape == (3, 3)
    assert layer.output_shape((3, 3)) == (output, output)
    assert layer.output_shape((2, 2)) == (output - 2, output - 2)
    assert layer.direct.output_shape((output, output)) == (3, 3)


def test_a_row_of_c_with_one_zero_more_has_no_column_for_it():
    """Row 2 as the thesis prints it has 17 entries; C has 16 columns, 9 of them weights in every row."""
    row = ROWS_OF_C.split("\n")[2].split()
    matrix = ca.Conv(3).matrix((4, 4))
    assert len([*row, "0"]) == 17 != matrix.columns
    assert len(row) == matrix.columns == 16
    for line in matrix.cells:
        assert sum(cell is not None for cell in line) == 9
        assert len(line) == 16


def test_the_kernel_of_the_equivalent_convolution_is_rotated():
    """With an asymmetric kernel the unrotated one computes something else."""
    layer = ca.figures["4.7"].layer
    kernel, given = list(range(1, 10)), [1, -2, 3, 0, 5, -1, 2, 2, 7]
    expected = [0] * 36
    for (y, x), (v, u) in product(product(range(3), repeat=2), repeat=2):
        row, column = 2 * y + v - 1, 2 * x + u - 1
        if 0 <= row < 6 and 0 <= column < 6:
            expected[6 * row + column] += given[3 * y + x] * kernel[3 * v + u]
    equivalent = layer.equivalent.windows((3, 3))
    assert applied(layer.windows((3, 3)), kernel, given) == expected
    assert applied(equivalent, kernel[::-1], given) == expected
    assert applied(equivalent, kernel, given) != expected
    assert layer.explain((3, 3)).equivalent.rotated


def test_padded_pooling_has_the_size_of_relationship_6():
    """Relationship 7 assumes that pooling has no padding; with padding it gives another size than the walk."""
    pool = ca.Pool(3, stride=2, padding=1)
    letters = {"i": 6, "k": 3, "s": 2, "p": 1}
    size = walk.conv_size(6, 3, 2, 1, 1)
    assert pool.output_shape((6,)) == (size,) == (3,)
    assert evaluated(ca.relationships[7].statement, **letters) == 2
    assert evaluated(ca.relationships[6].statement, **letters) == size
    assert pool.explain((6,)).relationship == 6


def flat(rows):
    return [value for row in rows for value in row]


def applied(windows, kernel, given):
    """C, filled with the kernel's numbers, times the flattened input."""
    rows, _ = windows.matrix_shape
    output = [0] * rows
    for row, column, tap in windows.entries():
        output[row] += kernel[tap] * given[column]
    return output


def rotated(windows):
    """The entries with the kernel rotated by 180°."""
    taps = windows.kernel_size[0] * windows.kernel_size[1]
    return {(row, column, taps - 1 - tap) for row, column, tap in windows.entries()}
