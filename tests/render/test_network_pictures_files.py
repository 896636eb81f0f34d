"""Files of pictures of networks: every format opens, moves as it should, and is the same every time."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest
from pictured_networks import NETWORKS, chain, conv, residual, small
from PIL import Image

import convarith as ca
from convarith.render.networks.depth_plots import depth_figure, depth_of, plot_settings, short
from convarith.render.themes import DEFAULT, THEMES

MOVING = (".gif", ".apng", ".webp")
STILLS = (".png", ".svg", ".pdf", ".tex")
PLOTS = (".png", ".svg", ".pdf")
STARTS = {
    ".gif": b"GIF89a",
    ".png": b"\x89PNG",
    ".apng": b"\x89PNG",
    ".webp": b"RIFF",
    ".svg": b"<svg",
    ".pdf": b"%PDF",
    ".tex": b"% A TikZ",
    ".json": b"{",
}

every_picture = pytest.mark.parametrize("picture", ["boxes", "field"])


def draw(path, network=None, **wishes):
    return ca.render.draw_network(network or residual(), path, **wishes)


@every_picture
@pytest.mark.parametrize("suffix", STARTS)
def test_every_format_opens(tmp_path, picture, suffix):
    written = draw(tmp_path / f"net{suffix}", picture=picture)
    content = written.path.read_bytes()
    assert content.startswith(STARTS[suffix])
    if suffix in (*MOVING, ".png"):
        with Image.open(written.path) as image:
            assert image.size == (written.width, written.height)
            assert getattr(image, "n_frames", 1) == written.frames
    assert written.frames == (9 if picture == "boxes" else 8) or suffix in STILLS
    assert [path.name for path in tmp_path.iterdir()] == [f"net{suffix}"]


@every_picture
def test_a_gif_has_a_frame_for_each_step_that_stands_as_long_as_it_should(tmp_path, picture):
    written = draw(tmp_path / "net.gif", picture=picture)
    with Image.open(written.path) as image:
        durations = []
        for number in range(image.n_frames):
            image.seek(number)
            durations.append(image.info["duration"])
    assert durations == [700] * (written.frames - 1) + [1800]
    assert written.alt_text.encode() in b"".join(comment_of(written.path.read_bytes()))


def comment_of(gif):
    """The blocks of the comment, without their lengths."""
    at = gif.index(b"!\xfe") + 2
    while gif[at]:
        yield gif[at + 1 : at + 1 + gif[at]]
        at += 1 + gif[at]


@every_picture
def test_a_step_stands_as_long_as_it_is_told(tmp_path, picture):
    written = draw(tmp_path / "net.gif", picture=picture, frame_ms=200)
    with Image.open(written.path) as image:
        assert image.info["duration"] == 200
    assert written.frame_ms == 200


@every_picture
@pytest.mark.parametrize("suffix", STILLS)
def test_stills_are_the_poster_and_an_svg_is_one(tmp_path, picture, suffix):
    written = draw(tmp_path / f"net{suffix}", picture=picture)
    assert written.frames == 1
    assert draw(tmp_path / f"poster{suffix}", picture=picture, frame="poster").path.read_bytes() == (
        written.path.read_bytes()
    )


@every_picture
def test_an_svg_has_its_words(tmp_path, picture):
    written = draw(tmp_path / "net.svg", picture=picture)
    root = ET.parse(written.path).getroot()
    words = {child.tag.rpartition("}")[2]: child.text for child in root}
    assert words["title"] == written.title
    assert words["desc"] == written.alt_text
    assert "animation" not in written.path.read_text()


@every_picture
def test_frames_in_a_folder_and_a_strip(tmp_path, picture):
    written = draw(f"{tmp_path}/frames/", picture=picture)
    assert len(list((tmp_path / "frames").iterdir())) == written.frames > 5
    strip = draw(tmp_path / "strip.png", picture=picture, strip=3)
    assert strip.height > 2 * written.height / 2
    one = draw(tmp_path / "one.png", picture=picture, frame=2)
    assert one.path.read_bytes() == (tmp_path / "frames" / "frame-2.png").read_bytes()


def test_the_scene_is_written_whole(tmp_path):
    data = json.loads(draw(tmp_path / "net.json").path.read_text())
    assert data == ca.render.compose_network(residual()).to_dict()
    field = json.loads(draw(tmp_path / "field.json", picture="field").path.read_text())
    assert len(field["steps"]) == 8


def test_scale_and_width(tmp_path):
    once, twice = (draw(tmp_path / "net.png", width=600, scale=scale) for scale in (1, 2))
    assert (once.width, twice.width) == (600, 1200)
    with Image.open(twice.path) as image:
        assert image.size == (1200, 2 * once.height)


def test_themes_of_ones_own(tmp_path):
    theme = tmp_path / "mine.toml"
    theme.write_text('[roles.convolution]\nfill = "#123456"\ntexture = "cross"\n')
    assert "#123456" in draw(tmp_path / "net.svg", theme=theme).path.read_text()


REFUSED = [
    ({"path": "net.gfi"}, "unknown suffix '.gfi' of 'net.gfi'; did you mean '.gif'? Known are .gif, .png"),
    ({"path": "net"}, "'net' has no suffix to pick a format by; end it in .gif, .png"),
    ({"path": "net.png", "theme": "drak"}, "unknown theme 'drak'; did you mean 'dark'?"),
    ({"path": "net.png", "width": 12}, "width 12 is below 280"),
    ({"path": "net.gif", "frame_ms": 33}, "frame_ms 33 is no multiple of 10"),
    ({"path": "net.gfi", "picture": "depth"}, "a plot over depth is no .gfi ('net.gfi'); write a .png, .svg or .pdf"),
    ({"path": "net.pg", "picture": "depth"}, "a plot over depth is no .pg ('net.pg'); write a .png, .svg or"),
    ({"path": "plots/", "picture": "depth"}, "a plot over depth is no folder ('plots/'); write a .png"),
    ({"path": "net.png", "picture": "depth", "frame": 0}, "a plot over depth is one still; leave frame out"),
    ({"path": "net.png", "picture": "depth", "frame_ms": 100}, "a plot over depth is one still; leave frame_ms out"),
    ({"path": "net.png", "picture": "depth", "unit": (1, 1)}, "a unit is for what it reads; give picture='field'"),
    ({"path": "net.png", "picture": "depth", "width": 300}, "width 300 is below 400"),
    ({"path": "net.png", "picture": "depth", "scale": 9}, "scale 9 is above 4"),
]


@pytest.mark.parametrize(("wishes", "sentence"), REFUSED)
def test_what_cannot_be_meant_is_refused_before_anything_is_done(tmp_path, monkeypatch, wishes, sentence):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ca.ParameterError) as refused:
        draw(**wishes)
    assert str(refused.value).startswith(sentence)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("picture", ["boxes", "field", "depth"])
def test_files_are_replaced_only_where_that_is_wanted(tmp_path, picture):
    path = tmp_path / "net.png"
    path.write_text("mine")
    with pytest.raises(FileExistsError, match=r"exists; give --force \(force=True\)"):
        draw(path, picture=picture, force=False)
    assert path.read_text() == "mine"
    draw(path, picture=picture)
    assert path.read_bytes().startswith(STARTS[".png"])
    with pytest.raises(FileNotFoundError, match=r"does not exist"):
        draw(tmp_path / "no" / "net.png", picture=picture)


@pytest.mark.parametrize("picture", ["boxes", "field", "depth"])
def test_a_network_that_does_not_fit_leaves_no_file(tmp_path, picture):
    with pytest.raises(ca.ShapeError, match=r"^conv1: kernel 9 does not fit in input 4"):
        draw(tmp_path / "net.png", chain(conv(9, 4, padding=0)), input_shape=(3, 4, 4), picture=picture)
    assert not list(tmp_path.iterdir())


PROGRAM = """
import hashlib, json, sys, tempfile
from pathlib import Path
import convarith as ca

answer = {}
network = ca.network.named("lenet5")
with tempfile.TemporaryDirectory() as folder:
    for picture, suffixes in json.loads(sys.argv[1]):
        for suffix in suffixes:
            path = Path(folder) / f"net{suffix}"
            ca.render.draw_network(network, path, picture=picture)
            answer[f"{picture}{suffix}"] = hashlib.sha256(path.read_bytes()).hexdigest()
print(json.dumps(answer))
"""


def digests(seed):
    wanted = [("boxes", [".gif", *STILLS]), ("field", [".gif", *STILLS]), ("depth", PLOTS)]
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(wanted)],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def test_the_same_network_gives_the_same_bytes_in_any_process():
    assert digests("1") == digests("2")


def test_nothing_of_this_loads_before_it_is_asked_for():
    code = (
        "import sys, convarith.render as r; r.animate; "
        "print([m for m in sys.modules if 'networks' in m or m.startswith('matplotlib')])"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "[]"


class TestDepth:
    """Plots of sizes, parameters, MACs and receptive fields."""

    @pytest.mark.parametrize("suffix", PLOTS)
    @pytest.mark.parametrize("theme", THEMES)
    def test_every_format_opens(self, tmp_path, suffix, theme):
        written = draw(tmp_path / f"net{suffix}", small(), picture="depth", theme=theme)
        content = written.path.read_bytes()
        assert content.startswith(b"<?xml" if suffix == ".svg" else STARTS[suffix])
        assert (written.width, written.frames) == (830, 1)
        if suffix == ".png":
            with Image.open(written.path) as image:
                assert image.size == (written.width, written.height)
                assert image.convert("RGB").getpixel((2, 2)) == rgb(THEMES[theme].page)
                assert image.info["Description"] == written.alt_text
        if suffix == ".svg":
            words = {child.tag.rpartition("}")[2]: child.text for child in ET.fromstring(content)}
            assert words["title"] == written.title
            assert words["desc"] == written.alt_text

    def test_scale_and_width(self, tmp_path):
        written = draw(tmp_path / "net.png", picture="depth", width=500, scale=2)
        with Image.open(written.path) as image:
            assert image.size == (1000, written.height) == (written.width, written.height)
        assert written.height > 2 * written.width / 2  # the panels stand one below the other

    def test_what_is_plotted_is_what_the_table_says(self):
        depth = depth_of(small().table())
        assert depth.names == ["conv1", "pool1", "fc1"]
        assert depth.sizes == [(6, 6), (3, 3), (1, 1)]
        assert depth.parameters == [40, 0, 370]
        assert depth.macs == [1296, 0, 360]
        assert depth.fields == [(3, 3), (4, 4), (8, 8)]
        assert depth.input_sizes == (6, 6)

    def test_parameters_of_what_is_not_shown_count_where_they_hang(self):
        for name in ("resnet18", "densenet121", "unet"):
            table = ca.network.named(name).table()
            depth = depth_of(table)
            assert sum(depth.parameters) == table.parameters
            assert sum(depth.macs) == table.macs
        assert depth_of(residual().table()).parameters[:2] == [112, 4 * 8 * 9 + 8 + 16]

    @pytest.mark.parametrize("name", ["small", "three axes", "gated", "many blocks", "nothing", "only quiet layers"])
    def test_lines_and_bars_have_these_values(self, name):
        depth = depth_of(NETWORKS[name]().table())
        figure = figure_of(depth)
        sizes, parameters, macs, fields = figure.axes
        for panel, values in ((sizes, depth.sizes), (fields, depth.fields)):
            lines = {tuple(line.get_ydata()) for line in panel.get_lines() if len(line.get_xdata()) == len(values)}
            assert lines >= {tuple(map(float, along)) for along in zip(*values, strict=True)} or not values
        for panel, values in ((parameters, depth.parameters), (macs, depth.macs)):
            heights = [0.0] * len(values)
            for bar in panel.patches:
                if hasattr(bar, "get_height"):
                    heights[round(bar.get_x() + bar.get_width() / 2) - 1] += bar.get_height()
                else:  # one outline for all
                    for place, value in enumerate(bar.get_data().values):
                        heights[place] += value
            assert heights == [float(value) for value in values]

    def test_totals_stand_above_the_bars(self):
        _, parameters, macs, _ = figure_of(depth_of(ca.network.named("vgg16").table())).axes
        assert parameters.get_title(loc="left") == "Parameters: 138.4 M"
        assert macs.get_title(loc="left") == "MACs: 15.5 G"

    def test_the_size_of_the_input_is_a_line_among_the_receptive_fields(self):
        *_, fields = figure_of(depth_of(ca.network.named("resnet18").table())).axes
        assert "the input, 224" in fields.get_legend_handles_labels()[1]

    def test_axes_that_agree_share_a_line(self):
        sizes = figure_of(depth_of(NETWORKS["three axes"]().table())).axes[0]
        assert sizes.get_legend_handles_labels()[1] == ["depth", "height", "width"]
        square = figure_of(depth_of(small().table())).axes[0]
        assert len(square.get_lines()) == 1

    @pytest.mark.parametrize("width", [400, 640, 830])
    @pytest.mark.parametrize("name", ["vgg16", "resnet152", "unet", "wavenet", "nothing"])
    def test_letters_are_large_enough_and_do_not_meet(self, name, width):
        network = NETWORKS[name]() if name in NETWORKS else ca.network.named(name)
        figure = figure_of(depth_of(network.table()), width)
        renderer = figure.canvas.get_renderer()
        whole = figure.bbox
        for panel in figure.axes:
            for axis in (panel.xaxis, panel.yaxis):
                low, high = sorted(axis.get_view_interval())
                labels = [
                    tick.label1
                    for tick in axis.get_major_ticks()
                    if tick.label1.get_text() and low <= tick.get_loc() <= high
                ]
                assert labels
                boxes = [label.get_window_extent(renderer) for label in labels]
                for place, box in enumerate(boxes):
                    assert box.x0 >= whole.x0 - 1 and box.x1 <= whole.x1 + 1  # noqa: PT018  # one box
                    assert not any(box.overlaps(other) for other in boxes[place + 1 :])
                assert all(label.get_size() * 100 / 72 >= 16 for label in labels)

    def test_every_role_keeps_its_colour(self):
        figure = figure_of(depth_of(small().table()))
        assert figure.legends[0].get_texts()[0].get_text() == "convolution"
        faces = {bar.get_facecolor()[:3] for bar in figure.axes[1].patches if bar.get_height()}
        assert faces == {unit(DEFAULT.roles[role].fill) for role in ("convolution", "connected")}

    def test_a_users_settings_of_matplotlib_are_left_alone(self, tmp_path):
        import matplotlib as mpl

        once = draw(tmp_path / "one.svg", picture="depth").path.read_bytes()
        with mpl.rc_context({"font.size": 40, "axes.facecolor": "red", "svg.hashsalt": "other"}):
            again = draw(tmp_path / "two.svg", picture="depth").path.read_bytes()
            assert mpl.rcParams["font.size"] == 40
        assert once == again

    def test_short_numbers(self):
        assert [short(value) for value in (0, 999, 1000, 1234, 10**6, 2.5 * 10**9, 3 * 10**12)] == [
            *["0", "999", "1 k", "1.2 k", "1 M", "2.5 G", "3 T"]
        ]


def figure_of(depth, width=830):
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(plot_settings(DEFAULT))
        figure = depth_figure(depth, DEFAULT, width)
        figure.canvas.draw()
        return figure


def rgb(color):
    return tuple(int(color[at : at + 2], 16) for at in (1, 3, 5))


def unit(color):
    return tuple(channel / 255 for channel in rgb(color))


def test_pictures_print_themselves_as_others_do(tmp_path):
    written = draw(tmp_path / "net.png")
    assert str(written).splitlines()[0] == f"{written.path}: 1 frame, {written.width}x{written.height} pixels"
    assert re.fullmatch(r"!\[.*\]\(.*net\.png\)", written.markdown())
    assert hashlib.sha256(written.path.read_bytes()).hexdigest()
