"""Keras 3: what `compute_output_shape` of its layers answers, with what their constructors and `build` refuse.

That is Keras's own answer, the same with every backend; a backend can refuse more (TensorFlow has no size of 0 where
Keras says one). Layer functions give the layer with the same windows; shape functions take whole shapes, of the data
(N, C, spatial...) unless ``data_format`` says that the channels are last, as they are in Keras by default.

>>> from convarith.frameworks import keras
>>> keras.conv(3, strides=2, padding="same").output_shape((224, 224))
(112, 112)
>>> keras.conv_transpose_shape((1, 64, 5, 5), filters=32, kernel_size=3, strides=2, padding="same")
(1, 32, 10, 10)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.arithmetic.integers import integer, shown
from convarith.errors import ParameterError
from convarith.frameworks.arguments import Spelling, axes_counted, checked_sizes, named, spatial, spatial_axes
from convarith.frameworks.resolving import (
    conv_layer,
    conv_transpose_layer,
    pool_layer,
    resolved,
    resolved_transposed,
)
from convarith.frameworks.rules import Call, Channels, Resolved, Rule
from convarith.frameworks.translation import coder

if TYPE_CHECKING:
    from convarith.arithmetic.layer import Shape
    from convarith.arithmetic.layers import Conv, ConvTranspose, Pool

__all__ = [
    "CALLS",
    "SPELLING",
    "TITLE",
    "avg_pool",
    "avg_pool_shape",
    "code",
    "conv",
    "conv_shape",
    "conv_transpose",
    "conv_transpose_shape",
    "max_pool",
    "max_pool_shape",
]

TITLE = "Keras"
SPELLING = Spelling(TITLE, one=False)

# The rules

_WEIGHTS = {
    "kernel below 1": "kernel_size is made of integers above 0",
    "stride below 1": "strides are made of integers above 0",
    "dilation below 1": "dilation_rate is made of integers above 0",
    "stride and dilation": "`strides > 1` not supported in conjunction with `dilation_rate > 1`",
    "no output channels": "filters is strictly positive",
}
_CONV_REFUSES = {
    **_WEIGHTS,
    "groups below 1": "the number of groups must be a positive integer",
    "outputs not parted": "filters must be evenly divisible by the number of groups",
    "inputs not parted": "input channels must be evenly divisible by the number of groups",
}
CONV = {
    "valid": Rule(
        "floor", "none", {**_CONV_REFUSES, "kernel too large": "computed output size would be zero or negative"}
    ),
    "same": Rule("floor", "least, end", _CONV_REFUSES, "Keras's 'same' is TensorFlow's: ⌈i/s⌉ outputs of any input"),
    "causal": Rule("floor", "before", _CONV_REFUSES, "'causal' pads before only, and is there for one axis"),
}

_ADDED = {**_WEIGHTS, "output padding of the stride or more": "output_padding must be strictly less than strides"}
_NONE_REMARK = (
    "output_padding=None is not 0: it means s outputs for each input with 'same', and s·(i - 1) + max(k̂, s) "
    "with 'valid'"
)
CONV_TRANSPOSE = {
    "valid": Rule("full, at least the stride", "none", _WEIGHTS, _NONE_REMARK),
    "same": Rule("stride times input", "smaller half", _WEIGHTS, _NONE_REMARK),
    "valid, output_padding": Rule("full", "none", _ADDED),
    "same, output_padding": Rule(
        "kernel's parity",
        "smaller half",
        {**_ADDED, "less than nothing left": "there is no such size, though Keras itself does not look"},
        "with an output_padding a, 'same' crops 2⌊k̂/2⌋ - a, half of it at the head: an even k̂ leaves 1 less than an "
        "odd one",
    ),
}

_POOL_REFUSES = {
    "kernel below 1": "pool_size is made of integers above 0",
    "stride below 1": "the size is divided by strides",
}
POOL = {
    "valid": Rule(
        "floor", "none", {**_POOL_REFUSES, "kernel too large": "computed output size would be zero or negative"}
    ),
    "same": Rule("floor", "least, end", _POOL_REFUSES, "averages never count what 'same' pads"),
}


# The operations: each from its arguments to paddings in numbers


def _padding(padding: object, ndim: int, *, causal: bool = False) -> str:
    """A padding by name, in any case."""
    name = padding.lower() if isinstance(padding, str) else padding
    if causal and name == "causal":
        if ndim == 1:
            return name
        raise ParameterError(
            f"padding 'causal' does not fit {axes_counted(ndim)}; {TITLE} has it for 1, give 'valid' or 'same'",
            padding=padding,
            ndim=ndim,
        )
    return _named(name, ("valid", "same", "causal") if causal and ndim == 1 else ("valid", "same"))


def _named(padding: object, known: tuple[str, ...]) -> str:
    """A padding by one of these names, and not in numbers."""
    if isinstance(padding, str):
        return named(padding, "padding", known, TITLE)
    raise ParameterError(
        f"padding {shown(padding)} is no name, and {TITLE} takes no other; give 'same', or 'valid' with a layer "
        f"beside it that pads or crops",
        padding=padding,
    )


def conv_call(
    input_shape: Shape | None,
    kernel_size: Any,
    strides: Any = 1,
    padding: Any = "valid",
    dilation_rate: Any = 1,
    *,
    channels: Channels | None = None,
) -> Resolved:
    """A convolution of this spatial input, resolved."""
    given = spatial(input_shape)
    ndim = SPELLING.ndim(given, kernel_size, strides, dilation_rate)
    axes = SPELLING.axes(
        given,
        ndim,
        kernel=("kernel_size", kernel_size),
        stride=("strides", strides),
        dilation=("dilation_rate", dilation_rate),
    )
    return resolved(Call(TITLE, "conv", CONV[_padding(padding, ndim, causal=True)], axes, channels))


def conv_transpose_call(
    input_shape: Shape | None,
    kernel_size: Any,
    strides: Any = 1,
    padding: Any = "valid",
    output_padding: Any = None,
    dilation_rate: Any = 1,
    *,
    channels: Channels | None = None,
) -> Resolved:
    """A transposed convolution of this spatial input, resolved."""
    given = spatial(input_shape)
    ndim = SPELLING.ndim(given, kernel_size, strides, output_padding, dilation_rate)
    fields: dict[str, tuple[str, object]] = {
        "kernel": ("kernel_size", kernel_size),
        "stride": ("strides", strides),
        "dilation": ("dilation_rate", dilation_rate),
    }
    name = _padding(padding, ndim)
    if output_padding is not None:
        fields["output_padding"] = ("output_padding", output_padding)
        name = f"{name}, output_padding"
    axes = SPELLING.axes(given, ndim, **fields)
    return resolved_transposed(Call(TITLE, "conv_transpose", CONV_TRANSPOSE[name], axes, channels))


def max_pool_call(
    input_shape: Shape | None,
    pool_size: Any = 2,
    strides: Any = None,
    padding: Any = "valid",
    *,
    operation: str = "max_pool",
) -> Resolved:
    """A pooling of this spatial input, resolved."""
    given = spatial(input_shape)
    ndim = SPELLING.ndim(given, pool_size, strides)
    axes = SPELLING.axes(
        given,
        ndim,
        kernel=("pool_size", pool_size),
        stride=("strides", _pool_strides(strides, pool_size)),
    )
    return resolved(Call(TITLE, operation, POOL[_named(padding, tuple(POOL))], axes))


def avg_pool_call(input_shape: Shape | None, pool_size: Any, strides: Any = None, padding: Any = "valid") -> Resolved:
    """An average pooling of this spatial input, resolved."""
    return max_pool_call(input_shape, pool_size, strides, padding, operation="avg_pool")


def _pool_strides(strides: Any, pool_size: Any) -> Any:
    return pool_size if strides is None else strides


CALLS = {
    "conv": conv_call,
    "conv_transpose": conv_transpose_call,
    "max_pool": max_pool_call,
    "avg_pool": avg_pool_call,
}
"""The operations, all of which have windows."""

code = coder("keras")


# Layers


def conv(
    kernel_size: Any,
    strides: Any = 1,
    padding: Any = "valid",
    dilation_rate: Any = 1,
    *,
    input_shape: Shape | None = None,
) -> Conv:
    """The layer of `keras.layers.Conv1D`, `Conv2D` and `Conv3D`.

    ``input_shape`` (spatial) makes a padding by name the numbers that it means there.

    >>> conv(3, strides=2, padding="same")
    Conv(kernel_size=3, stride=2, padding='same')
    >>> conv(3, strides=2, padding="same", input_shape=(6, 6))
    Conv(kernel_size=3, stride=2, padding=((0, 1),))
    >>> conv(3, strides=(1, 2), dilation_rate=(2, 1))
    Traceback (most recent call last):
    convarith.errors.ParameterError: stride (1, 2) and dilation (2, 1) do not go together, on whatever axes; give \
stride 1 or dilation 1 everywhere (Keras: `strides > 1` not supported in conjunction with `dilation_rate > 1`)

    Raises:
        ParameterError, ShapeError: Keras refuses.
    """
    call = conv_call(input_shape, kernel_size, strides, padding, dilation_rate)
    return conv_layer(call, kernel_size, strides, dilation_rate)


def conv_transpose(
    kernel_size: Any,
    strides: Any = 1,
    padding: Any = "valid",
    output_padding: Any = None,
    dilation_rate: Any = 1,
    *,
    input_shape: Shape | None = None,
) -> ConvTranspose:
    """The layer of `keras.layers.Conv1DTranspose`, `Conv2DTranspose` and `Conv3DTranspose`.

    >>> conv_transpose(3, strides=2, padding="same")  # 2i outputs: None is not 0
    ConvTranspose(kernel_size=3, stride=2, padding=((0, 1),))
    >>> conv_transpose(3, strides=2, padding="same", output_padding=0)  # 2i - 1
    ConvTranspose(kernel_size=3, stride=2, padding=1)
    >>> conv_transpose(3, strides=2, output_padding=2)
    Traceback (most recent call last):
    convarith.errors.ParameterError: output_padding 2 with stride 2 and dilation 1 is out of range; it can be 0 to 1, \
less than the stride (Keras: output_padding must be strictly less than strides)

    Raises:
        ParameterError, ShapeError: Keras refuses.
    """
    call = conv_transpose_call(input_shape, kernel_size, strides, padding, output_padding, dilation_rate)
    return conv_transpose_layer(call, kernel_size, strides, dilation_rate)


def max_pool(
    pool_size: Any = 2, strides: Any = None, padding: Any = "valid", *, input_shape: Shape | None = None
) -> Pool:
    """The layer of `keras.layers.MaxPooling1D`, `MaxPooling2D` and `MaxPooling3D`.

    >>> max_pool(3, strides=2, padding="same", input_shape=6)
    Pool(kernel_size=3, stride=2, padding=((0, 1),))
    >>> max_pool(3, padding="SAME")
    Traceback (most recent call last):
    convarith.errors.ParameterError: padding 'SAME' is none of Keras's; did you mean 'same'? Known are valid, same

    Raises:
        ParameterError, ShapeError: Keras refuses.
    """
    call = max_pool_call(input_shape, pool_size, strides, padding)
    return pool_layer(call, pool_size, _pool_strides(strides, pool_size))


def avg_pool(pool_size: Any, strides: Any = None, padding: Any = "valid", *, input_shape: Shape | None = None) -> Pool:
    """The layer of `keras.layers.AveragePooling1D`, `AveragePooling2D` and `AveragePooling3D`, whose means never count
    padding (`numerics.avg_pool`'s ``count_include_pad=False``). Its pool_size has no default.

    >>> avg_pool(2).output_shape((5, 5))
    (2, 2)

    Raises:
        ParameterError, ShapeError: Keras refuses.
    """
    call = avg_pool_call(input_shape, pool_size, strides, padding)
    return pool_layer(call, pool_size, _pool_strides(strides, pool_size))


# Shapes


def _read(input_shape: Any, data_format: Any) -> tuple[int, int, tuple[int, ...], bool]:
    """Batch, channels and spatial sizes of a shape, and whether its channels come first."""
    first = _channels_first(data_format)
    shape = checked_sizes(input_shape, "input_shape")
    spatial_axes(shape, (1, 2, 3))
    if first:
        return shape[0], shape[1], shape[2:], first
    return shape[0], shape[-1], shape[1:-1], first


def _channels_first(data_format: Any) -> bool:
    """In any case; None is Keras's default, channels_last."""
    if data_format is None:
        return False
    known = ("channels_first", "channels_last")
    return named(str(data_format).lower(), "data_format", known, TITLE) == "channels_first"


def _shaped(batch: int, channels: int, counts: tuple[int, ...], first: bool) -> tuple[int, ...]:
    return (batch, channels, *counts) if first else (batch, *counts, channels)


def conv_shape(
    input_shape: Any,
    filters: Any,
    kernel_size: Any,
    strides: Any = 1,
    padding: Any = "valid",
    data_format: Any = "channels_first",
    dilation_rate: Any = 1,
    groups: Any = 1,
) -> tuple[int, ...]:
    """The shape of `keras.layers.Conv1D`, `Conv2D` and `Conv3D`: (N, filters, spatial...).

    >>> conv_shape((8, 3, 224, 224), filters=64, kernel_size=7, strides=2, padding="same")
    (8, 64, 112, 112)
    >>> conv_shape((8, 224, 224, 3), 64, 7, strides=2, data_format="channels_last")
    (8, 109, 109, 64)
    >>> conv_shape((8, 3, 5, 5), 64, 7)
    Traceback (most recent call last):
    convarith.errors.ShapeError: axis 0 (height): kernel 7 does not fit in input 5 with padding 0; it needs an \
input of at least 7, or a kernel of at most 5 (Keras: computed output size would be zero or negative)

    Raises:
        ParameterError, ShapeError: Keras refuses.
    """
    batch, inputs, spatial_shape, first = _read(input_shape, data_format)
    filters, groups = integer(filters, "filters"), integer(groups, "groups")
    channels = Channels(batch, inputs, filters, inputs, groups)
    call = conv_call(spatial_shape, kernel_size, strides, padding, dilation_rate, channels=channels)
    return _shaped(batch, filters, call.counts, first)


def conv_transpose_shape(
    input_shape: Any,
    filters: Any,
    kernel_size: Any,
    strides: Any = 1,
    padding: Any = "valid",
    output_padding: Any = None,
    data_format: Any = "channels_first",
    dilation_rate: Any = 1,
) -> tuple[int, ...]:
    """The shape of `keras.layers.Conv1DTranspose`, `Conv2DTranspose` and `Conv3DTranspose`: (N, filters, spatial...).

    A size can be 0: Keras does not look.

    >>> conv_transpose_shape((1, 64, 5), filters=32, kernel_size=3, strides=2, padding="same")
    (1, 32, 10)
    >>> conv_transpose_shape((1, 64, 5), filters=32, kernel_size=3, strides=2, padding="same", output_padding=0)
    (1, 32, 9)
    >>> conv_transpose_shape((1, 64, 5), filters=32, kernel_size=4, padding="same", output_padding=0)
    (1, 32, 4)

    Raises:
        ParameterError, ShapeError: Keras refuses.
    """
    batch, inputs, spatial_shape, first = _read(input_shape, data_format)
    filters = integer(filters, "filters")
    call = conv_transpose_call(
        spatial_shape,
        kernel_size,
        strides,
        padding,
        output_padding,
        dilation_rate,
        channels=Channels(batch, inputs, filters, inputs),
    )
    return _shaped(batch, filters, call.counts, first)


def max_pool_shape(
    input_shape: Any,
    pool_size: Any = 2,
    strides: Any = None,
    padding: Any = "valid",
    data_format: Any = "channels_first",
) -> tuple[int, ...]:
    """The shape of `keras.layers.MaxPooling1D`, `MaxPooling2D` and `MaxPooling3D`: (N, C, spatial...).

    >>> max_pool_shape((1, 64, 112, 112), 3, strides=2, padding="same")
    (1, 64, 56, 56)

    Raises:
        ParameterError, ShapeError: Keras refuses.
    """
    batch, inputs, spatial_shape, first = _read(input_shape, data_format)
    return _shaped(batch, inputs, max_pool_call(spatial_shape, pool_size, strides, padding).counts, first)


def avg_pool_shape(
    input_shape: Any,
    pool_size: Any,
    strides: Any = None,
    padding: Any = "valid",
    data_format: Any = "channels_first",
) -> tuple[int, ...]:
    """The shape of `keras.layers.AveragePooling1D`, `AveragePooling2D` and `AveragePooling3D`: (N, C, spatial...).

    >>> avg_pool_shape((1, 64, 7, 7), 7)
    (1, 64, 1, 1)

    Raises:
        ParameterError, ShapeError: Keras refuses.
    """
    batch, inputs, spatial_shape, first = _read(input_shape, data_format)
    return _shaped(batch, inputs, avg_pool_call(spatial_shape, pool_size, strides, padding).counts, first)
