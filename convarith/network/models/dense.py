"""DenseNets: each layer's few new channels join all that came before.

A layer takes what is there and appends its own channels to it, so that the concatenations are of two tensors each.
"""

from __future__ import annotations

from convarith.network.models.assembly import Assembly, blocks_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convarith.network.graph import Network

IMAGENET_NETS = {
    121: (32, 64, (6, 12, 24, 16)),
    161: (48, 96, (6, 12, 36, 24)),
    169: (32, 64, (6, 12, 32, 32)),
    201: (32, 64, (6, 12, 48, 32)),
}
"""Growth, first channels and the layers of each of the four blocks, by depth."""

AUTHORS = "(Huang et al., 2016)"


def densenet_imagenet(depth: int) -> Network:
    """DenseNet-BC for ImageNet."""
    growth, features, counts = IMAGENET_NETS[depth]
    net = Assembly()
    net.conv_norm("conv0", "norm0", features, 7, 2, 3)
    net.relu("relu0")
    net.max_pool("pool0", 3, 2, 1)
    for number, count in enumerate(counts, 1):
        if number > 1:
            features //= 2
            _transition(net, number - 1, features)
        features = _dense_block(net, number, count, growth, features, bottleneck=True)
    net.norm("norm5")
    net.relu("relu5")
    net.global_pool("avgpool")
    net.fully_connected("classifier", 1000)
    return net.build(f"DenseNet-{depth} {AUTHORS}", (3, 224, 224))


def densenet(depth: int, growth: int) -> Network:
    """DenseNet for CIFAR, three blocks of 3x3 convolutions.

    Raises:
        ParameterError: the depth is not 3n + 4.
    """
    count = blocks_of(f"densenet-{depth}-{growth}", depth, 3, 4, "three blocks of n layers")
    return _cifar(f"DenseNet-{depth}-{growth} for CIFAR {AUTHORS}", count, growth, 16, bottleneck=False)


def densenet_bc(depth: int, growth: int) -> Network:
    """DenseNet-BC for CIFAR: a 1x1 bottleneck before each 3x3, and half of the channels after each block.

    Raises:
        ParameterError: the depth is not 6n + 4.
    """
    count = blocks_of(f"densenet-bc-{depth}-{growth}", depth, 6, 4, "three blocks of n layers of two convolutions")
    return _cifar(f"DenseNet-BC-{depth}-{growth} for CIFAR {AUTHORS}", count, growth, 2 * growth, bottleneck=True)


def _cifar(title: str, count: int, growth: int, features: int, *, bottleneck: bool) -> Network:
    net = Assembly()
    net.conv("conv0", features, 3, 1, 1, bias=False)
    for number in (1, 2, 3):
        if number > 1:
            features = features // 2 if bottleneck else features
            _transition(net, number - 1, features)
        features = _dense_block(net, number, count, growth, features, bottleneck=bottleneck)
    net.norm("norm5")
    net.relu("relu5")
    net.global_pool("avgpool")
    net.fully_connected("classifier", 10)
    return net.build(title, (3, 32, 32))


def _dense_block(net: Assembly, number: int, count: int, growth: int, features: int, *, bottleneck: bool) -> int:
    """``count`` layers; the channels there are after them."""
    for layer in range(1, count + 1):
        name = f"denseblock{number}.{layer}"
        start = net.at
        net.norm(f"{name}.norm1")
        net.relu(f"{name}.relu1")
        if bottleneck:
            net.conv_norm(f"{name}.conv1", f"{name}.norm2", 4 * growth, 1)
            net.relu(f"{name}.relu2")
            net.conv(f"{name}.conv2", growth, 3, 1, 1, bias=False)
        else:
            net.conv(f"{name}.conv1", growth, 3, 1, 1, bias=False)
        net.cat(f"{name}.cat", (start, net.at))
    return features + count * growth


def _transition(net: Assembly, number: int, features: int) -> None:
    """A 1x1 convolution to ``features`` channels, and half the size."""
    name = f"transition{number}"
    net.norm(f"{name}.norm")
    net.relu(f"{name}.relu")
    net.conv(f"{name}.conv", features, 1, bias=False)
    net.avg_pool(f"{name}.pool", 2, 2)
