"""What no window reads, counted."""

from __future__ import annotations


class Unused(tuple[int, int, int, int]):
    """What no window reads of one axis of the padded input; a tuple of four counts with names.

    ``before`` the first window, in gaps ``between`` reads, ``after`` the last one; and how many of all these
    positions are ``input`` (the rest is padding or inserted zeros).
    """

    __slots__ = ()

    def __new__(cls, before: int, between: int, after: int, input: int) -> Unused:
        return tuple.__new__(cls, (before, between, after, input))

    def __getnewargs__(self) -> tuple[int, int, int, int]:
        return self.before, self.between, self.after, self.input

    @property
    def before(self) -> int:
        """Positions before the first one that a window reads."""
        return self[0]

    @property
    def between(self) -> int:
        """Positions in gaps: between windows that do not touch, or between the taps of a dilated kernel."""
        return self[1]

    @property
    def after(self) -> int:
        """Positions after the last one that a window reads: the remainder of the floor."""
        return self[2]

    @property
    def input(self) -> int:
        """How many of the unread positions are input cells."""
        return self[3]

    @property
    def total(self) -> int:
        """All unread positions."""
        return self.before + self.between + self.after

    def to_dict(self) -> dict[str, int]:
        return {"before": self.before, "between": self.between, "after": self.after, "input": self.input}

    def __repr__(self) -> str:
        return f"Unused(before={self.before}, between={self.between}, after={self.after}, input={self.input})"
