"""Networks from the JSON of Keras' ``model.to_json()``, of Keras 2 and 3, without Keras: what is a model, and which
layer takes which tensor.

What each layer becomes is in `keras_layers`. Nested models are read into the one around them, their layers named as in
``encoder/conv1``; a layer that is called several times becomes as many nodes.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from convarith.arithmetic.integers import as_index, listed, shown
from convarith.errors import ParameterError, RefusedError
from convarith.network.operations import Flatten
from convarith.network.readers.assembling import Assembly, Tensor
from convarith.network.readers.keras_calls import Call
from convarith.network.readers.keras_layers import read_layer
from convarith.network.readers.keras_ops import is_op, read_op
from convarith.network.readers.keras_wiring import DEPTH, Wiring, deeper, layers_of, plain_text
from convarith.network.tracing import in_layer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from convarith.network.graph import Network

    Data = dict[Any, Any]
    Sizes = list[int | None]


def from_keras(text: str | Data) -> Network:
    """The network of a Keras model, from the text of ``model.to_json()`` or what `json.loads` makes of it.

    >>> text = '''{"class_name": "Sequential", "config": {"name": "small", "layers": [
    ...     {"class_name": "InputLayer", "config": {"batch_shape": [null, 28, 28, 1]}},
    ...     {"class_name": "Conv2D", "config": {"name": "conv", "filters": 8, "kernel_size": [3, 3],
    ...      "padding": "same", "activation": "relu"}}]}}'''
    >>> network = from_keras(text)
    >>> network.input_shape, [node.name for node in network.nodes]
    ((1, 28, 28), ['input', 'conv', 'conv_relu'])
    >>> from_keras("{}")
    Traceback (most recent call last):
    convarith.errors.ParameterError: this is no Keras model: it has no class_name; give the text of model.to_json()

    Raises:
        ParameterError: it is no such model, or has several inputs or outputs; the sentence names the layer.
    """
    data = _parsed(text) if isinstance(text, str) else text
    try:
        return _Reader(_model(data)).network()
    except RefusedError:
        raise
    except RecursionError:
        raise ParameterError("the model is nested too deeply to be read") from None
    except ValueError:  # of Python's own, from a number that is too long to be shown
        raise ParameterError("the model has a number of thousands of digits; give a smaller one") from None


def _parsed(text: str) -> object:
    import json  # only who reads a model pays for this import

    try:
        return json.loads(text)
    except RecursionError:
        raise ParameterError("the model is nested too deeply to be read") from None
    except ValueError as error:
        raise ParameterError(f"this is no JSON: {str(error)[:1].lower()}{str(error)[1:]}") from None


def _model(data: object) -> Data:
    """The model at the top, if it is one, also in what TensorFlow.js puts around it.

    Raises:
        ParameterError: it is none.
    """
    for wrapping in ("modelTopology", "model_config"):
        if isinstance(data, dict) and isinstance(data.get(wrapping), dict):
            data = data[wrapping]
    if not isinstance(data, dict) or not isinstance(data.get("class_name"), str):
        mend = "take from_json" if isinstance(data, dict) and "layers" in data else "give the text of model.to_json()"
        raise ParameterError(f"this is no Keras model: it has no class_name; {mend}")
    if layers_of(data) is None:
        raise ParameterError(
            f"the config of {shown(data['class_name'])} has no layers: of a subclassed model, to_json() tells none; "
            f"build it as Sequential or of functional calls"
        )
    return data


class _Reader:
    """One model while it is read."""

    def __init__(self, model: Data) -> None:
        self._model = model
        self._channels_last = _layout(model)
        self._assembly = Assembly(_layer_names(model))
        self._called: dict[int, int] = {}

    def network(self) -> Network:
        config = self._model["config"]
        if isinstance(config, list):
            config = {"layers": config}
        wiring = Wiring(config) if "input_layers" in config else None
        if wiring is not None:
            wiring.refuse_several()
        given = _given_shape(config, wiring)
        start, shape = self._begin(self._reshaped(config, wiring, given))
        if wiring is not None:
            outputs = self._functional(wiring, [start], "", DEPTH)
        else:
            outputs = [self._sequence(config, start, "", DEPTH)]
        title = plain_text(config.get("name"), "name") if config.get("name") is not None else ""
        return self._assembly.build(outputs[0], title, shape)

    def _reshaped(self, config: Data, wiring: Wiring | None, given: Sizes | None) -> Sizes | None:
        """The shape of the input, or the one that a Reshape gives it before anything else is done."""
        if wiring is None:
            layers = [layer for layer in config["layers"] if not _is_input(layer)]
            first = layers[0] if layers else None
        else:
            takers = wiring.takers(wiring.inputs[0])
            first = wiring.layer(takers[0]) if len(takers) == 1 else None
        if not given or None in given or not isinstance(first, dict) or first.get("class_name") != "Reshape":
            return given
        own = first.get("config")
        target = listed(own.get("target_shape")) if isinstance(own, dict) else None
        sizes = [as_index(entry) for entry in target or ()]
        if len(sizes) < 2 or None in sizes or sizes.count(-1) > 1:
            return given
        total = prod(size for size in given if size)
        rest = prod(size for size in sizes if size not in (-1, None))
        found = [total // rest if size == -1 and rest else size for size in sizes]
        if found == given or prod(size or 0 for size in found) != total or min(size or 0 for size in found) < 1:
            return given
        self._assembly.warn(f"the input, of shape {_by(given)}, is reshaped first; it is taken as {_by(found)}")
        return found

    def _begin(self, given: Sizes | None) -> tuple[Tensor, tuple[int, ...] | None]:
        """The tensor of the input, of a shape as Keras has it, and our shape where all its sizes are known."""
        if given is None:
            return Tensor(0), None
        if not given:
            raise ParameterError("the input has no axes; convarith needs channels and sizes")
        if len(given) == 1:
            return self._begin_flat(given[0])
        channels, spatial = (given[-1], given[:-1]) if self._channels_last else (given[0], given[1:])
        sizes = [channels, *spatial]
        shape = tuple([size for size in sizes if size is not None])
        if len(shape) < len(sizes):
            return Tensor(0, len(spatial), channels), None
        return Tensor(0, len(spatial), channels, shape, shape[1:]), shape

    def _begin_flat(self, features: int | None) -> tuple[Tensor, tuple[int, ...] | None]:
        """An input of features only: axes of size 1 are put beside, and a flatten after it."""
        ones = (1,) * max(_ranks(self._model), default=1)
        if features is None:
            return Tensor(0, 0), None
        shape = (features, *ones)
        self._assembly.warn(f"the input is flat, of {features} features; it is taken as {'x'.join(map(str, shape))}")
        start = Tensor(0, len(ones), features, shape, ones)
        return self._assembly.add(Flatten(), [start], self._assembly.names.of("flat_input")), shape

    def _sequence(self, config: Data, at: Tensor, prefix: str, depth: int) -> Tensor:
        """The layers of a Sequential, one after the other."""
        for number, layer in enumerate(layers_of({"config": config}) or (), start=1):
            kind, name, own = _described(layer, f"layer {number}", prefix)
            if _is_input(layer):
                continue
            found = self._apply(layer, kind, name, own, [at], depth)
            at = found[0]
        return at

    def _functional(self, wiring: Wiring, tensors: Sequence[Tensor], prefix: str, depth: int) -> list[Tensor]:
        """The tensors that a functional model makes of its inputs."""
        if len(tensors) != len(wiring.inputs):
            raise ParameterError(
                f"{prefix or 'the model'} takes {len(wiring.inputs)} tensors and is given {len(tensors)}"
            )
        found = {call: [tensor] for call, tensor in zip(wiring.inputs, tensors, strict=True)}
        for call in wiring.order():
            if call in found:
                continue
            layer = wiring.layer(call)
            kind, name, own = _described(layer, f"layer {call[0] + 1}", prefix)
            taken = []
            for source, index in wiring.sources(call):
                given = found[source]
                taken.append(given[min(index, len(given) - 1)])  # of what is not known here, there is one tensor
            if not taken:
                raise ParameterError(f"{name} ({kind}) takes no tensor, and is no input of the model", layer=name)
            found[call] = self._apply(layer, kind, name, own, taken, depth)
        return [found[call][min(index, len(found[call]) - 1)] for call, index in wiring.outputs]

    def _apply(
        self, layer: Data, kind: str, name: str, config: Data, tensors: Sequence[Tensor], depth: int
    ) -> list[Tensor]:
        """What a layer, or a model in the model, makes of its tensors."""
        if layers_of(layer) is not None:
            depth = deeper(depth, name)
            if "input_layers" in config:
                return self._functional(Wiring(config), tensors, f"{name}/", depth)
            return [self._sequence(config, tensors[0], f"{name}/", depth)]
        self._called[id(layer)] = self._called.get(id(layer), 0) + 1
        if self._called[id(layer)] == 2:
            self._assembly.warn(f"{name} is called more than once; its parameters are counted each time")
        call = Call(kind, self._assembly.names.reserved(name), config, tensors, self._assembly, self._channels_last)
        try:
            return [read_op(call) if is_op(layer, kind) else read_layer(call)]
        except RefusedError as refusal:
            raise in_layer(refusal, f"{call.name} ({kind})") from None


def _is_input(layer: object) -> bool:
    return isinstance(layer, dict) and layer.get("class_name") == "InputLayer"


def _by(sizes: Sizes) -> str:
    return "x".join(map(str, sizes))


def _described(layer: object, place: str, prefix: str) -> tuple[str, str, Data]:
    """The class of a layer, its name with that of the models around it, and its config."""
    if not isinstance(layer, dict):
        raise ParameterError(f"{prefix}{place} must be a table with a class_name; got {shown(layer)}")
    kind = layer.get("class_name")
    if not isinstance(kind, str) or not kind:
        raise ParameterError(f"{prefix}{place} has no class_name; got {shown(kind)}")
    config = layer.get("config")
    if isinstance(config, list):
        config = {"layers": config}
    if not isinstance(config, dict):
        config = {}
    name = config.get("name", layer.get("name"))
    return kind, f"{prefix}{plain_text(name, 'name') if name is not None else kind.lower()}", config


def _all_layers(model: object, depth: int = DEPTH) -> Iterator[Data]:
    """Every layer of a model and of those in it."""
    for layer in layers_of(model) or ():
        if isinstance(layer, dict):
            yield layer
            if depth:
                yield from _all_layers(layer, depth - 1)


def _layer_names(model: Data, prefix: str = "", depth: int = DEPTH) -> Iterator[str]:
    """The names that the layers of a model and of those in it have a right to."""
    for number, layer in enumerate(layers_of(model) or (), start=1):
        _, name, _ = _described(layer, f"layer {number}", prefix)
        yield name
        if depth:
            yield from _layer_names(layer, f"{name}/", depth - 1)


def _layout(model: Data) -> bool:
    """Whether the model holds its channels last.

    Raises:
        ParameterError: it does so here and not there.
    """
    found: dict[str, str] = {}
    for layer in _all_layers(model):
        config = layer.get("config")
        given = config.get("data_format") if isinstance(config, dict) else None
        name = str(config.get("name", layer.get("class_name"))) if isinstance(config, dict) else ""
        if given is not None and layer.get("class_name") != "Flatten":
            if given not in ("channels_last", "channels_first"):
                raise ParameterError(
                    f"{name}: data_format {shown(given)} is neither 'channels_last' nor 'channels_first'", value=given
                )
            found.setdefault(given, name)
    if len(found) == 2:
        raise ParameterError(
            f"{found['channels_first']} has its channels first and {found['channels_last']} has them last; build the "
            f"model with one data_format"
        )
    return "channels_first" not in found


def _ranks(model: Data) -> Iterator[int]:
    """The numbers of axes that the names of classes and the shapes to reshape to tell."""
    for layer in _all_layers(model):
        kind, config = layer.get("class_name"), layer.get("config")
        for rank in (1, 2, 3):
            if f"{rank}D" in str(kind):
                yield rank
        target = listed(config.get("target_shape")) if isinstance(config, dict) else None
        if target and 2 <= len(target) <= 4:
            yield len(target) - 1


def _given_shape(config: Data, wiring: Wiring | None) -> Sizes | None:
    """The shape of the input as Keras has it, without the batch; None where the model tells none."""
    first = wiring.layer(wiring.inputs[0]) if wiring is not None else next(iter(config["layers"]), None)
    given = None
    for _ in range(DEPTH + 2):  # down to the first layer of the innermost
        own = first.get("config") if isinstance(first, dict) else None
        if isinstance(own, dict):
            given = own.get("batch_shape", own.get("batch_input_shape"))
        inner = layers_of(first)
        if given is not None or not inner:
            break
        first = inner[0]
    if given is None:
        given = config.get("build_input_shape")
    if isinstance(given, dict):  # a TensorShape of TensorFlow
        given = given.get("items")
    if given is None:
        return None
    entries = listed(given)
    if not entries:
        raise ParameterError(f"the shape of the input must be a list; got {shown(given)}")
    sizes = []
    for entry in entries[1:]:
        size = None if entry is None else as_index(entry)
        if entry is not None and (size is None or size < 1):
            raise ParameterError(f"the shape of the input has {shown(entry)}, which is no size", value=entry)
        sizes.append(size)
    return sizes
