"""The scene of a network's boxes: which there are, what they say, what leads where, and what is shown once."""

from __future__ import annotations

from itertools import pairwise

import pytest
from pictured_networks import (
    NETWORKS,
    chain,
    conv,
    dense,
    gated,
    inception,
    max_pool,
    odd,
    parted,
    residual,
    small,
    u_net,
)

import convarith as ca
from convarith.network.graph import Builder
from convarith.network.merging import Concatenation, CropTo, Product, Sum
from convarith.network.operations import Convolution, FullyConnected, GlobalPooling, Pooling, Unchanged
from convarith.render.networks.diagram import Box, Bundle, Joint, Link

SCALE = "The larger a tensor, the higher and deeper its box; the more channels, the wider. Not to scale."

SMALL = f"""\
Small: 1×6×6 → 10
{SCALE}
/2: stride 2
Not drawn, as they change no shape: relu, flatten, softmax.
Small: 1×6×6 → 10. From the input on: input, 1×6×6; conv1, conv 3×3, 4×6×6; pool1, max pool 2×2 /2, 4×3×3; fc1, fc, \
10. Together 410 parameters, 1,656 MACs.
0 input: input, 1×6×6, input
1 conv1: conv 3×3, 4×6×6, convolution
2 pool1: max pool 2×2 /2, 4×3×3, pooling
3 fc1: fc, 10, connected
link 0 to 1
link 1 to 2
link 2 to 3
step 0: Together 410 parameters, 1,656 MACs
step 1: item 0, input: 1×6×6
step 2: item 1, conv1: conv 3×3, 1×6×6 → 4×6×6; 40 parameters, 1,296 MACs
step 3: item 2, pool1: max pool 2×2 /2, 4×6×6 → 4×3×3; no parameters, no MACs
step 4: item 3, fc1: fc, 36 → 10; 370 parameters, 360 MACs
"""


def boxes(network, **wishes):
    return ca.render.compose_network(network, **wishes)


def lines(scene, *starts):
    return [line for line in scene.text().splitlines() if line.startswith(starts)]


def words_of(scene):
    """The items in words, but for the input: ``(words, shape)``, a sign, or the branches."""
    found = []
    for item in scene.items[1:]:
        if isinstance(item, Joint):
            found.append(item.sign)
        elif isinstance(item, Bundle):
            found.append([[" ".join(box.words) for box in way] for way in item.branches])
        else:
            found.append((f"{f'{item.times} × ' if item.times > 1 else ''}{' '.join(item.words)}", item.shape))
    return found


def test_a_plain_chain_in_words():
    """410 = 4·9 + 4 + 36·10 + 10; 1656 = 36·36 + 360."""
    assert boxes(small()).text() == SMALL


def test_what_the_layers_are_called():
    scene = boxes(odd())
    assert [word for word, _ in words_of(scene)] == [
        "reflect pad 2",
        "conv 3×5 /2×1",
        "depthwise conv 3×3",
        "conv 3×3 g3",
        "bilinear ×2",
        "pixel shuffle ×1",
        "crop 1",
        "max pool to 4×2",
        "unknown Swirl",
        "global avg pool",
        "fc",
        "unflatten",
    ]
    assert [box.role for box in scene.boxes()][1:] == [
        "reshaping",
        *["convolution"] * 3,
        *["upsampling"] * 2,
        "reshaping",
        "pooling",
        "unknown",
        "pooling",
        "connected",
        "reshaping",
    ]
    assert scene.captions == (SCALE, "/2: stride 2; g2: groups 2")


@pytest.mark.parametrize(
    ("layer", "shape", "said"),
    [
        (ca.Conv((5,), stride=3), (4, 32), "conv 5 /3"),
        (ca.Conv((3, 1, 1), dilation=(2, 1, 1), padding="same"), (4, 8, 8, 8), "conv 3×1×1 d2×1×1"),
        (ca.Conv(3, padding=1, input_dilation=2), (4, 8, 8), "conv 3×3 ↑2"),
    ],
)
def test_windows_of_any_axes(layer, shape, said):
    scene = boxes(chain(Convolution(layer, 2), shape=shape))
    assert words_of(scene)[0][0] == said


def test_a_transposed_convolution_says_its_stride():
    scene = boxes(u_net(1, 8))
    assert "upconv 2×2 /2" in [word for word, *_ in words_of(scene) if isinstance(word, str)]
    assert scene.names["transposed"] == "transposed convolution"


class TestLinks:
    def test_a_shortcut_of_one_layer_lies_on_its_link(self):
        scene = boxes(residual())
        assert lines(scene, "link") == [
            "link 0 to 1",
            "link 1 to 2",
            "link 2 to 3",
            "link 3 to 4",
            "link 1 to 4 through conv4: conv 1×1 /2, 8×8×8, convolution",
            "link 4 to 5",
            "link 5 to 6",
            "link 6 to 7",
            "link 4 to 7",
        ]
        assert [item.sign for item in scene.items if isinstance(item, Joint)] == ["+", "+"]
        assert scene.names["+"] == "sum"

    def test_what_hangs_on_a_link_is_counted_where_it_arrives(self):
        """A 1×1 convolution of 4 maps to 8, with bias, on 8×8: 40 parameters, 2048 MACs."""
        scene = boxes(residual())
        assert scene.steps[5].note == "sum1: sum, 8×8×8 → 8×8×8; 40 parameters, 2,048 MACs"

    def test_branches_without_a_main_one_stand_beside_each_other(self):
        scene = boxes(inception())
        assert words_of(scene)[1] == [
            [],
            ["conv 1×1"],
            ["conv 1×1", "conv 3×3"],
            ["max pool 3×3", "conv 1×1"],
        ]
        assert words_of(scene)[2] == ("concat", (12, 8, 8))
        assert lines(scene, "link") == ["link 0 to 1", "link 1 to 2", "link 2 to 3"]
        assert scene.names["merge"] == "concatenation"

    def test_two_branches_of_one_kind_stand_beside_each_other_and_of_two_kinds_do_not(self):
        def two(*ends):
            builder = Builder()
            builder.add(conv(3, 4))
            numbers = []
            for operation in ends:
                builder.at = 1
                numbers.append(builder.add(operation))
            builder.add(Concatenation(), numbers)
            return boxes(builder.build("", (3, 8, 8)))

        pool = Pooling(ca.Pool(3, stride=2, padding=1))
        assert words_of(two(conv(1, 4), conv(3, 4)))[1] == [["conv 1×1"], ["conv 3×3"]]
        scene = two(pool, conv(3, 4, stride=2))
        assert words_of(scene)[1:] == [("conv 3×3 /2", (4, 4, 4)), ("concat", (8, 4, 4))]
        assert lines(scene, "link 1 to 3") == ["link 1 to 3 through pool1: max pool 3×3 /2, 4×4×4, pooling"]

    def test_the_links_of_a_u_go_from_level_to_level(self):
        scene = boxes(u_net(2, 16), fold=False)
        far = [(link.start, link.end) for link in scene.links if link.end - link.start > 1]
        names = [item.name for item in scene.items]
        assert [(names[start], names[end]) for start, end in far] == [("conv4", "cat1"), ("conv2", "cat2")]

    def test_every_tensor_that_a_shown_layer_takes_is_a_link(self):
        for name, make in NETWORKS.items():
            network = make()
            scene = boxes(network, fold=False)
            quiet = {node.name for node in network.nodes} - {box.name for box in scene.boxes()}
            quiet -= {item.name for item in scene.items}
            owner = {}
            for node in network.nodes:
                owner[node.name] = owner[network.nodes[node.inputs[0]].name] if node.name in quiet else node.name
            wanted = {
                (owner[network.nodes[source].name], owner[node.name])
                for node in network.nodes
                if node.name not in quiet
                for source in node.inputs
            }
            assert edges_of(scene) == wanted, name

    def test_what_joins_tensors_of_another_shape_is_a_box(self):
        builder = Builder()
        first = builder.add(conv(3, 4))
        second = builder.add(conv(3, 4, padding=0))
        builder.add(Sum(crop=True), [first, second])
        scene = boxes(builder.build("", (3, 8, 8)))
        assert isinstance(scene.items[-1], Joint)  # it has the shape of the smaller one
        builder.add(CropTo(1), [first, builder.at])
        assert words_of(boxes(builder.build("", (3, 8, 8))))[-1] == ("crop from 1", (4, 6, 6))

    def test_a_gate_is_a_product(self):
        builder = Builder()
        start = builder.add(conv(3, 4))
        builder.add(GlobalPooling())
        gate = builder.add(conv(1, 4))
        builder.add(Product(), [start, gate])
        scene = boxes(builder.build("", (3, 8, 8)))
        assert words_of(scene)[-1] == "×"
        assert Link(1, 4) in scene.links
        assert scene.names["×"] == "product"


def edges_of(scene):
    """(name, name) for every tensor that one layer takes of another."""
    found = set()

    def walk(start, way, end):
        names = [start, *(box.name for box in way), end]
        found.update(pairwise(names))

    names = [item.name for item in scene.items]
    for link in scene.links:
        if isinstance(scene.items[link.end], Bundle):
            for way in scene.items[link.end].branches:
                walk(names[link.start], way, names[link.end + 1])
        elif not isinstance(scene.items[link.start], Bundle):
            walk(names[link.start], link.through, names[link.end])
    return found


class TestFolding:
    def test_few_boxes_are_shown_each_for_itself_unless_folding_is_asked_for(self):
        network = residual(3)
        assert len(boxes(network).items) == 11
        assert len(boxes(network, fold=True).items) == 7
        assert boxes(network, fold=False) == boxes(network)

    def test_many_are_folded_unless_it_is_refused(self):
        network = residual(9)
        assert boxes(network) == boxes(network, fold=True)
        assert len(boxes(network, fold=False).items) == 29

    def test_alike_blocks_come_in_a_group(self):
        scene = boxes(residual(9))
        assert words_of(scene)[4:] == [("2 × conv 3×3", (8, 8, 8)), "+"]
        assert lines(scene, "group") == ["group 5 to 6: 8 times"]
        assert lines(scene, "link 4", "link 5") == ["link 4 to 5", "link 5 to 6", "link 4 to 6"]
        assert scene.steps[6].note == (
            "conv5 … conv20, 16 times: conv 3×3, 8×8×8 → 8×8×8; 9,472 parameters, 589,824 MACs"
        )

    def test_what_the_steps_say_adds_up_to_all_there_is(self):
        for make in (residual, lambda: residual(9), inception, dense, gated, u_net, odd):
            for fold in (True, False):
                network = make()
                scene = boxes(network, fold=fold)
                parameters = sum(int(number_before(step.note, " parameters")) for step in scene.steps[1:])
                macs = sum(int(number_before(step.note, " MACs")) for step in scene.steps[1:])
                table = network.table()
                assert (parameters, macs) == (table.parameters, table.macs)
                assert scene.steps[0].note == f"Together {table.parameters:,} parameters, {table.macs:,} MACs"

    def test_channels_may_grow_from_time_to_time(self):
        scene = boxes(dense(6))
        assert lines(scene, "group") == ["group 2 to 4: 6 times, 4 to 16 channels"]
        assert words_of(scene)[3] == ("concat", (16, 8, 8))

    def test_dilation_may_grow_and_is_said_from_to(self):
        scene = boxes(gated(), fold=True)
        assert words_of(scene)[1] == [["conv 2 d1…4"], ["conv 2 d1…4"]]
        assert lines(scene, "group") == ["group 2 to 5: 3 times"]

    def test_a_run_of_alike_layers_is_one_box(self):
        network = chain(*[conv(3, 4)] * 20, max_pool(), *[FullyConnected(9)] * 2, FullyConnected(8))
        assert words_of(boxes(network)) == [
            ("20 × conv 3×3", (4, 8, 8)),
            ("max pool 2×2 /2", (4, 4, 4)),
            ("2 × fc", (9,)),
            ("fc", (8,)),
        ]

    def test_convolutions_without_padding_make_a_tensor_a_little_smaller_in_a_run(self):
        network = chain(conv(3, 4, padding=0), conv(3, 4, padding=0), shape=(3, 64, 64))
        assert words_of(boxes(network, fold=True)) == [("2 × conv 3×3", (4, 60, 60))]
        much = chain(conv(3, 4, padding=0), conv(3, 4, padding=0), shape=(3, 8, 8))
        assert [shape for _, shape in words_of(boxes(much, fold=True))] == [(4, 6, 6), (4, 4, 4)]

    def test_other_features_or_strides_are_not_alike(self):
        network = chain(conv(3, 4), conv(3, 5), conv(3, 5, stride=2), conv(1, 5), conv(1, 5, groups=5))
        assert len(boxes(network, fold=True).items) == 6

    def test_nothing_is_folded_that_a_link_from_outside_leads_into_or_out_of(self):
        builder = Builder()
        builder.add(conv(3, 4))
        ends = [builder.add(conv(3, 4)) for _ in range(4)]
        builder.add(Concatenation(), [builder.at, ends[1]])
        scene = boxes(builder.build("", (3, 8, 8)), fold=True)
        assert words_of(scene)[:2] == [("3 × conv 3×3", (4, 8, 8)), ("2 × conv 3×3", (4, 8, 8))]
        assert Link(1, 3) in scene.links

    def test_nor_are_blocks_that_take_more_than_what_is_right_before_them(self):
        """Each sum takes the tensor of two sums before it, so that no block of the chain can stand for another."""
        builder = Builder()
        sums = [builder.add(conv(3, 4)), builder.add(conv(1, 4))]
        for _ in range(6):
            builder.add(conv(3, 4))
            sums.append(builder.add(Sum(), [builder.at, sums[-2]]))
        scene = boxes(builder.build("", (3, 8, 8)), fold=True)
        assert not scene.groups
        assert len(scene.items) == 15

    def test_nor_are_blocks_of_which_one_is_taken_elsewhere(self):
        builder = Builder()
        builder.add(conv(3, 4))
        firsts = []
        for _ in range(4):
            firsts.append(builder.add(conv(3, 4)))
            builder.add(conv(1, 4))
        builder.add(Concatenation(), [builder.at, firsts[1]])
        scene = boxes(builder.build("", (3, 8, 8)), fold=True)
        (far,) = [link for link in scene.links if link.end - link.start > 1]
        assert scene.items[far.start].name == "conv4"
        assert not any(group.first <= far.start <= group.last for group in scene.groups)

    def test_links_from_the_same_place_of_every_time_to_one_item_are_one(self):
        builder = Builder()
        builder.add(conv(3, 4))
        links = []
        for _ in range(5):
            links.append(builder.add(conv(3, 4)))
            builder.at = links[-1]
            builder.add(max_pool(1))
        builder.add(Sum(), [builder.at, *links])
        scene = boxes(builder.build("", (3, 8, 8)), fold=True)
        assert lines(scene, "group") == ["group 2 to 3: 5 times"]
        assert Link(2, 4) in scene.links

    def test_a_group_begins_where_its_shape_does(self):
        """Pairs of a grouped convolution and a 1×1 one, after a 1×1 one of other channels: not from that on."""
        grouped, mixing = conv(3, 8, groups=8), conv(1, 8)
        scene = boxes(chain(conv(3, 4, stride=2), mixing, *[grouped, mixing] * 3), fold=True)
        assert [word for word, _ in words_of(scene)] == ["conv 3×3 /2", "conv 1×1", "conv 3×3 g8", "conv 1×1"]
        assert lines(scene, "group") == ["group 3 to 4: 3 times"]

    def test_a_chain_of_ten_thousand_is_one_box(self):
        builder = Builder()
        for _ in range(10_000):
            builder.add(conv(3, 4))
        assert words_of(boxes(builder.build("", (4, 8, 8)))) == [("10000 × conv 3×3", (4, 8, 8))]


class TestWhatIsLeftOut:
    def test_what_changes_no_shape_is_named_with_how_often(self):
        assert "Not drawn, as they change no shape: 2 batch norm, 4 relu." in boxes(residual()).captions

    def test_but_not_where_nothing_else_is_there(self):
        assert words_of(boxes(NETWORKS["only quiet layers"]())) == [("relu", (3, 8, 8)), ("batch norm", (3, 8, 8))]

    def test_what_does_not_lead_to_the_output_is_counted(self):
        builder = Builder()
        builder.add(conv(3, 4))
        start = builder.at
        builder.add(conv(1, 2))
        builder.add(max_pool())
        builder.at = start
        builder.add(conv(3, 5))
        scene = boxes(builder.build("", (3, 8, 8)))
        assert scene.captions[-1] == "Not drawn, as they do not lead to the output: 2 layers."
        assert len(scene.items) == 3

    def test_an_empty_network_is_its_input(self):
        scene = boxes(NETWORKS["nothing"]())
        assert [item.words for item in scene.items] == [("input",)]
        assert scene.title == "A network: 3×8×8 → 3×8×8"


class TestWords:
    def test_the_alternative_text_says_every_layer_with_its_shape(self):
        for name, make in NETWORKS.items():
            scene = boxes(make())
            for box in scene.boxes():
                assert " ".join(box.words) in scene.alt, (name, box)
            for item in scene.items:
                if isinstance(item, Box):
                    assert "×".join(map(str, item.shape)) in scene.alt, (name, item)

    def test_groups_stand_in_brackets(self):
        alt = boxes(residual(9)).alt
        assert "8 times (conv20, 2 × conv 3×3, 8×8×8; sum9, 8×8×8, with sum1)" in alt

    def test_names_and_titles_of_any_length_are_cut_in_notes_and_put_in_one_line(self):
        network = chain(Unchanged("x"), title="two\nlines")
        assert boxes(network).title == "two lines: 3×8×8 → 3×8×8"
        builder = Builder()
        builder.add(conv(3, 4), name="n" * 300)
        scene = boxes(builder.build("", (3, 8, 8)))
        assert len(scene.steps[2].note) < 150
        assert "n" * 300 in scene.alt

    def test_the_scene_as_data(self):
        data = boxes(residual()).to_dict()
        assert data["picture"] == "boxes"
        assert data["items"][1] == {
            "kind": "box",
            "name": "conv1",
            "role": "convolution",
            "words": ["conv", "3×3"],
            "shape": [4, 16, 16],
            "times": 1,
        }
        assert data["items"][4] == {"kind": "joint", "name": "sum1", "sign": "+", "shape": [8, 8, 8]}
        assert data["links"][4]["from"] == 1
        assert data["links"][4]["through"][0]["words"] == ["conv", "1×1 /2"]


def number_before(text, word):
    """The number before a word, 0 where it says that there are none."""
    if word not in text:
        return 0
    digits = text.partition(word)[0].rpartition(" ")[2].replace(",", "")
    return 0 if digits == "no" else digits


def test_what_is_no_picture_is_refused():
    with pytest.raises(ca.ParameterError, match=r"^unknown picture 'fields'; did you mean 'field'\? Known are boxes, "):
        boxes(small(), picture="fields")
    with pytest.raises(ca.ParameterError, match=r"^a unit is for what it reads; give picture='field', or leave the un"):
        boxes(small(), unit=(0, 0))
    with pytest.raises(ca.ParameterError, match=r"^a layer is for what it reads; "):
        boxes(small(), layer="conv1")
    with pytest.raises(ca.ParameterError, match=r"^only boxes are folded; "):
        boxes(small(), picture="field", fold=True)
    with pytest.raises(ca.ParameterError, match=r"^plots over depth have no scene; "):
        boxes(small(), picture="depth")
    with pytest.raises(ca.ShapeError, match=r"^conv1: "):
        ca.render.compose_network(chain(conv(9, 4, padding=0)), (3, 4, 4))
    with pytest.raises(ca.ParameterError, match=r"^the network needs an input"):
        ca.render.compose_network(Builder().build())


def test_the_parted_network_has_a_link_from_its_input_to_its_end():
    scene = boxes(parted())
    assert Link(0, len(scene.items) - 1) in scene.links
