"""What real convolutions and C cost, in time and memory."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from measuring import long_calls, missing, peak_bytes, table

import convarith as ca

if TYPE_CHECKING:
    from collections.abc import Callable

    Functions = dict[str, Callable[[], object]]

MEGABYTE = 1e6


def random_floats(*shape: int) -> Any:
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


def kronecker_by_rows(w: Any, size: int, padding: int) -> Any:
    """C as a sum of Kronecker products, one for each row of the kernel: a shifted identity times a banded matrix."""
    from scipy import sparse

    rows = size + 2 * padding - len(w) + 1
    offsets = [column - padding for column in range(len(w))]
    bands = [
        sparse.diags_array([np.full(size, weight) for weight in line], offsets=offsets, shape=(rows, size))
        for line in w
    ]
    return sum(
        sparse.kron(sparse.eye_array(rows, size, k=row - padding), band) for row, band in enumerate(bands)
    ).tocsr()


def kronecker_by_weights(w: Any, size: int, padding: int) -> Any:
    """The same, one for each weight: two shifted identities, times the weight."""
    from scipy import sparse

    rows = size + 2 * padding - len(w) + 1
    shifts = [sparse.eye_array(rows, size, k=tap - padding) for tap in range(len(w))]
    return sum(
        w[row, column] * sparse.kron(shifts[row], shifts[column]) for row in range(len(w)) for column in range(len(w))
    ).tocsr()


def run_sparse() -> None:
    size = 1024
    w = np.arange(1.0, 10).reshape(3, 3)
    for padding, mode in ((0, "valid"), (1, "same")):
        layer = ca.Conv(3, padding=padding)
        c = ca.numerics.matrix(layer, (size, size), w)
        held = c.data.nbytes + c.indices.nbytes + c.indptr.nbytes
        functions: Functions = {
            "numpy.ones of the same bytes": lambda held=held: np.ones(held // 8),
            "numerics.matrix": lambda layer=layer: ca.numerics.matrix(layer, (size, size), w),
            "Kronecker products, by rows": lambda padding=padding: kronecker_by_rows(w, size, padding),
            "Kronecker products, by weights": lambda padding=padding: kronecker_by_weights(w, size, padding),
        }
        for build in (kronecker_by_rows, kronecker_by_weights):
            assert abs(build(w, size, padding) - c).max() == 0
        if find_spec("sparse_convolution"):
            from sparse_convolution import Toeplitz_convolution2d

            functions["sparse-convolution"] = lambda mode=mode: Toeplitz_convolution2d(
                (size, size), w, mode=mode, method="precomputed", backend="numpy"
            )
        prepare = "import numpy as np, convarith as ca\nca.numerics.matrix(ca.Conv(3), (8, 8), np.ones((3, 3)))\n"
        grown = peak_bytes(
            prepare, f"c = ca.numerics.matrix(ca.Conv(3, padding={padding}), ({size}, {size}), np.ones((3, 3)))"
        )
        notes = [f"C takes {held / MEGABYTE:.0f} MB; making it takes {grown / held:.2f} times as much at its peak"]
        table(
            f"C, {size}x{size}, 3x3, padding {padding}, float64 with int32",
            long_calls(functions),
            1e-3,
            "ms",
            "numpy.ones of the same bytes",
            notes + missing(["sparse_convolution"]),
        )


def run_conv() -> None:
    from scipy import signal

    x, w = random_floats(8, 64, 56, 56), random_floats(64, 64, 3, 3)
    layer = ca.Conv(3, padding=1)

    def per_channel() -> Any:
        """One image, and that eight times as long, for nobody would wait."""
        return [sum(signal.correlate(x[0, c], row[c], mode="same", method="direct") for c in range(64)) for row in w]

    ours = ca.numerics.conv(x, w, layer)
    assert np.allclose(ours[0], per_channel(), atol=1e-2)
    functions: Functions = {"numerics.conv": lambda: ca.numerics.conv(x, w, layer)}
    if find_spec("torch"):
        import torch

        tensors = torch.from_numpy(x), torch.from_numpy(w)
        functions["torch, as many threads"] = lambda: torch.nn.functional.conv2d(*tensors, padding=1)
    seconds = long_calls(functions)
    seconds["scipy.signal.correlate per channel (8 x 1 image)"] = 8 * long_calls({"": per_channel}, 1)[""]
    title = "convolution, float32, N=8 C=64 56x56 3x3 -> 64, padding 1"
    table(title, seconds, 1e-3, "ms", "numerics.conv", missing(["torch"]))

    image, kernel = random_floats(4096, 4096), random_floats(7, 7)
    wide = ca.Conv(7, padding=3)
    functions = {
        "numerics.conv": lambda: ca.numerics.conv(image, kernel, wide),
        "scipy.signal.correlate, fft": lambda: signal.correlate(image, kernel, mode="same", method="fft"),
    }
    prepare = "import numpy as np, convarith as ca\nx = np.ones((4096, 4096), '{}')\nw = np.ones((7, 7), x.dtype)"
    grown = {
        name: peak_bytes(prepare.format(name), "ca.numerics.conv(x, w, ca.Conv(7, padding=3))")
        for name in ("float32", "float64", "int64")
    }
    said = ", ".join(f"{name} {count / MEGABYTE:.0f} MB" for name, count in grown.items())
    table(
        "one channel of 4096x4096, 7x7, padding 3, float32",
        long_calls(functions),
        1e-3,
        "ms",
        "numerics.conv",
        [f"memory beyond the input, the result included: {said}"],
    )


def run_growth() -> None:
    """How the cost of a convolution grows, one thing at a time."""
    base = {"input size": 28, "kernel size": 3, "channels": 32}
    for changed, values in (
        ("input size", (14, 28, 56, 112)),
        ("kernel size", (1, 3, 5, 7)),
        ("channels", (8, 16, 32, 64, 128)),
    ):
        functions: Functions = {}
        products = {}
        for value in values:
            size, k, channels = {**base, changed: value}.values()
            x, w = random_floats(4, channels, size, size), random_floats(channels, channels, k, k)
            layer = ca.Conv(k, padding=k // 2)
            functions[f"{changed} {value}"] = lambda x=x, w=w, layer=layer: ca.numerics.conv(x, w, layer)
            products[f"{changed} {value}"] = 4 * size**2 * channels**2 * k**2
        seconds = long_calls(functions, 0.5)
        notes = [
            f"{name}: {products[name] / taken / 1e9:.1f} billion products a second" for name, taken in seconds.items()
        ]
        table(f"numerics.conv, N=4, {base} but {changed}", seconds, 1e-3, "ms", f"{changed} {base[changed]}", notes)


TABLES = {"sparse": run_sparse, "conv": run_conv, "growth": run_growth}
