"""From a layer, a shape and wishes to a scene: what is given is checked, the rest made, and a composer chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from convarith.arithmetic.integers import integer
from convarith.errors import ParameterError, nearest
from convarith.numerics.borders import extended
from convarith.numerics.convolution import weighed
from convarith.numerics.reductions import averaged, highest
from convarith.render.composers.comparing import together
from convarith.render.composers.contents import CELLS, Blank, Numbers, Symbols
from convarith.render.composers.limits import check_size, sampled
from convarith.render.composers.numbers import LARGE, SMALL, checked, seeded, seeded_kernel
from convarith.render.composers.sliding import Reading, first_highest, maximum, mean, slid_scene, weighted_sum
from convarith.render.composers.stamping import paired_scene, stamped_scene
from convarith.render.sources import numbers_of

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from convarith.arithmetic.layer import Layer, Shape
    from convarith.arithmetic.windows import Windows
    from convarith.render.scene import Scene

    Given = ArrayLike | str | os.PathLike[str]

REDUCTIONS = ("max", "avg")
SHOWS = ("equivalent", "stamp", "pair")
HELD = {
    "zeros": "zeros",
    "reflect": "input reflected",
    "replicate": "border repeated",
    "circular": "input wrapped around",
}
"""What padding holds in each of its modes, in words."""

PADDING_MODES = tuple(HELD)
MOST_LAYERS = 3


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked for besides a layer and a shape; see `compose`."""

    input: Given | None
    kernel: Given | None
    cells: str
    reduce: str
    padding_mode: str
    seed: int


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
    seed: int = 0,
    max_frames: int | None = None,
) -> Scene:
    """The scene of a layer's windows moving over an input.

    Args:
        layer: a `Conv`, `Pool` or `ConvTranspose`.
        input_shape: spatial shape, 1 to 3 axes.
        input: the numbers in the input, of input_shape; an array, or the path of a ``.npy`` or ``.csv`` file or of an
            image. Seeded small ones by default.
        kernel: the weights, of the layer's kernel_size; given as the input is.
        cells: what stands in cells: ``numbers``, ``symbols`` (x₀₀, w₀₀, y₀₀) or nothing (``blank``).
        show: a transposed convolution as its ``equivalent`` direct convolution, or as ``stamp``\\ s, each of which adds
            the kernel times one input into the output; a convolution or a transposed one beside its transpose
            (``pair``).
        reduce: what a pooling does: ``max`` or ``avg``.
        padding_mode: what a convolution's padding holds: ``zeros``, ``reflect``, ``replicate`` or ``circular``.
        seed: for the numbers that are not given.
        max_frames: show at most so many steps, evenly spaced; all of them if not given.

    Raises:
        ShapeError: the layer does not fit, numbers have another shape, or the picture would be too large.
        ParameterError: a word is unknown, or does not go together with the layer or with the others.
    """
    wishes = _checked(input, kernel, cells, reduce, padding_mode, seed)
    limit = None if max_frames is None else integer(max_frames, "max_frames", 1)
    if show not in SHOWS:
        raise ParameterError(f"unknown show {show!r}; {nearest(str(show), SHOWS)}", value=show)
    return sampled(_composed(layer, input_shape, wishes, show, limit), limit)


def compose_together(
    layers: Sequence[Layer],
    input_shape: Shape,
    *,
    input: Given | None = None,
    kernel: Given | None = None,
    cells: str = "numbers",
    reduce: str = "max",
    padding_mode: str = "zeros",
    seed: int = 0,
    max_frames: int | None = None,
) -> Scene:
    """The scene of two or three layers on one input, side by side and in step.

    Arguments as for `compose`; the input is the same for all, the kernel for all that have weights, and padding_mode
    for all convolutions.

    Raises:
        ShapeError: as `compose`.
        ParameterError: as `compose`; or there are fewer than two layers or more than three, or a kernel is given for
            several sizes of kernel.
    """
    given = list(layers)
    if not 2 <= len(given) <= MOST_LAYERS:
        are = "is" if len(given) == 1 else "are"
        raise ParameterError(
            f"a comparison shows 2 or {MOST_LAYERS} layers, and {len(given)} {are} given", layers=len(given)
        )
    wishes = _checked(input, kernel, cells, reduce, padding_mode, seed)
    limit = None if max_frames is None else integer(max_frames, "max_frames", 1)
    shape = given[0].windows(input_shape).input_shape
    _check_shared(given, shape, wishes)
    if cells == "numbers" and input is None:  # one for all, whatever they are
        below = LARGE if all(layer.kind == "pooling" for layer in given) else SMALL
        wishes = replace(wishes, input=seeded(shape, below, wishes.seed))
    scenes = [_composed(layer, shape, _of_its_own(wishes, layer), "equivalent", limit) for layer in given]
    return sampled(together(scenes, shape), limit)


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
    windows = layer.windows(input_shape)
    # Stamps are the windows of the transpose, written to where those read; a pair has both sides of it.
    backwards = show == "stamp" or (show == "pair" and layer.kind != "convolution")
    check_size(windows.transpose() if backwards else windows, limit)
    if show == "pair":
        return _pair(layer, windows, wishes)
    if show == "stamp":
        return _stamps(layer, windows, wishes)
    if layer.kind == "pooling":
        return _pooled(layer, windows, wishes)
    return _slid(layer, windows, wishes)


def _checked(
    input: Given | None, kernel: Given | None, cells: str, reduce: str, padding_mode: str, seed: int
) -> Wishes:
    for name, word, known in (
        ("cells", cells, CELLS),
        ("reduction", reduce, REDUCTIONS),
        ("padding_mode", padding_mode, PADDING_MODES),
    ):
        if word not in known:
            raise ParameterError(f"unknown {name} {word!r}; {nearest(str(word), known)}", value=word)
    if cells != "numbers" and (input is not None or kernel is not None):
        raise ParameterError(
            f"cells {cells!r} show no numbers, and some are given; leave them out, or ask for cells 'numbers'",
            cells=cells,
        )
    return Wishes(input, kernel, cells, reduce, padding_mode, integer(seed, "seed", 0))


def _check_together(layer: Layer, wishes: Wishes, show: str) -> None:
    if layer.kind == "pooling" and wishes.kernel is not None:
        raise ParameterError("a pooling has no weights; leave the kernel out")
    if (layer.kind == "pooling" and show != "equivalent") or (layer.kind == "convolution" and show == "stamp"):
        others = "a transposed convolution" + (" or a convolution" if show == "pair" else "")
        raise ParameterError(f"show {show!r} is for {others}, and this is a {layer.kind}; leave it out", show=show)
    if wishes.padding_mode != "zeros" and (layer.kind != "convolution" or show != "equivalent"):
        what = f"a {layer.kind}" if layer.kind != "convolution" else f"show {show!r}"
        raise ParameterError(
            f"padding_mode {wishes.padding_mode!r} is for a convolution alone, and this is {what}; leave it out",
            padding_mode=wishes.padding_mode,
        )


def _slid(layer: Layer, windows: Windows, wishes: Wishes) -> Scene:
    """A convolution, or a transposed one as its equivalent."""
    reading = Reading(windows, wishes.padding_mode)
    contents: Blank
    if wishes.cells == "numbers":
        x = _input(windows.input_shape, wishes, SMALL)
        w = _kernel(windows, wishes)
        padded, over = (x, windows)
        if wishes.padding_mode != "zeros":
            batch, over = extended(x[None, None], windows, wishes.padding_mode)
            padded = batch[0, 0]
        contents = Numbers(x, weighed(padded, w, over), w)
    else:
        contents = _unnumbered(wishes)
    return slid_scene(
        layer.kind,
        layer.explain(windows.input_shape),
        reading,
        contents,
        weighted_sum(reading, contents),
        kernel=True,
        names={"padding": f"padding ({HELD[wishes.padding_mode]})"},
        zero=contents.zero,
        said="" if wishes.padding_mode == "zeros" else f"{wishes.padding_mode} padding",
    )


def _pooled(layer: Layer, windows: Windows, wishes: Wishes) -> Scene:
    reading = Reading(windows)
    largest = wishes.reduce == "max"
    contents: Blank = _unnumbered(wishes)
    winner = None
    if wishes.cells == "numbers":
        x = _input(windows.input_shape, wishes, LARGE)
        if largest:
            y = highest(x if _every_window_meets_input(windows) else x.astype(float), windows)
            winner = first_highest(reading, x)
        else:
            y = averaged(x, windows)
        contents = Numbers(x, y)
    return slid_scene(
        "maximum pooling" if largest else "average pooling",
        layer.explain(windows.input_shape),
        reading,
        contents,
        (maximum if largest else mean)(reading, contents),
        kernel=False,
        names={"padding": "padding (nothing)" if largest else "padding (zeros)"},
        zero="" if largest else contents.zero,
        winner=winner,
    )


def _stamps(layer: Layer, windows: Windows, wishes: Wishes) -> Scene:
    numbers, contents = None, _unnumbered(wishes)
    if wishes.cells == "numbers":
        x, w = _input(windows.input_shape, wishes, SMALL), _kernel(windows, wishes)
        numbers, contents = (x, w), Numbers(x, x, w)
    return stamped_scene(layer.explain(windows.input_shape), windows.transpose(), contents, numbers)


def _pair(layer: Layer, windows: Windows, wishes: Wishes) -> Scene:
    """The direct convolution and the transposed one, whichever of them the layer is; the other's input is seeded."""
    direct = windows if layer.kind == "convolution" else windows.transpose()
    reading = Reading(direct)
    if wishes.cells != "numbers":
        contents = _unnumbered(wishes)
        return paired_scene(layer.explain(windows.input_shape), reading, contents, contents, None)
    own, w = _input(windows.input_shape, wishes, SMALL), _kernel(windows, wishes)
    other = seeded(windows.output_shape, SMALL, wishes.seed + 1)
    large, small = (own, other) if layer.kind == "convolution" else (other, own)
    return paired_scene(
        layer.explain(windows.input_shape),
        reading,
        Numbers(large, weighed(large, w, direct), w),
        Numbers(small, small, w),
        (small, w),
    )


def _unnumbered(wishes: Wishes) -> Blank:
    return Symbols() if wishes.cells == "symbols" else Blank()


def _input(shape: tuple[int, ...], wishes: Wishes, below: int) -> NDArray[Any]:
    if wishes.input is None:
        return seeded(shape, below, wishes.seed)
    return checked(numbers_of(wishes.input, shape), shape, "input")


def _kernel(windows: Windows, wishes: Wishes) -> NDArray[Any]:
    size = windows.kernel_size
    if wishes.kernel is None:
        return seeded_kernel(size, wishes.seed)
    return checked(numbers_of(wishes.kernel, size), size, "kernel")


def _every_window_meets_input(windows: Windows) -> bool:
    return all(any(True for _ in axis.entries(output)) for axis in windows.axes for output in range(axis.count))
