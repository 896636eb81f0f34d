"""A PyTorch Sequential on its way to a network: layers by their dotted paths, what is known of the tensor between
them, and the sentences for what a Sequential does not tell.

Both readers of PyTorch end here; where a layer comes from is theirs.
"""

from __future__ import annotations

from convarith.errors import ParameterError
from convarith.network.graph import Builder
from convarith.network.operations import Flatten, FullyConnected, Input, Normalization, Unchanged, Unflatten, Unknown
from convarith.network.readers.node_names import UniqueNames
from convarith.network.readers.torch_classes import CLASSES, REFUSED, given, operations_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convarith.network.graph import Network
    from convarith.network.operations import Operation

WRAPPERS = {"DataParallel": "module", "DistributedDataParallel": "module", "OptimizedModule": "_orig_mod"}
"""Classes that hand everything to their one child."""

DEPTH_LIMIT = 50
LAYER_LIMIT = 100_000


class Chain:
    """The layers so far; ``unshown`` where they come from a text that does not show every argument."""

    def __init__(self, unshown: bool = False) -> None:
        self.builder = Builder()
        self.unshown = unshown
        self.warnings: list[str] = []
        self._names = UniqueNames()
        self._known: dict[Operation, Operation] = {}
        self._rank: int | None = None
        self._features: int | None = None
        self._input_features: int | None = None

    def add(self, path: str, title: str, values: dict[str, Any]) -> None:
        """A layer of a class of the table.

        Raises:
            ParameterError: it cannot be carried over.
        """
        layer = given(title, values, rank=self._rank, features=self._features, unshown=self.unshown)
        found = operations_of(layer)
        for warning in layer.warnings:
            self.warn(warning)
        if isinstance(found[0], FullyConnected) and self._rank is None:
            self._begin_flat(found[0])
        for operation in found[:-1]:
            self._add(operation, f"{path or 'layer'}.{operation.word}")
        self._add(found[-1], path)
        self._follow(found[-1], title)

    def _begin_flat(self, operation: FullyConnected) -> None:
        """A flatten before a fully connected layer that takes the input, where that is features only."""
        if all(isinstance(operation, (Unchanged, Normalization, Input)) for _, operation, _ in self.builder.nodes):
            self._add(Flatten(), "flat_input")
            self._input_features = operation.in_features

    def _follow(self, operation: Operation, title: str) -> None:
        """What is known of the tensor now."""
        if isinstance(operation, (Flatten, FullyConnected)):
            self._rank = 0
            self._features = operation.features if isinstance(operation, FullyConnected) else None
        elif isinstance(operation, Unflatten):
            self._rank, self._features = operation.ndim, None
        elif title[-2:] in ("1d", "2d", "3d") and "Norm" not in title and "Dropout" not in title:
            self._rank, self._features = int(title[-2]), None

    def add_unknown(self, path: str, title: str) -> None:
        """A layer of a class that nobody here knows."""
        self._add(Unknown(title), path)
        close = closest(title)
        self.warn(
            f"{f'{path}: ' if path else ''}the layer {title} is unknown{f' (did you mean {close}?)' if close else ''} "
            f"and taken to keep its shape"
        )

    def warn(self, text: str) -> None:
        """A warning, once."""
        if text not in self.warnings:
            self.warnings.append(text)

    def built(self) -> Network:
        """The network.

        Raises:
            ParameterError: there are no layers.
        """
        if len(self.builder.nodes) == 1:
            raise ParameterError("the Sequential is empty; give one with layers")
        if self._input_features is None:
            return self.builder.build(warnings=self.warnings)
        ranks = [operation.ndim for _, operation, _ in self.builder.nodes if isinstance(operation, Unflatten)]
        shape = (self._input_features, *(1,) * (ranks[0] or 1 if ranks else 1))
        self.warn(f"the input is flat, of {shape[0]} features; it is taken as {'x'.join(map(str, shape))}")
        return self.builder.build(input_shape=shape, warnings=self.warnings)

    def _add(self, operation: Operation, name: str) -> None:
        if len(self.builder.nodes) > LAYER_LIMIT:
            raise ParameterError(f"there are more than {LAYER_LIMIT} layers; give a part of them")
        held = self._known.setdefault(operation, operation)
        self.builder.add(held, name=name and self._names.of(name))


def closest(title: str) -> str | None:
    """The class of the table whose name is nearest to another, where one is near.

    >>> closest("conv2D"), closest("MyHead")
    ('Conv2d', None)
    """
    from difflib import get_close_matches  # only what is unknown pays for this import

    known = {name.lower(): name for name in [*CLASSES, *REFUSED, "Sequential"]}
    close = get_close_matches(title.lower()[:40], known, n=1, cutoff=0.75)
    return known[close[0]] if close else None


def hides_its_forward(where: str, title: str) -> ParameterError:
    """The refusal of a module whose layers are connected by code."""
    return ParameterError(
        f"{where} is of class {title}: what connects its layers is in its forward(), which cannot be seen here; export "
        f"it to ONNX and read that file, write its branches with res(...) and cat(...), or put the layers that follow "
        f"one another into one nn.Sequential",
        layer=title,
    )


def hides_its_order(where: str, title: str) -> ParameterError:
    """The refusal of a container that only holds layers."""
    return ParameterError(
        f"{where} is of class {title}, which holds layers and does not say in which order, or whether, they follow one "
        f"another; put them into an nn.Sequential",
        layer=title,
    )


HOLDERS = ("ModuleList", "ModuleDict", "ParameterList", "ParameterDict")

__all__ = [
    "DEPTH_LIMIT",
    "HOLDERS",
    "LAYER_LIMIT",
    "WRAPPERS",
    "Chain",
    "closest",
    "hides_its_forward",
    "hides_its_order",
]
