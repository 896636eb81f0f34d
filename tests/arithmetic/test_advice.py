"""The mend that a refusal names works, and one step short of it does not."""

from __future__ import annotations

import re

import pytest
from drawn import drawn_axes, layer_of
from hypothesis import assume, given
from hypothesis import strategies as st

import convarith as ca


def refusal_of(layer, size):
    """The ShapeError of a layer that does not fit, or None."""
    try:
        layer.output_shape((size,))
    except ca.ShapeError as refusal:
        return refusal
    return None


def fits(layer, size):
    return refusal_of(layer, size) is None


def advised(refusal, words):
    """The number that the sentence advises, or None; the attributes hold the same."""
    found = re.search(rf"{words} (-?\d+)", str(refusal))
    return int(found[1]) if found else None


@pytest.mark.parametrize("family", ["conv", "pool", "ceil"])
@pytest.mark.parametrize("symmetric", [True, False])
@given(data=st.data())
def test_more_padding_or_a_smaller_kernel(family, symmetric, data):
    """Uneven padding may be added on either side, as long as the first window of ceil_mode starts in the input (where
    it does not, see below)."""
    axis = data.draw(drawn_axes(family, largest=5, fitting=False))._replace(kernel=data.draw(st.integers(3, 7)))
    axis = axis._replace(after=axis.before) if symmetric else axis
    assume(axis.size + axis.before > 0 or family != "ceil" or symmetric)
    refusal = refusal_of(layer_of([axis]), axis.size)
    assume(refusal is not None)
    assert refusal.kernel_size == axis.kernel
    assert refusal.padding == (axis.before, axis.after)
    least = advised(refusal, "padding of at least")
    assert refusal.least_padding == least
    if axis.before == axis.after:
        assert f"padding of at least {least} on each side" in str(refusal)
        assert fits(layer_of([axis._replace(before=least, after=least)]), axis.size)
        assert not fits(layer_of([axis._replace(before=least - 1, after=least - 1)]), axis.size)
    else:
        assert f"padding of at least {least} in all" in str(refusal)
        after, before = least - axis.before, least - axis.after
        assert fits(layer_of([axis._replace(after=after)]), axis.size)
        assert not fits(layer_of([axis._replace(after=after - 1)]), axis.size)
        assert fits(layer_of([axis._replace(before=before)]), axis.size)
        assert not fits(layer_of([axis._replace(before=before - 1)]), axis.size)
    largest = advised(refusal, "a kernel of at most")
    assert refusal.largest_kernel_size == largest
    if largest is None:
        assert not fits(layer_of([axis._replace(kernel=1)]), axis.size)
    else:
        assert fits(layer_of([axis._replace(kernel=largest)]), axis.size)
        assert not fits(layer_of([axis._replace(kernel=largest + 1)]), axis.size)


@pytest.mark.parametrize("symmetric", [True, False])
@given(data=st.data())
def test_less_padding_or_a_larger_input(symmetric, data):
    axis = data.draw(drawn_axes("transposed", largest=4, fitting=False))
    axis = axis._replace(before=data.draw(st.integers(0, 15)), after=data.draw(st.integers(-2, 15)))
    axis = axis._replace(after=axis.before) if symmetric else axis
    refusal = refusal_of(layer_of([axis]), axis.size)
    assume(refusal is not None)
    assert refusal.output_size < 1
    largest = advised(refusal, "padding of at most")
    assert refusal.largest_padding == largest
    if axis.before == axis.after:
        assert f"padding of at most {largest} on each side" in str(refusal)
        assert fits(layer_of([axis._replace(before=largest, after=largest)]), axis.size)
        assert not fits(layer_of([axis._replace(before=largest + 1, after=largest + 1)]), axis.size)
    else:
        assert f"padding of at most {largest} in all" in str(refusal)
        after = largest - axis.before
        assert fits(layer_of([axis._replace(after=after)]), axis.size)
        assert not fits(layer_of([axis._replace(after=after + 1)]), axis.size)
    least = advised(refusal, "an input of at least")
    assert refusal.least_input_size == least
    assert fits(layer_of([axis]), least)
    assert not fits(layer_of([axis]), least - 1)


@given(st.integers(1, 6), st.integers(1, 5), st.integers(1, 3), st.integers(0, 3), st.integers(-3, 9))
def test_less_cropping_before_the_first_window(size, kernel, stride, more, after):
    """With ceil_mode a window has to start in the input, however much padding comes after it."""
    before = -size - more
    assume(after != before)
    pool = ca.Pool(kernel, stride=stride, padding=((before, after),), ceil_mode=True)
    refusal = refusal_of(pool, size)
    assume(refusal is not None)
    least = advised(refusal, "padding of at least")
    assert f"padding of at least {least} before" in str(refusal)
    assert refusal.least_padding == least
    assert fits(pool.replace(padding=((least, after),)), size)
    assert not fits(pool.replace(padding=((least - 1, after),)), size)
    largest = advised(refusal, "a kernel of at most")
    if largest is not None:
        assert fits(pool.replace(kernel_size=largest), size)
    assert not fits(pool.replace(kernel_size=(largest or 0) + 1), size)


@given(st.integers(1, 5), st.integers(1, 5), st.integers(-3, 9))
def test_an_output_padding_in_range(stride, dilation, output_padding):
    try:
        ca.ConvTranspose(2, stride=stride, dilation=dilation, output_padding=output_padding)
    except ca.ParameterError as refusal:
        largest = int(re.search(r"it can be 0 to (\d+)", str(refusal))[1])
        assert not 0 <= output_padding <= largest
        for within in range(largest + 1):
            assert ca.ConvTranspose(2, stride=stride, dilation=dilation, output_padding=within).output_shape(9)
        with pytest.raises(ca.ParameterError):
            ca.ConvTranspose(2, stride=stride, dilation=dilation, output_padding=largest + 1)
    else:
        assert 0 <= output_padding < max(stride, dilation)


@pytest.mark.parametrize("name", ["kernel_size", "stride", "dilation", "input_dilation"])
def test_the_smallest_parameter_is_taken(name):
    with pytest.raises(ca.ParameterError) as refusal:
        ca.Conv(**{"kernel_size": 1, name: -5})
    assert ca.Conv(**{"kernel_size": 1, name: refusal.value.least}).output_shape(3) == (3,)
    with pytest.raises(ca.ParameterError):
        ca.Conv(**{"kernel_size": 1, name: refusal.value.least - 1})


@pytest.mark.parametrize(
    ("misspelt", "meant"), [("sam", "same"), ("Valid", "valid"), ("fulll", "full"), ("casual", "causal")]
)
def test_the_suggested_name_is_one(misspelt, meant):
    with pytest.raises(ca.ParameterError) as refusal:
        ca.Conv(3, padding=misspelt)
    suggested = re.search(r"did you mean '(\w+)'\?", str(refusal.value))[1]
    assert suggested == meant
    for name in [suggested, *str(refusal.value).partition("Known are ")[2].split(", ")]:
        assert ca.Conv(3, padding=name).output_shape(9)


def test_a_named_padding_becomes_numbers_as_advised():
    with pytest.raises(ca.ParameterError, match=r"take Conv\(..., padding='same'\).transposed\(input_shape\)"):
        ca.ConvTranspose(3, stride=2, padding="same")
    assert ca.Conv(3, stride=2, padding="same").transposed(6).output_shape(3) == (6,)


def test_a_stretched_convolution_is_transposed_as_advised():
    conv = ca.Conv(3, input_dilation=2)
    with pytest.raises(ca.ParameterError, match=r"take windows\(input_shape\).transpose\(\), or a Conv with input"):
        conv.transposed(5)
    assert conv.windows(5).transpose().output_shape == (5,)
    assert conv.replace(input_dilation=1).transposed(5).output_shape(3) == (5,)


def test_the_entries_of_a_large_matrix_come_one_by_one_as_advised():
    with pytest.raises(ca.ShapeError, match=r"take the entries one by one from windows\(input_shape\).entries\(\)"):
        ca.Conv(3).matrix((400,))
    assert len(list(ca.Conv(3).windows((400,)).entries())) == 3 * 398
