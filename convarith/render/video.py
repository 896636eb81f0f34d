"""Videos: MP4 with H.264, encoded by ffmpeg through imageio, which is an extra since ffmpeg is large."""

from __future__ import annotations

from itertools import repeat
from math import gcd
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from convarith.render.pixels import paletted_frames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convarith.render.drawing import Drawing

MISSING = "an .mp4 needs imageio with ffmpeg; python -m pip install 'imageio[ffmpeg]', or take .webp or .gif"


def mp4_bytes(drawing: Drawing, *, scale: int = 1) -> bytes:
    """The drawing as an MP4 of even width and height that every player shows, with title and alternative text.

    Raises:
        ModuleNotFoundError: imageio or its ffmpeg is not installed.
    """
    try:
        import imageio_ffmpeg
        from imageio import v2 as imageio

        imageio_ffmpeg.get_ffmpeg_exe()
    except (ImportError, RuntimeError):  # the latter where there is imageio without an ffmpeg
        raise ModuleNotFoundError(MISSING) from None
    step = gcd(*(frame.ms for frame in drawing.frames))
    words = ["-metadata", f"title={drawing.title}", "-metadata", f"comment={drawing.alt}"]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "video.mp4"
        writer: Any = imageio.get_writer(
            path,
            format="FFMPEG",
            fps=1000 / step,
            codec="libx264",
            pixelformat="yuv420p",
            macro_block_size=1,
            quality=None,
            # Flat colours and thin lines: little loss, and no version or date in the file.
            output_params=["-crf", "18", "-tune", "animation", "-movflags", "+faststart", "-bitexact", *words],
            ffmpeg_log_level="error",
        )
        with writer as video:
            for image in _frames(drawing, scale, step):
                video.append_data(image)
        return path.read_bytes()


def _frames(drawing: Drawing, scale: int, step: int) -> Iterator[Any]:
    """Every frame as often as it has steps of time, with even sides."""
    colours, images = paletted_frames(drawing, scale)
    for image, frame in zip(images, drawing.frames, strict=True):
        image.putpalette(colours)
        pixels = np.asarray(image.convert("RGB"))
        even = np.pad(pixels, ((0, pixels.shape[0] % 2), (0, pixels.shape[1] % 2), (0, 0)), mode="edge")
        yield from repeat(even, frame.ms // step)
