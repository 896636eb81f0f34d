"""How numbers and formulas are written: shapes, products, floors, and the same formulas as LaTeX.

A formula is kept once, as text with the guide's letters in braces; putting letters or numbers in, and LaTeX, are
renderings of it.
"""

from __future__ import annotations

from textwrap import wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = 80
"""How wide a text for people may be."""


def shape_text(shape: Sequence[int]) -> str:
    """``6x6``: a shape as the command line takes it.

    >>> shape_text((3, 224, 224))
    '3x224x224'
    """
    return "x".join(map(str, shape))


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 row``, ``2 rows``, ``no rows``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number or 'no'} {plural or noun + 's'}"


def wrapped(words: str) -> list[str]:
    """A heading in lines of at most `COLUMNS`."""
    return wrap(words, COLUMNS, subsequent_indent="    ")


def aligned(rows: Sequence[tuple[str, str]], width: int = 0) -> list[str]:
    """Rows of (name, words) as two columns in lines of at most `COLUMNS`.

    >>> aligned([("height", "5 to 6"), ("", "or 7")])
    ['  height  5 to 6', '          or 7']
    """
    width = width or max(len(name) for name, _ in rows)
    lines = []
    for name, words in rows:
        lead = f"  {name:<{width}}  "
        lines += wrap(words, COLUMNS, initial_indent=lead, subsequent_indent=" " * len(lead), break_long_words=False)
    return lines


def put_in(template: str, terms: dict[str, str]) -> str:
    """A formula with terms in place of its braces.

    >>> put_in("⌊({i} + {pp} - {k})/{s}⌋ + 1", {"i": "6", "pp": "2·1", "k": "3", "s": "2"})
    '⌊(6 + 2·1 - 3)/2⌋ + 1'
    """
    return template.format(**terms)


def signed(number: int) -> str:
    """A number as a term of a sum: in parentheses if negative."""
    return str(number) if number >= 0 else f"({number})"


def both_sides(before: int, after: int) -> str:
    """2p with its number put in, or the two sides where they differ.

    >>> both_sides(1, 1), both_sides(0, 1), both_sides(-1, -1)
    ('2·1', '0 + 1', '2·(-1)')
    """
    return f"2·{signed(before)}" if before == after else f"{signed(before)} + {signed(after)}"


def latex(formula: str) -> str:
    r"""A formula of ours as LaTeX mathematics.

    >>> latex("o = ⌊(i + 2p - k̂)/s⌋ + 1")
    'o = \\left\\lfloor \\frac{i + 2p - \\hat{k}}{s} \\right\\rfloor + 1'
    """
    import re  # only LaTeX pays for this import

    for opening, closing, name in (("⌊", "⌋", "floor"), ("⌈", "⌉", "ceil")):
        formula = re.sub(
            rf"{opening}\(?(.*?)\)?/(\w+){closing}",
            rf"\\left\\l{name} \\frac{{\1}}{{\2}} \\right\\r{name}",
            formula,
        )
    for text, code in (
        ("k̂", r"\hat{k}"),
        ("ĩ", r"\tilde{i}"),
        ("·", r" \cdot "),
        ("_before", r"_{\text{before}}"),
        ("_after", r"_{\text{after}}"),
        ("zeros", r"\text{zeros}"),
        (" mod ", r" \bmod "),
        ("≥", r"\ge "),
        ("≠", r"\ne "),
    ):
        formula = formula.replace(text, code)
    return formula
