"""All frames of a picture as one SVG that a page plays by script, light and dark.

What is seen at some frames only stands in groups ``<g data-f="0-2,5">`` that list them, counted from 0; ``3-`` is what
comes at 3 and stays. What several frames show is in the text once. A colour is a custom property named by its values
on both pages, ``var(--c56b4e9-1c6ea4)``: the page defines it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from convarith.render.drawing import Path
from convarith.render.svg import FONTS, PREFIX, Sheet, elements, escaped, with_names
from convarith.render.vector import HALF_PX, number

if TYPE_CHECKING:
    from convarith.render.drawing import Drawing, Primitive

    Frames = frozenset[int]

Thing = TypeVar("Thing", bound=Hashable)


def player_svg(light: Drawing, dark: Drawing) -> str:
    """All frames as one ``<svg>`` of no size of its own, which the page gives it.

    Args:
        light, dark: one scene in one view, in two themes that differ by colours alone; or one drawing twice.

    Raises:
        ValueError: they differ by more than colours.
    """
    sheet = Sheet()
    base, first, *later = _layers(light, dark)
    painted = elements([*base.primitives, *first.primitives], sheet)
    for layer in later:
        if layer.primitives:
            frames = f"{min(layer.frames)}-" if layer.stays else _listed(layer.frames)
            painted += [f'<g data-f="{frames}">', *elements(layer.primitives, sheet), "</g>"]
    width, height, edge = light.width, light.height, number(-HALF_PX)
    words = [(tag, text) for tag, text in (("title", light.title), ("desc", light.alt)) if text]
    label = f' aria-labelledby="{" ".join(f"{PREFIX}{tag}" for tag, _ in words)}"' if words else ""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img"{label} viewBox="{edge} {edge} {width} {height}" '
        f'font-family="{FONTS}">',
        *(f'<{tag} id="{PREFIX}{tag}">{escaped(text)}</{tag}>' for tag, text in words),
        *sheet.look(),
        f'<rect x="{edge}" y="{edge}" width="{width}" height="{height}" '
        f'style="fill:{_property(light.page, dark.page)}"/>',
        *painted,
        "</svg>",
    ]
    return with_names("\n".join(lines) + "\n")


class Layer(NamedTuple):
    """Primitives that are seen at the same frames, in painting order."""

    frames: Frames
    primitives: Sequence[Primitive]
    stays: bool = False
    """Whether it comes to stay, and is on a poster."""


def _layers(light: Drawing, dark: Drawing) -> Iterator[Layer]:
    """What is always seen, what each frame adds to stay, and over that what is seen at some frames."""
    if (light.width, light.height, len(light.frames)) != (dark.width, dark.height, len(dark.frames)):
        raise ValueError("the two drawings differ in size or in how many frames they have")
    frames = list(zip(light.frames, dark.frames, strict=True))
    every = range(len(frames))
    yield Layer(frozenset(every), _paired(light.base, dark.base))
    for at, (one, other) in enumerate(frames):
        yield Layer(frozenset(every[at:]), _paired(one.keep, other.keep), stays=True)
    shown = merged([_paired(one.show, other.show) for one, other in frames])
    for seen, run in groupby(shown, key=lambda thing: thing[1]):
        yield Layer(seen, [primitive for primitive, _ in run])


def merged(sequences: Sequence[Sequence[Thing]]) -> Iterator[tuple[Thing, Frames]]:
    """The things of some sequences in an order that agrees with all of them, each once, with the numbers of the
    sequences it is in; those of the same sequences together as far as that goes.

    What a sequence has twice is there twice. Where sequences contradict each other, they follow one after the other.

    >>> [(thing, sorted(numbers)) for thing, numbers in merged(["ac", "abc"])]
    [('a', [0, 1]), ('b', [1]), ('c', [0, 1])]
    """
    numbered = [list(_numbered(sequence)) for sequence in sequences]
    found: dict[tuple[Thing, int], set[int]] = {}
    order: TopologicalSorter[tuple[Thing, int]] = TopologicalSorter()
    for number_of, sequence in enumerate(numbered):
        for key in sequence:
            found.setdefault(key, set()).add(number_of)
            order.add(key)
        for before, after in pairwise(sequence):
            order.add(after, before)
    try:
        order.prepare()
    except CycleError:
        for number_of, sequence in enumerate(numbered):
            yield from ((thing, frozenset([number_of])) for thing, _ in sequence)
        return
    ready: list[tuple[Thing, int]] = []
    last: set[int] = set()
    while order.is_active():
        ready += order.get_ready()
        key = next((key for key in ready if found[key] == last), ready[0])
        ready.remove(key)
        order.done(key)
        last = found[key]
        yield key[0], frozenset(last)


def _numbered(sequence: Sequence[Thing]) -> Iterator[tuple[Thing, int]]:
    """Each thing with how often it has been there before."""
    times: dict[Thing, int] = {}
    for thing in sequence:
        times[thing] = times.get(thing, -1) + 1
        yield thing, times[thing]


def _paired(light: Sequence[Primitive], dark: Sequence[Primitive]) -> list[Primitive]:
    """Primitives with custom properties for the colours that they have in both themes."""
    if len(light) != len(dark):
        raise ValueError(f"the two drawings differ in how much is on them: {len(light)} and {len(dark)} primitives")
    return [_in_both(*pair) for pair in zip(light, dark, strict=True)]


def _in_both(light: Primitive, dark: Primitive) -> Primitive:
    """A primitive with the colours of two, which have to be the same but for them."""
    if _uncoloured(light) != _uncoloured(dark):
        raise ValueError(f"the two drawings differ by more than colours: {light} and {dark}")
    if isinstance(light, Path) and isinstance(dark, Path):
        fill, stroke = _either(light.fill, dark.fill), _either(light.stroke, dark.stroke)
        return replace(light, fill=fill, stroke=stroke)
    assert not isinstance(light, Path)
    assert not isinstance(dark, Path)
    return replace(light, color=_property(light.color, dark.color), ground="")


def _uncoloured(primitive: Primitive) -> Primitive:
    """A primitive without its colours, but for whether it has them."""
    if isinstance(primitive, Path):
        return replace(primitive, fill=primitive.fill and "#", stroke=primitive.stroke and "#")
    return replace(primitive, color="#", ground="")


def _either(light: str | None, dark: str | None) -> str | None:
    return None if light is None or dark is None else _property(light, dark)


def _property(light: str, dark: str) -> str:
    return f"var(--c{light[1:]}-{dark[1:]})".lower()


def _listed(frames: Frames) -> str:
    """Frames as the page reads them.

    >>> _listed(frozenset([0, 1, 2, 5]))
    '0-2,5'
    """
    runs = []
    for _, run in groupby(enumerate(sorted(frames)), key=lambda place: place[1] - place[0]):
        numbers = [at for _, at in run]
        runs.append(str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}")
    return ",".join(runs)
