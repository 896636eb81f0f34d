"""What a unit of a network reads, in words."""

from __future__ import annotations

from math import prod

from convarith.arithmetic.notation import aligned, wrapped
from convarith.network.layer_words import printable
from convarith.network.number_words import decimal_words, grouped
from convarith.network.operations import shown
from convarith.network.relations import positions_of
from convarith.network.report_tables import Wishes
from convarith.network.unread_rows import axis_words, plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convarith.network.regions import Region


def region_text(region: Region, centres: str = "index") -> str:
    """What a unit reads, or which units a position reaches: the box along each axis, and how much of it.

    >>> import convarith as ca
    >>> print(region_text(ca.network.parse("3-2-1Conv8 -> 3-2-1Conv8").unit((0, 1), input_shape=(3, 9, 9))))
    unit 0,1 of conv2 reads, of the input (9x9)
      rows     0 to 3, 4 in all; if nothing were clipped -3 to 3, 7 in all
      columns  1 to 7, 7 in all
      centre   0,4 as indices from 0, if nothing is clipped
      read     28 positions

    Raises:
        ParameterError: ``centres`` is neither ``index`` nor ``half-pixel``.
    """
    wishes = Wishes(centres=centres)
    backwards = region.within == "input"
    unit = ",".join(map(str, region.unit))
    within = f"{printable(region.within)} ({shown(region.shape)})"
    asked = (
        f"unit {unit} of {printable(region.of)} reads, of the {within}"
        if backwards
        else f"position {unit} of the input reaches, of {within}"
    )
    if None in region.spans:
        nothing = "nothing: all that it would read is padding" if backwards else "no unit: none of them reads it"
        return "\n".join([*wrapped(asked), f"  {nothing}"])
    names = [plural(name, 2) for name in axis_words(len(region.shape))]
    rows = [(name, _span_words(region, axis)) for axis, name in enumerate(names)]
    centre = region.centre
    if None not in centre:
        half = 0.5 if wishes.half_pixel else 0
        where = "where the first pixel is at 0.5" if wishes.half_pixel else "as indices from 0"
        words = ",".join(decimal_words(each + half) for each in centre if each is not None)
        rows.append(("centre", f"{words} {where}, if nothing is clipped"))
    rows.append(("read" if backwards else "reached", _positions_words(region)))
    return "\n".join([*wrapped(asked), *aligned(rows)])


def _span_words(region: Region, axis: int) -> str:
    span, nominal, count = region.spans[axis], region.nominal[axis], region.counts[axis]
    assert span is not None
    words = f"{span[0]} to {span[1]}" if span[0] < span[1] else str(span[0])
    size = region.sizes[axis]
    words += f", {size} in all" if count == size else f", {count} of these {size}"
    if nominal is not None and nominal != span:
        words += f"; if nothing were clipped {nominal[0]} to {nominal[1]}, {nominal[1] - nominal[0] + 1} in all"
    return words


def _positions_words(region: Region) -> str:
    if not region.exact:
        return "so many branches meet that only the box around what is read was followed"
    number, box = _count(region.boxes), prod(region.counts)
    noun = "position" if region.within == "input" else "unit"
    words = f"{grouped(number)} {noun}{'s' * (number != 1)}"
    return words if number == box else f"{words} of the {grouped(box)} that these rows and columns cross in"


def _count(boxes: tuple[tuple[int, ...], ...]) -> int:
    """How many positions lie in any of the boxes."""
    if len(boxes) == 1:
        return prod(bits.bit_count() for bits in boxes[0])
    together = 0
    for box in boxes:
        together |= box[0]
    if len(boxes[0]) == 1:
        return together.bit_count()
    counts: dict[tuple[int, ...], int] = {}
    for position in positions_of(together):
        inside = tuple([number for number, box in enumerate(boxes) if box[0] >> position & 1])
        counts[inside] = counts.get(inside, 0) + 1
    return sum(number * _count(tuple([boxes[each][1:] for each in inside])) for inside, number in counts.items())
