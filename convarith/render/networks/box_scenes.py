"""The scene of a network's layers as boxes, from the network and its input."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from convarith.render.networks.diagram import Box, BoxScene, Bundle, Group, Joint, Link, Stop
from convarith.render.networks.folding import folded, unfolded
from convarith.render.networks.layer_naming import ROLE_NAMES, plain, role_of, shape_text, sign_of, words_of
from convarith.render.networks.ordering import ordered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from convarith.network.tracing import Trace
    from convarith.render.networks.diagram import Item
    from convarith.render.networks.folding import Fold, Folded
    from convarith.render.networks.ordering import Order

FEW = 14
"""So many items are shown each for itself, unless folding is asked for."""

SETTINGS = ((r" /\d", "/2: stride 2"), (r" d\d", "d2: dilation 2"), (r" g\d", "g2: groups 2"))
"""The signs of settings, as patterns, that are explained where they occur."""

SIGN_NAMES = {"+": "sum", "×": "product"}


def box_scene(found: Trace, *, fold: bool | None = None) -> BoxScene:
    """The layers of a network that has met its input, each as a box.

    Args:
        found: what every layer makes of the input.
        fold: whether what repeats is shown once; if None, where there are more items than `FEW`.
    """
    order = ordered(found)
    wanted = len(order.entries) > FEW if fold is None else fold
    shown = folded(found, order) if wanted else unfolded(order)
    return _Composing(found, order, shown).scene()


class _Composing:
    """A network, the order of what is shown of it, and what is left of that when it is folded."""

    def __init__(self, found: Trace, order: Order, shown: Folded) -> None:
        self.found = found
        self.nodes = found.network.nodes
        self.order = order
        self.shown = shown
        self.with_entry = [[entry.number, *_flat(entry.branches or ())] for entry in order.entries]
        for place, entry in enumerate(order.entries):
            if entry.branches is not None:  # whose node is the next entry
                self.with_entry[place].remove(entry.number)
        for edge in order.edges:
            self.with_entry[edge.end] += edge.through
        self.costs = self._costs()

    def scene(self) -> BoxScene:
        shown = self.shown
        items = tuple(self._item(fold) for fold in shown.folds)
        links = tuple(
            Link(edge.start, edge.end, tuple(self._box((number,)) for number in edge.through)) for edge in shown.edges
        )
        groups = tuple(
            Group(frame.first, frame.last, frame.times, self._growth(frame.first, frame.last)) for frame in shown.frames
        )
        shapes = f"{shape_text(self.found.input_shape)} → {shape_text(self.found.output_shape)}"
        title = f"{' '.join(self.found.network.title.split()) or 'A network'}: {shapes}"
        together = f"Together {_cost_text(*map(sum, zip(*self.costs, strict=True)))}"
        return BoxScene(
            title=title,
            captions=tuple(self._captions(items, links)),
            alt=f"{title}. From the input on: {'; '.join(_told(items, links, groups))}. {together}.",
            items=items,
            links=links,
            groups=groups,
            names=_names(items, links),
            steps=(Stop(None, together), *self._stops(items)),
        )

    # Items

    def _item(self, fold: Fold) -> Item:
        entries = [self.order.entries[place] for place in fold.entries]
        entry = entries[-1]
        if entry.branches is not None:
            alike = [
                zip(*branches, strict=True) for branches in zip(*(each.branches or () for each in entries), strict=True)
            ]
            branches = tuple(tuple(self._box(numbers) for numbers in branch) for branch in alike)
            return Bundle(f"branches of {self.nodes[entry.number].name}", branches)
        node, shape = self.nodes[entry.number], self.found.met[entry.number].shape
        sign = sign_of(node.operation)
        if sign and any(self.found.met[source].shape == shape for source in node.inputs):
            return Joint(node.name, sign, shape)
        return self._box([each.number for each in entries], fold.run)

    def _box(self, numbers: Sequence[int], times: int = 1) -> Box:
        node, mets = self.nodes[numbers[-1]], [self.found.met[number] for number in numbers]
        operation = node.operation
        return Box(node.name, role_of(operation), words_of(operation, mets), mets[-1].shape, times)

    def _growth(self, first: int, last: int) -> tuple[int, int] | None:
        """The channels that go into a group and those that come out, if the first and last time differ in them."""
        met = self.found.met
        per_time = [self.shown.folds[place].entries for place in (first, last)]
        before = self.order.entries[per_time[0][0]].number
        (source, *_) = self.nodes[before].inputs
        outcome = [met[self.order.entries[place].number].shape[0] for place in (per_time[1][0], per_time[1][-1])]
        return (met[source].shape[0], outcome[1]) if outcome[0] != outcome[1] else None

    # Words

    def _captions(self, items: Iterable[Item], links: Iterable[Link]) -> Iterator[str]:
        yield "The larger a tensor, the higher and deeper its box; the more channels, the wider. Not to scale."
        boxes = [item for item in items if isinstance(item, Box)]
        settings = " ".join(word for box in _all_boxes(items, links) for word in box.words)
        signs = [said for sign, said in SETTINGS if re.search(sign, settings)]
        if any(box.times > 1 for box in boxes):
            signs.append("2 ×: two such layers in a row")
        if signs:
            yield "; ".join(signs)
        left_out = self._left_out()
        if left_out:
            yield f"Not drawn, as they change no shape: {', '.join(left_out)}."
        if self.order.aside:
            yield f"Not drawn, as they do not lead to the output: {self.order.aside} layers."

    def _left_out(self) -> list[str]:
        counts: dict[str, int] = {}
        for number, owner in enumerate(self.order.owner):
            if owner != number:
                word = self.nodes[number].operation.title
                counts[word] = counts.get(word, 0) + 1
        return [word if count == 1 else f"{count} {word}" for word, count in counts.items()]

    def _stops(self, items: Sequence[Item]) -> Iterator[Stop]:
        for number, (item, fold) in enumerate(zip(items, self.shown.folds, strict=True)):
            names = self._named(fold)
            cost = self._cost_of(fold.entries)
            if isinstance(item, Bundle):
                yield Stop(number, f"{names}: {' | '.join(_ways(item))}; {cost}")
                continue
            words = SIGN_NAMES[item.sign] if isinstance(item, Joint) else " ".join(item.words)
            if not number:
                yield Stop(number, f"{names}: {shape_text(item.shape)}")
                continue
            source = self.nodes[self.order.entries[fold.entries[0]].number].inputs
            before = " and ".join(dict.fromkeys(shape_text(self.found.met[taken].shape) for taken in source[:3]))
            before += f" and {len(source) - 3} more" if len(source) > 3 else ""
            yield Stop(number, f"{names}: {words}, {before} → {shape_text(item.shape)}; {cost}")

    def _named(self, fold: Fold) -> str:
        """``conv1``, or ``conv1 … conv8, 4 of them``."""
        entries = [self.order.entries[place] for place in fold.entries]
        first, last = (plain(self.nodes[entry.number].name) for entry in (entries[0], entries[-1]))
        lead = "before " if entries[0].branches is not None else ""
        return f"{lead}{first}" if len(entries) == 1 else f"{lead}{first} … {last}, {len(entries)} times"

    # Costs

    def _costs(self) -> list[tuple[int, int]]:
        """(parameters, MACs) of each shown node, with what hangs on it unseen."""
        costs = [(0, 0)] * len(self.nodes)
        for number, met in enumerate(self.found.met):
            owner = self.order.owner[number]
            parameters, macs = costs[owner]
            costs[owner] = parameters + met.weights + met.biases + met.norm, macs + met.macs
        return costs

    def _cost_of(self, entries: Iterable[int]) -> str:
        numbers = [number for place in entries for number in self.with_entry[place]]
        return _cost_text(*(sum(self.costs[number][which] for number in numbers) for which in (0, 1)))


def _cost_text(parameters: int, macs: int) -> str:
    return f"{parameters:,} parameters, {macs:,} MACs" if parameters or macs else "no parameters, no MACs"


def _flat(branches: Iterable[Sequence[int]]) -> list[int]:
    return [number for branch in branches for number in branch]


def _all_boxes(items: Iterable[Item], links: Iterable[Link]) -> Iterator[Box]:
    for item in items:
        if isinstance(item, Box):
            yield item
        elif isinstance(item, Bundle):
            for branch in item.branches:
                yield from branch
    for link in links:
        yield from link.through


def _names(items: Sequence[Item], links: Sequence[Link]) -> dict[str, str]:
    """The roles and signs that occur, with their words."""
    roles = {box.role for box in _all_boxes(items, links)}
    signs = {item.sign for item in items if isinstance(item, Joint)}
    names = {role: words for role, words in ROLE_NAMES.items() if role in roles}
    merged = {box.words[-1] for box in _all_boxes(items, links) if box.role == "merge"}
    if merged == {"concat"}:
        names["merge"] = "concatenation"
    return {**names, **{sign: words for sign, words in SIGN_NAMES.items() if sign in signs}}


def _told(items: Sequence[Item], links: Sequence[Link], groups: Sequence[Group]) -> Iterator[str]:
    """The items in words, those of a group after how often they come."""
    first = {group.first: group for group in groups}
    last = {group.last for group in groups}
    taken: dict[int, list[Link]] = {}
    for link in links:
        if link.start + 1 != link.end:
            taken.setdefault(link.end, []).append(link)
    for number, item in enumerate(items):
        words = _item_words(item)
        for link in taken.get(number, []):
            source = items[link.start]
            through = "".join(f" through {' '.join(box.words)}" for box in link.through)
            words += f", with {source.name}{through}"
        yield f"{f'{first[number].times} times (' if number in first else ''}{words}{')' if number in last else ''}"


def _item_words(item: Item) -> str:
    if isinstance(item, Bundle):
        ways = _ways(item)
        return f"{len(ways)} branches, {' | '.join(ways)}"
    if isinstance(item, Joint):
        return f"{item.name}, {shape_text(item.shape)}"
    words = f"{item.times} × {' '.join(item.words)}" if item.times > 1 else " ".join(item.words)
    return f"{words if words == item.name else f'{item.name}, {words}'}, {shape_text(item.shape)}"


def _ways(bundle: Bundle) -> list[str]:
    return [" → ".join(" ".join(box.words) for box in branch) or "as it is" for branch in bundle.branches]
