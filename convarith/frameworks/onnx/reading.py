"""How ONNX's attributes are read: lists in full, pads as all before and then all after, and which opset has what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from convarith.arithmetic.integers import integer, listed, shown
from convarith.errors import ParameterError, ShapeError
from convarith.frameworks.arguments import axes_counted, checked_sizes, named, spatial
from convarith.frameworks.onnx.rules import (
    AUTO_PADS,
    FIRST_OPSET,
    LAST_OPSET,
    REVISED_FROM,
    RUNTIME,
    SINCE,
    SPELLING,
    TITLE,
)
from convarith.frameworks.refusals import quoted

if TYPE_CHECKING:
    from convarith.arithmetic.layer import Shape
    from convarith.frameworks.rules import OneAxis


class Read(NamedTuple):
    """The attributes that every operation has: who is asked, in which opset, of which axes, padded how."""

    title: str
    opset: int
    auto_pad: str
    axes: tuple[OneAxis, ...]


def read(
    operation: str,
    input_shape: Shape | None,
    kernel_shape: Any,
    strides: Any,
    pads: Any,
    dilations: Any,
    auto_pad: Any,
    opset: Any,
    runtime: Any,
    **others: Any,
) -> Read:
    """The attributes of an operation; ``others`` are those that it does not have in every opset.

    Raises:
        ParameterError, ShapeError: one of them is not spelled as ONNX takes it, or not there.
    """
    title = TITLE if runtime is None else named(runtime, "runtime", (RUNTIME,), TITLE)
    version = _opset(operation, opset, title)
    _refuse_unknown(operation, version, title, {"dilations": dilations, **others})
    given = spatial(input_shape)
    ndim = SPELLING.ndim(given, kernel_shape, strides, dilations)
    spelling = SPELLING._replace(framework=title)
    axes = spelling.axes(
        given,
        ndim,
        kernel=("kernel_shape", kernel_shape),
        stride=("strides", (1,) * ndim if strides is None else strides),
        dilation=("dilations", (1,) * ndim if dilations is None else dilations),
    )
    name = named(auto_pad, "auto_pad", (*AUTO_PADS, "") if title == RUNTIME else AUTO_PADS, title)
    alone = title == TITLE or operation.startswith("conv")
    if not name:  # which onnxruntime reads as NOTSET, where shape inference lets it
        name, alone = "NOTSET", operation == "conv_transpose" and version >= REVISED_FROM
    if pads is not None and alone and auto_pad != "NOTSET":
        raise quoted(
            ParameterError(
                f"pads {shown(pads)} and auto_pad {auto_pad!r} do not go together; leave pads out, or give auto_pad "
                f"'NOTSET'",
                pads=pads,
                auto_pad=auto_pad,
            ),
            title,
            "pads cannot be used simultaneously with auto_pad",
        )
    return Read(title, version, name, _padded(axes, pads, title))


def _opset(operation: str, opset: Any, title: str) -> int:
    version, last = integer(opset, "opset", 1), LAST_OPSET[title]
    first = FIRST_OPSET.get(title, {}).get(operation, 1)
    if not first <= version <= last:
        raise ParameterError(
            f"opset {version} is none in which {operation} of {title} is known; it can be {first} to {last}",
            opset=version,
            first=first,
            last=last,
        )
    return version


def _refuse_unknown(operation: str, opset: int, title: str, given: dict[str, Any]) -> None:
    """Refuse an attribute that the operation does not have in this opset; one that is not given is None or 0."""
    for name, first in SINCE.get(operation, {}).items():
        value = given.get(name)
        if opset < first and not (value is None or (listed(value) is None and value == 0)):
            raise quoted(
                ParameterError(
                    f"{operation} has no {name} in opset {opset}; leave it out, or give opset {first} or later",
                    opset=opset,
                    first=first,
                    name=name,
                ),
                title,
                "unrecognized attribute",
            )


def _padded(axes: tuple[OneAxis, ...], pads: Any, title: str) -> tuple[OneAxis, ...]:
    """The axes with their pads: all that come before, and then all that come after."""
    if pads is None:
        return axes
    entries, ndim = listed(pads), len(axes)
    if entries is None or len(entries) != 2 * ndim:
        raise ParameterError(
            f"pads {shown(pads)} does not fit {axes_counted(ndim)}; {title} takes a sequence of {2 * ndim}, what "
            f"comes before on each axis and then what comes after",
            name="pads",
            value=pads,
            ndim=ndim,
        )
    numbers = [integer(entry, "pads") for entry in entries]
    return tuple(
        [
            axis._replace(before=before, after=after)
            for axis, before, after in zip(axes, numbers[:ndim], numbers[ndim:], strict=True)
        ]
    )


def flag(value: Any, name: str) -> int:
    """An attribute that says yes or no with a number: a bool is one, too."""
    return int(value) if isinstance(value, bool) else integer(value, name)


def kernel_of(weight_shape: tuple[int, ...], kernel_shape: Any, title: str) -> tuple[int, ...]:
    """The kernel of the weights, which a kernel_shape repeats if it is given.

    Raises:
        ParameterError: it is no sequence of whole numbers.
        ShapeError: it is another.
    """
    kernel = weight_shape[2:]
    if kernel_shape is None:
        return kernel
    given = checked_sizes(kernel_shape, "kernel_shape", None)
    if given != kernel:
        raise quoted(
            ShapeError(
                f"kernel_shape {given} is not that of the weights, {kernel}; give that, or leave it out",
                kernel_shape=given,
                weight_shape=weight_shape,
            ),
            title,
            "kernel_shape is that of input W",
        )
    return kernel


def pooled(input_shape: Any, title: str) -> tuple[int, ...]:
    """The shape of a pooling's input.

    Raises:
        ParameterError: it is no shape.
        ShapeError: it has no spatial axis.
    """
    shape = checked_sizes(input_shape, "input_shape")
    if len(shape) < 3:
        raise ShapeError(
            f"input_shape {shape} has {len(shape)} entries; {title} takes at least 3, batch and channels first",
            shape=shape,
        )
    return shape
