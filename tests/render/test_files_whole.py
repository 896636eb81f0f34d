"""A file is written whole or not at all, and where it goes is looked at before any work is done for it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

import convarith as ca
from convarith.render import files, making
from convarith.render.files import suffix_of
from convarith.saving import check_target, write_whole

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
STOPS = {"full disk": FULL, "interrupt": KeyboardInterrupt()}


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "odd.gif"
    path.write_bytes(b"old")
    return path


def fail_with(stop):
    def failing(*_args, **_kwargs):
        raise stop

    return failing


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_and_an_old_one_are_written_whole(tmp_path, old):
    write_whole(old, b"new")
    write_whole(tmp_path / "more.gif", b"more")
    assert old.read_bytes() == b"new"
    assert (tmp_path / "more.gif").read_bytes() == b"more"
    assert names_in(tmp_path) == ["more.gif", "odd.gif"]


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("place", ["fsync", "replace"])
def test_the_old_file_stays_and_no_part_of_the_new_one(monkeypatch, old, stop, place):
    owner = os if place == "fsync" else Path
    monkeypatch.setattr(owner, place, fail_with(STOPS[stop]))
    with pytest.raises(type(STOPS[stop])) as stopped:
        write_whole(old, b"new" * 100_000)
    assert stopped.value is STOPS[stop]
    assert old.read_bytes() == b"old"
    assert names_in(old.parent) == ["odd.gif"]


@pytest.mark.parametrize("stop", STOPS)
def test_where_there_was_no_file_there_is_none(monkeypatch, tmp_path, stop):
    monkeypatch.setattr(os, "fsync", fail_with(STOPS[stop]))
    with pytest.raises(type(STOPS[stop])):
        write_whole(tmp_path / "odd.gif", b"new")
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("stop", STOPS)
def test_a_picture_that_cannot_be_painted_leaves_the_old_file(monkeypatch, old, stop):
    monkeypatch.setitem(files.FORMATS, ".gif", files.Format(fail_with(STOPS[stop]), animated=True))
    with pytest.raises(type(STOPS[stop])):
        ca.render.animate(ca.Conv(3), (5,), old)
    assert old.read_bytes() == b"old"
    assert names_in(old.parent) == ["odd.gif"]


def test_a_missing_folder_is_named(tmp_path):
    folder = tmp_path / "missing"
    with pytest.raises(FileNotFoundError) as refusal:
        check_target(folder / "odd.gif")
    assert str(refusal.value) == f"the folder {str(folder)!r} does not exist; make it, or choose another"
    with pytest.raises(FileNotFoundError):
        write_whole(folder / "odd.gif", b"new")
    assert names_in(tmp_path) == []


def test_a_folder_that_is_a_file_is_refused(old):
    with pytest.raises(NotADirectoryError, match="is a file; choose another name for the folder"):
        check_target(old / "odd.gif")


def test_a_target_that_is_a_folder_is_refused(tmp_path):
    target = tmp_path / "odd.gif"
    target.mkdir()
    with pytest.raises(FileExistsError) as refusal:
        write_whole(target, b"new")
    assert str(refusal.value) == f"{str(target)!r} is not a file that can be replaced; choose another name"
    assert names_in(target) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_what_is_no_regular_file_is_refused_and_not_replaced(tmp_path):
    """A pipe stands in for devices: a test that fails has to leave those alone."""
    pipe = tmp_path / "pipe.gif"
    os.mkfifo(pipe)
    with pytest.raises(FileExistsError):
        write_whole(pipe, b"new")
    assert pipe.is_fifo()
    assert names_in(tmp_path) == ["pipe.gif"]


def test_a_folder_without_the_right_to_write_is_refused(monkeypatch, old):
    """The answer of the system is stood in for: who tests as an administrator may write anywhere."""
    asked = []

    def refuse(place, mode):
        asked.append((Path(place), mode))
        return False

    monkeypatch.setattr(os, "access", refuse)
    with pytest.raises(PermissionError) as refusal:
        write_whole(old, b"new")
    folder = old.parent.resolve()
    assert asked == [(folder, os.W_OK)]
    assert str(refusal.value) == f"the folder {str(folder)!r} is not writable; choose another"
    assert old.read_bytes() == b"old"


def test_a_link_stays_a_link_and_what_it_points_to_is_replaced(tmp_path, old):
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "link.gif"
    try:
        link.symlink_to(old)
    except OSError:
        pytest.skip("links cannot be made here")
    write_whole(link, b"new")
    assert link.is_symlink()
    assert old.read_bytes() == b"new"
    assert names_in(tmp_path / "links") == ["link.gif"]


KNOWN = ".gif, .png, .apng, .webp, .mp4, .svg, .pdf, .tex"
MEND = f"end it in {KNOWN} or .json, or in a slash for a folder of frames"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("odd.gfi", f"unknown suffix '.gfi' of 'odd.gfi'; did you mean '.gif'? Known are {KNOWN}, .json"),
        ("odd.zzzz", f"unknown suffix '.zzzz' of 'odd.zzzz'; known are {KNOWN}, .json"),
        ("odd", f"'odd' has no suffix to pick a format by; {MEND}"),
        (".gif", f"'.gif' has no suffix to pick a format by; {MEND}"),
    ],
)
def test_an_unknown_suffix_is_refused_with_the_known_ones(name, words):
    with pytest.raises(ca.ParameterError) as refusal:
        suffix_of(Path(name))
    assert str(refusal.value) == words


@pytest.mark.parametrize("name", ["missing/odd.gif", "odd.bmp", "missing/odd.json"])
def test_a_bad_place_is_refused_before_anything_is_drawn(monkeypatch, tmp_path, name):
    monkeypatch.setattr(making, "compose", fail_with(AssertionError("a scene was made")))
    with pytest.raises((FileNotFoundError, ca.ParameterError)):
        ca.render.animate(ca.Conv(3), (5,), tmp_path / name)


def test_an_empty_path_is_refused_and_nothing_is_written(monkeypatch, tmp_path):
    """Not taken for the working directory, as pathlib takes it."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ca.ParameterError) as refusal:
        ca.render.animate(ca.Conv(3), (5,), "")
    assert str(refusal.value) == "the path is empty; give the name of a file, or of a folder that ends in a slash"
    assert names_in(tmp_path) == []


class TestLinks:
    @pytest.fixture(autouse=True)
    def _needs_links(self, tmp_path):
        try:
            (tmp_path / "try").symlink_to(tmp_path / "nowhere")
        except OSError:
            pytest.skip("links cannot be made here")
        (tmp_path / "try").unlink()

    def test_one_that_leads_nowhere_leads_to_the_new_file(self, tmp_path):
        (tmp_path / "link.gif").symlink_to(tmp_path / "there.gif")
        write_whole(tmp_path / "link.gif", b"new")
        assert (tmp_path / "link.gif").is_symlink()
        assert (tmp_path / "there.gif").read_bytes() == b"new"

    def test_one_into_a_missing_folder_is_refused(self, tmp_path):
        (tmp_path / "link.gif").symlink_to(tmp_path / "missing" / "there.gif")
        with pytest.raises(FileNotFoundError, match=r"does not exist; make it, or choose another$"):
            ca.render.animate(ca.Conv(3), (5,), tmp_path / "link.gif")
        assert names_in(tmp_path) == ["link.gif"]

    def test_one_that_leads_to_itself_is_refused(self, tmp_path):
        one, other = tmp_path / "one.gif", tmp_path / "other.gif"
        one.symlink_to(other)
        other.symlink_to(one)
        with pytest.raises(FileExistsError) as refusal:
            ca.render.animate(ca.Conv(3), (5,), one)
        assert str(refusal.value) == f"{str(one)!r} is a link that leads back to itself; choose another name"
        assert names_in(tmp_path) == ["one.gif", "other.gif"]
