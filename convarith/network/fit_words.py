"""Which inputs fit, in words."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convarith.network.along import Remainder
    from convarith.network.fitting import Fits
    from convarith.network.size_sets import Sizes

SHOWN = 6
"""At most this many layers with remainders are listed."""


def fits_text(fits: Fits) -> str:
    """The answers along one axis (or along all, where they are the same), a few lines each."""
    lines = [f"{where(fits)}, input size n", ""]
    rows = [("runs", fits.runs), ("no remainder", fits.exact), ("no row lost", fits.whole)]
    for words, sizes in rows:
        formula = fits.formula(sizes)
        lines.append(f"  {words:<19}{sizes}{f'; {fits.output_layer} then has {formula}' if formula else ''}")
    if fits.smallest is not None:
        lines.append(f"  {'smallest':<19}{fits.smallest}{_below(fits)}")
    elif fits.fails_below is not None:
        lines.append(f"  {'never':<19}{fits.fails_below[1]}")
    if fits.given is not None:
        lines += ["", *_given(fits, fits.given)]
    return "\n".join(lines)


def where(fits: Fits) -> str:
    """``every axis``, or which one."""
    if len(fits.axes) > 1:
        return f"On each of {len(fits.axes)} axes"
    return f"On axis {fits.axes[0]}"


def nearest_words(sizes: Sizes, size: int) -> str:
    """``96 (crop 4) and 112 (pad by 12)``: the nearest good sizes on both sides, and how to get there."""
    below, above = sizes.below(size), sizes.above(size)
    words = []
    if below is not None:
        words.append(f"{below} (crop {size - below})")
    if above is not None:
        words.append(f"{above} (pad by {above - size})")
    return " and ".join(words) or "none"


def remainder_words(remainder: Remainder) -> str:
    """``conv1 loses 1 of its 224 rows``."""
    name, size, rows = remainder.layer, remainder.size, remainder.rows
    if remainder.unread:
        return f"{name} loses {remainder.unread} of its {size} rows"
    if remainder.left:
        return f"{name} leaves {remainder.left} of its {size} rows over"
    if rows < 0:
        return f"the last window of {name} reaches {-rows} beyond its {size} rows and their padding"
    why = "of padding only" if remainder.padding == rows else "which its stride skips"
    return f"{name} leaves {rows} {'row' if rows == 1 else 'rows'} over, {why}"


def _below(fits: Fits) -> str:
    return "" if fits.fails_below is None else f"; one less, and {fits.fails_below[1]}"


def _given(fits: Fits, size: int) -> list[str]:
    if size not in fits.runs:
        why = fits.refusal(size)
        return [
            f"  n = {size} does not run{f': {why}' if why else ''}",
            *([f"  the nearest that do: {nearest_words(fits.runs, size)}"] if fits.runs else []),
        ]
    output = fits.output(size)
    head = f"  n = {size} runs, {fits.output_layer} has {output}"
    if size in fits.exact:
        return [f"{head}, and no layer has a remainder"]
    remainders = fits.remainders(size)
    lines = [f"{head}; left over:", *[f"    {remainder_words(each)}" for each in remainders[:SHOWN]]]
    if len(remainders) > SHOWN:
        lines.append(f"    and {len(remainders) - SHOWN} more layers")
    if size in fits.whole:
        lines.append("  no row of any layer's input is lost by that")
    elif fits.whole:
        lines.append(f"  the nearest that lose no row: {nearest_words(fits.whole, size)}")
    if fits.exact:
        lines.append(f"  the nearest without remainder: {nearest_words(fits.exact, size)}")
    return lines
