"""Files of every format, decoded again: sizes, frames, times, loops and words."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from drawn_pages import MAKERS, VIEWS, drawing_of, rgb, scene_of
from PIL import Image
from test_pixels import painted

import convarith as ca
from convarith.render.files import FORMATS, frame_names, scene_bytes
from convarith.render.images import apng_bytes, png_bytes, webp_bytes
from convarith.render.themes import DEFAULT
from convarith.render.video import mp4_bytes

SOME = ["figure 2.7", "three axes", "stamps", "the smallest", "symbols"]
ODD = ca.Conv(3, stride=2, padding=1)
WORDS = 'Ends & <begins> with "⌊k̂⌋" and ]]>'


def decoded(content):
    """(pixels as RGB, milliseconds) of every frame."""
    frames = []
    with Image.open(BytesIO(content)) as image:
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            image.load()
            frames.append((image.convert("RGB"), image.info.get("duration")))
    return frames


class TestPng:
    @pytest.mark.parametrize("view", VIEWS)
    @pytest.mark.parametrize("name", SOME)
    def test_it_is_the_still_as_painted(self, name, view):
        still = drawing_of(name, view=view).as_still()
        ((pixels, _),) = decoded(png_bytes(still))
        (image,) = painted(still)
        assert pixels.tobytes() == image.tobytes()

    def test_a_scale_makes_it_so_much_larger(self):
        still = drawing_of("figure 2.7").as_still()
        ((pixels, _),) = decoded(png_bytes(still, scale=3))
        assert pixels.size == (3 * still.width, 3 * still.height)

    @pytest.mark.parametrize("write", [png_bytes, apng_bytes])
    def test_title_and_alternative_text_are_international_text_chunks(self, write):
        drawing = drawing_of("figure 2.7")
        drawing = drawing.as_still() if write is png_bytes else drawing
        content = write(drawing)
        with Image.open(BytesIO(content)) as image:
            image.load()
            assert image.text == {"Title": drawing.title, "Description": drawing.alt}
        assert content.count(b"iTXt") == 2


class TestPoster:
    def test_all_outputs_are_written_and_the_window_in_the_middle_is_lit(self):
        """Of nine: the fifth, in the middle of the output."""
        scene, drawing = scene_of("figure 2.7"), drawing_of("figure 2.7")
        from convarith.render.layout import lay_out

        patches = lay_out(scene, VIEWS["flat"], DEFAULT).frames.stage.patches
        ((pixels, _),) = decoded(png_bytes(drawing.as_still()))
        done, window = DEFAULT.roles["done"], DEFAULT.roles["input"]
        for at, patch in patches["output"].items():
            x, y = patch.at(0.5, 0.17)
            assert pixels.getpixel((int(x), int(y))) == rgb(done.lit if at == (1, 1) else done.fill)
        lit = {lit.position for lit in scene.steps[4].lit if lit.grid == "input"}
        assert len(lit) == 9
        for at, patch in patches["input"].items():
            if scene.rows[0][0].cells[at].role == "input":
                x, y = patch.at(0.5, 0.17)
                assert pixels.getpixel((int(x), int(y))) == rgb(window.lit if at in lit else window.fill)

    def test_it_is_what_a_still_is_without_further_words(self, tmp_path):
        for name, wishes in (("one", {}), ("other", {"frame": "poster"})):
            assert ca.render.animate(ODD, (6, 6), tmp_path / f"{name}.png", **wishes).frames == 1
        assert (tmp_path / "one.png").read_bytes() == (tmp_path / "other.png").read_bytes()
        ca.render.animate(ODD, (6, 6), tmp_path / "poster.gif", frame="poster")
        ((still, _),) = decoded((tmp_path / "one.png").read_bytes())
        ((poster, _),) = decoded((tmp_path / "poster.gif").read_bytes())
        assert still.tobytes() == poster.tobytes()


@pytest.mark.parametrize("write", [apng_bytes, webp_bytes])
class TestMovingImages:
    @pytest.mark.parametrize("view", VIEWS)
    @pytest.mark.parametrize("name", SOME)
    def test_every_frame_is_as_painted_with_its_time(self, write, name, view):
        drawing = drawing_of(name, view=view)
        frames = decoded(write(drawing))
        assert len(frames) == len(drawing.frames)
        for (pixels, ms), image, frame in zip(frames, painted(drawing), drawing.frames, strict=True):
            assert pixels.tobytes() == image.tobytes()
            assert ms == frame.ms or len(frames) == 1

    @pytest.mark.parametrize("loop", [0, 1, 3, 65_535])
    def test_it_plays_so_often(self, write, loop):
        with Image.open(BytesIO(write(drawing_of("figure 2.7"), loop=loop))) as image:
            assert image.is_animated
            assert image.info["loop"] == loop

    def test_a_scale_makes_it_so_much_larger(self, write):
        drawing = drawing_of("the smallest")
        with Image.open(BytesIO(write(drawing, scale=2))) as image:
            assert image.size == (2 * drawing.width, 2 * drawing.height)


@pytest.mark.parametrize("still", [False, True])
def test_the_words_of_a_webp_are_in_an_xmp_packet_that_is_xml(still):
    import dataclasses

    drawing = dataclasses.replace(drawing_of("figure 2.7"), alt=WORDS, title="<T> & t")
    with Image.open(BytesIO(webp_bytes(drawing.as_still() if still else drawing))) as image:
        packet = image.info["xmp"].decode("utf-8")
    tree = ET.fromstring(packet)
    names = {
        "{http://purl.org/dc/elements/1.1/}title": "<T> & t",
        "{http://purl.org/dc/elements/1.1/}description": WORDS,
        "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}AltTextAccessibility": WORDS,
    }
    for name, words in names.items():
        (found,) = tree.iter(name)
        (entry,) = found.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li")
        assert entry.text == words
        assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "x-default"


class TestMp4:
    @pytest.fixture(scope="class")
    @staticmethod
    def video(tmp_path_factory):
        pytest.importorskip("imageio_ffmpeg")
        path = tmp_path_factory.mktemp("video") / "odd.mp4"
        written = ca.render.animate(ca.Conv(3), (5, 4), path, width=501)
        return written, path

    def test_sides_are_even_and_as_it_says(self, video):
        from imageio import v2 as imageio

        written, path = video
        with imageio.get_reader(path) as reader:
            size = reader.get_meta_data()["size"]
        assert size == (written.width, written.height)
        assert written.width == 502
        assert written.height % 2 == 0

    def test_all_frames_stand_their_time_and_look_as_painted(self, video):
        import imageio_ffmpeg
        from imageio import v2 as imageio

        _, path = video
        drawing = ca.render.draw(ca.render.compose(ca.Conv(3), (5, 4)), width=501)
        total = sum(frame.ms for frame in drawing.frames) / 1000
        with imageio.get_reader(path) as reader:
            about = reader.get_meta_data()
        assert about["duration"] == pytest.approx(total, abs=0.02)
        width, height = about["size"]
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-f", "rawvideo"]
        answer = subprocess.run([*command, "-pix_fmt", "rgb24", "-"], capture_output=True, check=True).stdout
        shots = np.frombuffer(answer, np.uint8).reshape(-1, height, width, 3)
        per_second = len(shots) / total
        start = 0.0
        for image, frame in zip(painted(drawing), drawing.frames, strict=True):
            shot = shots[int((start + frame.ms / 2000) * per_second)]
            start += frame.ms / 1000
            near = [
                max(abs(int(a) - b) for a, b in zip(shot[y, x], image.getpixel((x, y)), strict=True)) < 60
                for x in range(0, 500, 9)
                for y in range(0, drawing.height, 9)
            ]
            assert sum(near) > 0.97 * len(near)

    def test_title_and_alternative_text_are_in_it(self, video):
        import imageio_ffmpeg

        written, path = video
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-f", "ffmetadata", "-"]
        said = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8")
        said = said.replace("\\=", "=").replace("\\;", ";").replace("\\#", "#")
        assert f"title={written.title}" in said
        assert f"comment={written.alt_text}" in said

    @pytest.mark.parametrize("missing", ["imageio", "imageio_ffmpeg"])
    def test_without_its_extra_the_sentence_says_how_to_get_it(self, monkeypatch, missing, tmp_path):
        monkeypatch.setitem(sys.modules, missing, None)
        with pytest.raises(ModuleNotFoundError) as refusal:
            ca.render.animate(ca.Conv(3), (5,), tmp_path / "conv.mp4")
        assert str(refusal.value) == (
            "an .mp4 needs imageio with ffmpeg; python -m pip install 'imageio[ffmpeg]', or take .webp or .gif"
        )
        assert list(tmp_path.iterdir()) == []

    def test_without_ffmpeg_itself_it_says_the_same(self, monkeypatch):
        ffmpeg = pytest.importorskip("imageio_ffmpeg")

        def missing():
            raise RuntimeError("No ffmpeg exe could be found.")

        monkeypatch.setattr(ffmpeg, "get_ffmpeg_exe", missing)
        with pytest.raises(ModuleNotFoundError, match="pip install"):
            mp4_bytes(drawing_of("the smallest"))


class TestJson:
    @pytest.mark.parametrize("name", MAKERS)
    def test_it_is_the_scene_and_holds_every_cell_and_step(self, name):
        scene = scene_of(name)
        data = json.loads(scene_bytes(scene))
        assert data == json.loads(json.dumps(scene.to_dict()))
        cells = {
            (grid["name"], tuple(cell["position"])): (cell["role"], cell["text"], tuple(cell["marks"]))
            for row in data["rows"]
            for grid in row
            for cell in grid["cells"]
        }
        assert cells == {
            (grid.name, at): (cell.role, cell.text, tuple(grid.marks.get(at, ())))
            for grid in scene.grids()
            for at, cell in grid.cells.items()
        }
        assert (data["title"], data["alt_text"]) == (scene.title, scene.alt)
        for step, wanted in zip(data["steps"], scene.steps, strict=True):
            assert step["note"] == wanted.note
            assert [(lit["grid"], tuple(lit["position"]), lit["mark"], lit["tag"]) for lit in step["lit"]] == [
                (lit.grid, lit.position, lit.mark, lit.tag) for lit in wanted.lit
            ]
            assert [(w["grid"], tuple(w["position"]), w["role"], w["text"]) for w in step["writes"]] == [
                (w.grid, w.position, w.cell.role, w.cell.text) for w in wanted.writes
            ]

    def test_it_is_written_by_its_suffix(self, tmp_path):
        ca.render.animate(ODD, (6, 6), tmp_path / "scene.json")
        assert (tmp_path / "scene.json").read_bytes() == scene_bytes(ca.render.compose(ODD, (6, 6)))


@pytest.mark.parametrize("suffix", [*FORMATS, ".json"])
@pytest.mark.parametrize("scale", [1, 2])
def test_what_is_returned_is_true_of_the_file(tmp_path, suffix, scale):
    if suffix == ".mp4":
        pytest.importorskip("imageio_ffmpeg")
    written = ca.render.animate(ca.Conv(2), (4, 3), tmp_path / f"conv{suffix}", scale=scale)
    assert written.path.is_file()
    moving = suffix in (".gif", ".apng", ".webp", ".mp4", ".svg", ".json")
    assert written.frames == (6 if moving else 1)
    if suffix in (".gif", ".png", ".apng", ".webp"):
        with Image.open(written.path) as image:
            assert image.size == (written.width, written.height)
            assert getattr(image, "n_frames", 1) == written.frames
    pixels = suffix not in (".svg", ".pdf", ".tex", ".json")
    assert written.scale == (scale if pixels else 1)


@pytest.mark.parametrize(
    ("count", "first", "last"),
    [(1, "0", "0"), (10, "0", "9"), (11, "00", "10"), (100, "00", "99"), (101, "000", "100")],
)
def test_frames_of_a_folder_are_numbered_so_that_names_sort(count, first, last):
    names = frame_names(count, ".png")
    assert names == sorted(names)
    assert len(set(names)) == count
    assert (names[0], names[-1]) == (f"frame-{first}.png", f"frame-{last}.png")
