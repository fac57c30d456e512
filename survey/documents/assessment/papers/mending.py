"""The list of what is to be mended (整改台账): every task that lost points, by whom, until when."""

from collections.abc import Sequence

from survey.domain.assessment.outcome import TaskScore, UnitOutcome
from survey.domain.assessment.scoring.yardsticks import is_reached
from survey.domain.assessment.totals.paper_material import ListedTask, PaperMaterial
from survey.domain.results.table import Cell, Column, Report, Sheet, Table

from .carried import BLANK, DATE, PaperParts, basis, number, points, report_from
from .period_words import date_words
from .recorded import record_of

SIGNATURES = ("考核办负责人", "督办人", DATE)
TITLE = "考核反馈问题整改台账"
TO_FILL_IN = BLANK * 4
"""Stands in a cell that is filled in by hand."""
REPORT_ROOM = f"{BLANK * 10}\n{BLANK}"
"""The same with room for a sentence or two."""


def missed_tasks(material: PaperMaterial, unit: UnitOutcome) -> list[TaskScore]:
    """Return the tasks that a unit missed: it lost points, and is not on target or has none.

    Points that others' better numbers took are nothing to mend.
    """
    return [score for score in unit.tasks if _is_missed(material, unit, score)]


def _is_missed(material: PaperMaterial, unit: UnitOutcome, score: TaskScore) -> bool:
    if score.indicator in unit.binding_missed:
        return True
    target = material.targets.get((unit.unit, score.indicator))
    if score.earned >= score.points:
        return False
    if target is None or target.target is None or score.actual is None:
        return True
    better = material.definition.indicator[score.indicator].better
    return not is_reached(score.actual, target.target, better)


def mending(material: PaperMaterial) -> Report:
    """Write the list of what is to be mended: the tasks that were set, before that what may become one.

    Raises ``NotScored`` where there are neither tasks nor an outcome.
    """
    if material.tasks is not None:
        return report_from(material, PaperParts((_task_list(material, material.tasks),), SIGNATURES))
    record = record_of(material)
    columns = [
        Column("序号", "count"),
        Column("单位"),
        Column("问题", prose=True),
        Column("失分", "score", 2),
        Column("责任人"),
        Column("牵头部门"),
        Column("包抓领导"),
        Column("整改时限"),
        Column("整改措施和完成情况"),
        Column("销号"),
    ]
    found = [(unit, score) for unit in record.outcome.units for score in missed_tasks(material, unit)]
    rows = [[at, *_row(material, unit, score)] for at, (unit, score) in enumerate(found, 1)]
    sheet = Sheet("mending", "", TITLE, (), (Table(TITLE, columns, rows),), basis(material))
    return report_from(material, PaperParts((sheet,), SIGNATURES))


def _task_list(material: PaperMaterial, tasks: Sequence[ListedTask]) -> Sheet:
    columns = [
        Column("序号", "count"),
        Column("单位"),
        Column("整改事项", prose=True),
        Column("依据"),
        Column("责任人"),
        Column("整改时限"),
        Column("整改情况", prose=True),
        Column("办理情况", prose=True),
    ]
    labels = material.definition.unit
    rows: list[list[Cell]] = [
        [
            at,
            labels[one.unit].label if one.unit in labels else one.unit,
            one.what,
            one.ground,
            one.responsible,
            date_words(one.mend_by),
            one.answer or TO_FILL_IN,
            one.state,
        ]
        for at, one in enumerate(tasks, 1)
    ]
    return Sheet("mending", "", TITLE, (), (Table(TITLE, columns, rows),), basis(material))


def problem_words(material: PaperMaterial, unit: UnitOutcome, score: TaskScore) -> str:
    """Return of a missed task what was to be reached, and what was."""
    indicator = material.definition.indicator[score.indicator]
    target = material.targets.get((unit.unit, score.indicator))
    goal = (
        f"目标 {number(target.target)}{indicator.measure}，" if target and target.target is not None else ""
    )
    reached = f"完成 {number(score.actual)}" if score.actual is not None else "没有填报"
    binding = "（约束性指标）" if score.indicator in unit.binding_missed else ""
    return f"{indicator.label}{binding}：{goal}{reached}"


def _row(material: PaperMaterial, unit: UnitOutcome, score: TaskScore) -> list[Cell]:
    definition = material.definition
    indicator, known = definition.indicator[score.indicator], definition.unit[unit.unit]
    return [
        known.label,
        problem_words(material, unit, score),
        points(score.points - score.earned),
        known.head or TO_FILL_IN,
        definition.party(indicator.lead) or TO_FILL_IN,
        indicator.leader or TO_FILL_IN,
        date_words(material.mend_by) if material.mend_by else TO_FILL_IN,
        REPORT_ROOM,
        TO_FILL_IN,
    ]
