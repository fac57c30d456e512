"""The bulletin of a period (通报): how units stand against their plans, and where they lag most."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from survey.domain.assessment.definition import Light, UnitClass
from survey.domain.assessment.outcome import UnitStanding
from survey.domain.assessment.totals.paper_material import BulletinFacts, PaperMaterial
from survey.domain.count.certificate import short_digest
from survey.domain.errors import UnknownPeriod
from survey.domain.results.table import Cell, Column, Report, Sheet, Table

from .bulletin_lights import extremes_sheet, light_sheets
from .carried import (
    BLANK,
    DATE,
    INDENT,
    PaperParts,
    light_word,
    percent,
    points,
    report_from,
    shared_ranks,
    version_words,
)
from .period_words import period_words
from .task_lists import all_tasks, correction_sheet, gap_sheet, lag_sheet

HEADING = f"发文字号：{BLANK * 8}〔{BLANK * 3}〕{BLANK * 3}号"
ADDRESSEE = f"主送：{BLANK * 12}"


def bulletin(material: PaperMaterial) -> Report:
    """Write a period's bulletin; raises ``UnknownPeriod`` where the material has none."""
    facts = standing_of(material)
    first = Sheet(
        "bulletin",
        facts.standing.period,
        f"{period_words(facts.standing.period)}目标任务落实情况通报",
        (),
        [_ranking(material, facts, one) for one in _classes(material)],
        (*_ranking_notes(facts), *_basis(material)),
        opening=_opening(material, facts),
    )
    sheets = (
        first,
        gap_sheet(material, facts),
        lag_sheet(material, facts),
        extremes_sheet(material, facts),
        *light_sheets(material, facts),
        *([correction_sheet(material, facts)] if facts.corrections else []),
    )
    # One letter, signed once at its end: what follows its first form goes on below it.
    *before, last = (replace(sheet, signatures=(), follows=at > 0) for at, sheet in enumerate(sheets))
    signatures = ("签发人", f"{material.definition.office}（盖章）", DATE)
    forms = (*before, replace(last, signatures=None))
    return report_from(material, PaperParts(forms, signatures, bulletin_head(facts), of_year=False))


def bulletin_head(facts: BulletinFacts) -> tuple[tuple[str, str], ...]:
    """Return what stands at the head of a period's papers: the bulletin's number, or that there is none."""
    open_still = "本期尚未结账，数字可能变动"
    return (("期次", open_still if facts.number is None else f"第 {facts.number} 期"),)


def bulletin_rows(material: PaperMaterial) -> tuple[Table, ...]:
    """List all tasks of a period, for spreadsheets; raises ``UnknownPeriod`` as ``bulletin`` does."""
    return (all_tasks(material, standing_of(material)),)


def standing_of(material: PaperMaterial) -> BulletinFacts:
    """Return the period that a paper is about; raises ``UnknownPeriod`` where there is none."""
    if material.bulletin is None:
        raise UnknownPeriod("there is no standing of this period yet")
    return material.bulletin


def _classes(material: PaperMaterial) -> Sequence[UnitClass]:
    return [one for one in material.definition.classes if material.definition.units_of[one.key]]


def _opening(material: PaperMaterial, facts: BulletinFacts) -> tuple[str, ...]:
    units = facts.standing.units
    assigned, on_pace = sum(unit.assigned for unit in units), sum(unit.on_pace for unit in units)
    lights = "、".join(
        f"{light_word(material.definition, light)} {sum(unit.lights.get(light, 0) for unit in units)} 项"
        for light in Light
    )
    rate = f"，落实率 {percent(Fraction(on_pace, assigned))}%" if assigned else ""
    return (
        HEADING,
        ADDRESSEE,
        f"{INDENT}截至{period_words(facts.standing.period)}底，{len(units)} 个被考核单位本期应考核目标任务"
        f" {assigned} 项，达到序时进度 {on_pace} 项{rate}。其中{lights}。现将有关情况通报如下。",
    )


def _ranking(material: PaperMaterial, facts: BulletinFacts, one: UnitClass) -> Table:
    """List the units of a class by the share of their tasks that are on pace."""
    definition = material.definition
    units = [unit for unit in facts.standing.units if definition.class_of[unit.unit].key == one.key]
    rates = [unit.rate if _is_reported(unit) else None for unit in units]
    ranks = dict(zip((unit.unit for unit in units), shared_ranks(rates), strict=True))
    units.sort(key=lambda unit: (ranks[unit.unit] is None, -(unit.rate or 0)))
    columns = [
        Column("排名", "count"),
        Column("单位"),
        Column("应考核", "count", over="目标任务（项）"),
        Column("达到进度", "count", over="目标任务（项）"),
        Column("落实率(%)", "percent", 2),
        *(Column(light_word(definition, light), "count", over="预警（项）") for light in Light),
        Column("第一", "count", over="单项名次"),
        Column("末位", "count", over="单项名次"),
        *([Column("模拟得分", "score", 2)] if facts.simulated else []),
    ]
    rows = [_ranked(facts, unit, ranks[unit.unit], definition.unit[unit.unit].label) for unit in units]
    return Table(f"{one.label}落实率排名", columns, rows)


def _is_reported(unit: UnitStanding) -> bool:
    """Return whether anything of a unit is accepted: without a number it stands nowhere among the others."""
    return unit.lights.get(Light.GREY, 0) < unit.assigned


def _ranked(facts: BulletinFacts, unit: UnitStanding, rank: Cell, label: str) -> list[Cell]:
    row: list[Cell] = [rank, label, unit.assigned, unit.on_pace, percent(unit.rate)]
    row += [unit.lights.get(light, 0) for light in Light]
    row += [unit.first, unit.last] if _is_reported(unit) else [None, None]
    if facts.simulated:
        scores = facts.simulated.get(unit.unit, ())
        whole = sum((score.points for score in scores), Fraction(0))
        earned = sum((score.earned for score in scores), Fraction(0))
        row.append(points(100 * earned / whole) if whole else None)
    return row


def _ranking_notes(facts: BulletinFacts) -> tuple[str, ...]:
    notes = [
        "落实率 = 达到序时进度的项数 ÷ 应考核的项数，相同的排名并列，全部未报的不排名；"
        "单项名次是在本类别内居第一、末位的项数。"
    ]
    if facts.simulated:
        notes.append("模拟得分以本期计划数代替年度目标、按计分细则折算成百分制，仅供对照，不是考核结果。")
    return tuple(notes)


def _basis(material: PaperMaterial) -> tuple[str, ...]:
    return (
        f"考核方案：{version_words(material.version)}，摘要 {short_digest(material.digest)}。"
        "完成数以查访核验的为准，没有核验的以审核通过的为准；比例四舍五入，保留 2 位小数。",
    )
