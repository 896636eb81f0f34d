"""A page: a picture laid out, as what stands above, what moves, and what stands below, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convarith.render.arrangement import MARGIN, README_PX, TEXT_SIZE, check_pixels
from convarith.render.drawing import Drawing, Frame, Text, moved, seen
from convarith.render.lettering import baseline_below, text_width, wrapped
from convarith.render.stepping import LAST_MS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from convarith.render.drawing import Primitive
    from convarith.render.themes import Theme

TITLE_SIZE = 18
LINE = 22
SWATCH = 18
"""The side of a legend's cells."""

LOOP_MS = 10_000
STEP_MS = (150, 700)

STRIP_GAP = 48
"""Between the panels of a contact sheet: more than between the grids of one."""


@dataclass(frozen=True, slots=True)
class Page:
    """A scene laid out: what stands above and below its middle, and the middle itself, step by step."""

    title: str
    alt: str
    ground: str
    """The colour of the page."""
    width: int
    head: tuple[Primitive, ...]
    head_px: int
    body: tuple[Primitive, ...]
    body_px: int
    foot: tuple[Primitive, ...]
    """The legend, from the top of its first line."""
    foot_px: int
    frames: Sequence[Frame]
    poster: int
    """The number of the frame that a still shows lit."""
    smooth: bool
    """Whether there are oblique lines."""
    sharp: bool
    """Whether most lines are not, and stay sharp all the same."""
    notes: tuple[str, ...]
    """What was left out, in sentences."""

    def animation(self) -> Drawing:
        """All steps, one after the other."""
        height = self.head_px + self.body_px + self.foot_px
        base = (*self.head, *self.body, *moved(self.foot, 0, self.head_px + self.body_px))
        return self._drawing(self.width, height, base, self.frames)

    def strip(self, numbers: Sequence[int], beside: int | None = None) -> Drawing:
        """Some steps as panels, so many beside each other, under one title and over one legend."""
        pitch = self.width - 2 * MARGIN + STRIP_GAP, self.body_px + 8
        if beside is None:
            beside = max(1, min(len(numbers), (2 * README_PX) // self.width))
        shapes: list[Primitive] = [*self.head]
        for place, number in enumerate(numbers):
            line, column = divmod(place, beside)
            panel = (*self.body, *seen(self.frames, number))
            shapes += moved(panel, column * pitch[0], line * pitch[1])
        lines = -(-len(numbers) // beside)
        end = self.head_px + lines * pitch[1]
        shapes += moved(self.foot, 0, end)
        width = 2 * MARGIN + beside * pitch[0] - STRIP_GAP
        return self._drawing(width, end + self.foot_px, tuple(shapes), (Frame((), (), LAST_MS),))

    def _drawing(self, width: int, height: int, base: tuple[Primitive, ...], frames: Sequence[Frame]) -> Drawing:
        check_pixels(width, height)
        return Drawing(
            width,
            height,
            self.ground,
            base,
            frames,
            self.title,
            self.alt,
            smooth=self.smooth,
            sharp=self.sharp,
            lit=self.poster if len(frames) > 1 else None,
        )


def sentences(words: Iterable[tuple[str, int]], theme: Theme, width: int) -> tuple[list[Primitive], int]:
    """The lines above the grids, and how much room they take."""
    y = MARGIN
    shapes: list[Primitive] = []
    for sentence, size in words:
        for line in wrapped(sentence, size, width):
            shapes.append(Text(MARGIN, y + size - 1, line, size, theme.ink, theme.page))
            y += LINE + (4 if size == TITLE_SIZE else 0)
    return shapes, y + 8 if shapes else y


def note_lines(parts: list[str], theme: Theme, width: int, baseline: int) -> tuple[Text, ...]:
    """The lines of a step's note, from a baseline on."""
    lines = [line for part in parts for line in wrapped(part, TEXT_SIZE, width)]
    return tuple(
        Text(MARGIN, baseline + LINE * number, line, TEXT_SIZE, theme.ink, theme.page)
        for number, line in enumerate(lines)
    )


def legend(
    entries: Iterable[tuple[list[Primitive], int, str]], theme: Theme, width: int
) -> tuple[list[Primitive], int]:
    """Entries of a legend in lines, and the height they take: each the shapes of its swatches from (0, 0) on, the room
    they need, and its words."""
    shapes: list[Primitive] = []
    x = y = 0
    for swatches, room, words in entries:
        lines = wrapped(words, TEXT_SIZE, width - room)
        needed = room + max(text_width(line, TEXT_SIZE) for line in lines)
        if x and x + needed > width:
            x, y = 0, y + LINE + 4
        shapes += moved(swatches, MARGIN + x, y)
        for line in lines:
            baseline = baseline_below(y + SWATCH // 2, TEXT_SIZE)
            shapes.append(Text(MARGIN + x + room, baseline, line, TEXT_SIZE, theme.ink, theme.page))
            y += LINE if line is not lines[-1] else 0
        x += needed + 20
    return shapes, y + LINE + 4 if shapes else 8


def step_ms(steps: int) -> int:
    """How long a step stands, in milliseconds: a loop of about 10 s, within bounds, in whole hundredths of a second."""
    return min(max(round(LOOP_MS / steps / 10) * 10, STEP_MS[0]), STEP_MS[1])
