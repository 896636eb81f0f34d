"""A question in each framework's own words: what it calls "same", how it takes padding, what it cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convarith.arithmetic.axis import conv_transpose_count
from convarith.frameworks.spellings import POOLS, SPELLINGS, taken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convarith.frameworks.comparison import Row


NAMED: dict[str, dict[str, tuple[str, ...]]] = {
    "same": {
        "torch": ("same",),
        "keras": ("same",),
        "tensorflow": ("SAME",),
        "jax": ("SAME", "SAME_LOWER"),
        "flax": ("SAME",),
        "onnx": ("SAME_UPPER", "SAME_LOWER"),
        "onnxruntime": ("SAME_UPPER", "SAME_LOWER"),
        "theano": ("half",),
    },
    "valid": {
        "torch": ("valid",),
        "keras": ("valid",),
        "tensorflow": ("VALID",),
        "jax": ("VALID",),
        "flax": ("VALID",),
        "onnx": ("VALID",),
        "onnxruntime": ("VALID",),
        "theano": ("valid",),
    },
}
"""What a padding by name is called; the nearest that a framework has."""


class UnsaidError(Exception):
    """A framework has no words for a question."""


def asked_of(
    framework: str, operation: str, sizes: tuple[int, ...], fields: dict[str, Any], padding: Any, ceil_mode: bool
) -> dict[str, Any]:
    """The parameters of the framework's own call."""
    names = SPELLINGS[framework][operation]
    ndim = len(sizes)
    asked: dict[str, Any] = {}
    given = dict(fields)
    if "stride" not in given and framework in ("jax", "tensorflow"):  # which have no default for it, or None
        given["stride"] = given["kernel"] if operation in POOLS else 1
    for field, value in given.items():
        if field not in names:
            if (field == "dilation" and value == 1) or (field == "output_padding" and value == 0):
                continue
            raise UnsaidError(f"no {field.replace('_', ' ')} here")
        if field == "dilation" and value == 1:
            continue
        asked[names[field]] = taken(framework, operation, field, value, ndim)
    asked.update(_padded(framework, operation, names, padding, ndim))
    if ceil_mode:
        asked.update(_rounded_up(framework, names))
    if "output_size" in names and framework in ("tensorflow", "theano"):
        asked[names["output_size"]] = _largest(fields, sizes, padding)
    return asked


def _padded(framework: str, operation: str, names: Mapping[str, str], padding: Any, ndim: int) -> dict[str, Any]:
    """The padding in the framework's words: a name, a number, pairs, or all before and then all after."""
    padded = padding != "valid" if isinstance(padding, str) else any(map(any, padding))
    if "padding" not in names:
        if padded:
            raise UnsaidError("no padding here: pad the input first")
        return {}
    if isinstance(padding, str):
        return {"auto_pad" if framework == "onnx" else names["padding"]: padding}
    if framework == "keras":
        if padded:
            raise UnsaidError("no padding in numbers: a layer of its own pads or crops")
        return {names["padding"]: "valid"}
    if framework == "tensorflow":
        return {names["padding"]: ((0, 0), (0, 0), *padding) if padded else "VALID"}
    if framework in ("jax", "flax"):
        return {names["padding"]: padding}
    if not padded:
        return {}
    if framework == "onnx":
        return {names["padding"]: tuple([pair[side] for side in (0, 1) for pair in padding])}
    even = [before for before, after in padding if before == after]
    if len(even) == ndim:
        return {names["padding"]: even[0] if len(set(even)) == 1 else tuple(even)}
    if framework == "theano" and operation not in POOLS:
        return {names["padding"]: padding}
    raise UnsaidError("the same padding on both sides only: pad the input first")


def _rounded_up(framework: str, names: Mapping[str, str]) -> dict[str, Any]:
    if "ceil" not in names:
        raise UnsaidError("no rounding up")
    return {names["ceil"]: {"onnx": 1, "caffe": "CEIL", "theano": False}.get(framework, True)}


def _largest(fields: dict[str, Any], sizes: tuple[int, ...], padding: Any) -> tuple[int, ...]:
    """The output that is usually meant where it has to be given: s·i with "same", the least that goes back else."""
    kernels, strides, dilations = (
        _listed(value, len(sizes)) for value in (fields["kernel"], fields.get("stride", 1), fields.get("dilation", 1))
    )
    if padding in ("SAME", "half"):
        return tuple([size * step for size, step in zip(sizes, strides, strict=True)])
    pads = ((0, 0),) * len(sizes) if isinstance(padding, str) else padding
    return tuple(
        [
            conv_transpose_count(size, kernel, dilation, step, before + after, 0)
            for size, kernel, dilation, step, (before, after) in zip(
                sizes, kernels, dilations, strides, pads, strict=True
            )
        ]
    )


def _listed(value: int | tuple[int, ...], ndim: int) -> tuple[int, ...]:
    return (value,) * ndim if isinstance(value, int) else value


def telling(row: Row) -> list[str]:
    words = _words(row.call.partition("(")[2].removesuffix(")"))
    return [word for word in words if word.partition("=")[0] in _TELLING]


_TELLING = (
    "padding",
    "pad",
    "pads",
    "auto_pad",
    "border_mode",
    "ceil_mode",
    "round_mode",
    "ignore_border",
    "output_padding",
    "output_shape",
    "use_consistent_padding",
)


def _words(call: str) -> list[str]:
    """The arguments of a call: parts at the commas outside of parentheses."""
    words, depth, start = [], 0, 0
    for place, sign in enumerate(call):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and not depth:
            words.append(call[start:place].strip())
            start = place + 1
    return [*words, call[start:].strip()]
