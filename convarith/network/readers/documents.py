"""Networks from TOML and JSON: one schema for both, which `document_schema` holds as a table.

A document has a ``title``, an ``input`` of channels and sizes, and ``layers``: a list of tables, or the whole network
as text in the compact notation. Each layer has a ``type``, the keys of its type, and perhaps a ``name`` and ``inputs``,
the names of the layers that it takes; left out, it takes the layer before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.arithmetic.integers import listed, shown
from convarith.errors import ParameterError, RefusedError
from convarith.network.graph import Builder, Network, automatic_names
from convarith.network.operations import Input, Unknown
from convarith.network.readers import document_schema as schema
from convarith.network.readers.document_words import near_type, type_name
from convarith.network.tracing import in_layer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from convarith.network.operations import Operation

TOP_KEYS = ("title", "input", "layers", "input_name")
OWN_KEYS = ("type", "name", "inputs")
DIGITS = 100
"""The most that a whole number in a document has."""
LONG = 40
"""Longer texts are not repeated in a sentence."""
KINDS: dict[type, str] = {
    dict: "a table",
    list: "a list",
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number with a point",
}
"""What a document calls the types of values."""


def from_toml(text: str) -> Network:
    """The network of a TOML document.

    >>> network = from_toml('''
    ... input = [3, 224, 224]
    ... layers = [
    ...     { type = "conv", features = 96, kernel_size = 11, stride = 4, padding = 2 },
    ...     { type = "ReLU" },
    ...     { type = "max_pool", kernel_size = 3, stride = 2 },
    ... ]
    ... ''')
    >>> network.table().output_shape
    (96, 27, 27)
    >>> from_toml('layers = [{ type = "conv", features = 96, kernal_size = 11 }]')
    Traceback (most recent call last):
    convarith.errors.ParameterError: layer 1 (conv): unknown key 'kernal_size'; did you mean 'kernel_size'? Known are \
type, name, inputs, features, kernel_size, stride, padding, dilation, input_dilation, groups, bias, in_channels

    Raises:
        ParameterError: it is no TOML, or not by the schema; the sentence names the layer and the key.
    """
    import tomllib  # only who reads a document pays for this import

    try:
        data = tomllib.loads(_text(text, "TOML"))
    except RefusedError:
        raise
    except RecursionError:
        raise _nested() from None
    except ValueError as error:  # and a number of thousands of digits is one, too
        raise _unread("TOML", error) from None
    return from_dict(data)


def from_json(text: str) -> Network:
    """The network of a JSON document.

    >>> from_json('{"layers": [{"type": "conv", "features": 8, "kernel_size": 3}]}')
    <Network of 1 layers>
    >>> from_json('{"layers": [{"type": "conv", "features": 8}]}')
    Traceback (most recent call last):
    convarith.errors.ParameterError: layer 1 (conv): kernel_size is missing; give a whole number, or a list with one \
for each axis

    Raises:
        ParameterError: it is no JSON, or not by the schema; the sentence names the layer and the key.
    """
    import json

    try:
        data = json.loads(_text(text, "JSON"), object_pairs_hook=_once)
    except RecursionError:
        raise _nested() from None
    except RefusedError:
        raise
    except ValueError as error:
        raise _unread("JSON", error) from None
    return from_dict(data)


def from_dict(data: object) -> Network:
    """The network of a document that is a dict already.

    >>> from_dict({"input": [1, 32, 32], "layers": "5-1Conv6 -> 2-2AvgPool"}).table().output_shape
    (6, 14, 14)

    Raises:
        ParameterError: it is not by the schema; the sentence names the layer and the key.
    """
    try:
        return _document(data)
    except RefusedError:
        raise
    except RecursionError:
        raise _nested() from None
    except ValueError:  # of Python's own, from a number that is too long to be shown
        raise ParameterError(f"a number in the document has more than {DIGITS} digits; give a smaller one") from None


def _text(text: object, what: str) -> str:
    if not isinstance(text, str):
        raise ParameterError(f"{what} is text; got {shown(text)} ({type(text).__name__})")
    return text.removeprefix("\ufeff")


def _nested() -> ParameterError:
    return ParameterError("the document is nested too deeply; lists of lists of numbers are all that a layer needs")


def _unread(what: str, error: ValueError) -> ParameterError:
    reason = str(error)
    if "integer string conversion" in reason:
        return ParameterError(f"a number in the document has more than {DIGITS} digits; give a smaller one")
    return ParameterError(f"this is no {what}: {reason[:1].lower()}{reason[1:]}")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, in which no key stands twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for number, key in enumerate(keys) if key in keys[:number])
        raise ParameterError(f"the key {shown(twice)} stands twice in one object; leave one out", name=twice)
    return found


# The document


def _document(data: object) -> Network:
    if not isinstance(data, dict):
        raise ParameterError(f"a document is a table with the key layers; got {shown(data)} ({_kind(data)})")
    if "class_name" in data and "layers" not in data:
        raise ParameterError("this is the JSON of a Keras model, with a class_name and no layers; take from_keras")
    _check_keys(data, TOP_KEYS, "the document")
    if data.get("layers") is None:
        raise ParameterError("the document has no layers; give a list of tables, or the network as text", key="layers")
    title = _as_text(data, "title", "the document")
    shape = _input_shape(data.get("input"))
    layers = data["layers"]
    if isinstance(layers, str):
        from convarith.network.readers.notation import parse

        if data.get("input_name") is not None:
            raise ParameterError("the document: input_name goes with layers as tables; leave it out, or name @input")
        read = parse(layers)
        return Network(read.nodes, title or read.title, shape or read.input_shape, read.warnings)
    if not isinstance(layers, list):
        raise ParameterError(
            f"layers must be a list of tables, or text; got {shown(layers)} ({_kind(layers)})", key="layers"
        )
    return _Layers(layers, _as_text(data, "input_name", "the document") or "input").network(title, shape)


class _Layers:
    """The layers of a document, and what their names mean."""

    def __init__(self, layers: list[Any], input_name: str) -> None:
        self._warnings: list[str] = []
        self._interned: dict[Operation, Operation] = {}
        self._places = ["the input"]
        self._inputs: list[object] = [None]
        operations: list[Operation] = [Input()]
        given = [input_name]
        for number, layer in enumerate(layers, start=1):
            operation, name = self._read(number, layer)
            operations.append(self._interned.setdefault(operation, operation))
            given.append(name)
        self._names = automatic_names([(name, op.word) for name, op in zip(given, operations, strict=True)])
        self._operations = operations
        self._numbers: dict[str, int] = {}
        for number, name in enumerate(self._names):
            if name in self._numbers:
                raise ParameterError(
                    f"{self._places[number]}: the name {name!r} is taken, by {self._places[self._numbers[name]]}; "
                    f"give each layer a name of its own",
                    name=name,
                )
            self._numbers[name] = number

    def network(self, title: str, shape: tuple[int, ...] | None) -> Network:
        builder = Builder()
        builder.nodes[0] = (self._names[0], self._operations[0], ())
        for number, (name, operation) in enumerate(zip(self._names, self._operations, strict=True)):
            if number:
                builder.add(operation, self._sources(number), name)
                if isinstance(operation, Unknown):
                    self._warnings.append(
                        f"{name}: {operation.name} is no type that is known here; it is taken to keep its shape"
                    )
        return builder.build(title, shape, self._warnings)

    def _read(self, number: int, layer: object) -> tuple[Operation, str]:
        """The operation of one layer, and the name that it is given."""
        place = f"layer {number}"
        if not isinstance(layer, dict):
            raise ParameterError(f"{place} must be a table with a type; got {shown(layer)} ({_kind(layer)})")
        values = {key: value for key, value in layer.items() if value is not None}
        word = _as_text(values, "type", place)
        name = _as_text(values, "name", place)
        place += f" {name!r}" if name else ""
        if not word:
            _check_keys(
                values, (*OWN_KEYS, *(key for kind in schema.TYPES.values() for key in kind.keys)), place, False
            )
            raise ParameterError(f"{place}: type is missing; give one of {', '.join(schema.TYPES)}", key="type")
        place += f" ({shown(word)[1:-1]})"
        self._places.append(place)
        self._inputs.append(values.get("inputs"))
        kind = type_name(word)
        if kind is None:
            return _unknown(word, place), name
        given = {key: value for key, value in values.items() if key not in OWN_KEYS}
        return _operation(kind, given, place), name

    def _sources(self, number: int) -> tuple[int, ...]:
        """The numbers of the nodes that a layer takes."""
        place, given, operation = self._places[number], self._inputs[number], self._operations[number]
        if given is None:
            if operation.arity != 1:
                raise ParameterError(
                    f"{place}: inputs is missing; it takes {'two' if operation.arity else 'two or more'} tensors, "
                    f'give their layers, as inputs = ["conv1", "input"]',
                    key="inputs",
                )
            return (number - 1,)
        if not isinstance(given, list):
            mend = f'["{given}"]' if isinstance(given, str) and len(given) < LONG else '["conv1"]'
            raise ParameterError(
                f"{place}: inputs must be a list of names; got {shown(given)} ({_kind(given)}), give {mend}",
                key="inputs",
            )
        sources = tuple([self._source(entry, number) for entry in given])
        arity = operation.arity
        if len(sources) < 2 if arity == 0 else len(sources) != arity:
            wants = {0: "two or more tensors", 1: "one tensor", 2: "two tensors"}[arity]
            raise ParameterError(f"{place}: it takes {wants}; inputs names {len(sources)}", key="inputs")
        return sources

    def _source(self, name: object, number: int) -> int:
        place = self._places[number]
        if not isinstance(name, str):
            raise ParameterError(f"{place}: inputs names layers; got {shown(name)} ({_kind(name)})", key="inputs")
        source = self._numbers.get(name)
        if source is None:
            raise ParameterError(
                f"{place}: inputs names {shown(name)}, and no layer has that name; {_nearest_of(name, self._names)}",
                name=name,
            )
        if source >= number:
            raise ParameterError(
                f"{place}: inputs names {name!r}, which is {'itself' if source == number else 'a later one'}, "
                f"{self._places[source]}; a layer takes what stands before it",
                name=name,
            )
        return source


def _unknown(word: str, place: str) -> Operation:
    """A layer of a type that nobody knows.

    Raises:
        ParameterError: it is near to a known one, and so a slip.
    """
    near = near_type(word)
    if near is None:
        return Unknown(word)
    raise ParameterError(
        f"{place}: unknown type {shown(word)}; did you mean {near!r}? A layer that nobody knows is written "
        f'type = "unknown", layer = {shown(word)}',
        type=word,
    )


def _operation(kind: str, values: dict[str, Any], place: str) -> Operation:
    """The operation of a known type, with every refusal in its place."""
    keys = schema.keys_of(kind)
    _check_keys(values, (*OWN_KEYS, *keys), place)
    for name, key in keys.items():
        if name in values:
            _check_kind(values[name], name, key, place)
        elif key.default is schema.NEEDED:
            raise ParameterError(f"{place}: {name} is missing; give {key.says}", key=name)
    try:
        return schema.made(kind, values)
    except RefusedError as refusal:
        raise in_layer(refusal, place) from None


def _check_kind(value: object, name: str, key: schema.Key, place: str) -> None:
    """Refuse what no constructor looks at."""
    right = {"flag": bool, "text": str, "list": list}.get(key.kind)
    long = next((entry for entry in _entries(value) if type(entry) is int and abs(entry) >= 10**DIGITS), None)
    if long is not None:
        raise ParameterError(f"{place}: a number of {name} has more than {DIGITS} digits; give {key.says}", key=name)
    if right is not None and not isinstance(value, right):
        raise ParameterError(
            f"{place}: {name} must be {key.says}; got {shown(value)} ({_kind(value)})", key=name, value=value
        )
    if right is str:
        _as_text({name: value}, name, place)


def _entries(value: object) -> Iterable[object]:
    """A value, or the numbers in it; those of sides lie one deeper."""
    for entry in listed(value) or (value,):
        yield from listed(entry) or (entry,)


def _check_keys(data: Mapping[Any, object], known: Iterable[str], place: str, all_known: bool = True) -> None:
    """Refuse a key that is not there; with ``all_known`` False, only one that is near to a known one."""
    names = list(dict.fromkeys(known))
    for key in data:
        if key not in names:
            advice = _nearest_of(str(key), names)
            if all_known or advice.startswith("did"):
                raise ParameterError(f"{place}: unknown key {shown(key)}; {advice}", key=key)


def _nearest_of(word: str, known: list[str]) -> str:
    """`nearest`, where there may be too many to list."""
    from difflib import get_close_matches

    close = get_close_matches(word, known, n=1, cutoff=0.5)
    if len(known) > 20:
        return f"did you mean {close[0]!r}?" if close else f"there are {len(known)}, from {known[0]!r} to {known[-1]!r}"
    listing = ", ".join(known)
    return f"did you mean {close[0]!r}? Known are {listing}" if close else f"known are {listing}"


def _as_text(data: Mapping[Any, Any], key: str, place: str) -> str:
    """The text under a key, "" for none."""
    value = data.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ParameterError(f"{place}: {key} must be text; got {shown(value)} ({_kind(value)})", key=key)
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ParameterError(f"{place}: {key} {shown(value)} holds half a letter, which no file can hold", key=key)
    return value


def _input_shape(value: object) -> tuple[int, ...] | None:
    if value is None:
        return None
    entries = listed(value)
    if entries is None or len(entries) < 2:
        raise ParameterError(
            f"input must be a list of channels and sizes, as [3, 224, 224]; got {shown(value)} ({_kind(value)})",
            key="input",
        )
    _check_kind(value, "input", schema.Key("channels and sizes", "sizes"), "the document")
    for entry in entries:
        if type(entry) is not int or entry < 1:
            raise ParameterError(
                f"input must be made of whole numbers of at least 1, as [3, 224, 224]; got {shown(entry)}", key="input"
            )
    return tuple([entry for entry in entries if isinstance(entry, int)])


def _kind(value: object) -> str:
    """What a document calls the type of a value."""
    return KINDS.get(type(value), type(value).__name__)


__all__ = ["from_dict", "from_json", "from_toml"]
