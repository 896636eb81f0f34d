"""How the parts of a network's picture look: boxes, chips, joints and arrows, as paths and texts.

A box is seen obliquely: its front is as wide as there are channels and as high as the tensor, and it goes as deep as
the tensor is wide. A role is told by its colour and by the texture of the front.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from convarith.render.arrangement import TEXT_SIZE
from convarith.render.drawing import Path, Text
from convarith.render.lettering import baseline_below, text_width
from convarith.render.themes import ink_on, mixed, ring_color

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from convarith.render.drawing import Point, Primitive
    from convarith.render.themes import Style, Theme

PITCH_PX = 9
"""From line to line of a texture, and from dot to dot."""

CORNER_PX = 9
RADIUS_PX = 11
"""Of a joint, and of the tag of a link."""

HEAD_PX = 7
STRIPE_PX = 10
CHIP_PX, CHIP_PAD = 24, 6
"""The height of a chip, and the room around its words."""

ROUND = [
    (0.0, -1.0), (0.383, -0.924), (0.707, -0.707), (0.924, -0.383), (1.0, 0.0), (0.924, 0.383), (0.707, 0.707),
    (0.383, 0.924), (0.0, 1.0), (-0.383, 0.924), (-0.707, 0.707), (-0.924, 0.383), (-1.0, 0.0), (-0.924, -0.383),
    (-0.707, -0.707), (-0.383, -0.924),
]  # fmt: skip
"""A circle, as a polygon."""


def box_shapes(
    corner: Point, width: float, height: float, depth: Point, style: Style, theme: Theme, *, lit: bool = False
) -> Iterator[Primitive]:
    """A box: the left lower corner of its front, the size of that, and how far its back is right of it and above."""
    (x, y), (right, up) = corner, depth
    fill = style.lit if lit else style.fill
    stroke, line = (ring_color(theme), 2) if lit else (style.stroke, 1)
    dash = () if lit else style.dash
    top = y - height
    if right:
        over = ((x, top), (x + width, top), (x + width + right, top - up), (x + right, top - up))
        beside = ((x + width, top), (x + width, y), (x + width + right, y - up), (x + width + right, top - up))
        yield Path(over, mixed(fill, theme.page, 0.45), stroke, line, dash)
        yield Path(beside, mixed(fill, style.stroke, 0.3), stroke, line, dash)
    yield from front_shapes((x, top), width, height, style, fill, (stroke, line, dash))


def front_shapes(
    corner: Point, width: float, height: float, style: Style, fill: str, outline: tuple[str, int, tuple[int, ...]]
) -> Iterator[Primitive]:
    """An upright area from its left upper corner on, with the texture of its style."""
    (x, y), (stroke, line, dash) = corner, outline
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    yield Path(corners, fill)
    yield from _texture(style, x, y, width, height)
    yield Path((*corners, corners[0]), None, stroke, line, dash)


def _texture(style: Style, x: float, y: float, width: float, height: float) -> Iterator[Primitive]:
    """What tells a role without its colour, as often as fits."""
    kind, color = style.texture, style.stroke
    if kind == "corner":
        side = min(CORNER_PX, width / 2, height / 2)
        yield Path(((x + width - side, y), (x + width, y), (x + width, y + side)), color, color)
    elif kind == "lines":
        for number in range(1, ceil((height - 3) / PITCH_PX)):
            level = y + number * PITCH_PX
            yield Path(((x, level), (x + width, level)), None, color)
    elif kind == "dots":
        for down in range(ceil((height - 4) / PITCH_PX)):
            for across in range(ceil((width - 4) / PITCH_PX)):
                left, top = x + 4 + across * PITCH_PX, y + 4 + down * PITCH_PX
                yield Path(((left, top), (left + 2, top), (left + 2, top + 2), (left, top + 2)), color)
    elif kind == "cross":
        yield Path(((x, y), (x + width, y + height)), None, color)
        yield Path(((x + width, y), (x, y + height)), None, color)
    elif kind in ("rising", "falling"):
        yield from _hatching(x, y, width, height, color, rising=kind == "rising")


def _hatching(x: float, y: float, width: float, height: float, color: str, *, rising: bool) -> Iterator[Path]:
    for number in range(1, ceil((width + height) / PITCH_PX)):
        along = number * PITCH_PX
        low, high = max(0, along - width), min(along, height)  # how far down the ends are
        ends = (along - low, low), (along - high, high)
        if not rising:
            ends = (width - ends[0][0], low), (width - ends[1][0], high)
        yield Path(tuple((x + right, y + down) for right, down in ends), None, color)


def chip_width(words: str) -> int:
    """The width of a chip with some words."""
    return STRIPE_PX + text_width(words, TEXT_SIZE) + 2 * CHIP_PAD


def chip_shapes(corner: Point, words: str, style: Style, theme: Theme, *, lit: bool = False) -> list[Primitive]:
    """A small box with its words in it: a stripe with the texture, and the text beside it."""
    (x, y), width, height = corner, chip_width(words), CHIP_PX
    fill = style.lit if lit else style.fill
    stroke, line, dash = (ring_color(theme), 2, ()) if lit else (style.stroke, 1, style.dash)
    inner = x + STRIPE_PX
    return [
        *front_shapes((x, y), STRIPE_PX, height, style, fill, (stroke, line, dash)),
        Path(((inner, y), (x + width, y), (x + width, y + height), (inner, y + height)), fill),
        Path(((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)), None, stroke, line, dash),
        Text(round(inner + CHIP_PAD), baseline_below(y + height / 2, TEXT_SIZE), words, TEXT_SIZE, ink_on(fill), fill),
    ]


def joint_shapes(middle: Point, sign: str, style: Style, theme: Theme, *, lit: bool = False) -> list[Primitive]:
    """A circle with a sign in it."""
    fill = style.lit if lit else style.fill
    stroke, line = (ring_color(theme), 2) if lit else (style.stroke, 1)
    x, y = middle
    around = tuple((x + RADIUS_PX * right, y + RADIUS_PX * down) for right, down in ROUND)
    shapes: list[Primitive] = [Path(around, fill, stroke, line)]
    reach = RADIUS_PX * (0.55 if sign == "+" else 0.4)
    turned = ((reach, 0.0), (0.0, reach)) if sign == "+" else ((reach, reach), (reach, -reach))
    ends = [((x - right, y - down), (x + right, y + down)) for right, down in turned]
    return [*shapes, *(Path(line, None, ink_on(fill), 2) for line in ends)]


def tag_width(words: str) -> int:
    """The width of a tag with some letters."""
    return max(2 * RADIUS_PX, text_width(words, TEXT_SIZE) + RADIUS_PX)


def tag_shapes(middle: Point, words: str, theme: Theme) -> list[Primitive]:
    """Letters with a line around them, round at its ends."""
    x, y = middle
    half = tag_width(words) / 2 - RADIUS_PX
    right_half, left_half = ROUND[: len(ROUND) // 2 + 1], [*ROUND[len(ROUND) // 2 :], ROUND[0]]
    around = (
        *((x + half + RADIUS_PX * right, y + RADIUS_PX * down) for right, down in right_half),
        *((x - half + RADIUS_PX * right, y + RADIUS_PX * down) for right, down in left_half),
    )
    return [
        Path(around, theme.page, theme.ink),
        Text(round(x), baseline_below(y, TEXT_SIZE), words, TEXT_SIZE, theme.ink, theme.page, "middle"),
    ]


def arrow_shapes(points: Sequence[Point], theme: Theme, *, head: bool = True) -> Iterator[Primitive]:
    """A line from point to point, upright or level at its end, with a head there."""
    (from_x, from_y), (x, y) = points[-2], points[-1]
    if not head:
        yield Path(tuple(points), None, theme.ink)
        return
    right, down = (x > from_x) - (x < from_x), (y > from_y) - (y < from_y)
    neck = x - right * HEAD_PX, y - down * HEAD_PX
    half = HEAD_PX / 2
    yield Path((*points[:-1], neck), None, theme.ink)
    sides = (neck[0] - half * down, neck[1] - half * right), (neck[0] + half * down, neck[1] + half * right)
    yield Path(((x, y), *sides), theme.ink)
