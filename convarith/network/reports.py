"""The answers of a network in words: a table as text, Markdown, CSV and HTML, and what a unit reads.

Numbers come from `table`, `unread_rows` and `regions`; how rows are laid out is in `report_tables`.
"""

from __future__ import annotations

from convarith.arithmetic.notation import COLUMNS, aligned, counted, wrapped
from convarith.network.layer_words import in_words, printable, short_words
from convarith.network.mending import mends
from convarith.network.number_words import along_axes, bytes_words, grouped
from convarith.network.operations import shown
from convarith.network.region_words import region_text
from convarith.network.report_tables import Layout, Wishes, csv_rows, html_rows, left_out, markdown_rows, shown_rows
from convarith.network.table import MACS
from convarith.network.unread_rows import LARGEST, unread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convarith.network.mending import Mends
    from convarith.network.table import Table

    Rows = list[tuple[str, str]]

__all__ = ["region_text", "table_csv", "table_html", "table_markdown", "table_text"]

SHOWN = 12
"""At most this many layers are told of in one note."""


def table_text(
    table: Table, width: int | None = COLUMNS, flops: bool = False, centres: str = "index", every: bool = False
) -> str:
    """The table as text in blocks, the first line of each its heading: rows, totals, what to know, what goes unread.

    Columns are shortened, and then left out, until the rows fit ``width``; None leaves them all. ``centres`` counts
    the first position of the input as 0 (``index``) or as 0.5 (``half-pixel``). Layers that keep everything and have
    no parameters are shown with ``every``.

    Raises:
        ParameterError: ``centres`` is something else.
    """
    wishes = Wishes(flops, centres, every)
    layout = Layout(table, wishes)
    blocks = [heading(table), "\n".join([*layout.lines(width), *_refused(table)])]
    for title, rows in notes(table, wishes, layout.dropped):
        told = (
            aligned(rows) if any(name for name, _ in rows) else [line for _, words in rows for line in indented(words)]
        )
        blocks.append("\n".join([title, *told]))
    return "\n\n".join(blocks)


def table_markdown(table: Table, flops: bool = False, centres: str = "index", every: bool = False) -> str:
    """The table as Markdown, with what to know as a list below."""
    wishes = Wishes(flops, centres, every)
    lines = [*markdown_rows(table, wishes), ""]
    if table.refusal is not None:
        lines += [f"- **{_refusing(table)} does not fit**: {_reason(table)}"]
    for title, rows in notes(table, wishes):
        lines += [f"- {title}{f', {name}' if name else ''}: {words}" for name, words in rows]
    return "\n".join(lines)


def table_csv(table: Table, flops: bool = False, centres: str = "index") -> str:
    """Every layer as a line of comma-separated values; what is along an axis has a column for each."""
    import csv
    import io

    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(csv_rows(table, Wishes(flops, centres, every=True)))
    return text.getvalue()


def table_html(table: Table, flops: bool = False, centres: str = "index", every: bool = False) -> str:
    """The table as a notebook shows it, with its notes below; everything is escaped."""
    from html import escape

    wishes = Wishes(flops, centres, every)
    lines = [f"<table><caption>{escape('; '.join(heading(table).splitlines()))}</caption>"]
    lines += [*html_rows(table, wishes), "</table>"]
    told = notes(table, wishes)
    if table.refusal is not None:
        told = [(f"{_refusing(table)} does not fit", [("", _reason(table))]), *told]
    for title, rows in told:
        items = "".join(f"<li>{escape(f'{name}: ' if name else '')}{escape(words)}</li>" for name, words in rows)
        lines.append(f"<p>{escape(title)}</p><ul>{items}</ul>")
    return "\n".join(lines)


def table_data(table: Table) -> dict[str, Any]:
    """The table as data, by the keys of ``--json``, with what goes unread, what mends it, and a refusal."""
    return {
        **table.to_dict(),
        "unread": [each.to_dict() for each in unread(table.trace)],
        "mends": [each.to_dict() for each in mends(table.trace).found],
        "refusal": None if table.refusal is None else table.refusal.message,
    }


def heading(table: Table) -> str:
    """``AlexNet``, and below it ``input 3x227x227 -> output 1000``."""
    shape = table.input_shape
    given = shown(shape)
    if len(shape) == 2:  # a size of two axes, its channels forgotten, would look just the same
        given += f" ({counted(shape[0], 'channel')} of {shape[1]})"
    after = f"output {shown(table.output_shape)}" if table.refusal is None else f"none: {_refusing(table)} does not fit"
    lines = wrapped(f"input {given} -> {after}")
    return "\n".join([*(wrapped(printable(table.network.title)) if table.network.title else []), *lines])


def notes(table: Table, wishes: Wishes, dropped: list[str] | None = None) -> list[tuple[str, Rows]]:
    """What stands below the rows: titles, each with its rows of (name, words)."""
    parts = [*_unread(table), ("In all" if table.refusal is None else "So far", _totals(table, wishes))]
    if table.warnings:
        parts.append(("Warnings", [("", printable(warning)) for warning in table.warnings]))
    return [*parts, ("To know", _footnotes(table, wishes, dropped or []))]


def _totals(table: Table, wishes: Wishes) -> Rows:
    totals, rows = table.totals, table.rows
    kinds = [(totals["weights"], "weights"), (totals["biases"], "biases"), (totals["norm"], "of normalization")]
    parts = ", ".join(f"{grouped(number)} {words}" for number, words in kinds if number)
    found = [("parameters", f"{grouped(totals['parameters'])}{f': {parts}' if parts else ''}")]
    found.append(("MACs", f"{grouped(totals['macs'])}: {MACS.removeprefix('MACs are ')}"))
    if wishes.flops:
        found.append(("FLOPs", f"{grouped(totals['flops'])}: two for each MAC"))
    largest = max(rows, key=lambda row: row.memory, default=None)
    if largest is not None:
        hidden = ", those not shown included" if left_out(table, wishes) else ""
        found.append(
            (
                "memory",
                f"{bytes_words(totals['activation_memory'])} of outputs{hidden}, the largest "
                f"{bytes_words(largest.memory)} ({printable(largest.name)}); "
                f"{bytes_words(totals['parameter_memory'])} of parameters; as float32",
            )
        )
    return found


def _footnotes(table: Table, wishes: Wishes, dropped: list[str]) -> Rows:
    where = "counted from 0.5, the centre of the first pixel" if wishes.half_pixel else "an index from 0"
    found = [
        f"field: how much of the input a unit spans, if nothing is clipped; jump: how far the next unit moves on; "
        f"first: the centre of unit 0's field, {where}"
    ]
    rows = shown_rows(table, wishes)
    if any(True in row.varies for row in rows):
        found.append("3–5, ≈ or varies: units differ in the size of their fields, or in how far apart they look")
    if any(0 in field.sizes for row in rows for field in row.fields if field is not None):
        found.append("a field of 0: some units read nothing of the input")
    if max(table.input_shape[1:]) > LARGEST:
        found.append(f"beyond {grouped(LARGEST)} positions it is not looked up which rows go unread; --fits tells")
    hidden = left_out(table, wishes)
    if hidden:
        kinds = dict.fromkeys(in_words(table.network.nodes[number].operation, 1) for number in sorted(hidden))
        found.append(
            f"{counted(len(hidden), 'layer')} that keep{'s' * (len(hidden) == 1)} everything ({_few(list(kinds))}) "
            f"{'is' if len(hidden) == 1 else 'are'} not shown; --all (every=True) shows them"
        )
    if dropped:
        found.append(f"no room for {', '.join(dropped)}; a wider terminal, --json and --csv have everything")
    return [("", words) for words in found]


def _unread(table: Table) -> list[tuple[str, Rows]]:
    """What goes unread, and what would mend it."""
    told = unread(table.trace)
    if not told:
        return []
    rows = [(_few([printable(name) for name in each.layers], 3), str(each)) for each in told[:SHOWN]]
    if len(told) > SHOWN:
        rows.append(("", f"and of {counted(len(told) - SHOWN, 'more layer')}"))
    parts = [("Never read", rows)]
    mended = mends(table.trace)
    if mended.found:
        parts.append(("What mends it", _mend_rows(table, mended, told[0].layers[0])))
    return parts


def _mend_rows(table: Table, mended: Mends, first: str) -> Rows:
    rows = []
    for mend in mended.found:
        makes = [f"{printable(name)} makes {shown(mend.shape_of(name))}" for name in dict.fromkeys((first, mend.last))]
        if mend.layer:
            rows.append((f"padding {short_words(mend.padding)}", f"in {printable(mend.layer)}: {', '.join(makes)}"))
        else:
            pairs = zip(mend.input_shape[1:], table.input_shape[1:], strict=True)
            apart = along_axes([_apart(size - given) for size, given in pairs])
            rows.append((f"input {shown(mend.input_shape)}", f"{apart}: {', '.join(makes)}"))
    return [*rows, ("any input", mended.sizes)]


def _apart(more: int) -> str:
    return f"{abs(more)} {'more' if more > 0 else 'less'}" if more else "as it is"


def _refused(table: Table) -> list[str]:
    """The layer that does not fit, with the reason in its place, and what is not reached."""
    if table.refusal is None:
        return []
    node, *rest = table.network.nodes[len(table.rows) + 1 :]
    what = in_words(node.operation, len(table.input_shape) - 1)
    rows = [(f"! {printable(node.name)}", f"{what}: {_reason(table)}")]
    if rest:
        names = [printable(each.name) for each in rest]
        named = names[0] if len(rest) == 1 else f"{names[0]} to {names[-1]}"
        rows.append(("", f"not reached: {named} ({counted(len(rest), 'layer')})"))
    return [line.removeprefix("  ") for line in aligned(rows)]


def _refusing(table: Table) -> str:
    return printable(table.network.nodes[len(table.rows) + 1].name)


def _reason(table: Table) -> str:
    """The refusal without the name of the layer, which stands before it."""
    assert table.refusal is not None
    return printable(table.refusal.message.removeprefix(f"{table.network.nodes[len(table.rows) + 1].name}: "))


def _few(names: list[str], most: int = 4) -> str:
    return ", ".join(names if len(names) <= most else [*names[: most - 1], f"{len(names) - most + 1} more"])


def indented(words: str) -> list[str]:
    """A sentence in indented lines."""
    return [line[2:] for line in aligned([("", words)])]
