"""How far the steps of a year's end have come for each unit, by what is on record of each."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.assessment.examining.analysis import UnitAnalysis
from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.examining.year_steps import StepStanding, StepState, YearEnd, YearStep
from survey.domain.assessment.visits.visits import VisitPlace, visits_from
from survey.storage.assessment import assessment_number_rows
from survey.storage.assessment.assessment_rows import Assessment

from .analyses import analyses
from .conferences import conferences
from .sheet_progress import sheet_progress
from .year_records import held_records, records_of

_VISITING = (YearRecordKind.VISIT_PLAN, YearRecordKind.VISIT, YearRecordKind.VISIT_RULING)


@dataclass(frozen=True)
class SheetFill:
    """How many are in of a sheet's points given by name, and whether it was opened."""

    sheet: str
    number: int
    opened: bool


def year_end(session: Session, assessment: Assessment) -> YearEnd:
    """Return how far each step has come for each unit."""
    definition = assessment.definition
    held = conferences(session, assessment).values()
    written = analyses(session, assessment)
    talks = held_records(session, assessment, YearRecordKind.TALK)
    visits = visits_from(records_of(session, assessment, *_VISITING)).values()
    # What was not sent yet is the group's own: to nobody else is it on record.
    checked = {one.place for one in visits if one.is_sent}
    checked |= {VisitPlace(*about) for about in assessment_number_rows.findings_of(session, assessment)}
    visited = Counter(place.unit for place in checked)
    planned = {one.place.unit for one in visits}
    standing = {}
    for unit in (one.key for one in definition.units):
        standing[unit, YearStep.CONFERENCE] = _held(sum(one.covers(definition, unit) for one in held))
        standing[unit, YearStep.TALKS] = _held(int(unit in talks))
        standing[unit, YearStep.VISITS] = _held(visited[unit], begun=unit in planned)
        standing[unit, YearStep.ANALYSIS] = _analysed(written[unit])
    return YearEnd(standing)


def missing_steps(session: Session, assessment: Assessment) -> dict[YearStep, list[str]]:
    """Return the steps that are not on record of every unit, with these; scoring waits for none."""
    found = year_end(session, assessment)
    units = [one.key for one in assessment.definition.units]
    return {step: missing for step in YearStep if (missing := found.missing(step, units))}


def sheet_fills(session: Session, assessment: Assessment) -> list[SheetFill]:
    """Return how far each sheet is filled in: how many are in, never what is in them."""
    found = sheet_progress(session, assessment)
    return [SheetFill(key, len(one.handed_in), one.opened is not None) for key, one in found.items()]


def _held(number: int, *, begun: bool = False) -> StepStanding:
    if number:
        return StepStanding(StepState.DONE, number)
    return StepStanding(StepState.BEGUN if begun else StepState.NONE)


def _analysed(found: UnitAnalysis) -> StepStanding:
    if found.submitted:
        return StepStanding(StepState.DONE, 1)
    return StepStanding(StepState.BEGUN if found.has_draft else StepState.NONE)
