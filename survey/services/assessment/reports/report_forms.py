"""Reports as Excel files: the templates that units and lead departments fill in, and what they send back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlalchemy.orm import Session

from survey.documents.assessment.report_template import write_template
from survey.domain.assessment.facts import NumberKind, UnitTask
from survey.domain.assessment.known_names import names_of
from survey.domain.assessment.reports.report_asked import asked_period
from survey.domain.assessment.reports.report_check import ReportCheck, check_report
from survey.domain.assessment.reports.report_lines import ReportFile
from survey.domain.assessment.stages import require_stage
from survey.domain.errors import CellFault
from survey.services.assessment.assessments import IN_FORCE, TAKING, current, in_force
from survey.services.assessment.closing import period_named
from survey.services.assessment.taking import FileTaken, record_numbers
from survey.services.audit.audit import By
from survey.storage.assessment import assessment_number_rows
from survey.storage.assessment.assessment_rows import Assessment, locked_assessment

ALL = ""
"""The place under which a reason answers all warnings that have none of their own."""

_ORDER = (NumberKind.REPORTED, NumberKind.ACCEPTED, NumberKind.VERIFIED)


@dataclass(frozen=True)
class ReportTaken(FileTaken):
    """What came of a report; ``missing_evidence`` are its numbers that name no files and should.

    ``idle_reasons`` are reasons that no warning asked for.
    """

    missing_evidence: tuple[CellFault, ...] = ()
    idle_reasons: tuple[CellFault, ...] = ()


def report_template(
    session: Session, assessment_code: str, said: str, *, unit: str = "", indicator: str = ""
) -> bytes:
    """Write the template of a period for a unit, or for the lead of an indicator.

    Raises ``WrongStage`` before the targets are frozen, ``UnknownPeriod`` and ``UnknownUnit``.
    """
    known = current(session, assessment_code)
    require_stage(assessment_code, known.stage, *IN_FORCE, to="write a template for")
    period = period_named(known, said)
    assessment = in_force(session, known, period)
    numbers = numbers_so_far(session, assessment, unit, indicator)
    return write_template(
        assessment.definition, assessment.targets, numbers, period=period, unit=unit, indicator=indicator
    )


def take_report(
    session: Session,
    assessment_code: str,
    report: ReportFile,
    by: By,
    *,
    accept: bool,
    reasons: Mapping[str, str],
) -> ReportTaken:
    """Put a report's numbers on record, as handed in or (``accept``) as taken over by the office.

    ``reasons`` answer warnings by their places, under ``ALL`` those that are left; that one also makes
    numbers of an older report hold again. Raises ``WrongStage``,
    and ``BadNumbers`` with all faults and the warnings that nobody answered: nothing is stored then.
    """
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *TAKING, to="take a report for")
    check = _checked(session, assessment, report)
    found = in_force(session, assessment, check.period) if check.period else assessment
    if found.version != assessment.version:
        check = _checked(session, found, report)
    by_place = {place: reason for place, reason in reasons.items() if place != ALL}
    answers = {one.place: reasons.get(ALL, "") for one in check.warnings} | by_place
    kind = NumberKind.ACCEPTED if accept else NumberKind.REPORTED
    numbers = [replace(one, kind=kind) for one in check.settle(answers)]
    taken = record_numbers(session, assessment, numbers, by, reasons.get(ALL, ""))
    idle = check.idle(by_place)
    return ReportTaken(**vars(taken), missing_evidence=check.missing_evidence, idle_reasons=idle)


def _checked(session: Session, assessment: Assessment, report: ReportFile) -> ReportCheck:
    named = report.subject.text.strip() if report.subject else ""
    definition = assessment.definition
    subject = names_of(definition.units if report.of_unit else definition.indicators).key_of(named) or named
    unit, indicator = (subject, "") if report.of_unit else ("", subject)
    numbers = numbers_so_far(session, assessment, unit, indicator)
    asked = asked_period(definition, assessment.targets, report)
    return check_report(definition, assessment.targets, numbers, report, asked)


def numbers_so_far(
    session: Session, assessment: Assessment, unit: str, indicator: str
) -> dict[str, dict[UnitTask, Fraction]]:
    """Return the numbers of a unit, or of an indicator, by period: verified, else accepted, else reported."""
    last: dict[tuple[str, UnitTask], dict[NumberKind, Fraction]] = {}
    for one in assessment_number_rows.numbers_about(session, assessment, unit=unit, indicator=indicator):
        kinds = last.setdefault((one.period, (one.unit, one.indicator)), {})
        if one.kind is NumberKind.WITHDRAWN:
            kinds.pop(NumberKind.VERIFIED, None)
        else:
            kinds[one.kind] = one.value
    found: dict[str, dict[UnitTask, Fraction]] = {}
    for (period, task), kinds in last.items():
        if holding := [kinds[kind] for kind in _ORDER if kind in kinds]:
            found.setdefault(period, {})[task] = holding[-1]
    return found
