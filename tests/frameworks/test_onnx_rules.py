"""ONNX's rules, statement by statement: the text of each opset, and what onnxruntime 1.31 gave when it was asked.

Windows are counted one by one; where a number stands for itself, onnx or onnxruntime was asked for it.
"""

from __future__ import annotations

from functools import partial
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refusals_told import does_not_fit, refused

import convarith as ca
from convarith.frameworks import onnx

BIG = 2**53 + 1
ORT = "onnxruntime"
POOLS = {"max_pool": onnx.max_pool_shape, "avg_pool": onnx.avg_pool_shape, "lp_pool": onnx.lp_pool_shape}
LISTS = ("strides", "dilations", "output_padding", "output_shape")
every_pool = pytest.mark.parametrize("operation", POOLS)
both = pytest.mark.parametrize("runtime", [None, ORT])
sames = pytest.mark.parametrize("name", ["SAME_UPPER", "SAME_LOWER"])


def conv(size, kernel, runtime=None, **attributes):
    """The size of one axis; numbers stand for the lists of one that ONNX takes."""
    return onnx.conv_shape((1, 2, size), (4, 2, kernel), runtime=runtime, **listed(attributes))[2]


def transposed(size, kernel, runtime=None, **attributes):
    return onnx.conv_transpose_shape((1, 2, size), (2, 4, kernel), runtime=runtime, **listed(attributes))[2]


def pooled(size, kernel, runtime=None, operation="max_pool", **attributes):
    return POOLS[operation]((1, 2, size), [kernel], runtime=runtime, **listed(attributes))[2]


def listed(attributes):
    return {name: [value] if name in LISTS and isinstance(value, int) else value for name, value in attributes.items()}


def fitting(cells, kernel, stride, dilation):
    """How many windows lie in so many cells, each a stride after the other."""
    reach = dilation * (kernel - 1)
    return sum(start + reach < cells for start in range(0, max(cells, 0), stride))


def covering(cells, kernel, stride, dilation):
    """How many windows it takes until the end is reached."""
    count = 1
    while (count - 1) * stride + dilation * (kernel - 1) + 1 < cells:
        count += 1
    return count


def reached(size, kernel, stride, dilation):
    """How far the kernels reach that each input of a transposed convolution adds."""
    return 1 + max(stride * index + dilation * tap for index in range(size) for tap in range(kernel))


SETTINGS = list(product((1, 2, 5, 6, 9), (1, 2, 3), (1, 2, 4), (1, 2), (0, 1, 2), (0, 3)))
"""Size, kernel, stride, dilation, padding before and after."""


class TestConv:
    def test_pads_are_all_before_and_then_all_after(self):
        """⌊(L + lo + hi - ke)/s⌋ + 1, with lo and hi on each axis."""
        shape = onnx.conv_shape((1, 2, 6, 9), (4, 2, 3, 3), pads=[0, 1, 2, 4])
        assert shape == (1, 4, 6 + 0 + 2 - 2, 9 + 1 + 4 - 2)
        for size, kernel, stride, dilation, before, after in SETTINGS:
            windows = fitting(size + before + after, kernel, stride, dilation)
            if windows:
                numbers = {"strides": stride, "dilations": dilation, "pads": [before, after]}
                assert conv(size, kernel, **numbers) == conv(size, kernel, ORT, **numbers) == windows

    @both
    def test_strides_and_dilations_are_1_unless_given(self, runtime):
        assert conv(7, 3, runtime) == 5

    @both
    def test_valid_pads_nothing(self, runtime):
        assert conv(8, 3, runtime, strides=2, auto_pad="VALID") == 3

    @both
    @sames
    def test_same_gives_the_ceiling(self, name, runtime):
        for size, kernel, stride in product(range(1, 12), (1, 2, 3, 4), (1, 2, 3, 5)):
            assert conv(size, kernel, runtime, strides=stride, auto_pad=name) == -(-size // stride)

    @both
    def test_the_odd_one_goes_to_the_end_or_the_start(self, runtime):
        for kernel, stride, ends in ((3, 2, [((0, 1),), ((1, 0),)]), (4, 1, [((1, 2),), ((2, 1),)])):
            for name, padding in zip(("SAME_UPPER", "SAME_LOWER"), ends, strict=True):
                layer = onnx.conv([kernel], strides=[stride], auto_pad=name, input_shape=6, runtime=runtime)
                assert layer.padding == padding

    @sames
    def test_ort_same_dilation(self, name):
        """Conv: onnxruntime refuses SAME_* with d > 1."""
        assert conv(7, 3, dilations=2, auto_pad=name) == 7
        refused(partial(conv, 7, 3, ORT, dilations=2, auto_pad=name), "dilation 2", "(onnxruntime: dilation is not")
        refused(partial(conv, 7, 1, ORT, dilations=2, auto_pad=name), "dilation 2")
        assert conv(7, 3, ORT, dilations=1, auto_pad=name) == 7
        assert conv(7, 3, ORT, dilations=2, pads=[2, 2]) == 7

    @pytest.mark.parametrize(
        ("name", "crops"), [("SAME_UPPER", (0, 1, 1, 2, 2, 3)), ("SAME_LOWER", (0, 0, 1, 1, 2, 2))]
    )
    def test_ort_same_negative_total(self, name, crops):
        """Conv SAME with s > ke and total <= -2: onnxruntime crops the head instead of clamping; size unaffected. How
        much of a total of -2, -3, ... was read off the values that came out."""
        for total, crop in enumerate(crops, start=2):
            size = total + 1
            layer = onnx.conv([1], strides=[size], auto_pad=name, input_shape=size, runtime=ORT)
            windows = layer.windows(size)
            assert (windows.axes[0].before, windows.output_shape) == (-crop, (1,))
            assert onnx.conv([1], strides=[size], auto_pad=name, input_shape=size).padding == 0
        assert onnx.conv([1], strides=[2], auto_pad=name, input_shape=2, runtime=ORT).padding == 0
        refused(partial(onnx.conv, [1], strides=[3], auto_pad=name, runtime=ORT), "give input_shape")
        kept = "same" if name == "SAME_UPPER" else "same_lower"
        assert onnx.conv([1], strides=[2], auto_pad=name, runtime=ORT).padding == kept

    @both
    def test_a_kernel_that_does_not_fit(self, runtime):
        """NOTSET needs >= ke, whatever the stride (inference_trunc: shape inference says 1)."""
        error = does_not_fit(partial(conv, 2, 3, runtime, strides=5), "kernel 3 does not fit in input 2", "at least 1")
        assert (error.least_padding, error.largest_kernel_size) == (1, 2)
        assert conv(2, 3, runtime, strides=5, pads=[1, 1]) == conv(2, 2, runtime, strides=5) == 1

    @both
    def test_an_input_of_size_0(self, runtime):
        """Conv L = 0 with enough padding is accepted."""
        assert conv(0, 3, runtime, pads=[2, 2]) == 2
        does_not_fit(partial(conv, 0, 3, runtime, pads=[1, 0]), "kernel 3 does not fit in input 0", "3 in all")
        assert conv(0, 3, runtime, pads=[1, 2]) == 1
        for name in ("SAME_UPPER", "SAME_LOWER"):
            does_not_fit(partial(conv, 0, 3, runtime, auto_pad=name), "size 0", "at least 1")

    @both
    def test_no_batch_no_channels_no_maps(self, runtime):
        """C = 0 gives M channels."""
        assert onnx.conv_shape((1, 0, 7), (4, 0, 3), runtime=runtime) == (1, 4, 5)
        assert onnx.conv_shape((0, 2, 7), (4, 2, 3), runtime=runtime) == (0, 4, 5)
        assert onnx.conv_shape((1, 2, 7), (0, 2, 3), runtime=runtime) == (1, 0, 5)

    @both
    def test_channels_and_groups(self, runtime):
        """X.shape[1] == W.shape[1] * group, and group divides W.shape[0]."""
        asked = partial(onnx.conv_shape, runtime=runtime)
        assert asked((1, 6, 7), (4, 3, 3), group=2) == (1, 4, 5)
        error = does_not_fit(partial(asked, (1, 5, 7), (4, 3, 3), group=2), "5 channels", "of 6 channels")
        assert error.rule == "X.shape[1] == W.shape[1] * group == C"
        does_not_fit(partial(asked, (1, 6, 7), (5, 3, 3), group=2), "5 output channels", "2 groups")
        for group in (0, -1):
            refused(partial(asked, (1, 6, 7), (4, 3, 3), group=group), f"groups {group} is below 1")

    @both
    def test_any_number_of_axes(self, runtime):
        asked = partial(onnx.conv_shape, runtime=runtime)
        assert asked((1, 2, 3, 4, 5, 6), (4, 2, 3, 3, 3, 3)) == (1, 4, 1, 2, 3, 4)
        for shape, weight in (((2, 7), (4, 2)), ((2, 7, 7), (4, 2, 3, 3)), ((1, 2, 7, 7), (4, 2, 3))):
            does_not_fit(partial(asked, shape, weight), "do not go together", str(shape), str(weight))


class TestConvTranspose:
    @both
    def test_pads_and_output_padding(self, runtime):
        """(L-1)*s + ke + op - lo - hi."""
        for size, kernel, stride, dilation in product((1, 2, 5), (1, 3), (1, 2, 3), (1, 2)):
            full = reached(size, kernel, stride, dilation)
            asked = partial(transposed, size, kernel, runtime, strides=stride, dilations=dilation)
            assert asked() == asked(auto_pad="VALID") == full
            for added in range(stride):
                assert asked(output_padding=added) == asked(output_padding=added, auto_pad="VALID") == full + added
            if full > 3:
                assert asked(pads=[1, 2]) == asked(pads=[3, 0]) == full - 3

    @sames
    def test_same_is_stride_times_input(self, name):
        """The text: L*s, whatever output_padding."""
        for size, kernel, stride in product((1, 2, 5), (1, 2, 3, 5), (1, 2, 3)):
            assert transposed(size, kernel, strides=stride, auto_pad=name) == stride * size
        assert transposed(5, 3, strides=2, auto_pad=name, output_padding=1) == 10
        assert onnx.conv_transpose([1], strides=[3], auto_pad=name).output_shape(5) == (15,)

    @sames
    def test_ort_same_stride_gt_kernel(self, name):
        """ConvTranspose SAME with ke < s: onnxruntime gives (L-1)*s + ke (+ op), otherwise L*s."""
        assert transposed(5, 1, strides=3, auto_pad=name) == 15
        answers = [transposed(5, 1, ORT, strides=3, auto_pad=name, output_padding=added) for added in range(3)]
        assert answers == [13, 14, 15]
        assert transposed(5, 2, ORT, strides=3, auto_pad=name, output_padding=2) == 15
        assert transposed(5, 3, ORT, strides=2, auto_pad=name, output_padding=1) == 10
        assert onnx.conv_transpose([1], strides=[3], auto_pad=name, runtime=ORT).output_shape(5) == (13,)

    @pytest.mark.parametrize("name", ["SAME_UPPER", "SAME_LOWER", "NOTSET", "VALID"])
    def test_which_side_the_odd_one_is_cropped_at(self, name):
        """The head gets total//2 for SAME_UPPER, the larger half otherwise; the other way round before opset 11. In
        onnxruntime it is as from 11 on at every opset."""
        now, before = (((0, 1),), ((1, 0),)) if name == "SAME_UPPER" else (((1, 0),), ((0, 1),))
        sized = partial(onnx.conv_transpose, [3], strides=[2], auto_pad=name, output_shape=[10], input_shape=5)
        named = partial(onnx.conv_transpose, [3], strides=[2], auto_pad=name)
        for opset in (1, 7, 10, 11, 22):
            assert sized(opset=opset).padding == (before if opset < 11 else now)
            assert sized(opset=opset, runtime=ORT).padding == now
            if name.startswith("SAME"):
                assert named(opset=opset).padding == (before if opset < 11 else now)
                assert named(opset=opset, runtime=ORT).padding == now

    @both
    def test_what_is_cropped_counts_the_output_padding(self, runtime):
        """total = (L-1)*s + op + ke - out: with op 1 it is 2 here, of which one is cropped at the head; the other is
        the output padding itself. Without op it is 1, which SAME_UPPER crops at the end."""
        asked = partial(onnx.conv_transpose, [3], strides=[2], output_padding=[1], runtime=runtime)
        for layer in (asked(output_shape=[10], input_shape=5), asked(auto_pad="SAME_UPPER")):
            assert (layer.padding, layer.output_padding, layer.output_shape(5)) == (((1, 0),), 0, (10,))
        without = onnx.conv_transpose([3], strides=[2], auto_pad="SAME_UPPER", runtime=runtime)
        assert (without.padding, without.output_shape(5)) == (((0, 1),), (10,))

    @both
    def test_output_shape_overrides_pads(self, runtime):
        """From 1 (however far below the full size) to (L-1)*s + ke + s - 1."""
        for size in range(1, 13):
            asked = partial(transposed, 5, 3, runtime, strides=2, output_shape=size)
            assert asked() == asked(pads=[9, 9]) == asked(auto_pad="SAME_LOWER") == asked(output_padding=1) == size
        error = does_not_fit(partial(transposed, 5, 3, runtime, strides=2, output_shape=13), "size 13", "1 to 12")
        assert error.largest == 12
        refused(partial(transposed, 5, 3, runtime, strides=2, output_shape=0), "output size 0 is below 1")

    @both
    def test_output_shape_is_spatial(self, runtime):
        """output_shape has no N, C entries."""
        asked = partial(onnx.conv_transpose_shape, (1, 2, 5, 5), (2, 3, 3, 3), strides=[2, 2], runtime=runtime)
        assert asked(output_shape=[4, 11]) == (1, 3, 4, 11)
        for wrong in ([11], [1, 3, 4, 11], 11, []):
            refused(partial(asked, output_shape=wrong), f"output_shape {wrong} does not fit", "a sequence of 2")
        refused(partial(onnx.conv_transpose, [3], output_shape=[5]), "give input_shape")

    def test_output_padding_is_bounded(self):
        """Text: op < max(s, d), from opset 11 on. onnxruntime: s <= op < d is refused, too, at every opset."""
        asked = partial(transposed, 5, 3, strides=2, dilations=3)
        error = refused(partial(asked, output_padding=3), "output_padding 3 with stride 2 and dilation 3", "0 to 2")
        assert error.largest_output_padding == 2
        assert asked(output_padding=2) == 17
        error = refused(partial(asked, output_padding=2, runtime=ORT), "0 to 1")
        assert asked(output_padding=error.largest_output_padding, runtime=ORT) == 16
        assert transposed(5, 3, strides=2, output_padding=7, opset=10) == 18
        refused(partial(transposed, 5, 3, strides=2, output_padding=7, opset=11), "0 to 1")
        refused(partial(transposed, 5, 3, ORT, strides=2, output_padding=7, opset=10), "0 to 1")
        for opset, runtime in product((10, 22), (None, ORT)):
            refused(partial(transposed, 5, 3, runtime, output_padding=-1, opset=opset), "output_padding -1")

    @both
    def test_nothing_is_left(self, runtime):
        asked = partial(transposed, kernel=3, runtime=runtime, strides=2)
        error = does_not_fit(partial(asked, 5, pads=[6, 5]), "an output of 0", "at most 10 in all", "at least 6")
        assert (error.largest_padding, error.least_input_size) == (10, 6)
        assert asked(5, pads=[5, 5]) == 1
        assert asked(6, pads=[6, 5]) == 2

    @both
    def test_an_input_of_size_0(self, runtime):
        asked = partial(transposed, runtime=runtime, strides=2)
        assert asked(0, 5) == asked(0, 5, auto_pad="VALID") == 3
        does_not_fit(partial(asked, 0, 5, auto_pad="SAME_UPPER"), "size 0", "at least 1")
        error = does_not_fit(partial(asked, 0, 2), "has an output of 0 in all", "an input of at least 1")
        assert asked(error.least_input_size, 2) == 2

    def test_what_onnxruntime_does_not_give_an_input_of_size_0(self):
        assert transposed(0, 5, strides=2, output_padding=1) == 4
        does_not_fit(partial(transposed, 0, 5, ORT, strides=2, output_padding=1), "output_padding 1", "size 0")
        assert transposed(1, 5, ORT, strides=2, output_padding=1) == 6
        assert transposed(0, 5, strides=2, output_shape=2) == 2
        does_not_fit(partial(transposed, 0, 5, ORT, strides=2, output_shape=2), "size 0", "at least 1")

    @both
    def test_channels_and_groups(self, runtime):
        """W is (C x M/group x k...)."""
        asked = partial(onnx.conv_transpose_shape, runtime=runtime)
        assert asked((1, 4, 5), (4, 3, 3), group=2) == (1, 6, 7)
        assert asked((1, 0, 5), (0, 3, 3)) == (1, 3, 7)
        assert asked((1, 2, 5), (2, 0, 3)) == (1, 0, 7)
        does_not_fit(partial(asked, (1, 2, 5), (3, 2, 3)), "2 channels", "of 3 channels")
        does_not_fit(partial(asked, (1, 3, 5), (3, 3, 3), group=2), "3 input channels", "2 groups")
        refused(partial(asked, (1, 3, 5), (3, 3, 3), group=-1), "groups -1 is below 1")


class TestPoolings:
    @every_pool
    def test_it_rounds_down(self, operation):
        for size, kernel, stride, dilation, before, after in SETTINGS:
            windows = fitting(size + before + after, kernel, stride, dilation)
            numbers = {"strides": stride, "dilations": dilation, "pads": [before, after]}
            if windows:
                assert pooled(size, kernel, operation=operation, **numbers) == windows
                if max(before, after) < kernel:
                    assert pooled(size, kernel, ORT, operation, **numbers) == windows

    @every_pool
    @both
    def test_strides_are_1_unless_given(self, operation, runtime):
        """strides default to 1 in pools, too, not to kernel_shape."""
        assert pooled(6, 3, runtime, operation) == 4

    @every_pool
    def test_it_rounds_up(self, operation):
        """ceil_mode takes a window away where (n-1)*s >= L + lo, in the text from 22 on; onnxruntime at every opset."""
        for size, kernel, stride, dilation, before, after in SETTINGS:
            if size + before + after <= dilation * (kernel - 1):
                continue
            numbers = {"strides": stride, "dilations": dilation, "pads": [before, after], "ceil_mode": 1}
            windows = covering(size + before + after, kernel, stride, dilation)
            clipped = windows - ((windows - 1) * stride >= size + before)
            asked = partial(pooled, size, kernel, operation=operation, **numbers)
            assert (asked(opset=19), asked(opset=22)) == (windows, clipped)
            if max(before, after) < kernel:
                assert asked(opset=19, runtime=ORT) == asked(opset=22, runtime=ORT) == clipped

    @pytest.mark.parametrize(
        ("operation", "opsets"),
        [("max_pool", (10, 11, 12, 21)), ("avg_pool", (10, 11, 19, 21)), ("lp_pool", (18, 21))],
    )
    def test_the_opsets_that_do_not_clip(self, operation, opsets):
        """No clip before 22 (MaxPool 10, 11, 12, AveragePool 10, 11, 19), clip at 22."""
        asked = partial(pooled, operation=operation, strides=2, ceil_mode=1)
        for opset in opsets:
            assert (asked(12, 1, opset=opset), asked(5, 2, pads=[1, 1], opset=opset)) == (7, 4)
            assert asked(12, 1, ORT, opset=opset) == 6
        for opset in (22, 24):
            assert (asked(12, 1, opset=opset), asked(5, 2, pads=[1, 1], opset=opset)) == (6, 3)

    @every_pool
    @both
    @sames
    def test_same_gives_the_ceiling(self, operation, runtime, name):
        """⌈L/s⌉, ceil_mode irrelevant."""
        for size, kernel, stride, rounded in product(range(1, 12), (1, 2, 3, 4), (1, 2, 3), (0, 1)):
            if stride <= kernel:
                asked = partial(pooled, size, kernel, runtime, operation, strides=stride, auto_pad=name)
                assert asked(ceil_mode=rounded) == -(-size // stride)
        assert pooled(8, 1, operation=operation, strides=3, auto_pad=name, ceil_mode=1) == 3

    @sames
    def test_same_of_average_pool_11_to_18(self, name):
        """In 11 the text's floor formula for SAME was wrong: floor(L/s)."""
        for opset in (11, 18, 19):
            assert pooled(7, 3, operation="avg_pool", strides=2, auto_pad=name, opset=opset) == 4

    @every_pool
    @sames
    def test_ort_same_dilation(self, operation, name):
        """onnxruntime ignores d for the pads but not for the size: L=7, k=3, s=1, d=2 gives 5, the text 7."""
        asked = partial(pooled, 7, 3, operation=operation, dilations=2, auto_pad=name)
        assert (asked(), asked(runtime=ORT)) == (7, 5)
        does_not_fit(
            partial(pooled, 2, 4, ORT, operation, dilations=3, auto_pad=name), "below 0", "a kernel of at most 2"
        )
        assert pooled(2, 2, ORT, operation, dilations=3, auto_pad=name) == 0

    @every_pool
    def test_text_valid_ignores_ceil_mode(self, operation):
        """VALID + ceil_mode: the text gives ⌈(L-ke+1)/s⌉, the floor result; onnxruntime honours ceil_mode."""
        asked = partial(pooled, 8, 3, operation=operation, strides=2, ceil_mode=1)
        assert (asked(auto_pad="VALID"), asked(auto_pad="VALID", runtime=ORT), asked()) == (3, 4, 4)

    @every_pool
    def test_ort_trunc(self, operation):
        """L=2, k=3, s=5 in floor mode gives 1 window larger than the input; k larger by a stride gives length 0, more
        is refused. The text's formula gives 0 and then something below."""
        asked = partial(pooled, 2, operation=operation, strides=5)
        assert [asked(kernel, runtime=ORT) for kernel in (3, 6, 7, 11)] == [1, 1, 0, 0]
        error = does_not_fit(partial(asked, 12, runtime=ORT), "size of -1, below 0", "a kernel of at most 11")
        assert error.largest_kernel_size == 11
        assert [asked(kernel) for kernel in (3, 7)] == [0, 0]
        error = does_not_fit(partial(asked, 8), "size of -1, below 0", "1 after or a kernel of at most 7")
        assert error.largest_kernel_size == 7
        assert asked(8, pads=[0, 1]) == 0

    def test_the_layer_of_a_window_larger_than_the_input(self):
        """What it reaches beyond the input is no padding, on an axis whose neighbour has something left over, too; but
        AveragePool counts it before opset 19."""
        layer = onnx.avg_pool([3, 2], strides=[5, 3], input_shape=(2, 7), runtime=ORT)
        assert layer == ca.Pool((3, 2), stride=(5, 3), padding=(0, (0, -2)), ceil_mode=True)
        assert layer.output_shape((2, 7)) == (1, 2)
        assert onnx.avg_pool([3], strides=[5], input_shape=2, opset=13, runtime=ORT).padding == ((0, 1),)
        does_not_fit(partial(onnx.max_pool, [3], strides=[5], input_shape=2), "empty", "(0,)")

    @pytest.mark.parametrize("runtime", [None, ORT])
    def test_the_advised_mends_of_what_has_no_size(self, runtime):
        """The least padding and the largest kernel are just enough."""
        for size, kernel, stride, dilation, rounded in product((1, 2), (4, 7, 9), (1, 2), (1, 2), (0, 1)):
            asked = partial(pooled, runtime=runtime, strides=stride, dilations=dilation, ceil_mode=rounded)
            try:
                assert asked(size, kernel) >= 0
                continue
            except ca.ShapeError as refusal:
                largest, message = refusal.largest_kernel_size, refusal.message
            assert asked(size, largest) >= 0
            does_not_fit(partial(asked, size, largest + 1), "below 0")
            if " after " in message:
                after = int(message.partition(" after ")[0].rpartition(" ")[2])
                assert asked(size, kernel, pads=[0, after]) >= 0
                does_not_fit(partial(asked, size, kernel, pads=[0, after - 1]), "below 0")

    @every_pool
    def test_ort_pad_ge_kernel(self, operation):
        """onnxruntime refuses a pool pad >= k on either side; the text does not."""
        for pads in ([3, 0], [0, 3]):
            asked = partial(pooled, 7, 3, operation=operation, pads=pads)
            assert asked() == 8
            assert refused(partial(asked, runtime=ORT), "padding 3", "0 to 2").largest_padding == 2
            refused(partial(asked, runtime=ORT, auto_pad="VALID"), "padding 3", "0 to 2")
        assert pooled(7, 3, ORT, operation, pads=[2, 2]) == 9

    @pytest.mark.parametrize(
        "attributes",
        [
            {"operation": "avg_pool"},
            {"operation": "avg_pool", "opset": 19},
            {"operation": "avg_pool", "opset": 13, "ceil_mode": 1, "count_include_pad": 1},
            {"operation": "lp_pool", "opset": 11},
            {"storage_order": 1},
            {"dilations": 2},
        ],
        ids=str,
    )
    @sames
    def test_a_negative_total_that_runs(self, name, attributes):
        """AveragePool runs (from 19 on, or where it rounds up and counts padding), and so does a MaxPool that counts
        its indices by columns or dilates."""
        assert pooled(4, 1, ORT, strides=4, auto_pad=name, **attributes) == 1

    @pytest.mark.parametrize(
        "attributes",
        [
            {},
            {"opset": 12, "ceil_mode": 1},
            {"operation": "avg_pool", "opset": 18},
            {"operation": "avg_pool", "opset": 18, "ceil_mode": 1},
            {"operation": "avg_pool", "opset": 18, "count_include_pad": 1},
        ],
        ids=str,
    )
    @sames
    def test_ort_maxpool_same_stride_gt_kernel(self, name, attributes):
        """MaxPool SAME with s > k and a negative total: "padding values must be non-negative"."""
        asked = partial(pooled, 4, 1, **attributes)
        assert asked(strides=4, auto_pad=name) == 1
        error = does_not_fit(partial(asked, runtime=ORT, strides=4, auto_pad=name), "-3 in all", "non-negative")
        assert error.padding == (-1, -2)
        assert asked(runtime=ORT, strides=4, pads=[0, 0]) == asked(runtime=ORT, strides=4) == 1
        assert asked(runtime=ORT, strides=1, auto_pad=name) == 4

    @pytest.mark.parametrize(
        ("name", "crops"), [("SAME_UPPER", (0, 1, 1, 2, 2, 3)), ("SAME_LOWER", (0, 0, 1, 1, 2, 2))]
    )
    def test_a_negative_total_crops_the_start(self, name, crops):
        """Half of it, rounded towards zero, or of one less; read off the values for totals of -1, -2, ..."""
        for total, crop in enumerate(crops, start=1):
            size = total + 1
            layer = onnx.lp_pool([1], strides=[size], auto_pad=name, input_shape=size, runtime=ORT)
            windows = layer.windows(size)
            assert (windows.axes[0].before, windows.output_shape) == (-crop, (1,))
            assert onnx.lp_pool([1], strides=[size], auto_pad=name, input_shape=size).padding == 0

    def test_what_is_cropped_at_the_end_is_read(self):
        """A dilated window reads input beyond a negative padding, but not in AveragePool."""
        asked = {"strides": [3], "dilations": [2], "auto_pad": "SAME_UPPER", "ceil_mode": 1, "runtime": ORT}
        for operation, last in ((onnx.max_pool, {9, 11}), (onnx.lp_pool, {9, 11}), (onnx.avg_pool, {9})):
            axis = operation([2], input_shape=12, **asked).windows(12).axes[0]
            assert {index for index, _ in axis.entries(3)} == last

    @every_pool
    def test_batch_and_channels(self, operation):
        """onnxruntime: only N can be zero, and where it is, nothing else is asked of the input."""
        text, runtime = POOLS[operation], partial(POOLS[operation], runtime=ORT)
        assert text((1, 0, 7), [3]) == (1, 0, 5)
        does_not_fit(partial(runtime, (1, 0, 7), [3]), "no channels", "only N can be zero")
        assert text((1, 2, 0), [3], pads=[2, 2]) == (1, 2, 2)
        does_not_fit(partial(runtime, (1, 2, 0), [3], pads=[2, 2]), "size 0", "only N can be zero")
        assert runtime((0, 2, 0), [3], pads=[2, 2]) == (0, 2, 2)
        assert runtime((0, 0, 7), [3]) == text((0, 0, 7), [3]) == (0, 0, 5)
        assert runtime((0, 2, 4), [1], strides=[4], auto_pad="SAME_UPPER") == (0, 2, 1)

    @every_pool
    def test_onnxruntime_pools_1_to_3_axes(self, operation):
        """Pools: rank 1 to 3 only."""
        shape, kernel = (1, 2, 4, 4, 4, 4), [2, 2, 2, 2]
        assert POOLS[operation](shape, kernel) == (1, 2, 3, 3, 3, 3)
        does_not_fit(partial(POOLS[operation], shape, kernel, runtime=ORT), "4 spatial axes", "1 to 3")
        assert POOLS[operation](shape[1:], kernel[1:], runtime=ORT) == (2, 4, 3, 3, 3)
        for runtime in (None, ORT):
            does_not_fit(partial(POOLS[operation], (2, 4), [2], runtime=runtime), "has 2 entries", "at least 3")


class TestAttributes:
    @both
    def test_lists_have_one_number_for_each_axis(self, runtime):
        """Attributes are lists of integers; none is for all axes."""
        asked = partial(onnx.conv_shape, (1, 2, 7, 7), (4, 2, 3, 3), runtime=runtime)
        for name in ("strides", "dilations"):
            for wrong in (2, [2], [2, 2, 2], []):
                refused(partial(asked, **{name: wrong}), f"{name} {wrong} does not fit", "takes a sequence of 2")
            assert asked(**{name: [2, 1]}) == asked(**{name: (2, 1)}) != asked()
            refused(partial(asked, **{name: [1, 0]}), "0 is below 1")
            refused(partial(asked, **{name: [1.0, 1]}), name, "whole number")
            refused(partial(asked, **{name: [True, 1]}), name, "whole number")
        for wrong in (3, [3], [3, 3, 3], []):
            refused(partial(onnx.max_pool_shape, (1, 2, 7, 7), wrong, runtime=runtime), "kernel_shape", "2")
            refused(partial(onnx.max_pool, wrong, input_shape=(7, 7), runtime=runtime), "kernel_shape", "2")
        refused(partial(onnx.max_pool, 3, runtime=runtime), "kernel_shape 3 does not fit", "a sequence of 1")
        refused(partial(onnx.max_pool_shape, (1, 2, 7, 7), [3, 0], runtime=runtime), "kernel size 0 is below 1")

    @both
    def test_pads_have_two_numbers_for_each_axis(self, runtime):
        asked = partial(onnx.conv_shape, (1, 2, 7, 7), (4, 2, 3, 3), runtime=runtime)
        for wrong in (1, [1], [1, 1], [1, 1, 1, 1, 1], []):
            refused(partial(asked, pads=wrong), f"pads {wrong} does not fit 2 spatial axes", "a sequence of 4")
        assert asked(pads=[1, 1, 1, 1]) == (1, 4, 7, 7)
        refused(partial(asked, pads=[1, -1, 1, 1]), "padding -1 is below 0", "pads are greater than or equal to 0")

    def test_kernel_shape_repeats_the_weights(self):
        """kernel_shape must equal W's."""
        for function, weight in ((onnx.conv_shape, (4, 2, 3, 3)), (onnx.conv_transpose_shape, (2, 4, 3, 3))):
            for runtime in (None, ORT):
                asked = partial(function, (1, 2, 7, 7), weight, runtime=runtime)
                assert asked() == asked(kernel_shape=[3, 3]) == asked(kernel_shape=(3, 3))
                does_not_fit(partial(asked, kernel_shape=[3, 2]), "kernel_shape (3, 2)", "(3, 3)")
                does_not_fit(partial(asked, kernel_shape=[3]), "kernel_shape (3,)", "(3, 3)")
                refused(partial(asked, kernel_shape=3), "kernel_shape", "3")

    def test_pads_and_auto_pad_do_not_go_together(self):
        """The text, and Conv and ConvTranspose of onnxruntime; its poolings ignore the pads."""
        for name in ("VALID", "SAME_UPPER", "SAME_LOWER"):
            for runtime, function in product((None, ORT), (conv, transposed)):
                error = refused(partial(function, 7, 3, runtime, auto_pad=name, pads=[0, 0]), "[0, 0]", repr(name))
                assert error.rule == "pads cannot be used simultaneously with auto_pad"
                assert function(7, 3, runtime, auto_pad=name) >= 5
                assert function(7, 3, runtime, auto_pad="NOTSET", pads=[0, 0]) >= 5
            for operation in POOLS:
                refused(partial(pooled, 7, 3, operation=operation, auto_pad=name, pads=[1, 1]), repr(name))
                alone = pooled(7, 3, ORT, operation, auto_pad=name)
                assert pooled(7, 3, ORT, operation, auto_pad=name, pads=[1, 2]) == alone

    def test_auto_pad_is_spelled_in_capitals(self):
        for function in (conv, transposed, pooled):
            for runtime in (None, ORT):
                refused(partial(function, 7, 3, runtime, auto_pad="same_upper"), "'same_upper'", "SAME_UPPER")
            refused(partial(function, 7, 3, auto_pad=""), "auto_pad ''")
            assert function(7, 3, ORT, auto_pad="") == function(7, 3)
        assert conv(7, 3, ORT, auto_pad="", pads=[1, 1]) == 7
        assert transposed(7, 3, ORT, auto_pad="", pads=[1, 1], opset=10) == 7
        refused(partial(transposed, 7, 3, ORT, auto_pad="", pads=[1, 1], opset=11), "auto_pad ''")

    @pytest.mark.parametrize(
        ("operation", "name", "value", "first"),
        [
            ("max_pool", "storage_order", 1, 8),
            ("max_pool", "dilations", [1], 10),
            ("max_pool", "ceil_mode", 1, 10),
            ("avg_pool", "count_include_pad", 1, 7),
            ("avg_pool", "ceil_mode", 1, 10),
            ("avg_pool", "dilations", [1], 19),
            ("lp_pool", "ceil_mode", 1, 18),
            ("lp_pool", "dilations", [1], 18),
        ],
    )
    @both
    def test_the_opset_that_first_has_it(self, operation, name, value, first, runtime):
        asked = partial(pooled, 7, 3, runtime, operation, **{name: value})
        error = refused(partial(asked, opset=first - 1), f"opset {first - 1}")
        assert error.first == first
        assert name in error.message or (runtime, operation, first) == (ORT, "avg_pool", 7)  # which has it from 7 on
        assert asked(opset=first) == pooled(7, 3, runtime, operation, opset=22) == 5

    def test_opsets(self):
        """The text's as onnx 1.23 knows them; onnxruntime 1.31 has AveragePool from 7 on, LpPool from 2, none above
        26."""
        for function in (conv, transposed, pooled):
            assert function(7, 3, opset=1) == function(7, 3, opset=28)
            assert function(7, 3, ORT, opset=1) == function(7, 3, ORT, opset=26)
            for opset in (0, -1, 29):
                refused(partial(function, 7, 3, opset=opset), f"opset {opset}")
            assert refused(partial(function, 7, 3, ORT, opset=27), "opset 27", "1 to 26").last == 26
        for operation, first in (("avg_pool", 7), ("lp_pool", 2)):
            assert pooled(7, 3, ORT, operation, opset=first) == pooled(7, 3, operation=operation, opset=1) == 5
            assert refused(partial(pooled, 7, 3, ORT, operation, opset=first - 1), f"{first} to 26").first == first
        refused(partial(conv, 7, 3, opset=22.0), "opset", "whole number")

    def test_runtimes(self):
        assert refused(partial(conv, 7, 3, "onnxrt"), "runtime 'onnxrt'", "onnxruntime").name == "runtime"

    def test_numbers_that_say_yes_or_no(self):
        """The text knows 0 and 1; onnxruntime rounds up with 1 only, and counts padding with any but 0."""
        for mode in (True, 1):
            assert pooled(8, 3, strides=2, ceil_mode=mode) == 4
        for mode in (2, -1):
            refused(partial(pooled, 8, 3, strides=2, ceil_mode=mode), f"ceil_mode {mode}", "0, rounding down, nor 1")
            assert pooled(8, 3, ORT, strides=2, ceil_mode=mode) == 3
        for runtime in (None, ORT):
            for order in (0, 1, True):
                assert pooled(7, 3, runtime, storage_order=order) == 5
            refused(partial(pooled, 7, 3, runtime, storage_order=2), "storage_order 2", "nor 1, column major")
            assert pooled(7, 3, runtime, "avg_pool", count_include_pad=2) == 5
            assert pooled(7, 3, runtime, "lp_pool", p=3) == 5
            refused(partial(pooled, 7, 3, runtime, "lp_pool", p=2.0), "p must be a whole number")


class TestLayers:
    @both
    def test_a_name_is_kept_until_the_input_is_known(self, runtime):
        for function, name, kept in product(
            (onnx.conv, onnx.max_pool, onnx.avg_pool, onnx.lp_pool), ("SAME_UPPER", "SAME_LOWER"), (False, True)
        ):
            layer = function(
                [3, 3], strides=[2, 2], auto_pad=name, runtime=runtime, **({} if kept else {"input_shape": (6, 7)})
            )
            upper = name == "SAME_UPPER"
            resolved = ((0, 1), 1) if upper else ((1, 0), 1)
            assert layer.padding == (("same" if upper else "same_lower") if kept else resolved)
            assert layer.output_shape((6, 7)) == (3, 4)

    def test_numbers(self):
        layer = onnx.conv([3, 5], strides=[1, 2], pads=[0, 2, 1, 2], dilations=[2, 1])
        assert layer == ca.Conv((3, 5), stride=(1, 2), padding=((0, 1), 2), dilation=(2, 1))
        up = onnx.conv_transpose([3], strides=[2], pads=[1, 1], output_padding=[1])
        assert up == ca.ConvTranspose((3,), stride=2, padding=1, output_padding=1)
        assert onnx.avg_pool([2, 2]) == ca.Pool((2, 2), stride=1)
        assert onnx.max_pool([3], strides=[2], ceil_mode=1) == ca.Pool((3,), stride=2, ceil_mode=True)
        assert onnx.max_pool([3], strides=[2], ceil_mode=1, auto_pad="VALID") == ca.Pool((3,), stride=2)
        runtime = onnx.max_pool([3], strides=[2], ceil_mode=1, auto_pad="VALID", runtime=ORT)
        assert runtime == ca.Pool((3,), stride=2, ceil_mode=True)

    def test_rounding_before_22_needs_the_input_where_it_can_matter(self):
        """hi + s > ke: a last window may then start in the padding after."""
        asked = partial(onnx.max_pool, [3], ceil_mode=1, opset=21)
        for stride, after in product((1, 2, 3, 4), (0, 1, 2)):
            numbers = {"strides": [stride], "pads": [0, after]}
            differs = any(
                pooled(size, 3, ceil_mode=1, opset=21, strides=stride, pads=[0, after])
                != pooled(size, 3, ceil_mode=1, opset=22, strides=stride, pads=[0, after])
                for size in range(3, 30)
            )
            if differs:
                refused(partial(asked, **numbers), f"stride {stride}, kernel 3", "give input_shape, or opset 22")
                asked(**numbers, input_shape=9)
                onnx.max_pool([3], ceil_mode=1, **numbers)
            else:
                assert asked(**numbers).ceil_mode
            assert differs == (after + stride > 3)

    def test_the_window_in_the_padding_becomes_padding(self):
        layer = onnx.max_pool([1], strides=[2], ceil_mode=1, opset=12, input_shape=12)
        assert layer == ca.Pool((1,), stride=2, padding=((0, 1),))
        assert layer.output_shape(12) == (7,)

    def test_an_empty_answer_has_none(self):
        does_not_fit(partial(onnx.lp_pool, [3], input_shape=2), "empty output, of shape (0,)", "the shape function")


numbers = st.integers(1, 4)


@st.composite
def calls(draw):
    """A pooling with attributes as they may be, of one axis or two."""
    ndim = draw(st.integers(1, 2))
    each = st.lists(numbers, min_size=ndim, max_size=ndim)
    name = draw(st.sampled_from(["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"]))
    attributes = {"kernel_shape": draw(each), "strides": draw(each), "dilations": draw(each), "auto_pad": name}
    if name == "NOTSET":
        attributes["pads"] = draw(st.lists(st.integers(0, 3), min_size=2 * ndim, max_size=2 * ndim))
    size = tuple(draw(st.lists(st.integers(1, 12), min_size=ndim, max_size=ndim)))
    return size, attributes


@given(
    calls(),
    st.sampled_from([*POOLS, "conv", "conv_transpose"]),
    st.sampled_from([None, ORT]),
    st.sampled_from([19, 22]),
    st.integers(0, 1),
)
@settings(deadline=None)
def test_a_layer_has_the_size_that_the_shape_function_says(call, operation, runtime, opset, rounded):
    size, attributes = call
    attributes = {**attributes, "opset": opset, "runtime": runtime}
    if operation in POOLS:
        attributes["ceil_mode"] = rounded
        asked = partial(POOLS[operation], (1, 1, *size), **attributes)
    else:
        kernel = attributes["kernel_shape"]
        asked = partial(getattr(onnx, f"{operation}_shape"), (1, 1, *size), (1, 1, *kernel), **attributes)
    try:
        shape = asked()[2:]
    except (ca.ShapeError, ca.ParameterError) as refusal:
        with pytest.raises(type(refusal)):
            getattr(onnx, operation)(input_shape=size, **attributes)
        return
    if min(shape):
        assert getattr(onnx, operation)(input_shape=size, **attributes).output_shape(size) == shape
    else:
        does_not_fit(partial(getattr(onnx, operation), input_shape=size, **attributes), "empty output")


@both
def test_sizes_beyond_floats_are_exact(runtime):
    assert conv(BIG, 3, runtime, strides=2) == BIG // 2
    assert conv(BIG, 3, runtime, strides=2, auto_pad="SAME_UPPER") == BIG // 2 + 1
    assert transposed(BIG, 3, runtime, strides=2, pads=[1, 1], output_padding=1) == 2 * BIG
    assert transposed(BIG, 3, runtime, strides=3, auto_pad="SAME_LOWER") == 3 * BIG
    for operation in POOLS:
        assert pooled(BIG, 2, runtime, operation, strides=2, ceil_mode=1) == BIG // 2 + 1
        assert pooled(BIG, 2, runtime, operation, strides=2, ceil_mode=0) == BIG // 2
    error = does_not_fit(partial(pooled, 2, BIG, runtime), "below 0")
    assert error.largest_kernel_size == 3
    assert pooled(2, error.largest_kernel_size, runtime) == 0


class TestDifference:
    @pytest.mark.parametrize(
        ("operation", "name", "answers", "arguments"),
        [
            (
                "conv",
                "ort_same_dilation",
                ("refuses", "gives (7,)"),
                (7, 3, {"dilations": 2, "auto_pad": "SAME_UPPER"}),
            ),
            (
                "max_pool",
                "ort_same_dilation",
                ("gives (5,)", "gives (7,)"),
                (7, 3, {"dilations": 2, "auto_pad": "SAME_LOWER"}),
            ),
            (
                "conv_transpose",
                "ort_same_stride_gt_kernel",
                ("gives (13,)", "gives (15,)"),
                (5, 1, {"strides": 3, "auto_pad": "SAME_UPPER"}),
            ),
            ("lp_pool", "ort_trunc", ("gives (1,)", "gives (0,)"), (2, 3, {"strides": 5})),
            ("avg_pool", "ort_trunc", ("gives (0,)", "refuses"), (2, 8, {"strides": 5})),
            ("avg_pool", "ort_pad_ge_kernel", ("refuses", "gives (8,)"), (7, 3, {"pads": [3, 0]})),
            (
                "max_pool",
                "ort_maxpool_same_stride_gt_kernel",
                ("refuses", "gives (1,)"),
                (4, 1, {"strides": 4, "auto_pad": "SAME_UPPER"}),
            ),
            (
                "max_pool",
                "text_valid_ignores_ceil_mode",
                ("gives (4,)", "gives (3,)"),
                (8, 3, {"strides": 2, "auto_pad": "VALID", "ceil_mode": 1}),
            ),
            (
                "conv",
                "ort_same_negative_total",
                ("pads (-1, -2)", "pads (0, 0)"),
                (4, 1, {"strides": 4, "auto_pad": "SAME_UPPER"}),
            ),
            (
                "conv_transpose",
                "ort_output_padding_below_stride",
                ("refuses", "gives (17,)"),
                (5, 3, {"strides": 2, "dilations": 3, "output_padding": 2}),
            ),
            (
                "max_pool",
                "ort_clips_in_every_opset",
                ("gives (6,)", "gives (7,)"),
                (12, 1, {"strides": 2, "ceil_mode": 1, "opset": 12}),
            ),
            (
                "conv_transpose",
                "ort_crops_as_in_opset_11",
                ("pads (0, 1)", "pads (1, 0)"),
                (5, 3, {"strides": 2, "auto_pad": "SAME_UPPER", "opset": 10}),
            ),
            ("max_pool", "ort_opset", ("refuses", "gives (5,)"), (7, 3, {"opset": 27})),
            ("avg_pool", "ort_opset", ("refuses", "gives (5,)"), (7, 3, {"opset": 6})),
            ("lp_pool", "ort_empty_input", ("refuses", "gives (2,)"), (0, 3, {"pads": [2, 2]})),
            ("conv", "ort_empty_auto_pad", ("gives (5,)", "refuses"), (7, 3, {"auto_pad": ""})),
            ("lp_pool", "ort_ignores_pads", ("gives (5,)", "refuses"), (7, 3, {"auto_pad": "VALID", "pads": [1, 1]})),
            ("lp_pool", "ort_other_ceil_mode", ("gives (3,)", "refuses"), (8, 3, {"strides": 2, "ceil_mode": 2})),
        ],
    )
    def test_it_is_said_with_both_answers_and_its_name(self, operation, name, answers, arguments):
        size, kernel, attributes = arguments
        call = {"input_shape": (size,), "kernel_shape": [kernel], **listed(attributes)}
        (sentence,) = onnx.difference(operation, call)
        assert sentence.startswith(f"onnxruntime {answers[0]}, the text {answers[1]}: ")
        assert sentence.endswith(f" ({name})")
        assert onnx.difference(operation, {**call, "runtime": ORT}) == (sentence,)

    def test_padding_that_no_window_reads_is_no_difference(self):
        """A total of -1 crops nothing at the start, and at the end only what lies behind the last window; a dilated
        window of an AveragePool misses it."""
        call = {"input_shape": (5,), "kernel_shape": [1], "strides": [3], "auto_pad": "SAME_UPPER"}
        for operation in ("conv", "lp_pool", "avg_pool"):
            assert onnx.difference(operation, call) == ()
        dilated = {"input_shape": (12,), "kernel_shape": [2], "strides": [3], "dilations": [2], "ceil_mode": 1}
        assert onnx.difference("lp_pool", {**dilated, "auto_pad": "SAME_UPPER"}) == ()
        (sentence,) = onnx.difference("avg_pool", {**dilated, "auto_pad": "SAME_UPPER"})
        assert sentence.startswith("onnxruntime pads (0, -1), the text pads (0, 0): ")

    def test_pools_of_four_axes(self):
        (sentence,) = onnx.difference("max_pool", {"input_shape": (3,) * 4, "kernel_shape": [2] * 4})
        assert sentence.endswith("(ort_pool_axes)")

    @pytest.mark.parametrize(
        ("operation", "attributes"),
        [
            ("conv", {"auto_pad": "SAME_UPPER", "strides": [2]}),
            ("conv", {"auto_pad": "SAME_LOWER", "strides": [4]}),
            ("conv", {"pads": [1, -1]}),  # both refuse
            ("conv_transpose", {"auto_pad": "SAME_UPPER", "strides": [2]}),
            ("conv_transpose", {"output_shape": [4]}),
            ("max_pool", {"strides": [2], "ceil_mode": 1}),
            ("avg_pool", {"strides": [3], "auto_pad": "SAME_LOWER"}),
        ],
    )
    def test_nothing_where_they_agree(self, operation, attributes):
        assert onnx.difference(operation, {"input_shape": (8,), "kernel_shape": [3], **attributes}) == ()

    @given(
        calls(),
        st.sampled_from([*POOLS, "conv", "conv_transpose"]),
        st.sampled_from([7, 10, 11, 18, 19, 22, 28]),
        st.integers(0, 1),
    )
    @settings(deadline=None)
    def test_it_is_said_whenever_sizes_or_refusals_differ(self, call, operation, opset, rounded):
        size, attributes = call
        attributes = {"input_shape": size, "opset": opset, **attributes}
        if operation in POOLS:
            attributes["ceil_mode"] = rounded
        answers = []
        for runtime in (None, ORT):
            try:
                answers.append(onnx.CALLS[operation](**attributes, runtime=runtime).counts)
            except (ca.ShapeError, ca.ParameterError):
                answers.append("refuses")
        if answers[0] != answers[1]:
            assert onnx.difference(operation, attributes)
        elif answers[0] == "refuses":
            assert onnx.difference(operation, attributes) == ()
