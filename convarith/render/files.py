"""Files: which suffix means which format, and the folder of numbered frames."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from convarith.errors import ParameterError, nearest

if TYPE_CHECKING:
    from convarith.render.drawing import Drawing
    from convarith.render.laying_out import AnyScene

    Writer = Callable[[Drawing, int, int], bytes]


class Format(NamedTuple):
    """How a drawing becomes a file."""

    write: Writer
    """(drawing, scale, loop) -> the bytes of the file."""
    animated: bool
    """Whether it shows all frames, or one."""


# What a format needs is imported when it is asked for, so that a GIF does not wait for matplotlib.


def _gif(drawing: Drawing, scale: int, loop: int) -> bytes:
    from convarith.render.gif import gif_bytes

    return gif_bytes(drawing, scale=scale, loop=loop)


def _pixels(name: str, drawing: Drawing, scale: int, loop: int) -> bytes:
    from convarith.render import images

    if name == "png":
        return images.png_bytes(drawing, scale=scale)
    return (images.apng_bytes if name == "apng" else images.webp_bytes)(drawing, scale=scale, loop=loop)


def _mp4(drawing: Drawing, scale: int, _loop: int) -> bytes:
    from convarith.render.video import mp4_bytes

    return mp4_bytes(drawing, scale=scale)


def _svg(drawing: Drawing, scale: int, loop: int) -> bytes:
    from convarith.render.svg import svg_bytes

    return svg_bytes(drawing, scale=scale, loop=loop)


def _pdf(drawing: Drawing, _scale: int, _loop: int) -> bytes:
    from convarith.render.figure import pdf_bytes

    return pdf_bytes(drawing)


def _tex(drawing: Drawing, scale: int, _loop: int) -> bytes:
    from convarith.render.tikz import tikz_bytes

    return tikz_bytes(drawing, scale=scale)


FORMATS: dict[str, Format] = {
    ".gif": Format(_gif, animated=True),
    ".png": Format(partial(_pixels, "png"), animated=False),
    ".apng": Format(partial(_pixels, "apng"), animated=True),
    ".webp": Format(partial(_pixels, "webp"), animated=True),
    ".mp4": Format(_mp4, animated=True),
    ".svg": Format(_svg, animated=True),
    ".pdf": Format(_pdf, animated=False),
    ".tex": Format(_tex, animated=False),
}
"""Suffix -> format, of everything that is made of a drawing."""

SCENE_SUFFIX = ".json"
SUFFIXES = (*FORMATS, SCENE_SUFFIX)
FRAME_SUFFIXES = (".png", ".pdf", ".svg")
"""What the frames of a folder can be."""


def suffix_of(path: Path) -> str:
    """The suffix that picks a format.

    Raises:
        ParameterError: it is unknown (the known ones are named).
    """
    if not path.suffix:
        raise ParameterError(
            f"{str(path)!r} has no suffix to pick a format by; end it in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}, "
            f"or in a slash for a folder of frames",
            value="",
        )
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ParameterError(
            f"unknown suffix {path.suffix!r} of {str(path)!r}; {nearest(suffix, SUFFIXES)}", value=path.suffix
        )
    return suffix


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Whether a path means a folder of frames: it ends in a slash, or is one."""
    return os.fspath(path).endswith(("/", os.sep)) or Path(path).is_dir()


def scene_bytes(scene: AnyScene) -> bytes:
    """The scene as JSON."""
    return (json.dumps(scene.to_dict(), ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def frame_names(count: int, suffix: str) -> list[str]:
    """``frame-00.png`` ...: as many digits as the last one needs."""
    digits = len(str(count - 1))
    return [f"frame-{number:0{digits}}{suffix}" for number in range(count)]
