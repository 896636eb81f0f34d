"""Names of layers that stay unique."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


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
