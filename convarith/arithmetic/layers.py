"""Layers: the parameters of a convolution, a pooling or a transposed convolution, as immutable values.

A layer has no size of its own. `windows(input_shape)` is where it meets an input, and every other answer of a
layer is a reading of those windows.
"""

from __future__ import annotations

from convarith.arithmetic import padding as paddings
from convarith.arithmetic.axis import (
    Axis,
    check_output_padding,
    kernel_span,
    preimage,
    stretched_size,
)
from convarith.arithmetic.integers import per_axis, shape
from convarith.arithmetic.values import Value, described, hold
from convarith.arithmetic.windows import Windows
from convarith.errors import ParameterError, RefusedError, ShapeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, ClassVar, Self, SupportsIndex

    from convarith.arithmetic.axis import Unused
    from convarith.arithmetic.explanation import Explanation
    from convarith.arithmetic.integers import PerAxis
    from convarith.arithmetic.padding import Entry, GivenPadding, Padding
    from convarith.arithmetic.symbolic import SymbolicMatrix

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
        fields = self._parameters()
        del fields["padding"]
        numbers = {name: value[axis] if type(value) is tuple else value for name, value in fields.items()}
        return type(self)(padding=(self._padding_entry(axis),), **numbers)

    def replace(self, **parameters: object) -> Self:
        """The same layer with some parameters changed, checked as in the constructor."""
        fields = self._parameters()
        unknown = [name for name in parameters if name not in fields]
        if unknown:
            raise ParameterError(f"{type(self).__name__} has no parameter {unknown[0]!r}; it has {', '.join(fields)}")
        return type(self)(**{**fields, **parameters})

    @property
    def settings(self) -> dict[str, Any]:
        """The kernel size and the parameters that are not at their defaults, by name."""
        defaults = self._defaults()
        return {name: value for name, value in self._parameters().items() if value != defaults.get(name)}

    def __repr__(self) -> str:
        return described(self, self.settings)

    def _parameters(self) -> dict[str, Any]:
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


class Conv(Layer):
    """A convolution; with ``input_dilation`` zeros are put between its inputs first (a fractional stride).

    Every parameter is a number for all axes or a sequence with one for each; padding is an int, a pair (before,
    after) or a name per axis (see the README). A kernel of size k with dilation d reaches over d(k - 1) + 1.

    >>> conv = Conv(3, stride=2, padding=1)
    >>> conv.output_shape((6, 6))
    (3, 3)
    >>> conv.input_shapes((3, 3))
    (range(5, 7), range(5, 7))
    >>> conv.unused((6, 6))[0]
    Unused(before=0, between=0, after=1, input=0)
    >>> Conv((3, 5), padding="same").output_shape((4, 4))
    (4, 4)
    >>> Conv(5).output_shape((4,))
    Traceback (most recent call last):
    convarith.errors.ShapeError: kernel 5 does not fit in input 4 with padding 0; it needs padding of at least 1 on \
each side, or a kernel of at most 4

    Raises:
        ParameterError: a parameter is no whole number, below its least value, or for another number of axes.

    Source: Relationships 1 to 6 and 15 of "A guide to convolution arithmetic for deep learning".
    """

    kind = "convolution"
    input_dilation: int | tuple[int, ...]

    def __init__(
        self,
        kernel_size: PerAxis,
        *,
        stride: PerAxis = 1,
        padding: GivenPadding = 0,
        dilation: PerAxis = 1,
        input_dilation: PerAxis = 1,
    ) -> None:
        checked = per_axis(input_dilation, "input_dilation", 1)
        self._hold_parameters(kernel_size, stride, padding, dilation, input_dilation=checked)

    def transposed(self, input_shape: Shape) -> ConvTranspose:
        """The transposed convolution that goes back: from this layer's output to exactly ``input_shape``.

        Its output_padding is the a of Relationship 14, and named paddings become the numbers they mean here.

        >>> Conv(3, stride=2, padding=1).transposed((6, 6))
        ConvTranspose(kernel_size=3, stride=2, padding=1, output_padding=1)

        Raises:
            ShapeError: the layer does not fit the input.
            ParameterError: the input is stretched; a ConvTranspose has no input_dilation.
        """
        if self.input_dilation != 1 and set(_listed(self.input_dilation)) != {1}:
            raise ParameterError(
                f"input_dilation {self.input_dilation} has no place in a ConvTranspose; "
                f"take windows(input_shape).transpose(), or a Conv with input_dilation 1",
                input_dilation=self.input_dilation,
            )
        axes = self.windows(input_shape).axes
        return ConvTranspose(
            self.kernel_size,
            stride=self.stride,
            padding=_collapsed_pairs([(axis.before, axis.after) for axis in axes]),
            dilation=self.dilation,
            output_padding=_collapsed([axis.remainder for axis in axes]),
        )

    def _axis(self, axis: int, size: int) -> Axis:
        kernel, stride, dilation = _at(self.kernel_size, axis), _at(self.stride, axis), _at(self.dilation, axis)
        stretch = _at(self.input_dilation, axis)
        entry = self._padding_entry(axis)
        if isinstance(entry, int):
            before = after = entry
        else:
            span = kernel_span(kernel, dilation)
            before, after = paddings.resolve(entry, stretched_size(size, stretch), span, stride)
        return Axis.convolution(size, kernel, stride, dilation, stretch, before, after)

    def _defaults(self) -> dict[str, object]:
        return {**super()._defaults(), "input_dilation": 1}


class Pool(Layer):
    """A pooling, of any kind: maximum, average or another; its stride is the kernel size unless given.

    Padding is nothing: it never wins a maximum, and counts in a mean or not. With ``ceil_mode`` the size is rounded
    up, and a last window may reach beyond the padding, as long as it starts before it.

    >>> Pool(2).output_shape((5, 5))
    (2, 2)
    >>> Pool(3, stride=2, padding=1, ceil_mode=True).output_shape((112, 112))
    (57, 57)
    >>> Pool(2, ceil_mode=1)
    Traceback (most recent call last):
    convarith.errors.ParameterError: ceil_mode must be True or False; got 1 (int)

    Raises:
        ParameterError: a parameter is no whole number, below its least value, or for another number of axes.

    Source: Relationship 7 of the guide; ceil_mode as in PyTorch and ONNX.
    """

    kind = "pooling"
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: PerAxis,
        *,
        stride: PerAxis | None = None,
        padding: GivenPadding = 0,
        dilation: PerAxis = 1,
        ceil_mode: bool = False,
    ) -> None:
        given = kernel_size if stride is None else stride
        self._hold_parameters(kernel_size, given, padding, dilation, ceil_mode=checked_flag(ceil_mode))

    def _axis(self, axis: int, size: int) -> Axis:
        kernel, stride, dilation = _at(self.kernel_size, axis), _at(self.stride, axis), _at(self.dilation, axis)
        before, after = paddings.resolve(self._padding_entry(axis), size, kernel_span(kernel, dilation), stride)
        build = Axis.ceil_pooling if self.ceil_mode else Axis.convolution
        return build(size, kernel, stride=stride, dilation=dilation, before=before, after=after)

    def _defaults(self) -> dict[str, object]:
        return {**super()._defaults(), "stride": self.kernel_size, "ceil_mode": False}


class ConvTranspose(Layer):
    """A transposed convolution. Its ``padding`` is that of the direct convolution it transposes, as in PyTorch.

    ``output_padding`` (a) adds to the end of each axis, at the bottom and the right; it tells apart the inputs of the
    direct convolution that share one output size.

    >>> up = ConvTranspose(3, stride=2, padding=1, output_padding=1)
    >>> up.output_shape((3, 3))
    (6, 6)
    >>> up.equivalent
    Conv(kernel_size=3, padding=((1, 2),), input_dilation=2)
    >>> up.direct
    Conv(kernel_size=3, stride=2, padding=1)
    >>> ConvTranspose(3, stride=2, output_padding=2)
    Traceback (most recent call last):
    convarith.errors.ParameterError: output_padding 2 with stride 2 and dilation 1 is out of range; it can be 0 to 1, \
less than the larger of the two

    Raises:
        ParameterError: a parameter is no whole number, below its least value, or for another number of axes; the
            padding is ``same`` or ``same_lower``, which mean nothing without the direct convolution's input; the
            output_padding is not below the larger of stride and dilation.

    Source: Relationships 8 to 14 of the guide.
    """

    kind = "transposed convolution"
    output_padding: int | tuple[int, ...]

    def __init__(
        self,
        kernel_size: PerAxis,
        *,
        stride: PerAxis = 1,
        padding: GivenPadding = 0,
        dilation: PerAxis = 1,
        output_padding: PerAxis = 0,
    ) -> None:
        checked = per_axis(output_padding, "output_padding")
        self._hold_parameters(kernel_size, stride, padding, dilation, output_padding=checked)
        for axis in range(self.ndim or 1):
            try:
                self._check_axis(axis)
            except ParameterError as refusal:
                raise refusal.on_axis(axis, self.ndim or 1) from None

    @property
    def equivalent(self) -> Conv:
        """The direct convolution that computes the same, with its kernel **rotated by 180°** on every axis.

        Stride becomes input_dilation (s - 1 zeros between inputs), padding p becomes k̂ - 1 - p on each side, and the
        added zeros a go to the end; a negative result crops.
        """
        pairs = []
        for axis in range(self.ndim or 1):
            span = kernel_span(_at(self.kernel_size, axis), _at(self.dilation, axis))
            before, after = self._fixed_padding(axis)
            pairs.append((span - 1 - before, span - 1 - after + _at(self.output_padding, axis)))
        padding = tuple(pairs) if self.ndim else _collapsed_pairs(pairs)
        return Conv(self.kernel_size, padding=padding, dilation=self.dilation, input_dilation=self.stride)

    @property
    def direct(self) -> Conv:
        """The convolution that this one transposes."""
        return Conv(self.kernel_size, stride=self.stride, padding=self.padding, dilation=self.dilation)

    def _check_axis(self, axis: int) -> None:
        entry = self._padding_entry(axis)
        if entry in paddings.INPUT_DEPENDENT:
            raise ParameterError(
                f"padding {entry!r} depends on the input of the direct convolution; "
                f"take Conv(..., padding={entry!r}).transposed(input_shape), which makes it numbers",
                padding=entry,
            )
        check_output_padding(_at(self.output_padding, axis), _at(self.stride, axis), _at(self.dilation, axis))

    def _fixed_padding(self, axis: int) -> tuple[int, int]:
        span = kernel_span(_at(self.kernel_size, axis), _at(self.dilation, axis))
        return paddings.resolve(self._padding_entry(axis), 1, span, 1)

    def _axis(self, axis: int, size: int) -> Axis:
        before, after = self._fixed_padding(axis)
        return Axis.transposed_convolution(
            size,
            _at(self.kernel_size, axis),
            stride=_at(self.stride, axis),
            dilation=_at(self.dilation, axis),
            before=before,
            after=after,
            output_padding=_at(self.output_padding, axis),
        )

    def _defaults(self) -> dict[str, object]:
        return {**super()._defaults(), "output_padding": 0}


def checked_flag(ceil_mode: object) -> bool:
    """``ceil_mode`` as it is, if it is a bool.

    Raises:
        ParameterError: it is anything else.
    """
    if type(ceil_mode) is not bool:
        raise ParameterError(
            f"ceil_mode must be True or False; got {ceil_mode!r} ({type(ceil_mode).__name__})", value=ceil_mode
        )
    return ceil_mode


def _at(parameter: int | tuple[int, ...], axis: int) -> int:
    return parameter if isinstance(parameter, int) else parameter[axis]


def _listed(parameter: int | tuple[int, ...]) -> tuple[int, ...]:
    return parameter if isinstance(parameter, tuple) else (parameter,)


def _collapsed(numbers: list[int]) -> int | tuple[int, ...]:
    """One number where all axes agree."""
    return numbers[0] if len(set(numbers)) == 1 else tuple(numbers)


def _collapsed_pairs(pairs: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """One pair, for every axis, where all axes agree."""
    return (pairs[0],) if len(set(pairs)) == 1 else tuple(pairs)


def _counted(count: int) -> str:
    return "1 axis" if count == 1 else f"{count} axes"
