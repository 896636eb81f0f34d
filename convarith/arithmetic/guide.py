"""The fifteen relationships of "A guide to convolution arithmetic for deep learning" (Dumoulin and Visin), its figures,
and what it and the thesis that reprints it misprint.
"""

from __future__ import annotations

from types import MappingProxyType

from convarith.arithmetic.layers import Conv, ConvTranspose, Pool
from convarith.arithmetic.notation import aligned
from convarith.arithmetic.relationship import Letters, Relationship
from convarith.arithmetic.values import Value, hold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from convarith.arithmetic.layer import Layer


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
                "The padded input has the size i + 2p, and Relationship 5 holds for it. With s > 1 the floor lets "
                "s neighbouring input sizes share one output size.",
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
            Figure(
                "2.8",
                "2.20",
                "counting kernel positions, second half (the first has stride 1)",
                Conv(3, stride=2),
                (5, 5),
            ),
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
        "thesis, Relationship 14",
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
