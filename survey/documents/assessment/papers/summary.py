"""Lists of a class: the summary of totals (综合得分汇总表) and the proposal of bands (等次建议表)."""

from decimal import Decimal
from fractions import Fraction

from survey.domain.assessment.composite_rules import RatingBand
from survey.domain.assessment.definition import AssessmentDefinition, UnitClass
from survey.domain.assessment.outcome import UnitOutcome
from survey.domain.assessment.scoring.places import plain
from survey.domain.assessment.totals.paper_material import PaperMaterial, RecordFacts
from survey.domain.assessment.totals.proposal import quota_seats
from survey.domain.results.table import Cell, Column, Report, Sheet, Table

from .carried import BLANK, DATE, PaperParts, band_word, basis, points, report_from
from .period_words import date_words
from .recorded import by_rank, departs, lacking_notes, record_of, row_remarks

SUMMARY_SIGNATURES = ("计分人", "复核人", "考核办负责人", DATE)
PROPOSAL_SIGNATURES = ("考核办负责人", "考核领导小组组长", DATE)


def summary(material: PaperMaterial) -> Report:
    """Write a list of totals for each class; raises ``NotScored`` where there is no outcome."""
    record = record_of(material)
    sheets = tuple(_summary(material, record, one) for one in _classes(material.definition))
    return report_from(material, PaperParts(sheets, SUMMARY_SIGNATURES))


def proposal(material: PaperMaterial) -> Report:
    """Write a proposal of bands for each class; raises ``NotScored`` where there is no outcome."""
    record = record_of(material)
    sheets = tuple(_proposal(material, record, one) for one in _classes(material.definition))
    return report_from(material, PaperParts(sheets, PROPOSAL_SIGNATURES))


def _classes(definition: AssessmentDefinition) -> list[UnitClass]:
    return [one for one in definition.classes if definition.units_of[one.key]]


def _summary(material: PaperMaterial, record: RecordFacts, one: UnitClass) -> Sheet:
    definition = material.definition
    columns = [
        Column("名次", "count"),
        Column("单位"),
        *(
            Column(f"{part.label}\n权重 {plain(part.weight)}", "score", 2, over="组成部分得分")
            for part in definition.components
        ),
        Column("加分", "score", 2),
        Column("减分", "score", 2),
        Column("总分", "score", definition.composite.rounding.total),
        Column("建议等次"),
        Column("确定等次"),
        Column("备注", prose=True),
    ]
    units = by_rank(record, one.key)
    rows = [_total(definition, record, unit) for unit in units]
    title = f"{one.label}综合得分汇总表"
    return Sheet(
        "totals",
        one.key,
        title,
        (),
        (Table(title, columns, rows),),
        (*lacking_notes(definition, units), *basis(material)),
    )


def _total(definition: AssessmentDefinition, record: RecordFacts, unit: UnitOutcome) -> list[Cell]:
    return [
        unit.rank,
        definition.unit[unit.unit].label,
        *(points(score.value) for score in unit.components),
        points(unit.sums.bonus),
        points(unit.sums.deduction),
        unit.total,
        "同分待定" if unit.tied else band_word(definition, unit.proposed),
        _decided(definition, record, unit),
        "；".join(filter(None, (row_remarks(definition, unit), _departure(record, unit)))) or BLANK,
    ]


def _departure(record: RecordFacts, unit: UnitOutcome) -> str:
    """Note that a decision departs from what the sum proposes, and why."""
    decision = departs(record, unit)
    if decision is None or unit.tied:
        return ""
    return "确定等次与建议不同" + (f"：{decision.reason}" if decision.reason else "")


def _decided(definition: AssessmentDefinition, record: RecordFacts, unit: UnitOutcome) -> str:
    decision = record.decisions.get(unit.unit)
    return band_word(definition, decision.band) if decision else BLANK


def _proposal(material: PaperMaterial, record: RecordFacts, one: UnitClass) -> Sheet:
    definition = material.definition
    units = by_rank(record, one.key)
    columns = [
        Column("名次", "count"),
        Column("单位"),
        Column("总分", "score", definition.composite.rounding.total),
        Column("建议等次"),
        Column("需要说明的情况", prose=True),
        Column("确定等次"),
        Column("决定机构和日期"),
        Column("与建议不同的理由", prose=True),
    ]
    rows = [_proposed(definition, record, unit) for unit in units]
    title = f"{one.label}等次建议表"
    notes = (
        "等次由会议决定，本表只是按规则得出的建议；一票否决的单位不占名额，约束性指标未完成的降低等次。",
        *lacking_notes(definition, units),
        *basis(material),
    )
    tables = (_quotas(definition, record, one, units), Table("等次建议", columns, rows))
    return Sheet("proposal", one.key, title, (), tables, notes)


def _quotas(
    definition: AssessmentDefinition, record: RecordFacts, one: UnitClass, units: list[UnitOutcome]
) -> Table:
    """List the bands with their borders and places, and how many are proposed and decided for each."""
    columns = [
        Column("等次"),
        Column("总分不低于", "score"),
        Column("名额规定"),
        Column("本类名额", "count"),
        Column("建议单位数", "count"),
        Column("同分待定", "count"),
        Column("确定单位数", "count"),
    ]
    rows: list[list[Cell]] = []
    decided = [record.decisions[unit.unit] for unit in units if unit.unit in record.decisions]
    for band in definition.composite.bands:
        seats = quota_seats(band, len(definition.units_of[one.key]))
        placed = [unit for unit in units if unit.proposed == band.key]
        rows.append(
            [
                band.label,
                Decimal(plain(band.at_least)),
                _quota_words(band),
                "不限" if seats is None else seats,
                sum(not unit.tied for unit in placed),
                sum(unit.tied for unit in placed),
                sum(one.band == band.key for one in decided) if decided else BLANK,
            ]
        )
    return Table(f"名额（{one.label} {len(units)} 个单位）", columns, rows)


def _quota_words(band: RatingBand) -> str:
    if band.quota is None:
        return "不限"
    if isinstance(band.quota, Fraction):
        return f"本类单位数的 {plain(100 * band.quota)}%"
    return f"{band.quota} 个"


def _proposed(definition: AssessmentDefinition, record: RecordFacts, unit: UnitOutcome) -> list[Cell]:
    decision = record.decisions.get(unit.unit)
    return [
        unit.rank,
        definition.unit[unit.unit].label,
        unit.total,
        "同分待定" if unit.tied else band_word(definition, unit.proposed),
        row_remarks(definition, unit) or BLANK,
        band_word(definition, decision.band) if decision else BLANK,
        f"{decision.committee}\n{date_words(decision.decided_on)}" if decision else BLANK,
        departure.reason or BLANK if (departure := departs(record, unit)) else BLANK,
    ]
