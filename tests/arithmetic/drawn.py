"""Layers drawn by Hypothesis on 1 to 4 axes, each with the numbers it was made of and what the walk says of them."""

from __future__ import annotations

from typing import NamedTuple

import walk
from hypothesis import strategies as st

import convarith as ca

FAMILIES = ("conv", "pool", "ceil", "transposed")


class DrawnAxis(NamedTuple):
    """One axis: the size of its input and the layer's parameters on it."""

    family: str
    size: int
    kernel: int
    stride: int
    dilation: int
    input_dilation: int
    before: int
    after: int
    output_padding: int

    @property
    def row(self):
        """The padded input; for a transposed convolution that of the equivalent direct one."""
        if self.family != "transposed":
            return walk.row_of(self.size, self.before, self.after, self.input_dilation)
        reach = walk.offsets_of(self.kernel, self.dilation)[-1]
        a = self.output_padding
        return walk.row_of(self.size, reach - self.before, reach - self.after + a, self.stride, extra=a)

    @property
    def first_position(self):
        """The position of the first cell of the row."""
        if self.family != "transposed":
            return -self.before
        return self.before - walk.offsets_of(self.kernel, self.dilation)[-1]

    @property
    def starts(self):
        """Where in the row the windows start."""
        if self.family == "transposed":
            return walk.starts_in(self.row, self.kernel, 1, self.dilation)
        if self.family == "ceil":
            return walk.ceil_starts_in(self.row, self.kernel, self.stride, self.dilation, self.size, self.before)
        return walk.starts_in(self.row, self.kernel, self.stride, self.dilation)

    @property
    def output(self):
        """The output size, 0 where the layer does not fit."""
        if self.family == "transposed":
            return len(self.stamped)
        return len(self.starts)

    @property
    def stamped(self):
        return walk.stamped(
            self.size, self.kernel, self.stride, self.before, self.after, self.dilation, self.output_padding
        )

    @property
    def entries(self):
        """(output, input, tap), sorted."""
        if self.family == "transposed":
            return sorted(walk.stamped_entries(self.stamped))
        return sorted(walk.entries_of(self.row, self.starts, self.kernel, self.dilation))

    @property
    def unread(self):
        return walk.unread_of(self.row, self.starts, self.kernel, self.dilation)

    def resized(self, size):
        return self._replace(size=size)


class Drawn(NamedTuple):
    """A layer, an input shape that it fits, and its axes."""

    layer: ca.Conv | ca.Pool | ca.ConvTranspose
    shape: tuple[int, ...]
    axes: tuple[DrawnAxis, ...]


@st.composite
def drawn_axes(draw, family, largest=6, least_padding=-2, fitting=True):
    """An axis of a family; one that fits unless told otherwise."""
    numbers = st.integers

    def axis():
        stride, dilation = draw(numbers(1, 4)), draw(numbers(1, 3))
        return DrawnAxis(
            family,
            size=draw(numbers(1, largest)),
            kernel=draw(numbers(1, 4)),
            stride=stride,
            dilation=dilation,
            input_dilation=draw(numbers(1, 3)) if family == "conv" else 1,
            before=draw(numbers(least_padding, 3)),
            after=draw(numbers(least_padding, 3)),
            output_padding=draw(numbers(0, max(stride, dilation) - 1)) if family == "transposed" else 0,
        )

    def usable(made):
        if family == "ceil" and made.row is None:  # cropped to less than nothing, of which no rule speaks
            return False
        return made.output > 0 or not fitting

    made = axis()
    while not usable(made):
        made = axis()
    return made


def layer_of(axes):
    """The layer that has these axes, with a parameter for each of them."""
    parameters = {
        "kernel_size": tuple(axis.kernel for axis in axes),
        "stride": tuple(axis.stride for axis in axes),
        "padding": tuple((axis.before, axis.after) for axis in axes),
        "dilation": tuple(axis.dilation for axis in axes),
    }
    family = axes[0].family
    if family == "conv":
        return ca.Conv(**parameters, input_dilation=tuple(axis.input_dilation for axis in axes))
    if family == "transposed":
        return ca.ConvTranspose(**parameters, output_padding=tuple(axis.output_padding for axis in axes))
    return ca.Pool(**parameters, ceil_mode=family == "ceil")


@st.composite
def drawn_layers(draw, families=FAMILIES, ndim=(1, 4), largest=6, least_padding=-2):
    """A layer of one of the families on some axes, with an input that it fits."""
    family = draw(st.sampled_from(families))
    count = draw(st.integers(*ndim))
    axes = tuple(draw(drawn_axes(family, largest, least_padding)) for _ in range(count))
    return Drawn(layer_of(axes), tuple(axis.size for axis in axes), axes)
