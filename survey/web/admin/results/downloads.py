"""What a count gives as files: all tables, all forms, one ratee's form; and the page that lists them."""

from collections.abc import Callable
from urllib.parse import quote

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.documents.export.exporting import FORM_KINDS, KINDS, ZIP, ZIP_KINDS
from survey.domain.accounts.roles import Permission
from survey.domain.errors import MissingGlyphs, WrongState
from survey.services.operations.beside import beside
from survey.services.results import publishing, reporting
from survey.services.results.reporting import Reported
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.campaigns.campaign_page import path_of
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words.labels import STATES
from survey.web.errors import page
from survey.web.security import access


@blueprint.get("/c/<campaign_code>/documents")
@access(Permission.READ_CAMPAIGNS)
def documents(campaign_code: str) -> ResponseReturnValue:
    """List the files of a count in plain words."""
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        if campaign.state not in publishing.COUNTED:
            return render_template("admin/results/results_early.html", campaign=campaign), 409
        _, _, digest = publishing.counted(session, campaign_code)
    return render_template(
        "admin/results/documents.html",
        campaign=campaign,
        digest=digest,
        path=path_of(campaign_code),
        state=STATES[campaign.state],
        signed=campaign.state in publishing.SIGNED,
        patterns="",
    )


@blueprint.get("/c/<campaign_code>/results.<kind>")
@access(Permission.READ_CAMPAIGNS)
def results(campaign_code: str, kind: str) -> ResponseReturnValue:
    """Give the results of a counted campaign as a file; there is none before the count."""
    if kind not in KINDS:
        abort(404)
    found = _reported(campaign_code)
    return _drawn(lambda: (campaign_code, beside(found.all_as, kind)), kind)


@blueprint.get("/c/<campaign_code>/forms.<kind>")
@access(Permission.READ_CAMPAIGNS)
def forms(campaign_code: str, kind: str) -> ResponseReturnValue:
    """Give the forms of all ratees as one file, or as a ZIP with a PDF or a Word document for each."""
    found = _reported(campaign_code)
    if kind not in (*FORM_KINDS, *ZIP_KINDS):
        abort(404)
    # A ZIP in the memory of the request: some 30 kB for each ratee.
    name = campaign_code if kind in ZIP_KINDS else f"{campaign_code}-forms"
    return _drawn(lambda: (name, beside(found.forms_as, kind)), kind)


@blueprint.get("/c/<campaign_code>/results/p/<ratee>.<kind>")
@access(Permission.READ_CAMPAIGNS)
def ratee_form(campaign_code: str, ratee: str, kind: str) -> ResponseReturnValue:
    """Give the form of one ratee as a file."""
    if kind not in FORM_KINDS:
        abort(404)
    found = _reported(campaign_code)
    return _drawn(lambda: beside(found.form_as, kind, ratee) or abort(404), kind)


def _reported(campaign_code: str) -> Reported:
    """Return the report of a campaign in scope; not found before the count."""
    try:
        with transaction() as session:
            campaign_in_scope(session, campaign_code)
            return reporting.report(session, campaign_code)
    except WrongState:
        abort(404)


def _drawn(draw: Callable[[], tuple[str, bytes]], kind: str) -> ResponseReturnValue:
    try:
        name, content = draw()
    except MissingGlyphs as error:
        text = _(
            "PDF 的字体里没有这些字：%(characters)s。请改下载 Word 或 Excel，用办公软件打开可以显示。",
            characters="、".join(error.characters),
        )
        return page(422, type(error).__name__, text)
    return _file(content, KINDS.get(kind, ZIP), f"{name}.{kind}")


def _file(content: bytes, media: str, name: str) -> Response:
    answer = Response(content, mimetype=media)
    if name.isascii():
        answer.headers.set("Content-Disposition", "attachment", filename=name)
    else:
        # A header holds Latin letters only; RFC 8187 writes the others.
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return answer
