"""What reads the values of a scenes file: each reader takes a value, its key and its place, and gives what the library
is called with, or refuses it in one sentence.

Which key has which reader stands in the tables of `scene_keys`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from convarith.arithmetic.guide import figures
from convarith.arithmetic.integers import integer
from convarith.arithmetic.integers import shape as checked_shape
from convarith.errors import RefusedError, nearest
from convarith.render.toml_files import shown_value
from convarith.render.writing import FRAME_MS, between

if TYPE_CHECKING:
    from collections.abc import Callable

    from convarith.render.gallery.scene_places import Place

FIGURES = tuple(sorted({*figures, "1.3", "1.4"}))
"""The numbers of the guide's figures: those of a layer on an input, and two that show something else."""

LONGEST_NAME = 80
DEVICES = ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)))
"""What Windows keeps for itself, whatever the suffix."""

TAKEN = ("index",)
"""Files that a gallery has itself."""

NO_LETTERS = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
"""Line breaks and other controls, as the set of a regular expression."""


def _is_line(text: str) -> bool:
    """Whether there are no line breaks and no control characters in it."""
    return not re.search(f"[{NO_LETTERS}]", text)


def read_line(value: object, key: str, place: Place) -> str:
    """Text of one line, without the blanks around it."""
    if not isinstance(value, str) or not value.strip():
        raise place.bad(key, value, "is no text; write a few words in quotes")
    if not _is_line(value.strip()):
        raise place.bad(key, value, "has more than one line, or signs that cannot be shown; write one line")
    return value.strip()


def read_paragraph(value: object, key: str, place: Place) -> str:
    """Text of several lines, as one."""
    return read_line(" ".join(value.split()) if isinstance(value, str) else value, key, place)


def read_name(value: object, key: str, place: Place) -> str:
    """The beginning of files' names, on every system."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", value):
        mend = "cannot begin a file's name; write letters, digits, - and _, with a letter or digit first"
        raise place.bad(key, value, mend)
    if len(value) > LONGEST_NAME:
        raise place.bad(key, value, f"has {len(value)} characters; write at most {LONGEST_NAME}")
    if value.lower() in DEVICES:
        raise place.bad(key, value, f"is a device on Windows, not a file; write another, such as '{value}_'")
    if value.lower() in TAKEN:
        raise place.bad(key, value, f"is what the page is called; write another, such as '{value}_'")
    return value


def read_figure(value: object, key: str, place: Place) -> str:
    """The number of a figure of the guide."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise place.bad(key, value, f'is a number; write it in quotes, {key} = "{value}"')
    if value not in FIGURES:
        raise place.bad(key, value, f"is no figure of the guide; {nearest(str(value), FIGURES)}")
    return str(value)


def word_of(known: tuple[str, ...]) -> Callable[[object, str, Place], str]:
    """The reader of one of some words."""

    def read(value: object, key: str, place: Place) -> str:
        if value not in known:
            raise place.refused(f": unknown {key} {shown_value(value)}; {nearest(str(value), known)}", key, value=value)
        return str(value)

    return read


def whole_from(least: int) -> Callable[[object, str, Place], int]:
    """The reader of a whole number that has a smallest."""
    return _checked_by(lambda value, key: integer(value, key, least))


def whole_between(least: int, most: int) -> Callable[[object, str, Place], int]:
    """The reader of a whole number that has a smallest and a largest."""
    return _checked_by(lambda value, key: between(key, value, least, most))


def _checked_by(check: Callable[[Any, str], Any]) -> Callable[[object, str, Place], Any]:
    """What the library refuses is refused in its words."""

    def read(value: object, key: str, place: Place) -> Any:
        try:
            return check(value, key)
        except RefusedError as error:
            raise place.told(error, key) from None

    return read


def read_frame_ms(value: object, key: str, place: Place) -> int:
    """Milliseconds, in the steps that a GIF has."""
    number = whole_between(*FRAME_MS)(value, key, place)
    if number % 10:
        lower = number // 10 * 10
        raise place.bad(key, number, f"is no multiple of 10, in which a GIF counts; write {lower} or {lower + 10}")
    return number


def read_flag(value: object, key: str, place: Place) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise place.bad(key, value, "is neither true nor false; write one of them, without quotes")
    return value


def _spread(value: object) -> object:
    """``6x6`` as a list of numbers; anything else as it is."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}([xX×][0-9]{1,18})*", value):
        return [int(size) for size in re.split("[xX×]", value)]
    return value


def read_shape(value: object, key: str, place: Place) -> tuple[int, ...]:
    """A size for each axis."""
    given = _spread(value)
    if isinstance(given, (str, dict)):
        raise place.bad(key, value, 'is no shape; write [6, 6], "6x6", or a number for one axis')
    return tuple(_checked_by(checked_shape)(given, key, place))


def read_position(value: object, key: str, place: Place) -> tuple[int, ...]:
    """An index for each axis."""
    given = _spread(value)
    numbers = given if isinstance(given, list) else [given]
    if not numbers or isinstance(given, (str, dict)):
        raise place.bad(key, value, 'is no position; write [3, 3], "3x3", or a number for one axis')
    return tuple(whole_from(0)(number, key, place) for number in numbers)


def read_numbers(value: object, key: str, place: Place) -> object:
    """Rows of numbers, or the name of a file, which blanks belong to."""
    if isinstance(value, str) and value.strip():
        if not _is_line(value):
            mend = "has more than one line, or signs that cannot be shown; write the name of a file in one line"
            raise place.bad(key, value, mend)
        return value
    if not isinstance(value, list) or not value:
        raise place.bad(key, value, 'is neither numbers nor a file; write [[1, 2], [3, 4]], or "numbers.csv"')
    rows = [row if isinstance(row, list) else [row] for row in value]
    for number, row in enumerate(rows):
        for entry in row:
            if isinstance(entry, list):
                mend = "is nested deeper than rows of numbers; save it as a .npy file, and write the file's name"
                raise place.bad(key, value, mend, key, number)
            if isinstance(entry, bool) or not isinstance(entry, (int, float)):
                raise place.bad(key, value, f"holds {shown_value(entry)}, which is no number", key, number)
    return value


def read_headings(value: object, key: str, place: Place) -> list[str]:
    """A list of texts, each of one line."""
    if not isinstance(value, list):
        raise place.bad(key, value, 'is no list; write ["one", "another"], a text for each layer')
    for number, heading in enumerate(value):
        if not isinstance(heading, str) or not heading.strip() or not _is_line(heading.strip()):
            mend = f"holds {shown_value(heading)}, which is no line of text; write a few words in quotes"
            raise place.bad(key, value, mend, key, number)
    return [heading.strip() for heading in value]


def as_it_is(value: object, key: str, place: Place) -> object:  # noqa: ARG001  # the layer checks it
    """The value itself, whatever it is."""
    return value
