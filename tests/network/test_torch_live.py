"""The readers of PyTorch against PyTorch itself: what it prints, what it makes of shapes, and its parameters."""

from __future__ import annotations

import random

import pytest

import convarith as ca
from convarith.errors import ParameterError, RefusedError
from convarith.network.readers.torch_classes import CLASSES, REFUSED
from convarith.network.readers.torch_layers import Normalization
from convarith.network.tracing import traced

torch = pytest.importorskip("torch", reason="PyTorch is the oracle of these tests and not installed")

import drawn_modules  # noqa: E402  # with PyTorch only

nn = torch.nn
from_torch, from_printed = ca.network.from_torch, ca.network.from_printed

pytestmark = [pytest.mark.conformance, pytest.mark.filterwarnings("ignore")]  # PyTorch warns of its lazy modules

CASES = 25


def drawn(title, seed):
    """A module of a class that PyTorch can make, and an input for it."""
    draw = random.Random(f"{title} {seed}")
    while True:
        try:
            with torch.device("meta"):
                found = drawn_modules.Drawing(nn, draw, title)
        except (ValueError, RuntimeError, TypeError):  # as an output_padding of the stride
            continue
        return found.module.eval(), found.shape


def parameters(module):
    return sum(parameter.numel() for parameter in module.parameters())


def of_torch(module, shape):
    """The shape and the parameters that PyTorch has for an input; None where it refuses."""
    try:
        with torch.device("meta"):
            found = module(torch.zeros(2, *shape))
    except (RuntimeError, ValueError, IndexError):
        return None
    return tuple(found.shape[1:]), parameters(module)


def of_ours(network, shape):
    try:
        found = traced(network, shape)
    except RefusedError:
        return None
    return found.output_shape, sum(met.weights + met.biases + met.norm for met in found.met)


def test_every_class_of_the_table_is_drawn():
    drawn_classes = {title.removeprefix("Lazy") for title in drawn_modules.CLASSES}
    assert drawn_classes == set(CLASSES)
    assert all(hasattr(nn, title) for title in (*drawn_modules.CLASSES, *REFUSED))


def test_every_class_that_pytorch_has_is_known_or_refused():
    """New ones turn up here, and have to be thought of."""
    modules = {
        name
        for name, value in vars(nn).items()
        if isinstance(value, type) and issubclass(value, nn.Module) and not name.endswith(("Loss", "Loss2d"))
    }
    held = {"Container", "Module", "Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict"}
    others = {"DataParallel", "RNNBase", "RNNCellBase"}
    lazy = {name for name in modules if name.startswith("Lazy")}
    assert modules - held - others - lazy == set(CLASSES) | set(REFUSED) - {"AdaptiveLogSoftmaxWithLoss"}


@pytest.mark.parametrize("title", drawn_modules.CLASSES)
def test_what_is_printed_reads_as_what_is_live(title):
    hidden = {"AvgPool": ("ceil_mode", False), "Upsample": ("align_corners", None)}
    for seed in range(CASES):
        module, _ = drawn(title, seed)
        stem = title.rstrip("123d") if title.startswith("AvgPool") else title
        name, default = hidden.get(stem, ("", None))
        if name and getattr(module, name) not in (default, False):
            continue
        assert from_printed(str(module)) == from_torch(module), module


@pytest.mark.parametrize("title", drawn_modules.CLASSES)
def test_shapes_and_parameters_are_those_of_pytorch(title):
    """What one refuses, the other refuses, too."""
    ran = 0
    for seed in range(CASES):
        module, shape = drawn(title, seed)
        before = from_torch(module)
        if len(shape) == 1:  # an input has axes
            shape, module = (*shape, 1), nn.Sequential(nn.Flatten(), module)
            before = from_torch(module)
        expected = of_torch(module, shape)
        assert of_ours(before, shape) == expected, (module, shape)
        if expected is not None:
            ran += 1
            assert of_ours(from_torch(module), shape) == expected, (module, shape)  # lazy ones have met their input
    assert ran > CASES // 3


def network_like_alexnet():
    features = nn.Sequential(
        nn.Conv2d(3, 64, kernel_size=11, stride=4, padding=2),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(kernel_size=3, stride=2),
        nn.Conv2d(64, 192, kernel_size=5, padding=2),
        nn.ReLU(inplace=True),
        nn.AdaptiveAvgPool2d((6, 6)),
    )
    classifier = nn.Sequential(nn.Dropout(), nn.Linear(192 * 36, 4096), nn.ReLU(inplace=True), nn.Linear(4096, 1000))
    return features, classifier


def test_nested_sequentials_are_read_in_order_and_named_by_their_paths():
    from collections import OrderedDict

    with torch.device("meta"):
        features, classifier = network_like_alexnet()
    parts = OrderedDict(features=features, flat=nn.Flatten(), classifier=classifier)
    module = nn.Sequential(parts)
    network = from_torch(module)
    names = [node.name for node in network.nodes[1:]]
    assert names == [*(f"features.{n}" for n in range(6)), "flat", *(f"classifier.{n}" for n in range(4))]
    assert network == from_printed(str(module))
    assert of_ours(network, (3, 224, 224)) == of_torch(module, (3, 224, 224)) == ((1000,), parameters(module))


@pytest.mark.parametrize("wrap", ["DataParallel", "compile"])
def test_what_only_wraps_a_module_is_looked_through(wrap):
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())
    wrapped = nn.DataParallel(module) if wrap == "DataParallel" else torch.compile(module)
    assert from_torch(wrapped) == from_torch(module) == from_printed(str(wrapped))


def test_parametrized_layers_are_read_as_plain_ones_with_a_warning():
    from torch.nn.utils.parametrizations import weight_norm

    module = nn.Sequential(weight_norm(nn.Conv2d(3, 4, 3)), nn.ReLU())
    for network in (from_torch(module), from_printed(str(module))):
        assert network == from_torch(nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU()))
        assert network.warnings == ("0 is parametrized; its parameters are counted as those of a plain Conv2d",)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 3, padding=1)

    def forward(self, x):
        return x + self.conv(x)


class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)


class Twice(nn.Sequential):
    def forward(self, x):
        return super().forward(super().forward(x))


class Named(nn.Sequential):
    """A Sequential by another name, as torchvision has many."""


@pytest.mark.parametrize(
    ("module", "found"),
    [
        (nn.Sequential(nn.ReLU(), Block()), "1 is of class Block: what connects its layers is in its forward"),
        (Block(), "the module is of class Block: what connects its layers is in its forward"),
        (nn.Sequential(Twice(nn.ReLU())), "0 is of class Twice: what connects"),
        (
            nn.Sequential(nn.ModuleList([nn.ReLU()])),
            "0 is of class ModuleList, which holds layers and does not say in which",
        ),
        (nn.ModuleDict({"a": nn.ReLU()}), "the module is of class ModuleDict, which holds layers"),
        (nn.Sequential(nn.Sequential(nn.LSTM(3, 4))), "0.0: LSTM is recurrent, which no layer here does"),
        (nn.Sequential(nn.MaxPool2d(2, return_indices=True), nn.ReLU()), "0 has return_indices=True"),
        (nn.Sequential(nn.Flatten(2)), "0: Flatten from 2 to -1 is not from the channels"),
        (nn.Sequential(nn.Upsample(scale_factor=1.5)), "0: scale_factor 1.5 is no whole number"),
        (nn.Sequential(), "the Sequential is empty"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(module, found):
    with pytest.raises(ParameterError) as refusal:
        from_torch(module)
    assert str(refusal.value).startswith(found)
    if "Twice" in found or "return_indices" in found:  # which print() does not show
        return
    with pytest.raises(ParameterError) as refusal:
        from_printed(str(module))
    assert found.split(": ")[-1].split(" is ")[0] in str(refusal.value)


def test_a_sequential_by_another_name_is_one_where_it_can_be_seen():
    module = nn.Sequential(Named(nn.Conv2d(3, 4, 3)), nn.ReLU())
    assert from_torch(module) == from_torch(nn.Sequential(nn.Sequential(nn.Conv2d(3, 4, 3)), nn.ReLU()))
    with pytest.raises(ParameterError, match=r"line 2, '\(0\): Named\(': 0 is of class Named"):
        from_printed(str(module))


def test_an_own_layer_without_layers_in_it_is_unknown():
    for network in (from_torch(nn.Sequential(Swish())), from_printed(str(nn.Sequential(Swish())))):
        assert network.nodes[1].operation.word == "unknown"
        assert network.warnings == ("0: the layer Swish is unknown and taken to keep its shape",)


def test_an_own_forward_of_a_known_layer_is_warned_of():
    class Standardized(nn.Conv2d):
        def forward(self, x):
            return super().forward(x)

    network = from_torch(nn.Sequential(Standardized(3, 4, 3)))
    assert network.nodes[1].operation.features == 4
    assert network.warnings == ("0 is of class Standardized, which has a forward() of its own; it is read as Conv2d",)


def test_a_layer_in_two_places_is_warned_of():
    shared = nn.Conv2d(4, 4, 3)
    network = from_torch(nn.Sequential(shared, nn.ReLU(), shared))
    assert len(network) == 3
    assert network.warnings == ("2 is the same layer as 0; its parameters are counted in both places",)


def test_a_layer_norm_of_features_is_a_norm():
    module = nn.Sequential(nn.Flatten(), nn.Linear(8, 5), nn.LayerNorm(5))
    assert from_torch(module).nodes[3].operation == Normalization("layer")


def test_ten_thousand_layers():
    module = nn.Sequential(*(nn.ReLU() for _ in range(10_000)))
    assert len(from_torch(module)) == 10_000
    assert from_printed(str(module)) == from_torch(module)
