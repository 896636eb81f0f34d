"""Convolutions, poolings, unpooling and gradients against PyTorch: whole numbers in float64, equal exactly."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import convarith as ca

torch = pytest.importorskip("torch", reason="PyTorch is the oracle of these tests and not installed")
F = torch.nn.functional

CASES = 250


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Arrays are tiny, and threads that wait for each other take most of the time on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


class Drawn:
    """Numbers of a random layer of 1 to 3 axes, and arrays that go with it."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.ndim = int(self.random.integers(1, 4))
        self.images, self.groups = self.between(1, 2), self.between(1, 3)

    def between(self, low, high):
        return int(self.random.integers(low, high + 1))

    def each(self, low, high):
        return tuple(self.between(low, high) for _ in range(self.ndim))

    def numbers(self, *shape):
        return self.random.integers(-9, 10, shape).astype(float)

    def torchs(self, name):
        """PyTorch's function of this many axes."""
        return getattr(F, name.format(self.ndim))


def tensor(array):
    return torch.from_numpy(np.array(array))


def drawn_conv(seed):
    """(Drawn, x, w, bias, layer, PyTorch's keywords), or None where no window fits."""
    drawn = Drawn(seed)
    sizes, kernel = drawn.each(1, 7 if drawn.ndim < 3 else 4), drawn.each(1, 3)
    keywords = {"stride": drawn.each(1, 3), "padding": drawn.each(0, 3), "dilation": drawn.each(1, 2)}
    layer = ca.Conv(kernel, **keywords)
    try:
        layer.output_shape(sizes)
    except ca.ShapeError:
        return None
    ours, out = drawn.between(1, 3), drawn.between(1, 2) * drawn.groups
    x, w = drawn.numbers(drawn.images, ours * drawn.groups, *sizes), drawn.numbers(out, ours, *kernel)
    return drawn, x, w, drawn.numbers(out), layer, keywords


def every(draw, seed, at_least):
    """The cases that fit, of which there have to be enough."""
    fitting = [case for case in (draw(seed * 1000 + number) for number in range(CASES)) if case is not None]
    assert len(fitting) >= at_least
    return fitting


def test_conv():
    for drawn, x, w, bias, layer, keywords in every(drawn_conv, 1, 150):
        theirs = drawn.torchs("conv{}d")(tensor(x), tensor(w), tensor(bias), groups=drawn.groups, **keywords)
        ours = ca.numerics.conv(x, w, layer, groups=drawn.groups, bias=bias)
        assert_array_equal(ours, theirs.numpy(), err_msg=repr(layer), strict=True)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_conv_with_a_named_padding(padding):
    for drawn, x, w, _, _, keywords in every(drawn_conv, 2, 150):
        keywords = {"dilation": keywords["dilation"], "padding": padding}
        layer = ca.Conv(w.shape[2:], **keywords)
        if padding == "valid" and any(
            d * (k - 1) >= i for d, k, i in zip(keywords["dilation"], w.shape[2:], x.shape[2:], strict=True)
        ):
            continue
        theirs = drawn.torchs("conv{}d")(tensor(x), tensor(w), groups=drawn.groups, **keywords)
        assert_array_equal(ca.numerics.conv(x, w, layer, groups=drawn.groups), theirs.numpy(), strict=True)


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_conv_with_a_padding_mode(mode):
    """PyTorch's modules reflect less than the input's size, and wrap at most the whole of it."""
    compared = 0
    for drawn, x, w, bias, layer, keywords in every(drawn_conv, 3, 150):
        if any(p >= i for p, i in zip(keywords["padding"], x.shape[2:], strict=True)):
            continue
        module = getattr(torch.nn, f"Conv{drawn.ndim}d")(
            x.shape[1], len(w), w.shape[2:], groups=drawn.groups, padding_mode=mode, dtype=torch.float64, **keywords
        )
        with torch.no_grad():
            module.weight.copy_(tensor(w))
            module.bias.copy_(tensor(bias))
            theirs = module(tensor(x)).numpy()
        ours = ca.numerics.conv(x, w, layer, groups=drawn.groups, bias=bias, padding_mode=mode)
        assert_array_equal(ours, theirs, err_msg=repr(layer), strict=True)
        compared += 1
    assert compared > 60


def test_gradients():
    for drawn, x, w, _, layer, keywords in every(drawn_conv, 4, 150):
        given_x, given_w = tensor(x).requires_grad_(), tensor(w).requires_grad_()
        y = drawn.torchs("conv{}d")(given_x, given_w, groups=drawn.groups, **keywords)
        g = drawn.numbers(*y.shape)
        y.backward(tensor(g))
        ours = ca.numerics.conv_input_gradient(g, w, layer, x.shape[2:], groups=drawn.groups)
        assert_array_equal(ours, given_x.grad.numpy(), err_msg=repr(layer), strict=True)
        ours = ca.numerics.conv_weight_gradient(g, x, layer, groups=drawn.groups)
        assert_array_equal(ours, given_w.grad.numpy(), err_msg=repr(layer), strict=True)


def drawn_transposed(seed):
    drawn = Drawn(seed)
    sizes, kernel, stride, dilation = drawn.each(1, 5), drawn.each(1, 3), drawn.each(1, 3), drawn.each(1, 2)
    keywords = {"stride": stride, "padding": drawn.each(0, 2), "dilation": dilation}
    keywords["output_padding"] = tuple(drawn.between(0, max(s, d) - 1) for s, d in zip(stride, dilation, strict=True))
    layer = ca.ConvTranspose(kernel, **keywords)
    try:
        layer.output_shape(sizes)
    except ca.ShapeError:
        return None
    ours, out = drawn.between(1, 3) * drawn.groups, drawn.between(1, 2)
    x, w = drawn.numbers(drawn.images, ours, *sizes), drawn.numbers(ours, out, *kernel)
    return drawn, x, w, drawn.numbers(out * drawn.groups), layer, keywords


def test_conv_transpose():
    for drawn, x, w, bias, layer, keywords in every(drawn_transposed, 5, 150):
        theirs = drawn.torchs("conv_transpose{}d")(tensor(x), tensor(w), tensor(bias), groups=drawn.groups, **keywords)
        ours = ca.numerics.conv_transpose(x, w, layer, groups=drawn.groups, bias=bias)
        assert_array_equal(ours, theirs.numpy(), err_msg=repr(layer), strict=True)


def drawn_pool(seed, dilated=False):
    """PyTorch pads a pooling by at most half its kernel."""
    drawn = Drawn(seed)
    sizes, kernel = drawn.each(1, 8 if drawn.ndim < 3 else 5), drawn.each(1, 4)
    keywords = {"stride": drawn.each(1, 3), "padding": tuple(drawn.between(0, k // 2) for k in kernel)}
    if dilated:
        keywords["dilation"] = drawn.each(1, 2)
    keywords["ceil_mode"] = bool(drawn.between(0, 1))
    layer = ca.Pool(kernel, **keywords)
    try:
        layer.output_shape(sizes)
    except ca.ShapeError:
        return None
    return drawn, drawn.numbers(drawn.images, drawn.groups, *sizes), kernel, layer, keywords


def test_max_pool_with_indices_and_max_unpool():
    """Windows without any input are the one exception: PyTorch's index for them points somewhere."""
    compared = 0
    for drawn, x, kernel, layer, keywords in every(partial(drawn_pool, dilated=True), 6, 150):
        theirs, switches = drawn.torchs("max_pool{}d")(tensor(x), kernel, return_indices=True, **keywords)
        maxima, indices = ca.numerics.max_pool(x, layer, return_indices=True)
        assert_array_equal(maxima, theirs.numpy(), err_msg=repr(layer), strict=True)
        met = indices >= 0
        assert_array_equal(met, maxima > -np.inf)
        assert_array_equal(indices[met], switches.numpy()[met], err_msg=repr(layer))
        if met.all() and allowed(x, layer):
            unpooled = drawn.torchs("max_unpool{}d")(
                theirs, switches, kernel, keywords["stride"], keywords["padding"], output_size=x.shape[2:]
            )
            ours = ca.numerics.max_unpool(maxima, indices, output_shape=x.shape[2:])
            assert_array_equal(ours, unpooled.numpy(), strict=True)
            compared += 1
    assert compared > 40


def allowed(x, layer):
    """Whether PyTorch takes the input's shape as an output_size: it allows less than a stride around its own guess."""
    return all(
        abs((axis.count - 1) * axis.stride - 2 * axis.before + axis.kernel - axis.size) < axis.stride
        for axis in layer.windows(x.shape[2:]).axes
    )


@pytest.mark.parametrize("include_padding", [True, False])
@pytest.mark.parametrize("divided", [False, True])
def test_avg_pool(include_padding, divided):
    """PyTorch's has no divisor on one axis, and on three none of a kernel larger than the input without padding."""
    compared = 0
    for drawn, x, kernel, layer, keywords in every(drawn_pool, 7, 150):
        larger = any(k > i for k, i in zip(kernel, x.shape[2:], strict=True))
        if (drawn.ndim == 1 and divided) or (drawn.ndim == 3 and larger):
            continue
        divisor = {"divisor_override": drawn.between(1, 9) * (-1) ** drawn.between(0, 1)} if divided else {}
        theirs = drawn.torchs("avg_pool{}d")(
            tensor(x), kernel, count_include_pad=include_padding, **keywords, **divisor
        ).numpy()
        ours = ca.numerics.avg_pool(x, layer, count_include_pad=include_padding, **divisor)
        of_nothing = np.isnan(ours)
        assert not of_nothing.any() or not (include_padding or divided)
        assert ours.shape == theirs.shape
        assert_array_equal(ours[~of_nothing], theirs[~of_nothing], err_msg=repr((layer, x.shape)))
        compared += 1
    assert compared > (90 if divided else 160)


def test_lp_pool():
    """PyTorch's has neither padding nor floats that are exact; 2 is an order where both take absolute values."""
    compared = 0
    for drawn, x, kernel, layer, keywords in every(drawn_pool, 8, 150):
        if any(keywords["padding"]) or keywords["ceil_mode"]:
            continue
        one = drawn.ndim == 1
        size, stride = (kernel[0], keywords["stride"][0]) if one else (kernel, keywords["stride"])
        theirs = drawn.torchs("lp_pool{}d")(tensor(x), 2.0, size, stride).numpy()
        assert_allclose(ca.numerics.lp_pool(x, layer, norm_type=2), theirs, rtol=1e-12, atol=1e-7, err_msg=repr(layer))
        compared += 1
    assert compared > 15


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_the_types_are_pytorchs(dtype):
    x = np.ones((1, 1, 4), dtype)
    assert F.conv1d(tensor(x), tensor(x)).numpy().dtype == ca.numerics.conv(x, x, ca.Conv(4)).dtype
    assert F.avg_pool1d(tensor(x), 2).numpy().dtype == ca.numerics.avg_pool(x, ca.Pool(2)).dtype
