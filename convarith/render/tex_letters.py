"""The texts of pictures as LaTeX that plain pdfLaTeX sets, with no package.

It differs from `convarith.arithmetic.notation.latex`, which turns a formula into mathematics: here a line of words and
signs stays what it is, letter by letter, in the font around it. Signs that LaTeX has no command for without a package
are left as they are, as LuaLaTeX and XeLaTeX set them; `unset` tells which they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ‚"
"""The last one is the low quotation mark, which stands for a comma down there."""

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿ"

ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0327": "c",
}
"""Combining mark -> the command that puts it over a letter."""

DOTLESS = {"i": r"\i", "j": r"\j"}

WORDS = {
    "#": r"\#",
    "$": r"\$",
    "%": r"\%",
    "&": r"\&",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''{}",
    "'": "'{}",
    "`": "`{}",
    "-": "-{}",  # with what follows it must not become a dash
    ",": ",{}",
    "?": "?{}",
    "!": "!{}",
    "\n": " ",
    "\t": " ",
    "\u00a0": "~",
    "\u2009": r"\,",
    "\u202f": r"\,",
    "\u2010": "-{}",
    "\u2011": "-{}",
    "–": r"\textendash{}",
    "—": r"\textemdash{}",
    "‘": r"\textquoteleft{}",
    "’": r"\textquoteright{}",
    "“": r"\textquotedblleft{}",
    "”": r"\textquotedblright{}",
    "…": r"\ldots{}",
}
"""Signs that are a command, or are guarded from what follows."""

MATHEMATICS = {
    "−": "-",
    "·": r"\cdot",
    "⋅": r"\cdot",
    "×": r"\times",
    "÷": r"\div",
    "±": r"\pm",
    "≈": r"\approx",
    "≤": r"\leq",
    "≥": r"\geq",
    "≠": r"\neq",
    "≡": r"\equiv",
    "∈": r"\in",
    "∞": r"\infty",
    "•": r"\bullet",
    "∑": r"\sum",
    "√": r"\surd",
    "°": r"^{\circ}",
    "⌊": r"\lfloor",
    "⌋": r"\rfloor",
    "⌈": r"\lceil",
    "⌉": r"\rceil",
    "←": r"\leftarrow",
    "→": r"\rightarrow",
    "↑": r"\uparrow",
    "↓": r"\downarrow",
    "↔": r"\leftrightarrow",
    "⇒": r"\Rightarrow",
    "µ": r"\mu",  # the sign of a millionth, not the letter
}
SMALL_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu "
    "nu xi pi rho sigma tau upsilon phi chi psi omega"
)
LARGE_GREEK = "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
MATHEMATICS |= {
    letter: rf"\{name}"
    for letters, names in (("αβγδεζηθικλμνξπρστυφχψω", SMALL_GREEK), ("ΓΔΘΛΞΠΣΦΨΩ", LARGE_GREEK))
    for letter, name in zip(letters, names.split(), strict=True)
}

TOKENS = re.compile(
    rf"""
    (?P<below>[{SUBSCRIPTS}]+)
    | (?P<above>[{SUPERSCRIPTS}]+)
    | (?P<primes>(?<=[\w)\]\u0300-\u036f])'+(?!\w) | ′+)
    | (?P<double>″)
    | (?P<minus>(?<![\w)\]-])-(?=[\s\d(.A-Za-z]))
    | (?P<space>(?<![^ ])[ ]|[ ]$)
    | (?P<letter>.[\u0300-\u036f]*)
    """,
    re.VERBOSE | re.DOTALL,
)


def latex_text(text: str) -> str:
    r"""A line of text as LaTeX.

    >>> print(latex_text("o' = ⌊(i - k̂)/2⌋, x₀‚₁ & 100 %"))
    o$'$ = $\lfloor$(i $-$ \^{k})/2$\rfloor$,{} x\textsubscript{0,{}1} \& 100 \%
    """
    return "".join(_token(match) for match in TOKENS.finditer(text))


def unset(texts: Iterable[str]) -> list[str]:
    """The signs that pdfLaTeX may not set: neither Latin nor among those above.

    >>> unset(["Größe = ⌊o⌋", "大きさ", "x₀"])
    ['き', 'さ', '大']
    """
    return sorted({sign for text in texts for sign in latex_text(text) if sign > LAST_LATIN})


LAST_LATIN = "\u017f"
"""LaTeX reads letters up to this one as they are."""


def _token(match: re.Match[str]) -> str:
    kind, text = match.lastgroup, match[0]
    if kind == "below":
        return rf"\textsubscript{{{latex_text(_plain(text))}}}"
    if kind == "above":
        return rf"\textsuperscript{{{latex_text(_plain(text))}}}"
    if kind == "primes":
        return "$" + "'" * len(text) + "$"
    if kind == "letter":
        return _letter(text)
    return {"double": "$''$", "minus": "$-$", "space": r"\ "}[str(kind)]


def _plain(script: str) -> str:
    """Small letters and digits below or above the line as they are on it."""
    return normalize("NFKC", script.replace("‚", ","))


def _letter(letter: str) -> str:
    if letter in WORDS:
        return WORDS[letter]
    if letter in MATHEMATICS:
        return f"${MATHEMATICS[letter]}$"
    parts = normalize("NFD", letter)
    base, mark = parts[0], parts[1:]
    if mark in ACCENTS and base.isascii() and base.isalpha():
        return rf"\{ACCENTS[mark]}{{{DOTLESS.get(base, base)}}}"
    return letter
