"""Layers of 1 to 3 axes drawn by Hypothesis, each with numbers to work on."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import list_walk
import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from list_walk import AxisNumbers

import convarith as ca

untimed = settings(deadline=None)
"""How long an example takes is not what is tested."""


class Work(NamedTuple):
    """A layer, its axes, and the numbers of an input and of a kernel."""

    layer: ca.Conv | ca.Pool | ca.ConvTranspose
    axes: tuple[AxisNumbers, ...]
    x: np.ndarray
    w: np.ndarray


def cells(array):
    """An array as a dictionary of Python's own numbers."""
    return {index: array[index].item() for index in product(*map(range, array.shape))}


def array_of(numbers):
    """The other way round."""
    shape = tuple(max(along) + 1 for along in zip(*numbers, strict=True))
    answer = np.empty(shape, dtype=object)
    for index, number in numbers.items():
        answer[index] = number
    return answer


@st.composite
def axes_of(draw, family, largest):
    numbers = st.integers
    stride, dilation = draw(numbers(1, 3)), draw(numbers(1, 2))
    return AxisNumbers(
        size=draw(numbers(1, largest)),
        kernel=draw(numbers(1, 3)),
        stride=stride,
        dilation=dilation,
        stretch=draw(numbers(1, 3)) if family == "conv" else 1,
        before=draw(numbers(-2, 2)),
        after=draw(numbers(-2, 2)),
        ceil=family == "ceil",
        added=draw(numbers(0, max(stride, dilation) - 1)) if family == "transposed" else 0,
    )


def fits(family):
    def fitting(axis):
        if family != "transposed":
            return bool(list_walk.starts(axis))
        ones = dict.fromkeys(((index,) for index in range(axis.size)), 1)
        return bool(list_walk.stamped(ones, dict.fromkeys(((tap,) for tap in range(axis.kernel)), 1), [axis]))

    return fitting


def layer_with(family, axes):
    parameters = {
        "kernel_size": tuple(axis.kernel for axis in axes),
        "stride": tuple(axis.stride for axis in axes),
        "padding": tuple((axis.before, axis.after) for axis in axes),
        "dilation": tuple(axis.dilation for axis in axes),
    }
    if family == "conv":
        return ca.Conv(**parameters, input_dilation=tuple(axis.stretch for axis in axes))
    if family == "transposed":
        return ca.ConvTranspose(**parameters, output_padding=tuple(axis.added for axis in axes))
    return ca.Pool(**parameters, ceil_mode=family == "ceil")


@st.composite
def works(draw, *families):
    """A layer of one of the families, with an input that it fits and whole numbers in it."""
    family = draw(st.sampled_from(families))
    ndim = draw(st.integers(1, 3))
    largest = {1: 9, 2: 5, 3: 3}[ndim]
    axes = tuple(draw(axes_of(family, largest).filter(fits(family))) for _ in range(ndim))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    x = random.integers(-9, 10, tuple(axis.size for axis in axes))
    w = random.integers(-9, 10, tuple(axis.kernel for axis in axes))
    return Work(layer_with(family, axes), axes, x, w)
