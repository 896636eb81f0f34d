"""What stands in a sequence of the compact notation, and how it becomes nodes: layers, references, repeats, branches.

An element knows how many nodes it makes before it makes them, so that nobody waits for more than there may be.
"""

from __future__ import annotations

from convarith.network.graph import Builder
from convarith.network.readers.tokens import cut, misread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.errors import ParameterError
    from convarith.network.operations import Operation


class Assembly:
    """A network that is being put together: its nodes, which of them have labels, and what a reader assumes."""

    def __init__(self, text: str, labels: dict[str, int]) -> None:
        self.text = text
        self.labels = labels
        """Every label of the text, with the place where it stands."""
        self.builder = Builder()
        self.named: dict[str, int] = {}
        self.warnings: dict[str, None] = {}
        self.channels: int | None = None
        """The channels of the input, where they are known."""
        self.stage: tuple[int, int] | None = None
        """The node that the last residual blocks of the ResNet paper ended in, and their features."""

    def warn(self, *sentences: str) -> None:
        self.warnings.update(dict.fromkeys(sentences))

    def refuse(self, start: int, message: str) -> ParameterError:
        return misread(self.text, start, message)


class Element:
    """A part of a sequence."""

    size = 1
    """How many nodes it makes; one, too, for what makes none."""
    label: tuple[str, int] | None = None
    """A label in it, with its place."""
    in_table = False
    """Whether it is a convolution as the tables of the ResNet paper have it."""

    def emit(self, assembly: Assembly) -> None:
        """Add its nodes."""
        raise NotImplementedError


class Layers(Element):
    """One or two operations in a row; the label is the last one's."""

    def __init__(self, operations: tuple[Operation, ...], label: tuple[str, int] | None = None) -> None:
        self.operations = operations
        self.size = len(operations)
        self.label = label

    def emit(self, assembly: Assembly) -> None:
        builder = assembly.builder
        if self.label is None:
            for operation in self.operations:
                builder.add(operation)
            return
        for operation in self.operations[:-1]:
            builder.add(operation)
        name = self.label[0]
        assembly.named[name] = builder.add(self.operations[-1], name=name)


class Reference(Element):
    """``@name``: what follows takes the tensor of another layer."""

    def __init__(self, name: str, start: int) -> None:
        self.name = name
        self.start = start

    def emit(self, assembly: Assembly) -> None:
        node = assembly.named.get(self.name)
        if node is None:
            raise assembly.refuse(self.start, self._problem(assembly))
        assembly.builder.at = node

    def _problem(self, assembly: Assembly) -> str:
        from convarith.errors import nearest

        if self.name in assembly.labels:
            return (
                f"{cut('@' + self.name)} comes before the layer with that label; a reference goes back, never forward"
            )
        known = list(assembly.named)
        if len(known) > 20:
            from difflib import get_close_matches

            known = get_close_matches(self.name, known, n=3, cutoff=0.5) or known[:3]
        return (
            f"no layer has the label {cut(self.name)}; {nearest(self.name, known)}, and a label is written before its "
            f"layer, as skip: 3-1-1Conv64"
        )


class Repeat(Element):
    """A sequence, several times."""

    def __init__(self, count: int, body: Sequence[Element]) -> None:
        self.count = count
        self.body = body
        self.size = count * size_of(body)
        self.label = label_in(body)

    def emit(self, assembly: Assembly) -> None:
        for _ in range(self.count):
            for element in self.body:
                element.emit(assembly)


class Branches(Element):
    """Several sequences from one tensor, and the operation that joins their ends."""

    def __init__(
        self, operation: Operation, branches: Sequence[Sequence[Element]], label: tuple[str, int] | None
    ) -> None:
        self.operation = operation
        self.branches = branches
        self.own = label
        self.size = 1 + sum(map(size_of, branches))
        self.label = label or next((found for found in map(label_in, branches) if found), None)

    def emit(self, assembly: Assembly) -> None:
        builder = assembly.builder
        start, ends = builder.at, []
        for branch in self.branches:
            builder.at = start
            for element in branch:
                element.emit(assembly)
            ends.append(builder.at)
        name = self.own[0] if self.own else ""
        node = builder.add(self.operation, ends, name)
        if name:
            assembly.named[name] = node


def size_of(body: Sequence[Element]) -> int:
    """How many nodes a sequence makes."""
    return sum(element.size for element in body)


def label_in(body: Sequence[Element]) -> tuple[str, int] | None:
    """The first label in a sequence."""
    return next((element.label for element in body if element.label), None)
