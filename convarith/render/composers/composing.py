"""From a layer, a shape and wishes to a scene: what is given is checked, the rest made, and a composer chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from convarith.arithmetic.integers import integer
from convarith.errors import ParameterError, nearest
from convarith.numerics.convolution import weighed
from convarith.render.composers.channelling import channelled_scene, checked_channels
from convarith.render.composers.comparing import checked_headings, together
from convarith.render.composers.contents import CELLS, Numbers
from convarith.render.composers.counting import counted_scene
from convarith.render.composers.limits import check_marks, check_size, sampled
from convarith.render.composers.numbers import LARGE, SMALL, seeded
from convarith.render.composers.overlapping import overlapped_scene
from convarith.render.composers.readings import Reading
from convarith.render.composers.sliding import slid_scene
from convarith.render.composers.stacking import checked_output, stacked_scene, stacked_windows
from convarith.render.composers.stamping import paired_scene, stamped_scene
from convarith.render.composers.subsampling import check_strided, subsampled_scene
from convarith.render.composers.switching import switched_scene
from convarith.render.composers.unrolling import unrolled_scene
from convarith.render.composers.wishes import (
    PADDING_MODES,
    REDUCTIONS,
    Wishes,
    checked_wishes,
    input_numbers,
    kernel_numbers,
    unnumbered,
)
from convarith.render.composers.works import work_of

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from convarith.arithmetic.layer import Layer, Shape
    from convarith.arithmetic.windows import Windows
    from convarith.render.composers.channelling import Channels
    from convarith.render.scene import Scene

    Given = ArrayLike | str | os.PathLike[str]

__all__ = ["CELLS", "PADDING_MODES", "REDUCTIONS", "SHOWS", "compose", "compose_stack", "compose_together"]

MOST_COMPARED = 3


def compose(
    layer: Layer,
    input_shape: Shape,
    *,
    input: Given | None = None,
    kernel: Given | None = None,
    cells: str = "numbers",
    show: str = "equivalent",
    reduce: str = "max",
    padding_mode: str = "zeros",
    in_channels: int = 1,
    out_channels: int = 1,
    groups: int = 1,
    seed: int = 0,
    max_frames: int | None = None,
) -> Scene:
    """The scene of a layer's windows moving over an input.

    Args:
        layer: a `Conv`, `Pool` or `ConvTranspose`.
        input_shape: spatial shape, 1 to 3 axes.
        input: the numbers in the input, of input_shape, with channels (in_channels, *input_shape); an array, or the
            path of a ``.npy`` or ``.csv`` file or of an image. Seeded small ones by default.
        kernel: the weights, of the layer's kernel_size, with channels (out_channels, in_channels/groups,
            *kernel_size); given as the input is.
        cells: what stands in cells: ``numbers``, ``symbols`` (x₀₀, w₀₀, y₀₀) or nothing (``blank``).
        show: what is seen of the layer:

            - ``equivalent``: its windows; a transposed convolution's as its equivalent direct convolution;
            - ``stamp``: a transposed convolution as stamps, each of which adds the kernel times one input;
            - ``pair``: a convolution or a transposed one beside its transpose;
            - ``matrix``: its windows with the row of C that each is (Cᵀ, if it is transposed);
            - ``subsampled``: the stride of a convolution or pooling as stride 1 with outputs dropped;
            - ``counting``: the positions of a convolution's or pooling's window counted, with arrows, without numbers;
            - ``overlap``: how many stamps of a transposed convolution reach each output;
            - ``switches``: a maximum pooling that keeps where its maxima stood, and the unpooling.
        reduce: what a pooling does: ``max`` or ``avg``.
        padding_mode: what a convolution's padding holds: ``zeros``, ``reflect``, ``replicate`` or ``circular``.
        in_channels: how many input maps a convolution has, up to 8.
        out_channels: how many output maps it has, up to 8.
        groups: in how many groups these are; as many as input maps make it depthwise.
        seed: for the numbers that are not given.
        max_frames: show at most so many steps, evenly spaced; all of them if not given.

    Raises:
        ShapeError: the layer does not fit, numbers have another shape, or the picture would be too large.
        ParameterError: a word is unknown, or does not go together with the layer or with the others.
    """
    wishes = checked_wishes(input, kernel, cells, reduce, padding_mode, seed)
    limit = None if max_frames is None else integer(max_frames, "max_frames", 1)
    channels = checked_channels(in_channels, out_channels, groups)
    if show not in tuple(SHOWS):  # which takes what has no hash, too
        raise ParameterError(f"unknown show {show!r}; {nearest(str(show), SHOWS)}", value=show)
    if channels.are_many:
        _check_channelled(layer, wishes, show)
        return sampled(_channels(layer, input_shape, wishes, channels, limit), limit)
    return sampled(_composed(layer, input_shape, wishes, show, limit), limit)


def compose_together(
    layers: Sequence[Layer],
    input_shape: Shape,
    *,
    input: Given | None = None,
    kernel: Given | None = None,
    cells: str = "numbers",
    headings: Sequence[str] | None = None,
    reduce: str = "max",
    padding_mode: str = "zeros",
    seed: int = 0,
    max_frames: int | None = None,
) -> Scene:
    """The scene of two or three layers on one input, side by side and in step.

    Arguments as for `compose`; the input is the same for all, the kernel for all that have weights, and padding_mode
    for all convolutions. ``headings`` are what stands above each instead of its parameters.

    Raises:
        ShapeError: as `compose`.
        ParameterError: as `compose`; or there are fewer than two layers or more than three, a kernel is given for
            several sizes of kernel, or there is not one heading for each layer.
    """
    given = list(layers)
    if not 2 <= len(given) <= MOST_COMPARED:
        are = "is" if len(given) == 1 else "are"
        raise ParameterError(
            f"a comparison shows 2 or {MOST_COMPARED} layers, and {len(given)} {are} given", layers=len(given)
        )
    words = checked_headings(headings, len(given))
    wishes = checked_wishes(input, kernel, cells, reduce, padding_mode, seed)
    limit = None if max_frames is None else integer(max_frames, "max_frames", 1)
    shape = given[0].windows(input_shape).input_shape
    _check_shared(given, shape, wishes)
    for layer in given:
        check_size(layer.windows(shape), limit)
    if cells == "numbers" and input is None:  # one for all, whatever they are
        below = LARGE if all(layer.kind == "pooling" for layer in given) else SMALL
        wishes = replace(wishes, input=seeded(shape, below, wishes.seed))
    scenes = [_composed(layer, shape, _of_its_own(wishes, layer), "equivalent", limit) for layer in given]
    return sampled(together(scenes, shape, words), limit)


def compose_stack(
    layers: Sequence[Layer],
    input_shape: Shape,
    *,
    at: Shape | None = None,
    cells: str = "numbers",
    max_frames: int | None = None,
) -> Scene:
    """The scene of a stack of layers, and of what one of its outputs reads: its receptive field, walked back layer by
    layer.

    Args:
        layers: 2 to 8, from the input to the output.
        input_shape: spatial shape of the first one's input, 1 to 3 axes.
        at: the index of the output, one number for each axis; the middle one by default.
        cells: ``numbers`` for how many ways lead from a cell to the output, or nothing (``blank``).
        max_frames: as for `compose`.

    Raises:
        ShapeError: a layer does not fit what the one before it gives, there is no such output, or the picture would be
            too large.
        ParameterError: there are fewer than two layers or more than eight, or a word is unknown.
    """
    if cells not in ("numbers", "blank"):
        raise ParameterError(
            f"unknown cells {cells!r} of a stack; {nearest(str(cells), ['numbers', 'blank'])}", value=cells
        )
    limit = None if max_frames is None else integer(max_frames, "max_frames", 1)
    given = list(layers)
    met = stacked_windows(given, input_shape)
    output = checked_output(at, met[-1].output_shape)
    return sampled(stacked_scene(given, met, output, lettered=cells == "numbers"), limit)


def _check_shared(layers: Sequence[Layer], shape: tuple[int, ...], wishes: Wishes) -> None:
    """Refuse what none of the layers can have, and one kernel for several sizes."""
    if wishes.kernel is not None:
        sizes = sorted({layer.windows(shape).kernel_size for layer in layers if layer.kind != "pooling"})
        if not sizes:
            raise ParameterError("a pooling has no weights; leave the kernel out")
        if len(sizes) > 1:
            raise ParameterError(
                f"one kernel is given, and the layers have the kernel sizes {' and '.join(map(str, sizes))}; "
                f"leave it out, or compare layers of one kernel size",
                kernel_sizes=tuple(sizes),
            )
    if wishes.padding_mode != "zeros" and not any(layer.kind == "convolution" for layer in layers):
        raise ParameterError(
            f"padding_mode {wishes.padding_mode!r} is for convolutions, and none is compared; leave it out",
            padding_mode=wishes.padding_mode,
        )


def _of_its_own(wishes: Wishes, layer: Layer) -> Wishes:
    """What of the wishes a layer in a comparison can have."""
    return replace(
        wishes,
        kernel=None if layer.kind == "pooling" else wishes.kernel,
        padding_mode=wishes.padding_mode if layer.kind == "convolution" else "zeros",
    )


def _composed(layer: Layer, input_shape: Shape, wishes: Wishes, show: str, limit: int | None) -> Scene:
    """The scene with all its steps."""
    _check_together(layer, wishes, show)
    return SHOWS[show].scene(layer, layer.windows(input_shape), wishes, limit)


def _check_together(layer: Layer, wishes: Wishes, show: str) -> None:
    if layer.kind == "pooling" and wishes.kernel is not None:
        raise ParameterError("a pooling has no weights; leave the kernel out")
    if layer.kind not in SHOWS[show].kinds:
        others = " or ".join(f"a {kind}" for kind in SHOWS[show].kinds)
        raise ParameterError(f"show {show!r} is for {others}, and this is a {layer.kind}; leave it out", show=show)
    if wishes.padding_mode != "zeros" and (layer.kind != "convolution" or show != "equivalent"):
        what = f"a {layer.kind}" if layer.kind != "convolution" else f"show {show!r}"
        raise ParameterError(
            f"padding_mode {wishes.padding_mode!r} is for a convolution alone, and this is {what}; leave it out",
            padding_mode=wishes.padding_mode,
        )


def _check_channelled(layer: Layer, wishes: Wishes, show: str) -> None:
    """Refuse channels of what is drawn as one map."""
    what = ""
    if layer.kind != "convolution":
        what = f"this is a {layer.kind}"
    elif show != "equivalent":
        what = f"show is {show!r}"
    elif wishes.padding_mode != "zeros":
        what = f"padding_mode is {wishes.padding_mode!r}"
    elif wishes.cells == "symbols":
        what = "cells are 'symbols'"
    if what:
        raise ParameterError(f"channels are shown of a convolution with its numbers, and {what}; leave them out")


def _channels(layer: Layer, input_shape: Shape, wishes: Wishes, channels: Channels, limit: int | None) -> Scene:
    windows = layer.windows(input_shape)
    check_size(windows, limit, maps=channels.inputs)
    return channelled_scene(layer.explain(windows.input_shape), windows, wishes, channels)


# One function for each thing that can be shown: (layer, windows, wishes, limit of frames) -> scene.


def _slid(layer: Layer, windows: Windows, wishes: Wishes, limit: int | None) -> Scene:
    check_size(windows, limit)
    return slid_scene(layer.explain(windows.input_shape), work_of(layer.kind, windows, wishes))


def _unrolled(layer: Layer, windows: Windows, wishes: Wishes, limit: int | None) -> Scene:
    check_size(windows, limit)
    return unrolled_scene(layer.explain(windows.input_shape), work_of(layer.kind, windows, wishes))


def _subsampled(layer: Layer, windows: Windows, wishes: Wishes, limit: int | None) -> Scene:
    check_strided(windows)
    dense = windows.unstrided()
    check_size(dense, limit)
    return subsampled_scene(layer.explain(windows.input_shape), windows, work_of(layer.kind, dense, wishes))


def _counting(layer: Layer, windows: Windows, wishes: Wishes, limit: int | None) -> Scene:
    if wishes.input is not None or wishes.kernel is not None:
        raise ParameterError("show 'counting' shows no numbers, and some are given; leave them out", show="counting")
    steps = 1 + sum(count - 1 for count in windows.output_shape)
    check_size(windows, limit, steps)
    check_marks(steps * steps // 2)  # each step shows the arrows up to it
    return counted_scene(layer.explain(windows.input_shape), windows)


def _overlap(layer: Layer, windows: Windows, wishes: Wishes, limit: int | None) -> Scene:
    if wishes.input is not None or wishes.kernel is not None:
        raise ParameterError("show 'overlap' counts stamps, and numbers are given; leave them out", show="overlap")
    check_size(windows.transpose(), limit)
    lettered = wishes.cells == "numbers"
    return overlapped_scene(layer.explain(windows.input_shape), windows.transpose(), lettered=lettered)


def _switches(layer: Layer, windows: Windows, wishes: Wishes, limit: int | None) -> Scene:
    if wishes.reduce != "max" or wishes.cells != "numbers":
        what = f"reduce {wishes.reduce!r}" if wishes.reduce != "max" else f"cells {wishes.cells!r}"
        raise ParameterError(f"show 'switches' is of maxima of numbers, and {what} is asked for; leave it out")
    check_size(windows, limit, 2 * prod(windows.output_shape))
    return switched_scene(layer.explain(windows.input_shape), windows, wishes)


def _stamps(layer: Layer, windows: Windows, wishes: Wishes, limit: int | None) -> Scene:
    direct = windows.transpose()  # stamps are the windows of the transpose, written to where those read
    check_size(direct, limit)
    numbers, contents = None, unnumbered(wishes)
    if wishes.cells == "numbers":
        x, w = input_numbers(windows.input_shape, wishes), kernel_numbers(windows, wishes)
        numbers, contents = (x, w), Numbers(x, x, w)
    return stamped_scene(layer.explain(windows.input_shape), direct, contents, numbers)


def _pair(layer: Layer, windows: Windows, wishes: Wishes, limit: int | None) -> Scene:
    """The direct convolution and the transposed one, whichever of them the layer is; the other's input is seeded."""
    direct = windows if layer.kind == "convolution" else windows.transpose()
    check_size(direct, limit)
    reading = Reading(direct)
    if wishes.cells != "numbers":
        contents = unnumbered(wishes)
        return paired_scene(layer.explain(windows.input_shape), reading, contents, contents, None)
    own, w = input_numbers(windows.input_shape, wishes), kernel_numbers(windows, wishes)
    other = seeded(windows.output_shape, SMALL, wishes.seed + 1)
    large, small = (own, other) if layer.kind == "convolution" else (other, own)
    return paired_scene(
        layer.explain(windows.input_shape),
        reading,
        Numbers(large, weighed(large, w, direct), w),
        Numbers(small, small, w),
        (small, w),
    )


class Show(NamedTuple):
    """Something that can be shown of layers."""

    kinds: tuple[str, ...]
    """Of which layers."""
    scene: Callable[[Layer, Windows, Wishes, int | None], Scene]


WEIGHTED = ("transposed convolution", "convolution")
STRIDED = ("convolution", "pooling")
TRANSPOSED = ("transposed convolution",)

SHOWS: dict[str, Show] = {
    "equivalent": Show(("convolution", "pooling", "transposed convolution"), _slid),
    "stamp": Show(TRANSPOSED, _stamps),
    "pair": Show(WEIGHTED, _pair),
    "matrix": Show(WEIGHTED, _unrolled),
    "subsampled": Show(STRIDED, _subsampled),
    "counting": Show(STRIDED, _counting),
    "overlap": Show(TRANSPOSED, _overlap),
    "switches": Show(("pooling",), _switches),
}
"""What `compose` can show."""
