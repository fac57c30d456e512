"""The definition file: out, and in again."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from survey.documents.definition.definition_file import MAX_FILE, parse_definition, write_toml
from survey.documents.export.files import DEFINITION
from survey.domain.accounts.roles import Permission
from survey.domain.definition.validation import MAX_FAULTS, SHAPELESS
from survey.domain.errors import ChangedMeanwhile, Fault, Flaw, InvalidDefinition
from survey.services.campaigns import drafts
from survey.services.campaigns.drafts import Document
from survey.storage.database import transaction
from survey.web.admin.attachment import named_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.words.definition_faults import Wrong, wrongs_of
from survey.web.security import access
from survey.web.server.bodies import largest_body

from .pages import by, posted_version, refused
from .sheet import FORM_AROUND, SetupSheet, sheet, show

# What no form makes: a draft may miss things, but it has the shape of a definition.
_UNMADE = SHAPELESS | {
    Flaw.NO_TOML,
    Flaw.UNKNOWN_KEY,
    Flaw.NOT_WHOLE,
    Flaw.NOT_NUMBER,
    Flaw.NOT_MOMENT,
    Flaw.TWICE,
    Flaw.TOO_MANY,
}


def uploaded_definition() -> Document:
    """Return the definition file that was sent, whole or not.

    Raises ``InvalidDefinition`` where it has not the shape of one, with those faults only.
    """
    sent = request.files.get("file")
    try:
        text = sent.read().decode("utf-8-sig") if sent else ""
    except UnicodeDecodeError as error:
        raise InvalidDefinition([Fault("", "not UTF-8", Flaw.NO_TOML)]) from error
    document = parse_definition(text)
    found = drafts.faults(document)
    shapeless = [fault for fault in found if fault.flaw in _UNMADE or fault.path == "format"]
    # Of so many faults not all were said, so others may be among them.
    if shapeless or len(found) >= MAX_FAULTS:
        raise InvalidDefinition(shapeless or found)
    return document


@blueprint.get("/c/<campaign_code>/setup/definition")
@access(Permission.READ_CAMPAIGNS)
@login_required
def setup_definition(campaign_code: str) -> ResponseReturnValue:
    """Show the page of the definition file."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    return _page(found)


@blueprint.get("/c/<campaign_code>/setup/definition.toml")
@access(Permission.READ_CAMPAIGNS)
@login_required
def download_definition(campaign_code: str) -> ResponseReturnValue:
    """Hand the definition out as a file."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    content = write_toml(found.draft.document)
    return named_attachment(content, DEFINITION, title=found.title, campaign_code=found.code)


@blueprint.post("/c/<campaign_code>/setup/definition")
@largest_body(MAX_FILE + FORM_AROUND)
@access(Permission.SET_UP)
@login_required
def replace_definition(campaign_code: str) -> ResponseReturnValue:
    """Put a definition file in the place of what was written so far."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    if found.frozen:
        return refused(found, "definition")
    try:
        document = uploaded_definition()
    except InvalidDefinition as refusal:
        return _page(found, 422, wrongs=wrongs_of({}, refusal.faults), paths=refusal.faults)
    other = document.get("campaign", {}).get("code")
    if other != campaign_code:
        return _page(found, 422, other=other or _("（空）"))
    try:
        with transaction(write=True) as session:
            wrong = drafts.save(session, campaign_code, document, posted_version(), by())
    except ChangedMeanwhile:
        return _page(found, 409)
    if wrong:
        flash(_("已换成定义文件的内容，还有 %(number)s 处要改。", number=len(wrong)), "warn")
    else:
        flash(_("已换成定义文件的内容。"), "good")
    return redirect(found.address("check"), 303)


def _page(
    found: SetupSheet,
    status: int = 200,
    wrongs: list[Wrong] | None = None,
    paths: tuple[Fault, ...] = (),
    other: str = "",
) -> Response:
    text = write_toml(found.draft.document)
    pairs = list(zip(wrongs or [], paths, strict=True))
    return show("definition", found, "definition", status, text=text, pairs=pairs, other=other)
