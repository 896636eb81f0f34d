"""Animated GIFs: the container is written here, frame by frame, and Pillow compresses the pixels.

Pillow's own ``save_all`` keeps every frame until the end, gives each a colour table of its own, and always starts with
codes for 256 colours; written here, frames share one table of as many bits as it needs, hold only what changed (the
rest is transparent), and are gone once they are written.
"""

from __future__ import annotations

from io import BytesIO
from struct import pack
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageFile

from convarith.render.pixels import paletted_frames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convarith.render.drawing import Drawing

LEAVE_IN_PLACE = 1
"""GIF's disposal method: the next frame is drawn over this one."""

WHERE_ALIKE = [255, *[0] * 255]
"""Difference of two indices -> a mask of the pixels where there is none."""


def gif_bytes(drawing: Drawing, *, scale: int = 1, loop: int = 0) -> bytes:
    """The drawing as an animated GIF with its alternative text as a comment; ``loop`` 0 plays it for ever."""
    stream = BytesIO()
    colours, images = paletted_frames(drawing, scale)
    bits = max(2, (len(colours) // 3).bit_length())  # one index is left over
    unchanged = 2**bits - 1
    size = drawing.width * scale, drawing.height * scale
    stream.writelines(_header(size, colours, bits, loop, drawing.alt))
    previous: Image.Image | None = None
    for image, frame in zip(images, drawing.frames, strict=True):
        changed, corner = _changes(previous, image, unchanged)
        stream.write(pack("<BBBBHBB", 0x21, 0xF9, 4, LEAVE_IN_PLACE << 2 | 1, frame.ms // 10, unchanged, 0))
        stream.write(pack("<BHHHHBB", 0x2C, *corner, *changed.size, 0, bits))
        box = (0, 0, *changed.size)
        ImageFile._save(changed, stream, [ImageFile._Tile("gif", box, 0, ("P", bits, 0))])
        stream.write(b"\0")
        previous = image
    stream.write(b";")
    return stream.getvalue()


def _header(size: tuple[int, int], colours: bytes, bits: int, loop: int, comment: str) -> Iterator[bytes]:
    """Signature, screen, colour table, how often to play, and the comment."""
    yield b"GIF89a" + pack("<HHBBB", *size, 0b1111_0000 | bits - 1, 0, 0)
    yield colours.ljust(3 * 2**bits, b"\0")
    if loop != 1:  # without this block it plays once; with it, so many times more
        yield b"!\xff\x0bNETSCAPE2.0" + pack("<BBHB", 3, 1, max(0, loop - 1), 0)
    text = comment.encode("utf-8")
    yield b"!\xfe"
    for start in range(0, len(text), 255):
        block = text[start : start + 255]
        yield bytes([len(block)]) + block
    yield b"\0"


def _changes(previous: Image.Image | None, image: Image.Image, unchanged: int) -> tuple[Image.Image, tuple[int, int]]:
    """The smallest part of a frame that differs from the previous one, and where it lies."""
    if previous is None:
        return image, (0, 0)
    difference = ImageChops.difference(_indices(previous), _indices(image))
    box = difference.getbbox() or (0, 0, 1, 1)
    part = image.crop(box)
    part.paste(unchanged, mask=difference.crop(box).point(WHERE_ALIKE))
    return part, box[:2]


def _indices(image: Image.Image) -> Image.Image:
    """The palette indices of a frame as plain numbers."""
    return Image.frombytes("L", image.size, image.tobytes())
