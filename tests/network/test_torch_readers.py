"""The readers of PyTorch without PyTorch: modules known by the names of their classes, and printed text."""

from __future__ import annotations

import random
import sys
from collections import OrderedDict

import pytest
from drawn_modules import words
from hypothesis import given, settings
from hypothesis import strategies as st

import convarith as ca
from convarith.errors import ParameterError, RefusedError, ShapeError
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
from convarith.network.readers.printed_arguments import read_arguments
from convarith.network.readers.torch_classes import CLASSES, REFUSED

from_torch, from_printed = ca.network.from_torch, ca.network.from_printed


class Module:
    """What stands for ``torch.nn.Module``: attributes, and the modules inside."""

    __module__ = "torch.nn.modules.module"

    def __init__(self, modules=(), **attributes):
        self._modules = dict(modules)
        self.__dict__.update(attributes)

    def forward(self, x):
        raise NotImplementedError


def fake(title, modules=(), base=Module, place="torch.nn.modules.some", **attributes):
    kind = type(title, (base,), {"__module__": place, "forward": lambda _, x: x})
    return kind(modules, **attributes)


def sequential(*modules, **named):
    return fake("Sequential", {**{str(number): module for number, module in enumerate(modules)}, **named})


def conv(**changed):
    attributes = {
        "in_channels": 3,
        "out_channels": 8,
        "kernel_size": (3, 3),
        "stride": (1, 1),
        "padding": (1, 1),
        "dilation": (1, 1),
        "groups": 1,
        "bias": None,
        "padding_mode": "zeros",
    }
    return fake("Conv2d", **attributes | changed)


def refusal_of(read, source):
    """The refusal of what cannot be read, None where it can; any other error is an error of the test."""
    try:
        assert len(read(source)) >= 1
    except RefusedError as refusal:
        return str(refusal)
    return None


def layers(network):
    return [node.operation for node in network.nodes[1:]]


# Live modules


def test_pytorch_is_never_imported():
    before = "torch" in sys.modules
    from_torch(sequential(conv(), fake("ReLU")))
    assert ("torch" in sys.modules) == before


def test_a_convolution_is_read_by_its_attributes():
    (found,) = layers(from_torch(sequential(conv(bias=object(), groups=1, in_channels=0))))
    assert found == Convolution(ca.Conv(3, padding=1), 8, 1, True)
    (found,) = layers(from_torch(conv(stride=(1, 2), dilation=(2, 2))))
    assert found == Convolution(ca.Conv(3, stride=(1, 2), padding=1, dilation=2), 8, 1, False, in_channels=3)


def test_names_are_dotted_paths_and_stay_different():
    inner = sequential(conv(), fake("ReLU"))
    network = from_torch(sequential(inner, input=fake("ReLU"), **{"0.1": fake("Tanh")}))
    assert [node.name for node in network.nodes[1:]] == ["0.0", "0.1", "input-2", "0.1-2"]


def test_a_border_of_its_own_is_a_layer_before():
    network = from_torch(sequential(conv(padding_mode="reflect", padding=(1, 2))))
    assert layers(network) == [Padding((1, 2), "reflect"), Convolution(ca.Conv(3), 8, 1, False, in_channels=3)]
    assert [node.name for node in network.nodes[1:]] == ["0.pad", "0"]
    network = from_torch(sequential(conv(padding_mode="circular", padding="same", kernel_size=(3, 4))))
    assert layers(network)[0] == Padding((1, (1, 2)), "circular")
    assert len(from_torch(sequential(conv(padding_mode="circular", padding=(0, 0))))) == 1


def test_equal_layers_are_one_operation():
    network = from_torch(sequential(*[conv() for _ in range(5)]))
    assert len({id(operation) for operation in layers(network)}) == 1


@pytest.mark.parametrize(
    ("module", "said"),
    [
        (None, "NoneType is no torch module; give an nn.Sequential"),
        ([conv()], r"list is no torch module; give nn.Sequential\(\*layers\)"),
        (OrderedDict(), "OrderedDict is no torch module; a state_dict holds weights without their layers"),
        ("Sequential()", "str is no torch module; .* from_printed"),
        (type(conv()), r"type is no torch module; give a module, as Conv2d\(\.\.\.\)"),
        (3, "int is no torch module"),
        (sequential(), "the Sequential is empty"),
        (sequential(conv(), None), "1 is None, which a Sequential cannot call"),
        (sequential(fake("DataParallel")), "0 is of class DataParallel and has nothing in it"),
        (
            sequential(fake("Block", {"conv": conv()})),
            "0 is of class Block: what connects its layers is in its forward",
        ),
        (sequential(fake("ModuleList", {"0": conv()})), "0 is of class ModuleList, which holds layers"),
        (sequential(fake("LSTM")), "0: LSTM is recurrent"),
        (sequential(fake("Conv2d")), "0: Conv2d has no kernel_size"),
        (sequential(conv(kernel_size=(3, 3, 3))), r"0: kernel_size \(3, 3, 3\) of Conv2d has 3 numbers; give 2"),
        (sequential(conv(kernel_size="3")), "0: kernel_size must be a whole number; got '3'"),
        (sequential(conv(stride=(0, 1))), "0: axis 0 .height.: stride 0 is below 1"),
        (sequential(conv(groups=2)), "0: in_channels 3 is not divisible by groups 2"),
        (sequential(conv(padding="half")), "0: padding 'half' of Conv2d is none of PyTorch's; known are same, valid"),
        (sequential(conv(padding="same", stride=(2, 2))), "0: padding 'same' with stride 2: PyTorch has it for"),
        (sequential(conv(padding_mode="mirror")), "0: padding_mode 'mirror' of Conv2d is none of PyTorch's"),
        (sequential(fake("MaxPool2d", kernel_size=2, return_indices=True), conv()), "0 has return_indices=True"),
        (sequential(fake("Upsample", size=None, scale_factor=None)), "0: Upsample takes a size or a scale_factor"),
        (sequential(fake("BatchNorm2d", num_features=0, affine=True, bias=None)), "0: BatchNorm2d with bias=False"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(module, said):
    with pytest.raises(ParameterError, match=said):
        from_torch(module)


def test_a_module_that_holds_itself_is_too_deep():
    module = sequential()
    module._modules["0"] = module
    with pytest.raises(ParameterError, match="more than 50 modules deep"):
        from_torch(module)


def test_the_last_layer_may_return_indices():
    assert len(from_torch(sequential(fake("MaxPool2d", kernel_size=2, return_indices=True)))) == 1


def test_a_wrapper_is_looked_through():
    assert from_torch(fake("DataParallel", {"module": sequential(conv())})) == from_torch(sequential(conv()))


# Printed text

READ = {
    "Conv1d(3, 8, kernel_size=(3,), stride=(1,))": Convolution(ca.Conv(3), 8, in_channels=3),
    "Conv2d(3, 8, kernel_size=(3, 5), stride=(2, 2), padding=(1, 2), groups=1, bias=False)": Convolution(
        ca.Conv((3, 5), stride=2, padding=(1, 2)), 8, bias=False, in_channels=3
    ),
    "Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=same)": Convolution(
        ca.Conv(3, padding="same"), 8, in_channels=3
    ),
    "Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=valid)": Convolution(ca.Conv(3), 8, in_channels=3),
    "LazyConv2d(0, 8, kernel_size=(3, 3), stride=(1, 1))": Convolution(ca.Conv(3), 8),
    "Conv2d(4, 8, kernel_size=(3, 3), stride=(1, 1), dilation=(2, 2), groups=4)": Convolution(
        ca.Conv(3, dilation=2), 8, 4, in_channels=4
    ),
    "ConvTranspose2d(8, 4, kernel_size=(4, 4), stride=(2, 2), padding=(1, 1), output_padding=(1, 1))": (
        TransposedConvolution(ca.ConvTranspose(4, stride=2, padding=1, output_padding=1), 4, in_channels=8)
    ),
    "MaxPool2d(kernel_size=3, stride=2, padding=1, dilation=1, ceil_mode=True)": Pooling(
        ca.Pool(3, stride=2, padding=1, ceil_mode=True), "max"
    ),
    "MaxPool2d(kernel_size=(2, 2))": Pooling(ca.Pool(2), "max"),
    "LPPool2d(norm_type=2, kernel_size=3, stride=None, ceil_mode=False)": Pooling(ca.Pool(3), "lp"),
    "AdaptiveAvgPool2d(output_size=(1, 1))": GlobalPooling("avg"),
    "AdaptiveMaxPool1d(output_size=1)": GlobalPooling("max"),
    "AdaptiveAvgPool2d(output_size=(7, None))": AdaptivePooling((7, None), "avg"),
    "Linear(in_features=512, out_features=10, bias=True)": FullyConnected(10, True, 512),
    "LazyLinear(in_features=0, out_features=10, bias=False)": FullyConnected(10, False),
    "BatchNorm2d(64, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)": Normalization("batch"),
    "InstanceNorm2d(64, eps=1e-05, momentum=0.1, affine=False, track_running_stats=False)": Normalization(
        "instance", False
    ),
    "BatchNorm2d(64, eps=1e-05, momentum=0.1, affine=True, bias=False, track_running_stats=True)": Unchanged(
        "BatchNorm2d", 64
    ),
    "GroupNorm(8, 64, eps=1e-05, affine=True)": Normalization("group"),
    "LayerNorm((64, 7, 7), eps=1e-05, elementwise_affine=True)": Unchanged("LayerNorm", 2 * 64 * 49),
    "LayerNorm((64,), eps=1e-05, elementwise_affine=True, bias=False)": Unchanged("LayerNorm", 64),
    "LayerNorm((64,), eps=1e-05, elementwise_affine=False)": Normalization("layer", False),
    "RMSNorm((64,), eps=None, elementwise_affine=True)": Unchanged("RMSNorm", 64),
    "ReLU(inplace=True)": Unchanged("ReLU"),
    "ReLU(inplace)": Unchanged("ReLU"),  # as old versions have it
    "LeakyReLU(negative_slope=0.2, inplace=True)": Unchanged("LeakyReLU"),
    "PReLU(num_parameters=64)": Unchanged("PReLU", 64),
    "Dropout2d(p=0.5, inplace=False)": Unchanged("Dropout"),
    "LocalResponseNorm(5, alpha=0.0001, beta=0.75, k=2.0)": Unchanged("LRN"),
    "Softmax(dim=1)": Unchanged("Softmax"),
    "Flatten(start_dim=1, end_dim=-1)": Flatten(),
    "Flatten()": Flatten(),
    "Unflatten(dim=1, unflattened_size=(512, 4, 4))": Unflatten((512, 4, 4)),
    "Unflatten(dim=1, unflattened_size=torch.Size([512, 4, 4]))": Unflatten((512, 4, 4)),
    "Upsample(scale_factor=2.0, mode='nearest')": Upsampling(2),
    "Upsample(scale_factor=2.0, mode=nearest)": Upsampling(2),
    "Upsample(size=(7, 9), mode='nearest')": Upsampling(size=(7, 9)),
    "Upsample(scale_factor=(2.0, 3.0), mode='bilinear')": Upsampling((2, 3), mode="linear"),
    "Upsample(size=7, mode='area')": AdaptivePooling(7, "avg"),
    "UpsamplingBilinear2d(scale_factor=2.0, mode='bilinear')": Upsampling(2, mode="linear", align_corners=True),
    "ZeroPad2d((1, 2, 3, 4))": Padding(((3, 4), (1, 2))),
    "ZeroPad2d(1)": Padding(1),
    "ReflectionPad2d((3, 3, 3, 3))": Padding(3, "reflect"),
    "ReplicationPad3d((0, 1, 2, 3, 4, 5))": Padding(((4, 5), (2, 3), (0, 1)), "replicate"),
    "CircularPad1d((1, 2))": Padding(((1, 2),), "circular"),
    "ConstantPad2d(padding=(1, 1, 1, 1), value=-inf)": Padding(1),
    "PixelShuffle(upscale_factor=2)": PixelShuffle(2),
    "Identity()": Unchanged("Identity"),
    "torch.nn.ReLU()": Unchanged("ReLU"),
}


@pytest.mark.parametrize("text", READ)
def test_a_printed_layer_is_read(text):
    before = [Flatten()] if isinstance(READ[text], FullyConnected) else []
    assert layers(from_printed(text)) == [*before, READ[text]]
    assert layers(from_printed(f"Sequential(\n  (0): {text}\n)")) == [*before, READ[text]]


TEXT = """
Sequential(
  (features): Sequential(
    (0): Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
    (1): ReLU(inplace=True)
    (2): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
  )
  (flat): Flatten(start_dim=1, end_dim=-1)
  (classifier): Linear(in_features=802816, out_features=10, bias=True)
)
"""


def test_a_printed_tree_is_read():
    network = from_printed(TEXT)
    assert [node.name for node in network.nodes[1:]] == [
        "features.0",
        "features.1",
        "features.2",
        "flat",
        "classifier",
    ]
    assert network.table((3, 224, 224)).output_shape == (10,)
    assert network.warnings == ()


@pytest.mark.parametrize(
    "around",
    [
        lambda text: f">>> print(model)\n{text}\n>>> ",
        lambda text: f"In [3]: model\nOut[3]: \n{text}",
        lambda text: "Out[3]: " + text.lstrip(),
        lambda text: "\n".join(f"    {line}" for line in text.splitlines()),
        lambda text: "\n".join(f"# {line}" for line in text.splitlines()),
        lambda text: "\n".join(f"> {line}" for line in text.splitlines()),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\n".join(line.lstrip() for line in text.splitlines()),
        lambda text: f"print(model)\nmodel.eval()\n{text}\nthat was the model (as it is).",
        lambda text: text.replace("Sequential", "DataParallel(\n (module): Sequential", 1) + ")",
    ],
)
def test_what_stands_around_a_printed_tree_does_not_matter(around):
    assert from_printed(around(TEXT)) == from_printed(TEXT)


def test_code_with_one_layer_on_a_line_is_read_as_well():
    code = "model = nn.Sequential(\n    nn.Conv2d(3, 8, 3, padding=1),\n    nn.ReLU(),\n)"
    assert layers(from_printed(code)) == [Convolution(ca.Conv(3, padding=1), 8, in_channels=3), Unchanged("ReLU")]


def test_repeats_are_written_out():
    network = from_printed("Sequential(\n  (0-2): 3 x Sequential(\n    (0): ReLU()\n    (1): Tanh()\n  )\n)")
    assert [node.name for node in network.nodes[1:]] == ["0.0", "0.1", "1.0", "1.1", "2.0", "2.1"]


def test_what_print_does_not_show_is_warned_of_once():
    text = "Sequential(\n(0): AvgPool2d(kernel_size=2, stride=2, padding=0)\n(1): AvgPool2d(kernel_size=2, stride=2)\n"
    assert from_printed(f"{text}(2): Upsample(scale_factor=2.0, mode='bilinear')\n)").warnings == (
        "print() does not show the ceil_mode of AvgPool2d; it is taken to be False",
        "print() does not show the align_corners of Upsample; it is taken to be None",
    )
    assert from_printed("AvgPool2d(kernel_size=2, stride=2, ceil_mode=True)").warnings == ()
    assert from_printed("Upsample(scale_factor=2.0, mode='nearest')").warnings == ()


def test_what_is_not_exact_is_warned_of():
    (warning,) = from_printed("Upsample(scale_factor=2.0, mode='bicubic', align_corners=False)").warnings
    assert warning.endswith("its shapes are right, its receptive field is not exact")


def test_unknown_layers_are_reported_with_the_nearest_known():
    network = from_printed("Sequential(\n(0): Conv2D(3, 4)\n(1): StochasticDepth(p=0.1 -> row)\n)")
    assert layers(network) == [Unknown("Conv2D"), Unknown("StochasticDepth")]
    assert network.warnings == (
        "0: the layer Conv2D is unknown (did you mean Conv2d?) and taken to keep its shape",
        "1: the layer StochasticDepth is unknown and taken to keep its shape",
    )
    assert from_torch(sequential(fake("Conv2D", place="mine"))).nodes[1].operation == Unknown("Conv2D")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no module in the text"),
        ("hello", "there is no module in the text"),
        ("print(model)", "there is no module in the text"),
        ("(0): ReLU()", r"line 1, '\(0\): ReLU\(\)': the text begins inside of a module"),
        ("Sequential(\n(0): ReLU()", r"line 1, 'Sequential\(': its closing parenthesis does not come"),
        ("Sequential(\n...\n)", "line 2, '...': this is no line of a printed module"),
        ("Sequential(\n(0): Conv2d(3, 4,\n)", r"line 2, .*: this is no line of a printed module"),
        ("Sequential(Conv2d(3, 4, 3), ReLU())", "line 1, .*: Sequential shows its layers on lines of their own"),
        ("ReLU()\nReLU()", r"line 2, 'ReLU\(\)': a second module begins here"),
        (
            "Net(\n(0): ReLU()\n)",
            r"line 1, 'Net\(': the module is of class Net: what connects its layers is in its forward\(\), which "
            r"cannot be seen here; export it to ONNX and read that file, write its branches with res\(\.\.\.\) and "
            r"cat\(\.\.\.\), or put the layers that follow one another into one nn.Sequential",
        ),
        (
            "Sequential(\n\n(a): Sequential(\n(b): Net(\n(0): ReLU()\n)\n)\n)",
            r"line 4, '\(b\): Net\(': a.b is of class Net: ",
        ),
        (
            "Sequential(\n(0): ModuleList(\n(0): ReLU()\n)\n)",
            "line 2, .*: 0 is of class ModuleList, which holds layers",
        ),
        ("Sequential(\n(0-1): 2 x GLU(dim=-1)\n)", "line 2, .*: GLU halves an axis"),
        ("Sequential(\n(0-1): 3 x ReLU()\n)", r"line 2, .*: \(0-1\) does not name 3 modules"),
        ("Sequential(\n(0-999999): 1000000 x ReLU()\n)", "line 2, .*: there are more than 100000 layers"),
        ("Sequential()", "the Sequential is empty"),
        ("Conv2d(3, 8, kernal_size=3)", "has no argument kernal_size; did you mean 'kernel_size'"),
        ("Conv2d(3, 8)", "Conv2d has no kernel_size; give it, as kernel_size=..."),
        ("Conv2d(3, 8, 3, 1, 0, 1, 1, True, zeros, 7)", "Conv2d takes 9 arguments, in_channels, .*; there are more"),
        ("Conv2d(3, 8, kernel_size=3, kernel_size=3)", "kernel_size of Conv2d is given twice"),
        ("Conv2d(3, 8, kernel_size=(3, 3)", r"a '\)' is missing"),
        ("Conv2d(3, 8, kernel_size=)", "a value is missing at the end"),
        ("Conv2d(3 8, kernel_size=3)", "a comma is missing before '8'"),
        ("Conv2d(3, 8, kernel_size=k)", "kernel_size must be a whole number; got 'k'"),
        ("Conv2d(3, 8, kernel_size=2*3)", r"'\*3' is no argument"),
        ("Conv2d(3, 8, kernel_size=((((((3))))))", "the brackets are too deep"),
        ("Conv2d(3, 8, kernel_size=2.0)", "kernel_size must be a whole number; got 2.0"),
        (f"Conv2d(3, 8, kernel_size={'9' * 5000})", "the number 99999999999999999999... is too long"),
        ("Conv2d(3, 8, 3, bias=0)", "bias must be True or False; got 0"),
        ("ConvTranspose2d(3, 8, 3, padding_mode=reflect)", "padding_mode 'reflect' of ConvTranspose2d"),
        ("Upsample(scale_factor=1.5, mode='nearest')", "scale_factor 1.5 is no whole number; give the size"),
        ("Upsample(scale_factor=2.0, mode='biliner')", "mode 'biliner' of Upsample .* did you mean 'bilinear'"),
        ("ZeroPad2d((1, 2))", r"padding \(1, 2\) of ZeroPad2d has 2 numbers; give 4, before and after on each axis"),
        ("Flatten(start_dim=2, end_dim=-1)", "Flatten from 2 to -1 is not from the channels"),
        ("Unflatten(dim=2, unflattened_size=(2, 2))", "Unflatten of axis 2: only the features"),
        ("AdaptiveAvgPool2d(output_size=(1, 2, 3))", r"output_size \(1, 2, 3\) of AdaptiveAvgPool2d has 3 numbers"),
        ("Sequential(\n" * 60 + ")\n" * 60, "more than 50 modules deep"),
        (None, "NoneType is no text; give what print"),
        (b"ReLU()", "bytes is no text"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text, said):
    with pytest.raises(ParameterError, match=said):
        from_printed(text)


def test_where_flatten_begins_can_be_known_from_before():
    text = "Sequential(\n(0): MaxPool2d(kernel_size=2)\n(1): Flatten(start_dim={}, end_dim={})\n)"
    for start, end in ((1, 3), (-3, -1), (-3, 3)):
        assert layers(from_printed(text.format(start, end)))[1] == Flatten()
    assert layers(from_printed(text.format(2, 2)))[1] == Unchanged("Identity")
    with pytest.raises(ParameterError, match="Flatten from 1 to 2"):
        from_printed(text.format(1, 2))


def test_an_open_size_of_unflatten_follows_from_the_features():
    text = "Sequential(\n(0): Linear(in_features=5, out_features=24, bias=True)\n(1): Unflatten(dim=1, {})\n)"
    assert layers(from_printed(text.format("unflattened_size=(-1, 2, 3)")))[2] == Unflatten((4, 2, 3))


def test_an_input_of_features_is_flattened_first():
    text = "Sequential(\n(0): ReLU()\n(1): Linear(in_features=784, out_features=64)\n{}\n)"
    network = from_printed(text.format(""))
    assert layers(network) == [Unchanged("ReLU"), Flatten(), FullyConnected(64, True, 784)]
    assert network.input_shape == (784, 1)
    assert network.warnings == ("the input is flat, of 784 features; it is taken as 784x1",)
    assert network.table().output_shape == network.table((1, 28, 28)).output_shape == (64,)
    network = from_printed(text.format("(2): Unflatten(dim=1, unflattened_size=(4, 4, 4))"))
    assert network.input_shape == (784, 1, 1)
    assert network.table().output_shape == (4, 4, 4)
    lazy = from_printed("LazyLinear(in_features=0, out_features=10)")
    assert (layers(lazy), lazy.input_shape, lazy.warnings) == ([Flatten(), FullyConnected(10)], None, ())
    spatial = from_printed("Sequential(\n(0): MaxPool2d(2)\n(1): Linear(in_features=4, out_features=1)\n)")
    with pytest.raises(ShapeError, match="not flat; put a flatten before it"):
        spatial.table((1, 4, 4))


@pytest.mark.parametrize("title", sorted(REFUSED))
def test_refused_classes_say_why(title):
    with pytest.raises(ParameterError, match=f"{title} .*, which no layer here does; leave it out"):
        from_printed(f"Sequential(\n  (0): {title}(1, 2)\n)")


PIECES = words(
    "( ) , = [ ] : 0 1 2 3 -1 1.5 9e9 inf None True same zeros 'nearest' x Sequential ReLU Conv2d kernel_size stride "
    "padding (3, 3) Upsample scale_factor Flatten ModuleList Linear torch.Size (0): (0-3): >>> MaxPool2d ) ) ("
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, "\n", "\n", " "]), max_size=40))
def test_no_text_of_pieces_is_more_than_refused(pieces):
    assert refusal_of(from_printed, " ".join(pieces)) != ""


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="()[],=:.-'\" \n01293eRLUCnx_é", max_size=80))
def test_no_text_is_more_than_refused(text):
    for given_text in (text, f"Sequential(\n{text}\n)", f"Conv2d({text})", f"Upsample({text})"):
        assert refusal_of(from_printed, given_text) != ""


def test_no_change_to_a_printed_tree_is_more_than_refused():
    draw = random.Random(7)
    whole = "Sequential(\n" + "\n".join(f"({n}): {text}" for n, text in enumerate(READ)) + "\n)"
    refused = 0
    for _ in range(3000):
        start = draw.randrange(len(whole))
        stop = draw.choice((start, start + 1, start + draw.randint(1, 60)))
        text = whole[:start] + draw.choice(("", *PIECES)) + whole[stop:]
        refused += refusal_of(from_printed, text) is not None
    assert 0 < refused < 3000


@pytest.mark.parametrize("title", sorted(CLASSES))
def test_no_argument_of_a_class_is_more_than_refused(title):
    draw = random.Random(title)
    values = [None, True, 0, 1, 2, -1, 3.0, 1.5, float("nan"), "same", "x", (), (1,), (1, 2), (1, "a"), [2, 3], [[1]]]
    values += [{}, 10**30, "zeros", "bilinear", (2.0, 2.0), (None, 3), object()]
    for _ in range(150):
        attributes = {name: draw.choice(values) for name in CLASSES[title][0] if draw.random() < 0.8}
        refusal = refusal_of(from_torch, sequential(fake(title, **attributes)))
        assert refusal is None or refusal.startswith("0: ")


def test_arguments_by_place_and_by_name():
    known = dict.fromkeys(("a", "b", "c"))
    assert read_arguments("1, c=(2, [3]), b='x'", "L", known) == {"a": 1, "c": (2, (3,)), "b": "x"}
    assert read_arguments("", "L", known) == {}
    assert read_arguments("-1.5e3, inf, False", "L", known) == {"a": -1500.0, "b": "inf", "c": False}
