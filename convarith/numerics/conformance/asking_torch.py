"""PyTorch, asked itself: the functions of `torch.nn.functional` on zeros, and the modules where only they take a
parameter.

The meta device is no oracle: it takes convolutions that real devices refuse.
"""

from __future__ import annotations

import warnings
from functools import cache, partial, wraps
from math import isinf, prod
from typing import TYPE_CHECKING, Any

import numpy as np

from convarith.numerics import convolution, pooling
from convarith.numerics.conformance import torch_settings as settings
from convarith.numerics.conformance.asking import Asked, Operation, Refused
from convarith.numerics.conformance.torch_quirks import QUIRKS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from convarith.numerics.conformance.asking import Answer, Arguments, Numbers

    Ask = Callable[[Arguments], Answer]


@cache
def _torch() -> Any:
    import torch

    torch.set_num_threads(1)  # arrays are tiny, and each process has a core of its own
    return torch


def _asking(ask: Callable[[Arguments], Any]) -> Ask:
    """The shape of the tensor that ``ask`` gets, or the first line of what PyTorch raised instead."""

    @wraps(ask)
    def shape_of(arguments: Arguments) -> Answer:
        with warnings.catch_warnings(), _torch().no_grad():
            warnings.simplefilter("ignore")
            try:
                return tuple(ask(arguments).shape)
            except Exception as refusal:  # noqa: BLE001 - whatever PyTorch raises is its refusal
                return Refused(f"{type(refusal).__name__}: {str(refusal).partition(chr(10))[0]}")

    return shape_of


def _split(arguments: Arguments, *names: str) -> tuple[Any, ...]:
    """The named arguments, None where they are not given, and last a dictionary of the others."""
    others = {name: value for name, value in arguments.items() if name not in names}
    return *(arguments.get(name) for name in names), others


def _function(name: str, ndim: int) -> Any:
    """The functional form for so many axes.

    Raises:
        ValueError: there is none.
    """
    function = getattr(_torch().nn.functional, name.format(ndim), None)
    if function is None:
        raise ValueError(f"there is no {name.format(ndim)}")
    return function


def _rank(arguments: Arguments) -> int:
    """The number of axes of a pooling."""
    ndim = arguments.get("ndim")
    return len(arguments["input_shape"]) - 2 if ndim is None else int(ndim)


# What is asked


@_asking
def ask_conv(arguments: Arguments) -> Any:
    """`conv1d`, `conv2d` or `conv3d`, as the weight says."""
    shape, weight, others = _split(arguments, "input_shape", "weight_shape")
    zeros = _torch().zeros
    return _function("conv{}d", len(weight) - 2)(zeros(shape), zeros(weight), **others)


@_asking
def ask_conv_transpose(arguments: Arguments) -> Any:
    """The function, or with an output_size the module, which alone takes one."""
    shape, weight, output_size, others = _split(arguments, "input_shape", "weight_shape", "output_size")
    zeros, ndim = _torch().zeros, len(weight) - 2
    function = _function("conv_transpose{}d", ndim)
    if output_size is None:
        return function(zeros(shape), zeros(weight), **others)
    outputs = weight[1] * others.get("groups", 1)
    kind = getattr(_torch().nn, f"ConvTranspose{ndim}d")
    module = kind(weight[0], outputs, weight[2:], bias=False, device="meta", **others)
    module.weight = _torch().nn.Parameter(zeros(weight))
    return module(zeros(shape), output_size)


def _ask_pool(name: str, arguments: Arguments) -> Any:
    shape, _, others = _split(arguments, "input_shape", "ndim")
    if others.get("divisor_override", 1) is None:  # which one axis does not have, and others as their default
        del others["divisor_override"]
    return _function(name, _rank(arguments))(_torch().zeros(shape), **others)


@_asking
def ask_fractional_max_pool(arguments: Arguments) -> Any:
    """The module, which takes a ratio for all axes, too."""
    shape, kernel_size, _, others = _split(arguments, "input_shape", "kernel_size", "ndim")
    kind = getattr(_torch().nn, f"FractionalMaxPool{_rank(arguments)}d")
    return kind(kernel_size, **others)(_torch().zeros(shape))


@_asking
def ask_max_unpool(arguments: Arguments) -> Any:
    """Unpooling with all switches at 0."""
    shape, _, others = _split(arguments, "input_shape", "ndim")
    torch = _torch()
    switches = torch.zeros(shape, dtype=torch.int64)
    return _function("max_unpool{}d", _rank(arguments))(torch.zeros(shape), switches, **others)


def _ask_blocks(name: str, arguments: Arguments) -> Any:
    shape, others = _split(arguments, "input_shape")
    return _function(name, 2)(_torch().zeros(shape), **others)


# Numbers


def _numbers(shape: Sequence[int], low: int = -9) -> NDArray[Any]:
    """Whole numbers that look random and are the same each time, as floats, which hold them exactly."""
    places = np.arange(prod(shape), dtype=np.int64)
    return (low + (places * 7919 + places // 3 * 31) % (10 - low)).astype(float).reshape(shape)


def _batched(shape: Sequence[int], ndim: int) -> bool:
    """Whether a shape has batch and channels, both of them and no size 0."""
    return len(shape) == ndim + 2 and min(shape) > 0


def _layer(operation: str, shape: Sequence[int], given: Mapping[str, Any]) -> Any:
    """Our layer for the arguments of a call, from the layer function."""
    from convarith.frameworks import torch as ours

    return getattr(ours, operation)(input_shape=tuple(shape[2:]), **given)


def _array(tensor: Any) -> NDArray[Any]:
    array: NDArray[Any] = tensor.detach().numpy()
    return array


def numbers_of_conv(arguments: Arguments) -> Numbers | None:
    """Two convolutions of the same whole numbers."""
    shape, weight, groups, given = _split(arguments, "input_shape", "weight_shape", "groups")
    if not (_batched(shape, len(weight) - 2) and min(weight) > 0):
        return None
    x, w = _numbers(shape), _numbers(weight, -4)
    layer = _layer("conv", shape, {"kernel_size": weight[2:], **given})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that 'same' may copy
        theirs = _function("conv{}d", len(weight) - 2)(
            _torch().from_numpy(x), _torch().from_numpy(w), groups=groups or 1, **given
        )
    return convolution.conv(x, w, layer, groups=groups or 1), _array(theirs)


def numbers_of_conv_transpose(arguments: Arguments) -> Numbers | None:
    """Two transposed convolutions of the same whole numbers."""
    shape, weight, groups, output_size, given = _split(
        arguments, "input_shape", "weight_shape", "groups", "output_size"
    )
    ndim = len(weight) - 2
    if not (_batched(shape, ndim) and min(weight) > 0):
        return None
    torch, x, w = _torch(), _numbers(shape), _numbers(weight, -4)
    asked = given if output_size is None else {**given, "output_size": list(output_size)[-ndim:]}
    layer = _layer("conv_transpose", shape, {"kernel_size": weight[2:], **asked})
    ours = convolution.conv_transpose(x, w, layer, groups=groups or 1)
    if output_size is None:
        function = _function("conv_transpose{}d", ndim)
        return ours, _array(function(torch.from_numpy(x), torch.from_numpy(w), groups=groups or 1, **given))
    kind = getattr(torch.nn, f"ConvTranspose{ndim}d")
    outputs = weight[1] * (groups or 1)
    module = kind(weight[0], outputs, weight[2:], bias=False, device="meta", groups=groups or 1, **given)
    module.weight = torch.nn.Parameter(torch.from_numpy(w))
    return ours, _array(module(torch.from_numpy(x), output_size))


def numbers_of_max_pool(arguments: Arguments) -> Numbers | None:
    """Maxima and their switches; the switch of a window that meets no input points somewhere in PyTorch."""
    shape, _, given = _split(arguments, "input_shape", "ndim")
    ndim = _rank(arguments)
    if not _batched(shape, ndim):
        return None
    x = _numbers(shape)
    maxima, switches = pooling.max_pool(x, _layer("max_pool", shape, given), return_indices=True)
    found = _function("max_pool{}d", ndim)(_torch().from_numpy(x), return_indices=True, **given)
    theirs, places = (_array(each) for each in found)
    return np.stack([maxima, switches]), np.stack([theirs, np.where(np.isneginf(theirs), -1, places)])


def numbers_of_avg_pool(arguments: Arguments) -> Numbers | None:
    """Means, by whatever they are divided."""
    shape, _, include, divisor, given = _split(
        arguments, "input_shape", "ndim", "count_include_pad", "divisor_override"
    )
    ndim = _rank(arguments)
    if not _batched(shape, ndim):
        return None
    x = _numbers(shape)
    include = True if include is None else include
    ours = pooling.avg_pool(x, _layer("avg_pool", shape, given), count_include_pad=include, divisor_override=divisor)
    others = {} if divisor is None else {"divisor_override": divisor}
    theirs = _function("avg_pool{}d", ndim)(_torch().from_numpy(x), count_include_pad=include, **given, **others)
    return ours, _array(theirs)


def numbers_of_lp_pool(arguments: Arguments) -> Numbers | None:
    """Norms of numbers that are not negative, of which every p has the same.

    PyTorch takes the mean times the kernel for the sum, which is more where a window of ceil_mode overhangs.
    """
    shape, norm_type, _, given = _split(arguments, "input_shape", "norm_type", "ndim")
    ndim = _rank(arguments)
    if not (_batched(shape, ndim) and norm_type > 0):
        return None
    x = _numbers(shape, 0)
    layer = _layer("max_pool" if isinf(norm_type) else "lp_pool", shape, given)
    ours = pooling.lp_pool(x, layer, norm_type=norm_type)
    if not isinf(norm_type):
        kernel = given["kernel_size"]
        cells = prod(kernel) if isinstance(kernel, (list, tuple)) else kernel**ndim
        met = pooling.avg_pool(np.ones_like(x), layer, divisor_override=1)
        ours = ours * (cells / met) ** (1 / norm_type)
    return ours, _array(_function("lp_pool{}d", ndim)(_torch().from_numpy(x), norm_type, **given))


def numbers_of_max_unpool(arguments: Arguments) -> Numbers | None:
    """Numbers put back to places that differ within each channel; the shape is that of our answer."""
    from convarith.frameworks import torch as ours_of_torch

    shape, _, given = _split(arguments, "input_shape", "ndim")
    ndim = _rank(arguments)
    if not _batched(shape, ndim):
        return None
    output = ours_of_torch.max_unpool_shape(**arguments)[2:]
    count = prod(shape[2:])
    if prod(output) < count:
        return None
    places = np.arange(count) * (prod(output) // count)
    switches = np.broadcast_to(places.reshape(shape[2:]), shape).astype(np.int64)
    x, torch = _numbers(shape), _torch()
    function = _function("max_unpool{}d", ndim)
    theirs = function(torch.from_numpy(x), torch.from_numpy(switches.copy()), **given)
    return pooling.max_unpool(x, switches, output_shape=output), _array(theirs)


ASKED = Asked(
    packages=("torch",),
    operations={
        "conv": Operation(settings.conv, ask_conv, numbers_of_conv),
        "conv_transpose": Operation(settings.conv_transpose, ask_conv_transpose, numbers_of_conv_transpose),
        "max_pool": Operation(settings.max_pool, _asking(partial(_ask_pool, "max_pool{}d")), numbers_of_max_pool),
        "avg_pool": Operation(settings.avg_pool, _asking(partial(_ask_pool, "avg_pool{}d")), numbers_of_avg_pool),
        "lp_pool": Operation(settings.lp_pool, _asking(partial(_ask_pool, "lp_pool{}d")), numbers_of_lp_pool),
        "max_unpool": Operation(settings.max_unpool, ask_max_unpool, numbers_of_max_unpool),
        "adaptive_avg_pool": Operation(settings.adaptive_pool, _asking(partial(_ask_pool, "adaptive_avg_pool{}d"))),
        "adaptive_max_pool": Operation(settings.adaptive_pool, _asking(partial(_ask_pool, "adaptive_max_pool{}d"))),
        "fractional_max_pool": Operation(settings.fractional_max_pool, ask_fractional_max_pool),
        "fold": Operation(settings.fold, _asking(partial(_ask_blocks, "fold"))),
        "unfold": Operation(settings.unfold, _asking(partial(_ask_blocks, "unfold"))),
    },
    quirks=QUIRKS,
)
