"""The core: a call of any framework, by its rule, to paddings in numbers, counts, axes, and the layer with the same
windows.

Nothing here knows a framework. What is refused first is what needs no input; then the paddings (or, of a transposed
one, the size) become numbers, and then come the refusals that know both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.arithmetic.axis import Axis
from convarith.arithmetic.layers import Conv, ConvTranspose, Pool
from convarith.errors import ParameterError, ShapeError
from convarith.frameworks.counts import COUNTS
from convarith.frameworks.pads import HEADS, PADS
from convarith.frameworks.refusals import PARAMETERS, SHAPES, check
from convarith.frameworks.rules import Call, Resolved

if TYPE_CHECKING:
    from typing import NoReturn

    from convarith.frameworks.rules import OneAxis


def resolved(call: Call) -> Resolved:
    """A direct convolution or a pooling with its paddings in numbers, and its axes where the input is known.

    Raises:
        RefusedError: the framework refuses the call.
    """
    check(call, PARAMETERS)
    rule = PADS[call.rule.pads]
    if not call.has_input:
        pads = () if rule.needs_input else tuple([rule.of(axis) for axis in call.axes])
        return Resolved(call, pads, (0,) * len(call.axes), None)
    axes = []
    for axis in call.axes:
        before, after = rule.of(axis)
        padded = axis._replace(before=before, after=after)
        axes.append(padded._replace(windows=COUNTS[call.rule.size].of(padded)))
    call = call._replace(axes=tuple(axes))
    check(call, SHAPES)
    built = [
        Axis(
            axis.length,
            axis.kernel,
            axis.windows or 0,
            axis.stride,
            axis.dilation,
            axis.input_dilation,
            axis.before,
            axis.after,
        )
        for axis in axes
    ]
    return Resolved(call, tuple([(axis.before, axis.after) for axis in axes]), (0,) * len(axes), tuple(built))


def resolved_transposed(call: Call) -> Resolved:
    """A transposed convolution with what it crops in numbers, and its axes where the input is known.

    Raises:
        RefusedError: the framework refuses the call.
    """
    check(call, PARAMETERS)
    axes = [axis._replace(windows=COUNTS[call.rule.size].of(axis)) for axis in call.axes]
    call = call._replace(axes=tuple(axes))
    if call.has_input:
        check(call, SHAPES)
    pads, added = zip(
        *[_cropped(axis, HEADS[call.rule.pads].of(axis), call.rule.pads == "given") for axis in axes], strict=True
    )
    if not call.has_input:
        return Resolved(call, pads, added, None)
    built = []
    for axis, (head, tail), more in zip(axes, pads, added, strict=True):
        before, after = axis.span - 1 - head, axis.span - 1 - tail + more
        count = axis.windows or 0
        built.append(
            Axis(axis.length, axis.kernel, count, 1, axis.dilation, axis.stride, before, after, more, flipped=True)
        )
    return Resolved(call, pads, added, tuple(built))


def _cropped(axis: OneAxis, head: int, given: bool) -> tuple[tuple[int, int], int]:
    """((padding before, after), added zeros) of the transposed convolution that has ``head`` cropped and this count.

    Paddings that are ``given`` stay as they are. Else what the head leaves is cropped at the end, or zeros are added
    there where the result is larger than the full one.
    """
    tail = axis.after if given else max(axis.full - head - (axis.windows or 0), 0)
    added = (axis.windows or 0) - (axis.full - head - tail)
    if 0 <= added < max(axis.stride, axis.dilation):
        return (head, tail), added
    return (head, tail - added), 0


# The layer with the same windows


def conv_layer(resolved: Resolved, kernel_size: Any, stride: Any, dilation: Any, input_dilation: Any = 1) -> Conv:
    """The convolution with these windows.

    Raises:
        ParameterError, ShapeError: there is none: the padding needs the input, or the output is empty.
    """
    padding = _padding(resolved)
    return Conv(kernel_size, stride=stride, padding=padding, dilation=dilation, input_dilation=input_dilation)


def pool_layer(resolved: Resolved, kernel_size: Any, stride: Any, dilation: Any = 1, ceil_mode: bool = False) -> Pool:
    """The pooling with these windows. A count beyond what it rounds to is had by padding after.

    Raises:
        ParameterError, ShapeError: there is none: the padding needs the input, or the output is empty.
    """
    padding = _padding(resolved)
    pool = Pool(kernel_size, stride=stride, padding=padding, dilation=dilation, ceil_mode=ceil_mode)
    if resolved.axes is None:
        return pool
    shape = tuple([axis.size for axis in resolved.axes])
    try:
        if pool.output_shape(shape) == resolved.counts:
            return pool
    except ShapeError:
        pass  # the framework has a window where our rounding has none
    pairs = [(axis.before, axis.after + max(0, -axis.remainder)) for axis in resolved.axes]
    return Pool(kernel_size, stride=stride, padding=collapsed(pairs), dilation=dilation)


def conv_transpose_layer(resolved: Resolved, kernel_size: Any, stride: Any, dilation: Any) -> ConvTranspose:
    """The transposed convolution with these windows.

    Raises:
        ParameterError, ShapeError: there is none: the output is empty.
    """
    refuse_empty(resolved)
    return ConvTranspose(
        kernel_size,
        stride=stride,
        padding=collapsed(resolved.pads),
        dilation=dilation,
        output_padding=resolved.added[0] if len(set(resolved.added)) == 1 else resolved.added,
    )


def _padding(resolved: Resolved) -> Any:
    """The padding of our layer: numbers, or the name that always means the same while the input is not known."""
    refuse_empty(resolved)
    rule = PADS[resolved.call.rule.pads]
    if resolved.axes is None and rule.name:
        return rule.name
    if not resolved.pads:
        raise ParameterError(
            f"{resolved.call.framework}'s padding here ({rule.words}) needs the input; give input_shape",
            framework=resolved.call.framework,
        )
    return collapsed(resolved.pads)


def refuse_empty(resolved: Resolved) -> None:
    """Refuse a layer where the framework's answer is of size 0.

    Raises:
        ShapeError: it is.
    """
    if resolved.axes is not None and min(resolved.counts) < 1:
        raise ShapeError(
            f"{resolved.call.framework} answers with an empty output, of shape {resolved.counts}; no layer has one, "
            f"the shape function answers",
            framework=resolved.call.framework,
            output_shape=resolved.counts,
        )


def collapsed(pairs: Any) -> Any:
    """One pair, for every axis, where all axes agree."""
    return (pairs[0],) if len(set(pairs)) == 1 else tuple(pairs)


def without_layer(framework: str, operation: str, why: str) -> NoReturn:
    """What a layer function does that has no layer.

    Raises:
        ParameterError: always.
    """
    raise ParameterError(
        f"{framework}'s {operation} has no layer: {why}; {operation}_shape answers", framework=framework
    )
