"""What a framework refuses of a call whose input, paddings and count are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convarith.arithmetic.axis import conv_count, kernel_too_large, no_ceil_window, nothing_left
from convarith.arithmetic.bisection import first_at_least
from convarith.errors import RefusedError, ShapeError
from convarith.frameworks.counts import COUNTS
from convarith.frameworks.making_checks import on_each_axis
from convarith.frameworks.pads import PADS

if TYPE_CHECKING:
    from convarith.frameworks.making_checks import Check
    from convarith.frameworks.rules import Call, OneAxis


def _empty_input(call: Call) -> None:
    for number, axis in enumerate(call.axes):
        if axis.length:
            continue
        least = 1 if call.rule.size != "floor" else max(1, axis.span - axis.before - axis.after)
        raise ShapeError(
            f"the input has size 0; it needs at least {least}", input_size=0, least_input_size=least
        ).on_axis(number, len(call.axes))


def _empty_input_alone(call: Call) -> None:
    if call.channels is None or (call.channels.batch and call.channels.inputs):
        _empty_input(call)


def _kernel_too_large(call: Call) -> None:
    """The mend is padding where that is given in numbers, and a larger input where it has a name."""
    refusal: RefusedError
    for number, axis in enumerate(call.axes):
        if axis.span <= axis.extent:
            continue
        if call.rule.pads == "given":
            refusal = kernel_too_large(
                axis.length, axis.kernel, axis.dilation, axis.input_dilation, axis.before, axis.after
            )
        else:
            kernel = (axis.extent - 1) // axis.dilation + 1
            smaller = f", or a kernel of at most {kernel}" if kernel >= 1 and call.rule.pads == "none" else ""
            refusal = _too_small(axis, axis.span - axis.before - axis.after, smaller)
        raise refusal.on_axis(number, len(call.axes))


def _no_window(call: Call) -> None:
    for number, axis in enumerate(call.axes):
        if axis.windows is None or axis.windows >= 1:
            continue
        if call.rule.size.startswith("ceil"):
            refusal = no_ceil_window(axis.length, axis.kernel, axis.stride, axis.dilation, axis.before, axis.after)
        else:
            refusal = kernel_too_large(
                axis.length, axis.kernel, axis.dilation, axis.input_dilation, axis.before, axis.after
            )
        raise refusal.on_axis(number, len(call.axes))


def _pool_too_large(axis: OneAxis) -> RefusedError | None:
    """As `_kernel_too_large`, where the padding is bounded by the kernel, and so is no mend."""
    if axis.span <= axis.extent:
        return None
    kernel = (axis.extent - 1) // axis.dilation + 1
    smaller = f", or a kernel of at most {kernel}" if kernel >= max(1, 2 * axis.before) else ""
    return _too_small(axis, axis.span - axis.before - axis.after, smaller)


def _no_ceil_pool(axis: OneAxis) -> RefusedError | None:
    """The same of a pooling that rounds up."""
    if axis.windows is None or axis.windows >= 1:
        return None
    return _too_small(axis, axis.span - axis.before - axis.after - axis.stride + 1, "")


def _too_small(axis: OneAxis, least: int, smaller: str) -> RefusedError:
    dilated = f" with dilation {axis.dilation} spans {axis.span} and" if axis.dilation > 1 else ""
    return ShapeError(
        f"kernel {axis.kernel}{dilated} does not fit in input {axis.length} with padding {axis.before}; "
        f"it needs an input of at least {least}{smaller}",
        kernel_size=axis.kernel,
        dilation=axis.dilation,
        input_size=axis.length,
        padding=(axis.before, axis.after),
        least_input_size=least,
    )


def _kernel_beyond_input(axis: OneAxis) -> RefusedError | None:
    if axis.kernel <= axis.length:
        return None
    return ShapeError(
        f"kernel {axis.kernel} is larger than input {axis.length} without its padding; "
        f"it needs an input of at least {axis.kernel}, or a kernel of at most {axis.length}",
        kernel_size=axis.kernel,
        input_size=axis.length,
    )


def _nothing_left(axis: OneAxis) -> RefusedError | None:
    if axis.windows is None or axis.windows >= 1:
        return None
    return nothing_left(
        axis.length,
        axis.kernel,
        axis.stride,
        axis.dilation,
        axis.before,
        axis.after,
        axis.output_padding or 0,
        axis.windows,
    )


def _negative_size(axis: OneAxis) -> RefusedError | None:
    if axis.windows is None or axis.windows >= 0:
        return None
    return ShapeError(
        f"input {axis.length} with kernel {axis.kernel}, stride {axis.stride} and padding {axis.before} leaves "
        f"{axis.windows}, below 0; it needs padding of at most {(axis.before + axis.after + axis.windows) // 2}",
        output_size=axis.windows,
        padding=(axis.before, axis.after),
    )


def _another_way_back(axis: OneAxis) -> RefusedError | None:
    size = axis.windows or 0
    if conv_count(size + axis.before + axis.after, axis.kernel, axis.dilation, axis.stride) == axis.length:
        return None
    base = axis.full - axis.before - axis.after
    least, largest = max(base, 0), base + axis.stride - 1
    mend = f"it can be {least} to {largest}"
    if largest < 0:
        mend = f"none does, it needs padding of at most {axis.full + axis.stride - 1} in all"
    return ShapeError(
        f"output size {size} does not come from input {axis.length}: the convolution that goes back gives another; "
        f"{mend}",
        output_size=size,
        input_size=axis.length,
        least=least,
        largest=largest,
    )


def _cropped_away(axis: OneAxis) -> RefusedError | None:
    if axis.extent >= 0:
        return None
    return ShapeError(
        f"padding ({axis.before}, {axis.after}) crops more than the input's {axis.stretched}; "
        f"it can crop {axis.stretched} in all",
        padding=(axis.before, axis.after),
        input_size=axis.length,
    )


def _below_nothing(axis: OneAxis) -> RefusedError | None:
    """As `_negative_size`, of a transposed convolution without paddings in numbers."""
    if axis.windows is None or axis.windows >= 0:
        return None
    least = axis.length - axis.windows // axis.stride
    return ShapeError(
        f"input {axis.length} with kernel {axis.kernel} and stride {axis.stride} leaves an output of {axis.windows}, "
        f"below 0; it needs an input of at least {least}",
        input_size=axis.length,
        kernel_size=axis.kernel,
        stride=axis.stride,
        output_size=axis.windows,
        least_input_size=least,
    )


def _another_rounded_way_back(axis: OneAxis) -> RefusedError | None:
    """As `_another_way_back`, where that gives ⌈o/s⌉."""
    size, largest = axis.windows or 0, axis.stride * axis.length
    least = max(largest - axis.stride + 1, 0)
    if least <= size <= largest:
        return None
    return ShapeError(
        f"output size {size} does not come from input {axis.length}: the convolution that goes back gives another; "
        f"it can be {least} to {largest}",
        output_size=size,
        input_size=axis.length,
        least=least,
        largest=largest,
    )


def _nothing_to_continue(axis: OneAxis) -> RefusedError | None:
    if axis.length or (axis.before, axis.after) == (0, 0):
        return None
    return ShapeError(
        f"the input has size 0, and padding ({axis.before}, {axis.after}) continues it; it needs at least 1",
        input_size=0,
        least_input_size=1,
        padding=(axis.before, axis.after),
    )


def _cropped_by_name(axis: OneAxis) -> RefusedError | None:
    if axis.before >= 0 and axis.after >= 0:
        return None
    return ShapeError(
        f"kernel {axis.kernel} with stride {axis.stride} over input {axis.length} leaves this padding "
        f"{axis.before + axis.after} in all, below 0; give the padding in numbers, with 0 the size is the same",
        input_size=axis.length,
        kernel_size=axis.kernel,
        stride=axis.stride,
        padding=(axis.before, axis.after),
    )


def _beyond_reach(axis: OneAxis) -> RefusedError | None:
    size, largest = axis.windows or 0, axis.full + axis.stride - 1
    if size <= largest:
        return None
    return ShapeError(
        f"output size {size} does not come from input {axis.length} with kernel {axis.kernel} and stride "
        f"{axis.stride}; it can be 1 to {largest}",
        output_size=size,
        input_size=axis.length,
        largest=largest,
    )


def _added_to_nothing(axis: OneAxis) -> RefusedError | None:
    if axis.length or not axis.output_padding:
        return None
    return ShapeError(
        f"output_padding {axis.output_padding} does not go together with an input of size 0; "
        f"give output_padding 0, or an input of at least 1",
        output_padding=axis.output_padding,
        input_size=0,
    )


def _nothing_in_full(axis: OneAxis) -> RefusedError | None:
    """As `_nothing_left`, where there is nothing even without padding, so that no other padding mends it."""
    least = axis.full + (axis.output_padding or 0)
    if least >= 1 or axis.windows is None or axis.windows >= 1:
        return None
    refusal = _nothing_left(axis)
    assert refusal is not None, "it leaves nothing"
    return ShapeError(
        f"input {axis.length} with kernel {axis.kernel} and stride {axis.stride} has an output of {least} in all, "
        f"below 1; it needs an input of at least {refusal.least_input_size}",
        **refusal.numbers,
    )


def _size_below_0(call: Call) -> None:
    """Refuses what has no size, where 0 is one; the mends are searched, as each formula rounds in its way."""
    size, rule = COUNTS[call.rule.size], PADS[call.rule.pads]

    def windows(axis: OneAxis) -> int:
        before, after = rule.of(axis)
        return size.of(axis._replace(before=before, after=after))

    for number, axis in enumerate(call.axes):
        if axis.windows is None or axis.windows >= 0:
            continue
        less = first_at_least(lambda by, axis=axis: windows(axis._replace(kernel=axis.kernel - by)), 0, 0)  # type: ignore[misc]
        mends = [f"a kernel of at most {axis.kernel - less}"]
        if call.rule.pads == "given":
            more = first_at_least(lambda by, axis=axis: windows(axis._replace(after=axis.after + by)), 0, 0)  # type: ignore[misc]
            if axis.after + more < axis.kernel:
                mends.insert(0, f"padding of at least {axis.after + more} after")
        raise ShapeError(
            f"kernel {axis.kernel} with dilation {axis.dilation}, stride {axis.stride} and padding "
            f"({axis.before}, {axis.after}) over input {axis.length} leaves a size of {axis.windows}, below 0; "
            f"it needs {' or '.join(mends)}",
            input_size=axis.length,
            kernel_size=axis.kernel,
            dilation=axis.dilation,
            stride=axis.stride,
            padding=(axis.before, axis.after),
            output_size=axis.windows,
            largest_kernel_size=axis.kernel - less,
        ).on_axis(number, len(call.axes))


SHAPES: dict[str, Check] = {
    "empty input": _empty_input,
    "empty input but neither batch nor channels": _empty_input_alone,
    "pool larger than the padded input": on_each_axis(_pool_too_large),
    "no window of a pool": on_each_axis(_no_ceil_pool),
    "kernel larger than the input": on_each_axis(_kernel_beyond_input),
    "kernel too large": _kernel_too_large,
    "no window": _no_window,
    "another way back": on_each_axis(_another_way_back),
    "negative size": on_each_axis(_negative_size),
    "nothing left": on_each_axis(_nothing_left),
    "cropped away": on_each_axis(_cropped_away),
    "less than nothing left": on_each_axis(_below_nothing),
    "another rounded way back": on_each_axis(_another_rounded_way_back),
    "size below 0": _size_below_0,
    "nothing in full": on_each_axis(_nothing_in_full),
    "cropped by name": on_each_axis(_cropped_by_name),
    "output size beyond reach": on_each_axis(_beyond_reach),
    "output padding of an empty input": on_each_axis(_added_to_nothing),
    "nothing to continue": on_each_axis(_nothing_to_continue),
}
"""Checks of a call whose input, paddings and counts are known."""
