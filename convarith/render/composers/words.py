"""What pictures say: titles, captions, alternative text, and the names of things in legends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convarith.arithmetic.explanation import every_axis
from convarith.errors import axis_name

if TYPE_CHECKING:
    from convarith.arithmetic.explanation import Explanation
    from convarith.arithmetic.layer import Layer
    from convarith.arithmetic.unused import Unused
    from convarith.arithmetic.windows import Windows
    from convarith.render.scene import Position


def shape_label(shape: tuple[int, ...]) -> str:
    """A shape as a picture writes it.

    >>> shape_label((6, 6))
    '6×6'
    """
    return "×".join(map(str, shape))


def index_text(index: Position) -> str:
    """An index in parentheses, without the comma of a lone one."""
    return f"({', '.join(map(str, index))})"


def title(layer: Layer, kind: str) -> str:
    """``Convolution: kernel 3, stride 2, padding 1``."""
    return f"{kind.capitalize()}: {settings_text(layer)}"


def captions(explanation: Explanation) -> tuple[str, ...]:
    """The formulas with their numbers: once where the axes agree, and one line for each axis else."""
    ndim = len(explanation.input_shape)
    lead = f"Relationship {explanation.relationship}: " if explanation.relationship else ""
    outputs = [line for line in explanation.lines if line.name == "output"]
    spans = [line for line in explanation.lines if line.name == "span"]
    alike = len({line.derivation for line in spans}) == 1 and len(spans) == ndim
    said = [
        f"Relationship 15: {'' if alike or ndim == 1 else f'{axis_name(line.axis, ndim)}: '}{line.derivation}"
        for line in (spans[:1] if alike else spans)
    ]
    if len({line.derivation for line in outputs}) == 1:
        return (lead + outputs[0].derivation, *said)
    by_name = (f"{axis_name(line.axis, ndim)}: {line.result}" for line in outputs)
    return (lead + explanation.formula, *by_name, *said)


def alternative_text(explanation: Explanation, kind: str, how: str, unread: str = "") -> str:
    """What someone who does not see the picture should know.

    Args:
        explanation: of the layer.
        kind: what the layer is called.
        how: what is seen happening.
        unread: what is said instead of which positions no window reads.
    """
    shapes = f"{shape_label(explanation.input_shape)} gives an output of {shape_label(explanation.output_shape)}"
    lead = (
        f"{kind.capitalize()} with {settings_text(explanation.layer)}. An input of {shapes}: "
        f"{'; '.join(captions(explanation))}. {how}"
    )
    if unread:
        return f"{lead} {unread}"
    if any(explanation.cropped):
        cropped = [
            f"{count} of {size}" for count, size in zip(explanation.cropped, explanation.input_shape, strict=True)
        ]
        lead += f" Cropped inputs: {every_axis(cropped)}."
    words = [_unread_text(unused) for unused in explanation.unused]
    if set(words) == {"nothing"}:
        return f"{lead} Every position of the padded input is read."
    where = " on each axis" if len(words) > 1 and len(set(words)) == 1 else ""
    return f"{lead} Never read: {every_axis(words)}{where}."


def reached_text(direct: Windows) -> str:
    """What of a transposed convolution's output no stamp reaches, from the windows of the direct one."""
    missed = []
    for axis in direct.axes:
        reached = sum(axis.reads(at) and axis.kind(at) == "input" for at in range(axis.stretched))
        missed.append(axis.size - reached)
    if not any(missed):
        return "Stamps reach every cell of the output."
    counts = [f"{count} of {size} outputs" for count, size in zip(missed, direct.input_shape, strict=True)]
    where = " on each axis" if len(counts) > 1 and len(set(counts)) == 1 else ""
    return f"No stamp reaches {every_axis(counts)}{where}."


def settings_text(layer: Layer) -> str:
    """The layer's settings in words: ``kernel 3×5, stride 2, same padding``."""
    words = []
    settings = layer.settings
    if layer.kind == "pooling":  # whose default is not 1
        settings = {"kernel_size": settings.pop("kernel_size"), "stride": layer.stride, **settings}
    for name, value in settings.items():
        spoken = name.replace("_size", "").replace("_", " ")
        if value is True:
            words.append(spoken)
        elif isinstance(value, str):
            words.append(f"{value.replace('_', ' ')} {spoken}")
        else:
            sign = " × " if isinstance(value, tuple) and isinstance(value[0], tuple) else "×"
            words.append(f"{spoken} {sign.join(map(str, value)) if isinstance(value, tuple) else value}")
    return ", ".join(words)


def input_label(windows: Windows) -> str:
    """``input 3×3, stretched to 5×5, padded to 8×8``."""
    label = f"input {shape_label(windows.input_shape)}"
    if windows.stretched_shape != windows.input_shape:
        label += f", stretched to {shape_label(windows.stretched_shape)}"
    if windows.padded_shape != windows.stretched_shape:
        label += f", {_padded_word(windows)} to {shape_label(windows.padded_shape)}"
    return label


def counted(count: int, what: str) -> str:
    """``1 window``, ``9 windows``."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def in_turn(count: int, what: str) -> str:
    """``1 window``, ``9 windows, one after the other``."""
    return f"{counted(count, what)}, one after the other" if count > 1 else counted(count, what)


NAMES = {
    "input": "input",
    "inserted": "inserted zeros",
    "padding": "padding (zeros)",
    "extra": "added zeros a",
    "overhang": "beyond the end",
    "cropped": "cropped",
    "tap": "window",
    "weight": "its weights",
    "winner": "maximum",
    "now": "its output",
    "unread": "never read",
}
"""What roles and marks are called in a legend, in its order."""


def _padded_word(windows: Windows) -> str:
    sides = [side for axis in windows.axes for side in (axis.before, axis.after)]
    words = ["padded"] * (max(sides) > 0) + ["cropped"] * (min(sides) < 0)
    return " and ".join(words)


def _unread_text(unused: Unused) -> str:
    if not unused.total:
        return "nothing"
    if unused.total == 1:
        return "1 position (of the input)" if unused.input else "1 position (not of the input)"
    return f"{unused.total} positions ({unused.input or 'none'} of them input)"
