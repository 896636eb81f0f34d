"""TikZ: every mark of the drawing is a command, every text is letters that plain pdfLaTeX sets, and the whole compiles.

The structure is read by a parser of its own; where there is a pdflatex, it reads the file, too.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace

import pytest
from hypothesis import given, settings
from painted import HEIGHT, INK, PAGE, SIGNS, SPECIAL, WIDTH, Area, Line, drawing, drawings, marks

from convarith.render.drawing import Path, Text
from convarith.render.tex_letters import latex_text, unset
from convarith.render.tikz import tikz_bytes

PAIR = re.compile(r"\((-?[\d.]+),(-?[\d.]+)\)")
COMMAND = re.compile(r"\\(fill|draw|filldraw|node)\[([\w ]+)\] (.*);")
ANCHORS = {"base west": "start", "base": "middle", "base east": "end"}
BP = 0.75


def lines_of(picture, **more):
    """The lines that are not comments."""
    lines = tikz_bytes(picture, **more).decode("utf-8").splitlines()
    return [line for line in lines if not line.startswith("%")]


def painted(picture, bp=BP):
    """The marks that the commands put down; of texts, the LaTeX instead of the letters."""
    lines = lines_of(picture)
    colours = {}
    styles = {}
    found = []
    for line in lines:
        if match := re.fullmatch(r"\\definecolor\{(\w+)\}\{HTML\}\{([0-9A-F]{6})\}", line):
            assert match[1] not in colours
            colours[match[1]] = f"#{match[2].lower()}"
        elif match := re.fullmatch(r"\\tikzset\{([\w ]+)/\.style=\{(.*)\}\}", line):
            assert match[1] not in styles
            styles[match[1]] = dict(key.split("=", 1) for key in match[2].split(", "))
        elif match := COMMAND.fullmatch(line):
            found += marks_of(match[1], styles[match[2]], match[3], colours, bp)
        else:
            assert re.match(r"\\(begin|end)\{tikzpicture\}|\\path\[use as bounding box", line), line
    assert len(set(colours.values())) == len(colours)
    return found


def marks_of(command, style, rest, colours, bp):
    ways = [tuple((float(x), float(y)) for x, y in PAIR.findall(piece)) for piece in re.split(r"(?<=\)) (?=\()", rest)]
    if command == "node":
        place, code = re.fullmatch(r"at (\(.*?\)) \{(.*)\}", rest).groups()
        ((x, y),) = PAIR.findall(place)
        (size,) = re.match(r"\\fontsize\{([\d.]+)bp\}\{[\d.]+bp\}\\selectfont\\sffamily", style["font"]).groups()
        anchor = ANCHORS[style["anchor"]]
        return [Text(float(x), float(y), code, float(size) / bp, colours[style["text"]], "", anchor)]
    found = []
    assert ("fill" in style, "draw" in style) == ("fill" in command, "draw" in command)
    if rest.endswith("-- cycle"):
        ways = [(*ways[0], ways[0][0])]
    if "fill" in style:
        assert rest.endswith("-- cycle")
        found.append(Area(ways[0][:-1], colours[style["fill"]]))
    if "draw" in style:
        width = float(style["line width"].removesuffix("bp")) / bp
        dash = ()
        if "dash pattern" in style:
            assert style["line cap"] == "rect"
            on, off = re.findall(r"([\d.]+)bp", style["dash pattern"])
            dash = (round(float(on) / bp + width), round(float(off) / bp - width))
        found += [Line(way, colours[style["draw"]], width, dash) for way in ways]
    return found


def comparable(found):
    return [
        replace(mark, ground="")
        if isinstance(mark, Text)
        else mark._replace(points=tuple((round(x, 2), round(y, 2)) for x, y in mark.points))
        for mark in found
    ]


def wanted(primitives):
    return [
        replace(mark, string=latex_text(mark.string)) if isinstance(mark, Text) else mark for mark in marks(primitives)
    ]


class TestTheMarks:
    def test_all_are_there(self):
        for number in range(3):
            still = drawing().as_still(number)
            assert comparable(painted(still)) == comparable(wanted(still.still()))

    @given(drawings(1, 1))
    @settings(max_examples=30, deadline=None)
    def test_of_any_still(self, picture):
        assert comparable(painted(picture)) == comparable(wanted(picture.still()))

    def test_each_primitive_is_one_command(self):
        """But a filled path with dashes is two, as dashes begin anew on every side."""
        still = drawing().still()
        dashed = [path for path in still if isinstance(path, Path) and path.fill and path.dash]
        commands = [COMMAND.fullmatch(line)[1] for line in lines_of(drawing()) if COMMAND.fullmatch(line)]
        assert commands.count("node") == sum(isinstance(primitive, Text) for primitive in still)
        assert len(commands) == len(still) + len(dashed)
        assert len(dashed) == 2

    def test_a_pixel_is_a_96th_of_an_inch_and_y_runs_down(self):
        assert r"\begin{tikzpicture}[x=.75bp, y=-.75bp, inner sep=0pt, outer sep=0pt]" in lines_of(drawing())
        twice = lines_of(drawing(), scale=2)
        assert twice[0].startswith(r"\begin{tikzpicture}[x=1.5bp, y=-1.5bp,")
        assert any("line width=3bp" in line for line in twice)
        assert any(r"\fontsize{24bp}" in line for line in twice)


class TestTheStructure:
    content = tikz_bytes(drawing()).decode("utf-8")

    def test_braces_and_environments_are_balanced(self):
        code = re.sub(r"\\[\\{}$]", "", "\n".join(lines_of(drawing())))
        depth = 0
        for sign in code:
            depth += (sign == "{") - (sign == "}")
            assert depth >= 0
        assert depth == 0
        assert code.count(r"\begin{tikzpicture}") == code.count(r"\end{tikzpicture}") == 1
        assert code.count("$") % 2 == 0

    def test_every_point_is_on_the_page(self):
        pairs = [(float(x), float(y)) for line in lines_of(drawing()) for x, y in PAIR.findall(line)]
        assert len(pairs) > 60
        for x, y in pairs:
            assert -0.5 <= x <= WIDTH - 0.5
            assert -0.5 <= y <= HEIGHT - 0.5
        assert rf"(-.5,-.5) rectangle ({WIDTH - 0.5},{HEIGHT - 0.5});" in self.content

    def test_the_page_has_its_colour(self):
        (name,) = re.findall(r"use as bounding box, fill=(\w+)\]", self.content)
        assert rf"\definecolor{{{name}}}{{HTML}}{{{PAGE[1:].upper()}}}" in self.content

    def test_its_words_are_comments(self):
        comments = [line for line in self.content.splitlines() if line.startswith("%")]
        assert "% Conv(3) & more" in comments
        assert comments[-2:] == ["% A 3x3 <kernel> slides.", "% It → stops."]
        assert any(r"\usepackage{tikz}" in line and r"\input" in line for line in comments)

    def test_no_word_leaves_its_comment(self):
        picture = drawing(title="one\r\\two\nthree\x0b\\four\u2028\\five", alt="x " * 200)
        for line in tikz_bytes(picture).decode("utf-8").split("\n"):
            assert line.startswith(("% ", "\\")) or not line
            assert not line.startswith((r"\two", r"\four", r"\five"))
            assert "\r" not in line

    def test_it_is_the_same_again(self):
        assert tikz_bytes(drawing()) == tikz_bytes(drawing())


class TestLetters:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("⌊a⌋⌈b⌉", r"$\lfloor$a$\rfloor$$\lceil$b$\rceil$"),
            ("2·3 × 4 ≈ 5°", r"2$\cdot$3 $\times$ 4 $\approx$ 5$^{\circ}$"),
            ("∞ – …", r"$\infty$ \textendash{} \ldots{}"),
            ("i - 1, -2, (-3), 2·-4", r"i $-$ 1,{} $-$2,{} ($-$3),{} 2$\cdot$$-$4"),
            ("3-D, max-pool, --x", r"3-{}D,{} max-{}pool,{} -{}-{}x"),
            ("−1 → +", r"$-$1 $\rightarrow$ +"),
            ("ĩ k̂ i\u0303", r"\~{\i} \^{k} \~{\i}"),
            ("Größe é Å", r"Gr\"{o}ße \'{e} \r{A}"),
            ("o' k̂' f(x)' o''", r"o$'$ \^{k}$'$ f(x)$'$ o$''$"),
            ("w′ w″", "w$'$ w$''$"),
            ("it's 'so'", "it'{}s '{}so$'$"),
            ("x₀₁ x₁₀‚₁₂ y²", r"x\textsubscript{01} x\textsubscript{10,{}12} y\textsuperscript{2}"),
            ("#$%&_{}", r"\#\$\%\&\_\{\}"),
            ("~^\\", r"\textasciitilde{}\textasciicircum{}\textbackslash{}"),
            ("a<b>c|d", r"a\textless{}b\textgreater{}c\textbar{}d"),
            ("a  b", r"a \ b"),
            (" a ", r"\ a\ "),
            ("σ Σ", r"$\sigma$ $\Sigma$"),
        ],
    )
    def test_each_sign_is_set(self, text, code):
        assert latex_text(text) == code

    def test_all_that_pictures_say_is_ascii(self):
        assert latex_text(SIGNS + SPECIAL).isascii()
        assert unset([SIGNS, SPECIAL]) == []

    def test_what_has_no_command_stays_and_is_named(self):
        assert latex_text("大きさ 3") == "大きさ 3"
        picture = replace(drawing(), base=(Text(0, 20, "大 Größe", 12, INK, PAGE),))
        assert "% For LuaLaTeX or XeLaTeX with a font that has these signs: 大" in tikz_bytes(picture).decode("utf-8")
        assert b"LuaLaTeX" not in tikz_bytes(drawing())


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex here to compile the picture with")
@pytest.mark.parametrize("packages", ["", r"\usepackage[T1]{fontenc}"])
def test_it_compiles(tmp_path, packages):
    """In a document without any other package, on one page, without a word of it outside the picture."""
    accents = Text(10, 200, "à é î õ ū ă ż ö å ő č ç ß ¿ ĵ α Ω ±÷≤≥≠≡∈∑√←↑↓↔⇒µ•‘’“”— \u2009\u00a0b⁻¹", 12, INK, PAGE)
    picture = drawing()
    (tmp_path / "picture.tex").write_bytes(tikz_bytes(replace(picture, base=(*picture.base, accents))))
    (tmp_path / "page.tex").write_text(
        rf"\documentclass{{article}}{packages}\usepackage{{tikz}}\begin{{document}}\input{{picture}}\end{{document}}",
        encoding="utf-8",
    )
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    finished = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)
    assert finished.returncode == 0, finished.stdout[-2000:]
    assert "Missing character" not in (tmp_path / "page.log").read_text(encoding="latin-1")
    assert "(1 page" in finished.stdout
