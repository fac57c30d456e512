"""What units are sent during the year: what lags behind its plan (预警通知单), what is checked on site."""

from survey.domain.assessment.definition import AssessedUnit, Light
from survey.domain.assessment.indicators import Indicator
from survey.domain.assessment.outcome import TaskStanding
from survey.domain.assessment.totals.paper_material import BulletinFacts, PaperMaterial
from survey.domain.results.table import Cell, Column, Report, Sheet, Table

from .bulletin import bulletin_head, standing_of
from .carried import (
    BLANK,
    DATE,
    INDENT,
    PaperParts,
    definition_note,
    light_tints,
    light_word,
    number,
    percent,
    points,
    report_from,
)
from .period_words import period_words

WARNING_SIGNATURES = ("考核办（盖章）", "签收人", DATE)
VERIFICATION_SIGNATURES = ("考核组组长", "核验人", "被考核单位负责人", DATE)
REMARK_ROOM = f"{BLANK * 10}\n{BLANK}"
"""Room for a sentence by hand, two lines high."""


def warnings(material: PaperMaterial) -> Report:
    """Write a notice to each unit with tasks behind their plans.

    Raises ``UnknownPeriod`` where the material has no standing.
    """
    facts = standing_of(material)
    lagging: dict[str, list[TaskStanding]] = {unit.key: [] for unit in material.definition.units}
    for task in facts.standing.tasks:
        if task.light is not Light.GREEN:
            lagging[task.unit].append(task)
    sheets = tuple(_warning(material, facts, unit, tasks) for unit, tasks in lagging.items() if tasks)
    return report_from(material, PaperParts(sheets, WARNING_SIGNATURES, bulletin_head(facts), of_year=False))


def _warning(material: PaperMaterial, facts: BulletinFacts, unit: str, tasks: list[TaskStanding]) -> Sheet:
    definition = material.definition
    label = definition.unit[unit].label
    by_light = [(light, sum(task.light is light for task in tasks)) for light in Light]
    lights = "、".join(f"{light_word(definition, light)} {count} 项" for light, count in by_light if count)
    columns = [
        Column("序号", "count"),
        Column("目标任务"),
        Column("本期计划", "score"),
        Column("实际完成", "score"),
        Column("差距", "score"),
        Column("序时进度(%)", "percent", 2),
        Column("预警"),
        Column("牵头部门"),
        Column("包抓领导"),
    ]
    rows: list[list[Cell]] = []
    for at, task in enumerate(tasks, 1):
        indicator = definition.indicator[task.indicator]
        row: list[Cell] = [at, f"{indicator.label}（{indicator.measure}）", points(task.planned)]
        row += [number(task.actual), points(task.gap), percent(task.pace)]
        row += [light_word(definition, task.light), definition.party(indicator.lead), indicator.leader]
        rows.append(row)
    return Sheet(
        "letter",
        unit,
        "目标任务预警通知单",
        (),
        (Table("没有达到序时进度的目标任务", columns, rows, tints=light_tints(definition)),),
        (definition_note(material),),
        name=label,
        opening=(
            f"{label}：",
            f"{INDENT}截至{period_words(facts.standing.period)}底，你单位有 {len(tasks)} 项目标任务没有达到"
            f"序时进度（{lights}）。请分析原因、采取措施，没有填报的尽快补报，并将情况报考核办和牵头部门。",
        ),
    )


def verification(material: PaperMaterial) -> Report:
    """Write for each unit what is to be checked on the spot, with room for what is found.

    Raises ``UnknownPeriod`` where the material has no standing.
    """
    facts = standing_of(material)
    due: dict[str, list[Indicator]] = {unit.key: [] for unit in material.definition.units}
    for task in facts.standing.tasks:
        due[task.unit].append(material.definition.indicator[task.indicator])
    until = f"截至{period_words(facts.standing.period)}底"
    sheets = tuple(
        _verification(material, unit, due[unit.key], until)
        for unit in material.definition.units
        if due[unit.key]
    )
    return report_from(material, PaperParts(sheets, VERIFICATION_SIGNATURES, of_year=False))


def _verification(material: PaperMaterial, unit: AssessedUnit, due: list[Indicator], until: str) -> Sheet:
    columns = [
        Column("序号", "count"),
        Column("目标任务"),
        Column("年度目标", "score"),
        Column("填报数", "score"),
        Column("核验数", "score"),
        Column("差异", "score"),
        Column("查看的资料和现场"),
        Column("差异原因", prose=True),
    ]
    rows: list[list[Cell]] = []
    for at, indicator in enumerate(due, 1):
        task = unit.key, indicator.key
        reported, found = material.accepted.get(task), material.found.get(task)
        row: list[Cell] = [at, f"{indicator.label}（{indicator.measure}）"]
        row += [number(material.targets[task].target), "未报" if reported is None else number(reported)]
        row.append(number(found.value) if found else BLANK)
        row.append(BLANK if found is None or reported is None else number(found.value - reported))
        rows.append([*row, REMARK_ROOM, found.reason or BLANK if found else REMARK_ROOM])
    subject: list[tuple[str, Cell]] = [
        ("单位", unit.label),
        ("核验内容", until),
        ("核验日期", BLANK * 6),
    ]
    notes = ("差异本身不扣分；核验数经单位说明情况后确认，按核验数计分。", definition_note(material))
    title = "查访核验表"
    return Sheet(
        "verification", unit.key, title, subject, (Table(title, columns, rows),), notes, name=unit.label
    )
