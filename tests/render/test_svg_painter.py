"""SVG: every mark of the drawing is in the file, and each is seen exactly while its frame says so.

The file is read by a parser of its own: XML, the two style sheets, path data, and key frames that are stepped through.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from painted import INK, PAGE, Area, Line, drawing, drawings, marks, square
from path_data import subpaths

from convarith.render.drawing import Path, Text
from convarith.render.lettering import text_width
from convarith.render.svg import svg_bytes

SVG = "{http://www.w3.org/2000/svg}"
MOMENT = Fraction(1, 100)
"""In milliseconds: nothing may happen this much too late or too early."""


class Read:
    """A file as its reader sees it."""

    def __init__(self, content):
        self.root = ET.fromstring(content.decode("utf-8"))
        sheets = [style.text for style in self.root.iter(f"{SVG}style")]
        look = "".join(sheet for sheet in sheets if "animation" not in sheet)
        self.motion = "".join(sheet for sheet in sheets if "animation" in sheet)
        assert len(sheets) <= 2
        self.looks = {name: declared(body) for name, body in re.findall(r"\.([\w-]+)\{(.*?)\}", look)}
        times = re.findall(r"\.([\w-]+)\{animation-name:([\w-]+)\}", self.motion)
        assert all(name == same for name, same in times)
        self.names = [name for name, _ in times]

    def keyframes(self, name):
        """[(part of the whole, visible)]"""
        (body,) = re.findall(rf"@keyframes {name}\{{((?:[^{{}}]+\{{[^{{}}]*\}})+)\}}", self.motion)
        found = {}
        for moments, value in re.findall(r"([^{}]+)\{visibility:(\w+)\}", body):
            for moment in moments.split(","):
                assert moment not in found, "two values at one time"
                found[moment] = value == "visible"
        parts = {"to": Fraction(1)}
        return sorted((parts.get(at) or Fraction(at.removesuffix("%")) / 100, value) for at, value in found.items())

    def seen(self, part=None):
        """The marks that are visible at a part of the whole, or (None) without motion."""
        found = []

        def walk(element, visible, names):
            for child in element:
                classes = (child.get("class") or "").split()
                inside = visible and child.get("visibility") != "hidden"
                moving = [name for name in classes if name in self.names]
                if moving and part is not None:
                    inside = [value for at, value in self.keyframes(moving[0]) if at <= part][-1]
                own = [name for name in classes if name in self.looks] or names
                if child.tag == f"{SVG}g":
                    walk(child, inside, own)
                elif child.tag in (f"{SVG}path", f"{SVG}text") and inside:
                    found.extend(self.marks_of(child, self.looks[own[-1]]))

        walk(self.root, True, [])
        return found

    def marks_of(self, element, look):
        if element.tag == f"{SVG}text":
            size = int(look["font-size"].removesuffix("px"))
            x, y = float(element.get("x")), float(element.get("y"))
            return [Text(x, y, element.text, size, look["fill"], "", look.get("text-anchor", "start"))]
        found = []
        pieces = subpaths(element.get("d"))
        if look["fill"] != "none":
            assert len(pieces) == 1
            found.append(Area(pieces[0][:-1], look["fill"]))
        if "stroke" in look:
            width = int(look.get("stroke-width", 1))
            dash = tuple(map(float, look.get("stroke-dasharray", "").split()))
            if dash:
                assert look["stroke-linecap"] == "square"
                dash = (dash[0] + width, dash[1] - width)
            found += [Line(piece, look["stroke"], width, dash) for piece in pieces]
        return found


def declared(body):
    return dict(pair.split(":", 1) for pair in body.split(";"))


def comparable(found):
    """Marks with numbers as precise as files are, and without what a file does not have."""
    plain = []
    for mark in found:
        if isinstance(mark, Text):
            plain.append(replace(mark, ground=""))
        else:
            way = tuple((round(x, 2), round(y, 2)) for x, y in mark.points)
            plain.append(mark._replace(points=way))
            if isinstance(mark, Line):
                plain[-1] = plain[-1]._replace(dash=tuple(round(part) for part in mark.dash))
    return plain


def same(found, primitives):
    assert comparable(found) == comparable(marks(primitives))


def check_times(picture, read):
    total = sum(frame.ms for frame in picture.frames)
    start = 0
    for number, frame in enumerate(picture.frames):
        for at in (start + MOMENT, start + Fraction(frame.ms, 2), start + frame.ms - MOMENT):
            same(read.seen(at / total), picture.still(number))
        start += frame.ms
    if any(frame.show for frame in picture.frames):
        assert f"animation:{total}ms step-end" in read.motion


def stopped(read):
    """The classes that stand still for who wants no motion."""
    return re.findall(r"@media \(prefers-reduced-motion:reduce\)\{\.([\w-]+)\{animation:none\}\}", read.motion)


class TestTheMarks:
    def test_a_still_has_all_of_them(self):
        picture = drawing()
        for number in range(3):
            read = Read(svg_bytes(picture.as_still(number)))
            same(read.seen(), picture.still(number))
            assert not read.motion

    @given(drawings(1, 1))
    @settings(max_examples=30, deadline=None)
    def test_of_any_still(self, picture):
        same(Read(svg_bytes(picture)).seen(), picture.still())

    def test_neighbours_dash_the_side_they_share_alike(self):
        cells = [Path(square(x, y, 40), PAGE, INK, dash=(4, 3)) for x, y in ((0, 0), (40, 0), (0, 40))]
        seen = Read(svg_bytes(replace(drawing(1), base=tuple(cells)).as_still())).seen()
        for side in (((40, 0), (40, 40)), ((0, 40), (40, 40))):
            assert seen.count(Line(side, INK, 1, (4, 3))) == 2
            assert Line(side[::-1], INK, 1, (4, 3)) not in seen

    def test_the_page_is_under_them_from_half_a_pixel_before_zero(self):
        root = Read(svg_bytes(drawing(), scale=3)).root
        assert root.get("viewBox") == "-.5 -.5 320 240"
        assert (root.get("width"), root.get("height")) == ("960", "720")
        page = root.find(f"{SVG}rect")
        assert [page.get(name) for name in ("x", "y", "width", "height", "fill")] == ["-.5", "-.5", "320", "240", PAGE]

    def test_long_texts_are_told_their_width(self):
        root = Read(svg_bytes(drawing(1))).root
        told = {text.text: text.get("textLength") for text in root.iter(f"{SVG}text")}
        for string, width in told.items():
            (size,) = {
                text.size for text in drawing(1).primitives() if isinstance(text, Text) and text.string == string
            }
            assert width == (str(text_width(string, size)) if len(string) > 3 else None)
        assert set(map(bool, told.values())) == {True, False}

    def test_what_xml_cannot_hold_is_replaced(self):
        picture = replace(drawing(1), title="a\0b\x1b", alt="\ud800<&>\"'")
        root = Read(svg_bytes(picture)).root
        assert [root.find(f"{SVG}{tag}").text for tag in ("title", "desc")] == ["a�b�", "�<&>\"'"]

    def test_spaces_stay(self):
        picture = replace(drawing(1), base=(Text(1, 2, "a  b", 12, INK, PAGE),))
        assert ";white-space:pre}" in svg_bytes(picture).decode()

    def test_neighbours_without_an_outline_meet_without_a_seam(self):
        picture = replace(drawing(1), base=(Path(square(0, 0, 5), PAGE), Path(square(5, 0, 5), PAGE)), frames=())
        content = svg_bytes(replace(picture, frames=drawing(1).frames)).decode()
        assert f"{{fill:{PAGE};shape-rendering:crispEdges}}" in content


class TestTheMotion:
    def test_each_frame_is_seen_in_its_time(self):
        picture = drawing(5)
        check_times(picture, Read(svg_bytes(picture)))

    @given(drawings(2, 6))
    @settings(max_examples=20, deadline=None)
    def test_of_any_animation(self, picture):
        check_times(picture, Read(svg_bytes(picture)))

    def test_long_ones_are_as_exact(self):
        """An hour of frames of 7 ms and longer."""
        picture = drawing(40, ms=(7, 179_993))
        check_times(picture, Read(svg_bytes(picture)))

    @given(drawings(2, 6))
    @settings(max_examples=20, deadline=None)
    def test_without_motion_it_is_the_poster(self, picture):
        same(Read(svg_bytes(picture)).seen(), picture.still())

    def test_the_poster_lights_the_frame_that_is_named(self):
        """At rest, where no motion is wanted, and as a still; the other frames have what they keep."""
        picture = drawing(5, lit=3)
        kept = [primitive for frame in picture.frames for primitive in frame.keep]
        wanted = [*picture.base, *kept, *picture.frames[3].show]
        assert picture.frames[3].show != picture.frames[2].show
        assert [*picture.as_still().still()] == wanted
        read = Read(svg_bytes(picture))
        same(read.seen(), wanted)
        for group in read.root.iter(f"{SVG}g"):  # and the rule for no motion stops all that could change that
            classes = set((group.get("class") or "").split())
            assert bool(classes & {*read.names}) == bool(classes & {*stopped(read)})
        check_times(picture, read)
        still = Read(svg_bytes(picture.as_still()))
        same(still.seen(), wanted)
        assert not still.motion

    def test_who_wants_no_motion_gets_none(self):
        read = Read(svg_bytes(drawing()))
        (name,) = stopped(read)
        moving = [
            group for group in read.root.iter(f"{SVG}g") if set((group.get("class") or "").split()) & {*read.names}
        ]
        assert moving
        for group in moving:
            assert name in group.get("class").split()
        assert read.motion.index("@media") > read.motion.rindex("animation-name")

    def test_it_goes_on_or_stops_at_the_last_frame(self):
        picture = drawing()
        assert re.search(r"ms step-end infinite\}", Read(svg_bytes(picture)).motion)
        read = Read(svg_bytes(picture, loop=3))
        assert re.search(r"ms step-end 3 forwards\}", read.motion)
        same(read.seen(Fraction(1)), picture.still(2))


class TestTheFile:
    def test_it_has_words(self):
        root = Read(svg_bytes(drawing())).root
        assert root.get("role") == "img"
        named = {element.get("id"): element for element in root if element.get("id")}
        title, alt = (named[name] for name in root.get("aria-labelledby").split())
        assert (title.tag, title.text) == (f"{SVG}title", "Conv(3) & more")
        assert (alt.tag, alt.text) == (f"{SVG}desc", drawing().alt)

    def test_without_words_it_claims_none(self):
        content = svg_bytes(drawing(title="", alt=""))
        assert b"aria" not in content
        assert b"title" not in content

    def test_two_files_share_no_name(self):
        names = [
            set(re.findall(r'id="([^"]+)"|@keyframes ([\w-]+)|\.([\w-]+)\{', svg_bytes(picture).decode()))
            for picture in (drawing(), drawing(2), drawing(ms=(500, 333, 1802)))
        ]
        flat = [{name for found in file for name in found if name} for file in names]
        assert all(len(file) > 10 for file in flat)
        assert not flat[0] & flat[1]
        assert not flat[0] & flat[2]

    def test_it_has_no_script_and_fetches_nothing(self):
        content = svg_bytes(drawing()).decode()
        for word in ("<script", "<animate", "<set", "href", "url(", "@import"):
            assert word not in content
        assert content.count("http") == 1

    def test_it_is_the_same_in_another_process(self):
        program = "from painted import drawing; from convarith.render.svg import svg_bytes; import sys; "
        program += "sys.stdout.buffer.write(svg_bytes(drawing()))"
        command = [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {program}"]
        assert subprocess.run(command, capture_output=True, check=True).stdout == svg_bytes(drawing())


@pytest.mark.parametrize("side", [7, 40])
def test_a_cell_costs_few_bytes(side):
    cells = tuple(Path(square(x * side, y * side, side), PAGE, INK) for x in range(32) for y in range(32))
    content = svg_bytes(replace(drawing(1), base=cells))
    assert len(content) / len(cells) < 40


def test_a_dashed_outline_costs_few_bytes():
    """It begins with a place on the page, and goes on from side to side in steps."""
    corners = (square(x * 7, y * 7, 7) for x in range(32) for y in range(32))
    outlines = tuple(Path((*way, way[0]), None, INK, dash=(4, 3)) for way in corners)
    content = svg_bytes(replace(drawing(1), base=outlines)).decode()
    assert len(content) / len(outlines) < 45
    assert re.search(r' d="(M\d+ \d+h7m0 0v7m-7 0h7m-7-7v7){1024}"', content)
