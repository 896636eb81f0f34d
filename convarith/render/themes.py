"""Themes: how each role looks, as data. A fill, a fill for the cell while it is lit, an outline, and a texture.

Roles that can touch differ by texture as well as by colour: an outline that is dashed or dotted, dots, lines, a corner,
a cross. Lit colours are constants, nothing is blended when a picture is drawn, and text is black or white, whichever
reads better. Themes in users' files are read by `theme_files`.
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
FAINT = (2, 2)
"""The outline of an output that is not there yet."""

TEXTURES = ("", "corner", "cross", "dots", "falling", "lines", "rising")
"""What `Style.texture` can be."""


@dataclass(frozen=True, slots=True)
class Style:
    """How one role is drawn."""

    fill: str
    lit: str
    """The fill while a window's tap meets the cell, or while the cell is written."""
    stroke: str
    """The outline, and the texture."""
    dash: tuple[int, ...] = SOLID
    """(on, off) along the outline in pixels, or nothing."""
    texture: str = ""
    """What is painted over the fill in the colour of the stroke:

    - ``""``: nothing;
    - ``corner``: the corner at the top right, filled;
    - ``cross``: both diagonals;
    - ``dots``: a dot in each corner, a sixth of the cell away from its sides;
    - ``falling``, ``rising``: three diagonal lines, down or up to the right;
    - ``lines``: two lines from side to side, a quarter of the cell below its top and above its bottom.

    What is larger than a cell, as the box of a layer, has as many of them as fit.
    """
    small: bool = False
    """Whether its text is small."""


@dataclass(frozen=True, slots=True)
class Theme:
    """The roles' styles, and the colours of what lies over and around them."""

    name: str
    page: str
    roles: Mapping[str, Style]
    ink: str
    """Letters on the page, and the lines between sheets."""
    window: str
    """The outline of the cells that a window's taps meet."""
    winner: str
    """The outline of the cell that wins a maximum."""
    hatch: str
    """The lines over a cell that no window reads."""


DEFAULT = Theme(
    name="default",  # sky, blue, vermillion and yellow are Okabe and Ito's, the rest shades of them
    page=WHITE,
    roles={
        "input": Style("#56b4e9", "#00639c", "#0b3a57"),
        "inserted": Style("#f4f4f4", "#f6c5a4", "#404040", DOTTED, "dots", small=True),
        "padding": Style(WHITE, "#f6c5a4", "#404040", DASHED),
        "extra": Style("#c3eadb", "#eea67a", "#00483a", DASHED, "corner"),
        "overhang": Style("#e9e4ee", "#d9b8b0", "#453a52", DOTTED, "lines"),
        "cropped": Style("#e2e2e2", "#ecc3a8", "#404040", SOLID, "cross"),
        "weight": Style("#fbe3d4", "#f0a878", "#5c2a00"),
        "entry": Style("#e69f00", "#a64500", "#5c2a00"),
        "zero": Style(WHITE, "#e89a68", "#8a8a8a", FAINT),
        "to_come": Style("#fdfbe6", "#f8dcb8", "#453f00", FAINT),
        "done": Style("#f0e442", "#f0a442", "#453f00"),
        "level_1": Style("#fdf7c8", "#e8935a", "#453f00"),
        "level_2": Style("#e6a800", "#a64500", "#453f00"),
        "level_3": Style("#a85f00", "#f0a878", "#2b1400"),
        "level_4": Style("#4f2300", "#c05a20", "#000000"),
        "convolution": Style("#f7c873", "#8f4a00", "#4a2c00", texture="corner"),
        "transposed": Style("#6fcfae", "#00614a", "#003328", texture="rising"),
        "pooling": Style("#ec9a77", "#8a2c00", "#4f1800", texture="lines"),
        "upsampling": Style("#d3f2e6", "#2f8f70", "#003d2f", DASHED, "rising"),
        "connected": Style("#d490b8", "#7d2a5a", "#3d0f2c", texture="dots"),
        "merge": Style("#f4ec8c", "#a08a00", "#453f00", texture="falling"),
        "reshaping": Style("#e2e2e2", "#8a8a8a", "#404040", DOTTED),
        "unknown": Style(WHITE, "#b0b0b0", "#404040", DASHED, "cross"),
    },
    ink=BLACK,
    window="#d55e00",
    winner=WHITE,
    hatch="#5f5f5f",
)

GUIDE = Theme(
    name="guide",  # Solarized, as in the guide's figures; lit is #073642 at 40 % over the fill
    page=WHITE,
    roles={
        "input": Style("#268bd2", "#1a6998", "#002b36"),
        "inserted": Style("#eee8d5", "#92a19a", "#002b36", DOTTED, "dots", small=True),
        "padding": Style(WHITE, "#9cafb3", "#002b36", DASHED),
        "extra": Style("#ede2bf", "#919d8d", "#002b36", DASHED, "corner"),
        "overhang": Style("#e2e3f3", "#8a9eac", "#002b36", DOTTED, "lines"),
        "cropped": Style("#dfe4e4", "#899ea3", "#657b83", SOLID, "cross"),
        "weight": Style("#fdf6e3", "#9ba9a3", "#002b36"),
        "entry": Style("#cb9b06", "#7d731e", "#002b36"),
        "zero": Style(WHITE, "#9cafb3", "#586e75", FAINT),
        "to_come": Style("#cae8e5", "#7ca1a4", "#002b36"),
        "done": Style("#2aa198", "#1c7676", "#002b36"),
        "level_1": Style("#e0f2f0", "#89a7aa", "#002b36"),
        "level_2": Style("#6fb5ae", "#458283", "#002b36"),
        "level_3": Style("#19706a", "#12595a", "#002b36"),
        "level_4": Style("#05302d", "#063235", "#586e75"),
        "convolution": Style("#c29a1e", "#77722c", "#002b36", texture="corner"),
        "transposed": Style("#8fa316", "#597728", "#002b36", texture="rising"),
        "pooling": Style("#cb4b16", "#7d4328", "#001a20", texture="lines"),
        "upsampling": Style("#a3ad62", "#657d55", "#002b36", DASHED, "rising"),
        "connected": Style("#d33682", "#813668", "#001a20", texture="dots"),
        "merge": Style("#7f84d1", "#4f6598", "#002b36", texture="falling"),
        "reshaping": Style("#93a1a1", "#5b767b", "#002b36", DOTTED),
        "unknown": Style(WHITE, "#9cafb3", "#586e75", DASHED, "cross"),
    },
    ink="#002b36",
    window="#fdf6e3",
    winner=BLACK,
    hatch="#073642",
)

DARK = Theme(
    name="dark",  # what is lit shines
    page="#0d1117",
    roles={
        "input": Style("#1c6ea4", "#8fd0f7", "#2b4a66"),
        "inserted": Style("#1a2029", "#6a3a1b", "#6e7681", DOTTED, "dots", small=True),
        "padding": Style("#0d1117", "#6a3a1b", "#6e7681", DASHED),
        "extra": Style("#0f2f26", "#6a4115", "#3d8065", DASHED, "corner"),
        "overhang": Style("#211b2e", "#643543", "#746a8c", DOTTED, "lines"),
        "cropped": Style("#21262d", "#55392a", "#6e7681", SOLID, "cross"),
        "weight": Style("#3b2416", "#7a4526", "#96602f"),
        "entry": Style("#a8641f", "#ffc27d", "#5c3a1c"),
        "zero": Style("#0d1117", "#6a3a1b", "#6e7681", FAINT),
        "to_come": Style("#232109", "#573c0e", "#6a6420", FAINT),
        "done": Style("#978a14", "#f7ee7a", "#3d390a"),
        "level_1": Style("#232109", "#573c0e", "#6a6420"),
        "level_2": Style("#5f5410", "#d9863d", "#3d390a"),
        "level_3": Style("#a3951c", "#ffd9a0", "#3d390a"),
        "level_4": Style("#f7ee7a", "#d9863d", "#3d390a"),
        "convolution": Style("#94702a", "#ffd68a", "#3d3013", texture="corner"),
        "transposed": Style("#2b7d62", "#93e8c8", "#113a2c", texture="rising"),
        "pooling": Style("#a5603d", "#ffc0a0", "#4a2815", texture="lines"),
        "upsampling": Style("#12352a", "#6fcba9", "#4f9c80", DASHED, "rising"),
        "connected": Style("#95527a", "#f7b6da", "#48233f", texture="dots"),
        "merge": Style("#837b1c", "#f7ee7a", "#38340a", texture="falling"),
        "reshaping": Style("#30363d", "#b4bcc5", "#8b949e", DOTTED),
        "unknown": Style("#0d1117", "#6e7681", "#8b949e", DASHED, "cross"),
    },
    ink="#e6edf3",
    window="#ffa366",
    winner="#0d1117",
    hatch="#c2cad2",
)

PRINT = Theme(
    name="print",  # greys alone; roles differ by texture, and what is lit is dark
    page=WHITE,
    roles={
        "input": Style("#b6b6b6", "#242424", "#5e5e5e"),
        "inserted": Style("#f0f0f0", "#727272", "#3c3c3c", DOTTED, "dots", small=True),
        "padding": Style(WHITE, "#727272", "#3c3c3c", DASHED),
        "extra": Style("#dadada", "#727272", "#3c3c3c", DASHED, "corner"),
        "overhang": Style("#e6e6e6", "#727272", "#3c3c3c", DOTTED, "lines"),
        "cropped": Style("#e2e2e2", "#8f8f8f", "#5e5e5e", SOLID, "cross"),
        "weight": Style(WHITE, "#727272", "#3c3c3c"),
        "entry": Style("#9a9a9a", "#242424", "#3c3c3c"),
        "zero": Style(WHITE, "#c8c8c8", "#8a8a8a", FAINT),
        "to_come": Style(WHITE, "#8f8f8f", "#5e5e5e", FAINT),
        "done": Style("#989898", "#242424", "#404040"),
        "level_1": Style("#f2f2f2", "#c4c4c4", "#3c3c3c"),
        "level_2": Style("#b0b0b0", "#5a5a5a", "#3c3c3c"),
        "level_3": Style("#707070", "#242424", "#3c3c3c"),
        "level_4": Style("#2e2e2e", "#7a7a7a", "#000000"),
        "convolution": Style("#f2f2f2", "#5a5a5a", "#2a2a2a", texture="corner"),
        "transposed": Style("#d6d6d6", "#4a4a4a", "#1e1e1e", texture="rising"),
        "pooling": Style("#c6c6c6", "#3c3c3c", "#141414", texture="lines"),
        "upsampling": Style("#ececec", "#727272", "#3c3c3c", DASHED, "rising"),
        "connected": Style("#a8a8a8", "#2e2e2e", "#101010", texture="dots"),
        "merge": Style("#e0e0e0", "#5a5a5a", "#1e1e1e", texture="falling"),
        "reshaping": Style("#dadada", "#727272", "#3c3c3c", DOTTED),
        "unknown": Style(WHITE, "#8f8f8f", "#3c3c3c", DASHED, "cross"),
    },
    ink=BLACK,
    window=BLACK,
    winner=WHITE,
    hatch="#5e5e5e",
)

SEEN = 1.5
"""The least contrast of a line to what it lies on."""

THEMES: dict[str, Theme] = {theme.name: theme for theme in (DEFAULT, GUIDE, DARK, PRINT)}
"""Name -> theme."""


@lru_cache(maxsize=256)
def ink_on(fill: str) -> str:
    """Black or white, whichever has the higher contrast on a fill."""
    return max((BLACK, WHITE), key=lambda ink: contrast(ink, fill))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21, as WCAG 2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def ring_color(theme: Theme) -> str:
    """The colour of a line around what is lit on the page itself: the window's, if it is seen there."""
    return theme.window if contrast(theme.window, theme.page) >= SEEN else theme.ink


def mixed(one: str, other: str, part: float) -> str:
    """A colour with so large a part of another in it: what lies in light or shade."""
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in zip(rgb(one), rgb(other), strict=True))


def rgb(color: str) -> tuple[int, int, int]:
    """``#rrggbb`` as three numbers."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    channels = [channel / 255 for channel in rgb(color)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
