"""An assessment's archive (考核档案): asked for, how far it has come, cancelled, fetched once."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from survey.documents.export.files import ARCHIVE
from survey.domain.assessment.seats import SeatAct
from survey.domain.errors import FileGone, JobUnderway, UnknownJob
from survey.domain.operations.job import Job
from survey.services.assessment.assessments import IN_FORCE, logged_as
from survey.services.assessment.telling import archive_jobs
from survey.services.operations import download_folder, jobs
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.blueprint import blueprint
from survey.web.admin.operations.jobs import gone, handed_out
from survey.web.context import now, settings

_JOB = "/a/<assessment_code>/archive/<job_key>"


@blueprint.get("/a/<assessment_code>/archive")
@seat_access(SeatAct.PRINT)
def archives(assessment_code: str) -> ResponseReturnValue:
    """Show what an archive holds, those asked for, and the button that asks for another."""
    assessment = here().assessment
    with transaction() as session:
        recent = jobs.recent(session, logged_as(assessment_code), current_user.account, archive_jobs.KIND)
    return render_template(
        "admin/assessment/telling_archives.html",
        assessment=assessment,
        can=assessment.stage in IN_FORCE,
        recent=[one for one in recent if one.unfinished or one.file],
        new_key=jobs.new_key(),
        moment=here().moment,
    )


@blueprint.post("/a/<assessment_code>/archive")
@seat_access(SeatAct.PRINT)
def ask_archive(assessment_code: str) -> ResponseReturnValue:
    """Ask for an archive."""
    try:
        with transaction(write=True) as session:
            key = request.form.get("key", "")
            job = archive_jobs.ask(session, key, assessment_code, current_user.account, now())
    except JobUnderway:
        flash(_("正在制作或等待下载的档案太多。请先下载或取消前面的。"), "warn")
        return redirect(url_for("admin.archives", assessment_code=assessment_code), 303)
    return redirect(_page_of(job.key), 303)


@blueprint.get(_JOB)
@seat_access(SeatAct.PRINT)
def archive_job(assessment_code: str, job_key: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """Show how far an archive has come."""
    with transaction() as session:
        found = _own(session, job_key)
    folder = download_folder.handout_folder(settings().instance)
    there = found.file is not None and (folder / found.file).exists()
    return render_template(
        "admin/assessment/telling_archive.html", assessment=here().assessment, job=found, there=there
    )


@blueprint.post(f"{_JOB}/cancel")
@seat_access(SeatAct.PRINT)
def cancel_archive(assessment_code: str, job_key: str) -> ResponseReturnValue:  # noqa: ARG001
    """Cancel an archive that is being made."""
    with transaction(write=True) as session:
        _own(session, job_key)
        in_time = jobs.cancel(session, job_key, current_user.account)
    if not in_time:
        flash(_("来不及取消：这个任务已经结束。"), "warn")
    return redirect(_page_of(job_key), 303)


@blueprint.post(f"{_JOB}/file")
@seat_access(SeatAct.PRINT)
def fetch_archive(assessment_code: str, job_key: str) -> ResponseReturnValue:
    """Hand out an archive, once: sent to its end, it is destroyed here."""
    with transaction() as session:
        found = _own(session, job_key)
    name = ARCHIVE.named(title=here().definition.title, assessment_code=assessment_code)
    try:
        return handed_out(found, ARCHIVE.media, name, archive_jobs.hand_over)
    except FileGone:
        return gone(_page_of(job_key))


def _own(session: Session, key: str) -> Job:
    """Return an archive's job of this assessment to whoever asked for it; raises ``UnknownJob``."""
    found = jobs.own_job(session, key, current_user.account)
    if found.kind != archive_jobs.KIND or found.campaign != logged_as(here().assessment.code):
        raise UnknownJob
    return found


def _page_of(key: str) -> str:
    return url_for("admin.archive_job", assessment_code=here().assessment.code, job_key=key)
