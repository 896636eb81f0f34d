"""Where onnxruntime parts from the specification's text: each departure by its name, and which of them a call meets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from convarith.arithmetic.axis import needed_extent
from convarith.errors import RefusedError
from convarith.frameworks.onnx.calls import CALLS
from convarith.frameworks.onnx.rules import CLIPS_FROM, FIRST_OPSET, LAST_OPSET, REVISED_FROM, RUNTIME, SAME

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from convarith.frameworks.rules import OneAxis, Resolved

    Arguments = Mapping[str, Any]
    Answer = Resolved | RefusedError


class Compared(NamedTuple):
    """A call that the text and the runtime answer differently, in a way that is not only words."""

    operation: str
    arguments: Arguments
    axes: tuple[OneAxis, ...]
    sizes_differ: bool

    @property
    def auto_pad(self) -> str:
        return str(self.arguments.get("auto_pad", "NOTSET"))

    @property
    def opset(self) -> int:
        return int(self.arguments.get("opset", 22))

    @property
    def pools(self) -> bool:
        return self.operation.endswith("pool")

    @property
    def rounds_up(self) -> bool:
        return bool(self.arguments.get("ceil_mode", 0))

    @property
    def same(self) -> bool:
        """Whether the paddings, or the size, follow from SAME_UPPER or SAME_LOWER."""
        return self.auto_pad in SAME and self.arguments.get("output_shape") is None

    @property
    def dilated(self) -> bool:
        return self.any(lambda axis: axis.dilation > 1)

    def any(self, holds: Callable[[OneAxis], bool]) -> bool:
        return any(holds(axis) for axis in self.axes)


class Difference(NamedTuple):
    """A departure: its name, what happens, and whether a call meets it that is answered differently."""

    name: str
    words: str
    holds: Callable[[Compared], bool]


VALID_AND_CEIL = Difference(
    "text_valid_ignores_ceil_mode",
    "it honours ceil_mode with VALID, too, where the text rounds down",
    lambda call: call.pools and call.auto_pad == "VALID" and call.rounds_up,
)
TRUNCATES = Difference(
    "ort_trunc",
    "it divides rounding towards zero, so that a kernel larger than the padded input may have a window",
    lambda call: call.pools and call.auto_pad in ("NOTSET", "VALID") and not call.rounds_up,
)

REFUSES = (
    Difference(
        "ort_opset",
        "it does not have the operator in this opset",
        lambda call: call.opset > LAST_OPSET[RUNTIME] or call.opset < FIRST_OPSET[RUNTIME].get(call.operation, 1),
    ),
    Difference("ort_pool_axes", "it pools 3 axes at most", lambda call: call.pools and len(call.axes) > 3),
    Difference(
        "ort_pad_ge_kernel",
        "it refuses pads of a pooling that are not below the kernel",
        lambda call: (
            call.pools and not call.same and call.any(lambda axis: max(axis.before, axis.after) >= axis.kernel)
        ),
    ),
    Difference("ort_empty_input", "it refuses a size of 0 here", lambda call: call.any(lambda axis: not axis.size)),
    Difference(
        "ort_output_padding_below_stride",
        "it refuses an output_padding that is not below the stride, whatever the dilation",
        lambda call: call.any(lambda axis: (axis.output_padding or 0) >= axis.stride),
    ),
    Difference(
        "ort_same_dilation",
        "it refuses a dilation with SAME_UPPER and SAME_LOWER",
        lambda call: call.operation == "conv" and call.same and call.dilated,
    ),
    Difference(
        "ort_same_dilation",
        "it makes SAME_UPPER and SAME_LOWER numbers without the dilation, and with it the kernel does not fit",
        lambda call: call.pools and call.same and call.dilated,
    ),
    Difference(
        "ort_maxpool_same_stride_gt_kernel",
        "where the stride exceeds the kernel, SAME_UPPER and SAME_LOWER need negative pads, which it refuses here",
        lambda call: call.pools and call.same,
    ),
)
"""Why onnxruntime refuses what the text answers; the first that holds."""

ANSWERS = (
    Difference("ort_empty_auto_pad", "it reads an empty auto_pad as NOTSET", lambda call: not call.auto_pad),
    Difference(
        "ort_ignores_pads",
        "it ignores the pads of a pooling that has an auto_pad",
        lambda call: call.auto_pad != "NOTSET" and call.arguments.get("pads") is not None,
    ),
    Difference(
        "ort_other_ceil_mode",
        "it rounds down with a ceil_mode that is neither 0 nor 1",
        lambda call: call.arguments.get("ceil_mode", 0) not in (0, 1),
    ),
    VALID_AND_CEIL,
    TRUNCATES,
)
"""Why onnxruntime answers what the text refuses; the first that holds."""

ANSWERS_OTHERWISE = (
    VALID_AND_CEIL,
    TRUNCATES,
    Difference(
        "ort_clips_in_every_opset",
        f"it drops a last window that would start in the padding after, which the text does from opset {CLIPS_FROM} on",
        lambda call: call.pools and call.auto_pad == "NOTSET" and call.rounds_up,
    ),
    Difference(
        "ort_same_dilation",
        "it makes SAME_UPPER and SAME_LOWER of a pooling numbers without the dilation, and the size with it",
        lambda call: call.pools and call.same and call.dilated,
    ),
    Difference(
        "ort_same_negative_total",
        "where the stride exceeds the kernel, SAME_UPPER and SAME_LOWER crop the input at its start",
        lambda call: call.operation != "conv_transpose" and call.same and not call.dilated,
    ),
    Difference(
        "ort_same_stride_gt_kernel",
        "where the stride exceeds the kernel, SAME_UPPER and SAME_LOWER give no more than the full result",
        lambda call: call.operation == "conv_transpose" and call.same and call.sizes_differ,
    ),
    Difference(
        "ort_crops_as_in_opset_11",
        f"it splits what is cropped as the text does from opset {REVISED_FROM} on",
        lambda call: call.operation == "conv_transpose" and not call.sizes_differ,
    ),
)
"""Why both answer, and differently; whatever holds."""


def difference(operation: str, arguments: Arguments) -> tuple[str, ...]:
    """How onnxruntime parts from the text: a sentence for each reason, with both answers; none where they agree.

    Args:
        operation: a name of `CALLS`.
        arguments: those of that call, ``input_shape`` (spatial) included, without runtime.

    >>> difference("max_pool", {"input_shape": (2,), "kernel_shape": [3], "strides": [5]})
    ('onnxruntime gives (1,), the text gives (0,): it divides rounding towards zero, so that a kernel larger than \
the padded input may have a window (ort_trunc)',)
    >>> difference("max_pool", {"input_shape": (8,), "kernel_shape": [3]})
    ()

    Raises:
        KeyError: there is no such operation.
    """
    given = {name: value for name, value in arguments.items() if name != "runtime"}
    text, runtime = _answer(operation, given), _answer(operation, {**given, "runtime": RUNTIME})
    if isinstance(text, RefusedError):
        return () if isinstance(runtime, RefusedError) else _told(operation, given, text, runtime, ANSWERS, 1)
    if isinstance(runtime, RefusedError):
        return _told(operation, given, text, runtime, REFUSES, 1)
    return () if _read(text) == _read(runtime) else _told(operation, given, text, runtime, ANSWERS_OTHERWISE, 3)


def _told(
    operation: str, arguments: Arguments, text: Answer, runtime: Answer, table: Sequence[Difference], most: int
) -> tuple[str, ...]:
    """The sentences of the departures in a table that a call meets, ``most`` of them."""
    answers = [answer for answer in (text, runtime) if not isinstance(answer, RefusedError)]
    sizes = {answer.counts for answer in answers if answer.axes is not None}
    call = Compared(operation, arguments, answers[0].call.axes, len(sizes) > 1)
    by_size = len(answers) < 2 or call.sizes_differ
    said = f"{RUNTIME} {_said(runtime, by_size)}, the text {_said(text, by_size)}"
    return tuple([f"{said}: {one.words} ({one.name})" for one in table if one.holds(call)][:most])


def _answer(operation: str, arguments: Arguments) -> Answer:
    try:
        answer: Resolved = CALLS[operation](**arguments)  # type: ignore[operator]
    except RefusedError as refusal:
        return refusal
    return answer


def _read(answer: Resolved) -> tuple[tuple[int, ...] | None, tuple[tuple[int, int], ...]]:
    """The counts, and per axis what lies before the first window and what the last one meets after the input.

    Of a transposed convolution, and where the input is not known, the paddings say that.
    """
    if answer.axes is None:
        return None, answer.pads
    if answer.call.operation == "conv_transpose":
        return answer.counts, tuple([(before, 0) for before, _ in answer.pads])
    met = []
    for axis in answer.axes:
        last = needed_extent(axis.count, axis.span, axis.stride) - axis.before - axis.stretched
        met.append((axis.before, min(axis.after, last)))
    return answer.counts, tuple(met)


def _said(answer: Answer, by_size: bool) -> str:
    """What an answer is: a refusal, or its size, or its paddings where the sizes are one."""
    if isinstance(answer, RefusedError):
        return "refuses"
    if by_size and answer.axes is not None:
        return f"gives {answer.counts}"
    return f"pads {answer.pads[0] if len(set(answer.pads)) == 1 else answer.pads}" if answer.pads else "answers"
