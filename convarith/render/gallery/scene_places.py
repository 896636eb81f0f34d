"""Where in a scenes file something stands: the sentence of what is refused begins with it.

What is refused, and why, is said elsewhere: by `scene_files`, by the readers of values, or by the library itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from convarith.render.gallery.entries import os_error_at
from convarith.render.toml_files import shown_value
from convarith.render.toml_lines import line_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convarith.errors import ParameterError, RefusedError
    from convarith.render.toml_files import TomlFile
    from convarith.render.toml_lines import KeyPath


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands, for the sentence that refuses it."""

    file: TomlFile
    lines: Mapping[KeyPath, int]
    path: KeyPath = ()
    scene: str | int | None = None
    """The name of a scene, or its number from 1 where it has none; nothing outside of scenes."""
    inside: str = ""
    """``conv``, ``layer 2 of compare``, or nothing."""

    def within(self, *keys: str | int, inside: str) -> Place:
        """The place of a table that stands here."""
        return replace(self, path=(*self.path, *keys), inside=inside)

    def refused(self, sentence: str, *keys: str | int, **numbers: Any) -> ParameterError:
        """A refusal at a key; the sentence begins with a space or a colon."""
        where, about = self._where(*keys)
        return self.file.refused(f"{where}{sentence}", **{**numbers, **about})

    def bad(self, key: str, value: object, mend: str, *keys: str | int) -> ParameterError:
        """The refusal of what stands at a key."""
        among = f" in {self.inside}" if self.inside else ""
        sentence = f": {key} = {shown_value(value)}{among} {mend}"
        return self.refused(sentence, *(keys or (key,)), key=key, value=value)

    def unknown(self, key: str, value: object, advice: str) -> ParameterError:
        """The refusal of a key."""
        among = f" in {self.inside}" if self.inside else ""
        return self.refused(f": unknown key {key} = {shown_value(value)}{among}; {advice}", key, key=key, value=value)

    def told(self, error: RefusedError, *keys: str | int) -> RefusedError:
        """A refusal of the library's with this place before it."""
        where, about = self._where(*keys)
        sentence = f"{str(self.file.path)!r}{where}: {self.inside + ': ' if self.inside else ''}{error.message}"
        return type(error)(sentence, **{**error.numbers, **about, "path": str(self.file.path)})

    def missed(self, error: OSError, *keys: str | int) -> OSError:
        """An error of the system, at a key that names a file, with this place before it."""
        placed = os_error_at(self.source(*keys), error)
        vars(placed).update(self._where(*keys)[1], path=str(self.file.path))
        return placed

    def source(self, *keys: str | int) -> str:
        """How errors begin that are found later."""
        return f"{str(self.file.path)!r}{self._where(*keys)[0]}"

    def _where(self, *keys: str | int) -> tuple[str, dict[str, Any]]:
        line = line_of(self.lines, (*self.path, *keys))
        about: dict[str, Any] = {} if line is None else {"line": line}
        where = "" if line is None else f", line {line}"
        if self.scene is not None:
            about["scene"] = self.scene
            where += f": scene {shown_value(self.scene)}"
        return where, about
