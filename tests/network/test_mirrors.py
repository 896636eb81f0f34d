"""Decoders that mirror encoders: every shape on the way back, and the reasons why there is none."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_fits import alexnet, chain, conv, pool, resnet

import convarith as ca
from convarith.network import merging, operations
from convarith.network.graph import Builder
from convarith.network.tracing import traced


def settings(network):
    return [
        (node.operation.layer.output_padding, node.operation.features)
        for node in network.nodes
        if isinstance(node.operation, operations.TransposedConvolution)
    ]


def test_output_paddings_are_the_remainders_of_the_encoder():
    # (28 + 2 - 3) mod 2 = 1, (14 + 2 - 3) mod 2 = 1, (7 + 2 - 3) mod 2 = 0
    network = chain(conv(3, 2, 1, 16), conv(3, 2, 1, 32), conv(3, 2, 1, 64))
    decoder = network.mirror((1, 28, 28))
    assert settings(decoder) == [(0, 32), (1, 16), (1, 1)]
    assert decoder.input_shape == (64, 4, 4)
    assert [met.shape for met in traced(decoder).met] == [(64, 4, 4), (32, 7, 7), (16, 14, 14), (1, 28, 28)]


def test_axes_are_restored_each_by_itself():
    decoder = chain(conv(4, 3, 0, 8)).mirror((5, 17, 19))
    assert settings(decoder) == [((1, 0), 5)]  # (17 - 4) mod 3, (19 - 4) mod 3


def test_what_follows_a_tensor_follows_where_it_is_restored():
    network = chain(
        conv(3, 2, 1, 16),
        operations.Normalization(),
        operations.Unchanged("ReLU"),
        conv(3, 2, 1, 32),
        operations.FullyConnected(7),
    )
    words = [node.operation.word for node in network.mirror((3, 8, 8)).nodes]
    assert words == ["input", "fc", "unflatten", "upconv", "norm", "relu", "upconv"]


def test_fully_connected_layers_are_undone():
    network = chain(conv(3, 2, 1, 16), pool(2), operations.FullyConnected(10))
    decoder = network.mirror((3, 32, 32))
    assert decoder.input_shape == (10, 1, 1)
    assert decoder.table().output_shape == (3, 32, 32)


@pytest.mark.parametrize("network", [alexnet(), resnet()])
def test_whole_classifiers_have_a_mirror(network):
    decoder = network.mirror((3, 227, 230))
    assert decoder.table().output_shape == (3, 227, 230)


def test_branches_are_followed_along_the_first_and_that_is_said():
    assert resnet().mirror((3, 64, 64)).warnings == ("the mirror follows the first branch of sum1, sum2, sum3 ...",)


def test_an_overhanging_window_has_no_mirror():
    with pytest.raises(ca.ShapeError) as caught:
        chain(pool(3, 2, ceil_mode=True)).mirror((3, 6, 6))
    assert str(caught.value) == (
        "pool1: its last window reaches 1 beyond the input, which no output_padding takes back; leave out ceil_mode, "
        "or take an input that it fits"
    )
    assert chain(pool(3, 2)).mirror((3, 6, 6)).table().output_shape == (3, 6, 6)
    assert chain(pool(3, 2, ceil_mode=True)).mirror((3, 7, 7)).table().output_shape == (3, 7, 7)


def test_what_cannot_be_undone_says_so():
    with pytest.raises(ca.ShapeError, match=r"^shuffle1: pixel shuffle has no mirror; "):
        chain(operations.PixelShuffle(2)).mirror((4, 3, 3))
    with pytest.raises(ca.ShapeError, match=r"^there is no mirror: unflatten1: unflatten to 8x3x3 would mix positions"):
        chain(conv(3, 1, 0), operations.Flatten()).mirror((3, 5, 5))
    builder = Builder()
    large = builder.add(operations.Padding(2))
    builder.add(merging.CropTo(), [large, 0])
    builder.add(conv(3, 1, 0))
    with pytest.raises(ca.ShapeError) as caught:
        builder.build().mirror((3, 5, 5))
    assert str(caught.value) == (
        "the mirror makes 3x1x1 and not 3x5x5; "
        "a layer of the network crops or joins what its first branch does not have"
    )


@st.composite
def encoders(draw):
    random = Random(draw(st.integers(0, 10**9)))
    ndim = random.choice([1, 2, 3])
    layers = []
    for _ in range(random.randint(1, 4)):
        kernel = tuple(random.randint(1, 4) for _ in range(ndim))
        stride = tuple(random.randint(1, 3) for _ in range(ndim))
        padding = tuple((random.randint(0, 2), random.randint(0, 2)) for _ in range(ndim))
        dilation = tuple(random.randint(1, 2) for _ in range(ndim))
        kind = random.random()
        if kind < 0.6:
            layer = ca.Conv(kernel, stride=stride, padding=padding, dilation=dilation)
            groups = random.choice([1, 2])
            layers.append(operations.Convolution(layer, 2 * random.randint(1, 4), groups))
        elif kind < 0.8:
            layers.append(operations.Pooling(ca.Pool(kernel, stride=stride, padding=padding, dilation=dilation)))
        elif kind < 0.9:
            layers.append(operations.Upsampling(random.randint(1, 2)))
        else:
            layers.append(operations.Padding(tuple((random.randint(-1, 2), 1) for _ in range(ndim))))
    sizes = tuple(random.randint(6, 20) for _ in range(ndim))
    return chain(*layers), (4, *sizes)


@given(encoders())
def test_every_tensor_of_a_chain_is_restored(drawn):
    network, shape = drawn
    try:
        found = traced(network, shape)
    except ca.ShapeError:
        return
    restored = [met.shape for met in traced(network.mirror(shape)).met]
    assert restored == [met.shape for met in reversed(found.met)]
