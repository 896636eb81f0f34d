"""Networks that make something: DCGAN's images, a pastiche of a painting, WaveNet's sound."""

from __future__ import annotations

from convarith.network.merging import Product
from convarith.network.models.assembly import Assembly
from convarith.network.operations import Padding, Upsampling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convarith.network.graph import Network


def dcgan(part: str = "generator") -> Network:
    """DCGAN's generator, or its discriminator, in the sizes of PyTorch's example: 64 to 512 channels."""
    net = Assembly()
    if part == "generator":
        for number, features in enumerate((512, 256, 128, 64), 1):
            stride, padding = (1, 0) if number == 1 else (2, 1)
            net.up_conv(f"upconv{number}", features, 4, stride, padding, bias=False)
            net.norm(f"bn{number}")
            net.relu(f"relu{number}")
        net.up_conv("upconv5", 3, 4, 2, 1, bias=False)
        net.unchanged("tanh", "Tanh")
        return net.build("DCGAN generator as in PyTorch's example (Radford et al., 2015)", (100, 1, 1))
    for number, features in enumerate((64, 128, 256, 512), 1):
        net.conv(f"conv{number}", features, 4, 2, 1, bias=False)
        if number > 1:
            net.norm(f"bn{number}")
        net.unchanged(f"relu{number}", "LeakyReLU")
    net.conv("conv5", 1, 4, bias=False)
    net.unchanged("sigmoid", "Sigmoid")
    return net.build("DCGAN discriminator as in PyTorch's example (Radford et al., 2015)", (3, 64, 64))


def pastiche() -> Network:
    """The style transfer network of one style: every convolution reflects at the borders and has an instance norm."""
    net = Assembly()
    pads = {kernel: Padding(kernel // 2, "reflect") for kernel in (3, 9)}
    double = Upsampling(2)

    def convolve(name: str, features: int, kernel: int, stride: int = 1, activation: str = "ReLU") -> int:
        net.add(pads[kernel], None, f"{name}.pad")
        net.conv(name, features, kernel, stride, bias=False)
        net.norm(f"{name}.norm", "instance")
        return net.unchanged(f"{name}.{activation.lower()}", activation) if activation else net.at

    convolve("contract1", 32, 9)
    convolve("contract2", 64, 3, 2)
    convolve("contract3", 128, 3, 2)
    for number in range(1, 6):
        start = net.at
        convolve(f"residual{number}.conv1", 128, 3)
        end = convolve(f"residual{number}.conv2", 128, 3, activation="")
        net.sum(f"residual{number}.sum", (end, start))
    for number, features in ((1, 64), (2, 32)):
        net.add(double, None, f"expand{number}.upsample")
        convolve(f"expand{number}", features, 3)
    convolve("expand3", 3, 9, activation="Sigmoid")
    return net.build("Pastiche, a style transfer network (Dumoulin et al., 2016)", (3, 256, 256))


def wavenet() -> Network:
    """WaveNet of 30 layers, dilations 1 to 512 three times, on a second of sound at 16 kHz as 256 levels.

    The paper leaves the channels open; 32 of the residual stream and the gates, and 512 of the skips, are those of the
    best known implementation. The last layer's residual output, which nothing reads, is left out.
    """
    net = Assembly()
    product = Product()
    net.conv("causal", 32, 2, 1, "causal")
    skips = []
    for number in range(30):
        name = f"layer{number + 1}"
        start = net.at
        halves = []
        for half, activation in (("filter", "Tanh"), ("gate", "Sigmoid")):
            net.at = start
            net.conv(f"{name}.{half}", 32, 2, 1, "causal", dilation=1 << number % 10)
            halves.append(net.unchanged(f"{name}.{activation.lower()}", activation))
        gated = net.add(product, halves, f"{name}.product")
        skips.append(net.conv(f"{name}.skip", 512, 1))
        if number < 29:
            net.at = gated
            net.sum(f"{name}.sum", (net.conv(f"{name}.residual", 32, 1), start))
    net.sum("skips", skips)
    for number, features in ((1, 512), (2, 256)):
        net.relu(f"relu{number}")
        net.conv(f"post{number}", features, 1)
    return net.build("WaveNet, 30 layers (van den Oord et al., 2016)", (256, 16000))
