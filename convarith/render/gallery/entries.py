"""What a gallery is made of: its pictures, each a layer or several on one input, and what is said beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convarith.errors import RefusedError
from convarith.render import composers
from convarith.render.layout import lay_out
from convarith.render.views import view_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convarith.arithmetic.layer import Layer
    from convarith.render.drawing import Drawing
    from convarith.render.scene import Scene
    from convarith.render.themes import Theme

COMPARE, STACK = "compare", "stack"


@dataclass(frozen=True, slots=True)
class FileBeside:
    """A file that a scenes file names: where it is, and the words it is named with."""

    given: str
    folder: Path

    def __fspath__(self) -> str:
        return str(self.folder / self.given)

    def __str__(self) -> str:
        return self.given


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture of a gallery, as a scenes file describes it; plain values, which other processes can be sent."""

    name: str
    """Letters, digits, ``-`` and ``_``: the beginning of its files' names."""
    title: str
    topic: str
    """The heading it stands under."""
    notice: str
    """One sentence: what to look at."""
    figure: str
    """The guide's figure that it corresponds to, as ``2.7``; empty if there is none."""
    verb: str
    """``conv``, ``pool``, ``transpose``, ``compare`` or ``stack``: the command that makes it."""
    layers: tuple[Layer, ...]
    """One, or those that are compared or stacked, in their order."""
    input_shape: tuple[int, ...]
    wishes: Mapping[str, Any] = field(default_factory=dict)
    """Of the arguments of `compose`, `compose_together` or `compose_stack` those that were given."""
    look: Mapping[str, Any] = field(default_factory=dict)
    """Of view, width, frame_ms and caption those that were given."""
    source: str = ""
    """Where it is described, as errors begin: ``'mine.toml', line 14: scene 'odd'``; empty if nowhere."""

    def scene(self) -> Scene:
        """The scene of this picture.

        Raises:
            ShapeError, ParameterError: as `compose` does, with the place of the description before it.
            OSError: a file of numbers cannot be read; with that place, too.
        """
        try:
            if self.verb == COMPARE:
                return composers.compose_together(self.layers, self.input_shape, **self.wishes)
            if self.verb == STACK:
                return composers.compose_stack(self.layers, self.input_shape, **self.wishes)
            return composers.compose(self.layers[0], self.input_shape, **self.wishes)
        except RefusedError as error:
            if not self.source:
                raise
            raise type(error)(f"{self.source}: {error.message}", **error.numbers) from None
        except OSError as error:
            if not self.source:
                raise
            raise os_error_at(self.source, error) from error

    def drawing(self, scene: Scene, theme: Theme) -> Drawing:
        """The drawing of its scene, in the look that is described; frames are painted when they are asked for.

        Raises:
            ShapeError: the grids do not fit into the width, or no page holds them.
        """
        look = self.look
        page = lay_out(
            scene,
            view_named(look.get("view", "flat")),
            theme,
            width=look.get("width"),
            frame_ms=look.get("frame_ms"),
            caption=look.get("caption", True),
        )
        return page.animation()


@dataclass(frozen=True, slots=True)
class Collection:
    """The pictures of a gallery in their order, and what stands above them."""

    title: str
    introduction: str
    entries: tuple[Entry, ...]


def os_error_at(source: str, error: OSError) -> OSError:
    """An error of the system with the place before it of what names the file.

    Its class and ``errno`` stay. The whole sentence is its ``strerror``; only its cause has the ``filename``, which
    would be put before the place.

    >>> os_error_at("'mine.toml', line 8", FileNotFoundError(2, "No such file or directory", "x.csv")).strerror
    "'mine.toml', line 8: x.csv: No such file or directory"
    """
    if error.strerror is None:
        return type(error)(f"{source}: {error}")
    file = f"{error.filename}: " if error.filename else ""
    return type(error)(error.errno, f"{source}: {file}{error.strerror}")
