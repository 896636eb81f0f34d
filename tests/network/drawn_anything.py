"""Networks of any operations with any settings, drawn by Hypothesis; what they make of an input is not asked.

Branches, shared tensors, dead ends and names of every kind are drawn as well.
"""

from __future__ import annotations

from hypothesis import strategies as st

import convarith as ca
from convarith.arithmetic.padding import NAMES
from convarith.errors import ParameterError
from convarith.network.graph import Builder, Network, Node
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
    Unknown,
    Upsampling,
)
from convarith.network.readers.noops import NOOPS

small = st.integers(1, 4)
channels = st.sampled_from([1, 2, 3, 64, 10**30])
maybe = st.none() | channels
reductions = st.sampled_from(["max", "avg", "lp"])
awkward = (
    'Conv ReLU relu x 3x 3 input a->b a|b ( " \\ é×→ # @ a:b d2 res Unknown CRCRPF M S Norm maxpool PReLU Foo(a|b) '
    "MaxPol Foo() Foo( Foo) Foo(x->y) Foo(#) ReLU(3) nobias conv3-64 C3D64 1000-d"
)
any_names = st.text(min_size=1, max_size=12).filter(str.strip) | st.sampled_from(
    (*awkward.split(), "a\nb", " ", "Frobnicate(3, x)", "Frobnicate (3)", "a b")
).filter(str.strip)


def per_axis(entries, ndim):
    return entries if ndim is None else entries | st.tuples(*[entries] * ndim)


sides = st.integers(-2, 5)
numbers = sides | st.tuples(sides, sides)


def paddings(ndim, entries):
    one = entries | st.tuples(entries)
    return one if ndim is None else one | st.tuples(*[entries] * ndim)


@st.composite
def convolutions(draw, kind):
    ndim = draw(st.sampled_from([None, None, 1, 2, 3]))
    names = NAMES if kind is ca.Conv else NAMES[:4]
    given_paddings = paddings(ndim, numbers | st.sampled_from(names))
    settings = {"stride": per_axis(small, ndim), "padding": given_paddings, "dilation": per_axis(small, ndim)}
    if kind is ca.Conv:
        settings["input_dilation"] = per_axis(st.sampled_from([1, 1, 1, 2]), ndim)
    else:
        settings["output_padding"] = per_axis(st.sampled_from([0, 0, 0, 1]), ndim)
    given = {name: draw(drawn) for name, drawn in settings.items() if draw(st.booleans())}
    layer = kind(draw(per_axis(small, ndim)), **given)
    groups = draw(st.sampled_from([None, 1, 2, 4]))
    features = None if groups is None else groups * draw(channels)
    wrap = Convolution if kind is ca.Conv else TransposedConvolution
    multiplier = draw(st.sampled_from([1, 3])) if groups is None else 1
    return wrap(layer, features, groups, draw(st.booleans()), multiplier, draw(maybe))


@st.composite
def poolings(draw):
    ndim = draw(st.sampled_from([None, None, 1, 2, 3]))
    given_paddings = paddings(ndim, numbers | st.sampled_from(NAMES))
    settings = {"stride": per_axis(small, ndim), "padding": given_paddings, "dilation": per_axis(small, ndim)}
    given = {name: draw(drawn) for name, drawn in settings.items() if draw(st.booleans())}
    return Pooling(ca.Pool(draw(per_axis(small, ndim)), **given, ceil_mode=draw(st.booleans())), draw(reductions))


@st.composite
def upsamplings(draw):
    much = draw(per_axis(small, draw(st.sampled_from([None, 2, 3]))))
    mode = draw(st.sampled_from(["nearest", "linear"]))
    aligned = mode == "linear" and draw(st.booleans())
    return Upsampling(**{draw(st.sampled_from(["factor", "size"])): much}, mode=mode, align_corners=aligned)


@st.composite
def possible(draw, strategy):
    """What a strategy draws, or a layer without settings where these do not go together."""
    try:
        return draw(strategy)
    except ParameterError:
        return Convolution(ca.Conv(1), 1)


layers = st.one_of(
    possible(convolutions(ca.Conv)),
    possible(convolutions(ca.ConvTranspose)),
    possible(poolings()),
    upsamplings(),
    st.builds(GlobalPooling, reductions, st.booleans()),
    st.builds(AdaptivePooling, maybe | st.tuples(maybe, maybe), reductions),
    st.builds(Padding, st.integers(1, 3).flatmap(lambda ndim: paddings(ndim, numbers)),
              st.sampled_from(["zeros", "reflect", "replicate", "circular"])),
    st.builds(PixelShuffle, small),
    st.builds(Flatten),
    st.builds(Unflatten, st.lists(channels, min_size=2, max_size=4)),
    st.builds(FullyConnected, channels, st.booleans(), maybe),
    st.builds(Normalization, st.sampled_from(["batch", "instance", "group", "layer"]), st.booleans()),
    st.builds(Unchanged, st.sampled_from(NOOPS), st.sampled_from([0, 0, 1, 64])),
    st.builds(Unchanged, any_names, st.sampled_from([0, 0, 1, 64])),
    st.builds(Unknown, any_names),
)  # fmt: skip

few = [
    Convolution(ca.Conv(3, padding=1), 64),
    Convolution(ca.Conv(3), 64),
    Padding(1, "reflect"),
    Normalization(),
    Unchanged("ReLU"),
    Pooling(ca.Pool(2)),
]
"""Of these, equal neighbours and pairs come up."""

merges = st.one_of(
    st.builds(Sum, st.booleans()),
    st.builds(Concatenation, st.booleans()),
    st.builds(Product),
    st.builds(CropTo, st.sampled_from([None, 0, 19])),
)


@st.composite
def networks(draw, most=12):
    """Any nodes in any connection, most of them after the one before."""
    builder = Builder()
    operations = draw(st.sampled_from([layers, st.sampled_from(few)]))
    for _ in range(draw(st.integers(0, most))):
        count = len(builder.nodes)
        name = draw(
            st.just("") | st.just("") | st.just("") | any_names | st.sampled_from(["conv1", "relu2", "0", "a.b/c"])
        )
        name = "" if name in {other for other, _, _ in builder.nodes} else name
        earlier = st.integers(max(count - 4, 0), count - 1) | st.integers(0, count - 1)
        if draw(st.integers(0, 3)):
            builder.add(draw(operations), draw(st.sampled_from([[count - 1], [count - 1], [draw(earlier)]])), name)
        else:
            merge = draw(merges)
            taken = 2 if isinstance(merge, CropTo) else draw(st.integers(2, 4))
            builder.add(merge, draw(st.lists(earlier, min_size=taken, max_size=taken)), name)
    network = builder.build(input_shape=draw(st.none() | st.just((3, 224, 224)) | st.just((1, 7))))
    return network if draw(st.integers(0, 5)) else with_input_named(network, draw(any_names))


def with_input_named(network, name):
    """The same with another name for its input, unless a layer has it."""
    if not name or name in {node.name for node in network.nodes}:
        return network
    first = Node(name, network.nodes[0].operation, ())
    return Network([first, *network.nodes[1:]], input_shape=network.input_shape)


@st.composite
def nested(draw, depth=3):
    """Series and parallel structure: sequences with branches in them, as most networks have."""
    builder = Builder()

    def sequence(left):
        for _ in range(draw(st.integers(0, 3))):
            if left and not draw(st.integers(0, 2)):
                start, ends = builder.at, []
                merge = draw(merges)
                for _ in range(2 if isinstance(merge, CropTo) else draw(st.integers(2, 3))):
                    builder.at = start
                    sequence(left - 1)
                    ends.append(builder.at)
                builder.add(merge, ends)
            else:
                builder.add(draw(st.sampled_from(few)))

    for _ in range(draw(st.integers(1, 3))):
        sequence(depth)
    return builder.build()
