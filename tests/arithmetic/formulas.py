"""Printed formulas, read back: what a line says, calculated from its text alone."""

from __future__ import annotations

import math
import re
from fractions import Fraction

_TOKEN = re.compile(r"\d+|[a-z][a-z_]*'?|[-+/·*()⌊⌋⌈⌉]|mod")
_NAMES = {"k\u0302": "span", "\u0129": "stretched"}


def evaluated(formula, **letters):
    """The right side of a printed formula as an exact int; primes are dropped, k̂ is ``span`` and ĩ ``stretched``.

    >>> evaluated("o = ⌊(i + 2p - k)/s⌋ + 1", i=6, p=1, k=3, s=2)
    3
    """
    text = formula.rpartition(" = ")[2]
    for printed, name in _NAMES.items():
        text = text.replace(printed, name)
    tokens = _TOKEN.findall(text)
    assert "".join(tokens) == text.replace(" ", ""), f"not a formula: {formula!r}"
    pieces = []
    for token in tokens:
        if pieces and _ends_a_factor(pieces[-1]) and _starts_a_factor(token):
            pieces.append("*")
        pieces.append(token)
    code = "".join(_CODE.get(piece) or _operand(piece, letters) for piece in pieces)
    value = eval(code, {"__builtins__": {}, "Number": Fraction, "floor": _floor, "ceil": _ceil})
    assert value.denominator == 1, f"{formula!r} is {value}"
    return int(value)


def assigned(statement):
    """The equations of a statement by their left sides: ``{"p'": "p' = k - 1", "o'": ...}``."""
    return {equation.partition(" = ")[0]: equation for equation in statement.split(", ")}


_CODE = {
    **{sign: sign for sign in "+-/*()"},
    "·": "*",
    "⌊": "floor(",
    "⌈": "ceil(",
    "⌋": ")",
    "⌉": ")",
}


def _operand(piece, letters):
    return f"Number({piece if piece.isdigit() else letters[piece.rstrip(chr(39))]})"


def _starts_a_factor(piece):
    return piece[0].isalnum() or piece in "(⌊⌈"


def _ends_a_factor(piece):
    return piece[-1].isalnum() or piece[-1] == "'" or piece in ")⌋⌉"


def _floor(value):
    return Fraction(math.floor(value))


def _ceil(value):
    return Fraction(math.ceil(value))
