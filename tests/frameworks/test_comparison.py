"""The same question to every framework: what they answer was measured on the frameworks themselves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convarith as ca
from convarith import ParameterError, frameworks
from convarith.frameworks import Comparison, compare
from convarith.frameworks.comparison import ROWS

REFUSED, UNSAID = "refused", "unsaid"
untimed = settings(deadline=None)


def sizes(found):
    """For each row the size of its one axis, or that it is refused, or that there are no words for it."""
    answers = {}
    for row in found.rows:
        answer = (UNSAID, REFUSED)[bool(row.call)] if row.answer is None else row.answer.output_shape[0]
        answers.setdefault(row.framework, []).append(answer)
    return {name: told[0] if len(told) == 1 else told for name, told in answers.items()}


def pads(found):
    """The padding of the one axis, where there is an answer."""
    answers = {}
    for row in found.rows:
        if row.answer is not None:
            answers.setdefault(row.framework, []).append(row.answer.padding[0])
    return {name: told[0] if len(told) == 1 else told for name, told in answers.items()}


ALL_REFUSE = dict.fromkeys(ROWS, REFUSED)


class TestSameNameDifferentMeaning:
    """One test for each set of parameters that means different things."""

    def test_the_extra_side_of_same_with_an_even_kernel(self):
        found = compare(6, 4, stride=1, padding="same")
        assert pads(found) == {
            "torch": (1, 2),
            "keras": (1, 2),
            "tensorflow": (1, 2),
            "jax": [(1, 2), (2, 1)],
            "flax": (1, 2),
            "onnx": [(1, 2), (2, 1)],
            "onnxruntime": [(1, 2), (2, 1)],
            "theano": (2, 2),
        }
        assert sizes(found)["theano"] == 7
        assert sizes(found)["torch"] == 6

    def test_same_with_stride_2(self):
        found = compare(6, 3, stride=2, padding="same")
        assert sizes(found) == {
            "torch": REFUSED,
            "keras": 3,
            "tensorflow": 3,
            "jax": [3, 3],
            "flax": 3,
            "onnx": [3, 3],
            "onnxruntime": [3, 3],
            "caffe": UNSAID,
            "theano": 3,
        }
        assert pads(found) == {
            "keras": (0, 1),
            "tensorflow": (0, 1),
            "jax": [(0, 1), (1, 0)],
            "flax": (0, 1),
            "onnx": [(0, 1), (1, 0)],
            "onnxruntime": [(0, 1), (1, 0)],
            "theano": (1, 1),
        }

    def test_a_kernel_larger_than_the_input(self):
        assert sizes(compare(3, 5)) == {**ALL_REFUSE, "jax": 0, "flax": 0}

    def test_a_pooling_kernel_larger_than_the_input_rounded_down(self):
        found = compare(2, 3, stride=5, operation="max_pool", frameworks=ROWS[:7])
        assert sizes(found) == {
            "torch": REFUSED,
            "keras": REFUSED,
            "tensorflow": REFUSED,
            "jax": 0,
            "flax": 0,
            "onnx": 0,
            "onnxruntime": 1,
        }

    def test_a_pooling_rounded_up_with_a_stride_beyond_the_kernel(self):
        found = compare(12, 1, stride=2, ceil_mode=True, operation="max_pool")
        assert sizes(found) == {
            "torch": 6,
            **dict.fromkeys(("keras", "tensorflow", "jax", "flax"), UNSAID),
            "onnx": 6,
            "onnxruntime": 6,
            "caffe": 7,
            "theano": 6,
        }
        old = frameworks.explain("onnx", "max_pool", 12, kernel_shape=(1,), strides=(2,), ceil_mode=1, opset=21)
        assert old.output_shape == (7,)

    def test_a_padded_pooling_rounded_up(self):
        found = compare(5, 2, stride=2, padding=1, ceil_mode=True, operation="max_pool")
        told = sizes(found)
        assert [told[name] for name in ("torch", "onnx", "onnxruntime", "caffe")] == [3, 3, 3, 3]
        even = sizes(compare(6, 3, stride=2, padding=1, ceil_mode=True, operation="avg_pool"))
        assert [even[name] for name in ("torch", "onnx", "onnxruntime", "caffe")] == [4, 4, 4, 4]
        old = frameworks.explain(
            "onnx", "max_pool", 5, kernel_shape=(2,), strides=(2,), pads=(1, 1), ceil_mode=1, opset=21
        )
        assert old.output_shape == (4,)

    def test_the_stride_of_a_pooling_that_is_not_given(self):
        """The kernel in torch, Keras and Theano, 1 in JAX, Flax, ONNX and Caffe."""
        told = sizes(compare(6, 3, operation="max_pool"))
        assert told == {
            "torch": 2,
            "keras": 2,
            "tensorflow": 2,  # which has none: the kernel is asked for
            "jax": 4,
            "flax": 4,
            "onnx": 4,
            "onnxruntime": 4,
            "caffe": 4,
            "theano": 2,
        }

    @pytest.mark.parametrize(
        ("padding", "refuse"),
        [
            (1, ()),
            (2, ("torch",)),
            (3, ("torch", "tensorflow", "onnxruntime", "caffe", "theano")),
        ],
    )
    def test_the_limit_of_a_poolings_padding(self, padding, refuse):
        """Half the kernel in torch, below the kernel in four, none in three."""
        found = compare(9, 3, stride=1, padding=padding, operation="max_pool", frameworks=ROWS[:2] + ROWS[2:8])
        told = sizes(found)
        assert told["keras"] == UNSAID
        assert {name for name, size in told.items() if size == REFUSED} == set(refuse) - {"theano"}
        assert {size for size in told.values() if isinstance(size, int)} == {7 + 2 * padding}
        if "theano" in refuse:
            with pytest.raises(ParameterError, match="Theano: pad must be smaller than ws"):
                frameworks.theano.max_pool_shape((1, 1, 9), 3, ignore_border=True, stride=1, pad=padding)

    def test_a_transposed_convolution_of_no_padding_whose_kernel_is_below_its_stride(self):
        assert sizes(compare(5, 1, stride=3, operation="conv_transpose")) == {
            "torch": 13,
            "keras": 15,
            "tensorflow": 13,
            "jax": 13,
            "flax": 13,
            "onnx": 13,
            "onnxruntime": 13,
            "caffe": 13,
            "theano": 13,
        }
        assert sizes(compare(5, 1, stride=3, padding="valid", operation="conv_transpose")) == {
            "torch": REFUSED,
            "keras": 15,
            "tensorflow": 13,
            "jax": 15,
            "flax": 15,
            "onnx": 13,
            "onnxruntime": 13,
            "caffe": 13,
            "theano": 13,
        }
        for size in (13, 14, 15):  # the sizes that TensorFlow takes, as they all go back to 5
            assert frameworks.tensorflow.conv_transpose_shape(
                (1, 1, 5), (1, 1, 1), (1, 1, size), 3, padding="VALID"
            ) == (1, 1, size)

    def test_a_transposed_convolution_of_same_whose_kernel_is_below_its_stride(self):
        told = sizes(compare(5, 1, stride=3, padding="same", operation="conv_transpose"))
        assert told["torch"] == REFUSED
        assert [told[name] for name in ("keras", "tensorflow", "jax", "flax")] == [15] * 4
        assert told["onnx"] in (15, [15, 15])
        assert told["onnxruntime"] in (13, [13, 13])

    def test_a_transposed_convolution_of_padding_in_numbers(self):
        told = sizes(compare(5, 5, stride=2, padding=1, operation="conv_transpose"))
        assert told == {
            "torch": 11,
            "keras": UNSAID,
            "tensorflow": REFUSED,
            "jax": [7, 11],
            "flax": 7,
            "onnx": 11,
            "onnxruntime": 11,
            "caffe": 11,
            "theano": 11,
        }
        assert frameworks.tensorflow.conv_transpose_shape(
            (1, 1, 5, 5), (1, 1, 5, 5), (1, 1, 11, 11), 2, padding=((0, 0), (0, 0), (1, 1), (1, 1))
        ) == (1, 1, 11, 11)

    def test_the_bound_of_output_padding(self):
        """The larger of stride and dilation in torch and ONNX's text, the stride in Keras and onnxruntime."""
        told = sizes(compare(5, 3, stride=1, dilation=2, output_padding=1, operation="conv_transpose"))
        assert told["torch"] == told["onnx"] == 10
        assert told["keras"] == told["onnxruntime"] == REFUSED
        assert [told[name] for name in ("tensorflow", "jax", "flax", "caffe", "theano")] == [UNSAID] * 5

    def test_stride_and_dilation_together(self):
        told = sizes(compare(9, 3, stride=2, dilation=2))
        assert told.pop("keras") == REFUSED
        assert set(told.values()) == {3}

    def test_same_with_dilation(self):
        told = sizes(compare(7, 3, padding="same", dilation=2, stride=1))
        assert told["onnxruntime"] == REFUSED
        assert told["torch"] == told["keras"] == told["tensorflow"] == told["jax"] == told["onnx"] == 7
        pooled = sizes(compare(7, 3, padding="same", dilation=2, stride=1, operation="max_pool"))
        assert (pooled["onnx"], pooled["onnxruntime"]) == (7, 5)

    def test_no_input_channels(self):
        """Only torch forgets the outputs."""
        arguments = (1, 0, 7), (4, 0, 3)
        assert frameworks.torch.conv_shape(*arguments) == (1, 0, 5)
        assert frameworks.jax.conv_shape(*arguments, (1,), "VALID") == (1, 4, 5)
        assert frameworks.onnx.conv_shape(*arguments) == (1, 4, 5)
        assert frameworks.onnx.conv_shape(*arguments, runtime="onnxruntime") == (1, 4, 5)

    def test_an_input_of_size_0(self):
        data, weight = (1, 1, 0), (1, 1, 1)
        with pytest.raises(ca.ShapeError):
            frameworks.torch.conv_shape(data, weight, padding=1)
        assert frameworks.keras.conv_shape(data, 1, 1, padding="same") == (1, 1, 0)
        assert frameworks.jax.conv_shape(data, weight, (1,), "SAME") == (1, 1, 0)
        assert frameworks.jax.conv_shape(data, weight, (1,), [(1, 1)]) == (1, 1, 2)
        assert frameworks.onnx.conv_shape(data, weight, pads=(1, 1), runtime="onnxruntime") == (1, 1, 2)

    def test_negative_padding_in_numbers(self):
        told = sizes(compare((6, 6), 3, padding=-1))
        assert told == {**ALL_REFUSE, "keras": UNSAID, "jax": 2, "flax": 2}


class TestTheQuestion:
    @pytest.mark.parametrize(
        ("question", "words"),
        [
            ({"kernel_size": 3}, "conv, kernel 3, padding 0"),
            ({"kernel_size": (3, 5), "stride": (2, 1), "padding": "same"}, 'conv, kernel 3x5, stride 2x1, "same"'),
            (
                {"kernel_size": 3, "padding": ((0, 1),), "dilation": 2},
                "conv, kernel 3, padding 0:1, dilation 2",
            ),
            ({"kernel_size": 3, "padding": (1, (0, 2))}, "conv, kernel 3, padding 1x0:2"),
            (
                {"kernel_size": 3, "operation": "conv_transpose", "output_padding": 0},
                "conv_transpose, kernel 3, padding 0, output padding 0",
            ),
            (
                {"kernel_size": 2, "operation": "lp_pool", "ceil_mode": True},
                "lp_pool, kernel 2, padding 0, rounded up",
            ),
        ],
    )
    def test_in_words(self, question, words):
        found = compare((9, 9), **question)
        assert found.question == words
        assert str(found).splitlines()[0] == f"9x9: {words}"

    @pytest.mark.parametrize(
        ("question", "sentence"),
        [
            (
                {"operation": "conv2d"},
                "unknown operation 'conv2d'; did you mean 'conv'? Known are conv, conv_transpose",
            ),
            ({"operation": "reduce_window"}, "unknown operation 'reduce_window'; known are conv"),
            ({"frameworks": ("torch", "keros")}, "unknown framework 'keros'; did you mean 'keras'? Known are torch"),
            ({"padding": "sane"}, "unknown padding 'sane'; did you mean 'same'? Known are same, valid, or numbers"),
            ({"padding": "SAME"}, "unknown padding 'SAME'; did you mean 'same'? Known are same, valid, or numbers"),
            ({"padding": (1, 2, 3)}, "padding (1, 2, 3) does not fit 2 axes; give a number, or one or a pair"),
            ({"padding": ("same", 1)}, "padding ('same', 1) does not fit 2 axes; give a number, or one or a pair"),
            ({"stride": (1, 2, 3)}, "stride (1, 2, 3) is for 3 axes and the input has 2; give one number, or one for"),
            ({"kernel_size": (3, 3, 3)}, "kernel_size (3, 3, 3) is for 3 axes and the input has 2; give one number"),
            ({"kernel_size": 0}, "kernel_size 0 is below 1; the smallest kernel_size is 1"),
            ({"kernel_size": 2.0}, "kernel_size must be a whole number; got 2.0 (float), give an int"),
            ({"stride": 0}, "stride 0 is below 1; the smallest stride is 1"),
            ({"dilation": 0}, "dilation 0 is below 1; the smallest dilation is 1"),
            ({"output_padding": -1}, "output_padding -1 is below 0; the smallest output_padding is 0"),
        ],
    )
    def test_that_is_none(self, question, sentence):
        with pytest.raises(ParameterError) as refusal:
            compare((9, 9), **{"kernel_size": 3, **question})
        assert refusal.value.message.startswith(sentence)

    @pytest.mark.parametrize("shape", [0, (6, 0), (), 6.0, "6"])
    def test_an_input_that_is_none(self, shape):
        with pytest.raises(ParameterError):
            compare(shape, 3)

    def test_who_is_asked_and_in_which_order(self):
        found = compare((6, 6), 3)
        assert [row.framework for row in found.rows] == list(ROWS)
        assert [row.framework for row in compare((6, 6), 3, frameworks=("theano", "torch")).rows] == ["theano", "torch"]
        assert compare((6, 6), 3, frameworks=()).rows == ()

    def test_names_that_do_the_same_are_one_row_and_others_two(self):
        even, odd = (compare(size, 3, stride=2, padding="same", frameworks=("jax",)) for size in (6, 7))
        assert [row.call for row in even.rows] == [
            "conv(kernel_size=(3,), window_strides=(2,), padding='SAME')",
            "conv(kernel_size=(3,), window_strides=(2,), padding='SAME_LOWER')",
        ]
        assert len(odd.rows) == 1

    @untimed
    @given(st.data())
    def test_each_row_has_an_answer_or_a_refusal_and_its_call_is_that_question(self, data):
        numbers = st.integers
        ndim = data.draw(numbers(1, 4))
        per_axis = st.one_of(numbers(1, 3), st.tuples(*[numbers(1, 3)] * ndim))
        pairs = st.tuples(*[st.tuples(numbers(-1, 3), numbers(-1, 3))] * ndim)
        operation = data.draw(st.sampled_from(["conv", "conv_transpose", "max_pool", "avg_pool", "lp_pool"]))
        question = {
            "padding": data.draw(st.one_of(st.sampled_from(["same", "valid"]), numbers(-1, 3), pairs)),
            "stride": data.draw(st.one_of(st.none(), per_axis)),
            "dilation": data.draw(st.one_of(st.just(1), per_axis)),
            "ceil_mode": operation.endswith("pool") and data.draw(st.booleans()),
            "output_padding": data.draw(st.one_of(st.none(), numbers(0, 2))) if operation == "conv_transpose" else None,
        }
        shape = data.draw(st.tuples(*[numbers(1, 7)] * ndim))
        found = compare(shape, data.draw(per_axis), operation=operation, **question)
        assert {row.framework for row in found.rows} == set(ROWS)
        for row in found.rows:
            assert (row.answer is None) == bool(row.refusal)
            if row.answer is not None:
                assert (row.answer.call, row.answer.input_shape) == (row.call, shape)
        grouped = [names for names, _ in found.groups]
        assert len(set(grouped)) == len(grouped)
        assert str(found)
        assert found.to_dict()


class TestHowTheyAreAsked:
    @pytest.mark.parametrize(
        ("framework", "question", "call"),
        [
            ("onnx", {"padding": ((0, 1), (2, 3))}, "conv(kernel_shape=(3, 3), pads=(0, 2, 1, 3))"),
            ("onnx", {"ceil_mode": True, "operation": "max_pool"}, "max_pool(kernel_shape=(3, 3), ceil_mode=1)"),
            ("torch", {"padding": (1, 2)}, "conv(kernel_size=3, padding=(1, 2))"),
            ("torch", {"padding": 0}, "conv(kernel_size=3)"),
            ("torch", {"ceil_mode": True, "operation": "avg_pool"}, "avg_pool(kernel_size=3, ceil_mode=True)"),
            ("caffe", {"ceil_mode": True, "operation": "max_pool"}, "max_pool(kernel_size=3, round_mode='CEIL')"),
            ("theano", {"ceil_mode": True, "operation": "max_pool"}, "max_pool(ws=3, ignore_border=False)"),
            ("theano", {"padding": ((0, 1), 1)}, "conv(kernel_size=3, border_mode=((0, 1), (1, 1)))"),
            (
                "tensorflow",
                {"padding": 1, "stride": 2},
                "conv(kernel_size=3, strides=2, padding=((0, 0), (0, 0), (1, 1), (1, 1)))",
            ),
            ("tensorflow", {"operation": "max_pool"}, "max_pool(ksize=3, strides=3, padding='VALID')"),
            (
                "tensorflow",
                {"operation": "conv_transpose", "stride": 2, "padding": "same"},
                "conv_transpose(kernel_size=3, output_shape=(14, 14), strides=2, padding='SAME')",
            ),
            (
                "theano",
                {"operation": "conv_transpose", "stride": 2, "padding": 1},
                "conv_transpose(kernel_size=3, output_shape=(13, 13), border_mode=1, input_dilation=2)",
            ),
            (
                "jax",
                {"padding": "same", "dilation": 2},
                "conv(kernel_size=(3, 3), window_strides=(1, 1), padding='SAME', rhs_dilation=(2, 2))",
            ),
            ("flax", {"operation": "max_pool"}, "max_pool(window_shape=(3, 3), padding=((0, 0), (0, 0)))"),
        ],
    )
    def test_in_their_own_words(self, framework, question, call):
        assert compare((7, 7), 3, frameworks=(framework,), **question).rows[0].call == call


class TestRefusals:
    def test_in_the_frameworks_words(self):
        (row,) = compare((6, 6), 3, stride=2, padding="same", frameworks=("torch",)).rows
        assert row.call == "conv(kernel_size=3, stride=2, padding='same')"
        assert row.refusal == (
            "axis 0 (height): a padding of this name is for stride 1, and the stride is 2; pad the input first, by "
            "(0, 1), which gives ⌈i/s⌉ outputs, and give padding 0, or give stride 1"
        )
        assert row.quote == "(PyTorch: padding='same' is not supported for strided convolutions)"

    @pytest.mark.parametrize(
        ("framework", "question", "refusal"),
        [
            ("caffe", {"padding": "same"}, "no padding by name: give in numbers what SAME pads elsewhere"),
            ("keras", {"padding": 1}, "no padding in numbers: a layer of its own pads or crops"),
            ("torch", {"padding": ((0, 1),)}, "the same padding on both sides only: pad the input first"),
            ("caffe", {"padding": ((0, 1),)}, "the same padding on both sides only: pad the input first"),
            (
                "theano",
                {"padding": ((0, 1),), "operation": "max_pool"},
                "the same padding on both sides only: pad the ",
            ),
            ("torch", {"padding": 1, "operation": "lp_pool"}, "no padding here: pad the input first"),
            ("torch", {"padding": "same", "operation": "lp_pool"}, "no padding here: pad the input first"),
            ("keras", {"operation": "lp_pool"}, "no such operation"),
            ("jax", {"operation": "max_pool", "ceil_mode": True}, "no rounding up"),
            ("keras", {"operation": "max_pool", "dilation": 2}, "no dilation here"),
            ("torch", {"operation": "avg_pool", "dilation": 2}, "no dilation here"),
            ("jax", {"operation": "conv_transpose", "output_padding": 1}, "no output padding here"),
        ],
    )
    def test_where_there_are_no_words(self, framework, question, refusal):
        (row,) = compare((6, 6), 3, frameworks=(framework,), **question).rows
        assert (row.call, row.answer, row.quote) == ("", None, "")
        assert row.refusal.startswith(refusal)

    def test_what_is_as_if_it_was_not_asked_for_is_not_missed(self):
        for row in compare((6, 6), 3, operation="conv_transpose", output_padding=0, dilation=1).rows:
            assert row.refusal not in ("no output padding here", "no dilation here")
        assert compare((6, 6), 3, padding="valid", frameworks=("caffe",)).rows[0].answer.padding == ((0, 0),) * 2
        assert compare((6, 6), 3, padding="valid", frameworks=("torch",), operation="lp_pool").rows[0].answer

    @pytest.mark.parametrize("framework", ["torch", "keras", "tensorflow", "theano"])
    def test_more_axes_than_a_framework_has(self, framework):
        for operation in ("conv", "conv_transpose", "max_pool"):
            (row,) = compare((6, 6, 6, 6), 3, operation=operation, frameworks=(framework,)).rows
            assert "has 1 to 3 spatial axes, and here are 4" in row.refusal


class TestGroups:
    def test_those_with_the_same_windows_share_a_layer_and_most_come_first(self):
        found = compare((6, 6), 3, stride=2, padding="same")
        assert [names for names, _ in found.groups] == [
            "keras, tensorflow, jax SAME, flax, onnx SAME_UPPER, onnxruntime SAME_UPPER",
            "jax SAME_LOWER, onnx SAME_LOWER, onnxruntime SAME_LOWER",
            "theano",
        ]
        assert [layer.padding for _, layer in found.groups] == [((0, 1),), ((1, 0),), 1]
        assert [layer.output_shape((6, 6)) for _, layer in found.groups] == [(3, 3)] * 3

    def test_zeros_added_at_the_end_are_crop_taken_back(self):
        """Keras adds, JAX pads more; Theano crops on both sides and adds."""
        found = compare(5, 1, stride=3, padding="valid", operation="conv_transpose")
        assert [names for names, _ in found.groups] == [
            "tensorflow, onnx, onnxruntime, caffe, theano",
            "keras, jax, flax",
        ]
        row = {row.framework: row.answer for row in found.rows}
        for name in ("keras", "jax", "flax"):
            assert (row[name].padding, row[name].added) == (((0, 0),), (2,))

    def test_crop_and_added_zeros_at_one_end_cancel(self):
        """Theano crops one on each side and adds one again; SAME_LOWER crops one at the head."""
        found = compare(5, 3, stride=2, padding="same", operation="conv_transpose")
        assert "onnx SAME_LOWER, onnxruntime SAME_LOWER, theano" in [names for names, _ in found.groups]

    def test_where_the_kernel_is_not_rotated_is_a_group_of_its_own(self):
        found = compare(5, 5, stride=2, padding=1, operation="conv_transpose", frameworks=("jax", "torch", "caffe"))
        assert [(names, type(layer)) for names, layer in found.groups] == [
            ("torch, caffe", ca.ConvTranspose),
            ("jax", ca.Conv),
            ("jax consistent", ca.Conv),
        ]

    def test_means_that_count_padding_and_those_that_do_not_are_told_apart(self):
        found = compare(
            6, 3, stride=2, padding=1, operation="avg_pool", frameworks=("torch", "onnx", "flax", "onnxruntime")
        )
        assert [names for names, _ in found.groups] == ["torch, flax", "onnx, onnxruntime"]

    @pytest.mark.parametrize("question", [{"output_padding": 1}, {"ceil_mode": True}])
    def test_what_a_convolution_has_not_is_refused(self, question):
        with pytest.raises(ca.ParameterError, match=r"is of (transposed convolutions|poolings); give operation="):
            compare(6, 3, **question)

    def test_empty_answers_have_none(self):
        assert compare(3, 5).groups == ()
        assert compare(3, 5).instead == {}


class TestInstead:
    def test_code_with_the_windows_of_most(self):
        found = compare((6, 6), 3, stride=2, padding="same")
        assert set(found.instead) == {"torch", "caffe"}
        assert found.instead["torch"].startswith("x = F.pad(x, (0, 1, 0, 1))\n")

    def test_of_poolings_it_is_the_same_pooling(self):
        found = compare((6, 6), 3, stride=2, padding="same", operation="avg_pool")
        assert "nn.AvgPool2d" in found.instead["torch"]

    def test_none_where_there_is_none(self):
        found = compare((9, 9), 3, dilation=2, operation="max_pool")
        assert "keras" not in found.instead
        assert found.instead == {}

    def test_onnxruntime_has_no_code_of_its_own(self):
        assert "onnxruntime" not in compare((7,), 3, padding="same", dilation=2).instead


class TestTheTable:
    def test_of_same_with_stride_2(self):
        lines = str(compare((6, 6), 3, stride=2, padding="same")).splitlines()
        assert lines[:5] == [
            '6x6: conv, kernel 3, stride 2, "same"',
            "",
            "framework    asked with             output   padding  unread",
            "torch        padding='same'         refused",
            "keras        padding='same'         3x3      0:1      none",
        ]
        assert "theano       border_mode='half'     3x3      1:1      last 1 (padding)" in lines
        assert "caffe        -                      -" in lines
        assert "The same windows as keras, tensorflow, jax SAME, flax, onnx SAME_UPPER," in lines

    def test_what_is_unread_and_what_of_it_is_input(self):
        text = str(compare(12, 1, stride=2, ceil_mode=True, operation="max_pool", frameworks=("torch",)))
        assert "5 between, last 1 (input)" in text
        text = str(compare(7, 2, stride=3, padding=1, frameworks=("onnx",)))
        assert "2 between, last 1 (2 input)" in text

    def test_axes_that_differ(self):
        text = str(compare((6, 7), 3, stride=2, padding="same", frameworks=("keras",)))
        assert "3x4     0:1 x 1:1  none" in text

    def test_axes_that_leave_different_positions_unread_are_counted(self):
        text = str(compare((6, 7, 8), 3, stride=2, padding="same", frameworks=("theano",)))
        assert "1:1      1 x 0 x 1 (padding)" in text
        text = str(compare((6, 7), 2, stride=3, padding=1, frameworks=("onnx",)))
        assert "1:1      2 x 3 (4 input)" in text

    def test_lines_of_single_axes_are_no_notes(self):
        assert "o = " not in str(compare((6, 7, 8), 3, stride=2, padding="same"))

    def test_added_zeros(self):
        text = str(
            compare(5, 3, stride=2, padding=1, output_padding=1, operation="conv_transpose", frameworks=("torch",))
        )
        assert "10      1:1 +1" in text

    def test_each_reason_is_told_once_with_all_that_have_it(self):
        text = " ".join(str(compare(3, 5)).split())
        assert text.count("kernel 5 does not fit in input 3") == 2  # where padding mends it, and where there is none
        assert "torch, onnx, onnxruntime, caffe: kernel 5" in text
        assert "keras, tensorflow, theano: kernel 5" in text

    @pytest.mark.parametrize("operation", ["conv", "conv_transpose", "max_pool"])
    @pytest.mark.parametrize("padding", ["same", 1])
    def test_but_for_code_it_fits_80_columns(self, operation, padding):
        for shape in ((6,), (6, 7), (6, 7, 8)):
            found = compare(shape, 3, stride=2, padding=padding, operation=operation)
            code = {f"    {line}" for block in found.instead.values() for line in block.splitlines()}
            assert max(len(line) for line in str(found).splitlines() if line not in code) <= 80


class TestItsData:
    def test_as_plain_data(self):
        found = compare(7, 3, stride=3, frameworks=("torch", "caffe"), padding="same")
        data = found.to_dict()
        assert list(data) == ["question", "input_shape", "rows", "instead"]
        assert (data["question"], data["input_shape"]) == ('conv, kernel 3, stride 3, "same"', [7])
        refused, unsaid = data["rows"]
        assert refused == {
            "framework": "torch",
            "call": "conv(kernel_size=3, stride=3, padding='same')",
            "output_shape": None,
            "padding": None,
            "added": None,
            "unused": None,
            "lines": [],
            "refusal": "a padding of this name is for stride 1, and the stride is 3; pad the input first, by "
            "(1, 1), which gives ⌈i/s⌉ outputs, and give padding 0, or give stride 1 "
            "(PyTorch: padding='same' is not supported for strided convolutions)",
        }
        assert (unsaid["call"], unsaid["refusal"][:18]) == ("", "no padding by name")

    def test_an_answer_as_plain_data(self):
        (row,) = compare(7, 3, stride=2, frameworks=("torch",)).to_dict()["rows"]
        assert row == {
            "framework": "torch",
            "call": "conv(kernel_size=3, stride=2)",
            "output_shape": [3],
            "padding": [[0, 0]],
            "added": [0],
            "unused": [{"before": 0, "between": 0, "after": 0, "input": 0}],
            "lines": ["o = ⌊(i + 2p - k)/s⌋ + 1 = ⌊(7 + 2·0 - 3)/2⌋ + 1 = 3", "nothing is padded"],
            "refusal": None,
        }

    def test_equal_questions_have_equal_answers(self):
        one, same = (compare(7, 3) for _ in range(2))
        assert one == same
        assert one != compare(8, 3)
        assert isinstance(one, Comparison)
        assert one.operation == "conv"


def test_large_numbers_are_exact():
    big = 2**60 + 1
    found = compare((big,), 3, stride=2, padding="same", frameworks=("keras", "onnx", "theano"))
    assert {row.answer.output_shape for row in found.rows} == {(2**59 + 1,)}
    found = compare((big,), 4, stride=2, padding="same", operation="conv_transpose", frameworks=("tensorflow", "jax"))
    assert {row.answer.output_shape for row in found.rows} == {(2 * big,)}
