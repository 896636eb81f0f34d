"""What the painters of lines and curves share: how an outline falls into lines, and dashes that fit it.

In a drawing a whole number is the middle of a pixel, so the page reaches from half a pixel before zero to half a pixel
before its size. Pixels on the page are squares, and dashes are counted in them; painters of lines get the same look
from square caps, which lengthen a dash by half its width at both ends.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convarith.render.drawing import Path, Point

HALF_PX = 0.5
"""How far the edge of the page lies from the middle of its outermost pixels."""

LEAST_DASH = 0.01
"""A dash that is only caps still needs a direction."""


def number(value: float, places: int = 2) -> str:
    """A number as short as it goes.

    >>> number(12.0), number(0.333), number(-0.001), number(-0.5)
    ('12', '.33', '0', '-.5')
    """
    text = f"{value:.{places}f}".rstrip("0").rstrip(".") if places else f"{value:.0f}"
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    digits = digits.removeprefix("0") or "0"
    return digits if digits == "0" else sign + digits


def is_closed(path: Path) -> bool:
    """Whether a path ends where it began, on purpose or because it is filled."""
    return path.fill is not None or (len(path.points) > 2 and path.points[0] == path.points[-1])


def corners(path: Path) -> tuple[Point, ...]:
    """The points of a path, without the first one again at the end."""
    repeated = len(path.points) > 2 and path.points[0] == path.points[-1]
    return path.points[:-1] if repeated else path.points


def sides(path: Path) -> list[tuple[Point, Point]]:
    """The lines of a path, each with its ends."""
    points = corners(path)
    lines = list(pairwise((*points, points[0]) if is_closed(path) else points))
    # Dashes begin at the same end of a line that two cells share.
    return [(min(line), max(line)) for line in lines] if path.dash else lines


def capped_dash(path: Path) -> tuple[float, float]:
    """(on, off) that look as the path's dash says, once square caps are added."""
    on, off = path.dash
    inner = max(on - path.width, LEAST_DASH)
    return inner, on + off - inner
