"""The sums of a unit's year in words: how each part, and the total, come about."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from survey.domain.assessment.composite_rules import (
    SCORE,
    BonusUse,
    Combine,
    Component,
    CompositeRules,
    CountedRow,
)
from survey.domain.assessment.facts import EnteredValue, Lacking
from survey.domain.assessment.outcome import ComponentScore, EntrySums
from survey.domain.assessment.scoring.number_words import short
from survey.domain.assessment.scoring.places import PLACES, kept, shown

from .sheet_values import SheetMean

LACKING_WORDS = {
    Lacking.WITHHELD: "样本过小，不予显示",
    Lacking.NOT_CERTIFIED: "没有签字确认的计票结果",
    Lacking.NOT_REPORTED: "没有填报",
    Lacking.NO_SCORERS: "没有人评分",
}
OPERAND_PLACES = 4
"""To how many places, at least, a value is written that a sum goes on with and that has no end before."""

FINER = "（按未取舍的各部分计算，与所列各数相加略有出入）"
"""Stands after a total that the parts, as they are shown, would not quite come to."""
ROW_WORDS = {CountedRow.WEIGHTED: "加权", CountedRow.POOLED: "合计"}


def operand(value: Fraction) -> str:
    """Write a value that a sum goes on with: with two places, or with so many that the sum can be redone."""
    return shown(value) if kept(value, PLACES) == value else short(value, OPERAND_PLACES)


def share_words(earned: Fraction, points: Fraction) -> str:
    """Word what tasks came to: 100 × earned ÷ points."""
    return f"100 × {operand(earned)} ÷ {short(points)} = {shown(100 * earned / points)}"


def periods_words(parts: Iterable[tuple[str, Fraction, Fraction]]) -> str:
    """Word what periods came to; ``parts`` are period, weight and value."""
    return "；".join(
        f"{period} 得 {operand(value)}（权重 {short(weight)}）" for period, weight, value in parts
    )


def counted_words(component: Component, value: Decimal) -> str:
    """Word which displayed value of which campaign was taken."""
    row = ROW_WORDS[component.row]
    what = f"{row}得分 {value}" if component.value == SCORE else f"{row}比率 {value}%"
    return f"测评活动“{component.campaign}”计票结果，{what}"


def sheet_words(mean: SheetMean) -> str:
    """Word how many scorers a sheet's mean is taken over, and who was left out."""
    said = [f"{mean.scorers} 人评分"]
    said += [f"去掉 {mean.high} 个最高分"] if mean.high else []
    said += [f"去掉 {mean.low} 个最低分"] if mean.low else []
    said += [f"{mean.unfinished} 人没有填完，不计"] if mean.unfinished else []
    return "，".join(said)


def entered_words(entered: EnteredValue, lacking: Lacking | None) -> str:
    """Word what was typed in, from which document, and in the place of what."""
    said = f"录入 {short(entered.value)}（{entered.document}）"
    return said if lacking is None else f"{LACKING_WORDS[lacking]}，{said}"


def step_words(component: Component, raw: Fraction, points: Fraction) -> str:
    """Word into how many points a value was turned by the component's bands."""
    reached = [least for least, _ in component.at if raw >= least]
    where = f"达到 {short(max(reached))}" if reached else "低于最低一档"
    return f"{operand(raw)} {where}，计 {short(points)}"


def factor_words(value: Fraction, factor: Fraction) -> str:
    """Word how the unit's factor was applied."""
    return f"{operand(value)} × 难度系数 {short(factor)} = {shown(value * factor)}"


def total_words(
    rules: CompositeRules,
    parts: Sequence[tuple[Component, ComponentScore]],
    counted: Sequence[tuple[Component, Fraction]],
    sums: EntrySums,
    total: str | None,
) -> str:
    """Word how the total comes about, that it rests on fewer parts where it does, or why there is none.

    ``counted`` are the components that it is made of, each with its value.
    """
    lacking = [(component, score) for component, score in parts if score.value is None]
    reasons = "、".join(f"{c.label}（{LACKING_WORDS[s.why]}）" if s.why else c.label for c, s in lacking)
    if total is None:
        return f"缺{reasons}，暂不计总分"
    said = f"{_combined(rules, counted)}{_entries(rules, sums)} = {total}"
    if not lacking:
        return said
    zeros = len(counted) == len(parts)
    how = "按 0 分计" if zeros else f"未计入，总分只由其余 {len(counted)} 部分得出"
    return f"{said}；缺{reasons}，{how}"


def _combined(rules: CompositeRules, counted: Sequence[tuple[Component, Fraction]]) -> str:
    places = rules.rounding.components
    values = [operand(value) if places is None else short(kept(value, places)) for _, value in counted]
    if rules.combine is Combine.LOWEST:
        return f"取最低：{'、'.join(values)}"
    weights = [component.weight for component, _ in counted]
    products = " ＋ ".join(
        f"{short(weight)} × {value}" for weight, value in zip(weights, values, strict=True)
    )
    return f"（{products}）÷ {short(sum(weights, Fraction(0)))}"


def _entries(rules: CompositeRules, sums: EntrySums) -> str:
    bonus = f" ＋ 加分 {short(sums.bonus)}" if sums.bonus and rules.bonus is BonusUse.POINTS else ""
    return bonus + (f" − 减分 {short(sums.deduction)}" if sums.deduction else "")
