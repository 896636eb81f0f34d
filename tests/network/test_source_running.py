"""The written PyTorch and Keras code run: shapes and parameters are ours, and both compute the same."""

from __future__ import annotations

import os
import random
import re
from math import prod

import pytest
from drawn_sources import drawn_network

import convarith as ca
from convarith.errors import RefusedError
from convarith.network.merging import CropTo
from convarith.network.operations import (
    Convolution,
    Flatten,
    FullyConnected,
    Normalization,
    Pooling,
    TransposedConvolution,
    Unchanged,
    Upsampling,
)
from convarith.network.tracing import traced
from convarith.network.writers.keras_source import write_keras
from convarith.network.writers.torch_source import write_torch

pytestmark = [pytest.mark.conformance, pytest.mark.filterwarnings("ignore")]  # they warn as they like

TORCH_CASES = 400
KERAS_CASES = 60
COMPUTED_CASES = 40


@pytest.fixture(scope="module")
def torch():
    torch = pytest.importorskip("torch", reason="PyTorch runs these tests and is not installed")
    torch.set_num_threads(1)
    return torch


@pytest.fixture(scope="module")
def keras():
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return pytest.importorskip("keras", reason="Keras runs these tests and is not installed")


def run(code):
    scope = {}
    exec(compile(code, "model.py", "exec"), scope)
    return scope["model"]


def parameters(found, numbers=None):
    met = found.met if numbers is None else [found.met[number] for number in numbers]
    return sum(each.weights + each.biases + each.norm for each in met)


def torch_model(torch, network, shape):
    """The model, without weights; None where PyTorch has no layer for something."""
    try:
        code = write_torch(network, shape)
    except RefusedError:
        return None
    with torch.device("meta"):
        return run(code).eval()


def torch_says(torch, model, shape):
    with torch.device("meta"):
        output = model(torch.zeros(2, *shape))
    return tuple(output.shape[1:]), sum(each.numel() for each in model.parameters())


@pytest.mark.parametrize("branched", [False, True])
def test_pytorch_makes_our_shapes_with_our_parameters(torch, branched):
    ran = 0
    for seed in range(TORCH_CASES):
        network, shape = drawn_network(random.Random(seed), branched=branched)
        model = torch_model(torch, network, shape)
        if model is not None:
            found = traced(network, shape)
            assert torch_says(torch, model, shape) == (found.output_shape, parameters(found)), (seed, branched)
            ran += 1
    assert ran > 0.9 * TORCH_CASES


@pytest.mark.parametrize(
    "identifier", [name for name in ca.network.names() if "1001" not in name and "1202" not in name]
)
def test_named_networks_run_in_pytorch(torch, identifier):
    network = ca.network.named(identifier)
    found = traced(network)
    model = torch_model(torch, network, None)
    assert torch_says(torch, model, network.input_shape) == (found.output_shape, parameters(found))


def plain(code):
    """Code without what a module does not tell: with what is padded, one number for all axes, the number of groups."""
    code = re.sub(r"ConstantPad(\dd)\((.*), float\(\"-inf\"\)\)", r"ZeroPad\1(\2)", code)
    code = re.sub(r"GroupNorm\(\d+, ", "GroupNorm(", code)
    return re.sub(r"=\((\d+)(?:, \1)+\)", r"=\1", code)


def test_sequentials_come_back_as_they_were_written(torch):
    """What is written is read again, live and printed, writes the same code, and looks at the same positions."""
    compared = 0
    for seed in range(TORCH_CASES):
        network, shape = drawn_network(random.Random(seed), branched=False)
        model = torch_model(torch, network, shape)
        if model is None:
            continue
        live, printed = ca.network.from_torch(model), ca.network.from_printed(str(model))
        code = write_torch(network, shape)
        assert plain(write_torch(live, shape)) == plain(code), seed
        if "align_corners" not in code and not re.search(r"AvgPool.*ceil_mode", code):
            assert printed == live, seed
        ours, theirs = (each.table(shape).rows[-1] for each in (network, live))
        for name in ("receptive_field", "jump", "start"):
            assert getattr(ours, name) == getattr(theirs, name), (seed, name)
        assert sum(met.macs for met in traced(live, shape).met) == sum(met.macs for met in traced(network, shape).met)
        compared += 1
    assert compared > 0.9 * TORCH_CASES


# Keras


def in_keras(operation):
    """Whether Keras has it, as far as that does not take the input."""
    if isinstance(operation, Pooling):
        return operation.reduction != "lp" and operation.layer.dilation == 1
    if isinstance(operation, TransposedConvolution):
        return operation.groups == 1 and operation.layer.dilation == 1
    return not isinstance(operation, Upsampling) or not operation.align_corners


def reached(network):
    """The nodes whose tensors get to the output; a Keras model has no others."""
    found = {len(network.nodes) - 1}
    for number in range(len(network.nodes) - 1, 0, -1):
        if number in found:
            node = network.nodes[number]
            found.update(node.inputs[:1] if isinstance(node.operation, CropTo) else node.inputs)
    return found


@pytest.mark.parametrize("branched", [False, True])
@pytest.mark.usefixtures("keras")
def test_keras_makes_our_shapes_with_our_parameters(branched):
    ran = 0
    for seed in range(KERAS_CASES):
        network, shape = drawn_network(random.Random(seed), branched=branched, takes=in_keras)
        try:
            model = run(write_keras(network, shape))
        except RefusedError:
            continue
        found = traced(network, shape)
        channels, *sizes = found.output_shape
        assert model.output_shape == (None, *sizes, channels), (seed, branched)
        weights = sum(prod(weight.shape) for weight in model.trainable_weights)
        assert weights == parameters(found, reached(network)), (seed, branched)
        ran += 1
    assert ran > 0.8 * KERAS_CASES


@pytest.mark.parametrize("identifier", ["lenet5", "alexnet-grouped", "resnet18", "unet", "dcgan", "pastiche"])
@pytest.mark.usefixtures("keras")
def test_named_networks_run_in_keras(identifier):
    network = ca.network.named(identifier)
    model = run(write_keras(network))
    found = traced(network)
    channels, *sizes = found.output_shape
    assert model.output_shape == (None, *sizes, channels)
    assert sum(prod(weight.shape) for weight in model.trainable_weights) == parameters(found, reached(network))


def computes_alike(operation):
    """What both frameworks compute alike with the same weights in the same places, and what runs on any processor."""
    if isinstance(operation, (FullyConnected, Flatten, Normalization)):
        return False
    if isinstance(operation, Convolution) and (operation.layer.dilation != 1 or operation.groups not in (1, None)):
        return False
    if isinstance(operation, Pooling) and operation.reduction == "avg":
        return not operation.layer.ceil_mode and operation.layer.padding != "same"
    if isinstance(operation, Unchanged):
        return operation.name in ("ReLU", "Sigmoid", "Tanh", "LRN", "Identity")
    return in_keras(operation) and not (isinstance(operation, Upsampling) and operation.mode == "linear")


def give_weights(torch, theirs, ours):
    """The weights of the PyTorch model to the Keras model, layer by layer."""
    given = [layer for layer in theirs.modules() if isinstance(layer, torch.nn.modules.conv._ConvNd)]
    taking = [layer for layer in ours.layers if layer.weights]
    assert len(given) == len(taking)
    for source, target in zip(given, taking, strict=True):
        weight = source.weight.detach().numpy()
        axes = range(2, weight.ndim)
        if "depthwise" in target.name:
            weight = weight.reshape(source.in_channels, -1, *weight.shape[2:]).transpose(*axes, 0, 1)
        else:
            weight = weight.transpose(*axes, 1, 0)
        target.set_weights([weight, *([] if source.bias is None else [source.bias.detach().numpy()])])


def test_both_compute_the_same(torch, keras):
    """Not only the shapes: every padding, crop and shuffle is where it belongs."""
    numpy = pytest.importorskip("numpy")
    torch.manual_seed(1)
    compared = 0
    for seed in range(COMPUTED_CASES):
        network, shape = drawn_network(random.Random(seed), branched=False, takes=computes_alike)
        try:
            theirs, ours = run(write_torch(network, shape)).eval(), run(write_keras(network, shape))
        except RefusedError:
            continue
        give_weights(torch, theirs, ours)
        ndim = len(shape) - 1
        image = torch.randn(2, *shape)
        with torch.no_grad():
            expected = theirs(image).numpy()
        found = keras.ops.convert_to_numpy(ours(image.numpy().transpose(0, *range(2, ndim + 2), 1)))
        found = found.transpose(0, found.ndim - 1, *range(1, found.ndim - 1))
        if numpy.isfinite(expected).all():  # a window wholly in padding has no maximum
            numpy.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4, err_msg=str(seed))
            compared += 1
    assert compared > COMPUTED_CASES // 2
