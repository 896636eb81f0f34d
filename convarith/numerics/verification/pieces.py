"""Work in pieces, on as many processes as asked: what the checks of the arithmetic and of the frameworks share."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Piece = TypeVar("Piece")
    Found = TypeVar("Found")


def results(run: Callable[[Piece], Found], pieces: Sequence[Piece], jobs: int, name: str) -> Iterator[Found]:
    """What ``run`` finds for each piece, as the processes come to an end with it; one process is this one.

    Raises:
        ChildProcessError: a process of several ended early; ``name`` is the function that was called.
    """
    if jobs == 1:
        yield from map(run, pieces)
        return
    others = set(active_children())
    executor = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_begin_process)
    try:
        with _interrupts_ignored():  # which the processes inherit while they start
            futures = [executor.submit(run, piece) for piece in pieces]
        for future in as_completed(futures):
            yield future.result()
    except BrokenProcessPool:
        raise ChildProcessError(
            f'a process of {name} ended early; call it below `if __name__ == "__main__":`, or with jobs=1'
        ) from None
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        for process in set(active_children()) - others:  # which has work left only if this one was interrupted
            process.terminate()


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # others get no signals
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _begin_process() -> None:
    """An interrupt is for the process that waits; with its end, this one ends, too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    waiting = parent_process()
    if waiting is not None:

        def end_with_it() -> None:
            wait([waiting.sentinel])
            os._exit(1)

        threading.Thread(target=end_with_it, daemon=True).start()
