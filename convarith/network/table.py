"""The table of a network: per layer the shape, the parameters, the MACs, the memory and the nominal receptive field.

This is the data; `reports` words it as text, Markdown, CSV and HTML.
"""

from __future__ import annotations

from math import prod

from convarith.network.fields import Field
from convarith.network.operations import shown
from convarith.network.tracing import trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, SupportsIndex

    from convarith.errors import RefusedError
    from convarith.network.graph import Network, Node
    from convarith.network.operations import Met
    from convarith.network.tracing import Trace

BYTES = 4
"""Of one number: memory is that of float32."""

MACS = (
    "MACs are weights × output positions (a transposed convolution's weights × input positions), without bias, "
    "normalization and pooling"
)
"""The convention, which every output names."""


class Row:
    """One layer of the table.

    ``receptive_field``, ``jump``, ``start`` and ``varies`` have one entry per axis, each None where the field is not
    known to be a pattern (branches that drift apart, an input without an axis).
    """

    __slots__ = ("_met", "fields", "node", "number")

    def __init__(self, number: int, node: Node, met: Met, fields: tuple[Field | None, ...]) -> None:
        self.number = number
        self.node = node
        self._met = met
        self.fields = fields

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def kind(self) -> str:
        """What the layer is: convolution, max pooling ..."""
        return self.node.operation.title

    @property
    def output_shape(self) -> tuple[int, ...]:
        """(channels, sizes ...), or (features,)."""
        return self._met.shape

    @property
    def weights(self) -> int:
        return self._met.weights

    @property
    def biases(self) -> int:
        return self._met.biases

    @property
    def norm(self) -> int:
        """Parameters of a normalization."""
        return self._met.norm

    @property
    def parameters(self) -> int:
        return self._met.weights + self._met.biases + self._met.norm

    @property
    def macs(self) -> int:
        """Multiply-accumulates: weights × output positions, or input positions where the layer is transposed."""
        return self._met.macs

    @property
    def memory(self) -> int:
        """Bytes of the output, as float32."""
        return BYTES * prod(self._met.shape)

    @property
    def receptive_field(self) -> tuple[int | None, ...]:
        """The nominal span that a unit looks at, the largest where it varies."""
        return tuple([None if field is None else field.size for field in self.fields])

    @property
    def jump(self) -> tuple[int | float | None, ...]:
        """How far the input moves on from one unit to the next, on average where it varies."""
        return tuple([None if field is None else field.jump for field in self.fields])

    @property
    def start(self) -> tuple[int | float | None, ...]:
        """The centre of unit 0's field, as an index from 0."""
        return tuple([None if field is None else field.start for field in self.fields])

    @property
    def varies(self) -> tuple[bool, ...]:
        """Whether neighbouring units differ in the size of their field, or in how far apart they look."""
        return tuple([field is None or field.varies for field in self.fields])

    def __repr__(self) -> str:
        return f"<Row {self.name}: {self.kind}, {shown(self.output_shape)}>"

    def to_dict(self) -> dict[str, Any]:
        """The row as data, by the keys of ``--json``."""
        return {
            "name": self.name,
            "kind": self.kind,
            "output_shape": list(self.output_shape),
            "parameters": self.parameters,
            "weights": self.weights,
            "biases": self.biases,
            "norm": self.norm,
            "macs": self.macs,
            "memory": self.memory,
            "receptive_field": list(self.receptive_field),
            "receptive_field_sizes": [None if field is None else list(field.sizes) for field in self.fields],
            "jump": list(self.jump),
            "start": list(self.start),
            "varies": list(self.varies),
        }


class Table:
    """A network on one input, layer by layer; it prints itself.

    ``refusal`` is the error of the first layer that does not fit, after whose predecessors the rows end; `tabulate`
    gives such a table only when asked to.
    """

    __slots__ = ("input_shape", "network", "refusal", "rows", "trace")

    def __init__(self, found: Trace) -> None:
        self.trace = found
        self.network: Network = found.network
        self.input_shape: tuple[int, ...] = found.input_shape
        self.refusal: RefusedError | None = found.refusal
        fields = nominal_fields(found)
        nodes = found.network.nodes
        self.rows = tuple(
            [Row(number, nodes[number], found.met[number], fields[number]) for number in range(1, len(fields))]
        )

    def __getitem__(self, name: str) -> Row:
        """The row of the layer of that name.

        Raises:
            ParameterError: there is no such layer, or no row of it.
        """
        from convarith.errors import ParameterError
        from convarith.network.tracing import node_number

        number = node_number(self.network, name)
        if not 0 < number <= len(self.rows):
            why = f"the table ends before it: {self.refusal}" if number else "the rows begin after the input"
            raise ParameterError(f"there is no row of {name}; {why}", name=name)
        return self.rows[number - 1]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"<Table of {len(self)} layers, {shown(self.input_shape)} to {shown(self.output_shape)}>"

    @property
    def output_shape(self) -> tuple[int, ...]:
        return self.rows[-1].output_shape if self.rows else self.input_shape

    @property
    def parameters(self) -> int:
        return sum([row.parameters for row in self.rows])

    @property
    def macs(self) -> int:
        return sum([row.macs for row in self.rows])

    @property
    def totals(self) -> dict[str, int]:
        """The sums over all layers; memory is in bytes of float32."""
        rows = self.rows
        parameters = self.parameters
        return {
            "parameters": parameters,
            "weights": sum([row.weights for row in rows]),
            "biases": sum([row.biases for row in rows]),
            "norm": sum([row.norm for row in rows]),
            "macs": self.macs,
            "flops": 2 * self.macs,
            "activation_memory": sum([row.memory for row in rows]),
            "largest_activation_memory": max([row.memory for row in rows], default=0),
            "parameter_memory": BYTES * parameters,
        }

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader assumed, and which layers are not known."""
        unknown = [row for row in self.rows if row.node.operation.word == "unknown"]
        said = self.network.warnings
        unsaid = [row for row in unknown if not any(_tells_of(warning, row) for warning in said)]
        return *said, *[f"{row.name} ({row.kind}) is taken to keep its shape, with no parameters" for row in unsaid]

    def to_dict(self) -> dict[str, Any]:
        """The table as data, by the keys of ``--json``."""
        return {
            "title": self.network.title,
            "input_shape": list(self.input_shape),
            "output_shape": list(self.output_shape) if self.refusal is None else None,
            "layers": [row.to_dict() for row in self.rows],
            "totals": self.totals,
            "conventions": {"macs": MACS, "memory": "bytes of float32", "start": "index from 0"},
            "warnings": list(self.warnings),
        }

    def __str__(self) -> str:
        from convarith.network.reports import table_text

        return table_text(self)

    def _repr_html_(self) -> str:
        from convarith.network.reports import table_html

        return table_html(self)


def tabulate(network: Network, input_shape: Sequence[SupportsIndex] | None = None, partial: bool = False) -> Table:
    """The table of a network; with ``partial`` up to the first layer that does not fit.

    Raises:
        ShapeError: a layer does not fit, and the table is not to be partial.
    """
    table = Table(trace(network, input_shape))
    if table.refusal is not None and not partial:
        from convarith.network.advice import advised

        raise advised(table.trace)
    return table


def nominal_fields(found: Trace) -> list[tuple[Field | None, ...]]:
    """Per node and axis the nominal field, as far as the trace got."""
    one = Field.of_input()
    fields: list[tuple[Field | None, ...]] = [(one,) * len(found.met[0].positions)]
    for node, met in zip(found.network.nodes[1:], found.met[1:], strict=False):
        before = [fields[source] for source in node.inputs]
        reads = met.reads
        if len(before) == 1:
            own = reads[0]
            fields.append(before[0] if own is None else _through(before[0], own))
            continue
        joined: tuple[Field | None, ...] | None = None
        for held, own in zip(before, reads, strict=True):
            if own == ():
                continue
            branch = held if own is None else _through(held, own)
            joined = branch if joined is None else _joined(joined, branch)
        fields.append(joined or ())
    return fields


def _through(fields: tuple[Field | None, ...], reads: tuple[Any, ...]) -> tuple[Field | None, ...]:
    found: list[Field | None] = []
    for axis, (field, relation) in enumerate(zip(fields, reads, strict=True)):
        if axis and field is fields[0] and (relation is reads[0] or relation == reads[0]):
            found.append(found[0])  # a square input, a square kernel
        else:
            found.append(None if field is None else field.through(relation))
    return tuple(found)


def _joined(ours: tuple[Field | None, ...], theirs: tuple[Field | None, ...]) -> tuple[Field | None, ...]:
    found: list[Field | None] = []
    for axis, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        if axis and one is ours[0] and other is theirs[0]:
            found.append(found[0])
        else:
            found.append(None if one is None or other is None else one.joined(other))
    return tuple(found)


def _tells_of(warning: str, row: Row) -> bool:
    """Whether a reader's warning is that this layer is not known: it says so of its name, or of its kind."""
    import re

    names = (row.name, row.kind.removeprefix("unknown layer "))
    return "taken to keep" in warning and any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", warning) for name in names)


def network_html(network: Network) -> str:
    """What a notebook shows of a network: its table where it has an input of its own that fits, else its notation."""
    from html import escape

    if network.input_shape is not None:
        return tabulate(network, partial=True)._repr_html_()
    return f"<pre>{escape(network.to_text())}</pre>"
