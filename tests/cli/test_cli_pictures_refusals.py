"""What the commands that write pictures refuse: one sentence, an exit code, and a folder as it was before."""

from __future__ import annotations

import errno
import os
import sys

import pytest
from PIL import Image
from run_words import output_of, run

SIZE = 4
CONV = f"conv {SIZE}x{SIZE} -k 3"
COMMANDS = {
    "conv": CONV,
    "pool": f"pool {SIZE}x{SIZE} -k 2",
    "transpose": "transpose 2x2 -k 2",
    "compare": f"compare {SIZE}x{SIZE} 'conv -k 3' 'pool -k 2'",
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.gif").write_bytes(b"old")
    (tmp_path / "words.csv").write_text("1,2\n3,four\n", encoding="utf-8")
    (tmp_path / "ragged.csv").write_text("1,2\n3\n", encoding="utf-8")
    (tmp_path / "large.csv").write_text("1,2,3\n4,5,6\n", encoding="utf-8")
    (tmp_path / "broken.npy").write_bytes(b"\x93NUMPY")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG")
    (tmp_path / "broken.toml").write_text("page = \n", encoding="utf-8")
    Image.new("L", (5, 5)).save(tmp_path / "grey.png")
    return tmp_path


def contents(folder):
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def check_refused(folder, words, code, sentence):
    """One sentence on standard error, nothing on standard output, and nothing new or changed in the folder."""
    before = contents(folder)
    result = run(f"animate {words}")
    assert result.exit_code == code, result.output
    assert isinstance(result.exception, SystemExit)
    assert not result.stdout
    last = result.stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    assert sentence in last
    assert result.stderr.count("Error: ") == 1
    assert code == 2 or len(result.stderr.splitlines()) == 1
    assert contents(folder) == before


BAD_LOOKS = [
    ("-o odd.gfi", 2, "unknown suffix '.gfi' of 'odd.gfi'; did you mean '.gif'? Known are .gif, .png, .apng"),
    ("-o odd.zzzz", 2, "unknown suffix '.zzzz' of 'odd.zzzz'; known are .gif"),
    ("-o odd", 2, "'odd' has no suffix to pick a format by; end it in .gif, .png"),
    ("-o ''", 2, "the path is empty"),
    ("", 2, "Missing option '-o' / '--output'"),
    ("-o missing/odd.gif", 1, "missing' does not exist; make it, or choose another"),
    ("-o missing/frames/", 1, "missing' does not exist; make it, or choose another"),
    ("-o old.gif", 1, "'old.gif' exists; give --force"),
    ("-o old.gif/", 1, "'old.gif' is a file; choose another name for the folder"),
    (f"-o {'a' * 300}.gif", 1, "File name too long"),
    ("-o odd.gif --view shets", 2, "Invalid value for '--view': unknown word 'shets'; did you mean 'sheets'?"),
    ("-o odd.gif --cells symbol", 2, "Invalid value for '--cells': unknown word 'symbol'; did you mean 'symbols'?"),
    ("-o f/ --frames-as pgn", 2, "Invalid value for '--frames-as': unknown word 'pgn'; did you mean 'png'?"),
    ("-o f/ --frames-as gif", 2, "unknown word 'gif'; known are png, pdf, svg"),
    ("-o odd.gif --theme drak", 2, "unknown theme 'drak'; did you mean 'dark'? Known are default, guide, dark, print"),
    ("-o odd.gif --theme missing.toml", 1, "missing.toml: No such file or directory"),
    ("-o odd.gif --theme broken.toml", 2, "'broken.toml', line 1 is no TOML"),
    ("-o odd.gif --width 10", 2, "width 10 is below 280"),
    ("-o odd.gif --width 100000", 2, "width 100000 is above"),
    ("-o odd.gif --width wide", 2, "'wide' is not a valid integer"),
    ("-o odd.gif --scale 0", 2, "scale 0 is below 1"),
    ("-o odd.gif --scale 5", 2, "scale 5 is above 4"),
    ("-o odd.gif --frame-ms 0", 2, "frame_ms 0 is below 20"),
    ("-o odd.gif --frame-ms 25", 2, "frame_ms 25 is no multiple of 10, in which a GIF counts; give 20 or 30"),
    ("-o odd.gif --frame-ms 60010", 2, "frame_ms 60010 is above 60000"),
    ("-o odd.gif --loop -1", 2, "loop -1 is below 0"),
    ("-o odd.gif --loop 65536", 2, "loop 65536 is above 65535"),
    ("-o odd.gif --frame x", 2, "unknown frame 'x'; give a number from 0, or 'poster'"),
    ("-o odd.gif --frame -1", 2, "unknown frame '-1'; give a number from 0, or 'poster'"),
    ("-o odd.gif --frame ٣", 2, "unknown frame '٣'; give a number from 0"),
    ("-o odd.gif --frame 99", 1, "there is no frame 99; the frames are 0 to "),
    (f"-o odd.gif --frame {'9' * 5000}", 2, "a number of 5000 digits is too long to read"),
    ("-o odd.gif --strip 0", 2, "strip 0 is below 1"),
    ("-o odd.gif --strip 101", 2, "strip 101 is above 100"),
    ("-o odd.gif --strip 2 --frame 1", 2, "a strip and a single frame exclude each other; give one of them"),
    ("-o f/ --frame 1", 2, "is a folder of frames; give a file for one frame or a strip"),
    ("-o f/ --strip 2", 2, "is a folder of frames; give a file for one frame or a strip"),
    ("-o odd.json --frame poster", 2, "'odd.json' is the whole scene; give another suffix for one frame or a strip"),
    ("-o odd.json --strip 2", 2, "'odd.json' is the whole scene; give another suffix for one frame or a strip"),
    ("-o odd.gif --max-frames 0", 2, "max_frames 0 is below 1"),
    ("-o odd.gif --seed -1", 2, "seed -1 is below 0"),
    ("-o odd.gif --seed 1.5", 2, "'1.5' is not a valid integer"),
    ("-o odd.gif --input ''", 2, "Invalid value for '--input': row 1 of '' holds no numbers"),
    ("-o odd.gif --input missing.csv", 1, "missing.csv: No such file or directory"),
    ("-o odd.gif --input missing.npy", 1, "missing.npy: No such file or directory"),
    ("-o odd.gif --input missing.png", 1, "missing.png: No such file or directory"),
    ("-o odd.gif --input words.csv", 2, "'words.csv', line 2: 'four' is no number"),
    ("-o odd.gif --input ragged.csv", 2, "'ragged.csv', line 2 has 1 numbers and the first row 2"),
    ("-o odd.gif --input large.csv", 1, "input has the shape (2, 3) and the picture shows ("),
    ("-o odd.gif --input '1,2,3'", 1, "input has the shape (1, 3) and the picture shows ("),
    ("-o odd.gif --input broken.npy", 2, "'broken.npy' holds no array"),
    ("-o odd.gif --input broken.png", 2, "'broken.png' is"),
    ("-o odd.gif --input own.cvs", 2, "unknown suffix '.cvs' of 'own.cvs'; did you mean '.csv'?"),
    ("-o odd.gif --input '1,2;3,4' --cells blank", 2, "cells 'blank' show no numbers, and some are given"),
    ("-o odd.gif --markdwon", 2, "No such option"),
]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("options", "code", "sentence"), BAD_LOOKS, ids=lambda value: str(value)[:40])
def test_every_command_refuses(folder, command, options, code, sentence):
    check_refused(folder, f"{COMMANDS[command]} {options}", code, sentence)


ROWS = "write rows such as '1,2;3,4', or the name of a .npy, .csv or .txt file or of an image"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("conv 4x4 -k 7", 1, "axis 0 (height): kernel 7 does not fit in input 4"),
        ("conv 2x2x2x2 -k 1", 1, "a picture shows up to 3 axes and this input has 4"),
        (f"conv {2**60}x3 -k 3", 1, "more than the limit of 5000"),
        ("conv 70x70 -k 3", 1, "the animation would have 4624 frames, more than the limit of 1000"),
        ("conv 70x70 -k 3", 1, "(--max-frames) to show some of them"),
        ("conv 100x100 -k 3 --max-frames 4", 1, "10000 cells in one grid, more than the limit of 5000"),
        ("conv 4x4 -k 3 --reduce max", 2, "No such option"),
        (
            "conv 4x4 -k 3 --show stamp",
            2,
            "Invalid value for '--show': unknown word 'stamp'; did you mean 'subsampled'? Known are equivalent, pair, "
            "matrix, subsampled, counting",
        ),
        ("conv 4x4 -k 3 --show par", 2, "unknown word 'par'; did you mean 'pair'?"),
        ("conv 4x4 -k 3 --padding-mode mirror", 2, "known are zeros, reflect, replicate, circular"),
        ("conv 4x4 -k 3 --show pair --padding-mode reflect", 2, "padding_mode 'reflect' is for a convolution alone"),
        ("pool 4x4 -k 3 --reduce median", 2, "Invalid value for '--reduce': unknown word 'median'; known are max, avg"),
        ("pool 4x4 -k 3 --reduce average", 2, "unknown word 'average'; did you mean 'avg'?"),
        ("pool 4x4 -k 3 --kernel '1,2;3,4'", 2, "No such option"),
        ("transpose 2x2 -k 3 --show stmap", 2, "unknown word 'stmap'; did you mean 'stamp'?"),
        ("transpose 2x2 -k 3 --padding-mode reflect", 2, "No such option"),
        ("conv 4x4 -k 2 --kernel '1,2;3'", 2, "in '1,2;3', row 2 has another length (1) than the first (2)"),
        ("conv 4x4 -k 2 --kernel '1,2;;3,4'", 2, "row 2 of '1,2;;3,4' holds no numbers"),
        (
            "conv 4x4 -k 2 --kernel '1,2;3,x'",
            2,
            f"Invalid value for '--kernel': in '1,2;3,x', 'x' is no number; {ROWS}",
        ),
        ("conv 4x4 -k 2 --kernel sobel", 2, f"Invalid value for '--kernel': in 'sobel', 'sobel' is no number; {ROWS}"),
        ("conv 4x4 -k 2 --kernel '1,2,3;4,5,6'", 1, "kernel has the shape (2, 3) and the picture shows (2, 2)"),
        ("conv 4x4 -k 2 --kernel 1,2,3,4", 1, "kernel has the shape (1, 4) and the picture shows (2, 2)"),
        ("conv 4 -k 2 --kernel '1,2;3,4'", 1, "kernel has the shape (2, 2) and the picture shows (2,)"),
        ("conv 4 -k 2 --kernel own.mp3", 2, "unknown suffix '.mp3' of 'own.mp3'"),
        ("conv 4 -k 2 --kernel 1,2,3", 1, "kernel has the shape (3,) and the picture shows (2,)"),
        ("conv 4 -k 2 --input grey.png", 2, "'grey.png' is an image, and the picture has 1 axes"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_some_refuse(folder, words, code, sentence):
    check_refused(folder, f"{words} -o odd.gif", code, sentence)


def test_the_group_alone_is_a_question_for_its_help():
    result = run("animate")
    assert result.exit_code == 2
    assert "Usage: convarith animate [OPTIONS] COMMAND" in result.stderr
    assert not result.stdout


class TestThePlace:
    @pytest.mark.parametrize("place", ["odd.gif", "frames/"])
    def test_a_folder_that_is_not_writable(self, folder, monkeypatch, place):
        monkeypatch.setattr(os, "access", lambda *_: False)
        check_refused(folder, f"{CONV} -o {place}", 1, "is not writable; choose another")

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
    @pytest.mark.parametrize("option", ["", "--force"])
    def test_what_is_no_file_is_not_replaced(self, folder, option):
        os.mkfifo(folder / "pipe.gif")
        result = run(f"animate {CONV} {option} -o pipe.gif")
        assert (result.exit_code, result.stdout) == (1, "")
        assert "'pipe.gif' is not a file that can be replaced" in result.stderr

    def test_one_frame_of_a_folder_that_is_there_is_enough(self, folder):
        (folder / "frames").mkdir()
        (folder / "frames" / "frame-3.png").write_bytes(b"old")
        check_refused(folder, f"{CONV} -o frames/", 1, "frame-3.png' exists; give --force")
        check_refused(folder, f"{CONV} -o frames", 1, "frame-3.png' exists; give --force")

    def test_the_advice_works(self, folder):
        check_refused(folder, f"{CONV} -o old.gif", 1, "give --force")
        output_of(f"animate {CONV} -o old.gif --force")
        assert (folder / "old.gif").read_bytes() != b"old"
        output_of("animate conv 70x70 -k 3 -o many.png --max-frames 4")

    @pytest.mark.parametrize("place", ["old.gif", "new.gif", "frames/"])
    def test_a_disk_that_is_full(self, folder, monkeypatch, place):
        def full(*_args, **_wishes):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", full)
        monkeypatch.setattr("pathlib.Path.write_bytes", full)
        check_refused(folder, f"{CONV} --force -o {place}", 1, os.strerror(errno.ENOSPC))

    @pytest.mark.parametrize("place", ["old.gif", "new.gif"])
    def test_an_interrupt(self, folder, monkeypatch, place):
        def interrupted(*_args):
            raise KeyboardInterrupt

        monkeypatch.setattr(os, "fsync", interrupted)
        before = contents(folder)
        result = run(f"animate {CONV} --force -o {place}")
        assert (result.exit_code, result.stdout, result.stderr) == (130, "", "interrupted\n")
        assert contents(folder) == before


@pytest.mark.parametrize("missing", ["imageio", "imageio_ffmpeg"])
def test_a_video_without_ffmpeg_says_how_to_install_it(folder, monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    check_refused(
        folder,
        f"{CONV} -o odd.mp4",
        1,
        "Error: an .mp4 needs imageio with ffmpeg; python -m pip install 'imageio[ffmpeg]', or take .webp or .gif",
    )
