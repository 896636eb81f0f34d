"""Convolution arithmetic, exactly: what size comes out, why, and what it looks like.

>>> import convarith as ca
>>> conv = ca.Conv(kernel_size=3, stride=2, padding=1)
>>> conv.output_shape((6, 6))
(3, 3)

Importing this costs a few milliseconds: only the arithmetic of a layer is loaded. The guide, the inverse questions,
`frameworks`, `network`, `numerics` (NumPy) and `render` (Pillow) are imported when they are first touched.
"""

from __future__ import annotations

from convarith.arithmetic.axis import Axis
from convarith.arithmetic.layers import Conv, ConvTranspose, Pool
from convarith.arithmetic.sizes import conv_output_size, conv_transpose_output_size, pool_output_size
from convarith.arithmetic.windows import Windows
from convarith.errors import ParameterError, ShapeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convarith import frameworks as frameworks
    from convarith import network as network
    from convarith import numerics as numerics
    from convarith import render as render
    from convarith.arithmetic import inverse as inverse
    from convarith.arithmetic.guide import figures as figures
    from convarith.arithmetic.guide import relationships as relationships
    from convarith.arithmetic.unused import Unused as Unused

__all__ = [
    "Axis",
    "Conv",
    "ConvTranspose",
    "ParameterError",
    "Pool",
    "ShapeError",
    "Windows",
    "conv_output_size",
    "conv_transpose_output_size",
    "pool_output_size",
]

_ON_FIRST_TOUCH = {
    "Unused": ("convarith.arithmetic.unused", "Unused"),
    "frameworks": ("convarith.frameworks", ""),
    "figures": ("convarith.arithmetic.guide", "figures"),
    "inverse": ("convarith.arithmetic.inverse", ""),
    "network": ("convarith.network", ""),
    "numerics": ("convarith.numerics", ""),
    "relationships": ("convarith.arithmetic.guide", "relationships"),
    "render": ("convarith.render", ""),
}


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        value: object = version("convarith")
    elif name in _ON_FIRST_TOUCH:
        from importlib import import_module

        module, attribute = _ON_FIRST_TOUCH[name]
        value = import_module(module)
        if attribute:
            value = getattr(value, attribute)
    else:
        raise AttributeError(f"module 'convarith' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, *_ON_FIRST_TOUCH, "__version__"])
