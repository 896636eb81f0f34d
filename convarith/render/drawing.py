"""A drawing: what is painted, as paths and texts in units of a pixel, with final colours.

It is made from a scene, a view and a theme by `layout`; painters turn it into a file and know nothing else. A unit is
a pixel unless the picture is scaled, which is the painter's business.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Path:
    """A closed outline (or, without a fill, an open line): points, colours as ``#rrggbb``.

    The line lies centred on the points; ``dash`` is (on, off) in units along it, starting anew at each corner.
    """

    points: tuple[Point, ...]
    fill: str | None = None
    stroke: str | None = None
    width: int = 1
    dash: tuple[int, ...] = ()

    def moved(self, right: float, down: float) -> Path:
        return replace(self, points=tuple((x + right, y + down) for x, y in self.points))


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text in DejaVu Sans; y is its baseline, and ``anchor`` what x is of it: start, middle or end.

    ``ground`` is the colour that lies under it, for painters that smooth letters themselves.
    """

    x: float
    y: float
    string: str
    size: int
    color: str
    ground: str
    anchor: str = "start"

    def moved(self, right: float, down: float) -> Text:
        return replace(self, x=self.x + right, y=self.y + down)


Primitive = Path | Text


@dataclass(frozen=True, slots=True)
class Frame:
    """What a frame adds for good (``keep``), what it shows for itself over that, and how long it stands."""

    keep: tuple[Primitive, ...]
    show: tuple[Primitive, ...]
    ms: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture: a size, what every frame shows, the frames, and its words.

    ``smooth`` says that its lines are oblique, so that a painter of pixels should smooth their edges.
    """

    width: int
    height: int
    page: str
    base: tuple[Primitive, ...]
    frames: Sequence[Frame]
    title: str = ""
    alt: str = ""
    smooth: bool = False
    sharp: bool = False
    """Whether upright and level lines stay sharp when edges are smoothed, as they lie in the middle of pixels."""
    lit: int | None = None
    """The frame whose window the poster lights; the middle one if not given."""

    def still(self, number: int | None = None) -> tuple[Primitive, ...]:
        """Everything on one frame, in painting order; without a number, on the poster: all written, the middle frame's
        window lit."""
        if number is not None:
            return (*self.base, *seen(self.frames, number))
        kept = (primitive for frame in self.frames for primitive in frame.keep)
        return (*self.base, *kept, *self.frames[self.poster].show)

    def stills(self) -> Iterator[Drawing]:
        """Each frame as a picture of its own."""
        base = list(self.base)
        for frame in self.frames:
            base += frame.keep
            yield replace(self, base=(*base, *frame.show), frames=(Frame((), (), frame.ms),), lit=None)

    def as_still(self, number: int | None = None) -> Drawing:
        """The same picture as a single frame."""
        return replace(self, base=self.still(number), frames=(Frame((), (), self.frames[0].ms),), lit=None)

    @property
    def poster(self) -> int:
        """The frame whose window the poster lights."""
        return (len(self.frames) - 1) // 2 if self.lit is None else self.lit

    def primitives(self) -> Iterator[Primitive]:
        """Everything that is painted at any time."""
        yield from self.base
        for frame in self.frames:
            yield from frame.keep
            yield from frame.show


def seen(frames: Iterable[Frame], number: int) -> Iterator[Primitive]:
    """What is seen of some frames at one of them: what all up to it keep, and what it shows."""
    for frame in islice(frames, number + 1):
        yield from frame.keep
    yield from frame.show


def moved(primitives: Iterable[Primitive], right: float, down: float) -> tuple[Primitive, ...]:
    """The same elsewhere on the page."""
    return tuple(primitive.moved(right, down) for primitive in primitives)
