"""The one-axis helpers: the walk's numbers, the layers' numbers, and exact ones far beyond the floats."""

from __future__ import annotations

import pytest
import walk
from drawn import DrawnAxis, drawn_axes, layer_of
from hypothesis import assume, given
from hypothesis import strategies as st

import convarith as ca


class Index:
    """An exact integer that is no int."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


def asked(axis, padding):
    """The helper's answer for an axis."""
    if axis.family == "conv":
        return ca.conv_output_size(axis.size, axis.kernel, axis.stride, padding, axis.dilation)
    if axis.family == "transposed":
        return ca.conv_transpose_output_size(
            axis.size, axis.kernel, axis.stride, padding, axis.output_padding, axis.dilation
        )
    ceil = axis.family == "ceil"
    return ca.pool_output_size(axis.size, axis.kernel, axis.stride, padding, axis.dilation, ceil_mode=ceil)


@pytest.mark.parametrize("family", ["conv", "pool", "ceil", "transposed"])
@given(data=st.data())
def test_helpers_layers_and_walk_agree(family, data):
    axis = data.draw(drawn_axes(family, largest=12, fitting=False))._replace(input_dilation=1)
    spellings = [(axis.before, axis.after), [axis.before, axis.after], (Index(axis.before), Index(axis.after))]
    if axis.before == axis.after:
        spellings += [axis.before, Index(axis.before)]
    for padding in spellings:
        if axis.output:
            assert asked(axis, padding) == axis.output == layer_of([axis]).output_shape(axis.size)[0]
        else:
            with pytest.raises(ca.ShapeError) as by_helper:
                asked(axis, padding)
            with pytest.raises(ca.ShapeError) as by_layer:
                layer_of([axis]).output_shape((axis.size,))
            assert str(by_helper.value) == str(by_layer.value)


@pytest.mark.parametrize("family", ["conv", "pool", "ceil", "transposed"])
@given(data=st.data())
def test_plain_and_foreign_integers_give_the_same(family, data):
    """Plain ints take a shorter way to the same answer."""
    axis = data.draw(drawn_axes(family, least_padding=0))._replace(input_dilation=1)
    axis = axis._replace(after=axis.before)
    assume(axis.output)
    wrapped = DrawnAxis(family, *[Index(number) for number in axis[1:]])
    assert asked(axis, axis.before) == asked(wrapped, Index(axis.before)) == axis.output


@given(drawn_axes("conv", least_padding=0), st.sampled_from(["valid", "half", "full", "causal", "same", "same_lower"]))
def test_names(axis, name):
    reach = walk.offsets_of(axis.kernel, axis.dilation)[-1]
    total = walk.same_padding(axis.size, axis.kernel, axis.stride, axis.dilation)
    both = {"valid": 0, "half": 2 * ((reach + 1) // 2), "full": 2 * reach, "causal": reach}.get(name, total)
    size = walk.conv_size(axis.size, axis.kernel, axis.stride, both, 0, axis.dilation)
    if size:
        assert ca.conv_output_size(axis.size, axis.kernel, axis.stride, name, axis.dilation) == size
        assert ca.pool_output_size(axis.size, axis.kernel, axis.stride, name, axis.dilation) == size
    transposed = walk.stamped_size(axis.size, axis.kernel, axis.stride, both, 0, axis.dilation)
    if transposed and not name.startswith("same"):
        assert (
            ca.conv_transpose_output_size(axis.size, axis.kernel, axis.stride, name, dilation=axis.dilation)
            == transposed
        )


def test_a_pooling_steps_by_its_kernel_unless_told():
    assert ca.pool_output_size(9, 3) == 3
    assert ca.pool_output_size(9, 3, stride=None) == 3
    assert ca.pool_output_size(9, 3, stride=1) == 7


HUGE = [2**53 + 1, 2**60, 2**60 + 1, 2**64 + 3, 2**100, 2**100 + 77]


@pytest.mark.parametrize("huge", HUGE)
@given(data=st.data())
def test_huge_sizes_are_exact(huge, data):
    """One stride more of input is one output more: from a size that the walk knows, any number of strides up."""
    family = data.draw(st.sampled_from(["conv", "pool", "ceil"]))
    axis = data.draw(drawn_axes(family, largest=12))._replace(input_dilation=1)
    assume(axis.output)
    steps = huge // axis.stride
    far = axis.resized(axis.size + steps * axis.stride)
    assert asked(far, (far.before, far.after)) == axis.output + steps


@pytest.mark.parametrize("huge", HUGE)
@given(axis=drawn_axes("transposed", largest=12))
def test_huge_transposed_sizes_are_exact(huge, axis):
    """One input more is a stride more of output."""
    far = axis.resized(axis.size + huge)
    assert asked(far, (axis.before, axis.after)) == axis.output + huge * axis.stride


def test_huge_sizes_by_hand():
    assert ca.conv_output_size(2**60, 3, padding=1) == 2**60
    assert ca.conv_output_size(2**100, 2, 2) == 2**99
    assert ca.conv_output_size(2**100 + 1, 3, 2, 1) == 2**99 + 1
    assert ca.pool_output_size(2**60 + 1, 2, ceil_mode=True) == 2**59 + 1
    assert ca.pool_output_size(2**60 + 1, 2) == 2**59
    assert ca.conv_transpose_output_size(2**100, 3, 2, 1, 1) == 2**101
    assert ca.conv_output_size(2**100, 2**100) == 1
    assert ca.conv_output_size(2**100, 2**99 + 1, 2**99) == 1
    assert ca.conv_output_size(2**100, 2, dilation=2**99) == 2**99
    assert ca.conv_output_size(5, 3, padding=2**80) == 2**81 + 3


def test_arguments_have_their_names():
    assert ca.conv_output_size(input_size=7, kernel_size=3, stride=2, padding=1, dilation=2) == 3
    assert ca.pool_output_size(input_size=7, kernel_size=3, stride=2, padding=1, dilation=2, ceil_mode=True) == 3
    assert (
        ca.conv_transpose_output_size(input_size=3, kernel_size=3, stride=2, padding=1, output_padding=1, dilation=2)
        == 8
    )
