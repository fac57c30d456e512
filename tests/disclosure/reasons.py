"""What the places of reasons tell of the cells withheld: each reason is a grade that asks for one."""

from collections.abc import Sequence

from survey.domain.campaign import Line
from survey.domain.kept_texts import Held, may_ask, which_stay
from survey.domain.late import known_at_most

from .cell_problem import CellProblem
from .knowledge import Knowledge
from .world import asking


class ReasonProblem(CellProblem):
    """What is known of one withheld cell, and of the others of its section as far as reasons bind them."""

    def __init__(self, knowledge: Knowledge, line: Line, split: bool) -> None:
        super().__init__(knowledge, line, split)
        of = [other for other in self.definition.lines if other.section is line.section]
        hidden = [other for other in of if "(pooled)" not in knowledge.cells[other.key]]
        if line in hidden and line.scale.asks_reasons:
            for other in hidden:
                if ("answered", "y", *other.key) not in self.place:
                    self._groups(other)
            self._reasons([other for other in hidden if may_ask(self.definition, other)], of)

    def _reasons(self, hidden: Sequence[Line], of: Sequence[Line]) -> None:
        """There are so many reasons under the section, and such are not kept, because of what is withheld."""
        subject = f"section:{of[0].section.key}"
        number = self.known.texts.get(("reason", subject), 0)
        left_out = ("reason", subject) in self.known.left_out.fields
        shown = self._on_cells_shown(of)
        asked = [
            self.of(("asked", *line.key), [self.place["y", *line.key, at] for at in asking(line)])
            for line in hidden
        ]
        answered = [self.place["answered", "y", *line.key] for line in hidden]
        valid = self.valid([group.key for group in self.definition.groups])
        if not left_out:
            self.problem.total(asked, number - shown)

        def holds(numbers: Sequence[int]) -> bool:
            cells = len(hidden)
            held = [Held(line.ratee.key, numbers[cells + at], numbers[at]) for at, line in enumerate(hidden)]
            groups = {
                group for one in held if one.answered for group in self.definition.ratee[one.ratee].groups
            }
            raters = {
                group.key: voters
                for group, voters in zip(self.definition.groups, numbers[2 * cells :], strict=True)
                if group.key in groups
            }
            known = known_at_most(self.known.late, raters)
            on_shown, on_hidden = which_stay(held, self.known.minimum, sum(raters.values()), known)
            kept = shown * on_shown + sum(one.asked for one in held) * on_hidden
            return (kept, not on_hidden) == (number, left_out)

        self.problem.check([*asked, *answered, *valid], holds)

    def _on_cells_shown(self, of: Sequence[Line]) -> int:
        """Count the reasons on cells that are shown, as anybody can."""
        found = 0
        for line in of:
            entry = self.known.cells[line.key].get("(pooled)")
            if entry:
                found += sum(list(entry["counts"].values())[at - 1] for at in asking(line))
        return found
