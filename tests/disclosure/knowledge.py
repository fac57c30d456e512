"""What a reader of everything published knows of the rows withheld, as a problem for the solver.

Known are the definition, the accounts, every row shown (its shares, rates and scores as rounded), and the
programme's own rules, so also what it means that a row is withheld. So are the places of all texts and what
is said of those not kept: each reason is a grade that asks for one (``reasons``). The unknowns are, for each
rater group and option of a breakdown, how many gave each grade, abstained or left the line blank. Shared by
all cells are how many ballots of each group are valid (``V``) and how many of them chose each option (``N``).

What one ballot may hold is left out, but for grades that a quota of none forbids; ``witness`` abides by it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from survey.domain.ballot.ballot import Ballot
from survey.domain.count.disclosure import Merged
from survey.domain.count.late import Late, known_at_most, late_numbers
from survey.domain.definition.campaign import Definition, Line
from survey.domain.definition.form import Question, QuestionKind
from survey.domain.definition.rules import BlankRule

from .solver import Problem
from .world import Row, Texts

Published = Mapping[str, Any]
MANY = 10**6


class Knowledge:
    """What is published of one campaign, read by somebody who knows the rules, all texts and some ballots."""

    def __init__(
        self,
        definition: Definition,
        published: Published,
        texts: Texts,
        late: Late = (),
        ballots: Sequence[Ballot] = (),
    ) -> None:
        self.definition = definition
        self.texts, self.left_out = texts
        self.late = late_numbers(late)
        self.least = self._known(ballots)
        self.minimum = definition.results.minimum_cell
        self.published = published
        self.cells: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
        for entry in published["cells"]:
            name = entry["group"] if entry["row"] == "group" else f"({entry['row']})"
            self.cells[entry["ratee"], entry["criterion"]][name] = entry
        self.splits = {
            (e["ratee"], e["criterion"], e["question"], e["option"]): e for e in published["breakdowns"]
        }
        self.questions: dict[str, dict[str, Any]] = defaultdict(dict)
        for entry in published["questions"]:
            self.questions[entry["question"]][entry["group"] or "(pooled)"] = entry
        self.why: dict[tuple[Any, ...], str] = {}
        self.row_groups: dict[str, list[str]] = defaultdict(list)
        for entry in [*published["withheld"], *published["cells"]]:
            if entry.get("row") == "group" and "ratee" in entry:
                names = self.row_groups[entry["ratee"]]
                names += [entry["group"]] * (entry["group"] not in names)
        for entry in published["withheld"]:
            if entry.get("row"):
                asked = (entry["question"],) if "question" in entry else (entry["ratee"], entry["criterion"])
                self.why[asked] = entry["why"]

    def _known(self, ballots: Sequence[Ballot]) -> Counter[tuple[Any, ...]]:
        """Count the known ballots in each variable: what it is at least."""
        least: Counter[tuple[Any, ...]] = Counter()
        for ballot in ballots:
            group = ballot.group
            least["V", group] += 1
            chosen = {}
            for question in self.definition.questions_of(group):
                if question.kind is not QuestionKind.TEXT:
                    places = ballot.choices.get(question.key, ())
                    chosen[question.key] = [question.options[place].key for place in places] or ["-"]
                    least.update(("N", question.key, group, key) for key in chosen[question.key])
            for line, position in zip(self.definition.lines_of[group], ballot.ratings, strict=True):
                ticked = position
                if not ticked and line.scale.abstain and self.definition.rules.blank is BlankRule.ABSTAIN:
                    ticked = line.scale.abstained
                least["x", *line.key, group, ticked] += 1
                for question in self.definition.breakdowns:
                    least["z", *line.key, question.key, group, chosen[question.key][0], ticked] += 1
        return least

    def groups_of(self, ratee: str) -> list[Merged]:
        """Read from the names of a ratee's rows which groups stand together."""
        members = self.definition.ratee[ratee].groups
        names = set(self.row_groups[ratee])
        ends = range(len(members) + 1)
        return [members[a:b] for a in ends for b in ends if a < b and "+".join(members[a:b]) in names]


class Stated:
    """A problem in the making: variables by name, and what is known of all valid ballots."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.known = knowledge
        self.definition = knowledge.definition
        self.problem = Problem()
        self.place: dict[tuple[Any, ...], int] = {}
        self._valid()
        for question in self.definition.breakdowns:
            self.answers(question)

    def variable(self, *name: Any, high: int = MANY) -> int:
        """Return the variable of a name, a new one if there is none."""
        if name not in self.place:
            self.place[name] = self.problem.variable(self.known.least[name], high)
        return self.place[name]

    def of(self, name: tuple[Any, ...], parts: Iterable[int]) -> int:
        """Return a variable that is the sum of others."""
        if name not in self.place:
            parts = list(parts)
            high = sum(self.problem.high[part] for part in parts)
            self.problem.sums([self.variable(*name, high=high)], parts)
        return self.place[name]

    def valid(self, groups: Iterable[str]) -> list[int]:
        """Return the numbers of valid ballots of some groups."""
        return [self.place["V", group] for group in groups]

    def _valid(self) -> None:
        accounts = self.known.published["accounting"]
        for account in accounts["groups"]:
            opened = account["returned"] - account["unreadable"]
            place = self.variable("V", account["group"], high=opened)
            if account["valid"] is not None:
                self.problem.total([place], account["valid"])
        everyone = [group.key for group in self.definition.groups]
        if accounts["total"]["valid"] is not None:
            self.problem.total(self.valid(everyone), accounts["total"]["valid"])
        for rows in self.known.questions.values():
            for name, entry in rows.items():
                asked = self.definition.question[entry["question"]].groups
                self.problem.total(self.valid(asked if name == "(pooled)" else [name]), entry["valid"])
        for (ratee, _), rows in self.known.cells.items():
            for members in [*self.known.groups_of(ratee), self.definition.ratee[ratee].groups]:
                pooled = rows.get("(pooled)") if members == self.definition.ratee[ratee].groups else None
                for entry in (rows.get("+".join(members)), pooled):
                    if entry:
                        whole = entry["answered"] + entry["abstained"] + entry["blank"]
                        self.problem.total(self.valid(members), whole)

    def answers(self, question: Question) -> None:
        """State what is known of the answers to a question that is counted."""
        shown = self.known.questions[question.key]
        single = question.kind is QuestionKind.CHOICE
        keys = [option.key for option in question.options]
        for group in question.groups:
            (valid,) = self.valid([group])
            chosen = [
                self.variable("N", question.key, group, key, high=self.problem.high[valid]) for key in keys
            ]
            silent = self.variable("N", question.key, group, "-", high=self.problem.high[valid])
            answered = self.variable("answered", question.key, group, high=self.problem.high[valid])
            self.problem.sums([answered, silent], [valid])
            if single:
                self.problem.sums(chosen, [answered])
            else:
                self.problem.between(dict.fromkeys(chosen, 1) | {answered: -1}, 0, MANY)
                most = min(question.at_most, len(keys))
                self.problem.between(dict.fromkeys(chosen, -1) | {answered: most}, 0, MANY)
                for place in chosen:
                    self.problem.between({place: -1, answered: 1}, 0, MANY)
            if group in shown:
                self._shown_answers(question, [group], shown[group])
        for key in keys:
            self.of(("N", question.key, "", key), self._of_groups("N", question, key))
        if "(pooled)" in shown:
            self._shown_answers(question, question.groups, shown["(pooled)"])
        self._why_answers(question)
        if question.breakdown:
            self._answers_in_cells(question)

    def _of_groups(self, kind: str, question: Question, *key: str) -> list[int]:
        return [self.place[kind, question.key, group, *key] for group in question.groups]

    def _shown_answers(self, question: Question, groups: Sequence[str], entry: Mapping[str, Any]) -> None:
        for key, number in entry["counts"].items():
            self.problem.total([self.place["N", question.key, group, key] for group in groups], number)
        self.problem.total(
            [self.place["answered", question.key, group] for group in groups], entry["answered"]
        )

    def _why_answers(self, question: Question) -> None:
        why = self.known.why.get((question.key,))
        minimum = self.known.minimum
        answered = self._of_groups("answered", question)
        if why and self.known.late:
            self.problem.check(answered, lambda numbers: self._is_why(question, why, numbers))
        elif why == "small-cell":
            pooled = self.of(("answered", question.key, ""), answered)
            self.problem.between({pooled: 1}, 1, minimum - 1)
        elif why == "small-group":
            self.problem.check(answered, lambda numbers: any(0 < number < minimum for number in numbers))

    def _is_why(self, question: Question, why: str, numbers: Sequence[int]) -> bool:
        each = dict(zip(question.groups, numbers, strict=True))
        least = {group: self.known.minimum + self.late_in({group: number}) for group, number in each.items()}
        if why == "small-cell":
            return 0 < sum(numbers) < self.known.minimum + self.late_in(each)
        return any(0 < number < least[group] for group, number in each.items())

    def late_in(self, marked: Mapping[str, int]) -> int:
        """Say how many ballots of a row may have been cast with late codes."""
        return known_at_most(self.known.late, marked)

    def _answers_in_cells(self, question: Question) -> None:
        """Whoever is counted in a row of a breakdown has chosen its option."""
        for (ratee, _, asked, option), entry in self.known.splits.items():
            if asked == question.key:
                groups = self.definition.ratee[ratee].groups
                terms = {self.place["N", asked, group, option]: 1 for group in groups}
                line = next(line for line in self.definition.lines if line.ratee.key == ratee)
                marked = entry["answered"] + entry["abstained"]
                most = MANY if self.can_be_blank(line) else marked
                self.problem.between(terms, marked, most)

    def can_be_blank(self, line: Line) -> bool:
        """Tell whether a valid ballot can leave a line empty, and is counted so."""
        rule = self.definition.rules.blank
        if line.is_ticked:
            return False
        return rule is BlankRule.ALLOW or (rule is BlankRule.ABSTAIN and line.scale.abstain is None)

    def row(self, row: Row) -> list[int]:
        """Return the variables of a row withheld: one a grade, or one an option."""
        kind, *keys = row
        if kind == "question":
            question, group = keys
            return [
                self.place["N", question, group, option.key]
                for option in self.definition.question[question].options
            ]
        ratee, criterion, *more = keys
        line = next(line for line in self.definition.lines if line.key == (ratee, criterion))
        names = {"cell": "x", "pooled": "y", "split": "s"}
        return [
            self.place[names[kind], ratee, criterion, *more, position]
            for position in range(1, len(line.scale.grades) + 1)
        ]
