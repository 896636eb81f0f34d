"""Translations: the windows stay what they were, what cannot be said is refused for the reason that it is, and the
examples that people ask for."""

from __future__ import annotations

import inspect
from importlib import import_module

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from translated_layers import POOLS, Drawn, beyond_a_crop, carried_out, computed, layers, numbers_of

import convarith as ca
from convarith import ParameterError, ShapeError, frameworks
from convarith.frameworks import NAMES, translate

untimed = settings(deadline=None, max_examples=60)
frameworks_drawn = pytest.mark.parametrize("framework", NAMES)

OPERATIONS = {
    "torch": ("conv", "conv_transpose", *POOLS),
    "onnx": ("conv", "conv_transpose", *POOLS),
    "jax": ("conv", "conv_transpose", *POOLS),
    **dict.fromkeys(("keras", "tensorflow", "flax", "caffe", "theano"), ("conv", "conv_transpose", *POOLS[:2])),
}


def meant(operation):
    """The operation as it is given where the layer does not say it."""
    return operation if operation in POOLS else None


def most(layer, name):
    """The largest number of a parameter, where it matters: a kernel of 1 has nothing to keep apart."""
    axes = [layer.on_axis(axis) for axis in range(layer.ndim or 1)]
    return max([getattr(axis, name) for axis in axes if name != "dilation" or axis.kernel_size > 1], default=1)


def why_not(framework, operation, layer):
    """What the framework has no words for, as the refusal calls it; "" where there are words."""
    stretch = most(layer, "input_dilation") if operation == "conv" else 1
    stride, dilation = most(layer, "stride"), most(layer, "dilation")
    if operation in POOLS:
        dilated = {"torch": ("max_pool",), "jax": POOLS, "onnx": POOLS}.get(framework, ())
        return "has no dilation" if dilation > 1 and operation not in dilated else ""
    if framework not in ("jax", "flax") and stretch > 1 and stride > 1:
        return "those have no other stride"
    if framework == "keras" and dilation > 1 and max(stride, stretch) > 1:
        return "do not go together, on whatever axes"
    return ""


def check(drawn, translation, shape):
    x, w = numbers_of(drawn.layer, shape)
    expected = computed(drawn.operation, drawn.layer, x, w)
    np.testing.assert_array_equal(carried_out(translation, drawn.operation, x, w), expected)


class TestTheWindowsStay:
    """Numbers that come out of the translated call, padded before and cropped after, are those of the layer."""

    @frameworks_drawn
    @untimed
    @given(st.data())
    def test_on_an_input_that_is_given(self, framework, data):
        drawn = data.draw(layers(*OPERATIONS[framework]))
        why = why_not(framework, drawn.operation, drawn.layer)
        if why:
            with pytest.raises(ParameterError, match=why):
                translate(drawn.layer, framework, input_shape=drawn.shape, operation=meant(drawn.operation))
            return
        translation = translate(drawn.layer, framework, input_shape=drawn.shape, operation=meant(drawn.operation))
        check(drawn, translation, drawn.shape)

    @frameworks_drawn
    @untimed
    @given(st.data())
    def test_on_every_input_where_none_is_given(self, framework, data):
        drawn = data.draw(layers(*OPERATIONS[framework]))
        try:
            translation = translate(drawn.layer, framework, operation=meant(drawn.operation))
        except ParameterError:
            assume(False)
        axes = drawn.shape if drawn.layer.ndim else drawn.shape[:1] * translation.ndim
        for more in range(6):
            shape = tuple([size + more for size in axes])
            if smaller_than_a_kernel_of_three_axes(framework, drawn, shape, translation):
                continue
            check(drawn, translation, shape)

    @frameworks_drawn
    @untimed
    @given(st.data())
    def test_a_window_that_reaches_over_cropped_input_is_translated_or_refused(self, framework, data):
        drawn = data.draw(beyond_a_crop(*[name for name in OPERATIONS[framework] if name in POOLS]))
        try:
            translation = translate(drawn.layer, framework, input_shape=drawn.shape, operation=drawn.operation)
        except ParameterError as refusal:
            assert "a last window reaches over input that its padding crops" in refusal.message  # noqa: PT017
            return
        check(drawn, translation, drawn.shape)


def smaller_than_a_kernel_of_three_axes(framework, drawn, shape, translation):
    """What PyTorch refuses aloud, and only where it meets it: means and norms of three axes over a small input."""
    if framework != "torch" or len(shape) != 3 or drawn.operation not in ("avg_pool", "lp_pool"):
        return False
    around = translation.pad or ((0, 0),) * 3
    sizes = [size + before + after for size, (before, after) in zip(shape, around, strict=True)]
    return any(kernel > size for kernel, size in zip(drawn.layer.kernel_size, sizes, strict=True))


class TestWhatHasANameForEveryInput:
    """A padding that depends on the input keeps its name; without one, the input is asked for."""

    @pytest.mark.parametrize(
        ("framework", "parameters"),
        [
            ("keras", {"kernel_size": 3, "strides": 2, "padding": "same"}),
            ("tensorflow", {"kernel_size": 3, "strides": 2, "padding": "SAME"}),
            ("jax", {"kernel_size": (3, 3), "window_strides": (2, 2), "padding": "SAME"}),
            ("flax", {"kernel_size": (3, 3), "strides": (2, 2), "padding": "SAME"}),
            ("onnx", {"kernel_shape": (3, 3), "strides": (2, 2), "auto_pad": "SAME_UPPER"}),
        ],
    )
    def test_same(self, framework, parameters):
        assert translate(ca.Conv(3, stride=2, padding="same"), framework).parameters == parameters

    @pytest.mark.parametrize(
        ("framework", "name"), [("jax", "SAME_LOWER"), ("flax", "SAME_LOWER"), ("onnx", "SAME_LOWER")]
    )
    def test_same_lower(self, framework, name):
        translation = translate(ca.Conv(3, stride=2, padding="same_lower"), framework)
        assert name in translation.parameters.values()

    @pytest.mark.parametrize(
        ("framework", "name"),
        [(framework, "same") for framework in ("torch", "caffe", "theano")]
        + [(framework, "same_lower") for framework in ("torch", "keras", "tensorflow", "caffe", "theano")],
    )
    def test_else_the_input_is_asked_for_and_is_enough(self, framework, name):
        layer = ca.Conv(3, stride=2, padding=name)
        with pytest.raises(ParameterError) as refusal:
            translate(layer, framework)
        assert (
            refusal.value.message
            == f"padding {name!r} has no one call of {framework} for every input; give input_shape"
        )
        assert refusal.value.framework == framework
        for size in (6, 7):
            check(Drawn("conv", layer, (size,)), translate(layer, framework, input_shape=size), (size,))

    @frameworks_drawn
    @pytest.mark.parametrize("layer", [ca.Conv(3, padding="same"), ca.Conv(1, stride=2, padding="same_lower")])
    def test_with_stride_1_and_with_kernel_1_every_framework_has_it(self, framework, layer):
        translation = translate(layer, framework)
        for size in range(1, 8):
            check(Drawn("conv", layer, (size, size)), translation, (size, size))

    def test_onnx_gets_numbers_where_onnxruntime_knows_the_name_otherwise(self):
        """It refuses the name with dilation, ignores dilation in poolings, and crops where the stride is longer."""
        assert translate(ca.Conv(3, padding="same", dilation=2), "onnx").parameters["pads"] == (2, 2, 2, 2)
        for layer in (ca.Conv(3, stride=2, padding="same", dilation=2), ca.Pool(2, stride=3, padding="same")):
            with pytest.raises(ParameterError, match="give input_shape"):
                translate(layer, "onnx")
            assert "auto_pad" not in translate(layer, "onnx", input_shape=(9, 9)).parameters

    @frameworks_drawn
    def test_a_transposed_convolution_that_is_told_its_size_needs_the_input(self, framework):
        layer = ca.ConvTranspose(3, stride=2, padding=1)
        if framework not in ("tensorflow", "theano"):
            assert translate(layer, framework).framework == framework
            return
        with pytest.raises(ParameterError, match=f"has no one call of {framework} for every input; give input_shape"):
            translate(layer, framework)
        assert translate(layer, framework, input_shape=(5, 5)).parameters["output_shape"] == 9


class TestWhatPeopleAsk:
    """The examples of porting guides, in the words in which they are given."""

    def test_tensorflows_same_with_stride_2_in_pytorch(self):
        layer = frameworks.tensorflow.conv(3, strides=2, padding="SAME")
        translation = translate(layer, "torch", input_shape=(6, 6))
        assert translation.pad == ((0, 1), (0, 1))
        assert translation.parameters == {"kernel_size": 3, "stride": 2}
        assert translation.code.splitlines()[:2] == [
            "x = F.pad(x, (0, 1, 0, 1))",
            "y = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=2)(x)",
        ]
        odd = translate(layer, "torch", input_shape=(7, 7))  # where both sides are alike
        assert odd.code == "nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=2, padding=1)"

    def test_f_pad_names_the_last_axis_first(self):
        layer = ca.Conv(3, padding=((0, 1), (2, 3)))
        assert "F.pad(x, (2, 3, 0, 1))" in translate(layer, "torch").code

    def test_pytorchs_padding_in_keras(self):
        layer = frameworks.torch.conv(3, stride=2, padding=1)
        assert translate(layer, "keras", input_shape=(6, 6)).code.splitlines()[:2] == [
            "x = layers.ZeroPadding2D(((1, 1), (1, 1)))(x)",
            "y = layers.Conv2D(filters, kernel_size=3, strides=2)(x)",
        ]
        assert translate(layer, "keras", input_shape=(7, 7)).parameters["padding"] == "same"

    def test_pytorchs_pooling_of_an_even_input_in_keras(self):
        """ResNet's first pooling, which 'same' shifts by one."""
        layer = frameworks.torch.max_pool(3, stride=2, padding=1)
        translation = translate(layer, "keras", input_shape=(112, 112))
        assert translation.pad == ((1, 1), (1, 1))
        assert 'constant_values=float("-inf")' in translation.code
        assert translate(layer, "keras", input_shape=(113, 113)).plain

    @pytest.mark.parametrize(
        ("framework", "said"),
        [
            ("torch", {"padding": 1, "output_padding": 1}),
            ("tensorflow", {"padding": ((0, 0), (0, 0), (1, 1), (1, 1)), "output_shape": 10}),
            ("jax", {"padding": ((1, 2), (1, 2)), "transpose_kernel": True}),
            ("flax", {"padding": ((1, 2), (1, 2)), "transpose_kernel": True}),
            ("onnx", {"pads": (1, 1, 1, 1), "output_padding": (1, 1)}),
            ("theano", {"border_mode": 1, "output_shape": 10}),
        ],
    )
    def test_output_padding(self, framework, said):
        translation = translate(
            ca.ConvTranspose(3, stride=2, padding=1, output_padding=1), framework, input_shape=(5, 5)
        )
        assert said.items() <= translation.parameters.items()
        assert translation.plain

    @pytest.mark.parametrize("framework", ["keras", "tensorflow", "caffe"])
    def test_output_padding_where_there_is_none_that_begins_there(self, framework):
        """'same' crops at the end, and so begins one earlier: the full result is cropped instead."""
        layer = ca.ConvTranspose((3,), stride=2, padding=1, output_padding=1)
        translation = translate(layer, framework, input_shape=(5,))
        assert translation.crop == ((1, 0),)

    def test_kerass_conv_transpose_in_pytorch(self):
        layer = frameworks.keras.conv_transpose(3, strides=2, padding="same", input_shape=(5, 5))
        translation = translate(layer, "torch", input_shape=(5, 5))
        assert (translation.crop, translation.pad) == (((0, 1), (0, 1)), None)
        assert "y = y[:, :, :-1, :-1]" in translation.code
        even = frameworks.keras.conv_transpose(4, strides=2, padding="same", input_shape=(5, 5))
        assert translate(even, "torch").parameters == {"kernel_size": 4, "stride": 2, "padding": 1}

    def test_a_convolution_of_a_stretched_input_is_a_transposed_one_with_a_rotated_kernel(self):
        layer = ca.Conv(3, input_dilation=2, padding=((2, 1),))
        translation = translate(layer, "torch")
        assert translation.rotated
        assert not translation.plain
        assert translation.operation == "conv_transpose"
        assert any("rotated by 180°" in note and "channel axes change places" in note for note in translation.notes)
        assert not translate(layer, "jax").rotated

    def test_a_negative_padding_of_a_transposed_convolution_adds_zeros_and_says_what_a_bias_does(self):
        layer = ca.ConvTranspose(3, stride=2, padding=-1)
        for framework in ("torch", "keras", "tensorflow", "onnx", "caffe", "theano"):
            translation = translate(layer, framework, input_shape=(4, 4))
            assert translation.crop == ((-1, -1), (-1, -1))
            assert "with a bias it would be the bias" in translation.notes[-1]
        assert translate(layer, "jax").plain

    @pytest.mark.parametrize(
        ("framework", "counts"),
        [("torch", True), ("keras", False), ("tensorflow", False), ("jax", True), ("flax", True), ("onnx", False)],
    )
    def test_what_a_mean_counts_is_said_where_there_is_padding(self, framework, counts):
        layer = ca.Pool(3, stride=2, padding=1)
        padded = translate(layer, framework, operation="avg_pool", input_shape=(7, 7))
        assert padded.plain
        assert padded.notes == (f"the mean {'counts' if counts else 'does not count'} what this pads.",)
        assert translate(ca.Pool(3, stride=2), framework, operation="avg_pool").notes == ()

    def test_zeros_padded_first_are_counted_and_a_maximum_is_padded_with_nothing(self):
        layer = ca.Pool(2, stride=1, padding=((0, 1),))
        mean = translate(layer, "torch", operation="avg_pool")
        assert mean.notes[-1] == "the mean counts these zeros."
        assert "value=" not in mean.code
        assert 'value=float("-inf")' in translate(layer, "torch").code

    @pytest.mark.parametrize("operation", POOLS)
    def test_jax_has_one_reduction_for_each_pooling(self, operation):
        translation = translate(ca.Pool((2, 3)), "jax", operation=operation)
        assert (translation.operation, translation.meant) == ("reduce_window", operation)
        words = {"max_pool": "lax.max", "avg_pool": " / 6", "lp_pool": " ** (1 / p)"}
        assert [word for word in words.values() if word in translation.code] == [words[operation]]


REASONS = {
    "torch": [
        (ca.Pool(3, dilation=2), "avg_pool", "its avg_pool has no dilation"),
        (ca.Pool(3, dilation=2), "lp_pool", "its lp_pool has no dilation"),
        (ca.Conv(3, stride=2, input_dilation=2), None, "those have no other stride"),
    ],
    "keras": [
        (ca.Conv(3, stride=2, dilation=2), None, "stride 2 and dilation 2 do not go together"),
        (ca.Conv(3, stride=(2, 1), dilation=(1, 2)), None, "on whatever axes"),
        (ca.ConvTranspose(3, stride=2, dilation=2), None, "stride 2 and dilation 2 do not go together"),
        (ca.Conv(3, input_dilation=2, dilation=2), None, "stride 2 and dilation 2 do not go together"),
        (ca.Pool(3, dilation=2), None, "its max_pool has no dilation"),
    ],
    "tensorflow": [(ca.Pool(3, dilation=2), None, "its max_pool has no dilation")],
    "flax": [(ca.Pool(3, dilation=2), "avg_pool", "its avg_pool has no dilation")],
    "caffe": [(ca.Pool(3, dilation=2), None, "its max_pool has no dilation")],
    "theano": [(ca.Pool(3, dilation=2), None, "its max_pool has no dilation")],
    "onnx": [(ca.Conv(3, stride=2, input_dilation=2), None, "those have no other stride")],
    "jax": [],
}


class TestWhatCannotBeSaid:
    """The reason is what the framework has no words for, and never less than the truth."""

    @pytest.mark.parametrize(
        ("framework", "layer", "operation", "reason"),
        [(framework, *row) for framework, rows in REASONS.items() for row in rows],
    )
    def test_the_reason(self, framework, layer, operation, reason):
        for shape in (None, (9, 9)):
            with pytest.raises(ParameterError) as refusal:
                translate(layer, framework, operation=operation, input_shape=shape)
            assert refusal.value.message.startswith(f"{layer!r} has no call of {framework} with the same windows: ")
            assert reason in refusal.value.message
            assert (refusal.value.framework, refusal.value.layer) == (framework, layer)

    def test_a_dilation_of_one_tap_is_none(self):
        layer = ca.Pool(1, stride=2, dilation=3)
        assert translate(layer, "keras").parameters == {"pool_size": 1, "strides": 2}
        assert translate(ca.Conv((1, 3), stride=2, dilation=(2, 1)), "keras").plain

    @pytest.mark.parametrize("framework", ["torch", "keras", "tensorflow", "theano"])
    def test_four_axes_are_more_than_most_have(self, framework):
        layer = ca.Conv((3, 3, 3, 3))
        with pytest.raises(ParameterError, match=f"^{framework}'s conv has 1 to 3 spatial axes, and here are 4; give"):
            translate(layer, framework)
        assert translate(ca.Conv((3, 3, 3)), framework).ndim == 3

    def test_and_fewer_than_some(self):
        for framework in ("jax", "onnx", "flax", "caffe"):
            assert translate(ca.Conv((3, 3, 3, 3)), framework).ndim == 4
        with pytest.raises(ParameterError, match="flax's conv_transpose has 1 to 3 spatial axes"):
            translate(ca.ConvTranspose((3, 3, 3, 3)), "flax")

    def test_wrong_words(self):
        layer = ca.Conv(3)
        with pytest.raises(ParameterError, match=r"^unknown framework 'keros'; did you mean 'keras'\?"):
            translate(layer, "keros")
        with pytest.raises(ParameterError, match=r"^unknown framework 3; known are torch, keras"):
            translate(layer, 3)
        with pytest.raises(ParameterError, match="operation 'max_pool' is not one of a convolution; leave it out"):
            translate(layer, "torch", operation="max_pool")
        with pytest.raises(ParameterError, match="operation 'conv' is not one of a pooling; leave it out"):
            translate(ca.Pool(3), "torch", operation="conv")
        with pytest.raises(
            ParameterError, match="keras has no 'lp_pool' with windows; it has conv, conv_transpose, max"
        ):
            translate(ca.Pool(3), "keras", operation="lp_pool")

    def test_an_input_that_the_layer_does_not_fit(self):
        with pytest.raises(ShapeError, match="kernel 7 does not fit in input 5"):
            translate(ca.Conv(7), "torch", input_shape=(5, 5))
        with pytest.raises(ShapeError, match="the layer has 2 axes"):
            translate(ca.Conv((3, 5)), "torch", input_shape=(9,))
        with pytest.raises(ParameterError, match="must be a whole number"):
            translate(ca.Conv(3), "torch", input_shape=(9.0, 9))


class TestLargeNumbers:
    """Whole numbers stay whole beyond 2**53, and long strides are not tried one by one."""

    @frameworks_drawn
    def test_sizes_and_strides(self, framework):
        big = 2**60 + 1
        layer = ca.Conv(3, stride=2**53 + 1, padding=1)
        translation = translate(layer, framework, input_shape=(big, big))
        assert 2**53 + 1 in translation.parameters.values() or (2**53 + 1,) * 2 in translation.parameters.values()
        if framework not in ("keras", "tensorflow"):
            assert translate(layer, framework).parameters

    @pytest.mark.parametrize("stride", [65, 70])
    @frameworks_drawn
    def test_long_strides_without_an_input(self, framework, stride):
        """Beyond 64 only some remainders are tried; what is found holds for all of them."""
        for padding in ("same", 1, ((0, 3),), ((2, 0),)):
            for layer in (ca.Conv(4, stride=stride, padding=padding), ca.Pool(4, stride=stride, ceil_mode=True)):
                try:
                    translation = translate(layer, framework)
                except ParameterError:
                    continue
                operation = "conv" if isinstance(layer, ca.Conv) else "max_pool"
                for size in range(7, 7 + stride):
                    assert same_size(translation, layer, size), (operation, size)


def same_size(translation, layer, size):
    padded = size + sum(translation.pad[0]) if translation.pad else size
    function = getattr(import_module(f"convarith.frameworks.{translation.framework}"), translation.operation)
    made = function(**translation.parameters, input_shape=(padded, padded))
    return made.output_shape((padded, padded)) == layer.output_shape((size, size))


class TestTheTranslationItself:
    def test_its_data(self):
        translation = translate(ca.Conv(4, padding="same_lower"), "torch")
        assert translation.to_dict() == {
            "framework": "torch",
            "operation": "conv",
            "parameters": {"kernel_size": 4},
            "pad": [[2, 1], [2, 1]],
            "crop": None,
            "rotated": False,
            "divided": False,
            "notes": ["PyTorch pads both sides alike, and here they differ: the input is padded first."],
            "code": translation.code,
        }

    def test_its_text_and_its_equality(self):
        one, same, other = (translate(ca.Conv(kernel), "torch") for kernel in (3, 3, 5))
        assert str(one) == one.code == "nn.Conv2d(in_channels, out_channels, kernel_size=3)"
        assert one == same
        assert hash(one) == hash(same)
        assert one != other

    @frameworks_drawn
    @untimed
    @given(st.data())
    def test_its_parameters_are_those_of_the_layer_function(self, framework, data):
        drawn = data.draw(layers("conv", "conv_transpose", "max_pool"))
        assume(not why_not(framework, drawn.operation, drawn.layer))
        translation = translate(drawn.layer, framework, input_shape=drawn.shape)
        function = getattr(import_module(f"convarith.frameworks.{framework}"), translation.operation)
        assert set(translation.parameters) <= set(inspect.signature(function).parameters)

    @frameworks_drawn
    def test_code_of_the_module_is_that_of_the_translation(self, framework):
        layer, module = ca.Conv(3, stride=2, padding=1), import_module(f"convarith.frameworks.{framework}")
        assert module.code(layer, input_shape=(6, 6)) == translate(layer, framework, input_shape=(6, 6)).code
        assert (
            module.code(ca.Pool(2), operation="avg_pool") == translate(ca.Pool(2), framework, operation="avg_pool").code
        )

    def test_an_input_of_one_number_is_one_axis(self):
        assert translate(ca.Conv(3), "torch", input_shape=6).code.startswith("nn.Conv1d(")
        assert translate(ca.Conv(3), "torch").code.startswith("nn.Conv2d(")
        assert translate(ca.Conv((3, 3, 3)), "torch").code.startswith("nn.Conv3d(")
