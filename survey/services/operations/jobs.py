"""The life of long work: asked for, claimed by a worker, reported on, ended or cancelled."""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Permission, may
from survey.domain.definition.canonical import canonical_json
from survey.domain.errors import JobCancelled, JobUnderway, UnknownJob
from survey.domain.operations.job import UNFINISHED, Job, JobState
from survey.services.accounts.accounts import Account
from survey.storage.operations import job_rows

SHOWN = 8
MAX_KEPT = 12
"""Jobs of an account, a campaign and a kind that wait, run, have a file to fetch, and need nothing."""
_FAR_MORE = 1000
KEPT = timedelta(days=30)
_KEY = re.compile(r"[0-9a-f]{32}")


def new_key() -> str:
    """Make the key of a job that may be asked for."""
    return secrets.token_hex(16)


def ask(session: Session, job: Job, parts: Sequence[Job] = ()) -> Job:
    """Note a job for a worker; asked for again with the same key, return the one that is there.

    ``parts`` can be done by several workers at once; the job itself is done once they are. Raises
    ``UnknownJob`` where the key is none, or is that of another account's job, and ``JobUnderway`` where the
    campaign has a job of that kind that waits or runs, or the account ``MAX_KEPT`` of those that any node may
    do, with a file to be fetched or still to be made.
    """
    if not _KEY.fullmatch(job.key):
        raise UnknownJob
    there = job_rows.find_job(session, job.key)
    if there is not None:
        if (there.account_id, there.campaign) != (job.account_id, job.campaign):
            raise UnknownJob
        return there
    if _is_full(session, job):
        raise JobUnderway(f"a job for {job.campaign} is under way; wait for it or cancel it")
    for one in (job, *parts):
        job_rows.add_job(session, one)
    return job


def _is_full(session: Session, job: Job) -> bool:
    """Return whether a job has to wait until others ended, or until what they made was fetched."""
    if job.needs:
        return bool(job_rows.unfinished(session, job.campaign, job.kind))
    own = job_rows.latest(session, job.campaign, job.account_id, _FAR_MORE, job.kind)
    return sum(one.unfinished or one.file is not None for one in own) >= MAX_KEPT


def was_asked(session: Session, key: str) -> bool:
    """Return whether a job of this key was asked for before; one that is no key was not."""
    return _KEY.fullmatch(key) is not None and job_rows.find_job(session, key) is not None


def own_job(session: Session, key: str, account: Account) -> Job:
    """Return a job to whoever asked for it, or to an owner; raises ``UnknownJob``."""
    job = job_rows.find_job(session, key) if _KEY.fullmatch(key) else None
    if job is None or (job.account_id != account.id and not may(account.role, Permission.REACH_EVERY_UNIT)):
        raise UnknownJob
    return job


def recent(session: Session, campaign: str, account: Account, kind: str) -> list[Job]:
    """Return an account's newest jobs of a campaign and a kind; an owner sees everybody's."""
    everybody = may(account.role, Permission.REACH_EVERY_UNIT)
    return job_rows.latest(session, campaign, None if everybody else account.id, SHOWN, kind)


def done_of(session: Session, job: Job) -> int:
    """Return how far a job has come, its parts counted."""
    return job.done + sum(part.done for part in job_rows.parts_of(session, job.key))


def cancel(session: Session, key: str, account: Account) -> bool:
    """Cancel a job; return whether it was still waiting or running. Raises ``UnknownJob``."""
    own_job(session, key, account)
    job_rows.move_parts(session, key, state=JobState.CANCELLED)
    return job_rows.move(session, key, UNFINISHED, state=JobState.CANCELLED)


def claim(session: Session, key: str) -> Job | None:
    """Begin a job whose lock the caller holds, again where a worker left it; ``None`` where it has ended."""
    if not job_rows.move(session, key, UNFINISHED, state=JobState.RUNNING, done=0):
        return None
    return job_rows.find_job(session, key)


def report(session: Session, key: str, done: int) -> None:
    """Note how far a job has come; raises ``JobCancelled``."""
    if not job_rows.move(session, key, [JobState.RUNNING], done=done):
        raise JobCancelled("the job was cancelled")


def finish(session: Session, job: Job, file: str | None, detail: Mapping[str, object]) -> None:
    """Note in the transaction of its result that a job is done; raises ``JobCancelled``."""
    if not job_rows.move(
        session,
        job.key,
        [JobState.RUNNING],
        state=JobState.DONE,
        done=job.total,
        file=file,
        detail=canonical_json({**job.detail, **detail}),
    ):
        raise JobCancelled("the job was cancelled")
    job_rows.drop_parts(session, job.key)


def fail(session: Session, job: Job, fault: str) -> None:
    """Note why a running job failed; a part takes the job along that it is a part of, and its other parts."""
    if not job_rows.move(session, job.key, [JobState.RUNNING], state=JobState.FAILED, fault=fault):
        return
    if job.part_of is not None:
        job_rows.move(session, job.part_of, UNFINISHED, state=JobState.FAILED, fault=fault)
        job_rows.move_parts(session, job.part_of, state=JobState.CANCELLED)


def release(session: Session, key: str) -> None:
    """Put a running job back, to be run again."""
    job_rows.move(session, key, [JobState.RUNNING], state=JobState.WAITING, done=0)


def forget_old(session: Session, now: datetime) -> None:
    """Delete the rows of jobs that ended long ago."""
    job_rows.forget_before(session, now - KEPT)
