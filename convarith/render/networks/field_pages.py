"""From what a unit reads and a theme to a page.

Maps of two axes stand beside each other as areas; of others, each axis is a bar, and the maps stand one below the
other. Lines lead from what is read of one map to what that reads of the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from convarith.errors import ShapeError
from convarith.render.arrangement import MARGIN, README_PX, TEXT_SIZE, check_pixels
from convarith.render.drawing import Frame, Path, Text
from convarith.render.lettering import shortened, text_width, wrapped
from convarith.render.networks.field_scenes import nominal_text
from convarith.render.networks.field_shapes import (
    LEAST_CELL_PX,
    SEEN_PX,
    Area,
    cell_lines,
    ground_shapes,
    nominal_shapes,
    read_shapes,
    ring_shapes,
    styles,
)
from convarith.render.pages import LINE, SWATCH, TITLE_SIZE, Page, legend, note_lines, sentences, step_ms
from convarith.render.stepping import LAST_MS
from convarith.render.themes import ring_color

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from convarith.render.drawing import Primitive
    from convarith.render.networks.field_diagram import FieldScene, Panel, Run
    from convarith.render.themes import Theme

LARGEST_PX = 160
"""The longer side of the largest map."""

COLUMNS = 6
GAP = 16
LABEL_LINE = 20
LEAST_MAP_PX = 40
"""Maps are drawn to one scale if the smallest has at least this side."""

OVERHANG_PX = 9
"""As far as this the nominal field is seen beyond the map at least."""

LEAST_PART = 0.45
"""A map shrinks at most to this part of its room, so that the nominal field is seen; it stays, if that is too large."""

NAMES_PX = 236
"""The room left of bars."""

BAR_PX = 16
BAR_GAP = 24
LEAST_BAR_PX = 60


@dataclass(frozen=True, slots=True)
class Placed:
    """A map in its place: an area, or one for each axis; its words, and those on what is read."""

    panel: Panel
    areas: tuple[Area, ...]
    words: tuple[Text, ...]
    read_words: tuple[Text, ...]
    row: int

    def hulls(self, spans: Sequence[Run | None]) -> list[tuple[Run, Run]]:
        """What lies within some spans, for each area as rows and columns."""
        there = [span for span in spans if span]
        if len(there) < len(spans):
            return []
        if len(self.areas) == 1 and len(there) == 2:
            return [(there[0], there[1])]
        return [((0, 0), span) for span in there]

    def boxes(self, place: int) -> list[tuple[Sequence[Run], Sequence[Run]]]:
        """The boxes of one area, as rows and columns."""
        if len(self.areas) == 1 and len(self.panel.sizes) == 2:
            return [(box[0], box[1]) for box in self.panel.boxes]
        runs = dict.fromkeys(box[place] for box in self.panel.boxes)
        return [(((0, 0),), each) for each in runs]


def field_page(
    scene: FieldScene, theme: Theme, *, width: int | None = None, frame_ms: int | None = None, caption: bool = True
) -> Page:
    """The page of what a unit reads.

    Args:
        scene: what is shown.
        theme: how roles look.
        width: of the whole picture in pixels; what a README shows, at most, if not given.
        frame_ms: how long a step stands; by the number of steps if not given.
        caption: whether there are title, captions, notes and legend.

    Raises:
        ShapeError: the maps do not fit into the width, or no page holds them.
    """
    is_flat = len(scene.panels[0].sizes) == 2
    least = 0 if is_flat else _bars_width(scene)
    inner = (width or max(README_PX, least + 2 * MARGIN)) - 2 * MARGIN
    words = [(scene.title, TITLE_SIZE), *((line, TEXT_SIZE) for line in scene.captions)] if caption else []
    head, head_px = sentences(words, theme, inner)
    place = _areas if is_flat else _bars
    maps, bottom = place(scene, theme, inner, head_px + 4)
    check_pixels(inner, round(bottom))
    said = [note_lines([step.note], theme, inner, round(bottom) + 8 + TEXT_SIZE + 2) for step in scene.steps]
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
        body=tuple(_body(maps, theme)),
        body_px=round(bottom) - head_px + 8 + notes_px,
        foot=tuple(foot),
        foot_px=foot_px + MARGIN - 8,
        frames=_frames(scene, maps, theme, said, frame_ms or step_ms(len(scene.steps))),
        poster=scene.poster,
        smooth=True,
        sharp=True,
        notes=(),
    )


# Where maps stand


def _areas(scene: FieldScene, theme: Theme, inner: int, top: float) -> tuple[list[Placed], float]:
    """Maps of two axes, in rows."""
    count = len(scene.panels)
    columns = min(COLUMNS, count, max(1, (inner + GAP) // (100 + GAP)))
    pitch = min((inner + GAP) // columns, LARGEST_PX + 2 * OVERHANG_PX + GAP)
    side = pitch - GAP - 2 * OVERHANG_PX
    cells = _cell_sizes(scene, side)
    maps: list[Placed] = []
    y = top
    for start in range(0, count, columns):
        row = range(start, min(start + columns, count))
        rooms = [_room(scene.panels[number], cells[number], pitch - GAP) for number in row]
        tall = max(high for _, high in rooms)
        lines = 0
        for place, (number, (_, high)) in enumerate(zip(row, rooms, strict=True)):
            panel, cell = scene.panels[number], cells[number]
            left = MARGIN + place * pitch
            bounds = left, y + (tall - high) / 2, left + pitch - GAP, y + (tall + high) / 2
            area = _area(panel, cell, bounds)
            named, read = _panel_words(panel, number, pitch - 8)
            middle = left + (pitch - GAP) / 2
            texts = _texts(named, middle, y + tall, theme), _texts(read, middle, y + tall, theme, len(named))
            maps.append(Placed(panel, (area,), *texts, start // columns))
            lines = max(lines, len(named) + len(read))
        y += tall + LABEL_LINE * lines + 15
    return maps, y


def _cell_sizes(scene: FieldScene, side: float) -> list[float]:
    """The pixels of a position of each map: the same for all, or as many as go into its room, less where the nominal
    field reaches far beyond it."""
    most = max(max(panel.sizes) for panel in scene.panels)
    least = min(max(panel.sizes) for panel in scene.panels)
    found = []
    for panel in scene.panels:
        largest = max(panel.sizes)
        whole = max(length for _, length in _whole(panel))
        cell, shrunk = side / largest, (side + 2 * OVERHANG_PX) / whole
        found.append(min(cell, shrunk) if shrunk >= LEAST_PART * cell else cell)
    found = [float(int(cell)) if cell >= LEAST_CELL_PX else cell for cell in found]  # whole pixels between lines
    alike = min(found[[max(panel.sizes) for panel in scene.panels].index(most)], *found)
    return [alike] * len(found) if alike * least >= LEAST_MAP_PX else found


def _whole(panel: Panel) -> list[tuple[int, int]]:
    """Along each axis, the first position of the map and of the nominal field together, and how many there are."""
    found = []
    for size, nominal in zip(panel.sizes, panel.nominal, strict=True):
        low, high = nominal or (0, 0)
        low, high = min(low, 0), max(high, size - 1)
        found.append((low, high - low + 1))
    return found


def _room(panel: Panel, cell: float, wide: float) -> tuple[float, float]:
    """The room that a map takes with what is seen beyond it."""
    (_, rows), (_, columns) = _whole(panel)
    high = max(cell * panel.sizes[0] + 2 * OVERHANG_PX, min(cell * rows, wide))
    return max(cell * panel.sizes[1] + 2 * OVERHANG_PX, min(cell * columns, wide)), high


def _area(panel: Panel, cell: float, bounds: tuple[float, float, float, float]) -> Area:
    """A map within its room: with all of the nominal field, if that has room, else in the middle."""
    left, top, right, bottom = bounds
    corner = []
    for (low, length), size, start, stop in zip(_whole(panel), panel.sizes, (top, left), (bottom, right), strict=True):
        shift = -low * cell + (stop - start - length * cell) / 2 if length * cell <= stop - start else None
        corner.append(round(start + ((stop - start - size * cell) / 2 if shift is None else shift)))
    high, wide = (round(cell * size) or 1 for size in panel.sizes)
    return Area(corner[1], corner[0], wide, high, wide / panel.sizes[1], high / panel.sizes[0], bounds)


def _texts(lines: Sequence[str], middle: float, top: float, theme: Theme, first: int = 0) -> tuple[Text, ...]:
    return tuple(
        Text(round(middle), round(top) + 19 + LABEL_LINE * number, line, TEXT_SIZE, theme.ink, theme.page, "middle")
        for number, line in enumerate(lines, first)
    )


def _panel_words(panel: Panel, number: int, room: int) -> tuple[list[str], list[str]]:
    """The lines under a map: which it is, and what is read of it."""
    size = "×".join(map(str, panel.sizes))
    if not number:
        return [shortened(panel.name, TEXT_SIZE, room), size], ["the unit"]
    nominal = nominal_text(panel)
    read = wrapped(f"reads {_read(panel)}", TEXT_SIZE, room) + ([f"({nominal})"] if nominal else [])
    return [shortened(panel.name, TEXT_SIZE, room), size], read


def _read(panel: Panel) -> str:
    if None in panel.spans:
        return "nothing"
    return "×".join(str(span[1] - span[0] + 1) for span in panel.spans if span)


def _bars_width(scene: FieldScene) -> int:
    """The least width of a page of bars: that of the words below them."""
    words = [words for number, panel in enumerate(scene.panels) for words in _axis_words(panel, number)]
    each = max(LEAST_BAR_PX, *(text_width(line, TEXT_SIZE) for line in words)) + 2 * OVERHANG_PX + GAP
    return NAMES_PX + len(scene.panels[0].sizes) * each - GAP


def _bars(scene: FieldScene, theme: Theme, inner: int, top: float) -> tuple[list[Placed], float]:
    """Maps of one axis or three, each axis a bar."""
    axes = len(scene.panels[0].sizes)
    least = _bars_width(scene)
    if least > inner:
        whole, least = inner + 2 * MARGIN, least + 2 * MARGIN
        raise ShapeError(
            f"the bars do not fit into a width of {whole} pixels; they need {least}", width=whole, least_width=least
        )
    room = (inner - NAMES_PX - (axes - 1) * GAP) // axes - 2 * OVERHANG_PX
    maps = []
    y = top
    headings = ("depth", "height", "width")[3 - axes :] if axes > 1 else ()
    lefts = [MARGIN + NAMES_PX + OVERHANG_PX + axis * (room + 2 * OVERHANG_PX + GAP) for axis in range(axes)]
    heads = [
        Text(round(left), round(y) + 14, word, TEXT_SIZE, theme.ink, theme.page)
        for left, word in zip(lefts, headings, strict=False)
    ]
    y += LABEL_LINE + 4 if headings else 0
    for number, panel in enumerate(scene.panels):
        wide = round(room)
        areas = tuple(
            Area(
                round(left),
                round(y),
                wide,
                BAR_PX,
                wide / size,
                BAR_PX,
                (left - OVERHANG_PX, y, left + wide + OVERHANG_PX, y + BAR_PX),
            )
            for left, size in zip(lefts, panel.sizes, strict=True)
        )
        named = [
            Text(MARGIN, round(y) + 13 + LABEL_LINE * line, words, TEXT_SIZE, theme.ink, theme.page)
            for line, words in enumerate(_names(panel))
        ]
        read = [
            Text(round(left), round(y) + BAR_PX + 17, words, TEXT_SIZE, theme.ink, theme.page)
            for left, words in zip(lefts, _axis_words(panel, number), strict=True)
        ]
        maps.append(Placed(panel, areas, (*heads, *named), tuple(read), 0))
        heads = []
        y += BAR_PX + LABEL_LINE + BAR_GAP
    return maps, y - BAR_GAP + 12


def _names(panel: Panel) -> list[str]:
    words = [panel.name] if panel.name == panel.words else [panel.name, panel.words]
    return [shortened(word, TEXT_SIZE, NAMES_PX - GAP - OVERHANG_PX) for word in words]


def _axis_words(panel: Panel, number: int) -> list[str]:
    """What is read along each axis: ``13 of 16``, ``4 within 13 of 16``, with the nominal size in brackets."""
    if not number:
        return [f"the unit, {span[0]} of {size}" for span, size in zip(panel.spans, panel.sizes, strict=True) if span]
    found = []
    for span, count, size, nominal in zip(panel.spans, panel.counts, panel.sizes, panel.nominal, strict=True):
        length = span[1] - span[0] + 1 if span else 0
        words = f"{length} of {size}" if count == length else f"{count} within {length} of {size}"
        found.append(f"{words} ({nominal[1] - nominal[0] + 1})" if nominal and nominal != span else words)
    return found


# Shapes


def _body(maps: Sequence[Placed], theme: Theme) -> Iterator[Primitive]:
    for one in maps:
        for area in one.areas:
            yield from ground_shapes(one.panel, area, theme)
    for one in maps:
        yield from one.words


def _frames(
    scene: FieldScene, maps: Sequence[Placed], theme: Theme, said: Sequence[tuple[Text, ...]], ms: int
) -> list[Frame]:
    """Every step: the lines that lead to a map, what is read of it, and the words on it."""
    found = []
    shown = 0
    for number, (step, note) in enumerate(zip(scene.steps, said, strict=True)):
        assert step.lit is not None  # every step lights a map
        keep: list[Primitive] = []
        for place in range(shown, step.lit + 1):  # those between, too, where steps are left out
            if place:
                keep += _lines(maps[place - 1], maps[place], theme)
                keep += _free(maps[place - 1].read_words, theme)
            keep += _kept(maps[place], is_unit=not place, theme=theme)
        shown = step.lit + 1
        one = maps[step.lit]
        hulls = zip(one.areas, one.hulls(one.panel.spans), strict=False)
        show = [shape for area, hull in hulls for shape in ring_shapes(area, hull, theme)]
        found.append(Frame(tuple(keep), (*show, *note), max(ms, LAST_MS) if number == len(said) - 1 else ms))
    return found


def _kept(one: Placed, *, is_unit: bool, theme: Theme) -> Iterator[Primitive]:
    """What is read of a map, its nominal field, and the words on it."""
    _, style = styles(one.panel, theme)
    for place, (area, hull) in enumerate(zip(one.areas, one.hulls(one.panel.spans), strict=False)):
        yield from read_shapes(area, one.boxes(place), hull, (style, theme))
        yield from cell_lines(area, hull, style)
    if not is_unit and one.panel.nominal != one.panel.spans:
        for area, hull in zip(one.areas, one.hulls(one.panel.nominal), strict=False):
            yield from nominal_shapes(area, hull, theme)
    yield from one.read_words


def _free(words: Sequence[Text], theme: Theme) -> Iterator[Primitive]:
    """Words on a ground of their own, that no line runs through."""
    for text in words:
        wide = text_width(text.string, text.size)
        left = text.x - (wide / 2 if text.anchor == "middle" else 0)
        top, bottom = text.y - 14, text.y + 5
        yield Path(((left - 2, top), (left + wide + 2, top), (left + wide + 2, bottom), (left - 2, bottom)), theme.page)
        yield text


def _lines(one: Placed, other: Placed, theme: Theme) -> Iterator[Primitive]:
    """From what is read of one map to what that reads of the next, unless that stands in another row."""
    if one.row != other.row:
        return
    pairs = zip(one.areas, one.hulls(one.panel.spans), other.areas, other.hulls(other.panel.spans), strict=False)
    for area, hull, next_area, next_hull in pairs:
        left, top, right, bottom = area.box(*hull, SEEN_PX)
        next_left, next_top, next_right, next_bottom = next_area.box(*next_hull, SEEN_PX)
        if next_area.y > area.y + area.height:
            yield Path(((left, bottom), (next_left, next_top)), None, theme.ink)
            yield Path(((right, bottom), (next_right, next_top)), None, theme.ink)
        else:
            yield Path(((right, top), (next_left, next_top)), None, theme.ink)
            yield Path(((right, bottom), (next_left, next_bottom)), None, theme.ink)


def _legend_entries(scene: FieldScene, theme: Theme) -> Iterator[tuple[list[Primitive], int, str]]:
    whole = (0, 0), (SWATCH, 0), (SWATCH, SWATCH), (0, SWATCH)
    kinds = [theme.roles["done"], theme.roles["input"]], [theme.roles["to_come"], theme.roles["input"]]
    for key, words in scene.names.items():
        if key == "nominal":
            sides = pairwise((*whole, whole[0]))
            yield [Path(side, None, theme.ink, 1, (4, 3)) for side in sides], SWATCH + 8, words
            continue
        shapes: list[Primitive] = []
        for number, style in enumerate(kinds[key == "rest"]):
            corners = tuple((x + number * (SWATCH + 4), y) for x, y in whole)
            outline = style.stroke if key == "rest" else ring_color(theme)
            shapes.append(Path(corners, style.fill if key == "rest" else style.lit, outline))
        yield shapes, 2 * (SWATCH + 4) + 4, words
