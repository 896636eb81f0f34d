"""Every refusal of arrays at the door: its sentence, its numbers, and that following its advice works."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import convarith as ca

conv, conv_transpose = ca.numerics.conv, ca.numerics.conv_transpose
max_pool, avg_pool, lp_pool, pool = ca.numerics.max_pool, ca.numerics.avg_pool, ca.numerics.lp_pool, ca.numerics.pool

X_CALLS = {
    "conv": lambda x: conv(x, [1, 1], ca.Conv(2)),
    "conv_transpose": lambda x: conv_transpose(x, [1, 1], ca.ConvTranspose(2)),
    "max_pool": lambda x: max_pool(x, ca.Pool(2)),
    "avg_pool": lambda x: avg_pool(x, ca.Pool(2)),
    "lp_pool": lambda x: lp_pool(x, ca.Pool(2), norm_type=2),
    "pool": lambda x: pool(x, ca.Pool(2), np.max),
    "conv_weight_gradient": lambda x: ca.numerics.conv_weight_gradient([1], x, ca.Conv(2)),
    "max_unpool": lambda x: ca.numerics.max_unpool(x, [0, 1], output_shape=4),
}
OTHER_CALLS = {
    ("w", "conv"): lambda w: conv([1, 2], w, ca.Conv(2)),
    ("w", "conv_transpose"): lambda w: conv_transpose([1, 2], w, ca.ConvTranspose(2)),
    ("w", "conv_input_gradient"): lambda w: ca.numerics.conv_input_gradient([1], w, ca.Conv(2), (2,)),
    ("bias", "conv"): lambda bias: conv([1, 2], [1, 1], ca.Conv(2), bias=bias),
    ("bias", "conv_transpose"): lambda bias: conv_transpose([1, 2], [1, 1], ca.ConvTranspose(2), bias=bias),
    ("gradient", "conv_input_gradient"): lambda g: ca.numerics.conv_input_gradient(g, [1, 1], ca.Conv(2), (3,)),
    ("gradient", "conv_weight_gradient"): lambda g: ca.numerics.conv_weight_gradient(g, [1, 1, 1], ca.Conv(2)),
    ("indices", "max_unpool"): lambda indices: ca.numerics.max_unpool([1, 2], indices, output_shape=4),
}
EVERY_CALL = {("x", name): call for name, call in X_CALLS.items()} | OTHER_CALLS


def refused(kind, call, *arguments, **keywords):
    with pytest.raises(kind) as refusal:
        call(*arguments, **keywords)
    assert type(refusal.value) is kind
    assert "\n" not in str(refusal.value)
    assert pickle.loads(pickle.dumps(refusal.value)).numbers.keys() == refusal.value.numbers.keys()
    assert str(copy.copy(refusal.value)) == str(refusal.value)
    return refusal.value


@pytest.mark.parametrize(("name", "call"), EVERY_CALL, ids=str)
class TestWhatHoldsNoNumbers:
    @pytest.mark.parametrize(
        ("given", "dtype"),
        [
            (["a", "b"], "<U1"),
            ([b"a", b"b"], "|S1"),
            ([None, None], "object"),
            (np.array([1, 2], object), "object"),
            ([1, 2**70], "object"),
            (np.array(["2020-01-01", "2020-01-02"], "datetime64[D]"), "datetime64[D]"),
            (np.array([1, 2], "timedelta64[s]"), "timedelta64[s]"),
            (np.zeros(2, "i4,f4"), "[('f0', '<i4'), ('f1', '<f4')]"),
            ({"a": 1}, "object"),
            ("12", "<U2"),
        ],
        ids=repr,
    )
    def test_says_what_it_holds(self, name, call, given, dtype):
        refusal = refused(ca.ParameterError, EVERY_CALL[name, call], given)
        assert str(refusal) == f"{name} has the dtype {dtype}; give an array of numbers"
        assert refusal.name == name

    def test_says_that_its_rows_differ(self, name, call):
        refusal = refused(ca.ParameterError, EVERY_CALL[name, call], [[1, 2], [3]])
        assert str(refusal) == f"{name} has rows of different lengths; give an array of numbers"
        assert refusal.name == name


def test_complex_numbers_have_no_order():
    refusal = refused(ca.ParameterError, max_pool, [1 + 1j, 2], ca.Pool(2))
    assert str(refusal) == "x is complex128, and complex numbers have no order; give abs(x)"
    assert refusal.name == "x"
    assert max_pool(np.abs([3 + 4j, 2]), ca.Pool(2)).tolist() == [5]
    for given in (1 + 1j, np.complex64(1)):
        assert "x is complex" in str(refused(ca.ParameterError, max_pool, [given], ca.Pool(1), return_indices=True))


class TestTheLayer:
    KINDS = {  # noqa: RUF012
        "conv": "convolution",
        "conv_transpose": "transposed convolution",
        "conv_input_gradient": "convolution",
        "conv_weight_gradient": "convolution",
        "max_pool": "pooling",
        "avg_pool": "pooling",
        "lp_pool": "pooling",
        "pool": "pooling",
    }
    CALLS = {  # noqa: RUF012
        "conv": lambda layer: conv([1], [1], layer),
        "conv_transpose": lambda layer: conv_transpose([1], [1], layer),
        "conv_input_gradient": lambda layer: ca.numerics.conv_input_gradient([1], [1], layer, (1,)),
        "conv_weight_gradient": lambda layer: ca.numerics.conv_weight_gradient([1], [1], layer),
        "max_pool": lambda layer: max_pool([1], layer),
        "avg_pool": lambda layer: avg_pool([1], layer),
        "lp_pool": lambda layer: lp_pool([1], layer, norm_type=1),
        "pool": lambda layer: pool([1], layer, np.max),
    }

    @pytest.mark.parametrize("name", CALLS)
    def test_of_another_kind(self, name):
        for layer in (ca.Conv(1), ca.ConvTranspose(1), ca.Pool(1)):
            if layer.kind == self.KINDS[name]:
                assert self.CALLS[name](layer).tolist() == [1]
                continue
            refusal = refused(ca.ParameterError, self.CALLS[name], layer)
            assert str(refusal) == (
                f"{name} takes a layer of the kind {self.KINDS[name]}; got {layer!r}, a {layer.kind}"
            )
            assert refusal.name == "layer"

    @pytest.mark.parametrize("name", CALLS)
    @pytest.mark.parametrize(("given", "words"), [(3, "3 (int)"), (None, "None (NoneType)"), ("conv", "'conv' (str)")])
    def test_that_is_none(self, name, given, words):
        refusal = refused(ca.ParameterError, self.CALLS[name], given)
        assert str(refusal) == f"{name} takes a layer of the kind {self.KINDS[name]}; got {words}"
        assert refusal.name == "layer"


class TestAxesOfX:
    @pytest.mark.parametrize("shape", [(1, 1, 1, 3, 3), (1, 1, 1, 1, 3, 3)])
    def test_too_many(self, shape):
        refusal = refused(ca.ShapeError, conv, np.ones(shape), np.ones((2, 2)), ca.Conv((2, 2)))
        assert str(refusal) == (
            f"x has the shape {shape}, for 2 axes of space; give x 2 axes, 3 with channels, "
            "or 4 with batch and channels"
        )
        assert (refusal.shape, refusal.ndim) == (shape, 2)
        assert conv(np.ones((3, 3)), np.ones((2, 2)), ca.Conv((2, 2))).shape == (2, 2)
        assert conv(np.ones((1, 3, 3)), np.ones((1, 1, 2, 2)), ca.Conv((2, 2))).shape == (1, 2, 2)
        assert conv(np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2)), ca.Conv((2, 2))).shape == (1, 1, 2, 2)

    def test_too_many_for_one_axis_of_space(self):
        refusal = refused(ca.ShapeError, conv, np.ones((1, 1, 1, 3)), np.ones((1, 1, 2)), ca.Conv(2))
        assert str(refusal) == (
            "x has the shape (1, 1, 1, 3), for 1 axis of space; give x 1 axis, 2 with channels, "
            "or 3 with batch and channels"
        )

    @pytest.mark.parametrize(
        "call",
        [
            lambda x: conv(x, np.ones((2, 2)), ca.Conv((2, 2))),
            lambda x: max_pool(x, ca.Pool((2, 2))),
        ],
    )
    def test_too_few(self, call):
        refusal = refused(ca.ShapeError, call, [1, 2])
        assert "the layer has 2 axes" in str(refusal)
        assert call([[1, 2], [3, 4]]).shape == (1, 1)

    @pytest.mark.parametrize("w", [(), (2,), (2, 2)])
    def test_too_many_for_w(self, w):
        """A layer that names no axis and a w without two axes of channels say nothing of an x of 3 axes."""
        refusal = refused(ca.ShapeError, conv, np.ones((4, 5, 6)), np.ones(w), ca.Conv(2))
        assert str(refusal) == (
            f"w has the shape {w}, and beside x, (4, 5, 6), it needs two axes of channels; give w the shape "
            f"({', '.join(['out, in/groups', *map(str, w)])}), or one map of x alone"
        )
        assert (refusal.shape, refusal.x_shape) == (w, (4, 5, 6))
        assert conv(np.ones((4, 5, 6)), np.ones((3, 5, 2)), ca.Conv(2)).shape == (4, 3, 5)
        assert conv(np.ones((4, 5, 6)), np.ones((2, 2, 2)), ca.Conv((2, 2, 2))).shape == (3, 4, 5)

    @pytest.mark.parametrize(
        ("shape", "what"),
        [((0, 2, 3, 3), "batch"), ((1, 0, 3, 3), "channels"), ((0, 3, 3), "channels"), ((0, 0, 3, 3), "batch")],
    )
    @pytest.mark.parametrize(
        "call",
        [
            lambda x: conv(x, np.ones((1, 2, 2, 2)), ca.Conv((2, 2))),
            lambda x: conv_transpose(x, np.ones((2, 1, 2, 2)), ca.ConvTranspose((2, 2))),
            lambda x: max_pool(x, ca.Pool((2, 2))),
            lambda x: avg_pool(x, ca.Pool((2, 2))),
            lambda x: lp_pool(x, ca.Pool((2, 2)), norm_type=2),
            lambda x: pool(x, ca.Pool((2, 2)), np.max),
        ],
    )
    def test_empty_leading_ones(self, call, shape, what):
        refusal = refused(ca.ParameterError, call, np.ones(shape))
        assert str(refusal) == f"x has the shape {shape}, with no {what}; give at least 1"
        assert refusal.shape == shape
        mended = (1, 2, 3, 3)[-len(shape) :]
        assert call(np.ones(mended)).size

    @pytest.mark.parametrize(
        "call",
        [
            lambda x: conv(x, np.ones((1, 2, 2, 2)), ca.Conv(2)),
            lambda x: max_pool(x, ca.Pool(2)),
        ],
    )
    def test_empty_spatial_ones(self, call):
        refusal = refused(ca.ParameterError, call, np.ones((1, 2, 3, 0)))
        assert str(refusal) == "axis 1 (width): input size 0 is below 1; the smallest input size is 1"
        assert (refusal.axis, refusal.value, refusal.least) == (1, 0, 1)


class TestTheKernel:
    X = np.ones((1, 4, 5, 6))

    @pytest.mark.parametrize("shape", [(2, 4, 3, 2), (2, 4, 2, 3, 1), (4, 2, 3), (2, 3)])
    def test_of_another_shape(self, shape):
        layer = ca.Conv((2, 3))
        refusal = refused(ca.ShapeError, conv, self.X, np.ones(shape), layer)
        assert str(refusal) == (
            f"w has the shape {shape} and the layer the kernel_size (2, 3); give w the shape (out, in/groups, 2, 3)"
        )
        assert (refusal.shape, refusal.kernel_size) == (shape, (2, 3))
        assert conv(self.X, np.ones((2, 4, 2, 3)), layer).shape == (1, 2, 4, 4)
        refusal = refused(ca.ShapeError, conv_transpose, self.X, np.ones(shape), ca.ConvTranspose((2, 3)))
        assert str(refusal) == (
            f"w has the shape {shape} and the layer the kernel_size (2, 3); give w the shape (in, out/groups, 2, 3)"
        )
        assert conv_transpose(self.X, np.ones((4, 2, 2, 3)), ca.ConvTranspose((2, 3))).shape == (1, 2, 6, 8)

    @pytest.mark.parametrize("shape", [(0, 4, 2, 3), (2, 0, 2, 3)])
    def test_without_channels(self, shape):
        for call, layer in ((conv, ca.Conv((2, 3))), (conv_transpose, ca.ConvTranspose((2, 3)))):
            refusal = refused(ca.ParameterError, call, self.X, np.ones(shape), layer)
            assert str(refusal) == f"w has the shape {shape}, with no channels; give at least 1"
            assert refusal.shape == shape

    @pytest.mark.parametrize(
        ("call", "layer", "shape", "groups", "taken", "wanted"),
        [
            (conv, ca.Conv((2, 3)), (6, 3, 2, 3), 1, 3, (6, 4, 2, 3)),
            (conv, ca.Conv((2, 3)), (6, 4, 2, 3), 2, 8, (6, 2, 2, 3)),
            (conv, ca.Conv((2, 3)), (4, 4, 2, 3), 4, 16, (4, 1, 2, 3)),
            (conv_transpose, ca.ConvTranspose((2, 3)), (6, 3, 2, 3), 1, 6, (4, 3, 2, 3)),
            (conv_transpose, ca.ConvTranspose((2, 3)), (2, 4, 2, 3), 2, 2, (4, 4, 2, 3)),
        ],
    )
    def test_for_other_channels(self, call, layer, shape, groups, taken, wanted):
        refusal = refused(ca.ShapeError, call, self.X, np.ones(shape), layer, groups=groups)
        assert str(refusal) == (
            f"x has 4 channels and w, {shape} with groups {groups}, takes {taken}; "
            f"give x {taken} channels, or w the shape {wanted}"
        )
        assert (refusal.channels, refusal.groups, refusal.shape) == (4, groups, shape)
        assert call(np.ones((1, taken, 5, 6)), np.ones(shape), layer, groups=groups).size
        assert call(self.X, np.ones(wanted), layer, groups=groups).size

    @pytest.mark.parametrize(
        ("call", "layer", "shape"),
        [
            (conv, ca.Conv(1), (3, 1, 1, 1)),
            (conv_transpose, ca.ConvTranspose(1), (3, 1, 1, 1)),
        ],
    )
    def test_for_other_channels_that_the_groups_could_not_part(self, call, layer, shape):
        """Whatever is advised first, what follows from it alone has to succeed."""
        refusal = refused(ca.ShapeError, call, self.X, np.ones(shape), layer, groups=2)
        advice = str(refusal)
        if "give x 3 channels" in advice:
            call(np.ones((1, 3, 5, 6)), np.ones(shape), layer, groups=2)
        if "give x 2 channels" in advice:
            call(np.ones((1, 2, 5, 6)), np.ones(shape), layer, groups=2)
        if "w the shape (3, 2, 1, 1)" in advice:
            call(self.X, np.ones((3, 2, 1, 1)), layer, groups=2)


class TestGroups:
    def test_that_do_not_divide_the_channels(self):
        for call, layer in ((conv, ca.Conv(1)), (conv_transpose, ca.ConvTranspose(1))):
            refusal = refused(ca.ShapeError, call, np.ones((6, 5)), np.ones((6, 6, 1)), layer, groups=4)
            assert str(refusal) == "x has 6 channels, which 4 groups do not divide; groups can be 1, 2, 3, 6"
            assert (refusal.channels, refusal.groups) == (6, 4)
        for groups in (1, 2, 3, 6):
            assert conv(np.ones((6, 5)), np.ones((6, 6 // groups, 1)), ca.Conv(1), groups=groups).shape == (6, 5)

    def test_that_do_not_divide_the_outputs(self):
        refusal = refused(ca.ShapeError, conv, np.ones((6, 5)), np.ones((4, 2, 1)), ca.Conv(1), groups=3)
        assert str(refusal) == "w gives 4 output channels, which 3 groups do not divide; give w a multiple of 3 rows"
        assert (refusal.rows, refusal.groups) == (4, 3)
        assert conv(np.ones((6, 5)), np.ones((3, 2, 1)), ca.Conv(1), groups=3).shape == (3, 5)

    def test_of_an_input_without_channels(self):
        refusal = refused(ca.ShapeError, conv, [1, 2], [1], ca.Conv(1), groups=2)
        assert str(refusal) == "groups 2 part channels, and x has none; give x an axis of them"
        assert refusal.groups == 2
        assert conv(np.ones((2, 2)), np.ones((2, 1, 1)), ca.Conv(1), groups=2).shape == (2, 2)

    @pytest.mark.parametrize(
        ("groups", "words"),
        [
            (0, "groups 0 is below 1; the smallest groups is 1"),
            (-2, "groups -2 is below 1; the smallest groups is 1"),
            (1.0, "groups must be a whole number; got 1.0 (float), give an int"),
            (True, "groups must be a whole number; got True (bool), give an int"),
            ("1", "groups must be a whole number; got '1' (str), give an int"),
        ],
    )
    def test_that_are_no_number_of_groups(self, groups, words):
        for call in (
            lambda: conv([1, 2], [1], ca.Conv(1), groups=groups),
            lambda: conv_transpose([[1, 2]], [[[1]]], ca.ConvTranspose(1), groups=groups),
            lambda: ca.numerics.conv_input_gradient([1, 2], [1], ca.Conv(1), (2,), groups=groups),
            lambda: ca.numerics.conv_weight_gradient([1, 2], [1, 2], ca.Conv(1), groups=groups),
        ):
            assert str(refused(ca.ParameterError, call)) == words


class TestTheBias:
    @pytest.mark.parametrize("bias", [1, [1], [1, 2], [[1, 2, 3]], np.ones((3, 1))])
    def test_of_another_shape(self, bias):
        shape = np.shape(bias)
        x = np.ones((1, 2, 4))
        for call, layer, w in ((conv, ca.Conv(2), (3, 2, 2)), (conv_transpose, ca.ConvTranspose(2), (2, 3, 2))):
            refusal = refused(ca.ShapeError, call, x, np.ones(w), layer, bias=bias)
            assert str(refusal) == (
                f"bias has the shape {shape}; give it the shape (3,), one number for each output channel"
            )
            assert (refusal.shape, refusal.rows) == (shape, 3)
            assert call(x, np.ones(w), layer, bias=np.ones(3)).shape[1] == 3

    def test_beside_an_input_without_channels(self):
        refusal = refused(ca.ShapeError, conv, [1, 2], [1], ca.Conv(1), bias=[1, 2])
        assert str(refusal) == "bias has the shape (2,); give it the shape (): one number"
        assert conv([1, 2], [1], ca.Conv(1), bias=5).tolist() == [6, 7]

    def test_of_groups_counts_every_output_channel(self):
        x, w = np.ones((1, 4, 3)), np.ones((4, 3, 1))
        refusal = refused(ca.ShapeError, conv_transpose, x, w, ca.ConvTranspose(1), groups=2, bias=np.ones(3))
        assert "give it the shape (6,), one number" in str(refusal)
        assert conv_transpose(x, w, ca.ConvTranspose(1), groups=2, bias=np.ones(6)).shape == (1, 6, 3)

    def test_of_a_sign_beside_uint64(self):
        x = np.ones(2, "uint64")
        refusal = refused(ca.ParameterError, conv, x, np.ones(1, "uint64"), ca.Conv(1), bias=-1)
        assert str(refusal).startswith("x is uint64 and w is uint64 and bias is int64, and no integer type holds both;")
        assert conv(x, np.ones(1, "uint64"), ca.Conv(1), bias=np.uint64(1)).tolist() == [2, 2]
        assert conv(x.astype("int64"), np.ones(1, "int64"), ca.Conv(1), bias=-1).tolist() == [0, 0]


class TestTheDivisor:
    def test_of_zero(self):
        refusal = refused(ca.ParameterError, avg_pool, [3, 1], ca.Pool(2), divisor_override=0)
        assert str(refusal) == "divisor_override 0 divides nothing; give another whole number"
        assert refusal.value == 0
        assert avg_pool([3, 1], ca.Pool(2), divisor_override=1).tolist() == [4]

    @pytest.mark.parametrize(("divisor", "words"), [(1.5, "1.5 (float)"), (True, "True (bool)"), ("2", "'2' (str)")])
    def test_that_is_no_whole_number(self, divisor, words):
        refusal = refused(ca.ParameterError, avg_pool, [3, 1], ca.Pool(2), divisor_override=divisor)
        assert str(refusal) == f"divisor_override must be a whole number; got {words}, give an int"


@pytest.mark.parametrize("indices", [False, True])
@pytest.mark.parametrize("dtype", ["int8", "uint64", "bool"])
def test_a_window_without_input_has_no_maximum_in_whole_numbers(dtype, indices):
    x = np.ones((1, 1, 2, 2), dtype)
    layer = ca.Pool(1, stride=1, padding=((0, 0), (1, 0)))
    refusal = refused(ca.ShapeError, max_pool, x, layer, return_indices=indices)
    assert str(refusal) == "a window meets no input, and integers have no -inf for its maximum; give x as floats"
    assert max_pool(x.astype(float), layer).ravel().tolist() == [-np.inf, 1, 1, -np.inf, 1, 1]
