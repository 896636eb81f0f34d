"""A picture of a gallery as a value: what it composes, and what other processes get of it."""

from __future__ import annotations

import os
import pickle
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

import convarith as ca
from convarith.render import composers
from convarith.render.gallery.entries import Collection, Entry, FileBeside, os_error_at

STRIDED = ca.Conv(3, stride=2, padding=1)


def entry(verb, *layers, shape=(6, 6), source="", **wishes):
    return Entry("odd", "Odd sizes", "Convolution", "Look.", "2.7", verb, layers, shape, wishes, {}, source)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (entry("conv", STRIDED), lambda: composers.compose(STRIDED, (6, 6))),
        (entry("conv", STRIDED, cells="symbols"), lambda: composers.compose(STRIDED, (6, 6), cells="symbols")),
        (entry("pool", ca.Pool(2), reduce="avg"), lambda: composers.compose(ca.Pool(2), (6, 6), reduce="avg")),
        (
            entry("transpose", ca.ConvTranspose(2), show="stamp", shape=(2,)),
            lambda: composers.compose(ca.ConvTranspose(2), (2,), show="stamp"),
        ),
        (
            entry("compare", STRIDED, ca.Pool(2), seed=3),
            lambda: composers.compose_together([STRIDED, ca.Pool(2)], (6, 6), seed=3),
        ),
        (
            entry("stack", STRIDED, ca.Pool(2), at=(0, 0)),
            lambda: composers.compose_stack([STRIDED, ca.Pool(2)], (6, 6), at=(0, 0)),
        ),
    ],
)
def test_its_scene_is_the_composed_one(given, expected):
    assert given.scene() == expected()


def test_wishes_are_not_forgotten():
    """The scenes above differ, so that equality says something."""
    assert entry("conv", STRIDED, seed=1).scene() != entry("conv", STRIDED).scene()
    assert entry("stack", STRIDED, ca.Pool(2), at=(0, 0)).scene() != (
        entry("stack", STRIDED, ca.Pool(1), at=(0, 0)).scene()
    )


def test_it_goes_to_another_process_whole():
    given = entry("conv", STRIDED, input=FileBeside("x.npy", Path("folder")), seed=1, source="somewhere")
    received = pickle.loads(pickle.dumps(given))
    assert received == given
    assert pickle.loads(pickle.dumps(Collection("t", "i", (given,)))) == Collection("t", "i", (given,))
    assert os.fspath(received.wishes["input"]) == str(Path("folder") / "x.npy")


def test_it_stays_as_it_is():
    given = entry("conv", STRIDED)
    with pytest.raises(FrozenInstanceError):
        given.name = "even"
    with pytest.raises((AttributeError, TypeError)):
        given.colour = "red"


def test_a_file_has_the_name_it_was_given_and_the_place_where_it_is(tmp_path):
    (tmp_path / "x.csv").write_text("1,2\n3,4\n", encoding="utf-8")
    file = FileBeside("x.csv", tmp_path)
    assert str(file) == "x.csv"
    assert file == FileBeside("x.csv", tmp_path)
    scene = entry("conv", ca.Conv(1), shape=(2, 2), input=file).scene()
    (grid,) = [grid for grid in scene.grids() if grid.name == "input"]
    assert [cell.text for cell in grid.cells.values()] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (lambda source: entry("conv", ca.Conv(7), source=source), ca.ShapeError),
        (lambda source: entry("pool", ca.Pool(2), show="stamp", source=source), ca.ParameterError),
        (lambda source: entry("compare", ca.Pool(2), source=source), ca.ParameterError),
    ],
)
def test_a_refusal_says_where_it_is_described(given, kind):
    with pytest.raises(kind) as bare:
        given("").scene()
    with pytest.raises(kind) as placed:
        given("'mine.toml', line 3: scene 'odd'").scene()
    assert str(placed.value) == f"'mine.toml', line 3: scene 'odd': {bare.value}"
    assert placed.value.numbers == bare.value.numbers


def test_a_missing_file_is_an_error_of_the_system(tmp_path):
    missing = FileBeside("none.npy", tmp_path)
    with pytest.raises(FileNotFoundError) as bare:
        entry("conv", STRIDED, input=missing).scene()
    assert bare.value.filename == os.fspath(missing)
    with pytest.raises(FileNotFoundError) as placed:
        entry("conv", STRIDED, input=missing, source="'mine.toml', line 3").scene()
    sentence = f"'mine.toml', line 3: {os.fspath(missing)}: {bare.value.strerror}"
    assert (placed.value.errno, placed.value.strerror) == (bare.value.errno, sentence)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError(13, "Permission denied", "x.csv"), "[Errno 13] here: x.csv: Permission denied"),
        (OSError(5, "Input/output error"), "[Errno 5] here: Input/output error"),
        (TimeoutError("too slow"), "here: too slow"),
    ],
)
def test_an_error_of_the_system_keeps_its_class_and_number(error, sentence):
    placed = os_error_at("here", error)
    assert (type(placed), placed.errno, str(placed)) == (type(error), error.errno, sentence)
    sent = pickle.loads(pickle.dumps(placed))
    assert (type(sent), sent.errno, str(sent)) == (type(placed), placed.errno, str(placed))
