"""Why a unit has its bonus, its deduction and its veto, as its letter tells it."""

from survey.domain.assessment.facts import PointEntry
from survey.domain.assessment.scoring.number_words import short
from survey.domain.assessment.totals.paper_material import PaperMaterial

from .carried import INDENT, band_word
from .period_words import date_words


def reasons(material: PaperMaterial, unit: str) -> tuple[str, ...]:
    """Return a letter's paragraphs on what was added, taken off and vetoed: why, by whom and when."""
    entries = [one for one in material.entries if one.unit == unit]
    paragraphs = []
    for name, own in (
        ("加分", [one for one in entries if one.points > 0]),
        ("减分", [one for one in entries if one.points < 0]),
    ):
        if own:
            said = "；".join(_entry_words(material, one) for one in own)
            paragraphs.append(f"{INDENT}{name}事项 {len(own)} 项：{said}。")
    paragraphs += [
        f"{INDENT}一票否决：{one.grounds}，由{one.committee}于{date_words(one.decided_on)}认定，"
        f"等次定为“{band_word(material.definition, one.band)}”{_proof(one.evidence)}。"
        for one in material.vetoes
        if one.unit == unit
    ]
    return tuple(paragraphs)


def _entry_words(material: PaperMaterial, entry: PointEntry) -> str:
    label = material.definition.item[entry.item].label
    sign = "加" if entry.points > 0 else "减"
    day = date_words(entry.decided_on)
    by = f"{entry.approver}于{day}认定" if entry.approver else f"{day}认定"
    why = "，".join(part for part in (label, entry.reason, by) if part)
    return f"{why}，{sign} {short(abs(entry.points))} 分{_proof(entry.evidence)}"


def _proof(evidence: str) -> str:
    return f"（依据：{evidence}）" if evidence else ""
