"""How many stamps reach each output: counted by a walk, and as a transposed convolution of ones with ones."""

from __future__ import annotations

from collections import Counter

import numpy as np
import picture_walk
import pytest
from drawn_scenes import grids_of, lit_in, pictures, scene_of, whole_scenes
from hypothesis import given

import convarith as ca
from convarith.render.scene import LEVELS


def counted_by(drawn):
    """The counts after each stamp, from a walk: (input, the positions of its stamp, output -> count so far)."""
    counts = Counter()
    for source, taps in picture_walk.stamps_of(drawn.axes).items():
        positions = [position for _, position in taps]
        counts.update(at for at in positions if picture_walk.output_at(drawn.axes, at) is not None)
        yield source, positions, dict(counts)


@whole_scenes
@given(pictures("transposed"))
def test_every_stamp_adds_one_to_what_it_reaches(drawn):
    scene = scene_of(drawn, show="overlap")
    for step, (source, positions, counts) in zip(scene.steps, counted_by(drawn), strict=True):
        assert lit_in(step, "input", "now") == [source]
        assert lit_in(step, "output", "touched") == positions
        assert len(step.lit) == 1 + len(positions)
        inside = [at for at in positions if at in counts]
        assert [(write.grid, write.position, write.cell.text) for write in step.writes] == [
            ("output", at, str(counts[at])) for at in inside
        ]
        assert step.note == f"the stamp of input ({', '.join(map(str, source))})"


@whole_scenes
@given(pictures("transposed"))
def test_the_end_is_the_transposed_convolution_of_ones_with_ones(drawn):
    scene = scene_of(drawn, show="overlap")
    *_, end = picture_walk.played(scene)
    kernel = np.ones(tuple(axis.kernel for axis in drawn.axes), int)
    expected = ca.numerics.conv_transpose(np.ones(drawn.shape, int), kernel, drawn.layer)
    texts = {at: cell.text for (grid, at), cell in end.items() if grid == "output" and cell.role != "cropped"}
    assert texts == {at: str(expected[at]) if expected[at] else "" for at in np.ndindex(expected.shape)}
    marks = grids_of(scene)["output"].marks
    assert set(marks) == {at for at in np.ndindex(expected.shape) if not expected[at]}
    assert set(marks.values()) <= {("unread",)}
    most = f"The most is {expected.max()} stamp{'' if expected.max() == 1 else 's'}."
    assert scene.alt.endswith(most if expected.max() else "No stamp reaches the output.")


@whole_scenes
@given(pictures("transposed"))
def test_more_stamps_are_a_higher_level_and_the_legend_says_of_how_many(drawn):
    """Counts of one level are counts in a row; the levels rise with them; the most has the highest that is used."""
    scene = scene_of(drawn, show="overlap")
    levels, most = {}, 0
    for step in scene.steps:
        for write in step.writes:
            count = int(write.cell.text)
            most = max(most, count)
            assert levels.setdefault(count, write.cell.role) == write.cell.role
    numbers = [LEVELS.index(levels[count]) for count in sorted(levels)]
    assert numbers == sorted(numbers)
    if most <= 4:
        assert levels == {count: f"level_{count}" for count in levels}
    for count, level in levels.items():
        words = scene.names[level]
        first, *last = [int(word) for word in words.replace(" stamps", "").replace(" stamp", "").split(" to ")]
        assert first <= count <= (last or [first])[0]


@pytest.mark.parametrize(
    ("kernel", "names"),
    [
        (1, ["1 stamp", "", "", ""]),
        (2, ["1 stamp", "2 stamps", "", ""]),
        (4, ["1 stamp", "2 stamps", "3 stamps", "4 stamps"]),
        (5, ["1 to 2 stamps", "3 stamps", "4 stamps", "5 stamps"]),
        (8, ["1 to 2 stamps", "3 to 4 stamps", "5 to 6 stamps", "7 to 8 stamps"]),
    ],
)
def test_the_names_of_the_levels(kernel, names):
    """Of stride 1 an output away from the borders is reached by as many stamps as the kernel is long."""
    scene = ca.render.compose(ca.ConvTranspose(kernel), (8,), show="overlap")
    assert [scene.names[level] for level in LEVELS] == names


def test_a_kernel_of_3_with_stride_2_by_hand():
    """Stamps at 0-2, 2-4, 4-6 and 6-8: they meet at 2, 4 and 6."""
    scene = ca.render.compose(ca.ConvTranspose(3, stride=2), (4,), show="overlap")
    *_, end = picture_walk.played(scene)
    assert [end["output", (at,)].text for at in range(9)] == list("112121211")
    assert [end["output", (at,)].role[-1] for at in range(9)] == list("112121211")
    assert scene.title == "Transposed convolution: kernel 3, stride 2: overlap of stamps"
    assert scene.captions[-1] == (
        "Away from the borders an output is reached by 1 to 2 stamps: a checkerboard. The stride 2 does not divide the "
        "kernel 3; a kernel of 2 or 4 overlaps evenly."
    )
    assert (
        "It is shown as 4 stamps, one after the other, and each output counts the stamps that reach it. " in scene.alt
    )
    assert scene.captions[-1] in scene.alt
    assert scene.alt.endswith("The most is 2 stamps.")
    assert scene.poster == 3
    assert scene.links == (("output", "input"),)
    assert [(grid.name, grid.label) for grid in scene.grids()] == [("input", "input 4"), ("output", "output 9")]


def test_two_axes_multiply():
    """Of a square where rows meet twice and columns meet twice, four stamps meet."""
    *_, end = picture_walk.played(ca.render.compose(ca.ConvTranspose(3, stride=2), (2, 2), show="overlap"))
    rows = ["".join(end["output", (row, column)].text for column in range(5)) for row in range(5)]
    assert rows == ["11211", "11211", "22422", "11211", "11211"]


def test_what_is_cut_away_is_stamped_on_and_not_counted():
    scene = ca.render.compose(ca.ConvTranspose(3, padding=1), (3,), show="overlap")
    cells = grids_of(scene)["output"].cells
    assert {at: cell.role for at, cell in cells.items() if cell.role != "to_come"} == {
        (-1,): "cropped",
        (3,): "cropped",
    }
    assert lit_in(scene.steps[0], "output", "touched") == [(-1,), (0,), (1,)]
    assert [write.position for write in scene.steps[0].writes] == [(0,), (1,)]


def test_an_even_overlap_is_said_to_be_even():
    scene = ca.render.compose(ca.ConvTranspose(4, stride=2), (4,), show="overlap")
    assert scene.captions[-1] == "Away from the borders every output is reached by 2 stamps: the overlap is even."


def test_blank_cells_have_the_levels_alone():
    scene = ca.render.compose(ca.ConvTranspose(3, stride=2), (4,), show="overlap", cells="blank")
    assert {write.cell.text for step in scene.steps for write in step.writes} == {""}
    assert {write.cell.role for step in scene.steps for write in step.writes} == {"level_1", "level_2"}


@pytest.mark.parametrize(
    ("layer", "wishes", "words"),
    [
        (
            ca.ConvTranspose(2),
            {"input": [1, 2, 3]},
            "show 'overlap' counts stamps, and numbers are given; leave them out",
        ),
        (
            ca.ConvTranspose(2),
            {"kernel": [1, 2]},
            "show 'overlap' counts stamps, and numbers are given; leave them out",
        ),
        (
            ca.Conv(2),
            {},
            "show 'overlap' is for a transposed convolution, and this is a convolution; leave it out",
        ),
        (ca.Pool(2), {}, "show 'overlap' is for a transposed convolution, and this is a pooling; leave it out"),
    ],
)
def test_what_is_refused_and_that_the_advice_mends_it(layer, wishes, words):
    with pytest.raises(ca.ParameterError) as refusal:
        ca.render.compose(layer, (3,), show="overlap", **wishes)
    assert str(refusal.value) == words
    assert ca.render.compose(layer, (3,), **wishes).steps
    assert ca.render.compose(ca.ConvTranspose(2), (3,), show="overlap").steps
