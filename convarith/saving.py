"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO


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


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A stream to write a file to, which is either whole afterwards or as it was before: it is written beside its
    place first, then moved there.

    Raises:
        OSError: the folder is missing or not writable, or the disk is full.
    """
    check_target(path)
    target = path.resolve()  # a link stays a link
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(target)
    except BaseException as error:
        with suppress(OSError):
            partial.unlink()
        if isinstance(error, OSError) and error.filename is not None:  # the name that the caller knows
            raise type(error)(error.errno, error.strerror, str(path)) from error
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        OSError: the folder is missing or not writable, or the disk is full.
    """
    with whole(path) as stream:
        stream.write(content)
