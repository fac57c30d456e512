"""One job, of whatever kind: how far it has come, cancelling it, fetching what it made."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from flask import Flask, Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from survey.documents.export.files import FileName
from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import FileGone, UnknownCampaign, UnknownJob
from survey.domain.operations.job import Job
from survey.secrecy.custody import destroy
from survey.services.audit.audit import By
from survey.services.campaigns.campaigns import find_campaign
from survey.services.operations import download_folder, jobs
from survey.storage.database import transaction
from survey.web.admin.attachment import name_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.context import settings
from survey.web.security import access

from .job_pages import JOB_PAGES

_CHUNK = 64 * 1024


@blueprint.get("/jobs/<key>")
@access(Permission.RUN)
def job(key: str) -> ResponseReturnValue:
    """Show how far a job has come."""
    with transaction() as session:
        found = _own(session, key)
        campaign = _campaign(session, found)
    there = found.file is not None and (_folder() / found.file).exists()
    shown = JOB_PAGES[found.kind]
    return render_template(shown.template, job=found, campaign=campaign, there=there, say=shown.words)


@blueprint.post("/jobs/<key>/cancel")
@access(Permission.RUN)
def cancel_job(key: str) -> ResponseReturnValue:
    """Cancel a job."""
    return cancelled(key, _own, "admin.job")


def cancelled(key: str, own: Callable[[Session, str], object], endpoint: str) -> ResponseReturnValue:
    """Cancel a job and go back to its page, the endpoint; ``own`` refuses whoever it does not belong to."""
    with transaction(write=True) as session:
        own(session, key)
        in_time = jobs.cancel(session, key, current_user.account)
    if not in_time:
        flash(_("来不及取消：这个任务已经结束。"), "warn")
    return redirect(url_for(endpoint, key=key), 303)


@blueprint.post("/jobs/<key>/file")
@access(Permission.RUN)
def fetch_file(key: str) -> ResponseReturnValue:
    """Hand out what a job made, once: sent to its end, it is destroyed."""
    with transaction() as session:
        found = _own(session, key)
        campaign = _campaign(session, found)
    title = campaign.definition.title if campaign else ""
    try:
        handed = JOB_PAGES[found.kind].files[Path(found.file or "").suffix]
        name = handed.named(title=title, campaign_code=found.campaign, number=found.total)
        return handed_out(found, handed.media, name)
    except (FileGone, KeyError):
        return gone(url_for("admin.job", key=key))


def gone(page: str) -> ResponseReturnValue:
    """Go back to a job's page, which says that its file cannot be fetched."""
    flash(_("文件不能下载：已经下载过、正在下载，或已超过 24 小时。"), "bad")
    return redirect(page, 303)


def handed_out(
    found: Job,
    media: str,
    name: FileName,
    hand_over: Callable[[Session, Job, By], None] = download_folder.hand_over,
) -> Response:
    """Answer with what a job made, once; ``hand_over`` notes it when it was sent to its end.

    Raises ``FileGone`` where it was fetched, is being fetched, or is too old.
    """
    opened = ExitStack()
    file = opened.enter_context(download_folder.opened(_folder(), found))
    path = _folder() / str(found.file)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    who = by()
    answer = Response(
        _sending(app, file, path, lambda session: hand_over(session, found, who)), mimetype=media
    )
    answer.call_on_close(opened.close)
    answer.content_length = path.stat().st_size
    answer.headers["Cache-Control"] = "no-store"
    name_attachment(answer, name)
    return answer


def _own(session: Session, key: str) -> Job:
    """Return a job to whoever asked for it; raises ``UnknownJob``, as for one of a kind shown elsewhere."""
    job = jobs.own_job(session, key, current_user.account)
    if job.kind not in JOB_PAGES:
        raise UnknownJob
    return job


def _campaign(session: Session, job: Job) -> Campaign | None:
    """Return a job's campaign, unless it is a trial that was erased."""
    try:
        return find_campaign(session, job.campaign)
    except UnknownCampaign:
        return None


def _sending(app: Flask, file: BinaryIO, path: Path, hand_over: Callable[[Session], None]) -> Iterator[bytes]:
    """Send a file, then destroy it; whoever breaks off leaves it as it is, to be fetched again."""
    while chunk := file.read(_CHUNK):
        yield chunk
    with app.app_context(), transaction(write=True) as session:
        hand_over(session)
    destroy(path)


def _folder() -> Path:
    return download_folder.handout_folder(settings().instance)
