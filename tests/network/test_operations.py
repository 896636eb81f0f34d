"""Operations by themselves: shapes, parameters and multiplications counted by hand, every refusal with its mend, every
constructor with nonsense, and that each is a value."""

from __future__ import annotations

import copy
import pickle
import re
from math import inf, nan, prod
from random import Random

import pytest
from drawn_networks import drawn_network
from hypothesis import given, settings
from hypothesis import strategies as st
from network_walk import walk

import convarith as ca
from convarith import ParameterError, ShapeError
from convarith.errors import RefusedError
from convarith.network import merging, operations
from convarith.network.merging import Concatenation, CropTo, Product, Sum
from convarith.network.operations import (
    AdaptivePooling,
    Convolution,
    Flatten,
    FullyConnected,
    GlobalPooling,
    Input,
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
from convarith.network.tracing import traced

CONV, POOL, UP = ca.Conv, ca.Pool, ca.ConvTranspose

# By hand: (operation, input, output, weights, biases, norm, MACs)

COUNTED = [
    (Convolution(CONV(11, stride=4), 96), (3, 227, 227), (96, 55, 55), 34848, 96, 0, 105415200),
    (Convolution(CONV(5, padding=2), 256), (96, 27, 27), (256, 27, 27), 614400, 256, 0, 447897600),
    (Convolution(CONV(5, padding=2), 256, groups=2), (96, 27, 27), (256, 27, 27), 307200, 256, 0, 223948800),
    (Convolution(CONV(3, padding=1), 64, bias=False), (64, 56, 56), (64, 56, 56), 36864, 0, 0, 115605504),
    (Convolution(CONV(3, padding=1), None, None), (32, 10, 10), (32, 10, 10), 288, 32, 0, 28800),
    (Convolution(CONV(3, padding=1), None, None, multiplier=2), (32, 10, 10), (64, 10, 10), 576, 64, 0, 57600),
    (Convolution(CONV((3, 5), stride=(2, 1), dilation=2), 8), (4, 9, 9), (8, 3, 1), 480, 8, 0, 1440),
    (Convolution(CONV(4, padding="same"), 8), (1, 9), (8, 9), 32, 8, 0, 288),
    (Convolution(CONV(3), 2), (1, 4, 5, 6), (2, 2, 3, 4), 54, 2, 0, 1296),
    (TransposedConvolution(UP(2, stride=2), 64), (128, 28, 28), (64, 56, 56), 32768, 64, 0, 25690112),
    (TransposedConvolution(UP(4, stride=2, padding=1), 3, bias=False), (64, 32, 32), (3, 64, 64), 3072, 0, 0, 3145728),
    (TransposedConvolution(UP(3, stride=2, output_padding=1), 4, groups=2), (6, 5), (4, 12), 36, 4, 0, 180),
    (Pooling(POOL(3, stride=2)), (96, 55, 55), (96, 27, 27), 0, 0, 0, 0),
    (Pooling(POOL(3, stride=2, ceil_mode=True), "avg"), (64, 112, 112), (64, 56, 56), 0, 0, 0, 0),
    (GlobalPooling(), (2048, 7, 7), (2048, 1, 1), 0, 0, 0, 0),
    (GlobalPooling("max", keep=False), (2048, 7, 7), (2048,), 0, 0, 0, 0),
    (AdaptivePooling(7), (512, 13, 9), (512, 7, 7), 0, 0, 0, 0),
    (AdaptivePooling((None, 3), "max"), (512, 13, 9), (512, 13, 3), 0, 0, 0, 0),
    (Upsampling(2), (8, 5, 7), (8, 10, 14), 0, 0, 0, 0),
    (Upsampling((2, 3), mode="linear"), (8, 5, 7), (8, 10, 21), 0, 0, 0, 0),
    (Upsampling(size=(9, 9), mode="linear", align_corners=True), (8, 5, 7), (8, 9, 9), 0, 0, 0, 0),
    (Padding(3, "reflect"), (8, 5, 7), (8, 11, 13), 0, 0, 0, 0),
    (Padding(((1, 2), (-1, 0))), (8, 5, 7), (8, 8, 6), 0, 0, 0, 0),
    (PixelShuffle(2), (8, 5, 7), (2, 10, 14), 0, 0, 0, 0),
    (PixelShuffle(2), (8, 5), (4, 10), 0, 0, 0, 0),
    (Flatten(), (256, 6, 6), (9216,), 0, 0, 0, 0),
    (Flatten(), (9,), (9,), 0, 0, 0, 0),
    (Unflatten((512, 4, 4)), (8192,), (512, 4, 4), 0, 0, 0, 0),
    (FullyConnected(4096), (256, 6, 6), (4096,), 37748736, 4096, 0, 37748736),
    (FullyConnected(1000, bias=False), (4096,), (1000,), 4096000, 0, 0, 4096000),
    (FullyConnected(10, in_features=20), (20,), (10,), 200, 10, 0, 200),
    (Normalization(), (64, 56, 56), (64, 56, 56), 0, 0, 128, 0),
    (Normalization("layer", affine=False), (64,), (64,), 0, 0, 0, 0),
    (Unchanged("ReLU"), (64, 56, 56), (64, 56, 56), 0, 0, 0, 0),
    (Unchanged("PReLU", 64), (64, 56), (64, 56), 64, 0, 0, 0),
    (Unknown("Mystery"), (64,), (64,), 0, 0, 0, 0),
]


def positions_of(operation, shape):
    """The sizes along the axes; a flat tensor has had one of size 1, or as many as it is about to be given."""
    if len(shape) > 1:
        return shape[1:]
    return (1,) * (len(operation.shape) - 1 if isinstance(operation, Unflatten) else 1)


@pytest.mark.parametrize(
    ("operation", "shape", "output", "weights", "biases", "norm", "macs"), COUNTED, ids=lambda value: str(value)[:60]
)
def test_counted_by_hand(operation, shape, output, weights, biases, norm, macs):
    met = operation.meet(shape, positions_of(operation, shape))
    assert (met.shape, met.weights, met.biases, met.norm, met.macs) == (output, weights, biases, norm, macs)
    assert len(output) == 1 or met.positions == output[1:]


numbers = st.integers


@settings(deadline=None)
@given(
    channels=numbers(1, 512),
    features=numbers(1, 512),
    groups=numbers(1, 8),
    kernel=st.tuples(numbers(1, 7), numbers(1, 7)),
    size=st.tuples(numbers(7, 300), numbers(7, 300)),
    bias=st.booleans(),
    stride=numbers(1, 3),
)
def test_a_convolution_has_a_kernel_for_every_pair_of_channels_of_a_group(
    channels, features, groups, kernel, size, bias, stride
):
    shape = (channels * groups, *size)
    layer = Convolution(CONV(kernel, stride=stride), features * groups, groups, bias)
    met = layer.meet(shape, size)
    pairs = sum(channels * features for _ in range(groups))
    assert met.weights == pairs * kernel[0] * kernel[1]
    assert met.biases == (features * groups if bias else 0)
    assert met.macs == met.weights * met.shape[1] * met.shape[2]
    assert met.shape == (features * groups, *layer.layer.output_shape(size))
    up = TransposedConvolution(UP(kernel, stride=stride), features * groups, groups, bias).meet(shape, size)
    assert (up.weights, up.biases) == (met.weights, met.biases)
    assert up.macs == up.weights * size[0] * size[1]


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_random_networks_cost_what_the_walk_counts(ndim):
    for seed in range(300):
        drawn = drawn_network(Random(f"costs {ndim} {seed}"), ndim)
        walked, found = walk(drawn.steps, drawn.input_shape), traced(drawn.network, drawn.input_shape)
        assert [(met.shape, met.positions) for met in found.met] == walked.tensors
        assert [(met.weights, met.biases, met.norm, met.macs) for met in found.met] == walked.costs


@pytest.mark.parametrize(
    ("operation", "shapes", "output"),
    [
        (Sum(), [(64, 7, 7), (64, 7, 7)], (64, 7, 7)),
        (Sum(), [(10,), (10,), (10,)], (10,)),
        (Sum(crop=True), [(64, 7, 9), (64, 8, 7)], (64, 7, 7)),
        (Concatenation(), [(64, 7, 7), (32, 7, 7), (1, 7, 7)], (97, 7, 7)),
        (Concatenation(), [(10,), (20,)], (30,)),
        (Concatenation(crop=True), [(64, 64, 64), (64, 56, 56)], (128, 56, 56)),
        (Product(), [(64, 7, 7), (64, 1, 1)], (64, 7, 7)),
        (Product(), [(1, 7, 7), (64, 7, 7)], (64, 7, 7)),
        (Product(), [(64, 1, 7), (64, 7, 1), (1, 1, 1)], (64, 7, 7)),
        (CropTo(), [(21, 64, 64), (3, 56, 50)], (21, 56, 50)),
        (CropTo(19), [(21, 568, 568), (3, 500, 500)], (21, 500, 500)),
    ],
)
def test_shapes_of_what_merges(operation, shapes, output):
    met = operation.meet_all(tuple(shapes), tuple(shape[1:] or (1,) for shape in shapes))
    assert met.shape == output
    assert (met.weights, met.biases, met.norm, met.macs) == (0, 0, 0, 0)


@pytest.mark.parametrize("operation", [Sum(), Concatenation(), Product(), Concatenation(crop=True), Sum(crop=True)])
def test_flat_tensors_merge_whatever_lies_behind_them(operation):
    """The features of two stages, both flattened, beside each other: only the number of features counts."""
    met = operation.meet_all(((400,), (400,)), ((10, 10), (5, 5)))
    assert met.shape == ((800,) if isinstance(operation, Concatenation) else (400,))
    assert met.positions == (1, 1)
    alike = operation.meet_all(((400,), (400,)), ((10, 10), (10, 10)))
    assert alike.positions == (10, 10)


# Refusals: (ask, sentence, what is advised, one step short of it)


def meet(operation, *shapes, positions=None):
    behind = positions or tuple(shape[1:] or (1,) for shape in shapes)
    return operation.meet_all(shapes, behind)


REFUSED = [
    (
        lambda: meet(Convolution(CONV(3), 8), (10,)),
        "convolution needs spatial axes, and what comes in is flat, with 10 features; put it before the flatten or "
        "fully connected layer, or unflatten first",
        [lambda: meet(Convolution(CONV(3), 8), (10, 3)), lambda: meet(Convolution(CONV(1), 8), (10, 1))],
        [],
    ),
    (
        lambda: meet(Pooling(POOL((2, 2))), (3, 8)),
        "max pooling is for 2 spatial axes, and what comes in, 3x8, has 1; give an input of 2, or one number for every "
        "axis",
        [lambda: meet(Pooling(POOL((2, 2))), (3, 8, 8)), lambda: meet(Pooling(POOL(2)), (3, 8))],
        [lambda: meet(Pooling(POOL((2, 2))), (3, 8, 8, 8))],
    ),
    (
        lambda: meet(Convolution(CONV(3), 8, in_channels=4), (3, 9)),
        "the convolution takes 4 channels and gets 3; mend the features of the layer before it, or its own in_channels",
        [
            lambda: meet(Convolution(CONV(3), 8, in_channels=4), (4, 9)),
            lambda: meet(Convolution(CONV(3), 8, in_channels=3), (3, 9)),
        ],
        [],
    ),
    (
        lambda: meet(Convolution(CONV(3), 8, groups=4), (6, 9)),
        "6 channels are not divisible by 4 groups; take a number of groups that divides 6, or another number of "
        "channels",
        [
            lambda: meet(Convolution(CONV(3), 8, groups=2), (6, 9)),
            lambda: meet(Convolution(CONV(3), 8, groups=4), (8, 9)),
        ],
        [lambda: meet(Convolution(CONV(3), 8, groups=4), (7, 9))],
    ),
    (
        lambda: Convolution(CONV(3), 10, groups=4),
        "10 features are not divisible by 4 groups; give a multiple of 4, as 12",
        [lambda: Convolution(CONV(3), 12, groups=4)],
        [lambda: Convolution(CONV(3), 11, groups=4)],
    ),
    (
        lambda: meet(Convolution(CONV(7), 8), (3, 9, 5)),
        "axis 1 (width): kernel 7 does not fit in input 5 with padding 0; it needs padding of at least 1 on each side, "
        "or a kernel of at most 5",
        [
            lambda: meet(Convolution(CONV(7, padding=1), 8), (3, 9, 5)),
            lambda: meet(Convolution(CONV((7, 5)), 8), (3, 9, 5)),
        ],
        [lambda: meet(Convolution(CONV((7, 6)), 8), (3, 9, 5))],
    ),
    (
        lambda: meet(TransposedConvolution(UP(3, padding=3), 8), (3, 2)),
        "input 2 with kernel 3, stride 1 and padding 3 leaves an output of -2, below 1; it needs padding of at most 1 "
        "on each side, or an input of at least 5",
        [
            lambda: meet(TransposedConvolution(UP(3, padding=1), 8), (3, 2)),
            lambda: meet(TransposedConvolution(UP(3, padding=3), 8), (3, 5)),
        ],
        [
            lambda: meet(TransposedConvolution(UP(3, padding=2), 8), (3, 2)),
            lambda: meet(TransposedConvolution(UP(3, padding=3), 8), (3, 4)),
        ],
    ),
    (
        lambda: meet(Padding(-2), (3, 4)),
        "cropping (-2, -2) of 4 leaves nothing of it; it needs an input of at least 5",
        [lambda: meet(Padding(-2), (3, 5))],
        [],
    ),
    (
        lambda: meet(Padding(((-5, 9),)), (3, 4)),
        "padding (-5, 9) of 4 leaves nothing of it; it needs an input of at least 6",
        [lambda: meet(Padding(((-5, 9),)), (3, 6))],
        [lambda: meet(Padding(((-5, 9),)), (3, 5))],
    ),
    (
        lambda: meet(Padding(3, "reflect"), (3, 3)),
        "reflect padding (3, 3) of 3 needs more than there is; it can be at most 2 on a side, or the input at least 4",
        [lambda: meet(Padding(2, "reflect"), (3, 3)), lambda: meet(Padding(3, "reflect"), (3, 4))],
        [],
    ),
    (
        lambda: meet(Padding(((5, -1),), "circular"), (3, 3)),
        "circular padding (5, -1) of 3 needs more than there is; it can be at most 2 on a side, or the input at least "
        "6",
        [lambda: meet(Padding(((2, -1),), "circular"), (3, 3)), lambda: meet(Padding(((5, -1),), "circular"), (3, 6))],
        [lambda: meet(Padding(((3, -1),), "circular"), (3, 3)), lambda: meet(Padding(((5, -1),), "circular"), (3, 5))],
    ),
    (
        lambda: meet(PixelShuffle(3), (10, 4, 4)),
        "pixel shuffle by 3 needs a multiple of 9 channels and gets 10; give it 18",
        [lambda: meet(PixelShuffle(3), (18, 4, 4))],
        [lambda: meet(PixelShuffle(3), (17, 4, 4))],
    ),
    (
        lambda: meet(Unflatten((8, 2, 2)), (31,), positions=((1, 1),)),
        "unflatten to 8x2x2 takes 32 features and gets 31; give the layer before it as many",
        [lambda: meet(Unflatten((8, 2, 2)), (32,), positions=((1, 1),))],
        [],
    ),
    (
        lambda: meet(Unflatten((8, 2, 2)), (32,), positions=((4, 4),)),
        "unflatten to 8x2x2 would mix positions; it goes after a fully connected layer, on an input of 2 axes",
        [
            lambda: meet(Unflatten((8, 2, 2)), (32,), positions=((1, 1),)),
            lambda: meet(Unflatten((8, 2, 2)), (32,), positions=((2, 2),)),  # what was flattened
        ],
        [lambda: meet(Unflatten((8, 2, 2)), (32,), positions=((1, 2),)), lambda: meet(Unflatten((8, 4)), (8, 4))],
    ),
    (
        lambda: meet(FullyConnected(10, in_features=20), (30,)),
        "the fully connected layer takes 20 features and gets 30; give it in_features 30",
        [lambda: meet(FullyConnected(10, in_features=30), (30,))],
        [],
    ),
    (
        lambda: meet(FullyConnected(10, in_features=20), (5, 2, 2)),
        "the fully connected layer takes 20 features and gets 5x2x2, which is not flat; put a flatten before it",
        [lambda: meet(FullyConnected(10, in_features=20), Flatten().meet((5, 2, 2), (2, 2)).shape)],
        [],
    ),
    (
        lambda: meet(FullyConnected(10, in_features=20), (5, 3, 2)),
        "the fully connected layer takes 20 features and gets 5x3x2, which is not flat; put a flatten before it and "
        "give it in_features 30",
        [lambda: meet(FullyConnected(10, in_features=30), (30,))],
        [lambda: meet(FullyConnected(10, in_features=30), (5, 3, 2))],
    ),
    (
        lambda: meet(Sum(), (64, 7, 7), (64, 7, 8)),
        "axis 1 (width): the sum of tensors of size 7 and 8, which differ by 1",
        [lambda: meet(Sum(), (64, 7, 7), (64, 7, 7)), lambda: meet(Sum(crop=True), (64, 7, 7), (64, 7, 8))],
        [],
    ),
    (
        lambda: meet(Concatenation(), (64, 7), (64, 7), (1, 10)),
        "the concatenation of tensors of size 7 and 7 and 10, which differ by 3",
        [lambda: meet(Concatenation(), (64, 7), (64, 7), (1, 7))],
        [],
    ),
    (
        lambda: meet(Sum(), (64, 7, 7), (128, 7, 7)),
        "the sum of 64 and 128 channels; they must be the same: put a 1x1 convolution with 64 features on the other "
        "branch",
        [lambda: meet(Sum(), (64, 7, 7), meet(Convolution(CONV(1), 64), (128, 7, 7)).shape)],
        [lambda: meet(Sum(), (64, 7, 7), meet(Convolution(CONV(1), 63), (128, 7, 7)).shape)],
    ),
    (
        lambda: meet(Product(), (64, 7, 7), (32, 7, 7)),
        "the product of 64 and 32 channels; they must be the same, or 1: put a 1x1 convolution with 64 features on the "
        "other branch",
        [
            lambda: meet(Product(), (64, 7, 7), meet(Convolution(CONV(1), 64), (32, 7, 7)).shape),
            lambda: meet(Product(), (64, 7, 7), meet(Convolution(CONV(1), 1), (32, 7, 7)).shape),
        ],
        [lambda: meet(Product(), (64, 7, 7), meet(Convolution(CONV(1), 2), (32, 7, 7)).shape)],
    ),
    (
        lambda: meet(Product(), (64, 7), (64, 3)),
        "the product of tensors of size 7 and 3, which differ by 4",
        [lambda: meet(Product(), (64, 7), (64, 1)), lambda: meet(Product(), (64, 7), (64, 7))],
        [lambda: meet(Product(), (64, 7), (64, 2))],
    ),
    (
        lambda: meet(Concatenation(), (64, 7, 7), (10,)),
        "the concatenation of 64x7x7 and 10: they have different numbers of axes; flatten both or none",
        [lambda: meet(Concatenation(), (3136,), (10,))],
        [],
    ),
    (
        lambda: meet(CropTo(), (21, 50), (3, 56)),
        "the crop to 56 about the centre needs 56 and gets 50",
        [lambda: meet(CropTo(), (21, 56), (3, 56))],
        [lambda: meet(CropTo(), (21, 55), (3, 56))],
    ),
    (
        lambda: meet(CropTo(19), (21, 60, 520), (3, 40, 502)),
        "axis 1 (width): the crop to 502 from 19 on needs 521 and gets 520",
        [lambda: meet(CropTo(19), (21, 60, 521), (3, 40, 502)), lambda: meet(CropTo(18), (21, 60, 520), (3, 40, 502))],
        [],
    ),
    (
        lambda: meet(CropTo(), (21,), (3,)),
        "the crop needs spatial axes, and what comes in is flat, with 21 features; put it before the flatten or fully "
        "connected layer, or unflatten first",
        [lambda: meet(CropTo(), (21, 1), (3, 1))],
        [],
    ),
]


@pytest.mark.parametrize(("ask", "sentence", "mended", "short"), REFUSED, ids=[case[1][:50] for case in REFUSED])
def test_a_refusal_says_what_is_wrong_and_what_mends_it(ask, sentence, mended, short):
    with pytest.raises(RefusedError) as refusal:
        ask()
    assert str(refusal.value) == sentence
    for mend in mended:
        mend()
    for other in short:
        with pytest.raises(RefusedError):
            other()
    shown = {int(number) for number in re.findall(r"-?\d+", sentence.replace("1x1 convolution", ""))}
    assert shown <= set(flattened(refusal.value.numbers.values())) | {1}, "a number of the sentence is no attribute"


def flattened(values):
    for value in values:
        if isinstance(value, tuple):
            yield from flattened(value)
        else:
            yield value


@pytest.mark.parametrize(("ask", "sentence"), [case[:2] for case in REFUSED], ids=[case[1][:50] for case in REFUSED])
def test_a_refusal_survives_pickling(ask, sentence):
    with pytest.raises(RefusedError) as refusal:
        ask()
    again = pickle.loads(pickle.dumps(refusal.value))
    assert (type(again), str(again), again.numbers) == (type(refusal.value), sentence, refusal.value.numbers)


# Nonsense


NONSENSE = [
    *(None, True, False, 0, -1, 1.0, 2.5, nan, inf, 10**30, "", " ", "3", "max", "same", b"3", (), [], (0,), (1, 2)),
    *((1, 2, 3, 4, 5), (None, None), ((1, 2), (3,)), ("same", 1), {}, {3: 3}, {3}, 3 + 0j, object(), int, len),
    *([[]], CONV(3), POOL(2), UP(2), Sum(), iter([3]), range(3), Ellipsis),
]

CONSTRUCTORS = {
    Convolution: {"layer": CONV(3), "features": 4, "groups": 2, "bias": True, "multiplier": 1, "in_channels": 2},
    TransposedConvolution: {"layer": UP(3), "features": 4, "groups": 2, "bias": True, "multiplier": 1},
    Pooling: {"layer": POOL(2), "reduction": "avg"},
    GlobalPooling: {"reduction": "avg", "keep": True},
    AdaptivePooling: {"output_size": 3, "reduction": "max"},
    Upsampling: {"factor": 2, "size": None, "mode": "linear", "align_corners": True},
    Padding: {"padding": 1, "mode": "zeros"},
    PixelShuffle: {"factor": 2},
    Unflatten: {"shape": (4, 2, 2)},
    FullyConnected: {"features": 3, "bias": True, "in_features": 4},
    Normalization: {"name": "batch", "affine": True},
    Unchanged: {"name": "ReLU", "parameters": 0},
    Unknown: {"name": "Mystery"},
    Sum: {"crop": False},
    Concatenation: {"crop": True},
    Product: {"crop": False},
    CropTo: {"offset": 2},
}

SHAPES = [(4,), (4, 8), (4, 8, 8), (4, 3, 3, 3), (16,), (1, 1)]


@pytest.mark.parametrize("kind", CONSTRUCTORS, ids=lambda kind: kind.__name__)
def test_nonsense_is_refused_by_our_errors_alone(kind):
    """Whatever is taken all the same meets every tensor, or refuses it in words."""
    usual = CONSTRUCTORS[kind]
    refused, taken = [], 0
    for name in usual:
        for value in NONSENSE:
            try:
                operation = kind(**{**usual, name: value})
            except ParameterError as refusal:
                refused.append(str(refusal))
                continue
            taken += 1
            assert eval(repr(operation), NAMES) == operation
            meets_or_refuses(operation)
    assert len(refused) > 10
    assert max(map(len, refused)) < 400
    assert taken > 0


def meets_or_refuses(operation):
    for shape in SHAPES:
        shapes = (shape,) if operation.arity == 1 else (shape, shape)
        try:
            met = meet(operation, *shapes)
        except ShapeError:
            continue
        assert all(type(size) is int and size > 0 for size in (*met.shape, *met.positions))
        assert type(met.macs) is int


NAMES = {**vars(operations), **vars(merging), "Conv": CONV, "Pool": POOL, "ConvTranspose": UP}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Convolution(3, 8), r"a convolution is made of a ca\.Conv; got 3 \(int\)"),
        (lambda: Convolution(POOL(3), 8), r"a convolution is made of a ca\.Conv; got Pool\(kernel_size=3\) \(Pool\)"),
        (lambda: TransposedConvolution(CONV(3), 8), r"a transposed convolution is made of a ca\.ConvTranspose; got"),
        (lambda: Pooling(CONV(3)), r"a pooling is made of a ca\.Pool; got Conv\(kernel_size=3\)"),
        (lambda: Pooling(CONV), r"a pooling is made of a ca\.Pool; got <class"),
        (lambda: Convolution(CONV(3), 0), "features 0 is below 1; the smallest features is 1"),
        (lambda: Convolution(CONV(3), 8.0), r"features must be a whole number; got 8\.0 \(float\), give an int"),
        (
            lambda: Convolution(CONV(3), None),
            "features and groups are both left out for a depthwise convolution, or both given",
        ),
        (
            lambda: Convolution(CONV(3), 8, multiplier=2),
            "multiplier 2 is for a depthwise convolution; leave it out, or give features and groups as None",
        ),
        (lambda: Convolution(CONV(3), 8, bias=1), r"bias must be True or False; got 1 \(int\)"),
        (lambda: Convolution(CONV(3), 8, bias=None), r"bias must be True or False; got None \(NoneType\)"),
        (lambda: Pooling(POOL(2), "maximum"), "unknown reduction 'maximum'; did you mean 'max'"),
        (lambda: Pooling(POOL(2), 3), r"reduction must be a word; got 3 \(int\), known are max, avg, lp"),
        (lambda: GlobalPooling("avgerage"), "unknown reduction 'avgerage'; did you mean 'avg'"),
        (lambda: AdaptivePooling(0), "output_size 0 is below 1; the smallest output_size is 1"),
        (lambda: AdaptivePooling(()), "output_size is empty; give one number for every axis, or one for each"),
        (lambda: Upsampling(), "upsampling takes a factor or a size; give one of the two"),
        (lambda: Upsampling(2, 7), "upsampling takes a factor or a size; give one of the two"),
        (lambda: Upsampling(1.5), r"factor must be a whole number; got 1\.5 \(float\), give an int"),
        (lambda: Upsampling(2, mode="bilinear"), "unknown mode 'bilinear'; did you mean 'linear'"),
        (
            lambda: Upsampling(2, align_corners=True),
            "align_corners is for mode 'linear'; leave it out, or give that mode",
        ),
        (lambda: Padding("same"), "padding 'same' has no kernel to follow from; give numbers"),
        (lambda: Padding(1, "mirror"), "unknown mode 'mirror'; "),
        (lambda: PixelShuffle(0), "factor 0 is below 1"),
        (lambda: Unflatten(512), r"unflatten needs channels and at least one axis; got 512, give as \(512, 4, 4\)"),
        (lambda: Unflatten((512,)), r"unflatten needs channels and at least one axis; got \(512,\), give as"),
        (lambda: Unflatten((8, 0)), "size 0 is below 1; the smallest size is 1"),
        (lambda: FullyConnected("10"), "features must be a whole number; got '10'"),
        (lambda: Normalization("batchnorm"), "unknown norm 'batchnorm'; did you mean 'batch'"),
        (lambda: Unchanged(3), r"name must be text; got 3 \(int\)"),
        (lambda: Unchanged(" "), "name is empty; give it a word"),
        (lambda: Unchanged("PReLU", -1), "parameters -1 is below 0"),
        (lambda: Unknown(None), r"name must be text; got None \(NoneType\)"),
        (lambda: Sum(crop="yes"), r"crop must be True or False; got 'yes' \(str\)"),
        (lambda: Product(crop=True), "a product crops nothing; crop its tensors before it"),
        (lambda: CropTo(-1), "offset -1 is below 0; the smallest offset is 0"),
    ],
)
def test_what_is_never_right_is_refused_in_these_words(make, message):
    with pytest.raises(ParameterError, match=f"^{message}"):
        make()


def test_arrays_are_refused_where_a_word_or_a_flag_is_wanted():
    array = pytest.importorskip("numpy").array([1, 2])
    for kind, usual in CONSTRUCTORS.items():
        for name in usual:
            try:
                kind(**{**usual, name: array})
            except ParameterError:
                continue
            assert name in ("output_size", "factor", "padding", "shape"), (kind, name)


# Values


EXAMPLES = [
    *dict.fromkeys(case[0] for case in COUNTED),
    *(Input(), Sum(), Sum(crop=True), Product(), Concatenation(), CropTo(), CropTo(19)),
    Convolution(CONV(3), None, None, False, 2),
    FullyConnected(3, in_features=9),
]


@pytest.mark.parametrize("operation", EXAMPLES, ids=repr)
class TestAValue:
    def test_its_repr_makes_it_again(self, operation):
        assert eval(repr(operation), NAMES) == operation

    def test_it_is_copied_and_pickled_whole(self, operation):
        for again in (copy.copy(operation), copy.deepcopy(operation), pickle.loads(pickle.dumps(operation))):
            assert again == operation
            assert hash(again) == hash(operation)
            assert type(again) is type(operation)

    def test_it_stays_as_it_is(self, operation):
        with pytest.raises(AttributeError, match="immutable"):
            operation.features = 3
        with pytest.raises(AttributeError, match="immutable"):
            del operation.ndim
        with pytest.raises(AttributeError, match="immutable"):
            operation.anything = 3

    def test_its_settings_are_what_its_constructor_takes(self, operation):
        assert type(operation)(**operation.settings) == operation


def test_no_two_examples_are_equal_but_one():
    assert len(set(EXAMPLES)) == len(EXAMPLES)
    assert Sum() != Concatenation()
    assert Convolution(CONV(3), 8) != Convolution(CONV(3), 8, bias=False)
    assert Convolution(CONV(1), 8) != object()


def test_spellings_that_mean_the_same_are_equal():
    assert Upsampling((2,)) == Upsampling(2) == Upsampling([2])
    assert Padding(((1, 1),)) == Padding(1)
    assert AdaptivePooling([7]) == AdaptivePooling(7)
    assert Unflatten([8, 2, 2]) == Unflatten((8, 2, 2))
    assert Convolution(CONV((3,)), 8) == Convolution(CONV(3), 8)


def test_numbers_of_other_kinds_become_ints():
    numpy = pytest.importorskip("numpy")
    layer = Convolution(CONV(numpy.int64(3)), numpy.int32(8), groups=numpy.uint8(2))
    assert layer == Convolution(CONV(3), 8, groups=2)
    assert type(layer.features) is int
    assert AdaptivePooling(numpy.array([7, 7])) == AdaptivePooling((7, 7))


def test_sizes_beyond_what_floats_hold_are_exact():
    size = 10**18 + 1
    met = Convolution(CONV(3, padding=1), 64).meet((3, size), (size,))
    assert met.macs == 64 * 3 * 3 * size
    assert prod(met.shape) == 64 * size
