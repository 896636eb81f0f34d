"""Files of pixels besides GIF: PNG, animated PNG and WebP, all by Pillow, with their words in them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from PIL.PngImagePlugin import PngInfo

from convarith.render.pixels import paletted_frames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image

    from convarith.render.drawing import Drawing


def png_bytes(drawing: Drawing, *, scale: int = 1) -> bytes:
    """The only frame of a drawing as a PNG; its title and alternative text are in text chunks."""
    stream = BytesIO()
    (image,) = _images(drawing, scale)
    image.save(stream, "PNG", pnginfo=_words(drawing), optimize=True)
    return stream.getvalue()


def apng_bytes(drawing: Drawing, *, scale: int = 1, loop: int = 0) -> bytes:
    """The drawing as an animated PNG; ``loop`` 0 plays it for ever."""
    stream = BytesIO()
    first, *others = _images(drawing, scale)
    durations = [frame.ms for frame in drawing.frames]
    first.save(
        stream,
        "PNG",
        save_all=True,
        append_images=others,
        duration=durations,
        loop=loop,
        pnginfo=_words(drawing),
        optimize=True,
    )
    return stream.getvalue()


def webp_bytes(drawing: Drawing, *, scale: int = 1, loop: int = 0) -> bytes:
    """The drawing as a WebP without loss, animated if it has several frames; its words are in an XMP packet."""
    stream = BytesIO()
    first, *others = (image.convert("RGB") for image in _images(drawing, scale))
    durations = [frame.ms for frame in drawing.frames]
    packet = _xmp(drawing).encode("utf-8")
    if others:
        first.save(
            stream,
            "WEBP",
            save_all=True,
            append_images=others,
            duration=durations,
            loop=loop,
            lossless=True,
            quality=60,
            method=3,
            xmp=packet,
        )
    else:
        first.save(stream, "WEBP", lossless=True, quality=80, method=4, xmp=packet)
    return stream.getvalue()


def _images(drawing: Drawing, scale: int) -> Iterator[Image.Image]:
    colours, images = paletted_frames(drawing, scale)
    for image in images:
        image.putpalette(colours)
        yield image


def _words(drawing: Drawing) -> PngInfo:
    words = PngInfo()
    words.add_itxt("Title", drawing.title)
    words.add_itxt("Description", drawing.alt)
    return words


def _xmp(drawing: Drawing) -> str:
    """Title and alternative text as photo tools and readers for the blind look for them."""

    def alternative(name: str, words: str) -> str:
        return f'<{name}><rdf:Alt><rdf:li xml:lang="x-default">{escape(words)}</rdf:li></rdf:Alt></{name}>'

    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/">'
        f"{alternative('dc:title', drawing.title)}{alternative('dc:description', drawing.alt)}"
        f"{alternative('Iptc4xmpCore:AltTextAccessibility', drawing.alt)}"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    )
