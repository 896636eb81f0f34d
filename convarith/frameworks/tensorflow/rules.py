"""TensorFlow's rules as data."""

from __future__ import annotations

from convarith.frameworks.arguments import Spelling
from convarith.frameworks.rules import Rule

TITLE = "TensorFlow"
SPELLING = Spelling(TITLE)
FORMATS = {"NWC": 1, "NCW": 1, "NHWC": 2, "NCHW": 2, "NDHWC": 3, "NCDHW": 3}
"""Each data format with the number of its spatial axes."""

_SAME_REMARK = (
    "SAME has ⌈i/s⌉ outputs, and pads what that needs at least, the odd one at the end: it depends on the input"
)
_WINDOWS = {
    "kernel below 1": "filter must not have zero elements",
    "stride below 1": "stride must be > 0",
    "dilation below 1": "dilation rate must be >= 1",
}
_WEIGHTS = {
    **_WINDOWS,
    "no input channels": "depth of filter must not be 0",
    "no output channels": "filter must not have zero elements",
}
_CONV_REFUSES = {
    **_WEIGHTS,
    "inputs of no whole groups": "depth of input must be a multiple of the input depth of filter",
    "outputs not parted": "depth of output must be a multiple of the number of groups",
}
_TOO_LARGE = {"kernel too large": "negative dimension size in shape inference"}
_PADDED = {"negative padding": "explicit paddings must be nonnegative"}
CONV = {
    "SAME": Rule("floor", "least, end", _CONV_REFUSES, _SAME_REMARK),
    "VALID": Rule("floor", "none", {**_CONV_REFUSES, **_TOO_LARGE}),
    "explicit": Rule("floor", "given", {**_CONV_REFUSES, **_TOO_LARGE, **_PADDED}),
}
ALL_CHANNELS = {"groups": "convolutions of three axes have no groups on CPU"}

_CONV_TRANSPOSE_REFUSES = {
    **_WEIGHTS,
    "other transposed weights": "the last size of the filter is the depth of the input",
    "inputs not parted": "the depth of the input must be divisible by the number of groups",
}
_BACK = "the convolution of output_shape gives the input"
_NOTHING = "no output_shape has a convolution of size 0"
_BACK_REMARK = "output_shape says which of the s sizes is meant whose convolution gives the input"
CONV_TRANSPOSE = {
    "SAME": Rule(
        "given",
        "smaller half",
        {**_CONV_TRANSPOSE_REFUSES, "another rounded way back": _BACK},
        f"{_BACK_REMARK}; SAME crops what the convolution of that size pads, so that two sizes can be shifted",
    ),
    "VALID": Rule(
        "given",
        "none",
        {**_CONV_TRANSPOSE_REFUSES, "empty input": _NOTHING, "another way back": _BACK},
        _BACK_REMARK,
    ),
    "explicit": Rule(
        "given",
        "given",
        {
            **_CONV_TRANSPOSE_REFUSES,
            **_PADDED,
            "dilation with padding in numbers": "on CPU, explicit paddings do not go with dilation rates larger than 1",
            "groups": "on CPU, explicit paddings do not go with groups",
            "empty input": _NOTHING,
            "another way back": _BACK,
        },
        _BACK_REMARK,
    ),
}

_POOL_REFUSES = {"kernel below 1": "sliding window ksize must be positive", "stride below 1": "stride must be > 0"}
POOL = {
    "SAME": Rule("floor", "least, end", _POOL_REFUSES, f"{_SAME_REMARK}; averages never count it"),
    "VALID": Rule("floor", "none", {**_POOL_REFUSES, **_TOO_LARGE}),
    "explicit": Rule(
        "floor",
        "given",
        {
            **_POOL_REFUSES,
            **_TOO_LARGE,
            **_PADDED,
            "padding of the kernel or more": "padding needs to be smaller than the window",
        },
    ),
}
EXPLICIT = {"conv": (2,), "conv_transpose": (2,), "max_pool": (1, 2), "avg_pool": ()}
"""For how many axes each operation takes paddings in numbers."""
