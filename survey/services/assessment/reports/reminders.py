"""Who has not reported yet: for the office to remind them, with a text for each."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.reports.report_tasks import tasks_of_report
from survey.domain.assessment.reports.submitted_report import ReportState, ReportSubject, deadline
from survey.services.assessment.assessments import current, in_force
from survey.services.assessment.closing import period_named
from survey.storage.assessment import seat_rows
from survey.storage.assessment.reports import report_rows

from .due_reports import subjects_of


@dataclass(frozen=True)
class Reminder:
    """A unit or a lead that owes numbers of a period: which ones, and how many wait to be signed off.

    ``party`` is what people call it; ``returned`` are indicators, or units, to be reported anew; ``unsigned``
    counts nothing where nobody can sign off: the office has it in its queue.
    """

    subject: ReportSubject
    party: str
    missing: tuple[str, ...]
    returned: tuple[str, ...]
    unsigned: int
    deadline: date


def reminders(session: Session, assessment_code: str, said: str) -> list[Reminder]:
    """List who owes numbers of a period, in the order of the definition.

    Raises ``UnknownAssessment`` and ``UnknownPeriod``.
    """
    known = current(session, assessment_code)
    period = period_named(known, said)
    assessment = in_force(session, known, period)
    definition = assessment.definition
    submitted = report_rows.submitted_of(session, assessment, period)
    signed_off = seat_rows.units_signed_off(session, assessment.id)
    found = []
    for subject in subjects_of(assessment, period):
        tasks = tasks_of_report(
            definition, assessment.targets, period, unit=subject.unit, indicator=subject.indicator
        )
        names = {
            task: definition.indicator[task[1]].label if subject.unit else definition.unit[task[0]].label
            for task in tasks
        }
        states = {task: submitted[task].state for task in tasks if task in submitted}
        owed = Reminder(
            subject,
            _party(assessment.definition, subject),
            tuple(names[task] for task in tasks if task not in states),
            tuple(names[task] for task, state in states.items() if state is ReportState.RETURNED),
            sum(state is ReportState.SUBMITTED for state in states.values())
            if subject.unit in signed_off
            else 0,
            deadline(definition, period),
        )
        if owed.missing or owed.returned or owed.unsigned:
            found.append(owed)
    return found


def _party(definition: AssessmentDefinition, subject: ReportSubject) -> str:
    """Return what people call whoever reports a subject."""
    if subject.unit:
        return definition.unit[subject.unit].label
    lead = definition.indicator[subject.indicator].lead
    return definition.party(lead) if lead else definition.office
