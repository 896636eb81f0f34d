"""Flax: `flax.linen.Conv`, `ConvTranspose`, `max_pool` and `avg_pool`, over JAX's operations.

Layer functions give the layer with the same windows; shape functions take whole shapes, (N, C, spatial...), also
without a batch or with several axes of it, though Flax itself has channels last. A call has as many spatial axes as its
kernel or window has sizes: a kernel size of 3 is that of one axis. Strides of pools are 1 unless given, and not the
sizes of the window.

>>> from convarith.frameworks import flax
>>> flax.conv((3, 3), strides=2).output_shape((224, 224))
(112, 112)
>>> flax.max_pool_shape((1, 64, 112, 112), (3, 3))
(1, 64, 110, 110)
"""

from convarith.frameworks.flax.calls import CALLS
from convarith.frameworks.flax.layers import avg_pool, conv, conv_transpose, max_pool
from convarith.frameworks.flax.rules import SPELLING, TITLE
from convarith.frameworks.flax.shapes import avg_pool_shape, conv_shape, conv_transpose_shape, max_pool_shape
from convarith.frameworks.translation import coder

code = coder("flax")

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
