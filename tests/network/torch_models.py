"""The named networks once more, as PyTorch modules from the papers and the usual implementations: an oracle.

Nothing here asks convarith for anything; `record` says what each layer of a module makes of an input on the meta
device, in the order in which the layers run.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

KINDS = (
    ("conv", (nn.Conv1d, nn.Conv2d)),
    ("upconv", (nn.ConvTranspose2d,)),
    ("fc", (nn.Linear,)),
    ("pool", (nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d)),
    ("norm", (nn.BatchNorm2d, nn.InstanceNorm2d)),
    ("upsample", (nn.Upsample,)),
)


def record(module, input_shape):
    """(kind, output shape without batch, parameters) of every layer, the output shape, and the multiply-adds."""
    layers = []

    def note(kind):
        def hook(layer, _, output):
            layers.append((kind, tuple(output.shape[1:]), sum(weight.numel() for weight in layer.parameters())))

        return hook

    for layer in module.modules():
        for kind, types in KINDS:
            if isinstance(layer, types):
                layer.register_forward_hook(note(kind))
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        output = module(torch.empty(1, *input_shape, device="meta"))
    flops = counter.get_total_flops()
    assert flops % 2 == 0
    return layers, tuple(output.shape[1:]), flops // 2


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Conv2d(16, 120, 5),
        nn.Tanh(),
        nn.Flatten(),
        nn.Linear(120, 84),
        nn.Tanh(),
        nn.Linear(84, 10),
    )


def classifier(inputs, *widths):
    layers = [nn.Flatten()]
    for width in widths[:-1]:
        layers += [nn.Linear(inputs, width), nn.ReLU(), nn.Dropout()]
        inputs = width
    return [*layers, nn.Linear(inputs, widths[-1])]


def response_norm():
    """A local response norm that changes more than the papers' do, so that its place is seen in the numbers."""
    return nn.LocalResponseNorm(5, alpha=1.0)


def alexnet(groups=1, padding=0):
    return nn.Sequential(
        nn.Conv2d(3, 96, kernel_size=11, stride=4, padding=padding),
        nn.ReLU(),
        response_norm(),
        nn.MaxPool2d(kernel_size=3, stride=2),
        nn.Conv2d(96, 256, kernel_size=5, padding=2, groups=groups),
        nn.ReLU(),
        response_norm(),
        nn.MaxPool2d(kernel_size=3, stride=2),
        nn.Conv2d(256, 384, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.Conv2d(384, 384, kernel_size=3, padding=1, groups=groups),
        nn.ReLU(),
        nn.Conv2d(384, 256, kernel_size=3, padding=1, groups=groups),
        nn.ReLU(),
        nn.MaxPool2d(kernel_size=3, stride=2),
        *classifier(6 * 6 * 256, 4096, 4096, 1000),
    )


def zfnet():
    return nn.Sequential(
        nn.Conv2d(3, 96, kernel_size=7, stride=2, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(3, 2, ceil_mode=True),
        response_norm(),
        nn.Conv2d(96, 256, kernel_size=5, stride=2),
        nn.ReLU(),
        nn.MaxPool2d(3, 2, ceil_mode=True),
        response_norm(),
        nn.Conv2d(256, 384, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.Conv2d(384, 384, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.Conv2d(384, 256, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(3, 2, ceil_mode=True),
        *classifier(6 * 6 * 256, 4096, 4096, 1000),
    )


def overfeat_fast():
    return nn.Sequential(
        nn.Conv2d(3, 96, kernel_size=11, stride=4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(96, 256, kernel_size=5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(256, 512, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.Conv2d(512, 1024, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.Conv2d(1024, 1024, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        *classifier(6 * 6 * 1024, 3072, 4096, 1000),
    )


def overfeat_accurate():
    return nn.Sequential(
        nn.Conv2d(3, 96, kernel_size=7, stride=2),
        nn.ReLU(),
        nn.MaxPool2d(3),
        nn.Conv2d(96, 256, kernel_size=7),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(256, 512, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.Conv2d(512, 512, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.Conv2d(512, 1024, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.Conv2d(1024, 1024, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(3),
        *classifier(5 * 5 * 1024, 4096, 4096, 1000),
    )


VGG = {  # Table 1 of the paper: a number is a 3x3 convolution, one in a tuple a 1x1 one, M a pooling
    "A": "64 M 128 M 256 256 M 512 512 M 512 512 M",
    "B": "64 64 M 128 128 M 256 256 M 512 512 M 512 512 M",
    "C": "64 64 M 128 128 M 256 256 1x256 M 512 512 1x512 M 512 512 1x512 M",
    "D": "64 64 M 128 128 M 256 256 256 M 512 512 512 M 512 512 512 M",
    "E": "64 64 M 128 128 M 256 256 256 256 M 512 512 512 512 M 512 512 512 512 M",
}


def vgg_features(letter, first_padding=1, ceil_mode=False):
    layers, channels, padding = [], 3, first_padding
    for word in VGG[letter].split():
        if word == "M":
            layers.append(nn.MaxPool2d(2, 2, ceil_mode=ceil_mode))
            continue
        kernel = 1 if word.startswith("1x") else 3
        width = int(word.removeprefix("1x"))
        layers += [nn.Conv2d(channels, width, kernel, padding=padding if kernel == 3 else 0), nn.ReLU()]
        channels, padding = width, 1
    return layers


def vgg(letter):
    return nn.Sequential(*vgg_features(letter), *classifier(7 * 7 * 512, 4096, 4096, 1000))


def nin_cifar():
    return nn.Sequential(
        *[nn.Conv2d(3, 192, 5, padding=2), nn.ReLU(), nn.Conv2d(192, 160, 1), nn.ReLU()],
        *[nn.Conv2d(160, 96, 1), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True), nn.Dropout()],
        *[nn.Conv2d(96, 192, 5, padding=2), nn.ReLU(), nn.Conv2d(192, 192, 1), nn.ReLU()],
        *[nn.Conv2d(192, 192, 1), nn.ReLU(), nn.AvgPool2d(3, 2, ceil_mode=True), nn.Dropout()],
        *[nn.Conv2d(192, 192, 3, padding=1), nn.ReLU(), nn.Conv2d(192, 192, 1), nn.ReLU()],
        *[nn.Conv2d(192, 10, 1), nn.ReLU(), nn.AvgPool2d(8)],
    )


def nin_imagenet():
    return nn.Sequential(
        *[nn.Conv2d(3, 96, 11, 4), nn.ReLU(), nn.Conv2d(96, 96, 1), nn.ReLU(), nn.Conv2d(96, 96, 1), nn.ReLU()],
        nn.MaxPool2d(3, 2, ceil_mode=True),
        *[nn.Conv2d(96, 256, 5, padding=2), nn.ReLU(), nn.Conv2d(256, 256, 1), nn.ReLU()],
        *[nn.Conv2d(256, 256, 1), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True)],
        *[nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(), nn.Conv2d(384, 384, 1), nn.ReLU()],
        *[nn.Conv2d(384, 384, 1), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True), nn.Dropout()],
        *[nn.Conv2d(384, 1024, 3, padding=1), nn.ReLU(), nn.Conv2d(1024, 1024, 1), nn.ReLU()],
        *[nn.Conv2d(1024, 1000, 1), nn.ReLU(), nn.AvgPool2d(6)],
    )


class Inception(nn.Module):
    def __init__(self, convolve, wide, channels, one, three_in, three, five_in, five, projected):
        super().__init__()
        self.one = convolve(channels, one, 1)
        self.three = nn.Sequential(convolve(channels, three_in, 1), convolve(three_in, three, 3, padding=1))
        self.five = nn.Sequential(convolve(channels, five_in, 1), convolve(five_in, five, wide, padding=wide // 2))
        self.pooled = nn.Sequential(nn.MaxPool2d(3, 1, padding=1), convolve(channels, projected, 1))

    def forward(self, x):
        return torch.cat([self.one(x), self.three(x), self.five(x), self.pooled(x)], 1)


def with_batch_norm(channels, features, kernel, **settings):
    convolution = nn.Conv2d(channels, features, kernel, bias=False, **settings)
    return nn.Sequential(convolution, nn.BatchNorm2d(features), nn.ReLU())


def with_bias(channels, features, kernel, **settings):
    return nn.Sequential(nn.Conv2d(channels, features, kernel, **settings), nn.ReLU())


def googlenet(convolve, wide, last_pool, response_norms=0):
    return nn.Sequential(
        convolve(3, 64, 7, stride=2, padding=3),
        nn.MaxPool2d(3, 2, ceil_mode=True),
        *[response_norm()] * response_norms,
        convolve(64, 64, 1),
        convolve(64, 192, 3, padding=1),
        *[response_norm()] * response_norms,
        nn.MaxPool2d(3, 2, ceil_mode=True),
        Inception(convolve, wide, 192, 64, 96, 128, 16, 32, 32),
        Inception(convolve, wide, 256, 128, 128, 192, 32, 96, 64),
        nn.MaxPool2d(3, 2, ceil_mode=True),
        Inception(convolve, wide, 480, 192, 96, 208, 16, 48, 64),
        Inception(convolve, wide, 512, 160, 112, 224, 24, 64, 64),
        Inception(convolve, wide, 512, 128, 128, 256, 24, 64, 64),
        Inception(convolve, wide, 512, 112, 144, 288, 32, 64, 64),
        Inception(convolve, wide, 528, 256, 160, 320, 32, 128, 128),
        nn.MaxPool2d(last_pool, 2, ceil_mode=True),
        Inception(convolve, wide, 832, 256, 160, 320, 32, 128, 128),
        Inception(convolve, wide, 832, 384, 192, 384, 48, 128, 128),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(0.4),
        nn.Linear(1024, 1000),
    )


class BasicBlock(nn.Module):
    def __init__(self, channels, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.down = None
        if stride != 1 or channels != width:
            self.down = nn.Sequential(nn.Conv2d(channels, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        y = functional.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return functional.relu(y + (x if self.down is None else self.down(x)))


class Bottleneck(nn.Module):
    def __init__(self, channels, width, stride, version):
        super().__init__()
        early, late = (stride, 1) if version == 1 else (1, stride)
        self.conv1 = nn.Conv2d(channels, width, 1, early, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, late, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, width * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(width * 4)
        self.down = None
        if stride != 1 or channels != width * 4:
            self.down = nn.Sequential(nn.Conv2d(channels, width * 4, 1, stride, bias=False), nn.BatchNorm2d(width * 4))

    def forward(self, x):
        y = functional.relu(self.bn1(self.conv1(x)))
        y = functional.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        return functional.relu(y + (x if self.down is None else self.down(x)))


def resnet(counts, version=None):
    layers = [
        nn.Conv2d(3, 64, 7, 2, 3, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.MaxPool2d(3, 2, 1),
    ]
    channels = 64
    for width, count in zip((64, 128, 256, 512), counts, strict=True):
        for number in range(count):
            stride = 2 if number == 0 and width > 64 else 1
            if version is None:
                layers.append(BasicBlock(channels, width, stride))
                channels = width
            else:
                layers.append(Bottleneck(channels, width, stride, version))
                channels = 4 * width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 1000))


class PaddedShortcutBlock(nn.Module):
    """A block for CIFAR whose shortcut takes every other pixel and adds channels of zeros."""

    def __init__(self, channels, width):
        super().__init__()
        self.added = width - channels
        stride = 2 if self.added else 1
        self.conv1 = nn.Conv2d(channels, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.every_other = nn.AvgPool2d(1, 2)

    def forward(self, x):
        y = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        if self.added:
            x = functional.pad(self.every_other(x), (0, 0, 0, 0, 0, self.added))
        return functional.relu(x + y)


def resnet_cifar(depth):
    layers = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    channels = 16
    for width in (16, 32, 64):
        for _ in range((depth - 2) // 6):
            layers.append(PaddedShortcutBlock(channels, width))
            channels = width
    return nn.Sequential(*layers, nn.AvgPool2d(8), nn.Flatten(), nn.Linear(64, 10))


class PreactivatedBlock(nn.Module):
    """Norm, rectifier, convolution, as often as there are kernels; a projection starts after the first rectifier."""

    def __init__(self, channels, widths, kernels, stride):
        super().__init__()
        self.norms, self.convolutions = nn.ModuleList(), nn.ModuleList()
        self.down = nn.Conv2d(channels, widths[-1], 1, stride, bias=False) if channels != widths[-1] else None
        for width, kernel in zip(widths, kernels, strict=True):
            self.norms.append(nn.BatchNorm2d(channels))
            self.convolutions.append(nn.Conv2d(channels, width, kernel, stride, kernel // 2, bias=False))
            channels, stride = width, 1

    def forward(self, x):
        first = y = functional.relu(self.norms[0](x))
        y = self.convolutions[0](y)
        for norm, convolution in zip(self.norms[1:], self.convolutions[1:], strict=True):
            y = convolution(functional.relu(norm(y)))
        return y + (x if self.down is None else self.down(first))


def preactivated(count, widths_of, kernels):
    layers, channels = [nn.Conv2d(3, 16, 3, 1, 1, bias=False)], 16
    for group, base in enumerate((16, 32, 64)):
        for number in range(count):
            widths = widths_of(base)
            layers.append(PreactivatedBlock(channels, widths, kernels, 2 if group and not number else 1))
            channels = widths[-1]
    head = [nn.BatchNorm2d(channels), nn.ReLU(), nn.AvgPool2d(8), nn.Flatten(), nn.Linear(channels, 10)]
    return nn.Sequential(*layers, *head)


def resnet_cifar_bottleneck(depth):
    return preactivated((depth - 2) // 9, lambda base: (base, base, 4 * base), (1, 3, 1))


def wide_resnet(depth, width):
    return preactivated((depth - 4) // 6, lambda base: (base * width, base * width), (3, 3))


class DenseLayer(nn.Module):
    def __init__(self, channels, growth, bottleneck):
        super().__init__()
        if bottleneck:
            first = [nn.BatchNorm2d(channels), nn.ReLU(), nn.Conv2d(channels, 4 * growth, 1, bias=False)]
            channels = 4 * growth
        else:
            first = []
        last = [nn.BatchNorm2d(channels), nn.ReLU(), nn.Conv2d(channels, growth, 3, padding=1, bias=False)]
        self.layers = nn.Sequential(*first, *last)

    def forward(self, x):
        return torch.cat([x, self.layers(x)], 1)


def dense_body(channels, counts, growth, bottleneck, compression):
    layers = []
    for number, count in enumerate(counts):
        if number:
            kept = int(channels * compression)
            layers += [nn.BatchNorm2d(channels), nn.ReLU(), nn.Conv2d(channels, kept, 1, bias=False), nn.AvgPool2d(2)]
            channels = kept
        for _ in range(count):
            layers.append(DenseLayer(channels, growth, bottleneck))
            channels += growth
    return [*layers, nn.BatchNorm2d(channels), nn.ReLU()], channels


def densenet(counts, growth, first):
    body, channels = dense_body(first, counts, growth, bottleneck=True, compression=0.5)
    stem = [nn.Conv2d(3, first, 7, 2, 3, bias=False), nn.BatchNorm2d(first), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    return nn.Sequential(*stem, *body, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 1000))


def densenet_cifar(depth, growth):
    body, channels = dense_body(16, [(depth - 4) // 3] * 3, growth, bottleneck=False, compression=1)
    stem = nn.Conv2d(3, 16, 3, padding=1, bias=False)
    return nn.Sequential(stem, *body, nn.AvgPool2d(8), nn.Flatten(), nn.Linear(channels, 10))


def densenet_bc(depth, growth):
    body, channels = dense_body(2 * growth, [(depth - 4) // 6] * 3, growth, bottleneck=True, compression=0.5)
    stem = nn.Conv2d(3, 2 * growth, 3, padding=1, bias=False)
    return nn.Sequential(stem, *body, nn.AvgPool2d(8), nn.Flatten(), nn.Linear(channels, 10))


def center_crop(x, size):
    """The middle of each spatial axis."""
    height, width = ((have - want) // 2 for have, want in zip(x.shape[2:], size, strict=True))
    return x[:, :, height : height + size[0], width : width + size[1]]


class UNet(nn.Module):
    def __init__(self, padding):
        super().__init__()

        def two(channels, width):
            return nn.Sequential(
                nn.Conv2d(channels, width, 3, padding=padding),
                nn.ReLU(),
                nn.Conv2d(width, width, 3, padding=padding),
                nn.ReLU(),
            )

        self.down = nn.ModuleList([two(1, 64), two(64, 128), two(128, 256), two(256, 512)])
        self.pool = nn.MaxPool2d(2)
        self.bottom = two(512, 1024)
        self.up = nn.ModuleList([nn.ConvTranspose2d(2 * width, width, 2, stride=2) for width in (512, 256, 128, 64)])
        self.merge = nn.ModuleList([two(2 * width, width) for width in (512, 256, 128, 64)])
        self.last = nn.Conv2d(64, 2, 1)
        self.padded = bool(padding)

    def forward(self, x):
        skips = []
        for down in self.down:
            x = down(x)
            skips.append(x)
            x = self.pool(x)
        x = self.bottom(x)
        for up, merge in zip(self.up, self.merge, strict=True):
            x = up(x)
            skip = skips.pop()
            x = merge(torch.cat([skip if self.padded else center_crop(skip, x.shape[2:]), x], 1))
        return self.last(x)


def crop_from(x, like, offset):
    """Caffe's Crop layer with axis 2."""
    return x[:, :, offset : offset + like.shape[2], offset : offset + like.shape[3]]


class FCN(nn.Module):
    def __init__(self, coarseness):
        super().__init__()
        features = vgg_features("D", first_padding=100, ceil_mode=True)
        ends = [number + 1 for number, layer in enumerate(features) if isinstance(layer, nn.MaxPool2d)]
        self.to_pool3 = nn.Sequential(*features[: ends[2]])
        self.to_pool4 = nn.Sequential(*features[ends[2] : ends[3]])
        self.to_pool5 = nn.Sequential(*features[ends[3] :])
        self.fc = nn.Sequential(
            *[nn.Conv2d(512, 4096, 7), nn.ReLU(), nn.Dropout(), nn.Conv2d(4096, 4096, 1), nn.ReLU(), nn.Dropout()],
            nn.Conv2d(4096, 21, 1),
        )
        self.coarseness = coarseness
        if coarseness <= 16:
            self.score4 = nn.Conv2d(512, 21, 1)
            self.up4 = nn.ConvTranspose2d(21, 21, 4, stride=2, bias=False)
        if coarseness <= 8:
            self.score3 = nn.Conv2d(256, 21, 1)
            self.up3 = nn.ConvTranspose2d(21, 21, 4, stride=2, bias=False)
        self.up = nn.ConvTranspose2d(21, 21, 2 * coarseness, stride=coarseness, bias=False)

    def forward(self, image):
        pool3 = self.to_pool3(image)
        pool4 = self.to_pool4(pool3)
        x = self.fc(self.to_pool5(pool4))
        if self.coarseness <= 16:
            x = self.up4(x)
            x = x + crop_from(self.score4(pool4), x, 5)
        if self.coarseness <= 8:
            x = self.up3(x)
            x = x + crop_from(self.score3(pool3), x, 9)
        return crop_from(self.up(x), image, {32: 19, 16: 27, 8: 31}[self.coarseness])


def dcgan_generator():
    return nn.Sequential(
        *[nn.ConvTranspose2d(100, 512, 4, 1, 0, bias=False), nn.BatchNorm2d(512), nn.ReLU()],
        *[nn.ConvTranspose2d(512, 256, 4, 2, 1, bias=False), nn.BatchNorm2d(256), nn.ReLU()],
        *[nn.ConvTranspose2d(256, 128, 4, 2, 1, bias=False), nn.BatchNorm2d(128), nn.ReLU()],
        *[nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()],
        *[nn.ConvTranspose2d(64, 3, 4, 2, 1, bias=False), nn.Tanh()],
    )


def dcgan_discriminator():
    return nn.Sequential(
        *[nn.Conv2d(3, 64, 4, 2, 1, bias=False), nn.LeakyReLU(0.2)],
        *[nn.Conv2d(64, 128, 4, 2, 1, bias=False), nn.BatchNorm2d(128), nn.LeakyReLU(0.2)],
        *[nn.Conv2d(128, 256, 4, 2, 1, bias=False), nn.BatchNorm2d(256), nn.LeakyReLU(0.2)],
        *[nn.Conv2d(256, 512, 4, 2, 1, bias=False), nn.BatchNorm2d(512), nn.LeakyReLU(0.2)],
        *[nn.Conv2d(512, 1, 4, 1, 0, bias=False), nn.Sigmoid()],
    )


def mirrored(channels, features, kernel, stride=1):
    """A convolution with reflected borders and the instance norm after it."""
    return nn.Sequential(
        nn.ReflectionPad2d(kernel // 2),
        nn.Conv2d(channels, features, kernel, stride, bias=False),
        nn.InstanceNorm2d(features, affine=True),
    )


class MirroredBlock(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = mirrored(128, 128, 3)
        self.second = mirrored(128, 128, 3)

    def forward(self, x):
        return x + self.second(functional.relu(self.first(x)))


def pastiche():
    return nn.Sequential(
        *[mirrored(3, 32, 9), nn.ReLU(), mirrored(32, 64, 3, 2), nn.ReLU(), mirrored(64, 128, 3, 2), nn.ReLU()],
        *[MirroredBlock() for _ in range(5)],
        *[nn.Upsample(scale_factor=2, mode="nearest"), mirrored(128, 64, 3), nn.ReLU()],
        *[nn.Upsample(scale_factor=2, mode="nearest"), mirrored(64, 32, 3), nn.ReLU()],
        *[mirrored(32, 3, 9), nn.Sigmoid()],
    )


class Causal(nn.Module):
    """A convolution of two taps, of which the later one is at the present."""

    def __init__(self, channels, features, dilation=1):
        super().__init__()
        self.dilation = dilation
        self.convolution = nn.Conv1d(channels, features, 2, dilation=dilation)

    def forward(self, x):
        return self.convolution(functional.pad(x, (self.dilation, 0)))


class WaveNet(nn.Module):
    def __init__(self):
        super().__init__()
        dilations = [2**power for _ in range(3) for power in range(10)]
        self.first = Causal(256, 32)
        self.filters = nn.ModuleList([Causal(32, 32, dilation) for dilation in dilations])
        self.gates = nn.ModuleList([Causal(32, 32, dilation) for dilation in dilations])
        self.skips = nn.ModuleList([nn.Conv1d(32, 512, 1) for _ in dilations])
        self.residuals = nn.ModuleList([nn.Conv1d(32, 32, 1) for _ in dilations[:-1]])
        self.last = nn.Sequential(nn.ReLU(), nn.Conv1d(512, 512, 1), nn.ReLU(), nn.Conv1d(512, 256, 1))

    def forward(self, x):
        x = self.first(x)
        total = 0
        for number, skip in enumerate(self.skips):
            gated = torch.tanh(self.filters[number](x)) * torch.sigmoid(self.gates[number](x))
            total = total + skip(gated)
            if number < len(self.residuals):
                x = x + self.residuals[number](gated)
        return self.last(total)


BUILDERS = {
    "lenet5": (lenet,),
    "alexnet": (alexnet,),
    "alexnet-grouped": (alexnet, 2),
    "alexnet-224": (alexnet, 1, 2),
    "zfnet": (zfnet,),
    "overfeat": (overfeat_fast,),
    "overfeat-accurate": (overfeat_accurate,),
    "vgg11": (vgg, "A"),
    "vgg13": (vgg, "B"),
    "vgg16c": (vgg, "C"),
    "vgg16": (vgg, "D"),
    "vgg19": (vgg, "E"),
    "nin": (nin_cifar,),
    "nin-imagenet": (nin_imagenet,),
    "googlenet": (googlenet, with_batch_norm, 3, 2),
    "googlenet-paper": (googlenet, with_bias, 5, 3, 1),
    "resnet18": (resnet, (2, 2, 2, 2)),
    "resnet34": (resnet, (3, 4, 6, 3)),
    "resnet50": (resnet, (3, 4, 6, 3), 1),
    "resnet101": (resnet, (3, 4, 23, 3), 1),
    "resnet152": (resnet, (3, 8, 36, 3), 1),
    "resnet50-v1.5": (resnet, (3, 4, 6, 3), 1.5),
    "resnet101-v1.5": (resnet, (3, 4, 23, 3), 1.5),
    "resnet152-v1.5": (resnet, (3, 8, 36, 3), 1.5),
    "resnet-cifar": (resnet_cifar, 20),
    "resnet-cifar-8": (resnet_cifar, 8),
    "resnet-cifar-11": (resnet_cifar_bottleneck, 11),
    "resnet-cifar-20": (resnet_cifar, 20),
    "resnet-cifar-32": (resnet_cifar, 32),
    "resnet-cifar-44": (resnet_cifar, 44),
    "resnet-cifar-56": (resnet_cifar, 56),
    "resnet-cifar-110": (resnet_cifar, 110),
    "resnet-cifar-164": (resnet_cifar_bottleneck, 164),
    "resnet-cifar-1001": (resnet_cifar_bottleneck, 1001),
    "resnet-cifar-1202": (resnet_cifar, 1202),
    "resnet-cifar-basic-164": (resnet_cifar, 164),
    "resnet-cifar-bottleneck-20": (resnet_cifar_bottleneck, 20),
    "resnet-cifar-bottleneck-56": (resnet_cifar_bottleneck, 56),
    "wrn": (wide_resnet, 28, 10),
    "wrn-10-1": (wide_resnet, 10, 1),
    "wrn-16-2": (wide_resnet, 16, 2),
    "wrn-16-8": (wide_resnet, 16, 8),
    "wrn-22-8": (wide_resnet, 22, 8),
    "wrn-28-10": (wide_resnet, 28, 10),
    "wrn-40-4": (wide_resnet, 40, 4),
    "densenet121": (densenet, (6, 12, 24, 16), 32, 64),
    "densenet161": (densenet, (6, 12, 36, 24), 48, 96),
    "densenet169": (densenet, (6, 12, 32, 32), 32, 64),
    "densenet201": (densenet, (6, 12, 48, 32), 32, 64),
    "densenet": (densenet_cifar, 40, 12),
    "densenet-10-5": (densenet_cifar, 10, 5),
    "densenet-40-12": (densenet_cifar, 40, 12),
    "densenet-100-12": (densenet_cifar, 100, 12),
    "densenet-100-24": (densenet_cifar, 100, 24),
    "densenet-bc": (densenet_bc, 100, 12),
    "densenet-bc-22-3": (densenet_bc, 22, 3),
    "densenet-bc-100-12": (densenet_bc, 100, 12),
    "densenet-bc-190-40": (densenet_bc, 190, 40),
    "densenet-bc-250-24": (densenet_bc, 250, 24),
    "unet": (UNet, 0),
    "unet-same": (UNet, 1),
    "fcn32s": (FCN, 32),
    "fcn16s": (FCN, 16),
    "fcn8s": (FCN, 8),
    "dcgan": (dcgan_generator,),
    "dcgan-discriminator": (dcgan_discriminator,),
    "pastiche": (pastiche,),
    "wavenet": (WaveNet,),
}
"""What makes each network, and with what."""


def built(identifier):
    """The module of an id, on the meta device."""
    make, *settings = BUILDERS[identifier]
    with torch.device("meta"):
        return make(*settings)
