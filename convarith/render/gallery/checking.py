"""Whether a gallery in a folder is what its scenes would give now: every picture is made again, in memory."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from convarith.arithmetic.integers import integer
from convarith.render.gallery.building import (
    CONSTRAINTS,
    DECIDING,
    PAGE,
    checked_folder,
    constraints_text,
    page_of,
    pictures_of,
)
from convarith.render.gallery.picturing import DEFAULT_FORMATS, Wanted, checked_formats
from convarith.render.gallery.scene_files import collection
from convarith.render.theme_files import theme_named

if TYPE_CHECKING:
    from convarith.render.gallery.building import Progress
    from convarith.render.gallery.picturing import Picture

DIGEST = re.compile(r'<script type="application/json" id="frames:([A-Za-z0-9_-]+)" data-digest="([0-9a-f]+)"')
"""A picture of the page: its name, and the digest of its scene."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of a gallery."""

    folder: Path
    pictures: int
    how: str
    """How it was compared, and why so."""
    differences: tuple[str, ...]
    """What is not as it should be, one sentence each."""

    def __bool__(self) -> bool:
        return not self.differences

    def __str__(self) -> str:
        head = f"{self.folder}: {self.pictures} pictures compared {self.how}"
        if not self.differences:
            return f"{head}; all are as the scenes say"
        return "\n".join([f"{head}; {len(self.differences)} differ", *(f"  {words}" for words in self.differences)])


def check(
    folder: str | os.PathLike[str],
    scenes: str | os.PathLike[str] | None = None,
    *,
    theme: str = "default",
    formats: str | Sequence[str] = DEFAULT_FORMATS,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Checked:
    """Whether a folder holds the gallery that `build` would write now; nothing is written.

    With the versions that ``constraints.txt`` in the folder names, files are compared byte for byte; with others, the
    scenes by what the page says of them, as another version of a library may place a pixel differently.

    Args:
        folder, scenes, theme, formats, jobs, progress: as for `build`.

    Raises:
        ShapeError, ParameterError: as `build`.
        OSError: there is no gallery in the folder, or a file cannot be read.
    """
    target, wanted = checked_folder(folder), Wanted(checked_formats(formats))
    theme_named(theme)
    integer(jobs, "jobs", 1)
    gathered = collection(scenes)
    if not (target / PAGE).is_file():
        raise FileNotFoundError(f"there is no gallery in {str(target)!r}, for it holds no {PAGE}; build it first")
    page = (target / PAGE).read_text(encoding="utf-8", errors="replace")
    others = _other_versions(target / CONSTRAINTS)
    made: dict[str, Picture] = {}
    for number, picture in enumerate(pictures_of(gathered.entries, theme, lambda _: wanted, jobs), 1):
        made[picture.card.name] = picture
        if progress is not None:
            progress(number, len(gathered.entries), picture.card.name)
    found = [made[entry.name] for entry in gathered.entries]
    if others:
        how = f"scene by scene, as {' and '.join(others)}"
        differences = list(_other_scenes(target, found, page))
    else:
        how = f"byte for byte, with the versions of {CONSTRAINTS}"
        texts = {PAGE: page_of(gathered, [picture.card for picture in found]), CONSTRAINTS: constraints_text()}
        files = [file for picture in found for file in picture.files]
        files += [(name, text.encode("utf-8")) for name, text in texts.items()]
        differences = list(_other_bytes(target, files))
    return Checked(target, len(found), how, tuple(differences))


def _other_versions(path: Path) -> list[str]:
    """In which versions this environment differs from those that the gallery was made with."""
    if not path.is_file():
        return [f"there is no {path.name}"]
    said = dict(re.findall(r"^([\w-]+)==(\S+)", path.read_text(encoding="utf-8", errors="replace"), re.MULTILINE))
    here = {name: version(name) for name in DECIDING}
    return [
        f"{name} is {here[name]} here and {said.get(name, 'unknown')} there"
        for name in DECIDING
        if said.get(name) != here[name]
    ]


def _other_scenes(folder: Path, found: Sequence[Picture], page: str) -> Iterator[str]:
    digests = dict(DIGEST.findall(page))
    for picture in found:
        name = picture.card.name
        if name not in digests:
            yield f"{name} is not on the page"
        elif digests[name] != picture.card.digest:
            yield f"{name} shows another scene"
        for file, _ in picture.files:
            if not (folder / file).is_file():
                yield f"{file} is missing"
    names = {picture.card.name for picture in found}
    yield from (f"{name} is on the page, and is no scene" for name in digests if name not in names)


def _other_bytes(folder: Path, files: Sequence[tuple[str, bytes]]) -> Iterator[str]:
    for name, content in files:
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing"
        elif path.read_bytes() != content:
            yield f"{name} differs"
