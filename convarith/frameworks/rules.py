"""What a framework's rule is made of, and what a call says: plain data that the three tables work on.

A rule is a size formula (`counts`), where the odd element goes (`pads`), and what is refused (`refusals`), each by its
name in its table. The three vary independently, so no framework has a formula of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from convarith.arithmetic.axis import conv_transpose_count, kernel_span, stretched_size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convarith.arithmetic.axis import Axis


class Rule(NamedTuple):
    """One row of a framework: how large, which side, what not.

    ``refuses`` maps names of `refusals.REFUSALS` to the framework's own rule, in a few words that a refusal quotes.
    ``remark`` is a sentence for those who ask why.
    """

    size: str
    pads: str
    refuses: Mapping[str, str]
    remark: str = ""


class OneAxis(NamedTuple):
    """What a call says of one axis, as the framework means it; ``size`` is None while no input is known.

    ``before`` and ``after`` are the padding in numbers (of the direct convolution, where a transposed one counts
    that way), ``output_padding`` and ``output_size`` are None where the call does not give them, and ``windows``, the
    number of outputs, is None until the size formula has spoken.
    """

    size: int | None
    kernel: int
    stride: int = 1
    dilation: int = 1
    input_dilation: int = 1
    before: int = 0
    after: int = 0
    output_padding: int | None = None
    output_size: int | None = None
    windows: int | None = None

    @property
    def length(self) -> int:
        """The size of the input; 1 stands for it while it is not known, where it does not matter."""
        return 1 if self.size is None else self.size

    @property
    def span(self) -> int:
        """k̂, the dilated kernel."""
        return kernel_span(self.kernel, self.dilation)

    @property
    def stretched(self) -> int:
        """ĩ, the dilated input."""
        return stretched_size(self.length, self.input_dilation)

    @property
    def extent(self) -> int:
        """The padded, dilated input."""
        return self.stretched + self.before + self.after

    @property
    def full(self) -> int:
        """All outputs of a transposed convolution before anything is cropped: s(i - 1) + k̂."""
        return conv_transpose_count(self.length, self.kernel, self.dilation, self.stride, 0, 0)


class Channels(NamedTuple):
    """Batch, channels and groups of a call: ``weight`` is the axis of the weights that the groups divide."""

    batch: int
    inputs: int
    outputs: int
    weight: int
    groups: int = 1
    batch_groups: int = 1


class Call(NamedTuple):
    """A call of a framework's operation: its rule and what it says, with channels where it has weights."""

    framework: str
    operation: str
    rule: Rule
    axes: tuple[OneAxis, ...]
    channels: Channels | None = None

    @property
    def has_input(self) -> bool:
        """Whether the input's size is known."""
        return all(axis.size is not None for axis in self.axes)


class Resolved(NamedTuple):
    """A call whose paddings are numbers.

    ``pads`` is (before, after) on each axis, of the direct convolution for a transposed one, with ``added`` zeros at
    the end. ``axes`` are the windows, None while the input is not known.
    """

    call: Call
    pads: tuple[tuple[int, int], ...]
    added: tuple[int, ...]
    axes: tuple[Axis, ...] | None

    @property
    def counts(self) -> tuple[int, ...]:
        """The spatial shape of the output.

        Raises:
            TypeError: the input is not known.
        """
        if self.axes is None:
            raise TypeError("the input is not known")
        return tuple([axis.count for axis in self.axes])
