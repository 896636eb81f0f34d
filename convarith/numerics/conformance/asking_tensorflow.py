"""TensorFlow, asked itself: what graph mode infers, and a real call of what it does not refuse.

Real calls are made with channels last, the layout that every build has. What graph mode refuses is not always asked
again: a maximum pooling of a kernel larger than its input, or a negative size, can end the process.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from convarith import numerics
from convarith.errors import RefusedError
from convarith.frameworks import tensorflow as ours
from convarith.numerics.conformance import tensorflow_settings as settings
from convarith.numerics.conformance.asking import Asked, Operation, Quirk, Refused
from convarith.numerics.conformance.tensorflow_settings import FIRST, LAST

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from convarith.numerics.conformance.asking import Answer, Arguments, Numbers


@cache
def _tf() -> Any:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    with suppress(RuntimeError):  # too late, where it has computed already
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    return tf


def _refusals() -> tuple[type[BaseException], ...]:
    return ValueError, TypeError, IndexError, OverflowError, _tf().errors.OpError


# A call


def _ndim(arguments: Arguments) -> int:
    return len(arguments["input_shape"]) - 2


def _first(arguments: Arguments) -> bool:
    """Whether the channels come first, as they do in our own layout."""
    return arguments.get("data_format") in (None, *FIRST.values())


def _moved(entries: Any, ndim: int) -> Any:
    """Entries for all axes with those of the channels last; others as they are."""
    if isinstance(entries, (tuple, list)) and len(entries) == ndim + 2:
        return [entries[0], *entries[2:], entries[1]]
    return entries


def _listed(entries: Any, ndim: int) -> list[int]:
    """One number for each spatial axis, of whatever TensorFlow takes with channels last."""
    if entries is None or isinstance(entries, int):
        return [1 if entries is None else entries] * ndim
    return list(entries[1:-1]) if len(entries) == ndim + 2 else list(entries) * (ndim if len(entries) == 1 else 1)


def _as_last(arguments: Arguments) -> dict[str, Any]:
    """The same call with channels last, and weights in TensorFlow's layout."""
    call, ndim = dict(arguments), _ndim(arguments)
    if arguments.get("data_format") is None and "filters" in call:
        first, second, *kernel = call["filters"]
        call["filters"] = (*kernel, second, first)
    if _first(arguments):
        for name in ("input_shape", "output_shape", "ksize", "strides", "dilations", "padding"):
            if name in call:
                call[name] = _moved(call[name], ndim)
    call["data_format"] = LAST[ndim]
    return call


def _function(operation: str, call: Arguments) -> Callable[..., Any]:
    """The function of `tf.nn` for this operation and rank, with everything but the tensors."""
    ndim = _ndim(call)
    name = {"conv": "conv{}d", "conv_transpose": "conv{}d_transpose"}.get(operation, f"{operation}{{}}d").format(ndim)
    given = {key: value for key, value in call.items() if key not in ("input_shape", "filters")}
    if name == "conv1d":
        given["stride"] = given.pop("strides")
    return partial(getattr(_tf().nn, name), **given)


def _shapes(call: Arguments) -> list[Sequence[int]]:
    return [call["input_shape"], *([call["filters"]] if "filters" in call else [])]


def _graph(operation: str, call: Arguments) -> Answer:
    """What graph mode infers; an unknown size is the batch, and the input's.

    Shape inference of `conv3d` takes the dilations of height and width for each other's (tensorflow 2.21; real calls do
    not), so it is given them the wrong way round.
    """
    tf, dilations = _tf(), call.get("dilations")
    if operation == "conv" and isinstance(dilations, (tuple, list)) and len(dilations) == len(call["input_shape"]) == 5:
        start = 3 if call.get("data_format") == FIRST[3] else 2
        swapped = list(dilations)
        swapped[start : start + 2] = swapped[start + 1], swapped[start]
        call = {**call, "dilations": swapped}
    try:
        with tf.Graph().as_default():
            tensors = [tf.compat.v1.placeholder(tf.float32, tuple(shape)) for shape in _shapes(call)]
            shape = _function(operation, call)(*tensors).shape.as_list()
    except _refusals() as refusal:
        return Refused(f"{type(refusal).__name__}: {refusal}")
    return tuple([call["input_shape"][0] if size is None else int(size) for size in shape])


def _eager(operation: str, call: Arguments) -> Answer:
    """The shape that a real call returns."""
    tf = _tf()
    try:
        with tf.device("CPU"):
            return tuple(_function(operation, call)(*[tf.zeros(shape) for shape in _shapes(call)]).shape.as_list())
    except _refusals() as refusal:
        return Refused(f"{type(refusal).__name__}: {refusal}")


def _back(answer: Answer, arguments: Arguments) -> Answer:
    """An answer of a call with channels last, in the layout of the arguments."""
    if isinstance(answer, Refused) or not _first(arguments):
        return answer
    return (answer[0], answer[-1], *answer[1:-1])


def _inferred(operation: str, arguments: Arguments) -> Answer:
    """What graph mode answers in the layout of the arguments."""
    if arguments.get("data_format") is None:
        return _back(_graph(operation, _as_last(arguments)), arguments)
    return _graph(operation, arguments)


def _too_large(inferred: Answer) -> bool:
    return isinstance(inferred, Refused) and "Negative dimension size" in inferred.words


def _ask(operation: str, arguments: Arguments) -> Answer:
    """What a real call answers, if graph mode has an answer; else that it has none.

    Where no window fits, real calls are known to answer all the same. They are asked if they survive it.
    """
    inferred = _inferred(operation, arguments)
    if isinstance(inferred, Refused) and not (_too_large(inferred) and operation != "max_pool"):
        return inferred
    return _back(_eager(operation, _as_last(arguments)), arguments)


# Numbers


def miscomputed(channels: int, strides: Sequence[int], counts: Sequence[int]) -> bool:
    """Whether oneDNN is known to compute this convolution wrongly: of two or three axes and one channel, where the last
    axis comes out as 1 with a stride and the one before has none.

    Numbers of other inputs, and of none at all, stand in its output then (tensorflow 2.21). With
    TF_ENABLE_ONEDNN_OPTS=0 they are right.
    """
    return channels == 1 and counts[-1] == 1 < strides[-1] and len(counts) > 1 and strides[-2] == 1


def _numbers(operation: str, arguments: Arguments) -> Numbers | None:
    try:
        answer = getattr(ours, f"{operation}_shape")(**arguments)
    except RefusedError:
        return None
    call, tf = _as_last(arguments), _tf()
    shapes = _shapes(call)
    if not all(answer) or not all(all(shape) for shape in shapes):
        return None
    whole = (answer[0], *answer[2:], answer[1]) if _first(arguments) else answer
    strides = _listed(call["strides"], _ndim(call))
    if operation == "conv" and miscomputed(call["input_shape"][-1], strides, whole[1:-1]):
        return None
    random = np.random.default_rng(sum(answer))
    tensors = [random.integers(-9, 10, shape) for shape in shapes]
    with tf.device("CPU"):
        result = _function(operation, call)(*[tf.constant(tensor, tf.float32) for tensor in tensors]).numpy()
    x = np.moveaxis(tensors[0], -1, 1)
    layer = _layer(operation, call, whole[1:-1], x.shape[2:])
    return _values(operation, x, tensors[1:], layer, whole[-1]), np.moveaxis(result, -1, 1)


def _layer(operation: str, call: Arguments, counts: tuple[int, ...], spatial: tuple[int, ...]) -> Any:
    """Our layer of a call with channels last."""
    given = {name: call[name] for name in ("ksize", "strides", "padding", "dilations") if name in call}
    if "filters" in call:
        given["kernel_size"] = call["filters"][:-2]
    if operation == "conv_transpose":
        given["output_shape"] = counts
    return getattr(ours, operation)(**given, data_format=call["data_format"], input_shape=spatial)


def _values(operation: str, x: NDArray[Any], weights: list[NDArray[Any]], layer: Any, outputs: int) -> NDArray[Any]:
    if operation == "max_pool":
        return numerics.max_pool(x, layer)
    if operation == "avg_pool":
        return numerics.avg_pool(x, layer, count_include_pad=False)
    w = np.moveaxis(weights[0], (-1, -2), (0, 1))  # from (k..., in/groups, out) and (k..., out/groups, in)
    if operation == "conv":
        return numerics.conv(x, w, layer, groups=x.shape[1] // w.shape[1])
    return numerics.conv_transpose(x, w, layer, groups=outputs // w.shape[1])


# Quirks


def _input_returned(operation: str, arguments: Arguments, answer: Answer, theirs: Answer) -> bool:
    """A convolution of which nothing comes out answers with the shape of its input."""
    if operation != "conv" or theirs != tuple(arguments["input_shape"]):
        return False
    inferred = _inferred(operation, arguments)
    return _too_large(inferred) if isinstance(answer, Refused) else inferred == answer and 0 in answer


def _nothing_pooled(operation: str, arguments: Arguments, answer: Answer, theirs: Answer) -> bool:
    """An average pooling of a kernel larger than its input answers with a size of 0, or more by rounding towards 0."""
    if operation != "avg_pool" or not isinstance(answer, Refused) or isinstance(theirs, Refused):
        return False
    call, ndim = _as_last(arguments), _ndim(arguments)
    rows = zip(call["input_shape"][1:-1], _listed(call["ksize"], ndim), _listed(call["strides"], ndim), strict=True)
    counts = [int((size - kernel + stride) / stride) for size, kernel, stride in rows]
    if min(counts) or theirs != _back((call["input_shape"][0], *counts, call["input_shape"][-1]), arguments):
        return False
    return _too_large(_inferred(operation, arguments))


def _as_wanted(call: Arguments) -> tuple[int, ...]:
    """The output_shape of a call with channels last, with its batch, and channels where it has none."""
    wanted = tuple(call["output_shape"])
    if len(wanted) == _ndim(call):
        return (call["input_shape"][0], *wanted, call["filters"][-2])
    return (call["input_shape"][0], *wanted[1:])


def _unchecked(operation: str, arguments: Arguments, answer: Answer, theirs: Answer) -> bool:
    """A transposed convolution of nothing or to nothing answers with output_shape as it is given."""
    if operation != "conv_transpose" or not isinstance(answer, Refused):
        return False
    empty = any(0 in arguments[name] for name in ("input_shape", "filters", "output_shape"))
    return empty and theirs == _back(_as_wanted(_as_last(arguments)), arguments)


def _rounded_back(operation: str, arguments: Arguments, answer: Answer, theirs: Answer) -> bool:
    """A transposed convolution with VALID to less than its kernel, whose way back rounds towards 0 to the input."""
    if operation != "conv_transpose" or not isinstance(answer, Refused):
        return False
    call, ndim = _as_last(arguments), _ndim(arguments)
    wanted = _as_wanted(call)
    if call.get("padding") != "VALID" or theirs != _back(wanted, arguments):
        return False
    numbers = [_listed(call.get(name), ndim) for name in ("strides", "dilations")]
    rows = zip(call["input_shape"][1:-1], wanted[1:-1], call["filters"], *numbers, strict=False)
    return all(int((out - d * (k - 1) - 1) / s) + 1 == size for size, out, k, s, d in rows)


def _beside_ignored(operation: str, arguments: Arguments, answer: Answer, theirs: Answer) -> bool:
    """Numbers of no spatial axis that do nothing: a pooling's stride over channels, the dilations of
    `conv3d_transpose`, and of one axis, which is computed as the second of two, what is for the batch and ends up with
    the first."""
    if not isinstance(answer, Refused):
        return False
    ndim, call = _ndim(arguments), _as_last(arguments)
    changed = {}
    for name in ("strides", "dilations", "ksize"):
        entries = call.get(name)
        if not isinstance(entries, (tuple, list)) or len(entries) != ndim + 2:
            continue
        plain = list(entries)
        if ndim == 1 and entries[0] > 1:
            plain[0] = 1
        if name == "strides" and "pool" in operation and entries[-1] > 1:
            plain[-1] = 1
        if name == "dilations" and operation == "conv_transpose" and ndim == 3:
            plain[0] = plain[-1] = 1
        if plain != list(entries):
            changed[name] = plain
    return bool(changed) and theirs == _back(_ours(operation, {**call, **changed}), arguments)


def _depthwise(operation: str, arguments: Arguments, answer: Answer, theirs: Answer) -> bool:
    """A pooling over channels, as many at a time as their stride, and no spatial axis; averages come out empty."""
    if "pool" not in operation or not isinstance(answer, Refused) or isinstance(theirs, Refused):
        return False
    call, ndim = _as_last(arguments), _ndim(arguments)
    ksize, strides, shape = call["ksize"], call["strides"], call["input_shape"]
    if any(not isinstance(entries, (tuple, list)) or len(entries) != ndim + 2 for entries in (ksize, strides)):
        return False
    window = ksize[-1]
    if window < 2 or set(ksize[1:-1]) != {1} or strides[-1] != window or shape[-1] % window:
        return False
    spatial = shape[1:-1] if operation == "max_pool" else (0,) * ndim
    return theirs == _back((shape[0], *spatial, shape[-1] // window), arguments)


def _ours(operation: str, arguments: Arguments) -> Answer:
    try:
        answer: Answer = getattr(ours, f"{operation}_shape")(**arguments)
    except RefusedError as refusal:
        return Refused(str(refusal))
    return answer


OPERATIONS = {
    "conv": settings.conv,
    "conv_transpose": settings.conv_transpose,
    "max_pool": settings.max_pool,
    "avg_pool": settings.avg_pool,
}
ASKED = Asked(
    packages=("tensorflow",),
    operations={
        name: Operation(sample, partial(_ask, name), partial(_numbers, name)) for name, sample in OPERATIONS.items()
    },
    quirks=(
        Quirk(
            "onednn_input_returned",
            "with oneDNN, an eager convolution of which nothing comes out (an empty batch or input, or a kernel larger "
            "than it) returns a tensor of the input's shape",
            "tensorflow 2.21 with TF_ENABLE_ONEDNN_OPTS=1, the default; see tensorflow#48589",
            _input_returned,
        ),
        Quirk(
            "eager_empty_pool",
            "an eager average pooling of a kernel larger than its input returns a size of 0 instead of refusing, where "
            "(i - k + s)/s rounds to 0",
            "tensorflow 2.21; graph mode refuses",
            _nothing_pooled,
        ),
        Quirk(
            "onednn_transposed_unchecked",
            "with oneDNN, an eager transposed convolution of nothing or to nothing (a size of 0 in input, filters or "
            "output_shape) returns zeros of whatever output_shape",
            "tensorflow 2.21 with TF_ENABLE_ONEDNN_OPTS=1, the default",
            _unchecked,
        ),
        Quirk(
            "onednn_transposed_rounded",
            "with oneDNN, an eager transposed convolution with VALID takes outputs smaller than its kernel, where the "
            "count of the way back, rounded towards 0, is the input's 1",
            "tensorflow 2.21 with TF_ENABLE_ONEDNN_OPTS=1, the default; without it they are refused",
            _rounded_back,
        ),
        Quirk(
            "pool_over_channels",
            "a maximum pooling of one or two axes whose window is 1 on them pools channels instead, of which the "
            "window takes as many as the stride, and strides on the axes do nothing; an average pooling gives nothing",
            "tensorflow 2.21 on CPU",
            _depthwise,
        ),
        Quirk(
            "numbers_beside_space_ignored",
            "a pooling's stride over channels does nothing, nor do dilations of conv3d_transpose for batch and "
            "channels, nor what conv1d and the like are given for the batch",
            "tensorflow 2.21 on CPU",
            _beside_ignored,
        ),
    ),
)
