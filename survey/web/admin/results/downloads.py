"""What a count gives as files: all tables, all forms, one ratee's form; and the page that lists them."""

from collections.abc import Iterator

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from survey.documents.export.files import ONE_FORM
from survey.documents.export.formats import Audience, Shelf, offered_to, on_shelf
from survey.domain.accounts.roles import Permission
from survey.domain.errors import WrongState
from survey.services.operations import jobs, stored_files
from survey.services.operations.beside import beside
from survey.services.results import export_jobs, publishing, reporting
from survey.services.results.exports import find_export
from survey.services.results.reporting import Reported
from survey.storage import count_rows
from survey.storage.database import transaction
from survey.web.admin.attachment import attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.campaigns.campaign_page import path_of
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words.labels import STATES
from survey.web.security import access

from .exports import name_of


@blueprint.get("/c/<campaign_code>/documents")
@access(Permission.READ_CAMPAIGNS)
def documents(campaign_code: str) -> ResponseReturnValue:
    """List the files of a count in plain words."""
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        if campaign.state not in publishing.COUNTED:
            return render_template("admin/results/results_early.html", campaign=campaign), 409
        digest = count_rows.count_digest(session, campaign)
        recent = jobs.recent(session, campaign_code, current_user.account, export_jobs.KIND)
        waiting = [job for job in recent if job.unfinished or stored_files.is_stored(session, job)]
    asked = find_export(request.args.get("make", ""))
    if asked and not asked.is_job(campaign.definition):
        asked = None
    return render_template(
        "admin/results/documents.html",
        campaign=campaign,
        digest=digest,
        path=path_of(campaign_code),
        state=STATES[campaign.state],
        signed=campaign.state in publishing.SIGNED,
        patterns="",
        asked=asked,
        asked_name=asked and asked.file_name(campaign.definition.title, campaign_code).shown,
        seconds=asked and round(asked.seconds(campaign.definition)),
        new_key=jobs.new_key(),
        waiting=[(job, name_of(job, campaign)) for job in waiting],
        tables=list(_links(Shelf.TABLES, "admin.results", campaign_code)),
        forms=list(_links(Shelf.FORMS, "admin.forms", campaign_code)),
        data=list(_links(Shelf.DATA, "admin.results", campaign_code)),
    )


@blueprint.get("/c/<campaign_code>/results.<kind>")
@access(Permission.READ_CAMPAIGNS)
def results(campaign_code: str, kind: str) -> ResponseReturnValue:
    """Give the results of a counted campaign as a file; there is none before the count."""
    chosen = offered_to(Audience.OFFICE).get(kind) or abort(404)
    if large := large_file(campaign_code, f"results.{kind}"):
        return large
    found = _reported(campaign_code)
    content = beside(found.all_as, kind)
    return attachment(content, chosen.media, chosen.file_name(found.title, campaign_code))


@blueprint.get("/c/<campaign_code>/forms.<kind>")
@access(Permission.READ_CAMPAIGNS)
def forms(campaign_code: str, kind: str) -> ResponseReturnValue:
    """Give the forms of all ratees as one file, or as a ZIP with a PDF or a Word document for each."""
    chosen = offered_to(Audience.FORMS).get(kind) or abort(404)
    if large := large_file(campaign_code, f"forms.{kind}"):
        return large
    found = _reported(campaign_code)
    # A ZIP in the memory of the request: some 30 kB for each ratee, of some dozens.
    content = beside(found.forms_as, kind)
    return attachment(content, chosen.media, chosen.forms_name(found.title, campaign_code))


@blueprint.get("/c/<campaign_code>/results/p/<ratee>.<kind>")
@access(Permission.READ_CAMPAIGNS)
def ratee_form(campaign_code: str, ratee: str, kind: str) -> ResponseReturnValue:
    """Give the form of one ratee as a file."""
    chosen = offered_to(Audience.RATEE).get(kind) or abort(404)
    found = _reported(campaign_code)
    about, content = beside(found.form_as, kind, ratee) or abort(404)
    name = ONE_FORM.named(title=found.title, about=about, campaign_code=campaign_code, ratee=ratee, kind=kind)
    return attachment(content, chosen.media, name)


def large_file(campaign_code: str, key: str) -> ResponseReturnValue | None:
    """Lead to where a file can be asked for, if it is so large that it is made as a job; else ``None``.

    Reading an address must not begin long work, so this is no more than the way there.
    """
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
    export = find_export(key) or abort(404)
    if campaign.state not in publishing.COUNTED or not export.is_job(campaign.definition):
        return None
    here = url_for("admin.documents", campaign_code=campaign_code, make=key, _anchor="make")
    return redirect(here, 303)


def _reported(campaign_code: str) -> Reported:
    """Return the report of a campaign in scope; not found before the count."""
    try:
        with transaction() as session:
            campaign_in_scope(session, campaign_code)
            return reporting.report(session, campaign_code)
    except WrongState:
        abort(404)


def _links(shelf: Shelf, endpoint: str, campaign_code: str) -> Iterator[tuple[str, str, str]]:
    """List what stands on a shelf: the address of each file, its name, and what it is good for."""
    for one, listed in on_shelf(shelf):
        # Marked for the catalogue where they are declared.
        name = _(listed.name) if listed.name else one.name
        yield url_for(endpoint, campaign_code=campaign_code, kind=one.key), name, _(listed.what)
