"""In which rows the items of a picture of boxes stand: from left to right, or down one side and up the other.

Rows are broken where no link crosses, as far as that goes. Where links lie within each other like the levels of a
U-Net, each level is a row: what leads down stands on the left, what leads up again on the right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convarith.render.networks.diagram import Bundle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.render.networks.box_slots import Slot
    from convarith.render.networks.diagram import BoxScene, Link

LEAST_GAP, GAP = 10, 20
"""Between two items: the least, and as much as there is room for up to the other."""

BEHIND_PX = 10
"""How far behind an item a line leaves, if the gap is so wide."""

FRAME_PAD = 16
"""Between the items of a group and its frame."""

MOST_IN_A_ROW = 100
"""No page is so wide that more items stand in a row, whatever they are."""

MIDDLE_GAP = 46
"""At least so much between the two sides of a level."""

BROKEN_LINK, BROKEN_GROUP, ROW_COST, LEFT_COST = 25.0, 40.0, 10.0, 4.0
"""What it costs to break a row within a link or a group, to have a row, and to leave it empty."""


@dataclass(frozen=True, slots=True)
class Row:
    """Numbers of items: those on the left, and those that stand on the right of their level."""

    left: range
    right: range = range(0)

    def numbers(self) -> tuple[int, ...]:
        return *self.left, *self.right


class Measures:
    """How wide items are, with what stands before and after them; ``gaps`` are those behind them."""

    def __init__(self, scene: BoxScene, slots: Sequence[Slot]) -> None:
        self.gaps = [LEAST_GAP] * len(slots)
        self.scene = scene
        self.slots = slots
        self.before = [0] * len(slots)
        self.after = [0] * len(slots)
        for group in scene.groups:
            self.before[group.first] += FRAME_PAD
            self.after[group.last] += FRAME_PAD

    def width(self, items: Sequence[int]) -> int:
        """The width of some items in a row beside each other."""
        if not items:
            return 0
        return sum(self.slot(number) + self.gaps[number] for number in items) - self.gaps[items[-1]]

    def slot(self, number: int) -> int:
        """The width of an item with the pads of its group."""
        return self.slots[number].width + self.before[number] + self.after[number]

    def spread(self, row: Row, room: int) -> None:
        """Let the items of a row stand as far apart as there is room for."""
        needed = self.width(row.left) + (MIDDLE_GAP + self.width(row.right) if row.right else 0)
        gaps = max(len(row.left) - 1, 0) + max(len(row.right) - 1, 0)
        for number in row.numbers() if gaps else ():
            self.gaps[number] += max(0, min(GAP - LEAST_GAP, (room - needed) // gaps))


def leaving_px(number: int, measures: Measures) -> int:
    """How far right of an item's left end a line leaves behind it."""
    return measures.slots[number].width + measures.after[number] + min(BEHIND_PX, measures.gaps[number] // 2)


def in_rows(scene: BoxScene, measures: Measures, room: int) -> list[Row]:
    """The rows of a scene in a room of so many pixels; the measures are spread to them."""
    rows = _wrapped(scene, measures, room)
    place = {number: at for at, row in enumerate(rows) for number in row.left}
    crossing = [link for link in scene.links if link.start + 1 < link.end and not _is_whole(link, place)]
    nested = _nested(scene, crossing) if crossing else None
    rows = (_levels(scene, measures, room, nested) if nested else None) or rows
    for row in rows:
        measures.spread(row, room)
    return rows


def _is_whole(link: Link, place: dict[int, int]) -> bool:
    """Whether a link can be drawn within a row: from before the item that follows its start."""
    return place[link.start + 1] == place[link.end]


def _wrapped(scene: BoxScene, measures: Measures, room: int) -> list[Row]:
    """Rows from left to right, broken where it costs least."""
    count = len(scene.items)
    costs = _break_costs(scene, measures, room)
    best = [0.0] + [float("inf")] * count
    start_of = [0] * (count + 1)
    for stop in range(1, count + 1):
        width = -LEAST_GAP
        for start in range(stop - 1, -1, -1):
            width += LEAST_GAP + measures.slot(start)
            if width > room and start < stop - 1:
                break
            left_over = max(room - width, 0) / room
            weight = LEFT_COST if stop < count else LEFT_COST / 4
            cost = best[start] + costs[start] + ROW_COST + weight * left_over**2
            if cost < best[stop]:
                best[stop], start_of[stop] = cost, start
    rows: list[Row] = []
    stop = count
    while stop:
        rows.append(Row(range(start_of[stop], stop)))
        stop = start_of[stop]
    return rows[::-1]


def _break_costs(scene: BoxScene, measures: Measures, room: int) -> list[float]:
    """What it costs to break a row before each item; links that no row holds do not count."""
    costs = [0.0] * (len(scene.items) + 1)
    for link in scene.links:
        if link.end - link.start <= MOST_IN_A_ROW and measures.width(range(link.start + 1, link.end + 1)) <= room:
            for at in range(link.start + 2, link.end + 1):
                costs[at] += BROKEN_LINK
    for group in scene.groups:
        for at in range(group.first + 1, group.last + 1):
            costs[at] += BROKEN_GROUP
    for number, item in enumerate(scene.items[:-1]):
        if isinstance(item, Bundle):  # which would be parted from where its branches meet
            costs[number + 1] += BROKEN_LINK
    return costs


def _levels(scene: BoxScene, measures: Measures, room: int, nested: Sequence[Link]) -> list[Row] | None:
    """The rows of a U with links that lie within each other, if every level has room."""
    rows: list[Row] = []
    first, last = 0, len(scene.items)
    for depth, link in enumerate(nested):
        inner = nested[depth + 1] if depth + 1 < len(nested) else None
        turn = _turn(scene, link, inner.end if inner else link.start + 1)
        rows.append(Row(range(first, link.start + 1), range(turn, last)))
        first, last = link.start + 1, turn
    rows.append(Row(range(first, last)))
    for row in rows:
        needed = measures.width(row.left) + (MIDDLE_GAP + measures.width(row.right) if row.right else 0)
        if not row.left or needed > room:
            return None
    return rows


def _nested(scene: BoxScene, crossing: Sequence[Link]) -> list[Link] | None:
    """The links from the outermost to the innermost, each strictly within the one before it, together with shorter
    ones that go on within them; None where they are not so."""
    chain: list[Link] = []
    far = sorted((link for link in scene.links if link.end - link.start > 2), key=lambda link: link.start - link.end)
    for link in far:
        if not chain or (chain[-1].start < link.start and link.end < chain[-1].end):
            within = range(link.start + 1, link.end)
            if min(_size(scene, at) for at in within) < _size(scene, link.start):
                chain.append(link)
    return chain if chain and all(link in chain for link in crossing) else None


def _turn(scene: BoxScene, link: Link, after: int) -> int:
    """The first item on the right of a link's level: where what comes up from below has become larger."""
    least = _size(scene, after)
    for number in range(after + 1, link.end):
        size = _size(scene, number)
        if size > least:
            return number
        least = min(least, size)
    return link.end


def _size(scene: BoxScene, number: int) -> int:
    """The largest spatial size of an item."""
    item = scene.items[number]
    if isinstance(item, Bundle):
        return max([max(way[-1].shape[1:], default=1) for way in item.branches if way])
    return max(item.shape[1:], default=1)
