"""Cells with symbols, which are read back here, and cells without letters."""

from __future__ import annotations

import re
from itertools import product
from unicodedata import digit

import picture_walk
import pytest
from drawn_scenes import comparisons, grids_of, pictures, scene_of, tags_in, whole_scenes
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca
from convarith.render.composers.contents import symbol

SHOWS = st.sampled_from(["equivalent", "stamp", "pair"])


def read(text, ndim):
    """``x₀₁``: the letter and the index."""
    letter, index = text[0], text[1:]
    parts = index.split("‚") if "‚" in index or ndim == 1 else list(index)
    return letter, tuple(int("".join(str(digit(one)) for one in part)) for part in parts)


def read_sum(words, ndim):
    """``x₀·w₁ + x₁·w₀``: [(index of x, index of w) ...]."""
    terms = [] if words == "0" else [[read(factor, ndim) for factor in term.split("·")] for term in words.split(" + ")]
    assert all([letter for letter, _ in term] == ["x", "w"] for term in terms)
    return [tuple(index for _, index in term) for term in terms]


def rotated(drawn, tap):
    return tuple(axis.kernel - 1 - at for axis, at in zip(drawn.axes, tap, strict=True))


def all_texts(scene):
    """Every text in a cell, in a cell to be, and on a tag."""
    yield from (cell.text for grid in scene.grids() for cell in grid.cells.values())
    yield from (write.cell.text for step in scene.steps for write in step.writes)
    yield from (light.tag for step in scene.steps for light in step.lit)


@whole_scenes
@given(pictures("conv", "transposed"))
def test_a_sum_names_exactly_the_taps_that_meet_input(drawn):
    scene = scene_of(drawn, cells="symbols")
    transposed = isinstance(drawn.layer, ca.ConvTranspose)
    for step, (output, taps) in zip(scene.steps, picture_walk.windows_of(drawn.axes).items(), strict=True):
        met = [(picture_walk.input_at(drawn.axes, position), tap) for tap, position in taps]
        expected = [(source, rotated(drawn, tap) if transposed else tap) for source, tap in met if source is not None]
        left, words = step.note.split(" = ")
        assert read(left, len(drawn.axes)) == ("y", output)
        assert read_sum(words, len(drawn.axes)) == expected


@whole_scenes
@given(pictures("pool", "ceil"), st.sampled_from(["max", "avg"]))
def test_a_pooling_names_exactly_the_inputs_of_its_window(drawn, reduce):
    scene = scene_of(drawn, cells="symbols", reduce=reduce)
    for step, (output, taps) in zip(scene.steps, picture_walk.windows_of(drawn.axes).items(), strict=True):
        met = [picture_walk.input_at(drawn.axes, position) for _, position in taps]
        left, words = step.note.split(" = ")
        assert read(left, len(drawn.axes)) == ("y", output)
        assert [read(word, len(drawn.axes)) for word in re.findall(r"x[₀-₉‚]+", words)] == [
            ("x", at) for at in met if at is not None
        ]
        inside = [at for _, at in taps if all(x in axis.roles for axis, x in zip(drawn.axes, at, strict=True))]
        counted = [at for at in inside if "cropped" not in [a.roles[x] for a, x in zip(drawn.axes, at, strict=True)]]
        if reduce == "avg" and counted:
            assert words.endswith(f"/{len(counted)}")
        elif not any(at is not None for at in met):
            assert words == "nothing, no input in the window"
        else:
            assert words.startswith("max(")


@whole_scenes
@given(pictures())
def test_each_cell_has_the_symbol_of_its_index(drawn):
    scene = scene_of(drawn, cells="symbols")
    grids = grids_of(scene)
    pool = isinstance(drawn.layer, ca.Pool)
    for position, cell in grids["input"].cells.items():
        under = picture_walk.cell_at(drawn.axes, position)
        if cell.role == "input" or (cell.role == "cropped" and under is not None):
            assert read(cell.text, len(drawn.axes)) == ("x", under)
        else:
            assert cell.text == ("" if cell.role in ("overhang", "cropped") or pool else "0")
    for step in scene.steps:
        (write,) = step.writes
        assert read(write.cell.text, len(drawn.axes)) == ("y", write.position)
    if pool:
        assert not any(tag for step in scene.steps for tag in tags_in(step, "input"))
        return
    transposed = isinstance(drawn.layer, ca.ConvTranspose)
    for tap, cell in grids["kernel"].cells.items():
        assert read(cell.text, len(drawn.axes)) == ("w", rotated(drawn, tap) if transposed else tap)
    for step, taps in zip(scene.steps, picture_walk.windows_of(drawn.axes).values(), strict=True):
        expected = [("w", rotated(drawn, tap) if transposed else tap) for tap, _ in taps]
        assert [read(tag, len(drawn.axes)) for tag in tags_in(step, "input")] == expected


@whole_scenes
@given(pictures("transposed"))
def test_stamps_have_the_symbols_of_their_weights(drawn):
    scene = scene_of(drawn, cells="symbols", show="stamp")
    for step, (source, taps) in zip(scene.steps, picture_walk.stamps_of(drawn.axes).items(), strict=True):
        assert [read(tag, len(drawn.axes)) for tag in tags_in(step, "output")] == [("w", tap) for tap, _ in taps]
        assert all(read(write.cell.text, len(drawn.axes)) == ("y", write.position) for write in step.writes)
        times, words = step.note.split(" ", 1)
        assert read(times, len(drawn.axes)) == ("x", source)
        assert words == "times the kernel is added into the output"
    assert not any(cell.text for cell in grids_of(scene)["output"].cells.values())


@whole_scenes
@given(pictures("conv"))
def test_a_pair_names_what_it_gathers(drawn):
    scene = scene_of(drawn, cells="symbols", show="pair")
    for step, taps in zip(scene.steps, picture_walk.windows_of(drawn.axes).values(), strict=True):
        met = [(picture_walk.input_at(drawn.axes, position), tap) for tap, position in taps]
        words = step.note.split("\n")[0].split(" = ")[1]
        assert read_sum(words, len(drawn.axes)) == [(source, tap) for source, tap in met if source is not None]
        symbols = [("w", tap) for tap, _ in taps]
        assert [read(tag, len(drawn.axes)) for tag in tags_in(step, "input")] == symbols
        assert [read(tag, len(drawn.axes)) for tag in tags_in(step, "large")] == symbols


@whole_scenes
@given(pictures("transposed"), SHOWS)
def test_blank_cells_have_no_letters_anywhere(drawn, show):
    check_blank(scene_of(drawn, cells="blank", show=show))


@whole_scenes
@given(pictures("conv", "pool", "ceil"), st.sampled_from(["max", "avg"]))
def test_nor_have_those_of_other_layers(drawn, reduce):
    check_blank(scene_of(drawn, cells="blank", reduce=reduce))


@whole_scenes
@given(comparisons())
def test_nor_have_those_of_a_comparison(drawn):
    check_blank(ca.render.compose_together([one.layer for one in drawn], drawn[0].shape, cells="blank"))


def check_blank(scene):
    assert not any(all_texts(scene))
    for step in scene.steps:
        for line in step.note.split("\n"):
            assert re.fullmatch(r"(\d\. |convolution: |transposed: )?(input|output) \([\d, ]*\)", line)


@whole_scenes
@given(pictures(), st.sampled_from(["symbols", "blank"]), st.sampled_from(["max", "avg"]))
def test_what_is_lit_and_written_does_not_depend_on_the_letters(drawn, cells, reduce):
    def bones(scene):
        grids = [
            (one.name, one.label, one.origin, one.marks, [cell.role for cell in one.cells.values()])
            for one in scene.grids()
        ]
        steps = [
            (
                [(light.grid, light.position, light.mark) for light in step.lit if light.mark != "winner"],
                [(write.grid, write.position, write.cell.role) for write in step.writes],
            )
            for step in scene.steps
        ]
        return scene.title, scene.captions, scene.alt, grids, steps

    assert bones(scene_of(drawn, cells=cells, reduce=reduce)) == bones(scene_of(drawn, reduce=reduce))


@pytest.mark.parametrize("cells", ["symbols", "blank"])
def test_no_maximum_is_marked_where_there_are_no_numbers(cells):
    scene = ca.render.compose(ca.Pool(2), (4, 4), cells=cells)
    assert not [light for step in scene.steps for light in step.lit if light.mark == "winner"]


def test_every_index_has_another_symbol_that_can_be_read_back():
    indices = [*product(range(120)), *product(range(13), repeat=2), *product(range(11), repeat=3)]
    symbols = {}
    for index in indices:
        text = symbol("x", index)
        assert symbols.setdefault((len(index), text), index) == index
        assert read(text, len(index)) == ("x", index)
    assert symbol("w", (10,)) == "w₁₀"
    assert symbol("w", (1, 0)) == "w₁₀"


def test_a_long_sum_of_symbols_is_counted():
    scene = ca.render.compose(ca.Conv(28), (28,), cells="symbols")
    assert scene.steps[0].note == "y₀ = a sum of 28 terms"
