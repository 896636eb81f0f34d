"""Running the command line: through click's runner, or as a real process."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys

from click.testing import CliRunner

from convarith_cli.main import cli


def run(words, **wishes):
    """The result of a command line, written as a string or given as a list of words."""
    arguments = shlex.split(words) if isinstance(words, str) else words
    return CliRunner().invoke(cli, arguments, prog_name="convarith", **wishes)


def output_of(words, **wishes):
    """What a command line prints, which has to succeed without a word on standard error."""
    result = run(words, **wishes)
    assert result.exit_code == 0, result.output
    assert not result.stderr
    return result.stdout


def data_of(words):
    return json.loads(output_of(f"{words} --json"))


def lines_of(words):
    """The lines a command line prints, with each run of spaces as one."""
    return [" ".join(line.split()) for line in output_of(words).splitlines()]


def process(*words, environment=None, **wishes):
    """A real process: its exit code, standard output and standard error as bytes."""
    return subprocess.run(
        [sys.executable, "-m", "convarith_cli", *words],
        capture_output=True,
        check=False,
        env={**os.environ, **(environment or {})},
        **wishes,
    )
