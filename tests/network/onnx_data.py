"""ONNX graphs written by hand, as the plain data that a file is read into."""

from __future__ import annotations

from convarith.network.readers.onnx_graphs import Constant, OnnxGraph, OnnxNode
from convarith.network.tracing import traced

FAR = 2**63 - 1
"""What exporters write for the end of an axis."""


def node(op, *inputs, name="", outputs=None, **attributes):
    """A node whose output has its name, or its operator's."""
    name = name or op.lower()
    return OnnxNode(op, name, inputs, outputs or (name,), attributes)


def weights(*dims):
    return Constant(dims, None, stored=True)


def numbers(*values):
    return Constant((len(values),), values)


def graph_of(*nodes, sizes=(1, 4, 9, 11), opset=18, **constants):
    """A graph from ``data`` to what the last node gives."""
    return OnnxGraph("", opset, "data", sizes, nodes[-1].outputs[0], constants, nodes)


def described(network, input_shape=None):
    """(operation, shape) of every node but the input."""
    met = traced(network, input_shape).met
    return [(each.operation, found.shape) for each, found in zip(network.nodes[1:], met[1:], strict=True)]
