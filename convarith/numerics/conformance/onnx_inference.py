"""What onnx's shape inference does, its departures from the text included, so that each quirk pins its very answer.

It checks little and goes by its own way; this follows it, for settings whose attributes are well formed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convarith.arithmetic.axis import kernel_span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.numerics.conformance.asking import Arguments


SAME = ("SAME_UPPER", "SAME_LOWER")


def inferred(operation: str, arguments: Arguments) -> tuple[int, ...]:
    """The sizes that the inference is sure of."""
    shape = tuple(arguments["input_shape"])
    if operation == "conv_transpose":
        channels = arguments["weight_shape"][1] * arguments.get("group", 1)
        return (shape[0], channels, *_transposed(shape[2:], arguments))
    channels = arguments["weight_shape"][0] if operation == "conv" else shape[1]
    mode, opset = arguments.get("ceil_mode", 0), arguments.get("opset", 22)
    sizes = []
    for size, kernel, stride, dilation, before, after in _axes(shape[2:], arguments):
        room = size + before + after - kernel_span(kernel, dilation)
        if opset < 22:
            count = (-(-room // stride) if mode == 1 else _truncated(room, stride)) + 1
        else:
            count = _truncated(room + (stride - 1 if mode else 0), stride) + 1
            count -= mode == 1 and (count - 1) * stride >= size + before
        sizes.append(count)
    return (shape[0], channels, *sizes)


def leaves_too_little(operation: str, arguments: Arguments) -> bool:
    """Whether a kernel is larger than its padded input, or a transposed convolution leaves nothing."""
    if operation == "conv_transpose":
        return min(inferred(operation, arguments)[2:], default=1) < 1
    return any(
        size + before + after < kernel_span(kernel, dilation)
        for size, kernel, _, dilation, before, after in _axes(arguments["input_shape"][2:], arguments)
    )


def is_unchecked(operation: str, arguments: Arguments) -> bool:
    """Whether a setting breaks one of the text's rules that the inference does not check."""
    shape, weight = tuple(arguments["input_shape"]), tuple(arguments.get("weight_shape", ()))
    group, name = arguments.get("group", 1), arguments.get("auto_pad", "NOTSET")
    if name not in ("NOTSET", "VALID", *SAME) or (name != "NOTSET" and arguments.get("pads") is not None):
        return True
    if arguments.get("opset", 22) > 28:
        return True
    if arguments.get("storage_order", 0) not in (0, 1) or arguments.get("ceil_mode", 0) not in (0, 1):
        return True
    if not weight:
        return False
    if tuple(arguments.get("kernel_shape") or weight[2:]) != weight[2:]:
        return True
    if operation == "conv":
        return bool(group < 1 or shape[1] != weight[1] * group or weight[0] % group)
    if shape[1] != weight[0]:
        return True
    added, wanted = arguments.get("output_padding"), arguments.get("output_shape")
    for number, (size, kernel, stride, dilation, *_) in enumerate(_axes(shape[2:], arguments)):
        if added and arguments.get("opset", 22) >= 11 and added[number] >= max(stride, dilation):
            return True
        if wanted and not 1 <= wanted[number] < stride * size + kernel_span(kernel, dilation):
            return True
    return False


def _transposed(sizes: Sequence[int], arguments: Arguments) -> tuple[int, ...]:
    same = arguments.get("auto_pad") in SAME and arguments.get("pads") is None
    added = arguments.get("output_padding") or (0,) * len(sizes)
    wanted = arguments.get("output_shape")
    found: list[int] = []
    for number, (size, kernel, stride, dilation, before, after) in enumerate(_axes(sizes, arguments)):
        if wanted is not None:
            if wanted[number] < size:
                return tuple(found)
            found.append(wanted[number])
            continue
        full = stride * (size - 1) + kernel_span(kernel, dilation)
        found.append((min(full, stride * size) if same else full - before - after) + added[number])
    return tuple(found)


def _truncated(number: int, divisor: int) -> int:
    """The quotient rounded towards zero."""
    return number // divisor if number >= 0 else -(-number // divisor)


def _axes(sizes: Sequence[int], arguments: Arguments) -> list[tuple[int, ...]]:
    """(size, kernel, stride, dilation, before, after) of each axis; pads are believed whatever auto_pad is."""
    ndim = len(sizes)
    ones = (1,) * ndim
    kernel = arguments.get("kernel_shape") or tuple(arguments["weight_shape"])[2:]
    strides, dilations = arguments.get("strides") or ones, arguments.get("dilations") or ones
    pads = arguments.get("pads")
    name = arguments.get("auto_pad", "NOTSET")
    rows: list[tuple[int, ...]] = []
    for axis in range(ndim):
        size, stride = sizes[axis], strides[axis]
        before, after = (pads[axis], pads[axis + ndim]) if pads is not None else (0, 0)
        if pads is None and name in SAME:
            windows = -(-size // stride)
            total = max((windows - 1) * stride + kernel_span(kernel[axis], dilations[axis]) - size, 0)
            small, large = total // 2, total - total // 2
            before, after = (small, large) if name == "SAME_UPPER" else (large, small)
        rows.append((size, kernel[axis], stride, dilations[axis], before, after))
    return rows
