"""The set-up pages of persons and teams: the table, page by page, and one of them with the report."""

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from werkzeug.wrappers import Response

from survey.domain.accounts.roles import Permission
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.setup.fields.options import rows_of
from survey.web.admin.setup.fields.parts import Holder, Posted, written
from survey.web.admin.setup.fields.subject import SetupPage
from survey.web.admin.setup.fields.subjects import PERSON, RATEES, STATEMENT
from survey.web.admin.setup.fields.tables import act, token
from survey.web.admin.setup.fields.three_one import NUMBER, pieces_of, put_together
from survey.web.security import access

from .pages import ONWARD, refused, saved
from .sheet import PAGE_ROWS, SetupSheet, leaf_of, sheet, show

BLANK_ROWS = 3

ONE = SetupPage("ratees", PERSON.label, "", (PERSON,))


@blueprint.get("/c/<campaign_code>/setup/ratees")
@access(Permission.READ_CAMPAIGNS)
@login_required
def setup_ratees(campaign_code: str) -> ResponseReturnValue:
    """Show the table of persons and teams."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    return _table(found)


@blueprint.post("/c/<campaign_code>/setup/ratees")
@access(Permission.SET_UP)
@login_required
def change_ratees(campaign_code: str) -> ResponseReturnValue:
    """Save the rows shown, then move or take away one of them where that was asked for."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    if found.frozen:
        return refused(found, "ratees")
    found.working = RATEES.take(found.draft.document, request.form)
    document = RATEES.finish(found.draft.document, found.working)
    word, _space, path = request.form.get("act", "save").partition(" ")
    moved = act(RATEES.parts, document, word, path) if word in ("up", "down", "drop") else ""
    answer = saved(found, document, RATEES, lambda status: _table(found, status), word)
    if word in ONWARD or getattr(answer, "status_code", 0) == 409:
        return answer
    return redirect(
        found.address("ratees", page=_page_of(document, moved or path), _anchor=moved or "table"), 303
    )


@blueprint.get("/c/<campaign_code>/setup/ratees/<int:place>")
@access(Permission.READ_CAMPAIGNS)
@login_required
def setup_person(campaign_code: str, place: int) -> ResponseReturnValue:
    """Show one person or team."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    return _one(found, _place(found, place))


@blueprint.post("/c/<campaign_code>/setup/ratees/<int:place>")
@access(Permission.SET_UP)
@login_required
def change_person(campaign_code: str, place: int) -> ResponseReturnValue:
    """Save one person or team."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    if found.frozen:
        return refused(found, "ratees")
    place = _place(found, place)
    found.working = ONE.take(found.draft.document, request.form)
    _put_report(found.working["ratees"][place], request.form)
    document = ONE.finish(found.draft.document, found.working)
    answer = saved(found, document, ONE, lambda status: _one(found, place, status), "save")
    if getattr(answer, "status_code", 0) == 409:
        return answer
    return redirect(found.address("ratees", page=place // PAGE_ROWS + 1, _anchor=f"ratees.{place}"), 303)


def _put_report(ratee: Holder, posted: Posted) -> None:
    """Put the report together where it was filled in piece by piece and a piece was changed."""
    pieces = [posted.get(f"piece.{number}", "").replace("\r\n", "\n") for number in range(NUMBER)]
    if posted.get("form") == "pieces" and pieces != pieces_of(written(ratee.get(STATEMENT.key))):
        ratee[STATEMENT.key] = STATEMENT.taken(put_together(pieces))
        if not ratee[STATEMENT.key]:
            del ratee[STATEMENT.key]


def _place(found: SetupSheet, place: int) -> int:
    """Return where the person of an address stands now: by its key, where the address names one."""
    rows = rows_of(found.draft.document, "ratees")
    key = request.args.get("key", "")
    named = [at for at, row in enumerate(rows) if key and written(row.get("key")) == key]
    if len(named) == 1:
        return named[0]
    if (key and not named) or place >= len(rows):
        abort(404)
    return place


def _table(found: SetupSheet, status: int = 200) -> Response:
    rows = rows_of(found.working, "ratees")
    leaf = leaf_of(found)
    blanks = range(len(rows), len(rows) + BLANK_ROWS) if leaf.page == leaf.last else range(0)
    return show("ratees", found, "ratees", status, rows=rows, leaf=leaf, blanks=blanks)


def _one(found: SetupSheet, place: int, status: int = 200) -> Response:
    ratee = found.working["ratees"][place]
    pieces = pieces_of(written(ratee.get(STATEMENT.key)))
    origin = token(found.draft.document["ratees"], place)
    return show(
        "person",
        found,
        "ratees",
        status,
        ratee=ratee,
        place=place,
        page=place // PAGE_ROWS + 1,
        pieces=pieces,
        origin=origin,
        rows=PERSON,
    )


def _page_of(document: Holder, path: str) -> int:
    place = path.rpartition(".")[2]
    number = int(place) if place.isdecimal() and len(place) < 7 else len(rows_of(document, "ratees")) - 1
    if not place:
        return request.args.get("page", 1, type=int)
    return max(0, min(number, len(rows_of(document, "ratees")) - 1)) // PAGE_ROWS + 1
