"""The list of what is to be mended (整改台账): every task that lost points, by whom, until when."""

from survey.domain.assessment.outcome import TaskScore, UnitOutcome
from survey.domain.assessment.scoring.yardsticks import is_reached
from survey.domain.assessment.totals.paper_material import PaperMaterial
from survey.domain.results.table import Cell, Column, Report, Sheet, Table

from .carried import BLANK, DATE, PaperParts, basis, number, points, report_from
from .period_words import date_words
from .recorded import record_of

SIGNATURES = ("考核办负责人", "督办人", DATE)
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
    """Write the list of what is to be mended; raises ``NotScored`` where there is no outcome."""
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
    title = "考核反馈问题整改台账"
    table = Table(title, columns, rows)
    sheet = Sheet("mending", "", title, (), (table,), basis(material))
    return report_from(material, PaperParts((sheet,), SIGNATURES))


def _row(material: PaperMaterial, unit: UnitOutcome, score: TaskScore) -> list[Cell]:
    definition = material.definition
    indicator, known = definition.indicator[score.indicator], definition.unit[unit.unit]
    target = material.targets.get((unit.unit, score.indicator))
    goal = (
        f"目标 {number(target.target)}{indicator.measure}，" if target and target.target is not None else ""
    )
    reached = f"完成 {number(score.actual)}" if score.actual is not None else "没有填报"
    binding = "（约束性指标）" if score.indicator in unit.binding_missed else ""
    return [
        known.label,
        f"{indicator.label}{binding}：{goal}{reached}",
        points(score.points - score.earned),
        known.head or TO_FILL_IN,
        definition.party(indicator.lead) or TO_FILL_IN,
        indicator.leader or TO_FILL_IN,
        date_words(material.mend_by) if material.mend_by else TO_FILL_IN,
        REPORT_ROOM,
        TO_FILL_IN,
    ]
