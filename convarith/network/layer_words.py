"""What a layer of a table is, in its shortest telling words: ``conv 11x11 s4 → 96``, ``max pool 3x3 s2``.

Words only: shapes and numbers are in `table`, and how a table is laid out in `reports`.
"""

from __future__ import annotations

from convarith.network import merging, operations
from convarith.network.operations import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from convarith.arithmetic.layer import Layer
    from convarith.network.graph import Network
    from convarith.network.operations import Operation

ARROW = "→"


def in_words(operation: Operation, ndim: int) -> str:
    """What an operation is, on an input of ``ndim`` spatial axes.

    >>> import convarith as ca
    >>> from convarith.network.operations import Convolution, GlobalPooling, Pooling
    >>> in_words(Convolution(ca.Conv(11, stride=4), 96), 2)
    'conv 11x11 s4 → 96'
    >>> in_words(Pooling(ca.Pool((1, 2), padding=(0, 1)), "avg"), 2)
    'avg pool 1x2 s1x2 p0x1'
    >>> in_words(GlobalPooling(), 2)
    'global avg pool'
    """
    words = _WORDS.get(type(operation))
    return printable(operation.title if words is None else words(operation, ndim))


def taken_words(network: Network, number: int, left_out: frozenset[int] = frozenset()) -> str:
    """`` of conv2, conv4``: the layers whose tensors a node takes, where that is not just the one before it.

    ``left_out`` are the nodes that a table does not show; whoever stands before them is named in their place.
    """
    nodes = network.nodes
    taken = [_seen(network, source, left_out) for source in nodes[number].inputs]
    if taken == [_seen(network, number - 1, left_out)]:
        return ""
    return f" of {', '.join(printable(nodes[source].name) for source in taken)}"


def printable(text: str) -> str:
    """The text on one line: what no terminal should be sent is escaped."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text)


def _seen(network: Network, number: int, left_out: frozenset[int]) -> int:
    while number in left_out:
        number = network.nodes[number].inputs[0]
    return number


def _convolution(operation: Any, ndim: int) -> str:
    depthwise = operation.features is None
    words = [operation.word, *_windows(operation.layer, ndim)]
    if depthwise:
        words[0] = f"depthwise {words[0]}"
        words += [f"x{operation.multiplier}"] if operation.multiplier > 1 else []
    elif operation.groups > 1:
        words.append(f"g{operation.groups}")
    return " ".join(words if depthwise else [*words, ARROW, str(operation.features)])


def _pooling(operation: Any, ndim: int) -> str:
    words = [operation.reduction, "pool", *_windows(operation.layer, ndim, least_stride=0)]
    return " ".join([*words, "ceil"] if operation.layer.ceil_mode else words)


def _windows(layer: Layer, ndim: int, least_stride: int = 1) -> list[str]:
    """``11x11``, ``s4``, ``p1``, ``d2`` and so on: what is not what nearly every layer has."""
    parameters = layer.parameters
    words = [per_axis_words(layer.kernel_size, ndim)]
    if layer.stride != least_stride:
        words.append(f"s{short_words(layer.stride)}")
    padding = layer.padding
    if isinstance(padding, str):
        words.append(padding)
    elif padding != 0:
        words.append(f"p{short_words(padding)}")
    for letter, name, default in (("d", "dilation", 1), ("e", "input_dilation", 1), ("a", "output_padding", 0)):
        if parameters.get(name, default) != default:
            words.append(f"{letter}{short_words(parameters[name])}")
    return words


def per_axis_words(value: int | tuple[int, ...], ndim: int) -> str:
    """``3x3`` of 3 on two axes."""
    return shown(value if isinstance(value, tuple) else (value,) * ndim)


def short_words(value: Any) -> str:
    """``4``, ``2x1``, and of paddings ``0:1``, ``0:1xsame``."""
    entries = value if isinstance(value, tuple) else (value,)
    return "x".join(":".join(map(str, entry)) if isinstance(entry, tuple) else str(entry) for entry in entries)


def _adaptive(operation: Any, ndim: int) -> str:
    given = operation.output_size
    sizes = given if isinstance(given, tuple) else (given,) * ndim
    return f"adaptive {operation.reduction} pool {'x'.join('any' if size is None else str(size) for size in sizes)}"


def _upsampling(operation: Any, ndim: int) -> str:
    mode = operation.mode if operation.mode == "nearest" else {2: "bilinear", 3: "trilinear"}.get(ndim, "linear")
    much = (
        f"x{short_words(operation.factor)}" if operation.size is None else f"to {per_axis_words(operation.size, ndim)}"
    )
    return f"{mode} {much}{' corners' if operation.align_corners else ''}"


def _padding(operation: Any, ndim: int) -> str:
    sides = [operation.sides(axis) for axis in range(operation.ndim or 1)]
    if operation.title == "cropping":
        cropped = [before if before == after else (before, after) for before, after in ((-b, -a) for b, a in sides)]
        return f"crop {short_words(tuple(cropped))}"
    mode = "" if operation.mode == "zeros" else f"{operation.mode} "
    return f"{mode}pad {short_words(operation.padding)}"


def _crop_to(operation: Any, ndim: int) -> str:
    return "crop" if operation.offset is None else f"crop from {operation.offset}"


def _merge(word: str) -> Callable[[Any, int], str]:
    return lambda operation, ndim: f"cropped {word}" if operation.crop else word


_WORDS: dict[type[Operation], Callable[[Any, int], str]] = {
    operations.Convolution: _convolution,
    operations.TransposedConvolution: _convolution,
    operations.Pooling: _pooling,
    operations.GlobalPooling: lambda operation, ndim: f"global {operation.reduction} pool",
    operations.AdaptivePooling: _adaptive,
    operations.Upsampling: _upsampling,
    operations.Padding: _padding,
    operations.PixelShuffle: lambda operation, ndim: f"pixel shuffle x{operation.factor}",
    operations.FullyConnected: lambda operation, ndim: f"fc {ARROW} {operation.features}",
    operations.Unchanged: lambda operation, ndim: operation.name,
    operations.Unknown: lambda operation, ndim: f"unknown: {operation.name}",
    merging.Sum: _merge("sum"),
    merging.Product: _merge("product"),
    merging.Concatenation: _merge("cat"),
    merging.CropTo: _crop_to,
}
