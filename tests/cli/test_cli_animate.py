"""``animate``: a real picture of the layer that was asked for, and its words on standard output."""

from __future__ import annotations

import json

import pytest
from PIL import Image
from run_words import data_of, output_of

import convarith as ca

KEYS = ["path", "frames", "width", "height", "alt_text", "notes"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "frames"),
    [
        ("animate conv 6x6 -k 3 -s 2 -p 1 -o odd.gif", 9),
        ("animate pool 5x5 -k 3 -s 1 --reduce avg -o odd.gif", 9),
        ("animate pool 6x6 -k 3 -s 2 -p 1 --ceil -o odd.gif", 16),
        ("animate transpose 3x3 -k 3 -s 2 -p 1 -a 1 -o odd.gif", 36),
        ("animate transpose 3x3 -k 3 -s 2 -p 1 -a 1 --show stamp -o odd.gif", 9),
        ("animate compare 5 'conv -k 3' 'conv -k 3 -s 2' -o odd.gif", 3),
        ("animate conv 5 -k 3 --output ./odd.gif", 3),
    ],
)
def test_a_gif_is_written_with_a_frame_for_each_window(folder, words, frames):
    """(6 + 2 - 3)//2 + 1 = 3, 5 - 3 + 1 = 3, ⌈5/2⌉ + 1 = 4, and 6 on each axis; 9 inputs; 3 and 2 windows in step."""
    text = output_of(words)
    with Image.open(folder / "odd.gif") as image:
        assert image.format == "GIF"
        assert image.n_frames == frames
        assert text.splitlines() == [
            f"odd.gif: {frames} frames, {image.width}x{image.height} pixels",
            image.info["comment"].decode("utf-8"),
        ]


@pytest.mark.parametrize(
    ("words", "beginning", "sizes"),
    [
        ("conv 6x6 -k 3 -s 2 -p 1", "Convolution with kernel 3, stride 2", "An input of 6×6 gives an output of 3×3"),
        ("pool 4x4 -k 2", "Maximum pooling with kernel 2", "An input of 4×4 gives an output of 2×2"),
        ("transpose 2x2 -k 3", "Transposed convolution with kernel 3", "An input of 2×2 gives an output of 4×4"),
        ("compare 5 'conv -k 3' 'pool -k 2'", "Two layers on an input of 5", "kernel 3, output 3"),
    ],
)
def test_as_json(words, beginning, sizes):
    data = data_of(f"animate {words} -o odd.gif")
    assert list(data) == KEYS
    assert (data["path"], data["notes"]) == ("odd.gif", [])
    with Image.open("odd.gif") as image:
        assert (data["frames"], data["width"], data["height"]) == (image.n_frames, *image.size)
        assert data["alt_text"] == image.info["comment"].decode("utf-8")
    assert data["alt_text"].startswith(beginning)
    assert sizes in data["alt_text"]


def test_what_is_left_out_is_said():
    words = "animate conv 40x40 -k 3 --max-frames 2 --width 400"
    printed = output_of(f"{words} -o odd.png").splitlines()
    data = data_of(f"{words} -o again.png")
    assert len(printed) == 3
    assert printed[2:] == data["notes"]
    assert "left out" in printed[2]


@pytest.mark.parametrize(
    ("words", "layer", "shape"),
    [
        (
            "conv 6x5 -k 3x2 -s 2x1 -p 0:1x2:0 -d 1x2 -e 2x1",
            ca.Conv((3, 2), stride=(2, 1), padding=((0, 1), (2, 0)), dilation=(1, 2), input_dilation=(2, 1)),
            (6, 5),
        ),
        ("conv 5 -k 3 -p same", ca.Conv(3, padding="same"), (5,)),
        ("pool 6x6 -k 3 -p 1 -d 2 --ceil", ca.Pool(3, padding=1, dilation=2, ceil_mode=True), (6, 6)),
        ("pool 6x6 -k 3 -s 1", ca.Pool(3, stride=1), (6, 6)),
        (
            "transpose 3x2 -k 3 -s 3x2 -p 0:1x1 -d 1x2 -a 2x1",
            ca.ConvTranspose(3, stride=(3, 2), padding=((0, 1), 1), dilation=(1, 2), output_padding=(2, 1)),
            (3, 2),
        ),
        ("conv 3x4x2 -k 2", ca.Conv(2), (3, 4, 2)),
    ],
)
def test_every_parameter_of_the_layer_is_drawn(folder, words, layer, shape):
    output_of(f"animate {words} -o scene.json")
    assert json.loads((folder / "scene.json").read_text(encoding="utf-8")) == json.loads(
        json.dumps(ca.render.compose(layer, shape).to_dict())
    )


class TestReplacing:
    words = "animate conv 5 -k 3 -o"

    def test_with_force(self, folder):
        (folder / "odd.gif").write_bytes(b"old")
        output_of(f"{self.words} odd.gif --force")
        output_of(f"{self.words} new.gif --force")
        assert (folder / "odd.gif").read_bytes() == (folder / "new.gif").read_bytes() != b"old"

    def test_frames_are_added_to_a_folder_and_replaced_with_force(self, folder):
        (folder / "frames").mkdir()
        (folder / "frames" / "notes.txt").write_bytes(b"mine")
        output_of(f"{self.words} frames")
        names = ["frame-0.png", "frame-1.png", "frame-2.png", "notes.txt"]
        assert sorted(path.name for path in (folder / "frames").iterdir()) == names
        (folder / "frames" / "frame-1.png").write_bytes(b"old")
        output_of(f"{self.words} frames/ --force")
        assert (folder / "frames" / "frame-1.png").read_bytes() != b"old"
        assert (folder / "frames" / "notes.txt").read_bytes() == b"mine"
