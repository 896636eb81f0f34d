"""One call of a Keras layer while a model is read: its config, its tensors, and the nodes that come of it."""

from __future__ import annotations

import re
from math import prod
from typing import TYPE_CHECKING, Any

from convarith.arithmetic.integers import as_index, integer, listed, shown
from convarith.errors import ParameterError
from convarith.network.merging import Sum
from convarith.network.operations import Unchanged, Unknown
from convarith.network.readers.noops import noop_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.network.operations import Operation
    from convarith.network.readers.assembling import Assembly, Tensor

NEEDED = object()


class Call:
    """A layer of a class with a config, called on tensors; ``at`` is the tensor that it has come to.

    ``channels_last`` is how the whole model holds its data; ``name`` is the layer's, free to be given to a node.
    """

    def __init__(
        self,
        kind: str,
        name: str,
        config: dict[Any, Any],
        tensors: Sequence[Tensor],
        assembly: Assembly,
        channels_last: bool,
    ) -> None:
        self.kind = kind
        self.name = name
        self.config = config
        self.tensors = tensors
        self.at = tensors[0]
        self.assembly = assembly
        self.channels_last = channels_last
        self._named = False

    @property
    def rank(self) -> int:
        """The number of axes in the name of the class: 2 of Conv2D."""
        found = re.search("([123])D", self.kind)
        return int(found[1]) if found else 0

    def get(self, key: str, default: Any = NEEDED) -> Any:
        """What the config says under a key.

        Raises:
            ParameterError: it says nothing, and there is no default.
        """
        if key in self.config:
            return self.config[key]
        if default is NEEDED:
            raise ParameterError(f"its config has no {key}; the JSON of model.to_json() has it", key=key)
        return default

    def flag(self, key: str, default: bool) -> bool:
        """A key that says yes or no."""
        value = self.get(key, default)
        if not isinstance(value, bool):
            raise ParameterError(f"{key} must be true or false; got {shown(value)}", key=key, value=value)
        return value

    def whole(self, key: str, default: Any = NEEDED) -> int:
        """A key that is a whole number of at least 1."""
        return integer(self.get(key, default), key, 1)

    def numbers(self, key: str, count: int) -> tuple[int, ...]:
        """As many whole numbers, of which one stands for all."""
        value = self.get(key)
        entries = listed(value) if as_index(value) is None else (value,) * count
        if entries is None or len(entries) != count:
            raise ParameterError(f"{key} must be {count} whole numbers; got {shown(value)}", key=key, value=value)
        return tuple([integer(entry, key) for entry in entries])

    def add(self, operation: Operation, suffix: str = "") -> Tensor:
        """Add a node; the one without a suffix has the name of the layer."""
        names = self.assembly.names
        name = names.of(f"{self.name}_{suffix}") if suffix or self._named else self.name
        self._named |= not suffix
        self.at = self.assembly.add(operation, [self.at], name)
        return self.at

    def activate(self) -> Tensor:
        """Add what the layer has for an activation, if any."""
        name = activation_name(self.get("activation", None))
        if name:
            self.add(Unchanged(name), name.lower())
        return self.at

    def unknown(self, why: str = "is no layer that is known here") -> Tensor:
        """Add a layer that is taken to keep its shape, and say so; of tensors of one shape, it takes the sum."""
        if len(self.tensors) > 1:
            if len({tensor.shape for tensor in self.tensors}) == 1:
                name = self.assembly.names.of(f"{self.name}_inputs")
                self.at = self.assembly.add(Sum(), self.tensors, name)
            else:
                why += ", and of its tensors only the first is followed"
        self.assembly.unknown(self.kind, why, self.name)
        return self.add(Unknown(self.kind))

    def keras_shape(self) -> list[int | None]:
        """The shape of the tensor as Keras has it, without the batch; sizes that are not known are None."""
        at = self.at
        if at.ndim in (0, None):
            return [at.channels]
        spatial = [None] * (at.ndim or 0) if at.shape is None else list(at.shape[1:])
        return [*spatial, at.channels] if self.channels_last else [at.channels, *spatial]

    def axes(self, value: object, name: str = "axis") -> list[int]:
        """One axis or several, batch included, counted from 0.

        Raises:
            ParameterError: one of them is no axis of the tensor.
        """
        count = len(self.keras_shape()) + 1
        found = []
        for entry in listed(value) or (value,):
            axis = integer(entry, name)
            if not -count <= axis < count:
                raise ParameterError(f"{name} {axis} is none of the {count} of what comes in", axis=axis)
            found.append(axis % count)
        return found

    @property
    def channel_axis(self) -> int:
        return len(self.keras_shape()) if self.channels_last or self.at.ndim == 0 else 1

    def size_along(self, axes: Sequence[int]) -> int | None:
        """How many numbers these axes hold, where that is known."""
        sizes = [self.keras_shape()[axis - 1] for axis in axes if axis]
        return None if None in sizes else prod(sizes)  # type: ignore[arg-type]  # None was found


def activation_name(value: object) -> str | None:
    """What an activation is called: a name, or a layer or function as Keras writes it; None for none.

    >>> activation_name("relu"), activation_name("linear"), activation_name({"class_name": "LeakyReLU"})
    ('ReLU', None, 'LeakyReLU')

    Raises:
        ParameterError: it is none of these.
    """
    if isinstance(value, dict):
        inner = value.get("config")
        names = (value.get("registered_name"), inner if isinstance(inner, str) else None, value.get("class_name"))
        value = next((name for name in names if isinstance(name, str) and name != "function"), "activation")
        value = value.rpartition(">")[2]
    if value is None or value == "linear":
        return None
    if not isinstance(value, str) or not value:
        raise ParameterError(f"activation must be a name; got {shown(value)}", value=value)
    return noop_name(value) or value
