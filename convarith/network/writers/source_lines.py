"""Python source in lines of at most 100 characters: calls that break as formatters break them, and names that are free.

What is called is known in the writers of each framework.
"""

from __future__ import annotations

import re
from keyword import iskeyword, issoftkeyword

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

WIDTH = 100


class Call:
    """A call, or a list, whose arguments go on lines of their own where one line is too short.

    >>> call = Call("nn.Linear", ["9216", "4096", keyword("bias", False)])
    >>> print(*call.lines("fc = ", indent=4), sep="\\n")
        fc = nn.Linear(9216, 4096, bias=False)
    """

    __slots__ = ("arguments", "brackets", "head")

    def __init__(self, head: str, arguments: Iterable[str | Call] = (), brackets: str = "()") -> None:
        self.head = head
        self.arguments = [argument for argument in arguments if argument != ""]
        self.brackets = brackets

    def __str__(self) -> str:
        return f"{self.head}{self.brackets[0]}{self._inside()}{self.brackets[1]}"

    def _inside(self) -> str:
        return ", ".join(map(str, self.arguments))

    def lines(self, prefix: str = "", suffix: str = "", indent: int = 0) -> list[str]:
        """The call between what stands before and after it."""
        line = f"{' ' * indent}{prefix}{self}{suffix}"
        if len(line) <= WIDTH:
            return [line]
        inner = f"{' ' * (indent + 4)}{self._inside()}"
        if len(inner) > WIDTH or any(isinstance(argument, Call) for argument in self.arguments):
            return self.broken(prefix, suffix, indent)
        return [
            f"{' ' * indent}{prefix}{self.head}{self.brackets[0]}",
            inner,
            f"{' ' * indent}{self.brackets[1]}{suffix}",
        ]

    def broken(self, prefix: str = "", suffix: str = "", indent: int = 0) -> list[str]:
        """The same with every argument on a line of its own."""
        found = [f"{' ' * indent}{prefix}{self.head}{self.brackets[0]}"]
        for argument in self.arguments:
            inner = argument if isinstance(argument, Call) else None
            found.extend(inner.lines("", ",", indent + 4) if inner else [f"{' ' * (indent + 4)}{argument},"])
        return [*found, f"{' ' * indent}{self.brackets[1]}{suffix}"]


def listing(arguments: Iterable[str]) -> Call:
    """``[a, b, c]``."""
    return Call("", arguments, "[]")


def operated(symbol: str, terms: list[str]) -> Call:
    """``a + b``, in parentheses over several lines where it is long."""
    return _Operated(symbol, terms)


class _Operated(Call):
    __slots__ = ()

    def __str__(self) -> str:
        return f" {self.head} ".join(map(str, self.arguments))

    def lines(self, prefix: str = "", suffix: str = "", indent: int = 0) -> list[str]:
        line = f"{' ' * indent}{prefix}{self}{suffix}"
        return [line] if len(line) <= WIDTH else self.broken(prefix, suffix, indent)

    def broken(self, prefix: str = "", suffix: str = "", indent: int = 0) -> list[str]:
        pad = " " * indent
        terms = [f"{pad}    {self.head} {term}" for term in self.arguments[1:]]
        return [f"{pad}{prefix}(", f"{pad}    {self.arguments[0]}", *terms, f"{pad}){suffix}"]


def literal(value: object) -> str:
    """A value as source: text in double quotes, lists and tuples as tuples."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, (tuple, list)):
        return f"({', '.join(map(literal, value))}{',' * (len(value) == 1)})"
    return repr(value)


def keyword(name: str, value: object, default: object = None) -> str:
    """``name=value``, or nothing where that is the default."""
    return "" if value == default else f"{name}={literal(value)}"


def shared(numbers: tuple[int, ...]) -> int | tuple[int, ...]:
    """One number where all axes have the same."""
    return numbers[0] if len(set(numbers)) == 1 else numbers


def identifiers(names: Iterable[str], reserved: Iterable[str]) -> list[str]:
    """A name that Python takes for each of some names, all of them different, and none reserved.

    >>> identifiers(["conv1", "features.3", "3", "3", "class"], ["conv1"])
    ['conv1_2', 'features_3', 'layer_3', 'layer_3_2', 'class_2']
    """
    taken = set(reserved)
    last: dict[str, int] = {}
    found = []
    for name in names:
        word = re.sub(r"\W", "_", name, flags=re.ASCII).strip("_")[:40].rstrip("_")
        if not word or word[0].isdigit():
            word = f"layer_{word}" if word else "layer"
        chosen, number = word, last.get(word, 1)
        while chosen in taken or iskeyword(chosen) or issoftkeyword(chosen):
            number += 1
            chosen = f"{word}_{number}"
        last[word] = number
        taken.add(chosen)
        found.append(chosen)
    return found


def class_name(title: str) -> str:
    """A name for a class.

    >>> class_name("ResNet-18 (He et al., 2015)"), class_name("19"), class_name("")
    ('ResNet18', 'Network19', 'Network')
    """
    words = re.findall(r"[A-Za-z0-9]+", title.partition("(")[0])
    name = "".join(word[0].upper() + word[1:] for word in words)[:40]
    return f"Network{name}" if not name or name[0].isdigit() or iskeyword(name) else name
