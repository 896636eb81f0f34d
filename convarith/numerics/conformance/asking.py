"""How a framework is asked: the operations of one framework as data, and what an answer is.

A module of this package asks one framework. It imports that framework inside its functions only, so that the others
can be asked where it is not installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random
    from typing import TypeAlias

    from numpy.typing import NDArray

    Arguments: TypeAlias = Mapping[str, Any]
    """The keyword arguments of ``frameworks.<framework>.<operation>_shape``."""

    Answer: TypeAlias = "tuple[int, ...] | Refused"
    Numbers: TypeAlias = tuple[NDArray[Any], NDArray[Any]]


class Refused(NamedTuple):
    """The framework refused, or we did: with these words."""

    words: str


class Operation(NamedTuple):
    """One operation of a framework: how its settings are drawn, and how the framework is asked.

    ``sample`` draws the arguments of our shape function, about a quarter of them invalid. ``ask`` lets the framework
    itself compute (real calls; shape inference alone refuses too little) and says the output's full shape in our
    layout, or that it refused. ``numbers`` gives (ours, theirs): the values of `convarith.numerics` and those of the
    framework for one small whole-numbered input, both (N, C, spatial...), or None where there are none to compare.
    """

    sample: Callable[[Random], Arguments]
    ask: Callable[[Arguments], Answer]
    numbers: Callable[[Arguments], Numbers | None] | None = None


class Quirk(NamedTuple):
    """Where a framework parts from its own rule: a named exception, counted by itself and not as a mismatch.

    ``holds`` says from the operation's name, the arguments, our answer and the framework's whether this is it; it must
    be as narrow as the quirk is known to be, and pin the answer that the framework gives then.
    """

    name: str
    words: str
    source: str
    holds: Callable[[str, Arguments, Answer, Answer], bool]


class Asked(NamedTuple):
    """A framework that can be asked: the packages it needs (whose versions are recorded), operations and quirks."""

    packages: tuple[str, ...]
    operations: Mapping[str, Operation]
    quirks: tuple[Quirk, ...] = ()
