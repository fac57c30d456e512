"""What every paper of an assessment carries: head, footer, and the lines on what it rests on."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from survey.domain.assessment.definition import LIGHT_WORDS, AssessmentDefinition, Light
from survey.domain.assessment.scoring.places import plain, rounded
from survey.domain.assessment.totals.paper_material import PaperMaterial, RecordFacts
from survey.domain.count.certificate import SigningPart, short_digest
from survey.domain.results.table import Cell, Report, Sheet

from .period_words import date_words

DATE = "年 月 日"
BLANK = "　"
"""Stands in a cell that is to be empty: where there is nothing at all, a dash is printed."""

INDENT = "　　"
"""Two letters' room at the beginning of a letter's paragraph."""


SCORING_PARTS = {SigningPart.TELLER: "计分人", SigningPart.SCRUTINEER: "复核人"}
"""What the two who sign a score record are called: points are no ballots."""


@dataclass(frozen=True)
class PaperParts:
    """What is a paper's own: its forms, its lines for signatures, and facts beside those that all carry.

    ``of_year`` tells that it is about the year's outcome, which is then named by number and digest.
    """

    sheets: tuple[Sheet, ...]
    signatures: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    of_year: bool = True


def report_from(material: PaperMaterial, parts: PaperParts) -> Report:
    """Make a report of a paper's own parts and of what all papers carry."""
    definition, record = material.definition, material.record if parts.of_year else None
    facts = [
        ("组织单位", definition.office),
        (_year_label(definition), f"{definition.year}年度"),
        ("考核代码", definition.code),
        ("方案版本", version_words(material.version)),
        ("取整规则", rounding_words(definition)),
        ("规则摘要", material.digest),
    ]
    if record:
        facts += [("状态", record_words(record)), ("计票摘要", record.digest)]
        facts += [(f"“{label}”的计票结果", digest) for label, digest in count_digests(record, definition)]
    facts += parts.facts
    footer = f"{definition.code} · 方案摘要 {short_digest(material.digest)}"
    footer += f" · 计分结果摘要 {short_digest(record.digest)}" if record and record.digest else ""
    return Report(definition.title, facts, (), parts.signatures, footer, parts.sheets)


def _year_label(definition: AssessmentDefinition) -> str:
    """Label the year so that it stands at the head of forms only where the title does not name it already."""
    return "考核年度" if f"{definition.year}" in definition.title else "年度"


def basis(material: PaperMaterial) -> tuple[str, ...]:
    """Return the notes on what a paper of the year's outcome rests on."""
    record = material.record
    notes = [definition_note(material)]
    if record is None:
        return tuple(notes)
    notes.append(f"{record_words(record)}。")
    counts = "；".join(
        f"{label} {short_digest(digest)}" for label, digest in count_digests(record, material.definition)
    )
    notes += [f"民主测评取计票结果公布的数值，计票结果摘要：{counts}。"] if counts else []
    return tuple(notes)


def definition_note(material: PaperMaterial) -> str:
    """Return the note on the definition that a paper rests on, and on how points are rounded."""
    version = f"考核方案：{version_words(material.version)}，摘要 {short_digest(material.digest)}。"
    return version + rounding_words(material.definition)


def version_words(version: int) -> str:
    """Name a version of definition and targets."""
    return f"第 {version} 次目标调整后" if version else "下达时的原方案"


def rounding_words(definition: AssessmentDefinition) -> str:
    """Describe where points are rounded."""
    rule = definition.composite.rounding
    parts = [("单项得分", rule.items), ("各组成部分", rule.components), ("总分", rule.total)]
    said = "，".join(f"{name}保留 {places} 位小数" for name, places in parts if places is not None)
    exact = "，其余各步不取整" if None in (rule.items, rule.components) else ""
    return f"{said}，四舍五入{exact}。"


def record_words(record: RecordFacts) -> str:
    """Name the record of a year's outcome, and who signed it."""
    if record.number is None:
        return "测算结果，没有存档，不作为考核依据"
    said = f"考核计分结果第 {record.number} 号{_instead(record)}，摘要 {short_digest(record.digest)}"
    if not record.signers:
        return f"{said}，尚未签字确认"
    names = "、".join(f"{SCORING_PARTS[SigningPart(one.part)]} {one.name}" for one in record.signers)
    return f"{said}，已由{names} 在系统中签字确认"


def _instead(record: RecordFacts) -> str:
    """Return which record a later one stands for, when it was made and why."""
    if record.number is None or record.number < 2:
        return ""
    said = [f"取代第 {record.number - 1} 号"]
    said += [f"{date_words(record.made_on)}计算"] if record.made_on else []
    said += [f"理由：{record.reason}"] if record.reason else []
    return f"（{'，'.join(said)}）"


def count_digests(record: RecordFacts, definition: AssessmentDefinition) -> Iterator[tuple[str, str]]:
    """Return the digests of the counts that an outcome rests on, each with its component's label."""
    found = {
        (score.component, score.source): None
        for unit in record.outcome.units
        for score in unit.components
        if score.source
    }
    for component, source in found:
        yield definition.component[component].label, source


def points(value: Fraction | None) -> Decimal | None:
    """Round points for a cell; ``None`` stays."""
    return None if value is None else rounded(value)


def number(value: Fraction | None) -> Decimal | None:
    """Write a number for a cell with as few places as it has; ``None`` stays."""
    return None if value is None else Decimal(plain(value))


def percent(value: Fraction | None) -> Decimal | None:
    """Write a fraction for a cell as a percentage of two places; ``None`` stays."""
    return None if value is None else rounded(100 * value)


LIGHT_TINTS = {
    Light.GREEN: "#d9ead3",
    Light.YELLOW: "#fff2cc",
    Light.RED: "#f4cccc",
    Light.GREY: "#e3e3e3",
}
"""Pale colours, on which a word is read in print without colour too."""


def light_tints(definition: AssessmentDefinition) -> dict[str, str]:
    """Return the colours of what the office calls the lights; one that calls green blue has it blue."""
    return {
        word: "#cfe2f3" if word.startswith("蓝") else LIGHT_TINTS[light]
        for light in Light
        if (word := light_word(definition, light))
    }


def light_word(definition: AssessmentDefinition, light: Light) -> str:
    """Return what the office calls a light."""
    return definition.lights.labels.get(light, LIGHT_WORDS[light])


def band_word(definition: AssessmentDefinition, band: str | None) -> str:
    """Return what a band is called; empty where there is none."""
    return definition.band[band].label if band in definition.band else band or ""


def shared_ranks(values: list[Fraction | None]) -> list[Cell]:
    """Rank values, the highest first; equal ones share a rank, those that are none have none."""
    known = [value for value in values if value is not None]
    return [None if value is None else 1 + sum(other > value for other in known) for value in values]
