"""Pixels: each cell has its colour where the view says it lies, in every frame, at every scale."""

from __future__ import annotations

import weakref
from itertools import islice

import pytest
from drawn_pages import MAKERS, VIEWS, drawing_of, paths, rgb, scene_of, scenes, whole_pages
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import ImageChops

import convarith as ca
from convarith.render.drawing import Drawing, Frame, Path, Text
from convarith.render.layout import lay_out
from convarith.render.pixels import COLOURS, paletted_frames
from convarith.render.themes import THEMES

PAGE = "#ffffff"
PLACES = [(across / 20, down / 20) for across in (4, 5, 10, 15) for down in (4, 6, 10, 14)]


def painted(drawing, scale=1):
    """Every frame, in RGB."""
    colours, images = paletted_frames(drawing, scale)
    for image in images:
        image.putpalette(colours)
        yield image.convert("RGB")


def box(left, top, right, bottom, fill, **look):
    return Path(((left, top), (right, top), (right, bottom), (left, bottom)), fill, **look)


def cells_now(scene, number):
    """(grid, position) -> (cell, marks) at a step, walked through from the start."""
    cells = {(grid.name, at): cell for grid in scene.grids() for at, cell in grid.cells.items()}
    marks = {(grid.name, at): set(named) for grid in scene.grids() for at, named in grid.marks.items()}
    for step in scene.steps[: number + 1]:
        cells.update({(write.grid, write.position): write.cell for write in step.writes})
    lit = {}
    for light in scene.steps[number].lit:
        lit.setdefault((light.grid, light.position), set()).add(light.mark)
    return {at: (cell, marks.get(at, set()) | lit.get(at, set())) for at, cell in cells.items()}


@whole_pages
@given(scenes(), st.sampled_from(sorted(VIEWS)), st.sampled_from(sorted(THEMES)), st.integers(1, 2), st.data())
def test_a_cell_has_the_colour_of_its_role_lit_or_not_where_the_view_says_it_lies(scene, view, theme, scale, data):
    """At one of some places around its middle: letters, textures and rings lie on the others."""
    page = lay_out(scene, VIEWS[view], THEMES[theme], caption=False)
    assume(page.arrangement.view.cell_px >= 12)  # in smaller ones rings and crosses leave nothing of a fill
    number = data.draw(st.integers(0, len(scene.steps) - 1))
    image = next(islice(painted(page.animation(), scale), number, None))
    patches = page.frames.stage.patches
    for (grid, at), (cell, marks) in cells_now(scene, number).items():
        if grid not in patches or "unread" in marks:
            continue
        style = THEMES[theme].roles[cell.role]
        wanted = style.lit if marks & {"tap", "now"} else style.fill
        around = [
            image.getpixel((round(x * scale), round(y * scale)))
            for x, y in (patches[grid][at].at(across, down) for across, down in PLACES)
        ]
        assert rgb(wanted) in around, (grid, at, cell, marks)


@pytest.mark.parametrize("name", MAKERS)
def test_every_colour_of_a_flat_drawing_is_painted_and_no_other_but_shades_between_two(name):
    drawing = drawing_of(name)
    wanted = {rgb(one.fill) for one in paths(drawing.still(0)) if one.fill}
    image = next(painted(drawing))
    found = {colour for _, colour in image.getcolors(1024)}
    visible = {rgb(drawing.page), *(colour for colour in wanted if colour in found)}
    assert rgb(drawing.page) in found
    assert len(visible) >= len(wanted) - 2  # what is written over
    every = {rgb(color) for one in drawing.primitives() for color in colours_of(one)} | {rgb(drawing.page)}
    low = tuple(min(channel) for channel in zip(*every, strict=True))
    high = tuple(max(channel) for channel in zip(*every, strict=True))
    for colour in found - every:
        assert all(least <= channel <= most for least, channel, most in zip(low, colour, high, strict=True))
    assert len(found) <= COLOURS


def colours_of(one):
    return [one.color, one.ground] if isinstance(one, Text) else [color for color in (one.fill, one.stroke) if color]


@pytest.mark.parametrize("smooth", [False, True])
def test_what_is_written_is_kept_and_what_was_lit_is_dropped(smooth):
    kept, lit = box(2, 2, 10, 9, "#ff0000"), box(12, 2, 20, 9, "#00ff00")
    drawing = Drawing(24, 12, PAGE, (), (Frame((kept,), (lit,), 100), Frame((), (), 100)), smooth=smooth)
    first, second = painted(drawing)
    assert [first.getpixel((x, 5)) for x in (5, 15, 22)] == [(255, 0, 0), (0, 255, 0), (255, 255, 255)]
    assert [second.getpixel((x, 5)) for x in (5, 15, 22)] == [(255, 0, 0), (255, 255, 255), (255, 255, 255)]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("scale", [2, 3, 4])
def test_a_scale_is_so_many_pixels_for_each_and_the_same_picture(view, scale):
    drawing = drawing_of("figure 2.7", view=view)
    for small, large in zip(painted(drawing), painted(drawing, scale), strict=True):
        assert large.size == (scale * drawing.width, scale * drawing.height)
        shrunk = large.reduce(scale)
        off = ImageChops.difference(small, shrunk).convert("L")
        histogram = off.histogram()
        assert sum(histogram[100:]) < 0.06 * small.width * small.height  # thin lines and letters, but no areas


def test_a_filled_rectangle_covers_exactly_its_pixels_and_a_line_lies_on_its_points():
    drawing = Drawing(12, 10, PAGE, (box(2, 3, 6, 7, "#ff0000", stroke="#0000ff"),), (Frame((), (), 10),))
    (image,) = painted(drawing)
    for x in range(12):
        for y in range(10):
            on = 2 <= x <= 6 and 3 <= y <= 7
            edge = on and (x in (2, 6) or y in (3, 7))
            assert image.getpixel((x, y)) == ((0, 0, 255) if edge else (255, 0, 0) if on else (255, 255, 255))


@pytest.mark.parametrize("dash", [(4, 3), (1, 3), (2, 2)])
@pytest.mark.parametrize("scale", [1, 2])
def test_dashes_are_as_long_as_they_say(dash, scale):
    on, off = dash
    line = Path(((2, 5), (40, 5)), None, "#000000", 1, dash)
    (image,) = painted(Drawing(50, 12, PAGE, (line,), (Frame((), (), 10),)), scale)
    row = [image.getpixel((x, 5 * scale)) == (0, 0, 0) for x in range(30 * scale)]
    assert abs(row.index(True) - 2 * scale) <= scale // 2  # a wide line begins around its end
    row = row[row.index(True) :]
    period = (on + off) * scale
    assert row[:period] == [True] * (on * scale) + [False] * (off * scale)
    assert row[period : 2 * period] == row[:period]


@pytest.mark.parametrize("width", [1, 2, 3])
def test_lines_are_as_wide_as_they_say(width):
    line = Path(((2, 10), (40, 10)), None, "#000000", width)
    (image,) = painted(Drawing(50, 20, PAGE, (line,), (Frame((), (), 10),)))
    assert sum(image.getpixel((20, y)) == (0, 0, 0) for y in range(20)) == width


@pytest.mark.parametrize(("anchor", "left"), [("start", 50), ("middle", 30), ("end", 10)])
@pytest.mark.parametrize("smooth", [False, True])
def test_a_text_starts_is_centred_or_ends_at_its_place_on_its_baseline(anchor, left, smooth):
    text = Text(50, 30, "HHHH", 16, "#000000", PAGE, anchor)
    (image,) = painted(Drawing(110, 40, PAGE, (text,), (Frame((), (), 10),), smooth=smooth))
    inked = ImageChops.invert(image.convert("L")).getbbox()
    wide = 4 * 12.03
    start = {"start": 50, "middle": 50 - wide / 2, "end": 50 - wide}[anchor]
    assert inked[0] == pytest.approx(start + 1.5, abs=1.6)
    assert inked[2] == pytest.approx(start + wide - 1.5, abs=1.6)
    assert inked[3] == pytest.approx(30, abs=1)
    assert inked[1] == pytest.approx(30 - 0.729 * 16, abs=1)
    assert left <= inked[0] + 25


def test_as_many_colours_as_there_may_be_are_all_kept_and_leave_no_room_for_shades():
    colors = [f"#{number:02x}8040" for number in range(254)]
    boxes = [box(number, 0, number, 3, color) for number, color in enumerate(colors)]
    text = Text(300, 12, "8", 12, colors[7], PAGE)
    drawing = Drawing(320, 20, PAGE, (*boxes, text), (Frame((), (), 10),))
    colours, images = paletted_frames(drawing)
    assert len(colours) == 3 * 255
    image = next(images)
    image.putpalette(colours)
    row = [image.convert("RGB").getpixel((number, 1)) for number in range(254)]
    assert row == [rgb(color) for color in colors]


@pytest.mark.parametrize("smooth", [False, True])
def test_letters_have_shades_between_their_colour_and_their_ground(smooth):
    text = Text(5, 30, "8Q", 24, "#000000", PAGE)
    (image,) = painted(Drawing(60, 40, PAGE, (text,), (Frame((), (), 10),), smooth=smooth))
    greys = {red for _, (red, _, _) in image.getcolors()}
    assert {0, 255} < greys
    assert len(greys) > 2


@pytest.mark.parametrize("view", VIEWS)
def test_frames_are_painted_one_at_a_time_and_not_held(view):
    """However many there are, no more than a few images are alive while they are taken one after another."""
    drawing = ca.render.draw(scene_of("reflected"), view=view)
    _, images = paletted_frames(drawing)
    alive = []
    for image in images:
        alive.append(weakref.ref(image))
        del image
        assert sum(one() is not None for one in alive) <= 1
    assert len(alive) == len(drawing.frames) == 16


def test_a_frame_is_the_takers_to_change():
    drawing = drawing_of("figure 2.7")
    _, images = paletted_frames(drawing)
    next(images).paste(0, (0, 0, drawing.width, drawing.height))
    second = next(images)
    _, again = paletted_frames(drawing)
    next(again)
    assert second.tobytes() == next(again).tobytes()


def test_oblique_lines_have_smooth_edges():
    line = Path(((2, 2), (45, 17)), None, "#000000")
    (rough,) = painted(Drawing(50, 20, PAGE, (line,), (Frame((), (), 10),)))
    (smooth,) = painted(Drawing(50, 20, PAGE, (line,), (Frame((), (), 10),), smooth=True))
    assert {red for _, (red, _, _) in rough.getcolors()} == {0, 255}
    assert {red for _, (red, _, _) in smooth.getcolors()} - {0, 255}
