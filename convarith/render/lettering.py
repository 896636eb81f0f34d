"""Lettering: the one font of all pictures, and how wide a text is, known before anything is laid out.

The font is DejaVu Sans as matplotlib ships it: the same file on every system, with the floors, primes and hats that
formulas need. Its path is found without importing matplotlib.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

CAP_HEIGHT = 0.729
"""Height of a digit or capital, in parts of the font size."""


@lru_cache(maxsize=16)
def font(size: int) -> ImageFont.FreeTypeFont:
    """DejaVu Sans in a size of pixels."""
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("convarith draws with the font that matplotlib ships; pip install matplotlib")
    path = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def text_width(text: str, size: int) -> int:
    """The width of a text in whole pixels, rounded up."""
    return -int(-font(size).getlength(text) // 1)


def baseline_below(middle: int, size: int) -> int:
    """The baseline that centres digits and capitals on a height."""
    return middle + round(size * CAP_HEIGHT / 2)


def fitted(text: str, size: int, width: int, smallest: int) -> int:
    """The largest size, from ``size`` down to ``smallest``, at which a text fits a width."""
    while size > smallest and text_width(text, size) > width:
        size -= 1
    return size


def wrapped(text: str, size: int, width: int) -> list[str]:
    """A text in lines that fit a width, broken at spaces (a word that is wider stays whole)."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and text_width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
