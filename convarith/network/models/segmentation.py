"""Networks that answer for every pixel: U-Net with and without padding, and the fully convolutional VGGs."""

from __future__ import annotations

from convarith.network.merging import Concatenation, CropTo
from convarith.network.models.assembly import Assembly

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convarith.network.graph import Network

CLASSES = 21
"""Of PASCAL VOC, the background among them."""


def unet(kind: str = "valid") -> Network:
    """U-Net as in the paper, where each 3x3 convolution loses a border, or with ``same`` padding."""
    net = Assembly()
    padding = 1 if kind == "same" else 0
    skips = []
    for level in range(1, 5):
        _two_convolutions(net, f"enc{level}", 32 << level, padding)
        skips.append(net.unchanged("enc4.drop", "Dropout") if level == 4 else net.at)
        net.max_pool(f"pool{level}", 2, 2)
    _two_convolutions(net, "bottom", 1024, padding)
    net.unchanged("bottom.drop", "Dropout")
    joined = Concatenation(crop=not padding)
    for level in (4, 3, 2, 1):
        up = net.up_conv(f"up{level}", 32 << level, 2, 2)
        net.add(joined, (skips[level - 1], up), f"dec{level}.cat")
        _two_convolutions(net, f"dec{level}", 32 << level, padding)
    net.conv("out", 2, 1)
    if padding:
        return net.build("U-Net with same padding (after Ronneberger et al., 2015)", (1, 512, 512))
    return net.build("U-Net (Ronneberger et al., 2015)", (1, 572, 572))


def _two_convolutions(net: Assembly, name: str, features: int, padding: int) -> None:
    for place in (1, 2):
        net.conv(f"{name}.conv{place}", features, 3, 1, padding)
        net.relu(f"{name}.relu{place}")


def fcn(coarseness: int) -> Network:
    """FCN-32s, FCN-16s or FCN-8s, with the padding of 100 and the crops of the authors' Caffe networks."""
    net = Assembly()
    pools = net.vgg_blocks((2, 2, 3, 3, 3), first_padding=100, ceil_mode=True)
    for number, kernel in ((6, 7), (7, 1)):
        net.conv(f"fc{number}", 4096, kernel)
        net.relu(f"relu{number}")
        net.unchanged(f"drop{number}", "Dropout")
    net.conv("score_fr", CLASSES, 1)
    if coarseness == 32:
        net.up_conv("upscore", CLASSES, 64, 32, bias=False)
        offset = 19
    else:
        up = net.up_conv("upscore2", CLASSES, 4, 2, bias=False)
        _fuse(net, 4, pools, up, 5)
        if coarseness == 16:
            net.up_conv("upscore16", CLASSES, 32, 16, bias=False)
            offset = 27
        else:
            up = net.up_conv("upscore_pool4", CLASSES, 4, 2, bias=False)
            _fuse(net, 3, pools, up, 9)
            net.up_conv("upscore8", CLASSES, 16, 8, bias=False)
            offset = 31
    net.add(CropTo(offset), (net.at, 0), "score")
    return net.build(f"FCN-{coarseness}s on VGG-16 (Long et al., 2015)", (3, 500, 500))


def _fuse(net: Assembly, number: int, pools: list[int], up: int, offset: int) -> None:
    """What a pooling says of each class, cropped to what came up, and added to it."""
    net.at = pools[number - 1]
    score = net.conv(f"score_pool{number}", CLASSES, 1)
    cropped = net.add(CropTo(offset), (score, up), f"score_pool{number}c")
    net.sum(f"fuse_pool{number}", (up, cropped))
