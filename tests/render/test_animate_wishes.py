"""`compose` and `animate`: what can be wished for, what is said of it, and what is refused before anything is made."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import convarith as ca
from convarith.render import making
from convarith.render.composers import composing, limits

ODD = ca.Conv(3, stride=2, padding=1)
UP = ca.ConvTranspose(3, stride=2, padding=1)


def texts(scene, name, role):
    """The numbers in the cells of a role, row-major."""
    return [
        cell.text for grid in scene.grids() if grid.name == name for cell in grid.cells.values() if cell.role == role
    ]


@pytest.fixture
def target(tmp_path):
    return tmp_path / "odd.gif"


def test_a_shape_may_be_a_number():
    assert ca.render.compose(ca.Conv(3), 5) == ca.render.compose(ca.Conv(3), (5,))


@pytest.mark.parametrize(("verb", "composer"), [("animate", "compose"), ("compare", "compose_together")])
def test_every_wish_is_handed_on(monkeypatch, target, verb, composer):
    """Each of them another object, so that none can stand for another."""
    handed = {}

    class Stop(Exception):  # noqa: N818 # nothing went wrong
        pass

    def record(*_given, **wishes):
        handed.update(wishes)
        raise Stop

    monkeypatch.setattr(making, composer, record)
    wishes = {
        name: object()
        for name, parameter in inspect.signature(getattr(ca.render, composer)).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }
    with pytest.raises(Stop):
        getattr(ca.render, verb)(ODD, (6, 6), target, **wishes)
    assert handed == wishes


@pytest.mark.parametrize(("verb", "composer"), [("animate", "compose"), ("compare", "compose_together")])
def test_what_is_not_wished_for_is_the_same_for_both(verb, composer):
    wishes, own = (inspect.signature(getattr(ca.render, name)).parameters for name in (verb, composer))
    for name, parameter in own.items():
        if parameter.kind is parameter.KEYWORD_ONLY:
            assert wishes[name].default == parameter.default


class TestAlternativeText:
    def test_it_says_layer_sizes_formula_and_what_is_unread(self):
        assert ca.render.compose(ODD, (6, 6)).alt == (
            "Convolution with kernel 3, stride 2, padding 1. An input of 6×6 gives an output of 3×3: "
            "Relationship 6: o = ⌊(i + 2p - k)/s⌋ + 1 = ⌊(6 + 2·1 - 3)/2⌋ + 1 = 3. "
            "The window stands at 9 places, one after the other, and at each it writes one cell of the output. "
            "Never read: 1 position (not of the input) on each axis."
        )

    @pytest.mark.parametrize(
        ("layer", "shape", "wishes", "parts"),
        [
            (
                ca.Pool(2),
                (4, 6),
                {},
                ("Maximum pooling with kernel 2, stride 2.", "An input of 4×6 gives an output of 2×3"),
            ),
            (
                ca.Pool(2),
                (4, 6),
                {"reduce": "avg"},
                ("Average pooling with kernel 2, stride 2.", "6 places", "Every position"),
            ),
            (ca.Conv((2, 3)), (2, 5), {}, ("kernel 2×3", "axis 0 (height)", "axis 1 (width)", "output of 1×3")),
            (ca.Conv(3), (3,), {}, ("The window stands at 1 place, and",)),
            (ca.Conv(2, padding="same"), (4,), {}, ("same padding", "An input of 4 gives an output of 4")),
            (
                ca.ConvTranspose(3),
                (2, 2),
                {},
                (
                    "Transposed convolution with kernel 3",
                    "output of 4×4",
                    "Relationship 8",
                    "convolution, 16 places, one after the other: the input 2×2, padded",
                ),
            ),
            (
                UP,
                (3,),
                {},
                (
                    "5 places, one after the other: the input 3, stretched to 5, padded to 7, "
                    "the kernel rotated by 180°.",
                ),
            ),
            (UP, (3,), {"show": "stamp"}, ("shown as 3 stamps", "where stamps overlap they add up")),
            (UP, (3,), {"show": "pair"}, ("side by side, in 3 steps", "colours of input and output are exchanged")),
            (ca.Conv(1, stride=2), (4, 5), {}, ("2 positions (2 of them input)", "axis 0 (height)")),
            (ca.Conv(2, padding=-1), (5,), {}, ("Cropped inputs: 2 of 5.",)),
        ],
    )
    def test_that_of_other_layers(self, layer, shape, wishes, parts):
        alt = ca.render.compose(layer, shape, **wishes).alt
        for part in parts:
            assert part in alt


class TestTitlesAndCaptions:
    @pytest.mark.parametrize(
        ("layer", "shape", "title"),
        [
            (ca.Pool(2), (4,), "Maximum pooling: kernel 2, stride 2"),
            (ca.Pool(3, stride=1), (4, 4), "Maximum pooling: kernel 3, stride 1"),
            (ca.Pool((2, 3)), (4, 6), "Maximum pooling: kernel 2×3, stride 2×3"),
            (ca.Pool(3, stride=2, padding=1), (6,), "Maximum pooling: kernel 3, stride 2, padding 1"),
            (ca.Conv(2), (4,), "Convolution: kernel 2"),
            (ca.Conv(2, padding=((1, 2), (0, 1))), (4, 4), "Convolution: kernel 2, padding (1, 2) × (0, 1)"),
            (ca.Conv(2, padding=((2, 1),)), (4,), "Convolution: kernel 2, padding (2, 1)"),
            (ca.Conv((2, 3), dilation=(2, 1)), (5, 5), "Convolution: kernel 2×3, dilation 2×1"),
            (ca.ConvTranspose(1), (2,), "Transposed convolution: kernel 1"),
        ],
    )
    def test_titles_say_all_settings_and_always_the_stride_of_a_pooling(self, layer, shape, title):
        scene = ca.render.compose(layer, shape)
        assert scene.title == title
        assert scene.alt.startswith(f"{title.replace(': ', ' with ')}. An input of ")

    @pytest.mark.parametrize("reduce", ["max", "avg"])
    def test_poolings_of_either_kind_name_their_stride(self, reduce):
        assert ca.render.compose(ca.Pool(3), (6, 6), reduce=reduce).title.endswith(" pooling: kernel 3, stride 3")

    @pytest.mark.parametrize(
        ("dilation", "shape", "spans"),
        [
            (1, (6, 6), []),
            (2, (6, 6), ["k̂ = k + (k - 1)(d - 1) = 3 + (3 - 1)(2 - 1) = 5"]),
            (2, (6,), ["k̂ = k + (k - 1)(d - 1) = 3 + (3 - 1)(2 - 1) = 5"]),
            ((2, 1), (6, 6), ["axis 0 (height): k̂ = k + (k - 1)(d - 1) = 3 + (3 - 1)(2 - 1) = 5"]),
            (
                (2, 3),
                (7, 7),
                [
                    "axis 0 (height): k̂ = k + (k - 1)(d - 1) = 3 + (3 - 1)(2 - 1) = 5",
                    "axis 1 (width): k̂ = k + (k - 1)(d - 1) = 3 + (3 - 1)(3 - 1) = 7",
                ],
            ),
        ],
    )
    def test_a_dilated_kernel_has_its_axis_where_the_axes_differ(self, dilation, shape, spans):
        captions = ca.render.compose(ca.Conv(3, dilation=dilation), shape).captions
        said = [caption for caption in captions if "15" in caption]
        assert said == [f"Relationship 15: {span}" for span in spans]


class TestNumbers:
    def test_given_ones_are_shown(self):
        x, w = np.arange(36).reshape(6, 6), np.arange(9).reshape(3, 3) - 4
        scene = ca.render.compose(ODD, (6, 6), input=x, kernel=w)
        assert texts(scene, "input", "input") == [str(number) for number in range(36)]
        assert texts(scene, "kernel", "weight") == [str(number - 4) for number in range(9)]

    def test_a_list_of_lists_and_truths_will_do(self):
        scene = ca.render.compose(ca.Conv(2), (2, 2), input=[[True, False], [True, True]], kernel=[[1.5, 2], [0, 1]])
        assert texts(scene, "input", "input") == ["1", "0", "1", "1"]
        assert texts(scene, "kernel", "weight") == ["1.5", "2", "0", "1"]
        assert scene.steps[0].writes[0].cell.text == "2.5"

    def test_a_seed_gives_the_same_ones_again_and_another_others(self):
        scenes = [ca.render.compose(ODD, (6, 6), seed=seed).text() for seed in (0, 0, 1, 2)]
        assert scenes[0] == scenes[1] == ca.render.compose(ODD, (6, 6)).text()
        assert len(set(scenes)) == 3

    def test_every_seed_is_one_and_its_numbers_stay_for_good(self):
        """Those of RandomState(0), whose stream is frozen; a seed has 32 bits."""
        first = [
            texts(ca.render.compose(ca.Conv(1), (8,), seed=seed), "input", "input") for seed in (0, 8, 2**16, 2**31)
        ]
        assert first[0] == list("33103333"), "0 3 1 0 3 3 3 3, and 3 is put for a 0 at the beginning"
        assert len(set(map(tuple, first))) == 4
        assert texts(ca.render.compose(ca.Conv(1), (8,), seed=2**32), "input", "input") == first[0]

    def test_the_seeded_ones_are_small_and_whole(self):
        for seed in range(20):
            scene = ca.render.compose(ODD, (6, 6), seed=seed)
            assert set(texts(scene, "input", "input")) <= set("0123")
            weights = set(texts(scene, "kernel", "weight"))
            assert weights <= set("012")
            assert weights != {"0"}
            pool = ca.render.compose(ca.Pool(2), (6, 6), seed=seed)
            assert set(texts(pool, "input", "input")) <= set("0123456789")

    @pytest.mark.parametrize("seed", range(12))
    def test_a_kernel_of_one_weight_changes_what_it_meets(self, seed):
        for layer, shape in ((ca.Conv(1), (2,)), (ca.Conv(1), (2, 2)), (ca.ConvTranspose(1), (2,))):
            assert texts(ca.render.compose(layer, shape, seed=seed), "kernel", "weight") == ["2"]

    @pytest.mark.parametrize("seed", range(30))
    @pytest.mark.parametrize(
        ("layer", "wishes"),
        [
            (ca.Conv(2), {}),
            (ca.Pool(2), {}),
            (ca.ConvTranspose(2), {}),
            (ca.ConvTranspose(2), {"show": "stamp"}),
            (ca.Conv(2), {"show": "pair"}),
        ],
    )
    def test_the_first_seeded_input_is_not_zero(self, layer, wishes, seed):
        """What is shown first shows something; zeros elsewhere stay."""
        for shape in ((4,), (3, 3), (2, 2, 2)):
            scene = ca.render.compose(layer, shape, seed=seed, **wishes)
            assert texts(scene, "input", "input")[0] != "0"
            if wishes.get("show") == "pair":
                assert texts(scene, "small", "done")[0] != "0"
        compared = ca.render.compose_together([layer, layer], (4,), seed=seed)
        assert texts(compared, "1 input", "input")[0] != "0"

    def test_zeros_elsewhere_and_given_ones_stay(self):
        seeded = [texts(ca.render.compose(ODD, (6, 6), seed=seed), "input", "input") for seed in range(4)]
        assert all("0" in numbers for numbers in seeded)
        assert {numbers[0] for numbers in seeded} > {"3"}, "others than what is put for a zero"
        given = ca.render.compose(ca.Conv(1), (2,), input=[0, 0], kernel=[0])
        assert texts(given, "input", "input") == ["0", "0"]
        assert texts(given, "kernel", "weight") == ["0"]


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
        "unknown show 'stamps'; did you mean 'stamp'? Known are equivalent, stamp, pair",
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
    for made in ("seeded", "seeded_kernel", "numbers_of", "weighed", "highest", "Reading"):
        monkeypatch.setattr(composing, made, refuse)
    for composer in ("slid_scene", "stamped_scene", "paired_scene"):
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


@pytest.mark.parametrize("kernel_size", [(2,), (3,), (2, 2), (3, 3), (1, 4), (2, 2, 2)])
@pytest.mark.parametrize("seed", range(5))
def test_a_seeded_kernel_tells_its_directions(kernel_size, seed):
    """No row of zeros; no axis along which it is its own mirror image; and not the same when rotated."""
    shape = tuple(size + 1 for size in kernel_size)
    kernel = next(g for g in ca.render.compose(ca.Conv(kernel_size), shape, seed=seed).grids() if g.name == "kernel")
    weights = {position: int(cell.text) for position, cell in kernel.cells.items()}
    for axis, size in enumerate(kernel_size):
        for along in range(size):
            assert any(weight for position, weight in weights.items() if position[axis] == along)
        mirrored = {
            (*position[:axis], size - 1 - position[axis], *position[axis + 1 :]): weight
            for position, weight in weights.items()
        }
        assert size == 1 or mirrored != weights
    rotated = {
        tuple(size - 1 - at for at, size in zip(position, kernel_size, strict=True)): weight
        for position, weight in weights.items()
    }
    assert rotated != weights
