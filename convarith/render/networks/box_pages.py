"""From a scene of boxes and a theme to a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convarith.errors import ShapeError
from convarith.render.arrangement import MARGIN, README_PX, SIDE_LIMIT_PX, TEXT_SIZE
from convarith.render.drawing import Frame, Path, Text
from convarith.render.networks.box_arcs import drawn_chips, widest_chips
from convarith.render.networks.box_parts import (
    CHIP_PX,
    RADIUS_PX,
    arrow_shapes,
    chip_shapes,
    front_shapes,
    joint_shapes,
    tag_shapes,
)
from convarith.render.networks.box_places import FRAME_WORDS_LEFT, LEAD_PX, TRAIL_PX, placed
from convarith.render.networks.box_rows import Measures, in_rows
from convarith.render.networks.box_scenes import SIGN_NAMES
from convarith.render.networks.box_slots import (
    AXIS_PX,
    Scale,
    label_shapes,
    slot_of,
    slot_shapes,
)
from convarith.render.networks.diagram import Bundle
from convarith.render.pages import LINE, SWATCH, TITLE_SIZE, Page, legend, note_lines, sentences, step_ms
from convarith.render.stepping import LAST_MS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convarith.render.drawing import Primitive
    from convarith.render.networks.box_arcs import Arc
    from convarith.render.networks.box_places import Line, Places
    from convarith.render.networks.box_slots import Slot
    from convarith.render.networks.diagram import BoxScene
    from convarith.render.themes import Theme

MOST_ITEMS = 1_000
"""More would be higher than any page."""

FOOT_PX = 400
"""What may stand below the boxes, at most."""


def box_page(
    scene: BoxScene, theme: Theme, *, width: int | None = None, frame_ms: int | None = None, caption: bool = True
) -> Page:
    """The page of a scene of boxes.

    Args:
        scene: what is shown.
        theme: how roles look.
        width: of the whole picture in pixels; what a README shows, if not given and no item needs more.
        frame_ms: how long a step stands; by the number of steps if not given.
        caption: whether there are title, captions, notes and legend.

    Raises:
        ShapeError: an item does not fit into the width, or no page holds them all.
    """
    if len(scene.items) > MOST_ITEMS:
        raise _too_many(len(scene.items))
    scale = Scale.of(scene)
    slots = [slot_of(item, scale) for item in scene.items]
    measures = Measures(scene, slots)
    beside = LEAD_PX + TRAIL_PX
    least = beside + max(*(measures.slot(number) for number in range(len(slots))), widest_chips(scene.links, measures))
    inner = (width or max(README_PX, least + 2 * MARGIN)) - 2 * MARGIN
    if least > inner:
        whole, least = inner + 2 * MARGIN, least + 2 * MARGIN
        raise ShapeError(
            f"the boxes do not fit into a width of {whole} pixels; they need {least}", width=whole, least_width=least
        )
    room = inner - beside
    rows = in_rows(scene, measures, room)
    words = [(scene.title, TITLE_SIZE), *((line, TEXT_SIZE) for line in scene.captions)] if caption else []
    head, head_px = sentences(words, theme, inner)
    edges = MARGIN + LEAD_PX, MARGIN + inner - TRAIL_PX
    places = placed(rows, measures, edges, head_px + 4)
    if places.bottom > SIDE_LIMIT_PX - FOOT_PX:
        raise _too_many(len(scene.items))
    painting = _Painting(scene, theme, scale, slots, places)
    said = [note_lines([step.note], theme, inner, round(places.bottom) + 8 + TEXT_SIZE + 2) for step in scene.steps]
    if not caption:
        said = [() for _ in scene.steps]
    notes_px = LINE * max(map(len, said)) + 18 if caption else MARGIN // 2
    foot, foot_px = legend(_legend_entries(scene, theme), theme, inner) if caption else ([], 8)
    return Page(
        title=scene.title,
        alt=scene.alt,
        ground=theme.page,
        width=inner + 2 * MARGIN,
        head=tuple(head),
        head_px=head_px,
        body=tuple(painting.body()),
        body_px=round(places.bottom) - head_px + 8 + notes_px,
        foot=tuple(foot),
        foot_px=foot_px + MARGIN - 8,
        frames=painting.frames(said, frame_ms or step_ms(len(scene.steps))),
        poster=scene.poster,
        smooth=True,
        sharp=True,
        notes=(),
    )


def _too_many(count: int) -> ShapeError:
    return ShapeError(
        f"the picture would have {count} boxes, more than a page holds; fold what repeats (fold=True, --fold), give a "
        f"larger width, or take picture='depth'",
        boxes=count,
    )


class _Painting:
    """The shapes of a scene whose items have their places."""

    def __init__(self, scene: BoxScene, theme: Theme, scale: Scale, slots: list[Slot], places: Places) -> None:
        self.scene = scene
        self.theme = theme
        self.scale = scale
        self.slots = slots
        self.places = places
        self.line_of = {number: line for line in places.lines for number in line.numbers}

    def body(self) -> Iterator[Primitive]:
        """Frames, lines, boxes and labels, in painting order."""
        theme = self.theme
        for line in self.places.lines:
            yield from self._frames(line)
        for end, points in self.places.returns:
            yield from arrow_shapes(points, theme, head=not self._is_bundle(end))
        for link in self.scene.links:
            if link.start + 1 == link.end and self.line_of[link.start] is self.line_of[link.end]:
                yield from self._arrow(link.start, link.end)
        for line in self.places.lines:
            for arc in line.arcs:
                yield from self._arc(arc, line)
        for number in range(len(self.slots)):
            yield from self._item(number)
        for number, slot in enumerate(self.slots):
            yield from label_shapes(slot, self.places.lefts[number], self.line_of[number].floor, theme)
        for line in self.places.lines:
            for arc in line.arcs:
                yield from self._signs(arc, line)

    def frames(self, said: list[tuple[Text, ...]], ms: int) -> list[Frame]:
        """Every step: what is lit, and the words on it."""
        found = []
        for number, (step, note) in enumerate(zip(self.scene.steps, said, strict=True)):
            lit = [] if step.lit is None else list(self._item(step.lit, lit=True))
            last = number == len(said) - 1
            found.append(Frame((), (*lit, *note), max(ms, LAST_MS) if last else ms))
        return found

    def _item(self, number: int, *, lit: bool = False) -> list[Primitive]:
        slot, floor = self.slots[number], self.line_of[number].floor
        return slot_shapes(slot, self.places.lefts[number], floor, self.scale, self.theme, lit=lit)

    def _frames(self, line: Line) -> Iterator[Primitive]:
        theme = self.theme
        for frame in line.frames:
            top, bottom = line.floor - frame.height, line.floor + frame.descent
            corners = ((frame.left, top), (frame.right, top), (frame.right, bottom), (frame.left, bottom))
            yield Path((*corners, corners[0]), None, theme.ink, 1, (5, 4))
            if frame.words:
                place = round(frame.left) + FRAME_WORDS_LEFT, round(top) + 19
                yield Text(*place, frame.words, TEXT_SIZE, theme.ink, theme.page)

    def _arrow(self, start: int, end: int) -> Iterator[Primitive]:
        lefts, axis = self.places.lefts, self.line_of[start].floor - AXIS_PX
        ends = lefts[start] + self.slots[start].outward, lefts[end] + self.slots[end].inward
        yield from arrow_shapes([(x, axis) for x in ends], self.theme, head=not self._is_bundle(end))

    def _is_bundle(self, number: int) -> bool:
        return isinstance(self.scene.items[number], Bundle)

    def _arc(self, arc: Arc, line: Line) -> Iterator[Primitive]:
        axis, height = line.floor - AXIS_PX, line.floor - arc.height
        if arc.is_leaving:
            yield from arrow_shapes([(arc.start, axis), (arc.start, height)], self.theme, head=False)
            return
        points = [(arc.start, axis)] if arc.rising else []
        points += [(arc.start, height), (arc.end, height), (arc.end, line.floor - arc.arrival)]
        yield from arrow_shapes(points, self.theme)

    def _signs(self, arc: Arc, line: Line) -> Iterator[Primitive]:
        """The tag of an arc that is parted, and the chips on any."""
        height = line.floor - arc.height
        if arc.tag:
            yield from tag_shapes((arc.start, height), arc.tag, self.theme)
        for x, box, words in drawn_chips(arc):
            corner = round(x), height - CHIP_PX / 2
            yield from chip_shapes(corner, words, self.theme.roles[box.role], self.theme)


def _legend_entries(scene: BoxScene, theme: Theme) -> Iterator[tuple[list[Primitive], int, str]]:
    for name, words in scene.names.items():
        if name in SIGN_NAMES:
            middle = RADIUS_PX, SWATCH / 2
            yield joint_shapes(middle, name, theme.roles["merge"], theme), 2 * RADIUS_PX + 8, words
        else:
            style = theme.roles[name]
            outline = style.stroke, 1, style.dash
            yield list(front_shapes((0, 0), SWATCH, SWATCH, style, style.fill, outline)), SWATCH + 8, words
