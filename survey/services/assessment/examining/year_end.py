"""How far the steps of a year's end have come for each unit, by what is on record of each."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.assessment.examining.analysis import UnitAnalysis
from survey.domain.assessment.examining.conference import Conference
from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.examining.year_steps import StepStanding, StepState, YearEnd, YearStep
from survey.storage.assessment.assessment_rows import Assessment

from .analyses import analyses
from .conferences import conferences
from .year_records import records_of

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
    talks = _by_unit(records_of(session, assessment, YearRecordKind.TALK))
    visiting = records_of(session, assessment, *_VISITING)
    planned = _by_unit(one for one in visiting if one.kind is YearRecordKind.VISIT_PLAN)
    visits = _by_unit(one for one in visiting if one.kind is not YearRecordKind.VISIT_PLAN)
    standing = {}
    for unit in (one.key for one in definition.units):
        standing[unit, YearStep.CONFERENCE] = _held(sum(one.covers(definition, unit) for one in held))
        standing[unit, YearStep.TALKS] = _held(talks[unit])
        standing[unit, YearStep.VISITS] = _held(visits[unit], begun=bool(planned[unit]))
        standing[unit, YearStep.ANALYSIS] = _analysed(written[unit])
    return YearEnd(standing)


def missing_steps(session: Session, assessment: Assessment) -> dict[YearStep, list[str]]:
    """Return the steps that are not on record of every unit, with these; scoring waits for none."""
    found = year_end(session, assessment)
    units = [one.key for one in assessment.definition.units]
    return {step: missing for step in YearStep if (missing := found.missing(step, units))}


def sheet_fills(session: Session, assessment: Assessment) -> list[SheetFill]:
    """Return how far each sheet is filled in: how many are in, never what is in them."""
    filled = records_of(session, assessment, YearRecordKind.SHEET)
    in_of = Counter(about.partition("/")[0] for about in {one.about for one in filled})
    opened = _by_unit(records_of(session, assessment, YearRecordKind.SHEET_OPENED))
    return [SheetFill(one.key, in_of[one.key], one.key in opened) for one in assessment.definition.sheets]


def conferences_of(
    assessment: Assessment, found: Mapping[str, Conference], units: Iterable[str]
) -> list[Conference]:
    """Return the conferences that were held for at least one of some units, void ones left out."""
    wanted = list(units)
    return [one for one in found.values() if any(one.covers(assessment.definition, unit) for unit in wanted)]


def _by_unit(records: Iterable[YearRecord]) -> Counter[str]:
    """Count what records are about by the first key of it: a correction of one is no other one."""
    return Counter(about.partition("/")[0] for about in {one.about for one in records})


def _held(number: int, *, begun: bool = False) -> StepStanding:
    if number:
        return StepStanding(StepState.DONE, number)
    return StepStanding(StepState.BEGUN if begun else StepState.NONE)


def _analysed(found: UnitAnalysis) -> StepStanding:
    if found.submitted:
        return StepStanding(StepState.DONE, 1)
    return StepStanding(StepState.BEGUN if found.has_draft else StepState.NONE)
