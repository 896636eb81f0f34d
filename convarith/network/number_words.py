"""Numbers as reports write them: thousands, short forms, bytes, and one entry for all axes where they agree."""

from __future__ import annotations

from math import gcd

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.network.fields import Field

PREFIXES = "kMGTPE"
VARIES = "varies"


def grouped(number: int) -> str:
    """``62,378,344``."""
    return f"{number:,}"


def shortened(number: int) -> str:
    """Three digits and a prefix.

    >>> shortened(999), shortened(34_944), shortened(1_850_000_000), shortened(999_950)
    ('999', '34.9k', '1.85G', '1.00M')
    """
    if number < 1000:
        return str(number)
    for power, prefix in enumerate(PREFIXES, 1):
        unit = 1000**power
        for decimals in (2, 1, 0):
            scaled = (number * 10**decimals + unit // 2) // unit
            if scaled < 1000:
                whole, rest = divmod(scaled, 10**decimals)
                return f"{whole}.{rest:0{decimals}}{prefix}" if decimals else f"{whole}{prefix}"
    return f"{number // 1000 ** len(PREFIXES):,}{PREFIXES[-1]}"


def bytes_words(number: int) -> str:
    """``1.12 MB``, of a thousand thousands.

    >>> bytes_words(1_119_744), bytes_words(40)
    ('1.12 MB', '40 B')
    """
    text = shortened(number)
    return f"{text[:-1]} {text[-1]}B" if text[-1] in PREFIXES else f"{text} B"


def decimal_words(number: float) -> str:
    """A centre: a whole number, or one with a half."""
    return str(number) if isinstance(number, int) else f"{number:.1f}".removesuffix(".0")


def fraction_words(over: int, under: int) -> str:
    """``4``, ``1.5``, ``1/16``: a decimal where three digits are all of it.

    >>> fraction_words(8, 2), fraction_words(3, 2), fraction_words(1, 16)
    ('4', '1.5', '1/16')
    """
    common = gcd(over, under)
    over, under = over // common, under // common
    if under == 1:
        return str(over)
    if 1000 % under:
        return f"{over}/{under}"
    whole, thousandths = divmod(over * (1000 // under), 1000)
    return f"{whole}.{thousandths:03}".rstrip("0")


def along_axes(entries: Sequence[str], between: str = " × ") -> str:
    """One entry where all axes have the same, else one for each: ``195``, ``1 × 7``."""
    return entries[0] if len(set(entries)) == 1 else between.join(entries)


def field_size(field: Field | None) -> str:
    """``195``; ``3–5`` where units differ; ``varies`` where nothing more is known."""
    if field is None:
        return VARIES
    sizes = field.sizes
    return str(sizes[0]) if len(sizes) == 1 else f"{sizes[0]}–{sizes[-1]}"


def field_jump(field: Field | None) -> str:
    """How far the next unit moves on; with ≈ where that is a mean."""
    if field is None:
        return VARIES
    return f"{'≈' if field.varies else ''}{fraction_words(field.shift, field.period)}"


def field_start(field: Field | None, half_pixel: bool) -> str:
    """The centre of unit 0's field: an index from 0, or half a pixel more."""
    if field is None:
        return VARIES
    start = field.start
    if start is None:
        return "none"
    return decimal_words(start + 0.5 if half_pixel else start)
