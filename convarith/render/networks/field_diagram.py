"""The scene of what one unit reads, walked back to the input: meaning only, no pixel and no colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convarith.render.networks.diagram import Stop

    Run = tuple[int, int]
    Runs = tuple[Run, ...]

KIND = "field"


@dataclass(frozen=True, slots=True)
class Panel:
    """The map that a layer gives, and what of it the unit reads.

    ``boxes`` are products of runs of positions, (first, last) each, per axis; ``spans`` what is read from end to end,
    and ``nominal`` the same as if nothing were clipped, None where that is not known.
    """

    name: str
    words: str
    sizes: tuple[int, ...]
    boxes: tuple[tuple[Runs, ...], ...]
    spans: tuple[Run | None, ...]
    counts: tuple[int, ...]
    nominal: tuple[Run | None, ...]
    is_input: bool = False


@dataclass(frozen=True, slots=True)
class FieldScene:
    """The maps from the unit back to the input, one a step."""

    title: str
    captions: tuple[str, ...]
    alt: str
    panels: tuple[Panel, ...]
    names: Mapping[str, str]
    steps: tuple[Stop, ...]
    poster: int

    def text(self) -> str:
        """The scene in words, for golden files."""
        lines = [self.title, *self.captions, self.alt]
        for number, panel in enumerate(self.panels):
            lines.append(f"{number} {panel.name} ({panel.words}): {'×'.join(map(str, panel.sizes))}")
            lines += [f"  box {' × '.join(map(_runs_text, box))}" for box in panel.boxes]
            spans = [f"  {word} {', '.join(map(_run_text, runs))}" for word, runs in _spans(panel)]
            lines += spans
        for number, step in enumerate(self.steps):
            lines.append(f"step {number}: panel {step.lit}, {step.note}")
        return "\n".join(lines) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """The scene as plain data, as ``.json`` files hold it."""
        return {
            "picture": KIND,
            "title": self.title,
            "captions": list(self.captions),
            "alt_text": self.alt,
            "panels": [_panel_dict(panel) for panel in self.panels],
            "names": dict(self.names),
            "poster": self.poster,
            "steps": [{"lit": step.lit, "note": step.note} for step in self.steps],
        }


def _spans(panel: Panel) -> list[tuple[str, tuple[Run | None, ...]]]:
    return [("span", panel.spans), ("nominal", panel.nominal)]


def _run_text(run: Run | None) -> str:
    return "none" if run is None else f"{run[0]}..{run[1]}"


def _runs_text(runs: Runs) -> str:
    return " ".join(map(_run_text, runs))


def _panel_dict(panel: Panel) -> dict[str, Any]:
    return {
        "name": panel.name,
        "layer": panel.words,
        "sizes": list(panel.sizes),
        "boxes": [[[list(run) for run in runs] for runs in box] for box in panel.boxes],
        "span": [run and list(run) for run in panel.spans],
        "count": list(panel.counts),
        "nominal_span": [run and list(run) for run in panel.nominal],
        "input": panel.is_input,
    }
