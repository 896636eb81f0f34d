"""Where branches meet: sums, concatenations, products, and crops to another tensor's size."""

from __future__ import annotations

from convarith.arithmetic.integers import integer
from convarith.arithmetic.values import hold
from convarith.errors import ParameterError, ShapeError, axis_name
from convarith.network import relations
from convarith.network.checking import flag
from convarith.network.operations import Met, Operation, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import SupportsIndex

    from convarith.network.operations import Shape
    from convarith.network.relations import Relation


class Merge(Operation):
    """Two or more tensors to one, position by position; with ``crop`` all are cropped to the smallest, about the
    centre, as U-Net's skip connections are.

    ``together`` answers along one axis: the size, and per input what is read there.
    """

    arity = 0
    follows = False
    """Whether the second tensor only gives its size, and none of its numbers."""
    crop: bool

    def __init__(self, crop: bool = False) -> None:
        hold(self, {"crop": flag(crop, "crop")})

    def meet_all(self, shapes: tuple[Shape, ...], positions: tuple[Shape, ...]) -> Met:
        """What comes of all tensors together.

        Raises:
            ShapeError: their sizes or channels do not agree.
        """
        if len({len(shape) for shape in shapes}) > 1:
            flat = " and ".join(shown(shape) for shape in shapes)
            raise ShapeError(
                f"{self.title} of {flat}: they have different numbers of axes; flatten both or none", shapes=shapes
            )
        if self.follows:
            self._spatial(shapes[0])
        if len(shapes[0]) == 1 and len(set(positions)) > 1:
            return self._in_a_row(shapes, positions)
        after: list[int] = []
        reads: list[list[Relation | None]] = [[] for _ in shapes]
        for axis, sizes in enumerate(zip(*positions, strict=True)):
            size, found = self.together(axis, sizes)
            if size is None:
                self._refuse(axis, sizes, len(positions[0]))
            after.append(size)  # type: ignore[arg-type]  # None was refused
            for own, relation in zip(reads, found, strict=True):
                own.append(relation)
        channels = self._channels([shape[0] for shape in shapes])
        moved = tuple(
            None
            if all(relation is None for relation in own)
            else tuple(
                relations.padded(size, 0, 0) if relation is None else relation
                for size, relation in zip(sizes, own, strict=True)
            )
            for sizes, own in zip(positions, reads, strict=True)
        )
        shape = (channels,) if len(shapes[0]) == 1 else (channels, *after)
        return Met(shape, tuple(after), (*moved[:1], ()) if self.follows else moved)

    def _in_a_row(self, shapes: tuple[Shape, ...], positions: tuple[Shape, ...]) -> Met:
        """Of flat tensors only the features have to agree; where unlike positions are behind them, which feature reads
        which of them is not followed any further, and each is said to read all."""
        reads = tuple([tuple([relations.everything(size) for size in sizes]) for sizes in positions])
        return Met((self._channels([shape[0] for shape in shapes]),), (1,) * len(positions[0]), reads)

    def together(self, axis: int, sizes: tuple[int, ...]) -> tuple[int | None, list[Relation | None]]:
        """The size along one axis, None where the tensors' sizes do not agree, and what is read of each."""
        if not self.crop:
            return (sizes[0] if len(set(sizes)) == 1 else None), [None] * len(sizes)
        least = min(sizes)
        return least, [cropped(size, (size - least) // 2, least) if size > least else None for size in sizes]

    def _channels(self, channels: list[int]) -> int:
        raise NotImplementedError

    def _refuse(self, axis: int, sizes: tuple[int, ...], ndim: int) -> None:
        listed = " and ".join(map(str, sizes))
        difference = max(sizes) - min(sizes)
        raise ShapeError(
            f"{_where(axis, ndim)}{self.title} of tensors of size {listed}, which differ by {difference}",
            axis=axis,
            sizes=sizes,
            difference=difference,
        )

    @property
    def settings(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if value is not False}


class Sum(Merge):
    """The sum of tensors of one shape: a residual block's end.

    >>> Sum().meet_all(((64, 7, 7), (64, 8, 8)), ((7, 7), (8, 8)))
    Traceback (most recent call last):
    convarith.errors.ShapeError: axis 0 (height): the sum of tensors of size 7 and 8, which differ by 1
    """

    word = "sum"

    @property
    def title(self) -> str:
        return "the sum"

    def _channels(self, channels: list[int]) -> int:
        if len(set(channels)) > 1:
            raise ShapeError(
                f"{self.title} of {' and '.join(map(str, channels))} channels; they must be the same: put a 1x1 "
                f"convolution with {channels[0]} features on the other branch",
                channels=tuple(channels),
            )
        return channels[0]


class Product(Merge):
    """The product of tensors; one of size 1 along an axis, or of 1 channel, counts for every one, as a gate does."""

    word = "product"

    def __init__(self, crop: bool = False) -> None:
        if flag(crop, "crop"):
            raise ParameterError("a product crops nothing; crop its tensors before it", crop=crop)
        super().__init__()

    @property
    def title(self) -> str:
        return "the product"

    def together(self, axis: int, sizes: tuple[int, ...]) -> tuple[int | None, list[Relation | None]]:
        most = max(sizes)
        if not set(sizes) <= {1, most}:
            return None, [None] * len(sizes)
        return most, [relations.Broadcast(1, most) if size < most else None for size in sizes]

    def _channels(self, channels: list[int]) -> int:
        if not set(channels) <= {1, max(channels)}:
            raise ShapeError(
                f"{self.title} of {' and '.join(map(str, channels))} channels; they must be the same, or 1: put a 1x1 "
                f"convolution with {max(channels)} features on the other branch",
                channels=tuple(channels),
            )
        return max(channels)


class Concatenation(Merge):
    """The tensors' channels one after the other.

    >>> Concatenation().meet_all(((64, 7, 7), (32, 7, 7)), ((7, 7), (7, 7))).shape
    (96, 7, 7)
    """

    word = "cat"

    @property
    def title(self) -> str:
        return "the concatenation"

    def _channels(self, channels: list[int]) -> int:
        return sum(channels)


class CropTo(Merge):
    """The first tensor cropped to the size of the second, from ``offset`` on or about the centre, as FCN's are."""

    word = "crop"
    arity = 2
    follows = True
    offset: int | None

    def __init__(self, offset: SupportsIndex | None = None) -> None:
        hold(self, {"crop": False, "offset": None if offset is None else integer(offset, "offset", 0)})

    @property
    def title(self) -> str:
        return "the crop"

    def together(self, axis: int, sizes: tuple[int, ...]) -> tuple[int | None, list[Relation | None]]:
        if len(sizes) != 2:
            raise ParameterError(f"a crop takes two tensors, the cropped one and the one to follow; got {len(sizes)}")
        size, least = sizes
        offset = (size - least) // 2 if self.offset is None else self.offset
        fits = offset >= 0 and offset + least <= size
        return (least if fits else None), [cropped(size, offset, least), None]

    def _channels(self, channels: list[int]) -> int:
        return channels[0]

    def _refuse(self, axis: int, sizes: tuple[int, ...], ndim: int) -> None:
        size, least = sizes
        begins = "about the centre" if self.offset is None else f"from {self.offset} on"
        needed = least + (self.offset or 0)
        raise ShapeError(
            f"{_where(axis, ndim)}{self.title} to {least} {begins} needs {needed} and gets {size}",
            axis=axis,
            sizes=sizes,
            offset=self.offset,
            least_input_size=needed,
        )


def cropped(size: int, offset: int, least: int) -> Relation:
    """``least`` positions from ``offset`` on."""
    return relations.padded(size, -offset, least + offset - size)


def _where(axis: int, ndim: int) -> str:
    return f"{axis_name(axis, ndim)}: " if ndim > 1 else ""
