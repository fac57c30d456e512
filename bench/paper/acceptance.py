"""What the reader of paper ballots is held to, and whether it keeps it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Found = Counter[str]
"""What became of lines and pages; ``blanks`` are lines that were left empty, ``cpu_ms`` is of the reader."""

NEVER = ("wrong", "invented", "missed", "unasked")
"""What may not happen at all, unless a kind says otherwise."""


@dataclass(frozen=True)
class Target:
    """At most this share is ``part`` of ``whole``; what ``stops`` is a fault of correctness."""

    said: str
    part: str
    whole: str
    share: float
    stops: bool = False

    def measured(self, found: Found) -> float | None:
        """Return the share, ``None`` where nothing was met to take it of."""
        return found[self.part] / found[self.whole] if found[self.whole] else None


@dataclass(frozen=True)
class Row:
    """One line of the table: of what, the figure, what it should be, and whether it is."""

    kind: str
    lines: int
    said: str
    measured: str
    target: str
    reached: bool
    stops: bool

    def __str__(self) -> str:
        told = "yes" if self.reached else "NO"
        return f"| {self.kind} | {self.lines:,} | {self.said} | {self.measured} | {self.target} | {told} |"


def never(missed: float = 0.0) -> tuple[Target, ...]:
    """Return that nothing is read wrong, invented or left unasked, and that at most this share is missed."""
    return tuple(
        Target(said, said, "lines", missed if said == "missed" else 0.0, stops=True) for said in NEVER
    )


def asked(lines: float | None = None, blanks: float | None = None) -> tuple[Target, ...]:
    """Return how many lines people may be asked about at most, of all and of those left empty."""
    return tuple(
        Target(f"asked, of {whole}", part, whole, share)
        for part, whole, share in (("asked", "lines", lines), ("blanks asked", "blanks", blanks))
        if share is not None
    )


def refused(pages: float) -> tuple[Target, ...]:
    """Return how many pages may be refused at most."""
    return (Target("pages refused", "refused", "pages", pages),)


def rows_of(kind: str, found: Found, targets: tuple[Target, ...]) -> Iterator[Row]:
    """Hold what was found against the targets; what must never happen is told in numbers."""
    for target in targets:
        share = target.measured(found)
        number = found[target.part]
        strict = target.stops and not target.share
        measured = f"{number}" if strict else "–" if share is None else f"{share:.2%}"
        limit = "0" if strict else f"≤ {target.share:.1%}"
        yield Row(
            kind, found["lines"], target.said, measured, limit, (share or 0) <= target.share, target.stops
        )


HEAD = "| pens, scans | lines | | measured | target | reached |\n|---|---|---|---|---|---|"


def as_counts(read: Mapping[str, Mapping[str, int]]) -> dict[str, Found]:
    """Read what an earlier piece of a measurement found."""
    return {kind: Counter(found) for kind, found in read.items()}
