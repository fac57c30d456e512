"""From a kept count to shares, rates, scores, bands and ranks, rounded for display."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from survey.domain.definition.campaign import Definition, Line
from survey.domain.definition.form import Question, QuestionKind, Section, ShareBasis
from survey.domain.sms.messages import SmsTold

from .disclosure import Cell, CellRows, Count, Why
from .exact import Exact
from .overall import OverallResult, overall_rows
from .result_rows import ResultRows
from .rows import Row, merged_key
from .tally import Counts, OptionCounts
from .values import ShownValues, Values, part_of, shown_values, values_of


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
    """The scores of one ratee; ``scores`` is empty where they are withheld.

    ``ranked_by`` is the value that ranks it, whether ranks are shown or not: the weighted score, on a list to
    tick the share of votes.
    """

    ratee: str
    section: str
    scores: Mapping[str, Decimal | None]
    pooled: Decimal | None
    weighted: Decimal | None
    ranked_by: Decimal | None
    band: str | None
    rank: int | None


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
class NamedVotes:
    """Somebody who is not on the list, and how often that person was written down.

    One ballot may have two wordings of one person, so votes can be more than voters.
    """

    name: str
    post: str
    votes: int


@dataclass(frozen=True)
class SectionNames:
    """What came of the names written under one list.

    ``few`` persons have no wording of votes enough to be named, ``few_votes`` together; ``nobody`` is how
    many names could be given to no one. They are ``None`` where nobody was or where few voters may have
    written them all: the two look alike. While it ``is_unsigned``, the count, nothing is told: names are
    told with a signed count only.
    ``valid`` is how many valid ballots had the list, ``None`` where that is not told.
    """

    section: str
    named: tuple[NamedVotes, ...] = ()
    few: int | None = None
    few_votes: int | None = None
    nobody: int | None = None
    is_unsigned: bool = False
    valid: int | None = None


@dataclass(frozen=True)
class Results:
    """Everything that a count says, in the order of the definition.

    Cells and breakdowns are by line, the overall lines' rows by ratee.
    ``ranked`` are the sections in which a rank says something: a rank of one alone is none. ``weighed`` are
    those whose rater groups have weights that differ, also where what is published names no groups.
    ``sms`` is what messages came to; it is no part of the count, since receipts come in for hours after it.
    ``names`` are those of people who are not on a list to tick; they are decided beside the count.
    """

    definition: Definition
    count: Count
    cells: ResultRows[Cell, CellResult]
    ratees: tuple[Standing, ...]
    overalls: ResultRows[str, OverallResult]
    questions: tuple[QuestionResult, ...]
    breakdowns: ResultRows[Cell, BreakdownResult]
    withheld: tuple[Withheld, ...]
    ranked: frozenset[str]
    weighed: frozenset[str]
    sms: SmsTold | None = None
    names: tuple[SectionNames, ...] = ()


def work_out(definition: Definition, count: Count, *, keep: bool = True) -> Results:
    """Work all results out from a count: rows of lines as they are asked for, the ratees' scores at once.

    With ``keep`` each row of a line is worked out once; without it, results that are kept for many requests
    do not grow.
    """
    working = _Working(definition, count)
    questions = [question for question in definition.questions if question.kind is not QuestionKind.TEXT]
    return Results(
        definition=definition,
        count=count,
        cells=ResultRows(definition.line, working.cell, keep=keep),
        ratees=working.standings(),
        overalls=ResultRows(definition.ratee, working.overall),
        questions=tuple(result for question in questions for result in working.question(question)),
        breakdowns=ResultRows(definition.line, working.breakdowns, keep=keep),
        withheld=tuple(working.withheld(questions)),
        ranked=_ranked(definition),
        weighed=frozenset(one.key for one in definition.sections if definition.weighs(one)),
    )


def _ranked(definition: Definition) -> frozenset[str]:
    sections = definition.sections if definition.results.rank else ()
    return frozenset(one.key for one in sections if len(definition.ratees_of(one)) > 1)


class _Working:
    """What results are worked out with."""

    def __init__(self, definition: Definition, count: Count) -> None:
        self.definition = definition
        self.count = count
        self.rules = definition.results
        self.exact = Exact(definition, count)

    def cell(self, key: Cell) -> Iterator[CellResult]:
        """Work out the rows of one line."""
        line, rows = self.definition.line[key], self.count.cells[key]
        groups = self.exact.groups(key)
        for group, counts in (rows.groups or {}).items():
            of = merged_key(group)
            yield CellResult(line, Row.GROUP, of, counts, self._shown((groups or {})[of]))
        if rows.pooled is not None:
            values = values_of(self.definition, line.scale, rows.pooled)
            yield CellResult(line, Row.POOLED, None, rows.pooled, self._shown(values))
        if groups is not None:
            shown = self._shown(self.exact.over(line.ratee.key, groups))
            yield CellResult(line, Row.WEIGHTED, None, None, shown)

    def overall(self, ratee: str) -> Iterator[OverallResult]:
        """Work out the rows of a ratee's overall line."""
        return overall_rows(self.definition, self.count, self.definition.ratee[ratee])

    def _shown(self, values: Values) -> ShownValues:
        return shown_values(values, self.rules.rounding)

    def withheld(self, questions: Iterable[Question]) -> Iterator[Withheld]:
        """List the rows left out: of lines, of questions, of breakdowns."""
        for key, rows in ((line.key, self.count.cells[line.key]) for line in self.definition.lines):
            if rows.why is not None:
                yield from self._withheld_of(key, rows, rows.why)
        for question in questions:
            asked = self.count.questions[question.key]
            if asked.why is not None:
                for group in question.groups:
                    yield Withheld(asked.why, Row.GROUP, group, question=question.key)
                if asked.pooled is None:
                    yield Withheld(asked.why, Row.POOLED, question=question.key)
        for line in self.definition.lines if self.definition.breakdowns else ():
            ratee, criterion = line.key
            for question in self.definition.breakdowns:
                for option, counts in self.count.breakdowns[(*line.key, question.key)].items():
                    if counts is None:
                        yield Withheld(
                            Why.SMALL_CELL,
                            ratee=ratee,
                            criterion=criterion,
                            question=question.key,
                            option=option,
                        )

    def _withheld_of(self, key: Cell, rows: CellRows, why: Why) -> Iterator[Withheld]:
        ratee, criterion = key
        for group in self.count.groups[ratee]:
            yield Withheld(why, Row.GROUP, merged_key(group), ratee, criterion)
        if rows.pooled is None:
            yield Withheld(why, Row.POOLED, None, ratee, criterion)
        yield Withheld(why, Row.WEIGHTED, None, ratee, criterion)

    def standings(self) -> tuple[Standing, ...]:
        """Work out the ratees' scores, and where they are ranked, their ranks."""
        found = {
            ratee.key: self._standing(ratee.key, self.definition.section[ratee.section])
            for ratee in self.definition.ratees
        }
        for section in self.definition.sections if self.rules.rank else ():
            values = {ratee.key: found[ratee.key].ranked_by for ratee in self.definition.ratees_of(section)}
            # Equal values have the rank of the first of them.
            ranks: dict[Decimal, int] = {}
            for place, known in enumerate(
                sorted((one for one in values.values() if one is not None), reverse=True), 1
            ):
                ranks.setdefault(known, place)
            for ratee, value in values.items():
                if value is not None:
                    found[ratee] = replace(found[ratee], rank=ranks[value])
        return tuple(found.values())

    def _ranked_by(self, section: Section, ratee: str, score: Decimal | None) -> Decimal | None:
        """Return what a ratee is ranked by: its score, on a list to tick the share of votes, as displayed.

        That is the share over all valid ballots, or the weighted one where the groups have weights that
        differ. Points other than 100 and none would make a score coarser than the share in the table.
        """
        if not section.is_ticked:
            return score
        cell = ratee, section.criteria[0].key
        values = self.exact.weighted(cell) if self.definition.weighs(section) else self.exact.pooled(cell)
        ticked = self.definition.scale[section.scale].grades[0].key
        return None if values is None else self.rules.rounding.single(values.shares[ticked], 100)

    def _standing(self, ratee: str, section: Section) -> Standing:
        scores, total, pooled = self.exact.totals(ratee)
        single = self.rules.rounding.single
        shown = single(total)
        band = self.rules.band(shown)
        return Standing(
            ratee=ratee,
            section=section.key,
            scores={key: single(score) for key, score in scores.items()},
            pooled=single(pooled),
            weighted=shown,
            ranked_by=self._ranked_by(section, ratee, shown),
            band=band.key if band else None,
            rank=None,
        )

    def question(self, question: Question) -> list[QuestionResult]:
        """Work out the rows of one question."""
        rows = self.count.questions[question.key]
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

    def breakdowns(self, key: Cell) -> Iterator[BreakdownResult]:
        """Work out the rows of one line by the options of questions."""
        line = self.definition.line[key]
        for question in self.definition.breakdowns:
            for option, counts in self.count.breakdowns[(*key, question.key)].items():
                if counts is not None:
                    shown = self._shown(values_of(self.definition, line.scale, counts))
                    yield BreakdownResult(line, question, option, counts, shown)
