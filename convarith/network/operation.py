"""What every operation of a network is: from one tensor to one, with its shape, its weights and what it reads.

A tensor's shape is (channels, spatial sizes ...), or (features,) once it is flat; ``positions`` are its sizes along the
axes that receptive fields are followed on: the spatial sizes, which a flat tensor still has behind it (all 1 after a
fully connected layer). `Operation.meet` is the bridge from parameters to numbers, as `Layer.windows` is for a layer.

Nothing here has a size formula: sizes come from the layers of `convarith.arithmetic`.
"""

from __future__ import annotations

from math import gcd

from convarith.arithmetic.axis import Axis
from convarith.arithmetic.values import Value, described
from convarith.errors import RefusedError, ShapeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar, TypeAlias

    from convarith.network.relations import Relation

    Shape: TypeAlias = tuple[int, ...]
    Reads: TypeAlias = "tuple[Relation, ...] | None"


class Met:
    """An operation that has met its input: what comes out, what it costs, and what it reads along each axis.

    ``reads`` has one entry per input: a relation per axis, None for reading the same positions, () for none at all.
    """

    __slots__ = ("biases", "macs", "norm", "positions", "reads", "shape", "weights")

    def __init__(
        self,
        shape: Shape,
        positions: Shape,
        reads: tuple[Reads, ...] = (None,),
        weights: int = 0,
        biases: int = 0,
        norm: int = 0,
        macs: int = 0,
    ) -> None:
        self.shape = shape
        self.positions = positions
        self.reads = reads
        self.weights = weights
        self.biases = biases
        self.norm = norm
        self.macs = macs


class Operation(Value):
    """What every operation answers: `meet` for a whole tensor, `on_axis` for the sizes along one axis."""

    word: ClassVar[str] = ""
    """What it is called, and numbered by, in tables: conv, pool, fc ..."""

    arity: ClassVar[int] = 1
    """How many tensors it takes; 0 stands for two or more."""

    ndim: int | None = None
    """The number of spatial axes that its parameters fix, or None."""

    def meet(self, shape: Shape, positions: Shape) -> Met:
        """What comes of a tensor.

        Raises:
            ShapeError: the operation and the tensor do not go together.
        """
        return Met(shape, positions)

    def meet_all(self, shapes: tuple[Shape, ...], positions: tuple[Shape, ...]) -> Met:
        """What comes of all its tensors: `meet` of the only one, unless it merges several."""
        return self.meet(shapes[0], positions[0])

    def on_axis(self, axis: int, size: int) -> Relation | None:
        """What it reads along one axis of ``size`` positions, or None for the same positions.

        Raises:
            ShapeError: it does not fit there.
        """
        return None

    def growth(self, axis: int) -> tuple[int, int] | None:
        """(rate, step): along one axis the output grows by ``rate`` where the input grows by ``step``; None where no
        large input fits."""
        try:
            relation = self.on_axis(axis, 1 << 62)
        except RefusedError:
            return None
        if not isinstance(relation, Axis):
            return 1, 1
        common = gcd(relation.input_dilation, relation.stride)
        return relation.input_dilation // common, relation.stride // common

    def _reads(self, positions: Shape) -> tuple[Relation, ...]:
        """`on_axis` for every axis, each refusal with the name of its axis."""
        found: list[Relation] = []
        for axis, size in enumerate(positions):
            if axis and size == positions[0] and self.ndim is None:
                found.append(found[0])
                continue
            try:
                relation = self.on_axis(axis, size)
            except RefusedError as refusal:
                raise refusal.on_axis(axis, len(positions)) from None
            found.append(Axis(size, 1, size) if relation is None else relation)
        return tuple(found)

    def _spatial(self, shape: Shape) -> None:
        """Refuse a flat tensor, and one with another number of axes."""
        if len(shape) == 1:
            raise ShapeError(
                f"{self.title} needs spatial axes, and what comes in is flat, with {shape[0]} features; "
                f"put it before the flatten or fully connected layer, or unflatten first",
                shape=shape,
            )
        if self.ndim is not None and self.ndim != len(shape) - 1:
            raise ShapeError(
                f"{self.title} is for {self.ndim} spatial axes, and what comes in, {shown(shape)}, has "
                f"{len(shape) - 1}; give an input of {self.ndim}, or one number for every axis",
                ndim=self.ndim,
                shape=shape,
            )

    @property
    def title(self) -> str:
        """What a sentence calls it."""
        return self.word

    @property
    def settings(self) -> dict[str, object]:
        """The fields by name, as the constructor takes them."""
        return {name: value for name, value in self.__dict__.items() if name != "ndim"}

    def __repr__(self) -> str:
        return described(self, self.settings)


class Spatial(Operation):
    """What keeps the channels and changes each axis by itself."""

    def meet(self, shape: Shape, positions: Shape) -> Met:
        self._spatial(shape)
        reads = self._reads(positions)
        after = tuple([relation.count for relation in reads])
        return Met((shape[0], *after), after, (reads,))


def shown(shape: Sequence[int]) -> str:
    """``3x224x224``."""
    return "x".join(map(str, shape))
