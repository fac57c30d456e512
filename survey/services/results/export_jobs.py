"""Large files of results as jobs: drawn in a process of their own, by any node that has a worker.

A worker holds the job and looks after the process (``see_to``); the process reads what it needs, draws the
file and says that the job is done (``make``). What it leaves waits sealed in the database.
"""

import io
import secrets
from collections.abc import Callable, Generator
from contextlib import closing
from datetime import datetime
from time import monotonic

from sqlalchemy.orm import Session

from survey.documents.export.archive import Kind, join_zips, write_zip
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import JobCancelled, JobInterrupted, OutdatedFile, UnknownJob
from survey.domain.operations.job import Job, JobState
from survey.domain.results.table import Report
from survey.secrecy.vault import Vault
from survey.services.accounts.accounts import Account
from survey.services.operations import jobs, stored_files, working
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction
from survey.storage.operations import job_rows

from . import reporting
from .drawing import rarely_collecting
from .exports import RATEES_OF_A_PART, Export, find_export

KIND = "export"
OUTDATED = "outdated"
"""Why there is no file any more: the results changed before anybody fetched it."""
Told = Callable[[int], None]
"""Called with how many documents there are so far."""
Drawing = Generator[int | None, None, None]
"""A process that draws: yields how many documents there are, ``None`` while it has nothing to say."""

_ALMOST = 0.95


def ask(
    session: Session, key: str, campaign: Campaign, export: Export, account: Account, at: datetime
) -> Job:
    """Ask for a file of results; the same file asked for once more while it is made is the same job.

    Raises ``WrongState`` before the count, and what ``jobs.ask`` raises.
    """
    if jobs.was_asked(session, key):
        return jobs.own_job(session, key, account)
    edition = reporting.edition(session, campaign)
    for job in job_rows.unfinished(session, campaign.code, KIND):
        same = (job.account_id, job.detail["export"], job.detail["edition"])
        if job.part_of is None and same == (account.id, export.key, edition):
            return job
    total = len(campaign.definition.ratees)
    detail = {"export": export.key, "edition": edition, "seconds": export.seconds(campaign.definition)}
    parts = []
    if export.parts and total > RATEES_OF_A_PART:
        for number, start in enumerate(range(0, total, RATEES_OF_A_PART)):
            stop = min(start + RATEES_OF_A_PART, total)
            about = detail | {"start": start, "stop": stop}
            # In the order of their keys.
            part_key = f"{number:08x}{secrets.token_hex(12)}"
            parts.append(Job(part_key, KIND, campaign.code, account.id, about, stop - start, at, part_of=key))
        detail = detail | {"parts": len(parts)}
    return jobs.ask(session, Job(key, KIND, campaign.code, account.id, detail, total, at), parts)


def is_current(session: Session, job: Job, campaign: Campaign) -> bool:
    """Return whether what a job made is of the results as they are now."""
    return bool(job.detail["edition"] == reporting.edition(session, campaign))


class ReportCache:
    """What a process that draws keeps from one part of a job to the next: the report, which takes long."""

    def __init__(self) -> None:
        self._edition = ""
        self._report: tuple[Report, bytes | None] | None = None

    def report(self, session: Session, job: Job) -> tuple[Report, bytes | None]:
        """Return the report on a job's campaign, and the template of its documents."""
        if self._report is None or self._edition != job.detail["edition"]:
            reported = reporting.report(session, job.campaign)
            self._edition, self._report = job.detail["edition"], (reported.report(), reported.template)
        return self._report


def see_to(job: Job, draw: Callable[[Job], Drawing], stopping: Callable[[], bool]) -> None:
    """Have a job done by a process of its own, and end that when the job is cancelled or the worker ends.

    ``draw`` starts it, or gives the job to the one that did the part before.
    """
    try:
        _see_to(job, draw, working.Progress(job.key, stopping))
    except (JobCancelled, JobInterrupted):
        # The process may have finished it between two looks, of which this was the second.
        with transaction() as session:
            found = job_rows.find_job(session, job.key)
        if found is None or found.state is not JobState.DONE:
            raise


def _see_to(job: Job, draw: Callable[[Job], Drawing], progress: Callable[[int], None]) -> None:
    began = monotonic()
    share = 0.0 if "parts" in job.detail else job.total / max(float(job.detail["seconds"]), 0.1)
    done = 0
    with closing(draw(job)) as said:
        for documents in said:
            if documents is not None:
                done, share = documents, 0.0
            # Of a single document nobody can say how much there is of it: by the time that such a one takes.
            guessed = min(share * (monotonic() - began), _ALMOST * job.total)
            progress(max(done, int(guessed)))


@rarely_collecting()
def make(vault: Vault, key: str, told: Told, kept: ReportCache) -> None:
    """Make the file of a job and finish it; for the process that a worker looks after.

    Raises ``OutdatedFile`` where the results changed since it was asked for, and ``JobCancelled``.
    """
    with transaction() as session:
        job = job_rows.find_job(session, key)
        if job is None:
            raise UnknownJob
        campaign = find_campaign(session, job.campaign)
        if not is_current(session, job, campaign):
            raise OutdatedFile("the results changed since this file was asked for")
        export = find_export(job.detail["export"])
        if export is None:
            raise UnknownJob
        draw = _drawing(session, job, export, kept)
        parts = job_rows.parts_of(session, key)
    content = draw(told) if not parts else _joined(vault, parts)
    file, about = stored_files.store(vault, job, content)
    with transaction(write=True) as session:
        jobs.finish(session, job, file, about)


def _drawing(session: Session, job: Job, export: Export, kept: ReportCache) -> Callable[[Told], bytes]:
    """Gather what a file is made of; return what draws it without the database."""
    if "parts" in job.detail:
        return lambda _told: b""
    if export.is_report:
        situated = reporting.situated(session, job.campaign)
        return lambda _told: situated.as_word()
    kind = export.format.key
    if export.parts:
        report, template = kept.report(session, job)
        each: Kind = "docx" if kind == "word.zip" else "pdf"
        part = slice(job.detail.get("start"), job.detail.get("stop"))
        return lambda told: _zipped(report, each, template, part, told)
    reported = reporting.report(session, job.campaign)
    if export.forms_only:
        return lambda _told: reported.forms_as(kind)
    return lambda _told: reported.all_as(kind)


def _zipped(report: Report, each: Kind, template: bytes | None, part: slice, told: Told) -> bytes:
    out = io.BytesIO()
    write_zip(report, out, each, template, part=part, progress=told)
    return out.getvalue()


def _joined(vault: Vault, parts: list[Job]) -> bytes:
    out = io.BytesIO()
    join_zips((b"".join(stored_files.read(vault, part)) for part in parts), out)
    return out.getvalue()
