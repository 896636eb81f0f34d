"""What a framework refuses of an axis without an input: kernels, strides, paddings and output paddings out of range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convarith.errors import ParameterError, RefusedError
from convarith.frameworks.making_checks import on_each_axis
from convarith.frameworks.pads import PADS

if TYPE_CHECKING:
    from collections.abc import Callable

    from convarith.frameworks.making_checks import Check, OfOneAxis
    from convarith.frameworks.rules import Call, OneAxis


def below(name: str, least: int) -> OfOneAxis:
    """A refusal of a field that is below its least value."""

    def refuses(axis: OneAxis) -> RefusedError | None:
        value = getattr(axis, name)
        if value is None or value >= least:
            return None
        said = FIELDS.get(name, name)
        return ParameterError(
            f"{said} {value} is below {least}; the smallest {said} is {least}", name=said, value=value, least=least
        )

    return refuses


FIELDS = {"kernel": "kernel size", "output_size": "output size"}
"""How a refusal calls a field of an axis where it is not the field's name."""


def _negative_padding(axis: OneAxis) -> RefusedError | None:
    least = min(axis.before, axis.after)
    if least >= 0:
        return None
    return ParameterError(
        f"padding {least} is below 0; the smallest padding is 0, crop the input before the layer", padding=least
    )


def _negative_transposed_padding(axis: OneAxis) -> RefusedError | None:
    least = min(axis.before, axis.after)
    if least >= 0:
        return None
    return ParameterError(
        f"padding {least} is below 0; the smallest padding is 0, pad the output after the layer", padding=least
    )


def _more_than_half_the_kernel(axis: OneAxis) -> RefusedError | None:
    padding, largest = max(axis.before, axis.after), axis.kernel // 2
    if padding <= largest:
        return None
    return ParameterError(
        f"padding {padding} is more than half of kernel {axis.kernel}; it can be 0 to {largest}, "
        f"or pad the input before the pooling",
        padding=padding,
        kernel_size=axis.kernel,
        largest_padding=largest,
    )


def _padding_of_the_kernel(axis: OneAxis) -> RefusedError | None:
    padding = max(axis.before, axis.after)
    if padding < axis.kernel:
        return None
    return ParameterError(
        f"padding {padding} is not below kernel {axis.kernel}; it can be 0 to {axis.kernel - 1}",
        padding=padding,
        kernel_size=axis.kernel,
        largest_padding=axis.kernel - 1,
    )


def _padded_and_rounded_up(axis: OneAxis) -> RefusedError | None:
    padding = max(axis.before, axis.after)
    if not padding:
        return None
    return ParameterError(
        f"padding {padding} does not go together with rounding up; give padding 0, or let it round down",
        padding=padding,
    )


def _strided(axis: OneAxis) -> RefusedError | None:
    if axis.stride == 1:
        return None
    least = "" if axis.size is None else f" by {PADS['least, end'].of(axis)}, which gives ⌈i/s⌉ outputs,"
    return ParameterError(
        f"a padding of this name is for stride 1, and the stride is {axis.stride}; pad the input first,{least} "
        f"and give padding 0, or give stride 1",
        stride=axis.stride,
    )


def _dilated(axis: OneAxis) -> RefusedError | None:
    if axis.dilation == 1:
        return None
    return ParameterError(
        f"dilation {axis.dilation} does not go together with this padding; give dilation 1, or the padding in numbers",
        dilation=axis.dilation,
    )


def _dilated_in_numbers(axis: OneAxis) -> RefusedError | None:
    if axis.dilation == 1:
        return None
    return ParameterError(
        f"dilation {axis.dilation} does not go together with padding in numbers; give dilation 1, or a padding by name",
        dilation=axis.dilation,
    )


def _stretched_by_name(axis: OneAxis) -> RefusedError | None:
    if axis.input_dilation == 1:
        return None
    return ParameterError(
        f"a padding by name does not go together with input dilation {axis.input_dilation}; give it in numbers",
        input_dilation=axis.input_dilation,
    )


def _output_padding_from(bound: Callable[[OneAxis], int], words: str) -> OfOneAxis:
    """A refusal of an output padding of ``bound`` and more."""

    def refuses(axis: OneAxis) -> RefusedError | None:
        added, limit = axis.output_padding, bound(axis)
        if added is None or 0 <= added < limit:
            return None
        return ParameterError(
            f"output_padding {added} with stride {axis.stride} and dilation {axis.dilation} is out of range; "
            f"it can be 0 to {limit - 1}, less than {words}",
            output_padding=added,
            stride=axis.stride,
            dilation=axis.dilation,
            largest_output_padding=limit - 1,
        )

    return refuses


# Of all axes


def _stride_and_dilation(call: Call) -> None:
    strides, dilations = [axis.stride for axis in call.axes], [axis.dilation for axis in call.axes]
    if max(strides) > 1 and max(dilations) > 1:
        raise ParameterError(
            f"stride {_shown(strides)} and dilation {_shown(dilations)} do not go together, on whatever axes; "
            f"give stride 1 or dilation 1 everywhere",
            stride=tuple(strides),
            dilation=tuple(dilations),
        )


def _shown(numbers: list[int]) -> str:
    return str(numbers[0]) if len(set(numbers)) == 1 else str(tuple(numbers))


PARAMETERS: dict[str, Check] = {
    "kernel below 1": on_each_axis(below("kernel", 1)),
    "stride below 1": on_each_axis(below("stride", 1)),
    "dilation below 1": on_each_axis(below("dilation", 1)),
    "input dilation below 1": on_each_axis(below("input_dilation", 1)),
    "negative padding": on_each_axis(_negative_padding),
    "negative transposed padding": on_each_axis(_negative_transposed_padding),
    "padding above half the kernel": on_each_axis(_more_than_half_the_kernel),
    "padding of the kernel or more": on_each_axis(_padding_of_the_kernel),
    "padding with rounding up": on_each_axis(_padded_and_rounded_up),
    "stride with this padding": on_each_axis(_strided),
    "dilation with this padding": on_each_axis(_dilated),
    "dilation with padding in numbers": on_each_axis(_dilated_in_numbers),
    "named padding of a dilated input": on_each_axis(_stretched_by_name),
    "stride and dilation": _stride_and_dilation,
    "output padding of the stride or more": on_each_axis(_output_padding_from(lambda axis: axis.stride, "the stride")),
    "output padding of stride and dilation or more": on_each_axis(
        _output_padding_from(lambda axis: max(axis.stride, axis.dilation), "the larger of the two")
    ),
    "output padding below 0": on_each_axis(below("output_padding", 0)),
    "output size below 1": on_each_axis(below("output_size", 1)),
}
"""Checks that need no input."""
