"""Small networks put together by hand, for pictures of them."""

from __future__ import annotations

import convarith as ca
from convarith.network.graph import Builder
from convarith.network.merging import Concatenation, Product, Sum
from convarith.network.operations import (
    AdaptivePooling,
    Convolution,
    Flatten,
    FullyConnected,
    GlobalPooling,
    Normalization,
    Padding,
    PixelShuffle,
    Pooling,
    TransposedConvolution,
    Unchanged,
    Unflatten,
    Unknown,
    Upsampling,
)

RELU = Unchanged("ReLU")


def conv(kernel, features, stride=1, padding=None, dilation=1, groups=1):
    half = dilation * (kernel - 1) // 2 if padding is None else padding
    return Convolution(ca.Conv(kernel, stride=stride, padding=half, dilation=dilation), features, groups)


def max_pool(size=2):
    return Pooling(ca.Pool(size))


def up(features):
    return TransposedConvolution(ca.ConvTranspose(2, stride=2), features)


def chain(*operations, title="", shape=(3, 8, 8)):
    builder = Builder()
    for operation in operations:
        builder.add(operation)
    return builder.build(title, shape)


def small():
    """A little of everything that a plain chain has."""
    return chain(
        conv(3, 4),
        RELU,
        max_pool(),
        Flatten(),
        FullyConnected(10),
        Unchanged("softmax"),
        title="Small",
        shape=(1, 6, 6),
    )


def residual(blocks=2):
    """A block with a projection, then alike ones without."""
    builder = Builder()
    builder.add(conv(3, 4))
    for block in range(blocks):
        start = builder.at
        builder.add(conv(3, 8, stride=1 if block else 2))
        builder.add(Normalization())
        builder.add(RELU)
        main = builder.add(conv(3, 8))
        builder.at = start
        short = start if block else builder.add(conv(1, 8, stride=2))
        builder.add(Sum(), [main, short])
        builder.add(RELU)
    return builder.build("Residual", (3, 16, 16))


def inception():
    """Four branches side by side, one of them empty."""
    builder = Builder()
    builder.add(conv(3, 4))
    start = builder.at
    ends = [start]
    for operations in ([conv(1, 2)], [conv(1, 2), conv(3, 4)], [Pooling(ca.Pool(3, stride=1, padding=1)), conv(1, 2)]):
        builder.at = start
        for operation in operations:
            builder.add(operation)
        ends.append(builder.at)
    builder.add(Concatenation(), ends)
    return builder.build("Inception", (3, 8, 8))


def dense(layers=3):
    """Each layer's channels beside those before it."""
    builder = Builder()
    builder.add(conv(3, 4))
    for _ in range(layers):
        start = builder.at
        builder.add(Normalization())
        builder.add(conv(1, 8))
        builder.add(Concatenation(), [start, builder.add(conv(3, 2))])
    return builder.build("Dense", (3, 8, 8))


def gated():
    """Two layers of the same kind multiplied, with dilations that double."""
    builder = Builder()
    builder.add(Convolution(ca.Conv(2, padding="causal"), 4))
    for exponent in range(3):
        start = builder.at
        first = builder.add(Convolution(ca.Conv(2, dilation=2**exponent, padding="causal"), 4))
        builder.at = start
        second = builder.add(Convolution(ca.Conv(2, dilation=2**exponent, padding="causal"), 4))
        product = builder.add(Product(), [first, second])
        builder.at = product
        builder.add(Sum(), [builder.add(Convolution(ca.Conv((1,)), 4)), start])
    return builder.build("Gated", (1, 32))


def u_net(depth=4, size=64):
    """Down and up again, with a link at every level."""
    builder = Builder()
    links = []
    for level in range(depth):
        builder.add(conv(3, 8 * 2**level))
        links.append(builder.add(conv(3, 8 * 2**level)))
        builder.add(max_pool())
    builder.add(conv(3, 8 * 2**depth))
    for level in reversed(range(depth)):
        builder.add(Concatenation(), [builder.add(up(8 * 2**level)), links.pop()])
        builder.add(conv(3, 8 * 2**level))
    return builder.build("U", (1, size, size))


def parted(count=20):
    """A link that no row holds: from the input to the end, past many layers that differ."""
    builder = Builder()
    for number in range(count):
        builder.add(conv(3, number + 2))
    builder.add(conv(3, 3))
    builder.add(Concatenation(), [builder.at, 0])
    return builder.build("Parted", (3, 16, 16))


def odd():
    """What has a name of its own in a picture."""
    return chain(
        Padding(2, "reflect"),
        Convolution(ca.Conv((3, 5), stride=(2, 1), padding=(1, 2)), 6),
        Convolution(ca.Conv(3, padding=1), None, None),
        conv(3, 6, groups=3),
        Upsampling(2, mode="linear"),
        PixelShuffle(1),
        Padding(((-1, -1), (-1, -1))),
        AdaptivePooling((4, 2), "max"),
        Unknown("Swirl"),
        GlobalPooling("avg"),
        FullyConnected(32),
        Unflatten((2, 4, 4)),
        title="Odd",
        shape=(3, 10, 10),
    )


NETWORKS = {
    "small": small,
    "residual": residual,
    "many blocks": lambda: residual(9),
    "inception": inception,
    "dense": dense,
    "gated": gated,
    "u": u_net,
    "parted": parted,
    "odd": odd,
    "one layer": lambda: chain(conv(3, 8)),
    "nothing": lambda: chain(),
    "only quiet layers": lambda: chain(RELU, Normalization()),
    "three axes": lambda: chain(conv(3, 8), max_pool(), conv(3, 16), FullyConnected(7), shape=(2, 4, 8, 12)),
    "flat and tall": lambda: chain(conv(3, 8), max_pool(), shape=(3, 64, 5)),
}
