"""Every named network against a PyTorch module that was written from its paper: layer by layer, and in all."""

from __future__ import annotations

import pytest

import convarith as ca
from convarith.network.tracing import traced

torch = pytest.importorskip("torch")

from torch_models import BUILDERS, built, record  # noqa: E402  # needs torch
from torch_running import outputs_of_both  # noqa: E402

pytestmark = [pytest.mark.conformance, pytest.mark.filterwarnings("ignore")]  # torch warns as it likes

COMPARED = {"conv", "upconv", "fc", "pool", "norm", "upsample"}

OTHER_INPUTS = {  # where the default says little: not square, and not a size that everything divides
    "unet": (1, 236, 300),
    "unet-same": (1, 48, 80),
    "fcn32s": (3, 333, 250),
    "fcn16s": (3, 101, 250),
    "fcn8s": (3, 375, 499),
    "pastiche": (3, 100, 64),
    "wavenet": (256, 777),
    "dcgan": (100, 2, 3),
    "resnet34": (3, 65, 193),
    "resnet50": (3, 65, 193),
    "resnet50-v1.5": (3, 97, 225),
    "googlenet": (3, 225, 301),
    "googlenet-paper": (3, 225, 301),
    "densenet121": (3, 65, 193),
}


def ours(identifier, input_shape):
    """What `record` says of a module, said of the named network."""
    network = ca.network.named(identifier)
    found = traced(network, input_shape)
    layers = [
        (node.operation.word, met.shape, met.weights + met.biases + met.norm)
        for node, met in zip(network.nodes, found.met, strict=True)
        if node.operation.word in COMPARED
    ]
    return layers, found.output_shape, sum(met.macs for met in found.met)


def test_every_name_is_compared():
    assert set(ca.network.names()) <= set(BUILDERS)


@pytest.mark.parametrize("identifier", BUILDERS)
def test_shapes_parameters_and_macs_are_those_of_torch(identifier):
    network = ca.network.named(identifier)
    module = built(identifier)
    layers, output_shape, macs = record(module, network.input_shape)
    found, our_output, our_macs = ours(identifier, None)
    assert found == layers
    assert our_output == output_shape
    assert our_macs == macs
    assert sum(parameters for _, _, parameters in found) == sum(weight.numel() for weight in module.parameters())


@pytest.mark.parametrize(("identifier", "input_shape"), OTHER_INPUTS.items())
def test_other_inputs_give_what_torch_makes_of_them(identifier, input_shape):
    assert ours(identifier, input_shape) == record(built(identifier), input_shape)


RUN = {  # small inputs on which every layer still has something to do, and sums and concatenations meet
    "lenet5": (1, 32, 32),
    "alexnet-grouped": (3, 227, 227),
    "zfnet": (3, 224, 224),
    "nin": (3, 32, 32),
    "nin-imagenet": (3, 224, 224),
    "googlenet": (3, 65, 97),
    "googlenet-paper": (3, 65, 97),
    "resnet18": (3, 65, 97),
    "resnet50": (3, 65, 97),
    "resnet50-v1.5": (3, 65, 97),
    "resnet-cifar-20": (3, 32, 32),
    "resnet-cifar-bottleneck-20": (3, 32, 32),
    "wrn-10-1": (3, 32, 32),
    "wrn-16-2": (3, 32, 32),
    "densenet121": (3, 65, 97),
    "densenet-10-5": (3, 32, 32),
    "densenet-bc-22-3": (3, 32, 32),
    "unet": (1, 204, 188),
    "unet-same": (1, 32, 48),
    "fcn32s": (3, 40, 33),
    "fcn16s": (3, 40, 33),
    "fcn8s": (3, 40, 33),
    "dcgan": (100, 1, 1),
    "dcgan-discriminator": (3, 80, 80),
    "pastiche": (3, 20, 24),
    "wavenet": (256, 3100),
}


@pytest.mark.parametrize(("identifier", "input_shape"), RUN.items())
def test_connected_as_the_module_is(identifier, input_shape):
    torch.manual_seed(6)
    torch.set_num_threads(1)
    make, *settings = BUILDERS[identifier]
    module = make(*settings).eval()
    norms = (torch.nn.BatchNorm2d, torch.nn.InstanceNorm2d)
    normed = any(isinstance(layer, norms) for layer in module.modules())
    with torch.no_grad():
        for layer in module.modules():
            if isinstance(layer, norms):
                layer.weight.uniform_(0.5, 1.5)
                layer.bias.uniform_(-0.5, 0.5)
            elif isinstance(layer, torch.nn.Conv2d) and not normed:
                layer.weight.mul_(6**0.5)  # else little of the image is left at the end
    found, expected = outputs_of_both(ca.network.named(identifier), module, torch.randn(1, *input_shape))
    spread = float(expected.std())
    assert spread > 1e-3
    torch.testing.assert_close(found.flatten(), expected.flatten(), rtol=1e-4, atol=1e-3 * spread)
