"""The source code for Caffe and Theano, which nobody installs any more: read and done in NumPy as their manuals say."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from translated_layers import computed, layers, numbers_of, padded

import convarith as ca
from convarith import ParameterError, numerics
from convarith.frameworks import caffe, theano, translate

untimed = settings(deadline=None, max_examples=60)
OPERATIONS = ("conv", "conv_transpose", "max_pool", "avg_pool")


class Tensor(np.ndarray):
    """An array with the one method of Theano's variables that the code calls."""

    def dimshuffle(self, *axes):
        assert axes == (0, 1, "x", 2)
        return self[:, :, None]


def tensor(array):
    return np.asarray(array).view(Tensor)


def layer_of(kernel, stride, border_mode, dilation):
    assert len(stride) == len(dilation) == len(kernel)
    return theano.conv(kernel, border_mode, stride, dilation)


def convolution(ndim):
    def conv(x, filters, subsample=(1,) * ndim, border_mode="valid", filter_dilation=(1,) * ndim, *, filter_flip):
        assert not filter_flip
        assert x.ndim == filters.ndim == ndim + 2
        layer = layer_of(filters.shape[2:], subsample, border_mode, filter_dilation)
        return tensor(numerics.conv(x, filters, layer))

    return conv


def transposed(ndim, stride, output):
    def conv(x, filters, border_mode="valid", filter_dilation=(1,) * ndim, *, filter_flip, **given):
        assert not filter_flip
        strides = given.pop(stride, (1,) * ndim)
        shape = given.pop(output)
        assert not given
        assert len(strides) == ndim
        layer = theano.conv_transpose(
            filters.shape[2:], shape[2:], border_mode, strides, filter_dilation, input_shape=x.shape[2:]
        )
        y = numerics.conv_transpose(x, filters, layer)
        assert y.shape == shape
        return tensor(y)

    return conv


def pooling(ndim):
    def pool(x, ws, ignore_border=False, stride=None, pad=(0,) * ndim, mode="max"):
        assert len(ws) == len(stride) == len(pad) == ndim
        layer = theano.max_pool(ws, ignore_border, stride, pad, input_shape=x.shape[2:])
        if mode == "max":
            return tensor(numerics.max_pool(x, layer))
        counts = {"average_inc_pad": True, "average_exc_pad": False}[mode]
        return tensor(numerics.avg_pool(x, layer, count_include_pad=counts))

    return pool


def lasagne_pad(x, width, val=0, batch_ndim=1):
    assert batch_ndim == 2
    return tensor(np.pad(x, [(0, 0), (0, 0), *width], constant_values=val))


THEANO = {
    "conv2d": convolution(2),
    "conv3d": convolution(3),
    "conv2d_transpose": transposed(2, "input_dilation", "output_shape"),
    "conv3d_grad_wrt_inputs": transposed(3, "subsample", "input_shape"),
    "pool_2d": pooling(2),
    "pool_3d": pooling(3),
    "lasagne": SimpleNamespace(
        theano_extensions=SimpleNamespace(padding=SimpleNamespace(pad=lasagne_pad)),
    ),
    "n": 1,
    "channels": 1,
}


def numbers_said(text, word):
    """The per-axis numbers of a parameter in a Caffe layer, from its singular or its _h and _w."""
    if f"{word}_h" in text or f"{word.removesuffix('_size')}_h" in text:
        stem = word.removesuffix("_size")
        return tuple(int(re.search(rf"\b{stem}_{side}: (\d+)", text)[1]) for side in "hw")
    found = [int(number) for number in re.findall(rf"\b{word}: (\d+)", text)]
    return found[0] if len(found) == 1 else tuple(found) or None


def pairs_said(words, text):
    """((before, after), ...) behind some words of a comment, or None."""
    found = re.search(rf"{words} ((?:\(\d+, \d+\)(?: x )?)+)", text)
    return tuple([(int(b), int(a)) for b, a in re.findall(r"\((\d+), (\d+)\)", found[1])]) if found else None


def caffe_says(code, operation, x, w):
    """What the layers and comments of some Caffe code come to."""
    lines = code.splitlines()
    (layer,) = [line for line in lines if re.match(r'layer \{ type: "(Convolution|Deconvolution|Pooling)"', line)]
    if lines[0].startswith("// first, the data"):
        for words, sign in (("cropped by", -1), ("padded by", 1)):
            pairs = pairs_said(words, lines[0])
            value = -np.inf if operation == "max_pool" and sign > 0 else 0
            x = x if pairs is None else padded(x, [(sign * b, sign * a) for b, a in pairs], value)
    said = {word: numbers_said(layer, word) for word in ("kernel_size", "stride", "pad", "dilation")}
    given = {word: numbers for word, numbers in said.items() if numbers is not None}
    if operation.endswith("pool"):
        given["round_mode"] = re.search("round_mode: (CEIL|FLOOR)", layer)[1]
        assert f"pool: {'MAX' if operation == 'max_pool' else 'AVE'}" in layer
    made = getattr(caffe, operation)(**given, input_shape=x.shape)
    y = computed(operation, made, x, w)
    last = [line for line in lines if line.startswith("// which leaves the output")]
    for words, sign in (("cropped by", -1), ("padded by", 1)):
        pairs = pairs_said(words, last[0]) if last else None
        y = y if pairs is None else padded(y, [(sign * b, sign * a) for b, a in pairs])
    offsets = [int(number) for number in re.findall(r"offset: (\d+)", code)]
    if offsets:
        assert offsets == [before for before, _ in pairs_said("cropped by", last[0])]
    return y


def crops_more_than_there_is(translation, drawn):
    """Whether more than the whole input, or more than all that comes out, is cropped before more is padded: what is
    then left to pad has no size."""
    full = [
        size + before + after
        for size, (before, after) in zip(outputs(drawn), both(translation.crop, drawn), strict=True)
    ]
    inputs = zip(drawn.shape, both(translation.pad, drawn), strict=True)
    return any(-min(before, 0) - min(after, 0) > size for size, (before, after) in inputs) or any(
        max(before, 0) + max(after, 0) > size
        for size, (before, after) in zip(full, both(translation.crop, drawn), strict=True)
    )


def both(pairs, drawn):
    return pairs or ((0, 0),) * len(drawn.shape)


def outputs(drawn):
    return drawn.layer.output_shape(drawn.shape)


@untimed
@given(layers(*OPERATIONS))
def test_theanos(drawn):
    operation = drawn.operation if drawn.operation.endswith("pool") else None
    try:
        translation = translate(drawn.layer, "theano", input_shape=drawn.shape, operation=operation)
    except ParameterError:
        assume(False)
    assume(not crops_more_than_there_is(translation, drawn))
    x, w = numbers_of(drawn.layer, drawn.shape)
    expected = computed(drawn.operation, drawn.layer, x, w)
    names = {
        **THEANO,
        "x": tensor(x[None, None]),
        "filters": tensor((np.flip(w) if translation.rotated else w)[None, None]),
    }
    exec(translation.code, names)
    found = np.asarray(names["y"])[0, 0]
    if drawn.operation == "avg_pool":  # which divides; the sums are those of the same windows over the input
        assert found.shape == expected.shape
        return
    np.testing.assert_array_equal(found, expected)


@untimed
@given(layers(*OPERATIONS))
def test_caffes(drawn):
    operation = drawn.operation if drawn.operation.endswith("pool") else None
    try:
        translation = translate(drawn.layer, "caffe", input_shape=drawn.shape, operation=operation)
    except ParameterError:
        assume(False)
    assume(not crops_more_than_there_is(translation, drawn))
    x, w = numbers_of(drawn.layer, drawn.shape)
    expected = computed(drawn.operation, drawn.layer, x, w)
    kind = translation.operation
    found = caffe_says(translation.code, kind, x, np.flip(w) if translation.rotated else w)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("counts", "mode"), [(None, "average_inc_pad"), (True, "average_inc_pad"), (False, "average_exc_pad")]
)
def test_theanos_means_are_told_what_they_count(counts, mode):
    layer = ca.Pool(3, stride=2, padding=1)
    code = translate(layer, "theano", operation="avg_pool", count_include_pad=counts).code
    assert f'mode="{mode}"' in code


def test_caffes_layers():
    assert translate(ca.Conv(11, stride=4), "caffe").code == (
        'layer { type: "Convolution" convolution_param { num_output: OUT kernel_size: 11 stride: 4 } }'
    )
    assert translate(ca.Conv((3, 5), padding=(1, 2)), "caffe").code == (
        'layer { type: "Convolution" convolution_param { num_output: OUT kernel_h: 3 kernel_w: 5 pad_h: 1 pad_w: 2 } }'
    )
    assert translate(ca.Pool(3, stride=2, ceil_mode=True), "caffe").code == (
        'layer { type: "Pooling" pooling_param { pool: MAX kernel_size: 3 stride: 2 round_mode: CEIL } }'
    )
