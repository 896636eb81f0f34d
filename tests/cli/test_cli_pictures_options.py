"""Every option of the commands that write pictures: it writes what the library writes for the same wish."""

from __future__ import annotations

import re
import shlex

import click
import numpy as np
import pytest
from PIL import Image
from run_words import output_of

import convarith as ca
from convarith.render import files, theme_files, themes, views
from convarith.render.composers import composing, contents
from convarith_cli.pictures import animate

LAYERS = {
    "conv": ("conv 3x3 -k 2", ca.Conv(2), (3, 3)),
    "pool": ("pool 3x3 -k 2 -s 1", ca.Pool(2, stride=1), (3, 3)),
    "transpose": ("transpose 2x2 -k 2", ca.ConvTranspose(2), (2, 2)),
    "compare": ("compare 3x3 'conv -k 2 -p 1' 'pool -k 2'", [ca.Conv(2, padding=1), ca.Pool(2)], (3, 3)),
    "stack": ("stack 5x5 'conv -k 2' 'pool -k 2' 'conv -k 1'", [ca.Conv(2), ca.Pool(2), ca.Conv(1)], (5, 5)),
    "padded": ("conv 3x3 -k 2 -p 1", ca.Conv(2, padding=1), (3, 3)),
    "strided": ("pool 3x3 -k 2 -s 2", ca.Pool(2), (3, 3)),
    "strided conv": ("conv 5x5 -k 2 -s 2", ca.Conv(2, stride=2), (5, 5)),
    "mapped": ("conv 3x3 -k 2 --in-channels 2 --out-channels 2", ca.Conv(2), (3, 3)),
}
CONV, POOL, TRANSPOSE, COMPARE, STACK, PADDED, STRIDED, STRIDED_CONV, MAPPED = LAYERS
NUMBERED = (CONV, POOL, TRANSPOSE, COMPARE)
EVERY = (*NUMBERED, STACK)
WEIGHTED = (CONV, TRANSPOSE, COMPARE)
VARIANTS = {CONV: (PADDED, STRIDED_CONV, MAPPED), POOL: (STRIDED,)}
"""Command -> the other layers above that are of it."""

KERNEL = [[0, 1], [2.5, -3]]
SQUARE = {CONV: (3, 3), POOL: (3, 3), COMPARE: (3, 3), TRANSPOSE: (2, 2)}


def rows(shape):
    return np.arange(shape[0] * shape[1]).reshape(shape) - 1


def written(shape):
    return ";".join(",".join(map(str, row)) for row in rows(shape))


OPTIONS = [
    *(("--cells symbols", {"cells": "symbols"}, command) for command in NUMBERED),
    *(("--cells blank", {"cells": "blank"}, command) for command in EVERY),
    *(("--seed 7", {"seed": 7}, command) for command in NUMBERED),
    *(("--max-frames 2", {"max_frames": 2}, command) for command in EVERY),
    *(("--frame 2", {"frame": 2}, command) for command in EVERY),
    *(("--frame poster", {"frame": "poster"}, command) for command in EVERY),
    *(("--strip 3", {"strip": 3}, command) for command in EVERY),
    *(("--frame-ms 250", {"frame_ms": 250}, command) for command in EVERY),
    *(("--loop 3", {"loop": 3}, command) for command in EVERY),
    *(("--view sheets", {"view": "sheets"}, command) for command in EVERY),
    *((f"--theme {name}", {"theme": name}, CONV) for name in ("guide", "dark", "print")),
    *(("--theme dark", {"theme": "dark"}, command) for command in (POOL, TRANSPOSE, COMPARE, STACK)),
    *(("--theme mine.toml", {"theme": "mine.toml"}, command) for command in EVERY),
    *(("--width 900", {"width": 900}, command) for command in EVERY),
    *(("--scale 2", {"scale": 2}, command) for command in EVERY),
    *(("--no-caption", {"caption": False}, command) for command in EVERY),
    *((f"--input '{written(SQUARE[command])}'", {"input": rows(SQUARE[command])}, command) for command in NUMBERED),
    *(("--kernel '0,1;2.5,-3'", {"kernel": KERNEL}, command) for command in WEIGHTED),
    ("--kernel '0 1; 2.5 -3;'", {"kernel": KERNEL}, CONV),
    ("--kernel '0,1;2,-3.5'", {"kernel": [[0, 1], [2, -3.5]]}, CONV),
    ("--kernel=-1,1e1;.5,0", {"kernel": [[-1, 10.0], [0.5, 0]]}, CONV),
    ("--show pair", {"show": "pair"}, CONV),
    ("--show pair", {"show": "pair"}, TRANSPOSE),
    ("--show stamp", {"show": "stamp"}, TRANSPOSE),
    *(("--show matrix", {"show": "matrix"}, command) for command in (CONV, TRANSPOSE)),
    *(("--show subsampled", {"show": "subsampled"}, command) for command in (STRIDED_CONV, STRIDED)),
    *(("--show counting", {"show": "counting"}, command) for command in (CONV, POOL)),
    ("--show overlap", {"show": "overlap"}, TRANSPOSE),
    ("--show switches", {"show": "switches"}, POOL),
    ("--in-channels 2", {"in_channels": 2}, CONV),
    ("--out-channels 3", {"out_channels": 3}, CONV),
    ("--groups 2", {"in_channels": 2, "out_channels": 2, "groups": 2}, MAPPED),
    ("--heading one --heading 'the other'", {"headings": ["one", "the other"]}, COMPARE),
    ("--at 0x1", {"at": (0, 1)}, STACK),
    ("--at 1x0", {"at": (1, 0)}, STACK),
    ("--reduce avg", {"reduce": "avg"}, POOL),
    ("--reduce avg", {"reduce": "avg"}, COMPARE),
    *((f"--padding-mode {mode}", {"padding_mode": mode}, PADDED) for mode in ("reflect", "replicate", "circular")),
    ("--padding-mode reflect", {"padding_mode": "reflect"}, COMPARE),
]

DEFAULTS = [
    *(
        (words, {}, command)
        for command in NUMBERED
        for words in ("--cells numbers", "--seed 0", "--loop 0", "--view flat")
    ),
    *((words, {}, STACK) for words in ("--cells numbers", "--loop 0", "--view flat")),
    *((words, {}, command) for command in EVERY for words in ("--theme default", "--scale 1", "--caption", "--force")),
    ("--show equivalent", {}, CONV),
    ("--show equivalent", {}, TRANSPOSE),
    ("--show equivalent", {}, POOL),
    ("--in-channels 1 --out-channels 1 --groups 1", {}, CONV),
    ("--reduce max", {}, POOL),
    ("--reduce max", {}, COMPARE),
    ("--padding-mode zeros", {}, PADDED),
    ("--padding-mode zeros", {}, COMPARE),
]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text('page = "#123456"\nink = "#ffffff"\n', encoding="utf-8")
    return tmp_path


def from_the_command(command, option, name):
    output_of(f"animate {LAYERS[command][0]} {option} -o {name}")


def from_the_library(command, name, **wishes):
    _, layer, shape = LAYERS[command]
    write = {COMPARE: ca.render.compare, STACK: ca.render.stack}.get(command, ca.render.animate)
    write(layer, shape, name, **wishes)


@pytest.mark.parametrize(("option", "wishes", "command"), OPTIONS)
def test_it_writes_what_the_library_writes_and_not_what_there_is_without_it(folder, option, wishes, command):
    from_the_command(command, option, "asked.gif")
    from_the_library(command, "wanted.gif", **wishes)
    from_the_library(command, "plain.gif")
    asked, wanted, plain = ((folder / f"{name}.gif").read_bytes() for name in ("asked", "wanted", "plain"))
    assert asked == wanted
    assert asked != plain


@pytest.mark.parametrize(("option", "wishes", "command"), DEFAULTS)
def test_a_default_that_is_given_changes_nothing(folder, option, wishes, command):
    from_the_command(command, option, "asked.gif")
    from_the_library(command, "plain.gif", **wishes)
    assert (folder / "asked.gif").read_bytes() == (folder / "plain.gif").read_bytes()


@pytest.mark.parametrize("command", EVERY)
@pytest.mark.parametrize("suffix", files.SUFFIXES)
def test_the_suffix_picks_the_format(folder, command, suffix):
    if suffix == ".mp4":
        pytest.importorskip("imageio_ffmpeg")
    from_the_command(command, "", f"asked{suffix}")
    from_the_library(command, f"wanted{suffix}")
    assert (folder / f"asked{suffix}").read_bytes() == (folder / f"wanted{suffix}").read_bytes()


@pytest.mark.parametrize("command", EVERY)
@pytest.mark.parametrize("suffix", ["png", "pdf", "svg"])
def test_a_name_that_ends_in_a_slash_is_a_folder_of_frames(folder, command, suffix):
    from_the_command(command, f"--frames-as {suffix}", "asked/")
    from_the_library(command, "wanted/", frames_as=suffix)
    asked, wanted = (
        {path.name: path.read_bytes() for path in (folder / name).iterdir()} for name in ("asked", "wanted")
    )
    assert asked == wanted
    assert set(asked) >= {f"frame-0.{suffix}", f"frame-3.{suffix}"} or f"frame-00.{suffix}" in asked


def test_frames_are_png_unless_something_else_is_asked_for(folder):
    from_the_command(CONV, "", "frames/")
    assert sorted(path.name for path in (folder / "frames").iterdir()) == [f"frame-{n}.png" for n in range(4)]


class TestNumbersFromFiles:
    @pytest.mark.parametrize("suffix", [".npy", ".csv", ".txt"])
    @pytest.mark.parametrize("command", WEIGHTED)
    def test_a_kernel(self, folder, command, suffix):
        if suffix == ".npy":
            np.save("own.npy", np.array(KERNEL))
        else:
            (folder / f"own{suffix}").write_text("0,1\n2.5,-3\n", encoding="utf-8")
        from_the_command(command, f"--kernel own{suffix}", "asked.gif")
        from_the_library(command, "wanted.gif", kernel=KERNEL)
        assert (folder / "asked.gif").read_bytes() == (folder / "wanted.gif").read_bytes()

    @pytest.mark.parametrize("command", NUMBERED)
    def test_an_image(self, folder, command):
        grey = rows(SQUARE[command]) * 20 + 30
        Image.fromarray(grey.astype(np.uint8)).save("photo.png")
        from_the_command(command, "--input photo.png", "asked.gif")
        from_the_library(command, "wanted.gif", input=grey)
        assert (folder / "asked.gif").read_bytes() == (folder / "wanted.gif").read_bytes()

    @pytest.mark.parametrize("words", ["1,2,3", "1 2 3", "1;2;3"])
    def test_a_row_or_a_column_is_the_one_axis(self, folder, words):
        output_of(f"animate conv 3 -k 3 --input '{words}' --kernel '{words}' -o asked.gif")
        ca.render.animate(ca.Conv(3), (3,), "wanted.gif", input=[1, 2, 3], kernel=[1, 2, 3])
        assert (folder / "asked.gif").read_bytes() == (folder / "wanted.gif").read_bytes()

    def test_the_maps_of_one_axis_are_the_rows(self, folder):
        """Also if there is a single one, or each is a single number."""
        for number, (words, layer, shape, wishes) in enumerate(
            (
                ("4 -k 2 --in-channels 2 --input '1,2,3,4;5,6,7,8'", ca.Conv(2), (4,), {"in_channels": 2}),
                ("4 -k 2 --out-channels 2 --input 1,2,3,4", ca.Conv(2), (4,), {"out_channels": 2}),
                ("1 -k 1 --in-channels 4 --input '1;2;3;4'", ca.Conv(1), (1,), {"in_channels": 4}),
            )
        ):
            maps = {"input": np.arange(1, 9 if "8" in words else 5).reshape(wishes.get("in_channels", 1), *shape)}
            output_of(f"animate conv {words} -o asked-{number}.gif")
            ca.render.animate(layer, shape, f"wanted-{number}.gif", **wishes, **maps)
            assert (folder / f"asked-{number}.gif").read_bytes() == (folder / f"wanted-{number}.gif").read_bytes()

    def test_maps_of_two_axes_and_their_kernels_come_from_files(self, folder):
        np.save("maps.npy", np.arange(18).reshape(2, 3, 3))
        np.save("weights.npy", np.arange(24).reshape(3, 2, 2, 2))
        words = "--in-channels 2 --out-channels 3 --input maps.npy --kernel weights.npy"
        from_the_command(CONV, words, "asked.gif")
        from_the_library(
            CONV,
            "wanted.gif",
            in_channels=2,
            out_channels=3,
            input=np.arange(18).reshape(2, 3, 3),
            kernel=np.arange(24).reshape(3, 2, 2, 2),
        )
        assert (folder / "asked.gif").read_bytes() == (folder / "wanted.gif").read_bytes()

    def test_whole_numbers_stay_whole(self, folder):
        """2**53 + 1 is the first that a float cannot hold."""
        output_of(f"animate conv 1 -k 1 --input {2**53 + 1} --kernel 1 -o asked.json")
        assert str(2**53 + 1) in (folder / "asked.json").read_text(encoding="utf-8")

    @pytest.mark.parametrize(("words", "kernel"), [("1,2,3", [[1, 2, 3]]), ("1;2;3", [[1], [2], [3]])])
    def test_of_two_axes_it_stays_a_row_or_a_column(self, folder, words, kernel):
        size = "1x3" if len(kernel) == 1 else "3x1"
        output_of(f"animate conv 3x3 -k {size} --kernel '{words}' -o asked.gif")
        ca.render.animate(ca.Conv(np.shape(kernel)), (3, 3), "wanted.gif", kernel=kernel)
        assert (folder / "asked.gif").read_bytes() == (folder / "wanted.gif").read_bytes()


def options_of(command):
    return {option.name: option for option in animate.commands[command].params if isinstance(option, click.Option)}


def help_of(command):
    return output_of(["animate", command, "--help"])


@pytest.mark.parametrize("command", EVERY)
def test_every_option_is_tested(command):
    """A new option of a picture appears in the tables above, or is one of the layer, the place or the answer."""
    names = (command, *VARIANTS.get(command, ()))
    tested = {word for option, _, name in OPTIONS if name in names for word in shlex.split(option)}
    tested = {word.partition("=")[0] for word in tested if word.startswith("--")}
    elsewhere = {
        "--framework",
        "--kernel-size",
        "--stride",
        "--padding",
        "--dilation",
        "--input-dilation",
        "--output-padding",
        "--ceil",
    }
    elsewhere |= {"--output", "--force", "--frames-as", "--caption", "--markdown", "--html", "--json"}
    known = {word for option in options_of(command).values() for word in (*option.opts, *option.secondary_opts)}
    assert {word for word in known if word.startswith("--")} - elsewhere == tested


class TestWords:
    """What the help lists is what the library knows, which the command line does not import for its help."""

    @pytest.mark.parametrize(
        ("command", "name", "words"),
        [
            *((command, "cells", contents.CELLS) for command in NUMBERED),
            (STACK, "cells", [word for word in contents.CELLS if word != "symbols"]),
            *((command, "view", views.VIEWS) for command in EVERY),
            *((command, "frames_as", [suffix[1:] for suffix in files.FRAME_SUFFIXES]) for command in EVERY),
            (POOL, "reduce", composing.REDUCTIONS),
            (COMPARE, "reduce", composing.REDUCTIONS),
            *(
                (command, "show", [word for word, show in composing.SHOWS.items() if kind in show.kinds])
                for command, kind in ((CONV, "convolution"), (POOL, "pooling"), (TRANSPOSE, "transposed convolution"))
            ),
            (CONV, "padding_mode", composing.PADDING_MODES),
            (COMPARE, "padding_mode", composing.PADDING_MODES),
        ],
    )
    def test_of_an_option(self, command, name, words):
        assert list(options_of(command)[name].type.choices) == list(words)

    @pytest.mark.parametrize("command", EVERY)
    def test_themes_and_suffixes_are_named(self, command):
        text = " ".join(help_of(command).split())
        assert f"Colours: {', '.join(themes.THEMES)}, or a .toml file" in text
        assert theme_files.theme_named("mine.toml").page == "#123456"
        place = text[text.index("--output PATH") : text.index("--force")]
        assert set(re.findall(r"\.\w+", place)) == set(files.SUFFIXES)
        animations, stills, _ = (set(re.findall(r"\.\w+", part)) for part in re.split(r"\(\w+|\(the", place)[:3])
        assert animations == {suffix for suffix, one in files.FORMATS.items() if one.animated}
        assert stills == {suffix for suffix, one in files.FORMATS.items() if not one.animated}


class TestHelp:
    @pytest.mark.parametrize("command", EVERY)
    def test_every_default_is_shown(self, command):
        entries = re.split(r"\n  (?=-)", help_of(command))
        for name, option in options_of(command).items():
            entry = next(entry for entry in entries if re.match(rf".*{option.opts[-1]}\b", entry))
            shown = " ".join(entry.split())
            assert (
                "[default: " in shown
                or "[required]" in shown
                or (option.is_flag and name != "caption")
                or (name == "strip")
            ), entry

    @pytest.mark.parametrize("command", EVERY)
    def test_the_options_stand_under_headings(self, command):
        headings = re.findall(r"^(\w*):$", help_of(command), re.MULTILINE)
        layer = [] if command in (COMPARE, STACK) else ["Layer"]
        assert headings == [*layer, "Contents", "File", "Frames", "Look", "Answer"]

    @pytest.mark.parametrize("command", EVERY)
    def test_every_option_is_listed_once(self, command):
        text = help_of(command)
        lists = text[re.search(r"^(Layer|Contents):$", text, re.MULTILINE).start() :]
        listed = re.findall(r"^  (?:-\w, )?(--[a-z-]+)", lists, re.MULTILINE)
        assert sorted(listed) == sorted([*(option.opts[-1] for option in options_of(command).values()), "--help"])
