"""How a framework takes its arguments: a number, a sequence of one, one number for each axis.

Each framework has its `Spelling`; what does not fit it is refused here, where it is read. Numbers themselves are
checked as everywhere (`convarith.arithmetic.integers`): a bool or a float is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from convarith.arithmetic.integers import as_index, integer, listed, shown
from convarith.errors import ParameterError, ShapeError, nearest
from convarith.frameworks.rules import OneAxis

if TYPE_CHECKING:
    from collections.abc import Sequence


class Spelling(NamedTuple):
    """What a framework takes for numbers per axis: ``scalar`` a number for all, ``one`` a sequence of one for all."""

    framework: str
    scalar: bool = True
    one: bool = True

    def per_axis(self, value: object, name: str, ndim: int) -> tuple[int, ...]:
        """One number for each axis.

        Raises:
            ParameterError: the framework does not take this spelling, or it holds no whole numbers.
        """
        entries = listed(value)
        if entries is None:
            number = integer(value, name)
            if not self.scalar:
                raise self._refusal(name, value, ndim)
            return (number,) * ndim
        if len(entries) == 1 and self.one:
            return (integer(entries[0], name),) * ndim
        if len(entries) != ndim:
            raise self._refusal(name, value, ndim)
        return tuple([integer(entry, name) for entry in entries])

    def rank(self, *values: object) -> int | None:
        """How many axes the values fix, or None where every one is for all axes; the first that fixes it counts."""
        for value in values:
            entries = listed(value)
            if entries is not None and (len(entries) > 1 or not self.one):
                return len(entries)
        return None

    def ndim(self, given: Sequence[int] | None, *values: object) -> int:
        """How many axes a call has: as its input, or as its arguments fix, or 1, which stands for any."""
        return len(given) if given is not None else self.rank(*values) or 1

    def axes(self, given: Sequence[int] | None, ndim: int, **fields: tuple[str, object]) -> tuple[OneAxis, ...]:
        """The axes of a call: for each field of `OneAxis`, what the framework calls it, and its value.

        ``padding`` stands for ``before`` and ``after`` alike; ``given`` are the sizes of the input, if there is one.

        Raises:
            ParameterError: a value is not spelled as the framework takes it.
            ShapeError: the input has another number of axes.
        """
        if given is not None and len(given) != ndim:
            raise ShapeError(
                f"the input {tuple(given)} has {len(given)} and the call {axes_counted(ndim)}; give as many",
                shape=tuple(given),
                ndim=ndim,
            )
        read = {field: self.per_axis(value, name, ndim) for field, (name, value) in fields.items()}
        if "padding" in read:
            read["before"] = read["after"] = read.pop("padding")
        known: Sequence[int | None] = given if given is not None else [None] * ndim
        rows = [dict(zip(read, numbers, strict=True)) for numbers in zip(*read.values(), strict=True)]
        return tuple([OneAxis(size, **row) for size, row in zip(known, rows, strict=True)])

    def _refusal(self, name: str, value: object, ndim: int) -> ParameterError:
        ways = ["a number"] * self.scalar + ["a sequence of one"] * (self.one and ndim > 1)
        ways += [f"a sequence of {ndim}"]
        return ParameterError(
            f"{name} {shown(value)} does not fit {axes_counted(ndim)}; {self.framework} takes {' or '.join(ways)}",
            name=name,
            value=value,
            ndim=ndim,
        )


def axes_counted(ndim: int) -> str:
    return "1 spatial axis" if ndim == 1 else f"{ndim} spatial axes"


def checked_sizes(value: object, name: str, least: int | None = 0) -> tuple[int, ...]:
    """A shape as it is given: whole numbers of at least ``least``.

    Raises:
        ParameterError: it is none.
    """
    entries = listed(value)
    if entries is None:
        raise ParameterError(
            f"{name} must be a sequence of sizes; got {shown(value)} ({type(value).__name__})", name=name, value=value
        )
    return tuple([integer(entry, name, least) for entry in entries])


def spatial(value: object, name: str = "input_shape") -> tuple[int, ...] | None:
    """The spatial sizes that a layer function is given, or None where it is given none.

    Raises:
        ParameterError: they are no whole numbers of at least 0.
    """
    if value is None:
        return None
    number = as_index(value)
    return (integer(value, name, 0),) if number is not None else checked_sizes(value, name)


def spatial_axes(shape: Sequence[int], dims: Sequence[int], name: str = "input_shape") -> int:
    """How many spatial axes a shape with batch and channels has, if that is one of ``dims``.

    Raises:
        ShapeError: it is not.
    """
    ndim = len(shape) - 2
    if ndim not in dims:
        known = ", ".join(str(dim) for dim in dims)
        raise ShapeError(
            f"{name} {tuple(shape)} has {len(shape)} entries; with batch and channels first it takes "
            f"{' or '.join(str(dim + 2) for dim in dims)}, for {known} spatial axes",
            shape=tuple(shape),
        )
    return ndim


def weighted(input_shape: object, weight_shape: object, least: int = 0) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The shapes of an input and of weights with as many axes.

    Raises:
        ParameterError: one of them is no shape.
        ShapeError: they have different numbers of axes, or no spatial one.
    """
    shape, weight = checked_sizes(input_shape, "input_shape", least), checked_sizes(weight_shape, "weight_shape", least)
    if len(shape) != len(weight) or len(shape) < 3:
        raise ShapeError(
            f"input_shape {shape} and weight_shape {weight} do not go together; "
            f"both have two entries and then one for each spatial axis",
            shape=shape,
            weight_shape=weight,
        )
    return shape, weight


def named(value: object, name: str, known: Sequence[str], framework: str) -> str:
    """A word that the framework knows, exactly as it is written.

    Raises:
        ParameterError: it is another.
    """
    if value in known:
        return str(value)
    raise ParameterError(
        f"{name} {value!r} is none of {framework}'s; {nearest(str(value), known)}", name=name, value=value
    )


def as_given(value: object) -> object:
    """A value that is held: lists and arrays as tuples, whole numbers as ints, all else as it is.

    >>> as_given([3, [0, 1]])
    (3, (0, 1))
    """
    entries = listed(value)
    if entries is not None:
        return tuple([as_given(entry) for entry in entries])
    number = as_index(value)
    return value if number is None else number


def as_data(value: object) -> object:
    """A value that is held, as plain data: tuples as lists."""
    return [as_data(entry) for entry in value] if isinstance(value, tuple) else value


def preformatted(text: object) -> str:
    """A text as a notebook shows it."""
    from html import escape  # only a notebook pays for this import

    return f"<pre>{escape(str(text))}</pre>"
