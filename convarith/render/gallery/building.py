"""A gallery in a folder: every picture of a collection, the page that shows them, and what versions made them.

Files are written one by one, each whole; the page comes last, when everything that it shows is there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from convarith.arithmetic.integers import integer
from convarith.errors import ParameterError, nearest
from convarith.render.gallery.page import page_html
from convarith.render.gallery.picturing import DEFAULT_FORMATS, Picture, Wanted, checked_formats, file_names, picture_of
from convarith.render.gallery.scene_files import collection
from convarith.render.theme_files import theme_named
from convarith.saving import check_folder, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from convarith.render.gallery.card import Card
    from convarith.render.gallery.entries import Collection, Entry

    Progress = Callable[[int, int, str], None]

PAGE = "index.html"
CONSTRAINTS = "constraints.txt"
DECIDING = ("matplotlib", "numpy", "pillow")
"""The packages that decide over the bytes of a picture: font, numbers, pixels."""


MOST_WORKERS = 61
"""Windows waits for no more processes at once."""


@dataclass(frozen=True, slots=True)
class Built:
    """A gallery that was built."""

    folder: Path
    pictures: int
    """How many were made."""
    files: int
    """How many files were written."""
    size: int
    """Their bytes."""

    @property
    def page(self) -> Path:
        return self.folder / PAGE

    def __str__(self) -> str:
        pictures = "1 picture" if self.pictures == 1 else f"{self.pictures} pictures"
        return f"{self.page}: {pictures}, {self.files} files of {self.size / 1e6:.1f} MB"


def build(
    folder: str | os.PathLike[str],
    scenes: str | os.PathLike[str] | None = None,
    *,
    only: str | Sequence[str] = (),
    theme: str = "default",
    formats: str | Sequence[str] = DEFAULT_FORMATS,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Built:
    """Build a gallery: the pictures of a file of scenes, and the page that shows them.

    Each file is written whole or not at all, and replaces one of the same name; what else is in the folder stays.

    Args:
        folder: where to; it is made if it is not there.
        scenes: the path of a ``.toml`` file of scenes, as docs/gallery.md describes it; the package's own if not given.
        only: names of the pictures to make. The page then shows these and those whose files are there already, whose
            theme and formats should be the same.
        theme: ``default`` (the page then has dark frames, too), ``guide``, ``dark``, ``print`` or the path of a
            ``.toml`` file.
        formats: what is written of each picture: some of ``gif``, ``png``, ``svg``, ``pdf``, ``apng``, ``webp``,
            ``mp4``, ``tex`` and ``json``.
        jobs: how many processes draw. In a script, more than one need a ``if __name__ == "__main__":`` around the
            call.
        progress: is called with (pictures made, pictures to make, name of the last).

    Raises:
        ShapeError, ParameterError: the file of scenes says what cannot be drawn; or a name, a theme or a format is
            unknown.
        OSError: a file cannot be read or written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     built = build(folder, only=["one_axis"])
    ...     built.pictures, sorted(path.name for path in built.folder.iterdir())
    (1, ['constraints.txt', 'index.html', 'one_axis.gif', 'one_axis.png'])
    >>> build("out", only=["one_axes"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    convarith.errors.ParameterError: there is no picture 'one_axes'; did you mean 'one_axis'? Known are ...
    """
    target, suffixes = checked_folder(folder), checked_formats(formats)
    theme_named(theme)
    integer(jobs, "jobs", 1)
    gathered = collection(scenes)
    chosen = _chosen(gathered.entries, [only] if isinstance(only, str) else only)
    files = [file for entry in gathered.entries if entry.name in chosen for file in file_names(entry, suffixes)]
    check_folder(target, [*files, PAGE, CONSTRAINTS])
    shown = [entry for entry in gathered.entries if entry.name in chosen or _is_there(entry, target, suffixes)]
    cards: dict[str, Card] = {}
    written = size = 0
    target.mkdir(exist_ok=True)
    drawn = pictures_of(shown, theme, lambda entry: Wanted(suffixes, written=entry.name in chosen), jobs)
    for number, picture in enumerate(drawn, 1):
        cards[picture.card.name] = picture.card
        for name, content in picture.files:
            write_whole(target / name, content)
            written, size = written + 1, size + len(content)
        if progress is not None:
            progress(number, len(shown), picture.card.name)
    texts = page_of(gathered, [cards[entry.name] for entry in shown]), constraints_text()
    for name, text in zip((PAGE, CONSTRAINTS), texts, strict=True):
        write_whole(target / name, text.encode("utf-8"))
        written, size = written + 1, size + len(text.encode("utf-8"))
    return Built(target, len(chosen), written, size)


def checked_folder(folder: str | os.PathLike[str]) -> Path:
    """The path of a folder.

    Raises:
        ParameterError: it is empty: pathlib would take the working directory for it.
    """
    if not os.fspath(folder):
        raise ParameterError("the name of the folder is empty; give one")
    return Path(folder)


def pictures_of(
    entries: Sequence[Entry], theme: str, wanted: Callable[[Entry], Wanted], jobs: int = 1
) -> Iterator[Picture]:
    """The pictures of some entries, as they are ready; in their order if there is one job."""
    workers = min(jobs, len(entries), MOST_WORKERS)
    if workers <= 1:
        for entry in entries:
            yield picture_of(entry, theme, wanted(entry))
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    largest_first = sorted(entries, key=lambda entry: -_effort(entry))
    try:
        # Fresh processes, not forks: those of NumPy's threads must not be copied.
        with ProcessPoolExecutor(workers, get_context("spawn"), _die_of_interrupts) as pool:
            with _interrupts_held_back():  # the processes begin here, and inherit it until they are ready
                running = [pool.submit(picture_of, entry, theme, wanted(entry)) for entry in largest_first]
            try:
                for done in as_completed(running):
                    yield done.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
    except BrokenProcessPool:
        raise OSError(
            "a process that draws ended before its time; give fewer jobs (--jobs 1), and in a script put the call "
            "below if __name__ == '__main__':"
        ) from None


def page_of(gathered: Collection, cards: Sequence[Card]) -> str:
    """The page of a collection."""
    return page_html(cards, title=gathered.title, introduction=gathered.introduction)


def constraints_text() -> str:
    """The versions that decide over the bytes of pictures, as pip takes them."""
    lines = [f"{name}=={version(name)}" for name in DECIDING]
    return "\n".join(
        ["# The versions that these pictures were made with; others may place a pixel differently.", *lines, ""]
    )


def _chosen(entries: Sequence[Entry], only: Sequence[str]) -> set[str]:
    """The names of the pictures to make: all of them, or those that are asked for.

    Raises:
        ParameterError: there is none of a name.
    """
    known = [entry.name for entry in entries]
    for name in only:
        if name not in known:
            raise ParameterError(f"there is no picture {name!r}; {nearest(str(name), known)}", value=name)
    return set(only or known)


def _is_there(entry: Entry, folder: Path, suffixes: Sequence[str]) -> bool:
    return all((folder / name).is_file() for name in file_names(entry, suffixes))


def _effort(entry: Entry) -> int:
    """Which pictures take long, roughly: those that begin late should not be among them."""
    cells = 1
    for size in entry.input_shape:
        cells *= size
    return cells * (1 + (entry.look.get("view") == "sheets")) * len(entry.layers)


def _die_of_interrupts() -> None:
    """End at once and without a word when the user interrupts: only the parent writes files."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):  # not on Windows
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Let an interruption wait until what is done here is done."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
