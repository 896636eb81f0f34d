"""Files: which suffix means which format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convarith.errors import ParameterError, nearest
from convarith.render.gif import gif_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from convarith.render.drawing import Drawing

    Writer = Callable[[Drawing, str], bytes]

WRITERS: dict[str, Writer] = {".gif": gif_bytes}
"""Suffix -> (drawing, alternative text) -> the bytes of the file."""


def writer_for(path: Path) -> Writer:
    """What turns a drawing into the bytes that the path's suffix asks for.

    Raises:
        ParameterError: the suffix is unknown (the known ones are named).
    """
    if not path.suffix:
        raise ParameterError(
            f"{str(path)!r} has no suffix to pick a format by; end it in {' or '.join(WRITERS)}", value=""
        )
    try:
        return WRITERS[path.suffix.lower()]
    except KeyError:
        known = nearest(path.suffix, WRITERS)
        raise ParameterError(f"unknown suffix {path.suffix!r} of {str(path)!r}; {known}", value=path.suffix) from None
