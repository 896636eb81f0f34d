"""The whole way at once: a layer and an input shape in, a file or a drawing out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from convarith.render.composers import compose, compose_stack, compose_together
from convarith.render.laying_out import page_of
from convarith.render.theme_files import theme_named
from convarith.render.views import view_named
from convarith.render.writing import FRAME_MS, WIDTH_PX, Look, Writing, between, checked_frame, still_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

    from convarith.arithmetic.layer import Layer, Shape
    from convarith.render.animation import Animation
    from convarith.render.drawing import Drawing
    from convarith.render.laying_out import AnyScene
    from convarith.render.themes import Theme

    Numbers = ArrayLike | str | os.PathLike[str]


def animate(
    layer: Layer,
    input_shape: Shape,
    path: str | os.PathLike[str],
    *,
    input: Numbers | None = None,
    kernel: Numbers | None = None,
    cells: str = "numbers",
    show: str = "equivalent",
    reduce: str = "max",
    padding_mode: str = "zeros",
    in_channels: int = 1,
    out_channels: int = 1,
    groups: int = 1,
    seed: int = 0,
    max_frames: int | None = None,
    view: str = "flat",
    theme: str | Theme | os.PathLike[str] = "default",
    width: int | None = None,
    scale: int = 1,
    frame_ms: int | None = None,
    loop: int = 0,
    caption: bool = True,
    frame: int | str | None = None,
    strip: int | None = None,
    frames_as: str = "png",
    force: bool = True,
) -> Animation:
    """Write an animation, or a still, of a layer's windows moving over an input; the path's suffix picks the format.

    Args:
        layer: a `Conv`, `Pool` or `ConvTranspose`.
        input_shape: spatial shape, 1 to 3 axes.
        path: the file, which is written whole or not at all: ``.gif``, ``.apng``, ``.webp``, ``.mp4`` or ``.svg``
            (animated), ``.png``, ``.pdf`` or ``.tex`` (TikZ; a still), ``.json`` (the scene); or a folder of numbered
            frames, if it ends in a slash or is one.
        input: the numbers in the input, of input_shape; an array, or the path of a ``.npy`` or ``.csv`` file or of an
            image. Seeded small ones by default.
        kernel: the weights, of the layer's kernel_size; given as the input is.
        cells: what stands in cells: ``numbers``, ``symbols`` (x₀₀, w₀₀, y₀₀) or nothing (``blank``).
        show: ``equivalent``, ``stamp``, ``pair``, ``matrix``, ``subsampled``, ``counting``, ``overlap`` or
            ``switches``, as `compose` explains them.
        reduce: what a pooling does: ``max`` or ``avg``.
        padding_mode: what a convolution's padding holds: ``zeros``, ``reflect``, ``replicate`` or ``circular``.
        in_channels, out_channels, groups: the maps of a convolution; see `compose`.
        seed: for the numbers that are not given.
        max_frames: show at most so many steps, evenly spaced; the caption says so.
        view: ``flat``, or ``sheets`` as in the guide.
        theme: ``default``, ``guide``, ``dark``, ``print``, a `Theme`, or the path of a ``.toml`` file.
        width: of the picture on the page, in pixels; what a README shows at most, if not given. Cells grow or shrink to
            fit, and numbers are left out where cells are too small for them.
        scale: pixels of the file for each of those: 2 for sharp displays; 1 to 4.
        frame_ms: how long a step stands, in milliseconds; for a loop of about 10 s by default.
        loop: how often it is played; 0 for ever.
        caption: whether there are title, formulas, sums and legend.
        frame: a single frame instead of the animation: its number from 0, or ``poster``, which tells the whole story
            and is the default of stills.
        strip: a contact sheet of so many key frames instead.
        frames_as: ``png``, ``pdf`` or ``svg``, for a folder.
        force: whether a file that exists is replaced.

    Raises:
        ShapeError: the layer does not fit, numbers have another shape, or the picture would be too large.
        ParameterError: a word is unknown, or does not go together with the layer or with the others.
        OSError: a file cannot be read or written.

    >>> import convarith as ca, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     animate(ca.Conv(3), (5,), f"{folder}/conv.gif").frames
    3
    >>> animate(ca.Conv(3), (5,), "conv.gfi")
    Traceback (most recent call last):
    convarith.errors.ParameterError: unknown suffix '.gfi' of 'conv.gfi'; did you mean '.gif'? Known are .gif, .png, \
.apng, .webp, .mp4, .svg, .pdf, .tex, .json
    """
    look = Look(view, theme, width, scale, frame_ms, loop, caption, frame, strip, frames_as, force)
    writing = Writing(path, look)
    scene = compose(
        layer,
        input_shape,
        input=input,
        kernel=kernel,
        cells=cells,
        show=show,
        reduce=reduce,
        padding_mode=padding_mode,
        in_channels=in_channels,
        out_channels=out_channels,
        groups=groups,
        seed=seed,
        max_frames=max_frames,
    )
    return writing.write(scene)


def compare(
    layers: Sequence[Layer],
    input_shape: Shape,
    path: str | os.PathLike[str],
    *,
    input: Numbers | None = None,
    kernel: Numbers | None = None,
    cells: str = "numbers",
    headings: Sequence[str] | None = None,
    reduce: str = "max",
    padding_mode: str = "zeros",
    seed: int = 0,
    max_frames: int | None = None,
    view: str = "flat",
    theme: str | Theme | os.PathLike[str] = "default",
    width: int | None = None,
    scale: int = 1,
    frame_ms: int | None = None,
    loop: int = 0,
    caption: bool = True,
    frame: int | str | None = None,
    strip: int | None = None,
    frames_as: str = "png",
    force: bool = True,
) -> Animation:
    """Write two or three layers side by side on one input, in step.

    Arguments and errors as for `animate`; the kernel is for the layers that have one. A layer of fewer windows stays
    longer at each. ``headings`` stand above the layers instead of their parameters.

    >>> import convarith as ca, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     compare([ca.Conv(3), ca.Conv(3, stride=2)], (5,), f"{folder}/strides.gif").title
    'Two layers on an input of 5'
    """
    look = Look(view, theme, width, scale, frame_ms, loop, caption, frame, strip, frames_as, force)
    writing = Writing(path, look)
    scene = compose_together(
        layers,
        input_shape,
        input=input,
        kernel=kernel,
        cells=cells,
        headings=headings,
        reduce=reduce,
        padding_mode=padding_mode,
        seed=seed,
        max_frames=max_frames,
    )
    return writing.write(scene)


def stack(
    layers: Sequence[Layer],
    input_shape: Shape,
    path: str | os.PathLike[str],
    *,
    at: Shape | None = None,
    cells: str = "numbers",
    max_frames: int | None = None,
    view: str = "flat",
    theme: str | Theme | os.PathLike[str] = "default",
    width: int | None = None,
    scale: int = 1,
    frame_ms: int | None = None,
    loop: int = 0,
    caption: bool = True,
    frame: int | str | None = None,
    strip: int | None = None,
    frames_as: str = "png",
    force: bool = True,
) -> Animation:
    """Write a stack of layers and what one of its outputs reads, walked back layer by layer: its receptive field.

    Args:
        layers: 2 to 8, from the input to the output.
        input_shape: spatial shape of the first one's input.
        path: as for `animate`, as are the arguments that are not named here.
        at: the index of the output, one number for each axis; the middle one by default.
        cells: ``numbers`` for how many ways lead from a cell to the output, or nothing (``blank``).

    Raises:
        ShapeError: a layer does not fit what the one before it gives, there is no such output, or the picture would be
            too large.
        ParameterError: there are fewer than two layers or more than eight, or a word is unknown.
        OSError: the file cannot be written.

    >>> import convarith as ca, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     stack([ca.Conv(3), ca.Conv(3)], (9, 9), f"{folder}/stack.gif").title
    'A stack of 2 layers, and what one output reads: 5×5 of the input'
    """
    look = Look(view, theme, width, scale, frame_ms, loop, caption, frame, strip, frames_as, force)
    writing = Writing(path, look)
    return writing.write(compose_stack(layers, input_shape, at=at, cells=cells, max_frames=max_frames))


def draw(
    scene: AnyScene,
    *,
    view: str = "flat",
    theme: str | Theme | os.PathLike[str] = "default",
    width: int | None = None,
    frame_ms: int | None = None,
    caption: bool = True,
) -> Drawing:
    """The drawing of a scene: paths and texts in pixels and final colours, for a painter of your own.

    Arguments and errors as for `animate`.

    >>> import convarith as ca
    >>> len(draw(ca.render.compose(ca.Conv(3), (5,))).frames)
    3
    """
    ms = None if frame_ms is None else between("frame_ms", frame_ms, *FRAME_MS)
    wide = None if width is None else between("width", width, *WIDTH_PX)
    page = page_of(scene, view_named(view), theme_named(theme), width=wide, frame_ms=ms, caption=caption)
    return page.animation()


def draw_on(
    axes: Axes,
    scene: AnyScene,
    *,
    view: str = "flat",
    theme: str | Theme | os.PathLike[str] = "default",
    frame: int | str | None = None,
    caption: bool = True,
) -> None:
    """Draw one frame of a scene on matplotlib axes, for a figure of your own.

    Args:
        axes: they become the picture's page: limits, aspect, no ticks. What is added to them later lies over it.
        scene: from `compose`, `compose_together`, `compose_stack` or `compose_network`.
        view, theme, caption: as for `animate`.
        frame: its number from 0, or ``poster``, which tells the whole story and is the default.

    Lay the figure out first: letters are as large as suits the axes at the time of the call.

    Raises:
        ShapeError: there is no such frame.
        ParameterError: a word is unknown.

    >>> import convarith as ca
    >>> from matplotlib.figure import Figure
    >>> draw_on(Figure().add_subplot(), ca.render.compose(ca.Conv(3), (5, 5)))
    """
    from convarith.render.figure import paint_on  # matplotlib, which nothing else here waits for

    drawing = draw(scene, view=view, theme=theme, caption=caption)
    paint_on(axes, still_of(drawing, checked_frame(frame)))
