"""The whole way at once: a network and its input in, a file out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from convarith.errors import ParameterError, nearest
from convarith.render.networks.box_scenes import box_scene
from convarith.render.networks.field_scenes import field_scene
from convarith.render.writing import Look, Writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex

    from convarith.network.graph import Network
    from convarith.network.tracing import Trace
    from convarith.render.animation import Animation
    from convarith.render.networks.diagram import BoxScene
    from convarith.render.networks.field_diagram import FieldScene
    from convarith.render.themes import Theme

    Shape = Sequence[SupportsIndex]

PICTURES = ("boxes", "field", "depth")

STILL_SUFFIXES = (".svg",)
"""A diagram in a page moves only where a moving format is asked for."""


def draw_network(
    network: Network,
    path: str | os.PathLike[str],
    input_shape: Shape | None = None,
    *,
    picture: str = "boxes",
    layer: str | None = None,
    unit: SupportsIndex | Shape | None = None,
    fold: bool | None = None,
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
    """Write a picture of a network on an input; the path's suffix picks the format.

    Args:
        network: from `convarith.network`.
        path: the file, which is written whole or not at all: ``.png``, ``.svg``, ``.pdf`` or ``.tex`` (stills),
            ``.gif``, ``.apng``, ``.webp`` or ``.mp4`` (one layer after the other), ``.json`` (the scene); or a folder
            of numbered frames, if it ends in a slash or is one. Plots over depth are ``.png``, ``.svg`` or ``.pdf``.
        input_shape: (channels, sizes ...); the network's own, if not given.
        picture: ``boxes``, the layers as boxes with their shapes, which light up one after the other where it moves;
            ``field``, what one unit reads, walked back to the input; or ``depth``, plots of the sizes, parameters, MACs
            and receptive fields of all layers.
        layer: the unit's layer, by its name; the last one that has more than one unit, if not given.
        unit: the index of the unit, one number for each axis; the middle one, if not given.
        fold: whether boxes that repeat are shown once; if not given, where there are many.
        theme: ``default``, ``guide``, ``dark``, ``print``, a `Theme`, or the path of a ``.toml`` file.
        width, scale, frame_ms, loop, caption, frame, strip, frames_as, force: as for `animate`.

    Raises:
        ShapeError: the network does not fit the input, there is no such unit, or the picture would be too large.
        ParameterError: a word is unknown, there is no such layer, or an argument does not go with the picture.
        OSError: the file cannot be written.

    >>> import convarith as ca, tempfile
    >>> network = ca.network.parse("5-1-2Conv6 -> 2-2MaxPool -> FC10")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ca.render.draw_network(network, f"{folder}/net.svg", (1, 28, 28)).title
    'A network: 1×28×28 → 10'
    >>> ca.render.draw_network(network, "net.svg", (1, 28, 28), picture="box")
    Traceback (most recent call last):
    convarith.errors.ParameterError: unknown picture 'box'; did you mean 'boxes'? Known are boxes, field, depth
    """
    _check_picture(picture, layer, unit, fold)
    if picture == "depth":
        from convarith.render.networks.depth_plots import write_depth  # matplotlib, which nothing else here waits for

        _check_still(frame_ms, frame, strip)
        return write_depth(
            network, path, input_shape, theme=theme, width=width, scale=scale, caption=caption, force=force
        )
    look = Look("flat", theme, width, scale, frame_ms, loop, caption, frame, strip, frames_as, force)
    writing = Writing(path, look, STILL_SUFFIXES)
    return writing.write(_scene(network, input_shape, picture, layer, unit, fold))


def compose_network(
    network: Network,
    input_shape: Shape | None = None,
    *,
    picture: str = "boxes",
    layer: str | None = None,
    unit: SupportsIndex | Shape | None = None,
    fold: bool | None = None,
) -> BoxScene | FieldScene:
    """The scene of a picture of a network, for `draw` and `draw_on`; arguments and errors as for `draw_network`.

    >>> import convarith as ca
    >>> scene = compose_network(ca.network.parse("3Conv8 -> 3-2Conv8"), (1, 9, 9), picture="field", unit=(0, 1))
    >>> scene.title
    'What unit (0, 1) of conv2 reads: 5×5 of the input'
    """
    _check_picture(picture, layer, unit, fold)
    if picture == "depth":
        raise ParameterError("plots over depth have no scene; draw_network writes them as a file", picture=picture)
    return _scene(network, input_shape, picture, layer, unit, fold)


def _scene(
    network: Network,
    input_shape: Shape | None,
    picture: str,
    layer: str | None,
    unit: SupportsIndex | Shape | None,
    fold: bool | None,
) -> BoxScene | FieldScene:
    found = _traced(network, input_shape)
    return box_scene(found, fold=fold) if picture == "boxes" else field_scene(found, layer=layer, unit=unit)


def _traced(network: Network, input_shape: Shape | None) -> Trace:
    """What every layer makes of the input.

    Raises:
        ShapeError: a layer does not fit; the sentence names it, and what would mend it.
    """
    from convarith.network.table import tabulate

    return tabulate(network, input_shape).trace


def _check_picture(picture: str, layer: object, unit: object, fold: object) -> None:
    """Refuse an unknown picture, and what does not go with it."""
    if picture not in PICTURES:
        raise ParameterError(f"unknown picture {picture!r}; {nearest(str(picture), PICTURES)}", value=picture)
    if picture != "field" and (layer is not None or unit is not None):
        word = "layer" if unit is None else "unit"
        raise ParameterError(f"a {word} is for what it reads; give picture='field', or leave the {word} out")
    if picture != "boxes" and fold is not None:
        raise ParameterError("only boxes are folded; give picture='boxes', or leave fold out")


def _check_still(frame_ms: object, frame: object, strip: object) -> None:
    """Refuse what is for pictures of several steps."""
    for name, value in (("frame_ms", frame_ms), ("frame", frame), ("strip", strip)):
        if value is not None:
            raise ParameterError(f"a plot over depth is one still; leave {name} out", **{name: value})
