"""How much memory there is, so that what cannot fit is refused before it is begun."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
"""Where Linux says what a container may use."""


def available_bytes() -> int | None:
    """The bytes that this machine, or the container it runs, can give at most; None where the system does not say."""
    known = []
    with suppress(AttributeError, ValueError, OSError):  # not on Windows
        known.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    for limit in LIMITS:
        with suppress(ValueError, OSError):  # no file, or the word "max"
            known.append(int(Path(limit).read_text(encoding="ascii")))
    return min(known) if known else None


def size_text(count: int) -> str:
    """A number of bytes for people.

    >>> size_text(1_500_000_000), size_text(2048)
    ('1.5 GB', '2.0 kB')
    """
    for unit, size in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6)):
        if count >= 0.99995 * size:  # so that none is written as 1000.0 of the unit below
            return f"{count / size:.1f} {unit}"
    return f"{count / 1000:.1f} kB"
