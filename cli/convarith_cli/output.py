"""How answers are printed: as text with headings in bold on a terminal, or as JSON."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from convarith.render import Animation

JSON_COLUMNS = 72

PLAIN = {
    "⌊": "floor(",
    "⌋": ")",
    "⌈": "ceil(",
    "⌉": ")",
    "·": "*",
    "̂": "^",
    "ĩ": "i~",
    "×": "x",
    "≈": "~",
    "°": " degrees",
    "ᵀ": "^T",
    "→": "->",
    "Σ": "sum",
    "∞": "inf",
    "–": "-",
    "…": "...",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
}
"""What stands for our signs where the terminal's encoding has none."""


def say(text: object) -> None:
    """Print an answer: lines that begin at the margin are headings."""
    lines = [click.style(line, bold=True) if line[:1].isalnum() else line for line in str(text).splitlines()]
    click.echo(encodable("\n".join(lines)))


def say_plainly(text: object) -> None:
    """Print text that has no headings."""
    click.echo(encodable(str(text)))


def say_picture(written: Animation, markdown: bool, html: bool, as_json: bool) -> None:
    """Print what a picture shows, and how LaTeX embeds it; or the line that embeds it in a page, or data."""
    if as_json:
        say_json(written.to_dict())
    elif markdown or html:
        say_plainly(written.html() if html else written.markdown())
    else:
        say_plainly(written)
        suffix = written.parts[0].suffix if written.parts else written.path.suffix.lower()
        if suffix in (".tex", ".pdf") or (written.parts and suffix == ".png"):
            say_plainly(written.latex())


def say_json(data: Any) -> None:
    """Print data as JSON, indented, with short lists on one line."""
    click.echo(_json(data, ""))


def _json(data: Any, indent: str) -> str:
    import json  # only --json pays for this import

    inner = f"{indent}  "
    if isinstance(data, dict) and data:
        rows = [f"{inner}{json.dumps(key)}: {_json(value, inner)}" for key, value in data.items()]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    line = json.dumps(data)
    if isinstance(data, list) and data and len(indent) + len(line) > JSON_COLUMNS:
        return "[\n" + ",\n".join(inner + _json(entry, inner) for entry in data) + f"\n{indent}]"
    return line


def encodable(text: str) -> str:
    """The text as it is, or in plain signs where standard output cannot encode it."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        for sign, plain in PLAIN.items():
            text = text.replace(sign, plain)
        return text.encode("ascii", "replace").decode("ascii")
    return text
