"""``max_frames``: some of the steps, evenly spaced, each with all that was written up to it."""

from __future__ import annotations

from itertools import pairwise

import picture_walk
import pytest
from drawn_scenes import comparisons, pictures, scene_of, whole_scenes
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca

MOST = st.integers(1, 12)


def check_sampled(whole, some, most):
    """What is said, which steps are shown, and what stands there at each of them."""
    count = len(whole.steps)
    if count <= most:
        assert some == whole
        return None
    assert len(some.steps) == most
    caption = f"Shown: {most} of {count} steps" + ("" if most == 1 else ", evenly spaced")
    assert some.captions == (*whole.captions, caption)
    assert some.alt == f"{whole.alt} {caption}."
    assert some.rows == whole.rows
    shown, states = [], list(picture_walk.played(whole))
    for step, state in zip(some.steps, picture_walk.played(some), strict=True):
        after = shown[-1] + 1 if shown else 0
        bones = [(one.lit, one.note) for one in whole.steps]
        candidates = [at for at in range(after, count) if bones[at] == (step.lit, step.note) and states[at] == state]
        assert candidates, "no such step with all that was written up to it"
        shown.append(candidates[0])
        assert len({(write.grid, write.position) for write in step.writes}) == len(step.writes)
    return shown


def check_poster(whole, some, shown):
    """The step that a still shows is the nearest to the one it would show of all steps."""
    away = [abs(number - whole.poster) for number in shown]
    assert away[some.poster] == min(away)


def check_spacing(shown, count, most):
    gaps = {later - earlier for earlier, later in pairwise(shown)}
    assert shown[-1] == count - 1
    assert most == 1 or shown[0] == 0
    assert not gaps or max(gaps) - min(gaps) <= 1


@whole_scenes
@given(pictures(), MOST)
def test_the_windows_that_are_shown(drawn, most):
    whole = scene_of(drawn)
    some = scene_of(drawn, max_frames=most)
    shown = check_sampled(whole, some, most)
    if shown:
        check_spacing(shown, len(whole.steps), most)
        check_poster(whole, some, shown)


@whole_scenes
@given(pictures("transposed"), MOST, st.sampled_from(["stamp", "pair"]))
def test_the_stamps_that_are_shown(drawn, most, show):
    whole = scene_of(drawn, show=show)
    some = scene_of(drawn, show=show, max_frames=most)
    shown = check_sampled(whole, some, most)
    if shown:
        check_spacing(shown, len(whole.steps), most)
        check_poster(whole, some, shown)


@whole_scenes
@given(comparisons(), MOST)
def test_a_comparison_ends_with_all_that_is_written(drawn, most):
    layers, shape = [one.layer for one in drawn], drawn[0].shape
    whole = ca.render.compose_together(layers, shape)
    some = ca.render.compose_together(layers, shape, max_frames=most)
    check_sampled(whole, some, most)
    assert list(picture_walk.played(some))[-1] == list(picture_walk.played(whole))[-1]


def test_four_of_ten():
    """The windows 0, 3, 6 and 9."""
    scene = ca.render.compose(ca.Conv(1), (10,), max_frames=4, input=range(10), kernel=[1])
    assert [step.note.split(" = ")[0] for step in scene.steps] == [
        "output (0)",
        "output (3)",
        "output (6)",
        "output (9)",
    ]
    assert scene.captions[-1] == "Shown: 4 of 10 steps, evenly spaced"
    assert scene.poster == 1  # 3 is nearer to 4 than 6 is
    assert [[write.cell.text for write in step.writes] for step in scene.steps] == [
        ["0"],
        ["1", "2", "3"],
        ["4", "5", "6"],
        ["7", "8", "9"],
    ]


@pytest.mark.parametrize(
    ("most", "poster"),
    [(1, 0), (2, 0), (3, 1), (5, 2), (6, 3), (8, 4), (9, 4)],
)
def test_the_still_of_some_of_nine_steps_is_the_one_nearest_to_the_middle(most, poster):
    """Of the steps 0 ... 8 the middle is 4: of 0, 1, 3, 4, 6 and 8 it is the fourth, of 0, 4 and 8 the second."""
    assert ca.render.compose(ca.Conv(1), (9,), max_frames=most).poster == poster


def test_one_of_two_is_not_spaced():
    scene = ca.render.compose(ca.Conv(1), (2,), max_frames=1)
    assert scene.captions[1:] == ("Shown: 1 of 2 steps",)
    assert scene.alt.endswith(" Shown: 1 of 2 steps.")


def test_what_would_be_too_many_frames_is_shown_in_part():
    layer, shape = ca.Conv(3, padding=1), (64, 64)
    with pytest.raises(ca.ShapeError, match=r"would have 4096 frames, more than the limit of 1000; .*--max-frames"):
        ca.render.compose(layer, shape)
    scene = ca.render.compose(layer, shape, max_frames=40, cells="blank")
    assert len(scene.steps) == 40
    assert len({write.position for step in scene.steps for write in step.writes}) == 4096


@pytest.mark.parametrize("most", [0, -3, 1.5, "4"])
def test_a_number_of_frames_that_is_none_is_refused(most):
    with pytest.raises(ca.ParameterError, match="max_frames"):
        ca.render.compose(ca.Conv(3), (5,), max_frames=most)
