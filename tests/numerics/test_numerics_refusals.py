"""What the kernels refuse, and in which words."""

from __future__ import annotations

import numpy as np
import pytest

import convarith as ca

LAYERS = {
    "convolution": ca.Conv(2),
    "pooling": ca.Pool(2),
    "transposed convolution": ca.ConvTranspose(2),
}
CALLS = {
    "conv": ("convolution", lambda layer, x=(1, 2), w=(1, 2): ca.numerics.conv(x, w, layer)),
    "conv_transpose": (
        "transposed convolution",
        lambda layer, x=(1, 2), w=(1, 2): ca.numerics.conv_transpose(x, w, layer),
    ),
    "max_pool": ("pooling", lambda layer, x=(1, 2): ca.numerics.max_pool(x, layer)),
    "avg_pool": ("pooling", lambda layer, x=(1, 2): ca.numerics.avg_pool(x, layer)),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("given", LAYERS)
def test_a_layer_of_another_kind_is_refused(name, given):
    wanted, call = CALLS[name]
    if given == wanted:
        call(LAYERS[given])
        return
    with pytest.raises(ca.ParameterError) as refusal:
        call(LAYERS[given])
    assert str(refusal.value) == f"{name} takes a layer of the kind {wanted}; got {LAYERS[given]!r}, a {given}"


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    ("x", "dtype"),
    [(["a", "b"], "<U1"), ([None, 1], "object"), (np.array([1, 2], object), "object"), ([2**70, 1], "object")],
)
def test_an_input_that_holds_no_numbers_is_refused(name, x, dtype):
    kind, call = CALLS[name]
    with pytest.raises(ca.ParameterError) as refusal:
        call(LAYERS[kind], x)
    assert str(refusal.value) == f"x has the dtype {dtype}; give an array of numbers"
    assert refusal.value.name == "x"


@pytest.mark.parametrize("name", ["conv", "conv_transpose"])
def test_a_kernel_that_holds_no_numbers_is_refused(name):
    kind, call = CALLS[name]
    with pytest.raises(ca.ParameterError) as refusal:
        call(LAYERS[kind], (1, 2), ["a", "b"])
    assert str(refusal.value) == "w has the dtype <U1; give an array of numbers"
    assert refusal.value.name == "w"


@pytest.mark.parametrize("name", ["conv", "conv_transpose"])
@pytest.mark.parametrize(("w", "shape"), [((1, 2, 3), "(3,)"), (1, "()"), ([[1, 2]], "(1, 2)")])
def test_a_kernel_of_another_shape_is_refused(name, w, shape):
    kind, call = CALLS[name]
    with pytest.raises(ca.ShapeError) as refusal:
        call(LAYERS[kind], (1, 2), w)
    assert str(refusal.value) == (f"w has the shape {shape} and the layer the kernel_size (2,); give w that shape")
    assert refusal.value.kernel_size == (2,)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    ("x", "words"),
    [
        ([], "input size 0 is below 1; the smallest input size is 1"),
        ([[1, 2], [3, 4]][:0], "input size 0 is below 1; the smallest input size is 1"),
        ([[], []], "axis 1 (width): input size 0 is below 1; the smallest input size is 1"),
    ],
)
def test_an_input_without_numbers_is_refused(name, x, words):
    kind, call = CALLS[name]
    with pytest.raises(ca.ParameterError) as refusal:
        call(LAYERS[kind], x)
    assert str(refusal.value) == words


@pytest.mark.parametrize("name", CALLS)
def test_a_lone_number_is_refused(name):
    kind, call = CALLS[name]
    with pytest.raises(ValueError, match="input_shape"):
        call(LAYERS[kind], 5)


def test_a_layer_that_does_not_fit_is_refused_in_the_arithmetics_words():
    with pytest.raises(ca.ShapeError, match="kernel 3 does not fit in input 2 with padding 0"):
        ca.numerics.conv([1, 2], [1, 1, 1], ca.Conv(3))
    with pytest.raises(ca.ShapeError, match="the layer has 2 axes"):
        ca.numerics.max_pool([1, 2], ca.Pool((1, 1)))
