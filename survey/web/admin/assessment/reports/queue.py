"""The office's queue: submitted numbers, accepted or returned, many at once; and who has not reported."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.domain.assessment.reports.row_checks import MAX_NOTE
from survey.domain.assessment.reports.submitted_report import typed_text
from survey.domain.assessment.scoring.places import kept, plain
from survey.domain.assessment.seats import SeatAct
from survey.domain.errors import ReasonMissing
from survey.services.assessment.examining.leader_notes import comments_by_number
from survey.services.assessment.reports import reminders, report_queue
from survey.services.assessment.reports.due_reports import begun_periods
from survey.services.assessment.reports.report_queue import QueueDone, WaitingNumber
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import row_number
from survey.web.context import now

from .report_page import listed_numbers
from .report_words import reminder_words

_PLACES = 2


@dataclass(frozen=True)
class WaitingGroup:
    """What waits of one unit in one period."""

    key: str
    period: str
    unit: str
    numbers: list[WaitingNumber]


@blueprint.get("/a/<assessment_code>/queue")
@seat_access(SeatAct.ACCEPT)
def report_waiting(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """Show what was submitted and waits, by period and unit."""
    return _page()


@blueprint.post("/a/<assessment_code>/queue")
@seat_access(SeatAct.ACCEPT)
def settle_reports(assessment_code: str) -> ResponseReturnValue:
    """Accept the chosen numbers, all of a unit, or return the chosen ones with a reason."""
    chosen = request.form.getlist("number", type=row_number)
    group = request.form.get("group", "")
    if group:
        chosen = listed_numbers(request.form.get(f"listed.{group}", ""))
    asked = "accept" if group else request.form.get("act")
    if not chosen or asked not in ("accept", "return"):
        return _page(422, _("没有选中要办的数。"))
    reason = request.form.get("reason", "")
    try:
        with transaction(write=True) as session:
            if asked == "return":
                done = report_queue.give_back(session, assessment_code, chosen, reason, by())
                flash(_("退回了 %(number)s 项，填报单位会看到原因。", number=done.moved), "good")
            else:
                done = report_queue.accept(session, assessment_code, chosen, by())
                flash(_("审核通过 %(number)s 项，已计入统计。", number=done.moved), "good")
    except ReasonMissing:
        return _page(422, _("请写明退回的原因。"), chosen=chosen)
    _tell_moved(done)
    if group:
        _tell_left(group, chosen)
    return redirect(url_for("admin.report_waiting", assessment_code=assessment_code), 303)


@blueprint.get("/a/<assessment_code>/reminders")
@seat_access(SeatAct.REMIND)
def remind(assessment_code: str) -> ResponseReturnValue:
    """List who has not reported for a period, each with a text to copy."""
    assessment = here().assessment
    periods = begun_periods(assessment, now()) if assessment.targets else []
    period = request.args.get("period") or (periods[0] if periods else "")
    owed = []
    if period:
        with transaction() as session:
            owed = reminders.reminders(session, assessment_code, period)
    return render_template(
        "admin/assessment/reminders.html",
        assessment=assessment,
        periods=periods,
        period=period,
        owed=[(one, reminder_words(assessment.definition.title, period, one)) for one in owed],
    )


def _tell_moved(done: QueueDone) -> None:
    if done.moved_before:
        flash(_("有 %(number)s 项刚才已有人办过，没有再动。", number=done.moved_before), "warn")
    if done.kept:
        flash(
            _(
                "有 %(number)s 项未报数，以前通过的数还在统计中，所以没有通过。请写明原因退回。",
                number=done.kept,
            ),
            "warn",
        )


def _tell_left(group: str, chosen: Collection[int]) -> None:
    """Report what came to a group since its page was shown: nobody has seen it yet."""
    left = [one for found in _groups() if found.key == group for one in found.numbers]
    if number := sum(one.submitted.number not in chosen for one in left):
        flash(_("刚才又来了 %(number)s 项，没有动，请看过再办。", number=number), "warn")


def _groups() -> list[WaitingGroup]:
    with transaction() as session:
        found = report_queue.waiting(session, here().assessment.code)
    groups: dict[str, WaitingGroup] = {}
    for one in found:
        period, unit = one.submitted.period, one.submitted.unit
        key = f"{period}/{unit}"
        groups.setdefault(key, WaitingGroup(key, period, unit, [])).numbers.append(one)
    return sorted(groups.values(), key=lambda group: group.period)


def _page(status: int = 200, wrong: str = "", chosen: Sequence[int] = ()) -> ResponseReturnValue:
    definition = here().definition
    with transaction() as session:
        comments = comments_by_number(session, here().assessment.code)
    page = render_template(
        "admin/assessment/queue.html",
        comments=comments,
        assessment=here().assessment,
        groups=_groups(),
        unit=definition.unit_name,
        indicator=lambda key: definition.indicator.get(key),
        shown=_number,
        held=_held,
        day=here().moment,
        wrong=wrong,
        chosen=chosen,
        reason=typed_text(request.form.get("reason", ""), MAX_NOTE),
    )
    return page, status


def _held(one: WaitingNumber) -> list[str]:
    """Return what a number is held against, in words; nothing of what there is none."""
    plan = None if one.plan is None else kept(one.plan, _PLACES)
    words = (
        (_l("计划 %(number)s"), plan),
        (_l("上期 %(number)s"), one.before),
        (_l("全年目标 %(number)s"), one.target),
    )
    return [str(said) % {"number": plain(value)} for said, value in words if value is not None]


def _number(value: Fraction | None) -> str:
    return _("未报") if value is None else plain(value)
