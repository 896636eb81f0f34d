"""`compose` and `animate`: what is refused before anything is made, in which words, and that the advice mends it."""

from __future__ import annotations

import pytest

import convarith as ca
from convarith.render.composers import composing, limits

ODD = ca.Conv(3, stride=2, padding=1)
UP = ca.ConvTranspose(3, stride=2, padding=1)


@pytest.fixture
def target(tmp_path):
    return tmp_path / "odd.gif"


REFUSED = {
    "input of another shape": (
        ca.Conv(2),
        (3,),
        {"input": [1, 2]},
        ca.ShapeError,
        "input has the shape (2,) and the picture shows (3,); give input that shape",
    ),
    "kernel of another shape": (
        ca.Conv(2),
        (3,),
        {"kernel": [[1, 2]]},
        ca.ShapeError,
        "kernel has the shape (1, 2) and the picture shows (2,); give kernel that shape",
    ),
    "words": (
        ca.Conv(2),
        (2,),
        {"input": ["a", "b"]},
        ca.ParameterError,
        "input has the dtype <U1; give an array of numbers",
    ),
    "complex": (
        ca.Conv(2),
        (2,),
        {"kernel": [1j, 2]},
        ca.ParameterError,
        "kernel has the dtype complex128; give real numbers",
    ),
    "kernel of a pooling": (
        ca.Pool(2),
        (2,),
        {"kernel": [1, 2]},
        ca.ParameterError,
        "a pooling has no weights; leave the kernel out",
    ),
    "mxa": (
        ca.Pool(2),
        (2,),
        {"reduce": "mxa"},
        ca.ParameterError,
        "unknown reduction 'mxa'; did you mean 'max'? Known are max, avg",
    ),
    "median": (ca.Pool(2), (2,), {"reduce": "zz"}, ca.ParameterError, "unknown reduction 'zz'; known are max, avg"),
    "rows of different lengths": (
        ca.Conv(2),
        (2, 2),
        {"input": [[1, 2], [3]]},
        ca.ParameterError,
        "input has rows of different lengths; give an array of numbers",
    ),
    "objects": (
        ca.Conv(2),
        (2,),
        {"input": [None, 2]},
        ca.ParameterError,
        "input has the dtype object; give an array of numbers",
    ),
    "unknown cells": (
        ca.Conv(2),
        (2,),
        {"cells": "number"},
        ca.ParameterError,
        "unknown cells 'number'; did you mean 'numbers'? Known are numbers, symbols, blank",
    ),
    "unknown show": (
        UP,
        (2,),
        {"show": "stamps"},
        ca.ParameterError,
        "unknown show 'stamps'; did you mean 'stamp'? Known are equivalent, stamp, pair, "
        "matrix, subsampled, counting, overlap, switches",
    ),
    "unknown padding_mode": (
        ODD,
        (5,),
        {"padding_mode": "replicated"},
        ca.ParameterError,
        "unknown padding_mode 'replicated'; did you mean 'replicate'? Known are zeros, reflect, replicate, circular",
    ),
    "numbers for symbols": (
        ODD,
        (3,),
        {"cells": "symbols", "input": [1, 2, 3]},
        ca.ParameterError,
        "cells 'symbols' show no numbers, and some are given; leave them out, or ask for cells 'numbers'",
    ),
    "numbers for blank cells": (
        ODD,
        (3,),
        {"cells": "blank", "kernel": [1, 2, 3]},
        ca.ParameterError,
        "cells 'blank' show no numbers, and some are given; leave them out, or ask for cells 'numbers'",
    ),
    "stamps of a convolution": (
        ODD,
        (5,),
        {"show": "stamp"},
        ca.ParameterError,
        "show 'stamp' is for a transposed convolution, and this is a convolution; leave it out",
    ),
    "stamps of a continued convolution": (
        ODD,
        (5,),
        {"show": "stamp", "padding_mode": "reflect"},
        ca.ParameterError,
        "show 'stamp' is for a transposed convolution, and this is a convolution; leave it out",
    ),
    "stamps of a pooling": (
        ca.Pool(2),
        (5,),
        {"show": "stamp"},
        ca.ParameterError,
        "show 'stamp' is for a transposed convolution, and this is a pooling; leave it out",
    ),
    "pair of a pooling": (
        ca.Pool(2),
        (5,),
        {"show": "pair"},
        ca.ParameterError,
        "show 'pair' is for a transposed convolution or a convolution, and this is a pooling; leave it out",
    ),
    "continued pooling": (
        ca.Pool(2, padding=1),
        (5,),
        {"padding_mode": "reflect"},
        ca.ParameterError,
        "padding_mode 'reflect' is for a convolution alone, and this is a pooling; leave it out",
    ),
    "continued transposed convolution": (
        UP,
        (5,),
        {"padding_mode": "circular"},
        ca.ParameterError,
        "padding_mode 'circular' is for a convolution alone, and this is a transposed convolution; leave it out",
    ),
    "continued pair": (
        ODD,
        (5,),
        {"padding_mode": "replicate", "show": "pair"},
        ca.ParameterError,
        "padding_mode 'replicate' is for a convolution alone, and this is show 'pair'; leave it out",
    ),
    "negative seed": (ODD, (5,), {"seed": -1}, ca.ParameterError, "seed -1 is below 0; the smallest seed is 0"),
    "misfit": (
        ca.Conv(5),
        (4,),
        {},
        ca.ShapeError,
        "kernel 5 does not fit in input 4 with padding 0; it needs padding of at least 1 on each side, "
        "or a kernel of at most 4",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_and_in_which_words(target, name):
    layer, shape, wishes, kind, words = REFUSED[name]
    with pytest.raises(kind) as refusal:
        ca.render.animate(layer, shape, target, **wishes)
    assert str(refusal.value) == words
    assert not target.exists()


MENDED = {
    "input of another shape": (ca.Conv(2), (3,), {"input": [1, 2, 3]}),
    "kernel of another shape": (ca.Conv(2), (3,), {"kernel": [1, 2]}),
    "words": (ca.Conv(2), (2,), {"input": [1, 2]}),
    "complex": (ca.Conv(2), (2,), {"kernel": [1.5, 2]}),
    "kernel of a pooling": (ca.Pool(2), (2,), {}),
    "mxa": (ca.Pool(2), (2,), {"reduce": "max"}),
    "median": (ca.Pool(2), (2,), {"reduce": "avg"}),
    "rows of different lengths": (ca.Conv(2), (2, 2), {"input": [[1, 2], [3, 4]]}),
    "objects": (ca.Conv(2), (2,), {"input": [0, 2]}),
    "unknown cells": (ca.Conv(2), (2,), {"cells": "numbers"}),
    "unknown show": (UP, (2,), {"show": "stamp"}),
    "unknown padding_mode": (ODD, (5,), {"padding_mode": "replicate"}),
    "numbers for symbols": (ODD, (3,), {"cells": "symbols"}),
    "numbers for blank cells": (ODD, (3,), {"cells": "numbers", "kernel": [1, 2, 3]}),
    "stamps of a convolution": (ODD, (5,), {}),
    "stamps of a continued convolution": (ODD, (5,), {"padding_mode": "reflect"}),
    "stamps of a pooling": (ca.Pool(2), (5,), {}),
    "pair of a pooling": (ca.Pool(2), (5,), {}),
    "continued pooling": (ca.Pool(2, padding=1), (5,), {}),
    "continued transposed convolution": (UP, (5,), {}),
    "continued pair": (ODD, (5,), {"show": "pair"}),
    "negative seed": (ODD, (5,), {"seed": 0}),
    "misfit": (ca.Conv(5, padding=1), (4,), {}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_advice_mends_it(name):
    layer, shape, wishes = MENDED[name]
    assert ca.render.compose(layer, shape, **wishes).steps


LARGE_PAIR = ca.ConvTranspose(15, padding=14)  # 46×46 of which 74×74 are stamped

TOO_LARGE = {
    "a huge input": (ca.Conv(3), (2**60,), {}, "cells in one grid", limits.CELL_LIMIT),
    "a huge image": (ca.Pool(2), (2**30, 2**30), {}, f"{2**60} cells", limits.CELL_LIMIT),
    "a huge padding": (ca.Conv(2**60, padding=2**60, stride=2**62), (1,), {}, "cells in one grid", limits.CELL_LIMIT),
    "a huge transposed one": (ca.ConvTranspose(3, stride=2**40), (2,), {}, "the padding or", limits.CELL_LIMIT),
    "huge stamps": (ca.ConvTranspose(3, stride=2**40), (2,), {"show": "stamp"}, "cells", limits.CELL_LIMIT),
    "stamps that are cut away": (LARGE_PAIR, (60, 60), {"show": "stamp"}, "5476 cells", limits.CELL_LIMIT),
    "a pair of which much is cut away": (LARGE_PAIR, (60, 60), {"show": "pair"}, "5476 cells", limits.CELL_LIMIT),
    "four axes": (ca.Conv(1), (2, 2, 2, 2), {}, "up to 3 axes and this input has 4; leave some out", 3),
    "one window too many": (ca.Conv(1), (1001,), {}, "1001 frames", limits.FRAME_LIMIT),
    "one stamp too many": (ca.ConvTranspose(1), (1001,), {"show": "stamp"}, "1001 frames", limits.FRAME_LIMIT),
    "one step of a pair too many": (ca.Conv(1), (1001,), {"show": "pair"}, "1001 frames", limits.FRAME_LIMIT),
    "one cell too many": (ca.Conv(1, stride=100), (5001,), {}, "5001 cells", limits.CELL_LIMIT),
    "too many cells for few frames": (ca.Conv(1), (5001,), {"max_frames": 3}, "5001 cells", limits.CELL_LIMIT),
    "a kernel too many": (ca.Conv(5001, padding=2500), (1,), {}, "kernel smaller", limits.CELL_LIMIT),
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_picture_too_large_is_refused_before_anything_is_made(monkeypatch, target, name):
    """Nothing is allocated: no number is seeded, no window is walked."""

    def refuse(*_args, **_kwargs):
        raise AssertionError("something was made")

    layer, shape, wishes, words, limit = TOO_LARGE[name]
    for made in ("input_numbers", "kernel_numbers", "weighed", "Reading", "work_of", "overlapped_scene"):
        monkeypatch.setattr(composing, made, refuse)
    for composer in ("slid_scene", "stamped_scene", "paired_scene", "subsampled_scene", "switched_scene"):
        monkeypatch.setattr(composing, composer, refuse)
    with pytest.raises(ca.ShapeError) as refusal:
        ca.render.animate(layer, shape, target, **wishes)
    assert words in str(refusal.value)
    assert str(limit) in str(refusal.value)
    assert refusal.value.limit == limit
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("layer", "shape", "wishes"),
    [
        (ca.Conv(1), (1000,), {}),
        (ca.Conv(1, stride=100), (5000,), {}),
        (ca.Conv(1), (1001,), {"max_frames": 1000}),
        (ca.Conv(1), (2, 2, 2), {}),
        (ca.ConvTranspose(1), (1000,), {"show": "stamp"}),
        (ca.ConvTranspose(1, stride=4), (251,), {"show": "stamp"}),
        (ca.ConvTranspose(1, stride=4), (251,), {"show": "pair"}),
    ],
)
def test_what_is_just_within_the_limits_is_not_refused(layer, shape, wishes):
    """The last two have 1001 outputs and 251 steps."""
    assert len(ca.render.compose(layer, shape, cells="blank", **wishes).steps) <= 1000


def test_each_of_layers_compared_is_within_the_limits():
    with pytest.raises(ca.ShapeError, match="1001 frames"):
        ca.render.compose_together([ca.Conv(2), ca.Conv(1)], (1001,))


def test_a_number_that_is_no_whole_one_is_no_seed():
    with pytest.raises(ca.ParameterError, match="seed"):
        ca.render.compose(ODD, (5,), seed=1.5)


@pytest.mark.parametrize("wishes", [{"seed": -1}, {"reduce": "banana"}, {"show": "banana"}, {"cells": "banana"}])
@pytest.mark.parametrize("layer", [ca.Conv(3), ca.Pool(2), ca.ConvTranspose(3)])
def test_wishes_that_are_never_right_are_refused_for_every_layer(wishes, layer, target):
    with pytest.raises(ca.ParameterError):
        ca.render.animate(layer, (5,), target, **wishes)
    assert not list(target.parent.iterdir())
