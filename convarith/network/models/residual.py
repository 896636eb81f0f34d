"""Networks of residual blocks: ResNet for ImageNet and for CIFAR, with and without preactivation, and wide ones.

A unit is (features, kernel, stride); a block is a few of them, and what came in is added to what comes out.
"""

from __future__ import annotations

from convarith.network.models.assembly import Assembly, blocks_of, depths_about, refuse_depth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.network.graph import Network

    Unit = tuple[int, int, int]

RESNETS = {
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}
"""The blocks of each of the four groups, by depth; from 50 on they are bottlenecks."""

CIFAR = (3, 32, 32)

PUBLISHED_WITH_BOTTLENECKS = 164
"""Of the depths for CIFAR that are 6n + 2 and 9n + 2 the one that is known for its bottlenecks."""


def resnet(depth: int, version: str = "") -> Network:
    """ResNet for ImageNet, a bottleneck's stride in its first 1x1 convolution, or, in ``v1.5``, in the 3x3 one."""
    net = Assembly()
    net.conv_norm("conv1", "bn1", 64, 7, 2, 3)
    net.relu("relu")
    net.max_pool("maxpool", 3, 2, 1)
    features = 64
    for group, count in enumerate(RESNETS[depth], 1):
        width = 32 << group
        for block in range(count):
            stride = 2 if group > 1 and not block else 1
            if depth < 50:
                units = [(width, 3, stride), (width, 3, 1)]
            else:
                at_one, at_three = (1, stride) if version else (stride, 1)
                units = [(width, 1, at_one), (width, 3, at_three), (4 * width, 1, 1)]
            _block(net, f"layer{group}.{block}", units, features, stride)
            features = units[-1][0]
    net.global_pool("avgpool")
    net.fully_connected("fc", 1000)
    return net.build(f"ResNet-{depth}{f' {version}' if version else ''} (He et al., 2015)", (3, 224, 224))


def _block(net: Assembly, name: str, units: Sequence[Unit], features: int, stride: int) -> None:
    """A block with its rectifiers after the convolutions, and a projection where the shape changes."""
    start = net.at
    end = _branch(net, name, units)
    shortcut = start
    if stride > 1 or units[-1][0] != features:
        net.at = start
        shortcut = net.conv_norm(f"{name}.shortcut", f"{name}.shortcut.bn", units[-1][0], 1, stride)
    net.sum(f"{name}.sum", (end, shortcut))
    net.relu(f"{name}.relu")


def _branch(net: Assembly, name: str, units: Sequence[Unit]) -> int:
    """The units one after the other; the last one's rectifier comes after the sum."""
    for place, (features, kernel, stride) in enumerate(units, 1):
        if place > 1:
            net.relu(f"{name}.relu{place - 1}")
        net.conv_norm(f"{name}.conv{place}", f"{name}.bn{place}", features, kernel, stride, kernel // 2)
    return net.at


def resnet_cifar(depth: int) -> Network:
    """ResNet for CIFAR as it was published: basic blocks where the depth is 6n + 2, else bottlenecks, for 9n + 2.

    Raises:
        ParameterError: no n gives this depth.
    """
    basic, bottleneck = not (depth - 2) % 6, not (depth - 2) % 9
    if depth < 8 or not (basic or bottleneck):
        rule = "6n + 2 (three groups of n blocks of two layers) or 9n + 2 (of three layers)"
        refuse_depth(f"resnet-cifar-{depth}", depth, rule, _next_to(depth))
    if bottleneck and (not basic or depth == PUBLISHED_WITH_BOTTLENECKS):
        return bottleneck_cifar(depth)
    return basic_cifar(depth)


def _next_to(depth: int) -> list[int]:
    """The nearest depth below and the nearest above that one of the two forms has."""
    depths = depths_about(depth, 6, 2) + depths_about(depth, 9, 2)
    return sorted({max((other for other in depths if other < depth), default=8), min(d for d in depths if d > depth)})


def bottleneck_cifar(depth: int) -> Network:
    """ResNet for CIFAR of preactivated bottlenecks.

    Raises:
        ParameterError: the depth is not 9n + 2.
    """
    identifier = f"resnet-cifar-bottleneck-{depth}"
    count = blocks_of(identifier, depth, 9, 2, "three groups of n blocks of three layers")
    net = _preactivated([[(width, 1), (width, 3), (4 * width, 1)] for width in (16, 32, 64)], count)
    return net.build(f"ResNet-{depth} for CIFAR, preactivated bottlenecks (He et al., 2016)", CIFAR)


def basic_cifar(depth: int) -> Network:
    """ResNet for CIFAR of basic blocks; shortcuts have no parameters, and new channels are zeros (option A).

    Raises:
        ParameterError: the depth is not 6n + 2.
    """
    identifier = f"resnet-cifar-basic-{depth}"
    count = blocks_of(identifier, depth, 6, 2, "three groups of n blocks of two layers")
    net = Assembly()
    net.conv_norm("conv1", "bn1", 16, 3, 1, 1)
    net.relu("relu")
    for group, width in enumerate((16, 32, 64), 1):
        for block in range(count):
            stride = 2 if group > 1 and not block else 1
            name = f"layer{group}.{block}"
            start = net.at
            end = _branch(net, name, [(width, 3, stride), (width, 3, 1)])
            shortcut = start
            if stride > 1:
                net.at = start
                kept = net.avg_pool(f"{name}.shortcut", 1, 2)
                added = net.unchanged(f"{name}.shortcut.zeros", "Zeros")
                shortcut = net.cat(f"{name}.shortcut.cat", (kept, added))
            net.sum(f"{name}.sum", (end, shortcut))
            net.relu(f"{name}.relu")
    _cifar_head(net)
    return net.build(f"ResNet-{depth} for CIFAR (He et al., 2015)", CIFAR)


def wrn(depth: int, width: int) -> Network:
    """A wide residual network for CIFAR: preactivated blocks of two 3x3 convolutions, ``width`` times as wide.

    Raises:
        ParameterError: the depth is not 6n + 4.
    """
    identifier = f"wrn-{depth}-{width}"
    count = blocks_of(identifier, depth, 6, 4, "three groups of n blocks of two layers")
    net = _preactivated([[(features * width, 3)] * 2 for features in (16, 32, 64)], count)
    return net.build(f"Wide ResNet-{depth}-{width} (Zagoruyko & Komodakis, 2016)", CIFAR)


def _preactivated(groups: Sequence[Sequence[tuple[int, int]]], count: int) -> Assembly:
    """Norm and rectifier before each convolution; where channels change, the shortcut begins after the first two."""
    net = Assembly()
    net.conv("conv1", 16, 3, 1, 1, bias=False)
    features = 16
    for group, units in enumerate(groups, 1):
        for block in range(count):
            name = f"layer{group}.{block}"
            stride = 2 if group > 1 and not block else 1
            shortcut = net.at
            changes = units[-1][0] != features
            for place, (width, kernel) in enumerate(units, 1):
                net.norm(f"{name}.bn{place}")
                activated = net.relu(f"{name}.relu{place}")
                if place == 1 and changes:
                    shortcut = activated
                net.conv(f"{name}.conv{place}", width, kernel, stride if place == 1 else 1, kernel // 2, bias=False)
            end = net.at
            if changes:
                net.at = shortcut
                shortcut = net.conv(f"{name}.shortcut", units[-1][0], 1, stride, bias=False)
            net.sum(f"{name}.sum", (end, shortcut))
            features = units[-1][0]
    net.norm("bn")
    net.relu("relu")
    _cifar_head(net)
    return net


def _cifar_head(net: Assembly) -> None:
    net.global_pool("avgpool")
    net.fully_connected("fc", 10)
