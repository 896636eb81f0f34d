"""The writers of PyTorch and Keras source without either: whole texts, what is refused, and code that compiles."""

from __future__ import annotations

import random

import pytest
from drawn_sources import drawn_network

import convarith as ca
from convarith.errors import ParameterError, RefusedError, ShapeError
from convarith.network.graph import Builder
from convarith.network.merging import Concatenation, CropTo, Product, Sum
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
from convarith.network.writers.keras_source import write_keras
from convarith.network.writers.source_lines import Call, class_name, identifiers, listing, literal, operated
from convarith.network.writers.torch_source import write_torch

WRITERS = (write_torch, write_keras)


def chain(*operations, **build):
    builder = Builder()
    for operation in operations:
        builder.add(operation)
    return builder.build(**build)


def torch_lines(operation, shape):
    """The lines inside of the Sequential of one operation."""
    code = write_torch(chain(operation), shape)
    assert compile(code, "model.py", "exec")
    return [line.strip() for line in code.split("nn.Sequential(\n")[1].splitlines()[:-1]]


def keras_lines(operation, shape):
    """The lines between the input and the model of one operation."""
    code = write_keras(chain(operation), shape)
    assert compile(code, "model.py", "exec")
    lines = code.splitlines()
    (start,) = [number for number, line in enumerate(lines) if line.startswith("inputs = ")]
    return lines[start + 1 : -1]


ALEXNET = """\
from torch import nn

# (N, 3, 227, 227) -> (N, 10)
model = nn.Sequential(
    nn.Conv2d(3, 96, kernel_size=11, stride=4),
    nn.ReLU(),
    nn.LocalResponseNorm(5),
    nn.MaxPool2d(3, stride=2),
    nn.Conv2d(96, 256, kernel_size=5, padding=2, groups=2, bias=False),
    nn.BatchNorm2d(256),
    nn.Flatten(),
    nn.Linear(186624, 10),
    nn.Softmax(dim=1),
)
"""
ALEXNET_IN_KERAS = '''\
import keras
from keras import layers


def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=1.0):
    """Every number by the squares of its neighbours among the channels."""
    channels = x.shape[-1]
    width = [(0, 0)] * (len(x.shape) - 1) + [(size // 2, (size - 1) // 2)]
    squares = keras.ops.pad(keras.ops.square(x), width)
    total = sum(squares[..., first : first + channels] for first in range(size))
    return x / (k + alpha / size * total) ** beta


# Channels are last here: 3x227x227 is (227, 227, 3).
inputs = keras.Input(shape=(227, 227, 3))
x = layers.Conv2D(96, 11, strides=4)(inputs)
x = layers.ReLU()(x)
x = local_response_norm(x)
x = layers.MaxPooling2D(3, strides=2)(x)
x = layers.Conv2D(256, 5, padding="same", groups=2, use_bias=False)(x)
x = layers.BatchNormalization()(x)
x = layers.Flatten()(x)
x = layers.Dense(10)(x)
x = layers.Softmax()(x)
model = keras.Model(inputs, x, name="Alex-1.0")
'''


def alexnet():
    return chain(
        Convolution(ca.Conv(11, stride=4), 96),
        Unchanged("ReLU"),
        Unchanged("LRN"),
        Pooling(ca.Pool(3, stride=2), "max"),
        Convolution(ca.Conv(5, padding=2), 256, 2, bias=False),
        Normalization("batch"),
        FullyConnected(10),
        Unchanged("Softmax"),
        title="Alex 1.0 (2012)",
        input_shape=(3, 227, 227),
    )


def test_a_chain_is_a_sequential():
    assert write_torch(alexnet()) == ALEXNET == alexnet().to_torch()
    assert write_keras(alexnet()) == ALEXNET_IN_KERAS == alexnet().to_keras()


UNET = '''\
import torch
from torch import nn


def cropped(x, size, offset=None):
    """What lies about the centre of x, or from the offset on, in the given size."""
    for axis, count in enumerate(size, start=2):
        start = (x.shape[axis] - count) // 2 if offset is None else offset
        x = x.narrow(axis, start, count)
    return x


class UNet(nn.Module):
    """(N, 1, 20, 20) -> (N, 8, 16, 16)."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, kernel_size=3)
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(4, 4, kernel_size=3))
        self.upconv1 = nn.ConvTranspose2d(4, 4, kernel_size=2, stride=2)

    def forward(self, x):
        conv1 = self.conv1(x)
        x = self.pool1(conv1)
        x = self.conv2(x)
        x = self.upconv1(x)
        x = torch.cat([cropped(conv1, x.shape[2:]), x], dim=1)
        return x


model = UNet()
'''
UNET_IN_KERAS = """\
import keras
from keras import layers

# Channels are last here: 1x20x20 is (20, 20, 1).
inputs = keras.Input(shape=(20, 20, 1))
conv1 = layers.Conv2D(4, 3)(inputs)
x = layers.MaxPooling2D(2)(conv1)
x = layers.ZeroPadding2D(((0, 1), (0, 1)))(x)
x = layers.Conv2D(4, 3)(x)
x = layers.Conv2DTranspose(4, 2, strides=2, padding="same")(x)
x = layers.Concatenate()([layers.Cropping2D(1)(conv1), x])
model = keras.Model(inputs, x, name="U-Net")
"""


def unet():
    builder = Builder()
    skip = builder.add(Convolution(ca.Conv(3), 4))
    builder.add(Pooling(ca.Pool(2), "max"))
    builder.add(Convolution(ca.Conv(3, padding=((0, 1),)), 4))
    up = builder.add(TransposedConvolution(ca.ConvTranspose(2, stride=2), 4))
    builder.add(Concatenation(crop=True), [skip, up])
    return builder.build(title="U-Net (small)", input_shape=(1, 20, 20))


def test_branches_are_a_module():
    assert write_torch(unet()) == UNET
    assert write_keras(unet()) == UNET_IN_KERAS


def residual(join, *shortcut):
    builder = Builder()
    builder.add(Convolution(ca.Conv(3, padding=1), 4))
    start = builder.at
    end = builder.add(Convolution(ca.Conv(3, padding=1), 4))
    builder.at = start
    for operation in shortcut:
        builder.add(operation)
    builder.add(join, [end, builder.at])
    builder.add(Unchanged("ReLU"))
    return builder.build()


@pytest.mark.parametrize(
    ("join", "torch", "keras"),
    [
        (Sum(), "x = x + conv1", "x = layers.Add()([x, conv1])"),
        (Product(), "x = x * conv1", "x = layers.Multiply()([x, conv1])"),
        (Concatenation(), "x = torch.cat([x, conv1], dim=1)", "x = layers.Concatenate()([x, conv1])"),
        (CropTo(), "x = cropped(x, conv1.shape[2:])", "x = layers.ReLU()(x)"),
        (CropTo(0), "x = cropped(x, conv1.shape[2:], 0)", "x = layers.ReLU()(x)"),
    ],
)
def test_what_joins_branches(join, torch, keras):
    network = residual(join)
    assert f"        {torch}\n" in write_torch(network, (3, 8, 8))
    assert f"\n{keras}\n" in write_keras(network, (3, 8, 8))
    assert ("def cropped" in write_torch(network, (3, 8, 8))) == isinstance(join, CropTo)


def test_a_branch_with_layers_has_a_variable_of_its_own():
    network = residual(Sum(), Convolution(ca.Conv(1), 4))
    assert "conv2 = self.conv2(conv1)\n        x = self.conv3(conv1)\n        x = conv2 + x\n" in write_torch(
        network, (3, 8, 8)
    )


def test_an_input_that_is_taken_twice_is_called_inputs():
    builder = Builder()
    builder.add(Unchanged("ReLU"))
    builder.add(Sum(), [0, builder.at])
    code = write_torch(builder.build(), (3, 4))
    assert "def forward(self, inputs):\n        x = self.relu1(inputs)\n        x = inputs + x\n" in code


SAME = ca.Conv(3, stride=2, padding="same")


@pytest.mark.parametrize(
    ("operation", "shape", "torch", "keras"),
    [
        (
            Convolution(ca.Conv(3, padding="same"), 4),
            (3, 8, 8),
            ['nn.Conv2d(3, 4, kernel_size=3, padding="same"),'],
            ['x = layers.Conv2D(4, 3, padding="same")(inputs)'],
        ),
        (
            Convolution(SAME, 4),
            (3, 8, 8),
            ["nn.ZeroPad2d((0, 1, 0, 1)),", "nn.Conv2d(3, 4, kernel_size=3, stride=2),"],
            ['x = layers.Conv2D(4, 3, strides=2, padding="same")(inputs)'],
        ),
        (
            Convolution(SAME, 4),
            (3, 9, 9),
            ["nn.Conv2d(3, 4, kernel_size=3, stride=2, padding=1),"],
            ['x = layers.Conv2D(4, 3, strides=2, padding="same")(inputs)'],
        ),
        (
            Convolution(ca.Conv(3, stride=2, padding=1), 4),
            (3, 8, 8),
            ["nn.Conv2d(3, 4, kernel_size=3, stride=2, padding=1),"],
            ["x = layers.ZeroPadding2D(1)(inputs)", "x = layers.Conv2D(4, 3, strides=2)(x)"],
        ),
        (
            Convolution(ca.Conv(2, padding="causal", dilation=3), 4),
            (3, 8),
            ["nn.ZeroPad1d((3, 0)),", "nn.Conv1d(3, 4, kernel_size=2, dilation=3),"],
            ['x = layers.Conv1D(4, 2, padding="causal", dilation_rate=3)(inputs)'],
        ),
        (
            Convolution(ca.Conv((1, 3), padding=((-1, 0), (2, 1))), 4),
            (3, 8, 8),
            ["nn.ZeroPad2d((2, 1, -1, 0)),", "nn.Conv2d(3, 4, kernel_size=(1, 3)),"],
            [
                "x = layers.Cropping2D(((1, 0), (0, 0)))(inputs)",
                "x = layers.ZeroPadding2D(((0, 0), (2, 1)))(x)",
                "x = layers.Conv2D(4, (1, 3))(x)",
            ],
        ),
        (
            Convolution(ca.Conv(3, stride=2, dilation=2), 4),
            (3, 9),
            ["nn.Conv1d(3, 4, kernel_size=3, stride=2, dilation=2),"],
            ["x = layers.Conv1D(4, 3, dilation_rate=2)(inputs)", "x = x[:, ::2]"],
        ),
        (
            Convolution(ca.Conv(3, stride=2, dilation=2, padding="same"), 4),  # not the same without the stride
            (3, 8),
            ["nn.ZeroPad1d((1, 2)),", "nn.Conv1d(3, 4, kernel_size=3, stride=2, dilation=2),"],
            [
                "x = layers.ZeroPadding1D((1, 2))(inputs)",
                "x = layers.Conv1D(4, 3, dilation_rate=2)(x)",
                "x = x[:, ::2]",
            ],
        ),
        (
            Convolution(ca.Conv(3), None, None, multiplier=2),
            (4, 8, 8),
            ["nn.Conv2d(4, 8, kernel_size=3, groups=4),"],
            ["x = layers.DepthwiseConv2D(3, depth_multiplier=2)(inputs)"],
        ),
        (
            Convolution(ca.Conv(3), None, None),
            (4, 8, 8, 8),
            ["nn.Conv3d(4, 4, kernel_size=3, groups=4),"],
            ["x = layers.Conv3D(4, 3, groups=4)(inputs)"],
        ),
        (
            TransposedConvolution(ca.ConvTranspose(4, stride=2, padding=1), 4),
            (3, 8, 8),
            ["nn.ConvTranspose2d(3, 4, kernel_size=4, stride=2, padding=1),"],
            ['x = layers.Conv2DTranspose(4, 4, strides=2, padding="same")(inputs)'],
        ),
        (
            TransposedConvolution(ca.ConvTranspose(3, stride=2, padding=1, output_padding=1), 4),
            (3, 8, 8),
            ["nn.ConvTranspose2d(3, 4, kernel_size=3, stride=2, padding=1, output_padding=1),"],
            [
                "x = layers.Conv2DTranspose(4, 3, strides=2)(inputs)",
                "x = layers.Cropping2D(((1, 0), (1, 0)))(x)",
            ],
        ),
        (
            TransposedConvolution(ca.ConvTranspose(3, stride=2, padding=((0, 1),)), 4),
            (3, 8, 8),
            ["nn.ConvTranspose2d(3, 4, kernel_size=3, stride=2),", "nn.ZeroPad2d((0, -1, 0, -1)),"],
            ['x = layers.Conv2DTranspose(4, 3, strides=2, padding="same")(inputs)'],
        ),
        (
            TransposedConvolution(ca.ConvTranspose(2, stride=3), 4),
            (3, 8, 8),
            ["nn.ConvTranspose2d(3, 4, kernel_size=2, stride=3),"],
            ["x = layers.Conv2DTranspose(4, 2, strides=3, output_padding=0)(inputs)"],
        ),
        (
            TransposedConvolution(ca.ConvTranspose(3, stride=2, output_padding=1), 4),
            (3, 8),
            ["nn.ConvTranspose1d(3, 4, kernel_size=3, stride=2, output_padding=1),"],
            ["x = layers.Conv1DTranspose(4, 3, strides=2, output_padding=1)(inputs)"],
        ),
        (
            Pooling(ca.Pool(3, stride=2, padding=1), "max"),
            (3, 8, 8),
            ["nn.MaxPool2d(3, stride=2, padding=1),"],
            [
                'x = keras.ops.pad(inputs, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=float("-inf"))',
                "x = layers.MaxPooling2D(3, strides=2)(x)",
            ],
        ),
        (
            Pooling(ca.Pool(3, stride=2, padding=((0, 1),)), "max"),
            (3, 8, 8),
            ['nn.ConstantPad2d((0, 1, 0, 1), float("-inf")),', "nn.MaxPool2d(3, stride=2),"],
            ['x = layers.MaxPooling2D(3, strides=2, padding="same")(inputs)'],
        ),
        (
            Pooling(ca.Pool(3, stride=2, padding=2), "max"),  # more than half a kernel
            (3, 8, 8),
            ['nn.ConstantPad2d(2, float("-inf")),', "nn.MaxPool2d(3, stride=2),"],
            [
                'x = keras.ops.pad(inputs, ((0, 0), (2, 2), (2, 2), (0, 0)), constant_values=float("-inf"))',
                "x = layers.MaxPooling2D(3, strides=2)(x)",
            ],
        ),
        (
            Pooling(ca.Pool(2, ceil_mode=True), "max"),
            (3, 7),
            ["nn.MaxPool1d(2, ceil_mode=True),"],
            ['x = layers.MaxPooling1D(2, padding="same")(inputs)'],
        ),
        (
            Pooling(ca.Pool(2, padding=1), "avg"),
            (3, 8, 8),
            ["nn.AvgPool2d(2, padding=1),"],
            ["x = layers.ZeroPadding2D(1)(inputs)", "x = layers.AveragePooling2D(2)(x)"],
        ),
        (
            Pooling(ca.Pool(3, stride=1, padding="same"), "avg"),
            (3, 8, 8),
            ["nn.AvgPool2d(3, stride=1, padding=1),"],
            ['x = layers.AveragePooling2D(3, strides=1, padding="same")(inputs)'],
        ),
        (GlobalPooling("avg"), (3, 8, 8), ["nn.AdaptiveAvgPool2d(1),"], None),
        (
            GlobalPooling("max", keep=False),
            (3, 8, 8),
            ["nn.AdaptiveMaxPool2d(1),", "nn.Flatten(),"],
            ["x = layers.GlobalMaxPooling2D()(inputs)"],
        ),
        (
            AdaptivePooling(7),
            (3, 14, 21),
            ["nn.AdaptiveAvgPool2d(7),"],
            ["x = layers.AveragePooling2D((2, 3))(inputs)"],
        ),
        (
            AdaptivePooling((7, None), "max"),
            (3, 15, 21),
            ["nn.AdaptiveMaxPool2d((7, None)),"],
            ["x = layers.AdaptiveMaxPooling2D((7, 21))(inputs)"],
        ),
        (
            Upsampling(2, mode="linear", align_corners=False),
            (3, 8, 8),
            ['nn.Upsample(scale_factor=2, mode="bilinear"),'],
            ['x = layers.UpSampling2D(2, interpolation="bilinear")(inputs)'],
        ),
        (
            Upsampling(size=(5, 8)),
            (3, 4, 4),
            ["nn.Upsample(size=(5, 8)),"],
            ["x = resized(inputs, 1, 5)", "x = resized(x, 2, 8)"],
        ),
        (
            Upsampling(3, mode="linear"),
            (2, 4),
            ['nn.Upsample(scale_factor=3, mode="linear"),'],
            [
                "x = layers.Reshape((1, 4, 2))(inputs)",
                'x = layers.Resizing(1, 12, interpolation="bilinear")(x)',
                "x = layers.Reshape((12, 2))(x)",
            ],
        ),
        (
            Padding(((1, -1), (2, 0)), "reflect"),
            (3, 8, 8),
            ["nn.ZeroPad2d((0, 0, 0, -1)),", "nn.ReflectionPad2d((2, 0, 1, 0)),"],
            ['x = bordered(inputs, 1, 1, -1, "reflect")', 'x = bordered(x, 2, 2, 0, "reflect")'],
        ),
        (Padding(((1, 2),)), (3, 8), ["nn.ZeroPad1d((1, 2)),"], ["x = layers.ZeroPadding1D((1, 2))(inputs)"]),
        (
            PixelShuffle(2),
            (8, 3, 5),
            ["nn.PixelShuffle(2),"],
            [
                "x = layers.Reshape((3, 5, 2, 2, 2))(inputs)",
                "x = layers.Permute((1, 4, 2, 5, 3))(x)",
                "x = layers.Reshape((6, 10, 2))(x)",
            ],
        ),
        (Flatten(), (3, 2, 2), ["nn.Flatten(),"], ["x = layers.Flatten()(inputs)"]),
        (Normalization("instance", False), (3, 4), ["nn.InstanceNorm1d(3),"], None),
        (Normalization("group"), (64, 4), ["nn.GroupNorm(32, 64),"], ["x = layers.GroupNormalization(32)(inputs)"]),
        (Normalization("layer"), (6, 4), ["nn.GroupNorm(1, 6),"], ["x = layers.LayerNormalization()(inputs)"]),
        (
            Unchanged("LayerNorm", 2 * 4 * 5),
            (3, 4, 5),
            ["nn.LayerNorm((4, 5)),"],
            ["x = layers.LayerNormalization(axis=[1, 2])(inputs)"],
        ),
        (
            Unchanged("RMSNorm", 3 * 4 * 5),
            (3, 4, 5),
            ["nn.RMSNorm((3, 4, 5)),"],
            ["x = layers.RMSNormalization(axis=[1, 2, 3])(inputs)"],
        ),
        (
            Unchanged("PReLU", 3),
            (3, 4, 5),
            ["nn.PReLU(3),"],
            ["x = layers.PReLU(shared_axes=[1, 2])(inputs)"],
        ),
        (
            Unchanged("BatchNorm2d", 3),
            (3, 4, 5),
            ["nn.BatchNorm2d(3, bias=False),"],
            ["x = layers.BatchNormalization(center=False)(inputs)"],
        ),
        (Unchanged("swish"), (3, 4), ["nn.SiLU(),"], ['x = layers.Activation("silu")(inputs)']),
        (Unchanged("SpatialDropout"), (3, 4), ["nn.Dropout1d(),"], ["x = layers.SpatialDropout1D(0.5)(inputs)"]),
    ],
)
def test_what_an_operation_is_written_as(operation, shape, torch, keras):
    assert torch_lines(operation, shape) == torch
    if keras is not None:
        assert keras_lines(operation, shape) == keras


def test_a_flat_input_of_a_norm_is_one_of_features():
    network = chain(FullyConnected(6), Normalization("layer"), Normalization("batch", False))
    assert write_torch(network, (3, 4)).splitlines()[4:-1] == [
        "    nn.Flatten(),",
        "    nn.Linear(12, 6),",
        "    nn.LayerNorm(6),",
        "    nn.BatchNorm1d(6, affine=False),",
    ]


BOTH = "PyTorch Keras"


@pytest.mark.parametrize(
    ("operation", "shape", "frameworks", "said"),
    [
        (Unknown("Attention"), (3, 8), BOTH, "what the layer Attention does is unknown, so there is no {} code for it"),
        (Unchanged("Snake"), (3, 8), BOTH, "{} has no layer called Snake"),
        (Unchanged("ReLU", 5), (3, 8), BOTH, "{} has no ReLU with 5 parameters"),
        (Unchanged("LayerNorm", 7), (3, 8), BOTH, "{} has no LayerNorm of 3x8 with 7 parameters"),
        (Convolution(ca.Conv(3), 4), (3, 8, 8, 8, 8), BOTH, "{} has layers for 1, 2 and 3 axes, and there are 4"),
        (Convolution(ca.Conv(3, input_dilation=2), 4), (3, 8), BOTH, "{} has no convolution of a stretched input"),
        (
            TransposedConvolution(ca.ConvTranspose(3, padding=-1), 4),
            (3, 8),
            BOTH,
            "a padding below 0 enlarges a transposed convolution, which {} has not",
        ),
        (Pooling(ca.Pool(3, dilation=2), "avg"), (3, 8), BOTH, "{} has no "),
        (AdaptivePooling(3, "lp"), (3, 8), BOTH, "{} has no "),
        (Normalization("instance"), (3, 1, 1), "PyTorch", "{} has no instance norm of a single position"),
        (PixelShuffle(2), (8, 4), "PyTorch", "{} has no pixel shuffle on 1 axes"),
        (Pooling(ca.Pool(3, dilation=2), "max"), (3, 8), "Keras", "{} has no pooling with dilation"),
        (Pooling(ca.Pool(3), "lp"), (3, 8), "Keras", "{} has no lp pooling; take max or avg"),
        (GlobalPooling("lp"), (3, 8), "Keras", "{} has no lp pooling; take max or avg"),
        (
            TransposedConvolution(ca.ConvTranspose(3), 4, 2),
            (4, 8),
            "Keras",
            "{} has no transposed convolution in groups",
        ),
        (
            TransposedConvolution(ca.ConvTranspose(3, stride=2, dilation=2), 4),
            (4, 8),
            "Keras",
            "{} has no transposed convolution with stride and dilation",
        ),
        (
            TransposedConvolution(ca.ConvTranspose(3, dilation=2, output_padding=1), 4),
            (4, 8),
            "Keras",
            "{} has no output_padding of the stride or more, 1",
        ),
        (Upsampling(2, mode="linear"), (3, 4, 4, 4), "Keras", "{} has no linear upsampling on 3 axes"),
        (
            Upsampling(2, mode="linear", align_corners=True),
            (3, 4),
            "Keras",
            "{} has no upsampling with aligned corners; give align_corners=False, or mode nearest",
        ),
        (Unchanged("Softmin"), (3, 8), "Keras", "{} has no layer called Softmin"),
        (Unchanged("GaussianNoise"), (3, 8), "PyTorch", "{} has no layer called GaussianNoise"),
    ],
)
def test_what_a_framework_has_not_is_refused_with_the_layer(operation, shape, frameworks, said):
    builder = Builder()
    builder.add(Unchanged("ReLU"))
    builder.add(operation, name="here")
    network = builder.build()
    for write, framework in zip(WRITERS, BOTH.split(), strict=True):
        if framework in frameworks:
            with pytest.raises(ParameterError) as refusal:
                write(network, shape)
            assert str(refusal.value).startswith(f"here: {said.format(framework)}")
            assert refusal.value.layer == "here"
        else:
            assert compile(write(network, shape), "model.py", "exec")


@pytest.mark.parametrize("write", WRITERS)
def test_the_input_is_asked_for(write):
    network = chain(Unchanged("ReLU"))
    with pytest.raises(ParameterError, match="code needs the channels that come in; give the input"):
        write(network)
    with pytest.raises(ParameterError, match="has no axes"):
        write(network, (3,))
    with pytest.raises(ShapeError, match="conv1: kernel 7 does not fit"):
        write(chain(Convolution(ca.Conv(7), 4)), (3, 4))


@pytest.mark.parametrize("write", WRITERS)
def test_drawn_networks_are_code_of_at_most_a_hundred_columns(write):
    written = 0
    for seed in range(300):
        network, shape = drawn_network(random.Random(seed), branched=seed % 2 == 0)
        try:
            code = write(network, shape)
        except RefusedError:
            continue
        written += 1
        assert compile(code, "model.py", "exec")
        assert max(map(len, code.splitlines())) <= 100
        assert code.endswith("\n")
        assert all(line == line.rstrip() for line in code.splitlines())
    assert written > 100


@pytest.mark.parametrize("write", WRITERS)
def test_ten_thousand_layers_are_written(write):
    operation = Convolution(ca.Conv(3, padding=1), 4)
    assert write(chain(*[operation] * 10_000), (4, 8)).count("onv1") == 10_000


STRANGE = [
    "x",
    "self",
    "class",
    "forward",
    "nn",
    "torch",
    "keras",
    "layers",
    "model",
    "inputs",
    "3",
    "a b",
    "a-b",
    "é",
    "_",
]
STRANGE += ['"', "\n.", "cropped", "get_parameter", "T_destination", "match", "None", "__init__", "a" * 300]


@pytest.mark.parametrize("write", WRITERS)
def test_strange_names_and_titles_are_harmless(write):
    builder = Builder()
    ends = []
    for name in STRANGE:
        builder.at = 0
        ends.append(builder.add(Unchanged("ReLU"), name=name))
    builder.add(Sum(), ends, name="sum")
    for title in ('""" + evil()', "\n", "class", "1", "", "ü (2)", "None"):
        code = write(builder.build(title=title), (3, 4))
        assert compile(code, "model.py", "exec")
        assert "evil()" not in code
        assert max(map(len, code.splitlines())) <= 100


def test_identifiers_are_different_and_free():
    found = identifiers(STRANGE, ["x", "nn"])
    assert len(set(found)) == len(STRANGE)
    assert all(name.isidentifier() and name.isascii() for name in found)
    assert not {"x", "nn", "class", "None", "match"} & set(found)
    assert identifiers(["a"] * 3 + ["a_2"], []) == ["a", "a_2", "a_3", "a_2_2"]


def test_class_names():
    assert [class_name(title) for title in ("u-net", "", "3d", "None", "true blue")] == [
        "UNet",
        "Network",
        "Network3d",
        "NetworkNone",
        "TrueBlue",
    ]


def test_long_calls_break_as_formatters_break_them():
    call = Call("f", ["a" * 40, "b" * 40, "c" * 20])
    assert call.lines("x = ", indent=4) == [
        "    x = f(",
        f"        {'a' * 40},",
        f"        {'b' * 40},",
        f"        {'c' * 20},",
        "    )",
    ]
    assert Call("f", ["a" * 40, "b" * 40]).lines("x = ", "(yyyyyyyyyyyyyy)") == [
        "x = f(",
        f"    {'a' * 40}, {'b' * 40}",
        ")(yyyyyyyyyyyyyy)",
    ]
    assert operated("+", ["a" * 60, "b" * 60]).lines("x = ") == ["x = (", f"    {'a' * 60}", f"    + {'b' * 60}", ")"]
    assert Call("f()", [listing(["a" * 60, "b" * 60])]).lines() == [
        "f()(",
        "    [",
        f"        {'a' * 60},",
        f"        {'b' * 60},",
        "    ],",
        ")",
    ]


def test_literals():
    assert literal((1, "a", (2,), None, True)) == '(1, "a", (2,), None, True)'


def test_an_unflatten_in_both():
    network = chain(FullyConnected(32), Unflatten((8, 2, 2)))
    assert "    nn.Unflatten(1, (8, 2, 2)),\n" in write_torch(network, (3, 4, 4))
    assert "x = layers.Reshape((2, 2, 8))(x)\n" in write_keras(network, (3, 4, 4))
