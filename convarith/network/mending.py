"""What would mend that rows are lost to a floor: the nearest inputs at which none are, or padding in the first layer.

Which sizes there are is the answer of `fitting`; here each mend is tried before it is told.
"""

from __future__ import annotations

from convarith.errors import RefusedError
from convarith.network.graph import Network, Node
from convarith.network.operations import Convolution
from convarith.network.tracing import Trace, node_number, trace
from convarith.network.unread_rows import passed_on, unread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convarith.arithmetic.padding import Padding
    from convarith.network.fitting import Fits


LARGEST_STRIDE = 256
"""With more in all, so many classes of sizes are to be tried that a table would have to wait for them."""


class Mend:
    """A change after which nothing is lost: an input of another size, or another ``padding`` in a ``layer``.

    ``last`` is the last layer whose size follows that of the input.
    """

    __slots__ = ("_found", "last", "layer", "padding")

    def __init__(self, found: Trace, last: str, layer: str = "", padding: Padding = 0) -> None:
        self._found = found
        self.last = last
        self.layer = layer
        self.padding = padding

    @property
    def input_shape(self) -> tuple[int, ...]:
        return self._found.input_shape

    @property
    def output_shape(self) -> tuple[int, ...]:
        return self._found.output_shape

    def shape_of(self, layer: str) -> tuple[int, ...]:
        """What that layer then makes."""
        return self._found.met[node_number(self._found.network, layer)].shape

    def to_dict(self) -> dict[str, Any]:
        """The mend as data, by the keys of ``--json``."""
        return {
            "input_shape": list(self.input_shape),
            "output_shape": list(self.output_shape),
            "layer": self.layer or None,
            "padding": self.padding if self.layer else None,
        }


class Mends:
    """All ``found`` mends, and in words all ``sizes`` at which nothing is lost."""

    __slots__ = ("found", "sizes")

    def __init__(self, found: tuple[Mend, ...] = (), sizes: str = "") -> None:
        self.found = found
        self.sizes = sizes


def mends(found: Trace) -> Mends:
    """The nearest larger and smaller input of which no layer loses a row, and the padding that does as the larger does.

    Each was tried; none where nothing is lost, or no size mends it.

    >>> import convarith as ca
    >>> from convarith.network.tracing import trace
    >>> mended = mends(trace(ca.network.parse("11-4Conv96 -> 3-2MaxPool"), (3, 224, 224)))
    >>> for mend in mended.found:
    ...     print(mend.input_shape, mend.layer, mend.padding)
    (3, 227, 227)  0
    (3, 219, 219)  0
    (3, 224, 224) conv1 2
    >>> mended.sizes
    'n = 3 mod 8, n ≥ 19'
    """
    if found.refusal is not None or _is_whole(found) or _stride(found) > LARGEST_STRIDE:
        return Mends()
    try:
        fits = found.network.fits(found.input_shape)
    except RefusedError:  # too many classes of sizes to try
        return Mends()
    told = []
    last = fits[0].output_layer
    larger, smaller = _all_whole(found, fits, "above"), _all_whole(found, fits, "below")
    for shape in (larger, smaller):
        mended = None if shape is None else trace(found.network, shape)
        if mended is not None and _is_whole(mended):
            told.append(Mend(mended, last))
    if told and larger is not None:
        told += _paddings(found, larger, last)
    return Mends(tuple(told), _sizes_words(fits)) if told else Mends()


def _stride(found: Trace) -> int:
    """How far the input moves on, at most, from one unit of a layer to the next."""
    from convarith.network.table import nominal_fields

    return max((field.shift for fields in nominal_fields(found) for field in fields if field is not None), default=1)


def _sizes_words(fits: tuple[Fits, ...]) -> str:
    words = {str(each.whole) for each in fits}
    if len(words) == 1:
        return words.pop()
    return "; ".join(f"axis {', '.join(map(str, each.axes))}: {each.whole}" for each in fits)


def _all_whole(found: Trace, fits: tuple[Fits, ...], side: str) -> tuple[int, ...] | None:
    """The nearest shape on that side at which nothing is lost along any axis."""
    sizes = list(found.input_shape)
    for each in fits:
        for axis in each.axes:
            size = getattr(each.whole, side)(sizes[axis + 1])
            if size is None:
                return None
            sizes[axis + 1] = size
    return tuple(sizes) if tuple(sizes) != found.input_shape else None


def _is_whole(found: Trace) -> bool:
    return found.refusal is None and all(each.between for each in unread(found))


def _paddings(found: Trace, larger: tuple[int, ...], last: str) -> list[Mend]:
    """More padding in the first layer, where that does what the larger input does: the same on both sides, or else
    more after."""
    first = [
        number
        for number, node in enumerate(found.network.nodes)
        if number and found.met[number].reads != (None,) and any(passed_on(found, each) == 0 for each in node.inputs)
    ]
    operation = found.network.nodes[first[0]].operation
    if len(first) > 1 or type(operation) is not Convolution:
        return []
    axes: Any = found.met[first[0]].reads[0]
    needs = [size - own for size, own in zip(larger[1:], found.input_shape[1:], strict=True)]
    if any(need >= axis.span for need, axis in zip(needs, axes, strict=True)):
        return []
    alike: list[Any] = [axis.before + -(-need // 2) for axis, need in zip(axes, needs, strict=True)]
    uneven: list[Any] = [
        (axis.before + need // 2, axis.after + need - need // 2) for axis, need in zip(axes, needs, strict=True)
    ]
    as_larger = [met.shape for met in trace(found.network, larger).met[first[0] :]]
    for padding in (alike, uneven) if all(axis.before == axis.after for axis in axes) else (uneven,):
        padded = _with_padding(found, first[0], padding)
        if _is_whole(padded) and [met.shape for met in padded.met[first[0] :]] == as_larger:
            node: Any = padded.network.nodes[first[0]]
            return [Mend(padded, last, node.name, node.operation.layer.padding)]
    return []


def _with_padding(found: Trace, number: int, padding: list[Any]) -> Trace:
    """The same network on the same input, one layer's padding changed."""
    nodes = list(found.network.nodes)
    operation: Any = nodes[number].operation
    one = len(set(padding)) == 1
    layer = operation.layer.replace(padding=(padding[0],) if one else tuple(padding))
    nodes[number] = Node(
        nodes[number].name, Convolution(**{**operation.settings, "layer": layer}), nodes[number].inputs
    )
    return trace(Network(nodes), found.input_shape)
