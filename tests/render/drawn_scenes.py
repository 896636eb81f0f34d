"""Layers of 1 to 3 axes drawn by Hypothesis, with an input, for scenes that are small."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from picture_walk import DrawnAxis

import convarith as ca

whole_scenes = settings(max_examples=100, deadline=None)
"""A scene is made for every example, so there are fewer of them; how long one takes is not what is tested."""

SEEDS = st.integers(0, 2**32 - 2)

FAMILIES = ("conv", "pool", "ceil", "transposed")


class Picture(NamedTuple):
    """A layer, its axes, and the shape of its input."""

    layer: ca.Conv | ca.Pool | ca.ConvTranspose
    axes: tuple[DrawnAxis, ...]

    @property
    def shape(self):
        return tuple(axis.size for axis in self.axes)


def picture(axes, family):
    parameters = {
        "kernel_size": tuple(axis.kernel for axis in axes),
        "stride": tuple(axis.stride for axis in axes),
        "padding": tuple((axis.before, axis.after) for axis in axes),
        "dilation": tuple(axis.dilation for axis in axes),
    }
    if family == "conv":
        return Picture(ca.Conv(**parameters, input_dilation=tuple(axis.stretch for axis in axes)), axes)
    if family == "transposed":
        return Picture(ca.ConvTranspose(**parameters, output_padding=tuple(axis.added for axis in axes)), axes)
    return Picture(ca.Pool(**parameters, ceil_mode=family == "ceil"), axes)


@st.composite
def picture_axes(draw, family, largest, widest):
    numbers = st.integers
    stride, dilation = draw(numbers(1, 3)), draw(numbers(1, 2))
    transposed = family == "transposed"
    return DrawnAxis(
        size=draw(numbers(1, largest)),
        kernel=draw(numbers(1, widest)),
        stride=stride,
        dilation=dilation,
        stretch=draw(numbers(1, 2)) if family == "conv" else 1,
        before=draw(numbers(-1, 2)),
        after=draw(numbers(-1, 2)),
        ceil=family == "ceil",
        added=draw(numbers(0, max(stride, dilation) - 1)) if transposed else 0,
        transposed=transposed,
    )


def shows_something(axis):
    """There is a window, and padding crops input only, not the padding on the other side as well."""
    return bool(axis.windows) and "input" in axis.roles.values()


@st.composite
def pictures(draw, *families):
    """A layer of one of the families with an input that it fits."""
    family = draw(st.sampled_from(families or FAMILIES))
    ndim = draw(st.integers(1, 3))
    largest, widest = {1: (8, 3), 2: (5, 3), 3: (2, 2)}[ndim]
    return picture(
        tuple(draw(picture_axes(family, largest, widest).filter(shows_something)) for _ in range(ndim)), family
    )


@st.composite
def comparisons(draw):
    """Two or three layers of any families on one input."""
    ndim = draw(st.integers(1, 3))
    largest, widest = {1: (8, 3), 2: (4, 3), 3: (2, 2)}[ndim]
    sizes = [draw(st.integers(1, largest)) for _ in range(ndim)]

    def layer(family):
        drawn = (
            picture_axes(family, largest, widest).map(lambda axis, size=size: axis._replace(size=size))
            for size in sizes
        )
        return picture(tuple(draw(axes.filter(shows_something)) for axes in drawn), family)

    return [layer(draw(st.sampled_from(FAMILIES))) for _ in range(draw(st.integers(2, 3)))]


def numbers_in(drawn, seed):
    """A seeded input and kernel, negative numbers among them."""
    random = np.random.default_rng(seed)
    kernel_size = tuple(axis.kernel for axis in drawn.axes)
    return random.integers(-9, 10, drawn.shape), random.integers(-3, 4, kernel_size)


def scene_of(drawn, **wishes):
    return ca.render.compose(drawn.layer, drawn.shape, **wishes)


def grids_of(scene):
    return {grid.name: grid for grid in scene.grids()}


def lit_in(step, grid, mark):
    """The positions in a grid that bear a mark in this step, in order."""
    return [light.position for light in step.lit if (light.grid, light.mark) == (grid, mark)]


def tags_in(step, grid):
    return [light.tag for light in step.lit if (light.grid, light.mark) == (grid, "tap")]
