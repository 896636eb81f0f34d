"""The package as a whole: doctests, one version, a light face, and nothing of one machine in its files."""

from __future__ import annotations

import doctest
import pkgutil
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest

import convarith as ca

ROOT = Path(__file__).parents[2]
MODULES = ["convarith", *(found.name for found in pkgutil.walk_packages(ca.__path__, "convarith."))]


def fresh(program):
    """What a program prints in an interpreter of its own."""
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.split()


@pytest.mark.parametrize("name", MODULES)
def test_the_doctests_of_a_module_are_true(name):
    assert doctest.testmod(import_module(name)).failed == 0


def test_there_are_doctests_to_run():
    finder = doctest.DocTestFinder(exclude_empty=True)
    examples = {name: sum(len(found.examples) for found in finder.find(import_module(name), name)) for name in MODULES}
    assert sum(examples.values()) > 60
    for name in ("convarith", "convarith.errors", "convarith.arithmetic.layers", "convarith.numerics.convolution"):
        assert examples[name], name


@pytest.mark.parametrize(
    ("page", "examples"), [("numerics.md", 30), ("frameworks.md", 20), ("networks.md", 20), ("network-sources.md", 3)]
)
def test_the_examples_of_a_page_are_true(page, examples):
    tried = doctest.testfile(str(ROOT / "docs" / page), module_relative=False)
    assert tried.failed == 0
    assert tried.attempted > examples


@pytest.mark.parametrize("name", ["Conv", "Pool", "ConvTranspose", "ShapeError", "ParameterError", "Axis", "Windows"])
def test_what_is_public_has_a_doctest(name):
    assert ">>>" in getattr(ca, name).__doc__


@pytest.mark.parametrize("name", [name for name in ca.numerics.__all__ if name[0].islower()])
def test_every_kernel_has_a_doctest(name):
    assert ">>>" in getattr(ca.numerics, name).__doc__


def test_every_module_says_what_it_is_for():
    for name in MODULES:
        if name != "convarith.arithmetic":
            assert import_module(name).__doc__, name


class TestTheVersion:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    def test_it_is_the_installed_one(self):
        assert ca.__version__ == version("convarith") == self.project["version"]

    def test_it_is_written_once(self):
        """In pyproject.toml, and in no module."""
        for folder in ("convarith", "cli"):
            for path in (ROOT / folder).rglob("*.py"):
                assert self.project["version"] not in path.read_text(encoding="utf-8"), path

    def test_the_changelog_tells_of_it(self):
        headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
        assert headings[0] == self.project["version"]


class TestTheFace:
    heavy = ("numpy", "PIL", "click", "matplotlib", "scipy")

    @pytest.mark.parametrize("program", ["import convarith", "from convarith import *"])
    def test_it_is_light(self, program):
        loaded = fresh(f"{program}\nimport sys\nprint(*sys.modules)")
        assert not set(loaded) & {*self.heavy, "convarith.render", "convarith.numerics", "convarith.arithmetic.guide"}
        assert "convarith.arithmetic.layers" in loaded

    def test_a_star_brings_what_is_declared(self):
        names = fresh("from convarith import *\nprint(*(name for name in dir() if name[0] != '_'))")
        assert set(names) == set(ca.__all__)

    @pytest.mark.parametrize(
        ("name", "loaded"),
        [
            ("numerics", "numpy"),
            ("render", "PIL"),
            ("inverse", "convarith.arithmetic.inverse"),
            ("network", "convarith.network"),
        ],
    )
    def test_what_is_touched_is_loaded(self, name, loaded):
        modules = fresh(f"import convarith as ca\nca.{name}\nimport sys\nprint(*sys.modules)")
        assert loaded in modules

    def test_dir_tells_all_of_it(self):
        lazy = {
            "Unused",
            "figures",
            "frameworks",
            "inverse",
            "network",
            "numerics",
            "relationships",
            "render",
            "__version__",
        }
        assert dir(ca) == sorted({*ca.__all__, *lazy})
        for name in dir(ca):
            getattr(ca, name)

    def test_a_name_that_is_not_there_is_an_attribute_error(self):
        with pytest.raises(AttributeError, match="module 'convarith' has no attribute 'Convolution'"):
            _ = ca.Convolution

    def test_render_has_no_pyplot(self):
        loaded = fresh("import convarith as ca\nca.render.compose(ca.Conv(1), 1)\nimport sys\nprint(*sys.modules)")
        assert "matplotlib.pyplot" not in loaded


def tracked():
    """The files that git tracks."""
    command = ["git", "ls-files", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode("utf-8")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is no checkout of git")
    return [path for path in (ROOT / name for name in listed.split("\0") if name) if path.is_file()]


def test_no_file_has_paths_of_one_machine():
    machine = [f"/{folder}/".encode() for folder in ("work", "root", "home/runner", "Users")]
    files = tracked()
    assert len(files) > 30
    for path in files:
        content = path.read_bytes()
        found = [place.decode() for place in machine if place in content]
        assert not found, f"{path.relative_to(ROOT)} has {found}"


def test_what_is_made_is_not_tracked():
    for path in tracked():
        assert not {"__pycache__", ".hypothesis", ".pytest_cache"} & set(path.parts)
