"""Filling one line of all ballots in another way, so that the same is kept of its cell.

Who is in which rater group and chose which option stays, and so does every other line; the solver says how
many of each kind of voter tick what. This is exact: if there is such a way it is found.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from survey.domain.ballot.ballot import Ballot
from survey.domain.count.disclosure import CellRows, Count, Why, hidden_options, merged
from survey.domain.count.tally import Counts
from survey.domain.definition.campaign import Line
from survey.domain.definition.rules import BlankRule, SmallGroups
from survey.domain.definition.scale import BLANK

from .solver import Problem
from .world import Row, World, options

Kind = tuple[str, tuple[str, ...], frozenset[int]]
"""Voters alike: their group, their options in each breakdown, what they can tick."""


def option_of(world: World, ballot: Ballot, question: str) -> str:
    """Return the row of a breakdown that a ballot is counted in."""
    chosen = ballot.choices.get(question)
    return world.electorate.definition.question[question].options[chosen[0]].key if chosen else "-"


class Column:
    """The line of one cell in all valid ballots; ``kept`` is the count that must come of it again."""

    def __init__(self, world: World, line: Line, kept: Count) -> None:
        self.world, self.line, self.kept = world, line, kept
        self.rules = world.electorate.definition
        self.breakdowns = [question.key for question in self.rules.breakdowns]
        self.positions = range(line.scale.abstained + 1)
        self.at = {
            group: next((at for at, one in enumerate(lines) if one is line), -1)
            for group, lines in self.rules.lines_of.items()
        }
        self.kinds: dict[Kind, list[int]] = defaultdict(list)
        for place in sorted(world.valid):
            if self.at[world.ballots[place].group] >= 0:
                self.kinds[self._kind(place)].append(place)
        self.problem = Problem()
        self.sums: dict[tuple[int, ...], int] = {}
        self.ways = {
            (kind, position): self.problem.variable(
                0, len(places) if position in kind[2] else 0, self._now(places)[position]
            )
            for kind, places in self.kinds.items()
            for position in self.positions
        }
        for kind, places in self.kinds.items():
            self.problem.total([self.ways[kind, position] for position in self.positions], len(places))
        self._keep()

    def other(self, row: Row, patience: int) -> World | None:
        """Return a world with another column in which a row of the cell is another."""
        kinds = [kind for kind in self.kinds if self._is_in(kind, row)]
        for position in range(1, len(self.line.scale.grades) + 1) if kinds else ():
            number = self._sum([self.ways[kind, position] for kind in kinds])
            now = self.problem.likely[number]
            for limits in ((now + 1, self.problem.high[number]), (0, now - 1)):
                found = self.problem.solve({number: limits}, patience) if limits[0] <= limits[1] else None
                if found is not None:
                    return self._filled(found)
        return None

    def any(self, patience: int) -> World | None:
        """Return a world in which the count of this cell is the one to be kept."""
        found = self.problem.solve({}, patience)
        return None if found is None else self._filled(found)

    def _kind(self, place: int) -> Kind:
        ballot = self.world.ballots[place]
        accepted = frozenset(position for position in self.positions if self._can_be(ballot, position))
        return ballot.group, tuple(option_of(self.world, ballot, key) for key in self.breakdowns), accepted

    def _can_be(self, ballot: Ballot, position: int) -> bool:
        if position == self.line.scale.abstained and self.line.scale.abstain is None:
            return False
        return self.world.electorate.accepts(self._put(ballot, position))

    def _put(self, ballot: Ballot, position: int) -> Ballot:
        at = self.at[ballot.group]
        return replace(ballot, ratings=(*ballot.ratings[:at], position, *ballot.ratings[at + 1 :]))

    def _now(self, places: Sequence[int]) -> Mapping[int, int]:
        ballots = [self.world.ballots[place] for place in places]
        return Counter(ballot.ratings[self.at[ballot.group]] for ballot in ballots)

    def _is_in(self, kind: Kind, row: Row) -> bool:
        group, chosen, _ = kind
        if row[0] == "cell":
            return group == row[3]
        return row[0] == "pooled" or chosen[self.breakdowns.index(row[3])] == row[4]

    def _sum(self, parts: Sequence[int]) -> int:
        """Name a sum; the same one once only, so that all that is known of it narrows it."""
        if tuple(parts) in self.sums:
            return self.sums[tuple(parts)]
        likely = sum(self.problem.likely[part] for part in parts)
        number = self.problem.variable(0, sum(self.problem.high[part] for part in parts), likely)
        self.problem.sums([number], parts)
        self.sums[tuple(parts)] = number
        return number

    def _counted(self, kinds: Sequence[Kind]) -> tuple[int, int]:
        """Name how many of some kinds of voters answer, and how many answer or abstain."""
        abstained = self.line.scale.abstained
        blank_abstains = self.rules.rules.blank is BlankRule.ABSTAIN and self.line.scale.abstain
        each = {at: self._sum([self.ways[kind, at] for kind in kinds]) for at in self.positions}
        answered = self._sum([each[at] for at in range(1, abstained)])
        others = [each[abstained], *([each[BLANK]] if blank_abstains else [])]
        return answered, self._sum([answered, *others])

    # What is kept

    def _keep(self) -> None:
        rows = self.kept.cells[self.line.key]
        if rows.pooled is not None:
            self._keep_row(list(self.kinds), rows.pooled)
        for members, counts in (rows.groups or {}).items():
            self._keep_row([kind for kind in self.kinds if kind[0] in members], counts)
        self._keep_groups(rows)
        for number, question in enumerate(self.breakdowns):
            shown = self.kept.breakdowns[(*self.line.key, question)]
            of_option = {
                key: [kind for kind in self.kinds if kind[1][number] == key]
                for key in options(self.rules, question)
            }
            for key, counts in shown.items():
                if counts is not None:
                    self._keep_row(of_option[key], counts, blanks=False)
            hidden = {key for key, counts in shown.items() if counts is None}
            if rows.pooled is not None and hidden:
                self._keep_hidden(of_option, hidden)

    def _keep_row(self, kinds: Sequence[Kind], counts: Counts, *, blanks: bool = True) -> None:
        abstained = self.line.scale.abstained
        each = [[self.ways[kind, at] for kind in kinds] for at in self.positions]
        for position, number in enumerate(counts.grades, 1):
            self.problem.total(each[position], number)
        if self.rules.rules.blank is BlankRule.ABSTAIN and self.line.scale.abstain:
            self.problem.total(each[BLANK] + each[abstained], counts.abstained)
        else:
            self.problem.total(each[abstained], counts.abstained)
            if blanks:
                self.problem.total(each[BLANK], counts.blank)

    def _keep_groups(self, rows: CellRows) -> None:
        minimum = self.rules.results.minimum_cell
        groups = self.line.ratee.groups
        over = [
            number
            for group in groups
            for number in self._counted([kind for kind in self.kinds if kind[0] == group])
        ]
        if rows.why is Why.SMALL_CELL:
            pooled = self._counted(list(self.kinds))
            self.problem.check(pooled, lambda numbers: any(0 < n < minimum for n in numbers))
        elif rows.why is Why.SMALL_GROUP:
            self.problem.check(over, lambda numbers: any(0 < n < minimum for n in numbers))
        if self.rules.results.small_groups is SmallGroups.MERGE:
            self._keep_merges(over)

    def _keep_merges(self, over: Sequence[int]) -> None:
        groups, kept = self.line.ratee.groups, self.kept.groups[self.line.ratee.key]
        keys = [line.key for line in self.rules.lines if line.ratee is self.line.ratee]
        counted = {group: dict(self.world.tally.cells(group)) for group in groups}
        alone = tuple((group,) for group in groups)
        nothing = (0,) * (len(self.line.scale.grades) - 1)

        def holds(numbers: Sequence[int]) -> bool:
            for place, group in enumerate(groups):
                answered, marked = numbers[2 * place : 2 * place + 2]
                counted[group][self.line.key] = Counts((answered, *nothing), marked - answered, 0)
            return merged(alone, keys, counted, self.rules.results.minimum_cell) == kept

        self.problem.check(over, holds)

    def _keep_hidden(self, of_option: Mapping[str, Sequence[Kind]], hidden: set[str]) -> None:
        over = [number for kinds in of_option.values() for number in self._counted(kinds)]

        def holds(numbers: Sequence[int]) -> bool:
            rows = {
                key: Counts((numbers[2 * at],), numbers[2 * at + 1] - numbers[2 * at], 0)
                for at, key in enumerate(of_option)
            }
            return hidden_options(rows, self.rules.results.minimum_cell) == hidden

        self.problem.check(over, holds)

    def _filled(self, found: Sequence[int]) -> World:
        changes = {}
        for kind, places in self.kinds.items():
            ticks = [at for at in self.positions for _ in range(found[self.ways[kind, at]])]
            for place, position in zip(places, ticks, strict=True):
                changes[place] = self._put(self.world.ballots[place], position)
        return self.world.changed(changes)
