"""`draw` and `draw_on`: scenes for painters and figures of one's own."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

import convarith as ca

SCENE = ca.render.compose(ca.Conv(3), (5, 5))


def words_on(axes):
    return [text.get_text() for text in axes.texts]


def drawn(**wishes):
    axes = Figure(figsize=(6, 5)).add_subplot()
    ca.render.draw_on(axes, SCENE, **wishes)
    return words_on(axes)


@pytest.mark.parametrize("number", range(9))
def test_a_frame_is_the_one_asked_for(number):
    assert SCENE.steps[number].note in drawn(frame=number)
    others = [step.note for step in SCENE.steps if step is not SCENE.steps[number]]
    assert not set(others) & set(drawn(frame=number))


def test_without_a_frame_it_is_the_poster():
    """The middle of 3x3 is the fifth window."""
    assert drawn() == drawn(frame="poster")
    assert SCENE.steps[4].note in drawn()


@pytest.mark.parametrize(
    ("frame", "error", "sentence"),
    [
        (9, ca.ShapeError, "there is no frame 9; the frames are 0 to 8"),
        (99, ca.ShapeError, "there is no frame 99; the frames are 0 to 8"),
        (-1, ca.ParameterError, "frame -1 is below 0"),
        (2.5, ca.ParameterError, "frame must be a whole number; got 2.5"),
        ("middle", ca.ParameterError, "unknown frame 'middle'; give a number from 0, or 'poster'"),
    ],
)
def test_what_is_no_frame_is_refused_in_a_sentence(frame, error, sentence):
    with pytest.raises(error) as caught:
        drawn(frame=frame)
    assert str(caught.value).startswith(sentence)


def test_view_theme_and_caption_are_those_of_a_picture():
    assert SCENE.title in drawn(view="sheets", theme="dark")
    assert SCENE.title not in drawn(caption=False)
    with pytest.raises(ca.ParameterError, match="unknown view 'shets'; did you mean 'sheets'"):
        drawn(view="shets")


def test_a_drawing_has_a_frame_for_each_step():
    drawing = ca.render.draw(SCENE, frame_ms=100)
    assert [frame.ms for frame in drawing.frames] == [100] * 8 + [1800]
    assert (drawing.title, drawing.alt) == (SCENE.title, SCENE.alt)
