"""What the command line says of itself: versions, helps, and every example in them and in the documents."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from shutil import which

import click
import pytest
from run_words import output_of, process, run

from convarith.numerics import conformance
from convarith.numerics.conformance.asking import Asked, Operation
from convarith.numerics.verification import running, settings
from convarith.render import gallery
from convarith.render.gallery import building, checking
from convarith.render.gallery.scene_files import collection as read_scenes
from convarith_cli.main import cli

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")))

LECTURE = """
[[scene]]
name = "odd"
title = "Odd sizes"
topic = "Convolution"
notice = "Look at the end."
input_shape = [6, 6]
conv = { kernel_size = 3, stride = 2, padding = 1 }
"""
FILES = {
    "lecture.toml": LECTURE,
    "sobel.csv": "-1,0,1\n-2,0,2\n-1,0,1\n",
    "mine.toml": 'based_on = "dark"\npage = "#002b36"\n',
}
"""What the examples read."""


REFUSED = ("conv 9x5 -k 7", 'network "3-1-1Conv16 -> cat( |')
"""How the examples begin that are there for their error; a network's table goes as far as the network does."""


def commands(group=cli, path=()):
    """The words of every command, those of groups included."""
    yield path
    for name, command in getattr(group, "commands", {}).items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


COMMANDS = list(commands())


def examples_in(text):
    """The command lines that stand alone on an indented line or in a block of code, or in a line's code."""
    alone = re.findall(r"^(?: +|\$ )convarith ((?:[a-z]+|--version)\b.*)$", text, re.MULTILINE)
    blocks = "".join(re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    fenced = re.findall(r"^convarith (.*)$", blocks, re.MULTILINE)
    return alone + fenced + re.findall(r"`convarith ([a-z]+ [^`]*)`", text)


def documented():
    """Every example of the helps and the documents, with where it stands."""
    for words in COMMANDS:
        for example in examples_in(output_of([*words, "--help"])):
            yield pytest.param(example, id=f"{' '.join(words) or 'convarith'}: {example}")
    for name in DOCUMENTS:
        for example in examples_in((ROOT / name).read_text(encoding="utf-8")):
            if not {"COMMAND", "NAME", "SPEC"} & set(example.split()):
                yield pytest.param(example, id=f"{name}: {example}")


def test_all_commands_are_there():
    names = {" ".join(words) for words in COMMANDS}
    assert {"conv", "pool", "transpose", "solve", "matrix", "relationships", "verify", "animate"} <= names
    assert {"compare", "code", "network"} <= names
    assert {"solve conv", "solve pool", "solve transpose"} <= names
    assert {"animate conv", "animate pool", "animate transpose", "animate compare", "animate stack"} <= names
    assert {"gallery build", "gallery list", "gallery check"} <= names


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_help_has_an_example(words, option):
    text = output_of([*words, option])
    assert text.startswith("Usage: convarith")
    own = [example for example in examples_in(text) if example.startswith(" ".join(words))]
    assert own


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_json_is_documented_in_the_help(words):
    text = output_of([*words, "--help"])
    if "--json  " in text:
        assert "--json prints" in " ".join(text.split())


def agree_with_themselves(monkeypatch):
    """Asks a few settings, and no framework but ourselves: whichever are installed, a second is enough."""

    def drawn(rng):
        return {"input_shape": (1, 1, rng.randint(1, 9)), "weight_shape": (1, 1, 3)}

    asked = Asked(("click",), {"conv": Operation(drawn, partial(conformance.running.our_answer, "torch", "conv"))})
    few = dict.fromkeys(conformance.running.LEVELS, conformance.running.Level(3, 1))
    same = dict.fromkeys(conformance.running.FRAMEWORKS, conformance.running.FRAMEWORKS["torch"])
    monkeypatch.setattr(conformance.running, "LEVELS", few)
    monkeypatch.setattr(conformance.running, "FRAMEWORKS", same)
    monkeypatch.setattr(conformance.running, "asked_of", lambda _: asked)


@pytest.mark.parametrize("example", list(documented()))
def test_every_example_runs(example, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        Path(name).write_text(content, encoding="utf-8")
    example = example.split("   ")[0].strip()
    if example.startswith("verify"):  # in this process, and in a second instead of minutes
        tiny = settings.Level(settings.Bounds(3, 2, 2, 2, 1), settings.Bounds(2, 2, 2, 1, 1), 2, 2, 1)
        monkeypatch.setattr(running, "LEVELS", dict.fromkeys(settings.LEVELS, tiny))
        agree_with_themselves(monkeypatch)
        example += " --jobs 1"
    if example.startswith("gallery"):  # in this process, and a few pictures of all
        own = gallery.collection()
        few = replace(own, entries=tuple(entry for entry in own.entries if entry.name in ("dilation", "one_axis")))
        for module in (building, checking):
            monkeypatch.setattr(module, "collection", lambda path=None: few if path is None else read_scenes(path))
        example += "" if example.startswith("gallery list") else " --jobs 1"
        if example.startswith("gallery check"):
            assert run("gallery build --jobs 1").exit_code == 0
    result = run(example)
    refused_on_purpose = example.startswith(REFUSED)
    assert result.exit_code == (1 if refused_on_purpose else 0), result.output
    assert bool(result.stdout) != (refused_on_purpose and not example.startswith("network"))
    if example.startswith("animate "):
        assert len(list(tmp_path.iterdir())) == len(FILES) + 1


def test_the_documents_have_examples():
    names = [parameters.id for parameters in documented()]
    assert len(names) > 60
    for place in ("README.md", "docs/command-line.md", "docs/pictures.md", "animate compare"):
        assert any(name.startswith(f"{place}: ") for name in names)


def test_the_version_is_that_of_the_package():
    assert output_of("--version") == f"convarith {version('convarith')}\n"


def test_alone_it_shows_its_help():
    result = run("")
    assert "Usage: convarith" in result.output
    assert "Commands:" in result.output


class TestShellCompletion:
    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_the_documented_line_prints_a_function(self, shell):
        if shell == "bash" and which("bash") is None:
            pytest.skip("click asks bash for its version")
        text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
        assert f"_CONVARITH_COMPLETE={shell}_source convarith" in text
        finished = process(environment={"_CONVARITH_COMPLETE": f"{shell}_source"})
        assert finished.returncode == 0
        assert b"_convarith_completion" in finished.stdout
        assert f"_CONVARITH_COMPLETE={shell}_complete".encode() in finished.stdout

    def test_it_knows_the_commands(self):
        finished = process(
            environment={"_CONVARITH_COMPLETE": "bash_complete", "COMP_WORDS": "convarith re", "COMP_CWORD": "1"}
        )
        assert finished.stdout.decode().split() == ["plain,relationships"]


def test_the_module_is_the_command():
    finished = process("conv", "6x6", "-k", "3", "-s", "2", "-p", "1", environment={"PYTHONIOENCODING": "utf-8"})
    assert finished.stdout.decode("utf-8").splitlines() == output_of("conv 6x6 -k 3 -s 2 -p 1").splitlines()
    assert process("--help").stdout.startswith(b"Usage: convarith [OPTIONS]")
