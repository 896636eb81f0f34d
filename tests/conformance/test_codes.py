"""The source code that translations write, run in the installed frameworks: it gives the numbers of the layer."""

from __future__ import annotations

import importlib.util
from math import prod
from random import Random

import numpy as np
import pytest
from code_runners import RUNNERS, run_code

import convarith as ca
from convarith import ParameterError, ShapeError, frameworks, numerics
from convarith.frameworks import translate

pytestmark = [pytest.mark.conformance, pytest.mark.filterwarnings("ignore")]  # frameworks warn as they like

SETTINGS = 30
OPERATIONS = [
    (framework, operation)
    for framework in RUNNERS
    for operation in ("conv", "conv_transpose", "max_pool", "avg_pool", "lp_pool")
    if operation != "lp_pool" or framework in ("torch", "jax", "onnx")
]


@pytest.fixture
def installed():
    def check(framework):
        for package in RUNNERS[framework].packages:
            if importlib.util.find_spec(package) is None:
                pytest.skip(f"{package} is not installed")

    return check


def drawn_layer(random, operation):
    """A layer and an input that it fits; None where it fits none of this size."""
    ndim = random.randint(1, 3)

    def numbers(least, most):
        return tuple([random.randint(least, most) for _ in range(ndim)])

    parameters = {"kernel_size": numbers(1, 4), "stride": numbers(1, 3) if random.random() < 0.7 else 1}
    if random.random() < 0.3:
        parameters["dilation"] = numbers(1, 2)
    stride, dilation = parameters["stride"], parameters.get("dilation", (1,) * ndim)
    if random.random() < 0.3:
        parameters["padding"] = random.choice(["half", "full"] + ["same", "same_lower"] * (operation[:6] != "conv_t"))
    elif random.random() < 0.5:
        parameters["padding"] = numbers(0, 2)
    else:
        least = random.choice([0, 0, -1])
        parameters["padding"] = tuple([(random.randint(least, 2), random.randint(least, 2)) for _ in range(ndim)])
    if operation == "conv":
        if random.random() < 0.2:
            parameters["input_dilation"] = numbers(1, 3)
        layer = ca.Conv(**parameters)
    elif operation == "conv_transpose":
        bounds = zip(stride if stride != 1 else (1,) * ndim, dilation, strict=True)
        layer = ca.ConvTranspose(
            **parameters, output_padding=tuple([random.randint(0, max(bound) - 1) for bound in bounds])
        )
    else:
        layer = ca.Pool(**parameters, ceil_mode=random.random() < 0.3)
    shape = numbers(3, {1: 9, 2: 6, 3: 5}[ndim])
    try:
        axes = layer.windows(shape).axes
    except ShapeError:
        return None
    return None if operation.endswith("pool") and aborts(axes) else (layer, shape)


def aborts(axes):
    """Poolings over which XLA's compiler ends the whole process (openxla/xla#48719): they crop and do nothing else."""
    ones = all(axis.kernel == axis.stride == axis.dilation == 1 for axis in axes)
    sides = [side for axis in axes for side in (axis.before, axis.after)]
    return ones and min(sides) < 0 and max(sides) <= 0


def numbers_of(operation, layer, shape, random):
    """Input, weights and how many outputs: whole numbers, which every framework adds up exactly."""
    made = np.random.default_rng(random.randrange(2**32))
    x = made.integers(-9, 10, (2, 2, *shape)).astype(float)
    if operation not in ("conv", "conv_transpose"):
        return x, None, 2
    kernel = layer.kernel_size if isinstance(layer.kernel_size, tuple) else (layer.kernel_size,) * len(shape)
    pair = (3, 2) if operation == "conv" else (2, 3)
    return x, made.integers(-9, 10, (*pair, *kernel)).astype(float), 3


def expected_of(operation, layer, x, w, translation):
    if operation == "conv":
        return numerics.conv(x, w, layer)
    if operation == "conv_transpose":
        return numerics.conv_transpose(x, w, layer)
    if operation == "max_pool":
        return numerics.max_pool(x, layer)
    if operation == "lp_pool":
        return numerics.lp_pool(x, layer, norm_type=2)
    if any("does not count" in note for note in translation.notes):
        return numerics.avg_pool(x, layer, count_include_pad=False)
    if translation.parameters.get("ceil_mode"):  # what reaches beyond the padding is no padding
        return numerics.avg_pool(x, layer, count_include_pad=True)
    return numerics.avg_pool(x, layer, divisor_override=prod(windows(layer, x.shape[2:])))


def windows(layer, shape):
    return [axis.kernel for axis in layer.windows(shape).axes]


def meant(operation):
    """The operation as it is given where the layer does not say it."""
    return operation if operation.endswith("pool") else None


def check(operation, layer, shape, random, translation):
    x, w, outputs = numbers_of(operation, layer, shape, random)
    expected = expected_of(operation, layer, x, w, translation)
    found = run_code(translation, x, w, outputs)
    if operation == "max_pool":  # the maximum of nothing is the least number to some
        found = np.where(found == np.finfo("float32").min, -np.inf, found)
    exact = operation in ("conv", "conv_transpose", "max_pool")
    np.testing.assert_allclose(
        found, expected, rtol=0 if exact else 1e-5, atol=0 if exact else 1e-5, err_msg=f"{layer} {shape}\n{translation}"
    )


@pytest.mark.parametrize(("framework", "operation"), OPERATIONS, ids=map("-".join, OPERATIONS))
def test_the_code_gives_the_numbers_of_the_layer(framework, operation, installed):
    installed(framework)
    random, run = Random(f"{framework} {operation}"), 0
    for _ in range(20 * SETTINGS):
        drawn = drawn_layer(random, operation)
        if drawn is None:
            continue
        layer, shape = drawn
        given = {"input_shape": shape} if random.random() < 0.7 or layer.ndim is None else {}
        try:
            translation = translate(layer, framework, operation=meant(operation), **given)
        except ParameterError:
            continue
        check(operation, layer, shape, random, translation)
        run += 1
        if run == SETTINGS:
            return
    pytest.fail(f"{run} settings only have a translation")


@pytest.mark.parametrize("counts", [True, False], ids=["counting", "not counting"])
@pytest.mark.parametrize("framework", RUNNERS)
def test_a_mean_that_is_told_what_it_counts_is_that_mean(framework, counts, installed):
    installed(framework)
    random, run, drawn = Random(f"{framework} {counts}"), 0, 0
    while run < SETTINGS and drawn < 20 * SETTINGS:
        found = drawn_layer(random, "avg_pool")
        if found is None:
            continue
        drawn += 1
        layer, shape = found
        size = shape if random.random() < 0.7 or layer.ndim is None else None
        try:
            translation = translate(layer, framework, input_shape=size, operation="avg_pool", count_include_pad=counts)
        except ParameterError:
            continue
        x, _, outputs = numbers_of("avg_pool", layer, shape, random)
        expected = numerics.avg_pool(x, layer, count_include_pad=counts)
        with np.errstate(invalid="ignore"):
            found = run_code(translation, x, None, outputs)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5, err_msg=f"{layer} {shape}\n{translation}")
        run += 1
    assert run == SETTINGS


PORTED = {
    "tensorflow's SAME with stride 2": (lambda: frameworks.tensorflow.conv(3, strides=2, padding="SAME"), (6, 6)),
    "keras's same with an even kernel": (lambda: frameworks.keras.conv(4, padding="same"), (6, 6)),
    "torch's padding=1": (lambda: frameworks.torch.conv(3, stride=2, padding=1), (7, 6)),
    "torch's output_padding": (
        lambda: frameworks.torch.conv_transpose(3, stride=2, padding=1, output_padding=1),
        (5, 4),
    ),
    "keras's Conv2DTranspose": (
        lambda: frameworks.keras.conv_transpose(3, strides=2, padding="same", input_shape=(5, 5)),
        (5, 5),
    ),
    "torch's ceil_mode": (lambda: frameworks.torch.max_pool(3, stride=2, padding=1, ceil_mode=True), (6, 7)),
    "flax's pool of stride 1": (lambda: frameworks.flax.max_pool((3, 3), padding="SAME"), (6, 7)),
    "jax's input dilation": (lambda: frameworks.jax.conv((3, 3), (1, 1), ((2, 1),) * 2, lhs_dilation=(2, 2)), (4, 5)),
    "onnx's SAME_LOWER": (lambda: frameworks.onnx.conv([3, 3], strides=[2, 2], auto_pad="SAME_LOWER"), (6, 6)),
}


@pytest.mark.parametrize("framework", RUNNERS)
@pytest.mark.parametrize("name", PORTED)
def test_what_people_port(framework, name, installed):
    installed(framework)
    make, shape = PORTED[name]
    layer = make()
    operation = {"convolution": "conv", "pooling": "max_pool", "transposed convolution": "conv_transpose"}[layer.kind]
    translation = translate(layer, framework, input_shape=shape)
    check(operation, layer, shape, Random(name), translation)


def test_refusals_are_few():
    """What is drawn above is mostly run: no framework is left with its easy settings."""
    random = Random("refusals")
    drawn = [found for found in (drawn_layer(random, "conv") for _ in range(200)) if found is not None]
    for framework in RUNNERS:
        refused = 0
        for layer, shape in drawn:
            try:
                translate(layer, framework, input_shape=shape)
            except ParameterError:
                refused += 1
        assert refused < len(drawn) / 3
