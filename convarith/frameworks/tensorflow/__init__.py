"""TensorFlow 2: the convolutions and poolings of `tf.nn`, `conv1d` to `conv3d`, `max_pool1d` and so on by rank.

What is answered is what graph mode infers and a real call does not refuse. Eager calls of builds with oneDNN answer
more where nothing should come out: a convolution of a kernel larger than its input gives that input's shape.

Without ``data_format`` everything is in convarith's layouts: data (N, C, spatial...), weights (out, in/groups, k...),
transposed (in, out/groups, k...). With it data is as it says, and weights are as in TensorFlow: (k..., in/groups, out),
transposed (k..., out/groups, in). Numbers per axis are those of the spatial axes, or those of all axes as the data has
them, 1 for batch and channels.

>>> from convarith.frameworks import tensorflow
>>> tensorflow.conv_shape((8, 3, 224, 224), (64, 3, 7, 7), strides=2, padding="SAME")
(8, 64, 112, 112)
>>> tensorflow.conv_shape((8, 224, 224, 3), (7, 7, 3, 64), strides=2, padding="SAME", data_format="NHWC")
(8, 112, 112, 64)
"""

from convarith.frameworks.tensorflow.calls import CALLS
from convarith.frameworks.tensorflow.layers import avg_pool, conv, conv_transpose, max_pool
from convarith.frameworks.tensorflow.rules import SPELLING, TITLE
from convarith.frameworks.tensorflow.shapes import avg_pool_shape, conv_shape, conv_transpose_shape, max_pool_shape
from convarith.frameworks.translation import coder

code = coder("tensorflow")

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
