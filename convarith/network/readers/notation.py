"""The compact notation: ``11-4Conv96 (ReLU) -> Norm -> 3-2MaxPool -> res(3-1-1Conv96 | ) -> FC1000`` to a network.

How layers follow one another, repeat and branch is read in `sequences`, what one layer is in `layer_items` and, in the
words of the literature, in `aliases` and `paper_layers`; docs/networks.md has the whole notation.
"""

from __future__ import annotations

import re

from convarith.errors import ParameterError
from convarith.network.operations import Input
from convarith.network.readers.items import LONGEST
from convarith.network.readers.sequence_elements import Assembly, size_of
from convarith.network.readers.sequences import MOST_LAYERS, SequenceReader
from convarith.network.readers.tokens import END, SEPARATORS, WORD, misread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convarith.network.graph import Network
    from convarith.network.readers.sequence_elements import Element

_SHAPE = re.compile(r"[0-9]+(?:[xX][0-9]+)+")


def parse(text: str) -> Network:
    """The network that a text in the compact notation tells.

    >>> network = parse("11-4Conv96 (ReLU) -> Norm -> 3-2MaxPool -> FC1000")
    >>> [node.name for node in network.nodes]
    ['input', 'conv1', 'relu1', 'lrn1', 'pool1', 'fc1']
    >>> network.warnings
    ('Norm is local response normalization, as in AlexNet, and changes no size; batch normalization is BN',)
    >>> parse("3-1Conv64 -> 3-2MaxPol")
    Traceback (most recent call last):
    convarith.errors.ParameterError: at character 14, layer 2: '3-2MaxPol' is no layer; did you mean MaxPool, as in \
3-2MaxPool?

    Raises:
        ParameterError: something cannot be read; the sentence says what, where, and what was probably meant.
    """
    if not isinstance(text, str):
        raise ParameterError(f"a network is told in text; got {type(text).__name__}, give a str")
    reader = _TextReader(text)
    elements = reader.whole()
    assembly = Assembly(text, reader.labels)
    assembly.warn(*reader.warnings)
    assembly.builder.nodes[0] = (reader.input_name, Input(), ())
    assembly.named = {"input": 0, reader.input_name: 0}
    assembly.channels = reader.input_shape[0] if reader.input_shape else None
    for element in elements:
        element.emit(assembly)
    builder = assembly.builder
    if builder.at != len(builder.nodes) - 1:
        raise misread(
            text,
            len(text.rstrip()) - 1,
            "the text ends with a reference, and what a network gives is its last layer; put a layer after it",
        )
    return builder.build(input_shape=reader.input_shape, warnings=assembly.warnings)


class _TextReader(SequenceReader):
    """Reads a whole text: its head, and the sequence of all its elements."""

    input_shape: tuple[int, ...] | None = None

    def whole(self) -> list[Element]:
        """All elements; the input's own shape goes first."""
        tokens = self.tokens
        tokens.skip_lines()
        header = self._header()
        if header:
            tokens.skip_lines()
            if tokens.kind == END:
                return []
            if tokens.kind in SEPARATORS:
                tokens.at += 1
                tokens.skip_lines()
        elements = self.sequence()
        if tokens.kind != END:
            self.refuse(tokens.start, f"{tokens.words[tokens.at]!r} closes or parts nothing; leave it out")
        if not elements:
            self.refuse(0, "there are no layers; write some, as 3-1-1Conv64 -> 2MaxPool -> FC10")
        size = size_of(elements)
        if size > MOST_LAYERS:
            self.refuse(0, f"these are {size} layers; {MOST_LAYERS} are the most that are read")
        return elements

    def _header(self) -> bool:
        """``input 3x224x224``, with or without a label."""
        tokens = self.tokens
        before, self.input_name = tokens.at, ""
        label = self.label()
        word, shape = tokens.words[tokens.at].lower(), ""
        found = tokens.kind == WORD
        if found and label and label[0].lower() == "input" and _SHAPE.fullmatch(word):
            label, shape = None, word
        elif found and word == "input":
            tokens.at += 1
            shape = tokens.words[tokens.at] if tokens.kind == WORD else ""
        else:
            found = False
            tokens.at = before
        self.input_name = label[0] if found and label else "input"
        self.labels.clear()
        if shape:
            self._shape(shape)
        return found

    def _shape(self, shape: str) -> None:
        sizes = [part.lstrip("0") for part in shape.lower().split("x")]
        if not _SHAPE.fullmatch(shape) or not all(sizes) or max(map(len, sizes)) > LONGEST:
            self.refuse(
                self.tokens.start,
                f"{shape[:40]!r} is no shape of an input; give channels and sizes of at least 1, as input 3x224x224",
            )
        self.input_shape = tuple(map(int, sizes))
        self.tokens.at += 1
