"""One operation in the compact notation: ``3-1-1Conv64 d2 nobias``, so that it is read back as it is."""

from __future__ import annotations

import re

from convarith.errors import ParameterError, RefusedError
from convarith.network import merging, operations
from convarith.network.readers.layer_items import known_item
from convarith.network.readers.layer_reading import known_before_parentheses, unknown_layer
from convarith.network.readers.noops import noop_name
from convarith.network.readers.tokens import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from convarith.arithmetic.layer import Layer
    from convarith.network.operations import Operation

_PLAIN = re.compile(r"[A-Za-z_]\w*")
_WITH_ARGUMENTS = re.compile(r"([A-Za-z_]\w*)\([\w .,=+*/:]*\)", re.ASCII)


def layer_text(operation: Operation) -> str:
    """An operation that takes one tensor.

    >>> import convarith as ca
    >>> layer_text(operations.Convolution(ca.Conv(3, stride=2, padding=1, dilation=2), 64, bias=False))
    '3-2-1Conv64 d2 nobias'

    Raises:
        ParameterError: the notation has no words for it.
    """
    write = _LAYERS.get(type(operation))
    if write is None:
        raise ParameterError(
            f"{type(operation).__name__} has no word in the compact notation; give operations of convarith itself"
        )
    return write(operation)


def bordered_text(padding: operations.Padding, convolution: Operation) -> str | None:
    """A padding and the convolution after it as one layer, where that is read back as the two of them.

    >>> import convarith as ca
    >>> bordered_text(operations.Padding(1, "reflect"), operations.Convolution(ca.Conv(3), 64))
    '3-1-1Conv64 reflect'
    """
    if type(convolution) is not operations.Convolution or convolution.layer.padding != 0:
        return None
    try:
        layer = convolution.layer.replace(padding=padding.padding)
        padded = operations.Convolution(
            layer,
            convolution.features,
            convolution.groups,
            convolution.bias,
            convolution.multiplier,
            convolution.in_channels,
        )
        text = f"{layer_text(padded)} {padding.mode}"
        return text if known_item(text.split()) == (padding, convolution) else None
    except RefusedError:
        return None


def branch_word(operation: Operation) -> str:
    """The word before the parentheses of what joins tensors: ``res``, ``cropcat``, ``crop19``.

    >>> branch_word(merging.Sum(crop=True)), branch_word(merging.CropTo(19))
    ('cropres', 'crop19')

    Raises:
        ParameterError: the notation has no word for it.
    """
    if isinstance(operation, merging.CropTo):
        return "crop" if operation.offset is None else f"crop{operation.offset}"
    word = _BRANCHES.get(type(operation))
    if word is None or not isinstance(operation, merging.Merge):
        raise ParameterError(
            f"{type(operation).__name__} has no word in the compact notation; give operations of convarith itself"
        )
    return f"crop{word}" if operation.crop else word


def _number(value: Any) -> str:
    """``3``, ``3x5``, and of paddings ``0:1``, ``samex0:1``."""
    if not isinstance(value, tuple):
        return str(value)
    return "x".join(":".join(map(str, entry)) if isinstance(entry, tuple) else str(entry) for entry in value)


def _windows(layer: Layer, kind: str, stride: object = 1) -> str:
    """Kernel, stride and padding; ``stride`` is the one that goes without saying."""
    if layer.kind != kind:
        raise ParameterError(f"a {kind} with a layer of kind {layer.kind} has no word in the compact notation")
    text = _number(layer.kernel_size)
    if layer.padding != 0:
        return f"{text}-{_number(layer.stride)}-{_number(layer.padding)}"
    return text if layer.stride == stride else f"{text}-{_number(layer.stride)}"


def _said(options: list[tuple[str, object, object]]) -> str:
    """The options that are not at their defaults, each behind a space."""
    return "".join([f" {name}{_number(value)}" for name, value, default in options if value != default])


def _flag(name: str, said: bool) -> str:
    return f" {name}" if said else ""


def _filters(operation: Any, word: str, layer: list[tuple[str, object, object]]) -> str:
    """What a convolution has behind kernel, stride and padding."""
    depthwise = operation.features is None
    options = [
        *layer,
        ("g", operation.groups, None if depthwise else 1),
        ("x", operation.multiplier, 1),
        ("in", operation.in_channels, None),
    ]
    features = "" if depthwise else operation.features
    return f"{'DW' * depthwise}{word}{features}{_said(options)}{_flag('nobias', not operation.bias)}"


def _convolution(operation: Any) -> str:
    layer = operation.layer
    head = _windows(layer, "convolution")
    return head + _filters(operation, "Conv", [("d", layer.dilation, 1), ("e", layer.input_dilation, 1)])


def _transposed(operation: Any) -> str:
    layer = operation.layer
    head = _windows(layer, "transposed convolution")
    return head + _filters(operation, "ConvT", [("d", layer.dilation, 1), ("a", layer.output_padding, 0)])


def _pooling(operation: Any) -> str:
    layer = operation.layer
    head = f"{_windows(layer, 'pooling', layer.kernel_size)}{operation.reduction.title()}Pool"
    return head + _said([("d", layer.dilation, 1)]) + _flag("ceil", layer.ceil_mode)


def _adaptive(operation: Any) -> str:
    given = operation.output_size
    sizes = given if isinstance(given, tuple) else (given,)
    return f"Adaptive{operation.reduction.title()}Pool{'x'.join('*' if size is None else str(size) for size in sizes)}"


def _global(operation: Any) -> str:
    return f"Global{operation.reduction.title()}Pool{_flag('flat', not operation.keep)}"


def _upsampling(operation: Any) -> str:
    word = (
        f"UpsampleTo{_number(operation.size)}" if operation.factor is None else f"Upsample{_number(operation.factor)}"
    )
    return word + _flag(operation.mode, operation.mode != "nearest") + _flag("aligned", operation.align_corners)


def _padding(operation: Any) -> str:
    return f"Pad{_number(operation.padding)}{_flag(operation.mode, operation.mode != 'zeros')}"


def _fully_connected(operation: Any) -> str:
    options = _said([("in", operation.in_features, None)])
    return f"FC{operation.features}{options}{_flag('nobias', not operation.bias)}"


def _normalization(operation: Any) -> str:
    word = {"batch": "BN"}.get(operation.name, f"{operation.name.title()}Norm")
    return word + _flag("noaffine", not operation.affine)


def _unchanged(operation: Any) -> str:
    name, parameters = operation.name, operation.parameters
    known = noop_name(name) == name and _PLAIN.fullmatch(name)
    return f"{name if known else quoted(name)}{_flag(f'w{parameters}', bool(parameters) or name == 'PReLU')}"


def _unknown(operation: Any) -> str:
    """The bare name where it is read as one, else in quotes."""
    name = operation.name
    match = _WITH_ARGUMENTS.fullmatch(name)
    word = match[1] if match else name
    if _PLAIN.fullmatch(word) and noop_name(word) is None:
        try:
            if not known_before_parentheses(word, match is not None):
                unknown_layer(name)
                return str(name)
        except ParameterError:
            pass
    return f"Unknown({quoted(name)})"


_LAYERS: dict[type[Operation], Callable[[Any], str]] = {
    operations.Convolution: _convolution,
    operations.TransposedConvolution: _transposed,
    operations.Pooling: _pooling,
    operations.GlobalPooling: _global,
    operations.AdaptivePooling: _adaptive,
    operations.Upsampling: _upsampling,
    operations.Padding: _padding,
    operations.PixelShuffle: lambda operation: f"PixelShuffle{operation.factor}",
    operations.Flatten: lambda operation: "Flatten",
    operations.Unflatten: lambda operation: f"Unflatten{_number(operation.shape)}",
    operations.FullyConnected: _fully_connected,
    operations.Normalization: _normalization,
    operations.Unchanged: _unchanged,
    operations.Unknown: _unknown,
}

_BRANCHES: dict[type[Operation], str] = {merging.Sum: "res", merging.Concatenation: "cat", merging.Product: "mul"}
