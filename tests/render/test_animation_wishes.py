"""The wishes of `animate` and `compare` that are about looks: each does what it says, or is refused in one sentence."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

import convarith as ca
from convarith.render.themes import THEMES

ODD, SHAPE = ca.Conv(3, stride=2, padding=1), (6, 6)
DRAWN = (".gif", ".png", ".apng", ".webp", ".mp4", ".svg", ".pdf", ".tex", ".json")


def animate(path, **wishes):
    return ca.render.animate(ODD, SHAPE, path, **wishes)


def compare(path, **wishes):
    return ca.render.compare([ODD, ca.Pool(2)], SHAPE, path, **wishes)


BOTH = pytest.mark.parametrize("make", [animate, compare])


def frames_of(path):
    with Image.open(path) as image:
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            yield image.convert("RGB")


@BOTH
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("view", ["flat", "sheets"])
def test_view_and_theme_are_those_asked_for(tmp_path, make, view, theme):
    make(tmp_path / "one.gif", view=view, theme=theme)
    image = next(frames_of(tmp_path / "one.gif"))
    page = THEMES[theme].page
    assert image.getpixel((1, 1)) == tuple(int(page[at : at + 2], 16) for at in (1, 3, 5))
    make(tmp_path / "other.gif", view=view, theme=THEMES[theme])
    assert (tmp_path / "one.gif").read_bytes() == (tmp_path / "other.gif").read_bytes()
    make(tmp_path / "usual.gif")
    alike = (tmp_path / "one.gif").read_bytes() == (tmp_path / "usual.gif").read_bytes()
    assert alike == ((view, theme) == ("flat", "default"))


@BOTH
@pytest.mark.parametrize("width", [500, 501, 1200])
@pytest.mark.parametrize("scale", [1, 2])
def test_width_is_met_and_scale_multiplies_it(tmp_path, make, width, scale):
    written = make(tmp_path / "odd.png", width=width, scale=scale)
    (image,) = frames_of(written.path)
    assert image.size == (written.width, written.height)
    assert written.width == width * scale
    assert written.height % scale == 0


@BOTH
def test_a_caption_is_left_out(tmp_path, make):
    with_one, without = make(tmp_path / "one.png"), make(tmp_path / "other.png", caption=False)
    assert without.height < with_one.height
    assert (without.title, without.alt_text) == (with_one.title, with_one.alt_text)


@BOTH
@pytest.mark.parametrize("number", [0, 4, 8, np.int64(8)])
def test_one_frame_is_that_of_the_animation(tmp_path, make, number):
    make(tmp_path / "all.apng")
    written = make(tmp_path / "one.png", frame=number)
    (image,) = frames_of(written.path)
    wanted = list(frames_of(tmp_path / "all.apng"))[number]
    assert written.frames == 1
    assert image.size == wanted.size
    differing = np.any(np.asarray(image) != np.asarray(wanted), axis=-1).mean()
    assert differing < 0.005  # shades may be parted otherwise among fewer colours
    others = [frame for at, frame in enumerate(frames_of(tmp_path / "all.apng")) if at != number]
    assert all(np.any(np.asarray(image) != np.asarray(other), axis=-1).mean() > differing for other in others)


@BOTH
@pytest.mark.parametrize(
    ("strip", "panels"), [(1, [0]), (2, [0, 8]), (3, [0, 4, 8]), (5, [0, 2, 4, 6, 8]), (100, range(9))]
)
def test_a_strip_has_so_many_panels_evenly_from_the_first_to_the_last(tmp_path, monkeypatch, make, strip, panels):
    from convarith.render.layout import Page

    asked = []
    drawn = Page.strip

    def watched(page, numbers, *others, **more):
        asked.append(list(numbers))
        return drawn(page, numbers, *others, **more)

    monkeypatch.setattr(Page, "strip", watched)
    written = make(tmp_path / "strip.png", strip=strip)
    assert asked == [list(panels)]
    assert written.frames == 1
    (image,) = frames_of(written.path)
    assert image.size == (written.width, written.height)


@BOTH
@pytest.mark.parametrize("frames_as", ["png", "pdf", "svg"])
def test_a_folder_has_a_file_for_each_step(tmp_path, make, frames_as):
    written = make(f"{tmp_path}/frames/", frames_as=frames_as)
    names = sorted(path.name for path in (tmp_path / "frames").iterdir())
    assert names == [f"frame-{number}.{frames_as}" for number in range(9)]
    assert [path.name for path in written.parts] == names
    assert written.frames == 9
    starts = {"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<svg"}
    contents = [path.read_bytes() for path in written.parts]
    assert all(content.startswith(starts[frames_as]) for content in contents)
    assert len(set(contents)) == 9


def test_a_frame_of_a_folder_is_that_frame(tmp_path):
    written = animate(f"{tmp_path}/frames/")
    for number, path in enumerate(written.parts):
        one = animate(tmp_path / "one.png", frame=number)
        assert path.read_bytes() == one.path.read_bytes()


REFUSED = {
    "a view": ({"view": "flt"}, "unknown view 'flt'; did you mean 'flat'? Known are flat, sheets"),
    "a theme": (
        {"theme": "drak"},
        "unknown theme 'drak'; did you mean 'dark'? Known are default, guide, dark, print, or the path of a .toml file",
    ),
    "a narrow width": ({"width": 279}, "width 279 is below 280; the smallest width is 280"),
    "a wide width": ({"width": 7969}, "width 7969 is above 7968, the largest; give less"),
    "half a pixel": ({"width": 400.5}, "width must be a whole number; got 400.5 (float), give an int"),
    "no scale": ({"scale": 0}, "scale 0 is below 1; the smallest scale is 1"),
    "a large scale": ({"scale": 5}, "scale 5 is above 4, the largest; give less"),
    "half a scale": ({"scale": 1.5}, "scale must be a whole number; got 1.5 (float), give an int"),
    "a short frame": ({"frame_ms": 10}, "frame_ms 10 is below 20; the smallest frame_ms is 20"),
    "a long frame": ({"frame_ms": 60_010}, "frame_ms 60010 is above 60000, the largest; give less"),
    "an odd time": ({"frame_ms": 333}, "frame_ms 333 is no multiple of 10, in which a GIF counts; give 330 or 340"),
    "a loop": ({"loop": -1}, "loop -1 is below 0; the smallest loop is 0"),
    "many loops": ({"loop": 65_536}, "loop 65536 is above 65535, the largest; give less"),
    "a frame": ({"frame": "last"}, "unknown frame 'last'; give a number from 0, or 'poster'"),
    "a frame before": ({"frame": -1}, "frame -1 is below 0; the smallest frame is 0"),
    "half a frame": ({"frame": 1.5}, "frame must be a whole number; got 1.5 (float), give an int"),
    "a true frame": ({"frame": True}, "frame must be a whole number; got True (bool), give an int"),
    "a frame after": ({"frame": 9}, "there is no frame 9; the frames are 0 to 8"),
    "no panels": ({"strip": 0}, "strip 0 is below 1; the smallest strip is 1"),
    "many panels": ({"strip": 101}, "strip 101 is above 100, the largest; give less"),
    "both": ({"strip": 2, "frame": 1}, "a strip and a single frame exclude each other; give one of them"),
    "jpg": ({"frames_as": "jpg"}, "unknown frames_as 'jpg'; did you mean 'png'? Known are png, pdf, svg"),
}


@BOTH
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_and_in_which_words(tmp_path, make, name):
    wishes, words = REFUSED[name]
    with pytest.raises((ca.ParameterError, ca.ShapeError)) as refusal:
        make(tmp_path / "odd.gif", **wishes)
    assert str(refusal.value) == words
    assert list(tmp_path.iterdir()) == []


@BOTH
@pytest.mark.parametrize(
    "wishes",
    [
        {"width": 500},
        {"width": 7968},
        {"scale": 4},
        {"frame_ms": 20},
        {"frame_ms": 60_000},
        {"frame_ms": 330},
        {"frame_ms": 340},
        {"loop": 0},
        {"loop": 65_535},
        {"frame": 0},
        {"frame": 8},
        {"frame": "poster"},
        {"strip": 1},
        {"strip": 100},
    ],
)
def test_the_advised_values_are_taken(tmp_path, make, wishes):
    suffix = "json" if wishes.get("width") == 7968 else "gif"
    assert make(tmp_path / f"odd.{suffix}", **wishes).path.is_file()


@BOTH
@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"frame": 1}, "is a folder of frames; give a file for one frame or a strip"),
        ({"strip": 3}, "is a folder of frames; give a file for one frame or a strip"),
    ],
)
def test_a_folder_has_no_single_frame(tmp_path, make, wishes, words):
    with pytest.raises(ca.ParameterError) as refusal:
        make(f"{tmp_path}/frames/", **wishes)
    assert str(refusal.value).endswith(words)
    assert list(tmp_path.iterdir()) == []


@BOTH
@pytest.mark.parametrize("wish", ["width", "frame_ms"])
def test_draw_takes_and_refuses_the_same(tmp_path, make, wish):
    scene = ca.render.compose(ODD, SHAPE)
    value, words = REFUSED[{"width": "a narrow width", "frame_ms": "a short frame"}[wish]]
    with pytest.raises(ca.ParameterError) as refusal:
        ca.render.draw(scene, **value)
    assert str(refusal.value) == words
    assert make(tmp_path / "odd.png", width=600).width == ca.render.draw(scene, width=600).width


@BOTH
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_painted(tmp_path, make):
    with pytest.raises(ca.ShapeError, match=r"pixels, more than the limit of 8000 on a side; .*ask for fewer pixels$"):
        make(tmp_path / "odd.gif", width=2100, scale=4)
    assert list(tmp_path.iterdir()) == []


@BOTH
def test_an_existing_file_is_replaced_unless_it_may_not_be(tmp_path, make):
    path = tmp_path / "odd.gif"
    path.write_bytes(b"old")
    with pytest.raises(FileExistsError) as refusal:
        make(path, force=False)
    assert str(refusal.value) == f"{str(path)!r} exists; give --force (force=True) to replace it, or another name"
    assert path.read_bytes() == b"old"
    make(path)
    assert path.read_bytes().startswith(b"GIF89a")
    make(tmp_path / "new.gif", force=False)


@pytest.mark.parametrize("suffix", DRAWN)
def test_a_suffix_may_be_in_capitals(tmp_path, suffix):
    if suffix == ".mp4":
        pytest.importorskip("imageio_ffmpeg")
    path = tmp_path / f"conv{suffix.upper()}"
    assert ca.render.animate(ca.Conv(3), (4,), path).path == path
    assert path.stat().st_size > 100
