"""A count as flat tables, one row a row of the count: for spreadsheets and programs."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from survey.domain.count.disclosure import Why
from survey.domain.count.results import BreakdownResult, CellResult, Results, Standing, Withheld
from survey.domain.count.rows import Row, merged_key
from survey.domain.count.tally import NO_OPTION
from survey.domain.count.values import ShownValues
from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Question, QuestionKind, Section, ShareBasis
from survey.domain.definition.scale import Scale
from survey.domain.results.subjects import name_label, score_bands

from .correction_words import correction_notes
from .official_words import EVERYBODY, names_table, nomination_notes, paper_notes, share_name
from .rules_text import (
    WITHHELD,
    entry_notes,
    group_label,
    late_notes,
    merged_words,
    pool_notes,
    scale_notes,
    share_labels,
    standing_notes,
)
from .table import Cell, Column, Table


def flat_tables(results: Results, remarks: Sequence[str] = ()) -> list[Table]:
    """Lay a count out as tables of one row a row of the count; empty ones are left out.

    ``remarks`` stand under the ballot accounting.
    """
    definition = results.definition
    tables = [accounting_table(results, remarks)]
    for section in definition.sections:
        ranking = _listed(results, section) if section.is_ticked else _standings(results, section)
        others = names_table(results, section)
        tables += [ranking, *((others,) if others else ()), _section(results, section)]
    tables += [_question(results, q) for q in definition.questions if q.kind is not QuestionKind.TEXT]
    tables += [_breakdown(results, q, s) for q in definition.breakdowns for s in definition.sections]
    return [table for table in tables if table.rows]


def accounting_table(results: Results, remarks: Sequence[str] = ()) -> Table:
    """Show how the ballots of every group add up, ``remarks`` under it."""
    accounting = results.count.accounting.for_readers(results.definition.results.minimum_cell)
    paper = accounting.total.paper is not None
    labels = (
        *("到会人数", "发出票数", "作废票数", "未用票数", "收回票数"),
        *(("其中纸票",) if paper else ()),
        *("有效票数", "废票", "无法识别"),
    )
    if not accounting.groups:  # left out of what is published
        return Table("票数统计", (), ())
    alone = results.definition.has_one_group
    named = [(one.label, accounting.groups[one.key]) for one in (() if alone else results.definition.groups)]
    rows: list[Sequence[Cell]] = [
        (
            label,
            account.present,
            account.issued,
            account.voided,
            account.unused,
            account.returned,
            *((account.paper,) if paper else ()),
            WITHHELD if account.valid is None else account.valid,
            WITHHELD if account.spoiled is None else account.spoiled,
            account.unreadable,
        )
        for label, account in [*named, (EVERYBODY if alone else "合计", accounting.total)]
    ]
    columns = [Column("范围" if alone else "票种"), *(Column(label, "count") for label in labels)]
    notes = (
        "发出票数 = 收回票数 + 未用票数 + 作废票数",
        *paper_notes(results),
        *entry_notes(results.definition, results.sms),
        *pool_notes(results.definition),
        *late_notes(results.definition, results.count.late),
        *correction_notes(results.definition),
        *remarks,
    )
    return Table("票数统计", columns, rows, notes)


def _standings(results: Results, section: Section) -> Table:
    definition = results.definition
    places = definition.results.rounding.places
    alone = definition.has_one_group
    groups = [group for group in definition.groups if definition.ratees_of(section, group.key)]
    bands = {band.key: band.label for band in score_bands(definition, section)}
    rows: list[Sequence[Cell]] = []
    for standing in results.ratees:
        if standing.section != section.key:
            continue
        ratee = definition.ratee[standing.ratee]
        scores = [_score(results, standing, group.key) for group in groups]
        reasons = {results.count.cells[ratee.key, one.key].why for one in section.criteria if one.weight}
        pooled: Cell = WITHHELD if Why.SMALL_CELL in reasons else standing.pooled
        weighted: Cell = WITHHELD if reasons - {None} else standing.weighted
        rank: Cell = standing.rank if section.key in results.ranked else None
        band = bands.get(standing.band or "", "")
        merged = merged_words(definition, results.count.groups[ratee.key])
        over = (weighted,) if alone else (*scores, pooled, weighted)
        rows.append((rank, ratee.name, ratee.post, *over, band, merged))
    over_labels = ["得分"] if alone else [*(one.label for one in groups), "合计得分(不加权)", "加权得分"]
    columns = [
        Column("名次", "count"),
        Column(name_label(definition, section)),
        Column("职务"),
        *(Column(label, "score", places) for label in over_labels),
        Column("等次"),
        Column("备注"),
    ]
    rows.sort(key=lambda row: row[0] if isinstance(row[0], int) else len(rows) + 1)
    return Table(f"{section.title} · 总表", columns, rows, standing_notes(definition, section))


def _listed(results: Results, section: Section) -> Table:
    """List the names of a list to tick by the share of votes that ranks them."""
    definition = results.definition
    label = share_name(results, section)
    rows: list[Sequence[Cell]] = []
    for standing in results.ratees:
        if standing.section == section.key:
            ratee = definition.ratee[standing.ratee]
            why = results.count.cells[ratee.key, section.criteria[0].key].why
            share: Cell = standing.ranked_by
            if share is None and why:
                share = WITHHELD
            rank = standing.rank if section.key in results.ranked else None
            rows.append((rank, ratee.name, ratee.post, share))
    columns = [
        Column("排名", "count"),
        Column(name_label(definition, section)),
        Column("职务"),
        Column(f"{label}(%)", "percent", definition.results.rounding.places),
    ]
    rows.sort(key=lambda row: row[0] if isinstance(row[0], int) else len(rows) + 1)
    return Table(f"{section.title} · {label}", columns, rows, nomination_notes(results, section))


def _score(results: Results, standing: Standing, group: str) -> Cell:
    """Return a group's score of a ratee: that of the groups it was merged with, too."""
    members = next((row for row in results.count.groups[standing.ratee] if group in row), None)
    if members is None:
        return "—"
    return standing.scores[merged_key(members)] if standing.scores else WITHHELD


def _section(results: Results, section: Section) -> Table:
    definition = results.definition
    scale = definition.scale[section.scale]
    columns = [
        Column(name_label(definition, section)),
        Column("职务"),
        Column("项目"),
        Column("范围"),
        *_value_columns(definition, scale, ("未填",)),
    ]
    rows = list(_section_rows(results, section))
    notes = (
        *scale_notes(definition, scale),
        *late_notes(definition, results.count.late),
        *correction_notes(definition, section),
    )
    return Table(f"{section.title} · 汇总表", columns, rows, notes)


def _section_rows(results: Results, section: Section) -> Iterator[Sequence[Cell]]:
    definition = results.definition
    shown: dict[tuple[str | None, str | None], list[CellResult]] = defaultdict(list)
    for cell in results.cells:
        shown[cell.line.key].append(cell)
    hidden: dict[tuple[str | None, str | None], list[Withheld]] = defaultdict(list)
    for row in results.withheld:
        if row.row:
            hidden[row.ratee, row.criterion].append(row)
    labels = _labels(results)
    for line in definition.lines:
        if line.section is section:
            head = (line.ratee.name, line.ratee.post, line.criterion.label)
            for cell in shown[line.key]:
                if (cell.row, cell.group) in labels:
                    yield (*head, labels[cell.row, cell.group], *_values(cell))
            for row in hidden[line.key]:
                if (row.row, row.group) in labels:
                    yield (*head, labels[row.row, row.group], *_blank_values(definition, line.scale))


def _value_columns(definition: Definition, scale: Scale, more: Sequence[str]) -> list[Column]:
    places = definition.results.rounding.places
    return [
        Column("有效作答", "count"),
        Column(scale.abstain.label if scale.abstain else "弃权", "count"),
        *(Column(label, "count") for label in more),
        *(Column(f"{grade.label}(票)", "count") for grade in scale.grades),
        *(Column(f"{label}(%)", "percent", places) for label in share_labels(scale)),
        *(Column(f"{rate.label}(%)", "percent", places) for rate in definition.rates_of(scale)),
        Column("得分", "score", places),
    ]


def _values(cell: CellResult) -> Iterator[Cell]:
    if cell.counts is None:
        yield from (None,) * (3 + len(cell.line.scale.grades))
    else:
        yield from (cell.counts.answered, cell.counts.abstained, cell.counts.blank, *cell.counts.grades)
    yield from _shown(cell.shown)


def _shown(shown: ShownValues) -> Iterator[Cell]:
    yield from shown.shares.values()
    yield from shown.rates.values()
    yield shown.score


def _blank_values(definition: Definition, scale: Scale) -> Iterator[Cell]:
    yield WITHHELD
    yield from (None,) * (len(_value_columns(definition, scale, ("未填",))) - 1)


def _labels(results: Results) -> dict[tuple[Row | None, str | None], str]:
    """Map the rows that are shown to what they are called: one of three alike where there is one group."""
    definition = results.definition
    if definition.has_one_group:
        return {(Row.POOLED, None): EVERYBODY}
    members = {merged_key(row): row for rows in results.count.groups.values() for row in rows}
    members |= {group.key: (group.key,) for group in definition.groups}
    labels: dict[tuple[Row | None, str | None], str] = {
        (Row.GROUP, key): group_label(definition, row) for key, row in members.items()
    }
    return labels | {(Row.POOLED, None): "合计", (Row.WEIGHTED, None): "加权"}


def _question(results: Results, question: Question) -> Table:
    definition = results.definition
    places = definition.results.rounding.places
    columns = [
        Column("范围"),
        Column("有效票数", "count"),
        Column("作答", "count"),
        *(Column(f"{option.label}(票)", "count") for option in question.options),
        *(Column(f"{option.label}(%)", "percent", places) for option in question.options),
    ]
    labels = _labels(results)
    rows: list[Sequence[Cell]] = [
        (
            labels[row.row, row.group],
            row.counts.valid,
            row.counts.answered,
            *row.counts.options,
            *row.shares.values(),
        )
        for row in results.questions
        if row.question is question and (row.row, row.group) in labels
    ]
    rows += [
        (labels[row.row, row.group], WITHHELD, *(None,) * (len(columns) - 2))
        for row in results.withheld
        if row.question == question.key and row.option is None and (row.row, row.group) in labels
    ]
    base = "有效票数" if question.base is ShareBasis.VALID else "作答票数"
    return Table(question.label, columns, rows, (f"占比以{base}为分母",))


def _breakdown(results: Results, question: Question, section: Section) -> Table:
    definition = results.definition
    scale = definition.scale[section.scale]
    labels = {option.key: option.label for option in question.options} | {NO_OPTION: "未填"}
    columns = [
        Column(name_label(definition, section)),
        Column("项目"),
        Column(question.label),
        *_value_columns(definition, scale, ()),
    ]
    kept: dict[tuple[str, str, str], BreakdownResult] = {
        (*row.line.key, row.option): row for row in results.breakdowns if row.question is question
    }
    rows: list[Sequence[Cell]] = []
    for line in definition.lines:
        if line.section is not section:
            continue
        for option, label in labels.items():
            row = kept.get((*line.key, option))
            values: Iterator[Cell] = iter((WITHHELD, *(None,) * (len(columns) - 4)))
            if row:
                counts = row.counts
                values = iter((counts.answered, counts.abstained, *counts.grades, *_shown(row.shown)))
            rows.append((line.ratee.name, line.criterion.label, label, *values))
    return Table(f"{section.title} · 按“{question.label}”", columns, rows, scale_notes(definition, scale))
