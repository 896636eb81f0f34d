"""One place in a sequence of the compact notation: a label, a reference, or a layer with what belongs to it.

How places follow one another is in `sequences`.
"""

from __future__ import annotations

import re

from convarith.errors import RefusedError
from convarith.network.operations import Unknown
from convarith.network.readers.layer_reading import (
    known_before_parentheses,
    named_layer,
    read_layer,
    refuse_branches,
    unknown_layer,
)
from convarith.network.readers.sequence_elements import Layers, Reference
from convarith.network.readers.tokens import QUOTED, WORD, Tokens, cut, misread, unquoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from convarith.network.operations import Operation

    Label = tuple[str, int]

_LABEL = re.compile(r"[\w./]+")
_KERNEL = re.compile(r"[0-9]+(?: ?[xX] ?[0-9]+)+(?: |$)")
_VALUE = r"[-+]?[\w.%+-]+"
_ARGUMENTS = re.compile(rf"\s*(?:(?:\w+\s*=\s*{_VALUE}|[-+]?\.?[0-9][\w.%+-]*)\s*(?:,\s*|$))*")
"""What may stand in parentheses behind a layer that changes nothing, and says nothing of sizes: ``(p=0.5)``."""


def is_kernel(words: list[str]) -> bool:
    """Whether words begin with a kernel by itself, as the layers of a paper's table do: ``7x7``, ``3 x 3 max pool``.

    >>> is_kernel(["7x7"]), is_kernel(["3", "x", "3", "conv"]), is_kernel(["3x3-1Conv64"]), is_kernel(["3", "x"])
    (True, True, False, False)
    """
    return words[0][0].isdigit() and _KERNEL.match(" ".join(words)) is not None


class PlaceReader:
    """A cursor in the text, and what was read of it so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = Tokens(text)
        self.layers = 0
        """How many layers were read, as they are written: what errors number them by."""
        self.input_name = "input"
        self.labels: dict[str, int] = {}
        self.warnings: dict[str, None] = {}
        self._known: dict[str, tuple[Operation, ...]] = {}

    def refuse(self, start: int, message: str, layer: int = 0) -> NoReturn:
        raise misread(self.text, start, message, layer) from None

    def label(self) -> Label | None:
        """``name:`` or ``"any name":`` before a layer."""
        tokens = self.tokens
        start, word = tokens.start, tokens.words[tokens.at]
        if tokens.kind == WORD and word[-1] == ":" and _LABEL.fullmatch(word, 0, len(word) - 1):
            name, step = word[:-1], 1
        elif tokens.kinds[tokens.at + 1 : tokens.at + 2] == [WORD] and tokens.words[tokens.at + 1] == ":":
            if tokens.kind != QUOTED:
                return None
            name, step = unquoted(word), 2
        else:
            return None
        if not name.strip():
            self.refuse(start, "a label needs a name; write one before the colon")
        if name in self.labels or name == self.input_name:
            self.refuse(start, f"the label {cut(name)} is there already; give each layer a name of its own")
        self.labels[name] = start
        tokens.at += step
        tokens.skip_lines()
        following = tokens.words[tokens.at]
        if tokens.kind == WORD and following[-1] == ":" and _LABEL.fullmatch(following, 0, len(following) - 1):
            self.refuse(tokens.start, f"{cut(following)} is a second label before one layer; keep one of them")
        return name, start

    def exactly(self, label: Label | None) -> Layers:
        """``"any name"``: a layer that changes nothing, and is called just so."""
        tokens = self.tokens
        start = tokens.start
        name = unquoted(tokens.words[tokens.at])
        tokens.at += 1
        first = tokens.at
        while tokens.kind == WORD:
            tokens.at += 1
        self.layers += 1
        try:
            return Layers((named_layer(name, tokens.words[first : tokens.at]),), label)
        except RefusedError as refusal:
            raise misread(self.text, start, refusal.message, self.layers, refusal) from None

    def reference(self, label: Label | None) -> Reference:
        """``@name`` or ``@"any name"``."""
        tokens = self.tokens
        start, name = tokens.start, tokens.words[tokens.at][1:]
        if label:
            self.refuse(label[1], f"the label {cut(label[0])} stands before a reference; put it before a layer")
        tokens.at += 1
        if not name and tokens.kind == QUOTED and tokens.glued(tokens.at):
            name = unquoted(tokens.words[tokens.at])
            tokens.at += 1
        elif not _LABEL.fullmatch(name):
            self.refuse(start, f'{cut("@" + name)} is no reference; write @ and a label, as @skip, or @"any name"')
        return Reference(name, start)

    def layer(self, first: int, words: list[str], label: Label | None) -> Layers:
        """A layer of one word or several, with its arguments, if any, in parentheses."""
        tokens = self.tokens
        self.layers += 1
        number = self.layers
        try:
            if is_kernel(words):
                return self._paper_layer(words, label)
            if len(words) == 1 and tokens.kind == "(":
                unknown = self._with_arguments(words[0])
                if unknown is not None:
                    return Layers(unknown, label)
            return Layers(self._operations(words), label)
        except RefusedError as refusal:
            at = first + 1 + refusal.numbers.pop("option", -1)
            raise misread(self.text, tokens.starts[at], refusal.message, number, refusal) from None

    def _operations(self, words: list[str]) -> tuple[Operation, ...]:
        key = " ".join(words)
        found = self._known.get(key)
        if found is None:
            found, warnings = read_layer(words)
            self._known[key] = found
            self.warnings.update(dict.fromkeys(warnings))
        return found

    def _paper_layer(self, words: list[str], label: Label | None) -> Layers:
        """A layer of a paper's table, with what belongs to it behind commas."""
        from convarith.network.readers.paper_layers import is_attribute, paper_layer

        tokens = self.tokens
        while tokens.kind == ",":
            at = tokens.at + 1
            while tokens.kinds[at] == WORD:
                at += 1
            more = tokens.words[tokens.at + 1 : at]
            if not more or not is_attribute(more):
                break
            words = words + more
            tokens.at = at
        layer, warnings = paper_layer(" ".join(words), label)
        self.warnings.update(dict.fromkeys(warnings))
        return layer

    def _with_arguments(self, word: str) -> tuple[Operation, ...] | None:
        """An unknown layer with its arguments in parentheses; None for a known one, whose own arguments are passed.

        Raises:
            ParameterError: sizes are among the arguments of a known layer, or branches behind a word that joins none.
        """
        tokens = self.tokens
        closing = tokens.closing(tokens.at)
        if closing is None:
            return None
        inner = self.text[tokens.start + 1 : tokens.starts[closing]]
        if word.lower() == "unknown":
            tokens.at = closing + 1
            return self._unknown(_in_quotes(inner.strip()), explicit=True)
        if "|" in tokens.kinds[tokens.at : closing]:
            refuse_branches(word)
        arguments = _ARGUMENTS.fullmatch(inner) is not None
        before = self._known.get(word)
        if before and not arguments and not isinstance(before[0], Unknown):
            return None
        if known_before_parentheses(word, arguments):
            if arguments:
                tokens.at = closing + 1
            return None
        if not tokens.glued(tokens.at):
            return None
        tokens.at = closing + 1
        return self._unknown(f"{word}({inner})", explicit=False)

    def _unknown(self, name: str, explicit: bool) -> tuple[Operation, ...]:
        key = f"{explicit}({name})"
        found = self._known.get(key)
        if found is None:
            found, warnings = unknown_layer(name, explicit)
            self._known[key] = found
            self.warnings.update(dict.fromkeys(warnings))
        return found


def _in_quotes(name: str) -> str:
    """What stands in quotes, if anything does."""
    return unquoted(name) if len(name) > 1 and name[0] in "'\"" and name[-1] == name[0] else name
