"""What the places of reasons tell of the cells withheld: each reason is a grade that asks for one."""

from collections.abc import Sequence

from survey.domain.count.kept_texts import Held, may_ask, which_stay
from survey.domain.definition.campaign import Line

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
        if not left_out:
            self.problem.total(asked, number - shown)
        groups = [group.key for group in self.definition.groups]
        late = [(line, group) for line in hidden for group in line.ratee.groups if group in self.known.late]
        marked = [self.place["marked", "x", *line.key, group] for line, group in late]

        def holds(numbers: Sequence[int]) -> bool:
            cells = len(hidden)
            valid = dict(zip(groups, numbers[2 * cells :], strict=False))
            known = dict.fromkeys((line.key for line in hidden), 0)
            for (line, group), number_marked in zip(late, numbers[2 * cells + len(groups) :], strict=True):
                known[line.key] += self.late_in({group: number_marked})
            held = [
                Held(line.ratee.key, numbers[cells + at], numbers[at], known[line.key])
                for at, line in enumerate(hidden)
            ]
            some = {g for one in held if one.answered for g in self.definition.ratee[one.ratee].groups}
            could = {group: valid[group] for group in some}
            raters = sum(could.values()) - self.late_in(could)
            on_shown, on_hidden = which_stay(held, self.known.minimum, raters)
            kept = shown * on_shown + sum(one.asked for one in held) * on_hidden
            return (kept, not on_hidden) == (number, left_out)

        self.problem.check([*asked, *answered, *self.valid(groups), *marked], holds)

    def _on_cells_shown(self, of: Sequence[Line]) -> int:
        """Count the reasons on cells that are shown, as anybody can."""
        found = 0
        for line in of:
            entry = self.known.cells[line.key].get("(pooled)")
            if entry:
                found += sum(list(entry["counts"].values())[at - 1] for at in asking(line))
        return found
