"""What the commands that write pictures print: words, or a line for a page of Markdown, HTML or LaTeX, or JSON."""

from __future__ import annotations

import shlex

import pytest
from click.testing import CliRunner
from run_words import data_of, output_of, process, run

import convarith as ca
from convarith_cli.main import cli

CONV = "animate conv 4x4 -k 3"
COMMANDS = {
    "conv": (CONV, [ca.Conv(3)], (4, 4)),
    "pool": ("animate pool 4x4 -k 2", [ca.Pool(2)], (4, 4)),
    "transpose": ("animate transpose 2x2 -k 2", [ca.ConvTranspose(2)], (2, 2)),
    "compare": ("animate compare 4 'conv -k 3' 'pool -k 2'", [ca.Conv(3), ca.Pool(2)], (4,)),
}
PAGES = (".gif", ".png", ".apng", ".webp", ".svg", ".mp4")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def animation_of(command, path):
    _, layers, shape = COMMANDS[command]
    if len(layers) > 1:
        return ca.render.compare(layers, shape, path)
    return ca.render.animate(layers[0], shape, path)


@pytest.mark.parametrize("command", COMMANDS)
class TestEveryCommand:
    def test_prints_the_words(self, command):
        assert output_of(f"{COMMANDS[command][0]} -o odd.gif") == f"{animation_of(command, 'odd.gif')}\n"

    def test_prints_only_the_line_of_markdown(self, command):
        line = output_of(f"{COMMANDS[command][0]} --markdown -o odd.gif")
        animation = animation_of(command, "odd.gif")
        assert line == f"{animation.markdown()}\n"
        assert line.startswith("![")
        assert line.endswith("](odd.gif)\n")

    def test_prints_only_the_line_of_html(self, command):
        line = output_of(f"{COMMANDS[command][0]} --html -o odd.gif")
        assert line == f"{animation_of(command, 'odd.gif').html()}\n"
        assert line.startswith('<img src="odd.gif" width="')

    def test_prints_only_json(self, command):
        data = data_of(f"{COMMANDS[command][0]} -o odd.gif")
        assert data == animation_of(command, "odd.gif").to_dict()


class TestPages:
    @pytest.mark.parametrize("suffix", PAGES)
    @pytest.mark.parametrize(
        ("option", "beginnings"), [("--markdown", ("![", "<video")), ("--html", ("<img", "<video"))]
    )
    def test_take_pictures_and_videos(self, folder, option, beginnings, suffix):
        if suffix == ".mp4":
            pytest.importorskip("imageio_ffmpeg")
        line = output_of(f"{CONV} {option} -o odd{suffix}")
        assert line.startswith(beginnings[suffix == ".mp4"])
        assert line.count("\n") == 1
        assert (folder / f"odd{suffix}").is_file()

    def test_the_size_is_that_on_the_page(self):
        assert output_of(f"{CONV} --html -o odd.gif") == output_of(f"{CONV} --html --scale 2 --force -o odd.gif")

    @pytest.mark.parametrize("option", ["--markdown", "--html"])
    @pytest.mark.parametrize("place", ["odd.pdf", "odd.tex", "odd.json", "frames/", "odd.gif/"])
    def test_take_nothing_else_which_is_refused_before_it_is_written(self, folder, option, place):
        result = run(f"{CONV} {option} -o {place}")
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == (
            f"Error: no web page shows {place!r} as a picture; write a .gif, .png, .apng, .webp, .svg or .mp4\n"
        )
        assert list(folder.iterdir()) == []

    def test_a_folder_is_no_picture_whatever_its_name(self, folder):
        (folder / "odd.gif").mkdir()
        assert run(f"{CONV} --html -o odd.gif").exit_code == 2
        assert list((folder / "odd.gif").iterdir()) == []

    @pytest.mark.parametrize(
        ("options", "named"),
        [
            ("--markdown --html", "--markdown and --html"),
            ("--html --json", "--html and --json"),
            ("--json --markdown", "--markdown and --json"),
            ("--markdown --html --json", "--markdown and --html and --json"),
        ],
    )
    def test_the_answers_exclude_each_other(self, folder, options, named):
        result = run(f"{CONV} {options} -o odd.gif")
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.splitlines()[-1] == f"Error: {named} exclude each other; give one"
        assert list(folder.iterdir()) == []


class TestLatex:
    @pytest.mark.parametrize(
        ("place", "line"),
        [
            ("-o odd.tex", r"\resizebox{\linewidth}{!}{\input{odd.tex}}  % needs \usepackage{graphicx,tikz}"),
            ("-o odd.pdf", r"\includegraphics[width=\linewidth]{odd.pdf}  % needs \usepackage{graphicx}"),
            ("-o ODD.PDF", r"\includegraphics[width=\linewidth]{ODD.PDF}  % needs \usepackage{graphicx}"),
            (
                "--frame-ms 500 -o frames/",
                r"\animategraphics[loop,controls]{2}{frames/frame-}{0}{3}  % needs \usepackage{animate}",
            ),
            (
                "--frame-ms 500 --frames-as pdf -o v1.0/",
                r"\animategraphics[loop,controls]{2}{v1.0/frame-}{0}{3}  % needs \usepackage{animate}",
            ),
        ],
    )
    def test_the_line_that_takes_it_is_printed_last(self, place, line):
        lines = output_of(f"{CONV} {place}").splitlines()
        assert len(lines) == 3
        assert lines[1].startswith("Convolution with kernel 3.")
        assert lines[2] == line

    @pytest.mark.parametrize(
        "place", ["-o odd.gif", "-o odd.png", "-o odd.svg", "-o odd.json", "--frames-as svg -o f/"]
    )
    def test_not_for_what_was_not_made_for_it(self, place):
        assert len(output_of(f"{CONV} {place}").splitlines()) == 2

    @pytest.mark.parametrize("place", ["odd.tex", "frames/"])
    def test_not_with_json(self, place):
        assert "latex" not in data_of(f"{CONV} -o {place}")


PICTURES = [
    "conv 6x6 -k 3 -s 2 -p 1",
    "conv 6x6x3 -k 3x2x2 -s 2",
    "conv 7x7 -k 3 -d 2 -p -1:2x0:-1",
    "conv 5 -k 3 -e 2 -p same",
    "conv 4x4 -k 3 -p 1 --padding-mode reflect",
    "conv 4x4 -k 3 --cells symbols",
    "conv 4x4 -k 3 --show pair",
    "conv 40x40 -k 3 --max-frames 2 --width 400",
    "pool 7x7 -k 3 -s 2 -p 1 --ceil",
    "pool 5x5 -k 2 --reduce avg",
    "transpose 3x3 -k 3 -s 2 -p 1 -a 1",
    "transpose 3x3 -k 3 -s 2 --show stamp",
    "transpose 5x5 -k 3 -p 3 --show pair",
    "compare 7x7 'conv -k 3' 'conv -k 3 -d 2' 'pool -k 2 --ceil'",
]


class TestTerminalsWithoutOurSigns:
    @pytest.mark.parametrize("words", PICTURES)
    @pytest.mark.parametrize("answer", ["", "--markdown", "--html"])
    def test_no_sign_is_lost(self, words, answer):
        result = CliRunner(charset="ascii").invoke(cli, shlex.split(f"animate {words} {answer} -o odd.png"))
        assert result.exit_code == 0, result.output
        assert result.stdout.isascii()
        assert "?" not in result.stdout

    @pytest.mark.parametrize("words", PICTURES[:1])
    def test_json_says_the_same_everywhere(self, words):
        plain = CliRunner(charset="ascii").invoke(cli, shlex.split(f"animate {words} --json -o odd.png --force"))
        assert plain.stdout == output_of(f"animate {words} --json -o odd.png --force")

    def test_a_real_process(self, folder):
        words = ("animate", "conv", "4x4", "-k", "3", "-o", "odd.gif")
        finished = process(*words, environment={"PYTHONIOENCODING": "ascii"})
        assert (finished.returncode, finished.stderr) == (0, b"")
        lines = finished.stdout.decode("ascii").splitlines()
        assert lines[0].startswith("odd.gif: 4 frames, ")
        assert "An input of 4x4 gives an output of 2x2" in lines[1]
        assert b"\xc3\x97" in (folder / "odd.gif").read_bytes()  # the file keeps its ×

    def test_a_name_that_cannot_be_said_is_written_all_the_same(self, folder):
        finished = process(
            *("animate", "conv", "4", "-k", "3", "-o", "bücher.gif"), environment={"PYTHONIOENCODING": "ascii"}
        )
        assert (finished.returncode, finished.stderr) == (0, b"")
        assert finished.stdout.startswith(b"b?cher.gif: 2 frames")
        assert (folder / "bücher.gif").is_file()
