"""``animate``: a real GIF, and its words on standard output."""

from __future__ import annotations

import pytest
from PIL import Image
from run_words import data_of, output_of, run


@pytest.fixture
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
        ("animate conv 5 -k 3 --output ./odd.gif", 3),
    ],
)
def test_a_gif_is_written_with_a_frame_for_each_output(folder, words, frames):
    """(6 + 2 - 3)//2 + 1 = 3, 5 - 3 + 1 = 3, ⌈5/2⌉ + 1 = 4, and 6 on each axis."""
    text = output_of(words)
    with Image.open(folder / "odd.gif") as image:
        assert image.format == "GIF"
        assert image.n_frames == frames
        assert text.splitlines()[0] == f"odd.gif: {frames} frames, {image.width}x{image.height} pixels"
        assert text.splitlines()[1] == image.info["comment"].decode("utf-8")


@pytest.mark.usefixtures("folder")
def test_as_json():
    data = data_of("animate conv 6x6 -k 3 -s 2 -p 1 -o odd.gif")
    assert list(data) == ["path", "frames", "width", "height", "alt_text"]
    assert (data["path"], data["frames"]) == ("odd.gif", 9)
    with Image.open("odd.gif") as image:
        assert (data["width"], data["height"]) == image.size
        assert data["alt_text"] == image.info["comment"].decode("utf-8")
    assert "An input of 6×6 gives an output of 3×3" in data["alt_text"]


def test_maximum_is_the_default_and_average_another_picture(folder):
    for name, wish in (("default", ""), ("max", "--reduce max"), ("avg", "--reduce avg")):
        output_of(f"animate pool 5x5 -k 3 -s 1 {wish} -o {name}.gif")
    default, largest, mean = ((folder / f"{name}.gif").read_bytes() for name in ("default", "max", "avg"))
    assert default == largest
    assert mean != largest


def test_the_seed_changes_the_numbers(folder):
    contents = []
    for wish in ("", "--seed 0", "--seed 1", "--seed 4294967294"):
        output_of(f"animate conv 5x5 -k 3 {wish} -o odd.gif")
        contents.append((folder / "odd.gif").read_bytes())
    assert contents[0] == contents[1]
    assert len(set(contents)) == 3


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("animate conv 6x6 -k 3", 2, "Missing option '-o'"),
        ("animate conv 6x6 -k 3 -o odd.gfi", 2, "unknown suffix '.gfi' of 'odd.gfi'; did you mean '.gif'?"),
        ("animate conv 6x6 -k 3 -o odd", 2, "'odd' has no suffix"),
        ("animate conv 6x6 -k 3 -o missing/odd.gif", 1, "missing' does not exist; make it, or choose another"),
        ("animate conv 6x6 -k 7 -o odd.gif", 1, "kernel 7 does not fit in input 6"),
        ("animate conv 2x2x2x2 -k 1 -o odd.gif", 1, "a picture shows up to 3 axes and this input has 4"),
        (f"animate conv {2**60}x3 -k 3 -o odd.gif", 1, "more than the limit of 1000"),
        ("animate conv 100x100 -k 3 -o odd.gif", 1, "9604 frames, one for each window, more than the limit of 1000"),
        ("animate pool 6x6 -k 3 --reduce median -o odd.gif", 2, "'median' is not one of 'max', 'avg'"),
        ("animate conv 6x6 -k 3 --reduce max -o odd.gif", 2, "No such option"),
        ("animate conv 6x6 -k 3 --seed -1 -o odd.gif", 2, "-1 is not in the range"),
        ("animate conv 6x6 -k 3 --seed 4294967295 -o odd.gif", 2, "is not in the range"),
        ("animate conv 6x6 -k 3 -o .", 2, "is a directory"),
        ("animate conv 6x6 -k 3 -o ''", 2, ""),
        ("animate", 2, "Usage"),
    ],
)
def test_what_is_refused_leaves_no_file(folder, words, code, sentence):
    result = run(words)
    assert result.exit_code == code
    assert sentence in result.stderr
    assert not result.stdout
    assert list(folder.iterdir()) == []
