"""From an ONNX graph as plain data to a network: what leads to the output, node by node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convarith.errors import ParameterError, RefusedError
from convarith.network.operations import Flatten
from convarith.network.readers.assembling import Assembly, Tensor
from convarith.network.readers.onnx_calls import Held, OnnxCall
from convarith.network.readers.onnx_graphs import UNKNOWN, Constant, folded
from convarith.network.readers.onnx_operators import channels_first, read_operator
from convarith.network.readers.onnx_windows import LAST_OPSET, WINDOWED
from convarith.network.tracing import in_layer

if TYPE_CHECKING:
    from convarith.network.graph import Network
    from convarith.network.readers.onnx_graphs import OnnxGraph, OnnxNode

MOST_STEPS = 20
"""So many nodes on, what has not told the order of the axes is not looked for."""


def network_of(graph: OnnxGraph) -> Network:
    """The network of a graph.

    Raises:
        ParameterError: a node is never right, or the output hangs on nothing.
    """
    return _Reader(graph).network()


class _Reader:
    """One graph while it is read: ``held`` are its tensors by their names."""

    def __init__(self, graph: OnnxGraph) -> None:
        self._graph = graph
        self._nodes = _leading(graph)
        self._takers: dict[str, list[OnnxNode]] = {}
        for node in self._nodes:
            for name in dict.fromkeys(node.inputs):
                self._takers.setdefault(name, []).append(node)
        self._assembly = Assembly(node.name or (node.outputs or ("",))[0] for node in self._nodes)
        self._constants = {**graph.constants, "": UNKNOWN}
        self._held: dict[str, Held] = {}

    def network(self) -> Network:
        graph = self._graph
        if graph.opset > LAST_OPSET:
            self._assembly.warn(f"opset {graph.opset} is younger than {LAST_OPSET}, and read as if it were that")
        shape = self._begin()
        done: set[str] = set()
        for node in self._nodes:
            if node.outputs and node.outputs[0] in done:
                continue  # became one with the node before it
            if any(name in self._held for name in node.inputs):
                done |= self._read(node)
            else:
                constant = folded(node, [self._constants.get(name, UNKNOWN) for name in node.inputs])
                self._constants.update(dict.fromkeys(node.outputs, constant))
        if graph.output not in self._held:
            raise ParameterError("the output of the graph does not hang on its input")
        return self._assembly.build(self._held[graph.output].tensor, graph.title, shape)

    def _begin(self) -> tuple[int, ...] | None:
        """Hold the input; its shape as ours, where all its sizes are known."""
        name, sizes = self._graph.input, self._graph.sizes
        if sizes is None:
            self._held[name] = Held(Tensor(0, next(iter(self._ranks()), None)))
            return None
        if len(sizes) < 2:
            raise ParameterError(f"the input {name} has {len(sizes)} axes; it needs a batch and channels at least")
        ndim = len(sizes) - 2
        if not ndim:
            return self._begin_flat(sizes[1])
        last = self.moves_channels_first(name, ndim)
        given = (sizes[-1], *sizes[1:-1]) if last else sizes[1:]
        known = tuple([size for size in given if size is not None])
        if len(known) < len(given):
            self._held[name] = Held(Tensor(0, ndim, given[0]), last)
            return None
        self._held[name] = Held(Tensor(0, ndim, known[0], known, known[1:]), last)
        return known

    def _begin_flat(self, features: int | None) -> tuple[int, ...] | None:
        """An input of features only: axes of size 1 are put beside, and a flatten after it."""
        name = self._graph.input
        if features is None:
            self._held[name] = Held(Tensor(0, 0))
            return None
        ones = (1,) * max(self._ranks(), default=1)
        shape = (features, *ones)
        self._assembly.warn(f"the input is flat, of {features} features; it is taken as {'x'.join(map(str, shape))}")
        start = Tensor(0, len(ones), features, shape, ones)
        self._held[name] = Held(self._assembly.add(Flatten(), [start], self._assembly.names.of("flat_input")))
        return shape

    def _ranks(self) -> list[int]:
        """The numbers of spatial axes that the weights of convolutions tell."""
        found = [
            self._constants.get(node.inputs[1], UNKNOWN).dims or ()
            for node in self._nodes
            if node.op in ("Conv", "ConvTranspose") and len(node.inputs) > 1
        ]
        return [len(dims) - 2 for dims in found if len(dims) > 2]

    def moves_channels_first(self, name: str, ndim: int) -> bool:
        """Whether all that take a tensor bring its channels from the end to the front.

        Of one spatial axis the same permutation brings them to the end; then what comes next tells.
        """
        takers = self._takers.get(name, [])
        if not takers or any(node.op != "Transpose" or node.get("perm") != channels_first(ndim) for node in takers):
            return False
        return ndim > 1 or all(self._acts_on_channels_first(node) for node in takers)

    def _acts_on_channels_first(self, node: OnnxNode) -> bool:
        """Whether the first to tell, of those that take what this node gives, has its channels at the front."""
        for _ in range(MOST_STEPS):
            takers = self._takers.get(node.outputs[0], []) if node.outputs else []
            if not takers:
                return True
            node = takers[0]
            if node.op in ("MatMul", "LayerNormalization", "Transpose", "LSTM", "GRU", "RNN"):
                return False
            if node.op in WINDOWED or node.op.endswith("Normalization"):
                return True
        return True

    def chain_after(self, node: OnnxNode, most: int) -> list[OnnxNode]:
        """The nodes after a node, each of which alone takes what the one before gives, at most so many; those that
        only ask a shape do not count."""
        found: list[OnnxNode] = []
        while len(found) < most and node.outputs:
            takers = [taker for taker in self._takers.get(node.outputs[0], []) if taker.op != "Shape"]
            if len(takers) != 1:
                break
            node = takers[0]
            found.append(node)
        return found

    def _read(self, node: OnnxNode) -> set[str]:
        """Read one node that takes a tensor; the outputs of a node that becomes one with it."""
        call = OnnxCall(node, self._graph, self._assembly, self._held, self._constants, self)
        try:
            if node.op in ("Shape", "Size"):
                self._constants.update(dict.fromkeys(node.outputs, _shape_of(call)))
                return set()
            found = read_operator(call)
        except RefusedError as refusal:
            raise in_layer(refusal, f"{call.name} ({node.op})") from None
        self._held.update(dict.fromkeys(node.outputs, found))
        for joined in call.joined:
            self._held.update(dict.fromkeys(joined.outputs, found))
        return {name for joined in call.joined for name in joined.outputs}


def _shape_of(call: OnnxCall) -> Constant:
    """The shape of a tensor as a constant, or the part of it that is asked for."""
    dims = call.held.dims
    if dims is None or call.node.op == "Size":
        return UNKNOWN
    values = (call.batch, *dims)
    values = values[call.whole("start", 0) : call.whole("end", len(values))]
    return Constant((len(values),), values, of_shape=True)


def _leading(graph: OnnxGraph) -> tuple[OnnxNode, ...]:
    """The nodes that lead to the output.

    Raises:
        ParameterError: a node takes what no earlier one gives.
    """
    needed = {graph.output}
    found = []
    for node in reversed(graph.nodes):
        if needed.intersection(node.outputs):
            found.append(node)
            needed.difference_update(node.outputs)
            needed.update(node.inputs)
    missing = sorted(needed - {graph.input, "", *graph.constants})
    if missing:
        raise ParameterError(f"a node takes {missing[0]!r}, which nothing before it gives", name=missing[0])
    return tuple(reversed(found))
