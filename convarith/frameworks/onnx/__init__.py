"""ONNX: Conv, ConvTranspose, MaxPool, AveragePool and LpPool, as the text of an opset has them or as onnxruntime does.

``opset`` chooses the text (22 unless given); ``runtime="onnxruntime"`` gives what ONNX Runtime 1.31 does instead, and
`difference` says how that parts from the text. Attributes are lists, one number for each axis; pads are all that come
before and then all that come after.

>>> from convarith.frameworks import onnx
>>> onnx.conv([3, 3], strides=[2, 2], auto_pad="SAME_UPPER").output_shape((224, 224))
(112, 112)
>>> onnx.max_pool_shape((1, 1, 8), [3], strides=[2], ceil_mode=1, auto_pad="VALID")
(1, 1, 3)
>>> onnx.max_pool_shape((1, 1, 8), [3], strides=[2], ceil_mode=1, auto_pad="VALID", runtime="onnxruntime")
(1, 1, 4)
"""

from convarith.frameworks.onnx.calls import CALLS
from convarith.frameworks.onnx.differences import difference
from convarith.frameworks.onnx.layers import avg_pool, conv, conv_transpose, lp_pool, max_pool
from convarith.frameworks.onnx.rules import RUNTIME, SPELLING, TITLE
from convarith.frameworks.onnx.shapes import (
    avg_pool_shape,
    conv_shape,
    conv_transpose_shape,
    lp_pool_shape,
    max_pool_shape,
)
from convarith.frameworks.translation import coder

code = coder("onnx")

__all__ = [
    "CALLS",
    "RUNTIME",
    "SPELLING",
    "TITLE",
    "avg_pool",
    "avg_pool_shape",
    "code",
    "conv",
    "conv_shape",
    "conv_transpose",
    "conv_transpose_shape",
    "difference",
    "lp_pool",
    "lp_pool_shape",
    "max_pool",
    "max_pool_shape",
]
