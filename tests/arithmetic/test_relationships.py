"""The guide's relationships, one class each: against the walk, by letters, and as they are printed."""

from __future__ import annotations

from itertools import product

import pytest
import walk
from conditions import holds
from formulas import assigned, evaluated

import convarith as ca

# The right sides as the guide prints them.
STATEMENTS = {
    1: "o = (i - k) + 1",
    2: "o = (i - k) + 2p + 1",
    3: "o = i",
    4: "o = i + (k - 1)",
    5: "o = ⌊(i - k)/s⌋ + 1",
    6: "o = ⌊(i + 2p - k)/s⌋ + 1",
    7: "o = ⌊(i - k)/s⌋ + 1",
    8: "o' = i' + (k - 1)",
    9: "o' = i' + (k - 1) - 2p",
    10: "o' = i'",
    11: "o' = i' - (k - 1)",
    12: "o' = s(i' - 1) + k",
    13: "o' = s(i' - 1) + k - 2p",
    14: "o' = s(i' - 1) + a + k - 2p",
    15: "k̂ = k + (k - 1)(d - 1)",
}

BIG = 2**60 + 7


class Direct:
    """What holds of a relationship of convolutions or poolings, over every i ≤ 8, k ≤ 4, s ≤ 3, p ≤ 4."""

    number: int

    @staticmethod
    def layer(k, s, p):
        return ca.Conv(k, stride=s, padding=p)

    def settings(self):
        """(i, k, s, p, size by the walk), where a window fits."""
        for i, k, s, p in product(range(1, 9), range(1, 5), range(1, 4), range(5)):
            size = walk.conv_size(i, k, s, p, p)
            if size:
                yield i, k, s, p, size

    def test_the_statement_is_the_guides(self):
        assert ca.relationships[self.number].statement.rpartition(", ")[2] == STATEMENTS[self.number]

    def test_its_formula_as_printed_and_by_letters_is_the_walks_number(self):
        relationship = ca.relationships[self.number]
        held = [each for each in self.settings() if holds(self.number, each[1], each[2], 2 * each[3], 0)]
        assert len(held) >= 15
        for i, k, s, p, size in held:
            assert evaluated(relationship.statement, i=i, k=k, s=s, p=p) == size
            assert relationship(i=i, k=k, s=s, p=p) == size
            assert relationship.applies(self.layer(k, s, p), (i,))

    def test_it_refuses_numbers_that_do_not_meet_its_condition(self):
        relationship = ca.relationships[self.number]
        for i, k, s, p, _ in self.settings():
            if holds(self.number, k, s, 2 * p, 0):
                continue
            assert not relationship.applies(self.layer(k, s, p), (i,))
            with pytest.raises(ca.ParameterError, match=f"^Relationship {self.number} holds for .*, and not for i="):
                relationship(i=i, k=k, s=s, p=p)

    def test_a_dilated_kernel_is_read_as_one_of_its_span(self):
        """Relationship 15: k̂ for k, the condition included."""
        relationship = ca.relationships[self.number]
        for i, s, p in product((9, 12), (1, 2), range(9)):
            span = 5  # three taps, two apart
            if holds(self.number, span, s, 2 * p, 0):
                assert relationship(i=i, k=3, d=2, s=s, p=p) == walk.conv_size(i, 3, s, p, p, dilation=2)
            else:
                with pytest.raises(ca.ParameterError):
                    relationship(i=i, k=3, d=2, s=s, p=p)

    def test_it_says_nothing_of_other_kinds_of_layer(self):
        assert not ca.relationships[self.number].applies(ca.ConvTranspose(1), (5,))


class Transposed(Direct):
    """The same for transposed convolutions: i is i', p that of the direct convolution, a what it leaves over."""

    def transposed_settings(self):
        """(i', k, s, p, a, size by stamping), where something is left."""
        for i, k, s, p in product(range(1, 7), range(1, 5), range(1, 4), range(4)):
            for a in range(s):
                size = walk.stamped_size(i, k, s, p, p, output_padding=a)
                if size:
                    yield i, k, s, p, a, size

    def test_its_formula_as_printed_and_by_letters_is_the_walks_number(self):
        relationship = ca.relationships[self.number]
        equations = assigned(relationship.statement)
        held = [each for each in self.transposed_settings() if self.held(*each[1:5])]
        assert len(held) >= 10
        for i, k, s, p, a, size in held:
            letters = {"i": i, "k": k, "s": s, "p": p, "a": a}
            assert evaluated(equations["o'"], **letters) == size
            assert relationship(**letters) == size
            layer = ca.ConvTranspose(k, stride=s, padding=p, output_padding=a)
            assert relationship.applies(layer, (i,))

    def test_the_convolution_it_describes_has_that_size(self):
        """k', s', p' and ĩ' of the statement, slid along as a direct convolution, a zeros more at the end."""
        equations = assigned(ca.relationships[self.number].statement)
        for i, k, s, p, a, size in self.transposed_settings():
            if not self.held(k, s, p, a):
                continue
            letters = {"i": i, "k": k, "s": s, "p": p, "a": a}
            kernel, stride, pad = (evaluated(equations[name], **letters) for name in ("k'", "s'", "p'"))
            row = walk.row_of(i, pad, pad + a, input_dilation=s)
            if "ĩ'" in equations:
                assert evaluated(equations["ĩ'"], **letters) == len(walk.row_of(i, input_dilation=s))
            assert len(walk.starts_in(row, kernel, stride)) == size

    def test_going_back_by_a_direct_convolution_restores_the_input(self):
        for i, k, s, p, a, size in self.transposed_settings():
            row = walk.row_of(size, p, p)
            starts = walk.starts_in(row, k, s)
            assert (len(starts), walk.unread_of(row, starts, k)[2]) == (i, a)

    def test_it_refuses_numbers_that_do_not_meet_its_condition(self):
        relationship = ca.relationships[self.number]
        for i, k, s, p, a, _ in self.transposed_settings():
            if self.held(k, s, p, a):
                continue
            layer = ca.ConvTranspose(k, stride=s, padding=p, output_padding=a)
            assert not relationship.applies(layer, (i,))
            with pytest.raises(ca.ParameterError, match=f"^Relationship {self.number} holds for .*, and not for i="):
                relationship(i=i, k=k, s=s, p=p, a=a)

    def test_a_dilated_kernel_is_read_as_one_of_its_span(self):
        relationship = ca.relationships[self.number]
        for i, s, p in product((6, 7), (1, 2), range(5)):
            size = walk.stamped_size(i, 3, s, p, p, dilation=2)
            if self.held(5, s, p, 0):
                assert relationship(i=i, k=3, d=2, s=s, p=p) == size
            else:
                with pytest.raises(ca.ParameterError):
                    relationship(i=i, k=3, d=2, s=s, p=p)

    def test_it_says_nothing_of_other_kinds_of_layer(self):
        assert not ca.relationships[self.number].applies(ca.Conv(1), (5,))

    def held(self, k, s, p, a):
        return holds(self.number, k, s, 2 * p, a)


class TestRelationship1(Direct):
    """For any i and k, and s = 1 and p = 0: o = (i - k) + 1."""

    number = 1

    def test_it_takes_stride_and_padding_from_its_condition(self):
        assert ca.relationships[1](i=BIG, k=8) == 2**60


class TestRelationship2(Direct):
    """For any i, k and p, and s = 1: o = (i - k) + 2p + 1."""

    number = 2

    def test_it_is_exact_beyond_floats(self):
        assert ca.relationships[2](i=BIG, k=8, p=1) == 2**60 + 2


class TestRelationship3(Direct):
    """For any i, k odd, s = 1 and p = ⌊k/2⌋ (half, "same" padding): o = i."""

    number = 3

    def test_it_takes_the_padding_from_its_condition(self):
        assert ca.relationships[3](i=BIG, k=5) == BIG
        assert ca.relationships[3](i=BIG, k=3, d=2) == BIG

    def test_an_even_kernel_is_refused(self):
        with pytest.raises(ca.ParameterError, match="k odd"):
            ca.relationships[3](i=8, k=4)


class TestRelationship4(Direct):
    """For any i and k, s = 1 and p = k - 1 (full padding): o = i + (k - 1)."""

    number = 4

    def test_it_takes_the_padding_from_its_condition(self):
        assert ca.relationships[4](i=BIG, k=4) == BIG + 3
        assert ca.relationships[4](i=BIG, k=3, d=2) == BIG + 4


class TestRelationship5(Direct):
    """For any i, k and s, and p = 0: o = ⌊(i - k)/s⌋ + 1."""

    number = 5

    def test_it_is_exact_beyond_floats(self):
        assert ca.relationships[5](i=2**60 + 3, k=3, s=2) == 2**59 + 1


class TestRelationship6(Direct):
    """For any i, k, s and p: o = ⌊(i + 2p - k)/s⌋ + 1."""

    number = 6

    def test_when_s_divides_an_input_and_the_next_ones_share_an_output(self):
        """When s divides i + 2p - k, the inputs i, i+1, …, i+s-1 share one output size."""
        for i, k, s, p, size in self.settings():
            if (i + 2 * p - k) % s == 0:
                sizes = [walk.conv_size(i + more, k, s, p, p) for more in range(-1, s + 1)]
                assert sizes == [size - 1] + [size] * s + [size + 1]
                expected = range(max(i, 1), i + s)
                assert ca.Conv(k, stride=s, padding=p).input_shapes((size,)) == (expected,)

    def test_it_holds_for_pooling_too(self):
        for i, k, s, p, _ in self.settings():
            assert ca.relationships[6].applies(ca.Pool(k, stride=s, padding=p), (i,))


class TestRelationship7(Direct):
    """For any i, k and s, pooling of any kind, without padding: o = ⌊(i - k)/s⌋ + 1."""

    number = 7

    @staticmethod
    def layer(k, s, p):
        return ca.Pool(k, stride=s, padding=p)

    def test_it_says_nothing_of_convolutions(self):
        assert not ca.relationships[7].applies(ca.Conv(3), (5,))


class TestRelationship8(Transposed):
    """A convolution with s = 1, p = 0 has a transpose with k' = k, s' = s, p' = k - 1 and o' = i' + (k - 1)."""

    number = 8


class TestRelationship9(Transposed):
    """A convolution with s = 1 has a transpose with k' = k, s' = s, p' = k - p - 1 and o' = i' + (k - 1) - 2p."""

    number = 9


class TestRelationship10(Transposed):
    """A convolution with k odd, s = 1, p = ⌊k/2⌋ has a transpose with k' = k, s' = s, p' = p and o' = i'."""

    number = 10

    def test_it_takes_the_padding_from_its_condition(self):
        assert ca.relationships[10](i=BIG, k=5) == BIG


class TestRelationship11(Transposed):
    """A convolution with s = 1, p = k - 1 has a transpose with k' = k, s' = s, p' = 0 and o' = i' - (k - 1)."""

    number = 11

    def test_it_takes_the_padding_from_its_condition(self):
        assert ca.relationships[11](i=BIG, k=5) == BIG - 4


class TestRelationship12(Transposed):
    """A convolution with p = 0 and i - k a multiple of s has a transpose with ĩ', k' = k, s' = 1, p' = k - 1 and
    o' = s(i' - 1) + k."""

    number = 12


class TestRelationship13(Transposed):
    """A convolution with i + 2p - k a multiple of s has a transpose with ĩ', k' = k, s' = 1, p' = k - p - 1 and
    o' = s(i' - 1) + k - 2p."""

    number = 13


class TestRelationship14(Transposed):
    """A convolution with any k, s and p has a transpose with a = (i + 2p - k) mod s, ĩ', k' = k, s' = 1,
    p' = k - p - 1, a zeros more at the bottom and right, and o' = s(i' - 1) + a + k - 2p."""

    number = 14

    def test_it_is_exact_beyond_floats(self):
        assert ca.relationships[14](i=2**60, k=3, s=2, p=1, a=1) == 2**61

    def test_every_added_number_below_the_stride_is_covered(self):
        assert {each[4] for each in self.transposed_settings()} == {0, 1, 2}

    def test_it_refuses_numbers_that_do_not_meet_its_condition(self):
        """Only an output_padding of s or more, which dilation allows, is none of the guide's."""
        layer = ca.ConvTranspose(2, stride=2, dilation=3, output_padding=2)
        assert not ca.relationships[14].applies(layer, (5,))
        with pytest.raises(ca.ParameterError, match=r"^Relationship 14 holds for a = "):
            ca.relationships[14](i=5, k=2, s=2, d=3, a=2)


class TestRelationship15:
    """A kernel of size k dilated by a factor d has an effective size k̂ = k + (k - 1)(d - 1)."""

    def test_the_statement_is_the_guides(self):
        assert ca.relationships[15].statement == STATEMENTS[15]

    def test_its_formula_as_printed_and_by_letters_is_the_reach_of_the_taps(self):
        for k, d in product(range(1, 8), range(1, 6)):
            reach = walk.offsets_of(k, d)[-1] + 1
            assert evaluated(ca.relationships[15].statement, k=k, d=d) == reach
            assert ca.relationships[15](k=k, d=d) == reach

    def test_it_stands_beside_the_others_where_a_kernel_is_spread_out(self):
        applies = ca.relationships[15].applies
        assert applies(ca.Conv(3, dilation=2), (9,))
        assert applies(ca.Pool(3, dilation=2), (9,))
        assert applies(ca.ConvTranspose(3, dilation=2), (9,))
        assert not applies(ca.Conv(3), (9,))
        assert not applies(ca.Conv(1, dilation=2), (9,))  # one tap spreads over one cell
        assert applies(ca.Conv(3, dilation=(1, 2)), (9, 9))

    def test_it_takes_a_kernel_and_a_dilation_only(self):
        with pytest.raises(ca.ParameterError, match=r"^there is no letter 's' here; known are k, d$"):
            ca.relationships[15](k=3, d=2, s=1)


def test_there_are_fifteen_and_no_more():
    assert list(ca.relationships) == list(range(1, 16))
