"""The parts of a draft: the basics as groups of fields, short lists as tables, long ones row by row."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.documents.assessment.form.form_parts import (
    BASIC_COLUMNS,
    OPEN_SECTION,
    PARTS,
    FormPart,
)
from survey.documents.assessment.form.part_changes import (
    Document,
    RowUse,
    basics_typed,
    moved,
    names_in,
    rows_in,
    table_typed,
    uses_of,
    with_basics,
    with_table,
)
from survey.documents.assessment.form.typed_rows import KEY, Places, TypedRow, place_said
from survey.documents.assessment.setup.setup_paths import value_at
from survey.documents.assessment.setup.setup_sheets import BASIC_GROUPS
from survey.documents.assessment.setup.setup_values import written_value
from survey.domain.assessment.seats import SeatAct
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.blueprint import blueprint

from .form_fields import blank_row, fields_of, fields_of_row, known_keys, rearranged, typed_table, typed_texts
from .saving import NOTHING, FormRefusal, draft_document, save
from .setup_steps import BASICS_KEY, LEADS, ONE, TITLES, path_after, path_of, setup_steps

ROWS_AT_ONCE = 100
MAX_LINKS = 12
"""As many faults are listed on top of a page, each with the way to its field."""
SAVES = frozenset({"save", "next", "again"})
"""The buttons that save; all others show the form again as it would be then."""
_NO_FIELDS = frozenset({"list", "remove"})
"""The pages on which nothing is typed that could be kept."""


@blueprint.route("/a/<assessment_code>/setup/<setup_part>", methods=["GET", "POST"])
@seat_access(SeatAct.SET_UP)
def setup_part(assessment_code: str, setup_part: str) -> ResponseReturnValue:  # noqa: ARG001
    """Show a part of the draft, and take it as it was typed."""
    document = draft_document()
    if setup_part == BASICS_KEY:
        return _basics(document)
    part = PARTS.get(setup_part) or abort(404)
    if part.in_table:
        return _table(document, part)
    return _list(document, part)


def page(
    template: str,
    key: str,
    refusal: FormRefusal = NOTHING,
    heads: Mapping[str, str] | None = None,
    **facts: Any,
) -> ResponseReturnValue:
    """Return a page on a part, with the way to the others; ``heads`` are what its fields are called."""
    known = heads or {}
    links = [
        (name, str(_("%(what)s：", what=known[name])) if name in known else "", said)
        for name, words in refusal.faults.items()
        if " " not in name  # of a pasted line, which stands beside them all
        for said in words
    ]
    made = render_template(
        f"admin/assessment/setup_{template}.html",
        keeps=template not in _NO_FIELDS,
        links=links[:MAX_LINKS],
        more_links=max(0, len(links) - MAX_LINKS),
        assessment=here().assessment,
        steps=setup_steps(here().assessment),
        here=key,
        title=TITLES[key],
        one=ONE.get(key, ""),
        lead=LEADS.get(key, ""),
        onward=path_after(here().assessment.code, key),
        refusal=refusal,
        draft=_draft(saves=not facts.get("unsaved")),
        **facts,
    )
    return made, refusal.status


def _draft(*, saves: bool) -> str:
    """Return which draft a form is taken to be made from; one that is only shown again, as it began."""
    now = here().assessment.digest
    return now if saves else request.form.get("draft", now)


def saved(key: str, *, at: str = "") -> ResponseReturnValue:
    """Lead on from a part that was saved: where the button says, or to the page that it names."""
    code = here().assessment.code
    flash(_("已保存。"), "good")
    if request.form.get("act") == "next":
        return redirect(path_after(code, key), 303)
    return redirect(at or path_of(code, key), 303)


def use_words(uses: Sequence[RowUse]) -> list[str]:
    """Return in words what refers to a row."""
    return [
        str(_("%(sheet)s“%(name)s”的“%(column)s”", sheet=_(one.sheet), name=one.name, column=_(one.column)))
        for one in uses
    ]


def _basics(document: Document) -> ResponseReturnValue:
    typed, refusal = basics_typed(document), NOTHING
    if request.method == "POST":
        typed, places = TypedRow("-", typed_texts(BASIC_COLUMNS)), Places()
        if request.form.get("act") in SAVES:
            found = save(with_basics(document, typed, places), here().assessment.targets, places)
            if found is None:
                return saved(BASICS_KEY)
            refusal = found
    fields = fields_of(BASIC_COLUMNS, typed, names_in(document), refusal.faults)
    groups = [
        (word, [one for one in fields if one.column.path.split(".")[0] == group], group == OPEN_SECTION)
        for group, word in BASIC_GROUPS.items()
    ]
    return page("basics", BASICS_KEY, refusal, {one.name: one.head for one in fields}, groups=groups)


def _table(document: Document, part: FormPart) -> ResponseReturnValue:
    rows, refusal, unsaved = table_typed(document, part), NOTHING, False
    kept: Sequence[str] = ()
    if request.method == "POST":
        rows, act = typed_table(part), request.form.get("act", "")
        # Rows that somebody else added since the form was made are not in it, and stay.
        rows += table_typed(document, part, known=known_keys(rows))
        if act in SAVES:
            places = Places()
            found = save(with_table(document, part, rows, places), here().assessment.targets, places)
            if found is None:
                return saved(part.key)
            refusal = found
        else:
            kept = _used_row(document, part, rows, act)
            unsaved, rows = True, rows if kept else rearranged(rows, act, blank_row(part))
    if not rows:
        rows = [blank_row(part)]
    names = names_in(document)
    shown = [fields_of_row(part, row, names, refusal.faults, f"{number}.") for number, row in enumerate(rows)]
    return page(
        "table",
        part.key,
        refusal,
        {one.name: f"{one.head} {number}" for number, row in enumerate(shown, 1) for one in row.fields},
        rows=shown,
        known=[row[KEY] for row in rows_in(document, part.sheet)],
        unsaved=unsaved,
        kept=kept,
        key_field=part.key_column,
        shows_keys="keys" in request.args or any(name.endswith(f".{KEY}") for name in refusal.faults),
    )


def _used_row(document: Document, part: FormPart, rows: Sequence[TypedRow], act: str) -> Sequence[str]:
    """Return in words what refers to the row that a button takes out, nothing where it may go."""
    what, _space, said = act.partition(" ")
    number = place_said(said, len(rows))
    if what != "drop" or number is None:
        return ()
    return use_words(uses_of(document, part, rows[number].origin))


def _list(document: Document, part: FormPart) -> ResponseReturnValue:
    refusal = NOTHING
    way, _space, key = request.form.get("act", "").partition(" ")
    by = {"up": -1, "down": 1}.get(way, 0)
    if by:
        found = save(moved(document, part, key, by), here().assessment.targets, {})
        if found is None:
            return redirect(
                f"{path_of(here().assessment.code, part.key)}?page={_page_of(document, part, key)}", 303
            )
        refusal = found
    rows = rows_in(document, part.sheet)
    last = max(1, -(-len(rows) // ROWS_AT_ONCE))
    asked = request.args.get("page", "1")
    number = min(int(asked), last) if asked.isdecimal() and 0 < len(asked) < 5 else 1
    names, columns = names_in(document), {one.path: one for one in part.own}
    shown = [
        (
            row[KEY],
            row[part.sheet.label],
            [
                str(written_value(columns[path], value, names))
                for path in part.facts
                if (value := value_at(row, path)) not in (None, "", [], {})
            ],
        )
        for row in rows[ROWS_AT_ONCE * (max(number, 1) - 1) : ROWS_AT_ONCE * max(number, 1)]
    ]
    return page("list", part.key, refusal, rows=shown, number=len(rows), last=last, current=max(number, 1))


def _page_of(document: Document, part: FormPart, key: str) -> int:
    keys = [row[KEY] for row in rows_in(document, part.sheet)]
    return keys.index(key) // ROWS_AT_ONCE + 1 if key in keys else 1
