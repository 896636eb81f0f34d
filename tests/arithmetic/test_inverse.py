"""The inverse questions against trying everything: nothing missing, nothing wrong, and true reasons for no answer."""

from __future__ import annotations

import json
import re
from itertools import product

import pytest
from drawn import drawn_layers
from hypothesis import given
from hypothesis import strategies as st

import convarith as ca
from convarith.arithmetic import inverse

LAYERS = [
    *[ca.Conv(k, stride=s, padding=p) for k, s, p in product((1, 2, 3, 5), (1, 2, 3), (0, 1, 2))],
    *[ca.Pool(k, stride=s, padding=p, ceil_mode=True) for k, s, p in product((2, 3), (1, 2, 3), (0, 1))],
    *[ca.ConvTranspose(k, stride=s, padding=p) for k, s, p in product((1, 2, 3, 4), (1, 2, 3), (0, 1, 2))],
    *[ca.Conv(3, stride=2, padding=name) for name in ("valid", "half", "full", "causal", "same", "same_lower")],
    *[ca.Pool(2, padding=name, ceil_mode=True) for name in ("half", "same")],
    *[ca.ConvTranspose(2, stride=3, padding=name, output_padding=2) for name in ("half", "full", "causal")],
    ca.Conv(3, dilation=2, stride=2),
    ca.Conv(2, input_dilation=3, stride=2, padding=((0, 1),)),
    ca.Conv(2, padding=-1),
    ca.Pool(3),
    ca.ConvTranspose(2, dilation=3, stride=2, output_padding=2),
]
STRIDABLE = [layer for layer in LAYERS if not getattr(layer, "output_padding", 0)]
"""Those that have any stride: a stride of 1 allows no output_padding."""

UNPADDED = list(dict.fromkeys(layer.replace(padding=0) for layer in LAYERS))
UNSTRIDED = list(dict.fromkeys(layer.replace(padding=0, stride=1) for layer in STRIDABLE))
"""One of those that differ only in what is asked for."""

TRIED = range(1, 41)
"""Inputs to try: with these layers, 40 give more than any output that is asked for."""


def size_of(layer, size):
    """The layer's output size, 0 where it does not fit."""
    try:
        return layer.output_shape((size,))[0]
    except ca.ShapeError:
        return 0


def claims(reason):
    """What a reason claims as (parameter, value, output size); "nothing" is 0."""
    found = re.findall(r"(input|padding|stride) (\d+) gives (\d+|nothing)", reason)
    return [(name, int(value), 0 if size == "nothing" else int(size)) for name, value, size in found]


def check_claims(reason, least, size_with):
    """At least so many claims are made, and each of them is true."""
    made = claims(reason)
    assert len(made) >= least, reason
    for name, value, size in made:
        assert size_with(name, value) == size, reason


def test_inputs_are_all_inputs():
    empty = 0
    for layer in LAYERS:
        outputs = {size: size_of(layer, size) for size in TRIED}
        for wanted in range(1, 8):
            answer = inverse.inputs(layer, wanted)
            (axis,) = answer.axes
            expected = [size for size, output in outputs.items() if output == wanted]
            assert list(axis.values) == expected
            assert bool(answer) is bool(expected)
            assert axis.least is None
            assert (axis.reason == "") is bool(expected)
            if not expected:
                check_claims(axis.reason, 1, lambda _, value, outputs=outputs: outputs[value])
                empty += 1
    assert empty > 20


def test_paddings_are_all_paddings_and_the_least_is_the_least():
    """Up to 15 a side; the layer's own padding is not looked at."""
    empty = uneven = 0
    for layer, size, wanted in product(UNPADDED, (1, 4, 7), range(1, 8)):
        (axis,) = inverse.paddings(layer, size, wanted).axes

        def padded(before, after, layer=layer, size=size):
            return size_of(layer.replace(padding=((before, after),)), size)

        expected = [padding for padding in range(16) if padded(padding, padding) == wanted]
        assert list(axis.values) == expected
        sides = [(before, total - before) for total in range(31) for before in range(total + 1)]
        totals = [before + after for before, after in sides if padded(before, after) == wanted]
        if totals:  # the least total, as even as can be, the odd one after
            least = min(totals)
            splits = [before for before in range(least + 1) if padded(before, least - before) == wanted]
            before = min(splits, key=lambda before: (abs(least - 2 * before), before))
            assert axis.least == (before, least - before)
        else:
            assert axis.least is None
        if not expected:
            check_claims(axis.reason, 1, lambda _, value, padded=padded: padded(value, value))
            assert ("the two sides have to differ" in axis.reason) is bool(totals)
            empty += 1
            uneven += bool(totals)
    assert empty > 50
    assert uneven > 20


def with_stride(layer, stride, size, padding=None):
    """The size with another stride (and padding)."""
    changed = layer.replace(stride=stride)
    return size_of(changed if padding is None else changed.replace(padding=padding), size)


def test_strides_and_paddings_are_all_pairs():
    empty = 0
    for layer, size, wanted in product(UNSTRIDED, (1, 3, 6), range(1, 8)):
        answer = inverse.strides_and_paddings(layer, size, wanted, max_stride=5, max_padding=3)
        (axis,) = answer.axes
        pairs = product(range(1, 6), range(4))
        expected = [(stride, p) for stride, p in pairs if with_stride(layer, stride, size, p) == wanted]
        assert sorted(axis.values) == expected
        if expected:
            continue
        empty += 1
        beyond = re.search(r"^max_padding 3 prevents it; stride (\d+) with padding (\d+) would do$", axis.reason)
        if beyond:
            stride, padding = map(int, beyond.groups())
            assert padding > 3
            assert with_stride(layer, stride, size, padding) == wanted
            for other, less in product(range(1, 6), range(padding)):
                assert with_stride(layer, other, size, less) != wanted
        else:
            blame = "max_stride 5 prevents it"
            if isinstance(layer, ca.ConvTranspose):  # whose sizes a larger stride may skip, too
                blame = "no stride up to max_stride 5 does it with output_padding 0"
            assert axis.reason.startswith(f"{blame}; with stride 5, ")
            check_claims(axis.reason, 1, lambda _, value, layer=layer, size=size: with_stride(layer, 5, size, value))
    assert empty > 20


def test_strides_are_all_strides_with_the_layers_own_padding():
    empty = 0
    for layer, size, wanted in product(STRIDABLE, (3, 9), range(1, 9)):
        (axis,) = inverse.strides(layer, size, wanted, max_stride=12).axes
        expected = [stride for stride in range(1, 13) if with_stride(layer, stride, size) == wanted]
        assert list(axis.values) == expected
        if not expected:
            check_claims(axis.reason, 2, lambda _, value, layer=layer, size=size: with_stride(layer, value, size))
            empty += 1
    assert empty > 50


def test_output_paddings_are_the_ones_in_range():
    empty = 0
    transposed = [layer for layer in LAYERS if type(layer) is ca.ConvTranspose]
    for layer, size, wanted in product(transposed, (1, 2, 4), range(1, 12)):
        (axis,) = inverse.output_paddings(layer, size, wanted).axes
        allowed = range(max(layer.stride, layer.dilation))
        sizes = [size_of(layer.replace(output_padding=a), size) for a in allowed]
        expected = [a for a in allowed if sizes[a] == wanted]
        assert list(axis.values) == expected
        if expected:
            continue
        empty += 1
        if any(sizes):
            smallest = min(filter(None, sizes))
            assert axis.reason == (f"output_padding can be 0 to {allowed[-1]}, which gives {smallest} to {max(sizes)}")
        else:
            assert axis.reason == "no output is left"
    assert empty > 50


@given(drawn_layers(ndim=(1, 3)), st.data())
def test_axes_answer_alone_and_common_is_what_they_share(drawn, data):
    wanted = tuple(data.draw(st.integers(1, 6)) for _ in drawn.shape)
    answer = inverse.inputs(drawn.layer, wanted)
    for number, axis in enumerate(answer.axes):
        assert axis == inverse.inputs(drawn.layer.on_axis(number), wanted[number]).axes[0]
    shared = set.intersection(*[set(axis.values) for axis in answer.axes])
    assert set(answer.common) == shared
    assert bool(answer) is all(axis.values for axis in answer.axes)
    answer = inverse.paddings(drawn.layer, drawn.shape, wanted)
    assert set(answer.common) == set.intersection(*[set(axis.values) for axis in answer.axes])


def test_common_pairs():
    answer = inverse.strides_and_paddings(ca.Conv(3), (6, 7), (3, 3), max_stride=3, max_padding=2)
    # 6: stride 2 with padding 1, stride 3 with padding 2; 7: stride 2 with 0, stride 3 with 1 (7 + 2 - 3 = 2·3) and 2
    assert answer.axes[0].values == ((2, 1), (3, 2))
    assert answer.axes[1].values == ((2, 0), (3, 1), (3, 2))
    assert answer.common == ((3, 2),)


def answers(layer, shape, wanted):
    """All questions that a layer can be asked."""
    yield inverse.inputs(layer, wanted)
    yield inverse.paddings(layer, shape, wanted)
    if type(layer) is ca.ConvTranspose:
        yield inverse.output_paddings(layer, shape, wanted)
        layer = layer.replace(output_padding=0)
    yield inverse.strides(layer, shape, wanted, max_stride=5)
    yield inverse.strides_and_paddings(layer, shape, wanted, max_stride=5, max_padding=4)


@given(drawn_layers(ndim=(1, 3), least_padding=0), st.data())
def test_answers_print_in_80_columns_and_as_plain_data(drawn, data):
    wanted = tuple(data.draw(st.integers(1, 6)) for _ in drawn.shape)
    for answer in answers(drawn.layer, drawn.shape, wanted):
        lines = str(answer).split("\n")
        assert max(map(len, lines)) <= 80
        plain = answer.to_dict()
        assert json.loads(json.dumps(plain)) == plain
        assert plain["question"] == answer.question
        for axis, row in zip(answer.axes, plain["axes"], strict=True):
            assert row["reason"] == axis.reason
            assert (row["values"] == []) is (not axis.values) is bool(axis.reason)
            if isinstance(axis.values, range):
                assert list(range(row["values"][0], row["values"][1] + 1) if row["values"] else ()) == list(axis.values)
            else:
                assert [tuple(pair) for pair in row["values"]] == list(axis.values)
            assert f"none: {axis.reason.split()[0]}" in str(answer) if axis.reason else True
        assert ("every axis" in str(answer)) is (len(wanted) > 1 and bool(answer))


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (
            lambda: inverse.inputs(ca.Conv(2, input_dilation=2), (2,)),
            "Conv(kernel_size=2, input_dilation=2): input sizes that give output 2\n  axis 0  2",
        ),
        (
            lambda: inverse.inputs(ca.Conv(2, padding=1, input_dilation=2), (3, 2)),
            "Conv(kernel_size=2, padding=1, input_dilation=2): input sizes that give output\n"
            "    3x2\n"
            "  axis 0 (height)  none: input 1 gives 2 and input 2 gives 4\n"
            "  axis 1 (width)   1",
        ),
        (
            lambda: inverse.paddings(ca.Conv(3, stride=2), (6, 5), (3, 3)),
            "Conv(kernel_size=3, stride=2): paddings that turn 6x5 into 3x3\n"
            "  axis 0 (height)  1\n"
            "                   least per side: 0 before, 1 after\n"
            "  axis 1 (width)   1\n"
            "                   least per side: 1 before, 1 after\n"
            "  every axis       1",
        ),
    ],
)
def test_answers_in_words(answer, text):
    assert str(answer()) == text


def test_huge_sizes():
    conv = ca.Conv(3, stride=2, padding=1)
    assert inverse.inputs(conv, 2**60).axes[0].values == range(2**61 - 1, 2**61 + 1)
    assert inverse.paddings(ca.Conv(2**60 + 1), 2**60, 2**60).axes[0].values == range(2**59, 2**59 + 1)
    up = ca.ConvTranspose(3, stride=2, padding=1)
    assert inverse.output_paddings(up, 2**60, 2**61).axes[0].values == range(1, 2)
