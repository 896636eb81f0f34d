"""The gallery that comes with the package: all of the guide, and each picture is what its words say."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

import convarith as ca
from convarith.render import gallery
from convarith.render.gallery.picturing import Wanted, picture_of
from convarith_cli.main import cli

ENTRIES = {entry.name: entry for entry in gallery.collection().entries}
ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "gallery"

DIRECT = [
    "no_padding_no_strides",
    "arbitrary_padding_no_strides",
    "same_padding_no_strides",
    "full_padding_no_strides",
    "no_padding_strides",
    "padding_strides",
    "padding_strides_odd",
]
ANIMATIONS = [
    *DIRECT,
    *(f"{name}_transposed" for name in DIRECT),
    "dilation",
    "numerical_no_padding_no_strides",
    "numerical_padding_strides",
    "numerical_average_pooling",
    "numerical_max_pooling",
]
GUIDE_INPUT = [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]


@cache
def made(name):
    return picture_of(ENTRIES[name], "default", Wanted((".gif", ".png")))


def final(scene, grid="output"):
    """The texts of a grid at the end, row by row."""
    cells = {}
    for step in scene.steps:
        cells.update({write.position: write.cell.text for write in step.writes if write.grid == grid})
    return [text for _, text in sorted(cells.items())]


class TestTheGuide:
    def test_its_nineteen_animations_have_their_names(self):
        assert len(ANIMATIONS) == 19
        assert set(ANIMATIONS) <= set(ENTRIES)

    def test_every_figure_is_there(self):
        figures = {entry.figure for entry in ENTRIES.values()}
        assert set(ca.figures) | {"1.3", "1.4"} <= figures

    @pytest.mark.parametrize("name", [name for name in ENTRIES if ENTRIES[name].figure in ca.figures])
    def test_a_picture_has_the_layer_of_its_figure(self, name):
        entry = ENTRIES[name]
        if entry.figure == "2.8":  # drawn with stride 1 and with stride 2
            assert entry.wishes["show"] == "counting"
            return
        figure, (layer,) = ca.figures[entry.figure], entry.layers
        assert entry.input_shape == figure.input_shape
        assert layer.windows(entry.input_shape) == figure.layer.windows(figure.input_shape)

    def test_the_numeric_ones_have_its_numbers(self):
        for name in ANIMATIONS[-4:]:
            assert ENTRIES[name].wishes["input"] == GUIDE_INPUT
        conv, strided, mean, largest = (ENTRIES[name].scene() for name in ANIMATIONS[-4:])
        assert final(conv) == ["12", "12", "17", "10", "17", "19", "9", "6", "14"]
        assert final(strided) == ["6", "17", "3", "8", "17", "13", "6", "4", "4"]
        assert final(largest) == ["3", "3", "3", "3", "3", "3", "3", "2", "3"]
        assert final(mean)[0] == "1.67"  # 15/9
        assert [step.note.rpartition(" ")[2] for step in mean.steps][::4] == ["1.67", "1.22", "1.33"]


@pytest.mark.parametrize("name", ENTRIES)
def test_the_command_on_the_page_makes_the_picture_on_the_page(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    program, *words = shlex.split(made(name).card.command)
    assert program == "convarith"
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 0, result.output
    assert (tmp_path / f"{name}.gif").read_bytes() == dict(made(name).files)[f"{name}.gif"]


@pytest.mark.parametrize("name", ENTRIES)
def test_the_python_on_the_page_makes_it_too(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(made(name).card.python, {})
    assert (tmp_path / f"{name}.gif").read_bytes() == dict(made(name).files)[f"{name}.gif"]


@pytest.mark.parametrize("name", ENTRIES)
def test_a_picture_fits_a_readme_and_its_letters_are_there(name):
    card = made(name).card
    assert card.width <= 830
    assert card.height <= 1_050
    assert len(card.notes) == len(card.durations_ms) <= 50
    assert card.alt.endswith((".", ")"))


def test_titles_notices_and_names_are_all_different():
    for words in ("title", "notice", "name"):
        assert len({getattr(entry, words) for entry in ENTRIES.values()}) == len(ENTRIES)
    assert all(entry.notice.endswith(".") for entry in ENTRIES.values())


class TestWhatIsCommitted:
    """The folder gallery/ of the project; that it is what would be built is asked by the project's own check."""

    @pytest.fixture(autouse=True)
    def there(self):
        if not (COMMITTED / "index.html").is_file():
            pytest.skip("the gallery is not part of this copy of the project")

    def test_the_pictures_are_small(self):
        pictures = [path for path in COMMITTED.iterdir() if path.suffix in (".gif", ".png")]
        assert len(pictures) == 2 * len(ENTRIES)
        assert sum(path.stat().st_size for path in pictures) <= 4_000_000

    def test_the_page_is_small(self):
        page = (COMMITTED / "index.html").read_text(encoding="utf-8")
        assert len(page.encode("utf-8")) < 3_000_000
        without = re.sub(r'<script type="application/json".*?</script>', "", page, flags=re.DOTALL)
        assert 100_000 < len(without.encode("utf-8")) < 300_000

    def test_the_guides_animations_are_smaller_than_the_guides(self):
        """Which take 4.1 MB."""
        assert sum((COMMITTED / f"{name}.gif").stat().st_size for name in ANIMATIONS) < 2_000_000
