"""Which call of which layer takes which tensor, in the config of a functional Keras model, of Keras 2 or 3.

A call is (number of the layer, number of its inbound node); a reference is a call with the index of one of its tensors.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

from convarith.arithmetic.integers import as_index, shown
from convarith.errors import ParameterError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    CallKey = tuple[int, int]
    Reference = tuple[CallKey, int]
    Raw = tuple[str, int, int]

DEPTH = 50
"""How deep models may lie in models."""


def layers_of(model: object) -> list[Any] | None:
    """The layers of a model; None of what is none. Of a Sequential, Keras once wrote them without a table around."""
    config = model.get("config") if isinstance(model, dict) else None
    if isinstance(config, list) and isinstance(model, dict) and model.get("class_name") == "Sequential":
        return config
    layers = config.get("layers") if isinstance(config, dict) else None
    return layers if isinstance(layers, list) else None


def deeper(depth: int, name: str) -> int:
    """One level less to go.

    Raises:
        ParameterError: there is none left.
    """
    if depth < 1:
        raise ParameterError(f"{name[:60]} lies more than {DEPTH} models deep; flatten the model", depth=DEPTH)
    return depth - 1


def plain_text(value: object, key: str) -> str:
    """A text of the config.

    Raises:
        ParameterError: it is none.
    """
    if not isinstance(value, str):
        raise ParameterError(f"{key} must be text; got {shown(value)} ({type(value).__name__})", key=key, value=value)
    return value.encode("utf-8", "replace").decode()


class Wiring:
    """The calls of a functional model, its ``inputs`` and ``outputs``.

    Raises:
        ParameterError: the config does not hang together; the sentence says where.
    """

    def __init__(self, config: dict[Any, Any]) -> None:
        self._layers: list[Any] = layers_of({"config": config}) or []
        self._names = [_name(layer, number) for number, layer in enumerate(self._layers)]
        self._numbers = {name: number for number, name in enumerate(self._names)}
        nodes = [_inbound(layer, name) for layer, name in zip(self._layers, self._names, strict=True)]
        self._counts = [max(len(own), 1) for own in nodes]
        raw = {
            (number, index): [found for found in _references(node) if found[0] in self._numbers]
            for number, own in enumerate(nodes)
            for index, node in enumerate(own)
        }
        for own in nodes:
            for name in [name for node in own for name in _taken(node)]:
                self._number(name)
        outputs = list(_references(config.get("output_layers")))
        self.inputs = [(self._number(name), index) for name, index, _ in _references(config.get("input_layers"))]
        self._first = self._first_calls([*outputs, *[found for own in raw.values() for found in own]], nodes)
        self._sources = {call: [self._resolved(found) for found in own] for call, own in raw.items()}
        self.outputs = [self._resolved(found, is_output=True) for found in outputs]
        if not self.inputs or not self.outputs:
            raise ParameterError("the model names no input_layers or no output_layers; to_json() writes both")

    def refuse_several(self) -> None:
        """Refuse a model of several inputs or outputs.

        Raises:
            ParameterError: it has them.
        """
        for calls, word in ((self.inputs, "inputs"), ([call for call, _ in self.outputs], "outputs")):
            if len(calls) > 1:
                names = ", ".join(self._names[number] for number, _ in calls[:8])
                raise ParameterError(
                    f"the model has {len(calls)} {word}, {names}; a network here is from one tensor to one: make a "
                    f"keras.Model from one to one and take its to_json()",
                    count=len(calls),
                )

    def layer(self, call: CallKey) -> Any:
        return self._layers[call[0]]

    def takers(self, call: CallKey) -> list[CallKey]:
        """The calls that take what this one gives."""
        return [taker for taker, sources in self._sources.items() if any(source == call for source, _ in sources)]

    def sources(self, call: CallKey) -> list[Reference]:
        """The tensors that a call takes."""
        return self._sources.get(call, [])

    def order(self) -> Iterator[CallKey]:
        """The calls that lead to the outputs, each after those whose tensors it takes, else as they are listed.

        Raises:
            ParameterError: some of them wait for each other.
        """
        needed = set(self._leading())
        waiting = {call: {source for source, _ in self.sources(call)} for call in needed}
        takers: dict[CallKey, list[CallKey]] = {}
        for call, sources in waiting.items():
            for source in sources:
                takers.setdefault(source, []).append(call)
        ready = [call for call, sources in waiting.items() if not sources]
        heapify(ready)
        done = 0
        while ready:
            call = heappop(ready)
            done += 1
            yield call
            for taker in takers.get(call, ()):
                waiting[taker].discard(call)
                if not waiting[taker]:
                    heappush(ready, taker)
        if done < len(needed):
            stuck = min(call for call, sources in waiting.items() if sources)
            raise ParameterError(f"{self._names[stuck[0]]} takes what comes of itself", layer=self._names[stuck[0]])

    def _leading(self) -> Iterable[CallKey]:
        found = dict.fromkeys([*self.inputs, *[call for call, _ in self.outputs]])
        stack = list(found)
        while stack:
            for source, _ in self.sources(stack.pop()):
                if source not in found:
                    found[source] = None
                    stack.append(source)
        return found

    def _number(self, name: str) -> int:
        if name not in self._numbers:
            raise ParameterError(
                f"the model names a layer {shown(name)} that it does not have; {nearest(name, self._names[:50])}",
                name=name,
            )
        return self._numbers[name]

    def _first_calls(self, references: Iterable[Raw], nodes: list[list[Any]]) -> dict[int, tuple[int, int]]:
        """Models in the model: the number that their first call has in references, and in those of the outputs.

        A model is called once when it is made. Keras 2 counts that call, Keras 3 does so for the outputs only, and of
        functional models only.
        """
        found: dict[int, tuple[int, int]] = {}
        highest: dict[int, int] = {}
        for name, index, _ in references:
            number = self._numbers.get(name, -1)
            highest[number] = max(highest.get(number, 0), index)
        for number, layer in enumerate(self._layers):
            if layers_of(layer) is not None:
                counted = int(highest.get(number, 0) >= self._counts[number])
                is_new = any(isinstance(node, dict) for node in nodes[number])
                found[number] = (0 if is_new else counted, counted)
        return found

    def _resolved(self, found: Raw, is_output: bool = False) -> Reference:
        name, index, tensor = found
        number = self._number(name)
        index -= self._first.get(number, (0, 0))[is_output]
        if not 0 <= index < self._counts[number] or tensor < 0:
            raise ParameterError(f"the model names call {found[1]} of {name}, which it does not have", name=name)
        return (number, index), tensor


def _name(layer: object, number: int) -> str:
    """The name that references use."""
    if not isinstance(layer, dict):
        raise ParameterError(f"layer {number + 1} must be a table with a class_name; got {shown(layer)}")
    config = layer.get("config")
    inner = config.get("name") if isinstance(config, dict) else None
    name = layer.get("name", inner)
    return f"layer {number + 1}" if name is None else plain_text(name, f"the name of layer {number + 1}")


def _inbound(layer: Any, name: str) -> list[Any]:
    nodes = layer.get("inbound_nodes", [])
    if not isinstance(nodes, list):
        raise ParameterError(f"{name}: inbound_nodes must be a list; got {shown(nodes)}", layer=name)
    return nodes


def _taken(node: object) -> Iterator[str]:
    """The layers whose tensors a node takes for certain: the entries of Keras 2, the histories of Keras 3.

    Whatever else looks like a reference may be a setting.
    """
    if isinstance(node, list):
        for entry in node:
            if isinstance(entry, list) and len(entry) == 4 and isinstance(entry[0], str) and isinstance(entry[3], dict):
                yield entry[0]
        return
    stack = [node]
    while stack:
        at = stack.pop()
        if isinstance(at, dict):
            history = at.get("keras_history")
            if isinstance(history, list) and history and isinstance(history[0], str):
                yield history[0]
            stack.extend(at.values())
        elif isinstance(at, list):
            stack.extend(at)


def _references(node: object) -> Iterator[Raw]:
    """(layer, call, tensor) of every tensor in a node, wherever it stands: Keras 2 writes lists that begin with these,
    Keras 3 such a list as the history of a tensor."""
    stack = [node]
    while stack:
        at = stack.pop()
        if isinstance(at, dict):
            stack.extend(reversed(list(at.values())))
        if not isinstance(at, list):
            continue
        if len(at) >= 3 and isinstance(at[0], str):
            call, tensor = as_index(at[1]), as_index(at[2])
            if call is not None and tensor is not None:
                yield at[0], call, tensor
                at = at[3:]
        stack.extend(reversed(at))
