"""`meetings` against the walk over cells, against `Axis.entries`, and against the relation itself for huge numbers."""

from __future__ import annotations

from itertools import product
from math import gcd

import pytest
import walk
from drawn import drawn_axes, layer_of
from hypothesis import given, settings
from hypothesis import strategies as st

import convarith as ca
from convarith import Axis
from convarith.arithmetic.meeting import Meeting, meetings

numbers = st.integers
huge = numbers(1, 2**60)
many = settings(max_examples=300, deadline=None)


@st.composite
def any_axes(draw):
    """Axes as no layer makes them, too: any count, cropped to nothing, added zeros, flipped."""
    return Axis(
        size=draw(numbers(1, 8)),
        kernel=draw(numbers(1, 5)),
        count=draw(numbers(0, 9)),
        stride=draw(numbers(1, 6)),
        dilation=draw(numbers(1, 6)),
        input_dilation=draw(numbers(1, 6)),
        before=draw(numbers(-9, 9)),
        after=draw(numbers(-9, 9)),
        extra=draw(numbers(0, 2)),
        flipped=draw(st.booleans()),
    )


@st.composite
def known_meetings(draw):
    """(axis of huge numbers, an output, the tap's place, an input that they are known to meet)."""
    size, kernel, count = draw(huge), draw(numbers(1, 4)), draw(huge)
    steps = [draw(st.one_of(numbers(1, 12), huge)) for _ in range(3)]
    place, output, index = (draw(numbers(0, end - 1)) for end in (kernel, count, size))
    stride, dilation, stretch = steps
    before = stride * output + dilation * place - stretch * index  # which crops nothing from this input on
    after = draw(numbers(stretch * (index - size + 1), 2**60))
    return Axis(size, kernel, count, stride, dilation, stretch, before, after), output, place, index


def listed(found):
    """(output, input, weight), sorted."""
    return sorted(
        (output, index, meeting.weight)
        for meeting in found
        for output, index in zip(meeting.outputs, meeting.inputs, strict=True)
    )


def entries_of(axis):
    return sorted((output, index, weight) for output in range(axis.count) for index, weight in axis.entries(output))


@pytest.mark.parametrize("stride", range(1, 5))
@pytest.mark.parametrize("stretch", range(1, 5))
def test_every_small_convolution_meets_what_the_walk_meets(stride, stretch):
    for size, kernel, dilation in product(range(1, 5), range(1, 4), range(1, 4)):
        for before, after in product(range(-2, 3), repeat=2):
            row = walk.row_of(size, before, after, stretch)
            starts = walk.starts_in(row, kernel, stride, dilation)
            if starts:
                axis = Axis.convolution(size, kernel, stride, dilation, stretch, before, after)
                assert listed(meetings(axis)) == sorted(walk.entries_of(row, starts, kernel, dilation)), axis


@many
@given(st.sampled_from(["conv", "pool", "ceil", "transposed"]).flatmap(drawn_axes))
def test_every_kind_of_layer_meets_what_the_walk_meets(drawn):
    (axis,) = layer_of([drawn]).windows((drawn.size,)).axes
    assert listed(meetings(axis)) == drawn.entries


@many
@given(any_axes())
def test_any_axis_meets_its_entries(axis):
    assert listed(meetings(axis)) == entries_of(axis)


@many
@given(any_axes())
def test_there_is_one_meeting_for_each_tap_in_the_order_of_positions(axis):
    found = meetings(axis)
    assert [meeting.weight for meeting in found] == [weight for weight, _ in axis.taps(0)]
    for meeting in found:
        assert len(meeting.outputs) == len(meeting.inputs)
        assert meeting.outputs.step > 0 < meeting.inputs.step
        assert set(meeting.outputs) <= set(range(axis.count))
        assert set(meeting.inputs) <= set(range(axis.size))


@many
@given(any_axes())
def test_transposed_meetings_are_those_of_the_transposed_axis(axis):
    exchanged = [meeting.transposed() for meeting in meetings(axis)]
    assert [(meeting.outputs, meeting.inputs) for meeting in exchanged] == [
        (meeting.inputs, meeting.outputs) for meeting in meetings(axis)
    ]
    assert tuple(meeting.transposed() for meeting in exchanged) == meetings(axis)
    if axis.remainder >= 0 and axis.count:
        assert listed(exchanged) == listed(meetings(axis.transpose()))


class TestCasesByHand:
    @pytest.mark.parametrize(
        ("axis", "expected"),
        [
            (Axis(3, 2, 2), [(0, range(2), range(2)), (1, range(2), range(1, 3))]),
            (Axis(3, 2, 2, flipped=True), [(1, range(2), range(2)), (0, range(2), range(1, 3))]),
            (Axis(5, 1, 3, stride=4, input_dilation=6), [(0, range(0, 3, 3), range(0, 2, 2))]),
            (Axis(5, 1, 7, stride=4, input_dilation=6), [(0, range(0, 7, 3), range(0, 6, 2))]),
            (Axis(4, 1, 3, stride=2, input_dilation=2, before=1), [(0, range(0), range(0))]),
        ],
    )
    def test_ranges(self, axis, expected):
        found = [(meeting.weight, meeting.outputs, meeting.inputs) for meeting in meetings(axis)]
        assert found == expected

    def test_without_windows_nothing_meets(self):
        assert listed(meetings(Axis(5, 3, 0, before=1, after=1))) == []
        assert len(meetings(Axis(5, 3, 0))) == 3

    def test_where_padding_crops_all_of_the_input_nothing_meets(self):
        axis = Axis.convolution(size=2, kernel=2, before=-2, after=5)
        assert axis.count == 4
        assert listed(meetings(axis)) == []

    def test_a_window_that_overhangs_meets_the_input_it_reaches(self):
        """Rounded up, 3 windows stand on 6 cells, and the last one's last tap lies beyond them."""
        axis = ca.Pool(3, stride=2, ceil_mode=True).windows((6,)).axes[0]
        assert meetings(axis)[-1] == Meeting(2, range(2), range(2, 6, 2))

    def test_a_meeting_prints_itself(self):
        assert repr(Meeting(1, range(2), range(1, 3)).transposed()) == (
            "Meeting(weight=1, outputs=range(1, 3), inputs=range(0, 2))"
        )


class TestHugeNumbers:
    @many
    @given(known_meetings())
    def test_a_meeting_that_is_known_is_found(self, known):
        axis, output, place, index = known
        meeting = meetings(axis)[place]
        assert output in meeting.outputs
        assert meeting.inputs[meeting.outputs.index(output)] == index

    @many
    @given(known_meetings())
    def test_ranges_hold_every_solution_of_the_relation(self, known):
        """They solve it at both ends, step as little as solutions can, and end where output or input does."""
        axis = known[0]
        for place, meeting in enumerate(meetings(axis)):
            outputs, inputs = meeting.outputs, meeting.inputs
            assert outputs.step * axis.stride == inputs.step * axis.input_dilation
            assert gcd(outputs.step, inputs.step) == 1
            if not outputs:
                continue
            for output, index in ((outputs[0], inputs[0]), (outputs[-1], inputs[-1])):
                assert axis.input_dilation * index == axis.stride * output + axis.dilation * place - axis.before
                assert 0 <= output < axis.count
                assert axis.source(axis.input_dilation * index) == index
            for output, index in (
                (outputs[0] - outputs.step, inputs[0] - inputs.step),
                (outputs[-1] + outputs.step, inputs[-1] + inputs.step),
            ):
                assert not 0 <= output < axis.count or axis.source(axis.input_dilation * index) != index

    def test_numbers_beyond_floats_are_exact(self):
        first, _, last = meetings(Axis.convolution(2**60 + 1, 3, stride=2, before=1, after=1))
        assert first == Meeting(0, range(1, 2**59 + 1), range(1, 2**60, 2))
        assert last == Meeting(2, range(2**59), range(1, 2**60, 2))
