"""Layers drawn with batch, channels and groups, each with whole numbers to work on."""

from __future__ import annotations

from typing import NamedTuple

import list_walk
import numpy as np
from drawn_arrays import untimed, works
from hypothesis import settings
from hypothesis import strategies as st

import convarith as ca

brief = settings(untimed, max_examples=40)
"""For what walks long over each example."""


class Channelled(NamedTuple):
    """A layer with numbers: x is (N, groups · columns, i...) and w (groups, rows, columns, k...), rows out of each
    group and columns into it."""

    layer: ca.Conv | ca.ConvTranspose
    axes: tuple[list_walk.AxisNumbers, ...]
    x: np.ndarray
    w: np.ndarray

    @property
    def groups(self):
        return len(self.w)

    @property
    def kernel(self):
        """w as the layer takes it: (out, in/groups, k...), or (in, out/groups, k...) for a transposed convolution."""
        w = self.w.swapaxes(1, 2) if isinstance(self.layer, ca.ConvTranspose) else self.w
        return w.reshape(-1, *w.shape[2:])

    @property
    def output_shape(self):
        """(groups · rows, o...)."""
        return self.w.shape[0] * self.w.shape[1], *self.layer.output_shape(self.x.shape[2:])


@st.composite
def channelled(draw, *families):
    work = draw(works(*families))
    images, groups, rows, columns = (draw(st.integers(1, 3)) for _ in range(4))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    x = random.integers(-9, 10, (images, groups * columns, *work.x.shape))
    w = random.integers(-9, 10, (groups, rows, columns, *work.w.shape))
    return Channelled(work.layer, work.axes, x, w)
