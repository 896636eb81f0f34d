"""The command and the Python of a picture: what they say, and that they make this very picture."""

from __future__ import annotations

import ast
import inspect
import shlex
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import convarith as ca
from convarith.render.gallery.entries import Entry, FileBeside
from convarith.render.gallery.scene_files import collection
from convarith.render.gallery.spelling import COLUMNS, command, python, settings_of
from convarith_cli.main import cli


def entry(verb, *layers, shape=(6, 6), look=None, **wishes):
    return Entry("odd", "Odd sizes", "Convolution", "Look.", "", verb, layers, shape, wishes, look or {})


def here(name):
    """A file in the folder where the test works."""
    return FileBeside(name, Path())


IMPORT = "import convarith as ca\n"

SPELLED = {  # entry, command without its output, Python after the import
    "odd": (
        entry("conv", ca.Conv(3, stride=2, padding=1)),
        "convarith animate conv 6x6 -k 3 -s 2 -p 1",
        'ca.render.animate(ca.Conv(3, stride=2, padding=1), (6, 6), "{}")',
    ),
    "each axis": (
        entry("conv", ca.Conv((3, 1), stride=(1, 2), padding=((0, 1), "same"), dilation=2, input_dilation=(2, 1))),
        "convarith animate conv 6x6 -k 3x1 -s 1x2 -p 0:1xsame -d 2 -e 2x1",
        "ca.render.animate(\n"
        "    ca.Conv(\n"
        "        (3, 1),\n"
        "        stride=(1, 2),\n"
        '        padding=((0, 1), "same"),\n'
        "        dilation=2,\n"
        "        input_dilation=(2, 1),\n"
        "    ),\n"
        "    (6, 6),\n"
        '    "{}",\n'
        ")",
    ),
    "a pair for all axes": (
        entry("conv", ca.Conv(2, padding=((0, 1),)), shape=(4,)),
        "convarith animate conv 4 -k 2 -p 0:1",
        'ca.render.animate(ca.Conv(2, padding=((0, 1),)), (4,), "{}")',
    ),
    "negative padding": (
        entry("conv", ca.Conv(3, padding=-1), seed=2),
        "convarith animate conv 6x6 -k 3 -p -1 --seed 2",
        'ca.render.animate(ca.Conv(3, padding=-1), (6, 6), "{}", seed=2)',
    ),
    "pool": (
        entry("pool", ca.Pool(3, stride=2, ceil_mode=True), reduce="avg"),
        "convarith animate pool 6x6 -k 3 -s 2 --ceil --reduce avg",
        'ca.render.animate(ca.Pool(3, stride=2, ceil_mode=True), (6, 6), "{}", reduce="avg")',
    ),
    "defaults said": (
        entry("pool", ca.Pool(3), reduce="max", cells="numbers", seed=0, look={"view": "flat", "caption": True}),
        "convarith animate pool 6x6 -k 3",
        'ca.render.animate(ca.Pool(3), (6, 6), "{}")',
    ),
    "transpose": (
        entry("transpose", ca.ConvTranspose(3, stride=2, padding=1, output_padding=1), shape=(3, 3), show="stamp"),
        "convarith animate transpose 3x3 -k 3 -s 2 -p 1 -a 1 --show stamp",
        "ca.render.animate(\n"
        "    ca.ConvTranspose(3, stride=2, padding=1, output_padding=1),\n"
        "    (3, 3),\n"
        '    "{}",\n'
        '    show="stamp",\n'
        ")",
    ),
    "numbers": (
        entry("conv", ca.Conv(2), shape=(2, 3), input=[[3, 3, 2], [0, -1, 0.5]], kernel=[[1, 0], [0, 1]]),
        'convarith animate conv 2x3 -k 2 --input "3,3,2;0,-1,0.5" --kernel "1,0;0,1"',
        "ca.render.animate(\n"
        "    ca.Conv(2),\n"
        "    (2, 3),\n"
        '    "{}",\n'
        "    input=[[3, 3, 2], [0, -1, 0.5]],\n"
        "    kernel=[[1, 0], [0, 1]],\n"
        ")",
    ),
    "numbers on one axis": (
        entry("conv", ca.Conv(2), shape=(3,), input=[-1, 1e-05, 2], kernel=[1, 2]),
        "convarith animate conv 3 -k 2 --input -1,1e-05,2 --kernel 1,2",
        'ca.render.animate(ca.Conv(2), (3,), "{}", input=[-1, 1e-05, 2], kernel=[1, 2])',
    ),
    "a row and a column": (
        entry("conv", ca.Conv((1, 2)), shape=(1, 3), input=[[1, 2, 3]], kernel=[[1, 2]]),
        "convarith animate conv 1x3 -k 1x2 --input 1,2,3 --kernel 1,2",
        'ca.render.animate(\n    ca.Conv((1, 2)), (1, 3), "{}", input=[[1, 2, 3]], kernel=[[1, 2]]\n)',
    ),
    "long rows": (
        entry("pool", ca.Pool((2, 12)), shape=(2, 12), input=[[float(k) for k in range(12)], list(range(12, 24))]),
        'convarith animate pool 2x12 -k 2x12 --input "0.0,1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0;'
        '12,13,14,15,16,17,18,19,20,21,22,23"',
        "ca.render.animate(\n"
        "    ca.Pool((2, 12)),\n"
        "    (2, 12),\n"
        '    "{}",\n'
        "    input=[\n"
        "        [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],\n"
        "        [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23],\n"
        "    ],\n"
        ")",
    ),
    "no number at all": (
        entry("pool", ca.Pool(2), shape=(2, 2), input=[[float("nan"), float("inf")], [-float("inf"), 1]]),
        'convarith animate pool 2x2 -k 2 --input "nan,inf;-inf,1"',
        "ca.render.animate(\n"
        "    ca.Pool(2),\n"
        "    (2, 2),\n"
        '    "{}",\n'
        '    input=[[float("nan"), float("inf")], [float("-inf"), 1]],\n'
        ")",
    ),
    "files": (
        entry("conv", ca.Conv(2), input=here("my numbers.npy"), kernel=here("w.csv")),
        'convarith animate conv 6x6 -k 2 --input "my numbers.npy" --kernel w.csv',
        'ca.render.animate(ca.Conv(2), (6, 6), "{}", input="my numbers.npy", kernel="w.csv")',
    ),
    "look": (
        entry(
            "conv",
            ca.Conv(3),
            padding_mode="zeros",
            cells="blank",
            max_frames=3,
            look={"view": "sheets", "width": 300, "frame_ms": 120, "caption": False},
        ),
        "convarith animate conv 6x6 -k 3 --cells blank --max-frames 3 --view sheets --width 300 --frame-ms 120 "
        "--no-caption",
        "ca.render.animate(\n"
        "    ca.Conv(3),\n"
        "    (6, 6),\n"
        '    "{}",\n'
        '    cells="blank",\n'
        "    max_frames=3,\n"
        '    view="sheets",\n'
        "    width=300,\n"
        "    frame_ms=120,\n"
        "    caption=False,\n"
        ")",
    ),
    "padding mode": (
        entry("conv", ca.Conv(3, padding=1), padding_mode="reflect"),
        "convarith animate conv 6x6 -k 3 -p 1 --padding-mode reflect",
        'ca.render.animate(ca.Conv(3, padding=1), (6, 6), "{}", padding_mode="reflect")',
    ),
    "compare": (
        entry("compare", ca.Conv(3), ca.Pool(2, padding=((0, 1),)), ca.ConvTranspose(3), padding_mode="reflect"),
        'convarith animate compare 6x6 "conv -k 3" "pool -k 2 -p 0:1" "transpose -k 3" --padding-mode reflect',
        "ca.render.compare(\n"
        "    [ca.Conv(3), ca.Pool(2, padding=((0, 1),)), ca.ConvTranspose(3)],\n"
        "    (6, 6),\n"
        '    "{}",\n'
        '    padding_mode="reflect",\n'
        ")",
    ),
    "headings": (
        entry("compare", ca.Conv(3), ca.Conv(5), headings=["it's one", 'an "other" at 5 $']),
        'convarith animate compare 6x6 "conv -k 3" "conv -k 5" --heading "it\'s one" --heading \'an "other" at 5 $\'',
        "ca.render.compare(\n"
        "    [ca.Conv(3), ca.Conv(5)],\n"
        "    (6, 6),\n"
        '    "{}",\n'
        '    headings=["it\'s one", \'an "other" at 5 $\'],\n'
        ")",
    ),
    "stack": (
        entry("stack", ca.Conv(3), ca.Pool(2), shape=(8, 8), at=(0, 2)),
        'convarith animate stack 8x8 "conv -k 3" "pool -k 2" --at 0x2',
        'ca.render.stack([ca.Conv(3), ca.Pool(2)], (8, 8), "{}", at=(0, 2))',
    ),
    "stack of one axis": (
        entry("stack", ca.Conv(3), ca.Pool(2), shape=(8,), at=(2,), cells="blank"),
        'convarith animate stack 8 "conv -k 3" "pool -k 2" --at 2 --cells blank',
        'ca.render.stack([ca.Conv(3), ca.Pool(2)], (8,), "{}", at=(2,), cells="blank")',
    ),
    "channels": (
        entry("conv", ca.Conv(3), shape=(4, 4), in_channels=2, out_channels=4, groups=2),
        "convarith animate conv 4x4 -k 3 --in-channels 2 --out-channels 4 --groups 2",
        'ca.render.animate(\n    ca.Conv(3), (4, 4), "{}", in_channels=2, out_channels=4, groups=2\n)',
    ),
    **{
        show: (
            entry("conv", ca.Conv(2, stride=2), show=show),
            f"convarith animate conv 6x6 -k 2 -s 2 --show {show}",
            f'ca.render.animate(ca.Conv(2, stride=2), (6, 6), "{{}}", show="{show}")',
        )
        for show in ("pair", "matrix", "subsampled", "counting")
    },
    "overlap": (
        entry("transpose", ca.ConvTranspose(3, stride=2), shape=(3,), show="overlap"),
        "convarith animate transpose 3 -k 3 -s 2 --show overlap",
        'ca.render.animate(ca.ConvTranspose(3, stride=2), (3,), "{}", show="overlap")',
    ),
    "switches": (
        entry("pool", ca.Pool(2), show="switches"),
        "convarith animate pool 6x6 -k 2 --show switches",
        'ca.render.animate(ca.Pool(2), (6, 6), "{}", show="switches")',
    ),
}

THEMED = {"default": ("", ""), "dark": (" --theme dark", "dark")}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, with the files that the entries name."""
    monkeypatch.chdir(tmp_path)
    np.save("my numbers.npy", np.arange(36).reshape(6, 6) % 5)
    Path("w.csv").write_text("1,2\n0,1\n", encoding="utf-8")
    return tmp_path


def run(line):
    """Run a command line as a POSIX shell would."""
    program, *words = shlex.split(line)
    assert program == "convarith"
    result = CliRunner().invoke(cli, words, prog_name="convarith")
    assert result.exit_code == 0, result.output


def made_by_hand(given, path, **look):
    """The bytes of the picture by the library's own functions, called without this module."""
    make = {"compare": ca.render.compare, "stack": ca.render.stack}.get(given.verb)
    wishes = {**given.wishes, **given.look, **look}
    if make is None:
        ca.render.animate(given.layers[0], given.input_shape, path, **wishes)
    else:
        make(given.layers, given.input_shape, path, **wishes)
    return path.read_bytes()


class TestCommand:
    @pytest.mark.parametrize("name", SPELLED)
    def test_it_says_what_differs_from_the_defaults(self, name):
        given, expected, _ = SPELLED[name]
        assert command(given, "odd.gif", "default") == f"{expected} -o odd.gif"
        assert command(given, "odd.gif", "dark") == f"{expected} --theme dark -o odd.gif"

    @pytest.mark.parametrize("theme", THEMED)
    @pytest.mark.parametrize("name", SPELLED)
    def test_it_makes_this_very_picture(self, name, theme, folder):
        given, _, _ = SPELLED[name]
        run(command(given, "by command.svg", theme))
        made = (folder / "by command.svg").read_bytes()
        assert made == made_by_hand(given, folder / "by hand.svg", theme=theme)

    def test_the_layer_is_in_the_bytes(self, folder):
        """So that equal ones say something."""
        pictures = [
            made_by_hand(SPELLED[name][0], folder / f"{number}.svg") for number, name in enumerate(["odd", "look"])
        ]
        assert pictures[0] != pictures[1]

    def test_a_gif(self, folder):
        given, _, _ = SPELLED["odd"]
        run(command(given, "odd.gif", "print"))
        assert (folder / "odd.gif").read_bytes() == made_by_hand(given, folder / "x.gif", theme="print")

    @pytest.mark.parametrize("name", [name for name in SPELLED if name != "headings"])
    def test_windows_knows_its_quotes(self, name):
        """cmd.exe takes double quotes only, and replaces what stands between percent signs in them."""
        line = command(SPELLED[name][0], "odd.gif", "default")
        assert not set(line) & set("'%^&|<>\\`$")

    @pytest.mark.parametrize(
        "heading", ["a b", "", "$HOME", "50 %", "`id`", 'say "hi"', "a\\b", "it's", "é × 2", "!", "-x", "*"]
    )
    def test_a_shell_gives_back_what_was_meant(self, heading):
        line = command(entry("compare", ca.Conv(1), ca.Conv(2), headings=[heading, "b"]), "a b.gif", "my theme.toml")
        words = shlex.split(line)
        assert [word for before, word in pairwise(words) if before == "--heading"] == [heading, "b"]
        assert words[words.index("--theme") + 1] == "my theme.toml"
        assert words[-1] == "a b.gif"


class TestPython:
    @pytest.mark.parametrize("name", SPELLED)
    def test_it_says_what_differs_from_the_defaults(self, name):
        given, _, expected = SPELLED[name]
        assert python(given, "odd.gif", "default") == IMPORT + expected.format("odd.gif")

    @pytest.mark.parametrize("name", SPELLED)
    def test_its_lines_are_short(self, name):
        for line in python(SPELLED[name][0], "a_rather_long_name_of_a_picture.gif", "dark").splitlines():
            assert len(line) <= COLUMNS

    @pytest.mark.parametrize("theme", THEMED)
    @pytest.mark.parametrize("name", SPELLED)
    def test_it_makes_this_very_picture(self, name, theme, folder):
        given, _, _ = SPELLED[name]
        exec(compile(python(given, "by python.svg", theme), "python", "exec"), {})
        made = (folder / "by python.svg").read_bytes()
        assert made == made_by_hand(given, folder / "by hand.svg", theme=theme)

    def test_a_line_of_88_is_whole_and_one_of_89_is_not(self):
        given = SPELLED["odd"][0]
        rest = len('ca.render.animate(ca.Conv(3, stride=2, padding=1), (6, 6), "")')
        whole = python(given, "x" * (88 - rest), "default").splitlines()
        assert [len(line) for line in whole[1:]] == [88]
        broken = python(given, "x" * (89 - rest), "default").splitlines()
        assert broken[1:] == [
            "ca.render.animate(",
            f'    ca.Conv(3, stride=2, padding=1), (6, 6), "{"x" * (89 - rest)}"',
            ")",
        ]

    @pytest.mark.parametrize("output", ["a\\b.gif", 'a"b.gif', "a'b.gif", "a'\"b.gif", "é.gif"])
    def test_names_come_back(self, output):
        call = ast.parse(python(SPELLED["odd"][0], output, "default")).body[1].value
        assert ast.literal_eval(call.args[2]) == output


class TestTheGalleryOfThePackage:
    @pytest.mark.parametrize("given", collection().entries, ids=lambda given: given.name)
    def test_each_picture_can_be_made_by_hand(self, given, folder):
        expected = made_by_hand(given, folder / "by hand.json")
        run(command(given, "by command.json", "default"))
        exec(compile(python(given, "by python.json", "default"), "python", "exec"), {})
        assert (folder / "by command.json").read_bytes() == expected
        assert (folder / "by python.json").read_bytes() == expected


class TestSettings:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            (
                entry("conv", ca.Conv(3, stride=2, padding=1)),
                [("input", "6×6"), ("kernel", "3×3"), ("stride", "2"), ("padding", "1")],
            ),
            (
                entry("conv", ca.Conv((3, 1), stride=(1, 2), padding=((0, 1), (1, 2)), dilation=2, input_dilation=3)),
                [
                    ("input", "6×6"),
                    ("kernel", "3×1"),
                    ("stride", "1×2"),
                    ("padding", "(0, 1) × (1, 2)"),
                    ("dilation", "2"),
                    ("input dilation", "3"),
                ],
            ),
            (
                entry("conv", ca.Conv(2, padding="same_lower"), shape=(5,), padding_mode="circular"),
                [("input", "5"), ("kernel", "2"), ("padding", "same lower"), ("padding holds", "input wrapped around")],
            ),
            (
                entry("conv", ca.Conv(2, padding=((0, 1), "same")), shape=(5, 4)),
                [("input", "5×4"), ("kernel", "2×2"), ("padding", "(0, 1) × same")],
            ),
            (
                entry("pool", ca.Pool(2, ceil_mode=True), shape=(5, 5, 5)),
                [
                    ("input", "5×5×5"),
                    ("kernel", "2×2×2"),
                    ("stride", "2"),
                    ("ceil mode", "yes"),
                    ("pooling", "maximum"),
                ],
            ),
            (
                entry("pool", ca.Pool(2, stride=1), reduce="avg"),
                [("input", "6×6"), ("kernel", "2×2"), ("stride", "1"), ("pooling", "average")],
            ),
            (
                entry("transpose", ca.ConvTranspose(3, stride=2, output_padding=1), show="stamp"),
                [("input", "6×6"), ("kernel", "3×3"), ("stride", "2"), ("output padding", "1"), ("shown", "stamp")],
            ),
            (
                entry("compare", ca.Conv(3, dilation=2), ca.Pool(2), reduce="avg"),
                [
                    ("input", "6×6"),
                    ("layer 1", "convolution, kernel 3, dilation 2"),
                    ("layer 2", "pooling, kernel 2, stride 2"),
                    ("pooling", "average"),
                ],
            ),
            (
                entry("stack", ca.Conv(3), ca.Pool(2), at=(1, 0)),
                [
                    ("input", "6×6"),
                    ("layer 1", "convolution, kernel 3"),
                    ("layer 2", "pooling, kernel 2, stride 2"),
                    ("output shown", "(1, 0)"),
                ],
            ),
            (
                entry("conv", ca.Conv(3), in_channels=2, out_channels=4, groups=2),
                [("input", "6×6"), ("kernel", "3×3"), ("channels", "2 to 4"), ("groups", "2")],
            ),
        ],
    )
    def test_they_are_said_in_words(self, given, expected):
        assert settings_of(given) == tuple(expected)


def test_every_argument_can_be_spelled():
    """So that one that is added there is added here, too."""
    known = {"layer", "layers", "input_shape", "path", "scale", "loop", "frame", "strip", "frames_as", "force", "theme"}
    wishes = {name for given, _, _ in SPELLED.values() for name in (*given.wishes, *given.look)}
    for make in (ca.render.animate, ca.render.compare, ca.render.stack):
        assert set(inspect.signature(make).parameters) <= known | wishes
