"""The schema of TOML and JSON documents: which types of layers there are, and which keys each has.

One table serves reader, writer and errors: a `LayerType` makes an operation of its values, and tells the values of an
operation of its own. Keys have the names of the fields; what is at its default is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from convarith.arithmetic.layers import Conv, ConvTranspose, Pool
from convarith.errors import ParameterError
from convarith.network import merging, operations
from convarith.network.readers.noops import noop_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from convarith.network.operations import Operation

    Values = dict[str, Any]

NEEDED = object()
"""The default of a key that cannot be left out."""

KEEP = "keep"
"""What stands in a document for the size of an axis that adaptive pooling keeps."""


class Key(NamedTuple):
    """One key of a layer: what it expects, in words; its kind, which reader and writer know; its default."""

    says: str
    kind: str
    default: Any = NEEDED


PER_AXIS = "a whole number, or a list with one for each axis"
WHOLE = "a whole number"
FLAG = "true or false"

KERNEL = Key(PER_AXIS, "sizes")
ONES = Key(PER_AXIS, "sizes", 1)
ZEROS = Key(PER_AXIS, "sizes", 0)
PADDING = Key('a whole number, a name as "same", or a list with, for each axis, one of them or a pair [1, 2]', "sizes")
YES = Key(FLAG, "flag", True)
NO = Key(FLAG, "flag", False)
FEATURES = Key(WHOLE, "whole")
ONE = Key(WHOLE, "whole", 1)
ANY_CHANNELS = Key(WHOLE, "whole", None)

_WINDOWS = {
    "kernel_size": KERNEL,
    "stride": ONES,
    "padding": PADDING._replace(default=0),
    "dilation": ONES,
}
_CONV_LAYER = {**_WINDOWS, "input_dilation": ONES}
_TRANSPOSED_LAYER = {**_WINDOWS, "output_padding": ZEROS}
_POOL_LAYER = {
    **_WINDOWS,
    "stride": Key(f"{PER_AXIS}; the kernel size if left out", "sizes", None),
    "ceil_mode": NO,
}
_GROUPED = {"groups": ONE, "bias": YES, "in_channels": ANY_CHANNELS}
_DEPTHWISE = {"multiplier": ONE, "bias": YES, "in_channels": ANY_CHANNELS}
_CROP = {"crop": NO}


class LayerType(NamedTuple):
    """A type of layer: its keys, the operation of their values, and the values of an operation."""

    keys: Mapping[str, Key]
    make: Callable[[Values], Operation]
    values: Callable[[Any], Values]
    example: str
    """A layer of this type as it stands in a document, without its type."""
    says: str


def _convolutions(layer: type, keys: Mapping[str, Key], operation: type, depthwise: bool, says: str) -> LayerType:
    own = _DEPTHWISE if depthwise else _GROUPED
    fixed: Values = {"features": None, "groups": None} if depthwise else {}

    def make(values: Values) -> Operation:
        made = layer(**{name: values.pop(name) for name in keys if name in values})
        found: Operation = operation(made, **fixed, **values)
        return found

    def values(of: Any) -> Values:
        held = {name: value for name, value in of.settings.items() if name != "layer" and name not in fixed}
        if not depthwise:
            del held["multiplier"]  # which is 1
        return {"features": held.pop("features", None), **_of_layer(of.layer, layer), **held}

    features = {} if depthwise else {"features": FEATURES}
    example = "kernel_size = 3, padding = 1" if depthwise else "features = 64, kernel_size = 3, padding = 1"
    return LayerType({**features, **keys, **own}, make, values, example, says)


def _of_layer(held: Any, layer: Any) -> Values:
    """The parameters of a layer that are not at their defaults."""
    if held.kind != layer.kind:
        raise ParameterError(f"{held!r} has no place here; it takes a {layer.kind}", layer=held)
    settings: Values = held.settings
    return settings


def _poolings(reduction: str) -> LayerType:
    def make(values: Values) -> Operation:
        return operations.Pooling(Pool(**values), reduction)

    return LayerType(
        _POOL_LAYER,
        make,
        lambda of: _of_layer(of.layer, Pool),
        "kernel_size = 3, stride = 2, padding = 1",
        f"{operations.Pooling(Pool(1), reduction).title} over windows",
    )


def _plain(
    operation: type,
    keys: Mapping[str, Key],
    example: str,
    says: str,
    named: Mapping[str, str] | None = None,
    **fixed: Any,
) -> LayerType:
    """An operation whose keys are its fields; ``named`` tells those that have another name there."""
    fields = {key: (named or {}).get(key, key) for key in keys}

    def make(values: Values) -> Operation:
        found: Operation = operation(**fixed, **{fields[key]: value for key, value in values.items()})
        return found

    def values(of: Any) -> Values:
        return {key: getattr(of, field) for key, field in fields.items()}

    return LayerType(keys, make, values, example, says)


def _adaptive(reduction: str) -> LayerType:
    def make(values: Values) -> Operation:
        given = values["output_size"]
        entries = [None if entry == KEEP else entry for entry in given] if isinstance(given, list) else given
        return operations.AdaptivePooling(None if given == KEEP else entries, reduction)

    def values(of: Any) -> Values:
        given = of.output_size
        entries = tuple(KEEP if size is None else size for size in given) if isinstance(given, tuple) else given
        return {"output_size": KEEP if given is None else entries}

    keys = {"output_size": Key(f'{PER_AXIS}; "{KEEP}" keeps a size', "sizes")}
    return LayerType(keys, make, values, "output_size = [7, 7]", f"adaptive {reduction} pooling to a size")


def _norms(name: str) -> LayerType:
    return _plain(operations.Normalization, {"affine": YES}, "", f"{name} normalization", name=name)


CONV = _convolutions(Conv, _CONV_LAYER, operations.Convolution, False, "a convolution")
TYPES: dict[str, LayerType] = {
    "conv": CONV,
    "depthwise_conv": _convolutions(
        Conv, _CONV_LAYER, operations.Convolution, True, "a convolution of each channel for itself"
    ),
    "conv_transpose": _convolutions(
        ConvTranspose, _TRANSPOSED_LAYER, operations.TransposedConvolution, False, "a transposed convolution"
    ),
    "depthwise_conv_transpose": _convolutions(
        ConvTranspose,
        _TRANSPOSED_LAYER,
        operations.TransposedConvolution,
        True,
        "a transposed convolution of each channel for itself",
    ),
    **{f"{reduction}_pool": _poolings(reduction) for reduction in operations.REDUCTIONS},
    **{
        f"global_{reduction}_pool": _plain(
            operations.GlobalPooling,
            {"keep": YES},
            "",
            f"global {reduction} pooling; keep = false leaves no axes",
            reduction=reduction,
        )
        for reduction in operations.REDUCTIONS
    },
    **{f"adaptive_{reduction}_pool": _adaptive(reduction) for reduction in operations.REDUCTIONS},
    "upsample": _plain(
        operations.Upsampling,
        {
            "factor": Key(f"{PER_AXIS}; this or size", "sizes", None),
            "size": Key(f"{PER_AXIS}; this or factor", "sizes", None),
            "mode": Key('"nearest" or "linear"', "text", "nearest"),
            "align_corners": NO,
        },
        'factor = 2, mode = "linear"',
        "upsampling by a factor or to a size",
    ),
    "pad": _plain(
        operations.Padding,
        {
            "padding": PADDING._replace(
                says="a whole number (a negative one crops), or a list with, for each axis, one or a pair [1, 2]"
            ),
            "mode": Key('"zeros", "reflect", "replicate" or "circular"', "text", "zeros"),
        },
        'padding = [[1, 2], 0], mode = "reflect"',
        "padding, or cropping, as a layer of its own",
    ),
    "pixel_shuffle": _plain(operations.PixelShuffle, {"factor": FEATURES}, "factor = 2", "channels become pixels"),
    "flatten": _plain(operations.Flatten, {}, "", "all in one row"),
    "unflatten": _plain(
        operations.Unflatten,
        {"shape": Key("a list of channels and sizes, as [512, 4, 4]", "list")},
        "shape = [512, 4, 4]",
        "features become channels and axes",
    ),
    "fc": _plain(
        operations.FullyConnected,
        {"features": FEATURES, "bias": YES, "in_features": ANY_CHANNELS},
        "features = 1000",
        "a fully connected layer",
    ),
    **{f"{name}_norm": _norms(name) for name in ("batch", "instance", "group", "layer")},
    "sum": _plain(merging.Sum, _CROP, 'inputs = ["conv2", "input"]', "the sum of tensors"),
    "concat": _plain(merging.Concatenation, _CROP, 'crop = true, inputs = ["up1", "conv2"]', "channels side by side"),
    "product": _plain(merging.Product, _CROP, 'inputs = ["conv2", "gate"]', "the product of tensors"),
    "crop": _plain(
        merging.CropTo,
        {"offset": Key(f"{WHOLE}; about the centre if left out", "whole", None)},
        'offset = 19, inputs = ["up1", "input"]',
        "the first tensor cropped to the size of the second",
    ),
    "unchanged": _plain(
        operations.Unchanged,
        {"layer": Key("what it is called, as text", "text"), "parameters": Key(WHOLE, "whole", 0)},
        'layer = "MyActivation"',
        "any layer that changes no size",
        named={"layer": "name"},
    ),
    "unknown": _plain(
        operations.Unknown,
        {"layer": Key("what it is called, as text", "text")},
        'layer = "SelfAttention"',
        "a layer that nobody here knows, taken to keep its shape",
        named={"layer": "name"},
    ),
}

NOOP_KEYS = {"parameters": Key(WHOLE, "whole", 0)}


def keys_of(kind: str) -> Mapping[str, Key]:
    """The keys of a type, those of every layer left out."""
    return TYPES[kind].keys if kind in TYPES else NOOP_KEYS


def made(kind: str, values: Values) -> Operation:
    """The operation of a type with these values; a type that is no key of `TYPES` is a layer that changes nothing.

    Raises:
        ParameterError: a value is never right.
    """
    if kind in TYPES:
        return TYPES[kind].make(values)
    return operations.Unchanged(kind, **values)


_PREFIXED = {
    operations.Pooling: "{}_pool",
    operations.GlobalPooling: "global_{}_pool",
    operations.AdaptivePooling: "adaptive_{}_pool",
}
_NAMED = {
    operations.Upsampling: "upsample",
    operations.Padding: "pad",
    operations.PixelShuffle: "pixel_shuffle",
    operations.Flatten: "flatten",
    operations.Unflatten: "unflatten",
    operations.FullyConnected: "fc",
    operations.Unknown: "unknown",
    merging.Sum: "sum",
    merging.Concatenation: "concat",
    merging.Product: "product",
    merging.CropTo: "crop",
}


def described(operation: Operation) -> tuple[str, Values]:
    """The type of an operation, and its values that are not at their defaults.

    Raises:
        ParameterError: there is no type for it.
    """
    kind = _type_of(operation)
    values = TYPES[kind].values(operation) if kind in TYPES else {"parameters": getattr(operation, "parameters", 0)}
    keys = keys_of(kind)
    return kind, {
        name: values[name]
        for name, key in keys.items()
        if name in values and (key.default is NEEDED or values[name] != key.default)
    }


def _type_of(operation: Any) -> str:
    kind = type(operation)
    if kind in _PREFIXED:
        return _PREFIXED[kind].format(operation.reduction)
    if kind is operations.Normalization:
        return f"{operation.name}_norm"
    if kind is operations.Unchanged:
        return operation.name if noop_name(operation.name) == operation.name else "unchanged"
    if kind in (operations.Convolution, operations.TransposedConvolution):
        name = "conv" if kind is operations.Convolution else "conv_transpose"
        return f"depthwise_{name}" if operation.features is None else name
    if kind in _NAMED:
        return _NAMED[kind]
    raise ParameterError(f"{operation!r} has no type in a document; it knows {', '.join(TYPES)}")
