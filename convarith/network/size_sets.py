"""Sets of sizes that repeat: some members one by one, and from a size on whole residue classes."""

from __future__ import annotations

from convarith.arithmetic.integers import integer
from convarith.arithmetic.values import Value, hold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

NAMED = 4
"""At most this many classes or members are named one by one in a sentence."""


class Sizes(Value):
    """The sizes n ≥ ``start`` whose remainder by ``modulus`` is one of ``residues``, and ``early`` ones below it.

    In its least form: no smaller modulus and no smaller start says the same.

    >>> good = Sizes.periodic(188, 16, [12], [140])
    >>> str(good), 172 in good, 204 in good, good.least
    ('n = 140, or n = 12 mod 16 with n ≥ 188', False, True, 140)
    >>> good.below(200), good.above(200)
    (188, 204)
    """

    start: int
    modulus: int
    residues: tuple[int, ...]
    early: tuple[int, ...]

    def __init__(self, start: int, modulus: int, residues: tuple[int, ...], early: tuple[int, ...]) -> None:
        hold(self, {"start": start, "modulus": modulus, "residues": residues, "early": early})

    @classmethod
    def periodic(cls, start: int, modulus: int, residues: Iterable[int], early: Iterable[int] = ()) -> Sizes:
        """The set in its least form."""
        held = {residue % modulus for residue in residues}
        known = sorted(set(early))
        for least in range(1, modulus):
            if modulus % least == 0 and len(held) % (modulus // least) == 0:
                folded = {residue % least for residue in held}
                if len(folded) * (modulus // least) == len(held):
                    modulus, held = least, folded
                    break
        if not held:
            return cls(1, 1, (), tuple(known))
        members = set(known)
        while start > 1 and ((start - 1) % modulus in held) == (start - 1 in members):
            start -= 1
        while start % modulus not in held:  # begins with a member
            start += 1
        return cls(start, modulus, tuple(sorted(held)), tuple(n for n in known if n < start))

    @classmethod
    def from_least(cls, least: int | None) -> Sizes:
        """Every size from ``least`` on; none at all for None."""
        return cls(1, 1, (), ()) if least is None else cls(least, 1, (0,), ())

    def __contains__(self, size: object) -> bool:
        if not isinstance(size, int):
            return False
        if size < self.start or not self.residues:
            return size in self.early
        return size % self.modulus in self.residues

    def __bool__(self) -> bool:
        return bool(self.early or self.residues)

    @property
    def least(self) -> int | None:
        """The smallest member, or None."""
        return self.early[0] if self.early else self.above(self.start)

    def above(self, size: int) -> int | None:
        """The smallest member of at least ``size``, or None."""
        size = integer(size, "size")
        for member in self.early:
            if member >= size:
                return member
        if not self.residues:
            return None
        begin = max(size, self.start)
        return min([begin + (residue - begin) % self.modulus for residue in self.residues])

    def below(self, size: int) -> int | None:
        """The largest member of at most ``size``, or None."""
        size = integer(size, "size")
        if self.residues and size >= self.start:
            found = max([size - (size - residue) % self.modulus for residue in self.residues])
            if found >= self.start:
                return found
        return max([member for member in self.early if member <= size], default=None)

    def upto(self, limit: int) -> list[int]:
        """All members of at most ``limit``, ascending."""
        later = [n for residue in self.residues for n in range(self._first(residue), limit + 1, self.modulus)]
        return [n for n in self.early if n <= limit] + sorted(later)

    def to_dict(self) -> dict[str, Any]:
        """The set as data: residue classes with their modulus and minimum, and the single members below."""
        return {
            "text": str(self),
            "least": self.least,
            "modulus": self.modulus,
            "classes": [{"residue": residue, "least": self._first(residue)} for residue in self.residues],
            "others": list(self.early),
        }

    def __str__(self) -> str:
        parts = [f"n = {_ranges(self.early)}"] if self.early else []
        if self.residues:
            parts.append(self._classes(" with " if parts else ", "))
        return ", or ".join(parts) or "no size"

    def _first(self, residue: int) -> int:
        return self.start + (residue - self.start) % self.modulus

    def _classes(self, joint: str) -> str:
        least, modulus = self.above(self.start), self.modulus
        if modulus == 1:
            return f"every n ≥ {least}" if least != 1 else "every n"
        if len(self.residues) == 1 and self.residues[0] == 0:
            words = f"n a multiple of {modulus}"
            return words if least == modulus else f"{words}{joint}n ≥ {least}"
        missing = [residue for residue in range(modulus) if residue not in self.residues] if modulus <= 64 else []
        if len(self.residues) > NAMED and 0 < len(missing) <= NAMED:
            words = f"n ≠ {_listed(missing)} mod {modulus}"
        elif len(self.residues) > 2 * NAMED:
            words = f"n = {_ranges(self.residues)} mod {modulus}"
        else:
            words = f"n = {_listed(self.residues)} mod {modulus}"
        return words if least is not None and least < modulus else f"{words}{joint}n ≥ {least}"


def _listed(numbers: Iterable[int]) -> str:
    words = [str(number) for number in numbers]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _ranges(numbers: Iterable[int]) -> str:
    """``1 to 5, 8 or 10 to 12``; the middle left out where there are many."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    words = [str(low) if low == high else f"{low} to {high}" for low, high in runs]
    if len(words) > 2 * NAMED:
        return f"{', '.join(words[:NAMED])} … {words[-1]} ({len(words)} in all)"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
