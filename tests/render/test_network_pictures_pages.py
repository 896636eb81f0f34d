"""The page of a network's boxes: nothing off the page, nothing over anything else, sizes that follow the shapes."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from colour_science import VISIONS, contrast_seen, distance
from drawn_pages import apart, bounds, check_inside, contrast, extent, paths, texts
from hypothesis import given, settings
from hypothesis import strategies as st
from pictured_networks import NETWORKS, chain, conv, dense, max_pool, parted, residual, u_net

import convarith as ca
from convarith.network.graph import Builder
from convarith.network.merging import Concatenation, Sum
from convarith.network.operations import FullyConnected
from convarith.render.drawing import Path, Text
from convarith.render.networks.box_pages import box_page
from convarith.render.networks.box_places import placed
from convarith.render.networks.box_rows import Measures, in_rows
from convarith.render.networks.box_slots import Scale, slot_of
from convarith.render.networks.diagram import Box
from convarith.render.networks.layer_naming import ROLE_NAMES
from convarith.render.themes import DEFAULT, THEMES

README_PX = 830
DIGIT_PX, DIGIT = 11, 0.729
FAR = 25
"""The least CIE76 distance of roles that have no texture to tell them by."""

every_network = pytest.mark.parametrize("name", NETWORKS)
every_theme = pytest.mark.parametrize("theme", THEMES)

LARGE = ("alexnet", "vgg16", "resnet18", "resnet152", "googlenet", "unet", "fcn8s", "densenet121", "dcgan", "wavenet")


def drawing_of(network, **wishes):
    wide = {key: wishes.pop(key) for key in ("theme", "width", "caption") if key in wishes}
    return ca.render.draw(ca.render.compose_network(network, **wishes), **wide)


def check_words(shown):
    """No text lies over another one, unless it is the same in another colour."""
    for one, other in combinations(texts(shown), 2):
        alike = (one.x, one.y, one.string) == (other.x, other.y, other.string)
        assert alike or apart(extent(one), extent(other)), (one.string, other.string)


def check_crossings(drawing):
    """No upright or level line runs through a word: not after it, nor before it with no area painted between."""
    shown = drawing.still(0)
    for place, word in enumerate(shown):
        if not isinstance(word, Text):
            continue
        left, _, right, _ = extent(word)
        letters = (left + 1, word.y - 0.7 * word.size + 1, right - 1, word.y - 1)
        for number, other in enumerate(shown):
            if isinstance(other, Text) or other.stroke is None:
                continue
            corners = (*other.points, other.points[0]) if other.fill else other.points
            if any(crosses(start, end, letters) for start, end in pairwise(corners)):
                later = paths(shown[number + 1 : place])
                assert any(area.fill and covers(area, word) for area in later), (word, other)


def covers(path, word):
    """Whether a filled path lies under the middle of a word."""
    left, top, right, bottom = bounds(path.points)
    x, y = (extent(word)[0] + extent(word)[2]) / 2, word.y - 0.35 * word.size
    return left <= x <= right and top <= y <= bottom


def crosses(start, end, box):
    """Whether a line that is upright or level runs through a box; oblique ones are not looked at."""
    (x, y), (to_x, to_y) = start, end
    left, top, right, bottom = box
    if x == to_x:
        return left < x < right and min(y, to_y) < bottom and max(y, to_y) > top
    if y == to_y:
        return top < y < bottom and min(x, to_x) < right and max(x, to_x) > left
    return False


class TestThePage:
    @every_theme
    @every_network
    def test_nothing_runs_off_it_and_no_words_meet(self, name, theme):
        for fold in (True, False):
            drawing = drawing_of(NETWORKS[name](), theme=theme, fold=fold)
            check_inside(drawing)
            check_words(drawing.still(0))

    @pytest.mark.parametrize("name", LARGE)
    def test_nor_for_networks_that_people_draw(self, name):
        drawing = drawing_of(ca.network.named(name))
        assert drawing.width == README_PX
        check_inside(drawing)
        for number in (0, len(drawing.frames) // 2):
            check_words(drawing.still(number))
        check_crossings(drawing)

    @every_network
    def test_no_line_runs_through_a_word(self, name):
        check_crossings(drawing_of(NETWORKS[name]()))

    @every_theme
    @every_network
    def test_every_letter_can_be_read(self, name, theme):
        for one in texts(drawing_of(NETWORKS[name](), theme=theme).primitives()):
            assert one.size * DIGIT >= DIGIT_PX
            assert contrast(one.color, one.ground) >= 4.5

    @every_network
    def test_every_text_names_what_lies_under_it(self, name):
        drawing = drawing_of(NETWORKS[name]())
        for number in range(len(drawing.frames)):
            shown = drawing.still(number)
            for place, one in enumerate(shown):
                if isinstance(one, Text):
                    under = [other.fill for other in paths(shown[:place]) if other.fill and covers(other, one)]
                    assert one.ground == (under[-1] if under else drawing.page), one

    @settings(max_examples=150, deadline=None)
    @given(st.sampled_from(sorted(NETWORKS)), st.booleans(), st.integers(280, 1500))
    def test_so_it_is_for_any_width(self, name, fold, width):
        network = NETWORKS[name]()
        try:
            drawing = drawing_of(network, fold=fold, width=width)
        except ca.ShapeError as error:
            refusal, least = str(error), error.least_width
        else:
            refusal, least = "", width
        if refusal:
            assert refusal == f"the boxes do not fit into a width of {width} pixels; they need {least}"
            assert width < least <= README_PX
            with pytest.raises(ca.ShapeError):
                drawing_of(network, fold=fold, width=least - 1)
            drawing = drawing_of(network, fold=fold, width=least)
        assert drawing.width == least
        check_inside(drawing)
        check_words(drawing.still(0))

    def test_a_page_without_words_has_the_boxes_and_their_labels(self):
        whole, bare = (drawing_of(residual(), caption=caption) for caption in (True, False))
        said = {one.string for one in texts(bare.still(0))}
        assert "conv 3×3" in said
        assert said < {one.string for one in texts(whole.still(0))}
        assert bare.height < whole.height
        check_inside(bare)

    def test_too_many_boxes_are_refused_with_advice_that_helps(self):
        network = chain(*[conv(3, 2 + number) for number in range(900)])
        with pytest.raises(ca.ShapeError, match=r"^the picture would have 901 boxes, more than a page holds; "):
            drawing_of(network)
        alike = chain(*[conv(3, 4)] * 900)
        with pytest.raises(ca.ShapeError):
            drawing_of(alike, fold=False)
        assert drawing_of(alike, fold=True).height < 500

    @every_network
    def test_the_legend_names_every_role_that_occurs(self, name):
        scene = ca.render.compose_network(NETWORKS[name]())
        said = {one.string for one in texts(ca.render.draw(scene).base)}
        roles = {box.role for box in scene.boxes()}
        assert set(scene.names) >= roles
        assert set(scene.names.values()) <= said


class TestSizes:
    """A box is as high as its tensor, as wide as it has channels, and as deep as the tensor is wide."""

    SHAPES = st.tuples(st.integers(1, 4096), st.integers(1, 600), st.integers(1, 600))

    @given(SHAPES, SHAPES)
    def test_what_is_larger_is_drawn_no_smaller(self, one, other):
        scale = Scale(600, 4096)
        (wide, high, (deep, _)), (other_wide, other_high, (other_deep, _)) = scale.box(one), scale.box(other)
        for sizes, drawn in ((0, (wide, other_wide)), (1, (high, other_high)), (2, (deep, other_deep))):
            if one[sizes] <= other[sizes]:
                assert drawn[0] <= drawn[1]

    def test_halves_look_different(self):
        scale = Scale(224, 1)
        heights = [scale.box((64, size, size))[1] for size in (224, 112, 56, 28, 14, 7)]
        assert all(one - other >= 4 for one, other in pairwise(heights))
        widths = [scale.box((channels, 7, 7))[0] for channels in (3, 64, 128, 256, 512, 1024)]
        assert all(other - one >= 4 for one, other in pairwise(widths))

    def test_flat_tensors_are_as_high_as_they_have_features(self):
        heights = [Scale(1, 4096).box((features,))[1] for features in (1, 10, 100, 1000, 4096)]
        assert heights == sorted(set(heights))

    def test_the_height_is_the_height_and_the_depth_the_width(self):
        wide, high, (deep, up) = Scale(64, 1).box((8, 64, 4))
        assert Scale(64, 1).box((8, 4, 64)) == (wide, Scale(64, 1).box((8, 4, 4))[1], Scale(64, 1).box((8, 64, 64))[2])
        assert high > Scale(64, 1).box((8, 4, 64))[1]
        assert deep < Scale(64, 1).box((8, 4, 64))[2][0]
        assert up > 0

    def test_the_drawn_box_has_this_size(self):
        """Of the only convolution: its front is the only area in its colour that is no chip and no swatch."""
        network = chain(conv(3, 64), shape=(3, 32, 16))
        drawing = drawing_of(network)
        fill = DEFAULT.roles["convolution"].fill
        front, _swatch = (bounds(one.points) for one in paths(drawing.base) if one.fill == fill)
        width, height, _ = Scale(32, 1).box((64, 32, 16))
        assert (front[2] - front[0], front[3] - front[1]) == (width, height)

    def test_alike_layers_in_a_row_are_drawn_up_to_three_times(self):
        for times, drawn in ((1, 1), (2, 2), (3, 3), (9, 3)):
            network = chain(*[FullyConnected(9)] * times, shape=(9, 1))
            fill = DEFAULT.roles["connected"].fill
            fronts = [one for one in paths(drawing_of(network, fold=True).base) if one.fill == fill]
            assert len(fronts) == drawn + 1  # and the swatch


def places_of(scene, width=README_PX):
    slots = [slot_of(item, Scale.of(scene)) for item in scene.items]
    measures = Measures(scene, slots)
    rows = in_rows(scene, measures, width - 70)
    return rows, placed(rows, measures, (40, width - 30), 50), slots


class TestRows:
    @every_network
    def test_every_item_has_one_place_and_no_two_the_same(self, name):
        scene = ca.render.compose_network(NETWORKS[name]())
        rows, places, slots = places_of(scene)
        assert sorted(number for row in rows for number in row.numbers()) == list(range(len(scene.items)))
        for line in places.lines:
            lefts = sorted((places.lefts[number], slots[number].width) for number in line.numbers)
            spans = [(left, left + width) for left, width in lefts]
            assert all(one[1] < other[0] for one, other in pairwise(spans))

    def test_rows_break_between_blocks(self):
        scene = ca.render.compose_network(ca.network.named("resnet152"))
        rows, places, _ = places_of(scene)
        assert len(rows) == 5
        assert not [arc for line in places.lines for arc in line.arcs if arc.tag]
        for group in scene.groups:
            assert [row for row in rows if group.first in row.left and group.last in row.left]

    def test_the_levels_of_a_u_are_rows(self):
        """Down on the left, up on the right; from size to size."""
        scene = ca.render.compose_network(ca.network.named("unet"))
        rows, places, _ = places_of(scene)
        assert len(rows) == 5
        sizes = [[scene.items[number].shape[-1] for number in row.numbers()] for row in rows]
        assert [max(each) for each in sizes] == [572, 284, 140, 68, 32]
        for row in rows[:-1]:
            assert scene.items[row.right[0]].role == "transposed"
            assert scene.items[row.right[1]].role == "merge"
            assert places.lefts[row.right[0]] > places.lefts[row.left[-1]]
        assert not rows[-1].right
        assert not [arc for line in places.lines for arc in line.arcs if arc.tag]

    def test_a_u_without_room_is_wrapped_and_its_links_are_parted(self):
        scene = ca.render.compose_network(u_net(), fold=True)
        rows, places, _ = places_of(scene, 560)
        assert not any(row.right for row in rows)
        tags = [arc.tag for line in places.lines for arc in line.arcs if arc.tag]
        assert len(tags) >= 2

    def test_a_parted_link_has_the_same_letter_at_both_ends(self):
        scene = ca.render.compose_network(parted(), fold=False)
        _, places, _ = places_of(scene)
        tags = [(arc.tag, arc.is_leaving) for line in places.lines for arc in line.arcs if arc.tag]
        assert tags == [("A", True), ("A", False)]
        drawn = [one.string for one in texts(ca.render.draw(scene).base)]
        assert drawn.count("A") == 2

    def test_a_tensor_that_arrives_in_several_rows_has_one_letter(self):
        builder = Builder()
        builder.add(conv(3, 3))
        for number in range(3):
            for layer in range(8):
                builder.add(conv(3, 3 + layer))
            builder.add(conv(3, 3))
            builder.add(Sum(), [builder.at, 1] if number else [builder.at, 0])
        scene = ca.render.compose_network(builder.build("", (3, 8, 8)), fold=False)
        _, places, _ = places_of(scene)
        tags = sorted((arc.tag, arc.is_leaving) for line in places.lines for arc in line.arcs if arc.tag)
        assert tags == [("A", False), ("A", True), ("B", False), ("B", False), ("B", True)]

    def test_letters_of_many_tensors_share_a_tag(self):
        builder = Builder()
        numbers = [builder.add(conv(3, 4 + number)) for number in range(30)]
        ends = []
        for number in numbers[:7]:
            builder.at = number
            ends.append(builder.add(conv(1, 3)))
            builder.at = numbers[-1]
        last = builder.add(conv(1, 3))
        builder.add(Sum(), [last, *ends])
        scene = ca.render.compose_network(builder.build("", (3, 8, 8)), fold=False)
        check_inside(ca.render.draw(scene))
        check_words(ca.render.draw(scene).still(0))
        straight = Builder()
        numbers = [straight.add(conv(3, 4 + number % 2)) for number in range(30)]
        straight.add(Concatenation(), [numbers[-1], *numbers[:7]])
        scene = ca.render.compose_network(straight.build("", (3, 8, 8)), fold=False)
        _, places, _ = places_of(scene)
        arriving = [arc.tag for line in places.lines for arc in line.arcs if arc.tag and not arc.is_leaving]
        assert arriving == ["A, B, C, D, E, F", "G"]

    @every_network
    def test_what_lies_above_a_row_starts_and_ends_at_its_items(self, name):
        scene = ca.render.compose_network(NETWORKS[name]())
        _, places, slots = places_of(scene)
        for line in places.lines:
            for arc in line.arcs:
                slot, left = slots[arc.target], places.lefts[arc.target]
                if arc.is_leaving:
                    continue
                assert arc.target in line.numbers
                assert left + slot.body <= arc.end <= left + slot.stop
                assert arc.arrival == slot.ascent
                assert arc.height > max(slots[number].ascent for number in between(arc, line, places))

    def test_arcs_over_each_other_have_lanes_of_their_own(self):
        scene = ca.render.compose_network(dense(3), fold=False)
        _, places, _ = places_of(scene)
        for line in places.lines:
            for one, other in combinations(line.arcs, 2):
                low, high = max(one.extent[0], other.extent[0]), min(one.extent[1], other.extent[1])
                assert high <= low or abs(one.height - other.height) >= 6


def between(arc, line, places):
    return [number for number in line.numbers if arc.start < places.lefts[number] < arc.end] or [arc.target]


class TestSteps:
    def test_every_item_is_lit_in_turn_after_all_together(self):
        scene = ca.render.compose_network(residual())
        drawing = ca.render.draw(scene)
        assert [step.lit for step in scene.steps] == [None, *range(len(scene.items))]
        assert len(drawing.frames) == len(scene.items) + 1
        first, *others = drawing.frames
        assert not paths(first.show)
        for frame, item in zip(others, scene.items, strict=True):
            role = item.role if isinstance(item, Box) else "merge"
            assert DEFAULT.roles[role].lit in {one.fill for one in paths(frame.show)}
            assert DEFAULT.window in {one.stroke for one in paths(frame.show)}
            assert not frame.keep

    def test_what_is_lit_lies_where_the_item_does(self):
        drawing = drawing_of(residual())
        for frame in drawing.frames[1:]:
            lit = [bounds(one.points) for one in paths(frame.show)]
            around = min(x[0] for x in lit), min(x[1] for x in lit), max(x[2] for x in lit), max(x[3] for x in lit)
            bases = [bounds(one.points) for one in paths(drawing.base)]
            inside = [b for b in bases if around[0] <= b[0] and around[1] <= b[1] and around[2] >= b[2]]
            assert [b for b in inside if around[3] >= b[3]]

    def test_the_still_shows_all_together(self):
        drawing = drawing_of(residual())
        assert drawing.poster == 0
        assert "Together 2,232 parameters, 158,720 MACs" in {one.string for one in texts(drawing.still())}

    def test_timing(self):
        """A loop of about ten seconds, within 150 to 700 ms a step; the last one stays."""
        for network, ms in ((residual(), 700), (chain(*[conv(3, number + 1) for number in range(38)]), 250)):
            frames = drawing_of(network).frames
            assert {frame.ms for frame in frames[:-1]} == {ms}
            assert frames[-1].ms == 1800


class TestLooks:
    """Roles of layers are told apart by colour and by texture."""

    ROLES = tuple(ROLE_NAMES)

    @every_theme
    @pytest.mark.parametrize("vision", VISIONS)
    def test_any_two_differ_in_texture_or_far_in_colour(self, theme, vision):
        roles = THEMES[theme].roles
        for one, other in combinations(self.ROLES, 2):
            looks = [(roles[role].dash, roles[role].texture) for role in (one, other)]
            assert looks[0] != looks[1] or distance(roles[one].fill, roles[other].fill, vision) >= FAR, (one, other)

    @every_theme
    def test_but_for_greys_they_differ_in_colour_too(self, theme):
        if theme == "print":
            return
        roles = THEMES[theme].roles
        for one, other in combinations(self.ROLES, 2):
            assert distance(roles[one].fill, roles[other].fill) >= 10, (one, other)

    @every_theme
    def test_what_is_lit_stands_out_from_what_is_not(self, theme):
        roles = THEMES[theme].roles
        for role in self.ROLES:
            assert distance(roles[role].fill, roles[role].lit) >= 15, role

    @every_theme
    def test_lines_and_textures_show(self, theme):
        roles = THEMES[theme].roles
        for role in self.ROLES:
            assert contrast_seen(roles[role].stroke, roles[role].fill) >= 1.4, role
        assert contrast_seen(THEMES[theme].ink, THEMES[theme].page) >= 4.5

    def test_every_texture_fills_a_box_without_leaving_it(self):
        network = chain(conv(3, 9), max_pool(), FullyConnected(30), shape=(3, 40, 40))
        scene = ca.render.compose_network(network)
        for texture in ("", "corner", "cross", "dots", "falling", "lines", "rising"):
            style = DEFAULT.roles["convolution"]
            roles = {**DEFAULT.roles, "convolution": type(style)(style.fill, style.lit, "#123456", (), texture)}
            theme = type(DEFAULT)(**{**{key: getattr(DEFAULT, key) for key in DEFAULT.__slots__}, "roles": roles})
            drawn = paths(box_page(scene, theme).animation().base)
            fronts = [bounds(one.points) for one in drawn if one.fill == style.fill]
            marks = [one for one in drawn if "#123456" in (one.fill, one.stroke)]
            within = [one for one in marks if any(inside_of(bounds(one.points), front) for front in fronts)]
            outlines = [one for one in marks if one not in within]
            assert len(outlines) == 2  # the faces above and beside
            assert len(within) > 2 or not texture


def inside_of(inner, outer):
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def test_the_judge_of_crossings_sees_them():
    word = Text(10, 50, "word", 16, "#000000", "#ffffff")
    line = Path(((0, 45), (100, 45)), None, "#000000")
    assert crosses(*line.points, extent(word))
    assert not crosses((0, 80), (100, 80), extent(word))
    assert not crosses((0, 0), (0, 100), extent(word))
