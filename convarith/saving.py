"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO


def check_target(path: Path, *, force: bool = True) -> None:
    """Refuse a place that cannot be written to, before any work is done for it.

    Raises:
        OSError: the folder is missing or not writable, or the path is no regular file; or it is one, and may not be
            replaced (without ``force``).
    """
    folder = _resolved(path).parent
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"{str(folder)!r} is a file; choose another name for the folder")
    if not folder.is_dir():
        raise FileNotFoundError(f"the folder {str(folder)!r} does not exist; make it, or choose another")
    if path.exists() and not path.is_file():
        raise FileExistsError(f"{str(path)!r} is not a file that can be replaced; choose another name")
    if not force and path.exists():
        raise _existing(path)
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"the folder {str(folder)!r} is not writable; choose another")


def check_folder(path: Path, names: Collection[str], *, force: bool = True) -> None:
    """The same for a folder, which need not be there yet, and the files that it is to hold.

    Raises:
        OSError: as `check_target`.
    """
    if not path.exists():
        check_target(path)
        return
    if not path.is_dir():
        raise NotADirectoryError(f"{str(path)!r} is a file; choose another name for the folder")
    for name in names:
        check_target(path / name, force=force)


def _resolved(path: Path) -> Path:
    """Where links lead.

    Raises:
        OSError: they lead back to themselves.
    """
    try:
        target = path.resolve()
    except RuntimeError:  # what Python says before 3.13
        target = path
    if target.is_symlink():
        raise FileExistsError(f"{str(path)!r} is a link that leads back to itself; choose another name")
    return target


def _existing(path: Path) -> FileExistsError:
    return FileExistsError(f"{str(path)!r} exists; give --force (force=True) to replace it, or another name")


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A stream to write a file to, which is either whole afterwards or as it was before: it is written beside its
    place first, then moved there.

    Raises:
        OSError: the folder is missing or not writable, or the disk is full.
    """
    check_target(path)
    target = path.resolve()  # a link stays a link
    partial = _partial(target)
    try:
        with partial.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(target)
    except BaseException as error:
        with suppress(OSError):
            partial.unlink()
        _raise_named(error, path)
        raise


def _partial(target: Path) -> Path:
    """Where something is written before it is moved to its place: a name that is no longer than names may be."""
    return target.with_name(f".{target.name[:100]}.{os.getpid()}.part")


def _raise_named(error: BaseException, path: Path) -> None:
    """Raise an error of the system again with the name that the caller knows, if it has one."""
    if isinstance(error, OSError) and error.filename is not None:
        raise type(error)(error.errno, error.strerror, str(path)) from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        OSError: the folder is missing or not writable, or the disk is full.
    """
    with whole(path) as stream:
        stream.write(content)


def write_folder(path: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write files into a folder: all of them or none, unless the folder was there already; then each whole.

    Raises:
        OSError: the folder cannot be made or written to, or the disk is full.
    """
    if path.exists():
        for name, content in files:
            write_whole(path / name, content)
        return
    partial = _partial(path.resolve())
    try:
        partial.mkdir()
        for name, content in files:
            (partial / name).write_bytes(content)
        partial.rename(path.resolve())
    except BaseException as error:
        from shutil import rmtree

        rmtree(partial, ignore_errors=True)
        _raise_named(error, path)
        raise
