"""onnx, asked itself: its checker and its shape inference, where they follow the specification's text.

The text has no program of its own, so what the inference does otherwise is a quirk, with the very answer that it
gives. Its reference implementation is no oracle: its poolings get SAME_LOWER wrong.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from convarith.numerics.conformance import onnx_settings as settings
from convarith.numerics.conformance.asking import Asked, Operation, Quirk, Refused
from convarith.numerics.conformance.onnx_inference import SAME, inferred, is_unchecked, leaves_too_little

if TYPE_CHECKING:
    from collections.abc import Callable

    from convarith.numerics.conformance.asking import Answer, Arguments

OPERATORS = {
    "conv": "Conv",
    "conv_transpose": "ConvTranspose",
    "max_pool": "MaxPool",
    "avg_pool": "AveragePool",
    "lp_pool": "LpPool",
}
NO_ATTRIBUTES = ("input_shape", "weight_shape", "opset", "runtime")


def inputs(arguments: Arguments) -> dict[str, tuple[int, ...]]:
    """The shapes of the operator's inputs, by our names for them."""
    shapes = {"x": arguments["input_shape"], "w": arguments.get("weight_shape")}
    return {name: tuple(shape) for name, shape in shapes.items() if shape is not None}


def model(operation: str, arguments: Arguments, outputs: tuple[str, ...] = ("y",)) -> Any:
    """A model of one node, which knows the shapes of its inputs.

    Raises:
        TypeError, ValueError: an attribute is none that a model can have.
    """
    from onnx import AttributeProto, TensorProto, helper

    shapes = inputs(arguments)
    node = helper.make_node(OPERATORS[operation], list(shapes), list(outputs))
    for name, value in arguments.items():
        # a default may as well be left out, and has to be where the opset does not have the attribute
        if name not in NO_ATTRIBUTES and value is not None and value != settings.DEFAULTS.get(name):
            empty = isinstance(value, (list, tuple)) and not value
            node.attribute.append(helper.make_attribute(name, value, attr_type=AttributeProto.INTS if empty else None))
    given = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    kinds = {"y": TensorProto.FLOAT, "i": TensorProto.INT64}
    made = [helper.make_tensor_value_info(name, kinds[name], None) for name in outputs]
    graph = helper.make_graph([node], "one", given, made)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", arguments.get("opset", 22))], ir_version=10)


def ask(operation: str, arguments: Arguments) -> Answer:
    """What the checker lets pass and the inference makes of it: as many sizes as it is sure of."""
    import onnx

    try:
        built = model(operation, arguments)
        context = onnx.checker.C.CheckerContext()
        context.ir_version = built.ir_version
        context.opset_imports = {"": arguments.get("opset", 22)}
        onnx.checker.check_node(built.graph.node[0], context)
        found = onnx.shape_inference.infer_shapes(built, check_type=True, strict_mode=True)
    except Exception as refusal:  # noqa: BLE001 - whatever onnx raises is its refusal
        return Refused(f"{type(refusal).__name__}: {' '.join(str(refusal).split())}")
    output = found.graph.output[0].type.tensor_type
    if not output.HasField("shape"):
        return Refused("no shape is inferred")
    return tuple([dim.dim_value for dim in output.shape.dim])


def _as_inferred(
    reason: Callable[[str, Arguments], bool], refused: bool | None = None
) -> Callable[[str, Arguments, Answer, Answer], bool]:
    """Whether the inference answers, and just what it is known to answer, for a reason; ``refused`` says whether ours
    has to be a refusal (or must not be one)."""

    def holds(operation: str, arguments: Arguments, ours: Answer, theirs: Answer) -> bool:
        if isinstance(theirs, Refused) or refused not in (None, isinstance(ours, Refused)):
            return False
        return reason(operation, arguments) and theirs == inferred(operation, arguments)

    return holds


def _same_transposed(operation: str, arguments: Arguments) -> bool:
    padded = arguments.get("auto_pad") in SAME
    return operation == "conv_transpose" and padded and arguments.get("output_shape") is None


def _partial(operation: str, arguments: Arguments) -> bool:
    wanted = arguments.get("output_shape")
    if operation != "conv_transpose" or wanted is None:
        return False
    return any(size < given for size, given in zip(wanted, arguments["input_shape"][2:], strict=False))


def _valid_and_ceil(operation: str, arguments: Arguments) -> bool:
    return bool(operation.endswith("pool") and arguments.get("auto_pad") == "VALID" and arguments.get("ceil_mode"))


def _same_and_ceil(operation: str, arguments: Arguments) -> bool:
    return operation.endswith("pool") and arguments.get("auto_pad") in SAME and arguments.get("ceil_mode") == 1


QUIRKS = (
    Quirk(
        "inference_unchecked",
        "Shape inference checks no channels nor groups of a Conv, no kernel_shape against W, no spelling of auto_pad, "
        "no pads together with auto_pad (which it believes), no bound of output_padding or output_shape, no "
        "storage_order, no ceil_mode besides 0 and 1, and no last opset; it answers as if all were well.",
        "onnx#3187",
        _as_inferred(is_unchecked, refused=True),
    ),
    Quirk(
        "inference_partial_rank",
        "Where an output_shape is smaller than the input on an axis, shape inference ends there, without that axis and "
        "those after it.",
        "measured with onnx 1.23",
        _as_inferred(_partial),
    ),
    Quirk(
        "inference_same_output_padding",
        "Shape inference adds output_padding to what SAME_UPPER and SAME_LOWER of a ConvTranspose give.",
        "onnx#4299, onnxruntime#11927",
        _as_inferred(
            lambda operation, arguments: (
                _same_transposed(operation, arguments) and bool(arguments.get("output_padding"))
            )
        ),
    ),
    Quirk(
        "inference_same_stride_gt_kernel",
        "Where the stride exceeds the kernel, shape inference gives SAME_UPPER and SAME_LOWER of a ConvTranspose "
        "s(i - 1) + k, as onnxruntime does, and the text s·i.",
        "measured with onnx 1.23",
        _as_inferred(_same_transposed, refused=False),
    ),
    Quirk(
        "inference_same_ceil_mode",
        "Where the stride exceeds the kernel and there is nothing to pad, shape inference rounds up what SAME_UPPER "
        "and SAME_LOWER of a pooling leave, and has a window too many.",
        "measured with onnx 1.23",
        _as_inferred(_same_and_ceil, refused=False),
    ),
    Quirk(
        "text_valid_ignores_ceil_mode",
        "With auto_pad VALID the text rounds down whatever ceil_mode; shape inference rounds up.",
        "onnx#3314, onnxruntime#10083",
        _as_inferred(_valid_and_ceil),
    ),
    Quirk(
        "inference_trunc",
        "Shape inference divides rounding towards zero, so that a kernel larger than the padded input may have a "
        "window, and it answers with sizes of 0 and below where nothing is left.",
        "onnxruntime#25234, onnxruntime#1224",
        _as_inferred(leaves_too_little),
    ),
)

ASKED = Asked(
    packages=("onnx",),
    operations={name: Operation(getattr(settings, name), partial(ask, name)) for name in OPERATORS},
    quirks=QUIRKS,
)
