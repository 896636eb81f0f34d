"""The rows of a table as text in columns that fit a width, and as Markdown, CSV and HTML.

What stands above and below the rows is in `reports`.
"""

from __future__ import annotations

from convarith.network.checking import one_of
from convarith.network.layer_words import ARROW, in_words, printable, taken_words
from convarith.network.number_words import (
    along_axes,
    bytes_words,
    field_jump,
    field_size,
    field_start,
    grouped,
    shortened,
)
from convarith.network.operations import Unchanged, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from convarith.network.table import Row, Table

    Cell: TypeAlias = "Callable[[Row], str]"

CENTRES = ("index", "half-pixel")
"""Where the centre of the first position of the input is: at 0, or at 0.5."""

NARROWEST = 10
"""A name or a description is not cut below this."""


class Column:
    """One column: its heading, what stands in a row, and in the row of totals; numbers are aligned at the right."""

    __slots__ = ("cell", "heading", "key", "numeric", "total")

    def __init__(self, key: str, heading: str, cell: Cell, total: str = "", numeric: bool = True) -> None:
        self.key = key
        self.heading = heading
        self.cell = cell
        self.total = total
        self.numeric = numeric


class Wishes:
    """How a table is wanted: with FLOPs, which centres, and with layers that keep everything or without."""

    __slots__ = ("every", "flops", "half_pixel")

    def __init__(self, flops: bool = False, centres: str = "index", every: bool = False) -> None:
        self.flops = bool(flops)
        self.half_pixel = one_of(centres, "centres", CENTRES) == "half-pixel"
        self.every = bool(every)


def left_out(table: Table, wishes: Wishes) -> frozenset[int]:
    """The numbers of the layers that keep everything and have no parameters: activations, dropout and the like."""
    if wishes.every:
        return frozenset()
    return frozenset(
        row.number for row in table.rows if type(row.node.operation) is Unchanged and not row.node.operation.parameters
    )


def shown_rows(table: Table, wishes: Wishes) -> list[Row]:
    hidden = left_out(table, wishes)
    return [row for row in table.rows if row.number not in hidden]


def columns(table: Table, wishes: Wishes) -> list[Column]:
    """Every column in its full form."""
    network, ndim, hidden = table.network, len(table.input_shape) - 1, left_out(table, wishes)
    totals, total = table.totals, "total" if table.refusal is None else "so far"
    found = [
        Column(
            "layer",
            "layer",
            lambda row: printable(row.name),
            total,
            numeric=False,
        ),
        Column(
            "what",
            "what",
            lambda row: in_words(row.node.operation, ndim) + taken_words(network, row.number, hidden),
            numeric=False,
        ),
        Column("output", "output", lambda row: shown(row.output_shape)),
        Column("parameters", "parameters", lambda row: grouped(row.parameters), grouped(totals["parameters"])),
        Column("macs", "MACs", lambda row: grouped(row.macs), grouped(totals["macs"])),
        Column("flops", "FLOPs", lambda row: grouped(2 * row.macs), grouped(totals["flops"])),
        Column("memory", "memory", lambda row: bytes_words(row.memory), bytes_words(totals["activation_memory"])),
        Column("field", "field", lambda row: along_axes([field_size(field) for field in row.fields])),
        Column("jump", "jump", lambda row: _jump(row)),
        Column(
            "first", "first", lambda row: along_axes([field_start(field, wishes.half_pixel) for field in row.fields])
        ),
    ]
    return [column for column in found if wishes.flops or column.key != "flops"]


def _jump(row: Row) -> str:
    """Nothing where there is only one unit."""
    return "-" if len(row.output_shape) == 1 else along_axes([field_jump(field) for field in row.fields])


# Text


class Layout:
    """Cells of every row, and the spaces before each column; in steps they take less room."""

    def __init__(self, table: Table, wishes: Wishes) -> None:
        self.rows = shown_rows(table, wishes)
        self.columns = columns(table, wishes)
        self.totals = table.totals
        self.table = table
        self.gap = 2
        self.cells: dict[str, list[str]] = {}
        for column in self.columns:
            self._fill(column)
        self.dropped: list[str] = []

    def _fill(self, column: Column) -> None:
        self.cells[column.key] = [column.cell(row) for row in self.rows]

    def lines(self, width: int | None) -> list[str]:
        """The heading, the rows and the row of totals, in at most ``width`` columns where that can be."""
        if width is not None:
            for step in (
                self._without_spaces,
                self._without_sources,
                lambda: self._shorten("macs", "flops", "memory"),
                lambda: self._close(1),
                self._without_features,
                lambda: self._drop("memory"),
                lambda: self._shorten("parameters"),
                lambda: self._drop("first"),
                lambda: self._cut("what", width),
                lambda: self._drop("jump"),
                lambda: self._drop("flops"),
                lambda: self._cut("layer", width),
                lambda: self._drop("field"),
                lambda: self._drop("macs"),
                lambda: self._drop("what"),
            ):
                if self.width <= width:
                    break
                step()
        widths = [self._width(column) for column in self.columns]
        found = [self._line([column.heading for column in self.columns], widths)]
        found += [self._line(list(cells), widths) for cells in self._cells()]
        found.append(self._line([column.total for column in self.columns], widths))
        return found

    def _cells(self) -> Iterator[tuple[str, ...]]:
        return zip(*[self.cells[column.key] for column in self.columns], strict=True)

    @property
    def width(self) -> int:
        return sum(self._width(column) + self._space(number) for number, column in enumerate(self.columns))

    def _width(self, column: Column) -> int:
        return max(len(column.heading), len(column.total), *map(len, self.cells[column.key]), 0)

    def _space(self, number: int) -> int:
        if not number:
            return 0
        return self.gap if self.columns[number - 1].numeric and self.columns[number].numeric else 2

    def _line(self, cells: list[str], widths: list[int]) -> str:
        text = ""
        for number, (column, cell, width) in enumerate(zip(self.columns, cells, widths, strict=True)):
            text += " " * self._space(number) + (f"{cell:>{width}}" if column.numeric else f"{cell:<{width}}")
        return text.rstrip()

    # What takes less room

    def _without_spaces(self) -> None:
        for key in ("field", "jump", "first"):
            self.cells[key] = [cell.replace(" × ", "×") for cell in self.cells[key]]

    def _without_sources(self) -> None:
        ndim = len(self.table.input_shape) - 1
        self.cells["what"] = [in_words(row.node.operation, ndim) for row in self.rows]

    def _without_features(self) -> None:
        self.cells["what"] = [cell.partition(f" {ARROW} ")[0] for cell in self.cells["what"]]

    def _shorten(self, *keys: str) -> None:
        for column in self.columns:
            if column.key in keys:
                column.total = self._short(column.total)
                self.cells[column.key] = [self._short(cell) for cell in self.cells[column.key]]

    @staticmethod
    def _short(cell: str) -> str:
        digits = cell.replace(",", "")
        return shortened(int(digits)) if digits.isdecimal() else cell.replace(" ", "").removesuffix("B")

    def _close(self, gap: int) -> None:
        self.gap = gap

    def _drop(self, key: str) -> None:
        for column in self.columns:
            if column.key == key:
                self.dropped.append(column.heading)
        self.columns = [column for column in self.columns if column.key != key]

    def _cut(self, key: str, width: int) -> None:
        for column in self.columns:
            if column.key == key:
                most = max(self._width(column) - (self.width - width), NARROWEST)
                self.cells[key] = [cell if len(cell) <= most else f"{cell[: most - 2]}.." for cell in self.cells[key]]


# Other formats


def markdown_rows(table: Table, wishes: Wishes) -> list[str]:
    """The rows as a table of Markdown, the totals in bold."""
    wanted, rows = columns(table, wishes), shown_rows(table, wishes)

    def line(cells: list[str]) -> str:
        return f"| {' | '.join(cells)} |"

    found = [line([column.heading for column in wanted])]
    found.append(line(["---:" if column.numeric else "---" for column in wanted]))
    found += [line([_in_markdown(column.cell(row)) for column in wanted]) for row in rows]
    found.append(line([f"**{column.total}**" if column.total else "" for column in wanted]))
    return found


def _in_markdown(text: str) -> str:
    for sign in "\\|*_`<[":
        text = text.replace(sign, f"\\{sign}")
    return text


def csv_rows(table: Table, wishes: Wishes) -> list[list[object]]:
    """The rows as data, every layer among them; numbers along each axis in columns of their own."""
    ndim = len(table.input_shape) - 1
    heads = ["name", "kind", "what", "output_shape", "parameters", "weights", "biases", "norm", "macs"]
    heads += ["flops"] * wishes.flops + ["memory"]
    heads += [f"{name}_{axis}" for name in ("receptive_field", "jump", "start", "varies") for axis in range(ndim)]
    found: list[list[object]] = [list(heads)]
    half = 0.5 if wishes.half_pixel else 0
    for row in table.rows:
        cells: list[object] = [row.name, row.kind, in_words(row.node.operation, ndim), shown(row.output_shape)]
        cells += [row.parameters, row.weights, row.biases, row.norm, row.macs]
        cells += [2 * row.macs] * wishes.flops + [row.memory]
        cells += _padded(row.receptive_field, ndim) + _padded(row.jump, ndim)
        cells += _padded([None if start is None else start + half for start in row.start], ndim)
        cells += _padded([str(each).lower() for each in row.varies], ndim)
        found.append(cells)
    return found


def _padded(entries: object, ndim: int) -> list[object]:
    held = list(entries)  # type: ignore[call-overload]  # one entry per axis
    return ["" if entry is None else entry for entry in held + [None] * (ndim - len(held))]


def html_rows(table: Table, wishes: Wishes) -> list[str]:
    """The rows as those of an HTML table; everything is escaped."""
    from html import escape  # only a notebook pays for this import

    wanted = columns(table, wishes)

    def cells(texts: list[str], tag: str) -> str:
        aligned = [(text, "right" if column.numeric else "left") for text, column in zip(texts, wanted, strict=True)]
        return "".join(f'<{tag} style="text-align:{side}">{escape(text)}</{tag}>' for text, side in aligned)

    found = [f"<tr>{cells([column.heading for column in wanted], 'th')}</tr>"]
    rows = shown_rows(table, wishes)
    found += [f"<tr>{cells([column.cell(row) for column in wanted], 'td')}</tr>" for row in rows]
    found.append(f"<tr>{cells([column.total for column in wanted], 'th')}</tr>")
    return found
