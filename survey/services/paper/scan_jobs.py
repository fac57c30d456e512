"""Scans that were uploaded, read as a job: they wait sealed under the paper key, and go when it ends.

A job takes several transactions, so it opens them itself. A worker that ends leaves job and files to the
next one; however else the job ends, its files are destroyed.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign
from survey.domain.errors import JobInterrupted, MinpingError, RunUnderWay, Unavailable, UnknownJob
from survey.domain.operations.job import Job, Need
from survey.services.accounts import accounts
from survey.services.accounts.accounts import Account
from survey.services.audit.audit import By
from survey.services.operations import jobs, sealed_files, working
from survey.storage.campaign_rows import find_campaign, locked_campaign
from survey.storage.database import db, transaction
from survey.storage.operations import job_rows

from . import runs
from .keys import paper_key_of
from .runs import Heard, Reader, Run, ballots_reader

KIND = "paper-scan"
FILES = "files"
"""What a job's detail says of its files: the names under which they lie, which are drawn, not given."""
MAX_FILES = 500
"""Files of one job."""
_UPLOADING = timedelta(hours=2)
"""So long a file may lie in the folder before somebody asks for the job that reads it."""


@dataclass(frozen=True)
class ScanPlace:
    """What a worker needs: the folders of jobs' locks, of sealed files, and of keys.

    ``stopping`` tells that the worker is about to end.
    """

    folder: Path
    files: Path
    keys: Path
    now: Callable[[], datetime]
    stopping: Callable[[], bool]
    reader: Reader = ballots_reader


def ask_scan(
    session: Session, job_key: str, campaign: Campaign, names: Sequence[str], account: Account, at: datetime
) -> Job:
    """Ask for a run over files that were stored under these names, in this order.

    Raises ``NoPaper``, ``NotCollecting``, what ``jobs.ask`` raises, and ``MinpingError`` for no file or over
    ``MAX_FILES``. Whoever stored the files destroys them then.
    """
    if jobs.was_asked(session, job_key):
        return jobs.own_job(session, job_key, account)
    # A close asks for jobs with the campaign's lock: it finds this one, or this finds the campaign closed.
    campaign = locked_campaign(session, campaign.code)
    campaign.require_collecting(to="read scanned ballots")
    if not 0 < len(names) <= MAX_FILES:
        raise MinpingError(f"one job reads 1 to {MAX_FILES} files")
    needs = frozenset({Need.HANDOUT})
    detail = {FILES: list(names)}
    return jobs.ask(session, Job(job_key, KIND, campaign.code, account.id, detail, 0, at, needs=needs))


def run(key: str, place: ScanPlace) -> bool:
    """Do a job, unless it has ended or another run reads the campaign's scans; as ``working.take``."""
    with transaction(write=True) as session:
        job = job_rows.find_job(session, key)
        # Before it is claimed: put back each time, it would be taken up again at once.
        if job is None or _is_held(session, job.campaign):
            return False
    return working.take(key, place.folder, lambda job: _scan(job, place))


def under_way(session: Session, campaign_code: str) -> bool:
    """Return whether scans of a campaign are being read, by whatever way, or wait to be; takes its lock."""
    return bool(job_rows.unfinished(session, campaign_code, KIND)) or _is_held(session, campaign_code)


def _is_held(session: Session, campaign_code: str) -> bool:
    locked_campaign(session, campaign_code)
    return job_rows.scan_is_held(db.engine, campaign_code)


def sweep(files: Path, now: datetime) -> None:
    """Destroy the files of jobs that ended, and those that nobody asked a job for, but not fresh ones.

    A job that is cancelled before any worker begins it leaves its files to this; lists that were uploaded for
    printing lie in the same folder.
    """
    there = {path.name for path in files.iterdir()}
    if not there:
        return
    with transaction() as session:
        in_use = {name for job in job_rows.unfinished(session) for name in job.detail.get(FILES, ())}
        done_with = {name for job in job_rows.ended(session) for name in job.detail.get(FILES, ())}
    for name in there & done_with - in_use:
        sealed_files.destroy(files, name)
    sealed_files.sweep(files, in_use, now - _UPLOADING)


def _scan(job: Job, place: ScanPlace) -> None:
    with _destroyed_at_the_end(job, place):
        with transaction() as session:
            account = accounts.get_account(session, job.account_id)
            key = paper_key_of(place.keys, find_campaign(session, job.campaign), session)
        if account is None:
            raise UnknownJob
        heard = Heard(
            images=working.Progress(job.key, place.stopping),
            ended=lambda session, run: jobs.finish(session, job, None, said_of(run)),
        )
        files = [partial(sealed_files.read, place.files, key, name) for name in job.detail[FILES]]
        name = account.name
        try:
            runs.scan(job.campaign, files, place.keys, lambda: By(name, place.now()), heard, place.reader)
        except RunUnderWay as error:
            # A command began after this was looked for; its files stay, and they are read after it.
            raise JobInterrupted("another run reads the campaign's scans") from error


def said_of(run: Run) -> dict[str, object]:
    """Return what a job's detail says of its run; files and images by number, no names."""
    return {
        "images": run.images,
        "refused_images": [[image.file, image.image, image.why.value] for image in run.refused],
        "strips": run.strips,
        "already_scanned": run.scanned_before,
        "in_box": run.put_in.in_box,
        "spoiled": run.put_in.spoiled,
        "ready": run.sheets.ready,
        "waiting": run.sheets.waiting,
        "incomplete": run.sheets.incomplete,
    }


@contextmanager
def _destroyed_at_the_end(job: Job, place: ScanPlace) -> Iterator[None]:
    """Destroy a job's files, unless it is to be taken up again."""
    try:
        yield
    except (JobInterrupted, Unavailable):
        raise
    except BaseException:
        _destroy(job, place)
        raise
    _destroy(job, place)


def _destroy(job: Job, place: ScanPlace) -> None:
    for name in job.detail[FILES]:
        sealed_files.destroy(place.files, name)
