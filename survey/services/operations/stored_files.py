"""Files that jobs made and every node of the office can hand out: sealed, in pieces, in the database.

No backup holds them. A file goes when it was handed out, when it is a day old, or when no job vouches for it.
"""

import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from survey.domain.errors import FileGone, FileTooLarge
from survey.domain.operations.job import Job, JobState
from survey.secrecy.job_files import PieceCipher
from survey.secrecy.vault import Vault
from survey.storage.database import db, transaction
from survey.storage.operations import job_rows
from survey.storage.operations.job_rows import hold_job

from .download_folder import EXPIRED, LIFE

PIECE = 1 << 20
"""Bytes of a piece; each is a transaction of its own, so that no voter waits for a whole file."""
MAX_BYTES = 256 << 20
SIZE, PIECES = "size", "pieces"
"""What a job's detail says of its file."""


def store(vault: Vault, job: Job, content: bytes) -> tuple[str, dict[str, object]]:
    """Store what a job made; return the file's name, and what the job's detail is to say of it.

    It opens its transactions itself; until the job is finished with that name, the sweep takes the file for a
    stray. Raises ``FileTooLarge``.
    """
    if len(content) > MAX_BYTES:
        raise FileTooLarge(f"{len(content)} bytes; at most {MAX_BYTES} can wait to be handed out")
    file = f"{job.key}.{secrets.token_hex(8)}"
    cipher = PieceCipher(vault, file)
    starts = range(0, max(len(content), 1), PIECE)
    for number, start in enumerate(starts):
        last = number == len(starts) - 1
        sealed = cipher.encrypt(number, content[start : start + PIECE], last=last)
        with transaction(write=True) as session:
            job_rows.add_piece(session, file, number, sealed)
    return file, {SIZE: len(content), PIECES: len(starts)}


def is_stored(session: Session, job: Job) -> bool:
    """Return whether what a job made waits to be handed out."""
    return (
        job.state is JobState.DONE
        and job.file is not None
        and bool(job_rows.stored_files(session, [job.file]))
    )


def read(vault: Vault, job: Job) -> Iterator[bytes]:
    """Read what a job made, piece by piece, in transactions of its own; raises ``FileGone``."""
    if job.state is not JobState.DONE or job.file is None:
        raise FileGone("this file was fetched, or is too old")
    cipher = PieceCipher(vault, job.file)
    pieces = int(job.detail[PIECES])
    for number in range(pieces):
        with transaction() as session:
            sealed = job_rows.find_piece(session, job.file, number)
        if sealed is None:
            raise FileGone("this file was fetched just now")
        yield cipher.decrypt(number, sealed, last=number == pieces - 1)


def drop(session: Session, job: Job, fault: str | None = None) -> None:
    """Delete what a job made; ``fault`` says why where nobody fetched it."""
    if job.file is not None:
        job_rows.drop_pieces(session, [job.file])
        job_rows.drop_file(session, job.key, fault)


def sweep(folder: Path, now: datetime) -> None:
    """Delete what no job vouches for and what is older than a day; attempts under way stay."""
    with transaction(write=True) as session:
        for key in job_rows.ended_with_parts(session):
            job_rows.drop_parts(session, key)
        files = sorted(job_rows.stored_files(session))
    for file in files:
        key = file.partition(".")[0]
        with hold_job(db.engine, folder, key) as held:
            if held:
                _sweep_file(file, key, now)


def _sweep_file(file: str, key: str, now: datetime) -> None:
    with transaction(write=True) as session:
        job = job_rows.find_job(session, key)
        if job is None or job.state is not JobState.DONE or job.file != file:
            job_rows.drop_pieces(session, [file])
        elif now - job.made_at > LIFE:
            drop(session, job, EXPIRED)
