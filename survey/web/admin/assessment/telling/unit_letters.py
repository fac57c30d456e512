"""Letters to units (反馈意见书): written and sent by the office, read and acknowledged by the unit."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.documents.assessment.papers.papers import PaperKind, write
from survey.documents.export.files import LETTER, LETTERS, MEDIA
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.seats import SeatAct, units_within
from survey.domain.assessment.telling.unit_letter import MAX_LETTER_TEXT, TELLS, TEXTS, letter_of
from survey.domain.errors import BadYearRecord, ChangedMeanwhile, UnknownYearRecord
from survey.services.assessment.telling import letters as unit_letters
from survey.services.assessment.telling.letters import TELLING, TypedLetter
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, may_here, seat_access
from survey.web.admin.attachment import attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import row_number
from survey.web.admin.words.times import day_of

from .telling_words import day_words, fault_texts

FORMATS = ("docx", "pdf")
_FIELDS = (*TEXTS, "mend_by")


@blueprint.get("/a/<assessment_code>/letters")
@seat_access(SeatAct.SEE_LETTERS)
def letters(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """List the letters that one may see: the office all, a unit its own once it is sent."""
    assessment = here().assessment
    own = units_within(here().seats, SeatAct.SEE_LETTERS, assessment.definition)
    with transaction() as session:
        states = [one for one in unit_letters.states(session, assessment) if one.unit in own]
    return render_template(
        "admin/assessment/telling_letters.html",
        assessment=assessment,
        units=assessment.definition.unit,
        states=states,
        can=assessment.stage in TELLING,
        day=lambda when: day_of(when, assessment.definition.time_zone),
    )


@blueprint.get("/a/<assessment_code>/letters/<unit_key>")
@seat_access(SeatAct.SEE_LETTERS)
def unit_letter(assessment_code: str, unit_key: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """Show the letter that a unit was sent."""
    return _shown(unit_key)


@blueprint.post("/a/<assessment_code>/letters/<unit_key>/receipt")
@seat_access(SeatAct.RECEIVE_LETTER)
def receive_letter(assessment_code: str, unit_key: str) -> ResponseReturnValue:
    """Put on record that the unit received the letter that stood on the page."""
    number = request.form.get("letter", 0, type=row_number)
    try:
        with transaction(write=True) as session:
            unit_letters.acknowledge(
                session,
                assessment_code,
                unit_key,
                number,
                by(),
            )
    except ChangedMeanwhile:
        return _shown(unit_key, 409, changed=True)
    flash(_("已签收。"), "good")
    return redirect(url_for("admin.unit_letter", assessment_code=assessment_code, unit_key=unit_key), 303)


@blueprint.get("/a/<assessment_code>/letters/<unit_key>/edit")
@seat_access(SeatAct.TELL)
def edit_letter(assessment_code: str, unit_key: str) -> ResponseReturnValue:  # noqa: ARG001
    """Show a unit's letter as it was saved last, or drafted from what is on record."""
    if here().assessment.stage not in TELLING:
        early = here().assessment.stage is not Stage.CLOSED
        flash(
            _("各单位的等次都定了以后，才能写反馈意见书。") if early else _("考核已办结，不再发反馈意见书。"),
            "warn",
        )
        return redirect(url_for("admin.letters", assessment_code=here().assessment.code), 303)
    return _form(unit_key)


@blueprint.post("/a/<assessment_code>/letters/<unit_key>/edit")
@seat_access(SeatAct.TELL)
def send_letter(assessment_code: str, unit_key: str) -> ResponseReturnValue:
    """Save a letter as a draft, or send it."""
    seen = request.form.get("seen", 0, type=row_number)
    typed = TypedLetter(
        {name: request.form.get(name, "") for name in _FIELDS},
        request.form.getlist("tells"),
        seen,
    )
    sends = request.form.get("act") == "send"
    try:
        with transaction(write=True) as session:
            act = unit_letters.send if sends else unit_letters.save_draft
            act(session, assessment_code, unit_key, typed, by())
    except BadYearRecord as refused:
        return _form(unit_key, 422, typed, refused.faults)
    except ChangedMeanwhile:
        return _form(unit_key, 409, typed, changed=True)
    flash(_("已发给单位，请单位签收。") if sends else _("草稿已存，单位还看不到。"), "good")
    return redirect(url_for("admin.letters", assessment_code=assessment_code), 303)


@blueprint.get("/a/<assessment_code>/letters/<unit_key>/letter.<kind>")
@seat_access(SeatAct.SEE_LETTERS)
def letter_file(assessment_code: str, unit_key: str, kind: str) -> ResponseReturnValue:
    """Hand out the letter that a unit was sent."""
    content = _paper(assessment_code, {unit_key}, kind)
    label = here().definition.unit[unit_key].label
    name = LETTER.named(
        title=here().definition.title,
        about=label,
        assessment_code=assessment_code,
        key=unit_key,
        kind=kind,
    )
    return attachment(content, MEDIA[kind], name)


@blueprint.get("/a/<assessment_code>/letters.<kind>")
@seat_access(SeatAct.TELL)
def letter_files(assessment_code: str, kind: str) -> ResponseReturnValue:
    """Hand out all letters that were sent as one file, to be printed."""
    content = _paper(assessment_code, set(here().definition.unit), kind)
    name = LETTERS.named(title=here().definition.title, assessment_code=assessment_code, kind=kind)
    return attachment(content, MEDIA[kind], name)


def _paper(assessment_code: str, units: set[str], kind: str) -> bytes:
    if kind not in FORMATS:
        abort(404)
    with transaction() as session:
        found = unit_letters.letters_paper(session, assessment_code, units)
    return write(PaperKind.FEEDBACK, kind, found.material, found.template)


def _shown(unit_key: str, status: int = 200, *, changed: bool = False) -> ResponseReturnValue:
    assessment = here().assessment
    with transaction() as session:
        state = unit_letters.state_of(session, assessment, unit_key)
    if state.sent is None:
        if may_here(SeatAct.TELL):
            return redirect(
                url_for("admin.edit_letter", assessment_code=assessment.code, unit_key=unit_key), 303
            )
        raise UnknownYearRecord(f"{assessment.code} sent no letter to {unit_key}")
    letter = letter_of(state.sent)
    page = render_template(
        "admin/assessment/telling_letter.html",
        assessment=assessment,
        label=assessment.definition.unit[unit_key].label,
        state=state,
        letter=letter,
        until=day_words(letter.mend_by),
        moment=here().moment,
        changed=changed,
    )
    return page, status


def _form(
    unit_key: str,
    status: int = 200,
    typed: TypedLetter | None = None,
    faults: Mapping[str, str] | None = None,
    *,
    changed: bool = False,
) -> ResponseReturnValue:
    assessment = here().assessment
    with transaction() as session:
        state = unit_letters.state_of(session, assessment, unit_key)
        if typed is not None:
            texts: Mapping[str, Any] = typed.texts
            tells = list(typed.tells)
        elif state.shown:
            texts, tells = state.shown.content, list(letter_of(state.shown).tells)
        else:
            texts, tells = vars(unit_letters.proposal(session, assessment, unit_key)), list(TELLS)
    page = render_template(
        "admin/assessment/telling_letter_form.html",
        assessment=assessment,
        label=assessment.definition.unit[unit_key].label,
        state=state,
        # After a fault the page is still as old as what was typed; after a conflict the other text was shown.
        seen=typed.seen if typed and not changed else state.seen,
        typed={name: texts.get(name, "") for name in _FIELDS},
        tells=tells,
        faults=fault_texts(faults or {}),
        theirs=state.shown if changed else None,
        moment=here().moment,
        most=MAX_LETTER_TEXT,
    )
    return page, status
