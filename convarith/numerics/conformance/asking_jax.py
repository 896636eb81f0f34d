"""JAX, asked: `lax.conv_general_dilated`, `lax.conv_transpose` and `lax.reduce_window`.

A call is lowered by `jax.jit`: traced by JAX's own shape rules and then verified as StableHLO, which refuses strides
and kernels below 1 and dilations of another length that tracing alone (`jax.eval_shape`) lets through. What is lowered
also runs; only the compiler comes after, and it takes ten times as long. `numbers` compiles and runs.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from convarith.errors import ShapeError
from convarith.numerics.conformance import jax_settings
from convarith.numerics.conformance.asking import Asked, Operation, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from convarith.numerics.conformance.asking import Answer, Arguments, Numbers

REFUSING = (ArithmeticError, AssertionError, IndexError, NotImplementedError, RuntimeError, TypeError, ValueError)
"""As what JAX and Flax refuse."""

KEPT = 200
"""How many calls JAX may keep before its caches are emptied: each costs memory, and none comes again."""

calls = count(1)


def tidy() -> None:
    """Empty JAX's caches now and then."""
    import jax

    if next(calls) % KEPT == 0:
        jax.clear_caches()


def lowered(function: Callable[..., Any], *shapes: Iterable[int]) -> Answer:
    """The shape of what a function of JAX gives for float32 arrays of these shapes, or its refusal."""
    import jax

    tidy()
    try:
        with np.errstate(all="ignore"):  # JAX divides by strides of 0 before it refuses them
            given = [jax.ShapeDtypeStruct(tuple(shape), np.float32) for shape in shapes]
            return tuple(jax.jit(function).lower(*given).out_info.shape)
    except REFUSING as refusal:
        return Refused(f"{type(refusal).__name__}: {refusal}")


def whole_numbers(*shape: int, seed: int = 0) -> NDArray[np.int32]:
    """Small whole numbers, the same ones every time.

    Convolutions are compared in int32: where padding crops at the start, XLA's CPU convolution of float32 reads
    beyond its input (openxla/xla#48713).
    """
    return np.random.default_rng(seed).integers(-4, 5, shape, np.int32)


# conv_general_dilated


def ask_conv(arguments: Arguments) -> Answer:
    from jax import lax

    settings = dict(arguments)
    shapes = settings.pop("input_shape"), settings.pop("weight_shape")
    return lowered(lambda x, w: lax.conv_general_dilated(x, w, **settings), *shapes)


def numbers_conv(arguments: Arguments) -> Numbers | None:
    from jax import lax

    import convarith.numerics as numerics
    from convarith.frameworks import jax

    settings = dict(arguments)
    shape, weight = settings.pop("input_shape"), settings.pop("weight_shape")
    groups, batch_groups = settings.pop("feature_group_count", 1), settings.pop("batch_group_count", 1)
    if settings.pop("dimension_numbers", None) is not None or batch_groups != 1 or 0 in (*shape, *weight):
        return None
    layer = layer_of(lambda: jax.conv(weight[2:], input_shape=shape[2:], **settings))
    if layer is None:
        return None
    x, w = whole_numbers(*shape), whole_numbers(*weight, seed=1)
    theirs = lax.conv_general_dilated(x, w, **settings, feature_group_count=groups)
    return numerics.conv(x, w, layer, groups=groups), np.asarray(theirs)


def layer_of(function: Callable[[], Any]) -> Any:
    """The layer that our layer function gives, or None where the output is empty and has no numbers."""
    tidy()
    try:
        return function()
    except ShapeError as refusal:
        if 0 not in refusal.numbers.get("output_shape", ()):
            raise
        return None


# conv_transpose


def _transposed_settings(arguments: Arguments) -> dict[str, Any]:
    """JAX's keywords: without a layout of the caller's own, data (N, C, spatial...) and weights (in, out, k...)."""
    settings = dict(arguments)
    settings.pop("input_shape")
    letters = "HWDXYZ"[: len(settings.pop("weight_shape")) - 2]
    if settings.get("dimension_numbers") is None:
        weights = "OI" if settings.get("transpose_kernel") else "IO"  # JAX exchanges the two when it rotates the kernel
        settings["dimension_numbers"] = (f"NC{letters}", f"{weights}{letters}", f"NC{letters}")
    return settings


def ask_conv_transpose(arguments: Arguments) -> Answer:
    from jax import lax

    settings = _transposed_settings(arguments)
    shapes = arguments["input_shape"], arguments["weight_shape"]
    return lowered(lambda x, w: lax.conv_transpose(x, w, **settings), *shapes)


def numbers_conv_transpose(arguments: Arguments) -> Numbers | None:
    from jax import lax

    import convarith.numerics as numerics
    from convarith.frameworks import jax

    shape, weight = arguments["input_shape"], arguments["weight_shape"]
    if arguments.get("dimension_numbers") is not None or 0 in (*shape, *weight):
        return None
    theirs_settings = _transposed_settings(arguments)
    settings = {name: value for name, value in theirs_settings.items() if name != "dimension_numbers"}
    layer = layer_of(lambda: jax.conv_transpose(weight[2:], input_shape=shape[2:], **settings))
    if layer is None:
        return None
    x, w = whole_numbers(*shape), whole_numbers(*weight, seed=1)
    theirs = np.asarray(lax.conv_transpose(x, w, **theirs_settings))
    if arguments.get("transpose_kernel"):
        return numerics.conv_transpose(x, w, layer), theirs
    return numerics.conv(x, w.swapaxes(0, 1), layer), theirs


# reduce_window


def _window_settings(arguments: Arguments) -> dict[str, Any]:
    """JAX's keywords, which also speak of batch and channels: of each a window of 1."""
    settings = dict(arguments)
    settings.pop("input_shape")
    for name, value in settings.items():
        if isinstance(value, (tuple, list)):
            settings[name] = (*(((0, 0),) * 2 if name == "padding" else (1, 1)), *value)
    return settings


def ask_reduce_window(arguments: Arguments) -> Answer:
    from jax import lax

    settings = _window_settings(arguments)
    return lowered(lambda x: lax.reduce_window(x, 0.0, lax.add, **settings), arguments["input_shape"])


def aborts(windows: Any, strides: Any, padding: Any, *dilations: Any) -> bool:
    """Whether XLA's CPU compiler ends the whole process over a reduction of windows (openxla/xla#48719): windows of 1
    with stride 1 and no dilation, and a padding that only crops."""
    sides = [] if isinstance(padding, str) else [side for pair in padding for side in pair]
    ones = all(number == 1 for numbers in (windows, strides, *dilations) for number in numbers or ())
    return ones and min(sides, default=0) < 0 and max(sides, default=0) <= 0


def _aborts_on(settings: Arguments) -> bool:
    dilations = settings.get("base_dilation"), settings.get("window_dilation")
    padding = settings.get("padding", "VALID")
    return aborts(settings["window_dimensions"], settings.get("window_strides"), padding, *dilations)


def numbers_reduce_window(arguments: Arguments) -> Numbers | None:
    """Maxima and sums of the windows, behind each other as channels."""
    from jax import lax

    import convarith.numerics as numerics
    from convarith.frameworks import jax

    settings = dict(arguments)
    shape = settings.pop("input_shape")
    if 0 in shape or set(settings.get("base_dilation") or (1,)) != {1}:  # for which there is no layer
        return None
    layer = layer_of(lambda: jax.reduce_window(**settings, input_shape=shape[2:]))
    if layer is None or _aborts_on(settings):
        return None
    x, theirs_settings = whole_numbers(*shape).astype(np.float32), _window_settings(arguments)
    theirs = [
        np.asarray(lax.reduce_window(x, start, computation, **theirs_settings))
        for start, computation in ((-np.inf, lax.max), (0.0, lax.add))
    ]
    ours = [numerics.max_pool(x, layer), numerics.pool(x, layer, np.sum)]
    return np.concatenate(ours, axis=1), np.concatenate(theirs, axis=1)


ASKED = Asked(
    packages=("jax", "jaxlib"),
    operations={
        "conv": Operation(jax_settings.sample_conv, ask_conv, numbers_conv),
        "conv_transpose": Operation(jax_settings.sample_conv_transpose, ask_conv_transpose, numbers_conv_transpose),
        "reduce_window": Operation(jax_settings.sample_reduce_window, ask_reduce_window, numbers_reduce_window),
    },
)
