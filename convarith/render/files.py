"""Files: which suffix means which format, and how a file comes to be whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from convarith.errors import ParameterError, nearest
from convarith.render.gif import gif_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

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


def check_target(path: Path) -> None:
    """Refuse a place that cannot be written to, before any work is done for it.

    Raises:
        OSError: the folder is missing or not writable, or the path is no regular file.
    """
    folder = path.resolve().parent
    if not folder.is_dir():
        raise FileNotFoundError(f"the folder {str(folder)!r} does not exist; make it, or choose another")
    if path.exists() and not path.is_file():
        raise FileExistsError(f"{str(path)!r} is not a file that can be replaced; choose another name")
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"the folder {str(folder)!r} is not writable; choose another")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is either whole or as it was before: beside its place first, then moved there.

    Raises:
        OSError: the folder is missing or not writable, or the disk is full.
    """
    check_target(path)
    target = path.resolve()  # a link stays a link
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(target)
    except BaseException as error:
        with suppress(OSError):
            partial.unlink()
        if isinstance(error, OSError) and error.filename is not None:  # the name that the caller knows
            raise type(error)(error.errno, error.strerror, str(path)) from error
        raise
