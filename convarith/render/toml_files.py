"""A small TOML file of the user's own: read whole, and refused in one sentence that names what is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from convarith.errors import ParameterError

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_NUMBER_BITS = 10_000
"""Longer numbers than Python prints are of no use to anyone."""

MENDS = {
    "Cannot overwrite a value": "a key stands there twice",
    "Expected '=' after a key": "write key = value",
    "Illegal character '\\n'": "a quote is not closed on its line",
    "Invalid initial character for a key part": "a table in braces stands on one line and has no comma at its end",
    "Invalid value": "text stands in quotes",
    "Unclosed array": "a bracket is not closed",
}
"""How what `tomllib` says begins -> what is usually meant."""


class TomlFile:
    """A file while it is read: what it is called in sentences, what it should be, and how large it can be."""

    def __init__(self, path: Path, what: str, limit: int) -> None:
        self.path = path
        self.what = what
        self.limit = limit

    def refused(self, sentence: str, **numbers: Any) -> ParameterError:
        return ParameterError(f"{str(self.path)!r}{sentence}", **{**numbers, "path": str(self.path)})

    def bad(self, key: str, value: object, mend: str) -> ParameterError:
        """The refusal of what stands at a dotted key."""
        return self.refused(f": {key} = {shown_value(value)} {mend}", key=key, value=value)

    def unknown(self, key: str, value: object, advice: str) -> ParameterError:
        """The refusal of a dotted key."""
        return self.refused(f": unknown key {key} = {shown_value(value)}; {advice}", key=key, value=value)

    def text(self) -> str:
        """The characters of the file.

        Raises:
            ParameterError: it is too large, or no UTF-8.
            OSError: it cannot be read.
        """
        with self.path.open("rb") as file:
            content = file.read(self.limit + 1)
        if len(content) > self.limit:
            raise self.refused(
                f" is larger than a {self.what} can be; give a file of at most {self.limit // 1000} kB",
                limit=self.limit,
            )
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise self.refused(f", line {line} is no UTF-8 text; save it as UTF-8", line=line) from None

    def document(self, text: str) -> dict[str, Any]:
        """What such characters say.

        Raises:
            ParameterError: they are no TOML, or nothing that could be meant.
        """
        import tomllib  # only who has a file pays for this import

        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            reason, _, place = str(error).rpartition(" (at ")
            numbers = re.search(r"line (\d+)", place)
            line = int(numbers[1]) if numbers else max(1, len(text.splitlines()))
            mend = next((f"; {mend}" for begin, mend in MENDS.items() if reason.startswith(begin)), "")
            raise self.refused(f", line {line} is no TOML: {reason[:1].lower()}{reason[1:]}{mend}", line=line) from None
        except (ValueError, RecursionError):  # a number of thousands of digits, a thousand brackets
            raise self._useless() from None
        if _has_endless_number(document):
            raise self._useless()
        return document

    def _useless(self) -> ParameterError:
        return self.refused(f" is no {self.what}; it holds numbers or lists beyond any use")


def shown_value(value: object) -> str:
    """A value in a sentence, cut where it is long."""
    written = repr(value)
    return written if len(written) <= 60 else f"{written[:59]}…"


def _has_endless_number(document: object) -> bool:
    """Whether there is a number that Python reads (in hexadecimal digits) and refuses to print."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, int) and value.bit_length() > LONGEST_NUMBER_BITS:
            return True
    return False
