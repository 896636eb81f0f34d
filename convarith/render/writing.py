"""A file or a folder to be written: what can be refused is refused before anything is made for it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from convarith.arithmetic.integers import integer
from convarith.errors import ParameterError, ShapeError, nearest
from convarith.render import files
from convarith.render.animation import Animation
from convarith.render.arrangement import MARGIN, SIDE_LIMIT_PX, check_pixels
from convarith.render.laying_out import page_of, poster_alone
from convarith.render.pages import STRIP_GAP
from convarith.render.theme_files import theme_named
from convarith.render.views import view_named
from convarith.saving import check_folder, check_target, write_folder, write_whole

if TYPE_CHECKING:
    from convarith.render.drawing import Drawing
    from convarith.render.laying_out import AnyScene
    from convarith.render.pages import Page
    from convarith.render.themes import Theme

WIDTH_PX = (280, SIDE_LIMIT_PX - 2 * MARGIN)
LARGEST_SCALE = 4
FRAME_MS = (20, 60_000)
LARGEST_LOOP = 65_535
POSTER = "poster"


@dataclass(frozen=True, slots=True)
class Look:
    """How a scene is drawn and written; see `animate`."""

    view: str
    theme: str | Theme | os.PathLike[str]
    width: int | None
    scale: int
    frame_ms: int | None
    loop: int
    caption: bool
    frame: int | str | None
    strip: int | None
    frames_as: str
    force: bool


class Writing:
    """A file or folder to be written: everything that can be refused beforehand is.

    ``stills`` are suffixes that show one frame though their format could show all.
    """

    def __init__(self, path: str | os.PathLike[str], look: Look, stills: Collection[str] = ()) -> None:
        if not os.fspath(path):  # pathlib would take the working directory for it
            raise ParameterError("the path is empty; give the name of a file, or of a folder that ends in a slash")
        self.path = Path(path)
        self.is_folder = files.is_folder(path)
        self.look = look = _checked(look)
        self.stills = stills
        self.view = view_named(look.view)
        self.theme = theme_named(look.theme)
        if self.is_folder:
            self.suffix = f".{look.frames_as}"
            if look.frame is not None or look.strip is not None:
                raise ParameterError(f"{str(self.path)!r} is a folder of frames; give a file for one frame or a strip")
        else:
            self.suffix = files.suffix_of(self.path)
            if self.suffix == files.SCENE_SUFFIX and (look.frame is not None or look.strip is not None):
                raise ParameterError(
                    f"{str(self.path)!r} is the whole scene; give another suffix for one frame or a strip"
                )
            check_target(self.path, force=look.force)

    def write(self, scene: AnyScene) -> Animation:
        if self.is_folder:
            names = files.frame_names(len(scene.steps), self.suffix)
            check_folder(self.path, names, force=self.look.force)
        look = self.look
        width, beside = look.width, None
        if look.strip is not None and width is not None:  # which is that of the whole sheet
            beside = 2 if width >= 2 * WIDTH_PX[0] + STRIP_GAP and look.strip > 1 else 1
            width = (width - (beside - 1) * (STRIP_GAP - 2 * MARGIN)) // beside
        if self._is_still and look.frame in (None, POSTER):
            scene = poster_alone(scene)
        page = page_of(scene, self.view, self.theme, width=width, frame_ms=look.frame_ms, caption=look.caption)
        drawing = self._chosen(page, beside)
        check_pixels(drawing.width * look.scale, drawing.height * look.scale)
        written = self._animation(page, drawing)
        if self.is_folder:
            write_folder(self.path, zip(names, self._frames(drawing), strict=True))
            return replace(written, parts=tuple(self.path / name for name in names))
        if self.suffix == files.SCENE_SUFFIX:
            write_whole(self.path, files.scene_bytes(scene))
        else:
            write_whole(self.path, files.FORMATS[self.suffix].write(drawing, look.scale, look.loop))
        return written

    def _chosen(self, page: Page, beside: int | None) -> Drawing:
        """What the file shows: all frames, one, or a strip of some."""
        look, count = self.look, len(page.frames)
        if look.strip is not None:
            panels = min(look.strip, count)
            numbers = [place * (count - 1) // max(1, panels - 1) for place in range(panels)]
            return page.strip(numbers, beside)
        drawing = page.animation()
        if isinstance(look.frame, int):
            return still_of(drawing, look.frame)
        return drawing.as_still() if self._is_still or look.frame == POSTER else drawing

    @property
    def _is_still(self) -> bool:
        """Whether the file shows one frame, whatever is asked for."""
        if self.is_folder or self.look.strip is not None or self.suffix not in files.FORMATS:
            return False
        return self.suffix in self.stills or not files.FORMATS[self.suffix].animated

    def _frames(self, drawing: Drawing) -> Iterator[bytes]:
        for still in drawing.stills():
            yield files.FORMATS[self.suffix].write(still, self.look.scale, 0)

    def _animation(self, page: Page, drawing: Drawing) -> Animation:
        pixels = self.suffix not in (".svg", ".pdf", ".tex", ".json")
        scale = self.look.scale if pixels else 1
        width, height = drawing.width * scale, drawing.height * scale
        if self.suffix == ".mp4":  # whose sides are even
            width, height = width + width % 2, height + height % 2
        return Animation(
            self.path,
            drawing.title,
            drawing.alt,
            len(drawing.frames),
            width,
            height,
            scale,
            page.notes,
            drawing.frames[0].ms,
        )


def still_of(drawing: Drawing, frame: int | str | None) -> Drawing:
    """One frame of a drawing: a number that `checked_frame` let pass, or the poster.

    Raises:
        ShapeError: there is no such frame.
    """
    count = len(drawing.frames)
    if not isinstance(frame, int):
        return drawing.as_still()
    if frame >= count:
        raise ShapeError(f"there is no frame {frame}; the frames are 0 to {count - 1}", frame=frame, frames=count)
    return drawing.as_still(frame)


def checked_frame(frame: int | str | None) -> int | str | None:
    """The number of a frame as an integer, or the word for the poster.

    Raises:
        ParameterError: it is another word, or no whole number from 0.
    """
    if isinstance(frame, str) and frame != POSTER:
        raise ParameterError(f"unknown frame {frame!r}; give a number from 0, or 'poster'", value=frame)
    return frame if frame is None or isinstance(frame, str) else integer(frame, "frame", 0)


def _checked(look: Look) -> Look:
    """The look with its numbers as integers.

    Raises:
        ParameterError: one is out of range.
    """
    if look.frames_as not in [suffix[1:] for suffix in files.FRAME_SUFFIXES]:
        known = nearest(str(look.frames_as), [suffix[1:] for suffix in files.FRAME_SUFFIXES])
        raise ParameterError(f"unknown frames_as {look.frames_as!r}; {known}", value=look.frames_as)
    if look.frame is not None and look.strip is not None:
        raise ParameterError("a strip and a single frame exclude each other; give one of them")
    frame_ms = None if look.frame_ms is None else between("frame_ms", look.frame_ms, *FRAME_MS)
    if frame_ms is not None and frame_ms % 10:
        lower = frame_ms // 10 * 10
        raise ParameterError(
            f"frame_ms {frame_ms} is no multiple of 10, in which a GIF counts; give {lower} or {lower + 10}",
            frame_ms=frame_ms,
        )
    return replace(
        look,
        width=None if look.width is None else between("width", look.width, *WIDTH_PX),
        scale=between("scale", look.scale, 1, LARGEST_SCALE),
        loop=between("loop", look.loop, 0, LARGEST_LOOP),
        frame_ms=frame_ms,
        frame=checked_frame(look.frame),
        strip=None if look.strip is None else between("strip", look.strip, 1, 100),
    )


def between(name: str, value: int, least: int, most: int) -> int:
    number = integer(value, name, least)
    if number > most:
        raise ParameterError(f"{name} {number} is above {most}, the largest; give less", **{name: number})
    return number
