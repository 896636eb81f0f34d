"""Explanations: every line says what is true, and every wording of the lines says the same."""

from __future__ import annotations

import json

import pytest
import walk
from drawn import drawn_layers
from formulas import evaluated
from hypothesis import given

import convarith as ca
from convarith.arithmetic.explanation import equivalent_sentences


def values_of(axis):
    """What each name of a line stands for, by the walk."""
    between = axis.stride if axis.family == "transposed" else axis.input_dilation
    stretched = len(walk.row_of(axis.size, input_dilation=between))
    return {
        "span": walk.offsets_of(axis.kernel, axis.dilation)[-1] + 1,
        "stretched": stretched,
        "output": axis.output,
        "inserted": between - 1,
        "before": -axis.first_position,
        "after": len(axis.row) - stretched + axis.first_position,
    }


@given(drawn_layers())
def test_every_line_is_true_as_it_is_printed(drawn):
    """The value is the walk's; the numbers put in come to it, and so does the formula with the letters' values."""
    explanation = drawn.layer.explain(drawn.shape)
    for line in explanation.lines:
        axis = drawn.axes[line.axis]
        values = values_of(axis)
        assert line.value == values[line.name]
        assert evaluated(line.substituted) == line.value
        letters = {
            "i": axis.size,
            "k": axis.kernel,
            "s": axis.stride,
            "d": axis.dilation,
            "e": axis.input_dilation,
            "p": axis.before,
            "p_before": axis.before,
            "p_after": axis.after,
            "a": axis.output_padding,
            "span": values["span"],
            "stretched": values["stretched"],
        }
        assert evaluated(line.formula, **letters) == line.value
        left = line.formula.partition(" = ")[0]
        assert line.result.startswith(f"{left} = ")
        assert line.result.endswith(f" = {line.value}")
        assert line.derivation.startswith(f"{line.formula} = ")
        assert line.derivation.endswith(f" = {line.value}")


@given(drawn_layers())
def test_the_lines_go_axis_by_axis(drawn):
    """On each axis what the formula needs, then the formula, then what makes the equivalent convolution."""
    explanation = drawn.layer.explain(drawn.shape)
    expected = []
    for number, axis in enumerate(drawn.axes):
        names = ["span"] if axis.dilation > 1 and axis.kernel > 1 else []
        names += ["stretched"] if axis.input_dilation > 1 else []
        names.append("output")
        if axis.family == "transposed":
            names += ["inserted", "stretched"] if axis.stride > 1 else []
            names += ["before", "after"]
        expected += [(number, name) for name in names]
    assert [(line.axis, line.name) for line in explanation.lines] == expected


@given(drawn_layers())
def test_its_attributes_are_the_layers_own_answers(drawn):
    explanation = drawn.layer.explain(drawn.shape)
    assert explanation.layer == drawn.layer
    assert explanation.input_shape == drawn.shape
    assert explanation.output_shape == tuple(axis.output for axis in drawn.axes)
    assert explanation.unused == tuple(axis.unread for axis in drawn.axes)
    assert explanation.padded_shape == tuple(len(axis.row) for axis in drawn.axes)
    assert explanation.input_shapes == drawn.layer.input_shapes(explanation.output_shape)


@given(drawn_layers(families=("transposed",)))
def test_the_equivalent_convolution_in_numbers(drawn):
    explanation = drawn.layer.explain(drawn.shape)
    equivalent, values = explanation.equivalent, [values_of(axis) for axis in drawn.axes]
    assert explanation.direct == drawn.layer.direct
    assert equivalent.stretched_shape == tuple(value["stretched"] for value in values)
    assert equivalent.inserted_zeros == tuple(axis.stride - 1 for axis in drawn.axes)
    assert equivalent.kernel_size == tuple(axis.kernel for axis in drawn.axes)
    assert equivalent.padding == tuple((value["before"], value["after"]) for value in values)
    assert equivalent.padded_shape == tuple(len(axis.row) for axis in drawn.axes)
    assert equivalent.rotated is True
    assert explanation.to_dict()["equivalent"] == {
        "stretched_shape": [value["stretched"] for value in values],
        "inserted_zeros": [axis.stride - 1 for axis in drawn.axes],
        "kernel_size": [axis.kernel for axis in drawn.axes],
        "padding": [[value["before"], value["after"]] for value in values],
        "dilation": [axis.dilation for axis in drawn.axes],
        "rotated": True,
    }


@given(drawn_layers())
def test_the_text_fits_a_terminal_and_names_every_axis(drawn):
    explanation = drawn.layer.explain(drawn.shape)
    lines = str(explanation).split("\n")
    assert max(map(len, lines)) <= 80
    assert not [line for line in lines if line != line.rstrip()]
    ndim = len(drawn.shape)
    names = [["axis 0"], ["axis 0 (height)", "axis 1 (width)"], ["axis 0 (depth)", "axis 1 (height)", "axis 2 (width)"]]
    expected = [*names, [f"axis {number}" for number in range(4)]][ndim - 1]
    outputs = [line.axis for line in explanation.lines if line.name == "output"]
    assert outputs == list(range(ndim))
    for name in expected:
        assert any(line.startswith(f"  {name} ") for line in lines)


@given(drawn_layers())
def test_the_dictionary_is_plain_data(drawn):
    explanation = drawn.layer.explain(drawn.shape)
    data = explanation.to_dict()
    assert json.loads(json.dumps(data)) == data
    assert data["layer"] == repr(drawn.layer)
    assert data["input_shape"] == list(drawn.shape)
    assert data["output_shape"] == [axis.output for axis in drawn.axes]
    assert data["relationship"] == explanation.relationship
    assert [list(axis.values()) for axis in data["unused"]] == [list(axis.unread) for axis in drawn.axes]
    assert [list(axis) for axis in data["unused"]] == [["before", "between", "after", "input"]] * len(drawn.axes)
    for bounds, sizes in zip(data["input_shapes"], explanation.input_shapes, strict=True):
        assert list(range(bounds[0], bounds[1] + 1)) == list(sizes)
    assert [line["value"] for line in data["lines"]] == [line.value for line in explanation.lines]
    assert ("equivalent" in data) is (type(drawn.layer) is ca.ConvTranspose)


@given(drawn_layers())
def test_the_latex_has_a_row_for_every_line(drawn):
    explanation = drawn.layer.explain(drawn.shape)
    first, *rows, last = explanation.latex().split("\n")
    assert (first, last) == ("\\begin{align*}", "\\end{align*}")
    assert len(rows) == len(explanation.lines)
    for row, line in zip(rows, explanation.lines, strict=True):
        assert row.count("&=") == 1
        assert row.removesuffix(" \\\\").endswith(f"= {line.value}")
        assert row.count("{") == row.count("}")
        assert row.count("\\left") == row.count("\\right")
        assert not set("⌊⌋⌈⌉·\u0302ĩ") & set(row)
        assert ("\\text{axis" in row) is (len(drawn.shape) > 1)


def test_the_example_of_figure_2_7():
    explanation = ca.Conv(3, stride=2, padding=1).explain((6, 6))
    assert explanation.formula == "o = ⌊(i + 2p - k)/s⌋ + 1"
    assert [line.result for line in explanation.lines] == ["o = ⌊(6 + 2·1 - 3)/2⌋ + 1 = 3"] * 2
    text = str(explanation)
    assert text.startswith("Conv(kernel_size=3, stride=2, padding=1)\ninput 6x6 -> output 3x3\n\nRelationship 6: ")
    assert "  axis 0 (height)  o = ⌊(6 + 2·1 - 3)/2⌋ + 1 = 3\n" in text
    assert "1 of 8 padded positions, after the last window; none of them" in text
    assert text.endswith("Inputs that give the same output\n  each axis        5 to 6")


def test_the_example_of_figure_4_7():
    explanation = ca.ConvTranspose(3, stride=2, padding=1, output_padding=1).explain((3, 3))
    assert explanation.formula == "o' = s(i' - 1) + a + k - 2p"
    assert [line.result for line in explanation.lines if line.axis == 1] == [
        "o' = 2·(3 - 1) + 1 + 3 - 2·1 = 6",
        "zeros = 2 - 1 = 1",
        "ĩ' = 2·(3 - 1) + 1 = 5",
        "p'_before = 3 - 1 - 1 = 1",
        "p'_after = 3 - 1 - 1 + 1 = 2",
    ]
    assert equivalent_sentences(explanation) == [
        "Between neighbouring inputs put 1 zero: 3x3 becomes 5x5.",
        "Pad 1 before and 2 after (1 of them the added zeros a): it becomes 8x8.",
        "Convolve with the 3x3 kernel rotated by 180°, stride 1: 6x6 comes out.",
    ]
    assert "Conv(kernel_size=3, stride=2, padding=1) on input 6x6" in str(explanation)
    assert explanation.to_dict()["direct"] == "Conv(kernel_size=3, stride=2, padding=1)"


def test_words_where_axes_differ_or_crop():
    uneven = ca.ConvTranspose((1, 4), stride=(1, 3), padding=(2, 0), output_padding=(0, 1)).explain((7, 2))
    assert equivalent_sentences(uneven) == [
        "Between neighbouring inputs put no zeros on axis 0 (height), 2 zeros on axis 1 (width): 7x2 becomes 7x4.",
        "Crop 2 before and crop 2 after on axis 0 (height), pad 3 before and 4 after (1 of them the added zeros a) on "
        "axis 1 (width): it becomes 3x11.",
        "Convolve with the 1x4 kernel rotated by 180°, stride 1: 3x8 comes out.",
    ]
    plain = ca.ConvTranspose(1).explain((3,))
    assert equivalent_sentences(plain) == [
        "Pad nothing: it becomes 3.",
        "Convolve with the kernel of 1 rotated by 180°, stride 1: 3 comes out.",
    ]
    with pytest.raises(ValueError, match=r"^only a transposed convolution has an equivalent direct one$"):
        equivalent_sentences(ca.Conv(3).explain((5,)))


def test_formulas_of_what_the_guide_does_not_have():
    ceil = ca.Pool(3, stride=2, ceil_mode=True).explain((6,))
    assert ceil.lines[0].result == "o = ⌈(6 + 2·0 - 3)/2⌉ + 1 = 3"
    assert "None of the guide's relationships; the general rule" in str(ceil)
    stretched = ca.Conv(3, input_dilation=2, stride=2, padding=((1, 0),)).explain((4,))
    assert [line.result for line in stretched.lines] == [
        "ĩ = 2·(4 - 1) + 1 = 7",
        "o = ⌊(7 + 1 + 0 - 3)/2⌋ + 1 = 3",
    ]
    dilated = ca.Conv(3, dilation=2, padding=-1).explain((9,))
    assert [line.result for line in dilated.lines] == [
        "k̂ = 3 + (3 - 1)(2 - 1) = 5",
        "o = (9 - 5) + 2·(-1) + 1 = 3",
    ]


def test_latex_by_hand():
    assert ca.Conv(3, stride=2, padding=1).explain((6,)).latex() == (
        "\\begin{align*}\n"
        "  o &= \\left\\lfloor \\frac{i + 2p - k}{s} \\right\\rfloor + 1"
        " = \\left\\lfloor \\frac{6 + 2 \\cdot 1 - 3}{2} \\right\\rfloor + 1 = 3\n"
        "\\end{align*}"
    )
    assert ca.relationships[15].statement_latex == "\\hat{k} = k + (k - 1)(d - 1)"
    assert ca.relationships[12].statement_latex.startswith("\\tilde{i}' = s(i' - 1) + 1, ")


def test_the_notebook_table_says_what_the_text_says():
    explanation = ca.ConvTranspose(3, stride=2, padding=((0, 1),)).explain((3, 4))
    html = explanation._repr_html_()
    assert html.startswith(
        "<table><caption>ConvTranspose(kernel_size=3, stride=2, padding=((0, 1),)): input 3x4 -&gt; "
    )
    assert html.endswith("</table>")
    assert html.count("<tr>") == html.count("</tr>")
    for line in explanation.lines:
        shown = line.derivation if line.name in ("inserted", "stretched", "before", "after") else line.result
        assert shown.replace("'", "&#x27;") in html


def test_a_relationship_is_described_as_plain_data():
    data = ca.relationships[6].to_dict()
    assert json.loads(json.dumps(data)) == data
    assert data["number"] == 6
    assert data["for"] == ["convolution", "pooling"]
    assert data["statement"] == "o = ⌊(i + 2p - k)/s⌋ + 1"
    assert data["figures"] == ["1.2", "2.6", "2.7"]
    assert repr(ca.relationships[6]) == "<Relationship 6: o = ⌊(i + 2p - k)/s⌋ + 1>"


def test_a_relationship_prints_itself_in_80_columns():
    for number, relationship in ca.relationships.items():
        text = str(relationship)
        assert text.startswith(f"Relationship {number}: ")
        assert max(map(len, text.split("\n"))) <= 80
        words = " ".join(text.split())
        for said in (relationship.condition, relationship.statement, relationship.derivation):
            assert said in words
        for figure in relationship.figures:
            assert f"figure {figure} " in words
    assert "(thesis 2.27): ConvTranspose(" in " ".join(str(ca.relationships[14]).split())
    assert "3x3 -> 6x6" in " ".join(str(ca.relationships[14]).split())


def test_huge_inputs_are_explained_exactly():
    explanation = ca.Conv(3, stride=2, padding=1).explain((2**60, 2**60))
    assert explanation.output_shape == (2**59, 2**59)
    assert explanation.unused == ((0, 0, 1, 0),) * 2
    assert explanation.input_shapes == (range(2**60 - 1, 2**60 + 1),) * 2
    assert explanation.lines[0].result == f"o = ⌊({2**60} + 2·1 - 3)/2⌋ + 1 = {2**59}"


def test_what_is_cropped_is_said():
    explanation = ca.Conv(3, padding=((-1, -2), 0)).explain((7, 5))
    assert explanation.cropped == (3, 0)
    assert "axis 0 (height)  nothing, every padded position is read; but 3 of 7 inputs are" in str(explanation)
    assert ca.Conv(1, padding=((-1, 0),)).explain((2,)).cropped == (1,)
    assert ca.ConvTranspose(3, stride=2, padding=3).explain((5,)).cropped == (2,)  # one on either side


@pytest.mark.parametrize(
    ("layer", "size", "note"),
    [
        (ca.Conv(3, stride=2, padding="same"), 6, "The padding 'same' is 0 before and 1 after here."),
        (ca.Pool(3, stride=2, ceil_mode=True), 6, "ceil_mode adds a window, which reaches 1 beyond the padding."),
        (
            ca.Pool(2, stride=3, padding=1, ceil_mode=True),
            7,
            "ceil_mode adds no window, since that would start beyond the input.",
        ),
        (
            ca.Pool(2, padding=2, ceil_mode=True),
            4,
            "ceil_mode drops the last window, which would start beyond the input.",
        ),
        (ca.Pool(2, ceil_mode=True), 4, "ceil_mode changes nothing."),
    ],
)
def test_notes_say_what_a_name_means_and_what_ceil_mode_does(layer, size, note):
    explanation = layer.explain((size,))
    assert explanation.notes == (note,)
    assert note in " ".join(str(explanation).split())


def test_a_dilated_equivalent_says_so():
    steps = equivalent_sentences(ca.ConvTranspose(2, dilation=3, output_padding=2).explain((3,)))
    assert steps[-1] == "Convolve with the kernel of 2, dilated by 3, rotated by 180°, stride 1: 8 comes out."


def test_latex_of_a_transposed_convolution_by_hand():
    latex = ca.ConvTranspose(2, stride=2).explain((3, 3)).latex()
    assert "  \\text{axis 0 (height):} \\quad \\text{zeros} &= s - 1 = 2 - 1 = 1 \\\\\n" in latex
    assert "p'_{\\text{before}} &= k - 1 - p = 2 - 1 - 0 = 1" in latex
