"""Interpolation as transposed convolution with a fixed kernel, as decoders of fully convolutional networks begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convarith.arithmetic.integers import integer, per_axis
from convarith.arithmetic.layers import ConvTranspose
from convarith.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convarith.arithmetic.integers import PerAxis

    Array = NDArray[Any]


class Upsampling(NamedTuple):
    """A transposed convolution that upsamples: ``conv_transpose(x, kernel, layer, groups=groups)``."""

    layer: ConvTranspose
    kernel: Array
    groups: int


def nearest_upsampling(factor: PerAxis, *, ndim: int | None = None, channels: int | None = None) -> Upsampling:
    """Nearest-neighbour upsampling: a kernel of ones as large as its stride, so that stamps lie side by side.

    Args:
        factor: how many times larger the output is, one number for every axis or one for each.
        ndim: the number of spatial axes, where factor does not say it; 2 if neither does.
        channels: for (N, C, i...) inputs, their number; each is upsampled alone (groups). None for spatial inputs.

    Returns:
        The layer, its kernel, shape (k...) or (C, 1, k...), and groups.

    Raises:
        ParameterError: a number is no whole number of at least 1, or factor is for another number of axes.

    >>> import convarith as ca
    >>> layer, kernel, _ = nearest_upsampling(2, ndim=1)
    >>> ca.numerics.conv_transpose([1.0, 3.0], kernel, layer)
    array([1., 1., 3., 3.])
    """
    factors = _factors(factor, ndim)
    layer = ConvTranspose(factors, stride=factors)
    return _for_channels(layer, [np.ones(factor) for factor in factors], channels)


def bilinear_upsampling(factor: PerAxis, *, ndim: int | None = None, channels: int | None = None) -> Upsampling:
    """Bilinear upsampling (linear, trilinear): a kernel of 2f - f mod 2 whose weights fall linearly from its centre.

    Cell centres are aligned (half-pixel, ``align_corners=False``), and an output that lies between inputs is exactly
    their interpolation. Beyond the border there are zeros, towards which the outermost ⌊f/2⌋ outputs fade.

    Args:
        factor, ndim, channels: as for `nearest_upsampling`.

    Returns:
        The layer, its kernel, shape (k...) or (C, 1, k...), and groups.

    Raises:
        ParameterError: a number is no whole number of at least 1, or factor is for another number of axes.

    Source: Long, Shelhamer and Darrell, "Fully Convolutional Networks for Semantic Segmentation", section 3.3.

    >>> import convarith as ca
    >>> layer, kernel, _ = bilinear_upsampling(2, ndim=1)
    >>> layer, kernel.tolist()
    (ConvTranspose(kernel_size=4, stride=2, padding=1), [0.25, 0.75, 0.75, 0.25])
    >>> ca.numerics.conv_transpose([4.0, 8.0, 8.0], kernel, layer)
    array([3., 5., 7., 8., 8., 6.])
    """
    factors = _factors(factor, ndim)
    sizes = tuple([2 * factor - factor % 2 for factor in factors])
    layer = ConvTranspose(sizes, stride=factors, padding=tuple([factor // 2 for factor in factors]))
    return _for_channels(layer, [_tent(factor, size) for factor, size in zip(factors, sizes, strict=True)], channels)


def _factors(factor: PerAxis, ndim: int | None) -> tuple[int, ...]:
    numbers = per_axis(factor, "factor", 1)
    axes = None if ndim is None else integer(ndim, "ndim", 1)
    if not isinstance(numbers, tuple):
        return (numbers,) * (axes or 2)
    if axes not in (None, len(numbers)):
        raise ParameterError(
            f"factor {numbers} is for {len(numbers)} axes and ndim is {axes}; give one number, or one for each axis",
            factor=numbers,
            ndim=axes,
        )
    return numbers


def _tent(factor: int, size: int) -> Array:
    """Weights 1 - |distance from the centre| / factor, as exact as their fractions are in floats."""
    twice = 2 * factor - np.abs(2 * np.arange(size) - (size - 1))
    return twice / (2 * factor)


def _for_channels(layer: ConvTranspose, along: list[Array], channels: int | None) -> Upsampling:
    kernel: Array = np.ones(())
    for weights in along:
        kernel = kernel[..., None] * weights
    if channels is None:
        return Upsampling(layer, kernel, 1)
    count = integer(channels, "channels", 1)
    return Upsampling(layer, np.tile(kernel, (count, 1, *(1,) * kernel.ndim)), count)
