"""Networks: layers in sequence and branches; shapes, parameters, MACs, receptive fields, and which inputs fit.

>>> import convarith as ca
>>> network = ca.network.parse("11-4Conv96 -> 3-2MaxPool")
>>> network.table((3, 227, 227)).output_shape
(96, 27, 27)

Standard library only, no framework: a network is a value, and every answer is integers. What reads and writes other
notations is imported when it is first touched.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convarith.network.fitting import Fits as Fits
    from convarith.network.graph import Builder as Builder
    from convarith.network.graph import Network as Network
    from convarith.network.graph import Node as Node
    from convarith.network.models import named as named
    from convarith.network.models import names as names
    from convarith.network.readers.documents import from_json as from_json
    from convarith.network.readers.documents import from_toml as from_toml
    from convarith.network.readers.keras_models import from_keras as from_keras
    from convarith.network.readers.notation import parse as parse
    from convarith.network.readers.onnx_files import from_onnx as from_onnx
    from convarith.network.readers.printed_modules import from_printed as from_printed
    from convarith.network.readers.sources import load as load
    from convarith.network.readers.torch_modules import from_torch as from_torch
    from convarith.network.regions import Region as Region
    from convarith.network.table import Table as Table

_ON_FIRST_TOUCH = {
    "Builder": "graph",
    "Fits": "fitting",
    "Network": "graph",
    "Node": "graph",
    "Region": "regions",
    "Table": "table",
    "from_json": "readers.documents",
    "from_keras": "readers.keras_models",
    "from_onnx": "readers.onnx_files",
    "from_printed": "readers.printed_modules",
    "from_toml": "readers.documents",
    "from_torch": "readers.torch_modules",
    "load": "readers.sources",
    "named": "models",
    "names": "models",
    "parse": "readers.notation",
}

__all__ = [
    "Builder",
    "Fits",
    "Network",
    "Node",
    "Region",
    "Table",
    "from_json",
    "from_keras",
    "from_onnx",
    "from_printed",
    "from_toml",
    "from_torch",
    "load",
    "named",
    "names",
    "parse",
]


def __getattr__(name: str) -> object:
    if name not in _ON_FIRST_TOUCH:
        raise AttributeError(f"module 'convarith.network' has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"convarith.network.{_ON_FIRST_TOUCH[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
