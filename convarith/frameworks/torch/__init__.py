"""PyTorch 2: convolutions, poolings, unpooling, fold and unfold of `torch.nn.functional` and the modules over them.

Layer functions give the layer with the same windows; shape functions take whole shapes, (N, C, spatial...) and weights
(out, in/groups, k...), transposed (in, out/groups, k...), and refuse what PyTorch refuses.

>>> from convarith.frameworks import torch
>>> torch.conv(3, stride=2, padding=1)
Conv(kernel_size=3, stride=2, padding=1)
>>> torch.max_pool_shape((1, 64, 112, 112), kernel_size=3, stride=2, padding=1, ceil_mode=True)
(1, 64, 57, 57)
"""

from convarith.frameworks.torch.calls import CALLS
from convarith.frameworks.torch.layers import (
    adaptive_avg_pool,
    adaptive_max_pool,
    avg_pool,
    conv,
    conv_transpose,
    fold,
    fractional_max_pool,
    lp_pool,
    max_pool,
    max_unpool,
    unfold,
)
from convarith.frameworks.torch.rules import SPELLING, TITLE
from convarith.frameworks.torch.shapes import (
    avg_pool_shape,
    conv_shape,
    conv_transpose_shape,
    lp_pool_shape,
    max_pool_shape,
)
from convarith.frameworks.torch.special_shapes import (
    adaptive_avg_pool_shape,
    adaptive_max_pool_shape,
    fold_shape,
    fractional_max_pool_shape,
    max_unpool_shape,
    unfold_shape,
)
from convarith.frameworks.translation import coder

code = coder("torch")

__all__ = [
    "CALLS",
    "SPELLING",
    "TITLE",
    "adaptive_avg_pool",
    "adaptive_avg_pool_shape",
    "adaptive_max_pool",
    "adaptive_max_pool_shape",
    "avg_pool",
    "avg_pool_shape",
    "code",
    "conv",
    "conv_shape",
    "conv_transpose",
    "conv_transpose_shape",
    "fold",
    "fold_shape",
    "fractional_max_pool",
    "fractional_max_pool_shape",
    "lp_pool",
    "lp_pool_shape",
    "max_pool",
    "max_pool_shape",
    "max_unpool",
    "max_unpool_shape",
    "unfold",
    "unfold_shape",
]
