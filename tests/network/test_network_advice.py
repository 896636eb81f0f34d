"""What a refused network is told to do, and that doing it helps."""

from __future__ import annotations

import pytest
from test_fits import chain, conv, pool, unet

import convarith as ca
from convarith.network import merging, operations
from convarith.network.graph import Builder, Network, Node


def refusal(network, shape):
    with pytest.raises(ca.ShapeError) as caught:
        network.table(shape)
    return caught.value


def test_a_skip_that_disagrees_says_why_and_which_sizes_run():
    error = refusal(unet(1), (3, 100, 100))
    assert str(error) == (
        "cat2: axis 0 (height): the concatenation of tensors of size 24 and 25, which differ by 1: "
        "pool3 leaves 1 of its 25 rows over; inputs that run: n a multiple of 16; nearest to 100: 96 (crop 4) and "
        "112 (pad by 12); or give upconv2 output_padding 1 for this input"
    )
    assert (error.layer, error.sizes, error.input_size, error.below, error.above) == ("cat2", (24, 25), 100, 96, 112)
    for size in (error.below, error.above):
        assert unet(1).table((3, size, size)).output_shape[1:] == (size, size)


def with_output_padding(network, name, output_padding):
    nodes = list(network.nodes)
    for number, node in enumerate(nodes):
        if node.name == name:
            layer = node.operation.layer.replace(output_padding=output_padding)
            operation = operations.TransposedConvolution(layer, node.operation.features)
            nodes[number] = Node(name, operation, node.inputs)
    return Network(nodes)


def test_the_advised_output_padding_mends_that_layer():
    assert with_output_padding(unet(1), "upconv2", 1).table((3, 100, 100)).output_shape == (8, 100, 100)


def test_one_axis_alone_gets_its_own_output_padding():
    error = refusal(unet(1), (3, 100, 96))
    assert "give upconv2 output_padding (1, 0) for this input" in str(error)
    assert with_output_padding(unet(1), "upconv2", (1, 0)).table((3, 100, 96)).output_shape == (8, 100, 96)


def test_no_output_padding_is_advised_that_would_not_help():
    builder = Builder()
    start = builder.add(pool(4))
    builder.at = 0
    other = builder.add(pool(2))
    builder.add(merging.Sum(), [start, other])
    error = refusal(builder.build(), (3, 16, 16))
    assert "output_padding" not in str(error)
    assert "inputs that run: no size" not in str(error)
    assert str(error).endswith("; no input size runs")


def test_a_kernel_that_does_not_fit_names_the_least_input():
    network = chain(*[layer for _ in range(5) for layer in (conv(3, 1, 1), pool(2))])
    error = refusal(network, (3, 31, 31))
    assert str(error).startswith("pool5: kernel 2 does not fit in input 1 with padding 0")
    assert str(error).endswith("; inputs that run: every n ≥ 32; nearest to 31: 32 (pad by 1)")
    assert (error.layer, error.above, error.below) == ("pool5", 32, None)
    network.table((3, 32, 32))


def test_channels_that_disagree_are_refused_as_they_are():
    error = refusal(chain(operations.Convolution(ca.Conv(3), 8, in_channels=4)), (3, 9, 9))
    assert str(error) == (
        "conv1: the convolution takes 4 channels and gets 3; mend the features of the layer before it, or its own "
        "in_channels"
    )
    assert error.layer == "conv1"
