"""JAX: `lax.conv_general_dilated`, `lax.conv_transpose` and `lax.reduce_window`.

Layer functions give the layer with the same windows; shape functions take whole shapes, data (N, C, spatial...) and
weights (out, in/groups, k...), transposed (in, out, k...), or in the layout that ``dimension_numbers`` say. Strides,
dilations and paddings are sequences of one for each spatial axis: JAX takes no single number for all. What is too small
for a kernel gives an output of size 0 and is not refused.

>>> from convarith.frameworks import jax
>>> jax.conv(3, window_strides=(2, 2), padding="SAME").output_shape((224, 224))
(112, 112)
>>> jax.conv_shape((8, 3, 2, 2), (64, 3, 7, 7), window_strides=(1, 1), padding="VALID")
(8, 64, 0, 0)
"""

from convarith.frameworks.jax.calls import CALLS
from convarith.frameworks.jax.layers import conv, conv_transpose, reduce_window
from convarith.frameworks.jax.rules import SPELLING, TITLE
from convarith.frameworks.jax.shapes import conv_shape, conv_transpose_shape, reduce_window_shape
from convarith.frameworks.translation import coder

code = coder("jax")

__all__ = [
    "CALLS",
    "SPELLING",
    "TITLE",
    "code",
    "conv",
    "conv_shape",
    "conv_transpose",
    "conv_transpose_shape",
    "reduce_window",
    "reduce_window_shape",
]
