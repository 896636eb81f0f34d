"""An explanation as text for a terminal of 80 columns, and as an HTML table for a notebook."""

from __future__ import annotations

from convarith.arithmetic.explanation import Explanation, equivalent_sentences, unread_sentence
from convarith.arithmetic.guide import relationships
from convarith.arithmetic.notation import aligned, shape_text, wrapped
from convarith.errors import axis_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from convarith.arithmetic.layer import Layer

    Rows: TypeAlias = list[tuple[str, str]]


def text(explanation: Explanation) -> str:
    """The whole explanation, aligned."""
    parts = sections(explanation)
    width = max(len(name) for _, rows in parts for name, _ in rows)
    blocks = ["\n".join([*wrapped(repr(explanation.layer)), *wrapped(_shapes(explanation))])]
    for title, rows in parts:
        blocks.append("\n".join([*wrapped(title), *aligned(rows, width)]))
    return "\n\n".join(blocks)


def html(explanation: Explanation) -> str:
    """The same as a plain table."""
    from html import escape  # only a notebook pays for this import

    left = ' style="text-align:left"'
    lines = [f"<table><caption>{escape(f'{explanation.layer!r}: {_shapes(explanation)}')}</caption>"]
    for title, rows in sections(explanation):
        lines.append(f'<tr><th colspan="2"{left}>{escape(title)}</th></tr>')
        lines.extend(f"<tr><td{left}>{escape(name)}</td><td{left}>{escape(words)}</td></tr>" for name, words in rows)
    return "\n".join([*lines, "</table>"])


def layer_html(layer: Layer) -> str:
    """The parameters of a layer as a plain table: those at their defaults too, so that nothing has to be known."""
    from html import escape  # only a notebook pays for this import

    left = ' style="text-align:left"'
    rows = "".join(
        f"<tr><td{left}>{escape(name)}</td><td{left}>{escape(str(value))}</td></tr>"
        for name, value in layer.parameters.items()
    )
    return f"<table><caption>{escape(repr(layer))}</caption>{rows}</table>"


def sections(explanation: Explanation) -> list[tuple[str, Rows]]:
    """Titles, each with its rows of (name, words): what text and HTML lay out."""
    answer = [(_relationship_title(explanation), _formula_rows(explanation))]
    if explanation.equivalent is not None:
        answer.append(("The equivalent direct convolution", _equivalent_rows(explanation)))
        direct = f"{explanation.direct!r} on input {shape_text(explanation.output_shape)}"
        answer.append(("The convolution that it transposes", [("", direct)]))
    if explanation.notes:
        answer.append(("To know", [("", note) for note in explanation.notes]))
    unread = [
        unread_sentence(*facts)
        for facts in zip(
            explanation.unused, explanation.padded_shape, explanation.cropped, explanation.input_shape, strict=True
        )
    ]
    answer.append(("What no window reads", _per_axis(unread)))
    same = [
        str(sizes[0]) if sizes[0] == sizes[-1] else f"{sizes[0]} to {sizes[-1]}" for sizes in explanation.input_shapes
    ]
    answer.append(("Inputs that give the same output", _per_axis(same)))
    return answer


def _shapes(explanation: Explanation) -> str:
    return f"input {shape_text(explanation.input_shape)} -> output {shape_text(explanation.output_shape)}"


def _relationship_title(explanation: Explanation) -> str:
    if explanation.relationship is None:
        return "None of the guide's relationships; the general rule"
    relationship = relationships[explanation.relationship]
    also = "; Relationship 15: k̂ for k" if explanation.dilated else ""
    return f"Relationship {relationship.number}: {relationship.title}{also}"


def _formula_rows(explanation: Explanation) -> Rows:
    """The formula, and on each axis the numbers put in."""
    wanted = ("span", "output") if explanation.equivalent is not None else ("span", "stretched", "output")
    ndim = len(explanation.input_shape)
    rows = [("", explanation.formula)]
    rows += [(axis_name(line.axis, ndim), line.result) for line in explanation.lines if line.name in wanted]
    return rows


def _equivalent_rows(explanation: Explanation) -> Rows:
    """The three steps in words, then their formulas."""
    rows = [(f"{number}.", sentence) for number, sentence in enumerate(equivalent_sentences(explanation), 1)]
    for name in ("inserted", "stretched", "before", "after"):
        results = {line.axis: line.derivation for line in explanation.lines if line.name == name}
        if len(results) == len(explanation.input_shape):
            rows += _per_axis(list(results.values()))
        else:
            rows += [(axis_name(axis, len(explanation.input_shape)), result) for axis, result in results.items()]
    return rows


def _per_axis(words: list[str]) -> Rows:
    """One row where all axes say the same, and one for each axis else."""
    ndim = len(words)
    if ndim > 1 and len(set(words)) == 1:
        return [("each axis", words[0])]
    return [(axis_name(axis, ndim), word) for axis, word in enumerate(words)]
