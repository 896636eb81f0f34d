"""Layers of 1 to 3 axes drawn by Hypothesis, and translations carried out on real numbers, step by step.

What a translation says is done in its order: the input is padded or cropped with NumPy, the framework's own layer
function makes a layer of the parameters, `convarith.numerics` computes it, and the output is cropped or enlarged.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

import convarith as ca
from convarith import ShapeError, numerics

POOLS = ("max_pool", "avg_pool", "lp_pool")


class Drawn(NamedTuple):
    """An operation, its layer, and an input that the layer fits."""

    operation: str
    layer: Any
    shape: tuple[int, ...]


def numbers_of(layer, shape, seed=0):
    """Whole numbers of an input and a kernel."""
    random = np.random.default_rng(seed)
    kernel = layer.kernel_size if isinstance(layer.kernel_size, tuple) else (layer.kernel_size,) * len(shape)
    return random.integers(-9, 10, shape).astype(float), random.integers(-9, 10, kernel).astype(float)


def computed(operation, layer, x, w):
    """The numbers of a layer: of a mean its sums, so that no divisor is chosen here."""
    x, w = x[None, None], w[None, None]
    if isinstance(layer, ca.ConvTranspose):
        return numerics.conv_transpose(x, w, layer)[0, 0]
    if isinstance(layer, ca.Conv):
        return numerics.conv(x, w, layer)[0, 0]
    if operation == "max_pool":
        return numerics.max_pool(x, layer)[0, 0]
    if operation == "lp_pool":
        return numerics.lp_pool(x, layer, norm_type=1)[0, 0]
    return numerics.avg_pool(x, layer, divisor_override=1)[0, 0]


def padded(x, pairs, value=0.0):
    """(before, after) per axis put around an array, or taken away where they are negative."""
    x = np.pad(x, [(max(before, 0), max(after, 0)) for before, after in pairs], constant_values=value)
    kept = [slice(max(-before, 0), size - max(-after, 0)) for size, (before, after) in zip(x.shape, pairs, strict=True)]
    return x[tuple(kept)]


def carried_out(translation, operation, x, w):
    """The numbers that a translation gives."""
    if translation.pad is not None:
        x = padded(x, translation.pad, -np.inf if operation == "max_pool" else 0.0)
    function = getattr(import_module(f"convarith.frameworks.{translation.framework}"), translation.operation)
    layer = function(**translation.parameters, input_shape=x.shape)
    y = computed(operation, layer, x, np.flip(w) if translation.rotated else w)
    if translation.crop is not None:
        y = padded(y, [(-before, -after) for before, after in translation.crop])
    return y


@st.composite
def layers(draw, *operations):
    """A layer with an input that it fits."""
    operation = draw(st.sampled_from(operations))
    ndim = draw(st.integers(1, 3))
    numbers = st.integers
    per_axis = st.tuples(*[numbers(1, 3)] * ndim)
    ones = st.just((1,) * ndim)
    parameters = {
        "kernel_size": draw(per_axis),
        "stride": draw(st.one_of(ones, st.tuples(*[numbers(1, 4)] * ndim))),
        "dilation": draw(st.one_of(ones, ones, per_axis)),
    }
    rounded_up = operation in POOLS and draw(st.booleans())
    sides = st.tuples(numbers(-2, 3), numbers(0 if rounded_up else -2, 3))
    even = numbers(0 if rounded_up else -2, 3).map(lambda side: (side, side))
    names = ["half", "full", "causal"] + ["same", "same_lower"] * (operation != "conv_transpose")
    parameters["padding"] = draw(st.one_of(st.tuples(*[st.one_of(even, sides)] * ndim), st.sampled_from(names)))
    if operation == "conv":
        layer = ca.Conv(**parameters, input_dilation=draw(st.one_of(ones, ones, per_axis)))
    elif operation == "conv_transpose":
        largest = [max(numbers) - 1 for numbers in zip(parameters["stride"], parameters["dilation"], strict=True)]
        layer = ca.ConvTranspose(**parameters, output_padding=draw(st.tuples(*[numbers(0, most) for most in largest])))
    else:
        layer = ca.Pool(**parameters, ceil_mode=rounded_up)
    shape = tuple([draw(numbers(1, 6)) + least_size(layer, axis) - 1 for axis in range(ndim)])
    return Drawn(operation, layer, shape)


@st.composite
def beyond_a_crop(draw, *operations):
    """A pooling that rounds up on one axis, so that its last window reaches over input that the padding crops."""
    numbers = st.integers
    kernel, stride = draw(numbers(1, 3)), draw(numbers(2, 4))
    layer = ca.Pool((kernel,), stride=stride, padding=((draw(numbers(-1, 2)), draw(numbers(-2, -1))),), ceil_mode=True)
    size = least_size(layer, 0)
    while layer.windows((size,)).axes[0].remainder >= 0:
        size += 1
    return Drawn(draw(st.sampled_from(operations)), layer, (size + stride * draw(numbers(0, 2)),))


def least_size(layer, axis):
    """The least input that the layer fits on one axis, by trying."""
    size = 1
    while True:
        try:
            layer.on_axis(axis).output_shape((size,))
        except ShapeError:
            size += 1
        else:
            return size
