"""Statements (述职报告) of units: written and handed in by these, read and returned by office and group."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from survey.domain.assessment.examining.conference import campaigns_of
from survey.domain.assessment.examining.statement import MAX_HEADING, MAX_TEXT, PARTS, UnitStatement
from survey.domain.assessment.seats import SeatAct
from survey.domain.errors import BadYearRecord, ChangedMeanwhile, WrongStage
from survey.services.assessment.examining import unit_statements
from survey.services.assessment.examining.ballot_statements import ratees_of
from survey.services.assessment.examining.unit_statements import MAX_REASON, WRITING
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, may_here, seat_access
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import OfficeForm
from survey.web.admin.words.times import day_of, moment

from .record_words import mark, number_in, typed_in
from .statement_words import PART_WORDS, STATEMENT_STATES
from .year_end import own_units


def _heading(part: str) -> StringField:
    return StringField(_l("%(part)s：标题", part=PART_WORDS[part]), render_kw={"autocomplete": "off"})


def _text(part: str) -> TextAreaField:
    return TextAreaField(_l("%(part)s：内容", part=PART_WORDS[part]), render_kw={"rows": 6})


class StatementForm(OfficeForm):
    """Three results and one thing not yet good, each a heading and a text."""

    first_heading = _heading("first")
    first_text = _text("first")
    second_heading = _heading("second")
    second_text = _text("second")
    third_heading = _heading("third")
    third_text = _text("third")
    lacking_heading = _heading("lacking")
    lacking_text = _text("lacking")


class ReturnForm(OfficeForm):
    """Why a statement is returned."""

    reason = TextAreaField(_l("退回的原因"), render_kw={"rows": 3})


class DeadlineForm(OfficeForm):
    """By which day statements are due."""

    day = StringField(_l("交述职报告的最后一天"), render_kw={"type": "date"})


@blueprint.get("/a/<assessment_code>/statements")
@seat_access(SeatAct.SEE_STATEMENTS)
def statements(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """List the statements of one's units: which are in, which are not."""
    return _list(DeadlineForm())


@blueprint.post("/a/<assessment_code>/statement-deadline")
@seat_access(SeatAct.HOLD_CONFERENCE)
def set_statement_deadline(assessment_code: str) -> ResponseReturnValue:
    """Put on record by which day statements are due."""
    form = DeadlineForm()
    try:
        with transaction(write=True) as session:
            day = unit_statements.set_deadline(session, assessment_code, typed_in(form), by())
    except BadYearRecord as refused:
        mark(form, refused.faults)
        return _list(form, 422)
    flash(_("述职报告请于 %(day)s 前交齐，各单位的页上已写明。", day=day), "good")
    return redirect(url_for("admin.statements", assessment_code=assessment_code), 303)


@blueprint.get("/a/<assessment_code>/statements/<unit_key>")
@seat_access(SeatAct.SEE_STATEMENTS)
def unit_statement(assessment_code: str, unit_key: str) -> ResponseReturnValue:  # noqa: ARG001
    """Show a unit's statement: to be written by its reporter, to be read by others once it is in."""
    return _page(unit_key)


@blueprint.post("/a/<assessment_code>/statements/<unit_key>")
@seat_access(SeatAct.HAND_IN_STATEMENT)
def hand_in_statement(assessment_code: str, unit_key: str) -> ResponseReturnValue:
    """Keep a statement as a draft, or hand it in."""
    form = StatementForm()
    hand_in = request.form.get("act") == "hand-in"
    seen = number_in(request.form.get("seen"))
    try:
        with transaction(write=True) as session:
            unit_statements.save_statement(
                session, assessment_code, unit_key, typed_in(form), seen, by(), hand_in=hand_in
            )
    except BadYearRecord as refused:
        mark(form, refused.faults)
        return _page(unit_key, form, status=422)
    except ChangedMeanwhile:
        return _page(unit_key, form, status=409)
    except WrongStage:
        return _page(unit_key, form, status=409, too_late=True)
    if hand_in:
        flash(_("述职报告已交。被退回以前不能再改。"), "good")
    else:
        flash(_("草稿已保存，还没有交。"), "good")
    return redirect(_at(assessment_code, unit_key), 303)


@blueprint.post("/a/<assessment_code>/statements/<unit_key>/return")
@seat_access(SeatAct.RETURN_STATEMENT)
def return_statement(assessment_code: str, unit_key: str) -> ResponseReturnValue:
    """Return a statement to its unit with a reason."""
    form = ReturnForm()
    seen = number_in(request.form.get("seen"))
    try:
        with transaction(write=True) as session:
            unit_statements.give_back(session, assessment_code, unit_key, typed_in(form), seen, by())
    except BadYearRecord as refused:
        mark(form, refused.faults)
        return _page(unit_key, returning=form, status=422)
    except ChangedMeanwhile:
        flash(_("这份述职报告刚才有人办过，没有退回。请看过再办。"), "warn")
    else:
        flash(_("已退回，单位会看到原因。"), "good")
    return redirect(_at(assessment_code, unit_key), 303)


def _at(assessment_code: str, unit: str) -> str:
    return url_for("admin.unit_statement", assessment_code=assessment_code, unit_key=unit)


def _list(form: DeadlineForm, status: int = 200) -> ResponseReturnValue:
    assessment, definition = here().assessment, here().definition
    own = own_units(SeatAct.SEE_STATEMENTS)
    with transaction() as session:
        found = unit_statements.statements(session, assessment)
        due = unit_statements.deadline(session, assessment)
    if due and not form.is_submitted():
        form.day.data = due.isoformat()
    page = render_template(
        "admin/assessment/examining_statements.html",
        assessment=assessment,
        shown=[(definition.unit[key], found[key]) for key in own],
        missing=[definition.unit[key].label for key in own if not found[key].is_in],
        states=STATEMENT_STATES,
        due=due,
        form=form,
        is_late=lambda one: _is_late(one, due),
        at=lambda time: moment(time, definition.time_zone),
        campaigns=campaigns_of(definition),
        takes=assessment.stage in WRITING,
    )
    return page, status


def _is_late(one: UnitStatement, due: date | None) -> bool:
    """Check whether a statement came in after the day by which it was due."""
    if due is None or one.handed_in is None:
        return False
    return day_of(one.handed_in.recorded_at, here().definition.time_zone) > due.isoformat()


def _page(
    unit: str,
    form: StatementForm | None = None,
    returning: ReturnForm | None = None,
    status: int = 200,
    *,
    too_late: bool = False,
) -> ResponseReturnValue:
    assessment, definition = here().assessment, here().definition
    with transaction() as session:
        found = unit_statements.statement_of(session, assessment, unit)
        due = unit_statements.deadline(session, assessment)
    writes = may_here(SeatAct.HAND_IN_STATEMENT, unit)
    takes, typed = assessment.stage in WRITING, form
    if form is None:
        form = StatementForm(formdata=None, data=_as_typed(found))
    parts = {one.campaign: one.label for one in definition.components if one.campaign}
    page = render_template(
        "admin/assessment/examining_statement.html",
        assessment=assessment,
        unit=definition.unit[unit],
        found=found,
        form=form,
        kept=typed,
        returning=returning or ReturnForm(formdata=None),
        # What was typed while somebody else handed it in, or the stage went on, is shown: nothing is lost.
        writes=writes and ((takes and not found.is_in) or typed is not None),
        takes=takes,
        too_late=too_late,
        own=writes or may_here(SeatAct.SIGN_OFF, unit),
        part_keys=PARTS,
        part_words=PART_WORDS,
        states=STATEMENT_STATES,
        max_heading=MAX_HEADING,
        max_text=MAX_TEXT,
        max_reason=MAX_REASON,
        due=due,
        is_late=_is_late(found, due),
        changed=status == 409 and not too_late,
        goes_to=[parts[key] for key in campaigns_of(definition) if unit in dict(ratees_of(definition, key))],
        at=lambda time: moment(time, definition.time_zone),
    )
    return page, status


def _as_typed(found: UnitStatement) -> dict[str, str]:
    typed = {}
    for part in found.written:
        typed[f"{part.key}_heading"], typed[f"{part.key}_text"] = part.heading, part.text
    return typed
