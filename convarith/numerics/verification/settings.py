"""What is checked: settings of a layer on an input, every one up to stated bounds and seeded random ones beyond."""

from __future__ import annotations

import random
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from convarith.arithmetic.layers import Conv, ConvTranspose, Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from convarith.arithmetic.layer import Layer

NAMES = ("valid", "half", "full", "causal", "same", "same_lower")


class AxisNumbers(NamedTuple):
    """A layer and its input on one axis; padding is (before, after) or a name."""

    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1
    stretch: int = 1
    padding: Any = (0, 0)
    ceil: bool = False
    added: int = 0


class Setting(NamedTuple):
    """A layer, by its family, and its input: one `AxisNumbers` for each axis."""

    family: str
    axes: tuple[AxisNumbers, ...]

    @property
    def input_shape(self) -> tuple[int, ...]:
        return tuple([axis.size for axis in self.axes])

    @property
    def kernel_size(self) -> tuple[int, ...]:
        return tuple([axis.kernel for axis in self.axes])

    @property
    def weight(self) -> tuple[int, ...]:
        """Orders settings from small to large, paddings in numbers before those by name."""
        numbers = [
            abs(number)
            for axis in self.axes
            for number in (*axis[:5], *(axis.padding if isinstance(axis.padding, tuple) else (0, 0)), axis.added)
        ]
        named = sum(isinstance(axis.padding, str) for axis in self.axes)
        return len(self.axes), sum(numbers) + named, *numbers

    def layer(self) -> Layer:
        """The layer of convarith that this describes."""
        parameters: dict[str, Any] = {
            "stride": tuple([axis.stride for axis in self.axes]),
            "padding": tuple([axis.padding for axis in self.axes]),
            "dilation": tuple([axis.dilation for axis in self.axes]),
        }
        if self.family == "transpose":
            return ConvTranspose(
                self.kernel_size, output_padding=tuple([axis.added for axis in self.axes]), **parameters
            )
        if self.family == "pool":
            return Pool(self.kernel_size, ceil_mode=self.axes[0].ceil, **parameters)
        return Conv(self.kernel_size, input_dilation=tuple([axis.stretch for axis in self.axes]), **parameters)

    def command(self) -> str:
        """The setting as the words of the command line, which explain it."""
        words = [self.family, _joined([axis.size for axis in self.axes]), "-k", _joined(self.kernel_size)]
        for flag, name, default in (
            ("-s", "stride", 0),
            ("-p", "padding", (0, 0)),
            ("-d", "dilation", 1),
            ("-e", "stretch", 1),
            ("-a", "added", 0),
        ):
            values = [getattr(axis, name) for axis in self.axes]
            if any(value != default for value in values):
                words += [flag, _joined(values)]
        return " ".join([*words, *["--ceil"] * self.axes[0].ceil])


def _joined(values: list[Any] | tuple[Any, ...]) -> str:
    return "x".join(f"{value[0]}:{value[1]}" if isinstance(value, tuple) else str(value) for value in values)


class Bounds(NamedTuple):
    """Every setting up to these is checked: sizes, kernels and strides from 1, paddings from -crop to padding."""

    size: int
    kernel: int
    stride: int
    dilation: int
    padding: int
    crop: int = 0
    stretch: int = 1


class Level(NamedTuple):
    """How much is checked: the bounds for sizes and for numbers, and how many random settings of each kind."""

    sizes: Bounds
    numbers: Bounds
    random_sizes: int
    random_numbers: int
    compiled: int
    """At most so many settings of a check go to an oracle that compiles each of them."""


LEVELS: dict[str, Level] = {
    "quick": Level(Bounds(6, 3, 3, 2, 2, 1, 2), Bounds(3, 3, 3, 2, 1, 1, 2), 30, 10, 2),
    "default": Level(Bounds(14, 5, 4, 3, 3, 1, 2), Bounds(7, 4, 3, 2, 2, 1, 2), 400, 120, 16),
    "exhaustive": Level(Bounds(24, 7, 5, 3, 4, 2, 3), Bounds(10, 5, 4, 3, 3, 1, 3), 4_000, 1_000, 40),
}


def convolutions(bounds: Bounds) -> Iterator[Setting]:
    """Every convolution on one axis up to the bounds, each side's padding and each padding's name included."""
    for size, kernel, stride, dilation, stretch in product(
        *(range(1, most + 1) for most in (bounds.size, bounds.kernel, bounds.stride, bounds.dilation, bounds.stretch))
    ):
        for padding in (*_sides(bounds), *NAMES):
            yield Setting("conv", (AxisNumbers(size, kernel, stride, dilation, stretch, padding),))


def poolings(bounds: Bounds, ceil: bool) -> Iterator[Setting]:
    """Every pooling on one axis up to the bounds."""
    for size, kernel, stride, dilation in _grid(bounds):
        for padding in (*_sides(bounds), *NAMES):
            yield Setting("pool", (AxisNumbers(size, kernel, stride, dilation, padding=padding, ceil=ceil),))


def transposed(bounds: Bounds) -> Iterator[Setting]:
    """Every transposed convolution on one axis up to the bounds, with every output padding."""
    for size, kernel, stride, dilation in _grid(bounds._replace(size=max(1, bounds.size // 2))):
        for padding in (*_sides(bounds), *NAMES[:4]):
            for added in range(max(stride, dilation)):
                yield Setting("transpose", (AxisNumbers(size, kernel, stride, dilation, 1, padding, added=added),))


def of_relationship(number: int, bounds: Bounds) -> Iterator[Setting]:
    """Every setting on one axis up to the bounds, for the family that a relationship is for: where its condition does
    not hold, it has to say so."""
    family = "conv" if number < 7 else "pool" if number == 7 else "transpose"
    if number == 15:
        for setting in (*convolutions(bounds), *poolings(bounds, ceil=False), *transposed(bounds)):
            (axis,) = setting.axes
            if axis.stretch == 1 and isinstance(axis.padding, tuple) and axis.padding[0] == axis.padding[1] >= 0:
                yield setting
        return
    for size, kernel, stride, _ in _grid(bounds._replace(dilation=1)):
        for padding in range(bounds.padding + 1):
            for added in range(stride if family == "transpose" else 1):
                axis = AxisNumbers(size, kernel, stride, padding=(padding, padding), added=added)
                yield Setting(family, (axis,))


def random_settings(family: str, ceil: bool, count: int, largest: int, seed: int) -> Iterator[Setting]:
    """Seeded settings of 1 to 4 axes; the more axes, the smaller they are."""
    draw = random.Random(f"{family} {ceil} {largest} {seed}")
    for _ in range(count):
        ndim = draw.choice((1, 2, 2, 3, 3, 4))
        most = max(2, int(largest ** (1 / ndim)))
        axes = []
        for _ in range(ndim):
            stride, dilation = draw.randint(1, 4), draw.randint(1, 3)
            choices: list[Any] = [(draw.randint(-1, 3), draw.randint(-1, 3))]
            if family != "transpose":
                choices.append(draw.choice(NAMES))
            axes.append(
                AxisNumbers(
                    draw.randint(1, most),
                    draw.randint(1, min(5, most)),
                    stride,
                    dilation,
                    draw.randint(1, 3) if family == "conv" else 1,
                    draw.choice(choices),
                    ceil,
                    draw.randint(0, max(stride, dilation) - 1) if family == "transpose" else 0,
                )
            )
        yield Setting(family, tuple(axes))


CONDITIONS: Mapping[int, Callable[[int, int, int, int], bool]] = {
    1: lambda _, s, p, __: s == 1 and p == 0,
    2: lambda _, s, __, ___: s == 1,
    3: lambda k, s, p, _: s == 1 and k % 2 == 1 and p == k // 2,
    4: lambda k, s, p, _: s == 1 and p == k - 1,
    5: lambda _, __, p, ___: p == 0,
    6: lambda _, __, ___, ____: True,
    7: lambda _, __, p, ___: p == 0,
    8: lambda _, s, p, a: s == 1 and p == 0 and a == 0,
    9: lambda _, s, __, a: s == 1 and a == 0,
    10: lambda k, s, p, a: s == 1 and k % 2 == 1 and p == k // 2 and a == 0,
    11: lambda k, s, p, a: s == 1 and p == k - 1 and a == 0,
    12: lambda _, __, p, a: p == 0 and a == 0,
    13: lambda _, __, ___, a: a == 0,
    14: lambda _, __, ___, ____: True,
}
"""When each relationship holds, from (k, s, p, a), as the guide says it."""


def _grid(bounds: Bounds) -> Iterator[tuple[int, int, int, int]]:
    ranges = (range(1, most + 1) for most in (bounds.size, bounds.kernel, bounds.stride, bounds.dilation))
    yield from ((size, kernel, stride, dilation) for size, kernel, stride, dilation in product(*ranges))


def _sides(bounds: Bounds) -> Iterator[tuple[int, int]]:
    sides = range(-bounds.crop, bounds.padding + 1)
    yield from ((before, after) for before in sides for after in sides)
