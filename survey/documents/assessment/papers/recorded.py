"""What papers of the year's outcome ask of it: the record, a unit's band, and what must be said beside it."""

from collections.abc import Iterator, Sequence

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Lacking
from survey.domain.assessment.outcome import UnitOutcome
from survey.domain.assessment.totals.outcome_words import LACKING_WORDS
from survey.domain.assessment.totals.paper_material import DecidedBand, PaperMaterial, RecordFacts
from survey.domain.definition.weighting import Missing
from survey.domain.errors import NotScored

from .carried import band_word

UNTOLD = "不告知"
"""Stands in the place of a value that a unit is not told."""

_MISSING_WORDS = {
    Missing.ZERO: "缺的部分按 0 分计。",
    Missing.RENORMALISE: "缺的部分不计入，总分只由其余的组成部分得出。",
    Missing.WITHHOLD: "缺组成部分的单位暂不计总分。",
}

TOO_FEW = "评分人数不足，不单独告知得分"
"""Says why a unit is not told a value."""


def record_of(material: PaperMaterial) -> RecordFacts:
    """Return the outcome that a paper is about; raises ``NotScored`` where there is none."""
    if material.record is None:
        raise NotScored(f"{material.definition.code} has no outcome yet")
    return material.record


def decided_or_proposed(definition: AssessmentDefinition, record: RecordFacts, unit: UnitOutcome) -> str:
    """Return the band that was decided for a unit; before that the proposed one, marked so."""
    decision = record.decisions.get(unit.unit)
    if decision:
        return band_word(definition, decision.band)
    if unit.tied:
        return "同分待定"
    return f"{band_word(definition, unit.proposed)}（建议）" if unit.proposed else "待定"


def remarks(definition: AssessmentDefinition, unit: UnitOutcome) -> Iterator[str]:
    """Return what must be said wherever a unit's total stands."""
    parts = [
        score
        for score in unit.components
        if definition.composite.takes(definition.component[score.component])
    ]
    lacking = [score for score in parts if score.value is None]
    for score in lacking:
        label = definition.component[score.component].label
        why = f"（{LACKING_WORDS[score.why]}）" if score.why else ""
        yield f"缺“{label}”{why}"
    if lacking and unit.total is not None:
        zero = definition.composite.missing is Missing.ZERO
        rest = f"总分只由 {unit.parts} 个组成部分得出（共 {len(parts)} 个）"
        yield "缺的部分按 0 分计" if zero else rest
    if unit.vetoed:
        yield "一票否决"
    if unit.binding_missed:
        yield f"约束性指标未完成：{'、'.join(definition.indicator[key].label for key in unit.binding_missed)}"
    if unit.tied:
        yield "同分，名额不足，由会议决定"


def row_remarks(definition: AssessmentDefinition, unit: UnitOutcome) -> str:
    """Return what is said of a unit in a list of its class: short, as ``lacking_notes`` stand under it."""
    said = [
        f"缺“{definition.component[score.component].label}”"
        for score in unit.components
        if score.value is None
    ]
    said += ["一票否决"] if unit.vetoed else []
    if unit.binding_missed:
        missed = "、".join(definition.indicator[key].label for key in unit.binding_missed)
        said.append(f"约束性指标未完成：{missed}")
    said += ["同分，名额不足，由会议决定"] if unit.tied else []
    return "；".join(said)


def lacking_notes(definition: AssessmentDefinition, units: Sequence[UnitOutcome]) -> tuple[str, ...]:
    """Note once under a list which parts some units lack, why, and what comes of it."""
    found: dict[tuple[str, Lacking | None], list[str]] = {}
    for unit in units:
        for score in unit.components:
            if score.value is None:
                found.setdefault((score.component, score.why), []).append(definition.unit[unit.unit].label)
    if not found:
        return ()
    parts = []
    for (component, why), labels in found.items():
        whom = "全部单位" if len(labels) == len(units) else "、".join(labels)
        reason = f"，{LACKING_WORDS[why]}" if why else ""
        parts.append(f"缺“{definition.component[component].label}”{reason}（{whom}）")
    return (f"{'；'.join(parts)}。{_MISSING_WORDS[definition.composite.missing]}",)


def departs(record: RecordFacts, unit: UnitOutcome) -> DecidedBand | None:
    """Return the decision on a unit where it is another than the sum proposes, or the sum left it open."""
    decision = record.decisions.get(unit.unit)
    return decision if decision and (unit.tied or decision.band != unit.proposed) else None


def by_rank(record: RecordFacts, class_key: str) -> list[UnitOutcome]:
    """Return the units of a class by rank, those without one last, equal ones as defined."""
    units = [unit for unit in record.outcome.units if unit.class_key == class_key]
    return sorted(units, key=lambda unit: (unit.rank is None, unit.rank or 0))
