"""Visits on the spot: planned by the office, and as they stand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.reports.submitted_report import typed_text
from survey.domain.assessment.seats import SeatAct, SeatPart, may_act
from survey.domain.assessment.stages import require_stage
from survey.domain.assessment.visits.visits import (
    OPEN_STATES,
    Visit,
    VisitPlace,
    VisitPlan,
    VisitState,
    day_in,
    visits_from,
)
from survey.domain.errors import BadYearRecord, UnknownYearRecord, VisitMoved
from survey.services.assessment import seating
from survey.services.assessment.assessments import TAKING, in_force
from survey.services.assessment.closing import period_named
from survey.services.assessment.examining.year_records import (
    find_record,
    held_records,
    put_on_record,
    records_of,
)
from survey.services.audit.audit import By
from survey.storage.accounts.account_rows import Account
from survey.storage.assessment.assessment_rows import Assessment, locked_assessment

MAX_SAMPLE = 1000
MAX_ASKED_BY = 200
MOST_DAYS = 90
KINDS = (
    YearRecordKind.VISIT_PLAN,
    YearRecordKind.VISIT,
    YearRecordKind.VISIT_ANSWER,
    YearRecordKind.VISIT_RULING,
)


@dataclass(frozen=True)
class Planned:
    """What came of planning: how many visits are new or changed, and how many were as they are."""

    made: int
    known: int


def visits_of(session: Session, assessment: Assessment) -> dict[VisitPlace, Visit]:
    """Return the visits of an assessment as they stand."""
    return visits_from(records_of(session, assessment, *KINDS))


def visit_at(session: Session, assessment: Assessment, place: VisitPlace) -> Visit:
    """Return a visit; raises ``UnknownYearRecord`` where none is planned."""
    records = records_of(session, assessment, *KINDS, about=place.about)
    found = visits_from(records).get(place)
    if found is None:
        raise UnknownYearRecord(f"{assessment.code} has no visit {place.about}")
    return found


def groups_of(session: Session, assessment: Assessment, unit: str) -> list[Account]:
    """List the accounts of groups that a unit is one of."""
    return [
        one.account
        for one in seating.seats_given(session, assessment)
        if one.seat.part is SeatPart.GROUP and may_act([one.seat], SeatAct.VERIFY, unit)
    ]


def plan(
    session: Session,
    assessment_code: str,
    places: Sequence[VisitPlace],
    wanted: VisitPlan,
    by: By,
) -> Planned:
    """Plan visits of one unit, or change what is planned while nothing was sent to it.

    Raises ``WrongStage``, ``UnknownPeriod``, ``BadYearRecord`` with all faults, and ``VisitMoved`` where a
    finding went to the unit: nothing is planned then.
    """
    assessment = locked_for_visits(session, assessment_code)
    wanted = replace(
        wanted,
        sample=typed_text(wanted.sample, MAX_SAMPLE + 1),
        asked_by=typed_text(wanted.asked_by, MAX_ASKED_BY + 1),
    )
    if faults := _faults(session, assessment, places, wanted):
        raise BadYearRecord(faults)
    known = visits_of(session, assessment)
    content = {**vars(wanted), "day": wanted.day.isoformat()}
    made = 0
    for place in places:
        before = known.get(place)
        if before is not None and before.plan == wanted:
            continue
        if before is not None and before.state not in OPEN_STATES:
            raise moved(session, assessment, before)
        put_on_record(session, assessment, YearRecordKind.VISIT_PLAN, place.about, content, by)
        made += 1
    return Planned(made, len(places) - made)


def _faults(
    session: Session, assessment: Assessment, places: Collection[VisitPlace], wanted: VisitPlan
) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not places:
        faults["indicators"] = "missing"
    for place in places:
        period = period_named(assessment, place.period)
        if place.task not in in_force(session, assessment, period).targets:
            faults["indicators"] = "unknown"
    names = {account.name for place in places for account in groups_of(session, assessment, place.unit)}
    if places and wanted.group not in names:
        faults["group"] = "unknown" if wanted.group else "missing"
    if len(wanted.sample) > MAX_SAMPLE:
        faults["sample"] = "too-long"
    if len(wanted.asked_by) > MAX_ASKED_BY:
        faults["asked_by"] = "too-long"
    if not _is_near(wanted.day, assessment.definition.year):
        faults["day"] = "not-day"
    if not 1 <= wanted.days <= MOST_DAYS:
        faults["days"] = "not-number"
    return faults


def _is_near(day: date, year: int) -> bool:
    """Return whether a day lies in the assessment's year, or in the one that follows."""
    return year <= day.year <= year + 1


def drop(session: Session, assessment_code: str, place: VisitPlace, by: By) -> None:
    """Take a visit off the plan before anything was found; what is off stays off.

    Raises ``WrongStage``, and ``VisitMoved`` where something was found.
    """
    assessment = locked_for_visits(session, assessment_code)
    held = held_records(session, assessment, YearRecordKind.VISIT_PLAN).get(place.about)
    if held is None:
        raise UnknownYearRecord(f"{assessment_code} has no visit {place.about}")
    if held.content.get("dropped"):
        return
    visit = visit_at(session, assessment, place)
    if visit.state is not VisitState.PLANNED:
        raise moved(session, assessment, visit)
    content: Mapping[str, Any] = {**held.content, "dropped": True}
    put_on_record(session, assessment, YearRecordKind.VISIT_PLAN, place.about, content, by)


def locked_for_visits(session: Session, assessment_code: str) -> Assessment:
    """Return an assessment with its lock held; raises ``WrongStage`` before and after its year."""
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *TAKING, to="visit units of")
    return assessment


def moved(session: Session, assessment: Assessment, visit: Visit) -> VisitMoved:
    """Return the refusal that names who took a visit further."""
    last = find_record(session, assessment, visit.last)
    return VisitMoved(visit.place.about, last.recorded_by if last else "")


def today_of(assessment: Assessment, by: By) -> date:
    """Return the day on which somebody acts, where the assessment is."""
    return day_in(assessment.definition.time_zone, by.at)
