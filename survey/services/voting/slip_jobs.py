"""Codes and their slips as a job: made in memory, printed into one file, issued only with it.

A job takes several transactions, so it opens them itself. Nothing is issued before the last of them: it
stores the codes' digests and says that the job is done, or neither.
"""

import errno
import io
import logging
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from survey.documents.export.code_list import address_of, write_office_list
from survey.documents.export.files import CODES, SLIPS
from survey.documents.layout.glyphs import filled
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import (
    JobCancelled,
    JobInterrupted,
    MinpingError,
    NoSpace,
    Unavailable,
    UnknownJob,
)
from survey.domain.operations.failure import kind_and_places
from survey.domain.operations.job import Job, JobState
from survey.secrecy.custody import destroy, write_private
from survey.secrecy.vault import Vault
from survey.services.accounts import accounts
from survey.services.accounts.accounts import Account
from survey.services.audit.audit import By
from survey.services.operations import download_folder, jobs
from survey.storage import job_rows
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import db, transaction
from survey.storage.job_rows import hold_job

from . import tokens

KIND = "slips"
MAX_CODES = 100_000
"""Slips of one job."""
_REPORT_SECONDS = 0.4

GroupedTokens = Sequence[tuple[str, str]]

_log = logging.getLogger("minping")


@dataclass(frozen=True)
class Workplace:
    """What a worker needs; ``stopping`` tells that it is about to end."""

    vault: Vault
    base_url: str
    folder: Path
    now: Callable[[], datetime]
    stopping: Callable[[], bool]


def ask(
    session: Session,
    key: str,
    campaign_code: str,
    numbers: dict[str, int],
    *,
    with_list: bool,
    base_url: str,
    account: Account,
    at: datetime,
    second: str | None = None,
) -> Job:
    """Ask for codes and their slips; empty ``numbers`` take those that the definition plans.

    ``second`` is who agreed to codes that need a second person. Raises what ``tokens.wanted`` and
    ``jobs.ask`` raise, ``MissingGlyphs`` for an address that the font cannot write, and ``MinpingError``
    over ``MAX_CODES``.
    """
    if jobs.was_asked(session, key):
        return jobs.own_job(session, key, account)
    found = tokens.wanted(session, campaign_code, numbers, second=second)
    total = sum(found.values())
    if not 0 < total <= MAX_CODES:
        raise MinpingError(f"one job makes 1 to {MAX_CODES} slips")
    from survey.documents.pdf.slips import require_glyphs  # setting type takes a third of a second to load

    require_glyphs("", base_url, ())
    detail = {"numbers": found, "planned": not numbers, "with_list": with_list, "second": second}
    return jobs.ask(session, Job(key, KIND, campaign_code, account.id, detail, total, at))


def run(key: str, workplace: Workplace) -> None:
    """Do a job, unless it has ended or another worker is at it.

    Raises ``Unavailable`` where the database is away: the job stays as it is, to be run again.
    """
    with hold_job(db.engine, workplace.folder, key) as held:
        if not held:
            return
        with transaction(write=True) as session:
            job = jobs.claim(session, key)
        if job is not None:
            _run(job, workplace)


def _run(job: Job, workplace: Workplace) -> None:
    _tell(job, "a job began")
    try:
        _make(job, workplace)
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
        fault = _fault(error)
        _tell(job, "a job ended without a result")
        with transaction(write=True) as session:
            jobs.fail(session, job.key, fault)


def _fault(error: Exception) -> str:
    """Name why a job failed; what has no name is logged."""
    if isinstance(error, MinpingError):
        return type(error).__name__
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoSpace.__name__
    # The message of a failure might quote a code: kind and place must do.
    _log.error("a job failed", extra={"facts": kind_and_places(error)})
    return "Failure"


def _tell(job: Job, event: str) -> None:
    _log.info(event, extra={"facts": {"kind": job.kind, "campaign": job.campaign, "slips": job.total}})


def _make(job: Job, workplace: Workplace) -> None:
    planned = bool(job.detail["planned"])
    with transaction(write=True) as session:
        asked = {} if planned else dict(job.detail["numbers"])
        numbers = tokens.wanted(session, job.campaign, asked, second=job.detail.get("second"))
        campaign = find_campaign(session, job.campaign)
        account = accounts.get_account(session, job.account_id)
    if account is None:
        raise UnknownJob
    made = tokens.make(numbers)
    content, suffix = _print(job, campaign, made, workplace)
    path = download_folder.new_path(workplace.folder, job, suffix)
    try:
        write_private(path, content)
        with transaction(write=True) as session:
            by = By(account.name, workplace.now())
            issued = tokens.enter(
                session,
                workplace.vault,
                job.campaign,
                made,
                planned=planned,
                by=by,
                second=job.detail.get("second"),
            )
            jobs.finish(session, job, path.name, {"check": issued.check_value})
    except BaseException:
        # A connection lost in the commit leaves it open whether there was one: then the file may be all
        # that is left of codes issued. Whoever cannot find out leaves the file to the sweep.
        if not _is_done(job, path.name):
            destroy(path)
        raise


def _is_done(job: Job, name: str) -> bool:
    with transaction() as session:
        found = job_rows.find_job(session, job.key)
    return found is not None and (found.state, found.file) == (JobState.DONE, name)


def _print(job: Job, campaign: Campaign, made: GroupedTokens, workplace: Workplace) -> tuple[bytes, str]:
    from survey.documents.pdf.slips import Slip, slips_pdf

    definition = campaign.definition
    labels = {group.key: filled(group.label) for group in definition.groups}
    slips = [
        Slip(group, labels[group], token, address_of(workplace.base_url, token)) for group, token in made
    ]
    out = io.BytesIO()
    slips_pdf(
        slips,
        title=filled(definition.title),
        base_url=workplace.base_url,
        out=out,
        trial=campaign.trial_of is not None,
        progress=_Progress(job.key, workplace),
    )
    if not job.detail["with_list"]:
        return out.getvalue(), ".pdf"
    both = io.BytesIO()
    with zipfile.ZipFile(both, "w", zipfile.ZIP_DEFLATED) as packed:
        for file, content in (
            (SLIPS, out.getvalue()),
            (CODES, write_office_list(made, workplace.base_url)),
        ):
            # The day only, as in the PDF.
            name = file.named(title=definition.title, campaign_code=campaign.code).shown
            packed.writestr(zipfile.ZipInfo(name, (*workplace.now().timetuple()[:3], 0, 0, 0)), content)
    return both.getvalue(), ".zip"


class _Progress:
    """Called after every page: notes a few times a second how far the job has come, ends it if need be."""

    def __init__(self, key: str, workplace: Workplace) -> None:
        self.key = key
        self.place = workplace
        self.next = 0.0

    def __call__(self, done: int) -> None:
        if self.place.stopping():
            raise JobInterrupted("the worker ends")
        if time.monotonic() < self.next:
            return
        try:
            with transaction(write=True) as session:
                jobs.report(session, self.key, done)
        except Unavailable:
            pass  # told next time; the result is written in a transaction that does not overlook it
        self.next = time.monotonic() + _REPORT_SECONDS
