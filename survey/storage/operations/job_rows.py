"""Jobs: rows to domain and back, a lock on each that ends with the process that works on it, and files.

A file that a job made lies in pieces, each sealed by whoever brings it: see ``secrecy.job_files``.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine, delete, insert, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from survey.domain.definition.canonical import canonical_json
from survey.domain.errors import Unavailable
from survey.domain.operations.job import UNFINISHED, Job, JobState, Need

from ..database import changed_rows
from ..tables import JobFileRow, JobRow

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
            needs=" ".join(sorted(job.needs)),
            part_of=job.part_of,
        )
    )
    session.flush()


def find_job(session: Session, key: str) -> Job | None:
    """Return the job of a key, or ``None``."""
    row = session.get(JobRow, key, populate_existing=True)
    return _job(row) if row else None


def unfinished(session: Session, campaign: str | None = None, kind: str | None = None) -> list[Job]:
    """Return the jobs that wait or run, oldest first; of one campaign and one kind where they are named."""
    rows = select(JobRow).where(JobRow.state.in_(UNFINISHED)).order_by(JobRow.made_at, JobRow.key)
    if campaign is not None:
        rows = rows.where(JobRow.campaign == campaign)
    if kind is not None:
        rows = rows.where(JobRow.kind == kind)
    return [_job(row) for row in session.scalars(rows)]


def ended(session: Session) -> list[Job]:
    """Return the jobs that ended and are remembered."""
    return [_job(row) for row in session.scalars(select(JobRow).where(JobRow.state.not_in(UNFINISHED)))]


def parts_of(session: Session, key: str) -> list[Job]:
    """Return the parts of a job in their order."""
    rows = select(JobRow).where(JobRow.part_of == key).order_by(JobRow.key)
    return [_job(row) for row in session.scalars(rows)]


def move_parts(session: Session, key: str, **values: object) -> None:
    """Change the parts of a job that wait or run."""
    session.execute(
        update(JobRow).where(JobRow.part_of == key, JobRow.state.in_(UNFINISHED)).values(**values)
    )


def drop_parts(session: Session, key: str) -> None:
    """Delete the parts of a job, with what they made."""
    parts = parts_of(session, key)
    drop_pieces(session, [part.file for part in parts if part.file])
    session.execute(delete(JobRow).where(JobRow.part_of == key))


def ended_with_parts(session: Session) -> list[str]:
    """Return the keys of jobs that ended, or are gone, and have parts still."""
    unended = select(JobRow.key).where(JobRow.state.in_(UNFINISHED))
    rows = select(JobRow.part_of).where(JobRow.part_of.is_not(None), JobRow.part_of.not_in(unended))
    return [key for key in session.scalars(rows.distinct()) if key]


def add_piece(session: Session, file: str, number: int, sealed: bytes) -> None:
    """Store the piece of that number of a file."""
    session.execute(insert(JobFileRow).values(file=file, number=number, sealed=sealed))


def find_piece(session: Session, file: str, number: int) -> bytes | None:
    """Return a piece of a file, or ``None`` where there is none."""
    return session.scalar(
        select(JobFileRow.sealed).where(JobFileRow.file == file, JobFileRow.number == number)
    )


def stored_files(session: Session, among: Iterable[str] | None = None) -> set[str]:
    """Return the names of the files that have pieces in the database, ``among`` these or all."""
    rows = select(JobFileRow.file).where(JobFileRow.number == 0)
    if among is not None:
        rows = rows.where(JobFileRow.file.in_(tuple(among)))
    return set(session.scalars(rows))


def drop_pieces(session: Session, files: Iterable[str]) -> None:
    """Delete files that have pieces in the database."""
    session.execute(delete(JobFileRow).where(JobFileRow.file.in_(tuple(files))))


def of_campaign(session: Session, campaign: str) -> list[Job]:
    """Return all jobs of a campaign that are remembered, oldest first."""
    rows = select(JobRow).where(JobRow.campaign == campaign).order_by(JobRow.made_at, JobRow.key)
    return [_job(row) for row in session.scalars(rows)]


def latest(
    session: Session, campaign: str, account_id: int | None, number: int, kind: str | None = None
) -> list[Job]:
    """Return the newest jobs of a campaign, of one account and one kind where they are named; no parts."""
    rows = select(JobRow).where(JobRow.campaign == campaign, JobRow.part_of.is_(None))
    if account_id is not None:
        rows = rows.where(JobRow.account_id == account_id)
    if kind is not None:
        rows = rows.where(JobRow.kind == kind)
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
        needs=frozenset(Need(word) for word in row.needs.split()),
        part_of=row.part_of,
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
def hold_scan(engine: Engine, campaign_code: str) -> Iterator[bool]:
    """Try to hold the reading of a campaign's scans for the length of a block, as ``hold_job`` does.

    On SQLite the lock's file lies beside the database, which whoever scans and whoever asks both reach. Two
    that only ask at the same moment would find each other: hold the campaign's lock meanwhile.
    """
    # PostgreSQL's database has a name and no place, which nothing asks for there.
    beside = Path(engine.url.database or "").parent
    with hold_job(engine, beside, f"paper-scan-{campaign_code}") as held:
        yield held


def scan_is_held(engine: Engine, campaign_code: str) -> bool:
    """Return whether somebody reads a campaign's scans now; needs the campaign's lock held alone."""
    with hold_scan(engine, campaign_code) as held:
        return not held


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
        if not _is_at(path, handle):
            # Whoever held it before removed it in between, and the next one locks another file.
            yield False
            return
        try:
            yield True
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(handle)


def _is_at(path: Path, handle: int) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(path.stat(), os.fstat(handle))
    return False


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
        raise Unavailable("the database cannot be reached; what is to be done stays as it is") from error
    try:
        yield bool(held)
    finally:
        with suppress(OperationalError):
            # A closed connection gives its locks back only once the server has noticed.
            if held:
                connection.execute(text("SELECT pg_advisory_unlock(:space, :number)"), place)
            connection.close()
