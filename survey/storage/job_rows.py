"""Jobs: rows to domain and back. Every change of a state is one conditional update."""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from survey.domain.definition.canonical import canonical_json
from survey.domain.operations.job import UNFINISHED, Job, JobState

from .database import changed_rows
from .tables import JobRow


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
