"""A gallery in a folder: what is written, what stays, and what an interruption leaves."""

from __future__ import annotations

import re
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace

import pytest

import convarith as ca
from convarith.render import gallery
from convarith.render.gallery import building
from convarith.render.gallery.picturing import Wanted, picture_of

SCENES = """
title = "Two"

[[scene]]
name = "odd"
title = "Odd sizes"
topic = "Convolution"
notice = "Look at the end."
input_shape = [4, 4]
conv = { kernel_size = 3, stride = 2, padding = 1 }

[[scene]]
name = "halves"
title = "Halves"
topic = "Pooling"
notice = "Look at the windows."
input_shape = [4]
pool = { kernel_size = 2 }
"""
ALL = ["constraints.txt", "halves.gif", "halves.png", "index.html", "odd.gif", "odd.png"]


@pytest.fixture
def scenes(tmp_path):
    path = tmp_path / "scenes.toml"
    path.write_text(SCENES, encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "built"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def cards_on(folder):
    """The pictures of the page, by the address of each card."""
    return set(re.findall(r'id="frames:([\w-]+)" ', (folder / "index.html").read_text(encoding="utf-8")))


class TestWhatIsWritten:
    def test_a_gif_and_a_poster_of_each_and_the_page(self, scenes, folder):
        built = gallery.build(folder, scenes)
        assert names(folder) == ALL
        assert (built.folder, built.page, built.pictures, built.files) == (folder, folder / "index.html", 2, 6)
        assert built.size == sum(map(len, contents(folder).values()))
        assert str(built) == f"{folder / 'index.html'}: 2 pictures, 6 files of {built.size / 1e6:.1f} MB"
        assert cards_on(folder) == {"odd", "halves"}

    def test_they_are_those_that_animate_writes(self, scenes, folder, tmp_path):
        gallery.build(folder, scenes)
        for suffix in (".gif", ".png"):
            ca.render.animate(ca.Conv(3, stride=2, padding=1), (4, 4), tmp_path / f"odd{suffix}")
            assert (folder / f"odd{suffix}").read_bytes() == (tmp_path / f"odd{suffix}").read_bytes()

    def test_in_other_formats(self, scenes, folder):
        gallery.build(folder, scenes, formats=["svg", ".JSON", "svg"])
        assert names(folder) == ["constraints.txt", "halves.json", "halves.svg", "index.html", "odd.json", "odd.svg"]
        page = (folder / "index.html").read_text(encoding="utf-8")
        assert 'href="odd.svg"' in page
        assert ".gif" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)

    @pytest.mark.parametrize("formats", [["pdf"], ["gif"], ["svg"]])
    def test_without_a_still_the_page_shows_a_frame_as_nothing_moves_unasked(self, scenes, folder, formats):
        gallery.build(folder, scenes, formats=formats)
        page = (folder / "index.html").read_text(encoding="utf-8")
        assert "<img" not in re.sub("<noscript>.*?</noscript>", "", page)  # without a script, it is what there is

    def test_in_another_theme(self, scenes, folder, tmp_path):
        gallery.build(folder, scenes, theme="guide")
        ca.render.animate(ca.Conv(3, stride=2, padding=1), (4, 4), tmp_path / "odd.gif", theme="guide")
        assert (folder / "odd.gif").read_bytes() == (tmp_path / "odd.gif").read_bytes()
        page = (folder / "index.html").read_text(encoding="utf-8")
        assert "theme=&quot;guide&quot;" in page or 'theme="guide"' in page
        assert set(re.findall(r"--c([0-9a-f]{6})-(?!\1)", page)) == set()

    def test_frames_are_dark_on_a_dark_page(self, scenes, folder):
        gallery.build(folder, scenes)
        assert "--c56b4e9-1c6ea4" in (folder / "index.html").read_text(encoding="utf-8")

    def test_versions_as_pip_takes_them(self, scenes, folder):
        gallery.build(folder, scenes, only=["odd"])
        lines = (folder / "constraints.txt").read_text(encoding="utf-8").splitlines()
        assert [line.partition("==")[0] for line in lines if not line.startswith("#")] == [
            "matplotlib",
            "numpy",
            "pillow",
        ]

    def test_several_processes_give_the_same(self, scenes, folder, tmp_path):
        gallery.build(folder, scenes)
        gallery.build(tmp_path / "other", scenes, jobs=2)
        assert contents(folder) == contents(tmp_path / "other")

    def test_progress_is_told(self, scenes, folder):
        told = []
        gallery.build(folder, scenes, progress=lambda *words: told.append(words))
        assert told == [(1, 2, "odd"), (2, 2, "halves")]


class TestOnlySome:
    def test_the_page_shows_what_is_there(self, scenes, folder):
        gallery.build(folder, scenes, only=["halves"])
        assert names(folder) == ["constraints.txt", "halves.gif", "halves.png", "index.html"]
        assert cards_on(folder) == {"halves"}
        built = gallery.build(folder, scenes, only=["odd"])
        assert built.pictures == 1
        assert names(folder) == ALL
        assert cards_on(folder) == {"odd", "halves"}

    def test_the_others_stay_as_they_are(self, scenes, folder):
        gallery.build(folder, scenes)
        (folder / "halves.gif").write_bytes(b"mine")
        (folder / "notes.md").write_bytes(b"mine")
        gallery.build(folder, scenes, only=["odd"])
        assert (folder / "halves.gif").read_bytes() == (folder / "notes.md").read_bytes() == b"mine"

    def test_an_unknown_name_is_refused_before_anything_is_done(self, scenes, folder):
        with pytest.raises(ca.ParameterError) as refused:
            gallery.build(folder, scenes, only=["od"])
        assert str(refused.value) == "there is no picture 'od'; did you mean 'odd'? Known are odd, halves"
        assert not folder.exists()

    def test_what_is_there_already_is_not_made_again(self, scenes):
        entry = gallery.collection(scenes).entries[0]
        made, there = (picture_of(entry, "default", Wanted((".gif",), written=written)) for written in (True, False))
        assert [name for name, _ in made.files] == ["odd.gif"]
        assert there.files == ()
        assert there.card == made.card

    def test_a_lone_name_or_format_will_do(self, scenes, folder):
        gallery.build(folder, scenes, only="halves", formats="png")
        assert names(folder) == ["constraints.txt", "halves.png", "index.html"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("wishes", "words"),
        [
            ({"formats": ["gfi"]}, "unknown format 'gfi'; did you mean 'gif'? Known are gif, png, "),
            ({"formats": []}, "no format is given; give some of gif, png, "),
            ({"theme": "drak"}, "unknown theme 'drak'; did you mean 'dark'?"),
            ({"jobs": 0}, "jobs 0 is below 1"),
        ],
    )
    def test_in_a_sentence_before_anything_is_written(self, wishes, words, scenes, folder):
        with pytest.raises(ca.ParameterError, match="^" + re.escape(words)):
            gallery.build(folder, scenes, **wishes)
        assert not folder.exists()

    def test_a_folder_in_the_place_of_a_file(self, scenes, folder):
        (folder / "odd.gif").mkdir(parents=True)
        with pytest.raises(FileExistsError, match=r"odd\.gif' is not a file that can be replaced"):
            gallery.build(folder, scenes)
        assert names(folder) == ["odd.gif"]

    def test_a_file_in_the_place_of_the_folder(self, scenes, folder):
        folder.write_text("mine", encoding="utf-8")
        with pytest.raises(NotADirectoryError, match="is a file; choose another name"):
            gallery.build(folder, scenes)
        assert folder.read_text(encoding="utf-8") == "mine"

    def test_a_folder_without_a_name(self, scenes, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(ca.ParameterError, match=r"^the name of the folder is empty; give one$"):
            gallery.build("", scenes)
        assert names(tmp_path) == ["scenes.toml"]

    def test_a_process_that_was_killed(self, scenes, folder, monkeypatch):
        def submit(*_):
            raise BrokenProcessPool

        monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor.submit", submit)
        with pytest.raises(OSError, match=r"^a process that draws ended before its time; give fewer jobs \(--jobs 1\)"):
            gallery.build(folder, scenes, jobs=2)

    def test_a_folder_above_that_is_missing(self, scenes, folder):
        with pytest.raises(FileNotFoundError, match="does not exist; make it"):
            gallery.build(folder / "below", scenes)


class TestInterruption:
    def test_what_is_there_is_whole_and_the_page_is_the_old_one(self, scenes, folder):
        gallery.build(folder, scenes)
        before = contents(folder)
        (folder / "odd.gif").write_bytes(b"old")

        def interrupt(done, *_):
            if done == 1:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            gallery.build(folder, scenes, progress=interrupt)
        assert contents(folder) == before

    @pytest.mark.parametrize("jobs", [1, 2])
    def test_nothing_half_is_left_of_the_first(self, scenes, folder, jobs):
        def interrupt(*_):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            gallery.build(folder, scenes, jobs=jobs, progress=interrupt)
        assert len(names(folder)) == 2
        assert {name.partition(".")[0] for name in names(folder)} < {"odd", "halves"}

    def test_a_disk_that_is_full_leaves_no_part(self, scenes, folder, monkeypatch):
        def full(path, content):
            if path.name == "halves.png":
                raise OSError(28, "No space left on device", str(path))
            path.write_bytes(content)

        monkeypatch.setattr(building, "write_whole", full)
        with pytest.raises(OSError, match="No space left"):
            gallery.build(folder, scenes)
        assert names(folder) == ["halves.gif", "odd.gif", "odd.png"]


def test_a_picture_knows_what_the_page_needs(scenes):
    (entry, _) = gallery.collection(scenes).entries
    card = picture_of(entry, "default", Wanted((".gif", ".png"))).card
    assert (card.title, card.topic, card.notice, card.figure) == ("Odd sizes", "Convolution", "Look at the end.", "")
    assert card.files == ("odd.gif", "odd.png")
    assert card.captioned
    assert not picture_of(replace(entry, look={"caption": False}), "default", Wanted((".gif",))).card.captioned
    assert card.poster == "odd.png"
    assert card.command == "convarith animate conv 4x4 -k 3 -s 2 -p 1 -o odd.gif"
    assert len(card.durations_ms) == len(card.notes) == 4
    assert card.formulas == entry.scene().captions
    assert card.alt == entry.scene().alt
