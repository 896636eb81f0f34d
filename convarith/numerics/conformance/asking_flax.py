"""Flax, asked: `flax.linen.Conv`, `ConvTranspose`, `max_pool` and `avg_pool`, lowered as `asking_jax` lowers.

Flax has channels last; ours come before the spatial axes, of which a call has as many as its kernel has sizes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from convarith.errors import ShapeError
from convarith.numerics.conformance import flax_settings
from convarith.numerics.conformance.asking import Asked, Operation, Refused
from convarith.numerics.conformance.asking_jax import REFUSING, aborts, layer_of, lowered, whole_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from convarith.arithmetic.axis import Axis
    from convarith.numerics.conformance.asking import Answer, Arguments, Numbers


def _ndim(window: Any) -> int:
    """How many spatial axes a call has."""
    return len(window) if isinstance(window, (tuple, list)) else 1


def _channels_last(shape: Sequence[int], ndim: int) -> tuple[int, ...]:
    """Our shape as Flax has it; one with too few axes stays, it is refused as it is."""
    at = len(shape) - ndim - 1
    return tuple(shape) if at < 0 else (*shape[:at], *shape[at + 1 :], shape[at])


def _channels_first(answer: Answer, ndim: int) -> Answer:
    if isinstance(answer, Refused):
        return answer
    at = len(answer) - ndim - 1
    return (*answer[:at], answer[-1], *answer[at:-1])


def _ask_module(name: str, arguments: Arguments) -> Answer:
    """What a module answers: its weights are drawn first, which refuses some, and then it is applied to them."""
    import jax
    from flax import linen

    settings = dict(arguments)
    ndim = _ndim(settings["kernel_size"])
    shape = _channels_last(settings.pop("input_shape"), ndim)
    module = getattr(linen, name)(**settings, use_bias=False)
    try:
        with np.errstate(all="ignore"):
            x = jax.ShapeDtypeStruct(shape, np.float32)
            weights = jax.eval_shape(module.init, jax.eval_shape(lambda: jax.random.key(0)), x)
    except REFUSING as refusal:
        return Refused(f"{type(refusal).__name__}: {refusal}")
    kernel = weights["params"]["kernel"].shape
    return _channels_first(lowered(lambda w, x: module.apply({"params": {"kernel": w}}, x), kernel, shape), ndim)


def ask_conv(arguments: Arguments) -> Answer:
    return _ask_module("Conv", arguments)


def ask_conv_transpose(arguments: Arguments) -> Answer:
    return _ask_module("ConvTranspose", arguments)


def _ask_pool(name: str, arguments: Arguments) -> Answer:
    from flax import linen

    settings = dict(arguments)
    ndim = _ndim(settings["window_shape"])
    shape = _channels_last(settings.pop("input_shape"), ndim)
    return _channels_first(lowered(lambda x: getattr(linen, name)(x, **settings), shape), ndim)


def ask_max_pool(arguments: Arguments) -> Answer:
    return _ask_pool("max_pool", arguments)


def ask_avg_pool(arguments: Arguments) -> Answer:
    return _ask_pool("avg_pool", arguments)


# Numbers


def _applied(name: str, settings: dict[str, Any], kernel: NDArray[Any], x: NDArray[Any]) -> NDArray[Any]:
    """A module of Flax with this kernel of ours, (out, in, k...), on x, (N, C, spatial...), in their own types."""
    from flax import linen

    module = getattr(linen, name)(**settings, use_bias=False, promote_dtype=lambda *arrays, **_: arrays)
    weights = {"params": {"kernel": np.moveaxis(kernel, (0, 1), (-1, -2))}}
    return np.moveaxis(np.asarray(module.apply(weights, np.moveaxis(x, 1, -1))), -1, 1)


def numbers_conv(arguments: Arguments) -> Numbers | None:
    import convarith.numerics as numerics
    from convarith.frameworks import flax

    settings = dict(arguments)
    shape, ndim = settings.pop("input_shape"), _ndim(settings["kernel_size"])
    if len(shape) != ndim + 2 or 0 in shape:
        return None
    ours_settings = {name: settings[name] for name in settings if name not in ("features", "feature_group_count")}
    layer = layer_of(lambda: flax.conv(**ours_settings, input_shape=shape[2:]))
    if layer is None:
        return None
    groups, padding = settings.get("feature_group_count", 1), settings.get("padding")
    x = whole_numbers(*shape)
    w = whole_numbers(settings["features"], shape[1] // groups, *_listed(settings["kernel_size"]), seed=1)
    mode = {"CIRCULAR": "circular", "REFLECT": "reflect"}.get(padding, "zeros") if isinstance(padding, str) else "zeros"
    try:
        ours = numerics.conv(x, w, layer, groups=groups, padding_mode=mode)
    except ShapeError:  # a single cell, which nothing can be reflected at
        return None
    return ours, _applied("Conv", settings, w, x)


def _listed(kernel_size: Any) -> tuple[int, ...]:
    return (kernel_size,) if isinstance(kernel_size, int) else tuple(kernel_size)


def numbers_conv_transpose(arguments: Arguments) -> Numbers | None:
    import convarith.numerics as numerics
    from convarith.arithmetic.layers import Conv
    from convarith.frameworks import flax

    settings = dict(arguments)
    shape, ndim = settings.pop("input_shape"), _ndim(settings["kernel_size"])
    if len(shape) != ndim + 2 or 0 in shape:
        return None
    ours_settings = {name: settings[name] for name in settings if name != "features"}
    layer = layer_of(lambda: flax.conv_transpose(**ours_settings, input_shape=shape[2:]))
    if layer is None:
        return None
    rotated = settings.get("transpose_kernel", False)
    x = whole_numbers(*shape)
    w = whole_numbers(settings["features"], shape[1], *_listed(settings["kernel_size"]), seed=1)
    theirs = _applied("ConvTranspose", settings, w.swapaxes(0, 1) if rotated else w, x)
    if settings.get("padding") == "CIRCULAR":
        axes = layer.windows(shape[2:]).axes
        around, slid = _around(x, axes), np.flip(w, tuple(range(2, w.ndim))) if rotated else w
        return numerics.conv(around, slid, Conv(w.shape[2:], dilation=tuple([axis.dilation for axis in axes]))), theirs
    if rotated:
        return numerics.conv_transpose(x, w.swapaxes(0, 1), layer), theirs
    return numerics.conv(x, w, layer), theirs


def _around(x: NDArray[Any], axes: Sequence[Axis]) -> NDArray[Any]:
    """x stretched and continued around: after the last cell come its zeros, and then the first cell again."""
    for number, axis in enumerate(axes, start=2):
        cells, between = np.divmod(np.array(axis.positions), axis.input_dilation)
        x = np.take(x, cells % axis.size, axis=number)
        x[(slice(None),) * number + (between != 0,)] = 0
    return x


def numbers_max_pool(arguments: Arguments) -> Numbers | None:
    import convarith.numerics as numerics

    return _pooled("max_pool", numerics.max_pool, arguments, {})


def numbers_avg_pool(arguments: Arguments) -> Numbers | None:
    import convarith.numerics as numerics

    settings = dict(arguments)
    counted = bool(settings.get("count_include_pad", True))
    return _pooled("avg_pool", numerics.avg_pool, settings, {"count_include_pad": counted})


def _pooled(name: str, pool: Callable[..., NDArray[Any]], arguments: Arguments, how: dict[str, bool]) -> Numbers | None:
    from flax import linen

    from convarith.frameworks import flax

    settings = dict(arguments)
    shape, ndim = settings.pop("input_shape"), _ndim(settings["window_shape"])
    if len(shape) != ndim + 2 or 0 in shape:
        return None
    ours_settings = {name: value for name, value in settings.items() if name != "count_include_pad"}
    layer = layer_of(lambda: getattr(flax, name)(**ours_settings, input_shape=shape[2:]))
    if layer is None or aborts(
        *(settings.get(part) for part in ("window_shape", "strides")), settings.get("padding", "")
    ):
        return None
    x = whole_numbers(*shape).astype(np.float32)
    theirs = getattr(linen, name)(np.moveaxis(x, 1, -1), **settings)
    return pool(x, layer, **how), np.moveaxis(np.asarray(theirs), -1, 1)


ASKED = Asked(
    packages=("flax", "jax"),
    operations={
        "conv": Operation(flax_settings.sample_conv, ask_conv, numbers_conv),
        "conv_transpose": Operation(flax_settings.sample_conv_transpose, ask_conv_transpose, numbers_conv_transpose),
        "max_pool": Operation(flax_settings.sample_max_pool, ask_max_pool, numbers_max_pool),
        "avg_pool": Operation(flax_settings.sample_avg_pool, ask_avg_pool, numbers_avg_pool),
    },
)
