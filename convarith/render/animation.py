"""A picture that was written: where, what it shows in words, and how pages and notebooks show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from convarith.errors import ParameterError
from convarith.render import embedding

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Animation:
    """A picture that was written: where, what it shows in words, and how large it is.

    In a notebook it shows itself.
    """

    path: Path
    title: str
    alt_text: str
    frames: int
    width: int
    height: int
    """In pixels, as is ``width``; of a drawing without pixels (SVG, PDF, TikZ), in its units of 1/96 inch."""
    scale: int = 1
    """Pixels for each of those it takes on a page: 2 for sharp displays."""
    notes: tuple[str, ...] = ()
    """What was left out, in sentences."""
    frame_ms: int = 0
    """How long the first frame stands."""
    parts: tuple[Path, ...] = field(default=(), repr=False)
    """The files of a folder of frames."""

    def __str__(self) -> str:
        frames = "1 frame" if self.frames == 1 else f"{self.frames} frames"
        return "\n".join([f"{self.path}: {frames}, {self.width}x{self.height} pixels", self.alt_text, *self.notes])

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as ``--json`` prints it."""
        return {
            "path": str(self.path),
            "frames": self.frames,
            "width": self.width,
            "height": self.height,
            "alt_text": self.alt_text,
            "notes": list(self.notes),
        }

    def markdown(self) -> str:
        """A line of Markdown that shows the picture with its alternative text.

        It is HTML where Markdown has no words for it: for a video, and for a picture of several pixels to each of
        those it takes on the page.

        Raises:
            ParameterError: no page shows such a file.
        """
        embedding.check_shown(self.path)
        if self.path.suffix.lower() == ".mp4" or self.scale > 1:
            return self.html()
        return embedding.markdown(embedding.address_of(self.path), self.alt_text)

    def html(self) -> str:
        """A line of HTML that shows the picture with its alternative text, at the size it is meant for.

        Raises:
            ParameterError: no page shows such a file.
        """
        embedding.check_shown(self.path)
        return self._html(embedding.address_of(self.path))

    def latex(self) -> str:
        """A line of LaTeX that takes a TikZ, PDF or PNG still, or a folder of frames with the package animate.

        Raises:
            ParameterError: LaTeX takes no such file.
        """
        suffix = self.parts[0].suffix if self.parts else self.path.suffix.lower()
        if suffix not in (".tex", ".pdf", ".png"):
            raise ParameterError(
                f"LaTeX takes no {suffix}; write a .tex, .pdf or .png, or a folder of frames as png or pdf"
            )
        return embedding.latex(self.path, suffix, self.frames, self.frame_ms)

    def _repr_html_(self) -> str | None:
        return self._repr_mimebundle_().get("text/html")

    def _repr_mimebundle_(self, **_wishes: object) -> dict[str, str]:
        """What a notebook shows: the picture itself, inside the page, or words where a page shows none."""
        from base64 import b64encode

        bundle = {"text/plain": str(self)}
        mime = embedding.MIME.get(self.path.suffix.lower(), "")
        if mime.startswith(("image/", "video/")) and self.path.is_file():
            data = b64encode(self.path.read_bytes()).decode("ascii")
            bundle["text/html"] = self._html(f"data:{mime};base64,{data}")
        return bundle

    def _html(self, address: str) -> str:
        width, height = self.width // self.scale, self.height // self.scale
        return embedding.html(address, self.alt_text, width, height)
