"""What `conform` found: rows, quirks and the smallest settings that fail; as text, as data, and as Markdown."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WIDTH = 80


class Row(NamedTuple):
    """One operation of a framework: ``settings`` compared, of which both ``refused`` so many.

    ``quirks`` says how often the framework parted from its own rule in a known way, ``numbers`` on how many settings
    the numbers were compared, too.
    """

    framework: str
    operation: str
    settings: int
    refused: int
    quirks: Mapping[str, int]
    numbers: int
    mismatches: int
    seconds: float

    def to_dict(self) -> dict[str, object]:
        return {**self._asdict(), "quirks": dict(self.quirks), "seconds": round(self.seconds, 3)}


class Known(NamedTuple):
    """A quirk that is known of a framework."""

    framework: str
    name: str
    words: str
    source: str


class Failure(NamedTuple):
    """The smallest setting that failed: the call of ours that shows it, and what differs."""

    framework: str
    operation: str
    call: str
    difference: str


class Conformance:
    """What `conform` found: ``rows``, the ``failure`` of the smallest setting (or None), and who was asked.

    ``versions`` are those of the packages, ``missing`` the frameworks that are not installed, ``known`` the quirks that
    are known of those that are. `str` is the table that the command line prints.
    """

    def __init__(
        self,
        rows: tuple[Row, ...],
        failures: tuple[Failure, ...],
        known: tuple[Known, ...],
        versions: Mapping[str, str],
        missing: tuple[str, ...],
        seconds: float,
    ) -> None:
        self.rows = rows
        self.failures = failures
        self.known = known
        self.versions = versions
        self.missing = missing
        self.seconds = seconds

    @property
    def settings(self) -> int:
        return sum(row.settings for row in self.rows)

    @property
    def mismatches(self) -> int:
        return sum(row.mismatches for row in self.rows)

    @property
    def failure(self) -> Failure | None:
        """The first of the smallest failing settings."""
        return self.failures[0] if self.failures else None

    def count(self, quirk: Known) -> int:
        """How often a quirk was met."""
        return sum(row.quirks.get(quirk.name, 0) for row in self.rows if row.framework == quirk.framework)

    def __repr__(self) -> str:
        return f"<Conformance {self.settings} settings, {self.mismatches} mismatches>"

    def __str__(self) -> str:
        lines = [*self._table(), ""] if self.rows else ["nobody was asked"]
        if self.rows:
            lines.append(f"{self.settings} settings, {self.mismatches} mismatches, in {self.seconds:.1f} s")
        lines += wrap(", ".join(f"{name} {version}" for name, version in self.versions.items()), WIDTH)
        lines += [f"{name} is not installed and was not asked" for name in self.missing]
        met = [quirk for quirk in self.known if self.count(quirk)]
        if met:
            lines += ["", "Where a framework parts from its own rule"]
        for quirk in met:
            lines.append(f"  {quirk.framework} {quirk.name}, {_times(self.count(quirk))}")
            lines += wrap(quirk.words, WIDTH, initial_indent="    ", subsequent_indent="    ")
        if self.failure is not None:
            lines += ["", "The smallest setting that fails", f"  {self.failure.call}", f"  {self.failure.difference}"]
        return "\n".join(lines)

    def _table(self) -> list[str]:
        names = [f"{row.framework} {row.operation}" for row in self.rows]
        first = max(map(len, names))
        lines = [f"{'operation':<{first}}  settings refused quirks numbers mismatches seconds"]
        for name, row in zip(names, self.rows, strict=True):
            numbers = f"{row.settings:>8} {row.refused:>7} {sum(row.quirks.values()):>6} {row.numbers:>7}"
            lines.append(f"{name:<{first}}  {numbers} {row.mismatches:>10} {row.seconds:>7.1f}")
        return lines

    def to_dict(self) -> dict[str, object]:
        """What ``--json`` prints."""
        return {
            "rows": [row.to_dict() for row in self.rows],
            "settings": self.settings,
            "mismatches": self.mismatches,
            "seconds": round(self.seconds, 3),
            "versions": dict(self.versions),
            "missing": list(self.missing),
            "quirks": [{**quirk._asdict(), "count": self.count(quirk)} for quirk in self.known],
            "failure": None if self.failure is None else self.failure._asdict(),
        }

    def markdown(self) -> str:
        """The tables of ``docs/conformance.md``: versions, counts of each operation, and every known quirk."""
        parts = [
            _rows(("package", "version"), self.versions.items()),
            _rows(
                ("framework", "operation", "settings", "both refused", "quirks", "numbers compared", "mismatches"),
                [
                    (
                        row.framework,
                        f"`{row.operation}`",
                        f"{row.settings:,}",
                        f"{row.refused:,}",
                        f"{sum(row.quirks.values()):,}",
                        f"{row.numbers:,}",
                        f"{row.mismatches:,}",
                    )
                    for row in self.rows
                ],
            ),
            _rows(
                ("framework", "quirk", "met", "what happens", "source"),
                [
                    (quirk.framework, f"`{quirk.name}`", f"{self.count(quirk):,}", quirk.words, quirk.source)
                    for quirk in self.known
                ],
            ),
        ]
        return "\n".join(parts)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _rows(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [headings, ("---",) * len(headings), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)
