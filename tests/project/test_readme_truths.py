"""The README and the guide's page say what is so: outputs, comments of snippets, commands, tables."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import convarith as ca
from convarith.arithmetic import guide, padding
from convarith_cli.main import cli

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE_PAGE = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
FIRST_COMMAND = "convarith animate conv 6x6 -k 3 -s 2 -p 1 -o odd.gif"


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def sessions():
    """(command, what it is said to print) of every console block."""
    return [
        (command, output)
        for block in blocks("console")
        for command, output in re.findall(r"^\$ convarith (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
    ]


def run(words):
    return CliRunner().invoke(cli, shlex.split(words), prog_name="convarith")


@pytest.mark.parametrize(("command", "output"), sessions())
def test_a_console_block_shows_what_the_command_prints(command, output):
    assert run(command).output == output


def test_there_are_console_blocks():
    assert [command for command, _ in sessions()] == ["conv 6x6 -k 3 -s 2 -p 1", "conv 9x5 -k 7"]


def snippet_lines():
    """(code, comment) of every line of the Python blocks, in order."""
    return [
        (code.strip(), comment.strip())
        for block in blocks("python")
        for code, _, comment in (line.partition("#") for line in block.splitlines())
        if code.strip()
    ]


def said(comment):
    """What a comment says the value is, if it begins with a value: its longest start that can be evaluated."""
    for end in range(len(comment), 0, -1):
        words = comment[:end]
        if (
            words[-1] == ","
            or comment[end : end + 1] not in ("", ",", ":", ";", " ")
            or not re.match(r"[\d(\[]|range|Conv|Pool", words)
        ):
            continue
        try:
            return [eval(words, {"__builtins__": {"range": range}, **vars(ca)})]
        except (SyntaxError, NameError):
            continue
    return []


def test_the_snippets_run_and_their_comments_are_true(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = {"x": np.arange(36).reshape(6, 6), "w": np.ones((3, 3), int)}
    compared = []
    for code, comment in snippet_lines():
        (statement,) = ast.parse(code).body
        expected = said(comment)
        if isinstance(statement, ast.Expr):
            value = eval(code, names)
        else:
            exec(code, names)
            value = names[statement.targets[0].id] if isinstance(statement, ast.Assign) else None
        if expected:
            assert value == expected[0], code
            compared.append(code)
    assert len(compared) >= 8
    assert (tmp_path / "odd.gif").exists()
    assert "Relationship 6" in capsys.readouterr().out


def test_a_comment_that_begins_with_a_value_is_read_as_one():
    """The reader of comments itself: it would otherwise compare nothing."""
    assert said("(3, 3)") == [(3, 3)]
    assert said("112; one axis, the fast helper") == [112]
    assert said("(range(5, 7), range(5, 7)): every input that gives this output") == [(range(5, 7), range(5, 7))]
    assert said("Conv(kernel_size=3), kernel rotated") == [ca.Conv(3)]
    assert said("per axis: what no window reads") == []


def test_the_two_install_commands_are_there_as_the_check_looks_for_them():
    """One line each, led by ``python -m pip install``, first the picture's, then the tests'."""
    commands = [line for line in README.splitlines() if re.match(r"python -m pip install", line)]
    assert commands == [
        f"python -m pip install . && python -m convarith_cli {FIRST_COMMAND.removeprefix('convarith ')}",
        'python -m pip install -e ".[test]" && python -m pytest -n auto',
    ]
    check = ROOT / ".ci" / "run"
    if check.exists():  # a source archive has none
        assert "grep -E '^python -m pip install' README.md" in check.read_text(encoding="utf-8")


def test_the_picture_of_the_first_screen_is_what_the_command_makes_today(tmp_path, monkeypatch):
    assert "](gallery/padding_strides_odd.gif)" in "\n".join(README.splitlines()[:10])
    monkeypatch.chdir(tmp_path)
    assert run(FIRST_COMMAND.removeprefix("convarith ")).exit_code == 0
    with Image.open(tmp_path / "odd.gif") as made, Image.open(ROOT / "gallery" / "padding_strides_odd.gif") as shown:
        assert (shown.n_frames, shown.size) == (made.n_frames, made.size)
        assert shown.n_frames == 9
        assert shown.info["comment"] == made.info["comment"]


def test_every_padding_name_has_its_row():
    rows = re.findall(r"^\| `(\w+)` \| ", README, re.MULTILINE)
    assert [row for row in rows if row in padding.NAMES] == list(padding.NAMES)


@pytest.mark.parametrize(
    ("python", "command"),
    re.findall(r"^\| `padding=(.*?)` \| `-p (.*?)` \|", README, re.MULTILINE),
)
def test_both_spellings_of_a_padding_mean_the_same(python, command):
    result = run(f"conv 6x7 -k 3 -p {command} --json")
    layer = ca.Conv(3, padding=ast.literal_eval(python))
    assert f'"layer": {str(layer)!r}'.replace("'", '"') in result.output.replace("'", '"')
    assert f'"output_shape": {list(layer.output_shape((6, 7)))}' in result.output


def test_every_link_of_the_documents_leads_somewhere():
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#\s]+)\)", path.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (path.parent / target).exists(), f"{path.name}: {target}"


GUIDE_ROWS = dict(re.findall(r"^\| (\d+) \| (.*) \|$", GUIDE_PAGE, re.MULTILINE))


class TestTheGuidesPage:
    def test_it_has_a_row_for_every_relationship(self):
        assert [int(number) for number in GUIDE_ROWS] == list(ca.relationships)

    @pytest.mark.parametrize("number", range(1, 16))
    def test_a_row_has_the_condition_the_statement_and_the_figures(self, number):
        kinds, condition, statement, figures = GUIDE_ROWS[str(number)].split(" | ")
        relationship = ca.relationships[number]
        assert condition == relationship.condition
        assert statement == relationship.statement
        assert figures == ", ".join(relationship.figures)
        assert kinds == (", ".join(relationship.kinds) if number < 15 else "all of them")

    def test_it_has_every_misprint(self):
        rows = [f"| {one.where} | {one.printed} | {one.right} |" for one in guide.misprints]
        table = GUIDE_PAGE.partition("## Misprints")[2]
        assert [line for line in table.splitlines() if line.startswith("| ")][1:] == rows
        assert len(rows) == 6
