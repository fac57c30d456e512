"""Adding ballots up: frozen counts per ratee, criterion, rater group and grade."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey.domain.ballot.ballot import Ballot, BallotForm, is_spoiled
from survey.domain.ballot.columns import Columns, as_bytes, as_positions
from survey.domain.definition.campaign import Definition, Line
from survey.domain.definition.form import Question, QuestionKind
from survey.domain.definition.rules import BlankRule
from survey.domain.definition.scale import Scale

_PLACES = 2
"""Counted of a line beside its grades: blanks and abstentions; in uneven pools also what was not asked."""
NO_OPTION = "-"
"""The key of a breakdown's row for ballots that left the question empty."""


@dataclass(frozen=True)
class Counts:
    """What was ticked on one line by some ballots."""

    grades: tuple[int, ...]
    abstained: int
    blank: int

    @property
    def answered(self) -> int:
        """Return how many gave a grade."""
        return sum(self.grades)

    @property
    def marked(self) -> int:
        """Return how many gave a grade or abstained."""
        return self.answered + self.abstained

    def __add__(self, other: "Counts") -> "Counts":
        grades = tuple(a + b for a, b in zip(self.grades, other.grades, strict=True))
        return Counts(grades, self.abstained + other.abstained, self.blank + other.blank)

    def is_small(self, minimum: int) -> bool:
        """Return whether too few answered for the row to be shown."""
        return 0 < self.answered < minimum or 0 < self.marked < minimum


@dataclass(frozen=True)
class OptionCounts:
    """What was ticked at one question by some ballots; ``valid`` is their number."""

    options: tuple[int, ...]
    answered: int
    valid: int

    @property
    def marked(self) -> int:
        """Return how many answered."""
        return self.answered

    def __add__(self, other: "OptionCounts") -> "OptionCounts":
        options = tuple(a + b for a, b in zip(self.options, other.options, strict=True))
        return OptionCounts(options, self.answered + other.answered, self.valid + other.valid)

    def is_small(self, minimum: int) -> bool:
        """Return whether too few answered for the row to be shown."""
        return 0 < self.answered < minimum


class Tally:
    """Running totals of one campaign; ballots go in, and only totals stay."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._spoiling = definition.rules.spoiled_if
        self._breakdowns = definition.breakdowns
        self.valid = {group.key: 0 for group in definition.groups}
        self.spoiled = {group.key: 0 for group in definition.groups}
        lines_of = {group.key: definition.lines_of[group.key] for group in definition.groups}
        places = _PLACES + definition.has_uneven_pool
        self._rows = {
            group: [_row(line.scale, places) for line in lines] for group, lines in lines_of.items()
        }
        self._split = {
            (question.key, option): {line.key: _row(line.scale, places) for line in definition.lines}
            for question in definition.breakdowns
            for option in options_of(question)
        }
        self._columns = {group: Columns(rows) for group, rows in self._rows.items()}
        self._split_columns = {
            (group, *split): Columns([rows[line.key] for line in lines])
            for group, lines in lines_of.items()
            for split, rows in self._split.items()
        }
        self._options = {
            (question.key, group): [0] * (len(question.options) + 1)
            for question in definition.questions
            if question.kind is not QuestionKind.TEXT
            for group in question.groups
        }

    def add(self, form: BallotForm, ballot: Ballot) -> bool:
        """Count one ballot; return whether it is valid."""
        return self.take(form, as_bytes(ballot.ratings), ballot.choices)

    def take(self, form: BallotForm, ratings: bytes | None, choices: Mapping[str, tuple[int, ...]]) -> bool:
        """Count one ballot with its ratings as they are packed; return whether it is valid.

        One without ``ratings`` was spoiled before it was packed, whatever the definition's rule says.
        """
        group = form.group
        if ratings is None or (self._spoiling and is_spoiled(form, as_positions(ratings))):
            self.spoiled[group] += 1
            return False
        self.valid[group] += 1
        self._columns[group].add(ratings)
        for question in self._breakdowns:
            chosen = choices.get(question.key)
            option = question.options[chosen[0]].key if chosen else NO_OPTION
            self._split_columns[group, question.key, option].add(ratings)
        for key, chosen in choices.items():
            row = self._options[key, group]
            row[-1] += 1
            for place in chosen:
                row[place] += 1
        return True

    def merge(self, other: "Tally") -> None:
        """Add the totals of another tally of the same campaign."""
        self._settle()
        other._settle()
        for group in self.valid:
            self.valid[group] += other.valid[group]
            self.spoiled[group] += other.spoiled[group]
            for row, more in zip(self._rows[group], other._rows[group], strict=True):
                _add(row, more)
        for split, rows in self._split.items():
            for key, row in rows.items():
                _add(row, other._split[split][key])
        for asked, row in self._options.items():
            _add(row, other._options[asked])

    def cells(self, group: str) -> dict[tuple[str, str], Counts]:
        """Return what a group ticked, by ratee and criterion."""
        self._settle()
        lines = self.definition.lines_of[group]
        return {line.key: self._counts(row, line) for line, row in zip(lines, self._rows[group], strict=True)}

    def asked(self, group: str) -> dict[tuple[str, str], int]:
        """Return how many valid ballots of a row could answer each line: in a pool not all may."""
        self._settle()
        pairs = zip(self.definition.lines_of[group], self._rows[group], strict=True)
        return {line.key: self.valid[group] - sum(row[line.not_asked :]) for line, row in pairs}

    def split(self, question: str, option: str) -> dict[tuple[str, str], Counts]:
        """Return what the voters who chose an option ticked, over all groups, by ratee and criterion."""
        self._settle()
        rows = self._split[question, option]
        return {line.key: self._counts(rows[line.key], line) for line in self.definition.lines}

    def options(self, question: str, group: str) -> OptionCounts:
        """Return what a group chose at a question."""
        *options, answered = self._options[question, group]
        return OptionCounts(tuple(options), answered, self.valid[group])

    def _settle(self) -> None:
        for columns in (*self._columns.values(), *self._split_columns.values()):
            columns.settle()

    def _counts(self, row: Sequence[int], line: Line) -> Counts:
        blank, *grades, abstained = row[: line.not_asked]
        if line.is_ticked:
            # An empty line of a list is an answer, so a row holds as many as there are valid ballots.
            grades[line.empty_position - 1] += blank
            blank = 0
        elif line.scale.abstain and self.definition.rules.blank is BlankRule.ABSTAIN:
            blank, abstained = 0, abstained + blank
        return Counts(tuple(grades), abstained, blank)


def options_of(question: Question) -> tuple[str, ...]:
    """List the rows of a breakdown: its options, then ``-`` for ballots without one."""
    return (*(option.key for option in question.options), NO_OPTION)


def _row(scale: Scale, places: int) -> list[int]:
    return [0] * (len(scale.grades) + places)


def _add(row: list[int], more: Sequence[int]) -> None:
    for place, number in enumerate(more):
        row[place] += number
