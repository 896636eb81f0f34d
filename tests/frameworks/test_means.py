"""What a translated mean divides by: counted by hand from windows over ones."""

from __future__ import annotations

import numpy as np
import pytest

import convarith as ca
from convarith import frameworks, numerics

TOLD = {
    ("torch", True): {},
    ("torch", False): {"count_include_pad": False},
    ("flax", True): {},
    ("flax", False): {"count_include_pad": False},
    ("onnx", True): {"count_include_pad": 1},
    ("onnx", False): {},
    ("caffe", True): {},
    ("theano", True): {},
    ("theano", False): {"mode": "average_exc_pad"},
}
EVEN, UNEVEN = ca.Pool(3, stride=2, padding=1), ca.Pool(3, stride=2, padding=((0, 1),))


def mean(layer, framework, counts, shape=(6, 6)):
    return frameworks.translate(layer, framework, input_shape=shape, operation="avg_pool", count_include_pad=counts)


@pytest.mark.parametrize(("framework", "counts"), TOLD)
def test_a_parameter_says_it(framework, counts):
    made = mean(EVEN, framework, counts)
    told = {name: value for name, value in made.parameters.items() if name in ("count_include_pad", "mode")}
    assert told == TOLD[framework, counts]
    assert not made.divided
    assert made.pad is None
    for name, value in told.items():
        assert f"{name}={value!r}".replace("'", '"') in made.code


@pytest.mark.parametrize("framework", ["keras", "tensorflow"])
def test_same_never_counts(framework):
    assert mean(UNEVEN, framework, counts=False).plain
    counting = mean(UNEVEN, framework, counts=True)
    assert counting.pad == ((0, 1), (0, 1))
    assert not counting.divided


@pytest.mark.parametrize("framework", ["torch", "keras", "tensorflow"])
def test_a_mean_over_padded_zeros_is_divided_by_the_same_of_ones(framework):
    made = mean(EVEN if framework != "torch" else UNEVEN, framework, counts=False)
    assert made.divided
    assert "ones_like" in made.code
    assert not made.plain
    assert made.to_dict()["divided"] is True


def test_what_is_divided_is_the_mean_that_does_not_count():
    x = np.arange(36.0).reshape(6, 6) + 1
    made = mean(UNEVEN, "torch", counts=False)
    bare = ca.Pool((3, 3), stride=2)
    over = [numerics.avg_pool(np.pad(array, made.pad), bare) for array in (x, np.ones_like(x))]
    np.testing.assert_allclose(over[0] / over[1], numerics.avg_pool(x, UNEVEN, count_include_pad=False))


@pytest.mark.parametrize("framework", ["keras", "tensorflow", "jax", "flax"])
def test_overhang_that_is_not_counted_beside_padding_that_is_cannot_be_said(framework):
    ceil = ca.Pool(3, stride=2, padding=1, ceil_mode=True)
    with pytest.raises(ca.ParameterError, match="not what its last windows reach beyond it"):
        mean(ceil, framework, counts=True, shape=(8, 8))
    assert mean(ceil, framework, counts=False, shape=(8, 8)).operation in ("avg_pool", "reduce_window")


@pytest.mark.parametrize("framework", ["caffe"])
def test_a_framework_that_always_counts_cannot_leave_it(framework):
    with pytest.raises(ca.ParameterError, match="its mean does not count the padding, and caffe's does"):
        mean(EVEN, framework, counts=False)


@pytest.mark.parametrize("framework", frameworks.NAMES)
def test_without_padding_there_is_nothing_to_say(framework):
    for counts in (None, True, False):
        made = mean(ca.Pool(2), framework, counts)
        assert made.notes == ()
        assert not made.divided


@pytest.mark.parametrize("framework", ["torch", "keras"])
def test_where_it_is_not_said_a_note_tells_what_the_target_does(framework):
    made = frameworks.translate(
        UNEVEN if framework == "keras" else EVEN, framework, input_shape=(6, 6), operation="avg_pool"
    )
    counts = "counts" if framework == "torch" else "does not count"
    assert made.notes[-1] == f"the mean {counts} what this pads."


@pytest.mark.parametrize(("layer", "operation"), [(ca.Conv(3), None), (ca.Pool(3), None), (ca.Pool(3), "lp_pool")])
def test_it_is_of_means(layer, operation):
    with pytest.raises(ca.ParameterError, match="count_include_pad is of means"):
        frameworks.translate(layer, "torch", operation=operation, count_include_pad=True)


@pytest.mark.parametrize("framework", ["torch", "keras", "tensorflow", "flax", "onnx", "caffe", "theano"])
def test_an_explanation_says_what_is_counted(framework):
    padded = {
        "torch": {"kernel_size": 3, "padding": 1},
        "keras": {"pool_size": 3, "strides": 1, "padding": "same"},
        "tensorflow": {"ksize": 3, "strides": 1, "padding": "SAME"},
        "flax": {"window_shape": (3, 3), "padding": "SAME"},
        "onnx": {"kernel_shape": (3, 3), "pads": (1, 1, 1, 1)},
        "caffe": {"kernel_size": 3, "pad": 1},
        "theano": {"ws": 3, "pad": 1, "ignore_border": True},
    }[framework]
    said = " ".join(frameworks.explain(framework, "avg_pool", (6, 6), **padded).lines)
    counts = framework in ("torch", "flax", "caffe", "theano")
    assert ("counts padding" in said) == (counts or framework in ("keras", "tensorflow"))
    assert ("never counts padding" in said) == (framework in ("keras", "tensorflow"))
