"""A unit of the sample that reports May: its numbers as a reporter types them, and who sits where."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from survey.domain.assessment.indicators import EvidenceRule
from survey.domain.assessment.reports.seat_list import SeatAsked
from survey.domain.assessment.reports.submitted_report import ReportSubject, SubmittedNumber, TypedNumber
from survey.domain.assessment.seats import SeatPart
from survey.services.accounts import accounts
from survey.services.assessment import assessments, seating
from survey.services.assessment.reports import due_reports, evidence_files, typed_reports
from survey.services.assessment.reports.due_reports import DueReport
from survey.services.assessment.reports.typed_reports import ReportSaved
from survey.services.audit.audit import By
from survey.storage.accounts import account_rows
from survey.storage.assessment.reports import report_rows
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import BY
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment.sample_taken import issued

MAY = "2026-05"
TOWN = ReportSubject(unit="t3")
IN_TIME = By("填报员", datetime(2026, 6, 4, 9, 0, tzinfo=UTC))
LATE = By("填报员", datetime(2026, 6, 5, 17, 0, tzinfo=UTC))
Found = TypeVar("Found")


def with_approver() -> None:
    """Issue the sample and seat a reporter and an approver in the unit."""
    proved()
    with transaction(write=True) as session:
        for name, part in (("填报员", SeatPart.REPORTER), ("审核员", SeatPart.APPROVER)):
            seating.give(session, SAMPLE_CODE, SeatAsked(name, part, ("t3",)), BY)


def disabled(name: str) -> None:
    """Disable an account: its seats stay."""
    with transaction(write=True) as session:
        account = account_rows.find_account(session, name)
        assert account is not None
        accounts.disable(session, account, BY)


def proved() -> None:
    """Issue the sample, and bring what the unit's numbers of May need."""
    issued()
    prove()


def due(subject: ReportSubject = TOWN, period: str = MAY) -> DueReport:
    """Return what is due."""
    with transaction() as session:
        return due_reports.due_report(session, SAMPLE_CODE, period, subject)


PDF = b"%PDF-1.7\n% a receipt\n"


def prove() -> None:
    """Bring a file for every open number of the unit that needs one."""
    with transaction(write=True) as session:
        for one in due_reports.due_report(session, SAMPLE_CODE, MAY, TOWN).open_numbers:
            if one.indicator.evidence is EvidenceRule.REQUIRED:
                stored = evidence_files.store(
                    evidence_files.evidence_folder(settings().instance), "证明.PDF", PDF
                )
                evidence_files.add(session, SAMPLE_CODE, MAY, one.task, stored, IN_TIME)


def planned(report: DueReport) -> list[TypedNumber]:
    """Return every open number typed as the plan has it, with the reason for all that may be odd."""
    return [
        TypedNumber(
            *one.task,
            value=f"{float(one.plan or one.target.target or 1):.2f}",
            reason="如数",
            revision=one.typed.revision,
        )
        for one in report.open_numbers
    ]


def save(typed: Iterable[TypedNumber], by: By = IN_TIME, subject: ReportSubject = TOWN) -> ReportSaved:
    """Save what is typed."""
    with transaction(write=True) as session:
        return typed_reports.save(session, SAMPLE_CODE, MAY, subject, typed, by)


def submit(
    typed: Iterable[TypedNumber] | None = None, by: By = IN_TIME, subject: ReportSubject = TOWN
) -> ReportSaved:
    """Submit what is typed; by itself every number as planned."""
    sent = planned(due(subject)) if typed is None else typed
    with transaction(write=True) as session:
        return typed_reports.submit(session, SAMPLE_CODE, MAY, subject, sent, by)


def written(act: Callable[[Session], Found]) -> Found:
    """Do something in a transaction of its own."""
    with transaction(write=True) as session:
        return act(session)


def submitted(period: str = MAY) -> list[SubmittedNumber]:
    """Return what was submitted last of each task."""
    with transaction() as session:
        known = assessments.current(session, SAMPLE_CODE)
        return list(report_rows.submitted_of(session, known, period).values())
