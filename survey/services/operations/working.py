"""Doing a job: held by one worker, told about, reported on, ended in one of the ways a job can end."""

import errno
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from survey.domain.errors import (
    JobCancelled,
    JobFailed,
    JobInterrupted,
    MinpingError,
    NoSpace,
    Unavailable,
)
from survey.domain.operations.failure import kind_and_places
from survey.domain.operations.job import Job, JobState, Need
from survey.services.custody.key_files import key_path
from survey.storage.database import db, transaction
from survey.storage.operations import job_rows
from survey.storage.operations.job_rows import hold_job

from . import jobs

REPORT_SECONDS = 0.4

_log = logging.getLogger("minping")


@dataclass(frozen=True)
class Abilities:
    """What a node has of that which jobs may need: whether it is the office's, and its folder of keys."""

    office: bool
    keys: Path

    def can_do(self, job: Job) -> bool:
        """Return whether this node can do a job."""
        has = {Need.HANDOUT: self.office, Need.KEY: key_path(self.keys, job.campaign).exists()}
        return all(has[need] for need in job.needs)


def doable(session: Session, abilities: Abilities) -> list[Job]:
    """Return the unfinished jobs that a node can do now, oldest first; a job in parts waits for all of them.

    Some of them are held by other workers: whoever tries the next one finds out.
    """
    left = job_rows.unfinished(session)
    in_parts = {job.part_of for job in left}
    return [job for job in left if job.key not in in_parts and abilities.can_do(job)]


def take(key: str, folder: Path, do: Callable[[Job], None]) -> bool:
    """Do a job, unless it has ended or another worker is at it; return whether it was done here.

    Raises ``Unavailable`` where the database is away: the job stays as it is, to be run again.
    """
    with hold_job(db.engine, folder, key) as held:
        if not held:
            return False
        with transaction(write=True) as session:
            job = jobs.claim(session, key)
        if job is not None:
            watched(job, do)
        return job is not None


def watched(job: Job, do: Callable[[Job], None]) -> None:
    """Do a job that was claimed; whatever it raises but ``Unavailable`` becomes the job's end."""
    _tell(job, "a job began")
    try:
        do(job)
        _tell(job, "a job is done")
    except JobCancelled:
        _tell(job, "a job was cancelled")
    except JobInterrupted:
        _tell(job, "a job was put back")
        with transaction(write=True) as session:
            jobs.release(session, job.key)
    except Unavailable:
        raise
    except Exception as error:
        fault = fault_of(error)
        _tell(job, "a job ended without a result")
        with transaction(write=True) as session:
            jobs.fail(session, job, fault)


def fault_of(error: Exception) -> str:
    """Name why a job failed; what has no name is logged."""
    if isinstance(error, JobFailed):
        return error.fault
    if isinstance(error, MinpingError):
        return type(error).__name__
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoSpace.__name__
    # The message of a failure might quote a code: kind and place must do.
    _log.error("a job failed", extra={"facts": kind_and_places(error)})
    return "Failure"


def _tell(job: Job, event: str) -> None:
    _log.info(event, extra={"facts": {"kind": job.kind, "campaign": job.campaign, "number": job.total}})


class Progress:
    """Called again and again: notes a few times a second how far a job has come, ends it if need be.

    Raises ``JobInterrupted`` and ``JobCancelled``.
    """

    def __init__(self, key: str, stopping: Callable[[], bool]) -> None:
        self.key = key
        self.stopping = stopping
        self.next = 0.0

    def __call__(self, done: int) -> None:
        """Note how far it has come."""
        if self.stopping():
            raise JobInterrupted("the worker ends")
        if time.monotonic() < self.next:
            return
        try:
            with transaction(write=True) as session:
                jobs.report(session, self.key, done)
        except Unavailable:
            pass  # told next time; the result is written in a transaction that does not overlook it
        self.next = time.monotonic() + REPORT_SECONDS


def is_done(job: Job, file: str) -> bool:
    """Return whether a job is done with that file, whoever did it."""
    with transaction() as session:
        found = job_rows.find_job(session, job.key)
    return found is not None and (found.state, found.file) == (JobState.DONE, file)
