"""Random networks of every operation, nested branches and shared tensors: plain steps for the walk, and a Network.

`drawn_network` takes its numbers from a `random.Random`, so that thousands of networks come from a row of seeds; with
`networks` Hypothesis draws the numbers, and shrinks what fails.
"""

from __future__ import annotations

from math import prod
from random import Random
from typing import NamedTuple

from hypothesis import strategies as st
from network_walk import PER_AXIS, Step, Tensor, meet

import convarith as ca
from convarith.network import merging, operations
from convarith.network.graph import Builder, Network

LARGEST = {1: 12, 2: 6, 3: 3}
"""The largest input size, by the number of axes."""

POSITIONS = {1: 24, 2: 50, 3: 40}
"""The most positions of any tensor on the way, by the number of axes."""


class Drawn(NamedTuple):
    input_shape: tuple[int, ...]
    steps: list[Step]
    network: Network


class Draft:
    """A network being drawn: what does not fit is not added."""

    def __init__(self, random: Random, ndim: int, nested: int = 2) -> None:
        self.random = random
        self.ndim = ndim
        self.nested = nested
        self.even = random.random() < 0.6
        """Whether branches keep the distance from unit to unit, so that they can meet again."""
        self.depth = 0
        sizes = tuple(random.randint(1, LARGEST[ndim]) for _ in range(ndim))
        self.input_shape = (random.randint(1, 4), *sizes)
        self.steps = [Step("input", {}, ())]
        self.tensors = [Tensor(self.input_shape, sizes)]
        self.tensor = self.tensors[0]

    def add(self, kind, settings, *inputs):
        """The number of the new step, or None where it does not fit or grows too large."""
        step = Step(kind, settings, inputs)
        met = meet(step, [self.tensors[source] for source in inputs])
        if met is None or prod(met[0].positions) > POSITIONS[self.ndim] or met[0].shape[0] > 600:
            return None
        self.steps.append(step)
        self.tensors.append(met[0])
        return len(self.steps) - 1

    @property
    def level(self):
        return self.even and self.depth > 0

    # Settings

    def each(self, draw):
        """One for every axis; the same ones now and then."""
        if self.random.random() < 0.4:
            return (draw(),) * self.ndim
        return tuple(draw() for _ in range(self.ndim))

    def window(self, longest):
        pick = self.random.randint
        return {
            "kernel": self.each(lambda: pick(1, longest)),
            "stride": self.each(lambda: pick(1, 3) if not self.level and self.random.random() < 0.5 else 1),
            "dilation": self.each(lambda: pick(1, 3) if self.random.random() < 0.4 else 1),
        }

    def padding(self, names):
        kind = self.random.random()
        if kind < 0.3:
            return self.each(lambda: (0, 0))
        if kind < 0.5:
            return self.each(lambda: self.random.choice(names))
        if kind < 0.75:
            return self.each(lambda: (self.random.randint(0, 3),) * 2)
        return self.each(lambda: (self.random.randint(-2, 3), self.random.randint(-2, 3)))

    # Layers

    def layer(self, at):
        """A random layer on a tensor: the number of its step, or ``at`` where it does not fit."""
        tensor = self.tensor = self.tensors[at]
        kinds = ("fc", "unflatten", "norm", "unchanged", "unknown", "flatten") if tensor.flat else tuple(WEIGHTS)
        weights = None if tensor.flat else tuple(WEIGHTS.values())
        kind = self.random.choices(kinds, weights)[0]
        if self.level and kind in ("upsample", "adaptive", "global", "shuffle"):
            kind = "pool"
        number = self.add(kind, getattr(self, f"_{kind}")(), at)
        return at if number is None else number

    def _conv(self, transposed=False):
        names = ("half", "full", "causal", "valid") + (() if transposed else ("same", "same_lower"))
        settings = {**self.window(4 if self.ndim == 1 else 3), "padding": self.padding(names)}
        if self.random.random() < 0.2:
            settings |= {"features": None, "groups": None, "multiplier": self.random.randint(1, 2)}
        else:
            channels = self.tensor.shape[0]
            groups = self.random.choice([by for by in range(1, channels + 1) if channels % by == 0])
            settings |= {"features": groups * self.random.randint(1, 3), "groups": groups, "multiplier": 1}
        return {**settings, "bias": self.random.random() < 0.7}

    def _transposed(self):
        settings = self._conv(transposed=True)
        steps = zip(settings["stride"], settings["dilation"], strict=True)
        most = [max(pair) - 1 for pair in steps]
        return {**settings, "output_padding": tuple(self.random.randint(0, a) for a in most)}

    def _pool(self):
        padding = self.padding(("same", "valid", "half"))
        return {
            **self.window(3),
            "padding": padding,
            "ceil_mode": self.random.random() < 0.4,
            "reduction": self.random.choice(operations.REDUCTIONS),
        }

    def _adaptive(self):
        size = self.each(lambda: self.random.choice([None, 1, 2, 3, 4, 5, 7]))
        return {"size": size, "reduction": self.random.choice(operations.REDUCTIONS)}

    def _global(self):
        return {"keep": self.random.random() < 0.7, "reduction": self.random.choice(operations.REDUCTIONS)}

    def _upsample(self):
        mode = self.random.choice(("nearest", "linear"))
        settings = {"mode": mode, "corners": mode == "linear" and self.random.random() < 0.5}
        if self.random.random() < 0.5:
            return {**settings, "factor": self.each(lambda: self.random.randint(1, 4))}
        return {**settings, "size": self.each(lambda: self.random.randint(1, 9))}

    def _pad(self):
        def sides():
            return (self.random.randint(-2, 3), self.random.randint(-2, 3))

        return {"sides": self.each(sides), "mode": self.random.choice(operations.BORDERS)}

    def _shuffle(self):
        return {"by": self.random.randint(1, 3)}

    def _flatten(self):
        return {}

    def _fc(self):
        return {"features": self.random.randint(1, 30), "bias": self.random.random() < 0.5}

    def _unflatten(self):
        (features, *_), positions = self.tensor
        if prod(positions) > 1:
            return {"shape": (features // prod(positions), *positions)}
        sizes = []
        for _ in range(self.ndim):
            sizes.append(self.random.choice([by for by in range(1, 7) if features % by == 0]))
            features //= sizes[-1]
        return {"shape": (features, *sizes)}

    def _norm(self):
        return {"affine": self.random.random() < 0.7}

    def _unchanged(self):
        return {"parameters": self.random.choice((0, 0, 1, 5))}

    def _unknown(self):
        return {}

    # Branches

    def grow(self, at, length):
        for _ in range(length):
            chance = self.random.random()
            if chance < 0.3 and self.depth < self.nested:
                self.depth += 1
                ends = [self.grow(at, self.random.randint(0, 3)) for _ in range(self.random.randint(2, 3))]
                at = self.merge(ends)
                self.depth -= 1
            elif chance < 0.4:
                at = self.merge([at, self.random.randrange(len(self.steps))])  # a tensor from anywhere before
            else:
                at = self.layer(at)
        return at

    def merge(self, ends):
        """One tensor of several, made to fit where they do not; the last of them where nothing helps."""
        kind = self.random.choice(("sum", "cat", "product", "crop"))
        if kind == "crop":
            settings = {"offset": self.random.choice((None, None, 0, 1, 2))}
            number = self.add("crop", settings, *ends[:2])
            return ends[-1] if number is None else number
        settings = {"crop": kind != "product" and self.random.random() < 0.4}
        if kind != "cat" and self.random.random() < 0.7:
            ends = [self.channelled(end, ends[0]) for end in ends]
        number = self.add(kind, settings, *ends)
        if number is None:
            ends = [self.sized(self.channelled(end, ends[0]), ends[0]) for end in ends]
            number = self.add(kind, settings, *ends)
        return ends[-1] if number is None else number

    def channelled(self, end, like):
        """The tensor, or a 1x1 convolution of it with as many channels as another one has."""
        channels, wanted = self.tensors[end].shape[0], self.tensors[like].shape[0]
        if channels == wanted or self.tensors[end].flat:
            return end
        ones = (1,) * self.ndim
        settings = {"kernel": ones, "stride": ones, "dilation": ones, "padding": ((0, 0),) * self.ndim}
        settings |= {"features": wanted, "groups": 1, "multiplier": 1, "bias": False}
        number = self.add("conv", settings, end)
        return end if number is None else number

    def sized(self, end, like):
        """The tensor resized to the size of another one."""
        tensor, wanted = self.tensors[end], self.tensors[like].positions
        if tensor.flat or tensor.positions == wanted:
            return end
        if self.level:
            sides = tuple((0, b - a) for a, b in zip(tensor.positions, wanted, strict=True))
            number = self.add("pad", {"sides": sides, "mode": "zeros"}, end)
        elif self.random.random() < 0.5:
            number = self.add("adaptive", {"size": wanted, "reduction": "avg"}, end)
        else:
            number = self.add("upsample", {"size": wanted, "mode": "linear", "corners": False}, end)
        return end if number is None else number


WEIGHTS = {
    "conv": 30,
    "pool": 15,
    "transposed": 15,
    "upsample": 10,
    "adaptive": 4,
    "global": 1,
    "pad": 8,
    "shuffle": 2,
    "flatten": 1,
    "fc": 1,
    "norm": 2,
    "unchanged": 2,
    "unknown": 1,
}


def drawn_network(random, ndim=None, length=None):
    """A network with the input that it fits."""
    ndim = random.choice((1, 1, 1, 2, 3)) if ndim is None else ndim
    draft = Draft(random, ndim)
    draft.grow(0, random.randint(1, 6) if length is None else length)
    return Drawn(draft.input_shape, draft.steps, network_of(draft.steps))


def networks(ndim=None):
    """The same drawn by Hypothesis."""
    return st.randoms(use_true_random=False).map(lambda random: drawn_network(random, ndim))


# From steps to a Network


def network_of(steps):
    """Equal operations are one object, as readers make them."""
    builder = Builder()
    known = {}
    for step in steps[1:]:
        operation = operation_of(step)
        builder.add(known.setdefault(operation, operation), step.inputs)
    return builder.build()


def operation_of(step):
    """The operation of a step; where all axes agree, with one number for every axis."""
    settings = {name: together(value) if name in PER_AXIS else value for name, value in step.settings.items()}
    return MAKERS[step.kind](settings)


def together(values):
    """One number for every axis where all agree, in every spelling that means it."""
    if isinstance(values, tuple) and len(set(values)) == 1:
        return (values[0],) if isinstance(values[0], tuple) else values[0]
    return values


def conv_layer(settings, kind=ca.Conv, **more):
    names = {"kernel": "kernel_size", "stride": "stride", "dilation": "dilation", "padding": "padding"}
    return kind(**{names[name]: value for name, value in settings.items() if name in names}, **more)


def conv(settings):
    return operations.Convolution(conv_layer(settings), **channels(settings))


def transposed(settings):
    layer = conv_layer(settings, ca.ConvTranspose, output_padding=settings["output_padding"])
    return operations.TransposedConvolution(layer, **channels(settings))


def channels(settings):
    return {name: settings[name] for name in ("features", "groups", "bias", "multiplier")}


def pool(settings):
    layer = conv_layer(settings, ca.Pool, ceil_mode=settings["ceil_mode"])
    return operations.Pooling(layer, settings["reduction"])


def upsample(settings):
    given = {name: settings[name] for name in ("factor", "size") if name in settings}
    return operations.Upsampling(**given, mode=settings["mode"], align_corners=settings["corners"])


MAKERS = {
    "conv": conv,
    "transposed": transposed,
    "pool": pool,
    "upsample": upsample,
    "adaptive": lambda settings: operations.AdaptivePooling(settings["size"], settings["reduction"]),
    "global": lambda settings: operations.GlobalPooling(settings["reduction"], settings["keep"]),
    "pad": lambda settings: operations.Padding(settings["sides"], settings["mode"]),
    "shuffle": lambda settings: operations.PixelShuffle(settings["by"]),
    "flatten": lambda _: operations.Flatten(),
    "unflatten": lambda settings: operations.Unflatten(settings["shape"]),
    "fc": lambda settings: operations.FullyConnected(settings["features"], settings["bias"]),
    "norm": lambda settings: operations.Normalization("batch", settings["affine"]),
    "unchanged": lambda settings: operations.Unchanged("ReLU", settings["parameters"]),
    "unknown": lambda _: operations.Unknown("MyLayer"),
    "sum": lambda settings: merging.Sum(settings["crop"]),
    "product": lambda _: merging.Product(),
    "cat": lambda settings: merging.Concatenation(settings["crop"]),
    "crop": lambda settings: merging.CropTo(settings["offset"]),
}
