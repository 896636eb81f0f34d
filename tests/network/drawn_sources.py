"""Networks drawn at random that run, with their input, for the writers of source code and the readers of PyTorch."""

from __future__ import annotations

from math import prod

import convarith as ca
from convarith.errors import RefusedError
from convarith.network.graph import Builder
from convarith.network.merging import Concatenation, CropTo, Product, Sum
from convarith.network.operations import (
    AdaptivePooling,
    Convolution,
    Flatten,
    FullyConnected,
    GlobalPooling,
    Normalization,
    Padding,
    PixelShuffle,
    Pooling,
    TransposedConvolution,
    Unchanged,
    Unflatten,
    Upsampling,
)

NOOPS = (
    "ReLU",
    "LeakyReLU",
    "PReLU",
    "ELU",
    "GELU",
    "SiLU",
    "Sigmoid",
    "Tanh",
    "Softmax",
    "Dropout",
    "Identity",
    "LRN",
)
MOST = 4000
"""No tensor has more numbers than this, so that real frameworks are quick."""


def per_axis(draw, ndim, numbers, odds=0.7):
    """One number for all axes, or one for each."""
    return draw.choice(numbers) if draw.random() < odds else tuple(draw.choice(numbers) for _ in range(ndim))


def drawn_padding(draw, ndim, most=2, names=("same", "same_lower", "half", "full", "causal", "valid")):
    """A padding by number, by sides or by name."""
    kind = draw.random()
    if kind < 0.4:
        return per_axis(draw, ndim, range(most + 1))
    if kind < 0.7 and names:
        return draw.choice(names)
    return tuple((draw.randint(0, most), draw.randint(0, most)) for _ in range(ndim))


def drawn_convolution(draw, ndim, channels):
    layer = ca.Conv(
        per_axis(draw, ndim, (1, 2, 3, 5)),
        stride=per_axis(draw, ndim, (1, 1, 1, 2, 3)),
        padding=drawn_padding(draw, ndim),
        dilation=per_axis(draw, ndim, (1, 1, 1, 2)),
    )
    bias, groups = draw.random() < 0.7, draw.choice([g for g in (1, 1, 2, 4) if channels % g == 0])
    if draw.random() < 0.2:
        return Convolution(layer, None, None, bias, draw.choice((1, 2)))
    inputs = channels if draw.random() < 0.3 else None
    return Convolution(layer, groups * draw.choice((1, 2, 3)), groups, bias, in_channels=inputs)


def drawn_transposed(draw, ndim, channels):
    stride, dilation = per_axis(draw, ndim, (1, 2, 2, 3)), per_axis(draw, ndim, (1, 1, 1, 2))
    layer = ca.ConvTranspose(
        per_axis(draw, ndim, (1, 2, 3, 4)),
        stride=stride,
        padding=drawn_padding(draw, ndim, 1, ("half", "valid", "causal")),
        dilation=dilation,
        output_padding=draw.choice((0, 1)) if isinstance(stride, int) and stride > 1 else 0,
    )
    groups = draw.choice([g for g in (1, 1, 1, 2) if channels % g == 0])
    return TransposedConvolution(layer, groups * draw.choice((1, 2, 3)), groups, draw.random() < 0.7)


def drawn_pooling(draw, ndim):
    reduction = draw.choice(("max", "max", "avg", "avg", "lp"))
    layer = ca.Pool(
        per_axis(draw, ndim, (1, 2, 3)),
        stride=per_axis(draw, ndim, (1, 2, 2, 3)),
        padding=drawn_padding(draw, ndim, 2),
        dilation=per_axis(draw, ndim, (1, 1, 2)) if reduction == "max" else 1,
        ceil_mode=draw.random() < 0.4,
    )
    return Pooling(layer, reduction)


def drawn_operation(draw, ndim, channels):
    """An operation on a tensor with axes."""
    kind = draw.randrange(16)
    if kind < 4:
        return drawn_convolution(draw, ndim, channels)
    if kind < 6:
        return drawn_transposed(draw, ndim, channels)
    if kind < 9:
        return drawn_pooling(draw, ndim)
    if kind == 9:
        return AdaptivePooling(per_axis(draw, ndim, (None, 2, 3, 4)), draw.choice(("max", "avg")))
    if kind == 10:
        mode, align = draw.choice((("nearest", False), ("linear", False), ("linear", True)))
        if draw.random() < 0.5:
            return Upsampling(per_axis(draw, ndim, (1, 2, 3)), mode=mode, align_corners=align)
        return Upsampling(size=per_axis(draw, ndim, (2, 5, 7)), mode=mode, align_corners=align)
    if kind == 11:
        sides = tuple((draw.randint(-1, 2), draw.randint(-1, 2)) for _ in range(ndim))
        mode = draw.choice(("zeros", "reflect", "replicate", "circular"))
        return Padding(draw.choice((1, sides)), mode)
    if kind == 12 and ndim == 2:
        return PixelShuffle(2)
    if kind == 13:
        name = draw.choice(("batch", "instance", "group", "layer"))
        return Normalization(name, draw.random() < 0.8)
    name = draw.choice(NOOPS)
    return Unchanged(name, draw.choice((1, channels)) if name == "PReLU" else 0)


class Drawing:
    """A network in the making, with the tensors of its nodes."""

    def __init__(self, draw, input_shape, takes=None):
        self.draw = draw
        self.takes = takes
        self.builder = Builder()
        self.shapes = [(input_shape, input_shape[1:])]

    @property
    def shape(self):
        return self.shapes[self.builder.at][0]

    def add(self, operation, inputs=None):
        """Add an operation if it fits, and if what comes out is small."""
        sources = [self.builder.at] if inputs is None else inputs
        tensors = [self.shapes[source] for source in sources]
        try:
            met = operation.meet_all(tuple(shape for shape, _ in tensors), tuple(at for _, at in tensors))
        except RefusedError:
            return False
        if prod(met.shape) > MOST or (self.takes and not self.takes(operation)):
            return False
        self.builder.add(operation, inputs)
        self.shapes.append((met.shape, met.positions))
        return True

    def layer(self):
        shape = self.shape
        ndim = len(shape) - 1
        self.add(drawn_operation(self.draw, ndim, shape[0]))

    def layers(self, most):
        for _ in range(self.draw.randint(0, most)):
            self.layer()

    def branches(self):
        """Two or three branches from here, and what joins them."""
        start, ends = self.builder.at, []
        for _ in range(self.draw.choice((2, 2, 3))):
            self.builder.at = start
            self.layers(3)
            ends.append(self.builder.at)
        crop = self.draw.random() < 0.5
        if len({len(self.shapes[end][0]) for end in ends}) > 1:
            return
        joins = [Concatenation(crop), Sum(crop), Product(), CropTo(self.draw.choice((None, 0, 1)))]
        self.draw.shuffle(joins)
        for join in joins:
            if self.add(join, ends[:2] if isinstance(join, CropTo) else ends):
                return

    def head(self):
        """Flat in the end."""
        draw = self.draw
        kind = draw.random()
        if kind < 0.3:
            self.add(Flatten())
        elif kind < 0.6:
            self.add(GlobalPooling(draw.choice(("max", "avg")), draw.random() < 0.5))
        if not self.add(FullyConnected(draw.choice((8, 16)), draw.random() < 0.7)):
            return
        if draw.random() < 0.5:
            self.add(Normalization(draw.choice(("batch", "layer", "group")), draw.random() < 0.7))
        ndim = len(self.shapes[0][0]) - 1
        if draw.random() < 0.4 and self.add(Unflatten((self.shape[0] // 8, *(8 if not n else 1 for n in range(ndim))))):
            self.layers(3)


def drawn_network(draw, *, branched=True, takes=None):
    """A network and the input that it was drawn for."""
    ndim = draw.choice((1, 2, 2, 3))
    shape = (draw.choice((1, 3, 4, 8)), *(draw.randint(4, 9) for _ in range(ndim)))
    drawing = Drawing(draw, shape, takes)
    while len(drawing.builder.nodes) < 2:
        for _ in range(draw.randint(1, 3)):
            drawing.layers(4)
            if branched and draw.random() < 0.6:
                drawing.branches()
        if draw.random() < 0.5:
            drawing.head()
    return drawing.builder.build(), shape
