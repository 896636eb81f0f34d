"""JAX's rules as data: for every way to pad, how large, which side, what is refused."""

from __future__ import annotations

from convarith.frameworks.arguments import Spelling
from convarith.frameworks.rules import Rule

TITLE = "JAX"
SPELLING = Spelling(TITLE, scalar=False, one=False)
KERNEL = Spelling(TITLE)
"""Of a kernel size, which in JAX is the weight's, one number is taken for all axes."""

WINDOWS = {
    "kernel below 1": "windows have positive sizes",
    "stride below 1": "windows have positive strides",
    "dilation below 1": "all dilations must be positive",
    "input dilation below 1": "all dilations must be positive",
}
CONV_REFUSES = {
    **WINDOWS,
    "groups below 1": "feature_group_count and batch_group_count must be positive integers",
    "groups of both kinds": "at most one of batch_group_count and feature_group_count may be > 1",
    "inputs not parted": "feature_group_count must divide the lhs feature dimension size",
    "other weights": "lhs features divided by feature_group_count equal the rhs input features",
    "outputs not parted": "the rhs output features are a multiple of feature_group_count",
    "batch not parted": "batch_group_count must divide the lhs batch dimension size",
    "outputs not parted by the batch": "the rhs output features are a multiple of batch_group_count",
    "cropped away": "negative padding is larger than the size of the corresponding dimension",
}
BY_NAME = {
    **CONV_REFUSES,
    "named padding of a dilated input": "string padding is not implemented for transposed convolution",
}
CONV = {
    "SAME": Rule("floor, empty below", "least, end", BY_NAME, "SAME gives ⌈i/s⌉ outputs, the odd padding at the end"),
    "SAME_LOWER": Rule(
        "floor, empty below", "least, start", BY_NAME, "SAME_LOWER gives ⌈i/s⌉ outputs, the odd padding at the start"
    ),
    "VALID": Rule("floor, empty below", "none", BY_NAME),
    "pairs": Rule("floor, empty below", "given", CONV_REFUSES),
}

CONV_TRANSPOSE = {
    "SAME": Rule(
        "floor, empty below",
        "stretch times input, start",
        CONV_REFUSES,
        "SAME pads the stretched input to s outputs for each input, the odd one at the start",
    ),
    "VALID": Rule(
        "floor, empty below",
        "full, at least the stretch",
        CONV_REFUSES,
        "VALID gives s·(i - 1) + max(k̂, s) outputs, so a kernel below the stride leaves zeros at the end",
    ),
    "pairs": Rule(
        "floor, empty below",
        "given",
        CONV_REFUSES,
        "pairs pad the stretched input; they are not the padding of a direct convolution, as they are in PyTorch",
    ),
    "consistent": Rule(
        "floor, empty below",
        "rest of full",
        CONV_REFUSES,
        "with use_consistent_padding pairs are the padding of the direct convolution, as in PyTorch",
    ),
}
"""Of a padding whose name is not in capitals, or is SAME_LOWER, the rule is that of `CONV`: it is the direct
convolution's."""

TURNED = ("SAME", "VALID")
"""Names that do not mean the direct convolution's padding, if they are written like this."""

SAME_REMARK = "SAME reads the size of the input before base_dilation, so that it does not give ⌈i/s⌉ of the dilated one"
REDUCE_WINDOW = {
    "SAME": CONV["SAME"]._replace(refuses=WINDOWS),
    "SAME_LOWER": CONV["SAME_LOWER"]._replace(refuses=WINDOWS),
    "VALID": CONV["VALID"]._replace(refuses=WINDOWS),
    "pairs": CONV["pairs"]._replace(refuses=WINDOWS),
    "SAME, base_dilation": Rule("floor, empty below", "least before stretching, end", WINDOWS, SAME_REMARK),
    "SAME_LOWER, base_dilation": Rule("floor, empty below", "least before stretching, start", WINDOWS, SAME_REMARK),
}

PAIRS = "padding is a string, or a sequence of (low, high) pairs"
