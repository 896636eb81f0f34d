"""Numerics: real convolutions and poolings in NumPy, computed from the same windows as the sizes.

>>> import convarith as ca
>>> x = [[3, 3, 2], [0, 0, 1], [3, 1, 2]]
>>> ca.numerics.conv(x, [[1, 0], [0, 2]], ca.Conv(2))
array([[3, 5],
       [2, 4]])
"""

from convarith.numerics.kernels import avg_pool, conv, conv_transpose, max_pool

__all__ = ["avg_pool", "conv", "conv_transpose", "max_pool"]
