"""The report on an evaluation (测评情况报告): what was asked, how it was counted, what came out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from survey.domain.count.certificate import Certificate
from survey.domain.count.disclosure import Why
from survey.domain.count.results import Results
from survey.domain.definition.campaign import Definition, EntryMode, State
from survey.domain.definition.form import Question, QuestionKind, Section, ShareBasis
from survey.domain.results.subjects import name_label

from .official import SIGNATURES, WITHHELD, sign_lines, written
from .official_lists import nomination_sheet
from .official_words import EVERYBODY, OTHERS
from .result_view import Screen
from .rules_text import late_notes, overall_label, ranking_notes, sms_numbers
from .screen_rows import Ranking, Scored
from .table import Cell, Column, Table
from .voting_period import voting_period

_STATES = {State.COUNTED: "已计票，尚未签字确认"}
_ENTRIES = {
    EntryMode.CODES: "凭一次性投票码参加",
    EntryMode.OPEN: "公开参加，每部设备一票",
    EntryMode.SMS: "短信回复，一号一票",
}
_TRIAL = "试投，不是正式结果"
_WHY = {
    Why.SMALL_CELL: "作答不足 {least} 人，各票种、合计和加权结果都不予显示",
    Why.SMALL_GROUP: "有票种作答不足 {least} 人，各票种和加权结果不予显示，只列合计",
}


@dataclass(frozen=True)
class FormReport:
    """What came out of one form: how many were rated, by which criteria, and the ranking as a table."""

    title: str
    ratees: int
    criteria: tuple[str, ...]
    table: Table


@dataclass(frozen=True)
class Situation:
    """What the report says; ``decided`` are tables of what people decided beside the count."""

    certificate: Certificate
    state: str
    period: str
    entry: str
    weights: tuple[str, ...]
    parts: tuple[FormReport, ...]
    questions: tuple[Table, ...]
    withheld: tuple[str, ...]
    decided: tuple[Table, ...]
    rated_unit: str = ""
    year: str = ""
    signatures: tuple[str, ...] = SIGNATURES


def make_situation(
    results: Results, certificate: Certificate, state: State, decided: Sequence[Table] = ()
) -> Situation:
    """Put the report on a counted campaign together."""
    definition, screen = results.definition, Screen(results)
    asked = [question for question in definition.questions if question.kind is not QuestionKind.TEXT]
    ends_at = certificate.extensions[-1].to if certificate.extensions else definition.closes_at
    return Situation(
        certificate=certificate,
        state=_TRIAL if certificate.is_trial else _STATES.get(state, "已签字确认"),
        period=voting_period(definition, certificate.steps, ends_at).text(),
        entry=_ENTRIES[definition.entry] + (f"：{sms_numbers(results.sms)}" if results.sms else ""),
        weights=tuple(written(group.weight) for group in definition.groups),
        parts=tuple(_part(screen, ranking) for ranking in screen.rankings()),
        questions=tuple(_question(screen, question) for question in asked),
        withheld=tuple(_withheld(results)),
        decided=tuple(decided),
        rated_unit=definition.rated_unit,
        year=definition.year,
        signatures=sign_lines(definition.signatures),
    )


def _part(screen: Screen, ranking: Ranking) -> FormReport:
    section = ranking.section
    return FormReport(
        title=section.title,
        ratees=len(ranking.rows),
        criteria=tuple(criterion.label for criterion in section.criteria),
        table=_listed(screen, section) if section.is_ticked else _ranking(screen, ranking, section),
    )


def _listed(screen: Screen, section: Section) -> Table:
    """Return the votes and shares of a list to tick, as its official table has them."""
    sheet = nomination_sheet(screen, section)
    table, *others = sheet.tables
    named = [
        "".join((str(name), f"（{post}）" if post else "", "" if votes is None else f"{votes}票"))
        for one in others
        for _number, name, post, votes, *_share in one.rows
    ]
    said = (f"{OTHERS}：{'、'.join(named)}。",) if named else ()
    return replace(table, title=section.title, notes=(*said, *sheet.notes))


def _ranking(screen: Screen, ranking: Ranking, section: Section) -> Table:
    definition = screen.definition
    places, ranked, banded = definition.results.rounding.places, ranking.is_ranked, ranking.has_bands
    scores = (
        *(Column(group.label, "score", places) for group in ranking.groups),
        Column("合计得分(不加权)", "score", places),
        Column("加权得分", "score", places),
    )
    columns = [
        *([Column("名次", "count")] if ranked else []),
        Column(name_label(definition, section)),
        *([Column("职务")] if definition.has_posts(section) else []),
        *((Column("得分", "score", places),) if definition.has_one_group else scores),
        *(Column(f"{rate.label}(%)", "percent", places) for rate in ranking.form.rates),
        *([Column("等次")] if banded else []),
    ]
    rows = []
    for row in _in_order(ranking.rows):
        rates = row.shown.rates.values() if row.shown else [WITHHELD if row.shown_why else None]
        cells: list[Cell] = [
            *([row.rank] if ranked else []),
            row.ratee.name,
            *([row.ratee.post] if definition.has_posts(section) else []),
            *(
                []
                if definition.has_one_group
                else [*_scores(row), WITHHELD if row.pooled_why else row.pooled]
            ),
            WITHHELD if row.why else row.weighted,
            *[*rates, *[None] * len(ranking.form.rates)][: len(ranking.form.rates)],
            *([row.band] if banded else []),
        ]
        rows.append(cells)
    notes = list(ranking_notes(definition, section, screen.results.count.late))
    if ranking.form.rates:
        over = "" if definition.has_one_group else "的加权结果"
        notes.insert(0, f"各率取自“{overall_label(section)}”{over}。")
    return Table(section.title, columns, rows, notes)


def _scores(row: Scored) -> list[Cell]:
    if row.why:
        return [WITHHELD if score.rates else "—" for score in row.scores]
    return [
        "—"
        if not score.rates
        else f"{score.value}({score.merged})"
        if score.merged and score.value is not None
        else score.value
        for score in row.scores
    ]


def _in_order(rows: Sequence[Scored]) -> list[Scored]:
    return sorted(rows, key=lambda row: row.rank if row.rank is not None else len(rows) + 1)


def _question(screen: Screen, question: Question) -> Table:
    places = screen.definition.results.rounding.places
    columns = [
        Column("范围"),
        Column("有效票数", "count"),
        Column("作答", "count"),
        *(
            column
            for option in question.options
            for column in (
                Column("票", "count", over=option.label),
                Column("%", "percent", places, over=option.label),
            )
        ),
    ]
    rows = []
    for line in screen.shown_question_lines(question):
        cells: list[Cell] = [line.label or (EVERYBODY if screen.definition.has_one_group else "合计")]
        cells += [WITHHELD, None] if line.why else [line.valid, line.answered]
        cells += [value for pair in line.options for value in pair]
        rows.append([*cells, *[None] * (len(columns) - len(cells))])
    base = "有效票数" if question.base is ShareBasis.VALID else "作答票数"
    return Table(question.label, columns, rows, (f"占比以{base}为分母。",))


def _withheld(results: Results) -> list[str]:
    """List what is left out and why: a line for each ratee and reason, and for each question."""
    definition = results.definition
    least = definition.results.minimum_cell
    cells: dict[tuple[str, Why], dict[str, None]] = {}
    asked: dict[tuple[str, Why], None] = {}
    options: dict[str, None] = {}
    for row in results.withheld:
        if row.option is not None and row.question:
            options[row.question] = None
        elif row.question:
            asked[row.question, row.why] = None
        else:
            cells.setdefault((row.ratee or "", row.why), {})[row.criterion or ""] = None
    said = list(late_notes(definition, results.count.late))
    said += [_cells(definition, ratee, why, list(keys), least) for (ratee, why), keys in cells.items()]
    for key, why in asked:
        said.append(f"“{definition.question[key].label}”：{_WHY[why].format(least=least)}。")
    for key in options:
        label = definition.question[key].label
        said.append(f"按“{label}”分类的结果：作答不足 {least} 人的类，和能由它推算出来的类，不予显示。")
    return said


def _cells(definition: Definition, ratee: str, why: Why, keys: Sequence[str], least: int) -> str:
    found = definition.ratee[ratee]
    criteria = definition.section[found.section].criteria
    every = len(keys) == len(criteria)
    labels = "、".join(one.label for one in criteria if one.key in keys)
    return f"{found.name}（{'全部项目' if every else labels}）：{_WHY[why].format(least=least)}。"
