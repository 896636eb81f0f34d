"""How places follow one another in the compact notation: arrows, parentheses, repeats and branches.

What stands at one place is read in `layer_places`.
"""

from __future__ import annotations

import re

from convarith.errors import RefusedError
from convarith.network.merging import CropTo
from convarith.network.operations import Normalization, Unchanged, Unknown
from convarith.network.readers.items import LONGEST
from convarith.network.readers.layer_places import PlaceReader, is_kernel
from convarith.network.readers.layer_reading import branch_operation
from convarith.network.readers.sequence_elements import Branches, Layers, Repeat, label_in, size_of
from convarith.network.readers.tokens import ARROW, END, QUOTED, SEPARATORS, STRAY, WORD, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from convarith.network.operations import Operation
    from convarith.network.readers.layer_places import Label
    from convarith.network.readers.sequence_elements import Element

DEEPEST = 50
"""How deep parentheses may be in one another."""

MOST_LAYERS = 100_000
"""How many layers a network of this notation may have, repeats counted out."""

_COUNT = re.compile(r"([0-9]+)[xX*]?")
_TIMES = re.compile(r"[xX*]([0-9]+)?")


class SequenceReader(PlaceReader):
    """Reads sequences of elements, from left to right."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0
        self._joined: dict[tuple[str, str], Operation] = {}

    def sequence(self) -> list[Element]:
        """Elements up to what closes or parts them, which is left where it is."""
        tokens = self.tokens
        elements: list[Element] = []
        due, sign = -1, ""  # where a separator stands that something has to follow, and which
        apart = True
        while True:
            kind = tokens.kind
            if kind == "\n":
                apart = True
            elif kind in SEPARATORS:
                if due >= 0 or not elements:
                    self.refuse(
                        tokens.start, f"nothing stands before this {_sign(kind)}; put a layer there, or drop it"
                    )
                due, sign, apart = tokens.start, kind, True
            elif kind in (END, ")", "]", "|"):
                if due >= 0:
                    self.refuse(due, f"nothing stands after this {_sign(sign)}; put a layer there, or drop it")
                return elements
            else:
                if not apart:
                    self.refuse(tokens.start, f"{self._quoted()} follows without an arrow; put -> before it")
                elements += self._element()
                due, apart = -1, False
                continue
            tokens.at += 1

    def _quoted(self) -> str:
        return repr(self.tokens.words[self.tokens.at][:40])

    def _element(self) -> list[Element]:
        """One layer, reference, group or branching, with what is attached to it."""
        tokens = self.tokens
        label = self.label()
        start, first = tokens.start, tokens.at
        found: list[Element]
        if tokens.kind == QUOTED:
            found = [self.exactly(label)]
        elif tokens.kind == WORD and tokens.words[first][0] == "@":
            found = [self.reference(label)]
        else:
            while tokens.kind == WORD:
                tokens.at += 1
            words = tokens.words[first : tokens.at]
            opens = tokens.kind in ("(", "[")
            counted = opens and words and not is_kernel(words)
            count, words = self._count(words, start) if counted else (0, words)
            if opens and (not words or self._branches_here(words)):
                found = self._grouped(count, words, start, label)
            elif count:
                self.refuse(start, f"{cut(' '.join(words))} is repeated without parentheses; write {count} x (...)")
            elif not words:
                self._unexpected(label)
            else:
                found = [self.layer(first, words, label)]
        while tokens.kind == "(":
            found += self._attached()
        return found

    def _unexpected(self, label: Label | None) -> NoReturn:
        tokens = self.tokens
        if tokens.kind == STRAY:
            self.refuse(tokens.start, f"a {tokens.words[tokens.at]} begins a name in quotes that is never closed")
        name = label[0] if label else ""
        self.refuse(tokens.start, f"the label {cut(name)} stands before nothing; put its layer after the colon")

    def _count(self, words: list[str], start: int) -> tuple[int, list[str]]:
        """How often what follows is repeated, 0 for no word of it, and the other words."""
        match = _COUNT.fullmatch(words[0])
        if match is None:
            return 0, words
        glued = words[0][-1] in "xX*"
        if not glued and (len(words) == 1 or words[1] not in ("x", "X", "*")):
            if len(words) > 1:
                return 0, words
            self.refuse(start, f"{cut(words[0])} stands before parentheses without an x; write {words[0]} x (...)")
        return self._checked_count(match[1], start), words[1:] if glued else words[2:]

    def _checked_count(self, digits: str, start: int) -> int:
        if len(digits) > LONGEST or int(digits) > MOST_LAYERS:
            self.refuse(start, f"{digits[:20]} repeats are too many; {MOST_LAYERS} layers are the most that are read")
        if not int(digits):
            self.refuse(start, "nothing can be repeated 0 times; give at least 1, or leave it out")
        return int(digits)

    def _times(self) -> int:
        """The ``x 3`` behind parentheses; 0 where there is none."""
        tokens = self.tokens
        start = tokens.start
        match = _TIMES.fullmatch(tokens.words[tokens.at]) if tokens.kind == WORD else None
        if match is None:
            return 0
        tokens.at += 1
        digits = match[1]
        if digits is None:
            digits = tokens.words[tokens.at] if tokens.kind == WORD else ""
            if not digits.isascii() or not digits.isdigit():
                self.refuse(start, "an x behind parentheses lacks its number; write it as (...) x 3")
            tokens.at += 1
        return self._checked_count(digits, start)

    # Parentheses

    def _branches_here(self, words: list[str]) -> bool:
        return self.tokens.kind == "(" and len(words) == 1 and branch_operation(words[0]) is not None

    def _grouped(self, count: int, words: list[str], start: int, label: Label | None) -> list[Element]:
        """``3 x (...)``, ``[...] x 3``, ``res(... | ...)``, or just ``(...)``."""
        bracket = self.tokens.kind
        if words:
            body: list[Element] = [self._branching(words[0], start, label)]
        else:
            body = self._group()
            if label:
                self.refuse(label[1], f"the label {cut(label[0])} stands before parentheses; put it before one layer")
        behind = self._times()
        if count and behind:
            self.refuse(start, "the repeats are said both before and behind the parentheses; keep one of them")
        if bracket == "[" and any(element.in_table for element in body):
            from convarith.network.readers.paper_layers import ResidualBlocks

            try:
                body = [ResidualBlocks(count or behind or 1, body)]
            except RefusedError as refusal:
                self.refuse(start, refusal.message)
            times = 1
        else:
            times = count or behind
        return self._repeated(times, count or behind, body, start)

    def _repeated(self, times: int, count: int, body: list[Element], start: int) -> list[Element]:
        named = label_in(body)
        if count > 1 and named:
            self.refuse(
                named[1], f"the label {cut(named[0])} would be given to {count} layers; take it out of what is repeated"
            )
        found: list[Element] = body if times < 2 else [Repeat(times, body)]
        if size_of(found) > MOST_LAYERS:
            self.refuse(
                start, f"this is repeated into {size_of(found)} layers; {MOST_LAYERS} are the most that are read"
            )
        return found

    def _open(self) -> int:
        """Go into parentheses; where they open."""
        start = self.tokens.start
        self.depth += 1
        if self.depth > DEEPEST:
            self.refuse(
                start,
                f"parentheses are in one another more than {DEEPEST} deep; give inner layers a label and go on from "
                f"@label",
            )
        self.tokens.at += 1
        return start

    def _close(self, closing: str, start: int) -> None:
        tokens = self.tokens
        if tokens.kind != closing:
            if tokens.kind == "|":
                self.refuse(tokens.start, "a | parts branches, and this is none; name what joins them, as res(a | b)")
            opened = self.text[start]
            if tokens.kind == END:
                self.refuse(start, f"this {opened} is never closed; put {closing} where it ends")
            self.refuse(tokens.start, f"{tokens.kind!r} closes what {opened!r} opened; put {closing!r} there")
        tokens.at += 1
        self.depth -= 1

    def _group(self) -> list[Element]:
        closing = ")" if self.tokens.kind == "(" else "]"
        start = self._open()
        body = self.sequence()
        self._close(closing, start)
        if not body:
            self.refuse(start, "nothing stands in these parentheses; put a layer there, or drop them")
        return body

    def _attached(self) -> list[Element]:
        """``(Dropout, ReLU)`` behind a layer."""
        start = self.tokens.start
        body = self._group()
        for element in body:
            if not isinstance(element, Layers) or not _changes_nothing(element.operations[0]):
                self.refuse(
                    start,
                    "only activations, dropout, normalization and the like stand in parentheses behind a layer; put -> "
                    "before them",
                )
        if self._times():
            self.refuse(
                start,
                "it is unclear whether the layer before these parentheses is repeated, too; write 3 x (...) about all "
                "that is",
            )
        return list(body)

    def _branching(self, word: str, start: int, label: Label | None) -> Branches:
        tokens = self.tokens
        self.layers += 1
        number = self.layers
        opened = self._open()
        branches: list[list[Element]] = []
        while True:
            branches.append(self.sequence())
            if tokens.kind != "|":
                break
            tokens.at += 1
        self._close(")", opened)
        operation = branch_operation(word, self._joined)
        assert operation is not None
        if len(branches) == 1 and operation.word == "sum" and branches[0]:
            branches.append([])  # a residual block's shortcut
        problem = ""
        if len(branches) < 2:
            problem = f"one branch; give two, as {word}(3-1-1Conv64 | ), where an empty one is what comes in"
        elif isinstance(operation, CropTo) and len(branches) != 2:
            problem = f"{len(branches)} branches; give two, first what is cropped and then what has the size"
        if problem:
            self.refuse(start, f"{word} has {problem}", number)
        return Branches(operation, branches, label)


def _changes_nothing(operation: Operation) -> bool:
    return isinstance(operation, (Unchanged, Unknown, Normalization))


def _sign(kind: str) -> str:
    return "arrow" if kind == ARROW else repr(kind)
