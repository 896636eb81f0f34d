"""What a mean divides by, in each framework: whether it counts the padding, and what makes it do so.

Windows alone do not say it. A mean that is given as counting padding or not is kept as such, by a parameter, or by
dividing through the same pooling of ones; where neither does it, the candidate is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convarith.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.frameworks.candidates import Candidate, Wanted

COUNTS_PADDING: dict[str, bool] = {
    "torch": True,
    "keras": False,
    "tensorflow": False,
    "jax": True,
    "flax": True,
    "onnx": False,
    "onnxruntime": False,
    "caffe": True,
    "theano": True,
}
"""Whether a framework's mean counts its own padding, unless it is told otherwise; JAX's is a sum, divided by all."""

TOLD = {"torch": "count_include_pad", "flax": "count_include_pad", "onnx": "count_include_pad", "theano": "mode"}
"""The parameter that tells it; Theano's is a name."""

DIVIDED = "it is divided by the same pooling of ones, so that it counts what is there."


def said_of(framework: str, operation: str, pads: Sequence[tuple[int, int]]) -> str:
    """A sentence on what a framework's mean counts of its padding, "" where there is none to count."""
    if operation != "avg_pool" or not any(before > 0 or after > 0 for before, after in pads):
        return ""
    if framework in TOLD:
        return f"its mean {'counts' if COUNTS_PADDING[framework] else 'does not count'} padding, unless told otherwise"
    return f"its mean {'always counts' if COUNTS_PADDING[framework] else 'never counts'} padding"


def with_mean(framework: str, wanted: Wanted, candidate: Candidate) -> Candidate:
    """The candidate with what its mean needs to count the same; other operations as they are.

    Raises:
        ParameterError: it cannot.
    """
    if wanted.operation != "avg_pool" or not _padded(wanted):
        return candidate
    if wanted.mean_counts is None:
        if candidate.pad is not None or not (wanted.called or said_of(framework, wanted.operation, wanted.pads)):
            return candidate
        counts = "counts" if COUNTS_PADDING[framework] else "does not count"
        return candidate._replace(notes=(*candidate.notes, f"the mean {counts} what this pads."))
    overhangs = max(wanted.overhang) > 0
    if candidate.pad is not None or framework == "jax":
        return _padded_first(framework, wanted, candidate, overhangs)
    if framework in TOLD and not (framework == "flax" and wanted.mean_counts and overhangs):
        return _told(framework, wanted.mean_counts, candidate)
    if framework not in TOLD and wanted.mean_counts == COUNTS_PADDING[framework]:
        return candidate
    raise _refusal(framework, wanted.mean_counts)


def _padded(wanted: Wanted) -> bool:
    """Whether some window may meet anything but input."""
    return wanted.called or max(wanted.overhang) > 0 or any(before > 0 or after > 0 for before, after in wanted.pads)


def _told(framework: str, counts: bool, candidate: Candidate) -> Candidate:
    if counts == COUNTS_PADDING[framework]:
        return candidate
    value: object = counts
    if framework == "theano":
        value = "average_exc_pad"
    elif framework == "onnx":
        value = int(counts)
    return candidate._replace(parameters={**candidate.parameters, TOLD[framework]: value})


def _padded_first(framework: str, wanted: Wanted, candidate: Candidate, overhangs: bool) -> Candidate:
    """A mean over zeros that were padded before: it counts all of them, unless it is divided by a mean of ones."""
    if wanted.mean_counts:
        if overhangs:
            raise _refusal(framework, True)
        return candidate
    cropped = any(before < 0 or after < 0 for before, after in wanted.pads)
    if framework not in ("torch", "keras", "tensorflow", "jax") or (cropped and framework != "jax"):
        raise _refusal(framework, False)
    notes = [note for note in candidate.notes if note != "the mean counts these zeros."]
    return candidate._replace(divided=True, notes=(*notes, DIVIDED))


def _refusal(framework: str, counts: bool) -> ParameterError:
    if counts:
        why = f"its mean counts the padding and not what its last windows reach beyond it, and {framework}'s cannot"
    else:
        why = f"its mean does not count the padding, and {framework}'s does"
    return ParameterError(why, count_include_pad=counts)
