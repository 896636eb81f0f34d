"""How settings are drawn: numbers for each axis, the ways of spelling them, and what is wrong with a quarter of them.

Everything random comes from the `Random` that is given, so that a seed always draws the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from random import Random

    Drawn = dict[str, Any]
    """The parts of a setting while it is drawn; a list has one number for each axis."""
    Flaw = Callable[[Random, Drawn], object]

FLAWED = 0.2
"""How many settings get a flaw put in; others turn out invalid without one, as where a kernel does not fit."""


def often(rng: Random, share: float) -> bool:
    """True in this share of all cases."""
    return rng.random() < share


def each(rng: Random, ndim: int, low: int, high: int) -> list[int]:
    """One number for each axis; in a third of the cases the same for all."""
    if often(rng, 1 / 3):
        return [rng.randint(low, high)] * ndim
    return [rng.randint(low, high) for _ in range(ndim)]


def spelled(rng: Random, numbers: Any, *, scalar: bool = True, one: bool = True) -> Any:
    """The numbers of all axes in one of the ways there are: a number, a sequence of one, or one for each.

    What is no list stays as it is. ``scalar`` and ``one`` say whether the shorter ways are drawn at all.
    """
    if not isinstance(numbers, list):
        return numbers
    if numbers and len(set(numbers)) == 1:
        if scalar and often(rng, 0.5):
            return numbers[0]
        if one and often(rng, 0.3):
            numbers = numbers[:1]
    return rng.choice((tuple, list))(numbers)


def flawed(rng: Random, drawn: Drawn, flaws: Sequence[Flaw]) -> bool:
    """Put one of the flaws into what is drawn, seldom two; whether any was."""
    if not often(rng, FLAWED):
        return False
    for flaw in rng.sample(flaws, 2 if often(rng, 0.1) else 1):
        flaw(rng, drawn)
    return True


def number(names: str, *values: Any) -> Flaw:
    """The flaw of having one of the values in one of the parts of these names."""

    def put(rng: Random, drawn: Drawn) -> None:
        name, value = rng.choice(names.split()), rng.choice(values)
        part = drawn.get(name)
        if name not in drawn or part == []:
            return
        if not isinstance(part, list):
            drawn[name] = value
        elif often(rng, 0.3):
            drawn[name] = [value] * len(part)
        else:
            part = list(part)
            part[rng.randrange(len(part))] = value
            drawn[name] = part

    return put


def length(names: str) -> Flaw:
    """The flaw of having one number too many or too few, or none at all, in one of the parts of these names."""

    def put(rng: Random, drawn: Drawn) -> None:
        name = rng.choice(names.split())
        part = drawn.get(name)
        if isinstance(part, list) and part:
            drawn[name] = rng.choice(([], part[1:], [*part, part[-1]], [*part, *part]))

    return put


def put(name: str, *values: Any) -> Flaw:
    """The flaw of having one of the values as the whole of a part."""

    def put_it(rng: Random, drawn: Drawn) -> None:
        drawn[name] = rng.choice(values)

    return put_it


def without_defaults(rng: Random, arguments: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments, but most of those left out that say what is the default."""
    return {
        name: value
        for name, value in arguments.items()
        if name not in defaults or value != defaults[name] or often(rng, 0.2)
    }


def input_shape(rng: Random, batch: int, channels: int, sizes: Sequence[int]) -> tuple[int, ...]:
    """An input shape: mostly with a batch, now and then without, with an empty one, or of another rank."""
    dice = rng.random()
    if dice < 0.10:
        return (channels, *sizes)
    if dice < 0.14:
        return (0, channels, *sizes)
    if dice < 0.16:
        return rng.choice(((1, batch, channels, *sizes), tuple(sizes), (batch, channels, *sizes[1:])))
    return (batch, channels, *sizes)
