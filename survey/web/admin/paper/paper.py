"""The page on ballots on paper, and the scanned files that are sent to it."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from survey.domain.accounts.roles import Permission
from survey.domain.errors import (
    BadFile,
    JobUnderway,
    MinpingError,
    NoSpace,
    PaperKeyLost,
    PaperNotInstalled,
    WrongState,
)
from survey.domain.operations.job import Job
from survey.services.paper import runs
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.context import now, settings
from survey.web.security import access
from survey.web.server.bodies import largest_body

from .paper_page import paper_campaign, shown_page
from .scans import AROUND, MAX_SCANS, Scan, sent_scans

REFUSED = (WrongState, JobUnderway, NoSpace, PaperKeyLost, BadFile, PaperNotInstalled)


@blueprint.get("/c/<campaign_code>/paper")
@access(Permission.READ_CAMPAIGNS)
def paper(campaign_code: str) -> ResponseReturnValue:
    """Show where voting on paper stands, and what comes next."""
    return shown_page(campaign_code)


@blueprint.post("/c/<campaign_code>/paper")
@access(Permission.RUN)
@largest_body(MAX_SCANS + AROUND)
def scan_paper(campaign_code: str) -> ResponseReturnValue:
    """Take scanned ballots, seal them, and have them read by a job."""
    with transaction() as session:
        paper_campaign(session, campaign_code)
    scans, wrong = sent_scans()
    if wrong:
        return shown_page(campaign_code, 422, scan_fault=wrong)
    try:
        job = _asked(campaign_code, scans)
    except REFUSED as error:
        return shown_page(campaign_code, 409, refusal=_refusal(error))
    return redirect(url_for("admin.job", key=job.key), 303)
