"""What one unit reads, walked back: the panels against a walk over sets of cells, and what is drawn of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import combinations, pairwise, product
from typing import NamedTuple

import pytest
from drawn_pages import apart, bounds, check_inside, contrast, extent, paths, texts
from hypothesis import given, settings
from hypothesis import strategies as st
from pictured_networks import NETWORKS, chain, conv, gated, inception, max_pool, residual, small, u_net

import convarith as ca
from convarith.network.graph import Builder
from convarith.network.merging import Concatenation, CropTo, Sum
from convarith.network.operations import (
    Convolution,
    FullyConnected,
    Padding,
    Pooling,
    TransposedConvolution,
    Unchanged,
    Upsampling,
)
from convarith.render.drawing import Text
from convarith.render.themes import DEFAULT, THEMES

LARGE = ("lenet5", "alexnet", "vgg16", "resnet18", "resnet152", "googlenet", "unet", "densenet121", "dcgan", "wavenet")


def field(network, input_shape=None, **wishes):
    return ca.render.compose_network(network, input_shape, picture="field", **wishes)


def cells(panel):
    """The positions that a panel says are read."""
    found = set()
    for box in panel.boxes:
        along = [[at for first, last in runs for at in range(first, last + 1)] for runs in box]
        found.update(product(*along))
    return found


# A walk that shares nothing with the regions: from every unit of a tensor to the set of units that it reads


class Reading(NamedTuple):
    """What a unit reads along an axis without edges; every ``period`` units that moves on by ``shift``."""

    of: Callable[[int], set[int]]
    """Of the units 0 ... period - 1."""
    period: int = 1
    shift: int = 1

    def along(self, unit):
        turn, residue = divmod(unit, self.period)
        return {at + turn * self.shift for at in self.of(residue)}


def windows(kernel, stride, padding, dilation):
    return Reading(lambda _: {dilation * tap - padding for tap in range(kernel)}, 1, stride)


def stamps(kernel, stride):
    """Input i of a transposed convolution stamps outputs i·s ... i·s + k - 1."""
    return Reading(lambda unit: {i for i in range(-kernel, unit + 1) if 0 <= unit - i * stride < kernel}, stride, 1)


SAME = Reading(lambda _: {0})
TWICE = Reading(lambda _: {0}, 2, 1)


class Walk:
    """Tensors as sizes, and what the units of each read of those it takes."""

    def __init__(self, sizes):
        self.sizes = [sizes]
        self.reads = [[]]
        self.builder = Builder()

    def add(self, operation, size, reading, inputs=None):
        inputs = (len(self.sizes) - 1,) if inputs is None else inputs
        number = self.builder.add(operation, inputs)
        self.sizes.append((size,) * len(self.sizes[0]))
        self.reads.append([(source, reading) for source in inputs])
        return number

    def network(self):
        return self.builder.build("", (2, *self.sizes[0]))

    def behind(self, number, unit, *, clipped=True):
        """Node -> the set of its units that a unit of another one reads; all there would be, unless it is clipped."""
        found = {number: {unit}}
        for own in range(number, 0, -1):
            for source, reading in self.reads[own] if own in found else ():
                sizes = self.sizes[source]
                seen = found.setdefault(source, set())
                for where in found[own]:
                    read = product(*(reading.along(at) for at in where))
                    seen.update(
                        at
                        for at in read
                        if not clipped or all(0 <= x < size for x, size in zip(at, sizes, strict=True))
                    )
        return found


def random_walk(seed):
    """A network of a few layers with branches, and the walk through it."""
    pick = random.Random(seed)
    ndim = pick.choice((1, 2, 2, 2))
    walk = Walk((pick.randint(6, 20 if ndim == 1 else 9),) * ndim)
    for _ in range(pick.randint(1, 7)):
        size = walk.sizes[-1][0]
        kind = pick.choice(("conv", "conv", "pool", "up", "stamp", "pad", "branch", "quiet"))
        if kind in ("conv", "pool"):
            kernel, stride, dilation = pick.randint(1, 3), pick.randint(1, 2), pick.randint(1, 2)
            padding = pick.randint(0, (kernel - 1) // 2 if kind == "pool" else 1)
            count = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
            if count < 1:
                continue
            said = {"stride": stride, "padding": padding, "dilation": dilation}
            layer = Pooling(ca.Pool(kernel, **said)) if kind == "pool" else Convolution(ca.Conv(kernel, **said), 2)
            walk.add(layer, count, windows(kernel, stride, padding, dilation))
        elif kind == "up" and size <= 10:
            walk.add(Upsampling(2), 2 * size, TWICE)
        elif kind == "stamp" and size <= 8:
            kernel, stride = pick.randint(1, 3), pick.randint(1, 2)
            layer = TransposedConvolution(ca.ConvTranspose(kernel, stride=stride), 2)
            walk.add(layer, (size - 1) * stride + kernel, stamps(kernel, stride))
        elif kind == "pad":
            walk.add(Padding(1), size + 2, windows(1, 1, 1, 1))
        elif kind == "quiet":
            walk.add(Unchanged("ReLU"), size, SAME)
        elif kind == "branch":
            start, dilation = len(walk.sizes) - 1, pick.randint(1, 3)
            one = walk.add(Convolution(ca.Conv(3, padding=1), 2), size, windows(3, 1, 1, 1))
            wide = Convolution(ca.Conv(3, padding=dilation, dilation=dilation), 2)
            other = walk.add(wide, size, windows(3, 1, dilation, dilation), (start,))
            walk.add(pick.choice((Sum, Concatenation))(), size, SAME, (one, other))
    return walk, pick


@pytest.mark.parametrize("start", range(0, 400, 50))
def test_the_panels_light_what_a_walk_over_sets_of_cells_finds(start):
    for seed in range(start, start + 50):
        walk, pick = random_walk(seed)
        network = walk.network()
        number = pick.randrange(len(walk.sizes))
        unit = tuple(pick.randrange(size) for size in walk.sizes[number])
        found = walk.behind(number, unit)
        scene = field(network, layer=network.nodes[number].name, unit=unit)
        names = {node.name: place for place, node in enumerate(network.nodes)}
        assert scene.panels[0].name == network.nodes[number].name
        assert scene.panels[-1].is_input
        for panel in scene.panels:
            own = found.get(names[panel.name], set())
            assert cells(panel) == own, (seed, panel.name)
            along = zip(*own, strict=True) if own else [()] * len(unit)
            assert panel.counts == tuple(len(set(each)) for each in along)
            for span, along in zip(panel.spans, zip(*own, strict=True), strict=False):
                assert span == (min(along), max(along))


class TestNominal:
    """As if nothing were clipped: all that a unit would read of maps without edges."""

    def test_two_layers_at_a_corner(self):
        """3×3 on 3×3: unit 0 looks at -2 to 2; of the map between, at -1 to 1."""
        scene = field(chain(conv(3, 4), conv(3, 4)), unit=(0, 0))
        assert [panel.nominal for panel in scene.panels] == [((0, 0),) * 2, ((-1, 1),) * 2, ((-2, 2),) * 2]
        assert [panel.spans for panel in scene.panels] == [((0, 0),) * 2, ((0, 1),) * 2, ((0, 2),) * 2]
        assert scene.steps[2].note == "input, 8×8: reads 3×3, rows 0 to 2, columns 0 to 2; nominal 5×5"

    @pytest.mark.parametrize("start", range(0, 200, 50))
    def test_it_is_what_a_unit_reads_of_a_map_without_edges(self, start):
        for seed in range(start, start + 50):
            walk, pick = random_walk(seed)
            network = walk.network()
            number = len(walk.sizes) - 1
            unit = tuple(pick.randrange(size) for size in walk.sizes[number])
            found = walk.behind(number, unit, clipped=False)
            scene = field(network, layer=network.nodes[number].name, unit=unit)
            names = {node.name: place for place, node in enumerate(network.nodes)}
            for panel in scene.panels:
                own = found.get(names[panel.name], set())
                if own and None not in panel.nominal:
                    spans = tuple((min(along), max(along)) for along in zip(*own, strict=True))
                    assert panel.nominal == spans, (seed, panel.name)

    def test_a_resnet_at_the_middle(self):
        """435 of an input of 224, as is known of the backbone."""
        scene = field(ca.network.named("resnet18"))
        assert scene.panels[-1].spans == ((0, 223), (0, 223))
        assert [last - first + 1 for first, last in scene.panels[-1].nominal] == [435, 435]
        assert scene.steps[-1].note.endswith("reads 224×224, rows 0 to 223, columns 0 to 223; nominal 435×435")
        assert "nominal" in scene.names

    def test_where_nothing_is_clipped_there_is_no_word_of_it(self):
        scene = field(small())
        assert "nominal" not in scene.names
        assert all("nominal" not in step.note for step in scene.steps)


class TestThePanels:
    def test_a_chain_in_words(self):
        scene = field(small())
        assert scene.text() == (
            "What unit (1, 1) of pool1 reads: 4×4 of the input\n"
            "Small on an input of 1×6×6, walked back layer by layer\n"
            "What unit (1, 1) of pool1 reads, as maps with the part that it reads lit. Small on an input of 1×6×6, "
            "walked back layer by layer: pool1 (max pool 2×2 /2), 3×3: the unit; conv1 (conv 3×3), 6×6: reads 2×2, "
            "rows 2 to 3, columns 2 to 3; input, 6×6: reads 4×4, rows 1 to 4, columns 1 to 4.\n"
            "0 pool1 (max pool 2×2 /2): 3×3\n"
            "  box 1..1 × 1..1\n"
            "  span 1..1, 1..1\n"
            "  nominal 1..1, 1..1\n"
            "1 conv1 (conv 3×3): 6×6\n"
            "  box 2..3 × 2..3\n"
            "  span 2..3, 2..3\n"
            "  nominal 2..3, 2..3\n"
            "2 input (input): 6×6\n"
            "  box 1..4 × 1..4\n"
            "  span 1..4, 1..4\n"
            "  nominal 1..4, 1..4\n"
            "step 0: panel 0, pool1 (max pool 2×2 /2), 3×3: the unit\n"
            "step 1: panel 1, conv1 (conv 3×3), 6×6: reads 2×2, rows 2 to 3, columns 2 to 3\n"
            "step 2: panel 2, input, 6×6: reads 4×4, rows 1 to 4, columns 1 to 4\n"
        )

    def test_the_unit_is_the_middle_one_of_the_last_map_unless_it_is_said(self):
        assert field(small()).title == "What unit (1, 1) of pool1 reads: 4×4 of the input"
        assert field(small(), layer="conv1").title == "What unit (2, 2) of conv1 reads: 3×3 of the input"
        assert field(small(), unit=(0, 2)).title == "What unit (0, 2) of pool1 reads: 3×3 of the input"
        assert field(small(), layer="fc1").title == "What unit (0, 0) of fc1 reads: 6×6 of the input"
        assert field(gated(), unit=3).title == "What unit (3) of sum3 reads: 4 of the input"
        assert field(chain(FullyConnected(3))).panels[0].name == "fc1"

    def test_the_way_is_the_longest(self):
        """Through the convolutions of a block and not past them; into the depth of a U."""
        assert [panel.name for panel in field(residual()).panels] == [
            *["sum2", "conv6", "conv5", "sum1", "conv3", "conv2", "conv1", "input"],
        ]
        assert [panel.sizes[0] for panel in field(u_net(2, 16)).panels] == [
            16,
            16,
            16,
            8,
            8,
            8,
            4,
            4,
            8,
            8,
            8,
            16,
            16,
            16,
        ]

    def test_what_a_crop_follows_is_not_read(self):
        builder = Builder()
        first = builder.add(conv(3, 4))
        second = builder.add(conv(3, 4, padding=0))
        builder.add(CropTo(), [first, second])
        scene = field(builder.build("", (3, 8, 8)), unit=(0, 0))
        assert [panel.name for panel in scene.panels] == ["crop1", "conv1", "input"]
        assert cells(scene.panels[1]) == {(1, 1)}

    @pytest.mark.parametrize("name", LARGE)
    def test_of_many_layers_some_are_shown(self, name):
        scene = field(ca.network.named(name))
        ndim = len(scene.panels[0].sizes)
        assert len(scene.panels) <= (18 if ndim == 2 else 12)
        assert scene.panels[-1].is_input
        numbers = {node.name: place for place, node in enumerate(ca.network.named(name).nodes)}
        order = [numbers[panel.name] for panel in scene.panels]
        assert order == sorted(order, reverse=True)

    def test_every_stage_of_a_residual_network_is_among_them(self):
        scene = field(ca.network.named("resnet152"))
        assert {panel.sizes[0] for panel in scene.panels} == {224, 112, 56, 28, 14, 7}
        assert all(panel.words == "sum" for panel in scene.panels[:-3])
        assert scene.captions[1].startswith("Shown: 18 of the ")

    def test_what_is_read_in_places_says_so(self):
        scene = field(chain(conv(3, 4), conv(3, 4, dilation=3), shape=(3, 15, 15)), layer="conv2", unit=(7, 7))
        assert cells(scene.panels[1]) == set(product((4, 7, 10), repeat=2))
        assert scene.steps[1].note == "conv1 (conv 3×3), 15×15: reads 3×3 within 7×7, rows 4 to 10, columns 4 to 10"

    def test_nothing_but_padding_is_read(self):
        scene = field(chain(conv(1, 4), conv(1, 4, padding=3)), unit=(0, 0))
        assert scene.panels[-1].boxes == ()
        assert scene.title == "What unit (0, 0) of conv2 reads: nothing of the input"
        check_inside(ca.render.draw(scene))

    def test_the_scene_as_data(self):
        data = field(chain(conv(3, 4), conv(3, 4)), unit=(0, 0)).to_dict()
        assert data["picture"] == "field"
        assert data["panels"][1] == {
            "name": "conv1",
            "layer": "conv 3×3",
            "sizes": [8, 8],
            "boxes": [[[[0, 1]], [[0, 1]]]],
            "span": [[0, 1], [0, 1]],
            "count": [2, 2],
            "nominal_span": [[-1, 1], [-1, 1]],
            "input": False,
        }

    @pytest.mark.parametrize(
        ("wishes", "kind", "sentence"),
        [
            ({"layer": "conv9"}, ca.ParameterError, "there is no layer 'conv9'; did you mean 'conv1'?"),
            ({"unit": (0,)}, ca.ParameterError, "pool1 has 2 axes and the unit (0) names 1; give one index for each"),
            ({"unit": (0, 3)}, ca.ShapeError, "there is no unit (0, 3) in pool1, which is 3×3; the last one is (2, 2)"),
            ({"unit": (0, -1)}, ca.ParameterError, "axis 1 (width): unit -1 is below 0"),
            ({"unit": "middle"}, ca.ParameterError, "unit"),
            ({"unit": 1.5}, ca.ParameterError, "unit"),
        ],
    )
    def test_what_is_not_there_is_refused(self, wishes, kind, sentence):
        with pytest.raises(kind) as refused:
            field(small(), **wishes)
        assert str(refused.value).startswith(sentence)

    def test_more_axes_than_a_picture_has_are_refused(self):
        with pytest.raises(ca.ShapeError, match=r"^a picture shows up to 3 axes and this input has 4$"):
            field(chain(Convolution(ca.Conv((1, 1, 1, 1)), 2), shape=(1, 2, 2, 2, 2)))


class TestThePage:
    @pytest.mark.parametrize("theme", THEMES)
    @pytest.mark.parametrize("name", NETWORKS)
    def test_nothing_runs_off_it_and_no_words_meet(self, name, theme):
        check_page(ca.render.draw(field(NETWORKS[name]()), theme=theme))

    @pytest.mark.parametrize("name", LARGE)
    def test_nor_for_networks_that_people_draw(self, name):
        check_page(ca.render.draw(field(ca.network.named(name))))

    @settings(max_examples=40, deadline=None)
    @given(st.sampled_from(sorted(NETWORKS)), st.integers(280, 1500))
    def test_so_it_is_for_any_width(self, name, width):
        scene = field(NETWORKS[name]())
        try:
            drawing = ca.render.draw(scene, width=width)
        except ca.ShapeError as error:
            assert len(scene.panels[0].sizes) != 2
            drawing = ca.render.draw(scene, width=error.least_width)
            width = error.least_width
        assert drawing.width == width
        check_page(drawing)

    def test_a_lit_cell_is_drawn_where_it_lies(self):
        """Of maps with cells that can be seen: the middle of a cell is lit if and only if it is read."""
        network = chain(conv(3, 4, dilation=2), max_pool(), conv(3, 4), shape=(3, 12, 12))
        scene = field(network, unit=(1, 4))
        drawing = ca.render.draw(scene)
        shown = drawing.still()
        maps = maps_of(drawing, scene)
        for panel, (left, top, right, bottom) in zip(scene.panels, maps, strict=True):
            lit = DEFAULT.roles["input" if panel.is_input else "done"].lit
            areas = [bounds(one.points) for one in paths(shown) if one.fill == lit]
            rows, columns = panel.sizes
            seen = set()
            for row, column in product(range(rows), range(columns)):
                x, y = left + (column + 0.5) * (right - left) / columns, top + (row + 0.5) * (bottom - top) / rows
                if any(a <= x <= c and b <= y <= d for a, b, c, d in areas):
                    seen.add((row, column))
            assert seen == cells(panel), panel.name

    def test_maps_are_as_wide_as_they_are_high_where_they_are_square(self):
        for name, ratio in (("u", 1), ("flat and tall", 5 / 64)):
            scene = field(NETWORKS[name]())
            for panel, (left, top, right, bottom) in zip(
                scene.panels, maps_of(ca.render.draw(scene), scene), strict=True
            ):
                rows, columns = panel.sizes
                assert (right - left) / (bottom - top) == pytest.approx(columns / rows, rel=0.3), (name, ratio)

    def test_a_tiny_unit_of_a_large_map_can_be_seen(self):
        scene = field(ca.network.named("unet"))
        frames = ca.render.draw(scene).frames
        (around,) = {bounds(one.points) for one in paths(frames[0].show)}
        assert around[2] - around[0] >= 4
        assert around[3] - around[1] >= 4

    def test_the_nominal_field_is_a_dashed_line_beyond_the_map(self):
        scene = field(chain(conv(3, 4), conv(3, 4)), unit=(0, 0))
        drawing = ca.render.draw(scene)
        maps = maps_of(drawing, scene)
        dashed = [bounds(one.points) for one in paths(drawing.frames[2].keep) if one.dash == (4, 3)]
        left, top, right, bottom = (pick(box[at] for box in dashed) for at, pick in enumerate((min, min, max, max)))
        cell = (maps[2][2] - maps[2][0]) / 8
        assert (maps[2][0] - left) / cell == pytest.approx(2, abs=0.1)
        assert (maps[2][1] - top) / cell == pytest.approx(2, abs=0.1)
        assert ((right - left) / cell, (bottom - top) / cell) == pytest.approx((5, 5), abs=0.1)

    def test_lines_lead_from_what_is_read_to_what_that_reads(self):
        scene = field(chain(conv(3, 4), conv(3, 4)))
        drawing = ca.render.draw(scene)
        for before, after in pairwise(drawing.frames):
            one = bounds(paths(before.show)[0].points)
            other = bounds(paths(after.show)[0].points)
            lines = {line.points for line in paths(after.keep) if len(line.points) == 2 and not line.dash}
            assert ((one[2], one[1]), (other[0], other[1])) in lines
            assert ((one[2], one[3]), (other[0], other[3])) in lines

    def test_bars_of_each_axis_where_there_are_not_two(self):
        scene = field(NETWORKS["three axes"](), layer="conv2", unit=(0, 1, 2))
        drawing = ca.render.draw(scene)
        said = {one.string for one in texts(drawing.still())}
        assert {"depth", "height", "width", "the unit, 0 of 2", "the unit, 1 of 4", "the unit, 2 of 6"} <= said
        last = scene.panels[-1]
        assert last.spans == ((0, 3), (0, 6), (1, 8))
        assert {"4 of 4 (6)", "7 of 8 (8)", "8 of 12"} <= said

    def test_steps_light_one_map_after_the_other_and_keep_them(self):
        scene = field(residual())
        drawing = ca.render.draw(scene)
        assert [step.lit for step in scene.steps] == list(range(len(scene.panels)))
        assert len(drawing.frames) == len(scene.panels)
        assert all(frame.keep for frame in drawing.frames)
        assert drawing.poster == len(scene.panels) - 1
        assert drawing.frames[-1].ms == 1800


def maps_of(drawing, scene):
    """Left, top, right and bottom of each map."""
    fills = [DEFAULT.roles["input" if panel.is_input else "to_come"].fill for panel in scene.panels]
    found = [one for one in paths(drawing.base) if one.fill in fills and one.stroke is None]
    assert [one.fill for one in found] == fills
    return [bounds(one.points) for one in found]


def check_page(drawing):
    check_inside(drawing)
    for number in {0, len(drawing.frames) - 1}:
        shown = drawing.still(number)
        words = {(one.x, one.y, one.string): one for one in texts(shown)}.values()  # those that are painted anew once
        for one, other in combinations(words, 2):
            assert apart(extent(one), extent(other)), (one.string, other.string)
        for one in words:
            assert one.size * 0.729 >= 11
            assert contrast(one.color, one.ground) >= 4.5
            assert one.ground == drawing.page


def test_words_are_painted_after_the_lines_that_would_run_through_them():
    """Of bars, whose words stand between them."""
    drawing = ca.render.draw(field(NETWORKS["three axes"]()))
    shown = drawing.still()
    last = {}
    for place, one in enumerate(shown):
        if isinstance(one, Text):
            last[one.x, one.y] = place
    for place, one in enumerate(shown):
        if isinstance(one, Text) or len(one.points) != 2 or one.dash:
            continue
        (x, y), (to_x, to_y) = one.points
        if y == to_y:
            continue
        for (left, baseline), painted in last.items():
            if min(y, to_y) < baseline - 6 < max(y, to_y) and left <= min(x, to_x) + abs(x - to_x) <= left + 20:
                assert painted > place


def test_an_inception_block_is_walked_through_its_largest_branch_in_depth():
    assert [panel.name for panel in field(inception()).panels] == ["cat1", "conv4", "conv3", "conv1", "input"]
