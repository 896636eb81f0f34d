"""Links above a row of boxes: where each leaves and where it arrives, and what stands on it.

A link that no row holds is parted: the same letter stands where its tensor leaves and wherever that arrives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convarith.render.networks.box_parts import CHIP_PX, RADIUS_PX, chip_width, tag_width
from convarith.render.networks.box_rows import leaving_px
from convarith.render.networks.box_slots import AXIS_PX, CHAIN_GAP, chip_words
from convarith.render.networks.diagram import Joint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from convarith.render.networks.box_rows import Measures, Row
    from convarith.render.networks.diagram import Box, Link

FORK_PX = 10
"""How far before an item an arc leaves the arrow into it."""

ARRIVAL_PX = 8
"""Between lines that arrive at one item from above."""

PARTED_GAP = 10
"""Between a line that comes from a letter and what stands beside it."""

MOST_LETTERS = 6
"""On one tag."""


@dataclass(slots=True)
class Arc:
    """A link above a row, or an end of one that is parted: where it leaves the axis or its tag stands, where it arrives
    and how high that is, how high it runs itself, and what is on it."""

    source: int
    """The item whose tensor it is; -1 for those of several."""
    target: int
    start: float
    end: float
    arrival: float
    chips: tuple[tuple[Box, str], ...] = ()
    """Each box on it, and its words."""
    tag: str = ""
    """The letters of tensors that come from other rows, or of the one that leaves."""
    rising: bool = True
    """Whether it begins at the axis."""
    height: float = 0
    chips_left: float = 0

    @property
    def is_leaving(self) -> bool:
        """Whether it is the end of a parted link where that begins."""
        return bool(self.tag) and self.rising

    @property
    def reach(self) -> float:
        """How far it reaches above and below its height."""
        return max(CHIP_PX / 2 if self.chips else 0.0, RADIUS_PX if self.tag else 0.0)

    @property
    def extent(self) -> tuple[float, float]:
        """From where to where it reaches."""
        around = tag_width(self.tag) / 2 if self.tag else 0
        ends = [self.start - around, self.start + around, self.end]
        if self.chips:
            ends += [self.chips_left, self.chips_left + chips_width(self.chips)]
        return min(ends), max(ends)


def chips_width(chips: Sequence[tuple[Box, str]]) -> int:
    """The width of some chips in a row."""
    return sum(chip_width(words) for _, words in chips) + CHAIN_GAP * (len(chips) - 1) if chips else 0


def widest_chips(links: Iterable[Link], measures: Measures) -> int:
    """The room that the chips of any link need, with a letter beside them."""
    widths = [chips_width(_chips(link, measures)) for link in links if link.through]
    return max(widths, default=0) + 3 * RADIUS_PX + PARTED_GAP if widths else 0


def arcs_of(
    rows: Sequence[Row], measures: Measures, lefts: dict[int, float], edges: tuple[float, float]
) -> list[list[Arc]]:
    """The arcs above each row of items that have their places."""
    linking = _Linking(rows, measures, lefts, edges)
    linking.link()
    return linking.arcs


def _chips(link: Link, measures: Measures) -> tuple[tuple[Box, str], ...]:
    """The boxes on a link with their words: with their shapes, unless it ends where all have the same."""
    shaped = not isinstance(measures.slots[link.end].item, Joint)
    return tuple((box, chip_words(box, shaped=shaped)) for box in link.through)


class _Linking:
    """Gives each row the links that run above it."""

    def __init__(
        self, rows: Sequence[Row], measures: Measures, lefts: dict[int, float], edges: tuple[float, float]
    ) -> None:
        self.measures = measures
        self.lefts = lefts
        self.edges = edges
        self.arcs: list[list[Arc]] = [[] for _ in rows]
        self.row_of = {number: place for place, row in enumerate(rows) for number in row.numbers()}
        self.direct = {(link.start, link.end) for link in measures.scene.links if not link.through}
        self.letters: dict[int, str] = {}

    def link(self) -> None:
        arriving: dict[int, list[Arc]] = {}
        from_afar: dict[int, list[str]] = {}
        for link in sorted(self.measures.scene.links, key=lambda link: (link.start, link.end)):
            if link.start + 1 == link.end and not link.through:
                continue
            arc = self._arc(link)
            if arc.tag and not arc.chips:
                from_afar.setdefault(link.end, []).append(arc.tag)
            else:
                arriving.setdefault(link.end, []).append(arc)
        for target, letters in from_afar.items():
            for first in range(0, len(letters), MOST_LETTERS):
                tag = ", ".join(letters[first : first + MOST_LETTERS])
                end, arrival = self._top(target)
                arriving.setdefault(target, []).append(Arc(-1, target, end, end, arrival, tag=tag, rising=False))
        for target, arcs in arriving.items():
            self._spread(arcs)
            self.arcs[self.row_of[target]] += arcs

    def _top(self, item: int) -> tuple[float, float]:
        slot = self.measures.slots[item]
        return self.lefts[item] + slot.top, slot.ascent

    def _arc(self, link: Link) -> Arc:
        measures, lefts, start, after = self.measures, self.lefts, link.start, link.start + 1
        row, chips = self.row_of[link.end], _chips(link, measures)
        end, arrival = self._top(link.end)
        is_direct, is_here = (start, after) in self.direct, self.row_of[start] == row
        if is_direct and self.row_of[after] == row and (measures.before[after] or not is_here):
            return Arc(start, link.end, lefts[after] - FORK_PX, end, arrival, chips)
        leaving = lefts[start] + leaving_px(start, measures)
        if is_here:
            return Arc(start, link.end, leaving, end, arrival, chips)
        if start not in self.letters:
            self.letters[start] = _letter(len(self.letters))
            tag = self.letters[start]
            self.arcs[self.row_of[start]].append(Arc(start, link.end, leaving, leaving, AXIS_PX, tag=tag))
        return Arc(start, link.end, end, end, arrival, chips, self.letters[start], rising=False)

    def _spread(self, arcs: list[Arc]) -> None:
        """Let arcs arrive beside each other: the shortest first from the left, so that none crosses another, and all
        that are parted on one line, right of them or, if there is no room for their tags, left."""
        rising = sorted((arc for arc in arcs if arc.rising), key=lambda arc: arc.end - arc.start)
        parted = [arc for arc in arcs if not arc.rising]
        is_alone = len(arcs) == 1 and not arcs[0].chips
        room = max([self._room(arc) for arc in parted], default=0)
        is_right = not parted or arcs[0].end + ARRIVAL_PX * len(rising) + room <= self.edges[1]
        groups = [*([arc] for arc in rising), *([parted] if parted else [])]
        for place, group in enumerate(groups if is_right else [*groups[-1:], *groups[:-1]]):
            for arc in group:
                arc.end += ARRIVAL_PX * (place - (len(groups) - 1) / 2)
        for arc in rising:
            wide = chips_width(arc.chips)
            arc.chips_left = self._inside((arc.start + arc.end - wide) / 2, wide)
        for arc in parted:
            self._part(arc, is_right=is_right, is_alone=is_alone)

    def _room(self, arc: Arc) -> float:
        return chips_width(arc.chips) + tag_width(arc.tag) + (RADIUS_PX if arc.chips else 0) + PARTED_GAP

    def _part(self, arc: Arc, *, is_right: bool, is_alone: bool) -> None:
        """The tag and the chips of an arc that is parted: over where it arrives, right of that, or left."""
        room, half = self._room(arc), tag_width(arc.tag) / 2
        if is_alone:
            arc.start = self._inside(arc.end - half, 2 * half) + half
        elif is_right:
            arc.chips_left = arc.end + PARTED_GAP
            arc.start = arc.end + room - half
        else:
            left = self._inside(arc.end - room, room)
            arc.start = left + half
            arc.chips_left = left + 2 * half + RADIUS_PX

    def _inside(self, left: float, wide: float) -> float:
        return max(min(left, self.edges[1] - wide), self.edges[0])


def _letter(number: int) -> str:
    again, place = divmod(number, 26)
    return chr(ord("A") + place) + (str(again + 1) if again else "")


def drawn_chips(arc: Arc) -> Iterator[tuple[float, Box, str]]:
    """The chips of an arc from left to right, each with its left end; the first is where the tensor comes from."""
    x = arc.chips_left
    for box, words in arc.chips[::-1] if arc.tag and arc.start > arc.chips_left else arc.chips:
        yield x, box, words
        x += chip_width(words) + CHAIN_GAP
