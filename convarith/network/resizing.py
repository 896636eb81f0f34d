"""Operations that change sizes without weights: pooling to a size, upsampling, padding, pixel shuffle."""

from __future__ import annotations

from convarith.arithmetic.axis import Axis
from convarith.arithmetic.integers import integer, listed, per_axis
from convarith.arithmetic.padding import spelled
from convarith.arithmetic.values import hold
from convarith.errors import ParameterError, ShapeError
from convarith.network import relations
from convarith.network.checking import flag, one_of
from convarith.network.operation import Met, Operation, Spatial
from convarith.network.windowed import REDUCTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex

    from convarith.arithmetic.integers import PerAxis
    from convarith.arithmetic.padding import GivenPadding
    from convarith.network.operation import Shape
    from convarith.network.relations import Relation


BORDERS = ("zeros", "reflect", "replicate", "circular")


class GlobalPooling(Operation):
    """Pooling over all positions; ``keep`` leaves axes of size 1, else the result is flat."""

    word = "pool"
    reduction: str
    keep: bool

    def __init__(self, reduction: str = "avg", keep: bool = True) -> None:
        hold(self, {"reduction": one_of(reduction, "reduction", REDUCTIONS), "keep": flag(keep, "keep")})

    @property
    def title(self) -> str:
        return f"global {self.reduction} pooling"

    def meet(self, shape: Shape, positions: Shape) -> Met:
        self._spatial(shape)
        ones = (1,) * len(positions)
        return Met((shape[0], *ones) if self.keep else shape[:1], ones, (self._reads(positions),))

    def on_axis(self, axis: int, size: int) -> Relation:
        return relations.everything(size)

    def growth(self, axis: int) -> tuple[int, int]:
        return 0, 1


class AdaptivePooling(Spatial):
    """Pooling to a given size; None keeps an axis as it is."""

    word = "pool"
    output_size: int | tuple[int | None, ...] | None
    reduction: str

    def __init__(self, output_size: int | Sequence[int | None] | None, reduction: str = "avg") -> None:
        given = listed(output_size)
        entries = (output_size,) if given is None else given
        sizes = tuple(None if entry is None else integer(entry, "output_size", 1) for entry in entries)
        if not sizes:
            raise ParameterError("output_size is empty; give one number for every axis, or one for each")
        hold(
            self,
            {
                "output_size": sizes[0] if len(sizes) == 1 else sizes,
                "reduction": one_of(reduction, "reduction", REDUCTIONS),
                "ndim": None if len(sizes) == 1 else len(sizes),
            },
        )

    @property
    def title(self) -> str:
        return f"adaptive {self.reduction} pooling"

    def on_axis(self, axis: int, size: int) -> Relation:
        given = self.output_size
        count = given[axis] if isinstance(given, tuple) else given
        if count is None or count == size:
            return Axis(size, 1, size)
        width, rest = divmod(size, count)
        return relations.Adaptive(size, count) if rest else Axis(size, width, count, stride=width)

    def growth(self, axis: int) -> tuple[int, int]:
        given = self.output_size
        return (0, 1) if (given[axis] if isinstance(given, tuple) else given) is not None else (1, 1)


class Upsampling(Spatial):
    """Upsampling by a whole ``factor``, or to a ``size``; mode nearest or linear (bilinear, trilinear)."""

    word = "upsample"
    factor: int | tuple[int, ...] | None
    size: int | tuple[int, ...] | None
    mode: str
    align_corners: bool

    def __init__(
        self,
        factor: PerAxis | None = None,
        size: PerAxis | None = None,
        mode: str = "nearest",
        align_corners: bool = False,
    ) -> None:
        if (factor is None) == (size is None):
            raise ParameterError("upsampling takes a factor or a size; give one of the two")
        factors = None if factor is None else per_axis(factor, "factor", 1)
        sizes = None if size is None else per_axis(size, "size", 1)
        given = factors if sizes is None else sizes
        hold(
            self,
            {
                "factor": factors,
                "size": sizes,
                "mode": one_of(mode, "mode", ("nearest", "linear")),
                "align_corners": flag(align_corners, "align_corners"),
                "ndim": len(given) if isinstance(given, tuple) else None,
            },
        )
        if align_corners and mode == "nearest":
            raise ParameterError("align_corners is for mode 'linear'; leave it out, or give that mode", mode=mode)

    @property
    def title(self) -> str:
        return "upsampling"

    def on_axis(self, axis: int, size: int) -> Relation:
        factor = self.factor[axis] if isinstance(self.factor, tuple) else self.factor
        count = self.size[axis] if isinstance(self.size, tuple) else self.size
        if count is None:
            assert factor is not None
            count = size * factor
            if self.mode == "nearest":
                return relations.repeated(size, factor)
            if not self.align_corners:
                return relations.interpolated(size, factor)
        if self.mode == "nearest":
            return relations.Nearest(size, count)
        return relations.CornerLinear(size, count) if self.align_corners else relations.Linear(size, count)

    def growth(self, axis: int) -> tuple[int, int]:
        factor = self.factor[axis] if isinstance(self.factor, tuple) else self.factor
        return (0, 1) if factor is None else (factor, 1)


class Padding(Spatial):
    """Padding as a layer of its own: zeros, or the input reflected, repeated or wrapped; negative numbers crop.

    ``padding`` is spelled as a layer's: an int, or per axis an int or a pair (before, after).
    """

    word = "pad"
    padding: int | tuple[int | tuple[int, int], ...]
    mode: str

    def __init__(self, padding: GivenPadding, mode: str = "zeros") -> None:
        canonical = spelled(padding)
        entries = canonical if isinstance(canonical, tuple) else (canonical,)
        if any(isinstance(entry, str) for entry in entries):
            raise ParameterError(f"padding {padding!r} has no kernel to follow from; give numbers")
        hold(
            self,
            {
                "padding": canonical,
                "mode": one_of(mode, "mode", BORDERS),
                "ndim": None if len(entries) == 1 else len(entries),
            },
        )

    @property
    def title(self) -> str:
        sides = [side for axis in range(self.ndim or 1) for side in self.sides(axis)]
        return "cropping" if all(side <= 0 for side in sides) and any(sides) else "padding"

    def sides(self, axis: int) -> tuple[int, int]:
        """(before, after) on one axis."""
        padding = self.padding
        entry = padding if isinstance(padding, int) else padding[axis if self.ndim else 0]
        return (entry, entry) if isinstance(entry, int) else entry

    def on_axis(self, axis: int, size: int) -> Relation:
        before, after = self.sides(axis)
        count = size + before + after
        if count < 1 or -before >= size or -after >= size:
            raise ShapeError(
                f"{self.title} ({before}, {after}) of {size} leaves nothing of it; "
                f"it needs an input of at least {max(1 - before - after, 1 - before, 1 - after)}",
                input_size=size,
                padding=(before, after),
                least_input_size=max(1 - before - after, 1 - before, 1 - after),
            )
        if self.mode == "zeros":
            return relations.padded(size, before, after)
        kept = size + min(before, 0) + min(after, 0)
        most = {"reflect": kept - 1, "circular": kept}.get(self.mode)
        if most is not None and max(before, after) > most:
            least = size + max(before, after) - most
            raise ShapeError(
                f"{self.mode} padding ({before}, {after}) of {size} needs more than there is; it can be at most {most} "
                f"on a side, or the input at least {least}",
                input_size=size,
                padding=(before, after),
                largest_padding=most,
                least_input_size=least,
            )
        return relations.Bordered(size, count, before, self.mode)


class PixelShuffle(Operation):
    """Channels become pixels: (C·r², h, w) to (C, h·r, w·r)."""

    word = "shuffle"
    factor: int

    def __init__(self, factor: SupportsIndex) -> None:
        hold(self, {"factor": integer(factor, "factor", 1)})

    @property
    def title(self) -> str:
        return "pixel shuffle"

    def meet(self, shape: Shape, positions: Shape) -> Met:
        self._spatial(shape)
        each = self.factor ** len(positions)
        if shape[0] % each:
            divisible = shape[0] + -shape[0] % each
            raise ShapeError(
                f"pixel shuffle by {self.factor} needs a multiple of {each} channels and gets {shape[0]}; "
                f"give it {divisible}",
                channels=shape[0],
                factor=self.factor,
                multiple=each,
                divisible_channels=divisible,
            )
        reads = self._reads(positions)
        after = tuple([relation.count for relation in reads])
        return Met((shape[0] // each, *after), after, (reads,))

    def on_axis(self, axis: int, size: int) -> Relation:
        return relations.repeated(size, self.factor)
