"""Deciding of every withheld row of a campaign whether it can be worked out, and by what.

A row is *open* when there is a second world that leaves the same record and has another such row: then nobody
can work it out. It is *told* when the solver shows that no other numbers fit what is published; told rows are
sorted by what tells them. It is *unproven* when the solver finds other numbers that fit, but no ballots were
found that make them up: the solver cannot work it out, and nothing proves that nobody can.

Rows without a second world that hold no grade, or hold but one together with all that is withheld beside
them, are counted as told without asking the solver: what can be told of them is of that kind in any case.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from survey.domain.count.tally import Counts
from survey.domain.definition.rules import SmallGroups

from .knowledge import Knowledge, Stated
from .reasons import ReasonProblem
from .solver import Unsure
from .witness import hard_to_find_world, is_in, other_world
from .world import Numbers, Row, World, withheld_rows


class Verdict(StrEnum):
    """What becomes of a withheld row."""

    OPEN = "open"
    UNPROVEN = "unproven"
    EMPTY = "empty"
    """Nobody's grade is in it: the group or option has no valid ballot, or nobody on it gave a grade."""
    UNANIMOUS = "unanimous"
    """Those withheld together, or the groups shown that they belong to, gave one grade (全组选择相同)."""
    FORCED = "forced"
    """The ballot left one grade to give: quotas of none forbid the others."""
    SHOW = "show"
    """The campaign chose to show rows of rater groups of any size, and they tell this one."""
    COMBINED = "combined"
    """A breakdown and the rater groups together: whoever chose an option is known by the group, or was."""


TOLD = (Verdict.EMPTY, Verdict.UNANIMOUS, Verdict.FORCED, Verdict.SHOW, Verdict.COMBINED)


@dataclass
class Case:
    """One campaign, as its voters voted."""

    world: World
    seed: int = 0

    @cached_property
    def rows(self) -> list[Row]:
        """List the rows withheld."""
        return withheld_rows(self.world.electorate.definition, self.world.count)

    @cached_property
    def truth(self) -> dict[Row, Numbers]:
        """Map the rows withheld to what is in them."""
        return {row: self.world.numbers(row) for row in self.rows}

    @cached_property
    def knowledge(self) -> Knowledge:
        """Return what is published of it and its texts, and what the attacker knows of ballots of his own."""
        electorate = self.world.electorate
        known = [self.world.ballots[place] for place in sorted(self.world.known & self.world.valid)]
        return Knowledge(
            electorate.definition, self.world.published, self.world.texts, electorate.late, known
        )

    @cached_property
    def open(self) -> dict[Row, World]:
        """Map rows to a second world that cannot be told apart and has another such row."""
        rng = random.Random(self.seed)
        found: dict[Row, World] = {}
        for row in self.rows:
            other = None if row in found else other_world(self.world, row, rng)
            if other:
                found |= self._changed_in(other)
        return found

    def _changed_in(self, other: World) -> dict[Row, World]:
        return {row: other for row in self.rows if other.numbers(row) != self.truth[row]}

    def _note(self, other: World) -> None:
        for row in self._changed_in(other):
            self.open.setdefault(row, other)

    def verdicts(self) -> dict[Row, Verdict]:
        """Decide of every row withheld."""
        found: dict[Row, Verdict] = {}
        for row in self.rows:
            if row not in self.open and row not in found:
                found[row] = self._without_witness(row)
        return {row: Verdict.OPEN if row in self.open else found[row] for row in self.rows}

    def is_told(self, row: Row) -> bool:
        """Tell whether what is published fits no other numbers in a row. Raises ``Unsure``."""
        return self.is_told_as(row, self.world.numbers(row))

    def is_told_as(self, row: Row, numbers: Numbers) -> bool:
        """Tell whether what is published fits only these numbers in a row. Raises ``Unsure``."""
        without = row[0] != "split" and _is_told(self.stated(row, split=False), row, numbers)
        return without or _is_told(self.stated(row, split=True), row, numbers)

    def stated(self, row: Row, *, split: bool) -> Stated:
        """State what is known of the cell or question of a row."""
        key = (row[1:3] if row[0] != "question" else row[1:2], split)
        if key not in self._stated:
            definition = self.world.electorate.definition
            if row[0] == "question":
                self._stated[key] = Stated(self.knowledge)
                if not definition.question[row[1]].breakdown:
                    self._stated[key].answers(definition.question[row[1]])
            else:
                line = next(line for line in definition.lines if line.key == row[1:3])
                self._stated[key] = ReasonProblem(self.knowledge, line, split)
        return self._stated[key]

    @cached_property
    def _stated(self) -> dict[tuple[Row, bool], Stated]:
        return {}

    def _without_witness(self, row: Row) -> Verdict:
        if not any(self.truth[row]):
            return Verdict.EMPTY
        if self._is_unanimous(row):
            return Verdict.UNANIMOUS
        try:
            if self.is_told(row):
                return self._why(row)
        except Unsure:
            pass
        other = hard_to_find_world(self.world, row, random.Random(self.seed))
        if other is None:
            return Verdict.UNPROVEN
        self._note(other)
        return Verdict.OPEN

    def _why(self, row: Row) -> Verdict:
        if self._is_forced(row):
            return Verdict.FORCED
        shows = self.world.electorate.definition.results.small_groups is SmallGroups.SHOW
        return Verdict.SHOW if shows else Verdict.COMBINED

    def _is_unanimous(self, row: Row) -> bool:
        together = self.withheld_together(row)
        if together is not None and _is_one(together):
            return True
        groups = self.world.count.cells[row[1], row[2]].groups if row[0] == "split" else None
        mine = [
            counts.grades
            for members, counts in (groups or {}).items()
            if any(self._has_voters(row, member) for member in members)
        ]
        return bool(mine) and all(_is_one(grades) for grades in mine)

    def _has_voters(self, row: Row, group: str) -> bool:
        ballots = [self.world.ballots[place] for place in self.world.valid]
        return any(ballot.group == group and is_in(self.world, ballot, row) for ballot in ballots)

    def withheld_together(self, row: Row) -> Numbers | None:
        """Add up the rows withheld beside a row: what remains of the row shown that holds them all."""
        count = self.world.count
        kind, *keys = row
        if kind == "question":
            whole = count.questions[keys[0]].pooled
            return whole and whole.options
        cell = count.cells[keys[0], keys[1]]
        if kind == "cell" and cell.groups is not None:
            return next(counts.grades for members, counts in cell.groups.items() if keys[2] in members)
        if cell.pooled is None or kind == "pooled":
            return None
        shown: Sequence[Counts | None] = ()
        if kind == "split":
            shown = list(count.breakdowns[keys[0], keys[1], keys[2]].values())
        rest = cell.pooled.grades
        for counts in shown:
            if counts is not None:
                rest = tuple(a - b for a, b in zip(rest, counts.grades, strict=True))
        return rest

    def _is_forced(self, row: Row) -> bool:
        if row[0] == "question":
            return False
        definition = self.world.electorate.definition
        line = next(line for line in definition.lines if line.key == row[1:3])
        forbidden = {
            quota.grade
            for quota in definition.quotas
            if (quota.section, quota.criterion) == (line.section.key, line.criterion.key)
            and quota.number == 0
        }
        return len(line.scale.grades) - len(forbidden) == 1


def _is_one(numbers: Numbers) -> bool:
    return sum(number > 0 for number in numbers) == 1


def _is_told(stated: Stated, row: Row, truth: Numbers) -> bool:
    return all(
        stated.problem.is_fixed(place, number) for place, number in zip(stated.row(row), truth, strict=True)
    )
