"""Long sequences of the compact notation made short and readable: repeats folded, lines of a reasonable length."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 100
"""How long a line gets, unless one layer is longer."""

_LONGEST_PART = 40
"""Parts of more elements are not looked for."""

_WORTH = 12
"""How many characters a repeat has to save."""


class Part:
    """One element of a sequence: its text on one line, and for parentheses what is in them.

    ``head`` and ``tail`` stand about the branches: ``3 x (`` and ``)``.
    """

    __slots__ = ("branches", "depth", "flat", "head", "tail")

    def __init__(self, head: str, branches: Sequence[Sequence[Part]] = (), tail: str = "", depth: int = 0) -> None:
        self.head = head
        self.branches = branches
        self.tail = tail
        inner = [part.depth for branch in branches for part in branch]
        self.depth: int = max(depth, 1 + max(inner, default=0) if branches else 0)
        """How deep parentheses are in one another."""
        texts = [" -> ".join([part.flat for part in branch]) for branch in branches]
        self.flat: str = f"{head}{_parted(texts)}{tail}"

    def followed(self, text: str) -> Part:
        """The same with parentheses behind it."""
        return Part(self.head, self.branches, self.tail + text, 1)

    def repeated(self, count: int) -> Part | None:
        """Branches with the count before them: ``3 x res(``; None for all else, which needs parentheses of its own."""
        if self.tail != ")" or self.head[0].isdigit() or not self.branches:
            return None
        return Part(f"{count} x {self.head}", self.branches, self.tail)


def _parted(branches: list[str]) -> str:
    """``a | b``; an empty one leaves the place free: ``a | ``."""
    if len(branches) < 2:
        return "".join(branches)
    first, *rest = branches
    return f"{first} |{' |'.join([f' {branch}' if branch else '' for branch in rest])}{'' if rest[-1] else ' '}"


def folded(parts: list[Part], room: int) -> list[Part]:
    """The same sequence with equal neighbours repeated, ``room`` deep at most.

    >>> [part.flat for part in folded([Part("3-1-1Conv64"), Part("2-2MaxPool")] * 3, 50)]
    ['3 x (3-1-1Conv64 -> 2-2MaxPool)']
    """
    kinds: dict[str, int] = {}
    numbers = [kinds.setdefault(part.flat, len(kinds)) for part in parts]
    if len(kinds) == len(parts):
        return parts
    found: list[Part] = []
    at = 0
    while at < len(parts):
        period, count = _best(parts, numbers, at, room)
        if count > 1:
            body = folded(parts[at : at + period], room - 1)
            found.append((len(body) == 1 and body[0].repeated(count)) or Part(f"{count} x (", [body], ")"))
        else:
            found.append(parts[at])
        at += period * count
    return found


def _best(parts: list[Part], numbers: list[int], at: int, room: int) -> tuple[int, int]:
    """(elements, repeats) of the repeat from here on that saves most; (1, 1) where none is worth it."""
    best, most = (1, 1), _WORTH - 1
    length = depth = 0
    for period in range(1, min(_LONGEST_PART, (len(parts) - at) // 2) + 1):
        last = parts[at + period - 1]
        length += len(last.flat) + 4
        depth = max(depth, last.depth)
        if numbers[at] != numbers[at + period] or depth >= room:
            continue
        end = at
        while end + period < len(numbers) and numbers[end] == numbers[end + period]:
            end += 1
        count = (end - at) // period + 1
        saved = (count - 1) * length - len(f"{count} x ()")
        if count > 1 and saved > most:
            best, most = (period, count), saved
    return best


def lines_of(parts: Sequence[Part], indent: int = 0) -> list[str]:
    """A sequence on as few lines as there is width for; what does not fit on one is opened.

    >>> lines_of([Part("3-1-1Conv64"), Part("FC10")])
    ['3-1-1Conv64 -> FC10']
    """
    blank = " " * indent
    lines: list[str] = []
    current = ""
    for number, part in enumerate(parts):
        arrow = " ->" if number < len(parts) - 1 else ""
        text = f"{part.flat}{arrow}"
        if current and indent + len(current) + 1 + len(text) <= WIDTH:
            current = f"{current} {text}"
            continue
        if current:
            lines.append(blank + current)
            current = ""
        if indent + len(text) <= WIDTH or not part.branches:
            current = text
            continue
        lines += _opened(part, indent, arrow)
    if current:
        lines.append(blank + current)
    return lines


def _opened(part: Part, indent: int, arrow: str) -> list[str]:
    """The lines of parentheses, with each branch on lines of its own."""
    blank = " " * indent
    lines = [blank + part.head]
    for place, branch in enumerate(part.branches):
        inner = lines_of(branch, indent + 2)
        if place and inner:
            inner[0] = f"{blank}| {inner[0].lstrip()}"
        elif place:
            inner = [f"{blank}|"]
        lines += inner
    if len(part.branches) > 1 and not part.branches[-1]:
        lines[-1] += f" {part.tail}{arrow}"
    else:
        lines.append(f"{blank}{part.tail}{arrow}")
    return lines
