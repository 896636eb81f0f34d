"""What every layer is: parameters of any rank as an immutable value, and the readings of its windows.

A layer has no size of its own. `windows(input_shape)` is where it meets an input, and every other answer of a
layer is a reading of those windows.
"""

from __future__ import annotations

from convarith.arithmetic import padding as paddings
from convarith.arithmetic.integers import per_axis, shape
from convarith.arithmetic.values import Value, described, hold
from convarith.arithmetic.windows import Windows
from convarith.errors import ParameterError, RefusedError, ShapeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, ClassVar, Self, SupportsIndex

    from convarith.arithmetic.axis import Axis
    from convarith.arithmetic.explanation import Explanation
    from convarith.arithmetic.integers import PerAxis
    from convarith.arithmetic.padding import Entry, GivenPadding, Padding
    from convarith.arithmetic.symbolic import SymbolicMatrix
    from convarith.arithmetic.unused import Unused

    Shape = SupportsIndex | Sequence[SupportsIndex]


class Layer(Value):
    """What the three layers share: parameters on any number of axes, and the readings of their windows.

    ``ndim`` is the number of axes that the parameters fix, or None where every one holds for all axes.
    """

    kind: ClassVar[str]
    """convolution, pooling, or transposed convolution: a word for texts."""

    ndim: int | None
    kernel_size: int | tuple[int, ...]
    stride: int | tuple[int, ...]
    padding: Padding
    dilation: int | tuple[int, ...]

    if TYPE_CHECKING:  # each layer has its own; this says that all take their parameters by name

        def __init__(self, **parameters: Any) -> None: ...

    def windows(self, input_shape: Shape) -> Windows:
        """The windows of this layer over an input of the given spatial shape (depth, height, width order).

        Raises:
            ShapeError: the layer does not fit the input, or has another number of axes.
            ParameterError: the shape is not made of whole numbers of at least 1.
        """
        return Windows(tuple(self._axes(input_shape)))

    def output_shape(self, input_shape: Shape) -> tuple[int, ...]:
        """The spatial shape of the output.

        Raises:
            ShapeError: the layer does not fit the input, or has another number of axes.
        """
        return tuple([axis.count for axis in self._axes(input_shape)])

    def input_shapes(self, output_shape: Shape) -> tuple[range, ...]:
        """Every input that gives this output: per axis the complete set of sizes, as a range (empty if none).

        The axes are independent: any combination works.
        """
        counts = self.checked_shape(output_shape, "output_shape")
        return tuple([self._input_sizes(axis, count) for axis, count in enumerate(counts)])

    def unused(self, input_shape: Shape) -> tuple[Unused, ...]:
        """Per axis, how many positions of the padded input no window reads: before, between, after, and how many of
        them are input."""
        return self.windows(input_shape).unused()

    def explain(self, input_shape: Shape) -> Explanation:
        """Why the output has its size: the guide's relationship that applies, with the numbers put in."""
        from convarith.arithmetic.explanation import explain

        return explain(self, self.checked_shape(input_shape, "input_shape"))

    def matrix(self, input_shape: Shape) -> SymbolicMatrix:
        """C with symbols: the sparse matrix that does what this layer does to the flattened input.

        Raises:
            ShapeError: the matrix is too large to write out.
        """
        from convarith.arithmetic.symbolic import SymbolicMatrix

        return SymbolicMatrix(self.windows(input_shape))

    def on_axis(self, axis: int) -> Self:
        """This layer on one of its axes, as a layer of one number for every parameter."""
        fields = self.parameters
        del fields["padding"]
        numbers = {name: value[axis] if type(value) is tuple else value for name, value in fields.items()}
        return type(self)(padding=(self._padding_entry(axis),), **numbers)

    def replace(self, **parameters: object) -> Self:
        """The same layer with some parameters changed, checked as in the constructor."""
        fields = self.parameters
        unknown = [name for name in parameters if name not in fields]
        if unknown:
            raise ParameterError(f"{type(self).__name__} has no parameter {unknown[0]!r}; it has {', '.join(fields)}")
        return type(self)(**{**fields, **parameters})

    @property
    def settings(self) -> dict[str, Any]:
        """The kernel size and the parameters that are not at their defaults, by name."""
        defaults = self._defaults()
        return {name: value for name, value in self.parameters.items() if value != defaults.get(name)}

    def __repr__(self) -> str:
        return described(self, self.settings)

    def _repr_html_(self) -> str:
        from convarith.arithmetic.report import layer_html

        return layer_html(self)

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters by name, as the constructor takes them."""
        return {name: value for name, value in self.__dict__.items() if name != "ndim"}

    def _axes(self, input_shape: Shape) -> list[Axis]:
        """One axis after the other, each refusal with the name of its axis."""
        sizes = self.checked_shape(input_shape, "input_shape")
        axes = []
        for axis, size in enumerate(sizes):
            try:
                axes.append(self._axis(axis, size))
            except RefusedError as refusal:
                raise refusal.on_axis(axis, len(sizes)) from None
        return axes

    # What each layer says of one axis

    def _axis(self, axis: int, size: int) -> Axis:
        raise NotImplementedError

    def _input_sizes(self, axis: int, count: int) -> range:
        """The input sizes that give ``count`` outputs on one axis."""
        from convarith.arithmetic.bisection import preimage

        def output_size(size: int) -> int:
            try:
                return self._axis(axis, size).count
            except ShapeError:
                return 0

        return preimage(output_size, count, 1)

    def _defaults(self) -> dict[str, object]:
        """The parameters that the repr leaves out while they have these values."""
        return {"stride": 1, "padding": 0, "dilation": 1}

    def _padding_entry(self, axis: int) -> Entry:
        padding = self.padding
        if not isinstance(padding, tuple):
            return padding
        return padding[0] if len(padding) == 1 else padding[axis]

    def checked_shape(self, given: Shape, name: str) -> tuple[int, ...]:
        """A shape that this layer can have, as a tuple; ``name`` is what a refusal calls it.

        Raises:
            ShapeError: it has another number of axes than the layer.
            ParameterError: it is not made of whole numbers of at least 1.
        """
        sizes = shape(given, name)
        if self.ndim is not None and self.ndim != len(sizes):
            raise ShapeError(
                f"the layer has {_counted(self.ndim)} and the {name} {sizes} has {len(sizes)}; "
                f"give a shape of {_counted(self.ndim)}, or one parameter for every axis",
                ndim=self.ndim,
                shape=sizes,
            )
        return sizes

    def _hold_parameters(
        self,
        kernel_size: PerAxis,
        stride: PerAxis,
        padding: GivenPadding,
        dilation: PerAxis,
        **other: int | tuple[int, ...] | bool,
    ) -> None:
        """Check and hold what every layer has, and what one layer has besides, already checked."""
        parameters: dict[str, object] = {
            "kernel_size": per_axis(kernel_size, "kernel_size", 1),
            "stride": per_axis(stride, "stride", 1),
            "padding": paddings.spelled(padding),
            "dilation": per_axis(dilation, "dilation", 1),
            **other,
        }
        fixed = ""
        ndim = None
        for name, value in parameters.items():
            if isinstance(value, tuple) and len(value) > 1:
                if ndim is not None and ndim != len(value):
                    raise ParameterError(
                        f"{fixed} is given for {_counted(ndim)} and {name} for {len(value)}; "
                        f"give one number for every axis, or as many as axes",
                        **{fixed: parameters[fixed], name: value},
                    )
                fixed, ndim = name, len(value)
        parameters["ndim"] = ndim
        hold(self, parameters)


def at(parameter: int | tuple[int, ...], axis: int) -> int:
    """One axis's number of a parameter."""
    return parameter if isinstance(parameter, int) else parameter[axis]


def _counted(count: int) -> str:
    return "1 axis" if count == 1 else f"{count} axes"
