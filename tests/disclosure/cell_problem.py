"""What is known of one cell: its rows, those withheld and those shown, and its breakdowns.

The other cells of its ratee belong to it where merged groups or scores bind them together.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from survey.domain.count.disclosure import hidden_options, merged
from survey.domain.count.tally import Counts
from survey.domain.count.values import Values, values_of
from survey.domain.definition.campaign import Line
from survey.domain.definition.form import Question
from survey.domain.definition.rules import SmallGroups
from survey.domain.definition.weighting import mean, weighted

from .knowledge import Knowledge, Stated
from .world import options


class CellProblem(Stated):
    """What is known of one cell, and of the other cells of its ratee as far as they bear on it."""

    def __init__(self, knowledge: Knowledge, line: Line, split: bool) -> None:
        super().__init__(knowledge)
        ratee = line.ratee
        self.rows = knowledge.groups_of(ratee.key)
        linked = [other for other in self.definition.lines if other.ratee is ratee]
        linked = (
            [line, *(other for other in linked if other is not line)] if self._are_linked(line) else [line]
        )
        for one in linked:
            self._groups(one)
            self._weighted(one)
        self._merged(linked)
        self._scores(linked)
        if split:
            for question in self.definition.breakdowns:
                self._split(line, question)

    def _are_linked(self, line: Line) -> bool:
        merges = self.definition.results.small_groups is SmallGroups.MERGE
        return merges or self._hidden_scores(line.ratee.key) is not None

    def _hidden_scores(self, ratee: str) -> Mapping[str, Any] | None:
        """Return a ratee's scores where they tell something that the rows shown do not."""
        (standing,) = (s for s in self.known.published["ratees"] if s["ratee"] == ratee)
        lines = [line for line in self.definition.lines if line.ratee.key == ratee and line.criterion.weight]
        names = ["+".join(members) for members in self.known.groups_of(ratee)]
        hidden = any(name not in self.known.cells[line.key] for line in lines for name in names)
        tells = standing["weighted"] is not None or any(standing["scores"].values())
        return standing if hidden and tells else None

    def positions(self, line: Line) -> list[int]:
        """List what can be ticked on a line and be counted: blank, grades, an abstention."""
        grades = list(range(1, len(line.scale.grades) + 1))
        forbidden = {
            line.scale.positions[quota.grade]
            for quota in self.definition.quotas
            if (quota.section, quota.criterion) == (line.section.key, line.criterion.key)
            and quota.number == 0
        }
        abstain = [line.scale.abstained] if line.scale.abstain and not line.is_ticked else []
        blank = [0] if self.can_be_blank(line) else []
        return [*blank, *(grade for grade in grades if grade not in forbidden), *abstain]

    def _everything(self, line: Line) -> range:
        return range(line.scale.abstained + 1)

    def _groups(self, line: Line) -> None:
        shown = self.known.cells[line.key]
        possible = self.positions(line)
        for group in line.ratee.groups:
            (valid,) = self.valid([group])
            most = self.problem.high[valid]
            each = [
                self.variable("x", *line.key, group, position, high=most if position in possible else 0)
                for position in self._everything(line)
            ]
            self.problem.sums(each, [valid])
            self._marked("x", (*line.key, group), line)
        for members in self.rows:
            if "+".join(members) in shown:
                self._shown(line, members, shown["+".join(members)])
        for position in self._everything(line):
            parts = [self.place["x", *line.key, group, position] for group in line.ratee.groups]
            self.of(("y", *line.key, position), parts)
        self._marked("y", line.key, line)
        if "(pooled)" in shown:
            self._shown(line, line.ratee.groups, shown["(pooled)"])
        self._why(line)

    def _marked(self, kind: str, keys: tuple[str, ...], line: Line) -> tuple[int, int]:
        """Name how many answered in a row, and how many answered or abstained."""
        grades = [self.place[kind, *keys, place] for place in range(1, len(line.scale.grades) + 1)]
        answered = self.of(("answered", kind, *keys), grades)
        return answered, self.of(
            ("marked", kind, *keys), [answered, self.place[kind, *keys, line.scale.abstained]]
        )

    def _shown(self, line: Line, members: Sequence[str], entry: Mapping[str, Any]) -> None:
        numbers = dict(enumerate(entry["counts"].values(), 1))
        numbers[line.scale.abstained] = entry["abstained"]
        numbers[0] = entry["blank"]
        for position, number in numbers.items():
            self.problem.total([self.place["x", *line.key, group, position] for group in members], number)

    def _why(self, line: Line) -> None:
        why, minimum = self.known.why.get(line.key), self.known.minimum
        if why and self.known.late:
            self._why_with_late(line, why)
            return
        rows = [("y", *line.key)] if why == "small-cell" else []
        if why == "small-group":
            rows = [("x", *line.key, group) for group in line.ratee.groups]
        if rows:
            over = [self.place[what, *row] for row in rows for what in ("answered", "marked")]
            self.problem.check(over, lambda numbers: any(0 < number < minimum for number in numbers))

    def _why_with_late(self, line: Line, why: str) -> None:
        groups, minimum = line.ratee.groups, self.known.minimum
        over = [
            self.place[what, "x", *line.key, group] for group in groups for what in ("answered", "marked")
        ]

        def holds(numbers: Sequence[int]) -> bool:
            marked = dict(zip(groups, numbers[1::2], strict=True))
            if why == "small-cell":
                whole = sum(numbers[::2]), sum(numbers[1::2])
                return any(0 < number < minimum + self.late_in(marked) for number in whole)
            return any(
                0 < number < minimum + self.late_in({group: marked[group]})
                for at, group in enumerate(groups)
                for number in numbers[2 * at : 2 * at + 2]
            )

        self.problem.check(over, holds)

    def _merged(self, linked: Sequence[Line]) -> None:
        """The groups stand together as they do because, one after another, some were small."""
        if self.definition.results.small_groups is not SmallGroups.MERGE:
            return
        members, found, minimum = linked[0].ratee.groups, tuple(self.rows), self.known.minimum
        names = [(line.key, group) for line in linked for group in members]
        over = [self.place[what, "x", *key, group] for key, group in names for what in ("answered", "marked")]

        def holds(numbers: Sequence[int]) -> bool:
            counted: dict[str, dict[tuple[str, str], Counts]] = defaultdict(dict)
            for place, (key, group) in enumerate(names):
                answered, marked = numbers[2 * place : 2 * place + 2]
                counted[group][key] = Counts((answered,), marked - answered, 0)
            alone = tuple((group,) for group in members)
            return merged(alone, [line.key for line in linked], counted, minimum, self.known.late) == found

        self.problem.check(over, holds)

    # Rounded values of rows of which some are withheld: rules that are kept leave none of these.

    def _values(self, line: Line, numbers: Sequence[int]) -> dict[str, Values]:
        """Work out each group row's values from what every group ticked."""
        width, found = len(self._everything(line)), {}
        for members in self.rows:
            places = [line.ratee.groups.index(group) for group in members]
            sums = [sum(numbers[width * place + at] for place in places) for at in range(width)]
            counts = Counts(tuple(sums[1:-1]), sums[-1], sums[0])
            found["+".join(members)] = values_of(self.definition, line.scale, counts)
        return found

    def _all_x(self, line: Line) -> list[int]:
        return [
            self.place["x", *line.key, group, position]
            for group in line.ratee.groups
            for position in self._everything(line)
        ]

    def _weights(self) -> dict[str, Fraction]:
        weight = {group.key: group.weight for group in self.definition.groups}
        return {"+".join(m): sum((weight[g] for g in m), Fraction(0)) for m in self.rows}

    def _weighted(self, line: Line) -> None:
        shown = self.known.cells[line.key]
        entry = shown.get("(weighted)")
        if entry is None or all("+".join(members) in shown for members in self.rows):
            return
        weights, rules = self._weights(), self.definition.results

        def holds(numbers: Sequence[int]) -> bool:
            values = self._values(line, numbers)

            def over(part: Callable[[Values], Fraction | None]) -> Fraction | None:
                return weighted({key: part(v) for key, v in values.items()}, weights, rules.missing_group)

            shares = [over(lambda v, key=key: v.shares[key]) for key in entry["shares"]]
            rates = [over(lambda v, key=key: v.rates[key]) for key in entry["rates"]]
            rounded = rules.rounding.row([None if v is None else v * 100 for v in shares])
            rounded += [rules.rounding.single(None if v is None else v * 100) for v in rates]
            rounded.append(rules.rounding.single(over(lambda v: v.score)))
            wanted = [*entry["shares"].values(), *entry["rates"].values(), entry["score"]]
            return [None if v is None else format(v, "f") for v in rounded] == wanted

        self.problem.check(self._all_x(line), holds)

    def _scores(self, linked: Sequence[Line]) -> None:
        standing = self._hidden_scores(linked[0].ratee.key)
        if standing is None:
            return
        lines = [line for line in linked if line.criterion.weight]
        weights, rules = self._weights(), self.definition.results

        def holds(numbers: Sequence[int]) -> bool:
            at, each = 0, []
            for line in lines:
                width = len(self._everything(line)) * len(line.ratee.groups)
                each.append((line.criterion.weight, self._values(line, numbers[at : at + width])))
                at += width
            scores = {key: mean((weight, v[key].score) for weight, v in each) for key in weights}
            total = rules.rounding.single(weighted(scores, weights, rules.missing_group))
            if standing["weighted"] not in (None, None if total is None else format(total, "f")):
                return False
            rounded = {key: rules.rounding.single(score) for key, score in scores.items()}
            wanted = {key: score for key, score in standing["scores"].items() if score is not None}
            return all(
                rounded[key] is not None and format(rounded[key], "f") == wanted[key] for key in wanted
            )

        self.problem.check([place for line in lines for place in self._all_x(line)], holds)

    # Breakdowns

    def _split(self, line: Line, question: Question) -> None:
        asked, keys = question.key, options(self.definition, question.key)
        for group in line.ratee.groups:
            for key in keys:
                number = self.place["N", asked, group, key]
                each = []
                for position in self._everything(line):
                    most = min(
                        self.problem.high[self.place["x", *line.key, group, position]],
                        self.problem.high[number],
                    )
                    each.append(self.variable("z", asked, group, key, position, high=most))
                    self.problem.low[each[-1]] = self.known.least["z", *line.key, asked, group, key, position]
                self.problem.sums(each, [number])
            for position in self._everything(line):
                parts = [self.place["z", asked, group, key, position] for key in keys]
                self.problem.sums(parts, [self.place["x", *line.key, group, position]])
        shown = {key: self.known.splits.get((*line.key, asked, key)) for key in keys}
        for key, entry in shown.items():
            self._split_row(line, asked, key, entry)
        for position in self._everything(line):
            # It follows from the rest, and narrows bounds at once.
            parts = [self.place["s", *line.key, asked, key, position] for key in keys]
            self.problem.sums(parts, [self.place["y", *line.key, position]])
        if "(pooled)" in self.known.cells[line.key]:
            self._why_split(line, asked, shown)

    def _split_row(self, line: Line, asked: str, key: str, entry: Mapping[str, Any] | None) -> None:
        for position in self._everything(line):
            parts = [self.place["z", asked, group, key, position] for group in line.ratee.groups]
            self.of(("s", *line.key, asked, key, position), parts)
        if entry is not None:
            numbers = dict(enumerate(entry["counts"].values(), 1)) | {
                line.scale.abstained: entry["abstained"]
            }
            for position, number in numbers.items():
                self.problem.total([self.place["s", *line.key, asked, key, position]], number)
        self._marked("s", (*line.key, asked, key), line)

    def _why_split(self, line: Line, asked: str, shown: Mapping[str, Any]) -> None:
        """These rows are withheld, and no other, because of how many answered in each."""
        minimum = self.known.minimum
        withheld = {key for key, entry in shown.items() if entry is None}
        over = [
            self.place[what, "s", *line.key, asked, key] for key in shown for what in ("answered", "marked")
        ]
        late = [group for group in line.ratee.groups if group in self.known.late]
        over += [self.place["marked", "x", *line.key, group] for group in late]

        def holds(numbers: Sequence[int]) -> bool:
            rows = {
                key: Counts((numbers[2 * at],), numbers[2 * at + 1] - numbers[2 * at], 0)
                for at, key in enumerate(shown)
            }
            marked = dict(zip(late, numbers[2 * len(shown) :], strict=True))
            return hidden_options(rows, minimum + self.late_in(marked)) == withheld

        if withheld:
            self.problem.check(over, holds)
