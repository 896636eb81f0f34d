"""What a network is made of: all operations from one tensor to one; what joins several is in `merging`."""

from __future__ import annotations

from convarith.network.featuring import Flatten, FullyConnected, Unflatten
from convarith.network.keeping import Input, Normalization, Unchanged, Unknown
from convarith.network.operation import Met, Operation, Spatial, shown
from convarith.network.resizing import BORDERS, AdaptivePooling, GlobalPooling, Padding, PixelShuffle, Upsampling
from convarith.network.windowed import REDUCTIONS, Convolution, Pooling, TransposedConvolution, Windowed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convarith.network.operation import Reads as Reads
    from convarith.network.operation import Shape as Shape

__all__ = [
    "BORDERS",
    "REDUCTIONS",
    "AdaptivePooling",
    "Convolution",
    "Flatten",
    "FullyConnected",
    "GlobalPooling",
    "Input",
    "Met",
    "Normalization",
    "Operation",
    "Padding",
    "PixelShuffle",
    "Pooling",
    "Spatial",
    "TransposedConvolution",
    "Unchanged",
    "Unflatten",
    "Unknown",
    "Upsampling",
    "Windowed",
    "shown",
]
