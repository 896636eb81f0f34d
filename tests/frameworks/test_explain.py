"""Answers with their reasons: every formula's numbers come to the size that is said, and every line is true.

The arithmetic in the sentences is done again here, by reading the sentences; nothing is asked of the formulas.
"""

from __future__ import annotations

import inspect
import re
from fractions import Fraction
from importlib import import_module
from math import ceil, floor, trunc

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from translated_layers import layers

import convarith as ca
from convarith import ParameterError, ShapeError
from convarith.frameworks import NAMES, explain, translate
from convarith.frameworks.counts import COUNTS
from convarith.frameworks.spellings import SPELLINGS

untimed = settings(deadline=None, max_examples=50)
BIG = 2**53 + 1

OPERATIONS = [(framework, operation) for framework in NAMES for operation in SPELLINGS[framework]]

NAMED = [
    ("torch", "conv", {"kernel_size": 4, "padding": "same", "dilation": 2}),
    ("torch", "conv", {"kernel_size": 3, "padding": "valid"}),
    ("torch", "conv_transpose", {"kernel_size": 3, "stride": 2, "padding": 1, "output_padding": 1}),
    ("torch", "conv_transpose", {"kernel_size": 3, "stride": 2, "padding": 1, "output_size": (12, 14)}),
    ("torch", "max_pool", {"kernel_size": 3, "stride": 2, "ceil_mode": True}),
    ("torch", "max_pool", {"kernel_size": 1, "stride": 2, "ceil_mode": True}),
    ("torch", "lp_pool", {"kernel_size": 2, "ceil_mode": True}),
    ("keras", "conv", {"kernel_size": 3, "strides": 2, "padding": "same"}),
    ("keras", "conv_transpose", {"kernel_size": 4, "strides": 2, "padding": "same", "output_padding": 1}),
    ("keras", "conv_transpose", {"kernel_size": 1, "strides": 3}),
    ("keras", "max_pool", {"padding": "same"}),
    ("tensorflow", "conv", {"kernel_size": 3, "strides": 2, "padding": "SAME"}),
    ("tensorflow", "conv_transpose", {"kernel_size": 3, "strides": 2, "output_shape": (11, 14)}),
    ("tensorflow", "avg_pool", {"ksize": 2, "strides": 3, "padding": "SAME"}),
    ("jax", "conv", {"kernel_size": 3, "window_strides": (2, 2), "padding": "SAME_LOWER"}),
    ("jax", "conv", {"kernel_size": 9, "window_strides": (1, 1), "padding": "VALID"}),
    ("jax", "conv", {"kernel_size": 3, "window_strides": (1, 2), "padding": [(0, -1), (2, 1)], "lhs_dilation": (2, 3)}),
    ("jax", "conv_transpose", {"kernel_size": 3, "strides": (2, 2), "padding": "SAME"}),
    ("jax", "conv_transpose", {"kernel_size": 1, "strides": (3, 2), "padding": "VALID", "transpose_kernel": True}),
    ("jax", "conv_transpose", {"kernel_size": 3, "strides": (2, 2), "padding": ((1, 1),) * 2}),
    (
        "jax",
        "conv_transpose",
        {"kernel_size": 5, "strides": (2, 2), "padding": ((1, 1),) * 2, "use_consistent_padding": True},
    ),
    ("jax", "reduce_window", {"window_dimensions": (3, 2), "padding": "SAME", "window_strides": (2, 2)}),
    ("flax", "conv", {"kernel_size": (3, 4), "padding": "CIRCULAR"}),
    ("flax", "conv_transpose", {"kernel_size": (3, 4), "strides": (2, 3), "transpose_kernel": True}),
    ("flax", "conv_transpose", {"kernel_size": (1, 1), "padding": ((-3, -3), (1, 2)), "transpose_kernel": True}),
    ("flax", "max_pool", {"window_shape": (2, 2)}),
    ("onnx", "conv", {"kernel_shape": (3, 3), "strides": (2, 2), "auto_pad": "SAME_LOWER"}),
    ("onnx", "conv", {"kernel_shape": (1, 1), "strides": (4, 4), "auto_pad": "SAME_UPPER", "runtime": "onnxruntime"}),
    ("onnx", "conv_transpose", {"kernel_shape": (1, 1), "strides": (3, 3), "auto_pad": "SAME_UPPER"}),
    (
        "onnx",
        "conv_transpose",
        {"kernel_shape": (1, 1), "strides": (3, 3), "auto_pad": "SAME_UPPER", "runtime": "onnxruntime"},
    ),
    ("onnx", "conv_transpose", {"kernel_shape": (3, 3), "strides": (2, 2), "output_shape": (10, 13)}),
    ("onnx", "max_pool", {"kernel_shape": (7, 8), "strides": (5, 5), "runtime": "onnxruntime"}),
    ("onnx", "max_pool", {"kernel_shape": (1, 1), "strides": (2, 4), "ceil_mode": 1, "opset": 12}),
    ("onnx", "avg_pool", {"kernel_shape": (1, 1), "strides": (2, 4), "ceil_mode": 1}),
    ("onnx", "lp_pool", {"kernel_shape": (2, 2), "strides": (2, 4), "auto_pad": "SAME_UPPER"}),
    ("caffe", "max_pool", {"kernel_size": 1, "stride": 2}),
    ("caffe", "avg_pool", {"kernel_size": 2, "stride": 2, "pad": 1}),
    ("theano", "conv", {"kernel_size": 4, "border_mode": "half"}),
    ("theano", "conv", {"kernel_size": 4, "border_mode": "full", "subsample": (2, 1)}),
    ("theano", "conv_transpose", {"kernel_size": 3, "output_shape": (12, 14), "border_mode": 1, "input_dilation": 2}),
    ("theano", "max_pool", {"ws": 2, "stride": 3}),
    ("theano", "max_pool", {"ws": (9, 3), "stride": 2}),
]
"""Calls whose paddings have names, or whose sizes have formulas of their own, over an input of 6x7."""


def evaluated(text, **letters):
    """The value of a formula as it is printed, in numbers or with letters."""
    rounded = text.endswith(" rounded towards zero, + 1")
    text = text.removesuffix(" rounded towards zero, + 1")
    text = re.sub(r"([0-9])(?=p\b)", r"\1*", text)
    for sign, python in (
        ("⌊", "floor("),
        ("⌋", ")"),
        ("⌈", "ceil("),
        ("⌉", ")"),
        ("·", "*"),
        (" mod ", " % "),
        ("k̂", "span"),
        ("ĩ", "stretched"),
    ):
        text = text.replace(sign, python)
    text = re.sub(r"\b([0-9]+)\b", r"Fraction(\1)", text)
    names = {"floor": floor, "ceil": ceil, "max": max, "min": min, "Fraction": Fraction}
    value = eval(text, {"__builtins__": {}, **names}, letters)
    return trunc(value) + 1 if rounded else value


def parted(line):
    """The axis of a line, or None for every one, and what it says."""
    found = re.match(r"axis ([0-9])(?: \([a-z]+\))?: (.*)", line)
    return (int(found[1]), found[2]) if found else (None, line)


def on_each_axis(lines, ndim):
    """The lines of one kind for each axis."""
    axes = {}
    for axis, words in map(parted, lines):
        for number in range(ndim) if axis is None else [axis]:
            axes.setdefault(number, []).append(words)
    return axes


def check_answer(answer, calls_axes):
    """Every number in the reasons."""
    sizes = [line for line in answer.lines if parted(line)[1].startswith("o = ")]
    for axis, words in on_each_axis(sizes, len(answer.output_shape)).items():
        check_size(words, answer.output_shape[axis], calls_axes[axis])
    cropped = [line for line in answer.lines if parted(line)[1].startswith("of the full ")]
    padded = [
        line
        for line in answer.lines
        if re.search(r"are padded \(|: nothing is padded|^nothing is padded|crops \(", line)
    ]
    assert bool(cropped) != bool(padded)
    for axis, words in on_each_axis(cropped, len(answer.output_shape)).items():
        check_crop(words, answer, axis, calls_axes[axis])
    for axis, words in on_each_axis(padded, len(answer.output_shape)).items():
        check_pads(words, axis, answer)


def check_size(words, size, axis):
    (line,) = words
    if line == f"o = {size}, as it is given":
        return
    o, symbols, numbers, value = line.split(" = ")
    assert (o, value) == ("o", str(size))
    assert evaluated(numbers) == size, line
    before, after = axis.before, axis.after
    letters = {
        "i": axis.length,
        "stretched": axis.stretched,
        "k": axis.kernel,
        "span": axis.span,
        "s": axis.stride,
        "p": before,
        "p_before": before,
        "p_after": after,
        "a": axis.output_padding or 0,
    }
    assert evaluated(symbols, **letters) == size, line
    assert ("k̂" in symbols) <= (axis.dilation > 1)
    assert ("ĩ" in symbols) == (axis.input_dilation > 1)


def check_crop(words, answer, number, axis):
    (line,) = words
    found = re.fullmatch(
        r"of the full (.*) = ([0-9]+), (?:nothing is cropped|(-?[0-9]+) are cropped at the head and (-?[0-9]+) at the "
        r"end)(?:, and ([0-9]+) added at the end)?",
        line,
    )
    assert found, line
    full, head, tail, added = (int(word or 0) for word in found.groups()[1:])
    assert evaluated(found[1]) == full == axis.stride * (axis.length - 1) + axis.span
    assert max(full - head - tail + added, 0) == answer.output_shape[number]
    assert answer.padding[number] == (head, tail)
    assert answer.added[number] == added


def check_pads(words, number, answer):
    (line,) = words
    if line.startswith("nothing is padded"):
        said = (0, 0)
    else:
        said = tuple([int(found) for found in re.findall(r"(-?[0-9]+) (?:before|after)", line)])
    if answer.operation != "conv_transpose":
        assert said == answer.padding[number]
    assert ("crops" in line) == (min(said) < 0)


def calls_axes(framework, operation, shape, parameters):
    """The axes of the call, as its adapter reads it."""
    return import_module(f"convarith.frameworks.{framework}").CALLS[operation](shape, **parameters).call.axes


class TestTheReasons:
    @pytest.mark.parametrize("framework", NAMES)
    @untimed
    @given(st.data())
    def test_their_numbers_come_to_the_size(self, framework, data):
        operations = ["max_pool" if name == "reduce_window" else name for name in SPELLINGS[framework]]
        drawn = data.draw(layers(*dict.fromkeys(operations)))
        operation = drawn.operation if drawn.operation.endswith("pool") else None
        try:
            translation = translate(drawn.layer, framework, input_shape=drawn.shape, operation=operation)
        except ParameterError:
            assume(False)
        pad = translation.pad or ((0, 0),) * len(drawn.shape)
        shape = tuple([size + before + after for size, (before, after) in zip(drawn.shape, pad, strict=True)])
        answer = explain(framework, translation.operation, shape, **translation.parameters)
        check_answer(answer, calls_axes(framework, translation.operation, shape, translation.parameters))

    @pytest.mark.parametrize(("framework", "operation", "parameters"), NAMED)
    def test_those_of_names_and_of_formulas_of_their_own(self, framework, operation, parameters):
        answer = explain(framework, operation, (6, 7), **parameters)
        check_answer(answer, calls_axes(framework, operation, (6, 7), parameters))

    def test_every_formula_was_among_them(self):
        used = set()
        for framework, operation, parameters in NAMED:
            module = import_module(f"convarith.frameworks.{framework}")
            used.add(module.CALLS[operation]((6, 7), **parameters).call.rule.size)
        assert used == set(COUNTS)

    @pytest.mark.parametrize(("framework", "operation"), OPERATIONS)
    def test_every_operation_has_a_size_and_a_padding(self, framework, operation):
        layer = {"conv": ca.Conv(3), "conv_transpose": ca.ConvTranspose(3)}.get(operation, ca.Pool(3))
        pooling = operation if operation.endswith("pool") else None
        parameters = translate(layer, framework, input_shape=(9, 9), operation=pooling).parameters
        answer = explain(framework, operation, (9, 9), **parameters)
        assert len(answer.lines) >= 2
        assert answer.lines[0].startswith("o = ")
        assert answer.layer.output_shape((9, 9)) == answer.output_shape == layer.output_shape((9, 9))

    def test_axes_that_say_the_same_say_it_once_and_others_are_named(self):
        assert explain("torch", "conv", (6, 6), kernel_size=3).lines == (
            "o = ⌊(i + 2p - k)/s⌋ + 1 = ⌊(6 + 2·0 - 3)/1⌋ + 1 = 4",
            "nothing is padded",
        )
        lines = explain("keras", "conv", (6, 7), kernel_size=3, strides=2, padding="same").lines
        assert lines[:4] == (
            "axis 0 (height): o = ⌊(i + p_before + p_after - k)/s⌋ + 1 = ⌊(6 + 0 + 1 - 3)/2⌋ + 1 = 3",
            "axis 1 (width): o = ⌊(i + 2p - k)/s⌋ + 1 = ⌊(7 + 2·1 - 3)/2⌋ + 1 = 4",
            "axis 0 (height): 0 before and 1 after are padded (the least that gives ⌈i/s⌉, the odd one at the end)",
            "axis 1 (width): 1 before and 1 after are padded (the least that gives ⌈i/s⌉, the odd one at the end)",
        )

    def test_large_numbers_are_exact(self):
        answer = explain("tensorflow", "conv", BIG, kernel_size=3, strides=2, padding="SAME")
        assert answer.output_shape == (2**52 + 1,)
        assert f"⌊({BIG} + 2·1 - 3)/2⌋ + 1 = {2**52 + 1}" in answer.lines[0]


class TestConv2DTranspose:
    """Why 10 and not 9."""

    def test_in_three_lines(self):
        answer = explain("keras", "conv_transpose", (5, 5), kernel_size=3, strides=2, padding="same")
        assert answer.output_shape == (10, 10)
        assert answer.lines == (
            "o = s·i = 2·5 = 10",
            "of the full 2·(5 - 1) + 3 = 11, 0 are cropped at the head and 1 at the end",
            "output_padding=None is not 0: 0 gives 9, 1 gives 10",
        )
        assert str(answer).splitlines() == [
            "Keras conv_transpose(kernel_size=3, strides=2, padding='same'): 5x5 -> 10x10",
            *[f"  {line}" for line in answer.lines],
        ]

    def test_and_what_0_gives(self):
        answer = explain("keras", "conv_transpose", 5, kernel_size=3, strides=2, padding="same", output_padding=0)
        assert answer.output_shape == (9,)
        assert answer.lines[-1] == "of other output paddings, 1 gives 10"
        assert answer.lines[0] == "o = s·(i - 1) + k mod 2 + a = 2·(5 - 1) + 3 mod 2 + 0 = 9"

    @pytest.mark.parametrize(
        ("framework", "parameters", "line"),
        [
            ("keras", {"kernel_size": 3, "strides": 2}, "of other output paddings, 1 gives 12"),
            (
                "keras",
                {"kernel_size": 1, "strides": 3},
                "output_padding=None is not 0: 0 gives 13, 1 gives 14, 2 gives 15",
            ),
            ("torch", {"kernel_size": 3, "stride": 2, "padding": 1}, "of other output paddings, 1 gives 10"),
            ("torch", {"kernel_size": 3, "stride": 2, "output_padding": 1}, "of other output paddings, 0 gives 11"),
            ("onnx", {"kernel_shape": (3,), "strides": (2,)}, "of other output paddings, 1 gives 12"),
        ],
    )
    def test_the_other_output_paddings_and_what_they_give(self, framework, parameters, line):
        answer = explain(framework, "conv_transpose", 5, **parameters)
        assert line in answer.lines
        name = "output_padding"
        for added, size in re.findall(r"([0-9]) gives ([0-9]+)", line):
            value = (int(added),) if framework == "onnx" else int(added)
            assert explain(framework, "conv_transpose", 5, **{**parameters, name: value}).output_shape == (int(size),)

    @pytest.mark.parametrize("parameters", [{"auto_pad": "SAME_UPPER"}, {"output_shape": (10,)}])
    def test_where_the_size_does_not_depend_on_it_nothing_is_said(self, parameters):
        answer = explain("onnx", "conv_transpose", 5, kernel_shape=(3,), strides=(2,), **parameters)
        assert answer.output_shape == (10,)
        assert not any("output_padding=None" in line for line in answer.lines)

    def test_jaxs_with_and_without_a_rotated_kernel_crop_the_same(self):
        plain, net = (
            explain("jax", "conv_transpose", 5, kernel_size=3, strides=(2,), padding="SAME", transpose_kernel=turned)
            for turned in (False, True)
        )
        assert plain.padding == net.padding == ((0, 1),)
        assert plain.output_shape == net.output_shape == (10,)
        assert "⌊(ĩ + p_before + p_after - k)/s⌋" in plain.lines[0]
        assert net.lines[1] == "of the full 2·(5 - 1) + 3 = 11, 0 are cropped at the head and 1 at the end"


class TestOnnxAndOnnxruntime:
    """Where the runtime parts from the text, the answers of both say so, and why."""

    @pytest.mark.parametrize(
        ("operation", "shape", "parameters", "line"),
        [
            (
                "max_pool",
                7,
                {"kernel_shape": (3,), "dilations": (2,), "auto_pad": "SAME_UPPER"},
                "onnxruntime gives (5,), the text gives (7,): ",
            ),
            (
                "conv_transpose",
                5,
                {"kernel_shape": (1,), "strides": (3,), "auto_pad": "SAME_UPPER"},
                "onnxruntime gives (13,), the text gives (15,): ",
            ),
            (
                "max_pool",
                8,
                {"kernel_shape": (3,), "strides": (2,), "auto_pad": "VALID", "ceil_mode": 1},
                "onnxruntime gives (4,), the text gives (3,): ",
            ),
            (
                "conv",
                4,
                {"kernel_shape": (1,), "strides": (4,), "auto_pad": "SAME_UPPER"},
                "onnxruntime pads (-1, -2), the text pads (0, 0): ",
            ),
        ],
    )
    def test_both_say_what_both_give(self, operation, shape, parameters, line):
        answers = [
            explain("onnx", operation, shape, **parameters, runtime=runtime) for runtime in (None, "onnxruntime")
        ]
        for answer in answers:
            assert answer.lines[-1].startswith(line)
            assert answer.remark != answer.lines[-1]

    def test_what_the_runtime_refuses(self):
        answer = explain("onnx", "conv", 7, kernel_shape=(3,), dilations=(2,), auto_pad="SAME_UPPER")
        assert answer.lines[-1].startswith("onnxruntime refuses, the text gives (7,): ")

    def test_nothing_where_they_agree(self):
        lines = explain("onnx", "conv", 7, kernel_shape=(3,)).lines
        assert lines == ("o = ⌊(i + 2p - k)/s⌋ + 1 = ⌊(7 + 2·0 - 3)/1⌋ + 1 = 5", "nothing is padded")


class TestTheAnswerItself:
    def test_its_attributes(self):
        answer = explain("keras", "conv", (6, 7), kernel_size=3, strides=2, padding="same")
        assert (answer.framework, answer.operation) == ("keras", "conv")
        assert answer.call == "conv(kernel_size=3, strides=2, padding='same')"
        assert (answer.input_shape, answer.output_shape) == ((6, 7), (3, 4))
        assert (answer.padding, answer.added) == (((0, 1), (1, 1)), (0, 0))
        assert answer.layer == ca.Conv(3, stride=2, padding=((0, 1), 1))
        assert answer.unused == answer.layer.unused((6, 7))

    def test_its_data(self):
        answer = explain("torch", "conv", 7, kernel_size=3, stride=3, padding=1)
        assert answer.to_dict() == {
            "framework": "torch",
            "operation": "conv",
            "parameters": {"kernel_size": 3, "stride": 3, "padding": 1},
            "input_shape": [7],
            "output_shape": [3],
            "padding": [[1, 1]],
            "added": [0],
            "unused": [{"before": 0, "between": 0, "after": 0, "input": 0}],
            "layer": "Conv(kernel_size=3, stride=3, padding=1)",
            "lines": list(answer.lines),
        }
        nested = explain("jax", "conv", 7, kernel_size=3, window_strides=(2,), padding=[(1, 1)]).to_dict()
        assert nested["parameters"] == {"kernel_size": 3, "window_strides": [2], "padding": [[1, 1]]}

    def test_an_empty_answer_has_no_layer(self):
        answer = explain("jax", "conv", 2, kernel_size=5, window_strides=(1,), padding="VALID")
        assert (answer.output_shape, answer.layer) == ((0,), None)
        assert answer.to_dict()["layer"] is None
        assert str(answer).startswith("JAX conv(")

    def test_equal_answers_are_equal(self):
        one, same = (explain("torch", "conv", 7, kernel_size=3) for _ in range(2))
        assert one == same
        assert hash(one) == hash(same)
        assert one != explain("torch", "conv", 8, kernel_size=3)

    def test_long_lines_of_its_text_are_wrapped(self):
        answer = explain("jax", "conv", (6, 7), kernel_size=(3, 3), window_strides=(2, 2), padding=((0, 1), (1, 1)))
        assert max(len(line) for line in str(answer).splitlines()) <= 80


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("framework", "operation", "parameters", "sentence"),
        [
            ("keros", "conv", {"kernel_size": 3}, "unknown framework 'keros'; did you mean 'keras'? Known are torch, "),
            (None, "conv", {"kernel_size": 3}, "unknown framework None; known are torch, keras"),
            (
                "torch",
                "convolve",
                {"kernel_size": 3},
                "torch has no 'convolve' with windows; it has conv, conv_transpose, max_pool, avg_pool, lp_pool",
            ),
            (
                "torch",
                "adaptive_avg_pool",
                {"output_size": 3},
                "torch has no 'adaptive_avg_pool' with windows; it has conv, conv_transpose, max_pool, avg_pool",
            ),
            (
                "torch",
                "conv",
                {"kernel_size": 3, "strides": 2},
                "torch's conv has no parameter 'strides'; did you mean 'stride'? Known are kernel_size, stride, ",
            ),
            (
                "torch",
                "conv",
                {"kernel_size": 3, "groups": 2},
                "torch's conv has no parameter 'groups'; known are kernel_size, stride, padding, dilation",
            ),
            ("torch", "conv", {}, "torch's conv is not given kernel_size, which it has no default for; give it"),
            (
                "tensorflow",
                "conv",
                {"kernel_size": 3},
                "tensorflow's conv is not given strides and padding, which it has no default for; give them",
            ),
            (
                "jax",
                "max_pool",
                {"kernel_size": 3},
                "jax's reduce_window is not given window_dimensions, which it has no default for; give it",
            ),
            ("torch", "conv", {"kernel_size": 3, "channels": None}, "torch's conv has no parameter 'channels'; "),
            ("torch", "conv", {"kernel_size": 3, "operation": "conv"}, None),
        ],
    )
    def test_names(self, framework, operation, parameters, sentence):
        if sentence is None:
            with pytest.raises(TypeError):  # its own name is given twice
                explain(framework, operation, (9, 9), **parameters)
            return
        with pytest.raises(ParameterError) as refusal:
            explain(framework, operation, (9, 9), **parameters)
        assert refusal.value.message.startswith(sentence)

    def test_what_the_framework_refuses_is_refused_with_its_rule(self):
        with pytest.raises(ParameterError, match="PyTorch: padding='same' is not supported for strided convolutions"):
            explain("torch", "conv", (6, 6), kernel_size=3, stride=2, padding="same")
        with pytest.raises(ShapeError, match="PyTorch: kernel size can't be greater than actual input size"):
            explain("torch", "conv", (6, 6), kernel_size=9)

    @pytest.mark.parametrize("framework", ["torch", "keras", "tensorflow", "theano"])
    def test_four_axes(self, framework):
        parameters = translate(ca.Conv(3), framework, input_shape=(6, 6)).parameters
        with pytest.raises(ParameterError, match=f"{framework}'s conv has 1 to 3 spatial axes, and here are 4"):
            explain(framework, "conv", (6, 6, 6, 6), **parameters)

    def test_every_parameter_of_a_call_can_be_given(self):
        for framework, operation in OPERATIONS:
            call = import_module(f"convarith.frameworks.{framework}").CALLS[operation]
            function = getattr(import_module(f"convarith.frameworks.{framework}"), operation)
            told = set(inspect.signature(call).parameters) - {"input_shape", "channels", "operation"}
            assert set(SPELLINGS[framework][operation].values()) <= told
            assert set(SPELLINGS[framework][operation].values()) <= set(inspect.signature(function).parameters)


class TestReasonsOfALayer:
    """`Explanation.reasons()`: what ``--explain`` prints without a framework."""

    def test_the_size_what_is_unread_and_the_notes(self):
        assert ca.Conv(3, stride=2, padding=1).explain((6, 6)).reasons() == [
            "o = ⌊(i + 2p - k)/s⌋ + 1 = ⌊(6 + 2·1 - 3)/2⌋ + 1 = 3",
            "1 of 8 padded positions, after the last window; none of them input",
        ]

    def test_axes_that_differ_are_named(self):
        reasons = ca.Conv((3, 5), stride=2, padding=1).explain((6, 7)).reasons()
        assert reasons[0] == "axis 0 (height): o = ⌊(i + 2p - k)/s⌋ + 1 = ⌊(6 + 2·1 - 3)/2⌋ + 1 = 3"
        assert reasons[1] == "axis 1 (width): o = ⌊(i + 2p - k)/s⌋ + 1 = ⌊(7 + 2·1 - 5)/2⌋ + 1 = 3"
        assert reasons[2].startswith("axis 0 (height): 1 of 8 padded positions")
        assert reasons[3].startswith("axis 1 (width): nothing, every padded position is read")

    @untimed
    @given(layers("conv", "conv_transpose", "max_pool"))
    def test_their_numbers_come_to_the_size(self, drawn):
        sizes = [
            words for words in drawn.layer.explain(drawn.shape).reasons() if re.match(r"(axis .*: )?o'? = ", words)
        ]
        said = on_each_axis(sizes, len(drawn.shape))
        for axis, size in enumerate(drawn.layer.output_shape(drawn.shape)):
            (line,) = said[axis]
            numbers, value = line.replace("'", "").split(" = ")[-2:]
            stretched = drawn.layer.windows(drawn.shape).axes[axis].stretched
            assert evaluated(numbers, i=drawn.shape[axis], stretched=stretched) == size == int(value), line


@pytest.mark.parametrize(
    ("framework", "given"),
    [
        ("jax", {"kernel_size": 3, "strides": (2,), "padding": "SAME"}),
        ("flax", {"kernel_size": (3,), "strides": (2,)}),
    ],
)
def test_a_kernel_is_said_not_to_be_rotated_only_where_it_is_not(framework, given):
    said = [
        any(
            "the kernel is not rotated" in line
            for line in explain(framework, "conv_transpose", (5,), **given, **more).lines
        )
        for more in ({}, {"transpose_kernel": True})
    ]
    assert said == [True, False]
