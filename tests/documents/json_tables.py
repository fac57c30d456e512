"""What the official forms must hold, worked out from the JSON of a count alone: rows of printed values."""

from fractions import Fraction
from typing import Any

from survey.documents.export.results_json import results_json
from survey.domain.count.results import Results
from survey.domain.definition.campaign import Definition, EntryMode, State
from survey.domain.definition.form import Criterion, Question, Ratee, Section, ShareBasis

from .json_overall import GAP, MARKS, JsonOverall, overall_keys, shown

Rows = list[list[str]]


class JsonTables(JsonOverall):
    """The JSON of one count, looked up, and the rows that forms are to have."""

    def __init__(self, results: Results) -> None:
        self.definition: Definition = results.definition
        self.json: dict[str, Any] = results_json(results, State.CERTIFIED)
        self.members = results.count.groups
        self.cells = {(c["ratee"], c["criterion"], c["row"], c["group"]): c for c in self.json["cells"]}
        self.standing = {one["ratee"]: one for one in self.json["ratees"]}
        self.options = {
            (b["ratee"], b["criterion"], b["question"], b["option"]): b for b in self.json["breakdowns"]
        }
        self.why = {
            (w["ratee"], w["criterion"], w["row"], w["group"]): w["why"]
            for w in self.json["withheld"]
            if "criterion" in w and "row" in w
        }
        self.accounts = {one["group"]: one for one in self.json["accounting"]["groups"]}
        self.seen: list[str] = []
        self._bands = {band.key: band.label for band in self.definition.results.bands}

    @property
    def alone(self) -> bool:
        """Tell whether all are of one group, so that its rows, pooled and weighted ones are alike."""
        return self.definition.has_one_group

    # The keys of rows

    def groups(self, ratee: Ratee) -> list[str]:
        return ["+".join(members) for members in self.members[ratee.key]]

    def rows(self, ratee: Ratee) -> list[tuple[str, str | None]]:
        if self.alone:
            return [("pooled", None)]
        return [*(("group", key) for key in self.groups(ratee)), ("pooled", None), ("weighted", None)]

    # Pieces of rows

    def rate_cells(self, ratee: Ratee, criterion: Criterion, row: tuple[str, str | None]) -> list[str]:
        return self.values(ratee, criterion, row, "rates", self.rates(self.section(ratee)))

    def values(
        self,
        ratee: Ratee,
        criterion: Criterion,
        row: tuple[str, str | None],
        name: str,
        keys: list[str],
    ) -> list[str]:
        key = (ratee.key, criterion.key, *row)
        if key in self.why:
            return [GAP + MARKS[self.why[key]]] * len(keys)
        return [shown(self.cells[key][name][one]) for one in keys]

    def total(self, ratee: Ratee, name: str, group: str = "") -> str:
        """Return a score of a ratee over all criteria, or words where a criterion that weighs is withheld."""
        weighing = [one.key for one in self.section(ratee).criteria if one.weight]
        reasons = {self.why.get((ratee.key, one, "weighted", None)) for one in weighing}
        if name == "pooled":
            reasons = {self.why.get((ratee.key, one, "pooled", None)) for one in weighing}
        for why in ("small-cell", "small-group"):
            if why in reasons:
                return GAP + MARKS[why]
        found = self.standing[ratee.key]
        return shown(found["scores"][group] if name == "scores" else found[name])

    def bands(self, section: Section) -> dict[str, str]:
        """Map the bands of a section to their labels: none in words that are another scale's."""
        words = set(self._bands.values())
        theirs = [one.key for one in self.definition.scales if {g.label for g in one.grades} >= words]
        return self._bands if not theirs or section.scale in theirs else {}

    def band(self, ratee: Ratee) -> str:
        words = self.total(ratee, "weighted")
        bands = self.bands(self.section(ratee))
        return words if words.startswith(GAP) else bands.get(self.standing[ratee.key]["band"], "")

    def account(self, groups: tuple[str, ...]) -> list[str]:
        names = ("issued", "returned", "valid")
        if set(groups) == set(self.accounts):
            return [shown(self.json["accounting"]["total"][name]) for name in names]
        found = [[self.accounts[key][name] for key in groups] for name in names]
        return [f"{GAP}④" if None in numbers else str(sum(numbers)) for numbers in found]

    def weight(self, groups: tuple[str, ...]) -> str:
        total = sum((self.definition.group[key].weight for key in groups), Fraction(0))
        return f"{float(total):g}"

    # Forms

    def accounting(self) -> Rows:
        names = ("present", "issued", "voided", "unused", "returned", "valid", "spoiled", "unreadable")
        found = [*(() if self.alone else self.accounts.values()), self.json["accounting"]["total"]]
        if self.definition.entry is EntryMode.OPEN and all(one["present"] is None for one in found):
            names = names[1:]
        return [
            [f"{GAP}④" if one[name] is None and name != "present" else shown(one[name]) for name in names]
            for one in found
        ]

    def by_group(self, ratee: Ratee) -> Rows:
        everybody = tuple(key for members in self.members[ratee.key] for key in members)
        found = []
        merged = () if self.alone else self.members[ratee.key]
        for members, row in zip(merged, self.rows(ratee), strict=False):
            rates = self.overall_cells(ratee, row, "rates")
            score = self.total(ratee, "scores", row[1] or "")
            found.append([self.weight(members), *self.account(members), *rates, score])
        pooled = self.overall_cells(ratee, ("pooled", None), "rates")
        if self.alone:
            weighted = self.overall_cells(ratee, ("weighted", None), "rates")
            scores = [self.total(ratee, name) for name in ("pooled", "weighted")]
            assert (pooled, scores[0]) == (weighted, scores[1])
            return [[*self.account(everybody), *pooled, scores[0]]]
        weighted = self.overall_cells(ratee, ("weighted", None), "rates")
        found.append(["—", *self.account(everybody), *pooled, self.total(ratee, "pooled")])
        found.append([self.weight(everybody), "—", "—", "—", *weighted, self.total(ratee, "weighted")])
        return found

    def answers(self, ratee: Ratee, criterion: Criterion, row: tuple[str, str | None]) -> Rows:
        """Return the counts of a row, and its shares: grades, abstentions, blanks."""
        section = self.section(ratee)
        scale = self.definition.scale[section.scale]
        grades = [grade.key for grade in scale.grades]
        width = len(grades) + (2 if scale.abstain else 1)
        key = (ratee.key, criterion.key, *row)
        if key in self.why:
            return [[GAP + MARKS[self.why[key]]] * width] * 2
        cell = self.cells[key]
        counts = ["—"] * width
        if row[0] != "weighted":
            counts = [shown(cell["counts"][one]) for one in grades]
            counts += ([shown(cell["abstained"])] if scale.abstain else []) + [shown(cell["blank"])]
        shares = [shown(cell["shares"][one]) for one in self.shares(section)]
        return [counts, shares + ["—"] * (width - len(shares))]

    def by_criterion(self, ratee: Ratee) -> Rows:
        found = []
        for criterion in self.section(ratee).criteria:
            tail = self.rate_cells(ratee, criterion, ("pooled", None))
            for name in ("pooled", "weighted"):
                key = (ratee.key, criterion.key, name, None)
                words = GAP + MARKS[self.why[key]] if key in self.why else shown(self.cells[key]["score"])
                tail.append(words)
            if self.alone:
                weighted = tail.pop()
                assert tail[-1] == weighted
            found += [row + tail for row in self.answers(ratee, criterion, ("pooled", None))]
        return found

    def standings(self, section: Section) -> Rows:
        ratees = self.definition.ratees_of(section)
        ranks = [self.standing[one.key]["rank"] for one in ratees]
        order = sorted(range(len(ratees)), key=lambda at: (ranks[at] is None, ranks[at] or 0))
        rated_by = [g.key for g in self.definition.groups if any(g.key in one.groups for one in ratees)]
        found = []
        for ratee in (ratees[at] for at in order):
            standing = self.standing[ratee.key]
            row = [shown(standing["rank"])] if self.definition.results.rank and len(ratees) > 1 else []
            row.append(ratee.name)
            for group in rated_by if len(rated_by) > 1 else ():
                members = next((one for one in self.members[ratee.key] if group in one), None)
                row.append(self.total(ratee, "scores", "+".join(members)) if members else "—")
            row += [self.total(ratee, "pooled")] if len(rated_by) > 1 else []
            row.append(self.total(ratee, "weighted"))
            row += [self.band(ratee)] if self.bands(section) else []
            row += self.overall_cells(ratee, ("weighted", None), "shares")
            rates = self.overall_cells(ratee, ("weighted", None), "rates")
            kinds = self.definition.rates_of(self.definition.scale[section.scale])
            found.append(row + [one for one, kind in zip(rates, kinds, strict=True) if len(kind.grades) > 1])
        return found

    def summary(self, section: Section, group: str = "") -> Rows:
        """Return the rows of the first table, from the votes on: of all, or as one group saw them."""
        ratees = [one for one in self.definition.ratees_of(section) if not group or group in one.groups]
        if not self.is_one_team(section):
            return [
                [*self.votes(section, self.overall_line(one, group)), *self.end(one, group)] for one in ratees
            ]
        (ratee,) = ratees
        found = []
        for criterion in section.criteria:
            key = (ratee.key, criterion.key, *self.row_seen_by(ratee, group))
            scored = key if group else (ratee.key, criterion.key, "weighted", None)
            gap = GAP + MARKS[self.why[scored]] if scored in self.why else ""
            line = [self.cells[key]] if key in self.cells else MARKS[self.why[key]]
            band = ["—"] if self.bands(section) and not group else []
            score = gap or shown(self.cells[scored]["score"])
            found.append([*self.votes(section, line), score, *band])
        if len(overall_keys(section)) > 1:
            return [*found, [*self.votes(section, self.overall_line(ratee, group)), *self.end(ratee, group)]]
        end = self.end(ratee, group)
        return [*found, ["—"] * (len(found[0]) - len(end)) + end]

    def is_one_team(self, section: Section) -> bool:
        ratees = self.definition.ratees_of(section)
        title = section.title
        named = any(word in title for word in ("干部", "党员", "职工", "人员", "个人"))
        thing = any(word in title for word in ("工作", "服务", "满意", "班子")) or "班子" in ratees[0].name
        person = ratees[0].post or (named and not thing)
        return len(ratees) == 1 and len(section.criteria) > 1 and not person

    def row_seen_by(self, ratee: Ratee, group: str) -> tuple[str, str | None]:
        if not group:
            return "pooled", None
        return "group", "+".join(next(one for one in self.members[ratee.key] if group in one))

    def overall_line(self, ratee: Ratee, group: str) -> Any:
        """Return the cells that a row of the overall line is pooled from, or the mark of a reason."""
        row = self.row_seen_by(ratee, group)
        found = self.overall(ratee, row)
        return self.why_overall(ratee, row) if found is None else found["cells"]

    def votes(self, section: Section, line: Any) -> list[str]:
        """Return votes and percent of each grade, their sum, and what is outside of it."""
        scale = self.definition.scale[section.scale]
        keys = self.shares(section)
        outside = [scale.abstain.label] if scale.abstain and not scale.counts_abstentions else []
        if isinstance(line, str):
            return [GAP + line] * (2 * len(keys) + 2 + len(outside))
        numbers = {
            key: sum(one["abstained"] if key == "-" else one["counts"][key] for one in line) for key in keys
        }
        shares = self._rounded(section, self._pooled(section, line))["shares"]
        row = [text for key in keys for text in (str(numbers[key]), shares[key])]
        row.append(str(sum(numbers.values())))
        row += [str(sum(one["abstained"] for one in line))] if outside else []
        return [*row, str(sum(one["blank"] for one in line))]

    def end(self, ratee: Ratee, group: str) -> list[str]:
        if group:
            return [self.total(ratee, "scores", self.row_seen_by(ratee, group)[1] or "")]
        return [
            self.total(ratee, "weighted"),
            *([self.band(ratee)] if self.bands(self.section(ratee)) else []),
        ]

    def detail(self, section: Section) -> Rows:
        return [
            self.whole(section, self.cells.get(key := (ratee.key, criterion.key, *row)), self.why.get(key))
            for ratee in self.definition.ratees_of(section)
            for criterion in section.criteria
            for row in self.rows(ratee)
        ]

    def breakdown(self, question: Question, section: Section) -> Rows:
        return [
            self.whole(section, self.options.get((ratee.key, criterion.key, question.key, option)), "option")
            for ratee in self.definition.ratees_of(section)
            for criterion in section.criteria
            for option in [*(one.key for one in question.options), "-"]
        ]

    def whole(self, section: Section, cell: dict[str, Any] | None, why: str | None) -> list[str]:
        """Return all values of a row of counts, as lists show them."""
        scale = self.definition.scale[section.scale]
        shares, rates = self.shares(section), self.rates(section)
        blank = why != "option"
        width = 1 + bool(scale.abstain) + blank + len(scale.grades) + len(shares) + len(rates) + 1
        if cell is None:
            return [GAP + (MARKS.get(why or "") or "③")] * width
        counts = ["—"] * (1 + bool(scale.abstain) + blank + len(scale.grades))
        if "counts" in cell:
            counts = [shown(cell["answered"])]
            counts += [shown(cell["abstained"])] if scale.abstain else []
            counts += [shown(cell["blank"])] if blank else []
            counts += [shown(cell["counts"][grade.key]) for grade in scale.grades]
        values = [shown(cell["shares"][key]) for key in shares] + [shown(cell["rates"][key]) for key in rates]
        return [*counts, *values, shown(cell["score"])]

    def review(self, section: Section) -> Rows:
        return [
            values + self.rate_cells(ratee, criterion, row)
            for ratee in self.definition.ratees_of(section)
            for criterion in section.criteria
            for row in self.rows(ratee)
            for values in self.answers(ratee, criterion, row)
        ]

    def question(self, question: Question) -> Rows:
        columns: list[list[str]] = []
        keys = [option.key for option in question.options]
        assert question.base in ShareBasis
        for row, group in [*(("group", key) for key in question.groups), ("pooled", None)]:
            cell = next(
                (
                    one
                    for one in self.json["questions"]
                    if (one["question"], one["row"], one["group"]) == (question.key, row, group)
                ),
                None,
            )
            if cell is None:
                why = next(
                    one["why"]
                    for one in self.json["withheld"]
                    if one.get("question") == question.key and one.get("row") == row
                )
                columns += [[GAP + MARKS[why]] * (len(keys) + 2)] * 2
                continue
            counts = [shown(cell["counts"][key]) for key in keys]
            columns.append([*counts, shown(cell["answered"]), shown(cell["valid"])])
            columns.append([*(shown(cell["shares"][key]) for key in keys), "—", "—"])
        if self.alone:
            assert columns[:2] == columns[2:]
            columns = columns[2:]
        return [list(row) for row in zip(*columns, strict=True)]
