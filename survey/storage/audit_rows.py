"""The audit log's rows."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from .database import lock_audit
from .tables import AuditRow


@dataclass(frozen=True)
class Entry:
    """One act: its number, when, who, what, on which campaign, with which facts (canonical JSON)."""

    number: int
    at: datetime
    actor: str
    act: str
    campaign: str | None
    detail: str
    previous: str
    hash: str


def last_entry(session: Session) -> Entry | None:
    """Return the newest entry and hold the log's lock, so that nobody appends in between."""
    lock_audit(session)
    row = session.scalar(select(AuditRow).order_by(AuditRow.number.desc()).limit(1))
    return _entry(row) if row else None


def append(session: Session, entry: Entry) -> None:
    """Append an entry."""
    session.add(AuditRow(**vars(entry)))
    session.flush()


def entries(session: Session, campaign: str | None = None) -> Iterator[Entry]:
    """Read the log from its beginning, or what concerns one campaign."""
    rows = select(AuditRow).order_by(AuditRow.number)
    if campaign is not None:
        rows = rows.where(AuditRow.campaign == campaign)
    with closing(session.scalars(rows, execution_options={"yield_per": 500})) as found:
        for row in found:
            yield _entry(row)


def _entry(row: AuditRow) -> Entry:
    return Entry(row.number, row.at, row.actor, row.act, row.campaign, row.detail, row.previous, row.hash)
