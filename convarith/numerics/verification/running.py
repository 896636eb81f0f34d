"""Running the checks: in pieces, on as many cores as asked, gathered into rows."""

from __future__ import annotations

import time
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from convarith.arithmetic.integers import integer
from convarith.errors import ParameterError, nearest
from convarith.numerics.verification.checks import CHECKS, numbers_differ
from convarith.numerics.verification.oracles import COMPILING, ORACLES
from convarith.numerics.verification.pieces import results
from convarith.numerics.verification.settings import LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from convarith.numerics.verification.settings import Setting

WALK = "window walk"
KERNELS = "reference kernels"
COMPUTING = {KERNELS: "plain walk", "scipy": "scipy", "torch": "torch", "jax": "jax"}
"""How a row names whom our numbers are compared with."""

PIECES = 4
"""The large checks are parted into so many pieces, so that all cores have work to the end."""


class Piece(NamedTuple):
    """A part of one row: every PIECES-th setting of a check, for one oracle."""

    check: str
    oracle: str
    level: str
    seed: int
    part: int


class Found(NamedTuple):
    """What a piece found."""

    piece: Piece
    cases: int
    mismatches: int
    seconds: float
    failure: tuple[tuple[int, ...], str, str] | None
    """The smallest failing setting: its weight, its words, and what differs."""


class Row(NamedTuple):
    """One check against one oracle."""

    check: str
    oracle: str
    cases: int
    mismatches: int
    seconds: float

    def to_dict(self) -> dict[str, object]:
        return {**self._asdict(), "seconds": round(self.seconds, 3)}


class Failure(NamedTuple):
    """The smallest setting that failed."""

    check: str
    oracle: str
    setting: str
    difference: str


class Verification:
    """What `verify` found: ``rows``, the ``failure`` of the smallest setting (or None), and ``missing`` oracles.

    ``cases`` counts comparisons; `str` is the table that the command line prints.
    """

    def __init__(self, rows: tuple[Row, ...], failures: tuple[Failure, ...], missing: tuple[str, ...], seconds: float):
        self.rows = rows
        self.failures = failures
        self.missing = missing
        self.seconds = seconds

    @property
    def cases(self) -> int:
        return sum(row.cases for row in self.rows)

    @property
    def mismatches(self) -> int:
        return sum(row.mismatches for row in self.rows)

    @property
    def failure(self) -> Failure | None:
        """The first of the smallest failing settings."""
        return self.failures[0] if self.failures else None

    def __repr__(self) -> str:
        return f"<Verification {self.cases} cases, {self.mismatches} mismatches>"

    def __str__(self) -> str:
        first = max(len(row.check) for row in self.rows)
        second = max(len(row.oracle) for row in self.rows)
        lines = [f"{'check':<{first}}  {'against':<{second}}  {'cases':>8}  {'mismatches':>10}  {'seconds':>7}"]
        for row in self.rows:
            numbers = f"{row.cases:>8}  {row.mismatches:>10}  {row.seconds:>7.2f}"
            lines.append(f"{row.check:<{first}}  {row.oracle:<{second}}  {numbers}")
        lines += ["", f"{self.cases} cases, {self.mismatches} mismatches, in {self.seconds:.1f} s"]
        lines += [f"{name} is not installed and was not asked" for name in self.missing]
        if self.failure is not None:
            lines += ["", "The smallest case that fails", f"  convarith {self.failure.setting}"]
            lines += [f"  {self.failure.check} against {self.failure.oracle}: {self.failure.difference}"]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, object]:
        """What ``--json`` prints."""
        return {
            "rows": [row.to_dict() for row in self.rows],
            "cases": self.cases,
            "mismatches": self.mismatches,
            "seconds": round(self.seconds, 3),
            "missing": list(self.missing),
            "failure": None if self.failure is None else self.failure._asdict(),
        }


def verify(
    level: str = "default",
    *,
    seed: int = 0,
    jobs: int = 1,
    progress: Callable[[int, int], object] | None = None,
) -> Verification:
    """Check every rule of the arithmetic against a plain walk, real convolutions, SciPy, and PyTorch and JAX if there.

    Every setting of a layer on one axis is checked up to the level's bounds (`verification.settings.LEVELS`), and
    seeded random ones of 1 to 4 axes beyond them.

    Args:
        level: ``quick`` (seconds), ``default`` (under a minute on two cores), or ``exhaustive``.
        seed: of the random settings.
        jobs: processes to use. More than one needs a main module that can be imported, as every use of
            `multiprocessing` does.
        progress: called with (pieces done, pieces in all) after each piece.

    Returns:
        A `Verification`: rows of cases, mismatches and seconds, and the smallest case that fails.

    Raises:
        ParameterError: the level is unknown, or a number is no whole number.
        ChildProcessError: a process of several ended early.

    >>> found = verify("quick")
    >>> found.mismatches, found.cases > 10_000
    (0, True)
    """
    if level not in LEVELS:
        raise ParameterError(f"unknown level {level!r}; {nearest(str(level), LEVELS)}", value=level)
    integer(seed, "seed", 0)
    begun = time.perf_counter()
    missing = tuple([needed for needed, _ in ORACLES.values() if needed and find_spec(needed) is None])
    pieces = list(_pieces(level, seed, missing))
    found = []
    for done, result in enumerate(results(run, pieces, integer(jobs, "jobs", 1), "verify"), start=1):
        found.append(result)
        if progress is not None:
            progress(done, len(pieces))
    return _gathered(found, missing, time.perf_counter() - begun)


def _pieces(level: str, seed: int, missing: tuple[str, ...]) -> Iterator[Piece]:
    """What there is to do; what takes long to load and to run comes first."""
    asked = [WALK, *(row for row, oracle in COMPUTING.items() if ORACLES[oracle][0] not in missing)]
    for oracle in reversed(asked):
        for check in CHECKS:
            parts = 1 if check.startswith("Relationship") or oracle in COMPILING else PIECES
            for part in range(parts):
                yield Piece(check, oracle, level, seed, part if parts > 1 else -1)


def run(piece: Piece) -> Found:
    """Compare every setting of a piece."""
    check, level = CHECKS[piece.check], LEVELS[piece.level]
    compare: Callable[[Setting], str | None]
    if piece.oracle == WALK:
        settings, compare = check.sizes(level, piece.seed), check.compare_sizes
    else:
        oracle = COMPUTING[piece.oracle]
        settings = check.numbers(level, piece.seed)
        _prepare(oracle)

        def compare(setting: Setting) -> str | None:
            return numbers_differ(setting, check.compute, oracle)

    chosen: Iterable[Setting] = settings
    if piece.part >= 0:
        chosen = islice(settings, piece.part, None, PIECES)
    elif piece.oracle in COMPILING:
        chosen = _sample(list(settings), level.compiled)
    return _compared(piece, chosen, compare)


def _compared(piece: Piece, settings: Iterable[Setting], compare: Callable[[Setting], str | None]) -> Found:
    cases = mismatches = 0
    failure = None
    begun = time.perf_counter()
    for setting in settings:
        try:
            difference = compare(setting)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong is a finding, with its setting
            difference = f"{type(error).__name__}: {error}"
        if difference is None:
            continue
        cases += 1
        if difference:
            mismatches += 1
            if failure is None or setting.weight < failure[0]:
                failure = (setting.weight, setting.command(), difference)
    return Found(piece, cases, mismatches, time.perf_counter() - begun, failure)


def _sample(settings: list[Setting], count: int) -> list[Setting]:
    """``count`` of the settings, spread over all of them."""
    step = max(1, len(settings) // count)
    return settings[step // 2 :: step][:count]


def _prepare(oracle: str) -> None:
    """Load what an oracle needs before its clock starts."""
    if oracle == "scipy":
        import scipy.ndimage
        import scipy.signal  # noqa: F401
    elif oracle == "torch":
        import torch

        torch.set_num_threads(1)  # each process has a core of its own
    elif oracle == "jax":
        import jax  # noqa: F401


def _gathered(found: list[Found], missing: tuple[str, ...], seconds: float) -> Verification:
    rows = {}
    for check in CHECKS:
        for oracle in (WALK, *COMPUTING):
            parts = [one for one in found if (one.piece.check, one.piece.oracle) == (check, oracle)]
            if sum(one.cases for one in parts):
                rows[check, oracle] = Row(
                    check,
                    oracle,
                    sum(one.cases for one in parts),
                    sum(one.mismatches for one in parts),
                    sum(one.seconds for one in parts),
                )
    order = {row: place for place, row in enumerate(rows)}
    failing = sorted(
        (one.failure[0], order[one.piece.check, one.piece.oracle], Failure(*one.piece[:2], *one.failure[1:]))
        for one in found
        if one.failure is not None
    )
    return Verification(tuple(rows.values()), tuple([failure for *_, failure in failing]), missing, seconds)
