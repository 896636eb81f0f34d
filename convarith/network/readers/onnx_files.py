"""Networks from ONNX files: the file to plain data, and the graph to nodes. Of weights only the shapes are read.

The only reader that needs a package: ``onnx``, which comes with the extra of that name. What each operator becomes is
in `onnx_operators`.
"""

from __future__ import annotations

from pathlib import Path
from struct import calcsize, unpack_from
from typing import TYPE_CHECKING, Any

from convarith.errors import ParameterError, RefusedError
from convarith.network.readers.onnx_graphs import MOST_VALUES, Constant, OnnxGraph, OnnxNode
from convarith.network.readers.onnx_networks import network_of

if TYPE_CHECKING:
    from os import PathLike

    from convarith.network.graph import Network

MISSING = "reading an .onnx file needs the onnx package; python -m pip install 'convarith[onnx]'"

DEPTH = 20
"""So deep, graphs in graphs are looked into."""

UNTOLD = ("", "main_graph", "torch_jit", "torch-jit-export", "graph")
"""Names that exporters give every graph."""


def from_onnx(path: str | PathLike[str]) -> Network:
    """The network of an ONNX file; its input is that of the file where its sizes are numbers.

    >>> from_onnx("no.onnx")  # doctest: +SKIP
    Traceback (most recent call last):
    FileNotFoundError: [Errno 2] No such file or directory: 'no.onnx'

    Raises:
        ParameterError: it is no ONNX file, or has several inputs or outputs, or a node that is never right.
        ModuleNotFoundError: the onnx package is not installed.
        OSError: the file cannot be read.
    """
    try:
        import onnx  # the one package that a reader needs, and only this one
    except ImportError:
        raise ModuleNotFoundError(MISSING) from None
    file = Path(path)
    content = file.read_bytes()
    try:
        model = onnx.load_model_from_string(content)
        if model.functions:
            from onnx import inliner  # few files have functions

            model = inliner.inline_local_functions(model)
        graph = _plain_graph(model, file.stem)
    except RefusedError:
        raise
    except Exception as error:  # noqa: BLE001  # protobuf and onnx raise kinds of their own, which have no common base
        reason = str(error).partition("\n")[0][:120]
        raise ParameterError(f"{file.name} is no ONNX file: {reason or type(error).__name__}") from None
    return network_of(graph)


def _plain_graph(model: Any, title: str) -> OnnxGraph:
    """The graph of a model as plain data.

    Raises:
        ParameterError: it has several inputs or outputs, or none.
    """
    graph = model.graph
    if not graph.node and not graph.output:
        raise ParameterError("it holds no graph")
    stored = {_word(tensor.name): _constant(tensor, True) for tensor in graph.initializer}
    for sparse in graph.sparse_initializer:
        stored[_word(sparse.values.name)] = Constant(tuple(sparse.dims), None, True)
    inputs = [value for value in graph.input if _word(value.name) not in stored]
    for values, word in ((inputs, "input"), (list(graph.output), "output")):
        if len(values) != 1:
            names = ", ".join(_word(value.name) for value in values[:8]) or "none"
            raise ParameterError(
                f"the graph has {len(values)} {word}s ({names}); a network here is from one tensor to one: export it "
                f"with one, or cut it out with onnx.utils.extract_model",
                count=len(values),
            )
    opsets = [item.version for item in model.opset_import if item.domain in ("", "ai.onnx")]
    return OnnxGraph(
        title if graph.name in UNTOLD else _word(graph.name),
        max(opsets, default=1),
        _word(inputs[0].name),
        _sizes(inputs[0]),
        _word(graph.output[0].name),
        stored,
        tuple([_plain_node(node) for node in graph.node]),
    )


def _sizes(value: Any) -> tuple[int | None, ...] | None:
    """The sizes of an input, None for a symbol; None where not even their number is told."""
    kind = value.type.tensor_type
    if not value.type.HasField("tensor_type") or not kind.HasField("shape"):
        return None
    return tuple([dim.dim_value if dim.HasField("dim_value") and dim.dim_value > 0 else None for dim in kind.shape.dim])


def _plain_node(node: Any) -> OnnxNode:
    attributes = {_word(attribute.name): _attribute(attribute) for attribute in node.attribute}
    op, domain = _word(node.op_type), _word(node.domain)
    if not op:
        raise ParameterError(f"the node {_word(node.name)!r} has no op_type", name=_word(node.name))
    inputs = [_word(name) for name in (*node.input, *_outer_names(node))]
    outputs = [_word(name) for name in node.output]
    op = op if domain in ("", "ai.onnx") else f"{domain}.{op}"
    return OnnxNode(op, _word(node.name), tuple(inputs), tuple(outputs), attributes)


def _word(value: Any) -> str:
    """A text of the file, also one that is spoilt."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text if text.isprintable() else "".join(letter if letter.isprintable() else "?" for letter in text)


def _outer_names(node: Any, depth: int = DEPTH) -> list[str]:
    """The names that the graphs in a node, as the branches of an If, take from the graph around them."""
    found: list[str] = []
    for attribute in node.attribute:
        for graph in (attribute.g, *attribute.graphs) if attribute.type in (5, 10) else ():
            inner = {value.name for value in (*graph.input, *graph.initializer)}
            for each in graph.node:
                names = [*each.input, *(_outer_names(each, depth - 1) if depth else ())]
                found += [name for name in names if name and name not in inner]
                inner.update(each.output)
    return found


def _attribute(attribute: Any) -> Any:
    """The value of an attribute, by its type; None for what is not needed, as a graph."""
    kinds = {1: "f", 2: "i", 3: "s", 4: "t", 6: "floats", 7: "ints", 8: "strings"}
    name = kinds.get(attribute.type)
    if name is None:
        return None
    value = getattr(attribute, name)
    if name == "s":
        return _word(value)
    if name == "t":
        return _constant(value, False)
    return tuple(value) if name.endswith("s") else value


FORMATS = {1: "f", 2: "B", 3: "b", 4: "H", 5: "h", 6: "i", 7: "q", 9: "?", 10: "e", 11: "d", 12: "I", 13: "Q"}
"""How the numbers of a tensor's type lie in its raw data."""

ROWS = {1: "float_data", 7: "int64_data", 11: "double_data", 12: "uint64_data", 13: "uint64_data"}
"""Where they stand else; those of smaller types, as int32_data."""

EXTERNAL = 1


def _constant(tensor: Any, stored: bool) -> Constant:
    """A tensor of the file: its shape, and its numbers if they are few and there."""
    dims = tuple(tensor.dims)
    if min(dims, default=1) < 0:
        return Constant(None, None, stored)
    constant = Constant(dims, None, stored)
    count = constant.numel or 0
    if count > MOST_VALUES or tensor.data_location == EXTERNAL or tensor.data_type not in FORMATS:
        return constant
    form = f"<{count}{FORMATS[tensor.data_type]}"
    if tensor.raw_data:
        values = unpack_from(form, tensor.raw_data) if len(tensor.raw_data) >= calcsize(form) else ()
    else:
        values = tuple(getattr(tensor, ROWS.get(tensor.data_type, "int32_data")))
    return constant._replace(values=values) if len(values) == count else constant
