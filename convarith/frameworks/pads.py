"""Where the odd element goes: every rule by which a framework turns a padding into numbers.

The first table is for direct convolutions and poolings: an axis to (before, after). The second is for transposed
convolutions, whose size is settled first: how many outputs of the full result are cropped at its head. What is left
goes to the end, and where the result is larger than the full one, zeros do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from convarith.arithmetic import padding as paddings
from convarith.arithmetic.axis import transposed_padding

if TYPE_CHECKING:
    from collections.abc import Callable

    from convarith.frameworks.rules import OneAxis


class Pads(NamedTuple):
    """A rule for (before, after).

    ``name`` is the padding of our layers that always means the same, "" where there is none (or numbers are given).
    """

    words: str
    of: Callable[[OneAxis], tuple[int, int]]
    name: str = ""
    needs_input: bool = False


class Head(NamedTuple):
    """A rule for what a transposed convolution crops at the head of its full result."""

    words: str
    of: Callable[[OneAxis], int]


def _named(name: str) -> Callable[[OneAxis], tuple[int, int]]:
    def of(axis: OneAxis) -> tuple[int, int]:
        return paddings.resolve(name, axis.stretched, axis.span, axis.stride)

    return of


def _whatever_the_input(axis: OneAxis) -> tuple[int, int]:
    total = axis.span - 1
    return total // 2, total - total // 2


def _signed_least(axis: OneAxis) -> int:
    """The total for ⌈i/s⌉ windows without the clamp at 0."""
    windows = -(-axis.stretched // axis.stride)
    return (windows - 1) * axis.stride + axis.span - axis.stretched


PADS: dict[str, Pads] = {
    "given": Pads("as given", lambda axis: (axis.before, axis.after)),
    "none": Pads("no padding", lambda _: (0, 0)),
    "least, end": Pads("the least that gives ⌈i/s⌉, the odd one at the end", _named("same"), "same", True),
    "least, start": Pads(
        "the least that gives ⌈i/s⌉, the odd one at the start", _named("same_lower"), "same_lower", True
    ),
    "whatever the input, end": Pads("k̂ - 1 in all, the odd one at the end", _whatever_the_input, "same"),
    "half": Pads("⌊k̂/2⌋ on both sides", _named("half"), "half"),
    "full": Pads("k̂ - 1 on both sides", _named("full"), "full"),
    "before": Pads("k̂ - 1, all of it before", _named("causal"), "causal"),
    "least before stretching, end": Pads(
        "the least that gives ⌈i/s⌉ of the input before it is stretched, the odd one at the end",
        lambda axis: paddings.resolve("same", axis.length, axis.span, axis.stride),
        "",
        True,
    ),
    "least before stretching, start": Pads(
        "the least that gives ⌈i/s⌉ of the input before it is stretched, the odd one at the start",
        lambda axis: paddings.resolve("same_lower", axis.length, axis.span, axis.stride),
        "",
        True,
    ),
    "k̂ - 1 in all, end": Pads("k̂ - 1 in all, the odd one at the end", _whatever_the_input),
    "stretch times input, start": Pads(
        "what gives e·i outputs of an input stretched by e, k̂ + e - 2 in all: half of it before, with the odd one, "
        "and at most k̂ - 1",
        lambda axis: _times_the_stretch(axis, (axis.span + axis.input_dilation - 1) // 2),
    ),
    "stretch times input, end": Pads(
        "what gives e·i outputs of an input stretched by e, k̂ + e - 2 in all: half of it before, without the odd one, "
        "and at most k̂ - 1",
        lambda axis: _times_the_stretch(axis, (axis.span + axis.input_dilation - 2) // 2),
    ),
    "full, at least the stretch": Pads(
        "k̂ - 1 on both sides, after at least e - 1 of an input stretched by e",
        lambda axis: (axis.span - 1, max(axis.span, axis.input_dilation) - 1),
    ),
    "rest of full": Pads(
        "k̂ - 1 on both sides, less what is given",
        lambda axis: transposed_padding(axis.span, axis.before, axis.after, 0),
    ),
    "signed and undilated, end": Pads(
        "what ⌈i/s⌉ windows need without dilation, even where that is negative and crops; the odd one at the end",
        lambda axis: _undilated_signed(axis, 0),
        "",
        True,
    ),
    "signed and undilated, start": Pads(
        "what ⌈i/s⌉ windows need without dilation, even where that is negative and crops; the odd one at the start",
        lambda axis: _undilated_signed(axis, 1),
        "",
        True,
    ),
    "cropping one less, end": Pads(
        "what ⌈i/s⌉ windows need; where that is negative, half of one less is cropped at the start; the odd one at "
        "the end",
        lambda axis: _crops_one_less(axis, 0),
        "",
        True,
    ),
    "cropping one less, start": Pads(
        "what ⌈i/s⌉ windows need; where that is negative, half of two less is cropped at the start; the odd one there",
        lambda axis: _crops_one_less(axis, 1),
        "",
        True,
    ),
}


def _halved(total: int) -> int:
    """Half of it, rounded towards zero."""
    return total // 2 if total >= 0 else -(-total // 2)


def _undilated_signed(axis: OneAxis, odd: int) -> tuple[int, int]:
    """``odd`` is 1 where the odd one goes to the start."""
    total = _signed_least(axis._replace(dilation=1))
    before = _halved(total + odd)
    return before, total - before


def _crops_one_less(axis: OneAxis, odd: int) -> tuple[int, int]:
    total = _signed_least(axis)
    before = _halved(total + odd + (total < 0))
    return before, total - before


def _times_the_stretch(axis: OneAxis, half: int) -> tuple[int, int]:
    before = min(half, axis.span - 1)
    return before, axis.span + axis.input_dilation - 2 - before


def _cropped(axis: OneAxis) -> int:
    """How much of the full result does not come out."""
    return max(axis.full - _count(axis), 0)


def _cropped_of_all(axis: OneAxis) -> int:
    """As `_cropped`, of the full result with its output padding."""
    return max(axis.full + (axis.output_padding or 0) - _count(axis), 0)


def _count(axis: OneAxis) -> int:
    assert axis.windows is not None, "the size is settled before its alignment"
    return axis.windows


HEADS: dict[str, Head] = {
    "given": Head("as given", lambda axis: axis.before),
    "none": Head("nothing at the head", lambda _: 0),
    "smaller half": Head(
        "half of what is cropped at the head, the odd one at the end", lambda axis: _cropped(axis) // 2
    ),
    "smaller half of all": Head(
        "half of what is cropped, output padding included, at the head, the odd one at the end",
        lambda axis: _cropped_of_all(axis) // 2,
    ),
    "larger half of all": Head(
        "half of what is cropped, output padding included, at the head, the odd one there, too",
        lambda axis: _cropped_of_all(axis) - _cropped_of_all(axis) // 2,
    ),
}
