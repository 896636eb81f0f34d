"""The shapes that Flax's modules and pools give."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from convarith.arithmetic.integers import integer
from convarith.errors import ShapeError
from convarith.frameworks.flax.calls import conv_call, conv_transpose_call, max_pool_call
from convarith.frameworks.flax.reading import kernel_of, parted
from convarith.frameworks.flax.rules import TITLE
from convarith.frameworks.refusals import quoted
from convarith.frameworks.rules import Channels

if TYPE_CHECKING:
    from collections.abc import Sequence


def conv_shape(
    input_shape: Sequence[int],
    features: int,
    kernel_size: Any,
    strides: Any = 1,
    padding: Any = "SAME",
    input_dilation: Any = 1,
    kernel_dilation: Any = 1,
    feature_group_count: int = 1,
) -> tuple[int, ...]:
    """The shape that `nn.Conv` gives, for data (N, C, spatial...).

    >>> conv_shape((8, 3, 224, 224), 64, (7, 7), strides=2)
    (8, 64, 112, 112)
    >>> conv_shape((8, 3, 224, 224), 64, 7)  # a kernel of one axis; what comes before the channels is batch
    (8, 3, 64, 224)
    >>> conv_shape((8, 4, 10), 6, (3,), feature_group_count=4)
    Traceback (most recent call last):
    convarith.errors.ShapeError: 6 output channels do not part into 4 groups; take a number that 4 divides, or other \
groups (Flax: the rhs output features are a multiple of feature_group_count)

    Raises:
        ParameterError, ShapeError: Flax refuses.
    """
    batch, inputs, spatial_shape = parted(input_shape, len(kernel_of(kernel_size)), reshaped=True)
    groups = integer(feature_group_count, "feature_group_count")
    taken = inputs // groups if groups > 0 else 0
    channels = Channels(prod(batch), inputs, integer(features, "features"), taken, groups)
    call = conv_call(spatial_shape, kernel_size, strides, padding, input_dilation, kernel_dilation, channels=channels)
    return (*batch, channels.outputs, *call.counts)


def conv_transpose_shape(
    input_shape: Sequence[int],
    features: int,
    kernel_size: Any,
    strides: Any = None,
    padding: Any = "SAME",
    kernel_dilation: Any = None,
    transpose_kernel: bool = False,
) -> tuple[int, ...]:
    """The shape that `nn.ConvTranspose` gives, for data (N, C, spatial...).

    >>> conv_transpose_shape((8, 64, 7, 7), 32, (3, 3), strides=2)
    (8, 32, 14, 14)
    >>> conv_transpose_shape((8, 64, 7), 32, (3,), padding="VALID"), conv_transpose_shape(
    ...     (8, 64, 7), 32, (3,), padding="valid"
    ... )
    ((8, 32, 9), (8, 32, 5))
    >>> conv_transpose_shape((8, 64, 7), 0, (3,))
    Traceback (most recent call last):
    convarith.errors.ParameterError: 0 output channels are below 1; the smallest number is 1 (Flax: the default \
initializer divides by the number of weights)

    Raises:
        ParameterError, ShapeError: Flax refuses.
    """
    batch, inputs, spatial_shape = parted(input_shape, len(kernel_of(kernel_size)), reshaped=True)
    channels = Channels(prod(batch), inputs, integer(features, "features"), inputs)
    call = conv_transpose_call(
        spatial_shape, kernel_size, strides, padding, kernel_dilation, transpose_kernel, channels=channels
    )
    return (*batch, channels.outputs, *call.counts)


def max_pool_shape(
    input_shape: Sequence[int], window_shape: Any, strides: Any = None, padding: Any = "VALID"
) -> tuple[int, ...]:
    """The shape that `nn.max_pool` gives, for data (N, C, spatial...).

    >>> max_pool_shape((8, 64, 112, 112), (2, 2), strides=(2, 2))
    (8, 64, 56, 56)
    >>> max_pool_shape((4, 2, 64, 112), (3,), padding=[(1, 1)])
    Traceback (most recent call last):
    convarith.errors.ShapeError: 2 axes of batch do not go together with padding in numbers; give 1, or the padding by \
name (Flax: explicit pads are made for one batch axis)

    Raises:
        ParameterError, ShapeError: Flax refuses.
    """
    return _pool_shape("max_pool", input_shape, window_shape, strides, padding)


def avg_pool_shape(
    input_shape: Sequence[int],
    window_shape: Any,
    strides: Any = None,
    padding: Any = "VALID",
    count_include_pad: bool = True,
) -> tuple[int, ...]:
    """The shape that `nn.avg_pool` gives, for data (N, C, spatial...).

    >>> avg_pool_shape((8, 64, 112), (3,), padding="SAME")
    (8, 64, 112)

    Raises:
        ParameterError, ShapeError: Flax refuses.
    """
    return _pool_shape("avg_pool", input_shape, window_shape, strides, padding)


def _pool_shape(
    operation: str, input_shape: Sequence[int], window_shape: Any, strides: Any, padding: Any
) -> tuple[int, ...]:
    ndim = len(window_shape) if isinstance(window_shape, tuple) else 1
    batch, inputs, spatial_shape = parted(input_shape, ndim, reshaped=False)
    if len(batch) > 1 and not isinstance(padding, str):
        raise quoted(
            ShapeError(
                f"{len(batch)} axes of batch do not go together with padding in numbers; give 1, or the padding by "
                f"name",
                batch=batch,
            ),
            TITLE,
            "explicit pads are made for one batch axis",
        )
    call = max_pool_call(spatial_shape, window_shape, strides, padding, operation=operation)
    return (*batch, inputs, *call.counts)
