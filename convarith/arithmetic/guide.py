"""The relationships of "A guide to convolution arithmetic for deep learning" (Dumoulin and Visin), its figures, and
what it and the thesis that reprints it misprint.

The general rule is written once, in `axis`; a relationship says when it applies, what it is called and how its
formula reads, and evaluates through the rule.
"""

from __future__ import annotations

from types import MappingProxyType

from convarith.arithmetic.axis import Axis, conv_count, kernel_span
from convarith.arithmetic.integers import integer
from convarith.arithmetic.layers import Conv, ConvTranspose, Pool
from convarith.arithmetic.notation import aligned, both_sides, latex, put_in, shape_text, signed, wrapped
from convarith.arithmetic.values import Value, hold
from convarith.errors import ParameterError, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from convarith.arithmetic.layers import Layer, Shape


class Letters(Value):
    """One axis in the guide's letters: those of the convolution for a direct layer, of the one it transposes else.

    ``k`` is k̂ where there is dilation, ``i`` the stretched input of a convolution with input_dilation, and 2p is
    read as ``before + after``.
    """

    i: int
    k: int
    s: int
    before: int
    after: int
    a: int
    o: int
    kernel: int
    d: int
    rounded_down: bool

    def __init__(self, axis: Axis) -> None:
        span = axis.span
        transposed = axis.flipped
        hold(
            self,
            {
                "i": axis.size if transposed else axis.stretched,
                "k": span,
                "s": axis.input_dilation if transposed else axis.stride,
                "before": span - 1 - axis.before if transposed else axis.before,
                "after": span - 1 - axis.after + axis.extra if transposed else axis.after,
                "a": axis.extra,
                "o": axis.count,
                "kernel": axis.kernel,
                "d": axis.dilation,
                "rounded_down": axis.count == conv_count(axis.extent, axis.kernel, axis.dilation, axis.stride),
            },
        )

    @property
    def padding(self) -> int:
        """2p: both sides together."""
        return self.before + self.after

    def terms(self) -> dict[str, str]:
        """The numbers to put into a formula."""
        return {
            "i": str(self.i),
            "k": str(self.k),
            "s": str(self.s),
            "s(": f"{self.s}·(",
            "pp": both_sides(self.before, self.after),
            "minus_pp": both_sides(self.before, self.after)
            if self.before == self.after
            else f"({both_sides(self.before, self.after)})",
            "p": signed(self.before),
            "a": str(self.a),
            "d": str(self.d),
        }


class Relationship(Value):
    """One numbered relationship of the guide: a condition, a formula, and the figures it explains.

    Calling it with the guide's letters evaluates it (for a transposed convolution i stands for i'):

    >>> from convarith import Conv, relationships
    >>> relationships[14](i=3, k=3, s=2, p=1, a=1)
    6
    >>> relationships[6].statement
    'o = ⌊(i + 2p - k)/s⌋ + 1'
    >>> relationships[3].applies(Conv(3, padding=1), (5, 5))
    True
    >>> relationships[3](i=5, k=4)
    Traceback (most recent call last):
    convarith.errors.ParameterError: Relationship 3 holds for s = 1, k odd, p = ⌊k/2⌋, and not for i=5, k=4, p=2; \
take another relationship, or numbers that meet its condition
    """

    number: int
    title: str
    kinds: tuple[str, ...]
    condition: str
    prelude: str
    formula: str
    figures: tuple[str, ...]
    derivation: str

    def __init__(
        self,
        number: int,
        title: str,
        kinds: tuple[str, ...],
        condition: str,
        holds: Callable[[Letters], bool],
        formula: str,
        figures: tuple[str, ...],
        derivation: str,
        prelude: str = "",
        padding_of: Callable[[int], int] = lambda _: 0,
    ) -> None:
        hold(
            self,
            {
                "number": number,
                "title": title,
                "kinds": kinds,
                "condition": condition,
                "holds": holds,
                "formula": formula,
                "figures": figures,
                "derivation": derivation,
                "prelude": prelude,
                "padding_of": padding_of,
            },
        )

    holds: Callable[[Letters], bool]
    padding_of: Callable[[int], int]

    @property
    def statement(self) -> str:
        """The relationship in the guide's letters."""
        letters = SYMBOLS if self.kinds[0] != "transposed convolution" else TRANSPOSED_SYMBOLS
        formula = put_in(self.formula, letters)
        return f"{self.prelude}, {formula}" if self.prelude else formula

    @property
    def statement_latex(self) -> str:
        """The statement as LaTeX mathematics."""
        return latex(self.statement)

    def applies(self, layer: Layer, input_shape: Shape) -> bool:
        """Whether the relationship's condition holds for this layer on every axis of this input.

        A dilated kernel is read as one of k̂; Relationship 15 itself applies where some k̂ differs from k.

        Raises:
            ShapeError: the layer does not fit the input.
        """
        return self.covers(layer.kind, [Letters(axis) for axis in layer.windows(input_shape).axes])

    def covers(self, kind: str, letters: list[Letters]) -> bool:
        """`applies`, for axes that are already at hand."""
        if kind not in self.kinds:
            return False
        if self.number == 15:
            return any(self.holds(axis) for axis in letters)
        return all(axis.rounded_down and axis.a < axis.s and self.holds(axis) for axis in letters)

    def __call__(self, **letters: int) -> int:
        """The output size (for 15: k̂) by this relationship, from the guide's letters.

        What is left out has the value that the condition gives it: s = 1, d = 1, a = 0, and p as stated.

        Raises:
            ParameterError: a letter is unknown, missing or no whole number, or the condition does not hold.
            ShapeError: the kernel does not fit.
        """
        known = ("k", "d") if self.number == 15 else ("i", "k", "s", "p", "d", "a")
        for letter, value in letters.items():
            if letter not in known:
                raise ParameterError(f"there is no letter {letter!r} here; {nearest(letter, known)}", name=letter)
            letters[letter] = integer(value, letter)
        for letter in known[: 1 if self.number == 15 else 2]:
            if letter not in letters:
                raise ParameterError(f"Relationship {self.number} needs {letter}; give {letter}=...", name=letter)
        span = kernel_span(integer(letters["k"], "k", 1), integer(letters.get("d", 1), "d", 1))
        if self.number == 15:
            return span
        letters.setdefault("p", self.padding_of(span))
        layer = self._layer(letters)
        if not self.applies(layer, (letters["i"],)):
            given = ", ".join(f"{letter}={value}" for letter, value in letters.items())
            raise ParameterError(
                f"Relationship {self.number} holds for {self.condition}, and not for {given}; "
                f"take another relationship, or numbers that meet its condition",
                **letters,
            )
        return layer.output_shape((letters["i"],))[0]

    def _layer(self, letters: Mapping[str, int]) -> Layer:
        kernel, stride, padding = letters["k"], letters.get("s", 1), letters["p"]
        dilation, added = letters.get("d", 1), letters.get("a", 0)
        if self.kinds[0] == "transposed convolution":
            return ConvTranspose(kernel, stride=stride, padding=padding, dilation=dilation, output_padding=added)
        if added:
            raise ParameterError(f"a belongs to transposed convolutions; leave a={added} out", a=added)
        if self.kinds[0] == "pooling":
            return Pool(kernel, stride=stride, padding=padding, dilation=dilation)
        return Conv(kernel, stride=stride, padding=padding, dilation=dilation)

    def __repr__(self) -> str:
        return f"<Relationship {self.number}: {self.statement}>"

    def __str__(self) -> str:
        """The relationship with its condition, derivation and figures, in lines of 80 columns."""
        rows = [
            ("for", ", ".join(self.kinds)),
            ("condition", self.condition),
            ("statement", self.statement),
            ("derivation", self.derivation),
        ]
        for number in self.figures:
            figure = figures[number]
            thesis = f" (thesis {figure.thesis})" if figure.thesis else ""
            sizes = f"{shape_text(figure.input_shape)} -> {shape_text(figure.layer.output_shape(figure.input_shape))}"
            rows.append((f"figure {number}", f"{figure.title}{thesis}: {figure.layer!r}, {sizes}"))
        return "\n".join([*wrapped(f"Relationship {self.number}: {self.title}"), *aligned(rows)])

    def to_dict(self) -> dict[str, object]:
        return {
            "number": self.number,
            "title": self.title,
            "for": list(self.kinds),
            "condition": self.condition,
            "statement": self.statement,
            "statement_latex": self.statement_latex,
            "figures": list(self.figures),
            "derivation": self.derivation,
        }


class Figure(Value):
    """A figure of the guide: its number, the one it has in the thesis, and the layer and input it shows."""

    number: str
    thesis: str | None
    title: str
    layer: Layer
    input_shape: tuple[int, ...]

    def __init__(self, number: str, thesis: str | None, title: str, layer: Layer, input_shape: tuple[int, ...]) -> None:
        hold(self, {"number": number, "thesis": thesis, "title": title, "layer": layer, "input_shape": input_shape})


class Misprint(Value):
    """Something that the guide or the thesis prints and that is not so."""

    where: str
    printed: str
    right: str

    def __init__(self, where: str, printed: str, right: str) -> None:
        hold(self, {"where": where, "printed": printed, "right": right})


SYMBOLS = {"i": "i", "k": "k", "s": "s", "s(": "s(", "pp": "2p", "minus_pp": "2p", "p": "p", "a": "a", "d": "d"}
TRANSPOSED_SYMBOLS = {**SYMBOLS, "i": "i'"}

CONVOLUTION = ("convolution",)
TRANSPOSED = ("transposed convolution",)


def _odd_half(axis: Letters) -> bool:
    return axis.s == 1 and axis.k % 2 == 1 and axis.padding == axis.k - 1


def _full(axis: Letters) -> bool:
    return axis.s == 1 and axis.padding == 2 * (axis.k - 1)


def _half_padding(span: int) -> int:
    return span // 2


def _full_padding(span: int) -> int:
    return span - 1


relationships: Mapping[int, Relationship] = MappingProxyType(
    {
        relationship.number: relationship
        for relationship in (
            Relationship(
                1,
                "no padding, unit stride",
                CONVOLUTION,
                "s = 1, p = 0",
                lambda axis: axis.s == 1 and axis.padding == 0,
                "o = ({i} - {k}) + 1",
                ("1.1", "2.1"),
                "Put the kernel at the start of the input and move it by one until it meets the end: that is i - k "
                "moves, and the place it started from is one output more.",
            ),
            Relationship(
                2,
                "padding, unit stride",
                CONVOLUTION,
                "s = 1",
                lambda axis: axis.s == 1,
                "o = ({i} - {k}) + {pp} + 1",
                ("2.2",),
                "p zeros on either side make an input of size i + 2p; Relationship 1 holds for that input.",
            ),
            Relationship(
                3,
                "half (same) padding",
                CONVOLUTION,
                "s = 1, k odd, p = ⌊k/2⌋",
                _odd_half,
                "o = {i}",
                ("2.3",),
                "An odd k is 2⌊k/2⌋ + 1, so with p = ⌊k/2⌋ Relationship 2 gives i + 2⌊k/2⌋ - (k - 1) = i: the kernel's "
                "centre visits every input cell.",
                padding_of=_half_padding,
            ),
            Relationship(
                4,
                "full padding",
                CONVOLUTION,
                "s = 1, p = k - 1",
                _full,
                "o = {i} + ({k} - 1)",
                ("2.4",),
                "With p = k - 1 the first and the last window meet the input in a single cell, and every partial "
                "overlap counts: Relationship 2 gives i + 2(k - 1) - (k - 1).",
                padding_of=_full_padding,
            ),
            Relationship(
                5,
                "no padding, any stride",
                CONVOLUTION,
                "p = 0",
                lambda axis: axis.padding == 0,
                "o = ⌊({i} - {k})/{s}⌋ + 1",
                ("2.5", "2.8"),
                "Of the i - k moves by one only every s-th is made. The floor drops what is left at the end, cells "
                "that no window reads.",
            ),
            Relationship(
                6,
                "any padding, any stride",
                ("convolution", "pooling"),
                "any i, k, s, p",
                lambda _: True,
                "o = ⌊({i} + {pp} - {k})/{s}⌋ + 1",
                ("1.2", "2.6", "2.7"),
                "The padded input has the size i + 2p, and Relationship 5 holds for it. Where s does not divide "
                "i + 2p - k, inputs of different sizes share one output size.",
            ),
            Relationship(
                7,
                "pooling",
                ("pooling",),
                "p = 0",
                lambda axis: axis.padding == 0,
                "o = ⌊({i} - {k})/{s}⌋ + 1",
                ("1.5", "1.6"),
                "A pooling window moves as a kernel does; what is done with the cells in it does not change how many "
                "windows there are.",
            ),
            Relationship(
                8,
                "transpose of no padding, unit stride",
                TRANSPOSED,
                "s = 1, p = 0",
                lambda axis: axis.s == 1 and axis.padding == 0,
                "o' = {i} + ({k} - 1)",
                ("4.1",),
                "Undo Relationship 1: the input cell at the border was read by one window only, so the transpose pads "
                "fully, p' = k - 1, and Relationship 4 gives the size.",
                prelude="k' = k, s' = s, p' = k - 1",
            ),
            Relationship(
                9,
                "transpose of padding, unit stride",
                TRANSPOSED,
                "s = 1",
                lambda axis: axis.s == 1,
                "o' = {i} + ({k} - 1) - {minus_pp}",
                ("4.2",),
                "The padding of the direct convolution is not part of its input, so it is taken off the full padding: "
                "p' = k - 1 - p, and Relationship 2 gives the size.",
                prelude="k' = k, s' = s, p' = k - p - 1",
            ),
            Relationship(
                10,
                "transpose of half (same) padding",
                TRANSPOSED,
                "s = 1, k odd, p = ⌊k/2⌋",
                _odd_half,
                "o' = {i}",
                ("4.3",),
                "With p = ⌊k/2⌋ and k odd, k - p - 1 is p again: the transpose is a half padded convolution, too.",
                prelude="k' = k, s' = s, p' = p",
                padding_of=_half_padding,
            ),
            Relationship(
                11,
                "transpose of full padding",
                TRANSPOSED,
                "s = 1, p = k - 1",
                _full,
                "o' = {i} - ({k} - 1)",
                ("4.4",),
                "Full padding leaves k - p - 1 = 0: the transpose has no padding, and Relationship 1 gives the size.",
                prelude="k' = k, s' = s, p' = 0",
                padding_of=_full_padding,
            ),
            Relationship(
                12,
                "transpose of no padding, any stride",
                TRANSPOSED,
                "p = 0, s divides i - k",
                lambda axis: axis.padding == 0 and axis.a == 0,
                "o' = {s(}{i} - 1) + {k}",
                ("4.5",),
                "The windows of the direct convolution start s cells apart, so the transpose moves its input apart: "
                "s - 1 zeros between neighbours make it ĩ' = s(i' - 1) + 1, and Relationship 4 gives ĩ' + k - 1.",
                prelude="ĩ' = s(i' - 1) + 1, k' = k, s' = 1, p' = k - 1",
            ),
            Relationship(
                13,
                "transpose of any padding and stride, nothing left over",
                TRANSPOSED,
                "s divides i + 2p - k",
                lambda axis: axis.a == 0,
                "o' = {s(}{i} - 1) + {k} - {minus_pp}",
                ("4.6",),
                "As 12, with the padding of the direct convolution taken off: p' = k - p - 1.",
                prelude="ĩ' = s(i' - 1) + 1, k' = k, s' = 1, p' = k - p - 1",
            ),
            Relationship(
                14,
                "transpose of any padding and stride",
                TRANSPOSED,
                "a = (i + 2p - k) mod s",
                lambda _: True,
                "o' = {s(}{i} - 1) + {a} + {k} - {minus_pp}",
                ("4.7",),
                "The floor of the direct convolution left a rows unread, which 13 does not give back; a zeros more at "
                "the end (bottom and right) do. a is what frameworks call output_padding.",
                prelude="ĩ' = s(i' - 1) + 1, k' = k, s' = 1, p' = k - p - 1",
            ),
            Relationship(
                15,
                "dilation",
                ("convolution", "pooling", "transposed convolution"),
                "d > 1, k > 1",
                lambda axis: axis.k != axis.kernel,
                "k̂ = {k} + ({k} - 1)({d} - 1)",
                ("5.1",),
                "d - 1 gaps between neighbouring taps make a kernel of k reach over k + (k - 1)(d - 1) cells. Read k̂ "
                "for k in all of the others, their conditions included.",
            ),
        )
    }
)

NAMING_ORDER = {
    "convolution": (1, 3, 4, 2, 5, 6),
    "pooling": (7, 6),
    "transposed convolution": (8, 10, 11, 9, 12, 13, 14),
}
"""The special before the general: the first that holds on every axis is the one an explanation names."""


def listing() -> str:
    """All relationships with their conditions and statements, in lines of 80 columns."""
    blocks = []
    for relationship in relationships.values():
        rows = [("for", ", ".join(relationship.kinds)), ("condition", relationship.condition)]
        rows.append(("statement", relationship.statement))
        blocks.append("\n".join([f"{relationship.number}. {relationship.title}", *aligned(rows)]))
    return "\n".join(blocks)


def naming(kind: str, letters: list[Letters]) -> Relationship | None:
    """The relationship that an explanation of these axes names; None where the guide has none."""
    for number in NAMING_ORDER[kind]:
        if relationships[number].covers(kind, letters):
            return relationships[number]
    return None


figures: Mapping[str, Figure] = MappingProxyType(
    {
        figure.number: figure
        for figure in (
            Figure("1.1", "2.7", "computing a convolution", Conv(3), (5, 5)),
            Figure("1.2", "2.8", "computing a strided, padded convolution", Conv(3, stride=2, padding=1), (5, 5)),
            Figure("1.5", "2.11", "average pooling", Pool(3, stride=1), (5, 5)),
            Figure("1.6", "2.12", "maximum pooling", Pool(3, stride=1), (5, 5)),
            Figure("2.1", "2.13", "no padding, unit strides", Conv(3), (4, 4)),
            Figure("2.2", "2.14", "arbitrary padding, unit strides", Conv(4, padding=2), (5, 5)),
            Figure("2.3", "2.15", "half padding, unit strides", Conv(3, padding=1), (5, 5)),
            Figure("2.4", "2.16", "full padding, unit strides", Conv(3, padding=2), (5, 5)),
            Figure("2.5", "2.17", "no padding, strides", Conv(3, stride=2), (5, 5)),
            Figure("2.6", "2.18", "padding, strides", Conv(3, stride=2, padding=1), (5, 5)),
            Figure(
                "2.7", "2.19", "padding, strides, a row and a column left over", Conv(3, stride=2, padding=1), (6, 6)
            ),
            Figure("2.8", "2.20", "counting kernel positions", Conv(3, stride=2), (5, 5)),
            Figure("4.1", "2.21", "transpose of 2.1", ConvTranspose(3), (2, 2)),
            Figure("4.2", "2.22", "transpose of 2.2", ConvTranspose(4, padding=2), (6, 6)),
            Figure("4.3", "2.23", "transpose of 2.3", ConvTranspose(3, padding=1), (5, 5)),
            Figure("4.4", "2.24", "transpose of 2.4", ConvTranspose(3, padding=2), (7, 7)),
            Figure("4.5", "2.25", "transpose of 2.5", ConvTranspose(3, stride=2), (2, 2)),
            Figure("4.6", "2.26", "transpose of 2.6", ConvTranspose(3, stride=2, padding=1), (3, 3)),
            Figure("4.7", "2.27", "transpose of 2.7", ConvTranspose(3, stride=2, padding=1, output_padding=1), (3, 3)),
            Figure("5.1", None, "dilation", Conv(3, dilation=2), (7, 7)),
        )
    }
)

misprints: tuple[Misprint, ...] = (
    Misprint(
        "thesis, Relationships 12 to 14",
        "o' = s(ĩ' - 1) + ..., with the stretched input ĩ'",
        "o' = s(i' - 1) + ..., with i'; as printed the figures' outputs 5, 5 and 6 would be 7, 9 and 10",
    ),
    Misprint(
        "guide and thesis, Relationship 14",
        "the a zeros are added to the top and right edges",
        "they are added at the end of each axis: to the bottom and right edges",
    ),
    Misprint(
        "thesis, Figures 2.26 and 2.27; guide, Figure 4.7",
        "the transposed convolution's input is captioned 2x2",
        "it is 3x3, the output of the direct convolution",
    ),
    Misprint(
        "thesis, the matrix C of Figure 2.1",
        "row 2 of the 4x16 matrix has one zero too many",
        "every row has 16 entries, 9 of them weights",
    ),
    Misprint(
        "guide and thesis, transposed convolution",
        "the equivalent direct convolution is given with its kernel size only",
        "its kernel is the direct one rotated by 180°",
    ),
    Misprint(
        "guide and thesis, Relationship 7",
        "pooling has no padding",
        "that is an assumption, not a rule: padded pooling has the size of Relationship 6",
    ),
)
