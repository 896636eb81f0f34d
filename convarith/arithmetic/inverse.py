"""The inverse questions on one layer: which inputs, paddings, strides or output_paddings give a wanted size.

Every answer is the complete set within its bounds, found by bisection on the size formulas, which never fall as the
input or the padding grows (for a transposed convolution they never rise with the padding); so none of them is written
a second time here. An empty answer says what stands in the way.
"""

from __future__ import annotations

from convarith.arithmetic.bisection import first_at_least, preimage
from convarith.arithmetic.integers import integer
from convarith.arithmetic.notation import aligned, shape_text, wrapped
from convarith.arithmetic.values import Value, described, hold
from convarith.errors import ParameterError, ShapeError, axis_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from convarith.arithmetic.layer import Layer, Shape

BOUND_LIMIT = 1_000
"""The largest bound on strides and on paddings for `strides_and_paddings`."""


class AxisSolutions(Value):
    """The answer on one axis: all values (numbers, or (stride, padding) pairs), and why there are none.

    ``least`` is, for paddings, the (before, after) of the least total that does it, as even as can be and the odd one
    after; None where there is none or it was not asked.
    """

    values: range | tuple[tuple[int, int], ...]
    least: tuple[int, int] | None
    reason: str

    def __init__(
        self,
        values: range | tuple[tuple[int, int], ...],
        *,
        reason: str = "",
        least: tuple[int, int] | None = None,
    ) -> None:
        hold(self, {"values": values, "least": least, "reason": "" if values else reason})


class Solutions(Value):
    """The answer to an inverse question: per axis the complete set, and what holds on every axis alike.

    It is true where every axis has a solution, prints itself, and has `to_dict`.
    """

    question: str
    parameter: str
    axes: tuple[AxisSolutions, ...]

    def __init__(self, question: str, parameter: str, axes: Sequence[AxisSolutions]) -> None:
        hold(self, {"question": question, "parameter": parameter, "axes": tuple(axes)})

    def __bool__(self) -> bool:
        return all(axis.values for axis in self.axes)

    @property
    def common(self) -> range | tuple[tuple[int, int], ...]:
        """The values that hold on every axis alike: those that one parameter for all axes can take."""
        first = self.axes[0].values
        if isinstance(first, range):
            ranges = [axis.values for axis in self.axes if isinstance(axis.values, range)]
            return range(max(each.start for each in ranges), max(first.start, min(each.stop for each in ranges)))
        return tuple([pair for pair in first if all(pair in axis.values for axis in self.axes)])

    def __str__(self) -> str:
        ndim = len(self.axes)
        rows = []
        for number, axis in enumerate(self.axes):
            words = _values_text(axis.values) if axis.values else f"none: {axis.reason}"
            rows.append((axis_name(number, ndim), words))
            if axis.least is not None:
                rows.append(("", f"least per side: {axis.least[0]} before, {axis.least[1]} after"))
        if ndim > 1 and self:
            rows.append(("every axis", _values_text(self.common) if self.common else "none; give one for each axis"))
        return "\n".join([*wrapped(self.question), *aligned(rows)])

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as ``--json`` prints it; numbers as [first, last], pairs one by one."""
        return {
            "question": self.question,
            "parameter": self.parameter,
            "axes": [
                {
                    "values": _plain(axis.values),
                    "least": list(axis.least) if axis.least is not None else None,
                    "reason": axis.reason,
                }
                for axis in self.axes
            ],
            "common": _plain(self.common),
        }


def inputs(layer: Layer, output_shape: Shape) -> Solutions:
    """Every input size that gives the wanted output.

    >>> from convarith import Conv
    >>> print(inputs(Conv(3, stride=2, padding=1), (3, 3)))
    Conv(kernel_size=3, stride=2, padding=1): input sizes that give output 3x3
      axis 0 (height)  5 to 6
      axis 1 (width)   5 to 6
      every axis       5 to 6

    Raises:
        ShapeError: the layer has another number of axes.
    """
    wanted = layer.checked_shape(output_shape, "output_shape")
    sets = layer.input_shapes(wanted)
    axes = []
    for axis, (sizes, size) in enumerate(zip(sets, wanted, strict=True)):
        axes.append(_axis_inputs(layer.on_axis(axis), sizes, size))
    return Solutions(f"{layer!r}: input sizes that give output {shape_text(wanted)}", "input size", axes)


def paddings(layer: Layer, input_shape: Shape, output_shape: Shape) -> Solutions:
    """Every padding of 0 and more, the same on both sides, that turns the input into the wanted output, and the least
    per-side padding that does; the layer's own padding is not looked at.

    >>> from convarith import Conv
    >>> paddings(Conv(3, stride=2), (6, 6), (3, 3)).axes[0]
    AxisSolutions(values=range(1, 2), least=(0, 1), reason='')
    >>> paddings(Conv(2), (4,), (4,)).axes[0].reason
    'padding 0 gives 3 and padding 1 gives 5; the two sides have to differ'

    Raises:
        ShapeError: a shape has another number of axes than the layer.
    """
    sizes, wanted = _both(layer, input_shape, output_shape)
    axes = [
        _axis_paddings(layer.on_axis(axis), size, count)
        for axis, (size, count) in enumerate(zip(sizes, wanted, strict=True))
    ]
    question = f"{_without(layer, 'padding')}: paddings that turn {shape_text(sizes)} into {shape_text(wanted)}"
    return Solutions(question, "padding", axes)


def strides_and_paddings(
    layer: Layer, input_shape: Shape, output_shape: Shape, *, max_stride: int, max_padding: int
) -> Solutions:
    """Every (stride, padding) up to the given bounds that turns the input into the wanted output; the layer's own
    stride and padding are not looked at.

    >>> from convarith import Conv
    >>> strides_and_paddings(Conv(3), (6,), (3,), max_stride=3, max_padding=2).axes[0].values
    ((2, 1), (3, 2))

    Raises:
        ShapeError: a shape has another number of axes than the layer.
        ParameterError: a bound is out of range.
    """
    sizes, wanted = _both(layer, input_shape, output_shape)
    bounds = _bound("max_stride", max_stride, 1), _bound("max_padding", max_padding, 0)
    axes = [
        _axis_pairs(layer.on_axis(axis), size, count, *bounds)
        for axis, (size, count) in enumerate(zip(sizes, wanted, strict=True))
    ]
    question = (
        f"{_without(layer, 'padding', 'stride')}: (stride, padding) with stride up to {bounds[0]} and padding up to "
        f"{bounds[1]} that turn {shape_text(sizes)} into {shape_text(wanted)}"
    )
    return Solutions(question, "(stride, padding)", axes)


def strides(layer: Layer, input_shape: Shape, output_shape: Shape, *, max_stride: int) -> Solutions:
    """Every stride up to the given bound that turns the input into the wanted output, with the layer's own padding.

    >>> from convarith import Conv
    >>> strides(Conv(3, padding=1), (8,), (2,), max_stride=9).axes[0].values
    range(4, 8)

    Raises:
        ShapeError: a shape has another number of axes than the layer.
        ParameterError: the bound is out of range.
    """
    sizes, wanted = _both(layer, input_shape, output_shape)
    bound = _bound("max_stride", max_stride, 1)
    axes = [
        _axis_strides(layer.on_axis(axis), size, count, bound)
        for axis, (size, count) in enumerate(zip(sizes, wanted, strict=True))
    ]
    question = (
        f"{_without(layer, 'stride')}: strides up to {bound} that turn {shape_text(sizes)} into {shape_text(wanted)}"
    )
    return Solutions(question, "stride", axes)


def output_paddings(layer: Layer, input_shape: Shape, output_shape: Shape) -> Solutions:
    """The output_padding that gives a transposed convolution the wanted output; its own is not looked at.

    >>> from convarith import ConvTranspose
    >>> output_paddings(ConvTranspose(3, stride=2, padding=1), (3,), (6,)).axes[0].values
    range(1, 2)
    >>> output_paddings(ConvTranspose(3, stride=2, padding=1), (3,), (7,)).axes[0].reason
    'output_padding can be 0 to 1, which gives 5 to 6'

    Raises:
        ShapeError: a shape has another number of axes than the layer.
        ParameterError: the layer is no transposed convolution.
    """
    if layer.kind != "transposed convolution":
        raise ParameterError(
            f"nothing is left open: only a transposed convolution has an output_padding to ask for, "
            f"and this is a {layer.kind}; ask for inputs, paddings or strides"
        )
    sizes, wanted = _both(layer, input_shape, output_shape)
    axes = [
        _axis_output_padding(layer.on_axis(axis), size, count)
        for axis, (size, count) in enumerate(zip(sizes, wanted, strict=True))
    ]
    question = (
        f"{_without(layer, 'output_padding')}: output_padding that turns {shape_text(sizes)} into {shape_text(wanted)}"
    )
    return Solutions(question, "output_padding", axes)


# One axis


def _axis_inputs(layer: Layer, sizes: range, wanted: int) -> AxisSolutions:
    if sizes:
        return AxisSolutions(sizes)
    larger = sizes.start
    reason = f"input {larger} gives {_size(layer, larger)}"
    if larger == 1:
        reason += f", and an output of {wanted} would need an input below 1"
    else:
        reason = f"{_gives('input', larger - 1, _size(layer, larger - 1))} and {reason}"
    return AxisSolutions(sizes, reason=reason)


def _axis_paddings(layer: Layer, size: int, wanted: int) -> AxisSolutions:
    symmetric, reason = _symmetric_paddings(layer, size, wanted)

    def output_size(before: int, after: int) -> int:
        return _size(layer.replace(padding=((before, after),)), size)

    # All of it before makes the most windows: with ceil_mode, one that starts in the padding after is dropped.
    totals = _searched(lambda total: output_size(total, 0), layer, wanted)
    if not totals:
        return AxisSolutions(symmetric, reason=reason)
    total = totals.start
    before = first_at_least(lambda side: output_size(side, total - side) == wanted, True, total // 2)
    return AxisSolutions(symmetric, reason=f"{reason}; the two sides have to differ", least=(before, total - before))


def _symmetric_paddings(layer: Layer, size: int, wanted: int) -> tuple[range, str]:
    """The paddings that are the same on both sides, and, should there be none, why."""

    def output_size(padding: int) -> int:
        return _size(layer.replace(padding=padding), size)

    found = _searched(output_size, layer, wanted)
    next_padding = found.start
    reason = f"padding {next_padding} gives {output_size(next_padding)}"
    if next_padding:
        reason = f"{_gives('padding', next_padding - 1, output_size(next_padding - 1))} and {reason}"
    else:
        reason += ", and a padding below 0 is not looked for"
    return found, reason


def _searched(output_size: Callable[[int], int], layer: Layer, wanted: int) -> range:
    """The paddings with the wanted output size, which falls as the padding of a transposed convolution grows."""
    if layer.kind == "transposed convolution":
        return preimage(lambda padding: -output_size(padding), -wanted, 0)
    return preimage(output_size, wanted, 0)


def _axis_pairs(layer: Layer, size: int, wanted: int, max_stride: int, max_padding: int) -> AxisSolutions:
    pairs: list[tuple[int, int]] = []
    beyond: list[tuple[int, int]] = []
    reason = "the output_padding is too large for each of them"
    for stride in range(1, max_stride + 1):
        try:
            strided = layer.replace(stride=stride)
        except ParameterError:  # an output_padding that this stride does not allow
            continue
        paddings_here, reason = _symmetric_paddings(strided, size, wanted)
        pairs += [(stride, padding) for padding in paddings_here if padding <= max_padding]
        beyond += [(paddings_here[0], stride)] if paddings_here else []
    if beyond:
        padding, stride = min(beyond)
        return AxisSolutions(
            tuple(pairs),
            reason=f"max_padding {max_padding} prevents it; stride {stride} with padding {padding} would do",
        )
    if layer.kind == "transposed convolution":  # with this output_padding, a larger stride may skip the size as well
        added = layer.settings.get("output_padding", 0)
        blame = f"no stride up to max_stride {max_stride} does it with output_padding {added}"
    else:
        blame = f"max_stride {max_stride} prevents it"
    return AxisSolutions(tuple(pairs), reason=f"{blame}; with stride {max_stride}, {reason}")


def _axis_strides(layer: Layer, size: int, wanted: int, max_stride: int) -> AxisSolutions:
    sizes = {}
    for stride in range(1, max_stride + 1):
        try:
            sizes[stride] = _size(layer.replace(stride=stride), size)
        except ParameterError:  # an output_padding that this stride does not allow
            continue
    found = [stride for stride, output in sizes.items() if output == wanted]
    if found:  # sizes rise or fall with the stride, so these are neighbours
        return AxisSolutions(range(found[0], found[-1] + 1))
    if not sizes:
        return AxisSolutions(range(0), reason="the output_padding is too large for each of them")
    first, last = min(sizes), max(sizes)
    reason = f"{_gives('stride', first, sizes[first])} and {_gives('stride', last, sizes[last])}"
    return AxisSolutions(range(0), reason=f"with strides up to max_stride {max_stride}, {reason}")


def _axis_output_padding(layer: Layer, size: int, wanted: int) -> AxisSolutions:
    largest = max(integer(layer.settings.get(name, 1), name) for name in ("stride", "dilation")) - 1
    top = _size(layer.replace(output_padding=largest), size)
    needed = largest - (top - wanted)  # the output grows by one with each
    if 0 <= needed <= largest and top:
        return AxisSolutions(range(needed, needed + 1))
    first = max(top - largest, 1)
    return AxisSolutions(
        range(0),
        reason=f"output_padding can be 0 to {largest}, which gives {first} to {top}" if top else "no output is left",
    )


def _size(layer: Layer, size: int) -> int:
    """The output size, 0 where the layer does not fit."""
    try:
        return layer.output_shape((size,))[0]
    except ShapeError:
        return 0


def _gives(name: str, value: int, size: int) -> str:
    return f"{name} {value} gives {size}" if size else f"{name} {value} gives nothing"


def _bound(name: str, bound: int, least: int) -> int:
    number = integer(bound, name, least)
    if number > BOUND_LIMIT:
        raise ParameterError(
            f"{name} {number} is above the limit of {BOUND_LIMIT}; lower it", name=name, limit=BOUND_LIMIT
        )
    return number


# Words and plain data


def _both(layer: Layer, input_shape: Shape, output_shape: Shape) -> tuple[tuple[int, ...], tuple[int, ...]]:
    sizes, wanted = layer.checked_shape(input_shape, "input_shape"), layer.checked_shape(output_shape, "output_shape")
    if len(sizes) != len(wanted):
        raise ShapeError(
            f"input_shape {sizes} has {len(sizes)} axes and output_shape {wanted} has {len(wanted)}; give both as many",
            input_shape=sizes,
            output_shape=wanted,
        )
    return sizes, wanted


def _without(layer: Layer, *names: str) -> str:
    """The layer's repr without the parameters that are asked for."""
    return described(layer, [name for name in layer.settings if name not in names])


def _values_text(values: range | tuple[tuple[int, int], ...]) -> str:
    if isinstance(values, range):
        return str(values[0]) if len(values) == 1 else f"{values[0]} to {values[-1]}"
    return ", ".join(f"({stride}, {padding})" for stride, padding in values)


def _plain(values: range | tuple[tuple[int, int], ...]) -> list[Any]:
    if isinstance(values, range):
        return [values[0], values[-1]] if values else []
    return [list(pair) for pair in values]
