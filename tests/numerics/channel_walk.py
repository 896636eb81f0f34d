"""Channels, groups and images added to the walk over lists, and layers with channels drawn by Hypothesis."""

from __future__ import annotations

from typing import NamedTuple

import list_walk
import numpy as np
from drawn_arrays import array_of, cells, fits, layer_with
from hypothesis import strategies as st
from list_walk import AxisNumbers

import convarith as ca


class ChannelWork(NamedTuple):
    """A layer, its axes, an (N, C, i...) input, a kernel with channels, and the groups that part them."""

    layer: ca.Conv | ca.ConvTranspose
    axes: tuple[AxisNumbers, ...]
    x: np.ndarray
    w: np.ndarray
    groups: int

    @property
    def rows(self):
        """How many channels come out."""
        return self.w.shape[1] * self.groups if isinstance(self.layer, ca.ConvTranspose) else self.w.shape[0]

    def walked(self):
        """The numbers that come out, as Python's own."""
        return walked(self.x, self.w, self.axes, self.groups, transposed=isinstance(self.layer, ca.ConvTranspose))

    def computed(self, **keywords):
        """The same by convarith."""
        kernel = ca.numerics.conv_transpose if isinstance(self.layer, ca.ConvTranspose) else ca.numerics.conv
        return kernel(self.x, self.w, self.layer, groups=self.groups, **keywords)


def walked(x, w, axes, groups=1, transposed=False):
    """(N, C, i...) and a kernel with channels: for each image and output channel the sum over the group's inputs."""
    one = list_walk.stamped if transposed else list_walk.convolved
    groups_in = np.split(np.arange(x.shape[1]), groups)
    kernels = w.swapaxes(0, 1) if transposed else w
    answer = {}
    for image in range(len(x)):
        out = 0
        for number, members in enumerate(groups_in):
            ours = kernels[:, members] if transposed else np.split(kernels, groups)[number]
            for row in ours:
                total = {}
                for channel, kernel in zip(members, row, strict=True):
                    for place, value in one(cells(x[image, channel]), cells(kernel), axes).items():
                        total[place] = total.get(place, 0) + value
                answer.update({(image, out, *place): value for place, value in total.items()})
                out += 1
    return array_of(answer)


SMALL = {1: (7, 3, 2), 2: (4, 3, 2), 3: (3, 2, 1), 4: (2, 2, 1)}
"""Number of axes -> the largest input, kernel and padding that are drawn."""


@st.composite
def drawn_axis(draw, family, ndim):
    size, kernel, padding = SMALL[ndim]
    numbers = st.integers
    stride, dilation = draw(numbers(1, 3)), draw(numbers(1, 2))
    return AxisNumbers(
        size=draw(numbers(1, size)),
        kernel=draw(numbers(1, kernel)),
        stride=stride,
        dilation=dilation,
        stretch=draw(numbers(1, 2)) if family == "conv" else 1,
        before=draw(numbers(-1, padding)),
        after=draw(numbers(-1, padding)),
        ceil=family == "ceil",
        added=draw(numbers(0, max(stride, dilation) - 1)) if family == "transposed" else 0,
    )


@st.composite
def channel_works(draw, *families, largest_number=9):
    """A layer of 1 to 4 axes with 1 to 3 images, and up to 3 groups of 1 or 2 channels."""
    family = draw(st.sampled_from(families))
    ndim = draw(st.integers(1, 4))
    axes = tuple(draw(drawn_axis(family, ndim).filter(fits(family))) for _ in range(ndim))
    groups, ours, out = draw(st.integers(1, 3)), draw(st.integers(1, 2)), draw(st.integers(1, 2))
    images = draw(st.integers(1, 3 if ndim < 3 else 1))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    leading = (groups * ours, out) if family == "transposed" else (groups * out, ours)
    x = random.integers(-largest_number, largest_number + 1, (images, groups * ours, *(axis.size for axis in axes)))
    w = random.integers(-largest_number, largest_number + 1, (*leading, *(axis.kernel for axis in axes)))
    return ChannelWork(layer_with(family, axes), axes, x, w, groups)
