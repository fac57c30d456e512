"""Lists of tasks in a bulletin: the largest gaps, what is behind or not reported, and all of them."""

from fractions import Fraction

from survey.domain.assessment.definition import AssessmentDefinition, Light
from survey.domain.assessment.indicators import Better
from survey.domain.assessment.outcome import TaskStanding
from survey.domain.assessment.totals.paper_material import BulletinFacts, PaperMaterial
from survey.domain.results.table import Cell, Column, Sheet, Table

from .carried import light_tints, light_word, number, percent, points
from .period_words import period_words

LARGEST = 10
"""So many of the largest gaps are named."""

TASK_COLUMNS = (
    Column("单位"),
    Column("指标"),
    Column("计量单位"),
    Column("本期计划", "score"),
    Column("实际完成", "score"),
    Column("差距", "score"),
    Column("序时进度(%)", "percent", 2),
    Column("预警"),
    Column("牵头部门"),
    Column("包抓领导"),
)
"""The columns of lists of tasks."""


def gap_sheet(material: PaperMaterial, facts: BulletinFacts) -> Sheet:
    """List the tasks that lag most behind their plan, with who answers for them."""
    definition = material.definition
    behind = [task for task in facts.standing.tasks if not task.on_pace and task.pace is not None]
    behind.sort(key=lambda task: -shortfall(definition, task))
    rows = [[at, *task_row(definition, task)] for at, task in enumerate(behind[:LARGEST], 1)]
    columns = [Column("序号", "count"), *TASK_COLUMNS]
    note = "按偏离序时进度的比例从大到小排列；计划数为 0 的没有比例，列在后面的清单中。"
    title = f"{period_words(facts.standing.period)}差距最大的 {len(rows)} 项目标任务"
    return Sheet(
        "list", "gaps", title, (), (Table(title, columns, rows, (note,), tints=light_tints(definition)),)
    )


def task_row(definition: AssessmentDefinition, task: TaskStanding) -> list[Cell]:
    """Return a task as a row under ``TASK_COLUMNS``."""
    indicator = definition.indicator[task.indicator]
    return [
        definition.unit[task.unit].label,
        indicator.label,
        indicator.measure,
        points(task.planned),
        number(task.actual),
        points(task.gap),
        percent(task.pace),
        light_word(definition, task.light),
        definition.party(indicator.lead),
        indicator.leader,
    ]


def shortfall(definition: AssessmentDefinition, task: TaskStanding) -> Fraction:
    """Return by which share of its plan a task is behind it."""
    pace = task.pace or Fraction(0)
    return pace - 1 if definition.indicator[task.indicator].better is Better.LOWER else 1 - pace


def all_tasks(material: PaperMaterial, facts: BulletinFacts) -> Table:
    """List all tasks of a period, for spreadsheets."""
    rows = [task_row(material.definition, task) for task in facts.standing.tasks]
    return Table(f"{period_words(facts.standing.period)}目标任务明细", list(TASK_COLUMNS), rows)


def lag_sheet(material: PaperMaterial, facts: BulletinFacts) -> Sheet:
    """List the tasks with a red light, and those of which nothing is accepted, by unit."""
    definition = material.definition
    lagging = [task for task in facts.standing.tasks if task.light in (Light.RED, Light.GREY)]
    rows = [[at, *task_row(definition, task)] for at, task in enumerate(lagging, 1)]
    words = "、".join(light_word(definition, light) for light in (Light.RED, Light.GREY))
    title = f"{period_words(facts.standing.period)}{words}目标任务清单"
    table = Table(title, [Column("序号", "count"), *TASK_COLUMNS], rows, tints=light_tints(definition))
    return Sheet("list", "lagging", title, (), (table,))
