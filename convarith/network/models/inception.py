"""GoogLeNet: the stem and nine inception blocks, without the auxiliary classifiers that only training has."""

from __future__ import annotations

from convarith.network.models.assembly import Assembly

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convarith.network.graph import Network

BLOCKS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
"""Table 1 of the paper: #1x1, #3x3 reduce, #3x3, #5x5 reduce, #5x5, pool proj."""

AS_IN_TORCHVISION = (
    "as in torchvision, the 5x5 convolutions of the paper are 3x3, and batch norm is in the place of biases and LRN; "
    "googlenet-paper is as printed"
)


def googlenet(kind: str = "") -> Network:
    """GoogLeNet as torchvision has it, or, of kind ``paper``, with 5x5 convolutions, biases and LRN."""
    plain = kind == "paper"
    net = Assembly()
    _convolve(net, "conv1", plain, 64, 7, 2, 3)
    net.max_pool("maxpool1", 3, 2, ceil_mode=True)
    if plain:
        net.unchanged("norm1", "LRN")
    _convolve(net, "conv2", plain, 64, 1)
    _convolve(net, "conv3", plain, 192, 3, 1, 1)
    if plain:
        net.unchanged("norm2", "LRN")
    net.max_pool("maxpool2", 3, 2, ceil_mode=True)
    for block, features in BLOCKS.items():
        if block == "4a":
            net.max_pool("maxpool3", 3, 2, ceil_mode=True)
        if block == "5a":
            net.max_pool("maxpool4", 3 if plain else 2, 2, ceil_mode=True)
        _inception(net, f"inception{block}", plain, features)
    net.global_pool("avgpool")
    net.unchanged("dropout", "Dropout")
    net.fully_connected("fc", 1000)
    if plain:
        return net.build("GoogLeNet as in the paper (Szegedy et al., 2014)", (3, 224, 224))
    return net.build("GoogLeNet as in torchvision (Szegedy et al., 2014)", (3, 224, 224), [AS_IN_TORCHVISION])


def _inception(net: Assembly, name: str, plain: bool, features: tuple[int, ...]) -> None:
    start = net.at
    ends = [_convolve(net, f"{name}.branch1", plain, features[0], 1)]
    for branch, reduced, width, kernel in (
        ("branch2", features[1], features[2], 3),
        ("branch3", features[3], features[4], 5 if plain else 3),
    ):
        net.at = start
        _convolve(net, f"{name}.{branch}.reduce", plain, reduced, 1)
        ends.append(_convolve(net, f"{name}.{branch}", plain, width, kernel, 1, kernel // 2))
    net.at = start
    net.max_pool(f"{name}.branch4.pool", 3, 1, 1)
    ends.append(_convolve(net, f"{name}.branch4", plain, features[5], 1))
    net.cat(f"{name}.cat", ends)


def _convolve(
    net: Assembly, name: str, plain: bool, features: int, kernel: int, stride: int = 1, padding: int = 0
) -> int:
    if plain:
        net.conv(name, features, kernel, stride, padding)
    else:
        net.conv_norm(name, f"{name}.bn", features, kernel, stride, padding)
    return net.relu(f"{name}.relu")
