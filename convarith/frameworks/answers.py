"""One framework's answer with its reasons: the size, what is padded or cropped, what else the same words could mean.

The sentences are made of the framework's own rules: a formula of `counts` with its numbers, the words of `pads`, the
remark of the rule, and the sizes that another output padding would give.
"""

from __future__ import annotations

from importlib import import_module
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any

from convarith.arithmetic.notation import both_sides, put_in, shape_text
from convarith.arithmetic.values import Value, hold
from convarith.errors import ParameterError, RefusedError, axis_name, nearest
from convarith.frameworks.arguments import as_data, as_given, preformatted
from convarith.frameworks.counts import COUNTS
from convarith.frameworks.means import said_of
from convarith.frameworks.pads import PADS
from convarith.frameworks.spellings import check_axes, known_framework, operation_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convarith.arithmetic.layer import Layer, Shape
    from convarith.arithmetic.unused import Unused
    from convarith.frameworks.rules import OneAxis, Resolved


class Answer(Value):
    """What a framework makes of an operation on an input, and why.

    Attributes:
        framework, operation, parameters, input_shape: what was asked; the shape is spatial, lists are tuples.
        output_shape: the answer, spatial; a size can be 0 where the framework has that.
        padding: (before, after) on each axis; of a transposed convolution, what is cropped of its full result.
        added: zeros added at the end of each axis (output padding).
        unused: per axis, what no window reads.
        layer: our layer with these windows, or None where it has none.
        lines: the reasons, in a few sentences.
        remark: that of them which says what there is to know of the rule, "" if there is none.

    >>> from convarith import frameworks
    >>> print(frameworks.explain("keras", "conv_transpose", (5, 5), kernel_size=3, strides=2, padding="same"))
    Keras conv_transpose(kernel_size=3, strides=2, padding='same'): 5x5 -> 10x10
      o = s·i = 2·5 = 10
      of the full 2·(5 - 1) + 3 = 11, 0 are cropped at the head and 1 at the end
      output_padding=None is not 0: 0 gives 9, 1 gives 10
    """

    framework: str
    operation: str
    given: tuple[tuple[str, Any], ...]
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    added: tuple[int, ...]
    unused: tuple[Unused, ...]
    layer: Layer | None
    lines: tuple[str, ...]
    remark: str

    def __init__(self, **fields: Any) -> None:
        hold(self, fields)

    @property
    def parameters(self) -> dict[str, Any]:
        """What was given, by name, in the order of the framework's call."""
        return dict(self.given)

    @property
    def call(self) -> str:
        """The call as it was asked: ``conv(kernel_size=3, strides=2)``."""
        return f"{self.operation}({', '.join(f'{name}={value!r}' for name, value in self.parameters.items())})"

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as ``--json`` prints it."""
        return {
            "framework": self.framework,
            "operation": self.operation,
            "parameters": {name: as_data(value) for name, value in self.given},
            "input_shape": list(self.input_shape),
            "output_shape": list(self.output_shape),
            "padding": [list(pair) for pair in self.padding],
            "added": list(self.added),
            "unused": [axis.to_dict() for axis in self.unused],
            "layer": None if self.layer is None else repr(self.layer),
            "lines": list(self.lines),
        }

    def _repr_html_(self) -> str:
        return preformatted(self)

    def __str__(self) -> str:
        from convarith.arithmetic.notation import aligned, wrapped

        title = import_module(f"convarith.frameworks.{self.framework}").TITLE
        first = f"{title} {self.call}: {shape_text(self.input_shape)} -> {shape_text(self.output_shape)}"
        rows = [line for words in self.lines for line in aligned([("", words)])]
        return "\n".join([*wrapped(first), *(f"  {line.strip()}" for line in rows)])


def explain(framework: str, operation: str, input_shape: Shape, **parameters: Any) -> Answer:
    """What a framework answers for an operation on a spatial input, and why.

    ``parameters`` are those of the framework's layer function, by its own names.

    >>> explain("torch", "conv", (6, 6), kernel_size=3, stride=2, padding=1).output_shape
    (3, 3)

    Raises:
        ParameterError: the framework or the operation is unknown, or a parameter is.
        ParameterError, ShapeError: the framework refuses.
    """
    if input_shape is None:
        raise ParameterError("explain needs the input; give input_shape, the spatial sizes", name="input_shape")
    module = import_module(f"convarith.frameworks.{known_framework(framework)}")
    operation = operation_of(framework, operation)
    call = module.CALLS[operation]
    check_names(framework, operation, call, parameters)
    found: Resolved = call(input_shape, **parameters)
    check_axes(framework, operation, len(found.counts))
    try:
        layer = layer_of(framework, operation, input_shape, parameters)
    except RefusedError:  # a size of 0, or an input dilation where our layer has none
        layer = None
    axes = found.axes or ()
    compared = _compared(operation, found)
    rule = found.call.rule
    remark = _others(framework, operation, found, input_shape, parameters) or rule.remark
    if 0 in found.counts:
        remark = COUNTS[rule.size].empty or remark
    elif not _shows(rule.size, found):
        remark = ""
    unrotated = UNROTATED if operation == "conv_transpose" and not _is_transposed(found) else ""
    remark = "; ".join(words for words in (remark, unrotated, said_of(framework, operation, found.pads)) if words)
    difference = getattr(module, "difference", None)  # of ONNX's text and onnxruntime
    more = difference(operation, {"input_shape": input_shape, **parameters}) if difference else ()
    return Answer(
        framework=framework,
        operation=operation,
        given=tuple([(name, as_given(parameters[name])) for name in signature(call).parameters if name in parameters]),
        input_shape=tuple([axis.size for axis in axes]),
        output_shape=found.counts,
        padding=tuple([pair for pair, _ in compared]),
        added=tuple([more for _, more in compared]),
        unused=tuple([axis.unused() for axis in axes]),
        layer=layer,
        lines=tuple([line for line in (*_lines(operation, found), remark, *more) if line]),
        remark=remark,
    )


UNROTATED = "the kernel is not rotated, as others do: the numbers differ from theirs unless transpose_kernel=True"

PLAINER = {"truncated": "floor", "ceil": "ceil, clipped"}
"""Size formulas that mostly agree with a plainer one: what there is to say of them shows only where they do not."""


def _shows(size: str, found: Resolved) -> bool:
    """Whether what is special of a size formula shows in these sizes."""
    if size not in PLAINER:
        return True
    return any(COUNTS[PLAINER[size]].of(axis) != axis.windows for axis in found.call.axes)


def _compared(operation: str, found: Resolved) -> list[tuple[tuple[int, int], int]]:
    """The padding and what is added, as all frameworks can be compared: of a transposed convolution what is cropped of
    the full result, also where the framework pads a stretched input."""
    if operation != "conv_transpose" or found.axes is None or not _is_direct(found):
        return list(zip(found.pads, found.added, strict=True))
    compared = []
    for axis in found.axes:
        head, tail = axis.span - 1 - axis.before, axis.span - 1 - axis.after
        added = -tail if 0 < -tail < max(axis.input_dilation, axis.dilation) else 0
        compared.append(((head, tail + added), added))
    return compared


def layer_of(framework: str, operation: str, input_shape: Shape | None, parameters: Mapping[str, Any]) -> Layer:
    """The layer of a framework's call, resolved for an input.

    Raises:
        ParameterError, ShapeError: the framework refuses, or there is none.
    """
    module = import_module(f"convarith.frameworks.{framework}")
    function = getattr(module, operation)
    taken = signature(function).parameters
    layer: Layer = function(
        **{name: value for name, value in parameters.items() if name in taken}, input_shape=input_shape
    )
    return layer


def check_names(framework: str, operation: str, call: Any, parameters: Mapping[str, Any]) -> None:
    """Refuse parameters that a framework's operation does not have, naming the nearest, and miss those it needs.

    Raises:
        ParameterError: it has no such parameter, or one without default is not given.
    """
    taken = signature(call).parameters
    known = [name for name in taken if name not in ("input_shape", "channels", "operation")]
    missing = [name for name in known if taken[name].default is Parameter.empty and name not in parameters]
    if missing:
        raise ParameterError(
            f"{framework}'s {operation} is not given {' and '.join(missing)}, which it has no default for; give "
            f"{'it' if len(missing) == 1 else 'them'}",
            name=missing[0],
        )
    for name in parameters:
        if name not in known:
            raise ParameterError(
                f"{framework}'s {operation} has no parameter {name!r}; {nearest(name, known)}", name=name
            )


# The reasons


def _lines(operation: str, found: Resolved) -> list[str]:
    """The size, and what is padded or cropped for it."""
    axes, transposed = found.call.axes, _is_transposed(found)
    size = found.call.rule.size
    if transposed and _is_direct(found):
        size = "full"
    lines = _per_axis([_size_line(size, axis) for axis in axes])
    if transposed:
        return lines + _per_axis(
            [
                _crop_line(axis, pads, added)
                for axis, (pads, added) in zip(axes, _compared(operation, found), strict=True)
            ]
        )
    words = PADS[found.call.rule.pads].words
    return lines + _per_axis([_pad_line(before, after, words) for before, after in found.pads])


def _is_direct(found: Resolved) -> bool:
    """Whether the rule is a direct convolution's, which of a stretched input is a transposed one."""
    return found.call.rule.size.startswith("floor")


def _is_transposed(found: Resolved) -> bool:
    return found.axes is not None and all(axis.flipped for axis in found.axes)


def _per_axis(lines: list[str]) -> list[str]:
    """One line where all axes say the same, and one for each axis else."""
    if len(set(lines)) == 1:
        return lines[:1]
    return [f"{axis_name(number, len(lines))}: {line}" for number, line in enumerate(lines)]


def _size_line(size: str, axis: OneAxis) -> str:
    formula = COUNTS[size].formula
    kernel = "k" if axis.dilation == 1 else "k̂"
    pads = "2p" if axis.before == axis.after else "p_before + p_after"
    stretched = "i" if axis.input_dilation == 1 else "ĩ"
    uneven = axis.before != axis.after
    symbols = put_in(
        formula,
        {"i": stretched, "k": kernel, "s": "s", "pp": pads, "minus_pp": f"({pads})" if uneven else pads, "a": "a"},
    )
    both = both_sides(axis.before, axis.after)
    numbers = put_in(
        formula,
        {
            "i": str(axis.stretched),
            "k": str(axis.span),
            "s": str(axis.stride),
            "pp": both,
            "minus_pp": f"({both})" if uneven else both,
            "a": str(axis.output_padding or 0),
        },
    )
    if size == "given":
        return f"o = {axis.windows}, as it is given"
    if size == "ceil, clipped" and COUNTS["ceil"].of(axis) != axis.windows:
        symbols, numbers = f"{symbols} - 1", f"{numbers} - 1"
    if size == "full" and COUNTS["full"].of(axis) != axis.windows:
        symbols, numbers = f"max(0, {symbols})", f"max(0, {numbers})"
    return f"o = {symbols} = {numbers} = {axis.windows}"


def _pad_line(before: int, after: int, words: str) -> str:
    if not before and not after:
        return f"nothing is padded ({words})" if words not in ("no padding", "as given") else "nothing is padded"
    if before < 0 or after < 0:
        return f"padding is {before} before and {after} after, and what is negative crops ({words})"
    return f"{before} before and {after} after are padded ({words})"


def _crop_line(axis: OneAxis, pads: tuple[int, int], added: int) -> str:
    kernel = axis.span
    full = f"of the full {axis.stride}·({axis.length} - 1) + {kernel} = {axis.full}"
    head, tail = pads
    words = "nothing is cropped" if not head and not tail else f"{head} are cropped at the head and {tail} at the end"
    more = f", and {added} added at the end" if added else ""
    return f"{full}, {words}{more}"


def _others(framework: str, operation: str, found: Resolved, input_shape: Shape, parameters: Mapping[str, Any]) -> str:
    """The other sizes that other output paddings give: what a question such as "why 10 and not 9" is about."""
    module = import_module(f"convarith.frameworks.{framework}")
    call = module.CALLS[operation]
    known = signature(call).parameters
    told = any(parameters.get(name) is not None for name in ("output_size", "output_shape"))
    if "output_padding" not in known or told or not _is_transposed(found):
        return ""
    default = known["output_padding"].default
    given = parameters.get("output_padding", default)
    ndim = len(found.counts)
    said: list[str] = []
    for added in range(min(max(axis.stride for axis in found.call.axes), 4)):
        spelled: Any = (added,) * ndim
        if given in (added, spelled):
            continue
        asked = {**parameters, "output_padding": spelled if not module.SPELLING.scalar else added}
        try:
            counts = call(input_shape, **asked).counts
        except RefusedError:
            continue
        none_is_not_0 = given is None and bool(said) and said[0].startswith("0 ")
        if counts == found.counts and not none_is_not_0:
            continue
        shown = str(counts[0]) if len(set(counts)) == 1 else shape_text(counts)
        said.append(f"{added} gives {shown}")
    if not said:
        return ""
    if given is None and said[0].startswith("0 "):
        return f"output_padding=None is not 0: {', '.join(said)}"
    return f"of other output paddings, {', '.join(said)}"
