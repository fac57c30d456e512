"""The results arranged for the screen: rankings, one section, one ratee, the questions.

Nothing is worked out here that ``results`` has not worked out: values are put side by side and into an order.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property

from survey.domain.count.disclosure import Cell, CellRows, Why
from survey.domain.count.overall import gravest
from survey.domain.count.results import BreakdownResult, CellResult, Results, Standing
from survey.domain.count.rows import Row, merged_key
from survey.domain.count.tally import NO_OPTION
from survey.domain.count.values import ShownValues
from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Criterion, Group, Question, Ratee, Section
from survey.domain.definition.rules import Band
from survey.domain.results.subjects import place_label, score_bands

from .rules_text import written
from .screen_rows import Form, QuestionLine, Ranking, ResultLine, Scope, Score, Scored


class Screen:
    """Everything that a count says, looked up by what the pages ask for."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.definition: Definition = results.definition
        self._cells: dict[Cell, dict[tuple[Row, str | None], CellResult]] = {}
        self._breakdowns: dict[Cell, dict[tuple[str, str], BreakdownResult]] = {}
        self._groups: dict[str, tuple[Group, ...]] = {}

    def _cell(self, cell: Cell, row: Row, group: str | None) -> CellResult | None:
        """Return one row of a cell, whose rows are worked out when the first of them is asked for."""
        if cell not in self._cells:
            self._cells[cell] = {(one.row, one.group): one for one in self.results.cells.of(cell)}
        return self._cells[cell].get((row, group))

    def _breakdown(self, cell: Cell, question: str, option: str) -> BreakdownResult | None:
        if cell not in self._breakdowns:
            rows = self.results.breakdowns.of(cell)
            self._breakdowns[cell] = {(one.question.key, one.option): one for one in rows}
        return self._breakdowns[cell].get((question, option))

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """Map ratees to their standing."""
        return {standing.ratee: standing for standing in self.results.ratees}

    def form(self, section: Section) -> Form:
        """Return what the columns of a section's tables are."""
        scale = self.definition.scale[section.scale]
        return Form(scale, self.definition.rates_of(scale), has_score=not section.is_ticked)

    def groups(self, section: Section) -> tuple[Group, ...]:
        """List the groups that may rate somebody of a section."""
        if section.key not in self._groups:
            raters = {key for ratee in self.definition.ratees_of(section) for key in ratee.groups}
            self._groups[section.key] = tuple(g for g in self.definition.groups if g.key in raters)
        return self._groups[section.key]

    def bands(self, section: Section) -> tuple[Band, ...]:
        """Return the bands that a section's scores are shown in, as ``score_bands``."""
        return self._bands[section.key]

    @cached_property
    def _bands(self) -> Mapping[str, tuple[Band, ...]]:
        return {one.key: score_bands(self.definition, one) for one in self.definition.sections}

    def reasons(self, section: str = "", ratee: str = "") -> list[str]:
        """List why something is left out of a section, of a ratee or of all; ``small-option`` for options."""
        ratees = {one.key for one in self.definition.ratees if one.section == section} | {ratee}
        found = {
            "small-option" if row.option is not None else row.why.value
            for row in self.results.withheld
            if not (section or ratee) or row.ratee in ratees
        }
        return [why for why in ("small-cell", "small-group", "small-option") if why in found]

    # Rankings

    def rankings(self) -> list[Ranking]:
        """Return the ranking of every section that has ratees, in the order of the definition."""
        sections = [s for s in self.definition.sections if self.definition.ratees_of(s)]
        return [self.ranking(section) for section in sections]

    def ranking(self, section: Section) -> Ranking:
        """Return the ranking of one section, its ratees in the order of the definition."""
        rows = [self.placed(ratee) for ratee in self.definition.ratees_of(section)]
        return Ranking(
            section=section,
            groups=self.groups(section),
            criterion=section.overall_criterion,
            form=self.form(section),
            place_label=place_label(self.definition, section),
            is_ranked=section.key in self.results.ranked,
            has_bands=bool(self.bands(section)),
            rows=rows,
        )

    def placed(self, ratee: Ratee) -> Scored:
        """Return the scores of one ratee, with the distribution of the overall line."""
        standing = self.standings[ratee.key]
        section = self.definition.section[ratee.section]
        reasons = [self._rows(ratee, one).why for one in section.criteria if one.weight]
        bands = {band.key: band.label for band in self.bands(section)}
        return Scored(
            scores=self._scores(ratee, self.groups(section), standing.scores),
            weighted=standing.weighted,
            pooled=standing.pooled,
            overall=lambda: self._overall(ratee),
            why=gravest(reasons),
            pooled_why=Why.SMALL_CELL if Why.SMALL_CELL in reasons else None,
            ratee=ratee,
            band=bands.get(standing.band or "", ""),
            rank=standing.rank if section.key in self.results.ranked else None,
            ranked_by=standing.ranked_by,
            pooled_share=self._pooled_share(ratee, section) if section.is_ticked else None,
        )

    def _pooled_share(self, ratee: Ratee, section: Section) -> Decimal | None:
        """Return which share of all votes together a ratee on a list to tick has."""
        ticked = self.definition.scale[section.scale].grades[0].key
        rows = self.results.overalls.of(ratee.key)
        pooled = next((one for one in rows if one.row is Row.POOLED), None)
        return pooled.shown.shares[ticked] if pooled and pooled.shown else None

    def _overall(self, ratee: Ratee) -> tuple[ShownValues | None, Why | None]:
        """Return the distribution of a ratee's overall line, weighted, and why it is withheld."""
        rows = self.results.overalls.of(ratee.key)
        overall = next((one for one in rows if one.row is Row.WEIGHTED), None)
        return (overall.shown, overall.why) if overall else (None, None)

    def criteria(self, ratee: Ratee) -> list[Scored]:
        """Return the scores of a ratee by criterion."""
        section = self.definition.section[ratee.section]
        return [self._criterion(ratee, criterion) for criterion in section.criteria]

    def _criterion(self, ratee: Ratee, criterion: Criterion) -> Scored:
        groups = self.groups(self.definition.section[ratee.section])
        why = self._rows(ratee, criterion).why
        found = {
            group: self._cell((ratee.key, criterion.key), row, group)
            for row, group in [
                *((Row.GROUP, merged_key(group)) for group in self.results.count.groups[ratee.key]),
                (Row.POOLED, None),
            ]
        }
        pooled, weighted = found.pop(None), self._cell((ratee.key, criterion.key), Row.WEIGHTED, None)
        scores = {group: _score(cell) for group, cell in found.items() if group}
        return Scored(
            scores=self._scores(ratee, groups, scores),
            weighted=_score(weighted),
            pooled=_score(pooled),
            overall=lambda: (weighted.shown if weighted else None, why),
            why=why,
            pooled_why=why if pooled is None else None,
            ratee=ratee,
            label=criterion.label,
            weight=written(criterion.weight),
        )

    def _scores(
        self, ratee: Ratee, groups: tuple[Group, ...], scores: Mapping[str, Decimal | None]
    ) -> tuple[Score, ...]:
        found = []
        for group in groups:
            merged = self._merged(ratee, group.key)
            several = merged if merged != group.key else ""
            found.append(Score(scores.get(merged), several) if merged else Score(rates=False))
        return tuple(found)

    def _merged(self, ratee: Ratee, group: str) -> str:
        """Return the key of the row in which a group's ratings of a ratee stand; empty where it has none."""
        rows = self.results.count.groups[ratee.key]
        return next((merged_key(members) for members in rows if group in members), "")

    def _rows(self, ratee: Ratee, criterion: Criterion) -> CellRows:
        return self.results.count.cells[ratee.key, criterion.key]

    # Rows of counts

    def scopes(self, section: Section) -> list[Scope]:
        """List whose ratings of a section can be shown, the weighted ones first."""
        definition = self.definition
        if definition.has_one_group:
            over = [Scope("pooled", "", Row.POOLED)]
        else:
            over = [
                Scope("weighted", "", Row.WEIGHTED),
                Scope("pooled", "", Row.POOLED),
                *(Scope(f"group.{g.key}", g.label, Row.GROUP, group=g.key) for g in self.groups(section)),
            ]
        return [
            *over,
            *(
                Scope(f"{question.key}.{key}", label, None, question=question.key, option=key)
                for question in definition.breakdowns
                for key, label in options(question).items()
            ),
        ]

    def section_lines(self, section: Section, criterion: Criterion, scope: Scope) -> list[ResultLine]:
        """Return one row for each ratee of a section, of one criterion and as one scope sees it."""
        found = []
        for ratee in self.definition.ratees_of(section):
            if scope.row is None:
                found.append(self._option_line(ratee, criterion, scope.question, scope.option))
            elif scope.row is not Row.GROUP:
                found.append(self._line(ratee, criterion, scope.row))
            elif merged := self._merged(ratee, scope.group):
                several = merged if merged != scope.group else ""
                found.append(self._line(ratee, criterion, Row.GROUP, merged, merged=several))
        return found

    def ratee_lines(self, ratee: Ratee, criterion: Criterion) -> list[ResultLine]:
        """Return the rows of one cell: each group, pooled, weighted."""
        return [
            *(self._line(ratee, criterion, Row.GROUP, *head) for head in self._heads(ratee)),
            self._line(ratee, criterion, Row.POOLED),
            self._line(ratee, criterion, Row.WEIGHTED),
        ]

    def overall_lines(self, ratee: Ratee) -> list[ResultLine]:
        """Return the rows of a ratee's overall line: each group, pooled, weighted; none if not shown."""
        heads = {head[0]: head for head in self._heads(ratee)}
        return [
            ResultLine(
                ratee, one.counts, one.shown, one.why, *heads.get(one.group or "", ("",) * 4)[1:], one.row
            )
            for one in self.results.overalls.of(ratee.key)
        ]

    def _heads(self, ratee: Ratee) -> list[tuple[str, str, str, str]]:
        """Return of each row of groups its key, its label, the groups merged in it, and its weight."""
        known = self.definition.group
        found = []
        for members in self.results.count.groups[ratee.key]:
            key = merged_key(members)
            label = known[key].label if key in known else "、".join(known[one].label for one in members)
            weight = written(sum((known[one].weight for one in members[1:]), known[members[0]].weight))
            found.append((key, label, key if len(members) > 1 else "", weight))
        return found

    def shown_lines(self, ratee: Ratee, criterion: Criterion) -> list[ResultLine]:
        """Return the rows of one cell for a page: a single one where all voters are of one group.

        Of a list to tick all votes count alike unless weights differ: without them there is no weighted row.
        """
        lines = self.ratee_lines(ratee, criterion)
        if self.definition.has_one_group:
            return lines[-2:-1]
        section = self.definition.section[ratee.section]
        return lines[:-1] if section.is_ticked and section.key not in self.results.weighed else lines

    def option_lines(self, ratee: Ratee, criterion: Criterion, question: Question) -> list[ResultLine]:
        """Return the rows of one cell by the options of a question."""
        return [
            self._option_line(ratee, criterion, question.key, key, label)
            for key, label in options(question).items()
        ]

    def _line(
        self,
        ratee: Ratee,
        criterion: Criterion,
        row: Row,
        group: str | None = None,
        label: str = "",
        merged: str = "",
        weight: str = "",
    ) -> ResultLine:
        cell = self._cell((ratee.key, criterion.key), row, group)
        if cell is None:
            why = self._rows(ratee, criterion).why
            return ResultLine(ratee, None, None, why, label, merged, weight, row)
        return ResultLine(ratee, cell.counts, cell.shown, None, label, merged, weight, row)

    def _option_line(
        self, ratee: Ratee, criterion: Criterion, question: str, option: str, label: str = ""
    ) -> ResultLine:
        kept = self._breakdown((ratee.key, criterion.key), question, option)
        if kept is None:
            return ResultLine(ratee, None, None, Why.SMALL_CELL, label)
        return ResultLine(ratee, kept.counts, kept.shown, None, label)

    # Questions

    def question_lines(self, question: Question) -> list[QuestionLine]:
        """Return the rows of one question: each group, then all."""
        labels = {group.key: group.label for group in self.definition.groups}
        found = [
            QuestionLine(
                label=labels[row.group] if row.group else "",
                valid=row.counts.valid,
                answered=row.counts.answered,
                options=tuple(zip(row.counts.options, row.shares.values(), strict=True)),
                why=None,
            )
            for row in self.results.questions
            if row.question is question
        ]
        left_out = [
            QuestionLine(labels[row.group] if row.group else "", None, None, (), row.why)
            for row in self.results.withheld
            if row.question == question.key and row.option is None
        ]
        return [*left_out, *found]

    def shown_question_lines(self, question: Question) -> list[QuestionLine]:
        """Return the rows of one question for a page: a single one where all voters are of one group."""
        lines = self.question_lines(question)
        return lines[-1:] if self.definition.has_one_group else lines


def options(question: Question) -> dict[str, str]:
    """Map the keys of a breakdown's rows to their labels; the last has none: ballots without an answer."""
    return {option.key: option.label for option in question.options} | {NO_OPTION: ""}


def _score(cell: CellResult | None) -> Decimal | None:
    return cell.shown.score if cell else None
