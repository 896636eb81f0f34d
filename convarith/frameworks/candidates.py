"""How each framework might say a layer: candidates, the plainest first, for `translation` to compare.

A candidate need not be right: what is compared decides. It names an operation with its parameters, and what is done
besides: an input padded first, an output cropped afterwards, a kernel rotated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from convarith.frameworks.spellings import SPELLINGS, operation_of, taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Pairs = tuple[tuple[int, int], ...]


class Wanted(NamedTuple):
    """A layer in numbers per axis.

    ``pads`` are the paddings (before, after), of the direct convolution where the layer is transposed; ``overhang`` is
    what a last window reaches beyond them, or, below 0, what is left where rounding up drops a window; ``name`` is a
    padding that depends on the input, "" where there is none. ``sizes`` and ``counts`` are input and output, None while
    they are not known.
    """

    operation: str
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    input_dilation: tuple[int, ...]
    pads: Pairs
    added: tuple[int, ...]
    counts: tuple[int, ...] | None
    ceil: bool
    overhang: tuple[int, ...]
    name: str
    sizes: tuple[int, ...] | None
    mean_counts: bool | None = None

    @property
    def stretched(self) -> bool:
        """Whether the input of a direct convolution is dilated."""
        return max(self.input_dilation) > 1

    @property
    def spans(self) -> tuple[int, ...]:
        """k̂ of each axis, less 1."""
        return tuple([d * (k - 1) for k, d in zip(self.kernel, self.dilation, strict=True)])

    @property
    def called(self) -> bool:
        """Whether the padding has a name rather than numbers."""
        return bool(self.name) and self.sizes is None

    @property
    def fixed(self) -> bool:
        """Whether the paddings are numbers that hold: with stride 1, k̂ - 1 in all is what every input needs, and a
        kernel of 1 needs nothing."""
        return not self.called or all(
            stride == 1 or not span for stride, span in zip(self.stride, self.spans, strict=True)
        )

    def transposed(self) -> Wanted | None:
        """A convolution of a dilated input as the transposed one with a rotated kernel, if it has stride 1."""
        if max(self.stride) > 1:
            return None
        pads = [(span - before, span - after) for span, (before, after) in zip(self.spans, self.pads, strict=True)]
        return self._replace(
            operation="conv_transpose",
            stride=self.input_dilation,
            input_dilation=(1,) * len(self.kernel),
            pads=tuple(pads),
            added=(0,) * len(self.kernel),
            name="",
        )


class Candidate(NamedTuple):
    """A call that might have the windows, and what is done besides."""

    operation: str
    parameters: Mapping[str, Any]
    pad: Pairs | None = None
    crop: Pairs | None = None
    rotated: bool = False
    divided: bool = False
    notes: tuple[str, ...] = ()


ROTATED = (
    "the kernel has to be rotated by 180° on every axis, and its channel axes change places: this is a transposed "
    "convolution, which does both."
)
POOL_PADDING = {
    "max_pool": "what pads a maximum is nothing: -inf, or what is below everything.",
    "avg_pool": "the mean counts these zeros.",
}
ADDED = "what is added to the output is 0: with a bias it would be the bias."


def _call(framework: str, wanted: Wanted, operation: str | None = None, /, **more: Any) -> Candidate:
    """A call with what every layer says: kernel, stride and dilation, where they are not the default; ``more`` are
    further fields by our names."""
    own = operation_of(framework, operation or wanted.operation)
    names = SPELLINGS[framework][own]
    fields: dict[str, Any] = {"kernel": wanted.kernel, "stride": wanted.stride, "dilation": wanted.dilation, **more}
    if fields["dilation"] == (1,) * len(wanted.kernel) or "dilation" not in names:
        del fields["dilation"]
    if fields["stride"] == (1,) * len(wanted.kernel) and own in _STRIDE_OF_1.get(framework, ()):
        del fields["stride"]
    return Candidate(
        own, {names[field]: _spelled(framework, own, field, fields[field]) for field in names if field in fields}
    )


_WEIGHTED = ("conv", "conv_transpose")
_STRIDE_OF_1 = {
    "torch": _WEIGHTED,
    "keras": _WEIGHTED,
    "flax": (*_WEIGHTED, "max_pool", "avg_pool"),
    "onnx": (*_WEIGHTED, "max_pool", "avg_pool", "lp_pool"),
    "caffe": (*_WEIGHTED, "max_pool", "avg_pool"),
    "theano": _WEIGHTED,
}
"""Operations whose stride is 1 unless it is given."""


def _spelled(framework: str, operation: str, field: str, value: Any) -> Any:
    """A value as the framework takes it: one number where all axes agree and it takes one."""
    if not isinstance(value, tuple) or isinstance(value[0], tuple) or (framework == "onnx" and field == "padding"):
        return value
    one = value[0] if len(set(value)) == 1 else value
    return taken(framework, operation, field, one, len(value))


def _even(pads: Pairs) -> tuple[int, ...] | None:
    """The padding of both sides, where they are alike."""
    return tuple([before for before, _ in pads]) if all(before == after for before, after in pads) else None


def _unpadded(pads: Pairs) -> bool:
    return not any(before or after for before, after in pads)


def _covering(wanted: Wanted) -> Pairs:
    """The paddings with what a last window overhangs."""
    return tuple([(before, after + more) for (before, after), more in zip(wanted.pads, wanted.overhang, strict=True)])


def _padded_first(candidate: Candidate, wanted: Wanted, why: str) -> Candidate:
    """The call on an input that is padded before it."""
    pad = _covering(wanted)
    if _unpadded(pad):
        return candidate
    padded = any(before > 0 or after > 0 for before, after in pad)
    notes = [POOL_PADDING[wanted.operation]] if padded and wanted.operation in POOL_PADDING else []
    return candidate._replace(pad=pad, notes=(why, *notes))


def _cropped_after(candidate: Candidate, wanted: Wanted, why: str) -> Candidate:
    """The call for the full result of a transposed convolution, of which the output is cropped, or to which zeros are
    added."""
    crop = tuple([(before, after - more) for (before, after), more in zip(wanted.pads, wanted.added, strict=True)])
    return _with_crop(candidate, crop, why)


def _with_crop(candidate: Candidate, crop: Pairs, why: str) -> Candidate:
    if _unpadded(crop):
        return candidate
    enlarged = any(before < 0 or after < 0 for before, after in crop)
    return candidate._replace(crop=crop, notes=(why, ADDED) if enlarged else (why,))


def _as_transposed(wanted: Wanted, candidates: Callable[[Wanted], Iterator[Candidate]]) -> Iterator[Candidate]:
    """A convolution of a dilated input by the candidates of its transposed one."""
    transposed = wanted.transposed()
    for candidate in candidates(transposed) if transposed is not None else ():
        yield candidate._replace(rotated=True, notes=(ROTATED, *candidate.notes))


# One function for each framework


def for_torch(wanted: Wanted) -> Iterator[Candidate]:
    """Even paddings in numbers, 'same' at stride 1; else F.pad first, or a crop after."""
    if wanted.stretched:
        yield from _as_transposed(wanted, for_torch)
        return
    if wanted.operation == "conv_transpose":
        yield from _torch_transposed(wanted)
        return
    even = _even(wanted.pads)
    rounds_up = wanted.ceil and wanted.operation != "lp_pool"
    ceil = {"ceil": True} if rounds_up else {}
    if wanted.called:
        yield _call("torch", wanted, padding="same")
    if not wanted.fixed:
        return
    if even is not None:
        yield _call("torch", wanted, **ceil, **({"padding": even} if any(even) else {}))
    elif wanted.operation == "conv":
        yield _call("torch", wanted, padding="same")
    why = "PyTorch pads both sides alike, and here they differ: the input is padded first."
    if even is not None:
        why = (
            "PyTorch's poolings take no more padding than half the kernel: the input is padded first."
            if min(even) >= 0
            else "PyTorch takes no negative padding: the input is cropped first."
        )
    if rounds_up:
        yield _padded_first(_call("torch", wanted, **ceil), wanted._replace(overhang=(0,) * len(wanted.kernel)), why)
    elif wanted.ceil:
        why = "PyTorch's norm of a window that overhangs is too large, as a mean is inside: zeros are padded instead."
    yield _padded_first(_call("torch", wanted), wanted, why)


def _torch_transposed(wanted: Wanted) -> Iterator[Candidate]:
    heads = tuple([before for before, _ in wanted.pads])
    ends = [after - more for (_, after), more in zip(wanted.pads, wanted.added, strict=True)]
    added = tuple([head - end for head, end in zip(heads, ends, strict=True)])
    if min(heads) >= 0:
        yield _call("torch", wanted, **_nonzero(padding=heads, output_padding=added))
    least = tuple([max(0, min(head, end)) for head, end in zip(heads, ends, strict=True)])
    crop = tuple([(head - low, end - low) for head, end, low in zip(heads, ends, least, strict=True)])
    why = (
        "PyTorch crops both sides alike, and here they differ: the output is cropped afterwards."
        if any(head != end for head, end in zip(heads, ends, strict=True))
        else "PyTorch takes no negative padding: the output is padded afterwards."
    )
    yield _with_crop(_call("torch", wanted, **_nonzero(padding=least)), crop, why)


def _nonzero(**fields: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    return {name: value for name, value in fields.items() if any(value)}


def for_keras(wanted: Wanted) -> Iterator[Candidate]:
    """'valid', 'same', 'causal'; else a ZeroPadding or Cropping layer around 'valid'."""
    if wanted.stretched:
        yield from _as_transposed(wanted, for_keras)
        return
    if wanted.operation == "conv_transpose":
        yield from _keras_transposed(wanted)
        return
    if wanted.fixed and _unpadded(wanted.pads):
        yield _call("keras", wanted)
    yield _call("keras", wanted, padding="same")
    if not wanted.fixed:
        return
    if wanted.operation == "conv" and len(wanted.kernel) == 1:
        yield _call("keras", wanted, padding="causal")
    yield _padded_first(
        _call("keras", wanted), wanted, "Keras has no padding in numbers: a layer of its own pads or crops first."
    )


def _keras_transposed(wanted: Wanted) -> Iterator[Candidate]:
    full = tuple([more - before - after for (before, after), more in zip(wanted.pads, wanted.added, strict=True)])
    parity = [more + span + 1 - (span + 1) % 2 for more, span in zip(full, wanted.spans, strict=True)]
    for padding, added in (("valid", full), ("same", tuple(parity))):
        named = {"padding": padding} if padding == "same" else {}
        yield _call("keras", wanted, **named)
        least = [0] * len(added) if padding == "valid" else [span % 2 for span in wanted.spans]
        if all(
            more >= smallest for more, smallest in zip(added, least, strict=True)
        ):  # Keras over TensorFlow has no less
            yield _call("keras", wanted, **named, output_padding=added)
    beyond = [max(s - span - 1, 0) for s, span in zip(wanted.stride, wanted.spans, strict=True)]
    crop = [
        (before, after - more + zeros)
        for (before, after), more, zeros in zip(wanted.pads, wanted.added, beyond, strict=True)
    ]
    yield _with_crop(
        _call("keras", wanted),
        tuple(crop),
        "Keras crops as 'same' does or not at all: the output is cropped or padded afterwards.",
    )


def for_tensorflow(wanted: Wanted) -> Iterator[Candidate]:
    """'SAME', 'VALID', explicit pairs where tf.nn takes them; else tf.pad first."""
    if wanted.stretched:
        yield from _as_transposed(wanted, for_tensorflow)
        return
    if wanted.operation == "conv_transpose":
        if wanted.counts is not None:
            yield from _tensorflow_transposed(wanted, wanted.counts)
        return
    if wanted.fixed and _unpadded(wanted.pads):
        yield _call("tensorflow", wanted, padding="VALID")
    yield _call("tensorflow", wanted, padding="SAME")
    if not wanted.fixed:
        return
    yield _call("tensorflow", wanted, padding=((0, 0), (0, 0), *wanted.pads))
    yield _padded_first(
        _call("tensorflow", wanted, padding="VALID"),
        wanted,
        "tf.nn takes no padding in numbers here: the input is padded or cropped first.",
    )


def _tensorflow_transposed(wanted: Wanted, counts: tuple[int, ...]) -> Iterator[Candidate]:
    for padding in ("VALID", "SAME", ((0, 0), (0, 0), *wanted.pads)):
        yield _call("tensorflow", wanted, output_size=counts, padding=padding)
    full = [
        count + before + after - more
        for count, (before, after), more in zip(counts, wanted.pads, wanted.added, strict=True)
    ]
    yield _cropped_after(
        _call("tensorflow", wanted, output_size=tuple(full), padding="VALID"),
        wanted,
        "tf.nn crops as SAME does, or as explicit numbers say: the output is cropped or padded afterwards.",
    )


def for_jax(wanted: Wanted) -> Iterator[Candidate]:
    """Pairs for everything; the names where they depend on the input."""
    if wanted.called:
        for name in ("SAME", "SAME_LOWER"):
            yield _call("jax", wanted, padding=name)
    if not wanted.fixed:
        return
    if wanted.operation == "conv_transpose":
        yield _net(_call("jax", wanted, padding=_stretched_pads(wanted)))
        return
    stretch = {"input_dilation": wanted.input_dilation} if wanted.stretched else {}
    yield _call("jax", wanted, padding=_covering(wanted), **stretch)


def _stretched_pads(wanted: Wanted) -> Pairs:
    """What the equivalent direct convolution pads: k̂ - 1 - p, and the added zeros at the end."""
    return tuple(
        [
            (span - before, span - after + more)
            for span, (before, after), more in zip(wanted.spans, wanted.pads, wanted.added, strict=True)
        ]
    )


def _net(candidate: Candidate) -> Candidate:
    """With the kernel rotated by the framework, as every other one does."""
    return candidate._replace(
        parameters={**candidate.parameters, "transpose_kernel": True},
        notes=(
            "its padding is that of the dilated input, k̂ - 1 - p on each side; transpose_kernel=True rotates the "
            "kernel and swaps its channels, as other frameworks do unasked.",
        ),
    )


def for_flax(wanted: Wanted) -> Iterator[Candidate]:
    """Pairs for everything; the names where they depend on the input."""
    if wanted.called:
        for name in ("SAME", "SAME_LOWER"):
            yield _call("flax", wanted, padding=name)
    if not wanted.fixed:
        return
    if wanted.operation == "conv_transpose":
        yield _net(_call("flax", wanted, padding=_stretched_pads(wanted)))
        return
    stretch = {"input_dilation": wanted.input_dilation} if wanted.stretched else {}
    yield _call("flax", wanted, padding=_covering(wanted), **stretch)


def for_onnx(wanted: Wanted) -> Iterator[Candidate]:
    """Pads in numbers, all before and then all after; the names where they depend on the input."""
    if wanted.stretched:
        yield from _as_transposed(wanted, for_onnx)
        return
    ceil = {"ceil": 1} if wanted.ceil else {}
    if wanted.called and _onnxruntime_knows_the_name(wanted):
        for name in ("SAME_UPPER", "SAME_LOWER"):
            candidate = _call("onnx", wanted, **ceil)
            yield candidate._replace(parameters={**candidate.parameters, "auto_pad": name})
    if not wanted.fixed:
        return
    flat = tuple([before for before, _ in wanted.pads] + [after for _, after in wanted.pads])
    more = {"output_padding": wanted.added} if any(wanted.added) else {}
    if _onnxruntime_runs(wanted):
        yield _call("onnx", wanted, **ceil, **more, **({"padding": flat} if any(flat) else {}))
    if wanted.operation == "conv_transpose":
        kept = tuple([(max(before, 0), max(after, 0)) for before, after in wanted.pads])
        ends = tuple([more + max(-after, 0) for (_, after), more in zip(wanted.pads, wanted.added, strict=True)])
        flat = tuple([before for before, _ in kept] + [after for _, after in kept])
        if _onnxruntime_runs(wanted._replace(added=ends)):
            yield _call("onnx", wanted, padding=flat, output_padding=ends)
        yield _cropped_after(
            _call("onnx", wanted),
            wanted,
            "ONNX takes no negative pads, and onnxruntime adds less than the stride: a node crops or pads the output.",
        )
        return
    why = "ONNX takes no negative pads, and onnxruntime below the kernel only: a node pads or crops the input first."
    if wanted.operation == "conv":
        why = "ONNX takes no negative pads: a node pads or crops the input first."
    padded = [_padded_first(_call("onnx", wanted), wanted, why)]
    if wanted.ceil:
        unrounded = wanted._replace(overhang=(0,) * len(wanted.kernel))
        padded.insert(0, _padded_first(_call("onnx", wanted, **ceil), unrounded, why))
    merged = wanted.operation == "avg_pool" and not _onnxruntime_runs(wanted) and min(map(min, wanted.pads)) >= 0
    for candidate in padded:
        yield candidate._replace(notes=(*candidate.notes, MERGED)) if merged else candidate


MERGED = (
    "onnxruntime makes one node of the two and then refuses its pads: run it with ORT_DISABLE_ALL as its optimizations."
)


def _onnxruntime_knows_the_name(wanted: Wanted) -> bool:
    """Whether SAME_UPPER is to onnxruntime what it is to ONNX: without dilation, and with no stride beyond the
    kernel."""
    strides = zip(wanted.stride, wanted.kernel, strict=True)
    return max(wanted.dilation) == 1 and all(stride <= kernel for stride, kernel in strides)


def _onnxruntime_runs(wanted: Wanted) -> bool:
    """Whether onnxruntime takes these numbers, as ONNX does: it wants a pooling's pads below the kernel, and
    output_padding below the stride."""
    if wanted.operation == "conv_transpose":
        return all(more < stride for more, stride in zip(wanted.added, wanted.stride, strict=True))
    pairs = zip(wanted.kernel, wanted.pads, strict=True)
    return wanted.operation == "conv" or all(max(sides) < kernel for kernel, sides in pairs)


def for_caffe(wanted: Wanted) -> Iterator[Candidate]:
    """Even paddings; Caffe has no layer that pads, so that the data is padded before it is handed over."""
    if wanted.stretched:
        yield from _as_transposed(wanted, for_caffe)
        return
    if not wanted.fixed:
        return
    even = _even(wanted.pads)
    more = {"padding": even} if even is not None and any(even) else {}
    if wanted.operation == "conv_transpose":
        if even is not None:
            yield _call("caffe", wanted, **more)
        yield _cropped_after(
            _call("caffe", wanted),
            wanted,
            "Caffe crops both sides alike and adds nothing: a Crop layer follows, or zeros are added to its blob.",
        )
        return
    rounded = {} if wanted.operation == "conv" else {"ceil": "CEIL" if wanted.ceil else "FLOOR"}
    if even is not None:
        yield _call("caffe", wanted, **more, **rounded)
    floor = {} if wanted.operation == "conv" else {"ceil": "FLOOR"}
    why = "Caffe pads both sides alike, and by less than the kernel: pad or crop the data before it is handed over."
    yield _padded_first(_call("caffe", wanted, **floor), wanted, why)


def for_theano(wanted: Wanted) -> Iterator[Candidate]:
    """Pairs of border_mode for convolutions; poolings pad evenly, and only where they round down."""
    if wanted.stretched:
        yield from _as_transposed(wanted, for_theano)
        return
    if not wanted.fixed:
        return
    even = _even(wanted.pads)
    if wanted.operation in _WEIGHTED:
        border: Any = even if even is not None else wanted.pads
        more = {"padding": border} if not _unpadded(wanted.pads) else {}
        if wanted.operation == "conv":
            yield _call("theano", wanted, **more)
            yield _padded_first(_call("theano", wanted), wanted, "Theano takes no negative border: crop the input.")
        elif wanted.counts is not None:
            yield _call("theano", wanted, output_size=wanted.counts, **more)
            full = [
                count + before + after - zeros
                for count, (before, after), zeros in zip(wanted.counts, wanted.pads, wanted.added, strict=True)
            ]
            yield _cropped_after(
                _call("theano", wanted, output_size=tuple(full)),
                wanted,
                "Theano takes no negative border: the output is cropped or padded afterwards.",
            )
        return
    if wanted.ceil:
        yield _call("theano", wanted)
    elif even is not None:
        yield _call("theano", wanted, ceil=True, **({"padding": even} if any(even) else {}))
    why = "Theano pads evenly, and only where it rounds down: pad first."
    if wanted.ceil:
        yield _padded_first(_call("theano", wanted), wanted._replace(overhang=(0,) * len(wanted.kernel)), why)
    yield _padded_first(_call("theano", wanted, ceil=True), wanted, why)


CANDIDATES: dict[str, Callable[[Wanted], Iterator[Candidate]]] = {
    "torch": for_torch,
    "keras": for_keras,
    "tensorflow": for_tensorflow,
    "jax": for_jax,
    "flax": for_flax,
    "onnx": for_onnx,
    "caffe": for_caffe,
    "theano": for_theano,
}
