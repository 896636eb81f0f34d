"""Settings of PyTorch's operations, as arguments of our shape functions: small, of 1 to 3 axes, a quarter refused."""

from __future__ import annotations

from math import inf, prod
from typing import TYPE_CHECKING, Any

from convarith.numerics.conformance.drawing import (
    each,
    flawed,
    input_shape,
    length,
    number,
    often,
    put,
    spelled,
    without_defaults,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from convarith.numerics.conformance.asking import Arguments
    from convarith.numerics.conformance.drawing import Drawn, Flaw

SMALLEST = number("kernel stride dilation", 0, -1)
NO_SIZE = number("sizes", 0)
NO_CHANNELS = put("channels", 0)
NEGATIVE_PADDING = number("padding", -1, -2)


def conv(rng: Random) -> Arguments:
    """Of `conv_shape`."""
    ndim = rng.choice((1, 2, 2, 3))
    groups = rng.choice((1, 1, 1, 2, 3))
    ours, out = groups * rng.randint(1, 2), groups * rng.randint(1, 2)
    drawn: Drawn = {
        "sizes": each(rng, ndim, 1, 12 if ndim < 3 else 7),
        "kernel": each(rng, ndim, 1, 4),
        "stride": each(rng, ndim, 1, 4),
        "padding": each(rng, ndim, 0, 4) if often(rng, 0.7) else rng.choice(("same", "valid")),
        "dilation": each(rng, ndim, 1, 3),
        "channels": ours,
        "weight": [out, ours // groups],
        "groups": groups,
    }
    if drawn["padding"] == "same" and often(rng, 0.8):
        drawn["stride"] = [1] * ndim
    flawed(rng, drawn, CONV_FLAWS)
    if drawn["channels"] == 0 and often(rng, 0.7):  # whose weights fit
        drawn["weight"] = [drawn["weight"][0], 0]
    return _weighted(rng, drawn, ("stride", "padding", "dilation", "groups"))


CONV_FLAWS: Sequence[Flaw] = (
    SMALLEST,
    NEGATIVE_PADDING,
    NO_SIZE,
    NO_CHANNELS,
    number("weight", 0, 1, 2, 3, 5),
    number("kernel", 7, 13),
    length("kernel stride padding dilation sizes"),
    put("groups", 0, -1, 2, 3, 4),
    put("padding", "SAME", "full", "Valid", "", "causal"),
)


def conv_transpose(rng: Random) -> Arguments:
    """Of `conv_transpose_shape`."""
    ndim = rng.choice((1, 2, 2, 3))
    groups = rng.choice((1, 1, 1, 2, 3))
    ours = groups * rng.randint(1, 2)
    stride, dilation = each(rng, ndim, 1, 4), each(rng, ndim, 1, 3)
    drawn: Drawn = {
        "sizes": each(rng, ndim, 1, 8 if ndim < 3 else 5),
        "kernel": each(rng, ndim, 1, 4),
        "stride": stride,
        "padding": each(rng, ndim, 0, 2),
        "output_padding": [
            rng.randint(0, max(s, d) - 1 if often(rng, 0.9) else 4) for s, d in zip(stride, dilation, strict=True)
        ],
        "dilation": dilation,
        "channels": ours,
        "weight": [ours, rng.randint(1, 2)],
        "groups": groups,
    }
    names: tuple[str, ...] = ("stride", "padding", "output_padding", "dilation", "groups")
    if often(rng, 0.5):
        drawn["output_padding"] = [0] * ndim
    elif often(rng, 0.4):
        full = (
            (i - 1) * s - 2 * p + d * (k - 1) + 1
            for i, s, p, d, k in zip(
                *[drawn[name] for name in ("sizes", *names[:2], "dilation", "kernel")], strict=True
            )
        )
        drawn["output_size"] = [
            size + rng.randint(0, s - 1 if often(rng, 0.9) else s) for size, s in zip(full, stride, strict=True)
        ]
        names = (*names, "output_size")
    flawed(rng, drawn, CONV_TRANSPOSE_FLAWS)
    if isinstance(drawn.get("output_size"), list) and often(rng, 0.3):
        drawn["output_size"] = [1, rng.randint(0, 4), *drawn["output_size"]]
    return _weighted(rng, drawn, names)


CONV_TRANSPOSE_FLAWS: Sequence[Flaw] = (
    SMALLEST,
    NEGATIVE_PADDING,
    NO_SIZE,
    NO_CHANNELS,
    number("output_padding", -1, 3, 4, 5),
    number("output_size", -1, 0, 3, 40),
    number("weight", 0, 1, 2, 3, 5),
    number("padding", 3, 6),
    length("kernel stride padding output_padding output_size dilation sizes"),
    put("groups", 0, -1, 2, 3, 4),
    put("padding", "same", "valid"),
)


def _weighted(rng: Random, drawn: Drawn, names: Sequence[str]) -> Arguments:
    arguments: Drawn = {
        "input_shape": input_shape(rng, rng.randint(1, 2), drawn["channels"], drawn["sizes"]),
        "weight_shape": (*drawn["weight"], *drawn["kernel"]),
    }
    for name in names:
        # an output_size is always a list in PyTorch, with one number for each axis
        short = name != "output_size" or often(rng, 0.03)
        arguments[name] = spelled(rng, drawn[name], scalar=short, one=short)
    return without_defaults(
        rng, arguments, {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1, "groups": 1}
    )


# Poolings


def _pooled(rng: Random, low: int = 1) -> tuple[int, Drawn]:
    ndim = rng.choice((1, 2, 2, 3))
    kernel = each(rng, ndim, 1, 4)
    return ndim, {
        "sizes": each(rng, ndim, low, 12 if ndim < 3 else 7),
        "kernel": kernel,
        "stride": each(rng, ndim, 1, 4) if often(rng, 0.7) else rng.choice((None, None, [])),
        "padding": [rng.randint(0, k // 2) for k in kernel],
        "dilation": each(rng, ndim, 1, 3) if often(rng, 0.5) else [1] * ndim,
        "channels": rng.randint(1, 3),
        "ceil_mode": often(rng, 0.5),
    }


def _pool_arguments(rng: Random, ndim: int, drawn: Drawn, names: Sequence[str], short: float = 1) -> Arguments:
    """``short`` is the share of kernels, and what else PyTorch wants in full there, that may be spelled shortly."""
    arguments: Drawn = {"input_shape": input_shape(rng, rng.randint(1, 2), drawn["channels"], drawn["sizes"])}
    for name in names:
        one = often(rng, short)
        arguments["kernel_size" if name == "kernel" else name] = spelled(rng, drawn[name], one=one)
    arguments["ndim"] = _rank(rng, ndim, arguments["input_shape"])
    return without_defaults(
        rng, arguments, {"stride": None, "padding": 0, "dilation": 1, "ceil_mode": False, "ndim": None}
    )


def _rank(rng: Random, ndim: int, shape: Sequence[int]) -> int | None:
    """The ``ndim`` that is given: none where the rank of a batch says it, seldom a wrong one."""
    if often(rng, 0.02):
        return rng.choice((1, 2, 3))
    return None if len(shape) == ndim + 2 and often(rng, 0.8) else ndim


POOL_FLAWS: Sequence[Flaw] = (
    SMALLEST,
    number("padding", -1, 1, 2, 3),
    NO_SIZE,
    NO_CHANNELS,
    number("kernel", 7, 13),
    length("kernel stride padding dilation sizes"),
    put("padding", "same", "valid"),
)


def max_pool(rng: Random) -> Arguments:
    """Of `max_pool_shape`."""
    ndim, drawn = _pooled(rng)
    flawed(rng, drawn, POOL_FLAWS)
    return _pool_arguments(rng, ndim, drawn, ("kernel", "stride", "padding", "dilation", "ceil_mode"))


def avg_pool(rng: Random) -> Arguments:
    """Of `avg_pool_shape`; one axis has no divisor_override."""
    ndim, drawn = _pooled(rng)
    names = ["kernel", "stride", "padding", "ceil_mode"]
    if often(rng, 0.5):
        drawn["count_include_pad"] = often(rng, 0.5)
        names.append("count_include_pad")
    if often(rng, 0.3 if ndim > 1 else 0.03):
        drawn["divisor_override"] = rng.choice((1, 2, 5, -3, None))
        names.append("divisor_override")
    flaws = [*POOL_FLAWS, put("divisor_override", 0)] if "divisor_override" in names else POOL_FLAWS
    flawed(rng, drawn, flaws)
    return _pool_arguments(rng, ndim, drawn, names)


def lp_pool(rng: Random) -> Arguments:
    """Of `lp_pool_shape`; its kernel is spelled as a number or in full."""
    ndim, drawn = _pooled(rng)
    drawn["norm_type"] = rng.choice((1, 2, 2, 3, 4, 1.5, 2.0, inf, -1, -inf))
    flawed(rng, drawn, [*POOL_FLAWS[:1], *POOL_FLAWS[2:-2], length("kernel stride sizes"), put("norm_type", 0)])
    if ndim == 1 and often(rng, 0.9) and isinstance(drawn["kernel"], list) and drawn["kernel"]:
        drawn["kernel"] = drawn["kernel"][0]
    return _pool_arguments(rng, ndim, drawn, ("norm_type", "kernel", "stride", "ceil_mode"), short=0.3)


def max_unpool(rng: Random) -> Arguments:
    """Of `max_unpool_shape`."""
    ndim, drawn = _pooled(rng)
    drawn["sizes"] = each(rng, ndim, 1, 6 if ndim < 3 else 4)
    names = ["kernel", "stride", "padding"]
    if often(rng, 0.4):
        stride = drawn["stride"] or drawn["kernel"]
        least = (
            (i - 1) * s + k - 2 * p
            for i, s, k, p in zip(drawn["sizes"], stride, drawn["kernel"], drawn["padding"], strict=True)
        )
        drawn["output_size"] = [
            size + rng.randint(1 - s, s - 1) if often(rng, 0.9) else size + rng.choice((-s, s))
            for size, s in zip(least, stride, strict=True)
        ]
        names.append("output_size")
    flawed(rng, drawn, UNPOOL_FLAWS)
    if isinstance(drawn.get("output_size"), list) and often(rng, 0.3):
        drawn["output_size"] = [1, 2, *drawn["output_size"]]
    arguments: Drawn = {"input_shape": input_shape(rng, rng.randint(1, 2), drawn["channels"], drawn["sizes"])}
    for name in names:
        # these functions read each number by its place, and only a single one is for all axes
        short = ndim == 1 or often(rng, 0.1)
        scalar = name != "output_size" or often(rng, 0.05)
        arguments["kernel_size" if name == "kernel" else name] = spelled(rng, drawn[name], scalar=scalar, one=short)
    arguments["ndim"] = _rank(rng, ndim, arguments["input_shape"])
    return without_defaults(rng, arguments, {"stride": None, "padding": 0, "ndim": None})


UNPOOL_FLAWS: Sequence[Flaw] = (
    number("kernel stride", 0, -1),
    number("padding", -1, 2, 3, 5),
    number("output_size", -1, 0, 3, 40),
    NO_SIZE,
    NO_CHANNELS,
    length("kernel stride padding output_size sizes"),
)


# Adaptive and fractional poolings


def adaptive_pool(rng: Random) -> Arguments:
    """Of `adaptive_avg_pool_shape` and `adaptive_max_pool_shape`."""
    ndim = rng.choice((1, 2, 2, 3))
    drawn: Drawn = {
        "sizes": each(rng, ndim, 1, 9 if ndim < 3 else 6),
        "output_size": each(rng, ndim, 1, 7),
        "channels": rng.randint(1, 3),
    }
    if often(rng, 0.2):
        drawn["output_size"] = [1] * ndim if often(rng, 0.4) else [rng.choice((None, 3)) for _ in range(ndim)]
    flawed(rng, drawn, ADAPTIVE_FLAWS)
    short = ndim == 1 or often(rng, 0.1)
    arguments: Drawn = {
        "input_shape": input_shape(rng, rng.randint(1, 2), drawn["channels"], drawn["sizes"]),
        "output_size": spelled(rng, drawn["output_size"], one=short),
    }
    arguments["ndim"] = _rank(rng, ndim, arguments["input_shape"])
    return without_defaults(rng, arguments, {"ndim": None})


ADAPTIVE_FLAWS: Sequence[Flaw] = (
    number("output_size", -1),
    number("output_size", 0),
    NO_SIZE,
    NO_CHANNELS,
    length("output_size sizes"),
    put("output_size", None),
)


def fractional_max_pool(rng: Random) -> Arguments:
    """Of `fractional_max_pool_shape`, of 2 or 3 axes."""
    ndim = rng.choice((2, 2, 3)) if often(rng, 0.98) else 1
    kernel = each(rng, ndim, 1, 4)
    drawn: Drawn = {"sizes": each(rng, ndim, 4, 12 if ndim < 3 else 8), "kernel": kernel, "channels": rng.randint(1, 3)}
    largest = [size - k + 1 for size, k in zip(drawn["sizes"], kernel, strict=True)]
    ratio = often(rng, 0.4)
    if ratio:
        drawn["output_ratio"] = [rng.choice((0.1, 0.25, 0.3, 0.5, 0.5, 0.6, 0.7, 0.9)) for _ in range(ndim)]
        if often(rng, 0.3):
            drawn["output_ratio"] = drawn["output_ratio"][:1] * ndim
    if not ratio or often(rng, 0.05):
        drawn["output_size"] = [rng.randint(1, most) for most in largest]
    flawed(rng, drawn, FRACTIONAL_FLAWS)
    arguments: Drawn = {"input_shape": input_shape(rng, rng.randint(1, 2), drawn["channels"], drawn["sizes"])}
    for name in ("kernel", "output_size", "output_ratio"):
        if name in drawn:
            full = often(rng, 0.95)
            key = "kernel_size" if name == "kernel" else name
            arguments[key] = spelled(rng, drawn[name], one=not full)
    arguments["ndim"] = _rank(rng, ndim, arguments["input_shape"])
    return without_defaults(rng, arguments, {"ndim": None})


FRACTIONAL_FLAWS: Sequence[Flaw] = (
    number("kernel", 0, -1, 6, 13),
    number("output_size", -1, 0, 9, 13),
    number("output_ratio", 0.0, 1.0, 1.5, -0.5),
    NO_SIZE,
    NO_CHANNELS,
    length("kernel output_size output_ratio sizes"),
    lambda _, drawn: (drawn.pop("output_size", None), drawn.pop("output_ratio", None)),
)


# Fold and unfold


def unfold(rng: Random) -> Arguments:
    """Of `unfold_shape`."""
    drawn = _blocks(rng)
    flawed(rng, drawn, BLOCK_FLAWS)
    shape = input_shape(rng, rng.randint(1, 2), drawn["channels"], drawn["sizes"])
    return _block_arguments(rng, {"input_shape": shape}, drawn)


def fold(rng: Random) -> Arguments:
    """Of `fold_shape`; mostly as many blocks as the output has."""
    drawn = _blocks(rng)
    spans = [d * (k - 1) + 1 for k, d in zip(drawn["kernel"], drawn["dilation"], strict=True)]
    blocks = prod(
        (size + 2 * p - span) // s + 1
        for size, span, s, p in zip(drawn["sizes"], spans, drawn["stride"], drawn["padding"], strict=True)
    )
    drawn["rows"] = drawn["channels"] * prod(drawn["kernel"]) if often(rng, 0.93) else rng.randint(0, 40)
    drawn["blocks"] = max(blocks, 0) if often(rng, 0.93) else rng.randint(0, 40)
    flawed(rng, drawn, BLOCK_FLAWS)
    dice = rng.random()
    shape: tuple[int, ...] = (rng.randint(1, 2), drawn["rows"], drawn["blocks"])
    if dice < 0.1:
        shape = shape[1:]
    elif dice < 0.14:
        shape = (0, *shape[1:])
    elif dice < 0.16:
        shape = rng.choice((shape[2:], (1, *shape)))
    output_size = spelled(rng, drawn["sizes"], one=often(rng, 0.03))
    return _block_arguments(rng, {"input_shape": shape, "output_size": output_size}, drawn)


BLOCK_FLAWS: Sequence[Flaw] = (
    SMALLEST,
    NEGATIVE_PADDING,
    NO_SIZE,
    NO_CHANNELS,
    number("kernel", 7, 13),
    length("kernel stride padding dilation sizes"),
)


def _blocks(rng: Random) -> Drawn:
    return {
        "sizes": each(rng, 2, 1, 9),
        "kernel": each(rng, 2, 1, 3),
        "dilation": each(rng, 2, 1, 3) if often(rng, 0.5) else [1, 1],
        "padding": each(rng, 2, 0, 3),
        "stride": each(rng, 2, 1, 3),
        "channels": rng.randint(1, 3),
    }


def _block_arguments(rng: Random, arguments: dict[str, Any], drawn: Drawn) -> Arguments:
    for name in ("kernel", "dilation", "padding", "stride"):
        one = often(rng, 0.03)
        arguments["kernel_size" if name == "kernel" else name] = spelled(rng, drawn[name], one=one)
    return without_defaults(rng, arguments, {"dilation": 1, "padding": 0, "stride": 1})
