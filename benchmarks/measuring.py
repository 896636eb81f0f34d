"""Measuring side by side: everything in a table takes its turns in one run, so that ratios hold where speeds do not."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
import timeit
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PROCESS_ROUNDS = 15
CALL_ROUNDS = 60
CALLS_A_ROUND = 1_000


def processes(commands: dict[str, list[str]], rounds: int = PROCESS_ROUNDS) -> dict[str, float]:
    """Median seconds of each command, taken in turns so that a slow moment hits all of them."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            if turn:  # the first fills the caches
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in times.items()}


def calls(functions: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Seconds of a short call of each function, the best of many rounds taken in turns."""
    best = dict.fromkeys(functions, float("inf"))
    for _ in range(CALL_ROUNDS):
        for name, function in functions.items():
            best[name] = min(best[name], timeit.timeit(function, number=CALLS_A_ROUND) / CALLS_A_ROUND)
    return best


def long_calls(functions: dict[str, Callable[[], object]], seconds: float = 3.0) -> dict[str, float]:
    """Median seconds of each function, taken in turns until each had at least three and about so much time."""
    times: dict[str, list[float]] = {name: [] for name in functions}
    for function in functions.values():
        function()  # fills the caches
    while any(len(taken) < 3 for taken in times.values()) or all(sum(taken) < seconds for taken in times.values()):
        for name, function in functions.items():
            if len(times[name]) >= 3 and sum(times[name]) > seconds:
                continue
            start = time.perf_counter()
            function()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in times.items()}


PEAK = """
def peak():
    try:
        with open("/proc/self/status") as status:  # getrusage would count the parent's peak in
            return 1024 * next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except OSError:
        import resource, sys
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
"""


def peak_bytes(prepare: str, work: str) -> int:
    """By how much the peak memory of a fresh process grows while it does ``work``, after ``prepare``."""
    program = f"{PEAK}\n{prepare}\nbefore = peak()\n{work}\nprint(peak() - before)"
    finished = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return int(finished.stdout)


def table(title: str, seconds: dict[str, float], unit: float, unit_name: str, base: str, notes: list[str]) -> None:
    print(f"\n{title}")
    for name, taken in seconds.items():
        print(f"  {name:<44} {taken / unit:>10.2f} {unit_name:<3} {taken / seconds[base]:>9.2f} x {base}")
    for note in notes:
        print(f"  {note}")


def missing(names: list[str]) -> list[str]:
    return [f"{name}: not installed, skipped" for name in names if find_spec(name) is None]
