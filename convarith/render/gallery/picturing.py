"""One picture of a gallery, from its description to its files and what the page knows of it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2s
from typing import TYPE_CHECKING, NamedTuple

from convarith.errors import ParameterError, nearest
from convarith.render.files import FORMATS, SCENE_SUFFIX, SUFFIXES, scene_bytes
from convarith.render.gallery.card import Card
from convarith.render.gallery.player import player_svg
from convarith.render.gallery.spelling import command, python, settings_of
from convarith.render.theme_files import theme_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.render.drawing import Drawing
    from convarith.render.gallery.entries import Entry
    from convarith.render.scene import Scene

DEFAULT_FORMATS = ("gif", "png")
POSTER = ".png"
"""The suffix of what a page shows at rest: an SVG would move by itself."""

DARK = {"default": "dark"}
"""The theme of a dark page's frames, where it is not the same."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What was made of an entry."""

    card: Card
    files: tuple[tuple[str, bytes], ...]
    """(name, content) of each."""


class Wanted(NamedTuple):
    """The files of a picture: their suffixes, and whether they are to be made or are there already."""

    suffixes: tuple[str, ...]
    written: bool = True


def checked_formats(formats: str | Sequence[str]) -> tuple[str, ...]:
    """The suffixes of formats, each once, in their order.

    Raises:
        ParameterError: one is unknown, or there is none.
    """
    known = [suffix[1:] for suffix in SUFFIXES]
    suffixes = []
    for name in [formats] if isinstance(formats, str) else formats:
        word = str(name).lower().removeprefix(".")
        if word not in known:
            raise ParameterError(f"unknown format {name!r}; {nearest(word, known)}", value=name)
        suffixes.append(f".{word}")
    if not suffixes:
        raise ParameterError(f"no format is given; give some of {', '.join(known)}")
    return tuple(dict.fromkeys(suffixes))


def file_names(entry: Entry, suffixes: Sequence[str]) -> tuple[str, ...]:
    """The names of an entry's files."""
    return tuple(entry.name + suffix for suffix in suffixes)


def picture_of(entry: Entry, theme: str, wanted: Wanted) -> Picture:
    """The files of an entry, if they are wanted, and its card.

    Raises:
        ShapeError, ParameterError: the entry cannot be drawn; the sentence begins with its place.
        OSError: a file of numbers cannot be read.
    """
    scene = entry.scene()
    light = entry.drawing(scene, theme_named(theme))
    dark = entry.drawing(scene, theme_named(DARK[theme])) if theme in DARK else light
    suffixes = wanted.suffixes
    names = file_names(entry, suffixes)
    files = [
        (name, _content(scene, light, suffix)) for name, suffix in zip(names, suffixes, strict=True) if wanted.written
    ]
    moving = next((suffix for suffix in suffixes if suffix in FORMATS and FORMATS[suffix].animated), ".gif")
    output = entry.name + moving
    card = Card(
        name=entry.name,
        title=entry.title,
        topic=entry.topic,
        notice=entry.notice,
        figure=entry.figure,
        alt=scene.alt,
        settings=settings_of(entry),
        formulas=scene.captions,
        command=command(entry, output, theme),
        python=python(entry, output, theme),
        files=names,
        poster=entry.name + POSTER if POSTER in suffixes else "",
        width=light.width,
        height=light.height,
        player=player_svg(light, dark),
        rest=light.poster,
        durations_ms=tuple(frame.ms for frame in light.frames),
        captioned=entry.look.get("caption", True),
        notes=tuple(step.note for step in scene.steps),
        digest=blake2s(scene_bytes(scene), digest_size=12).hexdigest(),
    )
    return Picture(card, tuple(files))


def _content(scene: Scene, drawing: Drawing, suffix: str) -> bytes:
    if suffix == SCENE_SUFFIX:
        return scene_bytes(scene)
    kind = FORMATS[suffix]
    return kind.write(drawing if kind.animated else drawing.as_still(), 1, 0)
