"""PDF and axes: every mark of the drawing is among what the axes hold, in painting order, and the pages are its size.

What is on axes is asked of matplotlib's artists; what is in the file is read from its own objects and streams.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zlib
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.path import Path as Outline
from painted import HEIGHT, INK, PAGE, WIDTH, Area, Line, drawing, drawings, marks, square

from convarith.render.drawing import Path, Text
from convarith.render.figure import paint_on, pdf_bytes

ALIGNED = {"left": "start", "center": "middle", "right": "end"}
PT = 0.75


def page_axes(picture):
    """Axes as large as the page of the PDF."""
    return Figure(figsize=(picture.width * PT / 72, picture.height * PT / 72)).add_axes((0, 0, 1, 1))


def held(axes, pt=PT):
    """(place in painting order, mark) of everything on axes; without the thin edges of areas."""
    found = []
    artists = [artist for artist in axes.get_children() if artist in [*axes.collections, *axes.texts]]
    for artist in sorted(artists, key=lambda artist: artist.get_zorder()):
        if artist in [*axes.texts]:
            x, y = artist.get_position()
            assert artist.get_verticalalignment() == "baseline"
            anchor = ALIGNED[artist.get_horizontalalignment()]
            size = artist.get_fontsize() / pt
            found.append(Text(x, y, artist.get_text(), size, artist.get_color(), "", anchor))
        else:
            found += stroked(artist, pt)
    return found


def stroked(collection, pt):
    looks = zip(
        collection.get_paths(),
        collection.get_facecolors(),
        collection.get_edgecolors(),
        collection.get_linewidths(),
        collection.get_linestyles(),
        strict=True,
    )
    found = []
    for path, face, edge, width, (_, dash) in looks:
        pieces = pieces_of(path)
        if face[3]:
            found.append(Area(pieces[0][:-1], to_hex(face)))
            if to_hex(edge) == to_hex(face) and width < 0.9 * pt:
                continue
        lengths = tuple(part / pt for part in dash or ())
        width /= pt
        if lengths:
            pieces = [shortened(*piece, width / 2) for piece in pieces]
        found += [Line(piece, to_hex(edge), width, lengths) for piece in pieces]
    return found


def pieces_of(path):
    """A compound path as the points of its pieces."""
    pieces = []
    for (x, y), code in zip(path.vertices, path.codes, strict=True):
        if code == Outline.MOVETO:
            pieces.append([])
        pieces[-1].append(pieces[-1][0] if code == Outline.CLOSEPOLY else (x, y))
    return [tuple(piece) for piece in pieces]


def shortened(start, end, reach):
    """A dashed line without the half pixels that it has at its ends."""
    way = np.subtract(end, start)
    step = way / np.hypot(*way) * reach
    return (tuple(start + step), tuple(end - step))


def comparable(found):
    plain = []
    for mark in found:
        if isinstance(mark, Text):
            plain.append(replace(mark, ground="", size=round(mark.size, 6)))
        else:
            plain.append(mark._replace(points=tuple((round(x, 4) + 0.0, round(y, 4) + 0.0) for x, y in mark.points)))
            if isinstance(mark, Line):
                plain[-1] = plain[-1]._replace(width=round(mark.width, 6), dash=tuple(map(round, mark.dash)))
    return plain


def letters(found):
    return [mark for mark in found if isinstance(mark, Text)]


def shapes(found):
    return [mark for mark in found if not isinstance(mark, Text)]


def under_all(picture):
    edge = 0.5
    left, top, right, bottom = -edge, -edge, picture.width - edge, picture.height - edge
    return Path(((left, top), (right, top), (right, bottom), (left, bottom)), picture.page)


def overlap(text, mark):
    """Whether any letter may lie on a shape: its box reaches as far as a letter is wide at most."""
    reach = len(text.string) * text.size * 0.4
    left = text.x - {"start": 0, "middle": reach / 2, "end": reach}[text.anchor]
    across, down = zip(*mark.points, strict=True)
    return (
        left < max(across) and left + reach > min(across) and text.y - text.size / 2 < max(down) and text.y > min(down)
    )


def check_marks(axes, picture, pt=PT):
    """All marks in painting order; only a text may come later than its turn, over shapes it does not touch."""
    found = comparable(held(axes, pt))
    wanted = comparable(marks((under_all(picture), *picture.still())))
    assert shapes(found) == shapes(wanted)
    assert letters(found) == letters(wanted)
    place = 0
    for turn, mark in enumerate(wanted):
        if isinstance(mark, Text):
            number = len(letters(wanted[:turn]))
            place = [index for index, other in enumerate(found) if isinstance(other, Text)][number]
            before, after = len(shapes(wanted[:turn])), len(shapes(found[:place]))
            assert after >= before
            assert not any(overlap(mark, shape) for shape in shapes(wanted)[before:after])


class TestAxes:
    def test_they_hold_every_mark(self):
        for number in range(3):
            still = drawing().as_still(number)
            axes = page_axes(still)
            paint_on(axes, still)
            check_marks(axes, still)

    @given(drawings(1, 2))
    @settings(max_examples=30, deadline=None)
    def test_of_any_drawing(self, picture):
        axes = page_axes(picture)
        paint_on(axes, picture)
        check_marks(axes, picture)

    def test_a_text_stays_under_what_covers_it(self):
        cover = Path(square(0, 0, 60), "#f0e442")
        picture = replace(
            drawing(1), base=(Text(5, 30, "under", 12, INK, PAGE), cover, Text(5, 30, "over", 12, INK, PAGE))
        )
        axes = page_axes(picture)
        paint_on(axes, picture)
        found = comparable(held(axes))
        order = [found.index(mark) for mark in comparable(marks(picture.base))]
        assert order == sorted(order)

    def test_few_collections_hold_many_cells(self):
        cells = [
            primitive
            for number in range(100)
            for primitive in (Path(square(2 * number, 0, 1), PAGE), Text(2 * number, 90, "7", 9, INK, PAGE))
        ]
        axes = page_axes(drawing(1))
        paint_on(axes, replace(drawing(1), base=tuple(cells)))
        assert len(axes.collections) <= 3

    def test_they_become_the_page(self):
        axes = page_axes(drawing())
        paint_on(axes, drawing())
        assert axes.get_xlim() == (-0.5, WIDTH - 0.5)
        assert axes.get_ylim() == (HEIGHT - 0.5, -0.5)
        assert axes.get_aspect() == 1
        assert not axes.axison

    def test_lines_and_letters_fit_the_axes_they_are_on(self):
        figure = Figure(figsize=(10, 5), dpi=150)
        axes = figure.add_axes((0.5, 0, 0.4, 1))
        paint_on(axes, drawing())
        check_marks(axes, drawing(), pt=4 * 72 / WIDTH)

    def test_what_users_add_lies_over_it(self):
        axes = page_axes(drawing())
        paint_on(axes, drawing())
        highest = max(artist.get_zorder() for artist in [*axes.collections, *axes.texts])
        assert highest < min(axes.fill([0, 1, 1], [0, 0, 1])[0].get_zorder(), axes.plot([0, 1])[0].get_zorder())

    def test_dollars_and_the_users_settings_change_nothing(self):
        settings = {"text.usetex": True, "lines.scale_dashes": True, "text.parse_math": True}
        picture = replace(drawing(), base=(*drawing().base, Text(9, 99, "$x^2$", 12, INK, PAGE)))
        with mpl.rc_context(settings):
            axes = page_axes(picture)
            paint_on(axes, picture)
            check_marks(axes, picture)
        assert axes.texts[-1].get_usetex() is False
        assert not any(text.get_parse_math() for text in axes.texts)

    def test_pixels_are_where_they_belong(self):
        """At a pixel for each of the drawing's, give or take the one to which Agg moves lines."""
        picture = replace(drawing(1), base=(Path(square(10, 20, 40), "#56b4e9", INK),), frames=(drawing(1).frames[0],))
        figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100)
        paint_on(figure.add_axes((0, 0, 1, 1)), picture)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        pixels = np.asarray(canvas.buffer_rgba())[..., :3]
        across = [to_hex(pixel / 255) for pixel in pixels[40, :60]]
        down = [to_hex(pixel / 255) for pixel in pixels[:70, 30]]
        for line, start in ((across, 10), (down, 20)):
            borders = [place for place, color in enumerate(line) if color == INK]
            assert len(borders) == 2
            assert borders == pytest.approx([start, start + 40], abs=1)
            assert line[start + 20] == "#56b4e9"
            assert {line[start - 3], line[start + 43]} == {PAGE}


class TestTheFile:
    def test_a_page_for_each_frame_without_margins(self):
        content = pdf_bytes(drawing(3))
        assert pages(content) == [f"0 0 {WIDTH * PT:g} {HEIGHT * PT:g}"] * 3
        assert len(pages(pdf_bytes(drawing(3).as_still()))) == 1

    def test_each_page_shows_its_frame(self):
        picture = drawing(3)
        drawn = [stream for stream in streams(pdf_bytes(picture)) if " re W" in stream]
        assert len(drawn) == 3
        stroke = "0.8352941176 0.368627451 0 RG"
        for number, stream in enumerate(drawn):
            x, y = (161 + 40 * number + 0.5) * PT, (HEIGHT - 61.5) * PT
            assert re.search(rf"{stroke}[^m]*\n{x:g} {y:g} m", stream), number
            assert stream.count(stroke) == 2

    def test_points_and_colours_are_in_it(self):
        picture = replace(drawing(1), base=(Path(square(10, 20, 40), "#ff0000", "#0000ff", 2),))
        (stream,) = [stream for stream in streams(pdf_bytes(picture.as_still())) if " re W" in stream]
        corners = [f"{(x + 0.5) * PT:g} {(HEIGHT - y - 0.5) * PT:g}" for x, y in square(10, 20, 40)]
        assert "\n".join(f"{point} {'l' if number else 'm'}" for number, point in enumerate(corners)) in stream
        for word in ("1 0 0 rg", "0 0 1 RG", "1.5 w"):
            assert word in stream

    def test_letters_are_embedded_as_truetype(self):
        content = pdf_bytes(drawing(1))
        assert b"/CIDFontType2" in content
        assert b"/FontFile2" in content
        assert b"/Type3" not in content
        assert b"DejaVuSans" in content

    def test_letters_have_their_size(self):
        picture = replace(drawing(1), base=(Text(10, 30, "seven", 20, INK, PAGE),))
        (stream,) = [stream for stream in streams(pdf_bytes(picture)) if " re W" in stream]
        assert " 15 Tf" in stream
        assert f"{10.5 * PT:g} {(HEIGHT - 30.5) * PT:g} cm" in stream

    def test_a_hat_leaves_no_gap(self):
        """As it does where matplotlib raises it with an operator of its own."""
        picture = replace(drawing(1), base=(Text(10, 30, "(k\u0302)", 20, INK, PAGE),))
        (stream,) = [stream for stream in streams(pdf_bytes(picture)) if " re W" in stream]
        assert " Tf" in stream
        assert " Ts" not in stream

    def test_it_has_words_and_no_date(self):
        content = pdf_bytes(drawing(1, title="Conv(3)", alt="It slides."))
        assert rb"/Title (Conv\(3\))" in content
        assert b"/Subject (It slides.)" in content
        assert b"Date" not in content

    def test_it_is_the_same_whatever_the_users_settings(self):
        first = pdf_bytes(drawing(2))
        with mpl.rc_context({"savefig.bbox": "tight", "pdf.fonttype": 3, "figure.dpi": 33, "font.size": 30}):
            assert pdf_bytes(drawing(2)) == first
            assert mpl.rcParams["pdf.fonttype"] == 3

    @pytest.mark.parametrize("seed", ["1", "2"])
    def test_it_is_the_same_in_another_process(self, seed):
        program = "from painted import drawing; from convarith.render.figure import pdf_bytes; import sys; "
        program += "sys.stdout.buffer.write(pdf_bytes(drawing(2)))"
        command = [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {program}"]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        finished = subprocess.run(command, capture_output=True, check=True, env=environment)
        assert finished.stdout == pdf_bytes(drawing(2))


def test_matplotlib_is_imported_where_it_is_used():
    program = "import sys; import convarith.render.figure; print('matplotlib' in sys.modules); "
    program += "from painted import drawing; convarith.render.figure.pdf_bytes(drawing(1).as_still()); "
    program += "print('matplotlib.pyplot' in sys.modules)"
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {program}"]
    assert subprocess.run(command, capture_output=True, check=True, text=True).stdout.split() == ["False", "False"]


def pages(content):
    return [box.decode() for box in re.findall(rb"/MediaBox \[ (.*?) \]", content)]


def streams(content):
    """The streams that are drawing commands, as text."""
    packed = re.findall(rb"/FlateDecode.*?stream\r?\n(.*?)\nendstream", content, re.DOTALL)
    return [zlib.decompress(stream).decode("latin-1") for stream in packed]
