"""How generated source code is run: on real arrays, in each framework's own layout of data and weights.

Where code makes a layer with weights of its own, the names in it stand for functions that make that very layer and
then give it these weights; everything else in it runs as it stands.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from types import SimpleNamespace

import numpy as np


def run_lines(code, names, between):
    """The last value of the code; of a lone expression its own, handed to ``between`` with x where it is a layer."""
    parsed = ast.parse(code)
    if len(parsed.body) == 1 and isinstance(parsed.body[0], ast.Expr):
        made = eval(code, names)
        return between(made)
    exec(code, names)
    return names["y"]


def first(array):
    """(N, C, spatial...) from channels last."""
    return np.moveaxis(np.asarray(array), -1, 1)


def last(array):
    return np.moveaxis(array, 1, -1)


def own_weights(translation, w):
    """The weights that the call takes, as the notes say: rotated, and with channel axes exchanged."""
    if not translation.rotated:
        return w
    return np.swapaxes(np.flip(w, axis=tuple(range(2, w.ndim))), 0, 1)


def with_spatial_first(w):
    """(k..., in, out) from (out, in, k...); transposed (k..., out, in) from (in, out, k...)."""
    return np.moveaxis(w, (0, 1), (-1, -2))


def run_torch(translation, x, w, outputs):
    import torch

    class Modules:
        def __getattr__(self, name):
            def make(*arguments, **parameters):
                module = getattr(torch.nn, name)(*arguments, **parameters)
                if hasattr(module, "weight"):
                    with torch.no_grad():
                        module.weight.copy_(torch.from_numpy(w.copy()))
                        module.bias.zero_()
                return module

            return make

    given = torch.from_numpy(x)
    names = {
        "nn": Modules(),
        "F": torch.nn.functional,
        "torch": torch,
        "x": given,
        "in_channels": x.shape[1],
        "out_channels": outputs,
        "norm_type": 2,
    }
    with torch.no_grad():
        return run_lines(translation.code, names, lambda module: module(given)).numpy()


def run_keras(translation, x, w, outputs):
    import keras

    class Layers:
        def __getattr__(self, name):
            def make(*arguments, **parameters):
                layer = getattr(keras.layers, name)(*arguments, **parameters)

                def call(given):
                    layer.build(given.shape)
                    if layer.weights:
                        layer.set_weights([with_spatial_first(w), np.zeros(outputs, "float32")])
                    return layer(given)

                return call

            return make

    given = keras.ops.convert_to_tensor(last(x))
    names = {"layers": Layers(), "keras": keras, "x": given, "filters": outputs}
    return first(run_lines(translation.code, names, lambda call: call(given)))


def run_tensorflow(translation, x, w, outputs):
    import tensorflow as tf

    given = tf.constant(last(x))
    filters = None if w is None else tf.constant(with_spatial_first(w))
    names = {"tf": tf, "x": given, "filters": filters, "n": x.shape[0], "channels": outputs}
    return first(run_lines(translation.code, names, None))


def run_jax(translation, x, w, _):
    import jax.numpy as jnp
    from jax import lax

    names = {"lax": lax, "jnp": jnp, "x": jnp.asarray(x), "w": None if w is None else jnp.asarray(w), "p": 2}
    return np.asarray(run_lines(translation.code, names, None))


def run_flax(translation, x, w, outputs):
    import jax.numpy as jnp
    from flax import linen

    given = jnp.asarray(last(x))

    def bound(made):
        if not hasattr(made, "apply"):
            return made
        return made.apply({"params": {"kernel": with_spatial_first(w), "bias": jnp.zeros(outputs)}}, given)

    names = {"nn": linen, "x": given, "features": outputs}
    return first(run_lines(translation.code, names, bound))


def run_onnx(translation, x, w, _):
    import onnxruntime
    from onnx import TensorProto, helper

    names = {"helper": helper, "TensorProto": TensorProto}
    parsed = ast.parse(translation.code)
    if isinstance(parsed.body[0], ast.Expr):
        nodes = [eval(translation.code, names)]
    else:
        exec(translation.code, names)
        nodes = names["nodes"]
    inputs = {"x": x} if w is None else {"x": x, "w": w}
    graph = helper.make_graph(
        nodes,
        "code",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, value.shape) for name, value in inputs.items()],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        initializer=[names[name] for name in ("pads", "least") if name in names],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    options = _options("ORT_DISABLE_ALL" in translation.code)
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, inputs)[0]


@lru_cache
def _options(unoptimized):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    if unoptimized:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return options


RUNNERS = {
    "torch": SimpleNamespace(packages=("torch",), run=run_torch),
    "keras": SimpleNamespace(packages=("keras", "tensorflow"), run=run_keras),
    "tensorflow": SimpleNamespace(packages=("tensorflow",), run=run_tensorflow),
    "jax": SimpleNamespace(packages=("jax",), run=run_jax),
    "flax": SimpleNamespace(packages=("flax",), run=run_flax),
    "onnx": SimpleNamespace(packages=("onnx", "onnxruntime"), run=run_onnx),
}


def run_code(translation, x, w, outputs):
    """The output of the translation's code, (N, C, spatial...)."""
    x = x.astype("float32")
    w = None if w is None else own_weights(translation, w.astype("float32"))
    return RUNNERS[translation.framework].run(translation, x, w, outputs)
