"""What the constructors of operations and nodes do with words, flags and layers they are given; numbers are checked by
`convarith.arithmetic.integers`."""

from __future__ import annotations

from convarith.arithmetic.integers import shown
from convarith.errors import ParameterError, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from convarith.arithmetic.layer import Layer

CONSTRUCTORS = {"convolution": "ca.Conv", "pooling": "ca.Pool", "transposed convolution": "ca.ConvTranspose"}


def flag(value: object, name: str) -> bool:
    """``value`` as it is, if it is a bool.

    >>> flag(1, "bias")
    Traceback (most recent call last):
    convarith.errors.ParameterError: bias must be True or False; got 1 (int)

    Raises:
        ParameterError: it is anything else.
    """
    if type(value) is not bool:
        raise ParameterError(
            f"{name} must be True or False; got {shown(value)} ({type(value).__name__})", name=name, value=value
        )
    return value


def text(value: object, name: str) -> str:
    """``value`` as it is, if it is text that is not blank.

    Raises:
        ParameterError: it is anything else.
    """
    if not isinstance(value, str):
        raise ParameterError(
            f"{name} must be text; got {shown(value)} ({type(value).__name__})", name=name, value=value
        )
    if not value.strip():
        raise ParameterError(f"{name} is empty; give it a word", name=name, value=value)
    return str(value)


def one_of(value: object, name: str, known: Iterable[str]) -> str:
    """``value`` as it is, if it is one of the known words.

    >>> one_of("maximum", "reduction", ("max", "avg"))
    Traceback (most recent call last):
    convarith.errors.ParameterError: unknown reduction 'maximum'; did you mean 'max'? Known are max, avg

    Raises:
        ParameterError: it is another one; the nearest is named.
    """
    if not isinstance(value, str):
        known_words = ", ".join(known)
        raise ParameterError(
            f"{name} must be a word; got {shown(value)} ({type(value).__name__}), known are {known_words}",
            name=name,
            value=value,
        )
    if value not in known:
        raise ParameterError(f"unknown {name} {shown(value)}; {nearest(value, known)}", name=name, value=value)
    return str(value)


def layer_of(layer: Layer, kind: str) -> Layer:
    """``layer`` as it is, if it is a layer of that kind.

    Raises:
        ParameterError: it is anything else.
    """
    if getattr(type(layer), "kind", None) != kind:
        raise ParameterError(
            f"a {kind} is made of a {CONSTRUCTORS[kind]}; got {shown(layer)} ({type(layer).__name__})",
            name="layer",
            value=layer,
        )
    return layer
