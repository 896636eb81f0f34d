"""What each framework calls the numbers of a layer, for those who write calls: translation, comparison, commands.

``SPELLINGS[framework][operation]`` maps a field (kernel, stride, padding, dilation, input_dilation, output_padding,
output_size, ceil) to the name of the parameter; what a framework does not have is not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convarith.errors import ParameterError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_TORCH = {"kernel": "kernel_size", "stride": "stride", "padding": "padding"}
_KERAS = {"kernel": "kernel_size", "stride": "strides", "padding": "padding", "dilation": "dilation_rate"}
_KERAS_POOL = {"kernel": "pool_size", "stride": "strides", "padding": "padding"}
_TENSORFLOW = {"kernel": "kernel_size", "stride": "strides", "padding": "padding", "dilation": "dilations"}
_TENSORFLOW_POOL = {"kernel": "ksize", "stride": "strides", "padding": "padding"}
_FLAX = {"kernel": "kernel_size", "stride": "strides", "padding": "padding", "dilation": "kernel_dilation"}
_FLAX_POOL = {"kernel": "window_shape", "stride": "strides", "padding": "padding"}
_ONNX = {"kernel": "kernel_shape", "stride": "strides", "padding": "pads", "dilation": "dilations"}
_CAFFE = {"kernel": "kernel_size", "stride": "stride", "padding": "pad", "dilation": "dilation"}
_CAFFE_POOL = {"kernel": "kernel_size", "stride": "stride", "padding": "pad", "ceil": "round_mode"}
_THEANO_POOL = {"kernel": "ws", "stride": "stride", "padding": "pad", "ceil": "ignore_border"}

SPELLINGS: dict[str, dict[str, Mapping[str, str]]] = {
    "torch": {
        "conv": {**_TORCH, "dilation": "dilation"},
        "conv_transpose": {
            **_TORCH,
            "dilation": "dilation",
            "output_padding": "output_padding",
            "output_size": "output_size",
        },
        "max_pool": {**_TORCH, "dilation": "dilation", "ceil": "ceil_mode"},
        "avg_pool": {**_TORCH, "ceil": "ceil_mode"},
        "lp_pool": {"kernel": "kernel_size", "stride": "stride", "ceil": "ceil_mode"},
    },
    "keras": {
        "conv": _KERAS,
        "conv_transpose": {**_KERAS, "output_padding": "output_padding"},
        "max_pool": _KERAS_POOL,
        "avg_pool": _KERAS_POOL,
    },
    "tensorflow": {
        "conv": _TENSORFLOW,
        "conv_transpose": {**_TENSORFLOW, "output_size": "output_shape"},
        "max_pool": _TENSORFLOW_POOL,
        "avg_pool": _TENSORFLOW_POOL,
    },
    "jax": {
        "conv": {
            "kernel": "kernel_size",
            "stride": "window_strides",
            "padding": "padding",
            "dilation": "rhs_dilation",
            "input_dilation": "lhs_dilation",
        },
        "conv_transpose": {
            "kernel": "kernel_size",
            "stride": "strides",
            "padding": "padding",
            "dilation": "rhs_dilation",
        },
        "reduce_window": {
            "kernel": "window_dimensions",
            "stride": "window_strides",
            "padding": "padding",
            "dilation": "window_dilation",
            "input_dilation": "base_dilation",
        },
    },
    "flax": {
        "conv": {**_FLAX, "input_dilation": "input_dilation"},
        "conv_transpose": _FLAX,
        "max_pool": _FLAX_POOL,
        "avg_pool": _FLAX_POOL,
    },
    "onnx": {
        "conv": _ONNX,
        "conv_transpose": {**_ONNX, "output_padding": "output_padding", "output_size": "output_shape"},
        "max_pool": {**_ONNX, "ceil": "ceil_mode"},
        "avg_pool": {**_ONNX, "ceil": "ceil_mode"},
        "lp_pool": {**_ONNX, "ceil": "ceil_mode"},
    },
    "caffe": {"conv": _CAFFE, "conv_transpose": _CAFFE, "max_pool": _CAFFE_POOL, "avg_pool": _CAFFE_POOL},
    "theano": {
        "conv": {
            "kernel": "kernel_size",
            "stride": "subsample",
            "padding": "border_mode",
            "dilation": "filter_dilation",
        },
        "conv_transpose": {
            "kernel": "kernel_size",
            "stride": "input_dilation",
            "padding": "border_mode",
            "dilation": "filter_dilation",
            "output_size": "output_shape",
        },
        "max_pool": _THEANO_POOL,
        "avg_pool": _THEANO_POOL,
    },
}

PER_AXIS_ONLY = ("jax", "flax", "onnx")
"""Frameworks that take no single number for all axes."""


def taken(framework: str, operation: str, field: str, value: int | tuple[int, ...], ndim: int) -> Any:
    """A number for all axes, or one for each, as a framework's operation takes it: as it is, or one for each axis; and
    with batch and channels where tf.nn's convolutions of three axes want that.

    >>> taken("torch", "conv", "stride", 2, 3), taken("onnx", "conv", "stride", 2, 3)
    (2, (2, 2, 2))
    >>> taken("tensorflow", "conv", "stride", 2, 3)
    (1, 1, 2, 2, 2)
    """
    whole = framework == "tensorflow" and ndim == 3 and field in ("stride", "dilation")
    if not whole and framework not in PER_AXIS_ONLY:
        return value
    numbers = (value,) * ndim if isinstance(value, int) else value
    return (1, 1, *numbers) if whole and operation in ("conv", "conv_transpose") else numbers


POOLS = ("max_pool", "avg_pool", "lp_pool")


AXES = {
    ("torch", ""): 3,
    ("keras", ""): 3,
    ("tensorflow", ""): 3,
    ("flax", "conv_transpose"): 3,
    ("theano", ""): 3,
}
"""How many spatial axes frameworks have, all of their operations or one; the others have as many as there are."""


def check_axes(framework: str, operation: str, ndim: int) -> None:
    """Refuse more axes than a framework's operation has.

    Raises:
        ParameterError: there are more.
    """
    largest = AXES.get((framework, operation), AXES.get((framework, ""), ndim))
    if ndim > largest:
        raise ParameterError(
            f"{framework}'s {operation} has 1 to {largest} spatial axes, and here are {ndim}; give a layer or an input "
            f"of at most {largest}",
            framework=framework,
            ndim=ndim,
            largest=largest,
        )


def known_framework(name: object) -> str:
    """The framework of that name.

    Raises:
        ParameterError: there is none.
    """
    if not isinstance(name, str) or name not in SPELLINGS:
        word = name if isinstance(name, str) else ""
        raise ParameterError(f"unknown framework {name!r}; {nearest(word, SPELLINGS)}", framework=name)
    return name


def operation_of(framework: str, operation: str) -> str:
    """What a framework calls an operation: JAX's poolings are all reduce_window.

    Raises:
        ParameterError: it has none such.
    """
    own = "reduce_window" if framework == "jax" and operation in POOLS else operation
    if own not in SPELLINGS[framework]:
        raise ParameterError(
            f"{framework} has no {operation!r} with windows; it has {', '.join(SPELLINGS[framework])}",
            framework=framework,
            operation=operation,
        )
    return own
