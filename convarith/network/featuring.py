"""Operations on features: flattening and back, and fully connected layers."""

from __future__ import annotations

from math import prod

from convarith.arithmetic.axis import Axis
from convarith.arithmetic.integers import integer, listed
from convarith.arithmetic.integers import shown as quoted
from convarith.arithmetic.values import hold
from convarith.errors import ParameterError, ShapeError
from convarith.network import relations
from convarith.network.checking import flag
from convarith.network.operation import Met, Operation, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex

    from convarith.network.operation import Shape
    from convarith.network.relations import Relation


class Flatten(Operation):
    """Channels and axes in one row; each feature still reads what it read before."""

    word = "flatten"

    def __init__(self) -> None:
        hold(self, {})

    def meet(self, shape: Shape, positions: Shape) -> Met:
        return Met((prod(shape),), positions)


class Unflatten(Operation):
    """Features become channels and axes; each of them reads everything that the features did."""

    word = "unflatten"
    shape: tuple[int, ...]

    def __init__(self, shape: Sequence[SupportsIndex]) -> None:
        given = listed(shape)
        if given is None or len(given) < 2:
            raise ParameterError(
                f"unflatten needs channels and at least one axis; got {quoted(shape)}, give as (512, 4, 4)", shape=shape
            )
        sizes = tuple(integer(size, "size", 1) for size in given)
        hold(self, {"shape": sizes, "ndim": len(sizes) - 1})

    def meet(self, shape: Shape, positions: Shape) -> Met:
        if prod(shape) != prod(self.shape):
            raise ShapeError(
                f"unflatten to {shown(self.shape)} takes {prod(self.shape)} features and gets {prod(shape)}; "
                f"give the layer before it as many",
                shape=shape,
                unflattened=self.shape,
                features=prod(shape),
                needed_features=prod(self.shape),
            )
        if len(shape) == 1 and positions == self.shape[1:]:  # back to what was flattened
            return Met(self.shape, positions)
        if len(shape) > 1 or prod(positions) > 1 or len(positions) != len(self.shape) - 1:
            raise ShapeError(
                f"unflatten to {shown(self.shape)} would mix positions; it goes after a fully connected layer, on an "
                f"input of {len(self.shape) - 1} axes",
                shape=shape,
                unflattened=self.shape,
            )
        return Met(self.shape, self.shape[1:], (self._reads(positions),))

    def on_axis(self, axis: int, size: int) -> Relation:
        if size == self.shape[axis + 1]:
            return Axis(size, 1, size)
        if size > 1:
            raise ShapeError(f"{self.title} needs 1 position and gets {size}; put it after a fully connected layer")
        return relations.repeated(1, self.shape[axis + 1])

    def growth(self, axis: int) -> tuple[int, int]:
        return 0, 1


class FullyConnected(Operation):
    """A fully connected layer: every feature reads everything; a tensor with axes is flattened first.

    With ``in_features`` the input has to be flat and of that size, as a framework's layer wants it.
    """

    word = "fc"
    features: int
    bias: bool
    in_features: int | None

    def __init__(self, features: SupportsIndex, bias: bool = True, in_features: SupportsIndex | None = None) -> None:
        hold(
            self,
            {
                "features": integer(features, "features", 1),
                "bias": flag(bias, "bias"),
                "in_features": None if in_features is None else integer(in_features, "in_features", 1),
            },
        )

    @property
    def title(self) -> str:
        return "fully connected layer"

    def meet(self, shape: Shape, positions: Shape) -> Met:
        given = prod(shape)
        if self.in_features is not None and (len(shape) > 1 or given != self.in_features):
            mends = ["put a flatten before it"] if len(shape) > 1 else []
            if given != self.in_features:
                mends.append(f"give it in_features {given}")
            what = f"{given}" if len(shape) == 1 else f"{shown(shape)}, which is not flat"
            raise ShapeError(
                f"the fully connected layer takes {self.in_features} features and gets {what}; {' and '.join(mends)}",
                in_features=self.in_features,
                features=given,
                shape=shape,
            )
        weights = given * self.features
        ones = (1,) * len(positions)
        reads = self._reads(positions)
        return Met((self.features,), ones, (reads,), weights, self.features if self.bias else 0, 0, weights)

    def on_axis(self, axis: int, size: int) -> Relation:
        return relations.everything(size)

    def growth(self, axis: int) -> tuple[int, int]:
        return 0, 1
