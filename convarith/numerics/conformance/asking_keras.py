"""Keras, asked: what `compute_output_shape` of its layers answers, after their constructors and `build`.

That answer is Keras's own and the same with every backend; the backend computes only the numbers.
"""

from __future__ import annotations

import os
from functools import cache, partial
from importlib.util import find_spec
from math import floor
from typing import TYPE_CHECKING, Any

import numpy as np

from convarith import numerics
from convarith.errors import RefusedError
from convarith.frameworks import keras as ours
from convarith.numerics.conformance.asking import Asked, Operation, Quirk, Refused
from convarith.numerics.conformance.asking_tensorflow import miscomputed
from convarith.numerics.conformance.drawing import (
    each,
    flawed,
    length,
    number,
    often,
    put,
    spelled,
    without_defaults,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from convarith.numerics.conformance.asking import Answer, Arguments, Numbers
    from convarith.numerics.conformance.drawing import Drawn, Flaw

BACKENDS = ("tensorflow", "jax", "torch")
REFUSALS = (ValueError, TypeError, AttributeError, IndexError, OverflowError, ZeroDivisionError)

# Settings

RENAMED = {"kernel": "kernel_size", "stride": "strides", "dilation": "dilation_rate", "pool": "pool_size"}
DEFAULTS = {
    "strides": 1,
    "padding": "valid",
    "output_padding": None,
    "data_format": "channels_first",
    "dilation_rate": 1,
    "groups": 1,
}
AVG_POOL_DEFAULTS = {"strides": None, "padding": "valid", "data_format": "channels_first"}
MAX_POOL_DEFAULTS = {**AVG_POOL_DEFAULTS, "pool_size": 2}

_ANY_FLAWS: tuple[Flaw, ...] = (
    number("stride", 0, -1),
    number("sizes", 0),
    length("sizes"),
    put("data_format", "NCHW", "", "first"),
    put("batch", 0),
    put("channels", 0),
)
_CONV_FLAWS: tuple[Flaw, ...] = (
    *_ANY_FLAWS,
    number("kernel", 0, -1, 5, 13),
    number("dilation", 0, -1, 2),
    length("kernel stride dilation"),
    put("filters", 0, -1, 3),
    put("padding", "half", "full", "SAME_LOWER", "", "causal", 1, (1, 1), [0]),
)
CONV_FLAWS = (*_CONV_FLAWS, put("groups", 0, -1, 2, 3, 4))
CONV_TRANSPOSE_FLAWS = (*_CONV_FLAWS, number("output_padding", -1, 1, 2, 5), length("output_padding"))
POOL_FLAWS: tuple[Flaw, ...] = (
    *_ANY_FLAWS,
    number("pool", 0, -1, 5, 13),
    length("pool stride"),
    put("padding", "SAME", "Valid", "full", "causal", "", 1, (1, 1), None),
)


def _drawn(rng: Random, kernel: str, sizes: int) -> Drawn:
    """What convolutions and poolings have in common; ``kernel`` is what the size of the window is called."""
    ndim = rng.choice((1, 2, 2, 3))
    return {
        "ndim": ndim,
        "sizes": each(rng, ndim, 1, sizes),
        kernel: each(rng, ndim, 1, 4),
        "stride": each(rng, ndim, 1, 4),
        "padding": rng.choice(("valid", "same")),
        "data_format": rng.choice(("channels_first",) * 4 + ("channels_last", None, "CHANNELS_LAST")),
        "batch": rng.randint(1, 3),
        "channels": rng.randint(1, 4),
    }


def _dilated(rng: Random, drawn: Drawn) -> None:
    """Dilation, which Keras has with stride 1 only."""
    ndim = drawn["ndim"]
    if often(rng, 0.4):
        drawn["dilation"] = each(rng, ndim, 1, 3)
        if often(rng, 0.9):
            drawn["stride"] = [1] * ndim
    else:
        drawn["dilation"] = [1] * ndim


def sample_conv(rng: Random) -> Arguments:
    """Arguments of `keras.conv_shape`."""
    drawn = _drawn(rng, "kernel", 12)
    _dilated(rng, drawn)
    groups = rng.choice((1, 1, 1, 2, 3))
    drawn.update(groups=groups, channels=groups * rng.randint(1, 2), filters=groups * rng.randint(1, 3))
    if drawn["ndim"] == 1 and often(rng, 0.3):
        drawn["padding"] = "causal"
    flawed(rng, drawn, CONV_FLAWS)
    if often(rng, 0.2) and isinstance(drawn["padding"], str):  # convolutions take any case
        drawn["padding"] = rng.choice((str.upper, str.title))(drawn["padding"])
    return _arguments(rng, drawn, ("kernel", "stride", "dilation"), DEFAULTS)


def sample_conv_transpose(rng: Random) -> Arguments:
    """Arguments of `keras.conv_transpose_shape`."""
    drawn = _drawn(rng, "kernel", 8)
    _dilated(rng, drawn)
    drawn["filters"] = rng.randint(1, 3)
    drawn["output_padding"] = None if often(rng, 0.4) else [rng.randint(0, stride - 1) for stride in drawn["stride"]]
    flawed(rng, drawn, CONV_TRANSPOSE_FLAWS)
    if often(rng, 0.2) and isinstance(drawn["padding"], str):
        drawn["padding"] = drawn["padding"].upper()
    return _arguments(rng, drawn, ("kernel", "stride", "dilation", "output_padding"), DEFAULTS)


def _sample_pool(defaults: dict[str, Any], rng: Random) -> Arguments:
    """Arguments of `keras.max_pool_shape` and `keras.avg_pool_shape`."""
    drawn = _drawn(rng, "pool", 12)
    if often(rng, 0.4):
        drawn["stride"] = None
    flawed(rng, drawn, POOL_FLAWS)
    return _arguments(rng, drawn, ("pool", "stride"), defaults)


def _arguments(rng: Random, drawn: Drawn, per_axis: tuple[str, ...], defaults: dict[str, Any]) -> Arguments:
    """The arguments of what is drawn, the lists of ``per_axis`` in one of their spellings (seldom as a list of one)."""
    drawn = dict(drawn)
    del drawn["ndim"]
    batch, channels, spatial = drawn.pop("batch"), drawn.pop("channels"), drawn.pop("sizes")
    if often(rng, 0.01) and "output_padding" not in drawn and spatial:
        spatial = [2**53 + rng.randint(0, 2**55), *spatial[1:]]
    if isinstance(spatial, int):  # two flaws on top of each other
        spatial = [spatial]
    last = "last" in (drawn["data_format"] or "last").lower()
    shape = (batch, *spatial, channels) if last else (batch, channels, *spatial)
    arguments = {"input_shape": shape, **drawn}
    for name in per_axis:
        arguments[name] = spelled(rng, arguments[name], one=often(rng, 0.1))
    renamed = {RENAMED.get(name, name): value for name, value in arguments.items()}
    return without_defaults(rng, renamed, defaults)


def _first(arguments: Arguments) -> bool:
    """Whether the channels come first."""
    data_format: str | None = arguments.get("data_format", "channels_first")
    return data_format is not None and data_format.lower() == "channels_first"


# Answers


@cache
def _keras() -> Any:
    """Keras, on the backend that was chosen for it, or else on the first one that is installed."""
    installed = next((name for name in BACKENDS if find_spec(name) is not None), None)
    if installed is not None:
        os.environ.setdefault("KERAS_BACKEND", installed)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    return keras


def _layer(kind: str, arguments: Arguments, **more: Any) -> Any:
    """Keras's layer of this kind with these arguments, for the rank of its input."""
    keras, ndim = _keras(), len(arguments["input_shape"]) - 2
    settings = {"data_format": "channels_first", **arguments, **more}
    del settings["input_shape"]
    return getattr(keras.layers, kind.format(f"{ndim}D"))(**settings)


def _asking(kind: str, *, weights: bool) -> Callable[[Arguments], Answer]:
    more: dict[str, Any] = {"use_bias": False, "kernel_initializer": "zeros"} if weights else {}

    def ask(arguments: Arguments) -> Answer:
        shape = arguments["input_shape"]
        try:
            with np.errstate(all="ignore"):  # a pooling divides by a stride of 0 before it refuses what comes out
                layer = _layer(kind, arguments, **more)
                layer.build(shape)
                return tuple([int(size) for size in layer.compute_output_shape(shape)])
        except REFUSALS as refusal:
            return Refused(f"{type(refusal).__name__}: {refusal}")

    return ask


# Numbers


def _numbers(
    kind: str, our_shape: Callable[..., tuple[int, ...]], compute: Callable[..., Any]
) -> Callable[[Arguments], Numbers | None]:
    """``compute(x, w, arguments, spatial)`` are our values; a pooling's w is None."""

    def numbers(arguments: Arguments) -> Numbers | None:
        try:
            answer = our_shape(**arguments)
        except RefusedError:
            return None
        shape = arguments["input_shape"]
        if not all(shape) or not all(answer) or max(shape) > 2**53:
            return None
        first = _first(arguments)
        batch, channels, *spatial = shape if first else (shape[0], shape[-1], *shape[1:-1])
        random = np.random.default_rng(sum(shape))
        x = random.integers(-9, 10, (batch, channels, *spatial))
        settings = {**arguments, "input_shape": (batch, *spatial, channels)}
        weighted = "filters" in arguments
        layer = _layer(kind, settings, data_format="channels_last", **({"use_bias": False} if weighted else {}))
        layer.build(settings["input_shape"])
        w = None
        if weighted:  # (k..., in/groups, out) and, transposed, (k..., out, in)
            kernel = random.integers(-9, 10, layer.kernel.shape)
            layer.set_weights([kernel.astype(np.float32)])
            w = np.moveaxis(kernel, (-1, -2), (0, 1))
        if kind == "Conv{}" and miscomputed(channels, layer.strides, _spatial(arguments, answer)):
            return None
        try:
            theirs = _keras().ops.convert_to_numpy(layer(np.moveaxis(x, 1, -1).astype(np.float32)))
        except Exception:  # noqa: BLE001  # each backend has its own classes for what it does not compute
            return None
        return compute(x, w, arguments, tuple(spatial)), np.moveaxis(theirs, -1, 1)

    return numbers


def _chosen(arguments: Arguments, *names: str) -> dict[str, Any]:
    return {name: arguments[name] for name in names if name in arguments}


def _conv(x: Any, w: Any, arguments: Arguments, spatial: tuple[int, ...]) -> Any:
    settings = _chosen(arguments, "kernel_size", "strides", "padding", "dilation_rate")
    return numerics.conv(x, w, ours.conv(**settings, input_shape=spatial), groups=arguments.get("groups", 1))


def _conv_transpose(x: Any, w: Any, arguments: Arguments, spatial: tuple[int, ...]) -> Any:
    settings = _chosen(arguments, "kernel_size", "strides", "padding", "output_padding", "dilation_rate")
    return numerics.conv_transpose(x, w, ours.conv_transpose(**settings, input_shape=spatial))


def _max_pool(x: Any, _: Any, arguments: Arguments, spatial: tuple[int, ...]) -> Any:
    settings = _chosen(arguments, "pool_size", "strides", "padding")
    return numerics.max_pool(x, ours.max_pool(**settings, input_shape=spatial))


def _avg_pool(x: Any, _: Any, arguments: Arguments, spatial: tuple[int, ...]) -> Any:
    settings = _chosen(arguments, "pool_size", "strides", "padding")
    return numerics.avg_pool(x, ours.avg_pool(**settings, input_shape=spatial), count_include_pad=False)


# What there is


def _spatial(arguments: Arguments, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The spatial sizes of a shape in the data format of these arguments."""
    return tuple(shape[2:] if _first(arguments) else shape[1:-1])


def _numbers_of(arguments: Arguments, name: str, default: Any) -> tuple[int, ...]:
    """One number for each axis."""
    value = arguments.get(name, default)
    ndim = len(arguments["input_shape"]) - 2
    return ours.SPELLING.per_axis(default if value is None else value, name, ndim)


def _spans(arguments: Arguments) -> list[int]:
    kernel = _numbers_of(arguments, "kernel_size" if "filters" in arguments else "pool_size", 2)
    dilation = _numbers_of(arguments, "dilation_rate", 1)
    return [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]


def _negative_size(operation: str, arguments: Arguments, answer: Answer, theirs: Answer) -> bool:
    """Refused by us, and a size below 0 by Keras: the one that its formula gives for an input of size 0."""
    if operation != "conv_transpose" or not isinstance(answer, Refused) or isinstance(theirs, Refused):
        return False
    strides, added = _numbers_of(arguments, "strides", 1), _numbers_of(arguments, "output_padding", 0)
    rows = zip(_spatial(arguments, arguments["input_shape"]), _spans(arguments), strides, added, strict=True)
    sizes = tuple([(size - 1) * stride + span % 2 + more for size, span, stride, more in rows])
    named = arguments.get("padding", "valid").lower() == "same" and arguments.get("output_padding") is not None
    return named and sizes == _spatial(arguments, theirs) and min(sizes) < 0


def _float_size(operation: str, arguments: Arguments, answer: Answer, theirs: Answer) -> bool:
    """A size beyond 2**53, as Keras's floating-point division rounds it; ours is exact."""
    if operation == "conv_transpose" or isinstance(answer, Refused) or isinstance(theirs, Refused):
        return False
    kernel = arguments.get("pool_size", 2)
    strides = _numbers_of(arguments, "strides", 1 if operation == "conv" else kernel)
    valid = arguments.get("padding", "valid").lower() == "valid"
    rows = zip(_spatial(arguments, arguments["input_shape"]), _spans(arguments), strides, strict=True)
    sizes = [floor(float(size - (span if valid else 1)) / float(stride)) + 1.0 for size, span, stride in rows]
    return (
        _spatial(arguments, theirs) == tuple([int(size) for size in sizes])
        and max(_spatial(arguments, arguments["input_shape"])) > 2**53
    )


ASKED = Asked(
    packages=("keras", *BACKENDS[:1]),
    operations={
        "conv": Operation(sample_conv, _asking("Conv{}", weights=True), _numbers("Conv{}", ours.conv_shape, _conv)),
        "conv_transpose": Operation(
            sample_conv_transpose,
            _asking("Conv{}Transpose", weights=True),
            _numbers("Conv{}Transpose", ours.conv_transpose_shape, _conv_transpose),
        ),
        "max_pool": Operation(
            partial(_sample_pool, MAX_POOL_DEFAULTS),
            _asking("MaxPooling{}", weights=False),
            _numbers("MaxPooling{}", ours.max_pool_shape, _max_pool),
        ),
        "avg_pool": Operation(
            partial(_sample_pool, AVG_POOL_DEFAULTS),
            _asking("AveragePooling{}", weights=False),
            _numbers("AveragePooling{}", ours.avg_pool_shape, _avg_pool),
        ),
    },
    quirks=(
        Quirk(
            "keras_negative_size",
            "compute_output_shape of a transposed convolution never looks whether a size is below 0; "
            "an input of size 0 has one with padding='same' and an output_padding",
            "keras 3.15, compute_conv_transpose_output_shape",
            _negative_size,
        ),
        Quirk(
            "keras_float_sizes",
            "convolutions and poolings divide in floating point, so that sizes beyond 2**53 come out rounded",
            "keras 3.15, compute_conv_output_shape and compute_pooling_output_shape",
            _float_size,
        ),
    ),
)
