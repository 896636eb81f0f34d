"""The named networks against what their papers and the usual model collections say of them; no framework is asked."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convarith as ca
from convarith import ParameterError
from convarith.network.operations import Convolution, FullyConnected
from convarith.network.tracing import traced

NAMES = ca.network.names()

PARAMETERS = {
    "lenet5": 61_706,  # 156 + 2,416 + 48,120 + 10,164 + 850
    "alexnet": 62_378_344,
    "alexnet-grouped": 60_965_224,  # Caffe's bvlc_alexnet
    "alexnet-224": 62_378_344,
    "zfnet": 62_357_608,
    "overfeat": 145_920_872,  # the paper: 145 million
    "overfeat-accurate": 144_656_488,  # the paper: 144 million
    "vgg11": 132_863_336,  # torchvision, as the other VGGs and the ResNets
    "vgg13": 133_047_848,
    "vgg16": 138_357_544,
    "vgg16c": 133_638_952,  # the paper: 134 million
    "vgg19": 143_667_240,
    "nin": 966_986,
    "nin-imagenet": 7_595_176,
    "googlenet": 6_624_904,  # torchvision, without the auxiliary heads
    "googlenet-paper": 6_998_552,  # Caffe's bvlc_googlenet
    "resnet18": 11_689_512,
    "resnet34": 21_797_672,
    "resnet50": 25_557_032,
    "resnet101": 44_549_160,
    "resnet152": 60_192_808,
    "resnet50-v1.5": 25_557_032,
    "resnet101-v1.5": 44_549_160,
    "resnet152-v1.5": 60_192_808,
    "resnet-cifar": 269_722,
    "resnet-cifar-20": 269_722,  # the paper: 0.27M, 0.46M, 0.66M, 0.85M, 1.7M and 19.4M
    "resnet-cifar-32": 464_154,
    "resnet-cifar-44": 658_586,
    "resnet-cifar-56": 853_018,
    "resnet-cifar-110": 1_727_962,
    "resnet-cifar-1202": 19_421_274,
    "resnet-cifar-164": 1_703_258,  # the paper: 1.7M and 10.2M
    "resnet-cifar-1001": 10_327_706,
    "wrn": 36_479_194,
    "wrn-16-8": 10_961_370,  # the paper: 11.0M, 36.5M and 8.9M
    "wrn-28-10": 36_479_194,
    "wrn-40-4": 8_949_210,
    "wrn-16-10": 17_116_634,
    "wrn-22-8": 17_158_106,
    "wrn-40-2": 2_243_546,
    "wrn-40-8": 35_748_314,
    "densenet121": 7_978_856,  # torchvision, as the next three
    "densenet161": 28_681_000,
    "densenet169": 14_149_480,
    "densenet201": 20_013_928,
    "densenet": 1_019_722,
    "densenet-40-12": 1_019_722,  # the paper: 1.0M, 7.0M and 27.2M
    "densenet-100-12": 6_979_642,
    "densenet-100-24": 27_249_082,
    "densenet-bc": 769_162,
    "densenet-bc-100-12": 769_162,  # the paper: 0.8M, 15.3M and 25.6M
    "densenet-bc-250-24": 15_324_406,
    "densenet-bc-190-40": 25_624_430,
    "densenet-bc-40-24": 690_346,
    "densenet-bc-40-36": 1_542_682,
    "unet": 31_030_658,
    "unet-same": 31_030_658,
    "fcn32s": 136_152_917,  # VGG-16's convolutions, fc6 and fc7 as convolutions, 21 scores, and 21·21·64²
    "fcn16s": 134_815_994,
    "fcn8s": 134_489_759,
    "dcgan": 3_576_704,  # PyTorch's example
    "dcgan-discriminator": 2_765_568,
    "pastiche": 1_674_432 + 3_206,  # the paper: 1.6M, and 3K of a style
    "wavenet": 1_072_704,  # by hand in test_wavenet_by_hand
}

MACS = {  # counted weight by weight, exactly
    "resnet18": 1_814_073_344,
    "vgg16": 15_470_264_320,
    "alexnet-grouped": 724_406_816,
    "lenet5": 117_600 + 240_000 + 48_000 + 10_080 + 840,
}

GIGA_MACS = {  # as published, in 10⁹: torchvision's documentation
    "vgg11": "7.61",
    "vgg13": "11.31",
    "vgg16": "15.47",
    "vgg19": "19.63",
    "googlenet": "1.50",
    "resnet18": "1.81",
    "resnet34": "3.66",
    "resnet50": "3.86",  # with the stride in the first 1x1, as the paper counts
    "resnet101": "7.6",
    "resnet152": "11.3",
    "resnet50-v1.5": "4.09",
    "resnet101-v1.5": "7.80",
    "resnet152-v1.5": "11.51",
    "densenet121": "2.83",
    "densenet161": "7.73",
    "densenet169": "3.36",
    "densenet201": "4.29",
}

OUTPUTS = {
    "nin": (10, 1, 1),
    "nin-imagenet": (1000, 1, 1),
    "unet": (2, 388, 388),
    "unet-same": (2, 512, 512),
    "fcn32s": (21, 500, 500),
    "fcn16s": (21, 500, 500),
    "fcn8s": (21, 500, 500),
    "dcgan": (3, 64, 64),
    "dcgan-discriminator": (1, 1, 1),
    "pastiche": (3, 256, 256),
    "wavenet": (256, 16000),
}

SIZES = {  # of the figures and tables of the papers
    "alexnet": {"conv1": 55, "pool1": 27, "conv2": 27, "pool2": 13, "conv5": 13, "pool5": 6},
    "alexnet-224": {"conv1": 55, "pool5": 6},
    "zfnet": {"conv1": 110, "pool1": 55, "conv2": 26, "pool2": 13, "conv5": 13, "pool5": 6},
    "overfeat": {"conv1": 56, "pool1": 28, "conv2": 24, "pool2": 12, "conv5": 12, "pool5": 6},
    "overfeat-accurate": {"conv1": 108, "pool1": 36, "conv2": 30, "pool2": 15, "conv6": 15, "pool6": 5},
    "vgg19": {"pool1": 112, "pool2": 56, "pool3": 28, "pool4": 14, "conv5_4": 14, "pool5": 7},
    "nin": {"conv1": 32, "pool1": 16, "pool2": 8},
    "nin-imagenet": {"conv1": 54, "pool1": 27, "pool2": 13, "pool3": 6, "cccp4_2": 6},
    "googlenet": {"conv1": 112, "maxpool1": 56, "maxpool2": 28, "maxpool3": 14, "maxpool4": 7, "inception5b.cat": 7},
    "googlenet-paper": {"maxpool2": 28, "maxpool3": 14, "maxpool4": 7},
    "resnet50": {"conv1": 112, "layer1.0.conv1": 56, "layer2.0.conv1": 28, "layer3.4.conv2": 14, "layer4.2.sum": 7},
    "resnet50-v1.5": {"layer2.0.conv1": 56, "layer2.0.conv2": 28},
    "unet": {"enc1.conv2": 568, "pool1": 284, "pool4": 32, "bottom.conv2": 28, "up4": 56, "dec4.conv2": 52}
    | {"up3": 104, "dec3.conv2": 100, "up2": 200, "up1": 392, "dec1.conv2": 388},
    "fcn8s": {"conv1_1": 698, "pool1": 349, "pool2": 175, "pool3": 88, "fc6": 16, "upscore8": 568, "score": 500},
    "dcgan": {"upconv1": 4, "upconv2": 8, "upconv3": 16, "upconv4": 32, "upconv5": 64},
    "pastiche": {"contract1": 256, "contract3": 64, "residual5.sum": 64, "expand1": 128, "expand3": 256},
}


def parameters(identifier):
    return sum(met.weights + met.biases + met.norm for met in traced(ca.network.named(identifier)).met)


def macs(identifier):
    return sum(met.macs for met in traced(ca.network.named(identifier)).met)


def test_every_network_of_the_list_is_there():
    listed = """lenet5 alexnet alexnet-grouped alexnet-224 zfnet overfeat vgg11 vgg13 vgg16 vgg16c vgg19 resnet18
    resnet34 resnet50 resnet101 resnet152 resnet50-v1.5 resnet101-v1.5 resnet152-v1.5 googlenet nin resnet-cifar wrn
    densenet densenet-bc unet unet-same dcgan fcn32s fcn16s fcn8s pastiche wavenet"""
    assert set(listed.split()) <= set(NAMES)
    assert len(set(NAMES)) == len(NAMES)


def test_every_name_has_its_count_below():
    assert set(NAMES) <= set(PARAMETERS)


@pytest.mark.parametrize(("identifier", "count"), PARAMETERS.items())
def test_parameters_are_the_published_ones(identifier, count):
    assert parameters(identifier) == count


@pytest.mark.parametrize(("identifier", "count"), MACS.items())
def test_macs_are_the_known_ones(identifier, count):
    assert macs(identifier) == count


@pytest.mark.parametrize(("identifier", "giga"), GIGA_MACS.items())
def test_macs_round_to_the_published_ones(identifier, giga):
    digits = len(giga.partition(".")[2])
    assert f"{macs(identifier) / 1e9:.{digits}f}" == giga


@pytest.mark.parametrize("identifier", NAMES)
def test_the_output_is_the_known_one(identifier):
    network = ca.network.named(identifier)
    classes = 10 if network.input_shape in ((3, 32, 32), (1, 32, 32)) else 1000
    assert traced(network).output_shape == OUTPUTS.get(identifier, (classes,))


@pytest.mark.parametrize("identifier", SIZES)
def test_sizes_on_the_way_are_those_of_the_paper(identifier):
    network = ca.network.named(identifier)
    shapes = {node.name: met.shape for node, met in zip(network.nodes, traced(network).met, strict=True)}
    for name, size in SIZES[identifier].items():
        assert shapes[name][1:] == (size, size), name


def test_wavenet_by_hand():
    first = 2 * 256 * 32 + 32
    gates = 30 * 2 * (2 * 32 * 32 + 32)
    skips = 30 * (32 * 512 + 512)
    residuals = 29 * (32 * 32 + 32)
    last = 512 * 512 + 512 + 512 * 256 + 256
    assert first + gates + skips + residuals + last == PARAMETERS["wavenet"]
    layers = [node.operation.layer for node in ca.network.named("wavenet").nodes if node.name.endswith(".filter")]
    assert [layer.dilation for layer in layers] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] * 3


@pytest.mark.parametrize("identifier", ["alexnet", "alexnet-224"])
def test_alexnet_makes_six_by_six_of_the_sizes_next_to_its_own(identifier):
    network = ca.network.named(identifier)
    pool5 = [node.name for node in network.nodes].index("pool5")
    by_size = {size: traced(network, (3, size, size)).met[pool5].shape for size in range(220, 262)}
    expected = range(227, 259) if identifier == "alexnet" else range(223, 255)
    assert [size for size, shape in by_size.items() if shape == (256, 6, 6)] == list(expected)


def test_alexnet_of_224_without_padding_is_the_known_slip():
    network = ca.network.named("alexnet")
    assert traced(network, (3, 224, 224)).met[1].shape == (96, 54, 54)


@pytest.mark.parametrize("size", [188, 204, 572, 588])
def test_the_valid_unet_loses_184(size):
    assert traced(ca.network.named("unet"), (1, size, size)).output_shape == (2, size - 184, size - 184)


@pytest.mark.parametrize(
    ("identifier", "depth"),
    [(f"resnet{depth}", depth) for depth in (18, 34, 50, 101, 152)]
    + [(f"vgg{depth}", depth) for depth in (11, 13, 16, 19)]
    + [(f"densenet{depth}", depth) for depth in (121, 161, 169, 201)]
    + [(f"resnet-cifar-{depth}", depth) for depth in (8, 11, 20, 29, 56, 110, 164, 1001)]
    + [("resnet-cifar-basic-164", 164), ("resnet-cifar-bottleneck-110", 110)]
    + [("densenet-40-12", 40), ("densenet-7-1", 7), ("densenet-bc-10-3", 10), ("densenet-bc-100-12", 100)]
    + [("densenet-bc-250-24", 250)],
)
def test_a_depth_counts_the_layers_with_weights_beside_the_shortcuts(identifier, depth):
    nodes = ca.network.named(identifier).nodes
    weighted = [node for node in nodes if isinstance(node.operation, (Convolution, FullyConnected))]
    assert len([node for node in weighted if "shortcut" not in node.name]) == depth


@pytest.mark.parametrize(("identifier", "depth"), [("wrn-10-2", 10), ("wrn-28-10", 28), ("wrn-40-4", 40)])
def test_the_depth_of_a_wide_resnet_counts_its_convolutions(identifier, depth):
    convolutions = [n for n in ca.network.named(identifier).nodes if isinstance(n.operation, Convolution)]
    assert len(convolutions) == depth


@pytest.mark.parametrize("identifier", NAMES)
def test_equal_operations_are_one_object_and_every_node_has_a_plain_name(identifier):
    network = ca.network.named(identifier)
    operations = [node.operation for node in network.nodes]
    assert len({id(operation) for operation in operations}) == len(set(operations))
    assert all(re.fullmatch(r"[a-z][a-z0-9]*([._][a-z0-9]+)*", node.name) for node in network.nodes)
    assert network.title
    assert network.input_shape is not None
    assert ca.network.named(identifier) == network


def test_nothing_hangs_loose():
    for identifier in NAMES:
        nodes = ca.network.named(identifier).nodes
        read = {number for node in nodes for number in node.inputs}
        assert read == set(range(len(nodes) - 1)), identifier


def test_a_family_alone_is_its_best_known_member():
    named = ca.network.named
    assert named("resnet-cifar") == named("resnet-cifar-20") == named("resnet-cifar-basic-20")
    assert named("resnet-cifar-164") == named("resnet-cifar-bottleneck-164") != named("resnet-cifar-basic-164")
    assert named("wrn") == named("wrn-28-10")
    assert named("densenet") == named("densenet-40-12")
    assert named("densenet-bc") == named("densenet-bc-100-12")
    assert named(" VGG16 ") == named("vgg16")


def test_what_is_meant_as_an_id_is_told_from_a_spec():
    from convarith.network.models import is_name

    assert all(map(is_name, NAMES))
    assert all(map(is_name, ["ResNet50 ", "wrn-22-8", "densenet-bc-41-12", "resnet-cifar-basic-20"]))
    for text in ("", "11-4Conv96 -> 3-2MaxPool", "maxpool", "FC-4096", "C3D64 M", "vgg", "net.toml", "wrn.onnx", "M"):
        assert not is_name(text)


def test_an_assumption_that_differs_from_the_paper_is_said():
    assert "3x3" in ca.network.named("googlenet").warnings[0]
    assert ca.network.named("googlenet-paper").warnings == ()


FORMS = {  # whether a depth is one, as the papers say, and what follows it
    "resnet-cifar": (lambda depth: depth >= 8 and (depth % 6 == 2 or depth % 9 == 2), ""),
    "resnet-cifar-basic": (lambda depth: depth >= 8 and depth % 6 == 2, ""),
    "resnet-cifar-bottleneck": (lambda depth: depth >= 11 and depth % 9 == 2, ""),
    "wrn": (lambda depth: depth >= 10 and depth % 6 == 4, "-1"),
    "densenet": (lambda depth: depth >= 7 and depth % 3 == 1, "-2"),
    "densenet-bc": (lambda depth: depth >= 10 and depth % 6 == 4, "-2"),
}


@pytest.mark.parametrize("family", FORMS)
def test_depths_that_are_none_are_told_the_nearest(family):
    right, rest = FORMS[family]
    for depth in range(1, 66):
        if right(depth):
            assert traced(ca.network.named(f"{family}-{depth}{rest}")).output_shape == (10,)
            continue
        with pytest.raises(ParameterError) as refused:
            ca.network.named(f"{family}-{depth}{rest}")
        below = [other for other in range(1, depth) if right(other)][-1:]
        above = next(other for other in range(depth, 100) if right(other))
        assert refused.value.nearest == (*below, above)
        advice = f"the nearest are {below[0]} and {above}" if below else f"the smallest is {above}"
        assert str(refused.value).endswith(advice)
        assert f"{family}-{depth}{rest}: its depth is " in str(refused.value)


def test_the_deepest():
    with pytest.raises(ParameterError, match="which 9999 is not; the largest is 9998"):
        ca.network.named("resnet-cifar-9999")
    assert traced(ca.network.named("resnet-cifar-9998")).output_shape == (10,)


MISTAKES = {
    "vgg15": "unknown network 'vgg15'; did you mean 'vgg16'? network.names() lists them all",
    "vgg-16": "unknown network 'vgg-16'; did you mean 'vgg16'? network.names() lists them all",
    "resnet20": "unknown network 'resnet20'; did you mean 'resnet-cifar-20'? network.names() lists them all",
    "resnet51": "unknown network 'resnet51'; did you mean 'resnet50'? network.names() lists them all",
    "alxnet": "unknown network 'alxnet'; did you mean 'alexnet'? network.names() lists them all",
    "U_Net": "unknown network 'U_Net'; did you mean 'unet'? network.names() lists them all",
    "inception": "unknown network 'inception'; did you mean 'googlenet'? network.names() lists them all",
    "transformer": "unknown network 'transformer'; network.names() lists them all",
    "": "unknown network ''; network.names() lists them all",
    "wrn-28": "unknown network 'wrn-28'; its family is written wrn-DEPTH-WIDTH; did you mean 'wrn-28-10'? "
    "network.names() lists them all",
    "densenet-121": "unknown network 'densenet-121'; its family is written densenet-DEPTH-GROWTH; did you mean "
    "'densenet121'? network.names() lists them all",
    "resnet-cifar-basic": "unknown network 'resnet-cifar-basic'; its family is written resnet-cifar-basic-DEPTH; did "
    "you mean 'resnet-cifar'? network.names() lists them all",
    "wrn-²-1": "unknown network 'wrn-²-1'; its family is written wrn-DEPTH-WIDTH; did you mean 'wrn-28-10'? "
    "network.names() lists them all",
    "resnet18-v1.5": "there is no resnet18-v1.5: v1.5 is about bottlenecks, and resnet18 has none; take 'resnet18'",
    "wrn-28-0": "wrn-28-0: its width has to be from 1 to 10000, and is 0",
    "densenet-10001-12": "densenet-10001-12: its depth has to be from 1 to 10000, and is 10001",
    "resnet-cifar-21": "resnet-cifar-21: its depth is 6n + 2 (three groups of n blocks of two layers) or 9n + 2 (of "
    "three layers), which 21 is not; the nearest are 20 and 26",
    "densenet-bc-41-12": "densenet-bc-41-12: its depth is 6n + 4 (three blocks of n layers of two convolutions), which "
    "41 is not; the nearest are 40 and 46",
}


@pytest.mark.parametrize("identifier", MISTAKES)
def test_a_wrong_id_is_told_what_to_write(identifier):
    with pytest.raises(ParameterError) as refused:
        ca.network.named(identifier)
    assert str(refused.value) == MISTAKES[identifier]
    for advised in re.findall(r"(?:mean|take) '([^']+)'", str(refused.value)):
        ca.network.named(advised)


@pytest.mark.parametrize("identifier", [5, None, b"vgg16", ["vgg16"], 1.5, object()])
def test_what_is_no_text_is_refused(identifier):
    with pytest.raises(ParameterError, match="a network's id is a text, as 'vgg16'; got "):
        ca.network.named(identifier)


@pytest.mark.parametrize(
    "identifier", ["x" * 100_000, "wrn-" + "9" * 100_000 + "-1", "wrn-" + "0" * 100_000 + "-1", "vgg" + "9" * 100_000]
)
def test_a_long_id_gets_a_short_answer(identifier):
    with pytest.raises(ParameterError) as refused:
        ca.network.named(identifier)
    assert len(str(refused.value)) < 300


WORDS = [
    "resnet",
    "cifar",
    "wrn",
    "densenet",
    "bc",
    "vgg",
    "unet",
    "basic",
    "bottleneck",
    "v1.5",
    "-",
    "_",
    " ",
    "٣",
    "²",
]


@settings(deadline=None)
@given(st.text(max_size=20) | st.lists(st.sampled_from(WORDS) | st.integers(-9, 60).map(str), max_size=6).map("-".join))
def test_any_text_is_a_network_or_a_parameter_error(text):
    message = ""
    try:
        network = ca.network.named(text)
    except ParameterError as refusal:
        message = str(refusal)
    else:
        assert traced(network).output_shape
    assert len(message.splitlines()) <= 1


def test_only_the_module_of_the_one_asked_for_is_imported():
    code = "import sys, convarith as ca; ca.network.named('unet'); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    models = {name.rpartition(".")[2] for name in loaded if name.startswith("convarith.network.models.")}
    assert models == {"assembly", "segmentation"}
    assert not {"numpy", "torch", "difflib"} & set(loaded)
