"""The words of letters to units (反馈意见): what each begins as, and how it stands on paper."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from survey.domain.assessment.outcome import TaskScore, UnitOutcome
from survey.domain.assessment.telling.unit_letter import UnitLetter
from survey.domain.assessment.totals.paper_material import PaperMaterial

from .carried import INDENT, number
from .mending import missed_tasks, problem_words
from .period_words import date_words
from .recorded import decided_or_proposed, record_of, remarks

ASKED = "请对照上述问题，逐项制定整改措施，明确责任人和时限，按时将整改情况报考核办。"
KEEP_ON = "请继续保持，把好的做法坚持下去。"


@dataclass(frozen=True)
class LetterProposal:
    """What a letter begins as, from what is on record; the office edits it."""

    good: str
    mend: str
    asked: str


def proposal_for(material: PaperMaterial, unit: str, advice: Sequence[str]) -> LetterProposal:
    """Return what a unit's letter begins as; ``advice`` is what those who analysed the unit advise."""
    outcome = _outcome(material, unit)
    missed = missed_tasks(material, outcome)
    mend = [problem_words(material, outcome, score) for score in missed]
    mend += _finding_words(material, unit)
    asked = [ASKED if mend else KEEP_ON, *(f"综合分析建议：{said}" for said in advice)]
    return LetterProposal(
        good=_good(material, outcome),
        mend="\n".join(f"{at}. {said}。" for at, said in enumerate(mend, 1)),
        asked="\n".join(asked),
    )


def _good(material: PaperMaterial, outcome: UnitOutcome) -> str:
    full = [score for score in outcome.tasks if score.points and score.earned >= score.points]
    if not full:
        return "全年各项目标任务有序推进。"
    return f"完成较好、得满分的目标任务 {len(full)} 项：{_labels(material, full)}。"


def _labels(material: PaperMaterial, scores: Sequence[TaskScore]) -> str:
    return "、".join(material.definition.indicator[score.indicator].label for score in scores)


def _finding_words(material: PaperMaterial, unit: str) -> list[str]:
    """List what was found on the spot and is less, or more, than was reported."""
    said = []
    for (whose, key), found in material.found.items():
        if whose == unit and found.reported is not None and found.reported != found.value:
            label = material.definition.indicator[key].label
            why = f"，{found.reason}" if found.reason else ""
            said.append(f"现场核验“{label}”：上报 {number(found.reported)}，核实 {number(found.value)}{why}")
    return said


def summary_lines(material: PaperMaterial, unit: str, tells: Collection[str]) -> tuple[str, ...]:
    """Return the sentences on total, rank and band, of which ``tells`` names those that the office allows."""
    definition, outcome = material.definition, _outcome(material, unit)
    said = []
    if "total" in tells:
        said.append(f"总分 {outcome.total} 分" if outcome.total is not None else "总分暂不计算")
    if "rank" in tells and outcome.rank:
        class_ = definition.class_of[unit]
        many = len(definition.units_of[class_.key])
        said.append(f"在{class_.label} {many} 个单位中列第 {outcome.rank} 位")
    if "band" in tells:
        said.append(f"考核等次：{decided_or_proposed(definition, record_of(material), outcome)}")
    lines = [f"{'，'.join(said)}。"] if said else []
    if "total" in tells and (notes := "；".join(remarks(definition, outcome))):
        lines.append(f"需要说明：{notes}。")
    return tuple(lines)


def written_opening(material: PaperMaterial, unit: str, letter: UnitLetter) -> tuple[str, ...]:
    """Return the paragraphs of a letter before its tables."""
    definition = material.definition
    return (
        f"{definition.unit[unit].label}：",
        f"{INDENT}现将你单位{definition.year}年度目标责任考核情况反馈如下。",
        *(f"{INDENT}{line}" for line in letter.summary),
        f"{INDENT}成绩：",
        *_paragraphs(letter.good),
        *((f"{INDENT}存在的问题：", *_paragraphs(letter.mend)) if letter.mend else ()),
    )


def written_closing(letter: UnitLetter) -> tuple[str, ...]:
    """Return the paragraphs of a letter after its tables: what is asked, and by which day."""
    return (
        f"{INDENT}要求：",
        *_paragraphs(letter.asked),
        f"{INDENT}请于{date_words(letter.mend_by)}前将整改情况报考核办。",
        f"{INDENT}对结果有异议的，请在收到本意见书之日起按规定向考核办书面提出，并附有关材料。",
    )


def _paragraphs(text: str) -> list[str]:
    return [f"{INDENT}{line.strip()}" for line in text.split("\n") if line.strip()]


def _outcome(material: PaperMaterial, unit: str) -> UnitOutcome:
    return next(one for one in record_of(material).outcome.units if one.unit == unit)
