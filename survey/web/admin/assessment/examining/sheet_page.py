"""A scorer's own sheet: a card for each unit, saved as typed, handed in once."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from survey.domain.assessment.composite_rules import ScoreSheet
from survey.domain.assessment.examining.sheet_scoring import SHEET_STAGES, place_of
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.scoring.number_words import short
from survey.domain.assessment.seats import SeatAct
from survey.domain.assessment.views.own_tasks import own_units_standing
from survey.domain.errors import BadYearRecord, NotesGone, WrongStage
from survey.services.assessment.examining import sheet_filling, sheet_progress
from survey.services.assessment.examining.sheet_filling import SheetTaken
from survey.services.assessment.views import period_views
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.assessment.views.light_signs import light_signs
from survey.web.admin.assessment.views.visible_tasks import sees
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.context import settings

from .sheet_words import GONE, WRONG_STAGE, place_fault, range_words, refused_words


@blueprint.get("/a/<assessment_code>/mine/sheets/<sheet_key>")
@seat_access(SeatAct.FILL_SHEETS)
def fill_sheet(assessment_code: str, sheet_key: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """Show one's own sheet, to be filled in, or as it was handed in."""
    return _page(sheet_key)


@blueprint.post("/a/<assessment_code>/mine/sheets/<sheet_key>")
@seat_access(SeatAct.FILL_SHEETS)
def hand_sheet_in(assessment_code: str, sheet_key: str) -> ResponseReturnValue:
    """Save what was typed, sealed, and hand it in where that was asked for."""
    submits = request.form.get("act") == "submit"
    faults: Mapping[str, str] = {}
    try:
        if submits:
            faults = _hand_in(assessment_code, sheet_key)
        if faults or not submits:
            _save(assessment_code, sheet_key)
    except BadYearRecord as error:
        return _page(sheet_key, 409, wrong=refused_words(error))
    except (NotesGone, WrongStage) as error:
        return _page(sheet_key, 409, wrong=refused_words(error), typed=request.form)
    if faults:
        return _page(sheet_key, 422, faults=faults, typed=request.form)
    if submits:
        return redirect(url_for("admin.mine", assessment_code=assessment_code), 303)
    flash(_("已保存，还没有交。内容加密存放，只有您自己看得到。"), "good")
    return redirect(url_for("admin.fill_sheet", assessment_code=assessment_code, sheet_key=sheet_key), 303)


def _hand_in(assessment_code: str, sheet_key: str) -> Mapping[str, str]:
    """Hand the sheet in and say so; return what is wrong at which place, where it cannot be handed in yet."""
    account, keys = current_user.account.id, settings().keys
    try:
        with transaction(write=True) as session:
            done = sheet_filling.hand_in(
                session, assessment_code, sheet_key, account, request.form, keys, by()
            )
    except BadYearRecord as error:
        if "sheet" in error.faults:
            raise
        return error.faults
    _tell(done)
    return {}


def _save(assessment_code: str, sheet_key: str) -> None:
    """Save what was typed, also what cannot be handed in yet."""
    account, keys = current_user.account.id, settings().keys
    with transaction(write=True) as session:
        sheet_filling.save_draft(session, assessment_code, sheet_key, account, request.form, keys, by())


def _tell(done: SheetTaken) -> None:
    if done.before:
        flash(_("这张表已经交过了，没有重复。"), "good")
    elif done.opened:
        flash(_("已交。您是最后一位，全部评分表已经启封入册。"), "good")
    else:
        flash(_("已交并密封。全部交齐以前，谁也看不到内容。"), "good")


def _page(
    sheet_key: str,
    status: int = 200,
    *,
    wrong: str = "",
    faults: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> ResponseReturnValue:
    assessment = here().assessment
    account = current_user.account.id
    with transaction() as session:
        progress = sheet_progress.progress_of(session, assessment, sheet_key)
        mine = progress.of(account)
        try:
            held = sheet_filling.own_sheet(session, assessment, progress, account, settings().keys)
            gone = ""
        except NotesGone:
            held, gone = {}, str(GONE)
    sheet, units = progress.sheet, len(mine.units)
    page = render_template(
        "admin/assessment/examining_fill.html",
        assessment=assessment,
        sheet=sheet,
        progress=progress,
        mine=mine,
        # What was typed is shown again, even where it came too late.
        in_time=typed is not None or assessment.stage in SHEET_STAGES,
        too_late=WRONG_STAGE,
        facts=_facts(mine.units),
        unit=lambda key: assessment.definition.unit[key].label,
        signs=light_signs(assessment.definition),
        place=place_of,
        typed=held if typed is None else typed,
        faults=_fault_words(sheet, units, faults or {}),
        range=lambda line: range_words(sheet, line, units),
        short=short,
        wrong=wrong or gone,
    )
    return page, status


def _fault_words(sheet: ScoreSheet, units: int, faults: Mapping[str, str]) -> dict[str, str]:
    lines = {line.key: line for line in sheet.lines}
    return {
        place: place_fault(sheet, lines[place.partition(".")[2]], units, why) for place, why in faults.items()
    }


def _facts(units: tuple[str, ...]) -> dict[str, object]:
    """Return how the units stand in the period of most interest, as far as one's seats show it."""
    assessment = here().assessment
    if assessment.stage is Stage.DRAFT or not assessment.targets:
        return {}
    with transaction() as session:
        view = period_views.period_view(
            session, assessment.code, period_views.period_to_show(session, assessment.code)
        )
    visible = sees(SeatAct.SEE_NUMBERS)
    tasks = [one for one in view.standing.tasks if visible(one.unit, one.indicator)]
    found = own_units_standing(view.assessment.definition, tasks, frozenset(units))
    return {one.unit.key: one.lights for one in found if one.tasks}
