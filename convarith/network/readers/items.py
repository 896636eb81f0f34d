"""The parts of one layer of the compact notation: its first word, its options, its numbers and paddings.

What layer they make is in `layer_items`.
"""

from __future__ import annotations

import re

from convarith.arithmetic import padding as paddings
from convarith.errors import ParameterError
from convarith.network.operations import BORDERS
from convarith.network.readers.noops import bare, noop_name
from convarith.network.readers.tokens import cut
from convarith.network.readers.words import EXAMPLES, LAYERS, nearest_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from convarith.arithmetic.padding import Entry, Padding

    Numbers = int | tuple[int, ...]

_N = r"[0-9]+(?:x[0-9]+)*"
_SIDES = r"(?:-?[0-9]+(?::-?[0-9]+)?|same_lower|same|half|full|causal|valid)"
HEAD = re.compile(rf"(?:({_N})(?:-({_N}))?(?:-({_SIDES}(?:x{_SIDES})*))?)?([A-Za-z_]+)(.*)", re.IGNORECASE)
"""Kernel, stride, padding, word, and what follows the word."""

_PADDING = re.compile(rf"{_SIDES}(?:x{_SIDES})*", re.IGNORECASE)
_NUMBERS = re.compile(_N)
_OPTION = re.compile(r"([a-z_]+)=?(.*)")

LONGEST = 400
"""Digits of one number; nobody means more."""

_SAME_OPTIONS = {
    "bilinear": "linear",
    "trilinear": "linear",
    "align_corners": "aligned",
    "aligncorners": "aligned",
    "no_bias": "nobias",
    "ceil_mode": "ceil",
    "not_affine": "noaffine",
    "stride": "s",
    "pad": "p",
    "padding": "p",
    "dilation": "d",
    "dilate": "d",
    "input_dilation": "e",
    "group": "g",
    "groups": "g",
    "output_padding": "a",
    "multiplier": "x",
    "in_channels": "in",
    "in_features": "in",
    "parameters": "w",
}

SAYS = {
    "s": "s2 (stride)",
    "p": "p1 (padding)",
    "d": "d2 (dilation)",
    "e": "e2 (input dilation)",
    "g": "g4 (groups)",
    "a": "a1 (output padding)",
    "x": "x2 (filters for each channel)",
    "in": "in3 (channels or features that it takes)",
    "w": "w64 (parameters)",
}
"""Options that have a number; all others are words of their own."""

_LONG = {short: long for long, short in _SAME_OPTIONS.items() if short in SAYS}

_WINDOW = ("s", "p", "d", *paddings.NAMES)
_FILTERS = (*_WINDOW, "in", "nobias", "bias")
OPTIONS: dict[str, tuple[str, ...]] = {
    "Conv": (*_FILTERS, "g", "e", *BORDERS),
    "ConvT": (*_FILTERS, "g", "a"),
    "DWConv": (*_FILTERS, "x", "e", *BORDERS),
    "DWConvT": (*_FILTERS, "x", "a"),
    "MaxPool": (*_WINDOW, "ceil", "floor"),
    "FC": ("in", "nobias", "bias"),
    "GlobalMaxPool": ("flat",),
    "Upsample": ("nearest", "linear", "aligned"),
    "Pad": BORDERS,
    "BN": ("noaffine",),
    "noop": ("w",),
}
"""What may be said of a layer after its word, by the first of the layers that it may be said of."""

OPTIONS |= {
    "AvgPool": OPTIONS["MaxPool"],
    "LpPool": OPTIONS["MaxPool"],
    "GlobalAvgPool": OPTIONS["GlobalMaxPool"],
    "GlobalLpPool": OPTIONS["GlobalMaxPool"],
    "UpsampleTo": OPTIONS["Upsample"],
    "InstanceNorm": OPTIONS["BN"],
    "GroupNorm": OPTIONS["BN"],
    "LayerNorm": OPTIONS["BN"],
}


class Item:
    """A layer as it is written: the parts of its first word, and its options by name."""

    __slots__ = ("kernel", "name", "options", "padding", "stride", "tail", "text")

    def __init__(self, name: str, text: str, tail: str, options: dict[str, str]) -> None:
        self.name = name
        self.text = text
        self.tail = tail
        self.options = options
        self.kernel: Numbers | None = None
        self.stride: Numbers | None = None
        self.padding: Padding | None = None

    def refuse(self, problem: str, mend: str = "") -> NoReturn:
        raise ParameterError(f"{cut(self.text)} {problem}; {mend or f'write it as {EXAMPLES[self.name]}'}")

    def flag(self, name: str) -> bool:
        return name in self.options

    def one_of(self, names: Sequence[str]) -> str | None:
        """The option of several that exclude one another."""
        given = [name for name in names if name in self.options]
        if len(given) > 1:
            raise ParameterError(f"{cut(self.text)} has both {given[0]} and {given[1]}; keep one of them")
        return given[0] if given else None

    def numbers(self, name: str, default: int) -> Numbers:
        return numbers_of(self.options[name]) if name in self.options else default

    def integer(self, name: str) -> int | None:
        found = self.numbers(name, 0) if name in self.options else None
        if isinstance(found, tuple):
            raise ParameterError(f"{name}{self.options[name]} after {self.name} is one number, not one for each axis")
        return found

    def windowed(self) -> tuple[Numbers, Numbers | None, Padding]:
        """Kernel, stride and padding, said in the first word or after it."""
        if self.kernel is None:
            self.refuse("says no kernel size")
        stride, padding = self.stride, self.padding
        if self.flag("s"):
            if stride is not None:
                self.refuse("says the stride twice", "keep one of them")
            stride = numbers_of(self.options["s"])
        named = self.one_of(("p", *paddings.NAMES))
        if named:
            if padding is not None:
                self.refuse("says the padding twice", "keep one of them")
            padding = padding_of(self.options["p"]) if named == "p" else named
        return self.kernel, stride, 0 if padding is None else padding


def options_of(words: Sequence[str], name: str) -> dict[str, str]:
    """The words after a layer's first one, by name, with the rest of each.

    Raises:
        ParameterError: one is unknown, not for this layer, or there twice.
    """
    allowed = OPTIONS.get(name, ())
    found: dict[str, str] = {}
    for number, word in enumerate(words):
        match = _OPTION.fullmatch(word.lower())
        option = _SAME_OPTIONS.get(match[1], match[1]) if match else ""
        if match is None or option not in allowed or bool(match[2]) != (option in SAYS):
            raise ParameterError(_no_option(word, option, name, allowed), option=number)
        if option in found:
            raise ParameterError(
                f"{cut(word)} says again what was said of {name} before; keep one of them", option=number
            )
        found[option] = match[2]
    return found


def _no_option(word: str, option: str, name: str, allowed: Sequence[str]) -> str:
    """What is wrong with a word that stands behind a layer."""
    if word[0] in "xX*" and not word[1:].strip("0123456789"):
        return f"{cut(word)} repeats no single layer; write 2 x (...) about it"
    if not any(sign.isalnum() for sign in word):
        return f"{cut(word)} is no word of this notation; put -> between layers"
    match = HEAD.fullmatch(word)
    if match and (bare(match[4]) in LAYERS or match[1]):
        return f"{cut(word)} is a layer of its own; put -> before it"
    if noop_name(word):
        return f"{cut(word)} is a layer of its own; put -> before it, or parentheses around it"
    called = "a layer that changes nothing" if name == "noop" else name
    if option in SAYS and option in allowed:
        return f"{cut(word)} after {called} lacks its number; write {SAYS[option]}"
    if not allowed:
        return f"{cut(word)} means nothing after {called}, which has no words behind it; leave it out"
    spelled = {_LONG.get(option, option): option for option in allowed}
    near = nearest_of(option or word.lower(), spelled, 2)
    if near is not None and spelled[near] != option:
        return f"{cut(word)} means nothing after {called}; did you mean {SAYS.get(spelled[near], near)}?"
    listed = [SAYS.get(option, option) for option in allowed if option not in (*paddings.NAMES, *BORDERS)]
    listed += ["a padding by name"] if "same" in allowed else []
    listed += ["reflect, replicate or circular (padding)"] if "reflect" in allowed else []
    return f"{cut(word)} means nothing after {called}; what does is {', '.join(listed)}"


def numbers_of(text: str) -> Numbers:
    """``3`` or ``3x5``.

    Raises:
        ParameterError: it is neither, or too long.
    """
    if not _NUMBERS.fullmatch(text):
        raise ParameterError(f"{cut(text)} is no number; give one as 3, or one for each axis as 3x5")
    if "x" not in text:
        return number_of(text)
    return tuple([number_of(part) for part in text.split("x")])


def number_of(text: str) -> int:
    """One whole number, of the digits that it is known to be made of.

    Raises:
        ParameterError: it is too long.
    """
    if len(text) > LONGEST:
        raise ParameterError(f"the number {text[:20]}... has {len(text)} digits; {LONGEST} are the most that are read")
    return int(text)


def padding_of(text: str) -> Padding:
    """``1``, ``0:1`` (before:after), ``same``, or with x one of them for each axis.

    Raises:
        ParameterError: it is none of these.
    """
    low = text.lower()
    if not _PADDING.fullmatch(low):
        raise ParameterError(
            f"{cut(text)} is no padding; give it as 1, 0:1 (before:after) or 1x2 (for each axis), or one of "
            f"{', '.join(paddings.NAMES)}"
        )
    entries: list[Entry] = []
    for part in low.split("x"):
        before, _, after = part.partition(":")
        if part[0].isalpha():
            entries.append(part)
        elif after:
            entries.append((number_of(before), number_of(after)))
        else:
            entries.append(number_of(part))
    return paddings.spelled(tuple(entries))
