"""The relation read from a tap: which outputs a kernel tap meets which inputs for, as two ranges in step.

On one axis a tap meets inputs at regular distances, so that all its meetings are a pair of ranges. Sums over windows,
maxima, the entries of C and their transposes can all be taken slice by slice, with no padded copy of the input.
"""

from __future__ import annotations

from math import gcd

from convarith.arithmetic.values import Value, hold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convarith.arithmetic.axis import Axis


class Meeting(Value):
    """One tap of an axis: its ``weight`` index meets input ``inputs[n]`` in the window of output ``outputs[n]``.

    Both ranges ascend and have the same length; they are empty where the tap meets only zeros.
    """

    weight: int
    outputs: range
    inputs: range

    def __init__(self, weight: int, outputs: range, inputs: range) -> None:
        hold(self, {"weight": weight, "outputs": outputs, "inputs": inputs})

    def transposed(self) -> Meeting:
        """The same meetings with output and input exchanged: those of C^T."""
        return Meeting(self.weight, self.inputs, self.outputs)


def meetings(axis: Axis) -> tuple[Meeting, ...]:
    """Each tap's meetings, in the order of the taps' positions.

    They solve ``input_dilation · i = stride · o + dilation · t - before`` for a fixed t: outputs are
    ``input_dilation / g`` apart and inputs ``stride / g``, with g the greatest common divisor of the two.

    >>> from convarith import Axis
    >>> for meeting in meetings(Axis.convolution(size=6, kernel=3, stride=2, before=1, after=1)):
    ...     print(meeting)
    Meeting(weight=0, outputs=range(1, 3), inputs=range(1, 5, 2))
    Meeting(weight=1, outputs=range(0, 3), inputs=range(0, 6, 2))
    Meeting(weight=2, outputs=range(0, 3), inputs=range(1, 7, 2))
    """
    stride, stretch, visible = axis.stride, axis.input_dilation, axis.visible
    common = gcd(stride, stretch)
    between_outputs, between_inputs = stretch // common, stride // common
    inverse = pow(between_inputs, -1, between_outputs) if between_outputs > 1 else 0
    found = []
    for tap in range(axis.kernel):
        weight = axis.kernel - 1 - tap if axis.flipped else tap
        start = axis.dilation * tap - axis.before  # where the tap lies for output 0
        first = max(0, -((start - visible.start) // stride))
        last = min(axis.count - 1, (visible.stop - 1 - start) // stride)
        if start % common:
            last = -1  # it lies between inputs for every output
        else:
            first += (-start // common * inverse - first) % between_outputs
        outputs = range(first, max(first, last + 1), between_outputs)
        begin = (stride * first + start) // stretch
        found.append(Meeting(weight, outputs, range(begin, begin + between_inputs * len(outputs), between_inputs)))
    return tuple(found)
