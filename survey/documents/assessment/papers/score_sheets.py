"""Score sheets (考核计分表): every point of a unit with its rule, its number and its sum."""

from fractions import Fraction

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Target, UnitTask
from survey.domain.assessment.indicators import IndicatorGroup
from survey.domain.assessment.outcome import ComponentScore, TaskScore, UnitOutcome
from survey.domain.assessment.rule_words import words_of
from survey.domain.assessment.totals.components import is_told
from survey.domain.assessment.totals.outcome_words import LACKING_WORDS
from survey.domain.assessment.totals.paper_material import PaperMaterial, RecordFacts
from survey.domain.count.certificate import short_digest
from survey.domain.results.table import Cell, Column, Report, Sheet, Table

from .carried import BLANK, DATE, PaperParts, band_word, basis, number, points, report_from
from .period_words import date_words
from .recorded import TOO_FEW, UNTOLD, decided_or_proposed, record_of

SIGNATURES = ("计分人", "复核人", "考核组组长", "被考核单位负责人", DATE)
SUM_KEPT = "算式含不单独告知的部分，由考核办存档备查"
GROUP_WORDS = {
    IndicatorGroup.COMMON: "共性",
    IndicatorGroup.SPECIFIC: "个性",
    IndicatorGroup.BINDING: "约束性",
}


def score_sheets(material: PaperMaterial) -> Report:
    """Write a form for each unit; raises ``NotScored`` where there is no outcome."""
    record = record_of(material)
    sheets = tuple(_form(material, record, unit) for unit in record.outcome.units)
    return report_from(material, PaperParts(sheets, SIGNATURES))


def _form(material: PaperMaterial, record: RecordFacts, unit: UnitOutcome) -> Sheet:
    definition = material.definition
    label = definition.unit[unit.unit].label
    subject: list[tuple[str, Cell]] = [
        ("单位", label),
        ("考核类别", definition.class_of[unit.unit].label),
        ("总分", unit.total if unit.total is not None else "暂不计分"),
        ("名次", unit.rank),
        ("等次", decided_or_proposed(definition, record, unit)),
    ]
    tables = [_tasks(material, unit), _components(material, unit)]
    tables += [_entries(material, unit)] if _has_entries(material, unit) else []
    title = "目标责任考核计分表"
    notes = (*basis(material), *_exactness(definition))
    return Sheet("unit", unit.unit, title, subject, tables, notes, name=label)


def _exactness(definition: AssessmentDefinition) -> list[str]:
    """Note that sums go on with what is not rounded, where the rules round single items nowhere."""
    if definition.composite.rounding.items is not None:
        return []
    return ["合计按未取整的数计算，显示保留两位小数；算式中除不尽的数写出六位有效数字。"]


def _tasks(material: PaperMaterial, unit: UnitOutcome) -> Table:
    columns = [
        Column("序号", "count"),
        Column("指标"),
        Column("类型"),
        Column("计分细则", prose=True),
        Column("年度目标", "score"),
        Column("上年实绩", "score"),
        Column("完成数", "score"),
        Column("分值", "score", 2),
        Column("得分", "score", 2),
        Column("计分过程", prose=True),
    ]
    rows = [_task(material, unit.unit, at, score) for at, score in enumerate(unit.tasks, 1)]
    whole = sum((score.points for score in unit.tasks), Fraction(0))
    earned = sum((score.earned for score in unit.tasks), Fraction(0))
    last: list[Cell] = [BLANK, "合计", *(BLANK,) * 5, points(whole), points(earned), BLANK]
    rows.append(last)
    return Table("目标任务得分", columns, rows, _task_notes(material, unit), strong=1)


def _task(material: PaperMaterial, unit: str, at: int, score: TaskScore) -> list[Cell]:
    indicator = material.definition.indicator[score.indicator]
    target = _target(material, (unit, score.indicator))
    return [
        at,
        f"{indicator.label}（{indicator.measure}）",
        GROUP_WORDS[indicator.group],
        words_of(indicator, target),
        number(target.target),
        number(target.base),
        number(score.actual) if score.actual is not None else "未报",
        points(score.points),
        points(score.earned),
        score.words,
    ]


def _target(material: PaperMaterial, task: UnitTask) -> Target:
    return material.targets.get(task) or Target(*task, None)


def _task_notes(material: PaperMaterial, unit: UnitOutcome) -> list[str]:
    """Return notes on what was found on the spot, and on binding indicators that were missed."""
    definition = material.definition
    notes = []
    for score in unit.tasks:
        found = material.found.get((unit.unit, score.indicator))
        if found is None:
            continue
        reported = material.accepted.get((unit.unit, score.indicator))
        said = f"填报 {number(reported)}，" if reported is not None else ""
        why = f"（{found.reason}）" if found.reason else ""
        label = definition.indicator[score.indicator].label
        notes.append(f"{label}：{said}查访核验为 {number(found.value)}{why}，按核验数计分。")
    if unit.binding_missed:
        labels = "、".join(definition.indicator[key].label for key in unit.binding_missed)
        ceiling = definition.composite.binding_ceiling
        limit = f"，等次不高于“{band_word(definition, ceiling)}”" if ceiling else ""
        notes.append(f"约束性指标未完成：{labels}{limit}。")
    return notes


def _components(material: PaperMaterial, unit: UnitOutcome) -> Table:
    columns = [
        Column("组成部分"),
        Column("权重", "score"),
        Column("得分", "score", 2),
        Column("说明", prose=True),
    ]
    definition = material.definition
    rows: list[list[Cell]] = [
        [
            definition.component[score.component].label,
            number(definition.component[score.component].weight),
            points(score.value) if is_told(definition, score) else UNTOLD,
            _component_words(score) if is_told(definition, score) else TOO_FEW,
        ]
        for score in unit.components
    ]
    all_told = all(is_told(definition, score) for score in unit.components)
    words = unit.sums.words or BLANK
    rows.append(["加分", BLANK, points(unit.sums.bonus), words if unit.sums.bonus else BLANK])
    rows.append(["减分", BLANK, points(unit.sums.deduction), words if unit.sums.deduction else BLANK])
    # The sum names every part, and with it the one that the unit is not told.
    rows.append(["总分", BLANK, unit.total, unit.words if all_told else SUM_KEPT])
    return Table("综合得分", columns, rows, strong=1)


def _component_words(score: ComponentScore) -> str:
    said = [score.words] if score.words else []
    if score.why and score.value is None and not score.words:
        said.append(LACKING_WORDS[score.why])
    if score.source:
        said.append(f"计票结果摘要 {short_digest(score.source)}")
    return "；".join(said)


def _has_entries(material: PaperMaterial, unit: UnitOutcome) -> bool:
    entries = any(one.unit == unit.unit for one in material.entries)
    return entries or any(one.unit == unit.unit for one in material.vetoes)


def _entries(material: PaperMaterial, unit: UnitOutcome) -> Table:
    definition = material.definition
    columns = [
        Column("事项"),
        Column("分值", "score"),
        Column("事由", prose=True),
        Column("依据", prose=True),
        Column("认定机构"),
        Column("认定日期"),
    ]
    rows: list[list[Cell]] = [
        [
            definition.item[one.item].label,
            number(one.points),
            one.reason,
            one.evidence,
            one.approver,
            date_words(one.decided_on),
        ]
        for one in material.entries
        if one.unit == unit.unit
    ]
    rows += [
        [
            f"一票否决：{band_word(definition, one.band)}",
            BLANK,
            one.grounds,
            one.evidence,
            one.committee,
            date_words(one.decided_on),
        ]
        for one in material.vetoes
        if one.unit == unit.unit
    ]
    return Table("加减分和一票否决", columns, rows)


def score_rows(material: PaperMaterial) -> tuple[Table, ...]:
    """List the points of all units, for spreadsheets; raises ``NotScored`` where there is no outcome."""
    record = record_of(material)
    columns = [
        Column("单位"),
        Column("指标"),
        Column("完成数", "score"),
        Column("分值", "score", 2),
        Column("得分", "score", 2),
        Column("计分过程"),
    ]
    definition = material.definition
    rows: list[list[Cell]] = [
        [
            definition.unit[unit.unit].label,
            definition.indicator[score.indicator].label,
            number(score.actual),
            points(score.points),
            points(score.earned),
            score.words,
        ]
        for unit in record.outcome.units
        for score in unit.tasks
    ]
    return (Table("各单位目标任务得分", columns, rows),)
