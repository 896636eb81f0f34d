"""What a layer is called in a picture: its role, its kind, and its settings in the short signs of the literature.

``7×7 /2`` is a kernel and a stride, ``d2`` a dilation, ``g32`` groups.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convarith.network import merging, operations

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from convarith.network.operations import Met, Operation, Shape

    Settings = Callable[[Operation, Met], str]

ROLE_NAMES = {
    "input": "input",
    "convolution": "convolution",
    "transposed": "transposed convolution",
    "pooling": "pooling",
    "upsampling": "upsampling",
    "connected": "fully connected",
    "merge": "merge",
    "reshaping": "padding, cropping, reshaping",
    "unknown": "unknown layer",
}
"""What the roles are called in a legend, in its order."""

ROLES_OF: dict[type[Operation], str] = {
    operations.Input: "input",
    operations.Convolution: "convolution",
    operations.TransposedConvolution: "transposed",
    operations.Pooling: "pooling",
    operations.GlobalPooling: "pooling",
    operations.AdaptivePooling: "pooling",
    operations.Upsampling: "upsampling",
    operations.PixelShuffle: "upsampling",
    operations.FullyConnected: "connected",
    operations.Padding: "reshaping",
    operations.Unflatten: "reshaping",
    operations.Flatten: "reshaping",
    merging.CropTo: "reshaping",
    merging.Merge: "merge",
}

LONGEST_NAME = 52

QUIET = (operations.Flatten, operations.Normalization, operations.Unchanged)
"""What changes no number that a picture shows, and is left out."""

SIGNS = {merging.Sum: "+", merging.Product: "×"}
"""What joins tensors of one shape."""


def role_of(operation: Operation) -> str:
    """The role of the box of a layer; of one that is not in the table, that of an unknown layer."""
    return next((ROLES_OF[kind] for kind in type(operation).__mro__ if kind in ROLES_OF), "unknown")


def sign_of(operation: Operation) -> str:
    """``+`` or ``×`` of what joins tensors, or nothing."""
    return next((SIGNS[kind] for kind in type(operation).__mro__ if kind in SIGNS), "")


def words_of(operation: Operation, mets: Sequence[Met]) -> tuple[str, ...]:
    """The kind of a layer and, if it has any, its settings; of several alike layers, what differs among them as from
    … to."""
    kind = next((KINDS[kind] for kind in type(operation).__mro__ if kind in KINDS), None)
    if kind is None:
        return (operation.title,)
    found = kind(operation, mets[0])
    if isinstance(operation, operations.Convolution) and len({_reach(met) for met in mets}) > 1:
        first, last = (_dilations(met) for met in (mets[0], mets[-1]))
        ends = sorted({*map(_dilations, mets)}, key=lambda each: (len(each), each)) if first == last else (first, last)
        found = (found[0], f"{_kernel(mets[0])} {ends[0]}…{ends[-1].removeprefix('d')}")
    return tuple(word for word in found if word)


def per_axis_text(numbers: Sequence[int | None], ndim: int = 0) -> str:
    """``3×5``; one number where all are the same, unless there are ``ndim`` to be said."""
    if not ndim and len(set(numbers)) == 1:
        return str(numbers[0])
    return "×".join("·" if number is None else str(number) for number in numbers)


def _axes(met: Met) -> tuple:  # type: ignore[type-arg]  # of relations, which windows have
    return met.reads[0] or ()


def _kernel(met: Met) -> str:
    axes = _axes(met)
    return per_axis_text([axis.kernel for axis in axes], len(axes))


def _dilations(met: Met) -> str:
    return f"d{per_axis_text([axis.dilation for axis in _axes(met)])}"


def _reach(met: Met) -> tuple[int, ...]:
    return tuple([axis.dilation for axis in _axes(met)])


def _windows(met: Met, strides: Sequence[int]) -> str:
    words = [_kernel(met)]
    if max(strides, default=1) > 1:
        words.append(f"/{per_axis_text(strides)}")
    if max(_reach(met), default=1) > 1:
        words.append(_dilations(met))
    return " ".join(words)


def _convolution(operation: Operation, met: Met) -> tuple[str, ...]:
    assert isinstance(operation, operations.Convolution)
    axes = _axes(met)
    transposed = isinstance(operation, operations.TransposedConvolution)
    words = _windows(met, [axis.input_dilation if transposed else axis.stride for axis in axes])
    stretched = [axis.input_dilation for axis in axes]
    if not transposed and max(stretched, default=1) > 1:
        words += f" ↑{per_axis_text(stretched)}"
    if operation.groups is not None and operation.groups > 1:
        words += f" g{operation.groups}"
    kind = "upconv" if transposed else "conv"
    return (f"depthwise {kind}" if operation.groups is None else kind), words


def _pooling(operation: Operation, met: Met) -> tuple[str, ...]:
    assert isinstance(operation, operations.Pooling)
    return f"{operation.reduction} pool", _windows(met, [axis.stride for axis in _axes(met)])


def _global(operation: Operation, _met: Met) -> tuple[str, ...]:
    assert isinstance(operation, operations.GlobalPooling)
    return "global", f"{operation.reduction} pool"


def _adaptive(operation: Operation, met: Met) -> tuple[str, ...]:
    assert isinstance(operation, operations.AdaptivePooling)
    return f"{operation.reduction} pool", f"to {'×'.join(map(str, met.positions))}"


def _upsampling(operation: Operation, met: Met) -> tuple[str, ...]:
    assert isinstance(operation, operations.Upsampling)
    linear = {1: "linear", 2: "bilinear", 3: "trilinear"}.get(len(met.positions), "linear")
    mode = linear if operation.mode == "linear" else operation.mode
    factor = operation.factor
    if factor is None:
        return mode, f"to {'×'.join(map(str, met.positions))}"
    return mode, f"×{per_axis_text(factor) if isinstance(factor, tuple) else factor}"


def _padding(operation: Operation, met: Met) -> tuple[str, ...]:
    assert isinstance(operation, operations.Padding)
    sides = [operation.sides(axis) for axis in range(len(met.positions))]
    cropping = operation.title == "cropping"
    sign = -1 if cropping else 1
    each = [str(sign * before) if before == after else f"{sign * before}:{sign * after}" for before, after in sides]
    kind = "crop" if cropping else "pad"
    amount = each[0] if len(set(each)) == 1 else "×".join(each)
    return (f"{kind} {amount}",) if operation.mode == "zeros" else (operation.mode, f"{kind} {amount}")


def _cropping(operation: Operation, _met: Met) -> tuple[str, ...]:
    assert isinstance(operation, merging.CropTo)
    return ("crop",) if operation.offset is None else ("crop", f"from {operation.offset}")


def _merging(operation: Operation, _met: Met) -> tuple[str, ...]:
    assert isinstance(operation, merging.Merge)
    word = "concat" if isinstance(operation, merging.Concatenation) else operation.word
    return ("crop,", word) if operation.crop else (word,)


def _shuffling(operation: Operation, _met: Met) -> tuple[str, ...]:
    assert isinstance(operation, operations.PixelShuffle)
    return "pixel shuffle", f"×{operation.factor}"


KINDS: dict[type[Operation], Callable[[Operation, Met], tuple[str, ...]]] = {
    operations.Input: lambda _operation, _met: ("input",),
    operations.Convolution: _convolution,
    operations.Pooling: _pooling,
    operations.GlobalPooling: _global,
    operations.AdaptivePooling: _adaptive,
    operations.Upsampling: _upsampling,
    operations.PixelShuffle: _shuffling,
    operations.FullyConnected: lambda _operation, _met: ("fc",),
    operations.Padding: _padding,
    operations.Unflatten: lambda _operation, _met: ("unflatten",),
    operations.Flatten: lambda _operation, _met: ("flatten",),
    operations.Unchanged: lambda operation, _met: (operation.word,),
    operations.Normalization: lambda operation, _met: (operation.title,),
    operations.Unknown: lambda operation, _met: ("unknown", getattr(operation, "name", "")),
    merging.CropTo: _cropping,
    merging.Merge: _merging,
}


def shape_text(shape: Shape) -> str:
    """``64×112×112``."""
    return "×".join(map(str, shape))


def plain(text: str) -> str:
    """A name or a title in one line, of a length that a line holds.

    >>> plain("conv1"), plain("a" * 30 + "b" * 30)
    ('conv1', 'aaaaaaaaaaaaaaaaaaaaaaaaaa…bbbbbbbbbbbbbbbbbbbbbbbbb')
    """
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_NAME else f"{words[: LONGEST_NAME // 2]}…{words[1 - LONGEST_NAME // 2 :]}"
