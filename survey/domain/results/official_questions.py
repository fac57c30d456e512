"""The official forms of questions, and of the yearly review of appointments (一报告两评议)."""

from collections.abc import Sequence

from survey.domain.definition.form import Question, QuestionKind, Section, ShareBasis
from survey.domain.results.subjects import subject_kind

from .correction_words import correction_notes
from .official_subject import answer_columns, answers
from .official_words import over_notes, rate_columns, reasons, row_head, value_notes, withheld
from .result_view import Screen
from .screen_rows import QuestionLine
from .table import Cell, Column, Sheet, Table

REVIEW = "一报告两评议"
"""Campaigns with these words in their title get the form of that name."""


def question_sheet(screen: Screen) -> Sheet | None:
    """Lay out the answers to all questions, option by option; ``None`` where nothing can be counted."""
    tables = _tables(screen)
    if not tables:
        return None
    return Sheet("questions", "", "问题汇总表", (), tables, reasons(screen.results, tables))


def review_sheet(screen: Screen) -> Sheet:
    """Lay out number and share of every option by rater group: ratings first, then the questions."""
    definition = screen.definition
    sections = [one for one in definition.sections if definition.ratees_of(one)]
    tables = [_ratings(screen, section) for section in sections] + _tables(screen)
    notes = (*over_notes(definition), *reasons(screen.results, tables), *correction_notes(definition))
    return Sheet("review", "", f"“{REVIEW}”汇总表", (), tables, notes)


def _ratings(screen: Screen, section: Section) -> Table:
    definition = screen.definition
    scale = definition.scale[section.scale]
    persons = any(subject_kind(definition, section, one) == "person" for one in definition.ratees_of(section))
    one = definition.has_one_group
    columns = [
        Column("姓名" if persons else "评议内容", tall=True),
        *((Column("评议项目", tall=True),) if len(section.criteria) > 1 else ()),
        *(() if one else (Column("票种", tall=True),)),
        Column(""),
        *answer_columns(scale),
        *rate_columns(definition, scale, tall=True),
    ]
    rows: list[Sequence[Cell]] = []
    for ratee in definition.ratees_of(section):
        for criterion in section.criteria:
            head = (ratee.name, criterion.label) if len(section.criteria) > 1 else (ratee.name,)
            for line in screen.shown_lines(ratee, criterion):
                label = row_head(definition, line)
                counts, shares = answers(line, scale)
                rates = (withheld(line.why),) * len(definition.rates_of(scale))
                tail = tuple(line.shown.rates.values()) if line.shown else rates
                rows += [
                    (*head, *label, "票数", *counts, *tail),
                    (*head, *label, "百分比(%)", *shares, *tail),
                ]
    return Table(section.title, columns, rows, value_notes(definition, section), block=2)


def _tables(screen: Screen) -> list[Table]:
    asked = [one for one in screen.definition.questions if one.kind is not QuestionKind.TEXT]
    return [_question(screen, question) for question in asked]


def _question(screen: Screen, question: Question) -> Table:
    places = screen.definition.results.rounding.places
    lines = screen.shown_question_lines(question)
    columns = [Column("选项")]
    for line in _in_order(lines):
        label = line.label or ("" if screen.definition.has_one_group else "合计")
        columns += [Column("票数", "count", over=label), Column("百分比(%)", "percent", places, label)]
    rows: list[Sequence[Cell]] = [
        (option.label, *(cell for line in _in_order(lines) for cell in _option(line, at)))
        for at, option in enumerate(question.options)
    ]
    for label, name in (("作答票数", "answered"), ("有效票数", "valid")):
        rows.append((label, *(cell for line in _in_order(lines) for cell in _whole(line, name))))
    base = "有效票数" if question.base is ShareBasis.VALID else "作答票数"
    several = (
        f"，可选多项（最多{question.at_most}项），各项之和可超过100%"
        if question.kind is QuestionKind.CHOICES
        else ""
    )
    return Table(question.label, columns, rows, (f"百分比 = 该选项票数 ÷ {base}{several}。",), strong=2)


def _in_order(lines: Sequence[QuestionLine]) -> list[QuestionLine]:
    """Set the row over all groups last; what is withheld comes first from the count."""
    return [line for line in lines if line.label] + [line for line in lines if not line.label]


def _option(line: QuestionLine, at: int) -> tuple[Cell, Cell]:
    return (withheld(line.why),) * 2 if line.why else line.options[at]


def _whole(line: QuestionLine, name: str) -> tuple[Cell, Cell]:
    return (withheld(line.why),) * 2 if line.why else (getattr(line, name), "—")
