"""One row of a draft on a page of its own: a new one, one that is there, and taking one out."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.documents.assessment.form.form_parts import PART_OF, PARTS, FormPart
from survey.documents.assessment.form.part_changes import (
    Document,
    names_in,
    row_in,
    uses_of,
    with_row,
    without,
    without_tasks,
)
from survey.documents.assessment.form.typed_rows import KEY, Places, TypedRow, row_typed
from survey.domain.assessment.seats import SeatAct
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.blueprint import blueprint

from .form_fields import blank_line, blank_row, fields_of_row, rearranged, typed_row
from .part_pages import SAVES, page, saved, use_words
from .saving import NOTHING, FormRefusal, draft_document, save
from .setup_steps import LINE, path_of


@blueprint.route("/a/<assessment_code>/setup/<setup_part>/new", methods=["GET", "POST"])
@seat_access(SeatAct.SET_UP)
def new_setup_row(assessment_code: str, setup_part: str) -> ResponseReturnValue:  # noqa: ARG001
    """Add a row to a part of the draft."""
    document, part = draft_document(), _part(setup_part)
    return _form(document, part, blank_row(part))


@blueprint.route("/a/<assessment_code>/setup/<setup_part>/rows/<row_key>", methods=["GET", "POST"])
@seat_access(SeatAct.SET_UP)
def setup_row(assessment_code: str, setup_part: str, row_key: str) -> ResponseReturnValue:  # noqa: ARG001
    """Show a row of the draft, and take it as it was typed."""
    document, part = draft_document(), _part(setup_part)
    row = row_in(document, part, row_key)
    if row is None and request.method == "POST":
        return _form(document, part, blank_row(part), is_gone=True)
    if row is None:
        return _gone(part)
    return _form(document, part, row_typed(part, row, names_in(document)))


@blueprint.route("/a/<assessment_code>/setup/<setup_part>/rows/<row_key>/remove", methods=["GET", "POST"])
@seat_access(SeatAct.SET_UP)
def remove_setup_row(assessment_code: str, setup_part: str, row_key: str) -> ResponseReturnValue:
    """Show what goes along with a row, or what holds it; take it out once that was seen."""
    document, part = draft_document(), _part(setup_part)
    row = row_in(document, part, row_key)
    if row is None:
        return _gone(part)
    targets, refusal = here().assessment.targets, NOTHING
    uses, left = uses_of(document, part, row_key), without_tasks(targets, part, row_key)
    if request.method == "POST" and not uses:
        found = save(without(document, part, row_key), left, {})
        if found is None:
            flash(_("已删除“%(name)s”。", name=row[part.sheet.label]), "good")
            return redirect(path_of(assessment_code, part.key), 303)
        refusal = found
    return page(
        "remove",
        part.key,
        refusal,
        label=row[part.sheet.label],
        row_key=row_key,
        uses=list(zip(use_words(uses), [_where(use.of, use.key) for use in uses], strict=True)),
        tasks=len(targets) - len(left),
    )


def _part(key: str) -> FormPart:
    part = PARTS.get(key)
    if part is None or part.in_table:
        abort(404)
    return part


def _gone(part: FormPart) -> ResponseReturnValue:
    flash(_("这一行已经不在了，可能刚被别人删掉。"), "bad")
    return redirect(path_of(here().assessment.code, part.key), 303)


def _where(of: str, key: str) -> str:
    """Return the address at which one mends what refers to a row."""
    code = here().assessment.code
    part = PART_OF.get(of)
    if part is None:
        return path_of(code, "basics")
    if part.in_table:
        return path_of(code, part.key)
    return url_for("admin.setup_row", assessment_code=code, setup_part=part.key, row_key=key)


def _form(
    document: Document, part: FormPart, typed: TypedRow, *, is_gone: bool = False
) -> ResponseReturnValue:
    """Answer with a row's form, or take it; of one that was taken out meanwhile it becomes a new row's."""
    refusal, unsaved, act = NOTHING, False, request.form.get("act", "")
    if request.method == "POST":
        typed = typed_row(part, typed.origin)
        if act in SAVES:
            found = _save(document, part, typed)
            if not isinstance(found, FormRefusal):
                return found
            refusal = found
        else:
            lines = rearranged(typed.lines, act, blank_line(part)) if part.sheet.inner else ()
            typed, unsaved = TypedRow(typed.origin, typed.texts, tuple(lines), typed.written), True
    shown = fields_of_row(part, typed, names_in(document), refusal.faults)
    facts: dict[str, Any] = {"row": shown, "unsaved": unsaved, "is_gone": is_gone, "line": LINE.get(part.key)}
    before = row_in(document, part, typed.origin)
    return page(
        "row",
        part.key,
        refusal,
        {one.name: one.head for one in shown.fields}
        | {
            one.name: f"{one.head} {number}"
            for number, line in enumerate(shown.lines, 1)
            for one in line.fields
        },
        label=before[part.sheet.label] if before else "",
        part_path=path_of(here().assessment.code, part.key),
        key_field=part.key_column,
        key_text=request.form.get(KEY, ""),
        key_errors=refusal.faults.get(KEY, []),
        inner=part.sheet.inner,
        inner_errors=refusal.faults.get(part.sheet.inner, []),
        **facts,
    )


def _save(document: Document, part: FormPart, typed: TypedRow) -> ResponseReturnValue | FormRefusal:
    places = Places()
    data = with_row(document, part, typed, places, request.form.get(KEY, ""))
    found = save(data, here().assessment.targets, places)
    if found is not None:
        return found
    code = here().assessment.code
    again = url_for("admin.new_setup_row", assessment_code=code, setup_part=part.key)
    return saved(part.key, at=again if request.form.get("act") == "again" else "")
