"""Which inputs fit, as a report on all axes: the words of `fit_words` in lines that fit, and what gives an output."""

from __future__ import annotations

from textwrap import wrap

from convarith.arithmetic.notation import COLUMNS, counted
from convarith.errors import ParameterError, axis_name
from convarith.network.operations import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from convarith.network.fitting import Fits

NAMED = 21
"""Where the words begin in a line that begins with a name."""


def fits_report(answers: Sequence[Fits], output: Sequence[int] = ()) -> str:
    """The answers in lines of at most 80 columns; axes of which the same holds are told of together.

    ``output`` is a wanted size of the output layer, one for every axis or one for each: which inputs give it.

    >>> import convarith as ca
    >>> print(fits_report(ca.network.parse("2-2MaxPool -> 2-2MaxPool").fits((1, 8, 8)), (3,)))
    Every axis: the input size n
      runs               every n ≥ 4
      no remainder       n a multiple of 4; pool2 then has n/4
      no row lost        n a multiple of 4; pool2 then has n/4
      smallest           4; one less, and pool2: kernel 2 does not fit in input 1
                         with padding 0; it needs padding of at least 1 on each
                         side, or a kernel of at most 1
    <BLANKLINE>
      n = 8 runs, pool2 has 2, and no layer has a remainder
    <BLANKLINE>
      pool2 has 3 for n = 12 to 15

    Raises:
        ParameterError: ``output`` has another number of axes.
    """
    ndim = sum(len(each.axes) for each in answers)
    wanted = _wanted(output, ndim)
    told: dict[str, list[int]] = {}
    for each in answers:
        lines = str(each).splitlines()[1:]
        for size, axes in wanted_of(each, wanted).items():
            where = "" if len(axes) == len(each.axes) else f" along axis {', '.join(map(str, axes))}"
            lines += ["", f"  {each.output_layer} has {size}{where} for {each.inputs_for(size)}"]
        told.setdefault("\n".join(line for long in lines for line in _folded(long)), []).extend(each.axes)
    blocks = []
    for words, axes in told.items():
        where = "every axis" if len(axes) == ndim > 1 else " and ".join(axis_name(axis, ndim) for axis in axes)
        blocks.append(f"{where[0].upper()}{where[1:]}: the input size n\n{words.strip(chr(10))}")
    return "\n\n".join(blocks)


def fits_data(answers: Sequence[Fits], output: Sequence[int] = ()) -> list[dict[str, Any]]:
    """The answers as data, by the keys of ``--json``.

    Raises:
        ParameterError: ``output`` has another number of axes.
    """
    wanted = _wanted(output, sum(len(each.axes) for each in answers))
    found = []
    for each in answers:
        data = each.to_dict()
        if wanted:
            data["inputs"] = [
                {"output": size, "axes": axes, **each.inputs_for(size).to_dict()}
                for size, axes in wanted_of(each, wanted).items()
            ]
        found.append(data)
    return found


def wanted_of(answer: Fits, wanted: Sequence[int]) -> dict[int, list[int]]:
    """The sizes that are wanted along the axes of an answer, each with those axes."""
    sizes: dict[int, list[int]] = {}
    for axis in answer.axes if wanted else ():
        sizes.setdefault(wanted[axis], []).append(axis)
    return sizes


def _wanted(output: Sequence[int], ndim: int) -> tuple[int, ...]:
    if len(output) not in (0, 1, ndim):
        raise ParameterError(
            f"the wanted output {shown(output)} has {counted(len(output), 'size')}, and there are "
            f"{counted(ndim, 'axis', 'axes')}; give one size for every axis, or one for each",
            output=tuple(output),
        )
    return tuple(output) * ndim if len(output) == 1 else tuple(output)


def _folded(line: str) -> list[str]:
    """A line in lines of at most `COLUMNS`; what goes on stands below the words, not below their name."""
    start = len(line) - len(line.lstrip())
    has_name = start == 2 and len(line) > NAMED and line[NAMED - 2 : NAMED].isspace() and line[NAMED] != " "
    below = NAMED if has_name else start + 2
    return wrap(line, COLUMNS, subsequent_indent=" " * below, break_long_words=False) or [""]
