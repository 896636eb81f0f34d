"""The arguments in a printed layer, ``3, 64, kernel_size=(3, 3), padding=same``: literals, bare words, tuples.

What the arguments mean is known in `torch_classes`.
"""

from __future__ import annotations

import re

from convarith.errors import ParameterError, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?))"
    r"|(?P<text>'[^']*'|\"[^\"]*\")|(?P<word>[-+]?[A-Za-z_][\w.\-]*)|(?P<mark>[()\[\],=]))"
)
_WORDS = {"True": True, "False": False, "None": None}
_CLOSING = {"(": ")", "[": "]"}
_DEEP = 4


def read_arguments(text: str, title: str, known: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a layer by name; ``known`` are those of its class, in order.

    >>> read_arguments("64, kernel_size=(3, 3), padding=same", "Conv2d", {"in": 0, "kernel_size": 0, "padding": 0})
    {'in': 64, 'kernel_size': (3, 3), 'padding': 'same'}
    >>> read_arguments("kernal_size=3", "Conv2d", {"kernel_size": 0, "padding": 0})
    Traceback (most recent call last):
    convarith.errors.ParameterError: Conv2d has no argument kernal_size; did you mean 'kernel_size'? Known are \
kernel_size, padding

    Raises:
        ParameterError: an argument is unknown, given twice, or cannot be read.
    """
    tokens = _Tokens(text)
    found: dict[str, Any] = {}
    order = list(known)
    while tokens.kind:
        name = None
        if tokens.kind == "word" and tokens.after() == "=":
            name = tokens.take()
            tokens.take()
        elif tokens.kind == "word" and tokens.text in known:  # how old versions print a flag: ReLU(inplace)
            found[tokens.take()] = True
            tokens.separate()
            continue
        elif len(found) >= len(order):
            raise ParameterError(f"{title} takes {len(order)} arguments, {', '.join(order)}; there are more")
        else:
            name = order[len(found)]
        if name not in known:
            raise ParameterError(f"{title} has no argument {name[:40]}; {nearest(name[:40], known)}", name=name)
        if name in found:
            raise ParameterError(f"{name} of {title} is given twice", name=name)
        found[name] = tokens.value()
        tokens.separate()
    return found


class _Tokens:
    """The text in pieces, one at a time."""

    def __init__(self, text: str) -> None:
        self.all: list[tuple[str, str]] = []
        at, text = 0, text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise ParameterError(f"{text[at:].strip()[:20]!r} is no argument; give name=value, as stride=(2, 2)")
            self.all.append((str(match.lastgroup), match.group(str(match.lastgroup))))
            at = match.end()
        self.at = 0

    @property
    def kind(self) -> str:
        """number, text, word or mark; "" at the end."""
        return self.all[self.at][0] if self.at < len(self.all) else ""

    @property
    def text(self) -> str:
        return self.all[self.at][1] if self.at < len(self.all) else ""

    def after(self) -> str:
        """The piece after this one."""
        return self.all[self.at + 1][1] if self.at + 1 < len(self.all) else ""

    def take(self) -> str:
        self.at += 1
        return self.all[self.at - 1][1]

    def separate(self) -> None:
        """Past the comma, or the end."""
        if self.kind and self.text != ",":
            raise ParameterError(f"a comma is missing before {self.text[:20]!r}")
        self.at += 1

    def value(self, depth: int = 0) -> Any:
        kind, text = self.kind, self.text
        if not kind:
            raise ParameterError("a value is missing at the end")
        self.take()
        if text in _CLOSING:
            return self._entries(_CLOSING[text], depth)
        if kind == "number":
            return _number(text)
        if kind == "text":
            return text[1:-1]
        if kind == "word":
            if self.text in _CLOSING:  # torch.Size([4, 4])
                self.take()
                inner = self._entries(_CLOSING["("], depth)
                return inner[0] if len(inner) == 1 and isinstance(inner[0], tuple) else inner
            return _WORDS.get(text, text)
        raise ParameterError(f"{text!r} stands where a value should")

    def _entries(self, closing: str, depth: int) -> tuple[Any, ...]:
        if depth >= _DEEP:
            raise ParameterError("the brackets are too deep for the argument of a layer")
        found = []
        while self.text != closing:
            found.append(self.value(depth + 1))
            if self.text != closing:
                self.separate()
            if not self.kind:
                raise ParameterError(f"a {closing!r} is missing")
        self.take()
        return tuple(found)


def _number(text: str) -> int | float:
    if text.lstrip("+-").isdecimal():
        if len(text) > 100:
            raise ParameterError(f"the number {text[:20]}... is too long")
        return int(text)
    return float(text)
