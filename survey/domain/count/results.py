"""From a kept count to shares, rates, scores, bands and ranks, rounded for display."""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from survey.domain.definition.campaign import Definition, Line
from survey.domain.definition.form import Question, QuestionKind, ShareBasis
from survey.domain.definition.weighting import mean, weighted

from .disclosure import Cell, CellRows, Count, Why
from .overall import OverallResult, overall_results
from .rows import Row, merged_key, row_weights
from .tally import Counts, OptionCounts
from .values import ShownValues, Values, part_of, shown_values, values_of, weighted_values


@dataclass(frozen=True)
class CellResult:
    """One row of one cell; a weighted row has no counts, ``group`` is the key of a group row."""

    line: Line
    row: Row
    group: str | None
    counts: Counts | None
    shown: ShownValues


@dataclass(frozen=True)
class BreakdownResult:
    """One option's row of one cell."""

    line: Line
    question: Question
    option: str
    counts: Counts
    shown: ShownValues


@dataclass(frozen=True)
class QuestionResult:
    """One row of one question."""

    question: Question
    row: Row
    group: str | None
    counts: OptionCounts
    shares: Mapping[str, Decimal | None]


@dataclass(frozen=True)
class Standing:
    """The scores of one ratee; ``scores`` is empty where they are withheld."""

    ratee: str
    section: str
    scores: Mapping[str, Decimal | None]
    pooled: Decimal | None
    weighted: Decimal | None
    band: str | None
    rank: int | None


@dataclass(frozen=True)
class Exact:
    """The values behind weighted and pooled rows, by ratee and criterion, and behind the ratees' scores.

    ``totals`` hold the weighted and the pooled score. What is withheld is missing, or ``None``.
    """

    weighted: Mapping[Cell, Values]
    pooled: Mapping[Cell, Values]
    totals: Mapping[str, tuple[Fraction | None, Fraction | None]]


@dataclass(frozen=True)
class Withheld:
    """One row left out, and why."""

    why: Why
    row: Row | None = None
    group: str | None = None
    ratee: str | None = None
    criterion: str | None = None
    question: str | None = None
    option: str | None = None


@dataclass(frozen=True)
class Results:
    """Everything that a count says, in the order of the definition.

    ``ranked`` are the sections in which a rank says something: a rank of one alone is none.
    """

    definition: Definition
    count: Count
    cells: tuple[CellResult, ...]
    ratees: tuple[Standing, ...]
    overalls: tuple[OverallResult, ...]
    questions: tuple[QuestionResult, ...]
    breakdowns: tuple[BreakdownResult, ...]
    withheld: tuple[Withheld, ...]
    ranked: frozenset[str]


def work_out(definition: Definition, count: Count) -> Results:
    """Work all results out from a count."""
    working = _Working(definition, count)
    cells = tuple(result for line in definition.lines for result in working.cell(line))
    questions = [question for question in definition.questions if question.kind is not QuestionKind.TEXT]
    return Results(
        definition=definition,
        count=count,
        cells=cells,
        ratees=working.standings(),
        overalls=overall_results(definition, count),
        questions=tuple(result for question in questions for result in working.question(question)),
        breakdowns=tuple(working.breakdowns()),
        withheld=tuple(working.withheld),
        ranked=_ranked(definition),
    )


def _ranked(definition: Definition) -> frozenset[str]:
    sections = definition.sections if definition.results.rank else ()
    return frozenset(one.key for one in sections if len(definition.ratees_of(one)) > 1)


def exact_values(definition: Definition, count: Count, ratees: Collection[str]) -> Exact:
    """Work out what ``work_out`` does of some ratees, before any rounding: for differences, rounded once."""
    working = _Working(definition, count)
    for line in definition.lines:
        if line.ratee.key in ratees:
            working.measure(line)
    totals = {key: working.totals(key, definition.ratee[key].section) for key in ratees}
    pooled = {(r, criterion): v for (r, criterion, group), v in working.values.items() if group is None}
    return Exact(working.weighted, pooled, {key: (total, all_) for key, (_, total, all_) in totals.items()})


class _Working:
    """One run of working out; collects the rows left out on the way."""

    def __init__(self, definition: Definition, count: Count) -> None:
        self.definition = definition
        self.count = count
        self.rules = definition.results
        self.withheld: list[Withheld] = []
        # by ratee, criterion and group; the pooled row has no group
        self.values: dict[tuple[str, str, str | None], Values] = {}
        self.weighted: dict[Cell, Values] = {}

    def weights(self, ratee: str) -> dict[str, Fraction]:
        """Return the weight of each row of groups that a ratee has."""
        return row_weights(self.definition, self.count.groups[ratee])

    def cell(self, line: Line) -> list[CellResult]:
        rows = self.count.cells[line.key]
        self._note_withheld(line, rows)
        self.measure(line)
        found: list[CellResult] = []
        for group, counts in (rows.groups or {}).items():
            found.append(self._counted(line, Row.GROUP, merged_key(group), counts))
        if rows.pooled is not None:
            found.append(self._counted(line, Row.POOLED, None, rows.pooled))
        if rows.groups is not None:
            shown = self._shown(self.weighted[line.key])
            found.append(CellResult(line, Row.WEIGHTED, None, None, shown))
        return found

    def measure(self, line: Line) -> None:
        """Work the exact values of a cell out, all its rows."""
        rows = self.count.cells[line.key]
        for group, counts in (rows.groups or {}).items():
            key = (*line.key, merged_key(group))
            self.values[key] = values_of(self.definition, line.scale, counts)
        if rows.pooled is not None:
            self.values[(*line.key, None)] = values_of(self.definition, line.scale, rows.pooled)
        if rows.groups is not None:
            self.weighted[line.key] = self._weighted(line)

    def _counted(self, line: Line, row: Row, group: str | None, counts: Counts) -> CellResult:
        return CellResult(line, row, group, counts, self._shown(self.values[(*line.key, group)]))

    def _weighted(self, line: Line) -> Values:
        weights = self.weights(line.ratee.key)
        groups = {key: self.values[(*line.key, key)] for key in weights}
        return weighted_values(groups, weights, self.rules.missing_group)

    def _note_withheld(self, line: Line, rows: CellRows) -> None:
        if rows.why is None:
            return
        ratee, criterion = line.key

        def note(row: Row, group: str | None = None) -> None:
            self.withheld.append(Withheld(rows.why or Why.SMALL_CELL, row, group, ratee, criterion))

        for key in self.weights(ratee):
            note(Row.GROUP, key)
        if rows.pooled is None:
            note(Row.POOLED)
        note(Row.WEIGHTED)

    def _shown(self, values: Values) -> ShownValues:
        return shown_values(values, self.rules.rounding)

    def standings(self) -> tuple[Standing, ...]:
        """Work out the ratees' scores, after the cells."""
        found = {ratee.key: self._standing(ratee.key, ratee.section) for ratee in self.definition.ratees}
        if self.rules.rank:
            for section in self.definition.sections:
                among = [s for s in found.values() if s.section == section.key]
                scores = sorted(s.weighted for s in among if s.weighted is not None)
                for standing in among:
                    if standing.weighted is not None:
                        better = len(scores) - bisect_right(scores, standing.weighted)
                        found[standing.ratee] = replace(standing, rank=better + 1)
        return tuple(found.values())

    def totals(
        self, ratee: str, section: str
    ) -> tuple[dict[str, Fraction | None], Fraction | None, Fraction | None]:
        """Work out a ratee's score in each group (none where withheld), the weighted and the pooled one."""
        criteria = [c for c in self.definition.section[section].criteria if c.weight]
        cells = [self.count.cells[ratee, criterion.key] for criterion in criteria]
        weights = self.weights(ratee)
        scores: dict[str, Fraction | None] = {}
        total: Fraction | None = None
        if all(cell.groups is not None for cell in cells):
            scores = {
                key: mean((c.weight, self.values[ratee, c.key, key].score) for c in criteria)
                for key in weights
            }
            total = weighted(scores, weights, self.rules.missing_group)
        pooled: Fraction | None = None
        if all(cell.pooled is not None for cell in cells):
            pooled = mean((c.weight, self.values[ratee, c.key, None].score) for c in criteria)
        return scores, total, pooled

    def _standing(self, ratee: str, section: str) -> Standing:
        scores, total, pooled = self.totals(ratee, section)
        single = self.rules.rounding.single
        shown = single(total)
        band = self.rules.band(shown)
        return Standing(
            ratee=ratee,
            section=section,
            scores={key: single(score) for key, score in scores.items()},
            pooled=single(pooled),
            weighted=shown,
            band=band.key if band else None,
            rank=None,
        )

    def question(self, question: Question) -> list[QuestionResult]:
        rows = self.count.questions[question.key]
        if rows.why is not None:
            left_out: list[tuple[Row, str | None]] = [(Row.GROUP, group) for group in question.groups]
            if rows.pooled is None:
                left_out.append((Row.POOLED, None))
            self.withheld += (
                Withheld(rows.why, row, group, question=question.key) for row, group in left_out
            )
        found = [
            QuestionResult(question, Row.GROUP, group, counts, self._option_shares(question, counts))
            for group, counts in (rows.groups or {}).items()
        ]
        if rows.pooled is not None:
            shares = self._option_shares(question, rows.pooled)
            found.append(QuestionResult(question, Row.POOLED, None, rows.pooled, shares))
        return found

    def _option_shares(self, question: Question, counts: OptionCounts) -> dict[str, Decimal | None]:
        base = counts.valid if question.base is ShareBasis.VALID else counts.answered
        exact = [part_of(100 * number, base) for number in counts.options]
        rounding = self.rules.rounding
        # Several options each: their shares need not add up to 100, so each is rounded by itself.
        shown = [rounding.single(share) for share in exact]
        if question.kind is QuestionKind.CHOICE:
            shown = rounding.row(exact)
        return {option.key: share for option, share in zip(question.options, shown, strict=True)}

    def breakdowns(self) -> list[BreakdownResult]:
        found = []
        for line in self.definition.lines:
            for question in self.definition.breakdowns:
                rows = self.count.breakdowns[(*line.key, question.key)]
                for option, counts in rows.items():
                    if counts is None:
                        self.withheld.append(
                            Withheld(
                                Why.SMALL_CELL,
                                ratee=line.ratee.key,
                                criterion=line.criterion.key,
                                question=question.key,
                                option=option,
                            )
                        )
                    else:
                        shown = self._shown(values_of(self.definition, line.scale, counts))
                        found.append(BreakdownResult(line, question, option, counts, shown))
        return found
