"""Networks as Keras source: layers called on tensors one after the other, and the model of them.

Which layer does what an operation does is in `keras_layers`.
"""

from __future__ import annotations

import re

from convarith.network.writers.keras_layers import merged, steps_of
from convarith.network.writers.source_lines import identifiers, literal
from convarith.network.writers.source_places import places, variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex

    from convarith.network.graph import Network

_FUNCTIONS = {
    "bordered": '''\
def bordered(x, axis, before, after, mode):
    """Padding with what x itself holds; negative numbers crop, which comes first."""
    first, size = max(-before, 0), x.shape[axis] - max(-before, 0) - max(-after, 0)
    places = range(-max(before, 0), size + max(after, 0))
    if mode == "circular":
        places = [place % size for place in places]
    elif mode == "replicate":
        places = [min(max(place, 0), size - 1) for place in places]
    else:
        turn = max(2 * size - 2, 1)
        places = [min(place % turn, turn - place % turn) for place in places]
    return keras.ops.take(x, [first + place for place in places], axis=axis)
''',
    "resized": '''\
def resized(x, axis, count):
    """Every output the nearest input, as PyTorch finds it."""
    places = [place * x.shape[axis] // count for place in range(count)]
    return keras.ops.take(x, places, axis=axis)
''',
    "local_response_norm": '''\
def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=1.0):
    """Every number by the squares of its neighbours among the channels."""
    channels = x.shape[-1]
    width = [(0, 0)] * (len(x.shape) - 1) + [(size // 2, (size - 1) // 2)]
    squares = keras.ops.pad(keras.ops.square(x), width)
    total = sum(squares[..., first : first + channels] for first in range(size))
    return x / (k + alpha / size * total) ** beta
''',
}

_TAKEN = ["x", "inputs", "keras", "layers", "model", *_FUNCTIONS]


def write_keras(network: Network, input_shape: Sequence[SupportsIndex] | None = None) -> str:
    """Keras source that makes ``model``, for an input of (channels, sizes ...) or the network's own.

    The code has its channels last, as Keras has by default. ``padding="same"`` stands where it is the same for this
    input; other paddings become layers that pad. A max pooling is padded with minus infinity; a mean counts what is
    padded, unless its padding is ``same`` by name, as Keras leaves it out there. Slopes, rates and numbers of groups
    that a network does not hold are the usual ones.

    >>> import convarith as ca
    >>> from convarith.network.graph import Builder
    >>> from convarith.network.operations import Convolution, Unchanged
    >>> builder = Builder()
    >>> _ = builder.add(Convolution(ca.Conv(3, padding=1), 64)), builder.add(Unchanged("ReLU"))
    >>> print(write_keras(builder.build(), (3, 224, 224)))
    import keras
    from keras import layers
    <BLANKLINE>
    # Channels are last here: 3x224x224 is (224, 224, 3).
    inputs = keras.Input(shape=(224, 224, 3))
    x = layers.Conv2D(64, 3, padding="same")(inputs)
    x = layers.ReLU()(x)
    model = keras.Model(inputs, x)
    <BLANKLINE>
    >>> write_keras(builder.build())
    Traceback (most recent call last):
    convarith.errors.ParameterError: Keras code needs the channels that come in; give the input, as \
input_shape=(3, 224, 224)

    Raises:
        ParameterError: there is no input; or Keras has no layer for some operation, or it is unknown.
        ShapeError: a layer does not fit.
    """
    first, found = places(network, input_shape, "Keras")
    names = identifiers([node.name for node in network.nodes], _TAKEN)
    held = variables(network, names, "inputs")
    held[0] = "inputs"
    body: list[str] = []
    for number, place in enumerate(found, 1):
        taken = [held[source] for source in network.nodes[number].inputs]
        target = held[number]
        if place.operation.arity != 1:
            body += merged(place, target, taken)
            continue
        source = taken[0]
        for step in steps_of(place):
            body += step.lines(target, source)
            source = target
        if source != target:  # a layer that does nothing here
            body.append(f"{target} = {source}")
    channels, *sizes = first.shape
    text = "\n".join(body)
    functions = [f"\n\n{source}" for name, source in _FUNCTIONS.items() if f" {name}(" in text]
    return "\n".join(
        [
            "import keras",
            "from keras import layers",
            *("".join(functions).rstrip("\n").split("\n") if functions else []),
            *(["", ""] if functions else [""]),
            f"# Channels are last here: {'x'.join(map(str, first.shape))} is {literal((*sizes, channels))}.",
            f"inputs = keras.Input(shape={literal((*sizes, channels))})",
            *body,
            f"model = keras.Model(inputs, {held[-1]}{_titled(network.title)})",
            "",
        ]
    )


def _titled(title: str) -> str:
    """The model's name, from the network's title without what is in brackets."""
    name = "-".join(re.findall(r"[A-Za-z0-9.]+", title.partition("(")[0]))[:60].strip(".")
    return f", name={literal(name)}" if name else ""
