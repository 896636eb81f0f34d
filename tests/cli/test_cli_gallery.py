"""``convarith gallery``: what it prints, its exit codes, and that it does what the library does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from run_words import run

from convarith.render import gallery

SCENES = """
[[scene]]
name = "odd"
title = "Odd sizes"
topic = "Convolution"
notice = "Look at the end."
figure = "2.7"
input_shape = [6, 6]
conv = { kernel_size = 3, stride = 2, padding = 1 }

[[scene]]
name = "one_axis"
title = "One axis"
topic = "Pooling"
notice = "Look at the windows."
input_shape = [4]
pool = { kernel_size = 2 }
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text(SCENES, encoding="utf-8")
    return tmp_path


class TestBuild:
    def test_it_says_what_it_built(self, home):
        result = run("gallery build out --scenes mine.toml --jobs 1")
        assert result.exit_code == 0
        assert result.output.startswith(f"{Path('out', 'index.html')}: 2 pictures, 6 files of 0.")
        assert len(list((home / "out").iterdir())) == 6

    def test_the_folder_is_called_gallery_unless_it_is_named(self, home):
        assert run("gallery build --only one_axis").exit_code == 0
        assert (home / "gallery" / "one_axis.gif").is_file()

    def test_as_data(self, home):
        answer = json.loads(run("gallery build out --scenes mine.toml --only odd --format svg,json --json").output)
        files = [path.name for path in (home / "out").iterdir()]
        assert sorted(files) == ["constraints.txt", "index.html", "odd.json", "odd.svg"]
        assert answer == {
            "folder": "out",
            "page": str(Path("out", "index.html")),
            "pictures": 1,
            "files": 4,
            "bytes": sum(path.stat().st_size for path in (home / "out").iterdir()),
        }

    def test_it_is_what_the_library_builds(self, home):
        run("gallery build one --scenes mine.toml --theme print --jobs 2")
        gallery.build("other", "mine.toml", theme="print")
        one, other = ({path.name: path.read_bytes() for path in (home / name).iterdir()} for name in ("one", "other"))
        assert one == other

    @pytest.mark.parametrize(
        ("words", "code", "sentence"),
        [
            ("--only dilatoin", 2, "there is no picture 'dilatoin'; did you mean 'dilation'?"),
            ("--format gfi", 2, "unknown format 'gfi'; did you mean 'gif'?"),
            ("--theme mine.tml", 2, "unknown theme 'mine.tml'"),
            ("--jobs 0", 2, "jobs 0 is below 1"),
            ("--scenes none.toml", 1, "none.toml: No such file or directory"),
        ],
    )
    def test_a_refusal_is_a_sentence(self, home, words, code, sentence):
        result = run(f"gallery build out {words}")
        assert result.exit_code == code
        assert sentence in result.output
        assert result.output.count("\n") <= 2
        assert not (home / "out").exists()

    def test_a_wrong_scene_is_named_with_its_line(self, home):
        (home / "mine.toml").write_text(SCENES.replace("stride = 2", "strid = 2"), encoding="utf-8")
        result = run("gallery build out --scenes mine.toml")
        assert result.exit_code == 2
        assert (
            "'mine.toml', line 9: scene 'odd': unknown key strid = 2 in conv; did you mean 'stride'?" in result.output
        )

    @pytest.mark.skipif(os.name == "nt", reason="there are no such signals on Windows")
    @pytest.mark.parametrize("times", [1, 2])
    def test_interrupted_it_says_so_and_leaves_whole_files(self, home, times):
        words = [sys.executable, "-m", "convarith_cli", "gallery", "build", "out", "--jobs", "2"]
        process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, start_new_session=True)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not any((home / "out").glob("*.gif")):
            time.sleep(0.02)
        for _ in range(times):  # as a terminal does: every process of the group; and again by who is impatient
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            time.sleep(0.3)
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors.strip()) == (130, "interrupted")
        left = list((home / "out").iterdir())
        assert 0 < len(left) < 108
        assert {path.suffix for path in left} <= {".gif", ".png"}
        for path in left:
            content = path.read_bytes()
            assert content.endswith(b";" if path.suffix == ".gif" else b"IEND\xaeB`\x82")


@pytest.mark.usefixtures("home")
class TestList:
    def test_it_is_by_topic(self):
        assert run("gallery list --scenes mine.toml").output == (
            "Convolution\n  odd       Odd sizes (figure 2.7)\n\nPooling\n  one_axis  One axis\n"
        )

    def test_as_data(self):
        assert json.loads(run("gallery list --scenes mine.toml --json").output) == [
            {
                "name": "odd",
                "topic": "Convolution",
                "title": "Odd sizes",
                "figure": "2.7",
                "notice": "Look at the end.",
            },
            {
                "name": "one_axis",
                "topic": "Pooling",
                "title": "One axis",
                "figure": "",
                "notice": "Look at the windows.",
            },
        ]

    def test_of_its_own_it_names_all(self):
        output = run("gallery list").output
        assert all(f"  {entry.name} " in output for entry in gallery.collection().entries)


class TestCheck:
    def test_what_was_built_is_right_and_what_was_changed_is_not(self, home):
        run("gallery build out --scenes mine.toml")
        result = run("gallery check out --scenes mine.toml")
        assert (result.exit_code, result.output.count("\n")) == (0, 1)
        (home / "out" / "odd.gif").unlink()
        result = run("gallery check out --scenes mine.toml --jobs 1")
        assert result.exit_code == 1
        assert result.output.splitlines()[1:] == ["  odd.gif is missing"]
        answer = json.loads(run("gallery check out --scenes mine.toml --json").output)
        assert answer["differences"] == ["odd.gif is missing"]
        assert (answer["folder"], answer["pictures"]) == ("out", 2)

    @pytest.mark.usefixtures("home")
    def test_where_there_is_none_it_says_so(self):
        result = run("gallery check out --scenes mine.toml")
        assert result.exit_code == 1
        assert result.output == "Error: there is no gallery in 'out', for it holds no index.html; build it first\n"
