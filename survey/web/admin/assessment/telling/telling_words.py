"""What units are told, in words: faults of what was typed, grounds and states of tasks, reminders."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.telling.mending_task import (
    FINDING_GROUND,
    LETTER_GROUND,
    OTHER_GROUND,
    MendingState,
    MendingTask,
    TaskFilter,
)
from survey.web.admin.assessment.examining.record_words import FAULT_WORDS

FAULTS: Mapping[str, object] = {
    **FAULT_WORDS,
    "not-day": _l("不是日期，请写成 2027-03-31 这样。"),
    "too-early": _l("日期太早，请改后面的一天。"),
    "too-late": _l("日期太晚，最晚到五年后的年底。"),
}
"""What is wrong with a field; days of tasks and letters lie in no year."""
STATES: Mapping[MendingState, tuple[object, str]] = {
    MendingState.OPEN: (_l("待整改"), "on"),
    MendingState.ANSWERED: (_l("已报，待审核"), "on"),
    MendingState.RETURNED: (_l("已退回"), "bad"),
    MendingState.CLOSED: (_l("已销号"), "good"),
}
"""The word for where a task stands, and the kind of its chip."""
FILTERS: Mapping[TaskFilter, object] = {
    TaskFilter.ALL: _l("全部"),
    TaskFilter.OPEN: _l("未销号"),
    TaskFilter.OVERDUE: _l("已逾期"),
    TaskFilter.CLOSED: _l("已销号"),
}


def _(text: str, **values: object) -> str:
    return str(gettext(text, **values))


def fault_texts(faults: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with each field, in words."""
    return {name: str(FAULTS[why]) for name, why in faults.items()}


def ground_name(definition: AssessmentDefinition, ground: str) -> str:
    """Name what a task rests on."""
    if ground == LETTER_GROUND:
        return _("反馈意见书")
    if ground == OTHER_GROUND:
        return _("其他")
    kind, _slash, key = ground.partition("/")
    label = definition.indicator_name(key)
    if f"{kind}/" == FINDING_GROUND:
        return _("现场核验：%(label)s", label=label)
    return _("指标：%(label)s", label=label)


def day_words(day: date) -> str:
    """Write a day as a sentence has it."""
    return _("%(year)s 年 %(month)s 月 %(day)s 日", year=day.year, month=day.month, day=day.day)


def reminder_of(
    definition: AssessmentDefinition, unit: str, tasks: Sequence[MendingTask], today: date
) -> str:
    """Write the text that reminds a unit of its tasks that wait for it, ready to be sent."""
    listed = _("；").join(
        _(
            "第 %(number)s 项“%(what)s”，时限 %(day)s%(late)s",
            number=task.number,
            what=_short(task.what),
            day=day_words(task.mend_by),
            late=_("（已逾期）") if task.is_overdue(today) else "",
        )
        for task in tasks
    )
    return _(
        "%(unit)s：%(title)s 还有 %(number)s 项整改没有办结：%(listed)s。请尽快整改，并在系统里报整改情况。",
        unit=definition.unit_name(unit),
        title=definition.title,
        number=len(tasks),
        listed=listed,
    )


def _short(what: str) -> str:
    """Return the beginning of a task's first line: a message is short."""
    line = what.partition("\n")[0].rstrip("。")
    return line if len(line) <= 40 else line[:40] + "…"
