"""Animated GIFs: the container is written here, frame by frame, and Pillow compresses the pixels.

Pillow's own ``save_all`` keeps every frame until the end and gives each a colour table of its own; written here,
frames share one table, hold only what changed (the rest is transparent), and are gone once they are written.
"""

from __future__ import annotations

from io import BytesIO
from struct import pack
from typing import TYPE_CHECKING

from PIL import Image, ImageChops
from PIL.GifImagePlugin import getdata

from convarith.render.pixels import COLOURS, paletted_frames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convarith.render.drawing import Drawing

UNCHANGED = COLOURS
"""The palette index, beyond all colours, of a pixel that stays as it was."""

LEAVE_IN_PLACE = 1
"""GIF's disposal method: the next frame is drawn over this one."""

WHERE_ALIKE = [255, *[0] * 255]
"""Difference of two indices -> a mask of the pixels where there is none."""


def gif_bytes(drawing: Drawing, comment: str) -> bytes:
    """The drawing as an animated GIF that loops for ever, with a comment for those who cannot see it."""
    stream = BytesIO()
    previous: Image.Image | None = None
    for image, frame in zip(paletted_frames(drawing), drawing.frames, strict=True):
        if previous is None:
            stream.writelines(_header(image, comment))
        changed, corner = _changes(previous, image)
        stream.writelines(
            getdata(changed, corner, duration=frame.ms, transparency=UNCHANGED, disposal=LEAVE_IN_PLACE, interlace=0)
        )
        previous = image
    stream.write(b";")
    return stream.getvalue()


def _header(image: Image.Image, comment: str) -> Iterator[bytes]:
    """Signature, screen, colour table, the order to loop, and the comment."""
    yield b"GIF89a" + pack("<HHBBB", *image.size, 0b1111_0111, 0, 0)  # a global table of 256 colours
    yield bytes(image.getpalette() or ()).ljust(768, b"\0")
    yield b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
    text = comment.encode("utf-8")
    yield b"!\xfe"
    for start in range(0, len(text), 255):
        block = text[start : start + 255]
        yield bytes([len(block)]) + block
    yield b"\0"


def _changes(previous: Image.Image | None, image: Image.Image) -> tuple[Image.Image, tuple[int, int]]:
    """The smallest part of a frame that differs from the previous one, and where it lies."""
    if previous is None:
        return image, (0, 0)
    difference = ImageChops.difference(_indices(previous), _indices(image))
    box = difference.getbbox() or (0, 0, 1, 1)
    part = image.crop(box)
    part.paste(UNCHANGED, mask=difference.crop(box).point(WHERE_ALIKE))
    return part, box[:2]


def _indices(image: Image.Image) -> Image.Image:
    """The palette indices of a frame as plain numbers."""
    return Image.frombytes("L", image.size, image.tobytes())
