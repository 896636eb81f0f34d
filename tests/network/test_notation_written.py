"""Networks written in the compact notation and read back: any network with any settings and names, branches in one
another without references, repeats and lines that people can read; and strings of any kind, which never crash."""

from __future__ import annotations

import random
import re

import pytest
from drawn_anything import few, layers, nested, networks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import convarith as ca
from convarith import ParameterError
from convarith.network.graph import Builder
from convarith.network.merging import Concatenation, CropTo, Sum
from convarith.network.models import named
from convarith.network.models import names as known_names
from convarith.network.operations import Convolution, Operation, Padding, Pooling, Unchanged, Unknown
from convarith.network.readers.notation import parse
from convarith.network.writers.compact import write_compact
from convarith.network.writers.layer_texts import layer_text
from convarith.network.writers.layout import Part, folded

untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read_back(network):
    """The text of a network that is read back as the same."""
    text = write_compact(network)
    again = parse(text)
    assert again == network, text
    assert again.input_shape == network.input_shape
    return text


@untimed
@given(networks())
def test_any_network_is_read_back(network):
    read_back(network)


@untimed
@given(nested())
def test_what_parts_and_meets_again_needs_no_references(network):
    assert "@" not in read_back(network)


@untimed
@given(layers)
def test_any_operation_is_one_layer(operation):
    builder = Builder()
    builder.add(operation)
    text = layer_text(operation)
    assert parse(text) == builder.build()
    assert "\n" not in text


@pytest.mark.parametrize("name", known_names())
def test_the_named_networks_are_read_back_and_leave_nothing_unsaid(name):
    network = named(name)
    assert parse(read_back(network)).warnings == ()


@pytest.mark.parametrize("name", ["vgg16", "resnet50", "googlenet", "densenet", "unet", "pastiche", "wavenet"])
def test_without_their_names_they_are_read_back_too(name):
    read_back(unnamed(named(name)))


def unnamed(network):
    builder = Builder()
    for node in network.nodes[1:]:
        builder.add(node.operation, node.inputs)
    return builder.build()


# Forms that people read

WRITTEN = [
    "3-1-1Conv64",
    "3x5-2x1-1x2Conv64 d2 g4 in8 nobias",
    "3-1-0:1x1:2Conv64",
    "3-2-samexvalidConv64",
    "3-1-1DWConv x2",
    "3-2-1ConvT64 a1",
    "3-2MaxPool ceil",
    "2MaxPool",
    "AdaptiveAvgPool7x*",
    "GlobalAvgPool flat",
    "UpsampleTo14 linear aligned",
    "3-1-1Conv64 reflect",
    "3-1-1Conv64 (BN, ReLU)",
    "ReLU -> 3Conv64 (ReLU, Dropout) -> FC10",
    "PReLU w1",
    '"my act" w3',
    'Frobnicate(3, x) -> Unknown("MaxPol") -> Foo',
    "2 x (3-1-1Conv64 (BN, ReLU)) -> 2MaxPool",
    "3 x res(3-1-1Conv64 | ) -> ReLU",
    "2 x (2MaxPool -> 3 x (3-1-1Conv512 (ReLU)))",
    "res(3-1-1Conv64 (ReLU) -> 3-1-1Conv64 | 1Conv64) (ReLU)",
    "cat( | 3Conv8 | cropres( | 5Conv8) -> 1Conv8)",
    "mul( | GlobalAvgPool -> FC8 -> FC64 (Sigmoid))",
    "crop19( | 5Conv32 -> 7Conv3) -> cat(3Conv8 | 5Conv8 | | 7Conv8)",
    "res(3Conv32 -> a: 3Conv16 -> 3Conv8 | ) -> 3Conv8 -> res( | @a)",
    "input 3x224x224 -> 3-1-1Conv64",
    "data: input 3x8x8 -> cat(3Conv64 | )",
    "a: 3Conv64 -> 3Conv32 -> @a -> res(cat( | @input) -> 3Conv8 | )",
    "a: 3Conv64 -> 3Conv32 -> cat(@a | @input) -> 3Conv8",
    "data: input -> 3Conv64 -> a: 3Conv8 -> cat(@data | @data)",
    "input",
    "3Conv64 -> stem: ReLU -> 2MaxPool -> @stem -> BN",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_a_text_in_its_shortest_form_is_written_again_as_it_is(text):
    assert write_compact(parse(text)) == text


@pytest.mark.parametrize(
    ("text", "shorter"),
    [
        ("3-1-0Conv64 -> 2-2-0MaxPool -> Pad1 reflect -> 3Conv8", "3Conv64 -> 2MaxPool -> 3-1-1Conv8 reflect"),
        ("conv1: 3Conv64 -> relu1: ReLU", "3Conv64 (ReLU)"),
        ("3Conv64\n-> 3Conv64", "3Conv64 -> 3Conv64"),
        ("5 x (ReLU)", "5 x (ReLU)"),
        ("a: 3Conv64 -> res(@a -> BN | @a)", "a: 3Conv64 -> res(BN | )"),
        ("a: 3Conv64 -> 3Conv64 -> res( | @a)", "a: 3Conv64 -> res(3Conv64 | )"),
        ("data: input 3x8x8 -> 3Conv64 -> cat( | @data)", "data: input 3x8x8 -> cat(3Conv64 | )"),
        ("3Conv64 -> cat(@input | @input)", "3Conv64 -> cat(@input | @input)"),
        ("cat(@input | res(@input | @input))", "cat( | res( | ))"),
    ],
)
def test_other_texts_are_written_in_that_form(text, shorter):
    assert write_compact(parse(text)) == shorter


def test_unets_are_written_as_branches_in_one_another():
    text = read_back(unnamed(named("unet-same")))
    assert "@" not in text
    assert text.count("cat(") == 4
    assert text.startswith("2 x (3-1-1Conv64 (ReLU)) ->\ncat(\n| 2MaxPool -> ")


def test_a_resnets_text_is_short_and_folded():
    text = read_back(unnamed(named("resnet152")))
    assert "35 x (\n" in text
    assert len(text) < 1400


def test_lines_are_no_longer_than_a_screen_is_wide():
    for name in ("vgg16", "resnet50", "unet", "googlenet", "wavenet", "densenet121"):
        for network in (named(name), unnamed(named(name))):
            assert max(map(len, write_compact(network).splitlines())) <= 100
    long = parse("->".join([f"{n}Conv64" for n in range(1, 300)]))
    assert {len(line) > 85 for line in read_back(long).splitlines()[:-1]} == {True}


def test_a_name_that_comes_of_itself_is_not_written_and_any_other_is():
    builder = Builder()
    relu = Unchanged("ReLU")
    for name in ("relu2", "", "relu7", "", ""):
        builder.add(relu, name=name)
    network = builder.build()
    assert [node.name for node in network.nodes[1:]] == ["relu2", "relu1", "relu7", "relu3", "relu4"]
    assert write_compact(network) == "relu2: ReLU -> ReLU -> relu7: ReLU -> ReLU -> ReLU"
    read_back(network)


def test_names_past_one_that_comes_later_are_as_the_builder_gives_them():
    builder = Builder()
    for name in ("conv3", "conv1", "conv4", "conv2", "conv5"):
        builder.add(Convolution(ca.Conv(1), 1), name=name)
    read_back(builder.build())


def test_an_operation_of_somebody_else_has_no_words():
    class Mine(Operation):
        word = "mine"

        def __init__(self):
            pass

    builder = Builder()
    builder.add(Mine())
    with pytest.raises(ParameterError, match="Mine has no word in the compact notation"):
        write_compact(builder.build())


def test_a_padding_that_is_no_border_of_its_convolution_stands_alone():
    for padding in (Padding(((1, 1), (2, 2)), "reflect"), Padding(0, "reflect"), Padding((1, 1), "circular")):
        builder = Builder()
        builder.add(padding)
        builder.add(Convolution(ca.Conv((3, 3)), 8))
        read_back(builder.build())


# What is large


def test_ten_thousand_layers_are_read_and_written():
    text = " -> ".join(f"3-1-1Conv{64 + n % 977} (ReLU)" for n in range(5000))
    network = parse(text)
    assert len(network) == 10_000
    assert network.nodes[-2].operation == Convolution(ca.Conv(3, padding=1), 64 + 4999 % 977)
    read_back(network)


def test_the_largest_network_is_read_from_a_few_words():
    network = parse("50000 x (3-1-1Conv64 -> ReLU)")
    assert len(network) == 100_000
    assert len({id(node.operation) for node in network.nodes}) == 3
    assert write_compact(network) == "50000 x (3-1-1Conv64 (ReLU))"


def test_fifty_parentheses_in_one_another_are_read():
    assert len(parse("(" * 50 + "ReLU" + ")" * 50)) == 1
    assert len(parse("res( | " * 50 + "ReLU" + ")" * 50)) == 51


@pytest.mark.parametrize("depth", [10, 43, 44, 45, 60, 300])
def test_branches_deeper_than_are_read_become_references(depth):
    builder = Builder()
    starts = []
    for _ in range(depth):
        starts.append(builder.add(Unchanged("ReLU")))
        builder.add(Pooling(ca.Pool(2)))
    for start in reversed(starts):
        builder.add(Concatenation(), [builder.at, start])
    text = read_back(builder.build())
    assert ("@" in text) == (depth > 44)


@pytest.mark.parametrize("room", range(4))
def test_repeats_are_folded_only_as_deep_as_there_is_room(room):
    flat = [Part(f"{kernel}-1-1Conv64") for kernel in (3, 5, 5, 5, 3, 5, 5, 5, 7, 3, 5, 5, 5, 3, 5, 5, 5, 7)]
    parts = folded(flat, room)
    text = " -> ".join(part.flat for part in parts)
    assert max(part.depth for part in parts) == room
    assert text.count("x (") == (0, 1, 2, 3)[room]
    assert len(parse(text)) == 18


def test_repeats_in_deep_branches_are_folded_as_deep_as_is_read():
    inner = "3Conv64 -> 5Conv64 -> 7Conv64"
    for number in range(1, 10):
        inner = f"2 x ({inner} -> {number}Conv64 -> 1Conv{number})"
    builder = Builder()
    starts = [builder.add(Unchanged("ReLU")) for _ in range(44)]
    for node in parse(inner).nodes[1:]:
        builder.add(node.operation)
    for start in reversed(starts):
        builder.add(Concatenation(), [builder.at, start])
    text = read_back(builder.build())
    assert "@" not in text
    assert text.count("2 x (") > 5


def test_long_skips_over_one_another_are_references():
    builder = Builder()
    for _ in range(60):
        builder.add(Unchanged("ReLU"))
    for number in range(1, 50):
        builder.add(Sum(), [builder.at, number])
    read_back(builder.build())


def test_every_node_after_every_other_is_read_back():
    builder = Builder()
    chooser = random.Random(7)
    for number in range(1, 3000):
        if chooser.random() < 0.5:
            builder.add(chooser.choice(few), [chooser.randrange(number)])
        else:
            builder.add(Sum(), [chooser.randrange(max(number - 5, 0), number) for _ in range(chooser.randint(2, 5))])
    read_back(builder.build())


def test_a_crop_follows_its_second_branch():
    network = parse("crop19(3-2-1Conv8 | )")
    assert network.nodes[-1].operation == CropTo(19)
    assert network.nodes[-1].inputs == (1, 0)


# Any text at all

SIGNS = "-> → ( ) [ ] ; , | x × : @ \" ' # - 3 64 0 é \ud800 \x00 ² ٣ * = / _ . \\ – { } % 0:1 -1 99999999999"
WORDS = (
    "Conv ConvT MaxPool res( cat( crop input d2 g nobias same PReLU Unknown( @a w5 fc ReLU BN M C CRCRP (ReLU) causal "
    "reflect Pad e2 a1 flat 1000-d in3 conv3-64"
)
PIECES = (*SIGNS.split(" "), *WORDS.split(" "))
PIECES += ("\n", " ", "a: ", "3 x (", "x 3", "100000 x (", "input 3x32x32 ->", "stride 2", "average pool")
PIECES += ("[3x3, 64; 3x3, 64] x 2",)


def check(text):
    """Whether a text is read; if so it is written and read again, else the refusal is one sentence with its place."""
    try:
        network = parse(text)
    except ParameterError as error:
        sentence = str(error)
    else:
        read_back(network)
        return True
    assert re.match(r"at (line \d+, )?character \d+(, layer \d+)?: \S", sentence)
    assert "\n" not in sentence
    assert len(sentence) < 800
    return False


@untimed
@given(st.text())
def test_any_text_is_read_or_refused(text):
    check(text)


@untimed
@given(st.lists(st.sampled_from(PIECES) | st.sampled_from(WRITTEN)).map("".join))
def test_any_pieces_of_the_notation_are_read_or_refused(text):
    check(text)


@pytest.mark.parametrize("seed", range(8))
def test_spoilt_texts_are_read_or_refused(seed):
    chooser = random.Random(seed)
    read = 0
    for _ in range(250):
        text = chooser.choice(WRITTEN)
        if chooser.random() < 0.3:
            text += chooser.choice((" -> ", "\n", ", ", "")) + chooser.choice(WRITTEN)
        for _ in range(chooser.choice((1, 1, 2, 4))):
            at = chooser.randrange(len(text) + 1)
            piece = chooser.choice(("", chooser.choice(PIECES), chr(chooser.randrange(0x3000))))
            text = text[:at] + piece + text[at + chooser.choice((0, 0, 1, 3, 10)) :]
        read += check(text)
    assert read > 10


def test_no_text_takes_long():
    for text in (
        *("(" * 50000, "a(" * 50000, "relu(" * 50000, "(relu " * 50000, "res(|" * 20000, "cat( | " * 50000),
        *(
            "-" * 50000,
            "=-" * 50000,
            "---" + ">" * 1000,
            "1x" * 50000 + "1Conv3",
            '"' * 50001,
            "\\" * 50000,
            "#" * 50000,
        ),
        *("a, " * 50000, "a: " * 50000, "@a " * 50000, "3x3, 64, " * 5000, "[3x3, 64] " * 5000, "x" * 100000),
        *("relu(" + "1," * 50000, "foo(" + "a" * 100000, "a1" * 50000, "3-1Conv64 " + "d2 " * 20000),
    ):
        try:
            parse(text)
        except ParameterError:
            continue
    assert isinstance(parse("x" * 100000).nodes[1].operation, Unknown)
