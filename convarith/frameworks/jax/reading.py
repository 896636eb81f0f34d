"""How JAX spells what it is given: paddings, dilations, and the layouts of its arrays. Flax reads most of it alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from convarith.arithmetic.integers import integer, listed, shown
from convarith.errors import ParameterError, ShapeError
from convarith.frameworks.arguments import axes_counted, named
from convarith.frameworks.refusals import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.errors import RefusedError
    from convarith.frameworks.arguments import Spelling
    from convarith.frameworks.rules import OneAxis, Resolved

NAMES = ("SAME", "SAME_LOWER", "VALID")
"""Paddings by name, which `lax` reads in any letter case."""

NEEDED_SPANS = ("SAME", "SAME_LOWER")
"""Those for which it goes through the dilations one by one."""


def name_of(padding: str, framework: str, *more: str) -> str:
    """The padding's name in capitals; ``more`` are names that are known in capitals only.

    Raises:
        ParameterError: there is no padding of this name.
    """
    if padding.upper() in NAMES:
        return padding.upper()
    return named(padding, "padding", (*NAMES, *more), framework)


def pairs(padding: object, ndim: int, framework: str, rule: str) -> list[tuple[int, int]]:
    """The pairs (before, after) of a padding that has one for each axis.

    Raises:
        ParameterError: it has not, or one of them is no pair of whole numbers.
    """
    entries = listed(padding)
    sides = None if entries is None else [listed(entry) for entry in entries]
    if sides is None or len(sides) != ndim or not all(entry is not None and len(entry) == 2 for entry in sides):
        raise quoted(
            ParameterError(
                f"padding {shown(padding)} does not fit {axes_counted(ndim)}; give a pair (before, after) for each, "
                f"as {((1, 1),) * ndim}, or a name",
                name="padding",
                value=padding,
                ndim=ndim,
            ),
            framework,
            rule,
        )
    return [(integer(entry[0], "padding"), integer(entry[1], "padding")) for entry in sides if entry is not None]


def no_factors(value: object) -> bool:
    """Whether dilations, or strides that are dilations, are not given, which an empty sequence says as well."""
    return value is None or listed(value) == ()


def factors(value: object, name: str, ndim: int, spelling: Spelling, *, empty: bool = True) -> tuple[int, ...]:
    """One dilation for each axis; 1 where they are not given, and an empty sequence gives none, unless not ``empty``.

    Raises:
        ParameterError: they are not spelled as the framework takes them.
    """
    if value is None or (empty and no_factors(value)):
        return (1,) * ndim
    return spelling.per_axis(value, name, ndim)


def given_strides(value: Any, name: str, ndim: int, framework: str) -> Any:
    """Strides as they are, if they are not None.

    Raises:
        ParameterError: they are.
    """
    if value is None:
        raise ParameterError(
            f"{name} are None; {framework} takes a sequence of {ndim} here, as {(1,) * ndim}", name=name, ndim=ndim
        )
    return value


def padded(axes: Sequence[OneAxis], padding: Sequence[tuple[int, int]]) -> tuple[OneAxis, ...]:
    """The axes with these paddings."""
    return tuple(
        [axis._replace(before=before, after=after) for axis, (before, after) in zip(axes, padding, strict=True)]
    )


def check_strides(axes: Sequence[OneAxis], framework: str) -> None:
    """Refuse the strides of a transposed convolution, by which it stretches its input, where they are below 1.

    Raises:
        ParameterError: one is.
    """
    for number, axis in enumerate(axes):
        stride = axis.input_dilation
        if stride < 1:
            raise quoted(
                ParameterError(
                    f"stride {stride} is below 1; the smallest stride is 1", name="stride", value=stride, least=1
                ).on_axis(number, len(axes)),
                framework,
                "all dilations must be positive, and strides dilate the input",
            )


def refuse_stretched(axes: Sequence[OneAxis], padding: str, framework: str) -> None:
    """Refuse the name of a direct convolution's padding where there are strides.

    Raises:
        ParameterError: there are.
    """
    for number, axis in enumerate(axes):
        if axis.input_dilation != 1:
            raise quoted(
                ParameterError(
                    f"padding {padding!r} is a direct convolution's and has no stride {axis.input_dilation}; give "
                    f"'SAME' or 'VALID' in capitals, or pairs",
                    padding=padding,
                    stride=axis.input_dilation,
                ).on_axis(number, len(axes)),
                framework,
                "string padding is not implemented for transposed convolution",
            )


def refuse_layer(call: Resolved, operation: str) -> None:
    """Refuse a layer for what only shapes have: no spatial axis at all, or an input of size 0 with an output.

    Raises:
        ShapeError: as said.
    """
    framework = call.call.framework
    if not call.call.axes:
        raise ShapeError(
            f"there is no spatial axis, and every layer has one; {operation}_shape answers", framework=framework
        )
    for number, axis in enumerate(call.call.axes):
        if axis.size == 0:
            raise ShapeError(
                f"the input has size 0, and no layer meets that; it needs at least 1, {operation}_shape answers",
                framework=framework,
                input_size=0,
                least_input_size=1,
            ).on_axis(number, len(call.call.axes))


class Layout(NamedTuple):
    """Where in their arrays the axes are: batch and channels of data and output, the two channel axes of the weights
    (of ``OI``), and then the spatial ones, in the order in which the weights have them."""

    data: tuple[int, ...]
    weight: tuple[int, ...]
    output: tuple[int, ...]

    def written(self, shape: Sequence[int]) -> tuple[int, ...]:
        """The shape of an output, from (N, C, spatial...)."""
        places = dict(zip(self.output, shape, strict=True))
        return tuple([places[place] for place in range(len(shape))])


def read(shape: Sequence[int], places: Sequence[int]) -> tuple[int, ...]:
    """A shape in the order of its places."""
    return tuple([shape[place] for place in places])


def layout_of(dimension_numbers: Any, ndim: int, framework: str) -> Layout:
    """The layout that ``dimension_numbers`` describe: three strings for data, weights and output, with N and C, O and I
    once each and the same letters for the spatial axes; or JAX's own `ConvDimensionNumbers`.

    Raises:
        ParameterError: they describe none.
    """
    if all(hasattr(dimension_numbers, spec) for spec in ("lhs_spec", "rhs_spec", "out_spec")):
        specs = (dimension_numbers.lhs_spec, dimension_numbers.rhs_spec, dimension_numbers.out_spec)
        if any(sorted(spec) != list(range(ndim + 2)) for spec in specs):
            raise _no_layout(f"{shown(dimension_numbers)} do not name each of {ndim + 2} axes once", framework)
        return Layout(*[tuple(spec) for spec in specs])
    words = dimension_numbers if isinstance(dimension_numbers, (tuple, list)) else ()
    if len(words) != 3 or not all(isinstance(word, str) for word in words):
        raise _no_layout(f"{shown(dimension_numbers)} are not three strings", framework)
    letters = []
    for word, pair in zip(words, ("NC", "OI", "NC"), strict=True):
        if len(word) != ndim + 2 or len(set(word)) != len(word) or not set(pair) <= set(word):
            raise _no_layout(
                f"{word!r} does not name {ndim + 2} axes, {pair[0]} and {pair[1]} among them, once each", framework
            )
        letters.append(set(word) - set(pair))
    if not letters[0] == letters[1] == letters[2]:
        raise _no_layout(f"{', '.join(words)} do not have the same letters for their spatial axes", framework)
    spatial = [letter for letter in words[1] if letter not in "OI"]
    return Layout(
        *[
            tuple([word.index(letter) for letter in (*pair, *spatial)])
            for word, pair in zip(words, ("NC", "OI", "NC"), strict=True)
        ]
    )


def _no_layout(what: str, framework: str) -> RefusedError:
    return quoted(
        ParameterError(
            f"dimension_numbers {what}; give three strings as ('NHWC', 'HWIO', 'NHWC'), or none",
            name="dimension_numbers",
        ),
        framework,
        "dimension_numbers are a triple of strings for input, weights and output",
    )
