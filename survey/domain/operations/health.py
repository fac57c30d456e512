"""What an operator watches, as coarse as may be told, and what to think of it.

Free disk, the size of the database, memory and open files move with every ballot: read every second, their
exact numbers would say when somebody voted. They are told in steps only (docs/secrecy.md).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from survey.domain.definition.campaign import State

SIZE_STEP = 16 << 20
"""Bytes by which the size of a database, or memory, moves: hundreds of ballots, thousands of small ones."""
FREE_STEP = 64 << 20
"""Bytes by which free disk moves."""
FILES_STEP = 50
"""Open files, a connection of a voter being one."""

_LATE = timedelta(minutes=5)
_SILENT = timedelta(minutes=3)
_DAY = timedelta(days=1)


class Verdict(StrEnum):
    """What to think of something that is watched."""

    GOOD = "good"
    NOTICE = "notice"
    ACT = "act"


class HealthSubject(StrEnum):
    """What is watched, in the order in which it is shown."""

    DATABASE = "database"
    DISK = "disk"
    WORKER = "worker"
    QUEUE = "queue"
    BACKUP = "backup"
    CERTIFICATE = "certificate"
    CLOCK = "clock"
    CAMPAIGNS = "campaigns"
    VERSION = "version"


@dataclass(frozen=True)
class Beat:
    """What a worker left last: when, of which version, and what it knows of the web server's certificate.

    ``ends_at`` is when that ends; ``fault`` the kind of failure where it could not be read.
    """

    at: datetime
    version: str
    ends_at: datetime | None = None
    fault: str | None = None


@dataclass(frozen=True)
class Observation:
    """One look at an instance. Sizes are bytes in steps; ``None`` is what cannot be known.

    ``careless`` names settings of the database's server that may write down ballots or lose them; ``offset``
    is how far its clock is ahead, ``synchronised`` whether this machine's follows a time server;
    ``interrupted`` are campaigns whose close or shredding is to be taken up again.
    """

    at: datetime
    version: str
    database: str
    careless: tuple[str, ...]
    size: int
    free: int
    jobs: Mapping[str, int]
    waiting_since: datetime | None
    beat: Beat | None
    secure: bool
    local: bool
    backed_up: datetime | None
    offset: float | None
    synchronised: bool | None
    states: Mapping[State, int]
    held: tuple[str, ...]
    interrupted: tuple[str, ...]


@dataclass(frozen=True)
class HealthFinding:
    """What is to be thought of one subject, and why in one word."""

    subject: HealthSubject
    verdict: Verdict
    why: str = "fine"


def in_steps(number: int, step: int) -> int:
    """Round a number down to a step."""
    return number // step * step


def judge(seen: Observation) -> list[HealthFinding]:
    """Return a finding on every subject, in order."""
    return [HealthFinding(subject, *_JUDGES[subject](seen)) for subject in HealthSubject]


def worst(findings: list[HealthFinding]) -> Verdict:
    """Return the gravest verdict."""
    order = list(Verdict)
    return max((finding.verdict for finding in findings), key=order.index)


Judged = tuple[Verdict, str]
_FINE: Judged = (Verdict.GOOD, "fine")


def _database(seen: Observation) -> Judged:
    return (Verdict.ACT, "careless") if seen.careless else _FINE


def _disk(seen: Observation) -> Judged:
    # The close writes the box anew and then the whole file: twice its size, and some air.
    if seen.free < 2 * (seen.size + SIZE_STEP) + FREE_STEP:
        return Verdict.ACT, "full"
    return (Verdict.NOTICE, "filling") if seen.free < 2 << 30 else _FINE


def _worker(seen: Observation) -> Judged:
    if seen.beat is None:
        return Verdict.ACT, "none"
    # A beat of the future is one of another clock.
    return (Verdict.ACT, "silent") if abs(seen.at - seen.beat.at) > _SILENT else _FINE


def _queue(seen: Observation) -> Judged:
    if seen.waiting_since and seen.at - seen.waiting_since > _LATE:
        return Verdict.NOTICE, "late"
    return (Verdict.NOTICE, "failed") if seen.jobs.get("failed") else _FINE


def _backup(seen: Observation) -> Judged:
    in_use = any(number for state, number in seen.states.items() if state is not State.DRAFT)
    if seen.backed_up is None:
        return (Verdict.ACT, "never") if in_use else (Verdict.NOTICE, "never")
    age = seen.at - seen.backed_up
    if age > 7 * _DAY and in_use:
        return Verdict.ACT, "old"
    return (Verdict.NOTICE, "old") if age > 26 * _DAY / 24 else _FINE


def _certificate(seen: Observation) -> Judged:
    if not seen.secure:
        return (Verdict.GOOD, "local") if seen.local else (Verdict.NOTICE, "plain")
    if seen.beat is None or (seen.beat.ends_at is None and seen.beat.fault is None):
        return Verdict.NOTICE, "unknown"
    if seen.beat.ends_at is None:
        return Verdict.NOTICE, "unreadable"
    left = seen.beat.ends_at - seen.at
    if left <= timedelta(0):
        return Verdict.ACT, "ended"
    if left < 7 * _DAY:
        return Verdict.ACT, "soon"
    return (Verdict.NOTICE, "soon") if left < 21 * _DAY else _FINE


def _clock(seen: Observation) -> Judged:
    if seen.offset is not None and abs(seen.offset) > 2:
        return (Verdict.ACT if abs(seen.offset) > 30 else Verdict.NOTICE), "apart"
    if seen.synchronised is None:
        return Verdict.NOTICE, "unknown"
    return _FINE if seen.synchronised else (Verdict.NOTICE, "free")


def _campaigns(seen: Observation) -> Judged:
    if seen.held:
        return Verdict.ACT, "held"
    return (Verdict.ACT, "interrupted") if seen.interrupted else _FINE


def _version(seen: Observation) -> Judged:
    return (Verdict.NOTICE, "differs") if seen.beat and seen.beat.version != seen.version else _FINE


_JUDGES = dict(
    zip(
        HealthSubject,
        (_database, _disk, _worker, _queue, _backup, _certificate, _clock, _campaigns, _version),
        strict=True,
    )
)


def ages(seen: Observation) -> Iterator[tuple[str, timedelta | None]]:
    """Name how long ago things were that have a moment."""
    for name, moment in (
        ("backup", seen.backed_up),
        ("worker", seen.beat.at if seen.beat else None),
        ("queue", seen.waiting_since),
    ):
        yield name, None if moment is None else seen.at - moment
