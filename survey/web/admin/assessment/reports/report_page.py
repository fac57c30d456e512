"""The page of one report: a card for each number, with what it is held against and what is odd about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from survey.domain.assessment.indicators import EvidenceRule
from survey.domain.assessment.reports.submitted_report import ReportState, ReportSubject, is_late, place_of
from survey.domain.assessment.scoring.places import kept, plain
from survey.domain.assessment.seats import SeatAct, may_report
from survey.domain.errors import BadNumbers, CellFault, UnknownAssessment
from survey.services.assessment.reports.due_reports import DueNumber, DueReport, due_report, require_begun
from survey.services.assessment.reports.typed_reports import TypingConflict, has_approver
from survey.storage.database import transaction
from survey.web.admin.assessment.cell_faults import fault_words
from survey.web.admin.assessment.seat_guard import here, may_here
from survey.web.admin.kept_form import is_refilled
from survey.web.context import now

from .report_words import STATES, UNSIGNED, conflict_words, subject_name, task_name

_PLACES = 2
_DIGITS = 9
"""Of the number under which something was submitted."""


@dataclass(frozen=True)
class ReportCard:
    """One number on the page: its words, its target, plan and last number, and what is wrong or odd."""

    due: DueNumber
    place: str
    name: str
    target: str
    plan: str
    last: str
    value: str
    faults: list[str]
    odd: list[str]
    wants_file: bool

    @property
    def asks_reason(self) -> bool:
        """Return whether a reason is asked for, or was given."""
        return bool(self.odd or self.due.typed.reason)


def subject_from(unit_key: str | None, indicator_key: str | None) -> ReportSubject:
    """Return what an address is about."""
    return ReportSubject(unit=unit_key or "", indicator=indicator_key or "")


def may_fill_in(due: DueReport) -> bool:
    """Check whether one reports the numbers of a report: whose they are says each indicator's source."""
    seats, definition = here().seats, due.assessment.definition
    return bool(due.numbers) and all(
        may_report(seats, one.task[0], definition.indicator[one.task[1]]) for one in due.numbers
    )


def may_sign_off(subject: ReportSubject) -> bool:
    """Check whether one signs off what a unit submits."""
    return bool(subject.unit) and may_here(SeatAct.SIGN_OFF, subject.unit)


def listed_numbers(said: str) -> list[int]:
    """Return the numbers that stood on a page, as its form has them; what is none is left out."""
    return [int(one) for one in said.split() if one.isascii() and one.isdigit() and len(one) <= _DIGITS]


def require_reporter(due: DueReport) -> None:
    """Refuse with ``UnknownAssessment`` whoever does not report these numbers."""
    if not may_fill_in(due):
        raise UnknownAssessment(due.assessment.code)


def report_address(endpoint: str, period: str, subject: ReportSubject) -> str:
    """Return the address of a page or an act of a report."""
    return url_for(
        endpoint,
        assessment_code=here().assessment.code,
        period=period,
        unit_key=subject.unit or None,
        indicator_key=subject.indicator or None,
    )


def shown_report(
    period: str,
    subject: ReportSubject,
    status: int = 200,
    *,
    refused: BadNumbers | None = None,
    conflicts: Sequence[TypingConflict] = (),
    unfit: Sequence[str] = (),
    in_workbook: Sequence[CellFault] = (),
    odd_cells: Mapping[str, str] | None = None,
) -> ResponseReturnValue:
    """Show a report to whoever fills it in or signs it off.

    ``refused`` is what kept it from being submitted; ``in_workbook`` what is wrong with a workbook, and
    ``odd_cells`` where in a workbook that was taken something odd stands.
    """
    with transaction() as session:
        due = due_report(session, here().assessment.code, period, subject)
        signed_off = has_approver(session, due.assessment, subject)
    require_begun(due.assessment, due.period, now())
    definition = due.assessment.definition
    fills, signs = may_fill_in(due), may_sign_off(subject)
    if not fills and not signs:
        raise UnknownAssessment(due.assessment.code)
    cards = [_card(due, one, refused) for one in due.numbers]
    page = render_template(
        "admin/assessment/report.html",
        assessment=due.assessment,
        due=due,
        subject=subject,
        name=subject_name(definition, subject),
        cards=cards,
        fills=fills,
        signs=signs,
        signed_off=signed_off,
        waiting=due.in_state(ReportState.SUBMITTED),
        states=STATES if signed_off else STATES | {ReportState.SUBMITTED: UNSIGNED},
        nobody_signs=not signed_off and bool(due.in_state(ReportState.SUBMITTED)),
        late=is_late(definition, due.period, now()),
        refused=refused is not None,
        stopped=[card for card in cards if refused and (card.faults or card.odd)],
        conflicts=[
            conflict_words(task_name(definition, one.refused.task, subject), one) for one in conflicts
        ],
        unfit=unfit,
        in_workbook=[(one.place, one.value, fault_words(one)) for one in in_workbook],
        odd_cells=odd_cells or {},
        is_refilled=is_refilled,
        address=lambda endpoint: report_address(endpoint, due.period, subject),
    )
    return page, status


def _card(due: DueReport, one: DueNumber, refused: BadNumbers | None) -> ReportCard:
    place = place_of(one.task)
    faults = refused.faults if refused else ()
    typed = [fault for fault in due.check.faults if one.typed.value]
    unanswered = due.check.warnings if refused or one.typed.value else ()
    required = one.indicator.evidence is EvidenceRule.REQUIRED
    return ReportCard(
        due=one,
        place=place,
        name=task_name(due.assessment.definition, one.task, due.subject),
        target=_number(one.target.target),
        plan=_number(None if one.plan is None else kept(one.plan, _PLACES)),
        last=_number(one.last),
        value="" if one.submitted is None else _number(one.submitted.value),
        faults=_words(faults or typed, place) if one.is_open else [],
        odd=_words(unanswered, place) if one.is_open else [],
        wants_file=required and not one.files,
    )


def _words(faults: Iterable[CellFault], place: str) -> list[str]:
    return [fault_words(fault) for fault in faults if fault.place == place]


def _number(value: Fraction | None) -> str:
    return "" if value is None else plain(value)
