"""The office's pages of sheets: who scores, who has handed in, opening, and the table by name after it."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from survey.domain.assessment.examining.sheet_scoring import ALL_UNITS, REACHED, SHEET_STAGES
from survey.domain.assessment.examining.sheet_tables import sheet_table
from survey.domain.assessment.reports.row_checks import MAX_NOTE
from survey.domain.assessment.reports.submitted_report import typed_text
from survey.domain.assessment.scoring.number_words import short
from survey.domain.assessment.scoring.places import shown
from survey.domain.assessment.seats import PART_WORDS, SeatAct
from survey.domain.errors import BadYearRecord, MinpingError, NotesGone, ReasonMissing, WrongStage
from survey.services.assessment.examining import sealing, sheet_filling, sheet_progress, sheet_scorers
from survey.storage.assessment import assessment_entry_rows
from survey.storage.database import transaction
from survey.web.addresses import public_address
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import row_number
from survey.web.context import settings

from .sheet_words import refused_words, scorer_state, sheet_reminder

NAMING_FAULTS = {
    "unknown": _l("这个账号现在没有牵头部门或包抓领导的席位，或已停用。"),
    "missing": _l("去掉本人所在的单位以后，没有单位可评。请换个范围。"),
}


@blueprint.get("/a/<assessment_code>/sheets")
@seat_access(SeatAct.SEE_SHEETS)
def score_sheets(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """List the sheets, and how far each has come."""
    with transaction() as session:
        found = sheet_progress.sheet_progress(session, here().assessment)
        lost = sealing.is_lost(session, settings().keys, here().assessment)
        stated = sealing.statements_of_loss(session, here().assessment)
    return render_template(
        "admin/assessment/examining_sheets.html",
        assessment=here().assessment,
        found=list(found.values()),
        lost=lost,
        stated=stated,
        day=here().moment,
    )


@blueprint.get("/a/<assessment_code>/sheets/<sheet_key>")
@seat_access(SeatAct.SEE_SHEETS)
def score_sheet(assessment_code: str, sheet_key: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """Show one sheet: its scorers and who has handed in, and its points once they are on record."""
    return _page(sheet_key)


@blueprint.post("/a/<assessment_code>/sheets/<sheet_key>")
@seat_access(SeatAct.SET_UP)
def settle_sheet(assessment_code: str, sheet_key: str) -> ResponseReturnValue:
    """Name scorers, take one off, give a sheet back, or open all: the button that was pressed says which."""
    act = _ACTS.get(request.form.get("act", ""))
    if act is None:
        return _page(sheet_key, 422, wrong=_("没有选中要办的事。"))
    try:
        with transaction(write=True) as session:
            said, kind = act(session, assessment_code, sheet_key)
    except (BadYearRecord, ReasonMissing, NotesGone, WrongStage) as error:
        return _refused(sheet_key, error)
    flash(said, kind)
    return redirect(url_for("admin.score_sheet", assessment_code=assessment_code, sheet_key=sheet_key), 303)


def _name(session: Session, assessment_code: str, sheet_key: str) -> tuple[str, str]:
    chosen = {
        number: request.form.get(f"units.{number}", "")
        for number in request.form.getlist("scorer", type=row_number)
    }
    number = sheet_scorers.name_scorers(session, assessment_code, sheet_key, chosen, by())
    if not number:
        return _("没有新的评分人。"), "warn"
    return _("新增了 %(number)s 名评分人。", number=number), "good"


def _take_off(session: Session, assessment_code: str, sheet_key: str) -> tuple[str, str]:
    account, reason = _account(), request.form.get("reason", "")
    if sheet_scorers.take_off(session, assessment_code, sheet_key, account, reason, by()):
        return _("已移出评分人；交过的表不计。"), "good"
    return _("这个人刚才已经移出。"), "warn"


def _give_back(session: Session, assessment_code: str, sheet_key: str) -> tuple[str, str]:
    account, reason = _account(), request.form.get("reason", "")
    if sheet_filling.give_back(session, assessment_code, sheet_key, account, reason, by()):
        return _("已退回，本人会看到原因，改好再交。"), "good"
    return _("这个人现在没有交上来的表。"), "warn"


def _open(session: Session, assessment_code: str, sheet_key: str) -> tuple[str, str]:
    why = request.form.get("why", "")
    if sheet_filling.open_sheet(session, assessment_code, sheet_key, why, settings().keys, by()):
        return _("已启封，分数已入册。"), "good"
    return _("刚才已经启封。"), "warn"


_ACTS: dict[str, Callable[[Session, str, str], tuple[str, str]]] = {
    "name": _name,
    "take-off": _take_off,
    "return": _give_back,
    "open": _open,
}


def _account() -> int:
    return request.form.get("account", 0, type=row_number)


def _refused(sheet_key: str, error: MinpingError) -> ResponseReturnValue:
    status = 409 if isinstance(error, NotesGone | WrongStage) else 422
    faults = {}
    if isinstance(error, BadYearRecord) and "sheet" not in error.faults:
        faults = {account: NAMING_FAULTS[why] for account, why in error.faults.items()}
    return _page(sheet_key, status, wrong=refused_words(error), faults=faults)


def _page(
    sheet_key: str, status: int = 200, *, wrong: str = "", faults: dict[str, Any] | None = None
) -> ResponseReturnValue:
    assessment = here().assessment
    definition = assessment.definition
    with transaction() as session:
        progress = sheet_progress.progress_of(session, assessment, sheet_key)
        offered = sheet_scorers.offered_scorers(session, assessment, progress)
        points = assessment_entry_rows.points_of(session, assessment)
    address = public_address("admin.fill_sheet", assessment_code=assessment.code, sheet_key=sheet_key)
    page = render_template(
        "admin/assessment/examining_sheet.html",
        assessment=assessment,
        sheet=progress.sheet,
        is_open=not progress.opened and assessment.stage in SHEET_STAGES,
        progress=progress,
        scorers=[
            (one, *scorer_state(one), sheet_reminder(definition.title, progress.sheet, one, address))
            for one in progress.scorers
        ],
        offered=offered,
        parts=PART_WORDS,
        ranges=[
            (REACHED, _("席位所及的单位")),
            (ALL_UNITS, _("全部单位")),
            *((one.key, one.label) for one in definition.classes),
        ],
        unit=lambda key: definition.unit[key].label,
        table=sheet_table(definition, sheet_key, points),
        shown=shown,
        short=short,
        day=here().moment,
        wrong=wrong,
        faults=faults or {},
        asked=request.form,
        reason=typed_text(request.form.get("reason", ""), MAX_NOTE),
        why=typed_text(request.form.get("why", ""), MAX_NOTE),
    )
    return page, status
