"""C with symbols: the sparse matrix of a layer written out with w(0,0), w(0,1) ... as the guide prints it."""

from __future__ import annotations

from convarith.arithmetic.notation import COLUMNS
from convarith.arithmetic.values import Value, hold
from convarith.errors import ShapeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convarith.arithmetic.windows import Windows

CELL_LIMIT = 100_000
"""At most this many cells are written out."""


class SymbolicMatrix(Value):
    """The matrix that turns a flattened input into the flattened output: C, or C^T for a transposed convolution.

    ``cells[row][column]`` is the index of the weight that stands there, or None for a zero. `str` prints it in blocks
    of columns that fit a terminal.

    >>> from convarith import Conv
    >>> print(Conv(2).matrix((3,)))
    2x3 matrix, 4 of its 6 cells are weights
    <BLANKLINE>
       0     1     2
    0  w(0)  w(1)  0
    1  0     w(0)  w(1)

    Raises:
        ShapeError: it has more than `CELL_LIMIT` cells.
    """

    cells: tuple[tuple[tuple[int, ...] | None, ...], ...]
    rows: int
    columns: int
    entry_count: int

    def __init__(self, windows: Windows) -> None:
        rows, columns = windows.matrix_shape
        if rows * columns > CELL_LIMIT:
            raise ShapeError(
                f"the matrix has {rows} x {columns} = {rows * columns} cells, more than the limit of {CELL_LIMIT} to "
                f"write out; make the input or the kernel smaller, or take the entries one by one from "
                f"windows(input_shape).entries()",
                rows=rows,
                columns=columns,
                limit=CELL_LIMIT,
            )
        kernel_size = windows.kernel_size
        cells: list[list[tuple[int, ...] | None]] = [[None] * columns for _ in range(rows)]
        count = 0
        for row, column, tap in windows.entries():
            cells[row][column] = unflattened(tap, kernel_size)
            count += 1
        hold(
            self,
            {"cells": tuple([tuple(line) for line in cells]), "rows": rows, "columns": columns, "entry_count": count},
        )

    def __str__(self) -> str:
        words = [[_symbol(cell) for cell in line] for line in self.cells]
        width = max((len(word) for line in words for word in line), default=1)
        label = len(str(self.rows - 1))
        per_block = max(1, (COLUMNS - label) // (width + 2))
        blocks = [
            f"{self.rows}x{self.columns} matrix, {self.entry_count} of its {self.rows * self.columns} cells are weights"
        ]
        for start in range(0, self.columns, per_block):
            stop = min(start + per_block, self.columns)
            header = " " * label + "".join(f"  {column:<{width}}" for column in range(start, stop))
            block = [header.rstrip()]
            for row, line in enumerate(words):
                cells = "".join(f"  {word:<{width}}" for word in line[start:stop])
                block.append(f"{row:>{label}}{cells}".rstrip())
            blocks.append("\n".join(block))
        return "\n\n".join(blocks)

    def latex(self) -> str:
        """The matrix as a LaTeX ``array`` in parentheses, which has no limit on columns."""
        lines = [" & ".join("0" if cell is None else _latex_symbol(cell) for cell in line) for line in self.cells]
        body = " \\\\\n  ".join(lines)
        return f"\\left(\\begin{{array}}{{*{{{self.columns}}}{{c}}}}\n  {body}\n\\end{{array}}\\right)"

    def to_dict(self) -> dict[str, Any]:
        """Shape and entries (row, column, weight index), as ``--json`` prints them."""
        return {
            "shape": [self.rows, self.columns],
            "entries": [
                [row, column, list(cell)]
                for row, line in enumerate(self.cells)
                for column, cell in enumerate(line)
                if cell is not None
            ],
        }

    def __repr__(self) -> str:
        return f"<SymbolicMatrix {self.rows}x{self.columns}, {self.entry_count} weights>"


def unflattened(flat: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The index along each axis of a flat, row-major index.

    >>> unflattened(5, (2, 3))
    (1, 2)
    """
    index = []
    for size in reversed(shape):
        flat, along = divmod(flat, size)
        index.append(along)
    return tuple(reversed(index))


def _symbol(cell: tuple[int, ...] | None) -> str:
    return "0" if cell is None else f"w({','.join(map(str, cell))})"


def _latex_symbol(cell: tuple[int, ...]) -> str:
    return f"w_{{{','.join(map(str, cell))}}}"
