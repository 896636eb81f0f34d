"""The layers: a convolution, a pooling and a transposed convolution, each from its parameters to an axis."""

from __future__ import annotations

from convarith.arithmetic import padding as paddings
from convarith.arithmetic.axis import (
    Axis,
    check_output_padding,
    kernel_span,
    stretched_size,
    transposed_padding,
)
from convarith.arithmetic.integers import per_axis
from convarith.arithmetic.layer import Layer, at
from convarith.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convarith.arithmetic.integers import PerAxis
    from convarith.arithmetic.layer import Shape
    from convarith.arithmetic.padding import GivenPadding


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
        if set(_listed(self.input_dilation)) != {1}:
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
        kernel, stride, dilation = at(self.kernel_size, axis), at(self.stride, axis), at(self.dilation, axis)
        stretch = at(self.input_dilation, axis)
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
        kernel, stride, dilation = at(self.kernel_size, axis), at(self.stride, axis), at(self.dilation, axis)
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
            span = kernel_span(at(self.kernel_size, axis), at(self.dilation, axis))
            before, after = self._fixed_padding(axis)
            pairs.append(transposed_padding(span, before, after, at(self.output_padding, axis)))
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
        check_output_padding(at(self.output_padding, axis), at(self.stride, axis), at(self.dilation, axis))

    def _fixed_padding(self, axis: int) -> tuple[int, int]:
        span = kernel_span(at(self.kernel_size, axis), at(self.dilation, axis))
        return paddings.resolve(self._padding_entry(axis), 1, span, 1)

    def _axis(self, axis: int, size: int) -> Axis:
        before, after = self._fixed_padding(axis)
        return Axis.transposed_convolution(
            size,
            at(self.kernel_size, axis),
            stride=at(self.stride, axis),
            dilation=at(self.dilation, axis),
            before=before,
            after=after,
            output_padding=at(self.output_padding, axis),
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


def _listed(parameter: int | tuple[int, ...]) -> tuple[int, ...]:
    return parameter if isinstance(parameter, tuple) else (parameter,)


def _collapsed(numbers: list[int]) -> int | tuple[int, ...]:
    """One number where all axes agree."""
    return numbers[0] if len(set(numbers)) == 1 else tuple(numbers)


def _collapsed_pairs(pairs: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """One pair, for every axis, where all axes agree."""
    return (pairs[0],) if len(set(pairs)) == 1 else tuple(pairs)
