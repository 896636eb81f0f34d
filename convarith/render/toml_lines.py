"""Where in a TOML file each key stands, which `tomllib` does not say: its line, for sentences that name it."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    KeyPath = tuple[str | int, ...]

TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'  # of the quotes that end it, up to two belong to the text
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|[\[\]{}=,.\n]"
    r"|[^\s\[\]{}=,.\"'#]+",
    re.DOTALL,
)


def lines_of_keys(text: str) -> dict[KeyPath, int]:
    """Path of a key -> the line where it stands first, counted from 1; of entries of arrays, too, by their numbers.

    The text is one that `tomllib` has read.

    >>> lines_of_keys('[[scene]]\\nconv = { stride = 2 }')
    {('scene',): 1, ('scene', 0): 1, ('scene', 0, 'conv'): 2, ('scene', 0, 'conv', 'stride'): 2}
    """
    reader = _Reader(text)
    with suppress(RecursionError, IndexError):  # nested beyond use, or no TOML: what was found so far is right
        reader.read()
    return reader.lines


def line_of(lines: Mapping[KeyPath, int], path: KeyPath) -> int | None:
    """The line of a key, or of the nearest thing that it stands in.

    >>> line_of({("scene", 0): 4}, ("scene", 0, "conv", "stride"))
    4
    """
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


class _Reader:
    """Goes through the tokens of a text once."""

    def __init__(self, text: str) -> None:
        self.lines: dict[KeyPath, int] = {}
        self._tokens: list[tuple[str, int]] = []
        line = 1
        for match in TOKEN.finditer(text):
            token = match[0]
            if not token.startswith("#"):
                self._tokens.append((token, line))
            line += token.count("\n")
        self._at = 0
        self._tables: dict[KeyPath, int] = {}
        """Path of an array of tables -> how many it has so far."""

    def read(self) -> None:
        base: KeyPath = ()
        while self._at < len(self._tokens):
            token, line = self._tokens[self._at]
            if token == "\n":
                self._at += 1
            elif token == "[":
                base = self._header(line)
            else:
                self._assignment(base)

    def _header(self, line: int) -> KeyPath:
        """``[a.b]`` or ``[[a.b]]``, and the path of what it begins."""
        self._at += 1
        is_array = self._tokens[self._at][0] == "["
        self._at += is_array
        keys = self._keys("]")
        self._at += is_array
        path: KeyPath = ()
        for number, (key, _) in enumerate(keys):
            path += (key,)
            self.lines.setdefault(path, line)
            last = number == len(keys) - 1
            if last and is_array:
                self._tables[path] = self._tables.get(path, 0) + 1
            if path in self._tables:
                path += (self._tables[path] - 1,)
                self.lines.setdefault(path, line)
        return path

    def _assignment(self, base: KeyPath) -> None:
        """A key, perhaps a dotted one, and what it is set to."""
        path = base
        for key, line in self._keys("="):
            path += (key,)
            self.lines.setdefault(path, line)
        self._value(path)

    def _keys(self, end: str) -> list[tuple[str, int]]:
        """The parts of a dotted key up to the token that ends it, with their lines."""
        keys = []
        while self._tokens[self._at][0] != end:
            token, line = self._tokens[self._at]
            if token != ".":
                keys.append((_unquoted(token), line))
            self._at += 1
        self._at += 1
        return keys

    def _value(self, path: KeyPath) -> None:
        token = self._tokens[self._at][0]
        if token == "[":
            self._array(path)
        elif token == "{":
            self._table(path)
        else:
            while self._at < len(self._tokens) and self._tokens[self._at][0] not in (",", "]", "}", "\n"):
                self._at += 1

    def _array(self, path: KeyPath) -> None:
        self._at += 1
        number = 0
        while self._tokens[self._at][0] != "]":
            token, line = self._tokens[self._at]
            if token in (",", "\n"):
                self._at += 1
                continue
            self.lines.setdefault((*path, number), line)
            self._value((*path, number))
            number += 1
        self._at += 1

    def _table(self, path: KeyPath) -> None:
        self._at += 1
        while self._tokens[self._at][0] != "}":
            if self._tokens[self._at][0] in (",", "\n"):
                self._at += 1
            else:
                self._assignment(path)
        self._at += 1


def _unquoted(token: str) -> str:
    """A key as its table has it."""
    if token[0] == "'":
        return token[1:-1]
    if token[0] == '"':
        import tomllib  # knows its escapes

        return str(tomllib.loads(f"key = {token}")["key"])
    return token
