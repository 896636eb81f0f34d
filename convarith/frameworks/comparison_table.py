"""A comparison as the table that the command line prints."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from convarith.arithmetic.notation import COLUMNS, shape_text, wrapped
from convarith.frameworks.questions import telling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.arithmetic.unused import Unused
    from convarith.frameworks.comparison import Comparison, Row


def comparison_text(comparison: Comparison) -> str:
    heads = ("framework", "asked with", "output", "padding", "unread")
    rows = [_cells(row) for row in comparison.rows]
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    rest = sum(widths) - widths[1] + 2 * len(heads) - 2
    widths[1] = min(widths[1], max(COLUMNS - rest, len(heads[1])))
    lines = wrapped(f"{shape_text(comparison.input_shape)}: {comparison.question}")
    lines.append("")
    for row in [heads, *rows]:
        cells = [_cut(cell, width).ljust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join(cells).rstrip())
    notes = _notes(comparison)
    if notes:
        lines.append("")
    for names, sentence in notes:
        lines += wrap(f"{names}: {sentence}", COLUMNS, initial_indent="  ", subsequent_indent="    ")
    instead = comparison.instead
    if instead:
        lines += ["", *wrapped(f"The same windows as {comparison.groups[0][0]}, where they are not to be had so")]
        for name, code in instead.items():
            lines += [f"  {name}", *(f"    {line}" for line in code.splitlines())]
    return "\n".join(lines)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: max(width - 3, 0)]}..."


def _cells(row: Row) -> tuple[str, ...]:
    distinct = _distinct_part(row)
    if row.answer is None:
        return row.framework, distinct, "refused" if row.call else "-", "", ""
    answer = row.answer
    pads = list(dict.fromkeys(answer.padding))
    padding = " x ".join(f"{before}:{after}" for before, after in (pads if len(pads) == 1 else answer.padding))
    added = max(answer.added)
    unread = list(dict.fromkeys(_unread(axis) for axis in answer.unused))
    shown = unread[0] if len(unread) == 1 else _unread_each(answer.unused)
    return row.framework, distinct, shape_text(answer.output_shape), padding + (f" +{added}" if added else ""), shown


def _distinct_part(row: Row) -> str:
    """Of the call, what says the padding, the rounding and the output: the rest is the question."""
    return ", ".join(telling(row)) if row.call else "-"


def _unread(axis: Unused) -> str:
    """``last 1 (padding)``: how many positions, where, and what they are."""
    if not axis.total:
        return "none"
    places = [f"{axis.between} between"] * bool(axis.between) + [f"last {axis.after}"] * bool(axis.after)
    return f"{', '.join(places)} ({_what(axis.input, axis.total)})"


def _unread_each(axes: Sequence[Unused]) -> str:
    """``1 x 0 (padding)``: how many on each axis, and what they are."""
    totals = [axis.total for axis in axes]
    return f"{' x '.join(map(str, totals))} ({_what(sum(axis.input for axis in axes), sum(totals))})"


def _what(of_input: int, total: int) -> str:
    return "padding" if not of_input else "input" if of_input == total else f"{of_input} input"


def _notes(comparison: Comparison) -> list[tuple[str, str]]:
    """What is refused and why, and what a framework's rule says of itself, each sentence once."""
    notes: dict[str, list[str]] = {}
    quotes: dict[str, list[str]] = {}
    for row in comparison.rows:
        sentence = row.refusal if row.answer is None else row.answer.remark
        if sentence:
            names = notes.setdefault(sentence, [])
            if row.framework not in names:
                names.append(row.framework)
            quotes.setdefault(sentence, []).append(row.quote)
    return [
        (", ".join(names), f"{sentence} {quotes[sentence][0] if len(names) == 1 else ''}".strip())
        for sentence, names in notes.items()
    ]
