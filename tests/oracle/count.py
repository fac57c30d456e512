"""Count a campaign by the letter of the specification ("Counting, exactly", "Disclosure", "Results as JSON").

This module is an oracle: it shares no code with the product. Every number is worked out anew from the list
of ballots by its definition; nothing is tallied up on the way. A *row group* is a tuple of rater group keys:
one key for an ordinary group row, several for a merged one, all that may answer for a pooled row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

Fields = Mapping[str, Any]
Ballot = tuple[str, Fields]
Ballots = list[Ballot]
SPOILED_ON_PAPER: Fields = {"": ""}
"""Stands for the fields of a sheet that people, or a rule for sheets, have spoiled."""
RowGroup = tuple[str, ...]
Definition = Mapping[str, Any]

ABSTAINED = "-"
BLANK = None
NO_OPTION = "-"


# Rounding


def decimals(units: int, places: int) -> str:
    """Write a whole number of units of the last place with exactly ``places`` decimals."""
    if places == 0:
        return str(units)
    whole, rest = divmod(units, 10**places)
    return f"{whole}.{rest:0{places}d}"


def half_up(value: Fraction) -> int:
    """Round a number that is not negative to the nearest whole one, halves upwards."""
    return floor(value + Fraction(1, 2))


def round_one(value: Fraction | None, mode: str, places: int) -> str | None:
    """Round one number for display; what does not exist stays ``None``."""
    if value is None:
        return None
    units = value * 10**places
    return decimals(floor(units) if mode == "truncate" else half_up(units), places)


def round_row(shares: list[Fraction | None], mode: str, places: int) -> list[str | None]:
    """Round the shares (1 is the whole) of one row to percentages, in the order of the scale.

    With ``sum-to-100`` all are cut off, and what is missing from their exact sum rounded half-up is given
    out, one unit of the last place each, to the largest remainders, of equal ones to the first.
    """
    if mode != "sum-to-100" or None in shares:
        return [round_one(None if share is None else share * 100, mode, places) for share in shares]
    exact = [share * 100 * 10**places for share in shares if share is not None]
    units = [floor(value) for value in exact]
    missing = half_up(sum(exact, Fraction(0))) - sum(units)
    by_remainder = sorted(range(len(exact)), key=lambda i: (-(exact[i] - floor(exact[i])), i))
    for i in by_remainder[:missing]:
        units[i] += 1
    return [decimals(value, places) for value in units]


def round_percent(share: Fraction | None, mode: str, places: int) -> str | None:
    """Round one share or rate (1 is the whole) to a percentage, by itself."""
    return round_one(None if share is None else share * 100, mode, places)


# The definition, with its defaults


def find(entries: Iterable[Mapping[str, Any]], key: str) -> Mapping[str, Any]:
    """Return the entry that has this key."""
    return next(entry for entry in entries if entry["key"] == key)


def counted_in(group: Mapping[str, Any]) -> str:
    """Return the row in which a group's votes are counted: its pool's, or its own."""
    return group.get("pool") or group["key"]


def all_groups(definition: Definition) -> list[str]:
    """List the rows in which votes are counted, each where its first group stands."""
    return list(dict.fromkeys(counted_in(group) for group in definition["groups"]))


def group_weight(definition: Definition, row_group: RowGroup) -> Fraction:
    """Return the weight of a row, of merged rows the sum."""
    rows = [*definition.get("pools", []), *definition["groups"]]
    return sum((Fraction(find(rows, key)["weight"]) for key in row_group), Fraction(0))


def by_row(definition: Definition, numbers: Mapping[str, int]) -> dict[str, int]:
    """Add numbers of groups up for the rows in which they are counted."""
    summed: dict[str, int] = {}
    for key, number in numbers.items():
        group = next((one for one in definition["groups"] if one["key"] == key), {"key": key})
        summed[counted_in(group)] = summed.get(counted_in(group), 0) + number
    return summed


def in_rows(definition: Definition, ballots: Ballots) -> Ballots:
    """Write on each ballot the row in which it is counted."""
    return [(counted_in(find(definition["groups"], group)), fields) for group, fields in ballots]


def section_of(definition: Definition, ratee: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the section that a ratee stands in."""
    return find(definition["sections"], ratee["section"])


def scale_of(definition: Definition, ratee: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the scale that a ratee is rated on."""
    return find(definition["scales"], section_of(definition, ratee)["scale"])


def criteria_of(definition: Definition, ratee: Mapping[str, Any]) -> list[str]:
    """List the criteria that a ratee is rated by."""
    return [criterion["key"] for criterion in section_of(definition, ratee)["criteria"]]


def grades_of(scale: Mapping[str, Any]) -> list[str]:
    """List the grades of a scale, best first."""
    return [grade["key"] for grade in scale["grades"]]


def rates_of(definition: Definition, scale: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """List the rates defined for a scale."""
    return [rate for rate in definition.get("rates", []) if rate["scale"] == scale["key"]]


def treatment(scale: Mapping[str, Any]) -> str | None:
    """Return how a scale treats abstentions, ``None`` where nobody can abstain."""
    if "abstain" not in scale:
        return None
    return scale["abstain"].get("treat", "exclude")


def may_rate(definition: Definition, ratee: Mapping[str, Any]) -> RowGroup:
    """List the rater groups that may rate a ratee, in the order of the definition."""
    everyone = [group["key"] for group in definition["groups"]]
    named = ratee.get("groups") or section_of(definition, ratee).get("groups") or everyone
    return tuple(key for key in everyone if key in named and key not in ratee.get("except", ()))


def rows_rating(definition: Definition, ratee: Mapping[str, Any]) -> RowGroup:
    """List the rows in which a ratee's ratings are counted, in their order."""
    raters = may_rate(definition, ratee)
    rows = {counted_in(find(definition["groups"], key)) for key in raters}
    return tuple(key for key in all_groups(definition) if key in rows)


def may_answer(definition: Definition, question: Mapping[str, Any]) -> RowGroup:
    """List the rows that are asked a question, in their order."""
    if not question.get("groups"):
        return tuple(all_groups(definition))
    named = {counted_in(find(definition["groups"], key)) for key in question["groups"]}
    return tuple(key for key in all_groups(definition) if key in named)


def is_list(section: Mapping[str, Any]) -> bool:
    """Tell whether a section is a list of names to tick."""
    return section.get("form") == "ticks"


def raters_of(definition: Definition, section: Mapping[str, Any]) -> set[str]:
    """List the rows that may rate somebody of a section."""
    theirs = [ratee for ratee in definition["ratees"] if ratee["section"] == section["key"]]
    return {key for ratee in theirs for key in rows_rating(definition, ratee)}


def rule(definition: Definition, key: str, default: Any) -> Any:
    """Return one of the rules."""
    return definition.get("rules", {}).get(key, default)


def setting(definition: Definition, key: str, default: Any) -> Any:
    """Return one of the settings of the results."""
    return definition.get("results", {}).get(key, default)


def minimum_cell(definition: Definition) -> int:
    """Return the number of answers below which a row is small."""
    return setting(definition, "minimum_cell", 5)


def small_groups(definition: Definition) -> str:
    """Return what becomes of small group rows."""
    return setting(definition, "small_groups", "withhold")


def rounding(definition: Definition) -> tuple[str, int]:
    """Return the rounding mode and the number of decimals."""
    chosen = setting(definition, "rounding", {})
    return chosen.get("mode", "half-up"), chosen.get("places", 2)


# What is on one ballot


def field(fields: Fields, name: str) -> str | None:
    """Return a single-valued field; absent equals empty."""
    value = fields.get(name)
    if isinstance(value, list | tuple):
        value = value[0] if value else None
    return value or BLANK


def several(fields: Fields, name: str) -> list[str]:
    """Return the values of a field that may be repeated."""
    value = fields.get(name) or []
    return [value] if isinstance(value, str) else [one for one in value if one]


def spoiled(definition: Definition, ballot: Ballot) -> bool:
    """Tell whether a ballot is returned, but not valid.

    Abstentions are no grades, and ``blank = "abstain"`` does not apply yet. A list to tick is never blank,
    and how alike its ticks are is nobody's business. Who may rate nobody leaves nothing blank.
    """
    group, fields = ballot
    if fields is SPOILED_ON_PAPER:
        return True
    asked = anything = False
    positions = []
    for ratee in definition["ratees"]:
        if group not in may_rate(definition, ratee):
            continue
        asked = True
        if is_list(section_of(definition, ratee)):
            anything = True
            continue
        grades = grades_of(scale_of(definition, ratee))
        for criterion in criteria_of(definition, ratee):
            value = field(fields, f"{ratee['key']}.{criterion}")
            anything = anything or value is not BLANK
            if value is not BLANK and value != ABSTAINED:
                positions.append(grades.index(value))
    for reason in rule(definition, "spoiled_if", []):
        if reason == "all-blank" and asked and not anything:
            return True
        if reason == "all-same" and len(positions) >= 3 and len(set(positions)) == 1:
            return True
        if reason == "all-top" and len(positions) >= 1 and set(positions) == {0}:
            return True
    return False


def of_groups(ballots: Ballots, row_group: RowGroup) -> Ballots:
    """Pick the ballots of some groups."""
    return [ballot for ballot in ballots if ballot[0] in row_group]


def marks(
    definition: Definition, ballots: Ballots, ratee: Mapping[str, Any], criterion: str
) -> list[str | None]:
    """List what each of these ballots has for a cell: a grade, an abstention or a blank."""
    can_abstain = treatment(scale_of(definition, ratee)) is not None
    section = section_of(definition, ratee)
    if is_list(section):
        return [field(fields, f"{ratee['key']}.{criterion}") or section["unticked"] for _, fields in ballots]
    instead = ABSTAINED if rule(definition, "blank", "allow") == "abstain" and can_abstain else BLANK
    name = f"{ratee['key']}.{criterion}"
    return [field(fields, name) or instead for _, fields in ballots]


# The numbers of one row


@dataclass
class Row:
    """The exact numbers of one row of a cell; ``None`` is a value that does not exist."""

    answered: int
    abstained: int
    blank: int
    counts: dict[str, int]
    shares: dict[str, Fraction | None]
    rates: dict[str, Fraction | None]
    score: Fraction | None
    late: int = 0
    """So many of its ballots may come from codes that a small group got after opening."""


def divide(number: Fraction | int, by: Fraction | int) -> Fraction | None:
    """Divide; where there is nothing to divide by, the value does not exist."""
    return Fraction(number) / Fraction(by) if by else None


def row_of(definition: Definition, scale: Mapping[str, Any], given: list[str | None]) -> Row:
    """Work out one row from what its ballots have."""
    treat = treatment(scale)
    counts = {grade: given.count(grade) for grade in grades_of(scale)}
    answered = sum(counts.values())
    abstained = given.count(ABSTAINED)
    blank = given.count(BLANK)

    of_shares = answered + abstained if treat in ("denominator", "zero") else answered
    shares = {grade: divide(counts[grade], of_shares) for grade in counts}
    if treat in ("denominator", "zero"):
        shares[ABSTAINED] = divide(abstained, of_shares)
    rates = {
        rate["key"]: divide(sum(counts[grade] for grade in set(rate["grades"])), of_shares)
        for rate in rates_of(definition, scale)
    }

    of_score = answered + abstained if treat == "zero" else answered
    points = sum((counts[grade["key"]] * Fraction(grade["points"]) for grade in scale["grades"]), Fraction(0))
    return Row(answered, abstained, blank, counts, shares, rates, divide(points, of_score))


def combine(weights: list[Fraction], values: list[Fraction | None], missing: str) -> Fraction | None:
    """Combine the groups' values under the groups' weights."""
    pairs = list(zip(weights, values, strict=True))
    if missing == "withhold" and any(value is None for _, value in pairs):
        return None
    if missing == "zero":
        pairs = [(weight, value or Fraction(0)) for weight, value in pairs]
    present = [(weight, value) for weight, value in pairs if value is not None]
    total = sum((weight for weight, _ in present), Fraction(0))
    return divide(sum((weight * value for weight, value in present), Fraction(0)), total)


def is_small(answered: int, abstained: int, minimum: int, late: int = 0) -> bool:
    """Tell whether a row is small, or would be without as many answers as came from late codes."""
    return any(number > 0 and number - late < minimum for number in (answered, answered + abstained))


def from_late_codes(late: Mapping[str, int], by_group: Mapping[str, int]) -> int:
    """Say how many ballots can come from late codes at most: of each group no more than it has there."""
    return sum(min(late.get(group, 0), number) for group, number in by_group.items())


# One ratee


class Ratee:
    """One ratee with all rows of all its cells, and with what of them may be seen."""

    def __init__(
        self,
        definition: Definition,
        valid: Ballots,
        ratee: Mapping[str, Any],
        late: Mapping[str, int],
    ) -> None:
        self.definition = definition
        self.late = late
        # Nobody else's ballot has these lines, whatever row it is counted in.
        self.valid = in_rows(definition, of_groups(valid, may_rate(definition, ratee)))
        self.ratee = ratee
        self.section = section_of(definition, ratee)
        self.scale = scale_of(definition, ratee)
        self.everyone = rows_rating(definition, ratee)
        self.criteria = criteria_of(definition, ratee)
        self.missing = setting(definition, "missing_group", "renormalise")
        self.row_groups: list[RowGroup] = [(key,) for key in self.everyone]
        if small_groups(definition) == "merge":
            self.merge()
        self.weights = [group_weight(definition, row_group) for row_group in self.row_groups]
        self.groups = {k: [self.row(k, row_group) for row_group in self.row_groups] for k in self.criteria}
        self.pooled = {k: self.row(k, self.everyone) for k in self.criteria}

    def row(self, criterion: str, row_group: RowGroup) -> Row:
        """Work out the row of some groups in the cell of a criterion."""
        theirs = of_groups(self.valid, row_group)
        row = row_of(self.definition, self.scale, marks(self.definition, theirs, self.ratee, criterion))
        row.late = from_late_codes(self.late, {key: self.ticked(criterion, key) for key in row_group})
        return row

    def ticked(self, criterion: str, group: str) -> int:
        """Count the ballots of a group that have a grade or an abstention in a cell."""
        given = marks(self.definition, of_groups(self.valid, (group,)), self.ratee, criterion)
        return sum(mark is not BLANK for mark in given)

    def small(self, row: Row) -> bool:
        """Tell whether a row is small."""
        return is_small(row.answered, row.abstained, minimum_cell(self.definition), row.late)

    def merge(self) -> None:
        """Join the first group that is small in any cell with the next one, until there is none."""
        while len(self.row_groups) > 1:
            small = [
                any(self.small(self.row(k, row_group)) for k in self.criteria)
                for row_group in self.row_groups
            ]
            if True not in small:
                return
            first = min(small.index(True), len(self.row_groups) - 2)
            joined = self.row_groups[first] + self.row_groups[first + 1]
            self.row_groups[first : first + 2] = [joined]

    def weighted(self, criterion: str) -> tuple[dict[str, Fraction | None], dict[str, Fraction | None], Any]:
        """Work out the weighted shares, rates and score of a cell, each value by itself."""
        rows = self.groups[criterion]

        def over_groups(values: list[Fraction | None]) -> Fraction | None:
            return combine(self.weights, values, self.missing)

        shares = {grade: over_groups([row.shares[grade] for row in rows]) for grade in rows[0].shares}
        rates = {rate: over_groups([row.rates[rate] for row in rows]) for rate in rows[0].rates}
        return shares, rates, over_groups([row.score for row in rows])

    def why_all(self, criterion: str) -> str | None:
        """Say why the whole cell is withheld, ``None`` where it is not."""
        return "small-cell" if self.small(self.pooled[criterion]) else None

    def why_groups(self, criterion: str) -> str | None:
        """Say why the group rows and the weighted row of a cell are withheld, ``None`` where they are not."""
        if self.why_all(criterion):
            return "small-cell"
        if small_groups(self.definition) == "show":
            return None
        return "small-group" if any(self.small(row) for row in self.groups[criterion]) else None

    def score_over_criteria(self, scores: dict[str, Fraction | None]) -> Fraction | None:
        """Combine the scores of the criteria under their weights."""
        total = Fraction(0)
        weights = Fraction(0)
        for criterion in self.section["criteria"]:
            weight = Fraction(criterion.get("weight", 1))
            score = scores[criterion["key"]]
            if weight > 0 and score is not None:
                total += weight * score
                weights += weight
        return divide(total, weights)

    def counting_criteria(self) -> list[str]:
        """List the criteria of positive weight."""
        return [criterion["key"] for criterion in self.section["criteria"] if criterion.get("weight", 1) > 0]

    def group_scores(self) -> list[Fraction | None]:
        """Work out the ratee's score in each row group."""
        return [
            self.score_over_criteria({k: self.groups[k][i].score for k in self.criteria})
            for i in range(len(self.row_groups))
        ]

    def scores(self) -> tuple[dict[str, Fraction | None], Fraction | None, Fraction | None]:
        """Return the ratee's scores that may be seen: by group, pooled, weighted."""
        by_group = dict(zip(map("+".join, self.row_groups), self.group_scores(), strict=True))
        pooled = self.score_over_criteria({k: self.pooled[k].score for k in self.criteria})
        weighted = combine(self.weights, self.group_scores(), self.missing)
        if any(self.why_all(k) for k in self.counting_criteria()):
            pooled = None
        if any(self.why_groups(k) for k in self.counting_criteria()):
            by_group, weighted = {}, None
        return by_group, pooled, weighted


# The parts of the results


def display(
    definition: Definition, shares: dict[str, Any], rates: dict[str, Any], score: Any
) -> dict[str, Any]:
    """Round the shares, rates and score of one row."""
    mode, places = rounding(definition)
    return {
        "shares": dict(zip(shares, round_row(list(shares.values()), mode, places), strict=True)),
        "rates": {rate: round_percent(value, mode, places) for rate, value in rates.items()},
        "score": round_one(score, mode, places),
    }


def cells(ratee: Ratee) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of a ratee's cells, and those that are withheld."""
    shown: list[dict[str, Any]] = []
    withheld: list[dict[str, Any]] = []
    for criterion in ratee.criteria:
        rows: list[tuple[dict[str, Any], dict[str, Any], str | None]] = []
        for row_group, row in zip(ratee.row_groups, ratee.groups[criterion], strict=True):
            name = {"row": "group", "group": "+".join(row_group)}
            rows.append((name, counted(ratee, row), ratee.why_groups(criterion)))
        name = {"row": "pooled", "group": None}
        rows.append((name, counted(ratee, ratee.pooled[criterion]), ratee.why_all(criterion)))
        name = {"row": "weighted", "group": None}
        numbers = display(ratee.definition, *ratee.weighted(criterion))
        rows.append((name, numbers, ratee.why_groups(criterion)))
        for name, numbers, why in rows:
            entry = {"ratee": ratee.ratee["key"], "criterion": criterion, **name}
            if why:
                withheld.append({**entry, "why": why})
            else:
                shown.append({**entry, **numbers})
    return shown, withheld


def counted(ratee: Ratee, row: Row) -> dict[str, Any]:
    """Return the numbers of a row that has counts."""
    return {
        "answered": row.answered,
        "abstained": row.abstained,
        "blank": row.blank,
        "counts": row.counts,
        **display(ratee.definition, row.shares, row.rates, row.score),
    }


def band_of(definition: Definition, score: str | None) -> str | None:
    """Return the first band, from the highest down, that a score as displayed reaches."""
    if score is None:
        return None
    for band in setting(definition, "bands", []):
        if Fraction(score) >= Fraction(band["at_least"]):
            return band["key"]
    return None


def ratee_scores(definition: Definition, ratees: list[Ratee]) -> list[dict[str, Any]]:
    """Return the scores, bands and ranks of the ratees; a list to tick is ranked by its share of votes.

    Of all valid ballots, or weighted where the groups' weights differ.
    """
    mode, places = rounding(definition)
    entries: list[dict[str, Any]] = []
    votes: dict[str, str | None] = {}
    for ratee in ratees:
        by_group, pooled, weighted = ratee.scores()
        shown = round_one(weighted, mode, places)
        votes[ratee.ratee["key"]] = shown
        if is_list(ratee.section):
            criterion, ticked = ratee.criteria[0], grades_of(ratee.scale)[0]
            if len({group_weight(definition, (key,)) for key in raters_of(definition, ratee.section)}) > 1:
                share = ratee.weighted(criterion)[0][ticked]
                share = None if ratee.why_groups(criterion) else share
            else:
                share = None if ratee.why_all(criterion) else ratee.pooled[criterion].shares[ticked]
            votes[ratee.ratee["key"]] = round_percent(share, mode, places)
        entries.append(
            {
                "ratee": ratee.ratee["key"],
                "section": ratee.ratee["section"],
                "scores": {key: round_one(score, mode, places) for key, score in by_group.items()},
                "pooled": round_one(pooled, mode, places),
                "weighted": shown,
                "band": band_of(definition, shown),
                "rank": None,
            }
        )
    for entry in entries:
        own = votes[entry["ratee"]]
        if setting(definition, "rank", False) and own is not None:
            rivals = [votes[other["ratee"]] for other in entries if other["section"] == entry["section"]]
            better = [other for other in rivals if other is not None and Fraction(other) > Fraction(own)]
            entry["rank"] = 1 + len(better)
    return entries


def question_row(definition: Definition, question: Mapping[str, Any], theirs: Ballots) -> dict[str, Any]:
    """Work out one row of a question."""
    mode, places = rounding(definition)
    picked = [several(fields, f"q.{question['key']}") for _, fields in theirs]
    options = [option["key"] for option in question["options"]]
    counts = {option: len([one for one in picked if option in one]) for option in options}
    answered = len([one for one in picked if one])
    base = len(theirs) if question.get("base", "answered") == "valid" else answered
    shares = [divide(counts[option], base) for option in options]
    if question["kind"] == "choice":
        rounded = round_row(shares, mode, places)
    else:
        rounded = [round_percent(share, mode, places) for share in shares]
    return {
        "valid": len(theirs),
        "answered": answered,
        "counts": counts,
        "shares": dict(zip(options, rounded, strict=True)),
    }


def questions(
    definition: Definition, valid: Ballots, late: Mapping[str, int]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of the questions, and those that are withheld."""
    minimum = minimum_cell(definition)
    shown: list[dict[str, Any]] = []
    withheld: list[dict[str, Any]] = []
    for question in definition.get("questions", []):
        if question["kind"] == "text":
            continue
        everyone = may_answer(definition, question)
        groups = [(key, question_row(definition, question, of_groups(valid, (key,)))) for key in everyone]
        pooled = question_row(definition, question, of_groups(valid, everyone))
        answers = {key: row["answered"] for key, row in groups}
        why_pooled = why_groups = None
        if is_small(pooled["answered"], 0, minimum, from_late_codes(late, answers)):
            why_pooled = why_groups = "small-cell"
        elif small_groups(definition) != "show" and any(
            is_small(number, 0, minimum, late.get(key, 0)) for key, number in answers.items()
        ):
            why_groups = "small-group"
        rows = [("group", key, row, why_groups) for key, row in groups]
        rows.append(("pooled", None, pooled, why_pooled))
        for kind, key, row, why in rows:
            entry = {"question": question["key"], "row": kind, "group": key}
            if why:
                withheld.append({**entry, "why": why})
            else:
                shown.append({**entry, **row})
    return shown, withheld


def breakdown_withheld(rows: list[tuple[int, int]], minimum: int, late: int = 0) -> set[int]:
    """Choose the breakdown rows of one cell and question, given as (answered, abstained), that are withheld.

    The small ones; then further ones that have answers, fewest first, until at least two are withheld and
    hold at least ``minimum`` answers together; if that cannot be, all. The ``late`` answers, which may be in
    any of the rows, are not counted in any of it.
    """
    chosen = {
        i for i, (answered, abstained) in enumerate(rows) if is_small(answered, abstained, minimum, late)
    }
    if not chosen:
        return set()
    further = [i for i, (answered, _) in enumerate(rows) if i not in chosen and answered > 0]
    further.sort(key=lambda i: (rows[i][0], i))
    while len(chosen) < 2 or sum(rows[i][0] for i in chosen) - late < minimum:
        if not further:
            return set(range(len(rows)))
        chosen.add(further.pop(0))
    return chosen


def breakdowns(
    definition: Definition, ratees: list[Ratee]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the breakdown rows of all cells, and those that are withheld."""
    shown: list[dict[str, Any]] = []
    withheld: list[dict[str, Any]] = []
    asked = [question for question in definition.get("questions", []) if question.get("breakdown", False)]
    for ratee in ratees:
        voters = of_groups(ratee.valid, ratee.everyone)
        for criterion in ratee.criteria:
            for question in asked:
                options = [option["key"] for option in question["options"]] + [NO_OPTION]
                rows = []
                for option in options:
                    theirs = [
                        b for b in voters if (field(b[1], f"q.{question['key']}") or NO_OPTION) == option
                    ]
                    rows.append(
                        row_of(definition, ratee.scale, marks(definition, theirs, ratee.ratee, criterion))
                    )
                if ratee.why_all(criterion):
                    hidden = set(range(len(rows)))
                else:
                    figures = [(row.answered, row.abstained) for row in rows]
                    late = ratee.pooled[criterion].late
                    hidden = breakdown_withheld(figures, minimum_cell(definition), late)
                for i, (option, row) in enumerate(zip(options, rows, strict=True)):
                    entry = {
                        "question": question["key"],
                        "option": option,
                        "ratee": ratee.ratee["key"],
                        "criterion": criterion,
                    }
                    if i in hidden:
                        withheld.append({**entry, "why": "small-cell"})
                    else:
                        numbers = counted(ratee, row)
                        del numbers["blank"]
                        shown.append({**entry, **numbers})
    return shown, withheld


def accounting(
    definition: Definition,
    ballots: Ballots,
    valid: Ballots,
    issued: Mapping[str, int],
    voided: Mapping[str, int],
    present: Mapping[str, int],
    late: Mapping[str, int],
    paper: Mapping[str, int],
) -> dict[str, Any]:
    """Reconcile the ballots: issued, voided, unused, returned, valid, spoiled; on paper where that can be."""
    groups: list[dict[str, Any]] = []
    ballots, valid = in_rows(definition, ballots), in_rows(definition, valid)
    issued, voided = by_row(definition, issued), by_row(definition, voided)
    for key in all_groups(definition):
        returned = len(of_groups(ballots, (key,)))
        counting = len(of_groups(valid, (key,)))
        groups.append(
            {
                "group": key,
                "present": present.get(key),
                "issued": issued.get(key, 0),
                "voided": voided.get(key, 0),
                "unused": issued.get(key, 0) - voided.get(key, 0) - returned,
                "returned": returned,
                "valid": counting,
                "spoiled": returned - counting,
                "unreadable": 0,
            }
        )
        if "paper" in definition:
            groups[-1]["paper"] = paper.get(key, 0)
    names = ["issued", "voided", "unused", "returned", "valid", "spoiled", "unreadable"]
    names += ["paper"] if "paper" in definition else []
    total: dict[str, Any] = {name: sum(group[name] for group in groups) for name in names}
    known = [group["present"] for group in groups]
    total["present"] = None if None in known else sum(known)
    few = any(
        is_small(group["returned"], 0, minimum_cell(definition), late.get(group["group"], 0))
        for group in groups
    )
    if few and small_groups(definition) != "show":
        for group in groups:
            group["valid"] = group["spoiled"] = None
            # Spoiled ballots are nearly all on paper: beside the total, this would tell whose they are.
            if "paper" in group:
                group["paper"] = None
    return {"groups": groups, "total": total}


def count(
    definition: dict[str, Any],
    ballots: list[tuple[str, dict[str, str | list[str]]]],
    issued: dict[str, int],
    voided: dict[str, int] | None = None,
    present: dict[str, int] | None = None,
    state: str = "counted",
    late: dict[str, int] | None = None,
    paper: dict[str, int] | None = None,
) -> dict[str, Any]:
    """Count a campaign and return the results JSON value, without the digest ``definition``.

    A ballot is the key of its rater group and the form fields as the voter posted them. ``late`` says how
    many codes groups that were small at opening got after it, ``paper`` how many of the ballots of each group
    came on paper; both, and ``present``, name the row where groups are in a pool.
    """
    late = late or {}
    valid = [ballot for ballot in ballots if not spoiled(definition, ballot)]
    ratees = [Ratee(definition, valid, ratee, late) for ratee in definition["ratees"]]
    cells_shown: list[dict[str, Any]] = []
    cells_withheld: list[dict[str, Any]] = []
    for ratee in ratees:
        shown, withheld = cells(ratee)
        cells_shown += shown
        cells_withheld += withheld
    questions_shown, questions_withheld = questions(definition, in_rows(definition, valid), late)
    breakdowns_shown, breakdowns_withheld = breakdowns(definition, ratees)
    return {
        "format": 1,
        "campaign": definition["campaign"]["code"],
        "state": state,
        "accounting": accounting(
            definition, ballots, valid, issued, voided or {}, present or {}, late, paper or {}
        ),
        "cells": cells_shown,
        "ratees": ratee_scores(definition, ratees),
        "questions": questions_shown,
        "breakdowns": breakdowns_shown,
        "withheld": cells_withheld + questions_withheld + breakdowns_withheld,
    }
