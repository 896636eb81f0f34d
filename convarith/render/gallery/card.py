"""What the page knows of one picture: its words, its files beside the page, and its frames."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    """One picture of the gallery as the page shows it. Texts are plain: the page escapes them."""

    name: str
    """Letters, digits, ``-`` and ``_``: also the beginning of its files' names, and its address on the page."""
    title: str
    topic: str
    """The heading it stands under."""
    notice: str
    """One sentence: what to look at."""
    figure: str
    """The guide's figure that it corresponds to, as ``2.7``; empty if there is none."""
    alt: str
    settings: tuple[tuple[str, str], ...]
    """The layer's parameters and the input, as (name, value)."""
    formulas: tuple[str, ...]
    """The formulas with the numbers put in, one line each."""
    command: str
    """The command line that makes the picture."""
    python: str
    """The Python that makes it, in one line or a few."""
    files: tuple[str, ...]
    """Names of the files that were built, beside the page."""
    poster: str
    """The file of these that is shown at rest; empty if no still was built: then the page shows the player's frame."""
    width: int
    """Of poster and frames, in pixels on the page, as is ``height``."""
    height: int
    player: str
    """All frames as one ``<svg>``, whose ``<g data-f="...">`` say when they are seen: see `player`."""
    rest: int
    """The number of the frame that tells the most while nothing moves."""
    durations_ms: tuple[int, ...]
    """How long each frame stands at normal speed."""
    captioned: bool
    """Whether title, formulas and notes are in the picture itself."""
    notes: tuple[str, ...]
    """What is said at each frame; a note may hold newlines, where its lines end."""
    digest: str
    """Of the scene: the same wherever the same scene is made."""
