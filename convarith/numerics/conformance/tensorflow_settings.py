"""Settings of TensorFlow's operations, as arguments of our shape functions: small, of 1 to 3 axes, a quarter refused.

Some settings that are refused end the process that asks TensorFlow, and are not drawn: a data format of vectors, and
sizes below 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.numerics.conformance.drawing import each, flawed, length, number, often, put, spelled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from convarith.numerics.conformance.asking import Arguments
    from convarith.numerics.conformance.drawing import Drawn, Flaw

LAST = {1: "NWC", 2: "NHWC", 3: "NDHWC"}
FIRST = {1: "NCW", 2: "NCHW", 3: "NCDHW"}

WINDOW_FLAWS: Sequence[Flaw] = (
    number("kernel", 0, -1, 6, 13),
    number("stride", 0, -1, 5),
    number("sizes", 0),
    length("stride"),
    put("batch", 0),
    put("channels", 0),
    put("padding", "same", "Valid", "EXPLICIT", "FULL", "", None, 1, [0, 0, 1, 1], [[1, 1]], [[1, 1], [1, 1]]),
    put("others", (2, 1), (1, 2), (0, 1)),
    number("before after", -1, 3, 6),
    put("padded others", ((0, 1), (0, 0)), ((0, 0), (1, 0))),
)
CONV_FLAWS: Sequence[Flaw] = (
    *WINDOW_FLAWS,
    number("kernel", 0, 6, 13),
    number("dilation", 0, -1, 5),
    length("kernel dilation"),
    number("weight", 0, 1, 2, 3, 5),
    put("data_format", "nhwc", "NHWC", "NCW", "NCDHW", "channels_last", ""),
)
CONV_TRANSPOSE_FLAWS: Sequence[Flaw] = (*CONV_FLAWS, put("output shape", "batch", "channels", "short", "long", "far"))


def _drawn(rng: Random, sizes: int, explicit: Sequence[int]) -> Drawn:
    """What all operations have; ``explicit`` are the numbers of axes for which paddings in numbers are taken."""
    ndim = rng.choice((1, 2, 2, 3))
    numbers = often(rng, 0.4 if ndim in explicit else 0.07)
    kernel = each(rng, ndim, 1, 4)
    return {
        "ndim": ndim,
        "sizes": each(rng, ndim, 1, sizes if ndim < 3 else min(sizes, 7)),
        "kernel": kernel,
        "stride": each(rng, ndim, 1, 4),
        "padding": "numbers" if numbers else rng.choice(("SAME", "VALID")),
        "before": each(rng, ndim, 0, 3),
        "after": each(rng, ndim, 0, 3),
        "data_format": rng.choice((None, None, None, FIRST[ndim], LAST[ndim])),
        "batch": rng.randint(1, 3),
        "channels": rng.randint(1, 4),
        "others": (1, 1),
        "padded others": ((0, 0), (0, 0)),
    }


def conv(rng: Random) -> Arguments:
    """Of `conv_shape`."""
    drawn = _drawn(rng, 12, (2,))
    ndim = drawn["ndim"]
    groups = rng.choice((1, 1, 1, 2, 3)) if ndim < 3 or often(rng, 0.2) else 1
    inputs = rng.randint(1, 2)
    drawn.update(
        channels=groups * inputs,
        weight=[groups * rng.randint(1, 2), inputs],
        dilation=each(rng, ndim, 1, 3) if often(rng, 0.5) else [1] * ndim,
    )
    flawed(rng, drawn, CONV_FLAWS)
    if drawn["channels"] == 0 and often(rng, 0.5):
        drawn["weight"] = [2, 0]
    if ndim == 1 and drawn["data_format"] is not None and often(rng, 0.1):
        drawn["data_format"] = {"NWC": "NHWC", "NCW": "NCHW"}.get(drawn["data_format"], drawn["data_format"])
    arguments = {"input_shape": _shape(drawn), "filters": _weights(drawn)}
    return {**arguments, **_windows(rng, drawn, full=ndim == 3 and often(rng, 0.95)), **_dilated(rng, drawn, ndim == 3)}


def conv_transpose(rng: Random) -> Arguments:
    """Of `conv_transpose_shape`; mostly of a size whose convolution gives the input."""
    drawn = _drawn(rng, 7, (2,))
    ndim = drawn["ndim"]
    groups = rng.choice((1, 1, 1, 2, 3)) if ndim < 3 or often(rng, 0.2) else 1
    inputs, outputs = groups * rng.randint(1, 2), rng.randint(1, 2)
    drawn.update(
        channels=inputs,
        weight=[inputs, outputs],
        dilation=each(rng, ndim, 1, 3) if often(rng, 0.5) else [1] * ndim,
    )
    sides = [drawn[side] if drawn["padding"] == "numbers" else [0] * ndim for side in ("before", "after")]
    rows = zip(drawn["sizes"], drawn["kernel"], drawn["stride"], drawn["dilation"], *sides, strict=True)
    wanted = []
    for size, kernel, stride, dilation, before, after in rows:
        span = 1 if drawn["padding"] == "SAME" else dilation * (kernel - 1) + 1
        more = rng.randint(0, stride - 1) if often(rng, 0.95) else rng.choice((-1, stride))
        wanted.append(max(stride * (size - 1) + span - before - after + more, 0))
    drawn["wanted"] = wanted
    flawed(rng, drawn, CONV_TRANSPOSE_FLAWS)
    if drawn["channels"] == 0 and often(rng, 0.5):
        drawn["weight"] = [0, outputs]
    arguments = {
        "input_shape": _shape(drawn),
        "filters": _weights(drawn),
        "output_shape": _output_shape(rng, drawn, groups * outputs),
    }
    return {**arguments, **_windows(rng, drawn), **_dilated(rng, drawn, False)}


def max_pool(rng: Random) -> Arguments:
    """Of `max_pool_shape`."""
    return _pool(rng, (1, 2))


def avg_pool(rng: Random) -> Arguments:
    """Of `avg_pool_shape`."""
    return _pool(rng, ())


def _pool(rng: Random, explicit: Sequence[int]) -> Arguments:
    drawn = _drawn(rng, 12, explicit)
    if explicit and often(rng, 0.9):  # mostly less than the window
        for side in ("before", "after"):
            drawn[side] = [
                min(padding, kernel - 1) for padding, kernel in zip(drawn[side], drawn["kernel"], strict=True)
            ]
    if often(rng, 0.01):  # over channels, where there is such a pooling
        drawn.update(kernel=[1] * drawn["ndim"], others=(1, rng.randint(2, 3)), channels=rng.choice((4, 6)))
        return {
            "input_shape": _shape(drawn),
            "ksize": _spelled(rng, drawn, "kernel", full=True),
            **_windows(rng, drawn, full=True),
        }
    flawed(rng, drawn, WINDOW_FLAWS)
    return {"input_shape": _shape(drawn), "ksize": _spelled(rng, drawn, "kernel"), **_windows(rng, drawn)}


# Spelling


def _whole(drawn: Drawn, others: Sequence[Any], entries: Sequence[Any]) -> list[Any]:
    """Entries for all axes, those of batch and channels where the data format has them."""
    last = drawn["data_format"] in LAST.values()
    return [others[0], *entries, others[1]] if last else [others[0], others[1], *entries]


def _shape(drawn: Drawn) -> tuple[int, ...]:
    return tuple(_whole(drawn, (drawn["batch"], drawn["channels"]), drawn["sizes"]))


def _weights(drawn: Drawn) -> tuple[int, ...]:
    """The weight's shape, in TensorFlow's layout where a data format is given."""
    first, second = drawn["weight"] if isinstance(drawn["weight"], list) else (1, 1)
    kernel = drawn["kernel"]
    return (first, second, *kernel) if drawn["data_format"] is None else (*kernel, second, first)


def _spelled(rng: Random, drawn: Drawn, name: str, *, full: bool = False) -> Any:
    """Numbers for each axis in one of the spellings, seldom with batch and channels unless it is to be ``full``."""
    numbers = drawn[name]
    if isinstance(numbers, list) and (full or often(rng, 0.2)):
        return rng.choice((tuple, list))(_whole(drawn, drawn["others"], numbers))
    return spelled(rng, numbers)


def _windows(rng: Random, drawn: Drawn, *, full: bool = False) -> dict[str, Any]:
    padding = drawn["padding"]
    if padding == "numbers":
        sides = [drawn[side] if isinstance(drawn[side], list) else [drawn[side]] for side in ("before", "after")]
        pairs = [list(pair) for pair in zip(*sides, strict=False)]
        padding = _whole(drawn, [list(pair) for pair in drawn["padded others"]], pairs)
    arguments: dict[str, Any] = {"strides": _spelled(rng, drawn, "stride", full=full), "padding": padding}
    if often(rng, 0.02):
        arguments["strides"] = None
    if drawn["data_format"] is not None:
        arguments["data_format"] = drawn["data_format"]
    return arguments


def _dilated(rng: Random, drawn: Drawn, full: bool) -> dict[str, Any]:
    dilation = drawn["dilation"]
    if isinstance(dilation, list) and set(dilation) == {1} and often(rng, 0.8):
        return {} if often(rng, 0.9) else {"dilations": None}
    return {"dilations": _spelled(rng, drawn, "dilation", full=full and often(rng, 0.95))}


def _output_shape(rng: Random, drawn: Drawn, channels: int) -> Any:
    """The output_shape, of two axes now and then without batch and channels."""
    flaw, batch, wanted = drawn.get("output shape"), drawn["batch"], list(drawn["wanted"])
    if flaw == "far":
        wanted[rng.randrange(len(wanted))] += rng.choice((4, 9))
    if drawn["ndim"] == 2 and often(rng, 0.1):
        return tuple(wanted)
    if flaw == "batch":
        batch += 1
    elif often(rng, 0.1):
        batch = -1
    if flaw == "channels":
        channels += rng.randint(1, 2)
    whole = _whole(drawn, (batch, channels), wanted)
    if flaw in ("short", "long"):
        whole = whole[1:] if flaw == "short" else [1, *whole]
    return rng.choice((tuple, list))(whole)
