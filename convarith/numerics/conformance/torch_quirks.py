"""Where PyTorch parts from its own rules: each exception with the one answer that it gives then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.numerics.conformance.asking import Quirk, Refused

if TYPE_CHECKING:
    from convarith.numerics.conformance.asking import Answer, Arguments


def _listed(value: Any, ndim: int) -> list[Any]:
    """One entry for each axis of what PyTorch broadcasts."""
    entries = list(value) if isinstance(value, (list, tuple)) else [value]
    return entries * ndim if len(entries) == 1 else entries


def _conv_formula(operation: str, arguments: Arguments) -> tuple[int, ...]:
    """The shape that the size formula gives, whatever it is, with nothing checked."""
    shape, weight = arguments["input_shape"], arguments["weight_shape"]
    ndim = len(weight) - 2
    named = {name: arguments.get(name, default) for name, default in DEFAULTS.items()}
    axes = zip(shape[-ndim:], weight[2:], *[_listed(named[name], ndim) for name in DEFAULTS], strict=True)
    asked = arguments.get("output_size")
    if operation == "conv":
        sizes = [(i + 2 * p - d * (k - 1) - 1) // s + 1 for i, k, s, p, d, _ in axes]
        outputs = weight[0] if shape[-ndim - 1] else 0
    elif asked is not None:
        sizes, outputs = list(asked)[-ndim:], weight[1] * arguments.get("groups", 1)
    else:
        sizes = [(i - 1) * s - 2 * p + d * (k - 1) + 1 + a for i, k, s, p, d, a in axes]
        outputs = weight[1] * arguments.get("groups", 1)
    return (*shape[: -ndim - 1], outputs, *sizes)


DEFAULTS = {"stride": 1, "padding": 0, "dilation": 1, "output_padding": 0}


def _only_theirs(ours: Answer, theirs: Answer) -> bool:
    """Whether PyTorch answers and we refuse."""
    return isinstance(ours, Refused) and not isinstance(theirs, Refused)


def empty_unchecked(operation: str, arguments: Arguments, ours: Answer, theirs: Answer) -> bool:
    """An empty batch or no channels at all, and the formula's shape."""
    if operation not in ("conv", "conv_transpose") or not _only_theirs(ours, theirs):
        return False
    shape, padding = arguments["input_shape"], arguments.get("padding", 0)
    ndim = len(arguments["weight_shape"]) - 2
    if isinstance(padding, str):
        if padding != "valid":
            return 0 in shape[:-ndim] and theirs == (*_channels(arguments, ndim), *shape[-ndim:])
        arguments = {**arguments, "padding": 0}
    return 0 in shape[:-ndim] and theirs == _conv_formula(operation, arguments)


def _channels(arguments: Arguments, ndim: int) -> tuple[int, ...]:
    """Batch and channels of a convolution's output."""
    shape = arguments["input_shape"]
    return *shape[: -ndim - 1], arguments["weight_shape"][0] if shape[-ndim - 1] else 0


def onednn_unchecked(operation: str, arguments: Arguments, ours: Answer, theirs: Answer) -> bool:
    """A size of 0 or a dilation of 0, and the formula's shape."""
    if operation != "conv_transpose" or not _only_theirs(ours, theirs):
        return False
    ndim = len(arguments["weight_shape"]) - 2
    nothing = 0 in theirs[-ndim:] or 0 in _listed(arguments.get("dilation", 1), ndim)
    return nothing and theirs == _conv_formula(operation, arguments)


def adaptive_mean(operation: str, arguments: Arguments, ours: Answer, theirs: Answer) -> bool:
    """All output sizes are 1: the last axes become 1 each, and what comes before them stays."""
    if operation != "adaptive_avg_pool" or not _only_theirs(ours, theirs):
        return False
    shape, ndim = arguments["input_shape"], arguments.get("ndim")
    count = len(shape) - 2 if ndim is None else ndim
    entries = zip(_listed(arguments["output_size"], count), shape[-count:], strict=False)
    ones = {size if entry is None else entry for entry, size in entries} == {1}
    return ones and theirs == (*shape[:-count], *(1,) * count)


def surplus_dropped(operation: str, arguments: Arguments, ours: Answer, theirs: Answer) -> bool:
    """The answer is ours without the surplus numbers."""
    shape, ndim = arguments["input_shape"], arguments.get("ndim")
    count = len(shape) - 2 if ndim is None else ndim
    names = {"max_unpool": ("stride", "padding") if count < 3 else (), "fractional_max_pool": ("output_ratio",)}
    surplus = [
        name
        for name in names.get(operation, ())
        if isinstance(arguments.get(name), (list, tuple)) and len(arguments[name]) > count
    ]
    if not surplus or not _only_theirs(ours, theirs):
        return False
    from convarith.frameworks import torch as adapter

    cut = {**arguments, **{name: arguments[name][:count] for name in surplus}}
    answer: Any = getattr(adapter, f"{operation}_shape")(**cut)
    return bool(theirs == answer)


def fractional_kernel_unchecked(operation: str, arguments: Arguments, ours: Answer, theirs: Answer) -> bool:
    """A kernel below 1, and the answer is ours for a kernel of 1 there."""
    if operation != "fractional_max_pool" or not _only_theirs(ours, theirs):
        return False
    kernel = arguments["kernel_size"]
    entries = list(kernel) if isinstance(kernel, (list, tuple)) else [kernel]
    if min(entries) >= 1:
        return False
    shape, ndim, wanted = arguments["input_shape"], arguments.get("ndim"), arguments.get("output_size")
    count = len(shape) - 2 if ndim is None else ndim
    if wanted is None:
        ratios = _listed(arguments["output_ratio"], count)
        wanted = [int(size * ratio) for size, ratio in zip(shape[-count:], ratios, strict=False)]
    return theirs == (*shape[:-count], *_listed(wanted, count))


QUIRKS = (
    Quirk(
        "empty_unchecked",
        "with an empty batch (or, in a convolution, without channels) most checks are left out: dilation 0, an "
        "output_padding of stride and dilation or more, and an empty output pass",
        "torch 2.13 on CPU",
        empty_unchecked,
    ),
    Quirk(
        "onednn_unchecked",
        "in float32, where oneDNN computes it, a transposed convolution whose size comes out as exactly 0 gives an "
        "empty tensor, and one of dilation 0 passes; float64 refuses both",
        "torch 2.13 on x86, float32 against float64",
        onednn_unchecked,
    ),
    Quirk(
        "adaptive_mean",
        "an adaptive average pooling to size 1 on every axis is computed as a mean, and then neither empty axes nor "
        "the number of axes are checked",
        "torch 2.13 on CPU",
        adaptive_mean,
    ),
    Quirk(
        "surplus_dropped",
        "max_unpool1d and 2d read only as many numbers of stride and padding as there are axes, FractionalMaxPool3d "
        "only three of output_ratio; more are dropped without a word",
        "torch 2.13, _unpool_output_size of torch.nn.functional",
        surplus_dropped,
    ),
    Quirk(
        "fractional_kernel_unchecked",
        "fractional max pooling takes kernels below 1, whose windows are empty",
        "torch 2.13 on CPU",
        fractional_kernel_unchecked,
    ),
)
