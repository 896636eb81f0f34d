"""`animate`: what can be wished for, what comes back, and what is refused before anything is made."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

import convarith as ca
from convarith.render.composers import sliding

ODD = ca.Conv(3, stride=2, padding=1)


def texts(scene, name, role):
    """The numbers in the cells of a role, row-major."""
    return [
        cell.text for grid in scene.grids() if grid.name == name for cell in grid.cells.values() if cell.role == role
    ]


@pytest.fixture
def target(tmp_path):
    return tmp_path / "odd.gif"


def test_what_comes_back_is_what_was_written(target):
    animation = ca.render.animate(ODD, (6, 6), target)
    with Image.open(target) as image:
        assert image.size == (animation.width, animation.height)
        assert image.n_frames == animation.frames == 9
        assert image.info["comment"].decode("utf-8") == animation.alt_text
    assert animation.path == target
    assert animation.to_dict() == {
        "path": str(target),
        "frames": 9,
        "width": animation.width,
        "height": animation.height,
        "alt_text": animation.alt_text,
    }
    first, second = str(animation).split("\n")
    assert first == f"{target}: 9 frames, {animation.width}x{animation.height} pixels"
    assert second == animation.alt_text


def test_a_path_may_be_a_string_and_a_shape_a_number(tmp_path):
    assert ca.render.animate(ca.Conv(3), 5, f"{tmp_path}/row.gif").frames == 3


def test_the_alternative_text_says_layer_sizes_formula_and_what_is_unread():
    assert ca.render.compose(ODD, (6, 6)).alt == (
        "Animation: convolution with kernel 3, stride 2, padding 1. An input of 6×6 gives an output of 3×3, "
        "one window at a time: Relationship 6: o = ⌊(i + 2p - k)/s⌋ + 1 = ⌊(6 + 2·1 - 3)/2⌋ + 1 = 3. "
        "Never read: 1 position (not of the input) on each axis."
    )


@pytest.mark.parametrize(
    ("layer", "shape", "parts"),
    [
        (ca.Pool(2), (4, 6), ("maximum pooling with kernel 2.", "An input of 4×6 gives an output of 2×3", "Every pos")),
        (ca.Conv((2, 3)), (2, 5), ("kernel 2×3", "axis 0 (height)", "axis 1 (width)", "output of 1×3")),
        (ca.Conv(2, padding="same"), (4,), ("same padding", "An input of 4 gives an output of 4")),
        (ca.ConvTranspose(3), (2, 2), ("transposed convolution with kernel 3", "output of 4×4", "Relationship 8")),
        (ca.Conv(1, stride=2), (4, 5), ("2 positions (2 of them input)", "axis 0 (height)")),
    ],
)
def test_the_alternative_text_of_other_layers(layer, shape, parts):
    alt = ca.render.compose(layer, shape).alt
    for part in parts:
        assert part in alt


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
    def test_a_kernel_of_one_weight_is_never_zero(self, seed):
        assert texts(ca.render.compose(ca.Conv(1), (2,), seed=seed), "kernel", "weight") != ["0"]

    def test_the_picture_on_disk_depends_on_them(self, tmp_path):
        contents = set()
        for seed in (0, 1):
            ca.render.animate(ODD, (6, 6), tmp_path / f"{seed}.gif", seed=seed)
            contents.add((tmp_path / f"{seed}.gif").read_bytes())
        assert len(contents) == 2


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
        "input has the dtype <U1; give real numbers",
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


TOO_LARGE = {
    "a huge input": (ca.Conv(3), (2**60,), f"{2**60 - 2} frames", "1000", "make the input smaller"),
    "a huge image": (ca.Pool(2), (2**30, 2**30), f"{2**58} frames", "1000", "stride larger"),
    "a huge padding": (ca.Conv(2**60, padding=2**60, stride=2**62), (1,), "cells in one grid", "5000", "padding"),
    "a huge transposed one": (ca.ConvTranspose(3, stride=2**40), (2,), "frames", "1000", "smaller"),
    "four axes": (ca.Conv(1), (2, 2, 2, 2), "3 axes and this input has 4", "3", "leave some out"),
    "one window too many": (ca.Conv(1), (1001,), "1001 frames", "1000", "smaller"),
    "one cell too many": (ca.Conv(1, stride=100), (5001,), "5001 cells", "5000", "make the input"),
    "a kernel too many": (ca.Conv(5001, padding=2500), (1,), "cells in one grid", "5000", "kernel smaller"),
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_picture_too_large_is_refused_before_anything_is_made(monkeypatch, target, name):
    """Nothing is allocated: no number is seeded, no window is walked."""

    def refuse(*_args, **_kwargs):
        raise AssertionError("something was made")

    layer, shape, *words = TOO_LARGE[name]
    for made in ("seeded", "weighed", "highest", "_scene"):
        monkeypatch.setattr(sliding, made, refuse)
    with pytest.raises(ca.ShapeError) as refusal:
        ca.render.animate(layer, shape, target)
    for word in words:
        assert word in str(refusal.value)
    assert str(refusal.value.limit) == words[1]
    assert list(target.parent.iterdir()) == []


def test_what_is_just_within_the_limits_is_not_refused():
    sliding.check_size(ca.Conv(1).windows((1000,)))
    sliding.check_size(ca.Conv(1, stride=100).windows((5000,)))
    sliding.check_size(ca.Conv(1).windows((2, 2, 2)))


@pytest.mark.parametrize("wishes", [{"seed": -1}, {"seed": 1.5}, {"reduce": "banana"}])
def test_wishes_that_are_never_right_are_refused_for_every_layer(wishes, tmp_path):
    with pytest.raises(ca.ParameterError):
        ca.render.animate(ca.Conv(3), (5,), tmp_path / "conv.gif", **wishes)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("layer", "shape"), [(ca.Conv(3, stride=100), (1900,)), (ca.Conv(2, dilation=300, padding=300), (6,))]
)
def test_a_picture_that_no_page_holds_is_refused(layer, shape, tmp_path):
    with pytest.raises(ca.ShapeError, match=r"pixels, more than the limit of 8000 on a side; make the input"):
        ca.render.animate(layer, shape, tmp_path / "wide.gif")
    assert not list(tmp_path.iterdir())


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
