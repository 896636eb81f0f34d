"""Operations that move windows: convolutions and poolings, each around a layer of `convarith.arithmetic`."""

from __future__ import annotations

from math import prod

from convarith.arithmetic.axis import Axis
from convarith.arithmetic.integers import integer
from convarith.arithmetic.values import hold
from convarith.errors import ParameterError, ShapeError
from convarith.network.checking import flag, layer_of, one_of
from convarith.network.operation import Met, Operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar, SupportsIndex

    from convarith.arithmetic.layer import Layer
    from convarith.network.operation import Shape
    from convarith.network.relations import Relation


REDUCTIONS = ("max", "avg", "lp")


class Windowed(Operation):
    """What moves windows as a layer of `convarith.arithmetic` does."""

    layer: Layer

    def on_axis(self, axis: int, size: int) -> Relation:
        return self.layer.on_axis(axis).windows((size,)).axes[0] if self.ndim else self.layer.windows((size,)).axes[0]

    def windows(self, positions: Shape) -> tuple[Axis, ...]:
        """The layer's windows, axis by axis; those of a square input are one."""
        if self.ndim is None and len(positions) > 1 and len(set(positions)) == 1:
            return self.layer.windows(positions[:1]).axes * len(positions)
        return self.layer.windows(positions).axes

    def _reads(self, positions: Shape) -> tuple[Axis, ...]:
        return self.windows(positions)


class Convolution(Windowed):
    """A convolution of all channels, or of ``groups`` of them: ``features`` output channels, with or without bias.

    ``features`` None with ``groups`` None is depthwise, each channel for itself, ``multiplier`` filters each.

    >>> import convarith as ca
    >>> met = Convolution(ca.Conv(3, padding=1), 64).meet((3, 224, 224), (224, 224))
    >>> met.shape, met.weights, met.biases, met.macs
    ((64, 224, 224), 1728, 64, 86704128)

    Raises:
        ParameterError: features, groups or multiplier are no whole numbers of at least 1.
    """

    word = "conv"
    made_of: ClassVar[str] = "convolution"
    features: int | None
    groups: int | None
    bias: bool
    multiplier: int
    in_channels: int | None

    def __init__(
        self,
        layer: Layer,
        features: SupportsIndex | None,
        groups: SupportsIndex | None = 1,
        bias: bool = True,
        multiplier: SupportsIndex = 1,
        in_channels: SupportsIndex | None = None,
    ) -> None:
        if (features is None) != (groups is None):
            raise ParameterError("features and groups are both left out for a depthwise convolution, or both given")
        hold(
            self,
            {
                "layer": layer_of(layer, self.made_of),
                "features": None if features is None else integer(features, "features", 1),
                "groups": None if groups is None else integer(groups, "groups", 1),
                "bias": flag(bias, "bias"),
                "multiplier": integer(multiplier, "multiplier", 1),
                "in_channels": None if in_channels is None else integer(in_channels, "in_channels", 1),
                "ndim": layer.ndim,
            },
        )
        if self.features is not None and self.multiplier > 1:
            raise ParameterError(
                f"multiplier {self.multiplier} is for a depthwise convolution; leave it out, or give features and "
                f"groups as None",
                multiplier=self.multiplier,
                features=self.features,
            )
        if self.features is not None and self.groups is not None and self.features % self.groups:
            divisible = self.features + -self.features % self.groups
            raise ParameterError(
                f"{self.features} features are not divisible by {self.groups} groups; "
                f"give a multiple of {self.groups}, as {divisible}",
                features=self.features,
                groups=self.groups,
                divisible_features=divisible,
            )

    @property
    def title(self) -> str:
        return self.layer.kind

    def meet(self, shape: Shape, positions: Shape) -> Met:
        self._spatial(shape)
        channels = shape[0]
        if self.in_channels is not None and channels != self.in_channels:
            raise ShapeError(
                f"the {self.title} takes {self.in_channels} channels and gets {channels}; "
                f"mend the features of the layer before it, or its own in_channels",
                in_channels=self.in_channels,
                channels=channels,
            )
        groups = channels if self.groups is None else self.groups
        features = channels * self.multiplier if self.features is None else self.features
        if channels % groups:
            raise ShapeError(
                f"{channels} channels are not divisible by {groups} groups; "
                f"take a number of groups that divides {channels}, or another number of channels",
                channels=channels,
                groups=groups,
            )
        axes = self._reads(positions)
        after = tuple([axis.count for axis in axes])
        weights = channels * features // groups * prod([axis.kernel for axis in axes])
        macs = weights * prod(self._counted(positions, after))
        return Met((features, *after), after, (axes,), weights, features if self.bias else 0, 0, macs)

    def _counted(self, before: Shape, after: Shape) -> Shape:
        """The positions that weights are counted on."""
        return after


class TransposedConvolution(Convolution):
    """A transposed convolution; its multiplications are counted on the positions of its input.

    >>> import convarith as ca
    >>> up = TransposedConvolution(ca.ConvTranspose(2, stride=2), 64)
    >>> met = up.meet((128, 28, 28), (28, 28))
    >>> met.shape, met.macs == 128 * 64 * 4 * 28 * 28
    ((64, 56, 56), True)
    """

    word = "upconv"
    made_of = "transposed convolution"

    def _counted(self, before: Shape, after: Shape) -> Shape:
        return before


class Pooling(Windowed):
    """A pooling over windows: max, avg or lp."""

    word = "pool"
    reduction: str

    def __init__(self, layer: Layer, reduction: str = "max") -> None:
        checked = layer_of(layer, "pooling")
        hold(self, {"layer": checked, "reduction": one_of(reduction, "reduction", REDUCTIONS), "ndim": checked.ndim})

    @property
    def title(self) -> str:
        return f"{self.reduction} pooling"

    def meet(self, shape: Shape, positions: Shape) -> Met:
        self._spatial(shape)
        axes = self._reads(positions)
        after = tuple([axis.count for axis in axes])
        return Met((shape[0], *after), after, (axes,))
