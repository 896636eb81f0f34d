"""Numerics: real convolutions and poolings in NumPy, computed from the same windows as the sizes.

>>> import convarith as ca
>>> x = [[3, 3, 2], [0, 0, 1], [3, 1, 2]]
>>> ca.numerics.conv(x, [[1, 0], [0, 2]], ca.Conv(2))
array([[3, 5],
       [2, 4]])

Inputs are (N, C, spatial...), (C, spatial...) or (spatial...); kernels as in PyTorch. Whole numbers are exact. SciPy is
loaded when `matrix` or `operator` is first called.
"""

from convarith.numerics.checkerboard import Overlap, overlap
from convarith.numerics.conformance import Conformance, conform
from convarith.numerics.convolution import conv, conv_input_gradient, conv_transpose, conv_weight_gradient
from convarith.numerics.pooling import avg_pool, lp_pool, max_pool, max_unpool, pool
from convarith.numerics.sparse import matrix, operator
from convarith.numerics.upsampling import Upsampling, bilinear_upsampling, nearest_upsampling
from convarith.numerics.verification import Verification, verify
from convarith.numerics.ways import (
    Stamp,
    conv_transpose_by_equivalent,
    conv_transpose_by_matrix,
    conv_transpose_by_stamps,
    equivalent_input,
    equivalent_kernel,
    stamps,
)

__all__ = [
    "Conformance",
    "Overlap",
    "Stamp",
    "Upsampling",
    "Verification",
    "avg_pool",
    "bilinear_upsampling",
    "conform",
    "conv",
    "conv_input_gradient",
    "conv_transpose",
    "conv_transpose_by_equivalent",
    "conv_transpose_by_matrix",
    "conv_transpose_by_stamps",
    "conv_weight_gradient",
    "equivalent_input",
    "equivalent_kernel",
    "lp_pool",
    "matrix",
    "max_pool",
    "max_unpool",
    "nearest_upsampling",
    "operator",
    "overlap",
    "pool",
    "stamps",
    "verify",
]
