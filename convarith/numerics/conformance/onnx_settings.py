"""Settings of ONNX's operators, as arguments of our shape functions: small, of 1 to 3 axes, a quarter refused.

Mostly the opsets in which an operator changed; attributes that an opset does not have are drawn seldom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    from collections.abc import Sequence
    from random import Random

    from convarith.numerics.conformance.asking import Arguments
    from convarith.numerics.conformance.drawing import Drawn, Flaw

OPSETS = (11, 13, 19, 22)
"""Those that most settings are drawn of."""

AUTO_PADS = ("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER")

DEFAULTS = {
    "kernel_shape": None,
    "strides": None,
    "pads": None,
    "dilations": None,
    "group": 1,
    "auto_pad": "NOTSET",
    "output_padding": None,
    "output_shape": None,
    "ceil_mode": 0,
    "storage_order": 0,
    "count_include_pad": 0,
    "p": 2,
    "opset": 22,
}


def _opset(rng: Random, low: int) -> int:
    if often(rng, 0.8):
        return rng.choice(OPSETS)
    return rng.randint(low, 28) if often(rng, 0.95) else rng.choice((0, -1, 29, 27))


def _padded(rng: Random, largest: Sequence[int]) -> Drawn:
    """auto_pad and pads, seldom both."""
    name = rng.choice(("NOTSET", "NOTSET", "NOTSET", *AUTO_PADS[1:]))
    given = often(rng, 0.7) if name == "NOTSET" else often(rng, 0.04)
    pads = [rng.randint(0, most) for most in (*largest, *largest)] if given else None
    return {"auto_pad": name, "pads": pads}


def _some(rng: Random, share: float, numbers: list[int]) -> list[int] | None:
    return numbers if often(rng, share) else None


FLAWS: Sequence[Flaw] = (
    number("strides dilations", 0, -1),
    number("kernel", 0, -1),
    number("pads", -1, -2),
    number("pads", 5, 9),
    number("sizes", 0),
    number("kernel", 7, 13),
    length("sizes kernel strides dilations pads"),
    put("strides", 1, 2, [1.0]),
    put("dilations", 1, ["1"]),
    put("pads", 0, 1),
    put("auto_pad", "same_upper", "SAME", "valid", "", "EXPLICIT"),
)
WEIGHT_FLAWS: Sequence[Flaw] = (
    *FLAWS,
    put("group", 0, -1, 2, 3, 4),
    number("weight", 1, 2, 3, 5),
    number("kernel_shape", 1, 2, 5),
    length("kernel_shape"),
    put("kernel_shape", 3),
)
CONV_TRANSPOSE_FLAWS: Sequence[Flaw] = (
    *WEIGHT_FLAWS,
    number("output_padding", -1, 3, 4, 9),
    number("output_shape", -1, 0, 1, 40),
    length("output_padding output_shape"),
    put("output_padding", 1),
    put("output_shape", 8),
)
POOL_FLAWS: Sequence[Flaw] = (
    *FLAWS,
    put("kernel", 2, 3),
    put("ceil_mode", -1, 2, 3),
    put("storage_order", 2, -1),
    put("count_include_pad", 2, -1),
)


def _shape(rng: Random, drawn: Drawn) -> tuple[int, ...]:
    """Batch, channels and sizes: now and then with none of one, seldom without batch."""
    dice = rng.random()
    batch = 0 if dice < 0.05 else rng.randint(1, 2)
    if dice > 0.98:
        return (drawn["channels"], *drawn["sizes"])
    return (batch, drawn["channels"], *drawn["sizes"])


def _rank(rng: Random) -> int:
    return rng.choice((1, 2, 2, 3)) if often(rng, 0.98) else 4


def _sizes(rng: Random, ndim: int, high: int) -> list[int]:
    most = {1: high, 2: high, 3: 7}.get(ndim, 3)
    sizes = each(rng, ndim, 1 if often(rng, 0.3) else min(most, 4), most)
    return [0 if often(rng, 0.02) else size for size in sizes]


def conv(rng: Random) -> Arguments:
    """Of `conv_shape`."""
    ndim = _rank(rng)
    group = rng.choice((1, 1, 1, 2, 3))
    channels = group * rng.randint(1, 2)
    kernel = each(rng, ndim, 1, 4)
    drawn: Drawn = {
        "sizes": _sizes(rng, ndim, 12),
        "kernel": kernel,
        "strides": _some(rng, 0.7, each(rng, ndim, 1, 5)),
        "dilations": _some(rng, 0.4, each(rng, ndim, 1, 3)),
        **_padded(rng, [4] * ndim),
        "channels": channels,
        "weight": [group * rng.randint(0 if often(rng, 0.03) else 1, 2), channels // group],
        "group": group,
        "kernel_shape": _some(rng, 0.3, kernel),
        "opset": _opset(rng, 1),
    }
    if often(rng, 0.03):  # no channels, with weights that fit
        drawn["channels"] = drawn["weight"][1] = 0
    flawed(rng, drawn, WEIGHT_FLAWS)
    return _weighted(rng, drawn, ())


def conv_transpose(rng: Random) -> Arguments:
    """Of `conv_transpose_shape`."""
    ndim = _rank(rng)
    group = rng.choice((1, 1, 1, 2, 3))
    channels = group * rng.randint(1, 2)
    kernel, strides, dilations = each(rng, ndim, 1, 4), each(rng, ndim, 1, 4), each(rng, ndim, 1, 3)
    sizes = _sizes(rng, ndim, 8)
    added = [rng.randint(0, max(s, d) - 1 if often(rng, 0.9) else 4) for s, d in zip(strides, dilations, strict=True)]
    full = [(i - 1) * s + d * (k - 1) + 1 for i, s, d, k in zip(sizes, strides, dilations, kernel, strict=True)]
    drawn: Drawn = {
        "sizes": sizes,
        "kernel": kernel,
        "strides": strides,
        "dilations": dilations,
        **_padded(rng, [2] * ndim),
        "output_padding": _some(rng, 0.4, added),
        "output_shape": _some(rng, 0.4, [_near(rng, size, s) for size, s in zip(full, strides, strict=True)]),
        "channels": channels,
        "weight": [channels, rng.randint(0 if often(rng, 0.03) else 1, 2)],
        "group": group,
        "kernel_shape": _some(rng, 0.3, kernel),
        "opset": _opset(rng, 1),
    }
    if often(rng, 0.02):
        drawn["channels"] = drawn["weight"][0] = 0
    flawed(rng, drawn, CONV_TRANSPOSE_FLAWS)
    return _weighted(rng, drawn, ("output_padding", "output_shape"))


def _near(rng: Random, full: int, stride: int) -> int:
    """A size for an output whose full result has this one."""
    if often(rng, 0.1):
        return rng.randint(1, max(full, 1) + stride)
    return max(full + rng.randint(-4, stride - 1), 1)


def _weighted(rng: Random, drawn: Drawn, names: Sequence[str]) -> Arguments:
    arguments: Drawn = {
        "input_shape": _shape(rng, drawn),
        "weight_shape": (*drawn["weight"], *drawn["kernel"]),
    }
    for name in ("kernel_shape", "strides", "pads", "dilations", "group", "auto_pad", *names, "opset"):
        arguments[name] = spelled(rng, drawn[name], scalar=False, one=False)
    return without_defaults(rng, arguments, DEFAULTS)


# Poolings


def max_pool(rng: Random) -> Arguments:
    """Of `max_pool_shape`."""
    return _pool(rng, {"ceil_mode": 10, "dilations": 10, "storage_order": 8}, 1)


def avg_pool(rng: Random) -> Arguments:
    """Of `avg_pool_shape`."""
    return _pool(rng, {"ceil_mode": 10, "dilations": 19, "count_include_pad": 7}, 1)


def lp_pool(rng: Random) -> Arguments:
    """Of `lp_pool_shape`, from opset 2 on, since which p is a whole number."""
    return _pool(rng, {"ceil_mode": 18, "dilations": 18, "p": 2}, 2)


def _pool(rng: Random, since: dict[str, int], first: int) -> Arguments:
    """``since`` has the attributes that the operator has not had from the beginning."""
    ndim, opset = _rank(rng), _opset(rng, first)
    kernel = each(rng, ndim, 1, 4)
    flags = {
        "ceil_mode": int(often(rng, 0.5)),
        "storage_order": int(often(rng, 0.2)),
        "count_include_pad": int(often(rng, 0.4)),
        "p": rng.choice((1, 2, 3)),
    }
    drawn: Drawn = {
        "sizes": _sizes(rng, ndim, 12),
        "kernel": kernel,
        "strides": _some(rng, 0.75, each(rng, ndim, 1, 5)),
        "dilations": _some(rng, 0.4, each(rng, ndim, 1, 3)),
        **_padded(rng, [k - 1 if often(rng, 0.9) else 5 for k in kernel]),
        "channels": rng.randint(1, 3) if often(rng, 0.98) else 0,
        **{name: value for name, value in flags.items() if name in since},
        "opset": opset,
    }
    for name, begun in since.items():
        if opset < begun and often(rng, 0.97):
            drawn[name] = DEFAULTS[name]
    flawed(rng, drawn, POOL_FLAWS)
    arguments: Drawn = {"input_shape": _shape(rng, drawn)}
    names = ("kernel", "strides", "pads", "dilations", "ceil_mode", "auto_pad", *flags, "opset")
    for name in names:
        if name in drawn and (name not in flags or name in since):
            value = spelled(rng, drawn[name], scalar=False, one=False)
            arguments["kernel_shape" if name == "kernel" else name] = value
    return without_defaults(rng, arguments, DEFAULTS)
