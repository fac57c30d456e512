"""Jobs: rows to domain and back, and a lock on each that ends with the process that works on it."""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from survey.domain.definition.canonical import canonical_json
from survey.domain.errors import Unavailable
from survey.domain.operations.job import UNFINISHED, Job, JobState

from .database import changed_rows
from .tables import JobRow

JOB_LOCKS = 0x6D696E72
"""The name space of advisory locks, one a job."""
LOCK = ".lock"


def add_job(session: Session, job: Job) -> None:
    """Store a new job."""
    session.add(
        JobRow(
            key=job.key,
            kind=job.kind,
            campaign=job.campaign,
            account_id=job.account_id,
            state=job.state,
            detail=canonical_json(dict(job.detail)),
            done=job.done,
            total=job.total,
            made_at=job.made_at,
        )
    )
    session.flush()


def find_job(session: Session, key: str) -> Job | None:
    """Return the job of a key, or ``None``."""
    row = session.get(JobRow, key, populate_existing=True)
    return _job(row) if row else None


def unfinished(session: Session, campaign: str | None = None) -> list[Job]:
    """Return the jobs that wait or run, oldest first; of one campaign where one is named."""
    rows = select(JobRow).where(JobRow.state.in_(UNFINISHED)).order_by(JobRow.made_at, JobRow.key)
    if campaign is not None:
        rows = rows.where(JobRow.campaign == campaign)
    return [_job(row) for row in session.scalars(rows)]


def of_campaign(session: Session, campaign: str) -> list[Job]:
    """Return all jobs of a campaign that are remembered, oldest first."""
    rows = select(JobRow).where(JobRow.campaign == campaign).order_by(JobRow.made_at, JobRow.key)
    return [_job(row) for row in session.scalars(rows)]


def latest(session: Session, campaign: str, account_id: int | None, number: int) -> list[Job]:
    """Return the newest jobs of a campaign, of one account where one is named."""
    rows = select(JobRow).where(JobRow.campaign == campaign)
    if account_id is not None:
        rows = rows.where(JobRow.account_id == account_id)
    return [
        _job(row) for row in session.scalars(rows.order_by(JobRow.made_at.desc(), JobRow.key).limit(number))
    ]


def move(session: Session, key: str, sources: Iterable[JobState], **values: object) -> bool:
    """Change a job that is in one of these states; return whether it was."""
    changed = session.execute(
        update(JobRow).where(JobRow.key == key, JobRow.state.in_(tuple(sources))).values(**values)
    )
    return changed_rows(changed) == 1


def cancel_unfinished(session: Session) -> None:
    """Cancel every job that waits or runs."""
    session.execute(update(JobRow).where(JobRow.state.in_(UNFINISHED)).values(state=JobState.CANCELLED))


def drop_file(session: Session, key: str, fault: str | None) -> None:
    """Note that what a job made is gone, and why where it was not fetched."""
    session.execute(update(JobRow).where(JobRow.key == key).values(file=None, fault=fault))


def forget_before(session: Session, moment: datetime) -> None:
    """Delete the rows of ended jobs that are older."""
    session.execute(delete(JobRow).where(JobRow.made_at < moment, JobRow.state.not_in(UNFINISHED)))


def _job(row: JobRow) -> Job:
    return Job(
        key=row.key,
        kind=row.kind,
        campaign=row.campaign,
        account_id=row.account_id,
        detail=json.loads(row.detail),
        total=row.total,
        made_at=row.made_at,
        state=JobState(row.state),
        done=row.done,
        file=row.file,
        fault=row.fault,
    )


@contextmanager
def hold_job(engine: Engine, folder: Path, key: str) -> Iterator[bool]:
    """Try to hold a job for the length of a block; gives whether that was possible.

    PostgreSQL keeps the lock with a connection of its own, so it holds between machines; with SQLite all
    workers share the hand-out folder, where it is a file's. Raises ``Unavailable``.
    """
    holding = _on_postgresql(engine, key) if engine.dialect.name == "postgresql" else _on_file(folder, key)
    with holding as held:
        yield held


@contextmanager
def _on_file(folder: Path, key: str) -> Iterator[bool]:
    path = folder / f"{key}{LOCK}"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        try:
            yield True
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(handle)


@contextmanager
def _on_postgresql(engine: Engine, key: str) -> Iterator[bool]:
    place = {
        "space": JOB_LOCKS,
        "number": int.from_bytes(sha256(key.encode()).digest()[:4], "big", signed=True),
    }
    try:
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        # Out of the pool: closing it gives the lock back, whatever happened to it.
        connection.detach()
        held = connection.scalar(text("SELECT pg_try_advisory_lock(:space, :number)"), place)
    except OperationalError as error:
        raise Unavailable("the database cannot be reached; the job stays where it is") from error
    try:
        yield bool(held)
    finally:
        with suppress(OperationalError):
            # A closed connection gives its locks back only once the server has noticed.
            if held:
                connection.execute(text("SELECT pg_advisory_unlock(:space, :number)"), place)
            connection.close()
