"""One layer, many spellings: whatever is written the same way in the mind is the same value."""

from __future__ import annotations

import copy
import pickle

import pytest
from drawn import drawn_axes, drawn_layers, layer_of
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca


class Index:
    """An exact integer that is no int, as NumPy's are."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class Listing:
    """An ordered listing that is no list, as an array is."""

    def __init__(self, *entries):
        self.entries = entries

    def __getitem__(self, place):
        return self.entries[place]

    def __len__(self):
        return len(self.entries)

    def __iter__(self):
        return iter(self.entries)


def spellings_of(number):
    """One number for every axis."""
    return [number, (number,), [number], Index(number), (Index(number),), Listing(number), Listing(Index(number))]


@pytest.mark.parametrize("name", ["kernel_size", "stride", "dilation", "input_dilation"])
def test_a_number_for_every_axis(name):
    parameters = {"kernel_size": 3}
    expected = ca.Conv(**{**parameters, name: 2})
    for spelling in spellings_of(2):
        layer = ca.Conv(**{**parameters, name: spelling})
        assert layer == expected
        assert hash(layer) == hash(expected)
        assert getattr(layer, name) == 2
        assert type(getattr(layer, name)) is int
        assert layer.ndim is None


@pytest.mark.parametrize("name", ["kernel_size", "stride", "dilation", "input_dilation"])
def test_a_number_for_each_axis(name):
    parameters = {"kernel_size": 3}
    expected = ca.Conv(**{**parameters, name: (2, 1)})
    for spelling in ([2, 1], (Index(2), 1), [Index(2), Index(1)], Listing(2, 1)):
        layer = ca.Conv(**{**parameters, name: spelling})
        assert layer == expected
        assert getattr(layer, name) == (2, 1)
        assert layer.ndim == 2


def test_output_padding_is_spelled_like_the_others():
    for spelling in spellings_of(1):
        assert ca.ConvTranspose(3, stride=2, output_padding=spelling) == ca.ConvTranspose(3, stride=2, output_padding=1)
    assert ca.ConvTranspose(3, stride=2, output_padding=[0, 1]).output_padding == (0, 1)


@pytest.mark.parametrize(
    ("spellings", "sides", "canonical"),
    [
        # both sides of every axis
        ([1, (1,), [1], Index(1), ((1, 1),), [[1, 1]], ((1, Index(1)),), Listing((1, 1))], [(1, 1), (1, 1)], 1),
        # one number for each axis
        ([(1, 2), [1, 2], (Index(1), 2), ((1, 1), (2, 2)), (1, [2, 2]), Listing(1, 2)], [(1, 1), (2, 2)], (1, 2)),
        # one pair for every axis
        ([((0, 1),), [(0, 1)], ([0, 1],), Listing(Listing(0, 1))], [(0, 1), (0, 1)], ((0, 1),)),
        # a pair for each axis
        ([((0, 1), (2, 0)), [[0, 1], [2, 0]], Listing([0, 1], (2, 0))], [(0, 1), (2, 0)], ((0, 1), (2, 0))),
        # names: for every axis, and for each
        (["full", ("full",), ["full"]], [(2, 2), (2, 2)], "full"),
        ([("causal", 1), ["causal", (1, 1)]], [(2, 0), (1, 1)], ("causal", 1)),
        ([("half", (-1, 2))], [(1, 1), (-1, 2)], ("half", (-1, 2))),
    ],
)
def test_paddings(spellings, sides, canonical):
    expected = ca.Conv(3, padding=tuple(sides)).output_shape((9, 9))
    layers = [ca.Conv(3, padding=spelling) for spelling in spellings]
    for layer in layers:
        assert layer == layers[0]
        assert hash(layer) == hash(layers[0])
        assert layer.padding == canonical
        windows = layer.windows((9, 9))
        assert [(axis.before, axis.after) for axis in windows.axes] == sides
        assert windows.output_shape == expected


def test_a_pair_alone_is_a_number_for_each_of_two_axes():
    """(1, 2) is per axis; per side it is written ((1, 2),)."""
    assert ca.Conv(3, padding=(1, 2)).ndim == 2
    assert ca.Conv(3, padding=((1, 2),)).ndim is None
    assert ca.Conv(3, padding=(1, 2)) != ca.Conv(3, padding=((1, 2),))


def test_shapes():
    conv = ca.Conv(3)
    for shape in (9, (9,), [9], Index(9), (Index(9),), Listing(9)):
        assert conv.output_shape(shape) == (7,)
        assert conv.explain(shape).input_shape == (9,)
        assert conv.input_shapes(shape) == (range(11, 12),)
    for shape in ((9, 8), [9, 8], (Index(9), 8), Listing(9, 8)):
        assert conv.output_shape(shape) == (7, 6)


@given(drawn_layers(), st.data())
def test_equal_axes_may_be_written_once(drawn, data):
    """A number for all axes gives what the same number on each of them gives."""
    axis = data.draw(drawn_axes(drawn.axes[0].family))
    once, each = layer_of([axis]), layer_of([axis] * 3)
    assert once.output_shape((axis.size,) * 3) == each.output_shape((axis.size,) * 3)
    assert once.windows((axis.size,) * 3) == each.windows((axis.size,) * 3)


# Values


@given(drawn_layers())
def test_a_layer_prints_as_what_makes_it(drawn):
    for layer in (drawn.layer, *[drawn.layer.on_axis(number) for number in range(len(drawn.axes))]):
        again = eval(repr(layer), {type(layer).__name__: type(layer)})
        assert again == layer
        assert repr(again) == repr(layer)


@given(drawn_layers(families=("transposed",)))
def test_what_a_transposed_convolution_derives_prints_as_what_makes_it(drawn):
    for layer in (drawn.layer.equivalent, drawn.layer.direct):
        assert eval(repr(layer), {"Conv": ca.Conv}) == layer


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (ca.Conv(3), "Conv(kernel_size=3)"),
        (ca.Conv(3, stride=1, padding=0, dilation=1, input_dilation=1), "Conv(kernel_size=3)"),
        (
            ca.Conv((3, 5), stride=2, padding=((0, 1), "same"), dilation=2, input_dilation=3),
            "Conv(kernel_size=(3, 5), stride=2, padding=((0, 1), 'same'), dilation=2, input_dilation=3)",
        ),
        (ca.Conv(3, padding=((0, 1),)), "Conv(kernel_size=3, padding=((0, 1),))"),
        (ca.Pool(2), "Pool(kernel_size=2)"),
        (ca.Pool(2, stride=2, ceil_mode=False), "Pool(kernel_size=2)"),
        (ca.Pool(2, stride=1, ceil_mode=True), "Pool(kernel_size=2, stride=1, ceil_mode=True)"),
        (
            ca.ConvTranspose(3, stride=2, padding="half", output_padding=(0, 1)),
            "ConvTranspose(kernel_size=3, stride=2, padding='half', output_padding=(0, 1))",
        ),
    ],
)
def test_what_has_its_default_is_not_printed(layer, text):
    assert repr(layer) == text


@given(drawn_layers())
def test_values_are_copied_and_pickled_whole(drawn):
    windows, explanation = drawn.layer.windows(drawn.shape), drawn.layer.explain(drawn.shape)
    for value in (drawn.layer, windows, explanation, windows.axes[0], windows.unused()[0]):
        for again in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
            assert again == value
            assert hash(again) == hash(value)
            assert type(again) is type(value)
            assert repr(again) == repr(value)


@given(drawn_layers(ndim=(1, 2)), drawn_layers(ndim=(1, 2)))
def test_layers_are_equal_where_their_parameters_are(first, second):
    same = repr(first.layer) == repr(second.layer)
    assert (first.layer == second.layer) is same
    assert len({first.layer, second.layer}) == 2 - same


def test_layers_of_different_kinds_are_never_equal():
    layers = [ca.Conv(3), ca.Pool(3, stride=1), ca.ConvTranspose(3)]
    assert len(set(layers)) == 3
    assert ca.Conv(3) != 3


@pytest.mark.parametrize(
    "value", [ca.Conv(3), ca.Pool(3), ca.ConvTranspose(3), ca.Conv(3).windows((5,)), ca.Conv(3).windows((5,)).axes[0]]
)
def test_values_do_not_change(value):
    before = repr(value)
    name = next(iter(vars(value)))
    with pytest.raises(
        AttributeError, match=f"^{type(value).__name__} is immutable; make a new one instead of setting '{name}'$"
    ):
        setattr(value, name, 7)
    with pytest.raises(AttributeError, match=f"^{type(value).__name__} is immutable; '{name}' stays$"):
        delattr(value, name)
    with pytest.raises(AttributeError, match="is immutable"):
        value.novelty = 1
    assert repr(value) == before


def test_unused_is_a_tuple_of_its_four_counts():
    unused = ca.Unused(1, 2, 3, 4)
    assert unused == (1, 2, 3, 4)
    assert repr(unused) == "Unused(before=1, between=2, after=3, input=4)"
    with pytest.raises(AttributeError):
        unused.after = 0


def test_replace_changes_what_is_named():
    conv = ca.Conv((3, 5), stride=2, padding=((0, 1),))
    assert conv.replace(stride=1) == ca.Conv((3, 5), padding=((0, 1),))
    assert conv.replace() == conv
    pool = ca.Pool(3, stride=2)
    assert pool.replace(kernel_size=4, ceil_mode=True) == ca.Pool(4, stride=2, ceil_mode=True)
