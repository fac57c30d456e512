"""Persons and teams from an Excel or CSV file: a template, a look at what would come in, all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import current_app, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from survey.documents.export.files import ROSTER
from survey.documents.roster.cells import MAX_FILE
from survey.documents.roster.merge import merge_roster
from survey.documents.roster.reader import RosterFault, RosterRow, read_roster
from survey.domain.accounts.roles import Permission
from survey.domain.errors import ChangedMeanwhile
from survey.services.campaigns import drafts
from survey.services.campaigns.drafts import Document
from survey.storage.database import transaction
from survey.web.admin.attachment import named_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.setup.fields.options import rows_of
from survey.web.admin.setup.fields.parts import written
from survey.web.admin.words import roster as roster_words
from survey.web.security import access
from survey.web.server.bodies import largest_body

from .pages import by, posted_version, refused
from .sheet import FORM_AROUND, SetupSheet, sheet, show

SHOWN_ROWS = 200


@dataclass(frozen=True)
class Look:
    """What would come in: the rows, what they add, change and take away, and the rows as a text."""

    rows: Sequence[RosterRow]
    added: int
    changed: int
    gone: Sequence[str]
    kept: str


@blueprint.get("/c/<campaign_code>/setup/roster")
@access(Permission.READ_CAMPAIGNS)
@login_required
def setup_roster(campaign_code: str) -> ResponseReturnValue:
    """Ask for a roster."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    return _page(found)


@blueprint.get("/c/<campaign_code>/setup/roster.xlsx")
@access(Permission.READ_CAMPAIGNS)
@login_required
def download_roster_template(campaign_code: str) -> ResponseReturnValue:
    """Hand out an empty roster that knows the forms and rater groups of this campaign."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    from survey.documents.roster.template import roster_template

    content = roster_template(*_known(found.draft.document))
    return named_attachment(content, ROSTER, title=found.title, campaign_code=found.code)


@blueprint.post("/c/<campaign_code>/setup/roster")
@largest_body(MAX_FILE + FORM_AROUND)
@access(Permission.SET_UP)
@login_required
def take_roster(campaign_code: str) -> ResponseReturnValue:
    """Show what a roster would bring in, or bring it in."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    if found.frozen:
        return refused(found, "ratees")
    replace = request.form.get("mode") == "replace"
    if request.form.get("act") == "take":
        return _taken(found, replace=replace)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(found, 422, missing=True)
    roster = read_roster(sent.read(), sent.filename, *_known(found.draft.document))
    if roster.faults:
        return _page(found, 422, faults=roster.faults, name=sent.filename)
    return _page(found, look=_look(found.draft.document, roster.rows, replace=replace), name=sent.filename)


def _taken(found: SetupSheet, *, replace: bool) -> ResponseReturnValue:
    try:
        rows = _kept_rows(request.form.get("roster", ""))
    except BadSignature:
        return _page(found, 422, missing=True)
    document = merge_roster(found.draft.document, rows, replace=replace)
    try:
        with transaction(write=True) as session:
            drafts.save(session, found.code, document, posted_version(), by())
    except ChangedMeanwhile:
        return _page(found, 409, look=_look(found.draft.document, rows, replace=replace))
    flash(_("已导入 %(number)s 个测评对象。", number=len(rows)), "good")
    return redirect(found.address("ratees"), 303)


def _known(document: Document) -> tuple[dict[str, str], dict[str, str]]:
    """Return the forms and the rater groups that a roster may name: keys to titles and labels."""
    sections = {written(row.get("key")): written(row.get("title")) for row in rows_of(document, "sections")}
    groups = {written(row.get("key")): written(row.get("label")) for row in rows_of(document, "groups")}
    return sections, groups


def _look(document: Document, rows: Sequence[RosterRow], *, replace: bool) -> Look:
    before = _by_key(document)
    after = _by_key(merge_roster(document, rows, replace=replace))
    changed = sum(before[key] != row for key, row in after.items() if key in before)
    gone = [written(before[key].get("name")) for key in before if key not in after]
    return Look(rows, len(after.keys() - before.keys()), changed, gone, _serializer().dumps(_plain(rows)))


def _by_key(document: Mapping[str, Any]) -> dict[str, Any]:
    return {written(row.get("key")): row for row in document.get("ratees", ())}


def _plain(rows: Sequence[RosterRow]) -> list[dict[str, Any]]:
    return [asdict(row) for row in rows]


def _kept_rows(text: str) -> list[RosterRow]:
    """Return the rows that were looked at; raises ``BadSignature`` where they are not those."""
    rows = _serializer().loads(text)
    return [RosterRow(**row | {"groups": tuple(row["groups"])}) for row in rows]


def _serializer() -> URLSafeSerializer:
    # Nothing half-imported is stored: the rows travel with the form, signed so that nobody else wrote them.
    return URLSafeSerializer(str(current_app.secret_key), salt="roster")


def _page(
    found: SetupSheet,
    status: int = 200,
    *,
    faults: Sequence[RosterFault] = (),
    look: Look | None = None,
    name: str = "",
    missing: bool = False,
) -> Response:
    sections, groups = _known(found.draft.document)
    return show(
        "roster",
        found,
        "ratees",
        status,
        faults=faults,
        look=look,
        name=name,
        missing=missing,
        sections=sections,
        groups=groups,
        say=roster_words,
        mode=request.form.get("mode", "add"),
        shown_rows=SHOWN_ROWS,
    )
