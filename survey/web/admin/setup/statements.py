"""Reports of those rated as PDF and Word files: many at once, looked at, then given to whom they belong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from survey.documents.export.files import STATEMENT
from survey.documents.statements.brought import MAX_SENT
from survey.documents.statements.faults import StatementFault
from survey.domain.accounts.roles import Permission
from survey.domain.errors import BadStatements, ChangedMeanwhile, UnknownStatement
from survey.services.campaigns import statements
from survey.services.campaigns.statements import StatementFile, StatementsHeld, StatementUpload
from survey.storage.database import transaction
from survey.web.admin.attachment import named_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.setup.fields.options import rows_of
from survey.web.admin.setup.fields.parts import written
from survey.web.admin.words import statements as statement_words
from survey.web.security import access
from survey.web.server.bodies import largest_body

from .pages import by, posted_version, refused
from .sheet import FORM_AROUND, SetupSheet, sheet, show


@dataclass(frozen=True)
class StatementLine:
    """One ratee on the page: where it stands, its report as text and as a file."""

    place: int
    key: str
    name: str
    about: str
    text: str
    file: StatementFile | None


@blueprint.get("/c/<campaign_code>/setup/statements")
@access(Permission.READ_CAMPAIGNS)
@login_required
def setup_statements(campaign_code: str) -> ResponseReturnValue:
    """Show whose report is there, as text or as a file, and ask for more."""
    return _page(_sheet(campaign_code))


@blueprint.get("/c/<campaign_code>/setup/statements/<ratee>.pdf")
@access(Permission.READ_CAMPAIGNS)
@login_required
def download_statement(campaign_code: str, ratee: str) -> ResponseReturnValue:
    """Hand a ratee's file out as it came."""
    found = _sheet(campaign_code)
    try:
        with transaction() as session:
            content = statements.content(session, campaign_code, ratee)
            file = statements.held(session, campaign_code).files[ratee]
    except UnknownStatement:
        abort(404)
    parts = {"title": found.title, "name": file.ratee_name, "campaign_code": found.code, "ratee": ratee}
    return named_attachment(content, STATEMENT, **parts)


@blueprint.post("/c/<campaign_code>/setup/statements")
@largest_body(MAX_SENT + FORM_AROUND)
@access(Permission.SET_UP)
@login_required
def take_statements(campaign_code: str) -> ResponseReturnValue:
    """Look files through and let them wait, give those that wait to whom they belong, or take one away."""
    found = _sheet(campaign_code)
    if found.frozen:
        return refused(found, "statements")
    word, _space, ratee = request.form.get("act", "look").partition(" ")
    if word == "give":
        return _given(found)
    if word == "look":
        return _looked_at(found)
    with transaction(write=True) as session:
        if word == "discard":
            statements.discard(session, campaign_code)
        elif word == "remove":
            statements.remove(session, campaign_code, ratee, by())
    return redirect(found.address("statements"), 303)


def _looked_at(found: SetupSheet) -> ResponseReturnValue:
    sent = [one for one in request.files.getlist("files") if one.filename]
    if not sent:
        return _page(found, 422, missing=True)
    brought, faults = statements.look([(one.filename or "", one.read()) for one in sent])
    if faults:
        return _page(found, 422, faults=faults, number=len(brought) + len(faults))
    try:
        with transaction(write=True) as session:
            statements.let_wait(session, found.code, brought, request.form.get("ratee", ""))
    except BadStatements:
        return _page(found, 422, full=True)
    return redirect(found.address("statements", _anchor="waiting"), 303)


def _given(found: SetupSheet) -> ResponseReturnValue:
    chosen = dict(_chosen())
    try:
        with transaction(write=True) as session:
            number = statements.give(session, found.code, chosen, posted_version(), by())
    except BadStatements as refusal:
        if not refusal.faults:
            return _page(found, 422, other=True)
        return _page(found, 422, wrong=refusal.faults, chosen=chosen)
    except ChangedMeanwhile:
        return _page(found, 409, chosen=chosen)
    flash(_("已采用 %(number)s 份述职报告。", number=number), "good")
    return redirect(found.address("statements"), 303)


def _chosen() -> Iterator[tuple[int, str]]:
    for name, value in request.form.items():
        word, _dot, number = name.partition(".")
        if word == "of" and number.isdecimal() and len(number) < 11 and value != "?":
            yield int(number), value if value != "-" else ""


def _sheet(campaign_code: str) -> SetupSheet:
    with transaction() as session:
        return sheet(session, campaign_code)


def _page(
    found: SetupSheet,
    status: int = 200,
    *,
    faults: Sequence[StatementFault] = (),
    number: int = 0,
    missing: bool = False,
    full: bool = False,
    other: bool = False,
    wrong: Mapping[int, str] | None = None,
    chosen: Mapping[int, str] | None = None,
) -> Response:
    with transaction() as session:
        fixed = campaign_in_scope(session, found.code).statements if found.frozen else None
        held = statements.held(session, found.code, fixed)
    lines = list(_lines(found, held))
    return show(
        "statements",
        found,
        "ratees",
        status,
        lines=lines,
        held=held,
        fixed=fixed,
        choices={one.number: _choice(one, chosen) for one in held.waiting},
        wrong=wrong or {},
        faults=faults,
        number=number,
        missing=missing,
        full=full,
        other=other,
        one=next((line for line in lines if line.key == request.values.get("ratee")), None),
        say=statement_words,
        most=MAX_SENT // 1024 // 1024,
        room=statements.MAX_TOTAL // 1024 // 1024,
    )


def _choice(one: StatementUpload, chosen: Mapping[int, str] | None) -> str:
    """Return whose a waiting file is on the form: a ratee's, ``-`` nobody's, ``?`` not said yet."""
    if chosen is None:
        return one.ratee or "?"
    return chosen.get(one.number, "?") or "-"


def _lines(found: SetupSheet, held: StatementsHeld) -> Iterator[StatementLine]:
    for place, row in enumerate(rows_of(found.draft.document, "ratees")):
        about = " ".join(filter(None, (written(row.get("unit")), written(row.get("post")))))
        key = written(row.get("key"))
        text = written(row.get("statement"))
        yield StatementLine(place, key, written(row.get("name")), about, text, held.files.get(key))
