"""The whole way at once: a layer and an input shape in, a file out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convarith.render.composers import compose
from convarith.render.drawing import draw
from convarith.render.files import writer_for
from convarith.render.themes import DEFAULT
from convarith.render.views import Flat
from convarith.saving import check_target, write_whole

if TYPE_CHECKING:
    import os

    from numpy.typing import ArrayLike

    from convarith.arithmetic.layer import Layer, Shape


@dataclass(frozen=True, slots=True)
class Animation:
    """A picture that was written: where, what it shows in words, and how large it is."""

    path: Path
    alt_text: str
    frames: int
    width: int
    height: int
    """In pixels, as is ``width``."""

    def __str__(self) -> str:
        return f"{self.path}: {self.frames} frames, {self.width}x{self.height} pixels\n{self.alt_text}"

    def to_dict(self) -> dict[str, Any]:
        return {
            "path": str(self.path),
            "frames": self.frames,
            "width": self.width,
            "height": self.height,
            "alt_text": self.alt_text,
        }


def animate(
    layer: Layer,
    input_shape: Shape,
    path: str | os.PathLike[str],
    *,
    input: ArrayLike | None = None,
    kernel: ArrayLike | None = None,
    reduce: str = "max",
    seed: int = 0,
) -> Animation:
    """Write an animation of a layer's windows moving over an input; the path's suffix picks the format.

    Args:
        layer: a `Conv`, `Pool` or `ConvTranspose` (shown as its equivalent direct convolution).
        input_shape: spatial shape, 1 to 3 axes.
        path: the file, which is written whole or not at all; ``.gif``.
        input: the numbers in the input, of input_shape; seeded small ones by default.
        kernel: the weights, of the layer's kernel_size; seeded small ones by default.
        reduce: what a pooling does: ``max`` or ``avg``.
        seed: for the numbers that are not given.

    Raises:
        ShapeError: the layer does not fit, numbers have another shape, or the picture would be too large.
        ParameterError: the suffix or ``reduce`` is unknown, or a kernel is given to a pooling.
        OSError: the file cannot be written.

    >>> import convarith as ca, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     animate(ca.Conv(3), (5,), f"{folder}/conv.gif").frames
    3
    >>> animate(ca.Conv(3), (5,), "conv.bmp")
    Traceback (most recent call last):
    convarith.errors.ParameterError: unknown suffix '.bmp' of 'conv.bmp'; known are .gif
    """
    target = Path(path)
    write = writer_for(target)
    check_target(target)
    scene = compose(layer, input_shape, input=input, kernel=kernel, reduce=reduce, seed=seed)
    drawing = draw(scene, Flat(), DEFAULT)
    write_whole(target, write(drawing, scene.alt))
    return Animation(target, scene.alt, len(drawing.frames), drawing.width, drawing.height)
