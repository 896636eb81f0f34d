"""What a framework's answer costs without the framework, beside the framework's own shape functions."""

from __future__ import annotations

import os
import sys
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING

from measuring import calls, missing, processes, table

if TYPE_CHECKING:
    from collections.abc import Callable

INPUT, WEIGHT = (8, 64, 56, 56), (128, 64, 3, 3)


def run_shapes() -> None:
    """A shape of a strided convolution, batch and channels included, by us and by them."""
    from convarith.frameworks import jax, keras, onnx, torch

    functions: dict[str, Callable[[], object]] = {
        "frameworks.torch.conv_shape": lambda: torch.conv_shape(INPUT, WEIGHT, stride=2, padding=1),
        "frameworks.keras.conv_shape": lambda: keras.conv_shape(INPUT, 128, 3, strides=2, padding="same"),
        "frameworks.jax.conv_shape": lambda: jax.conv_shape(INPUT, WEIGHT, (2, 2), "SAME"),
        "frameworks.onnx.conv_shape": lambda: onnx.conv_shape(INPUT, WEIGHT, strides=(2, 2), pads=(1, 1, 1, 1)),
    }
    for name, make in (("torch", _torch), ("keras", _keras), ("jax", _jax), ("onnx", _onnx)):
        if find_spec(name):
            functions |= make()
    table(
        "a convolution's whole shape, a call",
        calls(functions),
        1e-6,
        "µs",
        "frameworks.torch.conv_shape",
        missing(["torch", "keras", "jax", "onnx"]),
    )


def run_loading() -> None:
    """What has to be imported before the first answer."""
    ours = "from convarith import frameworks; frameworks.torch.conv_shape((1, 3, 8, 8), (4, 3, 3, 3))"
    commands = {"convarith.frameworks.torch": [sys.executable, "-c", ours]}
    for name in ("torch", "keras", "jax", "onnx"):
        if find_spec(name):
            commands[f"import {name}"] = [sys.executable, "-c", f"import {name}"]
    table("the first answer, fresh processes", processes(commands), 1e-3, "ms", "convarith.frameworks.torch", [])


def _torch() -> dict[str, Callable[[], object]]:
    import torch

    x, w = torch.empty(INPUT, device="meta"), torch.empty(WEIGHT, device="meta")
    return {"torch, meta device": lambda: torch.nn.functional.conv2d(x, w, stride=2, padding=1).shape}


def _keras() -> dict[str, Callable[[], object]]:
    os.environ.setdefault("KERAS_BACKEND", "jax" if find_spec("jax") else "torch")
    from keras import layers

    layer = layers.Conv2D(128, 3, strides=2, padding="same", data_format="channels_first")
    return {"keras, compute_output_shape": lambda: layer.compute_output_shape(INPUT)}


def _jax() -> dict[str, Callable[[], object]]:
    import jax

    x, w = jax.ShapeDtypeStruct(INPUT, "float32"), jax.ShapeDtypeStruct(WEIGHT, "float32")
    return {"jax, eval_shape": lambda: jax.eval_shape(lambda a, b: jax.lax.conv(a, b, (2, 2), "SAME"), x, w).shape}


def _onnx() -> dict[str, Callable[[], object]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from onnx import TensorProto, helper, shape_inference

    node = helper.make_node("Conv", ["x", "w"], ["y"], strides=[2, 2], pads=[1, 1, 1, 1])
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in (("x", INPUT), ("w", WEIGHT), ("y", None))
    ]
    model = helper.make_model(helper.make_graph([node], "one", values[:2], values[2:]))
    return {"onnx, shape inference": lambda: shape_inference.infer_shapes(model)}


def run() -> None:
    run_shapes()
    run_loading()
