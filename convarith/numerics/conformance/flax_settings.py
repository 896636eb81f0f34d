"""The settings that Flax is asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.numerics.conformance.drawing import often, spelled
from convarith.numerics.conformance.jax_settings import NAMES, Drawn, drawn, no_padding

if TYPE_CHECKING:
    from random import Random

    from convarith.numerics.conformance.asking import Arguments


def _input_shape(draw: Drawn, channels: int) -> tuple[int, ...]:
    """Mostly one axis of batch, now and then none or two."""
    rng = draw.rng
    batch = [0 if often(rng, 0.05) else rng.randint(1, 3) for _ in range(rng.choice((1, 1, 1, 1, 1, 0, 2)))]
    return (*batch, channels, *draw.spatial())


def _numbers(draw: Drawn, high: int) -> Any:
    """Numbers per axis in one of the spellings that modules take."""
    return draw.rng.choice((None, draw.rng.randint(1, high), draw.listed(1, high), draw.listed(1, high)))


def _kernel_size(draw: Drawn) -> Any:
    return spelled(draw.rng, list(draw.each(1, 5)), scalar=draw.ndim == 1, one=False)


def _padding(draw: Drawn, *names: str) -> Any:
    """A padding by name or in numbers: a number, numbers, pairs, or both mixed."""
    rng = draw.rng
    if often(rng, 0.6):
        return rng.choice(names)
    low = -2 if often(rng, 0.2) else 0
    pairs = draw.pairs(-2, 4)
    mixed = [rng.choice((rng.randint(low, 4), pair)) for pair in pairs]
    return rng.choice((rng.randint(low, 4), draw.listed(low, 4), pairs, pairs, mixed))


def _spoilt(draw: Drawn, arguments: dict[str, Any], strides: str, dilations: tuple[str, ...]) -> tuple[str, Any]:
    """What both modules can get wrong: the name of an argument and its new value."""
    rng, shape, kernel = draw.rng, arguments["input_shape"], draw.each(1, 4)
    numbers = [(strides, draw.of_another_length(1, 3)), (strides, draw.with_one(draw.each(1, 3), rng.randint(-1, 0)))]
    for name in dilations:
        numbers += [(name, draw.of_another_length(1, 3)), (name, draw.with_one(draw.each(1, 3), rng.randint(-1, 0)))]
        numbers += [(name, draw.listed(1, 3)), (name, ())]
    return rng.choice(
        (
            *numbers,
            (strides, ()),
            ("padding", no_padding(draw)),
            ("padding", no_padding(draw)),
            ("padding", draw.pairs(-9, 0)),
            ("padding", draw.cased(*NAMES, "CIRCULAR", "REFLECT", "CAUSAL")),
            ("features", rng.randint(-1, 4)),
            ("kernel_size", draw.with_one(kernel, rng.randint(-1, 0))),
            ("kernel_size", kernel[1:] or (1, 1)),
            ("kernel_size", (*kernel, 2)),
            ("kernel_size", draw.each(5, 15)),
            ("kernel_size", rng.randint(0, 3)),
            ("input_shape", shape[1:]),
            ("input_shape", shape[2:]),
            ("input_shape", (*shape[: -draw.ndim], *draw.with_one(shape[-draw.ndim :], 0))),
            ("input_shape", (*shape[: -draw.ndim - 1], 0, *shape[-draw.ndim :])),
        )
    )


def sample_conv(rng: Random) -> Arguments:
    draw = drawn(rng)
    groups, causal = rng.choice((1, 1, 1, 2, 3)), ("CAUSAL", "CAUSAL") if draw.ndim == 1 else ()
    names = ("SAME", "SAME_LOWER", "VALID", "CIRCULAR", "REFLECT", draw.cased(*NAMES), *causal)
    arguments: dict[str, Any] = {
        "input_shape": _input_shape(draw, rng.randint(1, 3) * groups),
        "features": rng.randint(1, 3) * groups,
        "kernel_size": _kernel_size(draw),
        "strides": _numbers(draw, 4),
        "padding": _padding(draw, *names),
        "input_dilation": 1,
        "kernel_dilation": _numbers(draw, 3),
        "feature_group_count": groups,
    }
    if not isinstance(arguments["padding"], str):
        arguments["input_dilation"] = _numbers(draw, 3)
    if often(rng, 0.25):
        name, value = _spoilt(draw, arguments, "strides", ("input_dilation", "kernel_dilation"))
        arguments[name] = value
    if often(rng, 0.05):
        arguments["feature_group_count"] = rng.randint(-1, 4)
    return _without_some(rng, arguments)


def sample_conv_transpose(rng: Random) -> Arguments:
    draw = drawn(rng)
    arguments: dict[str, Any] = {
        "input_shape": _input_shape(draw, rng.randint(1, 3)),
        "features": rng.randint(1, 3),
        "kernel_size": _kernel_size(draw),
        "strides": _numbers(draw, 4),
        "padding": _padding(draw, "SAME", "VALID", "CIRCULAR", "CIRCULAR"),
        "kernel_dilation": _numbers(draw, 3),
        "transpose_kernel": often(rng, 0.4),
    }
    if often(rng, 0.1):
        arguments.update(strides=rng.choice((None, 1, draw.listed(1, 1))), padding=draw.cased(*NAMES))
    if often(rng, 0.25):
        name, value = _spoilt(draw, arguments, "strides", ("kernel_dilation",))
        arguments[name] = value
    return _without_some(rng, arguments)


def _without_some(rng: Random, arguments: dict[str, Any]) -> Arguments:
    """Now and then an argument is left to its default."""
    needed = ("input_shape", "features", "kernel_size", "window_shape")
    return {name: value for name, value in arguments.items() if name in needed or not often(rng, 0.08)}


def sample_max_pool(rng: Random) -> Arguments:
    draw = drawn(rng)
    arguments: dict[str, Any] = {
        "input_shape": _input_shape(draw, 0 if often(rng, 0.03) else rng.randint(1, 3)),
        "window_shape": draw.each(1, 5),
        "strides": rng.choice((None, draw.each(1, 4), draw.each(1, 4))),
        "padding": draw.cased(*NAMES) if often(rng, 0.5) else draw.pairs(-3, 6),
    }
    if often(rng, 0.25):
        shape = arguments["input_shape"]
        name, value = rng.choice(
            (
                ("window_shape", draw.of_another_length(1, 3)),
                ("window_shape", draw.with_one(draw.each(1, 3), rng.randint(-1, 0))),
                ("window_shape", list(draw.each(1, 3))),
                ("window_shape", draw.each(5, 15)),
                ("strides", draw.of_another_length(1, 3)),
                ("strides", draw.with_one(draw.each(1, 3), rng.randint(-1, 0))),
                ("strides", rng.choice((0, (), [], list(draw.each(1, 3))))),
                ("padding", no_padding(draw)),
                ("padding", draw.pairs(-9, 0)),
                ("input_shape", shape[1:]),
                ("input_shape", shape[2:]),
                ("input_shape", (*shape[: -draw.ndim], *draw.with_one(shape[-draw.ndim :], 0))),
            )
        )
        arguments[name] = value
    return _without_some(rng, arguments)


def sample_avg_pool(rng: Random) -> Arguments:
    return {**sample_max_pool(rng), "count_include_pad": often(rng, 0.5)}
