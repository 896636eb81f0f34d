"""The scene of what one unit of a network reads, from the unit back to the input."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from convarith.arithmetic.integers import checked_entries, listed
from convarith.errors import ParameterError, ShapeError
from convarith.network.fields import Field
from convarith.network.regions import regions_behind
from convarith.network.tracing import node_number
from convarith.render.composers.limits import AXIS_LIMIT
from convarith.render.composers.words import index_text, shape_label
from convarith.render.networks.diagram import Stop
from convarith.render.networks.field_diagram import FieldScene, Panel
from convarith.render.networks.layer_naming import QUIET, plain, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex

    from convarith.network.regions import Box
    from convarith.network.relations import Relation
    from convarith.network.tracing import Trace
    from convarith.render.networks.field_diagram import Run, Runs

    Fields = tuple[Field | None, ...]

MOST_PANELS = {2: 18}
"""By the number of axes; of more layers, some are shown."""

MOST_BARS = 12
"""The same for other numbers of axes."""

LONGEST_GAP = 1 / 4
"""Where all that is read passes through few layers, with no longer part of the way between two of them, these are
enough to show."""

STAGE = 1.5
"""A stage begins where the size changes by so much at least."""

AXIS_WORDS = {1: ("position",), 2: ("row", "column"), 3: ("plane", "row", "column")}

NAMES = {
    "lit": "read by the unit",
    "rest": "not read",
    "nominal": "nominal field (its size in brackets): as if nothing were clipped",
}


def field_scene(
    found: Trace, *, layer: str | None = None, unit: SupportsIndex | Sequence[SupportsIndex] | None = None
) -> FieldScene:
    """What one unit reads of every layer before it.

    Args:
        found: what every layer of the network makes of the input.
        layer: the unit's layer; the last one that has more than one unit, if not given.
        unit: its index, one number for each axis; the middle one, if not given.

    Raises:
        ShapeError: there is no such unit, or the input has too many axes.
        ParameterError: there is no such layer, or the unit is no index.
    """
    number = _last_map(found) if layer is None else node_number(found.network, layer)
    name = plain(found.network.nodes[number].name)
    sizes = found.met[number].positions
    if len(sizes) > AXIS_LIMIT:
        raise ShapeError(f"a picture shows up to {AXIS_LIMIT} axes and this input has {len(sizes)}", ndim=len(sizes))
    where = _checked_unit(unit, sizes, name)
    read, exact = regions_behind(found, number, where)
    path = [node for node in _path(found, number) if _is_shown(found, node, number)]
    shown = _chosen(found, path, MOST_PANELS.get(len(sizes), MOST_BARS))
    panels = tuple(_panel(found, node, number, where, read[node]) for node in shown)
    steps = tuple(Stop(place, _note(panel, place)) for place, panel in enumerate(panels))
    network = " ".join(found.network.title.split()) or "A network"
    seen = _read_text(panels[-1])
    at = f"unit {index_text(where)} of {name}"
    captions = [f"{network} on an input of {shape_label(found.input_shape)}, walked back layer by layer"]
    if len(shown) < len(path):
        captions.append(f"Shown: {len(shown)} of the {len(path)} maps on the longest way to the input")
    if not exact:
        captions.append("So many branches meet that only what each axis reads was followed")
    return FieldScene(
        title=f"What {at} reads: {seen} of the input",
        captions=tuple(captions),
        alt=f"What {at} reads, as maps with the part that it reads lit. {'. '.join(captions)}: "
        f"{'; '.join(step.note for step in steps)}.",
        panels=panels,
        names=NAMES if any(_is_clipped(panel) for panel in panels) else {key: NAMES[key] for key in ("lit", "rest")},
        steps=steps,
        poster=len(steps) - 1,
    )


def _last_map(found: Trace) -> int:
    """The last layer with more than one unit along its axes; the last one of all, if there is none."""
    numbers = range(len(found.met) - 1, 0, -1)
    last = next((number for number in numbers if any(size > 1 for size in found.met[number].positions)), None)
    if last is None:
        return len(found.met) - 1
    nodes = found.network.nodes
    while last and isinstance(nodes[last].operation, QUIET):
        last = nodes[last].inputs[0]
    return last or len(found.met) - 1


def _checked_unit(
    unit: SupportsIndex | Sequence[SupportsIndex] | None, sizes: tuple[int, ...], name: str
) -> tuple[int, ...]:
    """The index of a unit, the one in the middle if none is given.

    Raises:
        ShapeError: there is no such unit.
        ParameterError: it is not made of whole numbers from 0.
    """
    if unit is None:
        return tuple([(size - 1) // 2 for size in sizes])
    entries = listed(unit)
    index = checked_entries((unit,) if entries is None else entries, "unit", 0)
    if len(index) != len(sizes):
        raise ParameterError(
            f"{name} has {len(sizes)} {'axis' if len(sizes) == 1 else 'axes'} and the unit {index_text(index)} names "
            f"{len(index)}; give one index for each, from 0",
            unit=index,
            shape=sizes,
        )
    if any(place >= size for place, size in zip(index, sizes, strict=True)):
        last = tuple(size - 1 for size in sizes)
        raise ShapeError(
            f"there is no unit {index_text(index)} in {name}, which is {shape_label(sizes)}; the last one is "
            f"{index_text(last)}",
            unit=index,
            shape=sizes,
        )
    return index


def _is_shown(found: Trace, node: int, unit_node: int) -> bool:
    """Whether a map has something to say: the unit's, the input, and what another layer than a quiet one gives."""
    return node in (0, unit_node) or not isinstance(found.network.nodes[node].operation, QUIET)


def _path(found: Trace, number: int) -> list[int]:
    """The longest way from a node back to the input, along what is read."""
    nodes = found.network.nodes
    depth = [0] * (number + 1)
    before = [0] * (number + 1)
    for own in range(1, number + 1):
        sources = zip(nodes[own].inputs, found.met[own].reads, strict=False)
        read = [source for source, reads in sources if reads != ()]
        before[own] = max(read, key=lambda source: depth[source])
        depth[own] = depth[before[own]] + 1
    path = [number]
    while path[-1]:
        path.append(before[path[-1]])
    return path


def _chosen(found: Trace, path: Sequence[int], most: int) -> list[int]:
    """At most so many nodes of a way, from the unit's to the input: those that no branch leads past, if they are
    enough, the first of each stage among them, and others evenly."""
    if len(path) <= most:
        return list(path)
    narrow = _passed_by_all(found, path)
    place_of = {node: at for at, node in enumerate(path)}
    longest = max(place_of[after] - place_of[before] for before, after in pairwise(narrow))
    behind = narrow if longest <= LONGEST_GAP * len(path) else list(path)
    if len(behind) <= most:
        return behind
    sizes = [max(found.met[node].positions) for node in behind]
    wanted = {0, len(behind) - 1}
    for place in range(1, len(behind)):
        less, more = sorted(sizes[place - 1 : place + 1])
        if more >= STAGE * less and len(wanted) < most:
            wanted.add(place)
    while len(wanted) < most:  # into the middle of the widest gap
        before, after = max(pairwise(sorted(wanted)), key=lambda pair: (pair[1] - pair[0], -pair[0]))
        wanted.add((before + after) // 2)
    return [behind[place] for place in sorted(wanted)]


def _passed_by_all(found: Trace, path: Sequence[int]) -> list[int]:
    """The nodes of a way that everything read passes through: no link leads from before them to after them."""
    nodes, last = found.network.nodes, path[0]
    behind = {last}
    past = [0] * (last + 2)
    for number in range(last, 0, -1):
        if number not in behind:
            continue
        for source, reads in zip(nodes[number].inputs, found.met[number].reads, strict=False):
            if reads != ():
                behind.add(source)
                past[source + 1] += 1
                past[number] -= 1
    for number in range(1, last + 1):
        past[number] += past[number - 1]
    return [node for node in path if not past[node]]


def _panel(found: Trace, node: int, unit_node: int, where: tuple[int, ...], boxes: Sequence[Box]) -> Panel:
    operation, met = found.network.nodes[node].operation, found.met[node]
    axes = range(len(met.positions))
    along = [0] * len(met.positions)
    for box in boxes:
        along = [bits | more for bits, more in zip(along, box, strict=True)]
    spans = tuple([_span(bits) for bits in along])
    return Panel(
        name=found.network.nodes[node].name,
        words=" ".join(words_of(operation, [met])),
        sizes=met.positions,
        boxes=tuple(tuple(_runs(box[axis]) for axis in axes) for box in boxes),
        spans=spans,
        counts=tuple([bits.bit_count() for bits in along]),
        nominal=_nominal(found, node, unit_node, where),
        is_input=node == 0,
    )


def _span(bits: int) -> Run | None:
    return ((bits & -bits).bit_length() - 1, bits.bit_length() - 1) if bits else None


def _runs(bits: int) -> Runs:
    """The positions of a set as runs of neighbours."""
    runs = []
    start = 0
    while bits:
        skip = (bits & -bits).bit_length() - 1
        bits >>= skip
        length = (~bits & (bits + 1)).bit_length() - 1
        runs.append((start + skip, start + skip + length - 1))
        bits >>= length
        start += skip + length
    return tuple(runs)


def _nominal(found: Trace, node: int, unit_node: int, where: tuple[int, ...]) -> tuple[Run | None, ...]:
    """The span of a node that a unit looks at, as if nothing were clipped."""
    fields: dict[int, Fields] = {node: (Field.of_input(),) * len(where)}
    for number in range(node + 1, unit_node + 1):
        own: Fields | None = None
        for source, reads in zip(found.network.nodes[number].inputs, found.met[number].reads, strict=False):
            if source in fields and reads != ():
                branch = fields[source] if reads is None else _through(fields[source], reads)
                own = branch if own is None else _joined(own, branch)
        if own is not None:
            fields[number] = own
    own = fields.get(unit_node, (None,) * len(where))
    return tuple([None if field is None else field.span(at) for field, at in zip(own, where, strict=True)])


def _through(fields: Fields, reads: Sequence[Relation]) -> Fields:
    return tuple([field and field.through(relation) for field, relation in zip(fields, reads, strict=True)])


def _joined(ones: Fields, others: Fields) -> Fields:
    return tuple([one and other and one.joined(other) for one, other in zip(ones, others, strict=True)])


# Words


def _read_text(panel: Panel) -> str:
    """``6×6``, or ``9 cells in 5×5`` where there are gaps."""
    if None in panel.spans:
        return "nothing"
    sizes = tuple(span[1] - span[0] + 1 for span in panel.spans if span)
    if sizes != panel.counts:
        return f"{shape_label(panel.counts)} within {shape_label(sizes)}"
    return shape_label(sizes)


def _is_clipped(panel: Panel) -> bool:
    """Whether the nominal field is another one."""
    return None not in panel.nominal and panel.nominal != panel.spans


def nominal_text(panel: Panel) -> str:
    """``8×8``: the size of the nominal field, or nothing where it is what is read."""
    if not _is_clipped(panel):
        return ""
    return shape_label(tuple(span[1] - span[0] + 1 for span in panel.nominal if span))


def _note(panel: Panel, place: int) -> str:
    name = plain(panel.name)
    words = name if name == panel.words else f"{name} ({plain(panel.words)})"
    text = f"{words}, {shape_label(panel.sizes)}: "
    if not place:
        return f"{text}the unit"
    spans = [
        f"{word} {run[0]}" if run[0] == run[1] else f"{word}s {run[0]} to {run[1]}"
        for word, run in zip(AXIS_WORDS[len(panel.sizes)], panel.spans, strict=True)
        if run
    ]
    ranges = ", ".join(spans)
    nominal = nominal_text(panel)
    text += f"reads {_read_text(panel)}"
    return text + (f", {ranges}" if ranges else "") + (f"; nominal {nominal}" if nominal else "")
