"""Large files of results: asking for one, how far it has come, cancelling it, fetching it once."""

from collections.abc import Iterator

from flask import Flask, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import FileGone, JobUnderway, UnknownJob
from survey.domain.operations.job import Job
from survey.services.operations import jobs, stored_files
from survey.services.results import export_jobs, publishing
from survey.services.results.exports import Export, find_export
from survey.storage.database import transaction
from survey.web.admin.attachment import name_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.operations.jobs import cancelled
from survey.web.admin.scope import campaign_in_scope
from survey.web.context import now, vault
from survey.web.security import access


@blueprint.post("/c/<campaign_code>/exports")
@access(Permission.READ_CAMPAIGNS)
def ask_export(campaign_code: str) -> ResponseReturnValue:
    """Ask for a large file."""
    export = find_export(request.form.get("export", "")) or abort(404)
    try:
        with transaction(write=True) as session:
            campaign = campaign_in_scope(session, campaign_code)
            if campaign.state not in publishing.COUNTED:
                abort(404)
            key = request.form.get("key", "")
            job = export_jobs.ask(session, key, campaign, export, current_user.account, now())
    except JobUnderway:
        flash(_("正在制作或等待下载的文件太多。请先下载或取消前面的，再制作这一份。"), "warn")
        return redirect(url_for("admin.documents", campaign_code=campaign_code), 303)
    return redirect(url_for("admin.export_job", key=job.key), 303)


@blueprint.get("/exports/<key>")
@access(Permission.READ_CAMPAIGNS)
def export_job(key: str) -> ResponseReturnValue:
    """Show how far a large file has come."""
    with transaction() as session:
        job, campaign = _own(session, key)
        done = jobs.done_of(session, job)
        there = stored_files.is_stored(session, job)
        current = not there or export_jobs.is_current(session, job, campaign)
    return render_template(
        "admin/results/export.html",
        job=job,
        campaign=campaign,
        done=done,
        there=there,
        current=current,
        name=name_of(job, campaign),
        new_key=jobs.new_key(),
    )


@blueprint.post("/exports/<key>/cancel")
@access(Permission.READ_CAMPAIGNS)
def cancel_export(key: str) -> ResponseReturnValue:
    """Cancel a large file that is being made."""
    return cancelled(key, _own, "admin.export_job")


@blueprint.post("/exports/<key>/file")
@access(Permission.READ_CAMPAIGNS)
def fetch_export(key: str) -> ResponseReturnValue:
    """Hand out a large file, once: sent to its end, it is deleted; one that is out of date is not sent."""
    with transaction(write=True) as session:
        job, campaign = _own(session, key)
        if stored_files.is_stored(session, job) and not export_jobs.is_current(session, job, campaign):
            stored_files.drop(session, job, export_jobs.OUTDATED)
            return redirect(url_for("admin.export_job", key=key), 303)
    pieces = stored_files.read(vault(), job)
    try:
        first = next(pieces)
    except FileGone:
        flash(_("文件不能下载：已经下载过，或已超过 24 小时。"), "bad")
        return redirect(url_for("admin.export_job", key=key), 303)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    export = _export(job)
    answer = Response(_sending(app, first, pieces, job), mimetype=export.format.media)
    answer.content_length = int(job.detail[stored_files.SIZE])
    answer.headers["Cache-Control"] = "no-store"
    name_attachment(answer, export.file_name(campaign.definition.title, campaign.code))
    return answer


def name_of(job: Job, campaign: Campaign) -> str:
    """Return what the file of a job is called."""
    return _export(job).file_name(campaign.definition.title, campaign.code).shown


def _own(session: Session, key: str) -> tuple[Job, Campaign]:
    """Return a job and its campaign to whoever asked for it and may still see the results.

    Raises ``UnknownJob`` and ``UnknownCampaign``.
    """
    job = jobs.own_job(session, key, current_user.account)
    if job.kind != export_jobs.KIND or job.part_of is not None:
        raise UnknownJob
    return job, campaign_in_scope(session, job.campaign)


def _export(job: Job) -> Export:
    return find_export(job.detail["export"]) or abort(404)


def _sending(app: Flask, first: bytes, pieces: Iterator[bytes], job: Job) -> Iterator[bytes]:
    """Send a file, then delete it; whoever breaks off leaves it as it is, to be fetched again."""
    yield first
    while True:
        with app.app_context():
            piece = next(pieces, None)
            if piece is None:
                break
        yield piece
    with app.app_context(), transaction(write=True) as session:
        stored_files.drop(session, job)
