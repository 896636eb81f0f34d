"""Layers that exporters write as several nodes: which nodes after one become one with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convarith.network.readers.onnx_calls import OnnxCall
    from convarith.network.readers.onnx_graphs import OnnxNode

MOST_MEANS = 4


def has_bias(call: OnnxCall, features: int) -> bool:
    """Whether the next node only adds a bias, one number for each feature, with which this one becomes one."""
    chain = call.chain_after(1)
    if not chain or chain[0].op != "Add" or not _for_each_feature(call, chain[0], features):
        return False
    call.joined = tuple(chain)
    return True


def means_channels(call: OnnxCall) -> bool:
    """Whether this makes an axis of the channels, and the next nodes take means over neighbours on it and take the axis
    away, as a local response normalization is written; they become one."""
    found: list[OnnxNode] = []
    for after in call.chain_after(MOST_MEANS):
        found.append(after)
        if after.op in ("Squeeze", "If"):
            break
        kernel, strides = after.get("kernel_shape") or (1, 1), after.get("strides") or (1,)
        rows = isinstance(kernel, tuple) and isinstance(strides, tuple)
        if after.op not in ("Pad", "AveragePool") or not rows or {*kernel[1:], *strides} != {1}:
            return False
    ops = [each.op for each in found]
    if "AveragePool" not in ops or ops[-1] not in ("Squeeze", "If"):
        return False
    call.joined = tuple(found)
    return True


def group_norm(call: OnnxCall) -> bool | None:
    """Whether a group normalization that begins here, with a Reshape to groups, has parameters; None where none does.

    It is an instance normalization of the groups, a Reshape back, and perhaps a scale and a shift of each channel.
    """
    chain = call.chain_after(4)
    if [each.op for each in chain[:2]] != ["InstanceNormalization", "Reshape"]:
        return None
    call.joined = tuple(chain[:2])
    features = call.at.channels
    affine = [each.op for each in chain[2:]] == ["Mul", "Add"] and features is not None
    if not affine or not all(_for_each_feature(call, each, features or 0) for each in chain[2:]):
        return False
    call.joined = tuple(chain)
    return True


def _for_each_feature(call: OnnxCall, node: OnnxNode, features: int) -> bool:
    """Whether a node takes, beside a tensor, a constant of one number for each of so many features."""
    dims = call.dims_beside(node)
    place = 0 if call.held.last else call.at.ndim or 0
    if dims is None or len(dims) <= place or dims[-1 - place] != features:
        return False
    return all(size == 1 for axis, size in enumerate(reversed(dims)) if axis != place)
