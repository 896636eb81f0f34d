"""Properties of layers on 1 to 4 axes, drawn at random: uneven and negative padding, dilation, stretched inputs,
ceil_mode and output_padding, against the walk on each axis."""

from __future__ import annotations

import pytest
import walk
from drawn import drawn_axes, drawn_layers, layer_of
from hypothesis import assume, given
from hypothesis import strategies as st

import convarith as ca


@given(drawn_layers())
def test_the_output_shape_is_the_walks(drawn):
    expected = tuple(axis.output for axis in drawn.axes)
    assert drawn.layer.output_shape(drawn.shape) == expected
    assert drawn.layer.windows(drawn.shape).output_shape == expected
    assert drawn.layer.explain(drawn.shape).output_shape == expected


@pytest.mark.parametrize("family", ["conv", "pool", "ceil", "transposed"])
@given(data=st.data())
def test_a_shape_is_refused_where_one_axis_does_not_fit(family, data):
    axes = data.draw(st.lists(drawn_axes(family, fitting=False), min_size=1, max_size=4))
    layer, shape = layer_of(axes), tuple(axis.size for axis in axes)
    misfits = [number for number, axis in enumerate(axes) if not axis.output]
    if not misfits:
        assert layer.output_shape(shape) == tuple(axis.output for axis in axes)
        return
    with pytest.raises(ca.ShapeError) as refusal:
        layer.output_shape(shape)
    if len(axes) > 1:
        assert refusal.value.axis == misfits[0]


@given(drawn_layers(), st.lists(st.integers(1, 5), min_size=4, max_size=4))
def test_input_shapes_are_exactly_the_preimage(drawn, counts):
    wanted = tuple(counts[: len(drawn.axes)])
    for sizes, axis, count in zip(drawn.layer.input_shapes(wanted), drawn.axes, wanted, strict=True):
        # Four outputs more, at most 4 apart, a span of at most 10, and cropping of at most 4 lie within 40.
        tried = [size for size in range(1, 41) if axis.family != "ceil" or axis.resized(size).row is not None]
        outputs = {size: axis.resized(size).output for size in tried}
        assert outputs[40] > count
        assert [size for size in sizes if size >= tried[0]] == [
            size for size, output in outputs.items() if output == count
        ]


@given(drawn_layers())
def test_input_shapes_hold_the_input_that_was_given(drawn):
    output = drawn.layer.output_shape(drawn.shape)
    for sizes, size in zip(drawn.layer.input_shapes(output), drawn.shape, strict=True):
        assert size in sizes


@given(drawn_layers())
def test_each_axis_stands_alone(drawn):
    """A layer on one of its axes gives what the whole layer gives there."""
    output = drawn.layer.output_shape(drawn.shape)
    for number, size in enumerate(drawn.shape):
        alone = drawn.layer.on_axis(number)
        assert alone.output_shape((size,)) == (output[number],)
        assert alone.windows((size,)).axes == (drawn.layer.windows(drawn.shape).axes[number],)


@given(drawn_layers(families=("transposed",)))
def test_transposed_then_direct_restores_the_shape(drawn):
    """For every output_padding below the stride."""
    allowed = tuple(min(axis.output_padding, axis.stride - 1) for axis in drawn.axes)
    layer = drawn.layer.replace(output_padding=allowed)
    assume(all(axis._replace(output_padding=a).output for axis, a in zip(drawn.axes, allowed, strict=True)))
    output = layer.output_shape(drawn.shape)
    assert layer.direct.output_shape(output) == drawn.shape


@given(drawn_layers(families=("conv",)))
def test_direct_then_transposed_restores_the_shape(drawn):
    conv = drawn.layer.replace(input_dilation=1)
    assume(all(axis._replace(input_dilation=1).output for axis in drawn.axes))
    output = conv.output_shape(drawn.shape)
    back = conv.transposed(drawn.shape)
    assert back.output_shape(output) == drawn.shape
    assert back.direct.output_shape(drawn.shape) == output
    unread = [axis._replace(input_dilation=1).unread[2] for axis in drawn.axes]
    assert [back.on_axis(number).output_padding for number in range(len(unread))] == unread


@given(drawn_layers(families=("conv",), ndim=(1, 3), least_padding=0), st.sampled_from(["same", "same_lower"]))
def test_transposed_turns_named_paddings_into_numbers(drawn, name):
    conv = drawn.layer.replace(input_dilation=1, padding=name)
    output = conv.output_shape(drawn.shape)
    assert output == tuple(len(range(0, axis.size, axis.stride)) for axis in drawn.axes)
    back = conv.transposed(drawn.shape)
    assert back.output_shape(output) == drawn.shape
    for number, axis in enumerate(drawn.axes):
        total = walk.same_padding(axis.size, axis.kernel, axis.stride, axis.dilation)
        small, large = total // 2, total - total // 2
        sides = (small, large) if name == "same" else (large, small)
        (resolved,) = back.on_axis(number).direct.windows((axis.size,)).axes
        assert (resolved.before, resolved.after) == sides


@given(drawn_layers(families=("transposed",)))
def test_the_equivalent_convolution_has_the_same_size_and_row(drawn):
    equivalent = drawn.layer.equivalent
    assert type(equivalent) is ca.Conv
    assert equivalent.stride == 1
    assert equivalent.output_shape(drawn.shape) == tuple(axis.output for axis in drawn.axes)
    windows = equivalent.windows(drawn.shape)
    assert windows.padded_shape == tuple(len(axis.row) for axis in drawn.axes)
    assert tuple(-axis.before for axis in windows.axes) == tuple(axis.first_position for axis in drawn.axes)


@given(drawn_layers(families=("transposed",), ndim=(1, 1)), st.sampled_from(["valid", "half", "full", "causal"]))
def test_named_paddings_of_a_transposed_convolution(drawn, name):
    (axis,) = drawn.axes
    reach = walk.offsets_of(axis.kernel, axis.dilation)[-1]
    sides = {"valid": (0, 0), "half": ((reach + 1) // 2,) * 2, "full": (reach, reach), "causal": (reach, 0)}[name]
    named, numbered = drawn.layer.replace(padding=name), drawn.layer.replace(padding=(sides,))
    axis = axis._replace(before=sides[0], after=sides[1])
    assert named.direct == ca.Conv(named.kernel_size, stride=named.stride, padding=name, dilation=named.dilation)
    assert named.equivalent == numbered.equivalent
    if axis.output:
        assert named.output_shape(drawn.shape) == numbered.output_shape(drawn.shape) == (axis.output,)


def test_a_pooling_steps_by_its_kernel_unless_told():
    assert ca.Pool(3) == ca.Pool(3, stride=3)
    assert ca.Pool((2, 3)).stride == (2, 3)
    assert ca.Pool((2, 3)).output_shape((6, 6)) == (3, 2)
    assert ca.Pool(3, stride=1).output_shape((6,)) == (4,)


def test_a_kernel_larger_than_the_padded_input_can_fit_with_ceil_mode():
    assert ca.Pool(3, stride=2, ceil_mode=True).output_shape((2,)) == (1,)


def test_ceil_mode_takes_exactly_one_window_off():
    """With padding after as wide as several strides, only one of the windows that start in it is dropped."""
    pool = ca.Pool(1, stride=1, padding=((0, 3),), ceil_mode=True)
    assert pool.output_shape((2,)) == (4,)


def test_an_added_zero_takes_crop_back_first():
    up = ca.ConvTranspose(2, stride=3, padding=2, output_padding=2)
    assert up.equivalent == ca.Conv(2, padding=((-1, 1),), input_dilation=3)
    assert [up.windows((2,)).kind((x,)) for x in range(-1, 6)] == [
        "overhang",
        "cropped",
        "inserted",
        "inserted",
        "input",
        "extra",
        "overhang",
    ]
