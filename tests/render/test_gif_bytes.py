"""GIFs: what a decoder gets back is what was painted, frame by frame, with its times, its loop and its comment."""

from __future__ import annotations

import weakref
from io import BytesIO
from random import Random
from typing import NamedTuple

import pytest
from drawn_pages import MAKERS, VIEWS, drawing_of, scene_of
from PIL import Image, ImageChops
from test_pixels import box, painted

from convarith.render import gif
from convarith.render.drawing import Drawing, Frame, Path, Text
from convarith.render.gif import gif_bytes


class Blocks(NamedTuple):
    """A GIF as its specification parts it."""

    size: tuple[int, int]
    colours: int
    local_tables: int
    loops: list[int]
    comments: list[bytes]
    times: list[int]
    boxes: list[tuple[int, int, int, int]]
    code_sizes: list[int]
    disposals: list[int]


def parted(content):
    """Read block by block, as GIF89a describes it."""
    assert content[:6] == b"GIF89a"
    assert content[-1:] == b";"
    number = int.from_bytes
    size, packed = (number(content[6:8], "little"), number(content[8:10], "little")), content[10]
    colours = 2 ** ((packed & 7) + 1) if packed & 0x80 else 0
    found = Blocks(size, colours, 0, [], [], [], [], [], [])
    at, local = 13 + 3 * colours, 0
    while content[at] != 0x3B:
        if content[at] == 0x21:
            label, (data, at) = content[at + 1], sub_blocks(content, at + 2)
            if label == 0xFF:
                assert data[:11] == b"NETSCAPE2.0"
                found.loops.append(number(data[12:14], "little"))
            elif label == 0xFE:
                found.comments.append(data)
            elif label == 0xF9:
                found.times.append(number(data[1:3], "little"))
                found.disposals.append(data[0] >> 2 & 7)
        else:
            assert content[at] == 0x2C
            left, top, width, height = (number(content[at + i : at + i + 2], "little") for i in (1, 3, 5, 7))
            found.boxes.append((left, top, width, height))
            local += content[at + 9] >> 7
            found.code_sizes.append(content[at + 10])
            _, at = sub_blocks(content, at + 11)
    assert at == len(content) - 1
    return found._replace(local_tables=local)


def sub_blocks(content, at):
    data = b""
    while content[at]:
        data += content[at + 1 : at + 1 + content[at]]
        at += 1 + content[at]
    return data, at + 1


def decoded(content):
    """(pixels as RGB, milliseconds) of every frame, as Pillow puts them together."""
    frames = []
    with Image.open(BytesIO(content)) as image:
        for number in range(image.n_frames):
            image.seek(number)
            frames.append((image.convert("RGB"), image.info.get("duration")))
    return frames


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", MAKERS)
def test_every_decoded_frame_is_pixel_for_pixel_the_painted_one(name, view):
    drawing = drawing_of(name, view=view)
    frames = decoded(gif_bytes(drawing))
    assert len(frames) == len(drawing.frames) == len(scene_of(name).steps)
    for (pixels, ms), image, frame in zip(frames, painted(drawing), drawing.frames, strict=True):
        assert pixels.size == (drawing.width, drawing.height)
        assert pixels.tobytes() == image.tobytes()
        assert ms == frame.ms


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_a_scale_makes_it_so_much_larger(scale):
    drawing = drawing_of("figure 2.7", theme="dark")
    content = gif_bytes(drawing, scale=scale)
    assert parted(content).size == (scale * drawing.width, scale * drawing.height)
    for (pixels, _), image in zip(decoded(content), painted(drawing, scale), strict=True):
        assert pixels.tobytes() == image.tobytes()


@pytest.mark.parametrize("name", MAKERS)
def test_the_first_frame_is_the_still_of_the_first_step(name):
    drawing = drawing_of(name)
    (first, _), *_ = decoded(gif_bytes(drawing))
    (still,) = painted(drawing.as_still(0))
    assert {colour for _, colour in first.getcolors(1024)} <= {colour for _, colour in still.getcolors(1024)} | {
        colour for image in painted(drawing) for _, colour in image.getcolors(1024)
    }
    unlike = ImageChops.difference(first, still).convert("L").point(lambda off: 255 * (off > 0)).histogram()[255]
    assert unlike < 0.005 * first.width * first.height  # shades may be parted otherwise among other colours


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", MAKERS)
def test_there_is_one_table_with_a_colour_left_over_and_codes_of_as_many_bits(name, view):
    drawing = drawing_of(name, view=view)
    blocks = parted(gif_bytes(drawing))
    used = set()
    for image in painted(drawing):
        used |= {colour for _, colour in image.getcolors(1024)}
    assert blocks.local_tables == 0
    assert len(used) < blocks.colours <= 256
    assert {2**bits for bits in blocks.code_sizes} == {max(4, blocks.colours)}
    assert set(blocks.disposals) == {1}


def test_a_full_palette_takes_eight_bits():
    colors = [f"#{number:02x}8040" for number in range(254)]
    boxes = [box(number, 0, number, 3, color) for number, color in enumerate(colors)]
    drawing = Drawing(256, 8, "#ffffff", tuple(boxes), (Frame((), (), 100), Frame((boxes[9].moved(0, 4),), (), 100)))
    content = gif_bytes(drawing)
    assert parted(content).code_sizes == [8, 8]
    for (pixels, _), image in zip(decoded(content), painted(drawing), strict=True):
        assert pixels.tobytes() == image.tobytes()


@pytest.mark.parametrize("frame_ms", [20, 150, 670, 60_000])
def test_times_are_in_hundredths_and_the_last_frame_is_held(frame_ms):
    drawing = drawing_of("figure 2.7", frame_ms=frame_ms)
    assert parted(gif_bytes(drawing)).times == [frame_ms // 10] * 8 + [max(frame_ms, 1800) // 10]


@pytest.mark.parametrize(
    ("loop", "block", "shown"), [(0, [0], 0), (1, [], None), (2, [1], 1), (65_535, [65_534], 65_534)]
)
def test_it_plays_for_ever_once_or_so_many_times(loop, block, shown):
    """The block says how often it is repeated: 0 for ever. Without one it is played once."""
    content = gif_bytes(drawing_of("figure 2.7"), loop=loop)
    assert parted(content).loops == block
    with Image.open(BytesIO(content)) as image:
        assert image.info.get("loop") == shown


@pytest.mark.parametrize(
    "words",
    ["plain", "⌊(6 + 2·1 - 3)/2⌋ + 1 = 3, ĩ' × k̂", "x" * 254, "x" * 255, "x" * 256, "×" * 400, "ab×" * 1000, ""],
)
def test_the_comment_is_the_alternative_text_however_long(words):
    drawing = Drawing(4, 4, "#ffffff", (), (Frame((), (), 100),), alt=words)
    content = gif_bytes(drawing)
    assert [comment.decode("utf-8") for comment in parted(content).comments] == [words]
    with Image.open(BytesIO(content)) as image:
        image.load()
        assert image.info.get("comment", b"").decode("utf-8") == words


@pytest.mark.parametrize("name", MAKERS)
def test_the_comment_of_a_scene_is_its_alternative_text(name):
    (comment,) = parted(gif_bytes(drawing_of(name))).comments
    assert comment.decode("utf-8") == scene_of(name).alt


def test_neighbouring_frames_that_are_alike_keep_their_own_frame_and_time():
    text = Text(2, 14, "8", 12, "#000000", "#ffffff")
    drawing = Drawing(30, 20, "#ffffff", (text,), tuple(Frame((), (), ms) for ms in (150, 700, 150, 1800)))
    frames = decoded(gif_bytes(drawing))
    assert [ms for _, ms in frames] == [150, 700, 150, 1800]
    assert len({pixels.tobytes() for pixels, _ in frames}) == 1


def test_a_change_in_the_last_pixel_is_seen():
    corner = Path(((29, 19), (29, 19)), None, "#d55e00")
    drawing = Drawing(30, 20, "#ffffff", (), (Frame((), (), 100), Frame((), (corner,), 100), Frame((), (), 100)))
    corners = [pixels.getpixel((29, 19)) for pixels, _ in decoded(gif_bytes(drawing))]
    assert corners == [(255, 255, 255), (213, 94, 0), (255, 255, 255)]


def test_only_the_smallest_box_around_what_changed_is_written_again():
    changed = box(20, 2, 28, 9, "#d55e00")
    drawing = Drawing(400, 300, "#ffffff", (), (Frame((), (), 100), Frame((), (changed,), 100)))
    assert parted(gif_bytes(drawing)).boxes == [(0, 0, 400, 300), (20, 2, 9, 8)]


def test_what_does_not_change_inside_that_box_is_left_as_it_is():
    """Two far corners change and nothing between them: so the box is the page, and costs little more than nothing."""
    corners = (box(0, 0, 3, 3, "#d55e00"), box(396, 296, 399, 299, "#d55e00"))
    noise = Random(0)
    places = [(noise.randrange(10, 390), noise.randrange(10, 290)) for _ in range(2000)]
    pattern = tuple(box(x, y, x + 3, y + 3, f"#{noise.randrange(200):02x}8040") for x, y in places)
    once = Drawing(400, 300, "#ffffff", pattern, (Frame((), (), 100),))
    twice = Drawing(400, 300, "#ffffff", pattern, (Frame((), (), 100), Frame((), corners, 100)))
    assert parted(gif_bytes(twice)).boxes[1] == (0, 0, 400, 300)
    assert len(gif_bytes(twice)) < 1.1 * len(gif_bytes(once))
    for (pixels, _), image in zip(decoded(gif_bytes(twice)), painted(twice), strict=True):
        assert pixels.tobytes() == image.tobytes()


def test_frames_are_gone_once_they_are_written(monkeypatch):
    """Only the last one is kept, to compare the next with."""
    alive, most = [], []

    def watched(drawing, scale):
        colours, images = painter(drawing, scale)

        def watching():
            for image in images:
                alive.append(weakref.ref(image))
                most.append(sum(one() is not None for one in alive))
                yield image
                del image

        return colours, watching()

    painter = gif.paletted_frames
    monkeypatch.setattr(gif, "paletted_frames", watched)
    gif_bytes(drawing_of("reflected"))
    assert len(alive) == 16
    assert max(most) <= 3
