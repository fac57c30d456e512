"""The first of the official tables, 民主测评汇总表: each ratee's overall line, then the same by rater group.

A form for one team has a row for each criterion instead, and what came out at the end.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from survey.domain.count.disclosure import Merged
from survey.domain.count.rows import merged_key
from survey.domain.definition.form import Group, Ratee, Section
from survey.domain.definition.scale import Scale
from survey.domain.results.subjects import name_label, subject_kind

from .official_words import (
    NOT_RATED,
    account_of,
    form_name,
    form_notes,
    issued_notes,
    reasons,
    value,
    withheld,
)
from .result_view import Screen
from .rules_text import ALL_CRITERIA, group_label, leaves_some_out, overall_notes, share_labels
from .screen_rows import ResultLine
from .table import Cell, Column, Sheet, Table

SUMMARY = "民主测评汇总表"
NUMBER, PLACE, CRITERION, TOTAL, SCORE, BAND, REMARK = (
    "序号",
    "单位及职务",
    "测评项目",
    "合计",
    "得分",
    "等次",
    "备注",
)
VOTES, PERCENT = "票数", "百分比(%)"
OUTSIDE = "不计入合计"
"""Stands over what has no share: abstentions that are in no denominator, and blanks."""


def summary_sheets(screen: Screen) -> list[Sheet]:
    """Lay out the summary of every section that has ratees: over all rater groups, then of each by itself."""
    definition = screen.definition
    sections = [one for one in definition.sections if definition.ratees_of(one) and not one.is_ticked]
    several = len(sections) > 1
    sheets = [_Summary(screen, section, None, several).sheet() for section in sections]
    for group in definition.groups if len(definition.groups) > 1 else ():
        rated = [one for one in sections if definition.ratees_of(one, group.key)]
        sheets += [_Summary(screen, section, group, several).sheet() for section in rated]
    return sheets


def summary_tables(screen: Screen) -> list[Table]:
    """Lay the same out as flat tables: each column says all that stands over it."""
    return flat_of(summary_sheets(screen))


def flat_of(sheets: Iterable[Sheet]) -> list[Table]:
    """Lay forms out as flat tables, each under its form's name."""
    return [
        replace(
            table,
            title=sheet.full_title,
            columns=[_flat(column) for column in table.columns],
            notes=sheet.notes,
            block=1,
            strong=0,
        )
        for sheet in sheets
        for table in sheet.tables
    ]


def _flat(column: Column) -> Column:
    if not column.over:
        return column
    label = column.label if column.over == OUTSIDE else f"{column.over}{column.label}"
    return replace(column, label=label, over="")


def _head(subject: Sequence[tuple[str, Cell]]) -> list[Table]:
    """Return the box at the head as a table, so that the reasons of its gaps are said too."""
    return [Table("", (), [[cell for _, cell in subject]])]


def _outside(scale: Scale) -> list[str]:
    """Name what is counted and has no share."""
    abstained = [scale.abstain.label] if scale.abstain and not scale.counts_abstentions else []
    return [*abstained, "未填"]


@dataclass(frozen=True)
class _Summary:
    """The summary of one section as one rater group saw it, or all of them where ``group`` is ``None``."""

    screen: Screen
    section: Section
    group: Group | None
    several: bool

    def sheet(self) -> Sheet:
        definition, section = self.screen.definition, self.section
        table = self._by_criterion() if self._is_of_one_team() else self._by_ratee()
        team = f"（{self._ratees()[0].name}）" if self._is_of_one_team() else ""
        table = replace(table, title=f"{section.title}{team}")
        subject = self._subject()
        said = [self.group.label if self.group else "", form_name(section) if self.several else ""]
        return Sheet(
            kind="summary",
            key=section.key,
            title=SUMMARY,
            subject=subject,
            tables=(table,),
            notes=(
                "".join((*overall_notes(section), *self._notes())),
                *form_notes(definition, section),
                *(issued_notes(self.screen.results, (self.group.key,)) if self.group else ()),
                *reasons(self.screen.results, [table, *_head(subject)]),
            ),
            name=" ".join(part for part in reversed(said) if part),
        )

    def _ratees(self) -> tuple[Ratee, ...]:
        return self.screen.definition.ratees_of(self.section, self.group.key if self.group else None)

    def _is_of_one_team(self) -> bool:
        ratees = self.screen.definition.ratees_of(self.section)
        if len(ratees) > 1 or len(self.section.criteria) == 1:
            return False
        return subject_kind(self.screen.definition, self.section, ratees[0]) != "person"

    def _subject(self) -> list[tuple[str, Cell]]:
        if self.group is None:
            return []
        account = account_of(self.screen.results, (self.group.key,))
        labels = ("发出票数", "收回票数", "有效票数")
        return [("票种", self.group.label), *zip(labels, account, strict=True)]

    # Rows

    def _by_ratee(self) -> Table:
        definition = self.screen.definition
        ratees = self._ratees()
        placed = any(one.place for one in ratees)
        merged = {
            one.key: group_label(definition, row) for one in ratees if len(row := self._row_of(one)) > 1
        }
        columns = [
            Column(NUMBER, "count"),
            Column(name_label(definition, self.section)),
            *((Column(PLACE),) if placed else ()),
            *self._value_columns(),
            *((Column(REMARK),) if merged else ()),
        ]
        rows: list[Sequence[Cell]] = []
        for at, ratee in enumerate(ratees, 1):
            rows.append(
                (
                    at,
                    ratee.name,
                    *((ratee.place,) if placed else ()),
                    *self._counts(self._line(ratee, self.screen.overall_lines(ratee))),
                    *self._result(ratee),
                    *((merged.get(ratee.key, ""),) if merged else ()),
                )
            )
        return Table("", columns, rows)

    def _by_criterion(self) -> Table:
        (ratee,) = self._ratees()
        columns = [Column(NUMBER, "count"), Column(CRITERION), *self._value_columns()]
        rows: list[Sequence[Cell]] = []
        for at, criterion in enumerate(self.section.criteria, 1):
            lines = self.screen.ratee_lines(ratee, criterion)
            scored = self._line(ratee, lines) if self.group else lines[-1]
            score = scored.shown.score if scored.shown else withheld(scored.why)
            counts = self._counts(self._line(ratee, lines))
            rows.append((at, criterion.label, *counts, score, *((NOT_RATED,) if self._has_bands() else ())))
        if self.section.overall_criterion:
            width = len(columns) - 3 - self._has_bands()
            rows.append((None, "总得分", *(NOT_RATED,) * width, *self._result(ratee)))
        else:
            counts = self._counts(self._line(ratee, self.screen.overall_lines(ratee)))
            rows.append((None, ALL_CRITERIA, *counts, *self._result(ratee)))
        return Table("", columns, rows, strong=1)

    def _row_of(self, ratee: Ratee) -> Merged:
        """Return the groups whose row the ratings of this group stand in."""
        rows = self.screen.results.count.groups[ratee.key]
        return next((row for row in rows if self.group and self.group.key in row), ())

    def _line(self, ratee: Ratee, lines: Sequence[ResultLine]) -> ResultLine:
        """Return, of the rows of one line, the one that this sheet is about."""
        if self.group is None:
            return lines[-2]
        place = self.screen.results.count.groups[ratee.key].index(self._row_of(ratee))
        return lines[place]

    # Cells

    def _has_bands(self) -> bool:
        # Bands are of the weighted score: one rater group alone has none.
        return bool(self.screen.bands(self.section)) and self.group is None

    def _value_columns(self) -> list[Column]:
        definition = self.screen.definition
        scale = definition.scale[self.section.scale]
        places = definition.results.rounding.places
        outside = _outside(scale)
        several = len(outside) > 1
        pairs = [
            column
            for label in share_labels(scale)
            for column in (
                Column(VOTES, "count", over=label),
                Column(PERCENT, "percent", places, over=label),
            )
        ]
        return [
            *pairs,
            Column(TOTAL, "count"),
            *(Column(label, "count", over=OUTSIDE if several else "") for label in outside),
            Column(SCORE, "score", places),
            *((Column(BAND),) if self._has_bands() else ()),
        ]

    def _counts(self, line: ResultLine) -> tuple[Cell, ...]:
        """Return votes and percent of each grade, their sum, and what is outside of it."""
        scale = self.screen.definition.scale[self.section.scale]
        if line.shown is None or line.counts is None:
            width = 2 * len(share_labels(scale)) + 1 + len(_outside(scale))
            return (withheld(line.why),) * width
        numbers = line.counts.grades + ((line.counts.abstained,) if scale.counts_abstentions else ())
        shares = line.shown.shares.values()
        pairs = (cell for pair in zip(numbers, shares, strict=True) for cell in pair)
        abstained = (line.counts.abstained,) if scale.abstain and not scale.counts_abstentions else ()
        return (*pairs, sum(numbers), *abstained, line.counts.blank)

    def _result(self, ratee: Ratee) -> tuple[Cell, ...]:
        """Return the score, and the band where there is one."""
        scored = self.screen.placed(ratee)
        if self.group:
            scores = self.screen.standings[ratee.key].scores
            return (value(scores.get(merged_key(self._row_of(ratee))), scored.why),)
        return (value(scored.weighted, scored.why), *((value(scored.band, scored.why),) * self._has_bands()))

    def _notes(self) -> Iterator[str]:
        definition = self.screen.definition
        outside = "、".join(_outside(definition.scale[self.section.scale]))
        yield f"合计加{outside} = {self._ballots()}。"
        if self.group is None and len(definition.groups) > 1:
            yield "票数和百分比为各票种合计，不加权；得分为加权得分。"

    def _ballots(self) -> str:
        """Write what all votes of a row are together."""
        alone = self.screen.definition.has_one_group
        every = "有效票数" if alone else "有效票数（评该对象的票种）"
        if leaves_some_out(self.screen.definition):
            every = "评该对象的有效票数（不含不评它的单位的票）"
        if self._is_of_one_team():
            pooled = "" if self.section.overall_criterion else f"，“{ALL_CRITERIA}”一行为各计分项目之和"
            return f"{every}{pooled}"
        number = len(self.section.overall_criteria)
        return every if number == 1 else f"{every} × {number}个计分项目"
