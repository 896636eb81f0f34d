"""onnxruntime, asked itself: a model of one node, run on the CPU.

The model knows the shapes of its inputs, so that what onnx's shape inference refuses is refused when it is loaded; a
model that leaves them open runs some of it, negative pads for one. There are few channels: from 8 or 16 on, as the
machine has it, poolings of 2 axes are computed by another program, which takes the negative padding of SAME and ends
the process where the output is empty.
"""

from __future__ import annotations

from functools import cache, partial
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from convarith.numerics import convolution, pooling
from convarith.numerics.conformance import onnx_settings as settings
from convarith.numerics.conformance.asking import Asked, Operation, Quirk, Refused
from convarith.numerics.conformance.asking_onnx import OPERATORS, inputs, model

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from numpy.typing import NDArray

    from convarith.numerics.conformance.asking import Answer, Arguments, Numbers

    Array = NDArray[Any]


@cache
def _options() -> Any:
    import onnxruntime

    onnxruntime.set_default_logger_severity(4)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # arrays are tiny
    options.log_severity_level = 4
    return options


def _run(operation: str, arguments: Arguments, arrays: Sequence[Array], outputs: tuple[str, ...] = ("y",)) -> Any:
    """What comes out; onnxruntime's own errors where it refuses."""
    import onnxruntime

    built = model(operation, arguments, outputs).SerializeToString()
    session = onnxruntime.InferenceSession(built, _options(), providers=["CPUExecutionProvider"])
    return session.run(None, dict(zip(inputs(arguments), arrays, strict=True)))


def ask(operation: str, arguments: Arguments) -> Answer:
    """The shape of what a session gives for zeros."""
    try:
        arrays = [np.zeros(shape, np.float32) for shape in inputs(arguments).values()]
        return tuple(_run(operation, arguments, arrays)[0].shape)
    except Exception as refusal:  # noqa: BLE001 - whatever onnxruntime raises is its refusal
        return Refused(f"{type(refusal).__name__}: {' '.join(str(refusal).split())}")


def _is_fatal(operation: str, arguments: Arguments) -> bool:
    """What onnxruntime may not come back from, and what is therefore never asked.

    A Conv without input channels does not end where it pads or strides, nor one without groups; a Conv of 4 axes or a
    ConvTranspose of 3 ends the process where an input has size 0.
    """
    shape = tuple(arguments["input_shape"])
    if len(shape) > {"conv": 5, "conv_transpose": 4}.get(operation, len(shape)) and not min(shape[2:]):
        return True
    if operation == "conv" and not shape[1]:
        plain = all(arguments.get(name) is None for name in ("strides", "pads", "dilations"))
        return not plain or arguments.get("auto_pad") in ("SAME_UPPER", "SAME_LOWER") or arguments.get("group", 1) < 1
    return False


def _sample(operation: str, rng: Random) -> Arguments:
    arguments = getattr(settings, operation)(rng)
    while _is_fatal(operation, arguments):
        arguments = getattr(settings, operation)(rng)
    return {**arguments, "runtime": "onnxruntime"}


# Numbers

NOTHING = np.finfo(np.float32).min
"""What onnxruntime has for the maximum of nothing."""


def _whole(shape: Sequence[int], low: int = -9) -> Array:
    """Whole numbers that look random and are the same each time."""
    places = np.arange(prod(shape), dtype=np.int64)
    return (low + (places * 7919 + places // 3 * 31) % (10 - low)).astype(np.float32).reshape(shape)


def _layer(operation: str, arguments: Arguments) -> Any:
    """Our layer for the arguments of a call."""
    from convarith.frameworks import onnx as ours

    shape, weight = tuple(arguments["input_shape"]), arguments.get("weight_shape")
    left_out = ("input_shape", "weight_shape", "group")
    given = {name: value for name, value in arguments.items() if name not in left_out}
    if weight is not None:
        given["kernel_shape"] = tuple(weight)[2:]
    return getattr(ours, operation)(input_shape=shape[2:], **given)


def _empty(arguments: Arguments) -> bool:
    """Whether there are no numbers to compare."""
    return not all(min(shape) for shape in inputs(arguments).values())


def _size(operation: str, arguments: Arguments) -> tuple[int, ...]:
    from convarith.frameworks import onnx as ours

    shape: tuple[int, ...] = getattr(ours, f"{operation}_shape")(**arguments)
    return shape


def numbers_of_conv(operation: str, arguments: Arguments) -> Numbers | None:
    """Two convolutions, direct or transposed, of the same whole numbers."""
    if _empty(arguments):
        return None
    x, w = (_whole(shape, low) for shape, low in zip(inputs(arguments).values(), (-9, -4), strict=True))
    function = convolution.conv if operation == "conv" else convolution.conv_transpose
    ours = function(x, w, _layer(operation, arguments), groups=arguments.get("group", 1))
    return ours, _run(operation, arguments, (x, w))[0]


def numbers_of_max_pool(arguments: Arguments) -> Numbers | None:
    """Maxima and, with storage_order 0, their indices, which onnxruntime counts over batch and channels, too.

    A window that meets no input has the least float32 there, and an index that points somewhere.
    """
    if _empty(arguments) or not min(_size("max_pool", arguments)):
        return None
    x = _whole(arguments["input_shape"])
    maxima, indices = pooling.max_pool(x, _layer("max_pool", arguments), return_indices=True)
    if arguments.get("storage_order", 0) or arguments.get("opset", 22) < 8:
        theirs = _run("max_pool", arguments, (x,))[0]
        return maxima, np.where(theirs == NOTHING, -np.inf, theirs)
    theirs, places = _run("max_pool", arguments, (x,), ("y", "i"))
    maps = np.arange(prod(x.shape[:2])).reshape(*x.shape[:2], *(1,) * (x.ndim - 2))
    met = theirs != NOTHING
    ours = np.stack([maxima, np.where(indices < 0, -1, indices + maps * prod(x.shape[2:]))])
    return ours, np.stack([np.where(met, theirs, -np.inf), np.where(met, places, -1)])


def numbers_of_avg_pool(arguments: Arguments) -> Numbers | None:
    """Means, with or without what is padded."""
    if _empty(arguments) or not min(_size("avg_pool", arguments)):
        return None
    x = _whole(arguments["input_shape"])
    layer, include = _layer("avg_pool", arguments), bool(arguments.get("count_include_pad", 0))
    return pooling.avg_pool(x, layer, count_include_pad=include), _run("avg_pool", arguments, (x,))[0]


def numbers_of_lp_pool(arguments: Arguments) -> Numbers | None:
    """Norms of numbers of both signs."""
    if _empty(arguments) or not min(_size("lp_pool", arguments)) or arguments.get("p", 2) < 1:
        return None
    x = _whole(arguments["input_shape"])
    ours = pooling.lp_pool(x, _layer("lp_pool", arguments), norm_type=arguments.get("p", 2))
    return ours, _run("lp_pool", arguments, (x,))[0]


NUMBERS: dict[str, Callable[[Arguments], Numbers | None]] = {
    "conv": partial(numbers_of_conv, "conv"),
    "conv_transpose": partial(numbers_of_conv, "conv_transpose"),
    "max_pool": numbers_of_max_pool,
    "avg_pool": numbers_of_avg_pool,
    "lp_pool": numbers_of_lp_pool,
}


def _nothing_to_reorder(operation: str, arguments: Arguments, ours: Answer, theirs: Answer) -> bool:
    shape = tuple(arguments["input_shape"])
    if operation not in ("max_pool", "avg_pool") or len(shape) != 4 or any(shape[:2]) or isinstance(ours, Refused):
        return False
    return isinstance(theirs, Refused) and theirs.words.endswith("invalid channel count")


ASKED = Asked(
    packages=("onnx", "onnxruntime"),
    operations={name: Operation(partial(_sample, name), partial(ask, name), NUMBERS[name]) for name in OPERATORS},
    quirks=(
        Quirk(
            "ort_no_channels_reordered",
            "A pooling of 2 axes with neither batch nor channels is refused when the model is loaded: the optimizer "
            "takes 0 channels for a multiple of those that it computes together.",
            "measured with onnxruntime 1.31 on x86",
            _nothing_to_reorder,
        ),
    ),
)
