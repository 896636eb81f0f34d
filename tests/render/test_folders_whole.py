"""A folder of frames is written whole where there was none; in one that is there, each file is."""

from __future__ import annotations

import errno
import os

import pytest

import convarith as ca
from convarith.render import files
from convarith.saving import check_folder, write_folder

STOPS = {"full disk": OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "interrupt": KeyboardInterrupt()}
FRAMES = [f"frame-{number}.png" for number in range(3)]


def animate(folder, **wishes):
    return ca.render.animate(ca.Conv(3), (5,), f"{folder}/", **wishes)


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def stopping_at(number, stop):
    """A painter that paints so many frames and no more."""
    painted = []
    paint = files.FORMATS[".png"].write

    def stopping(*wishes):
        if len(painted) == number:
            raise STOPS[stop]
        painted.append(paint(*wishes))
        return painted[-1]

    return files.Format(stopping, animated=False)


def test_a_new_folder_has_the_frames_and_nothing_else(tmp_path):
    written = animate(tmp_path / "frames")
    assert names_in(tmp_path) == ["frames"]
    assert names_in(tmp_path / "frames") == FRAMES == [path.name for path in written.parts]


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("number", range(3))
def test_a_new_folder_that_is_interrupted_is_not_there(monkeypatch, tmp_path, stop, number):
    monkeypatch.setitem(files.FORMATS, ".png", stopping_at(number, stop))
    with pytest.raises(type(STOPS[stop])):
        animate(tmp_path / "frames")
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("stop", STOPS)
def test_in_a_folder_that_is_there_what_was_not_reached_stays_as_it_was(monkeypatch, tmp_path, stop):
    (tmp_path / "notes.txt").write_text("mine")
    for name in FRAMES:
        (tmp_path / name).write_bytes(b"old")
    monkeypatch.setitem(files.FORMATS, ".png", stopping_at(1, stop))
    with pytest.raises(type(STOPS[stop])):
        animate(tmp_path)
    assert names_in(tmp_path) == [*FRAMES, "notes.txt"]
    assert [(tmp_path / name).read_bytes()[1:4] for name in FRAMES] == [b"PNG", b"ld", b"ld"]


def test_other_files_in_a_folder_are_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "frame-9.png").write_bytes(b"old")
    animate(tmp_path)
    assert names_in(tmp_path) == [*FRAMES, "frame-9.png", "notes.txt"]
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert (tmp_path / "frame-9.png").read_bytes() == b"old"


def test_a_folder_that_is_there_needs_no_slash(tmp_path):
    ca.render.animate(ca.Conv(3), (5,), tmp_path)
    assert names_in(tmp_path) == FRAMES


def test_without_force_no_frame_is_replaced_and_none_is_written(tmp_path):
    (tmp_path / FRAMES[2]).write_bytes(b"old")
    with pytest.raises(FileExistsError) as refusal:
        animate(tmp_path, force=False)
    assert str(refusal.value) == (
        f"{str(tmp_path / FRAMES[2])!r} exists; give --force (force=True) to replace it, or another name"
    )
    assert names_in(tmp_path) == [FRAMES[2]]
    animate(tmp_path)
    assert names_in(tmp_path) == FRAMES
    (tmp_path / "empty").mkdir()
    animate(tmp_path / "empty", force=False)
    assert names_in(tmp_path / "empty") == FRAMES


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "frames").write_bytes(b"old")
    with pytest.raises(NotADirectoryError) as refusal:
        animate(tmp_path / "frames")
    assert str(refusal.value) == f"{str(tmp_path / 'frames')!r} is a file; choose another name for the folder"
    assert (tmp_path / "frames").read_bytes() == b"old"


def test_a_folder_in_a_missing_one_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"does not exist; make it, or choose another$"):
        animate(tmp_path / "missing" / "frames")
    assert names_in(tmp_path) == []


def test_a_frame_that_is_a_folder_is_refused(tmp_path):
    (tmp_path / FRAMES[1]).mkdir()
    with pytest.raises(FileExistsError, match=r"is not a file that can be replaced; choose another name$"):
        animate(tmp_path)
    assert names_in(tmp_path) == [FRAMES[1]]


def test_a_folder_without_the_right_to_write_is_refused(monkeypatch, tmp_path):
    """The answer of the system is stood in for: who tests as an administrator may write anywhere."""
    monkeypatch.setattr(os, "access", lambda _place, _mode: False)
    with pytest.raises(PermissionError, match=r"is not writable; choose another$"):
        check_folder(tmp_path, FRAMES)
    with pytest.raises(PermissionError, match=r"is not writable; choose another$"):
        check_folder(tmp_path / "new", FRAMES)


def test_what_is_written_one_by_one_is_asked_for_one_by_one(tmp_path):
    """So that a long animation is not in memory as a whole."""
    seen = []

    def frames():
        for name in FRAMES:
            seen.append(len(list(tmp_path.glob("**/frame-*"))))
            yield name, b"content"

    write_folder(tmp_path / "frames", frames())
    assert seen == [0, 1, 2]


def test_an_error_names_the_folder_that_was_asked_for_and_not_where_it_was_written_first(monkeypatch, tmp_path):
    def refused(path):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr("pathlib.Path.mkdir", refused)
    with pytest.raises(PermissionError) as caught:
        write_folder(tmp_path / "frames", [])
    assert caught.value.filename == str(tmp_path / "frames")


@pytest.mark.parametrize("write", [lambda path: ca.render.animate(ca.Conv(3), (5,), path), lambda path: animate(path)])
def test_a_name_may_be_as_long_as_the_system_lets_it(tmp_path, write):
    path = tmp_path / f"{'n' * 251}.gif"
    write(path)
    assert path.exists()
    assert names_in(tmp_path) == [path.name]
