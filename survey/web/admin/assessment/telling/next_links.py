"""What comes once the year is decided, for the overview: a sentence each, and the page that it leads to."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from survey.domain.assessment.facts import Stage
from survey.domain.assessment.seats import Seat, SeatAct, may_act
from survey.domain.assessment.telling.mending_task import MendingState
from survey.services.assessment import publishing
from survey.services.assessment.assessments import Assessment
from survey.services.assessment.telling import letters, mending
from survey.services.assessment.telling.letters import TELLING
from survey.web.context import now

_DECIDED = (Stage.DECIDED, Stage.CLOSED)
NextLink = tuple[str, str]
"""A sentence on what is to do, and the page where it is done."""


def next_links(session: Session, assessment: Assessment, seats: tuple[Seat, ...]) -> list[NextLink]:
    """Return what is to be published, told, mended and archived, for whoever has these seats."""
    if assessment.stage not in mending.FOLLOWING:
        return []
    writes = may_act(seats, SeatAct.TELL)
    found = _published(session, assessment, seats)
    found += _to_write(session, assessment) if writes else _to_receive(session, assessment, seats)
    found += _to_mend(session, assessment, seats, writes=writes)
    if may_act(seats, SeatAct.PRINT) and assessment.stage in _DECIDED:
        found.append((_("打包考核档案。"), _page("admin.archives", assessment)))
    return [(str(said), path) for said, path in found]


def _page(endpoint: str, assessment: Assessment, **more: Any) -> str:
    return url_for(endpoint, assessment_code=assessment.code, **more)


def _published(session: Session, assessment: Assessment, seats: tuple[Seat, ...]) -> list[NextLink]:
    if publishing.open_edition(session, assessment.code):
        return [(_("结果已公布，可以查看。"), _page("admin.published_outcome", assessment))]
    if may_act(seats, SeatAct.PUBLISH) and assessment.stage in _DECIDED:
        return [(_("公布考核结果。"), _page("admin.outcome_editions", assessment))]
    return []


def _to_write(session: Session, assessment: Assessment) -> list[NextLink]:
    if assessment.stage not in TELLING:
        return []
    unsent = sum(one.sent is None for one in letters.states(session, assessment))
    said = ngettext("还有 %(num)s 个单位没有发反馈意见书。", "还有 %(num)s 个单位没有发反馈意见书。", unsent)
    return [(said, _page("admin.letters", assessment))] if unsent else []


def _to_receive(session: Session, assessment: Assessment, seats: tuple[Seat, ...]) -> list[NextLink]:
    return [
        (_("有反馈意见书等您签收。"), _page("admin.unit_letter", assessment, unit_key=one.unit))
        for one in letters.states(session, assessment)
        if one.sent and not one.receipt and may_act(seats, SeatAct.RECEIVE_LETTER, one.unit)
    ]


def _to_mend(
    session: Session, assessment: Assessment, seats: tuple[Seat, ...], *, writes: bool
) -> list[NextLink]:
    own = [one.key for one in assessment.definition.units if may_act(seats, SeatAct.SEE_LETTERS, one.key)]
    tasks = mending.tasks_of(session, assessment, own)
    today = mending.today_in(assessment.definition, now())
    overdue = sum(task.is_overdue(today) for task in tasks)
    waits = {MendingState.ANSWERED} if writes else {MendingState.OPEN, MendingState.RETURNED}
    number = sum(task.state in waits for task in tasks)
    found = []
    if number and writes:
        said = ngettext("有 %(num)s 项整改情况等您审核。", "有 %(num)s 项整改情况等您审核。", number)
        found.append((said, _page("admin.mending_tasks", assessment, state="open")))
    elif number and may_act(seats, SeatAct.ANSWER_TASKS):
        said = ngettext("有 %(num)s 项整改要办。", "有 %(num)s 项整改要办。", number)
        found.append((said, _page("admin.mending_tasks", assessment, state="open")))
    if overdue:
        said = ngettext("有 %(num)s 项整改已逾期。", "有 %(num)s 项整改已逾期。", overdue)
        found.append((said, _page("admin.mending_tasks", assessment, state="overdue")))
    return found
