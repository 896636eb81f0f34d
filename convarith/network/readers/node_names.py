"""Names of layers: the automatic ones of `Builder`, found before there is a network, and names that stay unique."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def automatic_names(entries: Sequence[tuple[str, str]]) -> list[str]:
    """Every name of (name, word of the operation), as `Builder.build` gives them where a name is empty.

    >>> automatic_names([("", "conv"), ("conv2", "conv"), ("", "conv"), ("", "pool")])
    ['conv1', 'conv2', 'conv3', 'pool1']
    """
    taken = {name for name, _ in entries}
    counts: dict[str, int] = {}
    names = []
    for name, word in entries:
        chosen = name
        while not chosen:
            counts[word] = counts.get(word, 0) + 1
            candidate = f"{word}{counts[word]}"
            chosen = "" if candidate in taken else candidate
        taken.add(chosen)  # relu6 and 1 read like relu and 61
        names.append(chosen)
    return names


class UniqueNames:
    """Gives every name once: the second ``conv`` becomes ``conv-2``; what is ``reserved`` goes to who asks for it so.

    >>> names = UniqueNames(["conv"])
    >>> names.reserved("conv"), names.of("conv"), names.of("relu"), names.reserved("conv")
    ('conv', 'conv-2', 'relu', 'conv-3')
    """

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken: set[str] = {"input"}
        self._reserved = set(reserved)
        self._last: dict[str, int] = {}

    def reserved(self, name: str) -> str:
        """A name that was reserved, or is free."""
        if name not in self._taken and name:
            self._taken.add(name)
            return name
        return self._numbered(name)

    def of(self, name: str) -> str:
        """A name that was not reserved by another."""
        return self._numbered(name) if name in self._reserved else self.reserved(name)

    def _numbered(self, name: str) -> str:
        number = self._last.get(name, 1)
        while True:
            number += 1
            candidate = f"{name}-{number}"
            if candidate not in self._taken and candidate not in self._reserved:
                self._last[name] = number
                self._taken.add(candidate)
                return candidate
