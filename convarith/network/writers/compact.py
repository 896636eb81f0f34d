"""A network in the compact notation, which `convarith.network.readers.notation` reads back as the same network.

Branches that part and meet again are written in one another, whatever else takes a tensor of another place with
labels and references; equal neighbours are repeats. Names that `Builder` would give by itself are left out.
"""

from __future__ import annotations

import re

from convarith.network.operations import Normalization, Padding, Unchanged, shown
from convarith.network.readers.tokens import quoted
from convarith.network.writers.branching import branches_of
from convarith.network.writers.layer_texts import bordered_text, branch_word, layer_text
from convarith.network.writers.layout import Part, folded, lines_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.network.graph import Network
    from convarith.network.operations import Operation
    from convarith.network.writers.branching import Branch, Entry

DEEPEST = 50
"""How deep the notation reads parentheses in one another."""

_PLAIN = re.compile(r"[\w./]+")


def write_compact(network: Network) -> str:
    """The network in the compact notation.

    >>> import convarith as ca
    >>> network = ca.network.parse("3-1-1Conv64 -> ReLU -> 3-1-1Conv64 -> ReLU -> 2-2MaxPool -> FC-10")
    >>> write_compact(network)
    '2 x (3-1-1Conv64 (ReLU)) -> 2MaxPool -> FC10'

    Raises:
        ParameterError: there is an operation that is none of convarith's own.
    """
    return _Writer(network).text()


class _Writer:
    def __init__(self, network: Network) -> None:
        self.network = network
        self.branches = branches_of(network)
        self.names = _names_to_write(network, _referred(self.branches))
        self._texts: dict[Operation, str] = {}
        self._pairs: dict[tuple[Operation, Operation], str | None] = {}

    def text(self) -> str:
        parts = self._header()
        for branch in self.branches:
            parts += self._parts(branch, DEEPEST)
        return "\n".join(lines_of(folded(parts, DEEPEST)))

    def _header(self) -> list[Part]:
        """The input, where there is something to say of it, or nothing else to say."""
        shape, name = self.network.input_shape, self.network.nodes[0].name
        label = "" if name == "input" else f"{_shown(name)}: "
        if shape is None and not label and len(self.network):
            return []
        return [Part(f"{label}input{'' if shape is None else f' {shown(shape)}'}")]

    def _parts(self, branch: Branch, room: int) -> list[Part]:
        """A sequence; what changes nothing stands in parentheses behind the layer before it."""
        parts: list[Part] = []
        if branch.start is not None:
            parts.append(Part(f"@{_shown(self.network.nodes[branch.start].name)}"))
        entries = branch.entries
        at = 0
        while at < len(entries):
            bordered = self._bordered(entries[at : at + 2])
            at += 1 if bordered is None else 2
            entry = entries[at - 1]
            part = self._part(entry, room, bordered)
            attached: list[str] = []
            # what ends a row of equal layers is left apart, so that they fold
            if not self._changes_nothing(entry) and not (parts and parts[-1].flat == part.flat):
                while at < len(entries) and self._attachable(entries[at]):
                    attached.append(self._text(entries[at]))
                    at += 1
            parts.append(part.followed(f" ({', '.join(attached)})") if attached else part)
        return parts

    def _part(self, entry: Entry, room: int, text: str | None) -> Part:
        """One entry, with its label."""
        label = f"{_shown(self.network.nodes[entry.node].name)}: " if entry.node in self.names else ""
        if not entry.branches:
            return Part(f"{label}{text or self._text(entry)}")
        inner = [folded(self._parts(branch, room - 1), room - 1) for branch in entry.branches]
        return Part(f"{label}{branch_word(self.network.nodes[entry.node].operation)}(", inner, ")")

    def _bordered(self, entries: Sequence[Entry]) -> str | None:
        """A padding that is not of zeros and its convolution in one text, where they are such a pair."""
        if len(entries) < 2 or entries[0].node in self.names:
            return None
        first, second = (self.network.nodes[entry.node].operation for entry in entries)
        if not isinstance(first, Padding) or first.mode == "zeros":
            return None
        if (first, second) not in self._pairs:
            self._pairs[first, second] = bordered_text(first, second)
        return self._pairs[first, second]

    def _attachable(self, entry: Entry) -> bool:
        """Whether an entry can stand in parentheses behind a layer."""
        return self._changes_nothing(entry) and entry.node not in self.names

    def _changes_nothing(self, entry: Entry) -> bool:
        return isinstance(self.network.nodes[entry.node].operation, (Unchanged, Normalization))

    def _text(self, entry: Entry) -> str:
        operation = self.network.nodes[entry.node].operation
        text = self._texts.get(operation)
        if text is None:
            text = self._texts[operation] = layer_text(operation)
        return text


def _referred(branches: Sequence[Branch]) -> set[int]:
    """The nodes that references are made to."""
    found: set[int] = set()
    left = list(branches)
    while left:
        branch = left.pop()
        if branch.start is not None:
            found.add(branch.start)
        left += [inner for entry in branch.entries for inner in entry.branches]
    return found


def _names_to_write(network: Network, referred: set[int]) -> set[int]:
    """The nodes whose names are written: those that are referred to, and those that are not the automatic ones.

    The others get their names as `Builder.build` gives them, past all names that are written before them.
    """
    written = {node for node in referred if node}
    given = {network.nodes[node].name for node in (*written, 0)}
    counts: dict[str, int] = {}
    for number, node in enumerate(network.nodes):
        if not number or number in written:
            continue
        word = node.operation.word
        count = counts.get(word, 0) + 1
        while f"{word}{count}" in given:
            count += 1
        if f"{word}{count}" == node.name:
            counts[word] = count
        else:
            written.add(number)
            given.add(node.name)
    return written


def _shown(name: str) -> str:
    """A name as labels and references have it."""
    return name if _PLAIN.fullmatch(name) else quoted(name)
