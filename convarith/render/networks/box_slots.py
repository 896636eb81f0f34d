"""How large each item of a picture of boxes is, and its shapes from a place of its own on.

Every item stands on a floor, at height 0; what flows between items runs at the height `AXIS_PX`. Heights count up.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2, prod, sqrt
from typing import TYPE_CHECKING

from convarith.render.arrangement import TEXT_SIZE
from convarith.render.drawing import Path, Text
from convarith.render.lettering import shortened, text_width
from convarith.render.networks.box_parts import (
    CHIP_PX,
    RADIUS_PX,
    arrow_shapes,
    box_shapes,
    chip_shapes,
    chip_width,
    joint_shapes,
)
from convarith.render.networks.diagram import Box, Bundle, Joint
from convarith.render.networks.layer_naming import shape_text

if TYPE_CHECKING:
    from convarith.render.drawing import Point, Primitive
    from convarith.render.networks.diagram import BoxScene, Item, Shape
    from convarith.render.themes import Theme

LEAST_SIDE_PX, LARGEST_SIDE_PX = 14, 108
"""The height of a box of size 1, and of one of the largest size there is."""

AXIS_PX = 12
OBLIQUE = (0.2, 0.14)
"""How far right and up one pixel of depth goes."""

VECTOR_PX = 14.0
"""The width of a flat tensor's box, and its depth."""

COPIES = 3
"""So many boxes are drawn for alike layers in a row, at most."""

COPY_GAP = 5
LINE_PX = 20
LABEL_PX = 116
"""Labels are broken rather than wider."""

LONGEST_PX = 200
"""Words that are longer are cut."""

FORK_PX = 10
"""Between the ends of a bundle and its branches."""

BRANCH_GAP = 8
CHAIN_GAP = 14


@dataclass(frozen=True, slots=True)
class Scale:
    """What sizes and channels are measured against."""

    size: int
    """The largest spatial size."""
    features: int
    """The largest flat tensor."""

    @classmethod
    def of(cls, scene: BoxScene) -> Scale:
        shapes = [item.shape for item in scene.items if not isinstance(item, Bundle)]
        shapes += [
            box.shape for item in scene.items if isinstance(item, Bundle) for way in item.branches for box in way
        ]
        sizes = [size for shape in shapes for size in shape[1:]]
        return cls(max(sizes, default=1), max([shape[0] for shape in shapes if len(shape) == 1], default=1))

    def side(self, size: float) -> float:
        """The pixels of a spatial size: as its root, so that 7 is seen beside 224."""
        part = sqrt((size - 1) / (self.size - 1)) if self.size > 1 else 0
        return LEAST_SIDE_PX + (LARGEST_SIDE_PX - LEAST_SIDE_PX) * part

    def thickness(self, channels: int) -> float:
        """The pixels of a number of channels: as its logarithm."""
        return 8 + 4 * log2(channels)

    def length(self, features: int) -> float:
        """The height of a flat tensor: as its logarithm."""
        most = log2(max(self.features, 4096))
        return LEAST_SIDE_PX + (LARGEST_SIDE_PX - LEAST_SIDE_PX) * log2(features) / most

    def box(self, shape: Shape) -> tuple[float, float, Point]:
        """Width and height of the front, and how far the back is right of it and above."""
        if len(shape) == 1:
            deep = VECTOR_PX
            width, height = VECTOR_PX, self.length(shape[0])
        else:
            channels, *sizes = shape
            *others, last = sizes
            across = [last, *others[:-1]]  # all but the height: their mean is how deep it is
            width, height = self.thickness(channels), self.side(others[-1] if others else last)
            deep = self.side(prod(across) ** (1 / len(across))) if others else VECTOR_PX
        return round(width), round(height), (round(OBLIQUE[0] * deep), round(OBLIQUE[1] * deep))


@dataclass(frozen=True, slots=True)
class Slot:
    """An item measured: from its left end, where its body is and where arrows meet it."""

    item: Item
    width: int
    body: float
    """Where the body begins, and ``stop`` where it ends."""
    stop: float
    inward: float
    """Where an arrow into it ends."""
    outward: float
    """Where an arrow out of it begins, behind it."""
    top: float
    """Where a line from above arrives, and ``ascent`` how high that is."""
    ascent: float
    descent: float
    """The room below the floor, for the labels or for branches."""
    labels: tuple[str, ...] = ()


def slot_of(item: Item, scale: Scale) -> Slot:
    """An item measured."""
    if isinstance(item, Joint):
        side = 2 * RADIUS_PX
        return Slot(item, side, 0, side, 0, RADIUS_PX, RADIUS_PX, AXIS_PX + RADIUS_PX, 0)
    if isinstance(item, Bundle):
        wide, high = _bundle_size(item)
        above, below = high / 2 + AXIS_PX, high / 2 - AXIS_PX
        return Slot(item, wide, 0, wide, FORK_PX, wide - FORK_PX, wide / 2, above, below)
    labels = _labels(item)
    front, height, (right, up) = scale.box(item.shape)
    copies = min(item.times, COPIES)
    body = copies * front + (copies - 1) * COPY_GAP
    width = max(round(body + right), *(text_width(line, TEXT_SIZE) for line in labels))
    start = (width - body - right) // 2
    stop = start + body + right
    descent = LINE_PX * len(labels) + 4
    top = round((start + stop) / 2)
    return Slot(item, width, start, stop, start, start + body / 2, top, height + up, descent, tuple(labels))


def slot_shapes(
    slot: Slot, left: float, floor: float, scale: Scale, theme: Theme, *, lit: bool = False
) -> list[Primitive]:
    """The shapes of an item whose left end and floor are somewhere, without its labels."""
    item = slot.item
    if isinstance(item, Joint):
        middle = left + slot.body + RADIUS_PX, floor - AXIS_PX
        return joint_shapes(middle, item.sign, theme.roles["merge"], theme, lit=lit)
    if isinstance(item, Bundle):
        return _bundle_shapes(item, left, floor, theme, lit=lit)
    front, height, depth = scale.box(item.shape)
    shapes: list[Primitive] = []
    for copy in range(min(item.times, COPIES)):
        corner = left + slot.body + copy * (front + COPY_GAP), floor
        shapes += box_shapes(corner, front, height, depth, theme.roles[item.role], theme, lit=lit)
    return shapes


def label_shapes(slot: Slot, left: float, floor: float, theme: Theme) -> list[Primitive]:
    """The words below an item: what the layer is, and its shape."""
    middle = round(left + slot.width / 2)
    return [
        Text(middle, round(floor) + 18 + LINE_PX * number, line, TEXT_SIZE, theme.ink, theme.page, "middle")
        for number, line in enumerate(slot.labels)
    ]


def chip_words(box: Box, *, shaped: bool = True) -> str:
    """What stands in a chip."""
    words = shortened(" ".join(box.words), TEXT_SIZE, LONGEST_PX)
    return f"{words} {shape_text(box.shape)}" if shaped else words


def _labels(box: Box) -> list[str]:
    times = f"{box.times} × " if box.times > 1 else ""
    whole = times + " ".join(box.words)
    lines = [whole] if text_width(whole, TEXT_SIZE) <= LABEL_PX else [times + box.words[0], *box.words[1:]]
    return [*(shortened(line, TEXT_SIZE, LONGEST_PX) for line in lines), shape_text(box.shape)]


def _bundle_size(bundle: Bundle) -> tuple[int, int]:
    count = len(bundle.branches)
    return 2 * FORK_PX + max(map(_branch_width, bundle.branches)), CHIP_PX * count + BRANCH_GAP * (count - 1)


def _branch_width(branch: tuple[Box, ...]) -> int:
    return sum(chip_width(chip_words(box)) for box in branch) + CHAIN_GAP * (len(branch) + 1)


def _bundle_shapes(bundle: Bundle, left: float, floor: float, theme: Theme, *, lit: bool) -> list[Primitive]:
    """Branches one above the other, between two upright lines that everything flows through."""
    wide, high = _bundle_size(bundle)
    start, end = left + FORK_PX, left + wide - FORK_PX
    shapes: list[Primitive] = []
    axis = floor - AXIS_PX
    first = axis - (high - CHIP_PX) / 2
    for number, branch in enumerate(bundle.branches):
        level = first + number * (CHIP_PX + BRANCH_GAP)
        before = start
        x = start + (end - start - _branch_width(branch)) / 2
        for box in branch:
            words = chip_words(box)
            x = round(x + CHAIN_GAP)
            shapes += arrow_shapes(((before, level), (x, level)), theme)
            shapes += chip_shapes((x, level - CHIP_PX / 2), words, theme.roles[box.role], theme, lit=lit)
            before = x = x + chip_width(words)
        shapes += arrow_shapes(((before, level), (end, level)), theme, head=False)
    shapes += [Path(((x, first), (x, 2 * axis - first)), None, theme.ink) for x in (start, end)]
    return shapes
