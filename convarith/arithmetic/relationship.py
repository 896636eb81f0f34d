"""A relationship of the guide: its condition on an axis, its formula, and what it evaluates to.

The general rule is written once, in `axis`; a relationship says when it applies and how its formula reads, and
evaluates through the rule. The fifteen of them are in `guide`.
"""

from __future__ import annotations

from convarith.arithmetic.axis import Axis, conv_count, kernel_span
from convarith.arithmetic.integers import integer
from convarith.arithmetic.layers import Conv, ConvTranspose, Pool
from convarith.arithmetic.notation import aligned, both_sides, latex, put_in, shape_text, signed, wrapped
from convarith.arithmetic.values import Value, hold
from convarith.errors import ParameterError, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from convarith.arithmetic.layer import Layer, Shape

SYMBOLS = {"i": "i", "k": "k", "s": "s", "s(": "s(", "pp": "2p", "minus_pp": "2p", "p": "p", "a": "a", "d": "d"}
TRANSPOSED_SYMBOLS = {**SYMBOLS, "i": "i'"}


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
    windows_beyond_floor: int
    """1 where ceil_mode adds a window, -1 where it takes one away that starts beyond the input; else 0."""

    def __init__(self, axis: Axis) -> None:
        direct = axis.transpose() if axis.flipped else axis
        hold(
            self,
            {
                "i": axis.size if axis.flipped else axis.stretched,
                "k": axis.span,
                "s": direct.stride,
                "before": direct.before,
                "after": direct.after,
                "a": axis.extra,
                "o": axis.count,
                "kernel": axis.kernel,
                "d": axis.dilation,
                "windows_beyond_floor": axis.count - conv_count(axis.extent, axis.kernel, axis.dilation, axis.stride),
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
        return all(not axis.windows_beyond_floor and axis.a < axis.s and self.holds(axis) for axis in letters)

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

    def __reduce__(self) -> tuple[Any, ...]:
        return _by_number, (self.number,)

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
        from convarith.arithmetic.guide import figures

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


def _by_number(number: int) -> Relationship:
    from convarith.arithmetic.guide import relationships

    return relationships[number]
