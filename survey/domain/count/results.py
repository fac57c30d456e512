"""From a kept count to shares, rates, scores, bands and ranks, rounded for display."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from survey.domain.definition.campaign import Definition, Line
from survey.domain.definition.form import Question, QuestionKind, ShareBasis
from survey.domain.definition.scale import Scale, Treat
from survey.domain.definition.weighting import mean, weighted

from .disclosure import Cell, CellRows, Count, Merged, Why
from .tally import NO_OPTION, Counts, OptionCounts


class Row(StrEnum):
    """Over whom a row of results is taken."""

    GROUP = "group"
    POOLED = "pooled"
    WEIGHTED = "weighted"


@dataclass(frozen=True)
class Values:
    """Exact values of one row: shares and rates as parts of 1, the score in points."""

    shares: Mapping[str, Fraction | None]
    rates: Mapping[str, Fraction | None]
    score: Fraction | None


@dataclass(frozen=True)
class ShownValues:
    """Values of one row as displayed: shares and rates in percent."""

    shares: Mapping[str, Decimal | None]
    rates: Mapping[str, Decimal | None]
    score: Decimal | None


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
    """Everything that a count says, in the order of the definition."""

    definition: Definition
    count: Count
    cells: tuple[CellResult, ...]
    ratees: tuple[Standing, ...]
    questions: tuple[QuestionResult, ...]
    breakdowns: tuple[BreakdownResult, ...]
    withheld: tuple[Withheld, ...]


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
        questions=tuple(result for question in questions for result in working.question(question)),
        breakdowns=tuple(working.breakdowns()),
        withheld=tuple(working.withheld),
    )


def exact_values(definition: Definition, count: Count, ratees: Collection[str]) -> Exact:
    """Work out what ``work_out`` does of some ratees, before any rounding: for differences, rounded once."""
    working = _Working(definition, count)
    for line in definition.lines:
        if line.ratee.key in ratees:
            working.measure(line)
    totals = {key: working.totals(key, definition.ratee[key].section) for key in ratees}
    pooled = {(r, criterion): v for (r, criterion, group), v in working.values.items() if group is None}
    return Exact(working.weighted, pooled, {key: (total, all_) for key, (_, total, all_) in totals.items()})


def merged_key(group: Merged) -> str:
    """Return the key of a row of one or several groups (``A+B``)."""
    return "+".join(group)


def values_of(definition: Definition, scale: Scale, counts: Counts) -> Values:
    """Work out shares, rates and score of one row of counts."""
    with_abstentions = counts.answered + counts.abstained
    denominator = with_abstentions if scale.counts_abstentions else counts.answered
    zero = scale.abstain is not None and scale.abstain.treat is Treat.ZERO
    number = {grade.key: n for grade, n in zip(scale.grades, counts.grades, strict=True)}
    shares = {key: _part(n, denominator) for key, n in number.items()}
    if scale.counts_abstentions:
        shares[NO_OPTION] = _part(counts.abstained, denominator)
    rates = {
        rate.key: _part(sum(number[key] for key in rate.grades), denominator)
        for rate in definition.rates_of(scale)
    }
    points = sum((grade.points * number[grade.key] for grade in scale.grades), Fraction(0))
    scored = with_abstentions if zero else counts.answered
    return Values(shares, rates, points / scored if scored else None)


def _part(number: int, denominator: int) -> Fraction | None:
    return Fraction(number, denominator) if denominator else None


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
        return {
            merged_key(group): sum((self.definition.group[key].weight for key in group), Fraction(0))
            for group in self.count.groups[ratee]
        }

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
        missing = self.rules.missing_group
        some = next(iter(groups.values()))
        return Values(
            {
                share: weighted({key: v.shares[share] for key, v in groups.items()}, weights, missing)
                for share in some.shares
            },
            {
                rate: weighted({key: v.rates[rate] for key, v in groups.items()}, weights, missing)
                for rate in some.rates
            },
            weighted({key: v.score for key, v in groups.items()}, weights, missing),
        )

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
        rounding = self.rules.rounding
        shares = rounding.row([None if v is None else v * 100 for v in values.shares.values()])
        rates = {key: rounding.single(None if v is None else v * 100) for key, v in values.rates.items()}
        return ShownValues(
            dict(zip(values.shares, shares, strict=True)), rates, rounding.single(values.score)
        )

    def standings(self) -> tuple[Standing, ...]:
        """Work out the ratees' scores, after the cells."""
        found = {ratee.key: self._standing(ratee.key, ratee.section) for ratee in self.definition.ratees}
        if self.rules.rank:
            for section in self.definition.sections:
                among = [s for s in found.values() if s.section == section.key and s.weighted is not None]
                for standing in among:
                    better = sum(
                        other.weighted > standing.weighted
                        for other in among
                        if other.weighted is not None and standing.weighted is not None
                    )
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
        exact = [_part(100 * number, base) for number in counts.options]
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
