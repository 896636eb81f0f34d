"""A network's nodes as sequences and branches in one another, in their own order; what is not so, as references.

The nodes are taken one by one. A node that takes the one before it goes on with a chain, any other begins a new one;
what joins tensors takes the last chains as its branches, where they begin at one tensor. Text written in the order of
the entries has the nodes in their order.
"""

from __future__ import annotations

from bisect import bisect_left

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.network.graph import Network

DEEPEST = 44
"""How deep branches are put into one another; the notation reads some more."""


class Entry:
    """A node, and for one that joins branches, these."""

    __slots__ = ("branches", "depth", "node")

    def __init__(self, node: int, branches: tuple[Branch, ...] = ()) -> None:
        self.node = node
        self.branches = branches
        self.depth = 1 + max(branch.depth for branch in branches) if branches else 0

    def from_node(self, node: int) -> Entry:
        """The same where a node's tensor is at hand, and need not be referred to."""
        return Entry(self.node, tuple(Branch(None) if branch.start == node else branch for branch in self.branches))


class Branch:
    """Entries one after the other, from the tensor of node ``start``; None goes on from the tensor at hand."""

    __slots__ = ("entries", "start")

    def __init__(self, start: int | None, entries: Sequence[Entry] = ()) -> None:
        self.start = start
        self.entries = entries

    @property
    def depth(self) -> int:
        return max((entry.depth for entry in self.entries), default=0)


class _Chain:
    """Entries that each take the one before; ``ends`` are the nodes they end in.

    A chain that begins by joining others' tensors can begin at any of these, ``loose``, or at none.
    """

    def __init__(self, start: int | None, loose: tuple[int, ...] = ()) -> None:
        self.start = start
        self.loose = loose
        self.entries: list[Entry] = []
        self.ends: list[int] = []

    @property
    def end(self) -> int | None:
        return self.ends[-1] if self.ends else self.start

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.ends.append(entry.node)

    def begins_at(self, node: int) -> bool:
        return node == self.start or node in self.loose

    def after(self, node: int) -> int:
        """How many entries there are up to a node."""
        return 0 if self.begins_at(node) else bisect_left(self.ends, node) + 1

    def holds(self, node: int) -> bool:
        """Whether the chain begins at a node's tensor, or passes it."""
        at = bisect_left(self.ends, node)
        return self.begins_at(node) or (at < len(self.ends) and self.ends[at] == node)

    def cut(self, node: int) -> Branch:
        """Take away the entries after a node, as a branch from it."""
        at = self.after(node)
        rest = self.entries[at:]
        del self.entries[at:], self.ends[at:]
        if node in self.loose:
            self.start, self.loose = node, ()
            rest[0] = rest[0].from_node(node)
        return Branch(None, rest)

    def branch(self, start: int) -> Branch:
        """The whole of it as a branch from a node's tensor."""
        if start in self.loose:
            return Branch(None, [self.entries[0].from_node(start), *self.entries[1:]])
        return Branch(None if self.start == start else self.start, self.entries)


def branches_of(network: Network) -> list[Branch]:
    """The chains of a network, one after the other; the first goes on from the input.

    >>> import convarith as ca
    >>> [branch] = branches_of(ca.network.parse("3-1-1Conv64 -> res(3-1-1Conv64 | )"))
    >>> [len(entry.branches) for entry in branch.entries]
    [0, 2]
    """
    chains = [_Chain(0)]
    for number, node in enumerate(network.nodes):
        inputs = node.inputs
        if len(inputs) == 1:
            if chains[-1].end != inputs[0]:
                chains.append(_Chain(inputs[0]))
            chains[-1].add(Entry(number))
        elif inputs:
            _join(chains, number, inputs)
    return [Branch(chain.start if place else None, chain.entries) for place, chain in enumerate(chains)]


def _join(chains: list[_Chain], number: int, inputs: tuple[int, ...]) -> None:
    """Add a node that joins tensors, with as much of the last chains as can be its branches."""
    taken = _last_chains(chains, inputs)
    first = min(taken.values(), default=len(chains) - 1)
    start = _start(chains, inputs, taken, first)
    if start is not None and start == chains[first].end:
        taken = {branch: chain for branch, chain in taken.items() if chain != first}
    if start is None or not _possible(chains, inputs, taken, start):
        first = len(chains) - 1
        taken, start = {}, chains[first].end if chains[first].end in inputs else None
    if start is None:
        chains.append(_Chain(None, inputs))
        chains[-1].add(Entry(number, tuple(map(Branch, inputs))))
        return
    parts = {chain: chains[chain].branch(start) for chain in taken.values() if chain != first}
    if first in taken.values():
        parts[first] = chains[first].cut(start)
    del chains[first + 1 :]
    branches = []
    for branch, source in enumerate(inputs):
        if branch in taken:
            branches.append(parts[taken[branch]])
        else:
            branches.append(Branch(None if source == start else source))
    chains[first].add(Entry(number, tuple(branches)))


def _last_chains(chains: list[_Chain], inputs: tuple[int, ...]) -> dict[int, int]:
    """Which branches end as the last chains do, in their order."""
    taken = {}
    at = len(chains) - 1
    for branch in reversed(range(len(inputs))):
        if at >= 0 and chains[at].entries and chains[at].end == inputs[branch]:
            taken[branch] = at
            at -= 1
    return taken


def _start(chains: list[_Chain], inputs: tuple[int, ...], taken: dict[int, int], first: int) -> int | None:
    """The tensor that most of the branches begin at, of those that the first chain holds; else the one it ends in."""
    if not taken:
        return chains[first].end if chains[first].end in inputs else None
    votes: dict[int, int] = {}
    for branch, source in enumerate(inputs):
        chain = taken.get(branch)
        if chain == first:
            continue
        begins = {source} if chain is None else {chains[chain].start, *chains[chain].loose}
        for begin in begins:
            if begin is not None and chains[first].holds(begin):
                votes[begin] = votes.get(begin, 0) + 1
    if votes:
        return max(votes, key=lambda node: (votes[node], node))
    return chains[first].end


def _possible(chains: list[_Chain], inputs: tuple[int, ...], taken: dict[int, int], start: int) -> bool:
    """Whether no branch refers to what a later one holds, and they are not too deep in one another."""
    begins = None
    for branch in reversed(range(len(inputs))):
        chain = taken.get(branch)
        if chain is None:
            if begins is not None and inputs[branch] >= begins:
                return False
            continue
        held = chains[chain]
        at = held.after(start) if held.holds(start) else 0
        begins = _first_node(held.entries[at])
        if any(entry.depth >= DEEPEST for entry in held.entries[at:]):
            return False
    return True


def _first_node(entry: Entry) -> int:
    """The number of the first node that an entry makes."""
    while entry.branches:
        inner = next((branch.entries[0] for branch in entry.branches if branch.entries), None)
        if inner is None:
            break
        entry = inner
    return entry.node
