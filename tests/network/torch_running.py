"""A network of ours run in PyTorch, node by node, with the weights of a module whose layers run in the same order."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

WITH_WEIGHTS = (nn.Conv1d, nn.Conv2d, nn.ConvTranspose2d, nn.Linear, nn.BatchNorm2d, nn.InstanceNorm2d)

UNCHANGED = {
    "ReLU": functional.relu,
    "LeakyReLU": lambda x: functional.leaky_relu(x, 0.2),
    "Tanh": torch.tanh,
    "Sigmoid": torch.sigmoid,
    "LRN": lambda x: functional.local_response_norm(x, 5, alpha=1.0),
    "Dropout": lambda x: x,
    "Zeros": torch.zeros_like,
}


def outputs_of_both(network, module, image):
    """What the module makes of an image, and what the network makes of it with the module's weights."""
    order = []
    for layer in module.modules():
        if isinstance(layer, WITH_WEIGHTS):
            layer.register_forward_hook(lambda layer, *_: order.append(layer))
    with torch.no_grad():
        theirs = module(image)
        layers = iter(tuple(order))
        tensors = [image]
        for node in network.nodes[1:]:
            tensors.append(_run(node.operation, [tensors[number] for number in node.inputs], layers))
        assert next(layers, None) is None
    return tensors[-1], theirs


def _run(operation, tensors, layers):
    kind, x = type(operation).__name__, tensors[0]
    if kind in MERGING:
        return MERGING[kind](operation, tensors)
    if kind in ("Convolution", "TransposedConvolution", "FullyConnected", "Normalization"):
        return WEIGHED[kind](operation, x, next(layers))
    if kind == "Unchanged":
        return UNCHANGED[operation.name](x)
    if kind == "Pooling":
        return _pool(operation, x)
    if kind == "GlobalPooling":
        assert operation.reduction == "avg"
        return x.mean((2, 3), keepdim=True)
    if kind == "Upsampling":
        assert operation.mode == "nearest"
        return functional.interpolate(x, scale_factor=operation.factor, mode="nearest")
    assert kind == "Padding"
    return functional.pad(x, (operation.padding,) * 4, mode=operation.mode)


def _convolve(operation, x, layer):
    convolution = operation.layer
    before, after = convolution.padding, convolution.padding
    if convolution.padding == "causal":
        before, after = convolution.dilation * (convolution.kernel_size - 1), 0
    x = functional.pad(x, (before, after) * (x.ndim - 2))
    run = functional.conv1d if x.ndim == 3 else functional.conv2d
    settings = {"stride": convolution.stride, "dilation": convolution.dilation, "groups": operation.groups}
    assert layer.weight.shape[0] == operation.features
    assert layer.weight.shape[2:] == (convolution.kernel_size,) * (x.ndim - 2)
    assert (layer.bias is not None) == operation.bias
    return run(x, layer.weight, layer.bias, **settings)


def _convolve_transposed(operation, x, layer):
    convolution = operation.layer
    assert layer.weight.shape[1:] == (operation.features, *(convolution.kernel_size,) * 2)
    return functional.conv_transpose2d(
        x, layer.weight, layer.bias, stride=convolution.stride, padding=convolution.padding
    )


def _pool(operation, x):
    pooling = operation.layer
    run = {"max": functional.max_pool2d, "avg": functional.avg_pool2d}[operation.reduction]
    return run(x, pooling.kernel_size, pooling.stride, pooling.padding, ceil_mode=pooling.ceil_mode)


def _middle(x, size):
    for axis, want in enumerate(size, 2):
        x = x.narrow(axis, (x.shape[axis] - want) // 2, want)
    return x


def _concatenate(operation, tensors):
    if operation.crop:
        least = [min(sizes) for sizes in zip(*[x.shape[2:] for x in tensors], strict=True)]
        tensors = [_middle(x, least) for x in tensors]
    return torch.cat(tensors, 1)


def _crop(operation, tensors):
    x, like = tensors
    for axis in (2, 3):
        x = x.narrow(axis, operation.offset, like.shape[axis])
    return x


MERGING = {
    "Sum": lambda _, tensors: torch.stack(tensors).sum(0),
    "Product": lambda _, tensors: tensors[0] * tensors[1],
    "Concatenation": _concatenate,
    "CropTo": _crop,
}

WEIGHED = {
    "Convolution": _convolve,
    "TransposedConvolution": _convolve_transposed,
    "FullyConnected": lambda _, x, layer: layer(x.flatten(1)),
    "Normalization": lambda _, x, layer: layer(x),
}
