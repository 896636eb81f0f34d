"""What the windows of a pooling meet, channel by channel, and poolings of images drawn by Hypothesis."""

from __future__ import annotations

import list_walk
import numpy as np
from channel_walk import drawn_axis
from drawn_arrays import fits, layer_with
from hypothesis import strategies as st


def met_by_each(axes):
    """The flat, row-major indices of the input cells that each window meets, in the order of its taps."""
    windows = list_walk.windows(axes)
    sizes = [axis.size for axis in axes]
    shape = tuple(max(along) + 1 for along in zip(*windows, strict=True))
    answer = np.empty(shape, object)
    for output, met in windows.items():
        answer[output] = [
            (tap, sum(at * int(np.prod(sizes[axis + 1 :])) for axis, at in enumerate(index)))
            for tap, index in met.inputs
        ]
    return answer


def over_windows(x, axes, reduction):
    """``reduction`` of the list of numbers that each window meets, for every image and channel."""
    met = met_by_each(axes)
    answer = np.empty(x.shape[:2] + met.shape)
    for image, channel in np.ndindex(x.shape[:2]):
        numbers = x[image, channel].ravel().tolist()
        for output in np.ndindex(met.shape):
            answer[(image, channel, *output)] = reduction([numbers[at] for _, at in met[output]])
    return answer


@st.composite
def pool_works(draw, numbers=(-2, 2)):
    """A pooling of 1 to 4 axes and an (N, C, i...) input of a few different numbers, so that there are ties."""
    family = draw(st.sampled_from(["pool", "ceil"]))
    ndim = draw(st.integers(1, 4))
    axes = tuple(draw(drawn_axis(family, ndim).filter(fits(family))) for _ in range(ndim))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    leading = draw(st.tuples(st.integers(1, 2), st.integers(1, 3)))
    x = random.integers(numbers[0], numbers[1] + 1, (*leading, *(axis.size for axis in axes)))
    return layer_with(family, axes), axes, x
