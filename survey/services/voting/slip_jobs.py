"""Codes and their slips as a job: made in memory, printed into one file, issued only with it.

A job takes several transactions, so it opens them itself. Nothing is issued before the last of them: it
stores the codes' digests and says that the job is done, or neither.
"""

import io
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
from survey.domain.errors import MinpingError, UnknownJob
from survey.domain.operations.job import Job, Need
from survey.secrecy.custody import destroy, write_private
from survey.secrecy.vault import Vault
from survey.services.accounts import accounts
from survey.services.accounts.accounts import Account
from survey.services.audit.audit import By
from survey.services.operations import download_folder, jobs, working
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction

from . import tokens

KIND = "slips"
MAX_CODES = 100_000
"""Slips of one job."""

GroupedTokens = Sequence[tuple[str, str]]


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
    needs = frozenset({Need.HANDOUT})
    job = Job(key, KIND, campaign_code, account.id, detail, total, at, needs=needs)
    return jobs.ask(session, job)


def run(key: str, workplace: Workplace) -> bool:
    """Do a job, unless it has ended or another worker is at it; as ``working.take``."""
    return working.take(key, workplace.folder, lambda job: _make(job, workplace))


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
        if not working.is_done(job, path.name):
            destroy(path)
        raise


def _print(job: Job, campaign: Campaign, made: GroupedTokens, workplace: Workplace) -> tuple[bytes, str]:
    from survey.documents.pdf.slips import Slip, slips_pdf

    definition = campaign.definition
    labels = {group.key: filled(group.label) for group in definition.raters}
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
        progress=working.Progress(job.key, workplace.stopping),
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
