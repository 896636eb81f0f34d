"""An ONNX graph as plain data, and what is known of its constants.

What reads a file makes an `OnnxGraph` of it; all else works on that and needs no package. Shapes that are computed in
the graph, as exporters do before a Reshape, are computed here, sizes that are not known being None.
"""

from __future__ import annotations

from itertools import product
from math import prod
from operator import add, mul, sub
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Number = int | float | None

MOST_VALUES = 64
"""Of larger constants only the shape is kept."""


class Constant(NamedTuple):
    """A tensor that hangs on no input: its dims and, of a small one, its values in a row; None where not known.

    ``stored`` says that it is an initializer, and so a parameter; ``of_shape`` that it was computed from a shape.
    """

    dims: tuple[int, ...] | None = None
    values: tuple[Number, ...] | None = None
    stored: bool = False
    of_shape: bool = False

    @property
    def numel(self) -> int | None:
        return None if self.dims is None else prod(self.dims)

    @property
    def integers(self) -> list[int] | None:
        """The values, where all are known and whole."""
        found = [value for value in self.values or () if isinstance(value, int)]
        return found if self.values is not None and len(found) == len(self.values) else None


class OnnxNode(NamedTuple):
    """A node: attributes are ints, floats, texts, tuples of them, or constants."""

    op: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        return self.attributes.get(name, default)


class OnnxGraph(NamedTuple):
    """Nodes in an order in which each takes what is there; ``sizes`` of the input, the batch first, None for a symbol.

    ``sizes`` is None where the file does not even tell how many there are.
    """

    title: str
    opset: int
    input: str
    sizes: tuple[int | None, ...] | None
    output: str
    constants: dict[str, Constant]
    nodes: tuple[OnnxNode, ...]


UNKNOWN = Constant()


def folded(node: OnnxNode, given: Sequence[Constant]) -> Constant:
    """The constant that a node makes of constants; `UNKNOWN` where this is nothing that shapes are computed with.

    >>> gather = OnnxNode("Gather", "", (), (), {})
    >>> folded(gather, [Constant((4,), (None, 64, 7, 7)), Constant((), (1,))]).values
    (64,)
    """
    if node.op in ("Constant", "ConstantOfShape"):
        return _constant(node, given)
    if not given:
        return UNKNOWN
    fold = _FOLDS.get(node.op)
    found = UNKNOWN if fold is None else fold(node, given)
    if found.values is not None and len(found.values) > MOST_VALUES:
        found = found._replace(values=None)
    return found._replace(of_shape=any(constant.of_shape for constant in given))


def _constant(node: OnnxNode, given: Sequence[Constant]) -> Constant:
    held = node.get("value")
    if node.op == "ConstantOfShape":
        dims = given[0].integers if given else None
        if dims is None or prod(dims) > MOST_VALUES or min(dims, default=0) < 0:
            return UNKNOWN
        value = held.values[0] if isinstance(held, Constant) and held.values else 0
        return Constant(tuple(dims), (value,) * prod(dims))
    if isinstance(held, Constant):
        return held
    for name in ("value_int", "value_float"):
        if isinstance(node.get(name), (int, float)):
            return Constant((), (node.get(name),))
    for name in ("value_ints", "value_floats"):
        values = node.get(name)
        if isinstance(values, tuple):
            return Constant((len(values),), values[:MOST_VALUES] if len(values) <= MOST_VALUES else None)
    return UNKNOWN


def _same(node: OnnxNode, given: Sequence[Constant]) -> Constant:
    return given[0]


def _cast(node: OnnxNode, given: Sequence[Constant]) -> Constant:
    whole = node.get("to") in (6, 7)  # int32, int64
    values = given[0].values
    if values is not None and whole:
        values = tuple([int(value) if isinstance(value, float) and abs(value) < 1e18 else value for value in values])
    return given[0]._replace(values=values)


def _shape(node: OnnxNode, given: Sequence[Constant]) -> Constant:
    dims = given[0].dims
    return UNKNOWN if dims is None else Constant((len(dims),), dims)


def _axes(node: OnnxNode, given: Sequence[Constant], place: int, ndim: int) -> list[int] | None:
    """The axes of a node, from an attribute or, in later opsets, from an input."""
    axes = given[place].integers if len(given) > place else node.get("axes")
    if not isinstance(axes, (list, tuple)) or any(not -ndim <= axis < ndim for axis in axes):
        return None
    return [axis % ndim for axis in axes]


def _unsqueezed(node: OnnxNode, given: Sequence[Constant]) -> Constant:
    dims, added = given[0].dims, given[1].integers if len(given) > 1 else node.get("axes")
    axes = None if dims is None or not added else _axes(node, given, 1, len(dims) + len(added))
    if dims is None or axes is None:
        return Constant(None, given[0].values)
    rest = iter(dims)
    return given[0]._replace(
        dims=tuple([1 if axis in axes else next(rest, 1) for axis in range(len(dims) + len(axes))])
    )


def _squeezed(node: OnnxNode, given: Sequence[Constant]) -> Constant:
    dims = given[0].dims
    if dims is None:
        return given[0]
    axes = _axes(node, given, 1, len(dims)) or [axis for axis, size in enumerate(dims) if size == 1]
    return given[0]._replace(dims=tuple([size for axis, size in enumerate(dims) if axis not in axes]))


def _reshaped(node: OnnxNode, given: Sequence[Constant]) -> Constant:
    target = given[1].integers if len(given) > 1 else list(node.get("shape") or ())
    total = given[0].numel
    if target is None or total is None:
        return Constant(None, given[0].values)
    rest = prod(size for size in target if size != -1)
    dims = tuple([total // rest if size == -1 and rest else size for size in target])
    return given[0]._replace(dims=dims if prod(dims) == total and min(dims, default=1) > 0 else None)


def _picked(constant: Constant, places: Sequence[Sequence[int]], order: Sequence[int] | None = None) -> Constant:
    """These places along each axis, the axes in this order."""
    dims = constant.dims or ()
    order = range(len(dims)) if order is None else order
    taken = tuple([len(places[axis]) for axis in order])
    if constant.values is None:
        return constant._replace(dims=taken)
    steps = [prod(dims[axis + 1 :]) for axis in range(len(dims))]
    values = [
        constant.values[sum(place * steps[axis] for axis, place in zip(order, found, strict=True))]
        for found in product(*[places[axis] for axis in order])
    ]
    return constant._replace(dims=taken, values=tuple(values))


def _all_places(constant: Constant) -> list[Sequence[int]] | None:
    return None if constant.dims is None else [range(size) for size in constant.dims]


def _transposed(node: OnnxNode, given: Sequence[Constant]) -> Constant:
    places = _all_places(given[0])
    order = node.get("perm") or tuple(reversed(range(len(places or ()))))
    if places is None or not isinstance(order, tuple) or sorted(order) != list(range(len(places))):
        return UNKNOWN
    return _picked(given[0], places, order)


def _gathered(node: OnnxNode, given: Sequence[Constant]) -> Constant:
    places = _all_places(given[0])
    axis, wanted = node.get("axis", 0), given[1].integers if len(given) > 1 else None
    if not places or wanted is None or not isinstance(axis, int) or not -len(places) <= axis < len(places):
        return UNKNOWN
    size = len(places[axis])
    if len(given[1].dims or ()) > 1 or any(not -size <= place < size for place in wanted):
        return UNKNOWN
    places[axis] = [place % size for place in wanted]
    found = _picked(given[0], places)
    if given[1].dims == () and found.dims is not None:
        axis %= len(places)
        return found._replace(dims=found.dims[:axis] + found.dims[axis + 1 :])
    return found


def _joined(node: OnnxNode, given: Sequence[Constant]) -> Constant:
    rows = [constant.values for constant in given]
    values = [value for row in rows if row is not None for value in row]
    if None in rows or any(len(constant.dims or (0,)) != 1 for constant in given):
        return UNKNOWN
    return Constant((len(values),), tuple(values))


def _sliced(node: OnnxNode, given: Sequence[Constant]) -> Constant:
    places = _all_places(given[0])
    if places is None:
        return UNKNOWN
    if len(given) > 1:
        starts, ends = [constant.integers or [] for constant in (*given[1:3], UNKNOWN)][:2]
    else:
        starts, ends = list(node.get("starts") or ()), list(node.get("ends") or ())
    axes = _axes(node, given, 3, len(places)) or list(range(len(starts)))
    steps = given[4].integers if len(given) > 4 else None
    steps = [1] * len(starts) if steps is None else steps
    if not starts or not len(starts) == len(ends) == len(steps) == len(axes) or 0 in steps or max(axes) >= len(places):
        return UNKNOWN
    for start, end, step, axis in zip(starts, ends, steps, axes, strict=True):
        size = len(places[axis])
        to_the_start = step < 0 and end < -size  # which Python's slice would count from the end
        places[axis] = places[axis][start : None if to_the_start else end : step]
    return _picked(given[0], places)


def _computed(node: OnnxNode, given: Sequence[Constant]) -> Constant:
    if len(given) != 2 or given[0].values is None or given[1].values is None:
        return UNKNOWN
    ours, theirs = given[0].values, given[1].values
    count = max(len(ours), len(theirs))
    if {len(ours), len(theirs)} - {1, count}:
        return UNKNOWN
    pairs = zip(ours * (count // len(ours) or 1), theirs * (count // len(theirs) or 1), strict=False)
    dims = given[0].dims if len(ours) == count else given[1].dims
    result = _RESULTS[node.op]
    return Constant(dims, tuple([_together(result, one, other) for one, other in pairs]))


def _together(result: Callable[[Any, Any], Number], one: Number, other: Number) -> Number:
    """Two numbers taken together, where both are known and within reach."""
    try:
        return None if one is None or other is None else result(one, other)
    except OverflowError:
        return None


def _quotient(one: int | float, other: int | float) -> Number:
    """What a division gives: of whole numbers, without what is left."""
    if not other:
        return None
    if isinstance(one, float) or isinstance(other, float):
        return one / other
    return abs(one) // abs(other) * (1 if (one < 0) == (other < 0) else -1)


_RESULTS: dict[str, Callable[[Any, Any], Number]] = {
    "Add": add,
    "Sub": sub,
    "Mul": mul,
    "Div": _quotient,
    "Mod": lambda one, other: one % other if other else None,
    "Max": max,
    "Min": min,
}
"""Arithmetic on two numbers that are known."""


_FOLDS = {
    "Identity": _same,
    "Cast": _cast,
    "Floor": _same,
    "DequantizeLinear": _same,
    "QuantizeLinear": _same,
    "Shape": _shape,
    "Unsqueeze": _unsqueezed,
    "Squeeze": _squeezed,
    "Reshape": _reshaped,
    "Transpose": _transposed,
    "Gather": _gathered,
    "Concat": _joined,
    "Slice": _sliced,
    **dict.fromkeys(_RESULTS, _computed),
}
