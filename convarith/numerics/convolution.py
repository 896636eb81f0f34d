"""Convolution and transposed convolution with real numbers, and the gradients that show them to be each other's
transpose.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from convarith.errors import ShapeError
from convarith.numerics import arrays
from convarith.numerics.borders import check_mode, extended
from convarith.numerics.contraction import Reading, contracted, convolved, weight_gradient

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from convarith.arithmetic.layer import Shape
    from convarith.arithmetic.layers import Conv, ConvTranspose
    from convarith.arithmetic.windows import Windows

    Array = NDArray[Any]


def conv(
    x: ArrayLike,
    w: ArrayLike,
    layer: Conv,
    *,
    groups: int = 1,
    bias: ArrayLike | None = None,
    flip: bool = False,
    padding_mode: str = "zeros",
    padding_value: complex = 0,
) -> Array:
    """The convolution of ``x`` with ``w`` as deep learning means it: a cross-correlation.

    Args:
        x: input, shape (N, C, i...), (C, i...) or (i...).
        w: kernel, shape (out, C/groups, k...), or (k...) where x has no channels.
        layer: a `Conv`. If none of its parameters is per axis, all of an x of 1 or 2 axes is spatial, and a larger x
            has as many spatial axes as w beside its two of channels.
        groups: parts the channels; C of them make a depthwise convolution.
        bias: one number for each output channel, or one number where there are no channels.
        flip: rotate the kernel first, which is what mathematics calls a convolution.
        padding_mode: what padding holds: ``zeros``, ``constant``, ``reflect``, ``replicate`` or ``circular``.
        padding_value: the constant.

    Returns:
        Output, shape (N, out, o...), (out, o...) or (o...). Whole numbers are exact, as int64 or uint64; the rest
        has NumPy's promoted type.

    Raises:
        ShapeError: x, w, bias, groups and the layer do not go together.
        ParameterError: the layer is of another kind, an array does not hold numbers, the mode is unknown, or a sum of
            whole numbers does not fit into 64 bits.

    Source: chapter 2 of "A guide to convolution arithmetic for deep learning"; axes and groups as in PyTorch.

    >>> import convarith as ca
    >>> conv([2, 1, 3, 4, 7], [1, 0, 1], ca.Conv(3))
    array([ 5,  5, 10])
    >>> conv([2, 1, 3, 4, 7], [1, 0], ca.Conv(2, padding=((1, 0),)), padding_mode="replicate")
    array([2, 2, 1, 3, 4])
    >>> conv([[1, 2], [3, 4]], [1, 1], ca.Conv(2))
    Traceback (most recent call last):
    convarith.errors.ShapeError: w has the shape (2,) and the layer the kernel_size (2, 2); give w that shape
    """
    arrays.check_kind(layer, "convolution", "conv")
    check_mode(padding_mode, padding_value)
    values, kernel, windows, leading = arrays.met(x, w, layer, groups, transposed=False)
    offset = None if bias is None else arrays.laid_out_bias(bias, prod(kernel.shape[:2]), channels=leading > 0)
    if padding_mode != "zeros":
        values, windows = extended(values, windows, padding_mode, padding_value)
    if arrays.checked_flag(flip, "flip"):
        kernel = np.flip(kernel, tuple(range(3, kernel.ndim)))
    return arrays.restored(convolved(values, kernel, windows, offset), leading)


def conv_transpose(
    x: ArrayLike, w: ArrayLike, layer: ConvTranspose, *, groups: int = 1, bias: ArrayLike | None = None
) -> Array:
    """The transposed convolution of ``x`` with ``w``: each input adds a scaled kernel into the output.

    Args:
        x: input, shape (N, C, i'...), (C, i'...) or (i'...).
        w: kernel of the direct convolution, not rotated, shape (C, out/groups, k...), or (k...) where x has no
            channels: the very array that the direct convolution takes.
        layer: a `ConvTranspose`; its axes as for `conv`.
        groups: parts the channels.
        bias: one number for each output channel, or one number where there are no channels.

    Returns:
        Output, shape (N, out, o'...), (out, o'...) or (o'...), in the types of `conv`.

    Raises:
        ShapeError: x, w, bias, groups and the layer do not go together.
        ParameterError: the layer is of another kind, an array does not hold numbers, or a sum of whole numbers does
            not fit into 64 bits.

    Source: chapter 4 of "A guide to convolution arithmetic for deep learning"; axes and groups as in PyTorch.

    >>> import convarith as ca
    >>> conv_transpose([1, 2], [1, 10, 100], ca.ConvTranspose(3, stride=2))
    array([  1,  10, 102,  20, 200])
    >>> conv_transpose([1, 2], [1, 10], ca.ConvTranspose(3))
    Traceback (most recent call last):
    convarith.errors.ShapeError: w has the shape (2,) and the layer the kernel_size (3,); give w that shape
    """
    arrays.check_kind(layer, "transposed convolution", "conv_transpose")
    values, kernel, windows, leading = arrays.met(x, w, layer, groups, transposed=True)
    offset = None if bias is None else arrays.laid_out_bias(bias, prod(kernel.shape[:2]), channels=leading > 0)
    return arrays.restored(convolved(values, kernel, windows, offset), leading)


def conv_input_gradient(
    gradient: ArrayLike, w: ArrayLike, layer: Conv, input_shape: Shape, *, groups: int = 1
) -> Array:
    """The gradient of a convolution with respect to its input: C^T times the gradient of its output.

    It *is* the transposed convolution: `conv_transpose` of the same gradient with the same w and
    ``layer.transposed(input_shape)`` gives these numbers.

    Args:
        gradient: of the output, shape (N, out, o...), (out, o...) or (o...).
        w: kernel, shape (out, in/groups, k...), or (k...) where there are no channels.
        layer: the `Conv`.
        input_shape: spatial shape of the input.
        groups: as given to `conv`.

    Returns:
        Gradient of the input, shape (N, in, i...), (in, i...) or (i...).

    Raises:
        ShapeError: gradient, w, groups, layer and input_shape do not go together.
        ParameterError: the layer is of another kind, or an array does not hold numbers.

    >>> import convarith as ca
    >>> layer = ca.Conv(3, stride=2)
    >>> conv_input_gradient([1, 2], [1, 10, 100], layer, (6,))
    array([  1,  10, 102,  20, 200,   0])
    >>> conv_transpose([1, 2], [1, 10, 100], layer.transposed((6,)))
    array([  1,  10, 102,  20, 200,   0])
    """
    arrays.check_kind(layer, "convolution", "conv_input_gradient")
    windows = layer.windows(input_shape)
    given, kernel_given = arrays.checked_numbers(gradient, "gradient"), arrays.checked_numbers(w, "w")
    values = _gradient_laid_out(given, layer, windows)
    leading = given.ndim - windows.ndim
    channels = values.shape[1] if leading else None
    kernel = arrays.laid_out_kernel(
        kernel_given, windows.kernel_size, channels, groups, transposed=True, given="gradient", axes="out, in/groups"
    )
    result = arrays.accumulator(gradient=values, w=kernel)
    bound = arrays.peak(values) * arrays.peak(kernel) * prod(kernel.shape[2:])
    y = contracted(values, kernel, Reading.of(windows).transposed(), arrays.computing(result, bound))
    return arrays.restored(arrays.settled(y, result), leading)


def conv_weight_gradient(gradient: ArrayLike, x: ArrayLike, layer: Conv, *, groups: int = 1) -> Array:
    """The gradient of a convolution with respect to its kernel: each tap's inputs times the gradients they met.

    Args:
        gradient: of the output, shape (N, out, o...), (out, o...) or (o...).
        x: the input, with as many axes: shape (N, in, i...), (in, i...) or (i...).
        layer: the `Conv`. If none of its parameters is per axis, an x of 1 or 2 axes is all spatial, and a larger one
            has batch and channels.
        groups: as given to `conv`.

    Returns:
        Gradient of w, shape (out, in/groups, k...), or (k...) where there are no channels.

    Raises:
        ShapeError: gradient, x, groups and the layer do not go together.
        ParameterError: the layer is of another kind, or an array does not hold numbers.

    >>> import convarith as ca
    >>> conv_weight_gradient([1, 0, 10], [2, 1, 3, 4, 7], ca.Conv(3))
    array([32, 41, 73])
    """
    arrays.check_kind(layer, "convolution", "conv_weight_gradient")
    values, given = arrays.checked_numbers(x, "x"), arrays.checked_numbers(gradient, "gradient")
    ndim = arrays.spatial_axes(layer, values.ndim)
    inputs = arrays.laid_out(values, ndim, layer)
    windows = layer.windows(arrays.spatial_shape(inputs))
    outputs = _gradient_laid_out(given, layer, windows)
    if given.ndim != values.ndim or len(outputs) != len(inputs):
        raise ShapeError(
            f"gradient has the shape {given.shape} and x {values.shape}; give both the same batch and channel axes, "
            f"and the layer a parameter for each spatial axis where there is no batch",
            gradient_shape=given.shape,
            x_shape=values.shape,
        )
    rows, channels, leading = outputs.shape[1], inputs.shape[1], given.ndim - ndim
    groups = arrays.checked_groups(groups, channels if leading else None)
    if rows % groups:
        raise ShapeError(
            f"gradient has {rows} channels, which {groups} groups do not divide; give it a multiple of {groups}",
            rows=rows,
            groups=groups,
        )
    result = arrays.accumulator(gradient=outputs, x=inputs)
    bound = arrays.peak(outputs) * arrays.peak(inputs) * len(inputs) * prod(windows.output_shape)
    total = weight_gradient(inputs, outputs, Reading.of(windows), groups, arrays.computing(result, bound))
    shape = (rows, channels // groups, *windows.kernel_size) if leading else windows.kernel_size
    return arrays.settled(total, result).reshape(shape)


def weighed(x: Array, w: Array, windows: Windows) -> Array:
    """The sum over each window of arrays that have spatial axes only.

    Raises:
        ShapeError: w does not have the windows' kernel_size.
    """
    kernel = arrays.laid_out_kernel(w, windows.kernel_size, None, 1, transposed=False)
    return arrays.restored(convolved(x[None, None], kernel, windows), 0)


def _gradient_laid_out(gradient: Array, layer: Conv, windows: Windows) -> Array:
    values = arrays.laid_out(gradient, windows.ndim, layer, "gradient")
    if values.shape[2:] != windows.output_shape:
        raise ShapeError(
            f"gradient has the spatial shape {values.shape[2:]} and the output {windows.output_shape}; "
            f"give the gradient of that output",
            shape=values.shape[2:],
            output_shape=windows.output_shape,
        )
    return values
