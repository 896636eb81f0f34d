"""Layers side by side: each in its own order of steps, all in step, everything written once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn_scenes import SEEDS, comparisons, grids_of, numbers_in, whole_scenes
from hypothesis import given

import convarith as ca

ROW = [1, 2, 3, 4, 5]


def part_of(scene, prefix):
    """What a comparison shows of one of its layers: (lit, writes) for every step, under the names it has alone."""
    parts = []
    for step in scene.steps:
        lit, writes = (
            tuple(replace(one, grid=one.grid.removeprefix(prefix)) for one in several if one.grid.startswith(prefix))
            for several in (step.lit, step.writes)
        )
        parts.append((lit, writes))
    return parts


@whole_scenes
@given(comparisons(), SEEDS)
def test_each_layer_keeps_its_order_and_all_are_equally_far(drawn, seed):
    x = numbers_in(drawn[0], seed)[0].astype(float)
    layers, shape = [one.layer for one in drawn], drawn[0].shape
    scene = ca.render.compose_together(layers, shape, input=x, seed=seed)
    alone = [ca.render.compose(layer, shape, input=x, seed=seed) for layer in layers]
    length = max(len(one.steps) for one in alone)
    assert len(scene.steps) == length
    for number, one in enumerate(alone, 1):
        at, written = -1, []
        count = len(one.steps)
        for frame, (lit, writes) in enumerate(part_of(scene, f"{number} ")):
            if at + 1 < count and lit == one.steps[at + 1].lit:
                at += 1
                written += writes
            else:
                assert not writes, "written again, or for another step"
            step = one.steps[at]
            assert lit == step.lit
            assert scene.steps[frame].note.split("\n")[number - 1] == f"{number}. {step.note}"
            # Of all its steps, the part before this one has passed when that part of the time has.
            assert at * length <= frame * count < (at + 1) * length
            assert written == [write for done in one.steps[: at + 1] for write in done.writes]
        assert at == count - 1


@whole_scenes
@given(comparisons(), SEEDS)
def test_the_grids_are_those_of_each_alone_inputs_above_outputs(drawn, seed):
    x = numbers_in(drawn[0], seed)[0].astype(float)
    layers, shape = [one.layer for one in drawn], drawn[0].shape
    scene = ca.render.compose_together(layers, shape, input=x, seed=seed)
    alone = [ca.render.compose(layer, shape, input=x, seed=seed) for layer in layers]
    headings = [f"{number}. {one.title}" for number, one in enumerate(alone, 1)]
    grids = {
        name: [replace(grids_of(one)[name], name=f"{number} {name}") for number, one in enumerate(alone, 1)]
        for name in ("input", "output")
    }
    if len(shape) == 1:  # wide: each layer's grids under each other, below its heading
        labelled = [
            replace(grid, label=f"{heading}: {grid.label}")
            for heading, grid in zip(headings, grids["input"], strict=True)
        ]
        rows = [(grid,) for pair in zip(labelled, grids["output"], strict=True) for grid in pair]
        assert (scene.columns, scene.headings) == (False, ())
    else:
        rows = [tuple(grids["input"]), tuple(grids["output"])]
        assert (scene.columns, scene.headings) == (True, tuple(headings))
    assert list(scene.rows) == rows
    numbers = range(1, len(layers) + 1)
    assert scene.captions == tuple(f"{number}. {';  '.join(one.captions)}" for number, one in enumerate(alone, 1))
    assert scene.links == tuple((f"{number} input", f"{number} output") for number in numbers)


@whole_scenes
@given(comparisons(), SEEDS)
def test_without_numbers_given_all_have_the_same_input(drawn, seed):
    layers, shape = [one.layer for one in drawn], drawn[0].shape
    scene = ca.render.compose_together(layers, shape, seed=seed)
    shown = []
    for number, one in enumerate(drawn, 1):
        cells = grids_of(scene)[f"{number} input"].cells
        windows = one.layer.windows(shape)
        shown.append({windows.source(at): cell.text for at, cell in cells.items() if windows.source(at) is not None})
    for index in np.ndindex(shape):  # cropped inputs are not seen by their layer
        assert len({cells[index] for cells in shown if index in cells}) <= 1
    largest = 9 if all(isinstance(layer, ca.Pool) for layer in layers) else 3
    assert all(0 <= int(text) <= largest for cells in shown for text in cells.values())


def test_poolings_alone_have_larger_numbers():
    scene = ca.render.compose_together([ca.Pool(2), ca.Pool(3)], (40,))
    texts = {int(cell.text) for cell in grids_of(scene)["1 input"].cells.values()}
    assert max(texts) > 3


def test_a_kernel_is_for_those_that_have_weights():
    layers = [ca.Conv(2), ca.Pool(2, stride=1), ca.ConvTranspose(2)]
    scene = ca.render.compose_together(layers, (3,), input=[1, 2, 3], kernel=[1, 10])
    texts = {}
    for step in scene.steps:
        for write in step.writes:
            texts.setdefault(write.grid, []).append(write.cell.text)
    assert texts == {"1 output": ["21", "32"], "2 output": ["2", "3"], "3 output": ["1", "12", "23", "30"]}


def test_the_padding_mode_is_for_convolutions():
    scene = ca.render.compose_together(
        [ca.Conv(3, padding=1), ca.ConvTranspose(3), ca.Pool(3, padding=1)],
        (3,),
        input=[4, 5, 6],
        padding_mode="circular",
    )
    grids = [grids_of(scene)[f"{number} input"] for number in (1, 2, 3)]
    padding = [[cell.text for cell in grid.cells.values() if cell.role == "padding"] for grid in grids]
    assert padding == [["6", "4"], ["0"] * 4, ["", ""]]
    assert scene.names["padding"] == "padding"  # it is not the same for all


def test_a_legend_says_what_padding_is_where_it_is_the_same_for_all():
    scene = ca.render.compose_together([ca.Conv(3, padding=1), ca.Conv(5, padding=2)], (5,))
    assert scene.names["padding"] == "padding (zeros)"


@pytest.mark.parametrize(("reduce", "word"), [("max", "Maximum"), ("avg", "Average")])
def test_headings_and_alternative_text_say_what_a_pooling_does(reduce, word):
    scene = ca.render.compose_together([ca.Pool(2), ca.Conv(2)], (4, 4), reduce=reduce)
    assert scene.headings == (f"1. {word} pooling: kernel 2, stride 2", "2. Convolution: kernel 2")
    assert scene.alt == (
        f"Two layers on an input of 4×4, in step. {word} pooling: kernel 2, stride 2, output 2×2; "
        "Convolution: kernel 2, output 3×3."
    )
    line = ca.render.compose_together([ca.Pool(2), ca.Conv(2)], (4,), reduce=reduce)
    assert [grid.label for grid in line.grids()] == [
        f"1. {word} pooling: kernel 2, stride 2: input 4",
        "output 2",
        "2. Convolution: kernel 2: input 4",
        "output 3",
    ]


def test_titles_count_the_layers_and_captions_have_all_lines_of_theirs():
    """3 dilated by 2 spans 5; on the other axis of the third layer it is not dilated."""
    layers = [ca.Conv(2), ca.Conv(3, dilation=2), ca.Conv(3, dilation=(1, 2))]
    scene = ca.render.compose_together(layers, (6, 6))
    assert scene.title == "Three layers on an input of 6×6"
    assert ca.render.compose_together(layers[:2], (6, 6)).title == "Two layers on an input of 6×6"
    span = "Relationship 15: k̂ = k + (k - 1)(d - 1) = 3 + (3 - 1)(2 - 1) = 5"
    first, second, third = scene.captions
    assert first == "1. Relationship 1: o = (i - k) + 1 = (6 - 2) + 1 = 5"
    assert second == f"2. Relationship 1: o = (i - k̂) + 1 = (6 - 5) + 1 = 2;  {span}"
    *others, last = third.split(";  ")
    assert last == span.replace("15: ", "15: axis 1 (width): ")
    assert [other.partition(": ")[0] for other in others] == ["3. Relationship 1", "axis 0 (height)", "axis 1 (width)"]


@whole_scenes
@given(comparisons())
def test_the_still_is_that_of_the_layer_with_the_most_steps(drawn):
    layers, shape = [one.layer for one in drawn], drawn[0].shape
    scene = ca.render.compose_together(layers, shape)
    alone = [ca.render.compose(layer, shape) for layer in layers]
    stills = [one.poster for one in alone if len(one.steps) == len(scene.steps)]
    assert scene.poster == stills[0]


@pytest.mark.parametrize("cells", ["symbols", "blank"])
def test_cells_are_as_wished_for_all(cells):
    scene = ca.render.compose_together([ca.Conv(2), ca.Pool(2)], (4,), cells=cells)
    texts = {write.cell.text for step in scene.steps for write in step.writes}
    assert texts == ({"y₀", "y₁", "y₂"} if cells == "symbols" else {""})


def test_any_iterable_of_layers_and_a_number_as_shape_will_do():
    scene = ca.render.compose_together((layer for layer in (ca.Conv(2), ca.Conv(3))), 5)
    assert scene == ca.render.compose_together([ca.Conv(2), ca.Conv(3)], (5,))


REFUSED = {
    "one layer": ([ca.Conv(2)], {}, "a comparison shows 2 or 3 layers, and 1 is given"),
    "four layers": ([ca.Conv(2)] * 4, {}, "a comparison shows 2 or 3 layers, and 4 are given"),
    "kernel of poolings": (
        [ca.Pool(2), ca.Pool(3)],
        {"kernel": [1, 2]},
        "a pooling has no weights; leave the kernel out",
    ),
    "kernel of two sizes": (
        [ca.Conv(3), ca.Conv(2)],
        {"kernel": [1, 2]},
        "one kernel is given, and the layers have the kernel sizes (2,) and (3,); leave it out, or compare layers of "
        "one kernel size",
    ),
    "padding of none": (
        [ca.Pool(2), ca.ConvTranspose(3)],
        {"padding_mode": "reflect"},
        "padding_mode 'reflect' is for convolutions, and none is compared; leave it out",
    ),
    "cells": (
        [ca.Conv(2), ca.Conv(3)],
        {"cells": "symbol"},
        "unknown cells 'symbol'; did you mean 'symbols'? Known are numbers, symbols, blank",
    ),
    "numbers for symbols": (
        [ca.Conv(2), ca.Conv(3)],
        {"cells": "symbols", "input": ROW},
        "cells 'symbols' show no numbers, and some are given; leave them out, or ask for cells 'numbers'",
    ),
    "no frame": ([ca.Conv(2), ca.Conv(3)], {"max_frames": 0}, "max_frames 0 is below 1; the smallest max_frames is 1"),
}

MENDED = {
    "one layer": ([ca.Conv(2)] * 2, {}),
    "four layers": ([ca.Conv(2)] * 3, {}),
    "kernel of poolings": ([ca.Pool(2), ca.Pool(3)], {}),
    "kernel of two sizes": ([ca.Conv(2), ca.Conv(2, stride=2)], {"kernel": [1, 2]}),
    "padding of none": ([ca.Pool(2), ca.ConvTranspose(3)], {}),
    "cells": ([ca.Conv(2), ca.Conv(3)], {"cells": "symbols"}),
    "numbers for symbols": ([ca.Conv(2), ca.Conv(3)], {"cells": "numbers", "input": ROW}),
    "no frame": ([ca.Conv(2), ca.Conv(3)], {"max_frames": 1}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_and_that_the_advice_mends_it(name):
    layers, wishes, words = REFUSED[name]
    with pytest.raises(ca.ParameterError) as refusal:
        ca.render.compose_together(layers, (5,), **wishes)
    assert str(refusal.value) == words
    layers, wishes = MENDED[name]
    assert ca.render.compose_together(layers, (5,), **wishes).steps


def test_a_layer_that_does_not_fit_is_refused():
    with pytest.raises(ca.ShapeError, match=r"^kernel 7 does not fit in input 5 with padding 0; it needs"):
        ca.render.compose_together([ca.Conv(3), ca.Conv(7)], (5,))
    assert ca.render.compose_together([ca.Conv(3), ca.Conv(7, padding=1)], (5,)).steps
