"""What a network's table costs, beside those who count with a model object; which inputs fit; and the command.

The peers count the very same layers: each is given the PyTorch source that convarith writes of the network.
"""

from __future__ import annotations

import logging
import sys
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING

from measuring import long_calls, missing, processes, table

import convarith as ca

if TYPE_CHECKING:
    from collections.abc import Callable

PEERS = ("torch", "torchinfo", "fvcore")
NAMES = ("vgg16", "resnet152")
LARGEST = 4096
COLD_ROUNDS = 5
"""Rounds of processes that import torch, which takes seconds."""

META = """
import torch
torch.set_num_threads(1)
with torch.device("meta"):
    exec(SOURCE)
model.eval()
x = torch.empty(1, 3, 224, 224, device="meta")
"""
REAL = META.replace('with torch.device("meta"):\n    exec(SOURCE)', "exec(SOURCE)").replace(', device="meta"', "")

COUNTS = {
    "torchinfo": (
        META,
        "from torchinfo import summary",
        'count = summary(model, input_data=x, device="meta", verbose=0).total_mult_adds',
    ),
    "fvcore": (  # it traces, which does not work without numbers
        REAL,
        "from fvcore.nn import FlopCountAnalysis",
        "count = FlopCountAnalysis(model, x).total()",
    ),
    "torch": (
        META,
        "from torch.utils.flop_counter import FlopCounterMode",
        "with torch.no_grad(), FlopCounterMode(display=False) as counter:\n    model(x)\n"
        "count = counter.get_total_flops() // 2",
    ),
}
"""Per peer how the model is made, what is imported, and how its multiplications are counted."""

TITLES = {"torchinfo": "torchinfo, meta", "fvcore": "fvcore, numbers", "torch": "FlopCounterMode, meta"}


def run_tables() -> None:
    """The whole table of a network, everything imported and built."""
    for name in NAMES:
        network = ca.network.named(name)
        functions: dict[str, Callable[[], object]] = {f"{name}: table": network.table}
        notes = [f"MACs: {network.table().macs:,} ours"]
        functions[f"{name}: table, as data"] = lambda network=network: network.table().to_dict()
        for peer in present():
            ask = counting(peer, network)
            functions[f"{name}: {TITLES[peer]}"] = ask
            notes.append(f"MACs: {ask():,} {TITLES[peer]}")
        budget = "1 ms" if name == "vgg16" else "10 ms"
        table(f"{name}, imports excluded (budget {budget})", *measured(functions), [*notes, *missing(list(PEERS))])


def run_cold() -> None:
    """The same from a fresh process, with all that has to be imported and built."""
    commands = {"convarith": [sys.executable, "-c", "import convarith; convarith.network.named('vgg16').table()"]}
    source = ca.network.named("vgg16").to_torch()
    for peer in present():
        made, imported, counted = COUNTS[peer]
        commands[TITLES[peer]] = [sys.executable, "-W", "ignore", "-c", "\n".join([
            f"SOURCE = {source!r}", imported, made, counted,
        ])]  # fmt: skip
    if "torch" in present():
        commands["import torch alone"] = [sys.executable, "-c", "import torch"]
    seconds = processes(commands, COLD_ROUNDS)
    table("vgg16, fresh processes, imports included", seconds, 1e-3, "ms", "convarith", missing(list(PEERS)))


def run_reading() -> None:
    """A network by its name, by its text, and back."""
    text = ca.network.named("vgg16").to_text()
    functions: dict[str, Callable[[], object]] = {
        "named('vgg16')": lambda: ca.network.named("vgg16"),
        "named('resnet152')": lambda: ca.network.named("resnet152"),
        "parse(vgg16's text)": lambda: ca.network.parse(text),
        "vgg16 to text": ca.network.named("vgg16").to_text,
    }
    table("reading and writing", *measured(functions), [])


def run_fits() -> None:
    """Every input size up to 4096, by reasoning, beside trying each of them."""
    for name in (*NAMES, "unet", "googlenet"):
        network = ca.network.named(name)
        channels = network.input_shape[0] if network.input_shape else 3
        functions = {f"{name}: fits": fitting(network, channels), f"{name}: trying each": trying(network, channels)}
        assert functions[f"{name}: fits"]() == functions[f"{name}: trying each"]()
        table(f"{name}, inputs to {LARGEST} (budget 1 s)", *measured(functions, 2.0), [])


def run_command() -> None:
    spec = "11-4Conv96 -> 3-2MaxPool -> 5-1-2Conv256 -> 3-2MaxPool -> FC1000"
    seconds = processes(
        {
            "import click": [sys.executable, "-c", "import click"],
            "convarith network vgg16": [sys.executable, "-m", "convarith_cli", "network", "vgg16"],
            "convarith network SPEC": [sys.executable, "-m", "convarith_cli", "network", spec, "--input", "3x227x227"],
            "convarith network unet --fits": [sys.executable, "-m", "convarith_cli", "network", "unet", "--fits"],
        }
    )
    table("the network command, whole processes (budget 3 x)", seconds, 1e-3, "ms", "import click", [])


def present() -> list[str]:
    """The peers that are installed; all need torch."""
    return [name for name in COUNTS if find_spec("torch") and find_spec(name)]


def counting(peer: str, network: ca.network.Network) -> Callable[[], int]:
    """A count of a model that is already built."""
    made, imported, counted = COUNTS[peer]
    names: dict[str, object] = {"SOURCE": network.to_torch()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(imported + made, names)
    code = compile(counted, peer, "exec")
    logging.getLogger("fvcore").setLevel(logging.ERROR)  # it tells of each layer that it does not count

    def ask() -> int:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(code, names)
        count = names["count"]
        assert isinstance(count, int | float)
        return int(count)

    return ask


def fitting(network: ca.network.Network, channels: int) -> Callable[[], list[int]]:
    return lambda: network.fits((channels, 224, 224))[0].runs.upto(LARGEST)


def trying(network: ca.network.Network, channels: int) -> Callable[[], list[int]]:
    from convarith.network.tracing import trace

    def each() -> list[int]:
        return [n for n in range(1, LARGEST + 1) if trace(network, (channels, n, n)).refusal is None]

    return each


def measured(
    functions: dict[str, Callable[[], object]], seconds: float = 3.0
) -> tuple[dict[str, float], float, str, str]:
    """What `table` wants of functions of milliseconds: the times, the unit, and the first as the base."""
    return long_calls(functions, seconds), 1e-3, "ms", next(iter(functions))


TABLES: dict[str, Callable[[], None]] = {
    "networks": run_tables,
    "networks-cold": run_cold,
    "reading": run_reading,
    "fits": run_fits,
    "network-command": run_command,
}
