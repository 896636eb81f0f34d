"""How a picture is put into a page: a line of Markdown, HTML or LaTeX."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from convarith.errors import ParameterError
from convarith.render.files import is_folder

if TYPE_CHECKING:
    import os
    from pathlib import PurePath

MIME = {
    ".gif": "image/gif",
    ".png": "image/png",
    ".apng": "image/apng",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
}

NOT_IN_ADDRESSES = re.compile(r'[%#?<>"\\\x00-\x1f]')


def check_shown(path: str | os.PathLike[str]) -> None:
    """Refuse what pages do not show as a picture.

    Raises:
        ParameterError: it is no such file, or a folder.
    """
    mime = MIME.get(Path(path).suffix.lower(), "")
    if is_folder(path) or not mime.startswith(("image/", "video/")):
        raise ParameterError(
            f"no web page shows {str(path)!r} as a picture; write a .gif, .png, .apng, .webp, .svg or .mp4"
        )


def address_of(path: PurePath) -> str:
    """A file as pages name it: what would end or change an address is written as its code.

    >>> from pathlib import PurePosixPath
    >>> address_of(PurePosixPath("layer #1.gif"))
    'layer %231.gif'
    """
    return NOT_IN_ADDRESSES.sub(lambda sign: f"%{ord(sign[0]):02X}", path.as_posix())


def markdown(address: str, alt: str) -> str:
    """An image in Markdown.

    >>> markdown("my odd.gif", "a [b] c")
    '![a \\\\[b\\\\] c](<my odd.gif>)'
    """
    words = re.sub(r"([\\\[\]*_`<&])", r"\\\1", alt)
    return f"![{words}]({f'<{address}>' if re.search(r'[ ()]', address) else address})"


def html(address: str, alt: str, width: int, height: int) -> str:
    """An image or a video in HTML; width and height are what it takes on the page."""
    size = f'width="{width}" height="{height}"'
    if address.startswith("data:video/") or address.lower().endswith(".mp4"):
        return (
            f'<video src="{escape(address)}" {size} autoplay loop muted playsinline controls '
            f'aria-label="{escape(alt)}"></video>'
        )
    return f'<img src="{escape(address)}" {size} alt="{escape(alt)}">'


def latex(path: PurePath, suffix: str, count: int, frame_ms: int) -> str:
    """How a LaTeX document takes a still, a drawing, or (``suffix`` of its files) a folder of frames."""
    address = path.as_posix()
    if suffix == ".tex":
        return f"\\resizebox{{\\linewidth}}{{!}}{{\\input{{{address}}}}}  % needs \\usepackage{{graphicx,tikz}}"
    if path.suffix.lower() == suffix:
        return f"\\includegraphics[width=\\linewidth]{{{address}}}  % needs \\usepackage{{graphicx}}"
    digits = len(str(count - 1))
    first, last = f"{0:0{digits}}", f"{count - 1:0{digits}}"
    rate = f"{1000 / frame_ms:.2f}".rstrip("0").rstrip(".")
    frames = f"{{{address}/frame-}}{{{first}}}{{{last}}}"
    return f"\\animategraphics[loop,controls]{{{rate}}}{frames}  % needs \\usepackage{{animate}}"
