"""From the nodes of a network to items in one order, with links between them: what is shown, and beside what.

What changes no shape is left out. Where branches meet, short ones are put on a link, and several simple ones into a
bundle; everything else stays in the order of the network, whatever its branches are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from convarith.render.networks.layer_naming import QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.network.tracing import Trace

    Chain = tuple[int, tuple[int, ...]]
    """Where a branch begins, and its nodes."""

MOST_ON_A_LINK = 2
"""A branch of more layers is no short one."""

MOST_IN_A_BRANCH = 4
"""Of a bundle: more are too wide for a page."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item: a node, or the branches of nodes that stand beside each other before it."""

    number: int
    branches: tuple[tuple[int, ...], ...] | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """From one entry to another, through nodes."""

    start: int
    end: int
    through: tuple[int, ...] = ()


@dataclass(slots=True)
class Order:
    """Entries in order, the edges between them, and which shown node each node of the network belongs to."""

    entries: list[Entry]
    edges: list[Edge]
    owner: list[int]
    aside: int = 0
    """How many layers lead nowhere, and are not shown."""


@dataclass(slots=True)
class _Shown:
    """The nodes that are shown: what they take of each other, and who takes each."""

    inputs: dict[int, tuple[int, ...]] = field(default_factory=dict)
    takers: dict[int, list[int]] = field(default_factory=dict)


def ordered(found: Trace) -> Order:
    """The items of a network that has met its input, all of it."""
    owner = owners(found)
    shown, aside = _shown(found, owner)
    edges: dict[int, list[tuple[int, tuple[int, ...]]]] = {}
    bundles: dict[int, tuple[int, tuple[tuple[int, ...], ...]]] = {}
    inside: set[int] = set()
    for number, inputs in shown.inputs.items():
        if len(inputs) < 2:
            edges[number] = [(source, ()) for source in inputs]
            continue
        chains = [_chain(shown, source) for source in inputs]
        bundled = _bundle(found, chains)
        if bundled is not None:
            bundles[number] = bundled
            inside.update(node for branch in bundled[1] for node in branch)
            continue
        main = _main(found, chains)
        edges[number] = []
        for place, (source, (start, chain)) in enumerate(zip(inputs, chains, strict=True)):
            if place == main or not chain or len(chain) > MOST_ON_A_LINK:
                edges[number].append((source, ()))
            else:
                edges[number].append((start, chain))
                inside.update(chain)
    return _in_order(shown, edges, bundles, inside, owner, aside)


def owners(found: Trace) -> list[int]:
    """For each node the shown one whose tensor it hands on: itself, unless it is quiet."""
    nodes = found.network.nodes
    quiet = [isinstance(node.operation, QUIET) for node in nodes]
    if all(quiet[1:]):  # then they are all there is to show
        quiet = [False] * len(nodes)
    owner: list[int] = []
    for number, node in enumerate(nodes):
        owner.append(owner[node.inputs[0]] if quiet[number] else number)
    return owner


def _shown(found: Trace, owner: list[int]) -> tuple[_Shown, int]:
    """What leads to the output, and how many layers do not."""
    nodes = found.network.nodes
    wanted = {owner[-1]}
    reached = set()
    for number in range(len(nodes) - 1, -1, -1):
        if number in wanted:
            reached.add(number)
            wanted.update(owner[source] for source in nodes[number].inputs)
    shown = _Shown()
    for number in sorted(reached):
        inputs = tuple(dict.fromkeys(owner[source] for source in nodes[number].inputs))
        shown.inputs[number] = inputs
        for source in inputs:
            shown.takers.setdefault(source, []).append(number)
    return shown, len({*owner}) - len(reached)


def _chain(shown: _Shown, source: int) -> Chain:
    """Where a branch that ends in a node begins, and its nodes: those that one takes and that take one."""
    chain: list[int] = []
    while len(shown.inputs[source]) == 1 and len(shown.takers[source]) == 1:
        chain.append(source)
        source = shown.inputs[source][0]
    return source, tuple(reversed(chain))


def _bundle(found: Trace, chains: Sequence[Chain]) -> tuple[int, tuple[tuple[int, ...], ...]] | None:
    """Where the branches begin, and the branches, if they are simple and none of them is the main one."""
    if len({start for start, _ in chains}) > 1:
        return None
    several = [chain for _, chain in chains if chain]
    if len(several) < 2 or max(map(len, several)) > MOST_IN_A_BRANCH:
        return None
    if len(chains) == 2 and min(map(len, several)) <= MOST_ON_A_LINK:
        kinds = [[type(found.network.nodes[number].operation) for number in chain] for chain in several]
        if kinds[0] != kinds[1]:
            return None
    return chains[0][0], tuple(chain for _, chain in chains)


def _main(found: Trace, chains: Sequence[Chain]) -> int:
    """Which branch goes on in the order of the items: the one that begins last; of those the longest, or the one with
    most to multiply."""

    def weight(place: int) -> tuple[int, int, int, int]:
        start, chain = chains[place]
        return start, len(chain), sum(found.met[number].macs for number in chain), -place

    return max(range(len(chains)), key=weight)


def _in_order(
    shown: _Shown,
    edges: dict[int, list[tuple[int, tuple[int, ...]]]],
    bundles: dict[int, tuple[int, tuple[tuple[int, ...], ...]]],
    inside: set[int],
    owner: list[int],
    aside: int,
) -> Order:
    order = Order([], [], owner, aside)
    place: dict[int, int] = {}
    for number in shown.inputs:
        if number in inside:
            continue
        if number in bundles:
            start, branches = bundles[number]
            order.edges.append(Edge(place[start], len(order.entries)))
            order.entries.append(Entry(number, branches))
            order.edges.append(Edge(len(order.entries) - 1, len(order.entries)))
        else:
            order.edges += [Edge(place[start], len(order.entries), chain) for start, chain in edges[number]]
        place[number] = len(order.entries)
        order.entries.append(Entry(number))
    return order
