"""The hand-out folder: what jobs made, one file each, until it was fetched or a day has passed.

It lies in the instance, outside the database and every backup. A file's name begins with its job's key, so
that one whose job did not come to its end is known for what it is.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.errors import FileGone
from survey.domain.operations.job import Job, JobState
from survey.secrecy.custody import destroy
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.database import db, transaction
from survey.storage.operations import job_rows
from survey.storage.operations.job_rows import hold_job

LIFE = timedelta(hours=24)
EXPIRED = "expired"


def handout_folder(instance: Path) -> Path:
    """Return the hand-out folder of an instance, made where it is not there."""
    folder = instance / "handout"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def new_path(folder: Path, job: Job, suffix: str) -> Path:
    """Return where a job is to write its file; another one for each attempt."""
    return folder / f"{job.key}.{secrets.token_hex(8)}{suffix}"


@contextmanager
def opened(folder: Path, job: Job) -> Iterator[BinaryIO]:
    """Open what a job made, for one reader at a time.

    Raises ``FileGone`` where it was fetched, is too old, or is being fetched.
    """
    if job.state is not JobState.DONE or job.file is None:
        raise FileGone("this file was fetched, or is too old")
    try:
        file = (folder / job.file).open("rb")
    except FileNotFoundError as error:
        raise FileGone("this file is no longer on this machine") from error
    with file:
        if not _held(file):
            raise FileGone("this file is being fetched right now")
        # Another reader may have had it to its end between the two steps.
        if os.fstat(file.fileno()).st_nlink == 0:
            raise FileGone("this file was fetched just now")
        yield file


def hand_over(session: Session, job: Job, by: By) -> None:
    """Note that a file was fetched to its end; the caller destroys it then."""
    job_rows.drop_file(session, job.key, None)
    audit.record(session, by, Act.HAND_OUT, job.campaign, number=job.total)


def sweep(folder: Path, now: datetime) -> None:
    """Remove what no job vouches for, and what is older than a day; files of jobs under way stay."""
    for path in sorted(folder.iterdir()):
        key = path.name.partition(".")[0]
        with hold_job(db.engine, folder, key) as held:
            if held and path.exists():
                _sweep_file(path, key, now)


def _sweep_file(path: Path, key: str, now: datetime) -> None:
    with transaction() as session:
        job = job_rows.find_job(session, key)
    if job is None or job.state is not JobState.DONE or job.file != path.name:
        destroy(path)
    elif now - datetime.fromtimestamp(path.stat().st_mtime, UTC) > LIFE and _is_free(path):
        with transaction(write=True) as session:
            job_rows.drop_file(session, key, EXPIRED)
        destroy(path)


def _is_free(path: Path) -> bool:
    with path.open("rb") as file:
        return _held(file)


def _held(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
