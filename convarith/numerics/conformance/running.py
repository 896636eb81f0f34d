"""Running the check: settings drawn in pieces, on as many processes as asked, gathered into rows."""

from __future__ import annotations

import platform
import time
import warnings
from importlib import import_module
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from importlib.util import find_spec
from math import isfinite
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convarith.arithmetic.integers import integer
from convarith.errors import ParameterError, RefusedError, nearest
from convarith.numerics.conformance.asking import Refused
from convarith.numerics.conformance.findings import Conformance, Failure, Known, Row
from convarith.numerics.verification.pieces import results

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from convarith.numerics.conformance.asking import Answer, Arguments, Asked, Numbers, Operation

HERE = "convarith.numerics.conformance"
OURS = "convarith.frameworks"


class Framework(NamedTuple):
    """Who is asked, by the module that holds its `Asked`, and the module of ours that has to say the same."""

    asking: str
    ours: str


FRAMEWORKS: dict[str, Framework] = {
    "torch": Framework(f"{HERE}.asking_torch", f"{OURS}.torch"),
    "keras": Framework(f"{HERE}.asking_keras", f"{OURS}.keras"),
    "tensorflow": Framework(f"{HERE}.asking_tensorflow", f"{OURS}.tensorflow"),
    "jax": Framework(f"{HERE}.asking_jax", f"{OURS}.jax"),
    "flax": Framework(f"{HERE}.asking_flax", f"{OURS}.flax"),
    "onnx": Framework(f"{HERE}.asking_onnx", f"{OURS}.onnx"),
    "onnxruntime": Framework(f"{HERE}.asking_onnxruntime", f"{OURS}.onnx"),
}
"""``onnx`` is the specification against onnx's own checks, ``onnxruntime`` what ours says of that runtime."""


class Level(NamedTuple):
    """How many settings of each operation are compared, and on how many of them the numbers, too."""

    settings: int
    numbers: int


LEVELS: dict[str, Level] = {"quick": Level(300, 20), "default": Level(5_000, 300)}

PART = 500
"""A piece has so many settings at most, so that all cores have work to the end."""


class Piece(NamedTuple):
    """A part of one row, with a seed of its own."""

    framework: str
    operation: str
    seed: int
    part: int
    settings: int
    numbers: int


class Found(NamedTuple):
    """What a piece found."""

    piece: Piece
    refused: int
    quirks: dict[str, int]
    numbers: int
    mismatches: int
    seconds: float
    failure: tuple[tuple[Any, ...], str, str] | None
    """The smallest failing setting: its weight, its call, and what differs."""


def conform(
    level: str = "default",
    *,
    frameworks: Iterable[str] | None = None,
    seed: int = 0,
    jobs: int = 1,
    progress: Callable[[int, int], object] | None = None,
) -> Conformance:
    """Compare the answers of `convarith.frameworks` with those of the frameworks themselves, where they are installed.

    Settings are drawn at random, the same for the same seed; a quarter of them and more are invalid, and then both
    have to refuse.

    Args:
        level: ``quick`` (300 settings of each operation) or ``default`` (5,000).
        frameworks: names of `running.FRAMEWORKS`; all unless given.
        seed: of the settings.
        jobs: processes to use. More than one needs a main module that can be imported, as every use of
            `multiprocessing` does.
        progress: called with (pieces done, pieces in all) after each piece.

    Returns:
        A `Conformance`: for each operation the settings, refusals, quirks and mismatches, and the smallest setting
        that fails.

    Raises:
        ParameterError: the level or a framework is unknown, or a number is no whole number.
        ChildProcessError: a process of several ended early.

    >>> conform("quick", frameworks=["troch"])
    Traceback (most recent call last):
    convarith.errors.ParameterError: unknown framework 'troch'; did you mean 'torch'? Known are torch, keras, \
tensorflow, jax, flax, onnx, onnxruntime
    """
    if level not in LEVELS:
        raise ParameterError(f"unknown level {level!r}; {nearest(str(level), LEVELS)}", value=level)
    integer(seed, "seed", 0)
    begun = time.perf_counter()
    wanted = _wanted(frameworks)
    there = {name: asked_of(name) for name in wanted if _installed(name)}
    missing = tuple([name for name in wanted if name not in there])
    pieces = list(_pieces(there, LEVELS[level], seed))
    found = []
    for done, result in enumerate(results(run, pieces, integer(jobs, "jobs", 1), "conform"), start=1):
        found.append(result)
        if progress is not None:
            progress(done, len(pieces))
    return _gathered(found, there, missing, time.perf_counter() - begun)


def _wanted(frameworks: Iterable[str] | None) -> tuple[str, ...]:
    """The names that are asked for, in the order of the table."""
    names = list(FRAMEWORKS if frameworks is None else frameworks)
    for name in names:
        if name not in FRAMEWORKS:
            raise ParameterError(f"unknown framework {name!r}; {nearest(str(name), FRAMEWORKS)}", value=name)
    return tuple([name for name in FRAMEWORKS if name in names])


def asked_of(framework: str) -> Asked:
    """How a framework is asked; the module that knows it is imported, the framework is not."""
    asked: Asked = import_module(FRAMEWORKS[framework].asking).ASKED
    return asked


def _installed(framework: str) -> bool:
    """Whether the packages of a framework are there, and our own module that asks it."""
    if find_spec(FRAMEWORKS[framework].asking) is None:
        return False
    return all(find_spec(package) is not None for package in asked_of(framework).packages)


def _pieces(asked: dict[str, Asked], level: Level, seed: int) -> Iterator[Piece]:
    """What there is to do; the first of the table, which are the fastest, come last."""
    parts = -(-level.settings // PART)
    for framework, one in reversed(asked.items()):
        for operation in one.operations:
            for part in range(parts):
                settings, numbers = (_share(number, part, parts) for number in level)
                yield Piece(framework, operation, seed, part, settings, numbers)


def _share(number: int, part: int, parts: int) -> int:
    """What a part has of a number that is spread evenly over all."""
    return number * (part + 1) // parts - number * part // parts


# One piece


class Crashed(str):
    """An error where an answer was wanted; it agrees with nothing."""

    __slots__ = ()


def run(piece: Piece) -> Found:
    """Compare every setting of a piece."""
    asked = asked_of(piece.framework)
    operation = asked.operations[piece.operation]
    draw = Random(f"{piece.framework} {piece.operation} {piece.part} {piece.seed}")
    refused = mismatches = compared = 0
    quirks: dict[str, int] = {}
    failure = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what frameworks warn of is not asked
        _answer_of(operation, operation.sample(Random(0)))  # which loads what it needs before the clock starts
        begun = time.perf_counter()
        for _ in range(piece.settings):
            arguments = operation.sample(draw)
            ours, theirs = our_answer(piece.framework, piece.operation, arguments), _answer_of(operation, arguments)
            difference = ""
            if _agree(ours, theirs):
                refused += isinstance(theirs, Refused)
                if operation.numbers is not None and compared < piece.numbers and not isinstance(theirs, Refused):
                    told = _numbers_differ(piece.framework, operation.numbers, arguments)
                    compared += told is not None
                    difference = told or ""
            else:
                quirk = quirk_of(asked, piece.operation, arguments, ours, theirs)
                if quirk:
                    quirks[quirk] = quirks.get(quirk, 0) + 1
                else:
                    difference = f"{piece.framework} {_said(theirs)}; convarith {_said(ours)}"
            if difference:
                mismatches += 1
                found = (_weight(arguments), call(piece.framework, piece.operation, arguments), difference)
                failure = found if failure is None else min(failure, found)
    return Found(piece, refused, quirks, compared, mismatches, time.perf_counter() - begun, failure)


def our_answer(framework: str, operation: str, arguments: Arguments) -> Answer | Crashed:
    """What our shape function says; an error that is no refusal is an answer that agrees with nothing."""
    function = getattr(import_module(FRAMEWORKS[framework].ours), f"{operation}_shape")
    try:
        answer: Answer = function(**arguments)
    except RefusedError as refusal:
        return Refused(str(refusal))
    except Exception as error:  # noqa: BLE001 - whatever goes wrong is a finding, with its setting
        return Crashed(f"{type(error).__name__}: {error}")
    return answer


def _answer_of(operation: Operation, arguments: Arguments) -> Answer | Crashed:
    try:
        return operation.ask(arguments)
    except Exception as error:  # noqa: BLE001 - as above: the one who asks is to say what a refusal is
        return Crashed(f"{type(error).__name__}: {error}")


def _agree(ours: Answer | Crashed, theirs: Answer | Crashed) -> bool:
    if isinstance(ours, Refused) or isinstance(theirs, Refused):
        return isinstance(ours, Refused) and isinstance(theirs, Refused)
    return isinstance(ours, tuple) and ours == theirs


def quirk_of(
    asked: Asked, operation: str, arguments: Arguments, ours: Answer | Crashed, theirs: Answer | Crashed
) -> str | None:
    """The name of the quirk that explains two answers that differ, or None."""
    if isinstance(ours, Crashed) or isinstance(theirs, Crashed):
        return None
    for quirk in asked.quirks:
        try:
            if quirk.holds(operation, arguments, ours, theirs):
                return quirk.name
        except RefusedError:  # by ours, where the quirk asks it for the answer to a setting beside this one
            continue
    return None


def _said(answer: Answer | Crashed) -> str:
    if isinstance(answer, Refused):
        return f"refuses ({answer.words})"
    return f"ended with {answer}" if isinstance(answer, Crashed) else f"gives {answer}"


def _numbers_differ(framework: str, numbers: Callable[[Arguments], Numbers | None], arguments: Arguments) -> str | None:
    """What differs in the numbers, nothing if all are equal; None where there are none to compare."""
    try:
        both = numbers(arguments)
    except Exception as error:  # noqa: BLE001 - as above
        return f"its numbers end with {type(error).__name__}: {error}"
    return None if both is None else numbers_differ(framework, *both)


def numbers_differ(framework: str, ours: NDArray[Any], theirs: NDArray[Any]) -> str:
    """What differs: whole numbers have to be equal, others close to 1e-5 of the framework's."""
    if ours.shape != theirs.shape:
        return f"the numbers of {framework} have the shape {theirs.shape}, those of convarith {ours.shape}"
    with np.errstate(invalid="ignore"):
        whole = np.isfinite(ours) & np.isfinite(theirs) & (np.mod(ours, 1) == 0) & (np.mod(theirs, 1) == 0)
        close = np.isclose(ours.astype(float), theirs.astype(float), rtol=1e-5, atol=1e-5, equal_nan=True)
    wrong = np.argwhere(np.where(whole, ours != theirs, ~close))
    if not len(wrong):
        return ""
    place = tuple(int(index) for index in wrong[0])
    return f"the number of {framework} at {place} is {theirs[place]}, that of convarith {ours[place]}"


def call(framework: str, operation: str, arguments: Arguments) -> str:
    """The call in Python that shows our answer."""
    given = ", ".join(f"{name}={_shown(value)}" for name, value in arguments.items())
    return f"{FRAMEWORKS[framework].ours}.{operation}_shape({given})"


def _shown(value: Any) -> str:
    """The value as Python reads it, which is not so for the repr of an infinite number."""
    return f"float({str(value)!r})" if isinstance(value, float) and not isfinite(value) else repr(value)


def _weight(arguments: Arguments) -> tuple[int, float, int]:
    """Orders settings from small to large: by axes, by all their numbers, by how many words they take."""
    numbers: list[float] = []
    _collect(list(arguments.values()), numbers)
    shape = arguments.get("input_shape", ())
    return len(shape), sum(numbers), len(repr(arguments))


def _collect(value: Any, numbers: list[float]) -> None:
    """Every number of a value, however deep; other things count as one."""
    if isinstance(value, (list, tuple)):
        for entry in value:
            _collect(entry, numbers)
    elif isinstance(value, dict):
        _collect(list(value.values()), numbers)
    elif isinstance(value, (int, float)) and isfinite(value):
        numbers.append(abs(value))
    else:
        numbers.append(1)


# Everything


def _gathered(found: list[Found], asked: dict[str, Asked], missing: tuple[str, ...], seconds: float) -> Conformance:
    rows: list[Row] = []
    failing: list[tuple[tuple[Any, ...], int, Failure]] = []
    for framework, one in asked.items():
        for operation in one.operations:
            parts = [part for part in found if part.piece[:2] == (framework, operation)]
            quirks: dict[str, int] = {}
            for part in parts:
                for name, count in part.quirks.items():
                    quirks[name] = quirks.get(name, 0) + count
            rows.append(
                Row(
                    framework,
                    operation,
                    sum(part.piece.settings for part in parts),
                    sum(part.refused for part in parts),
                    quirks,
                    sum(part.numbers for part in parts),
                    sum(part.mismatches for part in parts),
                    sum(part.seconds for part in parts),
                )
            )
            failures = [part.failure for part in parts if part.failure is not None]
            if failures:
                weight, words, difference = min(failures)
                failing.append((weight, len(failing), Failure(framework, operation, words, difference)))
    known = [Known(name, *quirk[:3]) for name, one in asked.items() for quirk in one.quirks]
    packages = dict.fromkeys(package for one in asked.values() for package in one.packages)
    versions = {package: _version(package) for package in packages}
    return Conformance(
        tuple(rows),
        tuple([failure for *_, failure in sorted(failing)]),
        tuple(known),
        {"python": platform.python_version(), **versions} if versions else {},
        missing,
        seconds,
    )


def _version(package: str) -> str:
    """The version of a package, which may be installed under another name: tensorflow as tensorflow-cpu."""
    try:
        return version(package)
    except PackageNotFoundError:
        names = packages_distributions().get(package, ())
        return next((f"{version(name)} ({name})" for name in names), "unknown")
