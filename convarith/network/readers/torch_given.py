"""The arguments of one PyTorch layer, by name, checked as they are asked for.

Which arguments a class has is known in `torch_classes`, what they mean in `torch_layers`.
"""

from __future__ import annotations

from convarith.arithmetic.integers import integer, shown
from convarith.errors import ParameterError, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

REQUIRED = object()
"""What stands for the default of an argument that has none."""


class Given:
    """One layer: its class, its arguments by name as far as they are known, and the tensor that comes in.

    >>> given = Given("Conv2d", {"kernel_size": 3}, {"kernel_size": REQUIRED, "stride": 1})
    >>> given.sizes("kernel_size"), given["stride"]
    ((3, 3), 1)

    ``rank`` is the number of axes of that tensor (0 where it is flat) and ``features`` its features, None where nothing
    before it tells. ``unshown`` are the arguments that its source never shows.
    """

    __slots__ = ("defaults", "features", "rank", "title", "unshown", "values", "warnings")

    def __init__(
        self,
        title: str,
        values: dict[str, Any],
        defaults: dict[str, Any],
        rank: int | None = None,
        features: int | None = None,
        unshown: bool = False,
    ) -> None:
        self.title = title
        self.values = values
        self.defaults = defaults
        self.rank = rank
        self.features = features
        self.unshown = unshown
        self.warnings: list[str] = []

    @property
    def ndim(self) -> int:
        """The number of axes that the class is for: 2 for Conv2d."""
        return int(self.title[-2])

    def __getitem__(self, name: str) -> Any:
        """An argument, or its default.

        Raises:
            ParameterError: it is not given and has no default.
        """
        found = self.values.get(name, REQUIRED)
        if found is REQUIRED:
            found = self.defaults[name]
            if found is REQUIRED:
                raise ParameterError(f"{self.title} has no {name}; give it, as {name}=...", name=name)
        return found

    def hidden(self, name: str) -> Any:
        """An argument that print() leaves out: its default, with a warning where it was not seen."""
        if self.unshown and name not in self.values:
            value = self.defaults[name]
            self.warnings.append(f"print() does not show the {name} of {self.title}; it is taken to be {value}")
        return self[name]

    def flag(self, name: str) -> bool:
        """An argument that is True or False."""
        value = self[name]
        if not isinstance(value, bool):
            raise ParameterError(f"{name} must be True or False; got {shown(value)}", name=name, value=value)
        return value

    def sizes(self, name: str) -> tuple[int, ...]:
        """An argument with a number per axis, written as one or as all of them."""
        return self.spread(name, self[name])

    def spread(self, name: str, value: object) -> tuple[int, ...]:
        """One number for each of the class's axes."""
        entries = tuple(value) if isinstance(value, (tuple, list)) else (value,)
        if len(entries) not in (1, self.ndim):
            raise ParameterError(
                f"{name} {shown(value)} of {self.title} has {len(entries)} numbers; give {self.ndim}, or one for all",
                name=name,
                value=value,
            )
        numbers = tuple(integer(entry, name) for entry in entries)
        return numbers * self.ndim if len(numbers) == 1 else numbers

    def count(self, name: str) -> int | None:
        """A number of channels or features; None for the 0 of a lazy layer that has not met its input."""
        return integer(self[name], name, 0) or None

    def word(self, name: str, known: tuple[str, ...]) -> str:
        """An argument that is one of some words."""
        value = self[name]
        if value not in known:
            raise ParameterError(
                f"{name} {shown(value)} of {self.title} is none of PyTorch's; {nearest(str(value)[:40], known)}",
                name=name,
                value=value,
            )
        return str(value)
