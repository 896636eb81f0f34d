"""Theano (and Lasagne, written on it): conv2d, conv2d_transpose and pool_2d, from its sources (it was not run).

Data is (N, C, spatial...), filters (out, in, k...), those of a transposed convolution (in, out, k...). Filters are
rotated by default (``filter_flip=True``): give `numerics.conv` the rotated ones.

>>> from convarith.frameworks import theano
>>> theano.conv_shape((1, 1, 5), (1, 1, 4), border_mode="half")  # both sides alike, also for an even filter
(1, 1, 6)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.arithmetic.integers import integer, listed
from convarith.errors import ParameterError, ShapeError
from convarith.frameworks.arguments import Spelling, axes_counted, checked_sizes, named, spatial, spatial_axes, weighted
from convarith.frameworks.pads import PADS
from convarith.frameworks.refusals import quoted
from convarith.frameworks.resolving import conv_layer, conv_transpose_layer, pool_layer, resolved, resolved_transposed
from convarith.frameworks.rules import Call, Channels, OneAxis, Resolved, Rule
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

TITLE = "Theano"
SPELLING = Spelling(TITLE)

_WEIGHTS = {
    "kernel below 1": "a filter has no size of 0",
    "stride below 1": "subsample is at least 1",
    "dilation below 1": "filter_dilation is at least 1",
    "negative padding": "border_mode must be >= 0",
}
_CONV = {
    **_WEIGHTS,
    "other weights": "the filters have the channels of the input",
    "kernel too large": "the convolution would produce an invalid shape",
}
CONV = {
    "numbers": Rule("floor", "given", _CONV),
    "valid": Rule("floor", "none", _CONV),
    "full": Rule("floor", "full", _CONV),
    "half": Rule(
        "floor",
        "half",
        _CONV,
        "Theano's 'half' pads ⌊k̂/2⌋ on both sides, so that an even kernel gives one more than the input at stride 1",
    ),
}
CONV_TRANSPOSE = Rule(
    "given",
    "given",
    {
        **_WEIGHTS,
        "other transposed weights": "the filters have the channels of the input",
        "another way back": "the output's shape is one that the convolution makes this input of",
    },
    "output_shape says which of the s outputs is meant that the convolution makes this input of",
)

_POOL = {
    "kernel below 1": "ws is at least 1",
    "stride below 1": "stride is at least 1",
    "negative padding": "pad is at least 0",
    "padding of the kernel or more": "pad must be smaller than ws",
}
POOL = {
    True: Rule("floor, empty below", "given", _POOL),
    False: Rule(
        "ceil, within the input",
        "given",
        {**_POOL, "padding with rounding up": "padding works only with ignore_border=True"},
        "without ignore_border Theano rounds up, but every window begins in the input, and there is at least one",
    ),
}


def _border(border_mode: Any, axes: tuple[OneAxis, ...]) -> tuple[str, tuple[OneAxis, ...]]:
    """The name of the rule, and the axes with what is padded in numbers: ints, pairs, or by name."""
    if isinstance(border_mode, str):
        name = named(border_mode, "border_mode", ("valid", "full", "half"), TITLE)
        pads = [PADS[CONV[name].pads].of(axis) for axis in axes] if axes[0].kernel > 0 else [(0, 0)] * len(axes)
    else:
        name = "numbers"
        entries = listed(border_mode)
        entries = (border_mode,) * len(axes) if entries is None else entries
        if len(entries) != len(axes):
            raise ParameterError(
                f"border_mode {border_mode} does not fit {axes_counted(len(axes))}; give one entry for each, a number "
                f"or a pair",
                border_mode=border_mode,
            )
        pads = [_pair(entry) for entry in entries]
    padded = [axis._replace(before=before, after=after) for axis, (before, after) in zip(axes, pads, strict=True)]
    return name, tuple(padded)


def _pair(entry: object) -> tuple[int, int]:
    sides = listed(entry)
    if sides is None:
        number = integer(entry, "border_mode")
        return number, number
    if len(sides) != 2:
        raise ParameterError(f"border_mode {entry} has {len(sides)} numbers for one axis; give two, (before, after)")
    return integer(sides[0], "border_mode"), integer(sides[1], "border_mode")


def conv_call(
    input_shape: Shape | None,
    kernel_size: Any,
    border_mode: Any = "valid",
    subsample: Any = 1,
    filter_dilation: Any = 1,
    *,
    channels: Channels | None = None,
) -> Resolved:
    """A convolution of this spatial input, resolved."""
    given = spatial(input_shape)
    axes = SPELLING.axes(
        given,
        SPELLING.ndim(given, kernel_size, subsample, filter_dilation, border_mode),
        kernel=("kernel_size", kernel_size),
        stride=("subsample", subsample),
        dilation=("filter_dilation", filter_dilation),
    )
    name, axes = _border(border_mode, axes)
    return resolved(Call(TITLE, "conv", CONV[name], axes, channels))


def conv_transpose_call(
    input_shape: Shape | None,
    kernel_size: Any,
    output_shape: Any,
    border_mode: Any = "valid",
    input_dilation: Any = 1,
    filter_dilation: Any = 1,
    *,
    channels: Channels | None = None,
) -> Resolved:
    """A transposed convolution of this spatial input to ``output_shape`` (spatial), resolved."""
    given = spatial(input_shape)
    if given is None:
        raise ParameterError("output_shape says nothing without the input; give input_shape, too", name="output_shape")
    axes = SPELLING.axes(
        given,
        len(given),
        kernel=("kernel_size", kernel_size),
        stride=("input_dilation", input_dilation),
        dilation=("filter_dilation", filter_dilation),
        output_size=("output_shape", output_shape),
    )
    _, axes = _border(border_mode, axes)
    return resolved_transposed(Call(TITLE, "conv_transpose", CONV_TRANSPOSE, axes, channels))


def max_pool_call(
    input_shape: Shape | None,
    ws: Any,
    ignore_border: bool = False,
    stride: Any = None,
    pad: Any = 0,
    *,
    operation: str = "max_pool",
) -> Resolved:
    """A pooling of this spatial input, resolved."""
    given = spatial(input_shape)
    axes = SPELLING.axes(
        given,
        SPELLING.ndim(given, ws, stride, pad),
        kernel=("ws", ws),
        stride=("stride", ws if stride is None else stride),
        padding=("pad", pad),
    )
    return resolved(Call(TITLE, operation, POOL[bool(ignore_border)], axes))


def avg_pool_call(
    input_shape: Shape | None, ws: Any, ignore_border: bool = False, stride: Any = None, pad: Any = 0
) -> Resolved:
    """An average pooling of this spatial input, resolved."""
    return max_pool_call(input_shape, ws, ignore_border, stride, pad, operation="avg_pool")


CALLS = {
    "conv": conv_call,
    "conv_transpose": conv_transpose_call,
    "max_pool": max_pool_call,
    "avg_pool": avg_pool_call,
}
"""Operations that have windows."""

code = coder("theano")


def conv(
    kernel_size: Any,
    border_mode: Any = "valid",
    subsample: Any = 1,
    filter_dilation: Any = 1,
    *,
    input_shape: Shape | None = None,
) -> Conv:
    """The layer of `conv2d`, for filters that are rotated already.

    >>> conv(3, border_mode="half", subsample=2)
    Conv(kernel_size=3, stride=2, padding='half')
    >>> conv((3, 3), border_mode=(1, (0, 1)))
    Conv(kernel_size=(3, 3), padding=(1, (0, 1)))

    Raises:
        ParameterError, ShapeError: Theano refuses.
    """
    call = conv_call(input_shape, kernel_size, border_mode, subsample, filter_dilation)
    return conv_layer(call, kernel_size, subsample, filter_dilation)


def conv_transpose(
    kernel_size: Any,
    output_shape: Any,
    border_mode: Any = "valid",
    input_dilation: Any = 1,
    filter_dilation: Any = 1,
    *,
    input_shape: Shape | None = None,
) -> ConvTranspose:
    """The layer of `conv2d_transpose`, whose stride is called ``input_dilation``; shapes are spatial.

    >>> conv_transpose(3, (6, 6), border_mode=1, input_dilation=2, input_shape=(3, 3))
    ConvTranspose(kernel_size=3, stride=2, padding=1, output_padding=1)

    Raises:
        ParameterError, ShapeError: Theano refuses.
    """
    call = conv_transpose_call(input_shape, kernel_size, output_shape, border_mode, input_dilation, filter_dilation)
    return conv_transpose_layer(call, kernel_size, input_dilation, filter_dilation)


def max_pool(
    ws: Any, ignore_border: bool = False, stride: Any = None, pad: Any = 0, *, input_shape: Shape | None = None
) -> Pool:
    """The layer of `pool_2d` with the mode 'max'.

    Where it rounds up, a kernel larger than the input has one window all the same, which ``input_shape`` makes padding.

    >>> max_pool(2)
    Pool(kernel_size=2, ceil_mode=True)
    >>> max_pool(5, stride=2, input_shape=1)
    Pool(kernel_size=5, stride=2, padding=((0, 4),))

    Raises:
        ParameterError, ShapeError: Theano refuses, or its answer is empty.
    """
    call = max_pool_call(input_shape, ws, ignore_border, stride, pad)
    return pool_layer(call, ws, ws if stride is None else stride, ceil_mode=not ignore_border)


def avg_pool(
    ws: Any, ignore_border: bool = False, stride: Any = None, pad: Any = 0, *, input_shape: Shape | None = None
) -> Pool:
    """The layer of `pool_2d` with a mode 'average_...', as `max_pool`.

    >>> avg_pool(2, ignore_border=True).output_shape((5, 5))
    (2, 2)

    Raises:
        ParameterError, ShapeError: Theano refuses, or its answer is empty.
    """
    return max_pool(ws, ignore_border, stride, pad, input_shape=input_shape)


def conv_shape(
    input_shape: Any, weight_shape: Any, border_mode: Any = "valid", subsample: Any = 1, filter_dilation: Any = 1
) -> tuple[int, ...]:
    """The shape of `conv2d`.

    >>> conv_shape((1, 3, 8, 8), (16, 3, 3, 3), border_mode="full")
    (1, 16, 10, 10)
    >>> conv_shape((1, 3, 8, 8), (16, 3, 3, 3), border_mode=-1)
    Traceback (most recent call last):
    convarith.errors.ParameterError: axis 0 (height): padding -1 is below 0; the smallest padding is 0, crop the input \
before the layer (Theano: border_mode must be >= 0)

    Raises:
        ParameterError, ShapeError: Theano refuses.
    """
    shape, weight = weighted(input_shape, weight_shape)
    channels = Channels(shape[0], shape[1], weight[0], weight[1])
    call = conv_call(shape[2:], weight[2:], border_mode, subsample, filter_dilation, channels=channels)
    return (shape[0], channels.outputs, *call.counts)


def conv_transpose_shape(
    input_shape: Any,
    weight_shape: Any,
    output_shape: Any,
    border_mode: Any = "valid",
    input_dilation: Any = 1,
    filter_dilation: Any = 1,
) -> tuple[int, ...]:
    """The shape of `conv2d_transpose`; ``output_shape`` has batch and channels.

    >>> conv_transpose_shape((1, 16, 3, 3), (16, 3, 3, 3), (1, 3, 6, 6), border_mode=1, input_dilation=2)
    (1, 3, 6, 6)

    Raises:
        ParameterError, ShapeError: Theano refuses.
    """
    shape, weight = weighted(input_shape, weight_shape)
    wanted = checked_sizes(output_shape, "output_shape")
    channels = Channels(shape[0], shape[1], weight[1], weight[0])
    if len(wanted) != len(shape) or wanted[:2] != (shape[0], weight[1]):
        raise quoted(
            ShapeError(
                f"output_shape {wanted} does not go with input {shape} and filters {weight}; it begins with "
                f"({shape[0]}, {weight[1]}) and has one size for each of {axes_counted(len(shape) - 2)}",
                output_shape=wanted,
            ),
            TITLE,
            "the output's shape is that of the forward convolution's input",
        )
    call = conv_transpose_call(
        shape[2:], weight[2:], wanted[2:], border_mode, input_dilation, filter_dilation, channels=channels
    )
    return (shape[0], channels.outputs, *call.counts)


def max_pool_shape(
    input_shape: Any, ws: Any, ignore_border: bool = False, stride: Any = None, pad: Any = 0
) -> tuple[int, ...]:
    """The shape of `pool_2d`; its stride is ws unless given.

    >>> max_pool_shape((1, 8, 5, 5), 2), max_pool_shape((1, 8, 5, 5), 2, ignore_border=True)
    ((1, 8, 3, 3), (1, 8, 2, 2))
    >>> max_pool_shape((1, 8, 5, 5), 2, pad=1)
    Traceback (most recent call last):
    convarith.errors.ParameterError: axis 0 (height): padding 1 does not go together with rounding up; give padding 0, \
or let it round down (Theano: padding works only with ignore_border=True)

    Raises:
        ParameterError, ShapeError: Theano refuses.
    """
    shape = checked_sizes(input_shape, "input_shape")
    spatial_axes(shape, (1, 2, 3))
    return (*shape[:2], *max_pool_call(shape[2:], ws, ignore_border, stride, pad).counts)


def avg_pool_shape(
    input_shape: Any, ws: Any, ignore_border: bool = False, stride: Any = None, pad: Any = 0
) -> tuple[int, ...]:
    """The shape of `pool_2d` with a mode 'average_...', as `max_pool_shape`.

    >>> avg_pool_shape((1, 8, 5, 5), 2)
    (1, 8, 3, 3)

    Raises:
        ParameterError, ShapeError: Theano refuses.
    """
    return max_pool_shape(input_shape, ws, ignore_border, stride, pad)
