"""Operations that keep every shape: the input itself, normalizations, activations, and what nobody here knows."""

from __future__ import annotations

from convarith.arithmetic.integers import integer
from convarith.arithmetic.values import hold
from convarith.network.checking import flag, one_of, text
from convarith.network.operation import Met, Operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import SupportsIndex

    from convarith.network.operation import Shape


class Input(Operation):
    """Where the network begins."""

    word = "input"
    arity = -1

    def __init__(self) -> None:
        hold(self, {})


class Normalization(Operation):
    """Batch, instance, group or layer norm: two parameters for each channel, or none."""

    word = "norm"
    name: str
    affine: bool

    def __init__(self, name: str = "batch", affine: bool = True) -> None:
        hold(
            self,
            {"name": one_of(name, "norm", ("batch", "instance", "group", "layer")), "affine": flag(affine, "affine")},
        )

    @property
    def title(self) -> str:
        return f"{self.name} norm"

    def meet(self, shape: Shape, positions: Shape) -> Met:
        return Met(shape, positions, norm=2 * shape[0] if self.affine else 0)


class Unchanged(Operation):
    """What keeps every shape and reads only its own position: activations, dropout, LRN, softmax.

    ``parameters`` are those it has all the same, as PReLU's slopes.
    """

    name: str
    parameters: int

    def __init__(self, name: str, parameters: SupportsIndex = 0) -> None:
        hold(self, {"name": text(name, "name"), "parameters": integer(parameters, "parameters", 0)})

    @property
    def word(self) -> str:  # type: ignore[override]  # of the value, not of the kind
        return self.name.lower().replace(" ", "")

    def meet(self, shape: Shape, positions: Shape) -> Met:
        return Met(shape, positions, weights=self.parameters)


class Unknown(Operation):
    """A layer that nobody here knows: it is taken to keep every shape, and the table says so in its place."""

    word = "unknown"
    name: str

    def __init__(self, name: str) -> None:
        hold(self, {"name": text(name, "name")})

    @property
    def title(self) -> str:
        return f"unknown layer {self.name}"
