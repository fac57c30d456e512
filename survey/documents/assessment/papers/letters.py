"""Letters to units: what each is told of its year (反馈意见书), and what it signs in January (目标责任书)."""

from fractions import Fraction

from survey.domain.assessment.definition import AssessedUnit
from survey.domain.assessment.facts import Target
from survey.domain.assessment.indicators import Indicator
from survey.domain.assessment.outcome import TaskScore, UnitOutcome
from survey.domain.assessment.rule_words import words_of
from survey.domain.assessment.telling.unit_letter import UnitLetter
from survey.domain.assessment.totals.components import is_told
from survey.domain.assessment.totals.paper_material import PaperMaterial, RecordFacts
from survey.domain.count.certificate import SigningPart
from survey.domain.results.table import Cell, Column, Report, Sheet, Table

from .carried import (
    BLANK,
    DATE,
    INDENT,
    PaperParts,
    basis,
    definition_note,
    number,
    points,
    report_from,
)
from .letter_texts import written_closing, written_opening
from .mending import missed_tasks
from .period_words import date_words
from .reasons import reasons
from .recorded import TOO_FEW, UNTOLD, decided_or_proposed, record_of, remarks
from .score_sheets import GROUP_WORDS

FEEDBACK_SIGNATURES = ("考核办（盖章）", "签收人", DATE)
COMMITMENT_SIGNATURES = (
    "甲方（考核办，盖章）",
    "乙方（责任单位，盖章）",
    "包抓领导",
    "责任单位主要负责人",
    DATE,
)
MONTHS = range(1, 13)
TOGETHER = 12
"""So many rows of a plan stay on one page."""


def feedback(material: PaperMaterial) -> Report:
    """Write a letter to each unit on its year; raises ``NotScored`` where there is no outcome."""
    record = record_of(material)
    sheets = tuple(_feedback(material, record, unit) for unit in record.outcome.units)
    return report_from(material, PaperParts(sheets, FEEDBACK_SIGNATURES))


def _feedback(material: PaperMaterial, record: RecordFacts, unit: UnitOutcome) -> Sheet:
    label = material.definition.unit[unit.unit].label
    open_still = _open_still(record, unit)
    if letter := material.letters.get(unit.unit):
        return _written(material, unit, letter, open_still)
    missed = [score for score in unit.tasks if score.earned < score.points]
    tables = [_parts(material, unit)]
    tables += [_shortcomings(material, unit, missed)] if missed else []
    return Sheet(
        "letter",
        unit.unit,
        "考核结果反馈意见书" + ("（征求意见稿）" if open_still else ""),
        (),
        tables,
        (*open_still, *basis(material)),
        name=label,
        opening=_feedback_opening(material, record, unit),
        closing=_feedback_closing(material, missed_tasks(material, unit)),
    )


def _written(
    material: PaperMaterial, unit: UnitOutcome, letter: UnitLetter, open_still: tuple[str, ...]
) -> Sheet:
    """Write a letter with the office's own text; points stand in it only where it tells them."""
    opening = written_opening(material, unit.unit, letter)
    tables = []
    if "scores" in letter.tells:
        missed = [score for score in unit.tasks if score.earned < score.points]
        tables = [_parts(material, unit)]
        tables += [_shortcomings(material, unit, missed)] if missed else []
        opening += reasons(material, unit.unit)
    return Sheet(
        "letter",
        unit.unit,
        "考核结果反馈意见书",
        (),
        tables,
        (*open_still, *basis(material)) if tables else (*open_still, definition_note(material)),
        name=material.definition.unit[unit.unit].label,
        opening=opening,
        closing=written_closing(letter),
    )


def _open_still(record: RecordFacts, unit: UnitOutcome) -> tuple[str, ...]:
    """Return what is to come before a letter is final: the two signatures, the band's decision."""
    lacking = [] if len(record.signers) == len(SigningPart) else ["计分结果尚未签字确认"]
    lacking += [] if unit.unit in record.decisions else ["等次尚未决定"]
    return (f"本件为征求意见稿：{'，'.join(lacking)}，不作为考核依据。",) if lacking else ()


def _feedback_opening(material: PaperMaterial, record: RecordFacts, unit: UnitOutcome) -> tuple[str, ...]:
    definition = material.definition
    class_ = definition.class_of[unit.unit]
    many = len(definition.units_of[class_.key])
    total = f"总分 {unit.total} 分" if unit.total is not None else "总分暂不计算"
    rank = f"，在{class_.label} {many} 个单位中列第 {unit.rank} 位" if unit.rank else ""
    band = decided_or_proposed(definition, record, unit)
    said = "；".join(remarks(definition, unit))
    full = [score for score in unit.tasks if score.points and score.earned >= score.points]
    names = "、".join(definition.indicator[score.indicator].label for score in full)
    lines = [
        f"{definition.unit[unit.unit].label}：",
        f"{INDENT}现将你单位{definition.year}年度目标责任考核结果反馈如下。",
        f"{INDENT}{total}{rank}，考核等次：{band}。{f'需要说明：{said}。' if said else ''}",
    ]
    if names:
        lines.append(f"{INDENT}完成较好、得满分的目标任务 {len(full)} 项：{names}。")
    return (*lines, *reasons(material, unit.unit))


def _feedback_closing(material: PaperMaterial, missed: list[TaskScore]) -> tuple[str, ...]:
    until = material.mend_by
    when = f"于{date_words(until)}前" if until else "按整改台账的时限"
    lines = []
    if missed:
        lines.append(
            f"{INDENT}请你单位对没有完成的目标任务（{len(missed)} 项）逐项整改，{when}书面报考核办。"
        )
    lines.append(f"{INDENT}对结果有异议的，请在收到本意见书之日起按规定向考核办书面提出，并附有关材料。")
    return tuple(lines)


def _parts(material: PaperMaterial, unit: UnitOutcome) -> Table:
    definition = material.definition
    columns = [
        *(
            Column(definition.component[score.component].label, "score", 2, over="组成部分得分")
            for score in unit.components
        ),
        Column("加分", "score", 2),
        Column("减分", "score", 2),
        Column("总分", "score", definition.composite.rounding.total),
    ]
    row: list[Cell] = [
        points(score.value) if is_told(definition, score) else UNTOLD for score in unit.components
    ]
    row += [points(unit.sums.bonus), points(unit.sums.deduction), unit.total]
    few = tuple(
        f"{definition.component[score.component].label}：{TOO_FEW}。"
        for score in unit.components
        if not is_told(definition, score)
    )
    return Table("一、得分情况", columns, [row], few)


def _shortcomings(material: PaperMaterial, unit: UnitOutcome, missed: list[TaskScore]) -> Table:
    columns = [
        Column("序号", "count"),
        Column("目标任务"),
        Column("年度目标", "score"),
        Column("完成数", "score"),
        Column("分值", "score", 2),
        Column("得分", "score", 2),
        Column("失分", "score", 2),
        Column("计分过程", prose=True),
    ]
    rows = []
    for at, score in enumerate(missed, 1):
        indicator = material.definition.indicator[score.indicator]
        target = material.targets.get((unit.unit, score.indicator))
        lost = score.points - score.earned
        row: list[Cell] = [at, f"{indicator.label}（{indicator.measure}）"]
        row += [number(target.target if target else None), _actual(score)]
        row += [points(score.points), points(score.earned), points(lost), score.words]
        rows.append(row)
    return Table("二、失分的目标任务", columns, rows)


def _actual(score: TaskScore) -> Cell:
    return "未报" if score.actual is None else number(score.actual)


def commitments(material: PaperMaterial) -> Report:
    """Write what each unit commits itself to, to be signed."""
    sheets = tuple(_commitment(material, unit) for unit in material.definition.units)
    return report_from(material, PaperParts(sheets, COMMITMENT_SIGNATURES, of_year=False))


def _commitment(material: PaperMaterial, unit: AssessedUnit) -> Sheet:
    definition = material.definition
    tasks = [
        (indicator, material.targets[unit.key, indicator.key])
        for indicator in definition.indicators
        if (unit.key, indicator.key) in material.targets
    ]
    planned = [(indicator, target) for indicator, target in tasks if any(p is not None for p in target.plan)]
    tables = [_tasks(tasks)]
    tables += [_plans(planned)] if planned else []
    head = f"主要负责人{unit.head}，" if unit.head else ""
    leader = f"包抓领导{unit.leader}，" if unit.leader else ""
    opening = (
        f"{INDENT}为落实{definition.year}年度各项目标任务，{unit.label}（{head}{leader}考核类别："
        f"{definition.class_of[unit.key].label}）承诺完成下列目标任务 {len(tasks)} 项，"
        f"按《{definition.title}》方案接受考核。",
    )
    notes: tuple[str, ...] = (
        definition_note(material),
        "目标任务下达后只能按目标调整程序变更，每次调整都有编号、理由和依据文件。",
    )
    title = f"{unit.label}{definition.year}年度目标责任书" + ("（草案）" if material.is_draft else "")
    notes += ("本件为草案：考核方案尚未下达，签字前以下达的为准。",) if material.is_draft else ()
    return Sheet("letter", unit.key, title, (), tables, notes, opening=opening)


def _tasks(tasks: list[tuple[Indicator, Target]]) -> Table:
    columns = [
        Column("序号", "count"),
        Column("目标任务"),
        Column("类型"),
        Column("上年实绩", "score"),
        Column("年度目标", "score"),
        Column("分值", "score"),
        Column("计分细则", prose=True),
    ]
    rows: list[list[Cell]] = []
    for at, (indicator, target) in enumerate(tasks, 1):
        row: list[Cell] = [at, f"{indicator.label}（{indicator.measure}）", GROUP_WORDS[indicator.group]]
        row += [number(target.base), number(target.target), number(_points(indicator, target))]
        rows.append([*row, words_of(indicator, target)])
    whole = sum((_points(indicator, target) for indicator, target in tasks), Fraction(0))
    rows.append([BLANK, "合计", *(BLANK,) * 3, number(whole), BLANK])
    return Table("一、目标任务", columns, rows, strong=1)


def _points(indicator: Indicator, target: Target) -> Fraction:
    return indicator.points if target.points is None else target.points


def _plans(planned: list[tuple[Indicator, Target]]) -> Table:
    columns = [
        Column("序号", "count"),
        Column("目标任务"),
        *(Column(f"{month}月", "score", over="累计到各月底应完成") for month in MONTHS),
    ]
    rows: list[list[Cell]] = [
        [at, f"{indicator.label}（{indicator.measure}）", *(number(value) for value in target.plan)]
        for at, (indicator, target) in enumerate(planned, 1)
    ]
    return Table(
        "二、序时计划",
        columns,
        rows,
        ("没有列出的目标任务按月平均安排，当期水平类指标每月按年度目标。",),
        # Signed together: the plan stands on the page of its signatures, where a page has room for it.
        block=len(rows) if len(rows) <= TOGETHER else 1,
    )
