"""Talk notes: written, read with each reading on record, corrected by a further version."""

from collections.abc import Mapping

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from survey.domain.assessment.examining.talks import MAX_NOTES
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.seats import SeatAct
from survey.domain.errors import BadYearRecord, ChangedMeanwhile, NotesGone
from survey.services.assessment.assessments import TAKING
from survey.services.assessment.examining import notes_readers, talk_notes
from survey.services.assessment.examining.talk_notes import SealedNotes
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import row_number
from survey.web.context import settings
from survey.web.server.bodies import largest_body

_LARGEST = 512 * 1024
"""Bytes of a form: all signs of the longest notes and as many more, as a browser writes them."""
_FAULTS: Mapping[str, object] = {
    "missing": _l("请写谈话记录。"),
    "too-long": _l("一份记录最多 20000 字，请分成两份。"),
}


@blueprint.route("/a/<assessment_code>/talks/<unit_key>/notes", methods=["GET", "POST"])
@largest_body(_LARGEST)
@seat_access(SeatAct.HOLD_TALKS)
def write_talk_notes(assessment_code: str, unit_key: str) -> ResponseReturnValue:
    """Seal the notes of a talk; they are shown again to whoever reads them on record."""
    if request.method == "GET":
        return _form(unit_key)
    after = request.form.get("after", 0, type=row_number)
    try:
        with transaction(write=True) as session:
            number = talk_notes.write_notes(
                session,
                settings().keys,
                assessment_code,
                unit_key,
                request.form.get("notes", ""),
                by(),
                after=after,
            )
    except BadYearRecord as refused:
        return _form(unit_key, status=422, wrong=_FAULTS[refused.faults["notes"]])
    except NotesGone:
        return _form(unit_key, status=409, gone=True)
    flash(_("第 %(number)s 份谈话记录已加密保存。", number=number), "good")
    return _to_unit(assessment_code, unit_key)


@blueprint.post("/a/<assessment_code>/talks/<unit_key>/notes/<int:number>/read")
@seat_access(SeatAct.READ_TALKS)
def read_talk_notes(assessment_code: str, unit_key: str, number: int) -> ResponseReturnValue:
    """Show notes, once it is on record that they are shown."""
    try:
        with transaction(write=True) as session:
            found, notes = talk_notes.read_for(
                session, settings().keys, assessment_code, unit_key, number, current_user.account, by()
            )
    except NotesGone:
        flash(_("谈话记录打不开：密封用的钥匙不在服务器上。请告知系统管理员，把抄存的钥匙放回原处。"), "bad")
        return _to_unit(assessment_code, unit_key)
    page = render_template(
        "admin/assessment/examining_notes_read.html",
        assessment=here().assessment,
        unit=here().definition.unit[unit_key],
        found=found,
        notes=notes,
        most=MAX_NOTES,
        day=here().moment,
    )
    return _unstored(page)


@blueprint.route("/a/<assessment_code>/talks/<unit_key>/notes/<int:number>/correct", methods=["GET", "POST"])
@largest_body(_LARGEST)
@seat_access(SeatAct.HOLD_TALKS)
def correct_talk_notes(assessment_code: str, unit_key: str, number: int) -> ResponseReturnValue:
    """Seal another version of notes; the one before stays sealed on record, and holds no more."""
    with transaction() as session:
        found = talk_notes.find_notes(session, here().assessment, unit_key, number)
    if request.method == "GET":
        return _form(unit_key, found)
    try:
        with transaction(write=True) as session:
            version = talk_notes.correct_notes(
                session,
                settings().keys,
                assessment_code,
                unit_key,
                number,
                request.form.get("notes", ""),
                by(),
                version=request.form.get("version", 0, type=row_number),
            )
    except BadYearRecord as refused:
        return _form(unit_key, found, status=422, wrong=_FAULTS[refused.faults["notes"]])
    except ChangedMeanwhile:
        return _form(unit_key, found, status=409, changed=True)
    except NotesGone:
        return _form(unit_key, found, status=409, gone=True)
    flash(_("第 %(number)s 份谈话记录已改为第 %(version)s 稿。", number=number, version=version), "good")
    return _to_unit(assessment_code, unit_key)


def _form(
    unit: str,
    found: SealedNotes | None = None,
    *,
    status: int = 200,
    wrong: object = "",
    changed: bool = False,
    gone: bool = False,
) -> ResponseReturnValue:
    """Show the form with what was typed; never with what is on record: that is read on record alone."""
    with transaction() as session:
        before = talk_notes.notes_of(session, here().assessment, unit)
        reader = notes_readers.named_reader(session, here().assessment)
    page = render_template(
        "admin/assessment/examining_notes.html",
        assessment=here().assessment,
        unit=here().definition.unit[unit],
        found=found,
        after=max((one.number for one in before), default=0),
        notes=request.form.get("notes", ""),
        reader=reader,
        wrong=wrong,
        changed=changed,
        gone=gone,
        most=MAX_NOTES,
        takes=here().assessment.stage in TAKING,
        is_closed=here().assessment.stage is Stage.CLOSED,
        day=here().moment,
    )
    return _unstored(page, status)


def _unstored(page: str, status: int = 200) -> ResponseReturnValue:
    """Answer with a page that no browser and nothing on the way keeps, whatever other pages do."""
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _to_unit(assessment_code: str, unit: str) -> ResponseReturnValue:
    return redirect(url_for("admin.talks_of_unit", assessment_code=assessment_code, unit_key=unit), 303)
