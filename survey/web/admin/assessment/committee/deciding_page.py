"""Putting what a committee decided on record: the bands of a meeting, checked before they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from survey.domain.assessment.committee.band_places import band_places, band_ties
from survey.domain.assessment.seats import SeatAct
from survey.domain.errors import BadDecision, ChangedMeanwhile, WrongStage
from survey.services.assessment.committee import meetings, scoring
from survey.services.assessment.committee.meetings import DecidedYear, TypedMeeting
from survey.services.assessment.deciding import DECIDABLE
from survey.storage.database import transaction
from survey.web.admin.assessment.examining.record_words import FAULT_WORDS
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.assessment.views.shown_numbers import WRITTEN
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.server.bodies import largest_body

from .committee_words import change_words, place_words, remark_words, tie_words

LARGEST = 2 * 1024 * 1024
"""Bytes of a form: a reason for each of several hundred units."""
FAULTS: Mapping[str, object] = {
    **FAULT_WORDS,
    "no-band": _l("没有这个等次，请重新选。"),
    "not-day": _l("请选一个日期。"),
    "future": _l("日期太晚了。"),
}
COMMON = {
    "committee": _l("会议名称"),
    "minutes": _l("会议纪要文号"),
    "day": _l("会议日期"),
    "reason": _l("决定的理由"),
}


@dataclass(frozen=True)
class MeetingForm:
    """A meeting's form as it is shown: what was typed, what is wrong, what it goes beyond, what to confirm.

    ``faults`` and ``remarks`` are in words, by field and by unit; ``checked`` is the mark of what was looked
    at, empty until then.
    """

    typed: TypedMeeting
    faults: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, list[str]] = field(default_factory=dict)
    checked: str = ""
    refusal: str = ""
    meanwhile: tuple[str, ...] = ()


@blueprint.get("/a/<assessment_code>/decide")
@seat_access(SeatAct.RECORD_DECISION)
def deciding_page(assessment_code: str) -> ResponseReturnValue:
    """Show the form of a meeting, each band preset to the proposed one where nothing is tied."""
    return _page(assessment_code, None)


@blueprint.post("/a/<assessment_code>/decide")
@largest_body(LARGEST)
@seat_access(SeatAct.RECORD_DECISION)
def record_meeting(assessment_code: str) -> ResponseReturnValue:
    """Check a meeting and show what it goes beyond; what was shown is put on record when it is sent again."""
    typed = _typed()
    with transaction() as session:
        found = meetings.decided_year(session, assessment_code)
    definition, outcomes = found.view.assessment.definition, found.view.outcome.units
    try:
        decided = meetings.read_meeting(definition, outcomes, typed, by())
    except BadDecision as refused:
        return _page(assessment_code, MeetingForm(typed, faults=_faults(refused)), 422)
    seen = request.form.get("seen", "")
    if request.form.get("checked", "") != typed.mark:
        bands = {unit: one.content.band for unit, one in found.held.items()}
        bands |= {unit: one.band for unit, one in decided.items()}
        remarks = meetings.remarks_of(definition, outcomes, bands, decided)
        words = {unit: [remark_words(definition, one) for one in said] for unit, said in remarks.items()}
        return _page(assessment_code, MeetingForm(typed, remarks=words, checked=typed.mark))
    try:
        with transaction(write=True) as session:
            made = meetings.record_meeting(session, assessment_code, decided, by(), seen=seen)
    except ChangedMeanwhile:
        with transaction() as session:
            found = meetings.decided_year(session, assessment_code)
        return _page(assessment_code, MeetingForm(typed, meanwhile=_meanwhile(found, seen)), 409)
    except WrongStage:
        refusal = _("没有记录：现在不能定等次，原因见下。您填的还在。")
        return _page(assessment_code, MeetingForm(typed, refusal=refusal), 409)
    flash(
        ngettext("%(num)s 个单位的等次已记录在案。", "%(num)s 个单位的等次已记录在案。", len(made)),
        "good",
    )
    return redirect(url_for("admin.proposal_page", assessment_code=assessment_code), 303)


def _typed() -> TypedMeeting:
    form = request.form
    units = here().definition.units
    return TypedMeeting(
        committee=form.get("committee", ""),
        minutes=form.get("minutes", ""),
        day=form.get("day", ""),
        reason=form.get("reason", ""),
        bands={one.key: form.get(f"band-{one.key}", "") for one in units},
        reasons={one.key: form.get(f"reason-{one.key}", "") for one in units},
    )


def _faults(refused: BadDecision) -> dict[str, str]:
    """Return what is wrong in words, by field."""
    said = {name: str(FAULTS[why]) for name, why in refused.faults.items()}
    for name in said:
        if name == "none":
            said[name] = _("一个单位也没有选等次。")
        elif name.startswith("reason-") and refused.faults[name] == "missing":
            said[name] = _("与建议不同或并列待定的，请写明理由。")
    return said


def _meanwhile(found: DecidedYear, seen: str) -> tuple[str, ...]:
    """Return what others decided, or that there is another record, since a form was shown."""
    record, _dash, number = seen.partition("-")
    definition = found.view.assessment.definition
    if record != str(found.record.number) or not number.isdecimal():
        return (_("现在以第 %(number)s 号计分结果为准，请对照新的结果。", number=found.record.number),)
    return tuple(
        _(
            "%(who)s 记录了：%(unit)s → %(band)s",
            who=one.recorded_by,
            unit=definition.unit[one.unit].label,
            band=definition.band[one.content.band].label,
        )
        for one in found.after(int(number[:9]))
    )


def _page(assessment_code: str, form: MeetingForm | None, status: int = 200) -> ResponseReturnValue:
    with transaction() as session:
        found = meetings.decided_year(session, assessment_code)
        came = scoring.came_since(session, found.view.assessment, found.record)
    view = found.view
    definition = view.assessment.definition
    page = render_template(
        "admin/assessment/committee_decide.html",
        found=found,
        view=view,
        definition=definition,
        form=form or MeetingForm(_preset(found)),
        open=view.assessment.stage in DECIDABLE and found.record.is_signed and not view.is_outdated,
        came=[change_words(definition, one) for one in came[:60]],
        places={
            one.unit_class.key: [place_words(places) for places in band_places(definition, one)]
            for one in view.classes
        },
        ties={
            one.unit_class.key: [tie_words(tie) for tie in band_ties(definition, one)] for one in view.classes
        },
        common=COMMON,
        **WRITTEN,
    )
    return page, status


def _preset(found: DecidedYear) -> TypedMeeting:
    """Return the form to begin with: the proposed bands of those that nothing is decided or tied of."""
    held = found.held
    bands = {
        one.unit: one.proposed or ""
        for one in found.view.outcome.units
        if one.unit not in held and not one.tied
    }
    return TypedMeeting(reason=_("同意按得分和名额提出的等次建议。"), bands=bands)
