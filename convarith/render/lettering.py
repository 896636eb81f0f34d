"""Text widths, measured before the layout is made, and where lines of text are broken.

Every picture is lettered in DejaVu Sans, which has the floors, primes and hats of the formulas; matplotlib ships it,
and it is found without importing matplotlib.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.util import find_spec
from math import ceil
from pathlib import Path

from PIL import ImageFont

CAP_HEIGHT = 0.729
"""Height of a digit or capital, in parts of the font size."""

FINELY = 4

BREAKS = re.compile(r"(?<=[;:]) |(?<=,) (?![^()]*\))| (?=[=≈+] )")
"""Where a formula or a list of settings is broken rather than at any space."""


@lru_cache(maxsize=64)
def font(size: int) -> ImageFont.FreeTypeFont:
    """DejaVu Sans in a size of pixels."""
    return ImageFont.truetype(str(font_path()), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1)
def font_path() -> Path:
    """The file of the font that matplotlib ships."""
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("convarith draws with the font that matplotlib ships; pip install matplotlib")
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"


@lru_cache(maxsize=4096)
def text_width(text: str, size: int) -> int:
    """The width of a text in whole pixels, rounded up; the larger of those it has at its size and, where hinting moves
    nothing, at a multiple of it."""
    return ceil(max(font(size).getlength(text), font(FINELY * size).getlength(text) / FINELY))


def baseline_below(middle: float, size: int) -> int:
    """The baseline that centres digits and capitals on a height."""
    return round(middle + size * CAP_HEIGHT / 2)


def wrapped(text: str, size: int, width: float) -> list[str]:
    """A text in lines that fit a width: broken before an equals or plus sign or after a comma, semicolon or colon, and
    at any space only where that is not enough (a word that is wider stays whole).

    >>> wrapped("o = (6 - 3)/2 + 1 = 2", 16, 130)
    ['o = (6 - 3)/2', '+ 1 = 2']
    """
    if text_width(text, size) <= width:
        return [text]
    lines: list[str] = []
    for part in BREAKS.split(text):
        words = [part] if text_width(part, size) <= width else part.split(" ")
        for word in words:
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and text_width(longer, size) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
    return lines


def shortened(text: str, size: int, room: float) -> str:
    """A text that fits, with dots in its middle if it has to be cut.

    >>> shortened("conv1", 16, 100), shortened("features.denseblock4.denselayer16", 16, 120)
    ('conv1', 'featur…yer16')
    """
    if text_width(text, size) <= room:
        return text
    for kept in range(len(text) - 1, 1, -1):
        cut = f"{text[: (kept + 1) // 2]}…{text[len(text) - kept // 2 :]}"
        if text_width(cut, size) <= room:
            return cut
    return "…"
