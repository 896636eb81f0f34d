"""One setting and more for each known quirk: framework, name, operation, arguments, and what the framework answers."""

from __future__ import annotations

from convarith.numerics.conformance.asking import Refused

TORCH = [
    ("empty_unchecked", "conv", {"input_shape": (0, 1, 5), "weight_shape": (1, 1, 3), "dilation": 0}, (0, 1, 5)),
    ("empty_unchecked", "conv", {"input_shape": (2, 0, 9), "weight_shape": (3, 0, 0), "stride": 4}, (2, 0, 3)),
    (
        "empty_unchecked",
        "conv_transpose",
        {"input_shape": (0, 1, 3), "weight_shape": (1, 1, 3), "stride": 2, "output_padding": 5},
        (0, 1, 12),
    ),
    (
        "onednn_unchecked",
        "conv_transpose",
        {"input_shape": (1, 2, 1), "weight_shape": (2, 2, 2), "padding": 1, "groups": 2},
        (1, 4, 0),
    ),
    ("adaptive_mean", "adaptive_avg_pool", {"input_shape": (1, 2, 0, 3), "output_size": 1}, (1, 2, 1, 1)),
    ("adaptive_mean", "adaptive_avg_pool", {"input_shape": (1, 2, 3), "output_size": 1, "ndim": 3}, (1, 1, 1)),
    ("surplus_dropped", "max_unpool", {"input_shape": (1, 1, 3), "kernel_size": 2, "stride": [2, 9]}, (1, 1, 6)),
    (
        "surplus_dropped",
        "fractional_max_pool",
        {"input_shape": (1, 1, 6, 6, 6), "kernel_size": 2, "output_ratio": (0.5, 0.5, 0.5, 0.9)},
        (1, 1, 3, 3, 3),
    ),
    (
        "fractional_kernel_unchecked",
        "fractional_max_pool",
        {"input_shape": (1, 1, 4, 4), "kernel_size": (0, 2), "output_size": 2},
        (1, 1, 2, 2),
    ),
]

KERAS = [
    (
        "keras_negative_size",
        "conv_transpose",
        {
            "input_shape": (1, 1, 0),
            "filters": 2,
            "kernel_size": 3,
            "strides": 2,
            "padding": "same",
            "output_padding": 0,
        },
        (1, 2, -1),
    ),
    (
        "keras_float_sizes",
        "conv",
        {"input_shape": (1, 1, 2**60 + 1), "filters": 2, "kernel_size": 3, "strides": 3, "padding": "same"},
        (1, 2, 384307168202282304),  # exactly it is 384307168202282326
    ),
    ("keras_float_sizes", "max_pool", {"input_shape": (1, 1, 2**54 + 3), "strides": 1, "pool_size": 1}, (1, 1, 2**54)),
]
TENSORFLOW = [
    (
        "onednn_input_returned",
        "conv",
        {"input_shape": (1, 1, 2, 7), "filters": (4, 1, 3, 3), "strides": 1, "padding": "VALID"},
        (1, 1, 2, 7),
    ),
    (
        "onednn_input_returned",
        "conv",
        {"input_shape": (0, 2, 7), "filters": (4, 2, 3), "strides": 1, "padding": "VALID"},
        (0, 2, 7),
    ),
    (
        "eager_empty_pool",
        "avg_pool",
        {"input_shape": (1, 2, 2, 7), "ksize": 3, "strides": 1, "padding": "VALID"},
        (1, 2, 0, 5),
    ),
    (
        "onednn_transposed_unchecked",
        "conv_transpose",
        {"input_shape": (0, 2, 5), "filters": (2, 4, 3), "output_shape": (0, 3, 99), "strides": 2},
        (0, 3, 99),
    ),
    (
        "onednn_transposed_rounded",
        "conv_transpose",
        {"input_shape": (1, 1, 1), "filters": (1, 1, 4), "output_shape": (1, 1, 2), "strides": 3, "padding": "VALID"},
        (1, 1, 2),
    ),
    (
        "pool_over_channels",
        "max_pool",
        {"input_shape": (1, 4, 5, 7), "ksize": (1, 2, 1, 1), "strides": (1, 2, 2, 1), "padding": "VALID"},
        (1, 2, 5, 7),
    ),
    (
        "numbers_beside_space_ignored",
        "avg_pool",
        {"input_shape": (1, 2, 5, 7), "ksize": 2, "strides": (1, 2, 2, 1), "padding": "SAME"},
        (1, 2, 3, 7),
    ),
    (
        "numbers_beside_space_ignored",
        "conv",
        {"input_shape": (1, 2, 5), "filters": (4, 2, 3), "strides": (2, 1, 1), "padding": "SAME"},
        (1, 4, 5),
    ),
]

ONNX = [
    (
        "inference_unchecked",
        "max_pool",
        {"input_shape": (1, 1, 4), "kernel_shape": (1,), "pads": [0, 0], "auto_pad": "VALID"},
        (1, 1, 4),
    ),
    ("inference_unchecked", "conv", {"input_shape": (1, 3, 5), "weight_shape": (2, 1, 3), "group": 2}, (1, 2, 3)),
    (
        "text_valid_ignores_ceil_mode",
        "max_pool",
        {"input_shape": (1, 1, 8), "kernel_shape": (3,), "strides": (2,), "ceil_mode": 1, "auto_pad": "VALID"},
        (1, 1, 4),
    ),
    ("inference_trunc", "conv", {"input_shape": (1, 1, 2), "weight_shape": (1, 1, 3), "strides": (5,)}, (1, 1, 1)),
    (
        "inference_partial_rank",
        "conv_transpose",
        {"input_shape": (1, 1, 3), "weight_shape": (1, 1, 2), "output_shape": [2]},
        (1, 1),
    ),
    (
        "inference_same_output_padding",
        "conv_transpose",
        {
            "input_shape": (1, 1, 3),
            "weight_shape": (1, 1, 3),
            "strides": (2,),
            "auto_pad": "SAME_UPPER",
            "output_padding": [1],
        },
        (1, 1, 7),
    ),
    (
        "inference_same_stride_gt_kernel",
        "conv_transpose",
        {"input_shape": (1, 1, 5), "weight_shape": (1, 1, 1), "strides": (3,), "auto_pad": "SAME_UPPER"},
        (1, 1, 13),
    ),
    (
        "inference_same_ceil_mode",
        "avg_pool",
        {
            "input_shape": (1, 1, 5),
            "kernel_shape": (1,),
            "strides": (3,),
            "ceil_mode": 1,
            "auto_pad": "SAME_UPPER",
            "opset": 13,
        },
        (1, 1, 3),
    ),
]

ONNXRUNTIME = [
    (
        "ort_no_channels_reordered",
        "max_pool",
        {"input_shape": (0, 0, 5, 5), "kernel_shape": (2, 2), "runtime": "onnxruntime"},
        Refused,
    ),
]

_ALL = {"torch": TORCH, "keras": KERAS, "tensorflow": TENSORFLOW, "onnx": ONNX, "onnxruntime": ONNXRUNTIME}
QUIRKS = [(framework, *quirk) for framework, quirks in _ALL.items() for quirk in quirks]
