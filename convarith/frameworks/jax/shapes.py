"""The shapes that JAX's operations give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.arithmetic.integers import integer
from convarith.errors import ShapeError
from convarith.frameworks.arguments import checked_sizes
from convarith.frameworks.jax.calls import conv_call, conv_transpose_call, reduce_window_call
from convarith.frameworks.jax.reading import Layout, layout_of, read
from convarith.frameworks.jax.rules import TITLE
from convarith.frameworks.refusals import quoted
from convarith.frameworks.rules import Channels

if TYPE_CHECKING:
    from collections.abc import Sequence


def conv_shape(
    input_shape: Sequence[int],
    weight_shape: Sequence[int],
    window_strides: Any,
    padding: Any,
    lhs_dilation: Any = None,
    rhs_dilation: Any = None,
    dimension_numbers: Any = None,
    feature_group_count: int = 1,
    batch_group_count: int = 1,
) -> tuple[int, ...]:
    """The shape that `lax.conv_general_dilated` gives.

    Without ``dimension_numbers`` data and output are (N, C, spatial...) and weights (out, in/groups, k...).

    >>> conv_shape((1, 224, 224, 3), (7, 7, 3, 64), (2, 2), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))
    (1, 112, 112, 64)
    >>> conv_shape((1, 3, 5), (8, 3, 3), (1,), [(-3, -3)])
    Traceback (most recent call last):
    convarith.errors.ShapeError: padding (-3, -3) crops more than the input's 5; it can crop 5 in all (JAX: negative \
padding is larger than the size of the corresponding dimension)

    Raises:
        ParameterError, ShapeError: JAX refuses.
    """
    shape, weight = _shapes(input_shape, weight_shape)
    places = _layout(dimension_numbers, len(shape))
    batch, inputs, *spatial_shape = read(shape, places.data)
    outputs, taken, *kernel = read(weight, places.weight)
    groups = integer(feature_group_count, "feature_group_count")
    batch_groups = integer(batch_group_count, "batch_group_count")
    channels = Channels(batch, inputs, outputs, taken, groups, batch_groups)
    call = conv_call(
        spatial_shape, tuple(kernel), window_strides, padding, lhs_dilation, rhs_dilation, channels=channels
    )
    return places.written((batch // batch_groups, outputs, *call.counts))


def conv_transpose_shape(
    input_shape: Sequence[int],
    weight_shape: Sequence[int],
    strides: Any,
    padding: Any,
    rhs_dilation: Any = None,
    dimension_numbers: Any = None,
    transpose_kernel: bool = False,
    use_consistent_padding: bool = False,
) -> tuple[int, ...]:
    """The shape that `lax.conv_transpose` gives.

    Without ``dimension_numbers`` data and output are (N, C, spatial...) and weights (in, out, k...), also with
    ``transpose_kernel``.

    >>> conv_transpose_shape((1, 64, 5, 5), (64, 32, 3, 3), (2, 2), "SAME")
    (1, 32, 10, 10)
    >>> conv_transpose_shape((1, 64, 5), (64, 32, 5), (2,), [(1, 1)])  # pads the stretched input
    (1, 32, 7)
    >>> conv_transpose_shape((1, 64, 5), (64, 32, 5), (2,), [(1, 1)], use_consistent_padding=True)
    (1, 32, 11)
    >>> conv_transpose_shape((1, 64, 5), (64, 32, 5), (2,), [1], use_consistent_padding=True)
    Traceback (most recent call last):
    convarith.errors.ParameterError: padding 1 is neither a tuple nor a name; with use_consistent_padding give a tuple \
(before, after), or 'SAME' or 'VALID' in capitals (JAX: invalid padding mode)

    Raises:
        ParameterError, ShapeError: JAX refuses.
    """
    shape, weight = _shapes(input_shape, weight_shape)
    places = _layout(dimension_numbers, len(shape))
    batch, inputs, *spatial_shape = read(shape, places.data)
    outputs, taken, *kernel = read(weight, places.weight)
    if dimension_numbers is None or transpose_kernel:
        outputs, taken = taken, outputs
    channels = Channels(batch, inputs, outputs, taken)
    call = conv_transpose_call(
        spatial_shape,
        tuple(kernel),
        strides,
        padding,
        rhs_dilation,
        transpose_kernel,
        use_consistent_padding,
        channels=channels,
    )
    return places.written((batch, outputs, *call.counts))


def reduce_window_shape(
    input_shape: Sequence[int],
    window_dimensions: Any,
    window_strides: Any = None,
    padding: Any = "VALID",
    base_dilation: Any = None,
    window_dilation: Any = None,
) -> tuple[int, ...]:
    """The shape that `lax.reduce_window` gives for data (N, C, spatial...); its arguments are for spatial axes only.

    >>> reduce_window_shape((1, 64, 112, 112), (3, 3), (2, 2), "SAME")
    (1, 64, 56, 56)
    >>> reduce_window_shape((1, 64, 112), (3,), padding="SAME")
    Traceback (most recent call last):
    convarith.errors.ParameterError: padding 'SAME' needs window_strides, and they are None; give (1,) (JAX: padding \
by name is worked out with strides as they are given)

    Raises:
        ParameterError, ShapeError: JAX refuses.
    """
    shape = checked_sizes(input_shape, "input_shape")
    if len(shape) < 2:
        raise ShapeError(f"input_shape {shape} has {len(shape)} entries; give batch and channels, too", shape=shape)
    call = reduce_window_call(shape[2:], window_dimensions, window_strides, padding, base_dilation, window_dilation)
    return (*shape[:2], *call.counts)


def _shapes(input_shape: Sequence[int], weight_shape: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Both shapes, of which each has as many axes as the other."""
    shape, weight = checked_sizes(input_shape, "input_shape"), checked_sizes(weight_shape, "weight_shape")
    if len(shape) != len(weight) or len(shape) < 2:
        raise quoted(
            ShapeError(
                f"input_shape {shape} has {len(shape)} entries and weight_shape {weight} {len(weight)}; give both as "
                f"many, at least 2",
                shape=shape,
                weight_shape=weight,
            ),
            TITLE,
            "lhs and rhs must have the same number of dimensions",
        )
    return shape, weight


def _layout(dimension_numbers: Any, rank: int) -> Layout:
    """The layout that is given, or ours."""
    own = tuple(range(rank))
    return Layout(own, own, own) if dimension_numbers is None else layout_of(dimension_numbers, rank - 2, TITLE)
