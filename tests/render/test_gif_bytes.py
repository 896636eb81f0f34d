"""GIFs: what a decoder gets back is what was painted, frame by frame, with its times, its loop and its comment."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from io import BytesIO

import pytest
from PIL import Image

import convarith as ca
from convarith.render.drawing import Drawing, Frame, Path, Text, draw
from convarith.render.gif import gif_bytes
from convarith.render.pixels import paletted_frames
from convarith.render.themes import DEFAULT
from convarith.render.views import Flat

LAYERS = {
    "figure 2.7": (ca.Conv(3, stride=2, padding=1), (6, 6), {}),
    "figure 4.7": (ca.ConvTranspose(3, stride=2, padding=1, output_padding=1), (3, 3), {}),
    "overhang": (ca.Pool(3, stride=2, padding=1, ceil_mode=True), (4, 6), {}),
    "cropped": (ca.Conv(2, padding=((-1, 0), (2, -2))), (5, 6), {}),
    "one frame": (ca.Conv(1), (1,), {}),
    "the same numbers": (ca.Conv(1), (4,), {"input": [0] * 4, "kernel": [1]}),
}


@pytest.fixture(params=LAYERS)
def pictured(request):
    """A scene and its drawing."""
    layer, shape, wishes = LAYERS[request.param]
    scene = ca.render.compose(layer, shape, **wishes)
    return scene, draw(scene, Flat(), DEFAULT)


def decoded(content):
    """(pixels as RGB, milliseconds) of every frame."""
    frames = []
    with Image.open(BytesIO(content)) as image:
        for number in range(image.n_frames):
            image.seek(number)
            frames.append((image.convert("RGB"), image.info.get("duration")))
    return frames


def opened(content):
    with Image.open(BytesIO(content)) as image:
        image.load()
        return image


def test_every_decoded_frame_is_pixel_for_pixel_the_painted_one(pictured):
    _, drawing = pictured
    frames = decoded(gif_bytes(drawing, "words"))
    painted = list(paletted_frames(drawing))
    assert len(frames) == len(painted)
    for (pixels, _), image in zip(frames, painted, strict=True):
        assert pixels.size == (drawing.width, drawing.height)
        assert pixels.tobytes() == image.convert("RGB").tobytes()


def test_painting_keeps_what_is_written_and_drops_what_was_lit():
    """Two boxes: one written in the first frame to stay, one lit in it only; the second frame shows nothing new."""
    kept, lit = box(2, "#ff0000"), box(12, "#00ff00")
    drawing = Drawing(24, 12, "#ffffff", (), (Frame((kept,), (lit,), 100), Frame((), (), 100)))
    first, second = (image.convert("RGB") for image in paletted_frames(drawing))
    assert [first.getpixel((x, 5)) for x in (5, 15, 22)] == [(255, 0, 0), (0, 255, 0), (255, 255, 255)]
    assert [second.getpixel((x, 5)) for x in (5, 15, 22)] == [(255, 0, 0), (255, 255, 255), (255, 255, 255)]


def test_there_is_a_frame_for_every_window(pictured):
    scene, drawing = pictured
    with Image.open(BytesIO(gif_bytes(drawing, scene.alt))) as image:
        assert image.n_frames == len(scene.steps) == len(drawing.frames)


def test_steps_stand_150_to_700_ms_and_the_last_1800(pictured):
    _, drawing = pictured
    times = [ms for _, ms in decoded(gif_bytes(drawing, ""))]
    assert times == [frame.ms for frame in drawing.frames]
    assert times[-1] == 1800
    assert all(150 <= ms <= 700 for ms in times[:-1])


def test_it_loops_for_ever(pictured):
    _, drawing = pictured
    assert opened(gif_bytes(drawing, "")).info["loop"] == 0


def test_there_is_one_table_of_at_most_256_colours(pictured):
    _, drawing = pictured
    colours = set()
    for pixels, _ in decoded(gif_bytes(drawing, "")):
        colours |= {colour for _, colour in pixels.getcolors(maxcolors=1024)}
    assert len(colours) <= 256


def test_every_flat_colour_of_the_drawing_is_kept_as_it_is(pictured):
    """Palettes round colours where they are too many; ours has each of them."""
    _, drawing = pictured
    fills = {one.fill for one in drawing.base if isinstance(one, Path) and one.fill}
    first = next(paletted_frames(drawing)).convert("RGB")
    painted = {colour for _, colour in first.getcolors(maxcolors=1024)}
    wanted = {tuple(int(fill[at : at + 2], 16) for at in (1, 3, 5)) for fill in fills}
    assert wanted <= painted


@pytest.mark.parametrize(
    "words",
    ["plain", "⌊(6 + 2·1 - 3)/2⌋ + 1 = 3, ĩ' × k̂", "x" * 254, "x" * 255, "x" * 256, "×" * 400, "ab×" * 1000, ""],
)
def test_the_comment_is_the_alternative_text_however_long(words):
    drawing = Drawing(4, 4, "#ffffff", (), (Frame((), (), 100),))
    comment = opened(gif_bytes(drawing, words)).info.get("comment", b"")
    assert comment.decode("utf-8") == words


def test_neighbouring_frames_that_are_alike_keep_their_own_frame_and_time():
    drawing = Drawing(
        30, 20, "#ffffff", (Text(2, 14, "8", 12, "#000000"),), tuple(Frame((), (), ms) for ms in (150, 700, 150, 1800))
    )
    frames = decoded(gif_bytes(drawing, "still"))
    assert [ms for _, ms in frames] == [150, 700, 150, 1800]
    assert len({pixels.tobytes() for pixels, _ in frames}) == 1


def test_a_change_in_the_last_pixel_is_seen():
    corner = Path(((29, 19), (29, 19)), None, "#d55e00")
    drawing = Drawing(30, 20, "#ffffff", (), (Frame((), (), 100), Frame((), (corner,), 100), Frame((), (), 100)))
    corners = [pixels.getpixel((29, 19)) for pixels, _ in decoded(gif_bytes(drawing, ""))]
    assert corners == [(255, 255, 255), (213, 94, 0), (255, 255, 255)]


def test_only_what_changed_is_written_again():
    """A frame that changes one box costs a fraction of the page."""
    one = Drawing(400, 300, "#ffffff", (), (Frame((), (), 100),))
    two = Drawing(400, 300, "#ffffff", (), (Frame((), (), 100), Frame((), (box(20, "#d55e00"),), 100)))
    blocks = [BytesIO(gif_bytes(drawing, "")) for drawing in (one, two)]
    sizes = []
    for block in blocks:
        with Image.open(block) as image:
            image.seek(image.n_frames - 1)
            sizes.append(image.tile[0][1])
    assert sizes == [(0, 0, 400, 300), (20, 2, 29, 10)]


def test_the_same_picture_has_the_same_bytes_twice():
    scene = ca.render.compose(ca.Conv(3, stride=2, padding=1), (6, 6))
    first = gif_bytes(draw(scene, Flat(), DEFAULT), scene.alt)
    again = ca.render.compose(ca.Conv(3, stride=2, padding=1), (6, 6))
    assert gif_bytes(draw(again, Flat(), DEFAULT), again.alt) == first


def test_the_same_picture_has_the_same_bytes_in_another_process(tmp_path):
    """With other hashes of strings, too: nothing depends on the order of a set."""
    digests = set()
    for seed in ("1", "2"):
        path = tmp_path / f"{seed}.gif"
        program = f"import convarith as ca; ca.render.animate(ca.Pool(2, padding=1), (5, 5), {str(path)!r})"
        subprocess.run([sys.executable, "-c", program], env=environment(PYTHONHASHSEED=seed), check=True)
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    here = tmp_path / "here.gif"
    ca.render.animate(ca.Pool(2, padding=1), (5, 5), here)
    assert digests == {hashlib.sha256(here.read_bytes()).hexdigest()}


def environment(**changed):
    import os

    return {**os.environ, **changed}


def box(left, fill):
    return Path(((left, 2), (left + 8, 2), (left + 8, 9), (left, 9)), fill)
