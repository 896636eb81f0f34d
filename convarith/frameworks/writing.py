"""Calls as source code: a translation in each framework's own language, for data and weights as it lays them out."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from convarith.frameworks.translation import Translation

    Pairs = tuple[tuple[int, int], ...]


def written(translation: Translation) -> str:
    """The lines of code, with what has to be known as comments."""
    lines = WRITERS[translation.framework](translation)
    comment = "//" if translation.framework == "caffe" else "#"
    return "\n".join([*lines, *(f"{comment} {note}" for note in translation.notes)])


def _arguments(parameters: dict[str, Any], leave: tuple[str, ...] = ()) -> str:
    return ", ".join(f"{name}={_value(value)}" for name, value in parameters.items() if name not in leave)


def _value(value: Any) -> str:
    return f'"{value}"' if type(value) is str else repr(value)


def _slices(crop: Pairs) -> str:
    """An index that leaves batch and channels and crops each axis."""
    return ", ".join([":", ":", *(_slice(before, after) for before, after in crop)])


def _slice(before: int, after: int) -> str:
    return f"{before or ''}:{-after if after else ''}"


def _enlarged(crop: Pairs) -> bool:
    return any(before < 0 or after < 0 for before, after in crop)


def _flat_backwards(pairs: Pairs) -> tuple[int, ...]:
    """Pairs from the last axis to the first, as F.pad takes them."""
    return tuple([side for pair in reversed(pairs) for side in pair])


def _around(call: str, pad: str, crop: str) -> list[str]:
    """Assignments of x and y around a call that begins with x."""
    return [*([f"x = {pad}"] if pad else []), f"y = {call}", *([f"y = {crop}"] if crop else [])]


def _of_torch(translation: Translation) -> list[str]:
    names = {
        "conv": ("nn.Conv{}d", "in_channels, out_channels, "),
        "conv_transpose": ("nn.ConvTranspose{}d", "in_channels, out_channels, "),
        "max_pool": ("nn.MaxPool{}d", ""),
        "avg_pool": ("nn.AvgPool{}d", ""),
        "lp_pool": ("nn.LPPool{}d", "norm_type, "),
    }
    name, channels = names[translation.operation]
    module = f"{name.format(translation.ndim)}({channels}{_arguments(translation.parameters)})"
    if translation.pad is None and translation.crop is None:
        return [module]
    pad = ""
    if translation.pad is not None:
        pad = f"F.pad(x, {_flat_backwards(translation.pad)}{_nothing(translation, 'value')})"
    if translation.divided:
        ones = pad.replace("(x,", "(torch.ones_like(x),")
        return [f"pool = {module}", f"y = pool({pad}) / pool({ones})"]
    return _around(f"{module}(x)", pad, _torch_crop(translation.crop))


def _torch_crop(crop: Pairs | None) -> str:
    if crop is None:
        return ""
    negative = tuple([(-before, -after) for before, after in crop])
    return f"F.pad(y, {_flat_backwards(negative)})" if _enlarged(crop) else f"y[{_slices(crop)}]"


def _of_keras(translation: Translation) -> list[str]:
    names = {
        "conv": ("Conv{}D", "filters, "),
        "conv_transpose": ("Conv{}DTranspose", "filters, "),
        "max_pool": ("MaxPooling{}D", ""),
        "avg_pool": ("AveragePooling{}D", ""),
    }
    name, filters = names[translation.operation]
    layer = f"layers.{name.format(translation.ndim)}({filters}{_arguments(translation.parameters)})"
    if translation.pad is None and translation.crop is None:
        return [layer]
    lines = []
    if translation.divided and translation.pad is not None:
        pads = translation.pad if translation.ndim > 1 else translation.pad[0]
        lines += [f"pad, pool = layers.ZeroPadding{translation.ndim}D({pads}), {layer}"]
        return [*lines, "y = pool(pad(x)) / pool(pad(keras.ops.ones_like(x)))"]
    if translation.pad is not None:
        lines += _keras_border("Cropping", translation.pad, -1, "x")
        pairs = _kept(translation.pad, 1)
        if translation.operation == "max_pool" and any(map(any, pairs)):
            lines.append(f"x = keras.ops.pad(x, {((0, 0), *pairs, (0, 0))}{_nothing(translation, 'constant_values')})")
        else:
            lines += _keras_border("ZeroPadding", translation.pad, 1, "x")
    lines.append(f"y = {layer}(x)")
    if translation.crop is not None:
        lines += _keras_border("Cropping", translation.crop, 1, "y")
        lines += _keras_border("ZeroPadding", translation.crop, -1, "y")
    return lines


def _nothing(translation: Translation, name: str) -> str:
    """The argument for what a maximum is padded with."""
    return f', {name}=float("-inf")' if translation.operation == "max_pool" else ""


def _kept(pairs: Pairs, sign: int) -> Pairs:
    """The sides that have this sign, without it, and 0 for the others."""
    return tuple([(max(sign * before, 0), max(sign * after, 0)) for before, after in pairs])


def _keras_border(name: str, pairs: Pairs, sign: int, of: str) -> list[str]:
    """A layer that pads or crops what has this sign, if anything has."""
    sides = _kept(pairs, sign)
    if not any(map(any, sides)):
        return []
    said = sides if len(sides) > 1 else sides[0]
    return [f"{of} = layers.{name}{len(sides)}D({said})({of})"]


def _of_tensorflow(translation: Translation) -> list[str]:
    names = {
        "conv": "tf.nn.conv{}d",
        "conv_transpose": "tf.nn.conv{}d_transpose",
        "max_pool": "tf.nn.max_pool{}d",
        "avg_pool": "tf.nn.avg_pool{}d",
    }
    parameters = {name: value for name, value in translation.parameters.items() if name != "kernel_size"}
    for name, value in parameters.items():  # batch and channels first become batch first and channels last
        if isinstance(value, tuple) and len(value) == translation.ndim + 2:
            last = [value[0], *value[2:], value[1]]
            parameters[name] = [list(pair) for pair in last] if name == "padding" else last
    if "output_shape" in parameters:
        size = parameters.pop("output_shape")
        sizes = (size,) * translation.ndim if isinstance(size, int) else size
        parameters = {"output_shape": Bare(f"[n, {', '.join(map(str, sizes))}, channels]"), **parameters}
    if "strides" in parameters and translation.ndim == 1 and translation.operation == "conv":
        parameters["stride"] = parameters.pop("strides")
    filters = "filters, " if translation.operation in ("conv", "conv_transpose") else ""
    call = f"{names[translation.operation].format(translation.ndim)}(x, {filters}{_arguments(parameters)})"
    border = _nothing(translation, "constant_values")
    if translation.divided and translation.pad is not None:
        pads = [[0, 0], *(list(pair) for pair in translation.pad), [0, 0]]
        ones = call.replace("(x, ", "(mask, ", 1)
        return [f"x, mask = tf.pad(x, {pads}), tf.pad(tf.ones_like(x), {pads})", f"y = {call} / {ones}"]
    pad = "" if translation.pad is None else _tensorflow_border("x", translation.pad, 1, border)
    crop = "" if translation.crop is None else _tensorflow_border("y", translation.crop, -1, "")
    return _around(call, pad, crop)


def _tensorflow_border(of: str, pairs: Pairs, sign: int, value: str) -> str:
    """Data padded where the sides have this sign, and cropped where they have the other."""
    added, cropped = _kept(pairs, sign), _kept(pairs, -sign)
    kept = f"{of}[:, {_spatial(cropped)}, :]" if any(map(any, cropped)) else of
    whole = [[0, 0], *(list(pair) for pair in added), [0, 0]]
    return f"tf.pad({kept}, {whole}{value})" if any(map(any, added)) else kept


class Bare(str):
    """A word that is written without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _spatial(crop: Pairs) -> str:
    return ", ".join(_slice(before, after) for before, after in crop)


def _of_jax(translation: Translation) -> list[str]:
    parameters = {name: value for name, value in translation.parameters.items() if name != "kernel_size"}
    if translation.operation == "reduce_window":
        for name, value in parameters.items():
            filled = (0, 0) if name == "padding" and not isinstance(value, str) else 1
            if not isinstance(value, str):
                parameters[name] = (filled, filled, *value)
        size = prod(translation.parameters["window_dimensions"])
        begin, end = {
            "max_pool": ("x, -jnp.inf, lax.max", ""),
            "avg_pool": ("x, 0.0, lax.add", f" / {size}"),
            "lp_pool": ("jnp.abs(x) ** p, 0.0, lax.add", " ** (1 / p)"),
        }[translation.meant]
        if translation.divided:
            end = f" / lax.reduce_window(jnp.ones_like(x), 0.0, lax.add, {_arguments(parameters)})"
        return _around(f"lax.reduce_window({begin}, {_arguments(parameters)}){end}", "", "")
    if translation.operation == "conv_transpose":
        numbers = "DHW"[-translation.ndim :] if translation.ndim > 1 else "W"
        spec = f'("NC{numbers}", "OI{numbers}", "NC{numbers}")'
        return _around(f"lax.conv_transpose(x, w, {_arguments(parameters)}, dimension_numbers={spec})", "", "")
    return _around(f"lax.conv_general_dilated(x, w, {_arguments(parameters)})", "", "")


def _of_flax(translation: Translation) -> list[str]:
    names = {
        "conv": "nn.Conv",
        "conv_transpose": "nn.ConvTranspose",
        "max_pool": "nn.max_pool",
        "avg_pool": "nn.avg_pool",
    }
    features = "features, " if translation.operation in ("conv", "conv_transpose") else "x, "
    parameters = dict(translation.parameters)
    for name in ("kernel_size", "window_shape", "strides", "kernel_dilation"):
        if isinstance(parameters.get(name), int):
            parameters[name] = (parameters[name],) * translation.ndim
    return [f"{names[translation.operation]}({features}{_arguments(parameters)})"]


def _of_onnx(translation: Translation) -> list[str]:
    names = {
        "conv": "Conv",
        "conv_transpose": "ConvTranspose",
        "max_pool": "MaxPool",
        "avg_pool": "AveragePool",
        "lp_pool": "LpPool",
    }
    parameters = {
        name: list(value) if isinstance(value, tuple) else value for name, value in translation.parameters.items()
    }
    inputs = '["x", "w"]' if translation.operation in ("conv", "conv_transpose") else '["x"]'
    name, lines, nodes = names[translation.operation], [], []
    if translation.pad is not None:
        value = ""
        lines.append(_onnx_pads(translation.pad))
        if translation.operation == "max_pool":
            value = ', "least"'
            lines.append('least = helper.make_tensor("least", TensorProto.FLOAT, [], [float("-inf")])')
        nodes.append(f'helper.make_node("Pad", ["x", "pads"{value}], ["padded"])')
        inputs = inputs.replace('"x"', '"padded"')
    output = "y" if translation.crop is None else "full"
    nodes.append(f'helper.make_node("{name}", {inputs}, ["{output}"], {_arguments(parameters)})')
    if translation.crop is not None:
        lines.append(_onnx_pads(tuple([(-before, -after) for before, after in translation.crop])))
        nodes.append('helper.make_node("Pad", ["full", "pads"], ["y"])')
    return nodes if len(nodes) == 1 else [*lines, "nodes = [", *(f"    {node}," for node in nodes), "]"]


def _onnx_pads(pairs: Pairs) -> str:
    """The tensor that a Pad takes: negative numbers crop."""
    sides = [0, 0, *(before for before, _ in pairs), 0, 0, *(after for _, after in pairs)]
    return f'pads = helper.make_tensor("pads", TensorProto.INT64, [{len(sides)}], {sides})'


def _of_caffe(translation: Translation) -> list[str]:
    kinds = {
        "conv": ("Convolution", "convolution_param", "num_output: OUT "),
        "conv_transpose": ("Deconvolution", "convolution_param", "num_output: OUT "),
        "max_pool": ("Pooling", "pooling_param", "pool: MAX "),
        "avg_pool": ("Pooling", "pooling_param", "pool: AVE "),
    }
    kind, name, first = kinds[translation.operation]
    said = []
    for parameter, value in translation.parameters.items():
        if isinstance(value, tuple) and len(value) == 2 and parameter in ("kernel_size", "stride", "pad"):
            stem = parameter.removesuffix("_size")
            said += [f"{stem}_{side}: {number}" for side, number in zip("hw", value, strict=True)]
        elif isinstance(value, tuple):
            said += [f"{parameter}: {number}" for number in value]
        else:
            said.append(f"{parameter}: {value}")
    lines = [f'layer {{ type: "{kind}" {name} {{ {first}{" ".join(said)} }} }}']
    if translation.pad is not None:
        lines.insert(0, f"// first, the data {_sides(translation.pad, 'padded by', 'cropped by')}")
    if translation.crop is not None:
        cropped = _kept(translation.crop, 1)
        if any(map(any, cropped)):
            offsets = " ".join(f"offset: {before}" for before, _ in cropped)
            lines.append(f'layer {{ type: "Crop" crop_param {{ axis: 2 {offsets} }} }}')
        lines.append(f"// which leaves the output {_sides(translation.crop, 'cropped by', 'padded by')}")
    return lines


def _sides(pairs: Pairs, more: str, less: str) -> str:
    """``padded by (0, 1) x (0, 1)`` in words for numbers above 0, and others for those below."""
    parts = []
    for words, sides in ((more, _kept(pairs, 1)), (less, _kept(pairs, -1))):
        if any(map(any, sides)):
            parts.append(f"{words} {' x '.join(map(str, sides))}")
    return ", and ".join(parts)


def _of_theano(translation: Translation) -> list[str]:
    """Theano has two and three axes: data of one is given a height of 1, which is taken off again."""
    flat = translation.ndim == 1
    parameters: dict[str, Any] = {
        name: value if name in ("ignore_border", "mode") else _theano_numbers(name, value, translation.ndim)
        for name, value in translation.parameters.items()
        if name != "kernel_size"
    }
    if "output_shape" in parameters:
        sizes = parameters.pop("output_shape")
        parameters = {"output_shape": Bare(f"(n, channels, {', '.join(map(str, sizes))})"), **parameters}
    name, data, filters = translation.operation, "x", "filters"
    if flat:
        data, filters = "x.dimshuffle(0, 1, 'x', 2)", "filters.dimshuffle(0, 1, 'x', 2)"
    if name not in ("conv", "conv_transpose"):
        mode = "max" if name == "max_pool" else parameters.get("mode", "average_inc_pad")
        call = f"pool_{max(translation.ndim, 2)}d({data}, {_arguments({**parameters, 'mode': mode})})"
    else:
        function = f"{name.replace('conv', 'conv2d')}"
        if translation.ndim == 3:
            function = {"conv": "conv3d", "conv_transpose": "conv3d_grad_wrt_inputs"}[name]
            others = {"output_shape": "input_shape", "input_dilation": "subsample"}
            parameters = {others.get(key, key): value for key, value in parameters.items()}
        call = f"{function}({data}, {filters}, {_arguments({**parameters, 'filter_flip': False})})"
    pad = "" if translation.pad is None else _theano_border("x", translation.pad, 1, _nothing(translation, "val"))
    crop = "" if translation.crop is None else _theano_border("y", translation.crop, -1, "")
    return _around(f"{call}[:, :, 0]" if flat else call, pad, crop)


def _theano_numbers(name: str, value: Any, ndim: int) -> tuple[Any, ...]:
    """One entry for each axis, and before a lone one that of a height of 1."""
    entries = value if isinstance(value, tuple) else (value,) * ndim
    if ndim > 1:
        return entries
    of_height = {"border_mode": 0, "pad": 0}.get(name, 1)
    return ((of_height, of_height) if isinstance(entries[0], tuple) else of_height, *entries)


def _theano_border(of: str, pairs: Pairs, sign: int, value: str) -> str:
    """Data padded by a function of Lasagne where the sides have this sign, and cropped where they have the other."""
    added, cropped = _kept(pairs, sign), _kept(pairs, -sign)
    kept = f"{of}[{_slices(cropped)}]" if any(map(any, cropped)) else of
    padding = f"lasagne.theano_extensions.padding.pad({kept}, {list(added)}{value}, batch_ndim=2)"
    return padding if any(map(any, added)) else kept


WRITERS: dict[str, Callable[[Translation], list[str]]] = {
    "torch": _of_torch,
    "keras": _of_keras,
    "tensorflow": _of_tensorflow,
    "jax": _of_jax,
    "flax": _of_flax,
    "onnx": _of_onnx,
    "caffe": _of_caffe,
    "theano": _of_theano,
}
