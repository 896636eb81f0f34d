"""PyTorch's rules as data: how large, which side, what is refused, with PyTorch's words for it."""

from __future__ import annotations

from convarith.frameworks.arguments import Spelling
from convarith.frameworks.rules import Rule

TITLE = "PyTorch"
SPELLING = Spelling(TITLE)
IN_FULL = Spelling(TITLE, one=False)
"""Of unpooling, fractional pooling, fold, unfold, and of a transposed convolution with an output_size."""

_WEIGHTS = {
    "kernel below 1": "a kernel has no size of 0",
    "stride below 1": "non-positive stride is not supported",
    "dilation below 1": "dilation should be greater than zero",
    "groups below 1": "non-positive groups is not supported",
}
_CONV_REFUSES = {
    **_WEIGHTS,
    "negative padding": "negative padding is not supported",
    "fewer outputs than groups": "the weight's first size is at least groups",
    "outputs not parted": "the weight's first size is divisible by groups",
    "other weights": "the weight has in_channels / groups for its second size",
    "empty input but neither batch nor channels": "only zero batch or zero channel inputs are supported",
    "kernel too large": "kernel size can't be greater than actual input size",
}
CONV = {
    "numbers": Rule("floor", "given", _CONV_REFUSES),
    "valid": Rule("floor", "none", _CONV_REFUSES),
    "same": Rule(
        "floor",
        "whatever the input, end",
        {**_CONV_REFUSES, "stride with this padding": "padding='same' is not supported for strided convolutions"},
        "PyTorch's 'same' pads k̂ - 1 in all whatever the input, the odd one at the end, and has stride 1 only",
    ),
}

_CONV_TRANSPOSE_REFUSES = {
    **_WEIGHTS,
    "negative transposed padding": "negative padding is not supported",
    "fewer inputs than groups": "the weight's first size is at least groups",
    "inputs not parted": "the weight's first size is divisible by groups",
    "other transposed weights": "the weight has in_channels for its first size",
    "no output channels": "the weight is not empty",
    "empty input but neither batch nor channels": "only zero batch or zero channel inputs are supported",
    "nothing left": "calculated output size per channel is too small",
}
CONV_TRANSPOSE = {
    "numbers": Rule(
        "full",
        "given",
        {
            **_CONV_TRANSPOSE_REFUSES,
            "output padding of stride and dilation or more": (
                "output padding must be smaller than either stride or dilation"
            ),
        },
        "output_padding only says which of the inputs that share an output is meant: it adds to one side of the "
        "output, at the end, and is below the larger of stride and dilation",
    ),
    "output_size": Rule("given", "given", _CONV_TRANSPOSE_REFUSES),
}

_POOL_REFUSES = {
    "kernel below 1": "kernel size should be greater than zero",
    "stride below 1": "stride should be greater than zero",
    "dilation below 1": "dilation should be greater than zero",
    "negative padding": "pad must be non-negative",
    "padding above half the kernel": "pad should be at most half of the kernel size, which is not dilated",
    "empty input": "only the batch may be empty",
}
_CEIL_REMARK = (
    "ceil_mode drops a last window that would start in the padding after the input; the padding before it counts "
    "as a start"
)
POOL = {
    "floor": Rule("floor", "given", {**_POOL_REFUSES, "pool larger than the padded input": "output size is too small"}),
    "ceil": Rule(
        "ceil, clipped", "given", {**_POOL_REFUSES, "no window of a pool": "output size is too small"}, _CEIL_REMARK
    ),
}
_SMALL = {"kernel larger than the input": "three axes are refused where the unpadded input is smaller than the kernel"}
POOL_3D = {name: rule._replace(refuses={**rule.refuses, **_SMALL}) for name, rule in POOL.items()}
"""What average and power-average pooling of three axes refuse besides."""

_UNPOOL_REFUSES = {"empty input": "only the batch may be empty"}
_UNPOOL_STRIDE = {"stride below 1": "strides should be greater than zero"}
_UNPOOL_SIZE = {"negative size": "the output's size is not negative"}
_UNPOOL_REMARK = "unpooling does not know the dilation of the pooling, nor whether it rounded up"
UNPOOL = {
    "default": Rule("full", "given", {**_UNPOOL_REFUSES, **_UNPOOL_SIZE}, _UNPOOL_REMARK),
    "default, three axes": Rule("full", "given", {**_UNPOOL_REFUSES, **_UNPOOL_STRIDE, **_UNPOOL_SIZE}, _UNPOOL_REMARK),
    "output_size": Rule("full", "given", {**_UNPOOL_REFUSES, **_UNPOOL_STRIDE}, _UNPOOL_REMARK),
}

_UNFOLD_REFUSES = {
    "kernel below 1": "kernel size should be greater than zero",
    "stride below 1": "stride should be greater than zero",
    "dilation below 1": "dilation should be greater than zero",
    "negative padding": "padding should be non-negative",
    "empty input": "only the batch may be empty",
    "kernel too large": "each window has to fit",
}
UNFOLD = Rule("floor", "given", _UNFOLD_REFUSES)

TRANSPOSED_REACH = "output_size is at least the size without output_padding, and less than a stride above it"
UNPOOL_REACH = "output_size is less than a stride away from s(i - 1) + k - 2p"
