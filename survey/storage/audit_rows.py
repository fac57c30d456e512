"""The audit log's rows."""

from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act

from .database import lock_audit
from .tables import AuditRow


@dataclass(frozen=True)
class LogEntry:
    """One act: its number, when, who, what, on which campaign, with which facts (canonical JSON)."""

    number: int
    at: datetime
    actor: str
    act: str
    campaign: str | None
    detail: str
    previous: str
    hash: str


def last_entry(session: Session) -> LogEntry | None:
    """Return the newest entry and hold the log's lock, so that nobody appends in between."""
    lock_audit(session)
    row = session.scalar(select(AuditRow).order_by(AuditRow.number.desc()).limit(1))
    return _entry(row) if row else None


def append(session: Session, entry: LogEntry) -> None:
    """Append an entry."""
    session.add(AuditRow(**vars(entry)))
    session.flush()


def entries(session: Session, campaign: str | None = None) -> Iterator[LogEntry]:
    """Read the log from its beginning, or what concerns one campaign."""
    rows = select(AuditRow).order_by(AuditRow.number)
    if campaign is not None:
        rows = rows.where(AuditRow.campaign == campaign)
    with closing(session.scalars(rows, execution_options={"yield_per": 500})) as found:
        for row in found:
            yield _entry(row)


def entries_of_acts(session: Session, acts: Collection[Act]) -> Iterator[LogEntry]:
    """Read the entries of some acts, from the beginning of the log."""
    rows = select(AuditRow).where(AuditRow.act.in_(acts)).order_by(AuditRow.number)
    with closing(session.scalars(rows, execution_options={"yield_per": 500})) as found:
        for row in found:
            yield _entry(row)


@dataclass(frozen=True)
class Wanted:
    """Which entries of the log are asked for; ``among`` keeps to some campaigns, ``None`` leaves it out."""

    among: frozenset[str] | None = None
    campaign: str | None = None
    act: str | None = None
    actor: str | None = None
    since: datetime | None = None
    before: datetime | None = None


def select_entries(
    session: Session, wanted: Wanted, *, first: int = 0, most: int | None = None
) -> Iterator[LogEntry]:
    """Read the entries asked for, the newest first."""
    rows = _where(select(AuditRow), wanted).order_by(AuditRow.number.desc()).offset(first).limit(most)
    with closing(session.scalars(rows, execution_options={"yield_per": 500})) as found:
        for row in found:
            yield _entry(row)


def count_entries(session: Session, wanted: Wanted) -> int:
    """Return how many entries are asked for."""
    return session.scalar(_where(select(func.count(AuditRow.number)), wanted)) or 0


def acts_and_actors(session: Session, wanted: Wanted) -> tuple[list[str], list[str]]:
    """Return which acts there are among the entries asked for, and whose they are."""
    acts = session.scalars(_where(select(AuditRow.act).distinct(), wanted).order_by(AuditRow.act))
    actors = session.scalars(_where(select(AuditRow.actor).distinct(), wanted).order_by(AuditRow.actor))
    return list(acts), list(actors)


def _where(rows: Select[Any], wanted: Wanted) -> Select[Any]:
    for column, value in (
        (AuditRow.campaign, wanted.campaign),
        (AuditRow.act, wanted.act),
        (AuditRow.actor, wanted.actor),
    ):
        if value is not None:
            # PostgreSQL cannot even compare with a NUL, which nothing has.
            rows = rows.where(column == value if "\0" not in value else false())
    if wanted.since is not None:
        rows = rows.where(AuditRow.at >= wanted.since)
    if wanted.before is not None:
        rows = rows.where(AuditRow.at < wanted.before)
    return rows if wanted.among is None else rows.where(AuditRow.campaign.in_(wanted.among))


def _entry(row: AuditRow) -> LogEntry:
    return LogEntry(row.number, row.at, row.actor, row.act, row.campaign, row.detail, row.previous, row.hash)
