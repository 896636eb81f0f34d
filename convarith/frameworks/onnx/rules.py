"""ONNX's rules as data: those of the specification's text, version by version, and those of onnxruntime.

Where the text is silent on what does not fit, it is read as onnxruntime does it: no convolution has a size below 1, a
pooling may have the size 0.
"""

from __future__ import annotations

from convarith.frameworks.arguments import Spelling
from convarith.frameworks.rules import Rule

TITLE = "ONNX"
RUNTIME = "onnxruntime"
SPELLING = Spelling(TITLE, scalar=False, one=False)

AUTO_PADS = ("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER")
SAME = ("SAME_UPPER", "SAME_LOWER")

LAST_OPSET = {TITLE: 28, RUNTIME: 26}
"""The last opset that is known: that of onnx 1.23, and that which onnxruntime 1.31 loads."""

FIRST_OPSET = {RUNTIME: {"avg_pool": 7, "lp_pool": 2}}
"""The first opset in which an operation is there, if not 1."""

SINCE = {
    "max_pool": {"storage_order": 8, "dilations": 10, "ceil_mode": 10},
    "avg_pool": {"count_include_pad": 7, "ceil_mode": 10, "dilations": 19},
    "lp_pool": {"dilations": 18, "ceil_mode": 18},
}
"""The opset from which a pooling has an attribute that it did not have from the beginning."""

CLIPS_FROM = 22
"""From here on the text ignores windows that would start in the padding after."""

REVISED_FROM = 11
"""From here on SAME_UPPER of a transposed convolution crops the odd one at the end (before, at the start), and
output_padding is bounded."""

CROPS_FROM = 19
"""From here on onnxruntime's AveragePool takes the negative padding of SAME; before, it refuses it."""

_NUMBERS = {
    "kernel below 1": "sizes of a kernel are positive",
    "stride below 1": "strides are positive",
    "dilation below 1": "dilations are positive",
    "negative padding": "pads are greater than or equal to 0",
}
_GROUPED = {**_NUMBERS, "groups below 1": "group is positive"}

# Convolution

_CONV = {
    **_GROUPED,
    "other weights": "X.shape[1] == W.shape[1] * group == C",
    "outputs not parted": "W.shape[0] mod group == 0",
}
_FITTING = {**_CONV, "kernel too large": "a window has to fit"}
_SAME = {**_CONV, "empty input": "a window has to fit"}
_SAME_UNDILATED = {"dilation with this padding": "dilation is not supported for SAME_UPPER or SAME_LOWER", **_SAME}

_CONV_ROWS = {"NOTSET": Rule("floor", "given", _FITTING), "VALID": Rule("floor", "none", _FITTING)}
_LEAST = {"SAME_UPPER": "least, end", "SAME_LOWER": "least, start"}
_ODD_ONE = {"SAME_UPPER": "the odd one at the end", "SAME_LOWER": "the odd one at the start"}

CONV = {
    TITLE: {
        **_CONV_ROWS,
        **{name: Rule("floor", _LEAST[name], _SAME, f"{name} gives ⌈i/s⌉, {_ODD_ONE[name]}") for name in SAME},
    },
    RUNTIME: {
        **_CONV_ROWS,
        **{
            name: Rule("floor", _LEAST[name], _SAME_UNDILATED, f"{name} gives ⌈i/s⌉, {_ODD_ONE[name]}") for name in SAME
        },
        **{
            f"{name}, cropping": Rule(
                "floor",
                f"cropping one {_LEAST[name].replace('least', 'less')}",
                _SAME_UNDILATED,
                "where the stride exceeds the kernel, onnxruntime crops the input at its start",
            )
            for name in SAME
        },
    },
}

# Transposed convolution

_TRANSPOSED = {
    **_GROUPED,
    "other transposed weights": "W has the shape (C x M/group x kH x kW)",
    "inputs not parted": "C is divisible by group",
}
_LEFT = {"nothing in full": "the output is not empty", "nothing left": "the output is not empty"}
_NOT_EMPTY = {"empty input": "the output is not empty"}
_SIZED = {"output size below 1": "the output is not empty", "output size beyond reach": "no padding is negative"}
_TEXT_BOUND = {
    "output padding of stride and dilation or more": (
        "output_padding must be less than the corresponding stride/dilation dimension"
    )
}
_RUNTIME_BOUND = {
    "output padding of the stride or more": "output_padding may be too large for the given stride",
    "output padding of an empty input": "output_padding may be too large for the given stride",
}
_END, _START = "smaller half of all", "larger half of all"


def _transposed(
    bound: dict[str, str], sized: dict[str, str], size: str, upper: str, other: str, reach: str = "s·i"
) -> dict[str, Rule]:
    """The rows of a version: for each auto_pad, and with an output_shape; ``upper`` and ``other`` say which half of
    what is cropped is at the head, for SAME_UPPER and for all else."""
    refuses = {**_TRANSPOSED, **bound}
    rows = {
        "NOTSET": Rule("full", "given", {**refuses, **_LEFT}),
        "VALID": Rule("full", "none", {**refuses, **_LEFT}),
    }
    for name in SAME:
        head = upper if name == "SAME_UPPER" else other
        side = "end" if head == _END else "start"
        rows[name] = Rule(
            size,
            head,
            {**refuses, **_NOT_EMPTY},
            f"{name} of a transposed convolution gives {reach}; what is cropped is halved, the odd one at the {side}",
        )
    for name in AUTO_PADS:
        head = upper if name == "SAME_UPPER" else other
        side = "end" if head == _END else "start"
        rows[f"{name}, output_shape"] = Rule(
            "given",
            head,
            {**refuses, **sized},
            f"output_shape overrides pads; with {name}, what is cropped is halved, the odd one at the {side}",
        )
    return rows


CONV_TRANSPOSE = {
    "before": _transposed(
        {"output padding below 0": "output_padding is not negative"}, _SIZED, "stride times input", _START, _END
    ),
    TITLE: _transposed(_TEXT_BOUND, _SIZED, "stride times input", _END, _START),
    RUNTIME: _transposed(
        _RUNTIME_BOUND,
        {**_SIZED, **_NOT_EMPTY},
        "stride times input, at most the full",
        _END,
        _START,
        "s·i, but no more than there is",
    ),
}
"""The rows of the text's version 1, of its later ones, and of onnxruntime, which follows the later ones throughout."""

# Poolings

_POOL = {**_NUMBERS, "size below 0": "a size is not negative"}
_RUNTIME_POOL = {
    **_NUMBERS,
    "padding of the kernel or more": "pad should be smaller than kernel",
    "empty input": "only N can be zero",
    "size below 0": "a size is not negative",
}
_RUNTIME_POOL_UNCROPPED = {
    **_NUMBERS,
    "padding of the kernel or more": "pad should be smaller than kernel",
    "empty input": "only N can be zero",
    "cropped by name": "padding values must be non-negative",
    "size below 0": "a size is not negative",
}
_TRUNCATES = "onnxruntime rounds towards zero, so that a kernel larger than the padded input may have a window"
_UNSEEN = (
    "onnxruntime makes SAME numbers without the dilation, and crops where the stride exceeds the kernel; "
    "the size follows from these numbers"
)

POOL = {
    TITLE: {
        "NOTSET": Rule("floor", "given", _POOL),
        "NOTSET, ceil": Rule(
            "ceil, clipped", "given", _POOL, "a window that would start in the padding after is ignored"
        ),
        "NOTSET, ceil, before": Rule(
            "ceil", "given", _POOL, f"before opset {CLIPS_FROM} a last window may start in the padding after or beyond"
        ),
        "VALID": Rule("floor", "none", _POOL),
        "VALID, ceil": Rule("floor", "none", _POOL, "with VALID the text rounds down whatever ceil_mode"),
        **{
            name: Rule("floor", _LEAST[name], _POOL, f"{name} gives ⌈i/s⌉ whatever ceil_mode, {_ODD_ONE[name]}")
            for name in SAME
        },
    },
    RUNTIME: {
        "NOTSET": Rule("truncated", "given", _RUNTIME_POOL, _TRUNCATES),
        "NOTSET, ceil": Rule(
            "ceil, clipped",
            "given",
            _RUNTIME_POOL,
            "onnxruntime drops a window that would start in the padding after, in every opset",
        ),
        "VALID": Rule("truncated", "none", _RUNTIME_POOL, _TRUNCATES),
        "VALID, ceil": Rule("ceil, clipped", "none", _RUNTIME_POOL, "onnxruntime rounds up with VALID, too"),
        **{name: Rule("floor", _LEAST[name], _RUNTIME_POOL, f"{name} gives ⌈i/s⌉, {_ODD_ONE[name]}") for name in SAME},
        **{
            f"{name}, unseen{rounding}{cropping}": Rule(
                "ceil, clipped" if rounding else "truncated",
                f"signed and undilated, {_LEAST[name].removeprefix('least, ')}",
                _RUNTIME_POOL if cropping else _RUNTIME_POOL_UNCROPPED,
                _UNSEEN,
            )
            for name in SAME
            for rounding in ("", ", ceil")
            for cropping in ("", ", cropping")
        },
    },
}


def without_batch(rule: Rule) -> Rule:
    """The rule of a pooling of onnxruntime where the batch is empty, so that nothing is computed."""
    refuses = {name: words for name, words in rule.refuses.items() if name not in ("empty input", "cropped by name")}
    return rule._replace(refuses=refuses)
