"""`compose` and `animate`: what can be wished for, and what is said of it."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import convarith as ca
from convarith.render import making

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


VERBS = [("animate", "compose"), ("compare", "compose_together"), ("stack", "compose_stack")]


@pytest.mark.parametrize(("verb", "composer"), VERBS)
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


@pytest.mark.parametrize(("verb", "composer"), VERBS)
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
