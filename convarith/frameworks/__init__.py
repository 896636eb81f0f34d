"""The exact answers of the frameworks, from integers alone: sizes, paddings, refusals, and why they differ.

>>> from convarith import frameworks
>>> frameworks.keras.conv(kernel_size=3, strides=2, padding="same").output_shape((224, 224))
(112, 112)
>>> frameworks.torch.conv_shape((8, 3, 224, 224), (64, 3, 7, 7), stride=2, padding=3)
(8, 64, 112, 112)

Each framework is a module of its own, which needs the standard library only, never the framework. For every operation
it has a layer function (`torch.conv` gives a `convarith.Conv`) and a shape function (`torch.conv_shape` gives the whole
shape), with the framework's own parameter names and defaults; `explain` says why, `translate` says it in the words of
another framework, and `compare` asks all of them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convarith.frameworks import caffe as caffe
    from convarith.frameworks import flax as flax
    from convarith.frameworks import jax as jax
    from convarith.frameworks import keras as keras
    from convarith.frameworks import onnx as onnx
    from convarith.frameworks import tensorflow as tensorflow
    from convarith.frameworks import theano as theano
    from convarith.frameworks import torch as torch
    from convarith.frameworks.answers import Answer as Answer
    from convarith.frameworks.answers import explain as explain
    from convarith.frameworks.comparison import Comparison as Comparison
    from convarith.frameworks.comparison import compare as compare
    from convarith.frameworks.translation import Translation as Translation
    from convarith.frameworks.translation import translate as translate

NAMES = ("torch", "keras", "tensorflow", "jax", "flax", "onnx", "caffe", "theano")
"""The frameworks, in the order of every list."""

_ON_FIRST_TOUCH = {
    "Answer": "answers",
    "Comparison": "comparison",
    "Translation": "translation",
    "compare": "comparison",
    "explain": "answers",
    "translate": "translation",
}

__all__ = ["NAMES", "Answer", "Comparison", "Translation", "compare", "explain", "translate", *NAMES]


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name in NAMES:
        value: object = import_module(f"convarith.frameworks.{name}")
    elif name in _ON_FIRST_TOUCH:
        value = getattr(import_module(f"convarith.frameworks.{_ON_FIRST_TOUCH[name]}"), name)
    else:
        raise AttributeError(f"module 'convarith.frameworks' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
