"""From a layer to the call of another framework that has the same windows, or to what has to be done besides.

A framework's candidates (`candidates`) are tried in order, the plainest first: each is resolved by that framework's own
rules, and the first whose windows are those of the layer is the translation. So a translation is right because it
was compared, not because a rule says so.
"""

from __future__ import annotations

from importlib import import_module
from inspect import signature
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from convarith.arithmetic import padding as paddings
from convarith.arithmetic.axis import needed_extent, stretched_size
from convarith.arithmetic.integers import shape as checked_shape
from convarith.arithmetic.layer import Layer
from convarith.arithmetic.layers import ConvTranspose, Pool
from convarith.arithmetic.values import Value, hold
from convarith.errors import ParameterError, RefusedError
from convarith.frameworks.arguments import as_data, preformatted
from convarith.frameworks.candidates import CANDIDATES, Candidate, Wanted
from convarith.frameworks.means import with_mean
from convarith.frameworks.spellings import POOLS, SPELLINGS, check_axes, known_framework, operation_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from convarith.arithmetic.axis import Axis
    from convarith.arithmetic.layer import Shape

UNSAID_NDIM = 2
"""Layers that fix no number of axes are written for so many."""

ALL_REMAINDERS = 64
"""Up to this stride, inputs of every remainder are compared."""


class Translation(Value):
    """A layer in the words of a framework: the operation and its parameters, and what is done before and after it.

    Attributes:
        framework, operation: the names in `convarith.frameworks`.
        parameters: of that operation's layer function, by name, what is left out having its default.
        pad: (before, after) per axis that the input is padded first; negative numbers crop. None: nothing.
        crop: (before, after) per axis that the output is cropped afterwards. None: nothing.
        rotated: whether the kernel has to be rotated by 180° on every axis.
        divided: whether a mean is divided by the same pooling of ones, so that it does not count what is padded.
        notes: why something is done besides, in sentences.
        ndim: how many axes the call is written for.
        meant: the operation as most frameworks call it; every pooling is a reduce_window to JAX.
        code: the call as source code of that framework.

    >>> from convarith import frameworks
    >>> same = frameworks.keras.conv(3, strides=2, padding="same")
    >>> print(frameworks.translate(same, to="torch", input_shape=(6, 6)))
    x = F.pad(x, (0, 1, 0, 1))
    y = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=2)(x)
    # PyTorch pads both sides alike, and here they differ: the input is padded first.
    """

    framework: str
    operation: str
    given: tuple[tuple[str, Any], ...]
    pad: tuple[tuple[int, int], ...] | None
    crop: tuple[tuple[int, int], ...] | None
    rotated: bool
    divided: bool
    notes: tuple[str, ...]
    ndim: int
    meant: str

    def __init__(self, framework: str, ndim: int, candidate: Candidate, meant: str) -> None:
        fields: dict[str, Any] = {
            "framework": framework,
            "operation": candidate.operation,
            "given": tuple(candidate.parameters.items()),
            "pad": candidate.pad,
            "crop": candidate.crop,
            "rotated": candidate.rotated,
            "divided": candidate.divided,
            "notes": candidate.notes,
            "ndim": ndim,
            "meant": meant,
        }
        hold(self, fields)

    @property
    def parameters(self) -> dict[str, Any]:
        """Those of the operation's layer function, by name; what is left out has its default."""
        return dict(self.given)

    @property
    def code(self) -> str:
        """The call in the framework's own source code, for data and weights as that framework lays them out."""
        from convarith.frameworks.writing import written

        return written(self)

    @property
    def plain(self) -> bool:
        """Whether the call alone does it: nothing is padded, cropped, rotated or divided."""
        return self.pad is None and self.crop is None and not self.rotated and not self.divided

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as ``convarith code --json`` prints it."""
        return {
            "framework": self.framework,
            "operation": self.operation,
            "parameters": {name: as_data(value) for name, value in self.given},
            "pad": as_data(self.pad),
            "crop": as_data(self.crop),
            "rotated": self.rotated,
            "divided": self.divided,
            "notes": list(self.notes),
            "code": self.code,
        }

    def __str__(self) -> str:
        return self.code

    def _repr_html_(self) -> str:
        return preformatted(self)


def translate(
    layer: Layer,
    to: str,
    *,
    input_shape: Shape | None = None,
    operation: str | None = None,
    count_include_pad: bool | None = None,
) -> Translation:
    """The call of the framework ``to`` that has the same windows as ``layer``.

    A call of another framework becomes a layer first: ``translate(frameworks.torch.conv(3, padding=1), to="keras")``.
    A layer that fixes no number of axes is written for two, or for as many as ``input_shape`` has.
    ``input_shape`` (spatial) makes a padding by name numbers; without it a name stays one, if the framework has it.
    A layer does not say which pooling it is: ``operation`` does (a maximum is meant unless it is given), and for a mean
    of padded windows ``count_include_pad`` whether it counts the padding (as PyTorch's and Flax's do, and Keras's,
    TensorFlow's and ONNX's do not). Where that is not given either, a note says what the target does.

    >>> from convarith import Conv, ConvTranspose
    >>> translate(Conv(3, padding=1), to="keras").parameters
    {'kernel_size': 3, 'padding': 'same'}
    >>> translate(ConvTranspose(3, stride=2, padding=1, output_padding=1), to="onnx").parameters
    {'kernel_shape': (3, 3), 'strides': (2, 2), 'pads': (1, 1, 1, 1), 'output_padding': (1, 1)}
    >>> translate(Conv(3, stride=2, dilation=2), to="keras")
    Traceback (most recent call last):
    convarith.errors.ParameterError: Conv(kernel_size=3, stride=2, dilation=2) has no call of keras with the same \
windows: stride 2 and dilation 2 do not go together, on whatever axes; give stride 1 or dilation 1 everywhere (Keras: \
`strides > 1` not supported in conjunction with `dilation_rate > 1`)

    Raises:
        ParameterError: the framework is unknown, or it has no call with these windows, with the reason; or the
            padding needs the input.
        ShapeError: the layer does not fit the input.
    """
    known_framework(to)
    if not isinstance(layer, Layer):
        raise ParameterError(
            f"translate takes a layer, such as Conv(3) or frameworks.torch.conv(3); got {layer!r} "
            f"({type(layer).__name__})",
            layer=layer,
        )
    wanted = _wanted(layer, input_shape, operation)._replace(mean_counts=count_include_pad)
    if count_include_pad is not None and wanted.operation != "avg_pool":
        raise ParameterError(
            f"count_include_pad is of means, and {wanted.operation} is none; "
            f"give operation='avg_pool', or leave it out",
            count_include_pad=count_include_pad,
        )
    own = operation_of(to, wanted.operation)
    check_axes(to, own, len(wanted.kernel))
    reason = _unsaid(to, own, wanted)
    if reason is None:
        found, reason = _found(layer, wanted, to)
        if found is not None:
            return Translation(to, len(wanted.kernel), found, wanted.operation)
        if (
            wanted.sizes is None
            and _found(layer, _wanted(layer, _room_for(layer), operation)._replace(mean_counts=count_include_pad), to)[
                0
            ]
            is not None
        ):
            why = f"padding {wanted.name!r}" if wanted.name else f"{layer!r}"
            raise ParameterError(f"{why} has no one call of {to} for every input; give input_shape", framework=to)
    raise ParameterError(
        f"{layer!r} has no call of {to} with the same windows: {reason.message}",
        **{**reason.numbers, "framework": to, "layer": layer},
    )


def _found(layer: Layer, wanted: Wanted, to: str) -> tuple[Candidate | None, RefusedError]:
    """The first candidate with the windows of the layer; else why not."""
    asked = list(_shapes(layer, wanted))
    expected = [_seen(layer.windows(shape).axes) for shape in asked]
    reason: RefusedError | None = None
    for candidate in CANDIDATES[to](wanted):
        try:
            found = [_of_candidate(to, candidate, shape) for shape in asked]
        except RefusedError as refusal:
            reason = reason or refusal
            continue
        if found == [_with_flip(axes, candidate.rotated) for axes in expected]:
            try:
                return with_mean(to, wanted, candidate), ParameterError("")
            except RefusedError as refusal:
                reason = refusal  # the windows were right
    if any(more > 0 and after < 0 for more, (_, after) in zip(wanted.overhang, wanted.pads, strict=True)):
        reason = ParameterError(
            "a last window reaches over input that its padding crops; crop the input first, and give a layer without "
            "that padding",
            padding=wanted.pads,
        )
    return None, reason or ParameterError("none of its parameters say this")


def _unsaid(to: str, operation: str, wanted: Wanted) -> RefusedError | None:
    """What a framework's operation has no parameter for, and nothing done besides makes up for."""
    names = SPELLINGS[to][operation]
    if "dilation" not in names and max(wanted.dilation) > 1:
        return ParameterError(f"its {operation} has no dilation", dilation=wanted.dilation)
    if "input_dilation" not in names and wanted.stretched and max(wanted.stride) > 1:
        return ParameterError(
            "it stretches an input in transposed convolutions only, and those have no other stride",
            stride=wanted.stride,
            input_dilation=wanted.input_dilation,
        )
    return None


def _room_for(layer: Layer) -> tuple[int, ...]:
    return (_roomy(layer),) * (layer.ndim or UNSAID_NDIM)


def _wanted(layer: Layer, input_shape: Shape | None, operation: str | None) -> Wanted:
    """What the layer says, in numbers per axis."""
    sizes = (
        None if input_shape is None else layer.checked_shape(checked_shape(input_shape, "input_shape"), "input_shape")
    )
    ndim = layer.ndim or (len(sizes) if sizes is not None else UNSAID_NDIM)
    transposed = isinstance(layer, ConvTranspose)
    if operation is None:
        operation = "conv_transpose" if transposed else "max_pool" if isinstance(layer, Pool) else "conv"
    elif (operation in POOLS) != isinstance(layer, Pool):
        raise ParameterError(f"operation {operation!r} is not one of a {layer.kind}; leave it out", operation=operation)
    names = {entry for entry in _entries(layer.padding) if isinstance(entry, str)}
    open_name = next((name for name in sorted(names) if name in paddings.INPUT_DEPENDENT), "")
    axes = layer.windows(sizes if sizes is not None else (_roomy(layer),) * ndim).axes
    return Wanted(
        operation=operation,
        kernel=tuple([axis.kernel for axis in axes]),
        stride=tuple([axis.input_dilation if transposed else axis.stride for axis in axes]),
        dilation=tuple([_told(axis) for axis in axes]),
        input_dilation=tuple([1 if transposed else axis.input_dilation for axis in axes]),
        pads=tuple([_padded(axis, transposed) for axis in axes]),
        added=tuple([axis.extra for axis in axes]),
        counts=tuple([axis.count for axis in axes]) if sizes is not None else None,
        ceil=isinstance(layer, Pool) and layer.ceil_mode,
        overhang=tuple([0 if 0 <= axis.remainder < axis.stride else -axis.remainder for axis in axes]),
        name=open_name,
        sizes=sizes,
    )


def _told(axis: Axis) -> int:
    """The dilation, where there is anything to keep apart."""
    return axis.dilation if axis.kernel > 1 else 1


def _entries(padding: Any) -> tuple[Any, ...]:
    return padding if isinstance(padding, tuple) else (padding,)


def _padded(axis: Axis, transposed: bool) -> tuple[int, int]:
    """(before, after) as the layer has it; of a transposed one, of the direct convolution."""
    if not transposed:
        return axis.before, axis.after
    return axis.span - 1 - axis.before, axis.span - 1 - axis.after + axis.extra


def _roomy(layer: Layer) -> int:
    """An input that everything of the layer fits into on each axis."""
    most = 8
    for number in range(layer.ndim or 1):
        one = layer.on_axis(number)
        pads = [abs(side) for entry in _entries(one.padding) for side in _entries(entry) if not isinstance(side, str)]
        most += 4 * (int(one.kernel_size) * int(one.dilation) + int(one.stride) + sum(pads))  # type: ignore[arg-type]
    return most


def _shapes(layer: Layer, wanted: Wanted) -> Iterator[tuple[int, ...]]:
    """The inputs on which the windows are compared: the one that is given, or one of every remainder."""
    if wanted.sizes is not None:
        yield wanted.sizes
        return
    room = _roomy(layer)
    for more in _remainders(wanted, room):
        yield (room + more,) * len(wanted.kernel)


def _remainders(wanted: Wanted, room: int) -> Iterator[int]:
    """What to add to ``room`` for every remainder by the stride; of long strides for those where a count can jump:
    beside sums of the kernel and the padding."""
    longest = max(wanted.stride)
    if longest <= ALL_REMAINDERS:
        yield from range(longest)
        return
    jumps: set[int] = set()
    for stride, span, (before, after) in zip(wanted.stride, wanted.spans, wanted.pads, strict=True):
        for sides in product((-1, 0, 1), repeat=3):
            jump = sum(sign * number for sign, number in zip(sides, (span, before, after), strict=True))
            jumps.update((jump + beside - room) % stride for beside in range(-2, 3))
    yield from sorted(jumps)


class _Seen(NamedTuple):
    """What two windows have to share: how many, and what each tap meets; ``end`` is where windows end to meet input,
    as none reads on, or what is left is cropped."""

    size: int
    kernel: int
    outputs: int
    stride: int
    dilation: int
    input_dilation: int
    before: int
    end: int
    flipped: bool


def _seen(axes: Sequence[Axis]) -> list[_Seen]:
    return [_of_axis(axis, axis.size, axis.count, axis.before, axis.stretched + min(axis.after, 0)) for axis in axes]


def _of_axis(axis: Axis, size: int, count: int, before: int, visible: int) -> _Seen:
    """What an axis comes to that begins elsewhere; ``visible`` is where the input that is not cropped ends."""
    last = needed_extent(count, axis.span, axis.stride) - before
    flipped = axis.flipped and axis.kernel > 1
    dilation, end = _told(axis), min(last, visible)
    return _Seen(size, axis.kernel, count, axis.stride, dilation, axis.input_dilation, before, end, flipped)


def _with_flip(axes: list[_Seen], rotated: bool) -> list[_Seen]:
    return [axis._replace(flipped=not axis.flipped and axis.kernel > 1) for axis in axes] if rotated else axes


def _of_candidate(framework: str, candidate: Candidate, shape: tuple[int, ...]) -> list[_Seen]:
    """The windows that the framework has with a candidate, as seen from the input and the output that are wanted."""
    pad = candidate.pad or ((0, 0),) * len(shape)
    crop = candidate.crop or ((0, 0),) * len(shape)
    padded = tuple([size + before + after for size, (before, after) in zip(shape, pad, strict=True)])
    call = import_module(f"convarith.frameworks.{framework}").CALLS[candidate.operation]
    taken = signature(call).parameters  # what a mean counts is none of a call's windows
    axes = call(padded, **{name: value for name, value in candidate.parameters.items() if name in taken}).axes
    seen = []
    for axis, size, (ahead, behind), (cropped, after) in zip(axes, shape, pad, crop, strict=True):
        count = axis.count - cropped - after
        before = axis.before + ahead - axis.stride * cropped
        own_end = axis.stretched + min(axis.after, 0) - ahead
        visible = min(own_end, stretched_size(size, axis.input_dilation) + min(behind, 0))
        seen.append(_of_axis(axis, size, count, before, visible))
    return seen


def coder(framework: str) -> Callable[..., str]:
    """The ``code`` function of a framework's module."""

    def code(
        layer: Layer,
        *,
        input_shape: Shape | None = None,
        operation: str | None = None,
        count_include_pad: bool | None = None,
    ) -> str:
        """A layer as source code of this framework, with what is padded, cropped or rotated besides.

        See `convarith.frameworks.translate`, whose ``code`` this is.

        Raises:
            ParameterError, ShapeError: as there.
        """
        return translate(
            layer, to=framework, input_shape=input_shape, operation=operation, count_include_pad=count_include_pad
        ).code

    return code
