"""Every refusal of the arithmetic: its sentence, its numbers as attributes, and whether it is the shape's fault
(ShapeError) or never right (ParameterError)."""

from __future__ import annotations

import pickle

import pytest

import convarith as ca
from convarith import ParameterError, ShapeError
from convarith.arithmetic import inverse

CONV, POOL, UP = ca.Conv, ca.Pool, ca.ConvTranspose
KNOWN = "valid, half, full, causal, same, same_lower"

GEOMETRY = [  # what is asked, the sentence, some of its numbers
    (
        lambda: CONV(7).output_shape((5,)),
        "kernel 7 does not fit in input 5 with padding 0; it needs padding of at least 1 on each side, or a kernel of "
        "at most 5",
        {"input_size": 5, "kernel_size": 7, "padding": (0, 0), "least_padding": 1, "largest_kernel_size": 5},
    ),
    (
        lambda: CONV(4, dilation=3, padding=1).output_shape((5,)),
        "kernel 4 with dilation 3 spans 10 and does not fit in input 5 with padding 1; it needs padding of at least 3 "
        "on each side, or a kernel of at most 3",
        {"dilation": 3, "least_padding": 3, "largest_kernel_size": 3},
    ),
    (
        lambda: CONV(9, input_dilation=2, padding=((0, 1),)).output_shape((3,)),
        "kernel 9 does not fit in input 3 (stretched to 5) with padding (0, 1); it needs padding of at least 4 in all, "
        "or a kernel of at most 6",
        {"input_dilation": 2, "padding": (0, 1), "least_padding": 4, "largest_kernel_size": 6},
    ),
    (
        lambda: CONV(1, padding=-2).output_shape((3,)),
        "kernel 1 does not fit in input 3 with padding -2; it needs padding of at least -1 on each side",
        {"least_padding": -1, "largest_kernel_size": None},
    ),
    (
        lambda: POOL(5, stride=2, ceil_mode=True).output_shape((3,)),
        "kernel 5 does not fit in input 3 with padding 0; it needs padding of at least 1 on each side, or a kernel of "
        "at most 4",
        {"least_padding": 1, "largest_kernel_size": 4},
    ),
    (
        lambda: POOL(2, stride=1, padding=((-3, 1),), ceil_mode=True).output_shape((3,)),
        "kernel 2 does not fit in input 3 with padding (-3, 1); it needs padding of at least -2 before",
        {"input_size": 3, "padding": (-3, 1), "least_padding": -2, "largest_kernel_size": None},
    ),
    (
        lambda: UP(2, padding=1).output_shape((1,)),
        "input 1 with kernel 2, stride 1 and padding 1 leaves an output of 0, below 1; it needs padding of at most 0 "
        "on each side, or an input of at least 2",
        {"input_size": 1, "output_size": 0, "largest_padding": 0, "least_input_size": 2},
    ),
    (
        lambda: UP(3, stride=3, padding=((5, 4),), dilation=2, output_padding=1).output_shape((2,)),
        "input 2 with kernel 3, stride 3 and padding (5, 4) leaves an output of 0, below 1; it needs padding of at "
        "most 8 in all, or an input of at least 3",
        {"stride": 3, "dilation": 2, "output_padding": 1, "largest_padding": 8, "least_input_size": 3},
    ),
    (
        lambda: CONV((3, 3)).output_shape((5,)),
        "the layer has 2 axes and the input_shape (5,) has 1; give a shape of 2 axes, or one parameter for every axis",
        {"ndim": 2, "shape": (5,)},
    ),
    (
        lambda: UP((3, 3, 3)).input_shapes((5, 5)),
        "the layer has 3 axes and the output_shape (5, 5) has 2; give a shape of 3 axes, or one parameter for every "
        "axis",
        {"ndim": 3, "shape": (5, 5)},
    ),
    (
        lambda: inverse.paddings(CONV(3), (5, 5), (3,)),
        "input_shape (5, 5) has 2 axes and output_shape (3,) has 1; give both as many",
        {"input_shape": (5, 5), "output_shape": (3,)},
    ),
    (
        lambda: CONV(1).windows((2**60,)).entries(),
        f"C has {2**60} taps to walk, more than the limit of 10000000; make the input, the kernel or the output "
        "smaller",
        {"count": 2**60, "limit": 10_000_000},
    ),
    (
        lambda: next(CONV(10_000, padding="full").windows((3, 3)).taps((0, 0))),
        "the window has 100000000 taps to walk, more than the limit of 10000000; make the kernel smaller",
        {"count": 10**8, "limit": 10_000_000},
    ),
    (
        lambda: CONV(1).matrix((2**60,)),
        f"the matrix has {2**60} x {2**60} = {2**120} cells, more than the limit of 100000 to write out; make the "
        "input or the kernel smaller, or take the entries one by one from windows(input_shape).entries()",
        {"rows": 2**60, "columns": 2**60, "limit": 100_000},
    ),
]

ARGUMENTS = [
    (lambda: CONV(0), "kernel_size 0 is below 1; the smallest kernel_size is 1", {"name": "kernel_size", "value": 0}),
    (lambda: CONV(3, stride=0), "stride 0 is below 1; the smallest stride is 1", {"least": 1}),
    (lambda: POOL(3, dilation=-2), "dilation -2 is below 1; the smallest dilation is 1", {"value": -2}),
    (
        lambda: CONV(3, input_dilation=0),
        "input_dilation 0 is below 1; the smallest input_dilation is 1",
        {"name": "input_dilation"},
    ),
    (
        lambda: CONV((3, 3), stride=(1, 0)),
        "axis 1 (width): stride 0 is below 1; the smallest stride is 1",
        {"axis": 1, "value": 0},
    ),
    (
        lambda: CONV((3, 1.5, 3)),
        "axis 1 (height): kernel_size must be a whole number; got 1.5 (float), give an int",
        {"axis": 1, "value": 1.5},
    ),
    (
        lambda: CONV(()),
        "kernel_size is empty; give one number for every axis, or one for each",
        {"name": "kernel_size"},
    ),
    (
        lambda: CONV((3, 3), stride=(1, 1, 1)),
        "kernel_size is given for 2 axes and stride for 3; give one number for every axis, or as many as axes",
        {"kernel_size": (3, 3), "stride": (1, 1, 1)},
    ),
    (
        lambda: UP(3, padding=(1, 1, 1), output_padding=(0, 0)),
        "padding is given for 3 axes and output_padding for 2; give one number for every axis, or as many as axes",
        {"padding": (1, 1, 1)},
    ),
    (lambda: CONV(3).output_shape(()), "input_shape has no axes; give at least one size", {"name": "input_shape"}),
    (
        lambda: CONV(3).output_shape((5, 0)),
        "axis 1 (width): input size 0 is below 1; the smallest input size is 1",
        {"axis": 1},
    ),
    (lambda: CONV(3).input_shapes(-1), "output size -1 is below 1; the smallest output size is 1", {"value": -1}),
    (
        lambda: ca.conv_output_size(0, 3),
        "input_size 0 is below 1; the smallest input_size is 1",
        {"name": "input_size", "value": 0},
    ),
    # paddings
    (lambda: CONV(3, padding="sane"), f"unknown padding 'sane'; did you mean 'same'? Known are {KNOWN}", {}),
    (lambda: CONV(3, padding="SAME"), f"unknown padding 'SAME'; did you mean 'same'? Known are {KNOWN}", {}),
    (lambda: CONV(3, padding="xyz"), f"unknown padding 'xyz'; known are {KNOWN}", {"name": "padding", "value": "xyz"}),
    (lambda: CONV(3, padding=()), "padding is empty; give one entry for every axis, or one for each", {}),
    (
        lambda: CONV(3, padding=0.5),
        "padding must be a whole number, a pair (before, after) or a name; got 0.5 (float)",
        {"value": 0.5},
    ),
    (
        lambda: CONV(3, padding=((1, 2, 3),)),
        "padding (1, 2, 3) has 3 numbers for one axis; give two, (before, after)",
        {"value": (1, 2, 3)},
    ),
    (
        lambda: CONV(3, padding=(1, (0, True))),
        "axis 1 (width): padding must be a whole number; got True (bool), give an int",
        {"axis": 1, "value": True},
    ),
    (
        lambda: UP(3, padding="same"),
        "padding 'same' depends on the input of the direct convolution; take Conv(..., padding='same')"
        ".transposed(input_shape), which makes it numbers",
        {"padding": "same"},
    ),
    (
        lambda: UP(3, padding=(1, "same_lower")),
        "axis 1 (width): padding 'same_lower' depends on the input of the direct convolution; take Conv(..., "
        "padding='same_lower').transposed(input_shape), which makes it numbers",
        {"axis": 1, "padding": "same_lower"},
    ),
    # output_padding, ceil_mode, input_dilation
    (
        lambda: UP(3, stride=2, output_padding=2),
        "output_padding 2 with stride 2 and dilation 1 is out of range; it can be 0 to 1, less than the larger of the "
        "two",
        {"output_padding": 2, "stride": 2, "dilation": 1, "largest_output_padding": 1},
    ),
    (
        lambda: UP((3, 3), stride=(2, 1), output_padding=1),
        "axis 1 (width): output_padding 1 with stride 1 and dilation 1 is out of range; it can be 0 to 0, less than "
        "the larger of the two",
        {"axis": 1, "largest_output_padding": 0},
    ),
    (
        lambda: ca.conv_transpose_output_size(3, 3, output_padding=-1),
        "output_padding -1 with stride 1 and dilation 1 is out of range; it can be 0 to 0, less than the larger of the "
        "two",
        {"output_padding": -1},
    ),
    (lambda: POOL(3, ceil_mode=1), "ceil_mode must be True or False; got 1 (int)", {"value": 1}),
    (lambda: ca.pool_output_size(5, 3, ceil_mode=None), "ceil_mode must be True or False; got None (NoneType)", {}),
    (
        lambda: CONV(3, input_dilation=(1, 2)).transposed((5, 5)),
        "input_dilation (1, 2) has no place in a ConvTranspose; take windows(input_shape).transpose(), or a Conv with "
        "input_dilation 1",
        {"input_dilation": (1, 2)},
    ),
    (
        lambda: POOL(3).replace(groups=2),
        "Pool has no parameter 'groups'; it has kernel_size, stride, padding, dilation, ceil_mode",
        {},
    ),
    (
        lambda: list(CONV(3).windows((5, 5)).taps((3, 0))),
        "there is no output (3, 0); the output shape is (3, 3), give one index from 0 for each axis",
        {"output": (3, 0), "output_shape": (3, 3)},
    ),
    (
        lambda: list(CONV(3).windows((5,)).taps((0, 0))),
        "there is no output (0, 0); the output shape is (3,), give one index from 0 for each axis",
        {},
    ),
    # relationships
    (
        lambda: ca.relationships[1](i=5, k=3, s=2),
        "Relationship 1 holds for s = 1, p = 0, and not for i=5, k=3, s=2, p=0; take another relationship, or numbers "
        "that meet its condition",
        {"i": 5, "k": 3, "s": 2, "p": 0},
    ),
    (lambda: ca.relationships[6](i=5), "Relationship 6 needs k; give k=...", {"name": "k"}),
    (lambda: ca.relationships[15](d=2), "Relationship 15 needs k; give k=...", {"name": "k"}),
    (
        lambda: ca.relationships[6](i=5, k=3, q=1),
        "there is no letter 'q' here; known are i, k, s, p, d, a",
        {"name": "q"},
    ),
    (
        lambda: ca.relationships[6](i=5, k=2.0),
        "k must be a whole number; got 2.0 (float), give an int",
        {"name": "k"},
    ),
    (lambda: ca.relationships[6](i=5, k=0), "k 0 is below 1; the smallest k is 1", {"name": "k"}),
    (
        lambda: ca.relationships[6](i=5, k=3, a=1),
        "a belongs to transposed convolutions; leave a=1 out",
        {"a": 1},
    ),
    # inverse questions
    (
        lambda: inverse.output_paddings(CONV(3), 5, 3),
        "nothing is left open: only a transposed convolution has an output_padding to ask for, and this is a "
        "convolution; ask for inputs, paddings or strides",
        {},
    ),
    (
        lambda: inverse.strides(CONV(3), 5, 3, max_stride=0),
        "max_stride 0 is below 1; the smallest max_stride is 1",
        {"name": "max_stride", "least": 1},
    ),
    (
        lambda: inverse.strides_and_paddings(CONV(3), 5, 3, max_stride=1, max_padding=5000),
        "max_padding 5000 is above the limit of 1000; lower it",
        {"name": "max_padding", "limit": 1000},
    ),
    (
        lambda: inverse.strides_and_paddings(CONV(3), 5, 3, max_stride=1001, max_padding=1),
        "max_stride 1001 is above the limit of 1000; lower it",
        {"name": "max_stride", "limit": 1000},
    ),
    (
        lambda: inverse.strides_and_paddings(CONV(3), 5, 3, max_stride=1, max_padding=-1),
        "max_padding -1 is below 0; the smallest max_padding is 0",
        {"least": 0},
    ),
]


@pytest.mark.parametrize(("ask", "sentence", "numbers"), GEOMETRY, ids=[row[1][:40] for row in GEOMETRY])
def test_an_impossible_geometry_is_a_shape_error(ask, sentence, numbers):
    with pytest.raises(ValueError) as refusal:  # noqa: PT011  # the whole sentence is compared below
        ask()
    assert type(refusal.value) is ShapeError
    assert str(refusal.value) == sentence
    assert {name: getattr(refusal.value, name) for name in numbers} == numbers


@pytest.mark.parametrize(("ask", "sentence", "numbers"), ARGUMENTS, ids=[row[1][:40] for row in ARGUMENTS])
def test_an_argument_that_is_never_right_is_a_parameter_error(ask, sentence, numbers):
    with pytest.raises(ValueError) as refusal:  # noqa: PT011
        ask()
    assert type(refusal.value) is ParameterError
    assert str(refusal.value) == sentence
    assert {name: getattr(refusal.value, name) for name in numbers} == numbers


def test_the_axis_has_the_name_that_it_has_among_the_axes():
    names = {
        (9, 3): "axis 1 (width)",
        (3, 9): "axis 0 (height)",
        (3, 9, 9): "axis 0 (depth)",
        (9, 3, 9): "axis 1 (height)",
        (9, 9, 3): "axis 2 (width)",
        (9, 9, 3, 9): "axis 2",
    }
    for shape, name in names.items():
        with pytest.raises(ShapeError) as refusal:
            CONV(5).output_shape(shape)
        assert str(refusal.value).startswith(f"{name}: kernel 5 does not fit in input 3 with padding 0; ")
        assert refusal.value.axis == shape.index(3)
    with pytest.raises(ShapeError) as refusal:
        CONV(5).output_shape((3,))
    assert str(refusal.value).startswith("kernel 5 does not fit")  # the only axis needs no name
    assert refusal.value.axis == 0


def test_a_refusal_is_one_sentence_with_its_numbers_and_survives_pickling():
    with pytest.raises(ShapeError) as refusal:
        CONV(7).output_shape((9, 5))
    error = refusal.value
    assert "\n" not in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.numbers) == (ShapeError, str(error), error.numbers)
    with pytest.raises(AttributeError, match=r"^ShapeError has no attribute 'nothing'$"):
        _ = error.nothing
    assert issubclass(ShapeError, ValueError)
    assert issubclass(ParameterError, ValueError)
    assert not issubclass(ShapeError, ParameterError)
