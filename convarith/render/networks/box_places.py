"""Where everything of a picture of boxes stands: the items, and the lines between them.

Within a row, what is next takes an arrow along the axis, and what is further on an arc above all between, each in a
lane of its own. From row to row a line runs back through the gap between them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from convarith.render.arrangement import TEXT_SIZE
from convarith.render.lettering import text_width
from convarith.render.networks.box_arcs import FORK_PX, arcs_of
from convarith.render.networks.box_rows import BEHIND_PX, FRAME_PAD, MIDDLE_GAP, leaving_px
from convarith.render.networks.box_slots import AXIS_PX

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from convarith.render.drawing import Point
    from convarith.render.networks.box_arcs import Arc
    from convarith.render.networks.box_rows import Measures, Row
    from convarith.render.networks.diagram import Group

LANE_PX = 12
"""From what lies below a line to the line."""

LEAD_PX, TRAIL_PX = 24, 14
"""The room left and right of rows for the lines between them."""

BETWEEN_PX = 36
"""The gap between two rows."""

DOWN_PX, UP_PX = 24, 13
"""How far above a row the line lies that leads down to it, and the one that leads up from it."""

FRAME_WORDS_PX, FRAME_WORDS_LEFT = 26, 6
"""The room for a frame's words, and how far right of its corner they begin."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A group's frame within a row, with the words in its upper left corner."""

    left: float
    right: float
    height: float
    descent: float
    words: str


@dataclass(slots=True)
class Line:
    """A row in its place."""

    numbers: tuple[int, ...]
    floor: float = 0
    ascent: float = 0
    descent: float = 0
    arcs: list[Arc] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Places:
    """Everything in its place."""

    lines: list[Line]
    lefts: dict[int, float]
    """Item -> its left end."""
    returns: list[tuple[int, list[Point]]]
    """The item that each line from row to row leads to, and the line."""
    bottom: float


def placed(rows: Sequence[Row], measures: Measures, edges: tuple[float, float], top: float) -> Places:
    """Rows between two edges, from a height of the page on down."""
    left, right = edges
    lefts: dict[int, float] = {}
    turn = right - max((measures.width(row.right) for row in rows), default=0)
    for row in rows:
        lefts.update(_along(row.left, measures, left))
        lefts.update(_along(row.right, measures, max(turn, left + measures.width(row.left) + MIDDLE_GAP)))
    arcs = arcs_of(rows, measures, lefts, edges)
    lines = [Line(row.numbers(), arcs=own) for row, own in zip(rows, arcs, strict=True)]
    y = top
    for number, line in enumerate(lines):
        _raise(line, measures, lefts)
        y += line.ascent + (BETWEEN_PX if number else 0)
        line.floor = round(y)
        y = line.floor + line.descent
    return Places(lines, lefts, list(_returns(lines, measures, lefts)), y)


def _along(numbers: Sequence[int], measures: Measures, x: float) -> Iterator[tuple[int, float]]:
    for number in numbers:
        x += measures.before[number]
        yield number, round(x)
        x += measures.slots[number].width + measures.after[number] + measures.gaps[number]


# Heights


class _Heights:
    """What stands in a row: from where to where, and how high."""

    def __init__(self) -> None:
        self.there: list[tuple[float, float, float]] = []

    def over(self, low: float, high: float) -> float:
        """The height of what stands in a stretch."""
        return max([height for start, end, height in self.there if start < high and end > low], default=0)

    def rise(self, arc: Arc) -> None:
        """Lead an arc above all that it crosses."""
        low, high = arc.extent
        least = AXIS_PX + 8 if arc.is_leaving else 0
        arc.height = round(max(self.over(low, high) + LANE_PX, least) + arc.reach)
        self.there.append((low, high, arc.height + arc.reach))


def _raise(line: Line, measures: Measures, lefts: dict[int, float]) -> None:
    """The heights of a row's arcs and frames, innermost first, and of the row."""
    slots, heights = measures.slots, _Heights()
    for number in line.numbers:
        left, slot = lefts[number], slots[number]
        heights.there.append((left + slot.body, left + slot.stop, slot.ascent))
    waiting = sorted(line.arcs, key=lambda arc: (arc.extent[1] - arc.extent[0], arc.start))
    for group in measures.scene.groups:
        members = [number for number in line.numbers if group.first <= number <= group.last]
        if not members:
            continue
        inner = [arc for arc in waiting if arc.target in members and arc.source >= group.first - 1]
        for arc in inner:
            heights.rise(arc)
        waiting = [arc for arc in waiting if arc not in inner]
        frame = _frame(group, members, measures, lefts, heights)
        line.frames.append(frame)
        heights.there.append((frame.left, frame.right, frame.height))
    for arc in waiting:
        heights.rise(arc)
    line.ascent = max(height for _, _, height in heights.there)
    line.descent = max([slots[number].descent for number in line.numbers] + [frame.descent for frame in line.frames])


def _frame(
    group: Group, members: Sequence[int], measures: Measures, lefts: dict[int, float], heights: _Heights
) -> Frame:
    """The frame around what of a group stands in a row: open to no side, though the row ends."""
    first, last = members[0], members[-1]
    left = lefts[first] - (FRAME_PAD if first == group.first else FORK_PX)
    right = lefts[last] + measures.slots[last].width + (FRAME_PAD if last == group.last else BEHIND_PX / 2)
    words = _frame_words(group, right - left - 2 * FRAME_WORDS_LEFT) if first == group.first else ""
    height = heights.over(left, right) + (FRAME_WORDS_PX if words else LANE_PX)
    descent = max(measures.slots[number].descent for number in members) + 8
    return Frame(left, right, height, descent, words)


def _frame_words(group: Group, room: float) -> str:
    """How often a group comes and, if there is room, how its channels grow."""
    often = f"{group.times} ×"
    grown = f"{often}: {group.channels[0]} → {group.channels[1]}" if group.channels else often
    candidates = [f"{grown} channels", grown] if group.channels else []
    return next((words for words in candidates if text_width(words, TEXT_SIZE) <= room), often)


# Lines from row to row


def _returns(lines: Sequence[Line], measures: Measures, lefts: dict[int, float]) -> Iterator[tuple[int, list[Point]]]:
    row_of = {number: line for line in lines for number in line.numbers}
    for link in measures.scene.links:
        own, other = row_of[link.start], row_of[link.end]
        if link.start + 1 != link.end or link.through or own is other:
            continue
        start = lefts[link.start] + measures.slots[link.start].outward
        right = lefts[link.start] + leaving_px(link.start, measures)
        left = lefts[link.end] - measures.before[link.end] - LEAD_PX
        end = lefts[link.end] + measures.slots[link.end].inward
        is_up = own.floor > other.floor
        lower = own if is_up else other
        gap = lower.floor - lower.ascent - (UP_PX if is_up else DOWN_PX)
        axis, other_axis = own.floor - AXIS_PX, other.floor - AXIS_PX
        points = [(start, axis), (right, axis), (right, gap), (left, gap), (left, other_axis), (end, other_axis)]
        yield link.end, points
