"""Persons and teams from an Excel or CSV file: what stands where, a look at them, then all or nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ParamSpec

from flask import current_app, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from survey.documents.export.files import ROSTER
from survey.documents.roster.carried_book import brought as brought_back
from survey.documents.roster.carried_book import carried
from survey.documents.roster.cells import MAX_FILE, Book
from survey.documents.roster.guessing import with_values_guessed
from survey.documents.roster.mapping import RosterMapping, needs_choice, sheet_names
from survey.documents.roster.merge import merge_roster
from survey.documents.roster.reader import Roster, RosterFault, RosterRow, read_mapped, read_roster
from survey.domain.accounts.roles import Permission
from survey.domain.errors import ChangedMeanwhile
from survey.services.campaigns import drafts, rosters
from survey.services.campaigns.drafts import Document
from survey.services.operations.beside import beside
from survey.storage.database import transaction
from survey.web.admin.attachment import named_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.setup.fields.options import rows_of
from survey.web.admin.setup.fields.parts import written
from survey.web.admin.words import roster as roster_words
from survey.web.security import access
from survey.web.server.bodies import largest_body

from .pages import by, posted_version, refused
from .roster_columns import (
    RosterColumns,
    chosen_mapping,
    elsewhere,
    is_elsewhere,
    questions,
    taken_lines,
)
from .sheet import FORM_AROUND, SetupSheet, sheet, show

P = ParamSpec("P")

SHOWN_ROWS = 200
_LARGE_FILE = 16 * 1024
_MANY_ROWS = 500
"""A file of so many bytes, a sheet of so many rows takes longer to read than a process beside to be asked."""


@dataclass(frozen=True)
class Look:
    """What would come in: the roster, what its rows add, change and take away."""

    roster: Roster
    added: int
    changed: int
    gone: Sequence[str]

    @property
    def rows(self) -> Sequence[RosterRow]:
        """Return the rows that would come in."""
        return self.roster.rows


@dataclass(frozen=True)
class _Brought:
    """A roster that an earlier page carries: the file's name, its sheets, and what was chosen of them."""

    name: str
    book: Book
    mapping: RosterMapping
    sheets: Sequence[str]

    @property
    def unread(self) -> list[str]:
        """Return the names of the sheets that are not read, hidden ones too."""
        names = list(self.sheets)
        names.remove(self.book.sheets[self.mapping.sheet].name)
        return names


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
    """Ask what stands where in a roster, show what it would bring in, or bring it in."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    if found.frozen:
        return refused(found, "ratees")
    act = request.form.get("act")
    if act not in _ACTS:
        return _read(found)
    try:
        return _ACTS[act](found, _brought())
    except BadSignature:
        return _page(found, 422, missing=True)


def _read(found: SetupSheet) -> ResponseReturnValue:
    """Read the file that was sent; show it, or ask first what stands where."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(found, 422, missing=True)
    sections, groups = _known(found.draft.document)
    data = sent.read()
    roster = _apart(len(data) > _LARGE_FILE, read_roster, data, sent.filename, sections, groups)
    if roster.book is None or roster.mapping is None:
        return _page(found, 422, faults=roster.faults, name=sent.filename)
    brought = _Brought(sent.filename, roster.book, roster.mapping, sheet_names(roster.book))
    if not needs_choice(brought.book, brought.mapping, sections):
        return _looked(found, brought, roster=roster)
    with transaction() as session:
        mapping = rosters.remembered(session, found.draft.unit, brought.mapping)
    mapping = with_values_guessed(brought.book, mapping, sections, groups)
    return _asked(found, replace(brought, mapping=mapping))


def _chosen(found: SetupSheet, brought: _Brought) -> ResponseReturnValue:
    """Show what would come in with the columns that were chosen; ask on where something is open."""
    known = _known(found.draft.document)
    if is_elsewhere(request.form, brought.mapping):
        return _elsewhere(found, brought)
    mapping, whole = chosen_mapping(request.form, brought.book, brought.mapping, *known)
    brought = replace(brought, mapping=mapping)
    return _looked(found, brought) if whole else _asked(found, brought, 422, unfinished=True)


def _elsewhere(found: SetupSheet, brought: _Brought) -> ResponseReturnValue:
    """Ask again, of another sheet or with other rows as heads."""
    mapping = elsewhere(request.form, brought.book, brought.mapping, *_known(found.draft.document))
    return _asked(found, replace(brought, mapping=mapping))


def _again(found: SetupSheet, brought: _Brought) -> ResponseReturnValue:
    """Show what would come in with the lines that were chosen, too."""
    return _looked(found, _with_lines(brought))


def _back(found: SetupSheet, brought: _Brought) -> ResponseReturnValue:
    """Ask again what stands where."""
    return _asked(found, _with_lines(brought))


def _looked(
    found: SetupSheet,
    brought: _Brought,
    status: int = 200,
    *,
    changed: bool = False,
    roster: Roster | None = None,
) -> ResponseReturnValue:
    roster = roster or _mapped(found, brought)
    if not roster.faults:
        return _page(
            found, status, look=_look(found.draft.document, roster), brought=brought, changed=changed
        )
    if not needs_choice(brought.book, brought.mapping, _known(found.draft.document)[0]):
        return _page(found, 422, faults=roster.faults, name=brought.name)
    return _asked(found, brought, 422, faults=roster.faults)


def _taken(found: SetupSheet, brought: _Brought) -> ResponseReturnValue:
    """Bring the rows in that were looked at."""
    if taken_lines(request.form) != brought.mapping.taken:
        return _looked(found, _with_lines(brought), changed=True)
    known = _known(found.draft.document)
    roster = _mapped(found, brought)
    if roster.faults:
        return _looked(found, brought, roster=roster)
    document = merge_roster(found.draft.document, roster.rows, replace=_replaces())
    try:
        with transaction(write=True) as session:
            drafts.save(session, found.code, document, posted_version(), by())
            if needs_choice(brought.book, brought.mapping, known[0]):
                rosters.remember(session, found.draft.unit, brought.mapping)
    except ChangedMeanwhile:
        return _looked(found, brought, 409)
    flash(_("已导入 %(number)s 个测评对象。", number=len(roster.rows)), "good")
    with transaction() as session:
        left = sheet(session, found.code)
    # Where nothing is missing any more, the checks come next; who is rated was seen before the import.
    return redirect(left.address("ratees" if left.wrongs else "check"), 303)


def _mapped(found: SetupSheet, brought: _Brought) -> Roster:
    large = len(brought.book.sheets[brought.mapping.sheet].rows) > _MANY_ROWS
    return _apart(large, read_mapped, brought.book, brought.mapping, *_known(found.draft.document))


def _apart(large: bool, read: Callable[P, Roster], *args: P.args, **kwargs: P.kwargs) -> Roster:
    """Read here, or in a process beside what would hold voters up for a second."""
    return beside(read, *args, **kwargs) if large else read(*args, **kwargs)


_ACTS = {"take": _taken, "columns": _chosen, "heads": _elsewhere, "again": _again, "back": _back}


def _replaces() -> bool:
    return request.form.get("mode") == "replace"


def _with_lines(brought: _Brought) -> _Brought:
    return replace(brought, mapping=replace(brought.mapping, taken=taken_lines(request.form)))


def _known(document: Document) -> tuple[dict[str, str], dict[str, str]]:
    """Return the forms and the rater groups that a roster may name: keys to titles and labels."""
    sections = {written(row.get("key")): written(row.get("title")) for row in rows_of(document, "sections")}
    groups = {written(row.get("key")): written(row.get("label")) for row in rows_of(document, "groups")}
    return sections, groups


def _look(document: Document, roster: Roster) -> Look:
    before = _by_key(document)
    after = _by_key(merge_roster(document, roster.rows, replace=_replaces()))
    changed = sum(before[key] != row for key, row in after.items() if key in before)
    gone = [written(before[key].get("name")) for key in before if key not in after]
    return Look(roster, len(after.keys() - before.keys()), changed, gone)


def _by_key(document: Mapping[str, Any]) -> dict[str, Any]:
    return {written(row.get("key")): row for row in document.get("ratees", ())}


def _carried(brought: _Brought) -> str:
    values = {
        "name": brought.name,
        "sheets": brought.sheets,
        "roster": carried(brought.book, brought.mapping),
    }
    return str(_serializer().dumps(values))


def _brought() -> _Brought:
    """Return the roster that the page carried; raises ``BadSignature`` where it is not that."""
    values = _serializer().loads(request.form.get("roster", ""))
    return _Brought(values["name"], *brought_back(values["roster"]), values["sheets"])


def _serializer() -> URLSafeSerializer:
    # Nothing half-imported is stored: the sheets travel with the form, signed so that nobody else wrote them.
    # Pages of an earlier version carried rows, under another salt.
    return URLSafeSerializer(str(current_app.secret_key), salt="roster as it was brought")


def _asked(
    found: SetupSheet,
    brought: _Brought,
    status: int = 200,
    *,
    faults: Sequence[RosterFault] = (),
    unfinished: bool = False,
) -> Response:
    known = _known(found.draft.document)
    asked = questions(brought.book, brought.mapping, *known)
    lines = read_mapped(brought.book, brought.mapping, *known).skipped
    return _page(
        found, status, faults=faults, asked=asked, lines=lines, brought=brought, unfinished=unfinished
    )


def _page(
    found: SetupSheet,
    status: int = 200,
    *,
    look: Look | None = None,
    asked: RosterColumns | None = None,
    brought: _Brought | None = None,
    name: str = "",
    **more: Any,
) -> Response:
    sections, groups = _known(found.draft.document)
    return show(
        "roster",
        found,
        "ratees",
        status,
        look=look,
        asked=asked,
        carried=_carried(brought) if brought else "",
        unread=brought.unread if brought else (),
        name=brought.name if brought else name,
        sections=sections,
        groups=groups,
        say=roster_words,
        mode=request.form.get("mode", "add"),
        shown_rows=SHOWN_ROWS,
        **{"faults": (), **more},
    )
