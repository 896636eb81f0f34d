"""A theme from what the user says: a theme, the name of one, or a small TOML file of their own."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convarith.errors import ParameterError, nearest
from convarith.render.themes import TEXTURES, THEMES, Style, Theme
from convarith.render.toml_files import TomlFile, shown_value

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE_LIMIT = 100_000
"""Bytes that a theme may have. A theme that says everything has about 2000."""

LONGEST_DASH = 20
COLOUR_KEYS = ("page", "ink", "window", "winner", "hatch")
KEYS = ("name", "based_on", *COLOUR_KEYS, "roles")


def theme_named(theme: str | Theme | os.PathLike[str]) -> Theme:
    """The theme that is meant: a theme itself, one of `THEMES` by its name, or one in a file that ends in ``.toml``.

    Raises:
        ParameterError: no theme has that name (the known ones are named), or the file says what no theme can mean.
        OSError: the file cannot be read.

    >>> theme_named("print").page
    '#ffffff'
    >>> theme_named("prnt")
    Traceback (most recent call last):
    convarith.errors.ParameterError: unknown theme 'prnt'; did you mean 'print'? Known are default, guide, dark, \
print, or the path of a .toml file
    """
    if isinstance(theme, Theme):
        return theme
    if isinstance(theme, str) and theme in THEMES:
        return THEMES[theme]
    if isinstance(theme, str | os.PathLike):
        path = Path(theme)
        if path.suffix.lower() == ".toml":
            return _read(path)
    words = theme if isinstance(theme, str) else str(theme)
    raise ParameterError(
        f"unknown theme {shown_value(words)}; {nearest(words, THEMES)}, or the path of a .toml file", value=theme
    )


def _read(path: Path) -> Theme:
    file = TomlFile(path, "theme", SIZE_LIMIT)
    document = file.document(file.text())
    for key, value in document.items():
        if key not in KEYS:
            role = f"did you mean [roles.{key}]?" if key in THEMES["default"].roles else nearest(key, KEYS)
            raise file.unknown(key, value, role)
    name = document.get("name", path.stem)
    if not isinstance(name, str) or not name.strip():
        raise file.bad("name", name, "is no name; write a word, or leave it out")
    base_name = document.get("based_on", "default")
    if not isinstance(base_name, str) or base_name not in THEMES:
        raise file.bad("based_on", base_name, f"is no theme; {nearest(str(base_name), THEMES)}")
    base = THEMES[base_name]
    colours = {key: _colour(document[key], file, key) for key in COLOUR_KEYS if key in document}
    return replace(base, name=name, roles=_roles(document.get("roles", {}), base, file), **colours)


def _roles(tables: object, base: Theme, file: TomlFile) -> dict[str, Style]:
    """The styles of the base, with what the tables say instead."""
    if not isinstance(tables, dict):
        raise file.bad("roles", tables, "is no table; write a table for each role, such as [roles.input]")
    roles = dict(base.roles)
    for role, table in tables.items():
        key = f"roles.{role}"
        if role not in roles:
            raise file.unknown(key, table, nearest(role, roles))
        if not isinstance(table, dict):
            raise file.bad(key, table, f'is no table; write [{key}], and below it fill = "{roles[role].fill}"')
        for name, value in table.items():
            if name not in STYLE_VALUES:
                raise file.unknown(f"{key}.{name}", value, nearest(name, STYLE_VALUES))
        read = {name: STYLE_VALUES[name](value, file, f"{key}.{name}") for name, value in table.items()}
        roles[role] = replace(roles[role], **read)
    return roles


def _colour(value: object, file: TomlFile, key: str) -> str:
    """``#rrggbb`` in small letters, of that or of ``#rgb``."""
    if isinstance(value, str):
        if re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            return value.lower()
        if re.fullmatch(r"#[0-9a-fA-F]{3}", value):
            return "#" + "".join(2 * digit for digit in value[1:].lower())
        if re.fullmatch(r"([0-9a-fA-F]{3}){1,2}", value):
            raise file.bad(key, value, f"is no colour; did you mean '#{value}'?")
    raise file.bad(key, value, 'is no colour; write "#rrggbb" or "#rgb" with the digits 0-9 and a-f')


def _dash(value: object, file: TomlFile, key: str) -> tuple[int, ...]:
    if isinstance(value, list) and len(value) in (0, 2) and all(_is_length(length) for length in value):
        return tuple(value)
    raise file.bad(key, value, f"is no dash; write [on, off] with whole numbers from 1 to {LONGEST_DASH}, or []")


def _is_length(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LONGEST_DASH


def _texture(value: object, file: TomlFile, key: str) -> str:
    if isinstance(value, str) and value in TEXTURES:
        return value
    known = nearest(str(value), [texture for texture in TEXTURES if texture])
    raise file.bad(key, value, f'is no texture; {known}, or "" for none')


def _small(value: object, file: TomlFile, key: str) -> bool:
    if isinstance(value, bool):
        return value
    raise file.bad(key, value, "is neither true nor false; write one of them, without quotes")


STYLE_VALUES: dict[str, Callable[[object, TomlFile, str], Any]] = {
    "fill": _colour,
    "lit": _colour,
    "stroke": _colour,
    "dash": _dash,
    "texture": _texture,
    "small": _small,
}
"""Key of a role's table -> what checks its value."""
