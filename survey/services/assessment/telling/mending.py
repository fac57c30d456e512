"""Tasks that units are to mend (整改): set by the office, answered by the unit, closed or returned."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeGuard
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from survey.documents.assessment.papers.mending import missed_tasks, problem_words
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.examining.typed_fields import TypedFields
from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.periods import last_period
from survey.domain.assessment.stages import require_stage
from survey.domain.assessment.telling.mending_task import (
    FINDING_GROUND,
    INDICATOR_GROUND,
    LETTER_GROUND,
    MAX_REASON,
    OTHER_GROUND,
    UNTIL,
    MendingState,
    MendingTask,
    days_after,
    extended_to,
    last_day,
    read_answer,
    read_extension,
    read_ruling,
    read_task,
    tasks_from,
)
from survey.domain.assessment.totals.paper_material import ListedTask
from survey.domain.errors import ChangedMeanwhile, NotScored, TaskClosed, UnknownYearRecord
from survey.services.assessment.assessments import current, locked_assessment
from survey.services.assessment.evidence import findings_now
from survey.services.assessment.examining.year_records import put_on_record, records_of
from survey.services.assessment.reporting import PrintablePaper, commitments_paper, year_paper
from survey.services.audit.audit import By
from survey.storage.assessment.assessment_rows import Assessment

MENDING = (Stage.EXAMINING, Stage.SCORED, Stage.DECIDED)
"""The stages in which tasks are set."""
FOLLOWING = (*MENDING, Stage.CLOSED)
"""The stages in which they are answered, extended and closed: mending often ends after the year is closed."""
_KINDS = (YearRecordKind.MENDING, YearRecordKind.MENDING_ANSWER, YearRecordKind.MENDING_RULING)
_STATES = {
    MendingState.OPEN: "未报整改情况",
    MendingState.ANSWERED: "已报整改情况，待审核",
    MendingState.RETURNED: "已退回重报",
    MendingState.CLOSED: "已销号",
}
"""What papers call where a task stands."""


@dataclass(frozen=True)
class TaskProposal:
    """What may become a task of a unit: a number that it missed, in words, and by what ground."""

    ground: str
    what: str


def today_in(definition: AssessmentDefinition, at: datetime) -> date:
    """Return the day that it is in the assessment's time zone."""
    return at.astimezone(ZoneInfo(definition.time_zone)).date()


def tasks_of(session: Session, assessment: Assessment, units: Collection[str]) -> list[MendingTask]:
    """List the tasks of some units, by unit as defined and by number; raises ``BrokenRecord``."""
    order = {unit.key: at for at, unit in enumerate(assessment.definition.units)}
    found = tasks_from(records_of(session, assessment, *_KINDS), assessment.definition.time_zone)
    return sorted(
        (task for task in found if task.unit in units),
        key=lambda task: (order.get(task.unit, len(order)), task.number),
    )


def task_of(session: Session, assessment: Assessment, unit: str, number: int) -> MendingTask:
    """Return one task; raises ``UnknownYearRecord`` where the unit has none of that number."""
    for task in tasks_of(session, assessment, {unit}):
        if task.number == number:
            return task
    raise UnknownYearRecord(f"{unit} of {assessment.code} has no task {number}")


def grounds_of(session: Session, assessment: Assessment, unit: str) -> dict[str, str]:
    """Return what a task of a unit may rest on, each with the indicator's label; empty for those without."""
    definition = assessment.definition
    own = [key for whose, key in assessment.targets if whose == unit]
    found = findings_now(session, assessment, last_period(definition))
    grounds = {LETTER_GROUND: ""}
    grounds |= {INDICATOR_GROUND + key: definition.indicator[key].label for key in own}
    grounds |= {
        FINDING_GROUND + key: definition.indicator[key].label
        for whose, key in found
        if whose == unit and key in definition.indicator
    }
    return grounds | {OTHER_GROUND: ""}


def proposals(session: Session, assessment: Assessment, unit: str) -> list[TaskProposal]:
    """List what a unit missed by the last record and has no task for; empty before the first record."""
    try:
        material = year_paper(session, assessment.code).material
    except NotScored:
        return []
    taken = {task.ground for task in tasks_of(session, assessment, {unit})}
    record = material.record
    return [
        TaskProposal(INDICATOR_GROUND + score.indicator, f"{problem_words(material, outcome, score)}。")
        for outcome in (record.outcome.units if record else ())
        if outcome.unit == unit
        for score in missed_tasks(material, outcome)
        if INDICATOR_GROUND + score.indicator not in taken
    ]


def set_task(
    session: Session, assessment_code: str, unit: str, typed: Mapping[str, str], by: By
) -> YearRecord:
    """Set a unit a task; the same one again, while it is open, changes nothing and is returned.

    Raises ``WrongStage`` and ``BadYearRecord`` with all faults.
    """
    assessment = _locked(session, assessment_code, MENDING, "set tasks of")
    grounds = grounds_of(session, assessment, unit)
    today = today_in(assessment.definition, by.at)
    content = read_task(typed, grounds, today, last_day(today, assessment.definition.year))
    own = tasks_of(session, assessment, {unit})
    held = {one.about: one for one in records_of(session, assessment, YearRecordKind.MENDING)}
    for task in own:
        if not task.is_closed and held[task.about].content == content:
            return held[task.about]
    number = max((task.number for task in own), default=0) + 1
    return put_on_record(session, assessment, YearRecordKind.MENDING, f"{unit}/{number}", content, by)


def answer(
    session: Session, assessment_code: str, unit: str, number: int, typed: Mapping[str, str], by: By
) -> YearRecord:
    """Put on record what a unit did about a task; the same text again changes nothing.

    Raises ``WrongStage``, ``UnknownYearRecord``, ``TaskClosed`` and ``BadYearRecord``.
    """
    assessment = _locked(session, assessment_code, FOLLOWING, "answer or close tasks of")
    task = task_of(session, assessment, unit, number)
    if task.is_closed:
        raise TaskClosed(f"task {task.about} of {assessment_code} is closed")
    content = read_answer(typed)
    before = task.answer
    if task.state is MendingState.ANSWERED and before is not None and before.content == content:
        return before
    return put_on_record(session, assessment, YearRecordKind.MENDING_ANSWER, task.about, content, by)


def rule(
    session: Session,
    assessment_code: str,
    unit: str,
    number: int,
    typed: Mapping[str, str],
    *,
    closes: bool,
    seen: int,
    by: By,
) -> YearRecord:
    """Close a task (销号), or return its answer with a reason.

    ``seen`` is the number of the last record of the task that was read, 0 where there was none. The same
    ruling again changes nothing. Raises ``WrongStage``, ``UnknownYearRecord``, ``TaskClosed``, and
    ``ChangedMeanwhile`` where an answer or another ruling came since, or there is no answer to be returned;
    ``BadYearRecord`` without the reason.
    """
    assessment = _locked(session, assessment_code, FOLLOWING, "answer or close tasks of")
    task = task_of(session, assessment, unit, number)
    last = task.story[-1] if task.story else None
    if _is_same(last, typed, {"on": seen, "closed": closes, UNTIL: None}):
        return last
    _require_unchanged(task, seen, assessment_code)
    if not closes and task.state is not MendingState.ANSWERED:
        raise ChangedMeanwhile(assessment_code)
    content = read_ruling(typed, closes=closes, answered=task.state is MendingState.ANSWERED)
    return put_on_record(
        session, assessment, YearRecordKind.MENDING_RULING, task.about, content | {"on": seen}, by
    )


def extend(
    session: Session,
    assessment_code: str,
    unit: str,
    number: int,
    typed: Mapping[str, str],
    *,
    seen: int,
    by: By,
) -> YearRecord:
    """Give a task a later last day (延期), with a reason; where it stands stays as it is.

    ``seen`` is what ``rule`` takes, and the same extension again changes nothing. Raises ``WrongStage``,
    ``UnknownYearRecord``, ``TaskClosed``, ``ChangedMeanwhile`` where something came since, and
    ``BadYearRecord`` without the reason, or with a day that is not later, is over, or is years away.
    """
    assessment = _locked(session, assessment_code, FOLLOWING, "extend tasks of")
    task = task_of(session, assessment, unit, number)
    last = task.story[-1] if task.story else None
    if _is_same(last, typed, {"on": seen, "closed": False, UNTIL: typed.get(UNTIL, "")}):
        return last
    _require_unchanged(task, seen, assessment_code)
    definition = assessment.definition
    content = read_extension(typed, *days_after(task.mend_by, today_in(definition, by.at), definition.year))
    return put_on_record(
        session, assessment, YearRecordKind.MENDING_RULING, task.about, content | {"on": seen}, by
    )


def _is_same(
    last: YearRecord | None, typed: Mapping[str, str], told: Mapping[str, object]
) -> TypeGuard[YearRecord]:
    """Return whether a ruling was sent twice: of the same answer, to the same end, for the same reason."""
    if last is None or last.kind is not YearRecordKind.MENDING_RULING:
        return False
    reason = TypedFields(typed).text("reason", MAX_REASON, needed=False, lines=True)
    asked = {**told, "reason": reason}
    return all(last.content.get(name) == value for name, value in asked.items())


def _require_unchanged(task: MendingTask, seen: int, assessment_code: str) -> None:
    """Refuse with ``TaskClosed`` what is over, and with ``ChangedMeanwhile`` what went on since."""
    if task.is_closed:
        raise TaskClosed(f"task {task.about} of {assessment_code} is closed")
    if (task.story[-1].number if task.story else 0) != seen:
        raise ChangedMeanwhile(assessment_code)


def _locked(session: Session, assessment_code: str, stages: Collection[Stage], to: str) -> Assessment:
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *stages, to=to)
    return assessment


def ground_words(definition: AssessmentDefinition, ground: str) -> str:
    """Name on paper what a task rests on."""
    if ground == LETTER_GROUND:
        return "反馈意见书"
    kind, _slash, key = ground.partition("/")
    label = definition.indicator[key].label if key in definition.indicator else key
    if not label:
        return "其他"
    return f"现场核验：{label}" if f"{kind}/" == FINDING_GROUND else f"指标：{label}"


def tasks_paper(
    session: Session, assessment_code: str, units: Collection[str], at: datetime
) -> PrintablePaper:
    """Return what the list of some units' tasks is written from; it rests on no outcome.

    Raises ``BrokenRecord``.
    """
    found = commitments_paper(session, assessment_code)
    return with_tasks(session, found, units, at)


def with_tasks(
    session: Session, found: PrintablePaper, units: Collection[str] | None, at: datetime
) -> PrintablePaper:
    """Return a paper's material with the tasks of some units, or of all, put in."""
    definition = found.material.definition
    assessment = current(session, definition.code)
    among = set(definition.unit) if units is None else units
    today = today_in(definition, at)
    listed = tuple(_listed(definition, task, today) for task in tasks_of(session, assessment, among))
    return replace(found, material=replace(found.material, tasks=listed))


def _listed(definition: AssessmentDefinition, task: MendingTask, today: date) -> ListedTask:
    answered, ruled = task.answer, task.ruling
    state = _STATES[task.state] + ("，已逾期" if task.is_overdue(today) else "")
    if ruled:
        day = today_in(definition, ruled.recorded_at)
        reason = ruled.content.get("reason", "")
        extended = "延期" if extended_to(ruled) else ""
        state += f"（{day}{extended}{f'：{reason}' if reason else ''}）"
    return ListedTask(
        unit=task.unit,
        what=task.what,
        ground=ground_words(definition, task.ground),
        mend_by=task.mend_by,
        responsible=task.responsible,
        answer=answered.content.get("text", "") if answered else "",
        state=state,
    )
