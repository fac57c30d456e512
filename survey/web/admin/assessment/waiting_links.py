"""What waits for somebody in an assessment: a sentence each, and the page on which it is done."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from survey.domain.assessment.examining.sheet_scoring import SHEET_STAGES
from survey.domain.assessment.examining.statement import StatementState
from survey.domain.assessment.examining.year_steps import YearStep
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.seats import Seat, SeatAct, may_act, units_within
from survey.domain.assessment.visits.visits import OPEN_STATES, Visit, VisitState, day_in
from survey.services.assessment.assessments import TAKING, Assessment
from survey.services.assessment.committee.record_signing import awaits_signature
from survey.services.assessment.examining import unit_statements
from survey.services.assessment.examining.sheet_progress import own_sheets
from survey.services.assessment.examining.unit_statements import WRITING
from survey.services.assessment.examining.year_end import year_end
from survey.services.assessment.overview import due_numbers, unsigned_numbers
from survey.services.assessment.visits.visits import visits_of
from survey.storage.accounts.account_rows import Account
from survey.web.context import now

from .telling.next_links import NextLink, next_links
from .telling.telling_words import day_words

Seats = tuple[Seat, ...]


def waiting_links(session: Session, assessment: Assessment, seats: Seats, account: Account) -> list[NextLink]:
    """Return what an account has to do by its seats, in the order of a year."""
    found = [
        *_numbers(session, assessment, seats),
        *_statements(session, assessment, seats),
        *_visits(session, assessment, seats, account),
        *_steps(session, assessment, seats),
        *_sheets(session, assessment, seats, account),
    ]
    if may_act(seats, SeatAct.SIGN_RECORD) and awaits_signature(session, assessment, account):
        found.append((_("计分结果等您签字。"), _page("admin.sign_record_page", assessment)))
    return [(str(said), path) for said, path in found] + next_links(session, assessment, seats)


def _page(endpoint: str, assessment: Assessment, **more: Any) -> str:
    return url_for(endpoint, assessment_code=assessment.code, **more)


def _numbers(session: Session, assessment: Assessment, seats: Seats) -> list[NextLink]:
    due = due_numbers(session, assessment, seats) if may_act(seats, SeatAct.REPORT) else []
    unsigned = unsigned_numbers(session, assessment, seats) if may_act(seats, SeatAct.SIGN_OFF) else []
    path = _page("admin.reports", assessment)
    said = [
        ngettext(
            "%(period)s 还有 %(num)s 个数要填报。",
            "%(period)s 还有 %(num)s 个数要填报。",
            len(one.tasks),
            period=one.period,
        )
        for one in due
    ]
    said += [
        ngettext(
            "%(period)s 有 %(num)s 个数等您审签。",
            "%(period)s 有 %(num)s 个数等您审签。",
            len(one.tasks),
            period=one.period,
        )
        for one in unsigned
    ]
    return [(one, path) for one in said]


def _statements(session: Session, assessment: Assessment, seats: Seats) -> list[NextLink]:
    """Return statements once they are asked for: by a day, by a return, or since the year is at its end."""
    own = units_within(seats, SeatAct.HAND_IN_STATEMENT, assessment.definition)
    if not own or assessment.stage not in WRITING:
        return []
    known = unit_statements.statements(session, assessment)
    due = unit_statements.deadline(session, assessment)
    found = []
    for key in own:
        unit = assessment.definition.unit[key].label
        if known[key].state is StatementState.RETURNED:
            said = _("%(unit)s的述职报告已退回，请改好再交。", unit=unit)
        elif known[key].is_in or not (due or assessment.stage is Stage.EXAMINING):
            continue
        elif due:
            said = _("%(unit)s的述职报告还没有交，请于 %(day)s前交。", unit=unit, day=day_words(due))
        else:
            said = _("%(unit)s的述职报告还没有交。", unit=unit)
        found.append((said, _page("admin.unit_statement", assessment, unit_key=key)))
    return found


def _visits(session: Session, assessment: Assessment, seats: Seats, account: Account) -> list[NextLink]:
    acts = (SeatAct.VERIFY, SeatAct.ANSWER_FINDING, SeatAct.PLAN_VISITS)
    if assessment.stage not in TAKING or not any(may_act(seats, act) for act in acts):
        return []
    known = visits_of(session, assessment).values()
    today = day_in(assessment.definition.time_zone, now())

    def within(act: SeatAct) -> list[Visit]:
        return [one for one in known if may_act(seats, act, *one.place.task)]

    own = [
        one.plan.day
        for one in within(SeatAct.VERIFY)
        if one.state in OPEN_STATES and one.plan.group == account.name
    ]
    asked = [
        one.finding.answer_by
        for one in within(SeatAct.ANSWER_FINDING)
        if one.state is VisitState.SENT and one.finding and one.finding.answer_by
    ]
    ruled = sum(one.may_be_ruled(today) for one in within(SeatAct.PLAN_VISITS))
    found = []
    if own:
        said = ngettext(
            "有 %(num)s 项查访要办，最早的在 %(day)s。",
            "有 %(num)s 项查访要办，最早的在 %(day)s。",
            len(own),
            day=day_words(min(own)),
        )
        found.append((said, _page("admin.my_visits", assessment)))
    if asked:
        said = ngettext(
            "有 %(num)s 项核验情况等单位说明，请于 %(day)s前报出。",
            "有 %(num)s 项核验情况等单位说明，请于 %(day)s前报出。",
            len(asked),
            day=day_words(min(asked)),
        )
        found.append((said, _page("admin.findings", assessment)))
    if ruled:
        said = ngettext("有 %(num)s 项核验等您办理。", "有 %(num)s 项核验等您办理。", ruled)
        found.append((said, _page("admin.visit_plans", assessment)))
    return found


def _steps(session: Session, assessment: Assessment, seats: Seats) -> list[NextLink]:
    """Return how many of a group's units lack a step that it takes itself."""
    own = units_within(seats, SeatAct.ANALYSE, assessment.definition)
    if not own or assessment.stage is not Stage.EXAMINING:
        return []
    standing = year_end(session, assessment)
    talks = len(standing.missing(YearStep.TALKS, own))
    analyses = len(standing.missing(YearStep.ANALYSIS, own))
    found = []
    if talks:
        said = ngettext("还有 %(num)s 个单位没有记谈话人数。", "还有 %(num)s 个单位没有记谈话人数。", talks)
        found.append((said, _page("admin.talks", assessment)))
    if analyses:
        said = ngettext(
            "还有 %(num)s 个单位没有提交综合分析评议。", "还有 %(num)s 个单位没有提交综合分析评议。", analyses
        )
        found.append((said, _page("admin.analyses", assessment)))
    return found


def _sheets(session: Session, assessment: Assessment, seats: Seats, account: Account) -> list[NextLink]:
    if assessment.stage not in SHEET_STAGES or not may_act(seats, SeatAct.FILL_SHEETS):
        return []
    return [
        (
            _("“%(sheet)s”等您填写。", sheet=progress.sheet.title),
            _page("admin.fill_sheet", assessment, sheet_key=progress.sheet.key),
        )
        for progress, one in own_sheets(session, assessment, account.id)
        if not progress.opened and not one.handed_in
    ]
