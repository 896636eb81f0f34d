"""Operations as Keras layers: each one as the calls that do it one after the other, on tensors with channels last.

How the calls are put together is in `keras_source`, with the functions for what Keras has no layer for.
"""

from __future__ import annotations

from convarith.arithmetic.padding import resolve
from convarith.network import operations
from convarith.network.merging import Concatenation, CropTo, Product
from convarith.network.writers.keras_norms import norm_steps, unchanged_steps
from convarith.network.writers.keras_steps import Step, function, new_layer, strided
from convarith.network.writers.source_lines import Call, keyword, listing, literal, shared
from convarith.network.writers.source_places import unknown, unwritten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from convarith.network.writers.source_places import Pairs, Place


def steps_of(place: Place) -> list[Step]:
    """What one layer that takes one tensor does to it.

    Raises:
        ParameterError: Keras has no layer for it, or nobody knows what it is.
    """
    return _STEPS[type(place.operation)](place)


# Convolutions


def _convolution(place: Place) -> list[Step]:
    axes = place.axes
    if any(axis.input_dilation > 1 for axis in axes):
        raise unwritten(place, "convolution of a stretched input", "take a transposed convolution")
    strides = tuple(axis.stride for axis in axes)
    dilations = tuple(axis.dilation for axis in axes)
    apart = max(strides) > 1 and max(dilations) > 1  # Keras takes one of the two
    before, padding = _conv_padding(place, (1,) * len(strides) if apart else strides)
    arguments = [
        keyword("strides", 1 if apart else shared(strides), 1),
        keyword("padding", padding, "valid"),
        keyword("dilation_rate", shared(dilations), 1),
    ]
    found = [*before, new_layer(*_weights(place, strides), *arguments, *_groups(place, strides), _bias(place))]
    if apart:
        found.append(strided(strides))
    return found


def _is_depthwise(place: Place, strides: tuple[int, ...]) -> bool:
    """Whether Keras' depthwise layer does it: for 1 and 2 axes, with one stride."""
    return place.operation.features is None and place.ndim < 3 and len(set(strides)) == 1


def _weights(place: Place, strides: tuple[int, ...]) -> list[str]:
    """The layer's name and its first arguments."""
    kernel = literal(shared(tuple(axis.kernel for axis in place.axes)))
    if _is_depthwise(place, strides):
        return [f"DepthwiseConv{place.ndim}D", kernel, keyword("depth_multiplier", place.operation.multiplier, 1)]
    return [f"Conv{place.ndim}D", str(place.features[0]), kernel]


def _groups(place: Place, strides: tuple[int, ...]) -> list[str]:
    return [] if _is_depthwise(place, strides) else [keyword("groups", place.features[1], 1)]


def _conv_padding(place: Place, strides: tuple[int, ...]) -> tuple[list[Step], str]:
    """What goes before a convolution, and the name of its own padding, where that is the same on this input."""
    pads = place.pads()
    if not any(map(any, pads)):
        return [], "valid"
    if pads == _same(place, strides):
        return [], "same"
    if len(pads) == 1 and place.operation.features is not None and pads[0] == (place.axes[0].span - 1, 0):
        return [], "causal"
    return _bordered(pads), "valid"


def _same(place: Place, strides: tuple[int, ...]) -> Pairs:
    """What Keras' "same" pads."""
    return [resolve("same", axis.size, axis.span, stride) for axis, stride in zip(place.axes, strides, strict=True)]


def _bordered(pads: Pairs, value: str = "") -> list[Step]:
    """Cropping, then padding with zeros or with another value."""
    found = []
    less = [(max(-before, 0), max(-after, 0)) for before, after in pads]
    more = [(max(before, 0), max(after, 0)) for before, after in pads]
    if any(map(any, less)):
        found.append(new_layer(f"Cropping{len(pads)}D", _sides(less)))
    if any(map(any, more)) and value:
        width = literal(((0, 0), *more, (0, 0)))
        found.append(function("keras.ops.pad", width, f"constant_values={value}"))
    elif any(map(any, more)):
        found.append(new_layer(f"ZeroPadding{len(pads)}D", _sides(more)))
    return found


def _sides(pads: Pairs) -> str:
    """((top, bottom), (left, right)), or one number."""
    sides = {side for pair in pads for side in pair}
    return literal(sides.pop() if len(sides) == 1 else pads[0] if len(pads) == 1 else tuple(pads))


def _bias(place: Place) -> str:
    return keyword("use_bias", place.operation.bias, True)


def _transposed(place: Place) -> list[Step]:
    axes, crops = place.axes, place.crops()
    strides = tuple(axis.input_dilation for axis in axes)
    dilations = tuple(axis.dilation for axis in axes)
    if place.features[1] > 1:
        raise unwritten(place, "transposed convolution in groups", "give groups 1")
    if max(strides) > 1 and max(dilations) > 1:
        raise unwritten(place, "transposed convolution with stride and dilation", "give stride 1 or dilation 1")
    added: tuple[int, ...] | None = tuple(max(-tail, 0) for _, tail in crops)
    left = [(head, max(tail, 0)) for head, tail in crops]
    padding = "valid"
    spare = [axis.span - stretch for axis, stretch in zip(axes, strides, strict=True)]
    if all(over >= 0 and pair == (over // 2, over - over // 2) for over, pair in zip(spare, crops, strict=True)):
        padding, added, left = "same", None, []
    elif any(more >= stretch for more, stretch in zip(added or (), strides, strict=True)):
        raise unwritten(place, f"output_padding of the stride or more, {shared(added or ())}", "give less than that")
    elif not any(added or ()) and min(spare) >= 0:
        added = None  # which is 0 for a kernel that reaches at least over the stride
    call = new_layer(
        f"Conv{place.ndim}DTranspose",
        str(place.features[0]),
        literal(shared(tuple(axis.kernel for axis in axes))),
        keyword("strides", shared(strides), 1),
        keyword("padding", padding, "valid"),
        keyword("output_padding", added if added is None else shared(added)),
        keyword("dilation_rate", shared(dilations), 1),
        _bias(place),
    )
    return [call, *_bordered([(-head, -tail) for head, tail in left])]


def _linear(place: Place) -> list[Step]:
    dense = new_layer("Dense", str(place.operation.features), _bias(place))
    return [dense] if place.flat else [new_layer("Flatten"), dense]


# Pooling

_REDUCTIONS = {"max": "Max", "avg": "Average"}


def _pooling(place: Place) -> list[Step]:
    operation, axes = place.operation, place.axes
    if operation.reduction == "lp":
        raise unwritten(place, "lp pooling", "take max or avg")
    if any(axis.dilation > 1 for axis in axes):
        raise unwritten(place, "pooling with dilation", "give dilation 1")
    pads = place.pads()
    padding = "valid"
    if any(map(any, pads)) and _pools_same(place):
        padding, pads = "same", []
    kernel = shared(tuple(axis.kernel for axis in axes))
    call = new_layer(
        f"{_REDUCTIONS[operation.reduction]}Pooling{place.ndim}D",
        literal(kernel),
        keyword("strides", shared(tuple(axis.stride for axis in axes)), kernel),
        keyword("padding", padding, "valid"),
    )
    return [*_bordered(pads, 'float("-inf")' if operation.reduction == "max" else ""), call]


def _pools_same(place: Place) -> bool:
    """Whether "same" pools the same windows; a mean leaves its padding out, so it has to be meant by its name."""
    if place.operation.reduction == "avg" and place.operation.layer.padding != "same":
        return False
    strides = tuple(axis.stride for axis in place.axes)
    return all(
        axis.before == before and axis.count == -(-axis.size // axis.stride)
        for axis, (before, _) in zip(place.axes, _same(place, strides), strict=True)
    )


def _global_pooling(place: Place) -> list[Step]:
    operation = place.operation
    if operation.reduction == "lp":
        raise unwritten(place, "lp pooling", "take max or avg")
    return [
        new_layer(
            f"Global{_REDUCTIONS[operation.reduction]}Pooling{place.ndim}D",
            keyword("keepdims", operation.keep, False),
        )
    ]


def _adaptive_pooling(place: Place) -> list[Step]:
    reduction = place.operation.reduction
    if reduction == "lp":
        raise unwritten(place, "lp pooling", "take max or avg")
    sizes, counts = place.before.shape[1:], place.after.shape[1:]
    if all(size % count == 0 for size, count in zip(sizes, counts, strict=True)):
        windows = tuple(size // count for size, count in zip(sizes, counts, strict=True))
        return [new_layer(f"{_REDUCTIONS[reduction]}Pooling{place.ndim}D", literal(shared(windows)))]
    return [new_layer(f"Adaptive{_REDUCTIONS[reduction]}Pooling{place.ndim}D", literal(shared(counts)))]


# Sizes and borders


def _upsampling(place: Place) -> list[Step]:
    operation = place.operation
    sizes, counts = place.before.shape[1:], place.after.shape[1:]
    factors = tuple(count // size for size, count in zip(sizes, counts, strict=True))
    whole = all(count % size == 0 for size, count in zip(sizes, counts, strict=True))
    if operation.mode == "nearest":
        if whole:
            return [new_layer(f"UpSampling{place.ndim}D", literal(shared(factors)))]
        return [
            function("resized", str(axis), str(count))
            for axis, (size, count) in enumerate(zip(sizes, counts, strict=True), 1)
            if size != count
        ]
    if operation.align_corners:
        raise unwritten(place, "upsampling with aligned corners", "give align_corners=False, or mode nearest")
    if place.ndim == 2:
        if whole:
            return [new_layer("UpSampling2D", literal(shared(factors)), 'interpolation="bilinear"')]
        return [new_layer("Resizing", *map(str, counts), 'interpolation="bilinear"')]
    if place.ndim == 3:
        raise unwritten(place, "linear upsampling on 3 axes", "give mode nearest")
    return [
        new_layer("Reshape", literal((1, sizes[0], place.channels))),
        new_layer("Resizing", "1", str(counts[0]), 'interpolation="bilinear"'),
        new_layer("Reshape", literal((counts[0], place.channels))),
    ]


def _padding(place: Place) -> list[Step]:
    operation = place.operation
    pads = [operation.sides(axis) for axis in range(place.ndim)]
    if operation.mode == "zeros":
        return _bordered(pads)
    return [
        function("bordered", str(axis), str(before), str(after), literal(operation.mode))
        for axis, (before, after) in enumerate(pads, 1)
        if before or after
    ]


def _shuffle(place: Place) -> list[Step]:
    factor, ndim = place.operation.factor, place.ndim
    features, *counts = place.after.shape
    apart = (*place.before.shape[1:], features, *(factor,) * ndim)
    order = [number for axis in range(1, ndim + 1) for number in (axis, ndim + 1 + axis)]
    return [
        new_layer("Reshape", literal(apart)),
        new_layer("Permute", literal((*order, ndim + 1))),
        new_layer("Reshape", literal((*counts, features))),
    ]


def _flatten(place: Place) -> list[Step]:
    return [new_layer("Flatten")]


def _unflatten(place: Place) -> list[Step]:
    channels, *sizes = place.operation.shape
    return [new_layer("Reshape", literal((*sizes, channels)))]


# Several tensors to one


def merged(place: Place, target: str, taken: list[str]) -> list[str]:
    """The statements that join several tensors."""
    operation = place.operation
    sizes = place.after.shape[1:]
    terms = []
    for name, met in zip(taken[: 1 if operation.follows else None], place.others, strict=False):
        crop = [
            _cropping(operation, size, least) if size > least else (0, 0)
            for size, least in zip(met.shape[1:], sizes, strict=True)
        ]
        cropping = Call(f"layers.Cropping{len(crop)}D", [_sides(crop)])
        terms.append(f"{cropping}({name})" if any(map(any, crop)) else name)
    if isinstance(operation, CropTo):
        return [] if terms[0] == target else [f"{target} = {terms[0]}"]
    kind = "Concatenate" if isinstance(operation, Concatenation) else "Add"
    kind = "Multiply" if isinstance(operation, Product) else kind
    return Call(f"layers.{kind}()", [listing(terms)]).lines(f"{target} = ")


def _cropping(operation: operations.Operation, size: int, least: int) -> tuple[int, int]:
    """What is left out before and after, from the offset on or about the centre."""
    offset = getattr(operation, "offset", None)
    before = (size - least) // 2 if offset is None else offset
    return before, size - least - before


def _unknown(place: Place) -> list[Step]:
    raise unknown(place)


_STEPS: dict[type[operations.Operation], Callable[[Place], list[Step]]] = {
    operations.AdaptivePooling: _adaptive_pooling,
    operations.Convolution: _convolution,
    operations.Flatten: _flatten,
    operations.FullyConnected: _linear,
    operations.GlobalPooling: _global_pooling,
    operations.Normalization: norm_steps,
    operations.Padding: _padding,
    operations.PixelShuffle: _shuffle,
    operations.Pooling: _pooling,
    operations.TransposedConvolution: _transposed,
    operations.Unchanged: unchanged_steps,
    operations.Unflatten: _unflatten,
    operations.Unknown: _unknown,
    operations.Upsampling: _upsampling,
}
