"""Lights and extremes in a bulletin: units by indicators, and who is first and last with what."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from survey.domain.assessment.definition import AssessmentDefinition, Light, UnitClass
from survey.domain.assessment.facts import UnitTask
from survey.domain.assessment.indicators import Indicator
from survey.domain.assessment.outcome import TaskStanding
from survey.domain.assessment.totals.paper_material import BulletinFacts, PaperMaterial
from survey.domain.results.table import Cell, Column, Sheet, Table

from .carried import light_tints, light_word, number, percent
from .period_words import period_words

NAMED = 12
"""So many indicators stand beside each other with their names at the head."""

ACROSS = 30
"""So many stand beside each other, as a page in landscape has room for, where numbers stand for the names."""


def extremes_sheet(material: PaperMaterial, facts: BulletinFacts) -> Sheet:
    """List for every indicator who is first and who is last in each class."""
    definition = material.definition
    title = f"{period_words(facts.standing.period)}单项第一和末位单位"
    of_task: dict[tuple[str, str], list[TaskStanding]] = defaultdict(list)
    for task in facts.standing.tasks:
        of_task[task.indicator, definition.class_of[task.unit].key].append(task)
    columns = [
        Column("指标"),
        Column("考核类别"),
        Column("牵头部门"),
        Column("包抓领导"),
        Column("单位", over="第一"),
        Column("完成数", "score", over="第一"),
        Column("占年度目标(%)", "percent", 2, over="第一"),
        Column("单位", over="末位"),
        Column("完成数", "score", over="末位"),
        Column("占年度目标(%)", "percent", 2, over="末位"),
    ]
    rows = [
        row
        for indicator in definition.indicators
        for one in definition.classes
        for row in _extremes(definition, indicator, one, of_task[indicator.key, one.key])
    ]
    notes = ("按完成年度目标的比例，年度目标为 0 的按完成数；同一类别内并列的都列出，全部相同的不列。",)
    return Sheet("list", "extremes", title, (), (Table(title, columns, rows, notes),))


def _extremes(
    definition: AssessmentDefinition, indicator: Indicator, one: UnitClass, tasks: Sequence[TaskStanding]
) -> Iterator[list[Cell]]:
    first, last = ([task for task in tasks if task.first], [task for task in tasks if task.last])
    if first or last:
        row: list[Cell] = [
            indicator.label,
            one.label,
            definition.party(indicator.lead),
            indicator.leader,
        ]
        for end in (first, last):
            row.append("、".join(definition.unit[task.unit].label for task in end))
            row += [_only(end), percent(end[0].completion) if end else None]
        yield row


def _only(tasks: Sequence[TaskStanding]) -> Cell:
    """Return the number that tasks came to, where it is one: shares may be the same of different numbers."""
    numbers = {task.actual for task in tasks}
    return number(numbers.pop()) if len(numbers) == 1 else None


def light_sheets(material: PaperMaterial, facts: BulletinFacts) -> Iterator[Sheet]:
    """Set out the lights of all units by indicators, a form for each class; wide classes take several."""
    definition = material.definition
    lights = {(task.unit, task.indicator): task.light for task in facts.standing.tasks}
    for one in definition.classes:
        units = definition.units_of[one.key]
        keys = {indicator for unit, indicator in lights if definition.class_of[unit].key == one.key}
        asked = [indicator for indicator in definition.indicators if indicator.key in keys]
        title = f"{period_words(facts.standing.period)}{one.label}亮灯一览表"
        parts = [asked[first : first + ACROSS] for first in range(0, len(asked), ACROSS)]
        keys_of_units = [unit.key for unit in units]
        numbers = {indicator.key: at for at, indicator in enumerate(asked, 1)} if len(asked) > NAMED else {}
        tables = [_lights(definition, title, part, keys_of_units, lights, numbers) for part in parts]
        if tables:
            yield Sheet("lights", one.key, title, (), tables)


def _lights(
    definition: AssessmentDefinition,
    title: str,
    indicators: Sequence[Indicator],
    units: Sequence[str],
    lights: Mapping[UnitTask, Light],
    numbers: Mapping[str, int],
) -> Table:
    """Set lights out; where ``numbers`` are given to indicators these are the heads, with a key below."""
    columns = [Column("单位")]
    columns += [Column(f"{numbers.get(one.key, one.label)}", "count") for one in indicators]
    rows: list[list[Cell]] = []
    for unit in units:
        found = [lights.get((unit, indicator.key)) for indicator in indicators]
        rows.append(
            [definition.unit[unit].label, *(light and light_word(definition, light) for light in found)]
        )
    notes = ["没有灯的格子：该单位本期没有这项任务。"]
    if numbers:
        key = "；".join(f"{numbers[one.key]} {one.label}" for one in indicators)
        notes.append(f"指标序号：{key}。")
    return Table(title, columns, rows, notes, tints=light_tints(definition))
