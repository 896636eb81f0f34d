"""A base for small immutable values: fields by name, compared by content, hashable, copied and pickled whole.

`dataclasses` would do the same and cost every importer about 10 ms; these lines cost nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


class Value:
    """An immutable value; a subclass's constructor gives all its fields, in their order, to `hold`."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable; make a new one instead of setting {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable; {name!r} stays")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        return described(self, self.__dict__)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.__dict__)


def hold(value: Value, fields: dict[str, Any]) -> None:
    """Give a new value all its fields at once, which is several times faster than one by one."""
    object.__setattr__(value, "__dict__", fields)


def described(value: Value, names: Iterable[str]) -> str:
    """``Type(name=value, ...)`` with the given fields."""
    fields = ", ".join(f"{name}={getattr(value, name)!r}" for name in names)
    return f"{type(value).__name__}({fields})"


def _restore(kind: type[Value], fields: dict[str, Any]) -> Value:
    value = object.__new__(kind)
    hold(value, dict(fields))
    return value
