"""Lines for pages: parsed again, they give the file and the alternative text back."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca
from convarith.render import Animation, embedding

NAMES = [
    "conv.gif",
    "my odd.gif",
    "a (1).gif",
    "a(1).gif",
    'it\'s "odd".gif',
    "layer #1.gif",
    "50%.gif",
    "why?.gif",
    "a<b>&.gif",
]
WORDS = ["plain", "[a](b) ![c]", "a < b & \"c\" 'd'", "*stars* _and_ `ticks`", "back\\slash\\[", "⌊k̂⌋ → ×", "a ]( b"]


class Tags(HTMLParser):
    def __init__(self, words):
        super().__init__()
        self.found = []
        self.feed(words)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def animation(path, alt="alt", **more):
    return Animation(Path(path), "title", alt, 3, 512, 301, **more)


@pytest.mark.parametrize("alt", WORDS)
@pytest.mark.parametrize("name", NAMES)
def test_html_gives_the_file_and_the_words_back(name, alt):
    ((tag, attributes),) = Tags(animation(name, alt).html()).found
    assert tag == "img"
    assert unquote(attributes["src"]) == name
    assert not set(attributes["src"]) & set("?#\\")
    assert (attributes["alt"], attributes["width"], attributes["height"]) == (alt, "512", "301")


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x3000, exclude_characters="\x7f")))
def test_any_words_come_back_from_html_and_markdown(alt):
    ((_, attributes),) = Tags(embedding.html("a.gif", alt, 1, 1)).found
    assert attributes["alt"] == alt
    words, address = parted(embedding.markdown("a.gif", alt))
    assert (words, address) == (alt, "a.gif")


def test_an_image_for_sharp_displays_takes_the_room_of_its_points():
    ((_, attributes),) = Tags(animation("a.png", scale=2).html()).found
    assert (attributes["width"], attributes["height"]) == ("256", "150")


def test_a_video_plays_without_a_sound_and_is_labelled():
    for line in (animation("a b.mp4", 'a "film"').html(), animation("a b.MP4", 'a "film"').markdown()):
        (tag, attributes), *others = Tags(line).found
        assert others == []
        assert tag == "video"
        assert attributes["aria-label"] == 'a "film"'
        assert {"autoplay", "loop", "muted", "playsinline", "controls"} <= set(attributes)


def parted(line):
    """An image as CommonMark parts it: text up to the bracket that no backslash escapes, then the destination."""
    assert line.startswith("![")
    at, words = 2, ""
    while line[at] != "]":
        if line[at] == "\\" and re.match(r"[!-/:-@\[-`{-~]", line[at + 1]):
            at += 1
        else:
            assert line[at] not in "[*_`<&"  # they could begin something else
        words += line[at]
        at += 1
    assert line[at + 1] == "("
    assert line[-1] == ")"
    address = line[at + 2 : -1]
    if address.startswith("<"):
        assert address.endswith(">")
        address = address[1:-1]
        assert not set(address) & set("<>\n")
    else:
        assert not set(address) & set(" ()\n")
    return words, address


@pytest.mark.parametrize("alt", WORDS)
@pytest.mark.parametrize("name", NAMES)
def test_markdown_gives_the_file_and_the_words_back(name, alt):
    words, address = parted(animation(name, alt).markdown())
    assert (words, unquote(address)) == (alt, name)


@pytest.mark.parametrize("name", ["scene.json", "conv.tex", "conv.pdf", "frames"])
@pytest.mark.parametrize("way", ["markdown", "html"])
def test_what_no_page_shows_is_refused_with_what_one_does(name, way):
    with pytest.raises(ca.ParameterError) as refusal:
        getattr(animation(name), way)()
    assert str(refusal.value) == (
        f"no web page shows {name!r} as a picture; write a .gif, .png, .apng, .webp, .svg or .mp4"
    )


class TestLatex:
    @pytest.mark.parametrize(
        ("name", "line"),
        [
            (
                "figures/conv.tex",
                r"\resizebox{\linewidth}{!}{\input{figures/conv.tex}}  % needs \usepackage{graphicx,tikz}",
            ),
            (
                "figures/conv.pdf",
                r"\includegraphics[width=\linewidth]{figures/conv.pdf}  % needs \usepackage{graphicx}",
            ),
            ("conv.PNG", r"\includegraphics[width=\linewidth]{conv.PNG}  % needs \usepackage{graphicx}"),
        ],
    )
    def test_a_still(self, name, line):
        assert animation(name).latex() == line

    @pytest.mark.parametrize(
        ("folder", "count", "ms", "line"),
        [
            ("frames", 9, 700, r"\animategraphics[loop,controls]{1.43}{frames/frame-}{0}{8}"),
            ("frames", 11, 500, r"\animategraphics[loop,controls]{2}{frames/frame-}{00}{10}"),
            ("v1.0", 101, 200, r"\animategraphics[loop,controls]{5}{v1.0/frame-}{000}{100}"),
        ],
    )
    def test_a_folder_of_frames(self, folder, count, ms, line):
        parts = (Path(folder) / "frame-0.pdf",)
        found = Animation(Path(folder), "", "", count, 1, 1, frame_ms=ms, parts=parts).latex()
        assert found == line + r"  % needs \usepackage{animate}"

    def test_the_files_it_names_are_there(self, tmp_path):
        written = ca.render.animate(ca.Conv(1), (11,), f"{tmp_path}/frames/")
        stem, first, last = re.search(r"\{([^{}]*)\}\{(\d+)\}\{(\d+)\}", written.latex()).groups()
        for number in range(11):
            assert Path(f"{stem}{number:0{len(first)}}.png").is_file()
        assert (first, last) == ("00", "10")

    @pytest.mark.parametrize("name", ["conv.gif", "conv.svg", "scene.json", "conv.mp4"])
    def test_what_latex_does_not_take_is_refused_with_what_it_takes(self, name):
        suffix = PurePosixPath(name).suffix
        with pytest.raises(ca.ParameterError) as refusal:
            animation(name).latex()
        assert str(refusal.value) == (
            f"LaTeX takes no {suffix}; write a .tex, .pdf or .png, or a folder of frames as png or pdf"
        )

    def test_a_folder_of_svg_is_refused(self, tmp_path):
        written = ca.render.animate(ca.Conv(1), (2,), f"{tmp_path}/frames/", frames_as="svg")
        with pytest.raises(ca.ParameterError, match=r"^LaTeX takes no \.svg"):
            written.latex()


def test_markdown_cannot_say_a_size_and_html_says_it(tmp_path):
    once = ca.render.animate(ca.Conv(3), (5,), tmp_path / "once.gif")
    twice = ca.render.animate(ca.Conv(3), (5,), tmp_path / "twice.gif", scale=2)
    assert once.markdown().startswith("![")
    assert twice.markdown() == twice.html()
    assert f'width="{once.width}" height="{once.height}"' in twice.html()
    assert (twice.width, twice.height) == (2 * once.width, 2 * once.height)
