"""How TensorFlow's arguments are read: data formats, numbers for the spatial axes or for all, paddings in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from convarith.arithmetic.integers import integer, listed, shown
from convarith.errors import ParameterError, ShapeError
from convarith.frameworks.arguments import axes_counted, checked_sizes, named
from convarith.frameworks.refusals import quoted
from convarith.frameworks.tensorflow.rules import EXPLICIT, FORMATS, TITLE

if TYPE_CHECKING:
    from collections.abc import Sequence


class Layout(NamedTuple):
    """Where the axes of the data are: how many are spatial, whether channels come first, and whether that was said
    by a ``data_format``, with which weights are in TensorFlow's layout."""

    ndim: int
    first: bool = True
    said: bool = False

    def spatial_of(self, entries: Sequence[Any]) -> tuple[Any, ...]:
        """The spatial ones of entries for all axes."""
        return tuple(entries[2:] if self.first else entries[1:-1])

    def others_of(self, entries: Sequence[Any]) -> tuple[Any, Any]:
        """Those of batch and channels."""
        return entries[0], entries[1 if self.first else -1]

    def shape(self, batch: int, channels: int, counts: Sequence[int]) -> tuple[int, ...]:
        """The whole shape."""
        return (batch, channels, *counts) if self.first else (batch, *counts, channels)

    def weights(self, filters: Any) -> tuple[int, int, tuple[int, ...]]:
        """Of a weight's shape: what stands for its outputs and its inputs (transposed the other way round), and the
        kernel."""
        shape = checked_sizes(filters, "filters")
        if len(shape) != self.ndim + 2:
            raise ShapeError(
                f"filters {shape} has {len(shape)} entries; with {axes_counted(self.ndim)} it takes {self.ndim + 2}",
                shape=shape,
                ndim=self.ndim,
            )
        return (shape[-1], shape[-2], shape[:-2]) if self.said else (shape[0], shape[1], shape[2:])

    def numbers(self, value: Any, name: str, *, full: bool = False) -> tuple[int, ...]:
        """One number for each spatial axis; where the call takes them for all axes only, it is to be ``full``."""
        entries = listed(value)
        if value is None and not full:
            return (1,) * self.ndim
        if entries is None and not full:
            return (integer(value, name),) * self.ndim
        if entries is not None and len(entries) == self.ndim + 2:
            numbers = [integer(entry, name) for entry in entries]
            if self.others_of(numbers) != (1, 1):
                raise quoted(
                    ParameterError(
                        f"{name} {shown(value)} has {self.others_of(numbers)} for batch and channels; give 1 for both",
                        name=name,
                        value=value,
                    ),
                    TITLE,
                    f"{name} in the batch and depth dimensions are not supported",
                )
            return self.spatial_of(numbers)
        if entries is None or full or len(entries) not in (1, self.ndim):
            raise self._other_length(name, value, full)
        numbers = [integer(entry, name) for entry in entries]
        return tuple(numbers * self.ndim if len(numbers) == 1 else numbers)

    def _other_length(self, name: str, value: Any, full: bool) -> ParameterError:
        ways = "" if full else f"a number, a sequence of {'1 or ' * (self.ndim > 1)}{self.ndim}, or "
        return ParameterError(
            f"{name} {shown(value)} does not fit {axes_counted(self.ndim)}; {TITLE} takes {ways}a sequence of "
            f"{self.ndim + 2} with batch and channels",
            name=name,
            value=value,
            ndim=self.ndim,
        )

    def padding(self, padding: Any, operation: str) -> tuple[str, tuple[Any, ...], tuple[Any, ...]]:
        """The rule's name, and the padding before and after each spatial axis."""
        zeros = (0,) * self.ndim
        if isinstance(padding, str):
            return capitals(padding, "padding", ("SAME", "VALID")), zeros, zeros
        if listed(padding) is None:
            raise ParameterError(
                f"padding {shown(padding)} is no name; give 'SAME' or 'VALID', in front of which tf.pad can pad",
                padding=padding,
            )
        if self.ndim not in EXPLICIT[operation]:
            raise ParameterError(
                f"padding {shown(padding)} is in numbers, which {operation} does not take with "
                f"{axes_counted(self.ndim)}; give 'SAME', or pad the input first and give 'VALID'",
                padding=padding,
                ndim=self.ndim,
            )
        pairs = [listed(entry) or () for entry in listed(padding) or ()]
        if len(pairs) != self.ndim + 2 or any(len(pair) != 2 for pair in pairs):
            raise ParameterError(
                f"padding {shown(padding)} does not fit {axes_counted(self.ndim)}; {TITLE} takes a pair "
                f"(before, after) for each of {self.ndim + 2} axes, batch and channels included",
                padding=padding,
                ndim=self.ndim,
            )
        numbers = [(integer(before, "padding"), integer(after, "padding")) for before, after in pairs]
        if self.others_of(numbers) != ((0, 0), (0, 0)):
            raise quoted(
                ParameterError(
                    f"padding {shown(padding)} pads batch or channels; give (0, 0) for both", padding=padding
                ),
                TITLE,
                "nonzero explicit padding in the batch or depth dimensions is not supported",
            )
        before, after = zip(*self.spatial_of(numbers), strict=True)
        return "explicit", before, after


def capitals(word: Any, name: str, known: Sequence[str]) -> str:
    """A word that TensorFlow knows, all in capitals."""
    if isinstance(word, str) and word not in known and word.upper() in known:
        raise ParameterError(
            f"{name} {word!r} is none of {TITLE}'s; did you mean {word.upper()!r}? Known are {', '.join(known)}",
            name=name,
            value=word,
        )
    return named(word, name, known, TITLE)


def layout_of(given: Sequence[int] | None, data_format: Any, *arguments: Any, three: int = 3) -> Layout:
    """The layout that ``data_format`` says, or convarith's, for as many axes as the input or the arguments have.

    ``three`` is how many axes three numbers are for: 3 where one for each is taken, else 1 with batch and channels.
    """
    if data_format is not None:
        said = capitals(data_format, "data_format", tuple(FORMATS))
        layout = Layout(FORMATS[said], said.startswith("NC"), True)
        if given is not None and len(given) != layout.ndim:
            raise ShapeError(
                f"data_format {said!r} has {axes_counted(layout.ndim)} and the input {len(given)}; give another",
                data_format=said,
                ndim=len(given),
            )
        return layout
    return Layout(len(given) if given is not None else _rank(three, *arguments) or 1)


def _rank(three: int, kernel_size: Any, *arguments: Any) -> int | None:
    """How many axes the arguments fix: those of the kernel, or else of numbers that can have batch and channels."""
    entries = listed(kernel_size)
    if entries is not None and len(entries) > 1:
        return len(entries)
    for value in arguments:
        entries = listed(value)
        if entries and isinstance(entries[0], (tuple, list)):
            return len(entries) - 2
        if entries is not None and len(entries) > 1:
            return {2: 2, 3: three}.get(len(entries), len(entries) - 2)
    return None
