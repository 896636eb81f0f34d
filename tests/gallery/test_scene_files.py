"""A file of scenes: what it can say, and every sentence about what it cannot."""

from __future__ import annotations

import os
import re
from errno import ENOENT
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import convarith as ca
from convarith.errors import ParameterError, ShapeError
from convarith.numerics.reading import SUFFIXES
from convarith.render.gallery.entries import FileBeside
from convarith.render.gallery.scene_files import SIZE_LIMIT, TITLE, collection
from convarith.render.gallery.scene_keys import FILE_KEYS, LAYERS, LOOK_KEYS, SCENE_KEYS, VERBS, layer_keys
from convarith.render.gallery.scene_values import FIGURES
from convarith.render.sources import IMAGE_SUFFIXES

PAGE = Path(__file__).parents[2] / "docs" / "gallery.md"

SCENE = {
    "name": '"odd"',  # the header is line 1, this is line 2
    "title": '"Odd sizes"',
    "topic": '"Convolution"',
    "notice": '"Look at the border."',
    "input_shape": "[6, 6]",  # line 6
    "conv": "{ kernel_size = 3, stride = 2, padding = 1 }",  # line 7; what is added is line 8
}
SCENE_LISTING = ", ".join([*SCENE_KEYS, *VERBS, *LOOK_KEYS])
CONV_LISTING = "kernel_size, stride, padding, dilation, input_dilation"
POOL_LISTING = "kernel_size, stride, padding, dilation, ceil_mode"
FIGURE_LISTING = ", ".join(FIGURES)
SUFFIX_LISTING = ", ".join([*SUFFIXES, *IMAGE_SUFFIXES])
SIX_ROWS = f"[{', '.join(['[1, 2, 3, 4, 5, 6]'] * 6)}]"
TWO = "[{ conv = { kernel_size = 3 } }, { pool = { kernel_size = 2 } }]"


def scene(**changes):
    """The text of a scene with some keys changed, added, or (None) left out."""
    keys = {key: value for key, value in {**SCENE, **changes}.items() if value is not None}
    return "\n".join(["[[scene]]", *(f"{key} = {value}" for key, value in keys.items()), ""])


def instead(verb, words, **changes):
    """A scene with something else than its convolution; it is line 7."""
    return scene(**{"conv": None, verb: words}, **changes)


def said_by(call):
    """What the library says of something that it refuses."""
    with pytest.raises((ParameterError, ShapeError)) as refused:
        call()
    return str(refused.value)


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Writes mine.toml into the folder where the test works, and gives its name."""
    monkeypatch.chdir(tmp_path)

    def write(content):
        Path("mine.toml").write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return "mine.toml"

    return write


@pytest.fixture
def entry_of(written):
    """The one entry of a text."""

    def read(text):
        (entry,) = collection(written(text)).entries
        return entry

    return read


class TestWhatAFileSays:
    def test_a_scene(self, entry_of):
        entry = entry_of(scene(figure='"2.7"'))
        assert (entry.name, entry.title, entry.topic) == ("odd", "Odd sizes", "Convolution")
        assert (entry.notice, entry.figure, entry.verb) == ("Look at the border.", "2.7", "conv")
        assert entry.layers == (ca.Conv(3, stride=2, padding=1),)
        assert entry.input_shape == (6, 6)
        assert (entry.wishes, entry.look) == ({}, {})
        assert entry.source == "'mine.toml', line 1: scene 'odd'"

    @pytest.mark.parametrize(
        ("verb", "words", "layers"),
        [
            ("conv", '{ kernel_size = [3, 1], padding = "half" }', [ca.Conv((3, 1), padding="half")]),
            ("conv", "{ kernel_size = 3, padding = [[0, 1]] }", [ca.Conv(3, padding=((0, 1),))]),
            ("conv", '{ kernel_size = 3, padding = [[0, 1], "same"] }', [ca.Conv(3, padding=((0, 1), "same"))]),
            ("conv", "{ kernel_size = 2, dilation = 2 }", [ca.Conv(2, dilation=2)]),
            ("conv", "{ kernel_size = 2, input_dilation = 2 }", [ca.Conv(2, input_dilation=2)]),
            ("pool", "{ kernel_size = 4, ceil_mode = true }", [ca.Pool(4, ceil_mode=True)]),
            (
                "transpose",
                "{ kernel_size = 3, stride = 2, output_padding = 1 }",
                [ca.ConvTranspose(3, stride=2, output_padding=1)],
            ),
            ("compare", TWO, [ca.Conv(3), ca.Pool(2)]),
            (
                "compare",
                "[{ transpose = { kernel_size = 3 } }, { conv.kernel_size = 2 }]",
                [ca.ConvTranspose(3), ca.Conv(2)],
            ),
            ("stack", TWO, [ca.Conv(3), ca.Pool(2)]),
        ],
    )
    def test_layers(self, verb, words, layers, entry_of):
        entry = entry_of(instead(verb, words))
        assert (entry.verb, entry.layers) == (verb, tuple(layers))

    @pytest.mark.parametrize(
        ("words", "shape"),
        [
            ("[6, 7]", (6, 7)),
            ('"6x7"', (6, 7)),
            ('"6×7X8"', (6, 7, 8)),
            ("6", (6,)),
            ("[6]", (6,)),
            ('"6"', (6,)),
            ("[3, 4, 5]", (3, 4, 5)),
        ],
    )
    def test_input_shapes(self, words, shape, entry_of):
        assert entry_of(scene(input_shape=words)).input_shape == shape

    @pytest.mark.parametrize(
        ("text", "wishes"),
        [
            (scene(show='"pair"'), {"show": "pair"}),
            (scene(padding_mode='"reflect"'), {"padding_mode": "reflect"}),
            (scene(cells='"symbols"', seed="7"), {"cells": "symbols", "seed": 7}),
            (scene(max_frames="2"), {"max_frames": 2}),
            (scene(input_shape="[2, 2]", input="[[1, 2], [3, -4.5]]"), {"input": [[1, 2], [3, -4.5]]}),
            (scene(input_shape="2", input="[1, 2]", kernel="[0, 1, 2]"), {"input": [1, 2], "kernel": [0, 1, 2]}),
            (instead("pool", "{ kernel_size = 2 }", reduce='"avg"'), {"reduce": "avg"}),
        ],
    )
    def test_wishes(self, text, wishes, entry_of):
        assert entry_of(text).wishes == wishes

    def test_looks(self, entry_of):
        entry = entry_of(scene(view='"sheets"', width="300", frame_ms="120", caption="false"))
        assert entry.look == {"view": "sheets", "width": 300, "frame_ms": 120, "caption": False}
        assert entry.wishes == {}

    @pytest.mark.parametrize("words", ["[1, 0]", '"1x0"'])
    def test_the_place_in_a_stack(self, words, entry_of):
        assert entry_of(instead("stack", TWO, at=words)).wishes == {"at": (1, 0)}

    def test_a_file_of_numbers_lies_beside_the_scenes(self, entry_of, tmp_path, monkeypatch):
        np.save(tmp_path / "weights.npy", np.arange(9).reshape(3, 3))
        Path(tmp_path / "x.csv").write_text("\n".join(["1,2,3,4,5,6"] * 6), encoding="utf-8")
        text = scene(input='"x.csv"', kernel='"weights.npy"')
        assert entry_of(text).wishes == {
            "input": FileBeside("x.csv", Path()),
            "kernel": FileBeside("weights.npy", Path()),
        }
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        monkeypatch.chdir(elsewhere)
        (entry,) = collection("../mine.toml").entries
        assert Path(entry.wishes["input"]) == Path("..") / "x.csv"
        cells = [cell.text for grid in entry.scene().grids() for cell in grid.cells.values()]
        assert cells.count("6") >= 6  # the file's last column

    def test_the_page(self, written):
        text = 'title = " Mine "\nintroduction = """\nOne\n  paragraph.\n"""\n'
        own = collection(written(text + scene()))
        assert (own.title, own.introduction) == ("Mine", "One paragraph.")
        silent = collection(written(scene()))
        assert (silent.title, silent.introduction) == (TITLE, "")

    def test_the_order_is_that_of_the_file(self, written):
        names = ["z", "A1", "m-m_"]
        entries = collection(written("".join(scene(name=f'"{name}"') for name in names))).entries
        assert [entry.name for entry in entries] == names

    def test_other_spellings_of_toml(self, entry_of):
        as_table = scene(conv=None) + "[scene.conv]\nkernel_size = 3\nstride = 2\npadding = 1\n"
        dotted = scene(conv=None) + 'conv.kernel_size = 3\n"conv".stride = 2\nconv.padding = 1\n'
        expected = entry_of(scene())
        assert entry_of(as_table) == expected
        assert entry_of(dotted) == expected

    def test_text_as_editors_on_windows_save_it(self, entry_of):
        assert entry_of("\ufeff" + scene(title='"größer"').replace("\n", "\r\n")).title == "größer"

    @pytest.mark.parametrize("name", ["a", "0", "A-b_9", "x" * 80, "con_", "com0", "indexes"])
    def test_names(self, name, entry_of):
        assert entry_of(scene(name=f'"{name}"')).name == name

    @pytest.mark.parametrize("figure", FIGURES)
    def test_figures(self, figure, entry_of):
        assert entry_of(scene(figure=f'"{figure}"')).figure == figure

    def test_all_figures_of_the_guide_are_known(self):
        """Chapter 1 has six of them, 2 eight, 4 seven, and 5 one."""
        chapters = {1: 6, 2: 8, 4: 7, 5: 1}
        assert set(FIGURES) == {f"{part}.{place}" for part, most in chapters.items() for place in range(1, most + 1)}

    @pytest.mark.parametrize("kind", [str, Path])
    def test_a_path(self, kind, written):
        assert collection(kind(written(scene()))).entries[0].name == "odd"

    def test_the_limit_is_still_read(self, entry_of):
        assert entry_of((scene() + "#").ljust(SIZE_LIMIT, "-")).name == "odd"

    def test_the_gallery_of_the_package(self):
        own = collection()
        assert len(own.entries) >= 6
        assert own.introduction
        assert {entry.verb for entry in own.entries} >= {"conv", "pool", "transpose", "compare"}


REFUSED = [  # text, line, what stands after the scene, a text that is mended
    # keys
    (
        scene(shw='"pair"'),
        8,
        f"unknown key shw = 'pair'; did you mean 'show'? Known are {SCENE_LISTING}",
        scene(show='"pair"'),
    ),
    (
        scene(conv="{ kernel_size = 3, strid = 2 }"),
        7,
        f"unknown key strid = 2 in conv; did you mean 'stride'? Known are {CONV_LISTING}",
        scene(conv="{ kernel_size = 3, stride = 2 }"),
    ),
    (
        instead("pool", "{ kernel_size = 3, output_padding = 1 }"),
        7,
        f"unknown key output_padding = 1 in pool; did you mean 'padding'? Known are {POOL_LISTING}",
        instead("pool", "{ kernel_size = 3, padding = 1 }"),
    ),
    (
        instead("compare", "[\n{ conv = { kernel_size = 3 } },\n{ conv = { kernel_size = [3,\n3], dilaton = 2 } }\n]"),
        10,
        f"unknown key dilaton = 2 in layer 2 of compare; did you mean 'dilation'? Known are {CONV_LISTING}",
        instead("compare", "[\n{ conv = { kernel_size = 3 } },\n{ conv = { kernel_size = [3,\n3], dilation = 2 } }\n]"),
    ),
    (
        instead("compare", "[{ conv = { kernel_size = 3 } }, { pol = { kernel_size = 3 } }]"),
        7,
        "unknown key pol = {'kernel_size': 3} in layer 2 of compare; did you mean 'pool'? "
        "Known are conv, pool, transpose",
        instead("compare", "[{ conv = { kernel_size = 3 } }, { pool = { kernel_size = 3 } }]"),
    ),
    # what is missing or too much
    (
        scene(conv="{ stride = 2 }"),
        7,
        "conv has no kernel_size; add kernel_size = 3",
        scene(conv="{ stride = 2, kernel_size = 3 }"),
    ),
    (scene(conv=None), 1, "has no layer; add one of conv, pool, transpose, compare, stack", scene()),
    (
        scene(pool="{ kernel_size = 2 }"),
        8,
        "has both conv and pool; leave one of them out",
        scene(),
    ),
    (
        instead("compare", "[{ conv = { kernel_size = 3 } }, {}]"),
        7,
        "layer 2 of compare has no layer; add one of conv, pool, transpose",
        instead("compare", "[{ conv = { kernel_size = 3 } }, { conv = { kernel_size = 2 } }]"),
    ),
    (
        instead(
            "compare",
            "[{ conv = { kernel_size = [\n3,3] }, pool = { kernel_size = 3 } }, { conv = { kernel_size = 2 } }]",
        ),
        8,
        "layer 1 of compare has both conv and pool; leave one of them out",
        instead("compare", "[{ conv = { kernel_size = 3 } }, { conv = { kernel_size = 2 } }]"),
    ),
    (
        instead("compare", "[{ conv = { kernel_size = 3 } }]"),
        7,
        "compare = [{'conv': {'kernel_size': 3}}] has too few layers; write two or more, "
        "compare = [{ conv = { kernel_size = 3 } }, { pool = { kernel_size = 2 } }]",
        instead("compare", TWO),
    ),
    (
        instead("stack", "{ conv = { kernel_size = 3 } }"),
        7,
        "stack = {'conv': {'kernel_size': 3}} is no list of layers; write "
        "stack = [{ conv = { kernel_size = 3 } }, { pool = { kernel_size = 2 } }]",
        instead("stack", TWO),
    ),
    (scene(conv="3"), 7, "conv = 3 is no table; write conv = { kernel_size = 3 }", scene(conv="{ kernel_size = 3 }")),
    (
        instead("compare", "[{ conv = 3 }, { conv = { kernel_size = 2 } }]"),
        7,
        "conv = 3 in layer 1 of compare is no table; write conv = { kernel_size = 3 }",
        instead("compare", "[{ conv = { kernel_size = 3 } }, { conv = { kernel_size = 2 } }]"),
    ),
    (
        instead("pool", "{ kernel_size = 2 }", kernel="[[1, 2], [3, 4]]"),
        8,
        "kernel = [[1, 2], [3, 4]] means nothing for pool; leave it out",
        instead("pool", "{ kernel_size = 2 }"),
    ),
    (scene(headings='["a", "b"]'), 8, "headings = ['a', 'b'] means nothing for conv; leave it out", scene()),
    (
        instead("compare", TWO, show='"pair"'),
        8,
        "show = 'pair' means nothing for compare; leave it out",
        instead("compare", TWO),
    ),
    # texts
    (scene(title="3"), 3, "title = 3 is no text; write a few words in quotes", scene(title='"3"')),
    (scene(topic='""'), 4, "topic = '' is no text; write a few words in quotes", scene(topic='"x"')),
    (scene(notice='" "'), 5, "notice = ' ' is no text; write a few words in quotes", scene(notice='"x"')),
    (
        scene(notice='"One.\\nTwo."'),
        5,
        "notice = 'One.\\nTwo.' has more than one line, or signs that cannot be shown; write one line",
        scene(notice='"One. Two."'),
    ),
    (
        scene(title='"a\\u0000b"'),
        3,
        "title = 'a\\x00b' has more than one line, or signs that cannot be shown; write one line",
        scene(title='"ab"'),
    ),
    (scene(figure="2.7"), 8, 'figure = 2.7 is a number; write it in quotes, figure = "2.7"', scene(figure='"2.7"')),
    (
        scene(figure='"2.77"'),
        8,
        f"figure = '2.77' is no figure of the guide; did you mean '2.7'? Known are {FIGURE_LISTING}",
        scene(figure='"2.7"'),
    ),
    # words, numbers and flags
    (
        scene(cells='"symbol"'),
        8,
        "unknown cells 'symbol'; did you mean 'symbols'? Known are numbers, symbols, blank",
        scene(cells='"symbols"'),
    ),
    (
        instead("pool", "{ kernel_size = 2 }", reduce='"mean"'),
        8,
        "unknown reduce 'mean'; did you mean 'max'? Known are max, avg",
        instead("pool", "{ kernel_size = 2 }", reduce='"avg"'),
    ),
    (
        scene(padding_mode='"reflected"'),
        8,
        "unknown padding_mode 'reflected'; did you mean 'reflect'? Known are zeros, reflect, replicate, circular",
        scene(padding_mode='"reflect"'),
    ),
    (
        scene(view='"sheet"'),
        8,
        "unknown view 'sheet'; did you mean 'sheets'? Known are flat, sheets",
        scene(view='"sheets"'),
    ),
    (scene(view="[1]"), 8, "unknown view [1]; known are flat, sheets", scene(view='"flat"')),
    (scene(seed="-1"), 8, "seed -1 is below 0; the smallest seed is 0", scene(seed="0")),
    (scene(seed='"1"'), 8, "seed must be a whole number; got '1' (str), give an int", scene(seed="1")),
    (scene(max_frames="0"), 8, "max_frames 0 is below 1; the smallest max_frames is 1", scene(max_frames="1")),
    (
        scene(max_frames="true"),
        8,
        "max_frames must be a whole number; got True (bool), give an int",
        scene(max_frames="1"),
    ),
    (
        scene(in_channels="0"),
        8,
        "in_channels 0 is below 1; the smallest in_channels is 1",
        scene(in_channels="1"),
    ),
    (scene(width="279"), 8, "width 279 is below 280; the smallest width is 280", scene(width="280")),
    (scene(frame_ms="10"), 8, "frame_ms 10 is below 20; the smallest frame_ms is 20", scene(frame_ms="20")),
    (scene(frame_ms="60_010"), 8, "frame_ms 60010 is above 60000, the largest; give less", scene(frame_ms="60_000")),
    (
        scene(frame_ms="125"),
        8,
        "frame_ms = 125 is no multiple of 10, in which a GIF counts; write 120 or 130",
        scene(frame_ms="130"),
    ),
    (
        scene(caption='"no"'),
        8,
        "caption = 'no' is neither true nor false; write one of them, without quotes",
        scene(caption="false"),
    ),
    # shapes and places
    (
        scene(input_shape='"6*6"'),
        6,
        "input_shape = '6*6' is no shape; write [6, 6], \"6x6\", or a number for one axis",
        scene(input_shape='"6x6"'),
    ),
    (
        scene(input_shape="{ x = 6 }"),
        6,
        "input_shape = {'x': 6} is no shape; write [6, 6], \"6x6\", or a number for one axis",
        scene(input_shape="6"),
    ),
    (scene(input_shape="[]"), 6, "input_shape has no axes; give at least one size", scene(input_shape="[6]")),
    (
        scene(input_shape="[6, 0]"),
        6,
        "axis 1 (width): input size 0 is below 1; the smallest input size is 1",
        scene(input_shape="[6, 1]"),
    ),
    (
        scene(input_shape="6.5"),
        6,
        "input size must be a whole number; got 6.5 (float), give an int",
        scene(input_shape="6"),
    ),
    (
        instead("stack", TWO, at='"here"'),
        8,
        "at = 'here' is no position; write [3, 3], \"3x3\", or a number for one axis",
        instead("stack", TWO, at="[1, 1]"),
    ),
    (
        instead("stack", TWO, at="[1, -1]"),
        8,
        "at -1 is below 0; the smallest at is 0",
        instead("stack", TWO, at="[1, 0]"),
    ),
    (
        instead("stack", TWO, at="[2, 0]"),  # 6 - 3 + 1 = 4, halved
        8,
        said_by(lambda: ca.render.compose_stack([ca.Conv(3), ca.Pool(2)], (6, 6), at=(2, 0))),
        instead("stack", TWO, at="[1, 0]"),
    ),
    # numbers
    (
        scene(input="3"),
        8,
        'input = 3 is neither numbers nor a file; write [[1, 2], [3, 4]], or "numbers.csv"',
        scene(input_shape="1", input="[3]"),
    ),
    (
        scene(input_shape="[1, 2]", kernel='[\n[1, 2, 3],\n[4, 5, 6],\n[7, "8", 9]]'),
        11,
        "kernel = [[1, 2, 3], [4, 5, 6], [7, '8', 9]] holds '8', which is no number",
        scene(input_shape="[1, 2]", kernel="[\n[1, 2, 3],\n[4, 5, 6],\n[7, 8, 9]]"),
    ),
    (
        scene(input_shape="1", input="[true]"),
        8,
        "input = [True] holds True, which is no number",
        scene(input_shape="1", input="[1]"),
    ),
    (
        scene(input_shape="[1, 1, 1]", input="[[[1]]]"),
        8,
        "input = [[[1]]] is nested deeper than rows of numbers; save it as a .npy file, and write the file's name",
        scene(input_shape="[1, 1, 1]"),
    ),
    (
        scene(input='"a\\u0000b.csv"'),
        8,
        "input = 'a\\x00b.csv' has more than one line, or signs that cannot be shown; "
        "write the name of a file in one line",
        scene(input=SIX_ROWS),
    ),
    (
        scene(kernel='"a.csv\\nb.csv"'),
        8,
        "kernel = 'a.csv\\nb.csv' has more than one line, or signs that cannot be shown; "
        "write the name of a file in one line",
        scene(kernel="[[1, 2, 3], [4, 5, 6], [7, 8, 9]]"),
    ),
    (
        scene(max_frames="3", input="[[1, 2],\n[3, 4]]"),
        9,
        "input has the shape (2, 2) and the picture shows (6, 6); give input that shape",
        scene(max_frames="3", input=SIX_ROWS),
    ),
    (
        scene(input=SIX_ROWS, kernel="[[1, 2]]"),
        9,
        "kernel has the shape (1, 2) and the picture shows (3, 3); give kernel that shape",
        scene(input=SIX_ROWS, kernel="[[1, 2, 3], [4, 5, 6], [7, 8, 9]]"),
    ),
    (
        instead("compare", TWO, seed="1", input="[[], []]"),
        9,
        "input has the shape (2, 0) and the picture shows (6, 6); give input that shape",
        instead("compare", TWO, seed="1", input=SIX_ROWS),
    ),
    (
        scene(input=SIX_ROWS, kernel="[[1, 2], [3]]"),
        9,
        "kernel has rows of different lengths; give an array of numbers",
        scene(input=SIX_ROWS, kernel="[[1, 2, 3], [4, 5, 6], [7, 8, 9]]"),
    ),
    (
        scene(kernel='"/dev/zero"', input='"/dev/zero"'),
        9,  # the input is read first
        f"unknown suffix '' of {str(Path('/dev/zero'))!r}; known are {SUFFIX_LISTING}",
        scene(input=SIX_ROWS),
    ),
    # what is too large for its page
    (
        scene(input_shape="[4, 500]", conv="{ kernel_size = 3 }", max_frames="3", width="300"),
        9,
        "the grids do not fit into a width of 300 pixels; they need 1533",
        scene(input_shape="[4, 500]", conv="{ kernel_size = 3 }", max_frames="3", width="1533"),
    ),
    (
        scene(input_shape="[4, 500]", conv="{ kernel_size = 3 }", max_frames="3", width="1532"),
        9,
        "the grids do not fit into a width of 1532 pixels; they need 1533",
        scene(input_shape="[4, 500]", conv="{ kernel_size = 3 }", max_frames="3"),
    ),
    (
        scene(input_shape="[1, 3000]", conv="{ kernel_size = [1, 3] }", max_frames="3"),
        1,
        "the picture would have 9001x128 pixels, more than the limit of 8000 on a side; "
        "make the input, the padding or the dilation smaller, or ask for fewer pixels",
        scene(input_shape="[1, 2600]", conv="{ kernel_size = [1, 3] }", max_frames="3"),
    ),
    (
        instead("compare", TWO, headings='"a"'),
        8,
        'headings = \'a\' is no list; write ["one", "another"], a text for each layer',
        instead("compare", TWO, headings='["a", "b"]'),
    ),
    (
        instead("compare", TWO, headings='["a",\n""]'),
        9,
        "headings = ['a', ''] holds '', which is no line of text; write a few words in quotes",
        instead("compare", TWO, headings='["a",\n"b"]'),
    ),
    (
        instead("compare", TWO, headings='["a", "b\\tc"]'),
        8,
        "headings = ['a', 'b\\tc'] holds 'b\\tc', which is no line of text; write a few words in quotes",
        instead("compare", TWO, headings='["a", "b c"]'),
    ),
    # what the library refuses
    (
        scene(conv="{ kernel_size = 3, stride = 0 }"),
        7,
        "conv: stride 0 is below 1; the smallest stride is 1",
        scene(conv="{ kernel_size = 3, stride = 1 }"),
    ),
    (
        scene(conv=None) + "\n[scene.conv]\nkernel_size = 3\n# more\ndilation = 1.5\n",
        11,
        "conv: dilation must be a whole number; got 1.5 (float), give an int",
        scene(conv=None) + "\n[scene.conv]\nkernel_size = 3\n# more\ndilation = 2\n",
    ),
    (
        scene(conv='{ kernel_size = 3, padding = "sam" }'),
        7,
        "conv: unknown padding 'sam'; did you mean 'same'? Known are valid, half, full, causal, same, same_lower",
        scene(conv='{ kernel_size = 3, padding = "same" }'),
    ),
    (
        instead(
            "compare",
            "[\n{ conv = { kernel_size = 3 } },\n{ transpose = { kernel_size = [3,\n3], output_padding = 1 } }]",
        ),
        10,
        "layer 2 of compare: axis 0 (height): output_padding 1 with stride 1 and dilation 1 is out of range; "
        "it can be 0 to 0, less than the larger of the two",
        instead(
            "compare",
            "[\n{ conv = { kernel_size = 3 } },\n{ transpose = { kernel_size = [3,\n3], output_padding = 0 } }]",
        ),
    ),
    (
        scene(show='"stamp"'),
        8,
        said_by(lambda: ca.render.compose(ca.Conv(3), (6, 6), show="stamp")),
        instead("transpose", "{ kernel_size = 3 }", show='"stamp"'),
    ),
    (
        instead("compare", TWO, headings='["a", "b", "c"]'),
        8,
        said_by(lambda: ca.render.compose_together([ca.Conv(3), ca.Pool(2)], (6, 6), headings=["a", "b", "c"])),
        instead("compare", TWO, headings='["a", "b"]'),
    ),
    (
        scene(in_channels="3", groups="2"),
        9,
        said_by(lambda: ca.render.compose(ca.Conv(3), (6, 6), in_channels=3, groups=2)),
        scene(in_channels="2", groups="2", out_channels="2"),
    ),
    (
        scene(cells='"blank"', input="[[1]]"),
        8,
        said_by(lambda: ca.render.compose(ca.Conv(3), (6, 6), cells="blank", input=[[1]])),
        scene(cells='"blank"'),
    ),
]


class TestWhatASceneCannotSay:
    @pytest.mark.parametrize(("text", "line", "sentence", "mended"), REFUSED)
    def test_it_is_refused_in_a_sentence_and_can_be_mended(self, text, line, sentence, mended, written):
        with pytest.raises((ParameterError, ShapeError)) as refused:
            collection(written(text))
        message = str(refused.value)
        begin = f"'mine.toml', line {line}: scene 'odd'"
        if sentence.startswith("has "):
            assert message == f"{begin} {sentence}"
        else:
            assert message == f"{begin}: {sentence}"
        error = refused.value
        assert (error.path, error.line, error.scene) == ("mine.toml", line, "odd")
        assert len(collection(written(mended)).entries) == 1

    @pytest.mark.parametrize("key", [key for key in SCENE if key != "conv"])
    def test_what_every_scene_has(self, key, written):
        with pytest.raises(ParameterError) as refused:
            collection(written(scene(**{key: None})))
        called = "1" if key == "name" else "'odd'"
        example = {"name": '"odd"', "title": '"Padding, odd sizes"', "topic": '"Convolution"', "input_shape": "[6, 6]"}
        words = example.get(key, '"One sentence: what to look at."')
        assert str(refused.value) == f"'mine.toml', line 1: scene {called} has no {key}; add {key} = {words}"
        assert refused.value.key == key
        assert len(collection(written(scene(**{key: words}))).entries) == 1

    @pytest.mark.parametrize(
        ("name", "mend"),
        [
            *(
                (name, "cannot begin a file's name; write letters, digits, - and _, with a letter or digit first")
                for name in ("a b", "-a", "_a", "a.b", "a/b", "..", "größer", "a\\n", "٣")
            ),
            ("x" * 81, "has 81 characters; write at most 80"),
            *(
                (name, f"is a device on Windows, not a file; write another, such as '{name}_'")
                for name in ("con", "NUL", "Aux", "prn", "com1", "LPT9")
            ),
            *((name, f"is what the page is called; write another, such as '{name}_'") for name in ("index", "Index")),
        ],
    )
    def test_names(self, name, mend, written):
        path = written("\n\n" + scene(name=f'"{name}"'))
        with pytest.raises(ParameterError) as refused:
            collection(path)
        shown = repr(name.replace("\\n", "\n"))
        shown = shown if len(shown) <= 60 else shown[:59] + "…"
        assert str(refused.value) == f"'mine.toml', line 4: scene {shown}: name = {shown} {mend}"

    @pytest.mark.parametrize("name", ["3", "''", "[]", "{}"])
    def test_what_is_no_name_at_all(self, name, written):
        with pytest.raises(
            ParameterError, match=r"^'mine.toml', line 2: scene 1: name = .* cannot begin a file's name"
        ):
            collection(written(scene(name=name)))

    def test_a_scene_without_a_name_has_a_number(self, written):
        path = written(scene() + scene(name=None))
        with pytest.raises(ParameterError) as refused:
            collection(path)
        assert str(refused.value) == "'mine.toml', line 8: scene 2 has no name; add name = \"odd\""

    @pytest.mark.parametrize(
        ("second", "same"), [("odd", ""), ("Odd", " (as 'odd', which some systems take for the same)")]
    )
    def test_two_of_one_name(self, second, same, written):
        path = written(scene() + scene(name='"even"') + scene(name=f'"{second}"'))
        with pytest.raises(ParameterError) as refused:
            collection(path)
        assert str(refused.value) == (
            f"'mine.toml', line 16: scene '{second}': name = '{second}' is taken by line 2{same}; choose another"
        )
        assert len(collection(written(scene() + scene(name='"even"') + scene(name='"other"'))).entries) == 3

    def test_what_does_not_fit_keeps_its_class_and_its_numbers(self, written):
        with pytest.raises(ShapeError) as alone:
            ca.Conv(7).output_shape((9, 5))
        path = written(scene(input_shape="[9, 5]", conv="{ kernel_size = 7 }"))
        with pytest.raises(ShapeError) as refused:
            collection(path)
        assert str(refused.value) == f"'mine.toml', line 7: scene 'odd': conv: {alone.value}"
        assert refused.value.numbers == {**alone.value.numbers, "path": "mine.toml", "line": 7, "scene": "odd"}
        assert collection(written(scene(input_shape="[9, 5]", conv="{ kernel_size = 5 }")))

    def test_a_stack_is_laid_on_what_the_layer_before_gives(self, written):
        """6 - 3 + 1 = 4, which a kernel of 5 does not fit in."""
        path = written(instead("stack", "[\n{ conv = { kernel_size = 3 } },\n{ pool = { kernel_size = 5 } } ]"))
        with pytest.raises(ShapeError) as refused:
            collection(path)
        start = r"'mine\.toml', line 9: scene 'odd': layer 2 of stack: .*kernel 5 does not fit in input 4"
        assert re.match(start, str(refused.value))

    def test_what_is_compared_is_laid_on_the_input(self, entry_of):
        layers = "[{ conv = { kernel_size = 3 } }, { pool = { kernel_size = 5 } }]"
        assert entry_of(instead("compare", layers)).layers == (ca.Conv(3), ca.Pool(5))

    def test_a_picture_is_laid_out_as_it_will_be_drawn(self, written):
        """Sheets lean, and so need more room; the caption's lines make a picture higher."""
        narrow = {"input_shape": "[4, 100]", "max_frames": "3", "conv": "{ kernel_size = 1 }", "width": "360"}
        assert collection(written(scene(**narrow))).entries
        with pytest.raises(ShapeError, match=r"^'mine\.toml', line 9: scene 'odd': the grids do not fit into a width"):
            collection(written(scene(**narrow, view='"sheets"')))
        tall = {"input_shape": "[1290, 1]", "conv": "{ kernel_size = 1 }", "max_frames": "3", "width": "400"}
        with pytest.raises(ShapeError, match=r"^'mine\.toml', line 9: scene 'odd': the picture would have 400x8"):
            collection(written(scene(**tall)))
        assert collection(written(scene(**tall, caption="false"))).entries

    def test_a_file_of_other_numbers_is_refused_where_it_is_named(self, written, tmp_path):
        (tmp_path / "x.csv").write_text("1,2\n3\n", encoding="utf-8")
        path = written(scene(cells='"numbers"', kernel="[[1, 2, 3], [4, 5, 6], [7, 8, 9]]", input='"x.csv"'))
        with pytest.raises(ParameterError) as refused:
            collection(path)
        assert str(refused.value) == (
            "'mine.toml', line 10: scene 'odd': 'x.csv', line 2 has 1 numbers and the first row 2; "
            "give every row as many"
        )


ODD = [
    *("0", "-1", "7", "99999999999999999999", "2.5", "nan", "-inf", "true", "1979-05-27", "1979-05-27T07:32:00Z"),
    *(
        '""',
        '" "',
        '"a"',
        '"6x6"',
        '"0x0"',
        '"x.npy"',
        '"same"',
        '"\\u0000"',
        "[]",
        "[[]]",
        "[[[]]]",
        "{}",
        "{ conv = 1 }",
    ),
    *("[1, 2]", "[1, 2, 3, 4]", "[[0, 1]]", "[[1, 2], [3]]", "[true]", "[nan]", '["a"]', "[{}]", "[{ conv = {} }]"),
]
WHOLE = {
    "conv": instead("conv", "{ kernel_size = 3 }"),
    "pool": instead("pool", "{ kernel_size = 2 }"),
    "transpose": instead("transpose", "{ kernel_size = 2 }"),
    "compare": instead("compare", TWO),
    "stack": instead("stack", TWO),
}


class TestOddValues:
    """Whatever stands at a key: it is taken, or refused in one sentence that says where."""

    @pytest.mark.parametrize("value", ODD)
    @pytest.mark.parametrize("verb", WHOLE)
    def test_of_a_scene(self, verb, value, written):
        known = {**SCENE_KEYS, **LOOK_KEYS, **dict.fromkeys(VERBS)}
        for key in known:
            lines = [line for line in WHOLE[verb].splitlines() if not line.startswith(f"{key} = ")]
            lines += [f"{key} = {value}"]
            text = "\n".join(lines)
            try:
                collection(written(text))
            except (ParameterError, ShapeError) as error:
                assert re.match(r"'mine\.toml', line \d+: scene [^\n]*$", str(error))  # noqa: PT017
            except FileNotFoundError:
                assert value == '"x.npy"'

    @pytest.mark.parametrize("value", ODD)
    @pytest.mark.parametrize("verb", LAYERS)
    def test_of_a_layer(self, verb, value, written):
        for key in layer_keys(verb):
            size = "" if key == "kernel_size" else "kernel_size = 2\n"
            text = f"{scene(conv=None)}\n[scene.{verb}]\n{size}{key} = {value}\n"
            try:
                (entry,) = collection(written(text)).entries
            except (ParameterError, ShapeError) as error:
                assert re.match(r"'mine\.toml', line \d+: scene 'odd': [^\n]*$", str(error))  # noqa: PT017
            else:
                assert entry.layers[0].parameters[key] is not None


class TestWhatAFileCannotSay:
    @pytest.mark.parametrize(
        ("content", "line", "sentence"),
        [
            (
                'titel = "x"\n' + scene(),
                1,
                "unknown key titel = 'x'; did you mean 'title'? Known are title, introduction, scene",
            ),
            ("title = 1\n" + scene(), 1, "title = 1 is no text; write a few words in quotes"),
            ('introduction = ""\n' + scene(), 1, "introduction = '' is no text; write a few words in quotes"),
            (
                "\n[scene]\nname = 'x'",
                2,
                "scene = {'name': 'x'} is no list of tables; write [[scene]], in two pairs of brackets",
            ),
            ("scene = [1]", 1, "scene = [1] is no list of tables; write [[scene]], in two pairs of brackets"),
            (
                "\n\n[[scenes]]\nname = 'x'",
                3,
                "unknown key scenes = [{'name': 'x'}]; did you mean 'scene'? Known are title, introduction, scene",
            ),
        ],
    )
    def test_it_is_refused_in_a_sentence(self, content, line, sentence, written):
        path = written(content)
        with pytest.raises(ParameterError) as refused:
            collection(path)
        assert str(refused.value) == f"'mine.toml', line {line}: {sentence}"
        assert refused.value.line == line

    @pytest.mark.parametrize("content", ["", "# nothing\n", 'title = "x"', "scene = []"])
    def test_no_scene(self, content, written):
        path = written(content)
        with pytest.raises(ParameterError) as refused:
            collection(path)
        assert str(refused.value) == "'mine.toml' has no scene; write [[scene]], and below it its keys"

    @pytest.mark.parametrize(
        ("content", "line"), [("[[scene]]\nname odd", 2), ("[[scene]\n", 1), ('\n\ntitle = "x', 3)]
    )
    def test_what_is_no_toml(self, content, line, written):
        path = written(content)
        with pytest.raises(ParameterError, match=rf"^'mine\.toml', line {line} is no TOML: ") as refused:
            collection(path)
        assert refused.value.line == line

    @pytest.mark.parametrize(
        ("content", "mend"),
        [
            ("title 1", "write key = value"),
            ("title = one", "text stands in quotes"),
            ('title = "x\n', "a quote is not closed on its line"),
            ("title = 1\ntitle = 2", "a key stands there twice"),
            ("scene = [1,\n2", "a bracket is not closed"),
            ("[[scene]]\nconv = { kernel_size = 3,\nstride = 2 }", "a table in braces stands on one line and has no"),
        ],
    )
    def test_how_to_mend_what_is_no_toml(self, content, mend, written):
        with pytest.raises(ParameterError, match=rf"is no TOML: [^;]*; {mend}"):
            collection(written(content))

    def test_what_is_no_text(self, written):
        path = written(b'[[scene]]\nname = "\xff"\n')
        with pytest.raises(ParameterError) as refused:
            collection(path)
        assert str(refused.value) == "'mine.toml', line 2 is no UTF-8 text; save it as UTF-8"

    @pytest.mark.parametrize("words", ["[" * 40_000, "1" * 5000, "0x" + "f" * 5000])
    def test_what_no_reader_can_bear(self, words, written):
        path = written(f"title = {words}")
        with pytest.raises(ParameterError) as refused:
            collection(path)
        assert str(refused.value) == "'mine.toml' is no list of scenes; it holds numbers or lists beyond any use"

    def test_a_large_file(self, written):
        path = written((scene() + "#").ljust(SIZE_LIMIT + 1, "-"))
        with pytest.raises(ParameterError) as refused:
            collection(path)
        assert (
            str(refused.value) == "'mine.toml' is larger than a list of scenes can be; give a file of at most 1000 kB"
        )
        assert refused.value.limit == SIZE_LIMIT

    def test_a_missing_file(self, tmp_path):
        with pytest.raises(FileNotFoundError) as missing:
            collection(tmp_path / "none.toml")
        assert str(missing.value.filename) == str(tmp_path / "none.toml")

    @pytest.mark.parametrize(
        ("keys", "line"),
        [
            ({"input": '"none.csv"'}, 8),
            ({"seed": "1", "kernel": '"none.csv"'}, 9),
            ({"kernel": '"none.csv"', "input": '"none.csv"'}, 9),  # the input is read first
            ({"kernel": "[[1]]", "input": '"none.csv"'}, 9),
            ({"input": SIX_ROWS, "kernel": '"none.csv"'}, 9),
        ],
    )
    def test_a_missing_file_of_numbers(self, keys, line, written):
        path = written(scene(**keys))
        with pytest.raises(FileNotFoundError) as missing:
            collection(path)
        error = missing.value
        assert error.errno == ENOENT
        assert error.strerror == f"'mine.toml', line {line}: scene 'odd': none.csv: {os.strerror(ENOENT)}"
        assert (error.path, error.line, error.scene) == ("mine.toml", line, "odd")
        assert error.__cause__.filename == "none.csv"

    def test_a_missing_file_of_numbers_on_the_command_line(self, written):
        main = pytest.importorskip("convarith_cli.main")
        result = CliRunner().invoke(main.cli, ["gallery", "list", "--scenes", written(scene(input='"none.csv"'))])
        assert result.exit_code == 1
        assert result.stderr == f"Error: 'mine.toml', line 8: scene 'odd': none.csv: {os.strerror(ENOENT)}\n"

    def test_a_directory_of_numbers(self, written, tmp_path):
        (tmp_path / "x.csv").mkdir()
        path = written(scene(input='"x.csv"'))
        with pytest.raises(OSError, match=r"'mine\.toml', line 8: scene 'odd': x\.csv: ") as refused:
            collection(path)
        assert type(refused.value) is type(refused.value.__cause__)


class TestThePage:
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""

    def test_its_examples_are_galleries(self, written):
        examples = re.findall(r"```toml\n(.*?)```", self.text, re.DOTALL)
        assert examples
        for example in examples:
            assert collection(written(example)).entries

    def test_it_names_every_key(self):
        names = [*FILE_KEYS, *SCENE_KEYS, *VERBS, *LOOK_KEYS, *(key for verb in LAYERS for key in layer_keys(verb))]
        for name in names:
            assert f"`{name}`" in self.text, name
