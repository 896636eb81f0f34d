"""Why a size is what it is: an explanation as lines of data.

A line has a name, a formula, the formula with its numbers, and a value. Text, LaTeX, HTML, the dictionary, and the
captions of pictures are wordings of those lines; none of them computes.
"""

from __future__ import annotations

from convarith.arithmetic import guide
from convarith.arithmetic.layer import Layer
from convarith.arithmetic.layers import ConvTranspose
from convarith.arithmetic.notation import counted, latex, put_in, shape_text, signed
from convarith.arithmetic.relationship import SYMBOLS, TRANSPOSED_SYMBOLS, Letters
from convarith.arithmetic.values import Value, hold
from convarith.errors import axis_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convarith.arithmetic.axis import Axis
    from convarith.arithmetic.relationship import Relationship
    from convarith.arithmetic.unused import Unused
    from convarith.arithmetic.windows import Windows


class Line(Value):
    """One line of an explanation: a formula with its numbers put in and its value, on one axis.

    ``name`` says what the value is: ``span`` (k̂), ``stretched`` (ĩ), ``output``, and for the equivalent convolution
    ``inserted``, ``before`` and ``after``.
    """

    name: str
    axis: int
    formula: str
    substituted: str
    value: int

    def __init__(self, name: str, axis: int, formula: str, substituted: str, value: int) -> None:
        hold(self, {"name": name, "axis": axis, "formula": formula, "substituted": substituted, "value": value})

    @property
    def result(self) -> str:
        """``o = ⌊(6 + 2·1 - 3)/2⌋ + 1 = 3``: the left side, the numbers, the value."""
        left = self.formula.partition(" = ")[0]
        return f"{left} = {self._numbers}"

    @property
    def derivation(self) -> str:
        """``o = ⌊(i + 2p - k)/s⌋ + 1 = ⌊(6 + 2·1 - 3)/2⌋ + 1 = 3``: the formula, the numbers, the value."""
        return f"{self.formula} = {self._numbers}"

    @property
    def _numbers(self) -> str:
        value = str(self.value)
        return value if self.substituted == value else f"{self.substituted} = {value}"

    def to_dict(self) -> dict[str, Any]:
        return dict(self.__dict__)


class Equivalent(Value):
    """The direct convolution that a transposed one is equivalent to, for one input.

    Shapes and numbers are per axis; ``padding`` is (before, after) with the added zeros included, negative where it
    crops; ``extra`` of them are such zeros (the others only took crop back).
    """

    stretched_shape: tuple[int, ...]
    inserted_zeros: tuple[int, ...]
    kernel_size: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    extra: tuple[int, ...]
    padded_shape: tuple[int, ...]
    dilation: tuple[int, ...]
    rotated: bool

    def __init__(self, windows: Windows) -> None:
        hold(
            self,
            {
                "stretched_shape": windows.stretched_shape,
                "inserted_zeros": tuple([axis.input_dilation - 1 for axis in windows.axes]),
                "kernel_size": windows.kernel_size,
                "padding": tuple([(axis.before, axis.after) for axis in windows.axes]),
                "extra": tuple([min(axis.extra, max(axis.after, 0)) for axis in windows.axes]),
                "padded_shape": windows.padded_shape,
                "dilation": tuple([axis.dilation for axis in windows.axes]),
                "rotated": True,
            },
        )

    def to_dict(self) -> dict[str, Any]:
        return {
            "stretched_shape": list(self.stretched_shape),
            "inserted_zeros": list(self.inserted_zeros),
            "kernel_size": list(self.kernel_size),
            "padding": [list(pair) for pair in self.padding],
            "dilation": list(self.dilation),
            "rotated": self.rotated,
        }


class Explanation(Value):
    """Why a layer gives its output for an input: the relationship that applies and the numbers put in.

    Attributes:
        layer, input_shape, output_shape: what was asked, and the answer.
        relationship: the number of the guide's relationship, or None where it has none (a pooling whose ceil_mode
            adds a window, an output_padding of the stride or more).
        dilated: whether Relationship 15 stands beside it: some k is read as k̂.
        formula: the formula in the guide's letters.
        lines: the formula on each axis, with its numbers and value, led by what it needs (k̂, ĩ).
        unused: per axis, the positions of the padded input that no window reads.
        cropped: per axis, how many inputs negative padding crops, so that they are not in the padded input at all.
        notes: sentences on what a named padding means here, and what ceil_mode does.
        input_shapes: per axis, every input size that gives the same output.
        equivalent: for a transposed convolution, the direct convolution it is equivalent to; None else.
        direct: for a transposed convolution, the convolution it transposes; None else.

    >>> from convarith import Conv
    >>> print(Conv(3, stride=2, padding=1).explain((6, 6)))
    Conv(kernel_size=3, stride=2, padding=1)
    input 6x6 -> output 3x3
    <BLANKLINE>
    Relationship 6: any padding, any stride
                       o = ⌊(i + 2p - k)/s⌋ + 1
      axis 0 (height)  o = ⌊(6 + 2·1 - 3)/2⌋ + 1 = 3
      axis 1 (width)   o = ⌊(6 + 2·1 - 3)/2⌋ + 1 = 3
    <BLANKLINE>
    What no window reads
      each axis        1 of 8 padded positions, after the last window; none of them
                       input
    <BLANKLINE>
    Inputs that give the same output
      each axis        5 to 6
    """

    layer: Layer
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    relationship: int | None
    dilated: bool
    formula: str
    lines: tuple[Line, ...]
    unused: tuple[Unused, ...]
    cropped: tuple[int, ...]
    notes: tuple[str, ...]
    padded_shape: tuple[int, ...]
    input_shapes: tuple[range, ...]
    equivalent: Equivalent | None
    direct: Layer | None

    def __init__(self, **fields: Any) -> None:
        hold(self, fields)

    def reasons(self) -> list[str]:
        """The essence in a few sentences: the size, what is not read, and what there is to know.

        >>> from convarith import Conv
        >>> Conv(3, stride=2, padding=1).explain((6, 6)).reasons()
        ['o = ⌊(i + 2p - k)/s⌋ + 1 = ⌊(6 + 2·1 - 3)/2⌋ + 1 = 3', \
'1 of 8 padded positions, after the last window; none of them input']
        """
        sizes = [line.derivation for line in self.lines if line.name == "output"]
        facts = zip(self.unused, self.padded_shape, self.cropped, self.input_shape, strict=True)
        unread = [unread_sentence(*each) for each in facts]
        return [*_each_axis(sizes), *_each_axis(unread), *self.notes]

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as ``--json`` prints it."""
        answer: dict[str, Any] = {
            "layer": repr(self.layer),
            "input_shape": list(self.input_shape),
            "output_shape": list(self.output_shape),
            "relationship": self.relationship,
            "dilated": self.dilated,
            "formula": self.formula,
            "lines": [line.to_dict() for line in self.lines],
            "unused": [axis.to_dict() for axis in self.unused],
            "cropped": list(self.cropped),
            "notes": list(self.notes),
            "input_shapes": [[sizes[0], sizes[-1]] if sizes else [] for sizes in self.input_shapes],
        }
        if self.equivalent is not None:
            answer["equivalent"] = self.equivalent.to_dict()
            answer["direct"] = repr(self.direct)
        return answer

    def __str__(self) -> str:
        from convarith.arithmetic.report import text

        return text(self)

    def latex(self) -> str:
        """The formulas as one LaTeX ``align*`` environment (needs amsmath)."""
        rows = []
        for line in self.lines:
            left, _, right = latex(line.formula).partition(" = ")
            if len(self.input_shape) > 1:
                left = f"\\text{{{axis_name(line.axis, len(self.input_shape))}:}} \\quad {left}"
            steps = [right, latex(line.substituted), str(line.value)]
            rows.append(f"{left} &= " + " = ".join(dict.fromkeys(steps)))
        return "\\begin{align*}\n  " + " \\\\\n  ".join(rows) + "\n\\end{align*}"

    def _repr_html_(self) -> str:
        from convarith.arithmetic.report import html

        return html(self)


def explain(layer: Layer, input_shape: tuple[int, ...]) -> Explanation:
    """The explanation of one layer on one input.

    Raises:
        ShapeError: the layer does not fit the input.
    """
    windows = layer.windows(input_shape)
    letters = [Letters(axis) for axis in windows.axes]
    relationship = guide.naming(layer.kind, letters)
    transposed = isinstance(layer, ConvTranspose)
    return Explanation(
        layer=layer,
        input_shape=windows.input_shape,
        output_shape=windows.output_shape,
        relationship=relationship.number if relationship else None,
        dilated=guide.relationships[15].covers(layer.kind, letters),
        formula=_general_formula(relationship, layer.kind, letters),
        lines=_lines(relationship, layer.kind, windows, letters),
        unused=windows.unused(),
        cropped=tuple([axis.cropped_inputs() for axis in windows.axes]),
        notes=tuple(_notes(layer, windows, letters)),
        padded_shape=windows.padded_shape,
        input_shapes=layer.input_shapes(windows.output_shape),
        equivalent=Equivalent(windows) if transposed else None,
        direct=layer.direct if isinstance(layer, ConvTranspose) else None,
    )


FORMULA_BEYOND_FLOOR = {
    1: "o = ⌈({i} + {pp} - {k})/{s}⌉ + 1",
    -1: "o = ⌈({i} + {pp} - {k})/{s}⌉ + 1 - 1",  # less the window that would start beyond the input
}


def _template(relationship: Relationship | None, kind: str, axis: Letters) -> str:
    """The formula of an axis: the relationship's, or, where the guide has none, the general rule of the kind."""
    if relationship is not None:
        return relationship.formula
    if kind == "transposed convolution":
        return guide.relationships[14].formula
    return FORMULA_BEYOND_FLOOR.get(axis.windows_beyond_floor, guide.relationships[6].formula)


def _symbols(kind: str, letters: list[Letters], stretched: bool) -> dict[str, str]:
    """The letters as this layer needs them: k̂ under dilation, ĩ for a stretched input, both sides where they differ."""
    symbols = dict(TRANSPOSED_SYMBOLS if kind == "transposed convolution" else SYMBOLS)
    if any(axis.k != axis.kernel for axis in letters):
        symbols["k"] = "k̂"
    if stretched:
        symbols["i"] = "ĩ"
    if any(axis.before != axis.after for axis in letters):
        symbols["pp"] = "p_before + p_after"
        symbols["minus_pp"] = "(p_before + p_after)"
    return symbols


def _general_formula(relationship: Relationship | None, kind: str, letters: list[Letters]) -> str:
    template = _template(relationship, kind, max(letters, key=lambda axis: abs(axis.windows_beyond_floor)))
    return put_in(template, _symbols(kind, letters, stretched=False))


def _lines(relationship: Relationship | None, kind: str, windows: Windows, letters: list[Letters]) -> tuple[Line, ...]:
    lines: list[Line] = []
    transposed = kind == "transposed convolution"
    span_formula = put_in(guide.relationships[15].formula, SYMBOLS)
    for number, (axis, known) in enumerate(zip(windows.axes, letters, strict=True)):
        if known.k != known.kernel:
            substituted = f"{known.kernel} + ({known.kernel} - 1)({known.d} - 1)"
            lines.append(Line("span", number, span_formula, substituted, known.k))
        stretched = not transposed and axis.input_dilation > 1
        if stretched:
            lines.append(
                Line("stretched", number, "ĩ = e(i - 1) + 1", f"{axis.input_dilation}·({axis.size} - 1) + 1", known.i)
            )
        template = _template(relationship, kind, known)
        formula = put_in(template, _symbols(kind, [known], stretched))
        substituted = put_in(template, known.terms()).partition(" = ")[2]
        lines.append(Line("output", number, formula, substituted, known.o))
        if transposed:
            lines.extend(_equivalent_lines(number, axis, known))
    return tuple(lines)


def _equivalent_lines(number: int, axis: Axis, known: Letters) -> list[Line]:
    """How the equivalent direct convolution of one axis comes about."""
    k = "k" if known.k == known.kernel else "k̂"
    before, after = ("p", "p") if known.before == known.after else ("p_before", "p_after")
    added = " + a" if known.a else ""
    terms = known.terms()
    lines = []
    if known.s > 1:
        lines.append(Line("inserted", number, "zeros = s - 1", f"{known.s} - 1", known.s - 1))
        lines.append(Line("stretched", number, "ĩ' = s(i' - 1) + 1", f"{known.s}·({known.i} - 1) + 1", axis.stretched))
    lines.append(
        Line("before", number, f"p'_before = {k} - 1 - {before}", f"{known.k} - 1 - {terms['p']}", axis.before)
    )
    after_sum = f"{known.k} - 1 - {signed(known.after)}" + (f" + {known.a}" if known.a else "")
    lines.append(Line("after", number, f"p'_after = {k} - 1 - {after}{added}", after_sum, axis.after))
    return lines


def _notes(layer: Layer, windows: Windows, letters: list[Letters]) -> list[str]:
    """What a named padding means here, and what ceil_mode does."""
    notes = []
    if "'" in repr(layer.padding):
        sides = every_axis([f"{known.before} before and {known.after} after" for known in letters])
        notes.append(f"The padding {layer.padding!r} is {sides} here.")
    if layer.settings.get("ceil_mode"):
        words = [_ceil_words(axis, known) for axis, known in zip(windows.axes, letters, strict=True)]
        notes.append(f"ceil_mode {every_axis(words)}.")
    return notes


def _ceil_words(axis: Axis, known: Letters) -> str:
    if known.windows_beyond_floor > 0:
        return f"adds a window, which reaches {-axis.remainder} beyond the padding"
    if known.windows_beyond_floor < 0:
        return "drops the last window, which would start beyond the input"
    if axis.remainder:
        return "adds no window, since that would start beyond the input"
    return "changes nothing"


def unread_sentence(unused: Unused, extent: int, cropped: int = 0, size: int = 0) -> str:
    """What no window reads of one axis, in words; and what is cropped, so that none could.

    >>> from convarith import Unused
    >>> unread_sentence(Unused(0, 2, 1, 3), 9)
    '3 of 9 padded positions, 2 in gaps and 1 after the last window; 3 of them input'
    >>> unread_sentence(Unused(0, 0, 0, 0), 4, cropped=2, size=6)
    'nothing, every padded position is read; but 2 of 6 inputs are cropped'
    """
    also = f"; but {cropped} of {counted(size, 'input')} {'is' if cropped == 1 else 'are'} cropped" if cropped else ""
    places = [
        (unused.before, "before the first window"),
        (unused.between, "in gaps"),
        (unused.after, "after the last window"),
    ]
    where = [(count, place) for count, place in places if count]
    if not where:
        return f"nothing, every padded position is read{also}"
    named = where[0][1] if len(where) == 1 else " and ".join(f"{count} {place}" for count, place in where)
    return f"{unused.total} of {extent} padded positions, {named}; {unused.input or 'none'} of them input{also}"


def equivalent_sentences(explanation: Explanation) -> list[str]:
    """The equivalent direct convolution, as three steps in words.

    Raises:
        ValueError: the explanation is not one of a transposed convolution.
    """
    equivalent = explanation.equivalent
    if equivalent is None:
        raise ValueError("only a transposed convolution has an equivalent direct one")
    steps = []
    if any(equivalent.inserted_zeros):
        zeros = every_axis([counted(zeros, "zero") for zeros in equivalent.inserted_zeros])
        becomes = f"{shape_text(explanation.input_shape)} becomes {shape_text(equivalent.stretched_shape)}"
        steps.append(f"Between neighbouring inputs put {zeros}: {becomes}.")
    pads = every_axis(
        [
            _pad_words(before, after, extra)
            for (before, after), extra in zip(equivalent.padding, equivalent.extra, strict=True)
        ]
    )
    steps.append(f"{pads[0].upper()}{pads[1:]}: it becomes {shape_text(equivalent.padded_shape)}.")
    kernel = shape_text(equivalent.kernel_size)
    named = f"{kernel} kernel" if len(equivalent.kernel_size) > 1 else f"kernel of {kernel}"
    if any(dilation > 1 for dilation in equivalent.dilation):
        named += f", dilated by {every_axis([str(dilation) for dilation in equivalent.dilation])},"
    steps.append(
        f"Convolve with the {named} rotated by 180°, stride 1: {shape_text(explanation.output_shape)} comes out."
    )
    return steps


def _pad_words(before: int, after: int, extra: int) -> str:
    if not before and not after:
        return "pad nothing"
    if before >= 0 and after >= 0:
        added = f" ({extra} of them the added zeros a)" if extra else ""
        return f"pad {before} before and {after} after{added}"
    words = [f"{'crop' if side < 0 else 'pad'} {abs(side)}" for side in (before, after)]
    return f"{words[0]} before and {words[1]} after"


def _each_axis(lines: list[str]) -> list[str]:
    """One line where all axes say the same, and one for each axis else."""
    if len(set(lines)) == 1:
        return lines[:1]
    return [f"{axis_name(axis, len(lines))}: {line}" for axis, line in enumerate(lines)]


def every_axis(words: list[str]) -> str:
    """One wording where all axes agree, and one for each axis else.

    >>> every_axis(["1 zero", "no zeros"])
    '1 zero on axis 0 (height), no zeros on axis 1 (width)'
    """
    ndim = len(words)
    if len(set(words)) == 1:
        return words[0]
    return ", ".join(f"{word} on {axis_name(axis, ndim)}" for axis, word in enumerate(words))
