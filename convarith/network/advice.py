"""What to do where a network refuses an input: why branches disagree, which inputs run, and what else would mend it."""

from __future__ import annotations

from convarith.errors import ParameterError, RefusedError
from convarith.network import operations as ops
from convarith.network.fit_words import nearest_words, remainder_words
from convarith.network.graph import Network, Node
from convarith.network.tracing import trace

WORK = 300_000
"""At most this many pairs of a size and a layer are tried for a piece of advice."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex

    from convarith.network.fitting import Fits
    from convarith.network.size_sets import Sizes
    from convarith.network.tracing import Trace


def fitting_trace(network: Network, input_shape: Sequence[SupportsIndex] | None) -> Trace:
    """The network on an input.

    Raises:
        ShapeError: a layer does not fit; with advice.
    """
    found = trace(network, input_shape)
    if found.refusal is not None:
        raise advised(found)
    return found


def advised(found: Trace) -> RefusedError:
    """The refusal of a trace, with the inputs that run: the nearest to the one given, and for branches that disagree
    the reason and a mend."""
    refusal = found.refusal
    assert refusal is not None
    axis = refusal.numbers.get("axis")
    if axis is None or "layer" not in refusal.numbers:
        return refusal
    size = found.input_shape[axis + 1]
    runs, reasons = _running(found, axis)
    if runs is None:
        return refusal
    parts = [refusal.message]
    if "sizes" in refusal.numbers:
        parts[0] += f": {' and '.join(reasons)}" if reasons else ""
    numbers = {**refusal.numbers, "input_size": size, "below": None, "above": None}
    if not runs:
        parts.append("no input size runs")
    elif size not in runs:
        below, above = runs.below(size), runs.above(size)
        if not all(_gets_past(found, axis, near) for near in (below, above) if near is not None):
            return refusal
        parts.append(f"inputs that run: {runs}; nearest to {size}: {nearest_words(runs, size)}")
        numbers |= {"below": below, "above": above}
    mend = output_padding_mend(found, axis)
    if mend is not None:
        parts.append(f"or give {mend[0]} output_padding {mend[1]} for this input")
    return type(refusal)("; ".join(parts), **numbers)


def output_padding_mend(found: Trace, axis: int) -> tuple[str, int | tuple[int, ...]] | None:
    """(layer, output_padding): the transposed convolution in the smaller branch of a merge that refuses, and what it
    needs for the branches to agree; None where that does not mend it."""
    refusal = found.refusal
    number = len(found.met)
    sizes = refusal.numbers.get("sizes") if refusal is not None else None
    node = found.network.nodes[number] if number < len(found.network.nodes) else None
    if sizes is None or node is None or len(sizes) != len(node.inputs):
        return None
    source = node.inputs[sizes.index(min(sizes))]
    while source and not isinstance(found.network.nodes[source].operation, ops.TransposedConvolution):
        source = found.network.nodes[source].inputs[0]
    if not source:
        return None
    operation = found.network.nodes[source].operation
    held = operation.layer.output_padding
    ndim = len(found.input_shape) - 1
    given = list(held) if isinstance(held, tuple) else [held] * ndim
    for every in (True, False):
        for more in range(1, max(sizes) - min(sizes) + 1):
            numbers = [each + more if every or at == axis else each for at, each in enumerate(given)]
            asked = numbers[0] if len(set(numbers)) == 1 else tuple(numbers)
            changed = _with_output_padding(operation, asked)
            if changed is None:
                break
            nodes = list(found.network.nodes)
            nodes[source] = Node(nodes[source].name, changed, nodes[source].inputs)
            if len(trace(Network(nodes), found.input_shape).met) > number:
                return nodes[source].name, asked
    return None


def _running(found: Trace, axis: int) -> tuple[Sizes | None, list[str]]:
    """The sizes that run along an axis, None where that is too much to find out; and what some branches leave over."""
    from convarith.network.fitting import fits, sizes_of_chain

    try:
        every = fits(found.network, found.input_shape, WORK)
    except RefusedError as refusal:
        return (sizes_of_chain(found.network, axis) if "period" in refusal.numbers else None), []
    along = next((each for each in every if axis in each.axes), None)
    return (None, []) if along is None else (along.runs, _reasons(found, along, found.input_shape[axis + 1]))


def _gets_past(found: Trace, axis: int, size: int) -> bool:
    """Whether the layer that refused takes an input of that size along an axis, or along all that have the same."""
    own = found.input_shape[axis + 1]
    channels, *sizes = found.input_shape
    alone = [*sizes[:axis], size, *sizes[axis + 1 :]]
    every = [size if each == own else each for each in sizes]
    return any(len(trace(found.network, (channels, *shape)).met) > len(found.met) for shape in (every, alone))


def _reasons(found: Trace, fits: Fits, size: int) -> list[str]:
    """Which layers of only some of the branches that disagree leave something over."""
    nodes = found.network.nodes
    number = len(found.met)
    behind = []
    for source in nodes[number].inputs:
        seen = {source}
        for own in range(source, 0, -1):
            if own in seen:
                seen.update(nodes[own].inputs)
        behind.append(seen)
    shared = set.intersection(*behind)
    names = {nodes[own].name for seen in behind for own in seen - shared}
    return [remainder_words(each) for each in fits.remainders(size) if each.layer in names][:2]


def _with_output_padding(operation: ops.Operation, output_padding: int | tuple[int, ...]) -> ops.Operation | None:
    fields = operation.settings
    try:
        fields["layer"] = operation.layer.replace(output_padding=output_padding)  # type: ignore[attr-defined]  # it is transposed
    except ParameterError:
        return None
    return type(operation)(**fields)
