"""What is claimed: sizes, windows, relationships and numbers of convarith, each compared with what an oracle finds.

A comparison returns a sentence about what differs, or an empty one. Whether a setting fits at all is part of it: where
the plain walk finds no window, the arithmetic has to refuse.
"""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convarith.arithmetic.guide import relationships
from convarith.errors import ParameterError, RefusedError, ShapeError
from convarith.numerics.convolution import conv, conv_transpose
from convarith.numerics.pooling import avg_pool, max_pool
from convarith.numerics.sparse import matrix, operator
from convarith.numerics.verification import settings as drawn
from convarith.numerics.verification import walk
from convarith.numerics.verification.oracles import ORACLES, numbers_for
from convarith.numerics.verification.settings import Setting
from convarith.numerics.ways import conv_transpose_by_equivalent, conv_transpose_by_stamps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from convarith.arithmetic.axis import Axis
    from convarith.numerics.verification.settings import Level

    Array = NDArray[Any]
    Answer = tuple[Array | None, ...]
    Comparison = Callable[[Setting], str]
    Settings = Callable[[Level, int], Iterator[Setting]]


class Check(NamedTuple):
    """A claim, the settings it is checked on, and how it is compared with each oracle."""

    name: str
    sizes: Settings
    """For the window walk: (level, seed) -> settings."""
    numbers: Settings
    """For the oracles that compute: fewer, smaller settings."""
    compare_sizes: Comparison
    compute: Callable[[Setting, Array, Array], Answer]
    """Our numbers for (setting, x, w)."""


def outputs_of(setting: Setting) -> tuple[int, ...]:
    """The output shape that the plain walk finds, with a 0 where nothing fits."""
    if setting.family == "transpose":
        return tuple([len(walk.canvas(axis)) for axis in setting.axes])
    return tuple([len(walk.starts(axis)) for axis in setting.axes])


# Sizes, against the walk


def sizes_differ(setting: Setting) -> str:
    """Output shape, unread positions and the inputs that share the output."""
    expected = outputs_of(setting)
    try:
        layer = setting.layer()
        windows = layer.windows(setting.input_shape)
    except ShapeError as refusal:
        return f"the walk finds the output {expected}, and it was refused: {refusal}" if all(expected) else ""
    if windows.output_shape != expected:
        return f"the walk finds the output {expected}, convarith {windows.output_shape}"
    if setting.family != "transpose":
        for axis, numbers in zip(windows.axes, setting.axes, strict=True):
            unused, unread = axis.unused(), walk.unread(numbers)
            ours = unused.before, unused.between, unused.after, unused.input
            if ours != unread:
                return f"the walk leaves {unread} (before, between, after, of them input) unread, convarith {ours}"
    for count, numbers, sizes in zip(expected, setting.axes, layer.input_shapes(expected), strict=True):
        if numbers.size not in sizes:
            return f"input {numbers.size} gives the output {count}, and is not among {sizes}"
        for beside in (sizes.start - 1, sizes.stop):
            if beside and outputs_of(Setting(setting.family, (numbers._replace(size=beside),))) == (count,):
                return f"input {beside} gives the output {count}, too, and is not among {sizes}"
    return ""


def windows_differ(setting: Setting) -> str:
    """Every entry of C: which weight meets which input for which output; its transpose; and what lies where."""
    expected = outputs_of(setting)
    if not all(expected):
        return sizes_differ(setting)
    axes = setting.layer().windows(setting.input_shape).axes
    for axis, numbers, cells in zip(axes, setting.axes, walk.met_by(setting), strict=True):
        wanted = _walked_entries(cells)
        differing = _entries(axis) ^ wanted
        if differing:
            output, tap, index = min(differing)
            return f"for output {output}, weight {tap} and input {index} meet in one of the two only"
        if {(index, tap, output) for output, tap, index in _entries(axis.transpose())} != wanted:
            return "its transpose has other entries than C with rows and columns exchanged"
        lying = [axis.kind(position) for position in axis.positions]
        if lying != walk.kinds(numbers, setting.family == "transpose"):
            return f"the walk finds other kinds of cells than {lying}"
        read = {
            axis.stride * output + axis.dilation * tap for output in range(axis.count) for tap in range(axis.kernel)
        }
        if [axis.reads(position) for position in axis.positions] != [place in read for place in range(axis.extent)]:
            return "other positions are read than the windows lie on"
    return ""


def equivalent_differs(setting: Setting) -> str:
    """The equivalent direct convolution meets the same inputs with its kernel rotated, and `direct` leads back."""
    expected = outputs_of(setting)
    if not all(expected):
        return sizes_differ(setting)
    layer: Any = setting.layer()
    axes = layer.equivalent.windows(setting.input_shape).axes
    for axis, cells in zip(axes, walk.met_by(setting), strict=True):
        rotated = {(output, axis.kernel - 1 - tap, index) for output, tap, index in _entries(axis)}
        if axis.count != len(cells) or rotated != _walked_entries(cells):
            return f"its equivalent {layer.equivalent!r} meets other inputs than its stamps"
    shape = layer.output_shape(setting.input_shape)
    try:
        back = layer.direct.output_shape(shape)
    except ShapeError:  # so much is cropped that nothing leads back
        return ""
    if back == setting.input_shape and layer.direct.transposed(shape).windows(back) != layer.windows(back):
        return f"the transpose of its direct convolution is {layer.direct.transposed(shape)!r}"
    return ""


def _entries(axis: Axis) -> set[tuple[int, int, int]]:
    """(output, tap, input) of every entry of C on one axis."""
    return {(output, tap, index) for output in range(axis.count) for index, tap in axis.entries(output)}


def _walked_entries(cells: list[list[tuple[int, int]]]) -> set[tuple[int, int, int]]:
    return {(output, tap, index) for output, met in enumerate(cells) for tap, index in met}


def relationship_differs(setting: Setting, number: int) -> str:
    """A relationship's value and its printed formula are the walk's size, and it holds where the guide says."""
    (axis,) = setting.axes
    (expected,) = outputs_of(setting)
    padding = axis.padding[0]
    letters = {"i": axis.size, "k": axis.kernel, "s": axis.stride, "p": padding}
    if setting.family == "transpose":
        letters["a"] = axis.added
    holds = drawn.CONDITIONS[number](axis.kernel, axis.stride, padding, axis.added)
    relationship = relationships[number]
    try:
        value = relationship(**letters)
    except ShapeError as refusal:
        return f"the walk finds {expected}, and Relationship {number} refuses: {refusal}" if expected else ""
    except ParameterError as refusal:
        return f"Relationship {number} holds here and refuses: {refusal}" if holds and expected else ""
    if not holds:
        return f"Relationship {number} does not hold here and gives {value}"
    printed = printed_formula(relationship.statement)(**{"a": 0, "d": 1, **letters})
    if not value == printed == expected:
        return f"the walk finds {expected}, Relationship {number} gives {value}, and its printed formula {printed}"
    return ""


def dilation_differs(setting: Setting) -> str:
    """Relationship 15, k̂, in place of k in the relationship that covers the layer."""
    (axis,) = setting.axes
    span = walk.places(axis)[-1] + 1
    printed = printed_formula(relationships[15].statement)(k=axis.kernel, d=axis.dilation)
    if not relationships[15](k=axis.kernel, d=axis.dilation) == printed == span:
        return f"the kernel reaches over {span}, and Relationship 15 gives {printed}"
    number = {"conv": 6, "pool": 6, "transpose": 14}[setting.family]
    if axis.added >= axis.stride:
        return ""
    letters = {"i": axis.size, "k": axis.kernel, "s": axis.stride, "p": axis.padding[0], "d": axis.dilation}
    letters |= {"a": axis.added} if axis.added else {}
    (expected,) = outputs_of(setting)
    try:
        value = relationships[number](**letters)
    except RefusedError as refusal:
        return f"the walk finds {expected}, and Relationship {number} refuses: {refusal}" if expected else ""
    return "" if value == expected else f"the walk finds {expected}, Relationship {number} with k̂ gives {value}"


@cache
def printed_formula(statement: str) -> Callable[..., int]:
    """The formula of a statement as Python: what a reader would compute from the printed line."""
    formula = statement.rpartition(" = ")[2].replace("'", "")
    formula = re.sub(r"⌊(.*)/s⌋", r"(\1)//s", formula).replace("2p", "2*p").replace("s(", "s*(")
    code = compile(re.sub(r"\)\(", ")*(", formula), statement, "eval")
    return lambda **letters: int(eval(code, {"__builtins__": {}}, letters))


# Numbers, against whoever computes them


def by_conv(setting: Setting, x: Array, w: Array) -> Answer:
    y = conv(x, w, setting.layer())  # type: ignore[arg-type]  # its family says so
    turned = conv(x, np.flip(w), setting.layer(), flip=True)  # type: ignore[arg-type]  # as above
    _check(np.array_equal(y, turned), "flip=True with the kernel rotated gives other numbers")
    return (y,)


def by_groups(setting: Setting, x: Array, w: Array) -> Answer:
    """Two images of four channels in two groups, all of them multiples of one: so have to be all outputs."""
    ndim = x.ndim
    inputs, weights = np.array([[1, 2, -1, 3], [2, 0, 1, -2]]), np.array([[1, 2], [3, -1], [2, 1], [-1, 1]])
    images, kernels = np.multiply.outer(inputs, x), np.multiply.outer(weights, w)
    layer: Any = setting.layer()
    one = conv(x, w, layer)
    y = conv(images, kernels, layer, groups=2, bias=[1, 2, 3, 4])
    sums = np.einsum("ngc,grc->ngr", inputs.reshape(2, 2, 2), weights.reshape(2, 2, 2)).reshape(2, 4)
    expected = np.multiply.outer(sums, one) + np.array([1, 2, 3, 4]).reshape(-1, *(1,) * ndim)
    _check(np.array_equal(y, expected), "channels, groups or bias give other numbers")
    c = matrix(layer, x.shape, kernels, groups=2)
    products = (c @ images.reshape(2, -1).T).T.reshape(2, 4, *one.shape)
    _check(np.array_equal(products, np.multiply.outer(sums, one)), "C with channels gives other numbers")
    return (one,)


def by_operator(setting: Setting, x: Array, w: Array) -> Answer:
    """The operator's products, and its transpose's against those of C."""
    layer = setting.layer()
    a, c = operator(layer, x.shape, w), matrix(layer, x.shape, w)
    y = a @ x.ravel()
    _check(np.array_equal(a.T @ y, c.T @ y), "the transposed operator gives other numbers than C^T")
    return (y.reshape(layer.output_shape(x.shape)),)


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)


def by_matrix(setting: Setting, x: Array, w: Array) -> Answer:
    layer = setting.layer()
    c = matrix(layer, x.shape, w)
    windows = layer.windows(x.shape)
    _check(c.nnz == windows.entry_count(), f"C holds {c.nnz} entries, not {windows.entry_count()}")
    flat: Array = c @ x.ravel()
    return (flat.reshape(windows.output_shape),)


def by_transposed_matrix(setting: Setting, x: Array, w: Array) -> Answer:
    """C^T of the direct convolution where there is one, else the matrix of the transposed layer."""
    layer: Any = setting.layer()
    shape = layer.output_shape(x.shape)
    if all(axis.added < axis.stride for axis in setting.axes) and layer.direct.output_shape(shape) == x.shape:
        flat: Array = matrix(layer.direct, shape, w).T @ x.ravel()
    else:
        flat = matrix(layer, x.shape, w) @ x.ravel()
    return (flat.reshape(shape),)


def by_pools(setting: Setting, x: Array, _: Array) -> Answer:
    layer: Any = setting.layer()
    values = x.astype(float)
    means = [avg_pool(values, layer, count_include_pad=include) for include in (True, False)]
    return *max_pool(values, layer, return_indices=True), *means


def by_transpose(setting: Setting, x: Array, w: Array) -> Answer:
    return (conv_transpose(x, w, setting.layer()),)  # type: ignore[arg-type]  # as above


def by_equivalent(setting: Setting, x: Array, w: Array) -> Answer:
    layer: Any = setting.layer()
    y = conv_transpose_by_equivalent(x, w, layer)
    _check(np.array_equal(y, conv_transpose_by_stamps(x, w, layer)), "stamps give other numbers")
    return (y,)


def numbers_differ(setting: Setting, compute: Callable[[Setting, Array, Array], Answer], oracle: str) -> str | None:
    """Our numbers and an oracle's, where it has any; None where it has none.

    A library may say of a pooling's window that meets no input what it likes.
    """
    if not all(outputs_of(setting)):
        return None
    x, w = numbers_for(setting)
    try:
        theirs = ORACLES[oracle][1](setting, x, w)
        if theirs is None:
            return None
        ours = compute(setting, x, w)
    except (RefusedError, AssertionError) as refusal:
        return f"against {oracle}: {refusal}"
    free = (ours[0] == -np.inf) & (ORACLES[oracle][0] in ("torch", "jax"))
    for name, mine, other in zip(("number", "place", "mean", "mean without padding"), ours, theirs, strict=False):
        if mine is None or other is None:
            continue
        if mine.shape != other.shape:
            return f"{oracle} has the shape {other.shape}, convarith {mine.shape}"
        close = np.isclose(mine, other, rtol=1e-13, atol=0, equal_nan=True) if mine.dtype.kind == "f" else mine == other
        wrong = np.argwhere(~(close | free))
        if len(wrong):
            place = tuple(int(index) for index in wrong[0])
            return f"the {name} at {place} of {oracle} is {other[place]}, that of convarith {mine[place]}"
    return ""


# The table


def _of_relationship(number: int) -> Check:
    compute = by_conv if number < 7 else by_pools if number == 7 else by_transpose

    def holding(level: Level, _: int) -> Iterator[Setting]:
        for setting in drawn.of_relationship(number, level.numbers):
            (axis,) = setting.axes
            if drawn.CONDITIONS[number](axis.kernel, axis.stride, axis.padding[0], axis.added):
                yield setting

    return Check(
        f"Relationship {number}",
        lambda level, _: drawn.of_relationship(number, level.sizes._replace(size=2 * level.sizes.size)),
        holding,
        partial(relationship_differs, number=number),
        compute,
    )


def _and_random(
    each: Callable[[drawn.Bounds], Iterator[Setting]], family: str, ceil: bool = False
) -> tuple[Settings, Settings]:
    """For sizes and for numbers: every setting up to the bounds, and random ones of several axes beyond."""

    def sizes(level: Level, seed: int) -> Iterator[Setting]:
        yield from each(level.sizes)
        yield from drawn.random_settings(family, ceil, level.random_sizes, 1000, seed)

    def numbers(level: Level, seed: int) -> Iterator[Setting]:
        yield from each(level.numbers)
        yield from drawn.random_settings(family, ceil, level.random_numbers, 150, seed)

    return sizes, numbers


def _by_family(setting: Setting, x: Array, w: Array) -> Answer:
    return {"conv": by_conv, "pool": by_pools, "transpose": by_transpose}[setting.family](setting, x, w)


_CONV_SIZES, _CONV_NUMBERS = _and_random(drawn.convolutions, "conv")
_POOL_SIZES, _POOL_NUMBERS = _and_random(partial(drawn.poolings, ceil=False), "pool")
_CEIL_SIZES, _CEIL_NUMBERS = _and_random(partial(drawn.poolings, ceil=True), "pool", ceil=True)
_TRANSPOSE_SIZES, _TRANSPOSE_NUMBERS = _and_random(drawn.transposed, "transpose")


def _few_convolutions(level: Level, seed: int) -> Iterator[Setting]:
    """For what takes several convolutions each."""
    yield from drawn.convolutions(drawn.Bounds(3, 3, 2, 2, 1, 0, 2))
    yield from drawn.random_settings("conv", False, level.random_numbers, 60, seed + 1)


CHECKS: dict[str, Check] = {
    check.name: check
    for check in (
        *(_of_relationship(number) for number in range(1, 15)),
        Check(
            "Relationship 15",
            lambda level, _: drawn.of_relationship(15, level.sizes),
            lambda level, _: drawn.of_relationship(15, level.numbers),
            dilation_differs,
            _by_family,
        ),
        Check("convolution", _CONV_SIZES, _CONV_NUMBERS, sizes_differ, by_conv),
        Check("pooling", _POOL_SIZES, _POOL_NUMBERS, sizes_differ, by_pools),
        Check("pooling, ceil_mode", _CEIL_SIZES, _CEIL_NUMBERS, sizes_differ, by_pools),
        Check("transposed convolution", _TRANSPOSE_SIZES, _TRANSPOSE_NUMBERS, sizes_differ, by_transpose),
        Check("equivalent convolution", _TRANSPOSE_NUMBERS, _TRANSPOSE_NUMBERS, equivalent_differs, by_equivalent),
        Check("channels and groups", _few_convolutions, _few_convolutions, windows_differ, by_groups),
        Check("C", _CONV_NUMBERS, _CONV_NUMBERS, windows_differ, by_matrix),
        Check("C as an operator", _few_convolutions, _few_convolutions, windows_differ, by_operator),
        Check("C^T", _TRANSPOSE_NUMBERS, _TRANSPOSE_NUMBERS, windows_differ, by_transposed_matrix),
    )
}
"""Every check by its name, in the order in which they are printed."""
