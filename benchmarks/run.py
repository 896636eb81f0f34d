"""What convarith costs, side by side with others in one run; see the README in this folder."""

from __future__ import annotations

import sys
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

from measuring import calls, missing, processes, table

if TYPE_CHECKING:
    from collections.abc import Callable


def run_import() -> None:
    peers = ["einops", "numpy"]
    commands = {"bare interpreter": [sys.executable, "-c", "pass"]}
    for name in ["convarith", *peers]:
        if find_spec(name):
            commands[f"import {name}"] = [sys.executable, "-c", f"import {name}"]
    seconds = processes(commands)
    over = {name: taken - seconds["bare interpreter"] for name, taken in seconds.items() if name.startswith("import")}
    notes = [f"{name}: {taken * 1e3:.1f} ms over bare" for name, taken in over.items()]
    table("import, fresh processes", seconds, 1e-3, "ms", "bare interpreter", [*notes, *missing(peers)])


def run_sizes() -> None:
    import convarith as ca

    conv = ca.Conv(kernel_size=7, stride=2, padding=3)
    functions: dict[str, Callable[[], object]] = {
        "conv_output_size": lambda: ca.conv_output_size(224, kernel_size=7, stride=2, padding=3),
        "Conv.output_shape, 2-D": lambda: conv.output_shape((224, 224)),
    }
    if find_spec("torch"):
        import torch

        x = torch.empty(1, 1, 224, 224, device="meta")
        w = torch.empty(1, 1, 7, 7, device="meta")
        functions["torch, meta device, 2-D"] = lambda: torch.nn.functional.conv2d(x, w, stride=2, padding=3).shape
    if find_spec("keras"):
        from keras.src.ops.operation_utils import compute_conv_output_shape

        shape = (1, 224, 224, 1)
        functions["keras, compute_conv_output_shape, 2-D"] = lambda: compute_conv_output_shape(shape, 1, (7, 7), 2)
    if find_spec("jax"):
        from jax.lax import conv_general_shape_tuple

        pads = ((3, 3), (3, 3))
        functions["jax, conv_general_shape_tuple, 2-D"] = lambda: conv_general_shape_tuple(
            (1, 1, 224, 224), (1, 1, 7, 7), (2, 2), pads, ("NCHW", "OIHW", "NCHW")
        )
    table("a call", calls(functions), 1e-6, "µs", "conv_output_size", missing(["torch", "keras", "jax"]))


def run_command() -> None:
    seconds = processes(
        {
            "import click": [sys.executable, "-c", "import click"],
            "convarith conv 6x6 -k 3": [sys.executable, "-m", "convarith_cli", "conv", "6x6", "-k", "3"],
        }
    )
    table("the command, whole processes", seconds, 1e-3, "ms", "import click", [])


def run_pictures(name: str) -> None:
    import pictures  # NumPy and Pillow, which the tables above do without

    pictures.TABLES[name]()


def run_numerics(name: str) -> None:
    import numerics  # NumPy and SciPy, which the tables above do without

    numerics.TABLES[name]()


def run_networks(name: str) -> None:
    import networks

    networks.TABLES[name]()


def run_frameworks() -> None:
    import frameworks

    frameworks.run()


TABLES: dict[str, Callable[[], None]] = {
    "import": run_import,
    "sizes": run_sizes,
    "command": run_command,
    "frameworks": run_frameworks,
    **{
        name: partial(run_networks, name)
        for name in ("networks", "networks-cold", "reading", "fits", "network-command")
    },
    **{name: partial(run_pictures, name) for name in ("gif", "guide", "matplotlib", "memory", "gallery")},
    **{name: partial(run_numerics, name) for name in ("sparse", "conv", "growth")},
}


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in TABLES]
    if unknown:
        raise SystemExit(f"there is no table {unknown[0]!r}; known are {', '.join(TABLES)}")
    for name in names or TABLES:
        TABLES[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
