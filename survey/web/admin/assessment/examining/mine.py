"""The page of a leader or a lead: what one is in charge of, sheets to fill in, notes and comments."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.orm import Session

from survey.domain.assessment.examining.sheet_scoring import SHEET_STAGES
from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.reports.submitted_report import typed_text
from survey.domain.assessment.scoring.places import plain
from survey.domain.assessment.seats import SeatAct
from survey.domain.assessment.views.own_tasks import (
    indicators_in_charge,
    own_indicators_standing,
    own_units_standing,
    units_in_charge,
)
from survey.domain.errors import BadYearRecord, UnknownAssessment, WrongStage
from survey.services.assessment.assessments import Assessment
from survey.services.assessment.examining import leader_notes, sheet_progress
from survey.services.assessment.reports import report_queue
from survey.services.assessment.views import period_views
from survey.services.assessment.views.period_views import PeriodView
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, may_here, seat_access
from survey.web.admin.assessment.views.light_signs import light_signs
from survey.web.admin.assessment.views.shown_numbers import WRITTEN
from survey.web.admin.assessment.views.visible_tasks import sees
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by

REMARK_FAULTS = {
    "missing": _l("请写内容。"),
    "too-long": _l("最多 500 个字，请缩短。"),
}
_NOTE = "/a/<assessment_code>/mine/notes/<unit_key>"


@blueprint.get("/a/<assessment_code>/mine")
@seat_access(SeatAct.FILL_SHEETS)
def mine(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """Show what one is in charge of, the sheets to fill in, and one's notes and comments."""
    assessment, account = here().assessment, current_user.account.id
    with transaction() as session:
        view = _view(session, assessment)
        sheets = sheet_progress.own_sheets(session, assessment, account)
        notes = leader_notes.remarks(session, assessment.code, YearRecordKind.LEADER_NOTE, of=account)
        waiting = report_queue.waiting(session, assessment.code) if may_here(SeatAct.COMMENT) else []
        comments = leader_notes.remarks(session, assessment.code, YearRecordKind.LEAD_COMMENT, of=account)
    known = view.assessment.definition if view else assessment.definition
    visible = sees(SeatAct.SEE_NUMBERS)
    tasks = [one for one in (view.standing.tasks if view else ()) if visible(one.unit, one.indicator)]
    commented = {one.about for one in comments}
    return render_template(
        "admin/assessment/examining_mine.html",
        assessment=assessment,
        definition=known,
        view=view,
        signs=light_signs(known),
        units=own_units_standing(known, tasks, units_in_charge(here().seats)),
        indicators=own_indicators_standing(known, tasks, indicators_in_charge(here().seats)),
        sheets=sheets,
        in_time=assessment.stage in SHEET_STAGES,
        notes=notes,
        waiting=[
            (
                one.submitted,
                f"{one.submitted.period}/{one.submitted.unit}/{one.submitted.indicator}" in commented,
            )
            for one in waiting
            if may_here(SeatAct.COMMENT, one.submitted.unit, one.submitted.indicator)
        ],
        about=about_words(assessment),
        day=here().moment,
        plain=plain,
        **WRITTEN,
    )


@blueprint.get(_NOTE)
@blueprint.get(f"{_NOTE}/<indicator_key>")
@seat_access(SeatAct.NOTE)
def note_on(assessment_code: str, unit_key: str, indicator_key: str = "") -> ResponseReturnValue:  # noqa: ARG001
    """Show one's notes about a unit, or about one task of it, and the form for another one."""
    _require_in_charge(unit_key, indicator_key)
    return _remark_page(YearRecordKind.LEADER_NOTE, f"{unit_key}/{indicator_key}".rstrip("/"))


@blueprint.post(_NOTE)
@blueprint.post(f"{_NOTE}/<indicator_key>")
@seat_access(SeatAct.NOTE)
def put_note(assessment_code: str, unit_key: str, indicator_key: str = "") -> ResponseReturnValue:
    """Put a note on record."""
    _require_in_charge(unit_key, indicator_key)
    about = f"{unit_key}/{indicator_key}".rstrip("/")
    return _put(assessment_code, YearRecordKind.LEADER_NOTE, about, _("批注已记录，考核办看得到。"))


@blueprint.get("/a/<assessment_code>/mine/comments/<period>/<unit_key>/<indicator_key>")
@seat_access(SeatAct.COMMENT)
def comment_on(
    assessment_code: str,  # noqa: ARG001 – here() has it
    period: str,
    unit_key: str,
    indicator_key: str,
) -> ResponseReturnValue:
    """Show one's comments about a number, and the form for another one."""
    return _remark_page(YearRecordKind.LEAD_COMMENT, f"{period}/{unit_key}/{indicator_key}")


@blueprint.post("/a/<assessment_code>/mine/comments/<period>/<unit_key>/<indicator_key>")
@seat_access(SeatAct.COMMENT)
def put_comment(assessment_code: str, period: str, unit_key: str, indicator_key: str) -> ResponseReturnValue:
    """Put a comment about a number on record."""
    about = f"{period}/{unit_key}/{indicator_key}"
    return _put(assessment_code, YearRecordKind.LEAD_COMMENT, about, _("意见已记录，考核办审核时看得到。"))


def _put(assessment_code: str, kind: YearRecordKind, about: str, said: str) -> ResponseReturnValue:
    text, account = request.form.get("text", ""), current_user.account.id
    try:
        with transaction(write=True) as session:
            leader_notes.put_remark(session, assessment_code, kind, about, text, account, by())
    except (BadYearRecord, WrongStage) as error:
        return _remark_page(kind, about, error)
    flash(said, "good")
    return redirect(url_for("admin.mine", assessment_code=assessment_code), 303)


@blueprint.get("/a/<assessment_code>/remarks")
@seat_access(SeatAct.ACCEPT)
def remarks(assessment_code: str) -> ResponseReturnValue:
    """Show the office all notes of leaders and comments of leads, the latest first."""
    with transaction() as session:
        notes = leader_notes.remarks(session, assessment_code, YearRecordKind.LEADER_NOTE)
        comments = leader_notes.remarks(session, assessment_code, YearRecordKind.LEAD_COMMENT)
    assessment = here().assessment
    return render_template(
        "admin/assessment/examining_remarks.html",
        assessment=assessment,
        notes=notes,
        comments=comments,
        about=about_words(assessment),
        day=here().moment,
    )


def about_words(assessment: Assessment) -> Callable[[YearRecord], str]:
    """Return what writes what a note or a comment is about."""
    definition = assessment.definition

    def words(one: YearRecord) -> str:
        named = [
            definition.unit_name(key) if key in definition.unit else definition.indicator_name(key)
            for key in one.about.split("/")
        ]
        return " · ".join(named)

    return words


def _view(session: Session, assessment: Assessment) -> PeriodView | None:
    if assessment.stage is Stage.DRAFT or not assessment.targets:
        return None
    return period_views.period_view(
        session, assessment.code, period_views.period_to_show(session, assessment.code)
    )


def _require_in_charge(unit_key: str, indicator_key: str) -> None:
    """Refuse a note about a whole unit to whoever is in charge of some indicators alone."""
    if not indicator_key and unit_key not in units_in_charge(here().seats):
        raise UnknownAssessment(here().assessment.code)


def _remark_page(
    kind: YearRecordKind, about: str, error: BadYearRecord | WrongStage | None = None
) -> ResponseReturnValue:
    assessment, account = here().assessment, current_user.account.id
    with transaction() as session:
        leader_notes.require_known(session, assessment.code, kind, about)
        said = leader_notes.remarks(session, assessment.code, kind, of=account, about=about)
    wrong = ""
    if isinstance(error, BadYearRecord):
        wrong = str(REMARK_FAULTS[error.faults["text"]])
    elif error:
        wrong = str(_("考核已经到了下一阶段，不能再写。"))
    page = render_template(
        "admin/assessment/examining_remark.html",
        assessment=assessment,
        is_note=kind is YearRecordKind.LEADER_NOTE,
        name=about_words(assessment)(YearRecord(0, kind, about, {}, "", by().at)),
        said=said,
        day=here().moment,
        wrong=wrong,
        text=typed_text(request.form.get("text", ""), 2 * leader_notes.MAX_REMARK),
        most=leader_notes.MAX_REMARK,
    )
    return page, 200 if error is None else 422 if isinstance(error, BadYearRecord) else 409
