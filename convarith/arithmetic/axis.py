"""One axis of a layer that has met its input: the relation that everything in convarith is a reading of.

    input_dilation · i  =  stride · o  +  dilation · t  -  before          0 ≤ i < size,  0 ≤ o < count,  0 ≤ t < kernel

between an input index i, an output index o and a kernel tap t. The one coordinate is the **position** x on the
stretched axis: the first input cell is 0, padding before it is negative.

This is the only module with a size formula, and the only one that refuses a geometry. It knows integers; which
layer they came from, what a padding is called and how many axes there are is known above.

What counts or searches is imported where it is used, so that those who only ask for sizes do not wait for it.
"""

from __future__ import annotations

from convarith.arithmetic.values import Value, hold
from convarith.errors import ParameterError, ShapeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convarith.arithmetic.unused import Unused

KINDS = ("input", "inserted", "padding", "extra", "overhang", "cropped")
"""What can lie at a position; in N-D, the last of these among its axes wins."""


# The size formulas, each once. They answer below 1 where nothing fits, and never refuse.


def kernel_span(kernel: int, dilation: int) -> int:
    """k̂: how many positions a kernel reaches over."""
    return dilation * (kernel - 1) + 1


def stretched_size(size: int, input_dilation: int) -> int:
    """ĩ: the input with ``input_dilation - 1`` zeros put between its cells."""
    return input_dilation * (size - 1) + 1 if size else 0


def needed_extent(count: int, span: int, stride: int) -> int:
    """The least padded input that holds ``count`` windows."""
    return stride * (count - 1) + span


def conv_count(extent: int, kernel: int, dilation: int, stride: int) -> int:
    """How many windows fit into a padded input of ``extent``: ⌊(extent - k̂) / stride⌋ + 1."""
    return (extent - dilation * (kernel - 1) - 1) // stride + 1


def ceil_pool_count(extent: int, kernel: int, dilation: int, stride: int, reach: int) -> int:
    """The same rounded up, but one window less where the last would start at or beyond ``reach`` = i + p_before."""
    count = -((dilation * (kernel - 1) + 1 - extent) // stride) + 1
    return count - 1 if (count - 1) * stride >= reach else count


def conv_transpose_count(size: int, kernel: int, dilation: int, stride: int, padding: int, output_padding: int) -> int:
    """s(i' - 1) - p_before - p_after + k̂ + output_padding, with ``padding`` the sum of both sides."""
    return stride * (size - 1) - padding + dilation * (kernel - 1) + 1 + output_padding


def transposed_padding(span: int, before: int, after: int, output_padding: int) -> tuple[int, int]:
    """What the equivalent direct convolution pads: k̂ - 1 - p on each side, and the added zeros a at the end.

    Both are net: where one is negative it crops, and a takes crop back first.
    """
    return span - 1 - before, span - 1 - after + output_padding


class Axis(Value):
    """One axis, resolved: plain integers, with the ``count`` of windows held and not derived.

    So any framework's rounding, clipping or empty answer is an Axis too. ``before`` and ``after`` are net: negative
    where they crop. ``extra`` says how many of the ``after`` are the added zeros a of a transposed convolution,
    and ``flipped`` that the kernel lies rotated: the first position of a window meets the last weight.

    >>> axis = Axis.convolution(size=6, kernel=3, stride=2, before=1, after=1)
    >>> axis.count
    3
    >>> axis.unused()
    Unused(before=0, between=0, after=1, input=0)
    >>> list(axis.taps(0))  # (weight index, position)
    [(0, -1), (1, 0), (2, 1)]
    """

    size: int
    kernel: int
    count: int
    stride: int
    dilation: int
    input_dilation: int
    before: int
    after: int
    extra: int
    flipped: bool

    def __init__(
        self,
        size: int,
        kernel: int,
        count: int,
        stride: int = 1,
        dilation: int = 1,
        input_dilation: int = 1,
        before: int = 0,
        after: int = 0,
        extra: int = 0,
        flipped: bool = False,
    ) -> None:
        hold(
            self,
            {
                "size": size,
                "kernel": kernel,
                "count": count,
                "stride": stride,
                "dilation": dilation,
                "input_dilation": input_dilation,
                "before": before,
                "after": after,
                "extra": extra,
                "flipped": flipped,
            },
        )

    # The three ways an axis comes about; each refuses where nothing fits.

    @classmethod
    def convolution(
        cls,
        size: int,
        kernel: int,
        stride: int = 1,
        dilation: int = 1,
        input_dilation: int = 1,
        before: int = 0,
        after: int = 0,
    ) -> Axis:
        """A convolution, or a pooling that rounds down.

        Raises:
            ShapeError: the kernel does not fit in the padded input.
        """
        extent = stretched_size(size, input_dilation) + before + after
        count = conv_count(extent, kernel, dilation, stride)
        if count < 1:
            raise kernel_too_large(size, kernel, dilation, input_dilation, before, after)
        return cls(size, kernel, count, stride, dilation, input_dilation, before, after)

    @classmethod
    def ceil_pooling(
        cls, size: int, kernel: int, *, stride: int, dilation: int = 1, before: int = 0, after: int = 0
    ) -> Axis:
        """A pooling that rounds up: its last window may reach beyond the padding (overhang).

        Raises:
            ShapeError: no window starts within the input or the padding before it.
        """
        count = ceil_pool_count(size + before + after, kernel, dilation, stride, size + before)
        if count < 1:
            raise no_ceil_window(size, kernel, stride, dilation, before, after)
        return cls(size, kernel, count, stride, dilation, 1, before, after)

    @classmethod
    def transposed_convolution(
        cls,
        size: int,
        kernel: int,
        *,
        stride: int = 1,
        dilation: int = 1,
        before: int = 0,
        after: int = 0,
        output_padding: int = 0,
    ) -> Axis:
        """The transpose of a convolution with this stride and padding, as the convolution it is equivalent to.

        Raises:
            ShapeError: the padding takes away the whole output.
        """
        span = kernel_span(kernel, dilation)
        count = conv_transpose_count(size, kernel, dilation, stride, before + after, output_padding)
        if count < 1:
            raise nothing_left(size, kernel, stride, dilation, before, after, output_padding, count)
        net_before, net_after = transposed_padding(span, before, after, output_padding)
        return cls(size, kernel, count, 1, dilation, stride, net_before, net_after, output_padding, flipped=True)

    # Sizes along the axis

    @property
    def span(self) -> int:
        """k̂: how many positions the kernel reaches over."""
        return kernel_span(self.kernel, self.dilation)

    @property
    def stretched(self) -> int:
        """ĩ: the size of the input with its inserted zeros."""
        return stretched_size(self.size, self.input_dilation)

    @property
    def extent(self) -> int:
        """The size of the padded, stretched input."""
        return self.stretched + self.before + self.after

    @property
    def positions(self) -> range:
        """The positions of the padded input."""
        return range(-self.before, self.stretched + self.after)

    @property
    def remainder(self) -> int:
        """a: positions of the padded input after the last window; negative where that window overhangs."""
        return self.extent - needed_extent(self.count, self.span, self.stride)

    @property
    def visible(self) -> range:
        """The positions of the stretched input that no negative padding crops."""
        return range(max(0, -self.before), self.stretched + min(0, self.after))

    @property
    def shown(self) -> range:
        """All positions that a picture has: the padded input, what is cropped of it, and what a window overhangs."""
        overhang = max(0, -self.remainder)
        return range(min(-self.before, 0), max(self.stretched, self.stretched + self.after + overhang))

    # The relation, read from an output, from a position, and as a whole

    def taps(self, output: int) -> Iterator[tuple[int, int]]:
        """(weight index, position) for each tap of one window, by position."""
        start = self.stride * output - self.before
        last = self.kernel - 1
        for tap in range(self.kernel):
            yield (last - tap if self.flipped else tap), start + self.dilation * tap

    def kind(self, position: int) -> str:
        """What lies at a position: one of `KINDS`."""
        start, stop, stretched = -self.before, self.stretched + self.after, self.stretched
        if not start <= position < stop:
            return "cropped" if min(start, 0) <= position < max(stop, stretched) else "overhang"
        if 0 <= position < stretched:
            return "inserted" if position % self.input_dilation else "input"
        return "extra" if position >= max(stretched, stop - self.extra) else "padding"

    def source(self, position: int) -> int | None:
        """The index of the input cell at a position, or None where there is none."""
        return self.cell(position) if self.kind(position) == "input" else None

    def cell(self, position: int) -> int | None:
        """The index of the input cell that lies at a position, cropped or not, or None."""
        index, between = divmod(position, self.input_dilation)
        return index if not between and 0 <= index < self.size else None

    def reads(self, position: int) -> bool:
        """Whether any window reads this position."""
        from convarith.arithmetic.lattice import distinct

        value = position + self.before
        return bool(distinct(self.stride, self.count, self.dilation, self.kernel, value, value + 1))

    def entries(self, output: int) -> Iterator[tuple[int, int]]:
        """(input index, weight index) for each tap of one window that meets an input cell."""
        for weight, position in self.taps(output):
            index = self.source(position)
            if index is not None:
                yield index, weight

    def entry_count(self) -> int:
        """How many (output, tap) pairs meet an input cell: the entries of C on one axis."""
        from convarith.arithmetic.lattice import pairs

        low, high, modulus, residue = self._input_values()
        return pairs(self.stride, self.count, self.dilation, self.kernel, low, high, modulus, residue)

    def unused(self) -> Unused:
        """The positions of the padded input that no window reads, counted; exact for any size."""
        from convarith.arithmetic.bisection import first_at_least
        from convarith.arithmetic.lattice import distinct
        from convarith.arithmetic.unused import Unused

        if not self.count or self.extent < 1:
            return Unused(0, 0, max(self.extent, 0), self._visible_inputs())

        def read_below(value: int) -> int:
            return distinct(self.stride, self.count, self.dilation, self.kernel, 0, value)

        read = read_below(self.extent)
        after = self.remainder
        if after < 0:  # the last window overhangs; find the last position inside that anything reads
            after = self.extent - first_at_least(read_below, read, 0)
        low, high, modulus, residue = self._input_values()
        read_input = distinct(self.stride, self.count, self.dilation, self.kernel, low, high, modulus, residue)
        return Unused(0, self.extent - read - after, after, self._visible_inputs() - read_input)

    def unstrided(self) -> Axis:
        """The same axis with stride 1: a window at every position, of which every ``stride``-th is one of these.

        >>> Axis.convolution(size=6, kernel=3, stride=2).unstrided().count
        4
        """
        reached = needed_extent(self.count, self.span, self.stride)  # beyond the padding where a window overhangs
        count = conv_count(max(self.extent, reached), self.kernel, self.dilation, 1)
        return Axis(**{**self.__dict__, "count": count, "stride": 1})

    def transpose(self) -> Axis:
        """The same relation read from the input: outputs become inputs, and the taps are flipped.

        What the windows left unread becomes the added zeros, and the other way round, so that transposing twice
        restores the axis. Its entries are this axis's with row and column exchanged (unless a window overhangs into
        cropped input, which the transpose cannot tell from padding).
        """
        remainder = self.remainder
        before, after = transposed_padding(self.span, self.before, self.after - self.extra, remainder)
        return Axis(
            self.count,
            self.kernel,
            self.size,
            stride=self.input_dilation,
            dilation=self.dilation,
            input_dilation=self.stride,
            before=before,
            after=after,
            extra=remainder,
            flipped=not self.flipped,
        )

    def cropped_inputs(self) -> int:
        """How many input cells negative padding crops."""
        return self.size - self._visible_inputs()

    def _visible_inputs(self) -> int:
        """How many input cells no negative padding crops."""
        visible = self.visible
        return max(0, -(-visible.stop // self.input_dilation) + -visible.start // self.input_dilation)

    def _input_values(self) -> tuple[int, int, int, int]:
        """low, high, modulus, residue of ``stride·o + dilation·t`` where it meets an input cell."""
        visible = self.visible
        return visible.start + self.before, visible.stop + self.before, self.input_dilation, self.before


# The refusals, in words with their mend


def kernel_too_large(size: int, kernel: int, dilation: int, input_dilation: int, before: int, after: int) -> ShapeError:
    extent = stretched_size(size, input_dilation) + before + after
    total = before + after + kernel_span(kernel, dilation) - extent
    least = -(-total // 2) if before == after else total
    where = "on each side" if before == after else "in all"
    return _does_not_fit(size, kernel, dilation, input_dilation, before, after, least, where, extent)


def no_ceil_window(size: int, kernel: int, stride: int, dilation: int, before: int, after: int) -> ShapeError:
    """As `kernel_too_large`, for a pooling that rounds up: the mend is searched, since a window must also start in
    the input."""
    from convarith.arithmetic.bisection import first_at_least

    def count(before: int, after: int) -> int:
        return ceil_pool_count(size + before + after, kernel, dilation, stride, size + before)

    starts_in_input = size + before > 0
    # One window is there as soon as a stride less is, if it starts in the input; else it takes a second one.
    room = size + before + after + (stride - 1 if starts_in_input else -1)
    if before == after:
        least, where = first_at_least(lambda padding: count(padding, padding), 1, before), "on each side"
    elif starts_in_input:
        least, where = before + after + kernel_span(kernel, dilation) - room, "in all"
    else:
        least, where = first_at_least(lambda padding: count(padding, after), 1, before), "before"
    return _does_not_fit(size, kernel, dilation, 1, before, after, least, where, room)


def _does_not_fit(
    size: int,
    kernel: int,
    dilation: int,
    input_dilation: int,
    before: int,
    after: int,
    least: int,
    where: str,
    room: int,
) -> ShapeError:
    """The refusal of a kernel: ``least`` padding mends it, or a kernel that spans at most ``room``."""
    largest = (room - 1) // dilation + 1 if room > 0 else 0
    mends = [f"padding of at least {least} {where}"] + [f"a kernel of at most {largest}"] * (largest > 0)
    span, stretched = kernel_span(kernel, dilation), stretched_size(size, input_dilation)
    what = f"kernel {kernel}" if dilation == 1 else f"kernel {kernel} with dilation {dilation} spans {span} and"
    given = f"input {size}" if input_dilation == 1 else f"input {size} (stretched to {stretched})"
    padding = f"padding {before}" if before == after else f"padding ({before}, {after})"
    return ShapeError(
        f"{what} does not fit in {given} with {padding}; it needs {', or '.join(mends)}",
        input_size=size,
        kernel_size=kernel,
        dilation=dilation,
        input_dilation=input_dilation,
        padding=(before, after),
        least_padding=least,
        largest_kernel_size=largest or None,
    )


def nothing_left(
    size: int, kernel: int, stride: int, dilation: int, before: int, after: int, output_padding: int, count: int
) -> ShapeError:
    total = before + after + count - 1
    if before == after:
        largest = total // 2
        advice = f"padding of at most {largest} on each side"
        padding = f"padding {before}"
    else:
        largest = total
        advice = f"padding of at most {largest} in all"
        padding = f"padding ({before}, {after})"
    least_input = -((count - 1 - stride * (size - 1)) // stride) + 1
    return ShapeError(
        f"input {size} with kernel {kernel}, stride {stride} and {padding} leaves an output of {count}, below 1; "
        f"it needs {advice}, or an input of at least {least_input}",
        input_size=size,
        kernel_size=kernel,
        stride=stride,
        dilation=dilation,
        padding=(before, after),
        output_padding=output_padding,
        output_size=count,
        largest_padding=largest,
        least_input_size=least_input,
    )


def check_output_padding(output_padding: int, stride: int, dilation: int) -> None:
    """Refuse an output_padding outside 0 ... max(stride, dilation) - 1, as PyTorch does.

    Raises:
        ParameterError: it is outside.
    """
    largest = (stride if stride > dilation else dilation) - 1
    if not 0 <= output_padding <= largest:
        raise ParameterError(
            f"output_padding {output_padding} with stride {stride} and dilation {dilation} is out of range; "
            f"it can be 0 to {largest}, less than the larger of the two",
            output_padding=output_padding,
            stride=stride,
            dilation=dilation,
            largest_output_padding=largest,
        )
