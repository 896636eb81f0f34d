"""Stamps against a walk: where each input's kernel lands, what is added there, what it adds up to, what is cut away."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import product

import numpy as np
import picture_walk
import pytest
from drawn_scenes import SEEDS, grids_of, lit_in, numbers_in, pictures, scene_of, tags_in, whole_scenes
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca


def signed(number):
    """``+3``, ``+0``, ``-2``."""
    return f"{number:+d}"


@whole_scenes
@given(pictures("transposed"))
def test_the_lit_cells_are_where_that_inputs_stamp_lands_and_no_other(drawn):
    scene = scene_of(drawn, show="stamp")
    stamps = picture_walk.stamps_of(drawn.axes)
    assert len(scene.steps) == len(stamps)
    for step, (source, taps) in zip(scene.steps, stamps.items(), strict=True):
        assert lit_in(step, "input", "now") == [source]
        assert lit_in(step, "output", "tap") == [position for _, position in taps]
        assert len(step.lit) == 1 + len(taps)


def tag_of(before, added):
    """What is added, led by what stood there if both are something and it is short enough to be read."""
    whole = f"{before}{added:+d}"
    return whole if before and added and len(whole) <= 5 else f"{added:+d}"


@whole_scenes
@given(pictures("transposed"), SEEDS)
def test_what_is_added_stands_in_the_tags_and_adds_up_step_by_step(drawn, seed):
    x, w = numbers_in(drawn, seed)
    scene = scene_of(drawn, show="stamp", input=x, kernel=w)
    sums = {}
    for step, (source, taps) in zip(scene.steps, picture_walk.stamps_of(drawn.axes).items(), strict=True):
        added = [int(x[source]) * int(w[tap]) for tap, _ in taps]
        before = dict(sums)
        tags = [tag_of(before.get(position, 0), number) for number, (_, position) in zip(added, taps, strict=True)]
        assert tags_in(step, "output") == tags
        expected = []
        for number, (_, position) in zip(added, taps, strict=True):
            if picture_walk.output_at(drawn.axes, position) is not None:
                sums[position] = sums.get(position, 0) + number
                expected.append(("output", position, "done", str(sums[position])))
        assert [(write.grid, write.position, write.cell.role, write.cell.text) for write in step.writes] == expected


@whole_scenes
@given(pictures("transposed"), SEEDS)
def test_what_stands_there_at_the_end_is_the_transposed_convolution(drawn, seed):
    x, w = numbers_in(drawn, seed)
    *_, end = picture_walk.played(scene_of(drawn, show="stamp", input=x, kernel=w))
    outputs = ca.numerics.conv_transpose(x, w, drawn.layer)
    shown = {position: cell.text for (name, position), cell in end.items() if name == "output" and cell.text}
    assert shown == {index: str(outputs[index]) for index in np.ndindex(outputs.shape)}


@whole_scenes
@given(pictures("transposed"))
def test_the_output_has_its_cells_what_is_cut_away_and_marks_on_what_no_stamp_reaches(drawn):
    grid = grids_of(scene_of(drawn, show="stamp"))["output"]
    reached = {position for taps in picture_walk.stamps_of(drawn.axes).values() for _, position in taps}
    outputs = set(product(*(range(axis.outputs) for axis in drawn.axes)))
    assert reached | outputs <= set(grid.cells)
    for position, cell in grid.cells.items():
        assert (cell.role, cell.text) == (("to_come", "0") if position in outputs else ("cropped", ""))
    assert dict(grid.marks) == dict.fromkeys(outputs - reached, ("unread",))
    block = product(*(range(first, first + size) for first, size in zip(grid.origin, grid.shape, strict=True)))
    assert list(grid.cells) == list(block)


@whole_scenes
@given(pictures("transposed"))
def test_no_row_or_column_is_drawn_that_holds_nothing(drawn):
    grid = grids_of(scene_of(drawn, show="stamp"))["output"]
    for axis, first, size in zip(drawn.axes, grid.origin, grid.shape, strict=True):
        ends = [axis.stamps[0][0], axis.stamps[-1][-1] + axis.added, 0, axis.outputs - 1]
        assert (first, first + size - 1) == (min(ends), max(ends))


@whole_scenes
@given(pictures("transposed"), SEEDS)
def test_the_input_and_the_kernel_stand_there_as_they_are_from_the_start(drawn, seed):
    x, w = numbers_in(drawn, seed)
    grids = grids_of(scene_of(drawn, show="stamp", input=x, kernel=w))
    for name, role, numbers in (("input", "input", x), ("kernel", "weight", w)):
        cells = {index: (role, str(numbers[index])) for index in np.ndindex(numbers.shape)}
        assert {position: (cell.role, cell.text) for position, cell in grids[name].cells.items()} == cells
        assert not grids[name].marks
    assert "rotated" not in grids["kernel"].label


@whole_scenes
@given(pictures("transposed"), SEEDS)
def test_a_note_says_the_input_and_the_last_overlap_of_two_that_are_not_zero(drawn, seed):
    x, w = numbers_in(drawn, seed)
    scene = scene_of(drawn, show="stamp", input=x, kernel=w)
    stands = {}
    for step, (source, taps) in zip(scene.steps, picture_walk.stamps_of(drawn.axes).items(), strict=True):
        kept = [(position, int(x[source]) * int(w[tap])) for tap, position in taps]
        kept = [(position, added) for position, added in kept if picture_walk.output_at(drawn.axes, position)]
        over = [(position, added) for position, added in kept if added and stands.get(position)]
        at = ", ".join(map(str, source))
        words = f"input ({at}) = {x[source]}: {x[source]} times the kernel is added"
        if over:
            position, added = over[-1]
            term = f"({added})" if added < 0 else str(added)
            where = ", ".join(map(str, position))
            words += f", at ({where}): {stands[position]} + {term} = {stands[position] + added}"
        assert step.note == words
        for position, added in kept:
            stands[position] = stands.get(position, 0) + added


def test_a_dilated_kernel_leaves_outputs_that_no_stamp_reaches():
    """3 and 4 times (1, 10), two cells apart, land at -1 and 1, and at 1 and 3; the outputs are 0, 1 and 2."""
    layer = ca.ConvTranspose(2, stride=2, dilation=2, padding=1)
    scene = ca.render.compose(layer, (2,), input=[3, 4], kernel=[1, 10], show="stamp")
    assert dict(grids_of(scene)["output"].marks) == {(0,): ("unread",), (2,): ("unread",)}
    assert [[(write.position, write.cell.text) for write in step.writes] for step in scene.steps] == [
        [((1,), "30")],
        [((1,), "34")],
    ]
    assert scene.steps[1].note == "input (1) = 4: 4 times the kernel is added, at (1): 30 + 4 = 34"


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int16, np.uint64, np.int64, np.float32, np.float64])
def test_sums_do_not_overflow_whatever_the_type(dtype):
    x, w = np.array([120, 100]).astype(dtype), np.array([120, 3]).astype(dtype)
    *_, end = picture_walk.played(ca.render.compose(ca.ConvTranspose(2), (2,), input=x, kernel=w, show="stamp"))
    assert [end["output", (at,)].text for at in range(3)] == ["14400", "12360", "300"]


def test_whole_numbers_beyond_64_bits_are_summed_exactly():
    scene = ca.render.compose(ca.ConvTranspose(1), (1,), input=[2**40], kernel=[2**40], show="stamp")
    assert scene.steps[0].writes[0].cell.text == "1e24"


def test_numbers_with_fractions_are_added_before_they_are_rounded():
    """1/6 + 1/6 is 0.333, and not 0.167 + 0.167."""
    scene = ca.render.compose(ca.ConvTranspose(2), (2,), input=[1 / 6, 1 / 6], kernel=[1, 1], show="stamp")
    assert [write.cell.text for write in scene.steps[1].writes] == ["0.333", "0.167"]
    assert scene.steps[1].note.endswith(" is added, at (1): 0.167 + 0.167 ≈ 0.333")


@whole_scenes
@given(pictures("transposed"), SEEDS, st.sampled_from([1, 3, 8, 9, 16]))
def test_an_overlap_that_is_called_equal_comes_to_what_is_printed(drawn, seed, parts):
    x, w = numbers_in(drawn, seed)
    scene = scene_of(drawn, show="stamp", input=x, kernel=w / parts)
    for step in scene.steps:
        if not (said := re.search(r": (\S+) \+ (\S+) ([=≈]) (\S+)$", step.note)):
            continue
        first, second, sign, total = said.groups()
        comes_to_it = Fraction(first) + Fraction(second.strip("()")) == Fraction(total)
        assert sign == "≈" or comes_to_it, step.note
        assert sign == "=" or parts != 1
        if parts in (3, 9) and "." in first + second + total:  # right or not, as they are rounded
            assert sign == "≈", step.note


def test_the_numbers_are_those_of_the_equivalent_of_the_same_seed():
    layer = ca.ConvTranspose(3, stride=2, padding=1)
    *_, stamped = picture_walk.played(ca.render.compose(layer, (3, 3), seed=5, show="stamp"))
    *_, slid = picture_walk.played(ca.render.compose(layer, (3, 3), seed=5))
    outputs = list(product(range(5), repeat=2))
    assert [stamped["output", at].text for at in outputs] == [slid["output", at].text for at in outputs]


def test_the_words_say_that_it_is_stamps():
    scene = ca.render.compose(ca.ConvTranspose(3, stride=2), (2,), show="stamp")
    assert scene.title == "Transposed convolution as stamps: kernel 3, stride 2"
    assert "It is shown as 2 stamps, one after the other: each input adds the kernel times its value" in scene.alt
    spoken = {key: scene.names[key] for key in ("now", "tap", "weight", "cropped", "unread")}
    assert spoken == {
        "now": "input of this stamp",
        "tap": "its stamp",
        "weight": "what is added",
        "cropped": "cut away",
        "unread": "no stamp reaches it",
    }
    assert grids_of(scene)["output"].label == "output 5"
    assert grids_of(ca.render.compose(ca.ConvTranspose(3, padding=1), (3,), show="stamp"))["output"].label == (
        "output 3, cut from 5"
    )


def words_of_reach(axes):
    """What the alternative text ends with, by counting the outputs that no stamp lands on, axis by axis."""
    names = {1: [""], 2: ["0 (height)", "1 (width)"], 3: ["0 (depth)", "1 (height)", "2 (width)"]}[len(axes)]
    counts = []
    for axis in axes:
        landed = {position for stamp in axis.stamps for position in stamp}
        counts.append((len(set(range(axis.outputs)) - landed), axis.outputs))
    if not any(missed for missed, _ in counts):
        return " Stamps reach every cell of the output."
    spoken = [f"{missed} of {size} outputs" for missed, size in counts]
    if len(set(spoken)) == 1:
        return f" No stamp reaches {spoken[0]}{' on each axis' if len(axes) > 1 else ''}."
    on_axes = [f"{words} on axis {name}" for words, name in zip(spoken, names, strict=True)]
    return f" No stamp reaches {', '.join(on_axes)}."


@whole_scenes
@given(pictures("transposed"), st.sampled_from(["stamp", "pair"]))
def test_the_alternative_text_says_how_many_outputs_no_stamp_reaches(drawn, show):
    alt = scene_of(drawn, show=show).alt
    assert alt.endswith(words_of_reach(drawn.axes))
    assert "read" not in alt


@pytest.mark.parametrize("show", ["stamp", "pair"])
@pytest.mark.parametrize(
    ("layer", "shape", "end"),
    [
        (ca.ConvTranspose(3, stride=2), (3, 3), "Stamps reach every cell of the output."),
        # Stamps of 1 at 0, 3, 6 and 9: the other 6 of 10 stay.
        (ca.ConvTranspose(1, stride=3), (4, 4), "No stamp reaches 6 of 10 outputs on each axis."),
        (ca.ConvTranspose(1, stride=3), (4,), "No stamp reaches 6 of 10 outputs."),
        (
            ca.ConvTranspose(1, stride=(3, 1)),
            (2, 5),
            "No stamp reaches 2 of 4 outputs on axis 0 (height), 0 of 5 outputs on axis 1 (width).",
        ),
    ],
)
def test_that_in_words(layer, shape, end, show):
    assert ca.render.compose(layer, shape, show=show).alt.endswith(f". {end}")
