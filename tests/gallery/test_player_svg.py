"""The player: at every frame it shows what the frame shows, light and dark, and says it once.

The text is read by a parser of its own into the primitives that are seen at a frame, in painting order. They are the
frame's own, but for lines that go on as one; and painted as pixels they are the same picture, byte for byte.
"""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path as FilePath
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convarith as ca
from convarith.render import compose, draw
from convarith.render.drawing import Drawing, Frame, Path, Text
from convarith.render.gallery.player import merged, player_svg
from convarith.render.pixels import paletted_frames
from convarith.render.svg import svg_bytes

sys.path.append(str(FilePath(__file__).parents[1] / "render"))
from painted import COLOURS, HEIGHT, INK, PAGE, WIDTH, drawing, drawings, square
from path_data import subpaths

SVG = "{http://www.w3.org/2000/svg}"
LIGHT, DARK = 0, 1


class Read:
    """A player's text, and what is seen of it."""

    def __init__(self, content, theme=LIGHT):
        self.root = ET.fromstring(content)
        self.theme = theme
        (sheet,) = [style.text for style in self.root.iter(f"{SVG}style")] or [""]
        self.looks = {
            name: dict(pair.split(":", 1) for pair in body.split(";"))
            for name, body in re.findall(r"\.([\w-]+)\{(.*?)\}", sheet)
        }
        self.ids = {element.get("id"): element for element in self.root.iter() if element.get("id")}

    def color(self, value):
        return "#" + re.fullmatch(r"var\(--c([0-9a-f]{6})-([0-9a-f]{6})\)", value).group(self.theme + 1)

    def page(self):
        return self.color(self.root.find(f"{SVG}rect").get("style").removeprefix("fill:"))

    def seen(self, frame):
        """The primitives at a frame, in painting order."""
        found = []

        def walk(element, look, right, down):
            for child in element:
                own = child.get("class") or look
                if child.get("data-f") is not None and frame not in listed(child.get("data-f")):
                    continue
                if child.tag == f"{SVG}g":
                    walk(child, own, right, down)
                elif child.tag == f"{SVG}use":
                    x, y = float(child.get("x", 0)), float(child.get("y", 0))
                    walk(self.ids[child.get("href").removeprefix("#")], own, right + x, down + y)
                elif child.tag in (f"{SVG}path", f"{SVG}text"):
                    found.extend(one.moved(right, down) for one in self.primitives(child, self.looks[own]))

        walk(self.root, None, 0, 0)
        return [rounded(primitive) for primitive in found]

    def primitives(self, element, look):
        if element.tag == f"{SVG}text":
            x, y = float(element.get("x")), float(element.get("y"))
            size = int(look["font-size"].removesuffix("px"))
            return [Text(x, y, element.text, size, self.color(look["fill"]), "", look.get("text-anchor", "start"))]
        fill = None if look["fill"] == "none" else self.color(look["fill"])
        stroke = self.color(look["stroke"]) if "stroke" in look else None
        width = int(look.get("stroke-width", 1))
        dash = tuple(map(float, look.get("stroke-dasharray", "").split()))
        if dash:
            dash = (round(dash[0] + width), round(dash[1] - width))
        pieces = subpaths(element.get("d"))
        if fill:
            assert all(piece[0] == piece[-1] for piece in pieces)
            pieces = [piece[:-1] for piece in pieces]
        if fill and stroke:  # one path is filled as a whole before any of its lines
            assert not any(overlap(one, other) for one, other in combinations(dict.fromkeys(pieces), 2))
        return [Path(piece, fill, stroke, width, dash) for piece in pieces]


def listed(text):
    """The frames that ``0-2,5`` or ``3-`` names."""
    found = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        found |= set(range(int(first), (int(last) if last else 1_000) + 1 if dash else int(first) + 1))
    return found


def rounded(primitive):
    """A primitive as precise as files are."""
    if isinstance(primitive, Text):
        return replace(primitive, x=round(float(primitive.x), 2) + 0, y=round(float(primitive.y), 2) + 0)
    points = tuple((round(float(x), 2) + 0, round(float(y), 2) + 0) for x, y in primitive.points)
    return replace(primitive, points=points)


def overlap(one, other):
    """Whether the boxes around two outlines share more than a side."""
    return all(
        min(max(its), max(others)) - max(min(its), min(others)) > 0
        for its, others in zip(zip(*one, strict=True), zip(*other, strict=True), strict=True)
    )


def apart(primitives):
    """Primitives as files have them: a dashed outline is lines of its own, each from its smaller end."""
    for primitive in map(rounded, primitives):
        if isinstance(primitive, Text) or not primitive.dash:
            yield primitive
            continue
        points = primitive.points
        if primitive.fill:
            yield replace(primitive, stroke=None, width=1, dash=())
            points = (*points, points[0])
        for side in pairwise(points):
            if primitive.stroke:
                yield replace(primitive, points=tuple(sorted(side)), fill=None)


def inventory(primitives):
    """All marks, sorted; upright lines that touch end to end as one; twice the same line once."""
    lines, others = set(), []
    for one in primitives:
        if isinstance(one, Text):
            others.append(repr(replace(one, ground="")))
        elif not one.fill and not one.dash and len(one.points) == 2 and 0 in slant(one):
            lines.add(one)
        else:
            others.append(repr(replace(one, width=one.width if one.stroke else 1)))
    upright = {}
    for line in lines:
        (x, y), (to_x, to_y) = sorted(line.points)
        level = y == to_y
        key = line.stroke, line.width, level, y if level else x
        upright.setdefault(key, []).append((x, to_x) if level else (y, to_y))
    for key, spans in upright.items():
        whole = []
        for start, end in sorted(spans):
            if whole and start <= whole[-1][1]:
                whole[-1][1] = max(whole[-1][1], end)
            else:
                whole.append([start, end])
        others.append(repr((key, whole)))
    return sorted(others)


def slant(line):
    (x, y), (to_x, to_y) = line.points
    return to_x - x, to_y - y


def pictures(drawn, frames):
    """The pixels of frames; the colours are those of all the drawing, whatever is painted."""
    known = [one for frame in drawn.frames for one in (*frame.keep, *frame.show)]
    colours = [Path(square(0, 0, 1), color) for color in COLOURS]
    cover = Path(((-1, -1), (drawn.width, -1), (drawn.width, drawn.height), (-1, drawn.height)), drawn.page)
    shown = tuple(Frame((), tuple(frame), 1) for frame in frames)
    _, painted = paletted_frames(replace(drawn, base=(*drawn.base, *known, *colours, cover), frames=shown))
    return [frame.convert("RGB").tobytes() for frame in painted]


def check(drawn, content, theme=LIGHT):
    """At each frame: the same marks, and the same pixels."""
    read = Read(content, theme)
    assert read.page() == drawn.page
    found, drawings = [], []
    for number in range(len(drawn.frames)):
        wanted = list(apart(drawn.still(number)))
        seen = read.seen(number)
        assert inventory(seen) == inventory(wanted)
        grounds = {replace(one, ground=""): one for one in wanted if isinstance(one, Text)}
        found.append([grounds[one] if isinstance(one, Text) else one for one in seen])
        drawings.append(wanted)
    pixels = zip(pictures(drawn, found), pictures(drawn, drawings), strict=True)
    assert [number for number, (one, other) in enumerate(pixels) if one != other] == []


LAYERS = {
    "padded": (ca.Conv(3, stride=2, padding=1), (6, 6)),
    "full": (ca.Conv(2, padding=1), (3, 3)),
    "dilated": (ca.Conv(2, dilation=2), (4, 4)),
    "transposed": (ca.ConvTranspose(3, stride=2, padding=1, output_padding=1), (2, 2)),
    "pooled": (ca.Pool(2), (4, 4)),
    "row": (ca.Conv(3), (6,)),
    "solid": (ca.Conv(2), (3, 3, 2)),
}


@pytest.mark.parametrize("view", ["flat", "sheets"])
@pytest.mark.parametrize("name", LAYERS)
def test_each_frame_is_as_drawn_light_and_dark(name, view):
    scene = compose(*LAYERS[name])
    light, dark = (draw(scene, view=view, theme=theme) for theme in ("default", "dark"))
    content = player_svg(light, dark)
    check(light, content, LIGHT)
    check(dark, content, DARK)


@pytest.mark.parametrize("more", [{"show": "stamp"}, {"show": "pair"}, {"cells": "blank"}, {"cells": "symbols"}])
def test_so_are_other_ways_to_show_a_layer(more):
    drawn = draw(compose(ca.ConvTranspose(2, stride=2), (2, 2), **more))
    check(drawn, player_svg(drawn, drawn))


class TestAnyFrames:
    @given(drawings(1, 5))
    @settings(max_examples=25, deadline=None)
    def test_of_any_primitives(self, drawn):
        check(drawn, player_svg(drawn, drawn))

    pool = (
        Path(square(10, 10, 20), COLOURS[0], INK),
        Path(square(20, 15, 20), COLOURS[1], INK),
        Path(square(30, 10, 20), COLOURS[0], INK),
        Path(square(18, 16, 20), COLOURS[0], INK),
        Path(square(30, 10, 20), COLOURS[2]),
        Path(square(10, 30, 20), COLOURS[0], INK, dash=(4, 3)),
        Path(square(30, 30, 20), COLOURS[0], INK, dash=(4, 3)),
        Path(((10, 11.5), (30, 11.5)), None, COLOURS[2], 2),
        Path(((30, 11.5), (50, 11.5)), None, COLOURS[2], 2),
        Path(((29, 9), (31, 9), (31, 14), (29, 14)), COLOURS[1]),
        Path(((30, 9), (33, 9), (33, 14), (30, 14)), COLOURS[1]),
        Text(20, 26, "7", 16, INK, PAGE, "middle"),
        Text(25, 26, "-1", 16, COLOURS[5], PAGE, "middle"),
    )
    places = st.sampled_from([(0, 0), (0, 0), (20, 0), (0, 20), (40, 40)])
    some = st.lists(st.sampled_from(pool), max_size=8).map(tuple)
    moving = st.tuples(some, places).map(lambda drawn: tuple(one.moved(*drawn[1]) for one in drawn[0]))

    @given(st.lists(moving, min_size=1, max_size=5), st.lists(some, min_size=5, max_size=5))
    @settings(max_examples=60, deadline=None)
    def test_that_repeat_and_contradict_each_other(self, shown, kept):
        frames = tuple(Frame(keep, show, 10) for show, keep in zip(shown, kept, strict=False))
        drawn = Drawing(WIDTH, HEIGHT, PAGE, (), frames)
        check(drawn, player_svg(drawn, drawn))

    @given(some, st.lists(places, min_size=3, max_size=6), some)
    @settings(max_examples=60, deadline=None)
    def test_in_which_the_same_moves(self, stamp, places, under):
        shown = [(*under, *(one.moved(*place) for one in stamp)) for place in places]
        drawn = Drawing(WIDTH, HEIGHT, PAGE, (), tuple(Frame((), show, 10) for show in shown))
        check(drawn, player_svg(drawn, drawn))

    def test_that_contradict_each_other_get_a_copy(self):
        one, other, *_ = self.pool
        drawn = Drawing(WIDTH, HEIGHT, PAGE, (), (Frame((), (one, other), 10), Frame((), (other, one), 10)))
        content = player_svg(drawn, drawn)
        check(drawn, content)
        assert content.count("<path") == 4

    def test_that_overlap_alike_stay_in_order(self):
        one, other = self.pool[0], replace(self.pool[0], points=square(18, 16, 20))
        for marks in ((one, other), (other, one)):
            drawn = Drawing(WIDTH, HEIGHT, PAGE, marks, (Frame((), (), 10),))
            check(drawn, player_svg(drawn, drawn))

    def test_share_what_they_show(self):
        """Each frame shows some of the same marks in the same order: each is in the text once."""
        marks = [Path(square(10 * number, 10, 20), COLOURS[number], INK) for number in range(5)]
        shown = (marks[:3], marks[1:], marks[::2], marks[1::2])
        content = player_svg(*2 * [Drawing(WIDTH, HEIGHT, PAGE, (), tuple(Frame((), tuple(one), 10) for one in shown))])
        assert content.count("<path") == 5
        assert set(re.findall('data-f="(.*?)"', content)) == {"0,2", "0-1,3", "0-2", "1,3", "1-2"}

    def test_what_is_always_there_is_in_no_group(self):
        frames = tuple(Frame((), self.pool[:2], 10) for _ in range(3))
        assert 'data-f="0-2"' in player_svg(*2 * [Drawing(WIDTH, HEIGHT, PAGE, (), frames)])
        still = Drawing(WIDTH, HEIGHT, PAGE, self.pool[:2], (Frame(self.pool[2:3], (), 10), Frame((), (), 10)))
        assert "data-f" not in player_svg(still, still)


class TestMerging:
    sequences = st.lists(st.lists(st.integers(0, 5), max_size=6), max_size=5)

    @given(sequences)
    @settings(max_examples=200, deadline=None)
    def test_each_sequence_is_found_in_its_order(self, sequences):
        order = list(merged(sequences))
        for number, sequence in enumerate(sequences):
            assert [thing for thing, numbers in order if number in numbers] == sequence
        assert all(numbers for _, numbers in order)

    @given(st.permutations(range(8)), st.lists(st.sets(st.integers(0, 7)), min_size=1, max_size=5))
    @settings(max_examples=200, deadline=None)
    def test_parts_of_one_sequence_have_each_thing_once(self, whole, parts):
        order = list(merged([[thing for thing in whole if thing in part] for part in parts]))
        assert sorted(thing for thing, _ in order) == sorted(set().union(*parts))

    def test_a_thing_twice_is_there_twice(self):
        assert [thing for thing, _ in merged(["aba", "ab"])].count("a") == 2

    def test_each_thing_knows_its_sequences(self):
        order = list(merged(["a", "b", "c", "a", "b", "c"]))
        assert [(thing, sorted(numbers)) for thing, numbers in order] == [("a", [0, 3]), ("b", [1, 4]), ("c", [2, 5])]

    def test_things_of_the_same_sequences_stand_together(self):
        """p and q may stand anywhere before r: those of the first sequence stay neighbours, and so share a group."""
        order = [sorted(numbers) for _, numbers in merged(["apr", "bqr"])]
        assert sum(one != other for one, other in pairwise(order)) <= 3


class TestTheText:
    def test_the_page_gives_it_its_size(self):
        root = Read(player_svg(drawing(), drawing())).root
        assert root.get("viewBox") == "-.5 -.5 320 240"
        assert root.get("width") is root.get("height") is None
        assert root.get("role") == "img"

    def test_it_has_words(self):
        read = Read(player_svg(drawing(), drawing()))
        title, alt = (read.ids[name] for name in read.root.get("aria-labelledby").split())
        assert (title.tag, title.text) == (f"{SVG}title", "Conv(3) & more")
        assert (alt.tag, alt.text) == (f"{SVG}desc", drawing().alt)

    def test_without_words_it_claims_none(self):
        content = player_svg(*2 * [drawing(title="", alt="")])
        assert "aria" not in content
        assert "title" not in content

    def test_no_markup_comes_out_of_texts(self):
        evil = "</text><script>x</script>&amp;"
        drawn = replace(drawing(2, title=evil, alt="\0" + evil), base=(Text(1, 20, evil, 12, INK, PAGE),))
        content = player_svg(drawn, drawn)
        assert "<script" not in content
        root = ET.fromstring(content)
        assert [root.find(f"{SVG}{tag}").text for tag in ("title", "desc")] == [evil, "�" + evil]
        assert evil in [text.text for text in root.iter(f"{SVG}text")]

    def test_it_fetches_nothing(self):
        content = player_svg(*(draw(compose(*LAYERS["padded"]), theme=theme) for theme in ("default", "dark")))
        for word in ("<script", "<animate", "<set", "url(", "@import"):
            assert word not in content
        assert content.count("http") == 1
        assert all(name.startswith("#") for name in re.findall(r'href="([^"]*)"', content))

    def test_two_in_one_page_share_no_name(self):
        scenes = [compose(*LAYERS[name]) for name in ("padded", "full")]
        texts = [player_svg(draw(scene), draw(scene)) for scene in scenes]
        names = [set(re.findall(r'id="([^"]+)"|\.([\w-]+)\{', text)) for text in texts]
        flat = [{name for found in file for name in found if name} for file in names]
        assert all(len(file) > 10 for file in flat)
        assert not flat[0] & flat[1]
        for text, file in zip(texts, flat, strict=True):
            used = set(re.findall(r'(?:class="|href="#)([^"]+)"', text))
            assert used <= file

    def test_it_is_always_the_same(self):
        scene = compose(*LAYERS["transposed"])
        assert player_svg(draw(scene), draw(scene)) == player_svg(draw(scene), draw(scene))

    @pytest.mark.parametrize(("name", "part"), [("full", 0.8), ("transposed", 0.7)])
    def test_it_is_a_part_of_the_animation(self, name, part):
        drawn = draw(compose(*LAYERS[name]))
        assert len(player_svg(drawn, drawn)) < part * len(svg_bytes(drawn))


class TestTwoThemes:
    def test_colours_are_named_by_both(self):
        scene = compose(*LAYERS["row"])
        content = player_svg(draw(scene), draw(scene, theme="dark"))
        assert "fill:var(--c56b4e9-1c6ea4)" in content
        assert set(re.findall(r"(?:fill|stroke)[:=]\W*(\w+)", content)) == {"var", "none"}

    def test_they_differ_by_colours_alone(self):
        scene = compose(*LAYERS["padded"])
        light = draw(scene)
        for other in (draw(scene, view="sheets"), draw(scene, caption=False), draw(compose(*LAYERS["full"]))):
            with pytest.raises(ValueError, match="the two drawings differ"):
                player_svg(light, other)

    @pytest.mark.parametrize(
        "change",
        [
            {"points": square(0, 0, 41)},
            {"dash": (4, 3)},
            {"width": 2},
            {"stroke": None},
            {"fill": None},
        ],
    )
    def test_any_other_difference_is_refused(self, change):
        cell = Path(square(0, 0, 40), PAGE, INK)
        light, dark = (replace(drawing(1), base=(one,)) for one in (cell, replace(cell, **change)))
        with pytest.raises(ValueError, match="by more than colours"):
            player_svg(light, dark)

    def test_so_are_other_words_and_other_numbers_of_things(self):
        text = Text(1, 20, "a", 12, INK, PAGE)
        drawn = replace(drawing(2), base=(text,))
        for other in (
            replace(drawn, base=(replace(text, string="b"),)),
            replace(drawn, base=(Path(square(0, 0, 9), INK),)),
            replace(drawn, base=(text, text)),
            replace(drawn, frames=drawn.frames[:1]),
            replace(drawn, width=9),
        ):
            with pytest.raises(ValueError, match="the two drawings differ"):
                player_svg(drawn, other)
