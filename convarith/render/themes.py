"""Themes: how each role looks, as data. A fill, a fill for the cell while it is lit, an outline, and a texture.

Roles differ by texture as well as by colour: an outline that is dashed or dotted, small zeros, a corner, a cross,
hatching. Lit colours are chosen, not blended, and text is black or white, whichever reads better.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BLACK, WHITE = "#000000", "#ffffff"

SOLID: tuple[int, ...] = ()
DASHED = (4, 3)
DOTTED = (1, 3)


@dataclass(frozen=True, slots=True)
class Style:
    """How one role is drawn."""

    fill: str
    lit: str
    stroke: str
    dash: tuple[int, ...] = SOLID
    texture: str = ""
    """"" (none), ``corner`` (a filled corner), or ``cross`` (crossed out)."""
    small: bool = False
    """Whether its text is small."""


@dataclass(frozen=True, slots=True)
class Theme:
    """The roles' styles, and the colours of what lies over and around them."""

    name: str
    page: str
    roles: Mapping[str, Style]
    window: str
    """The outline of the cells that a window's taps meet."""
    winner: str
    """The outline of the cell that wins a maximum."""
    hatch: str
    """The lines over a cell that no window reads."""


DEFAULT = Theme(
    name="default",
    page=WHITE,
    roles={
        "input": Style("#56b4e9", "#0072b2", "#1d5f86"),
        "inserted": Style("#f4f4f4", "#f6c5a4", "#8a8a8a", DOTTED, small=True),
        "padding": Style(WHITE, "#f6c5a4", "#8a8a8a", DASHED),
        "extra": Style("#c3eadb", "#eea67a", "#00785a", DASHED, texture="corner"),
        "overhang": Style("#e9e4ee", "#d9b8b0", "#b9b0c4", DOTTED),
        "cropped": Style("#e2e2e2", "#e2e2e2", "#8a8a8a", texture="cross"),
        "weight": Style("#fbe3d4", "#fbe3d4", "#d55e00"),
        "to_come": Style("#fdfbe6", "#fdfbe6", "#b5a81d"),
        "done": Style("#f0e442", "#f0a442", "#8f8500"),
    },
    window="#d55e00",
    winner="#000000",
    hatch="#6f6f6f",
)


@lru_cache(maxsize=256)
def ink_on(fill: str) -> str:
    """Black or white, whichever has the higher contrast on a fill."""
    return max((BLACK, WHITE), key=lambda ink: contrast(ink, fill))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21, as WCAG 2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def rgb(color: str) -> tuple[int, int, int]:
    """``#rrggbb`` as three numbers."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    channels = [channel / 255 for channel in rgb(color)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
