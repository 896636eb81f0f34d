"""Small scenes in words, as they were written down by hand in ``golden/``."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest

import convarith as ca

SCENES = {
    "convolution": (ca.Conv(2, stride=2), (5,), {"input": [3, 1, 2, 0, 4], "kernel": [1, 2]}),
    "pooling": (ca.Pool(2, ceil_mode=True), (2, 3), {"input": [[1, 5, 2], [4, 3, 6]]}),
    "transposed": (
        ca.ConvTranspose(3, stride=2, padding=1, output_padding=1),
        (2,),
        {"input": [1, 2], "kernel": [1, 10, 100]},
    ),
    "stamps": (
        ca.ConvTranspose(3, stride=2, padding=1),
        (2,),
        {"input": [1, -2], "kernel": [1, 10, 100], "show": "stamp"},
    ),
    "pair": (ca.Conv(2, stride=2), (5,), {"cells": "symbols", "show": "pair"}),
    "comparison": ([ca.Conv(2), ca.Conv(2, stride=2)], (4,), {"input": [3, 1, 2, 0], "kernel": [1, 2]}),
}


@pytest.mark.parametrize("name", SCENES)
def test_the_scene_is_the_one_written_down(name):
    layer, shape, wishes = SCENES[name]
    compose = ca.render.compose_together if isinstance(layer, list) else ca.render.compose
    path = Path(__file__).parent / "golden" / f"{name}.txt"
    expected = path.read_text(encoding="utf-8")
    text = compose(layer, shape, **wishes).text()
    difference = "".join(
        unified_diff(expected.splitlines(keepends=True), text.splitlines(keepends=True), path.name, "this scene")
    )
    assert not difference, f"\n{difference}"


def test_every_file_of_the_folder_is_compared():
    assert {path.stem for path in (Path(__file__).parent / "golden").iterdir()} == set(SCENES)
