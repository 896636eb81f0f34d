"""Chains of convolutions, poolings and fully connected layers: LeNet-5, AlexNet, ZFNet, OverFeat, VGG, and NIN.

Fully connected layers take what they are given, so that a larger input only makes the first of them larger.
"""

from __future__ import annotations

from convarith.network.models.assembly import Assembly

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.network.graph import Network

IMAGENET = (3, 224, 224)

VGG = {
    "11": ("A", (1, 1, 2, 2, 2)),
    "13": ("B", (2, 2, 2, 2, 2)),
    "16c": ("C", (2, 2, 3, 3, 3)),
    "16": ("D", (2, 2, 3, 3, 3)),
    "19": ("E", (2, 2, 4, 4, 4)),
}
"""The letter and the convolutions of each block, by number of layers."""


def lenet5() -> Network:
    """LeNet-5 as it is built today: average pooling without weights, and every map of C3 sees all of S2."""
    net = Assembly()
    for features, conv, act, pool in ((6, "c1", "tanh1", "s2"), (16, "c3", "tanh3", "s4")):
        net.conv(conv, features, 5)
        net.unchanged(act, "Tanh")
        net.avg_pool(pool, 2, 2)
    net.conv("c5", 120, 5)
    net.unchanged("tanh5", "Tanh")
    net.fully_connected("f6", 84)
    net.unchanged("tanh6", "Tanh")
    net.fully_connected("output", 10)
    return net.build("LeNet-5 (LeCun et al., 1998)", (1, 32, 32))


def alexnet(kind: str = "") -> Network:
    """AlexNet in one tower; ``grouped`` as on two cards; ``224`` with the padding that makes 55 of 224."""
    net = Assembly()
    groups = 2 if kind == "grouped" else 1
    net.conv("conv1", 96, 11, 4, 2 if kind == "224" else 0)
    net.relu("relu1")
    net.unchanged("norm1", "LRN")
    net.max_pool("pool1", 3, 2)
    net.conv("conv2", 256, 5, 1, 2, groups=groups)
    net.relu("relu2")
    net.unchanged("norm2", "LRN")
    net.max_pool("pool2", 3, 2)
    for number, features, within in ((3, 384, 1), (4, 384, groups), (5, 256, groups)):
        net.conv(f"conv{number}", features, 3, 1, 1, groups=within)
        net.relu(f"relu{number}")
    net.max_pool("pool5", 3, 2)
    _head(net, (4096, 4096, 1000))
    of = {"grouped": ", two groups", "224": ", padding 2"}.get(kind, ", one tower")
    return net.build(f"AlexNet{of} (Krizhevsky et al., 2012)", IMAGENET if kind == "224" else (3, 227, 227))


def zfnet() -> Network:
    """ZFNet; its poolings round up, which alone makes the sizes of the paper's Figure 3."""
    net = Assembly()
    for number, features, kernel, padding in ((1, 96, 7, 1), (2, 256, 5, 0)):
        net.conv_relu(f"{number}", features, kernel, 2, padding)
        net.max_pool(f"pool{number}", 3, 2, ceil_mode=True)
        net.unchanged(f"norm{number}", "LRN")
    for number, features in ((3, 384), (4, 384), (5, 256)):
        net.conv_relu(f"{number}", features, 3, 1, 1)
    net.max_pool("pool5", 3, 2, ceil_mode=True)
    _head(net, (4096, 4096, 1000))
    return net.build("ZFNet (Zeiler & Fergus, 2013)", IMAGENET)


def overfeat(kind: str = "fast") -> Network:
    """OverFeat's fast model, or its accurate one."""
    net = Assembly()
    fast = kind == "fast"
    pool, kernel, last = (2, 5, 5) if fast else (3, 7, 6)
    if fast:
        net.conv_relu("1", 96, 11, 4)
    else:
        net.conv_relu("1", 96, 7, 2)
    net.max_pool("pool1", pool, pool)
    net.conv_relu("2", 256, kernel)
    net.max_pool("pool2", 2, 2)
    for number, features in enumerate((512, 1024, 1024) if fast else (512, 512, 1024, 1024), 3):
        net.conv_relu(f"{number}", features, 3, 1, 1)
    net.max_pool(f"pool{last}", pool, pool)
    _head(net, (3072 if fast else 4096, 4096, 1000), last + 1)
    size = 231 if fast else 221
    return net.build(f"OverFeat, {kind} (Sermanet et al., 2013)", (3, size, size))


def vgg(kind: str) -> Network:
    """VGG without batch norm, by its number of layers; ``16c`` is configuration C with 1x1 convolutions."""
    letter, counts = VGG[kind]
    net = Assembly()
    net.vgg_blocks(counts, ones=letter == "C")
    _head(net, (4096, 4096, 1000))
    return net.build(f"VGG-{kind.rstrip('c')}, configuration {letter} (Simonyan & Zisserman, 2014)", IMAGENET)


def nin(kind: str = "") -> Network:
    """Network in Network for CIFAR, or for ImageNet."""
    net = Assembly()
    if kind == "imagenet":
        _mlpconv(net, 1, (96, 96, 96), 11, 4, 0)
        net.max_pool("pool1", 3, 2, ceil_mode=True)
        _mlpconv(net, 2, (256, 256, 256), 5, 1, 2)
        net.max_pool("pool2", 3, 2, ceil_mode=True)
        _mlpconv(net, 3, (384, 384, 384), 3, 1, 1)
        net.max_pool("pool3", 3, 2, ceil_mode=True)
        net.unchanged("drop3", "Dropout")
        _mlpconv(net, 4, (1024, 1024, 1000), 3, 1, 1)
        net.global_pool("pool4")
        return net.build("Network in Network for ImageNet (Lin et al., 2013)", IMAGENET)
    _mlpconv(net, 1, (192, 160, 96), 5, 1, 2)
    net.max_pool("pool1", 3, 2, ceil_mode=True)
    net.unchanged("drop1", "Dropout")
    _mlpconv(net, 2, (192, 192, 192), 5, 1, 2)
    net.avg_pool("pool2", 3, 2, ceil_mode=True)
    net.unchanged("drop2", "Dropout")
    _mlpconv(net, 3, (192, 192, 10), 3, 1, 1)
    net.global_pool("pool3")
    return net.build("Network in Network (Lin et al., 2013)", (3, 32, 32))


def _mlpconv(
    net: Assembly, number: int, features: tuple[int, int, int], kernel: int, stride: int, padding: int
) -> None:
    """A convolution and the two 1x1 ones that go over its maps."""
    net.conv_relu(f"{number}", features[0], kernel, stride, padding)
    for place in (1, 2):
        net.conv(f"cccp{number}_{place}", features[place], 1)
        net.relu(f"relu{number}_{place}")


def _head(net: Assembly, features: Sequence[int], first: int = 6) -> None:
    """The fully connected layers, with a rectifier and dropout after all but the last."""
    for number, width in enumerate(features[:-1], first):
        net.fully_connected(f"fc{number}", width)
        net.relu(f"relu{number}")
        net.unchanged(f"drop{number}", "Dropout")
    net.fully_connected(f"fc{first + len(features) - 1}", features[-1])
