"""Reports in words: where a number stands, what two typed at once, why a file is not taken."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import UnitTask
from survey.domain.assessment.reports.submitted_report import ReportState, ReportSubject
from survey.services.assessment.reports.evidence_files import MAX_FILES
from survey.services.assessment.reports.reminders import Reminder
from survey.services.assessment.reports.typed_reports import TypingConflict

STATES: dict[ReportState, tuple[object, str]] = {
    ReportState.SUBMITTED: (_l("待本单位审签"), "on"),
    ReportState.APPROVED: (_l("待考核办审核"), "on"),
    ReportState.ACCEPTED: (_l("审核通过"), "good"),
    ReportState.RETURNED: (_l("已退回"), "bad"),
}
"""The word for each state, and the kind of its chip."""
UNSIGNED = (_l("待考核办审核，没有审签"), "warn")
"""The word for what is submitted where nobody is left in the unit to sign it off."""

UNFIT = {
    "empty": _l("文件是空的。"),
    "large": _l("文件超过 20 MB。请压缩或分成几个文件。"),
    "format": _l("不是 PDF、JPEG、PNG、XLSX 或 DOCX 文件。请另存为其中一种再传。"),
    "macros": _l("文件带有宏。请另存为不带宏的 .xlsx 或 .docx 再传。"),
    "password": _l("文件是加密的。请去掉密码再传。"),
    "damaged": _l("文件已损坏。请打开后另存一份再传。"),
    "many": _l("一个数最多附 %(number)s 个文件。请先移除不用的。", number=MAX_FILES),
    "removed": _l("您一天之内传了又移除的文件太多，现在不能再传。请明天再传，已有的附件不受影响。"),
}
"""Why a file cannot prove a number."""


def _(text: str, **values: object) -> str:
    return str(gettext(text, **values))


def task_name(definition: AssessmentDefinition, task: UnitTask, subject: ReportSubject) -> str:
    """Name a number on a report's page: a unit's by its indicator, an indicator's by its unit."""
    unit, indicator = task
    return definition.indicator[indicator].label if subject.unit else definition.unit[unit].label


def subject_name(definition: AssessmentDefinition, subject: ReportSubject) -> str:
    """Name what a report is about."""
    if subject.unit:
        return definition.unit[subject.unit].label
    return definition.indicator[subject.indicator].label


def conflict_words(name: str, conflict: TypingConflict) -> str:
    """Return a sentence on what two typed at once; both are named, so that nothing is lost."""
    mine = _typed(conflict.refused.value, conflict.refused.note)
    theirs = _typed(conflict.stands.value, conflict.stands.note)
    if conflict.submitted:
        return _(
            "“%(name)s”已经上报（%(theirs)s），您填的 %(mine)s 没有保存。",
            name=name,
            theirs=theirs,
            mine=mine,
        )
    return _(
        "“%(name)s”刚才有别人填了 %(theirs)s，您填的 %(mine)s 没有保存。请商量后再填。",
        name=name,
        theirs=theirs,
        mine=mine,
    )


def _typed(value: str, note: str) -> str:
    return _("“%(value)s”（%(note)s）", value=value, note=note) if note else _("“%(value)s”", value=value)


def reminder_words(title: str, period: str, owed: Reminder) -> str:
    """Write the text that reminds somebody of what they owe, ready to be sent."""
    day = _("%(month)s 月 %(day)s 日", month=owed.deadline.month, day=owed.deadline.day)
    said = _("%(party)s：", party=owed.party)
    if owed.missing:
        said += _(
            "%(title)s %(period)s 的数据还有 %(number)s 项没有上报（%(names)s），请于 %(day)s 前报送。",
            title=title,
            period=period,
            number=len(owed.missing),
            names=_("、").join(owed.missing),
            day=day,
        )
    if owed.returned:
        said += _(
            "%(period)s 有 %(number)s 项被退回（%(names)s），请改正后重新上报。",
            period=period,
            number=len(owed.returned),
            names=_("、").join(owed.returned),
        )
    if owed.unsigned:
        said += _("%(period)s 有 %(number)s 项等待本单位审签。", period=period, number=owed.unsigned)
    return said
